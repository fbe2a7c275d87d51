//! A person as the rules see him: where and how he is insured. Names, identity numbers and telephones are
//! not here: no rule needs them, and what is not here cannot leak from here.

use std::collections::BTreeSet;

use gongji_words::{AreaCode, Day, PersonId};
use serde::{Deserialize, Serialize};

use crate::word::vocabulary;

vocabulary! {
    /// The kind of basic medical insurance a person has.
    Scheme {
        /// 职工医保: the only one with a personal account.
        Employee = 1 "employee",
        /// 城乡居民医保
        Resident = 2 "resident",
        /// No basic insurance.
        Uninsured = 3 "none",
    }
}

vocabulary! {
    /// The state of a person's insurance relation.
    InsuranceStatus {
        /// 正常参保
        Active = 1 "active",
        /// 暂停参保
        Suspended = 2 "suspended",
        /// 欠费
        Arrears = 3 "arrears",
        /// The relation has ended; his bindings end with it.
        Ended = 4 "ended",
        /// The person has died; his bindings end.
        Dead = 5 "dead",
    }
}

vocabulary! {
    /// Sex, only where a rule asks (one father, one mother). Unstated refuses nothing.
    Sex {
        /// 男
        Male = 1 "male",
        /// 女
        Female = 2 "female",
    }
}

vocabulary! {
    /// A fact about a person that a policy may look at.
    Trait {
        /// 门诊慢特病待遇
        ChronicEntitlement = 1 "chronic-entitlement",
        /// 公务员医疗补助
        CivilService = 2 "civil-service",
        /// 互助帮困计划 (Shanghai)
        MutualHelpPlan = 3 "mutual-help-plan",
    }
}

/// An insured (or uninsured) person at the node of his area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The pooling area (or county) of his insurance.
    pub area: AreaCode,
    /// Which insurance.
    pub scheme: Scheme,
    /// State of the insurance.
    pub status: InsuranceStatus,
    /// Birth date; ages are those of the day.
    pub born: Day,
    /// Sex, if a register stated it.
    pub sex: Option<Sex>,
    /// Facts that policies look at.
    pub traits: BTreeSet<Trait>,
}

impl Person {
    /// Completed years on `today`.
    #[must_use]
    pub fn age_on(&self, today: Day) -> i32 {
        today.age_of(self.born)
    }

    /// Whether he is normally insured: what binding and use ask of both sides.
    #[must_use]
    pub fn is_normally_insured(&self) -> bool {
        self.scheme != Scheme::Uninsured && self.status == InsuranceStatus::Active
    }
}

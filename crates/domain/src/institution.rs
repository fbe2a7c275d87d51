//! Designated hospitals and pharmacies, as the rules see them.

use gongji_words::{AreaCode, InstitutionId};
use serde::{Deserialize, Serialize};

use crate::word::vocabulary;

vocabulary! {
    /// What an institution is.
    InstitutionKind {
        /// 定点医疗机构
        Hospital = 1 "hospital",
        /// 定点零售药店
        Pharmacy = 2 "pharmacy",
    }
}

vocabulary! {
    /// Whether an institution is under contract.
    Designation {
        /// 定点
        Designated = 1 "yes",
        /// Not designated.
        Undesignated = 2 "no",
        /// 暂停医保服务
        Suspended = 3 "suspended",
    }
}

vocabulary! {
    /// Whether an institution takes a kind of money.
    Takes {
        /// It does.
        Yes = 1 "yes",
        /// It does not, or not yet.
        No = 2 "no",
        /// An operator has stopped it for a while: on the way to a decision and in its trace, never in the register.
        Stopped = 3 "stopped",
    }
}

/// An institution at the node of its area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Institution {
    /// Which.
    pub id: InstitutionId,
    /// Where care is given.
    pub area: AreaCode,
    /// What it is.
    pub kind: InstitutionKind,
    /// Its contract.
    pub designation: Designation,
    /// Direct calls on a sponsor's account.
    pub aid: Takes,
    /// Wallet money and frozen quotas.
    pub wallet: Takes,
}

//! The facts of one bill, complete: all that [`crate::decide::decide`] looks at. A case is written into the
//! trace, so that the past can be judged again, exactly, under another policy.

use gongji_words::{AreaCode, CommandId, Fen, Moment, PersonId};
use serde::{Deserialize, Serialize};

use crate::binding::{Distance, Standing};
use crate::burden::{Burden, VisitKind};
use crate::institution::Takes;
use crate::message::{Urgency, Using};
use crate::person::{InsuranceStatus, Scheme};
use crate::word::vocabulary;

vocabulary! {
    /// Whether the node of a person answers.
    Line {
        /// It does.
        Up = 1 "up",
        /// It does not.
        Down = 2 "down",
        /// An operator has stopped aid by his area, or everything with his province: nobody asks.
        Stopped = 3 "stopped",
    }
}

vocabulary! {
    /// Whether a sponsor's account can be used.
    AccountUse {
        /// Yes.
        Usable = 1 "usable",
        /// The sponsor is not normally insured, or the account is frozen.
        Unavailable = 2 "unavailable",
    }
}

vocabulary! {
    /// Whether the binding allows the purpose of the bill.
    PurposeUse {
        /// Yes.
        Allowed = 1 "allowed",
        /// The sponsor left it out.
        LeftOut = 2 "left-out",
    }
}

/// One sponsor of the patient, as the bill finds him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub sponsor: PersonId,
    /// Where he is insured.
    pub area: AreaCode,
    /// Through which binding.
    pub binding: CommandId,
    /// When it was asked for: the order of binding.
    pub asked_at: Moment,
    /// Where the relation stands.
    pub standing: Standing,
    /// How far apart the two are insured.
    pub distance: Distance,
    /// Whether his node answers.
    pub line: Line,
    /// Whether the binding allows the purpose.
    pub purpose: PurposeUse,
    /// Whether his account can be used.
    pub account: AccountUse,
    /// What is not held of his account.
    pub available: Fen,
    /// The part of that which stems from previous years.
    pub previous_years: Fen,
    /// What is left of the frozen quota; `None` if none was set.
    pub frozen_quota: Option<Fen>,
    /// What his own limits still allow; `None` if nothing limits it.
    pub limit_left: Option<Fen>,
}

/// The patient's own wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalletFacts {
    /// Money in it.
    pub balance: Fen,
    /// Where it can be used.
    pub place: AreaCode,
}

vocabulary! {
    /// Whether care at this place is filed.
    Filing {
        /// A filing covers the place on the day.
        Filed = 1 "filed",
        /// None does.
        Unfiled = 2 "unfiled",
    }
}

vocabulary! {
    /// Whether somebody shows the patient's code by a family code.
    FamilyCode {
        /// Nobody.
        Absent = 1 "absent",
        /// Somebody.
        Present = 2 "present",
    }
}

/// The complete facts of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// When the message was entered.
    pub at: Moment,
    /// Who.
    pub patient: PersonId,
    /// Where he is insured.
    pub area: AreaCode,
    /// How he is insured.
    pub scheme: Scheme,
    /// State of the insurance.
    pub status: InsuranceStatus,
    /// Traits, one bit each by their number.
    pub traits: u8,
    /// What his own account can pay: not held, zero if frozen or absent.
    pub own: Fen,
    /// His wallet, if he has one.
    pub wallet: Option<WalletFacts>,
    /// Where care is given.
    pub institution_area: AreaCode,
    /// Whether the institution takes direct calls.
    pub takes_aid: Takes,
    /// Whether it takes wallet money and quotas.
    pub takes_wallet: Takes,
    /// What the bill is for.
    pub kind: VisitKind,
    /// The personal burden.
    pub burden: Burden,
    /// What pooled insurance pays of the same bill.
    pub fund: Fen,
    /// What the payer said.
    pub using: Using,
    /// Whether an emergency was stated.
    pub urgency: Urgency,
    /// Whether care here is filed.
    pub filing: Filing,
    /// Whether there is a family code.
    pub family_code: FamilyCode,
    /// What the area's limit on items has paid this month.
    pub items_used: Fen,
    /// The beneficiary's order of sponsors; empty if he set none.
    pub order: Vec<PersonId>,
    /// His sponsors, in no order that matters.
    pub candidates: Vec<Candidate>,
}

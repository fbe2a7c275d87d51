//! What a decision comes to: who pays what, the reason, and the steps that led there.

use gongji_words::{AreaCode, CommandId, Fen, PersonId};

use crate::reason::Reason;
use crate::word::vocabulary;

vocabulary! {
    /// The clause of the law that a step of a decision applied: a key of the policy packs.
    Clause {
        /// Order of purses.
        OwnAccount = 1 "till.own-account",
        /// Kinds of visit.
        Kinds = 2 "till.kinds-resident",
        /// Parts in scope.
        Payable = 3 "till.payable-parts",
        /// Bills with pooled benefit.
        PooledBenefit = 4 "till.pooled-benefit",
        /// Relations and their life.
        Binding = 5 "bind.relations",
        /// How far a direct call reaches.
        Reach = 6 "bind.reach",
        /// The wallet's mode.
        WalletMode = 7 "wallet.mode",
        /// Filing.
        Filing = 8 "till.filing-for-aid",
        /// Order of sponsors.
        SponsorOrder = 9 "till.sponsor-order",
        /// How many may pay.
        Sponsors = 10 "till.sponsors-per-settlement",
        /// What happens when it is not enough.
        Shortfall = 11 "till.shortfall",
        /// Which of the sponsor's money.
        Usable = 12 "money.usable",
        /// What must stay.
        Reserve = 13 "money.reserve",
        /// Limits of the sponsor.
        Limits = 14 "limits.one-for-all",
        /// A limit of the area on items.
        ItemLimit = 15 "till.item-limit",
        /// Opening.
        Open = 16 "till.open",
        /// Kinds of visit, for employees.
        KindsEmployee = 17 "till.kinds-employee",
    }
}

/// Whose money a payment takes, within the sponsor's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// What is not held.
    Account,
    /// The frozen quota.
    Quota,
}

/// What one sponsor pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Who.
    pub sponsor: PersonId,
    /// Where he is insured.
    pub area: AreaCode,
    /// Through which binding.
    pub binding: CommandId,
    /// From what.
    pub source: Source,
    /// How much.
    pub amount: Fen,
    /// Whether a limit of his own kept him from paying more.
    pub cut: Cut,
}

/// What kept a sponsor from paying all that was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Nothing, or his balance.
    NotByLimit,
    /// A limit that he set.
    ByLimit,
}

/// Who pays what of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The own account.
    pub own: Fen,
    /// The own wallet.
    pub wallet: Fen,
    /// Aid, in the order of paying.
    pub aid: Vec<Payment>,
    /// What of the aid counts against the area's limit on items.
    pub items: Fen,
    /// Cash.
    pub cash: Fen,
    /// The reason that the settlement carries.
    pub reason: Option<Reason>,
}

impl Outcome {
    /// All aid.
    #[must_use]
    pub fn aid_total(&self) -> Fen {
        Fen::sum(self.aid.iter().map(|payment| payment.amount))
    }
}

/// One thing that a decision did: the clause, the sponsor it looked at, what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which clause.
    pub clause: Clause,
    /// Which candidate, by his place in the case.
    pub candidate: Option<u8>,
    /// The reason it gave, if it said no.
    pub reason: Option<Reason>,
    /// The amount it dealt with: paid, or what there was.
    pub amount: Fen,
}

/// An outcome and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Who pays what.
    pub outcome: Outcome,
    /// How it came about, in the order of judging.
    pub steps: Vec<Step>,
}

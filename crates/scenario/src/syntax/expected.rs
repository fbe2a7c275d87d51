//! What a statement may expect of its outcome.
//!
//! Exactly what is written is checked: a field that is none, or a list that is empty
//! where said so, was not written. Amounts are in fen.

use gongji_words::{AreaCode, Fen};

use super::ast::{Code, Name};
use super::vocabulary::BindingState;

/// An outcome that a statement expects. `()` stands for the one word that the statement
/// can answer beside a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected<T> {
    /// It is done, with this outcome.
    Done(T),
    /// The rules say no, with this code.
    Refused(Code),
}

/// The expected answer to a question for the state of a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedState {
    /// There is no such binding.
    None,
    /// There is one in this state.
    Is(BindingState),
}

/// The expected outcome of a settlement; at least one field is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettlementExpected {
    /// From the patient's own account.
    pub own: Option<Fen>,
    /// From sponsors.
    pub aid: Option<Fen>,
    /// From the patient's wallet.
    pub wallet: Option<Fen>,
    /// In cash.
    pub cash: Option<Fen>,
    /// All who paid, in the order of paying; empty: not written.
    pub by: Vec<(Name, Fen)>,
    /// The reason it carries.
    pub reason: Option<Code>,
}

/// What a repeated message is expected to answer, by what was sent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepeatExpected {
    /// A settlement.
    Settlement(Expected<SettlementExpected>),
    /// A premium, paid by the person named.
    Premium(Expected<Name>),
    /// A transfer, pending.
    Transfer(Expected<()>),
}

/// The expected personal account; at least one field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BalanceExpected {
    /// All that is in it, frozen money too.
    pub balance: Option<Fen>,
    /// What is not frozen.
    pub available: Option<Fen>,
    /// What is frozen.
    pub frozen: Option<Fen>,
}

/// The expected use of a binding; at least one field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsedExpected {
    /// In the calendar month of the clock.
    pub this_month: Option<Fen>,
    /// In the year of the clock.
    pub this_year: Option<Fen>,
    /// Over the life of the binding.
    pub total: Option<Fen>,
}

/// An expected notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeExpected {
    /// Its code.
    pub code: Code,
    /// Its amount; none: not written.
    pub amount: Option<Fen>,
}

/// The expected clearing of a month; at least one field is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClearingExpected {
    /// Every net claim between two areas; empty: not written.
    pub owes: Vec<Owes>,
    /// Records that both sides have alike.
    pub matched: Option<u64>,
    /// Records that only one side has.
    pub unmatched: Option<u64>,
}

/// An expected net claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owes {
    /// The area that owes.
    pub from: AreaCode,
    /// The area that is owed.
    pub to: AreaCode,
    /// How much.
    pub amount: Fen,
}

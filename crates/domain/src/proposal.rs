//! Proposals (双人复核): what one person proposes and another has to approve before it is done.
//!
//! Invariants: who approves is not who proposed; a proposal that is closed is never opened again; what is proposed is what
//! is done. Deliberately absent: who may propose or approve (faces know who asks), releases of policy (see
//! [`crate::release`]), and where rows are kept.

use gongji_words::{AreaCode, CommandId, Fen, MessageId, PersonId};
use serde::{Deserialize, Serialize};

use crate::message::{Command, Correction};
use crate::release::Signed;
use crate::word::vocabulary;

/// Longest grounds, in characters.
pub const LONGEST_GROUNDS: usize = 200;

/// So many digits one after the other are somebody's telephone or certificate.
const PERSONAL: usize = 11;

vocabulary! {
    /// How far a proposal has come.
    ProposalState {
        /// Somebody has put it forward.
        Open = 1 "open",
        /// Another person has approved it: it is done, or the rules said no.
        Approved = 2 "approved",
        /// Somebody has looked at it and said no.
        Rejected = 3 "rejected",
        /// It was taken back before anybody decided.
        Withdrawn = 4 "withdrawn",
    }
}

vocabulary! {
    /// What takes two persons.
    Matter {
        /// 解冻: a frozen account pays again.
        Unfreezing = 1 "unfreezing",
        /// 手工调账: a balance is corrected by hand.
        Correction = 2 "correction",
        /// 继承支付: what a dead person's account holds is paid to the heirs.
        Estate = 3 "payment-to-heirs",
    }
}

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// What it is.
    pub matter: Matter,
    /// Whose account.
    pub person: PersonId,
    /// Of a correction what is added, or taken if negative; else nothing.
    pub amount: Fen,
}

/// Who decided on a proposal, when, and why if he said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Who, and when.
    pub signed: Signed,
    /// Why.
    pub grounds: Option<String>,
}

/// Something that takes two persons, on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub id: CommandId,
    /// The name that its proposer gave it: a repeat of his has the same.
    pub name: String,
    /// Where the person is insured: who reaches this area reaches the proposal.
    pub area: AreaCode,
    /// What is proposed.
    pub wish: Wish,
    /// Why.
    pub grounds: String,
    /// Who proposed it.
    pub proposed: Signed,
    /// How far it has come.
    pub state: ProposalState,
    /// Who decided on it; `None` while it is open.
    pub closed: Option<Closed>,
}

impl Proposal {
    /// The same, decided.
    #[must_use]
    pub fn decided(self, state: ProposalState, closed: Closed) -> Self {
        Self { state, closed: Some(closed), ..self }
    }

    /// The message under which it is done: one, however often it is approved.
    ///
    /// # Panics
    /// Never: a number is short and printable.
    #[must_use]
    pub fn message(&self) -> MessageId {
        MessageId::new("proposal", self.id.number().to_string()).expect("numbers are short and printable")
    }

    /// What is done when it is approved by somebody.
    #[must_use]
    pub fn command(&self, checker: &Signed) -> Command {
        let person = self.wish.person;
        match self.wish.matter {
            Matter::Unfreezing => Command::Unfreeze(person),
            Matter::Estate => Command::PayHeirs { person },
            Matter::Correction => Command::Correct(Correction {
                person,
                amount: self.wish.amount,
                maker: self.proposed.by.clone(),
                checker: checker.by.clone(),
                grounds: self.grounds.clone(),
            }),
        }
    }
}

/// Whether a text may be kept as grounds: short, on one line, and without a number by which somebody could be found.
#[must_use]
pub fn are_grounds(text: &str) -> bool {
    let fits = !text.trim().is_empty() && text.chars().count() <= LONGEST_GROUNDS;
    let longest = text.split(|letter: char| !letter.is_numeric()).map(|digits| digits.chars().count()).max();
    fits && !text.chars().any(char::is_control) && longest.is_none_or(|longest| longest < PERSONAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grounds_are_a_line_in_which_nobodys_number_stands() {
        let long = "x".repeat(LONGEST_GROUNDS + 1);
        for (text, good) in [
            ("本人到窗口说明，冻结原因已消除", true),
            ("invoice 2026-03-02, 120.00", true),
            ("0123456789", true),
            (" ", false),
            ("two\nlines", false),
            ("certificate 170101194804020223", false),
            ("call 13900000000", false),
            ("1390000000\u{ff10}", false),
            (long.as_str(), false),
        ] {
            assert_eq!(are_grounds(text), good, "{text}");
        }
    }
}

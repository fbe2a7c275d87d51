//! Cases: the four characters that a cashier reads beside a bill (`warn_msg`), and the settlement that stands behind them.
//!
//! Invariant: a case is looked for among the bills of one patient, or those of one day of an institution; among all bills
//! of a province thousands have the same four characters. Deliberately absent: bills that came by another interface, beside
//! which no case was told.

use std::fmt;

use gongji_domain::paper::{PaperKind, Whose};
use gongji_service::Node;
use gongji_words::{CommandId, Day, InstitutionId, MessageId, Moment, PersonId};

use super::bill::settled_among;
use super::paper::{after, ever, listed};
use super::reconcile::DAY;
use super::statement::told;

/// Letters that nobody takes for another on the telephone.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// How many of them.
const LENGTH: usize = 4;

/// The four characters under which family, hotline and counter find a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseNumber([u8; LENGTH]);

impl CaseNumber {
    /// The case of a command.
    #[must_use]
    pub fn of(command: CommandId) -> Self {
        // A number that is near another in time must not look like it: digits are mixed by a prime before they are cut.
        let mixed = command.number().unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let letter = |place: usize| LETTERS[usize::try_from(mixed >> (44 + 5 * place) & 31).unwrap_or(0)];
        Self(std::array::from_fn(letter))
    }

    /// As somebody wrote it, in small letters or capitals; `None` if no case has such a number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; LENGTH] = text.trim().to_ascii_uppercase().as_bytes().try_into().ok()?;
        letters.iter().all(|letter| LETTERS.contains(letter)).then_some(Self(letters))
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

/// Among which bills a case is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Those of a patient, at all institutions and times.
    Patient(PersonId),
    /// Those that an institution settled on a day, China Standard Time.
    Day(InstitutionId, Day),
}

/// A settlement that has the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its message.
    pub message: MessageId,
    /// Who sent it.
    pub institution: InstitutionId,
    /// Under which number (`msgid`).
    pub msgid: String,
    /// When it was settled.
    pub at: Moment,
    /// Whether it was undone.
    pub is_reversed: bool,
}

/// The settlements of a number, the oldest first; seldom more than one.
///
/// # Errors
/// What operators are told if papers cannot be read.
pub async fn find(node: &Node, number: CaseNumber, among: Among) -> Result<Vec<Case>, String> {
    let (whose, span) = match among {
        Among::Patient(person) => (Whose::Person(person), ever()),
        Among::Day(institution, day) => (Whose::Owner(institution), (day.start(), after(day.start(), DAY))),
    };
    let bills = listed(node, PaperKind::Bill, whose, span).await.map_err(told)?;
    let settled = settled_among(node, bills).await.map_err(told)?;
    let is_it = settled.into_iter().filter(|bill| CaseNumber::of(bill.command) == number);
    let case = is_it.map(|bill| Case {
        message: bill.message,
        institution: bill.kept.paper.owner,
        msgid: bill.kept.paper.name,
        at: bill.at,
        is_reversed: bill.is_reversed,
    });
    Ok(case.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_was_written_or_spoken_and_nothing_else_is_one() {
        let number = CaseNumber::of(CommandId::from_number(1_846_012_345_678_901));
        let text = number.to_string();
        assert_eq!((text.len(), CaseNumber::parse(&text)), (4, Some(number)));
        assert_eq!(CaseNumber::parse(&format!(" {} ", text.to_lowercase())), Some(number));
        for wrong in ["", "ABC", "ABCDE", "AB0D", "AB1D", "ABID", "ABOD", "AB D", "共济共济", "济"] {
            assert_eq!(CaseNumber::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn commands_that_follow_each_other_have_numbers_that_are_not_alike() {
        let numbers =
            (1_846_012_345_678_901..).take(500).map(|id| CaseNumber::of(CommandId::from_number(id)).to_string());
        let all: std::collections::BTreeSet<String> = numbers.collect();
        assert!(all.len() > 495, "{}", all.len());
    }
}

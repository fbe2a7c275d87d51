//! Releases (政策发布): how a pack becomes law, by two people, and what a law resolved to, kept for ever.
//!
//! Invariants: numbers ascend; who approves is not who proposed; a release that is law is never changed and never taken
//! back, another one takes its place. Deliberately absent: what a pack says (see [`crate::policy`]), and where rows are
//! kept.

use gongji_words::{AreaCode, Day, Moment};

use crate::word::vocabulary;

/// Longest name of somebody who signs, in characters.
pub const LONGEST_NAME: usize = 64;

vocabulary! {
    /// How far a release has come.
    ReleaseState {
        /// One person has put it forward.
        Proposed = 1 "proposed",
        /// A second person has approved it: it is law.
        Released = 2 "released",
        /// It never became law and never will.
        Withdrawn = 3 "withdrawn",
    }
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The name, as it was given.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// A pack on its way to become law, or that is law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// 1, 2, 3 … in the order in which they were proposed, which is the order in which they become law.
    pub number: u32,
    /// Whose rules they are; `None` for the nation.
    pub area: Option<AreaCode>,
    /// The first day that is judged otherwise with it.
    pub first_day: Day,
    /// Why it may begin on a day that has been decided already, if it may.
    pub retroactive: Option<String>,
    /// SM3 of the text.
    pub digest: [u8; 32],
    /// The pack, as it was proposed.
    pub text: String,
    /// Who proposed it.
    pub proposed: Signed,
    /// How far it has come.
    pub state: ReleaseState,
    /// Who approved or withdrew it; `None` while it is proposed.
    pub closed: Option<Signed>,
}

impl Release {
    /// The same release, approved or withdrawn.
    #[must_use]
    pub fn closed(self, state: ReleaseState, closed: Signed) -> Self {
        Self { state, closed: Some(closed), ..self }
    }
}

/// What the law of an area resolved to on days of a release: the rules in full, and where they came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Digest of the rules, as traces name it: SM3 of the text.
    pub digest: [u8; 32],
    /// Whose law it was; `None` for the nation.
    pub area: Option<AreaCode>,
    /// The first of its days.
    pub from: Day,
    /// The last of its days; `None`: without end.
    pub until: Option<Day>,
    /// The release with which it first became law.
    pub release: u32,
    /// The releases whose packs it was resolved from, the most specific first.
    pub sources: Vec<u32>,
    /// Canonical lines `key=value`, from which the same rules are built again.
    pub text: String,
}

/// Whether two names are one person's: blanks and case tell nobody from another.
#[must_use]
pub fn is_same_person(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// A name that somebody can sign with, without blanks around it; none of one that is empty, too long, or no line.
#[must_use]
pub fn signing_name(text: &str) -> Option<&str> {
    let name = text.trim();
    let fits = !plain(name).is_empty() && name.chars().count() <= LONGEST_NAME;
    (fits && !name.chars().any(char::is_control)).then_some(name)
}

fn plain(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_case_tell_nobody_from_another() {
        for (one, other, same) in [
            ("王敏", "王 敏", true),
            ("王敏", "王\u{3000}敏 ", true),
            ("Wang Min", "wangmin", true),
            ("王敏", "李强", false),
            ("Wang Min", "Wang Ming", false),
        ] {
            assert_eq!(is_same_person(one, other), same, "{one} {other}");
        }
    }

    #[test]
    fn only_a_name_can_sign() {
        let long = "a".repeat(LONGEST_NAME + 1);
        for (text, name) in
            [(" 王敏 ", Some("王敏")), ("", None), (" \u{3000}", None), ("a\nb", None), (long.as_str(), None)]
        {
            assert_eq!(signing_name(text), name, "{text:?}");
        }
    }
}

//! Stops (停付): an operator's brake on mutual aid, for an area, an institution or another province.
//!
//! Invariants: two people put a stop in force and two people end it; one is never removed, and of one target at most one is
//! in force. While it is, bills are settled as usual, but for what is somebody else's money or needs the other province.
//! Deliberately absent: who may ask for one (faces know who asks), and where rows are kept.

use std::collections::BTreeSet;

use gongji_words::{AreaCode, InstitutionId, Moment};

use crate::institution::Institution;
use crate::word::vocabulary;

/// Longest reason of a stop, in characters.
pub const LONGEST_REASON: usize = 200;

/// So many digits in a row may be somebody's telephone or identity number.
const DIGITS_OF_SOMEBODY: usize = 11;

vocabulary! {
    /// What can be stopped.
    StopKind {
        /// An area of this province: its sponsors pay nothing, and nothing is paid at its institutions.
        Area = 1 "area",
        /// An institution of this province: nothing is paid there.
        Institution = 2 "institution",
        /// Another province: nothing is asked of it, and nothing paid for it.
        Peer = 3 "peer",
    }
}

/// What is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopTarget {
    /// A pooling area of this province, or all of the province by its code.
    Area(AreaCode),
    /// An institution of this province.
    Institution(InstitutionId),
    /// Another province.
    Peer(AreaCode),
}

impl StopTarget {
    /// What kind of thing it is.
    #[must_use]
    pub const fn kind(self) -> StopKind {
        match self {
            Self::Area(_) => StopKind::Area,
            Self::Institution(_) => StopKind::Institution,
            Self::Peer(_) => StopKind::Peer,
        }
    }

    /// Its code, or the institution's number.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Area(area) | Self::Peer(area) => i64::from(area.number()),
            Self::Institution(id) => id.number(),
        }
    }
}

/// Two people who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedByTwo {
    /// Who asked for it.
    pub by: String,
    /// Who asked for it with him: another person.
    pub and: String,
    /// When.
    pub at: Moment,
}

/// A stop, in force or past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// 1, 2, 3 … in the order in which they came.
    pub number: u32,
    /// What is stopped.
    pub target: StopTarget,
    /// Why; it names nobody.
    pub reason: String,
    /// Who put it in force.
    pub begun: SignedByTwo,
    /// Who ended it; `None` while it is in force.
    pub ended: Option<SignedByTwo>,
}

/// A reason without blanks around it; none of one that is empty, too long, no line, or holds a number of somebody.
#[must_use]
pub fn stop_reason(text: &str) -> Option<&str> {
    let reason = text.trim();
    let fits = !reason.is_empty() && reason.chars().count() <= LONGEST_REASON;
    let names_somebody =
        reason.split(|letter: char| !letter.is_ascii_digit()).any(|row| row.len() >= DIGITS_OF_SOMEBODY);
    (fits && !names_somebody && !reason.chars().any(char::is_control)).then_some(reason)
}

/// The stops in force, as a group reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stops(BTreeSet<StopTarget>);

impl Stops {
    /// Whether this very target is stopped.
    #[must_use]
    pub fn has(&self, target: StopTarget) -> bool {
        self.0.contains(&target)
    }

    /// Whether nothing is paid at an institution that `node` judges bills of: it, its area, or its province.
    #[must_use]
    pub fn stop_place(&self, institution: &Institution, node: AreaCode) -> bool {
        let is_here = institution.area.province() == node;
        self.stop_area(institution.area) || is_here && self.has(StopTarget::Institution(institution.id))
    }

    /// Whether an area takes no part: it, or the province that it lies in.
    #[must_use]
    pub fn stop_area(&self, area: AreaCode) -> bool {
        let covers = |target: &StopTarget| matches!(target, StopTarget::Area(stopped) if stopped.covers(area));
        self.stop_peer(area) || self.0.iter().any(covers)
    }

    /// Whether nothing is asked of the province that an area lies in.
    #[must_use]
    pub fn stop_peer(&self, area: AreaCode) -> bool {
        self.has(StopTarget::Peer(area.province()))
    }
}

impl FromIterator<StopTarget> for Stops {
    fn from_iter<T: IntoIterator<Item = StopTarget>>(targets: T) -> Self {
        Self(targets.into_iter().collect())
    }
}

impl Extend<StopTarget> for Stops {
    fn extend<T: IntoIterator<Item = StopTarget>>(&mut self, targets: T) {
        self.0.extend(targets);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::institution::{Designation, InstitutionKind, Takes};

    fn area(code: &str) -> AreaCode {
        AreaCode::parse(code).unwrap()
    }

    fn hospital(id: i64, code: &str) -> Institution {
        Institution {
            id: InstitutionId::from_number(id),
            area: area(code),
            kind: InstitutionKind::Hospital,
            designation: Designation::Designated,
            aid: Takes::Yes,
            wallet: Takes::Yes,
        }
    }

    #[test]
    fn a_stop_reaches_as_far_as_its_target_and_no_farther() {
        let institution = StopTarget::Institution(InstitutionId::from_number(7));
        let node = area("130000");
        for (target, place, expected) in [
            (StopTarget::Area(area("130100")), hospital(7, "130102"), true),
            (StopTarget::Area(area("130100")), hospital(7, "130200"), false),
            (StopTarget::Area(area("130000")), hospital(7, "130200"), true),
            (StopTarget::Area(area("130000")), hospital(7, "140100"), false),
            (institution, hospital(7, "130100"), true),
            (institution, hospital(8, "130100"), false),
            (institution, hospital(7, "140100"), false),
            (StopTarget::Peer(area("140000")), hospital(7, "140100"), true),
            (StopTarget::Peer(area("140000")), hospital(7, "130100"), false),
        ] {
            let stops: Stops = [target].into_iter().collect();
            assert_eq!(stops.stop_place(&place, node), expected, "{target:?} {place:?}");
            assert!(!Stops::default().stop_place(&place, node));
        }
    }

    #[test]
    fn sponsors_are_stopped_with_their_area_or_province() {
        let stops: Stops = [StopTarget::Area(area("130100")), StopTarget::Peer(area("140000"))].into_iter().collect();
        for (code, whole, asked) in [("130104", true, false), ("130200", false, false), ("140200", true, true)] {
            assert_eq!((stops.stop_area(area(code)), stops.stop_peer(area(code))), (whole, asked), "{code}");
        }
    }

    #[test]
    fn a_reason_is_a_line_that_names_nobody() {
        let (longest, longer) = ("停".repeat(LONGEST_REASON), "停".repeat(LONGEST_REASON + 1));
        for (text, reason) in [
            (" 医保局来电：系统故障，2026年11月22日 ", Some("医保局来电：系统故障，2026年11月22日")),
            (longest.as_str(), Some(longest.as_str())),
            (longer.as_str(), None),
            (" \u{3000}", None),
            ("one\ntwo", None),
            ("call 13800000000", None),
            ("see 110101190001010000X", None),
        ] {
            assert_eq!(stop_reason(text), reason, "{text}");
        }
    }
}

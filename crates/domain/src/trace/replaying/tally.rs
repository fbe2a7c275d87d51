//! Adding up what a change of rules would have meant for many decisions.
//!
//! Invariant: the order of counting does not matter, so that decisions can be judged side by side and their tallies
//! put together. Deliberately absent: who the people are; an example is the number of a command.

use std::collections::{BTreeMap, BTreeSet};

use gongji_words::{AreaCode, CommandId, Day, Fen};

use super::{Change, Missing, Replayed, Split};
use crate::reason::Reason;
use crate::trace::Trace;

/// So many examples are kept.
pub const MOST_EXAMPLES: usize = 10;

/// What decisions that come out otherwise mean to families.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many come out otherwise.
    pub changed: u64,
    /// In how many the family pays less cash.
    pub winners: u64,
    /// How much less.
    pub won: Fen,
    /// In how many it pays more.
    pub losers: u64,
    /// How much more.
    pub lost: Fen,
}

impl Moved {
    fn count(&mut self, change: &Change) {
        let saved = change.cash_saved();
        self.changed += 1;
        if saved.is_positive() {
            self.winners += 1;
            self.won = self.won.plus(saved);
        } else if saved.is_negative() {
            self.losers += 1;
            self.lost = self.lost.minus(saved);
        }
    }

    fn absorb(&mut self, other: Self) {
        self.changed += other.changed;
        self.winners += other.winners;
        self.won = self.won.plus(other.won);
        self.losers += other.losers;
        self.lost = self.lost.plus(other.lost);
    }
}

/// The decisions of one pooling area: that of the patients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AreaTally {
    /// All of them.
    pub decisions: u64,
    /// Of how many it cannot be told.
    pub cannot_tell: u64,
    /// Those that come out otherwise.
    pub moved: Moved,
}

/// A decision that comes out otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The command that settled the bill.
    pub command: CommandId,
    /// Where the patient is insured.
    pub area: AreaCode,
    /// When.
    pub day: Day,
    /// How.
    pub change: Change,
}

/// Many decisions, judged again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub decisions: u64,
    /// Those that come out otherwise.
    pub moved: Moved,
    /// Who paid, of all that can be told.
    pub before: Split,
    /// Who pays, of the same.
    pub after: Split,
    /// By the patient's pooling area.
    pub areas: BTreeMap<AreaCode, AreaTally>,
    /// By the reasons before and after, of those that come out otherwise.
    pub reasons: BTreeMap<(Option<Reason>, Option<Reason>), Moved>,
    /// By what is missing.
    pub cannot_tell: BTreeMap<Missing, u64>,
    /// The areas whose law was asked: those of patients and sponsors.
    pub asked: BTreeSet<AreaCode>,
    /// Those with most cash won or lost first, then by command; at most [`MOST_EXAMPLES`].
    pub examples: Vec<Example>,
}

impl Tally {
    /// Counts one decision.
    pub fn count(&mut self, command: CommandId, trace: &Trace, replayed: &Replayed) {
        let area = trace.case.area.pool();
        let of_area = self.areas.entry(area).or_default();
        self.decisions += 1;
        of_area.decisions += 1;
        self.asked.insert(area);
        self.asked.extend(trace.case.candidates.iter().map(|candidate| candidate.area.pool()));
        let was = Split::of(&trace.decision.outcome);
        let is = match replayed {
            Replayed::Same => was,
            Replayed::Changed(change) => {
                of_area.moved.count(change);
                self.moved.count(change);
                self.reasons.entry(change.reasons).or_default().count(change);
                self.keep(Example { command, area, day: trace.case.at.day(), change: *change });
                change.after
            }
            Replayed::CannotTell(missing) => {
                of_area.cannot_tell += 1;
                *self.cannot_tell.entry(*missing).or_default() += 1;
                return;
            }
        };
        self.before = self.before.plus(was);
        self.after = self.after.plus(is);
    }

    /// Adds another tally.
    pub fn absorb(&mut self, other: Self) {
        self.decisions += other.decisions;
        self.moved.absorb(other.moved);
        self.before = self.before.plus(other.before);
        self.after = self.after.plus(other.after);
        for (area, theirs) in other.areas {
            let of_area = self.areas.entry(area).or_default();
            of_area.decisions += theirs.decisions;
            of_area.cannot_tell += theirs.cannot_tell;
            of_area.moved.absorb(theirs.moved);
        }
        for (reasons, moved) in other.reasons {
            self.reasons.entry(reasons).or_default().absorb(moved);
        }
        for (missing, count) in other.cannot_tell {
            *self.cannot_tell.entry(missing).or_default() += count;
        }
        self.asked.extend(other.asked);
        other.examples.into_iter().for_each(|example| self.keep(example));
    }

    /// How many decisions come out as they did.
    #[must_use]
    pub fn same(&self) -> u64 {
        self.decisions - self.moved.changed - self.cannot_tell.values().sum::<u64>()
    }

    fn keep(&mut self, example: Example) {
        let rank = |one: &Example| (-one.change.cash_saved().fen().abs(), one.command);
        let place = self.examples.partition_point(|kept| rank(kept) < rank(&example));
        if place < MOST_EXAMPLES {
            self.examples.truncate(MOST_EXAMPLES - 1);
            self.examples.insert(place.min(self.examples.len()), example);
        }
    }
}

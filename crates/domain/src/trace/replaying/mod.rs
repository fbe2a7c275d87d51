//! What another law makes of past decisions: what a change of rules would have meant.
//!
//! Invariants: judging is exact, because a trace holds all facts of its bill; under the law that a decision was made
//! under nothing changes; what a trace cannot hold is told apart ([`Replayed::CannotTell`]), and only where it matters.
//! Each decision is judged on its own facts. Deliberately absent: what a decision that comes out otherwise leaves in
//! the accounts for the next bill, and bindings that another law would have made or refused; nobody recorded the lives
//! that people did not lead.

mod missing;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use gongji_words::{AreaCode, Day, Fen};

use super::Trace;
use crate::decide::{Outcome, Payment, decide};
use crate::policy::{KEYS, Key, Law};
use crate::reason::Reason;

pub use missing::Missing;
pub use tally::{AreaTally, Example, MOST_EXAMPLES, Moved, Tally};

/// The law in force, and the one that the past is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Laws<'l> {
    /// The law in force: it says what recorded facts mean.
    pub now: &'l Law,
    /// The other law, which judges.
    pub other: &'l Law,
}

/// What comes of judging a past decision again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// The same people pay the same, with the same reason.
    Same,
    /// Something else.
    Changed(Change),
    /// The law asks for something that the trace does not hold, and the answer depends on it.
    CannotTell(Missing),
}

/// How a decision comes out otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who paid.
    pub before: Split,
    /// Who pays. The same as before where other sponsors pay, or only the reason is another.
    pub after: Split,
    /// The reason that the settlement carried, and the one that it carries.
    pub reasons: (Option<Reason>, Option<Reason>),
}

/// A bill, or many, by purses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// From the patient's own account.
    pub own: Fen,
    /// From his sponsors.
    pub aid: Fen,
    /// From his wallet.
    pub wallet: Fen,
    /// In cash.
    pub cash: Fen,
}

impl Split {
    /// Of one outcome.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        Self { own: outcome.own, aid: outcome.aid_total(), wallet: outcome.wallet, cash: outcome.cash }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            own: self.own.plus(other.own),
            aid: self.aid.plus(other.aid),
            wallet: self.wallet.plus(other.wallet),
            cash: self.cash.plus(other.cash),
        }
    }
}

impl Change {
    /// Cash that the family does not pay any more; negative if it pays more.
    #[must_use]
    pub fn cash_saved(&self) -> Fen {
        self.before.cash.minus(self.after.cash)
    }
}

/// Judges a past decision under the other law, and compares.
#[must_use]
pub fn replay_under(laws: Laws<'_>, trace: &Trace) -> Replayed {
    let after = decide(laws.other, &trace.case).outcome;
    if let Some(missing) = missing::that_matters(laws, trace, &after) {
        return Replayed::CannotTell(missing);
    }
    let before = &trace.decision.outcome;
    if pays_alike(before, &after) {
        return Replayed::Same;
    }
    let reasons = (before.reason, after.reason);
    Replayed::Changed(Change { before: Split::of(before), after: Split::of(&after), reasons })
}

/// Whether the same purses pay the same, whoever was asked first, with the same reason. What counts against limits and
/// what kept a sponsor from paying more is neither money nor what the till says.
fn pays_alike(one: &Outcome, other: &Outcome) -> bool {
    let purses = |outcome: &Outcome| (outcome.own, outcome.wallet, outcome.cash, outcome.reason, outcome.aid.len());
    let share = |payment: &Payment| (payment.sponsor, payment.binding, payment.source, payment.amount);
    let has = |payment: &Payment| other.aid.iter().any(|theirs| share(theirs) == share(payment));
    purses(one) == purses(other) && one.aid.iter().all(has)
}

/// The keys that two laws answer differently on some of these days in some of these areas, in the order of [`KEYS`].
///
/// Those that no settlement asks ([`Key::is_asked_by_settlements`]) change nothing here, whatever they would have
/// changed before the till.
#[must_use]
pub fn differing_keys(laws: Laws<'_>, areas: &BTreeSet<AreaCode>, (from, until): (Day, Day)) -> Vec<&'static Key> {
    let mut differs = vec![false; KEYS.len()];
    for area in areas.iter().copied() {
        let changes = laws.now.changes(area).chain(laws.other.changes(area));
        let days: BTreeSet<Day> = changes.filter(|day| (from..=until).contains(day)).chain([from]).collect();
        for day in days {
            let (Ok(now), Ok(other)) = (laws.now.show(area, day), laws.other.show(area, day)) else { continue };
            for (place, (one, two)) in now.iter().zip(&other).enumerate() {
                differs[place] |= one.value != two.value;
            }
        }
    }
    KEYS.iter().zip(differs).filter_map(|(key, differs)| differs.then_some(key)).collect()
}

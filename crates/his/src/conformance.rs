//! The catalogue of checks: what a centre must answer, each with a stable id and the clause that it follows.
//!
//! Invariants: an id never means another check; a check that could not be run is told as that, with the reason, and never
//! as passed; every answer that comes while a check runs is held against the frame, the fields and the identities of the
//! interface, whatever the check is about. What a run settles it undoes.

use std::fmt;

use crate::line::Silence;

mod bench;
mod bodies;
mod calls;
mod cards;
mod fields;
mod flags;
mod frames;
mod gates;
mod lines;
mod names;
mod reconcile;
mod repeats;
mod shapes;
mod tour;
mod undoing;
mod visits;

pub use bench::{Bench, Desks};

/// Why a check did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The answer is wrong, and how.
    Failed(String),
    /// Nothing came back.
    Silent(Silence),
    /// It could not be run, and why.
    NotRun(String),
}

impl From<Silence> for Stop {
    fn from(silence: Silence) -> Self {
        Self::Silent(silence)
    }
}

/// How a check went.
type Went = Result<(), Stop>;
/// What it does.
type Act = Box<dyn Fn(&Bench<'_>) -> Went>;

/// A check.
pub struct Check {
    /// Its id: never another's, never another's meaning.
    pub id: String,
    /// What must hold, in Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The clause of the specification, or where else it is said.
    pub clause: &'static str,
    act: Act,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({})", self.id)
    }
}

/// A check that was made.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its id.
    pub id: String,
    /// What must hold, in Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The clause.
    pub clause: &'static str,
    /// How it went.
    pub verdict: Verdict,
}

/// How a check went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not, and why.
    Failed(String),
    /// It could not be made, and why.
    NotRun(String),
}

/// A check of these words.
fn check(
    id: impl Into<String>,
    clause: &'static str,
    (zh, en): (impl Into<String>, impl Into<String>),
    act: impl Fn(&Bench<'_>) -> Went + 'static,
) -> Check {
    Check { id: id.into(), zh: zh.into(), en: en.into(), clause, act: Box::new(act) }
}

/// All checks, in the order in which they are made. The last ones move the centre's clock, where that can be done.
#[must_use]
pub fn catalogue() -> Vec<Check> {
    let families = [
        frames::checks,
        bodies::checks,
        gates::checks,
        calls::checks,
        fields::checks,
        shapes::checks,
        names::checks,
        flags::checks,
        lines::checks,
        visits::checks,
        undoing::checks,
        repeats::checks,
        reconcile::checks,
        cards::checks,
    ];
    families.into_iter().flat_map(|family| family()).collect()
}

/// So many checks in a row without an answer, and nobody is there any more.
const SILENT: usize = 3;

/// Makes the checks whose ids begin so, or all. Once nobody answers any more the rest is not made.
pub fn run(bench: &Bench<'_>, only: Option<&str>, tell: &mut dyn FnMut(&Outcome)) -> Vec<Outcome> {
    let wanted = catalogue().into_iter().filter(|check| only.is_none_or(|only| check.id.starts_with(only)));
    let mut silent = 0;
    let outcomes = wanted
        .map(|check| {
            let nobody = || Stop::NotRun("中心不再回音 the centre answers no more".to_owned());
            let went = if silent < SILENT { (check.act)(bench) } else { Err(nobody()) };
            match &went {
                Err(Stop::Silent(_)) => silent += 1,
                Ok(()) | Err(Stop::Failed(_)) => silent = 0,
                Err(Stop::NotRun(_)) => {}
            }
            let verdict = verdict(went, bench);
            let outcome = Outcome { id: check.id, zh: check.zh, en: check.en, clause: check.clause, verdict };
            tell(&outcome);
            outcome
        })
        .collect();
    bench.leave_nothing();
    outcomes
}

fn verdict(went: Went, bench: &Bench<'_>) -> Verdict {
    let found = bench.taken();
    match went {
        Err(Stop::Failed(why)) => Verdict::Failed(why),
        Err(Stop::Silent(silence)) => Verdict::Failed(silence.to_string()),
        Err(Stop::NotRun(why)) => Verdict::NotRun(why),
        Ok(()) => match found.first() {
            None => Verdict::Passed,
            Some(finding) => Verdict::Failed(finding.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_three_hundred_checks_and_more_and_no_two_share_an_id_or_say_nothing() {
        let all = catalogue();
        assert!(all.len() >= 300, "{}", all.len());
        let ids: BTreeSet<&str> = all.iter().map(|check| check.id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
        for check in &all {
            assert!(!check.zh.is_ascii() && !check.en.is_empty() && !check.clause.is_empty(), "{check:?}");
            let good = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
            assert!(check.id.chars().all(good), "{check:?}");
        }
    }
}

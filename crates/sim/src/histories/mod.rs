//! Histories: a small family, a policy and some dozens of commands, by the hundred thousand, each through the real
//! service and checked after every command.
//!
//! One seed and one number are one history, on every engine. What must hold stands in [`judge`]. Deliberately absent:
//! crashes and lost messages, which worlds have ([`crate::story`]).

pub mod family;
pub mod judge;
pub mod law;
pub mod play;

use std::collections::BTreeSet;

use crate::plan::Engine;
use crate::random::fold;
use family::Numbers;
use law::Laws;
use play::{History, Told};

/// Which histories are played.
#[derive(Clone, Copy, Debug)]
pub struct Histories {
    /// From this and a number everything follows.
    pub seed: u64,
    /// The number of the first.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// Which engine keeps the rows.
    pub engine: Engine,
    /// Whether rows are digested too, which costs as much as the history.
    pub digest: Digest,
}

/// What a digest is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// Of all answers.
    Answers,
    /// Of all answers and all rows.
    Everything,
}

/// What histories came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// How many were played.
    pub histories: u64,
    /// Policies that were generated and that the check of packs takes.
    pub policies: u64,
    /// What was done and compared.
    pub told: Told,
    /// One number for all of them: equal runs have equal ones.
    pub digest: u64,
    /// The first history in which something must not be, shortened as far as it goes.
    pub failure: Option<Failure>,
}

/// A history in which something must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its number.
    pub number: u64,
    /// What must not be.
    pub what: String,
    /// What happened, without the commands that it does not need.
    pub story: Vec<String>,
}

/// Plays histories until all are played or one fails.
///
/// # Errors
/// A sentence if a store cannot be made.
pub fn play_histories(plan: Histories, mut watch: impl FnMut(u64)) -> Result<Played, String> {
    let _context = plan.engine.enter();
    let laws = Laws::of(plan.seed);
    let policies = u64::try_from(laws.generated()).unwrap_or(0);
    let mut played = Played { policies, ..Played::default() };
    for number in plan.first..plan.first + plan.count {
        let (history, twin) = play_one(plan, number, &laws)?;
        played.histories += 1;
        played.told.add(&history.told);
        played.digest = fold(played.digest.rotate_left(7), history.digest(plan.digest).as_bytes());
        let violation = history.violation().or(twin);
        if let Some(what) = violation {
            played.failure = Some(shortened((plan, number), &laws, what)?);
            return Ok(played);
        }
        watch(played.histories);
    }
    Ok(played)
}

/// A history, and what its twin of other numbers has against it.
fn play_one(plan: Histories, number: u64, laws: &Laws) -> Result<(History, Option<String>), String> {
    let mut history = History::begin((plan.seed, number), (plan.engine, Numbers::Forward), laws)?;
    history.play(&BTreeSet::new());
    if !history.has_twin() || history.violation().is_some() {
        return Ok((history, None));
    }
    let mut twin = History::begin((plan.seed, number), (plan.engine, Numbers::Backward), laws)?;
    twin.play(&BTreeSet::new());
    history.told.twins += 1;
    let difference = judge::differs(&history.world, &twin.world);
    Ok((history, twin.violation().or(difference)))
}

/// Leaves out one command after the other, as long as something still must not be.
fn shortened((plan, number): (Histories, u64), laws: &Laws, what: String) -> Result<Failure, String> {
    let mut left_out = BTreeSet::new();
    let replay = |left_out: &BTreeSet<u64>| -> Result<History, String> {
        let mut history = History::begin((plan.seed, number), (plan.engine, Numbers::Forward), laws)?;
        history.tell();
        history.play(left_out);
        Ok(history)
    };
    let mut shortest = replay(&left_out)?;
    for step in (1..=shortest.commands()).rev() {
        left_out.insert(step);
        let shorter = replay(&left_out)?;
        if shorter.violation().is_some() {
            shortest = shorter;
        } else {
            left_out.remove(&step);
        }
    }
    let what = shortest.violation().unwrap_or(what);
    Ok(Failure { number, what, story: std::mem::take(&mut shortest.world.told) })
}

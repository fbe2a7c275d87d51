//! What a year has come to for a person (累计): the sums that the next bill looks at.
//!
//! Invariant: every sum is a plain sum of what each split added, so undoing a split in any order gives back exactly what
//! there would be without it. Deliberately absent: whose they are, and where they are kept.

use std::collections::BTreeMap;

use gongji_words::Fen;
use serde::{Deserialize, Serialize};

use super::plan::ByCare;
use super::split::Split;

/// Sums of a year, or what one split adds to them. Those of nothing are not written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sums {
    /// How many stays began.
    #[serde(skip_serializing_if = "is_nothing")]
    pub stays: u32,
    /// Deductibles paid.
    #[serde(skip_serializing_if = "is_nothing")]
    pub deductible: ByCare<Fen>,
    /// What lay in the bands above them.
    #[serde(skip_serializing_if = "is_nothing")]
    pub banded: ByCare<Fen>,
    /// What the pool paid.
    #[serde(skip_serializing_if = "is_nothing")]
    pub pool: ByCare<Fen>,
    /// What lay above the pool's ceiling of the year.
    #[serde(skip_serializing_if = "is_nothing")]
    pub large_base: Fen,
    /// What the large-amount fund paid of it.
    #[serde(skip_serializing_if = "is_nothing")]
    pub large: Fen,
    /// What counts for the serious-illness insurance.
    #[serde(skip_serializing_if = "is_nothing")]
    pub serious_base: Fen,
    /// What that paid of it.
    #[serde(skip_serializing_if = "is_nothing")]
    pub serious: Fen,
}

fn is_nothing<T: Default + PartialEq>(sum: &T) -> bool {
    *sum == T::default()
}

impl Sums {
    /// What the pool paid for all care.
    #[must_use]
    pub fn pool_paid(&self) -> Fen {
        self.pool.sum()
    }

    /// Both together.
    #[must_use]
    pub fn with(&self, more: &Self) -> Self {
        Self { stays: self.stays + more.stays, ..self.each(more, Fen::plus) }
    }

    /// The first without the second, which had been added.
    #[must_use]
    pub fn without(&self, added: &Self) -> Self {
        let stays = self.stays.checked_sub(added.stays).expect("a stay that is undone had been counted");
        Self { stays, ..self.each(added, Fen::minus) }
    }

    fn each(&self, other: &Self, join: fn(Fen, Fen) -> Fen) -> Self {
        Self {
            stays: self.stays,
            deductible: self.deductible.join(&other.deductible, join),
            banded: self.banded.join(&other.banded, join),
            pool: self.pool.join(&other.pool, join),
            large_base: join(self.large_base, other.large_base),
            large: join(self.large, other.large),
            serious_base: join(self.serious_base, other.serious_base),
            serious: join(self.serious, other.serious),
        }
    }
}

/// The sums of a person, year by year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Years(BTreeMap<i32, Sums>);

impl Years {
    /// The sums of a year; nothing if nothing was paid in it.
    #[must_use]
    pub fn of(&self, year: i32) -> Sums {
        self.0.get(&year).copied().unwrap_or_default()
    }

    /// Adds a split to its year.
    pub fn add(&mut self, split: &Split) {
        self.set(split.year, self.of(split.year).with(&split.added));
    }

    /// Takes a split out of its year again, whatever came after it.
    pub fn undo(&mut self, split: &Split) {
        self.set(split.year, split.undone(&self.of(split.year)));
    }

    /// Sets the sums of a year. A year in which nothing is left is forgotten.
    pub fn set(&mut self, year: i32, sums: Sums) {
        if sums == Sums::default() {
            self.0.remove(&year);
        } else {
            self.0.insert(year, sums);
        }
    }
}

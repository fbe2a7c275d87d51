//! Coloured money of a personal account, and what of it is held.
//!
//! A colour is the insurance year in which money was credited; "previous years' balance" is what is older than
//! the area's current insurance year. So the turn of a year moves nothing, and a reversal restores exactly.
//! Invariants: no lot is negative; what is held never exceeds the balance, colour by colour.

use std::collections::BTreeMap;

use gongji_words::{AreaCode, CommandId, Day, Fen, PersonId};
use serde::{Deserialize, Serialize};

use crate::policy::{MoneyLaw, UsableMoney};
use crate::word::vocabulary;
use crate::zoo::{self, Cage};

/// The insurance year of origin of money, moved on by one for each turn that an area ordered early.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Colour(pub i32);

impl Colour {
    /// The colour of money credited on a day, where the insurance year begins in `month` (1 to 12) and
    /// `early_turns` turns of the year were ordered before the calendar's.
    #[must_use]
    pub fn of_year(day: Day, month: u8, early_turns: i32) -> Self {
        let month = if zoo::open(Cage::YearTurnsLate) { month + 1 } else { month };
        let begun = if day.month() >= month { day.year() } else { day.year() - 1 };
        Self(begun + early_turns)
    }

    /// The colour of the year before: what opening balances of previous years carry.
    #[must_use]
    pub const fn before(self) -> Self {
        Self(self.0 - 1)
    }
}

/// Amounts by colour; no entry is zero or negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lots(BTreeMap<Colour, Fen>);

impl Lots {
    /// No money.
    #[must_use]
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// One lot; nothing if the amount is zero.
    #[must_use]
    pub fn one(colour: Colour, amount: Fen) -> Self {
        let mut lots = Self::none();
        lots.put(colour, amount);
        lots
    }

    /// The sum of all lots.
    #[must_use]
    pub fn total(&self) -> Fen {
        Fen::sum(self.0.values().copied())
    }

    /// The sum of the lots older than `current`.
    #[must_use]
    pub fn older_than(&self, current: Colour) -> Fen {
        Fen::sum(self.0.range(..current).map(|(_, amount)| *amount))
    }

    /// Whether there is no money.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each colour and its amount, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (Colour, Fen)> + '_ {
        self.0.iter().map(|(colour, amount)| (*colour, *amount))
    }

    /// Adds money of one colour. The amount must not be negative.
    pub fn put(&mut self, colour: Colour, amount: Fen) {
        assert!(!amount.is_negative(), "money put into a lot is never negative");
        if amount.is_zero() {
            return;
        }
        let slot = self.0.entry(colour).or_default();
        *slot = slot.plus(amount);
    }

    /// Adds all lots of another.
    pub fn put_all(&mut self, other: &Self) {
        for (colour, amount) in other.iter() {
            self.put(colour, amount);
        }
    }

    /// Takes exactly these lots away; they must be there.
    pub fn remove(&mut self, other: &Self) {
        for (colour, amount) in other.iter() {
            let slot = self.0.get_mut(&colour).expect("a lot that is taken is there");
            let left = slot.minus(amount);
            assert!(!left.is_negative(), "no lot goes below zero");
            *slot = left;
        }
        self.0.retain(|_, amount| amount.is_positive());
    }

    /// These lots without another's; what is not there is passed over.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = Self::none();
        for (colour, amount) in self.iter() {
            let taken = other.0.get(&colour).copied().unwrap_or_default().min(amount);
            left.put(colour, amount.minus(taken));
        }
        left
    }

    /// The part of these lots that is older than `current`.
    #[must_use]
    pub fn part_older_than(&self, current: Colour) -> Self {
        Self(self.0.range(..current).map(|(colour, amount)| (*colour, *amount)).collect())
    }

    /// The first `amount` of these lots, oldest first: previous years' money is taken before this year's.
    /// `None` if there is less.
    #[must_use]
    pub fn first(&self, amount: Fen) -> Option<Self> {
        if zoo::open(Cage::NewestFirst)
            && let Some((newest, here)) = self.0.last_key_value()
            && *here >= amount
        {
            return Some(Self::one(*newest, amount));
        }
        let mut left = amount;
        let mut taken = Self::none();
        for (colour, here) in self.iter() {
            let now = here.min(left);
            taken.put(colour, now);
            left = left.minus(now);
        }
        left.is_zero().then_some(taken)
    }
}

impl FromIterator<(Colour, Fen)> for Lots {
    fn from_iter<T: IntoIterator<Item = (Colour, Fen)>>(iter: T) -> Self {
        let mut lots = Self::none();
        for (colour, amount) in iter {
            lots.put(colour, amount);
        }
        lots
    }
}

/// A personal account (个人账户) of an insured employee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Whose it is.
    pub person: PersonId,
    /// All money in it, held or not.
    pub lots: Lots,
    /// Whether the agency has frozen it: then nobody spends from it.
    pub frozen: bool,
}

vocabulary! {
    /// What a hold belongs to.
    HoldKind {
        /// A frozen quota of the wallet's quota mode; the owner is the binding.
        Quota = 1 "quota",
        /// A transfer that waits for acceptance; the owner is the transfer.
        Transfer = 2 "transfer",
    }
}

/// Money of an account that is set aside for a relation or a transfer; it keeps its colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Whose account.
    pub person: PersonId,
    /// The binding or transfer that it belongs to.
    pub owner: CommandId,
    /// What that is.
    pub kind: HoldKind,
    /// What is held; empty once released or spent.
    pub lots: Lots,
}

/// How often an area turned its insurance year before the calendar did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaYear {
    /// The pooling area.
    pub area: AreaCode,
    /// Turns ordered by the agency, beside those of the calendar.
    pub early_turns: i32,
}

/// The lots that aid may use of `available` money: by the sponsor's area, previous years' only or all of it,
/// and never below what must stay. The reserve stays in the newest usable money.
#[must_use]
pub fn usable(law: &MoneyLaw, available: &Lots, current: Colour) -> Lots {
    let candidates = match law.usable {
        _ if zoo::open(Cage::PreviousYearsIgnored) => available.clone(),
        UsableMoney::All => available.clone(),
        UsableMoney::PreviousYears => available.part_older_than(current),
    };
    let reserve = if zoo::open(Cage::ReserveIgnored) { Fen::ZERO } else { law.reserve };
    let above = available.total().minus(reserve.min(available.total()));
    let amount = candidates.total().min(above);
    candidates.first(amount).expect("the amount is at most the total")
}

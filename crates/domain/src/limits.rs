//! What a sponsor allowed a beneficiary to spend, and the periods in which it is counted.

use gongji_words::{Day, Fen, Month};
use serde::{Deserialize, Serialize};

use crate::zoo::{self, Cage};

/// Limits that a sponsor set on one binding, each in fen and each optional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// 授权金额: over the whole life of the binding.
    pub quota: Option<Fen>,
    /// 单笔上限: in one settlement; premiums do not count.
    pub per_settlement: Option<Fen>,
    /// On one calendar day.
    pub per_day: Option<Fen>,
    /// In one calendar month.
    pub per_month: Option<Fen>,
    /// In one calendar year.
    pub per_year: Option<Fen>,
}

/// What has been spent in the periods that limits look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Over the binding's life.
    pub total: Fen,
    /// On the day.
    pub day: Fen,
    /// In the month.
    pub month: Fen,
    /// In the year.
    pub year: Fen,
}

impl Used {
    /// The sum of two.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            total: self.total.plus(other.total),
            day: self.day.plus(other.day),
            month: self.month.plus(other.month),
            year: self.year.plus(other.year),
        }
    }
}

/// The calendar period of a counter. Numbers are stable: rows keep them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// The binding's whole life.
    Total,
    /// One day.
    Day(Day),
    /// One month.
    Month(Month),
    /// One year.
    Year(i32),
}

impl Period {
    /// The four periods in which a payment of this day counts.
    #[must_use]
    pub fn of(day: Day) -> [Self; 4] {
        [Self::Total, Self::Day(day), Self::Month(Month::of(day)), Self::Year(day.year())]
    }

    /// Kind and number, as rows keep them.
    #[must_use]
    pub fn numbers(self) -> (i64, i64) {
        match self {
            Self::Total => (0, 0),
            Self::Day(day) => (1, i64::from(day.number())),
            Self::Month(month) => (2, i64::from(month.number())),
            Self::Year(year) => (3, i64::from(year)),
        }
    }

    /// The period of a kind and number, if they are one.
    #[must_use]
    pub fn from_numbers(kind: i64, number: i64) -> Option<Self> {
        let number = i32::try_from(number).ok()?;
        match kind {
            0 => Some(Self::Total),
            1 => Some(Self::Day(Day::from_number(number))),
            2 => Some(Self::Month(Month::from_number(number))),
            3 => Some(Self::Year(number)),
            _ => None,
        }
    }
}

/// Whether a payment is a settlement at a till or a premium: the limit per settlement asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spending {
    /// At a till.
    Settlement,
    /// A premium.
    Premium,
}

impl Limits {
    /// What may still be spent: `None` where nothing limits it.
    #[must_use]
    pub fn left(&self, used: &Used, spending: Spending) -> Option<Fen> {
        let per_settlement = match spending {
            Spending::Settlement => self.per_settlement,
            Spending::Premium => None,
        };
        let open = |limit: Option<Fen>, used: Fen| limit.map(|most| most.minus(used.min(most)));
        let limits = [
            (per_settlement, Cage::SettlementLimitIgnored),
            (open(self.quota, used.total), Cage::QuotaIgnored),
            (open(self.per_day, used.day), Cage::DayLimitIgnored),
            (open(self.per_month, used.month), Cage::MonthLimitIgnored),
            (open(self.per_year, used.year), Cage::YearLimitIgnored),
        ];
        let held = limits.into_iter().filter(|(_, cage)| !zoo::open(*cage)).filter_map(|(limit, _)| limit);
        held.min().map(|left| left.plus(zoo::fen(Cage::LimitOneFenMore)))
    }
}

impl Limits {
    /// These limits, and where they set none those of another.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            quota: self.quota.or(other.quota),
            per_settlement: self.per_settlement.or(other.per_settlement),
            per_day: self.per_day.or(other.per_day),
            per_month: self.per_month.or(other.per_month),
            per_year: self.per_year.or(other.per_year),
        }
    }
}

//! What is wrong with a bill, so that nothing can be paid of it: each names the field and the remedy.

use gongji_words::{Day, Fen};
use thiserror::Error;

use super::plan::{Care, Level, PersonKind};
use super::plans::NoPlan;
use crate::person::Scheme;

/// What is wrong with a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Wrong {
    /// Nothing to divide.
    #[error("lines: there is none: a bill has at least one line")]
    NoLines,
    /// Two lines with one number.
    #[error("line {line}: number: stands there twice: give each line a number of its own")]
    NumberTwice {
        /// The number.
        line: u64,
    },
    /// Negative without a return, or a return that is not negative.
    #[error(
        "line {line}: count: a return has a negative count and `returns`, a charge has neither: write both or none"
    )]
    Sign {
        /// Its number.
        line: u64,
    },
    /// The returned line is not in the bill.
    #[error(
        "line {line}: returns: there is no charge {returns} in this bill: send the charge with it; what was settled is reversed, not returned"
    )]
    ReturnOfNothing {
        /// Its number.
        line: u64,
        /// The number that it names.
        returns: u64,
    },
    /// The returned line has another item or price.
    #[error("line {line}: returns: charge {returns} has another item or price: repeat those of the charge")]
    ReturnOfAnother {
        /// Its number.
        line: u64,
        /// The number that it names.
        returns: u64,
    },
    /// More is returned than was charged.
    #[error("line {line}: count: more is returned than is left of charge {returns}: return at most what was charged")]
    ReturnsMore {
        /// Its number.
        line: u64,
        /// The number that it names.
        returns: u64,
    },
    /// The stated amount is not price times count.
    #[error(
        "line {line}: amount: {stated} is stated, price times count is {computed}: they may differ by 0.01 at most"
    )]
    Amount {
        /// Its number.
        line: u64,
        /// What is stated.
        stated: Fen,
        /// What it comes to.
        computed: Fen,
    },
    /// Larger than any bill.
    #[error("line {line}: price times count is beyond 10000000000.00 yuan: check price and count")]
    TooLarge {
        /// Its number.
        line: u64,
    },
    /// A line from after the end of the visit.
    #[error("line {line}: day: {day} is after the last day of the visit, {last}: correct one of the two")]
    AfterTheEnd {
        /// Its number.
        line: u64,
        /// Its day.
        day: Day,
        /// The last day of the visit.
        last: Day,
    },
    /// The person is not insured by this plan.
    #[error("person: `{person}` is not insured as `{scheme}`: name a kind of person of that insurance")]
    Person {
        /// The kind of person.
        person: PersonKind,
        /// The plan's insurance.
        scheme: Scheme,
    },
    /// There is no such care at this level.
    #[error("level: there is no {care} care at `{level}`: name the level of the hospital")]
    Level {
        /// The kind of care.
        care: Care,
        /// The level.
        level: Level,
    },
    /// The newborn has to be insured itself.
    #[error(
        "line {line}: newborn: {day} is not within the days for which the plan takes a newborn under the mother's name: settle it under its own"
    )]
    Newborn {
        /// Its number.
        line: u64,
        /// Its day.
        day: Day,
    },
    /// There is no plan.
    #[error("area: {0}")]
    Plan(#[from] NoPlan),
}

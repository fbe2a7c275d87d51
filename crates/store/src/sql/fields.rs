//! Between columns and values: a cursor over the columns of a row, and what numbers may mean.
//!
//! Invariant: a number that means nothing is damage, said with table, row and column; it never panics and never
//! becomes another value.

use std::fmt::Display;

use gongji_domain::journal::Position;
use gongji_domain::limits::Period;
use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, Moment, Month, PersonId};

use super::value::{Cell, Columns, Plain};
use crate::StoreError;

/// The columns of a row, read one after the other.
pub(crate) struct Fields<'a> {
    row: &'a dyn Columns,
    table: &'static str,
    next: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(table: &'static str, row: &'a dyn Columns) -> Self {
        Self { row, table, next: 0 }
    }

    /// The next column as the database gives it.
    pub(crate) fn plain<T: Plain>(&mut self) -> Result<T, StoreError> {
        let place = self.next;
        self.next += 1;
        self.row.cell(place).and_then(T::of).ok_or_else(|| self.damaged(place))
    }

    /// The next column as what its number means.
    pub(crate) fn get<T>(&mut self, meaning: impl Fn(i64) -> Option<T>) -> Result<T, StoreError> {
        let number = self.plain()?;
        meaning(number).ok_or_else(|| self.damaged(self.next - 1))
    }

    /// The next column, which may be empty.
    pub(crate) fn maybe<T>(&mut self, meaning: impl Fn(i64) -> Option<T>) -> Result<Option<T>, StoreError> {
        let Some(number) = self.plain()? else { return Ok(None) };
        meaning(number).map(Some).ok_or_else(|| self.damaged(self.next - 1))
    }

    /// The next column as what its text means.
    pub(crate) fn text<T>(&mut self, meaning: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let place = self.next;
        self.next += 1;
        match self.row.cell(place) {
            Some(Cell::Text(text)) => meaning(text).ok_or_else(|| self.damaged(place)),
            _ => Err(self.damaged(place)),
        }
    }

    /// What the columns before this one say does not go together.
    pub(crate) fn contradiction(&self) -> StoreError {
        self.damaged(self.next.saturating_sub(1))
    }

    fn damaged(&self, place: usize) -> StoreError {
        let column = self.row.name(place);
        self.torn(&self.key(), &format!("the column {column} holds what was never written"))
    }

    /// What columns of a row say of each other is not so.
    pub(crate) fn torn(&self, row: &impl Display, why: &str) -> StoreError {
        StoreError::Damaged { table: self.table, row: row.to_string(), why: why.to_owned() }
    }

    /// The first columns tell rows apart; numbers only, since texts come from outside.
    fn key(&self) -> String {
        let part = |place| match self.row.cell(place) {
            Some(Cell::Number(number)) => number.to_string(),
            _ => "?".to_owned(),
        };
        format!("{}/{}", part(0), part(1))
    }
}

pub(crate) fn fen(number: i64) -> Option<Fen> {
    Some(Fen::from_fen(number))
}

pub(crate) fn person(number: i64) -> Option<PersonId> {
    Some(PersonId::from_number(number))
}

pub(crate) fn command(number: i64) -> Option<CommandId> {
    Some(CommandId::from_number(number))
}

pub(crate) fn institution(number: i64) -> Option<InstitutionId> {
    Some(InstitutionId::from_number(number))
}

pub(crate) fn area(number: i64) -> Option<AreaCode> {
    AreaCode::parse(&number.to_string()).ok()
}

pub(crate) fn small<T: TryFrom<i64>>(number: i64) -> Option<T> {
    T::try_from(number).ok()
}

pub(crate) fn flag(number: i64) -> Option<bool> {
    match number {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// A day of the calendar's years; others would stop the program.
pub(crate) fn day(number: i64) -> Option<Day> {
    let number = small(number)?;
    let (first, last) = (Day::new(1900, 1, 1)?, Day::new(2199, 12, 31)?);
    (first.number()..=last.number()).contains(&number).then(|| Day::from_number(number))
}

pub(crate) fn moment(millis: i64) -> Option<Moment> {
    const DAY: i64 = 86_400_000;
    let (first, last) = (Day::new(1900, 1, 1)?.start(), Day::new(2199, 12, 31)?.start());
    (first.millis()..last.millis() + DAY).contains(&millis).then(|| Moment::from_millis(millis))
}

pub(crate) fn month(number: i64) -> Option<Month> {
    let number: i32 = small(number)?;
    Month::new(number.div_euclid(12), u8::try_from(number.rem_euclid(12) + 1).ok()?)
}

/// A word of a closed vocabulary.
pub(crate) fn word<T>(meaning: impl Fn(u8) -> Option<T>) -> impl Fn(i64) -> Option<T> {
    move |number| meaning(small(number)?)
}

/// A set of words, one bit each by their numbers.
pub(crate) fn bits_of(numbers: impl Iterator<Item = u8>) -> i64 {
    numbers.fold(0, |bits, number| bits | 1 << number)
}

/// The words of a set of bits.
pub(crate) fn words<T, S: FromIterator<T>>(meaning: impl Fn(u8) -> Option<T>) -> impl Fn(i64) -> Option<S> {
    move |bits| (0..63).filter(|number| bits & 1 << number != 0).map(&meaning).collect()
}

/// A position of a kind, a subject and an owner.
pub(crate) fn position(numbers: (i64, i64, i64)) -> Option<Position> {
    let (kind, subject, owner) = numbers;
    Position::from_numbers(kind, subject, owner)
}

/// A period of a kind and a number.
pub(crate) fn period(kind: i64, number: i64) -> Option<Period> {
    match kind {
        1 => day(number).map(Period::Day),
        2 => month(number).map(Period::Month),
        _ => Period::from_numbers(kind, number),
    }
}

//! Reading one word as a value: a word of a list, an amount, a date, an area, a name.

use std::fmt::Display;

use gongji_words::{AreaCode, Day, Fen, Moment, Month};

use super::error::{Fault, Read};
use super::lexer::Word;
use super::nearest::suggestion;
use super::vocabulary::Vocabulary;

/// A word of a closed list.
pub(super) fn choice<T: Vocabulary>(word: Word<'_>) -> Read<T> {
    choice_of(word, T::ALL)
}

/// A word of a part of a closed list.
pub(super) fn choice_of<T: Vocabulary>(word: Word<'_>, admitted: &[T]) -> Read<T> {
    let found = admitted.iter().copied().find(|value| word.is(value.word()));
    found.ok_or_else(|| {
        let names = admitted.iter().map(|value| value.word());
        not_a(word, T::CALLED).help(suggestion(word.text, names))
    })
}

/// Exactly this word.
pub(super) fn keyword(word: Word<'_>, expected: &str) -> Read<()> {
    if word.is(expected) {
        return Ok(());
    }
    Err(word.fault(format!("found `{}` instead of `{expected}`", word.text)).help(format!("write `{expected}`")))
}

/// An amount in yuan such as `88.50`, without sign.
pub(super) fn amount(word: Word<'_>) -> Read<Fen> {
    parsed(word, "an amount", Fen::parse_yuan)
}

/// A calendar day such as `2025-03-08`.
pub(super) fn day(word: Word<'_>) -> Read<Day> {
    parsed(word, "a day", Day::parse)
}

/// A time such as `2025-03-08T10:00`, or a day for its first minute.
pub(super) fn moment(word: Word<'_>) -> Read<Moment> {
    parsed(word, "a time", Moment::parse)
}

/// A calendar month such as `2025-03`.
pub(super) fn month(word: Word<'_>) -> Read<Month> {
    parsed(word, "a month", Month::parse)
}

/// The code of an area, six digits.
pub(super) fn area(word: Word<'_>) -> Read<AreaCode> {
    parsed(word, "an area", AreaCode::parse)
}

/// A calendar year such as `2026`, one that has days.
pub(super) fn year(word: Word<'_>) -> Read<i32> {
    let fault = || not_a(word, "a year").help("a year has four digits, like 2026");
    if word.text.len() != 4 {
        return Err(fault());
    }
    let year = i32::try_from(count(word).map_err(|_| fault())?).map_err(|_| fault())?;
    match Day::new(year, 1, 1) {
        Some(_) => Ok(year),
        None => Err(fault().help("the calendar goes from 1900 to 2199")),
    }
}

/// A number of things, in digits.
pub(super) fn count(word: Word<'_>) -> Read<u64> {
    let digits = !word.quoted && word.text.chars().all(|c| c.is_ascii_digit());
    match word.text.parse() {
        Ok(number) if digits => Ok(number),
        _ => Err(not_a(word, "a number").help("write digits only, like 12")),
    }
}

/// A name or id: letters of any script, digits, `-` and `_`. Quotes do not widen it.
pub(super) fn name<'a>(word: Word<'a>) -> Read<&'a str> {
    if word.text.is_empty() {
        return Err(word.fault("this name is empty"));
    }
    if let Some(fault) = glued_arrow(word) {
        return Err(fault);
    }
    let first = word.column + u32::from(word.quoted);
    match (first..).zip(word.text.chars()).find(|(_, c)| !is_name_character(*c)) {
        None => Ok(word.text),
        Some((column, found)) => {
            let message = format!("a name cannot hold `{found}`");
            Err(Fault { width: 1, ..Fault::at(column, message) }.help("a name has letters, digits, `-` and `_` only"))
        }
    }
}

fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || character == '-' || character == '_'
}

fn glued_arrow(word: Word<'_>) -> Option<Fault> {
    let arrow = !word.quoted && word.text.contains("=>");
    arrow.then(|| word.fault(format!("found `{}`, an arrow within a word", word.text)).help("put blanks around =>"))
}

fn parsed<T, E: Display>(word: Word<'_>, what: &str, parse: impl Fn(&str) -> Result<T, E>) -> Read<T> {
    if word.quoted {
        return Err(not_a(word, what).help("write it without quotes"));
    }
    parse(word.text).map_err(|error| glued_arrow(word).unwrap_or_else(|| not_a(word, what).help(error.to_string())))
}

/// The fault that a word is not what it should be.
pub(super) fn not_a(word: Word<'_>, what: &str) -> Fault {
    let quotes = if word.quoted { "\"" } else { "" };
    word.fault(format!("`{quotes}{}{quotes}` is not {what}", word.text))
}

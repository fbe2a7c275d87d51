//! The values of rules: which kinds there are, how one is written in a pack, and its canonical text.
//!
//! Invariants: a value that exists fits its kind; two values that mean the same have the same text (sets are
//! in the order of their vocabulary), because the digest of a policy is taken over these texts. "none" and
//! "unlimited" are values; an absent key is unknown and inherited. Deliberately absent: which key has which
//! kind (see [`super::keys`]), the reading of files.

use std::collections::BTreeSet;
use std::fmt;

use gongji_words::Fen;

use super::model::{ItemLimit, Product};
use crate::burden::{Part, PartSet};
use crate::kinship::Relation;

/// First and last (month, day) of a yearly season.
pub type Season = ((u8, u8), (u8, u8));

/// What kind of value a key has.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number between two bounds, or the word for absence where there is one.
    Number {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
        /// `unlimited`, `none`, or nothing where a number must stand.
        absent: Option<&'static str>,
    },
    /// Yuan with two decimals, in quotes, or the word for absence where there is one.
    Money {
        /// The word for absence.
        absent: Option<&'static str>,
    },
    /// A time of day.
    Minute,
    /// One word of a vocabulary.
    Word(fn() -> Vec<&'static str>),
    /// A list of words of a vocabulary.
    Words(fn() -> Vec<&'static str>),
    /// A list of free words.
    Texts,
    /// Most bindings by relation.
    Counts,
    /// A monthly limit on parts of a bill.
    Limit,
    /// Named products.
    Products,
    /// A yearly season.
    Season,
}

impl Kind {
    /// The canonical text of a value of this kind; absence by its own word, `unlimited` or `none`.
    pub(super) fn text_of(self, value: &Value) -> String {
        match (self, value) {
            (Self::Number { absent: Some(word), .. }, Value::Number(None)) => word.to_owned(),
            _ => value.to_string(),
        }
    }

    /// What is expected, in words, with an example as it stands in a pack.
    #[must_use]
    pub fn expected(self) -> String {
        match self {
            Self::Flag => "true or false, as in `value = true`".to_owned(),
            Self::Number { least, most, absent } => {
                format!("a whole number from {least} to {most}{}, as in `value = {}`", or_word(absent), least.max(2))
            }
            Self::Money { absent } => {
                format!("yuan with two decimals in quotes{}, as in `value = \"7778.00\"`", or_word(absent))
            }
            Self::Minute => "a time of day in quotes, as in `value = \"22:00\"`".to_owned(),
            Self::Word(words) => format!("one of the words {}, as in `value = \"{}\"`", words().join(", "), words()[0]),
            Self::Words(words) => format!(
                "a list of the words {} (or \"none\"), as in `value = [\"{}\"]`",
                words().join(", "),
                words()[0]
            ),
            Self::Texts => "a list of words, as in `value = [\"portal\", \"counter\"]`".to_owned(),
            Self::Counts => "a number for each relation (or \"none\"), as in `value = { parent = 1 }`".to_owned(),
            Self::Limit => "parts and a monthly amount (or \"none\"), as in \
                `value = { parts = [\"device\"], monthly = \"300.00\" }`"
                .to_owned(),
            Self::Products => "a list of products (or \"none\"), as in \
                `value = [{ name = \"沪惠保\", price = \"129.00\", own-threshold = \"4000.00\" }]`"
                .to_owned(),
            Self::Season => "first and last day of the season (or \"none\"), as in \
                `value = { first = \"09-01\", last = \"12-31\" }`"
                .to_owned(),
        }
    }
}

fn or_word(absent: Option<&str>) -> String {
    absent.map(|word| format!(" or \"{word}\"")).unwrap_or_default()
}

/// A value of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of [`Kind::Flag`].
    Flag(bool),
    /// Of [`Kind::Number`]; `None` for the word of absence.
    Number(Option<u32>),
    /// Of [`Kind::Money`]; `None` for the word of absence.
    Money(Option<Fen>),
    /// Of [`Kind::Minute`]: minutes after 00:00 China Standard Time.
    Minute(u16),
    /// Of [`Kind::Word`].
    Word(&'static str),
    /// Of [`Kind::Words`], each once, in the order of the vocabulary.
    Words(Vec<&'static str>),
    /// Of [`Kind::Texts`], in the order written.
    Texts(Vec<String>),
    /// Of [`Kind::Counts`], in the order of the relations.
    Counts(Vec<(Relation, u32)>),
    /// Of [`Kind::Limit`].
    Limit(Option<ItemLimit>),
    /// Of [`Kind::Products`], in the order written.
    Products(Vec<Product>),
    /// Of [`Kind::Season`].
    Season(Option<Season>),
}

/// Reading with the wrong accessor is a mistake in the table of keys, found by the first pack that is loaded.
const MISMATCH: &str = "the table of keys pairs each key with the accessor of its kind";

impl Value {
    pub(super) fn flag(&self) -> bool {
        let Self::Flag(flag) = self else { unreachable!("{MISMATCH}") };
        *flag
    }

    pub(super) fn number(&self) -> Option<u32> {
        let Self::Number(number) = self else { unreachable!("{MISMATCH}") };
        *number
    }

    /// The number of a key where a number must stand, zero where absence has a word.
    pub(super) fn small<N: TryFrom<u32>>(&self) -> N {
        let number = self.number().unwrap_or(0);
        N::try_from(number).unwrap_or_else(|_| unreachable!("the bounds of the kind fit the field"))
    }

    pub(super) fn money(&self) -> Option<Fen> {
        let Self::Money(money) = self else { unreachable!("{MISMATCH}") };
        *money
    }

    pub(super) fn minute(&self) -> u16 {
        let Self::Minute(minute) = self else { unreachable!("{MISMATCH}") };
        *minute
    }

    pub(super) fn word<T>(&self, from_word: fn(&str) -> Option<T>) -> T {
        let Self::Word(word) = self else { unreachable!("{MISMATCH}") };
        from_word(word).unwrap_or_else(|| unreachable!("{MISMATCH}"))
    }

    pub(super) fn words<T: Ord>(&self, from_word: fn(&str) -> Option<T>) -> BTreeSet<T> {
        let Self::Words(words) = self else { unreachable!("{MISMATCH}") };
        words.iter().filter_map(|word| from_word(word)).collect()
    }

    pub(super) fn parts(&self) -> PartSet {
        PartSet::of(&self.words(Part::from_word).into_iter().collect::<Vec<_>>())
    }

    pub(super) fn texts(&self) -> Vec<String> {
        let Self::Texts(texts) = self else { unreachable!("{MISMATCH}") };
        texts.clone()
    }

    pub(super) fn counts(&self) -> Vec<(Relation, u32)> {
        let Self::Counts(counts) = self else { unreachable!("{MISMATCH}") };
        counts.clone()
    }

    pub(super) fn limit(&self) -> Option<ItemLimit> {
        let Self::Limit(limit) = self else { unreachable!("{MISMATCH}") };
        limit.clone()
    }

    pub(super) fn products(&self) -> Vec<Product> {
        let Self::Products(products) = self else { unreachable!("{MISMATCH}") };
        products.clone()
    }

    pub(super) fn season(&self) -> Option<Season> {
        let Self::Season(season) = self else { unreachable!("{MISMATCH}") };
        *season
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(Some(number)) => write!(f, "{number}"),
            Self::Money(Some(money)) => write!(f, "{money}"),
            Self::Number(None) | Self::Money(None) | Self::Limit(None) | Self::Season(None) => f.write_str("none"),
            Self::Minute(minute) => write!(f, "{:02}:{:02}", minute / 60, minute % 60),
            Self::Word(word) => f.write_str(word),
            Self::Words(words) => write!(f, "[{}]", words.join(", ")),
            Self::Texts(texts) => write!(f, "[{}]", texts.join(", ")),
            Self::Counts(counts) => write_list(f, counts.iter().map(|(relation, most)| format!("{relation} {most}"))),
            Self::Limit(Some(limit)) => {
                write_list(f, limit.parts.parts().map(|part| part.word().to_owned()))?;
                write!(f, " {} a month", limit.monthly)
            }
            Self::Products(products) => write_list(f, products.iter().map(product_text)),
            Self::Season(Some((first, last))) => {
                write!(f, "{:02}-{:02} to {:02}-{:02}", first.0, first.1, last.0, last.1)
            }
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = String>) -> fmt::Result {
    write!(f, "[{}]", items.collect::<Vec<_>>().join(", "))
}

fn product_text(product: &Product) -> String {
    let price = product.price.map(|price| format!(" price {price}")).unwrap_or_default();
    let threshold = product.own_threshold.map(|own| format!(" own-threshold {own}")).unwrap_or_default();
    format!("{}{price}{threshold}", product.name)
}

//! Reading one value of a pack by its kind. Each mistake is noted at the word or number that is wrong.

use gongji_words::Fen;
use toml::Spanned;
use toml::de::DeValue;

use super::fields::{Fields, Span, text_of, with_article};
use super::mistake::{Mistakes, suggestion};
use super::model::{ItemLimit, Product};
use super::value::{Kind, Season, Value};
use crate::burden::{Part, PartSet};
use crate::kinship::Relation;

type Spot<'a, 'i> = &'a Spanned<DeValue<'i>>;

/// Most of one relation that a pack may state: more is surely a slip.
const MOST_OF_ONE_RELATION: u32 = 100;

/// Reads a value; `None` with every mistake in it noted.
pub(super) fn read_value(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Value> {
    match kind {
        Kind::Flag => flag(value).map(Value::Flag).or_else(|| unexpected(kind, value, mistakes)),
        Kind::Number { least, most, absent } => {
            read_number(value, (least, most), absent).map(Value::Number).or_else(|| unexpected(kind, value, mistakes))
        }
        Kind::Money { absent } => read_money(kind, absent, value, mistakes).map(Value::Money),
        Kind::Minute => minute(value).map(Value::Minute).or_else(|| unexpected(kind, value, mistakes)),
        Kind::Word(words) => read_word(kind, &words(), value, mistakes).map(Value::Word),
        Kind::Words(words) => read_words(kind, &words(), value, mistakes).map(Value::Words),
        Kind::Texts => read_texts(kind, value, mistakes).map(Value::Texts),
        Kind::Counts => read_counts(kind, value, mistakes).map(Value::Counts),
        Kind::Limit => read_limit(kind, value, mistakes).map(Value::Limit),
        Kind::Products => read_products(kind, value, mistakes).map(Value::Products),
        Kind::Season => read_season(kind, value, mistakes).map(Value::Season),
    }
}

fn unexpected<T>(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<T> {
    let message = format!("{} does not fit here", shown(value));
    mistakes.note(value.span(), message, format!("expected is {}", kind.expected()));
    None
}

pub(crate) fn shown(value: Spot<'_, '_>) -> String {
    match value.get_ref() {
        DeValue::String(text) => format!("the text \"{text}\""),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        other => with_article(other.type_str()),
    }
}

fn flag(value: Spot<'_, '_>) -> Option<bool> {
    value.get_ref().as_bool()
}

pub(crate) fn is_word(value: Spot<'_, '_>, word: &str) -> bool {
    value.get_ref().as_str() == Some(word)
}

fn read_number(value: Spot<'_, '_>, bounds: (u32, u32), absent: Option<&str>) -> Option<Option<u32>> {
    if absent.is_some_and(|word| is_word(value, word)) {
        return Some(None);
    }
    whole(value).filter(|number| (bounds.0..=bounds.1).contains(number)).map(Some)
}

pub(crate) fn whole(value: Spot<'_, '_>) -> Option<u32> {
    value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok())
}

fn read_money(
    kind: Kind,
    absent: Option<&str>,
    value: Spot<'_, '_>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Option<Fen>> {
    if absent.is_some_and(|word| is_word(value, word)) {
        return Some(None);
    }
    let Some(text) = value.get_ref().as_str() else { return unexpected(kind, value, mistakes) };
    match Fen::parse_yuan(text) {
        Ok(money) => Some(Some(money)),
        Err(error) => {
            let message = format!("the text \"{text}\" is no amount: {error}");
            mistakes.note(value.span(), message, format!("expected is {}", kind.expected()));
            None
        }
    }
}

/// Minutes after 00:00 of `22:00`.
fn minute(value: Spot<'_, '_>) -> Option<u16> {
    let (hour, minute) = value.get_ref().as_str()?.split_once(':')?;
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    (hour < 24 && minute < 60).then_some(u16::from(hour) * 60 + u16::from(minute))
}

fn two_digits(text: &str) -> Option<u8> {
    let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

fn read_word(
    kind: Kind,
    known: &[&'static str],
    value: Spot<'_, '_>,
    mistakes: &mut Mistakes<'_>,
) -> Option<&'static str> {
    let Some(text) = value.get_ref().as_str() else { return unexpected(kind, value, mistakes) };
    known_word(text, known, value.span(), mistakes)
}

pub(crate) fn known_word(
    text: &str,
    known: &[&'static str],
    at: Span,
    mistakes: &mut Mistakes<'_>,
) -> Option<&'static str> {
    let found = known.iter().copied().find(|word| *word == text);
    if found.is_none() {
        mistakes.note(at, format!("unknown word `{text}`"), suggestion(text, known.iter().copied()));
    }
    found
}

fn items<'a, 'i>(kind: Kind, value: Spot<'a, 'i>, mistakes: &mut Mistakes<'_>) -> Option<&'a [Spanned<DeValue<'i>>]> {
    if is_word(value, "none") {
        return Some(&[]);
    }
    match value.get_ref() {
        DeValue::Array(items) => Some(items),
        _ => unexpected(kind, value, mistakes),
    }
}

fn read_words(
    kind: Kind,
    known: &[&'static str],
    value: Spot<'_, '_>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Vec<&'static str>> {
    let items = items(kind, value, mistakes)?;
    let mut found = Vec::new();
    for item in items {
        let word = read_word(kind, known, item, mistakes);
        note_twice(word.filter(|word| found.contains(word)), item.span(), mistakes);
        found.extend(word);
    }
    let is_whole = found.len() == items.len();
    is_whole.then(|| known.iter().copied().filter(|word| found.contains(word)).collect())
}

pub(crate) fn note_twice(word: Option<&str>, at: Span, mistakes: &mut Mistakes<'_>) {
    if let Some(word) = word {
        mistakes.note(at, format!("`{word}` stands twice"), "name it once");
    }
}

fn read_texts(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Vec<String>> {
    let items = items(kind, value, mistakes)?;
    let texts: Vec<String> =
        items.iter().filter_map(|item| text_of(item, "value", mistakes)).map(|text| text.is.to_owned()).collect();
    (texts.len() == items.len()).then_some(texts)
}

fn read_counts(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Vec<(Relation, u32)>> {
    if is_word(value, "none") {
        return Some(Vec::new());
    }
    let DeValue::Table(table) = value.get_ref() else { return unexpected(kind, value, mistakes) };
    let words: Vec<&'static str> = Relation::ALL.iter().map(|relation| relation.word()).collect();
    let mut counts = Vec::new();
    for (name, most) in table {
        let word = known_word(name.get_ref(), &words, name.span(), mistakes);
        let most = whole(most)
            .filter(|most| (1..=MOST_OF_ONE_RELATION).contains(most))
            .or_else(|| unexpected(kind, most, mistakes));
        counts.extend(word.and_then(Relation::from_word).zip(most));
    }
    counts.sort_unstable();
    (counts.len() == table.len()).then_some(counts)
}

fn read_limit(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Option<ItemLimit>> {
    if is_word(value, "none") {
        return Some(None);
    }
    if !value.get_ref().is_table() {
        return unexpected(kind, value, mistakes);
    }
    let fields = Fields::open(value, "the limit", &["parts", "monthly"], mistakes)?;
    let words: Vec<&'static str> = Part::ALL.iter().map(|part| part.word()).collect();
    let parts = fields.required("parts", mistakes).and_then(|parts| read_words(kind, &words, parts, mistakes));
    let monthly = fields.required("monthly", mistakes).and_then(|money| read_money(kind, None, money, mistakes));
    let parts: Vec<Part> = parts?.into_iter().filter_map(Part::from_word).collect();
    Some(Some(ItemLimit { parts: PartSet::of(&parts), monthly: monthly?? }))
}

fn read_products(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Vec<Product>> {
    let items = items(kind, value, mistakes)?;
    let products: Vec<Product> = items.iter().filter_map(|item| read_product(kind, item, mistakes)).collect();
    (products.len() == items.len()).then_some(products)
}

fn read_product(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Product> {
    if !value.get_ref().is_table() {
        return unexpected(kind, value, mistakes);
    }
    let fields = Fields::open(value, "the product", &["name", "price", "own-threshold"], mistakes)?;
    let name = fields.text("name", mistakes);
    let price = optional_money(kind, &fields, "price", mistakes);
    let own_threshold = optional_money(kind, &fields, "own-threshold", mistakes);
    Some(Product { name: name?.is.to_owned(), price: price?, own_threshold: own_threshold? })
}

fn optional_money(kind: Kind, fields: &Fields<'_, '_>, name: &str, mistakes: &mut Mistakes<'_>) -> Option<Option<Fen>> {
    match fields.optional(name) {
        Some(value) => read_money(kind, None, value, mistakes),
        None => Some(None),
    }
}

fn read_season(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Option<Season>> {
    if is_word(value, "none") {
        return Some(None);
    }
    if !value.get_ref().is_table() {
        return unexpected(kind, value, mistakes);
    }
    let fields = Fields::open(value, "the season", &["first", "last"], mistakes)?;
    let first = fields.required("first", mistakes).and_then(|day| season_day(kind, day, mistakes));
    let last = fields.required("last", mistakes).and_then(|day| season_day(kind, day, mistakes));
    Some(Some((first?, last?)))
}

fn season_day(kind: Kind, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<(u8, u8)> {
    month_and_day(value).or_else(|| unexpected(kind, value, mistakes))
}

/// Month and day of `09-01`; a day that no leap year has is none.
fn month_and_day(value: Spot<'_, '_>) -> Option<(u8, u8)> {
    let (month, day) = value.get_ref().as_str()?.split_once('-')?;
    let (month, day) = (two_digits(month)?, two_digits(day)?);
    gongji_words::Day::new(2024, month, day).map(|_| (month, day))
}

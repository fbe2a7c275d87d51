//! Building a policy again from its canonical text, which is kept for ever under its digest.
//!
//! Invariant: the text of what was built is the text that was given, or nothing is built. A key that did not exist when
//! the text was written allows nothing; a key that exists no more is not understood. Deliberately absent: sources, which
//! stand in the packs.

use gongji_words::Fen;
use sm3::{Digest, Sm3};

use super::keys::{KEYS, Key, index_of};
use super::model::{ItemLimit, Policy, Product, SponsorOrder};
use super::value::{Kind, Season, Value};
use crate::burden::{Part, PartSet};
use crate::kinship::Relation;

/// The policy of canonical lines `key=value`; `None` of any other text.
#[must_use]
pub fn policy_of(text: &str) -> Option<Policy> {
    let mut policy = super::blank::blank();
    for line in text.lines() {
        let (key, value) = key_and_value(line)?;
        (key.set)(&mut policy, &value);
    }
    policy.settle_order();
    policy.digest = Sm3::digest(text.as_bytes()).into();
    Some(policy)
}

impl Policy {
    /// Where the beneficiary decides on the order, he may change it.
    pub(super) fn settle_order(&mut self) {
        self.till.order_changeable |= self.till.sponsor_order == SponsorOrder::Beneficiary;
    }
}

fn key_and_value(line: &str) -> Option<(&'static Key, Value)> {
    let (name, text) = line.split_once('=')?;
    let key = &KEYS[index_of(name)?];
    let value = value_of(key.kind, text)?;
    (key.kind.text_of(&value) == text).then_some((key, value))
}

fn value_of(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Flag => text.parse().ok().map(Value::Flag),
        Kind::Number { absent, .. } if absent == Some(text) => Some(Value::Number(None)),
        Kind::Number { .. } => text.parse().ok().map(|number| Value::Number(Some(number))),
        Kind::Money { .. } if text == "none" => Some(Value::Money(None)),
        Kind::Money { .. } => Fen::parse_yuan(text).ok().map(|money| Value::Money(Some(money))),
        Kind::Minute => minute(text).map(Value::Minute),
        Kind::Word(words) => words().into_iter().find(|word| *word == text).map(Value::Word),
        Kind::Words(words) => words_of(text, &words()).map(Value::Words),
        Kind::Texts => Some(Value::Texts(items(text)?.map(str::to_owned).collect())),
        Kind::Counts => items(text)?.map(count).collect::<Option<_>>().map(Value::Counts),
        Kind::Limit if text == "none" => Some(Value::Limit(None)),
        Kind::Limit => limit(text).map(|limit| Value::Limit(Some(limit))),
        Kind::Products => items(text)?.map(product).collect::<Option<_>>().map(Value::Products),
        Kind::Season if text == "none" => Some(Value::Season(None)),
        Kind::Season => season(text).map(|season| Value::Season(Some(season))),
    }
}

/// What stands between the brackets of `[a, b]`.
fn items(text: &str) -> Option<impl Iterator<Item = &str>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.split(", ").filter(|item| !item.is_empty()))
}

fn words_of(text: &str, known: &[&'static str]) -> Option<Vec<&'static str>> {
    items(text)?.map(|item| known.iter().copied().find(|word| *word == item)).collect()
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    hour.parse::<u16>().ok()?.checked_mul(60)?.checked_add(minute.parse().ok()?)
}

fn count(item: &str) -> Option<(Relation, u32)> {
    let (relation, most) = item.split_once(' ')?;
    Some((Relation::from_word(relation)?, most.parse().ok()?))
}

fn limit(text: &str) -> Option<ItemLimit> {
    let (parts, monthly) = text.strip_suffix(" a month")?.rsplit_once(' ')?;
    let parts: Option<Vec<Part>> = items(parts)?.map(Part::from_word).collect();
    Some(ItemLimit { parts: PartSet::of(&parts?), monthly: Fen::parse_yuan(monthly).ok()? })
}

/// Name, and after it whichever amounts there are: the name may have blanks in it.
fn product(item: &str) -> Option<Product> {
    let (rest, own_threshold) = amount_after(item, " own-threshold ");
    let (name, price) = amount_after(rest, " price ");
    Some(Product { name: name.to_owned(), price, own_threshold })
}

fn amount_after<'t>(text: &'t str, word: &str) -> (&'t str, Option<Fen>) {
    let found = text.rsplit_once(word).and_then(|(rest, amount)| Some((rest, Fen::parse_yuan(amount).ok()?)));
    found.map_or((text, None), |(rest, amount)| (rest, Some(amount)))
}

fn season(text: &str) -> Option<Season> {
    let (first, last) = text.split_once(" to ")?;
    Some((month_and_day(first)?, month_and_day(last)?))
}

fn month_and_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    Some((month.parse().ok()?, day.parse().ok()?))
}

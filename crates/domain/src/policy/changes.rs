//! What a law says otherwise than another, key by key and from which day on: what two people look at before a pack
//! becomes law.
//!
//! Deliberately absent: sources and notes, which change no decision.

use std::collections::{BTreeMap, BTreeSet};

use gongji_words::Day;

use super::law::{Law, Resolution};
use super::pack::Level;

/// A key that is answered otherwise from a day on, until the next change of the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose law changes.
    pub level: Level,
    /// The key.
    pub key: String,
    /// The first day.
    pub from: Day,
    /// What was answered; `None` where it is no change any more.
    pub values: Option<[String; 2]>,
}

type ByLevel = BTreeMap<Level, Vec<Resolution>>;

/// What the second law says otherwise, by level, key and day.
#[must_use]
pub fn changes(before: &Law, after: &Law) -> Vec<Change> {
    let [before, after] = [by_level(before), by_level(after)];
    after.keys().flat_map(|level| changes_at(*level, &before, &after)).collect()
}

/// The first day that is judged otherwise, if any is.
#[must_use]
pub fn first_change(changes: &[Change]) -> Option<Day> {
    changes.iter().map(|change| change.from).min()
}

fn by_level(law: &Law) -> ByLevel {
    law.resolutions().fold(ByLevel::new(), |mut levels, resolution| {
        levels.entry(resolution.level).or_default().push(resolution);
        levels
    })
}

fn changes_at(level: Level, before: &ByLevel, after: &ByLevel) -> Vec<Change> {
    let days = |law: &ByLevel| own_or_inherited(law, level).iter().map(|epoch| epoch.from).collect::<Vec<_>>();
    let days: BTreeSet<Day> = days(before).into_iter().chain(days(after)).collect();
    let mut last: BTreeMap<&str, [&str; 2]> = BTreeMap::new();
    let mut found = Vec::new();
    for day in days {
        for (key, pair) in pairs(text_on(before, level, day), text_on(after, level, day)) {
            let differs = pair[0] != pair[1];
            let is_news = if differs { last.insert(key, pair) != Some(pair) } else { last.remove(key).is_some() };
            if is_news {
                let values = differs.then(|| pair.map(str::to_owned));
                found.push(Change { level, key: key.to_owned(), from: day, values });
            }
        }
    }
    found.sort_by(|one, other| (&one.key, one.from).cmp(&(&other.key, other.from)));
    found
}

/// An area without a file has the days of its province, or of the nation.
fn own_or_inherited(law: &ByLevel, level: Level) -> &[Resolution] {
    let found = level.with_parents().into_iter().find_map(|level| law.get(&level));
    found.map_or(&[], Vec::as_slice)
}

fn text_on(law: &ByLevel, level: Level, day: Day) -> &str {
    let epochs = own_or_inherited(law, level).iter();
    epochs.rev().find(|epoch| epoch.from <= day).map_or("", |epoch| epoch.text.as_str())
}

/// Both texts hold every key, in the same order.
fn pairs<'t>(before: &'t str, after: &'t str) -> impl Iterator<Item = (&'t str, [&'t str; 2])> {
    let lines = |text: &'t str| text.lines().filter_map(|line| line.split_once('='));
    lines(before).zip(lines(after)).map(|((key, one), (_, other))| (key, [one, other]))
}

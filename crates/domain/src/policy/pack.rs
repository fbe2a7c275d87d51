//! One area's file: its sources, its rules, and what it carries besides.
//!
//! Invariants of a pack that was read without mistake: every rule cites a source of its own file that may give
//! rules; the rules of one key are in the order of their days, without gap or overlap. Deliberately absent:
//! inheritance (see [`super::law`]).

use std::fmt;

use gongji_words::{AreaCode, Day};

use super::fields::Span;
use super::keys::{KEYS, Key};
use super::value::Value;
use crate::word::vocabulary;

/// The first day that is formalised: 国办发〔2021〕14号 of 2021-04 stands behind everything here, and a rule
/// whose source names no first day holds from this day.
#[must_use]
pub fn first_formalised_day() -> Day {
    Day::new(2021, 5, 1).expect("1 May 2021 is a calendar day")
}

/// Where a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// In the nation's file, which every area inherits.
    Nation,
    /// In the file of a province or a pooling area.
    Area(AreaCode),
}

impl Level {
    /// Province, pooling area or nation: those whose rules hold here, the most specific first.
    #[must_use]
    pub fn with_parents(self) -> Vec<Level> {
        match self {
            Self::Nation => vec![Self::Nation],
            Self::Area(code) if code.province() == code => vec![self, Self::Nation],
            Self::Area(code) => vec![self, Self::Area(code.province()), Self::Nation],
        }
    }
}

impl fmt::Display for Level {
    /// The six digits of the area; 000000 for the nation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nation => f.write_str("000000"),
            Self::Area(code) => code.fmt(f),
        }
    }
}

/// A text in Chinese with English beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

vocabulary! {
    /// What a source is worth.
    Grade {
        /// An authority's own page.
        A = 1 "A",
        /// A party or metropolitan paper, or an agency, with the authority's text.
        B = 2 "B",
        /// A local guide or portal that reprints, or a summary.
        C = 3 "C",
        /// Machine-written pages that contradict each other: a hint that a question exists, never a rule.
        D = 4 "D",
        /// What was required of this system for an area; shown as that.
        Requirement = 5 "requirement",
        /// What holds in this system where no source speaks; only in the nation's file, shown as that.
        Default = 6 "default",
        /// An invented rule of an example area (99xxxx).
        Example = 7 "example",
    }
}

/// Who said it, where and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name within the file.
    pub id: String,
    /// The document; `None` for a reprint whose document is not named.
    pub document: Option<String>,
    /// Who issued it; of a reprint, the area that it speaks of.
    pub authority: String,
    /// Its date: a day, a month, a year, or `undated`.
    pub date: String,
    /// What it is worth.
    pub grade: Grade,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { authority, date, grade, .. } = self;
        match &self.document {
            Some(document) => write!(f, "{document}, {authority}, {date}, {grade}"),
            None => write!(f, "{authority}, reprint, {date}, {grade}"),
        }
    }
}

/// Places of a rule's words in its file.
#[derive(Clone, Debug)]
pub(super) struct RulePlaces {
    pub(super) from: Span,
    pub(super) until: Span,
    pub(super) value: Span,
}

/// A rule: what a key is worth from a day on.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) key: usize,
    /// Its first day.
    pub from: Day,
    /// Its last day, as stated or as the next rule of the key implies; `None`: still in force.
    pub until: Option<Day>,
    /// What it says.
    pub value: Value,
    pub(super) text: String,
    pub(super) source: usize,
    /// Words of the source, shortened.
    pub quote: Option<String>,
    /// What a reader should know of it.
    pub note: Option<Bilingual>,
    pub(super) places: RulePlaces,
}

impl Rule {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> &'static Key {
        &KEYS[self.key]
    }

    /// Whether it is in force on a day.
    #[must_use]
    pub fn is_in_force(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// What an area has and no rule plays: carried so that it is not lost, and shown as that. Of grade D: a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The dimension that it belongs to.
    pub dimension: &'static str,
    /// What is carried.
    pub note: Bilingual,
    pub(super) source: usize,
}

/// One area's file.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Name of the file, as it was given.
    pub file: String,
    /// Whose rules they are.
    pub level: Level,
    /// The area's name.
    pub name: Bilingual,
    /// Its sources.
    pub sources: Vec<Source>,
    /// Its rules, by key and day.
    pub rules: Vec<Rule>,
    /// What no rule plays.
    pub carried: Vec<Remark>,
    /// Hints of grade D.
    pub hints: Vec<Remark>,
}

impl Pack {
    /// The source of a remark of this pack.
    #[must_use]
    pub fn source_of(&self, remark: &Remark) -> &Source {
        &self.sources[remark.source]
    }
}

//! Explanations: a recorded decision in sentences, Chinese and English, for one reader.
//!
//! Everything said comes out of the trace and out of the provenance of the law; nothing is looked up elsewhere.
//! Invariants, each with its test: a cashier reads neither a sponsor nor a balance; a beneficiary reads that money
//! was not enough, never how much there is, nor who has most; a sponsor reads of his own account alone, never a
//! drug, a part of the bill or a kind of visit; staff read all. Deliberately absent: names of people (the caller
//! brings them), who may read which trace (faces ask that before they come here).

mod citing;
mod picture;
mod readers;
mod staff;
#[cfg(test)]
mod tests;
mod texts;

use gongji_words::{AreaCode, Day, PersonId};

use crate::policy::{Bilingual, Law, Provenance};
use crate::reason::fill;
use crate::trace::{LawMatch, Trace};

pub use picture::picture;

/// What people are called: a name, or whatever the reader knows them by.
pub type Names<'n> = &'n dyn Fn(PersonId) -> String;

/// Who reads an explanation: the law gives each a different right to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// At the till: what to collect, and why there was no aid.
    Cashier,
    /// The patient.
    Beneficiary,
    /// A sponsor, who reads of his own account.
    Sponsor(PersonId),
    /// Staff and auditors, who read all.
    Staff,
}

/// What a line is about, for faces that put lines into groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The bill.
    Bill,
    /// The law as a whole.
    Law,
    /// One step of judging.
    Step,
    /// One sponsor of the patient.
    Candidate,
    /// Who paid what.
    Payment,
    /// The reason that the settlement carries.
    Reason,
}

/// One sentence or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub about: About,
    /// The key of the law that it stands on.
    pub clause: Option<&'static str>,
    /// What it says.
    pub text: Bilingual,
    /// Where that rule comes from: a place in [`Explanation::sources`].
    pub source: Option<usize>,
}

/// A rule with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited<'l> {
    /// Key, value, first day, document, authority, date, grade, and in whose file it stands.
    pub provenance: Provenance<'l>,
    /// The same in a sentence; of a requirement document or a default it says so.
    pub text: Bilingual,
}

/// What a key says in an area on a day, and by whose authority; `None` where nothing is formalised or there is no such
/// key.
#[must_use]
pub fn cite<'l>(law: &'l Law, (area, day): (AreaCode, Day), key: &str) -> Option<Cited<'l>> {
    let provenance = law.provenance(area, day, key)?;
    Some(Cited { text: citing::sentence(law, area, &provenance), provenance })
}

/// Why a settlement came out as it did, for one reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation<'l> {
    /// What happened, in order.
    pub lines: Vec<Line>,
    /// The rules that lines refer to, each once.
    pub sources: Vec<Cited<'l>>,
}

/// Puts a trace into sentences for one reader. The law supplies sources; where it is no longer the law of the
/// trace, a line says so.
#[must_use]
pub fn explain<'l>(law: &'l Law, trace: &Trace, reader: Reader, names: Names<'_>) -> Explanation<'l> {
    let mut telling = Telling { law, trace, names, told: Explanation::default() };
    match reader {
        Reader::Cashier => readers::tell_cashier(&mut telling),
        Reader::Beneficiary => readers::tell_beneficiary(&mut telling),
        Reader::Sponsor(sponsor) => readers::tell_sponsor(&mut telling, sponsor),
        Reader::Staff => staff::tell_staff(&mut telling),
    }
    if trace.law_match(law) == LawMatch::Changed {
        telling.say(About::Law, texts::LAW_CHANGED, &Values::none());
    }
    telling.told
}

/// A sentence in both languages, with places for values as in `{amount}`.
#[derive(Clone, Copy, Debug)]
struct Said {
    zh: &'static str,
    en: &'static str,
}

/// Values for the places of a sentence, in both languages.
#[derive(Clone, Debug, Default)]
struct Values(Vec<(&'static str, Bilingual)>);

impl Values {
    fn none() -> Self {
        Self::default()
    }

    fn with(self, name: &'static str, value: impl ToString) -> Self {
        let text = value.to_string();
        self.both(name, Bilingual { zh: text.clone(), en: text })
    }

    fn both(mut self, name: &'static str, value: Bilingual) -> Self {
        self.0.push((name, value));
        self
    }

    fn zh(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.zh.as_str())).collect()
    }

    fn en(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.en.as_str())).collect()
    }

    fn put_into(&self, said: Said) -> Bilingual {
        Bilingual { zh: fill(said.zh, &self.zh()), en: fill(said.en, &self.en()) }
    }
}

/// One sentence after another.
fn joined(first: &Bilingual, second: &Bilingual) -> Bilingual {
    let en = [first.en.as_str(), second.en.as_str()];
    let en: Vec<&str> = en.into_iter().filter(|text| !text.is_empty()).collect();
    Bilingual { zh: format!("{}{}", first.zh, second.zh), en: en.join(" ") }
}

/// An explanation that is being told.
struct Telling<'l, 't> {
    law: &'l Law,
    trace: &'t Trace,
    names: Names<'t>,
    told: Explanation<'l>,
}

impl Telling<'_, '_> {
    fn say(&mut self, about: About, said: Said, values: &Values) {
        self.say_text(about, values.put_into(said));
    }

    fn say_text(&mut self, about: About, text: Bilingual) {
        self.told.lines.push(Line { about, clause: None, text, source: None });
    }

    /// Says it with the key it stands on, and the source of the rule as an area has it.
    fn say_by(&mut self, about: About, (clause, area): (&'static str, Option<AreaCode>), text: Bilingual) {
        let source = area.and_then(|area| self.cite(area, clause));
        self.told.lines.push(Line { about, clause: Some(clause), text, source });
    }

    fn name(&self, person: PersonId) -> String {
        (self.names)(person)
    }
}

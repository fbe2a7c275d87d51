//! From the text of a file to its values, noting every mistake on the way.

use gongji_words::Day;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{KEYS, index_of};
use super::plan::PersonKind;
use super::read_setting::{Setting, expected, note_rows};
use crate::person::Scheme;
use crate::policy::fields::{Fields, Placed};
use crate::policy::mistake::{Mistakes, suggestion};
use crate::policy::read_pack::{note_bad_toml, read_area, read_rule_source, read_sources};
use crate::policy::read_value::known_word;
use crate::policy::{Bilingual, Level as AreaLevel, Source};

type Spot<'a, 'i> = &'a Spanned<DeValue<'i>>;

const FILE_FIELDS: &[&str] = &["area", "source", "value"];
const VALUE_FIELDS: &[&str] = &["key", "schemes", "from", "value", "source", "example"];

/// The insurances that have plans.
pub(super) const SCHEMES: [Scheme; 2] = [Scheme::Employee, Scheme::Resident];

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// A source of the file, by its place.
    Source(usize),
    /// Nobody: it is invented.
    Example,
}

/// A value of a plan: what a key is worth from a day on.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    pub(super) key: usize,
    pub(super) schemes: Vec<Scheme>,
    pub(super) from: Day,
    pub(super) setting: Setting,
    pub(super) text: String,
    pub(super) basis: Basis,
}

/// One area's file.
#[derive(Clone, Debug)]
pub(super) struct PlanFile {
    pub(super) level: AreaLevel,
    pub(super) name: Bilingual,
    pub(super) sources: Vec<Source>,
    pub(super) worths: Vec<Worth>,
}

/// Reads a file; `None` if it has no readable area.
pub(super) fn read_plan(text: &str, mistakes: &mut Mistakes<'_>) -> Option<PlanFile> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        note_bad_toml(&errors, text.len(), mistakes);
        return None;
    }
    let fields = Fields::of_file(table.get_ref(), FILE_FIELDS, mistakes);
    let area = read_area(&fields, mistakes);
    let sources = read_sources(&fields, area.as_ref().map(|(level, _)| *level), mistakes);
    let mut worths: Vec<Worth> = Vec::new();
    for value in fields.tables("value", mistakes) {
        let Some(worth) = read_worth(value, text, &sources, mistakes) else { continue };
        note_same(&worths, &worth, value, mistakes);
        worths.push(worth);
    }
    if mistakes.is_empty() {
        note_unanswered(&worths, table.get_ref(), mistakes);
    }
    let (level, name) = area?;
    Some(PlanFile { level, name, sources, worths })
}

fn read_worth(spot: Spot<'_, '_>, text: &str, sources: &[Source], mistakes: &mut Mistakes<'_>) -> Option<Worth> {
    let fields = Fields::open(spot, "[[value]]", VALUE_FIELDS, mistakes)?;
    let key = fields.text("key", mistakes).and_then(|key| read_key(&key, mistakes));
    let schemes = fields.required("schemes", mistakes).and_then(|schemes| read_schemes(schemes, mistakes));
    let from = fields.day("from", mistakes);
    let basis = read_basis(&fields, sources, mistakes);
    let value = fields.required("value", mistakes)?;
    let (key, schemes) = (key?, schemes?);
    let setting = (KEYS[key].read)(value, mistakes)?;
    let persons: Vec<PersonKind> =
        PersonKind::ALL.iter().copied().filter(|person| schemes.contains(&person.scheme())).collect();
    note_rows(&setting, &persons, value, mistakes);
    let written = text.get(value.span()).unwrap_or_default();
    let text = written.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Worth { key, schemes, from: from?.is, setting, text, basis: basis? })
}

fn read_key(key: &Placed<&str>, mistakes: &mut Mistakes<'_>) -> Option<usize> {
    let index = index_of(key.is);
    if index.is_none() {
        let nearest = suggestion(key.is, KEYS.iter().map(|key| key.name));
        mistakes.note(key.at.clone(), format!("unknown key of a plan `{}`", key.is), nearest);
    }
    index
}

fn read_schemes(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Vec<Scheme>> {
    let words = SCHEMES.map(Scheme::word);
    let DeValue::Array(items) = value.get_ref() else {
        return expected("a list of the words employee, resident", value, mistakes);
    };
    let read = |item: Spot<'_, '_>| match item.get_ref().as_str() {
        Some(text) => known_word(text, &words, item.span(), mistakes).and_then(Scheme::from_word),
        None => expected("one of the words employee, resident", item, mistakes),
    };
    let schemes: Vec<Scheme> = items.iter().map(read).collect::<Option<_>>()?;
    if schemes.is_empty() { expected("a list that is not empty", value, mistakes) } else { Some(schemes) }
}

/// A source of the file, or that the value is invented: exactly one of the two.
fn read_basis(fields: &Fields<'_, '_>, sources: &[Source], mistakes: &mut Mistakes<'_>) -> Option<Basis> {
    let Some(example) = fields.optional("example") else {
        return read_rule_source(fields, sources, mistakes).map(Basis::Source);
    };
    if example.get_ref().as_bool() == Some(true) && fields.optional("source").is_none() {
        return Some(Basis::Example);
    }
    let help = "cite a `source`, or write `example = true` for what is invented: exactly one of the two";
    mistakes.note(example.span(), "a value has a source or is an example", help);
    None
}

fn note_same(worths: &[Worth], worth: &Worth, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) {
    let is_same = |other: &Worth| {
        other.key == worth.key
            && other.from == worth.from
            && other.schemes.iter().any(|scheme| worth.schemes.contains(scheme))
    };
    if worths.iter().any(is_same) {
        let message = format!("`{}` has two values from {}", KEYS[worth.key].name, worth.from);
        mistakes.note(value.span(), message, "take one of them out, or let it begin on another day");
    }
}

/// An insurance of which anything is said must be said whole.
fn note_unanswered(worths: &[Worth], table: &DeTable<'_>, mistakes: &mut Mistakes<'_>) {
    let Some(area) = table.get("area") else { return };
    for scheme in SCHEMES {
        let mine: Vec<&Worth> = worths.iter().filter(|worth| worth.schemes.contains(&scheme)).collect();
        if mine.is_empty() {
            continue;
        }
        for (index, key) in KEYS.iter().enumerate() {
            if !mine.iter().any(|worth| worth.key == index) {
                let message = format!("`{}` has no value for `{scheme}`", key.name);
                mistakes.note(area.span(), message, format!("add a [[value]], as with `value = {}`", key.example));
            }
        }
    }
}

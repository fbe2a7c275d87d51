//! From the text of a file to a [`Pack`], noting every mistake on the way.

use gongji_words::{AreaCode, Day};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::dimension::{DIMENSIONS, dimension_of};
use super::fields::{Fields, Placed, Span, text_of};
use super::keys::{KEYS, index_of};
use super::mistake::{Mistakes, suggestion};
use super::pack::{Bilingual, Grade, Level, Pack, Remark, Rule, RulePlaces, Source, first_formalised_day};
use super::read_value::read_value;

pub(crate) type Spot<'a, 'i> = &'a Spanned<DeValue<'i>>;

const NATION: &str = "000000";
const FILE_FIELDS: &[&str] = &["area", "source", "rule", "carried", "hint"];
const SOURCE_FIELDS: &[&str] = &["id", "document", "authority", "date", "grade", "reprint"];
const RULE_FIELDS: &[&str] = &["key", "from", "until", "value", "source", "quote", "note"];
const REMARK_FIELDS: &[&str] = &["dimension", "source", "note"];

/// Reads a file; `None` if it has no readable area.
pub(super) fn read_pack(file: &str, text: &str, mistakes: &mut Mistakes<'_>) -> Option<Pack> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        note_bad_toml(&errors, text.len(), mistakes);
        return None;
    }
    let fields = Fields::of_file(table.get_ref(), FILE_FIELDS, mistakes);
    let area = read_area(&fields, mistakes);
    let level = area.as_ref().map(|(level, _)| *level);
    let sources = read_sources(&fields, level, mistakes);
    let rules = fields.tables("rule", mistakes).iter().filter_map(|rule| read_rule(rule, &sources, mistakes)).collect();
    let carried = read_remarks(&fields, "carried", &sources, mistakes);
    let hints = read_remarks(&fields, "hint", &sources, mistakes);
    let (level, name) = area?;
    Some(Pack { file: file.to_owned(), level, name, sources, rules, carried, hints })
}

/// A file that is no TOML is read no further: what would be missed in it is there, behind the slip.
pub(crate) fn note_bad_toml(errors: &[toml::de::Error], end: usize, mistakes: &mut Mistakes<'_>) {
    for error in errors {
        mistakes.note(error.span().unwrap_or(end..end), format!("not TOML: {}", error.message()), "");
    }
}

pub(crate) fn read_area(fields: &Fields<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<(Level, Bilingual)> {
    let value = fields.required("area", mistakes)?;
    let area = Fields::open(value, "[area]", &["code", "name"], mistakes)?;
    let code = area.text("code", mistakes).and_then(|code| read_level(&code, mistakes));
    let name = area.required("name", mistakes).and_then(|name| read_bilingual(name, "name", mistakes));
    code.zip(name)
}

fn read_level(code: &Placed<&str>, mistakes: &mut Mistakes<'_>) -> Option<Level> {
    if code.is == NATION {
        return Some(Level::Nation);
    }
    let Ok(area) = AreaCode::parse(code.is) else {
        let message = format!("`{}` is no area code", code.is);
        mistakes.note(
            code.at.clone(),
            message,
            "six digits whose first two name a province, as in \"130100\"; 000000 is the nation",
        );
        return None;
    };
    if area.pool() != area {
        let message = format!("`{}` is a county, not a pooling area", code.is);
        mistakes.note(code.at.clone(), message, format!("it counts as \"{}\"", area.pool()));
        return None;
    }
    Some(Level::Area(area))
}

pub(crate) fn read_bilingual(
    value: Spot<'_, '_>,
    title: &'static str,
    mistakes: &mut Mistakes<'_>,
) -> Option<Bilingual> {
    let fields = Fields::open(value, title, &["zh", "en"], mistakes)?;
    let zh = fields.text("zh", mistakes);
    let en = fields.text("en", mistakes);
    Some(Bilingual { zh: zh?.is.to_owned(), en: en?.is.to_owned() })
}

pub(crate) fn read_sources(fields: &Fields<'_, '_>, level: Option<Level>, mistakes: &mut Mistakes<'_>) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for table in fields.tables("source", mistakes) {
        let Some((id_at, source)) = read_source(table, level, mistakes) else { continue };
        if sources.iter().any(|known| known.id == source.id) {
            mistakes.note(
                id_at,
                format!("source `{}` is defined twice", source.id),
                "give each source an id of its own",
            );
            continue;
        }
        sources.push(source);
    }
    sources
}

fn read_source(value: Spot<'_, '_>, level: Option<Level>, mistakes: &mut Mistakes<'_>) -> Option<(Span, Source)> {
    let fields = Fields::open(value, "[[source]]", SOURCE_FIELDS, mistakes)?;
    let id = fields.text("id", mistakes);
    let document = fields.optional_text("document", mistakes).map(|document| document.is.to_owned());
    note_document_or_reprint(&fields, document.is_some(), mistakes);
    let authority = fields.text("authority", mistakes);
    let date = fields.text("date", mistakes).filter(|date| is_source_date(date, mistakes));
    let grade = fields.text("grade", mistakes).and_then(|grade| read_grade(&grade, level, mistakes));
    let (id, authority, date) = (id?, authority?.is.to_owned(), date?.is.to_owned());
    Some((id.at, Source { id: id.is.to_owned(), document, authority, date, grade: grade? }))
}

fn note_document_or_reprint(fields: &Fields<'_, '_>, has_document: bool, mistakes: &mut Mistakes<'_>) {
    let reprint = fields.optional("reprint");
    let is_reprint = reprint.is_some_and(|reprint| reprint.get_ref().as_bool() == Some(true));
    if is_reprint != has_document {
        return;
    }
    let at = reprint.map_or_else(|| fields.at(), Spanned::span);
    let help = "name the `document`, or write `reprint = true` where none is named: exactly one of the two";
    mistakes.note(at, "a source is either a document or a reprint", help);
}

/// A day, a month, a year or "undated".
fn is_source_date(date: &Placed<&str>, mistakes: &mut Mistakes<'_>) -> bool {
    let padded = match date.is.len() {
        4 => format!("{}-01-01", date.is),
        7 => format!("{}-01", date.is),
        _ => date.is.to_owned(),
    };
    if date.is == "undated" || Day::parse(&padded).is_ok() {
        return true;
    }
    let message = format!("`{}` is not a day", date.is);
    mistakes.note(date.at.clone(), message, "write \"2024-10-05\", \"2024-10\", \"2024\" or \"undated\"");
    false
}

fn read_grade(grade: &Placed<&str>, level: Option<Level>, mistakes: &mut Mistakes<'_>) -> Option<Grade> {
    let Some(found) = Grade::from_word(grade.is) else {
        let help = suggestion(grade.is, Grade::ALL.iter().map(|grade| grade.word()));
        mistakes.note(grade.at.clone(), format!("unknown grade `{}`", grade.is), help);
        return None;
    };
    let is_example = matches!(level, Some(Level::Area(area)) if area.number() / 10_000 == 99);
    let is_misplaced = match found {
        Grade::Default => level != Some(Level::Nation),
        Grade::Example => !is_example,
        _ => is_example,
    };
    if level.is_some() && is_misplaced {
        let help = "`default` belongs to the nation's file; `example` to examples (99xxxx), which have no other";
        mistakes.note(grade.at.clone(), format!("grade `{found}` has no place in this file"), help);
    }
    Some(found)
}

fn read_rule(value: Spot<'_, '_>, sources: &[Source], mistakes: &mut Mistakes<'_>) -> Option<Rule> {
    let fields = Fields::open(value, "[[rule]]", RULE_FIELDS, mistakes)?;
    let key = fields.text("key", mistakes).and_then(|key| read_key(&key, mistakes));
    let from = fields.day("from", mistakes);
    let until = fields.optional_day("until", mistakes);
    let source = read_rule_source(&fields, sources, mistakes);
    let quote = fields.optional_text("quote", mistakes).map(|quote| quote.is.to_owned());
    let note = fields.optional("note").and_then(|note| read_bilingual(note, "note", mistakes));
    let spot = fields.required("value", mistakes);
    let value = key.zip(spot).and_then(|(key, spot)| read_value(KEYS[key].kind, spot, mistakes));
    let (from, value) = (from?, value?);
    note_bad_days(&from, until.as_ref(), mistakes);
    let until_at = until.as_ref().map_or_else(|| from.at.clone(), |until| until.at.clone());
    Some(Rule {
        key: key?,
        from: from.is,
        until: until.map(|until| until.is),
        text: KEYS[key?].kind.text_of(&value),
        value,
        source: source?,
        quote,
        note,
        places: RulePlaces { from: from.at, until: until_at, value: spot?.span() },
    })
}

fn read_key(key: &Placed<&str>, mistakes: &mut Mistakes<'_>) -> Option<usize> {
    let index = index_of(key.is);
    if index.is_none() {
        let nearest = suggestion(key.is, KEYS.iter().map(|key| key.name));
        mistakes.note(key.at.clone(), format!("unknown rule key `{}`", key.is), nearest);
    }
    index
}

fn note_bad_days(from: &Placed<Day>, until: Option<&Placed<Day>>, mistakes: &mut Mistakes<'_>) {
    let first = first_formalised_day();
    if from.is < first {
        let help = format!("nothing is formalised before {first}");
        mistakes.note(from.at.clone(), format!("a rule from {} is too early", from.is), help);
    }
    if let Some(until) = until.filter(|until| until.is < from.is) {
        let message = format!("the rule ends on {}, before it begins on {}", until.is, from.is);
        mistakes.note(until.at.clone(), message, "`until` is the last day of the rule");
    }
}

pub(crate) fn read_rule_source(
    fields: &Fields<'_, '_>,
    sources: &[Source],
    mistakes: &mut Mistakes<'_>,
) -> Option<usize> {
    let id = fields.text("source", mistakes)?;
    let index = find_source(&id, sources, mistakes)?;
    if sources[index].grade == Grade::D {
        let message = format!("source `{}` is of grade D: never a rule", id.is);
        mistakes.note(id.at, message, "make it a [[hint]], or cite a better source");
        return None;
    }
    Some(index)
}

fn find_source(id: &Placed<&str>, sources: &[Source], mistakes: &mut Mistakes<'_>) -> Option<usize> {
    let index = sources.iter().position(|source| source.id == id.is);
    if index.is_none() {
        let help = suggestion(id.is, sources.iter().map(|source| source.id.as_str()));
        mistakes.note(id.at.clone(), format!("source `{}` is not defined in this file", id.is), help);
    }
    index
}

fn read_remarks(
    fields: &Fields<'_, '_>,
    name: &'static str,
    sources: &[Source],
    mistakes: &mut Mistakes<'_>,
) -> Vec<Remark> {
    let title = if name == "hint" { "[[hint]]" } else { "[[carried]]" };
    fields.tables(name, mistakes).iter().filter_map(|value| read_remark(value, title, sources, mistakes)).collect()
}

fn read_remark(
    value: Spot<'_, '_>,
    title: &'static str,
    sources: &[Source],
    mistakes: &mut Mistakes<'_>,
) -> Option<Remark> {
    let fields = Fields::open(value, title, REMARK_FIELDS, mistakes)?;
    let dimension = fields.required("dimension", mistakes).and_then(|number| read_dimension(number, mistakes));
    let source = fields.text("source", mistakes).and_then(|id| find_source(&id, sources, mistakes));
    let note = fields.required("note", mistakes).and_then(|note| read_bilingual(note, "note", mistakes));
    Some(Remark { dimension: dimension?, note: note?, source: source? })
}

/// A dimension is a number, or the text "35b".
fn read_dimension(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<&'static str> {
    let number = match value.get_ref() {
        DeValue::Integer(number) => number.as_str(),
        _ => text_of(value, "dimension", mistakes)?.is,
    };
    let found = dimension_of(number);
    if found.is_none() {
        let known = DIMENSIONS.iter().map(|dimension| dimension.number).collect::<Vec<_>>().join(", ");
        mistakes.note(value.span(), format!("there is no dimension {number}"), format!("known are: {known}"));
    }
    found.map(|dimension| dimension.number)
}

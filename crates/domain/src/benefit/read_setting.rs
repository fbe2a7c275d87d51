//! Reading one value of a plan. Each mistake is noted at the word or number that is wrong.

use gongji_words::Fen;
use toml::Spanned;
use toml::de::DeValue;

use super::amount::Ratio;
use super::plan::{
    Away, Band, Bands, ByCare, Care, Ceilings, CivilService, Deductible, LEVELS, Level, OverLimitBy, PersonKind, Row,
    Serious, Shares, Supplement, YearTurn,
};
use crate::burden::{Part, PartSet};
use crate::policy::fields::Fields;
use crate::policy::mistake::Mistakes;
use crate::policy::read_value::{is_word, known_word, note_twice, shown, whole};

type Spot<'a, 'i> = &'a Spanned<DeValue<'i>>;

/// A value with the place in a plan where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Deductible(Care, Deductible),
    Shares(Care, Shares),
    Ceilings(Ceilings),
    Large(Option<Supplement>),
    Serious(Option<Serious>),
    CivilService(CivilService),
    Away(Away),
    OverLimitBy(OverLimitBy),
    YearTurn(YearTurn),
    NewbornDays(Option<u32>),
}

const ALL_LEVELS: &[Level] = Level::ALL;
const HOSPITALS: &[Level] = &[Level::Grade1, Level::Grade2, Level::Grade3];
/// Parts of the burden that funds over the pool know.
const PARTS: &[Part] = &[Part::Deductible, Part::ClassB, Part::Copay, Part::OverCap];
/// A newborn is no newborn after a year.
const MOST_NEWBORN_DAYS: u32 = 365;

pub(super) fn yearly_deductible(care: Care, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    let one = |value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>| money(value, mistakes).map(|amount| vec![amount]);
    let rows = read_rows(value, (&["persons"], ALL_LEVELS), one, mistakes)?;
    Some(Setting::Deductible(care, Deductible(rows)))
}

pub(super) fn stay_deductible(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    let rows = read_rows(value, (&["persons"], HOSPITALS), amounts, mistakes)?;
    Some(Setting::Deductible(Care::Inpatient, Deductible(rows)))
}

pub(super) fn yearly_shares(care: Care, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    let rows = read_rows(value, (&["persons", "up-to"], ALL_LEVELS), ratio, mistakes)?;
    Some(Setting::Shares(care, Shares(rows)))
}

pub(super) fn stay_shares(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    let rows = read_rows(value, (&["persons", "up-to"], HOSPITALS), ratio, mistakes)?;
    Some(Setting::Shares(Care::Inpatient, Shares(rows)))
}

pub(super) fn ceilings(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    let known = ["year", "outpatient", "chronic", "inpatient"];
    let fields = Fields::open(value, "the ceiling", &known, mistakes)?;
    let year = fields.required("year", mistakes).and_then(|value| money_or_none(value, mistakes));
    let mut limit = |care: Care| match fields.optional(care.word()) {
        Some(value) => money_or_none(value, mistakes),
        None => Some(None),
    };
    let care = [limit(Care::Outpatient), limit(Care::Chronic), limit(Care::Inpatient)];
    let [outpatient, chronic, inpatient] = care;
    Some(Setting::Ceilings(Ceilings { year: year?, care: ByCare::new([outpatient?, chronic?, inpatient?]) }))
}

pub(super) fn large(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    if is_word(value, "none") {
        return Some(Setting::Large(None));
    }
    let fields = Fields::open(value, "the fund", &["deductible", "bands", "ceiling"], mistakes)?;
    Some(Setting::Large(Some(supplement(&fields, mistakes)?)))
}

pub(super) fn serious(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    if is_word(value, "none") {
        return Some(Setting::Serious(None));
    }
    let known = ["deductible", "bands", "ceiling", "care", "counts"];
    let fields = Fields::open(value, "the insurance", &known, mistakes)?;
    let supplement = supplement(&fields, mistakes);
    let care = fields.required("care", mistakes).and_then(|value| words(value, Care::ALL, Care::word, mistakes));
    let counts = fields.required("counts", mistakes).and_then(|value| words(value, PARTS, Part::word, mistakes));
    let counts = PartSet::of(&counts?);
    Some(Setting::Serious(Some(Serious { supplement: supplement?, care: care?, counts })))
}

pub(super) fn civil_service(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    if is_word(value, "none") {
        return Some(Setting::CivilService(CivilService::default()));
    }
    let known: Vec<&str> = PARTS.iter().map(|part| part.word()).collect();
    let fields = Fields::open(value, "the supplement", &known, mistakes)?;
    let mut ratios = Vec::new();
    for part in PARTS {
        let Some(value) = fields.optional(part.word()) else { continue };
        ratios.push((*part, ratio(value, mistakes)?));
    }
    Some(Setting::CivilService(CivilService(ratios)))
}

pub(super) fn away(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    let fields = Fields::open(value, "care away", &["filed-less", "unfiled-less"], mistakes)?;
    let filed_less = fields.required("filed-less", mistakes).and_then(|value| ratio(value, mistakes));
    let unfiled_less = fields.required("unfiled-less", mistakes).and_then(|value| ratio(value, mistakes));
    Some(Setting::Away(Away { filed_less: filed_less?, unfiled_less: unfiled_less? }))
}

pub(super) fn over_limit_by(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    word(value, OverLimitBy::ALL, OverLimitBy::word, mistakes).map(Setting::OverLimitBy)
}

pub(super) fn year_turn(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    word(value, YearTurn::ALL, YearTurn::word, mistakes).map(Setting::YearTurn)
}

pub(super) fn newborn_days(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Setting> {
    if is_word(value, "none") {
        return Some(Setting::NewbornDays(None));
    }
    let days = whole(value).filter(|days| (1..=MOST_NEWBORN_DAYS).contains(days));
    let days = days.or_else(|| expected("a whole number of days from 1 to 365, or \"none\"", value, mistakes));
    days.map(|days| Setting::NewbornDays(Some(days)))
}

fn supplement(fields: &Fields<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Supplement> {
    let deductible = fields.required("deductible", mistakes).and_then(|value| money(value, mistakes));
    let ceiling = fields.required("ceiling", mistakes).and_then(|value| money_or_none(value, mistakes));
    let bands = fields.required("bands", mistakes).and_then(|value| bands(value, mistakes));
    Some(Supplement { deductible: deductible?, bands: bands?, ceiling: ceiling? })
}

fn bands(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Bands> {
    let mut bands = Vec::new();
    for row in items(value, mistakes)? {
        let fields = Fields::open(row, "a band", &["up-to", "ratio"], mistakes)?;
        let ratio = fields.required("ratio", mistakes).and_then(|value| ratio(value, mistakes));
        bands.push(Band { up_to: up_to(&fields, mistakes)?, ratio: ratio? });
    }
    follows(bands.iter().map(|band| band.up_to), value, mistakes)?;
    Some(Bands(bands))
}

/// The end of a band, if it states one; nothing if what it states is none.
fn up_to(fields: &Fields<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Option<Fen>> {
    match fields.optional("up-to") {
        Some(value) => money(value, mistakes).map(Some),
        None => Some(None),
    }
}

/// Bands rise, and only the last has no end.
fn follows(ends: impl Iterator<Item = Option<Fen>>, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<()> {
    let ends: Vec<Option<Fen>> = ends.collect();
    let rises = ends.windows(2).all(|pair| match (pair[0], pair[1]) {
        (Some(first), Some(second)) => Fen::ZERO < first && first < second,
        (Some(first), None) => Fen::ZERO < first,
        (None, _) => false,
    });
    if rises && ends.last() == Some(&None) {
        return Some(());
    }
    let help = "write `up-to` in all bands but the last, each larger than the one before";
    mistakes.note(value.span(), "the bands do not follow each other", help);
    None
}

/// Rows by persons and level, and that every kind of person of one insurance finds what holds for him.
fn read_rows<T>(
    value: Spot<'_, '_>,
    (heads, levels): (&[&str], &[Level]),
    read: fn(Spot<'_, '_>, &mut Mistakes<'_>) -> Option<T>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Vec<Row<T>>> {
    let known: Vec<&str> = heads.iter().copied().chain(levels.iter().map(|level| level.word())).collect();
    let mut rows = Vec::new();
    for row in items(value, mistakes)? {
        let fields = Fields::open(row, "a row", &known, mistakes)?;
        let persons = match fields.optional("persons") {
            Some(value) => words(value, PersonKind::ALL, PersonKind::word, mistakes)?,
            None => Vec::new(),
        };
        let mut by_level: [Option<T>; LEVELS] = [const { None }; LEVELS];
        for level in levels {
            let value = fields.required(level.word(), mistakes)?;
            by_level[level.index()] = Some(read(value, mistakes)?);
        }
        rows.push(Row { persons, up_to: up_to(&fields, mistakes)?, by_level });
    }
    Some(rows)
}

/// What rows do not say of a person, or say twice.
pub(super) fn note_rows(setting: &Setting, persons: &[PersonKind], value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) {
    for person in persons {
        let ends: Vec<Option<Fen>> = match setting {
            Setting::Deductible(_, rows) => {
                super::plan::rows_of(&rows.0, *person).iter().map(|row| row.up_to).collect()
            }
            Setting::Shares(_, rows) => super::plan::rows_of(&rows.0, *person).iter().map(|row| row.up_to).collect(),
            _ => return,
        };
        if ends.is_empty() {
            let help = "add a row that names them, or one without `persons`";
            mistakes.note(value.span(), format!("no row holds for `{person}`"), help);
        } else if follows(ends.into_iter(), value, mistakes).is_none() {
            return;
        }
    }
}

fn items<'a, 'i>(value: Spot<'a, 'i>, mistakes: &mut Mistakes<'_>) -> Option<&'a [Spanned<DeValue<'i>>]> {
    match value.get_ref() {
        DeValue::Array(items) if !items.is_empty() => Some(items),
        _ => expected("a list that is not empty", value, mistakes),
    }
}

fn words<T: Copy>(
    value: Spot<'_, '_>,
    all: &[T],
    name: fn(T) -> &'static str,
    mistakes: &mut Mistakes<'_>,
) -> Option<Vec<T>> {
    let mut found = Vec::new();
    for item in items(value, mistakes)? {
        let one = word(item, all, name, mistakes)?;
        let is_twice = found.iter().any(|known| name(*known) == name(one));
        note_twice(is_twice.then(|| name(one)), item.span(), mistakes);
        found.push(one);
    }
    Some(found)
}

fn word<T: Copy>(
    value: Spot<'_, '_>,
    all: &[T],
    name: fn(T) -> &'static str,
    mistakes: &mut Mistakes<'_>,
) -> Option<T> {
    let known: Vec<&'static str> = all.iter().map(|one| name(*one)).collect();
    let Some(text) = value.get_ref().as_str() else {
        return expected(&format!("one of {}", known.join(", ")), value, mistakes);
    };
    let found = known_word(text, &known, value.span(), mistakes)?;
    all.iter().copied().find(|one| name(*one) == found)
}

fn amounts(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Vec<Fen>> {
    match value.get_ref() {
        DeValue::Array(stays) if !stays.is_empty() => stays.iter().map(|stay| money(stay, mistakes)).collect(),
        _ => money(value, mistakes).map(|amount| vec![amount]),
    }
}

fn money_or_none(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Option<Fen>> {
    if is_word(value, "none") { Some(None) } else { money(value, mistakes).map(Some) }
}

fn money(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Fen> {
    let amount = value.get_ref().as_str().and_then(|text| Fen::parse_yuan(text).ok());
    amount.or_else(|| expected("yuan with two decimals, as in \"800.00\"", value, mistakes))
}

/// A ratio, `"85%"`.
pub(super) fn ratio(value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Ratio> {
    let ratio = value.get_ref().as_str().and_then(Ratio::parse);
    ratio.or_else(|| expected("a ratio from \"0%\" to \"100%\", with at most two decimals", value, mistakes))
}

/// Notes that something else stands where this was expected.
pub(super) fn expected<T>(what: &str, value: Spot<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<T> {
    mistakes.note(value.span(), format!("{} does not fit here", shown(value)), format!("expected is {what}"));
    None
}

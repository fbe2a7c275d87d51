//! The catalogue (医保目录): which item is in it, how much of it the patient pays first, what it may cost.
//!
//! Invariant: what is not in the catalogue of the area of care on the day is paid by the patient whole. Deliberately
//! absent: the area of insurance, whose plan comes later (医保发〔2022〕22号: the catalogue of the place of care, the
//! rules of the place of insurance).

use std::collections::BTreeMap;

use gongji_words::{AreaCode, Day};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::amount::{Price, Ratio};
use super::plan::{LEVELS, Level};
use super::read_setting::{expected, ratio};
use crate::burden::Part;
use crate::policy::fields::Fields;
use crate::policy::mistake::Mistakes;
use crate::policy::read_pack::{note_bad_toml, read_area, read_bilingual, read_rule_source, read_sources};
use crate::policy::read_value::known_word;
use crate::policy::{Bilingual, Level as AreaLevel, PackError, Source};
use crate::word::vocabulary;

type Spot<'a, 'i> = &'a Spanned<DeValue<'i>>;

vocabulary! {
    /// The class of an item (`chrgitm_lv`).
    Class {
        /// 甲类 (01): wholly in scope.
        A = 1 "A",
        /// 乙类 (02): in scope but for a first part.
        B = 2 "B",
        /// 丙类 (03): not in scope.
        C = 3 "C",
    }
}

vocabulary! {
    /// What an item is.
    ItemKind {
        /// 药品
        Drug = 1 "drug",
        /// 诊疗项目
        Service = 2 "service",
        /// 医用耗材
        Consumable = 3 "consumable",
        /// 医疗器械
        Device = 4 "device",
        /// 非免疫规划疫苗
        Vaccine = 5 "vaccine",
        /// 体检
        Exam = 6 "exam",
        /// 体育健身
        Fitness = 7 "fitness",
        /// 养生保健
        Wellness = 8 "wellness",
        /// 公共卫生
        PublicHealth = 9 "public-health",
    }
}

impl ItemKind {
    /// Which part of the burden an item is that the insurance does not know: at a pharmacy what was bought, at a
    /// hospital `out-of-catalogue`; what is no treatment keeps its name everywhere.
    #[must_use]
    pub fn uninsured_part(self, level: Level) -> Part {
        match (self, level) {
            (Self::Drug, Level::Pharmacy) => Part::Drug,
            (Self::Consumable, Level::Pharmacy) => Part::Consumable,
            (Self::Device, Level::Pharmacy) => Part::Device,
            (Self::Drug | Self::Consumable | Self::Device | Self::Service, _) => Part::OutOfCatalogue,
            (Self::Vaccine, _) => Part::Vaccine,
            (Self::Exam, _) => Part::Exam,
            (Self::Fitness, _) => Part::Fitness,
            (Self::Wellness, _) => Part::Wellness,
            (Self::PublicHealth, _) => Part::PublicHealth,
        }
    }
}

vocabulary! {
    /// Whether an item is reimbursed without more.
    Restriction {
        /// It is.
        Free = 1 "free",
        /// 限制使用: only where the hospital says that its conditions are met (`hosp_appr_flag` 1).
        Restricted = 2 "restricted",
    }
}

/// An item of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is called.
    pub name: Bilingual,
    /// What it is.
    pub kind: ItemKind,
    /// Its class.
    pub class: Class,
    /// What of it the patient pays first (先行自付比例).
    pub first: Ratio,
    /// What one piece may cost at each level; `None`: no limit.
    pub limits: [Option<Price>; LEVELS],
    /// Whether it is reimbursed without more.
    pub restriction: Restriction,
    /// Its first day in the catalogue.
    pub from: Day,
    /// Its last day; `None`: still there.
    pub until: Option<Day>,
    /// Who says so; `None`: it is invented.
    pub source: Option<Source>,
}

impl Item {
    /// What one piece may cost at a level.
    #[must_use]
    pub const fn limit(&self, level: Level) -> Option<Price> {
        self.limits[level.index()]
    }
}

/// The catalogues of all areas: the nation's, and what provinces and pooling areas say differently.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    items: BTreeMap<(AreaLevel, String), Vec<Item>>,
}

/// The beginning of a family of codes has at most so many characters.
const LONGEST_FAMILY: usize = 32;

const FILE_FIELDS: &[&str] = &["area", "source", "item"];
const ITEM_FIELDS: &[&str] =
    &["code", "name", "kind", "class", "first", "limit", "restricted", "from", "until", "source", "example"];

impl Catalogue {
    /// Reads files, given as pairs of file name and text, in any order.
    ///
    /// # Errors
    /// Every mistake in every file, by file and place.
    pub fn from_files(files: &[(&str, &str)]) -> Result<Self, Vec<PackError>> {
        let (mut catalogue, mut errors) = (Self::default(), Vec::new());
        for (name, text) in files {
            let mut mistakes = Mistakes::of(name, text);
            catalogue.read(text, &mut mistakes);
            errors.extend(mistakes.into_found());
        }
        if errors.is_empty() { Ok(catalogue) } else { Err(errors) }
    }

    /// An item as the area of care, its province or the nation has it on a day, whichever comes first; else the family of
    /// codes with the longest beginning (an item whose code ends in `*`); `None`: the insurance does not know it.
    #[must_use]
    pub fn find(&self, area: AreaCode, code: &str, day: Day) -> Option<&Item> {
        let levels: Vec<AreaLevel> = AreaLevel::Area(area.pool()).with_parents().into_iter().collect();
        let in_force = |item: &&Item| item.from <= day && item.until.is_none_or(|until| day <= until);
        let named = |name: &str| {
            let items = levels.iter().filter_map(|level| self.items.get(&(*level, name.to_owned())));
            items.flatten().find(in_force)
        };
        let families =
            code.char_indices().take(LONGEST_FAMILY + 1).skip(1).map(|(end, _)| format!("{}*", &code[..end]));
        named(code).or_else(|| families.collect::<Vec<_>>().iter().rev().find_map(|family| named(family)))
    }

    /// How many items there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.items.values().map(Vec::len).sum()
    }

    fn read(&mut self, text: &str, mistakes: &mut Mistakes<'_>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            note_bad_toml(&errors, text.len(), mistakes);
            return;
        }
        let fields = Fields::of_file(table.get_ref(), FILE_FIELDS, mistakes);
        let Some((level, _)) = read_area(&fields, mistakes) else { return };
        let sources = read_sources(&fields, Some(level), mistakes);
        for spot in fields.tables("item", mistakes) {
            let Some((code, item)) = read_item(spot, &sources, mistakes) else { continue };
            let known = self.items.entry((level, code.clone())).or_default();
            let meets = |other: &Item| {
                other.until.is_none_or(|until| item.from <= until) && item.until.is_none_or(|until| other.from <= until)
            };
            if known.iter().any(meets) {
                let message = format!("item `{code}` stands twice on {}", item.from);
                mistakes.note(spot.span(), message, "end the first with `until`, or take one out");
                continue;
            }
            known.push(item);
        }
    }
}

fn read_item(spot: Spot<'_, '_>, sources: &[Source], mistakes: &mut Mistakes<'_>) -> Option<(String, Item)> {
    let fields = Fields::open(spot, "[[item]]", ITEM_FIELDS, mistakes)?;
    let code = fields.text("code", mistakes).map(|code| code.is.to_owned());
    let name = fields.required("name", mistakes).and_then(|name| read_bilingual(name, "name", mistakes));
    let kind = read_word(&fields, "kind", (ItemKind::ALL, ItemKind::word), mistakes);
    let class = read_word(&fields, "class", (Class::ALL, Class::word), mistakes);
    let first = class.and_then(|class| read_first(&fields, class, mistakes));
    let limits = read_limits(&fields, mistakes);
    let restriction = read_restriction(&fields, mistakes);
    let from = fields.day("from", mistakes).map(|day| day.is);
    let until = fields.optional_day("until", mistakes).map(|day| day.is);
    let source = if fields.optional("example").is_some_and(|example| example.get_ref().as_bool() == Some(true)) {
        None
    } else {
        Some(sources[read_rule_source(&fields, sources, mistakes)?].clone())
    };
    let (name, kind, class) = (name?, kind?, class?);
    let item = Item {
        name,
        kind,
        class,
        first: first?,
        limits: limits?,
        restriction: restriction?,
        from: from?,
        until,
        source,
    };
    Some((code?, item))
}

fn read_word<T: Copy>(
    fields: &Fields<'_, '_>,
    field: &str,
    (all, name): (&[T], fn(T) -> &'static str),
    mistakes: &mut Mistakes<'_>,
) -> Option<T> {
    let text = fields.text(field, mistakes)?;
    let known: Vec<&'static str> = all.iter().map(|one| name(*one)).collect();
    let found = known_word(text.is, &known, text.at, mistakes)?;
    all.iter().copied().find(|one| name(*one) == found)
}

/// Class B states what is paid first; A and C have nothing to state.
fn read_first(fields: &Fields<'_, '_>, class: Class, mistakes: &mut Mistakes<'_>) -> Option<Ratio> {
    if class == Class::B {
        return fields.required("first", mistakes).and_then(|value| ratio(value, mistakes));
    }
    match fields.optional("first") {
        None => Some(Ratio::NONE),
        Some(value) => {
            let message = format!("class {class} has no first part");
            mistakes.note(value.span(), message, "take `first` out, or make the class \"B\"");
            None
        }
    }
}

fn read_limits(fields: &Fields<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<[Option<Price>; LEVELS]> {
    let mut limits = [None; LEVELS];
    let Some(value) = fields.optional("limit") else { return Some(limits) };
    let known: Vec<&str> = Level::ALL.iter().map(|level| level.word()).collect();
    let fields = Fields::open(value, "the limit", &known, mistakes)?;
    for level in Level::ALL {
        let Some(value) = fields.optional(level.word()) else { continue };
        let price = value.get_ref().as_str().and_then(Price::parse);
        let price = price.or_else(|| expected("yuan with at most six decimals, as in \"12.5\"", value, mistakes))?;
        limits[level.index()] = Some(price);
    }
    Some(limits)
}

fn read_restriction(fields: &Fields<'_, '_>, mistakes: &mut Mistakes<'_>) -> Option<Restriction> {
    let Some(value) = fields.optional("restricted") else { return Some(Restriction::Free) };
    match value.get_ref().as_bool() {
        Some(true) => Some(Restriction::Restricted),
        Some(false) => Some(Restriction::Free),
        None => expected("true or false", value, mistakes),
    }
}

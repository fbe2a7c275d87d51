//! The law of all areas: resolved once when packs are loaded, then only looked up.
//!
//! Invariants: an area's days are cut into epochs with one policy each; a key on a day is what the most
//! specific file (pooling area, province, nation) says that has a rule in force on that day; nothing is
//! answered before the first formalised day. Neither the order of files nor that of rules matters.
//! Deliberately absent: files, clocks; the text of packs is an argument.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gongji_words::{AreaCode, Day};
use sm3::{Digest, Sm3};
use thiserror::Error;

use super::check::{contradictions, note_unanswered, settle_days};
use super::keys::{KEYS, Key};
use super::mistake::{Mistakes, PackError};
use super::model::Policy;
use super::pack::{Level, Pack, Remark, Rule, Source, first_formalised_day};
use super::read_pack::read_pack;
use crate::zoo::{self, Cage};

/// The day lies before anything was formalised: there is no answer, and none is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the law of {area} on {day} is not formalised; the first day is {first}")]
pub struct NotFormalised {
    /// The area asked for.
    pub area: AreaCode,
    /// The day asked for.
    pub day: Day,
    /// The first day that has an answer.
    pub first: Day,
}

/// Which rule answers a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pick {
    area: usize,
    rule: usize,
}

/// Days of one area on which the same rules hold.
#[derive(Debug)]
pub(super) struct Epoch {
    from: Day,
    policy: Policy,
    /// One for each key, in the order of [`KEYS`].
    picks: Vec<Pick>,
}

#[derive(Debug)]
struct Areas {
    /// The levels that have a file, in order; the nation first.
    levels: Vec<Level>,
    packs: Vec<Pack>,
    epochs: Vec<Vec<Epoch>>,
    by_digest: BTreeMap<[u8; 32], (usize, usize)>,
}

/// The law of all areas. A clone shares the same data.
#[derive(Clone, Debug)]
pub struct Law {
    areas: Arc<Areas>,
    release: u32,
}

/// What the law of one level says on some of its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Whose law it is.
    pub level: Level,
    /// The first of the days.
    pub from: Day,
    /// The last; `None`: without end.
    pub until: Option<Day>,
    /// Digest of the text.
    pub digest: [u8; 32],
    /// Canonical lines `key=value`.
    pub text: String,
}

impl Law {
    /// Reads and resolves packs, given as pairs of file name and text, in any order.
    ///
    /// # Errors
    /// Every mistake in every file, by file and place.
    pub fn from_packs(packs: &[(&str, &str)]) -> Result<Self, Vec<PackError>> {
        Self::with_drafts(packs, &[])
    }

    /// The same with drafts: each stands in place of the pack of its area, whatever the files are called, or beside the
    /// others where its area has none.
    ///
    /// # Errors
    /// Every mistake in every file, by file and place.
    pub fn with_drafts(packs: &[(&str, &str)], drafts: &[(&str, &str)]) -> Result<Self, Vec<PackError>> {
        let mut errors = Vec::new();
        let mut read: Vec<(Pack, &str)> = drafts.iter().filter_map(|pack| read_one(*pack, &mut errors)).collect();
        let drafted: BTreeSet<Level> = read.iter().map(|(pack, _)| pack.level).collect();
        let packs = packs.iter().filter_map(|pack| read_one(*pack, &mut errors));
        read.extend(packs.filter(|(pack, _)| !drafted.contains(&pack.level)));
        read.sort_by(|a, b| (a.0.level, &a.0.file).cmp(&(b.0.level, &b.0.file)));
        note_twice(&read, &mut errors);
        if errors.is_empty() && read.first().is_none_or(|(pack, _)| pack.level != Level::Nation) {
            errors.push(no_nation());
        }
        if errors.is_empty() {
            let (packs, texts): (Vec<Pack>, Vec<&str>) = read.into_iter().unzip();
            let areas = resolve(packs);
            note_contradictions(&areas, &texts, &mut errors);
            if errors.is_empty() {
                return Ok(Self { areas: Arc::new(areas), release: 0 });
            }
        }
        errors.sort_by(|a, b| (&a.file, a.span, &a.message).cmp(&(&b.file, b.span, &b.message)));
        Err(errors)
    }

    /// The same law, as that of a release.
    #[must_use]
    pub fn of_release(self, release: u32) -> Self {
        Self { release, ..self }
    }

    /// The last release of which it is; zero for packs that were never released.
    #[must_use]
    pub fn release(&self) -> u32 {
        self.release
    }

    /// Everything that the law says: each level that has a file, in order, day after day.
    pub fn resolutions(&self) -> impl Iterator<Item = Resolution> + '_ {
        self.areas.levels.iter().zip(&self.areas.epochs).flat_map(|(level, epochs)| {
            epochs.iter().enumerate().map(|(place, epoch)| Resolution {
                level: *level,
                from: epoch.from,
                until: epochs.get(place + 1).map(|next| next.from.plus_days(-1)),
                digest: epoch.policy.digest,
                text: canonical_text(&self.areas.packs, &epoch.picks),
            })
        })
    }

    /// The law of an area on a day; of a county, that of its pooling area.
    ///
    /// Constant work: two or three binary searches, no allocation.
    ///
    /// # Errors
    /// [`NotFormalised`] before the first formalised day.
    pub fn on(&self, area: AreaCode, day: Day) -> Result<&Policy, NotFormalised> {
        self.epoch(area, day).map(|epoch| &epoch.policy)
    }

    /// The first day that has an answer, in every area.
    #[must_use]
    pub fn first_day(&self) -> Day {
        first_formalised_day()
    }

    /// The areas that have a file of their own, in the order of their codes.
    pub fn areas(&self) -> impl Iterator<Item = AreaCode> + '_ {
        self.areas.levels.iter().filter_map(|level| match level {
            Level::Nation => None,
            Level::Area(area) => Some(*area),
        })
    }

    /// The packs, the nation's first, then by code.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.areas.packs
    }

    /// Name of an area with a file of its own: Chinese, English.
    #[must_use]
    pub fn area_name(&self, area: AreaCode) -> Option<(&str, &str)> {
        let index = self.areas.levels.binary_search(&Level::Area(area.pool())).ok()?;
        let name = &self.areas.packs[index].name;
        Some((&name.zh, &name.en))
    }

    /// What the files of the area, its province and the nation carry without a rule: level, remark, its source.
    /// Hints of grade D among them.
    pub fn remarks(&self, area: AreaCode) -> impl Iterator<Item = (Level, &Remark, &Source)> + '_ {
        let levels = Level::Area(area.pool()).with_parents();
        let packs = levels.into_iter().filter_map(|level| self.pack_at(level));
        packs.flat_map(|pack| {
            let remarks = pack.carried.iter().chain(&pack.hints);
            remarks.map(|remark| (pack.level, remark, pack.source_of(remark)))
        })
    }

    /// A policy that the loaded packs resolve to, by its digest.
    #[must_use]
    pub fn policy_by_digest(&self, digest: &[u8; 32]) -> Option<&Policy> {
        let (area, epoch) = self.areas.by_digest.get(digest)?;
        Some(&self.areas.epochs[*area][*epoch].policy)
    }

    /// The canonical lines `key=value` of an area's law on a day, over which its digest is taken.
    ///
    /// # Errors
    /// [`NotFormalised`] before the first formalised day.
    pub fn canonical(&self, area: AreaCode, day: Day) -> Result<String, NotFormalised> {
        self.epoch(area, day).map(|epoch| canonical_text(&self.areas.packs, &epoch.picks))
    }

    /// Days on which the law of an area changes, the first formalised day among them.
    pub fn changes(&self, area: AreaCode) -> impl Iterator<Item = Day> + '_ {
        self.areas.epochs[self.areas.place(area)].iter().map(|epoch| epoch.from)
    }

    fn pack_at(&self, level: Level) -> Option<&Pack> {
        self.areas.levels.binary_search(&level).ok().map(|index| &self.areas.packs[index])
    }

    pub(super) fn epoch(&self, area: AreaCode, day: Day) -> Result<&Epoch, NotFormalised> {
        let epochs = &self.areas.epochs[self.areas.place(area)];
        let day = day.plus_days(-zoo::days(Cage::RuleADayLate));
        match epochs.partition_point(|epoch| epoch.from <= day) {
            0 => Err(NotFormalised { area, day, first: first_formalised_day() }),
            after => Ok(&epochs[after - 1]),
        }
    }

    /// The rule that answers a key in an epoch, with the file in which it stands.
    pub(super) fn answer(&self, epoch: &Epoch, key: usize) -> (&Pack, &Rule) {
        let pick = epoch.picks[key];
        let pack = &self.areas.packs[pick.area];
        (pack, &pack.rules[pick.rule])
    }
}

impl Areas {
    /// Whose epochs answer for an area: its own, its province's, the nation's.
    fn place(&self, area: AreaCode) -> usize {
        let find = |area| self.levels.binary_search(&Level::Area(area));
        find(area.pool()).or_else(|_| find(area.province())).unwrap_or(0)
    }
}

fn read_one<'t>((file, text): (&str, &'t str), errors: &mut Vec<PackError>) -> Option<(Pack, &'t str)> {
    let mut mistakes = Mistakes::of(file, text);
    let mut pack = read_pack(file, text, &mut mistakes);
    if let Some(pack) = &mut pack {
        let is_read_whole = mistakes.is_empty();
        settle_days(pack, &mut mistakes);
        if is_read_whole {
            note_unanswered(pack, &mut mistakes);
        }
    }
    errors.extend(mistakes.into_found());
    pack.map(|pack| (pack, text))
}

fn note_twice(read: &[(Pack, &str)], errors: &mut Vec<PackError>) {
    for pair in read.windows(2).filter(|pair| pair[0].0.level == pair[1].0.level) {
        let (second, text) = &pair[1];
        let mut mistakes = Mistakes::of(&second.file, text);
        let code = second.level.to_string();
        let start = text.find(&code).unwrap_or(0);
        let message = format!("area {code} is defined twice, in {} too", pair[0].0.file);
        mistakes.note(start..start + code.len(), message, "one area has one file");
        errors.extend(mistakes.into_found());
    }
}

fn no_nation() -> PackError {
    let mut mistakes = Mistakes::of("packs", "");
    mistakes.note(0..0, "the nation's file is missing", "one file has the area code \"000000\"");
    mistakes.into_found().remove(0)
}

fn resolve(packs: Vec<Pack>) -> Areas {
    let levels: Vec<Level> = packs.iter().map(|pack| pack.level).collect();
    let epochs: Vec<Vec<Epoch>> = levels.iter().map(|level| epochs_of(*level, &levels, &packs)).collect();
    let mut by_digest = BTreeMap::new();
    for (area, epochs) in epochs.iter().enumerate() {
        for (place, epoch) in epochs.iter().enumerate() {
            by_digest.entry(epoch.policy.digest).or_insert((area, place));
        }
    }
    Areas { levels, packs, epochs, by_digest }
}

fn epochs_of(level: Level, levels: &[Level], packs: &[Pack]) -> Vec<Epoch> {
    let chain: Vec<usize> = level.with_parents().iter().filter_map(|level| levels.binary_search(level).ok()).collect();
    let mut epochs: Vec<Epoch> = Vec::new();
    for from in days_of_change(&chain, packs) {
        let picks = picks_on(from, &chain, packs);
        if epochs.last().is_none_or(|last| last.picks != picks) {
            epochs.push(Epoch { from, policy: policy_of(packs, &picks), picks });
        }
    }
    epochs
}

fn days_of_change(chain: &[usize], packs: &[Pack]) -> Vec<Day> {
    let rules = chain.iter().flat_map(|area| &packs[*area].rules);
    let mut days: Vec<Day> = rules.flat_map(|rule| [Some(rule.from), rule.until.map(Day::next)]).flatten().collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn picks_on(day: Day, chain: &[usize], packs: &[Pack]) -> Vec<Pick> {
    (0..KEYS.len()).map(|key| pick_on(day, key, chain, packs)).collect()
}

fn pick_on(day: Day, key: usize, chain: &[usize], packs: &[Pack]) -> Pick {
    let mut found = chain.iter().filter_map(|area| {
        let rules = &packs[*area].rules;
        let rule = rules.iter().position(|rule| rule.key == key && rule.is_in_force(day))?;
        Some(Pick { area: *area, rule })
    });
    found.next().expect("the nation's file was checked to answer every key on every day")
}

fn policy_of(packs: &[Pack], picks: &[Pick]) -> Policy {
    let mut policy = super::blank::blank();
    for (key, pick) in KEYS.iter().zip(picks) {
        (key.set)(&mut policy, &packs[pick.area].rules[pick.rule].value);
    }
    policy.settle_order();
    policy.digest = Sm3::digest(canonical_text(packs, picks).as_bytes()).into();
    policy
}

fn canonical_text(packs: &[Pack], picks: &[Pick]) -> String {
    let line = |(key, pick): (&Key, &Pick)| format!("{}={}\n", key.name, packs[pick.area].rules[pick.rule].text);
    KEYS.iter().zip(picks).map(line).collect()
}

/// Notes contradictions in the file whose rule completes them; what is inherited whole is noted where it stands.
fn note_contradictions(areas: &Areas, texts: &[&str], errors: &mut Vec<PackError>) {
    for (area, epochs) in areas.epochs.iter().enumerate() {
        let pack = &areas.packs[area];
        let mut mistakes = Mistakes::of(&pack.file, texts[area]);
        let mut noted = BTreeSet::new();
        let pairs = epochs.iter().flat_map(|epoch| contradictions(&epoch.policy).map(move |found| (epoch, found)));
        for (epoch, contradiction) in pairs {
            let mut picks = contradiction.key_indices().map(|key| epoch.picks[key]);
            let Some(pick) = picks.find(|pick| pick.area == area) else { continue };
            if noted.insert((pick.rule, contradiction.keys)) {
                contradiction.note(&pack.rules[pick.rule], epoch.from, &mut mistakes);
            }
        }
        errors.extend(mistakes.into_found());
    }
}

//! The plans of all areas: resolved once when files are loaded, then only looked up.
//!
//! Invariant: nothing is answered for an area without a file, nor before the first day on which every key of it has a
//! value. A pooling area without a file has its province's. Deliberately absent: files, clocks.

use std::collections::BTreeMap;

use gongji_words::{AreaCode, Day};
use thiserror::Error;

use super::keys::KEYS;
use super::plan::Plan;
use super::read_plan::{Basis, PlanFile, SCHEMES, Worth, read_plan};
use crate::person::Scheme;
use crate::policy::mistake::Mistakes;
use crate::policy::{Bilingual, Level, PackError, Source};

/// There is no plan to go by, and none is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoPlan {
    /// Neither the area nor its province has a file, or it says nothing of this insurance.
    #[error("area {area} has no plan for `{scheme}`: add a file for it, or name another area")]
    Area {
        /// The area asked for.
        area: AreaCode,
        /// The insurance asked for.
        scheme: Scheme,
    },
    /// The day lies before the plan begins.
    #[error("the plan of {area} for `{scheme}` begins on {first}: ask about that day or a later one")]
    Early {
        /// The area asked for.
        area: AreaCode,
        /// The insurance asked for.
        scheme: Scheme,
        /// The first day that has an answer.
        first: Day,
    },
}

/// A value of a plan as people are shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<'a> {
    /// Its key.
    pub key: &'static str,
    /// The value, as the file writes it.
    pub value: &'a str,
    /// Its first day.
    pub from: Day,
    /// Who says so; `None`: it is invented.
    pub source: Option<&'a Source>,
}

/// The plans of all areas.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    files: BTreeMap<Level, PlanFile>,
    plans: BTreeMap<(Level, u8), Vec<Plan>>,
}

impl Plans {
    /// Reads and resolves files, given as pairs of file name and text, in any order.
    ///
    /// # Errors
    /// Every mistake in every file, by file and place.
    pub fn from_files(files: &[(&str, &str)]) -> Result<Self, Vec<PackError>> {
        let mut errors = Vec::new();
        let mut plans = Self::default();
        for (name, text) in files {
            let mut mistakes = Mistakes::of(name, text);
            if let Some(file) = read_plan(text, &mut mistakes) {
                if plans.files.contains_key(&file.level) {
                    mistakes.note(0..0, format!("area {} has two files", file.level), "one area has one file");
                }
                plans.files.insert(file.level, file);
            }
            errors.extend(mistakes.into_found());
        }
        if !errors.is_empty() {
            errors.sort_by(|a, b| (&a.file, a.span, &a.message).cmp(&(&b.file, b.span, &b.message)));
            return Err(errors);
        }
        plans.resolve();
        Ok(plans)
    }

    fn resolve(&mut self) {
        for (level, file) in &self.files {
            for scheme in SCHEMES {
                self.plans.insert((*level, scheme.number()), plans_of(file, scheme));
            }
        }
    }

    /// The plan of an area's insurance on a day.
    ///
    /// # Errors
    /// [`NoPlan`] where nothing is known.
    pub fn on(&self, area: AreaCode, scheme: Scheme, day: Day) -> Result<&Plan, NoPlan> {
        let file = self.level_of(area).and_then(|level| self.plans.get(&(level, scheme.number())));
        let plans = file.filter(|plans| !plans.is_empty()).ok_or(NoPlan::Area { area, scheme })?;
        match plans.partition_point(|plan| plan.from <= day) {
            0 => Err(NoPlan::Early { area, scheme, first: plans[0].from }),
            after => Ok(&plans[after - 1]),
        }
    }

    /// The values of that plan, in the order of [`KEYS`].
    ///
    /// # Errors
    /// [`NoPlan`] where nothing is known.
    pub fn show(&self, area: AreaCode, scheme: Scheme, day: Day) -> Result<Vec<Shown<'_>>, NoPlan> {
        self.on(area, scheme, day)?;
        let file = self.level_of(area).and_then(|level| self.files.get(&level));
        let file = file.ok_or(NoPlan::Area { area, scheme })?;
        Ok((0..KEYS.len()).filter_map(|key| shown(file, worth_on(file, (scheme, key), day)?)).collect())
    }

    /// The areas that have a file, in the order of their codes, with their names.
    pub fn areas(&self) -> impl Iterator<Item = (Level, &Bilingual)> {
        self.files.iter().map(|(level, file)| (*level, &file.name))
    }

    /// The area itself, or its province: whichever has a file.
    fn level_of(&self, area: AreaCode) -> Option<Level> {
        let levels = [Level::Area(area.pool()), Level::Area(area.province())];
        levels.into_iter().find(|level| self.files.contains_key(level))
    }
}

fn shown<'a>(file: &'a PlanFile, worth: &'a Worth) -> Option<Shown<'a>> {
    let source = match worth.basis {
        Basis::Source(place) => Some(file.sources.get(place)?),
        Basis::Example => None,
    };
    Some(Shown { key: KEYS[worth.key].name, value: &worth.text, from: worth.from, source })
}

fn plans_of(file: &PlanFile, scheme: Scheme) -> Vec<Plan> {
    let mut days: Vec<Day> =
        file.worths.iter().filter(|worth| worth.schemes.contains(&scheme)).map(|worth| worth.from).collect();
    days.sort_unstable();
    days.dedup();
    days.into_iter().filter_map(|day| plan_on(file, scheme, day)).collect()
}

/// The plan of a day; `None` before every key has a value.
fn plan_on(file: &PlanFile, scheme: Scheme, day: Day) -> Option<Plan> {
    let mut plan = Plan::blank(scheme, day);
    for key in 0..KEYS.len() {
        let worth = worth_on(file, (scheme, key), day)?;
        plan.set(&worth.setting);
        plan.examples += usize::from(worth.basis == Basis::Example);
    }
    Some(plan)
}

fn worth_on(file: &PlanFile, (scheme, key): (Scheme, usize), day: Day) -> Option<&Worth> {
    let mine = file.worths.iter().filter(|worth| worth.key == key && worth.schemes.contains(&scheme));
    mine.filter(|worth| worth.from <= day).max_by_key(|worth| worth.from)
}

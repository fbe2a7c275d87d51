//! Seals and closed days: chains have no gap, and the roots follow from them and from each other.

use gongji_store::{ClosedDay, Roots, SealRow};
use gongji_words::Day;

use super::super::lines::{DayLine, SealLine};
use super::super::{DAYS, SEALS};
use super::{Exported, Findings};

/// In the kind of a seal that is over parts of a command: its journal is among them.
const JOURNAL: i64 = 1;
/// Greater kinds are over something else.
const PARTS: i64 = 7;
const LAST_KIND: i64 = 11;

/// Journals that are sealed, so that they can be told from others without keeping them all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Several {
    count: u64,
    sum: i128,
}

impl Several {
    /// One more of this number.
    pub fn add(&mut self, number: i64) {
        self.count += 1;
        self.sum += i128::from(number);
    }

    /// How many there are.
    pub const fn count(self) -> u64 {
        self.count
    }
}

/// Checks both files; gives the journals that are sealed.
pub fn check(export: &Exported<'_>, found: &mut Findings) -> Several {
    let (mut seals, mut count) = (Seals { whole: export.manifest.is_whole(), ..Seals::default() }, 0);
    export.scan_json(SEALS, found, &mut |line: SealLine| {
        count += 1;
        seals.take(line.row()?, export)
    });
    seals.roots.finish();
    export.expect(found, "seals", (export.manifest.counts.seals, count));
    let (mut days, mut count) = (Days { roots: seals.roots, before: None }, 0);
    export.scan_json(DAYS, found, &mut |line: DayLine| {
        count += 1;
        days.take(&line.closed()?, export)
    });
    export.expect(found, "closed days", (export.manifest.counts.days, count));
    let last = days.before.map(|(day, _)| day);
    if let Some(day) = days.roots.first_left().filter(|day| last.is_some_and(|last| *day < last)) {
        found.add(DAYS, None, format!("there are seals of {day}, and its root is gone"));
    }
    seals.journals
}

/// The seals so far.
#[derive(Default)]
struct Seals {
    whole: bool,
    last: Option<SealRow>,
    roots: Roots,
    journals: Several,
}

impl Seals {
    fn take(&mut self, seal: SealRow, export: &Exported<'_>) -> Result<(), String> {
        let said = self.follows(&seal, export);
        if (1..=PARTS).contains(&seal.kind) && seal.kind & JOURNAL != 0 {
            self.journals.add(seal.subject);
        }
        self.last = Some(seal.clone());
        self.roots.take(seal);
        said
    }

    fn follows(&self, seal: &SealRow, export: &Exported<'_>) -> Result<(), String> {
        if !(1..=LAST_KIND).contains(&seal.kind) {
            return Err(format!("there is no kind {} of seals", seal.kind));
        }
        if !export.has(seal.day) {
            return Err("its day is not one of the export".to_owned());
        }
        let same = self.last.as_ref().filter(|last| last.person == seal.person);
        match (same, &self.last) {
            (Some(last), _) if Some(seal.number) != last.number.checked_add(1) => {
                Err(format!("it follows number {} of the same chain: seals between them are gone", last.number))
            }
            (Some(last), _) if last.day > seal.day => Err("its day is before that of the seal before it".to_owned()),
            (None, Some(last)) if last.person > seal.person => Err("chains are not in the order of people".to_owned()),
            (None, _) if self.whole && seal.number != 1 => {
                Err(format!("the chain begins with number {}: seals before it are gone", seal.number))
            }
            _ => Ok(()),
        }
    }
}

/// The closed days so far.
struct Days {
    roots: Roots,
    before: Option<(Day, [u8; 32])>,
}

impl Days {
    fn take(&mut self, day: &ClosedDay, export: &Exported<'_>) -> Result<(), String> {
        let before = self.before.replace((day.day, day.root));
        if before.is_some_and(|(before, _)| before >= day.day) {
            return Err("days are not in their order".to_owned());
        }
        let now = self.roots.close(before.map(|(_, root)| root), day);
        // Days before the export begins are there because each root is over the one before.
        if export.manifest.from.is_some_and(|from| day.day < from) {
            return Ok(());
        }
        if (now.root, now.people) == (day.root, day.people) {
            return Ok(());
        }
        Err(format!("the seals of {} and the root before give another root", day.day))
    }
}

impl Exported<'_> {
    /// Whether journals and seals of a day are in it.
    pub(super) fn has(&self, day: Day) -> bool {
        let (from, until) = (self.manifest.from, self.manifest.until);
        from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
    }
}

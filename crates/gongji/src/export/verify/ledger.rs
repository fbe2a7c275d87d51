//! Journals and balances: each journal sums to zero and is sealed, the table for spreadsheets says the same, and balances are
//! what the entries come to.

use std::collections::BTreeMap;
use std::io;

use gongji_domain::account::{Colour, Lots};
use gongji_domain::journal::{Entry, Position};
use gongji_store::WholeJournal;
use gongji_words::{CommandId, PersonId};

use super::super::lines::{BalanceLine, JournalLine};
use super::super::paper::Lines;
use super::super::{BALANCES, ENTRIES, JOURNALS, table};
use super::chains::Several;
use super::{Exported, Findings};

/// What entries come to at the positions of a person.
type Sums = BTreeMap<(Position, Colour), i128>;

/// Checks the three files.
pub fn check(export: &Exported<'_>, sealed: Several, found: &mut Findings) {
    export.scan(ENTRIES, found, &mut |_, _, _| ());
    let whole = export.manifest.is_whole();
    let mut journals = Journals::default();
    let mut beside = Beside::open(export);
    let mut differs = None;
    export.scan_json(JOURNALS, found, &mut |line: JournalLine| {
        let journal = line.journal()?;
        differs = differs.or_else(|| beside.differs(&table::lines_of(&journal)));
        journals.take(&journal, export)
    });
    if let Some(line) = differs.or_else(|| beside.goes_on()) {
        found.add(ENTRIES, Some(line), format!("it does not say what {JOURNALS} says"));
    }
    let counts = &export.manifest.counts;
    export.expect(found, "journals", (counts.journals, journals.several.count()));
    export.expect(found, "entries", (counts.entries, journals.entries));
    if whole && sealed != journals.several {
        let why = "the seals are over other journals than these: a journal, or the seal over it, is gone";
        found.add(JOURNALS, None, why);
    }
    let mut balances = Balances { whole, last: None, sums: journals.sums, count: 0 };
    export.scan_json(BALANCES, found, &mut |line: BalanceLine| balances.take(&line));
    export.expect(found, "people with money", (counts.people, balances.count));
    balances.check_left(found);
}

/// The journals so far.
#[derive(Default)]
struct Journals {
    last: Option<CommandId>,
    several: Several,
    entries: u64,
    sums: BTreeMap<PersonId, Sums>,
}

impl Journals {
    fn take(&mut self, whole: &WholeJournal, export: &Exported<'_>) -> Result<(), String> {
        let WholeJournal { journal, entries } = whole;
        let before = self.last.replace(journal.id);
        self.several.add(journal.id.number());
        self.entries += u64::try_from(entries.len()).expect("a line is short");
        entries.iter().for_each(|entry| self.enter(entry));
        if before.is_some_and(|before| before >= journal.id) {
            return Err("journals are not in the order of their numbers".to_owned());
        }
        if !export.has(journal.at.day()) {
            return Err("its day is not one of the export".to_owned());
        }
        if !entries.iter().map(|entry| entry.leg).eq(0..u16::try_from(entries.len()).unwrap_or(u16::MAX)) {
            return Err("its entries are not numbered from 0 without a gap".to_owned());
        }
        match entries.iter().map(|entry| i128::from(entry.amount.fen())).sum::<i128>() {
            0 => Ok(()),
            sum => Err(format!("journal {} sums to {sum} fen instead of zero", journal.id)),
        }
    }

    fn enter(&mut self, entry: &Entry) {
        if let Some(person) = entry.position.person() {
            let sums = self.sums.entry(person).or_default();
            *sums.entry((entry.position, entry.colour)).or_default() += i128::from(entry.amount.fen());
        }
    }
}

/// The table for spreadsheets, read beside the journals.
struct Beside {
    lines: io::Result<Lines>,
    at: u64,
}

impl Beside {
    fn open(export: &Exported<'_>) -> Self {
        Self { lines: Lines::open(&export.folder.join(ENTRIES)), at: 0 }
    }

    /// In which line the table is another than these lines, if it is.
    fn differs(&mut self, lines: &str) -> Option<u64> {
        if self.at == 0
            && let Some(line) = self.differs_in(&table::heading())
        {
            return Some(line);
        }
        lines.split_inclusive('\n').find_map(|line| self.differs_in(line))
    }

    fn differs_in(&mut self, line: &str) -> Option<u64> {
        self.at += 1;
        (self.next().as_deref() != Some(line.as_bytes())).then_some(self.at)
    }

    /// In which line the table goes on though there are no more journals, if it does.
    fn goes_on(&mut self) -> Option<u64> {
        if let Some(line) = self.differs("") {
            return Some(line);
        }
        self.next().map(|_| self.at + 1)
    }

    /// A file that cannot be read is told where it is compared with the manifest.
    fn next(&mut self) -> Option<Vec<u8>> {
        self.lines.as_mut().ok()?.next().ok()?
    }
}

/// The balances so far.
struct Balances {
    whole: bool,
    last: Option<i64>,
    sums: BTreeMap<PersonId, Sums>,
    count: u64,
}

impl Balances {
    fn take(&mut self, line: &BalanceLine) -> Result<(), String> {
        self.count += 1;
        if self.last.replace(line.person.0).is_some_and(|before| before >= line.person.0) {
            return Err("people are not in the order of their numbers".to_owned());
        }
        if !self.whole {
            return Ok(());
        }
        let entered = self.sums.remove(&PersonId::from_number(line.person.0)).unwrap_or_default();
        match differences(line, &entered).as_slice() {
            [] => Ok(()),
            all => Err(all.join("; ")),
        }
    }

    fn check_left(&self, found: &mut Findings) {
        let moved = |sums: &&Sums| sums.values().any(|sum| *sum != 0);
        if !self.whole {
            return;
        }
        for (person, _) in self.sums.iter().filter(|(_, sums)| moved(sums)) {
            found.add(BALANCES, None, format!("entries say that person {person} has money, and his line is gone"));
        }
    }
}

/// What of a person's money is not what was entered.
fn differences(line: &BalanceLine, entered: &Sums) -> Vec<String> {
    let (mut account, mut holds) = (BTreeMap::new(), BTreeMap::new());
    let mut wallet = 0;
    for ((position, colour), sum) in entered {
        match position {
            Position::Wallet(_) => wallet += sum,
            Position::Held(_, owner) => {
                *account.entry(*colour).or_default() += sum;
                *holds.entry((owner.number(), *colour)).or_default() += sum;
            }
            _ => *account.entry(*colour).or_default() += sum,
        }
    }
    let of = |lots: &Lots| lots.iter().map(|(colour, amount)| (colour, i128::from(amount.fen()))).collect::<Vec<_>>();
    let kept = line.account.iter().flat_map(|account| of(&account.lots)).collect();
    let held = line.holds.iter().flat_map(|hold| of(&hold.lots).into_iter().map(|(c, sum)| ((hold.owner.0, c), sum)));
    let in_wallet = line.wallet.as_ref().map_or(0, |wallet| i128::from(wallet.balance.fen()));
    let tables =
        [("account", differ(kept, account)), ("holds", differ(held.collect(), holds)), ("wallet", in_wallet != wallet)];
    let wrong = tables.into_iter().filter(|(_, wrong)| *wrong);
    wrong.map(|(what, _)| format!("the {what} of person {} is not what was entered", line.person.0)).collect()
}

fn differ<K: Ord>(mut kept: BTreeMap<K, i128>, mut entered: BTreeMap<K, i128>) -> bool {
    kept.retain(|_, sum| *sum != 0);
    entered.retain(|_, sum| *sum != 0);
    kept != entered
}

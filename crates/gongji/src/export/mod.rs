//! `gongji audit export`: what an auditor takes home, and can check there without database and key.
//!
//! Invariants: all of it is of one moment; memory does not grow with the ledger, but with the days that it has; nobody's name
//! or certificate is in it; the manifest comes last. Deliberately absent: encryption. Whoever has the folder reads it.

mod lines;
mod manifest;
pub mod paper;
mod report;
pub mod table;
mod verify;

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use gongji_domain::books::TrialBalance;
use gongji_service::Clock as _;
use gongji_store::{
    Balance, ClosedDay, Discrepancy, LaneMark, Page, Part, SealRow, Signer, Store, Totals, WholeJournal,
};
use gongji_words::{AreaCode, Day, Moment};
use serde_json::json;

use crate::clock::SystemClock;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Verdict};
use crate::ready;
use lines::{BalanceLine, DayLine, JournalLine, SealLine};
use manifest::{Counts, FORMAT, Manifest};
use paper::Paper;

pub use verify::{Verify, verify};

/// Journals with their entries.
const JOURNALS: &str = "journals.jsonl";
/// The same entries for spreadsheets.
const ENTRIES: &str = "entries.csv";
/// Seals.
const SEALS: &str = "seals.jsonl";
/// Closed days.
const DAYS: &str = "days.jsonl";
/// The money of people.
const BALANCES: &str = "balances.jsonl";
/// What people read.
const REPORT: &str = "report.html";

/// Arguments of `gongji audit export`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji audit export --to /media/auditor/2026-03\n  \
    gongji audit export --to march --from 2026-03-01 --until 2026-03-31\n\n\
    Journals, seals, closed days, balances, a table for spreadsheets, a report and a signed manifest; people are numbers. Give\n\
    the auditor the public key that is printed in another way than the folder. Exit status 1 if the audit found something:\n\
    the export is whole nevertheless, and its report tells it.")]
pub struct Export {
    #[command(flatten)]
    book: Book,
    /// A folder that is not there yet, or is empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Leave out journals, seals and roots of earlier days
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Leave out later days
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Which days are exported.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    from: Option<Day>,
    until: Option<Day>,
}

impl Span {
    fn of(from: Option<&str>, until: Option<&str>) -> Result<Self, Failure> {
        let from = from.map(|text| day_of("--from", text)).transpose()?;
        let until = until.map(|text| day_of("--until", text)).transpose()?;
        if from.zip(until).is_some_and(|(from, until)| from > until) {
            return Err(Failure::NotUnderstood("--until is before --from: exchange them".to_owned()));
        }
        Ok(Self { from, until })
    }

    fn has(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.begins_before(day)
    }

    fn begins_before(self, day: Day) -> bool {
        self.until.is_none_or(|until| day <= until)
    }
}

/// The day of an argument.
pub fn day_of(argument: &str, text: &str) -> Result<Day, Failure> {
    Day::parse(text).map_err(|error| Failure::NotUnderstood(format!("{argument} {text}: {error}")))
}

/// Who exports what.
struct Occasion {
    province: AreaCode,
    at: Moment,
    span: Span,
}

/// Writes an export.
pub fn export(arguments: &Export) -> Ended {
    let span = Span::of(arguments.from.as_deref(), arguments.until.as_deref())?;
    let open = Open::to_read(&arguments.book)?;
    let occasion = Occasion { province: open.node.province(), at: SystemClock.now(), span };
    let manifest = write_out(open.node.store(), &Signer::of(&open.keys), &arguments.to, &occasion)?;
    if arguments.json {
        let Manifest { counts, discrepancies, public_key, .. } = &manifest;
        let to = arguments.to.display().to_string();
        output::json(&json!({ "to": to, "counts": counts, "discrepancies": discrepancies, "public_key": public_key }));
    } else {
        tell(&manifest, &arguments.to);
    }
    Ok(Verdict::of(manifest.discrepancies == 0))
}

fn tell(manifest: &Manifest, to: &Path) {
    let counts = manifest.counts;
    let told = [
        output::counted(counts.journals, ["journal", "journals"]),
        output::counted(counts.entries, ["entry", "entries"]),
        output::counted(counts.seals, ["seal", "seals"]),
        output::counted(counts.days, ["closed day", "closed days"]),
        output::counted(counts.people, ["person", "people"]),
        output::counted(manifest.discrepancies, ["discrepancy", "discrepancies"]),
    ];
    output::line(format!("已导出 exported: {}: {}", to.display(), told.join(", ")));
    output::line(format!("公钥 public key: {}", manifest.public_key));
}

/// Writes all files and then the manifest.
fn write_out(store: &Store, signer: &Signer, folder: &Path, occasion: &Occasion) -> Result<Manifest, Failure> {
    let failed = |error: io::Error| Failure::Impossible(format!("--to {}: {error}", folder.display()));
    begin(folder)?;
    let mut writing = Writing::begin(folder, occasion.span).map_err(failed)?;
    let mut stopped = None;
    let parts = [Part::Audit, Part::Journals, Part::Seals, Part::Days, Part::Balances];
    let mut take = |page| match writing.take(page) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            stopped = Some(error);
            ControlFlow::Break(())
        }
    };
    ready(store.read_out(&parts, &mut take))?;
    stopped.map_or(Ok(()), Err).map_err(failed)?;
    writing.end(folder, (signer, occasion)).map_err(failed)
}

/// A folder in which there is nothing: another export, or anything else, stays as it is.
fn begin(folder: &Path) -> Result<(), Failure> {
    let shown = folder.display();
    let failed = |error: io::Error| Failure::Impossible(format!("--to {shown}: {error}"));
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        let why = format!("--to {shown}: the folder is not empty, and is left as it is: name another");
        return Err(Failure::Impossible(why));
    }
    Ok(())
}

/// What the report tells beside the audit.
#[derive(Default)]
struct Told {
    counts: Counts,
    totals: Totals,
    sums: TrialBalance,
    journals_of: BTreeMap<Day, u64>,
    days: Vec<ClosedDay>,
    lanes: Vec<LaneMark>,
}

/// The files while they are written.
struct Writing {
    span: Span,
    journals: Paper,
    entries: Paper,
    seals: Paper,
    days: Paper,
    balances: Paper,
    told: Told,
    noted: u64,
}

impl Writing {
    fn begin(folder: &Path, span: Span) -> io::Result<Self> {
        let mut entries = Paper::begin(folder, ENTRIES)?;
        entries.write(&table::heading())?;
        Ok(Self {
            span,
            entries,
            journals: Paper::begin(folder, JOURNALS)?,
            seals: Paper::begin(folder, SEALS)?,
            days: Paper::begin(folder, DAYS)?,
            balances: Paper::begin(folder, BALANCES)?,
            told: Told::default(),
            noted: 0,
        })
    }

    fn take(&mut self, page: Page) -> io::Result<()> {
        match page {
            Page::Auditing(progress) => self.note(progress.entries, "entries audited"),
            Page::Audited(totals) => self.told.totals = totals,
            Page::Journals(page) => page.iter().try_for_each(|whole| self.journal(whole))?,
            Page::Seals(page) => page.iter().try_for_each(|seal| self.seal(seal))?,
            Page::Days(days, lanes) => self.closed(days, lanes)?,
            Page::Balances(page) => page.iter().try_for_each(|balance| self.balance(balance))?,
            Page::Damaged(page) => self.damaged(page),
        }
        Ok(())
    }

    /// The audit has told most of these.
    fn damaged(&mut self, page: Vec<Discrepancy>) {
        let told = &mut self.told.totals.discrepancies;
        for one in page {
            if !told.iter().any(|told| (told.table, &told.row) == (one.table, &one.row)) {
                told.push(one);
            }
        }
    }

    /// Says now and then on standard error how far it is.
    fn note(&mut self, count: u64, what: &str) {
        const STEP: u64 = 500_000;
        let stage = count / STEP;
        if stage > self.noted {
            output::note(format!("已导出 so far: {count} {what}"));
        }
        self.noted = stage;
    }

    fn journal(&mut self, whole: &WholeJournal) -> io::Result<()> {
        let day = whole.journal.at.day();
        if !self.span.has(day) {
            return Ok(());
        }
        let entries = u64::try_from(whole.entries.len()).expect("a journal is short");
        self.told.counts.journals += 1;
        self.told.counts.entries += entries;
        *self.told.journals_of.entry(day).or_default() += 1;
        whole.entries.iter().for_each(|entry| self.told.sums.enter(entry));
        self.note(self.told.counts.journals, "journals");
        self.journals.write_json(&JournalLine::of(whole))?;
        self.entries.write(&table::lines_of(whole))
    }

    fn seal(&mut self, seal: &SealRow) -> io::Result<()> {
        if !self.span.has(seal.day) {
            return Ok(());
        }
        self.told.counts.seals += 1;
        self.note(self.told.counts.seals, "seals");
        self.seals.write_json(&SealLine::of(seal))
    }

    /// Closed days before the span are kept: each root is over the one before.
    fn closed(&mut self, mut days: Vec<ClosedDay>, lanes: Vec<LaneMark>) -> io::Result<()> {
        days.retain(|day| self.span.begins_before(day.day));
        self.told.counts.days = u64::try_from(days.len()).expect("days are few");
        days.iter().try_for_each(|day| self.days.write_json(&DayLine::of(day)))?;
        (self.told.days, self.told.lanes) = (days, lanes);
        Ok(())
    }

    fn balance(&mut self, balance: &Balance) -> io::Result<()> {
        self.told.counts.people += 1;
        self.note(self.told.counts.people, "people");
        self.balances.write_json(&BalanceLine::of(balance))
    }

    fn end(self, folder: &Path, (signer, occasion): (&Signer, &Occasion)) -> io::Result<Manifest> {
        let Self { journals, entries, seals, days, balances, told, .. } = self;
        let mut report = Paper::begin(folder, REPORT)?;
        report.write(&report::page(&told, occasion))?;
        let files = [journals, entries, seals, days, balances, report].map(Paper::end);
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            province: occasion.province,
            at: occasion.at,
            from: occasion.span.from,
            until: occasion.span.until,
            counts: told.counts,
            discrepancies: u64::try_from(told.totals.discrepancies.len()).expect("findings are countable"),
            lanes: told.lanes,
            files: files.into_iter().collect::<io::Result<_>>()?,
            public_key: signer.public_key(),
        };
        manifest.write(folder, signer)
    }
}

#[cfg(test)]
mod tests;

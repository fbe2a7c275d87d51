//! `gongji audit` and `gongji tick`: whether everything is as it was written, and what falls due.

use std::path::PathBuf;

use gongji_service::Clock as _;
use gongji_service::import::Whose;
use gongji_store::{Asked, Discrepancy, Progress, Scope, Store, Totals, digest_of};
use gongji_words::{Day, PersonId};
use serde_json::{Value, json};

use super::due::{Done, do_due};
use crate::clock::SystemClock;
use crate::export::{Export, Verify, export, verify};
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Verdict};
use crate::ready;
use crate::witness::Witness;

/// Arguments of `gongji audit`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example 例:\n  gongji audit --witness /mnt/elsewhere/witness.jsonl\n  gongji audit --person P1846012345678901\n  \
    gongji audit --since 2026-03-01 --json\n  gongji audit export --to DIR\n\n\
    Every balance, hold and counter is worked out again, every row held against its seal, every closed day against its root, \n\
    and the database against its witness. Exit status 1 if something is not as it was written: each line says which table \n\
    and row.",
    args_conflicts_with_subcommands = true
)]
pub struct Audit {
    #[command(subcommand)]
    work: Option<Elsewhere>,
    #[command(flatten)]
    book: Book,
    /// One person alone: `P` and the number that he has here, or a certificate number
    #[arg(long, value_name = "PERSON", conflicts_with = "since")]
    person: Option<String>,
    /// Everybody whom something concerned on this day or later, each from the beginning
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// The file outside the database to which `gongji tick` adds closed days
    #[arg(long, env = "GONGJI_WITNESS", value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Add the digest of all rows, to compare two databases; it needs all of them in memory
    #[arg(long)]
    digest: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Auditing without the database.
#[derive(Debug, clap::Subcommand)]
enum Elsewhere {
    /// 导出 What an auditor takes home
    Export(Export),
    /// 核验 Whether what he took home is what was exported
    Verify(Verify),
}

/// Arguments of `gongji tick`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::TICK_EXAMPLE)]
pub struct Tick {
    #[command(flatten)]
    book: Book,
    /// A file outside the database, better on another machine, to which closed days are added
    #[arg(long, env = "GONGJI_WITNESS", value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Answers what was left waiting, does timed work, closes the days that are over.
pub fn tick(arguments: &Tick) -> Ended {
    let open = Open::to_write(&arguments.book)?;
    let mut witness = arguments.witness.as_deref().map(Witness::read_or_begin).transpose()?;
    let due = do_due(&open.node, (&open.ids, witness.as_mut()), SystemClock.now());
    let Done { next, recovered, closed } = ready(due)?;
    let next = next.map(|next| next.to_string());
    let closed: Vec<String> = closed.iter().map(ToString::to_string).collect();
    if arguments.json {
        output::json(&json!({ "next": next, "recovered": recovered, "closed": closed }));
        return Ok(Verdict::Yes);
    }
    for day in closed {
        output::line(format!("已日结 closed: {day}"));
    }
    output::line(format!("下一件 next: {}", next.as_deref().unwrap_or("—")));
    Ok(Verdict::Yes)
}

/// Works out everything again, here or elsewhere.
pub fn audit(arguments: &Audit) -> Ended {
    match &arguments.work {
        Some(Elsewhere::Export(arguments)) => export(arguments),
        Some(Elsewhere::Verify(arguments)) => verify(arguments),
        None => audit_here(arguments),
    }
}

fn audit_here(arguments: &Audit) -> Ended {
    let since = arguments
        .since
        .as_deref()
        .map(|text| Day::parse(text).map_err(|error| Failure::NotUnderstood(format!("--since {text}: {error}"))));
    let since = since.transpose()?;
    let witness = arguments.witness.as_deref().map(Witness::read).transpose()?;
    // Without a law to judge by there is still everything to audit.
    let store = Open::rows_to_read(&arguments.book)?;
    let person = arguments.person.as_deref().map(|person| named(&store, person)).transpose()?;
    let scope = person.map(Scope::Person).or(since.map(Scope::Since)).unwrap_or_default();
    let asked = Asked { scope, witness: witness.as_ref().map_or(&[], |witness| &witness.lines) };
    let mut totals = ready(store.audit(asked, &mut tell_progress()))?;
    if scope == Scope::All && ready(store.last_release())? == 0 {
        let why = "no release is there, so nothing can be judged".to_owned();
        totals.discrepancies.push(Discrepancy { table: "policy_release", row: "1".to_owned(), why });
    }
    let digest = if arguments.digest { Some(digest_of(&ready(store.dump())?)) } else { None };
    if arguments.json {
        output::json(&json_of(&totals, digest.as_deref()));
    } else {
        tell(&totals, digest.as_deref());
    }
    Ok(Verdict::of(totals.discrepancies.is_empty()))
}

/// Who is meant, without a look at his rows: they may be damaged.
fn named(store: &Store, text: &str) -> Result<PersonId, Failure> {
    let wrong = |why: &str| Failure::NotUnderstood(format!("--person {text}: {why}"));
    let found = match Whose::parse(text).map_err(|why| wrong(&why))? {
        Whose::Number(person) => Some(person),
        Whose::Certificate(certificate) => ready(store.find_person(&certificate))?,
    };
    found.ok_or_else(|| wrong("nobody with this number is registered here"))
}

/// Says on standard error how far a long audit has come.
fn tell_progress() -> impl FnMut(Progress) + Send {
    const STEP: u64 = 500_000;
    let mut told = 0;
    move |progress| {
        if progress.entries / STEP > told {
            told = progress.entries / STEP;
            output::note(format!("已核对 so far: {} people, {} entries", progress.people, progress.entries));
        }
    }
}

fn json_of(totals: &Totals, digest: Option<&str>) -> Value {
    let found = |one: &Discrepancy| json!({ "table": one.table, "row": one.row, "why": one.why });
    let mut document = json!({
        "people": totals.people, "journals": totals.journals, "entries": totals.entries,
        "discrepancies": totals.discrepancies.iter().map(found).collect::<Vec<_>>(),
    });
    if let Some(digest) = digest {
        document["digest"] = digest.into();
    }
    document
}

fn tell(totals: &Totals, digest: Option<&str>) {
    for one in &totals.discrepancies {
        output::line(format!("{} {}: {}", one.table, one.row, one.why));
    }
    let counts = [
        output::counted(totals.people, ["person", "people"]),
        output::counted(totals.journals, ["journal", "journals"]),
        output::counted(totals.entries, ["entry", "entries"]),
        output::counted(totals.discrepancies.len(), ["discrepancy", "discrepancies"]),
    ];
    output::line(counts.join(", "));
    if let Some(digest) = digest {
        output::line(format!("摘要 digest: {digest}"));
    }
}

//! `gongji db backup`, `db restore`.

use std::path::{Path, PathBuf};

use gongji_service::Clock as _;
use gongji_store::{Asked, Store};
use serde_json::json;

use crate::backup::{Facts, Manifest, Partial};
use crate::clock::SystemClock;
use crate::database::Database;
use crate::keys::{Custodian, told};
use crate::node::Book;
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::ready;
use crate::shreds::ShredList;
use crate::witness::Witness;

/// Arguments of `gongji db backup`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji db backup --db gongji.db --to /mnt/elsewhere/2026-03-01.db\n\n\
    Others may write meanwhile: the copy is of one moment. FILE.manifest beside it says its SM3, time, steps and last closed\n\
    day. Of one that was interrupted nothing is left under the name. No key is asked for; keep the master key, the shred list\n\
    and the witness elsewhere. A database on a server is backed up by its own means: see docs/operators.md.")]
pub struct Backup {
    #[command(flatten)]
    book: Book,
    /// The file to make
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji db restore`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji db restore --check 2026-03-01.db --witness witness.jsonl\n  \
    gongji db restore 2026-03-01.db --to new.db --list gongji.shreds\n\n\
    Either way: the manifest is held against the file, everybody on the shred list is shredded again in the copy, and all of it\n\
    is audited. With --check the copy is gone afterwards; with --to it gets its name only if nothing was found. Exit status 1\n\
    if something was found: each line says what.")]
pub struct Restore {
    /// The backup, with its manifest beside it
    backup: PathBuf,
    /// Look at it in a scratch place, and leave nothing
    #[arg(long, conflicts_with = "to", required_unless_present = "to")]
    check: bool,
    /// The database to make
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Who keeps the master key
    #[arg(long, env = "GONGJI_KEY", value_name = "WHERE", default_value = "gongji.key")]
    key: Custodian,
    /// The file outside the database to which `gongji tick` adds closed days
    #[arg(long, env = "GONGJI_WITNESS", value_name = "FILE")]
    witness: Option<PathBuf>,
    /// The shred list; where nobody was ever shredded there is none
    #[arg(long, env = "GONGJI_SHREDS", value_name = "FILE")]
    list: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Makes a backup.
pub fn backup(arguments: &Backup, tongue: Tongue) -> Ended {
    let Database::File(database) = &arguments.book.db else {
        return Err(told(
            "服务器上的数据库用它自己的办法备份：见 docs/operators.md",
            "a database on a server is backed up by its own means: see docs/operators.md",
        ));
    };
    let partial = Partial::begin(&arguments.to)?;
    Store::backup_sqlite(database, partial.path())?;
    let facts = Facts {
        at: SystemClock.now().to_string(),
        steps: Store::steps_sqlite(partial.path())?.done.len(),
        closed: last_closed(partial.path())?,
        place: arguments.book.db.to_string(),
    };
    let manifest = Manifest::write(&partial, facts)?;
    partial.finish()?;
    let shown = arguments.to.display();
    if arguments.json {
        output::json(&json!({ "backup": shown.to_string(), "manifest": manifest }));
    } else {
        output::line(tongue.inline(
            &format!("{shown}：已备份，SM3 {}。", manifest.digest),
            &format!("{shown}: made, SM3 {}.", manifest.digest),
        ));
    }
    Ok(Verdict::Yes)
}

fn last_closed(copy: &Path) -> Result<Option<String>, Failure> {
    let days = ready(Store::open_sqlite_without_key(copy)?.closed_days())?;
    Ok(days.last().map(|day| day.day.to_string()))
}

/// What was looked at, and what was found.
#[derive(Default)]
struct Seen {
    findings: Vec<String>,
    shredded: u64,
    people: u64,
    journals: u64,
}

/// Looks at a backup, and keeps the copy if that is asked for and nothing was found.
pub fn restore(arguments: &Restore, tongue: Tongue) -> Ended {
    let manifest = Manifest::read(&arguments.backup)?;
    let mut seen = Seen::default();
    if let Some(finding) = manifest.differs(&arguments.backup)? {
        seen.findings.push(finding);
        return tell(arguments, (&manifest, &seen), tongue);
    }
    // A scratch folder is gone with this, however it ends but by a kill.
    let scratch = tempfile::tempdir().map_err(|error| Failure::of(&error))?;
    let target = arguments.to.clone().unwrap_or_else(|| scratch.path().join("restored.db"));
    let copy = Partial::begin(&target)?;
    std::fs::copy(&arguments.backup, copy.path()).map_err(|error| Failure::of(&error))?;
    look_at(copy.path(), arguments, &manifest, &mut seen)?;
    if arguments.to.is_some() && seen.findings.is_empty() {
        copy.finish()?;
    }
    tell(arguments, (&manifest, &seen), tongue)
}

/// Shreds again whoever is on the list, then audits everything, in the copy.
fn look_at(copy: &Path, arguments: &Restore, manifest: &Manifest, seen: &mut Seen) -> Result<(), Failure> {
    let steps = Store::steps_sqlite(copy)?.done.len();
    if steps != manifest.steps {
        seen.findings.push(format!("{} steps, and the manifest says {}", steps, manifest.steps));
    }
    let keys = arguments.key.unwrap(&Store::envelope_sqlite(copy)?)?;
    let witness = arguments.witness.as_deref().map(Witness::read).transpose()?;
    let list = arguments.list.as_deref().map(|list| existing(list).and_then(|list| ShredList::read(list, &keys)));
    let list = list.transpose()?;
    let store = Store::open_sqlite(copy, &keys)?;
    for person in list.iter().flat_map(|list| &list.people) {
        seen.shredded += u64::from(!matches!(ready(store.reveal(*person)), Ok(None)));
        ready(store.shred(*person))?;
        if !matches!(ready(store.reveal(*person)), Ok(None)) {
            seen.findings.push(format!("P{person} is on the shred list and can still be read"));
        }
    }
    let asked = Asked { witness: witness.as_ref().map_or(&[], |witness| &witness.lines), ..Asked::default() };
    let totals = ready(store.audit(asked, &mut |_| ()))?;
    (seen.people, seen.journals) = (totals.people, totals.journals);
    seen.findings.extend(totals.discrepancies.iter().map(|one| format!("{} {}: {}", one.table, one.row, one.why)));
    Ok(())
}

/// A list that is not where it is looked for is not taken for an empty one.
fn existing(list: &Path) -> Result<&Path, Failure> {
    let missing =
        || Failure::NotUnderstood(format!("--list {}: there is no such file: check the path", list.display()));
    if list.is_file() { Ok(list) } else { Err(missing()) }
}

fn tell(arguments: &Restore, (manifest, seen): (&Manifest, &Seen), tongue: Tongue) -> Ended {
    let clean = seen.findings.is_empty();
    let restored = arguments.to.as_ref().filter(|_| clean).map(|to| to.display().to_string());
    if arguments.json {
        output::json(&json!({
            "backup": arguments.backup.display().to_string(), "manifest": manifest, "restored": restored,
            "shredded": seen.shredded, "people": seen.people, "journals": seen.journals, "findings": seen.findings,
        }));
        return Ok(Verdict::of(clean));
    }
    seen.findings.iter().for_each(output::line);
    let (people, journals, shredded, findings) = (seen.people, seen.journals, seen.shredded, seen.findings.len());
    output::line(tongue.inline(
        &format!("核对 {people} 人、{journals} 笔，再次销毁 {shredded} 人，发现 {findings} 处。"),
        &format!("{people} people and {journals} journals audited, {shredded} shredded again, {findings} found."),
    ));
    if let Some(restored) = restored {
        output::line(tongue.inline(&format!("已恢复到 {restored}。"), &format!("restored to {restored}.")));
    }
    Ok(Verdict::of(clean))
}

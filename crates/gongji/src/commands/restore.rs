//! `gongji db restore`.

use std::path::{Path, PathBuf};

use gongji_scratch::Server;
use gongji_store::Asked;
use gongji_store::postgres::{self, Ground, Held};
use serde_json::json;
use zeroize::Zeroizing;

use crate::backup::{Manifest, Partial, Source, cannot};
use crate::database::{At, Database, Seconds};
use crate::dump::Tools;
use crate::keys::{Custodian, told};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::shreds::ShredList;
use crate::witness::Witness;
use crate::{files, ids, ready};

/// Arguments of `gongji db restore`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji db restore --check 2026-03-01.db --witness witness.jsonl\n  \
    gongji db restore 2026-03-01.db --to new.db --list gongji.shreds\n  \
    gongji db restore 2026-03-01.dump --to postgresql://gongji@db1/new --list gongji.shreds\n\n\
    Either way: the manifest is held against the file, and in a copy in a scratch place everybody on the shred list is\n\
    shredded again, and all of it is audited. With --check the copy is gone afterwards; with --to it gets its name, or goes\n\
    into the empty schema of the server, only if nothing was found, and all at once. Exit status 1 if something was found:\n\
    each line says what. For a backup of a server PostgreSQL must be on this machine; a password goes into\n\
    GONGJI_RESTORE_TO rather than --to.")]
pub struct Restore {
    /// The backup, with its manifest beside it
    backup: PathBuf,
    /// Look at it in a scratch place, and leave nothing
    #[arg(long, conflicts_with = "to", required_unless_present = "to")]
    check: bool,
    /// The database to make: a file that is not there, or an empty schema of a server
    #[arg(long, env = "GONGJI_RESTORE_TO", hide_env_values = true, value_name = "FILE|URL")]
    to: Option<Database>,
    /// Who keeps the master key
    #[arg(long, env = "GONGJI_KEY", value_name = "WHERE", default_value = "gongji.key")]
    key: Custodian,
    /// The file outside the database to which `gongji tick` adds closed days
    #[arg(long, env = "GONGJI_WITNESS", value_name = "FILE")]
    witness: Option<PathBuf>,
    /// The shred list; where nobody was ever shredded there is none
    #[arg(long, env = "GONGJI_SHREDS", value_name = "FILE")]
    list: Option<PathBuf>,
    /// Where pg_dump and pg_restore are; if it is not said, where this machine has PostgreSQL, or on PATH
    #[arg(long, value_name = "FOLDER")]
    tools: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
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
    match (manifest.source(), &arguments.to) {
        (Source::File(ids), None) => restore_file(arguments, None, (&manifest, ids), &mut seen)?,
        (Source::File(ids), Some(Database::File(to))) => {
            restore_file(arguments, Some(to), (&manifest, ids), &mut seen)?;
        }
        (Source::Server(schema), None) => restore_dump(arguments, None, (&manifest, &schema), &mut seen)?,
        (Source::Server(schema), Some(Database::Server(to))) => {
            restore_dump(arguments, Some(to), (&manifest, &schema), &mut seen)?;
        }
        (source, Some(to)) => return Err(of_the_other_kind(&arguments.backup, &source, to)),
    }
    tell(arguments, (&manifest, &seen), tongue)
}

fn restore_file(
    arguments: &Restore,
    to: Option<&Path>,
    (manifest, given): (&Manifest, Option<i64>),
    seen: &mut Seen,
) -> Result<(), Failure> {
    let scratch = scratch_folder()?;
    let target = to.map_or_else(|| scratch.path().join("restored.db"), Path::to_owned);
    let mut copy = Partial::begin(&target)?;
    let copied = files::open(&arguments.backup).map(|mut backup| std::io::copy(&mut backup, copy.file()))?;
    copied.map_err(|error| cannot(&target, &error))?;
    look_at(&Database::File(copy.path().to_owned()), arguments, manifest, seen)?;
    if to.is_none() || !seen.findings.is_empty() {
        return Ok(());
    }
    // Before it has its name: whoever opens it then goes on above them.
    given.map_or(Ok(()), |ids| ids::give_above(&target, ids)).map_err(|error| cannot(&target, &error))?;
    copy.finish()
}

/// A server has no names to give a whole database at once: so all is done in a server of this program's own, and what came
/// out of that is restored in one transaction.
fn restore_dump(
    arguments: &Restore,
    to: Option<&str>,
    (manifest, schema): (&Manifest, &str),
    seen: &mut Seen,
) -> Result<(), Failure> {
    let tools = Tools::find(arguments.tools.as_deref())?;
    if let Some(to) = to {
        refuse_ground(&ready(Ground::of(to))?, arguments, schema)?;
    }
    let server = Server::start(&[]).map_err(|why| no_server(&why))?;
    let url = Zeroizing::new(ready(postgres::prepare(&server.address(), schema))?);
    tools.restore(&arguments.backup, &url, schema)?;
    look_at(&Database::Server(url.clone()), arguments, manifest, seen)?;
    let Some(to) = to.filter(|_| seen.findings.is_empty()) else { return Ok(()) };
    let scratch = scratch_folder()?;
    let dump = scratch.path().join("shredded.dump");
    let made = files::for_its_owner().write(true).create_new(true).open(&dump);
    let mut file = made.map_err(|error| cannot(&dump, &error))?;
    tools.dump(&url, &ready(Held::of(&url))?, (&dump, &mut file))?;
    tools.restore(&dump, to, schema)
}

/// A scratch folder is gone with this, however it ends but by a kill.
fn scratch_folder() -> Result<tempfile::TempDir, Failure> {
    tempfile::tempdir().map_err(|error| Failure::of(&error))
}

/// Goes on only with an empty schema of the name that the backup has: names stand in it with their schema.
fn refuse_ground(ground: &Ground, arguments: &Restore, schema: &str) -> Result<(), Failure> {
    let to = arguments.to.as_ref().map(ToString::to_string).unwrap_or_default();
    let Ground { schema: found, things } = ground;
    if found != schema {
        return Err(told(
            &format!(
                "{to}：备份的模式叫 {schema}，这个地址通到的模式是“{found}”。先建一个空的模式 {schema}，并让 search_path 以它开头"
            ),
            &format!(
                "{to}: the backup is of the schema {schema}, and this address leads to \"{found}\": make an empty schema \
                 {schema} first, and let search_path begin with it"
            ),
        ));
    }
    if things.is_empty() {
        return Ok(());
    }
    Err(told(
        &format!("{to}：模式 {schema} 不是空的，里面有 {things}；没有动它。换一个空的数据库"),
        &format!(
            "{to}: the schema {schema} is not empty, there is {things}; it is left as it is: name an empty database"
        ),
    ))
}

fn of_the_other_kind(backup: &Path, source: &Source, to: &Database) -> Failure {
    let shown = backup.display();
    match source {
        Source::File(_) => told(
            &format!("{shown}：这是文件数据库的备份，不能恢复到服务器 {to}；--to 后面写一个文件"),
            &format!("{shown}: this is a backup of a file, which {to} cannot take: name a file with --to"),
        ),
        Source::Server(_) => told(
            &format!("{shown}：这是服务器数据库的备份，不能恢复成文件 {to}；--to 后面写 postgresql://…"),
            &format!(
                "{shown}: this is a backup of a server, which the file {to} cannot take: name postgresql://… with --to"
            ),
        ),
    }
}

fn no_server(why: &str) -> Failure {
    told(
        &format!("{why}。服务器的备份要先恢复到本机的临时服务器里核对：在装有 PostgreSQL 的机器上做"),
        &format!(
            "{why}. A backup of a server is looked at in a scratch server of this machine: do it where PostgreSQL is"
        ),
    )
}

/// Shreds again whoever is on the list, then audits everything, in the copy.
fn look_at(copy: &Database, arguments: &Restore, manifest: &Manifest, seen: &mut Seen) -> Result<(), Failure> {
    let at = At { place: copy, patience: Seconds(0) };
    let steps = at.steps()?;
    if steps.done.len() != manifest.steps {
        seen.findings.push(format!("{} steps, and the manifest says {}", steps.done.len(), manifest.steps));
    }
    if !steps.missing.is_empty() {
        return Err(older(&arguments.backup, steps.missing.len()));
    }
    let keys = arguments.key.unwrap(&at.envelope()?)?;
    let witness = arguments.witness.as_deref().map(Witness::read).transpose()?;
    let list = arguments.list.as_deref().map(|list| existing(list).and_then(|list| ShredList::read(list, &keys)));
    let list = list.transpose()?;
    let store = at.open(&keys)?;
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

fn older(backup: &Path, steps: usize) -> Failure {
    let shown = backup.display();
    told(
        &format!("{shown}：这是较早版本的备份，还差 {steps} 步：用做它的那个版本恢复，再运行 `gongji db migrate`"),
        &format!(
            "{shown}: this backup is of an older release, {steps} steps behind: restore it with that release, then run \
             `gongji db migrate`"
        ),
    )
}

/// A list that is not where it is looked for is not taken for an empty one.
fn existing(list: &Path) -> Result<&Path, Failure> {
    let missing =
        || Failure::NotUnderstood(format!("--list {}: there is no such file: check the path", list.display()));
    if list.is_file() { Ok(list) } else { Err(missing()) }
}

fn tell(arguments: &Restore, (manifest, seen): (&Manifest, &Seen), tongue: Tongue) -> Ended {
    let clean = seen.findings.is_empty();
    let restored = arguments.to.as_ref().filter(|_| clean).map(ToString::to_string);
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

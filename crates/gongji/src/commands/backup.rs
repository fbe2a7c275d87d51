//! `gongji db backup`.

use std::path::{Path, PathBuf};

use gongji_service::Clock as _;
use gongji_store::Store;
use gongji_store::postgres::Held;
use serde_json::json;

use crate::backup::{Facts, Manifest, Partial, Source, cannot};
use crate::clock::SystemClock;
use crate::database::Database;
use crate::dump::Tools;
use crate::node::Book;
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::{ids, ready};

/// Arguments of `gongji db backup`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji db backup --db gongji.db --to /mnt/elsewhere/2026-03-01.db\n  \
    gongji db backup --db 'postgresql://gongji@db1,db2/gongji?sslmode=verify-full' --to /mnt/elsewhere/2026-03-01.dump\n\n\
    Others may write meanwhile: the copy is of one moment. FILE.manifest beside it says its SM3, time, steps and last closed\n\
    day. Of one that was interrupted nothing is left under the name. No key is asked for; keep the master key, the shred list\n\
    and the witness elsewhere. A database on a server is copied by pg_dump, of the server's version or a later one; a\n\
    password goes into GONGJI_DB rather than --db.")]
pub struct Backup {
    #[command(flatten)]
    book: Book,
    /// The file to make
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Where pg_dump is; if it is not said, where this machine has PostgreSQL, or on PATH
    #[arg(long, value_name = "FOLDER")]
    tools: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Makes a backup.
pub fn backup(arguments: &Backup, tongue: Tongue) -> Ended {
    let mut partial = Partial::begin(&arguments.to)?;
    let facts = match &arguments.book.db {
        Database::File(database) => copy_file(database, &arguments.book, &partial)?,
        Database::Server(url) => dump_server(url, arguments, &mut partial)?,
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

fn copy_file(database: &Path, book: &Book, partial: &Partial) -> Result<Facts, Failure> {
    Store::backup_sqlite(database, partial.path())?;
    // Read after the copy was made, the number is above every id in it.
    let ids = ids::given_to(database).map_err(|error| cannot(database, &error))?;
    let steps = Store::steps_sqlite(partial.path())?;
    let closed = if steps.missing.is_empty() { last_closed(partial.path())? } else { None };
    Ok(Facts {
        source: Source::File(ids),
        at: SystemClock.now().to_string(),
        steps: steps.done.len(),
        closed,
        place: book.db.to_string(),
    })
}

fn last_closed(copy: &Path) -> Result<Option<String>, Failure> {
    let days = ready(Store::open_sqlite_without_key(copy)?.closed_days())?;
    Ok(days.last().map(|day| day.day.to_string()))
}

fn dump_server(url: &str, arguments: &Backup, partial: &mut Partial) -> Result<Facts, Failure> {
    let tools = Tools::find(arguments.tools.as_deref())?;
    let held: Held = arguments.book.at().held(url)?;
    let at = SystemClock.now().to_string();
    let to = partial.path().to_owned();
    tools.dump(url, &held, (&to, partial.file()))?;
    Ok(Facts {
        source: Source::Server(held.schema.clone()),
        at,
        steps: held.steps.done.len(),
        closed: held.closed.map(|day| day.to_string()),
        place: arguments.book.db.to_string(),
    })
}

//! What the engine must do that no group can show from outside: asked by its tests and by the zoo.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use gongji_domain::account::{Account, Colour, Lots};
use gongji_domain::record::{Facts, Rows};
use gongji_words::{Fen, PersonId};
use rusqlite::Connection;

use super::access::{self, At};
use super::{Engine, beside, schema};
use crate::sql::{Known, Writing};
use crate::{StoreError, WorkingKey};

/// Whoever writes an account over a version that he did not read is told so.
pub(crate) fn stale_version_is_refused() -> Result<(), String> {
    let mut tables = Connection::open_in_memory().map_err(|error| error.to_string())?;
    schema::migrate(&mut tables, Path::new("memory")).map_err(|error| error.to_string())?;
    let writings = [(None, true), (Some(1), true), (Some(1), false), (Some(3), false), (Some(2), true)];
    for (fen, (version, allowed)) in (100..).zip(writings) {
        match save(&tables, version, fen) {
            Ok(()) if allowed => {}
            Err(StoreError::Contended) if !allowed => {}
            other => return Err(format!("over version {version:?}: {other:?}")),
        }
    }
    Ok(())
}

fn save(at: &Connection, version: Option<i64>, fen: i64) -> Result<(), StoreError> {
    let person = PersonId::from_number(1);
    let account = Account { person, lots: Lots::one(Colour(2024), Fen::from_fen(fen)), frozen: false };
    let versions = version.map(|version| (person, version)).into_iter().collect();
    let rows = Rows { accounts: [(person, account)].into(), ..Rows::default() };
    let known = Known { versions, ..Known::default() };
    let writing = Writing { rows: &rows, known: &known, facts: &Facts::default(), enclosed: &[] };
    writing.of_people().iter().try_for_each(|batch| access::write(&At::of(at), batch))
}

/// Every commit flushes the log, and the log is written back once it is long.
pub(crate) fn commit_waits_for_the_disk() -> Result<(), String> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("gongji-store-{}-{}.db", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    let settings = settings_of(&path).map_err(|error| error.to_string());
    for ending in ["", "-wal", "-shm", ".lock"] {
        let _may_be_gone = std::fs::remove_file(beside(&path, ending));
    }
    let full = ("wal".to_owned(), 2, super::LONGEST_LOG);
    let settings = settings?;
    if settings == full { Ok(()) } else { Err(format!("mode, synchronous, checkpoint are {settings:?}, not {full:?}")) }
}

fn settings_of(path: &Path) -> Result<(String, i64, i64), StoreError> {
    let engine = Engine::create(path, &WorkingKey::generate([1; 32]))?;
    let connection = engine.writer()?;
    let setting = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let all = || {
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        Ok((mode, setting("synchronous")?, setting("wal_autocheckpoint")?))
    };
    all().map_err(|error| super::failed(super::TABLE, error))
}

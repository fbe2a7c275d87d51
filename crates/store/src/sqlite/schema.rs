//! The tables of a file, and running the steps that make them.
//!
//! Invariant: running them again changes nothing.

use std::path::Path;

use super::access::{At, execute, failed, query};
use crate::StoreError;
use crate::sql::catalogue::{ADD_MIGRATION, MIGRATIONS};
use crate::sql::steps::{self, number_of};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

const TABLE: &str = "migration";

/// The steps, by number from 1: name and text.
pub(super) const STEPS: &[(&str, &str)] = &[
    ("people", include_str!("../../migrations/sqlite/0001_people.sql")),
    ("bindings", include_str!("../../migrations/sqlite/0002_bindings.sql")),
    ("payments", include_str!("../../migrations/sqlite/0003_payments.sql")),
    ("ledger", include_str!("../../migrations/sqlite/0004_ledger.sql")),
    ("messages", include_str!("../../migrations/sqlite/0005_messages.sql")),
    ("vault", include_str!("../../migrations/sqlite/0006_vault.sql")),
    ("chain", include_str!("../../migrations/sqlite/0007_chain.sql")),
    ("releases", include_str!("../../migrations/sqlite/0008_releases.sql")),
    ("credentials", include_str!("../../migrations/sqlite/0009_credentials.sql")),
    ("staff", include_str!("../../migrations/sqlite/0010_staff.sql")),
    ("visits", include_str!("../../migrations/sqlite/0011_visits.sql")),
    ("stops", include_str!("../../migrations/sqlite/0012_stops.sql")),
    ("proposals", include_str!("../../migrations/sqlite/0013_proposals.sql")),
    ("papers", include_str!("../../migrations/sqlite/0014_papers.sql")),
    ("papers-by-name", include_str!("../../migrations/sqlite/0015_papers_by_name.sql")),
];

/// Whether there are any tables at all.
pub(super) fn is_empty(at: &Connection) -> Result<bool, StoreError> {
    let count = at.query_row("select count(*) from sqlite_schema", [], |row| row.get::<_, i64>(0));
    count.map(|count| count == 0).map_err(|error| failed("sqlite_schema", error))
}

/// Runs the steps that are missing; gives how many there were.
pub(super) fn migrate(at: &mut Connection, path: &Path) -> Result<usize, StoreError> {
    at.execute_batch(
        "create table if not exists migration (step integer not null primary key, name text not null, \
         digest text not null) strict",
    )
    .map_err(|error| failed(TABLE, error))?;
    let done = known_steps(at, path)?;
    for (place, (name, text)) in STEPS.iter().enumerate().skip(done) {
        let transaction = at.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(|error| failed(TABLE, error))?;
        run(&transaction, place, (name, text))?;
        transaction.commit().map_err(|error| failed(TABLE, error))?;
    }
    Ok(STEPS.len() - done)
}

fn run(at: &Transaction<'_>, place: usize, (name, text): (&str, &str)) -> Result<(), StoreError> {
    at.execute_batch(text).map_err(|error| failed(TABLE, error))?;
    execute(&At::of(at), &ADD_MIGRATION, params![number_of(place), name, steps::digest(text)]).map(|_| ())
}

/// Goes on only with tables that this program knows.
pub(super) fn check(at: &Connection, path: &Path) -> Result<(), StoreError> {
    let has_record = at.table_exists(None, TABLE).map_err(|error| failed(TABLE, error))?;
    if !has_record {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    match STEPS.len() - known_steps(at, path)? {
        0 => Ok(()),
        steps => Err(StoreError::Pending { path: path.to_owned(), steps }),
    }
}

/// How many steps were run, all of them known and with the text they have here.
pub(super) fn known_steps(at: &Connection, path: &Path) -> Result<usize, StoreError> {
    steps::known(&query(&At::of(at), &MIGRATIONS, [], steps::decode)?, STEPS, path)
}

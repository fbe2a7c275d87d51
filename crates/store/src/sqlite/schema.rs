//! The tables and how they came to be: numbered steps, each run once, each recorded with the digest of its text.
//!
//! Invariants: steps only ever go forward; running them again changes nothing; tables of a newer program, or made
//! by a step with another text, are left alone.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use sm3::{Digest, Sm3};

use super::access::{At, execute, failed, query};
use super::catalogue::{ADD_MIGRATION, MIGRATIONS};
use super::fields::Fields;
use crate::StoreError;
use crate::digest::hex;

const TABLE: &str = "migration";

/// The steps, by number from 1: name and text.
pub(super) const STEPS: &[(&str, &str)] = &[
    ("people", include_str!("../../migrations/sqlite/0001_people.sql")),
    ("bindings", include_str!("../../migrations/sqlite/0002_bindings.sql")),
    ("payments", include_str!("../../migrations/sqlite/0003_payments.sql")),
    ("ledger", include_str!("../../migrations/sqlite/0004_ledger.sql")),
    ("messages", include_str!("../../migrations/sqlite/0005_messages.sql")),
    ("vault", include_str!("../../migrations/sqlite/0006_vault.sql")),
];

/// A step that was run.
struct Done {
    step: i64,
    digest: String,
}

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
    execute(&At::of(at), &ADD_MIGRATION, params![number_of(place), name, digest(text)]).map(|_| ())
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
fn known_steps(at: &Connection, path: &Path) -> Result<usize, StoreError> {
    let done = query(&At::of(at), &MIGRATIONS, [], decode)?;
    for (place, found) in done.iter().enumerate() {
        let Some((_, text)) = STEPS.get(place) else {
            return Err(StoreError::Newer { path: path.to_owned(), step: found.step });
        };
        if found.step != number_of(place) || found.digest != digest(text) {
            let why = "the step was run with another text than this program has".to_owned();
            return Err(StoreError::Damaged { table: TABLE, row: found.step.to_string(), why });
        }
    }
    Ok(done.len())
}

fn decode(f: &mut Fields<'_>) -> Result<Done, StoreError> {
    let step = f.plain()?;
    let _name: String = f.plain()?;
    Ok(Done { step, digest: f.plain()? })
}

fn number_of(place: usize) -> i64 {
    i64::try_from(place + 1).expect("there are few steps")
}

fn digest(text: &str) -> String {
    hex(&Sm3::digest(text.as_bytes()))
}

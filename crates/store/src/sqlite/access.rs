//! How statements are run, and what the driver's failures mean to a caller.
//!
//! Invariant: no error text carries a value of a row.

use rusqlite::{Connection, ErrorCode, Params};

use super::catalogue::Statement;
use super::fields::Fields;
use crate::StoreError;

/// Runs a statement that writes; gives the number of rows written.
pub(super) fn execute(at: &Connection, statement: &Statement, values: impl Params) -> Result<usize, StoreError> {
    let run = || at.prepare_cached(statement.sql)?.execute(values);
    run().map_err(|error| failed(statement.table, error))
}

/// All rows of a statement.
pub(super) fn query<T>(
    at: &Connection,
    statement: &Statement,
    values: impl Params,
    decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let wrong = |error| failed(statement.table, error);
    let mut prepared = at.prepare_cached(statement.sql).map_err(wrong)?;
    let mut rows = prepared.query(values).map_err(wrong)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(wrong)? {
        found.push(decode(&mut Fields::of(statement.table, row))?);
    }
    Ok(found)
}

/// The only row of a statement, if there is one.
pub(super) fn query_one<T>(
    at: &Connection,
    statement: &Statement,
    values: impl Params,
    decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    Ok(query(at, statement, values, decode)?.pop())
}

/// What a failure of the driver at a table means.
pub(super) fn failed(table: &'static str, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint { table },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged_pages(table),
        _ => StoreError::Io { what: format!("the database at the table {table}"), source: Box::new(error) },
    }
}

fn damaged_pages(table: &'static str) -> StoreError {
    let why = "its pages in the file are no longer what was written".to_owned();
    StoreError::Damaged { table, row: "?".to_owned(), why }
}

//! How statements are run, and what the driver's failures mean to a caller.
//!
//! Invariant: no error text carries a value of a row.

use std::cell::RefCell;

use rusqlite::{CachedStatement, Connection, ErrorCode, Params};

use super::catalogue::{COUNT, Statement};
use super::fields::Fields;
use crate::StoreError;

/// A connection, and the statements that were taken out of the driver's cache for as long as this lives. The cache
/// looks for a statement by its whole text, which over the hundreds of commands of a group took longer than the
/// shorter statements do.
pub(super) struct At<'c> {
    connection: &'c Connection,
    taken: RefCell<[Option<CachedStatement<'c>>; COUNT]>,
}

impl<'c> At<'c> {
    pub(super) fn of(connection: &'c Connection) -> Self {
        Self { connection, taken: RefCell::new([const { None }; COUNT]) }
    }

    /// The connection itself, for what is no statement of the catalogue.
    pub(super) fn connection(&self) -> &'c Connection {
        self.connection
    }

    fn using<T>(
        &self,
        statement: &Statement,
        run: impl FnOnce(&mut CachedStatement<'c>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let taken = self.taken.borrow_mut()[statement.place].take();
        let mut prepared = match taken {
            Some(prepared) => prepared,
            None => self.connection.prepare_cached(statement.sql).map_err(|error| failed(statement.table, error))?,
        };
        let result = run(&mut prepared);
        self.taken.borrow_mut()[statement.place] = Some(prepared);
        result
    }
}

/// Runs a statement that writes; gives the number of rows written.
pub(super) fn execute(at: &At<'_>, statement: &Statement, values: impl Params) -> Result<usize, StoreError> {
    at.using(statement, |prepared| prepared.execute(values).map_err(|error| failed(statement.table, error)))
}

/// Hands every row of a statement on.
pub(super) fn each<T>(
    at: &At<'_>,
    statement: &Statement,
    values: impl Params,
    decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
    mut take: impl FnMut(T),
) -> Result<(), StoreError> {
    let wrong = |error| failed(statement.table, error);
    at.using(statement, |prepared| {
        let mut rows = prepared.query(values).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            take(decode(&mut Fields::of(statement.table, row))?);
        }
        Ok(())
    })
}

/// All rows of a statement.
pub(super) fn query<T>(
    at: &At<'_>,
    statement: &Statement,
    values: impl Params,
    decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    each(at, statement, values, decode, |row| found.push(row))?;
    Ok(found)
}

/// The only row of a statement, if there is one.
pub(super) fn query_one<T>(
    at: &At<'_>,
    statement: &Statement,
    values: impl Params,
    decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut found = None;
    each(at, statement, values, decode, |row| found = Some(row))?;
    Ok(found)
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

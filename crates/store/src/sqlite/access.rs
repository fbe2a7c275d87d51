//! How statements are run, and what the driver's failures mean to a caller.
//!
//! Invariant: no error text carries a value of a row.

use std::cell::RefCell;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, Params, Row, params_from_iter};

use super::TABLE;
use crate::StoreError;
use crate::sql::catalogue::COUNT;
use crate::sql::{Ask, Batch, Cell, Columns, Fields, Reading, Statement, Value};

/// A connection, and the statements that were taken out of the driver's cache for as long as this lives. The cache
/// looks for a statement by its whole text, which over the hundreds of commands of a group took longer than the
/// shorter statements do.
pub(super) struct At<'c> {
    connection: &'c Connection,
    /// None where a single statement is run: room for all of them would take longer to clear than the cache to look.
    taken: Option<RefCell<[Option<CachedStatement<'c>>; COUNT]>>,
}

impl<'c> At<'c> {
    pub(super) fn of(connection: &'c Connection) -> Self {
        Self { connection, taken: Some(RefCell::new([const { None }; COUNT])) }
    }

    /// For a statement or two.
    pub(super) const fn for_few(connection: &'c Connection) -> Self {
        Self { connection, taken: None }
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
        let taken = self.taken.as_ref().and_then(|taken| taken.borrow_mut()[statement.place].take());
        let mut prepared = match taken {
            Some(prepared) => prepared,
            None => self.connection.prepare_cached(statement.sql).map_err(|error| failed(statement.table, error))?,
        };
        let result = run(&mut prepared);
        if let Some(taken) = &self.taken {
            taken.borrow_mut()[statement.place] = Some(prepared);
        }
        result
    }
}

/// A moment as of which several statements read: until this goes.
pub(super) struct Snapshot<'a, 'c>(&'a At<'c>);

impl<'a, 'c> Snapshot<'a, 'c> {
    pub(super) fn begin(at: &'a At<'c>) -> Result<Self, StoreError> {
        control(at, "begin").map_err(|error| failed(TABLE, error))?;
        Ok(Self(at))
    }

    pub(super) const fn at(&self) -> &'a At<'c> {
        self.0
    }
}

impl Drop for Snapshot<'_, '_> {
    /// Nothing was written, so nothing is lost if this fails; the next who begins is told.
    fn drop(&mut self) {
        let _ = control(self.0, "commit");
    }
}

fn control(at: &At<'_>, word: &str) -> rusqlite::Result<usize> {
    at.connection.prepare_cached(word)?.execute([])
}

/// Runs a statement that writes; gives the number of rows written.
pub(super) fn execute(at: &At<'_>, statement: &Statement, values: impl Params) -> Result<usize, StoreError> {
    at.using(statement, |prepared| prepared.execute(values).map_err(|error| failed(statement.table, error)))
}

/// Writes rows, one after the other.
pub(super) fn write(at: &At<'_>, batch: &Batch<'_>) -> Result<(), StoreError> {
    let statement = batch.statement;
    at.using(statement, |prepared| {
        for row in batch.values.chunks_exact(batch.width) {
            let written = prepared.execute(params_from_iter(row)).map_err(|error| failed(statement.table, error))?;
            if let (0, Some(missed)) = (written, batch.missed) {
                return Err(missed());
            }
        }
        Ok(())
    })
}

/// Asks for one key after the other.
pub(super) fn read(at: &At<'_>, reading: &mut Reading, asks: &[Ask]) -> Result<(), StoreError> {
    asks.iter().try_for_each(|ask| {
        let mut take = |row: &Row<'_>| (ask.take)(reading, &mut Fields::of(ask.statement.table, row));
        match ask.width {
            0 => each(at, ask.statement, params_from_iter(&ask.keys), &mut take),
            width => ask
                .keys
                .chunks_exact(width)
                .try_for_each(|key| each(at, ask.statement, params_from_iter(key), &mut take)),
        }
    })
}

/// Hands every row of a statement on.
pub(super) fn each(
    at: &At<'_>,
    statement: &Statement,
    values: impl Params,
    take: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let wrong = |error| failed(statement.table, error);
    at.using(statement, |prepared| {
        let mut rows = prepared.query(values).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            take(row)?;
        }
        Ok(())
    })
}

impl Columns for Row<'_> {
    fn cell(&self, place: usize) -> Option<Cell<'_>> {
        match self.get_ref(place).ok()? {
            ValueRef::Null => Some(Cell::Null),
            ValueRef::Integer(number) => Some(Cell::Number(number)),
            ValueRef::Text(text) => std::str::from_utf8(text).ok().map(Cell::Text),
            ValueRef::Blob(bytes) => Some(Cell::Bytes(bytes)),
            ValueRef::Real(_) => None,
        }
    }

    fn name(&self, place: usize) -> &str {
        self.as_ref().column_name(place).unwrap_or("?")
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// All rows of a statement.
pub(super) fn query<T>(
    at: &At<'_>,
    statement: &Statement,
    values: impl Params,
    decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    each(at, statement, values, &mut |row| {
        found.push(decode(&mut Fields::of(statement.table, row))?);
        Ok(())
    })?;
    Ok(found)
}

/// The only row of a statement, if there is one.
pub(super) fn query_one<T>(
    at: &At<'_>,
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

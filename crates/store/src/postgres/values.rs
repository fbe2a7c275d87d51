//! Values and rows between the catalogue and the driver.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::sql::{Cell, Columns, Value};

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Number(number) => number.to_sql(kind, out),
            Self::Text(text) => text.as_ref().to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

/// One column of many rows.
#[derive(Debug)]
pub(super) enum Column<'v> {
    Numbers(Vec<Option<i64>>),
    Texts(Vec<Option<&'v str>>),
    Bytes(Vec<Option<&'v [u8]>>),
}

impl<'v> Column<'v> {
    /// The values of a column of this type; what is of another type becomes null, which no table takes in its place.
    pub(super) fn of(kind: &Type, values: impl Iterator<Item = &'v Value<'v>>) -> Self {
        match *kind {
            Type::TEXT_ARRAY => Self::Texts(values.map(text_of).collect()),
            Type::BYTEA_ARRAY => Self::Bytes(values.map(bytes_of).collect()),
            _ => Self::Numbers(values.map(number_of).collect()),
        }
    }

    pub(super) fn as_sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Numbers(numbers) => numbers,
            Self::Texts(texts) => texts,
            Self::Bytes(bytes) => bytes,
        }
    }
}

fn number_of(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn text_of<'v>(value: &'v Value<'v>) -> Option<&'v str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn bytes_of<'v>(value: &'v Value<'v>) -> Option<&'v [u8]> {
    match value {
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// A column in whichever of the three types it comes.
struct Any<'r>(Cell<'r>);

impl<'r> FromSql<'r> for Any<'r> {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(|number| Self(Cell::Number(number))),
            Type::TEXT => <&str>::from_sql(kind, raw).map(|text| Self(Cell::Text(text))),
            _ => Ok(Self(Cell::Bytes(raw))),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Cell::Null))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT | Type::BYTEA)
    }
}

impl Columns for Row {
    fn cell(&self, place: usize) -> Option<Cell<'_>> {
        self.try_get::<_, Any<'_>>(place).ok().map(|any| any.0)
    }

    fn name(&self, place: usize) -> &str {
        self.columns().get(place).map_or("?", |column| column.name())
    }
}

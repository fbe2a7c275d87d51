//! Values on their way into a database and out of it: three types are enough for all engines.

use std::borrow::Cow;

/// A value of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Number(i64),
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
}

/// Numbers of all widths are kept alike.
macro_rules! numbers {
    ($($number:ty)+) => {
        $(impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        })+
    };
}

numbers! { bool u8 u16 i32 u32 i64 }

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl Value<'_> {
    pub(crate) fn maybe(number: Option<impl Into<i64>>) -> Self {
        number.map_or(Self::Null, |number| Self::Number(number.into()))
    }

    pub(crate) fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// A column of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    Null,
    Number(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A row of any engine.
pub(crate) trait Columns {
    /// The column at a place; `None` if there is none or it holds what no column of ours does.
    fn cell(&self, place: usize) -> Option<Cell<'_>>;

    /// The name of the column at a place.
    fn name(&self, place: usize) -> &str;
}

/// What a column is read as.
pub(crate) trait Plain: Sized {
    fn of(cell: Cell<'_>) -> Option<Self>;
}

impl Plain for i64 {
    fn of(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl Plain for i32 {
    fn of(cell: Cell<'_>) -> Option<Self> {
        i64::of(cell).and_then(|number| Self::try_from(number).ok())
    }
}

impl Plain for String {
    fn of(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl Plain for Vec<u8> {
    fn of(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl<T: Plain> Plain for Option<T> {
    fn of(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            other => T::of(other).map(Some),
        }
    }
}

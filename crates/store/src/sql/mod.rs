//! What the engines of tables share: the statements, what a group asks and writes with them, and what columns mean.
//!
//! Nothing here talks to a database. A group's reading is stages of [`Ask`]s, its writing is a list of [`Batch`]es;
//! an engine runs them its own way: SQLite row by row, PostgreSQL a whole batch in one statement.

pub(crate) mod catalogue;
pub(crate) mod decode;
pub(crate) mod fields;
pub(crate) mod kinds;
pub(crate) mod reading;
pub(crate) mod steps;
pub(crate) mod value;
pub(crate) mod values;
pub(crate) mod writing;

pub(crate) use catalogue::Statement;
pub(crate) use fields::Fields;
pub(crate) use reading::{Ask, Known, Reading};
pub(crate) use value::{Cell, Columns, Value};
pub(crate) use writing::{Batch, Writing};

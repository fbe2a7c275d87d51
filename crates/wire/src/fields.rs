//! Which call takes and answers which fields: the tables of the specification.
//!
//! Invariants: each field of a call has its Chinese name and type; a reader names the place of what it cannot read; a
//! writer writes no field that the table does not have. Lengths are nominal: what is longer is taken and told.

use std::sync::LazyLock;

mod load;
mod output;
mod received;

pub use output::{Output, Written};
pub use received::{Node, Received};

static TABLES: LazyLock<load::Tables> = LazyLock::new(|| {
    load::tables(include_str!("../data/glossary.txt"), include_str!("../data/calls.txt"))
        .unwrap_or_else(|line| panic!("the tables of the interface: {line}"))
});

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, and its nominal length.
    Text(Option<u32>),
    /// A number, its digits and how many of them are decimals.
    Number {
        /// Digits, where they are said.
        digits: Option<u32>,
        /// Decimals.
        places: u32,
    },
    /// A day.
    Day,
    /// A moment.
    Moment,
    /// Yes or no.
    Bool,
    /// Bytes.
    Bytes,
}

impl Kind {
    /// Whether it is an amount in yuan.
    #[must_use]
    pub fn is_amount(self) -> bool {
        matches!(self, Kind::Number { digits: Some(12..), places: 2 })
    }
}

/// A field of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its Chinese name.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a list of codes is behind it.
    pub coded: bool,
    /// Whether the specification asks for it.
    pub required: bool,
}

/// A node: fields, once or in rows.
#[derive(Clone, Debug)]
pub struct NodeTable {
    /// Its name; empty for the input or output itself.
    pub name: &'static str,
    /// Whether it repeats.
    pub rows: bool,
    /// Its fields in the order of the wire.
    pub fields: Vec<Field>,
}

impl NodeTable {
    /// A field by its name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One side of a call: what it takes, or what it answers.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Its nodes in the order of the wire.
    pub nodes: Vec<NodeTable>,
}

impl Side {
    /// A node by its name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&NodeTable> {
        self.nodes.iter().find(|node| node.name == name)
    }
}

/// A call (交易) of the interface.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its number: `2207`, `2203A`.
    pub infno: &'static str,
    /// What it does.
    pub name: &'static str,
    /// What it takes.
    pub input: Side,
    /// What it answers.
    pub output: Side,
    /// The file that goes with it: its rows are the node `file`.
    pub sent: Side,
    /// The file that comes back.
    pub returned: Side,
}

impl Call {
    /// The call of a number, if it is one of the specification.
    #[must_use]
    pub fn of(infno: &str) -> Option<&'static Call> {
        Call::all().iter().find(|call| call.infno == infno)
    }

    /// All calls.
    #[must_use]
    pub fn all() -> &'static [Call] {
        &TABLES.calls
    }
}

/// The Chinese name of a field, of a call or of the envelope.
#[must_use]
pub fn title(field: &str) -> Option<&'static str> {
    TABLES.glossary.get(field).map(|word| word.title)
}

/// The nominal length of a field of the envelope, where it is text.
pub(crate) fn nominal_length(field: &str) -> Option<u32> {
    match TABLES.glossary.get(field)?.kind {
        Kind::Text(length) => length,
        _ => None,
    }
}

#[cfg(test)]
mod tests;

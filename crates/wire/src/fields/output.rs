//! The writer: a message made node by node from the table of its call.
//!
//! Invariants: what the table does not have is not written (the program stops there in tests and leaves it out for
//! people); fields stand in the order of the wire; in an answer every amount is there, 0.00 where nobody set it, required
//! texts are at least empty, and a repeating node without rows is `[]`. No amount is ever null or empty.

use gongji_words::{Day, Fen, Moment};
use smol_str::SmolStr;

use super::{Call, Field, Kind, NodeTable, Side};
use crate::number::{self, Decimal};
use crate::time;
use crate::value::{Object, Value};

/// Fields of which the specification has one spelling and clients read another: each gets the other's value.
const FIELD_TWINS: &[(&str, &str)] = &[("pdn_cash_pay", "psn_cash_pay")];
/// Nodes of the same kind.
const NODE_TWINS: &[(&str, &str)] = &[("sign_time", "signoutoutb")];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Request,
    Answer,
}

/// A side of a call that is being written.
#[derive(Debug)]
pub struct Output {
    side: &'static Side,
    direction: Direction,
    nodes: Vec<Written>,
}

/// A node, or one of its rows, that is being written.
#[derive(Debug)]
pub struct Written {
    table: &'static NodeTable,
    object: Object,
}

impl Call {
    /// An answer, empty so far.
    #[must_use]
    pub fn answer(&'static self) -> Output {
        Output { side: &self.output, direction: Direction::Answer, nodes: Vec::new() }
    }

    /// A request, empty so far.
    #[must_use]
    pub fn request(&'static self) -> Output {
        Output { side: &self.input, direction: Direction::Request, nodes: Vec::new() }
    }

    /// The file that goes with the call, empty so far; its rows are the node `file`.
    #[must_use]
    pub fn file_sent(&'static self) -> Output {
        Output { side: &self.sent, direction: Direction::Request, nodes: Vec::new() }
    }

    /// The file that comes back, empty so far.
    #[must_use]
    pub fn file_returned(&'static self) -> Output {
        Output { side: &self.returned, direction: Direction::Request, nodes: Vec::new() }
    }
}

impl Output {
    /// The node of this name, which comes once. The empty name is the output itself.
    ///
    /// # Panics
    /// Where the table has no such node: which nodes a call has is known when the program is written.
    pub fn node(&mut self, name: &str) -> &mut Written {
        match self.nodes.iter().position(|written| written.table.name == name) {
            Some(at) => &mut self.nodes[at],
            None => self.row(name),
        }
    }

    /// A new row of the node of this name.
    ///
    /// # Panics
    /// As [`Output::node`].
    pub fn row(&mut self, name: &str) -> &mut Written {
        let table = self.side.node(name).unwrap_or_else(|| panic!("the table has no node {name}"));
        self.nodes.push(Written { table, object: Object::with_room(table.fields.len()) });
        self.nodes.last_mut().expect("one was put there")
    }

    /// Required fields that nobody set and that are no amounts, as `node.field`: in an answer they are empty.
    #[must_use]
    pub fn lacking(&self) -> Vec<String> {
        let of = |written: &Written| {
            let required = written.table.fields.iter().filter(|field| field.required && !field.kind.is_amount());
            let missing = required.filter(|field| written.object.get(field.name).is_none());
            missing.map(|field| format!("{}.{}", written.table.name, field.name)).collect::<Vec<_>>()
        };
        self.nodes.iter().flat_map(of).collect()
    }

    /// The value as it goes on the wire.
    #[must_use]
    pub fn done(mut self) -> Value {
        let mut output = Object::new();
        for table in &self.side.nodes {
            let rows = self.take(table);
            match (table.name, table.rows) {
                ("", true) => return Value::List(rows),
                ("", false) => output = rows.into_iter().find_map(object_of).unwrap_or_default(),
                (name, true) if !rows.is_empty() || self.direction == Direction::Answer => {
                    self.put_rows(&mut output, (name, rows));
                }
                (name, false) => {
                    if let Some(row) = rows.into_iter().next() {
                        output.set(name, row);
                    }
                }
                _ => {}
            }
        }
        for (one, other) in NODE_TWINS {
            if self.side.node(one).is_some() {
                share(&mut output, (one, other));
            }
        }
        Value::Object(output)
    }

    /// Puts rows where they stand: inside the node that has a field of their name (6201), or beside the nodes.
    fn put_rows(&self, output: &mut Object, (name, rows): (&str, Vec<Value>)) {
        let around = self.side.nodes.iter().find(|node| !node.rows && node.field(name).is_some());
        match around.and_then(|node| output.get_mut(node.name)) {
            Some(Value::Object(inner)) => inner.set(name, Value::List(rows)),
            _ => output.set(name, Value::List(rows)),
        }
    }

    /// The rows of a node, whole.
    fn take(&mut self, table: &'static NodeTable) -> Vec<Value> {
        let direction = self.direction;
        let own = self.nodes.extract_if(.., |written| std::ptr::eq(written.table, table));
        own.map(|written| Value::Object(written.completed(direction))).collect()
    }
}

impl Written {
    /// A text or a code.
    pub fn text(&mut self, field: &str, text: &str) -> &mut Self {
        let good = |kind| !matches!(kind, Kind::Number { places: 1.., .. } | Kind::Bool | Kind::Bytes);
        self.set(field, good, Value::text(text))
    }

    /// Words that came in under this name, as the table has them: a number stays one. What is no value of its kind is left out.
    pub fn words(&mut self, field: &str, words: &str) -> &mut Self {
        let value = match self.table.field(field).map(|found| found.kind) {
            Some(Kind::Number { .. }) => super::super::value::Number::parse(words).map(Value::Number),
            Some(Kind::Day) => time::day(words).map(|day| Value::text(day.to_string())),
            Some(Kind::Moment) => time::moment(words).map(|moment| Value::text(time::nineteen(moment))),
            Some(Kind::Text(_)) => Some(Value::text(words)),
            Some(Kind::Bool | Kind::Bytes) | None => None,
        };
        if let Some(value) = value {
            self.object.set(field, value);
        }
        self
    }

    /// An amount, as a number with two decimals.
    pub fn amount(&mut self, field: &str, amount: Fen) -> &mut Self {
        self.set(field, Kind::is_amount, Value::Number(number::amount_number(amount)))
    }

    /// The same where the table has the field: calls of one kind differ by a few.
    pub fn amount_if_known(&mut self, field: &str, amount: Fen) -> &mut Self {
        if let Some(found) = self.table.field(field).filter(|found| found.kind.is_amount()) {
            self.object.set(found.name, Value::Number(number::amount_number(amount)));
        }
        self
    }

    /// A text or a code where the table has the field.
    pub fn text_if_known(&mut self, field: &str, text: &str) -> &mut Self {
        if self.table.field(field).is_some() { self.text(field, text) } else { self }
    }

    /// A price, count or proportion, as a number.
    pub fn decimal<const PLACES: u32>(&mut self, field: &str, number: Decimal<PLACES>) -> &mut Self {
        let good = |kind| matches!(kind, Kind::Number { places, .. } if places >= PLACES);
        self.set(field, good, Value::Number(number.to_number()))
    }

    /// A whole number.
    pub fn whole(&mut self, field: &str, number: i64) -> &mut Self {
        self.set(field, |kind| matches!(kind, Kind::Number { .. }), Value::whole(number))
    }

    /// A day.
    pub fn date(&mut self, field: &str, day: Day) -> &mut Self {
        self.set(field, |kind| matches!(kind, Kind::Day | Kind::Text(_)), Value::text(day.to_string()))
    }

    /// A moment. Some fields that the table calls a day hold one.
    pub fn time(&mut self, field: &str, moment: Moment) -> &mut Self {
        let good = |kind| matches!(kind, Kind::Day | Kind::Moment | Kind::Text(_));
        self.set(field, good, Value::text(time::nineteen(moment)))
    }

    /// Yes or no.
    pub fn yes_or_no(&mut self, field: &str, yes: bool) -> &mut Self {
        self.set(field, |kind| kind == Kind::Bool, Value::Bool(yes))
    }

    fn set(&mut self, field: &str, good: impl Fn(Kind) -> bool, value: Value) -> &mut Self {
        let found = self.table.field(field);
        debug_assert!(found.is_some(), "the node {} has no field {field}", self.table.name);
        debug_assert!(found.is_none_or(|found| good(found.kind)), "{field} is of another kind: {found:?}");
        if found.is_some_and(|found| good(found.kind)) {
            self.object.set(field, value);
        }
        self
    }

    /// In the order of the wire, and with what must be there.
    fn completed(mut self, direction: Direction) -> Object {
        for (one, other) in FIELD_TWINS {
            if self.table.field(one).is_some() && self.table.field(other).is_some() {
                share(&mut self.object, (one, other));
            }
        }
        let member = |field: &Field| {
            let set = self.object.take(field.name);
            let value = set.or_else(|| filling(field).filter(|_| direction == Direction::Answer))?;
            Some((SmolStr::new_static(field.name), value))
        };
        Object::of_table(self.table.fields.len(), self.table.fields.iter().filter_map(member))
    }
}

/// What stands for a field that nobody set. A required day that nobody set is left out: an empty one is no day.
fn filling(field: &Field) -> Option<Value> {
    match field.kind {
        kind if kind.is_amount() => Some(Value::Number(number::amount_number(Fen::ZERO))),
        Kind::Number { .. } if field.required => Some(Value::whole(0)),
        Kind::Text(_) if field.required => Some(Value::text("")),
        _ => None,
    }
}

/// Gives the one of two names that has no value the other's.
fn share(object: &mut Object, (one, other): (&str, &str)) {
    match (object.get(one).cloned(), object.get(other).cloned()) {
        (Some(value), None) => object.set(other, value),
        (None, Some(value)) => object.set(one, value),
        _ => {}
    }
}

fn object_of(value: Value) -> Option<Object> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

//! The reader: fields of a message by their names, in the forms that clients send.
//!
//! A node is found under its name, as the only one of a list, or with its fields straight in the input. A number may be
//! text and a code may be a number. What is empty is absent. Naming a node or field that the table does not have is a
//! mistake of the program, which tests see; a message never causes it.

use base64ct::{Base64, Encoding as _};
use gongji_words::{Day, Fen, Moment};

use super::{Call, Field, Kind, NodeTable, Side};
use crate::fault::{Fault, Form, Place, Warning};
use crate::number::{self, Decimal, NumberError};
use crate::time;
use crate::value::{Object, Value};

/// So many warnings of one message are told.
const WARNINGS: usize = 20;

/// One side of a call as it came.
#[derive(Clone, Copy, Debug)]
pub struct Received<'v> {
    side: &'static Side,
    value: &'v Value,
}

/// A node as it came, or one of its rows.
#[derive(Clone, Copy, Debug)]
pub struct Node<'v> {
    side: &'static Side,
    table: &'static NodeTable,
    object: &'v Object,
    row: Option<usize>,
}

impl Call {
    /// The input of a request.
    #[must_use]
    pub fn received<'v>(&'static self, input: &'v Value) -> Received<'v> {
        Received { side: &self.input, value: input }
    }

    /// The output of an answer.
    #[must_use]
    pub fn answered<'v>(&'static self, output: &'v Value) -> Received<'v> {
        Received { side: &self.output, value: output }
    }

    /// The rows of the file that goes with the call, as [`crate::table::read`] gives them.
    #[must_use]
    pub fn file_received<'v>(&'static self, file: &'v Value) -> Received<'v> {
        Received { side: &self.sent, value: file }
    }

    /// The rows of the file that comes back.
    #[must_use]
    pub fn file_answered<'v>(&'static self, file: &'v Value) -> Received<'v> {
        Received { side: &self.returned, value: file }
    }
}

impl<'v> Received<'v> {
    /// A node that comes once. The empty name is the input itself.
    ///
    /// # Errors
    /// [`Fault::Missing`], or [`Fault::Form`] where it is no object.
    pub fn node(&self, name: &'static str) -> Result<Node<'v>, Fault> {
        self.node_if(name)?.ok_or(Fault::Missing(whole(name)))
    }

    /// A node that comes once or not at all.
    ///
    /// # Errors
    /// [`Fault::Form`] where it is no object.
    pub fn node_if(&self, name: &'static str) -> Result<Option<Node<'v>>, Fault> {
        let Some(table) = self.table(name) else { return Ok(None) };
        let input = self.value.as_object();
        let found = match input.and_then(|input| input.filled(name)) {
            Some(Value::Object(object)) => Some(object),
            Some(Value::List(values)) => only_object(values, name)?,
            Some(_) => return Err(Fault::Form(whole(name), Form::Node)),
            None => input.filter(|input| table.fields.iter().any(|field| input.get(field.name).is_some())),
        };
        Ok(found.map(|object| Node { side: self.side, table, object, row: None }))
    }

    /// The rows of a repeating node; none where it is absent. They may stand inside a node that comes once.
    ///
    /// # Errors
    /// [`Fault::Form`] where it is no list of objects.
    pub fn rows(&self, name: &'static str) -> Result<Vec<Node<'v>>, Fault> {
        let Some(table) = self.table(name) else { return Ok(Vec::new()) };
        if name.is_empty() {
            return rows_of(self.side, table, Some(self.value));
        }
        let Some(input) = self.value.as_object() else { return Ok(Vec::new()) };
        let singles = self.side.nodes.iter().filter(|node| !node.rows);
        let inside = singles.filter_map(|node| input.get(node.name)?.as_object()?.filled(name));
        rows_of(self.side, table, input.filled(name).into_iter().chain(inside).next())
    }

    /// What is odd: what is longer than the specification says, and what it asks for and is not there.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let nodes = self.side.nodes.iter().flat_map(|table| {
            if table.rows {
                return self.rows(table.name).unwrap_or_default();
            }
            self.node_if(table.name).ok().flatten().into_iter().collect()
        });
        nodes.flat_map(|node| node.warnings()).take(WARNINGS).collect()
    }

    fn table(&self, name: &str) -> Option<&'static NodeTable> {
        let table = self.side.node(name);
        debug_assert!(table.is_some(), "the table has no node {name}");
        table
    }
}

impl<'v> Node<'v> {
    /// Text that must be there; digits of a number are text too.
    ///
    /// # Errors
    /// [`Fault::Missing`]; [`Fault::Form`].
    pub fn text(&self, field: &'static str) -> Result<&'v str, Fault> {
        self.there(field, self.text_if(field)?)
    }

    /// Text, if it is there.
    ///
    /// # Errors
    /// [`Fault::Form`] where it is neither text nor a number, or holds the letter NUL, which no database keeps.
    pub fn text_if(&self, field: &'static str) -> Result<Option<&'v str>, Fault> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let words = value.as_words().filter(|words| !words.contains('\0'));
        words.map(Some).ok_or(Fault::Form(self.place(field), Form::Text))
    }

    /// An amount that must be there.
    ///
    /// # Errors
    /// [`Fault::Missing`]; [`Fault::Form`], [`Fault::Decimals`], [`Fault::TooLarge`].
    pub fn amount(&self, field: &'static str) -> Result<Fen, Fault> {
        self.there(field, self.amount_if(field)?)
    }

    /// An amount, if it is there.
    ///
    /// # Errors
    /// [`Fault::Form`], [`Fault::Decimals`], [`Fault::TooLarge`].
    pub fn amount_if(&self, field: &'static str) -> Result<Option<Fen>, Fault> {
        self.parsed(field, |words| {
            number::amount(words).map_err(|error| self.of_number(field, (error, 2, Form::Amount)))
        })
    }

    /// A price, count or proportion that must be there.
    ///
    /// # Errors
    /// As [`Node::amount`].
    pub fn decimal<const PLACES: u32>(&self, field: &'static str) -> Result<Decimal<PLACES>, Fault> {
        self.there(field, self.decimal_if(field)?)
    }

    /// A price, count or proportion, if it is there.
    ///
    /// # Errors
    /// As [`Node::amount_if`].
    pub fn decimal_if<const PLACES: u32>(&self, field: &'static str) -> Result<Option<Decimal<PLACES>>, Fault> {
        let of = |error| self.of_number(field, (error, PLACES, Form::Number));
        self.parsed(field, |words| Decimal::parse(words).map_err(of))
    }

    /// A whole number that must be there.
    ///
    /// # Errors
    /// As [`Node::amount`].
    pub fn whole(&self, field: &'static str) -> Result<i64, Fault> {
        self.there(field, self.whole_if(field)?)
    }

    /// A whole number, if it is there.
    ///
    /// # Errors
    /// As [`Node::amount_if`].
    pub fn whole_if(&self, field: &'static str) -> Result<Option<i64>, Fault> {
        let Some(number) = self.decimal_if::<0>(field)? else { return Ok(None) };
        i64::try_from(number.units()).map(Some).map_err(|_| Fault::TooLarge(self.place(field)))
    }

    /// A day that must be there.
    ///
    /// # Errors
    /// [`Fault::Missing`]; [`Fault::Form`].
    pub fn date(&self, field: &'static str) -> Result<Day, Fault> {
        self.there(field, self.date_if(field)?)
    }

    /// A day, if it is there.
    ///
    /// # Errors
    /// [`Fault::Form`].
    pub fn date_if(&self, field: &'static str) -> Result<Option<Day>, Fault> {
        self.parsed(field, |words| time::day(words).ok_or(Fault::Form(self.place(field), Form::Day)))
    }

    /// A moment that must be there; a bare day is its 00:00.
    ///
    /// # Errors
    /// [`Fault::Missing`]; [`Fault::Form`].
    pub fn time(&self, field: &'static str) -> Result<Moment, Fault> {
        self.there(field, self.time_if(field)?)
    }

    /// A moment, if it is there.
    ///
    /// # Errors
    /// [`Fault::Form`].
    pub fn time_if(&self, field: &'static str) -> Result<Option<Moment>, Fault> {
        self.parsed(field, |words| time::moment(words).ok_or(Fault::Form(self.place(field), Form::Moment)))
    }

    /// One of these codes, which must be there.
    ///
    /// # Errors
    /// [`Fault::Missing`]; [`Fault::Code`] where it is another.
    pub fn code(&self, field: &'static str, codes: &'static [&'static str]) -> Result<&'static str, Fault> {
        self.there(field, self.code_if(field, codes)?)
    }

    /// One of these codes, if it is there.
    ///
    /// # Errors
    /// [`Fault::Code`] where it is another.
    pub fn code_if(&self, field: &'static str, codes: &'static [&'static str]) -> Result<Option<&'static str>, Fault> {
        self.parsed(field, |words| {
            codes.iter().find(|code| **code == words).copied().ok_or(Fault::Code(self.place(field), codes))
        })
    }

    /// Bytes that must be there, as Base64 or as a list of numbers, from 0 to 255 or with a sign as Java writes them.
    ///
    /// # Errors
    /// [`Fault::Missing`]; [`Fault::Form`].
    pub fn bytes(&self, field: &'static str) -> Result<Vec<u8>, Fault> {
        let bytes = match self.there(field, self.value(field))? {
            Value::Text(text) => Base64::decode_vec(&text.split_whitespace().collect::<String>()).ok(),
            Value::List(values) => values.iter().map(byte).collect(),
            _ => None,
        };
        bytes.ok_or(Fault::Form(self.place(field), Form::Bytes))
    }

    /// Yes or no, which must be there.
    ///
    /// # Errors
    /// [`Fault::Missing`]; [`Fault::Form`].
    pub fn yes_or_no(&self, field: &'static str) -> Result<bool, Fault> {
        match self.there(field, self.value(field))? {
            Value::Bool(yes) => Ok(*yes),
            Value::Text(text) if text == "true" => Ok(true),
            Value::Text(text) if text == "false" => Ok(false),
            _ => Err(Fault::Form(self.place(field), Form::Bool)),
        }
    }

    /// All that came, with what one province or client adds and no table has.
    #[must_use]
    pub fn object(&self) -> &'v Object {
        self.object
    }

    /// The rows of a repeating node that stands inside this one.
    ///
    /// # Errors
    /// [`Fault::Form`] where it is no list of objects.
    pub fn rows(&self, name: &'static str) -> Result<Vec<Node<'v>>, Fault> {
        let table = self.side.node(name);
        debug_assert!(table.is_some(), "the table has no node {name}");
        table.map_or(Ok(Vec::new()), |table| rows_of(self.side, table, self.value(name)))
    }

    /// Where a field stands, for a fault of the caller's own.
    #[must_use]
    pub fn place(&self, field: &'static str) -> Place {
        Place { node: self.table.name, row: self.row, field }
    }

    fn value(&self, field: &str) -> Option<&'v Value> {
        debug_assert!(self.table.field(field).is_some(), "the node {} has no field {field}", self.table.name);
        self.object.filled(field)
    }

    fn parsed<T>(
        &self,
        field: &'static str,
        parse: impl FnOnce(&'v str) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.text_if(field)?.map(parse).transpose()
    }

    fn there<T>(&self, field: &'static str, found: Option<T>) -> Result<T, Fault> {
        found.ok_or(Fault::Missing(self.place(field)))
    }

    fn of_number(&self, field: &'static str, (error, places, form): (NumberError, u32, Form)) -> Fault {
        let place = self.place(field);
        match error {
            NumberError::Form => Fault::Form(place, form),
            NumberError::Decimals { .. } if places == 0 => Fault::Form(place, Form::Whole),
            NumberError::Decimals { .. } => Fault::Decimals(place, places),
            NumberError::TooLarge => Fault::TooLarge(place),
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        self.table.fields.iter().filter_map(|field| self.warning(field)).collect()
    }

    fn warning(&self, field: &Field) -> Option<Warning> {
        let place = self.place(field.name);
        let Some(value) = self.object.filled(field.name) else {
            return field.required.then_some(Warning::Lacking(place));
        };
        match (field.kind, value.as_words()) {
            (Kind::Text(Some(length)), Some(words)) if words.chars().count() > length as usize => {
                Some(Warning::Long(place, length))
            }
            _ => None,
        }
    }
}

fn whole(name: &'static str) -> Place {
    let name = if name.is_empty() { "input" } else { name };
    Place { node: name, row: None, field: "" }
}

fn only_object<'v>(values: &'v [Value], name: &'static str) -> Result<Option<&'v Object>, Fault> {
    match values {
        [] => Ok(None),
        [Value::Object(object)] => Ok(Some(object)),
        _ => Err(Fault::Form(whole(name), Form::Node)),
    }
}

fn rows_of<'v>(
    side: &'static Side,
    table: &'static NodeTable,
    value: Option<&'v Value>,
) -> Result<Vec<Node<'v>>, Fault> {
    let values = match value {
        None => &[],
        Some(Value::List(values)) => values.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let row = |(at, value): (usize, &'v Value)| {
        let object = value.as_object().ok_or(Fault::Form(whole(table.name), Form::Rows))?;
        Ok(Node { side, table, object, row: Some(at + 1) })
    };
    values.iter().enumerate().map(row).collect()
}

fn byte(value: &Value) -> Option<u8> {
    let number: i16 = value.as_words()?.parse().ok()?;
    u8::try_from(number).ok().or_else(|| i8::try_from(number).ok().map(i8::cast_unsigned))
}

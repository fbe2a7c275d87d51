//! JSON as this interface speaks it: members in the order in which they came, numbers as the digits that were written.
//!
//! Invariants: a number is never a float, so nothing is lost on the way through; a name stands once in an object; a value
//! that was read is at most [`DEPTH`] deep. Texts print as their length alone.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use smol_str::SmolStr;

mod read;
mod write;

pub use read::{DEPTH, Misread, Spans, read, read_spans};

/// A value.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// Text.
    Text(SmolStr),
    /// Values in a row.
    List(Vec<Value>),
    /// Named values.
    Object(Object),
}

/// A number as its digits: what JSON allows and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(SmolStr);

/// Named values in the order in which they came; no name twice.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Object(Vec<(SmolStr, Value)>);

impl Number {
    /// The number of these digits, or `None` where they are no number in JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Number> {
        read::is_number(text.as_bytes()).then(|| Number(text.into()))
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number(smol_str::format_smolstr!("{value}"))
    }
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<SmolStr>) -> Value {
        Value::Text(text.into())
    }

    /// A whole number.
    #[must_use]
    pub fn whole(number: i64) -> Value {
        Value::Number(number.into())
    }

    /// Whether a field with this value says nothing: null, or a text of blanks. The word null in a text is a blank,
    /// because clients print an absent value so.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => matches!(text.trim(), "" | "null"),
            _ => false,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The row of values, if it is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(values) => Some(values),
            _ => None,
        }
    }

    /// The text, or the digits of a number: clients write codes and amounts either way. `None` for everything else.
    #[must_use]
    pub fn as_words(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text.trim()),
            Value::Number(number) => Some(number.digits()),
            _ => None,
        }
    }
}

impl Object {
    /// Nothing in it.
    #[must_use]
    pub const fn new() -> Object {
        Object(Vec::new())
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The value of a name, unless it says nothing.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !value.is_blank())
    }

    /// Gives a name this value, in its old place where it has one.
    pub fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.into(), value)),
        }
    }

    /// The value of a name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Takes a name out, with its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.remove(at).1)
    }

    /// Takes the value of a name, and leaves null in its place.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        let value = self.get_mut(name)?;
        Some(std::mem::replace(value, Value::Null))
    }

    /// Members whose names come from a table, where each stands once.
    pub(crate) fn of_table(most: usize, members: impl Iterator<Item = (SmolStr, Value)>) -> Object {
        let mut object = Object::with_room(most);
        object.0.extend(members);
        object
    }

    /// Nothing in it, and room for so many members.
    pub(crate) fn with_room(most: usize) -> Object {
        Object(Vec::with_capacity(most))
    }

    /// Names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<SmolStr>> FromIterator<(N, Value)> for Object {
    /// The last value of a name holds.
    fn from_iter<T: IntoIterator<Item = (N, Value)>>(members: T) -> Object {
        let mut object = Object::new();
        // Places by name, so that a message of a hundred thousand names is not searched for each of them.
        let mut places: BTreeMap<SmolStr, usize> = BTreeMap::new();
        for (name, value) in members {
            let name: SmolStr = name.into();
            match places.entry(name.clone()) {
                Entry::Occupied(place) => object.0[*place.get()].1 = value,
                Entry::Vacant(place) => {
                    place.insert(object.0.len());
                    object.0.push((name, value));
                }
            }
        }
        object
    }
}

impl fmt::Debug for Value {
    /// What kind of value it is: what it holds may be somebody's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(_) => f.write_str("bool"),
            Value::Number(number) => number.fmt(f),
            Value::Text(text) => write!(f, "text({})", text.chars().count()),
            Value::List(values) => f.debug_list().entries(values).finish(),
            Value::Object(object) => object.fmt(f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "number({})", self.0.len())
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_holds_is_not_printed() {
        let value = read(r#"{"psn_name":"王小明","acct_pay":88.50,"list":[null,true]}"#).unwrap();
        assert_eq!(format!("{value:?}"), r#"{"psn_name": text(3), "acct_pay": number(5), "list": [null, bool]}"#);
    }

    #[test]
    fn the_last_value_of_a_name_holds_in_its_first_place() {
        let member = |name: &'static str, number| (name, Value::whole(number));
        let object: Object = [member("a", 1), member("b", 2), member("a", 3)].into_iter().collect();
        assert_eq!(object.to_string(), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn blank_is_what_clients_send_for_nothing() {
        for (text, blank) in [
            ("null", true),
            (r#""""#, true),
            (r#""  ""#, true),
            (r#""null""#, true),
            ("0", false),
            (r#""0""#, false),
            ("[]", false),
            ("{}", false),
            ("false", false),
        ] {
            assert_eq!(read(text).unwrap().is_blank(), blank, "{text}");
        }
    }
}

//! JSON as it comes in: read whole, every name once.
//!
//! Invariant: what is read has no name twice, so that nobody can be shown one value and judged by the other.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Where a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

/// Reads a text.
///
/// # Errors
/// The place where it is no JSON, or where a name comes a second time.
pub fn read(bytes: &[u8]) -> Result<Value, Misplaced> {
    let read: Result<Strict, _> = serde_json::from_slice(bytes);
    read.map(|Strict(value)| value).map_err(|error| Misplaced { line: error.line(), column: error.column() })
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Once.deserialize(deserializer).map(Strict)
    }
}

/// Reads a value in which every name comes once.
struct Once;

impl<'de> DeserializeSeed<'de> for Once {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    /// No field of ours is such a number: it is kept as something that no field takes.
    fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Array(Vec::new()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(Once)? {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if read.contains_key(&name) {
                return Err(Error::custom("a name comes twice"));
            }
            let value = entries.next_value_seed(Once)?;
            read.insert(name, value);
        }
        Ok(Value::Object(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        for (text, place) in [
            ("{\"a\": }", Some((1, 7))),
            ("{\"a\": 1,\n \"a\": 2}", Some((2, 4))),
            ("", Some((1, 0))),
            ("{} {}", Some((1, 4))),
            ("{\"a\": [1, \"x\", null, true, {\"b\": -1}]}", None),
        ] {
            let found = read(text.as_bytes()).err().map(|place| (place.line, place.column));
            assert_eq!(found, place, "{text}");
        }
    }
}

//! What stands behind the question mark of an address: names and texts, each name once.

use serde_json::{Map, Value};

/// Reads it; `None` if it is not written as one, or a name comes twice.
pub fn read(text: &str) -> Option<Value> {
    let mut read = Map::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        if read.insert(name, Value::String(value)).is_some() {
            return None;
        }
    }
    Some(Value::Object(read))
}

/// A part of an address as it was meant; `None` if it is not UTF-8.
pub fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next()?)? * 16 + digit(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_texts_are_decoded_and_no_name_comes_twice() {
        for (text, expected) in [
            ("", Some(json!({}))),
            ("a=1&b=x%20y+z", Some(json!({"a": "1", "b": "x y z"}))),
            ("a=%E6%9D%8E", Some(json!({"a": "李"}))),
            ("a", Some(json!({"a": ""}))),
            ("a=1&a=2", None),
            ("a=%2", None),
            ("a=%ff", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}

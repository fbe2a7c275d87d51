//! The writer of JSON: compact, letters of every script as they are.

use std::fmt::{self, Display};

use super::{Number, Object, Value};

impl fmt::Display for Value {
    /// Compact JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => value.fmt(f),
            Value::Number(number) => number.fmt(f),
            Value::Text(text) => quoted(f, text),
            Value::List(values) => list(f, values),
            Value::Object(object) => object.fmt(f),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.digits())
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (at, (name, value)) in self.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "," })?;
            quoted(f, name)?;
            f.write_str(":")?;
            value.fmt(f)?;
        }
        f.write_str("}")
    }
}

fn list(f: &mut fmt::Formatter<'_>, values: &[Value]) -> fmt::Result {
    f.write_str("[")?;
    for (at, value) in values.iter().enumerate() {
        f.write_str(if at == 0 { "" } else { "," })?;
        value.fmt(f)?;
    }
    f.write_str("]")
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        let (plain, special) = rest.split_at(at);
        f.write_str(plain)?;
        escaped(f, special.as_bytes()[0])?;
        rest = &special[1..];
    }
    f.write_str(rest)?;
    f.write_str("\"")
}

fn escaped(f: &mut fmt::Formatter<'_>, byte: u8) -> fmt::Result {
    match byte {
        b'"' => f.write_str("\\\""),
        b'\\' => f.write_str("\\\\"),
        b'\n' => f.write_str("\\n"),
        b'\r' => f.write_str("\\r"),
        b'\t' => f.write_str("\\t"),
        other => write!(f, "\\u{other:04x}"),
    }
}

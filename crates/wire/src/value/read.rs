//! The reader of JSON: strict in form, bounded in depth, exact in numbers.
//!
//! A name that comes twice with one value is one member, and where one of the two says nothing the other holds. Two
//! values for one name are refused: which of them was meant nobody can know, and they may be amounts.

use std::borrow::Cow;
use std::ops::Range;

use smol_str::SmolStr;

use super::{Number, Object, Value};

/// How deep values may be nested.
pub const DEPTH: usize = 32;
/// Up to so many letters of a name are told.
const TOLD: usize = 40;

/// Why a text is no JSON that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misread {
    /// Something else was expected in this place.
    Form {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
    },
    /// Nested more than [`DEPTH`] deep.
    Deep,
    /// A name came twice with different values.
    Twice {
        /// The name, unless it is longer than a name of the interface or of other letters.
        name: String,
    },
}

/// Where the values of the outermost object's members stand in the text.
pub type Spans = Vec<(String, Range<usize>)>;

/// Reads a text, with or without a byte order mark.
///
/// # Errors
/// [`Misread`].
pub fn read(text: &str) -> Result<Value, Misread> {
    read_spans(text).map(|(value, _)| value)
}

/// As [`read`], and where in the text the values of the outermost object stand, because signatures are over the text.
///
/// # Errors
/// [`Misread`].
pub fn read_spans(text: &str) -> Result<(Value, Spans), Misread> {
    let mut reader = Reader { text, at: 0, depth: 0, spans: Vec::new() };
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    let value = reader.value()?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.form());
    }
    Ok((value, reader.spans))
}

/// Whether these bytes are a number as JSON writes it.
pub(super) fn is_number(bytes: &[u8]) -> bool {
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = digits(unsigned);
    let leads_with_zero = whole > 1 && unsigned[0] == b'0';
    if whole == 0 || leads_with_zero {
        return false;
    }
    let rest = &unsigned[whole..];
    let Some(rest) = after_fraction(rest) else { return false };
    after_exponent(rest).is_some_and(<[u8]>::is_empty)
}

fn after_fraction(bytes: &[u8]) -> Option<&[u8]> {
    let Some(rest) = bytes.strip_prefix(b".") else { return Some(bytes) };
    let count = digits(rest);
    (count > 0).then(|| &rest[count..])
}

fn after_exponent(bytes: &[u8]) -> Option<&[u8]> {
    let [b'e' | b'E', rest @ ..] = bytes else { return Some(bytes) };
    let unsigned = match rest {
        [b'+' | b'-', rest @ ..] => rest,
        _ => rest,
    };
    let count = digits(unsigned);
    (count > 0).then(|| &unsigned[count..])
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    spans: Spans,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn blanks(&mut self) {
        self.at += self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    /// Steps over a byte if it comes next.
    fn takes(&mut self, byte: u8) -> bool {
        let comes = self.rest().first() == Some(&byte);
        self.at += usize::from(comes);
        comes
    }

    fn expect(&mut self, byte: u8) -> Result<(), Misread> {
        if self.takes(byte) { Ok(()) } else { Err(self.form()) }
    }

    fn form(&self) -> Misread {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Misread::Form { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }

    fn value(&mut self) -> Result<Value, Misread> {
        self.blanks();
        match self.rest().first() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Misread>) -> Result<Value, Misread> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Misread::Deep);
        }
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value, Misread> {
        let mut values = Vec::new();
        self.blanks();
        if self.takes(b']') {
            return Ok(Value::List(values));
        }
        loop {
            values.push(self.value()?);
            self.blanks();
            if self.takes(b']') {
                return Ok(Value::List(values));
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self) -> Result<Value, Misread> {
        let mut members = Vec::new();
        self.blanks();
        if self.takes(b'}') {
            return Ok(Value::Object(Object(members)));
        }
        loop {
            self.member(&mut members)?;
            self.blanks();
            if self.takes(b'}') {
                return once(members).map(|members| Value::Object(Object(members)));
            }
            self.expect(b',')?;
        }
    }

    fn member(&mut self, members: &mut Vec<(SmolStr, Value)>) -> Result<(), Misread> {
        self.blanks();
        let name = self.string()?;
        self.blanks();
        self.expect(b':')?;
        self.blanks();
        let start = self.at;
        let value = self.value()?;
        if self.depth == 1 {
            self.spans.push((name.to_string(), start..self.at));
        }
        members.push((name, value));
        Ok(())
    }

    fn number(&mut self) -> Result<Value, Misread> {
        let part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let end = self.at + self.rest().iter().take_while(part).count();
        let number = Number::parse(&self.text[self.at..end]).ok_or_else(|| self.form())?;
        self.at = end;
        Ok(Value::Number(number))
    }

    fn word(&mut self) -> Result<Value, Misread> {
        let words = [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))];
        let found = words.into_iter().find(|(word, _)| self.rest().starts_with(word.as_bytes()));
        let (word, value) = found.ok_or_else(|| self.form())?;
        self.at += word.len();
        Ok(value)
    }

    fn string(&mut self) -> Result<SmolStr, Misread> {
        self.expect(b'"')?;
        let mut read = Cow::Borrowed("");
        loop {
            let plain = self.rest().iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
            read += &self.text[self.at..self.at + plain];
            self.at += plain;
            match self.rest().first() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(read.into());
                }
                Some(b'\\') => {
                    let letter = self.escaped()?;
                    read.to_mut().push(letter);
                }
                _ => return Err(self.form()),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Misread> {
        self.at += 1;
        let letter = match self.rest().first() {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(quoted @ (b'"' | b'\\' | b'/')) => char::from(*quoted),
            Some(b'u') => return self.unicode(),
            _ => return Err(self.form()),
        };
        self.at += 1;
        Ok(letter)
    }

    /// A letter as its number, or as the two halves of one beyond the sixteen bits.
    fn unicode(&mut self) -> Result<char, Misread> {
        let first = self.half()?;
        if let Some(letter) = char::from_u32(first) {
            return Ok(letter);
        }
        let is_first_half = first < 0xdc00;
        if !is_first_half || !self.rest().starts_with(b"\\u") {
            return Err(self.form());
        }
        self.at += 1;
        let second = self.half()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(self.form());
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(|| self.form())
    }

    /// The four digits after `u`.
    fn half(&mut self) -> Result<u32, Misread> {
        let digits = self.rest().get(1..5).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok()).ok_or_else(|| self.form())?;
        self.at += 5;
        u32::from_str_radix(digits, 16).map_err(|_| self.form())
    }
}

/// Each name once. The places are sorted, so that a text of a hundred thousand names is not compared pair by pair.
fn once(mut members: Vec<(SmolStr, Value)>) -> Result<Vec<(SmolStr, Value)>, Misread> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|one, other| members[*one].0.cmp(&members[*other].0));
    let mut dropped = Vec::new();
    for pair in 1..order.len() {
        let (first, second) = (order[pair - 1], order[pair]);
        if members[first].0 != members[second].0 {
            continue;
        }
        if !members[first].1.is_blank() && !members[second].1.is_blank() && members[first].1 != members[second].1 {
            return Err(Misread::Twice { name: tellable(&members[first].0) });
        }
        // The later one stays, because the next of the same name is compared with it.
        if members[second].1.is_blank() {
            members[second].1 = std::mem::replace(&mut members[first].1, Value::Null);
        }
        dropped.push(first);
    }
    dropped.sort_unstable();
    let mut at = 0;
    members.retain(|_| {
        at += 1;
        dropped.binary_search(&(at - 1)).is_err()
    });
    Ok(members)
}

/// A name that may be told: others may hold anything.
fn tellable(name: &str) -> String {
    let good = name.len() <= TOLD && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if good { name.to_owned() } else { "?".to_owned() }
}

#[cfg(test)]
mod tests;

//! Rust text as a scanner sees it: without comments and strings, cut into functions and words.
//!
//! Blanked text keeps its length and its lines, so that every place found in it is a place in the file.

/// One function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of `fn`, from 1.
    pub line: usize,
    /// Lines from `fn` to the closing brace.
    pub lines: usize,
}

/// The text with comments, strings and characters blanked.
#[must_use]
pub fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    while kept.len() < bytes.len() {
        let at = kept.len();
        match hidden_length(bytes, at) {
            0 => kept.push(bytes[at]),
            length => kept.extend(bytes[at..at + length].iter().map(blank)),
        }
    }
    String::from_utf8(kept).expect("characters are blanked whole")
}

fn blank(byte: &u8) -> u8 {
    if *byte == b'\n' { b'\n' } else { b' ' }
}

/// How many bytes from here are comment, string or character; 0 where code stands.
fn hidden_length(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    match rest {
        [b'/', b'/', ..] => until(rest, b'\n'),
        [b'/', b'*', ..] => block_comment(rest),
        [b'"', ..] => quoted(rest),
        [b'\'', ..] => character(rest),
        [b'r' | b'b' | b'c', ..] if at == 0 || !is_word(bytes[at - 1]) => raw_string(rest),
        _ => 0,
    }
}

fn until(rest: &[u8], end: u8) -> usize {
    rest.iter().position(|byte| *byte == end).unwrap_or(rest.len())
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `r"..."`, `r#"..."#` and the same after `b` and `c`.
fn raw_string(rest: &[u8]) -> usize {
    let prefix = if rest[0] == b'r' { 1 } else { 2 };
    if rest.get(prefix - 1) != Some(&b'r') {
        return 0;
    }
    let hashes = rest[prefix..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(prefix + hashes) != Some(&b'"') {
        return 0;
    }
    let mut end = vec![b'"'];
    end.resize(hashes + 1, b'#');
    let body = prefix + hashes + 1;
    let found = rest[body..].windows(end.len()).position(|window| window == end);
    found.map_or(rest.len(), |place| body + place + end.len())
}

/// A character such as `'x'` or `'\n'`; a lifetime is none.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        return 3 + until(rest.get(3..).unwrap_or_default(), b'\'') + 1;
    }
    let width = match rest.get(1) {
        Some(0xf0..) => 4,
        Some(0xe0..) => 3,
        Some(0xc0..) => 2,
        _ => 1,
    };
    if rest.get(width + 1) == Some(&b'\'') { width + 2 } else { 0 }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The words of blanked text with their places.
pub fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = code.as_bytes();
    let starts = (0..bytes.len()).filter(|at| is_word(bytes[*at]) && (*at == 0 || !is_word(bytes[at - 1])));
    starts.map(|at| {
        let length = bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
        (at, &code[at..at + length])
    })
}

/// Where the lines of a text begin.
pub struct Lines(Vec<usize>);

impl Lines {
    /// The lines of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(after_breaks).collect())
    }

    /// The line of a place, from 1.
    #[must_use]
    pub fn at(&self, place: usize) -> usize {
        self.0.partition_point(|start| *start <= place)
    }
}

/// All functions with a body, nested ones as well.
#[must_use]
pub fn functions(code: &str) -> Vec<Function> {
    let found: Vec<(usize, &str)> = words(code).collect();
    let lines = Lines::of(code);
    let named = found.windows(2).filter(|pair| pair[0].1 == "fn");
    named.filter_map(|pair| function_at(code, &lines, [pair[0], pair[1]])).collect()
}

fn function_at(code: &str, lines: &Lines, [(start, _), (place, name)]: [(usize, &str); 2]) -> Option<Function> {
    if !code[start + 2..place].trim().is_empty() {
        return None;
    }
    let end = end_of_item(code, place)?;
    if code.as_bytes()[end] == b';' {
        return None;
    }
    let line = lines.at(start);
    Some(Function { name: name.to_owned(), line, lines: lines.at(end) - line + 1 })
}

/// The place of the closing brace of what begins here, or of its semicolon.
fn end_of_item(code: &str, start: usize) -> Option<usize> {
    let (mut braces, mut others) = (0_usize, 0_usize);
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'{' => braces += 1,
            b'}' if braces == 1 => return Some(at),
            b'}' => braces = braces.checked_sub(1)?,
            b'(' | b'[' => others += 1,
            b')' | b']' => others = others.checked_sub(1)?,
            b';' if braces == 0 && others == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// The code with every item under `#[cfg(test)]` blanked.
#[must_use]
pub fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    while let Some(start) = kept.find("#[cfg(test)]") {
        let end = end_of_item(&kept, start + "#[cfg(test)]".len()).unwrap_or(kept.len() - 1);
        let blank: String = kept[start..=end].bytes().map(|byte| char::from(blank(&byte))).collect();
        kept.replace_range(start..=end, &blank);
    }
    kept
}

#[cfg(test)]
mod tests;

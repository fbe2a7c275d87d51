//! The tables, read from their two files. Both are compiled in and read once.

use std::collections::BTreeMap;

use super::{Call, Field, Kind, NodeTable, Side};

/// Glossary and calls.
pub(super) struct Tables {
    pub(super) glossary: BTreeMap<&'static str, Word>,
    pub(super) calls: Vec<Call>,
}

/// What the glossary says of a field.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) title: &'static str,
    pub(super) kind: Kind,
    pub(super) coded: bool,
}

/// Reads both files; the line that cannot be read is the error.
pub(super) fn tables(glossary: &'static str, calls: &'static str) -> Result<Tables, &'static str> {
    let glossary = lines(glossary).map(|line| word(line).ok_or(line)).collect::<Result<BTreeMap<_, _>, _>>()?;
    let mut read = Vec::new();
    for line in lines(calls) {
        take(line, &mut read, &glossary).ok_or(line)?;
    }
    Ok(Tables { glossary, calls: read })
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn word(line: &'static str) -> Option<(&'static str, Word)> {
    let mut parts = line.split(' ');
    let (name, title, kind) = (parts.next()?, parts.next()?, kind(parts.next()?)?);
    let coded = match parts.next() {
        None => false,
        Some("code") => true,
        Some(_) => return None,
    };
    Some((name, Word { title, kind, coded }))
}

/// `s30`, `n16,2`, `n`, `d`, `dt`.
fn kind(text: &str) -> Option<Kind> {
    let length = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    match text {
        "d" => Some(Kind::Day),
        "dt" => Some(Kind::Moment),
        "bool" => Some(Kind::Bool),
        "bytes" => Some(Kind::Bytes),
        _ if text.starts_with('s') => length(&text[1..]).map(Kind::Text),
        _ => {
            let (digits, places) = text.strip_prefix('n')?.split_once(',').unwrap_or((&text[1..], "0"));
            Some(Kind::Number { digits: length(digits)?, places: places.parse().ok()? })
        }
    }
}

/// Takes one line of the calls: a call, or a node of the last one.
fn take(line: &'static str, calls: &mut Vec<Call>, glossary: &BTreeMap<&'static str, Word>) -> Option<()> {
    if line.starts_with(|first: char| first.is_ascii_digit()) {
        let (infno, name) = line.split_once(' ')?;
        let none = Side::default;
        calls.push(Call { infno, name, input: none(), output: none(), sent: none(), returned: none() });
        return Some(());
    }
    let call = calls.last_mut()?;
    let (side, fields) = line.split_once(':')?;
    let (side, name) = side.split_once(' ').unwrap_or((side, ""));
    let rows = name.ends_with("[]");
    let fields = fields.split_whitespace().map(|text| field(text, glossary)).collect::<Option<Vec<_>>>()?;
    let node = NodeTable { name: name.trim_end_matches("[]"), rows, fields };
    match side {
        "in" => call.input.nodes.push(node),
        "out" => call.output.nodes.push(node),
        "sent" => call.sent.nodes.push(node),
        "returned" => call.returned.nodes.push(node),
        _ => return None,
    }
    Some(())
}

/// `psn_no!`, `certno!<s20>`, `memo`.
fn field(text: &'static str, glossary: &BTreeMap<&'static str, Word>) -> Option<Field> {
    let (text, own_kind) = match text.strip_suffix('>') {
        Some(text) => text.split_once('<').map(|(text, own)| (text, Some(own)))?,
        None => (text, None),
    };
    let (name, required) = match text.strip_suffix('!') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let word = glossary.get(name)?;
    let kind = own_kind.map_or(Some(word.kind), kind)?;
    Some(Field { name, title: word.title, kind, coded: word.coded, required })
}

//! How a message is broken: its letters, its structure, its types, its numbers, its lengths, its encoding.

use crate::random::Rng;

/// Texts that stand where something else should.
const STRANGE: [&str; 28] = [
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "0",
    "-0",
    "-1",
    "1e309",
    "1.005",
    "99999999999999999999999999",
    "0.000000001",
    "1E5",
    "\"\"",
    "\" \"",
    "\"null\"",
    "\"-1\"",
    "\"2026-02-30\"",
    "\"2026-13-01 25:00:00\"",
    "\"１２\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\u{202e}\u{feff}\"",
    "\"'; drop table person; --\"",
    "\"../../etc/passwd\"",
    "[[[[[[]]]]]]",
    "{\"a\":{\"a\":{}}}",
    "\"𠮷野\"",
];

/// Kinds of content that a request may say it is.
pub const KINDS: [&str; 9] = [
    "application/json",
    "text/plain",
    "text/xml; charset=GBK",
    "application/json;charset=gb18030",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/octet-stream",
    "",
];

/// A message with something about it changed.
pub fn broken(random: &mut Rng, message: &str) -> Vec<u8> {
    let mut text = message.to_owned();
    for _ in 0..=random.below(3) {
        text = match random.below(8) {
            0 | 1 => value_changed(random, &text),
            2 => member_taken_away(random, &text),
            3 => member_doubled(random, &text),
            4 => letters_repeated(random, &text),
            5 => piece_moved(random, &text),
            6 => digits_changed(random, &text),
            _ => text,
        };
    }
    match random.below(8) {
        0 => bytes_changed(random, text.into_bytes()),
        1 => cut(random, text.into_bytes()),
        2 => [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(),
        3 if random.one_in(6) => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        4 if random.one_in(6) => {
            let depth = random.place(4_000);
            [vec![b'['; depth], text.into_bytes(), vec![b']'; depth]].concat()
        }
        _ => text.into_bytes(),
    }
}

/// Places at which a member's value begins.
fn values_of(text: &str) -> Vec<usize> {
    text.match_indices("\":").map(|(place, _)| place + 2).collect()
}

/// The end of the value that begins here.
fn end_of(text: &str, begin: usize) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_i32, false, false);
    for (place, letter) in text[begin..].char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted && depth == 0 => return begin + place,
            '}' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => return begin + place,
            _ => {}
        }
    }
    text.len()
}

fn value_changed(random: &mut Rng, text: &str) -> String {
    let places = values_of(text);
    if places.is_empty() {
        return text.to_owned();
    }
    let begin = *random.pick(&places);
    let old = &text[begin..end_of(text, begin)];
    let new = match random.below(4) {
        0 => format!("[{old}]"),
        1 => format!("{{\"data\":{old}}}"),
        2 => format!("\"{}\"", old.replace('"', "")),
        _ => (*random.pick(&STRANGE)).to_owned(),
    };
    format!("{}{new}{}", &text[..begin], &text[begin + old.len()..])
}

/// Where a member stands, from its name's first quote to behind the comma.
fn member(random: &mut Rng, text: &str) -> Option<(usize, usize)> {
    let places = values_of(text);
    let value = *places.get(random.place(places.len().max(1)))?;
    let begin = text[..value - 2].rfind('"')?;
    let end = end_of(text, value);
    Some((begin, if text[end..].starts_with(',') { end + 1 } else { end }))
}

fn member_taken_away(random: &mut Rng, text: &str) -> String {
    match member(random, text) {
        Some((begin, end)) => format!("{}{}", &text[..begin], &text[end..]).replace(",}", "}"),
        None => text.to_owned(),
    }
}

fn member_doubled(random: &mut Rng, text: &str) -> String {
    match member(random, text) {
        Some((begin, end)) => {
            let once = text[begin..end].trim_end_matches(',');
            format!("{}{once},{}", &text[..begin], &text[begin..])
        }
        None => text.to_owned(),
    }
}

fn letters_repeated(random: &mut Rng, text: &str) -> String {
    let places = values_of(text);
    let Some(place) = places.get(random.place(places.len().max(1))) else { return text.to_owned() };
    let letter = *random.pick(&["9", "中", "·", "\\", "\"", "\u{1F600}", "0"]);
    let longest = if random.one_in(20) { 17 } else { 9 };
    let times = 1 << random.below(longest);
    format!("{}\"{}\"{}", &text[..*place], letter.repeat(times), &text[end_of(text, *place)..])
}

fn boundary(text: &str, mut place: usize) -> usize {
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

fn piece_moved(random: &mut Rng, text: &str) -> String {
    let [one, other, third] = [0; 3].map(|_: i32| boundary(text, random.place(text.len() + 1)));
    let (begin, end) = (one.min(other), one.max(other));
    let piece = &text[begin..end];
    let rest = format!("{}{}", &text[..begin], &text[end..]);
    let place = boundary(&rest, third.min(rest.len()));
    format!("{}{piece}{}", &rest[..place], &rest[place..])
}

fn digits_changed(random: &mut Rng, text: &str) -> String {
    let mut bytes: Vec<char> = text.chars().collect();
    let digits: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place].is_ascii_digit()).collect();
    if let Some(place) = digits.get(random.place(digits.len().max(1))) {
        bytes[*place] = *random.pick(&['0', '1', '9', '-', '.', 'e', 'X']);
    }
    bytes.into_iter().collect()
}

fn bytes_changed(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..=random.below(4) {
        let place = random.place(bytes.len().max(1));
        if let Some(byte) = bytes.get_mut(place) {
            *byte = u8::try_from(random.below(256)).unwrap_or(0);
        }
    }
    bytes
}

fn cut(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    let length = random.place(bytes.len() + 1);
    bytes.truncate(length);
    bytes
}

/// Any bytes changed in any of these ways.
pub fn bytes_broken(random: &mut Rng, seed: &[u8]) -> Vec<u8> {
    let mut bytes = bytes_changed(random, seed.to_vec());
    match random.below(5) {
        0 => bytes = cut(random, bytes),
        1 => {
            let place = random.place(bytes.len() + 1);
            let more = (0..random.below(40)).map(|_| u8::try_from(random.below(256)).unwrap_or(0)).collect::<Vec<u8>>();
            bytes.splice(place..place, more);
        }
        2 => {
            let (begin, end) = (random.place(bytes.len() + 1), random.place(bytes.len() + 1));
            let piece = bytes[begin.min(end)..begin.max(end)].to_vec();
            bytes.extend(piece);
        }
        3 => bytes = broken(random, &String::from_utf8_lossy(seed)),
        _ => {}
    }
    bytes
}

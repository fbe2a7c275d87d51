//! Looking for very many texts at once in every byte of files, in each spelling in which a text could hide.
//!
//! Invariant: whatever is put anywhere in one of these spellings is found. Deliberately absent: spellings that need a key.

use std::collections::HashMap;
use std::path::Path;

/// Bytes at the end of each spelling by which it is looked up.
const KEY: usize = 8;
/// Bits of the filter before the table.
const BITS: u32 = 24;

/// The texts, by the end of each of their spellings.
pub struct Needles {
    filter: Vec<u64>,
    spellings: HashMap<[u8; KEY], Vec<Vec<u8>>>,
}

impl Needles {
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut needles = Self { filter: vec![0; 1 << (BITS - 6)], spellings: HashMap::new() };
        texts.flat_map(spellings_of).for_each(|spelling| needles.add(spelling));
        needles
    }

    fn add(&mut self, spelling: Vec<u8>) {
        let key = *spelling.last_chunk::<KEY>().expect("a text that is looked for is not that short");
        let (word, bit) = place_of(key);
        self.filter[word] |= bit;
        self.spellings.entry(key).or_default().push(spelling);
    }

    /// What is found in some bytes, first of all.
    pub fn found_in(&self, bytes: &[u8]) -> Option<String> {
        let hit = |(place, window): (usize, &[u8; KEY])| {
            let (word, bit) = place_of(*window);
            if self.filter[word] & bit == 0 {
                return None;
            }
            let until = &bytes[..place + KEY];
            let spelling = self.spellings.get(window)?.iter().find(|spelling| until.ends_with(spelling))?;
            Some(format!("{} at {}", String::from_utf8_lossy(spelling), until.len() - spelling.len()))
        };
        bytes.array_windows::<KEY>().enumerate().find_map(hit)
    }

    /// Every file in a folder and below it in which something is found; and how many bytes were looked at.
    pub fn found_below(&self, folder: &Path) -> (Vec<String>, u64) {
        let (mut found, mut looked, mut waiting) = (Vec::new(), 0, vec![folder.to_owned()]);
        while let Some(path) = waiting.pop() {
            let kind = std::fs::symlink_metadata(&path).map(|file| file.file_type());
            if kind.as_ref().is_ok_and(std::fs::FileType::is_dir) {
                waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if kind.is_ok_and(|kind| kind.is_file()) {
                // A server removes what it needs no longer.
                let bytes = std::fs::read(&path).unwrap_or_default();
                looked += bytes.len() as u64;
                found.extend(self.found_in(&bytes).map(|what| format!("{}: {what}", path.display())));
            }
        }
        found.sort();
        (found, looked)
    }
}

fn place_of(key: [u8; KEY]) -> (usize, u64) {
    let mixed = u64::from_le_bytes(key).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS);
    (usize::try_from(mixed >> 6).unwrap(), 1 << (mixed & 63))
}

/// UTF-8, UTF-16 in both orders, hexadecimal digits in both cases, and base64 of whatever stands around it.
fn spellings_of(text: &str) -> Vec<Vec<u8>> {
    let wide: Vec<u16> = text.encode_utf16().collect();
    let hex = |digits: &str| -> String {
        let digit = |nibble: u8| char::from(digits.as_bytes()[usize::from(nibble)]);
        text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    };
    let mut all = vec![
        text.as_bytes().to_vec(),
        wide.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        wide.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        hex("0123456789abcdef").into_bytes(),
        hex("0123456789ABCDEF").into_bytes(),
    ];
    for alphabet in [b"+/", b"-_"] {
        all.extend((0..3).map(|before| base64_of(text.as_bytes(), before, alphabet)));
    }
    all
}

/// The letters that stand for a text alone, where so many bytes of something else stand before it.
fn base64_of(text: &[u8], before: usize, last: &[u8; 2]) -> Vec<u8> {
    let letters: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(*last).collect();
    let bytes = [vec![0; before], text.to_vec()].concat();
    let bit = |place: usize| usize::from(bytes[place / 8] >> (7 - place % 8) & 1);
    let letter = |at: usize| letters[(at * 6..at * 6 + 6).fold(0, |sum, place| sum << 1 | bit(place))];
    ((before * 8).div_ceil(6)..bytes.len() * 8 / 6).map(letter).collect()
}

#[test]
fn a_text_is_found_wherever_it_stands_in_every_spelling() {
    let needles = Needles::of(["司徒龘靐", "170101194804020223", "120-4711-0815"].into_iter());
    for text in ["司徒龘靐", "170101194804020223", "120-4711-0815"] {
        let spellings = spellings_of(text);
        assert_eq!(spellings.len(), 11);
        for spelling in spellings {
            for (before, after) in [("", ""), ("x", "y"), ("170101194804020", "…")] {
                let bytes = [before.as_bytes(), &spelling, after.as_bytes()].concat();
                assert!(needles.found_in(&bytes).is_some(), "{text}: {}", String::from_utf8_lossy(&bytes));
                let cut_off = &bytes[..before.len() + spelling.len() - 1];
                assert_eq!(needles.found_in(cut_off), None, "{text}");
            }
        }
    }
    assert_eq!(base64_of(b"Man", 0, b"+/"), b"TWFu");
    assert_eq!(base64_of(b"any carnal", 1, b"+/"), b"FueSBjYXJuYW");
    assert_eq!(base64_of(b"any carnal", 2, b"+/"), b"hbnkgY2FybmFs");
}

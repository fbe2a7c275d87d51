//! One number for all that a store holds, to compare two stores.
//!
//! Invariant: equal rows have equal digests within one version of the program. Deliberately absent: a digest to
//! keep. The listing is that of the program's own types, which change from release to release.

use std::fmt::{self, Write};

use gongji_domain::record::Rows;
use sm3::{Digest, Sm3};

/// SM3 over all rows in the order of their keys, as 64 hexadecimal digits.
#[must_use]
pub fn digest_of(rows: &Rows) -> String {
    let mut listing = Listing(Sm3::new());
    write!(listing, "{rows:?}").expect("a digest takes any text");
    hex(&listing.0.finalize())
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes any text");
        text
    })
}

/// The bytes of hexadecimal digits, as [`hex`] writes them and no other way.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let value = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(value(pair.first()?)? * 16 + value(pair.get(1)?)?)).collect()
}

struct Listing(Sm3);

impl Write for Listing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_read_as_they_are_written_and_no_other_way() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(unhex(&hex(&all)), Some(all));
        for wrong in ["0", "0g", "0A", "+1", "é"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}

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
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes any text");
        text
    })
}

struct Listing(Sm3);

impl Write for Listing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

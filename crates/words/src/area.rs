//! Division codes: where somebody is insured or cared for.
//!
//! Invariant: six digits whose first two name a province-level division of GB/T 2260, the Xinjiang Production and
//! Construction Corps (66, the insurance agencies' own code) or the examples (99, never given by the standard).
//! A code need not be in the table of divisions: certificates carry codes that ended long ago. Deliberately
//! absent: townships, the old extent of a province (Chongqing before 1997 reads as Sichuan, as its codes say).

use std::fmt;

use crate::text::{digits, serde_as_text};

mod divisions;

pub use divisions::FormerDivision;

/// The code of the Xinjiang Production and Construction Corps as a province.
const XPCC: u32 = 660_000;

/// A division code of six digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode(u32);

impl AreaCode {
    /// Reads six ASCII digits.
    ///
    /// # Errors
    /// [`AreaError`] if the text has another form or the first two digits name no province.
    pub fn parse(text: &str) -> Result<AreaCode, AreaError> {
        let number = digits(text, 6).ok_or(AreaError::Form)?;
        if !is_province_prefix(number / 10_000) {
            return Err(AreaError::Province);
        }
        Ok(AreaCode(number))
    }

    /// The code of this number.
    ///
    /// # Panics
    /// If it is no code: callers give constants, or numbers that once were codes.
    #[must_use]
    pub const fn from_number(number: u32) -> AreaCode {
        assert!(is_province_prefix(number / 10_000), "no division code: its first two of six digits name no province");
        AreaCode(number)
    }

    /// The code as a number of six digits.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The province-level division it lies in. The Corps (66xxxx, and its cities 6590xx) is one of its own, because
    /// it runs its own insurance.
    #[must_use]
    pub const fn province(self) -> AreaCode {
        match self.0 / 100 {
            6_590 => AreaCode(XPCC),
            _ => AreaCode(self.0 / 10_000 * 10_000),
        }
    }

    /// The pooling area (统筹区) as far as the code tells it: a county counts as its city, a district of Beijing,
    /// Tianjin, Shanghai or Chongqing as the whole of it; a province's code stays what it is.
    #[must_use]
    pub const fn pool(self) -> AreaCode {
        match self.0 / 10_000 {
            11 | 12 | 31 | 50 => AreaCode(self.0 / 10_000 * 10_000),
            _ => AreaCode(self.0 / 100 * 100),
        }
    }

    /// Whether `other` lies in this area: a province's code covers all below it, every other code its pooling area.
    #[must_use]
    pub fn covers(self, other: AreaCode) -> bool {
        if self.is_province() {
            return other.province() == self;
        }
        self.pool() == other.pool()
    }

    /// Whether it is the code of a whole province-level division.
    #[must_use]
    pub const fn is_province(self) -> bool {
        self.0.is_multiple_of(10_000)
    }

    /// The Chinese name of this very code: the present one, or for a code that has ended its last one.
    #[must_use]
    pub fn name_zh(self) -> Option<&'static str> {
        divisions::name_zh(self)
    }

    /// The English name of a province-level division; no other has one here.
    #[must_use]
    pub fn name_en(self) -> Option<&'static str> {
        divisions::name_en(self)
    }

    /// What the code meant before it ended or was given to another division; the latest such meaning.
    #[must_use]
    pub fn former(self) -> Option<FormerDivision> {
        divisions::former(self)
    }
}

const fn is_province_prefix(prefix: u32) -> bool {
    matches!(
        prefix,
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=66 | 71 | 81 | 82 | 99
    )
}

impl fmt::Display for AreaCode {
    /// Six digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AreaCode({})", self.0)
    }
}

serde_as_text!(AreaCode, AreaCode::parse);

/// Why a text is no division code, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaError {
    /// Not six ASCII digits.
    Form,
    /// The first two digits name no province.
    Province,
}

impl fmt::Display for AreaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "not a division code: write six digits, as in 130100",
            Self::Province => {
                "no province has such a code: the first two digits must be those of GB/T 2260 (11 to 82), \
                 66 for the Xinjiang Corps, or 99 in examples"
            }
        })
    }
}

impl std::error::Error for AreaError {}

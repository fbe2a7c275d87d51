//! Money in whole fen (分, a hundredth of a yuan).
//!
//! Invariant: an amount is an exact integer, and no arithmetic wraps. Deliberately absent: the
//! operators `+ - * /` (they hide overflow and remainders), floating-point conversions, other currencies.

use std::fmt;

use crate::text::serde_as_text;

/// An amount of money in fen, positive or negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Fen(i64);

/// The largest amount that text may state: 1 000 000 000 000.00 yuan.
const LARGEST_STATED_FEN: i128 = 100_000_000_000_000;

impl Fen {
    /// No money.
    pub const ZERO: Fen = Fen(0);

    /// An amount of this many fen.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Fen {
        Fen(fen)
    }

    /// The amount in fen.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The sum, or `None` beyond the range of `i64` fen.
    #[must_use]
    pub const fn checked_add(self, other: Fen) -> Option<Fen> {
        match self.0.checked_add(other.0) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// The difference, or `None` beyond the range of `i64` fen.
    #[must_use]
    pub const fn checked_sub(self, other: Fen) -> Option<Fen> {
        match self.0.checked_sub(other.0) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// The sum of amounts that are known to be bounded.
    ///
    /// # Panics
    /// On overflow. Stated amounts end at 10^14 fen, so it takes ninety thousand of the largest to get there:
    /// reaching it means that an amount is corrupt, and going on would pay with it.
    #[must_use]
    pub fn plus(self, other: Fen) -> Fen {
        self.checked_add(other).expect("money overflows: a sum is beyond 92 233 720 368 547 758.07 yuan")
    }

    /// The difference of amounts that are known to be bounded.
    ///
    /// # Panics
    /// On overflow, for the reason given at [`Fen::plus`].
    #[must_use]
    pub fn minus(self, other: Fen) -> Fen {
        self.checked_sub(other).expect("money overflows: a difference is beyond 92 233 720 368 547 758.07 yuan")
    }

    /// The same amount the other way round.
    ///
    /// # Panics
    /// For `i64::MIN` fen, which has no opposite.
    #[must_use]
    pub fn negated(self) -> Fen {
        Fen::ZERO.minus(self)
    }

    /// The sum of many amounts; nothing sums to [`Fen::ZERO`].
    ///
    /// # Panics
    /// On overflow, for the reason given at [`Fen::plus`].
    #[must_use]
    pub fn sum(amounts: impl IntoIterator<Item = Fen>) -> Fen {
        amounts.into_iter().fold(Fen::ZERO, Fen::plus)
    }

    /// Whether it is no money at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is more than zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it is less than zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Reads yuan in the form `88.50`: ASCII digits, a dot, two decimals, at most 1000000000000.00.
    ///
    /// # Errors
    /// [`FenError`], which says what to write instead.
    pub fn parse_yuan(text: &str) -> Result<Fen, FenError> {
        let fen = magnitude(text)?;
        if fen > LARGEST_STATED_FEN {
            return Err(FenError::TooLarge);
        }
        i64::try_from(fen).map(Fen).map_err(|_| FenError::TooLarge)
    }
}

/// Reads what `Display` writes: here, unlike in stated amounts, a sign and any size are good.
fn read_signed(text: &str) -> Result<Fen, FenError> {
    let fen = match text.strip_prefix('-') {
        Some(rest) => -magnitude(rest)?,
        None => magnitude(text)?,
    };
    i64::try_from(fen).map(Fen).map_err(|_| FenError::TooLarge)
}

/// The fen of unsigned yuan. `i128`, so that the opposite of the smallest `i64` has room.
fn magnitude(text: &str) -> Result<i128, FenError> {
    if text.is_empty() {
        return Err(FenError::Empty);
    }
    if text.starts_with(['-', '+']) {
        return Err(FenError::Sign);
    }
    if let Some(error) = foreign_character(text) {
        return Err(error);
    }
    let (yuan, decimals) = text.split_once('.').ok_or(FenError::NoDecimals)?;
    if yuan.is_empty() {
        return Err(FenError::NoWholeYuan);
    }
    if decimals.contains('.') {
        return Err(FenError::TwoDots);
    }
    match decimals.len() {
        2 => whole_number(yuan, decimals).ok_or(FenError::TooLarge),
        0 | 1 => Err(FenError::NoDecimals),
        found => Err(FenError::TooManyDecimals { found }),
    }
}

fn foreign_character(text: &str) -> Option<FenError> {
    let (place, character) =
        text.chars().enumerate().find(|(_, character)| !character.is_ascii_digit() && *character != '.')?;
    if matches!(character, 'e' | 'E') {
        return Some(FenError::Exponent);
    }
    Some(FenError::Character { character, position: place + 1 })
}

fn whole_number(yuan: &str, decimals: &str) -> Option<i128> {
    yuan.parse::<i128>().ok()?.checked_mul(100)?.checked_add(decimals.parse::<i128>().ok()?)
}

impl fmt::Display for Fen {
    /// Yuan with two decimals, `88.50` or `-3.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [b'0'; LONGEST];
        let (mut first, mut rest) = (LONGEST, self.0.unsigned_abs());
        // An answer of the national interface is half amounts: they are written without the machinery of formats.
        while first > LONGEST - 4 || rest > 0 {
            first -= 1;
            if first == LONGEST - 3 {
                digits[first] = b'.';
                continue;
            }
            digits[first] += u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        if self.is_negative() {
            first -= 1;
            digits[first] = b'-';
        }
        f.pad(std::str::from_utf8(&digits[first..]).unwrap_or_default())
    }
}

/// A sign, seventeen digits, a dot and two digits.
const LONGEST: usize = 21;

// A JSON number would be read as a binary fraction by half of all readers, so money travels as text.
serde_as_text!(Fen, read_signed);

/// Why a text is no amount of money, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FenError {
    /// There is no text.
    Empty,
    /// A sign stands in front.
    Sign,
    /// It is in scientific notation.
    Exponent,
    /// Something else than ASCII digits and a dot.
    Character {
        /// The first such character.
        character: char,
        /// Its place, counted in characters from 1.
        position: usize,
    },
    /// No digit before the dot.
    NoWholeYuan,
    /// Fewer than two decimals.
    NoDecimals,
    /// More than two decimals.
    TooManyDecimals {
        /// How many there are.
        found: usize,
    },
    /// More than one dot.
    TwoDots,
    /// Beyond the largest amount.
    TooLarge,
}

impl fmt::Display for FenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the amount is missing: write yuan with two decimals, as in 88.50"),
            Self::Sign => f.write_str("an amount has no sign: write 1.00, neither -1.00 nor +1.00"),
            Self::Exponent => {
                f.write_str("an amount has no exponent: write out all digits, as in 1000000000.00 for 1e9")
            }
            Self::Character { character, position } => write!(
                f,
                "character {position} of the amount is {character:?}: use only the digits 0-9 and one dot, as in 1088.50"
            ),
            Self::NoWholeYuan => f.write_str("no digit stands before the dot: write 0.50, not .50"),
            Self::NoDecimals => {
                f.write_str("an amount has two decimals: write 1.00 for one yuan, 1.50 for one and a half")
            }
            Self::TooManyDecimals { found } => {
                write!(f, "the amount has {found} decimals and a fen cannot be split: write two, as in 1.00 or 1.01")
            }
            Self::TwoDots => f.write_str("the amount has more than one dot: write 1088.50, without separators"),
            Self::TooLarge => f.write_str("the amount is too large: at most 1000000000000.00 yuan"),
        }
    }
}

impl std::error::Error for FenError {}

//! Ratios, prices and counts as whole numbers, and the one way in which they are rounded.
//!
//! Invariant: what is rounded is rounded half up to the fen, and is never negative. Deliberately absent: floats.

use std::fmt;

use gongji_words::Fen;

/// Ten-thousandths of a whole.
const WHOLE: u32 = 10_000;
/// Price times count, in fen: a millionth of a yuan times a ten-thousandth is 10⁻⁸ fen.
const PARTS_OF_A_FEN: i128 = 100_000_000;
/// More than any line of any bill: 10 000 000 000.00 yuan.
const LARGEST_FEN: i128 = 1_000_000_000_000;

/// A part of a whole, 0 % to 100 %, in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(u32);

impl Ratio {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// Reads `85%`, `82.5%` or `82.25%`, at most `100%`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts = u32::try_from(decimal(text.strip_suffix('%')?, 2)?).ok()?;
        (parts <= WHOLE).then_some(Self(parts))
    }

    /// So many ten-thousandths; `None` beyond the whole.
    #[must_use]
    pub fn from_ten_thousandths(parts: u32) -> Option<Self> {
        (parts <= WHOLE).then_some(Self(parts))
    }

    /// In ten-thousandths.
    #[must_use]
    pub const fn ten_thousandths(self) -> u32 {
        self.0
    }

    /// This part of an amount that is not negative, rounded half up to the fen.
    #[must_use]
    pub fn of(self, amount: Fen) -> Fen {
        let fen = half_up(i128::from(amount.fen()) * i128::from(self.0), i128::from(WHOLE));
        Fen::from_fen(i64::try_from(fen).expect("a part is no larger than the whole"))
    }

    /// The least amount of which this part is at least `share`; `None` if the part is nothing.
    #[must_use]
    pub fn whole_of(self, share: Fen) -> Option<Fen> {
        let parts = (self.0 > 0).then_some(i128::from(self.0))?;
        let fen = (i128::from(share.fen()) * i128::from(WHOLE) + parts - 1) / parts;
        i64::try_from(fen).ok().map(Fen::from_fen)
    }

    /// So many points less, but never below nothing.
    #[must_use]
    pub const fn less(self, points: Self) -> Self {
        Self(self.0.saturating_sub(points.0))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", plain(i64::from(self.0), 2))
    }
}

/// The price of one piece, in millionths of a yuan, not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(i64);

impl Price {
    /// Reads yuan with at most six decimals, as in `12.5`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decimal(text, 6).map(Self)
    }

    /// So many pieces at this price, rounded half up to the fen; `None` if the count is negative or the amount is
    /// beyond any bill.
    #[must_use]
    pub fn times(self, count: Count) -> Option<Fen> {
        let product = i128::from(self.0) * i128::from((count.0 >= 0).then_some(count.0)?);
        let fen = half_up(product, PARTS_OF_A_FEN);
        (fen <= LARGEST_FEN).then(|| i64::try_from(fen).ok().map(Fen::from_fen)).flatten()
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(self.0, 6))
    }
}

/// How many pieces, in ten-thousandths; negative for what is returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(i64);

impl Count {
    /// None.
    pub const ZERO: Self = Self(0);

    /// Reads a number with at most four decimals and perhaps a minus, as in `-0.5`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix('-') {
            Some(rest) => decimal(rest, 4).map(|count| Self(-count)),
            None => decimal(text, 4).map(Self),
        }
    }

    /// The sum; `None` if it is negative.
    #[must_use]
    pub const fn with_return(self, returned: Self) -> Option<Self> {
        match self.0.checked_add(returned.0) {
            Some(left) if left >= 0 => Some(Self(left)),
            _ => None,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(self.0, 4))
    }
}

fn half_up(amount: i128, unit: i128) -> i128 {
    assert!(amount >= 0, "what is rounded is not negative");
    (amount + unit / 2) / unit
}

/// The whole number behind a decimal number with at most so many decimals; at most twelve digits before the dot.
fn decimal(text: &str, places: usize) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain(whole) || !is_plain(decimals) || whole.len() > 12 || decimals.len() > places {
        return None;
    }
    format!("{whole}{decimals:0<places$}").parse().ok()
}

/// A decimal number without the zeros at its end.
fn plain(parts: i64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let sign = if parts < 0 { "-" } else { "" };
    let decimals = format!("{:0width$}", parts.unsigned_abs() % unit, width = places as usize);
    let text = format!("{sign}{}.{decimals}", parts.unsigned_abs() / unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

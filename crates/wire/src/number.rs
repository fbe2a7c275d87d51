//! Exact numbers: amounts in fen, prices with six decimals, counts with four.
//!
//! Invariants: no float, no rounding that is not named; more decimals than a number has are refused unless they are
//! zeros. Exponents are read, because some languages print a round number so.

use std::fmt;

use gongji_words::Fen;

use crate::value::Number;

/// The largest amount that a message may state, in fen: 1 000 000 000 000.00 yuan, as everywhere here.
const LARGEST_FEN: i128 = 100_000_000_000_000;
/// The largest price or count in its smallest units: sixteen digits, and six decimals.
const LARGEST_UNITS: i128 = 10_000_000_000_000_000_000_000;
/// No number of the interface has more digits, however many zeros stand around it.
const DIGITS: usize = 60;
/// Nor a larger exponent.
const EXPONENT: i32 = 60;

/// A number with this many decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Decimal<const PLACES: u32>(i128);

/// 单价: yuan with six decimals.
pub type Price = Decimal<6>;
/// 数量, and proportions: four decimals.
pub type Count = Decimal<4>;

/// Why a text is no number of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// It is no number.
    Form,
    /// More decimals than its kind has.
    Decimals {
        /// How many it has.
        places: u32,
    },
    /// Beyond the largest of its kind.
    TooLarge,
}

impl<const PLACES: u32> Decimal<PLACES> {
    /// The number of this many smallest units: 15 000 of a count are 1.5.
    #[must_use]
    pub const fn from_units(units: i64) -> Self {
        Self(units as i128)
    }

    /// Reads digits, with a sign, decimals and an exponent where they stand.
    ///
    /// # Errors
    /// [`NumberError`].
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let units = units_of(text, PLACES)?;
        if units.abs() > LARGEST_UNITS {
            return Err(NumberError::TooLarge);
        }
        Ok(Self(units))
    }

    /// How many smallest units it is.
    #[must_use]
    pub const fn units(self) -> i128 {
        self.0
    }

    /// As a number in JSON: no more decimals than it needs, whole numbers whole.
    #[must_use]
    pub fn to_number(self) -> Number {
        Number::parse(&smol_str::format_smolstr!("{self}")).expect("digits, a dot and digits are a number")
    }
}

impl<const PLACES: u32> fmt::Display for Decimal<PLACES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = 10_u128.pow(PLACES);
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / one, self.0.unsigned_abs() % one);
        let decimals = format!("{rest:0width$}", width = PLACES as usize);
        match decimals.trim_end_matches('0') {
            "" => f.pad(&format!("{sign}{whole}")),
            decimals => f.pad(&format!("{sign}{whole}.{decimals}")),
        }
    }
}

impl Price {
    /// Price times count in fen, half a fen away from zero; `None` beyond the largest amount.
    #[must_use]
    pub fn times(self, count: Count) -> Option<Fen> {
        // Six and four decimals make ten, and a fen has two.
        let exact = self.0.checked_mul(count.0)?;
        let half = 50_000_000;
        let rounded = (exact.checked_abs()?.checked_add(half)?) / (2 * half);
        fen(rounded * exact.signum()).ok()
    }
}

/// Reads an amount in yuan: `12.3`, `12.30`, `-12.30`, `1E+2`.
///
/// # Errors
/// [`NumberError`].
pub fn amount(text: &str) -> Result<Fen, NumberError> {
    fen(units_of(text, 2)?)
}

/// An amount as a number in JSON, with two decimals.
#[must_use]
pub fn amount_number(amount: Fen) -> Number {
    Number::parse(&smol_str::format_smolstr!("{amount}")).expect("an amount is written as digits, a dot and two digits")
}

fn fen(units: i128) -> Result<Fen, NumberError> {
    if units.abs() > LARGEST_FEN {
        return Err(NumberError::TooLarge);
    }
    i64::try_from(units).map(Fen::from_fen).map_err(|_| NumberError::TooLarge)
}

/// The number in units of this many decimals.
fn units_of(text: &str, places: u32) -> Result<i128, NumberError> {
    let text = text.trim();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
        None => (text, 0),
    };
    let (negative, unsigned) = match mantissa.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, mantissa),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return Err(NumberError::Form);
    }
    // The digits stand for themselves times ten to this power, in units.
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let fraction_length = i32::try_from(fraction.len()).map_err(|_| NumberError::TooLarge)?;
    let places = i32::try_from(places).map_err(|_| NumberError::TooLarge)?;
    let units = shifted(digits, exponent - fraction_length + places)?;
    Ok(if negative { -units } else { units })
}

fn exponent_of(text: &str) -> Result<i32, NumberError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Form);
    }
    text.parse().ok().filter(|exponent: &i32| exponent.abs() <= EXPONENT).ok_or(NumberError::TooLarge)
}

/// The digits times ten to a power; a negative power may drop zeros alone.
fn shifted(digits: &str, power: i32) -> Result<i128, NumberError> {
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Ok(0);
    }
    let zeros = digits.len() - significant.len();
    let power = power + i32::try_from(zeros).map_err(|_| NumberError::TooLarge)?;
    let Ok(power) = u32::try_from(power) else {
        return Err(NumberError::Decimals { places: power.unsigned_abs() });
    };
    if significant.len() > DIGITS {
        return Err(NumberError::TooLarge);
    }
    let number: i128 = significant.parse().map_err(|_| NumberError::TooLarge)?;
    10_i128.checked_pow(power).and_then(|shift| number.checked_mul(shift)).ok_or(NumberError::TooLarge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_in_every_form_that_clients_write() {
        for (text, fen) in [
            ("12.30", Ok(1230)),
            ("12.3", Ok(1230)),
            ("12", Ok(1200)),
            ("0", Ok(0)),
            ("-0.01", Ok(-1)),
            ("12.3000", Ok(1230)),
            ("1E+2", Ok(10_000)),
            ("1.5e1", Ok(1500)),
            ("100e-4", Ok(1)),
            ("0e9", Ok(0)),
            (" 1.00 ", Ok(100)),
            ("00012.30", Ok(1230)),
            ("1000000000000.00", Ok(100_000_000_000_000)),
            ("1000000000000.01", Err(NumberError::TooLarge)),
            ("12.345", Err(NumberError::Decimals { places: 1 })),
            ("1e-3", Err(NumberError::Decimals { places: 1 })),
            ("1e61", Err(NumberError::TooLarge)),
            ("", Err(NumberError::Form)),
            ("+1", Err(NumberError::Form)),
            ("1,000.00", Err(NumberError::Form)),
            (".5", Err(NumberError::Form)),
            ("5.", Err(NumberError::Form)),
            ("1e", Err(NumberError::Form)),
            ("--1", Err(NumberError::Form)),
            ("１２", Err(NumberError::Form)),
        ] {
            assert_eq!(amount(text), fen.map(Fen::from_fen), "{text}");
        }
    }

    #[test]
    fn a_price_times_a_count_is_rounded_half_up() {
        for (price, count, total) in [
            ("0.333333", "3", 100),
            ("0.005", "1", 1),
            ("0.0049", "1", 0),
            ("12.5", "0.5", 625),
            ("12.5", "-2", -2500),
            ("0.005", "-1", -1),
            ("123456789.123456", "7", 86_419_752_386),
        ] {
            let total_found = Price::parse(price).unwrap().times(Count::parse(count).unwrap());
            assert_eq!(total_found, Some(Fen::from_fen(total)), "{price} x {count}");
        }
        let largest = Price::parse("9999999999999999").unwrap();
        assert_eq!(largest.times(Count::parse("9999999999999999").unwrap()), None);
    }

    #[test]
    fn numbers_are_written_with_the_decimals_they_need() {
        assert_eq!(Count::parse("2.0000").unwrap().to_string(), "2");
        assert_eq!(Price::parse("0.123450").unwrap().to_string(), "0.12345");
        assert_eq!(Count::from_units(-15_000).to_string(), "-1.5");
        assert_eq!(amount_number(Fen::from_fen(0)).digits(), "0.00");
        assert_eq!(amount_number(Fen::from_fen(-1230)).digits(), "-12.30");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_a_number_or_an_error(text in any::<String>()) {
            let _ = (amount(&text), Price::parse(&text), Count::parse(&text));
        }

        #[test]
        fn amounts_and_prices_are_read_back_the_same(fen in -100_000_000_000_000_i64..=100_000_000_000_000, units in any::<i64>()) {
            let written = amount_number(Fen::from_fen(fen));
            prop_assert_eq!(amount(written.digits()), Ok(Fen::from_fen(fen)));
            prop_assert_eq!(Price::parse(&Price::from_units(units).to_string()), Ok(Price::from_units(units)));
        }

        #[test]
        fn no_run_of_digits_and_signs_is_too_odd(text in "-?[0-9]{0,70}\\.?[0-9]{0,70}(e[+-]?[0-9]{0,12})?") {
            let _ = (amount(&text), Price::parse(&text));
        }
    }
}

//! Days and moments as they are written here, China Standard Time.
//!
//! Invariant: what is written is read back the same, to what its form can hold. Read is every form that clients were seen
//! to send: with and without separators, a bare day for a moment, a moment for a day, a fraction of a second.

use gongji_words::{Day, Moment};

/// Reads a day: `2025-03-08`, `20250308`, or the day of a moment.
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    moment(text).map(Moment::day)
}

/// Reads a moment: `2025-03-08 10:00:05`, `20250308100005`, either with milliseconds, or a day, which is its 00:00.
#[must_use]
pub fn moment(text: &str) -> Option<Moment> {
    let digits = unseparated(text.trim())?;
    let number = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<i64>().ok());
    if !matches!(digits.len(), 8 | 14 | 17) {
        return None;
    }
    let (hour, minute, second, milli) = (number(8, 10)?, number(10, 12)?, number(12, 14)?, number(14, 17)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let year = i32::try_from(number(0, 4)?).ok()?;
    let day = Day::new(year, u8::try_from(number(4, 6)?).ok()?, u8::try_from(number(6, 8)?).ok()?)?;
    let seconds = (hour * 60 + minute) * 60 + second;
    Some(Moment::from_millis(day.start().millis() + seconds * 1000 + milli))
}

/// `2025-03-08 10:00:05`.
#[must_use]
pub fn nineteen(moment: Moment) -> String {
    format!("{} {:02}:{:02}:{:02}", moment.day(), moment.hour(), moment.minute(), second(moment))
}

/// `20250308100005`.
#[must_use]
pub fn fourteen(moment: Moment) -> String {
    nineteen(moment).replace(['-', ' ', ':'], "")
}

/// `20250308100005250`: with milliseconds.
#[must_use]
pub fn seventeen(moment: Moment) -> String {
    format!("{}{:03}", fourteen(moment), moment.millis().rem_euclid(1000))
}

/// China Standard Time is whole minutes from UTC, so the seconds are the same.
fn second(moment: Moment) -> i64 {
    moment.millis().rem_euclid(60_000) / 1000
}

/// The digits of one of the forms, in 8, 14 or 17 digits; a fraction of a second is cut to milliseconds.
fn unseparated(text: &str) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let separators: &[(usize, &[u8])] = &[(4, b"-/"), (7, b"-/"), (10, b" T"), (13, b":"), (16, b":"), (19, b".")];
    let mut digits = String::new();
    for (at, letter) in text.char_indices() {
        match separators.iter().find(|(place, _)| *place == at) {
            Some((_, good)) if good.iter().any(|byte| char::from(*byte) == letter) => {}
            None if letter.is_ascii_digit() => digits.push(letter),
            _ => return None,
        }
    }
    match text.len() {
        10 | 19 => Some(digits),
        // The fraction of a second, in milliseconds.
        21..=29 => Some(format!("{digits:0<17}")[..17].to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_read_in_every_form_that_clients_write() {
        let five_past = Moment::at(Day::new(2025, 3, 8).unwrap(), 10, 0).millis() + 5_000;
        let midnight = Day::new(2025, 3, 8).unwrap().start().millis();
        for (text, millis) in [
            ("2025-03-08 10:00:05", Some(five_past)),
            ("2025-03-08T10:00:05", Some(five_past)),
            ("20250308100005", Some(five_past)),
            ("20250308100005250", Some(five_past + 250)),
            ("2025-03-08 10:00:05.25", Some(five_past + 250)),
            ("2025-03-08 10:00:05.0", Some(five_past)),
            ("2025/03/08 10:00:05", Some(five_past)),
            ("2025-03-08", Some(midnight)),
            ("20250308", Some(midnight)),
            (" 2025-03-08 ", Some(midnight)),
            ("2025-02-29", None),
            ("2025-03-08 24:00:00", None),
            ("2025-03-08 10:60:00", None),
            ("2025-03-08 10:00", None),
            ("2025-3-8", None),
            ("1899-12-31", None),
            ("202503", None),
            ("二〇二五", None),
            ("", None),
        ] {
            assert_eq!(moment(text).map(Moment::millis), millis, "{text}");
        }
        assert_eq!(day("2025-03-08 10:00:05"), Day::new(2025, 3, 8));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_the_same(millis in -2_000_000_000_000_i64..=6_000_000_000_000) {
            let now = Moment::from_millis(millis);
            prop_assert_eq!(moment(&seventeen(now)), Some(now));
            let whole = Moment::from_millis(millis - millis.rem_euclid(1000));
            prop_assert_eq!(moment(&nineteen(now)), Some(whole));
            prop_assert_eq!(moment(&fourteen(now)), Some(whole));
            prop_assert_eq!(day(&now.day().to_string()), Some(now.day()));
        }

        #[test]
        fn whatever_comes_in_is_a_moment_or_nothing(text in "[0-9:. T/-]{0,32}", any in any::<String>()) {
            let _ = (moment(&text), moment(&any));
        }
    }
}

//! Days, months and moments in China Standard Time (UTC+8, one zone for all of China).
//!
//! Invariant: every value lies in the years 1900 to 2199. Deliberately absent: the present time (it is
//! an argument), other zones, and the summer time of 1986 to 1991, which no record handled here uses.

use std::fmt;

use jiff::civil::{Date, date};
use jiff::{Span, Unit};

use crate::text::{digits, serde_as_text};

const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
const EPOCH: Date = date(1970, 1, 1);
const FIRST_DAY: i32 = -25_567;
const LAST_DAY: i32 = 84_005;
const FIRST_MONTH: i32 = 1900 * 12;
const LAST_MONTH: i32 = 2199 * 12 + 11;
const MILLIS_A_MINUTE: i64 = 60_000;
const MILLIS_A_DAY: i64 = 86_400_000;
/// China Standard Time is ahead of UTC by eight hours.
const CST_MILLIS: i64 = 8 * 3_600_000;

/// A calendar day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The day of this date, or `None` if there is no such date in 1900 to 2199.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        if !YEARS.contains(&year) {
            return None;
        }
        let year = i16::try_from(year).ok()?;
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(Day(days_since_epoch(date)))
    }

    /// Reads `2025-03-08`.
    ///
    /// # Errors
    /// [`CalendarError`] if the text has another form or there is no such day in 1900 to 2199.
    pub fn parse(text: &str) -> Result<Day, CalendarError> {
        let (year, month, day) = date_numbers(text).ok_or(CalendarError::DayForm)?;
        if !YEARS.contains(&year) {
            return Err(CalendarError::YearOutOfRange);
        }
        Day::new(year, month, day).ok_or(CalendarError::NoSuchDay)
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        i32::from(self.date().year())
    }

    /// The month of the year, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.date().month().unsigned_abs()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day_of_month(self) -> u8 {
        self.date().day().unsigned_abs()
    }

    /// The following day.
    ///
    /// # Panics
    /// After the last day of 2199.
    #[must_use]
    pub fn next(self) -> Day {
        self.plus_days(1)
    }

    /// The day this many days later, or earlier if negative.
    ///
    /// # Panics
    /// Outside the years 1900 to 2199: such a day comes from corrupt data, never from a term or deadline.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Day {
        Day::from_number(self.0.saturating_add(days))
    }

    /// 00:00 of the day, China Standard Time.
    #[must_use]
    pub fn start(self) -> Moment {
        Moment(i64::from(self.0) * MILLIS_A_DAY - CST_MILLIS)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The day of this many days since 1970-01-01.
    ///
    /// # Panics
    /// Outside the years 1900 to 2199.
    #[must_use]
    pub fn from_number(number: i32) -> Day {
        assert!(
            (FIRST_DAY..=LAST_DAY).contains(&number),
            "day {number} since 1970-01-01 is outside the years 1900 to 2199"
        );
        Day(number)
    }

    /// Completed years, on this day, of a person born on `born`; negative before birth.
    ///
    /// A year is completed at the beginning of the birthday. Who is born on 29 February turns a year older on
    /// 1 March of a common year, which has no earlier day that is not before the anniversary.
    #[must_use]
    pub fn age_of(self, born: Day) -> i32 {
        let birthday_to_come = (self.month(), self.day_of_month()) < (born.month(), born.day_of_month());
        self.year() - born.year() - i32::from(birthday_to_come)
    }

    fn date(self) -> Date {
        EPOCH
            .checked_add(Span::new().days(self.0))
            .expect("a Day is within 1900 to 2199, far inside the calendar's range")
    }
}

fn days_since_epoch(date: Date) -> i32 {
    EPOCH
        .until((Unit::Day, date))
        .expect("two dates of four-digit years are a countable number of days apart")
        .get_days()
}

fn date_numbers(text: &str) -> Option<(i32, u8, u8)> {
    let (month, day) = text.rsplit_once('-')?;
    let (year, month) = month_numbers(month)?;
    Some((year, month, u8::try_from(digits(day, 2)?).ok()?))
}

fn month_numbers(text: &str) -> Option<(i32, u8)> {
    let (year, month) = text.split_once('-')?;
    let year = i32::try_from(digits(year, 4)?).ok()?;
    Some((year, u8::try_from(digits(month, 2)?).ok()?))
}

impl fmt::Display for Day {
    /// `2025-03-08`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day_of_month());
        f.pad(&text)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Day({self})")
    }
}

serde_as_text!(Day, Day::parse);

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u8,
}

impl Month {
    /// The month of this year and number (1 to 12), or `None` outside 1900 to 2199.
    #[must_use]
    pub fn new(year: i32, month: u8) -> Option<Month> {
        let good = YEARS.contains(&year) && (1..=12).contains(&month);
        good.then_some(Month { year, month })
    }

    /// Reads `2025-03`.
    ///
    /// # Errors
    /// [`CalendarError`] if the text has another form or there is no such month in 1900 to 2199.
    pub fn parse(text: &str) -> Result<Month, CalendarError> {
        let (year, month) = month_numbers(text).ok_or(CalendarError::MonthForm)?;
        if !YEARS.contains(&year) {
            return Err(CalendarError::YearOutOfRange);
        }
        Month::new(year, month).ok_or(CalendarError::NoSuchMonth)
    }

    /// The month that a day lies in.
    #[must_use]
    pub fn of(day: Day) -> Month {
        Month { year: day.year(), month: day.month() }
    }

    /// The calendar year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month of the year, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// `year * 12 + month - 1`: consecutive months have consecutive numbers.
    #[must_use]
    pub fn number(self) -> i32 {
        self.year * 12 + i32::from(self.month) - 1
    }

    /// The month of this number, as [`Month::number`] gives it.
    ///
    /// # Panics
    /// Outside the years 1900 to 2199.
    #[must_use]
    pub fn from_number(number: i32) -> Month {
        assert!(
            (FIRST_MONTH..=LAST_MONTH).contains(&number),
            "month number {number} is outside the years 1900 to 2199"
        );
        let month = u8::try_from(number % 12 + 1).expect("a remainder of 12 plus 1 is 1 to 12");
        Month { year: number / 12, month }
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_day(self) -> Day {
        Day::new(self.year, self.month, 1).expect("every month of 1900 to 2199 has a first day")
    }
}

impl fmt::Display for Month {
    /// `2025-03`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year, self.month))
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Month({self})")
    }
}

serde_as_text!(Month, Month::parse);

/// An instant, to the millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The instant this many milliseconds after 1970-01-01T00:00 UTC.
    ///
    /// # Panics
    /// Outside the years 1900 to 2199, China Standard Time.
    #[must_use]
    pub fn from_millis(millis: i64) -> Moment {
        let day = millis.saturating_add(CST_MILLIS).div_euclid(MILLIS_A_DAY);
        assert!(
            (i64::from(FIRST_DAY)..=i64::from(LAST_DAY)).contains(&day),
            "{millis} ms since 1970 is outside the years 1900 to 2199"
        );
        Moment(millis)
    }

    /// Milliseconds since 1970-01-01T00:00 UTC.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Reads `2025-03-08` (its 00:00) or `2025-03-08T10:00`, China Standard Time.
    ///
    /// # Errors
    /// [`CalendarError`] if the text has another form, or there is no such day or time of day.
    pub fn parse(text: &str) -> Result<Moment, CalendarError> {
        let Some((day, time)) = text.split_once('T') else {
            return Day::parse(text).map(Day::start).map_err(form_of_moment);
        };
        let day = Day::parse(day).map_err(form_of_moment)?;
        let (hour, minute) = time.split_once(':').ok_or(CalendarError::MomentForm)?;
        let hour = digits(hour, 2).ok_or(CalendarError::MomentForm)?;
        let minute = digits(minute, 2).ok_or(CalendarError::MomentForm)?;
        if hour > 23 || minute > 59 {
            return Err(CalendarError::NoSuchTime);
        }
        Ok(day.start().plus_minutes(i64::from(hour * 60 + minute)))
    }

    /// The time of day on a day, China Standard Time.
    ///
    /// # Panics
    /// If there is no such time of day (hours 0 to 23, minutes 0 to 59): callers give constants.
    #[must_use]
    pub fn at(day: Day, hour: u8, minute: u8) -> Moment {
        assert!(hour < 24, "a day has the hours 0 to 23, not {hour}");
        assert!(minute < 60, "an hour has the minutes 0 to 59, not {minute}");
        day.start().plus_minutes(i64::from(hour) * 60 + i64::from(minute))
    }

    /// The instant this many minutes later, or earlier if negative.
    ///
    /// # Panics
    /// Outside the years 1900 to 2199.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Moment {
        Moment::from_millis(self.0.saturating_add(minutes.saturating_mul(MILLIS_A_MINUTE)))
    }

    /// The day it lies in, China Standard Time.
    #[must_use]
    pub fn day(self) -> Day {
        let number = (self.0 + CST_MILLIS).div_euclid(MILLIS_A_DAY);
        Day(i32::try_from(number).expect("a Moment lies in the years 1900 to 2199"))
    }

    /// The hour of the day, 0 to 23, China Standard Time.
    #[must_use]
    pub fn hour(self) -> u8 {
        u8::try_from(self.millis_of_day() / 3_600_000).expect("a day has 24 hours")
    }

    /// The minute of the hour, 0 to 59.
    #[must_use]
    pub fn minute(self) -> u8 {
        u8::try_from(self.millis_of_day() / MILLIS_A_MINUTE % 60).expect("an hour has 60 minutes")
    }

    fn millis_of_day(self) -> i64 {
        (self.0 + CST_MILLIS).rem_euclid(MILLIS_A_DAY)
    }
}

fn form_of_moment(error: CalendarError) -> CalendarError {
    match error {
        CalendarError::DayForm => CalendarError::MomentForm,
        other => other,
    }
}

impl fmt::Display for Moment {
    /// `2025-03-08T10:00`, China Standard Time, whole minutes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}T{:02}:{:02}", self.day(), self.hour(), self.minute()))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Moment({})", exact_text(*self))
    }
}

/// As `Display`, with seconds and milliseconds where they are not zero, so that nothing is lost.
fn exact_text(moment: Moment) -> String {
    match moment.millis_of_day() % MILLIS_A_MINUTE {
        0 => moment.to_string(),
        rest => format!("{moment}:{:02}.{:03}", rest / 1000, rest % 1000),
    }
}

fn read_exact(text: &str) -> Result<Moment, CalendarError> {
    let Some((minute, rest)) = text.split_at_checked("2025-03-08T10:00".len()) else {
        return Moment::parse(text);
    };
    let moment = Moment::parse(minute)?;
    if rest.is_empty() {
        return Ok(moment);
    }
    let (second, milli) =
        rest.strip_prefix(':').and_then(|rest| rest.split_once('.')).ok_or(CalendarError::MomentForm)?;
    let second = digits(second, 2).filter(|s| *s < 60).ok_or(CalendarError::MomentForm)?;
    let milli = digits(milli, 3).ok_or(CalendarError::MomentForm)?;
    Ok(Moment::from_millis(moment.millis() + i64::from(second) * 1000 + i64::from(milli)))
}

impl serde::Serialize for Moment {
    /// As text, to the minute or, where there are any, with seconds: `2025-03-08T10:00:05.250`.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&exact_text(*self))
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        read_exact(&text).map_err(serde::de::Error::custom)
    }
}

/// Why a text is no day, month or moment, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// Not of the form of a day.
    DayForm,
    /// Not of the form of a month.
    MonthForm,
    /// Not of the form of a moment.
    MomentForm,
    /// The calendar has no such day.
    NoSuchDay,
    /// The year has no such month.
    NoSuchMonth,
    /// The day has no such time.
    NoSuchTime,
    /// Before 1900 or after 2199.
    YearOutOfRange,
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DayForm => "not a day: write year, month and day, as in 2025-03-08",
            Self::MonthForm => "not a month: write year and month, as in 2025-03",
            Self::MomentForm => "not a time: write 2025-03-08 or 2025-03-08T10:00 (China Standard Time)",
            Self::NoSuchDay => "the calendar has no such day: check the month (01-12) and the day of the month",
            Self::NoSuchMonth => "a year has the months 01 to 12",
            Self::NoSuchTime => "a day has the times 00:00 to 23:59; 24:00 is 00:00 of the next day",
            Self::YearOutOfRange => "the year must be 1900 to 2199",
        })
    }
}

impl std::error::Error for CalendarError {}

//! Days, months and moments: leap days, edges of months and years, ages, China Standard Time.

use gongji_words::{CalendarError, Day, Moment, Month};

fn day(text: &str) -> Day {
    Day::parse(text).expect(text)
}

fn moment(text: &str) -> Moment {
    Moment::parse(text).expect(text)
}

#[test]
fn days_are_numbered_from_1970() {
    let table = [
        ("1900-01-01", -25_567),
        ("1969-12-31", -1),
        ("1970-01-01", 0),
        ("2000-02-29", 11_016),
        ("2025-03-08", 20_155),
        ("2199-12-31", 84_005),
    ];
    for (text, number) in table {
        assert_eq!(day(text).number(), number, "{text}");
        assert_eq!(Day::from_number(number).to_string(), text);
        let parts = format!("{}-{:02}-{:02}", day(text).year(), day(text).month(), day(text).day_of_month());
        assert_eq!(parts, text);
    }
}

#[test]
fn only_days_of_the_calendar_are_read() {
    let table = [
        ("2025-02-29", CalendarError::NoSuchDay),
        ("2100-02-29", CalendarError::NoSuchDay),
        ("2025-04-31", CalendarError::NoSuchDay),
        ("2025-13-01", CalendarError::NoSuchDay),
        ("2025-00-01", CalendarError::NoSuchDay),
        ("2025-01-00", CalendarError::NoSuchDay),
        ("1899-12-31", CalendarError::YearOutOfRange),
        ("2200-01-01", CalendarError::YearOutOfRange),
        ("2025-3-08", CalendarError::DayForm),
        ("2025-03-8", CalendarError::DayForm),
        ("20250308", CalendarError::DayForm),
        ("2025/03/08", CalendarError::DayForm),
        ("2025-03", CalendarError::DayForm),
        ("-2025-03-08", CalendarError::DayForm),
        ("2025-+3-08", CalendarError::DayForm),
        ("２０２５-03-08", CalendarError::DayForm),
        ("2025-03-08T10:00", CalendarError::DayForm),
        (" 2025-03-08", CalendarError::DayForm),
        ("", CalendarError::DayForm),
    ];
    for (text, error) in table {
        assert_eq!(Day::parse(text), Err(error), "{text}");
    }
    assert_eq!(Day::new(2024, 2, 29), Some(day("2024-02-29")));
    assert_eq!(Day::new(2023, 2, 29), None);
    assert_eq!(Day::new(2023, 255, 1), None);
    assert_eq!(Day::new(70_000, 1, 1), None);
}

#[test]
fn the_next_day_crosses_months_years_and_leap_days() {
    let table = [
        ("2024-02-28", "2024-02-29"),
        ("2024-02-29", "2024-03-01"),
        ("2025-02-28", "2025-03-01"),
        ("2025-04-30", "2025-05-01"),
        ("2025-12-31", "2026-01-01"),
    ];
    for (today, tomorrow) in table {
        assert_eq!(day(today).next(), day(tomorrow), "{today}");
        assert_eq!(day(tomorrow).plus_days(-1), day(today));
    }
    assert_eq!(day("2024-01-01").plus_days(366), day("2025-01-01"));
}

#[test]
#[should_panic(expected = "outside the years 1900 to 2199")]
fn no_day_follows_the_last() {
    let _ = day("2199-12-31").next();
}

#[test]
fn an_age_is_completed_on_the_birthday() {
    let table = [
        ("2000-05-10", "2018-05-09", 17),
        ("2000-05-10", "2018-05-10", 18),
        ("2000-05-10", "2018-04-30", 17),
        ("2000-05-10", "2018-06-01", 18),
        ("2004-02-29", "2022-02-28", 17),
        ("2004-02-29", "2022-03-01", 18),
        ("2004-02-29", "2024-02-28", 19),
        ("2004-02-29", "2024-02-29", 20),
        ("2000-12-31", "2001-01-01", 0),
        ("2000-01-01", "2000-01-01", 0),
        ("2000-01-02", "2000-01-01", -1),
    ];
    for (born, today, age) in table {
        assert_eq!(day(today).age_of(day(born)), age, "born {born}, on {today}");
    }
}

#[test]
fn months_are_numbered_without_gaps() {
    let table = [("1900-01", 22_800), ("2024-12", 24_299), ("2025-01", 24_300), ("2199-12", 26_399)];
    for (text, number) in table {
        let month = Month::parse(text).expect(text);
        assert_eq!(month.number(), number, "{text}");
        assert_eq!(Month::from_number(number), month);
        assert_eq!(month.to_string(), text);
    }
}

#[test]
fn a_month_holds_its_first_and_last_day() {
    let february = Month::parse("2024-02").expect("a month");
    assert_eq!(Month::of(day("2024-02-01")), february);
    assert_eq!(Month::of(day("2024-02-29")), february);
    assert_ne!(Month::of(day("2024-03-01")), february);
    assert_eq!(february.first_day(), day("2024-02-01"));
}

#[test]
fn only_months_of_the_calendar_are_read() {
    let table = [
        ("2025-00", CalendarError::NoSuchMonth),
        ("2025-13", CalendarError::NoSuchMonth),
        ("1899-12", CalendarError::YearOutOfRange),
        ("2025-3", CalendarError::MonthForm),
        ("2025-03-08", CalendarError::MonthForm),
        ("202503", CalendarError::MonthForm),
        ("", CalendarError::MonthForm),
    ];
    for (text, error) in table {
        assert_eq!(Month::parse(text), Err(error), "{text}");
    }
}

#[test]
fn moments_are_read_in_china_standard_time() {
    let table = [
        ("1970-01-01T08:00", 0),
        ("1970-01-01", -28_800_000),
        ("2025-03-08", 1_741_363_200_000),
        ("2025-03-08T10:00", 1_741_399_200_000),
        ("2024-02-29T23:59", 1_709_222_340_000),
    ];
    for (text, millis) in table {
        assert_eq!(moment(text).millis(), millis, "{text}");
        let written = moment(text).to_string();
        assert_eq!(moment(&written), moment(text));
        assert!(written.starts_with(text), "{text} is written {written}");
    }
}

#[test]
fn a_moment_lies_in_the_chinese_day() {
    let last = Moment::from_millis(1_741_363_200_000 - 1);
    let first = Moment::from_millis(1_741_363_200_000);
    assert_eq!((last.day(), last.hour(), last.minute()), (day("2025-03-07"), 23, 59));
    assert_eq!((first.day(), first.hour(), first.minute()), (day("2025-03-08"), 0, 0));
    assert_eq!(Moment::from_millis(-28_800_001).day(), day("1969-12-31"));
    assert_eq!(day("2025-03-08").start(), first);
}

#[test]
fn times_of_day_and_minutes_later() {
    let six = Moment::at(day("2025-12-31"), 6, 30);
    assert_eq!(six, moment("2025-12-31T06:30"));
    assert_eq!(six.plus_minutes(17 * 60 + 30), moment("2026-01-01"));
    assert_eq!(six.plus_minutes(-391), moment("2025-12-30T23:59"));
}

#[test]
fn only_times_of_the_day_are_read() {
    let table = [
        ("2025-03-08T24:00", CalendarError::NoSuchTime),
        ("2025-03-08T10:60", CalendarError::NoSuchTime),
        ("2025-02-30T10:00", CalendarError::NoSuchDay),
        ("2200-01-01", CalendarError::YearOutOfRange),
        ("2025-03-08T1:00", CalendarError::MomentForm),
        ("2025-03-08T10:00:00", CalendarError::MomentForm),
        ("2025-03-08 10:00", CalendarError::MomentForm),
        ("2025-03-08T10:00Z", CalendarError::MomentForm),
        ("2025-03-08T", CalendarError::MomentForm),
        ("10:00", CalendarError::MomentForm),
        ("", CalendarError::MomentForm),
    ];
    for (text, error) in table {
        assert_eq!(Moment::parse(text), Err(error), "{text}");
    }
}

#[test]
#[should_panic(expected = "outside the years 1900 to 2199")]
fn milliseconds_far_away_are_no_moment() {
    let _ = Moment::from_millis(i64::MAX);
}

#[test]
fn dates_travel_as_text_and_lose_nothing() {
    let exact = Moment::from_millis(1_741_399_205_250);
    let table = [
        (serde_json::to_string(&day("2025-03-08")), "\"2025-03-08\""),
        (serde_json::to_string(&Month::of(day("2025-03-08"))), "\"2025-03\""),
        (serde_json::to_string(&moment("2025-03-08")), "\"2025-03-08T00:00\""),
        (serde_json::to_string(&exact), "\"2025-03-08T10:00:05.250\""),
    ];
    for (written, text) in table {
        assert_eq!(written.expect("dates can be written"), text);
    }
    let back: Moment = serde_json::from_str("\"2025-03-08T10:00:05.250\"").expect("a moment");
    assert_eq!(back, exact);
    let back: Moment = serde_json::from_str("\"2025-03-08\"").expect("a moment");
    assert_eq!(back, moment("2025-03-08"));
    for json in ["\"2025-03-08T10:00:60.000\"", "\"2025-03-08T10:00x\"", "\"二〇二五年三月八日上午十时\"", "0"]
    {
        assert!(serde_json::from_str::<Moment>(json).is_err(), "{json}");
    }
    assert!(serde_json::from_str::<Day>("\"2025-02-29\"").is_err());
}

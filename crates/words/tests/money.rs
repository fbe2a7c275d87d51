//! Money: what can be read, what is said about the rest, and that no sum wraps.

use gongji_words::{Fen, FenError};

#[test]
fn amounts_with_two_decimals_are_read_exactly() {
    let table =
        [("0.00", 0), ("0.01", 1), ("88.50", 8_850), ("1000.00", 100_000), ("1000000000000.00", 100_000_000_000_000)];
    for (text, fen) in table {
        assert_eq!(Fen::parse_yuan(text), Ok(Fen::from_fen(fen)), "{text}");
        assert_eq!(Fen::from_fen(fen).to_string(), text);
    }
}

#[test]
fn every_other_form_is_refused_with_its_own_remedy() {
    let character = |character, position| FenError::Character { character, position };
    let table = [
        ("", FenError::Empty),
        ("-1", FenError::Sign),
        ("-0.01", FenError::Sign),
        ("+1.00", FenError::Sign),
        ("1e9", FenError::Exponent),
        ("1", FenError::NoDecimals),
        ("1.", FenError::NoDecimals),
        ("1.5", FenError::NoDecimals),
        (".50", FenError::NoWholeYuan),
        ("1.005", FenError::TooManyDecimals { found: 3 }),
        ("1.00.00", FenError::TwoDots),
        ("1,000.00", character(',', 2)),
        ("1 000.00", character(' ', 2)),
        (" 1.00", character(' ', 1)),
        ("1_0.00", character('_', 2)),
        ("８８.50", character('８', 1)),
        ("88．50", character('．', 3)),
        ("1.-1", character('-', 3)),
        ("¥1.00", character('¥', 1)),
        ("1000000000000.01", FenError::TooLarge),
        ("99999999999999999999999999999999999999999.00", FenError::TooLarge),
    ];
    for (text, error) in table {
        assert_eq!(Fen::parse_yuan(text), Err(error), "{text}");
    }
}

#[test]
fn the_message_for_a_bad_amount_shows_a_good_one() {
    for text in ["1.005", "-1", "1e9", "1", "", "1,000.00", ".50", "1.0.0", "9999999999999.00"] {
        let message = Fen::parse_yuan(text).expect_err(text).to_string();
        let good = message.split([' ', ',', ':']).any(|word| Fen::parse_yuan(word).is_ok());
        assert!(good, "{text:?} is answered with {message:?}");
    }
}

#[test]
fn negative_amounts_are_shown_with_a_sign_and_two_decimals() {
    let table = [(-1, "-0.01"), (-300, "-3.00"), (-12_345, "-123.45"), (i64::MIN, "-92233720368547758.08")];
    for (fen, text) in table {
        assert_eq!(Fen::from_fen(fen).to_string(), text);
    }
    assert_eq!(format!("{:>8}", Fen::from_fen(-300)), "   -3.00");
}

#[test]
fn sums_are_exact_and_know_their_limits() {
    let [one, two, most] = [1, 2, i64::MAX].map(Fen::from_fen);
    assert_eq!(one.plus(two), Fen::from_fen(3));
    assert_eq!(one.minus(two), Fen::from_fen(-1));
    assert_eq!(two.negated(), Fen::from_fen(-2));
    assert_eq!(Fen::sum([one, two, two]), Fen::from_fen(5));
    assert_eq!(Fen::sum([]), Fen::ZERO);
    assert_eq!(most.checked_add(one), None);
    assert_eq!(most.negated().checked_sub(two), None);
    assert_eq!(one.checked_sub(two), Some(Fen::from_fen(-1)));
}

#[test]
#[should_panic(expected = "money overflows")]
fn a_sum_beyond_the_range_stops_the_work() {
    let _ = Fen::sum([Fen::from_fen(i64::MAX), Fen::from_fen(1)]);
}

#[test]
#[should_panic(expected = "money overflows")]
fn the_smallest_amount_has_no_opposite() {
    let _ = Fen::from_fen(i64::MIN).negated();
}

#[test]
fn an_amount_is_zero_positive_or_negative() {
    let signs = |fen| {
        let amount = Fen::from_fen(fen);
        (amount.is_negative(), amount.is_zero(), amount.is_positive())
    };
    assert_eq!(signs(-1), (true, false, false));
    assert_eq!(signs(0), (false, true, false));
    assert_eq!(signs(1), (false, false, true));
}

#[test]
fn amounts_travel_as_text() {
    for fen in [0, 8_850, -300, i64::MIN, i64::MAX] {
        let amount = Fen::from_fen(fen);
        let json = serde_json::to_string(&amount).expect("an amount can be written");
        assert_eq!(json, format!("\"{amount}\""));
        let back: Fen = serde_json::from_str(&json).expect("what was written can be read");
        assert_eq!(back, amount);
    }
    for json in ["88.5", "88", "\"88.5\"", "\"--1.00\"", "\"92233720368547758.08\""] {
        assert!(serde_json::from_str::<Fen>(json).is_err(), "{json}");
    }
}

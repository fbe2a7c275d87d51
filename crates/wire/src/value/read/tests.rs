use proptest::prelude::*;

use super::*;

/// A letter that JSON likes to see, more often than another.
fn fragments() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"b\"", "1", "-0", "0.5", "1e3", "12.30", "01", ".5", "1.",
        "null", "true", "false", "nul", " ", "\n", "\\", "\\u4e2d", "\\ud83d", "\\ude00", "\\n", "中", "\u{1}",
        "\u{feff}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::whole),
        (any::<i64>(), any::<u32>())
            .prop_map(|(whole, rest)| Value::Number(Number::parse(&format!("{whole}.{rest}")).unwrap())),
        any::<String>().prop_map(Value::text),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Whether another reader of JSON takes the text; nothing where it stops at a number beyond a float's largest, which is JSON.
fn others_take(text: &str) -> Option<bool> {
    match serde_json::from_str::<serde_json::Value>(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        Err(error) if error.to_string().starts_with("number out of range") => None,
        read => Some(read.is_ok()),
    }
}

#[test]
fn a_number_beyond_a_float_is_read_by_its_digits() {
    assert_eq!(read("1e3101").map(|value| value.to_string()), Ok("1e3101".to_owned()));
    assert_eq!((others_take("1e3101"), others_take("1e310"), others_take("[1e31,]")), (None, None, Some(false)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_another_reader_takes_is_taken_and_nothing_else(text in fragments()) {
        match read(&text) {
            Err(Misread::Twice { .. } | Misread::Deep) => {}
            read => {
                let theirs = others_take(&text);
                prop_assert!(theirs.is_none_or(|theirs| theirs == read.is_ok()), "{}", text);
            }
        }
    }

    #[test]
    fn whatever_comes_in_nothing_panics(text in any::<String>()) {
        prop_assert!(others_take(&text).is_none_or(|theirs| theirs == read(&text).is_ok()));
    }

    #[test]
    fn what_is_written_is_read_back_the_same(value in values()) {
        let text = value.to_string();
        prop_assert_ne!(others_take(&text), Some(false));
        prop_assert_eq!(read(&text), Ok(value));
    }
}

#[test]
fn numbers_keep_their_digits() {
    for digits in ["12.30", "0.10", "-0", "99999999999999.99", "1E+2", "0.000001", "123456789012345678901234567890"] {
        assert_eq!(read(digits).unwrap().to_string(), digits);
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(read("\u{feff}{\"a\":1}"), read("{\"a\":1}"));
}

#[test]
fn the_place_of_a_mistake_is_told() {
    for (text, line, column) in
        [("", 1, 1), ("{\"a\": }", 1, 7), ("{\n \"中\" 1}", 2, 6), ("{} x", 1, 4), ("[01]", 1, 2), ("\"a\nb\"", 1, 3)]
    {
        assert_eq!(read(text), Err(Misread::Form { line, column }), "{text}");
    }
}

#[test]
fn nesting_has_a_bound() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read(&nested(DEPTH)).is_ok());
    assert_eq!(read(&nested(DEPTH + 1)), Err(Misread::Deep));
    assert_eq!(read(&"[".repeat(1_000_000)), Err(Misread::Deep));
}

#[test]
fn a_name_twice_is_one_where_nothing_is_lost() {
    for (text, read_as) in [
        (r#"{"a":1,"b":2,"a":1}"#, Some(r#"{"b":2,"a":1}"#)),
        (r#"{"a":"","a":1}"#, Some(r#"{"a":1}"#)),
        (r#"{"a":1,"a":null}"#, Some(r#"{"a":1}"#)),
        (r#"{"a":1,"a":null,"a":2}"#, None),
        (r#"{"a":1,"a":2}"#, None),
        (r#"{"a":1,"a":"1"}"#, None),
    ] {
        assert_eq!(read(text).ok().map(|value| value.to_string()), read_as.map(str::to_owned), "{text}");
    }
}

#[test]
fn two_values_for_a_name_are_told_unless_the_name_may_be_somebody() {
    let told = |text| match read(text) {
        Err(Misread::Twice { name }) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(told(r#"{"acct_pay":1,"acct_pay":2}"#), "acct_pay");
    assert_eq!(told(r#"{"17010119480402":1,"17010119480402":2}"#), "?");
}

#[test]
fn the_text_of_a_member_can_be_cut_out() {
    let text = r#"{"infno":"2207", "input" : {"data": {"a":"}"}} ,"x":[1]}"#;
    let (_, spans) = read_spans(text).unwrap();
    let (_, span) = spans.iter().find(|(name, _)| name == "input").unwrap();
    assert_eq!(&text[span.clone()], r#"{"data": {"a":"}"}}"#);
    assert_eq!(spans.len(), 3);
}

//! The example of the guide for a new area stands up: it loads over the packs that are compiled in, and says what
//! the guide says that it says.

use gongji_domain::policy::{Grade, Law};
use gongji_service::law::built_in_with;
use gongji_words::{AreaCode, Day, Fen};

const EXAMPLE: &str = include_str!("../../../docs/examples/990300-example.toml");
const GUIDE: &str = include_str!("../../../docs/add-an-area.md");

fn law() -> Law {
    built_in_with(&[("990300-example.toml".to_owned(), EXAMPLE.to_owned())]).expect("the example has no mistake")
}

fn qinghe() -> AreaCode {
    AreaCode::parse("990300").expect("an area of the examples")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a calendar day")
}

#[test]
fn the_number_of_members_changes_on_its_days() {
    let law = law();
    for (on, most) in [("2023-06-30", None), ("2023-07-01", Some(5)), ("2025-03-31", Some(5)), ("2025-04-01", Some(7))]
    {
        assert_eq!(law.on(qinghe(), day(on)).expect("a formalised day").bind.max_members, most, "{on}");
    }
}

#[test]
fn the_threshold_begins_on_its_day_and_names_its_source() {
    let law = law();
    for (on, reserve) in [("2023-06-30", "0.00"), ("2023-07-01", "1000.00")] {
        let expected = Fen::parse_yuan(reserve).expect("an amount");
        assert_eq!(law.on(qinghe(), day(on)).expect("a formalised day").money.reserve, expected, "{on}");
    }
    let line = law.provenance(qinghe(), day("2025-04-01"), "money.reserve").expect("a key of packs");
    assert_eq!((line.value, line.grade()), ("1000.00", Grade::Example));
    assert_eq!(line.source.document.as_deref(), Some("清河市职工医保个人账户家庭共济实施细则"));
}

#[test]
fn what_the_example_does_not_state_is_inherited() {
    let law = law();
    let line = law.provenance(qinghe(), day("2025-04-01"), "till.own-account").expect("a key of packs");
    assert_eq!((line.value, line.inherited_from.to_string().as_str()), ("own-first", "000000"));
}

/// Whether the guide shows this, indented as it shows what the program prints.
fn is_shown(printed: &str) -> bool {
    GUIDE.contains(&printed.replace('\n', "\n    "))
}

#[test]
fn the_mistakes_that_the_guide_shows_are_those_of_the_program() {
    let spoilt = [
        ("\"bind.max-members\"\nfrom = \"2023", "\"bind.max-member\"\nfrom = \"2023"),
        ("until = \"2025-03-31\"", "until = \"2025-03-30\""),
        ("until = \"2025-03-31\"", "until = \"2025-04-01\""),
        ("\"1000.00\"", "1000"),
        ("\"balance-descending\"", "\"highest-balance\""),
        ("source = \"S2\"", "source = \"S4\""),
        ("reprint = true", ""),
        ("from = \"2025-04-01\"", "from = \"2021-04-01\""),
        (
            "sponsor-order\"\nfrom = \"2023-07-01\"\nvalue = \"balance-descending\"",
            "shortfall\"\nfrom = \"2023-07-01\"\nvalue = \"all-or-nothing\"",
        ),
    ];
    for (good, bad) in spoilt {
        assert!(EXAMPLE.contains(good), "{good}");
        let text = EXAMPLE.replace(good, bad);
        let errors = built_in_with(&[("990300-example.toml".to_owned(), text)]).expect_err("a mistake");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(is_shown(&errors[0].to_string()), "the guide does not show\n{}", errors[0]);
    }
}

#[test]
fn a_hint_that_is_made_a_rule_is_told_as_the_guide_shows() {
    let (name, text) = gongji_service::law::BUILT_IN.iter().find(|(name, _)| name.contains("bortala")).expect("a pack");
    let rule = "\n[[rule]]\nkey = \"bind.cooldown-days\"\nfrom = \"2021-05-01\"\nvalue = 30\nsource = \"D3\"\n";
    let errors = built_in_with(&[((*name).to_owned(), format!("{text}{rule}"))]).expect_err("a mistake");
    let advice = format!("{}\n  {}", errors[0].message, errors[0].help);
    assert!(is_shown(&advice), "the guide does not show\n{advice}");
}

#[test]
fn the_parts_of_the_pack_that_the_guide_shows_are_in_the_example() {
    let block = GUIDE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of TOML");
    for part in block.trim().split("\n\n") {
        assert!(EXAMPLE.contains(part), "{part}");
    }
}

#[test]
fn the_answers_that_the_guide_shows_are_those_of_the_program() {
    let law = law();
    for (on, key) in [("2025-03-31", "bind.max-members"), ("2025-04-01", "bind.max-members")] {
        let line = law.provenance(qinghe(), day(on), key).expect("a key of packs").to_string();
        assert!(is_shown(&line), "the guide does not show\n{line}");
    }
    let province = AreaCode::parse("990000").expect("an area of the examples");
    let count = |first, second| law.diff(first, second).expect("formalised days").len();
    assert_eq!(count((qinghe(), day("2025-03-31")), (qinghe(), day("2025-04-01"))), 1);
    assert_eq!(count((province, day("2025-04-01")), (qinghe(), day("2025-04-01"))), 3);
}

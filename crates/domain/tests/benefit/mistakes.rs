//! Every mistake in a file is reported at the word that is wrong.

use gongji_domain::benefit::{Catalogue, Plans, key_reference_markdown};
use gongji_domain::person::Scheme;
use gongji_domain::policy::PackError;
use gongji_words::AreaCode;

use super::support::{CATALOGUE, PLAN, day};

fn told(errors: Result<(), Vec<PackError>>) -> Vec<String> {
    let errors = errors.err().unwrap_or_default();
    errors.iter().map(|error| format!("{}:{} {}", error.line, error.column, error.message)).collect()
}

#[test]
fn mistakes_of_a_plan_are_placed() {
    let rows: &[(&str, &str, &[&str])] = &[
        ("", "", &[]),
        ("\"year.turn\"", "\"year.trun\"", &["127:7 unknown key of a plan `year.trun`"]),
        ("value = \"discharge\"", "value = \"dishcarge\"", &["130:9 unknown word `dishcarge`"]),
        ("value = 28", "value = 0", &["137:9 the number 0 does not fit here"]),
        ("filed-less = \"5%\"", "filed-less = \"105%\"", &["116:24 the text \"105%\" does not fit here"]),
        (
            "filed-less = \"5%\"",
            "less = \"5%\"",
            &["116:9 care away without `filed-less`", "116:11 unknown key `less` in care away"],
        ),
        ("up-to = \"30000.00\", ", "", &["57:9 the bands do not follow each other"]),
        (
            "persons = [\"retired\"], grade-1 = \"50.00\"",
            "persons = [\"retierd\"], grade-1 = \"50.00\"",
            &["11:18 unknown word `retierd`"],
        ),
        (", pharmacy = \"80%\" }]", " }]", &["50:10 a row without `pharmacy`"]),
        ("value = 28\nexample = true", "value = 28", &["133:1 [[value]] without `source`"]),
        (
            "value = 28\nexample = true",
            "value = 28\nexample = true\nsource = \"X\"",
            &["138:11 a value has a source or is an example"],
        ),
        (
            "from = \"2026-01-01\"",
            "from = \"2025-01-01\"",
            &["29:1 `deductible.inpatient` has two values from 2025-01-01"],
        ),
        (
            "key = \"newborn.days\"\nschemes = [\"employee\", \"resident\"]",
            "key = \"newborn.days\"\nschemes = [\"employee\"]",
            &["1:1 `newborn.days` has no value for `resident`"],
        ),
        ("code = \"990300\"", "code = \"990301\"", &["2:8 `990301` is a county, not a pooling area"]),
    ];
    for (piece, other, expected) in rows {
        assert!(PLAN.contains(piece), "{piece}");
        let text = PLAN.replacen(piece, other, 1);
        let found = told(Plans::from_files(&[("990300.toml", &text)]).map(|_| ()));
        assert_eq!(found, *expected, "{other}");
    }
    let two = told(Plans::from_files(&[("a.toml", PLAN), ("b.toml", PLAN)]).map(|_| ()));
    assert_eq!(two, ["1:1 area 990300 has two files"]);
}

#[test]
fn mistakes_of_a_catalogue_are_placed() {
    let rows: &[(&str, &str, &[&str])] = &[
        ("", "", &[]),
        ("first = \"10%\"\n", "", &["13:1 [[item]] without `first`"]),
        ("class = \"C\"", "class = \"C\"\nfirst = \"10%\"", &["46:9 class C has no first part"]),
        ("code = \"B\"", "code = \"A\"", &["13:1 item `A` stands twice on 2025-01-01"]),
        ("grade-2 = \"40\"", "grade-2 = \"4O\"", &["28:21 the text \"4O\" does not fit here"]),
        ("restricted = true", "restrcted = true", &["37:1 unknown key `restrcted` in [[item]]"]),
    ];
    for (piece, other, expected) in rows {
        assert!(CATALOGUE.contains(piece), "{piece}");
        let text = CATALOGUE.replacen(piece, other, 1);
        let found = told(Catalogue::from_files(&[("catalogue.toml", &text)]).map(|_| ()));
        assert_eq!(found, *expected, "{other}");
    }
}

#[test]
fn a_plan_holds_from_its_day_and_is_not_guessed_elsewhere() {
    let plans = Plans::from_files(&[("990300.toml", PLAN)]).expect("a good plan");
    let area = |code| AreaCode::parse(code).expect("a code");
    let county = area("990301");
    let first = |date| plans.on(county, Scheme::Employee, day(date)).map(|plan| (plan.from, plan.examples));
    assert_eq!(first("2025-12-31"), Ok((day("2025-01-01"), 14)), "a county has its pooling area's plan");
    assert_eq!(first("2026-01-01"), Ok((day("2026-01-01"), 14)));
    assert_eq!(
        first("2024-12-31").unwrap_err().to_string(),
        "the plan of 990301 for `employee` begins on 2025-01-01: ask about that day or a later one"
    );
    let other = plans.on(area("990400"), Scheme::Employee, day("2025-01-01"));
    assert!(other.unwrap_err().to_string().starts_with("area 990400 has no plan for `employee`"));
    assert!(plans.on(county, Scheme::Uninsured, day("2025-01-01")).is_err());
    let shown = plans.show(county, Scheme::Resident, day("2025-06-01")).expect("a plan");
    assert_eq!((shown.len(), shown[13].key, shown[13].value, shown[13].source), (14, "newborn.days", "28", None));
}

#[test]
fn the_reference_of_keys_is_what_the_table_says() {
    let written = include_str!("../../../../docs/benefit-keys.md");
    assert!(written == key_reference_markdown(), "docs/benefit-keys.md is not what `gongji benefit keys` says");
}

use crate::support::{of_repository, run};

/// A stay of a retired employee: three days of a bed with a price limit, one of them returned, and a restricted drug.
const BILL: &str = r#"{
  "area": "130100", "person": "retired", "kind": "inpatient", "level": "grade-3",
  "place": "here", "last-day": "2025-03-10",
  "lines": [
    { "number": 1, "item": "EXS004", "day": "2025-03-08", "count": "3", "price": "60.00" },
    { "number": 2, "item": "EXD012", "day": "2025-03-09", "count": "1", "price": "980.50", "approval": "approved" },
    { "number": 3, "item": "EXS004", "day": "2025-03-10", "count": "-1", "price": "60.00", "returns": 1 }
  ],
  "years": { "2025": { "stays": 1, "pool": { "inpatient": "12000.00" } } }
}"#;

fn file_of(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bill.json");
    std::fs::write(&file, text).unwrap();
    (folder, file.display().to_string())
}

#[test]
fn a_bill_is_divided_and_the_figures_are_said_to_be_invented() {
    let (_folder, file) = file_of(BILL);
    let ran = run(&["benefit", "split", &file]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    // Bed: 2 × 60 with a limit of 50, over it 20. Drug: 30 % of 980.50 are 294.15, 686.35 in scope. In scope 786.35; the
    // second stay's deductible is 450; of 336.35 89 % are 299.3515, so 299.35.
    assert_eq!(ran.last_line(), "  deductible 450.00 class-b 294.15 copay 37.00 over-limit 20.00 fund 299.35");
    assert!(ran.out.contains("个人负担 Personal burden 801.15\n"), "{}", ran.out);
    assert!(ran.err.contains("虚构示例"), "{}", ran.err);
    let document = run(&["benefit", "split", &file, "--json"]).json();
    let setlinfo = &document["splits"][0]["setlinfo"];
    assert_eq!((setlinfo["medfee_sumamt"].as_str(), setlinfo["hifp_pay"].as_str()), (Some("1100.50"), Some("299.35")));
    assert_eq!(document["parts"]["copay"], "37.00");
    assert_eq!(document["years"]["2025"]["pool"]["inpatient"], "12299.35");
    assert_eq!(document["years"]["2025"]["stays"], 2);
}

#[test]
fn what_is_wrong_with_a_bill_names_field_and_remedy() {
    let table = [
        ("\"130100\"", "\"13010\"", "area: "),
        ("\"130100\"", "\"990300\"", "area 990300 has no plan for `employee`"),
        ("\"count\": \"3\"", "\"count\": \"three\"", "line 1: count: write a number"),
        ("\"price\": \"980.50\"", "\"price\": \"980.50 yuan\"", "line 2: price: write yuan"),
        ("\"returns\": 1", "\"returns\": 9", "line 3: returns: there is no charge 9"),
        ("\"2025-03-10\",", "\"2025-03-09\",", "line 3: day: 2025-03-10 is after the last day"),
        ("\"12000.00\"", "\"12000\"", "years.2025.pool.inpatient: an amount has two decimals"),
        ("\"2025\": {", "\"twenty\": {", "years: `twenty` is no year"),
        ("\"retired\"", "\"retierd\"", "bill.json:2:"),
        ("\"place\"", "\"plaec\"", "a field here is not known: write one of area, person"),
    ];
    for (piece, other, expected) in table {
        assert!(BILL.contains(piece), "{piece}");
        let (_folder, file) = file_of(&BILL.replacen(piece, other, 1));
        let ran = run(&["benefit", "split", &file]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{other}: {}", ran.err);
        assert!(ran.err.contains(expected), "{other}: {}", ran.err);
    }
}

#[test]
fn plans_are_checked_and_shown_with_who_says_so() {
    for arguments in [vec!["benefit", "check"], vec!["benefit", "check", &of_repository("benefits")]] {
        let ran = run(&arguments);
        assert_eq!((ran.status, ran.last_line()), (0, "8 files checked, 0 mistakes"), "{}", ran.out);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("130100.toml");
    let text = std::fs::read_to_string(of_repository("benefits/130100-shijiazhuang.toml")).unwrap();
    std::fs::write(&file, text.replacen("key = \"away\"", "key = \"awya\"", 1)).unwrap();
    let ran = run(&["benefit", "check", &file.display().to_string()]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("unknown key of a plan `awya`\n  did you mean `away`?"), "{}", ran.out);
    let ran = run(&["benefit", "show", "130100", "--on", "2026-03-08", "--scheme", "resident"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("newborn.days = 28  [from 2025-01-01; 虚构示例 invented example]"), "{}", ran.out);
    let document = run(&["benefit", "show", "130100", "--on", "2025-03-08", "--json"]).json();
    assert_eq!(
        (document["plans"][1]["scheme"].as_str(), document["plans"][0]["examples"].as_u64()),
        (Some("resident"), Some(14))
    );
    let table = [
        (vec!["benefit", "show", "120000"], "area 120000 has no plan"),
        (vec!["benefit", "show", "130100", "--on", "2024-12-31"], "begins on 2025-01-01"),
        (vec!["benefit", "show", "130100", "--scheme", "employe"], "write employee or resident"),
    ];
    for (arguments, expected) in table {
        let ran = run(&arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
    }
}

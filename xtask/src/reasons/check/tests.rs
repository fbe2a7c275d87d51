//! The checks of the catalogue, each shown by a catalogue that breaks it.

use super::{Surroundings, all, committed_numbers, policy_text};
use crate::reasons::parse;
use std::path::Path;

const GOOD: &str = r#"placeholders = ["due", "name"]
cashier-placeholders = ["due"]
[neutral]
why = { zh = "原因。", en = "Why." }
remedy = { zh = "办法。", en = "Do." }
[[family]]
name = "settle"
title = { zh = "看病", en = "Care" }
cashier = { zh = "请收 ¥{due}。", en = "Collect ¥{due}." }
[[reason]]
code = "SETTLE_PAUSED"
number = 315
family = "settle"
till-rank = [10, 5]
clause = "bind.consent"
audience = ["sponsor", "staff"]
what = { zh = "没有用。", en = "Not used." }
why = { zh = "暂停了。", en = "Paused." }
remedy = { zh = "请恢复。", en = "Resume." }
[[notice]]
code = "N_SPENT"
number = 903
to = "sponsor"
text = { zh = "付了。", en = "Paid." }
"#;

fn problems(source: &str) -> Vec<(usize, String)> {
    let catalogue = match parse(source) {
        Ok(catalogue) => catalogue,
        Err(problem) => return vec![(problem.line, problem.text)],
    };
    let surroundings = Surroundings {
        source: source.to_owned(),
        committed: committed_numbers("    SettlePaused = 315,\n"),
        policy: Some("(`bind.consent`)".to_owned()),
    };
    all(&catalogue, &surroundings).into_iter().map(|problem| (problem.line, problem.text)).collect()
}

#[test]
fn a_consistent_catalogue_has_no_problem() {
    assert_eq!(problems(GOOD), Vec::new());
}

/// What is replaced, by what, the line and the phrase of the problem that must follow.
const FACTS: [(&str, &str, usize, &str); 12] = [
    ("number = 903", "number = 315", 21, "number 315 of N_SPENT belongs to SETTLE_PAUSED"),
    ("N_SPENT", "SETTLE_PAUSED", 21, "stands twice"),
    ("number = 315", "number = 316", 11, "had number 315, now 316"),
    ("SETTLE_PAUSED", "SETTLE_STOPPED", 1, "SettlePaused = 315 is gone"),
    ("SETTLE_PAUSED", "settle paused", 11, "not of capitals"),
    ("[10, 5]", "[19, 1]", 11, "till-rank is"),
    ("bind.consent", "bind.luck", 11, "no key bind.luck"),
    ("family = \"settle\"", "family = \"sale\"", 11, "family sale is not declared"),
    ("clause =", "claws =", 15, "unknown field `claws`"),
    ("to = \"sponsor\"", "to = \"king\"", 23, "unknown variant `king`"),
    ("clause =", "veiled-as = \"SETTLE_X\"\nclause =", 11, "SETTLE_X is no code"),
    ("clause =", "relative-why = { zh = \"停。\", en = \"S.\" }\nclause =", 11, "go together"),
];
const WORDING: [(&str, &str, usize, &str); 12] = [
    ("zh = \"暂停了。\", ", "", 18, "missing field `zh`"),
    ("暂停了。", "", 18, "the text is missing"),
    ("暂停了。", "停了。是{nam}。", 18, "{nam} is no value"),
    ("暂停了。", "停了。是{name}。", 18, "different values"),
    ("暂停了。", "{name}停了。", 18, "must stand without a value"),
    ("没有用。", "没有用{name}。", 17, "{name} is no value"),
    ("暂停了。", "用户暂停了。", 18, "用户 is not plain"),
    ("暂停了。", "还没备案。", 18, "备案 is not plain"),
    ("Paused.", "The User paused.", 18, "user is not plain"),
    ("请收 ¥{due}。", "{name}要付。", 9, "{name} is no value"),
    ("请收 ¥{due}。", "余额不够。", 9, "余额 is no matter of the till"),
    ("Paused.", "a b c d e f g h i j k l m n o p q r s t u.", 18, "a sentence of 21 words"),
];

fn assert_reported((good, bad, line, phrase): (&str, &str, usize, &str)) {
    assert!(GOOD.contains(good), "{good} is not in the sample");
    let found = problems(&GOOD.replacen(good, bad, 1));
    let hit = found.iter().any(|(at, text)| *at == line && text.contains(phrase));
    assert!(hit, "{bad}: expected {line}: {phrase}, found {found:?}");
}

#[test]
fn contradictory_facts_are_reported_with_their_line() {
    FACTS.into_iter().for_each(assert_reported);
}

#[test]
fn wording_that_nobody_says_is_reported_with_its_line() {
    WORDING.into_iter().for_each(assert_reported);
    assert_reported(("暂停了。", &"很".repeat(41), 18, "a sentence of 41 characters"));
    assert_reported(("请收", &"收".repeat(41), 9, "characters at the till"));
}

#[test]
fn the_keys_of_the_policy_are_where_clauses_are_looked_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
    assert!(policy_text(root).is_some_and(|text| text.contains("`bind.consent`")));
}

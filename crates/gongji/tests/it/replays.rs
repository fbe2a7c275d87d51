//! The past judged by other rules.

use crate::support::{MOTHER, Ran, SON, Town, bill, of_repository};

const ALWAYS: [&str; 4] = ["--from", "2021-05-01", "--to", "2199-12-31"];

/// A town with three settled bills of the mother's; the son pays all of them.
fn town() -> Town {
    let town = Town::settled();
    let bills: Vec<String> =
        [("B1", "620.00"), ("B2", "80.00"), ("B3", "1500.00")].map(|(id, copay)| bill(id, copay)).into();
    let file = town.file("bills.json", format!("[{}]", bills.join(",")).as_bytes());
    assert_eq!(town.run(&["settle", &file]).status, 0);
    town
}

fn replay(town: &Town, more: &[&str]) -> Ran {
    town.run(&[&["policy", "replay"], &ALWAYS[..], more].concat())
}

/// The pack of Hebei under another name, with one rule more.
fn draft(town: &Town, rule: &str) -> String {
    let hebei = std::fs::read_to_string(of_repository("policies/130000-hebei.toml")).unwrap();
    let rule = format!("\n[[rule]]\n{rule}\nsource = \"N1\"\n\n[[carried]]");
    town.file("draft.toml", hebei.replacen("[[carried]]", &rule, 1).as_bytes())
}

#[test]
fn without_a_draft_the_past_comes_out_as_it_was() {
    let town = town();
    let ran = replay(&town, &["--lang", "en"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("3 settlements; the same 3, changed 0, cannot tell 0"), "{}", ran.out);
    assert_eq!(ran.err, "", "nothing is to be noted");
}

#[test]
fn a_draft_is_told_by_cash_purse_area_and_reason_with_examples_of_nobody() {
    let town = town();
    let before = town.digest();
    let draft = draft(&town, "key = \"money.reserve\"\nfrom = \"2021-05-01\"\nvalue = \"99000.00\"");
    let ran = replay(&town, &["--draft", &draft, "--lang", "en"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for expected in [
        "3 settlements; the same 2, changed 1, cannot tell 0",
        "families pay less cash: 0, ¥0.00",
        "families pay more cash: 1, ¥1500.00",
        "— ",
        "SETTLE_RESERVE",
        "1500.00 → 0.00",
    ] {
        assert!(ran.out.contains(expected), "`{expected}`: {}", ran.out);
    }
    for secret in [MOTHER, SON, "刘桂兰", "赵建国", "99380"] {
        assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{}{}", ran.out, ran.err);
    }
    let told = replay(&town, &["--draft", &draft, "--json"]).json();
    assert_eq!((told["same"].as_u64(), told["moved"]["lost"].as_str()), (Some(2), Some("1500.00")));
    assert_eq!(told["reasons"][0]["after"], "SETTLE_RESERVE");
    assert_eq!((told["before"]["aid"].as_str(), told["after"]["aid"].as_str()), (Some("2200.00"), Some("700.00")));
    assert_eq!(told["differing_keys"][0]["key"], "money.reserve");
    assert_eq!(town.digest(), before, "nothing is written");
}

#[test]
fn chinese_readers_read_chinese() {
    let told = replay(&town(), &["--lang", "zh"]).out;
    assert!(told.contains("3 笔结算; 结果不变 3, 结果不同 0, 无法判断 0"), "{told}");
    assert!(!told.contains("settlements"), "{told}");
}

#[test]
fn what_the_draft_cannot_mean_for_the_past_is_said() {
    let town = town();
    let years = draft(
        &town,
        "key = \"money.insurance-year-month\"\nfrom = \"2021-05-01\"\nvalue = 7\nsource = \"N1\"\n\n[[rule]]\n\
        key = \"money.usable\"\nfrom = \"2021-05-01\"\nvalue = \"previous-years\"",
    );
    let ran = replay(&town, &["--draft", &years, "--lang", "en"]);
    assert!(ran.out.contains("cannot tell 3"), "{}", ran.out);
    assert!(ran.out.contains("money of previous years, cut at another month"), "{}", ran.out);
    let later = draft(&town, "key = \"money.reserve\"\nfrom = \"2199-12-31\"\nvalue = \"99000.00\"");
    let ran = town.run(&["policy", "replay", "--from", "2021-05-01", "--to", "2199-12-30", "--draft", &later]);
    assert!(ran.err.contains("date back rules that begin later"), "{}", ran.err);
    let members = draft(&town, "key = \"bind.cooldown-days\"\nfrom = \"2021-05-01\"\nvalue = 5");
    let ran = replay(&town, &["--draft", &members]);
    assert_eq!((ran.status, ran.out.contains("changed 0")), (0, true), "{}", ran.out);
    assert!(ran.err.contains("no settlement asks them"), "{}", ran.err);
    assert!(ran.err.contains("bind.cooldown-days"), "{}", ran.err);
}

#[test]
fn what_is_asked_wrongly_is_status_2_and_told() {
    let town = town();
    let broken = draft(&town, "key = \"money.reserv\"\nfrom = \"2021-05-01\"\nvalue = \"1.00\"");
    let nowhere = town.path("nowhere.toml").display().to_string();
    let table: [(&[&str], &str); 6] = [
        (&["--from", "2025-02-30", "--to", "2025-03-01"], "day `2025-02-30`"),
        (&["--from", "2025-03-02", "--to", "2025-03-01"], "--from 2025-03-02 is after --to 2025-03-01"),
        (&["--from", "2022-01-01", "--to", "2022-12-31"], "no settlement was decided from 2022-01-01 to 2022-12-31"),
        (&["--from", "2025-01-01", "--to", "2199-01-01", "--draft", &nowhere], "there is no such file"),
        (&["--from", "2025-01-01", "--to", "2199-01-01", "--draft", &broken], "unknown rule key `money.reserv`"),
        (&["--from", "2025-01-01"], "--to"),
    ];
    for (arguments, expected) in table {
        let ran = town.run(&[&["policy", "replay"], arguments].concat());
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
    }
    let empty = Town::empty();
    let ran = replay(&empty, &[]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("this database has none yet"), "{}", ran.err);
}

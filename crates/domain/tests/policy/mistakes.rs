//! Every mistake in a pack is reported at the word that is wrong.

use super::support::{load, pack_files};

/// Eleven good lines; what a row adds begins in line 12.
const HEAD: &str = r#"[area]
code = "990300"
name = { zh = "示例", en = "Example" }

[[source]]
id = "X1"
document = "示例规则"
authority = "gongji"
date = "2024-10-05"
grade = "example"

"#;

/// Loads the nation and one pack; the mistakes as `line:column message`.
fn mistakes_of(text: &str) -> Vec<String> {
    let mut files = pack_files();
    files.retain(|(name, _)| name == "nation.toml");
    files.push(("990300.toml".to_owned(), text.to_owned()));
    match load(&files) {
        Ok(_) => Vec::new(),
        Err(errors) => {
            assert!(errors.iter().all(|error| error.file == "990300.toml"), "{errors:?}");
            errors.iter().map(|error| format!("{}:{} {}", error.line, error.column, error.message)).collect()
        }
    }
}

fn check(rows: &[(&str, &[&str])]) {
    for (added, expected) in rows {
        assert_eq!(mistakes_of(&format!("{HEAD}{added}")), *expected, "for\n{added}");
    }
}

#[test]
fn a_good_pack_has_no_mistake() {
    check(&[
        ("", &[]),
        ("[[rule]]\nkey = \"bind.max-members\"\nfrom = \"2022-01-01\"\nvalue = 8\nsource = \"X1\"", &[]),
    ]);
}

#[test]
fn form_and_unknown_words_are_placed() {
    check(&[
        ("[[rule", &["12:7 not TOML: unclosed array table, expected `]]`"]),
        ("[[rules]]\nkey = \"x\"", &["12:3 unknown key `rules` in the file"]),
        (
            "[[rule]]\nkey = \"bind.max-member\"\nfrom = \"2022-01-01\"\nvalue = 8\nsource = \"X1\"",
            &["13:7 unknown rule key `bind.max-member`"],
        ),
        (
            "[[rule]]\nkey = \"bind.max-members\"\nform = \"2022-01-01\"\nvalue = 8\nsource = \"X1\"",
            &["12:1 [[rule]] without `from`", "14:1 unknown key `form` in [[rule]]"],
        ),
        (
            "[[rule]]\nkey = \"bind.relations\"\nfrom = \"2022-01-01\"\nvalue = [\"spouse\", \"cousin\"]\nsource = \"X1\"",
            &["15:20 unknown word `cousin`"],
        ),
        (
            "[[rule]]\nkey = \"bind.relations\"\nfrom = \"2022-01-01\"\nvalue = [\"spouse\", \"spouse\"]\nsource = \"X1\"",
            &["15:20 `spouse` stands twice"],
        ),
        (
            "[[rule]]\nkey = \"bind.reach\"\nfrom = \"2022-01-01\"\nvalue = \"provinz\"\nsource = \"X1\"",
            &["15:9 unknown word `provinz`"],
        ),
        (
            "[[carried]]\ndimension = 46\nsource = \"X1\"\nnote = { zh = \"某事\", en = \"something\" }",
            &["13:13 there is no dimension 46"],
        ),
        ("[[hint]]\ndimension = \"35b\"\nsource = \"X1\"\nnote = { zh = \"某事\" }", &["15:8 note without `en`"]),
        (
            "[[source]]\nid = 7\nreprint = true\nauthority = \"甲\"\ndate = \"undated\"\ngrade = \"example\"",
            &["13:6 `id` is a text in quotes, not an integer"],
        ),
    ]);
}

#[test]
fn sources_are_asked_for() {
    let source = |fields: &str| format!("[[source]]\nid = \"X2\"\nauthority = \"甲\"\n{fields}");
    let rule = |id: &str| format!("[[rule]]\nkey = \"bind.open\"\nfrom = \"2022-01-01\"\nvalue = true{id}");
    let rows: Vec<(String, Vec<&str>)> = vec![
        (rule(""), vec!["12:1 [[rule]] without `source`"]),
        (rule("\nsource = \"X9\""), vec!["16:10 source `X9` is not defined in this file"]),
        (source("date = \"2024-13\"\ngrade = \"example\"\nreprint = true"), vec!["15:8 `2024-13` is not a day"]),
        (source("date = \"2024\"\ngrade = \"E\"\nreprint = true"), vec!["16:9 unknown grade `E`"]),
        (source("date = \"2024\"\ngrade = \"B\"\nreprint = true"), vec!["16:9 grade `B` has no place in this file"]),
        (source("date = \"2024\"\ngrade = \"example\""), vec!["12:1 a source is either a document or a reprint"]),
        (
            source("date = \"2024\"\ngrade = \"example\"\ndocument = \"乙\"\nreprint = true"),
            vec!["18:11 a source is either a document or a reprint"],
        ),
        (
            source("date = \"2024\"\ngrade = \"example\"\nreprint = true").replace("X2", "X1"),
            vec!["13:6 source `X1` is defined twice"],
        ),
    ];
    for (added, expected) in rows {
        assert_eq!(mistakes_of(&format!("{HEAD}{added}")), expected, "for\n{added}");
    }
}

#[test]
fn grade_d_is_never_a_rule() {
    let text = HEAD.replace("990300", "130000").replace("\"example\"", "\"D\"");
    let rule = "[[rule]]\nkey = \"bind.open\"\nfrom = \"2022-01-01\"\nvalue = true\nsource = \"X1\"";
    let hint = "[[hint]]\ndimension = 3\nsource = \"X1\"\nnote = { zh = \"某事\", en = \"something\" }";
    assert_eq!(mistakes_of(&format!("{text}{rule}")), ["16:10 source `X1` is of grade D: never a rule"]);
    assert_eq!(mistakes_of(&format!("{text}{hint}")), [""; 0]);
}

#[test]
fn each_kind_of_value_names_what_does_not_fit() {
    let rows = [
        ("bind.open", "\"yes\"", "15:9 the text \"yes\" does not fit here"),
        ("bind.open", "1", "15:9 the number 1 does not fit here"),
        ("bind.max-members", "0", "15:9 the number 0 does not fit here"),
        ("bind.max-members", "-1", "15:9 the number -1 does not fit here"),
        ("bind.max-members", "1.5", "15:9 the number 1.5 does not fit here"),
        ("bind.max-members", "\"none\"", "15:9 the text \"none\" does not fit here"),
        ("bind.consent-days", "\"none\"", "15:9 the text \"none\" does not fit here"),
        ("bind.relations", "\"spouse\"", "15:9 the text \"spouse\" does not fit here"),
        ("bind.relations", "[\"spouse\", 3]", "15:20 the number 3 does not fit here"),
        ("bind.channels", "[\"\"]", "15:10 `value` is empty"),
        ("bind.relation-count", "{ parent = 0 }", "15:20 the number 0 does not fit here"),
        ("bind.relation-count", "{ uncle = 1 }", "15:11 unknown word `uncle`"),
        ("wallet.closed-from", "\"24:00\"", "15:9 the text \"24:00\" does not fit here"),
        ("wallet.closed-from", "\"+2:00\"", "15:9 the text \"+2:00\" does not fit here"),
        ("till.item-limit", "{ parts = [\"device\"] }", "15:9 the limit without `monthly`"),
        ("till.item-limit", "{ parts = [\"devise\"], monthly = \"3.00\" }", "15:20 unknown word `devise`"),
        ("till.item-limit", "7", "15:9 the number 7 does not fit here"),
        ("premium.products", "[{ price = \"1.00\" }]", "15:10 the product without `name`"),
        ("premium.products", "[\"普惠\"]", "15:10 the text \"普惠\" does not fit here"),
        ("premium.season", "{ first = \"02-30\", last = \"12-31\" }", "15:19 the text \"02-30\" does not fit here"),
        ("premium.season", "true", "15:9 a boolean does not fit here"),
        ("money.reserve", "7778", "15:9 the number 7778 does not fit here"),
    ];
    for (key, value, expected) in rows {
        let text = format!("{HEAD}[[rule]]\nkey = \"{key}\"\nfrom = \"2022-01-01\"\nvalue = {value}\nsource = \"X1\"");
        assert_eq!(mistakes_of(&text), [expected], "{key} = {value}");
    }
}

#[test]
fn money_is_never_negative_nor_finer_than_a_fen() {
    for value in ["-1.00", "1.005", "1", "1e3"] {
        let text = format!(
            "{HEAD}[[rule]]\nkey = \"money.reserve\"\nfrom = \"2022-01-01\"\nvalue = \"{value}\"\nsource = \"X1\""
        );
        let found = mistakes_of(&text);
        assert!(found[0].starts_with(&format!("15:9 the text \"{value}\" is no amount: ")), "{found:?}");
    }
}

#[test]
fn days_of_a_key_have_neither_gap_nor_overlap() {
    let rule = |from: &str, until: &str| {
        let until = if until.is_empty() { String::new() } else { format!("until = \"{until}\"\n") };
        format!("[[rule]]\nkey = \"bind.max-members\"\nfrom = \"{from}\"\n{until}value = 8\nsource = \"X1\"\n")
    };
    let rows: [(String, &[&str]); 8] = [
        (rule("2022-01-01", "") + &rule("2023-01-01", ""), &[]),
        (rule("2023-01-01", "") + &rule("2022-01-01", ""), &[]),
        (rule("2022-01-01", "2022-12-31") + &rule("2023-01-01", "2023-06-30"), &[]),
        (
            rule("2022-01-01", "2022-12-30") + &rule("2023-01-01", ""),
            &["20:8 `bind.max-members` has no rule from 2022-12-31 until 2022-12-31"],
        ),
        (
            rule("2022-01-01", "2023-01-01") + &rule("2023-01-01", ""),
            &["20:8 `bind.max-members` has two rules on 2023-01-01"],
        ),
        (rule("2022-01-01", "") + &rule("2022-01-01", ""), &["19:8 `bind.max-members` has two rules on 2022-01-01"]),
        (rule("2022-01-01", "2021-12-31"), &["15:9 the rule ends on 2021-12-31, before it begins on 2022-01-01"]),
        (rule("2021-04-30", ""), &["14:8 a rule from 2021-04-30 is too early"]),
    ];
    for (added, expected) in rows {
        assert_eq!(mistakes_of(&format!("{HEAD}{added}")), expected, "for\n{added}");
    }
    let unreadable = rule("2022-02-29", "");
    assert_eq!(mistakes_of(&format!("{HEAD}{unreadable}")), ["14:8 `2022-02-29` is not a day"]);
}

#[test]
fn contradictions_stand_at_the_rule_that_completes_them() {
    let rows = [
        ("bind.consent", "\"from-age\"", "from 2022-01-01 consent is asked from an age that is not stated"),
        ("bind.relations", "[]", "from 2022-01-01 bindings can be made, but with no relative"),
        ("bind.relation-count", "{ other = 1 }", "from 2022-01-01 a relation is counted that is not allowed"),
        (
            "bind.members-include-sponsor",
            "true",
            "from 2022-01-01 the sponsor counts among a number that leaves nobody else, or that has no limit",
        ),
        ("bind.reserve-hinders", "true", "from 2022-01-01 a reserve hinders binding, but there is none"),
        (
            "till.shortfall",
            "\"all-or-nothing\"",
            "from 2022-01-01 one sponsor must pay all or nothing, but several may pay",
        ),
        (
            "till.item-limit",
            "{ parts = [\"exam\"], monthly = \"1.00\" }",
            "from 2022-01-01 a part is limited that aid never pays",
        ),
        ("wallet.open", "true", "from 2022-01-01 the wallet is open where it is not there yet"),
        ("wallet.closed-until", "\"22:00\"", "from 2022-01-01 the wallet closes and opens at the same minute"),
        ("wallet.day-max", "\"1999.99\"", "from 2022-01-01 a day takes less than one transfer"),
    ];
    for (key, value, expected) in rows {
        let text = format!("{HEAD}[[rule]]\nkey = \"{key}\"\nfrom = \"2022-01-01\"\nvalue = {value}\nsource = \"X1\"");
        let found = mistakes_of(&text);
        assert_eq!(found.first().map(String::as_str), Some(format!("15:9 {expected}").as_str()), "{key} = {value}");
    }
}

#[test]
fn contradictions_of_two_rules_of_one_file_are_found() {
    let pairs = [
        ("unbind.min-term-months", "13", "bind.term-years", "1", "a binding must last longer than it can"),
        (
            "bind.spouse-of-other-sex",
            "true",
            "bind.relations",
            "[\"child\"]",
            "a spouse's sex is looked at, but no spouse is allowed",
        ),
    ];
    for (first, one, second, other, expected) in pairs {
        let rule = |key: &str, value: &str| {
            format!("[[rule]]\nkey = \"{key}\"\nfrom = \"2022-01-01\"\nvalue = {value}\nsource = \"X1\"\n")
        };
        let found = mistakes_of(&format!("{HEAD}{}{}", rule(first, one), rule(second, other)));
        assert_eq!(found, [format!("15:9 from 2022-01-01 {expected}")]);
    }
}

#[test]
fn an_empty_account_first_needs_kinds_to_pay() {
    let rule = |key: &str, value: &str| {
        format!("[[rule]]\nkey = \"{key}\"\nfrom = \"2022-01-01\"\nvalue = {value}\nsource = \"X1\"\n")
    };
    let rules = [
        rule("till.own-account", "\"own-must-be-zero\""),
        rule("till.kinds-employee", "[]"),
        rule("till.kinds-resident", "\"none\""),
    ];
    let expected = "15:9 from 2022-01-01 the own account must be empty first, but no kind of visit can be paid by aid";
    assert_eq!(mistakes_of(&format!("{HEAD}{}", rules.concat())), [expected]);
}

#[test]
fn areas_are_real_pooling_areas_and_stand_once() {
    let rows = [
        ("\"130\"", "2:8 `130` is no area code"),
        ("\"700000\"", "2:8 `700000` is no area code"),
        ("\"990301\"", "2:8 `990301` is a county, not a pooling area"),
        ("130000", "2:8 `code` is a text in quotes, not an integer"),
    ];
    for (code, expected) in rows {
        let found = mistakes_of(&HEAD.replace("\"990300\"", code));
        assert_eq!(found.first().map(String::as_str), Some(expected), "{code}");
    }
    assert_eq!(mistakes_of("[[rule]]")[0], "1:1 the file without `area`");
    let mut files = pack_files();
    files.push(("second.toml".to_owned(), HEAD.replace("990300", "990100")));
    let errors = load(&files).expect_err("an area defined twice");
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].to_string(),
        "second.toml:2:9: area 990100 is defined twice, in 990100-example-term.toml too\n  one area has one file"
    );
}

#[test]
fn the_nations_file_answers_every_key_for_ever() {
    let nation = || pack_files().into_iter().find(|(name, _)| name == "nation.toml").expect("the nation's file");
    let rule = "[[rule]]\nkey = \"bind.proof\"\nfrom = \"2021-05-01\"\nvalue = \"promise\"\nsource = \"K1\"\n";
    let rows = [
        (String::new(), "the nation's file says nothing of `bind.proof`"),
        (rule.replace("2021-05-01", "2021-05-02"), "the nation's `bind.proof` begins on 2021-05-02, after 2021-05-01"),
        (
            rule.replace("value", "until = \"2030-12-31\"\nvalue"),
            "the nation's `bind.proof` ends, and nothing stands behind it",
        ),
    ];
    for (put, expected) in rows {
        let (name, text) = nation();
        assert!(text.contains(rule));
        let errors = load(&[(name, text.replace(rule, &put))]).expect_err("an open day");
        assert_eq!(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>(), [expected]);
    }
    let errors = load(&[]).expect_err("no nation");
    assert_eq!(errors[0].message, "the nation's file is missing");
}

#[test]
fn help_names_the_nearest_word_and_spans_cover_it() {
    let text = format!("{HEAD}[[rule]]\nkey = \"bind.max-member\"\nfrom = \"2022-01-01\"\nvalue = 8\nsource = \"X1\"");
    let mut files = pack_files();
    files.push(("990300.toml".to_owned(), text.clone()));
    let errors = load(&files).expect_err("an unknown key");
    assert_eq!(errors[0].help, "did you mean `bind.max-members`?");
    let (offset, length) = errors[0].span;
    assert_eq!(&text[offset..offset + length], "\"bind.max-member\"");
}

#[test]
fn all_mistakes_of_all_files_are_reported_at_once() {
    let mut files = pack_files();
    files.push(("a.toml".to_owned(), format!("{HEAD}[[rule]]\nkey = \"bind.x\"\nfrom = \"never\"\nvalue = 1")));
    files.push(("b.toml".to_owned(), "[area]\ncode = \"1\"".to_owned()));
    let errors = load(&files).expect_err("two bad files");
    let places: Vec<String> = errors.iter().map(|e| format!("{}:{}:{}", e.file, e.line, e.column)).collect();
    assert_eq!(places, ["a.toml:12:1", "a.toml:13:7", "a.toml:14:8", "b.toml:1:1", "b.toml:2:8"]);
}

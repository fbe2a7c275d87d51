use crate::support::run;

#[test]
fn the_demonstration_tells_four_stories_and_its_books_balance() {
    let ran = run(&["demo"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for told in ["一、河北", "二、博尔塔拉", "三、新疆", "四、巴彦淖尔", "Hebei", "Bortala", "Xinjiang", "Bayannur"]
    {
        assert!(ran.out.contains(told), "{told} is missing:\n{}", ran.out);
    }
    for told in [
        "SETTLE_INSUFFICIENT_WHOLE",
        "需求文件",
        "a requirement document",
        "国家医疗保障局，2024-10-05",
        "150800 应付 owes 320500 500.00",
        "0 discrepancies",
    ] {
        assert!(ran.out.contains(told), "{told} is missing:\n{}", ran.out);
    }
}

#[test]
fn the_demonstration_is_the_same_every_time() {
    assert_eq!(run(&["demo"]).out, run(&["demo"]).out);
}

#[test]
fn the_demonstration_is_told_to_machines_too() {
    let ran = run(&["demo", "--json"]);
    let document = ran.json();
    assert_eq!(document["stories"].as_array().map(Vec::len), Some(4));
    assert_eq!(document["books"]["debits"], document["books"]["credits"]);
    assert_eq!(document["books"]["discrepancies"], 0);
    let bills = document["stories"].as_array().unwrap().iter().flat_map(|story| story["told"].as_array().unwrap());
    let bills: Vec<_> = bills.filter_map(|told| told.get("bill")).collect();
    assert!(bills.len() >= 10);
    for bill in bills {
        assert!(bill["rule"]["authority"].is_string() && bill["rule"]["grade"].is_string(), "{bill}");
        assert!(bill["reason"].is_null() || bill["reason"]["remedy"]["zh"] != "", "{bill}");
    }
}

#[test]
fn the_demonstration_leaves_no_folder_behind() {
    let folder = tempfile::tempdir().unwrap();
    let ran = crate::support::program(&["demo"]).env("TMPDIR", folder.path()).output().unwrap();
    assert!(ran.status.success());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn english_alone_is_english_alone() {
    let out = run(&["demo", "--lang", "en"]).out;
    assert!(out.contains("What to do: Pay this bill in cash"), "{out}");
    assert!(!out.contains("可以怎么办"), "{out}");
}

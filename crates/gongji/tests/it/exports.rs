//! `gongji audit export`, `gongji audit verify`, `gongji trial-balance` and `gongji vouchers`.

use std::path::Path;

use crate::support::{MOTHER, Ran, SON, Town, bill, run};

fn settle(town: &Town, id: &str, yuan: &str) {
    let settled = town.run_on("settle", &town.file("bill.json", bill(id, yuan).as_bytes()));
    assert_eq!(settled.status, 0, "{}", settled.err);
}

/// An export in a folder of this name; gives the folder and the public key.
fn export(town: &Town, name: &str) -> (String, String) {
    let folder = town.path(name).display().to_string();
    let exported = town.run(&["audit", "export", "--to", &folder, "--json"]);
    assert_eq!(exported.status, 0, "{}{}", exported.out, exported.err);
    let key = exported.json()["public_key"].as_str().unwrap().to_owned();
    (folder, key)
}

/// Without database and key.
fn verify(folder: &str, more: &[&str]) -> Ran {
    run(&[&["audit", "verify", folder], more].concat())
}

fn change(folder: &str, name: &str, (old, new): (&str, &str)) {
    let path = Path::new(folder).join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{text}");
    std::fs::write(path, text.replacen(old, new, 1)).unwrap();
}

/// The day of the last journal; tests run through midnight too.
fn last_day(folder: &str) -> String {
    let text = std::fs::read_to_string(Path::new(folder).join("journals.jsonl")).unwrap();
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    last["day"].as_str().unwrap().to_owned()
}

#[test]
fn what_was_exported_is_verified_without_database_and_key_and_names_nobody() {
    let town = Town::settled();
    settle(&town, "ONE", "10.00");
    let (folder, key) = export(&town, "export");
    let verified = verify(&folder, &["--public-key", &key]);
    assert_eq!((verified.status, verified.out.as_str()), (0, "0 findings\n"), "{}", verified.err);
    assert_eq!(verified.err, "");
    assert!(verify(&folder, &[]).err.contains("--public-key"), "that the key was not compared is said");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for secret in [MOTHER, SON, "刘桂兰", "赵建国"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    let again = town.run(&["audit", "export", "--to", &folder]);
    assert_eq!(again.status, 3, "{}", again.out);
    assert!(again.err.contains("not empty"), "{}", again.err);
}

#[test]
fn a_changed_export_is_told_with_file_and_line_and_the_status_is_one() {
    let town = Town::settled();
    settle(&town, "ONE", "10.00");
    let (folder, key) = export(&town, "export");
    change(&folder, "journals.jsonl", ("\"10.00\"", "\"90.00\""));
    let found = verify(&folder, &["--public-key", &key]);
    assert_eq!(found.status, 1, "{}", found.out);
    assert!(found.out.contains("journals.jsonl:2: "), "{}", found.out);
    let json = verify(&folder, &["--public-key", &key, "--json"]).json();
    assert_eq!(
        (&json["findings"][0]["file"], json["findings"].as_array().unwrap().len() as u64),
        (&"journals.jsonl".into(), json["count"].as_u64().unwrap())
    );
    std::fs::remove_file(Path::new(&folder).join("manifest.json")).unwrap();
    let interrupted = verify(&folder, &["--public-key", &key]);
    assert_eq!((interrupted.status, interrupted.out.lines().count()), (1, 2), "{}", interrupted.out);
    assert_eq!(verify("/nowhere", &[]).status, 2);
}

#[test]
fn an_export_of_another_database_is_told_by_its_key() {
    let (town, other) = (Town::settled(), Town::settled());
    let (folder, key) = export(&town, "export");
    let (other_folder, other_key) = export(&other, "export");
    assert_ne!(key, other_key);
    assert_eq!(verify(&folder, &["--public-key", &key]).status, 0);
    let found = verify(&other_folder, &["--public-key", &key]);
    assert_eq!(found.status, 1);
    assert!(found.out.starts_with("manifest.json: it names another public key"), "{}", found.out);
}

#[test]
fn an_export_that_is_older_than_the_witness_is_told() {
    let town = Town::settled();
    let (folder, key) = export(&town, "before");
    settle(&town, "ONE", "10.00");
    let witness = town.path("witness.jsonl").display().to_string();
    assert_eq!(town.run(&["tick", "--witness", &witness]).status, 0);
    let found = verify(&folder, &["--public-key", &key, "--witness", &witness]);
    assert_eq!(found.status, 1);
    assert!(found.out.contains("the export is older"), "{}", found.out);
    let (after, key) = export(&town, "after");
    assert_eq!(verify(&after, &["--public-key", &key, "--witness", &witness]).status, 0);
}

#[test]
fn an_export_of_a_database_with_a_row_that_cannot_be_read_is_whole_but_for_it_and_tells_so() {
    let town = Town::settled();
    settle(&town, "ONE", "10.00");
    let path = town.path("gongji.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let place = bytes.windows(8).position(|window| window == b"99990.00").unwrap();
    bytes[place..place + 8].copy_from_slice(b"99999.00");
    std::fs::write(&path, bytes).unwrap();
    let folder = town.path("export").display().to_string();
    let exported = town.run(&["audit", "export", "--to", &folder]);
    assert_eq!(exported.status, 1, "{}", exported.out);
    assert!(exported.out.contains("1 discrepancy"), "{}", exported.out);
    let report = std::fs::read_to_string(Path::new(&folder).join("report.html")).unwrap();
    assert!(report.contains("发现 1 处不符"), "{report}");
    let found = verify(&folder, &[]);
    assert!(found.status == 1 && found.out.contains("balances.jsonl: entries say that person "), "{}", found.out);
}

#[test]
fn the_trial_balance_of_a_day_has_what_was_entered_until_then_and_balances() {
    let town = Town::settled();
    settle(&town, "ONE", "620.50");
    let on = last_day(&export(&town, "export").0);
    let balance = town.run(&["trial-balance", "--on", &on, "--json"]);
    assert_eq!(balance.status, 0, "{}", balance.err);
    let json = balance.json();
    let row = |at: usize| json["rows"][at].clone();
    let expected = |position: &str, [debit, credit, left]: [&str; 3]| serde_json::json!({ "position": position, "debit": debit, "credit": credit, "balance": left });
    assert_eq!(row(0), expected("free", ["620.50", "100000.00", "99379.50"]));
    assert_eq!(row(1), expected("institution", ["0.00", "620.50", "620.50"]));
    assert_eq!(row(2), expected("credits", ["100000.00", "0.00", "-100000.00"]));
    assert_eq!(json["total"]["debit"], json["total"]["credit"]);
    assert_eq!(json["balanced"], true);
    let shown = town.run(&["trial-balance", "--on", &on]);
    assert!(shown.out.contains("应付定点医药机构") && shown.out.contains("100620.50"), "{}", shown.out);
    let before = town.run(&["trial-balance", "--on", "2025-12-31", "--json"]).json();
    assert_eq!(before["rows"], serde_json::json!([]));
    let wrong = town.run(&["trial-balance", "--on", "today"]);
    assert!(wrong.status == 2 && wrong.err.contains("--on today"), "{}", wrong.err);
}

#[test]
fn vouchers_of_a_day_have_a_line_for_each_institution_and_both_sides_are_the_same() {
    let town = Town::settled();
    settle(&town, "ONE", "620.50");
    settle(&town, "TWO", "30.00");
    let on = last_day(&export(&town, "export").0);
    let file = town.path("vouchers.csv").display().to_string();
    let made = town.run(&["vouchers", "--on", &on, "--to", &file]);
    assert_eq!(made.status, 0, "{}", made.err);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().lines().collect();
    assert!(lines[0].starts_with("凭证字号 voucher,日期 date,摘要 summary"), "{text}");
    let debit = format!("记-1,{on},个人账户及家庭共济支付医药费用，共2笔,free,个人账户（可用）,,650.50,");
    let credit =
        format!("记-1,{on},个人账户及家庭共济支付医药费用，共2笔,institution,应付定点医药机构,机构 1301,,650.50");
    assert_eq!(lines[1..3], [debit, credit]);
    let again = town.run(&["vouchers", "--on", &on, "--to", &file]);
    assert!(again.status == 3 && again.err.contains("there is a file already"), "{}", again.err);
    let none = town.path("none.csv").display().to_string();
    let made = town.run(&["vouchers", "--on", "2025-12-31", "--to", &none, "--json"]).json();
    assert_eq!(made["vouchers"], 0);
}

use std::process::Stdio;

use crate::support::{MOTHER, SON, Town, bill};

#[test]
fn a_repeat_gets_the_first_answer_and_a_changed_repeat_is_told_which_field_differs() {
    let town = Town::settled();
    let file = town.file("bill.json", bill("B1", "620.00").as_bytes());
    let first = town.run(&["settle", &file, "--json"]);
    assert_eq!(first.json()["aid"], "620.00", "{}", first.err);
    assert_eq!(town.run(&["settle", &file, "--json"]).out, first.out);
    assert_eq!(town.balance(SON), "99380.00");
    let changed = town.file("changed.json", bill("B1", "621.00").as_bytes());
    let refused = town.run(&["settle", &changed, "--json"]);
    assert_eq!((refused.status, refused.json()["field"].as_str()), (1, Some("parts")));
    assert_eq!(refused.json()["reason"]["code"], "REQ_IDEMPOTENCY_CONFLICT");
    assert_eq!(town.balance(SON), "99380.00");
}

#[test]
fn a_reversal_gives_all_back_once() {
    let town = Town::settled();
    let file = town.file("bill.json", bill("B1", "620.00").as_bytes());
    assert_eq!(town.run(&["settle", &file]).status, 0);
    for _ in 0..2 {
        assert_eq!(town.run(&["reverse", "B1", "--json"]).json()["outcome"], "reversed");
        assert_eq!(town.balance(SON), "100000.00");
    }
    let unknown = town.run(&["reverse", "B2", "--json"]);
    assert_eq!((unknown.status, unknown.json()["reason"]["code"].as_str()), (1, Some("REVERSE_NOT_FOUND")));
}

#[test]
fn a_reversal_that_came_too_early_does_not_stand_in_the_way_of_the_next() {
    let town = Town::settled();
    let file = town.file("bill.json", bill("B1", "620.00").as_bytes());
    let early = town.run(&["reverse", "B1", "--json"]);
    assert_eq!((early.status, early.json()["reason"]["code"].as_str()), (1, Some("REVERSE_NOT_FOUND")));
    assert_eq!(town.run(&["settle", &file]).status, 0);
    assert_eq!(town.run(&["reverse", "B1", "--json"]).json()["outcome"], "reversed");
    assert_eq!(town.balance(SON), "100000.00");
}

#[test]
fn a_reversed_bill_is_explained_as_reversed_first() {
    let town = Town::settled();
    let file = town.file("bill.json", bill("B1", "620.00").as_bytes());
    assert_eq!(town.run(&["settle", &file]).status, 0);
    assert!(!town.run(&["explain", "B1"]).out.contains("冲正"));
    assert_eq!(town.run(&["reverse", "B1"]).status, 0);
    for role in ["cashier", "staff"] {
        let told = town.run(&["explain", "B1", "--as", role]).out;
        assert!(told.starts_with("- 这一笔已经冲正，钱已退回。\n"), "{role}: {told}");
        assert!(role == "staff" || !told.contains("收 ¥"), "{role} collects nothing more: {told}");
    }
}

#[test]
fn what_this_node_did_not_decide_is_explained_too() {
    let town = Town::settled();
    let others_code = bill("B1", "1.00").replace(r#""kind""#, &format!(r#""code": "{SON}", "kind""#));
    assert_eq!(town.run_on("settle", &town.file("code.json", others_code.as_bytes())).status, 1);
    let away = bill("B2", "10.00").replace(MOTHER, "P42").replace(r#""kind""#, r#""patient-area": "320500", "kind""#);
    assert_eq!(town.run_on("settle", &town.file("away.json", away.as_bytes())).status, 0);
    for (id, expected) in [("B1", "SETTLE_NOT_OWN_CODE"), ("B2", "it lies with the patient's province")] {
        let told = town.run(&["explain", id, "--lang", "en"]);
        assert!(told.status == 0 && told.out.contains(expected), "{id}: {}{}", told.out, told.err);
    }
    assert_eq!(town.run(&["explain", "BIND", "--sender", "portal"]).status, 2, "a binding is no bill");
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_status_3_and_the_settlement_stands() {
    let town = Town::settled();
    let file = town.file("bill.json", bill("B1", "620.00").as_bytes());
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = town.program(&["settle", &file]).stdout(full).output().unwrap();
    let told = String::from_utf8(ran.stderr).unwrap();
    assert!(told.starts_with("standard output cannot be written: "), "{told}");
    assert!(told.contains("what was acknowledged stands, repeat the command"), "{told}");
    assert_eq!((ran.status.code(), town.balance(SON).as_str()), (Some(3), "99380.00"));
}

#[test]
fn a_preview_says_what_settling_does_and_keeps_nothing() {
    let town = Town::settled();
    let file = town.file("bill.json", bill("B1", "620.00").as_bytes());
    let before = town.digest();
    let preview = town.run(&["preview", &file, "--json"]);
    assert_eq!(town.digest(), before);
    assert_eq!(town.run(&["settle", &file, "--json"]).out, preview.out);
}

#[test]
fn each_reader_learns_what_he_may() {
    let town = Town::settled();
    let file = town.file("bill.json", bill("B1", "620.00").as_bytes());
    assert_eq!(town.run(&["settle", &file]).status, 0);
    let explain = |role: &[&str]| town.run(&[&["explain", "B1", "--lang", "en"], role].concat()).out;
    let staff = explain(&[]);
    assert!(staff.contains("赵建国") && staff.contains("100000.00"), "{staff}");
    for role in ["cashier", "beneficiary"] {
        let told = explain(&["--as", role]);
        assert!(told.contains("620.00") && !told.contains("赵建国") && !told.contains("100000.00"), "{role}: {told}");
    }
    let sponsor = explain(&["--as", "sponsor", "--sponsor", SON]);
    assert!(sponsor.contains("your personal account paid ¥620.00"), "{sponsor}");
    assert_eq!(town.run(&["explain", "B1", "--as", "sponsor"]).status, 2, "which sponsor is not said");
    assert_eq!(town.run(&["explain", "B9"]).status, 2);
}

#[test]
fn a_bill_refused_as_a_whole_is_status_1_and_one_without_aid_is_not() {
    let town = Town::settled();
    let others_code = bill("B1", "1.00").replace(r#""kind""#, &format!(r#""code": "{SON}", "kind""#));
    let refused = town.run_on("settle --json", &town.file("code.json", others_code.as_bytes()));
    assert_eq!((refused.status, refused.json()["reason"]["code"].as_str()), (1, Some("SETTLE_NOT_OWN_CODE")));
    let cash = bill("B2", "1.00").replace(r#""kind""#, r#""using": "none", "kind""#);
    let settled = town.run_on("settle --json", &town.file("cash.json", cash.as_bytes()));
    assert_eq!((settled.status, settled.json()["cash"].as_str()), (0, Some("1.00")));
}

#[test]
fn people_of_other_provinces_are_out_of_reach_and_that_is_said() {
    let town = Town::settled();
    let away = bill("B1", "10.00").replace(MOTHER, "P42").replace(r#""kind""#, r#""patient-area": "320500", "kind""#);
    let settled = town.run_on("settle --json", &town.file("away.json", away.as_bytes()));
    assert_eq!(settled.json()["reason"]["code"], "SYS_UPSTREAM", "{}{}", settled.out, settled.err);
}

#[test]
fn timed_work_is_done_on_demand() {
    let town = Town::settled();
    assert_eq!(town.run(&["tick", "--json"]).status, 0);
}

#[test]
fn a_database_in_use_is_left_alone() {
    let town = Town::settled();
    let lock = std::fs::File::open(town.path("gongji.db.lock")).unwrap();
    lock.lock().unwrap();
    let refused = town.run_on("settle", &town.file("bill.json", bill("B1", "1.00").as_bytes()));
    assert_eq!(refused.status, 3);
    assert!(refused.err.contains("in use by another program"), "{}", refused.err);
    assert_eq!(town.run(&["balance", SON]).status, 0, "reading goes on");
}

#[test]
fn a_database_is_made_once_and_needs_its_own_key() {
    let town = Town::settled();
    let again = town.run(&["db", "init", "--province", "130000"]);
    assert_eq!(again.status, 3, "{}", again.err);
    assert_eq!(town.run(&["db", "init", "--province", "130100", "--db", "x"]).status, 2, "no province");
    let stranger = Town::empty();
    let key = stranger.path("gongji.key").display().to_string();
    let refused = town.run(&["balance", SON, "--key", &key]);
    assert_eq!(refused.status, 3);
    assert!(refused.err.contains("master key is not the one"), "{}", refused.err);
    let nowhere = town.path("nowhere.db").display().to_string();
    let missing = town.run(&["balance", SON, "--db", &nowhere]);
    assert_eq!((missing.status, town.path("nowhere.db").exists()), (3, false), "{}", missing.err);
}

#[test]
fn a_database_that_is_released_soon_is_waited_for() {
    let town = Town::settled();
    let lock = std::fs::File::open(town.path("gongji.db.lock")).unwrap();
    lock.lock().unwrap();
    let file = town.file("bill.json", bill("B1", "1.00").as_bytes());
    let waiting = town.program(&["settle", &file]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    assert_eq!(town.run(&["balance", SON]).status, 0, "reading goes on meanwhile");
    lock.unlock().unwrap();
    let ended = waiting.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[cfg(unix)]
#[test]
fn only_their_owner_may_read_the_key_and_the_ids() {
    use std::os::unix::fs::PermissionsExt;
    let town = Town::empty();
    for name in ["gongji.key", "gongji.db.ids"] {
        let mode = std::fs::metadata(town.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

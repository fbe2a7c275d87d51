//! `gongji audit` and `gongji tick` with a witness.

use crate::support::{SON, Town, bill};

fn settle(town: &Town, id: &str) {
    let settled = town.run_on("settle", &town.file("bill.json", bill(id, "10.00").as_bytes()));
    assert_eq!(settled.status, 0, "{}", settled.err);
}

fn witness_of(town: &Town) -> String {
    let witness = town.path("witness.jsonl").display().to_string();
    let ticked = town.run(&["tick", "--witness", &witness]);
    assert_eq!(ticked.status, 0, "{}", ticked.err);
    witness
}

/// Changes bytes of the database file.
fn change(town: &Town, (old, new): (&str, &str)) {
    let path = town.path("gongji.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let place = bytes.windows(old.len()).position(|window| window == old.as_bytes()).expect("the text is in the file");
    bytes[place..place + new.len()].copy_from_slice(new.as_bytes());
    std::fs::write(&path, bytes).unwrap();
}

#[test]
fn a_row_that_was_changed_by_hand_is_named_and_the_status_is_one() {
    let town = Town::settled();
    settle(&town, "ONE");
    change(&town, ("99990.00", "99999.00"));
    let audit = town.run(&["audit"]);
    assert_eq!(audit.status, 1, "{}{}", audit.out, audit.err);
    assert!(audit.out.lines().next().unwrap().starts_with("account "), "{}", audit.out);
    assert!(audit.last_line().ends_with("1 discrepancy"), "{}", audit.out);
    let of_son = town.run(&["audit", "--person", SON, "--json"]);
    assert_eq!(of_son.status, 1, "{}", of_son.out);
    assert_eq!(of_son.json()["discrepancies"][0]["table"], "account");
}

#[test]
fn a_database_that_was_put_back_is_behind_its_witness() {
    let town = Town::settled();
    let before = town.path("before.db");
    std::fs::copy(town.path("gongji.db"), &before).unwrap();
    settle(&town, "ONE");
    let witness = witness_of(&town);
    let sound = town.run(&["audit", "--witness", &witness]);
    assert_eq!(sound.status, 0, "{}", sound.out);
    let lines = std::fs::read_to_string(&witness).unwrap();
    witness_of(&town);
    assert_eq!(std::fs::read_to_string(&witness).unwrap(), lines, "nothing new is not written again");
    std::fs::copy(&before, town.path("gongji.db")).unwrap();
    assert_eq!(town.run(&["audit"]).status, 0, "without the witness nothing shows it");
    let found = town.run(&["audit", "--witness", &witness]);
    assert_eq!(found.status, 1);
    assert!(found.out.starts_with("witness 1/"), "{}", found.out);
    assert!(found.out.contains("the store is behind its witness"), "{}", found.out);
}

#[test]
fn a_file_that_is_no_witness_and_a_day_that_is_none_are_told_and_nothing_is_audited() {
    let town = Town::settled();
    let other = town.file("other.txt", b"something else\n");
    for (words, names) in [
        (vec!["audit", "--witness", &other], "--witness"),
        (vec!["tick", "--witness", &other], "--witness"),
        (vec!["audit", "--since", "tomorrow"], "--since tomorrow"),
        (vec!["audit", "--person", "nobody"], "--person"),
    ] {
        let told = town.run(&words);
        assert_eq!(told.status, 2, "{words:?}: {}", told.err);
        assert!(told.err.contains(names), "{words:?}: {}", told.err);
    }
    let gone = town.run(&["audit", "--witness", "/nowhere/witness.jsonl"]);
    assert_eq!(gone.status, 3, "{}", gone.err);
}

#[test]
fn a_line_of_the_witness_that_a_crash_cut_off_counts_as_not_written() {
    let town = Town::settled();
    let witness = witness_of(&town);
    let whole = std::fs::read_to_string(&witness).unwrap();
    std::fs::write(&witness, &whole[..whole.len() - 5]).unwrap();
    assert_eq!(town.run(&["audit", "--witness", &witness]).status, 0);
    witness_of(&town);
    let lines = std::fs::read_to_string(&witness).unwrap();
    assert_eq!(lines.lines().count(), whole.lines().count() + 1, "{lines}");
}

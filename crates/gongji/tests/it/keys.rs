//! Who keeps the master key, how it is changed, and what is left when it is lost.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{SON, Town};

/// Where a file of the town is, for an argument.
fn at(town: &Town, name: &str) -> String {
    town.path(name).display().to_string()
}

fn opens(town: &Town, key: &str) -> bool {
    let checked = town.run(&["key", "check", "--key", key, "--json"]);
    assert!(checked.err.is_empty(), "{}", checked.err);
    assert_eq!(checked.json()["opens"].as_bool(), Some(checked.status == 0), "{}", checked.out);
    checked.status == 0
}

#[test]
fn a_key_that_fits_opens_everybody_and_is_said_by_its_fingerprint() {
    let town = Town::settled();
    let checked = town.run(&["key", "check", "--json"]).json();
    assert_eq!((checked["opens"].as_bool(), checked["people"].as_u64()), (Some(true), Some(2)));
    assert_eq!(checked["unreadable"].as_array().unwrap().len(), 0);
    let master = checked["master"].as_str().unwrap();
    let told = town.run(&["key", "check"]).out;
    assert!(told.contains("打得开") && told.contains("opens the database") && told.contains(master), "{told}");
    let digits = std::fs::read_to_string(town.path("gongji.key")).unwrap();
    assert!(master.len() == 8 && !digits.contains(master), "the fingerprint is no part of the key");
}

/// Changes a bit of somebody's key in the file. His row begins with the lengths of its fields: a wrapped key of 44 bytes,
/// a name of three letters in 37, a certificate number in 46, no telephone.
fn damage_somebody(town: &Town) {
    let mut bytes = std::fs::read(town.path("gongji.db")).unwrap();
    let lengths = [6, 0, 12 + 2 * 44, 12 + 2 * 37, 12 + 2 * 46, 0];
    let at = bytes.windows(lengths.len()).position(|part| part == lengths).unwrap();
    bytes[at + lengths.len()] ^= 1;
    std::fs::write(town.path("gongji.db"), bytes).unwrap();
}

#[test]
fn who_cannot_be_read_though_the_key_fits_is_named_by_his_number() {
    let town = Town::settled();
    damage_somebody(&town);
    let checked = town.run(&["key", "check", "--json"]);
    assert_eq!((checked.status, checked.json()["people"].as_u64()), (1, Some(2)), "{}", checked.err);
    let unreadable = checked.json()["unreadable"].as_array().unwrap().clone();
    assert_eq!(unreadable.len(), 1, "{}", checked.out);
    let told = town.run(&["key", "check"]).out;
    assert!(told.contains(unreadable[0].as_str().unwrap()) && told.contains("of 2 people 1 cannot be read"), "{told}");
}

#[test]
fn with_another_key_it_is_said_what_is_lost_and_the_ledger_is_audited() {
    let (town, stranger) = (Town::settled(), Town::empty());
    let key = at(&stranger, "gongji.key");
    let checked = town.run(&["key", "check", "--key", &key]);
    assert_eq!(checked.status, 1, "{}", checked.err);
    let wanted = town.run(&["key", "check", "--json"]).json()["master"].as_str().unwrap().to_owned();
    assert!(checked.err.contains(&wanted) && checked.err.contains("master key is not the one"), "{}", checked.err);
    for words in ["读不出来", "账本没有加密", "cannot be read", "1 person, 1 journal, 0 discrepancies"] {
        assert!(checked.out.contains(words), "{words}: {}", checked.out);
    }
    std::fs::remove_file(town.path("gongji.key")).unwrap();
    let lost = town.run(&["key", "check", "--json"]);
    assert_eq!((lost.status, lost.json()["discrepancies"].as_u64()), (1, Some(0)), "{}", lost.err);
    assert!(lost.json()["why"].as_str().unwrap().contains("there is no key file"), "{}", lost.out);
}

#[test]
fn after_a_rotation_the_new_key_opens_the_database_and_the_old_one_does_not() {
    let town = Town::settled();
    let (old, new, before) = (at(&town, "gongji.key"), at(&town, "new.key"), town.digest());
    let copy = at(&town, "backup.db");
    std::fs::copy(town.path("gongji.db"), &copy).unwrap();
    let rotated = town.run(&["key", "rotate", "--to", &new, "--new-key", "--json"]);
    assert_eq!(rotated.status, 0, "{}", rotated.err);
    assert!(opens(&town, &new) && !opens(&town, &old));
    let audit = town.run(&["audit", "--key", &new, "--digest", "--json"]);
    assert_eq!(audit.json()["digest"].as_str(), Some(before.as_str()), "no row of the ledger is touched");
    let balance = town.run(&["balance", SON, "--key", &new]);
    assert_eq!(balance.status, 0, "he is found by his certificate: {}", balance.err);
    let backup = town.run(&["balance", SON, "--key", &old, "--db", &copy]);
    assert_eq!(backup.status, 0, "the old key still opens what was backed up: {}", backup.err);
}

#[test]
fn a_rotation_says_what_stands_in_its_way_and_changes_nothing() {
    let town = Town::settled();
    let (old, new) = (at(&town, "gongji.key"), at(&town, "new.key"));
    let missing = town.run(&["key", "rotate", "--to", &new]);
    assert!(missing.status == 3 && missing.err.contains("there is no key file"), "{}", missing.err);
    let there = town.run(&["key", "rotate", "--to", &old, "--new-key"]);
    assert!(there.status == 3 && there.err.contains("leave out --new-key"), "{}", there.err);
    let other = Town::empty();
    let stranger = town.run(&["key", "rotate", "--key", &at(&other, "gongji.key"), "--to", &new, "--new-key"]);
    assert_eq!((stranger.status, town.path("new.key").exists()), (3, false), "{}", stranger.err);
    let same = town.run(&["key", "rotate", "--to", &old]);
    assert_eq!(same.status, 0, "{}", same.err);
    assert!(opens(&town, &old));
}

/// A program that gives the new master key twice, and the third time stands still until nobody reads any more that it was
/// asked: the new key has wrapped the working key then, and the row is about to be written.
#[cfg(unix)]
const THIRD_TIME: &str = r#"echo >>"$1"
if [ "$(wc -l <"$1")" -lt 3 ]; then cat "$2"; else while echo asked >&2; do :; done; fi"#;

#[cfg(unix)]
#[test]
fn a_rotation_killed_in_the_middle_leaves_a_database_that_opens_and_the_next_one_goes_on() {
    let town = Town::settled();
    let (old, new) = (at(&town, "gongji.key"), at(&town, "new.key"));
    std::fs::copy(Town::empty().path("gongji.key"), &new).unwrap();
    let script = town.file("third.sh", THIRD_TIME.as_bytes());
    let to = format!("exec:/bin/sh {script} {} {new}", at(&town, "count"));
    let mut killed = town.program(&["key", "rotate", "--to", &to]).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(killed.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert_eq!(line, "asked\n");
    killed.kill().unwrap();
    killed.wait().unwrap();
    drop(told);
    assert!(opens(&town, &old) && !opens(&town, &new));
    assert_eq!(town.run(&["key", "rotate", "--to", &new]).status, 0);
    let again = town.run(&["key", "rotate", "--to", &new, "--json"]);
    assert_eq!(again.status, 0, "who does not know that it was done may repeat it: {}", again.err);
    assert!(opens(&town, &new));
}

#[cfg(unix)]
#[test]
fn a_program_may_keep_the_master_key() {
    let town = Town::settled();
    let (given, at_file) = (format!("exec:/bin/cat {}", at(&town, "gongji.key")), at(&town, "gongji.key"));
    assert!(opens(&town, &given) && opens(&town, &at_file));
    for (key, expected) in [
        ("exec:/nowhere/give", "cannot be started"),
        ("exec:/bin/false", "failed (exit status: 1)"),
        ("exec:/bin/echo 0123456789abcdef", "something else than 64 hexadecimal digits"),
    ] {
        let refused = town.run(&["balance", SON, "--key", key]);
        assert!(refused.status == 3 && refused.err.contains(expected), "{key}: {}", refused.err);
        assert!(refused.err.contains("主密钥") && !refused.err.contains("0123"), "{key}: {}", refused.err);
    }
    let made = town.run(&["key", "rotate", "--to", &given, "--new-key"]);
    assert!(made.status == 3 && made.err.contains("a program makes the key that it keeps itself"), "{}", made.err);
}

#[test]
fn where_a_key_is_kept_must_be_understood() {
    for (key, expected) in [("exec:", "write a program"), ("pkcs11:token=a", "object is missing")] {
        let town = Town::empty();
        let refused = town.run(&["audit", "--key", key]);
        assert!(refused.status == 2 && refused.err.contains(expected), "{key}: {}", refused.err);
    }
}

#[test]
fn a_database_whose_making_was_interrupted_says_so() {
    let town = Town::empty();
    let nothing = town.path("half.db");
    drop(gongji_store::Store::create_sqlite(&nothing, &gongji_store::WorkingKey::generate([1; 32])).unwrap());
    let half = town.run(&["audit", "--db", &nothing.display().to_string()]);
    assert!(half.status == 3 && half.err.contains("making it was interrupted"), "{}", half.err);
}

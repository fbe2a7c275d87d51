//! From a pack to law by two people, as clerks and scripts meet it.

use gongji_service::law::built_in;
use gongji_words::{AreaCode, Day};

use crate::support::{Ran, Town, bill, of_repository};

/// Hebei's pack with another number of family members from a day on; a file in the town's folder.
fn hebei(town: &Town, from: &str, members: u32) -> String {
    let text = std::fs::read_to_string(of_repository("policies/130000-hebei.toml")).unwrap();
    let rule =
        format!("\n[[rule]]\nkey = \"bind.max-members\"\nfrom = \"{from}\"\nvalue = {members}\nsource = \"N1\"\n");
    town.file("draft.toml", format!("{text}{rule}").as_bytes())
}

fn proposed(town: &Town, from: &str) -> u64 {
    let ran = town.run(&["policy", "propose", &hebei(town, from, 5), "--by", "王敏", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    ran.json()["proposed"][0]["release"]["number"].as_u64().unwrap()
}

fn approve(town: &Town, number: u64, by: &str) -> Ran {
    town.run(&["policy", "approve", &number.to_string(), "--by", by])
}

fn shown(town: &Town, on: &str) -> String {
    let (db, key) = (town.path("gongji.db").display().to_string(), town.path("gongji.key").display().to_string());
    let words = ["policy", "show", "130000", "--on", on, "--key", "bind.max-members", "--db", &db];
    let ran = town.run(&words.into_iter().chain(["--master-key", &key]).collect::<Vec<_>>());
    assert_eq!(ran.status, 0, "{}", ran.err);
    ran.last_line().to_owned()
}

#[test]
fn a_pack_becomes_law_by_two_people() {
    let town = Town::empty();
    let proposal = town.run(&["policy", "propose", &hebei(&town, "2099-01-01", 5), "--by", "王敏"]);
    assert_eq!(proposal.status, 0, "{}", proposal.err);
    assert!(proposal.out.contains("bind.max-members from 2099-01-01: 8 → 5"), "{}", proposal.out);
    assert!(proposal.err.contains("policy replay --draft"), "{}", proposal.err);
    assert!(shown(&town, "2099-01-01").contains("bind.max-members = 8"), "nothing is law yet");
    let number = town.run(&["policy", "releases", "--json"]).json()["releases"].as_array().unwrap().len() as u64;
    let himself = approve(&town, number, " 王 敏");
    assert_eq!(himself.status, 2, "{}", himself.out);
    assert!(himself.err.contains("another person has to approve it"), "{}", himself.err);
    assert_eq!(approve(&town, number, "李强").status, 0);
    assert!(shown(&town, "2098-12-31").contains("bind.max-members = 8"));
    assert!(shown(&town, "2099-01-01").contains("bind.max-members = 5"));
    let listed = town.run(&["policy", "releases"]);
    let line = listed.last_line();
    assert!(line.contains("130000 released from 2099-01-01, proposed by 王敏") && line.contains("李强"), "{line}");
    let text = town.run(&["policy", "releases", "--text", &number.to_string()]).out;
    assert_eq!(text, std::fs::read_to_string(town.path("draft.toml")).unwrap());
}

#[test]
fn what_is_refused_says_what_to_do() {
    let town = Town::settled();
    assert_eq!(town.run_on("settle", &town.file("bill.json", bill("B1", "10.00").as_bytes())).status, 0);
    let draft = hebei(&town, "2025-01-01", 5);
    let number = proposed(&town, "2099-01-01");
    let table: &[(&[&str], &str)] = &[
        (&["propose", &hebei(&town, "2025-01-01", 6), "--by", "王敏"], "--retroactive REASON"),
        (&["propose", &draft, "--by", " "], "--by"),
        (&["propose", &town.file("no.toml", b"[area]\ncode = \"130000\"\n"), "--by", "王敏"], "no.toml:"),
        (&["approve", "9999", "--by", "李强"], "gongji policy releases"),
        (&["approve", "1", "--by", "李强"], "is law"),
        (&["withdraw", "1", "--by", "李强"], "is law"),
        (&["releases", "--text", "9999"], "there is no release 9999"),
    ];
    for (words, said) in table {
        let ran = town.run(&[&["policy"], *words].concat());
        assert_eq!(ran.status, 2, "{words:?}: {}", ran.out);
        assert!(ran.err.contains(said), "{words:?}: {}", ran.err);
    }
    let withdrawn = town.run(&["policy", "withdraw", &number.to_string(), "--by", "王敏"]);
    assert_eq!(withdrawn.status, 0, "{}", withdrawn.err);
    assert!(approve(&town, number, "李强").err.contains("propose its pack again"));
}

#[test]
fn the_packs_of_the_program_are_law_when_a_database_is_made() {
    let town = Town::empty();
    let again = town.run(&["policy", "propose", "--built-in", "--by", "王敏", "--json"]);
    assert_eq!((again.status, again.json()["proposed"].as_array().unwrap().len()), (0, 0), "{}", again.err);
    town.file("draft.toml", b"");
    let number = proposed(&town, "2099-01-01");
    assert_eq!(approve(&town, number, "李强").status, 0);
    // What the program brings is not what is law: it is law again only by two people.
    let back = town.run(&["policy", "propose", "--built-in", "--by", "王敏", "--json"]).json();
    assert_eq!(back["proposed"][0]["release"]["area"], "130000");
    assert_eq!(back["proposed"].as_array().unwrap().len(), 1);
}

#[test]
fn a_bill_is_explained_and_replayed_by_the_law_it_was_decided_under() {
    let town = Town::settled();
    assert_eq!(town.run_on("settle", &town.file("bill.json", bill("B1", "10.00").as_bytes())).status, 0);
    let today = || {
        let past = town.run(&["policy", "replay", "--from", "2025-01-01", "--to", "2199-12-31", "--json"]);
        (past.status, past.json())
    };
    let before = town.run(&["explain", "B1", "--json"]).json();
    let draft = hebei(&town, "2022-01-01", 5);
    let proposal = town.run(&["policy", "propose", &draft, "--by", "王敏", "--retroactive", "a letter", "--json"]);
    let number = proposal.json()["proposed"][0]["release"]["number"].as_u64().unwrap();
    assert_eq!(approve(&town, number, "李强").status, 0);
    assert_eq!(town.run(&["explain", "B1", "--json"]).json(), before);
    assert!(!before.to_string().contains("no longer"), "{before}");
    let (status, told) = today();
    assert_eq!((status, &told["unreleased"]), (0, &serde_json::json!([])), "{told}");
    assert_eq!(town.run(&["audit"]).status, 0);
}

/// What somebody does who owns the file and not the key: other bytes in place of these, wherever they stand.
fn tamper(town: &Town, from: &[u8], to: &[u8]) {
    let path = town.path("gongji.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter_map(|(place, found)| (found == from).then_some(place)).collect();
    assert!(!places.is_empty(), "the file holds what is to be changed");
    places.into_iter().for_each(|place| bytes[place..place + to.len()].copy_from_slice(to));
    std::fs::write(&path, bytes).unwrap();
}

#[test]
fn by_a_release_that_is_not_what_was_released_nothing_is_judged() {
    let town = Town::settled();
    tamper(&town, "最多绑定 8 名家庭成员".as_bytes(), "最多绑定 9 名家庭成员".as_bytes());
    let bill = town.file("bill.json", bill("B1", "10.00").as_bytes());
    let refused = town.run_on("settle", &bill);
    assert_eq!(refused.status, 3, "{}", refused.out);
    assert!(refused.err.contains("policy_release") && refused.err.contains("forged or edited"), "{}", refused.err);
    let audit = town.run(&["audit"]);
    assert_eq!(audit.status, 1, "{}", audit.err);
    assert!(audit.out.contains("policy_release"), "{}", audit.out);
}

#[test]
fn a_decision_that_no_release_stands_behind_is_said() {
    let town = Town::settled();
    assert_eq!(town.run_on("settle", &town.file("bill.json", bill("B1", "10.00").as_bytes())).status, 0);
    let (area, day) = (AreaCode::from_number(130_100), Day::new(2199, 1, 1).unwrap());
    let digest = built_in().on(area, day).unwrap().digest;
    let trace = [[1, 1].as_slice(), &digest].concat();
    tamper(&town, &trace, &[[1, 1].as_slice(), &[7; 32]].concat());
    let audit = town.run(&["audit"]);
    assert!(audit.out.contains("no release resolves to"), "{}", audit.out);
    let explained = town.run(&["explain", "B1"]);
    assert!(explained.out.contains("gongji audit"), "{}", explained.out);
    let past = town.run(&["policy", "replay", "--from", "2025-01-01", "--to", "2199-12-31"]);
    assert_eq!(past.status, 1, "{}", past.out);
    assert!(past.err.contains("no release resolves to"), "{}", past.err);
}

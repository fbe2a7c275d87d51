//! The brake as operators meet it: who may pull it, what a bill comes to in another program, what is told.

use serde_json::Value;

use crate::serving::{Server, settling, token_of};
use crate::support::{MOTHER, Ran, SON, Town, bill};

const TWO: [&str; 4] = ["--by", "王敏", "--and", "李强"];

fn stop(town: &Town, target: &str) -> Ran {
    town.run(&[&["stop", target, "--reason", "规则有误，正在核实", "--json"], &TWO[..]].concat())
}

fn resume(town: &Town, target: &str) -> Ran {
    town.run(&[&["resume", target, "--json"], &TWO[..]].concat())
}

fn listed(town: &Town) -> Vec<Value> {
    town.run(&["stop", "--list", "--json"]).json()["stops"].as_array().unwrap().clone()
}

/// What aid pays of a bill of 10.00, and the reason.
fn aid(town: &Town, command: &str, id: &str) -> (String, Value) {
    let file = town.file("bill.json", bill(id, "10.00").as_bytes());
    let ran = town.run(&[command, &file, "--json"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    let told = ran.json();
    (told["aid"].as_str().unwrap().to_owned(), told["reason"]["code"].clone())
}

fn paid() -> (String, Value) {
    ("10.00".to_owned(), Value::Null)
}

fn stopped() -> (String, Value) {
    ("0.00".to_owned(), Value::from("SETTLE_STOPPED"))
}

#[test]
fn a_stop_holds_for_the_next_program_until_it_is_ended() {
    let town = Town::settled();
    for (place, target) in ["130100", "130000", "13", "1301", "institution:1301", "area:130100"].iter().enumerate() {
        assert_eq!(aid(&town, "settle", &format!("{place}-before")), paid(), "{target}");
        let ran = stop(&town, target);
        assert_eq!((ran.status, ran.json()["stopped"].as_bool()), (0, Some(true)), "{target}: {}", ran.err);
        assert_eq!(aid(&town, "preview", "P"), stopped(), "{target}");
        assert_eq!(aid(&town, "settle", &format!("{place}-under")), stopped(), "{target}");
        assert_eq!(aid(&town, "settle", &format!("{place}-before")), paid(), "a repeat gets its first answer");
        let ran = resume(&town, target);
        assert_eq!((ran.status, ran.json()["resumed"].as_bool()), (0, Some(true)), "{target}: {}", ran.err);
        assert_eq!(aid(&town, "settle", &format!("{place}-under")), stopped(), "what was settled stays as it is");
        assert_eq!(aid(&town, "settle", &format!("{place}-after")), paid(), "{target}");
    }
    assert_eq!(town.balance(SON), "99880.00");
    town.digest();
}

#[test]
fn other_institutions_areas_and_provinces_do_not_stop_a_bill() {
    let town = Town::settled();
    for (target, kind) in [("1302", "institution"), ("130200", "area"), ("14", "peer"), ("peer:110000", "peer")] {
        let ran = stop(&town, target);
        assert_eq!((ran.status, ran.json()["stop"]["kind"].as_str()), (0, Some(kind)), "{target}: {}", ran.err);
    }
    assert_eq!(aid(&town, "settle", "B1"), paid());
    assert_eq!(listed(&town).len(), 4);
}

#[test]
fn doing_it_again_changes_nothing_and_says_so() {
    let town = Town::settled();
    let not_yet = resume(&town, "130100").json();
    assert_eq!((not_yet["resumed"].as_bool(), &not_yet["stop"]), (Some(false), &Value::Null));
    let first = stop(&town, "130100").json();
    let again = stop(&town, "area:130100").json();
    assert_eq!((again["stopped"].as_bool(), &again["stop"]), (Some(false), &first["stop"]));
    let told = town.run(&[&["stop", "130102", "--reason", "again"], &TWO[..]].concat());
    assert!(told.out.contains("stopped already, nothing was changed"), "a district is its pooling area: {}", told.out);
    assert_eq!(resume(&town, "130100").json()["resumed"], true);
    assert_eq!(resume(&town, "130100").json()["resumed"], false);
    assert_eq!(stop(&town, "130100").json()["stop"]["number"], 2);
}

#[test]
fn who_stopped_and_who_resumed_and_why_is_kept() {
    let town = Town::settled();
    stop(&town, "130100");
    resume(&town, "130100");
    stop(&town, "1301");
    let stops = listed(&town);
    let facts = |stop: &Value| {
        let names = [&stop["begun"]["by"], &stop["begun"]["and"], &stop["ended"]["by"], &stop["ended"]["and"]];
        let texts = names.map(|name| name.as_str().unwrap_or("-").to_owned());
        (stop["target"].as_str().unwrap().to_owned(), stop["in_force"].as_bool().unwrap(), texts)
    };
    let [wang, li] = ["王敏", "李强"].map(str::to_owned);
    let nobody = "-".to_owned();
    let ended = [wang.clone(), li.clone(), wang.clone(), li.clone()];
    let expected = [("130100".to_owned(), false, ended), ("1301".to_owned(), true, [wang, li, nobody.clone(), nobody])];
    assert_eq!(stops.iter().map(facts).collect::<Vec<_>>(), expected);
    let lines = town.run(&["stop", "--list"]).out;
    for told in ["area:130100 #1", "institution:1301 #2", "规则有误，正在核实", "resumed", "in force"] {
        assert!(lines.contains(told), "{told}: {lines}");
    }
}

#[test]
fn what_is_not_understood_says_which_field_and_what_to_write() {
    let town = Town::settled();
    let long = "停".repeat(201);
    let table: &[(&[&str], &str)] = &[
        (&["130100", "--reason", "why", "--by", "王敏", "--and", "王 敏"], "--by, --and: two different people"),
        (&["130100", "--reason", "why", "--by", "王敏", "--and", " "], "--by, --and: write a name"),
        (&["130100", "--reason", " ", "--by", "王敏", "--and", "李强"], "--reason: write one line"),
        (&["130100", "--reason", &long, "--by", "王敏", "--and", "李强"], "--reason: write one line"),
        (&["130100", "--reason", MOTHER, "--by", "王敏", "--and", "李强"], "--reason: write one line"),
        (
            &["139900", "--reason", "why", "--by", "王敏", "--and", "李强"],
            "target 139900: this province has no such area",
        ),
        (&["140100", "--reason", "why", "--by", "王敏", "--and", "李强"], "write 140000"),
        (&["77", "--reason", "why", "--by", "王敏", "--and", "李强"], "target: no province has this code"),
        (&["9", "--reason", "why", "--by", "王敏", "--and", "李强"], "target 9: no institution"),
        (&["institution:0", "--reason", "why", "--by", "王敏", "--and", "李强"], "target 0: no institution"),
        (&["person:1", "--reason", "why", "--by", "王敏", "--and", "李强"], "target: write the six digits"),
        (&["x", "--reason", "why", "--by", "王敏", "--and", "李强"], "target: write the six digits"),
        (&["130100", "--reason", "why", "--by", "王敏"], "--and"),
        (&["130100", "--by", "王敏", "--and", "李强"], "--reason"),
        (&["130100", "--list"], "--list"),
    ];
    for (words, said) in table {
        let ran = town.run(&[&["stop"], *words].concat());
        assert_eq!(ran.status, 2, "{words:?}: {}", ran.out);
        assert!(ran.err.contains(said), "{words:?}: {}", ran.err);
    }
    assert!(listed(&town).is_empty());
}

#[test]
fn a_number_that_is_a_code_too_has_to_be_said_in_full() {
    let town = Town::settled();
    let csv = town.file("more.csv", b"number,area,kind\n14,130100,hospital\n");
    assert_eq!(town.run(&["import", "institutions", &csv]).status, 0);
    let ran = stop(&town, "14");
    assert_eq!(ran.status, 2, "{}", ran.out);
    assert!(ran.err.contains("write area:14 or institution:14"), "{}", ran.err);
    assert_eq!(stop(&town, "institution:14").json()["stop"]["kind"], "institution");
    assert_eq!(stop(&town, "peer:14").json()["stop"]["kind"], "peer");
}

#[test]
fn a_stopped_bill_is_explained_and_replays_the_same() {
    let town = Town::settled();
    stop(&town, "1301");
    assert_eq!(aid(&town, "settle", "B1"), stopped());
    resume(&town, "1301");
    let explained = town.run(&["explain", "B1"]);
    assert!(explained.out.contains("SETTLE_STOPPED"), "{}", explained.out);
    assert!(explained.out.contains("has stopped family sharing here for a while"), "{}", explained.out);
    let words = ["policy", "replay", "--from", "2025-01-01", "--to", "2199-12-31", "--json"];
    let past = town.run(&words);
    assert_eq!(past.status, 0, "{}{}", past.out, past.err);
    assert_eq!(past.json()["changed"].as_u64().or(Some(0)), Some(0), "{}", past.out);
}

#[test]
fn a_stop_that_somebody_edits_in_the_database_is_found() {
    let town = Town::settled();
    stop(&town, "1301");
    let path = town.path("gongji.db");
    let bytes = std::fs::read(&path).unwrap();
    let (from, to) = ("王敏".as_bytes(), "王东".as_bytes());
    let place = bytes.windows(from.len()).position(|found| found == from).expect("it is written in the clear");
    let edited = [&bytes[..place], to, &bytes[place + to.len()..]].concat();
    std::fs::write(&path, edited).unwrap();
    let audit = town.run(&["audit"]);
    assert!(audit.status == 1 && audit.out.contains("aid_stop"), "{}", audit.out);
    let ran = town.run(&["stop", "--list"]);
    assert!(ran.status == 3 && ran.err.contains("forged or edited"), "{}", ran.err);
}

#[test]
fn a_server_over_a_file_is_left_alone_and_the_operator_told_what_to_do() {
    let town = Town::settled();
    let _server = Server::of(&town, &[]);
    let ran = stop(&town, "130100");
    assert_eq!(ran.status, 3, "{}", ran.out);
    assert!(ran.err.contains("in use by another program") && ran.err.contains("SIGTERM"), "{}", ran.err);
    assert!(listed(&town).is_empty(), "what is in force can be read beside it");
}

#[test]
fn a_server_over_postgresql_obeys_from_the_next_bill_on() {
    let town = Town::settled_on_server();
    let token = token_of(&town, "1301");
    let server = Server::of(&town, &[]);
    let body = format!(r#"{{"patient": "{MOTHER}", "kind": "outpatient", "parts": {{"copay": "10.00"}}}}"#);
    let aid = |key: &str| {
        let got = server.ask(&settling(&token, key), &body);
        assert_eq!(got.status, 201, "{}", got.text);
        (got.body["aid"].as_str().unwrap().to_owned(), got.body["reason"]["code"].clone())
    };
    assert_eq!(aid("B1").0, "10.00");
    let ran = stop(&town, "130100");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let (paid, told) = aid("B2");
    assert_eq!((paid.as_str(), told), ("0.00", Value::from("SETTLE_STOPPED")));
    assert_eq!(aid("B1").0, "10.00", "a repeat gets its first answer");
    assert_eq!(resume(&town, "130100").status, 0);
    assert_eq!(aid("B3").0, "10.00");
    town.digest();
}

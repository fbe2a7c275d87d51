//! What whoever looks after a server relies on: settings, counts, lines, encryption, limits, the doctor.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::encrypted::certify;
use crate::serving::{Server, settle_bill, token_of};
use crate::support::{MOTHER, Ran, Town, of_repository};

fn serving(town: &Town, more: &[&str]) -> Command {
    town.program(&[&["serve", "--listen", "127.0.0.1:0", "--json"], more].concat())
}

#[test]
fn what_a_server_counts_is_read_on_its_machine_and_elsewhere_by_operators_alone() {
    let town = Town::settled();
    let token = token_of(&town, "1301");
    let (server, _) = Server::started(serving(&town, &[]));
    assert_eq!(settle_bill(&server, &token, "B1").status, 201);
    assert_eq!(settle_bill(&server, "gongji_none", "B2").status, 401);
    let read = server.ask("GET /metrics HTTP/1.1", "");
    assert_eq!(read.status, 200, "{}", read.text);
    for line in [
        "gongji_requests_total{operation=\"settle\",status=\"201\",code=\"\"} 1",
        "gongji_requests_total{operation=\"settle\",status=\"401\",code=\"REQ_TOKEN\"} 1",
        "gongji_request_seconds_count{operation=\"settle\"} 2",
        "gongji_ledger_discrepancies -1",
        "gongji_certificate_days -1",
        "gongji_desk_queue 0",
        "gongji_outbox_waiting 0",
        "gongji_requests_under_way 1",
    ] {
        assert!(read.text.lines().any(|one| one == line), "{line}\n{}", read.text);
    }
    for passed_on in ["x-forwarded-for: 203.0.113.7", "forwarded: for=203.0.113.7", "via: 1.1 proxy"] {
        assert_eq!(server.ask(&format!("GET /metrics HTTP/1.1\r\n{passed_on}"), "").status, 401, "{passed_on}");
    }
    let by_till = format!("GET /metrics HTTP/1.1\r\nauthorization: Bearer {token}");
    assert_eq!(server.ask(&by_till, "").status, 403);
}

#[test]
fn each_request_is_a_line_of_json_with_nobody_in_it() {
    let town = Town::settled();
    let token = token_of(&town, "1301");
    let mut program = serving(&town, &[]);
    program.stderr(Stdio::piped());
    let (mut server, _) = Server::started(program);
    assert_eq!(settle_bill(&server, &token, "B1").status, 201);
    assert_eq!(server.ask(&format!("GET /v1/people/{MOTHER}/balance HTTP/1.1"), "").status, 401);
    server.signal("-TERM");
    let lines = server.errors();
    let read: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of =
        |operation: &str| read.iter().find(|line| line["operation"] == operation).unwrap_or_else(|| panic!("{lines}"));
    assert_eq!((&of("settle")["status"], &of("settle")["level"]), (&201.into(), &"info".into()));
    assert_eq!(of("settle")["token"].as_str().map(str::len), Some(16));
    assert_eq!((&of("read-balance")["code"], &of("read-balance")["token"]), (&"REQ_TOKEN".into(), &Value::Null));
    for secret in [MOTHER, token.as_str(), token.trim_start_matches("gongji_"), "620.00"] {
        assert!(!lines.contains(secret), "{lines}");
    }
}

#[test]
fn failures_alone_are_written_down_if_nothing_else_is_wanted() {
    let town = Town::settled();
    let mut program = serving(&town, &["--set", "log=failures"]);
    program.stderr(Stdio::piped());
    let (mut server, _) = Server::started(program);
    assert_eq!(server.ask("GET /healthz HTTP/1.1", "").status, 200);
    server.signal("-TERM");
    assert_eq!(server.errors(), "");
}

#[test]
fn a_port_with_a_certificate_speaks_https_alone() {
    let town = Town::settled();
    certify(&town.path(""), "server");
    let [certificate, key] = ["crt", "key"].map(|ending| town.path(&format!("server.{ending}")).display().to_string());
    let settings = format!("tls-certificate = \"{certificate}\"\ntls-key = \"{key}\"\n");
    let file = town.file("gongji.toml", settings.as_bytes());
    let (server, told) = Server::started(serving(&town, &["--config", &file]));
    let port = told["url"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    let curl = |url: &str| {
        let asked =
            Command::new("curl").args(["-s", "--max-time", "20", "--cacert", &certificate, url]).output().unwrap();
        (asked.status.success(), String::from_utf8(asked.stdout).unwrap())
    };
    assert_eq!(curl(&format!("https://localhost:{port}/healthz")), (true, "{\"status\":\"alive\"}".to_owned()));
    assert!(!curl(&format!("http://localhost:{port}/healthz")).0);
    let (_, counts) = curl(&format!("https://localhost:{port}/metrics"));
    // Made for two days, of which the first second may be over.
    let is_days = |line: &str| ["gongji_certificate_days 1", "gongji_certificate_days 2"].contains(&line);
    assert!(counts.lines().any(is_days), "{counts}");
    drop(server);
    let wrong = town.file("wrong.toml", format!("tls-certificate = \"{key}\"\ntls-key = \"{key}\"\n").as_bytes());
    let refused = town.run(&["serve", "--config", &wrong]);
    assert!(refused.status == 3 && refused.err.starts_with("tls-certificate: "), "{}", refused.err);
}

#[test]
fn a_flood_from_one_key_is_turned_away_and_another_key_is_served() {
    let town = Town::settled();
    let (flood, other) = (token_of(&town, "1301"), token_of(&town, "1302"));
    let (server, _) = Server::started(serving(&town, &["--set", "rate-per-key=1"]));
    let ask =
        |token: &str| server.ask(&format!("GET /v1/sessions/current HTTP/1.1\r\nauthorization: Bearer {token}"), "");
    let turned_away = (0..200).map(|_| ask(&flood)).find(|got| got.status != 200).expect("two a second at most");
    assert_eq!((turned_away.status, turned_away.body["code"].as_str()), (429, Some("REQ_RATE_LIMIT")));
    assert!(turned_away.head.contains("retry-after: "), "{}", turned_away.head);
    assert_eq!(ask(&other).status, 200);
}

#[test]
fn settings_are_checked_without_a_start_and_no_password_is_shown() {
    let town = Town::empty();
    let file = town.file("gongji.toml", b"requests = 7\npatience = 3\n");
    let check = |variables: &[(&str, &str)], more: &[&str]| {
        let mut program = town.program(&[&["config", "check", "--config", &file, "--json"], more].concat());
        program.envs(variables.iter().copied());
        Ran::of(program.output().unwrap())
    };
    let variables = [("GONGJI_PATIENCE", "4"), ("GONGJI_DB", "postgresql://u:geheim@db1/book")];
    let checked = check(&variables, &["--set", "connections=9"]);
    assert_eq!(checked.status, 0, "{}", checked.err);
    let settings = checked.json()["settings"].as_array().unwrap().clone();
    let held = |key: &str| {
        let one = settings.iter().find(|one| one["key"] == key).unwrap();
        (one["value"].as_str().unwrap().to_owned(), one["from"].as_str().unwrap().to_owned())
    };
    for (key, value, from) in [
        ("requests", "7", file.as_str()),
        ("patience", "4", "GONGJI_PATIENCE"),
        ("connections", "9", "--set connections"),
        ("body-bytes", "65536", "usual"),
        ("db", "postgresql://db1/book", "GONGJI_DB"),
    ] {
        assert_eq!(held(key), (value.to_owned(), from.to_owned()), "{key}");
    }
    for (variables, more, named) in [
        (&[("GONGJI_REQUESTS", "many")][..], &[][..], "GONGJI_REQUESTS: "),
        (&[], &["--set", "listen=nowhere"], "listen: "),
        (&[], &["--set", "area=13"], "area: "),
        (&[], &["--set", "tls-key=server.key"], "tls-certificate: "),
        (&[], &["--set", "requests"], "--set: "),
    ] {
        let refused = check(variables, more);
        assert!(refused.status == 2 && refused.err.starts_with(named), "{named}: {}", refused.err);
    }
}

#[test]
fn the_doctor_finds_what_is_wrong_and_names_it() {
    let town = Town::settled();
    let found = |more: &[&str]| {
        let ran = town.run(&[&["doctor", "--set", "listen=127.0.0.1:0", "--json"], more].concat());
        let findings = ran.json()["findings"].as_array().unwrap_or_else(|| panic!("{}", ran.err)).clone();
        let of = |what: &str| {
            findings.iter().find(|one| one["what"] == what).map(|one| one["state"].as_str().unwrap().to_owned())
        };
        (ran.status, ["settings", "listen", "database", "key", "law", "witness", "ledger"].map(of))
    };
    let good = || Some("good".to_owned());
    let beware = || Some("beware".to_owned());
    let wrong = || Some("wrong".to_owned());
    assert_eq!(found(&[]), (0, [good(), good(), good(), good(), good(), beware(), good()]));
    let witness = town.path("witness.jsonl").display().to_string();
    assert_eq!(found(&["--witness", &witness]).1[5], good());
    assert_eq!(found(&["--set", "area=13"]), (1, [wrong(), good(), good(), good(), good(), beware(), good()]));
    assert_eq!(found(&["--key", "nothing.key"]), (1, [good(), good(), good(), wrong(), None, None, None]));
    assert_eq!(found(&["--db", "nothing.db"]), (1, [good(), good(), wrong(), None, None, None, None]));
}

#[test]
fn the_doctor_finds_that_somebody_has_changed_the_ledger() {
    let town = Town::settled_on_server();
    let ledger = || {
        let ran = town.run(&["doctor", "--set", "listen=127.0.0.1:0", "--json"]);
        let findings = ran.json()["findings"].as_array().unwrap_or_else(|| panic!("{}", ran.err)).clone();
        (ran.status, findings.into_iter().find(|one| one["what"] == "ledger").unwrap()["state"].clone())
    };
    assert_eq!(ledger(), (0, "good".into()));
    town.psql("update entry set amount_fen = amount_fen + 1 where amount_fen > 0");
    assert_eq!(ledger(), (1, "wrong".into()));
}

/// What is delivered beside the program names only what there is.
#[test]
fn the_dashboard_asks_for_counts_that_a_server_has() {
    let town = Town::settled();
    let token = token_of(&town, "1301");
    let (server, _) = Server::started(serving(&town, &[]));
    assert_eq!(settle_bill(&server, &token, "B1").status, 201);
    let counted = server.ask("GET /metrics HTTP/1.1", "").text;
    let dashboard = std::fs::read_to_string(of_repository("deploy/grafana.json")).unwrap();
    let read: Value = serde_json::from_str(&dashboard).unwrap();
    assert!(read["panels"].as_array().unwrap().len() >= 12);
    let is_sign = |letter: char| !letter.is_ascii_lowercase() && letter != '_';
    let asked: std::collections::BTreeSet<&str> =
        dashboard.split(is_sign).filter(|word| word.starts_with("gongji_")).collect();
    assert!(asked.len() >= 12, "{asked:?}");
    for name in asked {
        assert!(counted.lines().any(|line| line.starts_with(name)), "{name}\n{counted}");
    }
}

#[test]
fn the_unit_of_systemd_starts_the_program_with_words_that_it_knows() {
    let unit = std::fs::read_to_string(of_repository("deploy/gongji.service")).unwrap();
    let commands: Vec<&str> =
        unit.lines().filter_map(|line| line.split_once("=/usr/bin/gongji ")).map(|(_, rest)| rest).collect();
    assert_eq!(commands.len(), 2);
    let town = Town::empty();
    let file = town.file("gongji.toml", b"");
    for command in commands {
        let words: Vec<String> =
            command.split(' ').map(|word| word.replace("/etc/gongji/gongji.toml", &file)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = Ran::of(town.program(&words).env("GONGJI_DB", town.path("nothing.db")).output().unwrap());
        // There is no database to serve; everything before that was understood.
        let expected = if words[0] == "serve" { 3 } else { 0 };
        assert_eq!(ran.status, expected, "{command}: {}", ran.err);
    }
}

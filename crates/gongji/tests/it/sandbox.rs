//! The sandbox as somebody meets it who writes a client: who comes decides what happens, and documents say so.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::serving::{Got, Server, request, settling};
use crate::support::{Ran, of_repository, program};

/// A sandbox, and what it tells.
pub struct Sandbox {
    pub server: Server,
    pub told: Value,
}

impl Sandbox {
    pub fn new(more: &[&str]) -> Self {
        let (server, told) = Server::started(program(&[&["sandbox", "--port", "0", "--json"], more].concat()));
        Self { server, told }
    }

    pub fn url(&self) -> &str {
        self.told["url"].as_str().unwrap()
    }

    pub fn one(&self, list: &str, key: &str) -> &Value {
        let found = self.told[list].as_array().unwrap().iter().find(|one| one["key"] == key);
        found.unwrap_or_else(|| panic!("{list}: {key}"))
    }

    pub fn token(&self, institution: &str) -> &str {
        self.one("institutions", institution)["secrets"]["token"].as_str().unwrap()
    }

    fn bill(&self, patient: &str, yuan: &str) -> String {
        let patient = self.one("people", patient);
        let mut bill = json!({"patient": patient["person"], "kind": "outpatient", "parts": {"copay": yuan}});
        if !patient["area"].as_str().unwrap().starts_with("13") {
            bill["patient-area"] = patient["area"].clone();
        }
        bill.to_string()
    }

    fn settle(&self, (patient, institution): (&str, &str), (key, yuan): (&str, &str)) -> Got {
        self.server.ask(&settling(self.token(institution), key), &self.bill(patient, yuan))
    }

    fn put(&self, path: &str, body: &Value) -> Got {
        self.server.ask(&format!("PUT {path} HTTP/1.1"), &body.to_string())
    }

    pub fn balance(&self, key: &str) -> String {
        let (person, token) = (self.one("people", key)["person"].as_str().unwrap(), &self.told["keys"]["clerk"]);
        let head =
            format!("GET /v1/people/{person}/balance HTTP/1.1\r\nauthorization: Bearer {}", token.as_str().unwrap());
        let got = self.server.ask(&head, "");
        assert_eq!(got.status, 200, "{}", got.text);
        got.body["balance"].as_str().unwrap().to_owned()
    }
}

/// What a bill came to, in a line.
fn outcome(got: &Got) -> String {
    let of = |name: &str| got.body[name].as_str().unwrap_or("-").to_owned();
    match got.status {
        201 => {
            let reason = got.body["reason"]["code"].as_str().map_or(String::new(), |code| format!(" {code}"));
            format!("own {} aid {} wallet {} cash {}{reason}", of("own"), of("aid"), of("wallet"), of("cash"))
        }
        status => format!("{status} {}", of("code")),
    }
}

/// The rows of the tables in the page about the sandbox: who, where, what of 100.00 comes to.
fn promised() -> Vec<[String; 3]> {
    let page = std::fs::read_to_string(of_repository("docs/sandbox.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `T-"));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().replace('`', "")).collect::<Vec<_>>();
    rows.map(|line| {
        let cells = cells(line);
        [cells[1].clone(), cells[2].clone(), cells[4].clone()]
    })
    .collect()
}

#[test]
fn who_comes_decides_what_happens_as_the_page_about_the_sandbox_says() {
    let sandbox = Sandbox::new(&[]);
    let promised = promised();
    assert!(promised.len() > 25, "the page has its tables: {promised:?}");
    let mut wrong = Vec::new();
    for (number, [patient, institution, expected]) in promised.iter().enumerate() {
        let got = sandbox.settle((patient, institution), (&format!("ROW-{number}"), "100.00"));
        if outcome(&got) != *expected {
            wrong.push(format!("{patient} at {institution}: {} and not {expected}", outcome(&got)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let named: BTreeMap<&str, ()> = promised.iter().map(|[patient, ..]| (patient.as_str(), ())).collect();
    let people = sandbox.told["people"].as_array().unwrap().iter().filter_map(|one| one["key"].as_str());
    let (from, more) = (|key: &&str| !key.starts_with("T-SP-"), |key: &&str| !named.contains_key(key));
    let left_out: Vec<&str> = people.filter(from).filter(more).filter(|key| !BEHIND_OTHERS.contains(key)).collect();
    assert!(left_out.is_empty(), "the page does not name {left_out:?}");
}

/// They are seen at the hospital of their own province.
const BEHIND_OTHERS: [&str; 3] = ["T-BEN-PART", "T-BEN-PEND", "T-BEN-REVIEW"];

#[test]
fn three_provinces_answer_each_at_its_own_port() {
    let mut sandbox = Sandbox::new(&["--provinces"]);
    let provinces = sandbox.told["provinces"].as_array().unwrap().clone();
    assert_eq!(provinces.len(), 3);
    for (patient, institution, expected) in [
        ("T-BEN-PART", "T-HOSP-OK-652700", "own 0.00 aid 60.00 wallet 0.00 cash 40.00 SETTLE_PARTIAL"),
        ("T-BEN-PEND", "T-HOSP-OK-652700", "own 0.00 aid 0.00 wallet 0.00 cash 100.00 SETTLE_CONSENT_PENDING"),
        ("T-BEN-REVIEW", "T-HOSP-OK-652700", "own 0.00 aid 0.00 wallet 0.00 cash 100.00 SETTLE_REVIEW_PENDING"),
    ] {
        let area = sandbox.one("people", patient)["area"].as_str().unwrap()[..2].to_owned();
        let of_area = |one: &&Value| one["area"].as_str().unwrap().starts_with(&area);
        let url = provinces.iter().find(of_area).unwrap()["url"].as_str().unwrap();
        let mut bill: Value = serde_json::from_str(&sandbox.bill(patient, "100.00")).unwrap();
        bill.as_object_mut().unwrap().remove("patient-area");
        bill["using"] = json!("auto");
        let stream = std::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        let head = settling(sandbox.token(institution), patient);
        std::io::Write::write_all(&mut &stream, request(&head, &bill.to_string()).as_bytes()).unwrap();
        assert_eq!(outcome(&Got::of(stream)), expected, "{patient}");
    }
    sandbox.server.signal("-TERM");
    assert_eq!(sandbox.server.status(), Some(0));
}

#[test]
fn the_readme_s_lines_work_as_they_stand() {
    let readme = std::fs::read_to_string(of_repository("README.md")).unwrap();
    let lines: Vec<&str> = readme.lines().map(str::trim).filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(lines.len(), 3);
    let sandbox = Sandbox::new(&[]);
    let url = sandbox.url();
    let answers = lines.iter().map(|line| {
        let line = line.replace("http://127.0.0.1:8400", url);
        let ran = Command::new("sh").args(["-c", &line]).output().unwrap();
        serde_json::from_slice::<Value>(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {line}: {ran:?}"))
    });
    let answers: Vec<Value> = answers.collect();
    assert_eq!(answers[0]["ready"], json!(true), "{}", answers[0]);
    assert_eq!((&answers[1]["aid"], &answers[1]["outcome"]), (&json!("620.00"), &json!("settled")), "{}", answers[1]);
    assert!(answers[2]["lines"].as_array().is_some_and(|lines| !lines.is_empty()), "{}", answers[2]);
}

#[test]
fn a_bill_whose_answer_was_lost_doubled_late_or_overtaken_is_paid_once() {
    let sandbox = Sandbox::new(&[]);
    for (number, fault) in ["doubled", "slow", "reordered", "lost"].into_iter().enumerate() {
        assert_eq!(sandbox.put("/sandbox/faults", &json!({"answers": fault, "seconds": 0})).status, 200);
        let (key, bill) = (format!("BAD-{number}"), sandbox.bill("T-BEN-OK", "100.00"));
        let mut stream = sandbox.server.connect();
        std::io::Write::write_all(&mut stream, request(&settling(sandbox.token("T-HOSP-OK"), &key), &bill).as_bytes())
            .unwrap();
        let first = (fault != "lost").then(|| Got::of(stream));
        assert_eq!(sandbox.put("/sandbox/faults", &json!({"answers": "none"})).status, 200);
        let again = sandbox.settle(("T-BEN-OK", "T-HOSP-OK"), (&key, "100.00"));
        assert_eq!(outcome(&again), "own 0.00 aid 100.00 wallet 0.00 cash 0.00", "{fault}");
        assert!(first.is_none_or(|first| first.text == again.text), "{fault}");
    }
    assert_eq!(sandbox.balance("T-SP-OK"), "1600.00");
}

#[test]
fn its_clock_goes_forward_when_it_is_set_and_bindings_begin() {
    let sandbox = Sandbox::new(&[]);
    let before = sandbox.settle(("T-BEN-LATER", "T-HOSP-OK"), ("EARLY", "10.00"));
    assert_eq!(before.body["reason"]["code"], json!("SETTLE_NOT_EFFECTIVE"), "{}", before.text);
    let year = sandbox.server.ask("GET /sandbox/clock HTTP/1.1", "").body["now"].as_str().unwrap()[..4]
        .parse::<i32>()
        .unwrap()
        + 1;
    let set = sandbox.put("/sandbox/clock", &json!({"now": format!("{year}-12-31T21:59")}));
    assert_eq!(set.body["now"], json!(format!("{year}-12-31T21:59:00+08:00")), "{}", set.text);
    let after = sandbox.settle(("T-BEN-LATER", "T-HOSP-OK"), ("LATER", "10.00"));
    assert_eq!(outcome(&after), "own 0.00 aid 10.00 wallet 0.00 cash 0.00");
    for wrong in [json!({"now": "2020-01-01"}), json!({"now": "soon"}), json!({"then": 1})] {
        let refused = sandbox.put("/sandbox/clock", &wrong);
        assert_eq!((refused.status, refused.body["field"].as_str()), (400, Some("now")), "{wrong}");
    }
}

#[test]
fn a_scenario_is_a_sandbox_and_what_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name).display().to_string();
        std::fs::write(&path, text).unwrap();
        path
    };
    let scene = "area 440300\nclock 2023-09-29T10:00\nperson g scheme resident\ninstitution clinic kind hospital\n";
    let sandbox = Sandbox::new(&["--scene", &file("good.scn", scene)]);
    let person = sandbox.one("people", "g");
    assert!(person["certificate"].as_str().unwrap().starts_with("170101"), "{person}");
    assert!(person["name"].as_str().unwrap().starts_with("示例"), "{person}");
    let now = sandbox.server.ask("GET /sandbox/clock HTTP/1.1", "").body["now"].clone();
    assert!(now.as_str().unwrap().starts_with("2023-09-29T10:0"), "{now}");
    let settled = sandbox.settle(("g", "clinic"), ("BILL", "10.00"));
    assert_eq!((settled.status, &settled.body["cash"]), (201, &json!("10.00")), "{}", settled.text);
    let failing = "area 440300\nclock 2023-09-29T10:00\nperson g scheme resident\nwallet g open => open\n";
    for (path, status, said) in [
        (file("empty.scn", ""), 2, "area 130100"),
        (file("other.scn", "what is this\n"), 2, "other.scn:1"),
        (folder.path().join("nowhere.scn").display().to_string(), 2, "no such file"),
        (file("failing.scn", failing), 3, "failing.scn:4"),
    ] {
        let ran = Ran::of(program(&["sandbox", "--port", "0", "--scene", &path]).output().unwrap());
        assert!(ran.status == status && ran.err.contains(said), "{path}: {} {}", ran.status, ran.err);
    }
}

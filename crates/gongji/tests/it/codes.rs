//! Every code of REST and of the national interface is reached in the sandbox, or named with why it is not.
//!
//! Each file of steps in `codes` is played from top to bottom against one sandbox, with the usual people or a scene of its own;
//! `codes/unreached.txt` names the rest. A code that is new
//! in the catalogue is in neither, and fails here until somebody decides.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::serving::{Got, request};
use crate::support::of_repository;

/// One line of the steps.
struct Step<'a> {
    code: &'a str,
    who: &'a str,
    differs: Vec<&'a str>,
    address: &'a str,
    body: &'a str,
}

impl<'a> Step<'a> {
    fn of(line: &'a str) -> Self {
        let parts: Vec<&str> = line.splitn(4, '|').map(str::trim).collect();
        let [code, who, address, body] = parts[..] else { panic!("four parts: {line}") };
        let mut words = who.split_whitespace();
        Self { code, who: words.next().unwrap_or_default(), differs: words.collect(), address, body }
    }

    fn is(&self, how: &str) -> bool {
        self.differs.contains(&how)
    }

    fn content_type(&self) -> &'static str {
        match (self.is("!type"), self.is("!charset")) {
            (true, _) => "text/plain",
            (_, true) => "application/json; charset=gbk",
            _ => "application/json",
        }
    }
}

/// A sandbox, and what later steps name of earlier ones.
struct Play {
    sandbox: Sandbox,
    names: BTreeMap<String, String>,
    steps: usize,
}

/// Files of steps, and the scenes in which they are played: none is that of the usual people.
const PLAYS: [(&str, Option<&str>); 4] =
    [("steps.txt", None), ("infno.txt", None), ("rules.txt", Some("rules.scn")), ("wallets.txt", Some("wallets.scn"))];
const FOLDER: &str = "crates/gongji/tests/it/codes";

impl Play {
    fn begin(scene: Option<&str>) -> Self {
        let scene = scene.map(|name| of_repository(&format!("{FOLDER}/{name}")));
        let sandbox = match &scene {
            Some(file) => Sandbox::new(&["--scene", file]),
            None => Sandbox::new(&["--provinces"]),
        };
        let people = sandbox.told["people"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let persons = people.iter().map(|one| (text(&one["key"]), text(&one["person"])));
        let certificates = people.iter().map(|one| (format!("NO {}", text(&one["key"])), text(&one["certificate"])));
        let names = persons.chain(certificates).collect();
        let mut play = Self { sandbox, names, steps: 0 };
        let now = play.sandbox.server.ask("GET /sandbox/clock HTTP/1.1", "").body["now"].clone();
        let year: i32 = now.as_str().unwrap()[..4].parse().unwrap();
        play.names.insert("YEAR".to_owned(), (year + 1).to_string());
        play.names.insert("NOW".to_owned(), now.as_str().unwrap()[..19].replace('T', " "));
        play
    }

    /// A text with what its braces name.
    fn filled(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// The token of a role or an institution; nobody has none.
    fn token(&self, who: &str) -> Option<String> {
        let of_role = self.sandbox.told["keys"][who].as_str().map(str::to_owned);
        of_role.or_else(|| (who != "nobody").then(|| self.sandbox.token(who).to_owned()))
    }

    fn url(&self, province: &str) -> &str {
        let provinces = self.sandbox.told["provinces"].as_array().unwrap();
        let found = provinces.iter().find(|one| one["area"].as_str().unwrap().starts_with(province));
        found.and_then(|one| one["url"].as_str()).unwrap_or_else(|| panic!("no province {province}"))
    }

    fn sent(&mut self, step: &Step<'_>) -> Got {
        self.steps += 1;
        if !step.is("!again") {
            self.names.insert("KEY".to_owned(), format!("STEP-{}", self.steps));
        }
        let (address, body) = (self.filled(step.address), self.filled(step.body));
        if let Some(infno) = address.strip_prefix("infno ") {
            return self.called(step, infno, &body);
        }
        let body = if step.is("!big") { format!("{body}{}", " ".repeat(70_000)) } else { body };
        let starts_with_province = address.starts_with(|letter: char| letter.is_ascii_digit());
        let (province, address) =
            if starts_with_province { address.split_once(' ').unwrap() } else { ("", address.as_str()) };
        let mut head = format!("{address} HTTP/1.1\r\ncontent-type: {}", step.content_type());
        head += &self.token(step.who).map_or(String::new(), |token| format!("\r\nauthorization: Bearer {token}"));
        if !step.is("!key") {
            head += &format!("\r\nidempotency-key: {}", self.names["KEY"]);
        }
        let stream = std::net::TcpStream::connect(self.url(province).strip_prefix("http://").unwrap()).unwrap();
        std::io::Write::write_all(&mut &stream, request(&head, &body).as_bytes()).unwrap();
        let got = Got::of(stream);
        self.remember(step, &got);
        got
    }

    /// A call of the national interface, by an institution of the first province.
    fn called(&mut self, step: &Step<'_>, infno: &str, input: &str) -> Got {
        let till = self.sandbox.one("institutions", step.who);
        let code = till["fixmedins_code"].as_str().unwrap();
        let input: Value = serde_json::from_str(input).unwrap_or_else(|error| panic!("{error}: {input}"));
        let envelope = json!({
            "infno": infno, "msgid": format!("{code}20260101000000{:04}", self.steps), "mdtrtarea_admvs": till["area"],
            "insuplc_admdvs": till["area"], "infver": "V1.0", "opter_type": "1", "opter": "001", "opter_name": "收费员",
            "inf_time": "2026-01-01 00:00:00", "fixmedins_code": code, "fixmedins_name": "示例医院", "sign_no": "",
            "input": input,
        });
        let mut head =
            "POST /fsi/api/rsfComIfsService/callService HTTP/1.1\r\ncontent-type: application/json".to_owned();
        if step.is("!signed") || step.is("!late") {
            let stamp = if step.is("!late") { 1_700_000_000_000 } else { self.millis() };
            head += &format!("\r\n_api_name: hssServives\r\n_api_version: 1.0.0\r\n_api_timestamp: {stamp}");
            head += &format!("\r\n_api_access_key: {}", till["secrets"]["api"]["access_key"].as_str().unwrap());
            head += "\r\n_api_signature: bm9uZQ==";
        }
        let got = self.sandbox.server.ask(&head, &envelope.to_string());
        let output = &got.body["output"];
        let named = [
            ("PSN", &output["baseinfo"]["psn_no"]),
            ("MDTRT", &output["data"]["mdtrt_id"]),
            ("SETL", &output["setlinfo"]["setl_id"]),
        ];
        for (name, value) in named {
            if let Some(value) = value.as_str() {
                self.names.insert(name.to_owned(), value.to_owned());
            }
        }
        got
    }

    /// The time of the sandbox, in milliseconds since 1970.
    fn millis(&self) -> i64 {
        let now = self.sandbox.server.ask("GET /sandbox/clock HTTP/1.1", "").body["now"].clone();
        let now = gongji_words::Moment::parse(now.as_str().unwrap().trim_end_matches(":00+08:00")).unwrap();
        now.millis()
    }

    fn remember(&mut self, step: &Step<'_>, got: &Got) {
        for (field, name) in
            [("premium", "PREMIUM"), ("visit", "VISIT"), ("transfer", "TRANSFER"), ("proposal", "PROPOSAL")]
        {
            if let Some(value) = got.body[field].as_str() {
                self.names.insert(name.to_owned(), value.to_owned());
            }
        }
        if step.address.ends_with("/v1/settlements") && step.who.starts_with("T-") && [201, 422].contains(&got.status) {
            let code = self.sandbox.one("institutions", step.who)["code"].as_str().unwrap();
            self.names.insert(format!("LAST {}", step.who), format!("{code}-{}", self.names["KEY"]));
        }
    }
}

/// The code that an answer has: its own, or that of the reason in it; of the national interface that in its sentence.
fn code_of(got: &Got) -> &str {
    let own = got.body["code"].as_str().or_else(|| got.body["reason"]["code"].as_str());
    let sentence = [&got.body["err_msg"], &got.body["warn_msg"]].into_iter().filter_map(Value::as_str);
    let mut words = sentence.flat_map(|text| text.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_'));
    own.or_else(|| words.find(|word| word.len() > 4 && word.contains('_'))).unwrap_or("-")
}

/// Whether it was done.
fn is_good(got: &Got) -> bool {
    got.status < 300 && got.body.get("infcode").is_none_or(|infcode| infcode == 0)
}

fn text_of(path: &str) -> String {
    std::fs::read_to_string(of_repository(path)).unwrap()
}

fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// What the steps reach; each comes to what it says.
fn reached() -> BTreeSet<String> {
    let (mut reached, mut wrong) = (BTreeSet::new(), Vec::new());
    for (steps, scene) in PLAYS {
        played(steps, scene, (&mut reached, &mut wrong));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    reached.remove("-");
    reached
}

fn played(steps: &str, scene: Option<&str>, (reached, wrong): (&mut BTreeSet<String>, &mut Vec<String>)) {
    let mut play = Play::begin(scene);
    for line in lines_of(&text_of(&format!("{FOLDER}/{steps}"))) {
        let step = Step::of(line);
        let again = if step.is("!21") { 20 } else { 0 };
        for _ in 0..again {
            assert_ne!(code_of(&play.sent(&step)), "REQ_SCHEMA", "{line}");
        }
        let got = play.sent(&step);
        let good = if step.code == "-" { is_good(&got) } else { code_of(&got) == step.code };
        if !good {
            wrong.push(format!("{line}\n  {} {}", got.status, got.text));
        }
        reached.insert(step.code.to_owned());
    }
}

#[test]
fn every_code_is_reached_in_the_sandbox_or_named_with_why_not() {
    let catalogue = text_of("catalogue/reasons.toml");
    let codes = catalogue.lines().filter_map(|line| line.strip_prefix("code = \"")?.strip_suffix('"'));
    // Notices are sent to people; no request is answered with one.
    let all: BTreeSet<String> = codes.filter(|code| !code.starts_with("N_")).map(str::to_owned).collect();
    let table = text_of("crates/gongji/tests/it/codes/unreached.txt");
    let unreached: BTreeSet<String> = lines_of(&table)
        .map(|line| line.split_once(' ').unwrap_or_else(|| panic!("say why: {line}")).0.to_owned())
        .collect();
    let reached = reached();
    let both: Vec<_> = reached.intersection(&unreached).collect();
    assert!(both.is_empty(), "they are reached, so take them out of unreached.txt: {both:?}");
    let told: BTreeSet<String> = reached.union(&unreached).cloned().collect();
    let forgotten: Vec<_> = all.difference(&told).collect();
    assert!(forgotten.is_empty(), "reach them in steps.txt, or say in unreached.txt why not: {forgotten:?}");
    let unknown: Vec<_> = told.difference(&all).collect();
    assert!(unknown.is_empty(), "no such code: {unknown:?}");
}

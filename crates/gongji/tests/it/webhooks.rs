//! Other systems are told what happened: signed, in order, at least once, also after a kill; and learn nobody's name.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::encrypted::certify;
use crate::serving::{Server, settle_bill, settling, token_of};
use crate::support::{MOTHER, Ran, SON, Town, bill, of_repository};

type Stream = BufReader<StreamOwned<ServerConnection, TcpStream>>;

/// Who is told: a port of this machine with a certificate of its own.
struct Receiver {
    listener: TcpListener,
    config: Arc<ServerConfig>,
    certificate: String,
}

/// What came, not answered yet.
struct Came {
    stream: Stream,
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// A certificate of `localhost` in a town's folder: how it is used, and its file.
pub fn certified(town: &Town) -> (Arc<ServerConfig>, String) {
    certify(&town.path(""), "receiver");
    let file = |ending: &str| town.path(&format!("receiver.{ending}"));
    let chain = CertificateDer::pem_file_iter(file("crt")).unwrap().collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(file("key")).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap());
    (config, file("crt").display().to_string())
}

impl Receiver {
    fn new(town: &Town) -> Self {
        let (config, certificate) = certified(town);
        Self { listener: TcpListener::bind("127.0.0.1:0").unwrap(), config, certificate }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}/hook?of=1301", self.listener.local_addr().unwrap().port())
    }

    /// The next event.
    fn comes(&self) -> Came {
        let (stream, _) = self.listener.accept().unwrap();
        let connection = ServerConnection::new(self.config.clone()).unwrap();
        let mut stream = BufReader::new(StreamOwned::new(connection, stream));
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let header = |line: &String| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let headers: BTreeMap<String, String> = lines.iter().filter_map(header).collect();
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        stream.read_exact(&mut body).unwrap();
        Came { stream, line: lines[0].clone(), headers, body: String::from_utf8(body).unwrap() }
    }

    /// The next event, which is taken.
    fn takes(&self) -> Came {
        let mut came = self.comes();
        came.answer("200 OK");
        came
    }

    fn settings(&self) -> [String; 4] {
        ["--set".into(), "webhook-private=true".into(), "--set".into(), format!("webhook-ca={}", self.certificate)]
    }

    fn serving(&self, town: &Town) -> Command {
        let settings = self.settings();
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let mut program = town.program(&[&["serve", "--listen", "127.0.0.1:0", "--json"], &settings[..]].concat());
        program.stderr(Stdio::null());
        program
    }

    fn server(&self, town: &Town) -> Server {
        Server::started(self.serving(town)).0
    }
}

impl Came {
    fn answer(&mut self, status: &str) {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        self.stream.get_mut().write_all(answer.as_bytes()).unwrap();
        self.stream.get_mut().flush().unwrap();
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    fn event(&self) -> String {
        self.json()["event"].as_str().unwrap().to_owned()
    }

    /// What the page about webhooks tells receivers to do, done by python3.
    fn is_genuine(&self, secret: &str) -> bool {
        let page = std::fs::read_to_string(of_repository("docs/webhooks.md")).unwrap();
        let snippet = page.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let program = format!(
            "{snippet}\nimport json, sys\ngiven = json.load(sys.stdin)\n\
             print(is_genuine(given['secret'], given['headers'], given['body'].encode()))"
        );
        let given = json!({ "secret": secret, "headers": self.headers, "body": self.body }).to_string();
        let mut python = Command::new("python3");
        let mut python = python.args(["-c", &program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        python.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
        let said = python.wait_with_output().unwrap();
        assert!(said.status.success());
        String::from_utf8(said.stdout).unwrap().trim() == "True"
    }
}

/// Registers a receiver and gives its secret.
fn add(town: &Town, url: &str, more: &[&str]) -> String {
    let added = town.run(&[&["webhook", "add", url, "--by", "王敏", "--json"], more].concat());
    assert_eq!(added.status, 0, "{}", added.err);
    added.json()["secret"].as_str().unwrap().to_owned()
}

const OF_HOSPITAL: [&str; 4] = ["--institution", "1301", "--events", "settled,reversed"];

fn reverse(server: &Server, token: &str, settlement: &str) {
    let head = format!(
        "POST /v1/settlements/{settlement}/reversal HTTP/1.1\r\nauthorization: Bearer {token}\r\nidempotency-key: UNDO\r\n\
         content-type: application/json"
    );
    let reversed = server.ask(&head, "{}");
    assert_eq!(reversed.status, 201, "{}", reversed.text);
}

/// A bill is settled and undone; who is told reads both, and nobody's name.
fn told(town: &Town) {
    let receiver = Receiver::new(town);
    let (secret, token) = (add(town, &receiver.url(), &OF_HOSPITAL), token_of(town, "1301"));
    let (other, pharmacy) =
        (add(town, &receiver.url(), &["--area", "130000", "--events", "reversed"]), token_of(town, "1302"));
    let server = receiver.server(town);
    let elsewhere = format!(r#"{{"patient": "{MOTHER}", "kind": "pharmacy", "parts": {{"drug": "1.00"}}}}"#);
    let elsewhere = server.ask(&settling(&pharmacy, "ELSEWHERE"), &elsewhere);
    assert_eq!(elsewhere.status, 201, "{}", elsewhere.text);
    assert_eq!(settle_bill(&server, &token, "B1").status, 201);
    let settled = receiver.takes();
    reverse(&server, &token, "1301-B1");
    let (one, two) = (receiver.takes(), receiver.takes());
    let is_of_area = |came: &Came| came.json().get("aid").is_none();
    let (reversed, of_area) = if is_of_area(&one) { (two, one) } else { (one, two) };
    let number = settled.json()["number"].as_str().unwrap().to_owned();
    for (came, event, secret) in
        [(&settled, "settled", &secret), (&reversed, "reversed", &secret), (&of_area, "reversed", &other)]
    {
        let mut expected = json!({
            "id": format!("{event}-{number}"), "event": event, "at": came.json()["at"],
            "settlement": "1301-B1", "number": number, "institution": 1301, "area": "130100",
        });
        if !is_of_area(came) {
            let amounts = [("own", "0.00"), ("aid", "620.00"), ("wallet", "0.00"), ("cash", "0.00")];
            amounts.iter().for_each(|(name, amount)| expected[*name] = (*amount).into());
        }
        assert_eq!(came.json(), expected);
        assert!(came.json()["at"].as_str().unwrap().ends_with("+08:00"));
        assert_eq!(
            (came.line.as_str(), came.id()),
            ("POST /hook?of=1301 HTTP/1.1", came.json()["id"].as_str().unwrap())
        );
        assert!(came.is_genuine(secret), "{:?}", came.headers);
    }
    assert!(!reversed.is_genuine(&other), "it is signed with its own secret");
    let everything = [&settled, &reversed, &of_area].map(|came| format!("{:?}{}", came.headers, came.body)).concat();
    for person in [MOTHER, SON, "刘桂兰", "赵建国", "99380", "98760", "patient", "sponsor", "\"P1"] {
        assert!(!everything.contains(person), "{person}: {everything}");
    }
}

#[test]
fn a_bill_and_its_reversal_are_told_signed_in_order_and_without_anybody() {
    told(&Town::settled());
}

#[test]
fn what_a_server_keeps_is_told_alike() {
    told(&Town::settled_on_server());
}

#[test]
fn what_a_receiver_did_not_take_comes_again_under_the_same_id_before_what_came_later() {
    let town = Town::settled();
    let receiver = Receiver::new(&town);
    add(&town, &receiver.url(), &OF_HOSPITAL);
    let token = token_of(&town, "1301");
    let mut server = receiver.server(&town);
    assert_eq!(settle_bill(&server, &token, "B1").status, 201);
    let mut first = receiver.comes();
    first.answer("500 Internal Server Error");
    assert_eq!(settle_bill(&server, &token, "B2").status, 201);
    let mut redirected = receiver.comes();
    redirected.answer("307 Temporary Redirect\r\nlocation: https://localhost:1/");
    let (again, next) = (receiver.takes(), receiver.takes());
    assert_eq!([redirected.id(), again.id()], [first.id(); 2]);
    assert_eq!([again.json(), redirected.json()], [first.json(), first.json()]);
    assert_eq!(
        (again.json()["settlement"].as_str(), next.json()["settlement"].as_str()),
        (Some("1301-B1"), Some("1301-B2"))
    );
    server.signal("-TERM");
    assert_eq!(server.status(), Some(0));
    let listed = town.run(&["webhook", "list", "--json"]).json();
    let counts = ["told", "failed-tries", "given-up"].map(|name| listed["webhooks"][0][name].as_u64().unwrap());
    assert_eq!(counts, [2, 0, 0], "{listed}");
}

#[test]
fn what_was_committed_before_a_kill_is_told_after_the_next_start() {
    let town = Town::settled();
    let receiver = Receiver::new(&town);
    add(&town, &receiver.url(), &OF_HOSPITAL);
    let token = token_of(&town, "1301");
    // Nobody serves: only what the commit wrote can tell.
    let settled = town.run_on("settle", &town.file("bill.json", bill("CLI", "1.00").as_bytes()));
    assert_eq!(settled.status, 0, "{}", settled.err);
    let server = receiver.server(&town);
    let first = receiver.takes();
    assert_eq!((first.event().as_str(), &first.json()["settlement"]), ("settled", &Value::Null));
    // Committed and answered, and killed before anybody was told, or while he was.
    assert_eq!(settle_bill(&server, &token, "B1").status, 201);
    server.signal("-KILL");
    drop(server);
    receiver.listener.set_nonblocking(true).unwrap();
    while receiver.listener.accept().is_ok() {}
    receiver.listener.set_nonblocking(false).unwrap();
    let server = receiver.server(&town);
    let told_again = receiver.takes();
    let of_kill = if told_again.id() == first.id() { receiver.takes() } else { told_again };
    assert_eq!(of_kill.json()["settlement"], "1301-B1");
    // Killed in the middle of a call.
    assert_eq!(settle_bill(&server, &token, "B2").status, 201);
    let mut under_way = receiver.comes();
    while under_way.json()["settlement"] != "1301-B2" {
        under_way.answer("200 OK");
        under_way = receiver.comes();
    }
    server.signal("-KILL");
    drop(server);
    let _server = receiver.server(&town);
    let mut again = receiver.takes();
    while again.json()["settlement"] != "1301-B2" {
        again = receiver.takes();
    }
    assert_eq!((again.id(), again.json()), (under_way.id(), under_way.json()));
}

#[test]
fn a_receiver_that_is_not_there_holds_nobody_else_up_and_is_counted() {
    let town = Town::settled();
    let receiver = Receiver::new(&town);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    add(&town, &format!("https://localhost:{nobody}/SECRET-PATH"), &OF_HOSPITAL);
    add(&town, &receiver.url(), &OF_HOSPITAL);
    let token = token_of(&town, "1301");
    let mut program = receiver.serving(&town);
    program.stderr(Stdio::piped());
    let (mut server, _) = Server::started(program);
    for key in ["B1", "B2", "B3"] {
        assert_eq!(settle_bill(&server, &token, key).status, 201);
        assert_eq!(receiver.takes().json()["settlement"], format!("1301-{key}"));
    }
    let is_counted = || {
        let counts = server.ask("GET /metrics HTTP/1.1", "").text;
        let failed =
            |line: &&str| line.starts_with("gongji_webhook_failed_tries{webhook=\"1\"} ") && !line.ends_with(" 0");
        counts.lines().any(|line| failed(&line)) && counts.contains("gongji_webhook_events_given_up_total 0")
    };
    while !is_counted() {}
    server.signal("-TERM");
    let lines = server.errors();
    let failed = lines.lines().find(|line| line.contains("\"webhook\":1")).unwrap_or_else(|| panic!("{lines}"));
    assert!(failed.contains("no connection") && failed.contains("\"level\":\"warning\""), "{failed}");
    for secret in ["SECRET-PATH", "whsec_", MOTHER, SON, "620.00"] {
        assert!(!lines.contains(secret), "{lines}");
    }
}

#[test]
fn an_area_is_told_of_relations_that_are_in_force() {
    let town = Town::settled();
    let receiver = Receiver::new(&town);
    add(&town, &receiver.url(), &["--area", "130100", "--events", "bound,unbound"]);
    let father = "170101194603150312";
    let people = format!("certificate,name,area,scheme\n{father},赵福生,130100,resident\n");
    let imported = town.run_on("import people", &town.file("more.csv", people.as_bytes()));
    assert_eq!(imported.status, 0, "{}", imported.err);
    let binding = format!(r#"{{"id": "BIND-2", "sponsor": "{SON}", "beneficiary": "{father}", "relation": "parent"}}"#);
    let bound = town.run_on("bind", &town.file("bind-2.json", binding.as_bytes()));
    assert_eq!(bound.last_line(), "BIND-2: active", "{}", bound.err);
    let _server = receiver.server(&town);
    let came = receiver.takes();
    let number = came.json()["binding"].as_str().unwrap().to_owned();
    let expected = json!({ "id": format!("bound-{number}"), "event": "bound", "at": came.json()["at"], "binding": number,
        "area": "130100" });
    assert_eq!(came.json(), expected);
}

#[test]
fn a_ping_says_what_came_back_and_goes_nowhere_private_unless_that_was_said() {
    let town = Town::settled();
    let receiver = Receiver::new(&town);
    let secret = add(&town, &receiver.url(), &OF_HOSPITAL);
    let ping = |more: &[&str]| town.program(&[&["webhook", "test", "1", "--json"], more].concat());
    let pinged = |more: &[&str], status: &str| {
        let child = ping(more).stdout(Stdio::piped()).spawn().unwrap();
        let mut came = receiver.comes();
        came.answer(status);
        let said = Ran::of(child.wait_with_output().unwrap());
        (came, said)
    };
    let trusted = ["--private", "--ca", &receiver.certificate];
    let (came, said) = pinged(&trusted, "204 No Content");
    assert_eq!((said.status, said.json()), (0, json!({ "number": 1, "status": 204, "why": null })));
    assert!(came.event() == "ping" && came.is_genuine(&secret), "{}", came.body);
    let (_, said) = pinged(&trusted, "410 Gone");
    assert_eq!((said.status, said.json()["why"].as_str()), (1, Some("status 410")));
    let refused = |more: &[&str]| {
        let said = Ran::of(ping(more).output().unwrap());
        (said.status, said.json()["why"].as_str().unwrap_or_default().to_owned())
    };
    let (status, why) = refused(&["--ca", &receiver.certificate]);
    assert!(status == 1 && why.contains("loopback"), "{why}");
    certify(&town.path(""), "stranger");
    let stranger = town.path("stranger.crt").display().to_string();
    let handshake = std::thread::spawn({
        let (listener, config) = (receiver.listener.try_clone().unwrap(), receiver.config.clone());
        move || {
            let (stream, _) = listener.accept().unwrap();
            let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
            stream.read(&mut [0; 1]).is_err()
        }
    });
    let (status, why) = refused(&["--private", "--ca", &stranger]);
    assert!(status == 1 && why.starts_with("TLS: "), "{why}");
    assert!(handshake.join().unwrap(), "nothing was sent to whom nobody vouches for");
}

#[test]
fn what_cannot_be_a_webhook_is_told_with_its_field() {
    let town = Town::settled();
    for (url, more, named) in [
        ("http://a.example.com/", &OF_HOSPITAL[..], "URL: "),
        ("https://u:geheim@a.example.com/", &OF_HOSPITAL, "URL: "),
        ("https://a.example.com:80/", &OF_HOSPITAL, "URL: "),
        ("https://a.example.com/", &["--institution", "7", "--events", "settled"], "--institution: "),
        ("https://a.example.com/", &["--institution", "1301", "--events", "bound"], "--events: "),
        ("https://a.example.com/", &["--area", "13", "--events", "bound"], "--area: "),
        ("https://a.example.com/", &["--area", "320000", "--events", "bound"], "--area: "),
    ] {
        let refused = town.run(&[&["webhook", "add", url, "--by", "王敏"], more].concat());
        assert!(refused.status == 2 && refused.err.starts_with(named), "{url} {more:?}: {}", refused.err);
        assert!(!refused.err.contains("geheim"), "{}", refused.err);
    }
    for command in ["remove 1 --by 王敏", "test 1"] {
        let words: Vec<&str> = ["webhook"].into_iter().chain(command.split(' ')).collect();
        let refused = town.run(&words);
        assert!(refused.status == 2 && refused.err.starts_with("NUMBER: "), "{command}: {}", refused.err);
    }
    assert_eq!(town.run(&["webhook", "list", "--json"]).json(), json!({ "webhooks": [] }));
}

#[test]
fn a_webhook_that_was_removed_is_told_nothing_and_who_did_it_is_kept_and_no_secret_is_shown() {
    let town = Town::settled();
    let receiver = Receiver::new(&town);
    let secret = add(&town, &receiver.url(), &OF_HOSPITAL);
    let stays = add(&town, &receiver.url(), &OF_HOSPITAL);
    assert_ne!(secret, stays);
    let removed = town.run(&["webhook", "remove", "1", "--by", "李强"]);
    assert_eq!(removed.status, 0, "{}", removed.err);
    let token = token_of(&town, "1301");
    let server = receiver.server(&town);
    for key in ["B1", "B2"] {
        assert_eq!(settle_bill(&server, &token, key).status, 201);
        let came = receiver.takes();
        assert!(came.is_genuine(&stays) && came.json()["settlement"] == format!("1301-{key}"), "{}", came.body);
    }
    drop(server);
    let listed = town.run(&["webhook", "list", "--json"]);
    let listed_webhooks = listed.json()["webhooks"].clone();
    assert_eq!(
        (&listed_webhooks[0]["made"]["by"], &listed_webhooks[0]["removed"]["by"]),
        (&"王敏".into(), &"李强".into())
    );
    assert_eq!(listed_webhooks[1]["removed"], Value::Null);
    let file = std::fs::read(town.path("gongji.db")).unwrap();
    for secret in [secret, stays] {
        let text = secret.trim_start_matches("whsec_");
        assert!(!listed.out.contains(text) && !file.windows(text.len()).any(|part| part == text.as_bytes()));
    }
    assert!(!file.windows(9).any(|part| part == b"localhost"), "where it goes is encrypted");
    assert_eq!(town.run(&["audit"]).status, 0);
}

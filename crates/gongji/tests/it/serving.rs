//! The real program at a port: bills, being told to stop, being killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{MOTHER, SON, Town};

/// A server that runs as long as this, unless it is told to end before.
pub struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub fn of(town: &Town, more: &[&str]) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0", "--json"], more].concat();
        Self::started(town.program(&arguments)).0
    }

    /// A program that says in a line of JSON where it listens, and what it says.
    pub fn started(mut program: Command) -> (Self, Value) {
        let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let (_, address) = told["url"].as_str().unwrap().split_once("://").unwrap();
        let address = address.to_owned();
        (Self { child, address }, told)
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    pub fn ask(&self, head: &str, body: &str) -> Got {
        let mut stream = self.connect();
        stream.write_all(request(head, body).as_bytes()).unwrap();
        Got::of(stream)
    }

    fn settle(&self, token: &str, key: &str) -> Got {
        settle_bill(self, token, key)
    }

    /// Sends a signal.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// What it says on standard error until it ends.
    pub fn errors(&mut self) -> String {
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    pub fn status(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

/// An answer.
pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: Value,
    pub text: String,
}

impl Got {
    pub fn of(mut stream: TcpStream) -> Self {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let value = serde_json::from_str(body).unwrap_or(Value::Null);
        Self { status, head: head.to_ascii_lowercase(), body: value, text: body.to_owned() }
    }
}

pub fn request(head: &str, body: &str) -> String {
    format!("{head}\r\nhost: test\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

pub fn settling(token: &str, key: &str) -> String {
    format!(
        "POST /v1/settlements HTTP/1.1\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\n\
         content-type: application/json"
    )
}

/// Settles a bill of the mother.
pub fn settle_bill(server: &Server, token: &str, key: &str) -> Got {
    server.ask(&settling(token, key), &bill())
}

fn bill() -> String {
    format!(r#"{{"patient": "{MOTHER}", "kind": "outpatient", "parts": {{"copay": "620.00"}}}}"#)
}

pub fn token_of(town: &Town, institution: &str) -> String {
    let given = town.run(&["access", "token", "--institution", institution, "--by", "王敏", "--json"]);
    assert_eq!(given.status, 0, "{}", given.err);
    given.json()["token"].as_str().unwrap().to_owned()
}

#[test]
fn a_bill_is_settled_at_a_port_and_what_was_begun_is_finished_when_the_program_is_told_to_stop() {
    let town = Town::settled();
    let token = token_of(&town, "1301");
    let mut server = Server::of(&town, &[]);
    assert_eq!(server.ask("GET /readyz HTTP/1.1", "").status, 200);
    let settled = server.settle(&token, "B1");
    assert_eq!((settled.status, settled.body["aid"].as_str()), (201, Some("620.00")), "{}", settled.text);
    let whole = request(&settling(&token, "B2"), &bill());
    let (first, rest) = whole.split_at(whole.len() - 20);
    let mut stream = server.connect();
    stream.write_all(first.as_bytes()).unwrap();
    // Answered on another connection: the server has taken the first one by now.
    assert_eq!(server.ask("GET /healthz HTTP/1.1", "").status, 200);
    server.signal("-TERM");
    while TcpStream::connect(&server.address).is_ok() {}
    stream.write_all(rest.as_bytes()).unwrap();
    let finished = Got::of(stream);
    assert_eq!((finished.status, finished.body["aid"].as_str()), (201, Some("620.00")), "{}", finished.text);
    assert_eq!(server.status(), Some(0));
    assert_eq!(town.balance(SON), "98760.00");
}

#[test]
fn a_repeat_after_the_program_was_killed_gets_the_first_answer() {
    let town = Town::settled();
    let token = token_of(&town, "1301");
    let mut server = Server::of(&town, &[]);
    let first = server.settle(&token, "B1");
    assert_eq!(first.status, 201, "{}", first.text);
    server.signal("-KILL");
    server.status();
    let server = Server::of(&town, &[]);
    let again = server.settle(&token, "B1");
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert!(again.head.contains("idempotent-replayed: true") && !first.head.contains("idempotent-replayed"));
    drop(server);
    assert_eq!(town.balance(SON), "99380.00");
}

#[test]
fn staff_are_let_in_by_password_and_out_when_their_roles_change() {
    let town = Town::settled();
    let with_password = |arguments: &[&str]| {
        let mut child = town.program(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all("a long password\n".as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{arguments:?}");
    };
    with_password(&["access", "staff", "add", "li.qiang", "--roles", "clerk", "--areas", "130100", "--by", "王敏"]);
    let sign_in = |server: &Server, password: &str| {
        let body = format!(r#"{{"name": "li.qiang", "password": "{password}"}}"#);
        server.ask("POST /v1/sessions HTTP/1.1\r\ncontent-type: application/json", &body)
    };
    let server = Server::of(&town, &[]);
    assert_eq!(sign_in(&server, "a wrong password").status, 401);
    let session = sign_in(&server, "a long password");
    assert_eq!(session.status, 201, "{}", session.text);
    let current = format!(
        "GET /v1/sessions/current HTTP/1.1\r\nauthorization: Bearer {}",
        session.body["token"].as_str().unwrap()
    );
    assert_eq!(server.ask(&current, "").body["roles"][0], "clerk");
    drop(server);
    let changed = town.run(&["access", "staff", "roles", "li.qiang", "--roles", "auditor", "--by", "王敏"]);
    assert_eq!(changed.status, 0, "{}", changed.err);
    let server = Server::of(&town, &[]);
    assert_eq!(server.ask(&current, "").status, 401);
    assert_eq!(sign_in(&server, "a long password").body["roles"][0], "auditor");
}

#[test]
fn a_token_is_listed_without_its_text_and_is_none_once_it_is_taken_back() {
    let town = Town::settled();
    let token = token_of(&town, "1301");
    let listed = town.run(&["access", "list", "--json"]);
    assert!(!listed.out.contains(&token), "{}", listed.out);
    let name = listed.json()["tokens"][0]["name"].as_str().unwrap().to_owned();
    assert_eq!(town.run(&["access", "revoke", &name, "--by", "王敏"]).status, 0);
    assert_eq!(town.run(&["access", "revoke", &name, "--by", "王敏"]).status, 2);
    let server = Server::of(&town, &[]);
    assert_eq!(server.settle(&token, "B1").status, 401);
}

#[test]
fn nobody_gives_himself_roles() {
    let town = Town::settled();
    let add = |name: &str, person: &str, by: &str| {
        let arguments = ["access", "staff", "add", name, "--roles", "clerk", "--areas", "130100", "--person", person];
        let mut child = town.program(&[&arguments[..], &["--by", by]].concat()).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all("a long password\n".as_bytes()).unwrap();
        child.wait().unwrap().code()
    };
    assert_eq!(add("li.qiang", "0017", "Li.Qiang"), Some(2));
    assert_eq!(add("li.qiang", "0017", "王敏"), Some(0));
    // Nor under another name that he has.
    assert_eq!(add("li.second", "0017", "li.qiang"), Some(2));
    assert_eq!(add("li.second", "0017", "王敏"), Some(0));
    let becomes = |by: &str| town.run(&["access", "staff", "roles", "li.second", "--person", "0018", "--by", by]);
    assert_eq!(becomes("li.qiang").status, 2);
    let known = becomes("王敏");
    assert_eq!(known.status, 0, "{}", known.err);
    let listed = town.run(&["access", "list", "--json"]);
    assert!(listed.out.contains("0018"), "{}", listed.out);
}

#[test]
fn a_file_of_settings_is_read_and_its_mistakes_are_told_with_their_line() {
    let town = Town::settled();
    let socket = town.path("socket");
    let text =
        format!("listen = [\"127.0.0.1:0\", \"unix:{}\"]\narea = \"130000\"\nbody-bytes = 64\n", socket.display());
    let file = town.file("gongji.toml", text.as_bytes());
    let token = token_of(&town, "1301");
    let (mut server, _) = Server::started(town.program(&["serve", "--config", &file, "--json"]));
    assert_eq!(server.settle(&token, "B1").status, 413);
    let mut stream = std::os::unix::net::UnixStream::connect(&socket).unwrap();
    stream.write_all(request("GET /healthz HTTP/1.1", "").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.signal("-INT");
    assert_eq!((server.status(), socket.exists()), (Some(0), false));
    let wrong = town.file("wrong.toml", b"listen = \"127.0.0.1:0\"\nport = 80\n");
    let refused = town.run(&["serve", "--config", &wrong]);
    assert!(refused.status == 2 && refused.err.contains("wrong.toml:2:1"), "{}", refused.err);
    let elsewhere = town.file("elsewhere.toml", b"area = \"110000\"\n");
    assert_eq!(town.run(&["serve", "--config", &elsewhere]).status, 2);
}

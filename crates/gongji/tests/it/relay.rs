//! A line to a sandbox on which answers are wrong: that the catalogue of the institution's side finds each fault.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::sandbox::Sandbox;
use crate::support::run;

/// What a line does to a request and to its answer, head and body.
#[derive(Clone, Copy)]
struct Fault {
    request: fn(String) -> String,
    answer: fn(String, String) -> (String, String),
}

/// A good line.
const NONE: Fault = Fault { request: |body| body, answer: |head, body| (head, body) };

/// An address whose line to the sandbox has this fault; it is there until the tests end.
fn relay(sandbox: &Sandbox, fault: Fault) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let centre = sandbox.url().strip_prefix("http://").unwrap().to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, centre) = (stream.unwrap(), centre.clone());
            std::thread::spawn(move || carry(stream, &centre, fault));
        }
    });
    url
}

/// One request there, one answer back, and the connection is closed. Whoever went away is not told anything.
fn carry(mut stream: TcpStream, centre: &str, fault: Fault) -> Option<()> {
    let (head, body) = request_of(&mut stream)?;
    let (head, body) = match String::from_utf8(body) {
        Ok(text) => (head, (fault.request)(text).into_bytes()),
        Err(error) => (head, error.into_bytes()),
    };
    let kept = head.lines().filter(|line| !is_of_length(line)).collect::<Vec<_>>().join("\r\n");
    let mut there = TcpStream::connect(centre).ok()?;
    write!(there, "{kept}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len()).ok()?;
    there.write_all(&body).ok()?;
    let mut came = Vec::new();
    there.read_to_end(&mut came).ok()?;
    let end = came.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (String::from_utf8_lossy(&came[..end]).into_owned(), came[end + 4..].to_vec());
    let (head, body) = match String::from_utf8(body) {
        Ok(text) => {
            let (head, text) = (fault.answer)(head, text);
            (head, text.into_bytes())
        }
        Err(error) => (head, error.into_bytes()),
    };
    let kept = head.lines().filter(|line| !is_of_length(line)).collect::<Vec<_>>().join("\r\n");
    write!(stream, "{kept}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len()).ok()?;
    stream.write_all(&body).ok()
}

fn is_of_length(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.starts_with("content-length:") || line.starts_with("connection:")
}

fn request_of(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut piece).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        if bytes.len() >= end + 4 + length.unwrap_or(0) {
            return Some((head, bytes[end + 4..].to_vec()));
        }
    }
}

/// The digits of an amount in an answer.
fn amount(body: &str, field: &str) -> Option<String> {
    let rest = body.split_once(&format!("\"{field}\":"))?.1;
    Some(rest.chars().take_while(|letter| letter.is_ascii_digit() || "-.".contains(*letter)).collect())
}

/// The answer with another amount in a field.
fn with(body: &str, field: &str, new: &str) -> String {
    match amount(body, field) {
        Some(old) => body.replacen(&format!("\"{field}\":{old}"), &format!("\"{field}\":{new}"), 1),
        None => body.to_owned(),
    }
}

fn fen(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap()
}

/// What relatives paid stands beside `acct_pay`.
fn beside(body: &str) -> String {
    let (Some(account), Some(aid)) = (amount(body, "acct_pay"), amount(body, "acct_mulaid_pay")) else {
        return body.to_owned();
    };
    let own = fen(&account) - fen(&aid);
    with(body, "acct_pay", &format!("{}.{:02}", own / 100, own % 100))
}

/// A refusal changed; every other answer as it is.
fn of_refusal(body: &str, change: fn(&str) -> String) -> String {
    if body.contains("\"infcode\":-1") { change(body) } else { body.to_owned() }
}

/// A number of its own for every message: nothing is a repeat.
fn renumbered(body: String) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1_000_000);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    body.replacen("\"msgid\":\"", &format!("\"msgid\":\"{number}"), 1)
}

const FAULTS: &[(&str, Fault)] = &[
    ("AID-CLINIC-APART", Fault { answer: |head, body| (head, with(&body, "acct_mulaid_pay", "0.00")), ..NONE }),
    ("AID-CLINIC-PAID", Fault { answer: |head, body| (head, with(&body, "acct_mulaid_pay", "0.00")), ..NONE }),
    ("AID-PHARMACY-APART", Fault { answer: |head, body| (head, beside(&body)), ..NONE }),
    ("SUM-2304-C", Fault { answer: |head, body| (head, beside(&body)), ..NONE }),
    ("AID-STAY-OWN-APART", Fault { answer: |head, body| (head, with(&body, "balc", "940.00")), ..NONE }),
    (
        "FRAME-1101",
        Fault { answer: |head, body| (head, body.replace("\"cainfo\":\"\"", "\"cainfo\":\"李建国\"")), ..NONE },
    ),
    ("FRAME-2201", Fault { answer: |head, body| (head, body.replace("\"infcode\":0", "\"infcode\":\"0\"")), ..NONE }),
    ("FRAME-2206", Fault { answer: |head, body| (head.replace("content-type", "x-type"), body), ..NONE }),
    ("TYPE-2207", Fault { answer: |head, body| (head, with(&body, "hosp_part_amt", "\"\"")), ..NONE }),
    ("TYPE-5203", Fault { answer: |head, body| (head, body.replace("\"brdy\":\"2", "\"brdy\":\"")), ..NONE }),
    ("SUM-2207-A", Fault { answer: |head, body| (head, with(&body, "medfee_sumamt", "1.00")), ..NONE }),
    ("SUM-2102-G", Fault { answer: |head, body| (head, with(&body, "fund_payamt", "1.00")), ..NONE }),
    ("UNDO-2208-NEGATIVE", Fault { answer: |head, body| (head, body.replace(":-", ":")), ..NONE }),
    ("REPEAT-2207", Fault { request: renumbered, ..NONE }),
    ("SILENCE-2102-REPEAT", Fault { request: renumbered, ..NONE }),
    ("BYMSG-2207-BEFORE", Fault { request: renumbered, ..NONE }),
    (
        "TOTAL-WHOLE",
        Fault { answer: |head, body| (head, body.replace("\"stmt_rslt\":\"1\"", "\"stmt_rslt\":\"0\"")), ..NONE },
    ),
    ("NAME-DOCTOR-DOT", Fault { answer: |head, body| (head, body.replace('·', ".")), ..NONE }),
    (
        "NEED-2207-data.mdtrt_id",
        Fault {
            answer: |head, body| (head, of_refusal(&body, |body| body.replace("mdtrt_id", "?").replace("就诊ID", "?"))),
            ..NONE
        },
    ),
    (
        "BODY-EMPTY",
        Fault {
            answer: |head, body| {
                let is_refusal = body.contains("\"infcode\":-1");
                (if is_refusal { head.replacen("200 OK", "500 Error", 1) } else { head }, body)
            },
            ..NONE
        },
    ),
];

#[test]
fn every_fault_that_is_planted_on_the_line_is_found_by_the_check_that_is_about_it() {
    let sandbox = Sandbox::new(&[]);
    let checked = |fault: Fault, id: &str| {
        let url = relay(&sandbox, fault);
        run(&["his", "conformance", "--json", "--url", &url, "--only", id])
    };
    for (id, fault) in FAULTS {
        let good = checked(NONE, id);
        assert_eq!(good.status, 0, "{id} holds on a good line: {}{}", good.out, good.err);
        let bad = checked(*fault, id);
        let document = bad.json();
        let check = document["checks"].as_array().unwrap().iter().find(|check| check["id"] == *id).unwrap();
        assert_eq!((check["verdict"].as_str(), bad.status), (Some("failed"), 1), "{id}: {check}");
    }
}

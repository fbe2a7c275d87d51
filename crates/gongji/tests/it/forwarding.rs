//! A centre behind ours: calls that are not ours come to it byte by byte, and so does what it says; without it ours go on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::serving::Server;
use crate::support::Town;
use crate::webhooks::certified;

/// What came to the centre, and on which of its connections.
struct Came {
    connection: usize,
    head: String,
    body: Vec<u8>,
}

/// A centre at a port of this machine, until it was asked so often.
struct Centre {
    port: u16,
    came: Arc<Mutex<Vec<Came>>>,
}

/// What it answers: no text in any character set.
fn answer() -> Vec<u8> {
    (0..=255).cycle().take(300_000).collect()
}

/// Reads requests of a connection and answers each, as long as the centre is to be asked.
fn serve(stream: impl Read + Write, (connection, most): (usize, usize), came: &Mutex<Vec<Came>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut body).unwrap();
        let bytes = answer();
        let told = format!(
            "HTTP/1.1 203 Odd\r\ncontent-type: application/octet-stream\r\nx-own: theirs\r\nx-own: too\r\ncontent-length: {}\r\n\r\n",
            bytes.len()
        );
        let count = {
            let mut came = came.lock().unwrap();
            came.push(Came { connection, head, body });
            came.len()
        };
        stream.get_mut().write_all(&[told.as_bytes(), &bytes].concat()).unwrap();
        stream.get_mut().flush().unwrap();
        if count >= most {
            return;
        }
    }
}

impl Centre {
    fn new(most: usize, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let came: Arc<Mutex<Vec<Came>>> = Arc::default();
        let seen = came.clone();
        std::thread::spawn(move || {
            for connection in 0.. {
                let (stream, _) = listener.accept().unwrap();
                match &tls {
                    Some(config) => {
                        let encrypted = ServerConnection::new(config.clone()).unwrap();
                        serve(StreamOwned::new(encrypted, stream), (connection, most), &seen);
                    }
                    None => serve(stream, (connection, most), &seen),
                }
                if seen.lock().unwrap().len() >= most {
                    return;
                }
            }
        });
        Self { port, came }
    }

    fn came(&self) -> Vec<Came> {
        std::mem::take(&mut *self.came.lock().unwrap())
    }
}

/// The hospital connects from this machine, with a centre behind.
fn connected(url: &str) -> Town {
    let town = Town::settled();
    let words =
        ["access", "connect", "--institution", "1301", "--code", "H13010001301", "--name", "示例医院", "--level", "05"];
    let ran = town.run(&[&words[..], &["--way", "open", "--upstream", url, "--by", "王敏", "--json"]].concat());
    assert_eq!((ran.status, ran.json()["upstream"].as_str()), (0, Some(url)), "{}", ran.err);
    town
}

fn envelope(infno: &str) -> String {
    json!({
        "infno": infno, "msgid": format!("M-{infno}"), "mdtrtarea_admvs": "130100", "opter": "001", "opter_type": "1",
        "inf_time": "2026-03-10 09:00:00", "fixmedins_code": "H13010001301",
        "input": {"medinsinfo": {"fixmedins_type": "1"}},
    })
    .to_string()
}

/// Sends a request, and reads the answer: head and body.
fn ask(server: &Server, head: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut stream: TcpStream = server.connect();
    let head = format!("{head}\r\nhost: ours\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut told = Vec::new();
    stream.read_to_end(&mut told).unwrap();
    let end = told.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let head = String::from_utf8(told[..end].to_vec()).unwrap().to_ascii_lowercase();
    (head, told[end..].to_vec())
}

const PATH: &str = "/fsi/api/rsfComIfsService/callService";

fn call(server: &Server, infno: &str) -> Value {
    let (_, body) = ask(server, &format!("POST {PATH} HTTP/1.1"), envelope(infno).as_bytes());
    serde_json::from_slice(&body).unwrap_or(Value::Null)
}

/// A file of all bytes there are, beside its envelope.
fn parts() -> Vec<u8> {
    let before = format!(
        "--B\r\nContent-Disposition: form-data; name=\"jsonStr\"\r\n\r\n{}\r\n--B\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\n",
        envelope("3302")
    );
    [before.as_bytes(), &answer(), b"\r\n--B--\r\n"].concat()
}

#[test]
fn a_file_goes_to_the_centre_behind_and_a_file_comes_back_byte_by_byte() {
    let centre = Centre::new(3, None);
    let town = connected(&format!("http://127.0.0.1:{}/province/", centre.port));
    let server = Server::of(&town, &[]);
    let head = format!(
        "POST {PATH}/3302?a=%2F&b HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=B\r\nx-own: one\r\nx-two: 1\r\nx-two: 2"
    );
    for _ in 0..2 {
        let (head, body) = ask(&server, &head, &parts());
        assert!(body == answer(), "{} bytes came back", body.len());
        assert!(head.starts_with("http/1.1 203 "), "{head}");
        for line in ["content-type: application/octet-stream\r\n", "x-own: theirs\r\n", "x-own: too\r\n"] {
            assert!(head.contains(line), "{line}: {head}");
        }
    }
    assert_eq!(call(&server, "1201")["infcode"], 0);
    let came = centre.came();
    assert_eq!(
        came.iter().map(|came| came.connection).collect::<Vec<_>>(),
        [0, 0],
        "the connection is kept, and ours stays here"
    );
    for came in came {
        assert!(came.body == parts(), "{} bytes arrived", came.body.len());
        assert!(came.head.starts_with(&format!("POST /province{PATH}/3302?a=%2F&b HTTP/1.1\r\n")), "{}", came.head);
        let host = format!("host: 127.0.0.1:{}\r\n", centre.port);
        for line in [
            "content-type: multipart/form-data; boundary=B\r\n",
            "x-own: one\r\n",
            "x-two: 1\r\n",
            "x-two: 2\r\n",
            &host,
        ] {
            assert!(came.head.contains(line), "{line}: {}", came.head);
        }
        assert!(!came.head.contains("connection:") && !came.head.contains("ours"), "{}", came.head);
    }
}

#[test]
fn while_the_centre_behind_is_away_its_calls_are_refused_and_ours_go_on() {
    let centre = Centre::new(1, None);
    let town = connected(&format!("http://127.0.0.1:{}", centre.port));
    let server = Server::of(&town, &[]);
    assert_eq!(call(&server, "1301"), Value::Null, "it is a file");
    for _ in 0..2 {
        let told = call(&server, "1301");
        assert_eq!(told["infcode"], -1, "{told}");
        assert!(told["err_msg"].as_str().unwrap().contains("REQ_UPSTREAM"), "{told}");
        assert!(!told.to_string().contains("127.0.0.1"), "{told}");
        assert_eq!(call(&server, "1201")["infcode"], 0);
    }
    assert_eq!(centre.came().len(), 1);
}

#[test]
fn a_centre_behind_is_believed_by_its_certificate() {
    let certificates = Town::empty();
    let (config, certificate) = certified(&certificates);
    let centre = Centre::new(9, Some(config));
    let town = connected(&format!("https://localhost:{}", centre.port));
    let believing = Server::of(&town, &["--set", &format!("upstream-ca={certificate}")]);
    let (_, body) = ask(&believing, &format!("POST {PATH} HTTP/1.1"), envelope("1301").as_bytes());
    assert!(body == answer());
    drop(believing);
    crate::encrypted::certify(&certificates.path(""), "other");
    let other = certificates.path("other.crt").display().to_string();
    let told = call(&Server::of(&town, &["--set", &format!("upstream-ca={other}")]), "1301");
    assert!(told["err_msg"].as_str().unwrap().contains("REQ_UPSTREAM"), "{told}");
    assert_eq!(centre.came().len(), 1);
}

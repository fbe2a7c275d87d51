//! The connection to a centre: HTTP/1.1, one request after the other, over TLS where the address says https.
//!
//! Invariant: nothing is sent twice by itself. What was not answered is told as silence, and whoever asked decides.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use gongji_his::{Came, Line, Sent, Silence};
use gongji_service::Clock as _;
use gongji_wire::time;
use gongji_words::Moment;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, Response, Uri, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::clock::SystemClock;
use crate::output::Failure;
use crate::randomness::SystemRandomness;
use crate::ready;
use crate::trust::connector;

/// The longest time that an answer may take.
const LIMIT: Duration = Duration::from_secs(30);
/// The longest answer, in bytes.
const LONGEST: usize = 64 << 20;
/// Where an answer of the national interface says when it left.
const RESPOND_TIME: &str = "\"respond_time\":\"";
/// A sandbox tells its time by the minute: a difference below this is none.
const SAME_TIME_MS: i64 = 90_000;
/// Codes are good for a minute; the clock is set by the minute.
const UNTIL_EXPIRED: i64 = 2;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A centre at an address.
pub struct Centre {
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    sender: RefCell<Option<SendRequest<Body>>>,
    randomness: RefCell<SystemRandomness>,
    /// By how many milliseconds its clock is ahead, where it tells.
    ahead: Cell<i64>,
    /// Whether it is a sandbox.
    is_sandbox: Cell<bool>,
}

impl Centre {
    /// The centre of an address; nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::NotUnderstood`] where it is no address.
    pub fn of(url: &str, authorities: &Path) -> Result<Self, Failure> {
        let wrong = || {
            Failure::NotUnderstood(format!("--url: {url}: 写成 http://主机:端口 write http://HOST:PORT, or https://"))
        };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        let (tls, port) = match uri.scheme_str() {
            Some("http") => (None, 80),
            Some("https") => (Some(connector("--ca", authorities)?), 443),
            _ => return Err(wrong()),
        };
        Ok(Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: uri.port_u16().unwrap_or(port),
            tls,
            sender: RefCell::new(None),
            randomness: RefCell::new(SystemRandomness::open()?),
            ahead: Cell::new(0),
            is_sandbox: Cell::new(false),
        })
    }

    /// What a sandbox tells of itself; nothing if it is none.
    ///
    /// # Errors
    /// [`Failure::Impossible`] where nothing answers.
    pub fn sandbox(&self) -> Result<Option<Value>, Failure> {
        let came = self.ask(Method::GET, "/sandbox", Vec::new()).map_err(|silence| {
            let remedy = "先启动沙箱 gongji sandbox，或写出 --url start a sandbox, or say --url";
            Failure::Impossible(format!("{}:{}: {silence}; {remedy}", self.host, self.port))
        })?;
        let told: Option<Value> = serde_json::from_slice(&came.body).ok();
        let told = told.filter(|told| came.status == 200 && told["institutions"].is_array());
        self.is_sandbox.set(told.is_some());
        if told.is_some() {
            self.read_clock();
        }
        Ok(told)
    }

    /// Goes by the sandbox's clock, which may have been moved.
    fn read_clock(&self) {
        let Ok(came) = self.ask(Method::GET, "/sandbox/clock", Vec::new()) else { return };
        let told: Value = serde_json::from_slice(&came.body).unwrap_or_default();
        let minute = told["now"].as_str().and_then(|now| Moment::parse(now.get(..16)?).ok());
        let ahead = minute.map_or(0, |minute| minute.millis() - SystemClock.now().millis());
        self.ahead.set(if ahead.abs() < SAME_TIME_MS { 0 } else { ahead });
    }

    /// Goes by the time that an answer tells: signatures hold for so long by the centre's clock.
    fn follow_clock(&self, answer: &[u8]) {
        let text = String::from_utf8_lossy(answer);
        let told = text.split_once(RESPOND_TIME).and_then(|(_, rest)| time::moment(rest.get(..17)?));
        if let Some(told) = told {
            self.ahead.set(told.millis() - SystemClock.now().millis());
        }
    }

    fn ask(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Came, Silence> {
        let json = ("content-type".to_owned(), "application/json".to_owned());
        self.exchange(method, &Sent { path: path.to_owned(), headers: vec![json], body })
    }

    fn exchange(&self, method: Method, sent: &Sent) -> Result<Came, Silence> {
        let answer = ready(async { tokio::time::timeout(LIMIT, self.answered(&method, sent)).await });
        let answer = answer.map_err(|_| Silence(format!("{} 秒内没有回音 within {0} seconds", LIMIT.as_secs())));
        answer.and_then(|came| came).inspect_err(|_| self.hang_up())
    }

    fn request(&self, method: &Method, sent: &Sent) -> Result<Request<Body>, Silence> {
        let mut request = Request::builder().method(method).uri(&sent.path).header(header::HOST, self.authority());
        for (name, value) in &sent.headers {
            request = request.header(name, value);
        }
        let request = request.header(header::CONTENT_LENGTH, sent.body.len()).body(Body::from(sent.body.clone()));
        request.map_err(|error| Silence(error.to_string()))
    }

    fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Over the connection that is there. If the centre closes it at that moment, over another: a message that came twice gets
    /// its first answer.
    async fn answered(&self, method: &Method, sent: &Sent) -> Result<Came, Silence> {
        let kept = self.sender.borrow_mut().take();
        if let Some(mut sender) = kept
            && sender.ready().await.is_ok()
        {
            match sender.send_request(self.request(method, sent)?).await {
                Err(error) if error.is_incomplete_message() || error.is_canceled() || error.is_closed() => {}
                answer => return self.came(sender, answer).await,
            }
        }
        let mut sender = self.connected().await?;
        let answer = sender.send_request(self.request(method, sent)?).await;
        self.came(sender, answer).await
    }

    async fn came(
        &self,
        sender: SendRequest<Body>,
        answer: hyper::Result<Response<Incoming>>,
    ) -> Result<Came, Silence> {
        let silent = |error: &dyn std::fmt::Display| Silence(error.to_string());
        let (parts, body) = answer.map_err(|error| silent(&error))?.into_parts();
        let bytes = to_bytes(Body::new(body), LONGEST).await.map_err(|error| silent(&error))?;
        self.sender.replace(Some(sender));
        let header = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let headers = parts.headers.iter().map(header).collect();
        self.follow_clock(&bytes);
        Ok(Came { status: parts.status.as_u16(), headers, body: bytes.to_vec() })
    }

    async fn stream(&self) -> Result<Box<dyn Stream>, Silence> {
        let silent = |error: &dyn std::fmt::Display| Silence(format!("{}: {error}", self.authority()));
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|error| silent(&error))?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from(self.host.clone()).map_err(|error| silent(&error))?;
        let stream = tls.connect(name, stream).await.map_err(|error| silent(&error))?;
        Ok(Box::new(stream))
    }

    async fn connected(&self) -> Result<SendRequest<Body>, Silence> {
        let io = TokioIo::new(self.stream().await?);
        let (sender, connection) = http1::handshake(io).await.map_err(|error| Silence(error.to_string()))?;
        tokio::spawn(connection);
        Ok(sender)
    }

    async fn left(&self, sent: &Sent) -> Result<(), Silence> {
        let mut stream = self.stream().await?;
        let mut head = format!("POST {} HTTP/1.1\r\nhost: {}\r\n", sent.path, self.authority());
        for (name, value) in &sent.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", sent.body.len()));
        let bytes = [head.as_bytes(), &sent.body].concat();
        stream.write_all(&bytes).await.map_err(|error| Silence(error.to_string()))?;
        stream.flush().await.map_err(|error| Silence(error.to_string()))
    }
}

impl Line for Centre {
    fn send(&self, sent: &Sent) -> Result<Came, Silence> {
        self.exchange(Method::POST, sent)
    }

    fn send_and_leave(&self, sent: &Sent) -> Result<(), Silence> {
        ready(self.left(sent))
    }

    fn hang_up(&self) {
        self.sender.replace(None);
    }

    fn now(&self) -> Moment {
        Moment::from_millis(SystemClock.now().millis() + self.ahead.get())
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.randomness.borrow_mut().fill(bytes);
    }

    fn code_of(&self, person: &str) -> Option<String> {
        if !self.is_sandbox.get() || person.is_empty() {
            return None;
        }
        let body = json!({ "person": person }).to_string();
        let came = self.ask(Method::POST, "/sandbox/codes", body.into_bytes()).ok()?;
        let told: Value = serde_json::from_slice(&came.body).ok()?;
        told["code"].as_str().map(str::to_owned)
    }

    fn let_codes_expire(&self) -> bool {
        if !self.is_sandbox.get() {
            return false;
        }
        let to = self.now().plus_minutes(UNTIL_EXPIRED);
        let body = json!({ "now": to.to_string() }).to_string();
        let done = self.ask(Method::PUT, "/sandbox/clock", body.into_bytes()).is_ok_and(|came| came.status == 200);
        self.read_clock();
        done
    }
}

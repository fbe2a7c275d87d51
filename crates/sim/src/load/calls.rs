//! Callers of a server over HTTP: the same loops as those of the desk, at the other end of a socket.
//!
//! The client is as small as can be, so that what is measured is the server: a connection for each caller, kept open, one
//! request at a time. Deliberately absent: TLS, and anything that mends what went wrong.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::closed_loop::{Meter, Rate};
use super::national::{self, Connected, prepared};
use super::open_loop::{Pace, arrive};
use super::tasks;

/// A connection that has been idle for so long is left: a server may be about to close it.
const IDLE: Duration = Duration::from_secs(10);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A bill of 10.00 that a relative pays.
    Settle,
    /// Whether anybody is ready to pay. Patients are named by their numbers there.
    Eligibility,
    /// A bill by the national interface, whose visit is registered before.
    Bill,
    /// An answer that is always the same: what HTTP takes for itself.
    Fixed,
}

/// How callers come.
#[derive(Clone, Copy, Debug)]
pub enum Coming {
    /// So many, each waiting for an answer before he asks again, until so many are given.
    Closed(u32, u64),
    /// So many a second, for so many seconds, whatever becomes of those before them.
    Open(u64, u64),
}

/// Whom to call, and about whom.
#[derive(Clone, Debug)]
pub struct Calls {
    /// `HOST:PORT`.
    pub address: String,
    /// Numbers of institutions with their tokens.
    pub tills: Vec<(String, String)>,
    /// Certificate numbers of patients, or their numbers there.
    pub patients: Vec<String>,
    /// The first process of the server, if it is on this machine.
    pub server: Option<u32>,
    /// Institutions as they are connected by the national interface.
    pub connected: Vec<Connected>,
    /// Connections that are opened before, and on which nothing is ever said.
    pub silent: u32,
}

/// What calling came to.
#[derive(Debug)]
pub struct Called {
    /// The figures.
    pub rate: Rate,
    /// The numbers of the patients for whom bills were settled.
    pub numbers: BTreeSet<String>,
}

struct Line {
    calls: Calls,
    call: Call,
    since: u128,
    idle: Mutex<Vec<(TcpStream, Instant)>>,
    numbers: Mutex<BTreeSet<String>>,
    /// Requests that were written before.
    prepared: Vec<Vec<u8>>,
}

/// Calls.
///
/// # Errors
/// A sentence about the first answer that was not a good one, or about the connection.
pub fn call(calls: &Calls, call: Call, coming: Coming) -> Result<Called, String> {
    if calls.tills.is_empty() || calls.patients.is_empty() {
        return Err("nobody is there to call, or to call about: name tokens and patients".to_owned());
    }
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let runtime = tasks::runtime()?;
    let prepared = match (call, coming) {
        (Call::Bill, Coming::Closed(_, count)) => prepared(&runtime, (calls, calls.connected.clone()), count)?,
        (Call::Bill, Coming::Open(..)) => return Err("bills are prepared, so say how many: --count".to_owned()),
        _ => Vec::new(),
    };
    let line = Line { calls: calls.clone(), call, since, idle: Mutex::default(), numbers: Mutex::default(), prepared };
    let line = Arc::new(line);
    let mut silent = Vec::new();
    for _ in 0..calls.silent {
        silent.push(runtime.block_on(connect(&calls.address))?);
    }
    let shared = line.clone();
    let each = move |number| {
        let line = shared.clone();
        async move { line.ask(number).await }
    };
    let rate = match coming {
        Coming::Closed(callers, count) => tasks::drive(&runtime, Meter { callers, count, server: calls.server }, each)?,
        Coming::Open(per_second, seconds) => arrive(&runtime, (Pace { per_second, seconds }, calls.server), each)?,
    };
    drop(silent);
    let numbers = std::mem::take(&mut *line.numbers.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Called { rate, numbers })
}

impl Line {
    async fn ask(&self, number: u64) -> Result<(), String> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut stream = match idle.filter(|(_, since)| since.elapsed() < IDLE) {
            Some((stream, _)) => stream,
            None => connect(&self.calls.address).await?,
        };
        let told = exchange(&mut stream, &self.request(number)).await?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((stream, Instant::now()));
        self.look_at(told.status, &told.body)
    }

    fn request(&self, number: u64) -> Cow<'_, [u8]> {
        let place = |count: usize| usize::try_from(number).unwrap_or(0) % count;
        let (institution, token) = &self.calls.tills[place(self.calls.tills.len())];
        let patient = &self.calls.patients[place(self.calls.patients.len())];
        let text = match self.call {
            Call::Bill => return Cow::Borrowed(&self.prepared[place(self.prepared.len())]),
            Call::Fixed => "GET /healthz HTTP/1.1\r\nhost: load\r\n\r\n".to_owned(),
            Call::Eligibility => format!(
                "GET /v1/eligibility?patient={patient}&institution={institution}&purpose=outpatient HTTP/1.1\r\n\
                 host: load\r\nauthorization: Bearer {token}\r\n\r\n"
            ),
            Call::Settle => settling(token, patient, &format!("L{}-{number}", self.since)),
        };
        Cow::Owned(text.into_bytes())
    }

    fn look_at(&self, status: u16, body: &str) -> Result<(), String> {
        let is_good = match self.call {
            Call::Settle => status == 201 && body.contains(r#""aid":"10.00""#),
            Call::Eligibility => status == 200 && body.contains("true"),
            Call::Bill => status == 200 && national::is_settled(body),
            Call::Fixed => status == 200,
        };
        if !is_good {
            return Err(format!("{:?} was answered {status}: {body}", self.call));
        }
        if let Some(number) = body.split_once(r#""patient":""#).and_then(|(_, rest)| rest.split('"').next()) {
            self.numbers.lock().unwrap_or_else(PoisonError::into_inner).insert(number.to_owned());
        }
        Ok(())
    }
}

/// A bill of 10.00 for a patient, under this key.
pub(super) fn settling(token: &str, patient: &str, key: &str) -> String {
    let body = format!(r#"{{"patient":"{patient}","kind":"outpatient","parts":{{"copay":"10.00"}}}}"#);
    format!(
        "POST /v1/settlements HTTP/1.1\r\nhost: load\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub(super) async fn connect(address: &str) -> Result<TcpStream, String> {
    let stream = TcpStream::connect(address).await.map_err(|error| format!("{address}: {error}"))?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    Ok(stream)
}

/// An answer of a server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) status: u16,
    /// Whether it was given before.
    pub(super) is_repeat: bool,
    pub(super) body: String,
}

/// Sends a request and reads its answer.
pub(super) async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<Told, String> {
    stream.write_all(request).await.map_err(|error| format!("a request was not taken: {error}"))?;
    let mut read = Vec::with_capacity(1_024);
    loop {
        if let Some(told) = whole(&read) {
            return Ok(told);
        }
        let more = stream.read_buf(&mut read).await.map_err(|error| format!("no answer came: {error}"))?;
        if more == 0 {
            return Err("the server hung up".to_owned());
        }
    }
}

/// An answer, once all of it is there.
fn whole(read: &[u8]) -> Option<Told> {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(Some(0), |length| length.trim().parse().ok())?;
    let body = String::from_utf8_lossy(read.get(end..end + length)?).into_owned();
    Some(Told { status, is_repeat: head.contains("\r\nidempotent-replayed: true\r\n"), body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_once_all_of_it_is_there() {
        let text = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nabcde";
        for length in 0..text.len() {
            assert_eq!(whole(&text[..length]), None, "{length}");
        }
        let told = |status, is_repeat, body: &str| Some(Told { status, is_repeat, body: body.to_owned() });
        assert_eq!(whole(text), told(201, false, "abcde"));
        assert_eq!(whole(b"HTTP/1.1 204 No Content\r\nIdempotent-Replayed: true\r\n\r\n"), told(204, true, ""));
    }
}

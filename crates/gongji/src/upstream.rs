//! The way to the centres behind: calls of the national interface that are passed on, over connections that are kept.
//!
//! Invariants: a call is sent once (on a connection that turns out to be closed nothing was sent, and the next is taken); it ends
//! within [`LIMIT`]; what is told of a failure names no URL. Deliberately absent: a ban of private addresses, since the operator
//! says where the centre is, and following redirects, which belong to the institution like every other answer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use gongji_http::face::{Core, Passed, Passing, Returned, Upstream};
use gongji_words::AreaCode;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::cores::Cores;
use crate::trust::connector;

/// The longest time that a call may take: shorter than a request of ours, so that the institution gets an envelope.
const LIMIT: Duration = Duration::from_secs(25);
/// The longest answer, in bytes.
const LARGEST: usize = 64 << 20;
/// For how long a connection is kept that nobody uses. Servers close theirs after five seconds at the earliest.
const KEPT: Duration = Duration::from_secs(4);
/// Connections that are kept for one centre.
const MOST: usize = 64;

type Sender = SendRequest<Body>;

/// Where a centre is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Centre {
    is_encrypted: bool,
    /// A name or an address, without brackets.
    host: String,
    port: u16,
    /// Host and port as a request names them.
    authority: HeaderValue,
    /// What stands before the paths of calls.
    before: String,
}

impl Centre {
    /// Reads a URL.
    ///
    /// # Errors
    /// What to write.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        const FORM: &str = "写成 http://主机:端口 或 https://主机/路径 write http://HOST:PORT or https://HOST/PATH";
        let uri: Uri = url.parse().map_err(|_| FORM)?;
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(FORM),
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(FORM)?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() || uri.query().is_some() || url.contains('#') {
            return Err(FORM);
        }
        let says_port = authority.as_str().rsplit(']').next().is_some_and(|after| after.contains(':'));
        let usual = if is_encrypted { 443 } else { 80 };
        let port = uri.port_u16().or((!says_port).then_some(usual)).ok_or(FORM)?;
        let before = uri.path().trim_end_matches('/').to_owned();
        let authority = HeaderValue::from_str(authority.as_str()).map_err(|_| FORM)?;
        Ok(Self { is_encrypted, host, port, authority, before })
    }
}

/// A connection that nobody uses.
struct Idle {
    sender: Sender,
    since: Instant,
}

/// All centres that calls are passed on to.
pub struct Centres {
    /// The authorities that vouch for them.
    authorities: PathBuf,
    connector: OnceLock<TlsConnector>,
    idle: Mutex<BTreeMap<String, Vec<Idle>>>,
    /// Who divides bills in place of our calculator.
    cores: Cores,
}

impl Centres {
    /// Believes the authorities of a file, once a centre is called over TLS.
    pub fn of(authorities: PathBuf, cores: Cores) -> Self {
        Self { authorities, connector: OnceLock::new(), idle: Mutex::default(), cores }
    }

    fn idle(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Idle>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection to a centre that was used last.
    fn kept(&self, to: &str) -> Option<Sender> {
        let mut idle = self.idle();
        let kept = idle.get_mut(to)?;
        kept.retain(|one| one.since.elapsed() < KEPT && !one.sender.is_closed());
        kept.pop().map(|one| one.sender)
    }

    fn keep(&self, to: &str, sender: Sender) {
        let mut idle = self.idle();
        let kept = idle.entry(to.to_owned()).or_default();
        if kept.len() < MOST && !sender.is_closed() {
            kept.push(Idle { sender, since: Instant::now() });
        }
    }

    async fn passed(&self, passing: Passing) -> Result<Returned, String> {
        let centre = Centre::parse(&passing.to)?;
        let to = passing.to.clone();
        let mut request = request_of(&centre, passing)?;
        while let Some(mut sender) = self.kept(&to) {
            if sender.ready().await.is_err() {
                continue;
            }
            request = match sender.try_send_request(request).await {
                Ok(response) => return self.read(response, (&to, sender)).await,
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) => unsent,
                    None => return Err(format!("no answer: {}", failed.into_error())),
                },
            };
        }
        let mut sender = self.connected(&centre).await?;
        let response = sender.send_request(request).await.map_err(|error| format!("no answer: {error}"))?;
        self.read(response, (&to, sender)).await
    }

    async fn read(&self, response: Response<Incoming>, (to, sender): (&str, Sender)) -> Result<Returned, String> {
        let (head, body) = response.into_parts();
        let body = to_bytes(Body::new(body), LARGEST).await.map_err(|error| format!("half an answer: {error}"))?;
        self.keep(to, sender);
        Ok(Returned { status: head.status, headers: head.headers, body })
    }

    async fn connected(&self, centre: &Centre) -> Result<Sender, String> {
        let stream = TcpStream::connect((centre.host.as_str(), centre.port)).await;
        let stream = stream.map_err(|error| format!("no connection: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        if !centre.is_encrypted {
            return begun(stream).await;
        }
        let name = ServerName::try_from(centre.host.clone()).map_err(|_| "the host is no name of a certificate")?;
        let stream = self.connector()?.connect(name, stream).await.map_err(|error| format!("TLS: {error}"))?;
        begun(stream).await
    }

    fn connector(&self) -> Result<&TlsConnector, String> {
        if self.connector.get().is_none() {
            let read = connector("upstream-ca", &self.authorities).map_err(|failure| failure.text().to_owned())?;
            let _another_was_as_good = self.connector.set(read);
        }
        self.connector.get().ok_or_else(|| "no authorities".to_owned())
    }
}

impl Upstream for Centres {
    fn pass(&self, passing: Passing) -> Passed<'_> {
        Box::pin(async move {
            let passed = tokio::time::timeout(LIMIT, self.passed(passing)).await;
            passed.map_err(|_| format!("no answer within {} seconds", LIMIT.as_secs()))?
        })
    }

    fn core_of(&self, area: AreaCode) -> Option<Core> {
        self.cores.get(&area).cloned()
    }
}

fn request_of(centre: &Centre, passing: Passing) -> Result<Request<Body>, String> {
    let path = format!("{}{}", centre.before, passing.path);
    let path = if path.is_empty() { "/".to_owned() } else { path };
    let request = Request::post(path).body(Body::from(passing.body));
    let mut request = request.map_err(|error| format!("the call has no good path: {error}"))?;
    *request.headers_mut() = passing.headers;
    request.headers_mut().insert(HOST, centre.authority.clone());
    Ok(request)
}

/// Begins to speak; the connection ends with its sender.
async fn begun(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Result<Sender, String> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let _it_ends_with_its_sender = tokio::spawn(connection);
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_centre_is_a_host_that_calls_are_passed_on_to() {
        for (url, is_encrypted, host, port, before) in [
            ("http://10.0.0.1:8097", false, "10.0.0.1", 8097, ""),
            ("http://centre.example/", false, "centre.example", 80, ""),
            ("https://centre.example/mbs/", true, "centre.example", 443, "/mbs"),
            ("https://[fd00::1]:8443/a/b", true, "fd00::1", 8443, "/a/b"),
        ] {
            let centre = Centre::parse(url).unwrap();
            let found = (centre.is_encrypted, centre.host.as_str(), centre.port, centre.before.as_str());
            assert_eq!(found, (is_encrypted, host, port, before), "{url}");
        }
        for url in [
            "",
            "centre.example",
            "ftp://centre.example",
            "http://",
            "http://a@b",
            "http://a?x",
            "http://a#x",
            "http://a:99999",
        ] {
            assert!(Centre::parse(url).is_err(), "{url}");
        }
    }
}

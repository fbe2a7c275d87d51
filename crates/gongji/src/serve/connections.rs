//! Sockets: taking connections up to a bound, limits in time, and an end that finishes what was begun.

use std::convert::Infallible;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use gongji_domain::reason::Reason;
use gongji_http::route::Manner;
use gongji_http::{Face, Origin, Told};
use gongji_service::Clock as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UnixListener, UnixStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};

use super::lines::Lines;
use super::metrics::Metrics;
use super::settings::Place;
use super::tls::Tls;
use crate::clock::SystemClock;
use crate::output::{Failure, note};

/// Limits of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// For a request.
    pub request: Duration,
    /// For its head, and between two requests.
    pub header: Duration,
    /// For what was begun, after the server was told to stop.
    pub stop: Duration,
}

/// What stands between sockets and faces.
pub struct Front {
    /// Limits.
    pub limits: Limits,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where requests are written down, if they are.
    pub lines: Option<Lines>,
    /// Of ports; none if they speak in the clear.
    pub tls: Option<Tls>,
}

/// A socket that is listened at.
pub enum Listener {
    /// A port.
    Tcp(TcpListener),
    /// A socket of this machine; its file goes when this does.
    Unix(UnixListener, SocketFile),
}

/// The file of a socket.
pub struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _gone_already = std::fs::remove_file(&self.0);
    }
}

impl Listener {
    /// As clients write it.
    pub fn url(&self, front: &Front) -> String {
        let scheme = if front.tls.is_some() { "https" } else { "http" };
        match self {
            Self::Tcp(listener) => {
                listener.local_addr().map_or_else(|_| "?".to_owned(), |address| format!("{scheme}://{address}"))
            }
            Self::Unix(_, SocketFile(path)) => format!("unix:{}", path.display()),
        }
    }
}

/// Connections that the system keeps until they are taken: more of them come again a second later.
const WAITING: u32 = 4_096;

/// Listens.
pub async fn listen(place: &Place) -> Result<Listener, Failure> {
    let failed =
        |place: &str, error: std::io::Error| Failure::Impossible(format!("{place}: nobody can listen: {error}"));
    match place {
        Place::Tcp(address) => bound(address).await.map(Listener::Tcp).map_err(|error| failed(address, error)),
        Place::Unix(path) => {
            take_over(path);
            let bound = UnixListener::bind(path).map_err(|error| failed(&path.display().to_string(), error))?;
            Ok(Listener::Unix(bound, SocketFile(path.clone())))
        }
    }
}

/// At the first address of this name where somebody can listen.
async fn bound(name: &str) -> std::io::Result<TcpListener> {
    let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "no such address");
    for address in tokio::net::lookup_host(name).await? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A server that was killed leaves connections behind, which are no reason to wait for its port.
        socket.set_reuseaddr(true)?;
        match socket.bind(address).and_then(|()| socket.listen(WAITING)) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A socket that a killed server left behind is nobody's: whoever is there would answer.
fn take_over(path: &std::path::Path) {
    use std::os::unix::fs::FileTypeExt;
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
        let _bind_tells = std::fs::remove_file(path);
    }
}

/// The same service with a limit in time for each request, counted and written down.
pub fn watched(face: &Arc<Face>, service: Router, front: &Arc<Front>) -> Router {
    let (face, front) = (face.clone(), front.clone());
    service.layer(from_fn(move |request: Request, next: Next| {
        let (face, front) = (face.clone(), front.clone());
        async move {
            let (manner, begun) = (Manner::of(&request), Instant::now());
            let answered = tokio::time::timeout(front.limits.request, next.run(request)).await;
            let response = answered.unwrap_or_else(|_| manner.refused(&face, Reason::ReqTimeout));
            front.answered(&response, begun.elapsed());
            response
        }
    }))
}

/// What is written down of a request. Nothing in it is anybody's.
#[derive(Serialize)]
struct Line<'a> {
    level: &'static str,
    time: String,
    operation: &'static str,
    status: u16,
    code: Option<&'a str>,
    token: Option<&'a str>,
    failure: Option<i64>,
    micros: u64,
}

impl Front {
    fn answered(&self, response: &Response, took: Duration) {
        let Some(told) = response.extensions().get::<Told>() else { return };
        let status = response.status().as_u16();
        self.metrics.answered(told, status, took);
        if let Some(lines) = &self.lines {
            lines.add(&Line {
                level: "info",
                time: gongji_http::time(SystemClock.now()),
                operation: told.operation,
                status,
                code: told.code.as_deref(),
                token: told.token.as_deref(),
                failure: (told.failure > 0).then_some(told.failure),
                micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            });
        }
    }
}

/// Serves until the program is told to stop, and then waits for what was begun. Whoever else has to stop hears it from
/// `stop`.
///
/// # Errors
/// A sentence when the system does not say that the program is to stop, or a listener panicked.
pub async fn until_told(
    served: Vec<(Listener, Router)>,
    front: &Arc<Front>,
    stop: &watch::Sender<bool>,
) -> Result<(), Failure> {
    let serving: Vec<_> = served
        .into_iter()
        .map(|(listener, service)| tokio::spawn(serve(listener, service, (front.clone(), stop.subscribe()))))
        .collect();
    told_to_stop().await?;
    stop.send_replace(true);
    for one in serving {
        one.await.map_err(|error| Failure::of(&error))?;
    }
    Ok(())
}

/// Ready when the program is told to end.
async fn told_to_stop() -> Result<(), Failure> {
    let of = |kind| signal(kind).map_err(|error| Failure::of(&error));
    let (mut terminated, mut interrupted) = (of(SignalKind::terminate())?, of(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(())
}

/// Takes connections until it is told to stop, and then waits for what was begun.
async fn serve(listener: Listener, service: Router, (front, mut stopping): (Arc<Front>, watch::Receiver<bool>)) {
    let places = Arc::new(Semaphore::new(front.limits.connections));
    let begun = Arc::new(GracefulShutdown::new());
    loop {
        let taken = tokio::select! {
            _ = stopping.wait_for(|stopped| *stopped) => break,
            taken = take(&listener, &places) => taken,
        };
        let Some((stream, address, place)) = taken else { continue };
        front.metrics.connections.inc();
        let service = FromSomewhere { service: TowerToHyperService::new(service.clone()), address };
        let (front, watcher) = (front.clone(), begun.watcher());
        tokio::spawn(async move {
            if let Some(stream) = opened(stream, &front).await {
                let mut server = http1::Builder::new();
                server.timer(TokioTimer::new()).header_read_timeout(front.limits.header);
                let _whoever_asked_is_gone =
                    watcher.watch(server.serve_connection(TokioIo::new(stream), service)).await;
            }
            front.metrics.connections.dec();
            drop(place);
        });
    }
    drop(listener);
    let Some(begun) = Arc::into_inner(begun) else { return };
    if tokio::time::timeout(front.limits.stop, begun.shutdown()).await.is_err() {
        note("停止：有请求没有在规定时间内办完。 stop: some requests did not end in time.");
    }
}

/// The stream in the clear; none if whoever is there does not come to speak TLS, in time.
async fn opened(stream: Taken, front: &Front) -> Option<Box<dyn Stream>> {
    match (stream, &front.tls) {
        (Taken::Port(stream), Some(tls)) => {
            let shaken = tokio::time::timeout(front.limits.header, tls.acceptor().accept(stream)).await;
            shaken.ok()?.ok().map(|stream| Box::new(stream) as Box<dyn Stream>)
        }
        (Taken::Port(stream), None) => Some(Box::new(stream)),
        (Taken::Socket(stream), _) => Some(Box::new(stream)),
    }
}

/// A service that tells where each request comes from.
struct FromSomewhere {
    service: TowerToHyperService<Router>,
    address: Option<IpAddr>,
}

/// Headers by which a proxy says that it passes a request on.
const PASSED_ON: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

impl Service<hyper::Request<Incoming>> for FromSomewhere {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as Service<hyper::Request<Incoming>>>::Future;

    fn call(&self, mut request: hyper::Request<Incoming>) -> Self::Future {
        let is_near = self.address.is_none_or(|address| address.is_loopback());
        let is_here = is_near && PASSED_ON.iter().all(|name| !request.headers().contains_key(*name));
        request.extensions_mut().insert(Origin { address: self.address, is_here });
        self.service.call(request)
    }
}

/// Bytes of either kind of socket.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection.
enum Taken {
    Port(TcpStream),
    Socket(UnixStream),
}

/// The next connection, once there is a place for it.
async fn take(
    listener: &Listener,
    places: &Arc<Semaphore>,
) -> Option<(Taken, Option<IpAddr>, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    let taken: std::io::Result<(Taken, Option<IpAddr>)> = match listener {
        Listener::Tcp(listener) => listener.accept().await.map(|(stream, from)| {
            let _answers_are_small = stream.set_nodelay(true);
            (Taken::Port(stream), Some(from.ip().to_canonical()))
        }),
        Listener::Unix(listener, _) => listener.accept().await.map(|(stream, _)| (Taken::Socket(stream), None)),
    };
    match taken {
        Ok((stream, address)) => Some((stream, address, place)),
        Err(_) => {
            // Out of descriptors, or a client that went away: the others are served, and a moment later it is tried again.
            let _nothing_came = tokio::time::timeout(Duration::from_millis(50), std::future::pending::<()>()).await;
            None
        }
    }
}

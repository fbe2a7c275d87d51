//! Sockets: taking connections up to a bound, limits in time, and an end that finishes what was begun.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use gongji_domain::reason::Reason;
use gongji_http::Face;
use gongji_http::problem::Problem;
use gongji_http::route::refused;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};

use super::config::Place;
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
    pub fn url(&self) -> String {
        match self {
            Self::Tcp(listener) => {
                listener.local_addr().map_or_else(|_| "?".to_owned(), |address| format!("http://{address}"))
            }
            Self::Unix(_, SocketFile(path)) => format!("unix:{}", path.display()),
        }
    }
}

/// Listens.
pub async fn listen(place: &Place) -> Result<Listener, Failure> {
    let failed =
        |place: &str, error: std::io::Error| Failure::Impossible(format!("{place}: nobody can listen: {error}"));
    match place {
        Place::Tcp(address) => {
            TcpListener::bind(address).await.map(Listener::Tcp).map_err(|error| failed(address, error))
        }
        Place::Unix(path) => {
            take_over(path);
            let bound = UnixListener::bind(path).map_err(|error| failed(&path.display().to_string(), error))?;
            Ok(Listener::Unix(bound, SocketFile(path.clone())))
        }
    }
}

/// A socket that a killed server left behind is nobody's: whoever is there would answer.
fn take_over(path: &std::path::Path) {
    use std::os::unix::fs::FileTypeExt;
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
        let _bind_tells = std::fs::remove_file(path);
    }
}

/// Ready when the program is told to end.
pub async fn told_to_stop() -> Result<(), Failure> {
    let of = |kind| signal(kind).map_err(|error| Failure::of(&error));
    let (mut terminated, mut interrupted) = (of(SignalKind::terminate())?, of(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(())
}

/// The same service with a limit in time for each request.
pub fn limited(face: &Arc<Face>, service: Router, limit: Duration) -> Router {
    let face = face.clone();
    service.layer(from_fn(move |request: Request, next: Next| {
        let face = face.clone();
        async move {
            let headers = request.headers().clone();
            let answered = tokio::time::timeout(limit, next.run(request)).await;
            answered.unwrap_or_else(|_| refused(&face, &headers, Problem::of(Reason::ReqTimeout)))
        }
    }))
}

/// Takes connections until it is told to stop, and then waits for what was begun.
pub async fn serve(listener: Listener, service: Router, (limits, stopped): (Limits, watch::Receiver<bool>)) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let begun = GracefulShutdown::new();
    let mut stopping = stopped.clone();
    loop {
        let taken = tokio::select! {
            _ = stopping.wait_for(|stopped| *stopped) => break,
            taken = take(&listener, &places) => taken,
        };
        let Some((stream, place)) = taken else { continue };
        let mut server = http1::Builder::new();
        server.timer(TokioTimer::new()).header_read_timeout(limits.header);
        let connection = server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service.clone()));
        let watched = begun.watch(connection);
        tokio::spawn(async move {
            let _whoever_asked_is_gone = watched.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.stop, begun.shutdown()).await.is_err() {
        note("停止：有请求没有在规定时间内办完。 stop: some requests did not end in time.");
    }
}

/// Bytes of either kind of socket.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The next connection, once there is a place for it.
async fn take(
    listener: &Listener,
    places: &Arc<Semaphore>,
) -> Option<(Box<dyn Stream>, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    let taken: std::io::Result<Box<dyn Stream>> = match listener {
        Listener::Tcp(listener) => listener.accept().await.map(|(stream, _)| {
            let _answers_are_small = stream.set_nodelay(true);
            Box::new(stream) as Box<dyn Stream>
        }),
        Listener::Unix(listener, _) => listener.accept().await.map(|(stream, _)| Box::new(stream) as Box<dyn Stream>),
    };
    match taken {
        Ok(stream) => Some((stream, place)),
        Err(_) => {
            // Out of descriptors, or a client that went away: the others are served, and a moment later it is tried again.
            let _nothing_came = tokio::time::timeout(Duration::from_millis(50), std::future::pending::<()>()).await;
            None
        }
    }
}

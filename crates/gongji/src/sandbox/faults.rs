//! Lines that are bad: answers that come late, never, of a message that arrived twice, or after the answer to a later one; and
//! servers that are: too slow, too busy, or broken.
//!
//! Some institutions have such a line always; a switch gives one to everybody. What was asked is done all the same, but where a
//! server would have done nothing: that is what a till has to live with.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{Method, Response};
use axum::middleware::{Next, from_fn};
use gongji_domain::reason::Reason;
use gongji_http::Face;
use gongji_http::route::{Manner, shown_token};
use tokio::sync::Notify;

use super::keys::Keys;

/// What a line does to answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// Nothing.
    None,
    /// They come late.
    Slow,
    /// They never come.
    Lost,
    /// What was asked arrives twice; the second answer comes.
    Doubled,
    /// Every other waits until the next has been given.
    Reordered,
    /// What was asked is done; the answer is that it took too long.
    Timeout,
    /// Nothing is done: there is too much to do.
    Busy,
    /// Nothing is done: something went wrong inside.
    Failed,
}

impl Fault {
    /// What a request is told in place of its answer, and whether it is done all the same.
    const fn instead(self) -> Option<(Reason, bool)> {
        match self {
            Self::Timeout => Some((Reason::ReqTimeout, true)),
            Self::Busy => Some((Reason::ReqBusy, false)),
            Self::Failed => Some((Reason::ReqFailed, false)),
            Self::None | Self::Slow | Self::Lost | Self::Doubled | Self::Reordered => None,
        }
    }
}

/// How late, unless it is said.
const LATE: Duration = Duration::from_secs(20);
/// How long an answer waits for one that may overtake it.
const OVERTAKEN_WITHIN: Duration = Duration::from_secs(2);
/// The largest body that is looked at, or sent twice.
const LARGEST: usize = 4 << 20;

/// Who sends a message of the national interface.
#[derive(serde::Deserialize)]
struct Sender {
    fixmedins_code: String,
}

/// The lines of all.
pub struct Faults {
    everybody: Mutex<(Fault, Duration)>,
    /// By the token that a request shows.
    of_token: BTreeMap<String, Fault>,
    /// By the code under which an institution sends messages of the national interface.
    of_code: BTreeMap<String, Fault>,
    /// Whether an answer waits to be overtaken, and how it learns of it.
    waits: Mutex<bool>,
    overtaken: Notify,
}

impl Faults {
    /// Good lines, but for the institutions that are named after theirs.
    pub fn of(keys: &Keys) -> Self {
        let bad = [("T-HOSP-SLOW", Fault::Slow), ("T-HOSP-LOST", Fault::Lost), ("T-HOSP-DUP", Fault::Doubled)];
        let of_token = bad.iter().filter_map(|(key, fault)| Some((keys.of(key)?.to_owned(), *fault))).collect();
        let of_code = bad.iter().filter_map(|(key, fault)| Some((keys.code_of(key)?.to_owned(), *fault))).collect();
        let (everybody, waits) = (Mutex::new((Fault::None, LATE)), Mutex::new(false));
        Self { everybody, of_token, of_code, waits, overtaken: Notify::new() }
    }

    /// From now on everybody's line does this.
    pub fn set(&self, fault: Fault, late: Duration) {
        *self.everybody.lock().unwrap_or_else(PoisonError::into_inner) = (fault, late);
    }

    /// What everybody's line does now.
    pub fn now(&self) -> (Fault, Duration) {
        *self.everybody.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the line of a request does, and the request.
    async fn of_request(&self, request: Request) -> (Request, (Fault, Duration)) {
        let (everybody, late) = self.now();
        if everybody != Fault::None {
            return (request, (everybody, late));
        }
        let of_token = shown_token(request.headers()).and_then(|token| self.of_token.get(token)).copied();
        if of_token.is_some() || request.method() != Method::POST {
            return (request, (of_token.unwrap_or(Fault::None), late));
        }
        let (parts, body) = request.into_parts();
        let (whole, bytes) = match to_bytes(body, LARGEST).await {
            Ok(bytes) => (Body::from(bytes.clone()), bytes),
            // What is too large to be looked at is refused behind.
            Err(_) => (Body::from(vec![b' '; LARGEST + 1]), Bytes::new()),
        };
        let sender: Option<Sender> = serde_json::from_slice(&bytes).ok();
        let of_code = sender.and_then(|sender| self.of_code.get(&sender.fixmedins_code)).copied();
        (Request::from_parts(parts, whole), (of_code.unwrap_or(Fault::None), late))
    }

    /// Whether this answer is the one that waits.
    fn is_overtaken(&self) -> bool {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        *waits = !*waits;
        *waits
    }
}

/// The service of a face behind these lines.
pub fn before(service: Router, (faults, face): (&Arc<Faults>, &Arc<Face>)) -> Router {
    let (faults, face) = (faults.clone(), face.clone());
    service.layer(from_fn(move |request: Request, next: Next| {
        let (faults, face) = (faults.clone(), face.clone());
        async move {
            let (request, (fault, late)) = faults.of_request(request).await;
            if let Some(instead) = fault.instead() {
                return refused(&face, instead, request, next).await;
            }
            match (fault, late) {
                (Fault::Slow, late) => {
                    let answer = next.run(request).await;
                    let _it_is_late = tokio::time::timeout(late, pending::<()>()).await;
                    answer
                }
                (Fault::Lost, _) => {
                    drop(next.run(request).await);
                    pending().await
                }
                (Fault::Doubled, _) => twice(request, next).await,
                (Fault::Reordered, _) => out_of_order(&faults, request, next).await,
                (Fault::None | Fault::Timeout | Fault::Busy | Fault::Failed, _) => next.run(request).await,
            }
        }
    }))
}

/// As a server refuses that could not answer in time, or at all.
async fn refused(face: &Face, (reason, is_done): (Reason, bool), request: Request, next: Next) -> Response<Body> {
    let manner = Manner::of(&request);
    if is_done {
        drop(next.run(request).await);
    }
    manner.refused(face, reason)
}

async fn twice(request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // What is too large for a copy is refused behind, as it would be anyway.
    let bytes = to_bytes(body, LARGEST).await.unwrap_or_default();
    let copy = |parts: axum::http::request::Parts| Request::from_parts(parts, Body::from(bytes.clone()));
    drop(next.clone().run(copy(parts.clone())).await);
    next.run(copy(parts)).await
}

async fn out_of_order(faults: &Faults, request: Request, next: Next) -> Response<Body> {
    let is_overtaken = faults.is_overtaken();
    let answer = next.run(request).await;
    if is_overtaken {
        let _nobody_came = tokio::time::timeout(OVERTAKEN_WITHIN, faults.overtaken.notified()).await;
    } else {
        faults.overtaken.notify_one();
    }
    answer
}

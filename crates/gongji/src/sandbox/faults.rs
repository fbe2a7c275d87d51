//! Lines that are bad: answers that come late, never, of a message that arrived twice, or after the answer to a later one.
//!
//! Some institutions have such a line always; a switch gives one to everybody. What was asked is done all the same: that is
//! what a till has to live with.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use axum::middleware::{Next, from_fn};
use gongji_http::route::shown_token;
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
}

/// How late, unless it is said.
const LATE: Duration = Duration::from_secs(20);
/// How long an answer waits for one that may overtake it.
const OVERTAKEN_WITHIN: Duration = Duration::from_secs(2);
/// The largest body that is sent twice.
const LARGEST: usize = 1 << 20;

/// The lines of all.
pub struct Faults {
    everybody: Mutex<(Fault, Duration)>,
    /// By the token that a request shows.
    of_token: BTreeMap<String, Fault>,
    /// Whether an answer waits to be overtaken, and how it learns of it.
    waits: Mutex<bool>,
    overtaken: Notify,
}

impl Faults {
    /// Good lines, but for the institutions that are named after theirs.
    pub fn of(keys: &Keys) -> Self {
        let bad = [("T-HOSP-SLOW", Fault::Slow), ("T-HOSP-LOST", Fault::Lost), ("T-HOSP-DUP", Fault::Doubled)];
        let of_token = bad.into_iter().filter_map(|(key, fault)| Some((keys.of(key)?.to_owned(), fault))).collect();
        let (everybody, waits) = (Mutex::new((Fault::None, LATE)), Mutex::new(false));
        Self { everybody, of_token, waits, overtaken: Notify::new() }
    }

    /// From now on everybody's line does this.
    pub fn set(&self, fault: Fault, late: Duration) {
        *self.everybody.lock().unwrap_or_else(PoisonError::into_inner) = (fault, late);
    }

    /// What everybody's line does now.
    pub fn now(&self) -> (Fault, Duration) {
        *self.everybody.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of_request(&self, headers: &HeaderMap) -> (Fault, Duration) {
        let (everybody, late) = self.now();
        match shown_token(headers).and_then(|token| self.of_token.get(token)) {
            Some(fault) if everybody == Fault::None => (*fault, late),
            _ => (everybody, late),
        }
    }

    /// Whether this answer is the one that waits.
    fn is_overtaken(&self) -> bool {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        *waits = !*waits;
        *waits
    }
}

/// A service behind these lines.
pub fn before(service: Router, faults: &Arc<Faults>) -> Router {
    let faults = faults.clone();
    service.layer(from_fn(move |request: Request, next: Next| {
        let faults = faults.clone();
        async move {
            match faults.of_request(request.headers()) {
                (Fault::None, _) => next.run(request).await,
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
            }
        }
    }))
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

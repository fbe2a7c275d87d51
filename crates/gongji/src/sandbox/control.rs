//! Time, lines and stops of the sandbox, as its visitors set them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use gongji_domain::stop::SignedByTwo;
use gongji_http::infno::code;
use gongji_http::problem::Problem;
use gongji_http::route::refused;
use gongji_http::{Face, language};
use gongji_scenario::world::Standing;
use gongji_service::{Clock as _, stop};
use gongji_words::{Moment, PersonId};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};

use super::faults::{Fault, Faults};
use crate::output;

/// How often time goes on.
const TICK: Duration = Duration::from_millis(100);

/// What can be set.
#[derive(Clone)]
pub struct Control {
    /// The nodes and their clock.
    pub standing: Arc<Mutex<Standing>>,
    /// The lines.
    pub faults: Arc<Faults>,
    /// Who answers for it.
    pub face: Arc<Face>,
    /// What was told at the start.
    pub told: Value,
}

/// A time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Time {
    now: String,
}

/// What lines do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    answers: Fault,
    seconds: Option<u64>,
}

/// What mutual aid is stopped for, or no longer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stop {
    target: String,
    stopped: bool,
}

/// The two people who stop mutual aid here.
const TWO: [&str; 2] = ["沙箱甲", "沙箱乙"];
/// Why they do.
const WHY: &str = "沙箱试验 a try in the sandbox";

/// Who shows a code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Showing {
    person: String,
}

/// The latest that an answer can be, in seconds.
const LATEST: u64 = 600;

/// Addresses under `/sandbox`.
pub fn routes(control: Control) -> Router {
    let (told, time, lines) = (control.clone(), control.clone(), control.clone());
    let (clock, faults, stops, codes) = (control.clone(), control.clone(), control.clone(), control);
    Router::new()
        .route("/sandbox", get(move || async move { json_of(&told.told) }))
        .route(
            "/sandbox/clock",
            put(move |headers: HeaderMap, body: Bytes| async move { clock.set_time(&headers, &body).await })
                .get(move || async move { time.time().await }),
        )
        .route(
            "/sandbox/faults",
            put(move |headers: HeaderMap, body: Bytes| async move { faults.set_lines(&headers, &body) })
                .get(move || async move { lines.lines() }),
        )
        .route(
            "/sandbox/stops",
            put(move |headers: HeaderMap, body: Bytes| async move { stops.set_stop(&headers, &body).await }),
        )
        .route(
            "/sandbox/codes",
            post(move |headers: HeaderMap, body: Bytes| async move { codes.show_code(&headers, &body).await }),
        )
}

/// A QR code of a text.
fn picture(text: &str) -> String {
    use fast_qr::convert::Builder as _;
    let code = fast_qr::QRBuilder::new(text).build().expect("digits fit into a code");
    fast_qr::convert::svg::SvgBuilder::default().shape(fast_qr::convert::Shape::Square).to_str(&code)
}

impl Control {
    async fn time(&self) -> Response<Body> {
        json_of(&json!({ "now": written(self.standing.lock().await.clock.now()) }))
    }

    fn lines(&self) -> Response<Body> {
        let (answers, late) = self.faults.now();
        json_of(&json!({ "answers": answers, "seconds": late.as_secs() }))
    }

    /// A code (医保码) of somebody: digits, and the same as a picture.
    async fn show_code(&self, headers: &HeaderMap, body: &[u8]) -> Response<Body> {
        let wrong = |zh: &str, en: &str| refused(&self.face, language::of(headers), Problem::schema("person", zh, en));
        let showing: Option<Showing> = serde_json::from_slice(body).ok();
        let number = showing.as_ref().and_then(|showing| showing.person.strip_prefix('P')?.parse().ok());
        let Some(number) = number.filter(|number: &i64| *number > 0) else {
            return wrong("写成 {\"person\": \"P2\"}", "write {\"person\": \"P2\"}");
        };
        match code::issue_at(&self.face, PersonId::from_number(number)).await {
            Ok(digits) => {
                json_of(&json!({ "code": digits, "seconds": code::GOOD_MS / 1_000, "svg": picture(&digits) }))
            }
            Err(error) => {
                output::note(error);
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    async fn set_time(&self, headers: &HeaderMap, body: &[u8]) -> Response<Body> {
        let wrong = |zh: &str, en: &str| refused(&self.face, language::of(headers), Problem::schema("now", zh, en));
        let Ok(Time { now }) = serde_json::from_slice(body) else {
            return wrong("写成 {\"now\": \"2026-12-31T21:59\"}", "write {\"now\": \"2026-12-31T21:59\"}");
        };
        let Ok(to) = Moment::parse(now.trim_end_matches("+08:00")) else {
            return wrong(
                "时间写成 2026-12-31T21:59，北京时间",
                "a time is written 2026-12-31T21:59, China Standard Time",
            );
        };
        let mut standing = self.standing.lock().await;
        if to < standing.clock.now() {
            drop(standing);
            return wrong(
                "时间只能往前走：要回到从前，请重新启动沙箱",
                "time goes forward alone: to go back, start the sandbox again",
            );
        }
        match standing.move_clock(to).await {
            Ok(()) => json_of(&json!({ "now": written(to) })),
            Err(why) => {
                output::note(&why);
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// Stops mutual aid as two people do by `gongji stop`, or ends that.
    async fn set_stop(&self, headers: &HeaderMap, body: &[u8]) -> Response<Body> {
        let wrong = |zh: &str, en: &str| refused(&self.face, language::of(headers), Problem::schema("target", zh, en));
        let Ok(Stop { target: text, stopped }) = serde_json::from_slice(body) else {
            return wrong(
                "写成 {\"target\": \"130100\", \"stopped\": true}",
                "write {\"target\": \"130100\", \"stopped\": true}",
            );
        };
        let node = self.face.node();
        let (law, [by, and]) = (node.law(), TWO.map(str::to_owned));
        let signed = SignedByTwo { by, and, at: node.now() };
        let done = async {
            let target = match stop::target_of(node.store(), (&law, node.province()), &text).await? {
                Ok(target) => target,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if stopped {
                stop::stop(node.store(), (target, WHY), signed).await
            } else {
                stop::resume(node.store(), target, signed).await
            }
        };
        match done.await {
            Ok(Ok(_)) => json_of(&json!({ "target": text, "stopped": stopped })),
            Ok(Err(_)) => wrong(
                "写本省的统筹区或省代码、机构编号，或另一省的代码",
                "write an area or the code of this province, the number of an institution, or the code of another province",
            ),
            Err(error) => {
                output::note(error);
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    fn set_lines(&self, headers: &HeaderMap, body: &[u8]) -> Response<Body> {
        match serde_json::from_slice(body) {
            Ok(Lines { answers, seconds }) if seconds.is_none_or(|seconds| seconds <= LATEST) => {
                self.faults.set(answers, Duration::from_secs(seconds.unwrap_or(20)));
                self.lines()
            }
            _ => {
                let zh = "写成 {\"answers\": \"slow\", \"seconds\": 5}；answers 是 none、slow、lost、doubled、reordered、timeout、busy 或 failed，seconds 不超过 600";
                let en = "write {\"answers\": \"slow\", \"seconds\": 5}; answers is none, slow, lost, doubled, reordered, timeout, busy or failed, seconds at most 600";
                refused(&self.face, language::of(headers), Problem::schema("answers", zh, en))
            }
        }
    }
}

fn json_of(value: &Value) -> Response<Body> {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn written(moment: Moment) -> String {
    format!("{moment}:00+08:00")
}

/// Time goes on, and what falls due is done, until it is told to stop.
pub async fn go_on(standing: Arc<Mutex<Standing>>, mut stopped: watch::Receiver<bool>) {
    let mut last = Instant::now();
    while tokio::time::timeout(TICK, stopped.wait_for(|stopped| *stopped)).await.is_err() {
        let passed = i64::try_from(last.elapsed().as_millis()).unwrap_or(0);
        last = Instant::now();
        let mut standing = standing.lock().await;
        let to = Moment::from_millis(standing.clock.now().millis() + passed);
        if let Err(why) = standing.move_clock(to).await {
            output::note(why);
        }
    }
}

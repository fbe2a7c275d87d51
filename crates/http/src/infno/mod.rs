//! The national interface (定点医药机构接口), the centre's side: one handler under all paths by which it is called.
//!
//! The call is named in the body; the path is not looked at beyond its family. Their words become ours here and nowhere else,
//! and go back in [`crate::infno`]'s answers. Invariants: every answer is an envelope with status 200, also to what is no
//! message at all; a denial of aid is a good answer; a message that came before gets its first answer; nothing an institution
//! reads names a sponsor or a balance that is not the patient's. Source: the specification of Hunan, V1.1.27 of 2024-10, on the
//! national baseline of 2021-12-30.

mod amounts;
mod bill;
pub mod cases;
pub mod code;
mod core;
mod division;
mod enquiries;
mod files;
mod filings;
mod flag;
mod forward;
mod grant;
mod lines;
mod mobile;
mod monthly;
mod order;
mod paper;
mod person;
pub mod profile;
mod reconcile;
mod refusal;
mod sign;
pub mod statement;
mod tally;
mod till;
mod undo;
mod visit;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request as HttpRequest;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response};
use gongji_domain::reason::Reason;
use gongji_wire::dialect::{Cover, SealKeys};
use gongji_wire::envelope::{LONGEST, Seals, reference};
use gongji_wire::{Answer, Call, Outcome, Quirks, Request, multipart};
use gongji_words::{AreaCode, Moment};

use crate::face::{Caller, Face};
use crate::route::{Origin, Told};
use profile::Entered;
pub(crate) use profile::Profiles;
use refusal::Refusal;
pub(crate) use tally::Tallies;
use till::{Done, Said, Till};
pub use undo::paper_of_undoing;

/// Beginnings of the paths under which institutions call, each of another platform.
const FAMILIES: &[&str] = &[
    "/fsi/api/",
    "/ebus/gdyb_api/",
    "/ebus/gdyb_inf/",
    "/mbs/fmi/fsi/api/",
    "/mbs-fsi/",
    "/mbs-fsi-jc/",
    "/mbs-hiIntf-",
    "/mss/web/api/fsi/",
];

/// The calls that are served here. All others are another centre's.
pub const SERVED: &[&str] = &[
    "9001", "9002", "1101", "1201", "2001", "2101", "2102", "2103", "2201", "2202", "2203", "2203A", "2204", "2205",
    "2206", "2207", "2208", "2301", "2302", "2303", "2304", "2305", "2401", "2402", "2403", "2404", "2405", "2501",
    "2502", "2503", "2504", "2505", "2506", "2601", "3201", "3202", "3260", "3261", "3262", "9101", "9102", "5201",
    "5202", "5203", "5204", "5205", "5206", "5303", "5304",
];
/// The same for people; it has to fit into a sentence.
pub const SERVED_TEXT: &str = "9001 9002 1101 1201 2001 2101-2103 2201-2208 2203A 2301-2305 2401-2405 2501-2506 2601 3201 3202 3260-3262 9101 9102 5201-5206 5303 5304";

/// By what a message comes in: its path says so.
#[derive(Clone, Copy)]
pub(crate) enum Door {
    /// An envelope that names its call.
    Envelope,
    /// A message of mobile payment, whose path names the call.
    Order(&'static Call),
    /// A request for a token.
    Grant,
}

impl Door {
    /// The door of a path, if it is one of this interface.
    pub(crate) fn of(path: &str) -> Option<Self> {
        if grant::is_called(path) {
            return Some(Self::Grant);
        }
        if FAMILIES.iter().any(|family| path.starts_with(family)) {
            return Some(Self::Envelope);
        }
        mobile::call_of(path).map(Self::Order)
    }

    /// Answers a request, whatever it is.
    pub(crate) async fn answer(self, face: Arc<Face>, request: HttpRequest) -> Response<Body> {
        match self {
            // What they hold while they wait is large, and the router moves it about.
            Self::Envelope => Box::pin(answer(face, request)).await,
            Self::Order(call) => Box::pin(mobile::answer(face, call, request)).await,
            Self::Grant => grant::answer(face, request).await,
        }
    }

    /// What somebody is told of whose message nothing more is known than that it was not answered.
    pub(crate) fn refused(self, face: &Face, reason: Reason) -> Response<Body> {
        let refusal = Refusal::Reason(reason, None);
        match self {
            Self::Envelope => enveloped(face, (Heard::nothing(face), face.node().now()), Err(refusal)),
            Self::Order(call) => mobile::message_of(face, (call, None), Err(refusal)),
            Self::Grant => grant::not_now(face),
        }
    }
}

/// By what a message is named: its call, its institution, its number.
struct Named {
    infno: String,
    fixmedins_code: String,
    msgid: String,
}

/// What is known of a request before it is judged.
struct Heard {
    named: Option<Named>,
    quirks: Quirks,
    sealing: Option<(SealKeys, Cover)>,
    area: AreaCode,
}

impl Heard {
    fn nothing(face: &Face) -> Self {
        Self { named: None, quirks: Quirks::default(), sealing: None, area: face.node().province() }
    }
}

/// Answers an envelope.
async fn answer(face: Arc<Face>, request: HttpRequest) -> Response<Body> {
    let came = face.node().now();
    let (parts, body) = request.into_parts();
    let origin = parts.extensions.get::<Origin>().copied().unwrap_or_default();
    let mut heard = Heard::nothing(&face);
    let said = match face.clone().enter() {
        Some(_place) => said(&face, (&parts, body, origin), &mut heard).await,
        None => Err(Refusal::Reason(Reason::ReqBusy, None)),
    };
    match said {
        Ok(Came::Passed(response)) => response,
        Ok(Came::Done(done)) => enveloped(&face, (heard, came), Ok(done)),
        Err(refusal) => enveloped(&face, (heard, came), Err(refusal)),
    }
}

/// What was said of a message that came at a moment, as its sender reads it.
fn enveloped(face: &Face, (heard, came): (Heard, Moment), said: Said) -> Response<Body> {
    let call = heard.named.as_ref().and_then(|named| Call::of(&named.infno));
    let operation = call.map_or("infno", |call| call.infno);
    let mut seals = Seals::default();
    let gated = matches!(said, Err(Refusal::Gate(_)));
    let (outcome, warn_msg, code, failure) = match said {
        Ok(Done { file: Some(bytes), .. }) => return streamed(bytes, operation),
        Ok(Done { mut output, reason, file: None }) => {
            let code = reason.as_ref().map(|told| told.code.to_owned());
            if let Some((keys, cover)) = &heard.sealing {
                (output, seals) = keys.close(output, *cover);
            }
            (Outcome::Done(output), reason.map(|told| told.text).unwrap_or_default(), code, 0)
        }
        Err(refusal) => {
            let failure = refusal.inner().map_or(0, |inner| face.note(operation, inner));
            (Outcome::Failed(refusal.sentence(failure)), String::new(), Some(refusal.code().to_owned()), failure)
        }
    };
    let serial = match &heard.named {
        Some(named) => face.node().number_of("inf_refmsgid", &format!("{}/{}", named.fixmedins_code, named.msgid)),
        None => 0,
    };
    let told = Answer {
        inf_refmsgid: reference(heard.area, came, serial),
        refmsg_time: came,
        respond_time: face.node().now(),
        outcome,
        warn_msg,
        seals,
    };
    let body = if gated { told.into_body_refused(heard.quirks) } else { told.into_body(heard.quirks) };
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    response.extensions_mut().insert(Told { operation, code, token: None, failure });
    response
}

/// A file goes as it is.
fn streamed(bytes: Vec<u8>, operation: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response.extensions_mut().insert(Told { operation, code: None, token: None, failure: 0 });
    response
}

/// What came of an envelope.
enum Came {
    /// It was done here.
    Done(Done),
    /// It was passed on, and this came back.
    Passed(Response<Body>),
}

async fn said(
    face: &Arc<Face>,
    (head, body, origin): (&Parts, Body, Origin),
    heard: &mut Heard,
) -> Result<Came, Refusal> {
    let headers = &head.headers;
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let bytes = to_bytes(body, LONGEST).await.map_err(|_| Refusal::Reason(Reason::ReqTooLarge, None))?;
    let parts = multipart::parts(kind, &bytes);
    let part = |name: &str| parts.as_ref()?.iter().find(|(own, _)| own == name).map(|(_, content)| *content);
    let file = part("file").map(|content| bytes.slice_ref(content));
    let mut request = Request::read(part("jsonStr").unwrap_or(&bytes), kind)?;
    let name = |text: &String| text.clone();
    let (infno, fixmedins_code, msgid) = (name(&request.infno), name(&request.fixmedins_code), name(&request.msgid));
    heard.named = Some(Named { infno, fixmedins_code, msgid });
    let Entered { profile, institution } = profile::entered(face, &request, (headers, origin)).await?;
    heard.quirks = profile.quirks();
    heard.sealing = profile.sealing();
    heard.area = institution.area;
    let _pass = face
        .let_in(Some(Caller::Holder(gongji_domain::access::Holder::Institution(institution.id))))
        .await
        .ok_or(Refusal::Reason(Reason::ReqRateLimit, None))?;
    let call = match Call::of(&request.infno) {
        Some(call) if SERVED.contains(&call.infno) => call,
        _ => return forward::pass_on(face, (&profile, &request.infno), (head, bytes)).await.map(Came::Passed),
    };
    let input = profile::opened(&mut request, heard.sealing.as_ref())?;
    let at = face.node().now();
    let till = Till { face: face.clone(), profile, institution, request, input, call, at, file };
    sign::check(&till).await?;
    run(&till).await.map(Came::Done)
}

/// Each call has its place.
async fn run(till: &Till) -> Said {
    match till.call.infno {
        "9001" => sign::sign_in(till).await,
        "9002" => sign::sign_out(till).await,
        "1101" => person::tell(till).await,
        "1201" => person::institution(till),
        "2001" => person::entitlement(till).await,
        "2201" => visit::register(till).await,
        "2202" => visit::cancel(till).await,
        "2203" | "2203A" => visit::describe(till).await,
        "2401" => visit::admit(till).await,
        "2402" => visit::discharge(till).await,
        "2403" => visit::change(till).await,
        "2404" => visit::cancel(till).await,
        "2405" => visit::readmit(till).await,
        "2204" | "2301" => lines::upload(till).await,
        "2205" => lines::withdraw_batch(till).await,
        "2302" => lines::withdraw(till).await,
        "2206" | "2303" => bill::preview(till).await,
        "2207" | "2304" => bill::settle(till).await,
        "2101" => bill::preview_purchase(till).await,
        "2102" => bill::purchase(till).await,
        "2208" | "2305" | "2103" => undo::reverse(till).await,
        "2601" => undo::by_message(till).await,
        "2501" | "2503" | "2505" => filings::file(till).await,
        "2502" | "2504" | "2506" => filings::withdraw(till).await,
        "3201" => reconcile::totals(till).await,
        "3202" => files::reconcile(till).await,
        "3260" => monthly::list(till).await,
        "3261" => monthly::confirm(till).await,
        "3262" => monthly::undo(till).await,
        "9101" => files::upload(till).await,
        "9102" => files::download(till).await,
        "5201" => enquiries::visits(till).await,
        "5202" => enquiries::diagnoses(till).await,
        "5203" => enquiries::settlement(till).await,
        "5204" => enquiries::lines(till).await,
        "5205" => enquiries::chronic(till).await,
        "5206" => enquiries::sums(till).await,
        "5303" => enquiries::in_hospital(till).await,
        "5304" => enquiries::referrals(till).await,
        _ => Err(Refusal::Reason(Reason::ReqInfnoUnsupported, None)),
    }
}

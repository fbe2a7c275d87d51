//! Whatever fails, as one kind of document: `application/problem+json` with a stable code, in one language.
//!
//! Invariants: what is told outside and what is written down inside are two fields; no text repeats what somebody sent,
//! but for names of fields. Deliberately absent: refusals of aid, which are good answers.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use gongji_domain::policy::Bilingual;
use gongji_domain::reason::{Audience, Language, Reason, fill};
use gongji_service::{ServiceError, Turnout};
use serde_json::{Value, json};

use crate::language;
use crate::reply::REPLAYED;

/// The status of each code of the interface itself; every other code is a refusal of the rules.
pub const STATUSES: &[(Reason, StatusCode)] = &[
    (Reason::ReqJson, StatusCode::BAD_REQUEST),
    (Reason::ReqSchema, StatusCode::BAD_REQUEST),
    (Reason::ReqEncoding, StatusCode::BAD_REQUEST),
    (Reason::ReqKeyMissing, StatusCode::BAD_REQUEST),
    (Reason::ReqToken, StatusCode::UNAUTHORIZED),
    (Reason::ReqSignIn, StatusCode::UNAUTHORIZED),
    (Reason::ReqRole, StatusCode::FORBIDDEN),
    (Reason::ReqSecondPerson, StatusCode::FORBIDDEN),
    (Reason::ReqNotFound, StatusCode::NOT_FOUND),
    (Reason::ReqMethod, StatusCode::METHOD_NOT_ALLOWED),
    (Reason::ReqIdempotencyConflict, StatusCode::CONFLICT),
    (Reason::ReqPrecondition, StatusCode::CONFLICT),
    (Reason::ReqTooLarge, StatusCode::PAYLOAD_TOO_LARGE),
    (Reason::ReqMediaType, StatusCode::UNSUPPORTED_MEDIA_TYPE),
    (Reason::ReqReference, StatusCode::UNPROCESSABLE_ENTITY),
    (Reason::ReqVisit, StatusCode::UNPROCESSABLE_ENTITY),
    (Reason::ReqRateLimit, StatusCode::TOO_MANY_REQUESTS),
    (Reason::ReqTries, StatusCode::TOO_MANY_REQUESTS),
    (Reason::ReqFailed, StatusCode::INTERNAL_SERVER_ERROR),
    (Reason::ReqBusy, StatusCode::SERVICE_UNAVAILABLE),
    (Reason::ReqTimeout, StatusCode::SERVICE_UNAVAILABLE),
];

/// Seconds after which what could not be done now is worth another try.
const RETRY_SECONDS: u16 = 2;

/// Something that was not done.
#[derive(Debug)]
pub struct Problem {
    /// Why.
    pub reason: Reason,
    audience: Audience,
    more: Box<More>,
}

/// What most problems do not need.
#[derive(Debug, Default)]
struct More {
    /// The fact about this request, where the code alone says too little.
    detail: Option<Bilingual>,
    /// The fields to blame.
    fields: Vec<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    values: Vec<(&'static str, String)>,
    /// What operators read and nobody outside.
    inner: Option<String>,
}

impl Problem {
    /// One of the interface itself.
    #[must_use]
    pub fn of(reason: Reason) -> Self {
        Self { reason, audience: Audience::Staff, more: Box::default() }
    }

    /// A field that is not as it should be.
    #[must_use]
    pub fn schema(field: &str, zh: &str, en: &str) -> Self {
        Self::of(Reason::ReqSchema).at(field).saying(zh, en)
    }

    /// Something failed inside, which operators are told.
    #[must_use]
    pub fn failed(inner: String) -> Self {
        let mut problem = Self::of(Reason::ReqFailed);
        problem.more.inner = Some(inner);
        problem
    }

    /// What operators read and nobody outside.
    #[must_use]
    pub fn inner(&self) -> Option<&str> {
        self.more.inner.as_deref()
    }

    /// The rules say no.
    #[must_use]
    pub fn refusal(reason: Reason, audience: Audience) -> Self {
        Self { audience, ..Self::of(reason) }
    }

    /// What is not there, or is somebody else's: nobody can tell which.
    #[must_use]
    pub fn not_found() -> Self {
        Self::of(Reason::ReqNotFound)
    }

    /// The method is not one of these.
    #[must_use]
    pub fn method(allowed: &str) -> Self {
        Self::of(Reason::ReqMethod).with_header(ALLOW, allowed)
    }

    /// The same, to blame on a field.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        self.more.fields.push(field.to_owned());
        self
    }

    /// The same with the fact about this request.
    #[must_use]
    pub fn saying(mut self, zh: &str, en: &str) -> Self {
        self.more.detail = Some(Bilingual { zh: zh.to_owned(), en: en.to_owned() });
        self
    }

    /// The same with a value of its text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.more.values.push((name, value));
        self
    }

    /// The same, marked if it is an answer that was given before.
    #[must_use]
    pub fn turned_out(self, turnout: Turnout) -> Self {
        match turnout {
            Turnout::First => self,
            Turnout::Again => self.with_header(REPLAYED, "true"),
        }
    }

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: i64) -> Self {
        self.with_header(RETRY_AFTER, &seconds.to_string())
    }

    fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.more.headers.push((name, value));
        }
        self
    }

    /// Its code, as whoever asked reads it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.reason.seen_by(self.audience).code()
    }

    /// The status that goes with its code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        let known = STATUSES.iter().find(|(reason, _)| *reason == self.reason);
        known.map_or(StatusCode::UNPROCESSABLE_ENTITY, |(_, status)| *status)
    }

    /// As it is sent. A failure has a number, under which operators find what happened.
    #[must_use]
    pub fn response(self, language: Language, number: i64) -> Response<Body> {
        let status = self.status();
        let body = serde_json::to_vec(&self.document(language, number)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language::tag(language)));
        if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        self.more.headers.into_iter().for_each(|(name, value)| {
            headers.insert(name, value);
        });
        response
    }

    fn document(&self, language: Language, number: i64) -> Value {
        let code = self.code();
        let text = self.reason.text(language, self.audience);
        let values: Vec<(&str, &str)> = self.more.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let why = match &self.more.detail {
            Some(detail) => format!("{} {}", fill(text.why, &values), language::spoken(detail, language)),
            None => fill(text.why, &values),
        };
        let title = fill(text.what, &values);
        // What a till reads is one line, which says all three.
        let [why, remedy] =
            [why, fill(text.remedy, &values)].map(|text| if text.is_empty() { title.clone() } else { text });
        let mut document = json!({
            "type": format!("/problems/{code}"),
            "title": title,
            "status": self.status().as_u16(),
            "code": code,
            "detail": why,
            "remedy": remedy,
        });
        if let [field, others @ ..] = self.more.fields.as_slice() {
            document["field"] = field.as_str().into();
            if !others.is_empty() {
                document["fields"] = json!(self.more.fields);
            }
        }
        if self.more.inner.is_some() {
            document["instance"] = format!("/failures/{number}").into();
        }
        document
    }
}

impl From<ServiceError> for Problem {
    /// What can be tried again says so; what happened inside stays inside.
    fn from(error: ServiceError) -> Self {
        let reason = if error.is_worth_retrying() { Reason::ReqBusy } else { Reason::ReqFailed };
        let mut inner = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(deeper) = cause {
            inner = format!("{inner}: {deeper}");
            cause = deeper.source();
        }
        let mut problem = Self::of(reason);
        problem.more.inner = Some(inner);
        problem
    }
}

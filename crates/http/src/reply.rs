//! A good answer on its way out.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, LOCATION, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use gongji_domain::reason::Language;
use gongji_service::Turnout;
use serde_json::Value;
use sm3::{Digest, Sm3};

use crate::language;

/// Stands on an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What came of a request.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    body: Option<Value>,
    kind: &'static str,
    text: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    /// What somebody asked to read.
    #[must_use]
    pub const fn of(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body), kind: "application/json", text: None, headers: Vec::new() }
    }

    /// Something that was made.
    #[must_use]
    pub fn made(body: Value, place: &str) -> Self {
        let mut reply = Self { status: StatusCode::CREATED, ..Self::of(body) };
        reply.headers.extend(HeaderValue::from_str(place).ok().map(|place| (LOCATION, place)));
        reply
    }

    /// Done, and there is nothing to say.
    #[must_use]
    pub fn done() -> Self {
        let (kind, headers) = ("application/json", Vec::new());
        Self { status: StatusCode::NO_CONTENT, body: None, kind, text: None, headers }
    }

    /// A page or another text.
    #[must_use]
    pub const fn text(kind: &'static str, text: String) -> Self {
        Self { status: StatusCode::OK, body: None, kind, text: Some(text), headers: Vec::new() }
    }

    /// The same, marked if it is an answer that was given before.
    #[must_use]
    pub fn turned_out(mut self, turnout: Turnout) -> Self {
        if turnout == Turnout::Again {
            self.headers.push((REPLAYED, HeaderValue::from_static("true")));
        }
        self
    }

    /// The code of the reason that it gives for what was not paid.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.body.as_ref()?.get("reason")?.get("code")?.as_str()
    }

    /// The document, for tests.
    #[must_use]
    pub const fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// As it is sent; what somebody has already is not sent again.
    #[must_use]
    pub fn response(self, asked: &HeaderMap, language: Language) -> Response<Body> {
        let body = match (self.body, self.text) {
            (Some(body), _) => serde_json::to_vec(&body).unwrap_or_default(),
            (None, text) => text.unwrap_or_default().into_bytes(),
        };
        let tag = (self.status == StatusCode::OK).then(|| tag_of(&body));
        let known = tag.as_ref().is_some_and(|tag| is_known(asked, tag));
        let is_empty = known || self.status == StatusCode::NO_CONTENT;
        let mut response = Response::new(if is_empty { Body::empty() } else { Body::from(body) });
        *response.status_mut() = if known { StatusCode::NOT_MODIFIED } else { self.status };
        let headers = response.headers_mut();
        if !is_empty {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
            headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language::tag(language)));
        }
        if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
            headers.insert(ETAG, tag);
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(VARY, HeaderValue::from_static("authorization, accept-language"));
        self.headers.into_iter().for_each(|(name, value)| {
            headers.insert(name, value);
        });
        response
    }
}

fn tag_of(body: &[u8]) -> String {
    let digits: String = Sm3::digest(body).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let stated = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    stated.flat_map(|text| text.split(',')).map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

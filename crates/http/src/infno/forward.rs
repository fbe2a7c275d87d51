//! Calls that are another centre's (1301, 3301, 41xx, a province's own): passed on byte by byte, and so is what comes back.
//!
//! An institution is let in first, as for a call that is served here. Invariants: path, query, headers and body go as they came,
//! but for what belongs to the connection alone (RFC 9110 section 7.6.1); so the other centre can check signatures itself. A call
//! is passed on once: whether it may be sent again knows the institution. Deliberately absent: reading what comes back.

use axum::body::{Body, Bytes};
use axum::http::header::{CONNECTION, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response};
use gongji_domain::reason::Reason;

use super::SERVED_TEXT;
use super::profile::Profile;
use super::refusal::Refusal;
use crate::face::{Face, Passing};
use crate::route::Told;

/// What the request is called where it is counted.
const OPERATION: &str = "passed-on";

/// Headers of a connection. The length is written anew, and is the same.
const OF_CONNECTION: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Passes a call on to the centre of the institution's profile.
///
/// # Errors
/// [`Refusal`]: it has none, or that does not answer.
pub(super) async fn pass_on(
    face: &Face,
    (profile, infno): (&Profile, &str),
    (head, body): (&Parts, Bytes),
) -> Result<Response<Body>, Refusal> {
    let nobody = || {
        let why = format!("没有交易 {infno}(infno)。这里有 offered: {SERVED_TEXT}");
        Refusal::saying(Reason::ReqInfnoUnsupported, why)
    };
    let to = profile.upstream.clone().ok_or_else(nobody)?;
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let passing = Passing { to, path, headers: end_to_end(&head.headers), body };
    let returned = face.ports.upstream.pass(passing).await;
    let returned = returned.map_err(|why| Refusal::Inner(Reason::ReqUpstream, format!("the centre behind: {why}")))?;
    let mut response = Response::new(Body::from(returned.body));
    *response.status_mut() = returned.status;
    *response.headers_mut() = end_to_end(&returned.headers);
    response.extensions_mut().insert(Told { operation: OPERATION, code: None, token: None, failure: 0 });
    Ok(response)
}

/// Headers that go on to the other end: all but those of the connection, and those that it names as its own.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = named.flat_map(|value| value.split(',')).map(str::trim).collect();
    let goes = |name: &HeaderName| {
        !OF_CONNECTION.contains(&name.as_str()) && !named.iter().any(|own| own.eq_ignore_ascii_case(name.as_str()))
    };
    let kept = headers.iter().filter(|(name, _)| goes(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_connection_stay_with_it_and_all_others_go_on() {
        let headers: HeaderMap = [
            ("host", "here"),
            ("connection", "keep-alive, X-Own"),
            ("x-own", "1"),
            ("content-length", "3"),
            ("transfer-encoding", "chunked"),
            ("_api_name", "1301"),
            ("x-tif-nonce", "a"),
            ("x-tif-nonce", "b"),
            ("authorization", "Bearer t"),
        ]
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect();
        let kept = end_to_end(&headers);
        let kept: Vec<(&str, &str)> =
            kept.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        let expected =
            [("_api_name", "1301"), ("x-tif-nonce", "a"), ("x-tif-nonce", "b"), ("authorization", "Bearer t")];
        assert_eq!(kept, expected);
    }
}

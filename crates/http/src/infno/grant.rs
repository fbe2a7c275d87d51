//! Tokens for name and password (OAuth 2.0, RFC 6749 section 4.3), as Jilin's platform gives them.
//!
//! The token is one like any other (`gongji_service::door`): kept as its digest, taken back at once, and good for its institution
//! alone. Invariants: it lasts [`MINUTES`]; whoever tries takes turns of his address, as at every door. Deliberately absent:
//! a second token to renew the first, which no client was seen to ask for.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request as HttpRequest;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use gongji_domain::reason::Reason;
use gongji_domain::release::Signed;
use gongji_service::ServiceError;
use gongji_service::door::NewToken;
use gongji_wire::dialect::{GrantRefused, client_of, grant_answer};
use gongji_words::InstitutionId;

use super::profile::{Id, Profile};
use super::refusal::Refusal;
use crate::face::{Caller, Face};
use crate::route::{Origin, Told};

/// How long a token lasts.
pub const MINUTES: i64 = 60;
/// The longest request for one, in bytes.
const LONGEST: usize = 4_096;
/// The end of its path; before it may stand the platform's.
const PATH: &str = "/auth/oauth/token";
/// What may stand before it.
const PLATFORMS: &[&str] = &["", "/mbs", "/mbs/fmi", "/mbs/fmi/fsi/api"];
/// What the request is called where it is counted.
const OPERATION: &str = "oauth-token";

/// Why there is no token.
enum Refused {
    /// As the standard has it.
    Grant(GrantRefused),
    /// Too often, or too much at once.
    Later(StatusCode),
    /// Something failed inside.
    Inner(String),
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self::Inner(Refusal::from(error).inner().unwrap_or_default().to_owned())
    }
}

/// Whether a path is that of tokens.
pub(super) fn is_called(path: &str) -> bool {
    path.strip_suffix(PATH).is_some_and(|platform| PLATFORMS.contains(&platform))
}

/// Answers a request for a token.
pub(super) async fn answer(face: Arc<Face>, request: HttpRequest) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let given = match face.clone().enter() {
        Some(_place) => given(&face, &parts, body).await,
        None => Err(Refused::Later(StatusCode::SERVICE_UNAVAILABLE)),
    };
    told(&face, given)
}

/// There is none now, and may be one later.
pub(super) fn not_now(face: &Face) -> Response<Body> {
    told(face, Err(Refused::Later(StatusCode::SERVICE_UNAVAILABLE)))
}

fn told(face: &Face, given: Result<String, Refused>) -> Response<Body> {
    let (status, text, code, failure) = match given {
        Ok(token) => (StatusCode::OK, grant_answer(&token, MINUTES * 60), None, 0),
        Err(Refused::Grant(refused)) => {
            let is_unknown = refused == GrantRefused::InvalidClient;
            let status = if is_unknown { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
            (status, refused.to_body(), Some(Reason::ReqSignIn), 0)
        }
        Err(Refused::Later(status)) => (status, later(), Some(Reason::ReqRateLimit), 0),
        Err(Refused::Inner(what)) => {
            let failure = face.note(OPERATION, &what);
            (StatusCode::INTERNAL_SERVER_ERROR, later(), Some(Reason::ReqFailed), failure)
        }
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
    }
    let code = code.map(|reason| reason.code().to_owned());
    response.extensions_mut().insert(Told { operation: OPERATION, code, token: None, failure });
    response
}

fn later() -> String {
    r#"{"error":"temporarily_unavailable","error_description":"请稍后再试。Try again later."}"#.to_owned()
}

async fn given(face: &Arc<Face>, parts: &Parts, body: Body) -> Result<String, Refused> {
    let origin = parts.extensions.get::<Origin>().copied().unwrap_or_default();
    let turn = face.let_in(origin.address.map(Caller::Address)).await;
    let _pass = turn.ok_or(Refused::Later(StatusCode::TOO_MANY_REQUESTS))?;
    let invalid = || Refused::Grant(GrantRefused::InvalidRequest);
    let body = to_bytes(body, LONGEST).await.map_err(|_| invalid())?;
    let look = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let unknown = || Refused::Grant(GrantRefused::InvalidClient);
    let node = face.node();
    let client = client_of(&look).ok_or_else(unknown)?;
    let profile = Profile::with(node, (Id::Client, &client)).await?.ok_or_else(unknown)?;
    let own = profile.oauth.as_ref().ok_or_else(unknown)?.client();
    own.check(&look, &body).map_err(Refused::Grant)?;
    let now = node.now();
    let new =
        NewToken::of_institution(InstitutionId::from_number(profile.institution), Some(now.plus_minutes(MINUTES)));
    let signed = Signed { by: format!("oauth {}", profile.code), at: now };
    let (token, _) = node.issue(new, &*face.ports.randomness, signed).await?;
    Ok(token.reveal().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_asked_for_under_the_paths_of_platforms() {
        for (path, expected) in [
            ("/auth/oauth/token", true),
            ("/mbs/fmi/fsi/api/auth/oauth/token", true),
            ("/v1/auth/oauth/token", false),
            ("/auth/oauth/token/", false),
        ] {
            assert_eq!(is_called(path), expected, "{path}");
        }
    }
}

//! The way of every request: let in, understood, answered, in the same steps for every route.
//!
//! Invariants: the order of the checks is that of this file, so that nobody learns of a body whether he would have been
//! let in; a failure inside is told by its number alone. Deliberately absent: time limits and connections, which the
//! program has.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use futures_util::future::join;
use gongji_domain::access::Credential;
use gongji_domain::reason::{Language, Reason};

use crate::access::{Operation, Scope, Verdict, verdict};
use crate::asked::Asked;
use crate::face::{Caller, Face};
use crate::operations::{Effect, ROUTES, Route, Verb};
use crate::problem::Problem;
use crate::shape::Fields;
use crate::{infno, json, language, query};

/// Names the message of a write: a repeat of it gets the first answer.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Where a request came from. The program puts it among the extensions of each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin {
    /// The other end of the connection; none at a socket of this machine.
    pub address: Option<IpAddr>,
    /// Whether it was sent on this machine, and not passed on by a proxy.
    pub is_here: bool,
}

/// What a request was, for whoever counts them. It stands among the extensions of each answer.
#[derive(Clone, Debug)]
pub struct Told {
    /// What was asked for; `none` if there is no such route.
    pub operation: &'static str,
    /// The code of what was refused or failed, or of the reason why less was paid.
    pub code: Option<String>,
    /// The name of the token, by which operators find it; none without a valid one.
    pub token: Option<String>,
    /// The number under which a failure was written down; 0 of none.
    pub failure: i64,
}

/// All faces as one service.
pub fn router(face: &Arc<Face>) -> Router {
    let mut paths: BTreeMap<&str, Vec<&'static Route>> = BTreeMap::new();
    for route in ROUTES {
        paths.entry(route.path).or_default().push(route);
    }
    let with_paths =
        paths.into_iter().fold(Router::new(), |router, (path, routes)| router.route(path, methods(face, &routes)));
    let lost = face.clone();
    with_paths.fallback(move |request: Request| async move {
        match door_of(&request) {
            Some(door) => within_door(lost, door, request).await,
            None => refused(&lost, language::of(request.headers()), Problem::not_found()),
        }
    })
}

fn methods(face: &Arc<Face>, routes: &[&'static Route]) -> MethodRouter {
    let allowed: Vec<&str> = routes.iter().map(|route| route.verb.word()).collect();
    let allowed = allowed.join(", ");
    let other = face.clone();
    let refuse = move |request: Request| async move {
        refused(&other, language::of(request.headers()), Problem::method(&allowed))
    };
    routes.iter().fold(MethodRouter::new().fallback(refuse), |methods, route| {
        let (face, route) = (face.clone(), *route);
        let filter = match route.verb {
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
            Verb::Put => MethodFilter::PUT,
            Verb::Delete => MethodFilter::DELETE,
        };
        methods.merge(on(filter, move |request: Request| answer(face.clone(), route, request)))
    })
}

/// What a request that never came to a route is told.
#[must_use]
pub fn refused(face: &Face, language: Language, problem: Problem) -> Response<Body> {
    problem_told(face, problem, (language, "none", None))
}

/// How somebody is told what becomes of his request, when nobody is left who looks at it.
#[derive(Clone, Copy)]
pub struct Manner {
    language: Language,
    door: Option<infno::Door>,
}

impl Manner {
    /// In his language; a message of the national interface gets an envelope back.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self { language: language::of(request.headers()), door: door_of(request) }
    }

    /// The refusal itself.
    #[must_use]
    pub fn refused(self, face: &Face, reason: Reason) -> Response<Body> {
        match self.door {
            Some(door) => door.refused(face, reason),
            None => refused(face, self.language, Problem::of(reason)),
        }
    }
}

/// Boxed, because it carries more with it than others do.
async fn within_door(face: Arc<Face>, door: infno::Door, request: Request) -> Response<Body> {
    Box::pin(door.answer(face, request)).await
}

/// The door of the national interface by which a request comes, if it does.
fn door_of(request: &Request) -> Option<infno::Door> {
    if request.method() == Method::POST { infno::Door::of(request.uri().path()) } else { None }
}

fn problem_told(
    face: &Face,
    problem: Problem,
    (language, operation, token): (Language, &'static str, Option<String>),
) -> Response<Body> {
    let failure = problem.inner().map_or(0, |inner| face.note(operation, inner));
    let code = Some(problem.code().to_owned());
    let mut response = problem.response(language, failure);
    response.extensions_mut().insert(Told { operation, code, token, failure });
    response
}

async fn answer(face: Arc<Face>, route: &'static Route, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let (language, operation) = (language::of(&parts.headers), route.operation.word());
    let mut token = None;
    let answered = match face.clone().enter() {
        Some(_place) => within(&face, route, (&parts, body), &mut token).await,
        None => Err(Problem::of(Reason::ReqBusy)),
    };
    match answered {
        Ok(reply) => {
            let code = reply.reason().map(str::to_owned);
            let mut response = reply.response(&parts.headers, language);
            response.extensions_mut().insert(Told { operation, code, token, failure: 0 });
            response
        }
        Err(problem) => problem_told(&face, problem, (language, operation, token)),
    }
}

async fn within(
    face: &Arc<Face>,
    route: &'static Route,
    (parts, body): (&Parts, Body),
    token: &mut Option<String>,
) -> crate::asked::Answered {
    if let Some(answered) = at_once(face, route, parts, token).await? {
        return answered;
    }
    let who = admitted(face, &parts.headers).await?;
    for_whom((face, route), (parts, body), who, token).await
}

/// A cheap question is answered while its token is looked up, for whom the token was good the last time; and nobody hears the answer
/// unless it still is. So it waits for the database once and not twice. None if the token has to be known first.
async fn at_once(
    face: &Arc<Face>,
    route: &'static Route,
    parts: &Parts,
    token: &mut Option<String>,
) -> Result<Option<crate::asked::Answered>, Problem> {
    let shown = shown_token(&parts.headers).filter(|_| route.operation == Operation::IsEligible);
    let last = shown.and_then(|shown| Some((shown, face.holders.last(shown)?)));
    let Some((shown, last)) = last else { return Ok(None) };
    let answering = for_whom((face, route), (parts, Body::empty()), Ok(Some(last.clone())), token);
    let (found, answered) = join(face.node().admitted(shown), answering).await;
    if found?.as_ref() == Some(&last) {
        return Ok(Some(answered));
    }
    face.holders.forget(shown);
    Ok(None)
}

async fn for_whom(
    (face, route): (&Arc<Face>, &'static Route),
    (parts, body): (&Parts, Body),
    who: Result<Option<Credential>, Problem>,
    token: &mut Option<String>,
) -> crate::asked::Answered {
    let origin = parts.extensions.get::<Origin>().copied().unwrap_or_default();
    *token = who.as_ref().ok().and_then(Option::as_ref).map(Credential::name);
    let pass = face.let_in(caller_of(route, &who, origin)).await;
    let _pass = pass.ok_or_else(|| Problem::of(Reason::ReqRateLimit))?;
    let who = who?;
    match verdict(route.operation, who.as_ref()) {
        Verdict::Nobody if origin.is_here && route.operation.scope() == Scope::Here => {}
        Verdict::May => {}
        Verdict::Nobody => return Err(Problem::of(Reason::ReqToken)),
        Verdict::WrongRole => return Err(Problem::of(Reason::ReqRole)),
    }
    let key = key_of(&parts.headers)?;
    if route.effect == Effect::Write && key.is_none() {
        return Err(Problem::of(Reason::ReqKeyMissing));
    }
    let path = path_of(route.path, parts.uri.path())?;
    let query = query::read(parts.uri.query().unwrap_or_default());
    let query = route.query.read(query.ok_or_else(|| {
        Problem::schema("", "地址里的问号后面写得不对", "what stands behind the question mark is not written right")
    })?)?;
    let body = read_body(face, route, (&parts.headers, body)).await?;
    let language = language::of(&parts.headers);
    (route.run)(Asked { face: face.clone(), who, path, query, body, key, language }).await
}

/// Whom the header lets in. A token that is none, or is not valid, is as good as no token, also where nobody needs one.
async fn admitted(face: &Face, headers: &HeaderMap) -> Result<Result<Option<Credential>, Problem>, Problem> {
    if !headers.contains_key(AUTHORIZATION) {
        return Ok(Ok(None));
    }
    let Some(token) = shown_token(headers) else { return Ok(Err(Problem::of(Reason::ReqToken))) };
    let found = face.node().admitted(token).await?;
    if let Some(credential) = &found {
        face.holders.remember(credential);
    }
    Ok(found.map(Some).ok_or_else(|| Problem::of(Reason::ReqToken)))
}

/// Whose turn a request takes: that of its token, or of its address if it tries to be let in.
fn caller_of(route: &Route, who: &Result<Option<Credential>, Problem>, origin: Origin) -> Option<Caller> {
    let by_address = || origin.address.map(Caller::Address);
    match who {
        Ok(Some(credential)) => Some(Caller::Holder(credential.holder.clone())),
        Ok(None) if route.operation.scope() == Scope::Open && route.operation != Operation::SignIn => None,
        _ => by_address(),
    }
}

/// The token that a request shows, if it shows one as it should.
#[must_use]
pub fn shown_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Letters, digits and some signs, so that it can stand in an address.
fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(stated) = headers.get(KEY) else { return Ok(None) };
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:~".contains(&byte);
    let text = stated.to_str().ok().filter(|text| (1..=64).contains(&text.len()) && text.bytes().all(is_sign));
    text.map(|text| Some(text.to_owned())).ok_or_else(|| Problem::of(Reason::ReqKeyMissing))
}

/// The parts of an address that its route leaves open.
fn path_of(pattern: &str, path: &str) -> Result<Vec<String>, Problem> {
    let open = |(part, _): &(&str, &str)| part.starts_with('{');
    let parts = pattern.split('/').zip(path.split('/')).filter(open);
    parts.map(|(_, text)| query::decoded(text).ok_or_else(Problem::not_found)).collect()
}

async fn read_body(face: &Face, route: &'static Route, (headers, body): (&HeaderMap, Body)) -> Result<Fields, Problem> {
    let Some(shape) = route.body else { return Ok(Fields::default()) };
    let stated = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (kind, rest) = stated.split_once(';').unwrap_or((stated, ""));
    if !kind.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::of(Reason::ReqMediaType));
    }
    let charset = rest.trim().to_ascii_lowercase();
    if charset.strip_prefix("charset=").is_some_and(|charset| charset.trim_matches('"') != "utf-8") {
        return Err(Problem::of(Reason::ReqEncoding));
    }
    let limit = face.settings.body_bytes;
    let bytes = to_bytes(body, limit).await.map_err(|_| Problem::of(Reason::ReqTooLarge))?;
    if std::str::from_utf8(&bytes).is_err() {
        return Err(Problem::of(Reason::ReqEncoding));
    }
    let value = json::read(&bytes).map_err(|place| {
        let (line, column) = (place.line, place.column);
        Problem::of(Reason::ReqJson)
            .saying(&format!("第 {line} 行第 {column} 个字符。"), &format!("Line {line}, column {column}."))
    })?;
    shape.read(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_parts_of_an_address_are_decoded_in_their_order() {
        let of = |pattern, path| path_of(pattern, path).ok();
        assert_eq!(of("/v1/people/{id}", "/v1/people/P1"), Some(vec!["P1".to_owned()]));
        assert_eq!(of("/v1/{a}/x/{b}", "/v1/a%2Fb/x/c"), Some(vec!["a/b".to_owned(), "c".to_owned()]));
        assert_eq!(of("/v1/people", "/v1/people"), Some(Vec::new()));
        assert!(of("/v1/people/{id}", "/v1/people/%ff").is_none());
    }

    fn size_of<A, F>(_: impl Fn(A) -> F) -> usize {
        std::mem::size_of::<F>()
    }

    /// It is moved from hand to hand: a quarter of a megabyte was, and took more time than the database.
    #[test]
    fn what_a_request_carries_with_it_is_small() {
        let of_route =
            size_of(|(face, route, request): (Arc<Face>, &'static Route, Request)| answer(face, route, request));
        let of_door =
            size_of(|(face, door, request): (Arc<Face>, infno::Door, Request)| within_door(face, door, request));
        assert!(of_route <= 4_096, "{of_route} bytes");
        assert!(of_door <= 4_096, "{of_door} bytes");
    }
}

//! A town with two districts, a family, tills and staff; and how it is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use gongji_domain::access::{Holder, Role, Staff};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::message::{Answer, Command, CreditKind};
use gongji_domain::release::Signed;
use gongji_http::face::{Core, Drawn, Passed, Passing, Returned, Upstream};
use gongji_http::infno::code;
use gongji_http::infno::profile::{Profile, Signing};
use gongji_http::operations::ROUTES;
use gongji_http::{Face, Journal, Meters, Numbers, Origin, Ports, Settings, router};
use gongji_service::door::NewToken;
use gongji_service::law::built_in;
use gongji_service::ports::{PeerAnswer, Slow};
use gongji_service::pulse::Pulse;
use gongji_service::{
    Clock, FieldKey, Ids, Node, NodeParts, Passwords, PeerMessage, Peers, Randomness, ServiceError, Unreachable,
};
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, Fen, InstitutionId, MessageId, Moment, PersonId};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A mother in Shijiazhuang; nobody has a certificate of this region.
pub const MOTHER: &str = "170101194804020223";
/// Her son, an employee.
pub const SON: &str = "170101197206150312";
/// A stranger in Tangshan.
pub const STRANGER: &str = "170101198503120026";

/// The district of the family, and another.
pub const HERE: &str = "130100";
/// Another district.
pub const THERE: &str = "130200";

/// The codes of the hospital and the pharmacy at the national interface.
pub const HOSPITAL: &str = "H13010001301";
/// The pharmacy's.
pub const PHARMACY: &str = "P13010001302";
/// The hospital there.
pub const THERE_HOSPITAL: &str = "H13020001303";

/// A clock that stands until it is set.
pub struct Standing(Mutex<Moment>);

impl Clock for Standing {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap()
    }
}

struct Counting(AtomicI64);

impl Ids for Counting {
    fn next(&self) -> CommandId {
        CommandId::from_number(self.0.fetch_add(1, Ordering::AcqRel))
    }
}

struct Alone;

impl Peers for Alone {
    fn ask(&self, _: PeerMessage) -> PeerAnswer<'_> {
        Box::pin(async { Err(Unreachable) })
    }

    fn reaches(&self, one: AreaCode, other: AreaCode) -> bool {
        one.province() == other.province()
    }
}

/// What the program would bring, all of it foreseeable.
struct Foreseeable(AtomicI64);

/// Numbers, unless they are away: then nothing can be entered.
struct Drawing {
    from: Arc<Foreseeable>,
    are_away: Arc<AtomicBool>,
}

impl Numbers for Drawing {
    fn prepare(&self) -> Drawn<'_> {
        let are_away = self.are_away.load(Ordering::Acquire);
        Box::pin(async move { if are_away { Err(ServiceError::Unsettled) } else { Ok(()) } })
    }

    fn next_person(&self) -> PersonId {
        PersonId::from_number(self.from.0.fetch_add(1, Ordering::AcqRel))
    }
}

impl Randomness for Foreseeable {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::AcqRel).to_be_bytes();
        bytes.iter_mut().zip(number.iter().cycle()).for_each(|(byte, other)| *byte = *other);
    }
}

impl Passwords for Foreseeable {
    fn text_of(&self, password: String) -> Slow<'_, String> {
        Box::pin(async move { format!("digest of {password}") })
    }

    fn is_of(&self, password: String, text: Option<String>) -> Slow<'_, bool> {
        Box::pin(async move { text == Some(format!("digest of {password}")) })
    }
}

/// What was written down for operators.
#[derive(Default)]
struct Failures(Mutex<Vec<String>>);

impl Journal for Failures {
    fn failure(&self, _: i64, _: &'static str, what: &str) {
        self.0.lock().unwrap().push(what.to_owned());
    }
}

/// A program that counts nothing but what it is told.
struct Nothing;

impl Meters for Nothing {
    fn text(&self, pulse: &Pulse, under_way: usize) -> String {
        format!("release {} under_way {under_way}\n", pulse.release)
    }
}

/// Another centre: it says what came, so that nothing of that is lost unseen.
#[derive(Default)]
struct Behind {
    /// The core of the family's district, if it has one, and what it answers to each question.
    core: Mutex<Option<Divides>>,
    asked: Mutex<Vec<Value>>,
}

/// What a core answers to a question; an error is a core that is away.
pub type Divides = fn(&Value) -> Result<Value, String>;

impl Behind {
    fn divided(&self, divides: Divides, passing: &Passing) -> Result<Returned, String> {
        let question: Value = serde_json::from_slice(&passing.body).unwrap();
        let token = passing.headers["authorization"].to_str().unwrap().to_owned();
        assert_eq!((passing.to.as_str(), token.as_str()), ("http://core.example/splits", "Bearer secret"));
        let answer = divides(&question);
        self.asked.lock().unwrap().push(question);
        Ok(Returned { status: StatusCode::OK, headers: HeaderMap::new(), body: answer?.to_string().into() })
    }
}

impl Upstream for Behind {
    fn core_of(&self, area: AreaCode) -> Option<Core> {
        let core = || Core { url: "http://core.example/splits".to_owned(), token: Some("secret".to_owned()) };
        self.core.lock().unwrap().filter(|_| area.to_string() == HERE).map(|_| core())
    }

    fn pass(&self, passing: Passing) -> Passed<'_> {
        let core = *self.core.lock().unwrap();
        if let Some(divides) = core.filter(|_| passing.to.contains("core")) {
            let divided = self.divided(divides, &passing);
            return Box::pin(async move { divided });
        }
        let Passing { to, path, headers, body } = passing;
        let is_away = to.contains("away");
        let returned = Returned { status: StatusCode::ACCEPTED, headers: headers.clone(), body: body.clone() };
        let headers: BTreeMap<String, String> =
            headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        let seen = json!({ "to": to, "path": path, "headers": headers, "length": body.len() }).to_string();
        Box::pin(async move {
            if is_away {
                return Err("it is away".to_owned());
            }
            let mut returned = returned;
            returned.headers.insert("x-seen", seen.parse().unwrap());
            Ok(returned)
        })
    }
}

/// The town.
pub struct Town {
    pub face: Arc<Face>,
    pub clock: Arc<Standing>,
    /// Whether numbers of commands are away.
    pub are_away: Arc<AtomicBool>,
    failures: Arc<Failures>,
    behind: Arc<Behind>,
    router: Router,
    tokens: BTreeMap<String, String>,
    /// How many tokens were given out: no two are alike.
    issued: AtomicI64,
}

/// A request on its way.
pub struct Asking<'t> {
    town: &'t Town,
    request: axum::http::request::Builder,
    body: Option<Vec<u8>>,
}

/// An answer.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Got {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// What is ready at once, as everything over the memory engine is.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the memory engine is ready at the first poll"),
    }
}

impl Town {
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        let clock = Arc::new(Standing(Mutex::new(Moment::parse("2026-03-02T10:00").unwrap())));
        let node = Arc::new(Node::new(NodeParts {
            province: AreaCode::parse("130000").unwrap(),
            law: built_in(),
            store: Arc::new(Store::memory()),
            clock: clock.clone(),
            ids: Arc::new(Counting(AtomicI64::new(1_000))),
            peers: Arc::new(Alone),
            field_key: FieldKey::new(b"test"),
        }));
        let mut town = Self::on(node, clock, settings);
        town.let_in();
        town.build();
        town
    }

    /// The faces of a program on a node, with nobody let in.
    fn on(node: Arc<Node>, clock: Arc<Standing>, settings: Settings) -> Self {
        let brought = Arc::new(Foreseeable(AtomicI64::new(1)));
        let failures = Arc::new(Failures::default());
        let are_away = Arc::new(AtomicBool::new(false));
        let behind = Arc::new(Behind::default());
        let ports = Ports {
            numbers: Arc::new(Drawing { from: brought.clone(), are_away: are_away.clone() }),
            randomness: brought.clone(),
            passwords: brought,
            journal: failures.clone(),
            gate: Arc::new(()),
            meters: Arc::new(Nothing),
            upstream: behind.clone(),
        };
        let face = Arc::new(Face::new(node, ports, settings));
        let router = router(&face);
        let (tokens, issued) = (BTreeMap::new(), AtomicI64::new(77));
        Self { face, clock, are_away, failures, behind, router, tokens, issued }
    }

    /// The same town, asked through another program that remembers nothing of what this one was told.
    pub fn through_another_program(&self) -> Self {
        let other = Self::on(self.face.node().clone(), self.clock.clone(), Settings::default());
        Self { tokens: self.tokens.clone(), ..other }
    }

    /// Tokens: `1301` and `1303` of tills; a role's word for staff of the family's district, `far-` before it for staff
    /// of the other.
    fn let_in(&mut self) {
        for number in [1301, 1302, 1303] {
            let new = NewToken::of_institution(InstitutionId::from_number(number), None);
            self.issue(&number.to_string(), new);
        }
        for role in Role::ALL.iter().filter(|role| **role != Role::Institution) {
            for (before, area) in [("", HERE), ("far-", THERE)] {
                let name = format!("{before}{role}");
                let areas = BTreeSet::from([AreaCode::parse(area).unwrap()]);
                let holder = Holder::Staff(name.clone());
                self.issue(&name, NewToken { holder, roles: [*role].into(), areas, until: None });
            }
        }
    }

    /// One member of staff more.
    pub fn let_in_as(&mut self, name: &str, roles: BTreeSet<Role>, areas: BTreeSet<AreaCode>) {
        let holder = Holder::Staff(name.to_owned());
        self.issue(name, NewToken { holder, roles, areas, until: None });
    }

    /// Who signs in with this name is this person; his sessions of before end, and he has a new one.
    pub fn is_known_as(&mut self, (name, role): (&str, Role), person: &str) {
        let changed = Signed { by: "王敏".to_owned(), at: self.clock.now() };
        let (person, password) = (Some(person.to_owned()), "digest of nothing".to_owned());
        let (roles, areas): (BTreeSet<Role>, _) = ([role].into(), BTreeSet::from([AreaCode::parse(HERE).unwrap()]));
        let (name_of, reached) = (name.to_owned(), areas.clone());
        let staff = Staff { name: name_of, person, password, roles: roles.clone(), areas, active: true, changed };
        ready(self.face.node().keep_staff(&staff)).unwrap();
        self.let_in_as(name, roles, reached);
    }

    fn issue(&mut self, name: &str, new: NewToken) {
        let signed = Signed { by: "王敏".to_owned(), at: self.clock.now() };
        let randomness = Foreseeable(AtomicI64::new(self.issued.fetch_add(1, Ordering::AcqRel)));
        let (token, _) = ready(self.face.node().issue(new, &randomness, signed)).unwrap();
        self.tokens.insert(name.to_owned(), token.reveal().to_owned());
    }

    /// A hospital and a pharmacy here, a hospital there; the family and a stranger.
    fn build(&self) {
        for (number, area, kind) in [
            (1301, HERE, InstitutionKind::Hospital),
            (1302, HERE, InstitutionKind::Pharmacy),
            (1303, THERE, InstitutionKind::Hospital),
        ] {
            let (id, area) = (InstitutionId::from_number(number), AreaCode::parse(area).unwrap());
            let (designation, aid, wallet) = (Designation::Designated, Takes::Yes, Takes::Yes);
            let institution = Institution { id, area, kind, designation, aid, wallet };
            self.enter(&format!("i-{number}"), Command::RegisterInstitution(institution));
        }
        for (name, certificate, scheme, clerk) in [
            ("刘桂兰", MOTHER, "resident", "clerk"),
            ("赵建国", SON, "employee", "clerk"),
            ("周远", STRANGER, "employee", "far-clerk"),
        ] {
            let area = if clerk == "clerk" { HERE } else { THERE };
            let person = json!({"name": name, "certificate": certificate, "area": area, "scheme": scheme});
            self.post("/v1/people").by(clerk).key(certificate).json(&person).send().is(201);
        }
        for certificate in [SON, STRANGER] {
            let (amount, person) = (Fen::from_fen(1_234_567), self.id(certificate));
            let kind = CreditKind::Opening { previous_years: amount };
            self.enter(&format!("credit-{certificate}"), Command::Credit { person, amount, kind });
        }
    }

    pub fn enter(&self, name: &str, command: Command) -> Answer {
        let message = MessageId::new("setup", name).unwrap();
        ready(self.face.node().enter(message, command)).unwrap()
    }

    /// The son binds the mother.
    pub fn bind(&self) -> Got {
        let body = json!({"sponsor": SON, "beneficiary": MOTHER, "relation": "parent"});
        self.post("/v1/bindings").by("clerk").key("bind").json(&body).send()
    }

    /// The number of somebody.
    pub fn id(&self, certificate: &str) -> PersonId {
        let certificate = gongji_words::CertificateNumber::parse(certificate).unwrap();
        ready(self.face.node().person_of(&certificate)).unwrap().unwrap()
    }

    /// `P1-P2` of the family.
    pub fn pair(&self) -> String {
        format!("P{}-P{}", self.id(SON), self.id(MOTHER))
    }

    /// Lets the hospital and the pharmacy connect by the national interface, from this machine without a proof.
    pub fn connect(&self) {
        for (institution, code) in [(1301, HOSPITAL), (1302, PHARMACY)] {
            let profile = Profile {
                institution,
                code: code.to_owned(),
                name: "示例机构".to_owned(),
                level: "05".to_owned(),
                open: true,
                api: Some(Signing { name: format!("ak-{institution}"), secret: "sk".to_owned() }),
                tif: Some(Signing { name: format!("pass-{institution}"), secret: "token".to_owned() }),
                ..Profile::default()
            };
            self.profile(&profile);
        }
    }

    /// Keeps how an institution connects.
    pub fn profile(&self, profile: &Profile) {
        let randomness = Foreseeable(AtomicI64::new(self.issued.fetch_add(1, Ordering::AcqRel)));
        ready(profile.keep_as(&profile.code, (self.face.node(), &randomness))).unwrap();
    }

    /// A code that somebody shows.
    pub fn code(&self, certificate: &str) -> String {
        ready(code::issue_at(&self.face, self.id(certificate))).unwrap()
    }

    /// A card of somebody: number, 卡识别码, and whether it is lost.
    pub fn card(&self, certificate: &str, card: (&str, &str, bool)) {
        let randomness = Foreseeable(AtomicI64::new(self.issued.fetch_add(1, Ordering::AcqRel)));
        let by: (&Node, &dyn Randomness) = (self.face.node(), &randomness);
        ready(code::register_card(by, self.id(certificate), card)).unwrap();
    }

    pub fn set(&self, time: &str) {
        *self.clock.0.lock().unwrap() = Moment::parse(time).unwrap();
    }

    pub fn ask(&self, verb: &str, path: &str) -> Asking<'_> {
        Asking { town: self, request: Request::builder().method(verb).uri(path), body: None }
    }

    pub fn get(&self, path: &str) -> Asking<'_> {
        self.ask("GET", path)
    }

    pub fn post(&self, path: &str) -> Asking<'_> {
        self.ask("POST", path)
    }

    /// The mother's bill at the hospital.
    pub fn settle(&self, key: &str, copay: &str) -> Got {
        self.post("/v1/settlements").by("1301").key(key).json(&bill(copay)).send()
    }

    /// The family's district has a core from now on, which answers so; or has none.
    pub fn divides(&self, core: Option<Divides>) {
        *self.behind.core.lock().unwrap() = core;
    }

    /// What the core was asked since it was looked at last.
    pub fn asked_of_core(&self) -> Vec<Value> {
        std::mem::take(&mut self.behind.asked.lock().unwrap())
    }

    /// What operators were told.
    pub fn failures(&self) -> Vec<String> {
        self.failures.0.lock().unwrap().clone()
    }

    pub fn balance(&self) -> Fen {
        ready(self.face.node().balance(self.id(SON))).unwrap().total
    }
}

/// A bill of the mother's.
pub fn bill(copay: &str) -> Value {
    json!({"patient": MOTHER, "kind": "outpatient", "parts": {"copay": copay}, "fund": "300.00"})
}

impl Asking<'_> {
    /// With the token of this name.
    pub fn by(self, name: &str) -> Self {
        let token = self.town.tokens[name].clone();
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Coming from there.
    pub fn from(mut self, origin: Origin) -> Self {
        self.request = self.request.extension(origin);
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(&body.to_string())
    }

    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.as_bytes().to_vec());
        self
    }

    /// The bytes of the answer, which is a file.
    pub fn bytes(self) -> Vec<u8> {
        let request = self.request.body(self.body.map_or_else(Body::empty, Body::from)).unwrap();
        let response = ready(self.town.router.clone().oneshot(request)).unwrap();
        assert_eq!(response.headers()["content-type"], "application/octet-stream");
        ready(to_bytes(response.into_body(), usize::MAX)).unwrap().to_vec()
    }

    /// The answer. A good one is of the shape that is described for it.
    pub fn send(self) -> Got {
        let request = self.request.body(self.body.map_or_else(Body::empty, Body::from)).unwrap();
        let (verb, path) = (request.method().to_string(), request.uri().path().to_owned());
        let response = ready(self.town.router.clone().oneshot(request)).unwrap();
        let (parts, body) = response.into_parts();
        let bytes = ready(to_bytes(body, usize::MAX)).unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        let got = Got { status: parts.status, headers: parts.headers, text, body };
        described(&verb, &path, &got);
        got
    }
}

fn described(verb: &str, path: &str, got: &Got) {
    let matches = |pattern: &str| {
        pattern.split('/').count() == path.split('/').count()
            && pattern.split('/').zip(path.split('/')).all(|(one, other)| one.starts_with('{') || one == other)
    };
    let route = ROUTES.iter().filter(|route| route.verb.word() == verb && matches(route.path));
    let Some(route) = route.min_by_key(|route| route.path.matches('{').count()) else { return };
    if got.status.is_success() {
        assert_eq!(got.status.as_u16(), route.good.0, "{verb} {path}");
        if let Some(shape) = route.good.1 {
            assert_eq!(shape.fault(&got.body), None, "{verb} {path}: {}", got.text);
        }
    } else if got.status != StatusCode::NOT_MODIFIED {
        assert_eq!(got.header("content-type"), Some("application/problem+json"), "{verb} {path}");
    }
}

//! Families, a hospital and a pharmacy over a file, and the face by which the two are served.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::message::{Answer, Command};
use gongji_domain::record::Rows;
use gongji_http::face::Drawn;
use gongji_http::infno::profile::{Profile, Sealing, Signing};
use gongji_http::{Face, Journal, Meters, Numbers, Origin, Ports, Settings, router};
use gongji_service::law::built_in;
use gongji_service::people::Identity;
use gongji_service::ports::{PeerAnswer, Slow};
use gongji_service::pulse::Pulse;
use gongji_service::{FieldKey, Ids, Node, NodeParts, Passwords, PeerMessage, Peers, Randomness, Unreachable};
use gongji_store::{CrashPoint, Faults, Store, WorkingKey};
use gongji_wire::envelope::LONGEST;
use gongji_wire::gm::PrivateKey;
use gongji_words::{AreaCode, CertificateNumber, CommandId, InstitutionId, MessageId, Moment, PersonId, PersonName};

use crate::load::draw::{FAMILY, person};
use crate::load::families::{Families, Phase};
use crate::ports::{SimClock, lock};
use crate::random::Rng;
use crate::site::Scratch;

/// The path by which they call.
pub const PATH: &str = "/fsi/api/rsfComIfsService/callService";
/// A number in the books of the centre, and its code at the interface.
pub const HOSPITAL: (i64, &str) = (1, "H13010000001");
/// The pharmacy's.
pub const PHARMACY: (i64, &str) = (90, "P13010000090");
/// The name under which the hospital signs its envelopes, in a profile of its own.
pub const SEALED: (i64, &str) = (2, "H13010000002");
/// The client id of that profile.
pub const CLIENT: &str = "sealed-client-00001";
/// What the hospital signs headers with.
pub const SECRET: &str = "secret-of-headers";
/// Everybody's name; no answer about one person may hold another's.
const SPONSOR_NAME: &str = "付钱人";
const PATIENT_NAME: &str = "看病人";

struct Counting(AtomicI64);

impl Ids for Counting {
    fn next(&self) -> CommandId {
        CommandId::from_number(self.0.fetch_add(1, Ordering::Relaxed))
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

/// What a program would bring, all of it foreseeable; and what went wrong inside.
struct Brought {
    random: Mutex<Rng>,
    failures: Mutex<Vec<String>>,
}

impl Numbers for Brought {
    fn prepare(&self) -> Drawn<'_> {
        Box::pin(async { Ok(()) })
    }

    fn next_person(&self) -> PersonId {
        PersonId::from_number(i64::MAX)
    }
}

impl Randomness for Brought {
    fn fill(&self, bytes: &mut [u8]) {
        let mut random = lock(&self.random);
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&random.draw().to_be_bytes()[..chunk.len()]);
        }
    }
}

impl Passwords for Brought {
    fn text_of(&self, _: String) -> Slow<'_, String> {
        Box::pin(async { String::new() })
    }

    fn is_of(&self, _: String, _: Option<String>) -> Slow<'_, bool> {
        Box::pin(async { false })
    }
}

impl Journal for Brought {
    fn failure(&self, _: i64, operation: &'static str, what: &str) {
        lock(&self.failures).push(format!("{operation}: {what}"));
    }
}

impl Meters for Brought {
    fn text(&self, _: &Pulse, _: usize) -> String {
        String::new()
    }
}

/// How many payments groups have made or changed.
#[derive(Debug, Default)]
pub struct Written(AtomicU64);

impl Written {
    /// So many so far.
    pub fn payments(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

impl Faults for Written {
    fn crashes(&self, _: CrashPoint) -> bool {
        false
    }

    fn committed(&self, rows: &Rows) {
        let payments = u64::try_from(rows.payments.len()).unwrap_or(u64::MAX);
        self.0.fetch_add(payments, Ordering::AcqRel);
    }
}

/// Somebody of a family.
#[derive(Clone, Debug)]
pub struct Somebody {
    /// His certificate number.
    pub certificate: String,
    /// His number here.
    pub id: PersonId,
    /// His insurance.
    pub insutype: &'static str,
}

/// What came back.
pub struct Told {
    /// The status.
    pub status: u16,
    /// What it says it is.
    pub kind: String,
    /// The bytes.
    pub body: Bytes,
}

/// A request on its way.
pub struct Sent {
    /// Where to.
    pub path: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// The province.
pub struct Town {
    router: Router,
    /// Its rows.
    pub store: Arc<Store>,
    /// Its clock.
    pub clock: Arc<SimClock>,
    /// What groups wrote.
    pub written: Arc<Written>,
    /// Who may be ill.
    pub people: Vec<Somebody>,
    brought: Arc<Brought>,
    /// The institution's private key of sealed envelopes, and the centre's public key.
    pub sealing: (String, String),
    families: Families,
    _folder: Scratch,
}

/// A certificate number of a region that nobody's has: from a year, and a number of the person.
fn certificate(year: u32, number: u32) -> String {
    let first = format!(
        "170101{:04}{:02}{:02}{:03}",
        year + number / 336_000,
        number / 28_000 % 12 + 1,
        number / 1_000 % 28 + 1,
        number % 1_000
    );
    // GB 11643: weights are powers of two modulo eleven.
    let weighted =
        first.bytes().zip((1..=17_u32).rev()).map(|(digit, place)| u32::from(digit - b'0') * ((1 << place) % 11));
    let check = match (12 - weighted.sum::<u32>() % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    };
    format!("{first}{check}")
}

fn sentence(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Town {
    /// With so many families, everybody registered, bound, and with money.
    ///
    /// # Errors
    /// A sentence about what was not taken.
    pub async fn of(families: u32, seed: u64) -> Result<Self, String> {
        let folder = Scratch::fleeting().map_err(sentence)?;
        let store = Store::create_sqlite(&folder.database(0), &WorkingKey::generate([9; 32])).map_err(sentence)?;
        let written = Arc::new(Written::default());
        let store = Arc::new(store.with_faults(written.clone()));
        let families = Families::of(families * FAMILY, Default::default())?;
        let now = Moment::parse("2026-03-02T09:00").map_err(sentence)?;
        let clock = Arc::new(SimClock::new(now));
        let node = Arc::new(Node::new(NodeParts {
            province: families.area.province(),
            law: built_in(),
            store: store.clone(),
            clock: clock.clone(),
            ids: Arc::new(Counting(AtomicI64::new(10_000_000))),
            peers: Arc::new(Alone),
            field_key: FieldKey::new(b"interface"),
        }));
        let random = Mutex::new(Rng::of(seed, "randomness", 0));
        let brought = Arc::new(Brought { random, failures: Mutex::default() });
        let ports = Ports {
            numbers: brought.clone(),
            randomness: brought.clone(),
            passwords: brought.clone(),
            journal: brought.clone(),
            gate: Arc::new(()),
            meters: brought.clone(),
            upstream: Arc::new(()),
        };
        let face = Arc::new(Face::new(node.clone(), ports, Settings::default()));
        let router = router(&face);
        let sealing = (String::new(), String::new());
        let people = Vec::new();
        let mut town = Self { router, store, clock, written, people, brought, sealing, families, _folder: folder };
        town.open(&node).await?;
        Ok(town)
    }

    async fn open(&mut self, node: &Node) -> Result<(), String> {
        for phase in Phase::ALL {
            for number in 0..self.families.commands_in(phase) {
                enter(node, &format!("{phase:?}-{number}"), self.families.opening(phase, number)).await?;
            }
        }
        let (id, area) = (InstitutionId::from_number(PHARMACY.0), self.families.area);
        let (designation, aid, wallet) = (Designation::Designated, Takes::Yes, Takes::Yes);
        let pharmacy = Institution { id, area, kind: InstitutionKind::Pharmacy, designation, aid, wallet };
        enter(node, "pharmacy", Command::RegisterInstitution(pharmacy)).await?;
        // The first has the number zero, which is nobody's at the interface.
        for family in 1..self.families.count {
            for (place, year, name, insutype) in [(0, 1940, PATIENT_NAME, "390"), (1, 1970, SPONSOR_NAME, "310")] {
                let (id, certificate) = (person(family, place), certificate(year, family));
                let number = CertificateNumber::parse(&certificate).map_err(sentence)?;
                let name = PersonName::parse(name).map_err(sentence)?;
                let identity = Identity { name, certificate: number, phone: None };
                node.enrol((id, identity), &*self.brought).await.map_err(sentence)?;
                self.people.push(Somebody { certificate, id, insutype });
            }
        }
        self.connect(node).await
    }

    async fn connect(&mut self, node: &Node) -> Result<(), String> {
        let key = |byte: char| byte.to_string().repeat(64);
        let theirs = PrivateKey::parse(&key('3'), CLIENT).ok_or("a private key")?.public().to_base64();
        let (sealing, ours) = Sealing::begin((CLIENT, &theirs), key('5'), true).ok_or("keys of an envelope")?;
        self.sealing = (key('3'), ours);
        for (number, code) in [HOSPITAL, PHARMACY, SEALED] {
            let signing = |name: &str| Some(Signing { name: name.to_owned(), secret: SECRET.to_owned() });
            let profile = Profile {
                institution: number,
                code: code.to_owned(),
                name: "示例机构".to_owned(),
                level: "05".to_owned(),
                open: true,
                api: signing("ak"),
                tif: signing("paas"),
                seal: (code == SEALED.1).then(|| sealing.clone()),
                ..Profile::default()
            };
            profile.keep_as(code, (node, &*self.brought)).await.map_err(sentence)?;
        }
        Ok(())
    }

    /// Where everybody is insured and treated.
    pub fn area(&self) -> AreaCode {
        self.families.area
    }

    /// Sends something, from this machine.
    pub async fn send(&self, sent: Sent) -> Result<Told, String> {
        let mut request = Request::builder().method("POST").uri(&sent.path);
        for (name, value) in &sent.headers {
            request = request.header(name, value);
        }
        let here = Origin { address: None, is_here: true };
        let request = request.extension(here).body(Body::from(sent.body)).map_err(sentence)?;
        let answered = tower::ServiceExt::oneshot(self.router.clone(), request).await;
        let response = answered.unwrap_or_else(|never| match never {});
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.to_owned();
        let body = to_bytes(response.into_body(), LONGEST).await.map_err(sentence)?;
        Ok(Told { status, kind, body })
    }

    /// What went wrong inside, since somebody last asked.
    pub fn failures(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.brought.failures))
    }

    /// What the audit finds; nothing if all is well.
    ///
    /// # Errors
    /// A sentence if it cannot look.
    pub async fn audited(&self) -> Result<Vec<String>, String> {
        let totals = self.store.audit_totals().await.map_err(sentence)?;
        Ok(totals.discrepancies.iter().map(|one| format!("{one:?}")).collect())
    }

    /// What nobody at a till may read: certificates and names of those who pay, unless he asked about one of them.
    pub fn tells_too_much(&self, patient: &Somebody, (sent, told): (&[u8], &[u8])) -> bool {
        let payer = PersonId::from_number(patient.id.number() + 1);
        let Some(payer) = self.people.iter().find(|one| one.id == payer) else { return false };
        let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        let asked_about = |one: &Somebody| holds(sent, &format!("P{}", one.id)) || holds(sent, &one.certificate);
        let is_patient =
            patient.insutype == "390" && !self.people.iter().any(|one| one.id != patient.id && asked_about(one));
        is_patient && (holds(told, SPONSOR_NAME) || holds(told, &payer.certificate))
    }
}

async fn enter(node: &Node, name: &str, command: Command) -> Result<(), String> {
    let message = MessageId::new("opening", name).map_err(sentence)?;
    match node.enter(message, command).await.map_err(sentence)? {
        Answer::Done | Answer::Binding(_) => Ok(()),
        other => Err(format!("{name} was answered {other:?}")),
    }
}

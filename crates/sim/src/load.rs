//! A closed loop of settlements through the desk, with real threads: what the machine does in a second.
//!
//! Prints figures and compares nothing: a rate depends on the disk and on what else runs. Deliberately absent:
//! faults, and clocks of the simulation; this is the one place of the crate that looks at the machine's time.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{Builder, Thread, park, scope};
use std::time::Instant;

use gongji_domain::binding::Channel;
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Answer, Bill, BindRequest, Command, CreditKind, Urgency, Using};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::policy::{Law, Proof};
use gongji_service::ports::PeerAnswer;
use gongji_service::{Clock, FieldKey, Ids, Node, NodeParts, PeerMessage, Peers, Unreachable};
use gongji_store::{MasterKey, Store};
use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, MessageId, Moment, PersonId};

use crate::plan::Engine;
use crate::site::Scratch;

/// Each caller's stack: a caller only waits for the desk.
const STACK: usize = 1 << 20;

/// What is to be settled, and by how many at once.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Which engine keeps the rows.
    pub engine: Engine,
    /// Families: a parent bound by two children.
    pub families: u32,
    /// Callers, each with one bill at a time.
    pub callers: u32,
    /// Bills in all.
    pub settlements: u64,
}

/// What it came to.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Settlements a second.
    pub per_second: u64,
    /// Processor time of the whole process for one settlement, in nanoseconds.
    pub cpu_nanos_each: u64,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Moment {
        Moment::at(Day::new(2025, 3, 8).expect("a day of the calendar"), 12, 0)
    }
}

struct Counting(AtomicI64);

impl Ids for Counting {
    fn next(&self) -> CommandId {
        CommandId::from_number(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

struct Nobody;

impl Peers for Nobody {
    fn ask(&self, _: PeerMessage) -> PeerAnswer<'_> {
        Box::pin(async { Err(Unreachable) })
    }

    fn reaches(&self, one: AreaCode, other: AreaCode) -> bool {
        one.province() == other.province()
    }
}

struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future on this thread.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Parked(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => park(),
        }
    }
}

/// Settles all the bills and measures it; the families are there before the clock is looked at.
///
/// # Errors
/// A sentence when the store cannot be made, or when a bill was not paid in full by aid.
pub fn run_load(load: Load, law: &Law) -> Result<Rate, String> {
    let folder = Scratch::new().map_err(|error| error.to_string())?;
    let store = match load.engine {
        Engine::Memory => Store::memory(),
        Engine::Sqlite => Store::create_sqlite(&folder.database(0), &MasterKey::generate([9; 32]))
            .map_err(|error| error.to_string())?,
    };
    let area = AreaCode::parse("130100").map_err(|error| error.to_string())?;
    let node = Node::new(NodeParts {
        province: area.province(),
        law: law.clone(),
        store: Arc::new(store),
        clock: Arc::new(Noon),
        ids: Arc::new(Counting(AtomicI64::new(1))),
        peers: Arc::new(Nobody),
        field_key: FieldKey::new(b"load"),
    });
    for (phase, commands) in opening(load.families, area) {
        enter_all(&node, load.callers.min(64), (phase, commands))?;
    }
    let (cpu, begun) = (cpu_nanos(), Instant::now());
    let bills = (0..load.settlements).map(|number| Command::Settle(bill(number, load.families, area)));
    enter_all(&node, load.callers, ("bill", bills.collect()))?;
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
    Ok(Rate {
        per_second: load.settlements.saturating_mul(1_000_000) / micros,
        cpu_nanos_each: cpu_nanos().saturating_sub(cpu) / load.settlements.max(1),
        millis: micros / 1_000,
    })
}

/// Enters commands from as many threads as there are callers.
fn enter_all(node: &Node, callers: u32, (phase, commands): (&str, Vec<Command>)) -> Result<(), String> {
    let next = AtomicU64::new(0);
    let call = || -> Result<(), String> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(command) = usize::try_from(number).ok().and_then(|place| commands.get(place)) else {
                return Ok(());
            };
            let message = MessageId::new("load", format!("{phase}-{number}")).map_err(|error| error.to_string())?;
            let answer = wait(node.enter(message, command.clone())).map_err(|error| error.to_string())?;
            match answer {
                Answer::Refused(reason) => return Err(format!("a command was refused: {}", reason.code())),
                Answer::Settled(settled) if settled.cash.is_positive() => return Err("cash was left".to_owned()),
                _ => {}
            }
        }
    };
    scope(|threads| {
        let started = (0..callers.max(1)).map(|_| Builder::new().stack_size(STACK).spawn_scoped(threads, call));
        let started: Vec<_> = started.collect();
        started.into_iter().try_for_each(|caller| {
            let caller = caller.map_err(|error| format!("a caller's thread: {error}"))?;
            caller.join().map_err(|_| "a caller stopped".to_owned())?
        })
    })
}

fn person(family: u32, place: u32) -> PersonId {
    PersonId::from_number(i64::from(family) * 10 + i64::from(place))
}

fn hospital(area: AreaCode) -> Institution {
    Institution {
        id: InstitutionId::from_number(1),
        area,
        kind: InstitutionKind::Hospital,
        designation: Designation::Designated,
        aid: Takes::Yes,
        wallet: Takes::Yes,
    }
}

/// Everybody, then their money, then their bindings: each list is done before the next begins.
fn opening(families: u32, area: AreaCode) -> [(&'static str, Vec<Command>); 4] {
    let sponsors: Vec<(u32, u32)> = (0..families).flat_map(|family| [(family, 1), (family, 2)]).collect();
    let patients = (0..families).map(|family| register(person(family, 0), Scheme::Resident, area));
    let employees = sponsors.iter().map(|(family, place)| register(person(*family, *place), Scheme::Employee, area));
    let credit = |(family, place): &(u32, u32)| {
        let kind = CreditKind::Opening { previous_years: Fen::ZERO };
        Command::Credit { person: person(*family, *place), amount: Fen::from_fen(10_000_000_000), kind }
    };
    let bindings = sponsors.iter().map(|(family, place)| Command::Bind(bind(*family, *place, area)));
    [
        ("institution", vec![Command::RegisterInstitution(hospital(area))]),
        ("person", patients.chain(employees).collect()),
        ("credit", sponsors.iter().map(credit).collect()),
        ("binding", bindings.collect()),
    ]
}

fn register(id: PersonId, scheme: Scheme, area: AreaCode) -> Command {
    let born = Day::new(1970, 1, 1).expect("a day of the calendar");
    let status = InsuranceStatus::Active;
    Command::Register(Person { id, area, scheme, status, born, sex: None, traits: BTreeSet::new() })
}

fn bind(family: u32, place: u32, area: AreaCode) -> BindRequest {
    BindRequest {
        sponsor: person(family, place),
        beneficiary: person(family, 0),
        beneficiary_area: area,
        relation: Relation::Parent,
        from: None,
        until: None,
        limits: Limits::default(),
        purposes: None,
        proof: Proof::Promise,
        channel: Channel::Portal,
    }
}

/// The families take turns in an order that puts neighbours far apart.
fn bill(number: u64, families: u32, area: AreaCode) -> Bill {
    let family = u32::try_from(number.wrapping_mul(7_919) % u64::from(families.max(1))).unwrap_or(0);
    let patient = person(family, 0);
    let mut burden = Burden::nothing();
    burden.add(Part::Copay, Fen::from_fen(12_345));
    Bill {
        patient,
        patient_area: area,
        institution: hospital(area).id,
        kind: VisitKind::Outpatient,
        burden,
        fund: Fen::from_fen(20_000),
        using: Using::Auto,
        code_of: patient,
        urgency: Urgency::Ordinary,
    }
}

/// Processor time of this process so far, as the kernel counts it: hundredths of a second.
fn cpu_nanos() -> u64 {
    const TICK: u64 = 10_000_000;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    (ticks(11) + ticks(12)) * TICK
}

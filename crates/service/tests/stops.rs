//! A stop between two provinces: whoever is stopped is not asked, and each node obeys its own stops.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Poll, Waker};

use gongji_domain::binding::Channel;
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Answer, Bill, BindRequest, Command, CreditKind, Settled, Urgency, Using};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::policy::Proof;
use gongji_domain::reason::Reason;
use gongji_domain::stop::{SignedByTwo, StopTarget};
use gongji_domain::trace::{decode, replay};
use gongji_service::law::built_in;
use gongji_service::ports::PeerAnswer;
use gongji_service::stop::{NotStopped, Stopped, resume, stop, target_of};
use gongji_service::{Clock, FieldKey, Ids, Node, NodeParts, PeerMessage, Peers};
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, MessageId, Moment, PersonId};

/// Hebei, where the hospital is.
const HERE: AreaCode = AreaCode::from_number(130_000);
const TOWN: AreaCode = AreaCode::from_number(130_100);
/// Shanxi, where the family is insured.
const FAR: AreaCode = AreaCode::from_number(140_000);
const FAR_TOWN: AreaCode = AreaCode::from_number(140_100);
const HOSPITAL: InstitutionId = InstitutionId::from_number(1301);
const PATIENT: PersonId = PersonId::from_number(1);
const SPONSOR: PersonId = PersonId::from_number(2);

struct Morning;

impl Clock for Morning {
    fn now(&self) -> Moment {
        Moment::at(Day::new(2026, 3, 2).expect("a day of the calendar"), 10, 0)
    }
}

struct Counting(AtomicI64);

impl Ids for Counting {
    fn next(&self) -> CommandId {
        CommandId::from_number(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// The line to the other node, and how often it was used.
#[derive(Default)]
struct Line {
    other: OnceLock<Weak<Node>>,
    used: AtomicI64,
}

impl Peers for Line {
    fn ask(&self, message: PeerMessage) -> PeerAnswer<'_> {
        self.used.fetch_add(1, Ordering::Relaxed);
        let other = self.other.get().and_then(Weak::upgrade).expect("the other node is there");
        Box::pin(async move { Ok(other.answer_peer(message).await.expect("a store in memory does not fail")) })
    }

    fn reaches(&self, _: AreaCode, _: AreaCode) -> bool {
        true
    }
}

/// The value of a future that waits for nothing outside this process.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("memory and these peers answer at the first poll"),
    }
}

fn node(province: AreaCode, first_id: i64) -> (Arc<Node>, Arc<Line>) {
    let line = Arc::new(Line::default());
    let node = Node::new(NodeParts {
        province,
        law: built_in(),
        store: Arc::new(Store::memory()),
        clock: Arc::new(Morning),
        ids: Arc::new(Counting(AtomicI64::new(first_id))),
        peers: line.clone(),
        field_key: FieldKey::new(b"a key of the field digests, long"),
    });
    (Arc::new(node), line)
}

/// The hospital's node, with its line; and the family's.
struct World {
    here: Arc<Node>,
    line: Arc<Line>,
    far: Arc<Node>,
}

fn enter(node: &Node, name: &str, command: Command) -> Answer {
    let message = MessageId::new("test", name).expect("a short name");
    now(node.enter(message, command)).expect("a store in memory does not fail")
}

fn employee(id: PersonId) -> Command {
    let born = Day::new(1960, 1, 1).expect("a day of the calendar");
    let (scheme, status) = (Scheme::Employee, InsuranceStatus::Active);
    Command::Register(Person { id, area: FAR_TOWN, scheme, status, born, sex: None, traits: [].into() })
}

fn world() -> World {
    let ((here, line), (far, back)) = (node(HERE, 1_000), node(FAR, 500_000));
    line.other.set(Arc::downgrade(&far)).expect("it is set once");
    back.other.set(Arc::downgrade(&here)).expect("it is set once");
    let hospital = Institution {
        id: HOSPITAL,
        area: TOWN,
        kind: InstitutionKind::Hospital,
        designation: Designation::Designated,
        aid: Takes::Yes,
        wallet: Takes::Yes,
    };
    enter(&here, "hospital", Command::RegisterInstitution(hospital));
    for (person, yuan) in [(PATIENT, 30), (SPONSOR, 5_000)] {
        enter(&far, &format!("person {person}"), employee(person));
        let kind = CreditKind::Opening { previous_years: Fen::from_fen(yuan * 100) };
        let credit = Command::Credit { person, amount: Fen::from_fen(yuan * 100), kind };
        enter(&far, &format!("credit {person}"), credit);
    }
    let request = BindRequest {
        sponsor: SPONSOR,
        beneficiary: PATIENT,
        beneficiary_area: FAR_TOWN,
        relation: Relation::Parent,
        from: None,
        until: None,
        limits: Limits::default(),
        purposes: None,
        proof: Proof::Promise,
        channel: Channel::Portal,
    };
    let bound = enter(&far, "bind", Command::Bind(request));
    assert!(!matches!(bound, Answer::Refused(_)), "{bound:?}");
    World { here, line, far }
}

/// A bill of 50.00 at the hospital, with the filing that care elsewhere needs.
fn settle(world: &World, name: &str) -> Settled {
    let mut burden = Burden::nothing();
    burden.add(Part::Copay, Fen::from_fen(5_000));
    let bill = Bill {
        patient: PATIENT,
        patient_area: FAR_TOWN,
        institution: HOSPITAL,
        kind: VisitKind::Outpatient,
        burden,
        fund: Fen::ZERO,
        using: Using::Auto,
        code_of: PATIENT,
        urgency: Urgency::Emergency,
    };
    match enter(&world.here, name, Command::Settle(bill)) {
        Answer::Settled(settled) => settled,
        other => panic!("{other:?} is no settlement"),
    }
}

fn aid(settled: &Settled) -> Fen {
    Fen::sum(settled.aid.iter().map(|(_, amount)| *amount))
}

fn two() -> SignedByTwo {
    SignedByTwo { by: "王敏".to_owned(), and: "李强".to_owned(), at: Morning.now() }
}

fn pull(node: &Node, target: StopTarget) {
    let came = now(stop(node.store(), (target, "under test"), two())).expect("memory does not fail");
    assert!(matches!(came, Ok(Stopped::Now(_))), "{came:?}");
}

fn release(node: &Node, target: StopTarget) {
    let came = now(resume(node.store(), target, two())).expect("memory does not fail");
    assert!(matches!(came, Ok(Stopped::Now(_))), "{came:?}");
}

#[test]
fn a_stopped_province_is_not_asked_and_nobody_waits_for_it() {
    let world = world();
    let usual = settle(&world, "before");
    assert_eq!((usual.own, aid(&usual), usual.cash), (Fen::from_fen(3_000), Fen::from_fen(2_000), Fen::ZERO));
    let used = world.line.used.load(Ordering::Relaxed);
    assert!(used > 0);
    pull(&world.here, StopTarget::Peer(FAR));
    let stopped = settle(&world, "under");
    assert_eq!((stopped.cash, stopped.reason), (Fen::from_fen(5_000), Some(Reason::SettleStopped)));
    assert_eq!((stopped.own, aid(&stopped), stopped.wallet), (Fen::ZERO, Fen::ZERO, Fen::ZERO));
    assert_eq!(world.line.used.load(Ordering::Relaxed), used, "nothing goes over the line");
    release(&world.here, StopTarget::Peer(FAR));
    assert_eq!(aid(&settle(&world, "after")), Fen::from_fen(5_000));
}

#[test]
fn an_institution_that_is_stopped_here_gets_own_money_from_elsewhere_and_no_aid() {
    let world = world();
    pull(&world.here, StopTarget::Institution(HOSPITAL));
    let stopped = settle(&world, "under");
    assert_eq!((stopped.own, aid(&stopped)), (Fen::from_fen(3_000), Fen::ZERO));
    assert_eq!((stopped.cash, stopped.reason), (Fen::from_fen(2_000), Some(Reason::SettleStopped)));
    let rows = now(world.far.store().traces(None, 9)).expect("memory does not fail");
    let trace = decode(&rows.first().expect("it was decided there").bytes).expect("a trace");
    assert_eq!(replay(&built_in(), &trace), trace.decision, "what stopped it is in the trace of the node that decided");
}

#[test]
fn a_node_that_stopped_the_hospitals_province_pays_nothing_there_for_its_own() {
    let world = world();
    pull(&world.far, StopTarget::Peer(HERE));
    let stopped = settle(&world, "under");
    assert_eq!((stopped.own, aid(&stopped)), (Fen::from_fen(3_000), Fen::ZERO));
    assert_eq!(stopped.reason, Some(Reason::SettleStopped));
}

#[test]
fn a_target_is_known_or_refused_by_name() {
    let world = world();
    let known =
        |text: &str| now(target_of(world.here.store(), (&built_in(), HERE), text)).expect("memory does not fail");
    let hospital = StopTarget::Institution(HOSPITAL);
    for (text, expected) in [
        ("130102", Ok(StopTarget::Area(TOWN))),
        ("13", Ok(StopTarget::Area(HERE))),
        ("14", Ok(StopTarget::Peer(FAR))),
        ("peer:140000", Ok(StopTarget::Peer(FAR))),
        ("1301", Ok(hospital)),
        ("institution:1301", Ok(hospital)),
        ("140100", Err(NotStopped::Elsewhere(FAR_TOWN))),
        ("139900", Err(NotStopped::Area(AreaCode::from_number(139_900)))),
        ("77", Err(NotStopped::Peer)),
        ("1302", Err(NotStopped::Institution(InstitutionId::from_number(1302)))),
        ("area:1301", Err(NotStopped::Form)),
        ("Shijiazhuang", Err(NotStopped::Form)),
    ] {
        assert_eq!(known(text), expected, "{text}");
    }
}

//! The desk under callers who give up.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::judge::Judgement;
use gongji_domain::message::{Answer, Bill, Command, CreditKind, Envelope, Urgency, Using};
use gongji_domain::paper::{Enclosure, Paper, PaperCount, PaperKind};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_service::desk::Desk;
use gongji_service::law::built_in;
use gongji_service::{ServiceError, Terms};
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, MessageId, Moment, PersonId};

fn envelope(number: i64, command: Command) -> Envelope {
    Envelope {
        message: MessageId::new("test", number.to_string()).expect("a short name"),
        id: CommandId::from_number(number),
        serial: CommandId::from_number(number),
        at: Moment::parse("2025-03-08T10:00").expect("a value of the calendar or the map"),
        command,
        heard: Vec::new(),
        digests: Vec::new(),
    }
}

fn register(number: i64) -> Command {
    Command::Register(Person {
        id: PersonId::from_number(number),
        area: AreaCode::parse("130100").expect("a value of the calendar or the map"),
        scheme: Scheme::Employee,
        status: InsuranceStatus::Active,
        born: Day::new(1970, 1, 1).expect("a value of the calendar or the map"),
        sex: None,
        traits: BTreeSet::new(),
    })
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("an embedded engine is ready at the first poll"),
    }
}

#[test]
fn a_caller_who_gives_up_before_the_first_poll_leaves_nothing_behind() {
    let store = Arc::new(Store::memory());
    let desk = Desk::new(store.clone(), built_in(), AreaCode::parse("130000").unwrap());
    drop(desk.submit(envelope(1, register(1))));
    assert!(matches!(ready(desk.submit(envelope(2, register(2)))), Ok(Judgement::Done(Answer::Done, _))));
    let rows = ready(store.dump()).unwrap();
    assert_eq!(rows.persons.keys().map(|id| id.number()).collect::<Vec<_>>(), [2]);
}

#[test]
fn many_callers_at_once_are_all_answered_and_each_once() {
    let store = Arc::new(Store::memory());
    let desk = Desk::new(store.clone(), built_in(), AreaCode::parse("130000").unwrap());
    ready(desk.submit(envelope(1, register(1)))).unwrap();
    let one_fen = || Command::Credit {
        person: PersonId::from_number(1),
        amount: Fen::from_fen(1),
        kind: CreditKind::Contribution,
    };
    std::thread::scope(|threads| {
        for thread in 0..8 {
            let desk = &desk;
            threads.spawn(move || {
                for turn in 0..50 {
                    wait(desk.submit(envelope(1_000 + thread * 100 + turn, one_fen()))).unwrap();
                }
            });
        }
    });
    let rows = ready(store.dump()).unwrap();
    assert_eq!(rows.accounts[&PersonId::from_number(1)].lots.total(), Fen::from_fen(400));
}

fn terms(name: &str) -> Arc<Terms> {
    let paper = Paper {
        kind: PaperKind::Bill,
        owner: InstitutionId::from_number(1301),
        name: name.to_owned(),
        person: None,
        at: Moment::parse("2025-03-08T10:00").expect("a moment of the calendar"),
        version: 1,
        body: name.into(),
    };
    Arc::new(Terms { enclosure: Some(Enclosure { paper, random: [3; 12] }), ..Terms::default() })
}

fn kept(store: &Store, name: &str) -> bool {
    ready(store.paper(PaperKind::Bill, InstitutionId::from_number(1301), name)).expect("it can be read").is_some()
}

#[test]
fn a_message_whose_paper_somebody_kept_first_is_not_entered_and_those_beside_it_are() {
    let store = Arc::new(Store::memory());
    let desk = Desk::new(store.clone(), built_in(), AreaCode::parse("130000").unwrap());
    ready(desk.submit_on(envelope(1, register(1)), terms("A"))).unwrap();
    assert!(kept(&store, "A"));
    // A repeat brings no paper.
    ready(desk.submit_on(envelope(1, register(1)), terms("never"))).unwrap();
    assert!(!kept(&store, "never"));
    let told = ready(desk.submit_on(envelope(2, register(2)), terms("A")));
    assert!(matches!(told, Err(ServiceError::Enclosed)), "{told:?}");
    assert!(!ready(store.dump()).unwrap().persons.contains_key(&PersonId::from_number(2)));
    ready(desk.submit_on(envelope(2, register(2)), terms("B"))).unwrap();
    assert!(ready(store.dump()).unwrap().persons.contains_key(&PersonId::from_number(2)) && kept(&store, "B"));
}

#[test]
fn what_was_worked_out_of_fewer_papers_than_there_are_is_not_entered() {
    let store = Arc::new(Store::memory());
    let desk = Desk::new(store.clone(), built_in(), AreaCode::parse("130000").unwrap());
    let id = PersonId::from_number(1);
    ready(desk.submit(envelope(1, register(1)))).unwrap();
    let credit = || Command::Credit { person: id, amount: Fen::from_fen(5), kind: CreditKind::Contribution };
    let on = |name: &str, bills| {
        let Terms { enclosure, .. } = Arc::into_inner(terms(name)).unwrap();
        let enclosure = enclosure.map(|one| Enclosure { paper: Paper { person: Some(id), ..one.paper }, ..one });
        let worked_out_of = Some((id, PaperCount { bills, reversals: 0 }));
        Arc::new(Terms { enclosure, worked_out_of, ..Terms::default() })
    };
    ready(desk.submit_on(envelope(2, credit()), on("A", 0))).unwrap();
    let outrun = ready(desk.submit_on(envelope(3, credit()), on("B", 0)));
    assert!(matches!(outrun, Err(ServiceError::Outrun)), "{outrun:?}");
    let rows = ready(store.dump()).unwrap();
    assert_eq!(rows.accounts[&id].lots.total(), Fen::from_fen(5));
    assert!(!kept(&store, "B"));
    ready(desk.submit_on(envelope(3, credit()), on("B", 1))).unwrap();
    // A repeat is answered, whatever came since.
    let again = ready(desk.submit_on(envelope(3, credit()), on("C", 0)));
    assert!(matches!(again, Ok(Judgement::Done(..))), "{again:?}");
    assert!(!kept(&store, "C"));
}

#[test]
fn a_bill_that_comes_to_more_cash_than_was_agreed_to_leaves_nothing() {
    let store = Arc::new(Store::memory());
    let desk = Desk::new(store.clone(), built_in(), AreaCode::parse("130000").unwrap());
    ready(desk.submit(envelope(1, register(1)))).unwrap();
    let hospital = InstitutionId::from_number(1301);
    let institution = Institution {
        id: hospital,
        area: AreaCode::parse("130100").unwrap(),
        kind: InstitutionKind::Hospital,
        designation: Designation::Designated,
        aid: Takes::Yes,
        wallet: Takes::Yes,
    };
    ready(desk.submit(envelope(2, Command::RegisterInstitution(institution)))).unwrap();
    let (id, area) = (PersonId::from_number(1), institution.area);
    let mut burden = Burden::nothing();
    burden.add(Part::Copay, Fen::from_fen(1_000));
    let bill = Bill {
        patient: id,
        patient_area: area,
        institution: hospital,
        kind: VisitKind::Outpatient,
        burden,
        fund: Fen::ZERO,
        using: Using::Auto,
        code_of: id,
        urgency: Urgency::Ordinary,
    };
    let upto = |fen| Arc::new(Terms { most_cash: Some(Fen::from_fen(fen)), ..Terms::default() });
    let before = ready(store.dump()).unwrap();
    let told = ready(desk.submit_on(envelope(3, Command::Settle(bill)), upto(999)));
    assert!(matches!(told, Err(ServiceError::MoreCash(cash)) if cash == Fen::from_fen(1_000)), "{told:?}");
    assert_eq!(ready(store.dump()).unwrap(), before);
    ready(desk.submit_on(envelope(3, Command::Settle(bill)), upto(1_000))).unwrap();
    assert_eq!(ready(store.dump()).unwrap().payments.len(), 1);
    // What was settled is told again, whatever is agreed to now.
    let again = ready(desk.submit_on(envelope(3, Command::Settle(bill)), upto(0)));
    assert!(matches!(again, Ok(Judgement::Done(Answer::Settled(_), _))), "{again:?}");
}

/// Waits for a future on this thread.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Parked(std::thread::Thread);
    impl std::task::Wake for Parked {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Parked(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

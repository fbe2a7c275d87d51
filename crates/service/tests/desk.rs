//! The desk under callers who give up.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use gongji_domain::judge::Judgement;
use gongji_domain::message::{Answer, Command, CreditKind, Envelope};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_service::desk::Desk;
use gongji_service::law::built_in;
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, Day, Fen, MessageId, Moment, PersonId};

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

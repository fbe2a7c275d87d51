//! What one province does not take stands in nobody else's way.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use gongji_domain::message::{Answer, PeerAsk, PeerCommand};
use gongji_domain::record::{Delivery, OutboxRow, Rows, Wanted};
use gongji_service::law::built_in_with;
use gongji_service::ports::PeerAnswer;
use gongji_service::{Clock, FieldKey, Ids, Node, NodeParts, PeerMessage, Peers, Unreachable};
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, Day, Moment, PersonId};

const HERE: AreaCode = AreaCode::from_number(130_000);
const DOWN: AreaCode = AreaCode::from_number(430_100);
const UP: AreaCode = AreaCode::from_number(350_200);

/// More than are read in one go.
const STUCK: i64 = 300;

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

/// All provinces answer but one, which is asked in vain.
#[derive(Default)]
struct OneIsDown {
    heard: Mutex<Vec<PeerMessage>>,
    in_vain: AtomicUsize,
}

impl Peers for OneIsDown {
    fn ask(&self, message: PeerMessage) -> PeerAnswer<'_> {
        if message.to == DOWN {
            self.in_vain.fetch_add(1, Ordering::Relaxed);
            return Box::pin(async { Err(Unreachable) });
        }
        self.heard.lock().expect("nobody panics with it").push(message);
        Box::pin(async { Ok(Answer::Done) })
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

fn row(number: i64, to: AreaCode) -> OutboxRow {
    let (share, sponsor) = (CommandId::from_number(number), PersonId::from_number(7));
    let ask = PeerAsk { to, command: PeerCommand::Cancel { share, sponsor } };
    OutboxRow { command: share, place: 0, ask, delivery: Delivery::Waiting }
}

/// A node in whose outbox these rows wait.
fn node(waiting: impl Iterator<Item = OutboxRow>) -> (Node, Arc<OneIsDown>) {
    let store = Arc::new(Store::memory());
    let outbox = waiting.map(|row| ((row.command, row.place), row)).collect();
    let rows = Rows { outbox, ..Rows::default() };
    now(store.group(Noon.now(), &[Wanted::default()], &mut |_, _| rows.clone())).expect("the rows are new");
    let peers = Arc::new(OneIsDown::default());
    let node = Node::new(NodeParts {
        province: HERE,
        law: built_in_with(&[]).expect("the packs have no mistake"),
        store,
        clock: Arc::new(Noon),
        ids: Arc::new(Counting(AtomicI64::new(10_000))),
        peers: peers.clone(),
        field_key: FieldKey::new(b"outbox"),
    });
    (node, peers)
}

fn waiting(node: &Node) -> Vec<OutboxRow> {
    now(node.store().waiting_outbox(None, usize::MAX)).expect("memory can be read")
}

#[test]
fn a_message_behind_three_hundred_to_a_silent_province_arrives() {
    let stuck: Vec<OutboxRow> = (1..=STUCK).map(|number| row(number, DOWN)).collect();
    let (node, peers) = node(stuck.iter().cloned().chain([row(STUCK + 1, UP)]));
    assert_eq!(now(node.deliver()).expect("the store is sound"), 1);
    let heard = peers.heard.lock().expect("nobody panics with it");
    let asked: Vec<_> = heard.iter().map(|message| (message.to, message.command.clone())).collect();
    assert_eq!(asked, [(UP, row(STUCK + 1, UP).ask.command)]);
    assert_eq!(waiting(&node), stuck);
}

#[test]
fn a_silent_province_is_asked_once_in_a_round() {
    let (node, peers) = node((1..=STUCK).map(|number| row(number, DOWN)));
    assert_eq!(now(node.deliver()).expect("the store is sound"), 0);
    assert_eq!(peers.in_vain.load(Ordering::Relaxed), 1);
}

#[test]
fn what_waits_arrives_once_each_in_its_order() {
    let all: Vec<OutboxRow> = (1..=600).map(|number| row(number, UP)).collect();
    let (node, peers) = node(all.iter().cloned());
    assert_eq!(now(node.deliver()).expect("the store is sound"), all.len());
    let heard = peers.heard.lock().expect("nobody panics with it");
    assert!(heard.iter().map(|message| &message.command).eq(all.iter().map(|row| &row.ask.command)));
    assert_eq!(waiting(&node), []);
}

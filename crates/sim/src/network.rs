//! The network between the nodes: it loses, doubles, delays and reorders, as the seed says.
//!
//! Invariants: what is lost, doubled or late is decided by the message and how often it was sent, never by what
//! else is under way; an asker always hears something in the end, if only that nobody answers.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use gongji_domain::message::{Answer, PeerCommand};
use gongji_service::ports::PeerAnswer;
use gongji_service::{PeerMessage, Peers, Unreachable};
use gongji_words::AreaCode;

use crate::plan::{Planted, Weather};
use crate::ports::lock;
use crate::random::{Rng, fold};

/// What the network did to messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetFigures {
    /// Messages sent.
    pub sent: u64,
    /// Messages lost.
    pub lost: u64,
    /// Answers lost.
    pub unanswered: u64,
    /// Messages that arrived twice.
    pub doubled: u64,
    /// Messages that arrived after their sender had given up.
    pub late: u64,
}

/// Something on its way.
#[derive(Debug)]
pub enum Parcel {
    /// A message to a node.
    Request(u64, PeerMessage),
    /// Its answer.
    Reply(u64, Answer),
    /// The asker gives up.
    GiveUp(u64),
}

#[derive(Debug)]
struct Packet {
    due: u64,
    parcel: Parcel,
}

#[derive(Debug)]
struct Call {
    result: Option<Result<Answer, Unreachable>>,
    waker: Option<Waker>,
    answer: AnswerFate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AnswerFate {
    Arrives,
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Whole,
    LostRequest,
    LostAnswer,
    Doubled,
    Late,
}

#[derive(Debug)]
struct State {
    seed: u64,
    weather: Weather,
    planted: Planted,
    down: BTreeSet<(AreaCode, AreaCode)>,
    calls: BTreeMap<u64, Call>,
    packets: BTreeMap<u64, Packet>,
    tries: BTreeMap<u64, u64>,
    now: u64,
    next: u64,
    figures: NetFigures,
}

/// The network.
#[derive(Debug, Clone)]
pub struct Net(Arc<Mutex<State>>);

const PATIENCE: u64 = 40;

impl Net {
    /// A network in which all links are up.
    #[must_use]
    pub fn new(seed: u64, planted: Planted) -> Self {
        Self(Arc::new(Mutex::new(State {
            seed,
            weather: Weather::Calm,
            planted,
            down: BTreeSet::new(),
            calls: BTreeMap::new(),
            packets: BTreeMap::new(),
            tries: BTreeMap::new(),
            now: 0,
            next: 0,
            figures: NetFigures::default(),
        })))
    }

    /// Whether messages are lost, doubled and late from now on.
    pub fn set_weather(&self, weather: Weather) {
        lock(&self.0).weather = weather;
    }

    /// Cuts the link between two provinces.
    pub fn cut(&self, one: AreaCode, other: AreaCode) {
        lock(&self.0).down.insert(pair(one, other));
    }

    /// Mends all links.
    pub fn mend(&self) {
        lock(&self.0).down.clear();
    }

    /// What happened so far.
    #[must_use]
    pub fn figures(&self) -> NetFigures {
        lock(&self.0).figures
    }

    /// Forgets how often messages were sent: at a rest all have arrived, and none of them is sent again.
    pub fn forget_tries(&self) {
        lock(&self.0).tries.clear();
    }

    /// Whether anything is on its way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        lock(&self.0).packets.is_empty()
    }

    /// The numbers of the packets that may arrive now.
    #[must_use]
    pub fn due(&self) -> Vec<u64> {
        let state = lock(&self.0);
        state.packets.iter().filter(|(_, packet)| packet.due <= state.now).map(|(number, _)| *number).collect()
    }

    /// Lets the network's own time pass by one.
    pub fn pass(&self) {
        lock(&self.0).now += 1;
    }

    /// Lets time pass until the next packet may arrive; false if there is none.
    #[must_use]
    pub fn skip(&self) -> bool {
        let mut state = lock(&self.0);
        let Some(due) = state.packets.values().map(|packet| packet.due).min() else { return false };
        state.now = state.now.max(due);
        true
    }

    /// Takes a packet out of the network. What goes over a link that is down is lost.
    #[must_use]
    pub fn take(&self, number: u64) -> Option<Parcel> {
        let mut state = lock(&self.0);
        let parcel = state.packets.remove(&number)?.parcel;
        match parcel {
            Parcel::Request(call, message) if state.down.contains(&pair(message.from, message.to)) => {
                state.give_up(call);
                None
            }
            parcel => Some(parcel),
        }
    }

    /// A node has handled a message.
    pub fn answered(&self, call: u64, answer: Answer) {
        let mut state = lock(&self.0);
        match state.calls.get(&call).map(|call| call.answer) {
            Some(AnswerFate::Arrives) => state.post(1, Parcel::Reply(call, answer)),
            Some(AnswerFate::Lost) | None => {}
        }
    }

    /// A node died, or failed, while it handled a message.
    pub fn failed(&self, call: u64) {
        lock(&self.0).give_up(call);
    }

    /// The asker hears.
    pub fn hear(&self, call: u64, result: Result<Answer, Unreachable>) {
        let mut state = lock(&self.0);
        let Some(call) = state.calls.get_mut(&call).filter(|call| call.result.is_none()) else { return };
        call.result = Some(result);
        if let Some(waker) = call.waker.take() {
            waker.wake();
        }
    }

    fn forget(&self, call: u64) {
        lock(&self.0).calls.remove(&call);
    }
}

fn pair(one: AreaCode, other: AreaCode) -> (AreaCode, AreaCode) {
    let (one, other) = (one.province(), other.province());
    if one <= other { (one, other) } else { (other, one) }
}

impl State {
    fn post(&mut self, delay: u64, parcel: Parcel) {
        let due = self.now + delay;
        self.packets.insert(self.next, Packet { due, parcel });
        self.next += 1;
    }

    fn give_up(&mut self, call: u64) {
        self.post(1, Parcel::GiveUp(call));
    }

    fn send(&mut self, message: PeerMessage) -> u64 {
        self.figures.sent += 1;
        let call = self.next;
        self.next += 1;
        let key = fold(self.seed, format!("{}/{}", message.message.sender(), message.message.id()).as_bytes());
        let tries = self.tries.entry(key).or_default();
        *tries += 1;
        let mut rng = Rng::of(key, "fate", *tries);
        let fate = if self.weather == Weather::Calm { Fate::Whole } else { fate(&mut rng) };
        let answer = if fate == Fate::LostAnswer { AnswerFate::Lost } else { AnswerFate::Arrives };
        self.calls.insert(call, Call { result: None, waker: None, answer });
        let delay = 1 + rng.below(4);
        match fate {
            Fate::Whole => self.post(delay, Parcel::Request(call, message)),
            Fate::LostRequest => {
                self.figures.lost += 1;
                self.post(PATIENCE, Parcel::GiveUp(call));
            }
            Fate::LostAnswer => {
                self.figures.unanswered += 1;
                self.post(delay, Parcel::Request(call, message));
                self.post(PATIENCE, Parcel::GiveUp(call));
            }
            Fate::Doubled => {
                self.figures.doubled += 1;
                self.post(delay, Parcel::Request(call, message.clone()));
                self.post(delay + rng.below(60), Parcel::Request(call, message));
            }
            Fate::Late => {
                self.figures.late += 1;
                self.post(2, Parcel::GiveUp(call));
                self.post(3 + rng.below(160), Parcel::Request(call, message));
            }
        }
        call
    }
}

fn fate(rng: &mut Rng) -> Fate {
    match rng.below(20) {
        0 => Fate::LostRequest,
        1 => Fate::LostAnswer,
        2 | 3 => Fate::Doubled,
        4 => Fate::Late,
        _ => Fate::Whole,
    }
}

/// What a network that swallows messages pretends was answered.
fn swallowed(planted: Planted, command: &PeerCommand) -> Option<Answer> {
    let swallows = match command {
        PeerCommand::Confirm { .. } => planted == Planted::SwallowedConfirm,
        PeerCommand::Cancel { .. } | PeerCommand::CancelAway { .. } => planted == Planted::SwallowedCancel,
        PeerCommand::Mirror(_) => planted == Planted::SwallowedMirror,
        PeerCommand::ReverseAway { .. } => planted == Planted::SwallowedReversal,
        _ => false,
    };
    swallows.then_some(Answer::Done)
}

impl Peers for Net {
    fn ask(&self, message: PeerMessage) -> PeerAnswer<'_> {
        Box::pin(async move {
            let planted = lock(&self.0).planted;
            if let Some(answer) = swallowed(planted, &message.command) {
                return Ok(answer);
            }
            let call = lock(&self.0).send(message);
            Waiting { net: self, call }.await
        })
    }

    fn reaches(&self, one: AreaCode, other: AreaCode) -> bool {
        one.province() == other.province() || !lock(&self.0).down.contains(&pair(one, other))
    }
}

/// Waits for an answer; what comes after it is gone is thrown away.
struct Waiting<'a> {
    net: &'a Net,
    call: u64,
}

impl Future for Waiting<'_> {
    type Output = Result<Answer, Unreachable>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = lock(&self.net.0);
        let Some(call) = state.calls.get_mut(&self.call) else { return Poll::Ready(Err(Unreachable)) };
        if let Some(result) = call.result.take() {
            return Poll::Ready(result);
        }
        call.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.net.forget(self.call);
    }
}

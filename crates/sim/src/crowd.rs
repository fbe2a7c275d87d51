//! Many callers at one desk at once: what they come to in groups is what they come to one after the other.
//!
//! The worlds of [`crate::story`] hand a desk one command at a time, because an engine in this process is ready at
//! the first poll. Here all callers arrive while the first is being served, so the desk works for many at once; now
//! and then their group is struck down and has to be done one by one. Deliberately absent: threads.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use gongji_domain::message::{Command, Envelope};
use gongji_domain::policy::Law;
use gongji_domain::record::Rows;
use gongji_service::FieldKey;
use gongji_service::desk::Desk;
use gongji_store::{CrashPoint, Faults, Store};
use gongji_words::{AreaCode, CommandId, MessageId, Moment};

use crate::cast::Cast;
use crate::executor::ready;
use crate::plan::Plan;
use crate::ports::lock;
use crate::random::Rng;
use crate::traffic::Traffic;

/// Callers who ask for something new.
const CALLERS: usize = 24;

/// Of these, how many are repeated by somebody who does not know of the first; the others are reversed.
const REPEATED: usize = 6;

/// How often everybody is asked whether he has his answer.
const ROUNDS: usize = 64;

/// Whether a crowd could be held against its callers one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It was, and is the same.
    Alike,
    /// Somebody had to look at more first, which changes the order of all.
    NotComparable,
}

/// Plays a crowd twice, at once and one by one, and holds both against each other.
///
/// # Errors
/// What differs.
pub fn check(seed: u64, law: &Law) -> Result<Compared, String> {
    let script = Script::of(seed);
    let Some(alone) = script.play_alone(law)? else { return Ok(Compared::NotComparable) };
    let crowd = script.play_at_once(law, seed)?;
    for (place, (said, heard)) in alone.answers.iter().zip(&crowd.answers).enumerate() {
        if said != heard {
            return Err(format!("caller {place} is answered {said} alone and {heard} in a crowd"));
        }
    }
    if alone.rows == crowd.rows { Ok(Compared::Alike) } else { Err("a crowd leaves other rows".to_owned()) }
}

/// What came of all callers.
struct Came {
    answers: Vec<String>,
    rows: Rows,
}

/// What happens before, and what the crowd asks for.
struct Script {
    province: AreaCode,
    prelude: Vec<Envelope>,
    callers: Vec<Envelope>,
}

impl Script {
    /// Reversals come last: they wait for what they reverse.
    fn of(seed: u64) -> Self {
        let cast = Cast::of(&Plan::stormy(seed, 0, 1));
        let mut rng = Rng::of(seed, "crowd", 0);
        let at = cast.begins;
        let mut drawn = cast.clone();
        let traffic = Traffic { cast: &mut drawn, paid: &[], transfers: &[], today: at.day(), most_credited: 120_000 };
        let before = cast.opening(seed).into_iter().chain(traffic.first_agreements(&mut rng));
        let prelude = before.zip(1..).map(|((_, command), number)| envelope(number, command, at)).collect();
        let wanted = if rng.one_in(3) { is_of_clerks } else { is_of_tills };
        let news: Vec<Envelope> =
            (1..).map(|number| envelope(10_000 + number, draw(&cast, &mut rng, wanted), at)).take(CALLERS).collect();
        let repeats: Vec<Envelope> = news[..REPEATED].iter().map(again).collect();
        let reversals: Vec<Envelope> = news[REPEATED..].iter().map(reversal).collect();
        Self { province: cast.provinces[0], prelude, callers: [news, repeats, reversals].concat() }
    }

    fn desk(&self, law: &Law, faults: Arc<dyn Faults>) -> Result<(Arc<Store>, Arc<Desk>), String> {
        let store = Arc::new(Store::memory().with_faults(faults));
        let desk = Arc::new(Desk::new(store.clone(), law.clone(), self.province));
        for envelope in &self.prelude {
            ready(desk.submit(envelope.clone())).map_err(|error| error.to_string())?;
        }
        Ok((store, desk))
    }

    /// One by one; `None` if somebody has to look at more first, but for reversals, which all do.
    fn play_alone(&self, law: &Law) -> Result<Option<Came>, String> {
        let groups = Arc::new(Groups::default());
        let (store, desk) = self.desk(law, groups.clone())?;
        let mut answers = Vec::new();
        for caller in &self.callers {
            let before = groups.0.load(Ordering::Relaxed);
            answers.push(said(&ready(desk.submit(caller.clone()))));
            let looked_again = groups.0.load(Ordering::Relaxed) > before + 1;
            if looked_again && !matches!(caller.command, Command::Reverse { .. }) {
                return Ok(None);
            }
        }
        Ok(Some(Came { answers, rows: rows_of(&store)? }))
    }

    /// All at once: they come while the first is being served.
    fn play_at_once(&self, law: &Law, seed: u64) -> Result<Came, String> {
        let gathering = Arc::new(Gathering::default());
        let (store, desk) = self.desk(law, gathering.clone())?;
        let mut calls: Vec<Option<Call>> =
            self.callers.iter().map(|caller| Some(call(desk.clone(), caller.clone()))).collect();
        let mut answers = vec![String::new(); calls.len()];
        let first = calls[0].take();
        gathering.begin(calls, seed.is_multiple_of(2));
        answers[0] = first.map(ready).unwrap_or_default();
        let mut calls = gathering.end();
        for _ in 0..ROUNDS {
            for (place, slot) in calls.iter_mut().enumerate() {
                if let Some(Poll::Ready(answer)) = slot.as_mut().map(poll) {
                    answers[place] = answer;
                    *slot = None;
                }
            }
        }
        if calls.iter().any(Option::is_some) {
            return Err("somebody waits at the desk for ever".to_owned());
        }
        Ok(Came { answers, rows: rows_of(&store)? })
    }
}

fn draw(cast: &Cast, rng: &mut Rng, wanted: fn(&Command) -> bool) -> Command {
    loop {
        let mut drawn = cast.clone();
        let command =
            Traffic { cast: &mut drawn, paid: &[], transfers: &[], today: cast.begins.day(), most_credited: 120_000 }
                .draw(rng);
        if let Some((_, command)) = command.filter(|(_, command)| wanted(command)) {
            return command;
        }
    }
}

fn is_of_tills(command: &Command) -> bool {
    use Command as C;
    matches!(command, C::Settle(_) | C::PayPremium(_) | C::Credit { .. } | C::SetQuota(_) | C::Transfer(_))
}

fn is_of_clerks(command: &Command) -> bool {
    matches!(command, Command::Bind(_) | Command::Consent(..) | Command::Review(..) | Command::Pause(_))
}

fn envelope(number: i64, command: Command, at: Moment) -> Envelope {
    let message = MessageId::new("crowd", number.to_string()).expect("a number is short and printable");
    let id = CommandId::from_number(number);
    let digests = FieldKey::new(b"crowd").digests(&command);
    Envelope { message, id, serial: id, at, command, heard: Vec::new(), digests }
}

/// The same message, under the id of somebody who does not know of the first.
fn again(first: &Envelope) -> Envelope {
    let id = CommandId::from_number(first.id.number() + 10_000);
    Envelope { id, serial: id, ..first.clone() }
}

fn reversal(first: &Envelope) -> Envelope {
    envelope(first.id.number() + 20_000, Command::Reverse { original: first.message.clone() }, first.at)
}

fn rows_of(store: &Store) -> Result<Rows, String> {
    ready(store.dump()).map_err(|error| error.to_string())
}

fn said<T: std::fmt::Debug>(answer: &T) -> String {
    format!("{answer:?}")
}

type Call = Pin<Box<dyn Future<Output = String> + Send>>;

fn call(desk: Arc<Desk>, caller: Envelope) -> Call {
    Box::pin(async move { said(&desk.submit(caller).await) })
}

fn poll(call: &mut Call) -> Poll<String> {
    call.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Counts the groups that begin.
#[derive(Default)]
struct Groups(AtomicU64);

impl Faults for Groups {
    fn crashes(&self, point: CrashPoint) -> bool {
        self.0.fetch_add(u64::from(point == CrashPoint::BeforeRead), Ordering::Relaxed);
        false
    }
}

/// Lets all callers arrive while the first group is at work, and may strike down the second.
#[derive(Default)]
struct Gathering(Mutex<Gathered>);

#[derive(Default)]
struct Gathered {
    outside: Vec<Option<Call>>,
    inside: Vec<Option<Call>>,
    /// How many writings pass before one is struck down, if one is to be.
    strike_after: Option<u64>,
}

impl Gathering {
    fn begin(&self, calls: Vec<Option<Call>>, strikes: bool) {
        let mut gathered = lock(&self.0);
        gathered.outside = calls;
        gathered.strike_after = strikes.then_some(1);
    }

    fn end(&self) -> Vec<Option<Call>> {
        std::mem::take(&mut lock(&self.0).inside)
    }

    /// Nobody has an answer yet: the desk is busy with the first.
    fn let_in(&self) {
        let mut gathered = lock(&self.0);
        let mut calls = std::mem::take(&mut gathered.outside);
        for call in calls.iter_mut().flatten() {
            assert!(poll(call).is_pending(), "a desk that is busy answers nobody else");
        }
        if !calls.is_empty() {
            gathered.inside = calls;
        }
    }
}

impl Faults for Gathering {
    fn crashes(&self, point: CrashPoint) -> bool {
        if point == CrashPoint::BeforeRead {
            self.let_in();
        }
        if point != CrashPoint::BeforeWrite {
            return false;
        }
        let mut gathered = lock(&self.0);
        let strikes = gathered.strike_after == Some(0);
        gathered.strike_after = gathered.strike_after.and_then(|passes| passes.checked_sub(1));
        strikes
    }
}

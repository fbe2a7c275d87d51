//! A till that writes down what it was told, so that after any crash it can be asked whether all of it is there.
//!
//! It does what the interface asks of tills: a message that got no answer is sent again, with the same number and the same
//! content, until it has one; also by the next process, if this one was killed. What it proves is in [`check`]. Deliberately
//! absent: killing anything, which others do to it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gongji_domain::message::{Answer, Command};
use gongji_domain::policy::Law;
use gongji_domain::record::Wanted;
use gongji_service::{FieldKey, Ids, Node, NodeParts};
use gongji_store::{Patience, Pause, Store, StoreError, WorkingKey};
use gongji_words::{CommandId, MessageId};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::draw::FAMILY;
use super::families::{Families, Kin, Mix, Phase, Tills};
use super::past::what_is_wrong;
use super::{Nobody, Noon, draw, machine_time};

pub mod check;
pub mod journal;
mod servers;

use journal::{Journal, Told};
pub use servers::Servers;

/// Families that come with bills: few, so that they meet.
const FAMILIES: u32 = 60;
/// Bits of an id below the millisecond.
const COUNTED: u32 = 20;
/// Milliseconds of ids that one run takes: a million ids each.
const MILLIS: i64 = 16;
/// Between two tries of the same message.
const BETWEEN: Duration = Duration::from_millis(500);
/// Tries of one message after which something else is wrong than a server that is away.
const TRIES: u32 = 240;
/// No answer for so long, from anybody, is told as a silence.
const SILENCE: Duration = Duration::from_secs(1);

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// An address of a server.
    Server(String),
    /// Behind servers that speak HTTP.
    Http(Servers),
}

/// What a till is to do.
#[derive(Clone, Debug)]
pub struct Till {
    /// Where.
    pub place: Place,
    /// Its journal.
    pub journal: PathBuf,
    /// Bills at once.
    pub callers: u32,
    /// Seconds for which the store itself waits for its server.
    pub patience: u64,
}

/// What a run of a till came to.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Bills that were answered.
    pub answered: u64,
    /// Bills in doubt from a run before.
    pub doubtful: u64,
    /// How many of these had been settled already.
    pub found: u64,
    /// Failures that a caller was told, and after which he sent the same again.
    pub failures: u64,
    /// Milliseconds in which nobody was answered, where it was longer than a second.
    pub silences: Vec<u64>,
}

/// The pauses of the store are these, as many as come to its seconds.
struct Seconds(u64);

impl Patience for Seconds {
    fn pause(&self, failed: u32) -> Option<Pause> {
        let waited = u64::from(failed) * 500;
        (waited <= self.0 * 1_000).then(|| -> Pause { Box::pin(pause()) })
    }
}

/// Nothing tells that a server is back, so the time is all that can be waited for.
async fn pause() {
    let _nothing_came = tokio::time::timeout(BETWEEN, std::future::pending::<()>()).await;
}

struct Claimed(AtomicI64);

impl Ids for Claimed {
    fn next(&self) -> CommandId {
        CommandId::from_number(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// Groups at once, as a server has them.
const LANES: usize = 2;

fn runtime() -> Result<Runtime, String> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|error| error.to_string())
}

fn key() -> WorkingKey {
    WorkingKey::generate([9; 32])
}

fn families() -> Result<Families, String> {
    Families::of(FAMILIES * FAMILY, <(Kin, Mix, Tills)>::default())
}

/// Tables and families behind a server are made by its own commands.
const NO_STORE: &str = "behind a server nothing is made or opened: name a database";

/// Opens the store to write, as often as its server is away.
async fn open(place: &Place, patience: u64) -> Result<Arc<Store>, String> {
    let (mut failed, key) = (0, key());
    loop {
        let opened = match place {
            Place::File(path) => Store::open_sqlite(path, &key),
            Place::Server(url) => Store::open_postgres(url, &key).await,
            Place::Http(_) => return Err(NO_STORE.to_owned()),
        };
        match opened {
            Ok(store) => return Ok(Arc::new(store.with_patience(Arc::new(Seconds(patience))).with_lanes(LANES))),
            Err(error) if is_passing(&error) && failed < TRIES => failed += 1,
            Err(error) => return Err(told(&error)),
        }
        pause().await;
    }
}

/// Whether it may be over soon: a server that is away, a program that is just ending.
const fn is_passing(error: &StoreError) -> bool {
    error.is_worth_retrying() || matches!(error, StoreError::Locked { .. })
}

fn told(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {}", told(cause)))
}

/// A node with ids that nobody else has.
async fn node(store: &Arc<Store>, law: &Law) -> Result<Node, String> {
    let from = machine_time().millis();
    let first = store.claim(from, MILLIS).await.map_err(|error| told(&error))?;
    Ok(Node::new(NodeParts {
        province: families()?.area.province(),
        law: law.clone(),
        store: store.clone(),
        clock: Arc::new(Noon),
        ids: Arc::new(Claimed(AtomicI64::new(first << COUNTED))),
        peers: Arc::new(Nobody),
        field_key: FieldKey::new(b"load"),
    }))
}

/// Makes the tables if there are none, and enters families, money and bindings; again it changes nothing.
///
/// # Errors
/// A sentence when the store fails or a command is refused.
pub fn make(place: &Place, law: &Law) -> Result<(), String> {
    runtime()?.block_on(async {
        let created = match place {
            Place::File(path) => Store::create_sqlite(path, &key()),
            Place::Server(url) => Store::create_postgres(url, &key()).await,
            Place::Http(_) => return Err(NO_STORE.to_owned()),
        };
        match created {
            // It has one writer: this one makes way for the next.
            Ok(store) => drop(store),
            Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(told(&error)),
        }
        let node = node(&open(place, 0).await?, law).await?;
        for phase in Phase::ALL {
            enter_phase(&node, phase).await?;
        }
        Ok(())
    })
}

async fn enter_phase(node: &Node, phase: Phase) -> Result<(), String> {
    let families = families()?;
    for number in 0..families.commands_in(phase) {
        let message = MessageId::new("made", format!("{phase:?}-{number}")).map_err(|error| error.to_string())?;
        let entered = node.enter(message, families.opening(phase, number)).await;
        if let Some(what) = what_is_wrong(&entered.map_err(|error| told(&error))?) {
            return Err(what);
        }
    }
    Ok(())
}

/// The message of a bill.
fn message(name: &str, bill: u64) -> Result<MessageId, String> {
    let sender = draw::code_of(draw::institution_of(bill));
    MessageId::new(sender, format!("{name}-{bill}")).map_err(|error| error.to_string())
}

/// An answer in one word: what was paid, by whom, and how much was left.
fn outcome(answer: &Answer) -> String {
    let Answer::Settled(settled) = answer else { return format!("{answer:?}").replace(['\n', ' '], "_") };
    let shares: Vec<String> = settled.aid.iter().map(|(sponsor, fen)| format!("{sponsor}:{}", fen.fen())).collect();
    let (own, wallet, cash) = (settled.own.fen(), settled.wallet.fen(), settled.cash.fen());
    format!("aid={} own={own} wallet={wallet} cash={cash}", shares.join("+"))
}

/// Where bills are brought.
enum Desk {
    /// In this process.
    Node(Node),
    /// Over HTTP.
    Servers(Servers),
}

impl Desk {
    /// What an answer came to, and what is wrong with it.
    ///
    /// # Errors
    /// A sentence when there was none.
    async fn ask(&self, (name, bill): (&str, u64), tried: u32) -> Result<(String, Option<String>), String> {
        match self {
            Self::Node(node) => {
                let command = Command::Settle(families()?.bill(bill));
                let answer = node.enter(message(name, bill)?, command).await.map_err(|error| told(&error))?;
                Ok((outcome(&answer), what_is_wrong(&answer)))
            }
            Self::Servers(servers) => Ok((servers.ask((name, bill), tried).await?.outcome, None)),
        }
    }
}

/// What the callers of one run share.
struct Run {
    desk: Desk,
    journal: Journal,
    name: String,
    queue: Mutex<Queue>,
    ended: Arc<AtomicBool>,
}

struct Queue {
    /// Bills in doubt: they come first.
    again: VecDeque<u64>,
    next: u64,
    heard: Heard,
    last: Instant,
}

impl Run {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next bill, unless the run is to end.
    fn take(&self) -> Option<u64> {
        let mut queue = self.queue();
        if let Some(bill) = queue.again.pop_front() {
            return Some(bill);
        }
        if self.ended.load(Ordering::Relaxed) {
            return None;
        }
        queue.next += 1;
        Some(queue.next - 1)
    }

    /// Takes note of an answer; gives how many there are.
    fn count(&self) -> u64 {
        let mut queue = self.queue();
        let silent = queue.last.elapsed();
        if silent >= SILENCE {
            queue.heard.silences.push(u64::try_from(silent.as_millis()).unwrap_or(u64::MAX));
        }
        queue.last = Instant::now();
        queue.heard.answered += 1;
        queue.heard.answered
    }

    /// Sends a bill until it is answered.
    async fn settle(&self, bill: u64) -> Result<(), String> {
        self.journal.sends(bill)?;
        let mut failed = 0;
        let (outcome, wrong) = loop {
            match self.desk.ask((&self.name, bill), failed).await {
                Ok(answer) => break answer,
                Err(what) if failed >= TRIES => return Err(what),
                Err(what) => {
                    failed += 1;
                    self.queue().heard.failures += 1;
                    eprintln!("bill {bill}: {what}");
                }
            }
            pause().await;
        };
        self.journal.hears(bill, &outcome)?;
        wrong.map_or(Ok(()), Err)
    }
}

async fn call(run: Arc<Run>, progress: fn(u64)) -> Result<(), String> {
    while let Some(bill) = run.take() {
        run.settle(bill).await.inspect_err(|_| run.ended.store(true, Ordering::Relaxed))?;
        progress(run.count());
    }
    Ok(())
}

/// Settles bills until `ended` is set, and tells how many are answered after each.
///
/// # Errors
/// A sentence when a bill is not answered after many tries, or not as it must be.
pub fn settle(till: &Till, law: &Law, ended: Arc<AtomicBool>, progress: fn(u64)) -> Result<Heard, String> {
    runtime()?.block_on(async {
        let name = format!("{}-{}", machine_time().millis(), std::process::id());
        let (journal, before) = Journal::open(&till.journal, &name)?;
        let (desk, found) = desk(till, law, &before).await?;
        let heard = Heard { doubtful: before.doubtful.len() as u64, found, ..Heard::default() };
        let (next, again) = (before.next(), before.doubtful.into_iter().collect());
        let queue = Mutex::new(Queue { again, next, heard, last: Instant::now() });
        let run = Arc::new(Run { desk, journal, name: before.name, queue, ended });
        let mut callers = JoinSet::new();
        (0..till.callers.max(1)).for_each(|_| drop(callers.spawn(call(run.clone(), progress))));
        let mut first = Ok(());
        while let Some(caller) = callers.join_next().await {
            first = first.and(caller.map_err(|_| "a caller stopped".to_owned()).and_then(|ended| ended));
        }
        first.map(|()| run.queue().heard.clone())
    })
}

/// Where the bills of a till are brought, and how many of those in doubt are there already, as far as can be seen.
async fn desk(till: &Till, law: &Law, before: &Told) -> Result<(Desk, u64), String> {
    if let Place::Http(servers) = &till.place {
        return Ok((Desk::Servers(servers.clone()), 0));
    }
    let store = open(&till.place, till.patience).await?;
    let found = found(&store, &before.name, before.doubtful.iter().copied()).await?.len() as u64;
    Ok((Desk::Node(node(&store, law).await?), found))
}

/// Which of these bills the store has.
async fn found(store: &Store, name: &str, bills: impl Iterator<Item = u64>) -> Result<Vec<u64>, String> {
    let mut there = Vec::new();
    for bill in bills {
        let message = message(name, bill)?;
        let wanted = Wanted { messages: [message.clone()].into(), ..Wanted::default() };
        let facts = store.read(&wanted).await.map_err(|error| told(&error))?;
        if facts.rows.messages.contains_key(&message) {
            there.push(bill);
        }
    }
    Ok(there)
}

//! A closed loop of settlements through the desk, with tasks on real threads: what the machine does in a second.
//!
//! Prints figures and compares nothing: a rate depends on the disk and on what else runs. Deliberately absent:
//! faults, and clocks of the simulation; this is the one place of the crate that looks at the machine's time.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::scope;
use std::time::{Duration, SystemTime};

use gongji_domain::message::Command;
use gongji_domain::policy::Law;
use gongji_service::ports::PeerAnswer;
use gongji_service::{Clock, FieldKey, Ids, Node, NodeParts, PeerMessage, Peers, Unreachable};
use gongji_store::{Store, WorkingKey};
use gongji_words::{AreaCode, CommandId, Day, MessageId, Moment};

use crate::plan::Engine;
use crate::site::Scratch;

pub mod acknowledged;
pub mod closed_loop;
pub mod draw;
pub mod families;
pub mod past;
pub mod tasks;

pub use closed_loop::Rate;
use families::Families;
use past::{Past, id_at, what_is_wrong};

/// Between two writings back of the log.
const BETWEEN: Duration = Duration::from_millis(200);

/// What is to be settled.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where the rows are.
    pub ground: Ground,
    /// People, three of them a family: a parent bound by two children.
    pub people: u32,
    /// Settlements that are there before the measuring begins.
    pub behind: u64,
    /// Bills in each run.
    pub settlements: u64,
    /// A file that is to get a line for each answer, in the moment in which its caller has it.
    pub answers: Option<PathBuf>,
}

/// The store that is measured.
#[derive(Clone, Debug)]
pub enum Ground {
    /// A fresh one of this engine, gone afterwards.
    Fresh(Engine),
    /// A fresh database in this file, which stays.
    Keep(PathBuf),
    /// A database that was kept before; it has the people already, and the settlements behind.
    Over(PathBuf),
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

/// A store with everything in it that lies behind, ready to be measured.
pub struct Prepared {
    store: Arc<Store>,
    till: Arc<Till>,
    _gone_with_it: Option<Scratch>,
}

/// What all callers share.
struct Till {
    node: Node,
    families: Families,
    answers: Option<File>,
}

/// Makes or opens the store.
///
/// # Errors
/// A sentence when the store cannot be made or opened, or refuses what should lie behind.
pub fn prepare(load: &Load, law: &Law) -> Result<Prepared, String> {
    let area = AreaCode::parse("130100").map_err(|error| error.to_string())?;
    let families = Families { count: load.people.div_ceil(draw::FAMILY), area };
    let field_key = FieldKey::new(b"load");
    let (store, scratch) = ground(&load.ground)?;
    if !matches!(load.ground, Ground::Over(_)) {
        let past = Past { store: &store, law, node: area.province(), field_key: &field_key };
        past.open(&families)?;
        past.settle(&families, load.behind)?;
    }
    let store = Arc::new(store);
    let node = Node::new(NodeParts {
        province: area.province(),
        law: law.clone(),
        store: store.clone(),
        clock: Arc::new(Noon),
        ids: Arc::new(Counting(AtomicI64::new(id_at(machine_time()).number()))),
        peers: Arc::new(Nobody),
        field_key,
    });
    let create = |path| File::create(path).map_err(|error| format!("{}: {error}", Path::display(path)));
    let answers = load.answers.as_deref().map(create).transpose()?;
    Ok(Prepared { store, till: Arc::new(Till { node, families, answers }), _gone_with_it: scratch })
}

fn ground(ground: &Ground) -> Result<(Store, Option<Scratch>), String> {
    let key = WorkingKey::generate([9; 32]);
    let (store, scratch) = match ground {
        Ground::Fresh(Engine::Memory) => (Ok(Store::memory()), None),
        Ground::Fresh(Engine::Sqlite) => {
            let folder = Scratch::new().map_err(|error| error.to_string())?;
            (Store::create_sqlite(&folder.database(0), &key), Some(folder))
        }
        Ground::Keep(path) => (Store::create_sqlite(path, &key), None),
        Ground::Over(path) => (Store::open_sqlite(path, &key), None),
    };
    Ok((store.map_err(|error| error.to_string())?, scratch))
}

/// Names and ids go on from the machine's time, so that a run over a kept database repeats nothing.
fn machine_time() -> Moment {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(0))
}

impl Prepared {
    /// Settles so many bills with so many callers, each with one bill at a time, and measures it.
    ///
    /// # Errors
    /// A sentence when a bill was not paid in full by aid.
    pub fn measure(&self, callers: u32, settlements: u64) -> Result<Rate, String> {
        let since = machine_time();
        let till = self.till.clone();
        let each = move |number| {
            let till = till.clone();
            async move { till.settle(since, number).await }
        };
        let (done, over) = channel();
        scope(|threads| {
            threads.spawn(move || write_back(&self.store, &over));
            let measured = tasks::drive(callers, settlements, each);
            drop(done);
            measured
        })
    }
}

impl Till {
    async fn settle(&self, since: Moment, number: u64) -> Result<(), String> {
        let name = draw::message_name(since, number);
        let sender = draw::code_of(draw::institution_of(number));
        let message = MessageId::new(sender, name.as_str()).map_err(|error| error.to_string())?;
        let command = Command::Settle(self.families.bill(number));
        let answer = self.node.enter(message, command).await.map_err(|error| error.to_string())?;
        self.note(&name)?;
        what_is_wrong(&answer).map_or(Ok(()), Err)
    }

    /// One writing a line, so that lines of several callers stay whole.
    fn note(&self, name: &str) -> Result<(), String> {
        let Some(mut file) = self.answers.as_ref() else { return Ok(()) };
        file.write_all(format!("{name}\n").as_bytes()).map_err(|error| format!("the file of answers: {error}"))
    }
}

/// What a server's timer does: writes back beside the groups, until the measuring is over.
fn write_back(store: &Store, over: &Receiver<()>) {
    while over.recv_timeout(BETWEEN) == Err(RecvTimeoutError::Timeout) {
        // Without it the groups do it themselves.
        let _what_groups_do_then = store.write_back();
    }
}

/// Prepares the store and gives the median of so many runs for each number of callers. What is fresh is made anew for
/// each run.
///
/// # Errors
/// As [`prepare`] and [`Prepared::measure`].
pub fn run_load(load: &Load, (callers, runs): (&[u32], u32), law: &Law) -> Result<Vec<Rate>, String> {
    let kept = match load.ground {
        Ground::Fresh(_) => None,
        Ground::Keep(_) | Ground::Over(_) => Some(prepare(load, law)?),
    };
    let once = |callers: u32| match &kept {
        Some(prepared) => prepared.measure(callers, load.settlements),
        None => prepare(load, law)?.measure(callers, load.settlements),
    };
    let median = |callers: &u32| -> Result<Rate, String> {
        let measured: Vec<Rate> = (0..runs.max(1)).map(|_| once(*callers)).collect::<Result<_, _>>()?;
        Ok(Rate::median(measured))
    };
    callers.iter().map(median).collect()
}

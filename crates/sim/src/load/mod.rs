//! A closed loop of settlements through the desk, with tasks on real threads: what the machine does in a second.
//!
//! Prints figures and compares nothing: a rate depends on the disk and on what else runs. Deliberately absent:
//! faults, and clocks of the simulation; this is the one place of the crate that looks at the machine's time.

use std::fs::File;
use std::future::Future;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::scope;
use std::time::{Duration, Instant, SystemTime};

use gongji_domain::burden::Purpose;
use gongji_domain::policy::Law;
use gongji_domain::readiness::Readiness;
use gongji_service::ports::PeerAnswer;
use gongji_service::{Clock, FieldKey, Ids, Node, NodeParts, PeerMessage, Peers, Unreachable};
use gongji_store::{Asked, Store};
use gongji_words::{AreaCode, CommandId, Day, MessageId, Moment};
use tokio::runtime::Runtime;

pub mod acknowledged;
pub mod calls;
pub mod closed_loop;
pub mod draw;
pub mod families;
pub mod ground;
pub mod national;
pub mod open_loop;
pub mod passing;
pub mod past;
pub mod tasks;

pub use closed_loop::Rate;
use closed_loop::{Meter, measured, micros_since};
use families::Families;
pub use families::{Kin, Mix, Tills};
use ground::Kept;
pub use ground::{Ground, Room};
use open_loop::{Pace, arrive};
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
    /// Who pays for whom, what is asked for, and where.
    pub shape: (Kin, Mix, Tills),
    /// Settlements that are there before the measuring begins.
    pub behind: u64,
    /// Bills in each run.
    pub settlements: u64,
    /// Groups at once, where an engine can have several.
    pub lanes: usize,
    /// Most commands in a group of the desk, if not its own.
    pub group_bound: Option<usize>,
    /// A file that is to get a line for each answer, in the moment in which its caller has it.
    pub answers: Option<PathBuf>,
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
    till: Arc<Till>,
    store: Arc<Store>,
    kept: Kept,
    runtime: Runtime,
}

/// What a caller waits for.
type Told = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// What is asked for at a fixed pace.
#[derive(Clone, Copy, Debug)]
pub struct OpenWish {
    /// Settlements in a second; with none nothing is settled.
    pub settlements: u64,
    /// Questions in a second whether anybody is ready to pay; with none nobody asks.
    pub questions: u64,
    /// For so many seconds.
    pub seconds: u64,
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
    let families = Families::of(load.people, load.shape)?;
    let province = families.area.province();
    let field_key = FieldKey::new(b"load");
    let runtime = tasks::runtime()?;
    let (store, kept) = ground::open(&load.ground, &runtime)?;
    if !load.ground.is_there() {
        let past = Past { store: &store, runtime: &runtime, law, node: province, field_key: &field_key };
        past.open(&families)?;
        past.settle(&families, load.behind)?;
    }
    let store = Arc::new(store.with_lanes(load.lanes));
    let node = Node::new(NodeParts {
        province,
        law: law.clone(),
        store: store.clone(),
        clock: Arc::new(Noon),
        ids: Arc::new(Counting(AtomicI64::new(id_at(machine_time()).number()))),
        peers: Arc::new(Nobody),
        field_key,
    });
    let node = match load.group_bound {
        Some(bound) => node.with_group_bound(bound),
        None => node,
    };
    let create = |path| File::create(path).map_err(|error| format!("{}: {error}", Path::display(path)));
    let answers = load.answers.as_deref().map(create).transpose()?;
    Ok(Prepared { till: Arc::new(Till { node, families, answers }), store, kept, runtime })
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
        self.measure_from(0, (callers, settlements))
    }

    fn measure_from(&self, first: u64, (callers, settlements): (u32, u64)) -> Result<Rate, String> {
        let meter = Meter { callers, count: settlements, server: self.kept.postmaster() };
        let each = self.settling(first);
        self.beside_writing_back(|| tasks::drive(&self.runtime, meter, each))
    }

    /// Settles the bills from this number on, under names of their own.
    fn settling(&self, first: u64) -> impl Fn(u64) -> Told + Send + Sync + 'static {
        let (since, till) = (machine_time(), self.till.clone());
        move |number| {
            let till = till.clone();
            Box::pin(async move { till.settle(since, first + number).await })
        }
    }

    /// Asks whether anybody is ready to pay for a patient.
    fn asking(&self) -> impl Fn(u64) -> Told + Send + Sync + 'static {
        let till = self.till.clone();
        move |number| {
            let till = till.clone();
            Box::pin(async move { till.ask(number).await })
        }
    }

    /// Both at their paces at once; each figure has the processor time of both.
    fn measure_open(&self, wish: OpenWish) -> Result<Vec<(&'static str, Rate)>, String> {
        let server = self.kept.postmaster();
        let pace = |per_second| Pace { per_second, seconds: wish.seconds };
        let (settling, asking) = (self.settling(0), self.asking());
        let both = || {
            scope(|threads| {
                let settled = (wish.settlements > 0)
                    .then(|| threads.spawn(|| arrive(&self.runtime, (pace(wish.settlements), server), settling)));
                let asked = (wish.questions > 0).then(|| arrive(&self.runtime, (pace(wish.questions), server), asking));
                let settled = settled.map(|thread| thread.join().map_err(|_| "a thread stopped".to_owned()).flatten());
                let named = [("settlements", settled), ("questions", asked)];
                named.into_iter().filter_map(|(name, rate)| Some(rate?.map(|rate| (name, rate)))).collect()
            })
        };
        self.beside_writing_back(both)
    }

    /// Audits everything, as one thing that is asked for; the figure is for each entry.
    fn measure_audit(&self) -> Result<Rate, String> {
        let mut entries = 0;
        let meter = Meter { callers: 1, count: 1, server: self.kept.postmaster() };
        let rate = measured(meter, || {
            let asked = Instant::now();
            let totals = self.runtime.block_on(self.store.audit(Asked::default(), &mut |_| ()));
            let totals = totals.map_err(|error| error.to_string())?;
            entries = totals.entries;
            let waited = micros_since(asked);
            totals.discrepancies.first().map_or(Ok(vec![waited]), |found| Err(found.why.clone()))
        })?;
        Ok(for_each_of(rate, entries))
    }

    fn beside_writing_back<T>(&self, measure: impl FnOnce() -> T) -> T {
        let (done, over) = channel();
        scope(|threads| {
            threads.spawn(move || write_back(&self.store, &over));
            let measured = measure();
            drop(done);
            measured
        })
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        self.kept.take_away(&self.runtime);
    }
}

impl Till {
    async fn settle(&self, since: Moment, number: u64) -> Result<(), String> {
        let name = draw::message_name(since, number);
        let sender = draw::code_of(draw::institution_of(number));
        let message = MessageId::new(sender, name.as_str()).map_err(|error| error.to_string())?;
        let command = self.families.command(number, since);
        let answer = self.node.enter(message, command).await.map_err(|error| error.to_string())?;
        self.note(&name)?;
        what_is_wrong(&answer).map_or(Ok(()), Err)
    }

    /// Any patient, somewhere: his children are ready to pay.
    async fn ask(&self, number: u64) -> Result<(), String> {
        let patient = draw::person(draw::family_of(number, self.families.count), 0);
        let at = (draw::institution_of(number), Purpose::Outpatient);
        match self.node.readiness(patient, at).await {
            Ok(Readiness::Ready) => Ok(()),
            Ok(Readiness::NotReady) => Err("nobody was ready to pay".to_owned()),
            Err(error) => Err(error.to_string()),
        }
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
    let kept = if load.ground.is_fresh() { None } else { Some(prepare(load, law)?) };
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

/// Settlements on an ordinary day of 2025 in the whole country.
const OF_A_DAY: u64 = 1_270_000;
/// Parts of a day that are measured each for itself.
const PARTS: u64 = 10;

/// A national day of 2025, one figure for each tenth of it.
///
/// # Errors
/// As [`prepare`] and [`Prepared::measure`].
pub fn run_day(load: &Load, callers: u32, law: &Law) -> Result<Vec<Rate>, String> {
    let prepared = prepare(load, law)?;
    let part = OF_A_DAY / PARTS;
    (0..PARTS).map(|number| prepared.measure_from(number * part, (callers, part))).collect()
}

/// The same time and work, counted for so many things.
fn for_each_of(rate: Rate, count: u64) -> Rate {
    let each = |nanos: u64| nanos.saturating_mul(rate.settlements) / count.max(1);
    Rate {
        settlements: count,
        per_second: count.saturating_mul(1_000_000) / rate.micros.max(1),
        cpu_nanos_each: each(rate.cpu_nanos_each),
        server_nanos_each: each(rate.server_nanos_each),
        ..rate
    }
}

/// An audit of everything that lies behind.
///
/// # Errors
/// As [`prepare`]; and a sentence if the audit finds something.
pub fn run_audit(load: &Load, law: &Law) -> Result<Rate, String> {
    prepare(load, law)?.measure_audit()
}

/// Callers who come at their pace, whatever becomes of those before them.
///
/// # Errors
/// As [`prepare`] and [`Prepared::measure`].
pub fn run_open(load: &Load, wish: OpenWish, law: &Law) -> Result<Vec<(&'static str, Rate)>, String> {
    prepare(load, law)?.measure_open(wish)
}

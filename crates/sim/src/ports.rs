//! The simulator's clock, ids and crashes, as the nodes see them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use gongji_domain::record::Rows;
use gongji_service::{Clock, Ids};
use gongji_store::{CrashPoint, Faults};
use gongji_words::{CommandId, Moment};

use crate::random::{Rng, derive};

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A clock that the simulation moves. A broken one can be planted: it shows an earlier time than it should.
#[derive(Debug)]
pub struct SimClock {
    now: AtomicI64,
    behind: AtomicI64,
}

impl SimClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self { now: AtomicI64::new(now.millis()), behind: AtomicI64::new(0) }
    }

    /// Moves it.
    pub fn set(&self, now: Moment) {
        self.now.store(now.millis(), Ordering::Release);
    }

    /// Lets it show a time so many milliseconds too early.
    pub fn run_behind(&self, millis: i64) {
        self.behind.store(millis, Ordering::Release);
    }

    /// What time it really is.
    #[must_use]
    pub fn true_time(&self) -> Moment {
        Moment::from_millis(self.now.load(Ordering::Acquire))
    }
}

impl Clock for SimClock {
    fn now(&self) -> Moment {
        Moment::from_millis(self.now.load(Ordering::Acquire) - self.behind.load(Ordering::Acquire))
    }
}

/// Ids made of the step, a count within the step, the site, and a few bits derived from the seed: later ones are
/// greater, also after a restart, and what another step asked for does not change them.
#[derive(Debug)]
pub struct SimIds {
    seed: u64,
    site: u64,
    step: AtomicU64,
    within: AtomicU64,
}

impl SimIds {
    /// The ids of one site.
    #[must_use]
    pub fn new(seed: u64, site: usize) -> Self {
        let site = u64::try_from(site).unwrap_or(0) & 0xf;
        Self { seed, site, step: AtomicU64::new(0), within: AtomicU64::new(0) }
    }

    /// A new step begins.
    pub fn set_step(&self, step: u64) {
        self.step.store(step, Ordering::Release);
        self.within.store(0, Ordering::Release);
    }
}

impl Ids for SimIds {
    fn next(&self) -> CommandId {
        let step = self.step.load(Ordering::Acquire) & 0xf_ffff;
        let within = self.within.fetch_add(1, Ordering::AcqRel) & 0xff_ffff;
        let salt = derive(self.seed, "id", (step << 28) | (within << 4) | self.site) & 0x3ff;
        let number = (step << 38) | (within << 14) | (self.site << 10) | salt;
        CommandId::from_number(i64::try_from(number).expect("58 bits fit"))
    }
}

/// Where and when the store of a site is struck down or made to wait, and what its groups wrote.
#[derive(Debug)]
pub struct CrashPlan {
    pauses: Mutex<Rng>,
    armed: Mutex<Armed>,
    written: Mutex<Written>,
}

#[derive(Debug, Default)]
struct Armed {
    at: Option<(CrashPoint, u64)>,
    dead: bool,
    hit: BTreeMap<CrashPoint, u64>,
}

#[derive(Debug, Default)]
struct Written {
    groups: Vec<Rows>,
    /// Commands judged in the group under way.
    judged: u64,
    sizes: BTreeMap<u64, u64>,
}

/// The points at which a group can be struck down, also between two of its commands.
pub const POINTS: [CrashPoint; 9] = [
    CrashPoint::BeforeRead,
    CrashPoint::AfterRead,
    CrashPoint::AfterJudge(0),
    CrashPoint::AfterJudge(1),
    CrashPoint::AfterJudge(2),
    CrashPoint::BeforeWrite,
    CrashPoint::HalfWritten,
    CrashPoint::BeforeCommit,
    CrashPoint::AfterCommit,
];

/// One group in so many lets its caller wait, so that the next one has several commands.
const PAUSED: u64 = 3;

impl CrashPlan {
    /// The plan of one site: no crash yet.
    #[must_use]
    pub fn new(seed: u64, site: usize) -> Self {
        let pauses = Rng::of(seed, "pauses", u64::try_from(site).unwrap_or(0));
        Self { pauses: Mutex::new(pauses), armed: Mutex::default(), written: Mutex::default() }
    }

    /// Strikes the store down at a point, after letting it pass there so many times.
    pub fn arm(&self, point: CrashPoint, passes: u64) {
        lock(&self.armed).at = Some((point, passes));
    }

    /// No crash from now on; the site runs.
    pub fn revive(&self) {
        let mut armed = lock(&self.armed);
        armed.at = None;
        armed.dead = false;
    }

    /// Whether the site has been struck down.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        lock(&self.armed).dead
    }

    /// How often each point was hit.
    #[must_use]
    pub fn hits(&self) -> BTreeMap<CrashPoint, u64> {
        lock(&self.armed).hit.clone()
    }

    /// What groups have made durable since this was asked last, in order.
    #[must_use]
    pub fn take_written(&self) -> Vec<Rows> {
        std::mem::take(&mut lock(&self.written).groups)
    }

    /// How many groups that became durable had how many commands.
    #[must_use]
    pub fn group_sizes(&self) -> BTreeMap<u64, u64> {
        lock(&self.written).sizes.clone()
    }
}

impl Faults for CrashPlan {
    fn crashes(&self, point: CrashPoint) -> bool {
        if let CrashPoint::AfterJudge(place) = point {
            lock(&self.written).judged = u64::try_from(place).unwrap_or(0) + 1;
        }
        let mut armed = lock(&self.armed);
        if armed.dead {
            return true;
        }
        match armed.at {
            Some((at, 0)) if at == point => {
                armed.dead = true;
                armed.at = None;
                *armed.hit.entry(point).or_default() += 1;
                true
            }
            Some((at, passes)) if at == point => {
                armed.at = Some((at, passes - 1));
                false
            }
            _ => false,
        }
    }

    fn pauses(&self) -> bool {
        lock(&self.pauses).one_in(PAUSED)
    }

    fn committed(&self, rows: &Rows) {
        let mut written = lock(&self.written);
        let judged = written.judged;
        *written.sizes.entry(judged).or_default() += 1;
        if !rows.is_empty() {
            written.groups.push(rows.clone());
        }
    }
}

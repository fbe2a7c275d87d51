//! A closed loop, and what the machine spent on it: callers that each wait for an answer before they ask again.
//!
//! It names nothing of ours, because a program that the store measures itself against takes this very file by its
//! path: both are measured by one meter. Every figure is a whole number with its unit in its name. Deliberately
//! absent: comparing, which is the reader's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{Builder, ScopedJoinHandle, scope};
use std::time::Instant;

use serde_json::{Map, Value, json};

/// Each caller's stack: a caller only waits.
const STACK: usize = 1 << 20;
/// The kernel counts processor time in hundredths of a second.
const TICK_NANOS: u64 = 10_000_000;

/// What a closed loop came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    /// Callers at once.
    pub callers: u32,
    /// Settlements in all.
    pub settlements: u64,
    /// Settlements a second.
    pub per_second: u64,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// Processor time of the whole process, and of the server that works for it, for one settlement, in nanoseconds.
    pub cpu_nanos_each: u64,
    /// The server's part of it.
    pub server_nanos_each: u64,
    /// Half of the answers came within this time, in microseconds.
    pub p50_micros: u64,
    /// All but one in a hundred came within this time, in microseconds.
    pub p99_micros: u64,
    /// The most memory that the process held meanwhile, in KiB.
    pub peak_kib: u64,
    /// What other processes kept busy meanwhile, in hundredths of one processor: a quiet machine gives nearly 0.
    pub others_percent: u64,
}

impl Rate {
    /// The figures by name, joined to what was measured.
    #[must_use]
    pub fn beside(&self, what: Value) -> Value {
        let mut all = match what {
            Value::Object(all) => all,
            other => Map::from_iter([("what".to_owned(), other)]),
        };
        let figures = json!({
            "callers": self.callers, "settlements": self.settlements, "per_second": self.per_second,
            "millis": self.micros / 1_000, "cpu_micros_each": self.cpu_nanos_each / 1_000,
            "server_micros_each": self.server_nanos_each / 1_000,
            "p50_micros": self.p50_micros, "p99_micros": self.p99_micros, "peak_kib": self.peak_kib,
            "others_percent": self.others_percent,
        });
        all.extend(figures.as_object().cloned().unwrap_or_default());
        Value::Object(all)
    }

    /// The run whose rate is in the middle.
    #[must_use]
    pub fn median(mut runs: Vec<Self>) -> Self {
        runs.sort_by_key(|run| run.per_second);
        runs.get(runs.len() / 2).copied().unwrap_or_default()
    }
}

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    /// Callers at once.
    pub callers: u32,
    /// Settlements in all.
    pub count: u64,
    /// The first process of a server that works for them, if it is on this machine.
    pub server: Option<u32>,
}

impl Meter {
    /// Without a server.
    #[must_use]
    pub const fn of(callers: u32, count: u64) -> Self {
        Self { callers, count, server: None }
    }
}

/// Calls `each` with every number below the count, from as many threads as there are callers, and measures it.
///
/// # Errors
/// The first sentence of a caller that failed; the others stop after what they are at.
pub fn drive(meter: Meter, each: &(impl Fn(u64) -> Result<(), String> + Sync)) -> Result<Rate, String> {
    let turns = Turns::of(meter.count);
    measured(meter, || {
        scope(|threads| {
            let caller = || turns.until_failure(call(&turns, each));
            let started =
                (0..meter.callers.max(1)).map(|_| Builder::new().stack_size(STACK).spawn_scoped(threads, caller));
            let started: Vec<_> = started.collect();
            started.into_iter().try_fold(Vec::new(), joined)
        })
    })
}

/// The numbers that callers take in turn.
pub struct Turns {
    next: AtomicU64,
    count: u64,
}

impl Turns {
    /// As many as are to be settled.
    #[must_use]
    pub fn of(count: u64) -> Self {
        Self { next: AtomicU64::new(0), count }
    }

    /// The next, unless all are taken.
    pub fn next(&self) -> Option<u64> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.count).then_some(number)
    }

    /// After a failure nobody gets another.
    ///
    /// # Errors
    /// The failure.
    pub fn until_failure<T>(&self, result: Result<T, String>) -> Result<T, String> {
        result.inspect_err(|_| self.next.store(self.count, Ordering::Relaxed))
    }
}

/// Measures what `run` does: it gives how long each answer took, in microseconds.
///
/// # Errors
/// Those of `run`.
pub fn measured(meter: Meter, run: impl FnOnce() -> Result<Vec<u32>, String>) -> Result<Rate, String> {
    forget_peak();
    let Meter { callers, count, server } = meter;
    let (before, begun) = (Spent::now(server), Instant::now());
    let mut waited = run()?;
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
    let spent = before.until_now();
    waited.sort_unstable();
    let within = |percent: usize| waited.get(waited.len() * percent / 100).copied().map_or(0, u64::from);
    Ok(Rate {
        callers,
        settlements: count,
        per_second: count.saturating_mul(1_000_000) / micros,
        micros,
        cpu_nanos_each: (spent.own_nanos + spent.server_nanos) / count.max(1),
        server_nanos_each: spent.server_nanos / count.max(1),
        p50_micros: within(50),
        p99_micros: within(99),
        peak_kib: peak_kib(),
        others_percent: spent.all_nanos.saturating_sub(spent.own_nanos + spent.server_nanos) / 10 / micros,
    })
}

type Started<'a> = std::io::Result<ScopedJoinHandle<'a, Result<Vec<u32>, String>>>;

fn joined(mut all: Vec<u32>, caller: Started<'_>) -> Result<Vec<u32>, String> {
    let caller = caller.map_err(|error| format!("a caller's thread: {error}"))?;
    all.extend(caller.join().map_err(|_| "a caller stopped".to_owned())??);
    Ok(all)
}

/// One caller; gives how long each answer took, in microseconds.
fn call(turns: &Turns, each: &impl Fn(u64) -> Result<(), String>) -> Result<Vec<u32>, String> {
    let mut waited = Vec::new();
    while let Some(number) = turns.next() {
        let asked = Instant::now();
        each(number)?;
        waited.push(micros_since(asked));
    }
    Ok(waited)
}

/// Microseconds from then to now.
#[must_use]
pub fn micros_since(then: Instant) -> u32 {
    u32::try_from(then.elapsed().as_micros()).unwrap_or(u32::MAX)
}

/// Processor time, in nanoseconds: of this process, of a server's processes, and of all there are.
struct Spent {
    server: Option<u32>,
    own_nanos: u64,
    server_nanos: u64,
    all_nanos: u64,
}

impl Spent {
    fn now(server: Option<u32>) -> Self {
        Self {
            server,
            own_nanos: own_ticks() * TICK_NANOS,
            server_nanos: server.map_or(0, server_ticks) * TICK_NANOS,
            all_nanos: all_ticks() * TICK_NANOS,
        }
    }

    fn until_now(&self) -> Self {
        let now = Self::now(self.server);
        Self {
            server: self.server,
            own_nanos: now.own_nanos.saturating_sub(self.own_nanos),
            server_nanos: now.server_nanos.saturating_sub(self.server_nanos),
            all_nanos: now.all_nanos.saturating_sub(self.all_nanos),
        }
    }
}

/// What `/proc` says of a process: its parent, ticks of its own, ticks of children that have ended.
fn process(number: &str) -> Option<(u64, u64, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name of the program stands in brackets before, and may hold anything.
    let fields = numbers(stat.rsplit(')').next().unwrap_or_default());
    // The state, a letter, counts as zero; then the 12th and 13th are time in the program and in the kernel.
    Some((*fields.get(1)?, fields.get(11..13)?.iter().sum(), fields.get(13..15)?.iter().sum()))
}

fn own_ticks() -> u64 {
    process("self").map_or(0, |(_, ticks, _)| ticks)
}

/// Of a server's first process, its children, and those that have ended.
fn server_ticks(first: u32) -> u64 {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let children =
        numbers.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).filter_map(|name| process(&name));
    let children: u64 = children.filter(|(parent, ..)| *parent == u64::from(first)).map(|(_, ticks, _)| ticks).sum();
    children + process(&first.to_string()).map_or(0, |(_, ticks, ended)| ticks + ended)
}

/// Ticks that the processors were busy: all but the idle ones and those waiting for a disk.
fn all_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = numbers(stat.lines().next().and_then(|line| line.strip_prefix("cpu ")).unwrap_or_default());
    // user, nice, system, idle, iowait, irq, softirq, steal; guests are counted in user already.
    [0, 1, 2, 5, 6, 7].iter().filter_map(|place| fields.get(*place)).sum()
}

fn numbers(text: &str) -> Vec<u64> {
    text.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect()
}

/// Lets the kernel count the peak from here on. Where it does not, the peak of the whole process is given.
fn forget_peak() {
    let _the_whole_process_counts_then = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

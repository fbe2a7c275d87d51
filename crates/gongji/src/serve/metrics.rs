//! What a server counts, in the text form of Prometheus.
//!
//! Invariants: no label is anybody's: operations, statuses and codes are words of the program. Deliberately absent: rates
//! and quantiles, which whoever watches works out from counts.

use std::sync::atomic::{AtomicI64, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gongji_http::{Meters, Told};
use gongji_service::pulse::Pulse;
use gongji_words::{CommandId, Day, Moment};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Bounds of the durations, in seconds.
const BOUNDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0];

type Words = Vec<(&'static str, String)>;
type Whole = Gauge<i64, AtomicI64>;

/// The counts of a server.
pub struct Metrics {
    registry: Registry,
    requests: Family<Words, Counter<u64, AtomicU64>>,
    durations: Family<Words, Histogram, fn() -> Histogram>,
    failures: Counter<u64, AtomicU64>,
    /// Connections that are open.
    pub connections: Whole,
    /// What was found by the last audit, and when that was.
    pub audit: Audited,
    /// Days until the certificate is no longer good.
    pub certificate_days: Whole,
    under_way: Whole,
    queued: Whole,
    outbox: Whole,
    outbox_age: Whole,
    asking: Whole,
    release: Whole,
    closed_days_ago: Whole,
    memory: Whole,
    webhooks_failing: Family<Words, Whole>,
    webhooks_told: Counter<u64, AtomicU64>,
    webhooks_given_up: Counter<u64, AtomicU64>,
    first_waiting: Mutex<Option<((CommandId, u16), Instant)>>,
}

/// What the last audit found.
pub struct Audited {
    discrepancies: Whole,
    entries: Whole,
    at: Whole,
}

impl Audited {
    /// An audit has ended.
    pub fn set(&self, (discrepancies, entries): (usize, u64), now: Moment) {
        self.discrepancies.set(whole(discrepancies));
        self.entries.set(whole(entries));
        self.at.set(now.millis() / 1_000);
    }
}

fn whole(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// Registers a gauge.
fn gauge(registry: &mut Registry, name: &str, help: &str) -> Whole {
    let gauge = Whole::default();
    registry.register(name, help, gauge.clone());
    gauge
}

type Webhooks = (Family<Words, Whole>, Counter<u64, AtomicU64>, Counter<u64, AtomicU64>);

/// What is counted of webhooks.
fn webhooks(registry: &mut Registry) -> Webhooks {
    let (failing, told, given_up): Webhooks = Webhooks::default();
    registry.register("webhook_failed_tries", "Tries that failed since a receiver last took an event", failing.clone());
    registry.register("webhook_events_told", "Events that receivers took", told.clone());
    let help = "Events that could not be told for three days";
    registry.register("webhook_events_given_up", help, given_up.clone());
    (failing, told, given_up)
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("gongji");
        let of = &mut registry;
        let requests = Family::default();
        of.register("requests", "Requests by operation, status and code of reason", requests.clone());
        let durations: Family<Words, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BOUNDS));
        of.register("request_seconds", "Duration of requests by operation", durations.clone());
        let failures = Counter::default();
        of.register("timer_failures", "Timed work that failed and is done again", failures.clone());
        let (webhooks_failing, webhooks_told, webhooks_given_up) = webhooks(of);
        Self {
            connections: gauge(of, "connections", "Connections that are open"),
            audit: Audited {
                discrepancies: gauge(
                    of,
                    "ledger_discrepancies",
                    "What the last audit of this program found; 0 is sound, -1 none yet",
                ),
                entries: gauge(of, "ledger_entries_audited", "Entries that it went through"),
                at: gauge(of, "ledger_audited_timestamp_seconds", "When it ended"),
            },
            certificate_days: gauge(of, "certificate_days", "Days until the certificate ends; -1 without TLS"),
            under_way: gauge(of, "requests_under_way", "Requests under way"),
            queued: gauge(of, "desk_queue", "Commands that wait for their group"),
            outbox: gauge(of, "outbox_waiting", "Messages to other provinces that are not acknowledged, 1000 at most"),
            outbox_age: gauge(of, "outbox_age_seconds", "How long this program has seen the first of them wait"),
            asking: gauge(of, "asking_waiting", "Messages that wait for another province, 1000 at most"),
            release: gauge(of, "policy_release", "The release by which is judged"),
            closed_days_ago: gauge(of, "closed_days_ago", "Days since the last closed one; 1 is usual, -1 none"),
            memory: gauge(of, "memory_bytes", "Memory that the program holds"),
            requests,
            durations,
            failures,
            webhooks_failing,
            webhooks_told,
            webhooks_given_up,
            first_waiting: Mutex::default(),
            registry,
        }
        .begun()
    }
}

impl Metrics {
    fn begun(self) -> Self {
        self.audit.discrepancies.set(-1);
        self.certificate_days.set(-1);
        self
    }

    /// A request was answered.
    pub fn answered(&self, told: &Told, status: u16, took: Duration) {
        let operation = ("operation", told.operation.to_owned());
        let code = told.code.clone().unwrap_or_default();
        self.requests.get_or_create(&vec![operation.clone(), ("status", status.to_string()), ("code", code)]).inc();
        self.durations.get_or_create(&vec![operation]).observe(took.as_secs_f64());
    }

    /// Timed work has failed.
    pub fn timer_failed(&self) {
        self.failures.inc();
    }

    /// A webhook has so many failed tries behind it.
    pub fn webhook_failing(&self, number: u32, failed: u32) {
        self.webhooks_failing.get_or_create(&vec![("webhook", number.to_string())]).set(failed.into());
    }

    /// An event was told.
    pub fn webhook_told(&self) {
        self.webhooks_told.inc();
    }

    /// An event was given up.
    pub fn webhook_given_up(&self) {
        self.webhooks_given_up.inc();
    }

    fn outbox_seconds(&self, first: Option<(CommandId, u16)>) -> u64 {
        let mut known = self.first_waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match (first, known.as_ref()) {
            (Some(now), Some((before, since))) if now == *before => since.elapsed().as_secs(),
            (now, _) => {
                *known = now.map(|now| (now, Instant::now()));
                0
            }
        }
    }
}

/// The counts of a program with the clock by which days are over.
pub struct Watched {
    /// The counts.
    pub metrics: Arc<Metrics>,
    /// The day that it is.
    pub today: Box<dyn Fn() -> Day + Send + Sync>,
}

impl Meters for Watched {
    fn text(&self, pulse: &Pulse, under_way: usize) -> String {
        let metrics = &self.metrics;
        metrics.under_way.set(whole(under_way));
        metrics.queued.set(whole(pulse.queued));
        metrics.outbox.set(whole(pulse.outbox));
        metrics.outbox_age.set(whole(metrics.outbox_seconds(pulse.outbox_first)));
        metrics.asking.set(whole(pulse.asking));
        metrics.release.set(pulse.release.into());
        let days_ago = |day: Day| i64::from((self.today)().number()) - i64::from(day.number());
        metrics.closed_days_ago.set(pulse.closed.map_or(-1, days_ago));
        metrics.memory.set(whole(memory_bytes().unwrap_or_default()));
        let mut text = String::new();
        encode(&mut text, &metrics.registry).expect("a text takes any text");
        text
    }
}

/// Resident memory of this process, as Linux tells it.
fn memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1_024)
}

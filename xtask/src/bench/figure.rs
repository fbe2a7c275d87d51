//! One measured figure, as the programs print it: a line of JSON.

use serde::{Deserialize, Serialize};

/// Settlements of one program under one load: the median of its runs.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
pub struct Figure {
    /// `desk`, with what comes to it if that is not the usual; `naive bare`, `naive same-rows` or `naive same-tables`.
    pub program: String,
    /// `memory`, `sqlite` or `postgres`.
    pub engine: String,
    /// Microseconds that each flush was made to take longer.
    #[serde(default)]
    pub flush_delay_us: u64,
    /// After how many pages the naive program's log is written back; 0 for the desk, which sees to that itself.
    #[serde(default)]
    pub checkpoint_pages: u64,
    /// People in the database.
    pub people: u64,
    /// Settlements before the first that was measured.
    pub behind: u64,
    /// Callers at once.
    pub callers: u64,
    /// Settlements measured.
    pub settlements: u64,
    /// Settlements a second.
    pub per_second: u64,
    /// How long it took.
    pub millis: u64,
    /// Processor time for one settlement, a server's included.
    pub cpu_micros_each: u64,
    /// The server's part of it.
    #[serde(default)]
    pub server_micros_each: u64,
    /// Half of the answers came within this time.
    pub p50_micros: u64,
    /// All but one in a hundred came within this time.
    pub p99_micros: u64,
    /// The most memory held.
    pub peak_kib: u64,
    /// What other processes used meanwhile, in hundredths of one processor.
    pub others_percent: u64,
}

impl Figure {
    /// Whether it is of this program and engine with flushes so much longer, over the usual empty ledger.
    #[must_use]
    pub fn is_of(&self, (program, engine): (&str, &str), flush_delay_us: u64) -> bool {
        let usual = self.people == PEOPLE && self.behind == 0 && self.checkpoint_pages <= USUAL_PAGES;
        self.program == program && self.engine == engine && self.flush_delay_us == flush_delay_us && usual
    }
}

/// People of the usual ledger.
pub const PEOPLE: u64 = 30_000;
/// SQLite's own setting.
const USUAL_PAGES: u64 = 1_000;

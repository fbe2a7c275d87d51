//! What a run is to be, and what it came to.

use std::collections::BTreeMap;

use crate::network::NetFigures;
use crate::server::{Connects, Server};

/// Which engine keeps the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Ordered maps.
    Memory,
    /// A file for each node, in a temporary folder.
    Sqlite,
    /// A schema for each node, on a server.
    Postgres(Server),
}

impl Engine {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// As long as this is held, worlds on a server can ask it. It is given back before one that was taken earlier.
    #[must_use]
    pub fn enter(self) -> Option<Connects> {
        match self {
            Self::Memory | Self::Sqlite => None,
            Self::Postgres(server) => Some(server.enter()),
        }
    }
}

/// Whether anything goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Nothing does.
    Calm,
    /// Crashes, lost, doubled and late messages, links that go down.
    Storm,
}

/// A fault of the simulator's own ports, to show that its checkers bite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// None.
    Nothing,
    /// The network says that a confirmation has arrived, and throws it away.
    SwallowedConfirm,
    /// The same with cancellations.
    SwallowedCancel,
    /// The same with mirrors of bindings.
    SwallowedMirror,
    /// The same with reversals.
    SwallowedReversal,
    /// The clock runs back by forty days in the middle of the run.
    ClockRunsBack,
    /// After a restart the last group that was acknowledged is gone.
    LostCommit,
    /// A till sends a bill again under another message id.
    DoubledSettle,
}

impl Planted {
    /// All that can be planted.
    pub const ALL: [Self; 7] = [
        Self::SwallowedConfirm,
        Self::SwallowedCancel,
        Self::SwallowedMirror,
        Self::SwallowedReversal,
        Self::ClockRunsBack,
        Self::LostCommit,
        Self::DoubledSettle,
    ];
}

/// Whether every event is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Only what it came to.
    Quiet,
    /// Every event.
    Everything,
}

/// A run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// From this everything follows.
    pub seed: u64,
    /// How many steps of traffic.
    pub steps: u64,
    /// Instead of so many steps: traffic until so many bills are settled, in a world that grows with the number.
    pub settlements: Option<u64>,
    /// The step after which the run stops early.
    pub until: Option<u64>,
    /// One or two provinces.
    pub nodes: usize,
    /// Which engine.
    pub engine: Engine,
    /// Whether anything goes wrong.
    pub weather: Weather,
    /// What is planted.
    pub planted: Planted,
    /// What is told.
    pub telling: Telling,
}

impl Plan {
    /// A run on the memory engine in which everything can go wrong.
    #[must_use]
    pub fn stormy(seed: u64, steps: u64, nodes: usize) -> Self {
        let (engine, weather) = (Engine::Memory, Weather::Storm);
        let planted = Planted::Nothing;
        let telling = Telling::Quiet;
        Self { seed, steps, settlements: None, until: None, nodes, engine, weather, planted, telling }
    }

    /// One long run under everything that can go wrong, until so many bills are settled.
    #[must_use]
    pub fn of_size(seed: u64, settlements: u64, nodes: usize) -> Self {
        Self { settlements: Some(settlements), ..Self::stormy(seed, LONGEST, nodes) }
    }

    /// Families that live in the world.
    #[must_use]
    pub fn families(&self) -> usize {
        let grown = self.settlements.map_or(0, |all| all / BILLS_OF_A_FAMILY);
        usize::try_from(grown).unwrap_or(usize::MAX).max(2)
    }

    /// Most commands that clients send in one step.
    #[must_use]
    pub fn crowd(&self) -> u64 {
        if self.settlements.is_some() { 60 } else { 3 }
    }

    /// Minutes that pass between two steps, mostly.
    #[must_use]
    pub fn pace(&self) -> Option<u64> {
        self.settlements.map(|all| (YEARS / (all / BILLS_OF_A_STEP).max(1)).max(5))
    }
}

/// More steps than any run of so many settlements needs.
const LONGEST: u64 = 0xf_ffff;

/// Bills settled for one family in a run of so many settlements, about.
const BILLS_OF_A_FAMILY: u64 = 250;

/// Bills settled in one step of such a run, about.
const BILLS_OF_A_STEP: u64 = 10;

/// Minutes that such a run lasts, about: three years.
const YEARS: u64 = 3 * 365 * 24 * 60;

/// What happened in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Commands of clients.
    pub commands: u64,
    /// Bills settled.
    pub settlements: u64,
    /// Of these with aid.
    pub with_aid: u64,
    /// Reversals.
    pub reversals: u64,
    /// Premiums paid.
    pub premiums: u64,
    /// Refusals.
    pub refusals: u64,
    /// Messages that a client sent again.
    pub repeats: u64,
    /// Previews held against the settlement that followed.
    pub previews: u64,
    /// Nodes that died, by a crash of the store or between two polls.
    pub crashes: u64,
    /// Crashes by point of a group.
    pub crash_points: BTreeMap<String, u64>,
    /// Links that went down.
    pub cuts: u64,
    /// Groups that became durable, by their number of commands.
    pub groups: BTreeMap<u64, u64>,
    /// Checks of everything, beside those of what changed.
    pub whole_checks: u64,
    /// Days that passed.
    pub days: u64,
    /// What the network did.
    pub network: NetFigures,
    /// Checks made.
    pub checks: u64,
    /// Answers of clients' commands by their kind.
    pub answers: BTreeMap<String, u64>,
}

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// In which step it was seen.
    pub step: u64,
    /// What it is.
    pub what: String,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The run.
    pub plan: Plan,
    /// What happened.
    pub figures: Figures,
    /// One number for all rows of all nodes and all answers: equal runs have equal ones.
    pub hash: String,
    /// What must never be, if it was.
    pub violation: Option<Violation>,
    /// What was told.
    pub told: Vec<String>,
}

impl Outcome {
    /// How to see the violation again.
    #[must_use]
    pub fn replay(&self) -> String {
        let Plan { seed, steps, nodes, settlements, .. } = self.plan;
        let step = self.violation.as_ref().map_or(steps, |violation| violation.step);
        let engine = self.plan.engine.name();
        let faults = if self.plan.weather == Weather::Calm { "none" } else { "all" };
        if let Some(all) = settlements {
            return format!(
                "gongji-sim size --seed {seed} --settlements {all} --nodes {nodes} --engine {engine} --until {step} --trace"
            );
        }
        format!(
            "gongji-sim run --seed {seed} --steps {steps} --nodes {nodes} --engine {engine} --faults {faults} \
             --until {step} --trace"
        )
    }
}

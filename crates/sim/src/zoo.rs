//! The keeper of the zoo: opens one cage after the other and sees which check finds what is in it, and when.
//!
//! Every check runs on fixed seeds and files in a fixed order, so a fault is found at the same place each time.
//! What the checks look at while no cage is open must be found sound. Deliberately absent: expectations of which
//! check finds what; that somebody does is all that is asked.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use gongji_domain::policy::Law;
use gongji_domain::zoo::{self, Cage};
use gongji_scenario::run::{is_known_code, run as play_scenario};
use gongji_scenario::syntax::{Scenario, parse};
use gongji_service::law;
use gongji_store::{Store, drill};

use crate::executor::ready;
use crate::{Engine, Plan, crowd, late, run};

pub mod table;

/// Seeds of worlds with one, two and three provinces, unless more are asked for.
pub const SEEDS: u64 = 20;
/// Worlds beside them, by seed and provinces, in which faults show that want a rare meeting of events. Where the
/// simulator changes, its worlds do: then they are looked for again, with `--only CAGE --seeds 2000`.
const RARE: [(u64, usize); 3] = [(25, 3), (76, 3), (1358, 3)];
/// Steps of traffic in each.
const STEPS: u64 = 40;
/// Seeds of worlds in files.
const FILES: u64 = 2;
/// Seeds of crowds at one desk.
const CROWDS: u64 = 20;

/// Something that looks for faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The files that clerks read.
    Scenarios,
    /// Simulated worlds.
    Worlds,
    /// Many callers at one desk.
    Crowds,
    /// What only the inside of a store can show, and what no world comes to.
    Drills,
}

impl Check {
    /// In the order in which they look.
    pub const ALL: [Self; 4] = [Self::Scenarios, Self::Worlds, Self::Crowds, Self::Drills];

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scenarios => "scenarios",
            Self::Worlds => "worlds",
            Self::Crowds => "crowds",
            Self::Drills => "drills",
        }
    }
}

/// Where a fault was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// File and line, or seed and step.
    pub place: String,
    /// What was said about it.
    pub what: String,
}

/// What came of one check of one cage.
#[derive(Clone, Debug)]
pub struct Look {
    /// Which check.
    pub check: Check,
    /// Where it found the fault, if it did.
    pub sighting: Option<Sighting>,
    /// How long that took.
    pub millis: u128,
}

/// How many checks look at a cage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// All, until one has found the fault.
    First,
    /// All.
    Every,
}

/// What all looks at a cage came to.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The cage; `None` while all were shut.
    pub cage: Option<Cage>,
    /// The looks, in order.
    pub looks: Vec<Look>,
}

impl Finding {
    /// Whether anybody found anything.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.looks.iter().any(|look| look.sighting.is_some())
    }
}

/// All that the checks need, read once.
pub struct Keeper {
    law: Law,
    scenarios: Vec<Scenario>,
    worlds: Vec<Plan>,
}

impl Keeper {
    /// A keeper with the scenarios of a folder, and so many seeds of worlds.
    ///
    /// # Errors
    /// A file that cannot be read, or is no scenario.
    pub fn new(folder: &Path, seeds: u64) -> Result<Self, String> {
        let scenarios = files(folder)?.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        let in_memory = (0..seeds).flat_map(|seed| (1..=3).map(move |nodes| Plan::stormy(seed, STEPS, nodes)));
        let rare = RARE.iter().map(|(seed, nodes)| Plan::stormy(*seed, STEPS, *nodes));
        let in_files = (0..FILES).map(|seed| Plan { engine: Engine::Sqlite, ..Plan::stormy(seed, STEPS / 2, 2) });
        Ok(Self { law: law::built_in(), scenarios, worlds: in_memory.chain(rare).chain(in_files).collect() })
    }

    /// Looks at a cage that is open for that time, or at none.
    #[must_use]
    pub fn look_at(&self, cage: Option<Cage>, depth: Depth) -> Finding {
        cage.map_or_else(zoo::close, zoo::release);
        let mut looks: Vec<Look> = Vec::new();
        for check in Check::ALL {
            let found = looks.iter().any(|look| look.sighting.is_some());
            if depth == Depth::First && found {
                break;
            }
            let began = Instant::now();
            let sighting = self.sighting(check);
            looks.push(Look { check, sighting, millis: began.elapsed().as_millis() });
        }
        zoo::close();
        Finding { cage, looks }
    }

    fn sighting(&self, check: Check) -> Option<Sighting> {
        match check {
            Check::Scenarios => first(&self.scenarios, |one| one.file.clone(), |one| self.in_scenario(one)),
            Check::Worlds => first(&self.worlds, name_of, |plan| self.in_world(*plan)),
            Check::Crowds => first(&(0..CROWDS).collect::<Vec<_>>(), crowd_name, |seed| {
                Some(Sighting { place: crowd_name(seed), what: crowd::check(*seed, &self.law).err()? })
            }),
            Check::Drills => first(
                &self.drills(),
                |drill| drill.name.to_owned(),
                |drill| Some(Sighting { place: drill.name.to_owned(), what: (drill.ask)().err()? }),
            ),
        }
    }

    fn drills(&self) -> Vec<Drill<'_>> {
        let inside = drill::ALL.iter().map(|(name, ask)| Drill { name, ask: Box::new(ask) });
        let late = Drill { name: "a confirmation that comes late", ask: Box::new(|| late::check(&self.law)) };
        inside.chain([late]).collect()
    }

    fn in_scenario(&self, scenario: &Scenario) -> Option<Sighting> {
        let report = ready(play_scenario(scenario, &self.law, &mut |_| Ok(Store::memory())));
        let failure = report.failures.into_iter().next()?;
        let place = format!("{}:{}", failure.file, failure.line);
        Some(Sighting { place, what: format!("expected {}, got {}", failure.expected, failure.got) })
    }

    fn in_world(&self, plan: Plan) -> Option<Sighting> {
        match run(plan, &self.law) {
            Ok(outcome) => {
                let violation = outcome.violation?;
                Some(Sighting { place: format!("{}, step {}", name_of(&plan), violation.step), what: violation.what })
            }
            Err(what) => Some(Sighting { place: name_of(&plan), what }),
        }
    }
}

fn name_of(plan: &Plan) -> String {
    let Plan { seed, nodes, engine, .. } = plan;
    let nodes = if *nodes == 1 { "1 node".to_owned() } else { format!("{nodes} nodes") };
    let kind = match engine {
        Engine::Memory => "",
        Engine::Sqlite => " in files",
        Engine::Postgres(_) => " on a server",
    };
    format!("seed {seed} of {nodes}{kind}")
}

fn crowd_name(seed: &u64) -> String {
    format!("crowd {seed}")
}

/// A question that is answered each time it is asked.
struct Drill<'a> {
    name: &'static str,
    ask: Box<dyn Fn() -> Result<(), String> + Sync + 'a>,
}

/// The first of many items at which something is found, on as many threads as the machine has cores. A panic is a
/// find: what must hold is asserted.
fn first<T: Sync>(
    items: &[T],
    name: impl Fn(&T) -> String + Sync,
    look: impl Fn(&T) -> Option<Sighting> + Sync,
) -> Option<Sighting> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let least = AtomicUsize::new(usize::MAX);
    let share = |from: usize| {
        for place in (from..items.len()).step_by(cores) {
            if place > least.load(Ordering::Relaxed) {
                return None;
            }
            let seen = catch_unwind(AssertUnwindSafe(|| look(&items[place]))).unwrap_or_else(|panic| {
                Some(Sighting { place: name(&items[place]), what: message_of(panic.as_ref()) })
            });
            if let Some(sighting) = seen {
                least.fetch_min(place, Ordering::Relaxed);
                return Some((place, sighting));
            }
        }
        None
    };
    let share = &share;
    let found: Vec<(usize, Sighting)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|from| scope.spawn(move || share(from))).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok().flatten()).collect()
    });
    found.into_iter().min_by_key(|(place, _)| *place).map(|(_, sighting)| sighting)
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("an assertion failed").to_owned()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "scn") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<Scenario, String> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    parse(&name, &bytes, &is_known_code)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

//! `gongji-sim`: plays simulated worlds and says what must not have happened.

#[cfg(feature = "zoo")]
mod visit;

use std::ops::Range;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use gongji_service::law;
use gongji_sim::{Engine, Figures, Load, Outcome, Plan, Planted, Rate, Telling, Weather, run, run_load};
use serde_json::{Value, json};

/// Plays simulated worlds: nodes, families, tills, crashes, lost and doubled messages.
#[derive(Parser)]
#[command(name = "gongji-sim", version, after_help = "Example: gongji-sim sweep --seeds 0..200 --steps 60 --nodes 2")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Plays one world. Exit status 1 if something happened that must not.
    #[command(after_help = "Example: gongji-sim run --seed 7 --steps 200 --nodes 2 --until 31 --trace")]
    Run {
        /// From this everything follows.
        #[arg(long)]
        seed: u64,
        /// The step after which the run stops early.
        #[arg(long)]
        until: Option<u64>,
        /// Tells every event.
        #[arg(long)]
        trace: bool,
        #[command(flatten)]
        shape: Shape,
    },
    /// Plays many worlds. Exit status 1 if something happened in any that must not.
    #[command(after_help = "Example: gongji-sim sweep --seeds 0..1000 --nodes 2")]
    Sweep {
        /// Seeds, the last one not among them.
        #[arg(long, value_parser = seeds, value_name = "A..B")]
        seeds: Range<u64>,
        #[command(flatten)]
        shape: Shape,
    },
    /// Settles bills as fast as the desk takes them and prints the rate: callers wait for each answer.
    #[command(after_help = "Example: gongji-sim load --engine sqlite --callers 1,64 --settlements 20000")]
    Load {
        /// Callers at once; one run for each number.
        #[arg(long, value_delimiter = ',', default_values_t = [1, 64], value_parser = clap::value_parser!(u32).range(1..=1024))]
        callers: Vec<u32>,
        /// Bills in each run.
        #[arg(long, default_value_t = 5_000)]
        settlements: u64,
        /// Families, each a parent bound by two children.
        #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        families: u32,
        /// Which engine keeps the rows.
        #[arg(long, value_enum, default_value_t = EngineName::Sqlite)]
        engine: EngineName,
        /// One JSON document a run instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Opens the cages of planted faults one after the other. Exit status 1 if a fault is found by no check.
    #[cfg(feature = "zoo")]
    #[command(after_help = "Example: gongji-sim zoo --only holds-left-out")]
    Zoo(visit::Visit),
}

#[derive(Args)]
struct Shape {
    /// Steps of traffic.
    #[arg(long, default_value_t = 100)]
    steps: u64,
    /// Provinces, each with a node.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=5))]
    nodes: u8,
    /// Which engine keeps the rows.
    #[arg(long, value_enum, default_value_t = EngineName::Memory)]
    engine: EngineName,
    /// What goes wrong.
    #[arg(long, value_enum, default_value_t = Faults::All)]
    faults: Faults,
    /// One JSON document a world instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum EngineName {
    Memory,
    Sqlite,
}

#[derive(Clone, Copy, ValueEnum)]
enum Faults {
    None,
    All,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Memory => Self::Memory,
            EngineName::Sqlite => Self::Sqlite,
        }
    }
}

impl Shape {
    fn plan(&self, seed: u64) -> Plan {
        let engine = self.engine.into();
        let weather = match self.faults {
            Faults::None => Weather::Calm,
            Faults::All => Weather::Storm,
        };
        Plan { engine, weather, ..Plan::stormy(seed, self.steps, usize::from(self.nodes)) }
    }
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let wrong = || format!("{text} is no range of seeds: write it as 0..200");
    let (first, end) = text.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    let range = number(first)?..number(end)?;
    if range.is_empty() { Err(format!("{text} names no seed")) } else { Ok(range) }
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Run { seed, until, trace, shape } => {
            let telling = if trace { Telling::Everything } else { Telling::Quiet };
            play_all(seed..seed + 1, &shape, |plan| Plan { until, telling, ..plan })
        }
        Task::Sweep { seeds, shape } => play_all(seeds, &shape, |plan| plan),
        Task::Load { callers, settlements, families, engine, json } => {
            let load = Load { engine: engine.into(), families, callers: 1, settlements };
            measure(load, &callers, json)
        }
        #[cfg(feature = "zoo")]
        Task::Zoo(visit) => visit::visit(&visit),
    };
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(what) => {
            eprintln!("error: {what}");
            ExitCode::from(2)
        }
    }
}

/// One line or document for each number of callers.
fn measure(load: Load, callers: &[u32], json: bool) -> Result<u64, String> {
    let law = law::built_in();
    for callers in callers.iter().copied() {
        let Rate { per_second, cpu_nanos_each, millis } = run_load(Load { callers, ..load }, &law)?;
        let Load { engine, settlements, families, .. } = load;
        let engine = format!("{engine:?}").to_lowercase();
        if json {
            let cpu_micros_each = cpu_nanos_each / 1_000;
            println!(
                "{}",
                json!({ "engine": engine, "callers": callers, "families": families, "settlements": settlements,
                        "millis": millis, "per_second": per_second, "cpu_micros_each": cpu_micros_each })
            );
        } else {
            let micros = cpu_nanos_each / 1_000;
            println!("{engine}, {callers} callers: {per_second} settlements a second, {micros} us of CPU each");
        }
    }
    Ok(0)
}

/// Plays worlds; gives in how many something happened that must not.
fn play_all(seeds: Range<u64>, shape: &Shape, change: impl Fn(Plan) -> Plan) -> Result<u64, String> {
    let law = law::built_in();
    let worlds = seeds.end - seeds.start;
    let mut violated = 0;
    for (played, seed) in seeds.enumerate() {
        let outcome = run(change(shape.plan(seed)), &law)?;
        violated += u64::from(outcome.violation.is_some());
        if shape.json {
            println!("{}", to_json(&outcome));
        } else {
            show(&outcome);
        }
        if worlds > 1 {
            eprint!("\r{} of {worlds} worlds played, {violated} with a violation ", played + 1);
        }
    }
    if worlds > 1 {
        eprintln!();
    }
    Ok(violated)
}

fn show(outcome: &Outcome) {
    for line in &outcome.told {
        println!("{line}");
    }
    let Outcome { plan: Plan { seed, planted, .. }, figures, hash, .. } = outcome;
    println!("seed {seed}: {}", figures_text(figures));
    if *planted == Planted::Nothing {
        println!("seed {seed}: hash {hash}");
    }
    if let Some(violation) = &outcome.violation {
        println!("seed {seed}: VIOLATED in step {}: {}", violation.step, violation.what);
        println!("seed {seed}: replay with: {}", outcome.replay());
    }
}

fn figures_text(figures: &Figures) -> String {
    let net = &figures.network;
    format!(
        "{} commands, {} settlements ({} with aid), {} reversals, {} premiums, {} refusals, {} previews, {} repeats; \
         {} crashes, {} cuts; {} messages: {} lost, {} unanswered, {} doubled, {} late; {} checks",
        figures.commands,
        figures.settlements,
        figures.with_aid,
        figures.reversals,
        figures.premiums,
        figures.refusals,
        figures.previews,
        figures.repeats,
        figures.crashes,
        figures.cuts,
        net.sent,
        net.lost,
        net.unanswered,
        net.doubled,
        net.late,
        figures.checks,
    )
}

fn to_json(outcome: &Outcome) -> Value {
    let Outcome { plan, figures, hash, violation, told } = outcome;
    let net = &figures.network;
    json!({
        "seed": plan.seed,
        "steps": plan.steps,
        "nodes": plan.nodes,
        "hash": hash,
        "commands": figures.commands,
        "settlements": figures.settlements,
        "with_aid": figures.with_aid,
        "reversals": figures.reversals,
        "premiums": figures.premiums,
        "refusals": figures.refusals,
        "repeats": figures.repeats,
        "previews": figures.previews,
        "crashes": figures.crashes,
        "crash_points": figures.crash_points,
        "cuts": figures.cuts,
        "messages": {
            "sent": net.sent, "lost": net.lost, "unanswered": net.unanswered, "doubled": net.doubled, "late": net.late,
        },
        "checks": figures.checks,
        "answers": figures.answers,
        "violation": violation.as_ref().map(|seen| {
            json!({ "step": seen.step, "what": seen.what, "replay": outcome.replay() })
        }),
        "trace": told,
    })
}

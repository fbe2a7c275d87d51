//! `gongji-sim`: plays simulated worlds and says what must not have happened.

mod calling;
mod engines;
mod measure;
mod messages;
mod passing;
mod script;
mod till;
#[cfg(feature = "zoo")]
mod visit;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::Range;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use engines::Engines;
use gongji_service::law;
use gongji_sim::histories::{Digest, Failure};
use gongji_sim::{
    Engine, Figures, Histories, Outcome, Plan, Planted, Played, Telling, Weather, play_histories, run, run_watched,
};
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
    /// Plays one long world under crashes and faults until so many bills are settled, and checks each step what it
    /// wrote. Exit status 1 if something happened that must not.
    #[command(after_help = "Example: gongji-sim size --settlements 1000000 --nodes 2 --engine memory")]
    Size {
        /// From this everything follows.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Bills to be settled; the number of families grows with it.
        #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=5_000_000))]
        settlements: u64,
        /// Provinces, each with a node.
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=5))]
        nodes: u8,
        #[command(flatten)]
        engines: Engines,
        /// The step after which the run stops early.
        #[arg(long)]
        until: Option<u64>,
        /// Tells every event.
        #[arg(long)]
        trace: bool,
        /// One JSON document a run instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Plays generated histories of small families under generated policies, and checks each command. Exit status 1
    /// if something happened that must not: the history is then told without the commands that it does not need.
    #[command(after_help = "Example: gongji-sim histories --count 100000 --engine memory --seed 1")]
    Histories {
        /// From this and a number each history follows.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The number of the first.
        #[arg(long, default_value_t = 0)]
        first: u64,
        /// How many.
        #[arg(long, default_value_t = 1_000)]
        count: u64,
        #[command(flatten)]
        engines: Engines,
        /// One JSON document a run instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Writes a file of commands, with everything that an outcome may follow from: ids, moments, the ends of days.
    #[command(after_help = script::EXAMPLE)]
    Commands(script::Writing),
    /// Plays such a file and prints one digest of all answers and one of all rows, which must be the same on each engine.
    /// Exit status 1 if they are not, or an audit finds something.
    #[command(after_help = script::EXAMPLE)]
    Play(script::Playing),
    /// Settles bills as fast as the desk takes them and prints the rate: callers wait for each answer.
    #[command(after_help = "Example: gongji-sim load --engine sqlite --callers 1,64,512 --settlements 20000")]
    Load(measure::Words),
    /// Calls a server over HTTP as fast as it answers, or at a pace, and prints one line of JSON: rate, processor time, waiting.
    #[command(after_help = calling::EXAMPLE)]
    Calls(calling::Words),
    /// Prints in one line of JSON what a server adds to calls that it passes on to the centre behind, at the median.
    #[command(after_help = passing::EXAMPLE)]
    Passing(passing::Words),
    /// Settles until its input ends, and writes down each answer; or checks after crashes that all of it is there. Exit
    /// status 1 if something is missing, doubled or changed.
    #[command(after_help = till::EXAMPLE)]
    Acknowledged(till::Words),
    /// Plays generated bills by the national interface, from registration to reconciliation: identities, previews, reversals,
    /// totals, and a fen planted in one line. Exit status 1 if something does not add up.
    #[command(after_help = messages::BILLS)]
    Bills(messages::Bills),
    /// Sends messages of the national interface that were broken on purpose. Exit status 1 if one is not answered by an
    /// envelope, tells too much, or moves money without saying so.
    #[command(after_help = messages::MUTANTS)]
    Mutants(messages::Mutants),
    /// Gives every decoder of bytes from outside what it may not expect. Exit status 1 if one breaks down.
    #[command(after_help = messages::DECODERS)]
    Decoders(messages::Decoders),
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

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Run { seed, until, trace, shape } => {
            let telling = if trace { Telling::Everything } else { Telling::Quiet };
            play_all(seed..seed + 1, &shape, |plan| Plan { until, telling, ..plan })
        }
        Task::Sweep { seeds, shape } => play_all(seeds, &shape, |plan| plan),
        Task::Size { seed, settlements, nodes, engines, until, trace, json } => {
            let telling = if trace { Telling::Everything } else { Telling::Quiet };
            let plan = Plan { until, telling, ..Plan::of_size(seed, settlements, usize::from(nodes)) };
            engines.on_each(|engines| play_long(plan, engines, json))
        }
        Task::Histories { seed, first, count, engines, json } => {
            let digest = if engines.are_several() { Digest::Everything } else { Digest::Answers };
            let plan = Histories { seed, first, count, engine: Engine::Memory, digest };
            engines.on_each(|engines| play_many(plan, engines, json))
        }
        Task::Commands(words) => script::write_file(&words),
        Task::Play(words) => script::play_file(&words),
        Task::Load(words) => measure::run(&words),
        Task::Bills(words) => messages::play(&words),
        Task::Mutants(words) => messages::send(&words),
        Task::Decoders(words) => messages::decode(&words),
        Task::Calls(words) => calling::run(&words),
        Task::Passing(words) => passing::run(&words),
        Task::Acknowledged(words) => till::run(&words),
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

/// Plays histories on each engine; gives in how many something happened that must not, or that they differ.
fn play_many(plan: Histories, engines: &[Engine], json: bool) -> Result<u64, String> {
    let mut digests = BTreeSet::new();
    let mut failed = 0;
    for engine in engines.iter().copied() {
        let played = play_histories(Histories { engine, ..plan }, |done| {
            if done.is_multiple_of(1_000) {
                eprint!("\r{}: {done} of {} histories played ", engine.name(), plan.count);
            }
        })?;
        eprintln!();
        failed += u64::from(played.failure.is_some());
        digests.insert(played.digest);
        if json {
            println!("{}", histories_to_json((plan.seed, engine), &played));
        } else {
            show_histories((plan.seed, engine), &played);
        }
    }
    if digests.len() > 1 {
        println!("seed {}: VIOLATED: the engines come to different rows or answers", plan.seed);
    }
    Ok(failed + u64::from(digests.len() > 1))
}

fn show_histories((seed, engine): (u64, Engine), played: &Played) {
    let Played { histories, policies, told, digest, failure } = played;
    let engine = engine.name();
    println!("seed {seed}, {engine}: {histories} histories, {policies} generated policies beside the packs: {told:?}");
    println!("seed {seed}, {engine}: digest {digest:016x}");
    if let Some(Failure { number, what, story }) = failure {
        story.iter().for_each(|line| println!("{line}"));
        println!("seed {seed}: VIOLATED in history {number}: {what}");
        println!(
            "seed {seed}: replay with: gongji-sim histories --seed {seed} --first {number} --count 1 --engine {engine}"
        );
    }
}

fn histories_to_json((seed, engine): (u64, Engine), played: &Played) -> Value {
    let told = &played.told;
    json!({
        "seed": seed,
        "engine": engine.name(),
        "histories": played.histories,
        "policies": played.policies,
        "digest": format!("{:016x}", played.digest),
        "commands": told.commands,
        "settlements": told.settlements,
        "with_aid": told.with_aid,
        "reversals": told.reversals,
        "after_change": told.after_change,
        "undone_at_once": told.undone_at_once,
        "refusals": told.refusals,
        "previews": told.previews,
        "repeats": told.repeats,
        "enriched": told.enriched,
        "twins": told.twins,
        "failure": played.failure.as_ref().map(|seen| {
            json!({ "number": seen.number, "what": seen.what, "story": seen.story })
        }),
    })
}

/// Plays a long world on each engine; gives in how many something happened that must not, or that they differ.
fn play_long(plan: Plan, engines: &[Engine], json: bool) -> Result<u64, String> {
    let law = law::built_in();
    let mut hashes = BTreeSet::new();
    let mut violated = 0;
    for engine in engines.iter().copied() {
        let mut told = 0;
        let outcome = run_watched(Plan { engine, ..plan }, &law, |figures| {
            let twentieth = figures.settlements * 20 / plan.settlements.unwrap_or(1).max(1);
            if twentieth > told {
                told = twentieth;
                let Figures { settlements, crashes, .. } = figures;
                let name = engine.name();
                eprint!("\r{name}: {settlements} bills settled, {crashes} crashes, no violation so far ");
            }
        })?;
        eprintln!();
        violated += u64::from(outcome.violation.is_some());
        hashes.insert(outcome.hash.clone());
        if json {
            println!("{}", to_json(&outcome));
        } else {
            show(&outcome);
        }
    }
    if hashes.len() > 1 {
        println!("seed {}: VIOLATED: the engines come to different rows or answers", plan.seed);
    }
    Ok(violated + u64::from(hashes.len() > 1))
}

fn show(outcome: &Outcome) {
    for line in &outcome.told {
        println!("{line}");
    }
    let Outcome { plan: Plan { seed, planted, .. }, figures, hash, .. } = outcome;
    println!("seed {seed}: {}", figures_text(figures));
    println!("seed {seed}: answers: {}", listed(&figures.answers));
    println!("seed {seed}: groups by number of commands: {}", listed(&figures.groups));
    if *planted == Planted::Nothing {
        println!("seed {seed}: hash {hash}");
    }
    if let Some(violation) = &outcome.violation {
        println!("seed {seed}: VIOLATED in step {}: {}", violation.step, violation.what);
        println!("seed {seed}: replay with: {}", outcome.replay());
    }
}

fn listed<K: Display, V: Display>(figures: &BTreeMap<K, V>) -> String {
    figures.iter().map(|(what, count)| format!("{what} {count}")).collect::<Vec<_>>().join(", ")
}

fn figures_text(figures: &Figures) -> String {
    let net = &figures.network;
    format!(
        "{} days, {} commands, {} settlements ({} with aid), {} reversals, {} premiums, {} refusals, {} previews, {} repeats; \
         {} crashes, {} cuts; {} messages: {} lost, {} unanswered, {} doubled, {} late; {} checks, {} of everything",
        figures.days,
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
        figures.whole_checks,
    )
}

fn to_json(outcome: &Outcome) -> Value {
    let Outcome { plan, figures, hash, violation, told } = outcome;
    let net = &figures.network;
    json!({
        "seed": plan.seed,
        "steps": plan.settlements.is_none().then_some(plan.steps),
        "engine": plan.engine.name(),
        "days": figures.days,
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
        "whole_checks": figures.whole_checks,
        "groups": figures.groups,
        "answers": figures.answers,
        "violation": violation.as_ref().map(|seen| {
            json!({ "step": seen.step, "what": seen.what, "replay": outcome.replay() })
        }),
        "trace": told,
    })
}

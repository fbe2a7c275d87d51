//! The words of `gongji-sim load`, and what it prints.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use gongji_service::law;
use gongji_sim::{Engine, Ground, Kin, Load, Mix, OpenWish, Rate, Room, Tills, run_audit, run_day, run_load, run_open};
use serde_json::json;

#[derive(Args)]
pub struct Words {
    /// Callers at once; one figure for each number.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 64], value_parser = clap::value_parser!(u32).range(1..=1024))]
    callers: Vec<u32>,
    /// Bills in each run.
    #[arg(long, default_value_t = 5_000)]
    settlements: u64,
    /// Runs for each figure, which is their median.
    #[arg(long, default_value_t = 1)]
    runs: u32,
    /// People, three a family: a parent bound by two children.
    #[arg(long, default_value_t = 900, value_parser = clap::value_parser!(u32).range(3..=10_000_000))]
    people: u32,
    /// Settlements that are there before the first bill.
    #[arg(long, default_value_t = 0)]
    behind: u64,
    /// Which engine keeps the rows.
    #[arg(long, value_enum, default_value_t = EngineName::Sqlite)]
    engine: EngineName,
    /// The address of a PostgreSQL server, if not that of the environment.
    #[arg(long, value_name = "ADDRESS")]
    dsn: Option<String>,
    /// Groups at once, where an engine can have several.
    #[arg(long, default_value_t = 2)]
    lanes: usize,
    /// Most commands in a group, if not the desk's own bound.
    #[arg(long, value_name = "COMMANDS")]
    group_bound: Option<usize>,
    /// Who pays for whom: children for their parents, or the same ten sponsors for all.
    #[arg(long, value_enum, default_value_t = KinName::Usual)]
    families: KinName,
    /// What is asked for: bills alone, or what aid was spent on in 2025.
    #[arg(long, value_enum, default_value_t = MixName::Bills)]
    mix: MixName,
    /// Which institutions send bills.
    #[arg(long, value_enum, default_value_t = TillsName::All)]
    institutions: TillsName,
    /// Bills in a second, which come whether or not those before have their answers.
    #[arg(long, value_name = "BILLS", default_value_t = 0)]
    rate: u64,
    /// Questions in a second whether anybody is ready to pay, beside the bills.
    #[arg(long, value_name = "QUESTIONS", default_value_t = 0)]
    eligibility: u64,
    /// For so many seconds bills and questions come.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// A day of the whole country in 2025, a figure for each tenth; with the first number of callers.
    #[arg(long, conflicts_with_all = ["rate", "eligibility"])]
    day: bool,
    /// Audits what lies behind, and settles nothing: the figure counts entries.
    #[arg(long, conflicts_with_all = ["rate", "eligibility", "day"])]
    audit: bool,
    /// Makes the database here and leaves it: a file, or on PostgreSQL a schema.
    #[arg(long, value_name = "NAME", conflicts_with = "over")]
    keep: Option<PathBuf>,
    /// Settles over a database that was kept, with its people and what lies behind it.
    #[arg(long, value_name = "NAME", requires = "people")]
    over: Option<PathBuf>,
    /// Writes a line into this file for each answer, when its caller has it.
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Settles with the fault of this cage planted, for those who record what becomes of it.
    #[cfg(feature = "zoo")]
    #[arg(long, value_parser = crate::visit::cage)]
    cage: Option<gongji_domain::zoo::Cage>,
    /// One JSON document a figure instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineName {
    Memory,
    Sqlite,
    Postgres,
}

#[derive(Clone, Copy, ValueEnum)]
enum KinName {
    Usual,
    Hot,
}

#[derive(Clone, Copy, ValueEnum)]
enum MixName {
    Bills,
    #[value(name = "2025")]
    Of2025,
}

#[derive(Clone, Copy, ValueEnum)]
enum TillsName {
    All,
    Hot,
}

impl Words {
    fn load(&self) -> Result<Load, String> {
        let kin = match self.families {
            KinName::Usual => Kin::Usual,
            KinName::Hot => Kin::Hot,
        };
        let mix = match self.mix {
            MixName::Bills => Mix::Bills,
            MixName::Of2025 => Mix::Of2025,
        };
        let tills = match self.institutions {
            TillsName::All => Tills::All,
            TillsName::Hot => Tills::One,
        };
        let Self { people, behind, settlements, lanes, group_bound, .. } = *self;
        let (ground, answers) = (self.ground()?, self.answers.clone());
        Ok(Load { ground, people, shape: (kin, mix, tills), behind, settlements, lanes, group_bound, answers })
    }

    fn ground(&self) -> Result<Ground, String> {
        match (self.engine, &self.keep, &self.over) {
            (EngineName::Postgres, keep, over) => {
                let name = |path: &PathBuf| path.display().to_string();
                let kept = keep.as_ref().map(|path| Room::Keep(name(path)));
                let room = kept.or(over.as_ref().map(|path| Room::Over(name(path)))).unwrap_or(Room::Fresh);
                Ok(Ground::Server(self.address()?, room))
            }
            (EngineName::Sqlite, Some(path), _) => Ok(Ground::Keep(path.clone())),
            (EngineName::Sqlite, None, Some(path)) => Ok(Ground::Over(path.clone())),
            (EngineName::Sqlite, None, None) => Ok(Ground::Fresh(Engine::Sqlite)),
            (EngineName::Memory, None, None) => Ok(Ground::Fresh(Engine::Memory)),
            (EngineName::Memory, ..) => Err("what is in memory can be neither kept nor found again".to_owned()),
        }
    }

    fn address(&self) -> Result<String, String> {
        crate::engines::address(self.dsn.as_ref())
    }

    /// What is measured, by name: the desk, and what comes to it if that is not the usual.
    const fn program(&self) -> &'static str {
        match (self.families, self.mix, self.institutions) {
            (KinName::Usual, MixName::Bills, TillsName::All) => "desk",
            (KinName::Usual, MixName::Bills, TillsName::Hot) => "desk, one institution",
            (KinName::Usual, MixName::Of2025, _) => "desk, mix of 2025",
            (KinName::Hot, ..) => "desk, ten sponsors",
        }
    }

    const fn engine(&self) -> &'static str {
        match self.engine {
            EngineName::Memory => "memory",
            EngineName::Sqlite => "sqlite",
            EngineName::Postgres => "postgres",
        }
    }
}

/// One line or document for each figure.
pub fn run(words: &Words) -> Result<u64, String> {
    #[cfg(feature = "zoo")]
    words.cage.into_iter().for_each(gongji_domain::zoo::release);
    let (load, law) = (words.load()?, law::built_in());
    let wish = OpenWish { settlements: words.rate, questions: words.eligibility, seconds: words.seconds };
    if words.audit {
        tell_of((words, "audit"), &run_audit(&load, &law)?);
    } else if words.day {
        run_day(&load, words.callers.first().copied().unwrap_or(1), &law)?.iter().for_each(|rate| tell(words, rate));
    } else if wish.settlements + wish.questions > 0 {
        for (what, rate) in run_open(&load, wish, &law)? {
            tell_of((words, &format!("desk, {what}")), &rate);
        }
    } else {
        run_load(&load, (&words.callers, words.runs), &law)?.iter().for_each(|rate| tell(words, rate));
    }
    Ok(0)
}

fn tell(words: &Words, rate: &Rate) {
    tell_of((words, words.program()), rate);
}

fn tell_of((words, program): (&Words, &str), rate: &Rate) {
    let (engine, people, behind) = (words.engine(), words.people, words.behind);
    if words.json {
        let what = json!({ "program": program, "engine": engine, "people": people, "behind": behind });
        println!("{}", rate.beside(what));
        return;
    }
    println!(
        "{program} on {engine}, {} callers: {} answers a second, {} us of CPU each, {} of them in the server, answers within {} us \
         (p50) and {} us (p99), {} MiB at most; others used {} % of a processor",
        rate.callers,
        rate.per_second,
        rate.cpu_nanos_each / 1_000,
        rate.server_nanos_each / 1_000,
        rate.p50_micros,
        rate.p99_micros,
        rate.peak_kib / 1_024,
        rate.others_percent,
    );
}

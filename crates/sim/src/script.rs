//! The words of `gongji-sim commands` and `gongji-sim play`, and what they print.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use gongji_service::law;
use gongji_sim::commands::{Author, Came, Difference, Place, Played, Player, Script, play, write};
use gongji_sim::load::tasks;
use gongji_store::Tally;
use gongji_words::AreaCode;
use serde_json::{Value, json};

use crate::engines;

pub const EXAMPLE: &str = "Example:\n  gongji-sim commands --count 100000 --to commands.jsonl\n  \
    cargo xtask postgres target/release/gongji-sim play commands.jsonl --engine all";

/// What is written.
#[derive(Args)]
pub struct Writing {
    /// From this everything follows.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Commands; the number of families grows with it.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=5_000_000))]
    count: u64,
    /// Provinces, each with a node.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=5))]
    nodes: u8,
    /// The file.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// What is played.
#[derive(Args)]
pub struct Playing {
    /// A file that `gongji-sim commands` wrote.
    file: PathBuf,
    /// Which engine keeps the rows; several are played side by side and must come to the same.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [EngineName::Memory])]
    engine: Vec<EngineName>,
    /// The address of a PostgreSQL server, if not that of the environment.
    #[arg(long, value_name = "ADDRESS")]
    dsn: Option<String>,
    /// Groups at once, on PostgreSQL.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=64))]
    lanes: u8,
    /// Stops after so many commands.
    #[arg(long, value_name = "COMMANDS")]
    until: Option<u64>,
    /// One JSON document an engine instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineName {
    Memory,
    Sqlite,
    Postgres,
    All,
}

impl Playing {
    fn places(&self) -> Result<Vec<Place>, String> {
        let wants = |name| self.engine.contains(&name) || self.engine.contains(&EngineName::All);
        let mut places = Vec::new();
        places.extend(wants(EngineName::Memory).then_some(Place::Memory));
        places.extend(wants(EngineName::Sqlite).then_some(Place::Sqlite));
        if wants(EngineName::Postgres) {
            let (address, lanes) = (engines::address(self.dsn.as_ref())?, usize::from(self.lanes));
            places.push(Place::Postgres { address, lanes });
        }
        Ok(places)
    }
}

/// Writes a file.
pub fn write_file(words: &Writing) -> Result<u64, String> {
    let wrong = |error: std::io::Error| format!("{}: {error}", words.to.display());
    let file = File::create(&words.to).map_err(wrong)?;
    let author = Author::new(words.seed, words.count, usize::from(words.nodes));
    let sm3 = write(author, BufWriter::with_capacity(1 << 20, file))?;
    println!("{} commands of seed {} are in {}: SM3 {sm3}", words.count, words.seed, words.to.display());
    Ok(0)
}

/// Plays a file; gives 1 if something came out that must not.
pub fn play_file(words: &Playing) -> Result<u64, String> {
    let script = Script::open(&words.file)?;
    let (law, runtime) = (law::built_in(), Arc::new(tasks::runtime()?));
    let player = |place| Player::new(place, &script.head.provinces, (&law, &runtime));
    let mut players = words.places()?.iter().map(player).collect::<Result<Vec<_>, _>>()?;
    let all = words.until.unwrap_or(u64::MAX).min(script.head.count);
    let mut told = 0;
    let played = play(script, &mut players, words.until, |answered| {
        let hundredth = answered * 100 / all.max(1);
        if hundredth > told {
            told = hundredth;
            eprint!("\r{answered} of {all} commands answered ");
            let _nobody_may_be_watching = std::io::stderr().flush();
        }
    })?;
    eprintln!();
    show(&played, words.json);
    Ok(u64::from(!played.is_sound()))
}

fn show(played: &Played, json: bool) {
    for came in &played.came {
        if json {
            println!("{}", to_json(came));
        } else {
            tell(came);
        }
    }
    if let Some(Difference { line, entry, answers }) = &played.difference {
        println!("VIOLATED: in line {line} {} is answered differently: {:?}", entry.message, entry.command);
        answers.iter().for_each(|(engine, answer)| println!("  {engine}: {answer:?}"));
    }
    if let Some((first, others)) = played.came.split_first() {
        for other in others.iter().filter(|other| other.rows_digest != first.rows_digest) {
            let tables = first.differing(other).join(", ");
            println!("VIOLATED: {} and {} have other rows in: {tables}", first.engine, other.engine);
        }
    }
    let seals: Vec<&String> = played.came.iter().filter_map(|came| came.seals_digest.as_ref()).collect();
    if seals.windows(2).any(|pair| pair[0] != pair[1]) {
        println!("VIOLATED: the seals differ");
    }
}

fn tell(came: &Came) {
    let Came { engine, commands, closed, played, checked, .. } = came;
    println!(
        "{engine}: {commands} commands and {closed} closed days in {} s, sums and audit in {} s",
        played.as_secs(),
        checked.as_secs()
    );
    let kinds: Vec<String> = came.answers.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    println!("{engine}: answers: {}", kinds.join(", "));
    for (province, tally) in &came.tables {
        println!("{engine}: {province} {}: {} rows, {}", tally.table, tally.rows, tally.sum());
    }
    println!("{engine}: digest of rows {}", came.rows_digest);
    println!("{engine}: digest of answers {}", came.answers_digest);
    if let Some(seals) = &came.seals_digest {
        println!("{engine}: digest of seals {seals}");
    }
    came.discrepancies.iter().take(20).for_each(|what| println!("{engine}: VIOLATED: {what}"));
    println!("{engine}: {} discrepancies", came.discrepancies.len());
}

fn to_json(came: &Came) -> Value {
    let table = |(province, tally): &(AreaCode, Tally)| {
        let (rows, sum) = (tally.rows, tally.sum());
        json!({ "province": province.to_string(), "table": tally.table, "rows": rows, "sum": sum })
    };
    json!({
        "engine": came.engine,
        "commands": came.commands,
        "closed_days": came.closed,
        "answers": came.answers,
        "answers_digest": came.answers_digest,
        "rows_digest": came.rows_digest,
        "seals_digest": came.seals_digest,
        "tables": came.tables.iter().map(table).collect::<Vec<_>>(),
        "discrepancies": came.discrepancies,
        "played_millis": u64::try_from(came.played.as_millis()).unwrap_or(u64::MAX),
        "checked_millis": u64::try_from(came.checked.as_millis()).unwrap_or(u64::MAX),
    })
}

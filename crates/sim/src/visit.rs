//! `gongji-sim zoo`: which cages are looked at, and how it is told.

use std::path::PathBuf;

use clap::Args;
use gongji_domain::zoo::Cage;
use gongji_sim::zoo::table::{document, line, page};
use gongji_sim::zoo::{Depth, Finding, Keeper, SEEDS};

/// What is asked for.
#[derive(Args)]
pub struct Visit {
    /// One cage instead of all.
    #[arg(long, value_parser = cage)]
    only: Option<Cage>,
    /// Stops at the first check that finds a fault, instead of asking all.
    #[arg(long)]
    first: bool,
    /// One JSON document a cage instead of text.
    #[arg(long, conflicts_with = "page")]
    json: bool,
    /// The page of the documentation instead of text.
    #[arg(long, conflicts_with = "first")]
    page: bool,
    /// Seeds of worlds for each number of provinces.
    #[arg(long, default_value_t = SEEDS)]
    seeds: u64,
    /// Where the scenarios are.
    #[arg(long, value_name = "FOLDER", default_value = "scenarios")]
    scenarios: PathBuf,
}

/// The cage of a name.
pub fn cage(name: &str) -> Result<Cage, String> {
    let known = Cage::ALL.iter().copied().find(|cage| cage.name() == name);
    known.ok_or_else(|| format!("{name} is no cage: docs/zoo.md lists them"))
}

/// Goes from cage to cage; gives how many are not as they must be.
pub fn visit(visit: &Visit) -> Result<u64, String> {
    // What is caught is told in the table: the panics of planted faults are not for the terminal.
    std::panic::set_hook(Box::new(|_| {}));
    let keeper = Keeper::new(&visit.scenarios, visit.seeds)?;
    let depth = if visit.first { Depth::First } else { Depth::Every };
    if visit.only.is_none() {
        all_shut(visit, &keeper)?;
    }
    let cages = Cage::ALL.iter().copied().filter(|cage| visit.only.is_none_or(|only| only == *cage));
    let mut findings = Vec::new();
    for cage in cages {
        let finding = keeper.look_at(Some(cage), depth);
        tell(visit, &finding);
        findings.push(finding);
    }
    if visit.page {
        print!("{}", page(&findings));
    }
    let missed: Vec<&Finding> = findings.iter().filter(|finding| !finding.is_found()).collect();
    missed.iter().for_each(|finding| eprintln!("found by nobody: {}", line(finding)));
    Ok(missed.len() as u64)
}

/// What is found now is no fault that was planted.
fn all_shut(visit: &Visit, keeper: &Keeper) -> Result<(), String> {
    let shut = keeper.look_at(None, Depth::Every);
    tell(visit, &shut);
    if shut.is_found() { Err(format!("something is found while all cages are shut\n{}", line(&shut))) } else { Ok(()) }
}

fn tell(visit: &Visit, finding: &Finding) {
    match (visit.json, visit.page) {
        (true, _) => println!("{}", document(finding)),
        (_, true) => eprintln!("{}", line(finding)),
        _ => println!("{}", line(finding)),
    }
}

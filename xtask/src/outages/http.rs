//! kill -9 of servers that speak HTTP, and a rolling upgrade under them, beside a till that notes what it was told.
//!
//! A server that is killed is started again at the same place; the till sends what was not answered again, to the next server
//! if there are two. At the end every message is sent once more, so that each has a settlement; the database must have as many
//! new journals as there are messages, and its audit must be clean: nothing lost, nothing doubled.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use serde_json::Value;

use super::kills::Sequence;
use super::till::{Heard, Place, Till};
use super::{Folder, clean};
use crate::built::built;
use crate::server::Measured;
use crate::told;
use crate::town::{Serving, Town};

/// Families of the town.
const FAMILIES: usize = 200;
/// A round kills after at most so many of the steps in which a till tells of its answers.
const MOST: u64 = 6;
/// No silence may be longer.
const LONGEST_MS: u64 = 30_000;

/// A town with servers, and what its database had before anybody settled.
struct Served {
    town: Town,
    servers: Vec<Serving>,
    journals: u64,
    /// Bills that something else than the till has settled.
    others: u64,
}

impl Served {
    fn open(town: Town, servers: usize) -> Result<Self, String> {
        let journals = journals(&town)?;
        let servers = (0..servers).map(|_| Ok(town.serve("127.0.0.1:0")?.0)).collect::<Result<_, String>>()?;
        Ok(Self { town, servers, journals, others: 0 })
    }

    fn place(&self, simulator: &Path) -> Place {
        let addresses: Vec<&str> = self.servers.iter().map(|server| server.address.as_str()).collect();
        let words = ["--http".to_owned(), addresses.join(",")];
        let files = ["tills", "patients"].map(|name| [format!("--{name}"), self.town.path(name)]);
        Place { program: simulator.to_owned(), words: words.into_iter().chain(files.concat()).collect() }
    }

    /// Ends a server in this way and starts another in its place.
    fn again(&mut self, place: usize, end: fn(&mut Serving) -> Result<(), String>) -> Result<(), String> {
        let mut gone = self.servers.remove(place);
        end(&mut gone)?;
        let address = gone.address.clone();
        drop(gone);
        self.servers.insert(place, self.town.serve(&address)?.0);
        Ok(())
    }

    /// Whether everything that the till was told is there once, and nothing besides.
    fn holds(mut self, name: &str, (place, journal): (&Place, &Path), heard: &Heard) -> Result<bool, String> {
        println!("{name}: {} failures told to callers; silences of {:?} ms", heard.failures, heard.silences_ms);
        let checked = place.check(&[journal])?;
        self.servers.clear();
        let new = journals(&self.town)?.saturating_sub(self.journals);
        let sent = checked.settlements + self.others;
        if new != sent {
            eprintln!("{name}: {sent} messages came to {new} settlements");
        }
        let silent = heard.silences_ms.iter().any(|silence| *silence > LONGEST_MS);
        if silent {
            eprintln!("{name}: nobody was answered for longer than {LONGEST_MS} ms");
        }
        Ok(clean(name, &checked) && new == sent && !silent)
    }
}

/// Journals of a sound database.
fn journals(town: &Town) -> Result<u64, String> {
    let told: Value = serde_json::from_str(&town.run(&["audit", "--json"])?).map_err(|error| error.to_string())?;
    match told["discrepancies"].as_array() {
        Some(found) if found.is_empty() => {
            told["journals"].as_u64().ok_or_else(|| "the audit counts nothing".to_owned())
        }
        _ => Err(format!("the audit found {}", told["discrepancies"])),
    }
}

fn killed(server: &mut Serving) -> Result<(), String> {
    server.kill();
    Ok(())
}

/// Kills servers under a till: the one that a file has, and one of two on PostgreSQL.
pub fn kills(root: &Path, simulator: &Path, rounds: u64) -> Result<bool, String> {
    let program = built(root, &["build", "--package", "gongji"], "gongji")?;
    let folder = Folder::new()?;
    let file = folder.file("town/gongji.db").display().to_string();
    let town = Town::make(&program, (folder.file("town"), &file), FAMILIES)?;
    let on_file = rounds_of("kills of the server of a file", Served::open(town, 1)?, (simulator, &folder, rounds))?;
    let scratch = Measured::start(None)?;
    scratch.statement("create database town")?;
    let address = scratch.address().replace("dbname=postgres", "dbname=town");
    let town = Town::make(&program, (folder.file("on-server"), &address), FAMILIES)?;
    let name = "kills of one of two servers on PostgreSQL";
    Ok(on_file && rounds_of(name, Served::open(town, 2)?, (simulator, &folder, rounds))?)
}

fn rounds_of(
    name: &str,
    mut served: Served,
    (simulator, folder, rounds): (&Path, &Folder, u64),
) -> Result<bool, String> {
    let (place, journal, mut sequence) =
        (served.place(simulator), folder.file(&name.replace(' ', "-")), Sequence(rounds));
    let begun = Instant::now();
    let mut till = place.start(&journal)?;
    for round in 0..rounds {
        till.settles(1 + sequence.below(MOST))?;
        let place = usize::try_from(round).unwrap_or(0) % served.servers.len();
        served.again(place, killed)?;
    }
    till.settles(1)?;
    let heard = till.end()?;
    println!("{name}: {rounds} in {} ms", begun.elapsed().as_millis());
    served.holds(name, (&place, &journal), &heard)
}

const USAGE: &str = "usage: cargo xtask upgrade --from COMMIT

  builds the program of a commit, makes a database with it on PostgreSQL and lets it settle; migrates meanwhile with the program
  of this tree, which then serves over HTTP beside it; its servers are told to stop and started again, one after the other

example: cargo xtask upgrade --from b7d6f07";

/// Upgrades a database under load.
pub fn upgrade(root: &Path, words: &[&str]) -> ExitCode {
    let ["--from", commit] = words else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    told("upgrade", upgraded(root, commit))
}

/// The program of a commit, in a folder of the build.
fn program_of(root: &Path, commit: &str) -> Result<PathBuf, String> {
    let tree = root.join("target/upgrade/tree");
    let git = |words: &[&str]| {
        let ran = Command::new("git").current_dir(root).args(words).status().map_err(|error| error.to_string())?;
        if ran.success() { Ok(()) } else { Err(format!("git {} failed", words.join(" "))) }
    };
    let shown = tree.display().to_string();
    if tree.exists() {
        git(&["worktree", "remove", "--force", &shown])?;
    }
    git(&["worktree", "add", "--force", "--detach", &shown, commit])?;
    let target = root.join("target/upgrade/target").display().to_string();
    built(&tree, &["build", "--package", "gongji", "--target-dir", &target], "gongji")
}

/// Bills that the old program settles in one call.
const BILLS: usize = 5_000;

fn bills(town: &Town) -> Result<String, String> {
    let text = std::fs::read_to_string(town.path("patients")).map_err(|error| error.to_string())?;
    let patients: Vec<&str> = text.lines().collect();
    let of = |number: usize| {
        let patient = patients[number % patients.len()];
        serde_json::json!({"id": format!("O{number}"), "patient": patient, "institution": 1301, "kind": "outpatient", "parts": {"copay": "10.00"}})
    };
    town.write("bills.json", &Value::from((0..BILLS).map(of).collect::<Vec<_>>()).to_string())
}

fn upgraded(root: &Path, commit: &str) -> Result<bool, String> {
    let old = program_of(root, commit)?;
    let new = built(root, &["build", "--package", "gongji"], "gongji")?;
    let simulator = built(root, &["build", "--package", "gongji-sim"], "gongji-sim")?;
    let (folder, scratch) = (Folder::new()?, Measured::start(None)?);
    scratch.statement("create database town")?;
    let address = scratch.address().replace("dbname=postgres", "dbname=town");
    let mut town = Town::without_tokens(&old, (folder.file("town"), &address), FAMILIES)?;
    let journals = journals(&town)?;
    let bills = bills(&town)?;
    let begun = Instant::now();
    let mut settling = town.begin(&["settle", &bills, "--json"], "old")?;
    town.program = new;
    town.run(&["db", "migrate"])?;
    println!("upgrade: migrated after {} ms, while the program of {commit} settled", begun.elapsed().as_millis());
    town.give_tokens()?;
    let servers = (0..2).map(|_| Ok(town.serve("127.0.0.1:0")?.0)).collect::<Result<_, String>>()?;
    let mut served = Served { town, servers, journals, others: BILLS as u64 };
    let (place, journal) = (served.place(&simulator), folder.file("till"));
    let mut till = place.start(&journal)?;
    rolled(&mut served, &mut till)?;
    let status = settling.wait().map_err(|error| error.to_string())?;
    println!("upgrade: the program of {commit} ended {status} after {} ms", begun.elapsed().as_millis());
    rolled(&mut served, &mut till)?;
    let heard = till.end()?;
    let same = said_again(&served.town, &bills)?;
    Ok(served.holds("upgrade", (&place, &journal), &heard)? && same && status.success())
}

/// Each server is told to stop and started again, while the till goes on.
fn rolled(served: &mut Served, till: &mut Till) -> Result<(), String> {
    for place in 0..served.servers.len() {
        till.settles(4)?;
        served.again(place, Serving::stop)?;
    }
    till.settles(1)
}

/// Whether what the old program was answered is what the new one answers to the same bills.
fn said_again(town: &Town, bills: &str) -> Result<bool, String> {
    let first = std::fs::read_to_string(town.path("old")).map_err(|error| error.to_string())?;
    let again = town.run(&["settle", bills, "--json"])?;
    if first != again {
        eprintln!("upgrade: the same bills were answered otherwise afterwards");
    }
    Ok(first.lines().count() == BILLS && first == again)
}

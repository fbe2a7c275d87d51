//! kill -9 of one of two tills, of a PostgreSQL server, of the one till that a file has, and of servers over HTTP.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use gongji_scratch::Server;

use super::till::Place;
use super::{Folder, clean};
use crate::built::built;
use crate::told;

/// Rounds where nothing else is said.
const ROUNDS: u64 = 50;
/// A round kills after at most so many of the steps in which a till tells of its answers.
const MOST: u64 = 6;

/// Whose turn it is to be killed.
#[derive(Clone, Copy)]
enum Victim {
    Till,
    Server,
}

/// A sequence of numbers that is the same in every run.
pub struct Sequence(pub u64);

impl Sequence {
    /// The next one, below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Kills, and says whether everything that was acknowledged is there once.
pub fn run(root: &Path, words: &[&str]) -> ExitCode {
    let rounds = match words {
        [] => Some(ROUNDS),
        ["--rounds", number] => number.parse().ok(),
        _ => None,
    };
    let Some(rounds) = rounds else {
        eprintln!("usage: cargo xtask kills [--rounds NUMBER]\n\nexample: cargo xtask kills --rounds 2");
        return ExitCode::from(2);
    };
    told("kills", all(root, rounds))
}

fn all(root: &Path, rounds: u64) -> Result<bool, String> {
    crate::server::install()?;
    let program = built(root, &["build", "--package", "gongji-sim"], "gongji-sim")?;
    let tills = on_server(&program, rounds, Victim::Till)?;
    let servers = on_server(&program, rounds, Victim::Server)?;
    let files = on_file(&program, rounds)?;
    let over_http = super::http::kills(root, &program, rounds)?;
    Ok(tills && servers && files && over_http)
}

/// Two tills at one server.
fn on_server(program: &Path, rounds: u64, victim: Victim) -> Result<bool, String> {
    let name = match victim {
        Victim::Till => "kills of one of two tills on PostgreSQL",
        Victim::Server => "kills of PostgreSQL under two tills",
    };
    let (mut server, folder, mut sequence) = (Server::start(&[])?, Folder::new()?, Sequence(rounds));
    let place = Place { program: program.to_owned(), words: vec!["--dsn".to_owned(), server.address()] };
    place.make()?;
    let journals = [folder.file("stays"), folder.file("goes")];
    let (mut stays, mut goes) = (place.start(&journals[0])?, place.start(&journals[1])?);
    let begun = Instant::now();
    for _ in 0..rounds {
        goes.settles(1 + sequence.below(MOST))?;
        match victim {
            Victim::Till => {
                goes.kill();
                goes = place.start(&journals[1])?;
            }
            Victim::Server => server.kill_and_restart()?,
        }
        stays.settles(1)?;
    }
    let (stayed, went) = (stays.end()?, goes.end()?);
    println!(
        "{name}: {rounds} in {} ms; {} failures told to callers; silences of {:?} ms",
        begun.elapsed().as_millis(),
        stayed.failures + went.failures,
        stayed.silences_ms
    );
    Ok(clean(name, &place.check(&[&journals[0], &journals[1]])?))
}

/// A file has one till.
fn on_file(program: &Path, rounds: u64) -> Result<bool, String> {
    let name = "kills of the till of a file";
    let (folder, mut sequence) = (Folder::new()?, Sequence(rounds));
    let database = folder.file("till.db").display().to_string();
    let place = Place { program: program.to_owned(), words: vec!["--db".to_owned(), database] };
    place.make()?;
    let journal = folder.file("till");
    let begun = Instant::now();
    for _ in 0..rounds {
        let mut till = place.start(&journal)?;
        till.settles(1 + sequence.below(MOST))?;
        till.kill();
    }
    let last = place.start(&journal)?.end()?;
    println!("{name}: {rounds} in {} ms; {} failures told to callers", begun.elapsed().as_millis(), last.failures);
    Ok(clean(name, &place.check(&[&journal])?))
}

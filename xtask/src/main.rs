//! The one entry for everything that keeps the workspace in order.

mod bench;
mod built;
mod ci;
mod faces;
mod flush;
mod http_bench;
mod mutants;
#[cfg(unix)]
mod outages;
mod python;
mod reasons;
mod server;
mod town;
mod zoo;

use std::path::Path;
use std::process::ExitCode;

use xtask::tidy::{self, played};
use xtask::tree;

const USAGE: &str = "usage: cargo xtask COMMAND

  ci                   everything that must hold, tests last
  tidy [--shrink]      the rules of the house; --shrink takes played codes out of catalogue/uncovered.txt
  reasons [--check]    writes what is made of catalogue/reasons.toml, or says what is stale
  zoo [--only CAGE]    plants every fault there is, and says what finds it; --write writes docs/zoo.md
  flush [PROGRAM ...]  shows that no answer leaves before it is on the disk: of this tree's simulator, or of PROGRAM,
                       whose load takes the words that follow
  postgres PROGRAM     runs a program beside a PostgreSQL server that is gone afterwards
  kills [--rounds N]   kills programs and servers under load; everything acknowledged must be there once
  upgrade --from X     upgrades a database under load from the program of commit X, and rolls servers over
  patroni              the same with the leader of three servers under Patroni; installs Patroni and etcd
  client               a client made of the description of the interface settles a bill; installs its generator
  fuzz-api [--cases N] asks a sandbox what a machine thinks up, right and wrong; installs schemathesis
  readme               the README's commands as they stand, from a clone to a settled bill; takes a release build
  bench [--quick]      measures, in release; `bench --help` for more
  bench-http [WORDS]   measures a server over HTTP beside the naive programs, with floods and silent connections
  mutants [WORDS]      changes the money path in every place and says which share the tests notice; takes hours";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let root = tree::root();
    match words.as_slice() {
        ["ci"] => ci::run(&root),
        ["tidy"] => run_tidy(&root),
        ["tidy", "--shrink"] => shrink(&root),
        ["reasons"] => run_reasons(&root, reasons::Mode::Write),
        ["reasons", "--check"] => run_reasons(&root, reasons::Mode::Check),
        ["flush", given @ ..] => flush::run(&root, given),
        ["zoo", "--write"] => zoo::write(&root),
        ["zoo", rest @ ..] => zoo::run(&root, rest),
        ["client"] => faces::client(&root),
        ["fuzz-api", rest @ ..] => faces::fuzz(&root, rest),
        ["readme"] => faces::readme(&root),
        ["postgres", rest @ ..] => server::run(rest),
        #[cfg(unix)]
        ["kills", rest @ ..] => outages::kills(&root, rest),
        ["upgrade", rest @ ..] => outages::upgrade(&root, rest),
        #[cfg(unix)]
        ["patroni"] => outages::patroni(&root),
        ["bench", rest @ ..] => bench::run(&root, rest),
        ["bench-http", rest @ ..] => http_bench::run(&root, rest),
        ["mutants", rest @ ..] => mutants::run(&root, rest),
        _ => usage(),
    }
}

fn run_tidy(root: &Path) -> ExitCode {
    let files = match tree::read(root) {
        Ok(files) => files,
        Err(error) => return failure(&error),
    };
    let found = tidy::all(&files);
    for finding in &found {
        eprintln!("{finding}");
    }
    println!("tidy: {} files read, {} findings", files.len(), found.len());
    if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn shrink(root: &Path) -> ExitCode {
    let written = tree::read(root).and_then(|files| match played::shrunk(&files) {
        Some(list) => std::fs::write(root.join(played::UNCOVERED), list),
        None => Ok(()),
    });
    match written {
        Ok(()) => run_tidy(root),
        Err(error) => failure(&error),
    }
}

fn run_reasons(root: &Path, mode: reasons::Mode) -> ExitCode {
    let Err(problems) = reasons::run(root, mode) else {
        return ExitCode::SUCCESS;
    };
    for problem in problems {
        eprintln!("{problem}");
    }
    ExitCode::FAILURE
}

/// What came of something that finds faults: none, some, or it could not look.
fn told(name: &str, done: Result<bool, String>) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("{name}: {what}");
            ExitCode::from(3)
        }
    }
}

fn failure(error: &std::io::Error) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

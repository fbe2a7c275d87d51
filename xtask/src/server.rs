//! Runs a command beside a PostgreSQL server that lives as long: for tests, and for whoever wants to try the product on
//! one. Where the machine has no PostgreSQL it is installed from Debian, if this is root.

use std::process::{Command, ExitCode};

use gongji_scratch::Server;

/// The variable in which a command finds the server: an address of a database to begin from.
pub const ADDRESS: &str = "GONGJI_TEST_POSTGRES";

const USAGE: &str = "usage: cargo xtask postgres PROGRAM [WORDS ...]

  starts a PostgreSQL server that is gone afterwards, and runs the program with its address in GONGJI_TEST_POSTGRES

example: cargo xtask postgres cargo nextest run --package gongji-store";

/// Runs a program beside a server.
pub fn run(words: &[&str]) -> ExitCode {
    let Some((program, rest)) = words.split_first() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let server = match install().and_then(|()| Server::start(&[])) {
        Ok(server) => server,
        Err(what) => {
            eprintln!("postgres: {what}");
            return ExitCode::FAILURE;
        }
    };
    let ran = Command::new(program).args(rest).env(ADDRESS, server.address()).status();
    if ran.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Has PostgreSQL on this machine.
///
/// # Errors
/// A sentence that says what to install.
pub fn install() -> Result<(), String> {
    if gongji_scratch::programs().is_some() {
        return Ok(());
    }
    eprintln!("postgres: there is no PostgreSQL here; installing it");
    for words in [&["update"][..], &["install", "--yes", "--no-install-recommends", "postgresql"][..]] {
        let installed = Command::new("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive").status();
        if !installed.is_ok_and(|status| status.success()) {
            return Err("PostgreSQL is missing and could not be installed: install the package `postgresql`".to_owned());
        }
    }
    Ok(())
}

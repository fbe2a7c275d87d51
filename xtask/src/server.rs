//! Runs a command beside a PostgreSQL server that lives as long: for tests, and for whoever wants to try the product on
//! one. Where the machine has no PostgreSQL it is installed from Debian, if this is root.

use std::path::{Path, PathBuf};
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

/// A server to measure: it flushes as a server of people does, with memory for it.
pub struct Measured {
    server: Server,
    /// The library that stands between it and its C library, where its account may read it.
    between: Option<PathBuf>,
}

impl Measured {
    /// Starts one, with so many microseconds more for each flush by a library that stands between.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub fn start(slower: Option<(&Path, u64)>) -> Result<Self, String> {
        install()?;
        let settings = ["-c fsync=on", "-c shared_buffers=1GB", "-c max_wal_size=8GB"];
        let Some((library, delay_us)) = slower else {
            return Ok(Self { server: Server::start(&settings)?, between: None });
        };
        Self::behind(library, &settings, ("GONGJI_FLUSH_DELAY_US", delay_us.to_string()))
    }

    /// Starts one that writes down what it does to its log, into a file that everybody may write to.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub fn recorded(library: &Path, record: &Path, settings: &[&str]) -> Result<Self, String> {
        install()?;
        Self::behind(library, settings, ("GONGJI_FLUSH_LOG", record.display().to_string()))
    }

    /// Starts one with the library between it and its C library, which is told something by a variable.
    fn behind(library: &Path, settings: &[&str], told: (&str, String)) -> Result<Self, String> {
        let copy = std::env::temp_dir().join(format!("gongji-flush-{}.so", std::process::id()));
        std::fs::copy(library, &copy).map_err(|error| format!("{}: {error}", copy.display()))?;
        let between = [("LD_PRELOAD", copy.display().to_string()), told];
        let server = Server::start_with(settings, &between);
        Ok(Self { server: server?, between: Some(copy) })
    }

    /// The address of a database that is there.
    #[must_use]
    pub fn address(&self) -> String {
        self.server.address()
    }

    /// Runs statements in the database that is there.
    ///
    /// # Errors
    /// A sentence when they fail.
    pub fn statement(&self, text: &str) -> Result<(), String> {
        let psql = gongji_scratch::asking().ok_or("psql is missing: install `postgresql-client`")?.join("psql");
        let ran = Command::new(psql).args(["-qc", text]).arg(self.server.address()).status();
        match ran {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("psql ended with {status} at: {text}")),
            Err(error) => Err(format!("psql cannot be run: {error}")),
        }
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        if let Some(library) = &self.between {
            let _best_effort = std::fs::remove_file(library);
        }
    }
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

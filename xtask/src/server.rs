//! A PostgreSQL server that lives as long as a command: for tests, and for whoever wants to try the product on one.
//!
//! It listens on a socket in a folder of its own and on no port, keeps nothing, and trusts whoever may enter the folder.
//! Where the machine has no PostgreSQL it is installed from Debian, if this is root; it never runs as root.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where Debian and its like keep the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The account for whom a server runs that root has started.
const ACCOUNT: &str = "postgres";
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
    let server = match Server::start() {
        Ok(server) => server,
        Err(what) => {
            eprintln!("postgres: {what}");
            return ExitCode::FAILURE;
        }
    };
    let ran = Command::new(program).args(rest).env(ADDRESS, server.address()).status();
    if ran.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a server is for.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// Tests: it keeps nothing, and loses what it has when the machine stops.
    Forgetful,
    /// Measuring: it flushes as a server of people does, with memory for it. A library may stand between it and its C library, with
    /// so many microseconds more for each flush.
    Durable(Option<(&'a Path, u64)>),
}

/// A server; stopped when it is dropped.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    account: Option<u32>,
}

impl Server {
    /// Makes a cluster in a folder of its own and starts it.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub fn start() -> Result<Self, String> {
        Self::start_as(Kind::Forgetful)
    }

    /// The same for a purpose.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub fn start_as(kind: Kind<'_>) -> Result<Self, String> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let programs = programs()?;
        let account = account()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("gongji-postgres-{}-{number}", std::process::id()));
        let server = Self { programs, folder, account };
        server.run(Command::new("mkdir").arg("-m").arg("700").arg(&server.folder))?;
        let data = server.data();
        let made = ["-U", "gongji", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"];
        server.run(Command::new(server.programs.join("initdb")).args(made).arg(&data))?;
        let memory = match kind {
            Kind::Forgetful => "-c fsync=off -c shared_buffers=256MB",
            Kind::Durable(_) => "-c shared_buffers=1GB -c max_wal_size=8GB",
        };
        let folder = server.folder.display();
        let options = format!("-k {folder} -c listen_addresses='' -c max_connections=300 {memory}");
        let log = server.folder.join("log");
        let mut start = Command::new(server.programs.join("pg_ctl"));
        if let Kind::Durable(Some((library, delay_us))) = kind {
            start.env("LD_PRELOAD", server.within_reach(library)?).env("GONGJI_FLUSH_DELAY_US", delay_us.to_string());
        }
        start.args(["start", "-w", "-D"]).arg(&data).arg("-o").arg(options).arg("-l").arg(log);
        server.run(&mut start)?;
        Ok(server)
    }

    /// The address of a database that is there.
    #[must_use]
    pub fn address(&self) -> String {
        format!("host={} user=gongji dbname=postgres", self.folder.display())
    }

    /// Runs statements in the database that is there.
    ///
    /// # Errors
    /// A sentence when they fail.
    pub fn statement(&self, text: &str) -> Result<(), String> {
        let words = ["-U", "gongji", "-d", "postgres", "-qc", text, "-h"];
        self.run(Command::new(self.programs.join("psql")).args(words).arg(&self.folder))
    }

    /// The server's account may not enter the folder in which things are built.
    fn within_reach(&self, library: &Path) -> Result<PathBuf, String> {
        let copy = self.folder.join("flush.so");
        let copied = std::fs::copy(library, &copy);
        copied.map_err(|error| format!("{}: {error}", copy.display()))?;
        Ok(copy)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn run(&self, command: &mut Command) -> Result<(), String> {
        let name = Path::new(command.get_program()).display().to_string();
        let output = self.as_account(command).stdin(Stdio::null()).stdout(Stdio::null()).status();
        match output {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{name} ended with {status}")),
            Err(error) => Err(format!("{name}: {error}")),
        }
    }

    fn as_account<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        // Nobody but root may enter root's folders.
        command.current_dir("/");
        match self.account {
            Some(account) => command.uid(account),
            None => command,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = Command::new(self.programs.join("pg_ctl"));
        let _it_ends_with_the_machine = self.run(stop.args(["stop", "-m", "immediate", "-D"]).arg(self.data()));
        let _best_effort = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of the newest version's programs.
fn programs() -> Result<PathBuf, String> {
    if let Some(found) = newest() {
        return Ok(found);
    }
    eprintln!("postgres: there is no PostgreSQL here; installing it");
    for words in [&["update"][..], &["install", "--yes", "--no-install-recommends", "postgresql"][..]] {
        let installed = Command::new("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive").status();
        if !installed.is_ok_and(|status| status.success()) {
            return Err("PostgreSQL is missing and could not be installed: install the package `postgresql`".to_owned());
        }
    }
    newest().ok_or_else(|| format!("no version has its programs in {VERSIONS}"))
}

fn newest() -> Option<PathBuf> {
    let entries = std::fs::read_dir(VERSIONS).ok()?;
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = versions.filter(|path| path.join("bin/initdb").is_file()).max_by_key(version)?;
    Some(newest.join("bin"))
}

/// Another account than root's, if this is root.
fn account() -> Result<Option<u32>, String> {
    let id = |words: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(words).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let account = id(&["-u", ACCOUNT]).ok_or_else(|| format!("there is no account {ACCOUNT} to run the server for"))?;
    Ok(Some(account))
}

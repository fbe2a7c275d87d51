//! A PostgreSQL server that lives as long as whoever started it: for tests, and to try the product on one.
//!
//! It listens on a socket in a folder of its own and on no port, keeps nothing, and trusts whoever may enter the folder.
//! Invariants: it never runs as root; it ends, and its folder goes, however its owner ends, a kill included. Deliberately
//! absent: installing PostgreSQL, and everything of ours, so that `xtask` may look from outside with it.

use std::path::{Path, PathBuf};

/// Where distributions keep the programs of each version, before and after its number.
const VERSIONS: [(&str, &str); 2] = [("/usr/lib/postgresql/", "/bin"), ("/usr/pgsql-", "/bin")];

/// What runs a server, and what copies databases. A machine may have the second alone.
const RUNNING: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
const COPYING: [&str; 2] = ["pg_dump", "pg_restore"];
const ASKING: [&str; 1] = ["psql"];

/// The folder of the programs: that in which the search path finds `initdb`, else that of the newest version of the
/// distribution; none if PostgreSQL is not installed.
#[must_use]
pub fn programs() -> Option<PathBuf> {
    on_path(&RUNNING).or_else(|| newest(&RUNNING))
}

/// The folder of `pg_dump` and `pg_restore`: that of [`programs`], else that of the newest version of the distribution,
/// else that in which the search path finds them.
#[must_use]
pub fn copying() -> Option<PathBuf> {
    beside(&COPYING)
}

/// The folder of `psql`, in the same order.
#[must_use]
pub fn asking() -> Option<PathBuf> {
    beside(&ASKING)
}

/// On some machines the search path finds links to what runs a server, and nothing else beside them.
fn beside(names: &[&str]) -> Option<PathBuf> {
    let beside = programs().filter(|folder| has(folder, names));
    beside.or_else(|| newest(names)).or_else(|| on_path(names))
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|folder| has(folder, names))
}

fn has(folder: &Path, names: &[&str]) -> bool {
    names.iter().all(|name| folder.join(name).is_file())
}

fn newest(names: &[&str]) -> Option<PathBuf> {
    let numbers = (9..100_u32).rev();
    let folders = numbers.flat_map(|number| VERSIONS.map(|(before, after)| format!("{before}{number}{after}")));
    folders.map(PathBuf::from).find(|folder| has(folder, names))
}

#[cfg(not(unix))]
pub use elsewhere::Server;
#[cfg(unix)]
pub use unix::Server;

#[cfg(not(unix))]
mod elsewhere {
    /// There is none on this system.
    #[derive(Debug)]
    pub enum Server {}

    impl Server {
        /// Says that it cannot.
        ///
        /// # Errors
        /// Always.
        pub fn start(_: &[&str]) -> Result<Self, String> {
            Err("on this system no server can be started: name one that runs".to_owned())
        }

        /// There is none to kill.
        ///
        /// # Errors
        /// None.
        pub fn kill_and_restart(&mut self) -> Result<(), String> {
            match *self {}
        }

        /// The address of a database that is there.
        #[must_use]
        pub fn address(&self) -> String {
            match *self {}
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::io::{BufRead, BufReader, Write};
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};
    use std::process::{Child, ChildStdout, Command, Stdio};

    /// What starts the server and ends it.
    const KEEPER: &str = include_str!("keeper.sh");
    /// The account for whom a server runs that root has started.
    const ACCOUNT: &str = "postgres";
    /// Nothing that it keeps is to outlive it; and many tests at once have a connection each.
    const SETTINGS: [&str; 4] =
        ["-c listen_addresses=", "-c fsync=off", "-c max_connections=300", "-c shared_buffers=256MB"];

    /// A server; ended when it is dropped, and when its process ends.
    #[derive(Debug)]
    pub struct Server {
        folder: PathBuf,
        keeper: Child,
        told: BufReader<ChildStdout>,
    }

    impl Server {
        /// Makes a cluster in a folder of its own and starts it, with these settings beside its own: `-c name=value`.
        ///
        /// # Errors
        /// A sentence that says what is missing, and what to do.
        pub fn start(settings: &[&str]) -> Result<Self, String> {
            Self::start_with(settings, &[])
        }

        /// The same with variables in its environment.
        ///
        /// # Errors
        /// As [`Server::start`].
        pub fn start_with(settings: &[&str], environment: &[(&str, String)]) -> Result<Self, String> {
            let programs = super::programs().ok_or("PostgreSQL is not installed here: install `postgresql`")?;
            Self::told_by(keeper(&programs, "gongji-postgres-", (settings, environment))?)
        }

        fn told_by(mut keeper: Child) -> Result<Self, String> {
            let told = BufReader::new(keeper.stdout.take().ok_or("the server's keeper has no output")?);
            let mut server = Self { folder: PathBuf::new(), keeper, told };
            server.folder = server.is_told()?;
            Ok(server)
        }

        /// Waits until the keeper says that the server can be reached; gives its folder.
        fn is_told(&mut self) -> Result<PathBuf, String> {
            let mut line = String::new();
            self.told.read_line(&mut line).map_err(|error| format!("the server's keeper: {error}"))?;
            match line.trim_end().split_once(' ') {
                Some(("+", folder)) => Ok(folder.into()),
                Some((_, why)) => Err(format!("PostgreSQL: {why}")),
                None => Err("PostgreSQL: the server's keeper ended without a word".to_owned()),
            }
        }

        /// Kills all processes of the server at once, and starts it again; gives back once it can be reached.
        ///
        /// # Errors
        /// A sentence when it does not start again.
        pub fn kill_and_restart(&mut self) -> Result<(), String> {
            let keeper = self.keeper.stdin.as_mut().ok_or("the server's keeper does not listen")?;
            writeln!(keeper, "again").map_err(|error| format!("the server's keeper: {error}"))?;
            self.is_told().map(|_| ())
        }

        /// The address of a database that is there.
        #[must_use]
        pub fn address(&self) -> String {
            format!("host={} user=gongji dbname=postgres", self.folder.display())
        }

        /// Its folder, in which its socket is; only its account may enter.
        #[must_use]
        pub fn folder(&self) -> &Path {
            &self.folder
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            drop(self.keeper.stdin.take());
            let _it_ends_by_itself = self.keeper.wait();
        }
    }

    /// Starts the keeper, which starts the server and ends it.
    fn keeper(
        programs: &Path,
        begins: &str,
        (settings, environment): (&[&str], &[(&str, String)]),
    ) -> Result<Child, String> {
        let folder = std::env::temp_dir().join(begins);
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(programs).arg(folder);
        keeper.envs(environment.iter().map(|(name, value)| (name, value)));
        keeper.args(SETTINGS).args(settings).stdin(Stdio::piped()).stdout(Stdio::piped());
        // Nobody but root may enter root's folders; and what interrupts its owner is not to interrupt the end.
        keeper.current_dir("/").process_group(0);
        if let Some(account) = account()? {
            keeper.uid(account);
        }
        keeper.spawn().map_err(|error| format!("sh: {error}"))
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
        let missing = || format!("this is root, for whom no server runs, and there is no account {ACCOUNT}: make it");
        id(&["-u", ACCOUNT]).map(Some).ok_or_else(missing)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_server_whose_owner_is_killed_ends_and_leaves_nothing() {
            let server = Server::start(&[]).expect("PostgreSQL is installed where tests run");
            let (folder, lock) = (server.folder().to_owned(), server.folder().join("data/postmaster.pid"));
            assert!(lock.exists());
            let mut server = std::mem::ManuallyDrop::new(server);
            // All that the system does for the dead: it closes what they held.
            drop(server.keeper.stdin.take());
            server.keeper.wait().expect("the keeper ends");
            assert!(!folder.exists(), "{} is left", folder.display());
        }

        #[test]
        fn a_server_whose_owner_is_killed_before_it_has_started_ends_too() {
            let programs = super::super::programs().expect("PostgreSQL is installed where tests run");
            let trace = format!("gongji-orphan-{}-", std::process::id());
            let mut keeper = keeper(&programs, &trace, (&[], &[])).expect("the keeper starts");
            drop((keeper.stdin.take(), keeper.stdout.take()));
            assert!(!keeper.wait().expect("the keeper ends").success(), "it has nobody to tell");
            let left = std::fs::read_dir(std::env::temp_dir()).expect("a folder").flatten();
            let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(&trace));
            assert_eq!(left.map(|entry| entry.path()).collect::<Vec<_>>(), Vec::<PathBuf>::new());
        }

        #[test]
        fn a_server_that_is_killed_comes_back_in_its_folder_with_another_process() {
            let mut server = Server::start(&[]).expect("PostgreSQL is installed where tests run");
            let process = |server: &Server| std::fs::read_to_string(server.folder().join("data/postmaster.pid"));
            let (folder, before) = (server.folder().to_owned(), process(&server).expect("a process"));
            server.kill_and_restart().expect("it starts again");
            let after = process(&server).expect("a process");
            assert!(before.lines().next() != after.lines().next(), "{after}");
            assert_eq!(server.folder(), folder);
        }

        #[test]
        fn a_server_that_cannot_start_says_why_and_leaves_nothing() {
            let why = Server::start(&["-c shared_buffers=nothing"]).expect_err("no such size");
            assert!(why.contains("the server does not start") && why.contains("shared_buffers"), "{why}");
        }
    }
}

//! PostgreSQL's own programs for copying a database, driven: `pg_dump` and `pg_restore`.
//!
//! Invariants: where a server is, and with which password, stands in the environment of a child and never in its arguments;
//! nothing else of libpq's environment reaches it; every byte passes through this program, so that a child ends when this
//! is killed, and what `pg_restore` had not been given whole is taken back by the server; what a child says is repeated
//! without the password. Deliberately absent: installing them, and asking for passwords.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use gongji_store::postgres::{self, Held, Variables};

use crate::backup::cannot;
use crate::keys::told;
use crate::output::{self, Failure};

const DUMP: [&str; 9] = [
    "--format=custom",
    "--no-owner",
    "--no-privileges",
    "--no-tablespaces",
    "--no-security-labels",
    "--no-publications",
    "--no-subscriptions",
    "--no-password",
    "--verbose",
];
/// All in one transaction. A connection string in place of a name leaves the name to the environment.
const RESTORE: [&str; 7] = [
    "--format=custom",
    "--no-owner",
    "--no-privileges",
    "--no-password",
    "--single-transaction",
    "--exit-on-error",
    "--dbname=fallback_application_name=pg_restore",
];
/// What `pg_dump` says when it begins with the rows of a table.
const TABLE_BEGINS: &str = "dumping contents of table";
/// Between two notes of progress.
const BETWEEN: Duration = Duration::from_secs(1);
const PIECE: usize = 1 << 16;

/// The programs of one version.
pub struct Tools {
    folder: PathBuf,
    version: i64,
}

impl Tools {
    /// Those of a folder that is named, or of this machine.
    pub fn find(named: Option<&Path>) -> Result<Self, Failure> {
        let folder = named.map(Path::to_owned).or_else(gongji_scratch::copying).ok_or_else(|| there_is_none(None))?;
        let asked = Command::new(folder.join("pg_dump")).arg("--version").stdin(Stdio::null()).output();
        let answer = asked.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let version = version_in(&answer).ok_or_else(|| there_is_none(Some(&folder)))?;
        Ok(Self { folder, version })
    }

    /// Goes on only with a server that is not newer: a dump of it could lack what older programs do not know.
    fn know(&self, held: &Held) -> Result<(), Failure> {
        let (own, server, folder) = (self.version, held.server, self.folder.display());
        if own >= server {
            return Ok(());
        }
        Err(told(
            &format!(
                "{folder}：pg_dump 是 {own} 版，服务器是 {server} 版：旧的不能备份新的。装 {server} 版，或用 --tools 指明"
            ),
            &format!(
                "{folder}: pg_dump is of version {own} and the server of {server}, and an older one cannot copy a newer: \
                 install {server}, or name its folder with --tools"
            ),
        ))
    }

    /// Copies the schema of a database into a file, which is called so, as it is at a moment.
    pub fn dump(&self, url: &str, held: &Held, (to, file): (&Path, &mut File)) -> Result<(), Failure> {
        self.know(held)?;
        let schema = format!("--schema=\"{}\"", held.schema.replace('"', "\"\""));
        let snapshot = format!("--snapshot={}", held.name);
        let words = [&DUMP[..], &[schema.as_str(), snapshot.as_str()]].concat();
        let mut running = self.start("pg_dump", &words, url)?;
        drop(running.child.stdin.take());
        let mut from = running.child.stdout.take().expect("its output was asked for");
        let mut notes = Notes::begin();
        let (mut piece, mut bytes) = (vec![0; PIECE], 0);
        loop {
            let read = from.read(&mut piece).map_err(|error| Failure::of(&error))?;
            if read == 0 {
                break;
            }
            file.write_all(&piece[..read]).map_err(|error| cannot(to, &error))?;
            bytes += read;
            notes.tell(|| running.progress(held.tables, bytes));
        }
        let progress = running.progress(held.tables, bytes);
        running.end("没有留下备份", "no backup is left")?;
        output::note(progress);
        Ok(())
    }

    /// Restores the schema of a dump to where an address leads, all of it or nothing.
    pub fn restore(&self, from: &Path, url: &str, schema: &str) -> Result<(), Failure> {
        let named = format!("--schema={schema}");
        let mut running = self.start("pg_restore", &[&RESTORE[..], &[named.as_str()]].concat(), url)?;
        drop(running.child.stdout.take());
        let mut into = running.child.stdin.take().expect("its input was asked for");
        let mut file = File::open(from).map_err(|error| cannot(from, &error))?;
        let all = file.metadata().map_err(|error| cannot(from, &error))?.len();
        let mut notes = Notes::begin();
        let (mut piece, mut bytes) = (vec![0; PIECE], 0);
        loop {
            let read = file.read(&mut piece).map_err(|error| cannot(from, &error))?;
            match into.write_all(&piece[..read]) {
                Ok(()) if read > 0 => bytes += read,
                Ok(()) => break,
                // It has ended, and says why.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
                Err(error) => return Err(Failure::of(&error)),
            }
            notes.tell(|| format!("{} / {} KB", bytes / 1024, all / 1024));
        }
        drop(into);
        running.end("什么也没有恢复", "nothing was restored")
    }

    fn start(&self, name: &'static str, words: &[&str], url: &str) -> Result<Running, Failure> {
        let variables = postgres::variables(url)?;
        let mut command = Command::new(self.folder.join(name));
        let of_libpq = std::env::vars_os().map(|(name, _)| name);
        of_libpq.filter(|name| name.to_string_lossy().starts_with("PG")).for_each(|name| {
            command.env_remove(name);
        });
        command.args(words).env("LC_ALL", "C").envs(variables.iter().map(|(name, value)| (name, value.as_str())));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|_| there_is_none(Some(&self.folder)))?;
        let (tables, errors) = (Arc::new(AtomicU64::new(0)), child.stderr.take().expect("its errors were asked for"));
        let counting = tables.clone();
        let listening = Some(std::thread::spawn(move || heard(errors, &counting)));
        Ok(Running { name, child, tables, listening, variables })
    }
}

/// A child; killed if it is dropped before its end.
struct Running {
    name: &'static str,
    child: Child,
    /// Tables that it has begun with.
    tables: Arc<AtomicU64>,
    /// Gives what it said of its failure.
    listening: Option<JoinHandle<String>>,
    variables: Variables,
}

impl Running {
    fn progress(&self, tables: u64, bytes: usize) -> String {
        format!("{} / {tables} tables, {} KB", self.tables.load(Ordering::Relaxed), bytes / 1024)
    }

    /// Waits for its end, and says what went wrong.
    fn end(mut self, zh: &str, en: &str) -> Result<(), Failure> {
        let status = self.child.wait().map_err(|error| Failure::of(&error))?;
        let heard = self.listening.take().and_then(|listening| listening.join().ok()).unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        let (name, said) = (self.name, self.without_password(&heard));
        let said = if said.is_empty() { status.to_string() } else { said };
        Err(told(
            &format!("{name} 没有做成，{zh}。它说：{said}"),
            &format!("{name} could not do it, {en}; it says: {said}"),
        ))
    }

    fn without_password(&self, said: &str) -> String {
        let password = self.variables.iter().find(|(name, _)| *name == "PGPASSWORD");
        password.map_or_else(|| said.to_owned(), |(_, password)| said.replace(password.as_str(), "***"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _it_may_have_ended = self.child.kill();
        let _nobody_asks_how = self.child.wait();
    }
}

/// Listens until a child has said everything; gives its first error, or else its last words. Lines that follow an error may
/// quote a row and are left out.
fn heard(errors: ChildStderr, tables: &AtomicU64) -> String {
    let (mut error, mut last) = (None, String::new());
    for line in BufReader::new(errors).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if line.contains(TABLE_BEGINS) {
            tables.fetch_add(1, Ordering::Relaxed);
        }
        if let (None, Some((_, what))) = (&error, line.split_once("error: ")) {
            error = Some(what.to_owned());
        }
        last = line;
    }
    error.unwrap_or(last)
}

/// Notes of progress, not more often than people read.
struct Notes(Instant);

impl Notes {
    fn begin() -> Self {
        Self(Instant::now())
    }

    fn tell(&mut self, text: impl FnOnce() -> String) {
        if self.0.elapsed() >= BETWEEN {
            output::note(text());
            self.0 = Instant::now();
        }
    }
}

/// The first number of a version, of what a program says of itself: `pg_dump (PostgreSQL) 15.4`.
fn version_in(answer: &str) -> Option<i64> {
    let (_, version) = answer.split_once("(PostgreSQL) ")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn there_is_none(folder: Option<&Path>) -> Failure {
    let place = folder.map_or_else(String::new, |folder| format!("{}: ", folder.display()));
    told(
        &format!("{place}没有 pg_dump、pg_restore。装 PostgreSQL 客户端，或用 --tools 指明文件夹"),
        &format!(
            "{place}there is no pg_dump and pg_restore: install the client of PostgreSQL, or name its folder with --tools"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_the_program_says_of_itself() {
        for (answer, version) in [
            ("pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n", Some(15)),
            ("pg_dump (PostgreSQL) 9.6.24", Some(9)),
            ("pg_dump (PostgreSQL) 19beta1", Some(19)),
            ("pg_dump (gsql) x", None),
            ("", None),
        ] {
            assert_eq!(version_in(answer), version, "{answer}");
        }
    }
}

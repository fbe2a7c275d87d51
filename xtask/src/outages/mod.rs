//! What becomes of acknowledged settlements when programs, servers and whole machines are killed.
//!
//! A round kills one of two tills, or the server; both go on, and at the end every message that any of them was told the
//! outcome of must be there once, with that outcome, and the audit be clean. Invariants: nothing outlives this program;
//! nothing is killed that it did not start. Deliberately absent: cutting power, of which [`crate::flush`] has the other half.

mod cluster;
mod http;
mod kills;
mod till;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use cluster::Cluster;
use till::{Checked, Place};

use crate::built::built;
use crate::told;

pub use http::upgrade;
pub use kills::run as kills;

/// How often the leader is killed.
const LEADERS: usize = 2;
/// Answers between two kills, in the steps in which a till tells of them.
const STEPS: u64 = 40;
/// The manager of the cluster, from the package index of Python.
const PATRONI: &str = "patroni[etcd3,psycopg3]==4.1.5";

/// The interpreter of the system.
const PYTHON: &str = "/usr/bin/python3";

/// Kills the leader of a highly available cluster under load.
pub fn patroni(root: &Path) -> ExitCode {
    told("patroni", leaders_killed(root))
}

fn leaders_killed(root: &Path) -> Result<bool, String> {
    let patroni = installed(root)?;
    let program = built(root, &["build", "--package", "gongji-sim"], "gongji-sim")?;
    let folder = Folder::new()?;
    let mut cluster = Cluster::start(&patroni)?;
    let place = Place { program, words: vec!["--dsn".to_owned(), cluster.address()] };
    place.make()?;
    let journal = folder.file("till");
    let mut till = place.start(&journal)?;
    for number in 1..=LEADERS {
        till.settles(STEPS)?;
        let leader = cluster.whole()?;
        let begun = Instant::now();
        cluster.kill(leader)?;
        till.settles_anew(&journal)?;
        println!(
            "patroni: leader {number} (member {leader}) killed; next answers {} ms later",
            millis(begun.elapsed())
        );
        cluster.restart(leader)?;
        let next = cluster.whole()?;
        println!("patroni: member {next} leads, and all follow, {} ms after the kill", millis(begun.elapsed()));
    }
    till.settles(STEPS)?;
    let heard = till.end()?;
    println!(
        "patroni: {} answers, {} failures told to callers, silences of {:?} ms",
        heard.answered, heard.failures, heard.silences_ms
    );
    Ok(clean("patroni", &place.check(&[&journal])?))
}

fn millis(time: Duration) -> u128 {
    time.as_millis()
}

/// Says what the check found; whether nothing.
fn clean(name: &str, checked: &Checked) -> bool {
    checked.findings.iter().for_each(|finding| eprintln!("{name}: {finding}"));
    println!(
        "{name}: {} acknowledged, {} in doubt of which {} are there, {} settlements, {} findings",
        checked.answered, checked.doubtful, checked.found, checked.settlements, checked.wrong
    );
    checked.wrong == 0
}

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("gongji-outages-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _only_a_scratch_folder = std::fs::remove_dir_all(&self.0);
    }
}

/// Has etcd and Patroni on this machine: the one from Debian, the other in a folder of the build.
fn installed(root: &Path) -> Result<PathBuf, String> {
    crate::server::install()?;
    if !runs("etcd", &["--version"]) {
        eprintln!("patroni: there is no etcd here; installing it");
        let words = ["install", "--yes", "--no-install-recommends", "etcd-server"];
        if !runs("apt-get", &["update"]) || !runs("apt-get", &words) {
            return Err("etcd is missing and could not be installed: install `etcd-server`".to_owned());
        }
    }
    // The system's own can be reached by the account of the servers, which one in somebody's home cannot.
    let python = if Path::new(PYTHON).is_file() { PYTHON } else { "python3" };
    let programs = crate::python::installed(root, python, ("patroni", &[PATRONI]))?;
    Ok(programs.join("patroni"))
}

fn runs(program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

//! Records what the program does to its disk while it settles, and judges the record.
//!
//! The program to record may be given, with more words for its load, so that one with a planted fault shows that it is
//! found.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use xtask::record::{self, Seen};

use crate::built::built;

/// Bills for each number of callers.
const BILLS: usize = 1_000;
/// Callers: one, so that each group is one bill; and many, so that groups are many bills.
const CALLERS: [usize; 2] = [1, 16];

/// Exit status 0 where every answer was safe when it left, 1 where one was not, 3 where it could not be found out.
pub fn run(root: &Path, given: &[&str]) -> ExitCode {
    if !cfg!(target_os = "linux") {
        println!("flush: what a program does to its disk can be recorded on Linux only; nothing was looked at");
        return ExitCode::SUCCESS;
    }
    match recorded(root, given) {
        Ok(seen) => told(&seen),
        Err(what) => {
            eprintln!("flush: {what}");
            ExitCode::from(3)
        }
    }
}

/// Whether the record of a program, whose load takes these words, shows an answer that was not safe when it left.
///
/// # Errors
/// A sentence, where it could not be found out.
pub fn finds_a_fault(root: &Path, program: &Path, words: &[&str]) -> Result<bool, String> {
    let program = program.to_string_lossy();
    let given: Vec<&str> = std::iter::once(&*program).chain(words.iter().copied()).collect();
    recorded(root, &given).map(|seen| !seen.findings.is_empty())
}

fn told(seen: &Seen) -> ExitCode {
    for finding in &seen.findings {
        eprintln!("flush: {finding}");
    }
    println!(
        "flush: {} answers of {} groups, {} flushes of the log, {} pages brought into the database, {} ends of the log, \
         {} findings",
        seen.answers,
        seen.groups,
        seen.log_flushes,
        seen.pages,
        seen.log_ends,
        seen.findings.len()
    );
    if seen.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn recorded(root: &Path, given: &[&str]) -> Result<Seen, String> {
    let library = built(root, &["build", "--package", "gongji-flush"], "gongji_flush")?;
    let (program, words) = match given {
        [] => (built(root, &["build", "--package", "gongji-sim"], "gongji-sim")?, given),
        [program, words @ ..] => (PathBuf::from(program), words),
    };
    let folder = library.with_file_name(format!("flush-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let seen = settled((&program, words), &library, &folder);
    let _only_a_scratch_folder = std::fs::remove_dir_all(&folder);
    seen
}

/// Lets the program settle, and holds its database against the record.
fn settled((program, words): (&Path, &[&str]), library: &Path, folder: &Path) -> Result<Seen, String> {
    let (database, log) = (folder.join("recorded.db"), folder.join("record"));
    let callers = CALLERS.map(|number| number.to_string()).join(",");
    let mut command = Command::new(program);
    command.arg("load").arg("--keep").arg(&database).arg("--answers").arg(folder.join("all.answers"));
    command.args(["--people", "90", "--callers", &callers, "--settlements", &BILLS.to_string()]).args(words);
    command.env("LD_PRELOAD", library).env("GONGJI_FLUSH_LOG", &log).stdout(Stdio::null());
    let status = command.status().map_err(|error| format!("{}: {error}", program.display()))?;
    if !status.success() {
        return Err(format!("{} failed: {status}", program.display()));
    }
    let bytes = std::fs::read(&log).map_err(|error| format!("nothing was recorded: {error}"))?;
    let events = record::read(&bytes)?;
    let mut seen = record::judge(&events);
    let kept = std::fs::read(&database).map_err(|error| format!("the database: {error}"))?;
    if record::replayed(&events) != kept {
        seen.findings.push("the database holds what was written past the record".to_owned());
    }
    is_enough(&seen)?;
    Ok(seen)
}

/// A record in which nothing happened proves nothing.
fn is_enough(seen: &Seen) -> Result<(), String> {
    let wanted = BILLS * CALLERS.len();
    if seen.answers != wanted {
        return Err(format!("{} answers were recorded and {wanted} given", seen.answers));
    }
    if seen.groups < BILLS || seen.groups >= wanted + BILLS {
        return Err(format!("{} groups for {wanted} bills are not those that were to be seen", seen.groups));
    }
    // The log begins once, and is written back and taken away at the end at the latest.
    if seen.pages == 0 || seen.log_ends < 2 {
        return Err("the log was never written back".to_owned());
    }
    Ok(())
}

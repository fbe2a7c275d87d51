//! Records what the program does to its disk while it settles, and judges the record.
//!
//! The program to record may be given, with more words for its load, so that one with a planted fault shows that it is
//! found.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use xtask::record::{self, Seen};

use crate::built::built;
use crate::server::Measured;

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
    let done = if given.is_empty() { both(root) } else { recorded(root, given).map(|seen| told("a file", &seen)) };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("flush: {what}");
            ExitCode::from(3)
        }
    }
}

/// A file in one lane and in two, then a server that flushes and one that does not, which has to be found.
fn both(root: &Path) -> Result<bool, String> {
    let program = built(root, &["build", "--package", "gongji-sim"], "gongji-sim")?;
    let name = program.to_string_lossy().into_owned();
    let one = told("a file, groups one after the other", &recorded(root, &[&name, "--lanes", "1"])?);
    let two = told("a file, groups beside each other's flushes", &recorded(root, &[&name, "--lanes", "2"])?);
    let flushing = told("a server", &on_server(root, &program, "-c fsync=on")?);
    let careless = on_server(root, &program, "-c fsync=off")?;
    let found = !careless.findings.is_empty();
    println!("flush: a server with fsync=off is {}", if found { "found" } else { "NOT found" });
    Ok(one && two && flushing && found)
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

fn told(what: &str, seen: &Seen) -> bool {
    for finding in &seen.findings {
        eprintln!("flush: {what}: {finding}");
    }
    println!(
        "flush: {what}: {} answers of {} groups, {} flushes of the log, {} pages brought into the database, {} ends of the log, \
         {} findings",
        seen.answers,
        seen.groups,
        seen.log_flushes,
        seen.pages,
        seen.log_ends,
        seen.findings.len()
    );
    seen.findings.is_empty()
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

/// Lets the program settle on a server of its own; both write one record.
fn on_server(root: &Path, program: &Path, setting: &str) -> Result<Seen, String> {
    let library = built(root, &["build", "--package", "gongji-flush"], "gongji_flush")?;
    let (answers, log) = (scratch("answers"), scratch("record"));
    let seen = settled_on_server((program, setting), &library, (&answers, &log));
    for file in [&answers, &log] {
        let _it_may_not_be_there = std::fs::remove_file(file);
    }
    seen
}

/// Where the server's account may write, too.
fn scratch(ending: &str) -> PathBuf {
    std::env::temp_dir().join(format!("gongji-flush-{}.{ending}", std::process::id()))
}

fn settled_on_server(
    (program, setting): (&Path, &str),
    library: &Path,
    (answers, log): (&Path, &Path),
) -> Result<Seen, String> {
    let wrong = |error| format!("{}: {error}", log.display());
    std::fs::write(log, []).map_err(wrong)?;
    open_to_all(log).map_err(wrong)?;
    let server = Measured::recorded(library, log, &[setting])?;
    let callers = CALLERS.map(|number| number.to_string()).join(",");
    let mut command = Command::new(program);
    command.args(["load", "--engine", "postgres", "--dsn", &server.address(), "--answers"]).arg(answers);
    command.args(["--keep", "recorded", "--people", "90", "--callers", &callers]);
    command.args(["--settlements", &BILLS.to_string()]);
    command.env("LD_PRELOAD", library).env("GONGJI_FLUSH_LOG", log).stdout(Stdio::null());
    let status = command.status().map_err(|error| format!("{}: {error}", program.display()))?;
    if !status.success() {
        return Err(format!("{} failed: {status}", program.display()));
    }
    drop(server);
    let bytes = std::fs::read(log).map_err(wrong)?;
    let seen = record::server::judge(&record::read(&bytes)?);
    let wanted = BILLS * CALLERS.len();
    if seen.answers != wanted {
        return Err(format!("{} answers were recorded and {wanted} given", seen.answers));
    }
    Ok(seen)
}

#[cfg(unix)]
fn open_to_all(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn open_to_all(_: &Path) -> std::io::Result<()> {
    Ok(())
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

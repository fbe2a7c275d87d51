//! The README's commands as they stand, from a clone to the first settled bill.
//!
//! What is not committed is not in a clone, so this shows what a stranger meets. It builds in release, which takes minutes,
//! and listens at the port that the README names: so it is no part of `ci`, whose tests run the same lines at another port.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use serde_json::Value;

use super::succeeds;
use crate::told;

/// Runs them.
pub fn run(root: &Path) -> ExitCode {
    told("readme", settles(root))
}

/// A clone; gone afterwards.
struct Clone(PathBuf);

impl Drop for Clone {
    fn drop(&mut self) {
        let _only_a_scratch_folder = std::fs::remove_dir_all(&self.0);
    }
}

/// The program that the README starts; ended when it is dropped.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ = self.0.wait();
    }
}

fn settles(root: &Path) -> Result<bool, String> {
    let begun = Instant::now();
    let clone = Clone(std::env::temp_dir().join(format!("gongji-readme-{}", std::process::id())));
    if !succeeds(Command::new("git").args(["clone", "--quiet"]).arg(root).arg(&clone.0))? {
        return Err("git cannot clone this tree".to_owned());
    }
    let file = clone.0.join("README.md");
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let commands: Vec<&str> = text.lines().filter_map(command).collect();
    let starts = commands.iter().find(|line| line.ends_with("-- sandbox")).ok_or("the README starts no sandbox")?;
    println!("readme: {starts}");
    // The shell, and after it cargo, give way to the program: what is ended is the program itself.
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec {starts}")]).current_dir(&clone.0).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut sandbox = Started(shell.spawn().map_err(|error| error.to_string())?);
    let mut line = String::new();
    let stdout = sandbox.0.stdout.take().ok_or("the sandbox says nothing")?;
    let mut stdout = BufReader::new(stdout);
    stdout.read_line(&mut line).map_err(|error| error.to_string())?;
    println!("readme: {} s after the clone: {}", begun.elapsed().as_secs(), line.trim());
    let asks: Vec<&&str> = commands.iter().filter(|line| line.starts_with("curl ")).collect();
    let mut settled = 0;
    for curl in asks {
        let answer = answer_of(curl)?;
        println!("readme: {curl}\n  {answer}");
        settled += usize::from(answer["outcome"] == "settled");
    }
    println!("readme: {settled} bill settled {} s after the clone", begun.elapsed().as_secs());
    Ok(settled == 1)
}

/// A command of the page: a line that is set in, without what is said of it.
fn command(line: &str) -> Option<&str> {
    let command = line.strip_prefix("    ")?;
    Some(command.split(" # ").next().unwrap_or(command).trim())
}

fn answer_of(curl: &str) -> Result<Value, String> {
    let output = Command::new("sh").args(["-c", curl]).output().map_err(|error| error.to_string())?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{curl}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_set_in_and_end_where_something_is_said_of_them() {
        for (line, expected) in [
            ("    cargo run -- sandbox  # an API", Some("cargo run -- sandbox")),
            ("    curl -s 'http://x#y'", Some("curl -s 'http://x#y'")),
            ("With the sandbox running", None),
        ] {
            assert_eq!(command(line), expected, "{line}");
        }
    }
}

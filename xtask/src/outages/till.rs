//! A till that runs beside whatever is killed, and the check of all of them at the end.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;

/// Answers that may have left before a kill and not be noted yet: one for each caller.
const UNDER_WAY: u64 = 8;

/// Where tills settle, as the words of their program.
#[derive(Clone, Debug)]
pub struct Place {
    /// The program.
    pub program: PathBuf,
    /// `--db FILE`, `--dsn URL`, or `--http ADDRESSES` with its files.
    pub words: Vec<String>,
}

/// What a till came to that was not killed.
#[derive(Debug, Default, Deserialize)]
pub struct Heard {
    /// Bills that were answered.
    pub answered: u64,
    /// Failures that callers were told.
    pub failures: u64,
    /// Milliseconds of each time in which nobody was answered, of more than a second.
    pub silences_ms: Vec<u64>,
}

/// What the check found.
#[derive(Debug, Deserialize)]
pub struct Checked {
    /// Messages that were answered.
    pub answered: u64,
    /// Messages in doubt.
    pub doubtful: u64,
    /// Those of them that are there.
    pub found: u64,
    /// Settlements.
    pub settlements: u64,
    /// How much is wrong.
    pub wrong: u64,
    /// The first of it, in words.
    pub findings: Vec<String>,
}

impl Place {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("acknowledged").args(&self.words).args(words);
        command
    }

    /// Makes tables, families, money.
    ///
    /// # Errors
    /// A sentence.
    pub fn make(&self) -> Result<(), String> {
        let made = self.command(&["--make"]).stdin(Stdio::null()).status();
        let made = made.map_err(|error| format!("{}: {error}", self.program.display()))?;
        if made.success() { Ok(()) } else { Err(format!("the database was not made: {made}")) }
    }

    /// Holds the database against these journals.
    ///
    /// # Errors
    /// A sentence when it could not be found out.
    pub fn check(&self, journals: &[&Path]) -> Result<Checked, String> {
        let mut command = self.command(&["--check"]);
        journals.iter().for_each(|journal| {
            command.arg("--journal").arg(journal);
        });
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| format!("{}: {error}", self.program.display()))?;
        serde_json::from_slice(&output.stdout).map_err(|error| format!("the check said nothing: {error}"))
    }

    /// Starts a till.
    ///
    /// # Errors
    /// A sentence.
    pub fn start(&self, journal: &Path) -> Result<Till, String> {
        let mut command = self.command(&["--journal"]);
        command.arg(journal).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = command.spawn().map_err(|error| format!("{}: {error}", self.program.display()))?;
        let (input, output) = (program.stdin.take(), program.stdout.take());
        let output = BufReader::new(output.ok_or("a till has an output")?);
        Ok(Till { program, input, output, answered: 0 })
    }
}

/// A till that settles; killed when it is dropped.
#[derive(Debug)]
pub struct Till {
    program: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// How many answers it has told of.
    pub answered: u64,
}

impl Till {
    /// Waits until it has told so many times more how many answers it has.
    ///
    /// # Errors
    /// A sentence when it ended before.
    pub fn settles(&mut self, times: u64) -> Result<(), String> {
        let mut line = String::new();
        for _ in 0..times {
            line.clear();
            if self.output.read_line(&mut line).is_ok_and(|length| length == 0) {
                return Err("a till ended by itself".to_owned());
            }
            let told = line.trim_end().strip_prefix("answered ").and_then(|number| number.parse().ok());
            self.answered = told.unwrap_or(self.answered);
        }
        Ok(())
    }

    /// Waits until it tells of answers that are not in what its journal holds now: what it has told before waits to be read.
    ///
    /// # Errors
    /// A sentence when it ended before, or the journal cannot be read.
    pub fn settles_anew(&mut self, journal: &Path) -> Result<(), String> {
        let text = std::fs::read_to_string(journal).map_err(|error| format!("{}: {error}", journal.display()))?;
        let before = text.lines().filter(|line| line.starts_with("! ")).count() as u64;
        while self.answered <= before + UNDER_WAY {
            self.settles(1)?;
        }
        Ok(())
    }

    /// Kills it, at once.
    pub fn kill(mut self) {
        let _it_may_have_ended = self.program.kill();
        let _now_it_has = self.program.wait();
    }

    /// Lets it bring to an answer what it has sent, and end.
    ///
    /// # Errors
    /// A sentence when it failed.
    pub fn end(mut self) -> Result<Heard, String> {
        drop(self.input.take());
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).map_err(|error| error.to_string())?;
        let status = self.program.wait().map_err(|error| error.to_string())?;
        let last = rest.lines().last().unwrap_or_default();
        let heard = serde_json::from_str(last).map_err(|_| format!("a till did not come to its end: {status}"))?;
        Ok(heard)
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        let _it_may_have_ended = self.program.kill();
        let _now_it_has = self.program.wait();
    }
}

//! The witness: a file outside the database, on another machine if there is one, to which every closed day is added, and
//! now and then how far the sheets of groups have come. It shows that a database was put back to what it was.
//!
//! Invariants: lines are only added, and are on the disk before it is said so; a line that was cut off by a crash counts
//! as not written. Deliberately absent: secrets and anything personal.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use gongji_store::{ClosedDay, LaneMark, WitnessLine};
use gongji_words::Moment;
use serde::Serialize;

use crate::output::Failure;

/// What is larger is no witness of ours: a day and some marks make a few kilobytes.
const LARGEST: u64 = 1 << 30;

/// A witness.
pub struct Witness {
    path: PathBuf,
    /// Its lines, in order.
    pub lines: Vec<WitnessLine>,
    cut_off: bool,
}

/// A line as it is written.
#[derive(Serialize)]
struct Written<'l> {
    at: Moment,
    #[serde(flatten)]
    line: &'l WitnessLine,
}

impl Witness {
    /// Reads a witness that must be there.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let failed = |error: std::io::Error| Failure::Impossible(format!("--witness {shown}: {error}"));
        if std::fs::metadata(path).map_err(failed)?.len() > LARGEST {
            return Err(Failure::NotUnderstood(format!("--witness {shown}: the file is too long to be a witness")));
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        let cut_off = !text.is_empty() && !text.ends_with('\n');
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let mut lines = Vec::new();
        for (line, number) in whole.lines().zip(1..).filter(|(line, _)| !line.is_empty()) {
            let no_line = |_| {
                let why =
                    format!("--witness {shown}: line {number} is no line of a witness: take the file that tick wrote");
                Failure::NotUnderstood(why)
            };
            lines.push(serde_json::from_str(line).map_err(no_line)?);
        }
        Ok(Self { path: path.to_owned(), lines, cut_off })
    }

    /// Reads a witness, or begins one.
    pub fn read_or_begin(path: &Path) -> Result<Self, Failure> {
        match std::fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Ok(Self { path: path.to_owned(), lines: Vec::new(), cut_off: false })
            }
            _ => Self::read(path),
        }
    }

    /// Adds the closed days that it does not have, and how far the lanes have come where that changed; gives the number of
    /// lines.
    pub fn add(&mut self, days: &[ClosedDay], marks: Vec<LaneMark>, at: Moment) -> Result<usize, Failure> {
        let mut new: Vec<WitnessLine> = days.iter().map(WitnessLine::from).collect();
        new.extend(marks.into_iter().map(WitnessLine::Lane));
        new.retain(|line| !self.lines.contains(line));
        let mut text = String::from(if self.cut_off && !new.is_empty() { "\n" } else { "" });
        for line in &new {
            text.push_str(&serde_json::to_string(&Written { at, line }).expect("lines have text keys"));
            text.push('\n');
        }
        self.append(&text)?;
        let count = new.len();
        self.lines.extend(new);
        Ok(count)
    }

    fn append(&mut self, text: &str) -> Result<(), Failure> {
        if text.is_empty() {
            return Ok(());
        }
        let written = OpenOptions::new().append(true).create(true).open(&self.path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        self.cut_off = false;
        written.map_err(|error| Failure::Impossible(format!("--witness {}: {error}", self.path.display())))
    }
}

//! The journal of a till: what it sent, and what it was told, outside the database.
//!
//! A line `? NUMBER` stands before a bill is sent, a line `! NUMBER OUTCOME` once its answer has come. Each is handed to the
//! system in one writing, so a kill of the process leaves at most a last line cut off, which counts as not written.
//! Deliberately absent: waiting for the disk; what is killed here are processes, the machine stays.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// How a journal begins; its name follows.
const BEGINNING: &str = "gongji acknowledged ";

/// What stands in a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What all its messages are called, before their numbers.
    pub name: String,
    /// The outcome of each bill that was answered.
    pub answered: BTreeMap<u64, String>,
    /// Bills that were sent and, as far as is known, not answered.
    pub doubtful: BTreeSet<u64>,
}

impl Told {
    /// Reads what was written; none if not even the first line is whole.
    ///
    /// # Errors
    /// The number of a line that no till writes.
    pub fn parse(text: &str) -> Result<Option<Self>, usize> {
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let mut lines = whole.lines().zip(1_usize..).filter(|(line, _)| !line.is_empty());
        let Some((first, number)) = lines.next() else { return Ok(None) };
        let name = first.strip_prefix(BEGINNING).ok_or(number)?;
        let mut told = Self { name: name.to_owned(), ..Self::default() };
        for (line, number) in lines {
            told.follow(line).ok_or(number)?;
        }
        Ok(Some(told))
    }

    fn follow(&mut self, line: &str) -> Option<()> {
        let mut words = line.splitn(3, ' ');
        match (words.next()?, words.next()?.parse().ok()?, words.next()) {
            ("?", bill, None) => {
                if !self.answered.contains_key(&bill) {
                    self.doubtful.insert(bill);
                }
            }
            ("!", bill, Some(outcome)) => {
                self.doubtful.remove(&bill);
                self.answered.insert(bill, outcome.to_owned());
            }
            _ => return None,
        }
        Some(())
    }

    /// The first number that no bill has had.
    #[must_use]
    pub fn next(&self) -> u64 {
        let last = self.answered.keys().chain(&self.doubtful).max();
        last.map_or(0, |last| last + 1)
    }
}

/// Reads a journal; none if there is no file, or nothing whole in it.
///
/// # Errors
/// A sentence that names the file, and the line if one is wrong.
pub fn read(path: &Path) -> Result<Option<Told>, String> {
    let shown = path.display();
    match std::fs::read_to_string(path) {
        Ok(text) => Told::parse(&text).map_err(|line| format!("{shown}:{line}: no till wrote this line")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

/// A journal that is written to.
#[derive(Debug)]
pub struct Journal(Mutex<File>);

impl Journal {
    /// Opens a journal to go on with it, or begins one under this name.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn open(path: &Path, name: &str) -> Result<(Self, Told), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let told = read(path)?;
        let file = OpenOptions::new().append(true).create(true).open(path).map_err(failed)?;
        let journal = Self(Mutex::new(file));
        // A line that was cut off ends here, so that what follows is whole.
        journal.write("\n")?;
        match told {
            Some(told) => Ok((journal, told)),
            None => {
                // What was cut off of a first line is no line of ours.
                journal.begin(name).map_err(failed)?;
                Ok((journal, Told { name: name.to_owned(), ..Told::default() }))
            }
        }
    }

    fn begin(&self, name: &str) -> std::io::Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.set_len(0)?;
        file.write_all(format!("{BEGINNING}{name}\n").as_bytes())
    }

    /// Notes that a bill is about to be sent.
    ///
    /// # Errors
    /// A sentence.
    pub fn sends(&self, bill: u64) -> Result<(), String> {
        self.write(&format!("? {bill}\n"))
    }

    /// Notes what its answer came to.
    ///
    /// # Errors
    /// A sentence.
    pub fn hears(&self, bill: u64, outcome: &str) -> Result<(), String> {
        self.write(&format!("! {bill} {outcome}\n"))
    }

    fn write(&self, line: &str) -> Result<(), String> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes()).map_err(|error| format!("the journal: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "gongji acknowledged t\n? 0\n? 1\n! 1 paid x\n? 2\n\n! 2 paid y\n? 3\n";

    #[test]
    fn what_was_answered_is_told_from_what_is_in_doubt() {
        let told = Told::parse(WHOLE).unwrap().unwrap();
        assert_eq!((told.name.as_str(), told.next()), ("t", 4));
        assert_eq!(
            told.answered.iter().map(|(bill, outcome)| (*bill, outcome.as_str())).collect::<Vec<_>>(),
            [(1, "paid x"), (2, "paid y")]
        );
        assert_eq!(told.doubtful, BTreeSet::from([0, 3]));
    }

    #[test]
    fn wherever_it_is_cut_off_no_answer_is_invented() {
        let all = Told::parse(WHOLE).unwrap().unwrap();
        for end in 0..WHOLE.len() {
            let Some(told) = Told::parse(&WHOLE[..end]).unwrap() else { continue };
            assert!(told.answered.iter().all(|(bill, outcome)| all.answered.get(bill) == Some(outcome)), "at {end}");
        }
    }

    #[test]
    fn a_line_that_no_till_wrote_is_named() {
        for (text, line) in
            [("other\n", 1), ("gongji acknowledged t\n? 0\nx 1\n", 3), ("gongji acknowledged t\n! 1\n", 2)]
        {
            assert_eq!(Told::parse(text), Err(line), "{text}");
        }
    }
}

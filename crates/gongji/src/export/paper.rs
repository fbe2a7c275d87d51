//! A file of an export: written once, line by line, with a digest over all of it and marks from which it can be told in which
//! line a changed file begins to differ.
//!
//! Invariants: a mark is over everything up to its line; there are at most [`MOST_MARKS`] of them, so that neither memory nor
//! the manifest grow with the file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use gongji_store::hex;
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

/// Marks of a file. Twice as many are halved by leaving out every second.
const MOST_MARKS: usize = 2_048;
/// Bytes of a mark.
const MARK: usize = 8;
/// Bytes of the longest line that is read.
const LONGEST: u64 = 16 << 20;

/// What the manifest says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stated {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its lines.
    pub lines: u64,
    /// SM3 over it, in hexadecimal digits.
    pub sm3: String,
    /// After how many lines there is a mark.
    pub every: u64,
    /// The first 16 hexadecimal digits of SM3 over everything up to each mark.
    pub marks: Vec<String>,
}

/// A digest on its way through lines.
#[derive(Clone)]
pub struct Running {
    digest: Sm3,
    bytes: u64,
    /// Lines so far.
    pub lines: u64,
}

impl Running {
    /// Before the first line.
    pub fn new() -> Self {
        Self { digest: Sm3::new(), bytes: 0, lines: 0 }
    }

    /// Takes a line with its end.
    pub fn take(&mut self, line: &[u8]) {
        self.digest.update(line);
        self.bytes += u64::try_from(line.len()).expect("a length fits 64 bits");
        self.lines += 1;
    }

    /// The mark after the lines so far.
    pub fn mark(&self) -> String {
        hex(&self.digest.clone().finalize()[..MARK])
    }

    /// The digest over all lines.
    pub fn full(&self) -> String {
        hex(&self.digest.clone().finalize())
    }
}

/// A file that is being written.
pub struct Paper {
    name: &'static str,
    file: BufWriter<File>,
    running: Running,
    every: u64,
    marks: Vec<String>,
}

impl Paper {
    /// Begins a file that is not there yet.
    pub fn begin(folder: &Path, name: &'static str) -> io::Result<Self> {
        let file = create(&folder.join(name))?;
        Ok(Self { name, file: BufWriter::new(file), running: Running::new(), every: 1, marks: Vec::new() })
    }

    /// Writes whole lines, which bring their ends.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        for line in text.split_inclusive('\n') {
            self.running.take(line.as_bytes());
            if self.running.lines.is_multiple_of(self.every) {
                self.marks.push(self.running.mark());
            }
            if self.marks.len() == 2 * MOST_MARKS {
                self.every *= 2;
                self.marks = self.marks.drain(..).skip(1).step_by(2).collect();
            }
        }
        self.file.write_all(text.as_bytes())
    }

    /// Writes one line of JSON.
    pub fn write_json(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        self.write(&text)
    }

    /// Ends the file once it is on the disk.
    pub fn end(self) -> io::Result<Stated> {
        self.file.into_inner()?.sync_all()?;
        let Running { bytes, lines, .. } = self.running;
        let sm3 = self.running.full();
        Ok(Stated { name: self.name.to_owned(), bytes, lines, sm3, every: self.every, marks: self.marks })
    }
}

/// Makes a file that is not there yet, for its owner alone: it tells what people without names have.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.write(true).create_new(true).open(path)
}

/// A file that is read line by line; no line is longer than can be kept.
pub struct Lines(BufReader<File>);

impl Lines {
    /// From the first line.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(BufReader::new(File::open(path)?)))
    }

    /// The next line with its end, if there is one.
    pub fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        self.0.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') && u64::try_from(line.len()).is_ok_and(|length| length == LONGEST) {
            return Err(io::Error::other("a line is longer than any of an export"));
        }
        Ok((!line.is_empty()).then_some(line))
    }
}

/// Where a file begins to differ from what was stated of it.
pub struct Compared<'s> {
    stated: &'s Stated,
    running: Running,
    /// Lines of which one is the first that differs.
    differs: Option<(u64, u64)>,
}

impl<'s> Compared<'s> {
    /// Before the first line.
    pub fn with(stated: &'s Stated) -> Self {
        Self { stated, running: Running::new(), differs: None }
    }

    /// Takes a line with its end; gives its number.
    pub fn take(&mut self, line: &[u8]) -> u64 {
        self.running.take(line);
        let (lines, every) = (self.running.lines, self.stated.every.max(1));
        if self.differs.is_none() && lines.is_multiple_of(every) {
            let place = usize::try_from(lines / every - 1).unwrap_or(usize::MAX);
            if self.stated.marks.get(place).is_none_or(|mark| *mark != self.running.mark()) {
                self.differs = Some((lines - every + 1, lines));
            }
        }
        lines
    }

    /// What differs, after the last line: the first lines that may, and a sentence.
    pub fn end(self) -> Option<(u64, String)> {
        let Running { bytes, lines, .. } = self.running;
        let Stated { bytes: stated_bytes, lines: stated_lines, sm3, every, .. } = self.stated;
        if (bytes, lines, &self.running.full()) == (*stated_bytes, *stated_lines, sm3) {
            return None;
        }
        let after_last_mark = (lines - lines % (*every).max(1) + 1, lines.max(1));
        let (first, last) = self.differs.unwrap_or(after_last_mark);
        let place = if first >= last { String::new() } else { format!(" in this line or one until {last}") };
        let count = if lines == *stated_lines {
            String::new()
        } else {
            format!("; it has {lines} lines instead of {stated_lines}")
        };
        Some((first, format!("the file is not as it was exported: it begins to differ{place}{count}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(lines: u64) -> (tempfile::TempDir, Stated) {
        let folder = tempfile::tempdir().unwrap();
        let mut paper = Paper::begin(folder.path(), "a.txt").unwrap();
        (0..lines).for_each(|number| paper.write(&format!("line {number}\n")).unwrap());
        let stated = paper.end().unwrap();
        (folder, stated)
    }

    fn compared(stated: &Stated, text: &str) -> Option<u64> {
        let mut compared = Compared::with(stated);
        for line in text.split_inclusive('\n') {
            compared.take(line.as_bytes());
        }
        compared.end().map(|(first, _)| first)
    }

    #[test]
    fn a_short_file_tells_the_very_line_in_which_it_differs() {
        let (folder, stated) = written(5);
        let text = std::fs::read_to_string(folder.path().join("a.txt")).unwrap();
        let table = [
            (text.clone(), None),
            (text.replace("line 3", "line 8"), Some(4)),
            (text.replace("line 2\n", ""), Some(3)),
            (text.replace("line 1\nline 2\n", "line 2\nline 1\n"), Some(2)),
            (text.replace("line 4\n", ""), Some(5)),
            (text.clone() + "more\n", Some(6)),
            (text.trim_end().to_owned(), Some(5)),
            (String::new(), Some(1)),
        ];
        for (text, first) in table {
            assert_eq!(compared(&stated, &text), first, "{text}");
        }
    }

    #[test]
    fn a_long_file_has_no_more_marks_than_can_be_kept_and_tells_in_which_lines_it_differs() {
        let (folder, stated) = written(20_000);
        assert!(stated.marks.len() < 2 * MOST_MARKS, "{}", stated.marks.len());
        assert_eq!(stated.every, 8);
        let text = std::fs::read_to_string(folder.path().join("a.txt")).unwrap();
        assert_eq!(compared(&stated, &text), None);
        let first = compared(&stated, &text.replace("line 12345\n", "line 12346\n")).unwrap();
        assert!((first..first + stated.every).contains(&12_346), "{first}");
        let last = compared(&stated, text.strip_suffix("line 19999\n").unwrap()).unwrap();
        assert!((last..last + stated.every).contains(&20_000), "{last}");
    }
}

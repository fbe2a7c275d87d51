//! What is wrong in a pack, and where: every mistake is collected, none stops the reading of the rest.
//!
//! Invariant: a place is that of the very word that has to be changed. Deliberately absent: printing with
//! colours or source excerpts; whoever shows a mistake has the file name and the span.

use std::fmt;
use std::ops::Range;

/// A mistake in a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackError {
    /// Name of the file, as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Byte offset and length in the file.
    pub span: (usize, usize),
    /// What is wrong.
    pub message: String,
    /// How to put it right; empty where the message says it.
    pub help: String,
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        if self.help.is_empty() {
            return Ok(());
        }
        write!(f, "\n  {}", self.help)
    }
}

impl std::error::Error for PackError {}

/// The mistakes found so far in one file.
pub(crate) struct Mistakes<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<PackError>,
}

impl<'a> Mistakes<'a> {
    pub(crate) fn of(file: &'a str, text: &'a str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// Notes a mistake at a place of the file.
    pub(crate) fn note(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let (line, column) = place(self.text, span.start);
        let error = PackError {
            file: self.file.to_owned(),
            line,
            column,
            span: (span.start, span.end.saturating_sub(span.start)),
            message: message.into(),
            help: help.into(),
        };
        if !self.found.contains(&error) {
            self.found.push(error);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn into_found(self) -> Vec<PackError> {
        self.found
    }
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// "did you mean" for a word that is nearly one of the known ones; else the list of all.
pub(crate) fn suggestion<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = known.iter().map(|candidate| (distance(word, candidate), *candidate)).min();
    match nearest {
        Some((steps, candidate)) if steps <= 1 + word.chars().count() / 3 => format!("did you mean `{candidate}`?"),
        _ => format!("known are: {}", known.join(", ")),
    }
}

/// Edit distance: the fewest insertions, deletions and replacements between two words.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

//! The rules of the house that no compiler knows.
//!
//! Each rule reads the files of the tree and answers with places. A rule has no exception list in its code but
//! the generated files; what is not yet as it should be stands in a list of its own that may only get shorter.

use std::fmt;

use crate::tree::File;

pub mod coverage;
pub mod length;
pub mod links;
pub mod migrations;
pub mod names;
pub mod phrases;
pub mod played;
pub mod zoo;

/// Files that a generator writes; their generator is judged instead.
pub const GENERATED: &[&str] =
    &["crates/domain/src/reason.rs", "crates/domain/src/reason/texts.rs", "crates/domain/src/reason/tests.rs"];

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, seen from the root.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub text: String,
}

impl Finding {
    /// A finding in a file.
    #[must_use]
    pub fn new(file: &File, line: usize, text: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}

/// All rules over all files.
#[must_use]
pub fn all(files: &[File]) -> Vec<Finding> {
    let judged: Vec<&File> = files.iter().filter(|file| !GENERATED.contains(&file.path.as_str())).collect();
    let mut found = Vec::new();
    for file in &judged {
        found.extend(length::findings(file));
        found.extend(phrases::findings(file));
        found.extend(names::findings(file));
        found.extend(links::findings(file, files));
    }
    found.extend(migrations::findings(files));
    found.extend(played::findings(files));
    found.extend(coverage::findings(files));
    found.extend(zoo::findings(files));
    found
}

/// A file made up for a test of a rule.
#[cfg(test)]
fn made_up(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

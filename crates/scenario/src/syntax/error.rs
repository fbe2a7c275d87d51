//! Errors in the form of a scenario file, for the person who wrote it.
//!
//! Every error points at one place (line and column, both counted from 1, columns in
//! characters), says what was found there, and where possible what to write instead.
//! Refusals and failed expectations are not errors of form and do not occur here.

use std::fmt;

/// One place in a scenario file that is not well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The file as it was named to the parser.
    pub file: String,
    /// Line number, from 1.
    pub line: u32,
    /// Column in characters, from 1; a byte order mark is not counted.
    pub column: u32,
    /// How many characters the fault covers; 0 where something is missing.
    pub width: u32,
    /// What was found.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
    /// The line as it stands in the file (bytes that are not UTF-8 replaced).
    pub source_line: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// A fault before it is known in which file and line it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub column: u32,
    pub width: u32,
    pub message: String,
    pub help: Option<String>,
}

/// What reading a piece of a line gives.
pub(super) type Read<T> = Result<T, Fault>;

impl Fault {
    /// A fault at a place where something is missing.
    pub fn at(column: u32, message: impl Into<String>) -> Self {
        Self { column, width: 0, message: message.into(), help: None }
    }

    /// The same fault with advice.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same fault with advice, where there is any.
    pub fn help_if(self, help: Option<String>) -> Self {
        Self { help: help.or(self.help), ..self }
    }

    pub(super) fn in_line(self, file: &str, line: u32, source_line: &str) -> SyntaxError {
        SyntaxError {
            file: file.to_owned(),
            line,
            column: self.column,
            width: self.width,
            message: self.message,
            help: self.help,
            source_line: source_line.to_owned(),
        }
    }
}

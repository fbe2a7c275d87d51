//! What goes out: lines for people, JSON for machines, and how a command ended.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use gongji_domain::policy::Bilingual;
use gongji_service::ServiceError;
use gongji_store::StoreError;
use serde::Serialize;

/// A command that was done: whether the answer is yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As asked: status 0.
    Yes,
    /// An expectation failed, the rules refused, a file has mistakes: status 1.
    No,
}

impl Verdict {
    /// Yes if it holds.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// A command that was not done; the text says what, where, and what to do.
#[derive(Debug)]
pub enum Failure {
    /// The command or a file was not understood, nothing was done: status 2.
    NotUnderstood(String),
    /// The machine or the store could not: status 3.
    Impossible(String),
}

impl Failure {
    /// What people are told.
    pub fn text(&self) -> &str {
        match self {
            Self::NotUnderstood(text) | Self::Impossible(text) => text,
        }
    }

    /// A failure of the machine, with all its causes.
    pub fn of(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        Self::Impossible(text)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of(&error)
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => Self::of(&error),
            other => Self::of(&other),
        }
    }
}

/// How a command ended.
pub type Ended = Result<Verdict, Failure>;

/// In which language people are spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Tongue {
    /// 中文
    Zh,
    /// English
    En,
    /// 中文，下面是英文 Chinese, then English
    #[default]
    Both,
}

impl Tongue {
    /// The text in this language; both stand in two lines.
    pub fn lines(self, text: &Bilingual) -> Vec<&str> {
        let lines = match self {
            Self::Zh => vec![text.zh.as_str()],
            Self::En => vec![text.en.as_str()],
            Self::Both => vec![text.zh.as_str(), text.en.as_str()],
        };
        lines.into_iter().filter(|line| !line.is_empty()).collect()
    }

    /// The text in this language; both stand in one line.
    pub fn inline(self, zh: &str, en: &str) -> String {
        match self {
            Self::Zh => zh.to_owned(),
            Self::En => en.to_owned(),
            Self::Both => format!("{zh} {en}"),
        }
    }
}

/// Why standard output could not be written, the first time.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// Writes a line to standard output, at once. A reader who has gone away (`| head`) is no failure; any other is kept
/// for [`unwritten`].
pub fn line(text: impl Display) {
    let mut out = std::io::stdout().lock();
    keep_failure(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// Writes to standard output what brings its own line ends.
pub fn text(text: &str) {
    let mut out = std::io::stdout().lock();
    keep_failure(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

fn keep_failure(written: std::io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        UNWRITTEN.get_or_init(|| error.to_string());
    }
}

/// That something was lost on its way to standard output, if it was: whoever asked must not take silence for success.
pub fn unwritten() -> Option<Failure> {
    let why =
        |error| format!("standard output cannot be written: {error}; what was acknowledged stands, repeat the command");
    UNWRITTEN.get().map(|error| Failure::Impossible(why(error)))
}

/// A count with its noun, which is given for one and for many.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, [one, many]: [&str; 2]) -> String {
    let noun = if count == N::from(1) { one } else { many };
    format!("{count} {noun}")
}

/// Tells people something beside the result, in one piece: standard error is not buffered, and a line is not to be mixed with others.
pub fn note(text: impl Display) {
    let line = format!("{text}\n");
    let _reader_may_be_gone = std::io::stderr().lock().write_all(line.as_bytes());
}

/// One JSON document on standard output.
pub fn json(document: &impl Serialize) {
    line(serde_json::to_string_pretty(document).expect("documents of this program have text keys"));
}

/// Whether people read standard output directly.
pub fn is_watched() -> bool {
    std::io::stdout().is_terminal()
}

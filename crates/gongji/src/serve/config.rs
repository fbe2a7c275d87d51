//! What a server can be told: by flags, over the environment, over a file.
//!
//! Invariants: a key that is not known is a mistake with its line; no message repeats a value, since an address may hold a
//! password. Deliberately absent: defaults that nobody can see (each stands with its key).

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::files;
use crate::input::unrepeated;
use crate::node::Book;
use crate::output::Failure;

/// The largest file.
const LARGEST: u64 = 1 << 20;

/// What stands in the file, in TOML. Every key may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Where to listen: `127.0.0.1:8080`, `[::1]:8080`, or `unix:/run/gongji/socket`; one, or a list.
    /// Port 0 takes one that is free. Default: `127.0.0.1:8080`.
    pub listen: Option<Listen>,
    /// The database: a file, or `postgresql://USER@HOST[,HOST]/NAME`. Default: `gongji.db`.
    pub db: Option<String>,
    /// Who keeps the master key: a file, `exec:PROGRAM`, or `pkcs11:...`. Default: `gongji.key`.
    pub key: Option<String>,
    /// How long to wait for a database server that is away, in seconds. Default: 10.
    pub patience: Option<u64>,
    /// The province that the database has to be of; any if not said.
    pub area: Option<String>,
    /// A file outside the database to which closed days are added; none if not said.
    pub witness: Option<PathBuf>,
    /// The largest body of a request, in bytes. Default: 65536.
    pub body_bytes: Option<usize>,
    /// Most requests under way at once; more are told to come again. Default: 1024.
    pub requests: Option<usize>,
    /// Most connections at once; more wait until one ends. Default: 10000.
    pub connections: Option<usize>,
    /// How long a request may take, in seconds. Default: 30.
    pub request_seconds: Option<u64>,
    /// How long the head of a request may take to arrive, and how long a connection may wait for the next one, in seconds.
    /// Default: 30.
    pub header_seconds: Option<u64>,
    /// How long requests that were begun have to end after the server was told to stop, in seconds. Default: 30.
    pub stop_seconds: Option<u64>,
    /// How long a session of staff lasts, in minutes. Default: 480.
    pub session_minutes: Option<i64>,
    /// Threads that answer. Default: as many as the machine has, two at least.
    pub threads: Option<usize>,
}

/// One place, or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Listen {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address and port.
    Tcp(String),
    /// A socket of this machine.
    Unix(PathBuf),
}

impl Place {
    /// As it is written.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix("unix:") {
            Some(path) => Self::Unix(path.into()),
            None => Self::Tcp(text.to_owned()),
        }
    }
}

impl Listen {
    fn places(&self) -> Vec<Place> {
        match self {
            Self::One(text) => vec![Place::parse(text)],
            Self::Several(texts) => texts.iter().map(|text| Place::parse(text)).collect(),
        }
    }
}

impl Config {
    /// Reads a file; no file is an empty one.
    pub fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = files::read_text(path, LARGEST)?;
        toml::from_str(&text).map_err(|error| misread(path, &text, &error))
    }

    /// Where to listen.
    pub fn places(&self) -> Vec<Place> {
        self.listen.as_ref().map_or_else(|| vec![Place::Tcp("127.0.0.1:8080".to_owned())], Listen::places)
    }

    /// The database and its key.
    pub fn book(&self) -> Result<Book, Failure> {
        let db = self.db.as_deref().unwrap_or("gongji.db").parse();
        let key = self.key.as_deref().unwrap_or("gongji.key").parse();
        let key = key.map_err(|error| Failure::NotUnderstood(format!("key: {error}")))?;
        Ok(Book { db: db.unwrap_or_else(|never| match never {}), key, patience: self.patience.unwrap_or(10) })
    }
}

/// Line and column, and what is wrong, without the line itself.
fn misread(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    Failure::NotUnderstood(format!("{}:{line}:{column}: {}", path.display(), unrepeated(error.message())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(Some(&path)).map_err(|failure| failure.text().rsplit('/').next().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_without_its_value() {
        for (text, place) in [
            ("db = \"x\"\nlisten = 7\n", "c.toml:2:10"),
            ("\n\npassword = \"geheim\"\n", "c.toml:3:1"),
            ("requests = \"geheim\"\n", "c.toml:1:12"),
            ("db = \n", "c.toml:1:6"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.starts_with(place) && !told.contains("geheim"), "{text}: {told}");
        }
    }

    #[test]
    fn one_place_or_several_can_be_listened_at() {
        let tcp = |text: &str| Place::Tcp(text.to_owned());
        for (text, places) in [
            ("", vec![tcp("127.0.0.1:8080")]),
            ("listen = \"[::1]:1\"\n", vec![tcp("[::1]:1")]),
            ("listen = [\"a:1\", \"unix:/x/y\"]\n", vec![tcp("a:1"), Place::Unix("/x/y".into())]),
        ] {
            assert_eq!(read(text).unwrap().places(), places, "{text}");
        }
    }
}

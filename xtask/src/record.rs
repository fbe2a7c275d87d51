//! What a program did to its database, in order, and what that promises for the answers that it gave.
//!
//! The record is written by `gongji-flush` (`xtask/flush/src/record.rs` says how). Four things must hold, and none of
//! them shows when a program is merely killed, because the kernel keeps what a killed program has written:
//!
//! 1. An answer leaves after the log was flushed, and that flush began after the last write of the group in which the
//!    answer's message came in. The group is found in the log itself: SQLite marks the frame that commits.
//! 2. Pages go from the log into the database only after the log was flushed.
//! 3. The log begins again, is cut or taken away only after the database was flushed.
//! 4. Nothing was written past the record: replayed, it gives the very file.
//!
//! Deliberately absent: any knowledge of tables. A message is known by its name, which the page of its row holds.

use std::collections::{BTreeMap, BTreeSet};

pub mod server;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes were written.
    Written,
    /// The file was cut to the length that stands as the place.
    Cut,
    /// The file was taken out of its folder.
    Unlinked,
    /// A flush begins.
    FlushBegins,
    /// A flush is done.
    Flushed,
}

/// To which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// The database.
    Database,
    /// Its log of pages.
    Log,
    /// Its journal, which it has until it gets a log.
    Journal,
    /// The answers.
    Answers,
}

/// One event of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// What happened.
    pub kind: Kind,
    /// To which file.
    pub object: Object,
    /// Where in the file.
    pub place: u64,
    /// What was written.
    pub bytes: &'a [u8],
}

/// What was seen, and what must not have been.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Answers given.
    pub answers: usize,
    /// Groups committed to the log.
    pub groups: usize,
    /// Flushes of the log.
    pub log_flushes: usize,
    /// Times that the log began again or was taken away.
    pub log_ends: usize,
    /// Pages written into the database while there was a log.
    pub pages: usize,
    /// What must not be, the first of each kind in full.
    pub findings: Vec<String>,
}

const HEAD: usize = 16;
/// What stands before each page in the log.
const FRAME_HEAD: usize = 24;

/// Reads a record.
///
/// # Errors
/// Where it is no record.
pub fn read(record: &[u8]) -> Result<Vec<Event<'_>>, String> {
    let mut events = Vec::new();
    let mut rest = record;
    while !rest.is_empty() {
        let at = record.len() - rest.len();
        let (event, length) = event_at(rest).ok_or_else(|| format!("no event of a record at byte {at}"))?;
        events.push(event);
        rest = &rest[length..];
    }
    Ok(events)
}

fn event_at(rest: &[u8]) -> Option<(Event<'_>, usize)> {
    let head = rest.get(..HEAD)?;
    let kind = match head[0] {
        b'W' => Kind::Written,
        b'T' => Kind::Cut,
        b'U' => Kind::Unlinked,
        b'f' => Kind::FlushBegins,
        b'F' => Kind::Flushed,
        _ => return None,
    };
    let object = match head[1] {
        b'd' => Object::Database,
        b'w' => Object::Log,
        b'j' => Object::Journal,
        b'a' => Object::Answers,
        _ => return None,
    };
    let length = usize::try_from(u32::from_le_bytes(head[4..8].try_into().ok()?)).ok()?;
    let place = u64::from_le_bytes(head[8..HEAD].try_into().ok()?);
    let bytes = rest.get(HEAD..HEAD + length)?;
    Some((Event { kind, object, place, bytes }, HEAD + length))
}

/// The database as its writes would have made it.
#[must_use]
pub fn replayed(events: &[Event<'_>]) -> Vec<u8> {
    let mut file = Vec::new();
    for event in events.iter().filter(|event| event.object == Object::Database) {
        let place = usize::try_from(event.place).unwrap_or(usize::MAX);
        match event.kind {
            Kind::Written => {
                let end = place.saturating_add(event.bytes.len());
                file.resize(file.len().max(end), 0);
                file[place..end].copy_from_slice(event.bytes);
            }
            Kind::Cut => file.resize(place, 0),
            Kind::Unlinked => file.clear(),
            Kind::FlushBegins | Kind::Flushed => {}
        }
    }
    file
}

/// Goes through the events and says what must not have been.
#[must_use]
pub fn judge(events: &[Event<'_>]) -> Seen {
    let mut judge = Judge { names: Names::of(events), ..Judge::default() };
    for (event, at) in events.iter().zip(1..) {
        judge.see(event, at);
    }
    judge.seen
}

/// Up to where a file is on the disk; events are numbered from 1.
#[derive(Debug, Default)]
struct Durable {
    last_write: usize,
    flush_began: usize,
    flushed_to: usize,
}

impl Durable {
    fn is_whole(&self) -> bool {
        self.last_write <= self.flushed_to
    }
}

#[derive(Debug, Default)]
struct Judge {
    names: Names,
    log: Durable,
    database: Durable,
    /// Whether the frame that is being written commits.
    commits: bool,
    /// Messages in pages of the group that is being written.
    open: Vec<Vec<u8>>,
    /// The last write of the group in which a message came in.
    committed: BTreeMap<Vec<u8>, usize>,
    said: BTreeSet<&'static str>,
    seen: Seen,
}

impl Judge {
    fn see(&mut self, event: &Event<'_>, at: usize) {
        match (event.object, event.kind) {
            (Object::Log, Kind::Written) => self.log_written(event, at),
            (Object::Log, Kind::Cut | Kind::Unlinked) => self.log_ends(at),
            (Object::Database, Kind::Written) => self.page_written(at),
            (Object::Answers, Kind::Written) => self.answered(event.bytes),
            (Object::Log, flush) => {
                self.seen.log_flushes += usize::from(flush == Kind::Flushed);
                flushes(&mut self.log, flush, at);
            }
            (Object::Database, flush) => flushes(&mut self.database, flush, at),
            (Object::Journal | Object::Answers, _) => {}
        }
    }

    fn log_written(&mut self, event: &Event<'_>, at: usize) {
        if event.place == 0 {
            self.log_ends(at);
        }
        self.log.last_write = at;
        if event.bytes.len() == FRAME_HEAD {
            // The length of the database after the commit; zero where more frames of the group follow.
            self.commits = event.bytes[4..8] != [0; 4];
            return;
        }
        self.open.extend(self.names.found_in(event.bytes));
        if self.commits {
            self.seen.groups += 1;
            for name in self.open.drain(..) {
                self.committed.entry(name).or_insert(at);
            }
            self.commits = false;
        }
    }

    fn log_ends(&mut self, at: usize) {
        self.seen.log_ends += 1;
        if !self.database.is_whole() {
            self.find("the log ended before the database was flushed", &format!("event {at}"));
        }
    }

    fn page_written(&mut self, at: usize) {
        self.database.last_write = at;
        if self.log.last_write == 0 {
            return;
        }
        self.seen.pages += 1;
        if !self.log.is_whole() {
            self.find("the database was written before the log was flushed", &format!("event {at}"));
        }
    }

    fn answered(&mut self, line: &[u8]) {
        self.seen.answers += 1;
        let name = line.trim_ascii_end();
        let shown = String::from_utf8_lossy(name).into_owned();
        match self.committed.get(name) {
            None => self.find("an answer left before its group was in the log", &shown),
            Some(last) if *last > self.log.flushed_to => {
                self.find("an answer left before the log was flushed after its group", &shown);
            }
            Some(_) => {}
        }
    }

    /// The first of each kind stands with its example, so that thousands do not hide the others.
    fn find(&mut self, what: &'static str, example: &str) {
        if self.said.insert(what) {
            self.seen.findings.push(format!("{what}: {example}"));
        }
    }
}

/// A flush is good for what was written before it began.
fn flushes(file: &mut Durable, kind: Kind, at: usize) {
    match kind {
        Kind::FlushBegins => file.flush_began = at,
        Kind::Flushed => file.flushed_to = file.flush_began,
        Kind::Written | Kind::Cut | Kind::Unlinked => {}
    }
}

/// The names of the messages that were answered.
#[derive(Debug, Default)]
struct Names {
    all: BTreeSet<Vec<u8>>,
    /// What all of them begin with.
    begin: Vec<u8>,
    length: usize,
}

impl Names {
    fn of(events: &[Event<'_>]) -> Self {
        let answers = events.iter().filter(|event| event.object == Object::Answers && event.kind == Kind::Written);
        let all: BTreeSet<Vec<u8>> = answers.map(|event| event.bytes.trim_ascii_end().to_vec()).collect();
        let (Some(first), Some(last)) = (all.first(), all.last()) else { return Self::default() };
        let common = first.iter().zip(last).take_while(|(one, other)| one == other).count();
        Self { begin: first[..common].to_vec(), length: first.len(), all }
    }

    /// Those that a page holds.
    fn found_in<'a>(&'a self, page: &'a [u8]) -> impl Iterator<Item = Vec<u8>> + 'a {
        let windows = page.windows(self.length.max(1));
        let begun = windows.filter(|window| window.starts_with(&self.begin));
        begun.filter(|window| self.all.contains(*window)).map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
mod tests;

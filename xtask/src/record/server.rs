//! What a PostgreSQL server did to its log while a program settled, and what that promises for the answers.
//!
//! One thing must hold: an answer leaves after a flush of the log that began when its message stood there. The processes of
//! the server and the program write one record, in the order of their calls. Deliberately absent: reading the log's records.
//! That the commit is flushed with what it commits is PostgreSQL's own part; that it waits for a flush at all is a setting.

use std::collections::BTreeMap;

use super::{Durable, Event, Kind, Names, Object, Seen, flushes};

/// Bytes of a page of the log.
const PAGE: u64 = 8_192;
/// Bytes of a file of the log.
const FILE: u64 = 16 << 20;
/// What stands before the rest of each page, unless it is the first of a file.
const PAGE_HEAD: usize = 24;
/// What stands before the rest of the first page of a file.
const FILE_HEAD: usize = 40;

/// Goes through the events of a server and of the program that it served.
#[must_use]
pub fn judge(events: &[Event<'_>]) -> Seen {
    let mut judge = Judge { names: Names::of(events), ..Judge::default() };
    for (event, at) in events.iter().zip(1..) {
        judge.see(event, at);
    }
    judge.seen
}

#[derive(Default)]
struct Judge {
    names: Names,
    log: Durable,
    /// Where a message stood first.
    written: BTreeMap<Vec<u8>, usize>,
    /// For each place where a page ends, what stands before it.
    ends: BTreeMap<u64, Vec<u8>>,
    said: [bool; 2],
    seen: Seen,
}

impl Judge {
    fn see(&mut self, event: &Event<'_>, at: usize) {
        match (event.object, event.kind) {
            (Object::Log, Kind::Written) => self.log_written(event, at),
            (Object::Answers, Kind::Written) => self.answered(event.bytes),
            (Object::Log, flush) => {
                self.seen.log_flushes += usize::from(flush == Kind::Flushed);
                flushes(&mut self.log, flush, at);
            }
            (Object::Database | Object::Journal | Object::Answers, _) => {}
        }
    }

    fn log_written(&mut self, event: &Event<'_>, at: usize) {
        self.log.last_write = at;
        let text = self.text_of(event);
        for name in self.names.found_in(&text) {
            self.written.entry(name).or_insert(at);
        }
    }

    /// What stands in the pages of an event, joined to what the page before them ended with: a row may stand in two. The
    /// last page of an event is written again with the next one.
    fn text_of(&mut self, event: &Event<'_>) -> Vec<u8> {
        let before = if event.place == 0 { FILE } else { event.place };
        let mut text = self.ends.get(&before).cloned().unwrap_or_default();
        let pages = event.bytes.chunks(usize::try_from(PAGE).expect("a page is short"));
        for (page, number) in pages.zip(0..) {
            let place = event.place + number * PAGE;
            let head = if place == 0 { FILE_HEAD } else { PAGE_HEAD };
            text.extend(page.get(head..).unwrap_or_default());
            let kept = text.len().saturating_sub(self.names.length);
            self.ends.insert(place + PAGE, text[kept..].to_vec());
        }
        text
    }

    fn answered(&mut self, line: &[u8]) {
        self.seen.answers += 1;
        let name = line.trim_ascii_end();
        match self.written.get(name) {
            None => self.find(0, "an answer left before its message was in the log", name),
            Some(written) if *written > self.log.flushed_to => {
                self.find(1, "an answer left before the log was flushed after its message", name);
            }
            Some(_) => {}
        }
    }

    /// The first of each kind stands with its example.
    fn find(&mut self, kind: usize, what: &str, name: &[u8]) {
        if !std::mem::replace(&mut self.said[kind], true) {
            self.seen.findings.push(format!("{what}: {}", String::from_utf8_lossy(name)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["H1-000001", "H1-000002"];

    fn page(place: u64, text: &str) -> Vec<u8> {
        let head = if place == 0 { FILE_HEAD } else { PAGE_HEAD };
        let mut page = vec![0; head];
        page.extend(text.as_bytes());
        page.resize(usize::try_from(PAGE).unwrap(), 0);
        page
    }

    /// Words: `log:PLACE:TEXT` a page, `begin` and `done` of a flush, `answer:NAME`.
    fn judged(line: &str) -> Seen {
        let words: Vec<Vec<&str>> = line.split_whitespace().map(|word| word.split(':').collect()).collect();
        let bytes: Vec<Vec<u8>> = words
            .iter()
            .map(|word| match word[..] {
                ["log", place, text] => page(place.parse().unwrap(), text),
                ["answer", name] => format!("{name}\n").into_bytes(),
                _ => Vec::new(),
            })
            .collect();
        let event = |(word, bytes): (&Vec<&str>, &'static [u8])| {
            let (kind, object, place) = match word[..] {
                ["log", place, _] => (Kind::Written, Object::Log, place.parse().unwrap()),
                ["answer", _] => (Kind::Written, Object::Answers, 0),
                ["begin"] => (Kind::FlushBegins, Object::Log, 0),
                _ => (Kind::Flushed, Object::Log, 0),
            };
            Event { kind, object, place, bytes }
        };
        let bytes = bytes.into_iter().map(|bytes| &*bytes.leak());
        judge(&words.iter().zip(bytes).map(event).collect::<Vec<_>>())
    }

    #[test]
    fn an_answer_after_a_flush_that_began_behind_its_message_is_safe() {
        let [one, two] = NAMES;
        for line in [
            format!("log:0:{one} begin done answer:{one} log:0:{one}{two} begin done answer:{two}"),
            format!("log:0:{one} begin log:8192:{two} done answer:{one} begin done answer:{two}"),
        ] {
            assert_eq!((judged(&line).findings, judged(&line).answers), (Vec::new(), 2), "{line}");
        }
    }

    #[test]
    fn an_answer_without_such_a_flush_is_found() {
        let [one, two] = NAMES;
        let unflushed = "an answer left before the log was flushed after its message";
        for (line, what) in [
            (format!("log:0:{one} answer:{one}"), unflushed),
            (format!("begin log:0:{one} done answer:{one}"), unflushed),
            (format!("log:0:{one} begin done log:8192:{two} answer:{two}"), unflushed),
            (format!("begin done answer:{one} log:0:{one}"), "an answer left before its message was in the log"),
        ] {
            let findings = judged(&line).findings;
            assert!(findings.len() == 1 && findings[0].starts_with(what), "{line}: {findings:?}");
        }
    }

    #[test]
    fn a_message_is_found_where_it_stands_in_two_pages() {
        let [one, other] = NAMES;
        let filled = "x".repeat(usize::try_from(PAGE).unwrap() - FILE_HEAD - 4);
        let (begins, ends) = one.split_at(4);
        for line in [
            format!("log:0:{filled}{begins} log:8192:{ends} begin done answer:{one}"),
            format!("log:0:{filled}{begins} log:8192:x log:8192:{ends} begin done answer:{one}"),
        ] {
            assert_eq!(judged(&line).findings, [""; 0]);
        }
        let elsewhere = format!("log:0:{filled}{begins} log:16384:{ends} begin done answer:{one} answer:{other}");
        assert_eq!(judged(&elsewhere).findings.len(), 1, "pages that do not follow each other are not joined");
    }
}

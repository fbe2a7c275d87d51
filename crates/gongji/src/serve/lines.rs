//! What is written down of requests: a JSON line each, on standard error, many lines at a time.
//!
//! Invariants: a request never waits for whoever reads the lines; what there was no room for is counted, and the count is a
//! line too; what was added is written before this is gone. Deliberately absent: failures, which are written at once.

use std::io::Write as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;

/// Bytes that wait at most; more are lost, and counted.
const ROOM: usize = 4 << 20;
/// So often they are written.
const OFTEN: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    lost: u64,
}

/// Lines on their way.
#[derive(Debug)]
pub struct Lines {
    waiting: Arc<Mutex<Waiting>>,
    /// Gone when this goes, which ends the writer.
    going: Option<Sender<()>>,
    writer: Option<JoinHandle<()>>,
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiting {
    fn add(&mut self, line: &impl Serialize) {
        if self.bytes.len() > ROOM {
            self.lost += 1;
            return;
        }
        serde_json::to_writer(&mut self.bytes, line).expect("a vector takes everything, and names are texts");
        self.bytes.push(b'\n');
    }

    /// What waited, and a line about what was lost.
    fn taken(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            let line = json!({ "level": "warning", "operation": "log", "what": format!("{lost} lines were not written: whoever reads them is slow") });
            bytes.extend(format!("{line}\n").into_bytes());
        }
        bytes
    }
}

impl Lines {
    /// Writes what is added to standard error.
    pub fn begin() -> Self {
        let waiting: Arc<Mutex<Waiting>> = Arc::default();
        let (going, gone) = channel::<()>();
        let shared = waiting.clone();
        let writer = std::thread::spawn(move || {
            loop {
                let ends = gone.recv_timeout(OFTEN) != Err(RecvTimeoutError::Timeout);
                let bytes = lock(&shared).taken();
                if !bytes.is_empty() {
                    let _reader_may_be_gone = std::io::stderr().lock().write_all(&bytes);
                }
                if ends {
                    return;
                }
            }
        });
        Self { waiting, going: Some(going), writer: Some(writer) }
    }

    /// Adds a line.
    pub fn add(&self, line: &impl Serialize) {
        lock(&self.waiting).add(line);
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        drop(self.going.take());
        if let Some(writer) = self.writer.take() {
            let _it_has_written_what_it_could = writer.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_no_room_for_is_counted_and_told_once() {
        let mut waiting = Waiting::default();
        let line = "x".repeat(ROOM / 2);
        for _ in 0..5 {
            waiting.add(&line);
        }
        let text = String::from_utf8(waiting.taken()).expect("lines are texts");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[..2].iter().all(|found| found.len() == line.len() + 2));
        assert!(lines[2].contains("3 lines were not written"), "{}", lines[2]);
        assert!(waiting.taken().is_empty());
    }
}

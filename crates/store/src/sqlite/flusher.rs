//! Flushes the log beside the next group: while one waits for the disk, the next is read, judged and written behind it.
//!
//! Invariants: a group is acknowledged after a flush that began when all of it was in the log; one flush serves all who wait
//! for one; once a flush has failed no other counts, because the system may have forgotten what it could not write. Deliberately
//! absent: deciding when to write the log back into the file, which SQLite flushes for itself before it does.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use gongji_domain::zoo::{self, Cage};
use tokio::sync::oneshot;

use crate::StoreError;

/// Whether the flush was good.
type Flushed = oneshot::Sender<bool>;

/// A thread that flushes; it ends with this.
#[derive(Debug)]
pub(super) struct Flusher(Sender<Flushed>);

impl Flusher {
    /// Starts it for a log that is there.
    pub(super) fn start(log: &Path) -> Result<Self, StoreError> {
        let wrong = |error| StoreError::io("opening", log, error);
        let file = File::open(log).map_err(wrong)?;
        let (asked, waiting) = mpsc::channel();
        let thread = thread::Builder::new().name("flusher".to_owned());
        thread.spawn(move || flush_for(&waiting, || flush(&file))).map_err(wrong)?;
        Ok(Self(asked))
    }

    /// Returns when everything that is in the log now is on the disk.
    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        let (told, answer) = oneshot::channel();
        // Where nobody listens any more there is no answer either.
        drop(self.0.send(told));
        if answer.await == Ok(true) { Ok(()) } else { Err(StoreError::InDoubt) }
    }
}

fn flush(log: &File) -> io::Result<()> {
    if zoo::open(Cage::SynchronousNormal) { Ok(()) } else { log.sync_data() }
}

fn flush_for(waiting: &Receiver<Flushed>, flush: impl Fn() -> io::Result<()>) {
    let mut good = true;
    while let Ok(first) = waiting.recv() {
        let all: Vec<Flushed> = std::iter::once(first).chain(waiting.try_iter()).collect();
        good = good && flush().is_ok();
        for one in all {
            let _who_has_gone_away_is_told_in_vain = one.send(good);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn told(waiting: Vec<oneshot::Receiver<bool>>) -> Vec<bool> {
        waiting.into_iter().map(|mut one| one.try_recv().unwrap()).collect()
    }

    fn asked(count: usize) -> (Receiver<Flushed>, Vec<oneshot::Receiver<bool>>) {
        let (asked, waiting) = mpsc::channel();
        let answers = (0..count).map(|_| {
            let (told, answer) = oneshot::channel();
            asked.send(told).unwrap();
            answer
        });
        let answers = answers.collect();
        (waiting, answers)
    }

    #[test]
    fn one_flush_serves_all_who_wait() {
        let (waiting, answers) = asked(3);
        let flushes = Cell::new(0);
        flush_for(&waiting, || {
            flushes.set(flushes.get() + 1);
            Ok(())
        });
        assert_eq!((told(answers), flushes.get()), (vec![true; 3], 1));
    }

    #[test]
    fn after_a_flush_that_failed_none_counts() {
        let flushes = Cell::new(0);
        let (asked, waiting) = mpsc::channel();
        let (first, mut failed) = oneshot::channel();
        asked.send(first).unwrap();
        let (second, mut after) = oneshot::channel();
        let late = Cell::new(Some((asked, second)));
        flush_for(&waiting, || {
            flushes.set(flushes.get() + 1);
            // Somebody asks while the first flush is under way.
            let (asked, second) = late.take().unwrap();
            asked.send(second).unwrap();
            Err(io::Error::other("a disk that is full"))
        });
        assert_eq!((failed.try_recv(), after.try_recv(), flushes.get()), (Ok(false), Ok(false), 1));
    }
}

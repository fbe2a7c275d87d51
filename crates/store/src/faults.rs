//! Where a group may be struck down or made to wait, and what it made durable, for those who prove that nothing is
//! left behind.
//!
//! Deliberately absent: real faults. A store without [`Faults`] never crashes by itself.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use gongji_domain::record::Rows;

use crate::StoreError;

/// A place between two steps of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CrashPoint {
    /// The lock is held, nothing is read.
    BeforeRead,
    /// The facts are read.
    AfterRead,
    /// The command at this place of the group is judged.
    AfterJudge(usize),
    /// All are judged, nothing is written.
    BeforeWrite,
    /// A part of the rows is written.
    HalfWritten,
    /// All rows are written, nothing is committed.
    BeforeCommit,
    /// The group is durable, but its caller never hears of it.
    AfterCommit,
}

/// Decides where a group crashes, and hears what groups write.
pub trait Faults: Send + Sync {
    /// Whether the program dies here.
    fn crashes(&self, point: CrashPoint) -> bool;

    /// Whether the next group lets its caller wait once before it begins, as an engine behind a network would:
    /// then other commands gather meanwhile.
    fn pauses(&self) -> bool {
        false
    }

    /// A group has made these rows durable.
    fn committed(&self, rows: &Rows) {
        let _nobody_listens = rows;
    }
}

/// The faults of a store: usually none.
#[derive(Clone, Default)]
pub(crate) struct Fate(Option<Arc<dyn Faults>>);

impl Fate {
    pub(crate) fn of(faults: Arc<dyn Faults>) -> Self {
        Self(Some(faults))
    }

    /// Goes on, or crashes.
    pub(crate) fn pass(&self, point: CrashPoint) -> Result<(), StoreError> {
        match &self.0 {
            Some(faults) if faults.crashes(point) => Err(StoreError::Crashed),
            _ => Ok(()),
        }
    }

    /// Lets the caller wait once, if that is to be.
    pub(crate) async fn pause(&self) {
        let mut waits = self.0.as_ref().is_some_and(|faults| faults.pauses());
        poll_fn(|context| {
            if !std::mem::take(&mut waits) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// These rows are durable.
    pub(crate) fn committed(&self, rows: &Rows) {
        if let Some(faults) = &self.0 {
            faults.committed(rows);
        }
    }
}

impl fmt::Debug for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Fate(simulated)" } else { "Fate(none)" })
    }
}

//! Where a group may be struck down, for those who prove that nothing is left behind.
//!
//! Deliberately absent: real faults. A store without [`Faults`] never crashes by itself.

use std::fmt;
use std::sync::Arc;

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

/// Decides where a group crashes.
pub trait Faults: Send + Sync {
    /// Whether the program dies here.
    fn crashes(&self, point: CrashPoint) -> bool;
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
}

impl fmt::Debug for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Fate(simulated)" } else { "Fate(none)" })
    }
}

//! What can go wrong with a store, by what the caller can do about it.
//!
//! Invariant: no text here holds personal data; rows are named by numbers. Deliberately absent: refusals, which
//! are answers of the rules and come back in rows.

use std::error::Error;
use std::path::{Path, PathBuf};

/// A failure of the store. None of them leaves a part of a group behind.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody wrote a row without its lock. Do the group again.
    #[error("a row was changed by somebody else while the group was judged: do it again")]
    Contended,
    /// A simulated crash. Only a store with [`crate::Faults`] gives it.
    #[error("a crash was simulated")]
    Crashed,
    /// The file stayed locked for longer than the store waits. Do it again later.
    #[error("the database file is busy: another program holds its lock; try again")]
    Busy,
    /// The server could not be reached, or went away; nothing is known of a group that was under way. Do it again, with
    /// the same messages.
    #[error("the database server cannot be reached, or went away: it is tried again; check that it runs")]
    Unreachable,
    /// The connection was lost at the commit, or the server committed with a warning: the group may be durable or not.
    /// Do it again, with the same messages, until it is answered without doubt.
    #[error("it is not known whether the group was written: do it again with the same messages")]
    InDoubt,
    /// What should say where the server is says it wrongly.
    #[error(
        "the address of the database is not understood: it looks like \
         `postgresql://user:password@host1,host2/name?sslmode=verify-full`, and sslmode is disable, prefer, require or verify-full"
    )]
    Address,
    /// A row that must not be written: a second one of a kind that is only added, an amount out of range, a
    /// journal that does not balance. The judgement is wrong, doing it again does not help.
    #[error("a row breaks a constraint of the table {table}; nothing was written")]
    Constraint {
        /// Which table.
        table: &'static str,
    },
    /// A judgement wrote money of a person whom its group had not asked for, and so not locked.
    #[error("a row of the table {table} belongs to a person whom the group has not read; nothing was written")]
    Unread {
        /// Which table.
        table: &'static str,
    },
    /// Another program writes to this file.
    #[error(
        "{} is in use by another program, which alone may write to it: wait until it has ended and do it again; \
         nothing was done", path.display()
    )]
    Locked {
        /// The database file.
        path: PathBuf,
    },
    /// This store was opened for reading.
    #[error("this store was opened for reading only")]
    ReadOnly,
    /// There is no database yet.
    #[error("{} does not exist or holds no database: create one with `gongji db init`", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is a database already.
    #[error("{} holds a database already; it is left as it is", path.display())]
    Exists {
        /// The database file.
        path: PathBuf,
    },
    /// The tables are older than this program.
    #[error(
        "{} has tables of an older release, {steps} steps behind: make a backup, then run `gongji db migrate`",
        path.display()
    )]
    Pending {
        /// The database file.
        path: PathBuf,
        /// How many steps are missing.
        steps: usize,
    },
    /// The tables are newer than this program.
    #[error("{} has tables of a newer release (step {step}): use that release", path.display())]
    Newer {
        /// The database file.
        path: PathBuf,
        /// The step that this program does not know.
        step: i64,
    },
    /// The master key is not the one with which the working key was wrapped.
    #[error(
        "the master key is not the one this database was made with: names and certificate numbers cannot be \
         read with it; give the right one"
    )]
    WrongKey,
    /// What spreads a database over machines is not there.
    #[error(
        "{} is on a server without Citus, release 11.1 or later: name citus in shared_preload_libraries and restart the \
         server, run `create extension citus` in the database and `select citus_add_node(HOST, PORT)` for each worker, and \
         do it again; nothing was changed", path.display()
    )]
    NoCitus {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is no working key.
    #[error(
        "{} holds no wrapped working key: making it was interrupted, or a program before the first release made it; \
         remove it and run `gongji db init` again", path.display()
    )]
    NoEnvelope {
        /// The database file.
        path: PathBuf,
    },
    /// A file that holds a secret, a master key or a PIN, cannot be used.
    #[error("the secret file {} cannot be used: {why}", path.display())]
    KeyFile {
        /// Which file.
        path: PathBuf,
        /// Why, and what to do.
        why: &'static str,
    },
    /// What is kept is not what was written.
    #[error("the table {table} is damaged at row {row}: {why}; restore it from a backup")]
    Damaged {
        /// Which table.
        table: &'static str,
        /// Which row, by its key, or a place in the file.
        row: String,
        /// What is wrong with it.
        why: String,
    },
    /// The machine failed.
    #[error("{what} failed")]
    Io {
        /// What was being done.
        what: String,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// Whether the same group may well succeed when it is done again.
    #[must_use]
    pub const fn is_worth_retrying(&self) -> bool {
        matches!(self, Self::Contended | Self::Busy | Self::Unreachable | Self::InDoubt)
    }

    /// The same failure, seen at a commit: then a connection that is gone leaves a doubt.
    pub(crate) fn at_commit(self) -> Self {
        match self {
            Self::Unreachable => Self::InDoubt,
            other => other,
        }
    }

    /// A failure of the machine at a file.
    pub(crate) fn io(doing: &str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { what: format!("{doing} {}", path.display()), source: Box::new(source) }
    }
}

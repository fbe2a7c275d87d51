//! The store: what is kept, behind one seam.
//!
//! The only way to write the ledger is a group ([`Store::group`]): read what all its commands want under the lock,
//! judge each command on facts in memory, write the sum once, commit. The vault ([`Store::enrol`]) keeps who the
//! people are and is written apart, because no rule looks at it.
//!
//! Invariants: a group is durable before it returns, or has left nothing; no transaction and no type of a
//! database driver leaves this crate; the memory engine and the others give the same rows. Deliberately absent:
//! judging, clocks, randomness, and names of policies.

mod around;
mod audit;
mod days;
mod digest;
mod door;
#[cfg(feature = "zoo")]
pub mod drill;
mod envelope;
mod error;
mod faults;
mod group;
mod lookup;
pub mod memory;
mod pages;
mod paper;
mod patience;
mod people;
pub mod postgres;
mod proposal;
mod release;
mod seal;
mod signature;
mod sql;
pub mod sqlite;
mod status;
mod stop;
mod tally;
mod tidings;
pub mod vault;

use std::path::Path;
use std::sync::Arc;

use gongji_domain::institution::Institution;
use gongji_domain::readiness::Backing;
use gongji_domain::record::{Claim, Facts, MessageRow, NoticeRow, OutboxRow, Rows, TimerRow, TraceRow, Wanted};
use gongji_domain::stop::Stops;
use gongji_words::{CommandId, Day, InstitutionId, Moment, Month, PersonId};

pub use around::Around;
pub use audit::{Asked, Discrepancy, Progress, Scope, Totals};
pub use days::{ClosedDay, LaneMark, Roots, WitnessLine};
pub use digest::{digest_of, hex, unhex};
pub use envelope::{BOUND, Envelope, MasterKey, Scheme, read_private};
pub use error::StoreError;
pub use faults::{CrashPoint, Faults};
pub use group::Judge;
pub use lookup::{Money, Outcomes};
pub use pages::{Balance, Page, Part, SealRow, Take, WholeJournal};
pub use paper::SealedPaper;
pub use patience::{Patience, Pause};
pub use release::NewReleases;
pub use signature::{Signer, is_signed_by};
pub use status::{Status, Step, Steps};
pub use tally::Tally;
pub use tidings::{Marks, OnDay, PaymentId, Tiding};
pub use vault::{Randomness, Secrets, WorkingKey};

/// A store, whichever engine is behind it. Futures of the engines in this process are ready at the first poll, but for a
/// group that [`Faults`] let wait; those of a server are not, and want a runtime of `tokio`.
#[derive(Debug)]
pub enum Store {
    /// Ordered maps in this process.
    Memory(memory::Engine),
    /// A file of this machine.
    Sqlite(sqlite::Engine),
    /// A server.
    Postgres(postgres::Engine),
}

impl Store {
    /// An empty store that ends with the process.
    #[must_use]
    pub fn memory() -> Self {
        Self::Memory(memory::Engine::default())
    }

    /// Makes a database file with its tables and opens it to write.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if the file has tables already, [`StoreError::Locked`] if another program has it open.
    pub fn create_sqlite(path: &Path, keys: &WorkingKey) -> Result<Self, StoreError> {
        sqlite::Engine::create(path, keys).map(Self::Sqlite)
    }

    /// Opens a database file to write. It changes no table: [`Store::migrate_sqlite`] does.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Locked`], [`StoreError::Pending`], [`StoreError::Newer`],
    /// [`StoreError::WrongKey`]: each text says what to do.
    pub fn open_sqlite(path: &Path, keys: &WorkingKey) -> Result<Self, StoreError> {
        sqlite::Engine::open(path, keys).map(Self::Sqlite)
    }

    /// Opens a database file for reading, beside the program that writes to it.
    ///
    /// # Errors
    /// As [`Store::open_sqlite`], but for [`StoreError::Locked`]. Writing gives [`StoreError::ReadOnly`].
    pub fn open_sqlite_reader(path: &Path, keys: &WorkingKey) -> Result<Self, StoreError> {
        sqlite::Engine::open_reader(path, keys).map(Self::Sqlite)
    }

    /// Brings the tables of a file up to this program and gives the number of steps that were missing; zero when
    /// it is run again.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Locked`], [`StoreError::Newer`].
    pub fn migrate_sqlite(path: &Path) -> Result<usize, StoreError> {
        sqlite::Engine::migrate(path)
    }

    /// Makes the tables in an empty database of a PostgreSQL server and opens it. `url` is as libpq has it, with several
    /// hosts if there are several.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if there are tables already, [`StoreError::Address`], [`StoreError::Unreachable`].
    pub async fn create_postgres(url: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        postgres::Engine::create(url, keys).await.map(Self::Postgres)
    }

    /// Makes a store in a schema of its own beside others in one database, for what is to be gone afterwards
    /// ([`Store::drop_postgres_room`]). `room` is a word of small letters, digits and underlines.
    ///
    /// # Errors
    /// As [`Store::create_postgres`].
    pub async fn create_postgres_room(url: &str, room: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        postgres::Engine::create_room(url, room, keys).await.map(Self::Postgres)
    }

    /// Takes away a schema with all that is in it; none is none.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unreachable`].
    pub async fn drop_postgres_room(url: &str, room: &str) -> Result<(), StoreError> {
        postgres::Engine::drop_room(url, room).await
    }

    /// Opens a database of a PostgreSQL server, which any number of programs may do. It changes no table.
    ///
    /// # Errors
    /// As [`Store::open_sqlite`], [`StoreError::Address`], [`StoreError::Unreachable`].
    pub async fn open_postgres(url: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        postgres::Engine::open(url, keys).await.map(Self::Postgres)
    }

    /// Brings the tables of a server up to this program and gives the number of steps that were missing.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Newer`], [`StoreError::Address`], [`StoreError::Unreachable`].
    pub async fn migrate_postgres(url: &str) -> Result<usize, StoreError> {
        postgres::Engine::migrate(url).await
    }

    /// The same store with so many groups at once, where an engine can have several.
    #[must_use]
    pub fn with_lanes(mut self, lanes: usize) -> Self {
        match &mut self {
            Self::Memory(_) => {}
            Self::Sqlite(engine) => engine.set_lanes(lanes.max(1)),
            Self::Postgres(engine) => engine.set_lanes(lanes.max(1)),
        }
        self
    }

    /// How many groups may be under way at once.
    #[must_use]
    pub const fn lanes(&self) -> usize {
        match self {
            Self::Memory(_) => 1,
            Self::Sqlite(engine) => engine.lanes(),
            Self::Postgres(engine) => engine.lanes(),
        }
    }

    /// The wrapped working key of a database file, which is read without any key.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Pending`], [`StoreError::Newer`]; [`StoreError::NoEnvelope`] if there
    /// is none.
    pub fn envelope_sqlite(path: &Path) -> Result<Envelope, StoreError> {
        sqlite::Engine::envelope(path)
    }

    /// The wrapped working key of a database on a server, which is read without any key.
    ///
    /// # Errors
    /// As [`Store::envelope_sqlite`], [`StoreError::Address`], [`StoreError::Unreachable`].
    pub async fn envelope_postgres(url: &str) -> Result<Envelope, StoreError> {
        postgres::Engine::envelope(url).await
    }

    /// Opens a database file for reading what stands in it unencrypted: the ledger, but nobody in the vault.
    ///
    /// # Errors
    /// As [`Store::open_sqlite_reader`], but for [`StoreError::WrongKey`].
    pub fn open_sqlite_without_key(path: &Path) -> Result<Self, StoreError> {
        sqlite::Engine::open_without_key(path).map(Self::Sqlite)
    }

    /// Opens a database on a server for reading what stands in it unencrypted.
    ///
    /// # Errors
    /// As [`Store::open_postgres`], but for [`StoreError::WrongKey`].
    pub async fn open_postgres_without_key(url: &str) -> Result<Self, StoreError> {
        postgres::Engine::open_without_key(url).await.map(Self::Postgres)
    }

    /// Which steps a database file has behind it.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Newer`], [`StoreError::Damaged`].
    pub fn steps_sqlite(path: &Path) -> Result<Steps, StoreError> {
        sqlite::Engine::steps(path)
    }

    /// Which steps a database on a server has behind it.
    ///
    /// # Errors
    /// As [`Store::steps_sqlite`], [`StoreError::Address`], [`StoreError::Unreachable`].
    pub async fn steps_postgres(url: &str) -> Result<Steps, StoreError> {
        postgres::Engine::steps(url).await
    }

    /// How a database file is kept.
    ///
    /// # Errors
    /// As [`Store::steps_sqlite`].
    pub fn status_sqlite(path: &Path) -> Result<Status, StoreError> {
        sqlite::Engine::status(path)
    }

    /// Copies a database file as it is at one moment, beside the program that writes to it, into a file that is not there or
    /// is empty. The copy holds nothing that was deleted. It is not flushed yet when this returns.
    ///
    /// # Errors
    /// As [`Store::open_sqlite_without_key`]; [`StoreError::Io`] if the copy cannot be written.
    pub fn backup_sqlite(path: &Path, to: &Path) -> Result<(), StoreError> {
        sqlite::Engine::backup(path, to)
    }

    /// How a database on a server is kept.
    ///
    /// # Errors
    /// As [`Store::steps_postgres`].
    pub async fn status_postgres(url: &str) -> Result<Status, StoreError> {
        postgres::Engine::status(url).await
    }

    /// The statements that would spread a database on a server over machines, with so many shards; none for a table that is in
    /// its place.
    ///
    /// # Errors
    /// As [`Store::open_postgres_without_key`].
    pub async fn placings_postgres(url: &str, shards: u32) -> Result<Vec<postgres::Placing>, StoreError> {
        postgres::Engine::placings(url, shards).await
    }

    /// Spreads a database on a server over machines, as far as it is not; it may be done again until all is done.
    ///
    /// # Errors
    /// [`StoreError::NoCitus`], and as [`Store::open_postgres_without_key`].
    pub async fn spread_postgres(url: &str, shards: u32) -> Result<postgres::Spreading, StoreError> {
        postgres::Engine::spread(url, shards).await
    }

    /// The address of a server as it may be shown: hosts and name, without who connects and with what.
    ///
    /// # Errors
    /// [`StoreError::Address`] if it is none.
    pub fn place_of_postgres(url: &str) -> Result<String, StoreError> {
        postgres::Engine::place(url)
    }

    /// Takes so many numbers that no other program on this database is given, from the answer on, which is not below
    /// `from`. A store that has one writer leaves the counting to him.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`]; what was perhaps taken then is given to nobody.
    pub async fn claim(&self, from: i64, count: i64) -> Result<i64, StoreError> {
        match self {
            Self::Memory(_) | Self::Sqlite(_) => Ok(from),
            Self::Postgres(engine) => engine.claim(from, count).await,
        }
    }

    /// The same store, which waits so for a server that is away.
    #[must_use]
    pub fn with_patience(mut self, patience: Arc<dyn Patience>) -> Self {
        if let Self::Postgres(engine) = &mut self {
            engine.patience = patience::Patient::of(patience);
        }
        self
    }

    /// The audit of a database file whose key is lost: the ledger is not encrypted.
    ///
    /// # Errors
    /// [`StoreError`] if rows cannot be read at all; rows that are wrong are in the answer.
    pub fn audit_sqlite_without_key(path: &Path) -> Result<Totals, StoreError> {
        sqlite::Engine::audit_without_key(path)
    }

    /// The same store, which crashes where it is told to.
    #[must_use]
    pub fn with_faults(mut self, faults: Arc<dyn Faults>) -> Self {
        let fate = faults::Fate::of(faults);
        match &mut self {
            Self::Memory(engine) => engine.fate = fate,
            Self::Sqlite(engine) => engine.fate = fate,
            Self::Postgres(engine) => engine.fate = fate,
        }
        self
    }

    /// Handles a group of commands, one of `wanted` each, in one transaction. `judge` is called for each in order,
    /// with its place and facts to which the writes of those before it are applied; it gives what it writes. A
    /// panic of it rolls the group back. What it writes is sealed under the day of `at`, or under the first day that
    /// is not closed if that is later.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of the group is kept, but after a crash at [`CrashPoint::AfterCommit`] all of it.
    pub async fn group(&self, at: Moment, wanted: &[Wanted], judge: &mut Judge<'_>) -> Result<(), StoreError> {
        match self {
            Self::Memory(engine) => {
                engine.fate.pause().await;
                engine.group(wanted, judge)
            }
            Self::Sqlite(engine) => {
                engine.fate.pause().await;
                engine.group(at, wanted, judge).await
            }
            Self::Postgres(engine) => {
                engine.fate.pause().await;
                engine.group(at, wanted, judge).await
            }
        }
    }

    /// Reads without a lock, all rows from one moment.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn read(&self, wanted: &Wanted) -> Result<Facts, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.read(wanted)),
            Self::Sqlite(engine) => engine.read(wanted).await,
            Self::Postgres(engine) => engine.read(wanted).await,
        }
    }

    /// Timed work that waits and whose time is not after `until`, in the order of time and then of
    /// [`gongji_domain::message::Due`]; `most` rows at most.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn due_timers(&self, until: Moment, most: usize) -> Result<Vec<TimerRow>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.due_timers(until, most)),
            Self::Sqlite(engine) => engine.due_timers(until, most),
            Self::Postgres(engine) => engine.due_timers(until, most).await,
        }
    }

    /// When the next timed work is due, whether or not that has passed.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn next_timer(&self) -> Result<Option<Moment>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.next_timer()),
            Self::Sqlite(engine) => engine.next_timer(),
            Self::Postgres(engine) => engine.next_timer().await,
        }
    }

    /// Messages to other provinces that are not acknowledged, in the order of command and place: those after a
    /// key, or from the first; `most` rows at most.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn waiting_outbox(
        &self,
        after: Option<(CommandId, u16)>,
        most: usize,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.waiting_outbox(after, most)),
            Self::Sqlite(engine) => engine.waiting_outbox(after, most).await,
            Self::Postgres(engine) => engine.waiting_outbox(after, most).await,
        }
    }

    /// Messages that wait for answers of other provinces, in the order of their commands.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn asking_messages(&self, most: usize) -> Result<Vec<MessageRow>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.asking_messages(most)),
            Self::Sqlite(engine) => engine.asking_messages(most).await,
            Self::Postgres(engine) => engine.asking_messages(most).await,
        }
    }

    /// Who could pay for a patient, in the order of sponsors and bindings, the institution, if it is known, and the stops in
    /// force: what a till's question before a bill looks at, in two statements, not of one moment; no stops of a place unknown.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn backings_of(
        &self,
        patient: PersonId,
        institution: InstitutionId,
    ) -> Result<(Vec<Backing>, Option<Institution>, Stops), StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.backings_of(patient, institution)),
            Self::Sqlite(engine) => engine.backings_of(patient, institution),
            Self::Postgres(engine) => engine.backings_of(patient, institution).await,
        }
    }

    /// All notices to a person, in the order of time, command and place.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn notices_of(&self, person: PersonId) -> Result<Vec<NoticeRow>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.notices_of(person)),
            Self::Sqlite(engine) => engine.notices_of(person).await,
            Self::Postgres(engine) => engine.notices_of(person).await,
        }
    }

    /// The claims of a month, in the order of their keys.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn claims_of(&self, month: Month) -> Result<Vec<Claim>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.claims_of(month)),
            Self::Sqlite(engine) => engine.claims_of(month).await,
            Self::Postgres(engine) => engine.claims_of(month).await,
        }
    }

    /// How a decision came about, if it left a trace.
    ///
    /// # Errors
    /// [`StoreError`] if the row cannot be read.
    pub async fn trace_of(&self, command: CommandId) -> Result<Option<TraceRow>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.trace_of(command)),
            Self::Sqlite(engine) => engine.trace_of(command).await,
            Self::Postgres(engine) => engine.trace_of(command).await,
        }
    }

    /// How decisions came about, in the order of their commands: those after one, or from the first; `most` rows at
    /// most. Day and area stand in the bytes.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn traces(&self, after: Option<CommandId>, most: usize) -> Result<Vec<TraceRow>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.traces(after, most)),
            Self::Sqlite(engine) => engine.traces(after, most),
            Self::Postgres(engine) => engine.traces(after, most).await,
        }
    }

    /// Audits everything; see [`Store::audit`].
    ///
    /// # Errors
    /// As [`Store::audit`].
    pub async fn audit_totals(&self) -> Result<Totals, StoreError> {
        self.audit(Asked::default(), &mut |_| ()).await
    }

    /// Works out balances, holds, wallets and counters again from entries and payments, checks that all rows are as they
    /// were sealed, and says which differ. Writes nothing, and sees the store as it is at one moment. The memory engine, to
    /// which nobody else can write, is always audited whole and has no seals.
    ///
    /// # Errors
    /// [`StoreError`] if rows cannot be read at all; rows that are wrong are in the answer.
    pub async fn audit(
        &self,
        asked: Asked<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Totals, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.audit()),
            Self::Sqlite(engine) => engine.audit(asked, progress),
            Self::Postgres(engine) => engine.audit(asked, progress).await,
        }
    }

    /// Reads out whole parts of what is kept, in this order, page after page and all as it is at one moment, so that memory does
    /// not grow with them; nothing may be asked of this store meanwhile. The memory engine has no seals and no days.
    ///
    /// # Errors
    /// [`StoreError`] if nothing can be read; single rows that cannot are told ([`Page::Damaged`]).
    pub async fn read_out(&self, parts: &[Part], take: &mut Take<'_>) -> Result<(), StoreError> {
        match self {
            Self::Memory(engine) => {
                engine.read_out(parts, take);
                Ok(())
            }
            Self::Sqlite(engine) => engine.read_out(parts, take),
            Self::Postgres(engine) => engine.read_out(parts, take).await,
        }
    }

    /// Closes the next day of which something is sealed, if that is not after `until`: from then on nothing of it, or of a day
    /// before, can be changed without another root. The caller waits until no group of that day can still be under way.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read or written.
    pub async fn close_day(&self, until: Day) -> Result<Option<ClosedDay>, StoreError> {
        self.close_day_untold(until, None).await
    }

    /// The closed days, in order.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub async fn closed_days(&self) -> Result<Vec<ClosedDay>, StoreError> {
        match self {
            Self::Memory(_) => Ok(Vec::new()),
            Self::Sqlite(engine) => engine.closed_days(),
            Self::Postgres(engine) => engine.closed_days().await,
        }
    }

    /// How far the sheets of groups have come.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub async fn lane_marks(&self) -> Result<Vec<LaneMark>, StoreError> {
        match self {
            Self::Memory(_) => Ok(Vec::new()),
            Self::Sqlite(engine) => engine.lane_marks(),
            Self::Postgres(engine) => engine.lane_marks().await,
        }
    }

    /// Writes back what only the log of an engine holds, beside the groups and without holding them up. Nothing needs
    /// it: without it a group does the same once the log is long, and those who wait for that group wait longer.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be written.
    pub fn write_back(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) | Self::Postgres(_) => Ok(()),
            Self::Sqlite(engine) => engine.write_back(),
        }
    }

    /// Every row. For tests and for comparing stores: all of it is in memory at once.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn dump(&self) -> Result<Rows, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.look(Rows::clone)),
            Self::Sqlite(engine) => engine.dump(),
            Self::Postgres(engine) => engine.dump().await,
        }
    }

    /// Looks at every row; nothing may be asked of this store meanwhile. Of the memory engine none is copied.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn look<T>(&self, look: impl FnOnce(&Rows) -> T) -> Result<T, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.look(look)),
            Self::Sqlite(engine) => engine.dump().map(|rows| look(&rows)),
            Self::Postgres(engine) => engine.dump().await.map(|rows| look(&rows)),
        }
    }
}

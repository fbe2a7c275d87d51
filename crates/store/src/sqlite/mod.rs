//! The SQLite engine: one file, one writer with a lock file, readers beside it.
//!
//! Invariants: a group is one immediate transaction, flushed to the disk before it returns; a second writer is told
//! so at once; readers have short transactions of their own and see whole groups. Deliberately absent: triggers,
//! numbers made by the database, times made by the database, foreign keys.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use gongji_domain::institution::Institution;
use gongji_domain::readiness::Backing;
use gongji_domain::record::{Claim, Facts, MessageRow, NoticeRow, OutboxRow, Rows, TimerRow, TraceRow, Wanted};
use gongji_domain::stop::Stops;
use gongji_domain::zoo::{self, Cage};
use gongji_words::{CommandId, Day, InstitutionId, Moment, Month, PersonId};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, params};
use tokio::sync::Mutex as AsyncMutex;

use crate::faults::{CrashPoint, Fate};
use crate::group::{Judge, judge_all, union};
use crate::seal::{self, Sealer};
use crate::sql::reading::{asks_for_everything, asks_for_sealed, asks_for_unknown};
use crate::sql::writing::of_seals;
use crate::sql::{Known, Reading, Writing, catalogue as sql, decode};
use crate::tidings::Stood;
use crate::vault::close_to_others;
use crate::{StoreError, WorkingKey, paper, stop};

mod access;
mod audit;
mod backup;
mod days;
mod door;
#[cfg(any(test, feature = "zoo"))]
pub(crate) mod drill;
mod flusher;
mod lookups;
mod papers;
mod proposals;
mod releases;
mod schema;
mod secrets;
mod status;
mod stops;
#[cfg(test)]
mod tests;

use access::{At, Snapshot, failed, query, query_one};
use flusher::Flusher;

/// How long a statement waits for a lock that a checkpoint or a backup holds.
const PATIENCE: Duration = Duration::from_secs(5);
/// The log is written back into the file after a group that leaves it longer than this, in pages of 4 KiB: a page that
/// many settlements touch is written back once for all of them, and with half a gigabyte of log a full day writes half as much to
/// the disk as with an eighth of one. After a kill the whole log is read again, which takes less than a second. Where somebody
/// writes back beside the groups ([`Engine::write_back`]), a group finds little to do, and the log starts anew after it. SQLite
/// counts what is in the log; its file keeps its length and is written over from the start.
const LONGEST_LOG: i64 = 131_072;
/// Rows in the log after which it is written back beside the groups: a page that many of them touched is written once.
const WORTH_WRITING_BACK: u64 = 160_000;
/// Pages kept in memory by the connection that writes, in KiB; negative as SQLite wants it.
const WRITER_CACHE_KIB: i64 = -131_072;
/// The same for the connection that reads beside it: it answers enquiries, groups read with the other.
const READER_CACHE_KIB: i64 = -32_768;
/// More than there are statements in the catalogue, so that none is prepared twice.
const STATEMENTS: usize = 256;
/// No database is shorter, in bytes.
const SMALLEST_PAGE: u64 = 512;
const TABLE: &str = "sqlite_schema";
/// There is one writer.
const LANE: i64 = 1;

/// A store in a file.
#[derive(Debug)]
pub struct Engine {
    path: PathBuf,
    keys: WorkingKey,
    sealer: Sealer,
    writer: Option<Writer>,
    reader: Mutex<Connection>,
    /// Rows that groups wrote since the log was last written back beside them.
    logged: AtomicU64,
    /// Groups that may be under way at once: one is written while others wait for their flush.
    lanes: usize,
    pub(crate) fate: Fate,
}

/// The connection that writes. The lock file is held as long as it lives.
#[derive(Debug)]
struct Writer {
    connection: Mutex<Connection>,
    /// Whoever has it may write: who waits for it does not hold up a thread.
    turn: AsyncMutex<()>,
    flusher: OnceLock<Flusher>,
    /// Groups that may be in the log and not yet on the disk.
    unflushed: AtomicU64,
    _lock: File,
}

impl Writer {
    fn of(connection: Connection, lock: File) -> Self {
        let (turn, flusher, unflushed) = (AsyncMutex::default(), OnceLock::new(), AtomicU64::new(0));
        Self { connection: Mutex::new(connection), turn, flusher, unflushed, _lock: lock }
    }
}

impl Engine {
    /// Makes the file and its tables.
    pub(crate) fn create(path: &Path, keys: &WorkingKey) -> Result<Self, StoreError> {
        let lock = lock_file(path)?;
        make_private(path)?;
        let mut connection = connect(path).map_err(|error| failed(TABLE, error))?;
        if !schema::is_empty(&connection)? {
            return Err(StoreError::Exists { path: path.to_owned() });
        }
        schema::migrate(&mut connection, path)?;
        secrets::write_identity(&At::of(&connection), keys)?;
        Self::with_writer(path, keys, Writer::of(connection, lock))
    }

    /// Opens the file to write to it.
    pub(crate) fn open(path: &Path, keys: &WorkingKey) -> Result<Self, StoreError> {
        let connection = connect_existing(path)?;
        let lock = lock_file(path)?;
        schema::check(&connection, path)?;
        secrets::check_identity(&At::of(&connection), keys)?;
        Self::with_writer(path, keys, Writer::of(connection, lock))
    }

    /// Opens the file beside its writer.
    pub(crate) fn open_reader(path: &Path, keys: &WorkingKey) -> Result<Self, StoreError> {
        let reader = connect_reader(path)?;
        schema::check(&reader, path)?;
        secrets::check_identity(&At::of(&reader), keys)?;
        Ok(Self::with_reader(path, keys, reader))
    }

    fn with_reader(path: &Path, keys: &WorkingKey, reader: Connection) -> Self {
        let reader = Mutex::new(reader);
        Self {
            path: path.to_owned(),
            keys: keys.clone(),
            sealer: Sealer::of(keys),
            writer: None,
            reader,
            logged: AtomicU64::new(0),
            lanes: 1,
            fate: Fate::default(),
        }
    }

    /// Brings the tables of the file up to this program; gives the number of steps.
    pub(crate) fn migrate(path: &Path) -> Result<usize, StoreError> {
        let mut connection = connect_existing(path)?;
        let _lock = lock_file(path)?;
        if schema::is_empty(&connection)? {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        schema::migrate(&mut connection, path)
    }

    fn with_writer(path: &Path, keys: &WorkingKey, writer: Writer) -> Result<Self, StoreError> {
        let reader = Mutex::new(connect_reader(path)?);
        Ok(Self {
            path: path.to_owned(),
            keys: keys.clone(),
            sealer: Sealer::of(keys),
            writer: Some(writer),
            reader,
            logged: AtomicU64::new(0),
            lanes: 1,
            fate: Fate::default(),
        })
    }

    /// A group that panicked was rolled back when its transaction went, so a poisoned connection is whole.
    fn writer(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        Ok(writer.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) const fn lanes(&self) -> usize {
        self.lanes
    }

    pub(crate) const fn set_lanes(&mut self, lanes: usize) {
        self.lanes = lanes;
    }

    pub(crate) async fn group(&self, at: Moment, wanted: &[Wanted], judge: &mut Judge<'_>) -> Result<(), StoreError> {
        let sum = if self.lanes > 1 {
            self.group_beside_others(at.day(), wanted, judge).await?
        } else {
            self.group_within(&mut *self.writer()?, (at.day(), wanted), judge)?
        };
        self.logged.fetch_add(u64::try_from(sum.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.fate.committed(&sum);
        self.fate.pass(CrashPoint::AfterCommit)
    }

    /// The next group may be written as soon as this one is in the log; this one is done when it is on the disk.
    async fn group_beside_others(
        &self,
        day: Day,
        wanted: &[Wanted],
        judge: &mut Judge<'_>,
    ) -> Result<Rows, StoreError> {
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        let turn = writer.turn.lock().await;
        writer.unflushed.fetch_add(1, Ordering::SeqCst);
        let sum = self.group_within(&mut *Unflushed::of(self.writer()?)?, (day, wanted), judge);
        drop(turn);
        let flushed = if sum.is_ok() { self.flush(writer).await } else { Ok(()) };
        // After a flush that failed nobody is told anything as certain again.
        flushed?;
        writer.unflushed.fetch_sub(1, Ordering::SeqCst);
        sum
    }

    async fn flush(&self, writer: &Writer) -> Result<(), StoreError> {
        let flusher = match writer.flusher.get() {
            Some(flusher) => flusher,
            None => {
                let started = Flusher::start(&beside(&self.path, "-wal"))?;
                writer.flusher.get_or_init(|| started)
            }
        };
        flusher.flush().await
    }

    fn group_within(
        &self,
        connection: &mut Connection,
        (day, wanted): (Day, &[Wanted]),
        judge: &mut Judge<'_>,
    ) -> Result<Rows, StoreError> {
        let transaction = begin(connection, TransactionBehavior::Immediate)?;
        let sum = self.group_at(&At::of(&transaction), day, wanted, judge)?;
        transaction.commit().map_err(|error| failed(TABLE, error))?;
        Ok(sum)
    }

    /// Everything between the beginning of the transaction and its commit; gives what was written.
    fn group_at(&self, at: &At<'_>, day: Day, wanted: &[Wanted], judge: &mut Judge<'_>) -> Result<Rows, StoreError> {
        self.fate.pass(CrashPoint::BeforeRead)?;
        let (facts, known) = read(at, &union(wanted))?;
        let (frozen, stood) = (seal::frozen(&facts.rows), Stood::of(&facts.rows));
        self.fate.pass(CrashPoint::AfterRead)?;
        let (sum, facts) = judge_all(facts, wanted.len(), judge, &self.fate)?;
        self.fate.pass(CrashPoint::BeforeWrite)?;
        let known = complete(at, (&sum, &facts.read), known)?;
        let enclosed = &paper::enclosed(&self.keys, &sum)[..];
        let writing = Writing { rows: &sum, facts: &facts, known: &known, enclosed };
        writing.of_people().iter().try_for_each(|batch| access::write(at, batch))?;
        self.fate.pass(CrashPoint::HalfWritten)?;
        writing.of_events().iter().try_for_each(|batch| access::write(at, batch))?;
        let old_payments = &known.payments;
        let tidings = &stood.told_of(&sum, old_payments, &facts.rows)[..];
        let group = seal::Group { rows: &sum, old_payments, frozen: &frozen, lane: LANE, day, tidings };
        let sealed = self.sealer.seal(&group, &known.sealed);
        of_seals(&sealed).iter().try_for_each(|batch| access::write(at, batch))?;
        self.fate.pass(CrashPoint::BeforeCommit)?;
        Ok(sum)
    }

    /// Writes back beside the groups, once it is worth it, by a connection that lives as long. Whatever it has not
    /// reached stays in the log.
    pub(crate) fn write_back(&self) -> Result<(), StoreError> {
        if self.logged.load(Ordering::Relaxed) < WORTH_WRITING_BACK {
            return Ok(());
        }
        self.logged.store(0, Ordering::Relaxed);
        let connection = connect_existing(&self.path)?;
        let passed = connection.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()));
        passed.map_err(|error| failed(TABLE, error))
    }

    /// Reads in a short transaction of its own.
    fn reading<T>(&self, read: impl FnOnce(&At<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = begin(&mut connection, TransactionBehavior::Deferred)?;
        read(&At::of(&transaction))
    }

    /// Reads by single statements, each as of its own moment: without a transaction around them, which would be two more.
    /// By the connection that writes while it is free: its pages stay in memory, those of any other are read anew after
    /// each commit.
    fn looking_up<T>(&self, read: impl FnOnce(&At<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if let Some(free) = self.writer.as_ref().and_then(|writer| writer.connection.try_lock().ok()) {
            return read(&At::for_few(&free));
        }
        read(&At::for_few(&self.reader.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Reads what somebody is told, or what is sent to others: it is on the disk before it is given.
    async fn certain<T>(&self, read: impl FnOnce(&At<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let found = self.reading(read)?;
        self.flushed().await?;
        Ok(found)
    }

    /// The same by single statements.
    async fn certain_row<T>(&self, read: impl FnOnce(&At<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let found = self.looking_up(read)?;
        self.flushed().await?;
        Ok(found)
    }

    /// Reads by several statements, all as of one moment.
    fn looking_up_at_once<T>(&self, read: impl FnOnce(&At<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.looking_up(|at| read(Snapshot::begin(at)?.at()))
    }

    /// Waits until all that is written is on the disk.
    pub(crate) async fn flushed(&self) -> Result<(), StoreError> {
        let behind = self.writer.as_ref().filter(|writer| writer.unflushed.load(Ordering::SeqCst) > 0);
        if let Some(writer) = behind {
            self.flush(writer).await?;
        }
        Ok(())
    }

    pub(crate) async fn read(&self, wanted: &Wanted) -> Result<Facts, StoreError> {
        self.certain(|at| Ok(read(at, wanted)?.0)).await
    }

    pub(crate) fn due_timers(&self, until: Moment, most: usize) -> Result<Vec<TimerRow>, StoreError> {
        let values = params![until.millis(), limit(most)];
        self.reading(|at| query(at, &sql::TIMERS_DUE, values, decode::timer))
    }

    pub(crate) fn next_timer(&self) -> Result<Option<Moment>, StoreError> {
        self.reading(|at| Ok(query_one(at, &sql::NEXT_TIMER, [], decode::maybe_moment)?.flatten()))
    }

    pub(crate) async fn waiting_outbox(
        &self,
        after: Option<(CommandId, u16)>,
        most: usize,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        // No place is negative, so without a key every row comes after.
        let (command, place) = after.map_or((i64::MIN, -1), |(id, place)| (id.number(), i64::from(place)));
        let values = [command, place, limit(most)];
        self.certain(|at| query(at, &sql::OUTBOX_WAITING, values, decode::outbox)).await
    }

    pub(crate) async fn asking_messages(&self, most: usize) -> Result<Vec<MessageRow>, StoreError> {
        self.certain(|at| query(at, &sql::MESSAGES_ASKING, [limit(most)], decode::message)).await
    }

    pub(crate) fn backings_of(
        &self,
        patient: PersonId,
        institution: InstitutionId,
    ) -> Result<(Vec<Backing>, Option<Institution>, Stops), StoreError> {
        self.looking_up(|at| {
            let backings = query(at, &sql::BACKINGS, [patient.number()], decode::backing)?;
            let rows = query(at, &sql::INSTITUTION_WITH_STOPS, [institution.number()], stop::institution_with_stop)?;
            let (mut institutions, stops): (Vec<Institution>, Vec<_>) = rows.into_iter().unzip();
            Ok((backings, institutions.pop(), stops.into_iter().flatten().collect()))
        })
    }

    pub(crate) async fn notices_of(&self, person: PersonId) -> Result<Vec<NoticeRow>, StoreError> {
        self.certain(|at| query(at, &sql::NOTICES_OF, [person.number()], decode::notice)).await
    }

    pub(crate) async fn claims_of(&self, month: Month) -> Result<Vec<Claim>, StoreError> {
        self.certain(|at| query(at, &sql::CLAIMS_OF_MONTH, [month.number()], decode::claim)).await
    }

    pub(crate) async fn trace_of(&self, command: CommandId) -> Result<Option<TraceRow>, StoreError> {
        self.certain(|at| query_one(at, &sql::TRACE, [command.number()], decode::trace)).await
    }

    pub(crate) fn traces(&self, after: Option<CommandId>, most: usize) -> Result<Vec<TraceRow>, StoreError> {
        let from = after.map_or(Some(i64::MIN), |command| command.number().checked_add(1));
        let Some(from) = from else { return Ok(Vec::new()) };
        self.reading(|at| query(at, &sql::TRACES_FROM, params![from, limit(most)], decode::trace))
    }

    pub(crate) fn dump(&self) -> Result<Rows, StoreError> {
        self.reading(|at| {
            let mut reading = Reading::default();
            access::read(at, &mut reading, &asks_for_everything())?;
            Ok(reading.facts().0.rows)
        })
    }
}

/// The connection that writes, for a transaction whose flush is left to the flusher. All others flush for themselves.
struct Unflushed<'e>(MutexGuard<'e, Connection>);

impl<'e> Unflushed<'e> {
    fn of(connection: MutexGuard<'e, Connection>) -> Result<Self, StoreError> {
        flush_at_commit(&connection, false).map_err(|error| failed(TABLE, error))?;
        Ok(Self(connection))
    }
}

impl Deref for Unflushed<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Unflushed<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl Drop for Unflushed<'_> {
    fn drop(&mut self) {
        flush_at_commit(&self.0, true).expect("the setting is one of this connection in memory");
    }
}

/// Whether a commit returns when it is on the disk, or when it is in the log.
fn flush_at_commit(connection: &Connection, flush: bool) -> rusqlite::Result<()> {
    let flush = flush && !zoo::open(Cage::SynchronousNormal);
    connection.pragma_update(None, "synchronous", if flush { "full" } else { "normal" })
}

/// Reads what is wanted.
fn read(at: &At<'_>, wanted: &Wanted) -> Result<(Facts, Known), StoreError> {
    let mut reading = Reading::of(wanted);
    let asks = reading.asks_for_links();
    access::read(at, &mut reading, &asks)?;
    let asks = reading.asks_for_people();
    access::read(at, &mut reading, &asks)?;
    let asks = reading.asks_for_rows();
    access::read(at, &mut reading, &asks)?;
    let asks = reading.asks_for_mirrors();
    access::read(at, &mut reading, &asks)?;
    Ok(reading.facts())
}

/// Adds what is to be known before rows are written that were not read.
fn complete(at: &At<'_>, (sum, read): (&Rows, &Wanted), mut known: Known) -> Result<Known, StoreError> {
    let mut reading = Reading::default();
    access::read(at, &mut reading, &asks_for_unknown(sum, read, &known))?;
    access::read(at, &mut reading, &asks_for_sealed(sum, LANE))?;
    known.absorb(reading.known);
    Ok(known)
}

fn begin(connection: &mut Connection, behavior: TransactionBehavior) -> Result<Transaction<'_>, StoreError> {
    connection.transaction_with_behavior(behavior).map_err(|error| failed(TABLE, error))
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

fn existing() -> OpenFlags {
    OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_CREATE)
}

/// Nobody else may read what is kept. SQLite gives the files that it makes beside this one the same mode. A file
/// that is there already is not even opened: closing it would take away locks of this program's connections.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    close_to_others(&mut options);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::io("making", path, error)),
    }
}

/// Another file beside the database.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The operating system gives the lock to one program only, and takes it back when that ends, however it ends.
fn lock_file(path: &Path) -> Result<File, StoreError> {
    let lock = beside(path, ".lock");
    let io = |error| StoreError::io("locking", &lock, error);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    close_to_others(&mut options);
    let file = options.open(&lock).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

/// Opens the file so that a commit is on the disk when it returns.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, existing())?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it SQLite prepares a statement anew whenever a value is bound that a partial index might care
    // about: two thirds of a settlement's time went there.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    flush_at_commit(&connection, true)?;
    connection.pragma_update(None, "wal_autocheckpoint", LONGEST_LOG)?;
    Ok(connection)
}

/// Opens a file that holds a database, and leaves any other as it is. SQLite would make a database of a file
/// shorter than its smallest page; of a longer one it reads the first bytes, and says what they are not. They are
/// not read here, because closing the file would take away locks of this program's other connections.
fn connect_existing(path: &Path) -> Result<Connection, StoreError> {
    let missing = || StoreError::Missing { path: path.to_owned() };
    let holds_a_page = |file: Metadata| file.is_file() && file.len() >= SMALLEST_PAGE;
    if !std::fs::metadata(path).is_ok_and(holds_a_page) {
        return Err(missing());
    }
    connect(path).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => missing(),
        _ => failed(TABLE, error),
    })
}

fn connect_reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect_existing(path)?;
    let wrong = |error| failed(TABLE, error);
    connection.pragma_update(None, "query_only", true).map_err(wrong)?;
    connection.pragma_update(None, "cache_size", READER_CACHE_KIB).map_err(wrong)?;
    Ok(connection)
}

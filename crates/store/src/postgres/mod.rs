//! The PostgreSQL engine: many groups at once, each under the locks of its people.
//!
//! Invariants: a group is one transaction at read committed; people are locked in the order of their numbers before
//! anything is read that is judged; what was read before the lock is read again; a group that lost against another, or
//! whose connection was lost, is done again with the same messages, which are in the database if it was written.
//! Deliberately absent: advisory locks, sequences, times made by the server, triggers, cancelling.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::try_join;
use gongji_domain::record::{Claim, Facts, MessageRow, NoticeRow, OutboxRow, Rows, TimerRow, TraceRow, Wanted};
use gongji_words::{CommandId, Day, Moment, Month, PersonId};
use tokio_postgres::Config;

use crate::audit::{self, Asked, Progress, Reads, Totals};
use crate::faults::{CrashPoint, Fate};
use crate::group::{Judge, judge_all, union};
use crate::pages::{self, Part, Take};
use crate::seal::{self, Sealer};
use crate::sql::reading::{asks_for_everything, asks_for_sealed, asks_for_unknown};
use crate::sql::writing::of_seals;
use crate::sql::{Ask, Known, Reading, Value, Writing, catalogue as sql, decode, values as columns};
use crate::{StoreError, WorkingKey};

mod days;
mod failure;
mod forms;
mod schema;
mod secrets;
mod session;
mod values;

use session::Session;

/// How often a group is done again that lost against another or whose connection was lost.
const TRIES: usize = 6;
/// How often it is looked whether somebody was registered while his lock was waited for.
const ROUNDS: usize = 4;
/// Groups at once, unless it is told otherwise.
const LANES: usize = 2;

const SNAPSHOT: &str = "begin isolation level repeatable read read only";
const LOCK_REGISTERED: &str = "select person_id from person where person_id = any($1) order by person_id for update";
const ADD_LOCKS: &str =
    "insert into person_lock (person_id) select unnest($1::bigint[]) on conflict (person_id) do nothing";
const LOCK_OTHERS: &str = "select person_id from person_lock where person_id = any($1) order by person_id for update";
/// Writes something, so that the commit waits for all that was committed before it.
const TOUCH: &str = "update store_identity set value = value";

/// A store on a server.
#[derive(Debug)]
pub struct Engine {
    config: Config,
    keys: WorkingKey,
    sealer: Sealer,
    idle: Mutex<Vec<Session>>,
    /// Lanes of sheets that this program has claimed and no group is using.
    free: Mutex<Vec<i64>>,
    lanes: usize,
    pub(crate) fate: Fate,
}

impl Engine {
    /// Makes the tables in an empty database.
    pub(crate) async fn create(url: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        let engine = Self::to(url, keys)?;
        let session = engine.session().await?;
        if schema::has_tables(&session).await? {
            return Err(StoreError::Exists { path: schema::place(&engine.config) });
        }
        schema::migrate(&session, &engine.config).await?;
        secrets::write_identity(&session, keys).await?;
        engine.give_back(session);
        Ok(engine)
    }

    /// Makes the tables in a schema of their own. Its name comes from the program, never from outside.
    pub(crate) async fn create_room(url: &str, room: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        let session = Session::connect(&config_of(url)?).await?;
        session.run(&format!("create schema {room}")).await?;
        let mut engine = Self::to(url, keys)?;
        engine.config.options(format!("-c search_path={room}"));
        let session = engine.session().await?;
        schema::migrate(&session, &engine.config).await?;
        secrets::write_identity(&session, keys).await?;
        engine.give_back(session);
        Ok(engine)
    }

    /// Takes such a schema away with all that is in it.
    pub(crate) async fn drop_room(url: &str, room: &str) -> Result<(), StoreError> {
        let session = Session::connect(&config_of(url)?).await?;
        session.run("set client_min_messages = warning").await?;
        session.run(&format!("drop schema if exists {room} cascade")).await
    }

    /// Opens a database that has its tables.
    pub(crate) async fn open(url: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        let engine = Self::to(url, keys)?;
        let session = engine.session().await?;
        schema::check(&session, &engine.config).await?;
        secrets::check_identity(&session, keys).await?;
        engine.give_back(session);
        Ok(engine)
    }

    /// Brings the tables up to this program; gives the number of steps.
    pub(crate) async fn migrate(url: &str) -> Result<usize, StoreError> {
        let config = config_of(url)?;
        let session = Session::connect(&config).await?;
        if !schema::has_tables(&session).await? {
            return Err(StoreError::Missing { path: schema::place(&config) });
        }
        schema::migrate(&session, &config).await
    }

    fn to(url: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        Ok(Self {
            config: config_of(url)?,
            keys: keys.clone(),
            sealer: Sealer::of(keys),
            idle: Mutex::default(),
            free: Mutex::default(),
            lanes: LANES,
            fate: Fate::default(),
        })
    }

    /// How many groups should be under way at once.
    pub(crate) const fn lanes(&self) -> usize {
        self.lanes
    }

    pub(crate) const fn set_lanes(&mut self, lanes: usize) {
        self.lanes = lanes;
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        lock_of(&self.idle)
    }

    async fn session(&self) -> Result<Session, StoreError> {
        loop {
            let idle = self.idle().pop();
            match idle {
                Some(session) if session.is_closed() => {}
                Some(session) => return Ok(session),
                None => return Session::connect(&self.config).await,
            }
        }
    }

    fn give_back(&self, session: Session) {
        self.idle().push(session);
    }

    pub(crate) async fn group(&self, at: Moment, wanted: &[Wanted], judge: &mut Judge<'_>) -> Result<(), StoreError> {
        let all = union(wanted);
        let (wanted, mut doubt) = (Group { wanted: &all, count: wanted.len(), day: at.day() }, false);
        for _ in 1..TRIES {
            match self.try_group(&wanted, judge, doubt).await {
                Err(error) if error.is_worth_retrying() => doubt |= matches!(error, StoreError::InDoubt),
                done => return done,
            }
        }
        self.try_group(&wanted, judge, doubt).await
    }

    /// A session that something went wrong with goes back only if it could be rolled back.
    async fn try_group(&self, group: &Group<'_>, judge: &mut Judge<'_>, doubt: bool) -> Result<(), StoreError> {
        let session = self.session().await?;
        let done = self.group_at(&session, group, judge, doubt).await;
        let lost = matches!(done, Err(StoreError::Unreachable | StoreError::InDoubt));
        if done.is_ok() || (!lost && session.run("rollback").await.is_ok()) {
            self.give_back(session);
        }
        let rows = done?;
        self.fate.committed(&rows);
        self.fate.pass(CrashPoint::AfterCommit)
    }

    /// One transaction; gives what it wrote.
    async fn group_at(
        &self,
        session: &Session,
        group: &Group<'_>,
        judge: &mut Judge<'_>,
        doubt: bool,
    ) -> Result<Rows, StoreError> {
        self.fate.pass(CrashPoint::BeforeRead)?;
        let (facts, known) = locked(session, group.wanted).await?;
        let frozen = seal::frozen(&facts.rows);
        self.fate.pass(CrashPoint::AfterRead)?;
        let (sum, facts) = judge_all(facts, group.count, judge, &self.fate)?;
        self.fate.pass(CrashPoint::BeforeWrite)?;
        let known = complete(session, (&sum, &facts.read), known).await?;
        let writing = Writing { rows: &sum, facts: &facts, known: &known };
        session.write(&writing.of_people()).await?;
        self.fate.pass(CrashPoint::HalfWritten)?;
        session.write(&writing.of_events()).await?;
        // Nobody else may have the lane before this group is committed.
        let _lane = self.seal(session, (&sum, &frozen, &known.payments), group.day).await?;
        if doubt {
            session.run(TOUCH).await?;
        }
        self.fate.pass(CrashPoint::BeforeCommit)?;
        session.commit().await?;
        Ok(sum)
    }

    /// Seals what a group wrote, in a lane of its own.
    async fn seal(
        &self,
        session: &Session,
        (rows, frozen, old_payments): (&Rows, &BTreeSet<PersonId>, &BTreeSet<CommandId>),
        day: Day,
    ) -> Result<Option<Lane<'_>>, StoreError> {
        if seal::people_of(rows).is_empty() {
            return Ok(None);
        }
        let lane = Lane { free: &self.free, number: self.lane(day).await? };
        let mut reading = Reading::default();
        session.read(&mut reading, &asks_for_sealed(rows, lane.number)).await?;
        let group = seal::Group { rows, old_payments, frozen, lane: lane.number, day };
        let sealed = self.sealer.seal(&group, &reading.known.sealed);
        session.write(&of_seals(&sealed)).await?;
        Ok(Some(lane))
    }

    /// A lane that no other group uses: one of this program's, or the next that nobody has.
    async fn lane(&self, day: Day) -> Result<i64, StoreError> {
        let free = lock_of(&self.free).pop();
        if let Some(lane) = free {
            return Ok(lane);
        }
        let session = self.session().await?;
        loop {
            let last = session.query(&sql::LAST_LANE, &[], decode::maybe_number).await?.pop().flatten();
            let sheet = self.sealer.first_sheet(last.unwrap_or_default() + 1, day);
            if session.execute(&sql::ADD_SHEET, &columns::sheet(&sheet)).await? == 1 {
                self.give_back(session);
                return Ok(sheet.lane);
            }
        }
    }

    /// Reads from one moment, in a session that goes back unless it is lost.
    async fn snapshot(&self, wanted: &Wanted) -> Result<Facts, StoreError> {
        let session = self.session().await?;
        session.run(SNAPSHOT).await?;
        let mut reading = Reading::of(wanted);
        let asks = reading.asks_for_links();
        session.read(&mut reading, &asks).await?;
        let asks = reading.asks_for_people();
        session.read(&mut reading, &asks).await?;
        read_rest(&session, &mut reading).await?;
        session.run("commit").await?;
        self.give_back(session);
        Ok(reading.facts().0)
    }

    pub(crate) async fn read(&self, wanted: &Wanted) -> Result<Facts, StoreError> {
        self.snapshot(wanted).await
    }

    pub(crate) async fn dump(&self) -> Result<Rows, StoreError> {
        let session = self.session().await?;
        session.run(SNAPSHOT).await?;
        let mut reading = Reading::default();
        session.read(&mut reading, &asks_for_everything()).await?;
        session.run("commit").await?;
        self.give_back(session);
        Ok(reading.facts().0.rows)
    }

    /// The rows of one statement. Its session goes back only if nothing was wrong.
    async fn list<T>(
        &self,
        statement: &'static crate::sql::Statement,
        values: &[Value<'_>],
        decode: fn(&mut crate::sql::Fields<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let session = self.session().await?;
        let rows = session.query(statement, values, decode).await?;
        self.give_back(session);
        Ok(rows)
    }

    pub(crate) async fn due_timers(&self, until: Moment, most: usize) -> Result<Vec<TimerRow>, StoreError> {
        self.list(&sql::TIMERS_DUE, &[until.millis().into(), limit(most)], decode::timer).await
    }

    pub(crate) async fn next_timer(&self) -> Result<Option<Moment>, StoreError> {
        Ok(self.list(&sql::NEXT_TIMER, &[], decode::maybe_moment).await?.pop().flatten())
    }

    pub(crate) async fn waiting_outbox(
        &self,
        after: Option<(CommandId, u16)>,
        most: usize,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let (command, place) = after.map_or((i64::MIN, -1), |(id, place)| (id.number(), i64::from(place)));
        self.list(&sql::OUTBOX_WAITING, &[command.into(), place.into(), limit(most)], decode::outbox).await
    }

    pub(crate) async fn asking_messages(&self, most: usize) -> Result<Vec<MessageRow>, StoreError> {
        self.list(&sql::MESSAGES_ASKING, &[limit(most)], decode::message).await
    }

    pub(crate) async fn notices_of(&self, person: PersonId) -> Result<Vec<NoticeRow>, StoreError> {
        self.list(&sql::NOTICES_OF, &[person.number().into()], decode::notice).await
    }

    pub(crate) async fn claims_of(&self, month: Month) -> Result<Vec<Claim>, StoreError> {
        self.list(&sql::CLAIMS_OF_MONTH, &[month.number().into()], decode::claim).await
    }

    pub(crate) async fn trace_of(&self, command: CommandId) -> Result<Option<TraceRow>, StoreError> {
        Ok(self.list(&sql::TRACE, &[command.number().into()], decode::trace).await?.pop())
    }

    pub(crate) async fn traces(&self, after: Option<CommandId>, most: usize) -> Result<Vec<TraceRow>, StoreError> {
        let from = after.map_or(Some(i64::MIN), |command| command.number().checked_add(1));
        let Some(from) = from else { return Ok(Vec::new()) };
        self.list(&sql::TRACES_FROM, &[from.into(), limit(most)], decode::trace).await
    }

    /// Of one moment, in a session of its own.
    pub(crate) async fn audit(
        &self,
        asked: Asked<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Totals, StoreError> {
        let session = self.session().await?;
        session.run(SNAPSHOT).await?;
        let totals = audit::run(&session, Some(&self.keys), asked, progress).await?;
        session.run("commit").await?;
        self.give_back(session);
        Ok(totals)
    }
}

impl Engine {
    /// From one moment, like an audit.
    pub(crate) async fn read_out(&self, parts: &[Part], take: &mut Take<'_>) -> Result<(), StoreError> {
        let session = self.session().await?;
        session.run(SNAPSHOT).await?;
        pages::read_out(&session, (&self.keys, Vec::new()), parts, take).await?;
        session.run("commit").await?;
        self.give_back(session);
        Ok(())
    }
}

/// What a group is about.
struct Group<'a> {
    wanted: &'a Wanted,
    count: usize,
    day: Day,
}

/// A lane in use; free again when it is dropped. A group that failed may still be under way at the server: who comes next
/// waits for its sheet, and is done again.
struct Lane<'a> {
    free: &'a Mutex<Vec<i64>>,
    number: i64,
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        lock_of(self.free).push(self.number);
    }
}

fn lock_of<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn config_of(url: &str) -> Result<Config, StoreError> {
    let mut config: Config = url.parse().map_err(|_| StoreError::Address)?;
    config.application_name("gongji");
    Ok(config)
}

fn limit(most: usize) -> Value<'static> {
    i64::try_from(most).unwrap_or(i64::MAX).into()
}

/// Begins, locks everybody concerned, and reads what is wanted.
async fn locked(session: &Session, wanted: &Wanted) -> Result<(Facts, Known), StoreError> {
    let mut before = Reading::of(wanted);
    let asks = before.asks_for_links();
    try_join!(session.run("begin"), session.read(&mut before, &asks))?;
    before.asks_for_people();
    lock(session, before.people()).await?;
    let mut reading = Reading::of(wanted);
    let asks = reading.asks_for_links();
    session.read(&mut reading, &asks).await?;
    let asks = reading.asks_for_people();
    // Somebody was bound while the locks were waited for: he has to be locked with the others.
    if reading.people() != before.people() {
        return Err(StoreError::Contended);
    }
    session.read(&mut reading, &asks).await?;
    read_rest(session, &mut reading).await?;
    Ok(reading.facts())
}

async fn read_rest(session: &Session, reading: &mut Reading) -> Result<(), StoreError> {
    let asks = reading.asks_for_rows();
    session.read(reading, &asks).await?;
    let asks = reading.asks_for_mirrors();
    session.read(reading, &asks).await
}

/// Locks people in the order of their numbers: by their row, or by another where they have none.
async fn lock(session: &Session, people: &BTreeSet<PersonId>) -> Result<(), StoreError> {
    let all: Vec<i64> = people.iter().map(|person| person.number()).collect();
    let mut held = BTreeSet::new();
    for _ in 0..ROUNDS {
        let registered: BTreeSet<i64> = session.numbers(LOCK_REGISTERED, &all).await?.into_iter().collect();
        let others: Vec<i64> = all.iter().copied().filter(|person| !registered.contains(person)).collect();
        if others.iter().all(|person| held.contains(person)) {
            return Ok(());
        }
        session.numbers(ADD_LOCKS, &others).await?;
        held.extend(session.numbers(LOCK_OTHERS, &others).await?);
    }
    Err(StoreError::Contended)
}

/// Adds what is to be known before rows are written that were not read.
async fn complete(session: &Session, (sum, read): (&Rows, &Wanted), mut known: Known) -> Result<Known, StoreError> {
    let mut reading = Reading::default();
    session.read(&mut reading, &asks_for_unknown(sum, read, &known)).await?;
    known.absorb(reading.known);
    Ok(known)
}

impl Reads for Session {
    async fn read(&self, reading: &mut Reading, asks: &[Ask]) -> Result<(), StoreError> {
        Self::read(self, reading, asks).await
    }
}

//! The PostgreSQL engine: many groups at once, each under the locks of its people.
//!
//! Invariants: a group is one transaction at read committed; people are locked in the order of their numbers before
//! anything is read that is judged; what was read before the lock is read again; a group that lost against another, or
//! whose connection was lost, is done again with the same messages, which are in the database if it was written.
//! Deliberately absent: advisory locks, sequences, times made by the server, triggers, cancelling.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::lock::Mutex as AsyncMutex;
use futures_util::try_join;
use gongji_domain::institution::Institution;
use gongji_domain::readiness::Backing;
use gongji_domain::record::{Claim, Facts, MessageRow, NoticeRow, OutboxRow, Rows, TimerRow, TraceRow, Wanted};
use gongji_words::{CommandId, InstitutionId, Moment, Month, PersonId};
use tokio_postgres::Config;

use crate::audit::{Totals, totals_of};
use crate::faults::{CrashPoint, Fate};
use crate::group::{Judge, judge_all, union};
use crate::sql::reading::{asks_for_everything, asks_for_unknown};
use crate::sql::{Ask, Known, Reading, Value, Writing, catalogue as sql, decode};
use crate::{StoreError, WorkingKey};

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
const ADD_LOCKS: &str =
    "insert into person_lock (person_id) select unnest($1::bigint[]) on conflict (person_id) do nothing";
const LOCK_OTHERS: &str = "select person_id from person_lock where person_id = any($1) order by person_id for update";
/// Writes something, so that the commit waits for all that was committed before it.
const TOUCH: &str = "update store_identity set value = value";

/// What is known of earlier tries of a group.
#[derive(Clone, Copy, Default)]
struct Care {
    /// It was tried before.
    again: bool,
    /// It may have been committed before.
    doubt: bool,
}

/// A store on a server.
#[derive(Debug)]
pub struct Engine {
    config: Config,
    keys: WorkingKey,
    idle: Mutex<Vec<Session>>,
    /// One for all questions of single statements: they follow each other in it without waiting for each other's answers.
    questions: AsyncMutex<Option<Arc<Session>>>,
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
        let (config, idle, questions) = (config_of(url)?, Mutex::default(), AsyncMutex::default());
        Ok(Self { config, keys: keys.clone(), idle, questions, lanes: LANES, fate: Fate::default() })
    }

    /// How many groups should be under way at once.
    pub(crate) const fn lanes(&self) -> usize {
        self.lanes
    }

    pub(crate) const fn set_lanes(&mut self, lanes: usize) {
        self.lanes = lanes;
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// The session that questions share, made anew when it is lost. However many ask at once, it is one connection.
    async fn shared(&self) -> Result<Arc<Session>, StoreError> {
        let mut shared = self.questions.lock().await;
        match &*shared {
            Some(session) if !session.is_closed() => Ok(session.clone()),
            _ => Ok(shared.insert(Arc::new(Session::connect(&self.config).await?)).clone()),
        }
    }

    fn give_back(&self, session: Session) {
        self.idle().push(session);
    }

    pub(crate) async fn group(&self, wanted: &[Wanted], judge: &mut Judge<'_>) -> Result<(), StoreError> {
        let (all, mut care) = (union(wanted), Care::default());
        for _ in 1..TRIES {
            match self.try_group((&all, wanted.len()), judge, care).await {
                Err(error) if error.is_worth_retrying() => {
                    care = Care { again: true, doubt: care.doubt || matches!(error, StoreError::InDoubt) };
                }
                done => return done,
            }
        }
        self.try_group((&all, wanted.len()), judge, care).await
    }

    /// A session that something went wrong with goes back only if it could be rolled back.
    async fn try_group(&self, wanted: (&Wanted, usize), judge: &mut Judge<'_>, care: Care) -> Result<(), StoreError> {
        let session = self.session().await?;
        let done = self.group_at(&session, wanted, judge, care).await;
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
        (wanted, count): (&Wanted, usize),
        judge: &mut Judge<'_>,
        care: Care,
    ) -> Result<Rows, StoreError> {
        self.fate.pass(CrashPoint::BeforeRead)?;
        let (facts, known) = locked(session, wanted).await?;
        self.fate.pass(CrashPoint::AfterRead)?;
        let (sum, facts) = judge_all(facts, count, judge, &self.fate)?;
        self.fate.pass(CrashPoint::BeforeWrite)?;
        let known = complete(session, (&sum, &facts.read), (known, care)).await?;
        let writing = Writing { rows: &sum, facts: &facts, known: &known };
        let (people, events) = (writing.of_people(), writing.of_events());
        session.write(&people.iter().chain(&events).collect::<Vec<_>>()).await?;
        self.fate.pass(CrashPoint::HalfWritten)?;
        if care.doubt {
            session.run(TOUCH).await?;
        }
        self.fate.pass(CrashPoint::BeforeCommit)?;
        session.commit().await?;
        Ok(sum)
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

    /// Both statements go out at once.
    pub(crate) async fn backings_of(
        &self,
        patient: PersonId,
        institution: InstitutionId,
    ) -> Result<(Vec<Backing>, Option<Institution>), StoreError> {
        let session = self.shared().await?;
        let (patient, institution) = ([patient.number().into()], [institution.number().into()]);
        let backings = session.query(&sql::BACKINGS, &patient, decode::backing);
        let institutions = session.query(&sql::INSTITUTION, &institution, decode::read_institution);
        let (backings, mut institutions) = try_join!(backings, institutions)?;
        Ok((backings, institutions.pop()))
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

    pub(crate) async fn audit(&self) -> Result<Totals, StoreError> {
        self.dump().await.map(|rows| totals_of(&rows))
    }
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
    let people = before.asks_for_people();
    let mut reading = lock(session, wanted, (&people, before.people())).await?;
    reading.asks_for_people();
    // Somebody was bound while the locks were waited for: he has to be locked with the others.
    if reading.people() != before.people() {
        return Err(StoreError::Contended);
    }
    read_rest(session, &mut reading).await?;
    Ok(reading.facts())
}

async fn read_rest(session: &Session, reading: &mut Reading) -> Result<(), StoreError> {
    let asks = reading.asks_for_rows();
    session.read(reading, &asks).await?;
    let asks = reading.asks_for_mirrors();
    session.read(reading, &asks).await
}

/// Locks people in the order of their numbers: by their row, or by another where they have none. Gives the rows and,
/// as they were once all locks were held, the links.
async fn lock(
    session: &Session,
    wanted: &Wanted,
    (asks, people): (&[Ask], &BTreeSet<PersonId>),
) -> Result<Reading, StoreError> {
    let mut held = BTreeSet::new();
    for _ in 0..ROUNDS {
        let mut reading = Reading::of(wanted);
        let links = reading.asks_for_links();
        for ask in asks {
            session.lock(&mut reading, ask, &links).await?;
        }
        let others = people.iter().filter(|person| !reading.known.kinds.contains_key(person));
        let others: Vec<i64> = others.map(|person| person.number()).collect();
        if others.iter().all(|person| held.contains(person)) {
            return Ok(reading);
        }
        session.numbers(ADD_LOCKS, &others).await?;
        held.extend(session.numbers(LOCK_OTHERS, &others).await?);
    }
    Err(StoreError::Contended)
}

/// Adds what is to be known before rows are written that were not read. That a payment is new is believed the first time:
/// if it is not, no row of it is written, and the group is done again.
async fn complete(
    session: &Session,
    (sum, read): (&Rows, &Wanted),
    (mut known, care): (Known, Care),
) -> Result<Known, StoreError> {
    let mut reading = Reading::default();
    let mut asks = asks_for_unknown(sum, read, &known);
    asks.retain(|ask| care.again || ask.statement.place != sql::PAYMENT.place);
    session.read(&mut reading, &asks).await?;
    known.absorb(reading.known);
    Ok(known)
}

//! The PostgreSQL engine: many groups at once, each under the locks of its people.
//!
//! Invariants: a group is one transaction at read committed; people are locked in the order of their numbers before
//! anything is read that is judged; what was read before the lock is read again; a group that lost against another, or
//! whose connection was lost, is done again with the same messages, which are in the database if it was written.
//! A database that is spread over machines ([`layout`]) is spoken to in statements of one key or row.
//! Deliberately absent: advisory locks, sequences, times made by the server, triggers, cancelling.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gongji_domain::record::{Claim, Facts, MessageRow, NoticeRow, OutboxRow, Rows, TimerRow, TraceRow, Wanted};
use gongji_words::{CommandId, Day, Moment, Month, PersonId};
use tokio::sync::Semaphore;

use crate::audit::Reads;
use crate::faults::{CrashPoint, Fate};
use crate::group::{Judge, judge_all, union};
use crate::pages::{self, Part, Take};
use crate::patience::{Patient, Tries};
use crate::seal::{self, Sealer};
use crate::sql::reading::{asks_for_everything, asks_for_sealed, asks_for_unknown};
use crate::sql::writing::of_seals;
use crate::sql::{Ask, Known, Reading, Value, Writing, catalogue as sql, decode, values as columns};
use crate::tidings::Stood;
use crate::{Envelope, StoreError, WorkingKey, paper};

mod address;
mod audit;
mod days;
mod door;
mod dump;
mod failure;
mod forms;
mod layout;
mod locks;
mod lookups;
mod papers;
mod proposals;
mod questions;
mod releases;
mod rooms;
mod schema;
mod secrets;
mod session;
mod spread;
mod status;
mod stay;
mod stops;
mod tally;
mod tls;
mod values;

use address::Address;
pub use address::Variables;
pub use dump::{Ground, Held, prepare, variables};
pub use layout::{LAYOUT, Placed, Placing, Spreading, Stand};
use locks::{locked, read_rest};
use questions::Questions;
pub use rooms::Rooms;
use session::Session;

/// Groups at once, unless it is told otherwise.
const LANES: usize = 2;
/// Enquiries at once: a server has so many connections and no more, and whoever asks waits for nobody long.
const ENQUIRIES: usize = 16;

const SNAPSHOT: &str = "begin isolation level repeatable read read only";
/// Writes something, so that the commit waits for all that was committed before it.
const TOUCH: &str = "update store_identity set value = value";

/// The first number that is free, kept as eight bytes beside what else the database says of itself. The row stays locked
/// until the commit, so that who claims next sees it.
const CLAIM: &str = "insert into store_identity as claimed (name, value) values ('ids', int8send($1::bigint + $2::bigint)) \
    on conflict (name) do update set value = int8send(greatest( \
    ('x' || encode(claimed.value, 'hex'))::bit(64)::bigint, $1::bigint) + $2::bigint) \
    returning ('x' || encode(value, 'hex'))::bit(64)::bigint";
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
    address: Address,
    keys: WorkingKey,
    sealer: Sealer,
    idle: Arc<Mutex<Vec<Session>>>,
    /// Lanes of sheets that this program has claimed and no group is using.
    free: Mutex<Vec<i64>>,
    questions: Questions,
    enquiries: Semaphore,
    lanes: usize,
    pub(crate) patience: Patient,
    pub(crate) fate: Fate,
}

impl Engine {
    /// Makes the tables in an empty database. Of two programs that do so at once, one is told that they are there.
    pub(crate) async fn create(url: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        let engine = Self::to(Address::parse(url)?, keys);
        let session = engine.session().await?;
        let exists = || StoreError::Exists { path: engine.address.place() };
        if schema::has_tables(&session).await? || schema::migrate(&session, &engine.address).await? == 0 {
            return Err(exists());
        }
        secrets::write_identity(&session, keys).await?;
        engine.give_back(session);
        Ok(engine)
    }

    /// Makes the tables in a schema of their own. Its name comes from the program, never from outside.
    pub(crate) async fn create_room(url: &str, room: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        Self::create_room_at(&Address::parse(url)?, room, keys).await
    }

    async fn create_room_at(address: &Address, room: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        let session = Session::connect(address).await?;
        session.run(&format!("create schema {room}")).await?;
        let engine = Self::to(address.within(room), keys);
        let session = engine.session().await?;
        schema::migrate(&session, &engine.address).await?;
        secrets::write_identity(&session, keys).await?;
        engine.give_back(session);
        Ok(engine)
    }

    /// Takes such a schema away with all that is in it.
    pub(crate) async fn drop_room(url: &str, room: &str) -> Result<(), StoreError> {
        let session = Session::connect(&Address::parse(url)?).await?;
        session.run("set client_min_messages = warning").await?;
        session.run(&format!("drop schema if exists {room} cascade")).await
    }

    /// Opens a database that has its tables.
    pub(crate) async fn open(url: &str, keys: &WorkingKey) -> Result<Self, StoreError> {
        let engine = Self::to(Address::parse(url)?, keys);
        let session = engine.session().await?;
        schema::check(&session, &engine.address).await?;
        secrets::check_identity(&session, keys).await?;
        engine.opened(session).await
    }

    /// From now on it is spoken to as it says of itself.
    async fn opened(self, session: Session) -> Result<Self, StoreError> {
        if layout::is_noted(&session).await? {
            return Ok(Self::to(self.address.spread(), &self.keys));
        }
        self.give_back(session);
        Ok(self)
    }

    /// Opens it for what stands there unencrypted: any key does.
    pub(crate) async fn open_without_key(url: &str) -> Result<Self, StoreError> {
        let engine = Self::to(Address::parse(url)?, &WorkingKey::none());
        let session = engine.session().await?;
        schema::check(&session, &engine.address).await?;
        engine.opened(session).await
    }

    /// The wrapped working key of a database that no key has opened yet.
    pub(crate) async fn envelope(url: &str) -> Result<Envelope, StoreError> {
        let address = Address::parse(url)?;
        let session = Session::connect(&address).await?;
        schema::check(&session, &address).await?;
        secrets::envelope(&session).await?.ok_or_else(|| StoreError::NoEnvelope { path: address.place() })
    }

    /// Brings the tables up to this program; gives the number of steps.
    pub(crate) async fn migrate(url: &str) -> Result<usize, StoreError> {
        let address = Address::parse(url)?;
        let session = Session::connect(&address).await?;
        if !schema::has_tables(&session).await? {
            return Err(StoreError::Missing { path: address.place() });
        }
        schema::migrate(&session, &address).await
    }

    /// Where a server is, without who connects and with what.
    pub(crate) fn place(url: &str) -> Result<String, StoreError> {
        Ok(Address::parse(url)?.shown())
    }

    fn to(address: Address, keys: &WorkingKey) -> Self {
        Self {
            address,
            keys: keys.clone(),
            sealer: Sealer::of(keys),
            idle: Arc::default(),
            free: Mutex::default(),
            questions: Questions::default(),
            enquiries: Semaphore::new(ENQUIRIES),
            lanes: LANES,
            patience: Patient::default(),
            fate: Fate::default(),
        }
    }

    /// The same store once more, over the same connections.
    fn another(&self) -> Self {
        Self { idle: self.idle.clone(), ..Self::to(self.address.clone(), &self.keys) }
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
                None => return Session::connect(&self.address).await,
            }
        }
    }

    fn give_back(&self, session: Session) {
        self.idle().push(session);
    }

    pub(crate) async fn group(&self, at: Moment, wanted: &[Wanted], judge: &mut Judge<'_>) -> Result<(), StoreError> {
        let (all, mut care, mut tries) = (union(wanted), Care::default(), Tries::default());
        let group = Group { wanted: &all, count: wanted.len(), day: at.day() };
        loop {
            match Box::pin(self.try_group(&group, judge, care)).await {
                Err(error) if self.patience.again(&error, &mut tries).await => {
                    care = Care { again: true, doubt: care.doubt || matches!(error, StoreError::InDoubt) };
                }
                done => return done,
            }
        }
    }

    /// Takes numbers that nobody else is given: so many, from the answer on, which is not below `from`. They are taken in
    /// the database before they are given, so neither a kill nor a clock that is put back gives one twice.
    pub(crate) async fn claim(&self, from: i64, count: i64) -> Result<i64, StoreError> {
        // What was perhaps taken is left out.
        self.patience.until_done(|| self.claim_once(from, count)).await
    }

    async fn claim_once(&self, from: i64, count: i64) -> Result<i64, StoreError> {
        let session = self.session().await?;
        session.run("begin").await?;
        let free = session.number(CLAIM, &[from, count]).await?;
        session.commit().await?;
        self.give_back(session);
        Ok(free - count)
    }

    /// A session that something went wrong with goes back only if it could be rolled back.
    async fn try_group(&self, group: &Group<'_>, judge: &mut Judge<'_>, care: Care) -> Result<(), StoreError> {
        let session = self.session().await?;
        let done = self.group_at(&session, group, judge, care).await;
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
        care: Care,
    ) -> Result<Rows, StoreError> {
        self.fate.pass(CrashPoint::BeforeRead)?;
        let (facts, known) = locked(session, group.wanted).await?;
        let (frozen, stood) = (seal::frozen(&facts.rows), Stood::of(&facts.rows));
        self.fate.pass(CrashPoint::AfterRead)?;
        let (sum, facts) = judge_all(facts, group.count, judge, &self.fate)?;
        self.fate.pass(CrashPoint::BeforeWrite)?;
        // Nobody else may have the lane before this group is committed.
        let lane = self.lane_for(&sum, group.day).await?;
        let known = complete(session, (&sum, &facts.read), (known, care, &lane)).await?;
        let sealed = self.sealer.seal(
            &seal::Group {
                rows: &sum,
                old_payments: &known.payments,
                frozen: &frozen,
                lane: lane.number,
                day: group.day,
                tidings: &stood.told_of(&sum, &known.payments, &facts.rows),
            },
            &known.sealed,
        );
        let enclosed = &paper::enclosed(&self.keys, &sum)[..];
        let writing = Writing { rows: &sum, facts: &facts, known: &known, enclosed };
        let (people, events, seals) = (writing.of_people(), writing.of_events(), of_seals(&sealed));
        session.write(&people.iter().chain(&events).chain(&seals).collect::<Vec<_>>()).await?;
        self.fate.pass(CrashPoint::HalfWritten)?;
        if care.doubt {
            session.run(TOUCH).await?;
        }
        self.fate.pass(CrashPoint::BeforeCommit)?;
        session.commit().await?;
        Ok(sum)
    }

    /// A lane for what a group wrote; none, which has number zero, if nothing of it is sealed.
    async fn lane_for(&self, rows: &Rows, day: Day) -> Result<Lane<'_>, StoreError> {
        let number = if seal::people_of(rows).is_empty() { 0 } else { self.lane(day).await? };
        Ok(Lane { free: &self.free, number })
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
        let _turn = self.enquiries.acquire().await;
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
        self.patience.until_done(|| self.snapshot(wanted)).await
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

    /// The rows of one statement.
    async fn list<T>(
        &self,
        statement: &'static crate::sql::Statement,
        values: &[Value<'_>],
        decode: fn(&mut crate::sql::Fields<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.patience.until_done(|| self.list_once(statement, values, decode)).await
    }

    /// Its session goes back only if nothing was wrong.
    async fn list_once<T>(
        &self,
        statement: &'static crate::sql::Statement,
        values: &[Value<'_>],
        decode: fn(&mut crate::sql::Fields<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let _turn = self.enquiries.acquire().await;
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
        if self.number > 0 {
            lock_of(self.free).push(self.number);
        }
    }
}

fn lock_of<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn limit(most: usize) -> Value<'static> {
    i64::try_from(most).unwrap_or(i64::MAX).into()
}

/// Adds what is to be known before rows are written that were not read. That a payment is new is believed the first time:
/// if it is not, no row of it is written, and the group is done again.
async fn complete(
    session: &Session,
    (sum, read): (&Rows, &Wanted),
    (mut known, care, lane): (Known, Care, &Lane<'_>),
) -> Result<Known, StoreError> {
    let mut reading = Reading::default();
    let mut asks = asks_for_unknown(sum, read, &known);
    asks.retain(|ask| care.again || ask.statement.place != sql::PAYMENT.place);
    asks.extend(asks_for_sealed(sum, lane.number));
    session.read(&mut reading, &asks).await?;
    known.absorb(reading.known);
    Ok(known)
}

impl Reads for Session {
    async fn read(&self, reading: &mut Reading, asks: &[Ask]) -> Result<(), StoreError> {
        Self::read(self, reading, asks).await
    }

    async fn pause(&self) {
        Self::let_in(self).await;
    }
}

//! Where the rows of each table stand when a database is spread over machines by Citus, and how they get there.
//!
//! Almost every table stands by the number of him, or of that, under which its rows are found, and all these numbers share
//! one set of shards: what has one number has one machine. So a person's row, which is what a group locks, stands with his
//! account, holds, wallet, chain and timers; his bindings and counters as a sponsor stand there too, and so do his links as a
//! beneficiary. A payment stands with its shares, its journal, entries and trace, since they have one number. A group of a
//! settlement thus touches the shard of the patient, that of each sponsor, that of the payment and that of the message.
//!
//! Invariants: every unique key contains the column by which its table stands; a statement of a group finds rows by that
//! column, or is named with its reason in the tests of this file. Deliberately absent: rows of one area together. A large city
//! would be one shard.

use super::address::Address;
use super::session::Session;
use super::{Engine, schema};
use crate::StoreError;
use crate::sql::{Fields, Statement, Value, catalogue as sql};

#[cfg(test)]
mod tests;

/// Where the rows of a table stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// By this number, beside all rows of other tables with the same.
    With(&'static str),
    /// By this column, beside nothing.
    Apart(&'static str),
    /// All of them on every machine: read anywhere, and written on all at once, which is slow and wants all of them alive.
    Everywhere,
}

/// A table and where its rows stand.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// Its name.
    pub table: &'static str,
    /// Where.
    pub stand: Stand,
}

/// A statement that puts a table in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placing {
    /// Which table.
    pub table: &'static str,
    /// The statement.
    pub text: String,
}

/// What a call to spread a database came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spreading {
    /// It is spread; these tables were put in their place now.
    Done(Vec<&'static str>),
    /// It is noted that it is to be spread. So many connections are open of programs that came before that was noted, and
    /// would speak to it as to one machine.
    Noted(u64),
}

/// The first of those that share their shards.
const FIRST: &str = "person";

/// Every table. In this order they are put in their places: those first that all statements need.
pub const LAYOUT: &[Placed] = &[
    // Read by groups, or at every start; written seldom.
    everywhere("migration"),
    everywhere("store_identity"),
    everywhere("institution"),
    everywhere("area_year"),
    everywhere("closed_day"),
    everywhere("policy_release"),
    everywhere("policy_resolved"),
    everywhere("aid_stop"),
    everywhere("credential"),
    everywhere("staff"),
    everywhere("proposal"),
    // What is locked, and what that lock is for.
    with("person", "person_id"),
    with("person_lock", "person_id"),
    with("account", "person_id"),
    with("hold", "person_id"),
    with("wallet", "person_id"),
    with("filing", "person_id"),
    with("premium", "person_id"),
    with("notice", "person_id"),
    with("chain", "person_id"),
    with("person_secret", "person_id"),
    with("timer", "person_id"),
    with("binding", "sponsor_id"),
    with("counter", "sponsor_id"),
    with("link", "beneficiary_id"),
    with("sponsor_choice", "beneficiary_id"),
    with("item_counter", "patient_id"),
    with("family_code", "member_id"),
    // What happened. The numbers of one command are one number.
    with("transfer", "transfer_id"),
    with("payment", "payment_id"),
    with("payment_share", "payment_id"),
    with("journal", "journal_id"),
    with("entry", "journal_id"),
    with("trace", "command_id"),
    with("outbox", "command_id"),
    with("claim", "event_id"),
    // A lane is one writer: its sheets follow each other.
    with("sheet", "lane"),
    // By what the same message has in common with itself, for whomever it is sent the second time.
    apart("message", "message_id"),
    apart("certificate_index", "hash"),
    apart("visit", "name"),
    apart("paper", "name"),
];

const fn everywhere(table: &'static str) -> Placed {
    Placed { table, stand: Stand::Everywhere }
}

const fn with(table: &'static str, column: &'static str) -> Placed {
    Placed { table, stand: Stand::With(column) }
}

const fn apart(table: &'static str, column: &'static str) -> Placed {
    Placed { table, stand: Stand::Apart(column) }
}

/// Rows that a group judges, and that stand neither with the people whom it locks nor everywhere. Machines show what one
/// commit wrote one after the other, so the lock of a person may be free while such a row still looks as it did before: it is
/// locked itself, which waits for the commit to end there too.
const APART_FROM_LOCKS: [&Statement; 3] = [&sql::MESSAGE, &sql::PAYMENT, &sql::TRANSFER];

/// Whether the rows of a statement have to be locked by themselves to be judged.
pub(super) fn is_apart_from_locks(statement: &Statement) -> bool {
    APART_FROM_LOCKS.iter().any(|other| other.place == statement.place)
}

/// The statements that put all tables in their places, with so many shards.
fn placings(shards: u32) -> Vec<Placing> {
    LAYOUT.iter().map(|placed| Placing { table: placed.table, text: text_of(placed, shards) }).collect()
}

fn text_of(placed: &Placed, shards: u32) -> String {
    let (table, call) = (placed.table, "select create_distributed_table_concurrently");
    match placed.stand {
        Stand::Everywhere => format!("select create_reference_table('{table}')"),
        Stand::With(column) if table != FIRST => format!("{call}('{table}', '{column}', colocate_with => '{FIRST}')"),
        Stand::With(column) | Stand::Apart(column) => {
            format!("{call}('{table}', '{column}', colocate_with => 'none', shard_count => {shards})")
        }
    }
}

/// Under this name a database says whether it is spread, and with this word.
const NOTE: &str = "layout";
const SPREAD: &[u8] = b"spread";

const HAS_CITUS: &str =
    "select count(*) from pg_catalog.pg_proc where proname = 'create_distributed_table_concurrently'";
const PLACED: &str = "select logicalrelid::text from pg_dist_partition where partmethod = 'h' or repmodel = 't'";
const BEFORE: &str = "select count(*) from pg_catalog.pg_stat_activity where application_name = 'gongji' \
    and datname = current_database() and pid <> pg_backend_pid()";
/// Moving rows takes as long as it takes.
const NO_BOUND: &str = "set statement_timeout = 0";

/// Whether a database says that it is spread over machines.
pub(super) async fn is_noted(session: &Session) -> Result<bool, StoreError> {
    let plain = |f: &mut Fields<'_>| f.plain::<Vec<u8>>();
    match session.query(&sql::IDENTITY, &[NOTE.into()], plain).await?.pop() {
        None => Ok(false),
        Some(word) if word == SPREAD => Ok(true),
        Some(_) => Err(StoreError::Damaged {
            table: sql::IDENTITY.table,
            row: NOTE.to_owned(),
            why: "it says what no release of this program writes there".to_owned(),
        }),
    }
}

/// Writes down that a database is spread over machines, or about to be.
pub(super) async fn note(session: &Session) -> Result<(), StoreError> {
    session.execute(&sql::SAVE_IDENTITY, &[NOTE.into(), Value::Bytes(SPREAD)]).await.map(|_| ())
}

impl Engine {
    /// The same store, noted as spread and spoken to so.
    pub(super) async fn noted_as_spread(self) -> Result<Self, StoreError> {
        let session = self.session().await?;
        note(&session).await?;
        self.opened(session).await
    }

    /// What would be run to spread a database; of tables that are in their places nothing.
    pub(crate) async fn placings(url: &str, shards: u32) -> Result<Vec<Placing>, StoreError> {
        let address = Address::parse(url)?;
        let session = Session::connect(&address.spread()).await?;
        schema::check(&session, &address).await?;
        if has_citus(&session).await? { missing(&session, shards).await } else { Ok(placings(shards)) }
    }

    /// Spreads a database. That is noted before the first table moves, because what is said to one that is spread is
    /// understood by one that is not, and not the other way round.
    pub(crate) async fn spread(url: &str, shards: u32) -> Result<Spreading, StoreError> {
        let address = Address::parse(url)?;
        let session = Session::connect(&address.spread()).await?;
        schema::check(&session, &address).await?;
        if !has_citus(&session).await? {
            return Err(StoreError::NoCitus { path: address.place() });
        }
        if !is_noted(&session).await? {
            note(&session).await?;
        }
        match before_the_note(&session).await? {
            0 => {}
            programs => return Ok(Spreading::Noted(programs)),
        }
        session.run(NO_BOUND).await?;
        let missing = missing(&session, shards).await?;
        for placing in &missing {
            session.run(&placing.text).await?;
        }
        Ok(Spreading::Done(missing.into_iter().map(|placing| placing.table).collect()))
    }
}

async fn has_citus(session: &Session) -> Result<bool, StoreError> {
    Ok(session.numbers_of(HAS_CITUS).await? != [0])
}

async fn missing(session: &Session, shards: u32) -> Result<Vec<Placing>, StoreError> {
    let placed = session.texts_of(PLACED).await?;
    Ok(placings(shards).into_iter().filter(|placing| placed.iter().all(|table| table != placing.table)).collect())
}

/// Connections of programs that opened the database before it was noted: they have another name.
async fn before_the_note(session: &Session) -> Result<u64, StoreError> {
    Ok(session.number(BEFORE, &[]).await?.unsigned_abs())
}

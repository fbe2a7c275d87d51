//! How a group comes to its facts: everybody concerned is locked, and what is judged is read after that.
//!
//! Invariant: people are locked in the order of their numbers. Deliberately absent: locks of tables, and of anything that has
//! no row.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use futures_util::try_join;
use gongji_domain::record::{Facts, Wanted};
use gongji_words::PersonId;

use super::session::Session;
use super::spread::transfers_again;
use crate::StoreError;
use crate::sql::{Ask, Known, Reading};

/// How often it is looked whether somebody was registered while his lock was waited for.
const ROUNDS: usize = 4;

const ADD_LOCKS: &str =
    "insert into person_lock (person_id) select unnest($1::bigint[]) on conflict (person_id) do nothing";
const LOCK_OTHERS: &str = "select person_id from person_lock where person_id = any($1) order by person_id for update";
/// The same for one person.
const ADD_LOCK: &str = "insert into person_lock (person_id) values ($1) on conflict (person_id) do nothing";
const LOCK_OTHER: &str = "select person_id from person_lock where person_id = $1 for update";

/// Begins, locks everybody concerned, and reads what is wanted.
pub(super) async fn locked(session: &Session, wanted: &Wanted) -> Result<(Facts, Known), StoreError> {
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
    read_rest_to_judge(session, &mut reading).await?;
    Ok(reading.facts())
}

/// Reads everything else that is wanted.
pub(super) async fn read_rest(session: &Session, reading: &mut Reading) -> Result<(), StoreError> {
    let asks = reading.asks_for_rows();
    session.read(reading, &asks).await?;
    let asks = reading.asks_for_mirrors();
    session.read(reading, &asks).await
}

/// The same for a group.
async fn read_rest_to_judge(session: &Session, reading: &mut Reading) -> Result<(), StoreError> {
    let asks = reading.asks_for_rows();
    session.read_to_judge(reading, &asks).await?;
    if session.is_spread() {
        let again = [transfers_again(reading)];
        session.read_to_judge(reading, &again).await?;
    }
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
        held.extend(lock_others(session, &others).await?);
    }
    Err(StoreError::Contended)
}

/// Locks people who have no row of their own.
async fn lock_others(session: &Session, people: &[i64]) -> Result<Vec<i64>, StoreError> {
    if !session.is_spread() {
        session.numbers(ADD_LOCKS, people).await?;
        return session.numbers(LOCK_OTHERS, people).await;
    }
    try_join_all(people.iter().map(|person| session.number_by(ADD_LOCK, *person))).await?;
    let held = try_join_all(people.iter().map(|person| session.number_by(LOCK_OTHER, *person))).await?;
    Ok(held.into_iter().flatten().collect())
}

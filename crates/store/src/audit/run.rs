//! The way of an audit through a database, one page after the other, whichever engine reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use gongji_words::{CommandId, Day, PersonId};

use super::sums::{Commands, Ranges};
use super::walk::{Missing, Walk};
use super::{Discrepancy, Totals, witness};
use crate::days::{self, ClosedDay, WitnessLine};
use crate::seal::{JOURNAL, PAYMENT, Sealer, Sheet, TRACE};
use crate::sql::reading::{
    asks_for_certificates, asks_for_counts_of_tables, asks_for_ids, asks_for_sealed_since, asks_for_secrets,
};
use crate::sql::{Ask, Reading, catalogue as sql};
use crate::{StoreError, WorkingKey};

/// Ids and people looked through at once.
const PAGE: i64 = 4_000;

/// What is audited against what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'w> {
    /// What of the store.
    pub scope: Scope,
    /// What the witness wrote down, in its order; nothing if there is none.
    pub witness: &'w [WitnessLine],
}

/// What of a store is audited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// One person: his chain, and everything that is worked out of it.
    Person(PersonId),
    /// Everybody whom something concerned on a day or later, each from the beginning.
    Since(Day),
}

/// How far an audit has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// People who are through.
    pub people: u64,
    /// Entries that were looked at.
    pub entries: u64,
}

/// Something that reads, all from one moment.
pub(crate) trait Reads {
    fn read(&self, reading: &mut Reading, asks: &[Ask]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Lets come what was asked for elsewhere, if anything has to be waited for.
    fn pause(&self) -> impl Future<Output = ()> + Send;
}

/// What somebody else found who goes through parts of the commands meanwhile, in the same moment; nothing if he has taken none.
type Found<'b> = Pin<Box<dyn Future<Output = Option<Result<Commands, StoreError>>> + Send + 'b>>;

/// Somebody beside an audit.
pub(crate) struct Beside<'b> {
    /// From which both take.
    pub(crate) ranges: Arc<Ranges>,
    pub(crate) found: Found<'b>,
}

impl Beside<'static> {
    /// For an audit that has nobody beside it.
    pub(crate) async fn nobody(at: &impl Reads) -> Result<Self, StoreError> {
        let ranges = Arc::new(Ranges::of(at).await?);
        Ok(Self { ranges, found: Box::pin(std::future::ready(None)) })
    }
}

/// Audits what a reader sees. Without keys codes are not checked, nor the vault; all that is worked out is.
pub(crate) async fn run(
    at: &impl Reads,
    (keys, asked): (Option<&WorkingKey>, Asked<'_>),
    beside: Beside<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Totals, StoreError> {
    let sealer = keys.map(Sealer::of);
    let mut walk = Walk::new(sealer.as_ref());
    let walked = all_of((at, beside), (keys, asked), &mut walk, progress).await;
    let mut totals = walk.totals;
    match walked {
        Err(StoreError::Damaged { table, row, why }) => totals.discrepancies.push(Discrepancy { table, row, why }),
        other => other?,
    }
    Ok(totals)
}

/// Rows that cannot be read at all end the audit; what was found until then stands.
async fn all_of(
    (at, beside): (&impl Reads, Beside<'_>),
    (keys, asked): (Option<&WorkingKey>, Asked<'_>),
    walk: &mut Walk<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), StoreError> {
    let (closed, sheets) = (days::closed_days(at).await?, days::sheets(at).await?);
    walk.expect_sheets(&sheets, closed.last());
    walk.totals.discrepancies.extend(witness::differences(asked.witness, &closed, &sheets));
    match asked.scope {
        Scope::Person(person) => one(at, person, walk, progress).await,
        Scope::Since(day) => since(at, day, walk, progress).await,
        Scope::All => {
            let sound = match walk.sealer() {
                Some(sealer) => looks_sound((at, beside), sealer, (&closed, &sheets), progress).await?,
                None => None,
            };
            match sound {
                Some(totals) => {
                    walk.totals = Totals { discrepancies: std::mem::take(&mut walk.totals.discrepancies), ..totals }
                }
                None => {
                    everybody(at, walk, progress).await?;
                    walk.check_days(&closed);
                    unsealed(at, walk).await?;
                }
            }
            let Some(keys) = keys else { return Ok(()) };
            vault(at, keys, &mut walk.totals.discrepancies).await
        }
    }
}

/// What a first look gives if nothing is wrong. Rows that cannot be read are left to those who say which.
async fn looks_sound(
    (at, beside): (&impl Reads, Beside<'_>),
    sealer: &Sealer,
    (closed, sheets): (&[ClosedDay], &[Sheet]),
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Option<Totals>, StoreError> {
    match first_look((at, beside), sealer, (closed, sheets), progress).await {
        Err(StoreError::Damaged { .. }) => Ok(None),
        looked => looked,
    }
}

async fn first_look(
    (at, beside): (&impl Reads, Beside<'_>),
    sealer: &Sealer,
    (closed, sheets): (&[ClosedDay], &[Sheet]),
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Option<Totals>, StoreError> {
    let mut walk = Walk::summing(sealer);
    walk.expect_sheets(sheets, closed.last());
    everybody(at, &mut walk, progress).await?;
    walk.check_days(closed);
    if !walk.totals.discrepancies.is_empty() {
        return Ok(None);
    }
    let people = walk.totals.people;
    let own = Commands::read(at, sealer, &beside.ranges, &mut |read| progress(Progress { people, ..read })).await?;
    let commands = match beside.found.await {
        Some(others) => own.and(&others?),
        None => own,
    };
    let equal = walk.sum.as_ref().is_some_and(|sum| sum.is_equal(&commands.sum));
    let Commands { journals, entries, is_broken, .. } = commands;
    progress(Progress { people, entries });
    Ok((equal && !is_broken).then(|| Totals { people, journals, entries, discrepancies: Vec::new() }))
}

async fn everybody(
    at: &impl Reads,
    walk: &mut Walk<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), StoreError> {
    loop {
        let reading = page(at, &walk.asks_for_seals(), walk).await?;
        let more = walk.take(reading);
        progress(walk.progress());
        if !more {
            return Ok(());
        }
    }
}

async fn one(
    at: &impl Reads,
    person: PersonId,
    walk: &mut Walk<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), StoreError> {
    walk.only(person);
    everybody(at, walk, progress).await
}

async fn since(
    at: &impl Reads,
    day: Day,
    walk: &mut Walk<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    loop {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_sealed_since(day, after, PAGE)).await?;
        let Some(last) = reading.numbers.last() else { return Ok(()) };
        after = *last;
        for person in &reading.numbers {
            one(at, PersonId::from_number(*person), walk, progress).await?;
        }
    }
}

/// A page of seals, with all that is needed to judge them.
async fn page(at: &impl Reads, seals: &[Ask], walk: &Walk<'_>) -> Result<Reading, StoreError> {
    let mut reading = Reading::default();
    at.read(&mut reading, seals).await?;
    let rows = walk.asks_for_rows(&reading);
    at.read(&mut reading, &rows).await?;
    let reversals = Walk::asks_for_reversals(&reading);
    at.read(&mut reading, &reversals).await?;
    reading.join_shares();
    Ok(reading)
}

/// Everybody of the vault can be decrypted as himself, and is found by his own certificate and no other.
async fn vault(at: &impl Reads, keys: &WorkingKey, found: &mut Vec<Discrepancy>) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    loop {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_secrets(after, PAGE)).await?;
        let upto = reading.secrets.last().map_or(i64::MAX, |(person, ..)| person.number());
        at.read(&mut reading, &asks_for_certificates(after, upto)).await?;
        let mut hashes: BTreeMap<PersonId, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for (person, hash) in reading.hashes {
            hashes.entry(person).or_default().insert(hash);
        }
        for (person, key, certificate) in &reading.secrets {
            let there = hashes.remove(person).unwrap_or_default();
            match keys.index_of_sealed(*person, key, certificate) {
                Ok(hash) if there.iter().eq([&hash]) => {}
                Ok(_) => found.push(Discrepancy::of("certificate_index", person, "he is found by another certificate")),
                Err(StoreError::Damaged { table, row, why }) => found.push(Discrepancy { table, row, why }),
                Err(other) => return Err(other),
            }
        }
        let why = "somebody is found who is not in the vault";
        found.extend(hashes.keys().map(|person| Discrepancy::of("certificate_index", person, why)));
        if upto == i64::MAX {
            return Ok(());
        }
        after = upto;
    }
}

/// Rows that no seal covers, and seals that should be there: looked for one by one only if their numbers differ.
async fn unsealed(at: &impl Reads, walk: &mut Walk<'_>) -> Result<(), StoreError> {
    let mut reading = Reading::default();
    at.read(&mut reading, &asks_for_counts_of_tables()).await?;
    if walk.has_seen(&reading.numbers) {
        return Ok(());
    }
    let mut search = walk.searching();
    everybody(at, &mut search, &mut |_| ()).await?;
    let missing = search.missing.take().unwrap_or_default();
    walk.totals.discrepancies.extend(missing.unsealed_people());
    for (statement, part) in [(&sql::PAYMENT_IDS, PAYMENT), (&sql::JOURNAL_IDS, JOURNAL), (&sql::TRACE_IDS, TRACE)] {
        let rows = unsealed_rows(at, statement, (part, &missing)).await?;
        walk.totals.discrepancies.extend(rows);
    }
    let entries = unsealed_rows(at, &sql::ENTRY_IDS, (JOURNAL, &missing)).await?;
    walk.totals.discrepancies.extend(entries);
    Ok(())
}

async fn unsealed_rows(
    at: &impl Reads,
    statement: &'static crate::sql::Statement,
    (part, missing): (u8, &Missing),
) -> Result<Vec<Discrepancy>, StoreError> {
    let (mut found, mut after) = (Vec::new(), i64::MIN);
    loop {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_ids(statement, after, PAGE)).await?;
        let Some(last) = reading.numbers.last() else { return Ok(found) };
        after = *last;
        let ids = reading.numbers.iter().map(|id| CommandId::from_number(*id));
        let why = "no seal covers it: this program did not write it, or its seal was taken away";
        found
            .extend(ids.filter(|id| !missing.is_sealed(part, *id)).map(|id| Discrepancy::of(statement.table, id, why)));
    }
}

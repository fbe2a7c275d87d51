//! What a group asks the tables for, in stages: links first, because they say which sponsors are read like everybody
//! else; then the people, because they say in which tables rows may stand; then everything else.
//!
//! Invariants: rows are found by their keys; money that does not add up is damage, never facts. Deliberately absent: how
//! a statement is run.

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::message::Due;
use gongji_domain::paper::PaperCount;
use gongji_domain::record::{Facts, Rows, Share, Wanted};
use gongji_domain::stop::Stops;
use gongji_words::{CommandId, Day, Fen, InstitutionId, MessageId, Month, PersonId};

use super::catalogue as sql;
use super::decode::{self, due_numbers};
use super::{Fields, Statement, Value, kinds};
use crate::audit::Discrepancy;
use crate::days::ClosedDay;
use crate::seal::{self, Before, Head, Seal, Sheet};
use crate::{StoreError, paper, release, stop};

mod audited;
mod in_turn;

pub(crate) use audited::*;
pub(crate) use in_turn::{asks_for_commands_after, asks_for_commands_upto, asks_for_ends_of_journals};

/// A statement, the keys it is asked for, and where its rows go.
pub(crate) struct Ask {
    pub(crate) statement: &'static Statement,
    /// The values of one key after the other, `width` for each.
    pub(crate) keys: Vec<Value<'static>>,
    /// Zero for a statement that is asked once, with these values.
    pub(crate) width: usize,
    pub(crate) take: fn(&mut Reading, &mut Fields<'_>) -> Result<(), StoreError>,
}

/// What stands beside the rows, of the moment in which they were read.
#[derive(Default)]
pub(crate) struct Known {
    /// The version of each account.
    pub(crate) versions: BTreeMap<PersonId, i64>,
    /// In which tables rows may stand.
    pub(crate) kinds: BTreeMap<PersonId, i64>,
    /// Messages that are there.
    pub(crate) messages: BTreeSet<MessageId>,
    /// Payments that are there.
    pub(crate) payments: BTreeSet<CommandId>,
    /// What was sealed before.
    pub(crate) sealed: Before,
}

impl Known {
    /// Adds what is known of other rows, and what was sealed before.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.versions.extend(other.versions);
        self.kinds.extend(other.kinds);
        self.messages.extend(other.messages);
        self.payments.extend(other.payments);
        self.sealed = other.sealed;
    }
}

/// Rows on their way from the tables.
#[derive(Default)]
pub(crate) struct Reading {
    read: Wanted,
    pub(crate) rows: Rows,
    pub(crate) known: Known,
    links: BTreeMap<PersonId, Vec<(PersonId, CommandId)>>,
    shares: BTreeMap<CommandId, Vec<Share>>,
    /// What an audit reads beside the rows.
    pub(crate) seals: Vec<Seal>,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) closed: Vec<ClosedDay>,
    /// What is kept as held of each.
    pub(crate) held: BTreeMap<PersonId, Fen>,
    /// Of what kinds there are rows, by themselves.
    pub(crate) there: BTreeMap<PersonId, i64>,
    /// Rows that cannot be read, where that does not end the reading.
    pub(crate) damaged: Vec<Discrepancy>,
    pub(crate) numbers: Vec<i64>,
    /// People of the vault: their own keys and certificates, encrypted.
    pub(crate) secrets: Vec<(PersonId, Vec<u8>, Vec<u8>)>,
    /// The keyed hashes by which people are found.
    pub(crate) hashes: Vec<(PersonId, Vec<u8>)>,
    release: u32,
    stops: Stops,
    papers: BTreeMap<PersonId, PaperCount>,
}

/// For each kind of row: where it goes.
macro_rules! takes {
    ($($field:ident by $decode:ident: |$row:ident| $key:expr;)+) => {
        $(fn $field(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
            let $row = decode::$decode(f)?;
            reading.rows.$field.insert($key, $row);
            Ok(())
        })+
    };
}

takes! {
    holds by hold: |row| (row.person, row.owner);
    wallets by wallet: |row| row.person;
    transfers by transfer: |row| row.id;
    filings by filing: |row| (row.person, row.id);
    area_years by area_year: |row| row.area;
    bindings by binding: |row| (row.sponsor, row.id);
    counters by counter: |row| (row.sponsor, row.binding, row.period);
    item_counters by item_counter: |row| (row.patient, row.month);
    family_codes by family_code: |row| (row.member, row.holder);
    choices by choice: |row| row.beneficiary;
    premiums by premium: |row| (row.person, row.plan.clone(), row.year);
    journals by journal: |row| row.id;
    entries by entry: |row| (row.journal, row.leg);
    claims by claim: |row| (row.event, row.from, row.to, row.side);
    traces by trace: |row| row.command;
    timers by timer: |row| row.due;
    notices by notice: |row| (row.person, row.command, row.place);
    outbox by outbox: |row| (row.command, row.place);
    institutions by read_institution: |row| row.id;
}

fn persons(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    let (person, kinds) = decode::person(f)?;
    reading.known.kinds.insert(person.id, kinds);
    reading.rows.persons.insert(person.id, person);
    Ok(())
}

fn accounts(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    let kept = decode::account(f)?;
    reading.known.versions.insert(kept.account.person, kept.version);
    reading.held.insert(kept.account.person, kept.held);
    reading.rows.accounts.insert(kept.account.person, kept.account);
    Ok(())
}

fn messages(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    let row = decode::message(f)?;
    reading.known.messages.insert(row.id.clone());
    reading.rows.messages.insert(row.id.clone(), row);
    Ok(())
}

fn payments(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    let row = decode::payment(f)?;
    reading.known.payments.insert(row.id);
    reading.rows.payments.insert(row.id, row);
    Ok(())
}

fn shares(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    let (payment, share) = decode::share(f)?;
    reading.shares.entry(payment).or_default().push(share);
    Ok(())
}

/// Under the lock of the group, with its other rows: by this law all of it is judged.
fn last_release(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    reading.release = release::number(f)?;
    Ok(())
}

/// Of the same moment: a stop that is written holds for every group that reads afterwards.
fn stops(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    reading.stops.extend([stop::target(f)?]);
    Ok(())
}

fn papers(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    let (kind, person, count) = paper::decode_count(f)?;
    reading.papers.entry(person).or_default().add(kind, count);
    Ok(())
}

fn links(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    let (beneficiary, link) = decode::link(f)?;
    reading.links.entry(beneficiary).or_default().push(link);
    Ok(())
}

/// A statement for a number of keys, one value each.
fn by<K: Copy>(
    statement: &'static Statement,
    keys: impl IntoIterator<Item = K>,
    number: impl Fn(K) -> i64,
    take: fn(&mut Reading, &mut Fields<'_>) -> Result<(), StoreError>,
) -> Ask {
    Ask { statement, keys: keys.into_iter().map(|key| number(key).into()).collect(), width: 1, take }
}

/// A statement for a number of people.
pub(crate) fn by_people<'p>(
    statement: &'static Statement,
    people: impl IntoIterator<Item = &'p PersonId>,
    take: fn(&mut Reading, &mut Fields<'_>) -> Result<(), StoreError>,
) -> Ask {
    by(statement, people, |person| person.number(), take)
}

fn by_commands<'p>(
    statement: &'static Statement,
    commands: impl IntoIterator<Item = &'p CommandId>,
    take: fn(&mut Reading, &mut Fields<'_>) -> Result<(), StoreError>,
) -> Ask {
    by(statement, commands, |command| command.number(), take)
}

/// A statement for a number of people, with the same values beside each.
fn by_people_and<'p, const N: usize>(
    statement: &'static Statement,
    people: impl IntoIterator<Item = &'p PersonId>,
    beside: [i64; N],
    take: fn(&mut Reading, &mut Fields<'_>) -> Result<(), StoreError>,
) -> Ask {
    let key = |person: &PersonId| std::iter::once(person.number()).chain(beside).map(Value::Number);
    Ask { statement, keys: people.into_iter().flat_map(key).collect(), width: 1 + N, take }
}

fn by_messages<'p>(messages_: impl IntoIterator<Item = &'p MessageId>) -> Ask {
    let key = |id: &MessageId| [id.sender(), id.id()].map(|text| Value::owned(text.to_owned()));
    Ask { statement: &sql::MESSAGE, keys: messages_.into_iter().flat_map(key).collect(), width: 2, take: messages }
}

impl Reading {
    pub(crate) fn of(wanted: &Wanted) -> Self {
        Self { read: wanted.clone(), ..Self::default() }
    }

    /// The people who are read, as far as is known.
    pub(crate) fn people(&self) -> &BTreeSet<PersonId> {
        &self.read.people
    }

    /// First: who the sponsors are.
    pub(crate) fn asks_for_links(&self) -> Vec<Ask> {
        vec![by_people(&sql::LINKS_OF, &self.read.sponsors_of, links)]
    }

    /// Then the people, sponsors among them.
    pub(crate) fn asks_for_people(&mut self) -> Vec<Ask> {
        let sponsors = self.links.values().flatten().map(|(sponsor, _)| *sponsor);
        self.read.people.extend(sponsors);
        vec![by_people(&sql::PERSON, &self.read.people, persons)]
    }

    /// Then everything that stands under their keys, where there may be something, and what is named.
    pub(crate) fn asks_for_rows(&self) -> Vec<Ask> {
        let mut asks = self.asks_for_money();
        asks.extend(self.asks_for_relations());
        asks.extend(self.asks_for_counts());
        asks.extend(self.asks_for_named());
        asks
    }

    /// Last the bindings of sponsors who are not read themselves.
    pub(crate) fn asks_for_mirrors(&self) -> Vec<Ask> {
        let unread = |(sponsor, _): &&(PersonId, CommandId)| !self.read.people.contains(sponsor);
        let linked = self.read.people.iter().filter_map(|person| self.links.get(person)).flatten().filter(unread);
        let keys = linked.flat_map(|(sponsor, binding)| [sponsor.number(), binding.number()].map(Value::Number));
        vec![Ask { statement: &sql::BINDING, keys: keys.collect(), width: 2, take: bindings }]
    }

    /// What was read.
    pub(crate) fn facts(mut self) -> (Facts, Known) {
        self.join_shares();
        let facts = Facts::of(self.rows, self.read).under(self.release).stopped(self.stops);
        (facts.counting(self.papers), self.known)
    }

    /// Payments stand without their shares until all are here.
    pub(crate) fn join_shares(&mut self) {
        for (payment, shares) in std::mem::take(&mut self.shares) {
            if let Some(row) = self.rows.payments.get_mut(&payment) {
                row.shares = shares;
            }
        }
    }

    /// Shares whose payments are not asked for with them.
    pub(crate) fn take_shares(&mut self) -> BTreeMap<CommandId, Vec<Share>> {
        std::mem::take(&mut self.shares)
    }

    /// Those of whom there may be rows of a kind; all of people who are not registered here.
    fn with(&self, kind: i64) -> impl Iterator<Item = &PersonId> {
        let may_have = move |person: &&PersonId| self.known.kinds.get(person).is_none_or(|kinds| kinds & kind != 0);
        self.read.people.iter().filter(may_have)
    }

    fn asks_for_money(&self) -> Vec<Ask> {
        vec![
            by_people(&sql::ACCOUNT, self.with(kinds::ACCOUNT), accounts),
            by_people(&sql::HOLDS_OF, self.with(kinds::HOLD), holds),
            by_people(&sql::WALLET, self.with(kinds::WALLET), wallets),
            by_people(&sql::PREMIUMS_OF, self.with(kinds::PREMIUM), premiums),
            by_people(&sql::TRANSFERS_WAITING_FROM, self.with(kinds::TRANSFER), transfers),
            by_people(&sql::TRANSFERS_WAITING_FOR, self.with(kinds::TRANSFER), transfers),
        ]
    }

    fn asks_for_relations(&self) -> Vec<Ask> {
        let unasked = |person: &&PersonId| !self.read.sponsors_of.contains(person);
        vec![
            by_people(&sql::BINDINGS_BY, self.with(kinds::BINDING), bindings),
            by_people(&sql::LINKS_OF, self.with(kinds::LINK).filter(unasked), links),
            by_people(&sql::FILINGS_OF, self.with(kinds::FILING), filings),
            by_people(&sql::FAMILY_CODES_OF, self.with(kinds::FAMILY_CODE), family_codes),
            by_people(&sql::CHOICE, self.with(kinds::CHOICE), choices),
        ]
    }

    /// What is counted: ever, and in the periods of each day.
    fn asks_for_counts(&self) -> Vec<Ask> {
        if self.read.days.is_empty() {
            return vec![by_people(&sql::COUNTERS_EVER, self.with(kinds::COUNTER), counters)];
        }
        self.read.days.iter().flat_map(|day| self.asks_for_day(*day)).collect()
    }

    fn asks_for_day(&self, day: Day) -> [Ask; 3] {
        let (month, year) = (i64::from(Month::of(day).number()), i64::from(day.year()));
        let periods = [i64::from(day.number()), month, year];
        let span = [day.start().millis(), day.start().plus_minutes(24 * 60).millis()];
        [
            by_people_and(&sql::COUNTERS_ON, self.with(kinds::COUNTER), periods, counters),
            by_people_and(&sql::TRANSFERS_SENT, self.with(kinds::TRANSFER), span, transfers),
            by_people_and(&sql::ITEM_COUNTER, self.with(kinds::ITEM_COUNTER), [month], item_counters),
        ]
    }

    fn asks_for_named(&self) -> Vec<Ask> {
        let read = &self.read;
        let due = |due: &Due| <[i64; 3]>::from(due_numbers(*due)).map(Value::Number);
        vec![
            by_messages(&read.messages),
            by(&sql::INSTITUTION, &read.institutions, |id: &InstitutionId| id.number(), institutions),
            Ask { statement: &sql::TIMER, keys: read.timers.iter().flat_map(due).collect(), width: 3, take: timers },
            by_commands(&sql::PAYMENT, &read.payments, payments),
            by_commands(&sql::SHARES_OF, &read.payments, shares),
            by_commands(&sql::JOURNAL, &read.payments, journals),
            by_commands(&sql::ENTRIES_OF, &read.payments, entries),
            by_commands(&sql::TRANSFER, &read.payments, transfers),
            by_people(&sql::PAPERS_COUNTED, &read.papers_of, papers),
            all(&sql::AREA_YEARS, area_years),
            all(&sql::LAST_RELEASE, last_release),
            all(&sql::STOPS_IN_FORCE, stops),
        ]
    }
}

fn all(statement: &'static Statement, take: fn(&mut Reading, &mut Fields<'_>) -> Result<(), StoreError>) -> Ask {
    once(statement, [], take)
}

pub(crate) fn once<const N: usize>(
    statement: &'static Statement,
    values: [Value<'static>; N],
    take: fn(&mut Reading, &mut Fields<'_>) -> Result<(), StoreError>,
) -> Ask {
    Ask { statement, keys: values.into(), width: 0, take }
}

/// What is to be known of rows before they are written, and was not read: whether messages and payments are there, and
/// where rows of people stand who come in anew.
pub(crate) fn asks_for_unknown(sum: &Rows, read: &Wanted, known: &Known) -> Vec<Ask> {
    let unread = sum.messages.keys().filter(|id| !read.messages.contains(id));
    let unpaid = sum.payments.keys().filter(|id| !read.payments.contains(id) && !known.payments.contains(id));
    let new: Vec<&PersonId> = sum.persons.keys().filter(|person| !known.kinds.contains_key(person)).collect();
    let mut asks = vec![by_messages(unread), by_commands(&sql::PAYMENT, unpaid, payments)];
    asks.extend(kinds::asks_for(&new));
    asks
}

/// What was sealed before, of those whose chains these rows may make longer.
pub(crate) fn asks_for_sealed(sum: &Rows, lane: i64) -> Vec<Ask> {
    let people = seal::people_of(sum);
    if people.is_empty() {
        return Vec::new();
    }
    vec![
        by_people(&sql::LAST_SEAL, &people, |reading, f| {
            let seal = decode::seal(f)?;
            reading.known.sealed.heads.insert(seal.person, Head::of(&seal));
            Ok(())
        }),
        once(&sql::LAST_SHEET, [lane.into()], |reading, f| {
            let sheet = decode::sheet(f)?;
            reading.known.sealed.sheet = Some((sheet.number, sheet.code, sheet.day));
            Ok(())
        }),
        once(&sql::LAST_CLOSED, [], |reading, f| {
            reading.known.sealed.closed = decode::maybe_day(f)?;
            Ok(())
        }),
    ]
}

/// Every row there is.
pub(crate) fn asks_for_everything() -> Vec<Ask> {
    vec![
        all(&sql::PERSONS, persons),
        all(&sql::ACCOUNTS, accounts),
        all(&sql::HOLDS, holds),
        all(&sql::WALLETS, wallets),
        all(&sql::TRANSFERS, transfers),
        all(&sql::FILINGS, filings),
        all(&sql::AREA_YEARS, area_years),
        all(&sql::BINDINGS, bindings),
        all(&sql::COUNTERS, counters),
        all(&sql::ITEM_COUNTERS, item_counters),
        all(&sql::FAMILY_CODES, family_codes),
        all(&sql::CHOICES, choices),
        all(&sql::PAYMENTS, payments),
        all(&sql::SHARES, shares),
        all(&sql::PREMIUMS, premiums),
        all(&sql::JOURNALS, journals),
        all(&sql::ENTRIES, entries),
        all(&sql::CLAIMS, claims),
        all(&sql::TRACES, traces),
        all(&sql::MESSAGES, messages),
        all(&sql::TIMERS, timers),
        all(&sql::INSTITUTIONS, institutions),
        all(&sql::NOTICES, notices),
        all(&sql::OUTBOX, outbox),
    ]
}

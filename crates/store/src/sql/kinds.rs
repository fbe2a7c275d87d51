//! Which tables may hold rows under a person's key: bits that stand beside him, so that a group looks only there.
//! Of a person with one account and one binding that is five statements instead of twenty.
//!
//! Invariants: a bit is set in the group that writes the first such row, and never cleared; of people who are not
//! registered here nothing is known, so everything is looked for. The audit finds a bit that is missing.

use std::collections::BTreeMap;

use gongji_domain::limits::Period;
use gongji_domain::record::Rows;
use gongji_words::{CommandId, PersonId};

use super::catalogue as sql;
use super::decode;
use super::reading::{Ask, by_people, once};

pub(crate) const ACCOUNT: i64 = 1;
pub(crate) const HOLD: i64 = 1 << 1;
pub(crate) const WALLET: i64 = 1 << 2;
pub(crate) const PREMIUM: i64 = 1 << 3;
pub(crate) const TRANSFER: i64 = 1 << 4;
pub(crate) const BINDING: i64 = 1 << 5;
pub(crate) const LINK: i64 = 1 << 6;
pub(crate) const FILING: i64 = 1 << 7;
pub(crate) const FAMILY_CODE: i64 = 1 << 8;
pub(crate) const CHOICE: i64 = 1 << 9;
pub(crate) const ITEM_COUNTER: i64 = 1 << 10;
pub(crate) const COUNTER: i64 = 1 << 11;

/// How it is found out whether there is such a row, of some people and of all between two numbers, and the bit that is set
/// then.
macro_rules! finders {
    ($($statement:ident $between:ident: $bit:ident),+ $(,)?) => {
        /// What is to be asked to know the bits of people who come in: they go to [`super::Known::kinds`].
        pub(crate) fn asks_for(people: &[&PersonId]) -> Vec<Ask> {
            let mut asks = asks_for_money(people);
            asks.extend([$(by_people(&sql::$statement, people.iter().copied(), |reading, f| {
                *reading.known.kinds.entry(decode::person_id(f)?).or_default() |= $bit;
                Ok(())
            })),+]);
            asks
        }

        /// What is to be asked to know of what kinds there are rows of people after one number and up to another, but for
        /// money and bindings: they go to [`Reading::there`].
        pub(crate) fn asks_between(after: i64, upto: i64) -> Vec<Ask> {
            vec![$(once(&sql::$between, [after.into(), upto.into()], |reading, f| {
                *reading.there.entry(decode::person_id(f)?).or_default() |= $bit;
                Ok(())
            })),+]
        }
    };
}

/// The same for what is found otherwise where all of somebody is read.
macro_rules! finders_of_money {
    ($($statement:ident: $bit:ident),+ $(,)?) => {
        fn asks_for_money(people: &[&PersonId]) -> Vec<Ask> {
            vec![$(by_people(&sql::$statement, people.iter().copied(), |reading, f| {
                *reading.known.kinds.entry(decode::person_id(f)?).or_default() |= $bit;
                Ok(())
            })),+]
        }
    };
}

finders_of_money! {
    HAS_ACCOUNT: ACCOUNT,
    HAS_HOLD: HOLD,
    HAS_WALLET: WALLET,
    HAS_BINDING: BINDING,
    HAS_COUNTER: COUNTER,
}

finders! {
    HAS_PREMIUM HAS_PREMIUM_BETWEEN: PREMIUM,
    HAS_SENT HAS_SENT_BETWEEN: TRANSFER,
    HAS_WAITING HAS_WAITING_BETWEEN: TRANSFER,
    HAS_LINK HAS_LINK_BETWEEN: LINK,
    HAS_FILING HAS_FILING_BETWEEN: FILING,
    HAS_FAMILY_CODE HAS_FAMILY_CODE_BETWEEN: FAMILY_CODE,
    HAS_CHOICE HAS_CHOICE_BETWEEN: CHOICE,
    HAS_ITEM_COUNTER HAS_ITEM_COUNTER_BETWEEN: ITEM_COUNTER,
}

/// The bits of what there is of a person's money and bindings.
pub(crate) fn of_money(person: PersonId, rows: &Rows) -> i64 {
    let (first, last) = (CommandId::from_number(i64::MIN), CommandId::from_number(i64::MAX));
    let of = (person, first)..=(person, last);
    let counters = (person, first, Period::Total)..=(person, last, Period::Year(i32::MAX));
    let there = [
        (ACCOUNT, rows.accounts.contains_key(&person)),
        (WALLET, rows.wallets.contains_key(&person)),
        (HOLD, rows.holds.range(of.clone()).next().is_some()),
        (BINDING, rows.bindings.range(of).next().is_some()),
        (COUNTER, rows.counters.range(counters).next().is_some()),
    ];
    there.into_iter().filter(|(_, there)| *there).fold(0, |bits, (bit, _)| bits | bit)
}

/// The bits of what is written, by person.
pub(crate) fn written(rows: &Rows) -> BTreeMap<PersonId, i64> {
    let mut bits = BTreeMap::new();
    let mut set = |person: &PersonId, bit: i64| *bits.entry(*person).or_default() |= bit;
    rows.accounts.keys().for_each(|person| set(person, ACCOUNT));
    rows.holds.keys().for_each(|(person, _)| set(person, HOLD));
    rows.wallets.keys().for_each(|person| set(person, WALLET));
    rows.premiums.keys().for_each(|(person, ..)| set(person, PREMIUM));
    rows.filings.keys().for_each(|(person, _)| set(person, FILING));
    rows.family_codes.keys().for_each(|(member, _)| set(member, FAMILY_CODE));
    rows.choices.keys().for_each(|person| set(person, CHOICE));
    rows.item_counters.keys().for_each(|(patient, _)| set(patient, ITEM_COUNTER));
    rows.counters.keys().for_each(|(sponsor, ..)| set(sponsor, COUNTER));
    for binding in rows.bindings.values() {
        set(&binding.sponsor, BINDING);
        set(&binding.beneficiary, LINK);
    }
    for transfer in rows.transfers.values() {
        set(&transfer.sender, TRANSFER);
        set(&transfer.receiver, TRANSFER);
    }
    bits
}

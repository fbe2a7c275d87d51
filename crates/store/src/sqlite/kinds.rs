//! Which tables may hold rows under a person's key: bits that stand beside him, so that a group looks only there.
//! Of a person with one account and one binding that is five statements instead of twenty.
//!
//! Invariants: a bit is set in the group that writes the first such row, and never cleared; of people who are not
//! registered here nothing is known, so everything is looked for. The audit finds a bit that is missing.

use std::collections::BTreeMap;

use gongji_domain::record::Rows;
use gongji_words::PersonId;

use super::access::{At, query_one};
use super::catalogue::{self as sql, Statement};
use super::decode;
use crate::StoreError;

pub(super) const ACCOUNT: i64 = 1;
pub(super) const HOLD: i64 = 1 << 1;
pub(super) const WALLET: i64 = 1 << 2;
pub(super) const PREMIUM: i64 = 1 << 3;
pub(super) const TRANSFER: i64 = 1 << 4;
pub(super) const BINDING: i64 = 1 << 5;
pub(super) const LINK: i64 = 1 << 6;
pub(super) const FILING: i64 = 1 << 7;
pub(super) const FAMILY_CODE: i64 = 1 << 8;
pub(super) const CHOICE: i64 = 1 << 9;
pub(super) const ITEM_COUNTER: i64 = 1 << 10;
pub(super) const COUNTER: i64 = 1 << 11;
/// All of them.
pub(super) const ALL: i64 = (1 << 12) - 1;

/// How it is found out whether there is such a row.
const FINDERS: [(i64, Statement); 13] = [
    (ACCOUNT, sql::HAS_ACCOUNT),
    (HOLD, sql::HAS_HOLD),
    (WALLET, sql::HAS_WALLET),
    (PREMIUM, sql::HAS_PREMIUM),
    (TRANSFER, sql::HAS_SENT),
    (TRANSFER, sql::HAS_WAITING),
    (BINDING, sql::HAS_BINDING),
    (LINK, sql::HAS_LINK),
    (FILING, sql::HAS_FILING),
    (FAMILY_CODE, sql::HAS_FAMILY_CODE),
    (CHOICE, sql::HAS_CHOICE),
    (ITEM_COUNTER, sql::HAS_ITEM_COUNTER),
    (COUNTER, sql::HAS_COUNTER),
];

/// The bits of the tables in which there are rows of a person now.
pub(super) fn existing(at: &At<'_>, person: PersonId) -> Result<i64, StoreError> {
    FINDERS.iter().try_fold(0, |bits, (bit, statement)| {
        let found = query_one(at, statement, [person.number()], decode::number)?;
        Ok(found.map_or(bits, |_| bits | bit))
    })
}

/// The bits of what is written, by person.
pub(super) fn written(rows: &Rows) -> BTreeMap<PersonId, i64> {
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

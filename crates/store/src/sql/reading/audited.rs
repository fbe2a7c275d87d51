//! What an audit asks for: page by page, and of rows that cannot be read it notes which they are.

use std::collections::BTreeSet;

use gongji_words::{CommandId, Day, PersonId};

use super::{
    Ask, Reading, accounts, all, bindings, by_commands, by_people_and, counters, entries, holds, journals, once,
    payments, persons, shares, traces, wallets,
};
use crate::StoreError;
use crate::audit::Discrepancy;
use crate::sql::{Fields, Statement, catalogue as sql, decode, kinds};

/// Makes of a taker one that notes rows which cannot be read.
macro_rules! noting {
    ($($noting:ident: $take:ident,)+) => {
        $(pub(super) fn $noting(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
            match $take(reading, f) {
                Err(StoreError::Damaged { table, row, why }) => {
                    reading.damaged.push(Discrepancy { table, row, why });
                    Ok(())
                }
                other => other,
            }
        })+
    };
}

noting! {
    noting_persons: persons,
    noting_accounts: accounts,
    noting_holds: holds,
    noting_wallets: wallets,
    noting_counters: counters,
    noting_bindings: bindings,
    noting_journals: journals,
    noting_entries: entries,
    noting_payments: payments,
    noting_shares: shares,
    noting_traces: traces,
    noting_seals: seals,
}

fn seals(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    reading.seals.push(decode::seal(f)?);
    Ok(())
}

fn numbers(reading: &mut Reading, f: &mut Fields<'_>) -> Result<(), StoreError> {
    reading.numbers.push(decode::number(f)?);
    Ok(())
}

/// The next seals of all chains, after one of them.
pub(crate) fn asks_for_seals_after(person: i64, number: i64, most: i64) -> [Ask; 1] {
    [once(&sql::SEALS_FROM, [person.into(), number.into(), most.into()], noting_seals)]
}

/// The next seals of one person.
pub(crate) fn asks_for_seals_of(person: PersonId, number: i64, most: i64) -> [Ask; 1] {
    [once(&sql::SEALS_OF, [person.number().into(), number.into(), most.into()], noting_seals)]
}

/// People with a seal of a day or later, after one of them.
pub(crate) fn asks_for_sealed_since(day: Day, after: i64, most: i64) -> [Ask; 1] {
    [once(&sql::SEALED_SINCE, [day.number().into(), after.into(), most.into()], numbers)]
}

/// What is kept of people after one number and up to another.
pub(crate) fn asks_between(after: i64, upto: i64) -> Vec<Ask> {
    let span = || [after.into(), upto.into()];
    let mut asks = kinds::asks_between(after, upto);
    asks.extend([
        once(&sql::PERSONS_BETWEEN, span(), noting_persons),
        once(&sql::ACCOUNTS_BETWEEN, span(), noting_accounts),
        once(&sql::HOLDS_BETWEEN, span(), noting_holds),
        once(&sql::WALLETS_BETWEEN, span(), noting_wallets),
        once(&sql::COUNTERS_BETWEEN, span(), noting_counters),
        once(&sql::BINDINGS_BETWEEN, span(), noting_bindings),
    ]);
    asks
}

/// Commands that are sealed in full here, and others of which only the money is asked for.
pub(crate) fn asks_for_commands(full: &BTreeSet<CommandId>, shared: &BTreeSet<CommandId>) -> Vec<Ask> {
    let both: BTreeSet<CommandId> = full.union(shared).copied().collect();
    vec![
        by_commands(&sql::JOURNAL, full, noting_journals),
        by_commands(&sql::TRACE, full, noting_traces),
        by_commands(&sql::ENTRIES_OF, &both, noting_entries),
        by_commands(&sql::PAYMENT, &both, noting_payments),
        by_commands(&sql::SHARES_OF, &both, noting_shares),
    ]
}

/// The next journals, after one of them.
pub(crate) fn asks_for_journals_after(after: i64, most: i64) -> [Ask; 1] {
    [once(&sql::JOURNALS_FROM, [after.into(), most.into()], noting_journals)]
}

/// Entries of journals after one and up to another.
pub(crate) fn asks_for_entries_between(after: i64, upto: i64) -> [Ask; 1] {
    [once(&sql::ENTRIES_BETWEEN, [after.into(), upto.into()], noting_entries)]
}

/// The next accounts, after one of them.
pub(crate) fn asks_for_accounts_after(after: i64, most: i64) -> [Ask; 1] {
    [once(&sql::ACCOUNTS_FROM, [after.into(), most.into()], noting_accounts)]
}

/// What else is kept of the money of people after one number and up to another.
pub(crate) fn asks_for_money_between(after: i64, upto: i64) -> [Ask; 2] {
    let span = || [after.into(), upto.into()];
    [once(&sql::HOLDS_BETWEEN, span(), noting_holds), once(&sql::WALLETS_BETWEEN, span(), noting_wallets)]
}

/// Payments that journals say they undid, and journals that payments say undid them.
pub(crate) fn asks_for_reversals(payments_: &BTreeSet<CommandId>, journals_: &BTreeSet<CommandId>) -> Vec<Ask> {
    vec![by_commands(&sql::PAYMENT, payments_, noting_payments), by_commands(&sql::JOURNAL, journals_, noting_journals)]
}

/// Sheets after one of them.
pub(crate) fn asks_for_sheets_after(lane: i64, number: i64, most: i64) -> [Ask; 1] {
    [once(&sql::SHEETS_FROM, [lane.into(), number.into(), most.into()], |reading, f| {
        reading.sheets.push(decode::sheet(f)?);
        Ok(())
    })]
}

/// The last sheet of a lane.
pub(crate) fn asks_for_lane_end(lane: i64) -> [Ask; 1] {
    [once(&sql::LAST_SHEET, [lane.into()], |reading, f| {
        reading.sheets.push(decode::sheet(f)?);
        Ok(())
    })]
}

/// The lane after another.
pub(crate) fn asks_for_next_lane(lane: i64) -> [Ask; 1] {
    [once(&sql::NEXT_LANE, [lane.into()], |reading, f| {
        reading.numbers.extend(decode::maybe_number(f)?);
        Ok(())
    })]
}

/// The days of all sheets.
pub(crate) fn asks_for_days_of_sheets() -> [Ask; 1] {
    [all(&sql::SHEET_DAYS, numbers)]
}

/// The next people of the vault.
pub(crate) fn asks_for_secrets(after: i64, most: i64) -> [Ask; 1] {
    [once(&sql::SECRETS_FROM, [after.into(), most.into()], |reading, f| {
        let person = decode::person_id(f)?;
        reading.secrets.push((person, f.plain()?, f.plain()?));
        Ok(())
    })]
}

/// By which keyed hashes people after one number and up to another are found.
pub(crate) fn asks_for_certificates(after: i64, upto: i64) -> [Ask; 1] {
    [once(&sql::CERTIFICATES_BETWEEN, [after.into(), upto.into()], |reading, f| {
        reading.hashes.push((decode::person_id(f)?, f.plain()?));
        Ok(())
    })]
}

/// The last seals of people until a day.
pub(crate) fn asks_for_heads_on(people: &[PersonId], day: Day) -> [Ask; 1] {
    [by_people_and(&sql::LAST_SEAL_BY, people, [day.number().into()], seals)]
}

/// All days that are closed.
pub(crate) fn asks_for_closed_days() -> [Ask; 1] {
    [all(&sql::CLOSED_DAYS, |reading, f| {
        reading.closed.push(decode::closed_day(f)?);
        Ok(())
    })]
}

/// How many payments, journals, traces and entries there are, in this order.
pub(crate) fn asks_for_counts_of_tables() -> [Ask; 4] {
    [&sql::COUNT_PAYMENTS, &sql::COUNT_JOURNALS, &sql::COUNT_TRACES, &sql::COUNT_ENTRIES].map(|one| all(one, numbers))
}

/// The next ids of a table of commands.
pub(crate) fn asks_for_ids(statement: &'static Statement, after: i64, most: i64) -> [Ask; 1] {
    [once(statement, [after.into(), most.into()], numbers)]
}

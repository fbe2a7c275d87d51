//! The audit of a file: the pages first, then the journals, then person by person, in short transactions, so that
//! the writer goes on and memory stays small.

use std::collections::BTreeSet;

use gongji_words::{CommandId, PersonId};

use super::access::{At, failed, query, query_one};
use super::{Engine, access};
use crate::StoreError;
use crate::audit::{Discrepancy, Ledger, Totals, orphaned, unbalanced};
use crate::sql::fields::{command, small};
use crate::sql::reading::asks_for_payments;
use crate::sql::{Fields, Reading, Statement, catalogue as sql, decode, kinds};

/// Journals summed in one transaction.
const PAGE: i64 = 500;
/// Everything in which a person has money or limits.
const TABLES_OF_PEOPLE: [Statement; 5] =
    [sql::NEXT_ACCOUNT, sql::NEXT_HOLD, sql::NEXT_WALLET, sql::NEXT_COUNTER, sql::NEXT_WITH_JOURNAL];

impl Engine {
    pub(crate) fn audit(&self) -> Result<Totals, StoreError> {
        let mut totals = self.audit_ledger()?;
        totals.discrepancies.extend(self.audit_releases()?);
        Ok(totals)
    }

    /// What can be audited without any key.
    pub(super) fn audit_ledger(&self) -> Result<Totals, StoreError> {
        let discrepancies = self.reading(damaged_pages)?;
        let mut totals = Totals { discrepancies, ..Totals::default() };
        match self.audit_rows(&mut totals) {
            Err(StoreError::Damaged { table, row, why }) => totals.discrepancies.push(Discrepancy { table, row, why }),
            other => other?,
        }
        Ok(totals)
    }

    /// Rows that cannot be read end the audit; what was found until then stands.
    fn audit_rows(&self, totals: &mut Totals) -> Result<(), StoreError> {
        let mut last = i64::MIN;
        while let Some(next) = self.reading(|at| sum_journals(at, last, totals))? {
            last = next;
        }
        let mut last = i64::MIN;
        while let Some(next) = self.reading(|at| next_person(at, last))? {
            let found = self.reading(|at| audit_person(at, PersonId::from_number(next)))?;
            totals.discrepancies.extend(found);
            totals.people += 1;
            last = next;
        }
        Ok(())
    }
}

/// What the pages of the file say of themselves. A page that is wholly broken ends the list, not the audit.
fn damaged_pages(at: &At<'_>) -> Result<Vec<Discrepancy>, StoreError> {
    let mut prepared = at.connection().prepare("pragma integrity_check").map_err(|error| failed("file", error))?;
    let lines = prepared.query_map([], |row| row.get::<_, String>(0)).map_err(|error| failed("file", error))?;
    let lines = lines.map(|line| line.unwrap_or_else(|_| "the pages after these cannot be read".to_owned()));
    let bad: Vec<String> = lines.filter(|line| line != "ok").collect();
    let named = |why: String| Ok(Discrepancy { table: "file", row: table_of(at, &why)?, why });
    bad.into_iter().map(named).collect()
}

/// The name of the table or index whose root page a line names, as in `Tree 7 page 9`.
fn table_of(at: &At<'_>, line: &str) -> Result<String, StoreError> {
    let root = line.split_once("Tree ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<i64>().ok());
    let Some(root) = root else { return Ok("?".to_owned()) };
    let name =
        at.connection().query_row("select name from sqlite_schema where rootpage = ?1", [root], |row| row.get(0));
    match name {
        Ok(name) => Ok(name),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(format!("page {root}")),
        Err(error) => Err(failed("file", error)),
    }
}

struct JournalSum {
    journal: CommandId,
    sum: i64,
    entries: u64,
}

fn journal_sum(f: &mut Fields<'_>) -> Result<JournalSum, StoreError> {
    Ok(JournalSum { journal: f.get(command)?, sum: f.plain()?, entries: f.get(small)? })
}

/// Sums the next page of journals; gives the last of them, unless there are no more.
fn sum_journals(at: &At<'_>, last: i64, totals: &mut Totals) -> Result<Option<i64>, StoreError> {
    let page = query(at, &sql::SUMS_OF_JOURNALS, [last, PAGE], journal_sum)?;
    for found in &page {
        totals.journals += 1;
        totals.entries += found.entries;
        if found.sum != 0 {
            totals.discrepancies.push(unbalanced(found.journal, i128::from(found.sum)));
        }
        if query_one(at, &sql::JOURNAL, [found.journal.number()], decode::journal)?.is_none() {
            totals.discrepancies.push(orphaned(found.journal));
        }
        totals.discrepancies.extend(unlisted(at, found.journal)?);
    }
    Ok(page.last().map(|found| found.journal.number()))
}

/// People whose money a journal moves without standing in their list: what is worked out of the list would miss it.
fn unlisted(at: &At<'_>, journal: CommandId) -> Result<Vec<Discrepancy>, StoreError> {
    let entries = query(at, &sql::ENTRIES_OF, [journal.number()], decode::entry)?;
    let people: BTreeSet<PersonId> = entries.iter().filter_map(|entry| entry.position.person()).collect();
    let mut missing = Vec::new();
    for person in people {
        if query_one(at, &sql::LISTED, [person.number(), journal.number()], decode::number)?.is_none() {
            let (row, why) = (format!("{person}/{journal}"), "entries of the journal move his money, the row is gone");
            missing.push(Discrepancy { table: "person_journal", row, why: why.to_owned() });
        }
    }
    Ok(missing)
}

/// The next person of whom any table knows.
fn next_person(at: &At<'_>, last: i64) -> Result<Option<i64>, StoreError> {
    let mut next = Vec::new();
    for statement in &TABLES_OF_PEOPLE {
        next.extend(query_one(at, statement, [last], decode::maybe_number)?.flatten());
    }
    Ok(next.into_iter().min())
}

/// A person whose rows contradict themselves is a finding, too.
fn audit_person(at: &At<'_>, person: PersonId) -> Result<Vec<Discrepancy>, StoreError> {
    match ledger_of(at, person) {
        Ok(ledger) => {
            let mut found = ledger.discrepancies(person);
            found.extend(hidden(at, person)?);
            Ok(found)
        }
        Err(StoreError::Damaged { table, row, why }) => Ok(vec![Discrepancy { table, row, why }]),
        Err(other) => Err(other),
    }
}

/// Rows that no group would look for.
fn hidden(at: &At<'_>, person: PersonId) -> Result<Option<Discrepancy>, StoreError> {
    let Some((_, kinds)) = query_one(at, &sql::PERSON, [person.number()], decode::person)? else { return Ok(None) };
    let mut reading = Reading::default();
    access::read(at, &mut reading, &kinds::asks_for(&[&person]))?;
    let missing = reading.known.kinds.get(&person).copied().unwrap_or_default() & !kinds;
    let why = || format!("the bits {missing:#b} of its column kinds are not set, though there are such rows");
    let found = || Discrepancy { table: "person", row: person.to_string(), why: why() };
    Ok((missing != 0).then(found))
}

fn ledger_of(at: &At<'_>, person: PersonId) -> Result<Ledger, StoreError> {
    let key = [person.number()];
    let mut ledger = Ledger {
        wallet: query_one(at, &sql::WALLET, key, decode::wallet)?,
        counters: query(at, &sql::COUNTERS_OF, key, decode::counter)?,
        holds: query(at, &sql::HOLDS_OF, key, decode::hold)?,
        ..Ledger::default()
    };
    if let Some(kept) = query_one(at, &sql::ACCOUNT, key, decode::account)? {
        check_held(at, &kept)?;
        ledger.account = Some(kept.account);
    }
    for journal in query(at, &sql::JOURNALS_WITH, key, decode::command_id)? {
        add_journal(at, (person, journal), &mut ledger)?;
    }
    Ok(ledger)
}

fn check_held(at: &At<'_>, kept: &decode::KeptAccount) -> Result<(), StoreError> {
    let person = kept.account.person;
    let held = query_one(at, &sql::HELD_TOTAL, [person.number()], decode::number)?.unwrap_or_default();
    if held == kept.held.fen() {
        return Ok(());
    }
    let why = format!("{} fen are kept as held, its holds say {held}", kept.held.fen());
    Err(StoreError::Damaged { table: "account", row: person.to_string(), why })
}

/// What a journal moved of a person's own, and what the payment of the same id counts against his limits.
fn add_journal(at: &At<'_>, (person, journal): (PersonId, CommandId), ledger: &mut Ledger) -> Result<(), StoreError> {
    for entry in query(at, &sql::ENTRIES_OF, [journal.number()], decode::entry)? {
        ledger.enter(person, &entry);
    }
    let mut reading = Reading::default();
    access::read(at, &mut reading, &asks_for_payments([&journal]))?;
    reading.join_shares();
    for payment in reading.rows.payments.values() {
        let own = payment.shares.iter().filter(|share| share.sponsor == person);
        own.for_each(|share| ledger.spend(payment, share));
    }
    Ok(())
}

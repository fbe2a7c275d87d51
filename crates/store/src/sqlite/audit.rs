//! The audit of a file: the pages first, then the journals, then person by person, in short transactions, so that
//! the writer goes on and memory stays small.

use gongji_domain::account::Colour;
use gongji_domain::journal::Position;
use gongji_words::{CommandId, PersonId};
use rusqlite::{Connection, params};

use super::access::{failed, query, query_one};
use super::catalogue::{self as sql, Statement};
use super::fields::{Fields, command, small};
use super::{Engine, decode, fields, load};
use crate::StoreError;
use crate::audit::{Discrepancy, Ledger, Totals, orphaned, unbalanced};

/// Journals summed in one transaction.
const PAGE: i64 = 500;
/// The kinds of positions that are a person's own: free, held, wallet.
const OWN_POSITIONS: [i64; 3] = [1, 2, 3];
/// Everything in which a person has money or limits.
const TABLES_OF_PEOPLE: [Statement; 6] =
    [sql::NEXT_ACCOUNT, sql::NEXT_ACCOUNT_LOT, sql::NEXT_HOLD, sql::NEXT_WALLET, sql::NEXT_COUNTER, sql::NEXT_SHARE];

impl Engine {
    pub(crate) fn audit(&self) -> Result<Totals, StoreError> {
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
fn damaged_pages(at: &Connection) -> Result<Vec<Discrepancy>, StoreError> {
    let mut prepared = at.prepare("pragma integrity_check").map_err(|error| failed("file", error))?;
    let lines = prepared.query_map([], |row| row.get::<_, String>(0)).map_err(|error| failed("file", error))?;
    let lines = lines.map(|line| line.unwrap_or_else(|_| "the pages after these cannot be read".to_owned()));
    let bad: Vec<String> = lines.filter(|line| line != "ok").collect();
    let named = |why: String| Ok(Discrepancy { table: "file", row: table_of(at, &why)?, why });
    bad.into_iter().map(named).collect()
}

/// The name of the table or index whose root page a line names, as in `Tree 7 page 9`.
fn table_of(at: &Connection, line: &str) -> Result<String, StoreError> {
    let root = line.split_once("Tree ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<i64>().ok());
    let Some(root) = root else { return Ok("?".to_owned()) };
    let name = at.query_row("select name from sqlite_schema where rootpage = ?1", [root], |row| row.get(0));
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
fn sum_journals(at: &Connection, last: i64, totals: &mut Totals) -> Result<Option<i64>, StoreError> {
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
    }
    Ok(page.last().map(|found| found.journal.number()))
}

/// The next person of whom any table knows.
fn next_person(at: &Connection, last: i64) -> Result<Option<i64>, StoreError> {
    let mut next = Vec::new();
    for statement in &TABLES_OF_PEOPLE {
        next.extend(query_one(at, statement, [last], decode::maybe_number)?.flatten());
    }
    for kind in OWN_POSITIONS {
        next.extend(query_one(at, &sql::NEXT_POSITION, [last, kind], decode::maybe_number)?.flatten());
    }
    Ok(next.into_iter().min())
}

/// A person whose rows contradict themselves is a finding, too.
fn audit_person(at: &Connection, person: PersonId) -> Result<Vec<Discrepancy>, StoreError> {
    match ledger_of(at, person) {
        Ok(ledger) => Ok(ledger.discrepancies(person)),
        Err(StoreError::Damaged { table, row, why }) => Ok(vec![Discrepancy { table, row, why }]),
        Err(other) => Err(other),
    }
}

fn ledger_of(at: &Connection, person: PersonId) -> Result<Ledger, StoreError> {
    let key = [person.number()];
    let mut ledger = Ledger {
        wallet: query_one(at, &sql::WALLET, key, decode::wallet)?,
        counters: query(at, &sql::COUNTERS_OF, key, decode::counter)?,
        ..Ledger::default()
    };
    for head in query(at, &sql::HOLDS_OF, key, decode::hold)? {
        ledger.holds.push(load::hold(at, &head)?);
    }
    if let Some(head) = query_one(at, &sql::ACCOUNT, key, decode::account)? {
        check_held(at, &head)?;
        ledger.account = Some(load::account(at, &head)?);
    }
    add_sums(at, person, &mut ledger)?;
    for id in query(at, &sql::PAYMENTS_SHARED_BY, key, decode::payment_id)? {
        let Some(payment) = load::payment(at, id)? else { continue };
        let own = payment.shares.iter().filter(|share| share.sponsor == person);
        own.for_each(|share| ledger.spend(&payment, share));
    }
    Ok(ledger)
}

fn check_held(at: &Connection, head: &decode::AccountHead) -> Result<(), StoreError> {
    let held = query_one(at, &sql::HELD_TOTAL, [head.person.number()], decode::number)?.unwrap_or_default();
    if held == head.held.fen() {
        return Ok(());
    }
    let why = format!("{} fen are kept as held, its holds say {held}", head.held.fen());
    Err(StoreError::Damaged { table: "account", row: head.person.to_string(), why })
}

struct PositionSum {
    owner: i64,
    colour: Colour,
    sum: i64,
}

fn position_sum(f: &mut Fields<'_>) -> Result<PositionSum, StoreError> {
    Ok(PositionSum { owner: f.plain()?, colour: Colour(f.get(small)?), sum: f.plain()? })
}

fn add_sums(at: &Connection, person: PersonId, ledger: &mut Ledger) -> Result<(), StoreError> {
    for kind in OWN_POSITIONS {
        let sums = query(at, &sql::SUMS_OF_POSITION, params![kind, person.number()], position_sum)?;
        for found in sums {
            let position = fields::position((kind, person.number(), found.owner));
            let position: Position = position.expect("the kinds of a person's own positions are positions");
            *ledger.sums.entry((position, found.colour)).or_default() += i128::from(found.sum);
        }
    }
    Ok(())
}

//! The audit of a file: the pages first, then everything that is in them, all as it is at one moment. The writer goes
//! on meanwhile; its log is not written back beyond that moment before the audit is through.

use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use rusqlite::TransactionBehavior;

use super::access::{self, At, failed, query_one};
use super::{Engine, LANE, begin, connect_reader};
use crate::audit::{Asked, Beside, Commands, Discrepancy, Progress, Ranges, Reads, Scope, Totals, run};
use crate::pages::{self, Part, Take};
use crate::seal::{Code, Sealer};
use crate::sql::catalogue::LAST_SHEET;
use crate::sql::reading::asks_for_everything;
use crate::sql::{Ask, Fields, Reading, decode};
use crate::tally::{Tallies, Tally};
use crate::{StoreError, WorkingKey};

impl Engine {
    pub(crate) fn audit(
        &self,
        asked: Asked<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Totals, StoreError> {
        let keys = (!self.keys.is_none()).then_some(&self.keys);
        let mut totals = self.audit_with(keys, asked, progress)?;
        if asked.scope == Scope::All && keys.is_some() {
            totals.discrepancies.extend(self.audit_releases()?);
            totals.discrepancies.extend(self.audit_stops()?);
            totals.discrepancies.extend(self.audit_proposals()?);
        }
        Ok(totals)
    }

    /// Without keys no code is checked.
    pub(super) fn audit_with(
        &self,
        keys: Option<&WorkingKey>,
        asked: Asked<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Totals, StoreError> {
        let mut connection = connect_reader(&self.path)?;
        let transaction = begin(&mut connection, TransactionBehavior::Deferred)?;
        let at = At::of(&transaction);
        // One that cannot be read is found by the audit itself.
        let (here, last) = (Here(&at), last_sheet(&at).ok());
        thread::scope(|threads| {
            let pages = (asked.scope == Scope::All).then(|| threads.spawn(|| self.pages()));
            let ranges = Arc::new(at_once(Ranges::of(&here))?);
            let beside = match (keys, last) {
                (Some(keys), Some(last)) if asked.scope == Scope::All => {
                    let shared = ranges.clone();
                    let commands = threads.spawn(move || self.commands_at(last, &Sealer::of(keys), &shared));
                    let found = async move { commands.join().expect("going through commands does not panic") };
                    Beside { ranges, found: Box::pin(found) }
                }
                _ => Beside { ranges, found: Box::pin(ready(None)) },
            };
            let audited = at_once(run(&here, (keys, asked), beside, progress));
            let pages =
                pages.map_or(Ok(Vec::new()), |thread| thread.join().expect("looking at pages does not panic"))?;
            let mut totals = audited?;
            totals.discrepancies.splice(0..0, pages);
            Ok(totals)
        })
    }

    /// What the pages say of themselves, by a connection of its own.
    fn pages(&self) -> Result<Vec<Discrepancy>, StoreError> {
        damaged_pages(&At::of(&connect_reader(&self.path)?))
    }

    /// Goes through parts of the commands by a connection of its own, if it sees the same moment: every group that writes some has a
    /// sheet.
    fn commands_at(
        &self,
        last: Option<(i64, Code)>,
        sealer: &Sealer,
        ranges: &Ranges,
    ) -> Option<Result<Commands, StoreError>> {
        let mut connection = connect_reader(&self.path).ok()?;
        let transaction = begin(&mut connection, TransactionBehavior::Deferred).ok()?;
        let at = At::of(&transaction);
        let same = last_sheet(&at).ok()? == last;
        same.then(|| at_once(Commands::read(&Here(&at), sealer, ranges, &mut |_| ())))
    }
}

impl Engine {
    /// From one moment, like an audit.
    pub(crate) fn read_out(&self, parts: &[Part], take: &mut Take<'_>) -> Result<(), StoreError> {
        let mut connection = connect_reader(&self.path)?;
        let transaction = begin(&mut connection, TransactionBehavior::Deferred)?;
        let at = At::of(&transaction);
        let damaged = if parts.contains(&Part::Audit) { damaged_pages(&at)? } else { Vec::new() };
        at_once(pages::read_out(&Here(&at), (&self.keys, damaged), parts, take))
    }
}

impl Engine {
    /// From one moment, table after table.
    pub(crate) fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        let mut connection = connect_reader(&self.path)?;
        let transaction = begin(&mut connection, TransactionBehavior::Deferred)?;
        let (at, mut tallies) = (At::of(&transaction), Tallies::default());
        for ask in asks_for_everything() {
            let statement = ask.statement;
            access::each(&at, statement, [], &mut |row| tallies.take(&ask, &mut Fields::of(statement.table, row)))?;
            tallies.let_go();
        }
        Ok(tallies.finish())
    }
}

/// The last sheet that there is, by its number and code.
fn last_sheet(at: &At<'_>) -> Result<Option<(i64, Code)>, StoreError> {
    let sheet = query_one(at, &LAST_SHEET, [LANE], decode::sheet)?;
    Ok(sheet.map(|sheet| (sheet.number, sheet.code)))
}

/// A transaction that reads; nothing has to be waited for.
pub(super) struct Here<'a, 'c>(pub(super) &'a At<'c>);

impl Reads for Here<'_, '_> {
    fn read(&self, reading: &mut Reading, asks: &[Ask]) -> impl Future<Output = Result<(), StoreError>> {
        std::future::ready(access::read(self.0, reading, asks))
    }

    fn pause(&self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}

/// The value of a future that asks this engine alone.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a file is read without waiting"),
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

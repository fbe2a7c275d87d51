//! What is kept, read out whole and page after page, for whoever takes it elsewhere: auditors, accountants.
//!
//! Invariants: all pages are of one moment; a journal comes with all its entries; what cannot be read is told and ends
//! nothing; memory does not grow with the ledger.
//! Deliberately absent: who people are. They are numbers here.

use std::ops::ControlFlow;

use gongji_domain::account::{Account, Hold};
use gongji_domain::journal::{Entry, Journal};
use gongji_domain::record::Rows;
use gongji_domain::wallet::Wallet;
use gongji_words::{CommandId, Day, PersonId};

use crate::audit::{self, Asked, Discrepancy, Progress, Reads, Totals, totals_of};
use crate::days::{self, ClosedDay, LaneMark};
use crate::seal::{Seal, entries_of};
use crate::sql::Reading;
use crate::sql::reading::{
    asks_for_accounts_after, asks_for_entries_between, asks_for_journals_after, asks_for_money_between,
    asks_for_seals_after,
};
use crate::{StoreError, WorkingKey};

/// Rows in a page.
const PAGE: usize = 1_000;

/// A part of what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole audit, of the same moment.
    Audit,
    /// All journals, in the order of their numbers.
    Journals,
    /// All seals, by person and number.
    Seals,
    /// All closed days, and how far the sheets have come.
    Days,
    /// The money of all people, in the order of their numbers.
    Balances,
}

/// A page of a part.
#[derive(Debug)]
pub enum Page {
    /// How far the audit has come.
    Auditing(Progress),
    /// What it found.
    Audited(Totals),
    /// The next journals.
    Journals(Vec<WholeJournal>),
    /// The next seals.
    Seals(Vec<SealRow>),
    /// The closed days, and the last sheet of each lane.
    Days(Vec<ClosedDay>, Vec<LaneMark>),
    /// The next people.
    Balances(Vec<Balance>),
    /// Rows that cannot be read, and are in no page; some may be named twice.
    Damaged(Vec<Discrepancy>),
}

/// Takes page after page; says whether it wants more.
pub type Take<'t> = dyn FnMut(Page) -> ControlFlow<()> + Send + 't;

/// A journal with its entries, in the order of their legs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeJournal {
    /// What it is.
    pub journal: Journal,
    /// What it moved.
    pub entries: Vec<Entry>,
}

/// A seal as it is kept. Its code can be checked with the key alone; the roots of closed days without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealRow {
    /// In whose chain.
    pub person: PersonId,
    /// Its number there, from 1.
    pub number: i64,
    /// The day under which it stands.
    pub day: Day,
    /// What it is over: 1 to 7 parts of a command (1 its journal, 2 its payment, 4 its trace), 8 a binding, 9 the person's row,
    /// 10 whether his account is frozen, 11 a command that is sealed in full for somebody else.
    pub kind: i64,
    /// Which command or binding.
    pub subject: i64,
    /// Short keyed digests of what it is over.
    pub covers: Vec<u8>,
    /// The authentication code.
    pub code: [u8; 32],
}

impl From<Seal> for SealRow {
    fn from(seal: Seal) -> Self {
        let (kind, subject) = seal.subject.numbers();
        let Seal { person, number, day, covers, code, .. } = seal;
        Self { person, number, day, kind, subject, covers, code }
    }
}

/// The money of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Whose.
    pub person: PersonId,
    /// His personal account, if he has one.
    pub account: Option<Account>,
    /// What of it is held, in the order of the owners.
    pub holds: Vec<Hold>,
    /// His wallet, if he has one.
    pub wallet: Option<Wallet>,
}

/// Reads out of a database, through a reader that sees one moment. What was found before the audit comes first in it.
pub(crate) async fn read_out(
    at: &impl Reads,
    (keys, mut found): (&WorkingKey, Vec<Discrepancy>),
    parts: &[Part],
    take: &mut Take<'_>,
) -> Result<(), StoreError> {
    for part in parts {
        let wants = match part {
            Part::Audit => audited(at, (keys, std::mem::take(&mut found)), take).await?,
            Part::Journals => journals(at, take).await?,
            Part::Seals => seals(at, take).await?,
            Part::Days => take(Page::Days(days::closed_days(at).await?, days::lane_marks(at).await?)),
            Part::Balances => balances(at, take).await?,
        };
        if wants.is_break() {
            break;
        }
    }
    Ok(())
}

async fn audited(
    at: &impl Reads,
    (keys, mut found): (&WorkingKey, Vec<Discrepancy>),
    take: &mut Take<'_>,
) -> Result<ControlFlow<()>, StoreError> {
    let mut wants = ControlFlow::Continue(());
    let mut progress = |progress| {
        if wants.is_continue() {
            wants = take(Page::Auditing(progress));
        }
    };
    let beside = audit::Beside::nobody(at).await?;
    let mut totals = audit::run(at, (Some(keys), Asked::default()), beside, &mut progress).await?;
    if wants.is_break() {
        return Ok(wants);
    }
    found.append(&mut totals.discrepancies);
    totals.discrepancies = found;
    Ok(take(Page::Audited(totals)))
}

fn most() -> i64 {
    i64::try_from(PAGE).expect("a page is short")
}

async fn journals(at: &impl Reads, take: &mut Take<'_>) -> Result<ControlFlow<()>, StoreError> {
    let mut after = i64::MIN;
    loop {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_journals_after(after, most())).await?;
        let Some(last) = reading.rows.journals.keys().next_back().copied() else {
            return Ok(tell_damage(reading.damaged, take));
        };
        at.read(&mut reading, &asks_for_entries_between(after, last.number())).await?;
        after = last.number();
        let page = reading.rows.journals.keys().map(|id| whole(&reading.rows, *id)).collect();
        if give(Page::Journals(page), reading.damaged, take).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// A page, and what of it cannot be read.
fn give(page: Page, damaged: Vec<Discrepancy>, take: &mut Take<'_>) -> ControlFlow<()> {
    tell_damage(damaged, take)?;
    take(page)
}

fn tell_damage(damaged: Vec<Discrepancy>, take: &mut Take<'_>) -> ControlFlow<()> {
    if damaged.is_empty() { ControlFlow::Continue(()) } else { take(Page::Damaged(damaged)) }
}

fn whole(rows: &Rows, id: CommandId) -> WholeJournal {
    WholeJournal { journal: rows.journals[&id].clone(), entries: entries_of(rows, id).copied().collect() }
}

async fn seals(at: &impl Reads, take: &mut Take<'_>) -> Result<ControlFlow<()>, StoreError> {
    let mut after = (i64::MIN, 0);
    loop {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_seals_after(after.0, after.1, most())).await?;
        let Some(last) = reading.seals.last() else { return Ok(tell_damage(reading.damaged, take)) };
        after = (last.person.number(), last.number);
        let page = reading.seals.into_iter().map(SealRow::from).collect();
        if give(Page::Seals(page), reading.damaged, take).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

async fn balances(at: &impl Reads, take: &mut Take<'_>) -> Result<ControlFlow<()>, StoreError> {
    let mut after = i64::MIN;
    loop {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_accounts_after(after, most())).await?;
        let is_full = reading.rows.accounts.len() + reading.damaged.len() == PAGE;
        let last = reading.rows.accounts.keys().next_back().filter(|_| is_full);
        let upto = last.map_or(i64::MAX, |person| person.number());
        at.read(&mut reading, &asks_for_money_between(after, upto)).await?;
        let page = balances_of(&reading.rows);
        let wants = give(Page::Balances(page), reading.damaged, take);
        if wants.is_break() || upto == i64::MAX {
            return Ok(wants);
        }
        after = upto;
    }
}

/// Everybody in these rows who has money, or had some.
fn balances_of(rows: &Rows) -> Vec<Balance> {
    let mut people: Vec<PersonId> = rows.accounts.keys().chain(rows.wallets.keys()).copied().collect();
    people.extend(rows.holds.keys().map(|(person, _)| *person));
    people.sort_unstable();
    people.dedup();
    let (first, last) = (CommandId::from_number(i64::MIN), CommandId::from_number(i64::MAX));
    let balance = |person| Balance {
        person,
        account: rows.accounts.get(&person).cloned(),
        holds: rows.holds.range((person, first)..=(person, last)).map(|(_, hold)| hold.clone()).collect(),
        wallet: rows.wallets.get(&person).copied(),
    };
    people.into_iter().map(balance).collect()
}

/// Reads out of rows that are all in memory.
pub(crate) fn read_out_rows(rows: &Rows, parts: &[Part], take: &mut Take<'_>) {
    for part in parts {
        let pages = match part {
            Part::Audit => vec![Page::Audited(totals_of(rows))],
            Part::Journals => {
                let ids: Vec<CommandId> = rows.journals.keys().copied().collect();
                let page = |ids: &[CommandId]| Page::Journals(ids.iter().map(|id| whole(rows, *id)).collect());
                ids.chunks(PAGE).map(page).collect()
            }
            Part::Seals => Vec::new(),
            Part::Days => vec![Page::Days(Vec::new(), Vec::new())],
            Part::Balances => balances_of(rows).chunks(PAGE).map(|page| Page::Balances(page.to_vec())).collect(),
        };
        if pages.into_iter().any(|page| take(page).is_break()) {
            return;
        }
    }
}

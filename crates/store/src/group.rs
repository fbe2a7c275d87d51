//! What both engines do with a group between reading and writing: judge each command on the facts and on what
//! those before it wrote, sum up the writes, and look at the sum once more before it is written.
//!
//! Invariants: a row that is only added is added once; an answered message keeps its answer; every journal
//! balances; money of a person is written only after he was read; what is held never exceeds the balance.

use std::borrow::Cow;
use std::collections::BTreeMap;

use gongji_domain::account::{Colour, Lots};
use gongji_domain::record::{Facts, MessageState, Rows, Wanted};
use gongji_domain::zoo::{self, Cage};
use gongji_words::{CommandId, Fen, PersonId};

use crate::StoreError;
use crate::faults::{CrashPoint, Fate};

/// One judgement: the place of the command in the group, what it may know, what it writes.
pub type Judge<'a> = dyn FnMut(usize, &Facts) -> Rows + Send + 'a;

/// What all commands of a group want.
pub(crate) fn union(wanted: &[Wanted]) -> Wanted {
    wanted.iter().fold(Wanted::default(), |mut all, one| {
        all.absorb(one);
        all
    })
}

/// Judges `count` commands in order and gives the sum of what they write, checked, and the facts after it.
pub(crate) fn judge_all(
    mut facts: Facts,
    count: usize,
    judge: &mut Judge<'_>,
    fate: &Fate,
) -> Result<(Rows, Facts), StoreError> {
    let mut sum = Rows::default();
    for place in 0..count {
        let rows = judge(place, &facts);
        fate.pass(CrashPoint::AfterJudge(place))?;
        check_added_once(&sum, &rows)?;
        facts.apply(&seen_by_the_next(&rows));
        sum.absorb(rows);
    }
    check_journals(&sum)?;
    check_read(&sum, &facts.read)?;
    check_amounts(&sum)?;
    check_holds(&sum, &facts)?;
    Ok((sum, facts))
}

/// What a command writes, as those after it see it: all of it.
fn seen_by_the_next(rows: &Rows) -> Cow<'_, Rows> {
    if zoo::open(Cage::StaleFacts) {
        return Cow::Owned(Rows::default());
    }
    if zoo::open(Cage::SameMessageInGroup) {
        return Cow::Owned(Rows { messages: BTreeMap::new(), ..rows.clone() });
    }
    Cow::Borrowed(rows)
}

fn broken(table: &'static str) -> StoreError {
    StoreError::Constraint { table }
}

/// Within one group a later writing would hide an earlier one, which the tables would have refused.
fn check_added_once(sum: &Rows, rows: &Rows) -> Result<(), StoreError> {
    if rows.journals.keys().any(|key| sum.journals.contains_key(key)) {
        return Err(broken("journal"));
    }
    if rows.entries.keys().any(|key| sum.entries.contains_key(key)) {
        return Err(broken("entry"));
    }
    if rows.traces.keys().any(|key| sum.traces.contains_key(key)) {
        return Err(broken("trace"));
    }
    if rows.claims.keys().any(|key| sum.claims.contains_key(key)) {
        return Err(broken("claim"));
    }
    if rows.papers.keys().any(|key| sum.papers.contains_key(key)) {
        return Err(broken("paper"));
    }
    let answered = |id| sum.messages.get(id).is_some_and(|row| matches!(row.state, MessageState::Answered(_)));
    if rows.messages.keys().any(answered) && !zoo::open(Cage::SameMessageInGroup) {
        return Err(broken("message"));
    }
    Ok(())
}

/// Every entry belongs to a journal of the same group, and every journal sums to zero.
fn check_journals(sum: &Rows) -> Result<(), StoreError> {
    let mut totals: BTreeMap<CommandId, i128> = BTreeMap::new();
    for entry in sum.entries.values() {
        if !sum.journals.contains_key(&entry.journal) {
            return Err(broken("entry"));
        }
        *totals.entry(entry.journal).or_default() += i128::from(entry.amount.fen());
    }
    if totals.values().any(|total| *total != 0) && !zoo::open(Cage::LegUnbalanced) {
        return Err(broken("journal"));
    }
    Ok(())
}

/// Rows that hold a running amount are written whole: from facts that were not read, one would undo another.
fn check_read(sum: &Rows, read: &Wanted) -> Result<(), StoreError> {
    let unread = |person: &PersonId| !read.people.contains(person);
    let tables: [(&'static str, bool); 5] = [
        ("account", sum.accounts.keys().any(unread)),
        ("hold", sum.holds.keys().any(|(person, _)| unread(person))),
        ("wallet", sum.wallets.keys().any(unread)),
        ("counter", sum.counters.keys().any(|(sponsor, ..)| unread(sponsor))),
        ("item_counter", sum.item_counters.keys().any(|(patient, _)| unread(patient))),
    ];
    match tables.into_iter().find(|(_, unread)| *unread) {
        Some((table, _)) => Err(StoreError::Unread { table }),
        None => Ok(()),
    }
}

/// The same as the constraints of the tables say, so that all engines refuse alike.
fn check_amounts(sum: &Rows) -> Result<(), StoreError> {
    let payments = sum.payments.values().flat_map(|payment| {
        let shares = payment.shares.iter().map(|share| share.amount);
        shares.chain([payment.own, payment.wallet, payment.cash, payment.items])
    });
    let tables: [(&'static str, bool); 6] = [
        ("wallet", sum.wallets.values().any(|wallet| wallet.balance.is_negative())),
        ("counter", sum.counters.values().any(|counter| counter.used.is_negative())),
        ("item_counter", sum.item_counters.values().any(|counter| counter.used.is_negative())),
        ("transfer", sum.transfers.values().any(|transfer| !transfer.amount.is_positive())),
        ("payment", payments.into_iter().any(Fen::is_negative)),
        ("entry", sum.entries.values().any(|entry| entry.amount.is_zero())),
    ];
    match tables.into_iter().find(|(_, broken)| *broken) {
        Some((table, _)) => Err(broken(table)),
        None => Ok(()),
    }
}

/// Held money is a part of the balance, colour by colour.
fn check_holds(sum: &Rows, facts: &Facts) -> Result<(), StoreError> {
    let holders = sum.holds.keys().map(|(person, _)| person);
    for person in holders.chain(sum.accounts.keys()) {
        let mut held = Lots::none();
        facts.holds_of(*person).for_each(|hold| held.put_all(&hold.lots));
        let balance = facts.rows.accounts.get(person).map(|account| &account.lots);
        if !covers(balance.unwrap_or(&Lots::none()), &held) {
            return Err(broken("hold"));
        }
    }
    Ok(())
}

fn covers(balance: &Lots, held: &Lots) -> bool {
    let balance: BTreeMap<Colour, Fen> = balance.iter().collect();
    held.iter().all(|(colour, amount)| balance.get(&colour).is_some_and(|here| *here >= amount))
}

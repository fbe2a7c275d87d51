//! No fen comes from nowhere, and none is lost.

use std::collections::BTreeMap;

use gongji_domain::account::{Colour, HoldKind, Lots};
use gongji_domain::journal::{JournalKind, Position};
use gongji_domain::record::Rows;
use gongji_domain::wallet::TransferState;
use gongji_words::{Fen, PersonId};

use super::{Verdict, View};

pub(super) fn check(view: &View<'_>) -> Verdict {
    for rows in view.dumps {
        positions_sum_to_zero(rows)?;
        people_hold_what_came_in(rows)?;
        holds_are_covered(rows)?;
        institutions_are_not_in_debt(rows)?;
        interest_is_this_years_money(view, rows)?;
        waiting_transfers_are_held(rows)?;
    }
    nothing_is_between_the_nodes(view)?;
    credits_are_what_was_credited(view)
}

fn total(rows: &Rows, wanted: impl Fn(Position) -> bool) -> i128 {
    let of = rows.entries.values().filter(|entry| wanted(entry.position));
    of.map(|entry| i128::from(entry.amount.fen())).sum()
}

fn positions_sum_to_zero(rows: &Rows) -> Verdict {
    match total(rows, |_| true) {
        0 => Ok(()),
        sum => Err(format!("all positions of a node sum to {sum} fen instead of zero")),
    }
}

/// Accounts, wallets, payables and clearing are what was credited.
fn people_hold_what_came_in(rows: &Rows) -> Verdict {
    let accounts: i128 = rows.accounts.values().map(|account| i128::from(account.lots.total().fen())).sum();
    let wallets: i128 = rows.wallets.values().map(|wallet| i128::from(wallet.balance.fen())).sum();
    let own = |position| matches!(position, Position::Free(_) | Position::Held(..) | Position::Wallet(_));
    let elsewhere = total(rows, |position| !own(position));
    if accounts + wallets + elsewhere == 0 {
        return Ok(());
    }
    Err(format!("{accounts} fen in accounts and {wallets} in wallets, but {} went there", -elsewhere))
}

fn holds_are_covered(rows: &Rows) -> Verdict {
    let mut held: BTreeMap<PersonId, Lots> = BTreeMap::new();
    for hold in rows.holds.values() {
        held.entry(hold.person).or_insert_with(Lots::none).put_all(&hold.lots);
    }
    for (person, held) in held {
        let lots = rows.accounts.get(&person).map(|account| account.lots.clone()).unwrap_or_default();
        let here: BTreeMap<Colour, Fen> = lots.iter().collect();
        if held.iter().any(|(colour, amount)| here.get(&colour).is_none_or(|has| *has < amount)) {
            return Err(format!("more is held of {person} than he has: {held:?} of {lots:?}"));
        }
    }
    Ok(())
}

fn institutions_are_not_in_debt(rows: &Rows) -> Verdict {
    let mut sums: BTreeMap<Position, i128> = BTreeMap::new();
    for entry in rows.entries.values() {
        if matches!(entry.position, Position::Institution(_) | Position::Premiums | Position::Suspense(_)) {
            *sums.entry(entry.position).or_default() += i128::from(entry.amount.fen());
        }
    }
    match sums.iter().find(|(_, sum)| **sum < 0) {
        Some((position, sum)) => Err(format!("{position:?} holds {sum} fen")),
        None => Ok(()),
    }
}

/// Interest is never previous years' money on the day on which it is credited, however often a year was turned early.
/// Who has moved by now is held to the area whose year begins last.
fn interest_is_this_years_money(view: &View<'_>, rows: &Rows) -> Verdict {
    for journal in rows.journals.values().filter(|journal| journal.kind == JournalKind::Interest) {
        let day = journal.at.day();
        for entry in rows.entries.range((journal.id, 0)..=(journal.id, u16::MAX)).map(|(_, entry)| entry) {
            let laws = view.cast.areas.iter().filter_map(|area| view.law.on(*area, day).ok());
            let this_year = laws.map(|law| Colour::of_year(day, law.money.insurance_year_month, 0)).min();
            if this_year.is_some_and(|this_year| entry.colour < this_year) {
                return Err(format!("interest of {day} is money of an earlier year: {entry:?}"));
            }
        }
    }
    Ok(())
}

/// What is held for a transfer belongs to one that waits, whole; what is held for a quota to a binding that runs.
fn waiting_transfers_are_held(rows: &Rows) -> Verdict {
    for hold in rows.holds.values().filter(|hold| !hold.lots.is_empty() && hold.kind == HoldKind::Transfer) {
        let transfer = rows.transfers.get(&hold.owner);
        let waits = transfer
            .is_some_and(|transfer| transfer.state == TransferState::Pending && transfer.amount == hold.lots.total());
        if !waits {
            return Err(format!("{} fen are held for {transfer:?}", hold.lots.total().fen()));
        }
    }
    Ok(())
}

/// What one node has put on its way another has taken in.
fn nothing_is_between_the_nodes(view: &View<'_>) -> Verdict {
    let between: i128 =
        view.dumps.iter().map(|rows| total(rows, |position| matches!(position, Position::Area(_)))).sum();
    if between == 0 { Ok(()) } else { Err(format!("{between} fen are between the nodes for ever")) }
}

fn credits_are_what_was_credited(view: &View<'_>) -> Verdict {
    let ordered = view.orders.credited();
    let credited: i128 = view.dumps.iter().map(|rows| -total(rows, |position| position == Position::Credits)).sum();
    if ordered == credited {
        return Ok(());
    }
    Err(format!("{ordered} fen were credited with an answer, {credited} are in the ledgers"))
}

//! What must hold of a node's rows after every command: double entry, colours, holds, counters, claims, timers.

use std::collections::BTreeMap;

use gongji_domain::account::{Colour, HoldKind, Lots};
use gongji_domain::binding::BindingState;
use gongji_domain::journal::{JournalKind, Position};
use gongji_domain::limits::Period;
use gongji_domain::message::Due;
use gongji_domain::record::{ClaimSide, PaymentKind, PaymentRow, PaymentState, Rows, TimerState};
use gongji_domain::wallet::TransferState;
use gongji_words::{CommandId, Fen, InstitutionId, PersonId};

type Sums = BTreeMap<(Position, Colour), Fen>;

/// Holds everything against the rows.
pub fn check(rows: &Rows) {
    journals_balance(rows);
    let sums = sums(rows);
    accounts_equal_the_books(rows, &sums);
    holds_equal_the_books(rows, &sums);
    holds_belong_to_what_still_waits(rows);
    wallets_equal_the_books(rows, &sums);
    institutions_have_what_stands(rows, &sums);
    counters_are_what_stands(rows);
    items_are_what_stands(rows);
    claims_have_two_sides(rows);
    timers_wait_for_what_time_changes(rows);
    no_way_back_from_a_wallet(rows);
    reversals_name_what_they_undo(rows);
}

fn sums(rows: &Rows) -> Sums {
    let mut sums = Sums::new();
    for entry in rows.entries.values() {
        let slot = sums.entry((entry.position, entry.colour)).or_default();
        *slot = slot.plus(entry.amount);
    }
    sums.retain(|_, amount| !amount.is_zero());
    sums
}

/// Every journal balances, colour by colour, and has a row of its own; so all money of a colour is conserved.
fn journals_balance(rows: &Rows) {
    let mut left: BTreeMap<(CommandId, Colour), Fen> = BTreeMap::new();
    for entry in rows.entries.values() {
        assert!(rows.journals.contains_key(&entry.journal), "an entry belongs to a journal");
        let slot = left.entry((entry.journal, entry.colour)).or_default();
        *slot = slot.plus(entry.amount);
    }
    for ((journal, colour), sum) in left {
        assert!(sum.is_zero(), "journal {journal} leaves {sum} of {colour:?}");
    }
}

fn lots_at(sums: &Sums, position: Position) -> Lots {
    let here = sums.iter().filter(|((at, _), _)| *at == position);
    here.map(|((_, colour), amount)| (*colour, *amount)).collect()
}

fn total_at(sums: &Sums, position: Position) -> Fen {
    Fen::sum(sums.iter().filter(|((at, _), _)| *at == position).map(|(_, amount)| *amount))
}

/// Free and held money by colour are the lots of the account; what is held never exceeds them.
fn accounts_equal_the_books(rows: &Rows, sums: &Sums) {
    for account in rows.accounts.values() {
        let mut booked = lots_at(sums, Position::Free(account.person));
        let holds = rows.holds.values().filter(|hold| hold.person == account.person);
        let mut free = account.lots.clone();
        for hold in holds {
            booked.put_all(&lots_at(sums, Position::Held(account.person, hold.owner)));
            free.remove(&hold.lots);
        }
        assert_eq!(booked, account.lots, "books and account of {}", account.person);
        assert_eq!(free, lots_at(sums, Position::Free(account.person)), "free money of {}", account.person);
    }
}

fn holds_equal_the_books(rows: &Rows, sums: &Sums) {
    for hold in rows.holds.values() {
        assert_eq!(
            lots_at(sums, Position::Held(hold.person, hold.owner)),
            hold.lots,
            "what is held of {}",
            hold.person
        );
    }
    for (position, _) in sums.keys() {
        if let Position::Held(person, owner) = position {
            assert!(rows.holds.contains_key(&(*person, *owner)), "held money has a row");
        }
    }
}

/// Money is held for a transfer exactly while it is pending, and for a quota only while its binding runs.
fn holds_belong_to_what_still_waits(rows: &Rows) {
    for hold in rows.holds.values().filter(|hold| !hold.lots.is_empty()) {
        match hold.kind {
            HoldKind::Transfer => {
                let transfer = rows.transfers[&hold.owner];
                assert_eq!((transfer.state, transfer.amount), (TransferState::Pending, hold.lots.total()));
            }
            HoldKind::Quota => {
                let binding = &rows.bindings[&(hold.person, hold.owner)];
                assert!(binding.frozen_quota.is_some() && binding.state != BindingState::Ended, "{binding:?}");
            }
        }
    }
    for transfer in rows.transfers.values().filter(|transfer| transfer.state == TransferState::Pending) {
        let held = rows.holds.get(&(transfer.sender, transfer.id)).map(|hold| hold.lots.total());
        assert_eq!(held, Some(transfer.amount), "a pending transfer is held");
    }
}

fn wallets_equal_the_books(rows: &Rows, sums: &Sums) {
    for wallet in rows.wallets.values() {
        assert!(!wallet.balance.is_negative());
        assert_eq!(total_at(sums, Position::Wallet(wallet.person)), wallet.balance, "wallet of {}", wallet.person);
    }
}

/// An institution of this node has exactly what own money, wallets and aid pay of the bills that stand; never cash.
fn institutions_have_what_stands(rows: &Rows, sums: &Sums) {
    let mut owed: BTreeMap<InstitutionId, Fen> = rows.institutions.keys().map(|id| (*id, Fen::ZERO)).collect();
    let is_here = |row: &&PaymentRow| row.payee_area.province() == super::node::NODE;
    for row in rows.payments.values().filter(|row| row.state == PaymentState::Paid).filter(is_here) {
        let Some(institution) = row.institution else { continue };
        let aid = Fen::sum(row.shares.iter().map(|share| share.amount));
        let slot = owed.entry(institution).or_default();
        *slot = slot.plus(row.own).plus(row.wallet).plus(aid);
    }
    for (institution, amount) in owed {
        assert_eq!(total_at(sums, Position::Institution(institution)), amount, "institution {institution}");
    }
}

/// A counter is what the payments that stand have used in its period.
fn counters_are_what_stands(rows: &Rows) {
    let mut used: BTreeMap<(PersonId, CommandId, Period), Fen> = BTreeMap::new();
    for row in rows.payments.values().filter(|row| row.state == PaymentState::Paid) {
        for share in &row.shares {
            for period in Period::of(row.at.day()) {
                let slot = used.entry((share.sponsor, share.binding, period)).or_default();
                *slot = slot.plus(share.amount);
            }
        }
    }
    for (key, counter) in &rows.counters {
        assert_eq!(used.remove(key).unwrap_or_default(), counter.used, "counter {key:?}");
    }
    assert!(used.is_empty(), "a payment that no counter counts");
}

fn items_are_what_stands(rows: &Rows) {
    for counter in rows.item_counters.values() {
        let of_month = rows.payments.values().filter(|row| {
            let month = gongji_words::Month::of(row.at.day());
            row.state == PaymentState::Paid && row.key == counter.patient && month == counter.month
        });
        let used = Fen::sum(of_month.map(|row| row.items));
        assert_eq!(used, counter.used, "items of {} in {:?}", counter.patient, counter.month);
    }
}

/// Both areas are of this node, so each debt is written by both, with one amount in one month.
fn claims_have_two_sides(rows: &Rows) {
    for ((event, from, to, side), claim) in &rows.claims {
        let other = match side {
            ClaimSide::Debtor => ClaimSide::Creditor,
            ClaimSide::Creditor => ClaimSide::Debtor,
        };
        if [*from, *to].iter().any(|area| area.province() != super::node::NODE) {
            continue;
        }
        let other = rows.claims.get(&(*event, *from, *to, other)).expect("the other side");
        assert_eq!((claim.amount, claim.month), (other.amount, other.month));
        assert_ne!(from, to, "nothing is owed within a pooling area");
    }
}

/// What time alone will change has a timer at that moment.
fn timers_wait_for_what_time_changes(rows: &Rows) {
    for binding in rows.bindings.values() {
        let due = Due::Binding { sponsor: binding.sponsor, binding: binding.id };
        let waiting = rows.timers.get(&due).filter(|timer| timer.state == TimerState::Waiting);
        assert_eq!(waiting.map(|timer| timer.at), binding.next_due(), "timer of binding {}", binding.id);
    }
}

/// Wallet money goes to institutions, premiums or another province, but never into an account; and a reversal
/// brings back no more than was paid.
fn no_way_back_from_a_wallet(rows: &Rows) {
    for pair in rows.entries.values().collect::<Vec<_>>().chunks_exact(2) {
        let (out_of, into) = (pair[0], pair[1]);
        assert_eq!(out_of.journal, into.journal, "legs stand in pairs");
        let home = matches!(into.position, Position::Free(_) | Position::Held(..));
        assert!(!(matches!(out_of.position, Position::Wallet(_)) && home), "no way back");
        let between =
            matches!((out_of.position, into.position), (Position::Free(from), Position::Free(to)) if from != to);
        assert!(!between, "no money goes from account to account");
        let journal = &rows.journals[&out_of.journal];
        let gained = home && matches!(out_of.position, Position::Institution(_) | Position::Premiums);
        assert!(!gained || journal.kind == JournalKind::Reversal, "only a reversal brings money back");
    }
    for row in rows.payments.values().filter(|row| row.kind != PaymentKind::Aid) {
        assert_eq!(row.state == PaymentState::Reversed, row.reversed_by.is_some(), "a reversal is known");
    }
}

/// A journal undoes another exactly where it is a reversal, and the payment that it undoes says so.
fn reversals_name_what_they_undo(rows: &Rows) {
    for journal in rows.journals.values() {
        assert_eq!(journal.kind == JournalKind::Reversal, journal.reverses.is_some(), "{journal:?}");
        let undone = journal.reverses.and_then(|id| rows.payments.get(&id));
        assert_eq!(undone.and_then(|row| row.reversed_by), journal.reverses.map(|_| journal.id), "{journal:?}");
    }
}

/// What a reversal must restore exactly: money, colours, holds, counters, wallets, premiums. Rows that say nothing
/// count as absent.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing {
    accounts: BTreeMap<PersonId, (Lots, bool)>,
    holds: BTreeMap<(PersonId, CommandId), Lots>,
    counters: BTreeMap<(PersonId, CommandId, Period), Fen>,
    items: BTreeMap<(PersonId, gongji_words::Month), Fen>,
    wallets: BTreeMap<PersonId, Fen>,
    premiums: BTreeMap<(PersonId, String, i32), CommandId>,
}

/// How things stand.
pub fn standing(rows: &Rows) -> Standing {
    Standing {
        accounts: rows.accounts.iter().map(|(id, account)| (*id, (account.lots.clone(), account.frozen))).collect(),
        holds: rows.holds.iter().map(|(key, hold)| (*key, hold.lots.clone())).filter(|(_, l)| !l.is_empty()).collect(),
        counters: rows.counters.iter().map(|(key, row)| (*key, row.used)).filter(|(_, u)| !u.is_zero()).collect(),
        items: rows.item_counters.iter().map(|(key, row)| (*key, row.used)).filter(|(_, u)| !u.is_zero()).collect(),
        wallets: rows.wallets.iter().map(|(id, wallet)| (*id, wallet.balance)).collect(),
        premiums: rows.premiums.iter().filter_map(|(key, row)| Some((key.clone(), row.payment?))).collect(),
    }
}

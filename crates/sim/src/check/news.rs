//! The check at a rest of what was touched since the last one: read back from the stores, held against the
//! simulator's own books, and over all nodes. It costs what happened, not what is kept.

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::account::{Colour, Hold};
use gongji_domain::journal::Position;
use gongji_domain::record::{ClaimSide, Facts, MessageState, PaymentRow, Rows, Wanted};
use gongji_words::{CommandId, Fen, PersonId};

use super::{Verdict, View, claims, messages, relations, shares};
use crate::books::{Books, is_sum};
use crate::client::name;
use crate::executor::ready;
use crate::orders::digest;
use crate::site::Site;
use crate::world::World;

/// Keys of the rows that a site has written since the last rest, and its new claims.
#[derive(Debug, Default)]
pub struct Touched {
    wanted: Wanted,
    fresh: Rows,
}

impl Touched {
    /// Notes what a group wrote.
    pub fn note(&mut self, rows: &Rows) {
        let Wanted { people, payments, messages, .. } = &mut self.wanted;
        people.extend(rows.persons.keys().chain(rows.accounts.keys()).chain(rows.wallets.keys()));
        people.extend(rows.holds.keys().map(|(person, _)| *person));
        people.extend(rows.bindings.values().flat_map(|binding| [binding.sponsor, binding.beneficiary]));
        people.extend(rows.transfers.values().flat_map(|transfer| [transfer.sender, transfer.receiver]));
        payments.extend(rows.payments.keys().chain(rows.transfers.keys()));
        messages.extend(rows.messages.keys().cloned());
        self.fresh.claims.extend(rows.claims.iter().map(|(key, claim)| (*key, *claim)));
    }
}

/// All that was touched since the last rest is kept, follows from what was entered, and is the same at all nodes.
///
/// # Errors
/// The first thing that is not.
pub fn news(world: &World) -> Verdict {
    let sites: Vec<&Site> = world.sites.iter().flatten().collect();
    let kept = read_back(world, &sites)?;
    for ((facts, touched), books) in kept.iter().zip(&world.touched).zip(&world.books) {
        is_kept(facts, touched, books)?;
    }
    let views: Vec<Rows> = kept
        .into_iter()
        .zip(&world.touched)
        .map(|(facts, touched)| Rows { claims: touched.fresh.claims.clone(), ..facts.rows })
        .collect();
    let dumps: Vec<&Rows> = views.iter().collect();
    let (asked, now) = (world.orders.news().collect(), world.clock.true_time());
    let law = world.site(0).node.law();
    let view = View { dumps: &dumps, law: &law, cast: &world.cast, orders: &world.orders, asked, now };
    messages::check(&view)?;
    shares::check(&view)?;
    claims::check(&view)?;
    relations::check(&view)?;
    books_agree(world)
}

/// What was touched anywhere, as every site keeps it now, with the payments that it is about.
fn read_back(world: &World, sites: &[&Site]) -> Result<Vec<Facts>, String> {
    let mut wanted = Wanted::default();
    world.touched.iter().for_each(|touched| wanted.absorb(&touched.wanted));
    for _ in 0..2 {
        let known = wanted.payments.clone();
        for id in known {
            wanted.payments.extend(world.books.iter().filter_map(|books| books.payment(id)).flat_map(named_by));
        }
    }
    let read = |site: &&Site| ready(site.node.store().read(&wanted)).map_err(|error| error.to_string());
    sites.iter().map(read).collect()
}

/// The rows of other nodes that a payment speaks of.
fn named_by(row: &PaymentRow) -> BTreeSet<CommandId> {
    row.shares.iter().map(|share| share.row).chain([row.event]).collect()
}

/// The store still has what it wrote.
fn is_kept(facts: &Facts, touched: &Touched, books: &Books) -> Verdict {
    for id in &touched.wanted.messages {
        let row = facts.rows.messages.get(id);
        let right = row.is_some_and(|row| match &row.state {
            MessageState::Asking(_) => true,
            MessageState::Answered(answer) => books.answered(id, digest(answer)),
        });
        if !right {
            return Err(format!("{} is not kept as it was written: {row:?}", name(id)));
        }
    }
    for id in &touched.wanted.payments {
        let (kept, written) = (facts.rows.payments.get(id), books.payment(*id));
        if kept != written {
            return Err(format!("{written:?} was written and is not kept: {kept:?}"));
        }
    }
    touched.wanted.people.iter().try_for_each(|person| money_is_kept(facts, *person, books))
}

fn money_is_kept(facts: &Facts, person: PersonId, books: &Books) -> Verdict {
    let money = books.money();
    let account = facts.rows.accounts.get(&person).map(|account| account.lots.clone()).unwrap_or_default();
    let held: Vec<&Hold> = facts.holds_of(person).filter(|hold| !hold.lots.is_empty()).collect();
    let entered: Vec<_> = money.held(person).collect();
    let same = |(hold, (owner, sum)): (&&Hold, &(CommandId, &BTreeMap<Colour, i64>))| {
        hold.owner == *owner && is_sum(&hold.lots, sum)
    };
    let even = held.len() == entered.len() && held.iter().zip(&entered).all(same);
    let wallet = facts.rows.wallets.get(&person).map_or(Fen::ZERO, |wallet| wallet.balance);
    let entered = Fen::from_fen(money.at(Position::Wallet(person)).values().sum());
    if is_sum(&account, &money.account(person)) && even && wallet == entered {
        return Ok(());
    }
    Err(format!("{person} is not kept as was entered: {account:?}, {wallet}; {:?}, {entered}", money.account(person)))
}

/// What the nodes together have put on the way, credited and claimed.
fn books_agree(world: &World) -> Verdict {
    let total =
        |wanted: fn(Position) -> bool| -> i128 { world.books.iter().map(|one| one.money().total(wanted)).sum() };
    let between = total(|position| matches!(position, Position::Area(_)));
    let (credited, ordered) = (-total(|position| position == Position::Credits), world.orders.credited());
    if between != 0 || credited != ordered {
        return Err(format!("{between} fen are between the nodes; {ordered} fen were credited, {credited} entered"));
    }
    for ((from, to, side), sum) in world.books.iter().flat_map(Books::debts) {
        let (keeper, other) = match side {
            ClaimSide::Debtor => (to, ClaimSide::Creditor),
            ClaimSide::Creditor => (from, ClaimSide::Debtor),
        };
        let there = world.cast.site(*keeper).and_then(|site| world.books[site].debts().get(&(*from, *to, other)));
        if there.copied().unwrap_or_default() != *sum {
            return Err(format!("{from} owes {to} {sum} fen as {side:?}, {there:?} as {other:?}"));
        }
    }
    Ok(())
}

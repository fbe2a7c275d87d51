//! What must hold in a history. Each function takes what was seen and says what is wrong with it, so that a test can
//! show it something wrong.

use std::collections::BTreeMap;

use gongji_domain::journal::Position;
use gongji_domain::message::{Answer, Bill, Command, CreditKind, Settled};
use gongji_domain::policy::SponsorsPerSettlement;
use gongji_domain::record::{PaymentKind, Share, Wanted};
use gongji_words::{CommandId, PersonId};

use crate::books::Money;
use crate::check::Verdict;
use crate::client::Order;
use crate::executor::ready;
use crate::world::World;

/// Where all money of all nodes is.
#[must_use]
pub fn standing(world: &World) -> Vec<Money> {
    world.books.iter().map(|books| books.money().clone()).collect()
}

/// Whether a person is alive and insured where his people believe.
#[must_use]
pub fn is_at_home(world: &World, person: PersonId) -> bool {
    world.books.iter().any(|books| books.is_here(person))
}

/// The shares of a payment that this bill's own node keeps, its sponsors by name.
#[must_use]
pub fn shares_of(world: &World, id: CommandId, kind: PaymentKind) -> Vec<Share> {
    let rows = world.books.iter().filter_map(|books| books.payment(id)).filter(|row| row.kind == kind);
    rows.flat_map(|row| row.shares.clone()).collect()
}

/// A till hears amounts; who paid is for the patient's node to know.
#[must_use]
pub fn without_names(answer: &Answer) -> Answer {
    let Answer::Settled(settled) = answer else { return answer.clone() };
    let aid = settled.aid.iter().map(|(_, amount)| (PersonId::from_number(0), *amount)).collect();
    Answer::Settled(Settled { aid, ..settled.clone() })
}

/// A settlement comes to what its preview said.
///
/// # Errors
/// That it does not.
pub fn as_foreseen(foreseen: Option<&Answer>, came: Option<&Answer>) -> Verdict {
    if foreseen.map(without_names) == came.map(without_names) {
        return Ok(());
    }
    Err(format!("a preview said {foreseen:?}, the settlement came to {came:?}"))
}

/// Whether more money of this sponsor can never make a bill worse: where several sponsors may pay one after another,
/// aid is the smaller of what is asked and the sum of what each can give; and where he is the only one who is bound.
/// Where one of several pays, more money may put another in his place, whose limit is lower.
#[must_use]
pub fn more_money_never_hurts(world: &World, bill: &Bill, sponsor: PersonId) -> bool {
    let today = world.clock.true_time().day();
    let Some(site) = world.cast.site(bill.patient_area) else { return false };
    let node = &world.site(site).node;
    let chain = |law: &gongji_domain::policy::Policy| law.till.sponsors == SponsorsPerSettlement::Chain;
    let wanted = Wanted { people: [bill.patient].into(), sponsors_of: [bill.patient].into(), ..Wanted::default() };
    let facts = ready(node.store().read(&wanted));
    let alone = facts.is_ok_and(|facts| facts.bindings_for(bill.patient).all(|binding| binding.sponsor == sponsor));
    node.law().on(bill.patient_area, today).is_ok_and(chain) || alone
}

/// More money of a sponsor gives no less aid, leaves no more cash and refuses nothing.
///
/// # Errors
/// What is worse.
pub fn no_worse(before: Option<&Answer>, after: Option<&Answer>) -> Verdict {
    let Some(Answer::Settled(poorer)) = before else { return Ok(()) };
    let better = match after {
        Some(Answer::Settled(richer)) => richer.aid_total() >= poorer.aid_total() && richer.cash <= poorer.cash,
        _ => false,
    };
    if better { Ok(()) } else { Err(format!("with more money on a sponsor's account {before:?} became {after:?}")) }
}

/// What is undone at once leaves all money where it was, colour by colour.
///
/// # Errors
/// What is elsewhere.
pub fn as_before(answer: Option<&Answer>, before: &[Money], after: &[Money]) -> Verdict {
    undone(answer)?;
    if before == after { Ok(()) } else { Err(format!("undone at once, {before:?} became {after:?}")) }
}

/// A bill that stands can be undone, whatever has happened to those who paid.
///
/// # Errors
/// That it was refused.
pub fn undone(answer: Option<&Answer>) -> Verdict {
    if answer == Some(&Answer::Reversed) { Ok(()) } else { Err(format!("a reversal was answered {answer:?}")) }
}

/// A repeat moves nothing.
///
/// # Errors
/// What it moved.
pub fn not_moved(before: &[Money], after: &[Money]) -> Verdict {
    if before == after { Ok(()) } else { Err(format!("a repeat moved {before:?} to {after:?}")) }
}

/// A repeat with another content is told which field differs.
///
/// # Errors
/// What it was told instead.
pub fn told_the_field(told: Option<&Answer>, field: &str) -> Verdict {
    if told == Some(&Answer::Conflict(field.to_owned())) {
        return Ok(());
    }
    Err(format!("a repeat in which {field} differs was told {told:?}"))
}

/// What has left the accounts and wallets is where clients were told: at institutions for bills that stand, in
/// premiums that stand, with heirs and clerks. So nothing of it has become cash: a bill that is undone brings the
/// institution's money back in full, and what its till may pay out is what it took in cash.
///
/// # Errors
/// Where there is other money than was told.
pub fn no_cash(world: &World) -> Verdict {
    let mut told: BTreeMap<Position, i64> = BTreeMap::new();
    let mut dead = Vec::new();
    for (number, order) in world.orders.live() {
        if let Some((position, amount)) = destination(order).filter(|_| world.orders.undone(number) == 0) {
            *told.entry(position).or_default() += amount;
        }
        if let (Command::PayHeirs { person }, Some(Answer::Done)) = (&order.command, &order.answer) {
            dead.push(Position::Heirs(*person));
        }
    }
    told.retain(|_, amount| *amount != 0);
    let mut there: BTreeMap<Position, i64> = BTreeMap::new();
    for (position, amount) in world.books.iter().flat_map(|books| books.money().positions()) {
        match position {
            Position::Heirs(_) if !dead.contains(&position) => return Err(format!("{amount} fen are at {position:?}")),
            Position::Institution(_) | Position::Premiums | Position::Corrections | Position::Interest => {
                *there.entry(position).or_default() += amount;
            }
            _ => {}
        }
    }
    there.retain(|_, amount| *amount != 0);
    if there == told { Ok(()) } else { Err(format!("clients were told of {told:?}, there is {there:?}")) }
}

/// Where an answered command says that account money went, or came from.
fn destination(order: &Order) -> Option<(Position, i64)> {
    match (&order.command, order.answer.as_ref()?) {
        (Command::Settle(bill), Answer::Settled(settled)) => {
            let paid = settled.own.plus(settled.wallet).plus(settled.aid_total());
            Some((Position::Institution(bill.institution), paid.fen()))
        }
        (Command::PayPremium(premium), Answer::PaidBy(_)) => Some((Position::Premiums, premium.amount.fen())),
        (Command::Correct(correction), Answer::Done) => Some((Position::Corrections, -correction.amount.fen())),
        (Command::Credit { amount, kind: CreditKind::Interest, .. }, Answer::Done) => {
            Some((Position::Interest, -amount.fen()))
        }
        _ => None,
    }
}

/// Where the answers of a history and of its twin of other numbers differ, people told by their place in the family.
#[must_use]
pub fn differs(one: &World, twin: &World) -> Option<String> {
    let answers = |world: &World| -> Vec<String> {
        world.orders.live().map(|(_, order)| by_place(world, order.answer.as_ref())).collect()
    };
    let (here, there) = (answers(one), answers(twin));
    let place = (0..here.len().max(there.len())).find(|place| here.get(*place) != there.get(*place))?;
    let command = one.orders.live().nth(place).map(|(_, order)| &order.command);
    let (here, there) = (here.get(place), there.get(place));
    Some(format!("with other numbers of people {command:?} came to {there:?} instead of {here:?}"))
}

fn by_place(world: &World, answer: Option<&Answer>) -> String {
    let place = |person: &PersonId| world.cast.place(*person);
    match answer {
        Some(Answer::Settled(settled)) => {
            let aid: Vec<_> = settled.aid.iter().map(|(person, amount)| (place(person), amount)).collect();
            format!("{aid:?} {:?}", without_names(&Answer::Settled(settled.clone())))
        }
        Some(Answer::PaidBy(person)) => format!("paid by {:?}", place(person)),
        other => format!("{other:?}"),
    }
}

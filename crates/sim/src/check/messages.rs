//! What a client was told is what is kept: once, and for ever.

use std::collections::BTreeMap;

use gongji_domain::message::Settled;
use gongji_domain::record::{MessageState, PaymentKind, PaymentRow, PaymentState, Rows};
use gongji_words::{CommandId, Fen};

use super::{Verdict, View};
use crate::client::{Order, name, says};
use crate::orders::{digest, message_of};

pub(super) fn check(view: &View<'_>) -> Verdict {
    for order in view.asked.iter().filter(|order| !order.is_question()) {
        kept_as_told(view, order)?;
        if let Some(settled) = order.settled() {
            present_as_told(view.dumps[order.site], order, settled)?;
        }
    }
    reversed_once(view)?;
    nothing_that_nobody_ordered(view)
}

/// What was told long ago is still kept.
pub(super) fn check_put_away(view: &View<'_>) -> Verdict {
    for (number, away) in view.orders.away().iter().enumerate() {
        let Some(answer) = away.answer else { continue };
        let message = message_of(number);
        let kept = view.dumps[away.site].messages.get(&message).map(|row| &row.state);
        if !matches!(kept, Some(MessageState::Answered(kept)) if digest(kept) == answer) {
            return Err(format!("{} was answered otherwise, kept is {kept:?}", name(&message)));
        }
    }
    Ok(())
}

fn kept_as_told(view: &View<'_>, order: &Order) -> Verdict {
    let Some(answer) = &order.answer else { return Ok(()) };
    let Some(row) = view.dumps[order.site].messages.get(&order.message) else {
        return Err(format!("{} was answered {answer:?} and is not kept", name(&order.message)));
    };
    if !says(&row.state, answer) {
        return Err(format!("{} was answered {answer:?}, kept is {:?}", name(&order.message), row.state));
    }
    if row.entered_at < order.sent_at || row.entered_at > view.now {
        return Err(format!("{} was sent at {}, entered at {}", name(&order.message), order.sent_at, row.entered_at));
    }
    Ok(())
}

/// An acknowledged settlement is there, with the amounts that the till heard. That it is there once is what
/// [`nothing_that_nobody_ordered`] says of every payment.
fn present_as_told(rows: &Rows, order: &Order, settled: &Settled) -> Verdict {
    let own = |row: &&PaymentRow| matches!(row.kind, PaymentKind::Settlement | PaymentKind::Away);
    let Some(row) = order.id.and_then(|id| rows.payments.get(&id)).filter(own) else {
        return Err(format!("{} was settled and is not there", name(&order.message)));
    };
    let shares = Fen::sum(row.shares.iter().map(|share| share.amount));
    let paid = Fen::sum([row.own, row.wallet, shares]);
    let told = Fen::sum([settled.own, settled.wallet, settled.aid_total()]);
    if row.cash != settled.cash || paid != told {
        return Err(format!("{} was settled as {settled:?} and is there as {row:?}", name(&order.message)));
    }
    Ok(())
}

/// A reversal is told once, and the payment is reversed exactly if it was.
fn reversed_once(view: &View<'_>) -> Verdict {
    if let Some((original, times)) = view.orders.undone_twice() {
        return Err(format!("{} was reversed {times} times", name(&message_of(original))));
    }
    for (site, rows) in view.dumps.iter().enumerate() {
        let entered_here = |row: &&PaymentRow| row.kind != PaymentKind::Aid && is_entered_at(view, site, row);
        for row in rows.payments.values().filter(entered_here) {
            let Some(number) = view.orders.of_payment(row.id) else { continue };
            let told = view.orders.undone(number);
            if (row.state == PaymentState::Reversed) != (told > 0) {
                let name = name(&message_of(number));
                return Err(format!("{name}: {told} reversals were told, the payment is {row:?}"));
            }
        }
    }
    view.dumps.iter().try_for_each(|rows| journals_reversed_once(rows))
}

/// Whether a payment was entered at this site and not for another.
fn is_entered_at(view: &View<'_>, site: usize, row: &PaymentRow) -> bool {
    let institution = view.cast.institutions.iter().find(|known| Some(known.id) == row.institution);
    institution.is_none_or(|known| view.cast.site(known.area) == Some(site))
}

fn journals_reversed_once(rows: &Rows) -> Verdict {
    let mut undone: BTreeMap<CommandId, CommandId> = BTreeMap::new();
    for journal in rows.journals.values() {
        let Some(original) = journal.reverses else { continue };
        if let Some(first) = undone.insert(original, journal.id) {
            return Err(format!("the journal {original} is undone by {first} and by {}", journal.id));
        }
    }
    Ok(())
}

/// Every payment that was entered at a node was ordered by a client, and is of one bill only.
fn nothing_that_nobody_ordered(view: &View<'_>) -> Verdict {
    for (site, rows) in view.dumps.iter().enumerate() {
        for row in rows.payments.values().filter(|row| row.state != PaymentState::Refused) {
            if row.kind == PaymentKind::Aid || !is_entered_at(view, site, row) {
                continue;
            }
            if view.orders.of_payment(row.id).is_none() || row.event != row.id {
                return Err(format!("a payment that nobody ordered: {row:?}"));
            }
        }
    }
    Ok(())
}

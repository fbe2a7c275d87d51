//! What a client was told is what is kept: once, and for ever.

use std::collections::BTreeMap;

use gongji_domain::message::{Answer, Command, Settled};
use gongji_domain::record::{PaymentKind, PaymentRow, PaymentState, Rows};
use gongji_words::{CommandId, Fen, MessageId};

use super::{Verdict, View};
use crate::client::{Order, name, says};

pub(super) fn check(view: &View<'_>) -> Verdict {
    for order in view.orders.iter().filter(|order| !order.is_question()) {
        kept_as_told(view, order)?;
        if let Some(settled) = order.settled() {
            present_as_told(&view.dumps[order.site], order, settled)?;
        }
    }
    reversed_once(view)?;
    nothing_that_nobody_ordered(view)
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

/// An acknowledged settlement is there once, with the amounts that the till heard.
fn present_as_told(rows: &Rows, order: &Order, settled: &Settled) -> Verdict {
    let found: Vec<&PaymentRow> = rows.payments.values().filter(|row| Some(row.event) == order.id).collect();
    let own = |row: &&&PaymentRow| matches!(row.kind, PaymentKind::Settlement | PaymentKind::Away);
    let [row] = found.iter().filter(own).collect::<Vec<_>>()[..] else {
        return Err(format!("{} was settled and is there as {found:?}", name(&order.message)));
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
    let mut told: BTreeMap<&MessageId, u32> = BTreeMap::new();
    for order in view.orders.iter().filter(|order| order.answer == Some(Answer::Reversed)) {
        if let Command::Reverse { original } = &order.command {
            *told.entry(original).or_default() += 1;
        }
    }
    if let Some((original, times)) = told.iter().find(|(_, times)| **times > 1) {
        return Err(format!("{} was reversed {times} times", name(original)));
    }
    for order in view.orders {
        let Some(id) = order.id else { continue };
        let Some(row) = view.dumps[order.site].payments.get(&id) else { continue };
        if (row.state == PaymentState::Reversed) != told.contains_key(&order.message) {
            return Err(format!(
                "{}: {} reversals were told, the payment is {row:?}",
                name(&order.message),
                told.get(&order.message).unwrap_or(&0)
            ));
        }
    }
    view.dumps.iter().try_for_each(journals_reversed_once)
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

/// Every payment that was entered at a node was ordered by a client.
fn nothing_that_nobody_ordered(view: &View<'_>) -> Verdict {
    let ordered = view.by_id();
    for (site, rows) in view.dumps.iter().enumerate() {
        for row in rows.payments.values().filter(|row| row.state != PaymentState::Refused) {
            let institution = view.cast.institutions.iter().find(|known| Some(known.id) == row.institution);
            let here = institution.is_none_or(|known| view.cast.site(known.area) == Some(site));
            if row.kind != PaymentKind::Aid && here && !ordered.contains_key(&row.id) {
                return Err(format!("a payment that nobody ordered: {row:?}"));
            }
        }
    }
    Ok(())
}

//! Money of several provinces for one bill: what one has paid the other knows of, and the other way round.

use std::collections::BTreeMap;

use gongji_domain::record::{PaymentKind, PaymentRow, PaymentState, Rows, Share};
use gongji_words::{AreaCode, CommandId, Fen};

use super::{Verdict, View};

pub(super) fn check(view: &View<'_>) -> Verdict {
    let claimed = shares_of_bills(view)?;
    every_payment_has_its_bill(view, &claimed)?;
    view.dumps.iter().try_for_each(|rows| bills_away_are_alike(view, rows))
}

fn stands(row: &PaymentRow) -> bool {
    row.state == PaymentState::Paid
}

/// What standing bills say that sponsors of other provinces have paid; they must have.
fn shares_of_bills(view: &View<'_>) -> Result<BTreeMap<CommandId, Fen>, String> {
    let mut claimed = BTreeMap::new();
    for rows in view.dumps {
        let bills = rows
            .payments
            .values()
            .filter(|row| stands(row) && matches!(row.kind, PaymentKind::Settlement | PaymentKind::Premium));
        for bill in bills {
            for share in bill.shares.iter().filter(|share| share.row != bill.id) {
                was_paid(view, bill, share)?;
                claimed.insert(share.row, share.amount);
            }
        }
    }
    Ok(claimed)
}

fn was_paid(view: &View<'_>, bill: &PaymentRow, share: &Share) -> Verdict {
    let row = view.rows(share.area).and_then(|rows| rows.payments.get(&share.row));
    let paid = row.is_some_and(|row| stands(row) && total(row) == share.amount);
    if paid { Ok(()) } else { Err(format!("the bill {bill:?} stands on a share that is {row:?}")) }
}

fn total(row: &PaymentRow) -> Fen {
    Fen::sum(row.shares.iter().map(|share| share.amount))
}

fn every_payment_has_its_bill(view: &View<'_>, claimed: &BTreeMap<CommandId, Fen>) -> Verdict {
    for rows in view.dumps {
        for row in rows.payments.values().filter(|row| stands(row) && row.kind == PaymentKind::Aid) {
            if claimed.get(&row.id) != Some(&total(row)) {
                return Err(format!("a sponsor has paid for no bill: {row:?}"));
            }
        }
    }
    Ok(())
}

/// A bill at an institution of another province is the same at both nodes.
fn bills_away_are_alike(view: &View<'_>, rows: &Rows) -> Verdict {
    for row in rows.payments.values().filter(|row| stands(row)) {
        match row.kind {
            PaymentKind::Settlement if is_away(view, row) => {
                let other = view.rows(row.payee_area).and_then(|rows| rows.payments.get(&row.id));
                if other.is_none_or(|other| !stands(other) || other.cash != row.cash || owed(other) != owed(row)) {
                    return Err(format!("a bill stands at the patient's node, not at the till's: {row:?}, {other:?}"));
                }
            }
            PaymentKind::Away if !row.shares.is_empty() => {
                let other = view.rows(row.key_area).and_then(|rows| rows.payments.get(&row.id));
                if other.is_none_or(|other| !stands(other) || owed(other) != owed(row)) {
                    return Err(format!("a bill stands at the till's node, not at the patient's: {row:?}, {other:?}"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_away(view: &View<'_>, row: &PaymentRow) -> bool {
    view.cast.site(row.payee_area) != view.cast.site(row.key_area)
}

fn owed(row: &PaymentRow) -> BTreeMap<AreaCode, Fen> {
    let mut owed: BTreeMap<AreaCode, Fen> = BTreeMap::new();
    let own = (row.key_area.pool(), row.own.plus(row.wallet));
    let shares = row.shares.iter().map(|share| (share.area.pool(), share.amount));
    for (area, amount) in std::iter::once(own).chain(shares).filter(|(_, amount)| amount.is_positive()) {
        let sum = owed.entry(area).or_default();
        *sum = sum.plus(amount);
    }
    owed
}

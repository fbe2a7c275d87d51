//! Payments: their states, what of them counts against limits, and whether what is undone went back.

use std::collections::BTreeMap;

use gongji_domain::decide::Source;
use gongji_domain::journal::{Entry, Position};
use gongji_domain::limits::Period;
use gongji_domain::record::{PaymentKind, PaymentRow, PaymentState, Rows, Share};
use gongji_words::{AreaCode, CommandId, Fen, Month, PersonId};

use crate::check::Verdict;

#[derive(Debug, Default)]
pub(super) struct Payments {
    paid: BTreeMap<CommandId, Paid>,
    spent: BTreeMap<(PersonId, CommandId, Period), i64>,
    items: BTreeMap<(PersonId, Month), i64>,
}

#[derive(Debug)]
struct Paid {
    row: PaymentRow,
    entries: Box<[Entry]>,
}

impl Payments {
    pub(super) fn row(&self, id: CommandId) -> Option<&PaymentRow> {
        self.paid.get(&id).map(|paid| &paid.row)
    }

    /// Follows the payments of a group: what they say is what was entered, and no state comes back.
    pub(super) fn follow(&mut self, rows: &Rows, province: AreaCode) -> Verdict {
        for row in rows.payments.values() {
            let before = self.row(row.id).map(|before| before.state);
            may_become(self.row(row.id), row)?;
            match (before, row.state) {
                (None, PaymentState::Paid) => self.count(row, 1),
                (Some(PaymentState::Paid), PaymentState::Reversed) => self.count(row, -1),
                _ => {}
            }
            match self.paid.get_mut(&row.id) {
                Some(paid) => paid.row = row.clone(),
                None => self.enter(rows, row, province)?,
            }
        }
        Ok(())
    }

    fn enter(&mut self, rows: &Rows, row: &PaymentRow, province: AreaCode) -> Verdict {
        let entries: Box<[Entry]> = entries_of(rows, row.id).copied().collect();
        if row.state != PaymentState::Refused {
            entered_as_said(row, &entries, province)?;
        }
        self.paid.insert(row.id, Paid { row: row.clone(), entries });
        Ok(())
    }

    fn count(&mut self, row: &PaymentRow, times: i64) {
        let (day, items) = (row.at.day(), row.items.fen());
        for share in row.shares.iter().filter(|share| share.row == row.id) {
            for period in Period::of(day) {
                let spent = self.spent.entry((share.sponsor, share.binding, period)).or_default();
                *spent += times * share.amount.fen();
            }
        }
        if items != 0 {
            *self.items.entry((row.key, Month::of(day))).or_default() += times * items;
        }
    }

    pub(super) fn counters_are_sums(&self, rows: &Rows) -> Verdict {
        for (key, counter) in &rows.counters {
            let spent = self.spent.get(key).copied().unwrap_or_default();
            if counter.used != Fen::from_fen(spent) {
                return Err(format!("{counter:?} is written, {spent} fen were spent"));
            }
        }
        for (key, counter) in &rows.item_counters {
            let spent = self.items.get(key).copied().unwrap_or_default();
            if counter.used != Fen::from_fen(spent) {
                return Err(format!("{counter:?} is written, {spent} fen were spent on items"));
            }
        }
        Ok(())
    }

    /// Each journal that undoes another has the same legs backwards, to the same accounts and colours.
    pub(super) fn came_home(&self, rows: &Rows, here: impl Fn(PersonId) -> bool) -> Verdict {
        for journal in rows.journals.values() {
            let Some(original) = journal.reverses else { continue };
            let Some(paid) = self.paid.get(&original) else {
                return Err(format!("{journal:?} undoes a payment that never was"));
            };
            let back: Vec<&Entry> = entries_of(rows, journal.id).collect();
            let even = paid.entries.len() == back.len() && paid.row.reversed_by == Some(journal.id);
            let pairs = paid.entries.chunks_exact(2).zip(back.chunks_exact(2));
            let went_back = |(there, back): (&[Entry], &[&Entry])| {
                let same =
                    |one: &Entry, other: &Entry| one.colour == other.colour && one.amount == other.amount.negated();
                same(&there[1], back[0])
                    && there[1].position == back[0].position
                    && same(&there[0], back[1])
                    && may_return(there[0].position, back[1].position, &here)
            };
            if !even || !pairs.into_iter().all(went_back) {
                return Err(format!("{:?} was entered, {back:?} is to undo it", paid.entries));
            }
        }
        Ok(())
    }
}

/// Money goes back to where it was; held money may be free by then.
fn may_return(from: Position, to: Position, here: impl Fn(PersonId) -> bool) -> bool {
    let gone =
        |person: PersonId| !here(person) && (to == Position::Suspense(person) || matches!(to, Position::Area(_)));
    match from {
        Position::Free(person) | Position::Wallet(person) => to == from || gone(person),
        Position::Held(person, _) => to == from || to == Position::Free(person) || gone(person),
        _ => to == from,
    }
}

fn entries_of(rows: &Rows, journal: CommandId) -> impl Iterator<Item = &Entry> {
    rows.entries.range((journal, 0)..=(journal, u16::MAX)).map(|(_, entry)| entry)
}

/// Once it is undone or refused it stays so, and nothing else of it changes.
fn may_become(before: Option<&PaymentRow>, row: &PaymentRow) -> Verdict {
    let Some(before) = before else { return Ok(()) };
    let undone = before.state == PaymentState::Paid && row.state == PaymentState::Reversed;
    let same = PaymentRow { state: row.state, reversed_by: row.reversed_by, ..before.clone() };
    if *before == *row || undone && same == *row {
        return Ok(());
    }
    Err(format!("{before:?} becomes {row:?}"))
}

/// What left each position is what the payment says, and all of it went to whom it names.
fn entered_as_said(row: &PaymentRow, entries: &[Entry], province: AreaCode) -> Verdict {
    let mut left: BTreeMap<Position, Fen> = BTreeMap::new();
    let (out_of, into): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.amount.is_negative());
    for entry in out_of {
        add(&mut left, entry.position, entry.amount.negated());
    }
    if left != said(row, province) || into.iter().any(|entry| !is_payee(row, entry.position)) {
        return Err(format!("{row:?} is written, {entries:?} was entered"));
    }
    Ok(())
}

fn add(sums: &mut BTreeMap<Position, Fen>, position: Position, amount: Fen) {
    if amount.is_positive() {
        let sum = sums.entry(position).or_default();
        *sum = sum.plus(amount);
    }
}

fn said(row: &PaymentRow, province: AreaCode) -> BTreeMap<Position, Fen> {
    let mut said = BTreeMap::new();
    add(&mut said, Position::Free(row.key), row.own);
    add(&mut said, Position::Wallet(row.key), row.wallet);
    let paid_here = row.plan.is_some() || row.payee_area.province() == province;
    for share in &row.shares {
        match purse_of(row, share) {
            Some(purse) => add(&mut said, purse, share.amount),
            None if paid_here => add(&mut said, Position::Area(share.area.pool()), share.amount),
            None => {}
        }
    }
    said
}

/// The purse of this node that a share came out of.
fn purse_of(row: &PaymentRow, share: &Share) -> Option<Position> {
    match share.source {
        _ if row.kind == PaymentKind::Away || share.row != row.id => None,
        Source::Account => Some(Position::Free(share.sponsor)),
        Source::Quota => Some(Position::Held(share.sponsor, share.binding)),
    }
}

fn is_payee(row: &PaymentRow, position: Position) -> bool {
    match position {
        Position::Institution(id) => row.institution == Some(id),
        Position::Area(area) => area == row.payee_area.pool(),
        Position::Premiums => row.plan.is_some(),
        _ => false,
    }
}

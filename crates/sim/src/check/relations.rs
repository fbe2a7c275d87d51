//! Bindings and transfers that two nodes keep are the same at both.

use gongji_domain::account::HoldKind;
use gongji_domain::binding::{Binding, BindingState};
use gongji_domain::record::Rows;
use gongji_domain::wallet::Transfer;

use super::{Verdict, View};

pub(super) fn check(view: &View<'_>) -> Verdict {
    for (site, rows) in view.dumps.iter().enumerate() {
        for binding in rows.bindings.values().filter(|one| view.cast.site(one.sponsor_area) == Some(site)) {
            mirrored(view, binding)?;
            quota_is_free_when_it_ends(view, (rows, binding))?;
        }
        for transfer in rows.transfers.values().filter(|one| view.cast.site(one.sender_area) == Some(site)) {
            noticed(view, transfer)?;
        }
    }
    Ok(())
}

fn is_across(view: &View<'_>, binding: &Binding) -> bool {
    view.cast.site(binding.sponsor_area) != view.cast.site(binding.beneficiary_area)
}

fn mirrored(view: &View<'_>, binding: &Binding) -> Verdict {
    if !is_across(view, binding) {
        return Ok(());
    }
    let Some(rows) = view.rows(binding.beneficiary_area) else { return Ok(()) };
    let mirror = rows.bindings.get(&(binding.sponsor, binding.id));
    if mirror.is_some_and(|mirror| is_same(view, binding, mirror)) {
        return Ok(());
    }
    Err(format!("a binding is {binding:?}, its mirror {mirror:?}"))
}

/// Once it is over it does not matter what it was; before, everything that a bill asks must be the same.
fn is_same(view: &View<'_>, binding: &Binding, mirror: &Binding) -> bool {
    let state = binding.state_at(view.now);
    if mirror.state_at(view.now) != state {
        return false;
    }
    let over = matches!(state, BindingState::Ended | BindingState::Rejected | BindingState::Returned);
    let terms = |one: &Binding| (one.limits, one.purposes.clone(), one.frozen_quota, one.from, one.until, one.ends_at);
    over || terms(binding) == terms(mirror)
}

fn quota_is_free_when_it_ends(view: &View<'_>, (rows, binding): (&Rows, &Binding)) -> Verdict {
    let hold = rows.holds.get(&(binding.sponsor, binding.id));
    let held = hold.is_some_and(|hold| hold.kind == HoldKind::Quota && !hold.lots.is_empty());
    if held && !binding.counts(view.now) {
        return Err(format!("{hold:?} is held for {binding:?}"));
    }
    Ok(())
}

fn noticed(view: &View<'_>, transfer: &Transfer) -> Verdict {
    if view.cast.site(transfer.sender_area) == view.cast.site(transfer.receiver_area) {
        return Ok(());
    }
    let Some(rows) = view.rows(transfer.receiver_area) else { return Ok(()) };
    let mirror = rows.transfers.get(&transfer.id);
    if mirror.is_some_and(|mirror| mirror.state == transfer.state) {
        return Ok(());
    }
    Err(format!("a transfer is {transfer:?}, its mirror {mirror:?}"))
}

//! Timed work: bindings that begin or end by time alone, invitations and transfers that nobody answered.

use crate::binding::{BindingState, EndCause};
use crate::journal::JournalKind;
use crate::message::{Answer, Due};
use crate::reason::Notice;
use crate::record::{Delivery, OutboxRow, TimerState};
use crate::wallet::TransferState;
use crate::zoo::{self, Cage};

use super::{Draft, Sight, Verdict, facts, wallet};

pub(super) fn due(sight: Sight<'_>, due: Due) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Transfer);
    draft.keep_timer(due, None);
    let waiting = |state| state == TimerState::Waiting;
    if !sight.facts.rows.timers.get(&due).is_some_and(|timer| waiting(timer.state)) {
        return Verdict::Done(Answer::Done, draft);
    }
    match due {
        Due::Binding { sponsor, binding } => {
            if let Some(binding) = sight.facts.rows.bindings.get(&(sponsor, binding)) {
                if let Some(more) = facts::unread(sight.facts, [binding.beneficiary], &[]) {
                    return Verdict::More(more);
                }
                advance(&mut draft, binding);
            }
        }
        Due::Transfer { transfer, .. } => {
            let transfer = sight.facts.rows.transfers.get(&transfer);
            let pending = transfer.filter(|transfer| transfer.state == TransferState::Pending);
            if let Some(transfer) = pending.filter(|_| !zoo::open(Cage::TransferNotReturned)) {
                wallet::give_back(&mut draft, *transfer, TransferState::Returned);
                draft.notify(transfer.sender, Notice::WalletBack, Some(transfer.amount));
            }
        }
    }
    Verdict::Done(Answer::Done, draft)
}

/// A binding becomes what time has made of it.
fn advance(draft: &mut Draft<'_>, binding: &crate::binding::Binding) {
    let now = draft.sight.envelope.at;
    let state = binding.state_at(now);
    if state == BindingState::Ended && binding.state != BindingState::Ended {
        draft.end_binding(binding, end_cause(binding, now));
        return;
    }
    let mut changed = binding.clone();
    changed.state = state;
    if binding.state == BindingState::Scheduled {
        draft.tell_effective(&changed);
    }
    draft.keep_binding(changed);
}

fn end_cause(binding: &crate::binding::Binding, now: gongji_words::Moment) -> EndCause {
    if binding.state == BindingState::PendingConsent && binding.consent_until.is_some_and(|until| now >= until) {
        return EndCause::ConsentExpired;
    }
    let unbound = binding.state == BindingState::Ending && binding.ends_at.is_some_and(|at| now >= at);
    binding.end_cause.filter(|_| unbound).unwrap_or(EndCause::Expired)
}

/// A message to another province has arrived there: it is not sent again.
pub(super) fn acknowledge<'a>(sight: Sight<'a>, row: &OutboxRow) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Transfer);
    let delivered = OutboxRow { delivery: Delivery::Delivered, ..row.clone() };
    draft.rows.outbox.insert((row.command, row.place), delivered);
    Verdict::Done(Answer::Done, draft)
}

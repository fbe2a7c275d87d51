//! Events of a person's insurance and what they do to his bindings: end of insurance, death, a move.

use gongji_words::{AreaCode, Fen, PersonId};

use crate::account::HoldKind;
use crate::binding::{Binding, EndCause};
use crate::journal::{JournalKind, Position};
use crate::message::{Answer, Due, PeerCommand};
use crate::person::InsuranceStatus;
use crate::policy::EndEvent;
use crate::reason::Reason;
use crate::wallet::{TransferState, Wallet};

use super::{Draft, Sight, Verdict, facts};

/// A change of status: an end or a death ends his bindings, the others only stop their use.
pub(super) fn change(sight: Sight<'_>, person: PersonId, status: InsuranceStatus) -> Verdict<'_> {
    if let Some(more) = relatives_unread(sight, person) {
        return Verdict::More(more);
    }
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let Some(mut changed) = draft.local(person).cloned() else { return Verdict::Refused(Reason::BindNotFound) };
    changed.status = status;
    draft.rows.persons.insert(person, changed);
    match status {
        InsuranceStatus::Ended => end_all(&mut draft, person, (EndEvent::InsuranceEnded, EndCause::InsuranceEnded)),
        InsuranceStatus::Dead => end_all(&mut draft, person, (EndEvent::Death, EndCause::Death)),
        InsuranceStatus::Active | InsuranceStatus::Suspended | InsuranceStatus::Arrears => {}
    }
    Verdict::Done(Answer::Done, draft)
}

/// A move of the insurance relation. Bindings end on both sides when the pooling area changes; across provinces
/// the money goes along.
pub(super) fn relocate(sight: Sight<'_>, person: PersonId, area: AreaCode) -> Verdict<'_> {
    if let Some(more) = relatives_unread(sight, person) {
        return Verdict::More(more);
    }
    let mut draft = Draft::new(sight, JournalKind::Move);
    let Some(mut moved) = draft.local(person).cloned() else { return Verdict::Refused(Reason::BindNotFound) };
    if moved.area.pool() != area.pool() {
        end_all(&mut draft, person, (EndEvent::Moved, EndCause::Moved));
    }
    moved.area = area;
    if area.province() != sight.node {
        send_along(&mut draft, &moved);
    }
    draft.rows.persons.insert(person, moved);
    Verdict::Done(Answer::Done, draft)
}

/// His money leaves with him: pending transfers return first, then everything goes to his new area.
fn send_along(draft: &mut Draft<'_>, moved: &crate::person::Person) {
    let person = moved.id;
    return_transfers(draft, person);
    let account = draft.account(person).is_some().then(|| draft.free(person));
    let there = Position::Area(moved.area.pool());
    if let Some(lots) = &account {
        draft.spend(person, lots, there);
    }
    let wallet = draft.sight.facts.rows.wallets.get(&person).copied();
    if let Some(wallet) = wallet {
        draft.push_plain(person, (Position::Wallet(person), there), wallet.balance);
        draft.rows.wallets.insert(person, Wallet { balance: Fen::ZERO, ..wallet });
    }
    let wallet = wallet.map(|wallet| (wallet.place, wallet.balance));
    let arrival = PeerCommand::Arrive { person: moved.clone(), lots: account, wallet };
    draft.tell(moved.area, arrival);
}

fn return_transfers(draft: &mut Draft<'_>, person: PersonId) {
    let pending: Vec<_> = draft.sight.facts.rows.transfers.values().copied().collect();
    for mut transfer in pending.into_iter().filter(|t| t.sender == person && t.state == TransferState::Pending) {
        let held = draft.held(person, transfer.id);
        draft.release(person, (transfer.id, HoldKind::Transfer), &held);
        transfer.state = TransferState::Returned;
        draft.rows.transfers.insert(transfer.id, transfer);
        draft.keep_timer(Due::Transfer { sender: person, transfer: transfer.id }, None);
    }
}

/// The other sides of all his bindings must be locked too: what is frozen for them is theirs.
fn relatives_unread(sight: Sight<'_>, person: PersonId) -> Option<crate::record::Wanted> {
    let both = |binding: &Binding| [binding.sponsor, binding.beneficiary];
    let relatives = of_person(sight, person).iter().flat_map(both).collect::<Vec<_>>();
    facts::unread(sight.facts, relatives, &[])
}

fn of_person(sight: Sight<'_>, person: PersonId) -> Vec<Binding> {
    let his = |binding: &&Binding| binding.sponsor == person || binding.beneficiary == person;
    let counts = |binding: &&Binding| binding.counts(sight.envelope.at);
    sight.facts.rows.bindings.values().filter(his).filter(counts).cloned().collect()
}

/// Ends all bindings of a person for an event that ends bindings in the sponsor's area.
fn end_all(draft: &mut Draft<'_>, person: PersonId, (event, cause): (EndEvent, EndCause)) {
    let sight = draft.sight;
    for binding in of_person(sight, person) {
        let law = sight.law.on(binding.sponsor_area, sight.envelope.at.day());
        if law.is_ok_and(|law| law.bind.end_events.contains(&event)) {
            draft.end_binding(&binding, cause);
        }
    }
}

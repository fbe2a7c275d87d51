//! Events of a person's insurance and what they do to his bindings: end of insurance, death, a move.

use gongji_words::{AreaCode, Fen, PersonId};

use crate::account::Account;
use crate::binding::{Binding, Distance, EndCause};
use crate::journal::{JournalKind, Position};
use crate::message::{Answer, Past, PeerCommand, Purse};
use crate::person::{InsuranceStatus, Person};
use crate::policy::EndEvent;
use crate::reason::{Notice, Reason};
use crate::wallet::{Transfer, TransferState, Wallet};
use crate::zoo::{self, Cage};

use super::{Draft, Sight, Verdict, facts, wallet};

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
        InsuranceStatus::Dead if zoo::open(Cage::DeathEndsNothing) => {}
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
    if moved.area.pool() != area.pool() && !zoo::open(Cage::MoveEndsNothing) {
        move_bindings(&mut draft, person, area);
    }
    moved.area = area;
    if area.province() != sight.node {
        send_along(&mut draft, &moved);
    }
    draft.rows.persons.insert(person, moved);
    Verdict::Done(Answer::Done, draft)
}

/// His money leaves with him: pending transfers return first, then everything goes to his new area.
fn send_along(draft: &mut Draft<'_>, moved: &Person) {
    let person = moved.id;
    return_transfers(draft, person);
    let account = draft.account(person).map(|account| Account { lots: draft.free(person), ..account.clone() });
    let there = Position::Area(moved.area.pool());
    if let Some(account) = &account {
        draft.spend(person, &account.lots, there);
    }
    let purse = draft.sight.facts.rows.wallets.get(&person).copied();
    if let Some(purse) = purse {
        draft.push_plain(person, (Position::Wallet(person), there), purse.balance);
        draft.rows.wallets.insert(person, Wallet { balance: Fen::ZERO, ..purse });
    }
    let wallet = purse.map(|purse| (purse.place, purse.balance));
    let incoming = take_along(draft, moved);
    let (purse, past) = (Purse { account, wallet }, past_of(draft, person));
    draft.tell(moved.area, PeerCommand::Arrive { person: moved.clone(), purse, incoming, past });
}

/// What ended, with this move or before, and who shows his code: his next till must still give the reason.
fn past_of(draft: &Draft<'_>, person: PersonId) -> Past {
    let facts = draft.sight.facts;
    let known = facts.bindings_for(person).filter(|binding| binding.sponsor != person);
    let now = known.map(|binding| draft.rows.bindings.get(&(binding.sponsor, binding.id)).unwrap_or(binding));
    let ended = now.filter(|binding| !binding.counts(draft.sight.envelope.at)).cloned().collect();
    let codes = facts.rows.family_codes.keys();
    let shown_by = codes.filter(|(member, _)| *member == person).map(|(_, holder)| *holder).collect();
    Past { ended, shown_by }
}

/// Transfers that he sent and nobody has accepted: what is held for them is free again, and he is told.
fn return_transfers(draft: &mut Draft<'_>, person: PersonId) {
    for transfer in pending(draft.sight, |transfer| transfer.sender == person) {
        wallet::give_back(draft, transfer, TransferState::Returned);
        draft.notify(person, Notice::WalletBack, Some(transfer.amount));
    }
}

/// Transfers that wait for him follow him: he accepts them at his new node.
fn take_along(draft: &mut Draft<'_>, moved: &Person) -> Vec<Transfer> {
    let incoming = pending(draft.sight, |transfer| transfer.receiver == moved.id);
    let readdressed = incoming.into_iter().map(|transfer| Transfer { receiver_area: moved.area, ..transfer });
    let readdressed: Vec<Transfer> = readdressed.collect();
    for transfer in &readdressed {
        draft.rows.transfers.insert(transfer.id, *transfer);
    }
    readdressed
}

fn pending(sight: Sight<'_>, wanted: impl Fn(&Transfer) -> bool) -> Vec<Transfer> {
    let all = sight.facts.rows.transfers.values();
    all.filter(|transfer| transfer.state == TransferState::Pending && wanted(transfer)).copied().collect()
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

/// A binding outlives a move only within the province of both, where the sponsor's area says so; then it goes on by the
/// law of the new area.
fn move_bindings(draft: &mut Draft<'_>, person: PersonId, area: AreaCode) {
    let sight = draft.sight;
    for binding in of_person(sight, person) {
        let law = sight.law.on(binding.sponsor_area, sight.envelope.at.day());
        let ends = law.is_ok_and(|law| law.bind.end_events.contains(&EndEvent::Moved));
        let leaves = area.province() != sight.node || binding.distance() == Distance::Across;
        if ends || leaves {
            draft.end_binding(&binding, EndCause::Moved);
        } else if binding.sponsor == person {
            draft.keep_binding(Binding { sponsor_area: area, ..binding });
        } else {
            draft.keep_binding(Binding { beneficiary_area: area, ..binding });
        }
    }
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

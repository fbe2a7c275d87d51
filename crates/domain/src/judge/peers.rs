//! What other provinces' nodes ask of this one.

use gongji_words::{CommandId, Fen, Moment, Month, PersonId};

use crate::account::Lots;
use crate::binding::{Binding, BindingState, EndCause};
use crate::journal::{JournalKind, Position};
use crate::message::{Answer, Past, PeerCommand, Purse};
use crate::person::Person;
use crate::reason::{Notice, Reason};
use crate::record::FamilyCodeRow;
use crate::wallet::{Transfer, TransferState, Wallet};
use crate::zoo::{self, Cage};

use super::{Draft, Sight, Verdict, aid, away, facts, reverse, settle, wallet};

pub(super) fn answer<'a>(sight: Sight<'a>, command: &PeerCommand) -> Verdict<'a> {
    match command {
        PeerCommand::MemberFacts(person) => member(sight, *person),
        PeerCommand::Mirror(binding) => mirror(sight, binding),
        PeerCommand::EndBinding { sponsor, binding, cause, ends_at } => {
            end(sight, (*sponsor, *binding), (*cause, *ends_at))
        }
        PeerCommand::Standing(question) => aid::standing(sight, question),
        PeerCommand::Pay(question, amount, told) => aid::pay(sight, question, (*amount, *told)),
        PeerCommand::Confirm { share, owed, .. } => aid::confirm(sight, *share, *owed),
        PeerCommand::Cancel { share, sponsor } => aid::cancel(sight, *share, *sponsor),
        PeerCommand::SettleAway(bill, institution) => away::settle_for(sight, bill, institution),
        PeerCommand::PreviewAway(bill, institution) => settle::preview_at_home(sight, bill, institution),
        PeerCommand::ConfirmAway { settlement, .. } => away::confirm(sight, *settlement),
        PeerCommand::CancelAway { settlement, patient } => away::cancel(sight, *settlement, *patient),
        PeerCommand::ReverseAway { settlement, reversal, at, owed, .. } => {
            let at = if zoo::open(Cage::ReversalOtherMonth) { sight.envelope.at } else { *at };
            let claims = reverse::Claims::Owed { event: *reversal, month: Month::of(at.day()), share: *owed };
            reverse::reverse_away(sight, *settlement, claims)
        }
        PeerCommand::TransferNotice(transfer) => notice(sight, transfer),
        PeerCommand::TransferAccepted { transfer, receiver_area, .. } => {
            wallet::accepted(sight, *transfer, *receiver_area)
        }
        PeerCommand::Arrive { person, purse, incoming, past } => arrive(sight, person, (purse, incoming, past)),
        PeerCommand::Remit { person, lots, wallet, reversed } => remit(sight, *person, (lots, *wallet, *reversed)),
    }
}

fn member(sight: Sight<'_>, person: PersonId) -> Verdict<'_> {
    let draft = Draft::new(sight, JournalKind::Settlement);
    match draft.local(person) {
        Some(known) => Verdict::Done(Answer::Member(facts::member_facts(sight.facts, known)), draft),
        None => Verdict::Refused(Reason::BindMemberNotInsured),
    }
}

/// The binding as its own node has it; the beneficiary hears what is new. An end that this side has already
/// written is not undone by an older mirror.
fn mirror<'a>(sight: Sight<'a>, binding: &Binding) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let before = sight.facts.rows.bindings.get(&(binding.sponsor, binding.id)).map(|known| known.state);
    if before == Some(BindingState::Ended) && !zoo::open(Cage::LateMirrorOverwrites) {
        return Verdict::Done(Answer::Done, draft);
    }
    let news = match binding.state {
        BindingState::PendingConsent => Some(Notice::Invite),
        BindingState::Active if !matches!(before, Some(BindingState::Active | BindingState::Paused)) => {
            Some(Notice::Effective)
        }
        BindingState::Ended => Some(Notice::Unbound),
        _ => None,
    };
    if let Some(notice) = news.filter(|_| before != Some(binding.state)) {
        draft.notify(binding.beneficiary, notice, None);
    }
    draft.rows.bindings.insert((binding.sponsor, binding.id), binding.clone());
    Verdict::Done(Answer::Done, draft)
}

fn end(sight: Sight<'_>, key: (PersonId, CommandId), (cause, ends_at): (EndCause, Option<Moment>)) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let now = sight.envelope.at;
    let Some(binding) = sight.facts.rows.bindings.get(&key).filter(|binding| binding.counts(now)) else {
        return Verdict::Done(Answer::Done, draft);
    };
    if ends_at.is_some_and(|at| now < at) {
        let mut ending = binding.clone();
        ending.begin_to_end(cause, ends_at);
        draft.keep_binding(ending);
    } else {
        draft.end_binding(binding, cause);
    }
    Verdict::Done(Answer::Done, draft)
}

fn notice<'a>(sight: Sight<'a>, transfer: &Transfer) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Transfer);
    let known = sight.facts.rows.transfers.get(&transfer.id).map(|known| known.state);
    if known.is_none() && transfer.state == TransferState::Pending {
        draft.notify(transfer.receiver, Notice::WalletIn, Some(transfer.amount));
    }
    match known {
        None | Some(TransferState::Pending) if transfer.state == TransferState::Accepted => {
            wallet::take_over(&mut draft, *transfer);
        }
        None | Some(TransferState::Pending) => {
            draft.rows.transfers.insert(transfer.id, *transfer);
        }
        Some(_) => {}
    }
    Verdict::Done(Answer::Done, draft)
}

/// A person arrives with his money, each lot with its colour, and with what tills will ask of his relations.
fn arrive<'a>(sight: Sight<'a>, person: &Person, (purse, incoming, past): (&Purse, &[Transfer], &Past)) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Move);
    draft.rows.persons.insert(person.id, person.clone());
    draft.rows.transfers.extend(incoming.iter().map(|transfer| (transfer.id, *transfer)));
    if let Some(account) = &purse.account {
        draft.account_mut(person.id).frozen = account.frozen;
        draft.receive(person.id, &account.lots, Position::Area(person.area.pool()));
    }
    if let Some((place, balance)) = purse.wallet {
        let known = sight.facts.rows.wallets.get(&person.id).map_or(Fen::ZERO, |wallet| wallet.balance);
        let wallet = Wallet { person: person.id, place, balance: known.plus(balance) };
        draft.rows.wallets.insert(person.id, wallet);
        draft.push_plain(person.id, (Position::Area(person.area.pool()), Position::Wallet(person.id)), balance);
    }
    remember(&mut draft, person.id, past);
    Verdict::Done(Answer::Done, draft)
}

/// What this node knows itself of a binding goes before what an earlier node knew of it.
fn remember(draft: &mut Draft<'_>, member: PersonId, past: &Past) {
    for binding in &past.ended {
        let key = (binding.sponsor, binding.id);
        if !draft.sight.facts.rows.bindings.contains_key(&key) {
            draft.rows.bindings.insert(key, binding.clone());
        }
    }
    for holder in past.shown_by.iter().copied() {
        draft.rows.family_codes.insert((member, holder), FamilyCodeRow { member, holder });
    }
}

/// Money that follows a person who has moved here, and the word that it was a refund; if he has moved on, both
/// follow him.
fn remit<'a>(sight: Sight<'a>, person: PersonId, (lots, wallet, reversed): (&Lots, Fen, Fen)) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Move);
    let from = Position::Area(sight.node);
    if draft.account(person).is_some() {
        reverse::follow(&mut draft, person, (lots, from));
    } else {
        draft.push(person, (from, Position::Suspense(person)), lots);
    }
    if wallet.is_positive() {
        reverse::to_wallet(&mut draft, person, (wallet, from));
    }
    if reversed.is_positive() {
        reverse::tell_of_reversal(&mut draft, person, reversed);
    }
    Verdict::Done(Answer::Done, draft)
}

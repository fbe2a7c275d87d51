//! Reversal: the same entries backwards, each fen to where it came from, with its colour. It asks the journal,
//! never the policy; no later change of a person, account or binding stops it.

use gongji_words::{AreaCode, CommandId, Fen, MessageId, Month, PersonId};

use crate::account::{Colour, Lots};
use crate::binding::Binding;
use crate::journal::{Entry, Position};
use crate::message::{Answer, PeerCommand};
use crate::person::InsuranceStatus;
use crate::reason::{Notice, Reason};
use crate::record::{ItemCounter, MessageState, PaymentKind, PaymentRow, PaymentState, PremiumRow, Share, Wanted};
use crate::zoo::{self, Cage};

use super::{Draft, Sight, Verdict, bind, facts};

/// Whether what is undone was owed between areas.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Claims {
    /// It was: the reversal is a record of its own, in its own month.
    Owed {
        /// The reversal where it was entered.
        event: CommandId,
        /// Its month.
        month: Month,
        /// What the share of a sponsor undoes of his area's claim.
        share: Fen,
    },
    /// It never was: the other side did not take it.
    NeverOwed,
}

/// Undoes a settlement or premium that was entered at this node.
pub(super) fn reverse<'a>(sight: Sight<'a>, original: &MessageId) -> Verdict<'a> {
    let answered = |answer: &Answer| matches!(answer, Answer::Settled(_) | Answer::PaidBy(_));
    let row = sight.facts.rows.messages.get(original).filter(|row| match &row.state {
        MessageState::Answered(answer) => answered(answer),
        MessageState::Asking(_) => false,
    });
    let Some(id) = row.map(|row| row.command) else { return Verdict::Refused(Reason::ReverseNotFound) };
    if !sight.facts.read.payments.contains(&id) {
        return Verdict::More(Wanted { payments: [id].into(), ..Wanted::default() });
    }
    let Some(payment) = sight.facts.rows.payments.get(&id) else {
        return Verdict::Refused(Reason::ReverseNotFound);
    };
    if payment.state != PaymentState::Paid && !zoo::open(Cage::ReversedTwice) {
        return Verdict::Refused(Reason::ReverseTwice);
    }
    let today = sight.envelope.at.day();
    if payment.plan.as_ref().is_some_and(|(_, year)| today.year() >= *year) {
        return Verdict::Refused(Reason::PremiumClosed);
    }
    let claims = Claims::Owed { event: sight.envelope.id, month: Month::of(today), share: Fen::ZERO };
    undo(sight, payment, claims)
}

/// A settlement of a person of this node was reversed elsewhere.
pub(super) fn reverse_away(sight: Sight<'_>, settlement: CommandId, claims: Claims) -> Verdict<'_> {
    match sight.facts.rows.payments.get(&settlement).filter(|row| row.state == PaymentState::Paid) {
        Some(row) => undo(sight, row, claims),
        None => Verdict::Done(Answer::Done, Draft::reversing(sight, settlement)),
    }
}

/// Undoes a payment of this node and tells the nodes of everybody else who paid.
pub(super) fn undo<'a>(sight: Sight<'a>, row: &PaymentRow, claims: Claims) -> Verdict<'a> {
    if let Some(more) = unread(sight, row) {
        return Verdict::More(more);
    }
    let mut draft = Draft::reversing(sight, row.id);
    restore_entries(&mut draft, row);
    restore_limits(&mut draft, row);
    if let Claims::Owed { event, month, share } = claims
        && row.plan.is_none()
    {
        let owed = if row.kind == PaymentKind::Aid { vec![(row.key_area, share)] } else { owed_by(row) };
        for (area, amount) in owed {
            draft.owe(event, (area, row.payee_area), (month, amount.negated()));
        }
    }
    tell_others(&mut draft, row, claims);
    let undone = PaymentRow { state: PaymentState::Reversed, reversed_by: Some(sight.envelope.id), ..row.clone() };
    draft.rows.payments.insert(row.id, undone);
    Verdict::Done(Answer::Reversed, draft)
}

/// What each payer's area owes for a payment.
pub(super) fn owed_by(row: &PaymentRow) -> Vec<(AreaCode, Fen)> {
    let own = (row.key_area, row.own.plus(row.wallet));
    by_area(own, row.shares.iter().map(|share| (share.area, share.amount)))
}

/// Sums what was paid by pooling area of the payer, the patient's own first: settlement and reversal must agree.
pub(super) fn by_area(own: (AreaCode, Fen), shares: impl Iterator<Item = (AreaCode, Fen)>) -> Vec<(AreaCode, Fen)> {
    let mut owed: Vec<(AreaCode, Fen)> = Vec::new();
    for (area, amount) in std::iter::once(own).chain(shares).filter(|(_, amount)| amount.is_positive()) {
        match owed.iter_mut().find(|(known, _)| *known == area.pool()) {
            Some((_, sum)) => *sum = sum.plus(amount),
            None => owed.push((area.pool(), amount)),
        }
    }
    owed
}

/// What is said with one share of a bill about the claim on its sponsor's area: the first share of an area speaks
/// for all of them; none does where the institution's own node keeps both sides.
pub(super) fn owed_through(row: &PaymentRow, place: usize) -> Fen {
    let area = row.shares[place].area.pool();
    let of_area = |share: &&Share| share.area.pool() == area;
    let first = row.shares[..place].iter().all(|share| share.area.pool() != area);
    if !first || row.plan.is_some() || area.province() == row.payee_area.province() {
        return Fen::ZERO;
    }
    Fen::sum(row.shares.iter().filter(of_area).map(|share| share.amount))
}

/// The shares of a payment whose sponsors' accounts are at this node.
fn shares_here<'r>(sight: Sight<'r>, row: &'r PaymentRow) -> impl Iterator<Item = &'r Share> {
    let away = row.kind == PaymentKind::Away;
    row.shares.iter().filter(move |share| !away && bind::is_here(sight, share.area))
}

fn unread(sight: Sight<'_>, row: &PaymentRow) -> Option<Wanted> {
    let sponsors = shares_here(sight, row).map(|share| share.sponsor);
    let key = (row.kind != PaymentKind::Away).then_some(row.key);
    let people: Vec<PersonId> = sponsors.chain(key).collect();
    let more = facts::unread(sight.facts, people, &[row.at.day()]);
    let entries = (!sight.facts.read.payments.contains(&row.id)).then_some(row.id);
    match (more, entries) {
        (None, None) => None,
        (more, entries) => {
            let mut wanted = more.unwrap_or_default();
            wanted.payments.extend(entries);
            Some(wanted)
        }
    }
}

/// Legs stand in pairs: out of one position, into another. Each pair goes back.
fn restore_entries(draft: &mut Draft<'_>, row: &PaymentRow) {
    let entries: Vec<Entry> = draft.sight.facts.entries_of(row.id).copied().collect();
    for pair in entries.chunks_exact(2) {
        let (mut out_of, into) = (pair[0], pair[1]);
        if zoo::open(Cage::ReversalToPatient) {
            out_of.position = Position::Free(row.key);
        }
        assert!(out_of.amount.negated() == into.amount, "legs stand in pairs");
        put_back(draft, &out_of, into.position);
    }
}

fn put_back(draft: &mut Draft<'_>, out_of: &Entry, source: Position) {
    let amount = out_of.amount.negated();
    match out_of.position {
        Position::Free(person) if zoo::open(Cage::ReversalInOneColour) => {
            to_account(draft, person, (Colour::default(), amount, source));
        }
        Position::Free(person) => to_account(draft, person, (out_of.colour, amount, source)),
        Position::Held(person, owner) => to_hold(draft, (person, owner), (out_of.colour, amount, source)),
        Position::Wallet(person) => to_wallet(draft, person, (amount, source)),
        other => draft.push(out_of.key, (source, other), &Lots::one(out_of.colour, amount)),
    }
}

type Back = (Colour, Fen, Position);

/// Where a person's money goes back to.
enum Home {
    /// His account here.
    Here,
    /// He has died: into suspense, for the heirs.
    Suspense,
    /// He has moved: to his new area.
    Moved(AreaCode),
}

fn home_of(draft: &Draft<'_>, person: PersonId) -> Home {
    match draft.person(person) {
        Some(known) if known.status == InsuranceStatus::Dead => Home::Suspense,
        Some(known) if known.area.province() != draft.sight.node && !zoo::open(Cage::MovedMoneyStays) => {
            Home::Moved(known.area)
        }
        Some(_) => Home::Here,
        None => Home::Suspense,
    }
}

fn to_account(draft: &mut Draft<'_>, person: PersonId, (colour, amount, source): Back) {
    let lots = Lots::one(colour, amount);
    match home_of(draft, person) {
        Home::Here => draft.receive(person, &lots, source),
        Home::Suspense => draft.push(person, (source, Position::Suspense(person)), &lots),
        Home::Moved(area) => {
            draft.push(person, (source, Position::Area(area.pool())), &lots);
            draft.tell(area, PeerCommand::Remit { person, lots, wallet: Fen::ZERO, reversed: Fen::ZERO });
        }
    }
}

/// Lots that belong to a person, wherever he is now.
pub(super) fn follow(draft: &mut Draft<'_>, person: PersonId, (lots, source): (&Lots, Position)) {
    for (colour, amount) in lots.iter() {
        to_account(draft, person, (colour, amount, source));
    }
}

/// Into the frozen quota if the binding still runs, else into the account.
fn to_hold(draft: &mut Draft<'_>, (person, owner): (PersonId, CommandId), (colour, amount, source): Back) {
    let now = draft.sight.envelope.at;
    let binding = draft.sight.facts.rows.bindings.get(&(person, owner)).filter(|binding| binding.counts(now));
    let Some(binding) = binding.filter(|_| matches!(home_of(draft, person), Home::Here)) else {
        return to_account(draft, person, (colour, amount, source));
    };
    draft.receive_held(person, owner, (&Lots::one(colour, amount), source));
    if binding.frozen_quota.is_none() {
        let frozen_quota = Some(draft.held(person, owner).total());
        draft.keep_binding(Binding { frozen_quota, ..binding.clone() });
    }
}

pub(super) fn to_wallet(draft: &mut Draft<'_>, person: PersonId, (amount, source): (Fen, Position)) {
    match home_of(draft, person) {
        Home::Here => {
            let before = draft.sight.facts.rows.wallets.get(&person);
            let mut wallet = *draft.rows.wallets.get(&person).or(before).expect("a wallet that paid is there");
            wallet.balance = wallet.balance.plus(amount);
            draft.rows.wallets.insert(person, wallet);
            draft.push_plain(person, (source, Position::Wallet(person)), amount);
        }
        Home::Suspense => draft.push_plain(person, (source, Position::Suspense(person)), amount),
        Home::Moved(area) => {
            draft.push_plain(person, (source, Position::Area(area.pool())), amount);
            let (lots, reversed) = (Lots::none(), Fen::ZERO);
            draft.tell(area, PeerCommand::Remit { person, lots, wallet: amount, reversed });
        }
    }
}

/// A sponsor hears of what came back, wherever he is insured by now.
pub(super) fn tell_of_reversal(draft: &mut Draft<'_>, person: PersonId, reversed: Fen) {
    match home_of(draft, person) {
        Home::Moved(area) => {
            let (lots, wallet) = (Lots::none(), Fen::ZERO);
            draft.tell(area, PeerCommand::Remit { person, lots, wallet, reversed });
        }
        Home::Here | Home::Suspense => draft.notify(person, Notice::Refund, Some(reversed)),
    }
}

/// Into the limits of the payment's own day, month and year; the sponsors whose accounts paid are told.
fn restore_limits(draft: &mut Draft<'_>, row: &PaymentRow) {
    let sight = draft.sight;
    for share in shares_here(sight, row) {
        let day = if zoo::open(Cage::CounterOfReversalDay) { sight.envelope.at.day() } else { row.at.day() };
        draft.count((share.sponsor, share.binding), day, share.amount.negated());
        tell_of_reversal(draft, share.sponsor, share.amount);
    }
    let month = Month::of(row.at.day());
    if row.items.is_positive() {
        let used = sight.facts.rows.item_counters.get(&(row.key, month)).map_or(Fen::ZERO, |counter| counter.used);
        let counter = ItemCounter { patient: row.key, month, used: used.minus(row.items) };
        draft.rows.item_counters.insert((row.key, month), counter);
    }
    if let (PaymentKind::Premium, Some((plan, year))) = (row.kind, &row.plan) {
        let key = (row.key, plan.clone(), *year);
        let cleared = PremiumRow { person: row.key, plan: plan.clone(), year: *year, payment: None };
        draft.rows.premiums.insert(key, cleared);
    }
}

fn tell_others(draft: &mut Draft<'_>, row: &PaymentRow, claims: Claims) {
    let sight = draft.sight;
    let at = sight.envelope.at;
    let day = row.at.day();
    let undo = |settlement: CommandId, key: PersonId, owed: Fen| match claims {
        Claims::Owed { event, .. } => {
            let payee_area = row.payee_area;
            PeerCommand::ReverseAway { settlement, reversal: event, at, key, day, payee_area, owed }
        }
        Claims::NeverOwed => PeerCommand::Cancel { share: settlement, sponsor: key },
    };
    if row.kind == PaymentKind::Away {
        draft.tell(row.key_area, undo(row.id, row.key, Fen::ZERO));
        return;
    }
    for (place, share) in row.shares.iter().enumerate() {
        if !bind::is_here(sight, share.area) && !zoo::open(Cage::ReversalNotSent) {
            draft.tell(share.area, undo(share.row, share.sponsor, owed_through(row, place)));
        }
    }
}

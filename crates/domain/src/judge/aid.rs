//! Aid between provinces: what a relation could pay, paying it, confirming and cancelling it. And taking money
//! from a sponsor of this node, which is the same for a bill of his own province.

use gongji_words::{AreaCode, CommandId, Fen, Month, PersonId};

use crate::account::{self, HoldKind};
use crate::binding::{Distance, Standing};
use crate::burden::Purpose;
use crate::case::{AccountUse, Candidate, Case, Line, PurposeUse};
use crate::decide::Source;
use crate::institution::Takes;
use crate::journal::{JournalKind, Position};
use crate::message::{AidQuestion, Answer, Command, PeerAsk, PeerCommand, Told};
use crate::reason::{Notice, Reason};
use crate::record::{PaymentKind, PaymentRow, PaymentState, Share};
use crate::zoo::{self, Cage};

use super::{Draft, Sight, Verdict, bind, case_of, derived_id, heard, reverse};

/// The id of a sponsor's share at his node: the same for every repeat of the same try.
pub(super) fn share_id(payment: CommandId, binding: CommandId, attempt: u16) -> CommandId {
    derived_id(payment, &[binding.number(), i64::from(attempt)])
}

/// Which try at agreeing with other provinces this is: a message that was already asking begins a new one.
pub(super) fn attempt(sight: Sight<'_>) -> u16 {
    let begun = sight.envelope.heard.iter().find_map(|heard| match &heard.asked.command {
        PeerCommand::Standing(question) => Some(question.attempt),
        _ => None,
    });
    let before = sight.facts.rows.messages.get(&sight.envelope.message).map_or(0, |row| row.attempt);
    begun.unwrap_or(before)
}

/// What a sponsor's node must know, of this try.
pub(super) fn question(
    sight: Sight<'_>,
    (sponsor, sponsor_area, binding): (PersonId, AreaCode, CommandId),
    (purpose, payee_area): (Purpose, AreaCode),
) -> AidQuestion {
    AidQuestion {
        payment: sight.envelope.id,
        attempt: attempt(sight),
        sponsor,
        sponsor_area,
        binding,
        purpose,
        payee_area,
        at: sight.envelope.at,
    }
}

/// Fills in what the nodes of sponsors insured elsewhere said they could pay; returns what is still to be asked. A
/// node that does not answer, or refuses to pay what it said it could, counts as down for this bill.
pub(super) fn fill_in_remote(sight: Sight<'_>, case: &mut Case, payee: AreaCode) -> Vec<PeerAsk> {
    let purpose = Purpose::from(case.kind);
    let mut asks = Vec::new();
    let is_place_stopped = case.takes_aid == Takes::Stopped;
    for candidate in &mut case.candidates {
        let is_asked = candidate.standing == Standing::Usable && candidate.line != Line::Stopped && !is_place_stopped;
        if bind::is_here(sight, candidate.area) || !is_asked {
            continue;
        }
        let relation = (candidate.sponsor, candidate.area, candidate.binding);
        let question = question(sight, relation, (purpose, payee));
        let ask = PeerAsk { to: candidate.area, command: PeerCommand::Standing(question) };
        match heard(sight, &ask) {
            None => asks.push(ask),
            Some(Some(Answer::Standing(known))) if !refused_to_pay(sight, candidate.binding) => *candidate = *known,
            Some(_) => candidate.line = Line::Down,
        }
    }
    asks
}

/// Whether a payment through this binding was asked for in vain.
fn refused_to_pay(sight: Sight<'_>, binding: CommandId) -> bool {
    sight.envelope.heard.iter().any(|heard| match &heard.asked.command {
        PeerCommand::Pay(question, ..) if question.binding == binding => !matches!(heard.answer, Some(Answer::Paid(_))),
        _ => false,
    })
}

/// Takes money from a sponsor of this node: what a payment takes, previous years' first.
pub(super) fn take(
    draft: &mut Draft<'_>,
    (sponsor, binding, source): (PersonId, CommandId, Source),
    (amount, into): (Fen, Position),
) {
    match source {
        Source::Account => {
            let lots = usable_lots(draft, sponsor).first(amount).expect("the case saw this much usable money");
            draft.spend(sponsor, &lots, into);
        }
        Source::Quota => {
            let lots = draft.held(sponsor, binding).first(amount).expect("the case saw this much held money");
            draft.spend_held(sponsor, (binding, HoldKind::Quota), (&lots, into));
        }
    }
}

/// The lots of a sponsor that his area lets aid use.
pub(super) fn usable_lots(draft: &Draft<'_>, sponsor: PersonId) -> account::Lots {
    let Some(person) = draft.person(sponsor) else { return account::Lots::none() };
    let law = draft.sight.law.on(person.area, draft.sight.envelope.at.day());
    let free = draft.free(sponsor);
    law.map_or(account::Lots::none(), |law| account::usable(&law.money, &free, draft.colour_now(person.area)))
}

/// What the relation could pay now. Writes nothing.
pub(super) fn standing<'a>(sight: Sight<'a>, question: &AidQuestion) -> Verdict<'a> {
    let draft = Draft::new(sight, JournalKind::Settlement);
    match candidate_for(&draft, question) {
        Some(candidate) => Verdict::Done(Answer::Standing(candidate), draft),
        None => Verdict::Refused(Reason::BindNotFound),
    }
}

fn candidate_for(draft: &Draft<'_>, question: &AidQuestion) -> Option<Candidate> {
    let binding = draft.sight.facts.rows.bindings.get(&(question.sponsor, question.binding))?;
    draft.local(question.sponsor)?;
    let candidate = case_of::candidate(draft, binding, question.purpose);
    let stopped = draft.sight.facts.stops.stop_area(question.payee_area);
    Some(Candidate { line: if stopped { Line::Stopped } else { candidate.line }, ..candidate })
}

/// Pays exactly the amount, or refuses: a part would be another bill.
pub(super) fn pay<'a>(sight: Sight<'a>, question: &AidQuestion, (amount, told): (Fen, Told)) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Settlement);
    let row = share_id(question.payment, question.binding, question.attempt);
    if sight.facts.rows.payments.contains_key(&row) && !zoo::open(Cage::SharePaidAgain) {
        return Verdict::Refused(Reason::SettleSponsorUnavailable);
    }
    let Some(candidate) = candidate_for(&draft, question) else { return Verdict::Refused(Reason::BindNotFound) };
    if candidate.line == Line::Stopped {
        return Verdict::Refused(Reason::SettleStopped);
    }
    let Some(source) = able_to_pay(&draft, &candidate, amount) else {
        return Verdict::Refused(Reason::SettleSponsorUnavailable);
    };
    let sponsor = question.sponsor;
    take(&mut draft, (sponsor, question.binding, source), (amount, Position::Area(question.payee_area)));
    draft.count((sponsor, question.binding), question.at.day(), amount);
    tell_sponsor(&mut draft, sponsor, (told, amount));
    let share = Share { sponsor, area: question.sponsor_area, binding: question.binding, source, row, amount };
    draft.rows.payments.insert(row, share_row(question, share, PaymentState::Paid));
    Verdict::Done(Answer::Paid(amount), draft)
}

/// The sponsor hears what his account paid.
pub(super) fn tell_sponsor(draft: &mut Draft<'_>, sponsor: PersonId, (told, amount): (Told, Fen)) {
    let notice = match told {
        Told::Spent => Notice::Spent,
        Told::Partial => Notice::Partial,
    };
    draft.notify(sponsor, notice, Some(amount));
}

/// Tries that were broken off may have been paid: they are undone before the next one is made.
pub(super) fn cancel_earlier_tries(draft: &mut Draft<'_>, beneficiary: PersonId) {
    let sight = draft.sight;
    for binding in sight.facts.bindings_for(beneficiary).filter(|b| !bind::is_here(sight, b.sponsor_area)) {
        for earlier in (0..attempt(sight)).filter(|_| !zoo::open(Cage::CancelNotSent)) {
            let share = share_id(sight.envelope.id, binding.id, earlier);
            draft.tell(binding.sponsor_area, PeerCommand::Cancel { share, sponsor: binding.sponsor });
        }
    }
}

/// What other provinces have paid, or may have, for a bill or premium that is refused after all.
pub(super) fn give_back(sight: Sight<'_>) -> Draft<'_> {
    let mut draft = Draft::new(sight, JournalKind::Reversal);
    let beneficiary = match &sight.envelope.command {
        Command::Settle(bill) | Command::Peer(PeerCommand::SettleAway(bill, _)) => bill.patient,
        Command::PayPremium(order) => order.person,
        _ => return draft,
    };
    if sight.envelope.heard.is_empty() {
        cancel_earlier_tries(&mut draft, beneficiary);
    }
    for heard in &sight.envelope.heard {
        let PeerCommand::Pay(question, ..) = &heard.asked.command else { continue };
        if matches!(heard.answer, None | Some(Answer::Paid(_))) && !zoo::open(Cage::CancelNotSent) {
            let share = share_id(question.payment, question.binding, question.attempt);
            draft.tell(heard.asked.to, PeerCommand::Cancel { share, sponsor: question.sponsor });
        }
    }
    draft
}

/// Whether the relation can pay this much, and from what.
pub(super) fn able_to_pay(draft: &Draft<'_>, candidate: &Candidate, amount: Fen) -> Option<Source> {
    let usable = candidate.standing == Standing::Usable
        && candidate.account == AccountUse::Usable
        && candidate.purpose == PurposeUse::Allowed
        && candidate.limit_left.is_none_or(|left| left >= amount);
    if !usable {
        return None;
    }
    if let Some(left) = candidate.frozen_quota {
        return (left >= amount).then_some(Source::Quota);
    }
    let law = draft.sight.law.on(candidate.area, draft.sight.envelope.at.day()).ok()?;
    let direct = candidate.distance != Distance::Across || law.bind.reach == crate::policy::Reach::Nation;
    (direct && usable_lots(draft, candidate.sponsor).total() >= amount).then_some(Source::Account)
}

fn share_row(question: &AidQuestion, share: Share, state: PaymentState) -> PaymentRow {
    PaymentRow {
        id: share.row,
        event: question.payment,
        kind: PaymentKind::Aid,
        state,
        key: share.sponsor,
        key_area: share.area,
        institution: None,
        payee_area: question.payee_area,
        at: question.at,
        own: Fen::ZERO,
        wallet: Fen::ZERO,
        cash: Fen::ZERO,
        items: Fen::ZERO,
        shares: vec![share],
        plan: (question.purpose == Purpose::Premium).then(|| (String::new(), 0)),
        reversed_by: None,
    }
}

/// The bill stands: what this area owes is written down. A premium is owed to nobody's institution.
pub(super) fn confirm(sight: Sight<'_>, share: CommandId, owed: Fen) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Settlement);
    let paid = sight.facts.rows.payments.get(&share).filter(|row| row.plan.is_none());
    if let Some(row) = paid {
        let at = if zoo::open(Cage::ClaimOtherMonth) { sight.envelope.at } else { row.at };
        draft.owe(row.event, (row.key_area, row.payee_area), (Month::of(at.day()), owed));
    }
    Verdict::Done(Answer::Done, draft)
}

/// Undoes a payment; of one that never came it leaves a tombstone that refuses it later.
pub(super) fn cancel(sight: Sight<'_>, share: CommandId, sponsor: PersonId) -> Verdict<'_> {
    let Some(row) = sight.facts.rows.payments.get(&share) else {
        let mut draft = Draft::new(sight, JournalKind::Settlement);
        if !zoo::open(Cage::NoTombstone) {
            draft.rows.payments.insert(share, tombstone(sight, share, sponsor));
        }
        return Verdict::Done(Answer::Done, draft);
    };
    if row.state != PaymentState::Paid || zoo::open(Cage::CancelIgnored) {
        return Verdict::Done(Answer::Done, Draft::new(sight, JournalKind::Reversal));
    }
    reverse::undo(sight, row, reverse::Claims::NeverOwed)
}

/// What refuses a payment that was cancelled before it came.
pub(super) fn tombstone(sight: Sight<'_>, id: CommandId, key: PersonId) -> PaymentRow {
    PaymentRow {
        id,
        event: id,
        kind: PaymentKind::Aid,
        state: PaymentState::Refused,
        key,
        key_area: sight.node,
        institution: None,
        payee_area: sight.node,
        at: sight.envelope.at,
        own: Fen::ZERO,
        wallet: Fen::ZERO,
        cash: Fen::ZERO,
        items: Fen::ZERO,
        shares: Vec::new(),
        plan: None,
        reversed_by: None,
    }
}

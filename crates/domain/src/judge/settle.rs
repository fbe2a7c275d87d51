//! Settling a bill. At the patient's own node the case is put together from the facts, other provinces are asked
//! where one of his sponsors is insured there, and the decision becomes rows. A bill of a patient of another
//! province goes to his node: see [`super::away`].

use gongji_words::{AreaCode, Fen, Month};

use crate::binding::Standing;
use crate::decide::{Cut, Decision, Outcome, Payment, decide};
use crate::institution::{Designation, Institution};
use crate::journal::{JournalKind, Position};
use crate::message::{Answer, Bill, PeerAsk, PeerCommand, Settled, Told};
use crate::reason::{Notice, Reason};
use crate::record::{ItemCounter, PaymentKind, PaymentRow, PaymentState, Share, TraceRow};
use crate::trace;
use crate::zoo::{self, Cage};

use super::aid::{self, share_id};
use super::{Draft, Sight, Verdict, away, bind, case_of, heard, reverse};

/// Settles a bill at an institution of this node.
pub(super) fn settle<'a>(sight: Sight<'a>, bill: &Bill) -> Verdict<'a> {
    let institution = match admit(sight, bill) {
        Ok(institution) => institution,
        Err(reason) => return Verdict::Refused(reason),
    };
    if bind::is_here(sight, bill.patient_area) {
        return at_home(sight, bill, institution);
    }
    away::settle(sight, bill, institution)
}

/// The four reasons that refuse the settlement as a whole, but for the conflict of messages.
fn admit<'a>(sight: Sight<'a>, bill: &Bill) -> Result<&'a Institution, Reason> {
    if bill.code_of != bill.patient && !zoo::open(Cage::NotOwnCode) {
        return Err(Reason::SettleNotOwnCode);
    }
    let institution = sight.facts.rows.institutions.get(&bill.institution);
    let institution = institution.ok_or(Reason::SettleInstNotDesignated)?;
    match institution.designation {
        _ if zoo::open(Cage::UndesignatedPays) => Ok(institution),
        Designation::Designated => Ok(institution),
        Designation::Undesignated => Err(Reason::SettleInstNotDesignated),
        Designation::Suspended => Err(Reason::SettleInstSuspended),
    }
}

/// Settles a bill of a patient insured here, at an institution of whatever province.
pub(super) fn at_home<'a>(sight: Sight<'a>, bill: &Bill, institution: &Institution) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Settlement);
    if sight.envelope.heard.is_empty() {
        aid::cancel_earlier_tries(&mut draft, bill.patient);
    }
    let plan = match plan(sight, bill, institution) {
        Ok(plan) => plan,
        Err(pending) => return pending.into_verdict(draft),
    };
    let asks = payments_to_ask(sight, &plan);
    if !asks.is_empty() {
        return Verdict::Ask(asks, draft);
    }
    commit(draft, &plan)
}

/// A bill, judged, before anything is written.
pub(super) struct Plan<'b> {
    bill: &'b Bill,
    institution: &'b Institution,
    case: crate::case::Case,
    decision: Decision,
}

pub(super) enum Pending {
    More(crate::record::Wanted),
    Ask(Vec<PeerAsk>),
    /// The patient is not of this node.
    Unknown,
}

impl Pending {
    fn into_verdict(self, draft: Draft<'_>) -> Verdict<'_> {
        match self {
            Self::More(wanted) => Verdict::More(wanted),
            Self::Ask(asks) => Verdict::Ask(asks, draft),
            Self::Unknown => Verdict::Refused(Reason::SettlePatientInactive),
        }
    }
}

/// Puts the case together and decides it; what sponsors of other provinces could pay is asked first.
fn plan<'b>(sight: Sight<'_>, bill: &'b Bill, institution: &'b Institution) -> Result<Plan<'b>, Pending> {
    let mut case = case_of::assemble(sight, bill, institution)?;
    let asks = aid::fill_in_remote(sight, &mut case, institution.area.pool());
    if bill.using.without_aid().is_none() && !asks.is_empty() {
        return Err(Pending::Ask(asks));
    }
    let decision = decide(sight.law, &case);
    Ok(Plan { bill, institution, case, decision })
}

/// Judges a bill as a settlement would, and writes nothing.
pub(super) fn preview<'a>(sight: Sight<'a>, bill: &Bill) -> Verdict<'a> {
    let institution = match admit(sight, bill) {
        Ok(institution) => institution,
        Err(reason) => return Verdict::Refused(reason),
    };
    if bind::is_here(sight, bill.patient_area) {
        return preview_at_home(sight, bill, institution);
    }
    away::preview(sight, bill, institution)
}

/// A preview at the patient's node.
pub(super) fn preview_at_home<'a>(sight: Sight<'a>, bill: &Bill, institution: &Institution) -> Verdict<'a> {
    let draft = Draft::new(sight, JournalKind::Settlement);
    match plan(sight, bill, institution) {
        Ok(plan) => Verdict::Done(Answer::Settled(settled(sight, &plan)), draft),
        Err(pending) => pending.into_verdict(draft),
    }
}

fn is_remote(sight: Sight<'_>, payment: &Payment) -> bool {
    !bind::is_here(sight, payment.area)
}

/// What a sponsor is told: whether a limit that he set left a part of the bill in cash. A frozen quota is his money,
/// not a limit on it.
fn told(outcome: &Outcome, payment: &Payment) -> Told {
    let left_cash = outcome.reason == Some(Reason::SettlePartial);
    if payment.cut == Cut::ByLimit && left_cash { Told::Partial } else { Told::Spent }
}

fn payment_ask(sight: Sight<'_>, plan: &Plan<'_>, payment: &Payment) -> PeerAsk {
    let relation = (payment.sponsor, payment.area, payment.binding);
    let question = aid::question(sight, relation, (plan.bill.kind.into(), plan.institution.area.pool()));
    let told = told(&plan.decision.outcome, payment);
    PeerAsk { to: payment.area, command: PeerCommand::Pay(question, payment.amount, told) }
}

/// The payments of other provinces that the decision needs and that nobody has answered for yet.
fn payments_to_ask(sight: Sight<'_>, plan: &Plan<'_>) -> Vec<PeerAsk> {
    let remote = plan.decision.outcome.aid.iter().filter(|payment| is_remote(sight, payment));
    let asks = remote.map(|payment| payment_ask(sight, plan, payment));
    asks.filter(|ask| heard(sight, ask).is_none() && !zoo::open(Cage::AidBeforePaid)).collect()
}

/// What each area owes for it.
fn owed(plan: &Plan<'_>) -> Vec<(AreaCode, Fen)> {
    let outcome = &plan.decision.outcome;
    let own = (plan.case.area, outcome.own.plus(outcome.wallet));
    reverse::by_area(own, outcome.aid.iter().map(|payment| (payment.area, payment.amount)))
}

fn settled(sight: Sight<'_>, plan: &Plan<'_>) -> Settled {
    let outcome = &plan.decision.outcome;
    let account = sight.facts.rows.accounts.get(&plan.bill.patient);
    let before = account.map_or(Fen::ZERO, |account| account.lots.total());
    Settled {
        own: outcome.own,
        aid: outcome.aid.iter().map(|payment| (payment.sponsor, payment.amount)).collect(),
        wallet: outcome.wallet,
        cash: outcome.cash,
        reason: outcome.reason,
        owed: owed(plan),
        left: Some(before.minus(outcome.own)),
    }
}

/// From here on it must succeed: everybody who pays has said so.
fn commit<'a>(mut draft: Draft<'a>, plan: &Plan<'_>) -> Verdict<'a> {
    let sight = draft.sight;
    let mut row = payment_row(sight, plan);
    let outcome = &plan.decision.outcome;
    pay_own(&mut draft, plan);
    for payment in &outcome.aid {
        row.shares.push(pay_share(&mut draft, plan, payment));
    }
    cancel_unused(&mut draft, plan);
    if outcome.items.is_positive() {
        count_items(&mut draft, plan);
    }
    if bind::is_here(sight, plan.institution.area) {
        owe(&mut draft, plan);
        confirm_shares(&mut draft, &row);
    }
    notify(&mut draft, plan);
    let bytes = trace::encode(sight.law, &plan.case, &plan.decision);
    let trace = TraceRow { command: sight.envelope.id, key: plan.bill.patient, bytes };
    draft.rows.traces.insert(trace.command, trace);
    draft.rows.payments.insert(row.id, row);
    Verdict::Done(Answer::Settled(settled(sight, plan)), draft)
}

fn payment_row(sight: Sight<'_>, plan: &Plan<'_>) -> PaymentRow {
    let outcome = &plan.decision.outcome;
    PaymentRow {
        id: sight.envelope.id,
        event: sight.envelope.id,
        kind: PaymentKind::Settlement,
        state: PaymentState::Paid,
        key: plan.bill.patient,
        key_area: plan.case.area,
        institution: Some(plan.institution.id),
        payee_area: plan.institution.area,
        at: sight.envelope.at,
        own: outcome.own,
        wallet: outcome.wallet,
        cash: outcome.cash,
        items: outcome.items,
        shares: Vec::with_capacity(outcome.aid.len()),
        plan: None,
        reversed_by: None,
    }
}

/// Where the money of a payment goes: to the institution of this node, or to the area that owes it there.
fn payee(sight: Sight<'_>, institution: &Institution) -> Position {
    if bind::is_here(sight, institution.area) {
        return Position::Institution(institution.id);
    }
    Position::Area(institution.area.pool())
}

fn pay_own(draft: &mut Draft<'_>, plan: &Plan<'_>) {
    let patient = plan.bill.patient;
    let into = payee(draft.sight, plan.institution);
    let outcome = &plan.decision.outcome;
    if outcome.own.is_positive() {
        let lots = draft.free(patient).first(outcome.own).expect("the case saw this much free money");
        draft.spend(patient, &lots, into);
    }
    if outcome.wallet.is_positive() {
        let mut wallet = draft.sight.facts.rows.wallets[&patient];
        wallet.balance = wallet.balance.minus(outcome.wallet);
        draft.rows.wallets.insert(patient, wallet);
        draft.push_plain(patient, (Position::Wallet(patient), into), outcome.wallet);
    }
}

fn pay_share(draft: &mut Draft<'_>, plan: &Plan<'_>, payment: &Payment) -> Share {
    let sight = draft.sight;
    let Payment { sponsor, area, binding, source, amount, .. } = *payment;
    if is_remote(sight, payment) {
        if bind::is_here(sight, plan.institution.area) {
            let way = (Position::Area(area.pool()), Position::Institution(plan.institution.id));
            draft.push_plain(sponsor, way, amount);
        }
        let row = share_id(sight.envelope.id, binding, aid::attempt(sight));
        return Share { sponsor, area, binding, source, row, amount };
    }
    let into = payee(sight, plan.institution);
    aid::take(draft, (sponsor, binding, source), (amount, into));
    draft.count((sponsor, binding), sight.envelope.at.day(), amount);
    aid::tell_sponsor(draft, sponsor, (told(&plan.decision.outcome, payment), amount));
    Share { sponsor, area, binding, source, row: sight.envelope.id, amount }
}

/// What another province paid and the decision no longer needs goes back.
fn cancel_unused(draft: &mut Draft<'_>, plan: &Plan<'_>) {
    let sight = draft.sight;
    let needed: Vec<PeerAsk> =
        plan.decision.outcome.aid.iter().map(|payment| payment_ask(sight, plan, payment)).collect();
    for heard in &sight.envelope.heard {
        let PeerCommand::Pay(question, ..) = &heard.asked.command else { continue };
        let paid = matches!(heard.answer, None | Some(Answer::Paid(_)));
        if paid && !zoo::open(Cage::CancelNotSent) && !(needed.contains(&heard.asked) && heard.answer.is_some()) {
            let share = share_id(question.payment, question.binding, question.attempt);
            draft.tell(heard.asked.to, PeerCommand::Cancel { share, sponsor: question.sponsor });
        }
    }
}

fn count_items(draft: &mut Draft<'_>, plan: &Plan<'_>) {
    let patient = plan.bill.patient;
    let month = Month::of(draft.sight.envelope.at.day());
    let used = plan.case.items_used.plus(plan.decision.outcome.items);
    draft.rows.item_counters.insert((patient, month), ItemCounter { patient, month, used });
}

/// What each payer's area owes the institution's, for the sides that this node keeps.
fn owe(draft: &mut Draft<'_>, plan: &Plan<'_>) {
    let event = draft.sight.envelope.id;
    let month = Month::of(draft.sight.envelope.at.day());
    for (area, amount) in owed(plan) {
        draft.owe(event, (area, plan.institution.area), (month, amount));
    }
}

/// The bill stands: sponsors' nodes may write what they owe.
pub(super) fn confirm_shares(draft: &mut Draft<'_>, row: &PaymentRow) {
    for (place, share) in row.shares.iter().enumerate() {
        let skipped = zoo::open(Cage::ConfirmNotSent) || place > 0 && zoo::open(Cage::OneLegConfirmed);
        if !bind::is_here(draft.sight, share.area) && !skipped {
            let owed = reverse::owed_through(row, place);
            draft.tell(share.area, PeerCommand::Confirm { share: share.row, sponsor: share.sponsor, owed });
        }
    }
}

/// The beneficiary hears that family money paid, or that it did not although there is a binding.
fn notify(draft: &mut Draft<'_>, plan: &Plan<'_>) {
    let aid = plan.decision.outcome.aid_total();
    if aid.is_positive() {
        draft.notify(plan.bill.patient, Notice::PaidFor, Some(aid));
        return;
    }
    let rank = plan.decision.outcome.reason.and_then(Reason::till_rank);
    let over = |standing| matches!(standing, Standing::Expired | Standing::RebindNeeded | Standing::Nothing);
    let bound = plan.case.candidates.iter().any(|candidate| !over(candidate.standing));
    if bound && rank.is_some_and(|rank| (6..=16).contains(&rank)) {
        draft.notify(plan.bill.patient, Notice::NotUsed, None);
    }
}

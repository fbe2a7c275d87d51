//! A bill of a patient insured in another province, at the institution's node: his node judges, this one writes
//! what the institution is owed. When his node does not answer in time, the bill stands without aid and
//! without his own money, and the other side is told to forget it until it says that it has.

use gongji_words::{CommandId, Fen, Month, PersonId};

use crate::decide::{Source, unreachable_reason};
use crate::institution::Institution;
use crate::journal::{JournalKind, Position};
use crate::message::{Answer, Bill, PeerAsk, PeerCommand, Settled};
use crate::reason::Reason;
use crate::record::{PaymentKind, PaymentRow, PaymentState, Share};

use super::{Draft, Sight, Verdict, case_of, heard, reverse, settle, unheard};

pub(super) fn settle<'a>(sight: Sight<'a>, bill: &Bill, institution: &Institution) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Settlement);
    let ask = PeerAsk { to: bill.patient_area, command: PeerCommand::SettleAway(*bill, as_told(sight, institution)) };
    let patient = bill.patient;
    let settlement = sight.envelope.id;
    match heard(sight, &ask) {
        None => Verdict::Ask(vec![ask], draft),
        Some(Some(Answer::Settled(outcome))) => {
            write(&mut draft, (bill, institution), outcome);
            draft.tell(bill.patient_area, PeerCommand::ConfirmAway { settlement, patient });
            Verdict::Done(Answer::Settled(without_sponsors(outcome)), draft)
        }
        Some(Some(Answer::Refused(reason))) if reason.refuses_settlement() => Verdict::Refused(*reason),
        Some(_) => {
            let outcome = unanswered(sight, bill);
            if may_have_been_asked(sight) {
                draft.tell(bill.patient_area, PeerCommand::CancelAway { settlement, patient });
            }
            write(&mut draft, (bill, institution), &outcome);
            Verdict::Done(Answer::Settled(outcome), draft)
        }
    }
}

pub(super) fn preview<'a>(sight: Sight<'a>, bill: &Bill, institution: &Institution) -> Verdict<'a> {
    let draft = Draft::new(sight, JournalKind::Settlement);
    let ask = PeerAsk { to: bill.patient_area, command: PeerCommand::PreviewAway(*bill, as_told(sight, institution)) };
    match heard(sight, &ask) {
        None => Verdict::Ask(vec![ask], draft),
        Some(Some(Answer::Settled(outcome))) => Verdict::Done(Answer::Settled(outcome.clone()), draft),
        Some(_) => Verdict::Done(Answer::Settled(unanswered(sight, bill)), draft),
    }
}

/// What the institution's node keeps and answers never says who the sponsors are.
fn without_sponsors(outcome: &Settled) -> Settled {
    let nobody = PersonId::from_number(0);
    let aid = outcome.aid.iter().map(|(_, amount)| (nobody, *amount)).collect();
    Settled { aid, ..outcome.clone() }
}

/// The institution as the patient's node is told of it.
fn as_told(sight: Sight<'_>, institution: &Institution) -> Institution {
    Institution { aid: case_of::aid_at(sight, institution), ..*institution }
}

/// Whether the patient's node may know of the bill: it was asked now, or in an earlier try. A province that is stopped is not.
fn may_have_been_asked(sight: Sight<'_>) -> bool {
    !sight.envelope.heard.is_empty() || sight.facts.rows.messages.contains_key(&sight.envelope.message)
}

/// All in cash: a link that is down stops own money too.
fn unanswered(sight: Sight<'_>, bill: &Bill) -> Settled {
    let known = unreachable_reason(sight.law, bill, sight.envelope.at.day());
    let reason =
        known.map(|reason| if reason == Reason::SysUpstream { unheard(sight, bill.patient_area) } else { reason });
    let nothing = Fen::ZERO;
    let cash = bill.burden.total();
    Settled { own: nothing, aid: Vec::new(), wallet: nothing, cash, reason, owed: Vec::new(), left: None }
}

/// What the institution is owed, and by which areas. Sponsors are not known here.
fn write(draft: &mut Draft<'_>, (bill, institution): (&Bill, &Institution), outcome: &Settled) {
    let sight = draft.sight;
    let id = sight.envelope.id;
    let nowhere = CommandId::from_number(0);
    let share = |(area, amount): &(gongji_words::AreaCode, Fen)| Share {
        sponsor: PersonId::from_number(0),
        area: *area,
        binding: nowhere,
        source: Source::Account,
        row: nowhere,
        amount: *amount,
    };
    let row = PaymentRow {
        id,
        event: id,
        kind: PaymentKind::Away,
        state: PaymentState::Paid,
        key: bill.patient,
        key_area: bill.patient_area,
        institution: Some(institution.id),
        payee_area: institution.area,
        at: sight.envelope.at,
        own: Fen::ZERO,
        wallet: Fen::ZERO,
        cash: outcome.cash,
        items: Fen::ZERO,
        shares: outcome.owed.iter().map(share).collect(),
        plan: None,
        reversed_by: None,
    };
    let month = Month::of(sight.envelope.at.day());
    for (area, amount) in &outcome.owed {
        let way = (Position::Area(area.pool()), Position::Institution(institution.id));
        draft.push_plain(bill.patient, way, *amount);
        draft.owe(id, (*area, institution.area), (month, *amount));
    }
    draft.rows.payments.insert(id, row);
}

/// At the patient's node: the bill stands; what this area owes is written down, and its sponsors' nodes are told.
pub(super) fn confirm(sight: Sight<'_>, settlement: CommandId) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Settlement);
    if let Some(row) = sight.facts.rows.payments.get(&settlement) {
        for (area, amount) in reverse::owed_by(row) {
            draft.owe(row.event, (area, row.payee_area), (Month::of(row.at.day()), amount));
        }
        settle::confirm_shares(&mut draft, row);
    }
    Verdict::Done(Answer::Done, draft)
}

/// At the patient's node: undoes the bill; of one that never came it leaves a tombstone that refuses it later.
pub(super) fn cancel(sight: Sight<'_>, settlement: CommandId, patient: PersonId) -> Verdict<'_> {
    let Some(row) = sight.facts.rows.payments.get(&settlement) else {
        let mut draft = Draft::new(sight, JournalKind::Settlement);
        draft.rows.payments.insert(settlement, super::aid::tombstone(sight, settlement, patient));
        return Verdict::Done(Answer::Done, draft);
    };
    if row.state != PaymentState::Paid {
        return Verdict::Done(Answer::Done, Draft::new(sight, JournalKind::Reversal));
    }
    reverse::undo(sight, row, reverse::Claims::NeverOwed)
}

/// At the patient's node: a bill that comes from an institution elsewhere.
pub(super) fn settle_for<'a>(sight: Sight<'a>, bill: &Bill, institution: &Institution) -> Verdict<'a> {
    if sight.facts.rows.payments.contains_key(&sight.envelope.id) {
        return Verdict::Refused(Reason::SettleUnknown);
    }
    settle::at_home(sight, bill, institution)
}

//! What staff and auditors read: the bill by parts, the law, every step, every sponsor and why he was taken or
//! passed over, every amount.

use gongji_words::AreaCode;

use super::citing::area_text;
use super::readers::{staff_values, why_text};
use super::{About, Said, Telling, Values, joined, texts};
use crate::binding::Standing;
use crate::case::Candidate;
use crate::decide::{Clause, Cut, Payment, Step, order_candidates};
use crate::message::Using;
use crate::policy::{Bilingual, SponsorsPerSettlement};
use crate::reason::Reason;

pub(super) fn tell_staff(telling: &mut Telling<'_, '_>) {
    tell_bill(telling);
    tell_law(telling);
    for step in &telling.trace.decision.steps {
        tell_step(telling, step);
    }
    for place in places(telling) {
        tell_candidate(telling, place);
    }
    tell_payments(telling);
    if let Some(reason) = telling.trace.decision.outcome.reason {
        let text = reason_line(telling, reason, telling.trace.case.area);
        telling.say_text(About::Reason, text);
    }
}

fn tell_bill(telling: &mut Telling<'_, '_>) {
    let case = &telling.trace.case;
    let values = Values::none()
        .with("date", case.at.day())
        .with("time", format!("{:02}:{:02}", case.at.hour(), case.at.minute()))
        .with("name", telling.name(case.patient))
        .both("area", area_text(telling.law, case.area))
        .both("place", area_text(telling.law, case.institution_area))
        .both("kind", texts::kind(case.kind))
        .with("amount", case.burden.total())
        .with("fund", case.fund);
    telling.say(About::Bill, texts::BILL, &values);
    for (part, amount) in case.burden.parts() {
        let values = Values::none().both("part", texts::part(part)).with("amount", amount);
        telling.say(About::Bill, texts::PART, &values);
    }
    if let Some(wallet) = case.wallet {
        let place = area_text(telling.law, wallet.place);
        telling.say(About::Bill, texts::WALLET, &Values::none().with("amount", wallet.balance).both("place", place));
    }
    telling.say(About::Bill, texts::OWN_BALANCE, &Values::none().with("amount", case.own));
}

fn tell_law(telling: &mut Telling<'_, '_>) {
    let Some(digest) = telling.trace.policy_digest else {
        return telling.say(About::Law, texts::NO_LAW, &Values::none());
    };
    let values =
        Values::none().both("area", area_text(telling.law, telling.trace.case.area)).with("digest", hex(&digest[..8]));
    telling.say(About::Law, texts::LAW, &values);
    for other in &telling.trace.sponsor_laws {
        let values = Values::none().both("area", area_text(telling.law, other.area)).with("digest", hex(&other.digest));
        telling.say(About::Law, texts::SPONSOR_LAW, &values);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One step: what the rule says, then what came of it.
fn tell_step(telling: &mut Telling<'_, '_>, step: &Step) {
    let result = step_result(telling, step);
    let Some((key, area)) = telling.rule_of(step) else { return telling.say_text(About::Step, result) };
    let meaning = telling.meaning(key, area);
    telling.say_by(About::Step, (key, area), joined(&meaning, &result));
}

fn step_result(telling: &Telling<'_, '_>, step: &Step) -> Bilingual {
    let candidate = step.candidate.and_then(|place| telling.trace.case.candidates.get(usize::from(place)));
    let whose = candidate.map_or(telling.trace.case.patient, |candidate| candidate.sponsor);
    let area = candidate.map_or(telling.trace.case.area, |candidate| candidate.area);
    let values = Values::none().with("name", telling.name(whose)).with("amount", step.amount);
    match (step.reason, step.clause) {
        (Some(reason), _) => {
            let head = if candidate.is_some() { texts::STEP_STOPS_ONE } else { texts::STEP_STOPS };
            joined(&values.put_into(head), &reason_line(telling, reason, area))
        }
        (None, Clause::OwnAccount) => values.put_into(texts::STEP_OWN),
        (None, Clause::WalletMode) => values.put_into(texts::STEP_WALLET),
        (None, _) if candidate.is_some() => values.put_into(texts::STEP_AID),
        (None, _) => values.put_into(texts::STEP_PASSES),
    }
}

/// A reason with its code, and in quotes what the person concerned reads: its "you" is not the reader here.
fn reason_line(telling: &Telling<'_, '_>, reason: Reason, area: AreaCode) -> Bilingual {
    let text = why_text(reason, &staff_values(telling, area));
    Values::none().with("code", reason.code()).both("text", text).put_into(texts::REASON)
}

/// The candidates in the order in which they are asked, then those whom the payer did not name.
fn places(telling: &Telling<'_, '_>) -> Vec<usize> {
    let case = &telling.trace.case;
    let ranked = telling.law.on(case.area, case.at.day()).map(|law| order_candidates(law.till.sponsor_order, case));
    let mut places = ranked.unwrap_or_default();
    let others: Vec<usize> = (0..case.candidates.len()).filter(|place| !places.contains(place)).collect();
    places.extend(others);
    places
}

fn tell_candidate(telling: &mut Telling<'_, '_>, place: usize) {
    let candidate = &telling.trace.case.candidates[place];
    let text = joined(&known_of(telling, candidate), &fate(telling, place));
    telling.say_text(About::Candidate, text);
}

fn known_of(telling: &Telling<'_, '_>, candidate: &Candidate) -> Bilingual {
    let mut values = Values::none()
        .with("name", telling.name(candidate.sponsor))
        .both("area", area_text(telling.law, candidate.area))
        .with("date", candidate.asked_at.day())
        .with("available", candidate.available)
        .with("previous", candidate.previous_years);
    if let Some(quota) = candidate.frozen_quota {
        values = values.with("quota", quota);
    }
    if let Some(limit) = candidate.limit_left {
        values = values.with("limit", limit);
    }
    values.put_into(texts::CANDIDATE)
}

/// Why a sponsor was taken or passed over.
fn fate(telling: &Telling<'_, '_>, place: usize) -> Bilingual {
    let candidate = &telling.trace.case.candidates[place];
    if let Some(payment) = payment_of(telling, candidate) {
        let values = Values::none().with("amount", payment.amount).both("source", texts::source(payment.source));
        let paid = values.put_into(texts::TAKEN);
        let limit = values.put_into(texts::TAKEN_TO_LIMIT);
        return if payment.cut == Cut::ByLimit { joined(&paid, &limit) } else { paid };
    }
    let Some(step) = last_step(telling, place) else {
        return Values::none().put_into(never_asked(telling, candidate));
    };
    match step.reason {
        Some(reason) => {
            joined(&Values::none().put_into(texts::PASSED_OVER), &reason_line(telling, reason, candidate.area))
        }
        None => Values::none().with("amount", step.amount).put_into(texts::NOT_ENOUGH_TOGETHER),
    }
}

fn payment_of(telling: &Telling<'_, '_>, candidate: &Candidate) -> Option<Payment> {
    let is_his = |payment: &&Payment| (payment.sponsor, payment.binding) == (candidate.sponsor, candidate.binding);
    telling.trace.decision.outcome.aid.iter().find(is_his).copied()
}

fn last_step<'t>(telling: &Telling<'_, 't>, place: usize) -> Option<&'t Step> {
    let is_his = |step: &&Step| step.candidate.is_some_and(|found| usize::from(found) == place);
    telling.trace.decision.steps.iter().rev().find(is_his)
}

/// Why no step looked at a sponsor.
fn never_asked(telling: &Telling<'_, '_>, candidate: &Candidate) -> Said {
    let case = &telling.trace.case;
    if matches!(case.using, Using::Only(named) if named != candidate.sponsor) {
        return texts::NOT_NAMED;
    }
    let is_reached = telling.trace.decision.steps.iter().any(|step| step.candidate.is_some());
    let over = match candidate.standing {
        Standing::Expired => Some(texts::EXPIRED),
        Standing::RebindNeeded => Some(texts::MOVED),
        Standing::Nothing => Some(texts::NO_RELATION),
        _ => None,
    };
    if let Some(over) = over {
        return over;
    }
    if !is_reached {
        return texts::NOT_REACHED;
    }
    let only_first =
        telling.law.on(case.area, case.at.day()).is_ok_and(|law| law.till.sponsors == SponsorsPerSettlement::One);
    if only_first { texts::ONLY_THE_FIRST } else { texts::NOT_NEEDED }
}

fn tell_payments(telling: &mut Telling<'_, '_>) {
    let outcome = &telling.trace.decision.outcome;
    let amount = |amount| Values::none().with("amount", amount);
    if outcome.own.is_positive() {
        telling.say(About::Payment, texts::PAID_OWN, &amount(outcome.own));
    }
    for payment in &outcome.aid {
        let values = amount(payment.amount).with("name", telling.name(payment.sponsor));
        telling.say(About::Payment, texts::PAID_AID, &values.both("source", texts::source(payment.source)));
    }
    if outcome.wallet.is_positive() {
        telling.say(About::Payment, texts::PAID_WALLET, &amount(outcome.wallet));
    }
    telling.say(About::Payment, texts::PAID_CASH, &amount(outcome.cash));
    if outcome.items.is_positive() {
        telling.say(About::Payment, texts::COUNTED_ITEMS, &amount(outcome.items));
    }
}

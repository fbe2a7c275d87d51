//! What the till, the patient and a sponsor read: each no more than he has a right to.

use gongji_words::{AreaCode, Fen, PersonId};

use super::citing::area_text;
use super::{About, Telling, Values, texts};
use crate::decide::{Cut, Payment};
use crate::policy::{Bilingual, Speaker, key_of};
use crate::reason::{Audience, Language, Reason, fill};

/// The till: sums by purse, what to collect, one line why.
pub(super) fn tell_cashier(telling: &mut Telling<'_, '_>) {
    say_purses(telling, texts::CASHIER_PURSES);
    if telling.trace.decision.outcome.cash.is_zero() {
        telling.say(About::Payment, texts::NOTHING_TO_COLLECT, &Values::none());
    }
    say_reason(telling, Audience::Cashier);
}

/// The patient: his own bill, his own purses, relatives' money as one sum, the one reason.
pub(super) fn tell_beneficiary(telling: &mut Telling<'_, '_>) {
    let case = &telling.trace.case;
    let bill = Values::none()
        .with("date", case.at.day())
        .both("kind", texts::kind(case.kind))
        .with("amount", case.burden.total());
    telling.say(About::Bill, texts::YOUR_BILL, &bill);
    say_purses(telling, texts::YOUR_PURSES);
    if telling.trace.decision.outcome.aid_total().is_positive() {
        let area = telling.trace.case.area;
        telling.say_rule(About::Law, ("till.own-account", area));
        telling.say_rule(About::Law, ("till.sponsor-order", area));
    }
    say_reason(telling, Audience::Beneficiary);
}

/// A sponsor: what his account paid for whom, on which day; and if it paid nothing, that alone, so that he does
/// not learn of a visit what he did not pay for.
pub(super) fn tell_sponsor(telling: &mut Telling<'_, '_>, sponsor: PersonId) {
    let paid: Vec<Payment> =
        telling.trace.decision.outcome.aid.iter().filter(|payment| payment.sponsor == sponsor).copied().collect();
    if paid.is_empty() {
        return telling.say(About::Payment, texts::NOTHING_OF_YOURS, &Values::none());
    }
    for payment in paid {
        let case = &telling.trace.case;
        let values = Values::none()
            .with("date", case.at.day())
            .with("name", telling.name(case.patient))
            .with("amount", payment.amount);
        telling.say(About::Payment, texts::of_your_money(payment.source), &values);
        if payment.cut == Cut::ByLimit {
            telling.say(About::Payment, texts::YOUR_LIMIT, &Values::none());
        }
        telling.say_rule(About::Law, ("money.usable", payment.area));
    }
}

fn say_purses(telling: &mut Telling<'_, '_>, purses: [super::Said; 4]) {
    let outcome = &telling.trace.decision.outcome;
    let amounts = [outcome.own, outcome.wallet, outcome.aid_total(), outcome.cash];
    for (said, amount) in purses.into_iter().zip(amounts).filter(|(_, amount)| amount.is_positive()) {
        telling.say(About::Payment, said, &Values::none().with("amount", amount));
    }
}

fn say_reason(telling: &mut Telling<'_, '_>, audience: Audience) {
    let Some(reason) = telling.trace.decision.outcome.reason else { return };
    let reason = veiled(reason);
    let text = reason_text(reason, audience, &public_values(telling));
    match public_clause(reason) {
        Some(clause) => telling.say_by(About::Reason, (clause, Some(telling.trace.case.area)), text),
        None => telling.say_text(About::Reason, text),
    }
}

/// What stands on a sponsor's money is one reason to relatives and tills: where one account must pay the whole,
/// "too little" and "nothing" told apart would bound a balance.
fn veiled(reason: Reason) -> Reason {
    match reason.seen_by(Audience::Beneficiary) {
        Reason::SettleInsufficientWhole => Reason::SettleSponsorShort,
        other => other,
    }
}

/// The rule of the patient's area behind a reason. A sponsor's area is not named: it would name the sponsor.
fn public_clause(reason: Reason) -> Option<&'static str> {
    if reason == Reason::SettleSponsorShort {
        return Some("till.shortfall");
    }
    reason.clause().filter(|key| key_of(key).is_some_and(|key| key.speaker() == Speaker::Patient))
}

/// What relatives and tills may read in the text of a reason: the sums of the bill, no limit, no balance.
fn public_values(telling: &Telling<'_, '_>) -> Values {
    let outcome = &telling.trace.decision.outcome;
    Values::none().with("paid", outcome.aid_total()).with("rest", outcome.cash).with("due", outcome.cash)
}

/// What a reason says to a reader: what happened and why, without what to do.
fn reason_text(reason: Reason, audience: Audience, values: &Values) -> Bilingual {
    let (zh, en) = (reason.text(Language::Zh, audience), reason.text(Language::En, audience));
    let of = |parts: [&str; 2], values: &[(&str, &str)]| parts.map(|part| fill(part, values));
    let [what, why] = of([zh.what, zh.why], &values.zh());
    let zh = format!("{what}{why}");
    let [what, why] = of([en.what, en.why], &values.en());
    Bilingual { zh, en: if why.is_empty() { what } else { format!("{what} {why}") } }
}

/// What a reason says of the facts, to the person concerned.
pub(super) fn why_text(reason: Reason, values: &Values) -> Bilingual {
    let [zh, en] = [Language::Zh, Language::En].map(|language| reason.text(language, Audience::Staff).why);
    Bilingual { zh: fill(zh, &values.zh()), en: fill(en, &values.en()) }
}

/// What staff may read in the text of a reason: all that the trace knows.
pub(super) fn staff_values(telling: &Telling<'_, '_>, area: AreaCode) -> Values {
    let law = telling.law.on(area, telling.trace.case.at.day()).ok();
    let at_home = telling.law.on(telling.trace.case.area, telling.trace.case.at.day()).ok();
    let reserve = law.map_or(Fen::ZERO, |law| law.money.reserve);
    let limit = at_home.and_then(|law| law.till.item_limit.as_ref()).map_or(Fen::ZERO, |limit| limit.monthly);
    public_values(telling).with("amount", reserve).with("max", limit).both("area", area_text(telling.law, area))
}

//! Premiums: paid whole or not at all, by an active binding or for oneself. The node of the insured person keeps
//! them; a payer of another province is asked like a sponsor at a till.

use gongji_words::{Day, Fen};

use crate::binding::Binding;
use crate::binding::Standing;
use crate::burden::Purpose;
use crate::case::{AccountUse, Candidate, Line, PurposeUse};
use crate::journal::{JournalKind, Position};
use crate::message::{Answer, PeerAsk, PeerCommand, PremiumOrder, Told};
use crate::person::{InsuranceStatus, Person, Scheme};
use crate::policy::Policy;
use crate::reason::Reason;
use crate::record::{PaymentKind, PaymentRow, PaymentState, PremiumRow, Share};

use super::{Draft, Sight, Verdict, aid, bind, case_of, facts, heard, unheard};

pub(super) fn pay<'a>(sight: Sight<'a>, order: &PremiumOrder) -> Verdict<'a> {
    let draft = Draft::new(sight, JournalKind::Premium);
    let Some(person) = draft.local(order.person).cloned() else {
        return Verdict::Refused(Reason::PremiumNotPayable);
    };
    if let Err(reason) = payable(sight, &person, order) {
        return Verdict::Refused(reason);
    }
    if order.payer == order.person {
        return pay_own(draft, order);
    }
    let now = sight.envelope.at;
    let of_payer = |binding: &&Binding| binding.sponsor == order.payer && binding.standing(now) == Standing::Usable;
    let Some(binding) = sight.facts.bindings_for(order.person).find(of_payer).cloned() else {
        return Verdict::Refused(Reason::PremiumNoBinding);
    };
    if !binding.allows(Purpose::Premium) {
        return Verdict::Refused(Reason::PremiumNoBinding);
    }
    if bind::is_here(sight, binding.sponsor_area) {
        return pay_here(draft, order, &binding);
    }
    pay_from_elsewhere(draft, order, &binding)
}

/// Whether the plan can be paid for this person now: `PREMIUM_NOT_PAYABLE`, `PREMIUM_CLOSED`, `PREMIUM_PAID`.
fn payable(sight: Sight<'_>, person: &Person, order: &PremiumOrder) -> Result<(), Reason> {
    let today = sight.envelope.at.day();
    let law = sight.law.on(person.area, today).map_err(|_| Reason::PremiumNotPayable)?;
    if !is_offered(law, person, order) || !order.amount.is_positive() {
        return Err(Reason::PremiumNotPayable);
    }
    if law.premium.season.is_some_and(|season| !is_in_season(season, order.year, today)) {
        return Err(Reason::PremiumClosed);
    }
    let key = (person.id, order.plan.clone(), order.year);
    let stands = sight.facts.rows.premiums.get(&key).is_some_and(|row| row.payment.is_some());
    if stands { Err(Reason::PremiumPaid) } else { Ok(()) }
}

/// The resident premium is for residents and the uninsured; other plans are the products that the facts name.
fn is_offered(law: &Policy, person: &Person, order: &PremiumOrder) -> bool {
    if person.status == InsuranceStatus::Dead {
        return false;
    }
    match order.plan.as_str() {
        "resident" => law.premium.resident && person.scheme != Scheme::Employee,
        "long-term-care" => law.premium.long_term_care,
        name => law.premium.products.iter().any(|product| product.name == name),
    }
}

/// A season lies in the year before the plan year.
fn is_in_season((first, last): ((u8, u8), (u8, u8)), plan_year: i32, today: Day) -> bool {
    let on = (today.month(), today.day_of_month());
    today.year() == plan_year - 1 && first <= on && on <= last
}

/// For oneself: the own account, else the wallet; whole from one of them.
fn pay_own<'a>(mut draft: Draft<'a>, order: &PremiumOrder) -> Verdict<'a> {
    let person = order.person;
    let usable = draft.account(person).is_some_and(|account| !account.frozen);
    let mut row = row_of(&draft, order);
    if let Some(lots) = draft.free(person).first(order.amount).filter(|_| usable) {
        draft.spend(person, &lots, Position::Premiums);
        row.own = order.amount;
        return keep(draft, order, row);
    }
    let wallet = draft.sight.facts.rows.wallets.get(&person).copied();
    let Some(mut wallet) = wallet.filter(|wallet| wallet.balance >= order.amount) else {
        return Verdict::Refused(Reason::PremiumShort);
    };
    wallet.balance = wallet.balance.minus(order.amount);
    draft.rows.wallets.insert(person, wallet);
    draft.push_plain(person, (Position::Wallet(person), Position::Premiums), order.amount);
    row.wallet = order.amount;
    keep(draft, order, row)
}

fn pay_here<'a>(mut draft: Draft<'a>, order: &PremiumOrder, binding: &Binding) -> Verdict<'a> {
    if let Some(more) = facts::unread(draft.sight.facts, [binding.sponsor], &[]) {
        return Verdict::More(more);
    }
    let candidate = case_of::candidate(&draft, binding, Purpose::Premium);
    if candidate.line == Line::Stopped {
        return Verdict::Refused(Reason::SettleStopped);
    }
    let Some(source) = aid::able_to_pay(&draft, &candidate, order.amount) else {
        return Verdict::Refused(Reason::PremiumShort);
    };
    if !has_own_threshold(&draft, order, candidate.available) {
        return Verdict::Refused(Reason::PremiumShort);
    }
    let (sponsor, amount) = (binding.sponsor, order.amount);
    aid::take(&mut draft, (sponsor, binding.id, source), (amount, Position::Premiums));
    draft.count((sponsor, binding.id), draft.sight.envelope.at.day(), amount);
    aid::tell_sponsor(&mut draft, sponsor, (Told::Spent, amount));
    let mut row = row_of(&draft, order);
    let (area, id) = (binding.sponsor_area, draft.sight.envelope.id);
    row.shares.push(Share { sponsor, area, binding: binding.id, source, row: id, amount });
    keep(draft, order, row)
}

/// Some areas let only those buy products who keep a certain balance themselves.
fn has_own_threshold(draft: &Draft<'_>, order: &PremiumOrder, available: Fen) -> bool {
    let sight = draft.sight;
    let law = sight.law.on(order.payer_area, sight.envelope.at.day());
    let product = law.ok().and_then(|law| law.premium.products.iter().find(|product| product.name == order.plan));
    product.and_then(|product| product.own_threshold).is_none_or(|least| available >= least)
}

fn pay_from_elsewhere<'a>(mut draft: Draft<'a>, order: &PremiumOrder, binding: &Binding) -> Verdict<'a> {
    let sight = draft.sight;
    if sight.envelope.heard.is_empty() {
        aid::cancel_earlier_tries(&mut draft, order.person);
    }
    let payee = draft.local(order.person).map_or(sight.node, |person| person.area.pool());
    let relation = (binding.sponsor, binding.sponsor_area, binding.id);
    let question = aid::question(sight, relation, (Purpose::Premium, payee));
    let standing = PeerAsk { to: binding.sponsor_area, command: PeerCommand::Standing(question) };
    let pay = PeerAsk { to: binding.sponsor_area, command: PeerCommand::Pay(question, order.amount, Told::Spent) };
    let known = match heard(sight, &standing) {
        None => return Verdict::Ask(vec![standing], draft),
        Some(Some(Answer::Standing(candidate))) => candidate,
        Some(_) => return Verdict::Refused(unheard(sight, standing.to)),
    };
    if known.line == Line::Stopped {
        return Verdict::Refused(Reason::SettleStopped);
    }
    if !is_good_for(known, order.amount) {
        return Verdict::Refused(Reason::PremiumShort);
    }
    let share = aid::share_id(question.payment, binding.id, question.attempt);
    match heard(sight, &pay) {
        None => return Verdict::Ask(vec![pay], draft),
        Some(Some(Answer::Paid(_))) => {}
        Some(Some(_)) => return Verdict::Refused(Reason::PremiumShort),
        Some(None) => return Verdict::Refused(unheard(sight, pay.to)),
    }
    let mut row = row_of(&draft, order);
    let source =
        if known.frozen_quota.is_some() { crate::decide::Source::Quota } else { crate::decide::Source::Account };
    let (sponsor, area) = (binding.sponsor, binding.sponsor_area);
    draft.push_plain(sponsor, (Position::Area(area.pool()), Position::Premiums), order.amount);
    row.shares.push(Share { sponsor, area, binding: binding.id, source, row: share, amount: order.amount });
    draft.tell(area, PeerCommand::Confirm { share, sponsor, owed: Fen::ZERO });
    keep(draft, order, row)
}

fn is_good_for(candidate: &Candidate, amount: Fen) -> bool {
    let money = candidate.frozen_quota.unwrap_or(candidate.available);
    candidate.standing == Standing::Usable
        && candidate.account == AccountUse::Usable
        && candidate.purpose == PurposeUse::Allowed
        && money >= amount
        && candidate.limit_left.is_none_or(|left| left >= amount)
}

fn row_of(draft: &Draft<'_>, order: &PremiumOrder) -> PaymentRow {
    let sight = draft.sight;
    let area = draft.local(order.person).map_or(sight.node, |person| person.area);
    PaymentRow {
        id: sight.envelope.id,
        event: sight.envelope.id,
        kind: PaymentKind::Premium,
        state: PaymentState::Paid,
        key: order.person,
        key_area: area,
        institution: None,
        payee_area: area,
        at: sight.envelope.at,
        own: Fen::ZERO,
        wallet: Fen::ZERO,
        cash: Fen::ZERO,
        items: Fen::ZERO,
        shares: Vec::new(),
        plan: Some((order.plan.clone(), order.year)),
        reversed_by: None,
    }
}

fn keep<'a>(mut draft: Draft<'a>, order: &PremiumOrder, row: PaymentRow) -> Verdict<'a> {
    let (person, plan, year) = (order.person, order.plan.clone(), order.year);
    let key = (person, plan.clone(), year);
    draft.rows.premiums.insert(key, PremiumRow { person, plan, year, payment: Some(row.id) });
    draft.rows.payments.insert(row.id, row);
    Verdict::Done(Answer::PaidBy(order.payer), draft)
}

//! The life of a binding after it was asked for: consent, review, limits, pause, unbinding, order.

use gongji_words::PersonId;

use crate::binding::{Binding, BindingState, EndCause};
use crate::journal::JournalKind;
use crate::limits::Limits;
use crate::message::{Answer, Consented, LimitChange, Pair, PeerCommand, Side, Verdict as ReviewVerdict};
use crate::policy::{SponsorOrder, UnbindBy, UnbindEffect};
use crate::reason::Reason;
use crate::record::SponsorChoice;

use super::{Draft, Sight, Verdict, bind};

/// The latest binding of a pair that still counts.
fn standing(sight: Sight<'_>, pair: Pair) -> Option<Binding> {
    let now = sight.envelope.at;
    let of_pair = |binding: &&Binding| binding.beneficiary == pair.beneficiary && binding.counts(now);
    let latest = sight.facts.bindings_by(pair.sponsor).filter(of_pair).max_by_key(|binding| binding.asked_at);
    latest.map(|binding| {
        let mut current = binding.clone();
        current.state = binding.state_at(now);
        current
    })
}

/// The latest binding of a pair, whatever became of it.
fn latest(sight: Sight<'_>, pair: Pair) -> Option<&Binding> {
    let of_pair = |binding: &&Binding| binding.beneficiary == pair.beneficiary;
    sight.facts.bindings_by(pair.sponsor).filter(of_pair).max_by_key(|binding| (binding.asked_at, binding.id))
}

pub(super) fn consent(sight: Sight<'_>, pair: Pair, said: Consented) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let Some(mut binding) = standing(sight, pair).filter(|b| b.state == BindingState::PendingConsent) else {
        let late = |binding: &Binding| {
            binding.end_cause == Some(EndCause::ConsentExpired) || binding.state == BindingState::PendingConsent
        };
        let expired = latest(sight, pair).is_some_and(late);
        return Verdict::Refused(if expired { Reason::BindConsentExpired } else { Reason::BindNotFound });
    };
    if said == Consented::No {
        draft.end_binding(&binding, EndCause::Declined);
        return Verdict::Done(Answer::Binding(BindingState::Ended), draft);
    }
    binding.agree(sight.envelope.at.day());
    draft.tell_effective(&binding);
    let answer = Answer::Binding(binding.state);
    draft.keep_binding(binding);
    Verdict::Done(answer, draft)
}

pub(super) fn review(sight: Sight<'_>, pair: Pair, verdict: ReviewVerdict) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let Some(mut binding) = standing(sight, pair).filter(|b| b.state == BindingState::PendingReview) else {
        return Verdict::Refused(Reason::BindNotFound);
    };
    match verdict {
        ReviewVerdict::Approve => binding.take_effect(sight.envelope.at.day()),
        ReviewVerdict::Reject => binding.state = BindingState::Rejected,
        ReviewVerdict::Return => binding.state = BindingState::Returned,
    }
    draft.tell_effective(&binding);
    let answer = Answer::Binding(binding.state);
    draft.keep_binding(binding);
    Verdict::Done(answer, draft)
}

/// Limits are accepted also where the area has none of its own.
pub(super) fn change_limits<'a>(sight: Sight<'a>, pair: Pair, change: &LimitChange) -> Verdict<'a> {
    let Some(mut binding) = standing(sight, pair) else { return Verdict::Refused(Reason::BindNotFound) };
    let limits = &mut binding.limits;
    limits.quota = change.quota.unwrap_or(limits.quota);
    limits.per_settlement = change.per_settlement.unwrap_or(limits.per_settlement);
    limits.per_day = change.per_day.unwrap_or(limits.per_day);
    limits.per_month = change.per_month.unwrap_or(limits.per_month);
    limits.per_year = change.per_year.unwrap_or(limits.per_year);
    let limits = binding.limits;
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let sponsor_area = binding.sponsor_area;
    draft.keep_binding(binding);
    if sight.law.on(sponsor_area, sight.envelope.at.day()).is_ok_and(|law| law.bind.one_limit_for_all) {
        set_for_all(&mut draft, pair.sponsor, limits);
    }
    Verdict::Done(Answer::Done, draft)
}

/// Where one limit holds for all of a sponsor's relatives, each of his bindings carries it.
pub(super) fn set_for_all(draft: &mut Draft<'_>, sponsor: PersonId, limits: Limits) {
    let now = draft.sight.envelope.at;
    let all: Vec<Binding> = draft.sight.facts.bindings_by(sponsor).filter(|one| one.counts(now)).cloned().collect();
    for other in all.into_iter().filter(|one| one.limits != limits) {
        if !draft.rows.bindings.contains_key(&(sponsor, other.id)) {
            draft.keep_binding(Binding { limits, ..other });
        }
    }
}

pub(super) fn pause(sight: Sight<'_>, pair: Pair) -> Verdict<'_> {
    use BindingState as S;
    let usable = |binding: &Binding| matches!(binding.state, S::Active | S::Scheduled | S::Paused);
    let Some(mut binding) = standing(sight, pair).filter(usable) else {
        return Verdict::Refused(Reason::BindNotFound);
    };
    binding.state = S::Paused;
    let mut draft = Draft::new(sight, JournalKind::Quota);
    draft.keep_binding(binding);
    Verdict::Done(Answer::Binding(S::Paused), draft)
}

pub(super) fn resume(sight: Sight<'_>, pair: Pair) -> Verdict<'_> {
    use BindingState as S;
    let resumable = |binding: &Binding| matches!(binding.state, S::Paused | S::Active | S::Scheduled);
    let Some(mut binding) = standing(sight, pair).filter(resumable) else {
        return Verdict::Refused(Reason::BindNotFound);
    };
    if binding.state == S::Paused {
        let today = sight.envelope.at.day();
        binding.state = if binding.from > today { S::Scheduled } else { S::Active };
    }
    let answer = Answer::Binding(binding.state);
    let mut draft = Draft::new(sight, JournalKind::Quota);
    draft.keep_binding(binding);
    Verdict::Done(answer, draft)
}

/// Unbinding: the sponsor's area says who may and when it takes effect.
pub(super) fn unbind(sight: Sight<'_>, pair: Pair, side: Side) -> Verdict<'_> {
    let Some(mut binding) = standing(sight, pair) else { return Verdict::Refused(Reason::BindNotFound) };
    let now = sight.envelope.at;
    let Ok(law) = sight.law.on(binding.sponsor_area, now.day()) else {
        return Verdict::Refused(Reason::BindAreaNotOpen);
    };
    let waiting = matches!(binding.state, BindingState::PendingConsent | BindingState::PendingReview);
    let allowed = match law.bind.unbind_by {
        UnbindBy::Either => true,
        UnbindBy::Sponsor => side == Side::Sponsor,
        UnbindBy::Beneficiary => side == Side::Beneficiary,
    };
    if !allowed {
        return Verdict::Refused(Reason::UnbindNotYours);
    }
    if !waiting && law.bind.unbind_min_term_months.is_some_and(|months| now.day() < months_after(&binding, months)) {
        return Verdict::Refused(Reason::UnbindMinTerm);
    }
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let cause = match side {
        Side::Sponsor => EndCause::BySponsor,
        Side::Beneficiary => EndCause::ByBeneficiary,
    };
    let later = match law.bind.unbind_effect {
        UnbindEffect::AtOnce => false,
        UnbindEffect::NextDay => true,
        UnbindEffect::NextDayIfBoundToday => binding.asked_at.day() == now.day(),
    };
    if !later || waiting {
        draft.end_binding(&binding, cause);
        return Verdict::Done(Answer::Binding(BindingState::Ended), draft);
    }
    let ends_at = binding.ends_at.or(Some(now.day().next().start()));
    binding.begin_to_end(cause, ends_at);
    if !bind::is_here(sight, binding.sponsor_area) {
        let Binding { sponsor, id, ends_at, .. } = binding;
        draft.tell(binding.sponsor_area, PeerCommand::EndBinding { sponsor, binding: id, cause, ends_at });
    }
    draft.keep_binding(binding);
    Verdict::Done(Answer::Binding(BindingState::Ending), draft)
}

/// The first day on which a binding has lasted so many months; a missing day of a short month is its last.
fn months_after(binding: &Binding, months: u32) -> gongji_words::Day {
    use gongji_words::{Day, Month};
    let from = binding.from;
    let month = Month::from_number(Month::of(from).number() + i32::try_from(months).unwrap_or(i32::MAX));
    let day = (28..=from.day_of_month()).rev().find_map(|day| Day::new(month.year(), month.month(), day));
    day.or_else(|| Day::new(month.year(), month.month(), from.day_of_month())).unwrap_or_else(|| month.first_day())
}

/// The beneficiary's order of sponsors; the patient's area says whether he has one.
pub(super) fn order<'a>(sight: Sight<'a>, beneficiary: PersonId, sponsors: &[PersonId]) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Quota);
    let Some(area) = draft.local(beneficiary).map(|person| person.area) else {
        return Verdict::Refused(Reason::BindNotFound);
    };
    let law = sight.law.on(area, sight.envelope.at.day());
    let his = |till: &crate::policy::TillLaw| till.sponsor_order == SponsorOrder::Beneficiary || till.order_changeable;
    if !law.is_ok_and(|law| his(&law.till)) {
        return Verdict::Refused(Reason::OrderNotYours);
    }
    let bound = |sponsor: &PersonId| {
        let mut bindings = sight.facts.bindings_for(beneficiary);
        bindings.any(|binding| binding.sponsor == *sponsor && binding.counts(sight.envelope.at))
    };
    if !sponsors.iter().all(bound) {
        return Verdict::Refused(Reason::BindNotFound);
    }
    draft.rows.choices.insert(beneficiary, SponsorChoice { beneficiary, sponsors: sponsors.to_vec() });
    Verdict::Done(Answer::Done, draft)
}

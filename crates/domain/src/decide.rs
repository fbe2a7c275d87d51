//! The decision at the till: which purse pays what of a bill, and the one reason that it carries.
//!
//! The checks stand in the order of precedence of the reasons; the first that applies speaks. A denial of aid is
//! an outcome with a reason, never a refusal of the settlement. Pure: the law, the case, nothing else.
//!
//! Start reading at [`decide`]; the rule "the sponsor with the highest balance" is [`order_candidates`].

mod order;
mod outcome;

use std::cmp::Reverse;

use gongji_words::Fen;

use crate::binding::{Distance, Standing};
use crate::burden::{Burden, PAYABLE, PartSet, VisitKind};
use crate::case::{AccountUse, Candidate, Case, FamilyCode, Filing, Line, PurposeUse};
use crate::channel::{self, PayChannel};
use crate::institution::Takes;
use crate::message::{Bill, Urgency, Using};
use crate::person::{InsuranceStatus, Scheme};
use crate::policy::{
    FilingForAid, Law, MoneyLaw, OwnAccount, Policy, PooledBenefit, Reach, Shortfall, SponsorsPerSettlement, TillLaw,
    UsableMoney,
};
use crate::reason::Reason;
use crate::zoo::{self, Cage};

pub use order::order_candidates;
pub use outcome::{Clause, Cut, Decision, Outcome, Payment, Source, Step};

/// The purses as a decision empties them.
struct Purses<'a> {
    law: &'a Law,
    case: &'a Case,
    left: Burden,
    own: Fen,
    wallet: Fen,
    steps: Vec<Step>,
}

/// What aid came to.
struct Aid {
    payments: Vec<Payment>,
    items: Fen,
}

/// Decides who pays what of a bill.
///
/// The patient's area speaks, except on which of a sponsor's money may be used: there the sponsor's own does.
/// Before the first day on which anything is formalised there is no aid, and the own account pays.
#[must_use]
pub fn decide(law: &Law, case: &Case) -> Decision {
    let mut purses =
        Purses { law, case, left: case.burden, own: Fen::ZERO, wallet: Fen::ZERO, steps: Vec::with_capacity(8) };
    let Ok(policy) = law.on(case.area, case.at.day()) else {
        purses.pay_own(PartSet::of(&PAYABLE));
        let reason = purses.before_any_law();
        return purses.finish(Err(Some(reason)));
    };
    let aid = match policy.till.own_account {
        OwnAccount::AidFirst => {
            let aid = purses.aid(policy);
            purses.pay_own(policy.till.payable);
            purses.pay_wallet(policy.till.payable);
            aid
        }
        OwnAccount::OwnFirst | OwnAccount::OwnMustBeZero => {
            purses.pay_own(policy.till.payable);
            purses.pay_wallet(policy.till.payable);
            purses.aid(policy)
        }
    };
    purses.finish(aid)
}

impl Purses<'_> {
    fn step(&mut self, clause: Clause, candidate: Option<usize>, reason: Option<Reason>, amount: Fen) {
        let candidate = candidate.map(|place| u8::try_from(place).unwrap_or(u8::MAX));
        self.steps.push(Step { clause, candidate, reason, amount });
    }

    /// The own account pays unless the payer said cash; whatever the insurance's status.
    fn pay_own(&mut self, payable: PartSet) {
        if self.case.using == Using::Cash || zoo::open(Cage::OwnAccountSpared) {
            return;
        }
        self.own = self.left.take(payable, self.case.own);
        self.step(Clause::OwnAccount, None, None, self.own);
    }

    fn pay_wallet(&mut self, payable: PartSet) {
        if !self.case.using.uses_wallet() || self.wallet_stop().is_some() {
            return;
        }
        let balance = self.case.wallet.map_or(Fen::ZERO, |wallet| wallet.balance);
        if balance.is_zero() {
            return;
        }
        self.wallet = self.left.take(payable, balance);
        self.step(Clause::WalletMode, None, None, self.wallet);
    }

    /// Why wallet money that is there cannot be used here.
    fn wallet_stop(&self) -> Option<Reason> {
        let wallet = self.case.wallet.filter(|wallet| wallet.balance.is_positive())?;
        if self.case.takes_wallet == Takes::No {
            return Some(Reason::SettleInstChannel);
        }
        let covers = wallet.place.covers(self.case.institution_area) || zoo::open(Cage::WalletPlaceIgnored);
        (!covers).then_some(Reason::WalletPlace)
    }

    /// The reason on a day for which nothing is formalised: what needs no law goes before it, in order.
    fn before_any_law(&self) -> Reason {
        let case = self.case;
        let live = |candidate: &Candidate| !is_over(candidate.standing);
        let everybody: Vec<usize> = (0..case.candidates.len()).collect();
        let without_aid = case.using.without_aid();
        let checks = [
            (case.scheme == Scheme::Uninsured, Reason::SettlePatientInactive),
            (case.status != InsuranceStatus::Active, Reason::SettlePatientInactive),
            (self.left.total().is_zero(), Reason::SettleOwnFirst),
            (without_aid.is_some(), without_aid.unwrap_or(Reason::SettleChoseNot)),
            (self.left.total_of(PartSet::of(&PAYABLE)).is_zero(), Reason::SettleItemExcluded),
            (!case.candidates.iter().any(live), self.without_binding(&everybody)),
        ];
        let first = checks.into_iter().find(|(applies, _)| *applies);
        first.map_or(Reason::SettleAreaNotOpen, |(_, reason)| reason)
    }

    /// The flat column: reasons 4 to 16, in order. What it returns as `Err` is the reason for no aid at all;
    /// `SettleOwnFirst` there means that nothing was left to ask about.
    fn aid(&mut self, policy: &Policy) -> Result<Aid, Option<Reason>> {
        let till = &policy.till;
        if !may_use_aid(self.case, till) && !zoo::open(Cage::PatientStatusIgnored) {
            return Err(Some(Reason::SettlePatientInactive));
        }
        if self.left.total().is_zero() {
            let first = till.own_account != OwnAccount::AidFirst;
            return Err(first.then_some(Reason::SettleOwnFirst));
        }
        if let Some(reason) = self.case.using.without_aid().filter(|_| !zoo::open(Cage::ChosenPurseIgnored)) {
            return Err(Some(reason));
        }
        if !till.kinds_for(self.case.scheme).contains(&self.case.kind) && !zoo::open(Cage::KindIgnored) {
            let clause = if self.case.scheme == Scheme::Employee { Clause::KindsEmployee } else { Clause::Kinds };
            return self.deny(clause, Reason::SettlePurposeExcluded);
        }
        let ranked = order_candidates(till.sponsor_order, self.case);
        if self.leaves_purpose_out(&ranked) {
            return self.deny(Clause::Binding, Reason::SettlePurposeExcluded);
        }
        if self.left.total_of(till.payable).is_zero() {
            return self.deny(Clause::Payable, Reason::SettleItemExcluded);
        }
        let linked = till.pooled_benefit == PooledBenefit::PureAccountOnly && self.case.fund.is_positive();
        if linked && !zoo::open(Cage::FundIgnored) {
            return self.deny(Clause::PooledBenefit, Reason::SettleBenefitLinked);
        }
        let ready = self.ready_candidates(policy, &ranked)?;
        let own_left = till.own_account == OwnAccount::OwnMustBeZero && self.case.own.is_positive();
        if own_left && !zoo::open(Cage::OwnNotZeroIgnored) {
            let reason = self.or_wallet_stop(ready.before.unwrap_or(Reason::SettleOwnNotZero));
            return self.deny(Clause::OwnAccount, reason);
        }
        self.pay(till, &ready)
    }

    /// Whether every binding there is leaves the purpose of the bill out.
    fn leaves_purpose_out(&self, ranked: &[usize]) -> bool {
        let mut live = ranked.iter().map(|place| &self.case.candidates[*place]).filter(|c| !is_over(c.standing));
        let out = |candidate: &Candidate| candidate.purpose == PurposeUse::LeftOut;
        live.next().is_some_and(out) && live.all(out)
    }

    fn deny<T>(&mut self, clause: Clause, reason: Reason) -> Result<T, Option<Reason>> {
        self.step(clause, None, Some(reason), Fen::ZERO);
        Err(Some(reason))
    }

    /// The sponsors who may pay, in the area's order. Those whom reasons 9 to 12 stop are passed over and rank last
    /// for the reason; one whose binding leaves the purpose out (6) does not pay either, but keeps his rank.
    fn ready_candidates(&mut self, policy: &Policy, ranked: &[usize]) -> Result<Ready, Option<Reason>> {
        let live = |place: &usize| !is_over(self.case.candidates[*place].standing);
        if !ranked.iter().any(live) {
            let reason = self.without_binding(ranked);
            return self.deny(Clause::Binding, reason);
        }
        let mut ready = Ready { places: Vec::with_capacity(ranked.len()), before: None };
        let mut passed_over = None;
        for place in ranked.iter().copied().filter(live) {
            let Some((clause, reason)) = self.stop(policy, &self.case.candidates[place]) else {
                ready.places.push(place);
                continue;
            };
            self.step(clause, Some(place), Some(reason), Fen::ZERO);
            if reason != Reason::SettlePurposeExcluded {
                passed_over = passed_over.or(Some(reason));
            } else if ready.places.is_empty() {
                ready.before = Some(reason);
            }
        }
        if !ready.places.is_empty() {
            return Ok(ready);
        }
        let reason = ready.before.or(passed_over).unwrap_or(Reason::SettleNoBinding);
        Err(Some(self.or_wallet_stop(reason)))
    }

    /// In the eleventh place, what stops wallet money goes before what stops a direct call.
    fn or_wallet_stop(&self, reason: Reason) -> Reason {
        let before = reason.till_rank().is_some_and(|rank| rank < 11)
            || matches!(reason, Reason::SysUpstream | Reason::SettleAreaNotOpen);
        if before || self.wallet.is_positive() { reason } else { self.wallet_stop().unwrap_or(reason) }
    }

    /// Reason 9 and what an ended binding still says where there is no other.
    fn without_binding(&self, ranked: &[usize]) -> Reason {
        let named = ranked.iter().map(|place| &self.case.candidates[*place]);
        let mut ended: Vec<_> = named.filter(|candidate| candidate.standing != Standing::Nothing).collect();
        ended.sort_by_key(|candidate| Reverse((candidate.asked_at, candidate.binding)));
        match ended.first().map(|candidate| candidate.standing) {
            Some(Standing::RebindNeeded) => Reason::SettleRebindNeeded,
            Some(_) => Reason::SettleExpired,
            None if self.case.family_code == FamilyCode::Present => Reason::SettleFamilyCodeOnly,
            None => Reason::SettleNoBinding,
        }
    }

    /// Reasons 9 to 12 for one sponsor, and the purposes that he left out.
    fn stop(&self, policy: &Policy, candidate: &Candidate) -> Option<(Clause, Reason)> {
        if candidate.purpose == PurposeUse::LeftOut {
            return Some((Clause::Binding, Reason::SettlePurposeExcluded));
        }
        if let Some(reason) = standing_reason(candidate.standing) {
            return Some((Clause::Binding, reason));
        }
        let stopped = self.case.takes_aid == Takes::Stopped || candidate.line == Line::Stopped;
        if stopped {
            return Some((Clause::Binding, Reason::SettleStopped));
        }
        if candidate.line == Line::Down {
            return Some((Clause::Reach, Reason::SysUpstream));
        }
        if let Some(stop) = self.channel_stop(policy, candidate) {
            return Some(stop);
        }
        (candidate.account == AccountUse::Unavailable).then_some((Clause::Usable, Reason::SettleSponsorUnavailable))
    }

    /// The eleventh place. What makes a relation cross provinces is where the two are insured, never where care
    /// is given.
    fn channel_stop(&self, policy: &Policy, candidate: &Candidate) -> Option<(Clause, Reason)> {
        let Ok(theirs) = self.law.on(candidate.area, self.case.at.day()) else {
            return Some((Clause::Open, Reason::SettleAreaNotOpen));
        };
        let channel = match candidate.frozen_quota {
            Some(_) => channel::wallet_between(theirs, policy),
            None => channel::between((theirs, policy), candidate.distance),
        };
        match channel {
            PayChannel::Closed => return Some((Clause::Open, Reason::SettleAreaNotOpen)),
            PayChannel::WalletTransfer | PayChannel::WalletQuota => return self.quota_stop(policy, candidate),
            PayChannel::Direct => {}
        }
        if self.filing_missing(policy.till.filing_for_aid) {
            return Some((Clause::Filing, Reason::SettleNotRegisteredAway));
        }
        let taken = self.case.takes_aid == Takes::Yes || zoo::open(Cage::InstitutionChannelIgnored);
        (!taken).then_some((Clause::Reach, Reason::SettleInstChannel))
    }

    fn quota_stop(&self, policy: &Policy, candidate: &Candidate) -> Option<(Clause, Reason)> {
        if !candidate.frozen_quota.is_some_and(Fen::is_positive) {
            let blocked = if self.wallet.is_zero() { self.wallet_stop() } else { None };
            return Some((Clause::WalletMode, blocked.unwrap_or(Reason::SettleNoQuota)));
        }
        if self.filing_missing(policy.till.filing_for_aid) {
            return Some((Clause::Filing, Reason::SettleNotRegisteredAway));
        }
        (self.case.takes_wallet == Takes::No).then_some((Clause::WalletMode, Reason::SettleInstChannel))
    }

    fn filing_missing(&self, rule: FilingForAid) -> bool {
        let (home, care) = (self.case.area, self.case.institution_area);
        let away = match rule {
            FilingForAid::NotNeeded => false,
            FilingForAid::OutsideProvince => home.province() != care.province(),
            FilingForAid::OutsidePool => home.pool() != care.pool(),
        };
        let deemed = self.case.urgency == Urgency::Emergency || self.case.kind == VisitKind::Emergency;
        away && !deemed && self.case.filing == Filing::Unfiled && !zoo::open(Cage::FilingIgnored)
    }

    /// Reasons 14 to 16, sponsor by sponsor; what they pay.
    fn pay(&mut self, till: &TillLaw, ready: &Ready) -> Result<Aid, Option<Reason>> {
        let asked = match till.sponsors {
            SponsorsPerSettlement::One => &ready.places[..1],
            SponsorsPerSettlement::Chain => &ready.places[..],
        };
        let mut still = self.askable(till);
        let whole = self.left.total_of(till.payable);
        let mut payments = Vec::with_capacity(asked.len());
        let mut first_reason = ready.before;
        for place in asked.iter().copied() {
            if still.is_zero() && !payments.is_empty() {
                break;
            }
            match self.one_payment(till, place, Need { whole, still }) {
                Ok(payment) => {
                    still = still.minus(payment.amount);
                    self.step(Clause::Sponsors, Some(place), None, payment.amount);
                    payments.push(payment);
                }
                Err((clause, reason)) => {
                    self.step(clause, Some(place), Some(reason), Fen::ZERO);
                    first_reason = first_reason.or(Some(reason));
                }
            }
        }
        let paid = Fen::sum(payments.iter().map(|payment| payment.amount));
        let short = till.shortfall == Shortfall::AllOrNothing && paid < whole && !zoo::open(Cage::PaidInPart);
        if payments.is_empty() || short {
            return Err(Some(self.or_wallet_stop(first_reason.unwrap_or(Reason::SettleInsufficientWhole))));
        }
        Ok(Aid { items: self.take_aid(till, paid), payments })
    }

    /// What aid may pay of what is left: all in scope, less what the area's limit on items has no room for.
    fn askable(&self, till: &TillLaw) -> Fen {
        let limit = till.item_limit.as_ref().filter(|_| !zoo::open(Cage::ItemLimitIgnored));
        let Some(limit) = limit else { return self.left.total_of(till.payable) };
        let counted = self.left.total_of(till.payable.and(limit.parts));
        let room = limit.monthly.minus(self.case.items_used.min(limit.monthly));
        self.left.total_of(till.payable.without(limit.parts)).plus(counted.min(room))
    }

    fn one_payment(&self, till: &TillLaw, place: usize, need: Need) -> Result<Payment, (Clause, Reason)> {
        let candidate = &self.case.candidates[place];
        let (source, money) = self.money_of(candidate)?;
        let limit = candidate.limit_left.unwrap_or(need.still);
        let alone = till.shortfall == Shortfall::AllOrNothing && till.sponsors == SponsorsPerSettlement::One;
        let alone = alone && !zoo::open(Cage::PaidInPart);
        if alone {
            self.must_pay_all(candidate, money, need)?;
        }
        if candidate
            .limit_left
            .is_some_and(|left| left.is_zero() || alone && left < need.whole.plus(zoo::fen(Cage::LimitEqualRefuses)))
        {
            return Err((Clause::Limits, Reason::SettleQuota));
        }
        if need.still.is_zero() || alone && need.still < need.whole {
            return Err((Clause::ItemLimit, Reason::SettleItemLimit));
        }
        let amount = money.min(limit).min(need.still);
        let cut = if limit < money.min(need.still) { Cut::ByLimit } else { Cut::NotByLimit };
        let Candidate { sponsor, area, binding, .. } = *candidate;
        Ok(Payment { sponsor, area, binding, source, amount, cut })
    }

    /// Reason 14: which money of this sponsor there is.
    fn money_of(&self, candidate: &Candidate) -> Result<(Source, Fen), (Clause, Reason)> {
        if let Some(left) = candidate.frozen_quota {
            return Ok((Source::Quota, left));
        }
        let theirs = &self.law.on(candidate.area, self.case.at.day()).expect("asked for the channel before").money;
        let money = usable_amount(theirs, candidate.available, candidate.previous_years);
        if money.is_positive() {
            return Ok((Source::Account, money));
        }
        if theirs.usable == UsableMoney::PreviousYears && candidate.previous_years.is_zero() {
            return Err((Clause::Usable, Reason::SettlePreviousYearsZero));
        }
        if theirs.reserve.is_positive() {
            return Err((Clause::Reserve, Reason::SettleReserve));
        }
        Err((Clause::Usable, Reason::SettleSponsorZero))
    }

    /// Where one sponsor must pay all: the part above the threshold may be too little (14), or all he has (16).
    fn must_pay_all(&self, candidate: &Candidate, money: Fen, need: Need) -> Result<(), (Clause, Reason)> {
        if money >= need.whole.plus(zoo::fen(Cage::EqualIsNotEnough)) {
            return Ok(());
        }
        let reserve = self.law.on(candidate.area, self.case.at.day()).map_or(Fen::ZERO, |law| law.money.reserve);
        if reserve.is_positive() && candidate.frozen_quota.is_none() && candidate.available >= need.whole {
            return Err((Clause::Reserve, Reason::SettleReserve));
        }
        Err((Clause::Shortfall, Reason::SettleInsufficientWhole))
    }

    /// Takes what aid pays from the bill: parts that the area does not limit first; returns what counts against
    /// its limit on items.
    fn take_aid(&mut self, till: &TillLaw, paid: Fen) -> Fen {
        let limited = till.item_limit.as_ref().map_or(PartSet::EMPTY, |limit| limit.parts);
        let free = self.left.take(till.payable.without(limited), paid);
        self.left.take(till.payable.and(limited), paid.minus(free))
    }

    fn finish(self, aid: Result<Aid, Option<Reason>>) -> Decision {
        let cash = self.left.total();
        let (payments, items, reason) = match aid {
            Err(reason) => (Vec::new(), Fen::ZERO, reason),
            Ok(aid) => (aid.payments, aid.items, self.reason_beside_aid(cash)),
        };
        let outcome = Outcome { own: self.own, wallet: self.wallet, aid: payments, items, cash, reason };
        let sum = outcome.own.plus(outcome.wallet).plus(outcome.aid_total()).plus(outcome.cash);
        assert!(sum == self.case.burden.total(), "the purses and cash pay the bill, no more and no less");
        Decision { outcome, steps: self.steps }
    }

    /// Reason 17, or 7 where only what is out of scope is left.
    fn reason_beside_aid(&self, cash: Fen) -> Option<Reason> {
        if cash.is_zero() {
            return None;
        }
        let payable = self.law.on(self.case.area, self.case.at.day()).map_or(PartSet::EMPTY, |law| law.till.payable);
        let in_scope = self.left.total_of(payable);
        Some(if in_scope.is_zero() { Reason::SettleItemExcluded } else { Reason::SettlePartial })
    }
}

/// The sponsors who may pay, by their places in the case, and the reason of one who ranks before them all and may
/// not for this purpose.
struct Ready {
    places: Vec<usize>,
    before: Option<Reason>,
}

/// What a bill still needs: all that is in scope, and what aid may still pay of it.
#[derive(Clone, Copy)]
struct Need {
    whole: Fen,
    still: Fen,
}

/// The reason of a bill whose patient's province does not answer: what can be told from the bill and the law
/// alone goes before it.
#[must_use]
pub fn unreachable_reason(law: &Law, bill: &Bill, day: gongji_words::Day) -> Option<Reason> {
    if bill.burden.total().is_zero() {
        return Some(Reason::SettleOwnFirst);
    }
    if let Some(reason) = bill.using.without_aid() {
        return Some(reason);
    }
    let Ok(policy) = law.on(bill.patient_area, day) else { return Some(Reason::SysUpstream) };
    let till = &policy.till;
    if !till.kinds_employee.contains(&bill.kind) && !till.kinds_resident.contains(&bill.kind) {
        return Some(Reason::SettlePurposeExcluded);
    }
    if bill.burden.total_of(till.payable).is_zero() {
        return Some(Reason::SettleItemExcluded);
    }
    if till.pooled_benefit == PooledBenefit::PureAccountOnly && bill.fund.is_positive() {
        return Some(Reason::SettleBenefitLinked);
    }
    Some(Reason::SysUpstream)
}

/// Of money not held, how much aid may use: by the sponsor's area.
#[must_use]
pub fn usable_amount(law: &MoneyLaw, available: Fen, previous_years: Fen) -> Fen {
    let reserve = if zoo::open(Cage::ReserveIgnored) { Fen::ZERO } else { law.reserve };
    let above = available.minus(reserve.min(available));
    match law.usable {
        _ if zoo::open(Cage::PreviousYearsIgnored) => above,
        UsableMoney::All => above,
        UsableMoney::PreviousYears => above.min(previous_years),
    }
}

/// Whether a direct call between two persons this far apart is possible.
#[must_use]
pub fn reaches(reach: Reach, distance: Distance) -> bool {
    match distance {
        _ if zoo::open(Cage::ReachIgnored) => true,
        Distance::Pool => true,
        Distance::Province => reach != Reach::Pool,
        Distance::Across => reach == Reach::Nation,
    }
}

fn may_use_aid(case: &Case, till: &TillLaw) -> bool {
    let stands_in = till.member_traits.iter().any(|word| case.traits & (1 << word.number()) != 0);
    let insured = case.scheme != Scheme::Uninsured || stands_in;
    insured && case.status == InsuranceStatus::Active
}

fn is_over(standing: Standing) -> bool {
    matches!(standing, Standing::Expired | Standing::RebindNeeded | Standing::Nothing)
}

fn standing_reason(standing: Standing) -> Option<Reason> {
    Some(match standing {
        Standing::Usable => return None,
        Standing::ConsentPending => Reason::SettleConsentPending,
        Standing::ReviewPending => Reason::SettleReviewPending,
        Standing::NotEffective => Reason::SettleNotEffective,
        Standing::Paused => Reason::SettlePaused,
        Standing::Expired => Reason::SettleExpired,
        Standing::RebindNeeded => Reason::SettleRebindNeeded,
        Standing::Nothing => Reason::SettleNoBinding,
    })
}

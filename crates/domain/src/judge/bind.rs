//! Binding: the refusals in their order, then what the new binding waits for.

use gongji_words::{AreaCode, Day, Moment};

use crate::binding::{Binding, BindingState, Distance};
use crate::channel::{self, PayChannel};
use crate::decide::reaches;
use crate::journal::JournalKind;
use crate::kinship::Relation;
use crate::limits::Limits;
use crate::message::{Answer, BindRequest, MemberFacts, PeerAsk, PeerCommand};
use crate::person::{InsuranceStatus, Person, Scheme};
use crate::policy::{BindEffect, BindLaw, Consent, Policy, Proof, Review, Roles};
use crate::reason::{Notice, Reason};
use crate::record::Wanted;
use crate::zoo::{self, Cage};

use super::{Draft, Sight, Verdict, facts, family, heard, unheard};

/// A sponsor binds. The sponsor's area decides.
pub(super) fn bind<'a>(sight: Sight<'a>, request: &BindRequest) -> Verdict<'a> {
    let draft = Draft::new(sight, JournalKind::Quota);
    let Some(sponsor) = draft.local(request.sponsor).cloned() else {
        return Verdict::Refused(Reason::BindSponsorNoAccount);
    };
    let today = sight.envelope.at.day();
    let law = match refuse_sponsor(&draft, &sponsor, request) {
        Err(reason) => return Verdict::Refused(reason),
        Ok(law) => law,
    };
    let member = match member_of(sight, &draft, request) {
        Member::Known(member) => member,
        Member::Refused(reason) => return Verdict::Refused(reason),
        Member::Ask(ask) => return Verdict::Ask(vec![ask], draft),
    };
    let case = BindCase { sight, law, sponsor: &sponsor, member: &member, request, today };
    if let Some(more) = case.unread_relatives() {
        return Verdict::More(more);
    }
    match case.refusal() {
        Some(reason) => Verdict::Refused(reason),
        None => case.make(draft),
    }
}

/// What concerns the sponsor alone, in order of precedence.
fn refuse_sponsor<'a>(draft: &Draft<'a>, sponsor: &Person, request: &BindRequest) -> Result<&'a Policy, Reason> {
    if request.sponsor == request.beneficiary {
        return Err(Reason::BindSelf);
    }
    if sponsor.scheme != Scheme::Employee {
        return Err(Reason::BindSponsorNoAccount);
    }
    match sponsor.status {
        InsuranceStatus::Active => {}
        InsuranceStatus::Arrears => return Err(Reason::BindSponsorArrears),
        InsuranceStatus::Suspended | InsuranceStatus::Ended | InsuranceStatus::Dead => {
            return Err(Reason::BindSponsorInactive);
        }
    }
    if draft.account(sponsor.id).is_none_or(|account| account.frozen) {
        return Err(Reason::BindSponsorFrozen);
    }
    let law = draft.sight.law.on(sponsor.area, draft.sight.envelope.at.day());
    let law = law.map_err(|_| Reason::BindAreaNotOpen)?;
    if !law.bind.excluded_sponsor_traits.is_disjoint(&sponsor.traits) {
        return Err(Reason::BindSponsorExcluded);
    }
    Ok(law)
}

enum Member {
    Known(MemberFacts),
    Refused(Reason),
    Ask(PeerAsk),
}

fn member_of(sight: Sight<'_>, draft: &Draft<'_>, request: &BindRequest) -> Member {
    if let Some(person) = draft.local(request.beneficiary) {
        return Member::Known(facts::member_facts(sight.facts, person));
    }
    let ask = PeerAsk { to: request.beneficiary_area, command: PeerCommand::MemberFacts(request.beneficiary) };
    match heard(sight, &ask) {
        None => Member::Ask(ask),
        Some(Some(Answer::Member(member))) => Member::Known(member.clone()),
        Some(None) => Member::Refused(unheard(sight, ask.to)),
        Some(Some(_)) => Member::Refused(Reason::BindMemberNotInsured),
    }
}

struct BindCase<'a, 'b> {
    sight: Sight<'a>,
    law: &'a Policy,
    sponsor: &'b Person,
    member: &'b MemberFacts,
    request: &'b BindRequest,
    today: Day,
}

impl<'a> BindCase<'a, '_> {
    /// Where relatives are counted by sex, those who are bound already must be known.
    fn unread_relatives(&self) -> Option<Wanted> {
        if self.law.bind.relation_count.is_empty() {
            return None;
        }
        let bound = self.standing_by_sponsor().map(|binding| binding.beneficiary);
        facts::unread(self.sight.facts, bound, &[])
    }

    fn now(&self) -> Moment {
        self.sight.envelope.at
    }

    fn distance(&self) -> Distance {
        Distance::between(self.sponsor.area, self.member.area)
    }

    /// The first refusal that applies, from the excluded beneficiary on.
    fn refusal(&self) -> Option<Reason> {
        let law = &self.law.bind;
        let checks = [
            (!law.excluded_member_traits.is_disjoint(&self.member.traits), Reason::BindSponsorExcluded),
            (!law.open, Reason::BindAreaNotOpen),
            (!self.is_insured(law), Reason::BindMemberNotInsured),
            (self.member.status != InsuranceStatus::Active, Reason::BindMemberInactive),
            (!self.is_within_reach(Distance::Province), Reason::BindMemberOtherPool),
            (!self.is_within_reach(Distance::Across), Reason::BindMemberOtherProvince),
            (!self.is_relation_allowed(law), Reason::BindRelationNotAllowed),
            (self.is_bound_already() && !zoo::open(Cage::DuplicateBound), Reason::BindDuplicate),
            (self.is_role_taken(law), Reason::BindRoleConflict),
            (self.is_relation_full(law), Reason::BindRelationCount),
            (self.has_enough_members(law), Reason::BindMemberLimit),
            (self.has_enough_sponsors(law), Reason::BindSponsorLimit),
            (self.is_below_reserve(law), Reason::BindReserveBelow),
            (self.is_cooling_down(law), Reason::BindCooldown),
            (self.is_period_invalid(), Reason::BindPeriodInvalid),
            (law.proof == Proof::Upload && self.request.proof != Proof::Upload, Reason::BindProofRequired),
        ];
        checks.into_iter().find(|(applies, _)| *applies).map(|(_, reason)| reason)
    }

    fn is_insured(&self, law: &BindLaw) -> bool {
        law.member_schemes.contains(&self.member.scheme) || !law.member_traits.is_disjoint(&self.member.traits)
    }

    /// Whether the binding or the wallet reaches as far as the two are apart, if they are apart this far.
    fn is_within_reach(&self, asked: Distance) -> bool {
        let distance = self.distance();
        if distance != asked || reaches(self.law.bind.reach, distance) {
            return true;
        }
        let theirs = self.sight.law.on(self.member.area, self.today);
        theirs.is_ok_and(|theirs| channel::wallet_between(self.law, theirs) != PayChannel::Closed)
    }

    /// Across provinces the eight kinds of near relatives, within the area's own list.
    fn is_relation_allowed(&self, law: &BindLaw) -> bool {
        let list = if self.distance() == Distance::Across { &law.relations_across } else { &law.relations };
        let sexes = (self.sponsor.sex, self.member.sex);
        let same_sex = matches!(sexes, (Some(one), Some(other)) if one == other);
        let spouse_ruled_out = law.spouse_of_other_sex && self.request.relation == Relation::Spouse && same_sex;
        list.contains(&self.request.relation) && !spouse_ruled_out
    }

    fn standing_by_sponsor(&self) -> impl Iterator<Item = &Binding> {
        let now = self.now();
        self.sight.facts.bindings_by(self.sponsor.id).filter(move |binding| binding.counts(now))
    }

    /// The bindings that count in an area's numbers: those across provinces do not.
    fn counted<'c>(&'c self, bindings: impl Iterator<Item = &'c Binding>) -> impl Iterator<Item = &'c Binding> {
        let now = self.now();
        let across = |binding: &Binding| binding.distance() == Distance::Across;
        bindings.filter(move |binding| binding.counts(now) && !across(binding))
    }

    fn is_bound_already(&self) -> bool {
        self.standing_by_sponsor().any(|binding| binding.beneficiary == self.request.beneficiary)
    }

    /// Where roles exclude each other: a bound person cannot bind, a binder cannot be bound.
    fn is_role_taken(&self, law: &BindLaw) -> bool {
        if law.roles == Roles::Free || self.distance() == Distance::Across {
            return false;
        }
        let facts = self.sight.facts;
        let sponsor_bound = self.counted(facts.bindings_for(self.sponsor.id)).next().is_some();
        let member_binds = self.counted(facts.bindings_by(self.request.beneficiary)).next().is_some();
        sponsor_bound || member_binds
    }

    /// Parents count by sex: one father, one mother. Sex unstated refuses nothing.
    fn is_relation_full(&self, law: &BindLaw) -> bool {
        let relation = self.request.relation;
        let Some((_, most)) = law.relation_count.iter().find(|(counted, _)| *counted == relation) else {
            return false;
        };
        let by_sex = relation == Relation::Parent;
        if self.distance() == Distance::Across || by_sex && self.member.sex.is_none() {
            return false;
        }
        let same = |binding: &&Binding| {
            let sex = self.sight.facts.rows.persons.get(&binding.beneficiary).and_then(|person| person.sex);
            binding.relation == relation && (!by_sex || sex == self.member.sex)
        };
        self.counted(self.sight.facts.bindings_by(self.sponsor.id)).filter(same).count() >= *most as usize
    }

    fn has_enough_members(&self, law: &BindLaw) -> bool {
        let Some(most) = law.max_members.filter(|_| self.distance() != Distance::Across) else { return false };
        let own = usize::from(law.members_include_sponsor);
        let most = most as usize + usize::from(zoo::open(Cage::MemberCapOneMore));
        self.counted(self.sight.facts.bindings_by(self.sponsor.id)).count() + own >= most
    }

    fn has_enough_sponsors(&self, law: &BindLaw) -> bool {
        let Some(most) = law.max_sponsors.filter(|_| self.distance() != Distance::Across) else { return false };
        self.counted(self.sight.facts.bindings_for(self.request.beneficiary)).count() >= most as usize
    }

    fn is_below_reserve(&self, law: &BindLaw) -> bool {
        let draft = Draft::new(self.sight, JournalKind::Quota);
        law.reserve_hinders && draft.free(self.sponsor.id).total() <= self.law.money.reserve
    }

    fn is_cooling_down(&self, law: &BindLaw) -> bool {
        let Some(days) = law.cooldown_days.and_then(|days| i32::try_from(days).ok()) else { return false };
        let same = |binding: &&Binding| binding.beneficiary == self.request.beneficiary;
        let ended = self.sight.facts.bindings_by(self.sponsor.id).filter(same).filter_map(|b| b.ended_at).max();
        ended.is_some_and(|at| self.today < at.day().plus_days(days - zoo::days(Cage::CooldownADayShort)))
    }

    fn is_period_invalid(&self) -> bool {
        let from = self.request.from.unwrap_or(self.today);
        from < self.today || self.request.until.is_some_and(|until| until < from)
    }

    fn make(self, mut draft: Draft<'a>) -> Verdict<'a> {
        let law = &self.law.bind;
        let mut binding = self.new_binding(law);
        if law.one_limit_for_all {
            let inherited = self.standing_by_sponsor().next().map_or(Limits::default(), |other| other.limits);
            binding.limits = self.request.limits.or(&inherited);
            family::set_for_all(&mut draft, self.sponsor.id, binding.limits);
        }
        if self.needs_consent(law) && !zoo::open(Cage::ConsentSkipped) {
            binding.state = BindingState::PendingConsent;
            let last = self.today.plus_days(law.consent_days);
            binding.consent_until = Some(last.next().start());
            draft.notify(binding.beneficiary, Notice::Invite, None);
        } else {
            binding.agree(self.today);
        }
        draft.tell_effective(&binding);
        let answer = Answer::Binding(binding.state);
        draft.keep_binding(binding);
        Verdict::Done(answer, draft)
    }

    fn new_binding(&self, law: &BindLaw) -> Binding {
        let earliest = match law.effect {
            BindEffect::AtOnce => self.today,
            BindEffect::NextDay => self.today.next(),
        };
        let earliest = earliest.plus_days(zoo::days(Cage::BeginsADayLate));
        let from = self.request.from.unwrap_or(self.today).max(earliest);
        Binding {
            id: self.sight.envelope.id,
            sponsor: self.sponsor.id,
            beneficiary: self.request.beneficiary,
            sponsor_area: self.sponsor.area,
            beneficiary_area: self.member.area,
            relation: self.request.relation,
            state: BindingState::Scheduled,
            end_cause: None,
            asked_at: self.now(),
            consent_until: None,
            from,
            until: last_day(from, self.request.until, law.term_years),
            ends_at: None,
            unbound_paused: false,
            ended_at: None,
            limits: self.request.limits,
            purposes: self.request.purposes.clone(),
            proof: self.request.proof,
            channel: self.request.channel,
            review_after_consent: law.review == Review::BeforeEffect,
            frozen_quota: None,
        }
    }

    /// Age is that of the day.
    fn needs_consent(&self, law: &BindLaw) -> bool {
        match law.consent {
            Consent::NotAsked => false,
            Consent::Everybody => true,
            Consent::Spouse => self.request.relation == Relation::Spouse,
            Consent::FromAge => {
                let today = self.today.plus_days(zoo::days(Cage::AgeADayEarly));
                today.age_of(self.member.born) >= law.consent_age
            }
        }
    }
}

/// The last day that was asked for, within the years that the area allows.
fn last_day(from: Day, asked: Option<Day>, years: Option<u32>) -> Option<Day> {
    let Some(years) = years.and_then(|years| i32::try_from(years).ok()) else { return asked };
    let anniversary = Day::new(from.year() + years, from.month(), from.day_of_month())
        .or_else(|| Day::new(from.year() + years, from.month(), 28));
    let most = anniversary.map(|day| day.plus_days(zoo::days(Cage::TermADayLong) - 1));
    [asked, most].into_iter().flatten().min()
}

/// Whether an area's node is this one.
pub(super) fn is_here(sight: Sight<'_>, area: AreaCode) -> bool {
    area.province() == sight.node
}

//! A binding (共济关系) as a state machine: asked for, agreed to, reviewed, scheduled, active, paused, ending,
//! ended. Every event of its life has one method here that says what it becomes.
//!
//! Deliberately absent: who may cause an event (judges ask the law) and money.

use std::collections::BTreeSet;

use gongji_words::{AreaCode, CommandId, Day, Fen, Moment, PersonId};
use serde::{Deserialize, Serialize};

use crate::burden::Purpose;
use crate::kinship::Relation;
use crate::limits::Limits;
use crate::policy::Proof;
use crate::word::vocabulary;
use crate::zoo::{self, Cage};

vocabulary! {
    /// Where a binding stands in its life.
    BindingState {
        /// The beneficiary has not answered.
        PendingConsent = 1 "pending-consent",
        /// The agency has not looked at it.
        PendingReview = 2 "pending-review",
        /// It begins on a later day.
        Scheduled = 3 "scheduled",
        /// 生效中
        Active = 4 "active",
        /// 已暂停 by the sponsor.
        Paused = 5 "paused",
        /// Unbound, but not yet in effect.
        Ending = 6 "ending",
        /// Over, for whatever cause.
        Ended = 7 "ended",
        /// The agency refused it.
        Rejected = 8 "rejected",
        /// The agency sent it back for papers.
        Returned = 9 "returned",
    }
}

vocabulary! {
    /// Why a binding ended.
    EndCause {
        /// The sponsor unbound.
        BySponsor = 1 "by-sponsor",
        /// The beneficiary unbound.
        ByBeneficiary = 2 "by-beneficiary",
        /// The beneficiary declined.
        Declined = 3 "declined",
        /// The invitation was not answered in time.
        ConsentExpired = 4 "consent-expired",
        /// Its last day is over.
        Expired = 5 "expired",
        /// An insurance relation moved to another pooling area.
        Moved = 6 "moved",
        /// An insurance relation ended.
        InsuranceEnded = 7 "insurance-ended",
        /// One of the two died.
        Death = 8 "death",
    }
}

vocabulary! {
    /// How far apart the two persons are insured: what decides on the channel.
    Distance {
        /// The same pooling area.
        Pool = 1 "same-pool",
        /// The same province, another pooling area.
        Province = 2 "same-province",
        /// Another province.
        Across = 3 "across-provinces",
    }
}

impl Distance {
    /// The distance between two areas of insurance.
    #[must_use]
    pub fn between(one: AreaCode, other: AreaCode) -> Self {
        if one.pool() == other.pool() {
            return Self::Pool;
        }
        if one.province() == other.province() { Self::Province } else { Self::Across }
    }
}

vocabulary! {
    /// Where an application came in.
    Channel {
        /// The portal.
        Portal = 1 "portal",
        /// The counter of the agency.
        Counter = 2 "counter",
    }
}

/// One sponsor's binding of one beneficiary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The command that made it.
    pub id: CommandId,
    /// Whose account pays.
    pub sponsor: PersonId,
    /// Whose bills are paid.
    pub beneficiary: PersonId,
    /// Where the sponsor is insured.
    pub sponsor_area: AreaCode,
    /// Where the beneficiary is insured.
    pub beneficiary_area: AreaCode,
    /// Who the beneficiary is to the sponsor.
    pub relation: Relation,
    /// Where it stands, as last written. Ask [`Binding::state_at`] for what it is now.
    pub state: BindingState,
    /// Why it ended.
    pub end_cause: Option<EndCause>,
    /// When it was asked for: the order of binding.
    pub asked_at: Moment,
    /// When an unanswered invitation ends.
    pub consent_until: Option<Moment>,
    /// Its first day.
    pub from: Day,
    /// Its last whole day.
    pub until: Option<Day>,
    /// When an unbinding takes effect.
    pub ends_at: Option<Moment>,
    /// Whether it was paused when its unbinding was asked for: then it pays nothing until that takes effect either.
    pub unbound_paused: bool,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// What the sponsor allowed.
    pub limits: Limits,
    /// What it may pay for; everything if not said.
    pub purposes: Option<BTreeSet<Purpose>>,
    /// How the kinship was shown.
    pub proof: Proof,
    /// Where it came in.
    pub channel: Channel,
    /// Whether the agency still has to review it after consent.
    pub review_after_consent: bool,
    /// The quota that was last frozen for it; then it pays from that alone.
    pub frozen_quota: Option<Fen>,
}

/// What a relation cannot do, as the till says it: the tenth place in the order of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It can pay.
    Usable,
    /// Waiting for the beneficiary.
    ConsentPending,
    /// Waiting for the agency.
    ReviewPending,
    /// Begins later.
    NotEffective,
    /// Its last day is over.
    Expired,
    /// Paused.
    Paused,
    /// Ended by a move.
    RebindNeeded,
    /// As if it had never been.
    Nothing,
}

impl Binding {
    /// How far apart the two are insured.
    #[must_use]
    pub fn distance(&self) -> Distance {
        Distance::between(self.sponsor_area, self.beneficiary_area)
    }

    /// The state at a moment, whether or not the timed work of that moment has been done.
    #[must_use]
    pub fn state_at(&self, now: Moment) -> BindingState {
        use BindingState as S;
        let over =
            |day: Option<Day>| day.is_some_and(|last| now.day().plus_days(zoo::days(Cage::LastDayNotCounted)) > last);
        let passed = |moment: Option<Moment>| moment.is_some_and(|at| now >= at);
        match self.state {
            S::Ended | S::Rejected | S::Returned => self.state,
            S::PendingConsent if passed(self.consent_until) => S::Ended,
            _ if over(self.until) => S::Ended,
            S::Ending if passed(self.ends_at) => S::Ended,
            S::Scheduled if now.day() >= self.from => S::Active,
            other => other,
        }
    }

    /// What the relation can do at a moment.
    #[must_use]
    pub fn standing(&self, now: Moment) -> Standing {
        use BindingState as S;
        match self.state_at(now) {
            S::Ending if now.day() < self.from => Standing::NotEffective,
            S::Ending if self.unbound_paused => Standing::Paused,
            S::Active | S::Ending => Standing::Usable,
            S::PendingConsent => Standing::ConsentPending,
            S::PendingReview => Standing::ReviewPending,
            S::Scheduled => Standing::NotEffective,
            S::Paused if zoo::open(Cage::PausedPays) => Standing::Usable,
            S::Paused => Standing::Paused,
            S::Rejected | S::Returned => Standing::Nothing,
            S::Ended => self.ended_standing(),
        }
    }

    fn ended_standing(&self) -> Standing {
        match self.end_cause {
            Some(EndCause::Moved) => Standing::RebindNeeded,
            Some(EndCause::Expired) => Standing::Expired,
            Some(_) => Standing::Nothing,
            None if self.state == BindingState::PendingConsent && self.invitation_ends_first() => Standing::Nothing,
            None => Standing::Expired,
        }
    }

    /// Whether the invitation ends before the last day is over.
    fn invitation_ends_first(&self) -> bool {
        let last = self.until.map(|day| day.next().start());
        self.consent_until.is_some_and(|end| last.is_none_or(|last| end <= last))
    }

    /// Whether it still counts for numbers and duplicates: all but ended, rejected and returned ones.
    #[must_use]
    pub fn counts(&self, now: Moment) -> bool {
        !matches!(self.state_at(now), BindingState::Ended | BindingState::Rejected | BindingState::Returned)
    }

    /// Whether it may be used for this purpose.
    #[must_use]
    pub fn allows(&self, purpose: Purpose) -> bool {
        self.purposes.as_ref().is_none_or(|purposes| purposes.contains(&purpose))
    }

    /// Moves on to what follows when nobody has to agree any more: active, or scheduled for a later day.
    pub fn take_effect(&mut self, today: Day) {
        self.from = self.from.max(today);
        self.state = if self.from > today { BindingState::Scheduled } else { BindingState::Active };
    }

    /// Moves on after the beneficiary agreed.
    pub fn agree(&mut self, today: Day) {
        self.consent_until = None;
        if self.review_after_consent {
            self.state = BindingState::PendingReview;
        } else {
            self.take_effect(today);
        }
    }

    /// Its unbinding is asked for and takes effect later; until then it pays no more than it did before.
    pub fn begin_to_end(&mut self, cause: EndCause, ends_at: Option<Moment>) {
        self.unbound_paused |= self.state == BindingState::Paused;
        self.state = BindingState::Ending;
        self.end_cause = Some(cause);
        self.ends_at = ends_at;
    }

    /// Ends it.
    pub fn end(&mut self, cause: EndCause, now: Moment) {
        self.state = BindingState::Ended;
        self.end_cause = Some(cause);
        self.ended_at = Some(now);
    }

    /// The next moment at which time alone changes it, if there is one.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        use BindingState as S;
        let own = match self.state {
            S::Ended | S::Rejected | S::Returned => return None,
            S::PendingConsent => self.consent_until,
            S::Scheduled => Some(self.from.start()),
            S::Ending => self.ends_at,
            S::PendingReview | S::Active | S::Paused => None,
        };
        let last = self.until.map(|day| day.next().start());
        [own, last].into_iter().flatten().min()
    }
}

//! Whether anybody is ready to pay for a patient: asked at tills thousands of times a second, before there is a bill.
//!
//! Invariants: the answer names nobody and no amount; it reads few facts and so promises nothing: limits, reach and order
//! are looked at when there is a bill. Deliberately absent: sponsors of other provinces, who would have to be asked.

use gongji_words::{AreaCode, Fen, Moment};

use crate::binding::{Binding, Standing};
use crate::burden::Purpose;
use crate::institution::{Designation, Institution, Takes};
use crate::person::{InsuranceStatus, Scheme};
use crate::stop::Stops;

/// A binding, and what its sponsor could pay from.
#[derive(Clone, Debug, PartialEq)]
pub struct Backing {
    /// The binding.
    pub binding: Binding,
    /// The sponsor as he is insured here; `None` where he is insured in another province.
    pub sponsor: Option<(Scheme, InsuranceStatus)>,
    /// His account: whether it is frozen, what is free, what is held.
    pub account: Option<(bool, Fen, Fen)>,
}

/// What a till is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Somebody could pay a part of a bill at least.
    Ready,
    /// Nobody of this province could.
    NotReady,
}

/// The question: where, when, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Where; `None` if nobody knows the institution.
    pub institution: Option<&'a Institution>,
    /// The province of this node.
    pub province: AreaCode,
    /// When.
    pub now: Moment,
    /// For what.
    pub purpose: Purpose,
    /// The stops in force.
    pub stops: &'a Stops,
}

/// Whether one of these could pay.
#[must_use]
pub fn readiness(backings: &[Backing], asked: &Asked<'_>) -> Readiness {
    let takes_aid =
        |institution: &Institution| institution.designation == Designation::Designated && institution.aid == Takes::Yes;
    let goes_on = |institution: &&Institution| !asked.stops.stop_place(institution, asked.province);
    let ready = asked.institution.filter(goes_on).is_some_and(takes_aid)
        && backings.iter().any(|backing| could_pay(backing, asked));
    if ready { Readiness::Ready } else { Readiness::NotReady }
}

fn could_pay(backing: &Backing, asked: &Asked<'_>) -> bool {
    let binding = &backing.binding;
    binding.sponsor_area.province() == asked.province
        && !asked.stops.stop_area(binding.sponsor_area)
        && !asked.stops.stop_peer(binding.beneficiary_area)
        && binding.standing(asked.now) == Standing::Usable
        && binding.allows(asked.purpose)
        && backing.sponsor == Some((Scheme::Employee, InsuranceStatus::Active))
        && has_money(backing)
}

/// Where a quota is frozen for the relation, only that pays.
fn has_money(backing: &Backing) -> bool {
    let Some((frozen, free, held)) = backing.account else { return false };
    let money = if backing.binding.frozen_quota.is_some() { held } else { free };
    !frozen && money.is_positive()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use gongji_words::{CommandId, Day, InstitutionId, PersonId};

    use super::*;
    use crate::binding::{BindingState, Channel};
    use crate::institution::InstitutionKind;
    use crate::kinship::Relation;
    use crate::limits::Limits;
    use crate::policy::Proof;
    use crate::stop::StopTarget;

    fn area() -> AreaCode {
        AreaCode::parse("130100").unwrap()
    }

    fn backing() -> Backing {
        let binding = Binding {
            id: CommandId::from_number(1),
            sponsor: PersonId::from_number(1),
            beneficiary: PersonId::from_number(2),
            sponsor_area: area(),
            beneficiary_area: area(),
            relation: Relation::Parent,
            state: BindingState::Active,
            end_cause: None,
            asked_at: Moment::from_millis(0),
            consent_until: None,
            from: Day::new(2025, 3, 1).unwrap(),
            until: None,
            ends_at: None,
            unbound_paused: false,
            ended_at: None,
            limits: Limits::default(),
            purposes: Some([Purpose::Outpatient].into()),
            proof: Proof::Promise,
            channel: Channel::Portal,
            review_after_consent: false,
            frozen_quota: None,
        };
        let sponsor = Some((Scheme::Employee, InsuranceStatus::Active));
        Backing { binding, sponsor, account: Some((false, Fen::from_fen(1), Fen::ZERO)) }
    }

    fn hospital() -> Institution {
        Institution {
            id: InstitutionId::from_number(1),
            area: area(),
            kind: InstitutionKind::Hospital,
            designation: Designation::Designated,
            aid: Takes::Yes,
            wallet: Takes::No,
        }
    }

    static NO_STOPS: LazyLock<Stops> = LazyLock::new(Stops::default);

    fn asked(institution: Option<&Institution>, purpose: Purpose) -> Asked<'_> {
        let now = Moment::at(Day::new(2025, 3, 8).unwrap(), 12, 0);
        Asked { institution, province: area().province(), now, purpose, stops: &NO_STOPS }
    }

    #[test]
    fn who_is_ready_to_pay_has_a_usable_binding_and_money() {
        type Spoil = fn(&mut Backing);
        let spoilt: [(&str, Spoil); 9] = [
            ("paused", |backing| backing.binding.state = BindingState::Paused),
            ("elsewhere", |backing| backing.binding.sponsor_area = AreaCode::parse("140100").unwrap()),
            ("for medicine only", |backing| backing.binding.purposes = Some([Purpose::Pharmacy].into())),
            ("not known here", |backing| backing.sponsor = None),
            ("uninsured", |backing| backing.sponsor = Some((Scheme::Employee, InsuranceStatus::Dead))),
            ("no account", |backing| backing.account = None),
            ("frozen", |backing| backing.account = Some((true, Fen::from_fen(1), Fen::ZERO))),
            ("all held", |backing| backing.account = Some((false, Fen::ZERO, Fen::from_fen(1)))),
            ("quota used up", |backing| backing.binding.frozen_quota = Some(Fen::ZERO)),
        ];
        let hospital = hospital();
        let asked = asked(Some(&hospital), Purpose::Outpatient);
        assert_eq!(readiness(&[backing()], &asked), Readiness::Ready);
        for (what, spoil) in spoilt {
            let mut spoilt = backing();
            spoil(&mut spoilt);
            assert_eq!(readiness(std::slice::from_ref(&spoilt), &asked), Readiness::NotReady, "{what}");
            assert_eq!(readiness(&[spoilt, backing()], &asked), Readiness::Ready, "{what}, and another");
        }
    }

    #[test]
    fn nobody_is_ready_to_pay_under_a_stop() {
        let (hospital, elsewhere) = (hospital(), AreaCode::parse("140000").unwrap());
        let stopped = [
            StopTarget::Area(area()),
            StopTarget::Area(area().province()),
            StopTarget::Institution(hospital.id),
            StopTarget::Peer(elsewhere),
        ];
        for target in stopped {
            let mut backing = backing();
            if target == StopTarget::Peer(elsewhere) {
                backing.binding.beneficiary_area = elsewhere;
            }
            let stops: Stops = [target].into_iter().collect();
            let asked = asked(Some(&hospital), Purpose::Outpatient);
            assert_eq!(readiness(std::slice::from_ref(&backing), &asked), Readiness::Ready, "{target:?}");
            let asked = Asked { stops: &stops, ..asked };
            assert_eq!(readiness(&[backing], &asked), Readiness::NotReady, "{target:?}");
        }
    }

    #[test]
    fn nobody_is_ready_to_pay_where_aid_is_not_taken() {
        let suspended = Institution { designation: Designation::Suspended, ..hospital() };
        let without = Institution { aid: Takes::No, ..hospital() };
        for institution in [None, Some(&suspended), Some(&without)] {
            assert_eq!(readiness(&[backing()], &asked(institution, Purpose::Outpatient)), Readiness::NotReady);
        }
    }
}

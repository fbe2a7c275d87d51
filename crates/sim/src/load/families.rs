//! The families that the load is made of, and their bills.
//!
//! Commands are made one by one when they are entered: a million people are never in memory at once.

use std::collections::BTreeSet;

use gongji_domain::binding::Channel;
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Bill, BindRequest, Command, CreditKind, Urgency, Using};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::policy::Proof;
use gongji_words::{AreaCode, Day, Fen, InstitutionId, PersonId};

use super::draw::{INSTITUTIONS, family_of, institution_of, person};

/// The families of an area.
#[derive(Clone, Copy, Debug)]
pub struct Families {
    /// How many.
    pub count: u32,
    /// Where they are insured and treated.
    pub area: AreaCode,
}

/// What each child's account holds at first.
pub const OPENING: Fen = Fen::from_fen(10_000_000_000);
/// What each bill leaves to pay.
pub const BILL: Fen = Fen::from_fen(12_345);

/// What is entered before any bill; each phase is done before the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The institutions are registered.
    Institutions,
    /// Everybody is.
    People,
    /// The children's accounts are credited.
    Money,
    /// The parents are bound.
    Bindings,
}

impl Phase {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Institutions, Self::People, Self::Money, Self::Bindings];
}

impl Families {
    /// How many commands a phase has.
    #[must_use]
    pub fn commands_in(&self, phase: Phase) -> u64 {
        match phase {
            Phase::Institutions => INSTITUTIONS,
            Phase::People => u64::from(self.count) * 3,
            Phase::Money | Phase::Bindings => u64::from(self.count) * 2,
        }
    }

    /// A command of a phase.
    #[must_use]
    pub fn command(&self, phase: Phase, number: u64) -> Command {
        let split = |places: u64| -> (u32, u8) {
            let (family, place) = (number / places, number % places);
            (u32::try_from(family).unwrap_or(u32::MAX), u8::try_from(place).unwrap_or(0))
        };
        match phase {
            Phase::Institutions => Command::RegisterInstitution(self.institution(institution_of(number))),
            Phase::People => {
                let (family, place) = split(3);
                let scheme = if place == 0 { Scheme::Resident } else { Scheme::Employee };
                self.register(person(family, place), scheme)
            }
            Phase::Money => {
                let (family, place) = split(2);
                let kind = CreditKind::Opening { previous_years: Fen::ZERO };
                Command::Credit { person: person(family, place + 1), amount: OPENING, kind }
            }
            Phase::Bindings => {
                let (family, place) = split(2);
                Command::Bind(self.bind(person(family, place + 1), person(family, 0)))
            }
        }
    }

    /// The bill of this number: 123.45 that insurance leaves to the parent of a family.
    #[must_use]
    pub fn bill(&self, number: u64) -> Bill {
        let patient = person(family_of(number, self.count), 0);
        let mut burden = Burden::nothing();
        burden.add(Part::Copay, BILL);
        Bill {
            patient,
            patient_area: self.area,
            institution: institution_of(number),
            kind: VisitKind::Outpatient,
            burden,
            fund: Fen::from_fen(20_000),
            using: Using::Auto,
            code_of: patient,
            urgency: Urgency::Ordinary,
        }
    }

    fn institution(&self, id: InstitutionId) -> Institution {
        Institution {
            id,
            area: self.area,
            kind: InstitutionKind::Hospital,
            designation: Designation::Designated,
            aid: Takes::Yes,
            wallet: Takes::Yes,
        }
    }

    fn register(&self, id: PersonId, scheme: Scheme) -> Command {
        let born = Day::new(1970, 1, 1).expect("a day of the calendar");
        let status = InsuranceStatus::Active;
        Command::Register(Person { id, area: self.area, scheme, status, born, sex: None, traits: BTreeSet::new() })
    }

    fn bind(&self, sponsor: PersonId, beneficiary: PersonId) -> BindRequest {
        BindRequest {
            sponsor,
            beneficiary,
            beneficiary_area: self.area,
            relation: Relation::Parent,
            from: None,
            until: None,
            limits: Limits::default(),
            purposes: None,
            proof: Proof::Promise,
            channel: Channel::Portal,
        }
    }
}

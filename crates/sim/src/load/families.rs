//! The families that the load is made of, and their bills.
//!
//! Commands are made one by one when they are entered: a million people are never in memory at once.

use std::collections::BTreeSet;

use gongji_domain::binding::Channel;
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Bill, BindRequest, Command, CreditKind, PremiumOrder, Urgency, Using};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::policy::Proof;
use gongji_words::{AreaCode, Day, Fen, InstitutionId, Moment, PersonId};

use super::draw::{FAMILY, INSTITUTIONS, family_of, institution_of, mixed, person};

/// The sponsors whom hot families share.
const SHARED: u32 = 10;
/// Their numbers begin behind those of all families.
const SHARED_FROM: u32 = 100_000_000;
/// Of the institutions these are in the area next to it.
const ELSEWHERE: std::ops::RangeInclusive<i64> = 31..=36;
/// And these sell medicine.
const PHARMACIES: std::ops::RangeInclusive<i64> = 37..=40;

/// Who pays for whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kin {
    /// Each parent is bound by two children of his own.
    #[default]
    Usual,
    /// All parents are bound by two each of the same ten sponsors, in all orders.
    Hot,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mix {
    /// Bills of a hospital.
    #[default]
    Bills,
    /// As money of aid was spent in 2025: of a hundred yuan 71 in hospitals, 21 for premiums, 5 in pharmacies, 3 for the
    /// rest; 9 in another area of the province. Every amount is the same, so that is how many commands there are of each.
    Of2025,
}

/// Where bills come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tills {
    /// All institutions in turn.
    #[default]
    All,
    /// One institution sends every bill.
    One,
}

/// The families of an area, and what they come with.
#[derive(Clone, Copy, Debug)]
pub struct Families {
    /// How many.
    pub count: u32,
    /// Where they are insured.
    pub area: AreaCode,
    /// The area next to it.
    pub elsewhere: AreaCode,
    /// Who pays for whom.
    pub kin: Kin,
    /// What is asked for.
    pub mix: Mix,
    /// Where bills come from.
    pub tills: Tills,
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
    /// So many people with a load; premiums and sponsors of hundreds are for areas that have such rules.
    ///
    /// # Errors
    /// A sentence when a code is none.
    pub fn of(people: u32, (kin, mix, tills): (Kin, Mix, Tills)) -> Result<Self, String> {
        let codes = if (kin, mix) == (Kin::Usual, Mix::Bills) { ["130100", "130200"] } else { ["150200", "150300"] };
        let code = |text: &str| AreaCode::parse(text).map_err(|error| error.to_string());
        Ok(Self { count: people.div_ceil(FAMILY), area: code(codes[0])?, elsewhere: code(codes[1])?, kin, mix, tills })
    }

    /// How many commands a phase has.
    #[must_use]
    pub fn commands_in(&self, phase: Phase) -> u64 {
        let (families, shared) = (u64::from(self.count), u64::from(SHARED));
        match (phase, self.kin) {
            (Phase::Institutions, _) => INSTITUTIONS,
            (Phase::People, Kin::Usual) => families * 3,
            (Phase::People, Kin::Hot) => families + shared,
            (Phase::Money, Kin::Hot) => shared,
            (Phase::Money, Kin::Usual) | (Phase::Bindings, _) => families * 2,
        }
    }

    /// A command of a phase.
    #[must_use]
    pub fn opening(&self, phase: Phase, number: u64) -> Command {
        match phase {
            Phase::Institutions => Command::RegisterInstitution(self.institution(institution_of(number))),
            Phase::People => self.register_of(number),
            Phase::Money => {
                let kind = CreditKind::Opening { previous_years: Fen::ZERO };
                Command::Credit { person: self.sponsor_of(number), amount: OPENING, kind }
            }
            Phase::Bindings => {
                let (family, place) = split(number, 2);
                let sponsor = match self.kin {
                    Kin::Usual => person(family, place + 1),
                    Kin::Hot => person(SHARED_FROM + shared_by(family, place), 1),
                };
                Command::Bind(self.bind(sponsor, person(family, 0)))
            }
        }
    }

    fn register_of(&self, number: u64) -> Command {
        let (family, place) = match self.kin {
            Kin::Usual => split(number, 3),
            Kin::Hot if number < u64::from(self.count) => split(number, 1),
            Kin::Hot => (SHARED_FROM + split(number - u64::from(self.count), 1).0, 1),
        };
        self.register(person(family, place), if place == 0 { Scheme::Resident } else { Scheme::Employee })
    }

    /// The sponsor of this number.
    fn sponsor_of(&self, number: u64) -> PersonId {
        match self.kin {
            Kin::Usual => {
                let (family, place) = split(number, 2);
                person(family, place + 1)
            }
            Kin::Hot => person(SHARED_FROM + split(number, 1).0, 1),
        }
    }

    /// What is asked for under this number, with the family that is drawn for it.
    #[must_use]
    pub fn command(&self, number: u64, at: Moment) -> Command {
        if self.mix == Mix::Bills {
            return Command::Settle(self.bill(number));
        }
        let bill = self.bill(number);
        match drawn(number, "kind") % 100 {
            0..71 => Command::Settle(Bill { kind: VisitKind::Outpatient, institution: self.hospital(number), ..bill }),
            71..92 => Command::PayPremium(self.premium(number, at)),
            92..97 => {
                Command::Settle(Bill { kind: VisitKind::Pharmacy, institution: one_of(PHARMACIES, number), ..bill })
            }
            _ => Command::Settle(Bill { kind: VisitKind::Chronic, institution: self.hospital(number), ..bill }),
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
            institution: if self.tills == Tills::One { InstitutionId::from_number(1) } else { institution_of(number) },
            kind: VisitKind::Outpatient,
            burden,
            fund: Fen::from_fen(20_000),
            using: Using::Auto,
            code_of: patient,
            urgency: Urgency::Ordinary,
        }
    }

    /// Of all money 9 in a hundred is spent elsewhere, and hospitals have 74 of them.
    fn hospital(&self, number: u64) -> InstitutionId {
        match (self.tills, drawn(number, "elsewhere") % 74 < 9) {
            (Tills::One, _) => InstitutionId::from_number(1),
            (Tills::All, true) => one_of(ELSEWHERE, number),
            (Tills::All, false) => one_of(1..=ELSEWHERE.start() - 1, number),
        }
    }

    /// A premium is paid once for a person and a year, so each has a year of its own.
    fn premium(&self, number: u64, at: Moment) -> PremiumOrder {
        let (family, begun) = (family_of(number, self.count), at.millis().div_euclid(1_000).rem_euclid(1_000));
        let payer = match self.kin {
            Kin::Usual => person(family, 1),
            Kin::Hot => person(SHARED_FROM + shared_by(family, 0), 1),
        };
        let year = begun * 1_000_000 + i64::try_from(number % 1_000_000).unwrap_or(0);
        PremiumOrder {
            payer,
            payer_area: self.area,
            person: person(family, 0),
            plan: "resident".to_owned(),
            year: i32::try_from(year).unwrap_or(0) + 2_026,
            amount: BILL,
        }
    }

    fn institution(&self, id: InstitutionId) -> Institution {
        let is_in = |range: &std::ops::RangeInclusive<i64>| self.mix == Mix::Of2025 && range.contains(&id.number());
        Institution {
            id,
            area: if is_in(&ELSEWHERE) { self.elsewhere } else { self.area },
            kind: if is_in(&PHARMACIES) { InstitutionKind::Pharmacy } else { InstitutionKind::Hospital },
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

/// The family and the place in it of one of so many in each.
fn split(number: u64, places: u64) -> (u32, u8) {
    (u32::try_from(number / places).unwrap_or(u32::MAX), u8::try_from(number % places).unwrap_or(0))
}

/// Something that is drawn for a bill.
fn drawn(bill: u64, what: &str) -> u64 {
    mixed(what.bytes().fold(bill, |state, byte| mixed(state) ^ u64::from(byte)))
}

/// The two sponsors of a hot family: never the same, and over all families every pair in both orders.
fn shared_by(family: u32, place: u8) -> u32 {
    let first = family % SHARED;
    if place == 0 { first } else { (first + 1 + family / SHARED % (SHARED - 1)) % SHARED }
}

fn one_of(range: std::ops::RangeInclusive<i64>, number: u64) -> InstitutionId {
    let count = (range.end() - range.start() + 1).unsigned_abs();
    InstitutionId::from_number(range.start() + i64::try_from(number % count).unwrap_or(0))
}

//! From the words of a file to the commands of the use cases.

use std::collections::BTreeSet;

use gongji_domain::binding;
use gongji_domain::burden::{Burden, Part, Purpose, VisitKind};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Bill, BindRequest, LimitChange, Pair, PremiumOrder, Urgency, Using};
use gongji_domain::person::{InsuranceStatus, Person, Scheme, Sex, Trait};
use gongji_domain::policy::Proof;
use gongji_words::{AreaCode, InstitutionId, PersonId};

use crate::syntax::{self, Vocabulary};
use crate::world::World;

const SAME: &str = "the language and the rules share their words";

impl World<'_> {
    pub(crate) fn person_id(&self, name: &syntax::Name) -> PersonId {
        self.people[name.as_str()].0
    }

    pub(crate) fn area_of(&self, name: &syntax::Name) -> AreaCode {
        self.people[name.as_str()].1
    }

    pub(crate) fn pair(&self, pair: &syntax::Pair) -> Pair {
        Pair { sponsor: self.person_id(&pair.sponsor), beneficiary: self.person_id(&pair.beneficiary) }
    }

    pub(crate) fn bill(&self, visit: &syntax::Visit) -> Bill {
        let mut burden = Burden::nothing();
        for (part, amount) in &visit.parts {
            burden.add(Part::from_word(part.word()).expect(SAME), *amount);
        }
        Bill {
            patient: self.person_id(&visit.beneficiary),
            patient_area: self.area_of(&visit.beneficiary),
            institution: self.institutions[visit.institution.as_str()].0,
            kind: VisitKind::from_word(visit.kind.word()).expect(SAME),
            burden,
            fund: visit.fund,
            using: match &visit.using {
                syntax::Using::Auto => Using::Auto,
                syntax::Using::Own => Using::Own,
                syntax::Using::None => Using::Cash,
                syntax::Using::Sponsor(name) => Using::Only(self.person_id(name)),
            },
            code_of: self.person_id(&visit.code),
            urgency: if visit.emergency { Urgency::Emergency } else { Urgency::Ordinary },
        }
    }

    pub(crate) fn bind_request(&self, bind: &syntax::Bind) -> BindRequest {
        let Pair { sponsor, beneficiary } = self.pair(&bind.pair);
        let purposes: BTreeSet<Purpose> = bind.purposes.iter().map(|purpose| to_purpose(*purpose)).collect();
        let limits = bind.limits;
        BindRequest {
            sponsor,
            beneficiary,
            beneficiary_area: self.area_of(&bind.pair.beneficiary),
            relation: Relation::from_word(bind.relation.word()).expect(SAME),
            from: bind.from,
            until: bind.until,
            limits: Limits {
                quota: limits.quota,
                per_settlement: limits.per_settlement,
                per_day: limits.per_day,
                per_month: limits.per_month,
                per_year: limits.per_year,
            },
            purposes: (!purposes.is_empty()).then_some(purposes),
            proof: bind.proof.map_or(Proof::Promise, |proof| Proof::from_word(proof.word()).expect(SAME)),
            channel: bind
                .channel
                .map_or(binding::Channel::Portal, |channel| binding::Channel::from_word(channel.word()).expect(SAME)),
        }
    }

    pub(crate) fn premium_order(&self, premium: &syntax::Premium) -> PremiumOrder {
        PremiumOrder {
            payer: self.person_id(&premium.payer),
            payer_area: self.area_of(&premium.payer),
            person: self.person_id(&premium.insured),
            plan: match &premium.plan {
                syntax::Plan::Resident => "resident".to_owned(),
                syntax::Plan::LongTermCare => "long-term-care".to_owned(),
                syntax::Plan::Product(name) => name.clone(),
            },
            year: premium.year,
            amount: premium.amount,
        }
    }
}

fn to_purpose(purpose: syntax::Purpose) -> Purpose {
    match purpose {
        syntax::Purpose::Premium => Purpose::Premium,
        syntax::Purpose::Visit(kind) => VisitKind::from_word(kind.word()).expect(SAME).into(),
    }
}

pub(crate) fn to_person(id: PersonId, person: &syntax::Person) -> Person {
    Person {
        id,
        area: person.area,
        scheme: Scheme::from_word(person.scheme.word()).expect(SAME),
        status: to_status(person.status),
        born: person.born,
        sex: person.sex.map(|sex| Sex::from_word(sex.word()).expect(SAME)),
        traits: person.traits.iter().map(|word| Trait::from_word(word.word()).expect(SAME)).collect(),
    }
}

pub(crate) fn to_status(status: syntax::Status) -> InsuranceStatus {
    InsuranceStatus::from_word(status.word()).expect(SAME)
}

pub(crate) fn to_institution(id: InstitutionId, institution: &syntax::Institution) -> Institution {
    let takes = |yes: bool| if yes { Takes::Yes } else { Takes::No };
    Institution {
        id,
        area: institution.area,
        kind: InstitutionKind::from_word(institution.kind.word()).expect(SAME),
        designation: Designation::from_word(institution.designated.word()).expect(SAME),
        aid: takes(institution.takes_aid),
        wallet: takes(institution.takes_wallet),
    }
}

pub(crate) fn to_change(limits: &syntax::Limits<syntax::LimitChange>) -> LimitChange {
    let change = |limit: Option<syntax::LimitChange>| {
        limit.map(|change| match change {
            syntax::LimitChange::Set(amount) => Some(amount),
            syntax::LimitChange::Lift => None,
        })
    };
    LimitChange {
        quota: change(limits.quota),
        per_settlement: change(limits.per_settlement),
        per_day: change(limits.per_day),
        per_month: change(limits.per_month),
        per_year: change(limits.per_year),
    }
}

//! From the words of a file to the commands of the use cases.

use std::collections::BTreeSet;

use gongji_domain::binding::Channel;
use gongji_domain::burden::{Burden, Purpose};
use gongji_domain::institution::{Institution, Takes};
use gongji_domain::limits::Limits;
use gongji_domain::message::{Bill, BindRequest, LimitChange, Pair, PremiumOrder, Urgency, Using};
use gongji_domain::person::Person;
use gongji_domain::policy::Proof;
use gongji_words::{AreaCode, InstitutionId, PersonId};

use crate::syntax;
use crate::world::World;

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
            burden.add(*part, *amount);
        }
        Bill {
            patient: self.person_id(&visit.beneficiary),
            patient_area: self.area_of(&visit.beneficiary),
            institution: self.institutions[visit.institution.as_str()].0,
            kind: visit.kind,
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
            relation: bind.relation,
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
            proof: bind.proof.unwrap_or(Proof::Promise),
            channel: bind.channel.unwrap_or(Channel::Portal),
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
        syntax::Purpose::Visit(kind) => kind.into(),
    }
}

pub(crate) fn to_person(id: PersonId, person: &syntax::Person) -> Person {
    Person {
        id,
        area: person.area,
        scheme: person.scheme,
        status: person.status,
        born: person.born,
        sex: person.sex,
        traits: person.traits.iter().copied().collect(),
    }
}

pub(crate) fn to_institution(id: InstitutionId, institution: &syntax::Institution) -> Institution {
    let takes = |yes: bool| if yes { Takes::Yes } else { Takes::No };
    Institution {
        id,
        area: institution.area,
        kind: institution.kind,
        designation: institution.designated,
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

//! Invented people, institutions and laws for judged histories, and short ways to ask for things.

use std::collections::BTreeSet;

use gongji_domain::binding::{Binding, Channel};
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Bill, BindRequest, Command, CreditKind, Pair, PremiumOrder, Urgency, Using, WalletOrder};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::policy::{Law, Proof};
use gongji_words::{AreaCode, Day, Fen, InstitutionId, PersonId};

use super::laws::law;
use super::node::{NODE, Node};

/// One pooling area of the node.
pub const HERE: AreaCode = AreaCode::from_number(990_100);
/// Another one.
pub const THERE: AreaCode = AreaCode::from_number(990_200);

/// A law in which the node's whole province has these rules.
pub fn province_law(rules: &str) -> Law {
    law(&[(NODE.number(), rules.to_owned())])
}

/// A person by number.
pub const fn person(number: i64) -> PersonId {
    PersonId::from_number(number)
}

/// A sponsor and a beneficiary by number.
pub const fn pair(sponsor: i64, beneficiary: i64) -> Pair {
    Pair { sponsor: person(sponsor), beneficiary: person(beneficiary) }
}

/// Yuan.
pub const fn yuan(amount: i64) -> Fen {
    Fen::from_fen(amount * 100)
}

/// A hospital in each area that takes everything.
pub fn hospital(number: i64, area: AreaCode) -> Institution {
    Institution {
        id: InstitutionId::from_number(number),
        area,
        kind: InstitutionKind::Hospital,
        designation: Designation::Designated,
        aid: Takes::Yes,
        wallet: Takes::Yes,
    }
}

/// A node with three employees (1 and 3 here, 2 there) with money of two years, a resident here (4) and one there
/// (5), wallets where they are open, and a hospital (1 here, 2 there) in each area.
pub fn populated(law: Law, now: &str) -> Node {
    let mut node = Node::new(law, now);
    for (number, area) in [(1, HERE), (2, THERE), (3, HERE), (4, HERE), (5, THERE)] {
        let scheme = if number <= 3 { Scheme::Employee } else { Scheme::Resident };
        node.tell(Command::Register(Person {
            id: person(number),
            area,
            scheme,
            status: InsuranceStatus::Active,
            born: Day::new(1970, 1, 1).expect("a day"),
            sex: None,
            traits: BTreeSet::new(),
        }));
        if scheme == Scheme::Employee {
            let kind = CreditKind::Opening { previous_years: yuan(300) };
            node.tell(Command::Credit { person: person(number), amount: yuan(500 + 100 * number), kind });
        }
        node.tell(Command::OpenWallet { person: person(number), place: area });
    }
    node.tell(Command::RegisterInstitution(hospital(1, HERE)));
    node.tell(Command::RegisterInstitution(hospital(2, THERE)));
    node
}

/// A request to bind a child, with nothing said that need not be.
pub fn request(sponsor: i64, beneficiary: i64) -> BindRequest {
    BindRequest {
        sponsor: person(sponsor),
        beneficiary: person(beneficiary),
        beneficiary_area: HERE,
        relation: Relation::Child,
        from: None,
        until: None,
        limits: Limits::default(),
        purposes: None,
        proof: Proof::Promise,
        channel: Channel::Portal,
    }
}

/// A bill of one part at hospital 1.
pub fn bill(patient: i64, part: Part, amount: Fen) -> Bill {
    let mut burden = Burden::nothing();
    burden.add(part, amount);
    Bill {
        patient: person(patient),
        patient_area: HERE,
        institution: InstitutionId::from_number(1),
        kind: VisitKind::Outpatient,
        burden,
        fund: Fen::ZERO,
        using: Using::Auto,
        code_of: person(patient),
        urgency: Urgency::Ordinary,
    }
}

/// Money for a relative's wallet.
pub fn wallet_order(pair: Pair, amount: Fen) -> WalletOrder {
    WalletOrder { pair, receiver_area: HERE, amount }
}

/// A premium of 400.00 for a resident.
pub fn premium(payer: i64, insured: i64, year: i32) -> PremiumOrder {
    PremiumOrder {
        payer: person(payer),
        payer_area: HERE,
        person: person(insured),
        plan: "resident".to_owned(),
        year,
        amount: yuan(400),
    }
}

/// The latest binding of a pair.
pub fn binding(node: &Node, pair: Pair) -> Option<&Binding> {
    let of_pair = |known: &&Binding| (known.sponsor, known.beneficiary) == (pair.sponsor, pair.beneficiary);
    node.rows.bindings.values().filter(of_pair).max_by_key(|known| known.id)
}

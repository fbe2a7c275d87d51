//! A confirmation that comes in the month after its bill, at the node of a sponsor. Worlds hardly ever keep one on its
//! way over the end of a month, and what it writes is money between areas.

use std::collections::BTreeSet;
use std::sync::Arc;

use gongji_domain::binding::{BindingState, Channel};
use gongji_domain::burden::Purpose;
use gongji_domain::judge::{Judgement, peer_command_id};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::{AidQuestion, Answer, BindRequest, Command, CreditKind, Envelope, PeerCommand, Told};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::policy::{Law, Proof};
use gongji_service::desk::Desk;
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, Day, Fen, MessageId, Moment, Month, PersonId};

use crate::executor::ready;

const SPONSOR: PersonId = PersonId::from_number(1);
const PARENT: PersonId = PersonId::from_number(2);

/// The claim stands in the month of the bill.
///
/// # Errors
/// What came instead.
pub fn check(law: &Law) -> Result<(), String> {
    let (home, elsewhere) = (AreaCode::from_number(130_100), AreaCode::from_number(150_800));
    let store = Arc::new(Store::memory());
    let desk = Desk::new(store.clone(), law.clone(), home.province());
    let (bill, later) = (at("2025-03-31T23:50"), at("2025-04-01T08:00"));
    let (owed, kind) = (Fen::from_fen(7_000), CreditKind::Contribution);
    for (number, command) in [
        (10, Command::Register(person(SPONSOR, home, Scheme::Employee))),
        (11, Command::Register(person(PARENT, home, Scheme::Resident))),
        (12, Command::Credit { person: SPONSOR, amount: owed, kind: CreditKind::Opening { previous_years: owed } }),
        (13, Command::Credit { person: SPONSOR, amount: owed, kind }),
    ] {
        expect(&desk, (number, bill, command), &Answer::Done)?;
    }
    expect(&desk, (14, bill, Command::Bind(request(home))), &Answer::Binding(BindingState::Active))?;
    let (binding, purpose) = (CommandId::from_number(14), Purpose::Outpatient);
    let payment = CommandId::from_number(99);
    let question = AidQuestion {
        payment,
        attempt: 0,
        sponsor: SPONSOR,
        sponsor_area: home,
        binding,
        purpose,
        payee_area: elsewhere,
        at: bill,
    };
    let pay = PeerCommand::Pay(question, owed, Told::Spent);
    let share = peer_command_id(payment, 0, &pay);
    expect(&desk, (share.number(), bill, Command::Peer(pay)), &Answer::Paid(owed))?;
    let confirm = PeerCommand::Confirm { share, sponsor: SPONSOR, owed };
    expect(&desk, (16, later, Command::Peer(confirm)), &Answer::Done)?;
    let claims = ready(store.claims_of(Month::of(bill.day()))).map_err(|error| error.to_string())?;
    match claims.as_slice() {
        [claim] if claim.amount == owed && claim.event == payment => Ok(()),
        other => Err(format!("in the month of the bill stands {other:?}")),
    }
}

fn at(text: &str) -> Moment {
    Moment::parse(text).expect("a moment of the calendar")
}

fn person(id: PersonId, area: AreaCode, scheme: Scheme) -> Person {
    let born = Day::new(1970, 1, 1).expect("a day of the calendar");
    Person { id, area, scheme, status: InsuranceStatus::Active, born, sex: None, traits: BTreeSet::new() }
}

fn request(area: AreaCode) -> BindRequest {
    BindRequest {
        sponsor: SPONSOR,
        beneficiary: PARENT,
        beneficiary_area: area,
        relation: Relation::Parent,
        from: None,
        until: None,
        limits: Limits::default(),
        purposes: None,
        proof: Proof::Promise,
        channel: Channel::Portal,
    }
}

fn expect(desk: &Desk, (number, at, command): (i64, Moment, Command), expected: &Answer) -> Result<(), String> {
    let message = MessageId::new("late", number.to_string()).expect("a number is short and printable");
    let id = CommandId::from_number(number);
    let envelope = Envelope { message, id, serial: id, at, command, heard: Vec::new(), digests: Vec::new() };
    match ready(desk.submit(envelope)) {
        Ok(Judgement::Done(answer, _)) if answer == *expected => Ok(()),
        other => Err(format!("message {number} came to {other:?} instead of {expected:?}")),
    }
}

//! People: registered, read, their balances and what they were told. For staff of their areas alone.

use gongji_domain::message::Command;
use gongji_domain::person::{InsuranceStatus, Person, Scheme, Sex, Trait};
use gongji_domain::reason::Reason;
use gongji_service::people::{Enrolled, Identity};
use gongji_words::{AreaCode, CertificateNumber, Day, PersonId, PersonName, Sex as Stated};
use serde_json::json;

use crate::asked::{Answered, Asked};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::shape::{Kind, Shape, nullable, optional, page, required};
use crate::texts;

fn schemes() -> Vec<&'static str> {
    Scheme::ALL.iter().map(|one| one.word()).collect()
}

/// States of an insurance.
pub fn statuses() -> Vec<&'static str> {
    InsuranceStatus::ALL.iter().map(|one| one.word()).collect()
}

fn sexes() -> Vec<&'static str> {
    Sex::ALL.iter().map(|one| one.word()).collect()
}

fn traits() -> Vec<&'static str> {
    Trait::ALL.iter().map(|one| one.word()).collect()
}

/// A person to be registered.
pub const NEW: Shape = Shape {
    name: "NewPerson",
    about: "Who, and how he is insured. Birth and sex are read from the certificate where it states them.",
    fields: &[
        required("name", Kind::Text(64), "his name, as the certificate has it"),
        required("certificate", Kind::Certificate, "the number of his certificate"),
        optional("phone", Kind::Text(20), "his telephone"),
        required("area", Kind::Area, "where he is insured"),
        required("scheme", Kind::Word(schemes), "which insurance"),
        optional("status", Kind::Word(statuses), "the state of the insurance; active if not said"),
        optional("born", Kind::Day, "his birth, where the certificate does not state it"),
        optional("traits", Kind::List(&Kind::Word(traits)), "facts that policies look at"),
    ],
};

/// A person who was registered.
pub const REGISTERED: Shape = Shape {
    name: "Registered",
    about: "A person who is registered now.",
    fields: &[required("person", Kind::Person, "by which he is named from now on")],
};

/// A person.
pub const PERSON: Shape = Shape {
    name: "Person",
    about: "A person as staff of his area see him. The certificate is masked.",
    fields: &[
        required("person", Kind::Person, "his number here"),
        nullable("name", Kind::Text(64), "his name; null if the vault does not know him"),
        nullable("certificate", Kind::Text(18), "the number of his certificate, masked"),
        required("area", Kind::Area, "where he is insured"),
        required("scheme", Kind::Word(schemes), "which insurance"),
        required("status", Kind::Word(statuses), "the state of the insurance"),
        required("born", Kind::Day, "his birth"),
        nullable("sex", Kind::Word(sexes), "his sex, if a register stated it"),
        required("traits", Kind::List(&Kind::Word(traits)), "facts that policies look at"),
    ],
};

/// An account and a wallet.
pub const BALANCE: Shape = Shape {
    name: "Balance",
    about: "A personal account and a wallet.",
    fields: &[
        required("person", Kind::Person, "whose"),
        required("balance", Kind::Yuan, "all money of the account"),
        required("available", Kind::Yuan, "what is not held"),
        required("frozen", Kind::Yuan, "what is held for quotas and transfers"),
        required("wallet", Kind::Yuan, "the money in the wallet"),
    ],
};

const NOTICE: Shape = Shape {
    name: "Notice",
    about: "Something that a person was told.",
    fields: &[
        required("code", Kind::Text(64), "the stable code"),
        required("text", Kind::Text(400), "what it says, with names left open"),
        nullable("amount", Kind::SignedYuan, "the amount that it names"),
        required("at", Kind::Time, "when"),
    ],
};

/// Where the next page begins.
pub const NEXT: crate::shape::Field = nullable("next", Kind::Cursor, "where the next page begins; null on the last");

/// A page of notices.
pub const NOTICES: Shape = Shape {
    name: "Notices",
    about: "A page of notices, the oldest first.",
    fields: &[required("notices", Kind::List(&Kind::One(&NOTICE)), "the notices"), NEXT],
};

const PREVIEWS_OF_VISIT: Shape = Shape {
    name: "PreviewsOfVisit",
    about: "A visit, and how often was asked what its bill would come to.",
    fields: &[
        required("institution", Kind::Institution, "who asked"),
        required("visit", Kind::Text(64), "the institution's name for the visit"),
        required("at", Kind::Time, "when it was registered"),
        required("previews", Kind::Number(0, 1_000), "how many previews were asked for"),
    ],
};

/// A page of them.
pub const PREVIEWS: Shape = Shape {
    name: "Previews",
    about: "A page of visits, the oldest first.",
    fields: &[required("visits", Kind::List(&Kind::One(&PREVIEWS_OF_VISIT)), "the visits"), NEXT],
};

/// What a request says of a person who is new.
struct NewPerson {
    identity: Identity,
    area: AreaCode,
    scheme: Scheme,
    status: InsuranceStatus,
    born: Day,
    sex: Option<Sex>,
    traits: std::collections::BTreeSet<Trait>,
}

fn stated(asked: &Asked) -> Result<NewPerson, Problem> {
    let body = &asked.body;
    let name = body.must("name", PersonName::parse)?;
    let certificate = body.must("certificate", CertificateNumber::parse)?;
    let area = asked.own_area(body.must("area", AreaCode::parse)?)?;
    let status = body.read("status", |word| InsuranceStatus::from_word(word).ok_or("no such word"))?;
    let said = body.read("born", Day::parse)?;
    let unsaid = || Problem::schema("born", "证件上没有出生日期，请写", "the certificate states no birth: write it");
    let born = certificate.born().or(said).ok_or_else(unsaid)?;
    let sex = certificate.sex().map(|sex| if sex == Stated::Male { Sex::Male } else { Sex::Female });
    let phone = body.text("phone").map(str::to_owned);
    Ok(NewPerson {
        identity: Identity { name, certificate, phone },
        area,
        scheme: body.word("scheme", Scheme::from_word)?,
        status: status.unwrap_or(InsuranceStatus::Active),
        born,
        sex,
        traits: body.texts("traits").unwrap_or_default().into_iter().filter_map(Trait::from_word).collect(),
    })
}

/// Registers a person. Whoever has the certificate already keeps his number, so that a repeat is one.
pub async fn register(asked: Asked) -> Answered {
    let NewPerson { identity, area, scheme, status, born, sex, traits } = stated(&asked)?;
    let known = asked.node().message(&asked.message()?).await?.is_some();
    let there = asked.node().person_of(&identity.certificate).await?;
    let registered = match there {
        Some(id) => asked.node().person(id).await?.is_some(),
        None => false,
    };
    if registered && !known {
        return Err(Problem::of(Reason::ReqPrecondition).at("certificate"));
    }
    asked.face.ports.numbers.prepare().await?;
    let id = there.unwrap_or_else(|| asked.face.ports.numbers.next_person());
    if !known && asked.node().enrol((id, identity), &*asked.face.ports.randomness).await? == Enrolled::Taken {
        return Err(Problem::of(Reason::ReqPrecondition).at("certificate"));
    }
    let person = Person { id, area, scheme, status, born, sex, traits };
    let turnout = asked.enter(Command::Register(person)).await?.turnout;
    let place = format!("/v1/people/{}", texts::person(id));
    Ok(Reply::made(json!({ "person": texts::person(id) }), &place).turned_out(turnout))
}

/// A person.
pub async fn read(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?;
    let identity = asked.node().identity(person.id).await?;
    Ok(Reply::of(json!({
        "person": texts::person(person.id),
        "name": identity.as_ref().map(|identity| identity.name.reveal()),
        "certificate": identity.as_ref().map(|identity| identity.certificate.to_string()),
        "area": person.area,
        "scheme": person.scheme,
        "status": person.status,
        "born": person.born,
        "sex": person.sex,
        "traits": person.traits,
    })))
}

/// His account and wallet.
pub async fn balance(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?.id;
    let (balance, wallet) = (asked.node().balance(person).await?, asked.node().wallet_balance(person).await?);
    Ok(Reply::of(json!({
        "person": texts::person(person),
        "balance": balance.total,
        "available": balance.available,
        "frozen": balance.frozen,
        "wallet": wallet,
    })))
}

/// What he was told.
pub async fn notices(asked: Asked) -> Answered {
    let person: PersonId = asked.person(asked.part(0)).await?.id;
    let (notices, next) = page(&asked.query, asked.node().notices(person).await?);
    let told = notices.into_iter().map(|notice| {
        json!({
            "code": notice.notice.code(),
            "text": notice.notice.text(asked.language),
            "amount": notice.amount,
            "at": texts::time(notice.at),
        })
    });
    Ok(Reply::of(json!({ "notices": told.collect::<Vec<_>>(), "next": next })))
}

/// Visits, and how often a preview was asked for.
pub async fn previews(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?.id;
    let (visits, next) = page(&asked.query, asked.node().visits_of(person).await?);
    let told = visits.into_iter().map(|visit| {
        json!({
            "institution": texts::institution(visit.institution),
            "visit": visit.name,
            "at": texts::time(visit.opened),
            "previews": visit.previews,
        })
    });
    Ok(Reply::of(json!({ "visits": told.collect::<Vec<_>>(), "next": next })))
}

//! Before there is a settlement: visits, previews, and whether anybody is ready to pay.
//!
//! A preview is an oracle on a balance. So it needs a visit of the same day at the institution that asks, each visit has
//! a number of them, they are counted before they are answered, and the agency can show the family who asked
//! (`GET /v1/people/{person}/previews`). Eligibility is the cheap question: it names nobody and no amount.

use gongji_domain::burden::Purpose;
use gongji_domain::message::{Answer, Command};
use gongji_domain::readiness::Readiness;
use gongji_domain::reason::Reason;
use gongji_service::Turnout;
use gongji_words::InstitutionId;
use serde_json::json;

use crate::asked::{Answered, Asked};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::settlements::{
    self, CODE, EMERGENCY, FUND, KIND, PARTS, PATIENT, PATIENT_AREA, PURSES, USING, bill_of, purses_of,
};
use crate::shape::{Kind, Shape, number, person, required};
use crate::texts;

fn purposes() -> Vec<&'static str> {
    Purpose::ALL.iter().map(|purpose| purpose.word()).collect()
}

/// A visit to be registered.
pub const NEW: Shape =
    Shape { name: "NewVisit", about: "Who is there. The key of the request names the visit.", fields: &[PATIENT] };

/// A visit.
pub const VISIT: Shape = Shape {
    name: "Visit",
    about: "A visit, which is good for the day of its registration.",
    fields: &[
        required("visit", Kind::Text(64), "its name: the key under which it was registered"),
        required("patient", Kind::Person, "who is there"),
        required("day", Kind::Day, "for which day it is good"),
    ],
};

/// A bill to be previewed.
pub const PREVIEW: Shape = Shape {
    name: "Preview",
    about: "A bill that is not settled, of a visit that was registered today.",
    fields: &[
        required("visit", Kind::Text(64), "the name of the visit"),
        PATIENT,
        PATIENT_AREA,
        KIND,
        PARTS,
        FUND,
        USING,
        CODE,
        EMERGENCY,
    ],
};

/// What it would come to.
pub const PREVIEWED: Shape =
    Shape { name: "Previewed", about: "What the bill would come to now. Nothing was kept.", fields: &PURSES };

/// The cheap question.
pub const ELIGIBILITY: Shape = Shape {
    name: "Eligibility",
    about: "For whom, where and for what.",
    fields: &[
        required("patient", Kind::Person, "whose bill it would be"),
        required("institution", Kind::Institution, "where"),
        required("purpose", Kind::Word(purposes), "what for"),
    ],
};

/// Its answer.
pub const READINESS: Shape = Shape {
    name: "Readiness",
    about: "Whether anybody of this province is ready to pay. It promises nothing.",
    fields: &[required("ready", Kind::Flag, "somebody could pay a part of a bill at least")],
};

/// Registers a visit.
pub async fn open(asked: Asked) -> Answered {
    let institution = asked.own_institution().ok_or_else(|| Problem::of(Reason::ReqRole))?;
    let patient = asked.anybody("patient").await?.ok_or_else(|| Problem::of(Reason::ReqReference).at("patient"))?.id;
    let name = asked.key.clone().ok_or_else(|| Problem::of(Reason::ReqKeyMissing))?;
    let before = asked.node().visit(institution, &name).await?;
    let turnout = if before.is_some() { Turnout::Again } else { Turnout::First };
    let visit = asked.node().open_visit((institution, &name), patient).await?;
    if visit.patient != patient {
        return Err(Problem::of(Reason::ReqIdempotencyConflict).with("id", name).at("patient"));
    }
    let day = visit.opened.day().to_string();
    let body = json!({ "visit": visit.name, "patient": texts::person(patient), "day": day });
    Ok(Reply::made(body, "/v1/previews").turned_out(turnout))
}

/// Says what a bill would come to.
pub async fn preview(asked: Asked) -> Answered {
    let bill = bill_of(&asked).await?;
    let name = asked.body.text("visit").unwrap_or_default();
    let visit = asked.node().visit_of_today(bill.institution, name).await?;
    let visit = visit.filter(|visit| visit.patient == bill.patient);
    let visit = visit.ok_or_else(|| Problem::of(Reason::ReqVisit).at("visit"))?;
    if !asked.node().count_preview(bill.institution, &visit.name).await? {
        return Err(Problem::of(Reason::ReqRateLimit).at("visit"));
    }
    asked.face.ports.numbers.prepare().await?;
    let message = asked.node().preview_message();
    match asked.enter_as(message, Command::Preview(bill)).await?.answer {
        Answer::Settled(settled) => Ok(Reply::of(purses_of(&asked, &settled))),
        other => Err(settlements::unexpected(&other)),
    }
}

/// Says whether anybody is ready to pay.
pub async fn eligibility(asked: Asked) -> Answered {
    let patient = asked.query.text("patient").and_then(person);
    let institution = asked.query.text("institution").and_then(number).map(InstitutionId::from_number);
    let purpose = asked.query.word("purpose", Purpose::from_word)?;
    let (Some(patient), Some(institution)) = (patient, institution) else { return Err(Problem::not_found()) };
    if asked.own_institution().is_none_or(|own| own != institution) {
        asked.reached_institution(institution).await?;
    }
    let ready = asked.node().readiness(patient, (institution, purpose)).await? == Readiness::Ready;
    Ok(Reply::of(json!({ "ready": ready })))
}

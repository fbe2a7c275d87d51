//! The settlement behind the four characters that a cashier reads, for the hotline and the counter.

use gongji_domain::reason::Reason;
use gongji_words::{Day, InstitutionId};
use serde_json::json;

use crate::asked::{Answered, Asked};
use crate::infno::cases::{Among, CaseNumber, find};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::settlements::id_of;
use crate::shape::{Kind, Shape, number, optional, person, required};
use crate::texts;

/// Where a case is looked for.
pub const ASKED: Shape = Shape {
    name: "CaseAmong",
    about: "Among which bills: those of a patient, or those of one day of an institution.",
    fields: &[
        optional("patient", Kind::Person, "whose bill it was"),
        optional("institution", Kind::Institution, "where; an institution's own if not said"),
        optional("on", Kind::Day, "when, China Standard Time; today if not said"),
    ],
};

fn states() -> Vec<&'static str> {
    vec!["settled", "reversed"]
}

const SETTLEMENT: Shape = Shape {
    name: "CaseSettlement",
    about: "A settlement that has the number.",
    fields: &[
        required("id", Kind::Text(80), "its name"),
        required("institution", Kind::Institution, "where"),
        required("state", Kind::Word(states), "how it stands"),
        required("at", Kind::Time, "when it was settled"),
    ],
};

/// What is found.
pub const FOUND: Shape = Shape {
    name: "Case",
    about: "The settlements of a number: mostly one, none if it is another's.",
    fields: &[required("settlements", Kind::List(&Kind::One(&SETTLEMENT)), "the settlements, the oldest first")],
};

/// Finds a case. What the reader does not reach is not there.
pub async fn of_number(asked: Asked) -> Answered {
    let wrong = || {
        let en = "a case is four letters or digits, none of 0 1 I O";
        Problem::schema("number", "查询号是四个字母或数字，没有 0、1、I、O", en)
    };
    let case = CaseNumber::parse(asked.part(0)).ok_or_else(wrong)?;
    let mut found = Vec::new();
    for one in find(asked.node(), case, among(&asked).await?).await.map_err(Problem::failed)? {
        if reaches(&asked, one.institution).await? {
            found.push(json!({
                "id": id_of(one.institution, &one.msgid),
                "institution": texts::institution(one.institution),
                "state": if one.is_reversed { "reversed" } else { "settled" },
                "at": texts::time(one.at),
            }));
        }
    }
    Ok(Reply::of(json!({ "settlements": found })))
}

async fn among(asked: &Asked) -> Result<Among, Problem> {
    if let Some(text) = asked.query.text("patient") {
        // An institution finds its own bills alone, so it learns nothing of whom else there is.
        let patient = match asked.own_institution() {
            Some(_) => person(text).ok_or_else(Problem::not_found)?,
            None => asked.person(text).await?.id,
        };
        return Ok(Among::Patient(patient));
    }
    let institution = asked.query.text("institution").and_then(number).map(InstitutionId::from_number);
    let missing = || {
        let (zh, en) = ("写患者(patient)，或机构(institution)和日期(on)", "name the patient, or institution and on");
        Problem::of(Reason::ReqReference).at("patient").saying(zh, en)
    };
    let institution = institution.or(asked.own_institution()).ok_or_else(missing)?;
    asked.reached_institution(institution).await?;
    let on = asked.query.read("on", Day::parse)?.unwrap_or_else(|| asked.node().now().day());
    Ok(Among::Day(institution, on))
}

async fn reaches(asked: &Asked, institution: InstitutionId) -> Result<bool, Problem> {
    match asked.reached_institution(institution).await {
        Ok(_) => Ok(true),
        Err(problem) if problem.code() == Reason::ReqNotFound.code() => Ok(false),
        Err(problem) => Err(problem),
    }
}

//! Institutions, for operators of their areas.

use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::message::Command;
use gongji_domain::reason::Reason;
use gongji_words::{AreaCode, InstitutionId};
use serde_json::{Value, json};

use crate::asked::{Answered, Asked};
use crate::people::NEXT;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::shape::{Kind, Shape, number, optional, page, required};
use crate::texts;

fn kinds() -> Vec<&'static str> {
    InstitutionKind::ALL.iter().map(|one| one.word()).collect()
}

fn designations() -> Vec<&'static str> {
    Designation::ALL.iter().map(|one| one.word()).collect()
}

/// How an institution is registered, or registered anew.
pub const NEW: Shape = Shape {
    name: "NewInstitution",
    about: "An institution as it is from now on.",
    fields: &[
        required("area", Kind::Area, "where care is given"),
        required("kind", Kind::Word(kinds), "what it is"),
        optional("designation", Kind::Word(designations), "its contract; yes if not said"),
        optional("aid", Kind::Flag, "takes direct calls on a sponsor's account; true if not said"),
        optional("wallet", Kind::Flag, "takes wallet money and frozen quotas; true if not said"),
    ],
};

/// An institution.
pub const INSTITUTION: Shape = Shape {
    name: "Institution",
    about: "An institution.",
    fields: &[
        required("institution", Kind::Institution, "its number"),
        required("area", Kind::Area, "where care is given"),
        required("kind", Kind::Word(kinds), "what it is"),
        required("designation", Kind::Word(designations), "its contract"),
        required("aid", Kind::Flag, "takes direct calls on a sponsor's account"),
        required("wallet", Kind::Flag, "takes wallet money and frozen quotas"),
    ],
};

/// A page of institutions.
pub const INSTITUTIONS: Shape = Shape {
    name: "Institutions",
    about: "A page of institutions, by number.",
    fields: &[required("institutions", Kind::List(&Kind::One(&INSTITUTION)), "the institutions"), NEXT],
};

fn id_of(asked: &Asked) -> Result<InstitutionId, Problem> {
    number(asked.part(0)).map(InstitutionId::from_number).ok_or_else(Problem::not_found)
}

/// Registers one, or says anew what it is.
pub async fn register(asked: Asked) -> Answered {
    let id = id_of(&asked)?;
    let area = asked.own_area(asked.body.must("area", AreaCode::parse)?)?;
    if area.province() != asked.node().province() {
        return Err(Problem::of(Reason::ReqRole).at("area"));
    }
    let there = asked.node().institution(id).await?;
    if let Some(there) = there {
        asked.own_area(there.area).map_err(|_| Problem::not_found())?;
    }
    let body = &asked.body;
    let kind = body.word("kind", InstitutionKind::from_word)?;
    let designation = body.read("designation", |word| Designation::from_word(word).ok_or("no such word"))?;
    let takes = |name: &str| if body.is_there(name) && !body.is_set(name) { Takes::No } else { Takes::Yes };
    let designation = designation.unwrap_or(Designation::Designated);
    let institution = Institution { id, area, kind, designation, aid: takes("aid"), wallet: takes("wallet") };
    asked.done(Command::RegisterInstitution(institution)).await
}

/// One.
pub async fn read(asked: Asked) -> Answered {
    let institution = asked.reached_institution(id_of(&asked)?).await?;
    Ok(Reply::of(told(&institution)))
}

/// Those of the areas of whoever asks.
pub async fn list(asked: Asked) -> Answered {
    let who = asked.who()?;
    let all = asked.node().institutions().await?;
    let own: Vec<Institution> = all.into_iter().filter(|one| who.reaches(one.area)).collect();
    let (institutions, next) = page(&asked.query, own);
    Ok(Reply::of(json!({ "institutions": institutions.iter().map(told).collect::<Vec<_>>(), "next": next })))
}

fn told(institution: &Institution) -> Value {
    json!({
        "institution": texts::institution(institution.id),
        "area": institution.area,
        "kind": institution.kind,
        "designation": institution.designation,
        "aid": institution.aid == Takes::Yes,
        "wallet": institution.wallet == Takes::Yes,
    })
}

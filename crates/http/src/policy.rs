//! Policy: what is law where and when, and how a pack becomes law by two people.

use gongji_domain::policy::Provenance;
use gongji_domain::reason::Reason;
use gongji_domain::release::{Release, ReleaseState, Signed};
use gongji_service::Turnout;
use gongji_service::release::{Draft, NotReleased};
use gongji_words::{AreaCode, Day};
use serde_json::{Value, json};

use crate::asked::{Answered, Asked};
use crate::people::NEXT;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::shape::{Kind, Shape, nullable, number, optional, page, required};
use crate::texts;

fn states() -> Vec<&'static str> {
    ReleaseState::ALL.iter().map(|one| one.word()).collect()
}

/// Where and when.
pub const ON: Shape = Shape {
    name: "On",
    about: "Where and when.",
    fields: &[required("area", Kind::Area, "where"), optional("on", Kind::Day, "on which day; today if not said")],
};

const RULE: Shape = Shape {
    name: "Rule",
    about: "What a key says, and by whose authority.",
    fields: &[
        required("key", Kind::Text(64), "the key"),
        required("value", Kind::Text(4_000), "what it says"),
        required("inherited-from", Kind::Text(64), "in whose pack it stands"),
        required("from", Kind::Day, "the first day of the rule"),
        nullable("until", Kind::Day, "its last day"),
        nullable("document", Kind::Text(2_000), "in which document"),
        required("authority", Kind::Text(2_000), "whose"),
        required("date", Kind::Text(64), "of when"),
        required("grade", Kind::Text(32), "how sure that is"),
    ],
};

/// The law of an area on a day.
pub const LAW: Shape = Shape {
    name: "Law",
    about: "The law of an area on a day.",
    fields: &[
        required("area", Kind::Area, "where"),
        required("on", Kind::Day, "on which day"),
        required("release", Kind::Number(0, 1_000_000), "the release that is the last"),
        required("rules", Kind::List(&Kind::One(&RULE)), "every key"),
    ],
};

/// A release.
pub const RELEASE: Shape = Shape {
    name: "Release",
    about: "A pack on its way to become law, or that is law.",
    fields: &[
        required("release", Kind::Number(1, 1_000_000), "its number"),
        required("state", Kind::Word(states), "how far it has come"),
        nullable("area", Kind::Area, "whose rules; null: the nation's"),
        required("first-day", Kind::Day, "the first day that is judged otherwise with it"),
        nullable("retroactive", Kind::Text(2_000), "why it may begin on days that have been decided"),
        required("proposed-by", Kind::Text(64), "who proposed it"),
        required("proposed-at", Kind::Time, "when"),
        nullable("closed-by", Kind::Text(64), "who approved or withdrew it"),
        nullable("closed-at", Kind::Time, "when"),
    ],
};

/// A page of releases.
pub const RELEASES: Shape = Shape {
    name: "Releases",
    about: "A page of releases, in the order of their numbers.",
    fields: &[required("releases", Kind::List(&Kind::One(&RELEASE)), "the releases"), NEXT],
};

/// A pack that is proposed.
pub const PROPOSAL: Shape = Shape {
    name: "PolicyProposal",
    about: "A pack that is proposed. It becomes law when another person approves it.",
    fields: &[
        required("pack", Kind::Pack, "the pack, as TOML"),
        optional("retroactive", Kind::Text(2_000), "why it may begin on days that have been decided"),
    ],
};

/// What is law where and when.
pub async fn law(asked: Asked) -> Answered {
    let area = asked.query.must("area", AreaCode::parse)?;
    let on = asked.query.read("on", Day::parse)?.unwrap_or_else(|| asked.node().now().day());
    let law = asked.node().law();
    let rules = law.show(area, on).map_err(|_| Problem::not_found())?;
    let rules: Vec<Value> = rules.iter().map(rule).collect();
    Ok(Reply::of(json!({ "area": area, "on": on, "release": law.release(), "rules": rules })))
}

fn rule(rule: &Provenance<'_>) -> Value {
    json!({
        "key": rule.key,
        "value": rule.value,
        "inherited-from": rule.inherited_from.to_string(),
        "from": rule.from,
        "until": rule.until,
        "document": rule.source.document,
        "authority": rule.source.authority,
        "date": rule.source.date,
        "grade": rule.source.grade.word(),
    })
}

/// How packs became law.
pub async fn list(asked: Asked) -> Answered {
    let (releases, next) = page(&asked.query, asked.node().releases().await?);
    Ok(Reply::of(json!({ "releases": releases.iter().map(told).collect::<Vec<_>>(), "next": next })))
}

/// Proposes a pack. Its own text tells a repeat: the one that is proposed already is not proposed again.
pub async fn propose(asked: Asked) -> Answered {
    let text = asked.body.text("pack").unwrap_or_default();
    let draft = Draft { file: "pack", text, retroactive: asked.body.text("retroactive") };
    reached(&asked, done(asked.node().area_of_draft(draft).await?)?)?;
    let signed = asked.signature()?;
    let (release, turnout) = match asked.node().propose(draft, signed.clone()).await? {
        Err(NotReleased::Same(number)) => {
            (own(&asked, number, |one| is_open(one) && one.proposed.by == signed.by).await?, Turnout::Again)
        }
        released => (done(released)?.release, Turnout::First),
    };
    Ok(Reply::made(told(&release), &format!("/v1/policy/releases/{}", release.number)).turned_out(turnout))
}

/// What somebody did already: he gets the same answer. What another did is in his way.
async fn own(asked: &Asked, number: u32, is_own: impl Fn(&Release) -> bool) -> Result<Release, Problem> {
    let all = asked.node().releases().await?;
    let found = all.into_iter().find(|release| release.number == number && is_own(release));
    found.ok_or_else(|| Problem::of(Reason::ReqPrecondition))
}

fn is_open(release: &Release) -> bool {
    release.state == ReleaseState::Proposed
}

/// Approves one that another person proposed.
pub async fn approve(asked: Asked) -> Answered {
    let number = number_of(&asked).await?;
    let signed = asked.signature()?;
    let proposed = asked.node().releases().await?.into_iter().find(|release| release.number == number);
    if let Some(release) = proposed
        && asked.node().are_one_person(&release.proposed.by, &signed.by).await?
    {
        return Err(Problem::of(Reason::ReqSecondPerson));
    }
    let (release, turnout) = match asked.node().approve(number, signed.clone()).await? {
        Err(NotReleased::Closed(number, ReleaseState::Released)) => {
            (own(&asked, number, |one| closed_by(one, &signed)).await?, Turnout::Again)
        }
        released => (done(released)?.release, Turnout::First),
    };
    Ok(Reply::of(told(&release)).turned_out(turnout))
}

/// Withdraws one that never became law.
pub async fn withdraw(asked: Asked) -> Answered {
    let number = number_of(&asked).await?;
    let signed = asked.signature()?;
    let (release, turnout) = match asked.node().withdraw(number, signed.clone()).await? {
        Err(NotReleased::Closed(number, ReleaseState::Withdrawn)) => {
            (own(&asked, number, |one| closed_by(one, &signed)).await?, Turnout::Again)
        }
        released => (done(released)?, Turnout::First),
    };
    Ok(Reply::of(told(&release)).turned_out(turnout))
}

fn closed_by(release: &Release, signed: &Signed) -> bool {
    release.closed.as_ref().is_some_and(|closed| closed.by == signed.by)
}

async fn number_of(asked: &Asked) -> Result<u32, Problem> {
    let stated = number(asked.part(0)).and_then(|number| u32::try_from(number).ok());
    let number = stated.ok_or_else(Problem::not_found)?;
    let all = asked.node().releases().await?;
    let release = all.iter().find(|release| release.number == number).ok_or_else(Problem::not_found)?;
    reached(asked, release.area).map(|()| number)
}

/// The nation's rules are those of whoever has the whole province.
fn reached(asked: &Asked, area: Option<AreaCode>) -> Result<(), Problem> {
    let area = area.unwrap_or_else(|| asked.node().province());
    if asked.who()?.reaches(area) { Ok(()) } else { Err(Problem::of(Reason::ReqRole)) }
}

fn done<T>(released: Result<T, NotReleased>) -> Result<T, Problem> {
    released.map_err(|refusal| {
        let reason = match &refusal {
            NotReleased::SamePerson(_) => Reason::ReqSecondPerson,
            NotReleased::Unknown(_) => Reason::ReqNotFound,
            NotReleased::Mistakes(_) | NotReleased::Name => Reason::ReqSchema,
            _ => Reason::ReqPrecondition,
        };
        let why = refusal.to_string();
        let problem = Problem::of(reason).saying(&why, &why);
        if reason == Reason::ReqSchema { problem.at("pack") } else { problem }
    })
}

fn told(release: &Release) -> Value {
    let closed = release.closed.as_ref();
    json!({
        "release": release.number,
        "state": release.state,
        "area": release.area,
        "first-day": release.first_day,
        "retroactive": release.retroactive,
        "proposed-by": release.proposed.by,
        "proposed-at": texts::time(release.proposed.at),
        "closed-by": closed.map(|signed| &signed.by),
        "closed-at": closed.map(|signed| texts::time(signed.at)),
    })
}

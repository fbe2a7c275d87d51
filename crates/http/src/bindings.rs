//! Bindings, from asking to unbinding. A binding is named by its pair, `P1-P2`: sponsor and beneficiary; the last binding
//! of a pair is the one that counts.

use std::collections::BTreeSet;

use gongji_domain::binding::{Binding, BindingState, Channel, EndCause};
use gongji_domain::burden::Purpose;
use gongji_domain::kinship::Relation;
use gongji_domain::limits::{Limits, Used};
use gongji_domain::message::{Answer, BindRequest, Command, Consented, LimitChange, Pair, Side, Verdict};
use gongji_domain::policy::Proof;
use gongji_words::{Day, Fen};
use serde_json::{Value, json};

use crate::asked::{Answered, Asked};
use crate::people::NEXT;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::settlements::unexpected;
use crate::shape::{Field, Kind, Shape, nullable, optional, page, person, required};
use crate::texts;

fn relations() -> Vec<&'static str> {
    Relation::ALL.iter().map(|one| one.word()).collect()
}

fn purposes() -> Vec<&'static str> {
    Purpose::ALL.iter().map(|one| one.word()).collect()
}

fn proofs() -> Vec<&'static str> {
    Proof::ALL.iter().map(|one| one.word()).collect()
}

fn states() -> Vec<&'static str> {
    BindingState::ALL.iter().map(|one| one.word()).collect()
}

fn causes() -> Vec<&'static str> {
    EndCause::ALL.iter().map(|one| one.word()).collect()
}

fn answers() -> Vec<&'static str> {
    vec!["yes", "no"]
}

fn verdicts() -> Vec<&'static str> {
    vec!["approve", "reject", "return"]
}

fn sides() -> Vec<&'static str> {
    vec!["sponsor", "beneficiary"]
}

const LIMIT_NAMES: [(&str, &str); 5] = [
    ("quota", "over the binding's life"),
    ("per-settlement", "in one settlement"),
    ("per-day", "on one day"),
    ("per-month", "in one month"),
    ("per-year", "in one year"),
];

const fn limit(place: usize) -> Field {
    optional(LIMIT_NAMES[place].0, Kind::Yuan, LIMIT_NAMES[place].1)
}

const fn set_limit(place: usize) -> Field {
    nullable(LIMIT_NAMES[place].0, Kind::Yuan, LIMIT_NAMES[place].1)
}

/// A binding that is asked for.
pub const NEW: Shape = Shape {
    name: "NewBinding",
    about: "A sponsor binds a relative at the counter.",
    fields: &[
        required("sponsor", Kind::Whose, "whose account pays"),
        required("beneficiary", Kind::Whose, "whose bills are paid"),
        optional("beneficiary-area", Kind::Area, "where the beneficiary is insured, if that is another province"),
        required("relation", Kind::Word(relations), "who the beneficiary is to the sponsor"),
        optional("from", Kind::Day, "the first day, today if not said"),
        optional("until", Kind::Day, "the last whole day"),
        limit(0),
        limit(1),
        limit(2),
        limit(3),
        limit(4),
        optional("for", Kind::List(&Kind::Word(purposes)), "what it may pay for; everything if not said"),
        optional("proof", Kind::Word(proofs), "how kinship is shown; a promise if not said"),
    ],
};

/// What a binding is after a command.
pub const BOUND: Shape = Shape {
    name: "Bound",
    about: "What a binding is after this. A repeat gets the same.",
    fields: &[
        required("pair", Kind::Text(64), "the name of the binding"),
        required("state", Kind::Word(states), "where it stands"),
        required("at", Kind::Time, "when this was entered"),
    ],
};

/// A binding.
pub const BINDING: Shape = Shape {
    name: "Binding",
    about: "A binding as it stands now.",
    fields: &[
        required("pair", Kind::Text(64), "the name of the binding"),
        required("sponsor", Kind::Person, "whose account pays"),
        required("beneficiary", Kind::Person, "whose bills are paid"),
        required("relation", Kind::Word(relations), "who the beneficiary is to the sponsor"),
        required("state", Kind::Word(states), "where it stands"),
        nullable("ended-by", Kind::Word(causes), "why it ended"),
        required("from", Kind::Day, "its first day"),
        nullable("until", Kind::Day, "its last whole day"),
        set_limit(0),
        set_limit(1),
        set_limit(2),
        set_limit(3),
        set_limit(4),
        nullable("used", Kind::Yuan, "what was paid through it in all; null in lists"),
        nullable("for", Kind::List(&Kind::Word(purposes)), "what it may pay for; null: everything"),
        required("at", Kind::Time, "when it was asked for"),
    ],
};

/// A page of bindings.
pub const BINDINGS: Shape = Shape {
    name: "Bindings",
    about: "A page of bindings, the oldest first.",
    fields: &[required("bindings", Kind::List(&Kind::One(&BINDING)), "the bindings"), NEXT],
};

/// What the beneficiary says.
pub const CONSENT: Shape = Shape {
    name: "Consent",
    about: "What the beneficiary says to the invitation.",
    fields: &[required("answer", Kind::Word(answers), "yes or no")],
};

/// What the agency decides.
pub const REVIEW: Shape = Shape {
    name: "Review",
    about: "What the reviewer decides.",
    fields: &[required("verdict", Kind::Word(verdicts), "approve, reject, or return for papers")],
};

/// New limits.
pub const LIMITS: Shape = Shape {
    name: "Limits",
    about: "Limits to be changed: an amount sets one, null lifts one, what is left out stays.",
    fields: &[changed(0), changed(1), changed(2), changed(3), changed(4)],
};

const fn changed(place: usize) -> Field {
    optional(LIMIT_NAMES[place].0, Kind::Yuan, LIMIT_NAMES[place].1)
}

/// Who unbinds.
pub const UNBIND: Shape = Shape {
    name: "Unbind",
    about: "Who unbinds.",
    fields: &[required("side", Kind::Word(sides), "sponsor or beneficiary")],
};

fn name_of(pair: Pair) -> String {
    format!("{}-{}", texts::person(pair.sponsor), texts::person(pair.beneficiary))
}

/// The pair of the address, whose sponsor or beneficiary whoever asks reaches, and who have a binding.
async fn pair_of(asked: &Asked) -> Result<Pair, Problem> {
    let (sponsor, beneficiary) = asked.part(0).split_once('-').ok_or_else(Problem::not_found)?;
    let of = |text: &str| person(text).ok_or_else(Problem::not_found);
    let pair = Pair { sponsor: of(sponsor)?, beneficiary: of(beneficiary)? };
    let people = asked.node().people_of(pair).await?;
    let who = asked.who()?;
    let reached = [people.0, people.1].into_iter().flatten().any(|person| who.reaches(person.area));
    if reached { Ok(pair) } else { Err(Problem::not_found()) }
}

/// The pair of the address, who have a binding.
async fn bound_pair(asked: &Asked) -> Result<(Pair, Binding, Used), Problem> {
    let pair = pair_of(asked).await?;
    let (binding, used) = asked.node().latest_binding(pair).await?.ok_or_else(Problem::not_found)?;
    Ok((pair, binding, used))
}

/// Binds.
pub async fn bind(asked: Asked) -> Answered {
    let request = request_of(&asked).await?;
    let pair = Pair { sponsor: request.sponsor, beneficiary: request.beneficiary };
    let place = format!("/v1/bindings/{}", name_of(pair));
    entered(&asked, pair, Command::Bind(request))
        .await
        .map(|(body, turnout)| Reply::made(body, &place).turned_out(turnout))
}

async fn request_of(asked: &Asked) -> Result<BindRequest, Problem> {
    let body = &asked.body;
    let sponsor = asked.own_person("sponsor").await?.id;
    let (beneficiary, beneficiary_area) = asked.relative().await?;
    let purposes =
        body.texts("for").map(|words| words.into_iter().filter_map(Purpose::from_word).collect::<BTreeSet<_>>());
    Ok(BindRequest {
        sponsor,
        beneficiary,
        beneficiary_area,
        relation: body.word("relation", Relation::from_word)?,
        from: body.read("from", Day::parse)?,
        until: body.read("until", Day::parse)?,
        limits: Limits {
            quota: body.yuan("quota")?,
            per_settlement: body.yuan("per-settlement")?,
            per_day: body.yuan("per-day")?,
            per_month: body.yuan("per-month")?,
            per_year: body.yuan("per-year")?,
        },
        purposes,
        proof: body.read("proof", |word| Proof::from_word(word).ok_or("no such word"))?.unwrap_or(Proof::Promise),
        channel: Channel::Counter,
    })
}

async fn entered(asked: &Asked, pair: Pair, command: Command) -> Result<(Value, gongji_service::Turnout), Problem> {
    let taken = asked.enter(command).await?;
    let Answer::Binding(state) = taken.answer else { return Err(unexpected(&taken.answer)) };
    let body = json!({ "pair": name_of(pair), "state": state, "at": texts::time(taken.at) });
    Ok((body, taken.turnout))
}

/// Enters what happens to the binding of the address.
async fn happens(asked: &Asked, command: impl FnOnce(Pair) -> Command) -> Answered {
    let (pair, _, _) = bound_pair(asked).await?;
    let (body, turnout) = entered(asked, pair, command(pair)).await?;
    Ok(Reply::of(body).turned_out(turnout))
}

/// The beneficiary answers.
pub async fn consent(asked: Asked) -> Answered {
    let said = if asked.body.text("answer") == Some("yes") { Consented::Yes } else { Consented::No };
    happens(&asked, |pair| Command::Consent(pair, said)).await
}

/// The agency decides.
pub async fn review(asked: Asked) -> Answered {
    let verdict = match asked.body.text("verdict") {
        Some("approve") => Verdict::Approve,
        Some("return") => Verdict::Return,
        _ => Verdict::Reject,
    };
    happens(&asked, |pair| Command::Review(pair, verdict)).await
}

/// The sponsor changes limits.
pub async fn limits(asked: Asked) -> Answered {
    let of = |name: &str| -> Result<Option<Option<Fen>>, Problem> {
        if asked.body.is_there(name) { asked.body.yuan(name).map(Some) } else { Ok(None) }
    };
    let change = LimitChange {
        quota: of("quota")?,
        per_settlement: of("per-settlement")?,
        per_day: of("per-day")?,
        per_month: of("per-month")?,
        per_year: of("per-year")?,
    };
    let (pair, _, _) = bound_pair(&asked).await?;
    asked.done(Command::ChangeLimits(pair, change)).await
}

/// The sponsor pauses.
pub async fn pause(asked: Asked) -> Answered {
    happens(&asked, Command::Pause).await
}

/// The sponsor resumes.
pub async fn resume(asked: Asked) -> Answered {
    happens(&asked, Command::Resume).await
}

/// One side unbinds.
pub async fn unbind(asked: Asked) -> Answered {
    let side = if asked.body.text("side") == Some("sponsor") { Side::Sponsor } else { Side::Beneficiary };
    happens(&asked, |pair| Command::Unbind(pair, side)).await
}

/// The last binding of a pair.
pub async fn read(asked: Asked) -> Answered {
    let (_, binding, used) = bound_pair(&asked).await?;
    Ok(Reply::of(told(&asked, &binding, Some(used))))
}

/// A person's bindings.
pub async fn list(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?.id;
    let (bindings, next) = page(&asked.query, asked.node().bindings_of(person).await?);
    let told = bindings.iter().map(|binding| told(&asked, binding, None));
    Ok(Reply::of(json!({ "bindings": told.collect::<Vec<_>>(), "next": next })))
}

fn told(asked: &Asked, binding: &Binding, used: Option<Used>) -> Value {
    let limits = &binding.limits;
    json!({
        "pair": name_of(Pair { sponsor: binding.sponsor, beneficiary: binding.beneficiary }),
        "sponsor": texts::person(binding.sponsor),
        "beneficiary": texts::person(binding.beneficiary),
        "relation": binding.relation,
        "state": binding.state_at(asked.node().now()),
        "ended-by": binding.end_cause,
        "from": binding.from,
        "until": binding.until,
        "quota": limits.quota,
        "per-settlement": limits.per_settlement,
        "per-day": limits.per_day,
        "per-month": limits.per_month,
        "per-year": limits.per_year,
        "used": used.map(|used| used.total),
        "for": binding.purposes,
        "at": texts::time(binding.asked_at),
    })
}

//! What takes two persons (双人复核): releasing a frozen account, corrections by hand, paying heirs. A clerk proposes, a
//! reviewer who is another person approves or rejects.
//!
//! A proposal is named by its number, and known again by its proposer's key; decisions need no key, since a proposal is
//! decided once. Whoever does not reach the area of a proposal finds nothing under its number.

use gongji_domain::proposal::{Closed, LONGEST_GROUNDS, Matter, Proposal, ProposalState, Wish, are_grounds};
use gongji_domain::reason::Reason;
use gongji_domain::release::Signed;
use gongji_service::proposal::{Decided, NewProposal, Outcome};
use gongji_words::{CommandId, Fen};
use serde_json::{Value, json};

use crate::asked::{Answered, Asked};
use crate::people::NEXT;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::settlements::REASON;
use crate::shape::{Field, Kind, Shape, nullable, number, optional, page, required};
use crate::texts;

fn matters() -> Vec<&'static str> {
    Matter::ALL.iter().map(|one| one.word()).collect()
}

fn states() -> Vec<&'static str> {
    ProposalState::ALL.iter().map(|one| one.word()).collect()
}

fn directions() -> Vec<&'static str> {
    vec!["add", "take"]
}

fn outcomes() -> Vec<&'static str> {
    vec!["done", "refused"]
}

const GROUNDS: Field = required("grounds", Kind::Text(LONGEST_GROUNDS), "why; without anybody's number");

/// What somebody proposes.
pub const NEW: Shape = Shape {
    name: "NewProposal",
    about: "What takes two persons. Nothing is done before another one approves it.",
    fields: &[
        required("matter", Kind::Word(matters), "what is to be done"),
        required("person", Kind::Whose, "whose account"),
        optional("amount", Kind::Yuan, "of a correction, how much"),
        optional("direction", Kind::Word(directions), "of a correction, whether it is added or taken"),
        GROUNDS,
    ],
};

/// Why not.
pub const REJECTION: Shape = Shape { name: "Rejection", about: "Why a proposal is rejected.", fields: &[GROUNDS] };

/// A proposal.
pub const PROPOSAL: Shape = Shape {
    name: "Proposal",
    about: "What takes two persons, and how far it has come.",
    fields: &[
        required("proposal", Kind::Text(20), "its number"),
        required("matter", Kind::Word(matters), "what is to be done"),
        required("state", Kind::Word(states), "how far it has come"),
        required("area", Kind::Area, "where the person was insured when it was proposed"),
        required("person", Kind::Person, "whose account"),
        nullable("amount", Kind::SignedYuan, "of a correction what is added, or taken if negative"),
        GROUNDS,
        required("proposed-by", Kind::Text(64), "who proposed it"),
        required("proposed-at", Kind::Time, "when"),
        nullable("closed-by", Kind::Text(64), "who approved, rejected or withdrew it"),
        nullable("closed-at", Kind::Time, "when"),
        nullable("closing-grounds", Kind::Text(LONGEST_GROUNDS), "why it was rejected"),
        nullable("outcome", Kind::Word(outcomes), "what came of it once it was approved"),
        nullable("reason", Kind::One(&REASON), "why the rules said no"),
    ],
};

/// Which of them.
pub const WHICH: Shape = Shape {
    name: "WhichProposals",
    about: "Which part of which list.",
    fields: &[
        optional("state", Kind::Word(states), "only those that have come so far"),
        optional("limit", Kind::Limit, "how many at most"),
        optional("cursor", Kind::Cursor, "next of the page before"),
    ],
};

/// A page of proposals.
pub const PROPOSALS: Shape = Shape {
    name: "Proposals",
    about: "A page of proposals of one's areas, the oldest first.",
    fields: &[required("proposals", Kind::List(&Kind::One(&PROPOSAL)), "the proposals"), NEXT],
};

/// Puts something forward.
pub async fn propose(asked: Asked) -> Answered {
    let (matter, grounds) = (asked.body.word("matter", Matter::from_word)?, grounds_of(&asked)?);
    let amount = amount_of(&asked, matter)?;
    let person = asked.own_person("person").await?;
    let name = asked.key.clone().ok_or_else(|| Problem::of(Reason::ReqKeyMissing))?;
    let wish = Wish { matter, person: person.id, amount };
    asked.face.ports.numbers.prepare().await?;
    let new = NewProposal { name: name.clone(), area: person.area, wish: wish.clone(), grounds: grounds.clone() };
    let (there, turnout) = asked.node().put_forward(new, asked.signature()?).await?;
    let differs = [
        ("matter", there.wish.matter != matter),
        ("person", there.wish.person != wish.person),
        ("amount", there.wish.amount != amount),
        ("grounds", there.grounds != grounds),
    ];
    if differs.iter().any(|(_, differs)| *differs) {
        let problem = Problem::of(Reason::ReqIdempotencyConflict).with("id", name);
        return Err(differs
            .iter()
            .filter(|(_, differs)| *differs)
            .fold(problem, |problem, (field, _)| problem.at(field)));
    }
    // A repeat gets the first answer, whatever has become of it since.
    let first = Proposal { state: ProposalState::Open, closed: None, ..there };
    let place = format!("/v1/proposals/{}", first.id.number());
    Ok(Reply::made(told(&asked, &first, None), &place).turned_out(turnout))
}

fn grounds_of(asked: &Asked) -> Result<String, Problem> {
    let grounds = asked.body.text("grounds").unwrap_or_default().trim();
    if are_grounds(grounds) {
        return Ok(grounds.to_owned());
    }
    let zh = "用一句话写明原因，不要写证件号码和电话";
    Err(Problem::schema("grounds", zh, "say why in a line, without certificate numbers and telephones"))
}

/// What is added, or taken if negative.
fn amount_of(asked: &Asked, matter: Matter) -> Result<Fen, Problem> {
    let stated = asked.body.yuan("amount")?;
    if matter != Matter::Correction {
        let superfluous = ["amount", "direction"].into_iter().find(|field| asked.body.is_there(field));
        return match superfluous {
            None => Ok(Fen::ZERO),
            Some(field) => Err(Problem::schema(field, "只有调账才写", "only a correction has one")),
        };
    }
    let amount = stated.filter(|amount| amount.is_positive());
    let amount = amount.ok_or_else(|| Problem::schema("amount", "写大于零的金额", "write more than nothing"))?;
    match asked.body.text("direction") {
        Some("take") => Ok(amount.negated()),
        Some(_) => Ok(amount),
        None => Err(Problem::schema("direction", "调账要写 add 或 take", "a correction says add or take")),
    }
}

/// A proposal of the address that whoever asks reaches.
async fn found(asked: &Asked) -> Result<Proposal, Problem> {
    let id = number(asked.part(0)).map(CommandId::from_number).ok_or_else(Problem::not_found)?;
    let found = asked.node().proposal(id).await?.ok_or_else(Problem::not_found)?;
    if asked.who()?.reaches(found.area) { Ok(found) } else { Err(Problem::not_found()) }
}

/// One.
pub async fn read(asked: Asked) -> Answered {
    let proposal = found(&asked).await?;
    let outcome = asked.node().outcome_of(&proposal).await?;
    Ok(Reply::of(told(&asked, &proposal, outcome)))
}

/// Those of the areas of whoever asks.
pub async fn list(asked: Asked) -> Answered {
    let who = asked.who()?;
    let state = asked.query.text("state").and_then(ProposalState::from_word);
    let all = asked.node().proposals().await?.into_iter();
    let own = all.filter(|one| who.reaches(one.area) && state.is_none_or(|state| one.state == state));
    let (proposals, next) = page(&asked.query, own.collect());
    let mut listed = Vec::new();
    for proposal in &proposals {
        listed.push(told(&asked, proposal, asked.node().outcome_of(proposal).await?));
    }
    Ok(Reply::of(json!({ "proposals": listed, "next": next })))
}

/// Approves what another person proposed, and does it.
pub async fn approve(asked: Asked) -> Answered {
    let proposal = found(&asked).await?;
    // Whoever has moved away since is somebody else's.
    asked.person(&texts::person(proposal.wish.person)).await?;
    asked.face.ports.numbers.prepare().await?;
    let decided = asked.node().approve_proposal(proposal.id, asked.signature()?).await?;
    answer(&asked, decided, Some(Outcome::Done))
}

/// Rejects one.
pub async fn reject(asked: Asked) -> Answered {
    let grounds = grounds_of(&asked)?;
    close(asked, ProposalState::Rejected, Some(grounds)).await
}

/// Takes one back.
pub async fn withdraw(asked: Asked) -> Answered {
    close(asked, ProposalState::Withdrawn, None).await
}

async fn close(asked: Asked, state: ProposalState, grounds: Option<String>) -> Answered {
    let proposal = found(&asked).await?;
    let closed = Closed { signed: asked.signature()?, grounds };
    let decided = asked.node().close_proposal(proposal.id, state, closed).await?;
    answer(&asked, decided, None)
}

fn answer(asked: &Asked, decided: Decided, outcome: Option<Outcome>) -> Answered {
    match decided {
        Decided::Done(proposal, turnout) => Ok(Reply::of(told(asked, &proposal, outcome)).turned_out(turnout)),
        Decided::Refused(reason, turnout) => Err(Problem::refusal(reason, asked.audience()).turned_out(turnout)),
        Decided::SamePerson => Err(Problem::of(Reason::ReqSecondPerson)),
        Decided::Unknown => Err(Problem::not_found()),
        Decided::Closed(state) => {
            let (zh, en) = (format!("它已经是 {state}。"), format!("It is {state} already."));
            Err(Problem::of(Reason::ReqPrecondition).saying(&zh, &en))
        }
    }
}

fn told(asked: &Asked, proposal: &Proposal, outcome: Option<Outcome>) -> Value {
    let Proposal { wish, closed, .. } = proposal;
    let signed: Option<&Signed> = closed.as_ref().map(|closed| &closed.signed);
    let refused = match outcome {
        Some(Outcome::Refused(reason)) => Some(asked.reason(reason, None)),
        Some(Outcome::Done) | None => None,
    };
    json!({
        "proposal": proposal.id.number().to_string(),
        "matter": wish.matter,
        "state": proposal.state,
        "area": proposal.area,
        "person": texts::person(wish.person),
        "amount": (wish.matter == Matter::Correction).then_some(wish.amount),
        "grounds": proposal.grounds,
        "proposed-by": proposal.proposed.by,
        "proposed-at": texts::time(proposal.proposed.at),
        "closed-by": signed.map(|signed| &signed.by),
        "closed-at": signed.map(|signed| texts::time(signed.at)),
        "closing-grounds": closed.as_ref().and_then(|closed| closed.grounds.as_ref()),
        "outcome": outcome.map(|_| if refused.is_some() { "refused" } else { "done" }),
        "reason": refused,
    })
}

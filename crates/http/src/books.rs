//! The ledger as auditors and clearing read it: claims and positions of a month, the trial balance of a day.

use gongji_domain::books::Turnover;
use gongji_domain::clearing::net;
use gongji_domain::record::{Claim, ClaimSide};
use gongji_words::{Day, Month};
use serde_json::{Value, json};

use crate::asked::{Answered, Asked};
use crate::people::NEXT;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::shape::{Kind, Shape, page, required};

fn sides() -> Vec<&'static str> {
    ClaimSide::ALL.iter().map(|one| one.word()).collect()
}

const CLAIM: Shape = Shape {
    name: "Claim",
    about: "What one area owes another for one event, as one side wrote it down.",
    fields: &[
        required("event", Kind::Text(32), "the settlement, reversal or transfer"),
        required("from", Kind::Area, "who owes"),
        required("to", Kind::Area, "who is owed"),
        required("side", Kind::Word(sides), "whose row this is"),
        required("amount", Kind::SignedYuan, "how much; negative for a reversal"),
    ],
};

/// A page of claims.
pub const CLAIMS: Shape = Shape {
    name: "Claims",
    about: "A page of the claims of a month.",
    fields: &[required("claims", Kind::List(&Kind::One(&CLAIM)), "the claims"), NEXT],
};

const POSITION: Shape = Shape {
    name: "Position",
    about: "What one area owes another when all that matches is netted.",
    fields: &[
        required("from", Kind::Area, "who owes"),
        required("to", Kind::Area, "who is owed"),
        required("amount", Kind::Yuan, "how much"),
    ],
};

/// The clearing of a month.
pub const CLEARING: Shape = Shape {
    name: "Clearing",
    about: "The clearing of a month.",
    fields: &[
        required("month", Kind::Month, "which month"),
        required("positions", Kind::List(&Kind::One(&POSITION)), "one for each pair of areas"),
        required("matched", Kind::Number(0, i64::MAX), "events that stand alike on both sides"),
        required("unmatched", Kind::Number(0, i64::MAX), "events that do not"),
    ],
};

const HEADING: Shape = Shape {
    name: "Heading",
    about: "What went into a position and out of it.",
    fields: &[
        required("position", Kind::Text(64), "which position"),
        required("debit", Kind::SignedYuan, "out of it"),
        required("credit", Kind::SignedYuan, "into it"),
        required("balance", Kind::SignedYuan, "what is left"),
    ],
};

/// A trial balance.
pub const TRIAL_BALANCE: Shape = Shape {
    name: "TrialBalance",
    about: "All that was entered until the end of a day, by position.",
    fields: &[
        required("on", Kind::Day, "until the end of which day"),
        required("rows", Kind::List(&Kind::One(&HEADING)), "each position"),
        required("balanced", Kind::Flag, "debit and credit are the same"),
    ],
};

fn month(asked: &Asked) -> Result<Month, Problem> {
    Month::parse(asked.part(0)).map_err(|_| Problem::not_found())
}

/// The claims of a month between the areas of whoever asks and others.
pub async fn claims(asked: Asked) -> Answered {
    let own = own_claims(&asked).await?;
    let (claims, next) = page(&asked.query, own);
    let told = claims.iter().map(|claim| {
        json!({
            "event": claim.event.to_string(), "from": claim.from, "to": claim.to, "side": claim.side,
            "amount": claim.amount,
        })
    });
    Ok(Reply::of(json!({ "claims": told.collect::<Vec<_>>(), "next": next })))
}

async fn own_claims(asked: &Asked) -> Result<Vec<Claim>, Problem> {
    let who = asked.who()?;
    let all = asked.node().claims(month(asked)?).await?;
    Ok(all.into_iter().filter(|claim| who.reaches(claim.from) || who.reaches(claim.to)).collect())
}

/// The positions of a month.
pub async fn clearing(asked: Asked) -> Answered {
    let clearing = net(&own_claims(&asked).await?);
    let positions = clearing.owes.iter().map(|one| json!({ "from": one.from, "to": one.to, "amount": one.amount }));
    Ok(Reply::of(json!({
        "month": asked.part(0),
        "positions": positions.collect::<Vec<_>>(),
        "matched": clearing.matched,
        "unmatched": clearing.unmatched,
    })))
}

/// The trial balance of a day.
pub async fn trial_balance(asked: Asked) -> Answered {
    let on = Day::parse(asked.part(0)).map_err(|_| Problem::not_found())?;
    asked.own_area(asked.node().province())?;
    let balance = asked.node().trial_balance(on).await?;
    let rows: Vec<Value> = balance.rows().map(|(heading, sides)| row(heading.word(), sides)).collect();
    Ok(Reply::of(json!({ "on": on, "rows": rows, "balanced": balance.total().balance().is_zero() })))
}

fn row(position: &str, sides: Turnover) -> Value {
    json!({
        "position": position, "debit": sides.debit.to_string(), "credit": sides.credit.to_string(),
        "balance": sides.balance().to_string(),
    })
}

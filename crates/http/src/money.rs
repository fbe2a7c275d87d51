//! Accounts and insurance as the agency keeps them: credits, freezing, status, moves. Releasing a frozen account takes two
//! persons: see [`crate::proposals`].

use gongji_domain::message::{Command, CreditKind};
use gongji_domain::person::InsuranceStatus;
use gongji_words::{AreaCode, Fen};

use crate::asked::{Answered, Asked};
use crate::people::statuses;
use crate::problem::Problem;
use crate::shape::{Kind, Shape, optional, required};

fn kinds() -> Vec<&'static str> {
    vec!["contribution", "opening", "interest"]
}

/// Money into an account.
pub const CREDIT: Shape = Shape {
    name: "Credit",
    about: "Money comes into a personal account.",
    fields: &[
        required("amount", Kind::MoreThanNothing, "how much"),
        required("kind", Kind::Word(kinds), "as what"),
        optional("previous-years", Kind::Yuan, "of an opening balance: the part from previous years; all if not said"),
    ],
};

/// A state of an insurance.
pub const STATUS: Shape = Shape {
    name: "Status",
    about: "The state of an insurance changes.",
    fields: &[required("status", Kind::Word(statuses), "what it is from now on")],
};

/// A move.
pub const MOVE: Shape = Shape {
    name: "Move",
    about: "An insurance moves to another area.",
    fields: &[required("area", Kind::Area, "to where")],
};

/// Credits an account.
pub async fn credit(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?.id;
    let (amount, kind) = stated(&asked)?;
    asked.done(Command::Credit { person, amount, kind }).await
}

fn stated(asked: &Asked) -> Result<(Fen, CreditKind), Problem> {
    let amount = asked.body.must("amount", Fen::parse_yuan)?;
    let previous = asked.body.yuan("previous-years")?;
    let kind = match asked.body.text("kind") {
        Some("opening") => CreditKind::Opening { previous_years: previous.unwrap_or(amount) },
        Some("interest") => CreditKind::Interest,
        _ => CreditKind::Contribution,
    };
    match kind {
        CreditKind::Opening { previous_years } if previous_years > amount => {
            Err(Problem::schema("previous-years", "不能多于金额", "this part is more than the amount"))
        }
        CreditKind::Contribution | CreditKind::Interest if previous.is_some() => {
            Err(Problem::schema("previous-years", "只有期初余额才有", "only an opening balance has such a part"))
        }
        kind => Ok((amount, kind)),
    }
}

/// Freezes an account.
pub async fn freeze(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?.id;
    asked.done(Command::Freeze(person)).await
}

/// Changes the state of an insurance.
pub async fn change_status(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?.id;
    let status = asked.body.word("status", InsuranceStatus::from_word)?;
    asked.done(Command::ChangeStatus { person, status }).await
}

/// Moves an insurance.
pub async fn relocate(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?.id;
    let area = asked.body.must("area", AreaCode::parse)?;
    asked.done(Command::Move { person, area }).await
}

//! What families order at the counter: who pays first, filings, family codes, wallets, quotas, transfers, premiums.

use gongji_domain::message::{Answer, Command, Pair, PremiumOrder, WalletOrder};
use gongji_domain::reason::Reason;
use gongji_domain::record::{MessageState, PaymentRow};
use gongji_words::{AreaCode, CommandId, Day, Fen, MessageId, PersonId};
use serde_json::json;

use crate::asked::{Answered, Asked};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::settlements::unexpected;
use crate::shape::{Kind, Shape, nullable, number, optional, person, required};
use crate::texts;

/// The order of sponsors.
pub const SPONSORS: Shape = Shape {
    name: "Sponsors",
    about: "Who pays first, for a beneficiary.",
    fields: &[required("sponsors", Kind::List(&Kind::Person), "the sponsors, first to pay first")],
};

/// Care elsewhere.
pub const FILING: Shape = Shape {
    name: "Filing",
    about: "Care away from home (异地就医备案).",
    fields: &[
        required("area", Kind::Area, "where"),
        required("from", Kind::Day, "the first day"),
        optional("until", Kind::Day, "the last day"),
    ],
};

/// A code shown for somebody.
pub const FAMILY_CODE: Shape = Shape {
    name: "FamilyCode",
    about: "Somebody's phone shows this person's code (亲情账户). It pays nothing.",
    fields: &[required("holder", Kind::Whose, "whose phone")],
};

/// A wallet.
pub const WALLET: Shape = Shape {
    name: "Wallet",
    about: "A wallet is opened.",
    fields: &[required("place", Kind::Area, "where it is to be used")],
};

/// A quota or a transfer.
pub const ORDER: Shape = Shape {
    name: "WalletOrder",
    about: "Money for a relative's use through the wallet.",
    fields: &[
        required("sponsor", Kind::Whose, "who gives"),
        required("beneficiary", Kind::Whose, "to whom"),
        optional("beneficiary-area", Kind::Area, "where he is insured, if that is another province"),
        required("amount", Kind::MoreThanNothing, "how much"),
    ],
};

fn quota_outcomes() -> Vec<&'static str> {
    vec!["frozen"]
}

fn transfer_outcomes() -> Vec<&'static str> {
    vec!["pending", "accepted", "cancelled"]
}

/// A quota that is frozen.
pub const FROZEN: Shape = Shape {
    name: "Frozen",
    about: "A quota that is frozen in the sponsor's own account.",
    fields: &[
        required("outcome", Kind::Word(quota_outcomes), "frozen"),
        required("amount", Kind::Yuan, "how much"),
        required("at", Kind::Time, "when it was entered"),
    ],
};

/// What became of a transfer.
pub const TRANSFER: Shape = Shape {
    name: "Transfer",
    about: "What became of a transfer.",
    fields: &[
        required("transfer", Kind::Text(32), "the name of the transfer"),
        required("outcome", Kind::Word(transfer_outcomes), "pending until it is accepted or cancelled"),
        nullable("amount", Kind::Yuan, "what went over"),
        required("at", Kind::Time, "when this was entered"),
    ],
};

/// Who receives.
pub const ACCEPTANCE: Shape = Shape {
    name: "Acceptance",
    about: "The receiver takes a transfer.",
    fields: &[
        required("receiver", Kind::Whose, "who receives"),
        optional("sender-area", Kind::Area, "where the sender is insured, if that is another province"),
    ],
};

/// Who sent.
pub const CANCELLATION: Shape = Shape {
    name: "Cancellation",
    about: "The sender takes a transfer back while it waits.",
    fields: &[required("sender", Kind::Whose, "who sent")],
};

/// A premium.
pub const PREMIUM: Shape = Shape {
    name: "Premium",
    about: "A premium that somebody pays out of his account.",
    fields: &[
        required("payer", Kind::Whose, "who pays"),
        required("person", Kind::Whose, "for whom"),
        required("plan", Kind::Text(64), "resident, long-term-care, or the name of a product"),
        required("year", Kind::Number(2_000, 2_199), "the plan year"),
        required("amount", Kind::MoreThanNothing, "the whole premium"),
    ],
};

/// A premium that was paid.
pub const PAID: Shape = Shape {
    name: "PremiumPaid",
    about: "A premium that was paid.",
    fields: &[
        required("premium", Kind::Text(512), "the name of the premium"),
        required("payer", Kind::Person, "who paid"),
        required("at", Kind::Time, "when it was entered"),
    ],
};

/// Who pays first.
pub async fn sponsors(asked: Asked) -> Answered {
    let beneficiary = asked.person(asked.part(0)).await?.id;
    let sponsors = asked.body.texts("sponsors").unwrap_or_default().into_iter().filter_map(person).collect();
    asked.done(Command::Order { beneficiary, sponsors }).await
}

/// Care elsewhere is filed.
pub async fn file(asked: Asked) -> Answered {
    let whose = asked.person(asked.part(0)).await?.id;
    let area = asked.body.must("area", AreaCode::parse)?;
    let (from, until) = (asked.body.must("from", Day::parse)?, asked.body.read("until", Day::parse)?);
    if until.is_some_and(|until| until < from) {
        return Err(Problem::schema("until", "最后一天不能早于第一天", "the last day cannot be before the first"));
    }
    asked.done(Command::File { person: whose, area, from, until }).await
}

/// A family code is shown.
pub async fn show_family_code(asked: Asked) -> Answered {
    let member = asked.person(asked.part(0)).await?.id;
    let holder = somebody(&asked, "holder").await?;
    asked.done(Command::ShowFamilyCode { holder, member }).await
}

/// A wallet is opened.
pub async fn open_wallet(asked: Asked) -> Answered {
    let person = asked.person(asked.part(0)).await?.id;
    let place = asked.body.must("place", AreaCode::parse)?;
    asked.done(Command::OpenWallet { person, place }).await
}

async fn somebody(asked: &Asked, field: &str) -> Result<PersonId, Problem> {
    let found = asked.anybody(field).await?.ok_or_else(|| Problem::of(Reason::ReqReference).at(field))?;
    Ok(found.id)
}

async fn order_of(asked: &Asked) -> Result<WalletOrder, Problem> {
    let sponsor = asked.own_person("sponsor").await?.id;
    let (beneficiary, receiver_area) = asked.relative().await?;
    let amount = asked.body.must("amount", Fen::parse_yuan)?;
    Ok(WalletOrder { pair: Pair { sponsor, beneficiary }, receiver_area, amount })
}

/// A quota is frozen.
pub async fn quota(asked: Asked) -> Answered {
    let taken = asked.enter(Command::SetQuota(order_of(&asked).await?)).await?;
    let Answer::Frozen(amount) = taken.answer else { return Err(unexpected(&taken.answer)) };
    let body = json!({ "outcome": "frozen", "amount": amount, "at": texts::time(taken.at) });
    Ok(Reply::of(body).turned_out(taken.turnout))
}

/// Money is sent to a wallet.
pub async fn transfer(asked: Asked) -> Answered {
    let taken = asked.enter(Command::Transfer(order_of(&asked).await?)).await?;
    let (id, place) = (format!("T{}", taken.id), format!("/v1/transfers/T{}", taken.id));
    let body = json!({ "transfer": id, "outcome": "pending", "amount": null, "at": texts::time(taken.at) });
    match taken.answer {
        Answer::Pending => Ok(Reply::made(body, &place).turned_out(taken.turnout)),
        other => Err(unexpected(&other)),
    }
}

fn transfer_of(asked: &Asked) -> Result<CommandId, Problem> {
    let id = asked.part(0).strip_prefix('T').and_then(number).ok_or_else(Problem::not_found)?;
    Ok(CommandId::from_number(id))
}

/// The receiver takes it.
pub async fn accept(asked: Asked) -> Answered {
    let transfer = transfer_of(&asked)?;
    let receiver = asked.own_person("receiver").await?;
    let stated = asked.body.read("sender-area", AreaCode::parse)?;
    let sender_area = stated.unwrap_or(receiver.area);
    ended(&asked, Command::AcceptTransfer { transfer, receiver: receiver.id, sender_area }).await
}

/// The sender takes it back.
pub async fn cancel(asked: Asked) -> Answered {
    let transfer = transfer_of(&asked)?;
    let sender = asked.own_person("sender").await?.id;
    ended(&asked, Command::CancelTransfer { transfer, sender }).await
}

async fn ended(asked: &Asked, command: Command) -> Answered {
    let taken = asked.enter(command).await?;
    let (outcome, amount) = match taken.answer {
        Answer::Accepted(amount) => ("accepted", Some(amount)),
        Answer::Cancelled => ("cancelled", None),
        other => return Err(unexpected(&other)),
    };
    let at = texts::time(taken.at);
    let body = json!({ "transfer": asked.part(0), "outcome": outcome, "amount": amount, "at": at });
    Ok(Reply::of(body).turned_out(taken.turnout))
}

/// A premium is paid.
pub async fn pay_premium(asked: Asked) -> Answered {
    let payer = asked.own_person("payer").await?;
    let person = somebody(&asked, "person").await?;
    let plan = asked.body.text("plan").unwrap_or_default().to_owned();
    let year = asked.body.number("year").and_then(|year| i32::try_from(year).ok()).unwrap_or_default();
    let amount = asked.body.must("amount", Fen::parse_yuan)?;
    let order = PremiumOrder { payer: payer.id, payer_area: payer.area, person, plan, year, amount };
    let taken = asked.enter(Command::PayPremium(order)).await?;
    let Answer::PaidBy(payer) = taken.answer else { return Err(unexpected(&taken.answer)) };
    let id = texts::opaque(&asked.message()?);
    let body = json!({ "premium": id, "payer": texts::person(payer), "at": texts::time(taken.at) });
    Ok(Reply::made(body, &format!("/v1/premiums/{id}")).turned_out(taken.turnout))
}

/// A premium is given back before its year begins.
pub async fn reverse_premium(asked: Asked) -> Answered {
    let original = texts::message(asked.part(0)).ok_or_else(Problem::not_found)?;
    let payment = premium_of(&asked, &original).await?;
    if !asked.who()?.reaches(payment.key_area) {
        return Err(Problem::not_found());
    }
    let taken = asked.enter(Command::Reverse { original }).await?;
    let body = json!({ "outcome": "done", "at": texts::time(taken.at) });
    Ok(Reply::of(body).turned_out(taken.turnout))
}

async fn premium_of(asked: &Asked, original: &MessageId) -> Result<PaymentRow, Problem> {
    let row = asked.node().message(original).await?.ok_or_else(Problem::not_found)?;
    if !matches!(row.state, MessageState::Answered(Answer::PaidBy(_))) {
        return Err(Problem::not_found());
    }
    asked.node().payment(row.command).await?.ok_or_else(Problem::not_found)
}

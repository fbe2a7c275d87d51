//! Bills: settled, read, undone, explained.
//!
//! A settlement is named by its institution and the institution's own key, so that a till that got no answer knows where
//! to look. Invariants: what an institution is told names no sponsor; a bill of another institution is not there.

use gongji_domain::access::Holder;
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::explain::{Explanation, Reader};
use gongji_domain::message::{Answer, Bill, Command, Settled, Urgency, Using};
use gongji_domain::reason::{Audience, Reason};
use gongji_domain::record::{MessageRow, MessageState, PaymentState};
use gongji_service::bills::{Misplaced, misplaced};
use gongji_service::{Taken, Terms};
use gongji_words::{AreaCode, InstitutionId, MessageId, Moment, PersonId};
use serde_json::{Value, json};

use crate::asked::{Answered, Asked, sender_of};
use crate::infno::paper_of_undoing;
use crate::language::spoken;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::shape::{Field, Kind, Shape, nullable, number, optional, person, required};
use crate::texts;

fn kinds() -> Vec<&'static str> {
    VisitKind::ALL.iter().map(|kind| kind.word()).collect()
}

fn parts() -> Vec<&'static str> {
    Part::ALL.iter().map(|part| part.word()).collect()
}

fn purses() -> Vec<&'static str> {
    vec!["auto", "own", "none"]
}

/// Whose bill, without where he is insured.
pub const PATIENT: Field =
    required("patient", Kind::Whose, "whose bill: P and his number here, or his certificate number");
/// Where he is insured.
pub const PATIENT_AREA: Field =
    optional("patient-area", Kind::Area, "where the patient is insured, if that is another province");
/// What for.
pub const KIND: Field = required("kind", Kind::Word(kinds), "what the visit or purchase is");
/// What is owed.
pub const PARTS: Field = required("parts", Kind::Amounts(parts), "the personal burden by parts");
/// What insurance pays.
pub const FUND: Field = optional("fund", Kind::Yuan, "what pooled insurance pays of the same bill");
/// What the payer said.
pub const USING: Field =
    optional("using", Kind::Word(purses), "auto: what the area offers; own: his own account; none: cash only");
/// Whose code.
pub const CODE: Field = optional("code", Kind::Whose, "whose code was shown, if not the patient's");
/// Whether an emergency was stated.
pub const EMERGENCY: Field = optional("emergency", Kind::Flag, "stated as an emergency");

/// A bill.
pub const BILL: Shape = Shape {
    name: "Bill",
    about: "A bill at the institution whose token it is.",
    fields: &[PATIENT, PATIENT_AREA, KIND, PARTS, FUND, USING, CODE, EMERGENCY],
};

/// Why there was no aid, or not all.
pub const REASON: Shape = Shape {
    name: "Reason",
    about: "Why, as the reader may know it.",
    fields: &[
        required("code", Kind::Text(64), "the stable code"),
        required("text", Kind::Text(400), "what happened and why"),
        optional("remedy", Kind::Text(400), "what can be done, where the text does not say it"),
    ],
};

const OWN: Field = required("own", Kind::Yuan, "from the patient's own account");
const AID: Field = required("aid", Kind::Yuan, "from relatives' accounts");
const WALLET: Field = required("wallet", Kind::Yuan, "from the patient's wallet");
const CASH: Field = required("cash", Kind::Yuan, "to be collected");
const WHY: Field =
    nullable("reason", Kind::One(&REASON), "why there was no aid, or not all; null if there is nothing to say");
/// What a bill comes to.
pub const PURSES: [Field; 5] = [OWN, AID, WALLET, CASH, WHY];

/// A settlement as it was answered.
pub const SETTLED: Shape = Shape {
    name: "Settled",
    about: "A bill that was settled. A repeat gets the same bytes.",
    fields: &[
        required("id", Kind::Text(96), "the name of the settlement"),
        required("outcome", Kind::Text(16), "settled"),
        required("patient", Kind::Person, "whose bill"),
        OWN,
        AID,
        WALLET,
        CASH,
        WHY,
        required("at", Kind::Time, "when it was entered"),
    ],
};

/// A settlement as it stands.
pub const SETTLEMENT: Shape = Shape {
    name: "Settlement",
    about: "A bill as it stands: settled, reversed, refused, or pending while another province is asked.",
    fields: &[
        required("id", Kind::Text(96), "the name of the settlement"),
        required("state", Kind::Text(16), "settled, reversed, refused, pending"),
        nullable("own", Kind::Yuan, "from the patient's own account"),
        nullable("aid", Kind::Yuan, "from relatives' accounts"),
        nullable("wallet", Kind::Yuan, "from the patient's wallet"),
        nullable("cash", Kind::Yuan, "to be collected"),
        WHY,
        required("at", Kind::Time, "when it was entered"),
    ],
};

/// A reversal.
pub const REVERSED: Shape = Shape {
    name: "Reversed",
    about: "A settlement that is undone.",
    fields: &[
        required("id", Kind::Text(96), "the name of the settlement"),
        required("outcome", Kind::Text(16), "reversed"),
        required("at", Kind::Time, "when the reversal was entered"),
    ],
};

const LINE: Shape = Shape {
    name: "Line",
    about: "A sentence or two.",
    fields: &[
        required("about", Kind::Text(16), "bill, law, step, candidate, payment, reason"),
        nullable("clause", Kind::Text(64), "the key of the policy that it stands on"),
        required("text", Kind::Text(2_000), "what it says"),
        nullable("source", Kind::Number(0, 1_000), "where the rule comes from: a place in sources"),
    ],
};

const SOURCE: Shape = Shape {
    name: "Source",
    about: "A rule and who says so.",
    fields: &[
        required("key", Kind::Text(64), "the key of the policy"),
        required("value", Kind::Text(2_000), "what it says"),
        required("from", Kind::Day, "from which day"),
        nullable("document", Kind::Text(2_000), "in which document"),
        required("authority", Kind::Text(2_000), "whose"),
        required("date", Kind::Text(64), "of when"),
        required("grade", Kind::Text(32), "how sure that is"),
        required("text", Kind::Text(4_000), "the same in a sentence"),
    ],
};

/// An explanation.
pub const EXPLANATION: Shape = Shape {
    name: "Explanation",
    about: "Why a settlement came out as it did. A till reads sums and neutral lines, staff read all.",
    fields: &[
        required("lines", Kind::List(&Kind::One(&LINE)), "the sentences"),
        required("sources", Kind::List(&Kind::One(&SOURCE)), "the rules that they name"),
    ],
};

/// The bill that a request states, at the institution whose token it is.
pub(crate) async fn bill_of(asked: &Asked) -> Result<Bill, Problem> {
    let institution = asked.own_institution().ok_or_else(|| Problem::of(Reason::ReqRole))?;
    let (patient, patient_area) = patient_of(asked).await?;
    let kind = asked.body.word("kind", VisitKind::from_word)?;
    let burden = burden_of(asked)?;
    check_place(asked, (institution, kind), &burden).await?;
    let code_of = asked.anybody("code").await?.map_or(patient, |shown| shown.id);
    let using = match asked.body.text("using") {
        Some("own") => Using::Own,
        Some("none") => Using::Cash,
        _ => Using::Auto,
    };
    let urgency = if asked.body.is_set("emergency") { Urgency::Emergency } else { Urgency::Ordinary };
    let fund = asked.body.yuan("fund")?.unwrap_or_default();
    Ok(Bill { patient, patient_area, institution, kind, burden, fund, using, code_of, urgency })
}

/// A patient and where he is insured: here as registered, elsewhere as stated.
async fn patient_of(asked: &Asked) -> Result<(PersonId, AreaCode), Problem> {
    let stated = asked.body.read("patient-area", AreaCode::parse)?;
    if let Some(area) = stated.filter(|area| area.province() != asked.node().province()) {
        let id = asked.body.text("patient").and_then(person);
        let only_number = ("写 P 和他在那里的编号", "write P and the number that he has there");
        return id.map(|id| (id, area)).ok_or_else(|| Problem::schema("patient", only_number.0, only_number.1));
    }
    let unknown = || Problem::of(Reason::ReqReference).at("patient");
    let found = asked.anybody("patient").await?.ok_or_else(unknown)?;
    Ok((found.id, found.area))
}

fn burden_of(asked: &Asked) -> Result<Burden, Problem> {
    let mut burden = Burden::nothing();
    let mut sum = gongji_words::Fen::ZERO;
    let wrong = || Problem::schema("parts", "金额不对，或者加起来太大", "an amount is wrong, or the sum is too large");
    for (part, amount) in asked.body.within("parts") {
        let part = Part::from_word(part).ok_or_else(wrong)?;
        let amount = gongji_words::Fen::parse_yuan(amount).map_err(|_| wrong())?;
        sum = sum.checked_add(amount).ok_or_else(wrong)?;
        burden.add(part, amount);
    }
    Ok(burden)
}

async fn check_place(
    asked: &Asked,
    (institution, kind): (InstitutionId, VisitKind),
    burden: &Burden,
) -> Result<(), Problem> {
    let unregistered =
        || Problem::of(Reason::ReqReference).saying("这个机构还没有登记。", "This institution is not registered.");
    let institution = asked.node().institution(institution).await?.ok_or_else(unregistered)?;
    let stated = burden.parts().filter(|(_, amount)| !amount.is_zero()).map(|(part, _)| part);
    match misplaced(&institution, kind, stated) {
        None => Ok(()),
        Some(Misplaced::Kind) => {
            Err(Problem::schema("kind", "这类机构没有这种就诊", "this kind of institution has no such visit"))
        }
        Some(Misplaced::Part(part)) => {
            let field = format!("parts.{part}");
            Err(Problem::schema(&field, "这类机构没有这一项", "this kind of institution has no such part"))
        }
    }
}

/// The name of a settlement.
pub(crate) fn id_of(institution: InstitutionId, key: &str) -> String {
    format!("{institution}-{key}")
}

/// What a bill comes to, as documents say it.
pub(crate) fn purses_of(asked: &Asked, settled: &Settled) -> Value {
    json!({
        "own": settled.own,
        "aid": settled.aid_total(),
        "wallet": settled.wallet,
        "cash": settled.cash,
        "reason": settled.reason.map(|reason| asked.reason(reason, Some(settled.cash))),
    })
}

/// Settles.
pub async fn settle(asked: Asked) -> Answered {
    let bill = bill_of(&asked).await?;
    let Taken { answer, at, turnout, .. } = asked.enter(Command::Settle(bill)).await?;
    let Answer::Settled(settled) = answer else { return Err(unexpected(&answer)) };
    let id = id_of(bill.institution, asked.key.as_deref().unwrap_or_default());
    let mut body = purses_of(&asked, &settled);
    body["id"] = id.as_str().into();
    body["outcome"] = "settled".into();
    body["patient"] = texts::person(bill.patient).into();
    body["at"] = texts::time(at).into();
    Ok(Reply::made(body, &format!("/v1/settlements/{id}")).turned_out(turnout))
}

/// An answer that no use case of this kind gives.
pub(crate) fn unexpected(answer: &Answer) -> Problem {
    let word: String = format!("{answer:?}").chars().take_while(char::is_ascii_alphabetic).collect();
    Problem::failed(format!("an answer of another kind: {word}"))
}

/// A settlement of the address that whoever asks reaches.
struct Found {
    id: String,
    row: MessageRow,
}

async fn found(asked: &Asked) -> Result<Found, Problem> {
    let id = asked.part(0).to_owned();
    let (institution, key) = id.split_once('-').ok_or_else(Problem::not_found)?;
    let institution = number(institution).map(InstitutionId::from_number).ok_or_else(Problem::not_found)?;
    asked.reached_institution(institution).await?;
    let sender = sender_of(&Holder::Institution(institution));
    let message = MessageId::new(sender, key).map_err(|_| Problem::not_found())?;
    let row = asked.node().message(&message).await?.ok_or_else(Problem::not_found)?;
    if is_bill(&row) { Ok(Found { id, row }) } else { Err(Problem::not_found()) }
}

/// Reversals stand under keys of the same sender.
fn is_bill(row: &MessageRow) -> bool {
    let settles = row.digests.iter().any(|(field, _)| field == "kind");
    settles && !matches!(&row.state, MessageState::Answered(Answer::Reversed))
}

/// A settlement as it stands.
pub async fn read(asked: Asked) -> Answered {
    let Found { id, row } = found(&asked).await?;
    let (state, body) = match &row.state {
        MessageState::Asking(_) => ("pending", nothing(Value::Null)),
        MessageState::Answered(Answer::Settled(settled)) => {
            let payment = asked.node().payment(row.command).await?;
            let undone = payment.is_some_and(|payment| payment.state == PaymentState::Reversed);
            (if undone { "reversed" } else { "settled" }, purses_of(&asked, settled))
        }
        MessageState::Answered(Answer::Refused(reason)) => ("refused", nothing(asked.reason(*reason, None))),
        MessageState::Answered(other) => return Err(unexpected(other)),
    };
    Ok(Reply::of(as_it_stands(body, (&id, state), row.entered_at)))
}

fn nothing(reason: Value) -> Value {
    json!({ "own": null, "aid": null, "wallet": null, "cash": null, "reason": reason })
}

fn as_it_stands(mut body: Value, (id, state): (&str, &str), at: Moment) -> Value {
    body["id"] = id.into();
    body["state"] = state.into();
    body["at"] = texts::time(at).into();
    body
}

/// Undoes one. What was not settled is not entered: its refusal would stand under this key, also once the bill is
/// settled.
pub async fn reverse(asked: Asked) -> Answered {
    let Found { id, row } = found(&asked).await?;
    if !matches!(row.state, MessageState::Answered(Answer::Settled(_))) {
        return Err(Problem::refusal(Reason::ReverseNotFound, asked.audience()));
    }
    let message = asked.message()?;
    let enclosure = paper_of_undoing(asked.node(), (&row.id, &message), &*asked.face.ports.randomness).await?;
    let terms = Terms { enclosure, ..Terms::default() };
    let taken = asked.enter_on(terms, message, Command::Reverse { original: row.id }).await?;
    let body = json!({ "id": id, "outcome": "reversed", "at": texts::time(taken.at) });
    Ok(Reply::made(body, &format!("/v1/settlements/{id}")).turned_out(taken.turnout))
}

/// Why.
pub async fn explain(asked: Asked) -> Answered {
    let Found { row, .. } = found(&asked).await?;
    let reader = if asked.audience() == Audience::Cashier { Reader::Cashier } else { Reader::Staff };
    let past = asked.face.past().await?;
    let explanation = asked.node().explanation(&past, &row, reader).await?.ok_or_else(Problem::not_found)?;
    Ok(Reply::of(told(&asked, &explanation)))
}

fn told(asked: &Asked, explanation: &Explanation<'_>) -> Value {
    let language = asked.language;
    let lines = explanation.lines.iter().map(|line| {
        json!({
            "about": format!("{:?}", line.about).to_lowercase(),
            "clause": line.clause,
            "text": spoken(&line.text, language),
            "source": line.source,
        })
    });
    let sources = explanation.sources.iter().map(|cited| {
        let rule = &cited.provenance;
        json!({
            "key": rule.key,
            "value": rule.value,
            "from": rule.from.to_string(),
            "document": rule.source.document,
            "authority": rule.source.authority,
            "date": rule.source.date,
            "grade": rule.source.grade.word(),
            "text": spoken(&cited.text, language),
        })
    });
    json!({ "lines": lines.collect::<Vec<_>>(), "sources": sources.collect::<Vec<_>>() })
}

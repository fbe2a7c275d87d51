//! `gongji bind`, `settle`, `preview`, `reverse`: a file becomes commands, each answer is told as the till may know it.

use gongji_domain::binding::Channel;
use gongji_domain::burden::Burden;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Answer, Bill, BindRequest, Command, Settled, Urgency, Using};
use gongji_domain::reason::{Audience, Reason};
use gongji_domain::record::MessageState;
use gongji_http::infno::paper_of_undoing;
use gongji_service::Terms;
use gongji_service::bills::{Misplaced, misplaced};
use gongji_words::{AreaCode, MessageId, PersonId};
use serde_json::{Value, json};

use super::{Named, OnFile};
use crate::input::{self, BillInput, BindInput};
use crate::node::Open;
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::passwords::SharedRandomness;
use crate::randomness::SystemRandomness;
use crate::{ready, telling};

/// An answer on its way out.
struct Told {
    id: String,
    answer: Answer,
    audience: Audience,
}

/// Settles the bills of a file in its order. All are understood before the first is entered.
pub fn settle(arguments: &OnFile, tongue: Tongue) -> Ended {
    let open = Open::to_write(&arguments.book)?;
    let bills = bills_of(&open, arguments)?;
    let mut verdict = Verdict::Yes;
    for (message, bill) in bills {
        let id = message.id().to_owned();
        let answer = open.enter(message, Command::Settle(bill))?;
        verdict = worse(verdict, tell(&Told { id, answer, audience: Audience::Cashier }, arguments.json, tongue));
    }
    Ok(verdict)
}

/// Says what settling would come to.
pub fn preview(arguments: &OnFile, tongue: Tongue) -> Ended {
    let open = Open::to_write(&arguments.book)?;
    let mut verdict = Verdict::Yes;
    for (message, bill) in bills_of(&open, arguments)? {
        let id = message.id().to_owned();
        let trial = MessageId::new("preview", &id).map_err(|error| Failure::NotUnderstood(error.to_string()))?;
        let answer = open.enter(trial, Command::Preview(bill))?;
        verdict = worse(verdict, tell(&Told { id, answer, audience: Audience::Cashier }, arguments.json, tongue));
    }
    Ok(verdict)
}

/// Makes the bindings of a file in its order.
pub fn bind(arguments: &OnFile, tongue: Tongue) -> Ended {
    let inputs: Vec<BindInput> = input::read(&arguments.file)?;
    let open = Open::to_write(&arguments.book)?;
    let mut requests = Vec::new();
    for (place, stated) in inputs.into_iter().enumerate() {
        let message = message_of(&stated.sender, &stated.id)?;
        let request = request_of(&open, stated).map_err(|failure| placed(arguments, place, &failure))?;
        requests.push((message, request));
    }
    let mut verdict = Verdict::Yes;
    for (message, request) in requests {
        let id = message.id().to_owned();
        let answer = open.enter(message, Command::Bind(request))?;
        verdict = worse(verdict, tell(&Told { id, answer, audience: Audience::Sponsor }, arguments.json, tongue));
    }
    Ok(verdict)
}

/// Undoes a settlement. The reversal has a message id of its own, made of the settlement's: asking again changes nothing.
/// What was not settled is not entered: its refusal would stand under that id, also once the bill is settled.
pub fn reverse(arguments: &Named, tongue: Tongue) -> Ended {
    let open = Open::to_write(&arguments.book)?;
    let original = message_of(&arguments.sender, &arguments.id)?;
    let sender: String = format!("reverse-{}", arguments.sender).chars().take(64).collect();
    let message = message_of(&sender, &arguments.id)?;
    let answer = match ready(open.node.message(&original))?.map(|row| row.state) {
        Some(MessageState::Answered(Answer::Settled(_) | Answer::PaidBy(_))) => {
            let randomness = SharedRandomness::of(SystemRandomness::open()?);
            let enclosure = ready(paper_of_undoing(&open.node, (&original, &message), &randomness))?;
            open.enter_on(Terms { enclosure, ..Terms::default() }, message, Command::Reverse { original })?
        }
        _ => Answer::Refused(Reason::ReverseNotFound),
    };
    let told = Told { id: arguments.id.clone(), answer, audience: Audience::Cashier };
    Ok(tell(&told, arguments.json, tongue))
}

fn worse(one: Verdict, other: Verdict) -> Verdict {
    Verdict::of(one == Verdict::Yes && other == Verdict::Yes)
}

fn message_of(sender: &str, id: &str) -> Result<MessageId, Failure> {
    MessageId::new(sender, id).map_err(|error| Failure::NotUnderstood(error.to_string()))
}

/// The file, and the place in its list, before what is wrong.
fn placed(arguments: &OnFile, place: usize, failure: &Failure) -> Failure {
    let text = format!("{}: entry {}: {}", arguments.file.display(), place + 1, failure.text());
    match failure {
        Failure::NotUnderstood(_) => Failure::NotUnderstood(text),
        Failure::Impossible(_) => Failure::Impossible(text),
    }
}

fn bills_of(open: &Open, arguments: &OnFile) -> Result<Vec<(MessageId, Bill)>, Failure> {
    let inputs: Vec<BillInput> = input::read(&arguments.file)?;
    let mut bills = Vec::new();
    for (place, stated) in inputs.iter().enumerate() {
        let message = message_of(&stated.sender, &stated.id)?;
        let bill = bill_of(open, stated).map_err(|failure| placed(arguments, place, &failure))?;
        bills.push((message, bill));
    }
    Ok(bills)
}

fn bill_of(open: &Open, stated: &BillInput) -> Result<Bill, Failure> {
    let (patient, patient_area) = insured(open, ("patient", &stated.patient), stated.patient_area)?;
    check_place(open, stated)?;
    let mut burden = Burden::nothing();
    stated.parts.iter().for_each(|(part, amount)| burden.add(*part, *amount));
    let code_of = match &stated.code {
        Some(text) if text != &stated.patient => open.person("code", text)?,
        _ => patient,
    };
    let using = match stated.using.as_str() {
        "auto" => Using::Auto,
        "own" => Using::Own,
        "none" => Using::Cash,
        sponsor => Using::Only(open.person("using", sponsor)?),
    };
    Ok(Bill {
        patient,
        patient_area,
        institution: gongji_words::InstitutionId::from_number(stated.institution),
        kind: stated.kind,
        burden,
        fund: stated.fund,
        using,
        code_of,
        urgency: if stated.emergency { Urgency::Emergency } else { Urgency::Ordinary },
    })
}

/// A person and where he is insured: here as registered, elsewhere as stated.
fn insured(
    open: &Open,
    (field, text): (&str, &str),
    stated: Option<AreaCode>,
) -> Result<(PersonId, AreaCode), Failure> {
    if let Some(area) = stated.filter(|area| area.province() != open.node.province()) {
        let Some(number) = text.strip_prefix('P').and_then(|number| number.parse().ok()) else {
            let why = "of another province only the number is known here: write P and the number that he has there";
            return Err(Failure::NotUnderstood(format!("{field}: {why}")));
        };
        return Ok((PersonId::from_number(number), area));
    }
    let person = open.person(field, text)?;
    let area = open.area_of(person)?.unwrap_or_else(|| open.node.province());
    Ok((person, area))
}

/// An institution of another kind has no such part, and no such visit.
fn check_place(open: &Open, stated: &BillInput) -> Result<(), Failure> {
    let wrong = |text: String| Err(Failure::NotUnderstood(text));
    let Some(institution) = open.institution(stated.institution)? else {
        let number = stated.institution;
        return wrong(format!("institution: none has the number {number} here: `gongji import institutions`"));
    };
    let here = institution.kind;
    match misplaced(&institution, stated.kind, stated.parts.iter().map(|(part, _)| *part)) {
        Some(Misplaced::Kind) => wrong(format!("kind: {} cannot be at a {here}", stated.kind)),
        Some(Misplaced::Part(part)) => wrong(format!("parts.{part}: a {here} has no such part")),
        None => Ok(()),
    }
}

fn request_of(open: &Open, stated: BindInput) -> Result<BindRequest, Failure> {
    let sponsor = open.person("sponsor", &stated.sponsor)?;
    let (beneficiary, beneficiary_area) = insured(open, ("beneficiary", &stated.beneficiary), stated.beneficiary_area)?;
    Ok(BindRequest {
        sponsor,
        beneficiary,
        beneficiary_area,
        relation: stated.relation,
        from: stated.from,
        until: stated.until,
        limits: Limits {
            quota: stated.quota,
            per_settlement: stated.per_settlement,
            per_day: stated.per_day,
            per_month: stated.per_month,
            per_year: stated.per_year,
        },
        purposes: stated.purposes,
        proof: stated.proof,
        channel: Channel::Counter,
    })
}

fn tell(told: &Told, as_json: bool, tongue: Tongue) -> Verdict {
    if as_json {
        output::line(json_of(told));
    } else {
        output::line(text_of(told, tongue));
    }
    Verdict::of(!matches!(told.answer, Answer::Refused(_) | Answer::Conflict(_)))
}

/// A reason as this reader may know it: code and texts.
fn reason_of(reason: Reason, told: &Told) -> (Reason, [String; 2]) {
    let cash = match &told.answer {
        Answer::Settled(settled) => Some(settled.cash.to_string()),
        _ => None,
    };
    let values: Vec<(&str, &str)> =
        cash.iter().flat_map(|cash| [("due", cash.as_str()), ("rest", cash.as_str())]).collect();
    (reason.seen_by(told.audience), telling::texts_of(reason, told.audience, &values))
}

fn text_of(told: &Told, tongue: Tongue) -> String {
    let id = &told.id;
    match &told.answer {
        Answer::Settled(settled) => {
            let head = format!("{id}: {}", purses(settled, tongue));
            settled.reason.map_or(head.clone(), |reason| format!("{head}\n  {}", reason_text(reason, told, tongue)))
        }
        Answer::Refused(reason) => {
            format!("{id}: {}\n  {}", tongue.inline("没有办", "refused"), reason_text(*reason, told, tongue))
        }
        Answer::Conflict(field) => {
            let text = reason_text(Reason::ReqIdempotencyConflict, told, tongue);
            format!("{id}: {}: {field}\n  {text}", tongue.inline("没有办，内容变了", "refused, this field differs"))
        }
        Answer::Binding(state) => format!("{id}: {}", state.word()),
        Answer::Reversed => format!("{id}: {}", tongue.inline("已冲正", "reversed")),
        _ => format!("{id}: {}", tongue.inline("好了", "done")),
    }
}

fn purses(settled: &Settled, tongue: Tongue) -> String {
    let purses = [
        ("个人账户", "own", settled.own),
        ("共济", "aid", settled.aid_total()),
        ("钱包", "wallet", settled.wallet),
        ("现金", "cash", settled.cash),
    ];
    let one = |(zh, en, amount)| format!("{} {amount}", tongue.inline(zh, en));
    purses.map(one).join("  ")
}

fn reason_text(reason: Reason, told: &Told, tongue: Tongue) -> String {
    let (reason, [zh, en]) = reason_of(reason, told);
    let texts = match tongue {
        Tongue::Zh => zh,
        Tongue::En => en,
        Tongue::Both => format!("{zh}\n  {en}"),
    };
    format!("{}: {texts}", reason.code())
}

fn json_of(told: &Told) -> Value {
    let reason = |reason: Reason| {
        let (reason, [zh, en]) = reason_of(reason, told);
        json!({ "code": reason.code(), "zh": zh, "en": en })
    };
    let id = &told.id;
    match &told.answer {
        Answer::Settled(settled) => json!({
            "id": id,
            "outcome": "settled",
            "own": settled.own,
            "aid": settled.aid_total(),
            "wallet": settled.wallet,
            "cash": settled.cash,
            "reason": settled.reason.map(reason),
        }),
        Answer::Refused(why) => json!({ "id": id, "outcome": "refused", "reason": reason(*why) }),
        Answer::Conflict(field) => json!({
            "id": id, "outcome": "refused", "field": field, "reason": reason(Reason::ReqIdempotencyConflict),
        }),
        Answer::Binding(state) => json!({ "id": id, "outcome": state.word() }),
        Answer::Reversed => json!({ "id": id, "outcome": "reversed" }),
        _ => json!({ "id": id, "outcome": "done" }),
    }
}

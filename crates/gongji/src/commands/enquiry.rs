//! `gongji explain`, `balance`.

use gongji_domain::explain::{About, Explanation, Line, Reader, explain as put_into_sentences};
use gongji_domain::message::Answer;
use gongji_domain::policy::Bilingual;
use gongji_domain::reason::{Audience, Reason};
use gongji_domain::record::{MessageRow, MessageState, PaymentState};
use gongji_service::past::{LawOf, Past};
use gongji_words::{MessageId, PersonId};
use serde_json::json;

use super::Whose;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::{ready, telling};

/// Arguments of `gongji explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji explain BILL-1 --as beneficiary\n  \
    gongji explain BILL-1 --as sponsor --sponsor P1846012345678901")]
pub struct Explain {
    /// The id of the bill, as its file stated it
    id: String,
    /// Who reads: each learns no more than he may
    #[arg(long = "as", value_enum, default_value_t = Role::Staff)]
    role: Role,
    /// Which sponsor reads, with `--as sponsor`
    #[arg(long, value_name = "PERSON", required_if_eq("role", "sponsor"))]
    sponsor: Option<String>,
    /// Who sent the bill
    #[arg(long, default_value = "till")]
    sender: String,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Who reads an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Role {
    /// 收费窗口
    Cashier,
    /// 使用人
    Beneficiary,
    /// 共济人
    Sponsor,
    /// 经办人员
    Staff,
}

/// Says why a settlement came out as it did.
pub fn explain(arguments: &Explain, tongue: Tongue) -> Ended {
    let open = Open::to_read(&arguments.book)?;
    let message =
        MessageId::new(&arguments.sender, &arguments.id).map_err(|error| Failure::NotUnderstood(error.to_string()))?;
    let unknown = || {
        let text = format!("{message}: there is no settlement under this id here: check the id, and --sender");
        Failure::NotUnderstood(text)
    };
    let row = ready(open.node.message(&message))?.ok_or_else(unknown)?;
    let reader = match (arguments.role, &arguments.sponsor) {
        (Role::Cashier, _) => Reader::Cashier,
        (Role::Beneficiary, _) => Reader::Beneficiary,
        (Role::Sponsor, Some(sponsor)) => Reader::Sponsor(open.person("--sponsor", sponsor)?),
        (Role::Sponsor, None) => unreachable!("the command line asks for the sponsor"),
        (Role::Staff, _) => Reader::Staff,
    };
    let past = ready(Past::of(open.node.store(), &open.node.law()))?;
    let explanation = explanation_of((&open, &past), &row, reader)?.ok_or_else(unknown)?;
    if arguments.json {
        output::json(&telling::json_of(&explanation));
    } else {
        telling::lines_of(&explanation, tongue).into_iter().for_each(output::line);
    }
    Ok(Verdict::Yes)
}

/// Why, as this node knows it; none of what is no bill that came to its answer.
fn explanation_of<'l>(
    (open, past): (&Open, &'l Past),
    row: &MessageRow,
    reader: Reader,
) -> Result<Option<Explanation<'l>>, Failure> {
    let answer = match &row.state {
        MessageState::Answered(answer) => answer,
        MessageState::Asking(_) => return Ok(None),
    };
    if let Answer::Refused(reason) = answer {
        return Ok(Some(of_lines(vec![refusal(*reason, reader)])));
    }
    if !matches!(answer, Answer::Settled(_)) {
        return Ok(None);
    }
    let name = |person| name_of(open, person);
    let payment = ready(open.node.payment(row.command))?;
    let here = payment.as_ref().is_some_and(|payment| payment.key_area.province() == open.node.province());
    let mut explanation = match ready(open.node.trace(row.command))? {
        Some(trace) => match past.law_of(&trace) {
            LawOf::Known(law) => put_into_sentences(law, &trace, reader, &name),
            LawOf::Unknown => {
                let mut explanation = put_into_sentences(past.law(), &trace, reader, &name);
                explanation.lines.insert(0, unreleased());
                explanation
            }
        },
        None if here => return Ok(None),
        None => of_lines(vec![elsewhere()]),
    };
    if payment.is_some_and(|payment| payment.state == PaymentState::Reversed) {
        // A till reads what to collect, and of a bill that is undone that is nothing.
        if reader == Reader::Cashier {
            return Ok(Some(of_lines(vec![reversed()])));
        }
        explanation.lines.insert(0, reversed());
    }
    Ok(Some(explanation))
}

fn of_lines(lines: Vec<Line>) -> Explanation<'static> {
    Explanation { lines, sources: Vec::new() }
}

fn line(about: About, zh: String, en: String) -> Line {
    Line { about, clause: None, text: Bilingual { zh, en }, source: None }
}

fn reversed() -> Line {
    let zh = "这一笔已经冲正，钱已退回。";
    line(About::Payment, zh.to_owned(), "This settlement was reversed; the money went back.".to_owned())
}

fn unreleased() -> Line {
    let zh = "注意：判定所依据的规则不在发布记录中，请运行 gongji audit。";
    let en = "Note: no release resolves to the rules that this was decided by: run `gongji audit`.";
    line(About::Law, zh.to_owned(), en.to_owned())
}

fn elsewhere() -> Line {
    let zh = "在这里结算，不是本节点作的决定：决定在参保人所在的省。";
    let en = "Settled here without a decision of this node: it lies with the patient's province.";
    line(About::Bill, zh.to_owned(), en.to_owned())
}

/// Why the bill was refused as a whole.
fn refusal(reason: Reason, reader: Reader) -> Line {
    let audience = match reader {
        Reader::Cashier => Audience::Cashier,
        Reader::Beneficiary => Audience::Beneficiary,
        Reader::Sponsor(_) => Audience::Sponsor,
        Reader::Staff => Audience::Staff,
    };
    let code = reason.seen_by(audience).code();
    let [zh, en] = telling::texts_of(reason, audience, &[]);
    line(About::Reason, format!("{code}: {zh}"), format!("{code}: {en}"))
}

/// A name from the vault, or the number of a person whom it does not know.
fn name_of(open: &Open, person: PersonId) -> String {
    let known = ready(open.node.store().reveal(person)).ok().flatten();
    known.map_or_else(|| format!("P{person}"), |secrets| secrets.name.reveal().to_owned())
}

/// Shows a personal account and the wallet.
pub fn balance(arguments: &Whose) -> Ended {
    let open = Open::to_read(&arguments.book)?;
    let person = open.person("person", &arguments.person)?;
    let balance = ready(open.node.balance(person))?;
    let wallet = ready(open.node.wallet_balance(person))?;
    if arguments.json {
        output::json(&json!({
            "person": format!("P{person}"), "balance": balance.total, "available": balance.available,
            "frozen": balance.frozen, "wallet": wallet,
        }));
        return Ok(Verdict::Yes);
    }
    let (total, available, frozen) = (balance.total, balance.available, balance.frozen);
    output::line(format!(
        "P{person}: 余额 balance {total}  可用 available {available}  冻结 frozen {frozen}  钱包 wallet {wallet}"
    ));
    Ok(Verdict::Yes)
}

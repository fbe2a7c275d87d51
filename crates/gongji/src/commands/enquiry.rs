//! `gongji explain`, `balance`.

use gongji_domain::explain::Reader;
use gongji_http::infno::cases::{Among, CaseNumber, find};
use gongji_service::past::Past;
use gongji_words::{InstitutionId, MessageId};
use serde_json::json;

use super::Whose;
use crate::export::day_of;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::{ready, telling};

/// Arguments of `gongji explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji explain BILL-1 --as beneficiary\n  \
    gongji explain BILL-1 --as sponsor --sponsor P1846012345678901\n  \
    gongji explain --case K7Q2 --patient P1846012345678901\n  \
    gongji explain --case K7Q2 --institution 1301 --on 2026-03-08")]
pub struct Explain {
    /// The id of the bill, as its file stated it
    #[arg(required_unless_present = "case", conflicts_with = "case")]
    id: Option<String>,
    /// 查询号 The four characters that the cashier was told, with the patient, or the institution and the day
    #[arg(long, value_name = "NUMBER")]
    case: Option<String>,
    /// 患者 Whose bill it was
    #[arg(long, value_name = "PERSON", requires = "case")]
    patient: Option<String>,
    /// 机构 Where it was, by the institution's number here
    #[arg(long, value_name = "NUMBER", requires_all = ["case", "on"], conflicts_with = "patient")]
    institution: Option<i64>,
    /// 日期 When it was, China Standard Time
    #[arg(long, value_name = "DAY", requires = "institution")]
    on: Option<String>,
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
    let message = match (&arguments.id, &arguments.case) {
        (Some(id), _) => {
            MessageId::new(&arguments.sender, id).map_err(|error| Failure::NotUnderstood(error.to_string()))?
        }
        (None, case) => of_case(arguments, case.as_deref().unwrap_or_default(), &open)?,
    };
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
    let explanation = ready(open.node.explanation(&past, &row, reader))?.ok_or_else(unknown)?;
    if arguments.json {
        output::json(&telling::json_of(&explanation));
    } else {
        telling::lines_of(&explanation, tongue).into_iter().for_each(output::line);
    }
    Ok(Verdict::Yes)
}

/// The settlement behind the four characters that a cashier was told.
fn of_case(arguments: &Explain, text: &str, open: &Open) -> Result<MessageId, Failure> {
    let number = CaseNumber::parse(text).ok_or_else(|| {
        let why = "查询号是四个字母或数字，没有 0、1、I、O: a case is four letters or digits, none of 0 1 I O";
        Failure::NotUnderstood(format!("--case {text}: {why}"))
    })?;
    let among = match (&arguments.patient, arguments.institution, &arguments.on) {
        (Some(patient), ..) => Among::Patient(open.person("--patient", patient)?),
        (None, Some(institution), Some(on)) => Among::Day(InstitutionId::from_number(institution), day_of("--on", on)?),
        _ => {
            let why = "还要 --patient，或 --institution 和 --on: name the patient, or the institution and the day";
            return Err(Failure::NotUnderstood(format!("--case {text}: {why}")));
        }
    };
    let found = ready(find(&open.node, number, among)).map_err(Failure::Impossible)?;
    let mut messages: Vec<MessageId> = found.into_iter().map(|case| case.message).collect();
    match (messages.pop(), messages.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => {
            Err(Failure::NotUnderstood(format!("--case {number}: 没有这个查询号 no bill among these has this case")))
        }
        (Some(last), false) => {
            let ids: Vec<String> = messages.iter().chain([&last]).map(MessageId::to_string).collect();
            let why = format!("不止一笔 more than one bill has it: {}", ids.join("  "));
            Err(Failure::NotUnderstood(format!("--case {number}: {why}")))
        }
    }
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

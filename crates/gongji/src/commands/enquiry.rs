//! `gongji explain`, `balance`.

use gongji_domain::explain::Reader;
use gongji_service::past::Past;
use gongji_words::MessageId;
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
    let explanation = ready(open.node.explanation(&past, &row, reader))?.ok_or_else(unknown)?;
    if arguments.json {
        output::json(&telling::json_of(&explanation));
    } else {
        telling::lines_of(&explanation, tongue).into_iter().for_each(output::line);
    }
    Ok(Verdict::Yes)
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

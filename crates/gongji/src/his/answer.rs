//! `gongji his check`: one answer that somebody else got, a centre's or what a vendor's program made of it, held against the
//! specification.

use std::path::PathBuf;

use gongji_his::judge::{self, Finding};
use gongji_his::{Came, Station};
use gongji_wire::Call;
use gongji_words::Fen;
use serde_json::json;

use crate::files;
use crate::output::{self, Ended, Failure, Verdict};

/// The longest answer, in bytes.
const LONGEST: u64 = 8 << 20;

/// Arguments of `gongji his check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji his check answer.json --infno 2207 --own 0.00 --sponsor 张三\n\n\
    The file holds the whole answer, from infcode to output. With --own, the patient's own balance before, it is found when aid\n\
    by relatives was merged into the own account; with --sponsor, when the answer says who paid.\n\
    Exit status 1: something is not as the specification has it.")]
pub struct CheckIt {
    /// The answer (JSON)
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
    /// The call that it answers
    #[arg(long, value_name = "NUMBER")]
    infno: String,
    /// The patient's own balance before, as 1101 told it
    #[arg(long, value_name = "YUAN")]
    own: Option<String>,
    /// Who pays for the patient: a name or a certificate number that must not be there; may be said again
    #[arg(long, value_name = "NAME")]
    sponsor: Vec<String>,
    /// `infcode` was agreed to be text
    #[arg(long)]
    infcode_as_text: bool,
    /// `fund_pay_sumamt` was agreed to hold what accounts pay
    #[arg(long)]
    fund_holds_account: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Looks at the answer.
pub fn check(asked: &CheckIt) -> Ended {
    let wrong = |flag: &str, remedy: &str| Failure::NotUnderstood(format!("{flag}: {remedy}"));
    let call = Call::of(&asked.infno).ok_or_else(|| wrong("--infno", "没有这个交易 there is no such call"))?;
    let own = asked.own.as_deref().map(Fen::parse_yuan).transpose();
    let own = own.map_err(|_| wrong("--own", "写成 12.30 write 12.30"))?;
    let found = findings(asked, call, (files::read(&asked.file, LONGEST)?, own));
    if asked.json {
        let told = |finding: &Finding| json!({ "rule": finding.rule, "zh": finding.zh, "en": finding.en });
        output::json(&json!({ "infno": asked.infno, "findings": found.iter().map(told).collect::<Vec<_>>() }));
    } else if found.is_empty() {
        output::line("与规范一致 as the specification has it");
    } else {
        found.iter().for_each(output::line);
    }
    Ok(Verdict::of(found.is_empty()))
}

fn findings(asked: &CheckIt, call: &'static Call, (body, own): (Vec<u8>, Option<Fen>)) -> Vec<Finding> {
    let station = Station {
        infcode_as_text: asked.infcode_as_text,
        fund_holds_account: asked.fund_holds_account,
        ..Station::default()
    };
    let headers = vec![("content-type".to_owned(), "application/json;charset=UTF-8".to_owned())];
    let came = Came { status: 200, headers, body };
    let (envelope, mut found) = judge::frame(&came, &station);
    found.extend(judge::names_nobody(&came.body, &asked.sponsor));
    let (output, _) = judge::opened(&envelope, None);
    let is_done = envelope.get("infcode").and_then(gongji_wire::Value::as_words) == Some("0");
    if is_done {
        found.extend(judge::output(call, &output));
        found.extend(judge::identities(&output, &station));
        found.extend(own.into_iter().flat_map(|own| judge::against_balance(&output, own)));
    }
    found
}

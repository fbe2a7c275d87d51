//! `gongji stop`, `gongji resume`: an operator's brake on mutual aid, put on and taken off by two people.

use gongji_domain::stop::{SignedByTwo, Stop, StopTarget};
use gongji_service::Clock as _;
use gongji_service::release::law_in_force;
use gongji_service::stop::{self, NotStopped, Stopped};
use gongji_store::Store;
use serde_json::{Value, json};

use crate::clock::SystemClock;
use crate::node::{Book, Open, province_of};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::ready;

/// What to do where a server holds the file.
const HELD: &str = "a server over a file takes no stop from outside: end it with SIGTERM, which finishes what it has begun, run \
    this command, and start it again; over PostgreSQL every program obeys from the next bill on";

/// Arguments of `gongji stop`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji stop 130100 --reason '规则有误，正在核实' --by 王敏 --and 李强\n  \
    gongji stop 1301 --reason 'till sends wrong bills' --by 王敏 --and 李强\n  gongji stop 14 --reason 'their system is down' \
    --by 王敏 --and 李强\n  gongji stop --list\n\n\
    Two people ask for it. Bills are settled as before, but with nobody else's money: the own account and cash pay, and the\n\
    reason is SETTLE_STOPPED. Every program on the database obeys from the next bill on. A target that is both a code and the\n\
    number of an institution is written area:130100, peer:14 or institution:14.")]
pub struct StopIt {
    /// An area's six digits, another province's first two, or the number of an institution
    #[arg(required_unless_present = "list", conflicts_with = "list")]
    target: Option<String>,
    /// Why; kept for ever, so without names and numbers of people
    #[arg(long, value_name = "TEXT", required_unless_present = "list", conflicts_with = "list")]
    reason: Option<String>,
    /// Who asks for it
    #[arg(long, value_name = "NAME", required_unless_present = "list", conflicts_with = "list")]
    by: Option<String>,
    /// Who else asks for it: another person
    #[arg(long, value_name = "NAME", required_unless_present = "list", conflicts_with = "list")]
    and: Option<String>,
    /// List all stops, in force and past
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji resume`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji resume 130100 --by 王敏 --and 李强\n\n\
    Two people ask for it. The next bill is paid for again; what was settled under the stop stays as it is.")]
pub struct ResumeIt {
    /// What was stopped, as `gongji stop` had it
    target: String,
    /// Who asks for it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Who else asks for it: another person
    #[arg(long, value_name = "NAME")]
    and: String,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Puts a stop in force, or lists all.
pub fn stop(arguments: &StopIt, tongue: Tongue) -> Ended {
    let (Some(target), Some(reason)) = (&arguments.target, &arguments.reason) else { return list(arguments, tongue) };
    let signed = signed(arguments.by.as_deref().unwrap_or_default(), arguments.and.as_deref().unwrap_or_default());
    let store = Open::rows_to_write_or(&arguments.book, HELD)?;
    let target = target_of(&store, target)?;
    let came = ready(stop::stop(&store, (target, reason), signed))?.map_err(refused)?;
    let (known, is_new) = match &came {
        Stopped::Now(stop) => (Some(stop), true),
        Stopped::Before(stop) => (stop.as_ref(), false),
    };
    if arguments.json {
        output::json(&json!({ "stopped": is_new, "stop": known.map(json_of) }));
        return Ok(Verdict::Yes);
    }
    let (zh, en) = if is_new {
        ("已停付", "stopped")
    } else {
        ("早已停付，未作改动", "stopped already, nothing was changed")
    };
    let why = known.map(line_of).unwrap_or_default();
    output::line(tongue.inline(&format!("{}：{zh}。{why}", told(target)), &format!("{}: {en}. {why}", told(target))));
    Ok(Verdict::Yes)
}

/// Ends a stop.
pub fn resume(arguments: &ResumeIt, tongue: Tongue) -> Ended {
    let store = Open::rows_to_write_or(&arguments.book, HELD)?;
    let target = target_of(&store, &arguments.target)?;
    let came = ready(stop::resume(&store, target, signed(&arguments.by, &arguments.and)))?.map_err(refused)?;
    let ended = match &came {
        Stopped::Now(stop) => Some(stop),
        Stopped::Before(_) => None,
    };
    if arguments.json {
        output::json(&json!({ "resumed": ended.is_some(), "stop": ended.map(json_of) }));
        return Ok(Verdict::Yes);
    }
    let (zh, en) = match ended {
        Some(_) => ("已恢复", "resumed"),
        None => ("没有停付，未作改动", "not stopped, nothing was changed"),
    };
    output::line(tongue.inline(&format!("{}：{zh}。", told(target)), &format!("{}: {en}.", told(target))));
    Ok(Verdict::Yes)
}

fn list(arguments: &StopIt, tongue: Tongue) -> Ended {
    let stops = ready(Open::rows_to_read(&arguments.book)?.stops())?;
    if arguments.json {
        output::json(&json!({ "stops": stops.iter().map(json_of).collect::<Vec<_>>() }));
        return Ok(Verdict::Yes);
    }
    if stops.is_empty() {
        output::line(tongue.inline("从未停付过。", "Nothing was ever stopped."));
    }
    stops.iter().map(|stop| format!("{} {}", told(stop.target), line_of(stop))).for_each(output::line);
    Ok(Verdict::Yes)
}

fn signed(by: &str, and: &str) -> SignedByTwo {
    SignedByTwo { by: by.to_owned(), and: and.to_owned(), at: SystemClock.now() }
}

fn target_of(store: &Store, text: &str) -> Result<StopTarget, Failure> {
    let Some(province) = province_of(store)? else {
        return Err(Failure::Impossible("the database serves no province: making it was interrupted".to_owned()));
    };
    let law = ready(law_in_force(store))?;
    ready(stop::target_of(store, (&law, province), text))?.map_err(refused)
}

fn refused(refusal: NotStopped) -> Failure {
    Failure::NotUnderstood(refusal.to_string())
}

fn told(target: StopTarget) -> String {
    format!("{}:{}", target.kind(), target.number())
}

/// Which, since when, by whom and why; and its end.
fn line_of(stop: &Stop) -> String {
    let Stop { number, reason, begun, .. } = stop;
    let ended = stop.ended.as_ref().map(|ended| format!(", resumed {} by {} and {}", ended.at, ended.by, ended.and));
    let ended = ended.unwrap_or_else(|| ", in force".to_owned());
    format!("#{number} {} by {} and {}: {reason}{ended}", begun.at, begun.by, begun.and)
}

fn json_of(stop: &Stop) -> Value {
    let signed = |signed: &SignedByTwo| json!({ "by": signed.by, "and": signed.and, "at": signed.at.to_string() });
    json!({
        "number": stop.number,
        "kind": stop.target.kind().word(),
        "target": stop.target.number().to_string(),
        "reason": stop.reason,
        "in_force": stop.ended.is_none(),
        "begun": signed(&stop.begun),
        "ended": stop.ended.as_ref().map(signed),
    })
}

//! `gongji webhook`: who is told when something happened. Each keeps who registered and who removed it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gongji_domain::release::Signed;
use gongji_service::Clock as _;
use gongji_words::AreaCode;
use serde_json::{Value, json};

use super::access::{Signing, wrong};
use crate::clock::SystemClock;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::randomness::SystemRandomness;
use crate::ready;
use crate::webhook::address::{Reach, Target};
use crate::webhook::call::Caller;
use crate::webhook::{self, By, Event, Progress, Scope, Secret, Webhook, event};

/// What can be done with webhooks.
#[derive(Debug, clap::Subcommand)]
pub enum Webhooks {
    /// 登记 Tell a system of what happens from now on; its secret is shown once
    #[command(
        after_help = "Example 例:\n  gongji webhook add https://hospital.example/gongji --institution 1301 --events settled,reversed \
        --by 王敏\n  gongji webhook add https://portal.example/hook --area 130100 --events bound,unbound --by 王敏 --json\n\n\
        An institution is told of its own bills, with amounts; an area of bills and relations there, without. The server sends\n\
        signed events over https (docs/webhooks.md); over a file, stop it before, as it alone writes to one."
    )]
    Add(Add),
    /// 清单 All webhooks and how far they were told, without secrets
    #[command(after_help = "Example 例:\n  gongji webhook list --json")]
    List(super::OnBook),
    /// 取消 Tell a system nothing more
    #[command(
        after_help = "Example 例:\n  gongji webhook remove 1 --by 王敏\n\nThe number stands in `gongji webhook list`."
    )]
    Remove(Remove),
    /// 试发 Send a ping now, and say what came back
    #[command(
        after_help = "Example 例:\n  gongji webhook test 1\n  gongji webhook test 1 --private --ca our-ca.pem\n\n\
        Exit status 1: the receiver did not take it, and why."
    )]
    Test(Test),
}

/// Arguments of `gongji webhook add`.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// Where: https://HOST/PATH, port 443 or one above 1024
    url: String,
    /// The number of an institution, which is told of its own bills
    #[arg(long, value_name = "NUMBER", required_unless_present = "area", conflicts_with = "area")]
    institution: Option<i64>,
    /// An area, of which it is told without amounts
    #[arg(long, value_name = "CODE")]
    area: Option<String>,
    /// What it is told, with commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "EVENT", required = true)]
    events: Vec<Event>,
    #[command(flatten)]
    signing: Signing,
}

/// Arguments of `gongji webhook remove`.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Its number
    number: u32,
    #[command(flatten)]
    signing: Signing,
}

/// Arguments of `gongji webhook test`.
#[derive(Debug, clap::Args)]
pub struct Test {
    /// Its number
    number: u32,
    /// The certificates that vouch for it, as the server's setting `webhook-ca`
    #[arg(long, env = "GONGJI_WEBHOOK_CA", value_name = "FILE", default_value = "/etc/ssl/certs/ca-certificates.crt")]
    ca: PathBuf,
    /// It may be in a private network, as the server's setting `webhook-private`
    #[arg(long, env = "GONGJI_WEBHOOK_PRIVATE")]
    private: bool,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Does what is asked.
pub fn webhook(asked: &Webhooks, tongue: Tongue) -> Ended {
    match asked {
        Webhooks::Add(asked) => add(asked, tongue),
        Webhooks::List(asked) => list(asked, tongue),
        Webhooks::Remove(asked) => remove(asked, tongue),
        Webhooks::Test(asked) => test(asked, tongue),
    }
}

fn by(signed: Signed) -> By {
    By { by: signed.by, at: gongji_http::time(signed.at) }
}

fn add(asked: &Add, tongue: Tongue) -> Ended {
    let made = asked.signing.signed()?;
    Target::parse(&asked.url).map_err(|why| wrong("URL", why))?;
    let (events, now): (BTreeSet<Event>, _) = (asked.events.iter().copied().collect(), made.at);
    let area = asked.area.as_deref().map(AreaCode::parse).transpose();
    let area = area.map_err(|error| wrong("--area", &error.to_string()))?;
    if area.is_none() && events.iter().any(|event| matches!(event, Event::Bound | Event::Unbound)) {
        return Err(wrong(
            "--events",
            "机构只知道 settled, reversed an institution is told settled and reversed alone",
        ));
    }
    let open = asked.signing.open()?;
    let scope = scope_of(&open, asked.institution, area)?;
    let mut random = SystemRandomness::open()?;
    let secret = Secret::of_bytes(&random.key());
    let (url, made) = (asked.url.clone(), by(made));
    let webhook = Webhook { number: 0, url, scope, events, secret, made, removed: None };
    let webhook = ready(webhook::register(open.node.store(), (webhook, now), &mut random))?;
    let mut document = told(&webhook);
    document["secret"] = webhook.secret.reveal().as_str().into();
    let text =
        tongue.inline("只显示这一次，请交给接收方保存好", "shown this once: hand it to the receiver, who keeps it");
    asked.signing.tell(document, format!("{}: {}\n{text}", webhook.number, *webhook.secret.reveal()))
}

fn scope_of(open: &Open, institution: Option<i64>, area: Option<AreaCode>) -> Result<Scope, Failure> {
    if let Some(area) = area {
        let province = open.node.province();
        let elsewhere = || wrong("--area", &format!("the database serves {province}: name an area in it"));
        return if province.covers(area) { Ok(Scope::Area(area)) } else { Err(elsewhere()) };
    }
    let unknown = || wrong("--institution", "none has this number here: `gongji import institutions`");
    let found = institution.map(|number| open.institution(number)).transpose()?.flatten();
    Ok(Scope::Institution(found.ok_or_else(unknown)?.id))
}

fn told(webhook: &Webhook) -> Value {
    json!({
        "number": webhook.number,
        "url": webhook.url,
        "scope": webhook.scope,
        "events": webhook.events,
        "made": webhook.made,
        "removed": webhook.removed,
    })
}

fn list(asked: &super::OnBook, tongue: Tongue) -> Ended {
    let open = Open::to_read(&asked.book)?;
    let store = open.node.store();
    let mut listed = Vec::new();
    for kept in ready(webhook::all(store))? {
        let progress = ready(webhook::progress(store, kept.said.number))?.said;
        listed.push((kept.said, progress));
    }
    if asked.json {
        let document = |(webhook, progress): &(Webhook, Progress)| {
            let mut document = told(webhook);
            document["told"] = progress.delivered.into();
            document["failed-tries"] = progress.failed.into();
            document["given-up"] = progress.given_up.into();
            document
        };
        output::json(&json!({ "webhooks": listed.iter().map(document).collect::<Vec<_>>() }));
        return Ok(Verdict::Yes);
    }
    for (webhook, progress) in &listed {
        output::line(format!("{}  {}", line(webhook), state(webhook, progress, tongue)));
    }
    Ok(Verdict::Yes)
}

fn line(webhook: &Webhook) -> String {
    let events: Vec<&str> = webhook.events.iter().map(|event| event.word()).collect();
    format!("{}  {}  {}  {}", webhook.number, webhook.url, webhook.scope, events.join(","))
}

fn state(webhook: &Webhook, progress: &Progress, tongue: Tongue) -> String {
    if let Some(By { by, at }) = &webhook.removed {
        return format!("{} {by} {at}", tongue.inline("已取消", "removed"));
    }
    let counts = [
        (progress.delivered, tongue.inline("已告知", "told")),
        (progress.failed.into(), tongue.inline("连续失败", "failed tries")),
        (progress.given_up, tongue.inline("已放弃", "given up")),
    ];
    counts.map(|(count, word)| format!("{word} {count}")).join("  ")
}

/// A webhook that stands.
fn found(open: &Open, number: u32) -> Result<webhook::Kept<Webhook>, Failure> {
    let all = ready(webhook::all(open.node.store()))?;
    let found = all.into_iter().find(|kept| kept.said.number == number && kept.said.removed.is_none());
    found.ok_or_else(|| wrong("NUMBER", "no webhook has it: `gongji webhook list`"))
}

fn remove(asked: &Remove, tongue: Tongue) -> Ended {
    let removed = asked.signing.signed()?;
    let open = asked.signing.open()?;
    let mut kept = found(&open, asked.number)?;
    kept.said.removed = Some(by(removed));
    if !ready(kept.keep(open.node.store(), &mut SystemRandomness::open()?))? {
        return Err(wrong("NUMBER", "somebody else has just removed it: `gongji webhook list`"));
    }
    let text = tongue.inline("已取消", "removed");
    asked.signing.tell(told(&kept.said), format!("{}: {text}", asked.number))
}

fn test(asked: &Test, tongue: Tongue) -> Ended {
    let reach = if asked.private { Reach::Private } else { Reach::Public };
    let caller = Caller::of(&asked.ca, reach)?;
    let open = Open::to_read(&asked.book)?;
    let webhook = found(&open, asked.number)?.said;
    let now = SystemClock.now();
    let came = ready(caller.call(&webhook, &event::ping(now), now));
    if asked.json {
        let (status, why) = (came.as_ref().ok(), came.as_ref().err());
        output::json(&json!({ "number": webhook.number, "status": status, "why": why }));
    } else {
        let text = match &came {
            Ok(status) => format!("{} {status}", tongue.inline("收到了，状态", "taken, status")),
            Err(why) => format!("{} {why}", tongue.inline("没有收到：", "not taken:")),
        };
        output::line(format!("{}: {text}", webhook.number));
    }
    Ok(Verdict::of(came.is_ok()))
}

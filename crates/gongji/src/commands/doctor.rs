//! `gongji doctor`: one look at everything that a server needs, each finding with its remedy.
//!
//! Invariants: nothing is changed; one thing that is wrong does not hide the next. Deliberately absent: mending.

use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;

use gongji_domain::policy::Bilingual;
use gongji_service::Clock as _;
use gongji_store::{Asked, ClosedDay, Scope, Store};
use gongji_words::Day;
use serde_json::{Value, json};

use super::{db, settings};
use crate::clock::SystemClock;
use crate::node::Open;
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::ready;
use crate::serve::{Config, Place, Stated};
use crate::witness::Witness;

/// Arguments of `gongji doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji doctor --config gongji.toml\n\n\
    Looks at settings, certificate, sockets, database, key, law, closed days, witness, what waits for other provinces, and the\n\
    ledger since the last closed day. Changes nothing, and may be run beside a server. Status 0: nothing is wrong; 1: something \
    is.")]
pub struct Doctor {
    #[command(flatten)]
    settings: Stated,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    /// It works, and will not always.
    Beware,
    Wrong,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Beware => "beware",
            Self::Wrong => "wrong",
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Beware => "!",
            Self::Wrong => "✗",
        }
    }
}

struct Finding {
    what: &'static str,
    state: State,
    text: Bilingual,
}

impl Finding {
    fn of(what: &'static str, state: State, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { what, state, text: Bilingual { zh: zh.into(), en: en.into() } }
    }

    /// A failure says in one text what is wrong and what to do.
    fn failed(what: &'static str, failure: &Failure) -> Self {
        Self::of(what, State::Wrong, failure.text(), "")
    }
}

/// Looks.
pub fn doctor(asked: &Doctor, tongue: Tongue) -> Ended {
    let (config, _) = asked.settings.settled(&[])?;
    let mut findings = vec![look_at_settings(&config)];
    findings.extend(config.places().iter().map(look_at_place));
    findings.push(look_at_files(&config));
    findings.extend(look_at_database(&config));
    let is_sound = findings.iter().all(|one| one.state != State::Wrong);
    if asked.json {
        let of =
            |one: &Finding| json!({"what": one.what, "state": one.state.word(), "zh": one.text.zh, "en": one.text.en});
        output::json(&json!({ "sound": is_sound, "findings": findings.iter().map(of).collect::<Vec<Value>>() }));
    } else {
        for Finding { what, state, text } in &findings {
            output::line(format!("{} {what}: {}", state.sign(), tongue.lines(text).join(" ")));
        }
    }
    Ok(Verdict::of(is_sound))
}

fn look_at_settings(config: &Config) -> Finding {
    let what = "settings";
    match settings::look_at(config) {
        Err(failure) => Finding::failed(what, &failure),
        Ok(Some(days)) if days < 0 => {
            Finding::of(what, State::Wrong, "证书已经过期：换一张", "the certificate is over: renew it")
        }
        Ok(Some(days)) if days < 30 => Finding::of(
            what,
            State::Beware,
            format!("证书还有 {days} 天：换一张，文件换了会自动用上"),
            format!("the certificate is good for {days} more days: renew it, a changed file is taken up by itself"),
        ),
        Ok(_) => Finding::of(what, State::Good, "说得通", "make sense"),
    }
}

/// Whether a server could listen there, or listens there already.
fn look_at_place(place: &Place) -> Finding {
    let what = "listen";
    let (is_free, answers) = match place {
        Place::Tcp(address) => (TcpListener::bind(address).is_ok(), TcpStream::connect(address).is_ok()),
        Place::Unix(path) => (!path.exists(), UnixStream::connect(path).is_ok()),
    };
    match (is_free, answers) {
        (true, _) => Finding::of(what, State::Good, format!("{place} 空闲"), format!("{place} is free")),
        (false, true) => {
            Finding::of(what, State::Good, format!("{place} 有程序在答复"), format!("{place}: a program answers there"))
        }
        (false, false) => Finding::of(
            what,
            State::Wrong,
            format!("{place} 用不了：换一个地址，或者看看谁占着它"),
            format!("{place} cannot be had: name another, or look who has it"),
        ),
    }
}

/// Files that may be open at once, of which each connection is one.
fn look_at_files(config: &Config) -> Finding {
    let what = "files";
    let wanted = config.connections.get() + 256;
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let most = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    match most {
        Some(most) if most < wanted => Finding::of(
            what,
            State::Beware,
            format!(
                "这个账户最多打开 {most} 个文件，{} 个连接要 {wanted} 个：调高 LimitNOFILE，或者调低 connections",
                config.connections
            ),
            format!(
                "this account may have {most} files open, {} connections want {wanted}: raise LimitNOFILE, or lower connections",
                config.connections
            ),
        ),
        _ => Finding::of(what, State::Good, "够用", "enough may be open"),
    }
}

fn look_at_database(config: &Config) -> Vec<Finding> {
    let what = "database";
    let book = match config.book() {
        Ok(book) => book,
        Err(failure) => return vec![Finding::failed(what, &failure)],
    };
    let status = match book.at().status() {
        Ok(status) => status,
        Err(error) => return vec![Finding::failed(what, &error.into())],
    };
    let warnings = db::warnings(&status);
    let is_old = !status.steps.missing.is_empty();
    let state = if is_old { State::Wrong } else { State::Beware };
    let mut findings: Vec<Finding> = warnings.into_iter().map(|text| Finding { what, state, text }).collect();
    if findings.is_empty() {
        findings.push(Finding::of(
            what,
            State::Good,
            format!("{}，表结构是新的", book.db),
            format!("{}, its tables are up to date", book.db),
        ));
    }
    if !is_old {
        match Open::to_read(&book) {
            Ok(open) => findings.extend(look_inside(config, &open)),
            Err(failure) => findings.push(Finding::failed("key", &failure)),
        }
    }
    findings
}

fn look_inside(config: &Config, open: &Open) -> Vec<Finding> {
    let release = open.node.law().release();
    let mut findings = vec![
        Finding::of("key", State::Good, "打得开", "opens the database"),
        Finding::of("law", State::Good, format!("第 {release} 次发布"), format!("release {release}")),
    ];
    let store = open.node.store();
    match ready(store.closed_days()) {
        Ok(closed) => {
            findings.push(look_at_days(closed.last()));
            findings.push(look_at_witness(config, &closed));
            findings.push(look_at_ledger(store, closed.last().map(|closed| closed.day)));
        }
        Err(error) => findings.push(Finding::failed("days", &error.into())),
    }
    findings.push(match ready(open.node.pulse()) {
        Ok(pulse) if pulse.outbox + pulse.asking == 0 => Finding::of("outbox", State::Good, "没有等着的", "nothing waits"),
        Ok(pulse) => Finding::of(
            "outbox",
            State::Beware,
            format!("{} 条发往外省的消息没有回执，{} 条在等答复：外省通了会自动补上", pulse.outbox, pulse.asking),
            format!(
                "{} messages to other provinces are not acknowledged, {} wait for an answer: they follow once the others answer",
                pulse.outbox, pulse.asking
            ),
        ),
        Err(error) => Finding::failed("outbox", &error.into()),
    });
    findings
}

fn look_at_days(last: Option<&ClosedDay>) -> Finding {
    let (what, today) = ("days", SystemClock.now().day());
    let Some(last) = last.map(|closed| closed.day) else {
        return Finding::of(what, State::Good, "还没有日结", "none is closed yet");
    };
    let behind = i64::from(today.number()) - i64::from(last.number());
    match behind {
        ..=0 => Finding::of(
            what,
            State::Wrong,
            format!("{last} 已日结，可这台机器的时钟说今天是 {today}：校时"),
            format!("{last} is closed, and the clock of this machine says {today}: set it"),
        ),
        1..=2 => Finding::of(what, State::Good, format!("日结到 {last}"), format!("closed until {last}")),
        _ => Finding::of(
            what,
            State::Beware,
            format!("只日结到 {last}：没有人记账的日子不日结；否则看看服务在不在，或者运行 gongji tick"),
            format!(
                "closed only until {last}: days without entries are not closed; else look whether the server runs, or run gongji tick"
            ),
        ),
    }
}

fn look_at_witness(config: &Config, closed: &[ClosedDay]) -> Finding {
    let what = "witness";
    let Some(path) = config.witness.as_deref() else {
        return Finding::of(
            what,
            State::Beware,
            "没有见证文件：有人把整个数据库换回昨天也看不出来。设置 witness",
            "there is none: nobody would notice if the whole database were put back to yesterday's. Set witness",
        );
    };
    let read = match Witness::read_or_begin(path) {
        Ok(read) => read,
        Err(failure) => return Finding::failed(what, &failure),
    };
    let lacks = closed.iter().filter(|day| !read.lines.contains(&(*day).into())).count();
    if lacks == 0 {
        return Finding::of(what, State::Good, "和日结一致", "has every closed day");
    }
    Finding::of(
        what,
        State::Beware,
        format!("缺 {lacks} 个日结，或者不一致：运行 gongji audit --witness 看看"),
        format!("{lacks} closed days are not in it as they are: run gongji audit --witness"),
    )
}

/// The ledger of everybody whom something concerned since a day.
fn look_at_ledger(store: &Store, last: Option<Day>) -> Finding {
    let what = "ledger";
    let scope = last.map_or(Scope::All, Scope::Since);
    match ready(store.audit(Asked { scope, witness: &[] }, &mut |_| ())) {
        Ok(totals) if totals.discrepancies.is_empty() => Finding::of(
            what,
            State::Good,
            format!("{} 条分录都对", totals.entries),
            format!("{} entries are right", totals.entries),
        ),
        Ok(totals) => Finding::of(
            what,
            State::Wrong,
            format!("{} 处不符：运行 gongji audit 看是哪一行", totals.discrepancies.len()),
            format!("{} discrepancies: run gongji audit to see which rows", totals.discrepancies.len()),
        ),
        Err(error) => Finding::failed(what, &error.into()),
    }
}

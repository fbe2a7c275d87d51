//! `gongji db migrate`, `db status`: the tables of a database, and how it is kept. No key is asked for.

use gongji_domain::policy::Bilingual;
use gongji_store::{Status, Step, Steps};
use gongji_words::AreaCode;
use serde_json::{Value, json};

use super::OnBook;
use crate::database::Database;
use crate::node::{Book, Open, found_law, province_of};
use crate::output::{self, Ended, Tongue, Verdict};
use crate::ready;

/// Arguments of `gongji db migrate`.
#[derive(Debug, clap::Args)]
pub struct Migrate {
    /// Print the steps that would run, and change nothing
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Brings the tables up to this program, or says what that would be.
pub fn migrate(arguments: &Migrate, tongue: Tongue) -> Ended {
    let database = &arguments.book.db;
    if arguments.plan {
        plan(&arguments.book.at().steps()?, arguments, tongue);
        return Ok(Verdict::Yes);
    }
    let steps = arguments.book.at().migrate()?;
    // What this program judged by until now becomes the first releases, and nothing else.
    if ready(arguments.book.at().read_without_key()?.last_release())? == 0 {
        found_law(&Open::rows_to_write(&arguments.book)?)?;
    }
    if arguments.json {
        output::json(&json!({ "steps": steps }));
    } else {
        output::line(format!("{database}: {}", output::counted(steps, ["step", "steps"])));
    }
    Ok(Verdict::Yes)
}

fn plan(steps: &Steps, arguments: &Migrate, tongue: Tongue) {
    if arguments.json {
        let shown = |step: &Step| json!({ "number": step.number, "name": step.name, "digest": step.digest(), "text": step.text });
        let missing: Vec<Value> = steps.missing.iter().map(shown).collect();
        return output::json(&json!({ "done": steps.done.len(), "missing": missing }));
    }
    for step in &steps.missing {
        output::line(format!("-- {:04} {}  sm3 {}\n{}", step.number, step.name, step.digest(), step.text.trim_end()));
    }
    let (done, missing) = (steps.done.len(), steps.missing.len());
    output::line(tongue.inline(
        &format!("-- 已做 {done} 步，还要做 {missing} 步；什么也没有改。"),
        &format!("-- {done} done, {missing} to do; nothing was changed."),
    ));
}

/// Says how a database is kept.
pub fn status(arguments: &OnBook, tongue: Tongue) -> Ended {
    let (database, at) = (&arguments.book.db, arguments.book.at());
    let status = at.status()?;
    let province = if status.steps.missing.is_empty() { province_of(&at.read_without_key()?)? } else { None };
    let warnings = warnings(&status);
    if arguments.json {
        output::json(&as_json(database, &status, (province, &warnings)));
    } else {
        tell(database, &status, (province, tongue));
        warnings.iter().flat_map(|warning| tongue.lines(warning)).for_each(output::line);
    }
    Ok(Verdict::of(warnings.is_empty()))
}

const fn engine_of(database: &Database) -> &'static str {
    match database {
        Database::File(_) => "sqlite",
        Database::Server(_) => "postgresql",
    }
}

fn as_json(database: &Database, status: &Status, (province, warnings): (Option<AreaCode>, &[Bilingual])) -> Value {
    let settings: serde_json::Map<String, Value> =
        status.settings.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
    let warnings: Vec<Value> = warnings.iter().map(|one| json!({ "zh": one.zh, "en": one.en })).collect();
    json!({
        "engine": engine_of(database), "place": database.to_string(),
        "steps": { "done": status.steps.done.len(), "missing": status.steps.missing.len() },
        "province": province.map(|area| area.to_string()), "bytes": status.bytes, "programs": status.programs,
        "settings": settings, "warnings": warnings,
    })
}

fn tell(database: &Database, status: &Status, (province, tongue): (Option<AreaCode>, Tongue)) {
    let steps = format!("{} / {}", status.steps.done.len(), status.steps.done.len() + status.steps.missing.len());
    let province = province.map_or_else(|| "—".to_owned(), |area| area.to_string());
    let programs = match database {
        Database::File(_) => ("正在写的程序", "programs that write"),
        Database::Server(_) => ("别的连接", "other connections"),
    };
    let settings: Vec<String> = status.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    for ((zh, en), value) in [
        (("引擎", "engine"), engine_of(database).to_owned()),
        (("位置", "place"), database.to_string()),
        (("省份", "province"), province),
        (("表结构步骤", "steps"), steps),
        (("大小（字节）", "bytes"), status.bytes.to_string()),
        (programs, status.programs.to_string()),
        (("设置", "settings"), settings.join(" ")),
    ] {
        output::line(format!("{}: {value}", tongue.inline(zh, en)));
    }
}

/// What is not as it should be, each with its remedy.
pub(super) fn warnings(status: &Status) -> Vec<Bilingual> {
    let missing = status.steps.missing.len();
    let steps = (missing > 0).then(|| Bilingual {
        zh: format!("警告：还有 {missing} 步没有做：先备份，再运行 `gongji db migrate`。"),
        en: format!("warning: {missing} steps are missing: make a backup, then run `gongji db migrate`."),
    });
    let settings = status.settings.iter().filter(|(name, value)| is_lax(name, value));
    steps.into_iter().chain(settings.map(|(name, value)| lax(name, value))).collect()
}

/// Whether a crash, of the machine or its power, may take what was acknowledged.
fn is_lax(name: &str, value: &str) -> bool {
    match name {
        "fsync" | "full_page_writes" | "synchronous_commit" => value == "off",
        "journal_mode" => value != "wal",
        _ => false,
    }
}

fn lax(name: &str, value: &str) -> Bilingual {
    let remedy = match name {
        "journal_mode" => "gongji db migrate".to_owned(),
        "synchronous_commit" => "alter system set synchronous_commit = on; select pg_reload_conf()".to_owned(),
        other => format!("alter system set {other} = on; select pg_reload_conf()"),
    };
    Bilingual {
        zh: format!("警告：{name}={value}：断电或崩溃可能丢掉已经答复的账。办法：{remedy}"),
        en: format!("warning: {name}={value}: a crash or a power cut may take what was acknowledged. Remedy: {remedy}"),
    }
}

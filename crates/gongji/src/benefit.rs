//! `gongji benefit`: checks plans and catalogues, shows what a plan pays in an area on a day, and divides a bill.

mod bill;

use std::path::PathBuf;

use gongji_domain::benefit::{Catalogue, NoPlan, Plan, Plans, Shown, key_reference_markdown};
use gongji_domain::person::Scheme;
use gongji_domain::policy::PackError;
use gongji_service::Clock as _;
use gongji_service::benefits::{BUILT_IN_CATALOGUES, BUILT_IN_PLANS, built_in_benefits};
use gongji_words::{AreaCode, Day};
use serde_json::{Value, json};

use crate::clock::SystemClock;
use crate::files;
use crate::output::{self, Ended, Failure, Tongue, Verdict};

/// A file is written by hand; what is larger is something else.
const LARGEST: u64 = 1 << 20;

/// What can be asked of the basic insurance.
#[derive(Debug, clap::Subcommand)]
pub enum Question {
    /// 检查待遇方案与目录 Every mistake in plans and catalogues, with file, line and column
    Check(Check),
    /// 某地某日的待遇 What a plan pays in an area on a day, and who says so
    Show(Show),
    /// 拆分账单 What the funds pay of a bill, and what is left
    Split(bill::Divide),
    /// 方案能说什么 The keys of plans, as Markdown
    Keys(Keys),
}

/// Arguments of `gongji benefit check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji benefit check benefits\n  gongji benefit check my-area.toml\n\n\
    A file with a list of [[item]] is a catalogue, any other a plan.")]
pub struct Check {
    /// Files (.toml), or folders of them; without any, those that are built in
    #[arg(value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji benefit show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji benefit show 130100 --on 2026-03-08\n  \
    gongji benefit show 652700 --on 2025-03-08 --scheme resident --json")]
pub struct Show {
    /// The area: six digits (130100)
    area: String,
    /// The day, as 2025-03-08; today if not said
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// Only this insurance: employee or resident
    #[arg(long)]
    scheme: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji benefit keys`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji benefit keys > docs/benefit-keys.md")]
pub struct Keys {
    /// Markdown is what machines get too
    #[arg(long)]
    json: bool,
}

/// Answers a question.
pub fn answer(question: &Question, tongue: Tongue) -> Ended {
    match question {
        Question::Check(arguments) => check(arguments),
        Question::Show(arguments) => show(arguments, tongue),
        Question::Split(arguments) => bill::divide(arguments, tongue),
        Question::Keys(_) => {
            output::text(&key_reference_markdown());
            Ok(Verdict::Yes)
        }
    }
}

fn check(arguments: &Check) -> Ended {
    let mut given = Vec::new();
    for path in files::gather(&arguments.paths, "toml")? {
        given.push((path.display().to_string(), files::read_text(&path, LARGEST)?));
    }
    if given.is_empty() {
        let built_in = BUILT_IN_PLANS.iter().chain(BUILT_IN_CATALOGUES);
        given = built_in.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    }
    let errors = mistakes_in(&given);
    if arguments.json {
        let mistakes = errors.iter().map(|error| {
            json!({
                "file": error.file, "line": error.line, "column": error.column,
                "message": error.message, "help": error.help,
            })
        });
        output::json(&json!({ "checked": given.len(), "mistakes": mistakes.collect::<Vec<_>>() }));
        return Ok(Verdict::of(errors.is_empty()));
    }
    errors.iter().for_each(output::line);
    let counted = output::counted(given.len(), ["file", "files"]);
    output::line(format!("{counted} checked, {}", output::counted(errors.len(), ["mistake", "mistakes"])));
    Ok(Verdict::of(errors.is_empty()))
}

fn mistakes_in(given: &[(String, String)]) -> Vec<PackError> {
    let is_catalogue = |text: &str| text.lines().any(|line| line.trim() == "[[item]]");
    let named = given.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (catalogues, plans): (Vec<_>, Vec<_>) = named.partition(|(_, text)| is_catalogue(text));
    let mut errors = Plans::from_files(&plans).err().unwrap_or_default();
    errors.extend(Catalogue::from_files(&catalogues).err().unwrap_or_default());
    errors
}

fn show(arguments: &Show, tongue: Tongue) -> Ended {
    let plans = built_in_benefits().plans;
    let area = AreaCode::parse(&arguments.area)
        .map_err(|error| Failure::NotUnderstood(format!("area `{}`: {error}", arguments.area)))?;
    let day = match &arguments.on {
        Some(text) => Day::parse(text).map_err(|error| Failure::NotUnderstood(format!("day `{text}`: {error}")))?,
        None => SystemClock.now().day(),
    };
    let mut shown = Vec::new();
    for scheme in schemes(arguments)? {
        let values = plans.show(area, scheme, day).map_err(|none| no_plan(&none, &plans))?;
        let plan = plans.on(area, scheme, day).map_err(|none| no_plan(&none, &plans))?;
        shown.push((plan, values));
    }
    if arguments.json {
        let plans: Vec<Value> = shown.iter().map(|(plan, values)| json_of(plan, values)).collect();
        output::json(&json!({ "area": area.to_string(), "day": day.to_string(), "plans": plans }));
        return Ok(Verdict::Yes);
    }
    for (plan, values) in &shown {
        output::line(format!("{area} {}  {day}  {}", area.name_zh().unwrap_or(""), plan.scheme));
        values.iter().for_each(|value| output::line(line_of(value, tongue)));
        warn_of_examples(plan, tongue);
    }
    Ok(Verdict::Yes)
}

fn schemes(arguments: &Show) -> Result<Vec<Scheme>, Failure> {
    let both = [Scheme::Employee, Scheme::Resident];
    let Some(word) = &arguments.scheme else { return Ok(both.to_vec()) };
    let found = both.into_iter().find(|scheme| scheme.word() == word);
    let unknown = || Failure::NotUnderstood(format!("scheme `{word}`: write employee or resident"));
    found.map(|scheme| vec![scheme]).ok_or_else(unknown)
}

fn no_plan(none: &NoPlan, plans: &Plans) -> Failure {
    let areas: Vec<String> = plans.areas().map(|(level, name)| format!("{level} {}", name.zh)).collect();
    Failure::NotUnderstood(format!("{none}; there are plans of {}", areas.join(", ")))
}

fn line_of(shown: &Shown<'_>, tongue: Tongue) -> String {
    let source = shown.source.map_or_else(|| tongue.inline("虚构示例", "invented example"), ToString::to_string);
    format!("{} = {}  [from {}; {source}]", shown.key, shown.value, shown.from)
}

/// That figures are invented is said wherever they are used.
fn warn_of_examples(plan: &Plan, tongue: Tongue) {
    if plan.examples > 0 {
        let zh = format!("注意：该方案有 {} 项为虚构示例，不作待遇依据。", plan.examples);
        let en = format!("Note: {} values of this plan are invented and decide nothing real.", plan.examples);
        output::note(tongue.inline(&zh, &en));
    }
}

fn json_of(plan: &Plan, values: &[Shown<'_>]) -> Value {
    let values = values.iter().map(|shown| {
        json!({
            "key": shown.key,
            "value": shown.value,
            "from": shown.from.to_string(),
            "example": shown.source.is_none(),
            "source": shown.source.map(ToString::to_string),
        })
    });
    json!({
        "scheme": plan.scheme,
        "from": plan.from.to_string(),
        "examples": plan.examples,
        "values": values.collect::<Vec<_>>(),
    })
}

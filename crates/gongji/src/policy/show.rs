//! What the law says, for people.

use std::path::PathBuf;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use gongji_domain::policy::{KEYS, Law, Level, NotFormalised, Provenance, key_of, key_reference_markdown};
use gongji_service::Clock as _;
use gongji_service::release::law_in_force;
use gongji_words::{AreaCode, Day};
use serde_json::{Value, json};

use super::law_with;
use crate::clock::SystemClock;
use crate::database::Database;
use crate::keys::Custodian;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::ready;
use crate::telling::grade_text;

/// Arguments of `gongji policy show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy show 130100 --on 2025-03-08 --key till.sponsor-order\n  \
    gongji policy show 130100 --db gongji.db --master-key gongji.key")]
pub struct Show {
    /// The area: six digits (130100), or the name that its pack gives it
    area: String,
    /// The day, as 2025-03-08; today if not said
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// Only this key
    #[arg(long)]
    key: Option<String>,
    /// A folder of policy packs that replace or join those built in
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// The law in force of this database, in place of the packs that are built in
    #[arg(long, value_name = "FILE|URL", conflicts_with = "policies")]
    db: Option<Database>,
    /// Who keeps the master key of the database
    #[arg(long, env = "GONGJI_KEY", value_name = "WHERE", default_value = "gongji.key")]
    master_key: Custodian,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl Show {
    fn law(&self) -> Result<Law, Failure> {
        let Some(db) = &self.db else { return law_with(self.policies.as_deref()) };
        let store = Open::rows_to_read(&Book { db: db.clone(), key: self.master_key.clone(), patience: 10 })?;
        Ok(ready(law_in_force(&store))?)
    }
}

/// Arguments of `gongji policy diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy diff 110000 2024-12-01 2024-12-12\n  \
    gongji policy diff 130000 2025-06-01 650000 2025-06-01")]
pub struct Diff {
    /// AREA DAY DAY, or AREA DAY AREA DAY
    #[arg(required = true, num_args = 3..=4, value_name = "AREA|DAY")]
    words: Vec<String>,
    /// A folder of policy packs that replace or join those built in
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji policy areas`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy areas")]
pub struct Areas {
    /// A folder of policy packs that replace or join those built in
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji policy keys`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy keys > docs/policy-keys.md")]
pub struct Keys {
    /// Markdown is what machines get too
    #[arg(long)]
    json: bool,
}

/// Shows the rules of an area on a day.
pub fn show(arguments: &Show, tongue: Tongue) -> Ended {
    let law = arguments.law()?;
    let area = read_area(&law, &arguments.area)?;
    let day = arguments.on.as_deref().map_or_else(|| Ok(SystemClock.now().day()), read_day)?;
    let mut lines = law.show(area, day).map_err(not_formalised)?;
    if let Some(key) = &arguments.key {
        let known = key_of(key).ok_or_else(|| unknown_key(key))?;
        lines.retain(|line| line.key == known.name);
    }
    if arguments.json {
        let rules: Vec<Value> = lines.iter().map(json_of).collect();
        output::json(&json!({ "area": area.to_string(), "day": day.to_string(), "rules": rules }));
        return Ok(Verdict::Yes);
    }
    output::line(format!("{area} {}  {day}", name_of(&law, area)));
    if output::is_watched() {
        output::line(table(&law, &lines, tongue));
    } else {
        lines.iter().for_each(output::line);
    }
    remarks(&law, area, arguments);
    Ok(Verdict::Yes)
}

fn remarks(law: &Law, area: AreaCode, arguments: &Show) {
    if arguments.key.is_some() {
        return;
    }
    for (level, remark, source) in law.remarks(area) {
        output::line(format!("# {}: {} {} [{level}; {source}]", remark.dimension, remark.note.zh, remark.note.en));
    }
}

fn table(law: &Law, lines: &[Provenance<'_>], tongue: Tongue) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    let heads = [("键", "Key"), ("值", "Value"), ("沿用自", "From"), ("首日", "First day"), ("来源", "Source")];
    table.set_header(heads.map(|(zh, en)| tongue.inline(zh, en)));
    for line in lines {
        let level = match line.inherited_from {
            Level::Nation => tongue.inline("全国", "nation"),
            Level::Area(area) => name_of(law, area),
        };
        let source = format!("{} — {}", line.source, grade_text(line.grade(), tongue));
        table.add_row([line.key.to_owned(), line.value.to_owned(), level, line.from.to_string(), source]);
    }
    table
}

fn json_of(line: &Provenance<'_>) -> Value {
    json!({
        "key": line.key,
        "value": line.value,
        "inherited_from": line.inherited_from.to_string(),
        "from": line.from.to_string(),
        "until": line.until.map(|day| day.to_string()),
        "document": line.source.document,
        "authority": line.source.authority,
        "date": line.source.date,
        "grade": line.grade().word(),
        "quote": line.quote,
        "note": line.note.map(|note| json!({ "zh": note.zh, "en": note.en })),
    })
}

/// Compares two areas or days.
pub fn diff(arguments: &Diff) -> Ended {
    let law = law_with(arguments.policies.as_deref())?;
    let (first, second) = match arguments.words.as_slice() {
        [area, day, other] => ((area, day), (area, other)),
        [area, day, other, later] => ((area, day), (other, later)),
        _ => unreachable!("the command line takes three words or four"),
    };
    let first = (read_area(&law, first.0)?, read_day(first.1)?);
    let second = (read_area(&law, second.0)?, read_day(second.1)?);
    let differences = law.diff(first, second).map_err(not_formalised)?;
    if arguments.json {
        let pairs =
            differences.iter().map(|pair| json!({ "first": json_of(&pair.first), "second": json_of(&pair.second) }));
        output::json(&json!({ "differences": pairs.collect::<Vec<_>>() }));
        return Ok(Verdict::Yes);
    }
    for pair in &differences {
        output::line(format!("- {}", pair.first));
        output::line(format!("+ {}", pair.second));
    }
    output::line(format!("{} of {} keys differ", differences.len(), KEYS.len()));
    Ok(Verdict::Yes)
}

/// Lists the areas with packs.
pub fn areas(arguments: &Areas) -> Ended {
    let law = law_with(arguments.policies.as_deref())?;
    if arguments.json {
        let areas = law.packs().iter().map(|pack| {
            json!({
                "area": pack.level.to_string(), "zh": pack.name.zh, "en": pack.name.en, "file": pack.file,
                "rules": pack.rules.len(), "sources": pack.sources.len(),
            })
        });
        output::json(&json!({ "first_day": law.first_day().to_string(), "areas": areas.collect::<Vec<_>>() }));
        return Ok(Verdict::Yes);
    }
    for pack in law.packs() {
        let (rules, name) = (pack.rules.len(), &pack.name);
        output::line(format!(
            "{} {} {}: {}, {}",
            pack.level,
            name.zh,
            name.en,
            output::counted(rules, ["rule", "rules"]),
            output::counted(pack.sources.len(), ["source", "sources"])
        ));
    }
    Ok(Verdict::Yes)
}

/// Prints the reference of keys.
pub fn keys() -> Ended {
    output::text(&key_reference_markdown());
    Ok(Verdict::Yes)
}

pub(super) fn name_of(law: &Law, area: AreaCode) -> String {
    let by_pack = law.area_name(area).map(|(zh, en)| format!("{zh} {en}"));
    by_pack.unwrap_or_else(|| area.name_zh().unwrap_or("").to_owned())
}

/// An area by its digits, or by the name of its pack.
fn read_area(law: &Law, text: &str) -> Result<AreaCode, Failure> {
    let named =
        |area: &AreaCode| law.area_name(*area).is_some_and(|(zh, en)| zh == text || en.eq_ignore_ascii_case(text));
    if let Some(area) = law.areas().find(named) {
        return Ok(area);
    }
    let area = AreaCode::parse(text).map_err(|error| Failure::NotUnderstood(format!("area `{text}`: {error}")))?;
    let is_known = area.name_zh().is_some() || area.former().is_some() || law.area_name(area).is_some();
    if is_known {
        return Ok(area);
    }
    let text =
        format!("area `{text}`: no division has this code; `gongji policy areas` lists those with rules of their own");
    Err(Failure::NotUnderstood(text))
}

pub(super) fn read_day(text: &str) -> Result<Day, Failure> {
    Day::parse(text).map_err(|error| Failure::NotUnderstood(format!("day `{text}`: {error}")))
}

fn not_formalised(error: NotFormalised) -> Failure {
    Failure::NotUnderstood(format!("{error}: ask about that day or a later one"))
}

fn unknown_key(key: &str) -> Failure {
    let near: Vec<&str> = KEYS.iter().map(|known| known.name).filter(|name| is_near(name, key)).collect();
    let near = if near.is_empty() {
        "`gongji policy keys` lists all".to_owned()
    } else {
        format!("is it {}?", near.join(", "))
    };
    Failure::NotUnderstood(format!("key `{key}`: there is no such key; {near}"))
}

/// Of the same room, or with a part of the word.
fn is_near(name: &str, key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    (last.len() > 2 && name.contains(last)) || name.split('.').next() == key.split('.').next()
}

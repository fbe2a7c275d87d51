//! `gongji policy propose`, `approve`, `withdraw`, `releases`: how a pack becomes law, by two people.

use std::path::{Path, PathBuf};

use gongji_domain::policy::{Change, Level};
use gongji_domain::release::{Release, ReleaseState, Signed};
use gongji_service::Clock as _;
use gongji_service::law::BUILT_IN;
use gongji_service::release::{self, Draft, NotReleased, Step};
use gongji_store::Store;
use gongji_words::AreaCode;
use serde_json::{Value, json};

use super::{LARGEST, name_of_level};
use crate::clock::SystemClock;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::{files, ready};

/// Arguments of `gongji policy propose`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy propose policies/130000-hebei.toml --by 王敏\n  \
    gongji policy propose --built-in --by 王敏\n\n\
    Nothing is law until another person approves it. What it changes is told against the law in force; what it would have\n\
    meant for the past, `gongji policy replay --draft FILE` tells. A pack that begins on a day that was decided already\n\
    wants --retroactive REASON; decided bills stay as they are.")]
pub struct Propose {
    /// A pack (.toml); several in the order in which they are to become law
    #[arg(value_name = "FILE", required_unless_present = "built_in")]
    files: Vec<PathBuf>,
    /// The packs of this program that are not law yet
    #[arg(long, conflicts_with = "files")]
    built_in: bool,
    /// Who proposes it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why it may begin on a day that was decided already
    #[arg(long, value_name = "REASON")]
    retroactive: Option<String>,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji policy approve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy approve 55 --by 李强\n\n\
    Who approves is not who proposed. It is law from the next bill on, in every program on this database.")]
pub struct Approve {
    #[command(flatten)]
    named: Named,
}

/// Arguments of `gongji policy withdraw`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy withdraw 55 --by 王敏\n\n\
    Only what is not law yet can be withdrawn; another release takes the place of one that is.")]
pub struct Withdraw {
    #[command(flatten)]
    named: Named,
}

/// Which release, and who acts.
#[derive(Debug, clap::Args)]
struct Named {
    /// Its number, as `gongji policy releases` lists it
    number: u32,
    /// Who does this
    #[arg(long, value_name = "NAME")]
    by: String,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji policy releases`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy releases\n  gongji policy releases --text 12 > as-released.toml")]
pub struct Releases {
    /// Print the pack of this release, as it was proposed
    #[arg(long, value_name = "NUMBER", conflicts_with = "json")]
    text: Option<u32>,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// A pack with the name by which mistakes are told.
struct Pack {
    file: String,
    text: String,
}

/// Proposes packs, one release each.
pub fn propose(arguments: &Propose, tongue: Tongue) -> Ended {
    let packs = packs_of(arguments)?;
    let store = Open::rows_to_write(&arguments.book)?;
    let mut told = Vec::new();
    for pack in &packs {
        let reason = arguments.retroactive.as_deref();
        let draft = Draft { file: &pack.file, text: &pack.text, retroactive: reason };
        match ready(release::propose(&store, draft, signed(&arguments.by)))? {
            Ok(step) if arguments.json => told.push(json_of_step(&step)),
            Ok(step) => tell_proposed(&step, &pack.file, tongue),
            Err(NotReleased::Same(_)) if arguments.built_in => {}
            Err(refusal) => return Err(Failure::NotUnderstood(format!("{}: {refusal}", pack.file))),
        }
    }
    if arguments.json {
        output::json(&json!({ "proposed": told }));
    }
    Ok(Verdict::Yes)
}

/// The nation's pack comes first: the others stand on it.
fn packs_of(arguments: &Propose) -> Result<Vec<Pack>, Failure> {
    if arguments.built_in {
        let mut packs: Vec<&(&str, &str)> = BUILT_IN.iter().collect();
        packs.sort_by_key(|(file, _)| *file != "nation.toml");
        return Ok(packs.into_iter().map(|(file, text)| pack(Path::new(file), (*text).to_owned())).collect());
    }
    let read = |path: &PathBuf| Ok(pack(path, files::read_text(path, LARGEST)?));
    arguments.files.iter().map(read).collect()
}

fn pack(path: &Path, text: String) -> Pack {
    Pack { file: path.display().to_string(), text }
}

fn signed(by: &str) -> Signed {
    Signed { by: by.to_owned(), at: SystemClock.now() }
}

fn tell_proposed(step: &Step, file: &str, tongue: Tongue) {
    let Release { number, first_day, proposed, .. } = &step.release;
    let (by, area) = (&proposed.by, name_of_level(&step.after, level_of(step.release.area)));
    output::line(tongue.inline(
        &format!("第 {number} 号：{area}，{by} 提出，自 {first_day} 起"),
        &format!("release {number}: {area}, proposed by {by}, from {first_day}"),
    ));
    changes_of(step).into_iter().for_each(output::line);
    if step.release.retroactive.is_some() {
        output::line(tongue.inline("已判定的账单不变。", "Decided bills stay as they are."));
    }
    output::note(tongue.inline(
        &format!(
            "重放历史：gongji policy replay --draft {file}；由另一人批准：gongji policy approve {number} --by 姓名"
        ),
        &format!(
            "the past by it: gongji policy replay --draft {file}; another person approves it: gongji policy approve \
             {number} --by NAME"
        ),
    ));
}

fn level_of(area: Option<AreaCode>) -> Level {
    area.map_or(Level::Nation, Level::Area)
}

/// What its own area answers otherwise, and which others do with it.
fn changes_of(step: &Step) -> Vec<String> {
    let own = level_of(step.release.area);
    let mut lines: Vec<String> = step.changes.iter().filter(|change| change.level == own).map(line_of).collect();
    let mut others: Vec<Level> = step.changes.iter().map(|change| change.level).filter(|level| *level != own).collect();
    others.dedup();
    if lines.is_empty() && others.is_empty() {
        lines.push("  no answer changes: sources or notes only".to_owned());
    }
    if !others.is_empty() {
        let codes: Vec<String> = others.iter().map(ToString::to_string).collect();
        lines.push(format!("  changes with it: {}", codes.join(", ")));
    }
    lines
}

fn line_of(change: &Change) -> String {
    let Change { key, from, .. } = change;
    match &change.values {
        Some([before, after]) => format!("  {key} from {from}: {before} → {after}"),
        None => format!("  {key} from {from}: as before"),
    }
}

/// Makes a release law.
pub fn approve(arguments: &Approve, tongue: Tongue) -> Ended {
    let Named { number, by, book, json } = &arguments.named;
    let store = Open::rows_to_write(book)?;
    let step = ready(release::approve(&store, *number, signed(by)))?.map_err(refused)?;
    if *json {
        output::json(&json_of_step(&step));
        return Ok(Verdict::Yes);
    }
    let (area, first) = (name_of_level(&step.after, level_of(step.release.area)), step.release.first_day);
    output::line(tongue.inline(
        &format!("第 {number} 号已发布：{area}，自 {first} 起"),
        &format!("release {number} is law: {area}, from {first}"),
    ));
    changes_of(&step).into_iter().for_each(output::line);
    Ok(Verdict::Yes)
}

/// Takes a proposal back.
pub fn withdraw(arguments: &Withdraw, tongue: Tongue) -> Ended {
    let Named { number, by, book, json } = &arguments.named;
    let store = Open::rows_to_write(book)?;
    let release = ready(release::withdraw(&store, *number, signed(by)))?.map_err(refused)?;
    if *json {
        output::json(&json_of(&release));
    } else {
        output::line(tongue.inline(&format!("第 {number} 号已撤回"), &format!("release {number} is withdrawn")));
    }
    Ok(Verdict::Yes)
}

fn refused(refusal: NotReleased) -> Failure {
    Failure::NotUnderstood(refusal.to_string())
}

/// Lists all releases, or prints the pack of one.
pub fn releases(arguments: &Releases) -> Ended {
    let store: Store = Open::rows_to_read(&arguments.book)?;
    let releases = ready(store.releases())?;
    if let Some(number) = arguments.text {
        let release = releases.iter().find(|release| release.number == number);
        output::text(&release.ok_or_else(|| refused(NotReleased::Unknown(number)))?.text);
        return Ok(Verdict::Yes);
    }
    if arguments.json {
        output::json(&json!({ "releases": releases.iter().map(json_of).collect::<Vec<_>>() }));
        return Ok(Verdict::Yes);
    }
    releases.iter().map(line_of_release).for_each(output::line);
    Ok(Verdict::Yes)
}

fn line_of_release(release: &Release) -> String {
    let Release { number, state, first_day, proposed, .. } = release;
    let area = level_of(release.area);
    let closed = release.closed.as_ref().map(|closed| match state {
        ReleaseState::Withdrawn => format!(", withdrawn by {} {}", closed.by, closed.at),
        _ => format!(", approved by {} {}", closed.by, closed.at),
    });
    let reason = release.retroactive.as_ref().map(|reason| format!(", retroactive: {reason}"));
    let (closed, reason) = (closed.unwrap_or_default(), reason.unwrap_or_default());
    format!("{number} {area} {state} from {first_day}, proposed by {} {}{closed}{reason}", proposed.by, proposed.at)
}

fn json_of(release: &Release) -> Value {
    let signed = |signed: &Signed| json!({ "by": signed.by, "at": signed.at.to_string() });
    json!({
        "number": release.number,
        "area": level_of(release.area).to_string(),
        "state": release.state.word(),
        "first_day": release.first_day.to_string(),
        "retroactive": release.retroactive,
        "digest": release.digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        "proposed": signed(&release.proposed),
        "closed": release.closed.as_ref().map(signed),
    })
}

fn json_of_step(step: &Step) -> Value {
    let change = |change: &Change| {
        let [before, after] = change.values.clone().map_or([None, None], |values| values.map(Some));
        json!({
            "area": change.level.to_string(), "key": change.key, "from": change.from.to_string(),
            "before": before, "after": after,
        })
    };
    json!({ "release": json_of(&step.release), "changes": step.changes.iter().map(change).collect::<Vec<_>>() })
}

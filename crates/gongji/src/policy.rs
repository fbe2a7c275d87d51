//! `gongji policy`: checks packs, shows what holds in an area on a day and by whose authority, compares, and judges the
//! past by other rules.

mod release;
mod replay;
mod show;

use std::fmt;
use std::path::{Path, PathBuf};

use gongji_domain::policy::{Law, Level, PackError};
use gongji_service::law::{BUILT_IN, built_in_with};
use gongji_service::release::law_with_drafts;
use gongji_store::Store;
use miette::{Diagnostic, GraphicalReportHandler, LabeledSpan, NamedSource, SourceCode};
use serde_json::json;

use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::{files, ready};

/// A pack is written by hand; what is larger is something else.
const LARGEST: u64 = 1 << 20;

/// What can be asked of the packs.
#[derive(Debug, clap::Subcommand)]
pub enum Question {
    /// 检查政策包 Every mistake in packs, with file, line and column
    Check(Check),
    /// 某地某日的规则 What holds in an area on a day, from where it is inherited, and who says so
    Show(show::Show),
    /// 比较两地或两日 What differs between two days or areas
    Diff(show::Diff),
    /// 重放历史 What other rules would have meant for past settlements
    Replay(replay::Replay),
    /// 提出发布 Propose a pack as law; another person approves it
    Propose(release::Propose),
    /// 批准发布 Make a proposed release law
    Approve(release::Approve),
    /// 撤回 Take a proposed release back
    Withdraw(release::Withdraw),
    /// 发布记录 Every release: who proposed it, who approved it, from which day
    Releases(release::Releases),
    /// 有规则的地区 The areas that have a pack of their own
    Areas(show::Areas),
    /// 规则能说什么 The keys of packs, as Markdown
    Keys(show::Keys),
}

/// Arguments of `gongji policy check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji policy check policies\n  gongji policy check my-area.toml\n\n\
    A folder with a nation.toml stands alone; other packs are checked together with those built in.")]
pub struct Check {
    /// Pack files (.toml), or folders of them; without any, the packs that are built in
    #[arg(value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// A folder of policy packs that replace or join those built in
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// A pack as it was given: where it stands, and what stands in it.
struct Given {
    path: PathBuf,
    text: String,
}

impl Given {
    fn name(&self) -> String {
        files::name_of(&self.path)
    }
}

/// Answers a question.
pub fn answer(question: &Question, tongue: Tongue) -> Ended {
    match question {
        Question::Check(check) => check_packs(check),
        Question::Show(arguments) => show::show(arguments, tongue),
        Question::Diff(arguments) => show::diff(arguments),
        Question::Replay(arguments) => replay::replay(arguments, tongue),
        Question::Propose(arguments) => release::propose(arguments, tongue),
        Question::Approve(arguments) => release::approve(arguments, tongue),
        Question::Withdraw(arguments) => release::withdraw(arguments, tongue),
        Question::Releases(arguments) => release::releases(arguments),
        Question::Areas(arguments) => show::areas(arguments),
        Question::Keys(_) => show::keys(),
    }
}

/// The packs that are built in, with those of a folder over them. A pack with mistakes is not understood.
pub fn law_with(folder: Option<&Path>) -> Result<Law, Failure> {
    let given = gather(folder.map(Path::to_owned).as_slice())?;
    law_of(&given).map_err(|errors| no_law(&errors, &given))
}

/// The law in force of a database, with drafts in place of the packs of their areas.
fn law_under(store: &Store, drafts: &[PathBuf]) -> Result<Law, Failure> {
    let given = gather(drafts)?;
    let releases = ready(store.releases())?;
    law_with_drafts(&releases, &named(&given)).map_err(|errors| no_law(&errors, &given))
}

/// What an area or the nation is called.
fn name_of_level(law: &Law, level: Level) -> String {
    match level {
        Level::Nation => "000000 全国 nation".to_owned(),
        Level::Area(area) => format!("{area} {}", show::name_of(law, area)),
    }
}

fn no_law(errors: &[PackError], given: &[Given]) -> Failure {
    let lines: Vec<String> = errors.iter().map(|error| placed(error, given).to_string()).collect();
    Failure::NotUnderstood(lines.join("\n"))
}

fn named(given: &[Given]) -> Vec<(String, String)> {
    given.iter().map(|pack| (pack.name(), pack.text.clone())).collect()
}

fn gather(paths: &[PathBuf]) -> Result<Vec<Given>, Failure> {
    let mut given = Vec::new();
    for path in files::gather(paths, "toml")? {
        given.push(Given { text: files::read_text(&path, LARGEST)?, path });
    }
    Ok(given)
}

/// A set with the nation's file stands alone; anything less is put over what is built in.
fn law_of(given: &[Given]) -> Result<Law, Vec<PackError>> {
    let packs = named(given);
    if !packs.iter().any(|(name, _)| name == "nation.toml") {
        return built_in_with(&packs);
    }
    let packs: Vec<(&str, &str)> = packs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Law::from_packs(&packs)
}

fn check_packs(check: &Check) -> Ended {
    let mut paths: Vec<PathBuf> = check.policies.iter().cloned().collect();
    paths.extend(check.paths.iter().cloned());
    let given = gather(&paths)?;
    let errors = law_of(&given).err().unwrap_or_default();
    if check.json {
        let mistakes = errors.iter().map(|error| {
            let error = placed(error, &given);
            json!({
                "file": error.file, "line": error.line, "column": error.column,
                "message": error.message, "help": error.help,
            })
        });
        output::json(&json!({ "checked": checked(&given), "mistakes": mistakes.collect::<Vec<_>>() }));
        return Ok(Verdict::of(errors.is_empty()));
    }
    for error in &errors {
        output::text(&drawn(error, &given));
    }
    let count = checked(&given);
    let packs = output::counted(count, ["pack", "packs"]);
    output::line(format!("{packs} checked, {}", output::counted(errors.len(), ["mistake", "mistakes"])));
    Ok(Verdict::of(errors.is_empty()))
}

fn checked(given: &[Given]) -> usize {
    if given.is_empty() { BUILT_IN.len() } else { given.len() }
}

/// A mistake with the path as it was given, not only the name of the file.
fn placed(error: &PackError, given: &[Given]) -> PackError {
    let pack = given.iter().find(|pack| pack.name() == error.file);
    let file = pack.map_or_else(|| error.file.clone(), |pack| pack.path.display().to_string());
    PackError { file, ..error.clone() }
}

/// On a terminal with the line of the file; else in plain lines, which other programs can read.
fn drawn(error: &PackError, given: &[Given]) -> String {
    let plain = placed(error, given);
    let source = given.iter().find(|pack| pack.name() == error.file);
    let Some(pack) = source.filter(|_| output::is_watched()) else { return format!("{plain}\n") };
    let shown = Shown { source: NamedSource::new(&plain.file, pack.text.clone()), error: plain };
    let mut text = String::new();
    match GraphicalReportHandler::new().render_report(&mut text, &shown) {
        Ok(()) => text,
        Err(_) => format!("{}\n", shown.error),
    }
}

/// A mistake with its file, to be drawn.
#[derive(Debug)]
struct Shown {
    error: PackError,
    source: NamedSource<String>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.error.help.is_empty()).then(|| Box::new(&self.error.help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = LabeledSpan::new_with_span(None, self.error.span);
        Some(Box::new(std::iter::once(span)))
    }
}

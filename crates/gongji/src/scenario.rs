//! `gongji scenario run`: plays scenario files and says which expectations do not hold.

use std::path::PathBuf;

use gongji_domain::explain::{Reader, explain};
use gongji_domain::policy::Law;
use gongji_scenario::run::{Explained, Report, is_known_code};
use gongji_scenario::syntax::{self, Scenario, Statement, SyntaxError};
use serde_json::{Value, json};

use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::{files, policy, telling};

mod stage;

use stage::Stage;

/// A scenario is written by hand; what is larger is something else.
const LARGEST: u64 = 4 << 20;

/// Arguments of `gongji scenario run`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji scenario run scenarios/hebei --explain\n  \
    gongji scenario run scenarios --engine postgres\n\n\
    Without --dsn the engine postgres starts a server of its own from the PostgreSQL of this machine, and ends it. With it,\n\
    nodes get schemas of their own in that database, which are taken away afterwards.")]
pub struct Run {
    /// Scenario files (.scn), or folders of them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// Where each node keeps its rows
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    engine: Engine,
    /// The database of the engine postgres, if there is one already
    #[arg(long, value_name = "URL", env = "GONGJI_DSN", hide_env_values = true)]
    dsn: Option<String>,
    /// Print how each settlement was decided
    #[arg(long)]
    explain: bool,
    /// A folder of policy packs that replace or join those built in
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// The engines of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// Ordered maps in this process
    Memory,
    /// A file for each node, removed afterwards
    Sqlite,
    /// A schema for each node on a server, removed afterwards
    Postgres,
    /// The same, spoken to as if it were spread over machines
    Spread,
}

/// One file that was played.
struct Played {
    report: Report,
    file: String,
}

/// Plays the files.
pub fn play(arguments: &Run, tongue: Tongue) -> Ended {
    let law = policy::law_with(arguments.policies.as_deref())?;
    let scenarios = match read_all(&arguments.paths)? {
        Ok(scenarios) => scenarios,
        Err(errors) => return Err(not_understood(&errors, arguments)),
    };
    let mut stage = Stage::set_up(arguments.engine, arguments.dsn.as_deref())?;
    let mut all = Vec::new();
    for scenario in &scenarios {
        let report = stage.play(scenario, &law)?;
        let played = Played { report, file: scenario.file.clone() };
        if !arguments.json {
            tell(&played, arguments, (&law, tongue));
        }
        all.push(played);
    }
    Ok(finish(&all, arguments, &law))
}

fn read_all(paths: &[PathBuf]) -> Result<Result<Vec<Scenario>, Vec<SyntaxError>>, Failure> {
    let mut scenarios = Vec::new();
    let mut errors = Vec::new();
    for path in files::gather(paths, "scn")? {
        let bytes = files::read(&path, LARGEST)?;
        match syntax::parse(&path.display().to_string(), &bytes, &is_known_code) {
            Ok(scenario) if says_nothing(&scenario) => errors.push(empty(&scenario)),
            Ok(scenario) => scenarios.push(scenario),
            Err(found) => errors.extend(found),
        }
    }
    Ok(if errors.is_empty() { Ok(scenarios) } else { Err(errors) })
}

/// An `area` alone is a place where nothing happens: what checks nothing must not pass.
fn says_nothing(scenario: &Scenario) -> bool {
    scenario.lines.iter().all(|line| matches!(line.statement, Statement::Area { .. }))
}

fn empty(scenario: &Scenario) -> SyntaxError {
    SyntaxError {
        file: scenario.file.clone(),
        line: 1,
        column: 1,
        width: 0,
        message: "the file has no statement".to_owned(),
        help: None,
        source_line: scenario.lines.first().map(|line| line.source.clone()).unwrap_or_default(),
    }
}

fn not_understood(errors: &[SyntaxError], arguments: &Run) -> Failure {
    if arguments.json {
        let errors = errors.iter().map(|error| {
            json!({
                "file": error.file, "line": error.line, "column": error.column,
                "message": error.message, "help": error.help,
            })
        });
        output::json(&json!({ "errors": errors.collect::<Vec<_>>() }));
    }
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Failure::NotUnderstood(lines.join("\n"))
}

fn tell(played: &Played, arguments: &Run, (law, tongue): (&Law, Tongue)) {
    if arguments.explain {
        for explained in &played.report.explained {
            output::line(format!("{}:{}: {}", played.file, explained.line, explained.source.trim()));
            for line in telling::lines_of(&told(explained, law), tongue) {
                output::line(format!("  {line}"));
            }
        }
    }
    for failure in &played.report.failures {
        output::line(failure);
    }
}

fn told<'l>(explained: &Explained, law: &'l Law) -> gongji_domain::explain::Explanation<'l> {
    let name = |person| explained.names.get(&person).cloned().unwrap_or_else(|| format!("P{person}"));
    explain(law, &explained.trace, Reader::Staff, &name)
}

fn finish(all: &[Played], arguments: &Run, law: &Law) -> Verdict {
    let passed: u64 = all.iter().map(|played| played.report.passed).sum();
    let failed: usize = all.iter().map(|played| played.report.failures.len()).sum();
    if arguments.json {
        let files: Vec<Value> = all.iter().map(|played| json_of(played, arguments, law)).collect();
        output::json(&json!({ "passed": passed, "failed": failed, "files": files }));
    } else {
        output::line(format!("{passed} passed, {failed} failed"));
    }
    Verdict::of(failed == 0)
}

fn json_of(played: &Played, arguments: &Run, law: &Law) -> Value {
    let failures = played
        .report
        .failures
        .iter()
        .map(|failure| json!({ "line": failure.line, "expected": failure.expected, "got": failure.got }));
    let mut file = json!({
        "file": played.file,
        "passed": played.report.passed,
        "failures": failures.collect::<Vec<_>>(),
    });
    if arguments.explain {
        let explained = played.report.explained.iter().map(
            |one| json!({ "line": one.line, "statement": one.source.trim(), "why": telling::json_of(&told(one, law)) }),
        );
        file["explained"] = explained.collect();
    }
    file
}

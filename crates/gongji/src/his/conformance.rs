//! `gongji his conformance`: the catalogue of checks against a centre, and the report of it.

use std::path::{Path, PathBuf};

use gongji_his::conformance::{self, Bench, Desks, Verdict as Went};
use gongji_his::desk::Record;
use gongji_his::report::Report;
use gongji_his::{Line as _, World};

use super::{At, told};
use crate::output::{self, Ended, Failure, Verdict};

/// Arguments of `gongji his conformance`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji his conformance --url http://127.0.0.1:8400 --report report\n  \
    gongji his conformance --url https://centre.example --profile centre.toml --only AID\n\n\
    Institutions, secrets and patients stand in a profile (docs/his.md); a sandbox tells its own. What a run settles it undoes;\n\
    give it an institution and patients that are for trying. A check for which something is missing is told as not run.\n\
    Exit status 0: nothing failed. 1: something did.")]
pub struct Conformance {
    #[command(flatten)]
    at: At,
    /// Speak for these institutions alone (定点医药机构编号), with commas
    #[arg(long, value_delimiter = ',', value_name = "CODE")]
    institution: Vec<String>,
    /// Institutions with their secrets, and patients (TOML)
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Write report.json and report.html into this folder
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Make only the checks whose ids begin so: AID, REPEAT-2207, GATE-api
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,
}

/// Makes the checks.
pub fn check(asked: &Conformance) -> Ended {
    let centre = asked.at.centre()?;
    let world = chosen(told::world(&centre, asked.profile.as_deref())?, &asked.institution)?;
    let record = Record::begin(&centre, world.unnamed.clone());
    let desks = Desks::of(&centre, &world, &record);
    let bench = Bench::new((&centre, &world), &desks, &record);
    let nobody = |silence| Failure::Impossible(format!("{}: {silence}", asked.at.url));
    bench.reach().map_err(nobody)?;
    let outcomes = conformance::run(&bench, asked.only.as_deref(), &mut |outcome| {
        if !asked.json {
            output::line(outcome.line());
        }
    });
    if outcomes.is_empty() {
        let only = asked.only.as_deref().unwrap_or_default();
        return Err(Failure::NotUnderstood(format!("--only {only}: 没有这样的检查 no check has an id that begins so")));
    }
    let (url, at, messages) = (asked.at.url.clone(), centre.now(), record.sent());
    let report = Report { url, at, release: env!("CARGO_PKG_VERSION"), messages, outcomes };
    if let Some(folder) = &asked.report {
        write(folder, &report)?;
    }
    output::line(if asked.json { report.value().to_string() } else { report.summary() });
    let failed = report.outcomes.iter().any(|outcome| matches!(outcome.verdict, Went::Failed(_)));
    Ok(Verdict::of(!failed))
}

/// The world of these institutions alone.
fn chosen(mut world: World, codes: &[String]) -> Result<World, Failure> {
    if codes.is_empty() {
        return Ok(world);
    }
    world.stations.retain(|station| codes.contains(&station.code));
    if world.stations.is_empty() {
        let wrong =
            "--institution: 没有这样的机构，见 --profile 或 GET /sandbox no such institution in the profile or sandbox";
        return Err(Failure::NotUnderstood(wrong.to_owned()));
    }
    Ok(world)
}

fn write(folder: &Path, report: &Report) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| Failure::Impossible(format!("--report {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(wrong)?;
    std::fs::write(folder.join("report.json"), report.value().to_string() + "\n").map_err(wrong)?;
    std::fs::write(folder.join("report.html"), report.html()).map_err(wrong)
}

//! Requests that a machine thinks up from the description, right and wrong ones, and what it finds wrong with the answers.
//!
//! Rounds of some two thousand, each with another seed and with the tokens of other roles, all against one sandbox, so that
//! a round meets what those before it left behind. Which findings are none, and why, stands in `fuzz.toml` and `fuzz.py`.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use serde_json::Value;

use super::sandbox::Sandbox;
use crate::{python, told};

/// What thinks them up, from the package index of Python.
const PACKAGES: &[&str] = &["schemathesis==4.32.5"];
/// Cases where nothing else is said, and about as many as a round has.
const CASES: u64 = 2_000;
/// Cases that a round thinks up for each operation, beside those that it works out for every field.
const FOR_EACH: &str = "10";
const CONFIGURATION: &str = include_str!("fuzz.toml");
const HOOKS: &str = include_str!("fuzz.py");

/// The tools, and the files that they read.
struct Ground {
    programs: PathBuf,
    configuration: PathBuf,
    hooks: PathBuf,
}

/// Asks, and says whether nothing was found.
pub fn run(root: &Path, words: &[&str]) -> ExitCode {
    let cases = match words {
        [] => Some(CASES),
        ["--cases", number] => number.parse().ok().filter(|cases| *cases > 0),
        _ => None,
    };
    let Some(cases) = cases else {
        eprintln!("usage: cargo xtask fuzz-api [--cases NUMBER]\n\nexample: cargo xtask fuzz-api --cases 20000");
        return ExitCode::from(2);
    };
    told("fuzz-api", all(root, cases))
}

fn all(root: &Path, cases: u64) -> Result<bool, String> {
    let programs = python::installed(root, "python3", ("schemathesis", PACKAGES))?;
    let folder = programs.with_file_name("asked");
    let ground =
        Ground { programs, configuration: folder.join("schemathesis.toml"), hooks: folder.join("gongji_hooks.py") };
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    write(&ground.hooks, HOOKS)?;
    let mut sandbox = Sandbox::start(root)?;
    let description = ground.description(&sandbox)?;
    let (begun, mut asked, mut failed) = (Instant::now(), 0, 0_u64);
    let mut round = 0;
    while asked < cases {
        write(&ground.configuration, &configuration(&sandbox, (&description, round)))?;
        let (generated, clean) = ground.asks(&sandbox, round)?;
        failed += u64::from(!clean);
        if generated == 0 || !sandbox.runs() {
            return Err(format!("round {round} asked nothing, or the sandbox ended: see above"));
        }
        (asked, round) = (asked + generated, round + 1);
        println!(
            "fuzz-api: {asked} of {cases} cases, {failed} of {round} rounds with findings, {} s",
            begun.elapsed().as_secs()
        );
    }
    Ok(failed == 0)
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// The configuration with a token for each operation: that of one of its roles, another one in each round.
fn configuration(sandbox: &Sandbox, (description, round): (&Value, usize)) -> String {
    let mut text = CONFIGURATION.to_owned();
    let paths = description["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    for operation in paths.filter_map(Value::as_object).flat_map(|operations| operations.values()) {
        let Some(name) = operation["operationId"].as_str() else { continue };
        let roles = operation["x-roles"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(role) = roles.get(round % roles.len().max(1)).and_then(Value::as_str) else { continue };
        // Whoever signs out has no token afterwards: that is another institution, which asks nothing else.
        let token = if name == "sign-out" { sandbox.spare_key() } else { sandbox.key(role) };
        let _a_string_takes_everything = write!(
            text,
            "\n[[operations]]\ninclude-operation-id = \"{name}\"\nheaders = {{ Authorization = \"Bearer {token}\" }}\n"
        );
    }
    text
}

impl Ground {
    /// What the sandbox says that it answers.
    fn description(&self, sandbox: &Sandbox) -> Result<Value, String> {
        let fetch = "import sys, urllib.request; sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1]).read())";
        let mut python = Command::new(self.programs.join("python3"));
        let output = python.args(["-c", fetch, &format!("{}/openapi.json", sandbox.url())]).output();
        let output = output.map_err(|error| error.to_string())?;
        serde_json::from_slice(&output.stdout).map_err(|error| format!("openapi.json: {error}"))
    }

    /// One round: how many cases, and whether nothing was found.
    fn asks(&self, sandbox: &Sandbox, round: usize) -> Result<(u64, bool), String> {
        let mut command = Command::new(self.programs.join("schemathesis"));
        command.arg("--config-file").arg(&self.configuration).arg("run").arg(format!("{}/openapi.json", sandbox.url()));
        command.args(["--max-examples", FOR_EACH, "--seed", &(round + 1).to_string()]);
        command.args(["--no-color", "--generation-database", "none"]);
        // It keeps what it found in a folder beside itself.
        command.current_dir(self.hooks.with_file_name(""));
        command.env("SCHEMATHESIS_HOOKS", "gongji_hooks").env("PYTHONPATH", self.hooks.with_file_name(""));
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
        let mut generated = 0;
        for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
            let line = line.map_err(|error| error.to_string())?;
            println!("{line}");
            generated =
                line.split_once(" generated").and_then(|(number, _)| number.trim().parse().ok()).unwrap_or(generated);
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        Ok((generated, status.success()))
    }
}

//! Everything that must hold before a change is taken in, in one command.
//!
//! Tests come last, so that the last lines are the runner's own count, beside a PostgreSQL server that is started for
//! them. A step that fails does not hide the others. Deliberately absent: tools that a machine with the Rust tool chain may
//! lack, but for PostgreSQL, which is installed. Licences and sources of what comes in are a test (`tests/licences.rs`);
//! without nextest the same tests run under `cargo test`.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// One command with what it stands for.
struct Step {
    name: &'static str,
    words: &'static [&'static str],
}

const CHECKS: &[Step] = &[
    Step { name: "form", words: &["fmt", "--all", "--", "--check", "-l"] },
    Step { name: "reasons", words: &["xtask", "reasons", "--check"] },
    Step { name: "tidy", words: &["xtask", "tidy"] },
    Step { name: "flushes", words: &["xtask", "flush"] },
    Step { name: "clippy", words: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"] },
    Step {
        name: "clippy of the zoo",
        words: &["clippy", "-p", "gongji-sim", "--features", "zoo", "--", "-D", "warnings"],
    },
    Step { name: "zoo", words: &["xtask", "zoo"] },
];

const DOCTESTS: Step = Step { name: "examples in documentation", words: &["test", "--quiet", "--workspace", "--doc"] };
const NEXTEST: Step =
    Step { name: "tests", words: &["xtask", "postgres", "cargo", "nextest", "run", "--workspace", "--no-fail-fast"] };
const TESTS: Step =
    Step { name: "tests", words: &["xtask", "postgres", "cargo", "test", "--workspace", "--no-fail-fast"] };

/// Runs every step; fails when one did.
pub fn run(root: &Path) -> ExitCode {
    let mut failed: Vec<&str> = CHECKS.iter().filter(|step| !passes(root, step)).map(|step| step.name).collect();
    failed.extend(run_tests(root, &failed));
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The tests at the end; what failed before is said before them.
fn run_tests(root: &Path, failed: &[&str]) -> Vec<&'static str> {
    if !has(root, "nextest") {
        println!("== cargo-nextest is not installed, `cargo test` runs the tests and the examples");
        name_failures(failed);
        return (!started(root, &TESTS)).then_some(TESTS.name).into_iter().collect();
    }
    let mut now: Vec<&str> = (!passes(root, &DOCTESTS)).then_some(DOCTESTS.name).into_iter().collect();
    name_failures(&[failed, now.as_slice()].concat());
    now.extend((!started(root, &NEXTEST)).then_some(NEXTEST.name));
    now
}

fn name_failures(failed: &[&str]) {
    if !failed.is_empty() {
        println!("== FAILED before the tests: {}", failed.join(", "));
    }
}

fn passes(root: &Path, step: &Step) -> bool {
    let began = Instant::now();
    let passed = started(root, step);
    let word = if passed { "passed" } else { "FAILED" };
    println!("== {}: {word} after {} s", step.name, seconds(began));
    passed
}

fn started(root: &Path, step: &Step) -> bool {
    println!("== {}: cargo {}", step.name, step.words.join(" "));
    Command::new("cargo").args(step.words).current_dir(root).status().is_ok_and(|status| status.success())
}

/// Whether cargo knows this command.
pub fn has(root: &Path, command: &str) -> bool {
    let mut asked = Command::new("cargo");
    asked.args([command, "--version"]).current_dir(root).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

/// Seconds with one decimal.
fn seconds(began: Instant) -> String {
    let tenths = began.elapsed().as_millis() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

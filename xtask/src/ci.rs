//! Everything that must hold before a change is taken in, in one command.
//!
//! Tests come last, so that the last lines are the runner's own count, beside a PostgreSQL server that is started for
//! them. A step that fails does not hide the others. Licences and sources of what comes in are a test
//! (`tests/licences.rs`); without nextest the same tests run under `cargo test`. What tests need of the system and it lacks
//! is installed, where that can be done. Deliberately absent: other tools that a machine with the Rust tool chain may lack.

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
    Step { name: "kills", words: &["xtask", "kills", "--rounds", "3"] },
    Step { name: "a client made of the description", words: &["xtask", "client"] },
    Step { name: "requests that a machine thinks up", words: &["xtask", "fuzz-api", "--cases", "2000"] },
];

const DOCTESTS: Step = Step { name: "examples in documentation", words: &["test", "--quiet", "--workspace", "--doc"] };
const NEXTEST: Step =
    Step { name: "tests", words: &["xtask", "postgres", "cargo", "nextest", "run", "--workspace", "--no-fail-fast"] };
const TESTS: Step =
    Step { name: "tests", words: &["xtask", "postgres", "cargo", "test", "--workspace", "--no-fail-fast"] };

/// A program that tests start, and the package of Debian that has it.
const NEEDED: &[(&str, &str)] =
    &[("softhsm2-util", "softhsm2"), ("curl", "curl"), ("python3", "python3-venv"), ("javac", "default-jdk-headless")];

/// Runs every step; fails when one did.
pub fn run(root: &Path) -> ExitCode {
    NEEDED.iter().for_each(|(program, package)| install(program, package));
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

/// Installs what is missing. If it cannot be installed, the tests that need it say so.
fn install(program: &str, package: &str) {
    if runs(Command::new(program).arg("--version")) {
        return;
    }
    let words = ["install", "-y", "--no-install-recommends", package];
    println!("== {program} is missing: apt-get {}", words.join(" "));
    let apt = |begin: &str, words: &[&str]| {
        let mut command = Command::new(begin);
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let with_sudo = |words: &[&str]| apt("sudo", &[&["-n", "apt-get"], words].concat());
    let tries = |words: &[&str]| apt("apt-get", words) || with_sudo(words);
    let installed = tries(&words) || (tries(&["update"]) && tries(&words));
    if !installed {
        println!("== {package} could not be installed: the tests that need it will fail");
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
    runs(Command::new("cargo").args([command, "--version"]).current_dir(root))
}

/// Whether a command is there and does what it is asked, in silence.
fn runs(command: &mut Command) -> bool {
    let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// Seconds with one decimal.
fn seconds(began: Instant) -> String {
    let tenths = began.elapsed().as_millis() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

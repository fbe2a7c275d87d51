//! The figures that the project gives for itself, measured on this machine.

use std::path::Path;
use std::process::{Command, ExitCode};

/// Package and bench. Each prints its own figure in one line.
const BENCHES: &[(&str, &str)] = &[("gongji-domain", "decide")];

/// Runs every bench; `words` go to each of them (`--json`).
pub fn run(root: &Path, words: &[&str]) -> ExitCode {
    let failed = BENCHES.iter().filter(|(package, bench)| !measured(root, (package, bench), words)).count();
    if failed == 0 && loaded(root, words) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Settlements through the desk, on both engines.
fn loaded(root: &Path, words: &[&str]) -> bool {
    ["memory", "sqlite"].iter().all(|engine| {
        let mut command = Command::new("cargo");
        command.args(["run", "--release", "--quiet", "--package", "gongji-sim", "--", "load", "--engine", engine]);
        command.args(words).current_dir(root).status().is_ok_and(|status| status.success())
    })
}

fn measured(root: &Path, (package, bench): (&str, &str), words: &[&str]) -> bool {
    let mut command = Command::new("cargo");
    command.args(["bench", "--quiet", "--package", package, "--bench", bench, "--"]).args(words);
    command.current_dir(root).status().is_ok_and(|status| status.success())
}

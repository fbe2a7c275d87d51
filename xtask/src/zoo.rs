//! The zoo: a build in which faults can be planted, and the table of what finds them.
//!
//! It is built beside the usual one, in the same folder: what comes from others is not built again.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::built::built;
use crate::flush;

/// The page that is written; `cargo xtask tidy` says when it lists other cages than there are.
const PAGE: &str = "docs/zoo.md";

/// Opens every cage until somebody finds what is in it; `words` go to the keeper (`--only CAGE`, `--json`).
pub fn run(root: &Path, words: &[&str]) -> ExitCode {
    let words = if words.is_empty() { &["--first"] } else { words };
    let visited = keeper(root, words).status().is_ok_and(|status| status.success());
    if visited && is_recorded(root) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The recorder of flushes, too, finds the fault that it is there for: a commit that does not wait for the disk.
fn is_recorded(root: &Path) -> bool {
    let build = ["build", "--package", "gongji-sim", "--features", "zoo"];
    let found = built(root, &build, "gongji-sim")
        .and_then(|program| flush::finds_a_fault(root, &program, &["--cage", "synchronous-normal"]));
    match &found {
        Ok(true) => println!("synchronous-normal: found by the recorder of flushes"),
        Ok(false) => eprintln!("synchronous-normal: the recorder of flushes finds nothing"),
        Err(what) => eprintln!("synchronous-normal: {what}"),
    }
    found == Ok(true)
}

/// Asks every check about every cage and writes the page.
pub fn write(root: &Path) -> ExitCode {
    let output = keeper(root, &["--page"]).stderr(Stdio::inherit()).output();
    let page = match output {
        Ok(output) if output.status.success() => output.stdout,
        _ => return ExitCode::FAILURE,
    };
    match std::fs::write(root.join(PAGE), page) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{PAGE}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn keeper(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--package", "gongji-sim", "--features", "zoo", "--", "zoo"]).args(words);
    command.current_dir(root);
    command
}

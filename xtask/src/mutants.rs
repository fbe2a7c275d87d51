//! The mutation score of the money path: one place of the program is changed at a time, and a test must notice.
//!
//! First the tests of the domain are asked; what they do not notice, the scenarios on the memory engine are. Which files
//! are changed stands in `.cargo/mutants.toml`. What lives is named in `docs/mutants.md` with the reason, or this fails.
//! A change that does not build, or after which nothing ends, counts for nothing and for noticed.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::ci;

/// What must be noticed of a thousand changes that build.
const LEAST_IN_A_THOUSAND: usize = 900;

const SURVIVORS: &str = "docs/mutants.md";

/// Whom the changes are shown to: words for cargo-mutants, and words for the tests.
struct Audience {
    words: &'static [&'static str],
    tests: &'static [&'static str],
}

const DOMAIN: Audience = Audience { words: &["--package=gongji-domain", "--cargo-arg=--test=it"], tests: &[] };

/// Those who see what the tests of the domain let live. The tool would look for them in the domain before the first
/// change; [`scenarios_hold`] asks in its place.
const SCENARIOS: Audience = Audience {
    words: &[
        "--iterate",
        "--package=gongji-domain",
        "--test-package=gongji-scenario",
        "--cargo-arg=--test=scenarios",
        "--baseline=skip",
        "--timeout=600",
    ],
    tests: &["memory"],
};

/// Changes the money path in every place, and says which share the tests notice; `words` go to cargo-mutants, as in
/// `--re wallet` or `--jobs 4`.
pub fn run(root: &Path, words: &[&str]) -> ExitCode {
    if !ci::has(root, "mutants") {
        eprintln!("cargo-mutants is not installed; `cargo install --locked cargo-mutants` does it");
        return ExitCode::FAILURE;
    }
    let found = match measured(root, words) {
        Ok(found) => found,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let named = std::fs::read_to_string(root.join(SURVIVORS)).unwrap_or_default();
    let unnamed = found.unnamed(&named);
    for mutant in &unnamed {
        eprintln!("{mutant}: no test notices it, and {SURVIVORS} does not name it");
    }
    println!("{}", found.in_words());
    let enough = found.in_a_thousand() >= LEAST_IN_A_THOUSAND;
    if enough && unnamed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What became of the changes.
struct Found {
    /// Those that build.
    viable: usize,
    /// Those that do not.
    unviable: usize,
    /// Those after which nothing ended.
    endless: usize,
    /// Those that no test noticed, by file and change.
    alive: Vec<String>,
}

impl Found {
    fn in_a_thousand(&self) -> usize {
        (self.viable - self.alive.len()) * 1000 / self.viable.max(1)
    }

    fn in_words(&self) -> String {
        let Self { viable, unviable, endless, alive } = self;
        let (noticed, alive, score) = (viable - alive.len(), alive.len(), self.in_a_thousand());
        format!(
            "mutants: {viable} that build, {noticed} noticed ({endless} by never ending), {alive} alive; \
             {unviable} do not build; score {}.{} %",
            score / 10,
            score % 10
        )
    }

    /// Those alive that the document does not name.
    fn unnamed(&self, document: &str) -> Vec<&str> {
        let is_named = |mutant: &&str| document.contains(&format!("`{mutant}`"));
        self.alive.iter().map(String::as_str).filter(|mutant| !is_named(mutant)).collect()
    }
}

fn measured(root: &Path, words: &[&str]) -> Result<Found, String> {
    let folder = root.join("target/mutants");
    emptied(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let show_to = |audience: &Audience| shown(root, &folder, (audience, words));
    show_to(&DOMAIN)?;
    let list = |name: &str| lines(&folder.join("mutants.out").join(name));
    let (caught, missed, endless, unviable) =
        (list("caught.txt")?, list("missed.txt")?, list("timeout.txt")?, list("unviable.txt")?);
    let mut alive = missed.clone();
    if !missed.is_empty() {
        scenarios_hold(root)?;
        show_to(&SCENARIOS)?;
        let still = list("missed.txt")?;
        alive.retain(|mutant| still.contains(mutant));
    }
    Ok(Found {
        viable: caught.len() + missed.len() + endless.len(),
        unviable: unviable.len(),
        endless: endless.len(),
        alive: alive.iter().map(|mutant| without_place(mutant)).collect(),
    })
}

/// Where the scenarios fail on the program as it is, they would seem to notice everything.
fn scenarios_hold(root: &Path) -> Result<(), String> {
    let mut command = Command::new("cargo");
    command.args(["test", "--quiet", "--package=gongji-scenario", "--test=scenarios", "memory"]).current_dir(root);
    let holds = command.status().is_ok_and(|status| status.success());
    if holds { Ok(()) } else { Err("the scenarios fail before anything is changed".to_owned()) }
}

/// The tool makes its own folder, but not those above it; what it found before would count as noticed.
fn emptied(folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)
}

/// Runs the tool once. That something lives, or never ends, is an answer and no failure.
fn shown(root: &Path, folder: &Path, (audience, words): (&Audience, &[&str])) -> Result<(), String> {
    let mut command = Command::new("cargo");
    command.arg("mutants").arg("--output").arg(folder).args(audience.words).args(words);
    command.arg("--").args(audience.tests).current_dir(root);
    // Generated cases are few, so that hours do not become days; their seed is fixed.
    let status = command.env("PROPTEST_CASES", "32").status().map_err(|error| error.to_string())?;
    match status.code() {
        Some(0 | 2 | 3) => Ok(()),
        _ => Err(format!("cargo mutants stopped: {status}")),
    }
}

fn lines(path: &PathBuf) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// A change without line and column, which move: `file: change`.
fn without_place(mutant: &str) -> String {
    let mut parts = mutant.splitn(4, ':');
    match (parts.next(), parts.nth(2)) {
        (Some(file), Some(change)) => format!("{file}:{change}"),
        _ => mutant.to_owned(),
    }
}

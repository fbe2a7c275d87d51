//! Programs and libraries that cargo builds, and where it has put them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

/// One line of what cargo says.
#[derive(Deserialize)]
struct Line {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Builds with these words of cargo and gives the file of a target: the program, or the library that can be loaded.
///
/// # Errors
/// A sentence, where cargo cannot be started, the build fails, or there is no such target.
pub fn built(root: &Path, words: &[&str], target: &str) -> Result<PathBuf, String> {
    let mut command = Command::new("cargo");
    command.args(words).args(["--quiet", "--message-format", "json-render-diagnostics"]);
    let output = command.current_dir(root).stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("cargo {} failed", words.join(" ")));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
    lines.filter_map(|line| file_of(line, target)).next_back().ok_or_else(|| format!("cargo built no {target}"))
}

fn file_of(line: Line, target: &str) -> Option<PathBuf> {
    let built = line.target.filter(|built| line.reason == "compiler-artifact" && built.name == target)?;
    let library = || line.filenames.into_iter().next();
    line.executable.or_else(|| built.kind.iter().any(|kind| kind == "cdylib").then(library).flatten())
}

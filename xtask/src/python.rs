//! Programs from the package index of Python, each set in a folder of the build, and nothing of them in the system.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Has packages in a folder of the build, made by this interpreter, and gives the folder of their programs.
///
/// # Errors
/// A sentence that says what is missing.
pub fn installed(root: &Path, python: &str, (name, packages): (&str, &[&str])) -> Result<PathBuf, String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join(name);
    let (programs, note) = (folder.join("bin"), folder.join("packages.txt"));
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&note).is_ok_and(|there| there == wanted) {
        return Ok(programs);
    }
    eprintln!("installing {} into {}", packages.join(", "), folder.display());
    let pip = programs.join("pip").display().to_string();
    let install = [&["install", "--quiet", "--disable-pip-version-check"], packages].concat();
    if !runs(python, &["-m", "venv", "--clear", &folder.to_string_lossy()]) || !runs(&pip, &install) {
        return Err(format!("{} could not be installed: python3 with venv and pip is needed", packages.join(", ")));
    }
    std::fs::write(&note, wanted).map_err(|error| format!("{}: {error}", note.display()))?;
    Ok(programs)
}

fn runs(program: &str, words: &[&str]) -> bool {
    let status = Command::new(program).args(words).stdout(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

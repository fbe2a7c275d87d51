//! A client that a generator made of the description settles a bill.

use std::path::Path;
use std::process::{Command, ExitCode};

use super::sandbox::Sandbox;
use super::succeeds;
use crate::{python, told};

/// The generator, from the package index of Python; `ruff` is what it formats with, and it warns where there is none.
const PACKAGES: &[&str] = &["openapi-python-client==0.29.1", "ruff==0.17.6"];
/// What is done with the client.
const SETTLES: &str = include_str!("client.py");

/// Generates it and lets it settle.
pub fn run(root: &Path) -> ExitCode {
    told("client", settles(root))
}

fn settles(root: &Path) -> Result<bool, String> {
    let programs = python::installed(root, "python3", ("openapi-python-client", PACKAGES))?;
    let sandbox = Sandbox::start(root)?;
    let folder = programs.with_file_name("made");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut generator = Command::new(programs.join("openapi-python-client"));
    let path = std::env::var("PATH").unwrap_or_default();
    generator.env("PATH", format!("{}:{path}", programs.display()));
    generator.args(["generate", "--url", &format!("{}/openapi.json", sandbox.url()), "--meta", "none"]);
    generator.args(["--fail-on-warning", "--overwrite", "--output-path"]).arg(folder.join("gongji_client"));
    if !succeeds(&mut generator)? {
        return Ok(false);
    }
    let mut client = Command::new(programs.join("python3"));
    client.args(["-c", SETTLES, sandbox.url(), sandbox.key("institution")]).env("PYTHONPATH", &folder);
    succeeds(&mut client)
}

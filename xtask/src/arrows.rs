//! Which crate may name which: the fences of the house.
//!
//! Arrows of tests follow the same rule as those of the program: a test that looks over a fence would make the
//! fence a habit.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// For each crate of ours, the crates of ours that it may name. A crate that is not here has no place yet.
pub const ARROWS: &[(&str, &[&str])] = &[
    ("gongji-words", &[]),
    ("gongji-domain", &["gongji-words"]),
    ("gongji-wire", &["gongji-words"]),
    ("gongji-his", &["gongji-wire", "gongji-words"]),
    ("gongji-store", &["gongji-domain", "gongji-words"]),
    ("gongji-service", &["gongji-domain", "gongji-store", "gongji-words"]),
    ("gongji-http", &["gongji-domain", "gongji-service", "gongji-wire", "gongji-words"]),
    ("gongji-scenario", &["gongji-domain", "gongji-service", "gongji-store", "gongji-words"]),
    ("gongji-scratch", &[]),
    ("gongji", ALL),
    ("gongji-sim", ALL),
    ("gongji-flush", &[]),
    ("xtask", &["gongji-scratch"]),
];

/// What tests alone may name besides: a face is tested over a node that stands on something.
pub const IN_TESTS: &[(&str, &[&str])] = &[("gongji-http", &["gongji-store"])];

/// What the programs may name: everything but each other.
const ALL: &[&str] = &[
    "gongji-domain",
    "gongji-his",
    "gongji-http",
    "gongji-scenario",
    "gongji-scratch",
    "gongji-service",
    "gongji-store",
    "gongji-wire",
    "gongji-words",
];

/// Crates of others that only some of ours may name: whose they are, and for whom.
pub const FOREIGN: &[(&str, &[&str])] = &[
    ("rusqlite", &["gongji-store"]),
    ("tokio-postgres", &["gongji-store"]),
    ("axum", &["gongji-http", "gongji", "gongji-sim"]),
    ("clap", &["gongji", "gongji-sim"]),
    ("argon2", &["gongji"]),
    ("cryptoki", &["gongji"]),
    ("hyper", &["gongji", "gongji-sim"]),
    ("hyper-util", &["gongji", "gongji-sim"]),
    ("libc", &["gongji-flush"]),
    ("miette", &["gongji"]),
    ("rand", &[]),
    // The service in its tests alone, on a server: what it must not name in its source, `tests/absences.rs` says.
    ("tokio", &["gongji-store", "gongji-service", "gongji-http", "gongji", "gongji-sim", "gongji-scenario"]),
];

/// One crate and the names of what it depends on, in whatever role.
#[derive(Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
}

/// One dependency.
#[derive(Deserialize)]
pub struct Dependency {
    /// The name of the other crate.
    pub name: String,
    /// `dev` for tests, `build` for the build; nothing for the crate itself.
    pub kind: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// The crates of the workspace as cargo sees them.
///
/// # Errors
///
/// A sentence, where cargo cannot be started or does not answer as expected.
pub fn packages(root: &Path) -> Result<Vec<Package>, String> {
    let words = ["metadata", "--no-deps", "--format-version", "1", "--offline"];
    let output = Command::new("cargo").args(words).current_dir(root).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    Ok(metadata.packages)
}

/// Every arrow that no fence lets through, as a sentence.
#[must_use]
pub fn forbidden(packages: &[Package]) -> Vec<String> {
    packages.iter().flat_map(forbidden_of).collect()
}

fn forbidden_of(package: &Package) -> Vec<String> {
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
        return vec![format!(
            "{} has no place: give it one in xtask/src/arrows.rs and in ARCHITECTURE.md",
            package.name
        )];
    };
    let is_let_through = |other: &Dependency| {
        may_name(package, allowed, &other.name)
            || other.kind.as_deref() == Some("dev") && in_tests(package, &other.name)
    };
    let forbidden = package.dependencies.iter().filter(|other| !is_let_through(other));
    forbidden.map(|other| format!("{} -> {}", package.name, other.name)).collect()
}

fn in_tests(package: &Package, name: &str) -> bool {
    IN_TESTS.iter().any(|(whose, others)| *whose == package.name && others.contains(&name))
}

fn may_name(package: &Package, allowed: &[&str], name: &str) -> bool {
    if ARROWS.iter().any(|(ours, _)| *ours == name) {
        return allowed.contains(&name);
    }
    FOREIGN.iter().find(|(foreign, _)| *foreign == name).is_none_or(|(_, whom)| whom.contains(&package.name.as_str()))
}

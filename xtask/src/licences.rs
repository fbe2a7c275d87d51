//! What may come in from outside: the rules of `deny.toml`, held against what cargo resolved. Needs no tool that is
//! not there. Deliberately absent: advisories, which need a list that changes daily.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// The part of `deny.toml` that is held here.
#[derive(Debug, Deserialize)]
pub struct Rules {
    /// On licences.
    pub licenses: Licences,
    /// On crates.
    pub bans: Bans,
}

/// On licences.
#[derive(Debug, Deserialize)]
pub struct Licences {
    /// Those that may come in.
    pub allow: BTreeSet<String>,
}

/// On crates.
#[derive(Debug, Deserialize)]
pub struct Bans {
    /// Those that may not come in, but through the crates named beside them.
    pub deny: Vec<Ban>,
    /// Those of which two versions are borne, with the reason.
    #[serde(default)]
    pub skip: Vec<Ban>,
}

/// A crate and why.
#[derive(Debug, Deserialize)]
pub struct Ban {
    /// Its name.
    #[serde(rename = "crate")]
    pub name: String,
    /// Why.
    pub reason: String,
    /// Through which crates it may come in.
    #[serde(default)]
    pub wrappers: Vec<String>,
}

/// A crate as cargo resolved it.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The licence that it states.
    pub license: Option<String>,
    /// Where it comes from; `None` for ours.
    pub source: Option<String>,
    /// What it names.
    pub dependencies: Vec<Named>,
}

/// A dependency by name.
#[derive(Debug, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// `dev` for what only its own tests need, `build`, or none.
    pub kind: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// The rules of the project.
///
/// # Errors
/// A sentence when `deny.toml` cannot be read.
pub fn rules(root: &Path) -> Result<Rules, String> {
    let text = std::fs::read_to_string(root.join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("deny.toml: {error}"))
}

/// Every crate that cargo resolved, ours among them.
///
/// # Errors
/// A sentence when cargo does not answer.
pub fn packages(root: &Path) -> Result<Vec<Package>, String> {
    let words = ["metadata", "--format-version", "1", "--locked"];
    let output = Command::new("cargo").args(words).current_dir(root).output().map_err(|error| error.to_string())?;
    let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    Ok(metadata.packages)
}

/// What the rules forbid, one sentence each.
#[must_use]
pub fn findings(rules: &Rules, packages: &[Package]) -> Vec<String> {
    let strangers = || packages.iter().filter(|package| package.source.is_some());
    let mut found: Vec<String> = strangers().filter_map(|package| of_package(rules, package)).collect();
    for ban in &rules.bans.deny {
        // What only a stranger's own tests need is never built here.
        let built = |package: &Package, named: &Named| package.source.is_none() || named.kind.as_deref() != Some("dev");
        let names = |package: &&Package| {
            package.dependencies.iter().any(|named| named.name == ban.name && built(package, named))
        };
        let through = packages.iter().filter(names).filter(|package| !ban.wrappers.contains(&package.name));
        if strangers().any(|package| package.name == ban.name) {
            found.extend(through.map(|package| format!("{} names {}: {}", package.name, ban.name, ban.reason)));
        }
    }
    found.extend(twice(rules, strangers()));
    found
}

fn of_package(rules: &Rules, package: &Package) -> Option<String> {
    let of = format!("{} {}", package.name, package.version);
    if package.source.as_deref().is_some_and(|source| !source.starts_with("registry+")) {
        return Some(format!("{of} comes from no registry"));
    }
    match &package.license {
        None => Some(format!("{of} states no licence")),
        Some(licence) if is_allowed(rules, licence) => None,
        Some(licence) => Some(format!("{of} has the licence {licence}, which deny.toml does not allow")),
    }
}

/// Each part joined by AND must offer one licence that is allowed. `A/B` is the old way to write `A OR B`.
fn is_allowed(rules: &Rules, licence: &str) -> bool {
    let offered = |choice: &str| choice.trim_matches(['(', ')', ' ']).replace('/', " OR ");
    let any = |part: &str| offered(part).split(" OR ").any(|one| rules.licenses.allow.contains(one.trim()));
    licence.split(" AND ").all(any)
}

/// Crates of which two versions are built, unless borne for a reason.
fn twice<'p>(rules: &Rules, packages: impl Iterator<Item = &'p Package>) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        versions.entry(&package.name).or_default().push(&package.version);
    }
    let borne = |name: &str| rules.bans.skip.iter().any(|skip| skip.name == name);
    let two = versions.into_iter().filter(|(name, versions)| versions.len() > 1 && !borne(name));
    two.map(|(name, versions)| format!("{name} comes in {} versions: {}", versions.len(), versions.join(", ")))
        .collect()
}

//! Every reason that the rules can give is given in a scenario that a clerk can read.
//!
//! `catalogue/uncovered.txt` lists those that are not played yet. It may only get shorter: a listed code that is
//! played is an error too, and so is one that the catalogue does not know or reserves.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::Finding;
use crate::tree::File;

const CATALOGUE: &str = "catalogue/reasons.toml";
/// The codes that no scenario plays yet.
pub const UNCOVERED: &str = "catalogue/uncovered.txt";

#[derive(Deserialize)]
struct Catalogue {
    reason: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    code: String,
    #[serde(default)]
    reserved: bool,
}

/// Codes that nobody plays and nobody lists, and lines of the list that must go.
#[must_use]
pub fn findings(files: &[File]) -> Vec<Finding> {
    let (Some(catalogue), Some(list)) = (find(files, CATALOGUE), find(files, UNCOVERED)) else {
        return Vec::new();
    };
    let codes = match playable(catalogue) {
        Ok(codes) => codes,
        Err(finding) => return vec![finding],
    };
    let played = played(files);
    let listed: BTreeSet<&str> = lines(list).map(|(_, code)| code).collect();
    let stale = |(line, code)| stale(code, &codes, &played).map(|why| Finding::new(list, line, why));
    let mut found: Vec<Finding> = lines(list).filter_map(stale).collect();
    let silent = codes.iter().filter(|code| !played.contains(code.as_str()) && !listed.contains(code.as_str()));
    found.extend(
        silent.map(|code| Finding::new(catalogue, line_of(catalogue, code), format!("no scenario gives {code}"))),
    );
    found
}

/// The list without the lines that must go: what `cargo xtask tidy --shrink` writes.
#[must_use]
pub fn shrunk(files: &[File]) -> Option<String> {
    let list = find(files, UNCOVERED)?;
    let codes = find(files, CATALOGUE).and_then(|catalogue| playable(catalogue).ok())?;
    let played = played(files);
    let kept = list.text.lines().filter(|line| {
        let code = line.trim();
        code.starts_with('#') || code.is_empty() || (codes.contains(code) && !played.contains(code))
    });
    Some(kept.map(|line| format!("{line}\n")).collect())
}

/// Why a line of the list must go.
fn stale(code: &str, codes: &BTreeSet<String>, played: &BTreeSet<&str>) -> Option<String> {
    if !codes.contains(code) {
        return Some(format!("{code} is no code that a rule gives: take the line out"));
    }
    played.contains(code).then(|| format!("{code} is played now: take the line out"))
}

fn find<'a>(files: &'a [File], path: &str) -> Option<&'a File> {
    files.iter().find(|file| file.path == path)
}

fn playable(catalogue: &File) -> Result<BTreeSet<String>, Finding> {
    let read: Catalogue =
        toml::from_str(&catalogue.text).map_err(|error| Finding::new(catalogue, 1, error.message()))?;
    Ok(read.reason.into_iter().filter(|entry| !entry.reserved).map(|entry| entry.code).collect())
}

fn lines(list: &File) -> impl Iterator<Item = (usize, &str)> {
    let numbered = list.text.lines().zip(1..).map(|(text, line)| (line, text.trim()));
    numbered.filter(|(_, code)| !code.is_empty() && !code.starts_with('#'))
}

fn line_of(catalogue: &File, code: &str) -> usize {
    let wanted = format!("code = \"{code}\"");
    catalogue.text.lines().position(|line| line == wanted).map_or(1, |at| at + 1)
}

/// All words that stand behind `=>` in a scenario.
fn played(files: &[File]) -> BTreeSet<&str> {
    let scenarios = files.iter().filter(|file| file.ends("scn"));
    let said = scenarios.flat_map(|file| file.text.lines()).filter_map(|line| line.split('#').next());
    said.filter_map(|line| line.split_once("=>")).flat_map(|(_, words)| words.split_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    const REASONS: &str =
        "[[reason]]\ncode = \"A\"\n[[reason]]\ncode = \"B\"\n[[reason]]\ncode = \"C\"\nreserved = true\n";

    fn tree(list: &str, scenario: &str) -> Vec<File> {
        vec![made_up(CATALOGUE, REASONS), made_up(UNCOVERED, list), made_up("scenarios/x/y.scn", scenario)]
    }

    #[test]
    fn a_code_is_played_or_listed_and_never_both() {
        let table: &[(&str, &str, &[&str])] = &[
            ("# none\n", "bind a b => refused A\nsettle => aid 0.00 reason B # yes\n", &[]),
            ("B\n", "bind a b => refused A\n", &[]),
            ("", "bind a b => refused A\n", &["no scenario gives B"]),
            ("B\n", "# B => B\nx => A # => B\n", &[]),
            ("A\nB\n", "x => A\n", &["A is played now: take the line out"]),
            ("B\nC\n", "x => A\n", &["C is no code that a rule gives: take the line out"]),
        ];
        for (list, scenario, expected) in table {
            let found: Vec<String> = findings(&tree(list, scenario)).into_iter().map(|found| found.text).collect();
            assert_eq!(found, *expected, "{list:?} {scenario:?}");
        }
    }

    #[test]
    fn shrinking_takes_out_what_is_played_and_adds_nothing() {
        assert_eq!(shrunk(&tree("# kept\nA\nC\n", "x => A\n")).as_deref(), Some("# kept\n"));
    }
}

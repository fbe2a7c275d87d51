//! Every engine has the same steps, numbered from 1 without a gap: whoever moves an agency from one engine to
//! another must not have to ask which schema it has.

use std::collections::BTreeMap;

use super::Finding;
use crate::tree::File;

const FOLDER: &str = "crates/store/migrations/";

/// Gaps, doubles, and steps that one engine has and another has not.
#[must_use]
pub fn findings(files: &[File]) -> Vec<Finding> {
    let mut engines: BTreeMap<&str, Vec<(&str, &File)>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.ends("sql")) {
        if let Some((engine, name)) = file.path.strip_prefix(FOLDER).and_then(|rest| rest.split_once('/')) {
            engines.entry(engine).or_default().push((name, file));
        }
    }
    let gaps = engines.values().flat_map(|steps| misnumbered(steps));
    gaps.chain(missing(&engines)).collect()
}

fn misnumbered(steps: &[(&str, &File)]) -> Vec<Finding> {
    let wrong = steps.iter().zip(1..).filter(|((name, _), number)| !name.starts_with(&format!("{number:04}_")));
    wrong.map(|((_, file), number)| Finding::new(file, 1, format!("should be number {number:04}"))).collect()
}

fn missing(engines: &BTreeMap<&str, Vec<(&str, &File)>>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (engine, steps) in engines {
        for (other, theirs) in engines {
            let lacks = |name: &str| !theirs.iter().any(|(their, _)| *their == name);
            let lacking = steps.iter().filter(|(name, _)| lacks(name));
            found.extend(lacking.map(|(_, file)| Finding::new(file, 1, format!("{engine} has it, {other} has not"))));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    fn found_for(names: &[&str]) -> Vec<String> {
        let files: Vec<File> = names.iter().map(|name| made_up(&format!("{FOLDER}{name}"), "")).collect();
        findings(&files).into_iter().map(|found| found.text).collect()
    }

    #[test]
    fn steps_are_numbered_and_the_same_everywhere() {
        let table: &[(&[&str], &[&str])] = &[
            (&["sqlite/0001_a.sql", "sqlite/0002_b.sql"], &[]),
            (&["sqlite/0001_a.sql", "sqlite/0003_b.sql"], &["should be number 0002"]),
            (&["sqlite/0001_a.sql", "sqlite/0001_b.sql"], &["should be number 0002"]),
            (&["postgres/0001_a.sql", "sqlite/0001_a.sql"], &[]),
            (
                &["postgres/0001_a.sql", "postgres/0002_b.sql", "sqlite/0001_a.sql"],
                &["postgres has it, sqlite has not"],
            ),
        ];
        for (names, expected) in table {
            assert_eq!(found_for(names), *expected, "{names:?}");
        }
    }
}

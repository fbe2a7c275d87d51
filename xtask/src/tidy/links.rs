//! What a document points at is there: relative links, and paths in backticks that begin with a folder of ours.

use super::Finding;
use crate::tree::File;

const FOLDERS: &[&str] = &["crates/", "docs/", "policies/", "scenarios/", "catalogue/", "xtask/", ".ci/"];

/// Pointers of a document that lead nowhere.
#[must_use]
pub fn findings(file: &File, files: &[File]) -> Vec<Finding> {
    if !file.ends("md") {
        return Vec::new();
    }
    let numbered = file.text.lines().zip(1..);
    let pointers = numbered.flat_map(|(line, number)| pointers(file, line).into_iter().map(move |path| (number, path)));
    let dead = pointers.filter(|(_, path)| !leads_somewhere(path, files));
    dead.map(|(number, path)| Finding::new(file, number, format!("`{path}` is not there"))).collect()
}

/// The paths that a line points at, seen from the root.
fn pointers(file: &File, line: &str) -> Vec<String> {
    let links = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let links = links.filter(|target| !target.contains("://") && !target.starts_with(['#', '<']));
    let mut found: Vec<String> = links.map(|target| resolved(&file.path, target)).collect();
    let quoted =
        line.split('`').skip(1).step_by(2).filter(|text| FOLDERS.iter().any(|folder| text.starts_with(folder)));
    found.extend(quoted.filter(|text| !text.contains(['*', ' ', '<', '{', '…', 'N'])).map(str::to_owned));
    found
}

fn resolved(from: &str, target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn leads_somewhere(path: &str, files: &[File]) -> bool {
    let path = path.trim_end_matches('/');
    path.is_empty()
        || UNREAD.contains(&path)
        || files
            .iter()
            .any(|file| file.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Files that the tree does not hold as text.
const UNREAD: &[&str] = &["LICENSE"];

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    #[test]
    fn a_pointer_leads_to_a_file_or_a_folder() {
        let table = [
            ("see [the rules](../crates/domain/src/decide.rs)", 0),
            ("see [the crate](../crates/domain/)", 0),
            ("see [nothing](nothing.md#part)", 1),
            ("see [elsewhere](https://example.org/x)", 0),
            ("`crates/domain/src/decide.rs` and `crates/attic/src`", 1),
            ("`crates/*/src` and `cargo xtask ci`", 0),
        ];
        let files = [made_up("crates/domain/src/decide.rs", "")];
        for (line, expected) in table {
            assert_eq!(findings(&made_up("docs/x.md", line), &files).len(), expected, "{line}");
        }
    }
}

//! Every requirement that the product numbers has a proof that is there.
//!
//! `docs/coverage.md` is a list of rows: number, requirement, area, source, proof. A proof is a link to a scenario
//! (`file.scn`, or `file.scn#L12` for one statement of it), the name of a test in backticks (`domain::name_of_it`,
//! the first word being its crate's folder), or `carried:` with a link to the pack that keeps what nothing plays yet
//! and the reason why. Whether a proof proves anything is for people to judge; that it is there is judged here.

use super::Finding;
use crate::rust::code_only;
use crate::tree::File;

/// The list of requirements.
pub const LIST: &str = "docs/coverage.md";

/// Number, requirement, area, source, proof.
const CELLS: usize = 5;

/// Rows without a proof, numbers that are twice or missing, and proofs that are not there.
#[must_use]
pub fn findings(files: &[File]) -> Vec<Finding> {
    let Some(list) = files.iter().find(|file| file.path == LIST) else { return Vec::new() };
    let tests = TestNames::of(files);
    let rows = list.text.lines().zip(1..).filter(|(line, _)| line.starts_with("| R-"));
    let mut found = Vec::new();
    let mut expected = 1;
    for (line, number) in rows {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let faults = faults_of(&cells, expected, files, &tests).into_iter();
        found.extend(faults.map(|fault| Finding::new(list, number, fault)));
        expected = cells[0].strip_prefix("R-").and_then(|digits| digits.parse().ok()).unwrap_or(expected) + 1;
    }
    found
}

fn faults_of(cells: &[&str], expected: usize, files: &[File], tests: &TestNames<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    if cells[0] != format!("R-{expected:03}") {
        faults.push(format!("{} stands where R-{expected:03} is due: number without gap, each once", cells[0]));
    }
    if cells.len() != CELLS {
        faults.push(format!("{} has {} cells instead of {CELLS}", cells[0], cells.len()));
        return faults;
    }
    if cells.iter().any(|cell| cell.is_empty()) {
        faults.push(format!("{} has an empty cell", cells[0]));
    }
    faults.extend(faults_of_proof(cells[4], files, tests).into_iter().map(|fault| format!("{}: {fault}", cells[0])));
    faults
}

fn faults_of_proof(proof: &str, files: &[File], tests: &TestNames<'_>) -> Vec<String> {
    if let Some(carried) = proof.strip_prefix("carried:") {
        return fault_of_carried(carried, files).into_iter().collect();
    }
    let names: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
    let targets: Vec<&str> = targets(proof).collect();
    if names.is_empty() && targets.is_empty() {
        return vec!["no proof: link a scenario, name a test, or say where it is carried".to_owned()];
    }
    let of_tests = names.iter().filter(|name| !tests.has(name)).map(|name| format!("there is no test `{name}`"));
    of_tests.chain(targets.iter().filter_map(|target| fault_of_scenario(target, files))).collect()
}

/// A pack that carries something, and behind it why nothing plays it.
fn fault_of_carried(text: &str, files: &[File]) -> Option<String> {
    let Some(target) = targets(text).next() else { return Some("carried, but no pack is linked".to_owned()) };
    let path = format!("policies/{}", target.rsplit('/').next().unwrap_or_default());
    let pack = files.iter().find(|file| file.path == path && target.strip_prefix("../") == Some(path.as_str()));
    let Some(pack) = pack else { return Some(format!("`{target}` is no pack")) };
    if !pack.text.contains("[[carried]]") {
        return Some(format!("`{path}` carries nothing"));
    }
    let reason = text.rsplit(')').next().unwrap_or_default().trim_matches([':', ' ', '.']);
    reason.is_empty().then(|| "carried, but it is not said why nothing plays it".to_owned())
}

/// A scenario that is there, and in it the line that is pointed at, with a statement on it.
fn fault_of_scenario(target: &str, files: &[File]) -> Option<String> {
    let (path, line) = target.split_once('#').map_or((target, None), |(path, line)| (path, Some(line)));
    let path = path.strip_prefix("../").unwrap_or(path);
    let scenario = files.iter().find(|file| file.path == path && file.ends("scn"));
    let Some(scenario) = scenario else { return Some(format!("`{path}` is no scenario")) };
    let line = line?;
    let number: Option<usize> = line.strip_prefix('L').and_then(|digits| digits.parse().ok());
    let statement = number.and_then(|number| scenario.text.lines().nth(number.checked_sub(1)?)).map(str::trim);
    let is_statement = statement.is_some_and(|text| !text.is_empty() && !text.starts_with('#'));
    (!is_statement).then(|| format!("`{path}` has no statement at {line}"))
}

fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// The tests of the tree: folder of the crate, name of the function.
struct TestNames<'a>(Vec<(&'a str, String)>);

impl<'a> TestNames<'a> {
    fn of(files: &'a [File]) -> Self {
        let rust = files.iter().filter(|file| file.ends("rs"));
        let named = rust.filter_map(|file| Some((crate_of(&file.path)?, file)));
        Self(
            named.flat_map(|(folder, file)| tests_in(&file.text).into_iter().map(move |name| (folder, name))).collect(),
        )
    }

    fn has(&self, wanted: &str) -> bool {
        wanted
            .split_once("::")
            .is_some_and(|(folder, test)| self.0.iter().any(|(at, name)| *at == folder && name == test))
    }
}

fn crate_of(path: &str) -> Option<&str> {
    let path = path.strip_prefix("crates/").unwrap_or(path);
    path.split_once('/').map(|(folder, _)| folder)
}

/// Functions that the attribute `#[test]` stands above, with other attributes between them or not.
fn tests_in(text: &str) -> Vec<String> {
    let code = code_only(text);
    let mut is_marked = false;
    let mut found = Vec::new();
    for line in code.lines().map(str::trim) {
        let name = line.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next());
        found.extend(name.filter(|_| is_marked).map(str::to_owned));
        is_marked = line == "#[test]" || (is_marked && (line.starts_with('#') || line.is_empty()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    const SCENARIO: &str = "# a family\nclock 2025-03-08\n\nbind a b relation child => active\n";
    const SUITE: &str =
        "#[test]\n#[expect(lint)]\nfn it_holds() {}\n\nfn not_a_test() {}\n// #[test]\nfn nor_this() {}\n";

    fn found(rows: &str) -> Vec<String> {
        let files = [
            made_up(LIST, rows),
            made_up("scenarios/x/y.scn", SCENARIO),
            made_up("crates/domain/tests/it/x.rs", SUITE),
            made_up("policies/1.toml", "[[carried]]\n"),
            made_up("policies/2.toml", "[[rule]]\n"),
        ];
        findings(&files).into_iter().map(|finding| format!("{} {}", finding.line, finding.text)).collect()
    }

    fn row(proof: &str) -> String {
        format!("| R-001 | it is so | nation | somebody, 2024 | {proof} |\n")
    }

    #[test]
    fn a_proof_that_is_there_passes() {
        for proof in [
            "[x/y](../scenarios/x/y.scn)",
            "[x/y:4](../scenarios/x/y.scn#L4), `domain::it_holds`",
            "`domain::it_holds`",
            "carried: [1](../policies/1.toml): no statement can express it",
        ] {
            assert_eq!(found(&row(proof)), [""; 0], "{proof}");
        }
    }

    #[test]
    fn a_proof_that_is_not_there_is_named() {
        let none = "1 R-001: no proof: link a scenario, name a test, or say where it is carried";
        let table = [
            ("surely", none),
            ("[x/z](../scenarios/x/z.scn)", "1 R-001: `scenarios/x/z.scn` is no scenario"),
            ("[pack](../policies/1.toml)", "1 R-001: `policies/1.toml` is no scenario"),
            ("[x/y:9](../scenarios/x/y.scn#L9)", "1 R-001: `scenarios/x/y.scn` has no statement at L9"),
            ("[x/y:1](../scenarios/x/y.scn#L1)", "1 R-001: `scenarios/x/y.scn` has no statement at L1"),
            ("[x/y:3](../scenarios/x/y.scn#L3)", "1 R-001: `scenarios/x/y.scn` has no statement at L3"),
            ("[x/y:0](../scenarios/x/y.scn#L0)", "1 R-001: `scenarios/x/y.scn` has no statement at L0"),
            ("`domain::it_fails`", "1 R-001: there is no test `domain::it_fails`"),
            ("`store::it_holds`", "1 R-001: there is no test `store::it_holds`"),
            ("`domain::not_a_test`", "1 R-001: there is no test `domain::not_a_test`"),
            ("`domain::nor_this`", "1 R-001: there is no test `domain::nor_this`"),
            ("`it_holds`", "1 R-001: there is no test `it_holds`"),
            ("carried: somewhere", "1 R-001: carried, but no pack is linked"),
            ("carried: [3](../policies/3.toml): why", "1 R-001: `../policies/3.toml` is no pack"),
            ("carried: [1](policies/1.toml): why", "1 R-001: `policies/1.toml` is no pack"),
            ("carried: [2](../policies/2.toml): why", "1 R-001: `policies/2.toml` carries nothing"),
            ("carried: [1](../policies/1.toml): .", "1 R-001: carried, but it is not said why nothing plays it"),
        ];
        for (proof, expected) in table {
            assert_eq!(found(&row(proof)), [expected], "{proof}");
        }
        assert_eq!(found(&row("")), ["1 R-001 has an empty cell", none]);
    }

    #[test]
    fn numbers_have_neither_gap_nor_twin() {
        let good = row("`domain::it_holds`");
        let numbered = |number: &str| good.replace("R-001", number);
        let due = |line: usize, stands: &str, due: &str| {
            format!("{line} {stands} stands where {due} is due: number without gap, each once")
        };
        assert_eq!(found(&format!("{good}text\n{}", numbered("R-002"))), [""; 0]);
        assert_eq!(found(&format!("{good}{good}")), [due(2, "R-001", "R-002")]);
        assert_eq!(found(&format!("{good}{}", numbered("R-003"))), [due(2, "R-003", "R-002")]);
        assert_eq!(found(&format!("{good}{}", numbered("R-2"))), [due(2, "R-2", "R-002")]);
    }

    #[test]
    fn a_row_has_five_cells_and_none_is_empty() {
        assert_eq!(found("| R-001 | it is so | nation | `domain::it_holds` |\n"), ["1 R-001 has 4 cells instead of 5"]);
        let empty = row("`domain::it_holds`").replace("nation", "");
        assert_eq!(found(&empty), ["1 R-001 has an empty cell"]);
    }
}

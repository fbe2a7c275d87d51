//! A function fits on a screen, a file in a head.

use super::Finding;
use crate::rust::{Function, code_only, functions, without_tests};
use crate::tree::File;

/// Lines from `fn` to its closing brace.
pub const FUNCTION: usize = 70;
/// The same where it tests: a table of cases is read line by line and not held in the head.
pub const TEST_FUNCTION: usize = 160;
/// Lines of a file that people read as code.
pub const FILE: usize = 600;

const MEASURED: &[&str] = &["rs", "sql", "py", "js", "css", "sh"];

/// Functions and files that are too long.
#[must_use]
pub fn findings(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    let lines = file.text.lines().count();
    if lines > FILE && MEASURED.iter().any(|ending| file.ends(ending)) {
        found.push(Finding::new(
            file,
            FILE + 1,
            format!("has {lines} lines, {FILE} is the limit: divide it by meaning"),
        ));
    }
    if file.ends("rs") {
        found.extend(long_functions(file));
    }
    found
}

fn long_functions(file: &File) -> Vec<Finding> {
    let code = code_only(&file.text);
    let judged = if file.is_test() { Vec::new() } else { functions(&without_tests(&code)) };
    let limit = |function: &Function| if judged.contains(function) { FUNCTION } else { TEST_FUNCTION };
    let long = functions(&code).into_iter().map(|function| (limit(&function), function));
    let long = long.filter(|(limit, function)| function.lines > *limit);
    long.map(|(limit, Function { name, line, lines })| {
        Finding::new(file, line, format!("`{name}` has {lines} lines, {limit} is the limit"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    fn function_of(lines: usize) -> String {
        format!("fn f() {{\n{}}}\n", "    g();\n".repeat(lines - 2))
    }

    #[test]
    fn seventy_lines_pass_and_one_more_does_not() {
        assert_eq!(findings(&made_up("crates/x.rs", &function_of(70))), []);
        let found = findings(&made_up("crates/x.rs", &function_of(71)));
        assert_eq!(found[0].text, "`f` has 71 lines, 70 is the limit");
    }

    #[test]
    fn a_table_of_cases_may_be_longer() {
        assert_eq!(findings(&made_up("crates/x/tests/x.rs", &function_of(160))), []);
        assert_eq!(findings(&made_up("crates/x.rs", &format!("#[cfg(test)]\nmod t {{\n{}}}", function_of(160)))), []);
        assert_eq!(findings(&made_up("crates/x/tests/x.rs", &function_of(161))).len(), 1);
    }

    #[test]
    fn six_hundred_lines_pass_and_one_more_does_not() {
        assert_eq!(findings(&made_up("crates/x.rs", &"\n".repeat(600))), []);
        assert_eq!(findings(&made_up("crates/x.rs", &"\n".repeat(601)))[0].line, 601);
        assert_eq!(findings(&made_up("docs/x.md", &"\n".repeat(601))), []);
    }
}

//! What may stand nowhere: notes to oneself, silenced checks, waiting in place of knowing, and words that speak
//! of how a file came to be instead of what it is.
//!
//! The words are written in two halves here, so that this file is judged like any other.

use super::Finding;
use crate::rust::code_only;
use crate::tree::File;

/// In code, without comments and strings; with what to do instead.
const IN_CODE: &[(&str, &str)] = &[
    ("dbg!(", "take it out"),
    ("#[allow", "write #[expect(lint, reason = \"...\")]"),
    ("#![allow", "write #![expect(lint, reason = \"...\")]"),
    ("#[ignore", "a test that does not run proves nothing: mend it or take it out"),
    ("thread::sleep", "wait for what happens, not for time"),
    ("time::sleep", "wait for what happens, not for time"),
];

/// In every line of what is not prose.
const IN_LINES: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "do it, or write down what is missing where readers look for it"),
    (concat!("FIX", "ME"), "fix it"),
    (concat!("XX", "X:"), "say it in a sentence"),
];

/// In every line of every file.
const ANYWHERE: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/tmp/", "target"), "a path of one machine"),
    (concat!("/tmp/", "brief"), "a path of one machine"),
    (concat!("../sha", "red"), "points outside the repository"),
    (concat!("shared/", "design"), "points outside the repository"),
    (concat!("shared/", "reference"), "points outside the repository"),
    (concat!("DEVELO", "PERS"), "not of this project"),
    (concat!("sub", "agent"), "not of this project"),
    (concat!("policy-", "facts"), "name the document, the authority and the date instead"),
    (concat!("bug-", "zoo"), "not of this project"),
    (concat!("ux", ".md"), "not of this project"),
    (concat!("the br", "ief"), "say what the project wants in its own voice"),
];

/// Every forbidden phrase of a file with its line.
#[must_use]
pub fn findings(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    if file.ends("rs") {
        found.extend(found_in(file, &code_only(&file.text), IN_CODE));
    }
    if !file.ends("md") {
        found.extend(found_in(file, &file.text, IN_LINES));
    }
    found.extend(found_in(file, &file.text, ANYWHERE));
    found
}

fn found_in(file: &File, text: &str, phrases: &[(&str, &str)]) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    let hits = lines.flat_map(|(at, line)| {
        phrases.iter().filter(move |(phrase, _)| line.contains(phrase)).map(move |hit| (at + 1, hit))
    });
    hits.map(|(line, (phrase, advice))| Finding::new(file, line, format!("`{phrase}`: {advice}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    #[test]
    fn every_phrase_is_found_where_it_is_forbidden() {
        for (phrase, _) in IN_CODE.iter().chain(IN_LINES).chain(ANYWHERE) {
            let file = made_up("crates/x.rs", &format!("\n{phrase}\n"));
            assert_eq!(findings(&file).first().map(|found| found.line), Some(2), "{phrase}");
        }
    }

    #[test]
    fn a_phrase_in_a_string_is_not_code() {
        assert_eq!(findings(&made_up("crates/x.rs", "let advice = \"never #[allow] it\";\n")), []);
    }

    #[test]
    fn prose_may_name_a_note_to_oneself() {
        assert_eq!(findings(&made_up("docs/x.md", concat!("no TO", "DO here\n"))), []);
    }
}

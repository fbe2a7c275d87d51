//! Which paths a file names: those of its `use` lines, written out, and those in its code.

use crate::rust::{Lines, words};

/// Every path that blanked code names, with its line.
#[must_use]
pub fn paths(code: &str) -> Vec<(usize, String)> {
    let mut found = imported(code);
    found.extend(named_in_place(code));
    found
}

/// Whether `path` is `banned` or stands below it.
#[must_use]
pub fn names(path: &str, banned: &str) -> bool {
    path.strip_prefix(banned).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The paths of all `use` lines, groups written out.
fn imported(code: &str) -> Vec<(usize, String)> {
    let (mut found, lines) = (Vec::new(), Lines::of(code));
    for (at, _) in words(code).filter(|(_, word)| *word == "use") {
        let body = &code[at + 3..];
        let body = &body[..body.find(';').unwrap_or(body.len())];
        let flat: String = body.split_whitespace().collect::<Vec<_>>().join(" ");
        write_out("", &flat, lines.at(at), &mut found);
    }
    found
}

/// `std::{fs, env::args}` becomes `std::fs` and `std::env::args`.
fn write_out(before: &str, body: &str, line: usize, found: &mut Vec<(usize, String)>) {
    let Some(open) = body.find('{') else {
        let path = body.split(" as ").next().unwrap_or(body).trim();
        found.push((line, format!("{before}{path}")));
        return;
    };
    let prefix = format!("{before}{}", body[..open].trim());
    let inner = &body[open + 1..body.rfind('}').unwrap_or(body.len())];
    for part in split_at_commas(inner) {
        write_out(&prefix, part.trim(), line, found);
    }
}

fn split_at_commas(inner: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Runs such as `std::time::Instant::now` anywhere in the code, and single words.
fn named_in_place(code: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let (lines, mut end) = (Lines::of(code), 0);
    for (at, word) in words(code) {
        let joined = code[end..at].trim() == "::";
        end = at + word.len();
        match found.last_mut() {
            Some((_, path)) if joined => *path = format!("{path}::{word}"),
            _ => found.push((lines.at(at), word.to_owned())),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_written_out() {
        let found = paths("use std::{fs, env::{args, var as v}};\n");
        for path in ["std::fs", "std::env::args", "std::env::var"] {
            assert!(found.contains(&(1, path.to_owned())), "{path} is not in {found:?}");
        }
    }

    #[test]
    fn a_path_in_the_code_is_found_with_its_line() {
        assert!(
            paths("fn f() {\n    std::time::Instant::now()\n}").contains(&(2, "std::time::Instant::now".to_owned()))
        );
    }

    #[test]
    fn only_whole_words_of_a_path_count() {
        assert!(names("std::fs::read", "std::fs"));
        assert!(names("std::fs", "std::fs"));
        assert!(!names("std::fsx", "std::fs"));
    }
}

//! Rows of malformed lines in which `‸` marks the place where the error must point.

use super::{ABOVE, read};

const MARK: char = '‸';

/// The text without its mark, and line and column of the mark.
fn unmark(text: &str) -> (String, u32, u32) {
    let (before, _) = text.split_once(MARK).expect("the row has a mark");
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    let place = |number: usize| u32::try_from(number).expect("a small text");
    (text.replace(MARK, ""), place(line), place(column))
}

/// The first error of the text, which must stand at the mark and say both phrases.
#[track_caller]
pub(super) fn check(text: &str, message: &str, help: &str) {
    let (plain, line, column) = unmark(text);
    let errors = match read(plain.as_bytes()) {
        Ok(_) => panic!("this was read without error:\n{plain}"),
        Err(errors) => errors,
    };
    let error = &errors[0];
    let shown = error.to_string();
    assert_eq!((error.line, error.column), (line, column), "place of: {shown}\nin:\n{text}");
    assert!(error.message.contains(message), "{shown}\nshould say: {message}");
    let said = error.help.as_deref().unwrap_or_default();
    assert!(said.contains(help), "{shown}\nshould advise: {help}");
    assert_eq!(error.source_line, plain.lines().nth(line as usize - 1).unwrap_or_default());
}

/// Checks rows that stand below the usual definitions and have no other error.
pub(super) fn check_below(rows: &[(&str, &str, &str)]) {
    for (text, message, help) in rows {
        let whole = format!("{ABOVE}{text}\n");
        check(&whole, message, help);
        let errors = read(unmark(&whole).0.as_bytes()).expect_err("checked above");
        assert_eq!(errors.len(), 1, "one mistake, one error: {text}");
    }
}

//! Tables for spreadsheets: UTF-8 with a byte order mark, headings in Chinese and English.
//!
//! Invariants: no cell begins a formula; amounts of the books stand under debit or credit, never with a sign; numbers of people and
//! journals have a letter before them, so that no spreadsheet rounds them.

use gongji_domain::books::{Heading, Turnover};
use gongji_domain::journal::{Entry, Position};
use gongji_store::WholeJournal;

/// What a spreadsheet knows UTF-8 by.
pub const MARK: &str = "\u{feff}";

const HEADINGS: [&str; 11] = [
    "凭证号 journal",
    "日期 day",
    "类型 kind",
    "序号 leg",
    "人员 person",
    "科目 position",
    "科目名称 name",
    "对象 subject",
    "年度 colour",
    "借方 debit",
    "贷方 credit",
];

/// The first line of `entries.csv`.
pub fn heading() -> String {
    format!("{MARK}{}", line(&HEADINGS))
}

/// The lines of a journal in `entries.csv`.
pub fn lines_of(whole: &WholeJournal) -> String {
    whole.entries.iter().map(|entry| line_of(whole, entry)).collect()
}

fn line_of(whole: &WholeJournal, entry: &Entry) -> String {
    let heading = Heading::of(entry.position);
    let mut side = Turnover::default();
    side.enter(entry.amount);
    let [debit, credit] = sides(side);
    line(&[
        &format!("J{}", whole.journal.id),
        &whole.journal.at.day().to_string(),
        whole.journal.kind.word(),
        &entry.leg.to_string(),
        &format!("P{}", entry.key),
        heading.word(),
        heading.name_zh(),
        &subject_of(entry.position),
        &entry.colour.0.to_string(),
        &debit,
        &credit,
    ])
}

fn subject_of(position: Position) -> String {
    match position {
        Position::Held(person, owner) => format!("P{person}/{owner}"),
        Position::Free(person) | Position::Wallet(person) | Position::Suspense(person) | Position::Heirs(person) => {
            format!("P{person}")
        }
        Position::Institution(id) => id.to_string(),
        Position::Area(area) => area.to_string(),
        _ => String::new(),
    }
}

/// Debit and credit, where there is something.
pub fn sides(side: Turnover) -> [String; 2] {
    [side.debit, side.credit].map(|sum| if sum.is_zero() { String::new() } else { sum.to_string() })
}

/// One line of a table with its end.
pub fn line(cells: &[&str]) -> String {
    let mut text = cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
    text.push('\n');
    text
}

/// A cell that is text and nothing else.
fn cell(text: &str) -> String {
    let begins_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_amount(text);
    let guarded = if begins_formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

/// Whether it is yuan with two digits after the point: a number, whatever its sign.
fn is_amount(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.strip_prefix('-').unwrap_or(text).split_once('.');
    parts.is_some_and(|(yuan, fen)| is_number(yuan) && is_number(fen) && fen.len() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula_and_none_breaks_out_of_its_place() {
        let table = [
            ("620.00", "620.00"),
            ("=1+1", "'=1+1"),
            ("-5", "'-5"),
            ("-5.00", "-5.00"),
            ("--5.00", "'--5.00"),
            ("-5.00-1.00", "'-5.00-1.00"),
            ("-.00", "'-.00"),
            ("+5", "'+5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("a,b", "\"a,b\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
            ("=\"a\",\n", "\"'=\"\"a\"\",\n\""),
        ];
        for (text, shown) in table {
            assert_eq!(cell(text), shown, "{text}");
        }
    }
}

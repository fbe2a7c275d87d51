//! Files of the interface (9101, 9102, 3202): a ZIP with one TXT in it, a row a line, columns parted by tabs.
//!
//! Invariants: no file is inflated beyond [`LONGEST_TEXT`], whatever it promises; what is written is read back the same but
//! for tabs and line breaks, which become blanks; the same rows make the same bytes. UTF-8 alone; `null` is what is empty.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::fault::Fault;
use crate::fields::{NodeTable, Side};
use crate::value::{Object, Value};

/// The longest file that is read, in bytes as it comes.
pub const LONGEST: usize = 8 * 1024 * 1024;
/// The longest text in it, in bytes: some four hundred thousand rows of a reconciliation.
pub const LONGEST_TEXT: usize = 64 * 1024 * 1024;
/// What stands for an empty column.
const EMPTY: &str = "null";

/// The rows of a file as the node `file`, to be read like any other. A first line with the names of the columns is passed
/// over.
///
/// # Errors
/// [`Fault::TooLong`], [`Fault::Archive`], [`Fault::Charset`], [`Fault::Columns`].
pub fn read(bytes: &[u8], side: &Side) -> Result<Value, Fault> {
    let text = inflated(bytes)?;
    let table = rows_of(side);
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut rows = Vec::new();
    for (at, line) in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() != table.fields.len() {
            return Err(Fault::Columns { line: at + 1, columns: table.fields.len() });
        }
        let names = table.fields.iter().map(|field| field.name);
        if !rows.is_empty() || !names.clone().eq(cells.iter().map(|cell| cell.trim())) {
            rows.push(Value::Object(names.zip(cells).map(|(name, cell)| (name.to_owned(), value_of(cell))).collect()));
        }
    }
    let mut file = Object::new();
    file.set(table.name, Value::List(rows));
    Ok(Value::Object(file))
}

/// The file of these rows, with the TXT under this name.
///
/// # Panics
/// Where the side has no rows of a file: which calls go with one is known when the program is written.
#[must_use]
pub fn write(file: &Value, side: &Side, name: &str) -> Vec<u8> {
    let table = rows_of(side);
    let rows = file.as_object().and_then(|file| file.get(table.name)).and_then(Value::as_list).unwrap_or_default();
    let lines = rows.iter().filter_map(Value::as_object).map(|row| line_of(row, table));
    deflated(&lines.collect::<String>(), name).expect("memory is written to, which does not fail")
}

fn rows_of(side: &Side) -> &NodeTable {
    side.nodes.first().expect("the call goes with a file")
}

fn value_of(cell: &str) -> Value {
    match cell.trim() {
        "" | EMPTY => Value::Null,
        text => Value::text(text),
    }
}

fn line_of(row: &Object, table: &NodeTable) -> String {
    let cell = |name| {
        let words = row.filled(name).and_then(Value::as_words).unwrap_or(EMPTY);
        words.replace(|letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}'), " ")
    };
    let cells: Vec<String> = table.fields.iter().map(|field| cell(field.name)).collect();
    cells.join("\t") + "\n"
}

/// The text in the one TXT of the archive.
fn inflated(bytes: &[u8]) -> Result<String, Fault> {
    if bytes.len() > LONGEST {
        return Err(Fault::TooLong { limit: LONGEST });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::Archive)?;
    let is_text = |name: &str| name.to_ascii_lowercase().ends_with(".txt") && !name.starts_with("__MACOSX");
    let names = archive.file_names().enumerate();
    let texts = names.filter(|(_, name)| name.as_ref().is_ok_and(|name| is_text(name))).map(|(at, _)| at);
    let texts: Vec<usize> = texts.take(2).collect();
    let [at] = texts[..] else { return Err(Fault::Archive) };
    let file = archive.by_index(at).map_err(|_| Fault::Archive)?;
    let mut text = Vec::new();
    // The size that the archive states is a promise: counted is what comes out.
    let limit = u64::try_from(LONGEST_TEXT).expect("a limit is a small number") + 1;
    file.take(limit).read_to_end(&mut text).map_err(|_| Fault::Archive)?;
    if text.len() > LONGEST_TEXT {
        return Err(Fault::TooLong { limit: LONGEST_TEXT });
    }
    String::from_utf8(text).map_err(|_| Fault::Charset { charset: "UTF-8" })
}

fn deflated(text: &str, name: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
    archive.write_all(text.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests;

//! CSV files with a header: lines with their numbers, and a digest of all that was read.

use std::fmt;
use std::io::Read;

use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use sm3::{Digest, Sm3};

/// Whether a file must have a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must, and the field must not be empty.
    Required,
    /// It may.
    Optional,
}

/// A column that a file may have.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Whether it must be there.
    pub need: Need,
}

/// What is wrong in a file, and what to do. It never repeats what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// Which field, if one.
    pub field: &'static str,
    /// What is wrong and what to write instead.
    pub what: String,
}

impl Mistake {
    /// A mistake in a field.
    #[must_use]
    pub fn new(line: u64, field: &'static str, what: impl Into<String>) -> Self {
        Self { line, field, what: what.into() }
    }

    /// A mistake of the file as a whole.
    #[must_use]
    pub fn of_file(what: impl Into<String>) -> Self {
        Self::new(0, "", what)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.what)
    }
}

/// Why a line was not read.
#[derive(Debug)]
pub enum Unread {
    /// It is not as it should be.
    Mistake(Mistake),
    /// The file cannot be read on.
    Failed(std::io::Error),
}

/// A reader that digests what passes.
struct Digesting<R> {
    source: R,
    digest: Sm3,
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.digest.update(&buffer[..length]);
        Ok(length)
    }
}

/// A CSV file that is being read.
pub struct Table<R: Read> {
    reader: csv::Reader<Digesting<R>>,
    columns: &'static [Column],
    /// Where each column stands.
    places: Vec<Option<usize>>,
    width: usize,
    record: ByteRecord,
}

/// A line of a table.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its line in the file, from 1.
    pub line: u64,
    columns: &'static [Column],
    fields: Vec<&'a str>,
}

impl Row<'_> {
    /// A field by the name of its column; empty where the file has no such column. Blanks around it are gone.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let place = self.columns.iter().position(|column| column.name == name);
        place.map_or("", |place| self.fields[place])
    }

    /// A mistake in a field of this line.
    #[must_use]
    pub fn mistake(&self, field: &'static str, what: &str) -> Mistake {
        Mistake::new(self.line, field, what)
    }
}

impl<R: Read> Table<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Unread`]: the file is empty, or its header is not one of these columns.
    pub fn open(source: R, columns: &'static [Column]) -> Result<Self, Unread> {
        let source = Digesting { source, digest: Sm3::new() };
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record).map_err(failed)? {
            let what = format!("the file is empty: its first line names the columns, {}", listed(columns));
            return Err(Unread::Mistake(Mistake::of_file(what)));
        }
        let places = places_of(&record, columns).map_err(Unread::Mistake)?;
        Ok(Self { reader, columns, places, width: record.len(), record })
    }

    /// The next line, if there is one.
    pub fn next_row(&mut self) -> Option<Result<Row<'_>, Unread>> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => Some(self.row().map_err(Unread::Mistake)),
            Ok(false) => None,
            Err(error) => Some(Err(failed(error))),
        }
    }

    fn row(&self) -> Result<Row<'_>, Mistake> {
        let line = self.record.position().map_or(0, csv::Position::line);
        if self.record.len() != self.width {
            let (found, width) = (self.record.len(), self.width);
            let what =
                format!("there are {found} fields, and the header has {width}: look for a comma or a quote too few");
            return Err(Mistake::new(line, "", what));
        }
        let mut fields = Vec::with_capacity(self.columns.len());
        for (column, place) in self.columns.iter().zip(&self.places) {
            let bytes = place.and_then(|place| self.record.get(place)).unwrap_or_default();
            let text = std::str::from_utf8(bytes).map_err(|_| {
                Mistake::new(line, column.name, "the text is not UTF-8: save the file as UTF-8 (Windows may use GBK)")
            })?;
            if text.trim().is_empty() && column.need == Need::Required {
                return Err(Mistake::new(line, column.name, "the field is empty: fill it in"));
            }
            fields.push(text.trim());
        }
        Ok(Row { line, columns: self.columns, fields })
    }

    /// SM3 over what was read, in hexadecimal digits: of the whole file once there is no next line.
    #[must_use]
    pub fn digest(&self) -> String {
        let digest = self.reader.get_ref().digest.clone().finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn failed(error: csv::Error) -> Unread {
    match error.into_kind() {
        ErrorKind::Io(error) => Unread::Failed(error),
        other => Unread::Mistake(Mistake::of_file(format!("the file is no CSV: {other:?}"))),
    }
}

fn listed(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
}

fn places_of(header: &ByteRecord, columns: &'static [Column]) -> Result<Vec<Option<usize>>, Mistake> {
    let mistake = |what: String| Mistake::new(1, "", format!("{what}: the header may have {}", listed(columns)));
    let mut places = vec![None; columns.len()];
    for (place, bytes) in header.iter().enumerate() {
        let text = std::str::from_utf8(bytes).map_err(|_| mistake("the header is not UTF-8".to_owned()))?;
        let name = text.trim_start_matches('\u{feff}').trim();
        let Some(column) = columns.iter().position(|column| column.name == name) else {
            return Err(mistake(format!("column {} is not known here", place + 1)));
        };
        if places[column].replace(place).is_some() {
            return Err(mistake(format!("the column {name} stands there twice")));
        }
    }
    let missing = columns.iter().zip(&places).find(|(column, place)| column.need == Need::Required && place.is_none());
    match missing {
        Some((column, _)) => Err(mistake(format!("the column {} is missing", column.name))),
        None => Ok(places),
    }
}

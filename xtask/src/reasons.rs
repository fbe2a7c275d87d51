//! The catalogue of reasons, and what is made of it: the enum, its texts, its tests and its reference page.
//!
//! `catalogue/reasons.toml` is the only place where a code, its rank or its text is written. `reasons` writes
//! the files, `reasons --check` compares. Deliberately absent: any knowledge of what a code decides.

mod check;
mod page;
mod rust;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

/// Where the catalogue stands, seen from the root of the workspace.
pub(crate) const CATALOGUE: &str = "catalogue/reasons.toml";
/// The generated enum.
const ENUM: &str = "crates/domain/src/reason.rs";
/// The generated texts.
const TEXTS: &str = "crates/domain/src/reason/texts.rs";
/// The generated tests.
const TESTS: &str = "crates/domain/src/reason/tests.rs";
/// The generated reference page.
const PAGE: &str = "docs/reasons.md";

/// What the command does with the files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Writes what is stale.
    Write,
    /// Writes nothing and names what is stale.
    Check,
}

/// The catalogue as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Catalogue {
    placeholders: Vec<String>,
    cashier_placeholders: Vec<String>,
    neutral: Neutral,
    family: Vec<Family>,
    reason: Vec<Entry>,
    notice: Vec<Notice>,
}

/// A text in both languages.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    zh: Spanned<String>,
    en: Spanned<String>,
}

/// What somebody reads who may not be told the cause.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Neutral {
    why: Words,
    remedy: Words,
}

/// A family of codes with what its members share.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    name: String,
    title: Words,
    cashier: Words,
    why: Option<Words>,
    remedy: Option<Words>,
}

/// One reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    code: Spanned<String>,
    number: u16,
    family: String,
    till_rank: Option<[u8; 2]>,
    bind_rank: Option<u8>,
    transfer_rank: Option<u8>,
    premium_rank: Option<u8>,
    #[serde(default)]
    refuses_settlement: bool,
    #[serde(default)]
    reserved: bool,
    veiled_as: Option<String>,
    clause: Option<String>,
    audience: Vec<Reader>,
    what: Words,
    why: Words,
    remedy: Words,
    cashier: Option<Words>,
    relative_why: Option<Words>,
    relative_remedy: Option<Words>,
}

/// Who reads a text.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Reader {
    Sponsor,
    Beneficiary,
    Cashier,
    Staff,
}

/// One notice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    code: Spanned<String>,
    number: u16,
    to: Recipient,
    #[serde(default)]
    reserved: bool,
    text: Words,
}

/// Who gets a notice.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Recipient {
    Sponsor,
    Beneficiary,
    Both,
    Asker,
}

/// What is wrong, and where.
pub(crate) struct Problem {
    file: String,
    line: usize,
    text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

/// Writes or checks everything that is made of the catalogue under `root`.
///
/// # Errors
///
/// All contradictions of the catalogue with file and line; under [`Mode::Check`] also every stale file, with
/// its first line that differs.
pub(crate) fn run(root: &Path, mode: Mode) -> Result<(), Vec<Problem>> {
    let source = read(root, CATALOGUE).map_err(|problem| vec![problem])?;
    let catalogue = parse(&source).map_err(|problem| vec![problem])?;
    let problems = check::all(&catalogue, &check::Surroundings::read(root, &source));
    if !problems.is_empty() {
        return Err(problems);
    }
    let made = make(&catalogue).map_err(|problem| vec![problem])?;
    let problems: Vec<Problem> =
        made.iter().filter_map(|(path, content)| settle_file(root, path, content, mode)).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn parse(source: &str) -> Result<Catalogue, Problem> {
    toml::from_str(source).map_err(|error| Problem {
        file: CATALOGUE.to_owned(),
        line: error.span().map_or(1, |span| line_of(source, span.start)),
        text: error.message().to_owned(),
    })
}

/// The generated files by path, formatted.
fn make(catalogue: &Catalogue) -> Result<BTreeMap<&'static str, String>, Problem> {
    Ok(BTreeMap::from([
        (ENUM, rust::format(&rust::enums(catalogue))?),
        (TEXTS, rust::format(&rust::texts(catalogue))?),
        (TESTS, rust::format(&rust::tests(catalogue))?),
        (PAGE, page::reference(catalogue)),
    ]))
}

/// Brings one file to its content, or says why it is not there.
fn settle_file(root: &Path, path: &str, content: &str, mode: Mode) -> Option<Problem> {
    let old = std::fs::read_to_string(root.join(path)).unwrap_or_default();
    if old == content {
        return None;
    }
    if mode == Mode::Check {
        let text = format!("is stale: run `cargo xtask reasons` (made from {CATALOGUE})");
        return Some(Problem { file: path.to_owned(), line: first_difference(&old, content), text });
    }
    write(root, path, content).err().map(|error| Problem {
        file: path.to_owned(),
        line: 1,
        text: format!("cannot be written: {error}"),
    })
}

fn write(root: &Path, path: &str, content: &str) -> std::io::Result<()> {
    let target = root.join(path);
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(target, content)
}

fn read(root: &Path, path: &str) -> Result<String, Problem> {
    std::fs::read_to_string(root.join(path)).map_err(|error| Problem {
        file: path.to_owned(),
        line: 1,
        text: format!("cannot be read: {error}"),
    })
}

fn first_difference(old: &str, new: &str) -> usize {
    let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count();
    same + 1
}

fn line_of(source: &str, offset: usize) -> usize {
    source.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

impl Entry {
    /// The place in the list to which the reason belongs; those without a list come after, by number.
    fn order(&self) -> (u16, u16) {
        let till = self.till_rank.map(|[place, position]| u16::from(place) * 10 + u16::from(position));
        let other = self.bind_rank.or(self.transfer_rank).or(self.premium_rank).map(u16::from);
        (till.or(other).unwrap_or(u16::MAX), self.number)
    }

    fn is_for(&self, reader: Reader) -> bool {
        self.audience.contains(&reader)
    }
}

impl Catalogue {
    fn family_of(&self, entry: &Entry) -> Option<&Family> {
        self.family.iter().find(|family| family.name == entry.family)
    }

    fn entry(&self, code: &str) -> Option<&Entry> {
        self.reason.iter().find(|entry| entry.code.get_ref() == code)
    }

    /// The members of a family, in order of precedence.
    fn members(&self, family: &Family) -> Vec<&Entry> {
        let mut members: Vec<&Entry> = self.reason.iter().filter(|entry| entry.family == family.name).collect();
        members.sort_by_key(|entry| entry.order());
        members
    }
}

impl Recipient {
    fn word(self) -> &'static str {
        match self {
            Self::Sponsor => "sponsor",
            Self::Beneficiary => "beneficiary",
            Self::Both => "both",
            Self::Asker => "who asked",
        }
    }
}

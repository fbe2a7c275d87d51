//! `gongji audit verify`: whether an export is what was exported, and whether its parts agree; without database and key.
//!
//! Invariants: whatever stands in the folder, this ends with findings and never with a panic; nothing is written. Memory
//! grows with the people of the export, not with its journals. Deliberately absent: checking the codes of seals, for which the
//! key is needed (`gongji audit`), and the numbers of `report.html`, of which only the digest is checked.

mod chains;
mod ledger;
mod witnessed;

use std::path::{Path, PathBuf};

use gongji_store::{WitnessLine, is_signed_by};
use serde_json::json;

use super::manifest::{self, FORMAT, Manifest, Signed};
use super::paper::{Compared, Lines, Stated};
use super::{BALANCES, DAYS, ENTRIES, JOURNALS, REPORT, SEALS};
use crate::output::{self, Ended, Failure, Verdict};
use crate::witness::Witness;

/// The files of an export, in the order of the manifest.
const FILES: [&str; 6] = [JOURNALS, ENTRIES, SEALS, DAYS, BALANCES, REPORT];
/// Findings that are kept; after these they are only counted.
const MOST_FINDINGS: usize = 200;
/// Bytes of the longest manifest: six files with their marks make less than a megabyte.
const LARGEST_MANIFEST: u64 = 64 << 20;

/// Arguments of `gongji audit verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji audit verify /media/auditor/2026-03 --public-key 04f713...\n  \
    gongji audit verify march --witness witness.jsonl --json\n\n\
    Needs neither database nor key. Without --public-key it shows only that the parts agree with each other: anybody can make\n\
    such a folder. Exit status 1 if something differs: each line names file and line.")]
pub struct Verify {
    /// The folder that `gongji audit export` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The public key that `gongji audit export` printed, brought in another way than the folder
    #[arg(long, value_name = "HEX")]
    public_key: Option<String>,
    /// The witness to which `gongji tick` adds closed days
    #[arg(long, env = "GONGJI_WITNESS", value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which file.
    pub file: String,
    /// Which line, from 1, if it is one.
    pub line: Option<u64>,
    /// What.
    pub why: String,
}

/// What was found so far.
#[derive(Debug, Default)]
pub struct Findings {
    /// The first of them.
    pub list: Vec<Finding>,
    /// How many there were in all.
    pub count: u64,
}

impl Findings {
    fn add(&mut self, file: &str, line: Option<u64>, why: impl Into<String>) {
        if self.list.len() < MOST_FINDINGS {
            self.list.push(Finding { file: file.to_owned(), line, why: why.into() });
        }
        self.count += 1;
    }
}

/// Checks an export.
pub fn verify(arguments: &Verify) -> Ended {
    let folder = &arguments.folder;
    if !folder.is_dir() {
        let why = format!("{}: there is no such folder: name the one that was exported", folder.display());
        return Err(Failure::NotUnderstood(why));
    }
    let witness = arguments.witness.as_deref().map(Witness::read).transpose()?;
    let lines = witness.as_ref().map_or(&[][..], |witness| &witness.lines);
    let found = check(folder, arguments.public_key.as_deref(), lines);
    if arguments.json {
        output::json(&json_of(&found));
    } else {
        tell(&found);
    }
    if arguments.public_key.is_none() {
        output::note(
            "未指定 --public-key without it the parts agree with each other, and anybody could have made them",
        );
    }
    Ok(Verdict::of(found.count == 0))
}

fn json_of(found: &Findings) -> serde_json::Value {
    let one = |one: &Finding| json!({ "file": one.file, "line": one.line, "why": one.why });
    json!({ "findings": found.list.iter().map(one).collect::<Vec<_>>(), "count": found.count })
}

fn tell(found: &Findings) {
    for Finding { file, line, why } in &found.list {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        output::line(format!("{file}{line}: {why}"));
    }
    output::line(output::counted(found.count, ["finding", "findings"]));
}

/// Everything that is wrong with an export.
pub fn check(folder: &Path, public_key: Option<&str>, witness: &[WitnessLine]) -> Findings {
    let mut found = Findings::default();
    let Some(Signed { manifest, signature }) = read_manifest(folder, &mut found) else { return found };
    check_signature(&manifest, &signature, public_key, &mut found);
    let export = Exported { folder, manifest: &manifest };
    export.check_names(&mut found);
    let sealed = chains::check(&export, &mut found);
    ledger::check(&export, sealed, &mut found);
    export.scan(REPORT, &mut found, &mut |_, _, _| ());
    witnessed::check(&export, witness, &mut found);
    found
}

fn read_manifest(folder: &Path, found: &mut Findings) -> Option<Signed> {
    let path = folder.join(manifest::NAME);
    let length = std::fs::metadata(&path).map(|file| file.len());
    let text = match length {
        Ok(length) if length > LARGEST_MANIFEST => {
            found.add(manifest::NAME, None, "it is too long to be a manifest");
            return None;
        }
        Ok(_) => std::fs::read(&path),
        Err(_) => {
            found.add(manifest::NAME, None, "it is not there: the export was interrupted, make it again");
            return None;
        }
    };
    let read = text.map_err(|error| (None, error.to_string())).and_then(|text| {
        serde_json::from_slice::<Signed>(&text)
            .map_err(|error| (u64::try_from(error.line()).ok(), format!("it is no manifest: {error}")))
    });
    match read {
        Ok(signed) if signed.manifest.format == FORMAT => Some(signed),
        Ok(_) => {
            found.add(manifest::NAME, None, format!("its format is not {FORMAT}: another version of gongji wrote it"));
            None
        }
        Err((line, why)) => {
            found.add(manifest::NAME, line, why);
            None
        }
    }
}

fn check_signature(manifest: &Manifest, signature: &str, public_key: Option<&str>, found: &mut Findings) {
    if public_key.is_some_and(|key| !key.trim().eq_ignore_ascii_case(&manifest.public_key)) {
        found.add(manifest::NAME, None, "it names another public key than --public-key: somebody else signed it");
    }
    if !is_signed_by(&manifest.public_key, &manifest.canonical(), signature) {
        found.add(manifest::NAME, None, "the signature is not one over this manifest: it was changed");
    }
}

/// An export whose manifest could be read.
struct Exported<'e> {
    folder: &'e Path,
    manifest: &'e Manifest,
}

impl Exported<'_> {
    fn stated(&self, name: &str) -> Option<&Stated> {
        self.manifest.files.iter().find(|file| file.name == name)
    }

    /// The manifest names the files of an export and no others, and so does the folder.
    fn check_names(&self, found: &mut Findings) {
        let named: Vec<&str> = self.manifest.files.iter().map(|file| file.name.as_str()).collect();
        if named != FILES {
            found.add(manifest::NAME, None, format!("it does not name the files of an export: {}", FILES.join(", ")));
        }
        let Ok(entries) = std::fs::read_dir(self.folder) else { return };
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
        let mut strange: Vec<String> =
            names.filter(|name| name != manifest::NAME && !FILES.contains(&name.as_str())).collect();
        strange.sort();
        strange.iter().for_each(|name| found.add(name, None, "the manifest does not name this file"));
    }

    /// Goes through a file line by line, and holds it against the manifest.
    fn scan(&self, name: &str, found: &mut Findings, look: &mut dyn FnMut(u64, &str, &mut Findings)) {
        let Some(stated) = self.stated(name) else { return };
        let mut lines = match Lines::open(&self.folder.join(name)) {
            Ok(lines) => lines,
            Err(error) => return found.add(name, None, format!("it cannot be read: {error}")),
        };
        let mut compared = Compared::with(stated);
        loop {
            match lines.next() {
                Ok(None) => break,
                Ok(Some(line)) => {
                    let number = compared.take(&line);
                    match std::str::from_utf8(&line) {
                        Ok(text) => look(number, text, found),
                        Err(_) => found.add(name, Some(number), "the line is not UTF-8"),
                    }
                }
                Err(error) => return found.add(name, None, format!("it cannot be read: {error}")),
            }
        }
        if let Some((line, why)) = compared.end() {
            found.add(name, Some(line), why);
        }
    }

    /// The same for lines of JSON; `take` says what is wrong with one.
    fn scan_json<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
        found: &mut Findings,
        take: &mut dyn FnMut(T) -> Result<(), String>,
    ) {
        self.scan(name, found, &mut |number, text, found| {
            let line = serde_json::from_str(text).map_err(|error| format!("it is no line of this file: {error}"));
            if let Err(why) = line.and_then(&mut *take) {
                found.add(name, Some(number), why);
            }
        });
    }

    fn expect(&self, found: &mut Findings, what: &str, (stated, there): (u64, u64)) {
        if stated != there {
            found.add(manifest::NAME, None, format!("it counts {stated} {what}, there are {there}"));
        }
    }
}

//! The manifest: what an export consists of, and the signature over that. It is written last, so an export without it
//! was interrupted.

use std::io::{self, Write};
use std::path::Path;

use gongji_store::{LaneMark, Signer};
use gongji_words::{AreaCode, Day, Moment};
use serde::{Deserialize, Serialize};

use super::paper::{self, Stated};

/// Its file.
pub const NAME: &str = "manifest.json";
/// The form of exports that this program writes and reads.
pub const FORMAT: &str = "gongji-export/1";

/// What an export consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Whose database it was.
    pub province: AreaCode,
    /// When.
    pub at: Moment,
    /// Days before this one were left out.
    pub from: Option<Day>,
    /// Days after this one were left out.
    pub until: Option<Day>,
    /// How much there is.
    pub counts: Counts,
    /// How many findings the audit of that moment had.
    pub discrepancies: u64,
    /// How far the sheets had come.
    pub lanes: Vec<LaneMark>,
    /// The other files.
    pub files: Vec<Stated>,
    /// The key with which the signature is checked.
    pub public_key: String,
}

/// How much there is in an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Lines of `journals.jsonl`.
    pub journals: u64,
    /// Entries in them, and lines of `entries.csv` but for its heading.
    pub entries: u64,
    /// Lines of `seals.jsonl`.
    pub seals: u64,
    /// Lines of `days.jsonl`.
    pub days: u64,
    /// Lines of `balances.jsonl`.
    pub people: u64,
}

/// The file: the manifest and the signature over its [canonical form](Manifest::canonical).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// What is signed.
    pub manifest: Manifest,
    /// SM2 with SM3, r and s in hexadecimal digits.
    pub signature: String,
}

impl Manifest {
    /// What is signed: compact JSON with the fields in their order, as `jq -cj .manifest` gives it.
    pub fn canonical(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a manifest has text keys")
    }

    /// Whether it is of everything that there was.
    pub const fn is_whole(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// Signs it and writes it, so that it is there whole or not at all.
    pub fn write(self, folder: &Path, signer: &Signer) -> io::Result<Self> {
        let signature = signer.sign(&self.canonical());
        let signed = Signed { manifest: self, signature };
        let unfinished = folder.join("manifest.unfinished");
        let mut file = paper::create(&unfinished)?;
        serde_json::to_writer_pretty(&mut file, &signed)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&unfinished, folder.join(NAME))?;
        sync(folder)?;
        Ok(signed.manifest)
    }
}

/// So that names of files are on the disk too.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { std::fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

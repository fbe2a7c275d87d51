//! A backup: one file, and beside it a manifest that says what it is.
//!
//! Invariants: under the name of a backup there is never anything but a whole one, flushed, with its manifest beside it,
//! however its making ended; nothing that is there is written over. Deliberately absent: encryption (the vault is encrypted
//! in the database already), deciding when.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

use crate::files;
use crate::keys::told;
use crate::output::Failure;

/// How manifests are written now.
const FORMAT: u32 = 1;
/// What is larger is no manifest.
const LARGEST: u64 = 64 * 1024;

/// What a backup is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// How this is written: 1.
    pub format: u32,
    /// What it is a copy of: `sqlite` or `postgres`.
    pub engine: String,
    /// SM3 of the file, in hexadecimal digits.
    pub digest: String,
    /// Its length.
    pub bytes: u64,
    /// When it was made.
    pub at: String,
    /// How many steps its tables have behind them.
    pub steps: usize,
    /// The last day that is closed in it.
    pub closed: Option<String>,
    /// Where the database was, as it may be shown.
    pub place: String,
    /// Of a file: a number that no id in it is above, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<i64>,
    /// Of a database on a server: the schema of its tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

/// Of what a backup is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, with a number that no id in it is above, where one is known.
    File(Option<i64>),
    /// A database on a server: the schema of its tables.
    Server(String),
}

/// Ids come from the time of day: what is above this is none.
const HIGHEST_ID: i64 = i64::MAX / 2;

/// What is known of a backup besides its bytes.
pub struct Facts {
    /// Of what it is.
    pub source: Source,
    /// When it was made.
    pub at: String,
    /// How many steps its tables have behind them.
    pub steps: usize,
    /// The last day that is closed in it.
    pub closed: Option<String>,
    /// Where the database was.
    pub place: String,
}

/// A name with something after it.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// How a failure of the machine at a file of a backup is told.
pub fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    let shown = path.display();
    told(&format!("{shown}：不能读写：{error}"), &format!("{shown}: it cannot be read or written: {error}"))
}

/// A file under another name until it is whole; gone if it is dropped before.
pub struct Partial {
    target: PathBuf,
    path: PathBuf,
    /// Its lock, which the system takes back however this ends.
    file: File,
}

impl Partial {
    /// An empty file for its owner alone, to become `target`. What a kill left under its name is begun anew.
    pub fn begin(target: &Path) -> Result<Self, Failure> {
        let path = beside(target, ".partial");
        if target.exists() {
            return Err(is_there(target));
        }
        let opened = files::for_its_owner().write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| cannot(&path, &error))?;
        // Of two who make the same, the second would write into what the first is writing.
        #[cfg(unix)]
        if let Err(std::fs::TryLockError::WouldBlock) = file.try_lock() {
            return Err(is_being_made(target));
        }
        file.set_len(0).map_err(|error| cannot(&path, &error))?;
        Ok(Self { target: target.to_owned(), path, file })
    }

    /// Where what is to be in it is written.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Where it is meanwhile.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Flushes it and gives it its name, unless somebody else has taken that.
    pub fn finish(self) -> Result<(), Failure> {
        let named = File::open(&self.path).and_then(|file| file.sync_all()).and_then(|()| {
            std::fs::hard_link(&self.path, &self.target)?;
            flush_folder(&self.target)
        });
        named.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => is_there(&self.target),
            _ => cannot(&self.target, &error),
        })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", ".lock", ".ids"] {
            let _it_may_not_be_there = std::fs::remove_file(beside(&self.path, ending));
        }
    }
}

fn is_there(path: &Path) -> Failure {
    let shown = path.display();
    told(
        &format!("{shown}：已经有这个文件，没有动它。换一个名字"),
        &format!("{shown}: there is a file already, which is left as it is: name another"),
    )
}

fn is_being_made(path: &Path) -> Failure {
    let shown = path.display();
    told(
        &format!("{shown}：另一个程序正在写这个文件；没有动它。等它做完，或换一个名字"),
        &format!("{shown}: another program is making it, and is left alone: wait until it has ended, or name another"),
    )
}

fn flush_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Length and SM3 of a file.
fn measured(path: &Path) -> std::io::Result<(u64, String)> {
    let (mut file, mut digest, mut length) = (File::open(path)?, Sm3::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        length += read as u64;
    }
    let digits = digest.finalize().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes any text");
        text
    });
    Ok((length, digits))
}

impl Manifest {
    /// Says what a file is that is about to get its name, and writes that beside the name.
    pub fn write(partial: &Partial, facts: Facts) -> Result<Self, Failure> {
        let (bytes, digest) = measured(&partial.path).map_err(|error| cannot(&partial.path, &error))?;
        let Facts { source, at, steps, closed, place } = facts;
        let (engine, ids, schema) = match source {
            Source::File(ids) => ("sqlite", ids, None),
            Source::Server(schema) => ("postgres", None, Some(schema)),
        };
        let engine = engine.to_owned();
        let manifest = Self { format: FORMAT, engine, digest, bytes, at, steps, closed, place, ids, schema };
        let (target, text) = (beside(&partial.target, ".manifest"), serde_json::to_string_pretty(&manifest));
        let written =
            files::for_its_owner().write(true).create(true).truncate(true).open(&target).and_then(|mut file| {
                file.write_all(text.expect("a manifest has text keys").as_bytes())?;
                file.sync_all()
            });
        written.map_err(|error| cannot(&target, &error))?;
        Ok(manifest)
    }

    /// Reads what a backup should be.
    pub fn read(backup: &Path) -> Result<Self, Failure> {
        let path = beside(backup, ".manifest");
        let text = crate::files::read_text(&path, LARGEST)?;
        let no_manifest = |_| Failure::NotUnderstood(format!("{}: this is no manifest of a backup", path.display()));
        let manifest: Self = serde_json::from_str(&text).map_err(no_manifest)?;
        if manifest.format != FORMAT || manifest.known_source().is_none() {
            let why = "this program does not know this kind of backup";
            return Err(Failure::NotUnderstood(format!("{}: {why}", path.display())));
        }
        Ok(manifest)
    }

    fn known_source(&self) -> Option<Source> {
        match (self.engine.as_str(), self.ids, &self.schema) {
            ("sqlite", ids, None) if ids.is_none_or(|ids| (0..HIGHEST_ID).contains(&ids)) => Some(Source::File(ids)),
            ("postgres", None, Some(schema)) => Some(Source::Server(schema.clone())),
            _ => None,
        }
    }

    /// Of what it is.
    pub fn source(&self) -> Source {
        self.known_source().expect("a manifest was made or read of a source that is known")
    }

    /// What is wrong with the file, if it is not the one that was made.
    pub fn differs(&self, backup: &Path) -> Result<Option<String>, Failure> {
        let (bytes, digest) = measured(backup).map_err(|error| cannot(backup, &error))?;
        let shown = backup.display();
        if bytes != self.bytes {
            return Ok(Some(format!("{shown}: {bytes} bytes, and its manifest says {}", self.bytes)));
        }
        Ok((digest != self.digest)
            .then(|| format!("{shown}: its SM3 is {digest}, and its manifest says {}", self.digest)))
    }
}

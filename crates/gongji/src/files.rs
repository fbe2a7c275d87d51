//! Files that people give: read whole, up to a size, with sentences for what goes wrong.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::output::Failure;

/// Reads a file of at most `most` bytes.
///
/// A file that is not there, is a folder, or is larger is not understood (status 2).
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let file = open(path)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        return Ok(bytes);
    }
    let text = format!(
        "{}: the file is larger than {} KB, which is the most that is read here: divide it",
        path.display(),
        most / 1024
    );
    Err(Failure::NotUnderstood(text))
}

/// Reads a text file.
pub fn read_text(path: &Path, most: u64) -> Result<String, Failure> {
    let bytes = read(path, most)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let shown = path.display();
            let text = format!("{shown}:{line}: the text is not UTF-8: save the file as UTF-8 (Windows may use GBK)");
            Err(Failure::NotUnderstood(text))
        }
    }
}

/// Opens a file to read.
pub fn open(path: &Path) -> Result<File, Failure> {
    if path.is_dir() {
        return Err(Failure::NotUnderstood(format!("{}: this is a folder: name a file in it", path.display())));
    }
    File::open(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let why = match error.kind() {
        ErrorKind::NotFound => "there is no such file: check the path".to_owned(),
        ErrorKind::PermissionDenied => "it may not be read: check its permissions".to_owned(),
        _ => error.to_string(),
    };
    Failure::NotUnderstood(format!("{}: {why}", path.display()))
}

/// The files with this ending in folders and below them, in order; files that are named stand as they are.
pub fn gather(paths: &[PathBuf], ending: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        let before = found.len();
        if path.is_dir() {
            descend(path, ending, &mut found)?;
            found[before..].sort();
        } else {
            found.push(path.clone());
        }
        if found.len() == before {
            let text = format!("{}: no file here or below ends in .{ending}: name another folder", path.display());
            return Err(Failure::NotUnderstood(text));
        }
    }
    Ok(found)
}

fn descend(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.is_dir() {
            descend(&path, ending, found)?;
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    Ok(())
}

/// The last part of a path, as text.
pub fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// How a file is made that nobody but its owner may read.
#[cfg(unix)]
pub fn for_its_owner() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// How a file is made that nobody but its owner may read, where the system knows how.
#[cfg(not(unix))]
pub fn for_its_owner() -> OpenOptions {
    OpenOptions::new()
}

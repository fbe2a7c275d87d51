//! The shred list: who was shredded, in a file outside the database, so that a restored copy can be shredded again.
//!
//! A line is a person's number, the time, a keyed digest of who asked for it, and a keyed digest of the line and of the
//! one before it. Invariants: lines are only added; a line is on the disk before its person is shredded, so a list that
//! lags behind a database does not exist; a list with a line that this database's key did not write, or with a line
//! taken out, is not followed. A line that was cut off by a crash counts as not written: nobody was shredded by it.
//! Deliberately absent: anything personal, of the shredded or of those who signed. What cannot be seen: that the last
//! lines are missing.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use gongji_store::WorkingKey;
use gongji_words::{Moment, PersonId};

use crate::keys::told;
use crate::output::Failure;

/// Where the digests begin, before the first line.
const BEGINNING: &str = "gongji shreds";

/// The list of one database.
pub struct ShredList {
    path: PathBuf,
    /// Whom it names, each once.
    pub people: BTreeSet<PersonId>,
    /// The digest of the last line.
    last: String,
    /// Whether the last line was cut off.
    cut_off: bool,
}

impl ShredList {
    /// Reads a list, which is empty if there is no file.
    pub fn read(path: &Path, keys: &WorkingKey) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreadable(path, &error)),
        };
        let mut list = Self {
            path: path.to_owned(),
            people: BTreeSet::new(),
            last: BEGINNING.to_owned(),
            cut_off: !text.is_empty() && !text.ends_with('\n'),
        };
        for (line, number) in text.lines().zip(1..) {
            list.follow(line, number, keys)?;
        }
        Ok(list)
    }

    /// Takes a line in. One that is no whole line was cut off by a crash; one that is, and lies, stops everything.
    fn follow(&mut self, line: &str, number: usize, keys: &WorkingKey) -> Result<(), Failure> {
        let Some((person, stated, digest)) = parts_of(line) else { return Ok(()) };
        if digest_of(&self.last, stated, keys) != digest {
            return Err(lies(&self.path, number));
        }
        self.people.insert(person);
        digest.clone_into(&mut self.last);
        Ok(())
    }

    /// Adds a person, and has the line on the disk when it returns. Whoever is on the list already stays there once.
    pub fn add(&mut self, person: PersonId, signed: &Signed<'_>, keys: &WorkingKey) -> Result<(), Failure> {
        if self.people.contains(&person) {
            return Ok(());
        }
        let signatures = keys.digest("shred-signed", signed.names.join("\0").as_bytes());
        let stated = format!("P{person} {} {signatures:016x}", signed.at);
        let digest = digest_of(&self.last, &stated, keys);
        let begin = if self.cut_off { "\n" } else { "" };
        self.append(&format!("{begin}{stated} {digest}\n")).map_err(|error| unreadable(&self.path, &error))?;
        self.people.insert(person);
        self.last = digest;
        self.cut_off = false;
        Ok(())
    }

    fn append(&self, line: &str) -> std::io::Result<()> {
        let mut file = for_its_reader().append(true).create(true).open(&self.path)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// Who asked for it, and when.
pub struct Signed<'n> {
    /// Two different names.
    pub names: [&'n str; 2],
    /// When.
    pub at: Moment,
}

/// Person, all that the digest is over, digest; none if it is no whole line.
fn parts_of(line: &str) -> Option<(PersonId, &str, &str)> {
    let (stated, digest) = line.rsplit_once(' ')?;
    let mut words = stated.split(' ');
    let number = words.next()?.strip_prefix('P')?.parse().ok()?;
    let is_whole = digest.len() == 16 && words.count() == 2;
    is_whole.then_some((PersonId::from_number(number), stated, digest))
}

fn digest_of(before: &str, stated: &str, keys: &WorkingKey) -> String {
    format!("{:016x}", keys.digest("shred", format!("{before}\n{stated}").as_bytes()))
}

fn lies(path: &Path, number: usize) -> Failure {
    let shown = path.display();
    told(
        &format!(
            "{shown}:{number}：这一行不是本数据库写的，或者前面少了一行；没有照它销毁任何人。请取回原来的清单，或查明谁改过"
        ),
        &format!(
            "{shown}:{number}: this database did not write this line, or one before it is missing; nobody was shredded by \
             it: get the list as it was, or find out who changed it"
        ),
    )
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let shown = path.display();
    told(
        &format!("{shown}：销毁清单不能读写：{error}；没有销毁任何人。请检查 --list 和权限"),
        &format!("{shown}: the shred list cannot be read or written: {error}; nobody was shredded: check --list"),
    )
}

/// A new file is its reader's alone.
#[cfg(unix)]
fn for_its_reader() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn for_its_reader() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> Signed<'static> {
        Signed { names: ["one", "other"], at: Moment::from_millis(0) }
    }

    fn keys() -> WorkingKey {
        WorkingKey::generate([7; 32])
    }

    /// A list of three people in a folder of its own.
    fn three() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shreds");
        let mut list = ShredList::read(&path, &keys()).unwrap();
        for number in [11, 12, 13, 12] {
            list.add(PersonId::from_number(number), &signed(), &keys()).unwrap();
        }
        (folder, path)
    }

    #[test]
    fn a_list_names_each_once_and_goes_on_where_it_stopped() {
        let (_folder, path) = three();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
        let mut list = ShredList::read(&path, &keys()).unwrap();
        list.add(PersonId::from_number(14), &signed(), &keys()).unwrap();
        let numbers: Vec<i64> = ShredList::read(&path, &keys()).unwrap().people.iter().map(|id| id.number()).collect();
        assert_eq!(numbers, [11, 12, 13, 14]);
    }

    #[test]
    fn a_line_changed_added_moved_or_taken_out_is_told_by_its_number() {
        let (_folder, path) = three();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (name, changed, place) in [
            ("changed", text.replace("P12", "P15"), 2),
            ("taken out", [lines[0], lines[2]].join("\n"), 2),
            ("moved", [lines[0], lines[2], lines[1]].join("\n"), 2),
            ("of another key", text.clone(), 1),
        ] {
            std::fs::write(&path, changed).unwrap();
            let reads = if name == "of another key" { WorkingKey::generate([8; 32]) } else { keys() };
            let Err(failure) = ShredList::read(&path, &reads) else { panic!("{name} is followed") };
            assert!(failure.text().contains(&format!("shreds:{place}: ")), "{name}: {}", failure.text());
        }
    }

    #[test]
    fn a_line_that_was_cut_off_anywhere_counts_as_not_written() {
        let (_folder, path) = three();
        let text = std::fs::read_to_string(&path).unwrap();
        let third = text.match_indices('\n').nth(1).unwrap().0 + 1;
        for end in third..text.len() - 1 {
            std::fs::write(&path, &text[..end]).unwrap();
            let mut list = ShredList::read(&path, &keys()).unwrap();
            assert_eq!(list.people.len(), 2, "after {end} bytes");
            list.add(PersonId::from_number(13), &signed(), &keys()).unwrap();
            assert_eq!(ShredList::read(&path, &keys()).unwrap().people.len(), 3, "after {end} bytes");
        }
    }

    #[test]
    fn neither_names_nor_anything_else_personal_stands_in_the_list() {
        let (_folder, path) = three();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("one") && !text.contains("other"), "{text}");
        assert!(text.starts_with("P11 1970-01-01T08:00 "), "{text}");
    }
}

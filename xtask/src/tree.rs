//! The files of the workspace, as text.
//!
//! Paths are seen from the root and written with `/`. What is built (`target`), what git keeps and what is not
//! text is not there.

use std::path::{Path, PathBuf};

/// Endings of the files that somebody writes by hand or that a generator writes for people to read.
const TEXTS: &[&str] = &[
    "rs", "toml", "md", "scn", "sql", "sh", "css", "js", "ftl", "json", "yaml", "yml", "txt", "py", "csv", "svg",
    "service",
];
/// Files without an ending that are text as well.
const NAMED_TEXTS: &[&str] = &["NOTICE", "run", ".gitignore", "Containerfile"];
/// Folders in which nobody writes.
const SKIPPED: &[&str] = &["target", ".git", "node_modules"];

/// One file of the workspace.
pub struct File {
    /// Where it stands, seen from the root.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl File {
    /// The name without folders and ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.split('.').next().unwrap_or(name)
    }

    /// Whether the name ends so; `ending` is without its dot.
    #[must_use]
    pub fn ends(&self, ending: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == ending)
    }

    /// Whether this file holds tests and nothing else.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.stem() == "tests"
    }
}

/// The workspace's folder.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands below the root").to_owned()
}

/// All text files below `root`, in order of their paths.
///
/// # Errors
///
/// The first folder or file that cannot be read, or is not UTF-8.
pub fn read(root: &Path) -> std::io::Result<Vec<File>> {
    let mut files = Vec::new();
    collect(root, root, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                collect(root, &path, files)?;
            }
        } else if is_text(&path, &name) {
            files.push(File { path: shown(root, &path), text: text_of(&path)? });
        }
    }
    Ok(())
}

fn is_text(path: &Path, name: &str) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    TEXTS.contains(&ending.as_str()) || NAMED_TEXTS.contains(&name)
}

fn text_of(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

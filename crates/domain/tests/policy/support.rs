//! The packs of the project, for tests.

use std::path::Path;

use gongji_domain::policy::{Law, PackError};
use gongji_words::{AreaCode, Day};

/// Name and text of every pack of the project.
pub fn pack_files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let entries = std::fs::read_dir(folder).expect("the folder of packs");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a readable pack"))
        })
        .collect();
    files.sort();
    files
}

/// Loads files as they are.
pub fn load(files: &[(String, String)]) -> Result<Law, Vec<PackError>> {
    let packs: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Law::from_packs(&packs)
}

/// The law of all packs of the project.
pub fn whole_law() -> Law {
    load(&pack_files())
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(|error| format!("{error}\n")).collect::<String>()))
}

/// The area of a code.
pub fn area(code: &str) -> AreaCode {
    AreaCode::parse(code).unwrap_or_else(|error| panic!("{code}: {error}"))
}

/// The day of a text.
pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

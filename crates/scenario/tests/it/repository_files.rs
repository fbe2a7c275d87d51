//! The scenario files of the repository are well formed, and no damage to them makes the
//! parser panic or point beside the file.

use std::path::{Path, PathBuf};

use gongji_scenario::syntax::parse;
use proptest::prelude::*;
use proptest::sample::Index;

use super::has_form_of_code;

fn scenario_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut found = files_below(&root);
    found.sort();
    assert!(!found.is_empty(), "no scenario files below {}", root.display());
    found
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is readable");
    let paths = entries.map(|entry| entry.expect("the entry is readable").path());
    paths
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "scn"))
        .collect()
}

fn texts() -> Vec<Vec<u8>> {
    scenario_files().iter().map(|path| std::fs::read(path).expect("readable")).collect()
}

#[test]
fn every_scenario_of_the_repository_is_well_formed() {
    for path in scenario_files() {
        let bytes = std::fs::read(&path).expect("the file is readable");
        let name = path.display().to_string();
        if let Err(errors) = parse(&name, &bytes, &has_form_of_code) {
            let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}", shown.join("\n"));
        }
    }
}

/// One act of damage; places are taken relative to the length of what is damaged.
#[derive(Debug, Clone)]
enum Damage {
    Insert(Index, Vec<u8>),
    Remove(Index),
    Replace(Index, u8),
    Cut(Index),
    DropWord(Index),
    DoubleWord(Index),
    SwapWords(Index, Index),
    SwapLines(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let pieces: Vec<&[u8]> = vec![
        b"\"",
        b"#",
        b" => ",
        b"=>",
        b"\n",
        b"\r",
        b"\t",
        b"\0",
        b",",
        b".",
        b"-",
        b" none ",
        b" refused ",
        b" pending ",
        b" no ",
        b" 1.00 ",
        b"\xFF",
        b"\xE6\x98",
        "　".as_bytes(),
        "王".as_bytes(),
        "\u{feff}".as_bytes(),
        "\u{301}".as_bytes(),
    ];
    prop_oneof![
        (any::<Index>(), prop::sample::select(pieces)).prop_map(|(at, piece)| Damage::Insert(at, piece.to_vec())),
        (any::<Index>(), any::<Vec<u8>>()).prop_map(|(at, noise)| Damage::Insert(at, noise)),
        any::<Index>().prop_map(Damage::Remove),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        any::<Index>().prop_map(Damage::Cut),
        any::<Index>().prop_map(Damage::DropWord),
        any::<Index>().prop_map(Damage::DoubleWord),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Damage::SwapWords(a, b)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Damage::SwapLines(a, b)),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Insert(at, piece) => {
                let place = at.index(bytes.len() + 1);
                bytes.splice(place..place, piece.iter().copied());
            }
            Self::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
            Self::DropWord(at) => pieces(bytes, b' ', |words| drop(words.remove(at.index(words.len())))),
            Self::DoubleWord(at) => pieces(bytes, b' ', |words| {
                let place = at.index(words.len());
                words.insert(place, words[place].clone());
            }),
            Self::SwapWords(a, b) => pieces(bytes, b' ', |words| swap(words, a, b)),
            Self::SwapLines(a, b) => pieces(bytes, b'\n', |lines| swap(lines, a, b)),
            Self::Remove(_) | Self::Replace(..) if bytes.is_empty() => {}
            Self::Remove(at) => drop(bytes.remove(at.index(bytes.len()))),
            Self::Replace(at, byte) => {
                let place = at.index(bytes.len());
                bytes[place] = *byte;
            }
        }
    }
}

fn swap(parts: &mut [Vec<u8>], one: &Index, other: &Index) {
    let count = parts.len();
    parts.swap(one.index(count), other.index(count));
}

fn pieces(bytes: &mut Vec<u8>, separator: u8, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut parts: Vec<Vec<u8>> = bytes.split(|b| *b == separator).map(<[u8]>::to_vec).collect();
    change(&mut parts);
    *bytes = parts.join(&separator);
}

/// Reads what may be damaged; an error must point into the file or just behind a line.
fn check_never_beside_the_file(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Err(errors) = parse("damaged.scn", bytes, &has_form_of_code) else {
        return Ok(());
    };
    let line_count = bytes.split(|b| *b == b'\n').count();
    prop_assert!(errors.windows(2).all(|two| two[0].line < two[1].line));
    for error in errors {
        let length = error.source_line.chars().count();
        prop_assert!((1..=line_count).contains(&(error.line as usize)));
        prop_assert!(error.column >= 1, "{error}");
        prop_assert!(error.column as usize + error.width as usize <= length + 1, "{error}");
        prop_assert!(!error.message.is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_read_or_reported(
        which in any::<Index>(),
        acts in prop::collection::vec(damage(), 1..6),
    ) {
        let mut bytes = which.get(&texts()).clone();
        for act in acts {
            act.apply(&mut bytes);
        }
        check_never_beside_the_file(&bytes)?;
    }

    #[test]
    fn any_bytes_are_read_or_reported(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_never_beside_the_file(&bytes)?;
    }

    #[test]
    fn any_text_after_a_statement_is_read_or_reported(text in "(settle|bind|premium|clearing|notices|order|limit)[ \\PC]{0,80}") {
        let whole = format!("{}{text}", super::ABOVE);
        check_never_beside_the_file(whole.as_bytes())?;
    }
}

#[test]
fn byte_order_mark_line_ends_tabs_and_blanks_change_nothing() {
    for bytes in texts() {
        let text = String::from_utf8(bytes).expect("scenario files are UTF-8");
        let plain = parse("a.scn", text.as_bytes(), &has_form_of_code).expect("well formed");
        let dressed = format!("\u{feff}{}", text.replace('\n', " \t\r\n"));
        let spread = dressed
            .lines()
            .map(|line| if line.contains('"') { line.to_owned() } else { line.replace(' ', "\t ") })
            .collect::<Vec<_>>()
            .join("\r\n");
        let read = parse("a.scn", spread.as_bytes(), &has_form_of_code).expect("well formed");
        let statements = |scenario: &gongji_scenario::syntax::Scenario| {
            scenario.lines.iter().map(|l| (l.number, l.statement.clone())).collect::<Vec<_>>()
        };
        assert_eq!(statements(&plain), statements(&read));
    }
}

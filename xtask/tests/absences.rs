//! What ARCHITECTURE.md says is not there, is not there.
//!
//! Read are the sources without comments, strings and tests. A ban names a path or a single word; `use` groups
//! are written out first, so that no spelling escapes.

use xtask::rust::{Lines, code_only, without_tests, words};
use xtask::tree::{self, File};
use xtask::uses::{names, paths};

/// In these folders nothing may name these paths, because.
struct Ban {
    folders: &'static [&'static str],
    /// But for these.
    but: &'static [&'static str],
    paths: &'static [&'static str],
    because: &'static str,
}

const DOMAIN: &[&str] = &["crates/domain/src/"];
const INNER: &[&str] = &[
    "crates/domain/src/",
    "crates/store/src/",
    "crates/service/src/",
    "crates/wire/src/",
    "crates/http/src/",
    "crates/his/src/",
];

const BANS: &[Ban] = &[
    Ban {
        folders: DOMAIN,
        but: &[],
        paths: &["std::fs", "std::env", "std::net", "std::process", "std::io", "std::thread", "env", "tokio", "rand"],
        because: "the rules reach for nothing: what they need is an argument",
    },
    Ban { folders: DOMAIN, but: &[], paths: &["async", "await"], because: "nothing in the rules waits" },
    Ban {
        folders: INNER,
        but: &[],
        paths: &[
            "SystemTime",
            "std::time::SystemTime",
            "Instant::now",
            "std::time::Instant",
            "Zoned::now",
            "Timestamp::now",
        ],
        because: "time is an argument, or comes through the port `Clock`",
    },
    Ban {
        folders: INNER,
        but: &[],
        paths: &["rand", "getrandom", "fastrand", "std::collections::hash_map::RandomState", "RandomState"],
        because: "randomness is an argument, or comes through a port",
    },
    Ban {
        folders: INNER,
        but: &[],
        paths: &[
            "std::env::var",
            "std::env::var_os",
            "std::env::vars",
            "env::var",
            "env::vars",
            "env::args",
            "std::env::args",
        ],
        because: "only the program reads the environment",
    },
    Ban {
        folders: INNER,
        but: &[],
        paths: &["HashMap", "HashSet", "std::collections::HashMap", "std::collections::HashSet"],
        because: "an order that nobody chose must not decide who pays: use the ordered maps",
    },
    Ban {
        folders: INNER,
        // A connection to a server is driven by a task as long as it lives.
        but: &["crates/store/src/postgres/session.rs"],
        paths: &[
            "tokio::spawn",
            "tokio::task",
            "tokio::time",
            "tokio::select",
            "select",
            "std::thread::spawn",
            "std::thread::sleep",
        ],
        because: "loops are functions of the time, and timers belong to the program",
    },
    Ban {
        folders: &["crates/service/src/"],
        but: &[],
        paths: &["tokio"],
        because: "a use case is the same whoever drives it: only its tests bring a runtime",
    },
    Ban {
        folders: &["crates/sim/src/", "crates/scenario/src/"],
        // Callers on threads, files of commands that come to the same however they are called, and the connections to a
        // server, for which the simulator's thread waits.
        but: &["crates/sim/src/load/", "crates/sim/src/commands/", "crates/sim/src/server.rs"],
        paths: &["tokio"],
        because: "simulator and scenarios poll by hand, so that they play the same again",
    },
    Ban {
        folders: &["crates/store/src/"],
        but: &[],
        paths: &[
            "gongji_domain::policy",
            "policy",
            "gongji_domain::decide::decide",
            "decide::decide",
            "gongji_domain::judge",
        ],
        because: "the store remembers, it never judges",
    },
    Ban {
        folders: &["crates/service/src/", "crates/http/src/", "crates/scenario/src/"],
        but: &[],
        paths: &["rusqlite", "tokio_postgres"],
        because: "no driver is known outside the store",
    },
    Ban {
        folders: &["crates/http/src/"],
        but: &[],
        paths: &["gongji_store"],
        because: "a face sees use cases, never the store",
    },
    Ban {
        folders: &["crates/wire/src/", "crates/his/src/"],
        but: &[],
        paths: &["std::fs", "std::net", "std::process", "std::thread", "tokio", "async", "await"],
        because: "bytes come in and bytes go out: who carries them is not its business",
    },
    Ban {
        folders: &[
            "crates/words/",
            "crates/domain/src/",
            "crates/store/",
            "crates/service/",
            "crates/wire/src/",
            "crates/http/src/",
            "crates/his/src/",
        ],
        // What JSON can hold is read there, to be refused.
        but: &["crates/http/src/json.rs"],
        paths: &["f32", "f64"],
        because: "money is whole fen, and nothing near it is a float",
    },
];

/// Every place in `file` that `ban` forbids.
fn found_in(file: &File, ban: &Ban) -> Vec<String> {
    let code = without_tests(&code_only(&file.text));
    let hits = |path: &str| ban.paths.iter().any(|banned| names(path, banned));
    let mut found: Vec<String> = paths(&code)
        .into_iter()
        .filter(|(_, path)| hits(path))
        .map(|(line, path)| format!("{}:{line}: names {path}: {}", file.path, ban.because))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn sources() -> Vec<File> {
    let files = tree::read(&tree::root()).expect("the tree can be read");
    files.into_iter().filter(|file| file.ends("rs") && !file.is_test()).collect()
}

#[test]
fn nothing_names_what_is_absent() {
    let files = sources();
    assert!(files.iter().any(|file| file.path == "crates/domain/src/decide.rs"), "the rules are read");
    let mut found = Vec::new();
    for ban in BANS {
        let under = |file: &&File, folders: &[&str]| folders.iter().any(|folder| file.path.starts_with(folder));
        let inside = files.iter().filter(|file| under(file, ban.folders) && !under(file, ban.but));
        found.extend(inside.flat_map(|file| found_in(file, ban)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Area codes that stand in code, where only packs may name an area.
fn areas_in(file: &File) -> Vec<String> {
    let code = without_tests(&code_only(&file.text));
    let lines = Lines::of(&code);
    let is_area =
        |word: &str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()) && !word.starts_with('0');
    let found = words(&code).filter(|(_, word)| is_area(word));
    found.map(|(at, word)| format!("{}:{}: {word} may be an area", file.path, lines.at(at))).collect()
}

#[test]
fn no_rule_names_an_area() {
    let files = sources();
    let inside = files.iter().filter(|file| INNER.iter().any(|folder| file.path.starts_with(folder)));
    let found: Vec<String> = inside.flat_map(areas_in).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_area_in_the_code_is_found() {
    for (text, expected) in
        [("if area == 130100 {}", 1), ("let a = 600_000;", 0), ("// 130100", 0), ("let a = 1301000;", 0)]
    {
        let file = File { path: "crates/domain/src/x.rs".to_owned(), text: text.to_owned() };
        assert_eq!(areas_in(&file).len(), expected, "{text}");
    }
}

#[test]
fn every_ban_bites() {
    for ban in BANS {
        for path in ban.paths {
            let text = format!("use {path};\nfn f() {{}}\n");
            let file = File { path: format!("{}x.rs", ban.folders[0]), text };
            assert!(!found_in(&file, ban).is_empty(), "{path} is banned in vain");
        }
    }
}

#[test]
fn tests_and_words_in_passing_are_left_alone() {
    let text = "// HashMap\nlet s = \"std::fs\";\nlet random = operand;\n#[cfg(test)]\nmod tests { use std::fs; }\n";
    let file = File { path: "crates/domain/src/x.rs".to_owned(), text: text.to_owned() };
    for ban in BANS {
        assert_eq!(found_in(&file, ban), Vec::<String>::new());
    }
}

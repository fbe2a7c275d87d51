//! The glossary's bans, for names that are ours: Rust and SQL. Reason codes, other people's fields and the words
//! of the scenario language keep their names (`docs/glossary.md`).

use super::Finding;
use crate::rust::{Lines, code_only, words};
use crate::tree::File;

/// A word that names nothing of ours, where it may stand all the same, and what to say.
const IN_NAMES: &[(&str, &[&str], &str)] = &[
    (
        "user",
        &["crates/wire/", "crates/http/", "crates/gongji/src/keys/token.rs", "crates/store/src/postgres/address.rs"],
        "say sponsor, beneficiary, clerk or reader",
    ),
    ("transaction", &["crates/store/"], "say entry, journal or settlement; a transaction is the database's"),
    ("rollback", &["crates/store/"], "say reversal; a rollback is the database's"),
    ("refund", &["crates/wire/"], "say reversal"),
    ("authorization", &["crates/wire/", "crates/http/"], "say binding"),
];

/// Names that the catalogue of codes gives: they are the codes' words, not ours.
const FROM_CODES: &[&str] = &["Refund"];

/// Words that say nothing in the name of a type or a module.
const EMPTY: &[&str] = &["helper", "util", "utility", "manager", "misc"];

/// A sponsor is not an owner, and what a hold is held for is not one either.
const IN_TYPES: &[&str] = &["owner"];

/// Names of a file that the glossary forbids.
#[must_use]
pub fn findings(file: &File) -> Vec<Finding> {
    if !file.path.starts_with("crates/") {
        return Vec::new();
    }
    match (file.ends("rs"), file.ends("sql")) {
        (true, _) => in_rust(file),
        (_, true) => in_words(file, &without_sql_comments(&file.text)),
        _ => Vec::new(),
    }
}

fn in_rust(file: &File) -> Vec<Finding> {
    let code = code_only(&file.text);
    let mut found = in_words(file, &code);
    found.extend(empty_name(file));
    found.extend(in_type_names(file, &code));
    found
}

fn in_words(file: &File, code: &str) -> Vec<Finding> {
    let lines = Lines::of(code);
    let mut found = Vec::new();
    for (at, name) in words(code) {
        if FROM_CODES.contains(&name) {
            continue;
        }
        let humps = humps(name);
        let hit = IN_NAMES.iter().find(|(word, except, _)| {
            humps.iter().any(|hump| hump == word) && !except.iter().any(|folder| file.path.starts_with(folder))
        });
        if let Some((word, _, advice)) = hit {
            found.push(Finding::new(file, lines.at(at), format!("`{name}` says `{word}`: {advice}")));
        }
    }
    found
}

fn empty_name(file: &File) -> Option<Finding> {
    let hit = humps(file.stem()).into_iter().find(|hump| EMPTY.contains(&hump.as_str()))?;
    Some(Finding::new(file, 1, format!("a module named `{hit}` says nothing: name what it is about")))
}

fn in_type_names(file: &File, code: &str) -> Vec<Finding> {
    let lines = Lines::of(code);
    let all: Vec<(usize, &str)> = words(code).collect();
    let named = all.windows(2).filter(|pair| matches!(pair[0].1, "struct" | "enum" | "trait" | "type" | "mod"));
    let empty = |name: &str| humps(name).iter().any(|hump| EMPTY.iter().chain(IN_TYPES).any(|word| hump == word));
    let hits = named.filter(|pair| empty(pair[1].1));
    hits.map(|pair| Finding::new(file, lines.at(pair[1].0), format!("`{}` is no name of ours", pair[1].1))).collect()
}

/// `MemberFacts` and `member_facts` become `member` and `fact`: small letters, plural `s` off.
fn humps(name: &str) -> Vec<String> {
    let mut humps = vec![String::new()];
    let mut before = '_';
    for letter in name.chars() {
        let begins = letter == '_' || (letter.is_uppercase() && !before.is_uppercase());
        if begins {
            humps.push(String::new());
        }
        if letter != '_'
            && let Some(hump) = humps.last_mut()
        {
            hump.extend(letter.to_lowercase());
        }
        before = letter;
    }
    humps.retain(|hump| !hump.is_empty());
    humps.into_iter().map(|hump| hump.strip_suffix('s').map_or(hump.clone(), str::to_owned)).collect()
}

fn without_sql_comments(text: &str) -> String {
    text.lines().map(|line| line.split("--").next().unwrap_or_default().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    #[test]
    fn forbidden_names_are_found() {
        let table = [
            ("crates/domain/src/x.rs", "let user_id = 1;", 1),
            ("crates/domain/src/x.rs", "enum Entry { Transaction }", 1),
            ("crates/store/src/x.rs", "fn begin_transaction() {}", 0),
            ("crates/domain/src/x.rs", "// the user\nlet s = \"user\";", 0),
            ("crates/domain/src/x.rs", "fn with_refunds() {}", 1),
            ("crates/domain/src/x.rs", "struct AccountOwner;", 1),
            ("crates/domain/src/x.rs", "let owner = 1;", 0),
            ("crates/domain/src/x.rs", "mod helpers;", 1),
            ("crates/domain/src/date_utils.rs", "", 1),
            ("crates/domain/src/x.rs", "let utility_bill = futile;", 0),
            ("crates/store/migrations/sqlite/0001_x.sql", "create table users (id integer); -- user", 1),
            ("xtask/src/x.rs", "let user = 1;", 0),
        ];
        for (path, text, expected) in table {
            assert_eq!(findings(&made_up(path, text)).len(), expected, "{path}: {text}");
        }
    }

    #[test]
    fn names_are_cut_at_humps_and_underscores() {
        assert_eq!(humps("MemberFacts"), ["member", "fact"]);
        assert_eq!(humps("USER_ID"), ["user", "id"]);
        assert_eq!(humps("amount_fen"), ["amount", "fen"]);
    }
}

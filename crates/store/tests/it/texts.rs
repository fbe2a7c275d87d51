//! Words that no statement and no step may have, because a relative of PostgreSQL refuses them or takes them otherwise.

use std::path::{Path, PathBuf};

const NONE: [String; 0] = [];
/// A word, and what is wrong with it there.
const WORDS: &[(&str, &str)] = &[
    ("now", "time comes from the program"),
    ("current_timestamp", "time comes from the program"),
    ("clock_timestamp", "time comes from the program"),
    ("random", "chance comes from the program"),
    ("gen_random_uuid", "numbers come from the program"),
    ("serial", "numbers come from the program"),
    ("bigserial", "numbers come from the program"),
    ("identity", "numbers come from the program"),
    ("generated", "not in openGauss before 7"),
    ("sequence", "numbers come from the program"),
    ("nextval", "numbers come from the program"),
    ("default", "values come from the program"),
    ("references", "its other end stands on another machine"),
    ("trigger", "Citus refuses it"),
    ("rule", "Citus refuses it"),
    ("function", "nobody brings it to the other machines"),
    ("procedure", "nobody brings it to the other machines"),
    ("pg_advisory_lock", "holds on one machine alone"),
    ("pg_advisory_xact_lock", "holds on one machine alone"),
    ("pg_try_advisory_xact_lock", "holds on one machine alone"),
    ("listen", "is heard on one machine alone"),
    ("notify", "is heard on one machine alone"),
    ("temp", "stands on one machine alone"),
    ("temporary", "stands on one machine alone"),
    ("merge", "Citus refuses it"),
    ("rollup", "Citus refuses it"),
    ("cube", "Citus refuses it"),
    ("recursive", "Citus refuses it without a key"),
    ("serializable", "holds on one machine alone"),
    ("jsonb", "has other casts in openGauss"),
];

/// How a transaction may begin.
const BEGINNINGS: [&str; 5] = [
    "begin",
    "begin isolation level repeatable read read only",
    // Who changes the tables, the law, or what is stopped, is alone.
    "begin; lock table migration in exclusive mode",
    "begin; lock table policy_release in exclusive mode",
    "begin; lock table aid_stop in exclusive mode",
];

/// What is wrong with a statement, or a step of many.
fn faults(text: &str) -> Vec<String> {
    let text: String =
        text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let in_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words: Vec<&str> = text.split(|letter| !in_word(letter)).collect();
    let forbidden = WORDS.iter().filter(|(word, _)| words.contains(word));
    let mut found: Vec<String> = forbidden.map(|(word, why)| format!("{word}: {why}")).collect();
    if text.contains('/') {
        found.push("division: a whole number in one database, a fraction in another".to_owned());
    }
    // An empty text is a null in some; only that something is not empty may be said.
    if text.replace("<> ''", "").contains("''") {
        found.push("empty text: null in another database".to_owned());
    }
    if text.trim_start().starts_with("begin") && !BEGINNINGS.contains(&text.trim()) {
        found.push("beginning: neither read committed nor a reading of one moment".to_owned());
    }
    found
}

fn is_statement(text: &str) -> bool {
    let starts = [
        "select ",
        "insert ",
        "update ",
        "delete ",
        "create ",
        "alter ",
        "drop ",
        "begin",
        "lock ",
        "set ",
        "do ",
        "with ",
        "merge ",
        "vacuum ",
        "listen ",
        "notify ",
        "where ",
        "order by ",
    ];
    starts.iter().any(|start| text.starts_with(start))
}

/// The texts in quotes of a source, without those of its tests. A comment has a line of its own.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n").replace("'\"'", "").replace("\\\"", "");
    let mut parts = code.split('"');
    let mut found = Vec::new();
    while let (Some(_), Some(text)) = (parts.next(), parts.next()) {
        let lines: Vec<&str> = text.split("\\\n").map(str::trim_start).collect();
        found.push(lines.concat());
    }
    found
}

fn of_crate(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of_crate(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect()
}

#[test]
fn no_statement_of_the_servers_has_what_one_of_them_refuses() {
    let mut sources = files("src/postgres", "rs");
    // What goes with PostgreSQL's own programs has PostgreSQL before it.
    sources.retain(|path| !path.ends_with("dump.rs"));
    sources.push(of_crate("src/sql/catalogue.rs"));
    let mut seen = 0;
    for path in sources {
        let source = std::fs::read_to_string(&path).unwrap();
        for text in literals(&source).iter().filter(|text| is_statement(text)) {
            seen += 1;
            assert_eq!(faults(text), NONE, "{}: {text}", path.display());
        }
    }
    assert!(seen > 100, "only {seen} statements were found");
}

#[test]
fn no_step_has_what_one_of_them_refuses() {
    let steps = files("migrations/postgres", "sql");
    assert!(steps.len() >= 8);
    for path in steps {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(faults(&text), NONE, "{}", path.display());
    }
}

#[test]
fn what_is_refused_is_found_in_texts_that_have_it() {
    for (text, fault) in [
        ("select now()", "now"),
        ("update account set version = random()", "random"),
        ("create table t (id bigserial primary key)", "bigserial"),
        ("create table t (id bigint default 1)", "default"),
        ("create table t (id bigint generated always as identity)", "identity"),
        ("create table t (id bigint references person (person_id))", "references"),
        ("create trigger t after insert on entry execute function f()", "trigger"),
        ("create sequence s", "sequence"),
        ("select pg_advisory_lock(1)", "pg_advisory_lock"),
        ("listen outbox", "listen"),
        ("create temp table t (id bigint)", "temp"),
        ("merge into account using hold on true", "merge"),
        ("select kind, sum(amount_fen) from entry group by rollup (kind)", "rollup"),
        ("with recursive r as (select 1) select * from r", "recursive"),
        ("select amount_fen / 100 from entry", "division"),
        ("insert into notice (notice) values ('')", "empty text"),
        ("select coalesce(plan, '') from payment -- <> ''", "empty text"),
        ("begin isolation level serializable", "serializable"),
        ("begin isolation level repeatable read", "beginning"),
        ("begin; set local lock_timeout = 1", "beginning"),
    ] {
        assert!(is_statement(text), "{text}");
        assert!(faults(text).iter().any(|found| found.starts_with(fault)), "{text}: {:?}", faults(text));
    }
    for text in ["select 1 -- now() or later", "insert into store_identity (name) values ($1)", "check (sender <> '')"]
    {
        assert_eq!(faults(text), NONE, "{text}");
    }
}

#[test]
fn texts_are_found_in_a_source() {
    let source = "const A: &str = \"select 1 \\\n    from t\";\n// no \"\nlet b = '\"';\nf(\"a\\\"://\", \"begin\");\n";
    assert_eq!(literals(source), ["select 1 from t", "a://", "begin"]);
}

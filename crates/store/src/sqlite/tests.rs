//! What only the inside of the engine can show: its statements, its connections, its second look.

use std::collections::BTreeSet;
use std::path::Path;

use futures_util::FutureExt;
use gongji_domain::account::{Account, Colour, Lots};
use gongji_domain::journal::{Journal, JournalKind, Moves, Position};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::record::{Facts, Rows, Wanted};
use gongji_words::{AreaCode, CommandId, Day, Fen, Moment, PersonId};
use rusqlite::{Connection, params};

use super::access::At;
use super::drill::{commit_waits_for_the_disk, stale_version_is_refused};
use super::{access, schema};
use crate::seal::{Code, Form, JOURNAL, Seal, Sealer, Subject};
use crate::sql::catalogue::{ALL, BACKINGS, INSTITUTION_WITH_STOPS};
use crate::sql::{Known, Writing};
use crate::{Store, StoreError, WorkingKey};

fn tables() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection, Path::new("memory")).unwrap();
    connection
}

fn an_account(fen: i64) -> Rows {
    let person = PersonId::from_number(1);
    let account = Account { person, lots: Lots::one(Colour(2024), Fen::from_fen(fen)), frozen: false };
    Rows { accounts: [(person, account)].into(), ..Rows::default() }
}

fn save(at: &Connection, version: Option<i64>, rows: &Rows) -> Result<(), StoreError> {
    let versions = version.map(|version| (PersonId::from_number(1), version)).into_iter().collect();
    let known = Known { versions, ..Known::default() };
    let writing = Writing { rows, known: &known, facts: &Facts::default(), enclosed: &[] };
    writing.of_people().iter().try_for_each(|batch| access::write(&At::of(at), batch))
}

#[test]
fn every_statement_prepares() {
    let tables = tables();
    for statement in ALL {
        tables.prepare(statement.sql).unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    }
}

#[test]
fn every_statement_touches_the_one_table_it_names() {
    for statement in ALL {
        let words: Vec<&str> = statement.sql.split_whitespace().collect();
        let after = |word| words.iter().position(|found| *found == word).and_then(|place| words.get(place + 1));
        let touched = ["from", "into", "update"].into_iter().find_map(after);
        assert_eq!(touched, Some(&statement.table), "{}", statement.name);
        // What is asked thousands of times a second has to be one statement.
        let may_join = [BACKINGS.place, INSTITUTION_WITH_STOPS.place].contains(&statement.place);
        assert_eq!(words.contains(&"join"), may_join, "{} joins", statement.name);
        assert_eq!(statement.sql, statement.sql.to_lowercase(), "{}", statement.name);
    }
}

#[test]
fn every_statement_with_a_condition_walks_a_key_or_index() {
    let tables = tables();
    for statement in ALL.iter().filter(|statement| statement.sql.contains("where")) {
        let sql = format!("explain query plan {}", statement.sql);
        let mut prepared = tables.prepare(&sql).unwrap();
        let plan = prepared.raw_query().mapped(|row| row.get::<_, String>(3));
        let scans: Vec<String> =
            plan.map(Result::unwrap).filter(|line| line.starts_with("SCAN") && !line.contains("INDEX")).collect();
        assert!(scans.is_empty(), "{} goes through {scans:?}", statement.name);
    }
}

#[test]
fn every_key_is_made_of_columns_of_its_table() {
    let tables = tables();
    for statement in ALL {
        for column in statement.key.split(", ") {
            let there = tables.column_exists(None, statement.table, column).unwrap();
            assert!(there, "{}: {} has no {column}", statement.name, statement.table);
        }
    }
}

#[test]
fn an_account_is_written_only_over_the_version_that_was_read() {
    assert_eq!(stale_version_is_refused(), Ok(()));
}

#[test]
fn the_tables_refuse_what_the_program_should_never_write() {
    let tables = tables();
    save(&tables, None, &an_account(100)).unwrap();
    for wrong in [
        "update account set balance_fen = -1",
        "update account set held_fen = 101",
        "insert into hold (person_id, owner_id, kind, lots, held_fen) values (1, 1, 1, '{}', -1)",
        "insert into wallet (person_id, place, balance_fen) values (1, 130100, -1)",
        "insert into journal (journal_id, at_ms, kind) values (1, 0, 11)",
        "insert into message (sender, message_id, command_id, entered_ms, attempt, state, digests) \
         values ('a', 'b', 1, 0, 0, 2, '[]')",
    ] {
        let error = tables.execute_batch(wrong).expect_err(wrong);
        assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::ConstraintViolation), "{wrong}");
    }
}

#[test]
fn migrations_can_run_twice() {
    let mut tables = tables();
    let listing = |at: &Connection| {
        let mut prepared = at.prepare("select sql from sqlite_schema order by name").unwrap();
        prepared.raw_query().mapped(|row| row.get(0)).collect::<Result<Vec<Option<String>>, _>>().unwrap()
    };
    let before = listing(&tables);
    assert_eq!(schema::migrate(&mut tables, Path::new("memory")).unwrap(), 0);
    for (_, text) in schema::STEPS {
        tables.execute_batch(text).unwrap();
    }
    assert_eq!(listing(&tables), before);
}

#[test]
fn a_commit_waits_for_the_disk() {
    assert_eq!(commit_waits_for_the_disk(), Ok(()));
}

/// A person with a frozen account into which something was credited.
fn credited() -> Rows {
    let (person, id, day) = (PersonId::from_number(1), CommandId::from_number(300), Day::new(2026, 1, 8).unwrap());
    let mut rows = an_account(1_000);
    rows.accounts.values_mut().for_each(|account| account.frozen = true);
    let (scheme, status, area) = (Scheme::Employee, InsuranceStatus::Active, AreaCode::parse("130100").unwrap());
    let insured = Person { id: person, area, scheme, status, born: day, sex: None, traits: BTreeSet::new() };
    rows.persons.insert(person, insured);
    let mut moves = Moves::none();
    moves.push(person, (Position::Credits, Position::Free(person)), (Colour(2024), Fen::from_fen(1_000)));
    let journal = Journal { id, at: Moment::at(day, 12, 0), kind: JournalKind::Credit, reverses: None };
    rows.journals.insert(id, journal);
    rows.entries.extend(moves.into_entries(id).into_iter().map(|entry| ((entry.journal, entry.leg), entry)));
    rows
}

/// Rows of a file sealed as an older program sealed them.
fn sealed_wide(path: &Path, keys: &WorkingKey) -> Store {
    let (rows, person) = (credited(), PersonId::from_number(1));
    let wanted = Wanted { people: [person].into(), ..Wanted::default() };
    let at = Moment::at(Day::new(2026, 1, 8).unwrap(), 12, 0);
    let store = Store::create_sqlite(path, keys).unwrap();
    store.group(at, &[wanted], &mut |_, _| rows.clone()).now_or_never().unwrap().unwrap();
    drop(store);
    let (sealer, tables) = (Sealer::of(keys), Connection::open(path).unwrap());
    let mut before = Code::default();
    for number in 1..=3 {
        let read = "select day, kind, subject_id from chain where number = ?1";
        let at = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i32>(0)?, row.get(1)?, row.get(2)?));
        let (day, kind, subject) = tables.query_row(read, [number], at).unwrap();
        let subject = Subject::from_numbers(kind, subject).unwrap();
        let covers = match subject {
            Subject::Person => sealer.of_person(Form::Wide, &rows.persons[&person]),
            Subject::Freeze => sealer.of_freeze(Form::Wide, true),
            _ => sealer.of_part(Form::Wide, &rows, CommandId::from_number(300), JOURNAL).unwrap().to_vec(),
        };
        let mut seal = Seal { person, number, day: Day::from_number(day), subject, covers, code: before };
        (seal.code, before) = (sealer.code(&before, &seal), sealer.code(&before, &seal));
        let write = "update chain set covers = ?1, mac = ?2 where number = ?3";
        assert_eq!(tables.execute(write, params![seal.covers, seal.code, number]), Ok(1));
    }
    drop(tables);
    Store::open_sqlite(path, keys).unwrap()
}

#[test]
fn rows_that_an_older_program_sealed_are_sound_as_long_as_nobody_changes_them() {
    let path = std::env::temp_dir().join(format!("wide-{}.db", std::process::id()));
    let changes = [
        ("select 1", 0),
        ("update journal set at_ms = at_ms + 1", 1),
        ("update account set frozen = 0", 1),
        ("update person set area = 130200", 1),
    ];
    for (change, found) in changes {
        for ending in ["", "-wal", "-shm", ".lock"] {
            let _may_be_gone = std::fs::remove_file(super::beside(&path, ending));
        }
        let store = sealed_wide(&path, &WorkingKey::generate([7; 32]));
        Connection::open(&path).unwrap().execute_batch(change).unwrap();
        let totals = store.audit_totals().now_or_never().unwrap().unwrap();
        assert_eq!(totals.discrepancies.len(), found, "{change}: {:?}", totals.discrepancies);
        assert_eq!((totals.people, totals.journals), (1, 1), "{change}");
    }
}

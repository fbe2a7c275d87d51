//! What only the inside of the engine can show: its statements, its connections, its second look.

use std::path::Path;

use gongji_domain::account::{Account, Colour, Lots};
use gongji_domain::record::{Facts, Rows};
use gongji_words::{Fen, PersonId};
use rusqlite::Connection;

use super::access::At;
use super::drill::{commit_waits_for_the_disk, stale_version_is_refused};
use super::{access, schema};
use crate::StoreError;
use crate::sql::catalogue::{ALL, BACKINGS, INSTITUTION_WITH_STOPS};
use crate::sql::{Known, Writing};

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

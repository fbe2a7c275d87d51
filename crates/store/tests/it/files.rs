//! Files: made once, opened by one writer, never by a program of another age.

use gongji_domain::record::Rows;
use gongji_store::{Store, StoreError};
use rusqlite::Connection;

use crate::rows::{a_notice, full};
use crate::world::{Scratch, dump, key, put};

/// Changes the file behind the store's back, after the store has let it go.
pub fn tamper(scratch: &Scratch, sql: &str) {
    Connection::open(scratch.database()).unwrap().execute_batch(sql).unwrap();
}

fn failure(store: Result<Store, StoreError>) -> StoreError {
    store.map(|_| ()).unwrap_err()
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let scratch = Scratch::new();
    put(&scratch.create(), &full()).unwrap();
    assert_eq!(dump(&scratch.open()), full());
}

#[test]
fn a_second_writer_is_told_to_wait() {
    let scratch = Scratch::new();
    let first = scratch.create();
    let locked = failure(Store::open_sqlite(&scratch.database(), &key(7)));
    assert!(matches!(locked, StoreError::Locked { .. }), "{locked:?}");
    assert!(locked.to_string().contains("wait until it has ended"), "{locked}");
    assert!(matches!(Store::migrate_sqlite(&scratch.database()), Err(StoreError::Locked { .. })));
    drop(first);
    scratch.open();
}

#[test]
fn a_reader_sees_whole_groups_beside_the_writer_and_cannot_write() {
    let scratch = Scratch::new();
    let writer = scratch.create();
    let reader = Store::open_sqlite_reader(&scratch.database(), &key(7)).unwrap();
    put(&writer, &full()).unwrap();
    assert_eq!(dump(&reader), full());
    assert!(matches!(put(&reader, &full()), Err(StoreError::ReadOnly)));
}

#[test]
fn a_database_is_made_once() {
    let scratch = Scratch::new();
    drop(scratch.create());
    let exists = failure(Store::create_sqlite(&scratch.database(), &key(7)));
    assert!(matches!(exists, StoreError::Exists { .. }), "{exists:?}");
}

#[test]
fn a_missing_file_is_not_made_by_opening_it() {
    let scratch = Scratch::new();
    for missing in [
        failure(Store::open_sqlite(&scratch.database(), &key(7))),
        failure(Store::open_sqlite_reader(&scratch.database(), &key(7))),
        Store::migrate_sqlite(&scratch.database()).map(|_| ()).unwrap_err(),
    ] {
        assert!(matches!(missing, StoreError::Missing { .. }), "{missing:?}");
    }
    assert!(!scratch.database().exists());
}

#[test]
fn a_file_that_holds_no_database_is_left_as_it_is() {
    let texts = [vec![], b"short".to_vec(), vec![0; 4096], b"neither a database nor a log ".repeat(300)];
    for bytes in texts {
        let scratch = Scratch::new();
        std::fs::write(scratch.database(), &bytes).unwrap();
        for missing in [
            failure(Store::open_sqlite(&scratch.database(), &key(7))),
            failure(Store::open_sqlite_reader(&scratch.database(), &key(7))),
            Store::migrate_sqlite(&scratch.database()).map(|_| ()).unwrap_err(),
        ] {
            assert!(matches!(missing, StoreError::Missing { .. }), "{missing:?}");
        }
        assert!(std::fs::read(scratch.database()).unwrap() == bytes, "{} bytes were changed", bytes.len());
        assert_eq!(scratch.names(), ["gongji.db"]);
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_any_of_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let store = scratch.create();
    put(&store, &full()).unwrap();
    let names = scratch.names();
    assert_eq!(names, ["gongji.db", "gongji.db-shm", "gongji.db-wal", "gongji.db.lock"]);
    for name in names {
        let mode = std::fs::metadata(scratch.file(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_wrong_master_key_is_said_at_once() {
    let scratch = Scratch::new();
    drop(scratch.create());
    let wrong = failure(Store::open_sqlite(&scratch.database(), &key(8)));
    assert!(matches!(wrong, StoreError::WrongKey), "{wrong:?}");
}

#[test]
fn migrating_again_changes_nothing() {
    let scratch = Scratch::new();
    put(&scratch.create(), &full()).unwrap();
    assert_eq!(Store::migrate_sqlite(&scratch.database()).unwrap(), 0);
    assert_eq!(Store::migrate_sqlite(&scratch.database()).unwrap(), 0);
    assert_eq!(dump(&scratch.open()), full());
}

#[test]
fn tables_of_an_older_release_wait_for_a_migration() {
    let scratch = Scratch::new();
    drop(scratch.create());
    tamper(&scratch, "delete from migration where step >= 5; drop table timer");
    let pending = failure(Store::open_sqlite(&scratch.database(), &key(7)));
    let StoreError::Pending { steps, .. } = pending else { panic!("{pending:?}") };
    assert!(steps >= 2, "{steps}");
    assert_eq!(Store::migrate_sqlite(&scratch.database()).unwrap(), steps);
    put(&scratch.open(), &full()).unwrap();
}

#[test]
fn tables_of_an_older_release_are_backed_up_as_they_are() {
    let scratch = Scratch::new();
    drop(scratch.create());
    tamper(&scratch, "delete from migration where step >= 5; drop table timer");
    let copy = scratch.file("copy.db");
    Store::backup_sqlite(&scratch.database(), &copy).unwrap();
    assert_eq!(Store::steps_sqlite(&copy).unwrap().done.len(), 4);
}

#[test]
fn tables_of_a_newer_release_are_left_alone() {
    let scratch = Scratch::new();
    drop(scratch.create());
    tamper(&scratch, "insert into migration (step, name, digest) select max(step) + 1, 'later', 'x' from migration");
    let newer = failure(Store::open_sqlite(&scratch.database(), &key(7)));
    assert!(matches!(newer, StoreError::Newer { .. }), "{newer:?}");
    assert!(matches!(Store::migrate_sqlite(&scratch.database()), Err(StoreError::Newer { .. })));
}

#[test]
fn tables_made_by_another_text_are_left_alone() {
    let scratch = Scratch::new();
    drop(scratch.create());
    tamper(&scratch, "update migration set digest = 'x' where step = 3");
    let damaged = failure(Store::open_sqlite(&scratch.database(), &key(7)));
    assert!(matches!(damaged, StoreError::Damaged { table: "migration", .. }), "{damaged:?}");
}

#[test]
fn a_number_that_means_nothing_is_damage_with_its_place() {
    let scratch = Scratch::new();
    put(&scratch.create(), &full()).unwrap();
    tamper(&scratch, "pragma ignore_check_constraints = on; update person set area = 7 where person_id = 2");
    let store = scratch.open();
    let damaged = crate::world::now(store.dump()).unwrap_err();
    let StoreError::Damaged { table, row, why } = damaged else { panic!("{damaged:?}") };
    assert_eq!((table, row.as_str()), ("person", "2/7"));
    assert!(why.contains("area"), "{why}");
}

#[test]
fn lots_that_do_not_add_up_pay_nothing() {
    let scratch = Scratch::new();
    put(&scratch.create(), &full()).unwrap();
    tamper(&scratch, "update account set lots = '{}'");
    let damaged = put(&scratch.open(), &full()).unwrap_err();
    assert!(matches!(damaged, StoreError::Damaged { table: "account", .. }), "{damaged:?}");
}

#[test]
fn the_log_is_written_back_beside_the_groups_once_it_is_worth_it() {
    let scratch = Scratch::new();
    let store = scratch.create();
    let in_the_file = || std::fs::metadata(scratch.database()).unwrap().len();
    let notices = |count: i64| {
        let rows = (0..count).map(|number| a_notice(1, number, 0));
        Rows { notices: rows.map(|row| ((row.person, row.command, row.place), row)).collect(), ..Rows::default() }
    };
    let before = in_the_file();
    for (count, is_written_back) in [(10, false), (160_000, true)] {
        put(&store, &notices(count)).unwrap();
        assert_eq!(in_the_file(), before, "what was just written stands in the log");
        store.write_back().unwrap();
        assert_eq!(in_the_file() > before, is_written_back, "{count} rows");
    }
}

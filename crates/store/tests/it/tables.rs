//! Both engines have the same tables: whoever moves from one to the other finds every column again.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::world::{Database, Scratch};

/// Columns by table, in order, each with whether it may be empty.
type Tables = BTreeMap<String, Vec<(String, bool)>>;

/// A table of locks that one writer does not need.
const OF_THE_SERVER: [&str; 1] = ["person_lock"];

fn of_file() -> Tables {
    let scratch = Scratch::new();
    drop(scratch.create());
    let connection = Connection::open(scratch.database()).unwrap();
    let sql = "select m.name, c.name, c.\"notnull\" = 0 and c.pk = 0 from sqlite_schema m, pragma_table_info(m.name) c \
        where m.type = 'table' order by m.name, c.cid";
    let mut prepared = connection.prepare(sql).unwrap();
    let rows = prepared.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    grouped(rows.map(Result::unwrap))
}

fn of_server() -> Tables {
    let database = Database::new();
    drop(database.create());
    let sql = "select table_name::text, column_name::text, is_nullable = 'YES' from information_schema.columns \
        where table_schema = 'public' order by table_name, ordinal_position";
    let rows = database.rows(sql);
    grouped(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))))
}

fn grouped(columns: impl Iterator<Item = (String, (String, bool))>) -> Tables {
    let mut tables = Tables::new();
    columns.for_each(|(table, column)| tables.entry(table).or_default().push(column));
    tables
}

#[test]
fn both_engines_have_the_same_columns_in_the_same_order() {
    let (file, mut server) = (of_file(), of_server());
    for table in OF_THE_SERVER {
        assert!(server.remove(table).is_some(), "{table}");
    }
    assert!(file.len() > 25, "{file:?}");
    assert_eq!(file, server);
}

//! The audit finds what does not follow from the entries.

use gongji_domain::account::{Colour, Lots};
use gongji_domain::record::Rows;
use gongji_store::{Store, Totals};
use rusqlite::Connection;

use crate::rows::{BINDING, SPONSOR, a_hold, full};
use crate::world::{Scratch, command, now, person, put, yuan};

fn audit(store: &Store) -> Totals {
    now(store.audit_totals()).unwrap()
}

fn places(totals: &Totals) -> Vec<(&'static str, &str)> {
    totals.discrepancies.iter().map(|found| (found.table, found.row.as_str())).collect()
}

fn a_sound_store_has_no_discrepancy(store: &Store) {
    put(store, &full()).unwrap();
    let totals = audit(store);
    assert_eq!(totals.discrepancies, []);
    assert_eq!((totals.people, totals.journals, totals.entries), (2, 4, 10));
}

fn an_empty_store_is_sound(store: &Store) {
    assert_eq!(audit(store), Totals::default());
}

fn money_without_an_entry_is_found(store: &Store) {
    put(store, &full()).unwrap();
    let mut accounts = full().accounts;
    accounts.values_mut().for_each(|account| account.lots.put(Colour(2023), yuan(1)));
    put(store, &Rows { accounts, ..Rows::default() }).unwrap();
    assert_eq!(places(&audit(store)), [("account", "1/2023")]);
}

fn a_hold_without_an_entry_is_found(store: &Store) {
    put(store, &full()).unwrap();
    let mut rows = Rows::default();
    let hold = a_hold(SPONSOR, BINDING, Lots::one(Colour(2024), yuan(49)));
    rows.holds.insert((person(SPONSOR), command(BINDING)), hold);
    put(store, &rows).unwrap();
    assert_eq!(places(&audit(store)), [("hold", "1/10/2024")]);
}

fn a_wallet_without_an_entry_is_found(store: &Store) {
    put(store, &full()).unwrap();
    let mut wallets = full().wallets;
    wallets.values_mut().for_each(|wallet| wallet.balance = yuan(41));
    put(store, &Rows { wallets, ..Rows::default() }).unwrap();
    assert_eq!(places(&audit(store)), [("wallet", "2")]);
}

fn a_counter_that_forgot_a_payment_is_found(store: &Store) {
    put(store, &full()).unwrap();
    let mut counters = full().counters;
    counters.values_mut().take(1).for_each(|counter| counter.used = yuan(59));
    put(store, &Rows { counters, ..Rows::default() }).unwrap();
    assert_eq!(places(&audit(store)), [("counter", "1/10/Total")]);
}

crate::on_every_engine! {
    a_sound_store_has_no_discrepancy
    an_empty_store_is_sound
    money_without_an_entry_is_found
    a_hold_without_an_entry_is_found
    a_wallet_without_an_entry_is_found
    a_counter_that_forgot_a_payment_is_found
}

#[test]
fn a_broken_constraint_is_found_in_the_pages() {
    let scratch = Scratch::new();
    put(&scratch.create(), &full()).unwrap();
    let sql = "pragma ignore_check_constraints = on; update transfer set amount_fen = 0";
    Connection::open(scratch.database()).unwrap().execute_batch(sql).unwrap();
    let totals = audit(&scratch.open());
    assert!(totals.discrepancies.iter().any(|found| found.table == "file"), "{totals:?}");
}

/// Overwrites the page on which a table or index begins.
fn scribble(scratch: &Scratch, name: &str) {
    use std::io::{Seek, SeekFrom, Write};
    let connection = Connection::open(scratch.database()).unwrap();
    let of = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u32>(0)).map(u64::from).unwrap();
    let page = of(&format!("select rootpage from sqlite_schema where name = '{name}'"));
    let size = of("pragma page_size");
    drop(connection);
    let mut file = std::fs::File::options().write(true).open(scratch.database()).unwrap();
    file.seek(SeekFrom::Start((page - 1) * size)).unwrap();
    file.write_all(&[0xff; 64]).unwrap();
}

#[test]
fn a_scribbled_page_is_found_with_the_table_it_belongs_to() {
    let scratch = Scratch::new();
    put(&scratch.create(), &full()).unwrap();
    scribble(&scratch, "entry");
    let totals = audit(&scratch.open());
    assert!(places(&totals).contains(&("file", "entry")), "{totals:?}");
}

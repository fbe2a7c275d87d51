//! Numbers that several programs take of one database.

use std::collections::BTreeSet;

use gongji_store::Store;

use crate::world::{Database, key, now};

#[test]
fn nobody_is_given_what_another_was_and_nothing_below_what_he_asked_for() {
    let database = Database::new();
    let one = database.create();
    let other = now(Store::open_postgres(&database.address(), &key(7))).unwrap();
    let claims = [(&one, 1_000, 10), (&other, 1_000, 1), (&one, 5_000, 2), (&other, 0, 3), (&one, i64::MIN / 2, 1)];
    let given: Vec<i64> = claims.iter().map(|(store, from, count)| now(store.claim(*from, *count)).unwrap()).collect();
    assert_eq!(given, [1_000, 1_010, 5_000, 5_002, 5_005]);
}

#[test]
fn programs_that_claim_at_once_are_given_different_numbers() {
    const EACH: usize = 40;
    let database = Database::new();
    drop(database.create());
    let claim = || {
        let store = now(Store::open_postgres(&database.address(), &key(7))).unwrap();
        (0..EACH).map(|_| now(store.claim(7, 1)).unwrap()).collect::<Vec<_>>()
    };
    let given: Vec<i64> = std::thread::scope(|scope| {
        let programs: Vec<_> = (0..4).map(|_| scope.spawn(claim)).collect();
        programs.into_iter().flat_map(|program| program.join().unwrap()).collect()
    });
    assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), 4 * EACH);
}

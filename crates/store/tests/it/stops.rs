//! Stops as rows: what can be written, what groups and questions read, and what is found of those who own the database and
//! not the key.

use gongji_domain::record::{Rows, Wanted};
use gongji_domain::stop::{SignedByTwo, Stop, StopTarget, Stops};
use gongji_store::{Store, StoreError};
use gongji_words::{AreaCode, InstitutionId};

use crate::on_every_engine;
use crate::rows::full;
use crate::world::{Database, Scratch, noon, now, person, put, read};

const AREA: StopTarget = StopTarget::Area(AreaCode::from_number(130_100));
const HOSPITAL: StopTarget = StopTarget::Institution(InstitutionId::from_number(1301));
const PEER: StopTarget = StopTarget::Peer(AreaCode::from_number(140_000));

fn by_two(by: &str, and: &str, day: u8) -> SignedByTwo {
    SignedByTwo { by: by.to_owned(), and: and.to_owned(), at: noon(day) }
}

fn begun(number: u32, target: StopTarget) -> Stop {
    let reason = format!("规则有误 {number}");
    Stop { number, target, reason, begun: by_two("王敏", "李强", 1), ended: None }
}

fn ended(stop: Stop) -> Stop {
    Stop { ended: Some(by_two("赵一", "钱二", 2)), ..stop }
}

fn keep(store: &Store, stop: &Stop) {
    now(store.keep_stop(stop)).unwrap();
}

/// One of each kind; the first is over and its target stopped again.
fn with_stops(store: &Store) -> Vec<Stop> {
    let all = [begun(1, AREA), begun(2, HOSPITAL), begun(3, PEER)];
    all.iter().for_each(|stop| keep(store, stop));
    let [first, second, third] = all;
    let (first, fourth) = (ended(first), begun(4, AREA));
    keep(store, &first);
    keep(store, &fourth);
    vec![first, second, third, fourth]
}

fn in_force(store: &Store) -> Stops {
    read(store, &Wanted::default()).stops
}

on_every_engine! {
    stops_are_read_again_as_they_were_written
    a_group_a_reader_and_a_question_know_what_is_in_force
    nothing_is_changed_but_the_end_and_that_once
    one_person_neither_stops_nor_resumes
    who_did_not_see_the_last_stop_writes_nothing
    a_sound_store_has_nothing_to_find
}

fn stops_are_read_again_as_they_were_written(store: &Store) {
    assert_eq!(now(store.stops()).unwrap(), []);
    let expected = with_stops(store);
    assert_eq!(now(store.stops()).unwrap(), expected);
}

fn a_group_a_reader_and_a_question_know_what_is_in_force(store: &Store) {
    let rows = full();
    put(store, &rows).unwrap();
    let place = *rows.institutions.keys().next().unwrap();
    let mut seen = Vec::new();
    let mut look = |store: &Store| {
        let wanted = Wanted::default();
        now(store.group(noon(1), std::slice::from_ref(&wanted), &mut |_, facts| {
            seen.push(facts.stops.clone());
            Rows::default()
        }))
        .unwrap();
        let (_, _, asked) = now(store.backings_of(person(1), place)).unwrap();
        assert_eq!((&in_force(store), &asked), (&seen[seen.len() - 1], &seen[seen.len() - 1]));
    };
    look(store);
    keep(store, &begun(1, AREA));
    look(store);
    keep(store, &begun(2, HOSPITAL));
    keep(store, &begun(3, PEER));
    look(store);
    keep(store, &ended(begun(1, AREA)));
    look(store);
    let expected: [&[StopTarget]; 4] = [&[], &[AREA], &[AREA, HOSPITAL, PEER], &[HOSPITAL, PEER]];
    let expected = expected.map(|targets| targets.iter().copied().collect::<Stops>());
    assert_eq!(seen, expected);
}

fn nothing_is_changed_but_the_end_and_that_once(store: &Store) {
    keep(store, &begun(1, AREA));
    let other = Stop { reason: "another".to_owned(), ..begun(1, AREA) };
    for wrong in [other.clone(), ended(other), ended(begun(1, HOSPITAL)), begun(1, AREA)] {
        let refused = now(store.keep_stop(&wrong));
        assert!(matches!(refused, Err(StoreError::Constraint { table: "aid_stop" })), "{wrong:?}: {refused:?}");
    }
    keep(store, &ended(begun(1, AREA)));
    let again = now(store.keep_stop(&ended(begun(1, AREA))));
    assert!(matches!(again, Err(StoreError::Contended)), "{again:?}");
    assert_eq!(now(store.stops()).unwrap(), [ended(begun(1, AREA))]);
}

fn one_person_neither_stops_nor_resumes(store: &Store) {
    let alone = by_two("王敏", "王 敏", 1);
    let refused = now(store.keep_stop(&Stop { begun: alone.clone(), ..begun(1, AREA) }));
    assert!(matches!(refused, Err(StoreError::Constraint { table: "aid_stop" })), "{refused:?}");
    keep(store, &begun(1, AREA));
    let refused = now(store.keep_stop(&Stop { ended: Some(alone), ..begun(1, AREA) }));
    assert!(matches!(refused, Err(StoreError::Constraint { table: "aid_stop" })), "{refused:?}");
    assert_eq!(now(store.stops()).unwrap(), [begun(1, AREA)]);
}

fn who_did_not_see_the_last_stop_writes_nothing(store: &Store) {
    keep(store, &begun(1, AREA));
    for late in [begun(3, HOSPITAL), begun(2, AREA)] {
        let refused = now(store.keep_stop(&late));
        assert!(matches!(refused, Err(StoreError::Contended)), "{late:?}: {refused:?}");
    }
    assert_eq!(now(store.stops()).unwrap(), [begun(1, AREA)]);
}

fn a_sound_store_has_nothing_to_find(store: &Store) {
    with_stops(store);
    assert_eq!(now(store.audit_totals()).unwrap().discrepancies, []);
}

/// What somebody does who owns the database and not the key, and which row is said to be wrong.
const ATTACKS: [(&str, &str); 8] = [
    ("update aid_stop set reason = 'another' where stop_number = 2", "2"),
    ("update aid_stop set target = 130200 where stop_number = 4", "4"),
    ("update aid_stop set begun_by = 'Nobody' where stop_number = 1", "1"),
    ("update aid_stop set ended_by = 'Nobody' where stop_number = 1", "1"),
    ("delete from aid_stop where stop_number = 1", "2"),
    ("delete from aid_stop where stop_number = 2", "3"),
    (
        "update aid_stop set ended_by = 'One', ended_and = 'Other', ended_ms = 1741406400000, end_seal = seal \
        where stop_number = 2",
        "2",
    ),
    (
        "insert into aid_stop (stop_number, target_kind, target, reason, begun_by, begun_and, begun_ms, seal) \
        select 5, 3, 150000, reason, begun_by, begun_and, begun_ms, seal from aid_stop where stop_number = 4",
        "5",
    ),
];

fn is_found(store: &Store, attack: &str, row: &str) {
    let found = now(store.audit_totals()).unwrap().discrepancies;
    assert!(found.iter().any(|one| one.table == "aid_stop" && one.row == row), "{attack}: {found:?}");
    assert!(matches!(now(store.stops()), Err(StoreError::Damaged { table: "aid_stop", .. })), "{attack}");
}

#[test]
fn whoever_owns_a_file_and_not_the_key_is_found() {
    for (attack, row) in ATTACKS {
        let scratch = Scratch::new();
        with_stops(&scratch.create());
        crate::files::tamper(&scratch, attack);
        is_found(&scratch.open(), attack, row);
    }
}

#[test]
fn whoever_owns_a_server_and_not_the_key_is_found() {
    for (attack, row) in ATTACKS {
        let database = Database::new();
        with_stops(&database.create());
        database.tamper(attack);
        is_found(&database.open(), attack, row);
    }
}

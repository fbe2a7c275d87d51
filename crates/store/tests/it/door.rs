//! Tokens, staff and visits: what is kept, and what is found of those who own the database and not the key.

use gongji_domain::access::{Credential, Holder, MOST_PREVIEWS, Role, Staff, Visit};
use gongji_domain::release::Signed;
use gongji_store::{Store, StoreError};
use gongji_words::{AreaCode, InstitutionId};

use crate::on_every_engine;
use crate::world::{Database, Scratch, noon, now, person};

fn signed(by: &str, day: u8) -> Signed {
    Signed { by: by.to_owned(), at: noon(day) }
}

fn of_till(number: u8) -> Credential {
    Credential {
        digest: [number; 32],
        holder: Holder::Institution(InstitutionId::from_number(1_300 + i64::from(number))),
        roles: [Role::Institution].into(),
        areas: [].into(),
        from: noon(1),
        until: None,
        issued: signed("王敏", 1),
        revoked: None,
    }
}

fn of_staff(number: u8, name: &str) -> Credential {
    let areas = [AreaCode::from_number(130_100), AreaCode::from_number(130_200)].into();
    let (holder, roles) = (Holder::Staff(name.to_owned()), [Role::Clerk, Role::Auditor].into());
    Credential { holder, roles, areas, until: Some(noon(2)), ..of_till(number) }
}

fn staff(name: &str, day: u8) -> Staff {
    Staff {
        name: name.to_owned(),
        person: (day == 1).then(|| "0017".to_owned()),
        password: format!("$argon2id$ of day {day}"),
        roles: [Role::Reviewer].into(),
        areas: [AreaCode::from_number(130_000)].into(),
        active: day != 3,
        changed: signed("王敏", day),
    }
}

fn visit(name: &str, patient: i64) -> Visit {
    let (institution, patient) = (InstitutionId::from_number(1_301), person(patient));
    Visit { institution, name: name.to_owned(), patient, opened: noon(1), previews: 0 }
}

on_every_engine! {
    a_token_is_read_again_as_it_was_and_only_its_revocation_is_written_over
    the_tokens_of_one_holder_are_his_alone
    staff_are_as_they_were_kept_last
    a_visit_stays_what_it_was_first
    previews_are_counted_up_to_their_number
}

fn a_token_is_read_again_as_it_was_and_only_its_revocation_is_written_over(store: &Store) {
    now(store.keep_credentials(&[of_till(1), of_staff(2, "李强")])).unwrap();
    for row in [of_till(1), of_staff(2, "李强")] {
        assert_eq!(now(store.credential(&row.digest)).unwrap(), Some(row));
    }
    assert_eq!(now(store.credential(&[9; 32])).unwrap(), None);
    let revoked = Credential { revoked: Some(signed("李强", 2)), ..of_till(1) };
    now(store.keep_credentials(std::slice::from_ref(&revoked))).unwrap();
    assert_eq!(now(store.credential(&[1; 32])).unwrap(), Some(revoked));
}

fn the_tokens_of_one_holder_are_his_alone(store: &Store) {
    now(store.keep_credentials(&[of_till(1), of_staff(2, "李强"), of_staff(3, "李强"), of_staff(4, "1301")])).unwrap();
    let of = |holder: Option<&Holder>| -> Vec<u8> {
        now(store.credentials(holder)).unwrap().iter().map(|row| row.digest[0]).collect()
    };
    assert_eq!(of(None), [1, 2, 3, 4]);
    assert_eq!(of(Some(&Holder::Staff("李强".to_owned()))), [2, 3]);
    assert_eq!(of(Some(&Holder::Institution(InstitutionId::from_number(1_301)))), [1]);
}

fn staff_are_as_they_were_kept_last(store: &Store) {
    for row in [staff("李强", 1), staff("赵静", 2), staff("李强", 3)] {
        now(store.keep_staff(&row)).unwrap();
    }
    assert_eq!(now(store.staff("李强")).unwrap(), Some(staff("李强", 3)));
    assert_eq!(now(store.staff("nobody")).unwrap(), None);
    assert_eq!(now(store.all_staff()).unwrap().len(), 2);
}

fn a_visit_stays_what_it_was_first(store: &Store) {
    assert_eq!(now(store.open_visit(&visit("V", 1))).unwrap(), visit("V", 1));
    assert_eq!(now(store.open_visit(&visit("V", 2))).unwrap(), visit("V", 1));
    assert_eq!(now(store.open_visit(&visit("W", 1))).unwrap(), visit("W", 1));
    assert_eq!(now(store.visits_of(person(1))).unwrap(), [visit("V", 1), visit("W", 1)]);
    assert_eq!(now(store.visits_of(person(2))).unwrap(), []);
}

fn previews_are_counted_up_to_their_number(store: &Store) {
    now(store.open_visit(&visit("V", 1))).unwrap();
    let count = |name: &str| now(store.count_preview(InstitutionId::from_number(1_301), name)).unwrap();
    for _ in 0..MOST_PREVIEWS {
        assert!(count("V"));
    }
    assert!(!count("V") && !count("W"));
    let there = now(store.visit(InstitutionId::from_number(1_301), "V")).unwrap();
    assert_eq!(there.map(|visit| visit.previews), Some(MOST_PREVIEWS));
}

/// What somebody with the database alone would do to come in.
const FORGERIES: [&str; 8] = [
    "update credential set revoked_by = null, revoked_ms = null where holder = '1301'",
    "update credential set roles = 510 where holder = '1301'",
    "update credential set until_ms = null where holder = '李强'",
    "update credential set areas = '[\"130000\"]' where holder = '李强'",
    "update staff set roles = 510 where name = '李强'",
    "update staff set password = '$argon2id$ of day 9' where name = '李强'",
    "update staff set person = '0018' where name = '李强'",
    "update staff set person = null where name = '李强'",
];

fn with_all(store: &Store) {
    let revoked = Credential { revoked: Some(signed("李强", 2)), ..of_till(1) };
    now(store.keep_credentials(&[revoked, of_staff(2, "李强")])).unwrap();
    now(store.keep_staff(&staff("李强", 1))).unwrap();
}

/// Whether it is found, by whoever reads.
fn is_found(store: &Store) -> bool {
    let damaged = |found: Option<StoreError>| matches!(found, Some(StoreError::Damaged { .. }));
    damaged(now(store.credentials(None)).err()) || damaged(now(store.staff("李强")).err())
}

#[test]
fn in_a_file_nobody_makes_himself_one_with_the_database_alone() {
    for forgery in FORGERIES {
        let scratch = Scratch::new();
        with_all(&scratch.create());
        rusqlite::Connection::open(scratch.database()).unwrap().execute_batch(forgery).unwrap();
        let store = scratch.open();
        assert!(is_found(&store), "{forgery}");
    }
}

#[test]
fn on_a_server_nobody_makes_himself_one_with_the_database_alone() {
    let database = Database::new();
    let store = database.create();
    with_all(&store);
    for forgery in FORGERIES {
        assert!(!is_found(&store));
        database.tamper(forgery);
        assert!(is_found(&store), "{forgery}");
        database.tamper("delete from credential; delete from staff");
        with_all(&store);
    }
}

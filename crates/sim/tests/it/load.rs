//! The load that measures the desk: what it enters must be sound, or its figures are those of something else.

use std::collections::BTreeSet;

use gongji_service::law;
use gongji_sim::executor::ready;
use gongji_sim::load::draw::{INSTITUTIONS, message_name};
use gongji_sim::site::Scratch;
use gongji_sim::{Ground, Load, run_load};
use gongji_store::{Store, WorkingKey};
use gongji_words::Moment;

#[test]
fn a_kept_database_is_settled_over_again_and_its_books_are_sound() {
    let folder = Scratch::new().unwrap();
    let path = folder.database(0);
    let law = law::built_in();
    let kept = Load { ground: Ground::Keep(path.clone()), people: 9, behind: 20, settlements: 10, answers: None };
    let over = Load { ground: Ground::Over(path.clone()), ..kept.clone() };
    for (load, callers) in [(kept, 1), (over.clone(), 1), (over, 4)] {
        let rates = run_load(&load, (&[callers], 1), &law).unwrap();
        assert_eq!((rates[0].callers, rates[0].settlements), (callers, 10));
    }
    let store = Store::open_sqlite_reader(&path, &WorkingKey::generate([9; 32])).unwrap();
    let rows = ready(store.dump()).unwrap();
    assert_eq!(rows.payments.len(), 20 + 3 * 10, "no bill was taken for another");
    assert!(rows.payments.values().all(|payment| payment.shares.len() == 1), "a sponsor paid each of them");
    assert_eq!(ready(store.audit_totals()).unwrap().discrepancies, []);
}

#[test]
fn messages_are_named_as_institutions_name_them_and_none_twice() {
    let since = Moment::parse("2025-03-08T12:00").unwrap();
    let bills = [0, 1, INSTITUTIONS - 1, INSTITUTIONS, INSTITUTIONS * 10_000 - 1, INSTITUTIONS * 10_000];
    let names = bills.map(|bill| message_name(since, bill));
    assert_eq!(names[0], "H00000000001202503081200000000");
    assert_eq!(names[5], "H00000000001202503081200010000");
    let later = message_name(Moment::from_millis(since.millis() + 1), 0);
    assert!(later > names[0] && later < names[5], "what begins a millisecond later is named otherwise");
    assert!(names.iter().all(|name| name.len() == 30), "{names:?}");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

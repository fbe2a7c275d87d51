//! The load that measures the desk: what it enters must be sound, or its figures are those of something else.

use std::collections::BTreeSet;

use gongji_domain::record::PaymentKind;
use gongji_service::law;
use gongji_sim::executor::ready;
use gongji_sim::load::draw::{INSTITUTIONS, message_name};
use gongji_sim::load::tasks;
use gongji_sim::site::Scratch;
use gongji_sim::{Engine, Ground, Kin, Load, Mix, OpenWish, Room, Tills, run_load, run_open};
use gongji_store::{Store, WorkingKey};
use gongji_words::Moment;

type Shape = (Kin, Mix, Tills);

fn load(ground: Ground, shape: Shape) -> Load {
    Load { ground, people: 9, shape, behind: 20, settlements: 10, lanes: 2, group_bound: None, answers: None }
}

#[test]
fn whatever_comes_is_paid_by_aid_and_the_books_are_sound() {
    for shape in
        [(Kin::Usual, Mix::Of2025, Tills::All), (Kin::Hot, Mix::Bills, Tills::One), (Kin::Hot, Mix::Of2025, Tills::All)]
    {
        let folder = Scratch::new().unwrap();
        let path = folder.database(0);
        let load = Load { people: 900, settlements: 300, ..load(Ground::Keep(path.clone()), shape) };
        run_load(&load, (&[4], 1), &law::built_in()).unwrap();
        let store = Store::open_sqlite_reader(&path, &WorkingKey::generate([9; 32])).unwrap();
        let rows = ready(store.dump()).unwrap();
        assert_eq!(rows.payments.len(), 320, "{shape:?}");
        let premiums = rows.payments.values().filter(|payment| payment.kind == PaymentKind::Premium).count();
        assert_eq!((40..90).contains(&premiums), shape.1 == Mix::Of2025, "{shape:?}: {premiums}");
        let away = rows.payments.values().filter(|payment| payment.payee_area != payment.key_area).count();
        assert_eq!(away > 10, shape.1 == Mix::Of2025, "{shape:?}: {away}");
        assert_eq!(ready(store.audit_totals()).unwrap().discrepancies, []);
    }
}

/// Groups of the two lanes want the same ten accounts, in all orders.
#[test]
fn hot_families_are_settled_in_two_lanes_of_a_server_without_an_error_and_each_bill_once() {
    let server = super::server();
    let room = format!("hot_{}", std::process::id());
    let ground = Ground::Server(server.clone(), Room::Keep(room.clone()));
    let bound = Some(16);
    let load = Load {
        people: 900,
        settlements: 1_500,
        group_bound: bound,
        ..load(ground, (Kin::Hot, Mix::Bills, Tills::All))
    };
    let settled = run_load(&load, (&[64], 1), &law::built_in());
    let runtime = tasks::runtime().unwrap();
    let within = format!("{server} options='-c search_path={room}'");
    let store = runtime.block_on(Store::open_postgres(&within, &WorkingKey::generate([9; 32]))).unwrap();
    let rows = runtime.block_on(store.dump()).unwrap();
    let discrepancies = runtime.block_on(store.audit_totals()).unwrap().discrepancies;
    runtime.block_on(Store::drop_postgres_room(&server, &room)).unwrap();
    settled.unwrap();
    assert_eq!(rows.payments.len(), 1_520);
    assert_eq!(rows.messages.values().filter(|row| row.id.sender().starts_with('H')).count(), 1_520);
    let sponsors: BTreeSet<_> =
        rows.payments.values().flat_map(|payment| &payment.shares).map(|share| share.sponsor).collect();
    assert_eq!(sponsors.len(), 10, "all of them paid");
    assert_eq!(discrepancies, []);
}

#[test]
fn who_comes_at_a_pace_is_answered_and_so_is_who_only_asks() {
    let wish = OpenWish { settlements: 100, questions: 300, seconds: 1 };
    let rates = run_open(&load(Ground::Fresh(Engine::Memory), Shape::default()), wish, &law::built_in()).unwrap();
    let counts: Vec<(&str, u64)> = rates.iter().map(|(name, rate)| (*name, rate.settlements)).collect();
    assert_eq!(counts, [("settlements", 100), ("questions", 300)]);
}

#[test]
fn a_kept_database_is_settled_over_again_and_its_books_are_sound() {
    let folder = Scratch::new().unwrap();
    let path = folder.database(0);
    let law = law::built_in();
    let kept = load(Ground::Keep(path.clone()), Shape::default());
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

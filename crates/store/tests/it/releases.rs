//! Releases as rows: what can be written, what is read again, and what is found of those who own the database and not
//! the key.

use gongji_domain::record::{Rows, TraceRow, Wanted};
use gongji_domain::release::{Release, ReleaseState, Resolved, Signed};
use gongji_store::{Discrepancy, NewReleases, Store, StoreError};
use gongji_words::{AreaCode, Day};
use sm3::{Digest, Sm3};

use crate::on_every_engine;
use crate::world::{Database, Scratch, command, key, noon, now, person, put, read};

fn signed(by: &str, day: u8) -> Option<Signed> {
    Some(Signed { by: by.to_owned(), at: noon(day) })
}

fn digest(text: &str) -> [u8; 32] {
    Sm3::digest(text.as_bytes()).into()
}

/// A release that 王敏 proposed.
fn proposed(number: u32, area: i32) -> Release {
    let text = format!("pack {number} of {area}");
    Release {
        number,
        area: (area != 0).then(|| AreaCode::from_number(area.try_into().unwrap())),
        first_day: Day::new(2025, 6, 1).unwrap(),
        retroactive: (number == 2).then(|| "a letter of the province".to_owned()),
        digest: digest(&text),
        text,
        proposed: signed("王敏", 1).unwrap(),
        state: ReleaseState::Proposed,
        closed: None,
    }
}

fn released(number: u32, area: i32) -> Release {
    proposed(number, area).closed(ReleaseState::Released, signed("李强", 2).unwrap())
}

fn resolved(release: u32, rules: &str) -> Resolved {
    Resolved {
        digest: digest(rules),
        area: Some(AreaCode::from_number(130_000)),
        from: Day::new(2025, 6, 1).unwrap(),
        until: None,
        release,
        sources: vec![release, 1],
        text: rules.to_owned(),
    }
}

fn keep(store: &Store, last: u32, releases: &[Release]) -> Result<(), StoreError> {
    now(store.keep_releases(NewReleases { last, releases, resolved: &[] }))
}

/// Three releases that are law, each with what it resolves to, one that is proposed; and a decision by the third.
fn with_law(store: &Store) {
    for (number, area) in [(1, 0), (2, 130_000), (3, 130_100)] {
        let (releases, resolved) = ([released(number, area)], [resolved(number, &format!("a={number}\n"))]);
        let new = NewReleases { last: number - 1, releases: &releases, resolved: &resolved };
        now(store.keep_releases(new)).unwrap();
    }
    keep(store, 3, &[proposed(4, 130_000)]).unwrap();
    decide(store, 7, "a=3\n");
}

/// A trace as far as its laws: it was decided by these rules.
fn decide(store: &Store, number: i64, rules: &str) {
    let bytes = [[1, 1].as_slice(), &digest(rules), &[0]].concat();
    let row = TraceRow { command: command(number), key: person(1), bytes };
    put(store, &Rows { traces: [(row.command, row)].into(), ..Rows::default() }).unwrap();
}

fn releases(store: &Store) -> Vec<Release> {
    now(store.releases()).unwrap()
}

fn audited(store: &Store) -> Vec<Discrepancy> {
    now(store.audit_totals()).unwrap().discrepancies
}

on_every_engine! {
    what_was_released_is_read_again_as_it_was
    a_group_reads_the_last_release_that_is_law
    nothing_is_changed_that_is_closed
    nobody_closes_what_he_proposed_but_to_withdraw_it
    who_did_not_see_the_last_release_writes_nothing
    the_first_release_that_resolved_to_rules_keeps_them
    a_sound_store_has_nothing_to_find
}

fn what_was_released_is_read_again_as_it_was(store: &Store) {
    with_law(store);
    let expected = [released(1, 0), released(2, 130_000), released(3, 130_100), proposed(4, 130_000)];
    assert_eq!(releases(store), expected);
    assert_eq!(now(store.resolved(&digest("a=2\n"))).unwrap(), [resolved(2, "a=2\n")]);
    assert_eq!(now(store.resolved(&digest("a=9\n"))).unwrap(), []);
    assert_eq!(now(store.all_resolved()).unwrap().len(), 3);
}

fn a_group_reads_the_last_release_that_is_law(store: &Store) {
    let mut seen = Vec::new();
    let mut look = |store: &Store| {
        let wanted = Wanted::default();
        now(store.group(crate::world::noon(1), std::slice::from_ref(&wanted), &mut |_, facts| {
            seen.push(facts.release);
            Rows::default()
        }))
        .unwrap();
        seen.push(read(store, &wanted).release);
    };
    look(store);
    keep(store, 0, &[released(1, 0)]).unwrap();
    look(store);
    keep(store, 1, &[proposed(2, 130_000)]).unwrap();
    look(store);
    keep(store, 1, &[released(2, 130_000)]).unwrap();
    look(store);
    assert_eq!(seen, [0, 0, 1, 1, 1, 1, 2, 2]);
}

fn nothing_is_changed_that_is_closed(store: &Store) {
    keep(store, 0, &[released(1, 0), proposed(2, 130_000), proposed(3, 130_100)]).unwrap();
    let withdrawn = proposed(2, 130_000).closed(ReleaseState::Withdrawn, signed("王敏", 2).unwrap());
    keep(store, 1, std::slice::from_ref(&withdrawn)).unwrap();
    let edited = Release { text: "another text".to_owned(), ..released(3, 130_100) };
    for wrong in [released(2, 130_000), withdrawn, released(1, 0), proposed(1, 0), edited] {
        let refused = keep(store, 1, std::slice::from_ref(&wrong));
        assert!(matches!(refused, Err(StoreError::Constraint { table: "policy_release" })), "{wrong:?}: {refused:?}");
    }
}

fn nobody_closes_what_he_proposed_but_to_withdraw_it(store: &Store) {
    keep(store, 0, &[proposed(1, 0)]).unwrap();
    let by_himself = |state| proposed(1, 0).closed(state, signed(" 王 敏", 2).unwrap());
    let refused = keep(store, 0, &[by_himself(ReleaseState::Released)]);
    assert!(matches!(refused, Err(StoreError::Constraint { table: "policy_release" })), "{refused:?}");
    keep(store, 0, &[by_himself(ReleaseState::Withdrawn)]).unwrap();
}

fn who_did_not_see_the_last_release_writes_nothing(store: &Store) {
    with_law(store);
    for (last, new) in [(2, proposed(5, 130_000)), (3, proposed(6, 130_000)), (4, released(4, 130_000))] {
        let refused = keep(store, last, std::slice::from_ref(&new));
        assert!(matches!(refused, Err(StoreError::Contended)), "{last} {new:?}: {refused:?}");
    }
    assert_eq!(releases(store).len(), 4);
}

fn the_first_release_that_resolved_to_rules_keeps_them(store: &Store) {
    with_law(store);
    let (releases, again) = ([released(4, 130_000)], [resolved(4, "a=2\n"), resolved(4, "a=4\n")]);
    now(store.keep_releases(NewReleases { last: 3, releases: &releases, resolved: &again })).unwrap();
    assert_eq!(now(store.resolved(&digest("a=2\n"))).unwrap(), [resolved(2, "a=2\n")]);
    assert_eq!(now(store.resolved(&digest("a=4\n"))).unwrap(), [resolved(4, "a=4\n")]);
}

fn a_sound_store_has_nothing_to_find(store: &Store) {
    with_law(store);
    assert_eq!(audited(store), []);
    decide(store, 8, "rules of nobody\n");
    let [found] = audited(store).try_into().unwrap();
    let found: Discrepancy = found;
    assert_eq!((found.table, found.row.as_str()), ("trace", "8"));
    assert!(found.why.contains("no release resolves to"), "{}", found.why);
}

#[test]
fn all_engines_keep_the_same() {
    let (scratch, database, spread) = (Scratch::new(), Database::new(), Database::new());
    let stores = [Store::memory(), scratch.create(), database.create(), spread.create_spread()];
    let kept = stores.iter().map(|store| {
        with_law(store);
        (releases(store), now(store.all_resolved()).unwrap(), audited(store))
    });
    let kept: Vec<_> = kept.collect();
    assert!(kept.iter().all(|other| *other == kept[0]));
}

const COLUMNS: &str =
    "area, first_day, reason, text_digest, proposed_by, proposed_ms, closed_by, closed_ms, seal, pack";

/// What is done to the tables; which row of which table the audit names first; whether the law can be read still.
fn tampering() -> Vec<(String, (&'static str, &'static str), bool)> {
    let edit = |what: &str| format!("update policy_release set {what} where release_number = 2");
    let forge = format!(
        "insert into policy_release (release_number, state, {COLUMNS}) \
         select 5, 2, {COLUMNS} from policy_release where release_number = 2"
    );
    let swap = "update policy_release set release_number = 9 where release_number = 1; \
                update policy_release set release_number = 1 where release_number = 2; \
                update policy_release set release_number = 2 where release_number = 9";
    let released = "policy_release";
    let mut all = vec![
        (forge, (released, "5"), false),
        (swap.to_owned(), (released, "1"), false),
        ("delete from policy_release where release_number = 2".to_owned(), (released, "3"), false),
        ("delete from policy_release where release_number = 1".to_owned(), (released, "2"), false),
        (
            "update policy_release set state = 2, closed_by = 'a', closed_ms = 0 where release_number = 4".to_owned(),
            (released, "4"),
            false,
        ),
        ("update policy_release set pack = 'x' where release_number = 4".to_owned(), (released, "4"), false),
        ("delete from policy_release where release_number = 3".to_owned(), ("policy_resolved", ""), true),
        (
            "delete from policy_release where release_number = 3; delete from policy_resolved where release_number = 3"
                .to_owned(),
            ("trace", "7"),
            true,
        ),
        (
            "update policy_resolved set release_number = 2 where release_number = 3".to_owned(),
            ("policy_resolved", ""),
            true,
        ),
        ("update policy_resolved set rules = 'b=1' where release_number = 3".to_owned(), ("policy_resolved", ""), true),
        ("update policy_resolved set area = 130100 where release_number = 2".to_owned(), ("policy_resolved", ""), true),
        (
            "update policy_resolved set sources = '[1]' where release_number = 2".to_owned(),
            ("policy_resolved", ""),
            true,
        ),
    ];
    let columns = [
        "area = 130100",
        "first_day = 1",
        "reason = null",
        "proposed_by = 'a'",
        "proposed_ms = 0",
        "closed_by = 'a'",
        "closed_ms = 0",
        "pack = 'x'",
    ];
    all.extend(columns.iter().map(|what| (edit(what), (released, "2"), false)));
    all
}

fn check_found(store: &Store, (what, (table, row), is_read): &(String, (&'static str, &'static str), bool)) {
    let found = audited(store).into_iter().next().unwrap_or_else(|| panic!("nothing is found of {what}"));
    assert_eq!(found.table, *table, "{what}: {found:?}");
    assert!(row.is_empty() || found.row == *row, "{what}: {found:?}");
    let law = now(store.releases());
    match law {
        Ok(_) => assert!(is_read, "{what}"),
        Err(StoreError::Damaged { table: damaged, row: named, .. }) => {
            assert_eq!((damaged, named.as_str()), (*table, *row), "{what}");
        }
        Err(other) => panic!("{what}: {other:?}"),
    }
}

#[test]
fn whatever_is_done_to_releases_in_a_file_is_found_and_named() {
    for tampering in tampering() {
        let scratch = Scratch::new();
        with_law(&scratch.create());
        crate::files::tamper(&scratch, &tampering.0);
        check_found(&scratch.open(), &tampering);
    }
}

#[test]
fn whatever_is_done_to_releases_on_a_server_is_found_and_named() {
    for tampering in tampering() {
        let database = Database::new();
        with_law(&database.create());
        database.tamper(&tampering.0);
        check_found(&database.open(), &tampering);
    }
}

#[test]
fn an_audit_without_the_key_leaves_releases_alone() {
    let scratch = Scratch::new();
    with_law(&scratch.create());
    assert_eq!(Store::audit_sqlite_without_key(&scratch.database()).unwrap().discrepancies, []);
}

#[test]
fn releases_of_another_key_are_no_releases() {
    let (one, other) = (Scratch::new(), Scratch::new());
    with_law(&one.create());
    let copy = Store::create_sqlite(&other.database(), &key(8)).unwrap();
    drop(copy);
    let attach = format!(
        "attach '{}' as one; insert into policy_release select * from one.policy_release",
        one.database().display()
    );
    crate::files::tamper(&other, &attach);
    let store = Store::open_sqlite(&other.database(), &key(8)).unwrap();
    assert!(matches!(now(store.releases()), Err(StoreError::Damaged { table: "policy_release", .. })));
}

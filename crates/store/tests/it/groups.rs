//! What a group promises: one sum, one commit, all or nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::future::join_all;
use gongji_domain::account::Lots;
use gongji_domain::journal::{JournalKind, Moves, Position};
use gongji_domain::message::Answer;
use gongji_domain::record::{Facts, MessageState, Rows, Wanted};
use gongji_store::{Store, StoreError, digest_of};
use gongji_words::{Fen, MessageId};

use crate::rows::{BENEFICIARY, CREDIT, NEW, SPONSOR, a_binding, a_hold, a_message, an_account, asking, full, record};
use crate::world::{Scratch, command, day, dump, now, owners, person, put, read, wants, yuan};

/// Credits a hundred yuan to the person of whom the group read everything.
fn credit(id: i64, journal: i64, facts: &Facts) -> Rows {
    let mut rows = Rows::default();
    let mut moves = Moves::none();
    moves.push(person(id), (Position::Credits, Position::Free(person(id))), (NEW, yuan(100)));
    record(&mut rows, journal, JournalKind::Credit, moves);
    let mut account = facts.rows.accounts.get(&person(id)).cloned().unwrap_or(an_account(id, Lots::none()));
    account.lots.put(NEW, yuan(100));
    rows.accounts.insert(person(id), account);
    rows
}

fn balance(store: &Store, id: i64) -> Fen {
    dump(store).accounts[&person(id)].lots.total()
}

fn each_command_of_a_group_sees_what_those_before_it_wrote(store: &Store) {
    let wanted = vec![wants([1]); 5];
    let mut seen = Vec::new();
    let judge = &mut |place: usize, facts: &Facts| {
        seen.push(facts.rows.accounts.get(&person(1)).map_or(Fen::ZERO, |account| account.lots.total()));
        credit(1, 100 + i64::try_from(place).unwrap(), facts)
    };
    now(store.group(crate::world::noon(1), &wanted, judge)).unwrap();
    assert_eq!(seen, [0, 100, 200, 300, 400].map(yuan));
    assert_eq!(balance(store, 1), yuan(500));
}

fn a_panicking_judge_leaves_nothing_and_the_store_goes_on(store: &Store) {
    put(store, &full()).unwrap();
    let before = digest_of(&dump(store));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let judge = &mut |place: usize, facts: &Facts| match place {
            0 => credit(1, 100, facts),
            _ => panic!("a failed assertion"),
        };
        now(store.group(crate::world::noon(1), &[wants([1]), wants([1])], judge))
    }));
    assert!(outcome.is_err());
    assert_eq!(digest_of(&dump(store)), before);
    now(store.group(crate::world::noon(1), &[wants([1])], &mut |_, facts| credit(1, 100, facts))).unwrap();
    assert_eq!(balance(store, 1), yuan(500));
}

fn a_failed_group_leaves_nothing(store: &Store) {
    put(store, &full()).unwrap();
    let before = digest_of(&dump(store));
    let judge = &mut |place: usize, facts: &Facts| match place {
        0 => credit(1, 100, facts),
        _ => credit(1, CREDIT, facts),
    };
    let failure = now(store.group(crate::world::noon(1), &[wants([1]), wants([1])], judge)).unwrap_err();
    assert!(matches!(failure, StoreError::Constraint { table: "journal" }), "{failure:?}");
    assert_eq!(digest_of(&dump(store)), before);
}

fn sponsors_are_found_through_links(store: &Store) {
    let mut rows = Rows::default();
    for (id, sponsor, beneficiary) in [(50, 11, 2), (51, 12, 2), (52, 13, 3)] {
        rows.bindings.insert((person(sponsor), command(id)), a_binding(id, sponsor, beneficiary));
        rows.accounts.insert(person(sponsor), an_account(sponsor, Lots::one(NEW, yuan(sponsor))));
    }
    put(store, &rows).unwrap();
    let wanted = Wanted { sponsors_of: [person(2)].into(), ..Wanted::default() };
    let mut read_people = Vec::new();
    let mut with_account = Vec::new();
    let judge = &mut |_: usize, facts: &Facts| {
        read_people.extend(facts.read.people.iter().copied());
        with_account.extend(facts.rows.accounts.keys().copied());
        Rows::default()
    };
    now(store.group(crate::world::noon(1), &[wanted], judge)).unwrap();
    assert_eq!(read_people, [person(11), person(12)]);
    assert_eq!(with_account, [person(11), person(12)]);
}

fn a_beneficiary_is_read_with_the_bindings_that_name_him(store: &Store) {
    put(store, &full()).unwrap();
    let facts = read(store, &wants([BENEFICIARY]));
    let bindings: Vec<_> = facts.bindings_for(person(BENEFICIARY)).map(|binding| binding.sponsor).collect();
    assert_eq!(bindings, [person(SPONSOR)]);
    assert!(facts.rows.accounts.is_empty(), "the sponsor's money was not asked for");
}

fn empty_holds_are_kept_but_not_read(store: &Store) {
    put(store, &full()).unwrap();
    let mut rows = Rows::default();
    let released = a_hold(SPONSOR, crate::rows::BINDING, Lots::none());
    rows.holds.insert((released.person, released.owner), released.clone());
    put(store, &rows).unwrap();
    assert!(read(store, &wants([SPONSOR])).rows.holds.is_empty());
    assert_eq!(dump(store).holds[&(released.person, released.owner)], released);
}

fn counters_are_read_for_the_wanted_days_only(store: &Store) {
    put(store, &full()).unwrap();
    let counters = |days: &[u8]| {
        let days = days.iter().map(|number| day(*number)).collect();
        read(store, &Wanted { days, ..wants([SPONSOR]) }).rows.counters.len()
    };
    assert_eq!(counters(&[8]), 4, "total, day, month and year");
    assert_eq!(counters(&[9]), 3, "another day of the same month");
    assert_eq!(counters(&[]), 1, "the total");
}

fn an_answered_message_never_changes(store: &Store) {
    let answered = MessageState::Answered(Answer::Done);
    let row = |state: &MessageState| {
        let row = a_message("m", 60, state.clone());
        Rows { messages: [(row.id.clone(), row)].into(), ..Rows::default() }
    };
    put(store, &row(&asking())).unwrap();
    put(store, &row(&asking())).unwrap();
    put(store, &row(&answered)).unwrap();
    for state in [asking(), MessageState::Answered(Answer::Reversed)] {
        let failure = put(store, &row(&state)).unwrap_err();
        assert!(matches!(failure, StoreError::Constraint { table: "message" }), "{failure:?}");
    }
    assert_eq!(dump(store).messages[&MessageId::new("H1", "m").unwrap()].state, answered);
}

fn one_group_cannot_answer_a_message_twice(store: &Store) {
    let judge = &mut |_: usize, _: &Facts| {
        let row = a_message("m", 60, MessageState::Answered(Answer::Done));
        Rows { messages: [(row.id.clone(), row)].into(), ..Rows::default() }
    };
    let failure = now(store.group(crate::world::noon(1), &[Wanted::default(), Wanted::default()], judge)).unwrap_err();
    assert!(matches!(failure, StoreError::Constraint { table: "message" }), "{failure:?}");
}

/// Every kind that is only added, alone.
fn only_added() -> [(&'static str, Rows); 4] {
    let none = Rows::default;
    let all = full();
    [
        ("journal", Rows { journals: all.journals.clone(), ..none() }),
        ("journal", Rows { journals: all.journals, entries: all.entries, ..none() }),
        ("claim", Rows { claims: all.claims, ..none() }),
        ("trace", Rows { traces: all.traces, ..none() }),
    ]
}

fn rows_that_are_only_added_are_not_added_twice(store: &Store) {
    put(store, &full()).unwrap();
    for (expected, rows) in only_added() {
        let failure = put(store, &rows).unwrap_err();
        assert!(matches!(failure, StoreError::Constraint { table } if table == expected), "{failure:?}");
    }
    assert_eq!(dump(store), full());
}

fn entries_come_with_their_journal_and_balance(store: &Store) {
    let alone = Rows { entries: full().entries, ..Rows::default() };
    let failure = put(store, &alone).unwrap_err();
    assert!(matches!(failure, StoreError::Constraint { table: "entry" }), "{failure:?}");
    let mut lame = Rows { journals: full().journals, entries: full().entries, ..Rows::default() };
    lame.entries.pop_last();
    let failure = put(store, &lame).unwrap_err();
    assert!(matches!(failure, StoreError::Constraint { table: "journal" }), "{failure:?}");
    assert!(dump(store).is_empty());
}

fn money_of_people_who_were_not_read_is_not_written(store: &Store) {
    let all = full();
    let cases = [
        ("account", Rows { accounts: all.accounts, ..Rows::default() }),
        ("wallet", Rows { wallets: all.wallets, ..Rows::default() }),
        ("counter", Rows { counters: all.counters, ..Rows::default() }),
        ("item_counter", Rows { item_counters: all.item_counters, ..Rows::default() }),
        ("hold", Rows { holds: all.holds, ..Rows::default() }),
    ];
    for (expected, rows) in cases {
        let failure = now(store.group(crate::world::noon(1), &[wants([99])], &mut |_, _| rows.clone())).unwrap_err();
        assert!(matches!(failure, StoreError::Unread { table } if table == expected), "{failure:?}");
    }
}

fn more_than_the_balance_cannot_be_held(store: &Store) {
    put(store, &full()).unwrap();
    let mut rows = Rows::default();
    let hold = a_hold(SPONSOR, 77, Lots::one(NEW, yuan(261)));
    rows.holds.insert((hold.person, hold.owner), hold);
    let failure = put(store, &rows).unwrap_err();
    assert!(matches!(failure, StoreError::Constraint { table: "hold" }), "{failure:?}");
}

fn a_wallet_never_goes_below_zero(store: &Store) {
    let mut rows = full();
    rows.wallets.values_mut().for_each(|wallet| wallet.balance = yuan(-1));
    let failure = put(store, &rows).unwrap_err();
    assert!(matches!(failure, StoreError::Constraint { table: "wallet" }), "{failure:?}");
}

crate::on_every_engine! {
    each_command_of_a_group_sees_what_those_before_it_wrote
    a_panicking_judge_leaves_nothing_and_the_store_goes_on
    a_failed_group_leaves_nothing
    sponsors_are_found_through_links
    a_beneficiary_is_read_with_the_bindings_that_name_him
    empty_holds_are_kept_but_not_read
    counters_are_read_for_the_wanted_days_only
    an_answered_message_never_changes
    one_group_cannot_answer_a_message_twice
    rows_that_are_only_added_are_not_added_twice
    entries_come_with_their_journal_and_balance
    money_of_people_who_were_not_read_is_not_written
    more_than_the_balance_cannot_be_held
    a_wallet_never_goes_below_zero
}

/// Ten credits to three people, in groups of the given size.
fn digest_in_groups_of(store: &Store, size: usize) -> String {
    let commands: Vec<i64> = (0..10).collect();
    for group in commands.chunks(size) {
        let wanted: Vec<Wanted> = group.iter().map(|number| wants([number % 3])).collect();
        let judge = &mut |place: usize, facts: &Facts| credit(group[place] % 3, 100 + group[place], facts);
        now(store.group(crate::world::noon(1), &wanted, judge)).unwrap();
    }
    digest_of(&dump(store))
}

#[test]
fn a_group_of_many_equals_many_groups_of_one() {
    let one_by_one = digest_in_groups_of(&Store::memory(), 1);
    for size in [2, 3, 10] {
        assert_eq!(digest_in_groups_of(&Store::memory(), size), one_by_one);
        assert_eq!(digest_in_groups_of(&Scratch::new().create(), size), one_by_one);
    }
}

#[test]
fn owners_of_the_sample_are_its_two_people() {
    assert_eq!(owners(&full()), wants([SPONSOR, BENEFICIARY]));
}

/// In two lanes of a file the next group is written while others wait for their flush.
#[test]
fn groups_beside_each_other_in_a_file_lose_nothing_and_what_is_read_meanwhile_is_kept() {
    let scratch = Scratch::new();
    let store = scratch.create().with_lanes(2);
    assert_eq!(store.lanes(), 2);
    let credited = |number: i64| {
        let store = &store;
        async move {
            let judge = &mut |_: usize, facts: &Facts| credit(1, 100 + number, facts);
            store.group(crate::world::noon(1), &[wants([1])], judge).await.unwrap();
            let facts = store.read(&wants([1])).await.unwrap();
            assert!(facts.rows.accounts[&person(1)].lots.total() >= yuan(100), "{number}");
        }
    };
    now(join_all((0..50).map(credited)));
    let failed = now(store.group(crate::world::noon(1), &[wants([1])], &mut |_, facts| credit(1, 100, facts)));
    assert!(matches!(failed, Err(StoreError::Constraint { .. })), "{failed:?}");
    drop(store);
    let store = scratch.open();
    assert_eq!(balance(&store, 1), yuan(5_000));
    assert_eq!(now(store.audit_totals()).unwrap().discrepancies, []);
}

#[test]
fn a_group_may_be_waited_for_on_another_thread() {
    fn may_move<T: Send>(future: T) -> T {
        future
    }
    let store = Store::memory();
    let mut judge = |_: usize, facts: &Facts| credit(1, 100, facts);
    now(may_move(store.group(crate::world::noon(1), &[wants([1])], &mut judge))).unwrap();
    assert_eq!(balance(&store, 1), yuan(100));
}

#[test]
fn a_store_in_this_process_is_ready_at_the_first_poll() {
    let scratch = Scratch::new();
    for store in [Store::memory(), scratch.create()] {
        crate::world::at_once(store.group(crate::world::noon(1), &[owners(&full())], &mut |_, _| full())).unwrap();
        crate::world::at_once(store.read(&wants([1]))).unwrap();
    }
}

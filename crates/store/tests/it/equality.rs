//! What is written is what is read.

use gongji_domain::record::{PaymentRow, Rows, Share, TimerRow, Wanted};
use gongji_store::{Store, Tally, digest_of};
use gongji_words::{InstitutionId, MessageId};

use crate::rows::{BENEFICIARY, SETTLEMENT, SPONSOR, TRANSFER, binding_due, full};
use crate::world::{Scratch, command, day, dump, now, person, put, read};

fn rows_of_every_kind_come_back_as_written(store: &Store) {
    let rows = full();
    put(store, &rows).unwrap();
    assert_eq!(dump(store), rows);
}

fn writing_over_rows_leaves_the_last_writing(store: &Store) {
    put(store, &full()).unwrap();
    let all = full();
    let mut rows = Rows { persons: all.persons, accounts: all.accounts, bindings: all.bindings, ..Rows::default() };
    rows.payments = all.payments;
    rows.accounts.get_mut(&person(SPONSOR)).unwrap().frozen = true;
    rows.payments.get_mut(&command(SETTLEMENT)).unwrap().shares.clear();
    rows.bindings.values_mut().for_each(|binding| binding.purposes = None);
    put(store, &rows).unwrap();
    let mut expected = full();
    expected.absorb(rows);
    assert_eq!(dump(store), expected);
}

fn everything_of_the_wanted_is_read(store: &Store) {
    let rows = full();
    put(store, &rows).unwrap();
    let wanted = Wanted {
        messages: rows.messages.keys().cloned().chain([MessageId::new("H1", "unknown").unwrap()]).collect(),
        people: [person(SPONSOR), person(BENEFICIARY), person(99)].into(),
        sponsors_of: [person(BENEFICIARY)].into(),
        institutions: [InstitutionId::from_number(5)].into(),
        payments: rows.journals.keys().copied().chain([command(TRANSFER)]).collect(),
        days: [day(8)].into(),
        timers: [binding_due(SPONSOR, crate::rows::BINDING)].into(),
        papers_of: [person(BENEFICIARY)].into(),
    };
    let facts = read(store, &wanted);
    assert_eq!(facts.read, wanted);
    let (claims, notices, outbox, traces) = Default::default();
    assert_eq!(facts.rows, Rows { claims, notices, outbox, traces, ..rows });
}

fn nothing_wanted_reads_nothing_but_the_years_of_areas(store: &Store) {
    let rows = full();
    put(store, &rows).unwrap();
    let facts = read(store, &Wanted::default());
    assert_eq!(facts.rows.len(), rows.area_years.len());
    assert_eq!(facts.rows.area_years, rows.area_years);
}

fn tallies_of(rows: &Rows) -> Vec<Tally> {
    let memory = Store::memory();
    put(&memory, rows).unwrap();
    now(memory.tallies()).unwrap()
}

/// The sample, with a payment that two sponsors share.
fn shared() -> Rows {
    let mut rows = full();
    let shares = &mut rows.payments.get_mut(&command(SETTLEMENT)).unwrap().shares;
    shares.push(Share { amount: shares[0].amount.plus(shares[0].amount), ..shares[0] });
    rows
}

/// More rows than are in memory at once.
fn many() -> Rows {
    let mut rows = shared();
    let (payment, timer) = (rows.payments[&command(SETTLEMENT)].clone(), *rows.timers.values().next().unwrap());
    for number in 10_000..14_500 {
        let (id, due) = (command(number), binding_due(SPONSOR, number));
        rows.payments.insert(id, PaymentRow { id, ..payment.clone() });
        rows.timers.insert(due, TimerRow { due, ..timer });
    }
    rows
}

fn tables_with_the_same_rows_have_the_same_sums(store: &Store) {
    let rows = many();
    put(store, &rows).unwrap();
    let tallies = now(store.tallies()).unwrap();
    assert_eq!(tallies, tallies_of(&rows));
    assert_eq!(tallies.len(), 24, "every kind of row, and the shares");
    assert!(tallies.iter().all(|tally| tally.rows > 0 && tally.sum().len() == 64));
}

crate::on_every_engine! {
    tables_with_the_same_rows_have_the_same_sums
    rows_of_every_kind_come_back_as_written
    writing_over_rows_leaves_the_last_writing
    everything_of_the_wanted_is_read
    nothing_wanted_reads_nothing_but_the_years_of_areas
}

#[test]
fn the_sample_has_rows_of_every_kind() {
    // Papers are written with rows, and never come back among them.
    let listing = format!("{:?}", full()).replace("papers: {}", "");
    assert!(!listing.contains(": {}"), "a kind of row is missing in the sample");
}

#[test]
fn engines_with_the_same_rows_have_the_same_digest() {
    let (memory, scratch) = (Store::memory(), Scratch::new());
    let sqlite = scratch.create();
    put(&memory, &full()).unwrap();
    put(&sqlite, &full()).unwrap();
    assert_eq!(digest_of(&dump(&memory)), digest_of(&dump(&sqlite)));
}

#[test]
fn a_sum_tells_in_which_table_a_row_differs() {
    let differing = |change: &dyn Fn(&mut Rows)| -> Vec<&'static str> {
        let mut other = shared();
        change(&mut other);
        let (one, other) = (tallies_of(&shared()), tallies_of(&other));
        one.iter().zip(&other).filter(|(one, other)| one != other).map(|(one, _)| one.table).collect()
    };
    let fen = gongji_words::Fen::from_fen;
    assert_eq!(differing(&|_| {}), Vec::<&str>::new());
    assert_eq!(differing(&|rows| rows.wallets.values_mut().for_each(|row| row.balance = fen(4_001))), ["wallet"]);
    let swapped = |rows: &mut Rows| rows.payments.values_mut().for_each(|row| row.shares.reverse());
    assert_eq!(differing(&swapped), ["payment_share"]);
    assert_eq!(differing(&|rows| rows.payments.values_mut().for_each(|row| row.cash = fen(9_999))), ["payment"]);
}

#[test]
fn a_digest_tells_one_fen_of_difference() {
    let mut other = full();
    other.wallets.values_mut().for_each(|wallet| wallet.balance = gongji_words::Fen::from_fen(4001));
    assert_ne!(digest_of(&full()), digest_of(&other));
    assert_eq!(digest_of(&full()).len(), 64);
}

//! Somebody who owns the database changes it, and knows the program, but not its key: what he did is found and named.

use gongji_domain::account::{Colour, Lots};
use gongji_domain::journal::{Journal, JournalKind, Moves, Position};
use gongji_domain::record::{PaymentState, Rows};
use gongji_store::{Asked, Scope, Store, Totals, WitnessLine};
use gongji_words::{CertificateNumber, Moment, PersonName};
use rusqlite::Connection;

use crate::rows::{an_account, an_insured, full, record};
use crate::world::{Database, Scratch, command, day, key, noon, now, owners, person, yuan};

/// People with nothing but an account, alike but for their numbers.
const TWINS: [i64; 2] = [3, 4];
const COLOUR: Colour = Colour(2025);

fn write(store: &Store, at: Moment, rows: &Rows) {
    now(store.group(at, &[owners(rows)], &mut |_, _| rows.clone())).unwrap();
}

/// A twin's account after so many credits of 10 yuan, the last of which is this one.
fn credited(twin: i64, times: i64) -> Rows {
    let mut rows = Rows::default();
    let mut moves = Moves::none();
    moves.push(person(twin), (Position::Credits, Position::Free(person(twin))), (COLOUR, yuan(10)));
    record(&mut rows, 100 * twin + times, JournalKind::Credit, moves);
    rows.accounts.insert(person(twin), an_account(twin, Lots::one(COLOUR, yuan(10 * times))));
    rows
}

/// The settlement of [`full`] undone.
fn reversed() -> Rows {
    let all = full();
    let mut rows = Rows::default();
    let id = command(50);
    let backwards = all.entries.values().filter(|entry| entry.journal == command(crate::rows::SETTLEMENT));
    for entry in backwards {
        let entry = gongji_domain::journal::Entry {
            journal: id,
            amount: gongji_words::Fen::ZERO.minus(entry.amount),
            ..*entry
        };
        rows.entries.insert((id, entry.leg), entry);
    }
    let reverses = Some(command(crate::rows::SETTLEMENT));
    rows.journals.insert(id, Journal { id, at: noon(9), kind: JournalKind::Reversal, reverses });
    let mut payment = all.payments[&command(crate::rows::SETTLEMENT)].clone();
    (payment.state, payment.reversed_by) = (PaymentState::Reversed, Some(id));
    rows.payments.insert(payment.id, payment);
    let mut account = all.accounts[&person(1)].clone();
    account.lots.put(crate::rows::OLD, yuan(60));
    rows.accounts.insert(person(1), account);
    rows.counters = all.counters;
    rows.counters.values_mut().for_each(|counter| counter.used = gongji_words::Fen::ZERO);
    rows
}

fn enrol(store: &Store, id: i64, number: &str) {
    let certificate =
        "0123456789X".chars().find_map(|last| CertificateNumber::parse(&format!("{number}{last}")).ok()).unwrap();
    let name = PersonName::parse("欧阳测试").unwrap();
    let secrets = gongji_store::Secrets { name, certificate, phone: None };
    let mut next = u8::try_from(id).unwrap();
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(5).wrapping_add(17);
            *byte = next;
        }
    };
    now(store.enrol(person(id), &secrets, &mut random)).unwrap();
}

/// Two days, of which the first is closed, and what the witness has of them.
fn two_days(store: &Store) -> Vec<WitnessLine> {
    write(store, noon(8), &full());
    for twin in TWINS {
        let mut rows = credited(twin, 1);
        rows.persons.insert(person(twin), an_insured(twin));
        write(store, noon(8), &rows);
    }
    let mut witness = vec![WitnessLine::from(&now(store.close_day(day(8))).unwrap().unwrap())];
    assert_eq!(now(store.close_day(day(8))).unwrap(), None);
    for twin in TWINS {
        write(store, noon(9), &credited(twin, 2));
        write(store, noon(9), &credited(twin, 3));
    }
    enrol(store, 3, "99010119000101000");
    enrol(store, 4, "99010119000101001");
    witness.extend(now(store.lane_marks()).unwrap().into_iter().map(WitnessLine::Lane));
    witness
}

fn audit(store: &Store, witness: &[WitnessLine]) -> Totals {
    now(store.audit(Asked { scope: Scope::All, witness }, &mut |_| ())).unwrap()
}

/// Takes away the last credit of a twin with all that goes with it.
const LAST_CREDIT_OF_3: &str = "delete from entry where journal_id = 303; delete from journal where journal_id = 303; \
    delete from chain where person_id = 3 and number = 4; \
    update account set lots = '{\"2025\":\"20.00\"}', balance_fen = 2000 where person_id = 3;";

/// What is done, and where the audit points, among other places.
const ATTACKS: [(&str, &str, (&str, &str)); 38] = [
    ("an amount", "update entry set amount_fen = amount_fen + 1 where journal_id = 22 and leg = 1", ("journal", "22")),
    (
        "an amount on both legs, and the account with it",
        "update entry set amount_fen = amount_fen * 2 where journal_id = 303; \
         update account set lots = '{\"2025\":\"40.00\"}', balance_fen = 4000 where person_id = 3",
        ("journal", "303"),
    ),
    ("a leg", "delete from entry where journal_id = 22 and leg = 1", ("journal", "22")),
    ("a journal", "delete from journal where journal_id = 20", ("journal", "20")),
    (
        "a journal with all that follows from it",
        "delete from entry where journal_id = 302; delete from journal where journal_id = 302; \
         update account set lots = '{\"2025\":\"20.00\"}', balance_fen = 2000 where person_id = 3",
        ("journal", "302"),
    ),
    (
        "a journal with its seal",
        "delete from entry where journal_id = 302; delete from journal where journal_id = 302; \
         delete from chain where person_id = 3 and number = 3; \
         update account set lots = '{\"2025\":\"20.00\"}', balance_fen = 2000 where person_id = 3",
        ("chain", "3/4"),
    ),
    (
        "a journal with its seal, and the later ones renumbered",
        "delete from entry where journal_id = 302; delete from journal where journal_id = 302; \
         delete from chain where person_id = 3 and number = 3; update chain set number = 3 where person_id = 3 and number = 4; \
         update account set lots = '{\"2025\":\"20.00\"}', balance_fen = 2000 where person_id = 3",
        ("chain", "3/3"),
    ),
    ("what happened last to somebody", LAST_CREDIT_OF_3, ("chain", "3/3")),
    ("when a journal was", "update journal set at_ms = at_ms + 1 where journal_id = 20", ("journal", "20")),
    (
        "a journal put in, and the account with it",
        "insert into journal (journal_id, at_ms, kind) select 999, at_ms, kind from journal where journal_id = 303; \
         insert into entry select 999, leg, person_id, position_kind, subject_id, owner_id, colour, amount_fen from entry \
         where journal_id = 303; \
         update account set lots = '{\"2025\":\"40.00\"}', balance_fen = 4000 where person_id = 3",
        ("journal", "999"),
    ),
    (
        "a journal put in with a seal whose code is made up",
        "insert into journal (journal_id, at_ms, kind) select 999, at_ms, kind from journal where journal_id = 303; \
         insert into entry select 999, leg, person_id, position_kind, subject_id, owner_id, colour, amount_fen from entry \
         where journal_id = 303; \
         insert into chain select person_id, 5, day, kind, 999, covers, mac from chain where person_id = 3 and number = 4; \
         update account set lots = '{\"2025\":\"40.00\"}', balance_fen = 4000 where person_id = 3",
        ("chain", "3/5"),
    ),
    (
        "entries put in without a journal",
        "insert into entry select 999, leg, person_id, position_kind, subject_id, owner_id, colour, amount_fen from entry \
         where journal_id = 303",
        ("entry", "999"),
    ),
    (
        "the order of two seals",
        "update chain set number = 100 where person_id = 3 and number = 3; \
         update chain set number = 3 where person_id = 3 and number = 4; \
         update chain set number = 4 where person_id = 3 and number = 100",
        ("chain", "3/3"),
    ),
    ("the day of a seal", "update chain set day = day + 1 where person_id = 3 and number = 1", ("chain", "3/1")),
    (
        "the accounts of two people",
        "update account set lots = '{\"2025\":\"1.00\"}', balance_fen = 100 where person_id = 3; \
         update account set lots = '{\"2025\":\"59.00\"}', balance_fen = 5900 where person_id = 4",
        ("account", "3/2025"),
    ),
    (
        "the journals of two people, and their accounts",
        "update entry set subject_id = 7 - subject_id where journal_id in (303, 403) and position_kind = 1; \
         update entry set person_id = 7 - person_id where journal_id in (303, 403)",
        ("journal", "303"),
    ),
    (
        "the chains of two people",
        "update chain set person_id = 100 where person_id = 3; update chain set person_id = 3 where person_id = 4; \
         update chain set person_id = 4 where person_id = 100",
        ("chain", "3/1"),
    ),
    ("who is insured where", "update person set area = 130200 where person_id = 3", ("person", "3")),
    ("the birth day of a person", "update person set born_day = born_day - 9000 where person_id = 2", ("person", "2")),
    (
        "a person put in",
        "insert into person select 5, area, scheme, status, born_day, sex, traits, kinds from person where person_id = 3",
        ("person", "5"),
    ),
    ("a person", "delete from person where person_id = 4", ("person", "4")),
    ("the quota of a binding", "update binding set quota_fen = 900000 where binding_id = 10", ("binding", "1/10")),
    ("the end of a binding", "update binding set until_day = null where binding_id = 10", ("binding", "1/10")),
    ("a binding", "delete from binding where binding_id = 10", ("binding", "1/10")),
    ("a binding to somebody else", "update binding set beneficiary_id = 4 where binding_id = 10", ("binding", "1/10")),
    ("a frozen account", "update account set frozen = 1 where person_id = 3", ("account", "3")),
    ("how a decision came about", "update trace set bytes = null_of(bytes) where command_id = 22", ("trace", "22")),
    ("that a decision came about", "delete from trace where command_id = 22", ("trace", "22")),
    ("what a bill came to", "update payment set own_fen = own_fen + 1, cash_fen = cash_fen - 1", ("payment", "22")),
    ("that a bill was paid", "delete from payment; delete from payment_share", ("payment", "22")),
    (
        "that a bill was undone",
        "update payment set state = 1, reversed_by = null where payment_id = 22",
        ("payment", "22"),
    ),
    ("who paid for a bill", "update payment_share set sponsor_id = 3", ("payment", "22")),
    (
        "a payment put in",
        "insert into payment (payment_id, event_id, kind, state, person_id, person_area, institution_id, payee_area, at_ms, \
         own_fen, wallet_fen, cash_fen, items_fen) select 999, 999, kind, 1, person_id, person_area, institution_id, \
         payee_area, at_ms, 0, 0, 100, 0 from payment where payment_id = 22",
        ("payment", "999"),
    ),
    ("the root of a closed day", "update closed_day set people = people + 1", ("closed_day", "2025-03-08")),
    ("a closed day", "delete from closed_day", ("witness", "2025-03-08")),
    ("the sheets of a day", "delete from sheet where number > 4", ("witness", "1/")),
    ("a sheet in the middle", "delete from sheet where number = 6", ("sheet", "1/7")),
    (
        "under which certificate somebody is found",
        "update certificate_index set person_id = 100 where person_id = 3; \
         update certificate_index set person_id = 3 where person_id = 4; \
         update certificate_index set person_id = 4 where person_id = 100",
        ("certificate_index", "3"),
    ),
];

fn points_at(totals: &Totals, (table, row): (&str, &str)) -> bool {
    totals.discrepancies.iter().any(|found| found.table == table && found.row.starts_with(row))
}

/// A decision that nobody made, in the words of each engine.
fn spoken(sql: &str, nothing: &str) -> String {
    sql.replace("null_of(bytes)", nothing)
}

#[test]
fn whatever_is_changed_in_a_file_is_found_and_named() {
    for (what, sql, place) in ATTACKS {
        let scratch = Scratch::new();
        let witness = attacked(&scratch.create());
        let store = scratch.open();
        assert_eq!(audit(&store, &witness).discrepancies, [], "before {what}");
        drop(store);
        Connection::open(scratch.database()).unwrap().execute_batch(&spoken(sql, "x'01'")).unwrap();
        let totals = audit(&scratch.open(), &witness);
        assert!(points_at(&totals, place), "{what}: {place:?} is not in {totals:#?}");
    }
}

/// Two days, and the settlement undone on the second.
fn attacked(store: &Store) -> Vec<WitnessLine> {
    let mut witness = two_days(store);
    write(store, noon(9), &reversed());
    witness.truncate(1);
    witness.extend(now(store.lane_marks()).unwrap().into_iter().map(WitnessLine::Lane));
    witness
}

#[test]
fn whatever_is_changed_on_a_server_is_found_and_named() {
    let template = Database::new();
    let store = template.create();
    let witness = attacked(&store);
    assert_eq!(audit(&store, &witness).discrepancies, []);
    drop(store);
    for (what, sql, place) in ATTACKS {
        let copy = template.copy();
        copy.tamper(&spoken(sql, "'\\x01'"));
        let totals = audit(&copy.open(), &witness);
        assert!(points_at(&totals, place), "{what}: {place:?} is not in {totals:#?}");
    }
}

#[test]
fn a_chain_made_anew_with_another_key_is_found() {
    let (scratch, other) = (Scratch::new(), Scratch::new());
    let witness = two_days(&scratch.create());
    two_days(&Store::create_sqlite(&other.database(), &key(8)).unwrap());
    let sql = format!(
        "attach '{}' as other; update entry set amount_fen = amount_fen * 2 where journal_id = 303; \
         delete from chain; insert into chain select * from other.chain",
        other.database().display()
    );
    Connection::open(scratch.database()).unwrap().execute_batch(&sql).unwrap();
    let totals = audit(&scratch.open(), &witness);
    for person in 1..=4 {
        assert!(points_at(&totals, ("chain", &format!("{person}/1"))), "{totals:?}");
    }
}

#[test]
fn a_file_of_yesterday_is_behind_its_witness() {
    let scratch = Scratch::new();
    let store = scratch.create();
    let mut witness = two_days(&store);
    drop(store);
    let yesterday = scratch.file("yesterday");
    std::fs::copy(scratch.database(), &yesterday).unwrap();
    let store = scratch.open();
    write(&store, noon(10), &credited(3, 4));
    assert!(now(store.close_day(day(9))).unwrap().is_some());
    let closed = now(store.close_day(day(10))).unwrap().unwrap();
    witness.push(WitnessLine::from(&closed));
    assert_eq!(audit(&store, &witness).discrepancies, []);
    drop(store);
    std::fs::copy(&yesterday, scratch.database()).unwrap();
    let totals = audit(&scratch.open(), &witness);
    let told: Vec<_> = totals.discrepancies.iter().map(|found| (found.table, found.row.as_str())).collect();
    assert_eq!(told, [("witness", "2025-03-10")], "{totals:?}");
    assert!(totals.discrepancies[0].why.contains("its last closed day is 2025-03-08"), "{totals:?}");
}

#[test]
fn a_person_put_back_to_yesterday_is_found_while_the_day_is_open_and_after_it_is_closed() {
    for close in [false, true] {
        let scratch = Scratch::new();
        let store = scratch.create();
        let witness = two_days(&store);
        if close {
            now(store.close_day(day(9))).unwrap().unwrap();
        }
        drop(store);
        Connection::open(scratch.database()).unwrap().execute_batch(LAST_CREDIT_OF_3).unwrap();
        let totals = audit(&scratch.open(), &witness);
        let place = if close { ("closed_day", "2025-03-09") } else { ("chain", "3/3") };
        assert!(points_at(&totals, place), "{totals:?}");
    }
}

fn one_person_is_audited_alone(store: &Store) {
    let witness = two_days(store);
    let of = |number| {
        let asked = Asked { scope: Scope::Person(person(number)), witness: &witness };
        now(store.audit(asked, &mut |_| ())).unwrap()
    };
    assert_eq!((of(3).people, of(3).journals, of(3).entries), (1, 3, 6));
    assert_eq!(of(3).discrepancies, []);
    assert_eq!(of(77), Totals::default());
}

fn whoever_was_concerned_since_a_day_is_audited_from_the_beginning(store: &Store) {
    let witness = two_days(store);
    let since = |number| {
        let asked = Asked { scope: Scope::Since(day(number)), witness: &witness };
        let totals = now(store.audit(asked, &mut |_| ())).unwrap();
        (totals.people, totals.journals, totals.discrepancies.len())
    };
    assert_eq!(since(8), (4, 10, 0));
    assert_eq!(since(9), (2, 6, 0));
    assert_eq!(since(10), (0, 0, 0));
}

fn what_comes_for_a_closed_day_is_sealed_on_the_next(store: &Store) {
    two_days(store);
    now(store.close_day(day(9))).unwrap().unwrap();
    write(store, noon(8), &credited(3, 4));
    let closed = now(store.close_day(day(20))).unwrap().unwrap();
    assert_eq!((closed.day, closed.people), (day(10), 1));
    assert_eq!(audit(store, &[]).discrepancies, []);
}

fn a_clock_that_went_back_loses_nobody_when_days_are_closed(store: &Store) {
    for (at, twin, times) in [(10, 3, 1), (9, 4, 1), (10, 4, 2), (9, 3, 2), (8, 3, 3)] {
        write(store, noon(at), &credited(twin, times));
    }
    let closed: Vec<_> = std::iter::from_fn(|| now(store.close_day(day(12))).unwrap()).collect();
    assert!(!closed.is_empty());
    assert_eq!(audit(store, &[]).discrepancies, []);
}

mod sqlite {
    use crate::world::Scratch;

    #[test]
    fn a_clock_that_went_back_loses_nobody_when_days_are_closed() {
        super::a_clock_that_went_back_loses_nobody_when_days_are_closed(&Scratch::new().create());
    }

    #[test]
    fn one_person_is_audited_alone() {
        super::one_person_is_audited_alone(&Scratch::new().create());
    }

    #[test]
    fn whoever_was_concerned_since_a_day_is_audited_from_the_beginning() {
        super::whoever_was_concerned_since_a_day_is_audited_from_the_beginning(&Scratch::new().create());
    }

    #[test]
    fn what_comes_for_a_closed_day_is_sealed_on_the_next() {
        super::what_comes_for_a_closed_day_is_sealed_on_the_next(&Scratch::new().create());
    }
}

mod postgres {
    use crate::world::Database;

    #[test]
    fn a_clock_that_went_back_loses_nobody_when_days_are_closed() {
        super::a_clock_that_went_back_loses_nobody_when_days_are_closed(&Database::new().create());
    }

    #[test]
    fn one_person_is_audited_alone() {
        super::one_person_is_audited_alone(&Database::new().create());
    }

    #[test]
    fn whoever_was_concerned_since_a_day_is_audited_from_the_beginning() {
        super::whoever_was_concerned_since_a_day_is_audited_from_the_beginning(&Database::new().create());
    }

    #[test]
    fn what_comes_for_a_closed_day_is_sealed_on_the_next() {
        super::what_comes_for_a_closed_day_is_sealed_on_the_next(&Database::new().create());
    }
}

/// Of one key at a time.
mod spread {
    use crate::world::Database;

    #[test]
    fn a_clock_that_went_back_loses_nobody_when_days_are_closed() {
        super::a_clock_that_went_back_loses_nobody_when_days_are_closed(&Database::new().create_spread());
    }

    #[test]
    fn whoever_was_concerned_since_a_day_is_audited_from_the_beginning() {
        super::whoever_was_concerned_since_a_day_is_audited_from_the_beginning(&Database::new().create_spread());
    }
}

//! What is read out for others: all of it, in order, and of one moment.

use std::ops::ControlFlow;

use gongji_domain::account::{Colour, Lots};
use gongji_domain::journal::{Entry, Journal, JournalKind, Moves, Position};
use gongji_domain::record::Rows;
use gongji_store::{Balance, ClosedDay, Discrepancy, Page, Part, Roots, SealRow, Store, Totals};
use gongji_words::Day;

use crate::rows::{a_hold, an_account, an_insured, full, record};
use crate::world::{Database, Scratch, at_once, command, day, dump, noon, now, owners, person, put, yuan};

const COLOUR: Colour = Colour(2025);
/// More than two pages.
const MANY: i64 = 2_100;

/// Everything that was read out, joined.
#[derive(Default)]
struct All {
    pages: usize,
    journals: Vec<Journal>,
    entries: Vec<Entry>,
    seals: Vec<SealRow>,
    days: Vec<ClosedDay>,
    balances: Vec<Balance>,
    totals: Totals,
    damaged: Vec<Discrepancy>,
}

impl All {
    fn take(&mut self, page: Page) -> ControlFlow<()> {
        self.pages += 1;
        match page {
            Page::Auditing(_) => {}
            Page::Audited(totals) => self.totals = totals,
            Page::Journals(page) => {
                for whole in page {
                    self.journals.push(whole.journal);
                    self.entries.extend(whole.entries);
                }
            }
            Page::Seals(mut page) => self.seals.append(&mut page),
            Page::Days(mut page, _) => self.days.append(&mut page),
            Page::Balances(mut page) => self.balances.append(&mut page),
            Page::Damaged(mut page) => self.damaged.append(&mut page),
        }
        ControlFlow::Continue(())
    }
}

const PARTS: [Part; 5] = [Part::Audit, Part::Journals, Part::Seals, Part::Days, Part::Balances];

fn read_out(store: &Store, parts: &[Part]) -> All {
    let mut all = All::default();
    now(store.read_out(parts, &mut |page| all.take(page))).unwrap();
    all
}

/// So many people with one credit each.
fn crowd() -> Rows {
    let mut rows = Rows::default();
    for number in 1_000..1_000 + MANY {
        let mut moves = Moves::none();
        moves.push(person(number), (Position::Credits, Position::Free(person(number))), (COLOUR, yuan(10)));
        record(&mut rows, number, JournalKind::Credit, moves);
        rows.persons.insert(person(number), an_insured(number));
        rows.accounts.insert(person(number), an_account(number, Lots::one(COLOUR, yuan(10))));
    }
    rows
}

fn what_is_read_out_is_all_that_is_kept_in_order(store: &Store) {
    put(store, &full()).unwrap();
    put(store, &crowd()).unwrap();
    let (all, kept) = (read_out(store, &PARTS), dump(store));
    assert_eq!(all.journals, kept.journals.into_values().collect::<Vec<_>>());
    assert_eq!(all.entries, kept.entries.into_values().collect::<Vec<_>>());
    let accounts: Vec<_> = all.balances.iter().filter_map(|one| one.account.clone()).collect();
    assert_eq!(accounts, kept.accounts.into_values().collect::<Vec<_>>());
    let holds: Vec<_> = all.balances.iter().flat_map(|one| one.holds.clone()).collect();
    assert_eq!(holds, kept.holds.into_values().collect::<Vec<_>>());
    let wallets: Vec<_> = all.balances.iter().filter_map(|one| one.wallet).collect();
    assert_eq!(wallets, kept.wallets.into_values().collect::<Vec<_>>());
    assert!(all.balances.is_sorted_by_key(|one| one.person));
    assert_eq!(all.totals, now(store.audit_totals()).unwrap());
}

fn somebody_without_an_account_is_read_out_too(store: &Store) {
    let mut rows = crowd();
    for (number, id) in [(1, 41), (9_999_999, 42)] {
        let hold = a_hold(number, id, Lots::none());
        rows.holds.insert((person(number), command(id)), hold);
    }
    put(store, &rows).unwrap();
    let all = read_out(store, &[Part::Balances]);
    let people: Vec<i64> = all.balances.iter().map(|one| one.person.number()).collect();
    assert_eq!((people.len(), people[0], people[people.len() - 1]), (2_102, 1, 9_999_999));
}

fn whoever_has_enough_gets_no_more_pages(store: &Store) {
    put(store, &crowd()).unwrap();
    for part in [Part::Audit, Part::Journals, Part::Balances] {
        let mut pages = 0;
        let mut take = |_| {
            pages += 1;
            ControlFlow::Break(())
        };
        now(store.read_out(&[part, Part::Days], &mut take)).unwrap();
        assert_eq!(pages, 1, "{part:?}");
    }
}

fn of_an_empty_store_nothing_is_read_out(store: &Store) {
    let all = read_out(store, &PARTS);
    assert!(all.journals.is_empty() && all.seals.is_empty() && all.days.is_empty() && all.balances.is_empty());
}

crate::on_every_engine! {
    what_is_read_out_is_all_that_is_kept_in_order
    somebody_without_an_account_is_read_out_too
    whoever_has_enough_gets_no_more_pages
    of_an_empty_store_nothing_is_read_out
}

fn write(store: &Store, on: u8, rows: &Rows) {
    now(store.group(noon(on), &[owners(rows)], &mut |_, _| rows.clone())).unwrap();
}

/// Roots as they follow from the seals alone.
fn roots_of(all: &All) -> Vec<ClosedDay> {
    let mut roots = Roots::default();
    all.seals.iter().for_each(|seal| roots.take(seal.clone()));
    roots.finish();
    let mut before = None;
    all.days.iter().map(|day| roots.close(before.replace(day.root), day)).collect()
}

fn the_roots_of_closed_days_follow_from_seals_alone(store: &Store) {
    let days: Vec<Day> = [8, 9, 11].map(day).into();
    write(store, 8, &full());
    write(store, 9, &crowd());
    let mut third = crowd();
    third.journals.clear();
    third.entries.clear();
    write(store, 11, &third);
    let closed = || now(store.close_day(day(12))).unwrap().map(|closed| closed.day);
    assert_eq!([closed(), closed(), closed(), closed()], [Some(days[0]), Some(days[1]), Some(days[2]), None]);
    let mut all = read_out(store, &[Part::Seals, Part::Days]);
    assert_eq!(roots_of(&all), all.days);
    assert_eq!(all.days.iter().map(|day| day.people).collect::<Vec<_>>()[1], MANY.cast_unsigned());
    let last = all.seals.len() - 1;
    all.seals[last].code[0] ^= 1;
    let differ = roots_of(&all).iter().zip(&all.days).map(|(now, then)| now != then).collect::<Vec<_>>();
    assert_eq!(differ, [false, false, true], "a seal of the last day alone was changed");
    let last_of_the_first = all.seals.iter().rposition(|seal| seal.day == days[0]).unwrap();
    all.seals.remove(last_of_the_first);
    assert_ne!(roots_of(&all)[0], all.days[0]);
}

#[test]
fn the_roots_of_closed_days_follow_from_the_seals_of_a_file() {
    the_roots_of_closed_days_follow_from_seals_alone(&Scratch::new().create());
}

#[test]
fn the_roots_of_closed_days_follow_from_the_seals_of_a_server() {
    the_roots_of_closed_days_follow_from_seals_alone(&Database::new().create());
}

/// Rows in the middle of pages, and the last of one.
const DAMAGE: &str = "update account set lots = 'no lots' where person_id in (1005, 1999, 2500); \
    update entry set position_kind = 5, subject_id = -1 where journal_id = 1007 and leg = 0; \
    update journal set at_ms = 9000000000000000 where journal_id = 1999; \
    update chain set day = 99999999 where person_id = 1009 and number = 1";

fn rows_that_cannot_be_read_are_told_and_all_others_are_read_out(store: &Store) {
    let all = read_out(store, &PARTS);
    let first = |one: &Discrepancy| one.row.split('/').next().map(str::to_owned);
    let told =
        |table: &str, row: &str| all.damaged.iter().any(|one| one.table == table && first(one).as_deref() == Some(row));
    let damaged = [("account", "1005"), ("account", "1999"), ("account", "2500"), ("journal", "1999")];
    assert!(damaged.iter().all(|(table, row)| told(table, row)), "{:?}", all.damaged);
    let count = usize::try_from(MANY).unwrap();
    let read = [all.balances.len(), all.journals.len(), all.entries.len()];
    assert_eq!(read, [count - 3, count - 1, 2 * (count - 1) - 1], "{:?}", all.damaged);
    let tables: Vec<&str> = all.damaged.iter().map(|one| one.table).collect();
    assert!(tables.contains(&"entry") && tables.contains(&"chain"), "{tables:?}");
}

#[test]
fn rows_of_a_file_that_cannot_be_read_are_told_and_all_others_are_read_out() {
    let scratch = Scratch::new();
    let store = scratch.create();
    write(&store, 8, &crowd());
    rusqlite::Connection::open(scratch.database()).unwrap().execute_batch(DAMAGE).unwrap();
    rows_that_cannot_be_read_are_told_and_all_others_are_read_out(&store);
}

#[test]
fn rows_of_a_server_that_cannot_be_read_are_told_and_all_others_are_read_out() {
    let database = Database::new();
    let store = database.create();
    write(&store, 8, &crowd());
    database.tamper(DAMAGE);
    rows_that_cannot_be_read_are_told_and_all_others_are_read_out(&store);
}

#[test]
fn what_is_written_meanwhile_is_not_read_out() {
    let scratch = Scratch::new();
    let store = scratch.create();
    write(&store, 8, &crowd());
    let mut all = All::default();
    let mut take = |page| {
        if all.pages == 0 {
            let rows = full();
            at_once(store.group(noon(9), &[owners(&rows)], &mut |_, _| rows.clone())).unwrap();
        }
        all.take(page)
    };
    at_once(store.read_out(&[Part::Journals, Part::Seals, Part::Balances], &mut take)).unwrap();
    let count = usize::try_from(MANY).unwrap();
    assert_eq!([all.journals.len(), all.balances.len()], [count, count]);
    assert_eq!(all.seals.iter().filter(|seal| seal.day == day(9)).count(), 0);
    assert_ne!(read_out(&store, &[Part::Journals]).journals.len(), count);
}

//! Tidings: what a group changed is told once it is committed, in order, and as long as somebody waits for it.

use gongji_domain::binding::{BindingState, EndCause};
use gongji_domain::message::Answer;
use gongji_domain::record::{MessageState, PaymentState, Rows};
use gongji_store::{Asked, Marks, PaymentId, Scope, Store, Tiding};
use gongji_words::{InstitutionId, Moment};

use crate::rows::{BINDING, SETTLEMENT, SPONSOR, a_message, an_insured, full};
use crate::world::{Scratch, command, day, noon, now, owners, person};

const REVERSAL: i64 = 51;

/// What is written over is read before, as by every judgement.
fn write(store: &Store, at: Moment, rows: &Rows) {
    let mut wanted = owners(rows);
    wanted.people.insert(person(SPONSOR));
    wanted.payments.insert(command(SETTLEMENT));
    wanted.messages.extend(bill().message);
    now(store.group(at, &[wanted], &mut |_, _| rows.clone())).unwrap();
}

/// A settlement with its message, and a relation in force.
fn settled() -> Rows {
    let mut rows = full();
    let bill = a_message("B1", SETTLEMENT, MessageState::Answered(Answer::Done));
    rows.messages.insert(bill.id.clone(), bill);
    rows
}

fn bill() -> PaymentId {
    let message = Some(a_message("B1", SETTLEMENT, MessageState::Answered(Answer::Done)).id);
    PaymentId { payment: command(SETTLEMENT), institution: InstitutionId::from_number(5), message }
}

/// The settlement undone, where it had moved no money.
fn undone() -> Rows {
    let mut rows = Rows::default();
    let mut payment = full().payments[&command(SETTLEMENT)].clone();
    (payment.state, payment.reversed_by) = (PaymentState::Reversed, Some(command(REVERSAL)));
    rows.payments.insert(payment.id, payment);
    let message = a_message("R1", REVERSAL, MessageState::Answered(Answer::Reversed));
    rows.messages.insert(message.id.clone(), message);
    rows
}

fn bound(state: BindingState) -> Rows {
    let mut rows = Rows::default();
    let mut binding = full().bindings[&(person(SPONSOR), command(BINDING))].clone();
    binding.state = state;
    binding.end_cause = (state == BindingState::Ended).then_some(EndCause::BySponsor);
    rows.bindings.insert((binding.sponsor, binding.id), binding);
    rows
}

fn told(store: &Store, marks: &Marks) -> (Vec<Tiding>, Marks) {
    let (told, marks) = now(store.tidings(marks, 2)).unwrap();
    (told.into_iter().map(|(_, tiding)| tiding).collect(), marks)
}

fn ends(store: &Store) -> Marks {
    now(store.lane_marks()).unwrap().into_iter().map(|mark| (mark.lane, mark.number)).collect()
}

fn discrepancies(store: &Store) -> Vec<String> {
    let totals = now(store.audit(Asked { scope: Scope::All, witness: &[] }, &mut |_| ())).unwrap();
    totals.discrepancies.into_iter().map(|found| format!("{} {}", found.table, found.row)).collect()
}

fn what_groups_changed_is_told_in_their_order(store: &Store) {
    write(store, noon(8), &settled());
    let (first, after) = told(store, &Marks::new());
    let relation = (person(SPONSOR), command(BINDING));
    assert_eq!(first, [Tiding::Settled(bill()), Tiding::Bound(relation.0, relation.1)]);
    assert_eq!(told(store, &after), (Vec::new(), after.clone()));
    for state in [BindingState::Paused, BindingState::Active, BindingState::Ending, BindingState::Ended] {
        write(store, noon(9), &bound(state));
    }
    write(store, noon(10), &undone());
    let at = undone().messages.values().next().map(|row| row.entered_at).unwrap();
    let (mut later, mut marks) = (Vec::new(), after);
    loop {
        let (more, after) = told(store, &marks);
        if after == marks {
            break;
        }
        later.extend(more);
        marks = after;
    }
    assert_eq!(later, [Tiding::Unbound(relation.0, relation.1), Tiding::Reversed(bill(), at)]);
    assert_eq!(marks, ends(store));
}

fn a_group_that_fails_is_not_told(store: &Store) {
    write(store, noon(8), &settled());
    let before = ends(store);
    let again = now(store.group(noon(9), &[owners(&settled())], &mut |_, _| settled()));
    assert!(again.is_err(), "its journals are there");
    assert_eq!(told(store, &before).0, []);
}

fn what_is_waited_for_outlives_its_day_and_no_longer(store: &Store) {
    write(store, noon(8), &settled());
    let (_, told_until) = told(store, &Marks::new());
    write(store, noon(8), &bound(BindingState::Ended));
    for number in [9, 10] {
        let mut rows = Rows::default();
        rows.persons.insert(person(70 + i64::from(number)), an_insured(70 + i64::from(number)));
        write(store, noon(number), &rows);
    }
    now(store.close_day_untold(day(8), Some(&told_until))).unwrap().unwrap();
    assert_eq!(discrepancies(store), Vec::<String>::new());
    now(store.close_day_untold(day(9), Some(&told_until))).unwrap().unwrap();
    assert_eq!(discrepancies(store), Vec::<String>::new());
    let waiting = Tiding::Unbound(person(SPONSOR), command(BINDING));
    assert_eq!(told(store, &told_until).0, [waiting]);
    now(store.close_day(day(10))).unwrap().unwrap();
    assert_eq!(told(store, &told_until).0, []);
    assert_eq!(discrepancies(store), Vec::<String>::new());
}

#[test]
fn whoever_changes_what_is_told_is_found_also_where_it_outlived_its_day() {
    for (number, close) in [(1, false), (2, false), (3, false), (1, true), (2, true), (3, true)] {
        let scratch = Scratch::new();
        let store = scratch.create();
        write(&store, noon(8), &settled());
        write(&store, noon(8), &bound(BindingState::Ended));
        write(&store, noon(8), &bound(BindingState::Ended));
        if close {
            now(store.close_day_untold(day(8), Some(&Marks::new()))).unwrap().unwrap();
        }
        drop(store);
        let changed = format!("update sheet set heads = cast(heads || x'00' as blob) where number = {number}");
        rusqlite::Connection::open(scratch.database()).unwrap().execute_batch(&changed).unwrap();
        let found = discrepancies(&scratch.open());
        assert!(found.iter().any(|place| place.starts_with("sheet ")), "{number} {close}: {found:?}");
    }
}

mod sqlite {
    use crate::world::Scratch;

    #[test]
    fn what_groups_changed_is_told_in_their_order() {
        super::what_groups_changed_is_told_in_their_order(&Scratch::new().create());
    }

    #[test]
    fn a_group_that_fails_is_not_told() {
        super::a_group_that_fails_is_not_told(&Scratch::new().create());
    }

    #[test]
    fn what_is_waited_for_outlives_its_day_and_no_longer() {
        super::what_is_waited_for_outlives_its_day_and_no_longer(&Scratch::new().create());
    }
}

mod postgres {
    use gongji_domain::binding::BindingState;
    use gongji_store::{Marks, Tiding};

    use super::{bill, bound, settled, told, undone, write};
    use crate::world::{Database, noon};

    #[test]
    fn what_groups_changed_is_told_in_their_order() {
        super::what_groups_changed_is_told_in_their_order(&Database::new().create());
    }

    #[test]
    fn a_group_that_fails_is_not_told() {
        super::a_group_that_fails_is_not_told(&Database::new().create());
    }

    #[test]
    fn what_is_waited_for_outlives_its_day_and_no_longer() {
        super::what_is_waited_for_outlives_its_day_and_no_longer(&Database::new().create());
    }

    #[test]
    fn what_a_program_wrote_that_began_later_is_told_too() {
        let database = Database::new();
        let (first, marks) = (database.create(), Marks::new());
        write(&first, noon(8), &settled());
        let (_, marks) = told(&first, &marks);
        // While the first has its lane in use, another program begins one of its own.
        write(&database.open(), noon(9), &bound(BindingState::Ended));
        write(&first, noon(9), &undone());
        let (later, marks) = told(&first, &marks);
        assert_eq!(marks.len(), 2, "each program has a lane");
        let is_reversal = |tiding: &Tiding| matches!(tiding, Tiding::Reversed(of, _) if *of == bill());
        let is_end = |tiding: &Tiding| matches!(tiding, Tiding::Unbound(..));
        assert!(later.len() == 2 && later.iter().any(is_reversal) && later.iter().any(is_end), "{later:?}");
        assert_eq!(told(&first, &marks), (Vec::new(), marks.clone()));
    }

    #[test]
    fn spread_over_machines_it_is_told_alike() {
        super::what_groups_changed_is_told_in_their_order(&Database::new().create_spread());
    }
}

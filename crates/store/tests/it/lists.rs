//! Lists and their order.

use std::pin::pin;

use futures_util::future::{join_all, ready, select};
use gongji_domain::account::Lots;
use gongji_domain::message::{Answer, Due};
use gongji_domain::person::Person;
use gongji_domain::readiness::Backing;
use gongji_domain::record::{Delivery, MessageState, Rows, TimerState, TraceRow};
use gongji_domain::stop::Stops;
use gongji_store::Store;
use gongji_words::{CommandId, InstitutionId, Month};

use crate::rows::{
    NEW, SETTLEMENT, a_binding, a_claim, a_hold, a_message, a_notice, a_timer, an_account, an_outbox_row, asking,
    binding_due, full,
};
use crate::world::{Database, command, day, noon, now, person, put, yuan};

fn transfer_due(sender: i64, transfer: i64) -> Due {
    Due::Transfer { sender: person(sender), transfer: command(transfer) }
}

fn timers(list: &[(u8, Due, TimerState)]) -> Rows {
    let row = |(at, due, state): &(u8, Due, TimerState)| {
        (*due, gongji_domain::record::TimerRow { state: *state, ..a_timer(*at, *due) })
    };
    Rows { timers: list.iter().map(row).collect(), ..Rows::default() }
}

fn timers_come_in_the_order_of_time(store: &Store) {
    let (waiting, done) = (TimerState::Waiting, TimerState::Done);
    let rows = timers(&[
        (5, transfer_due(1, 3), waiting),
        (5, binding_due(2, 2), waiting),
        (5, binding_due(1, 9), waiting),
        (3, binding_due(7, 7), waiting),
        (2, binding_due(6, 6), done),
        (6, binding_due(5, 5), waiting),
    ]);
    put(store, &rows).unwrap();
    let due = |until, most| {
        let rows = now(store.due_timers(noon(until), most)).unwrap();
        rows.into_iter().map(|row| row.due).collect::<Vec<_>>()
    };
    let all = [binding_due(7, 7), binding_due(1, 9), binding_due(2, 2), transfer_due(1, 3)];
    assert_eq!(due(5, 10), all);
    assert_eq!(due(5, 2), all[..2]);
    assert_eq!(due(2, 10), []);
    assert_eq!(now(store.next_timer()).unwrap(), Some(noon(3)));
}

fn a_timer_that_was_put_off_waits_once(store: &Store) {
    put(store, &timers(&[(3, binding_due(1, 1), TimerState::Waiting)])).unwrap();
    put(store, &timers(&[(9, binding_due(1, 1), TimerState::Waiting)])).unwrap();
    assert_eq!(now(store.due_timers(noon(8), 10)).unwrap(), []);
    assert_eq!(now(store.next_timer()).unwrap(), Some(noon(9)));
    put(store, &timers(&[(9, binding_due(1, 1), TimerState::Done)])).unwrap();
    assert_eq!(now(store.next_timer()).unwrap(), None);
}

fn what_is_delivered_waits_no_more(store: &Store) {
    let mut rows = Rows::default();
    for (number, place) in [(8, 0), (7, 1), (7, 0)] {
        rows.outbox.insert((command(number), place), an_outbox_row(number, place));
    }
    put(store, &rows).unwrap();
    let waiting = |most| {
        let rows = now(store.waiting_outbox(None, most)).unwrap();
        rows.into_iter().map(|row| (row.command, row.place)).collect::<Vec<(CommandId, u16)>>()
    };
    assert_eq!(waiting(10), [(command(7), 0), (command(7), 1), (command(8), 0)]);
    assert_eq!(waiting(1), [(command(7), 0)]);
    rows.outbox.values_mut().for_each(|row| row.delivery = Delivery::Delivered);
    put(store, &rows).unwrap();
    assert_eq!(waiting(10), []);
}

fn waiting_messages_are_read_on_after_a_key(store: &Store) {
    let keys = [(7, 0), (7, 1), (7, 2), (8, 0), (9, 5)];
    let row = |(number, place)| ((command(number), place), an_outbox_row(number, place));
    let mut rows = Rows { outbox: keys.map(row).into(), ..Rows::default() };
    rows.outbox.get_mut(&(command(7), 2)).unwrap().delivery = Delivery::Delivered;
    put(store, &rows).unwrap();
    let after = |(number, place), most| {
        let rows = now(store.waiting_outbox(Some((command(number), place)), most)).unwrap();
        rows.into_iter().map(|row| (row.command.number(), row.place)).collect::<Vec<(i64, u16)>>()
    };
    assert_eq!(after((7, 0), 10), [(7, 1), (8, 0), (9, 5)]);
    assert_eq!(after((7, 1), 1), [(8, 0)]);
    assert_eq!(after((7, 9), 10), [(8, 0), (9, 5)]);
    assert_eq!(after((9, 4), 10), [(9, 5)]);
    assert_eq!(after((9, 5), 10), []);
}

fn messages_that_ask_are_listed_until_answered(store: &Store) {
    let mut rows = Rows::default();
    for (id, number, state) in [("b", 1, asking()), ("a", 2, asking()), ("c", 3, MessageState::Answered(Answer::Done))]
    {
        let row = a_message(id, number, state);
        rows.messages.insert(row.id.clone(), row);
    }
    put(store, &rows).unwrap();
    let asking = now(store.asking_messages(10)).unwrap();
    assert_eq!(asking.iter().map(|row| row.command).collect::<Vec<_>>(), [command(1), command(2)]);
    let answered = a_message("b", 1, MessageState::Answered(Answer::Done));
    put(store, &Rows { messages: [(answered.id.clone(), answered)].into(), ..Rows::default() }).unwrap();
    assert_eq!(now(store.asking_messages(10)).unwrap().len(), 1);
}

fn notices_come_in_the_order_of_time(store: &Store) {
    let mut rows = Rows::default();
    for (number, place, at) in [(5, 0, 2), (4, 1, 3), (4, 0, 3), (6, 0, 1)] {
        let notice = gongji_domain::record::NoticeRow { at: noon(at), ..a_notice(1, number, place) };
        rows.notices.insert((notice.person, notice.command, place), notice);
    }
    let other = a_notice(2, 9, 0);
    rows.notices.insert((other.person, other.command, other.place), other);
    put(store, &rows).unwrap();
    let notices = now(store.notices_of(person(1))).unwrap();
    let order: Vec<_> = notices.iter().map(|row| (row.command, row.place)).collect();
    assert_eq!(order, [(command(6), 0), (command(5), 0), (command(4), 0), (command(4), 1)]);
}

fn claims_are_those_of_the_month(store: &Store) {
    let (march, april) = (Month::of(day(1)), Month::new(2025, 4).unwrap());
    let mut rows = Rows::default();
    for claim in [a_claim(2, march), a_claim(1, march), a_claim(3, april)] {
        rows.claims.insert((claim.event, claim.from, claim.to, claim.side), claim);
    }
    put(store, &rows).unwrap();
    assert_eq!(now(store.claims_of(march)).unwrap(), [a_claim(1, march), a_claim(2, march)]);
}

fn a_trace_is_found_by_its_command(store: &Store) {
    put(store, &full()).unwrap();
    let trace = now(store.trace_of(command(SETTLEMENT))).unwrap();
    assert_eq!(trace, full().traces.remove(&command(SETTLEMENT)));
    assert_eq!(now(store.trace_of(command(999))).unwrap(), None);
}

fn traces_are_read_on_after_a_command(store: &Store) {
    let numbers = [i64::MIN, -3, 7, 8, i64::MAX];
    let row = |number| TraceRow { command: command(number), key: person(number), bytes: number.to_be_bytes().into() };
    let traces = numbers.map(|number| (command(number), row(number)));
    put(store, &Rows { traces: traces.into(), ..Rows::default() }).unwrap();
    let read = |after: Option<i64>, most| {
        let rows = now(store.traces(after.map(command), most)).unwrap();
        rows.iter().for_each(|found| assert_eq!(*found, row(found.command.number())));
        rows.iter().map(|row| row.command.number()).collect::<Vec<_>>()
    };
    assert_eq!(read(None, 10), numbers);
    assert_eq!(read(None, 2), numbers[..2]);
    assert_eq!(read(Some(i64::MIN), 2), numbers[1..3]);
    assert_eq!(read(Some(-1), 10), numbers[2..]);
    assert_eq!(read(Some(8), 10), numbers[4..]);
    assert!(read(Some(i64::MAX), 10).is_empty());
}

/// A sponsor who is not registered here, and one who is, with money of which a part is held; the institution, if it is known.
fn who_could_pay_is_told_with_what_he_could_pay_from(store: &Store) {
    let mut rows = full();
    for (id, sponsor, beneficiary) in [(950, 912, 902), (951, 911, 902), (952, 912, 903)] {
        rows.bindings.insert((person(sponsor), command(id)), a_binding(id, sponsor, beneficiary));
    }
    let registered = rows.persons.values().next().unwrap().clone();
    let (scheme, status) = (registered.scheme, registered.status);
    rows.persons.insert(person(912), Person { id: person(912), ..registered });
    rows.accounts.insert(person(912), an_account(912, Lots::one(NEW, yuan(100))));
    rows.holds.insert((person(912), command(950)), a_hold(912, 950, Lots::one(NEW, yuan(30))));
    put(store, &rows).unwrap();
    let institution = rows.institutions.values().next().unwrap();
    let (backings, found, stops) = now(store.backings_of(person(902), institution.id)).unwrap();
    let elsewhere = Backing { binding: a_binding(951, 911, 902), sponsor: None, account: None };
    let here = Backing {
        binding: a_binding(950, 912, 902),
        sponsor: Some((scheme, status)),
        account: Some((false, yuan(70), yuan(30))),
    };
    assert_eq!(backings, [elsewhere, here]);
    assert_eq!(found.as_ref(), Some(institution));
    let nothing = now(store.backings_of(person(77), InstitutionId::from_number(77))).unwrap();
    assert_eq!(nothing, (Vec::new(), None, Stops::default()));
    assert_eq!(stops, Stops::default());
}

/// Hundreds ask at once, of whom some go away before they are answered: everybody else has the answer to his own question.
fn whoever_asks_beside_others_has_his_own_answer(store: &Store) {
    let mut rows = full();
    for (id, beneficiary) in [(950, 902), (951, 903), (952, 904)] {
        rows.bindings.insert((person(911), command(id)), a_binding(id, 911, beneficiary));
    }
    put(store, &rows).unwrap();
    let institution = *rows.institutions.keys().next().unwrap();
    let nobody = InstitutionId::from_number(77);
    let asked = |number: i64| {
        let patient = 902 + number % 5;
        let place = if number % 2 == 0 { institution } else { nobody };
        async move {
            let answer = pin!(store.backings_of(person(patient), place));
            // Every seventh does not wait for more than what is there at once.
            if number % 7 == 0 {
                drop(select(answer, ready(())).await);
                return;
            }
            let (backings, found, _) = answer.await.unwrap();
            let bindings: Vec<_> = backings.iter().map(|one| (one.binding.beneficiary, one.binding.id)).collect();
            let expected = [(902, 950), (903, 951), (904, 952)].into_iter().filter(|(who, _)| *who == patient);
            assert_eq!(bindings, expected.map(|(who, id)| (person(who), command(id))).collect::<Vec<_>>());
            assert_eq!(found.is_some(), place == institution, "{number}");
        }
    };
    now(join_all((0..700).map(asked)));
}

/// A server gives a connection to everybody who comes until it has none left, and then to nobody.
#[test]
fn however_many_enquire_at_once_they_share_a_few_connections() {
    let database = Database::new();
    let store = database.create();
    let mut counts = Vec::new();
    for _ in 0..2 {
        let enquired = now(join_all((0..200).map(|number| store.notices_of(person(number)))));
        assert!(enquired.iter().all(|notices| notices.as_ref().is_ok_and(Vec::is_empty)));
        let text =
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'gongji'";
        counts.push(database.rows(text)[0].get::<_, i64>(0));
    }
    assert!(counts.iter().all(|count| (2..=17).contains(count)), "{counts:?}");
}

crate::on_every_engine! {
    whoever_asks_beside_others_has_his_own_answer
    who_could_pay_is_told_with_what_he_could_pay_from
    timers_come_in_the_order_of_time
    a_timer_that_was_put_off_waits_once
    what_is_delivered_waits_no_more
    waiting_messages_are_read_on_after_a_key
    messages_that_ask_are_listed_until_answered
    notices_come_in_the_order_of_time
    claims_are_those_of_the_month
    a_trace_is_found_by_its_command
    traces_are_read_on_after_a_command
}

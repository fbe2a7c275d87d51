//! Time and a binding: what it is by the clock is what it is after the timed work, to the minute.

use gongji_domain::binding::{Binding, BindingState, EndCause, Standing};
use gongji_domain::message::{Answer, BindRequest, Command, Consented, Due, Side};
use gongji_domain::reason::Reason;
use gongji_domain::record::{TimerRow, TimerState};
use gongji_words::{Day, Moment};
use proptest::prelude::*;
use proptest::sample::select;

use super::forall::for_all;
use super::node::Node;
use super::world::{binding, pair, populated, province_law, request};

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A node with one binding, bound now until a day.
fn bound(until: Option<Day>, rules: &str) -> Node {
    let mut node = populated(province_law(rules), "2026-03-02T10:00");
    node.tell(Command::Bind(BindRequest { until, ..request(1, 4) }));
    node
}

fn state(node: &Node) -> BindingState {
    binding(node, pair(1, 4)).expect("it was asked for").state
}

#[test]
fn the_last_day_is_a_whole_day() {
    let mut node = bound(Day::new(2026, 3, 9), "");
    node.wait_until(moment("2026-03-09T23:59"));
    assert_eq!(state(&node), BindingState::Active);
    node.wait(1);
    assert_eq!(state(&node), BindingState::Ended);
    let ended = binding(&node, pair(1, 4)).expect("it was asked for");
    assert_eq!((ended.end_cause, ended.ended_at), (Some(EndCause::Expired), Some(moment("2026-03-10"))));
}

#[test]
fn an_invitation_waits_until_the_end_of_the_fourteenth_day() {
    let node = bound(None, "bind.consent = \"everybody\"");
    let yes = Command::Consent(pair(1, 4), Consented::Yes);
    let mut in_time = node.clone();
    in_time.wait_until(moment("2026-03-16T23:59"));
    assert_eq!(in_time.tell(yes.clone()), Answer::Binding(BindingState::Active));
    let mut late = node.clone();
    late.wait_until(moment("2026-03-17"));
    assert_eq!(late.tell(yes.clone()), Answer::Refused(Reason::BindConsentExpired));
    let mut undone = node;
    undone.now = moment("2026-03-17");
    assert_eq!(undone.tell(yes), Answer::Refused(Reason::BindConsentExpired), "whether or not the timed work is done");
}

#[test]
fn a_binding_that_time_has_ended_is_not_there_before_the_timed_work_either() {
    for until in ["2026-03-10T00:00", "2026-03-20T12:00"] {
        let mut node = bound(Day::new(2026, 3, 9), "");
        node.now = moment(until);
        for command in [Command::Pause(pair(1, 4)), Command::Unbind(pair(1, 4), Side::Sponsor)] {
            assert_eq!(node.tell(command), Answer::Refused(Reason::BindNotFound));
        }
        assert_eq!(node.tell(Command::Bind(request(1, 4))), Answer::Binding(BindingState::Active), "no duplicate");
    }
}

#[test]
fn timed_work_that_was_done_is_not_done_again() {
    let mut node = bound(Day::new(2026, 3, 9), "");
    let id = binding(&node, pair(1, 4)).expect("it was asked for").id;
    node.wait_until(moment("2026-03-10"));
    let (rows, notices) = (node.rows.bindings.clone(), node.rows.notices.clone());
    let due = Due::Binding { sponsor: pair(1, 4).sponsor, binding: id };
    node.wait(60);
    assert_eq!(node.tell(Command::Due(due)), Answer::Done);
    assert_eq!((&node.rows.bindings, &node.rows.notices), (&rows, &notices));
}

/// A binding as some history could have left it on 2026-03-02: state, first day, last day, and days until an
/// invitation ends. An unbinding takes effect the next day.
fn left_behind() -> impl Strategy<Value = (BindingState, i32, Option<i32>, i32)> {
    use BindingState as S;
    let states = vec![S::PendingConsent, S::PendingReview, S::Scheduled, S::Active, S::Paused, S::Ending];
    (select(states), 1..20, prop::option::of(0..20), 1..20)
}

fn with_left_behind((state, from, until, effect): (BindingState, i32, Option<i32>, i32)) -> Node {
    let mut node = bound(None, "");
    let today = node.now.day();
    let mut known = binding(&node, pair(1, 4)).expect("it was asked for").clone();
    let begun = matches!(state, BindingState::Active | BindingState::Ending);
    known.state = state;
    known.from = if begun { today } else { today.plus_days(from) };
    known.until = until.map(|days| known.from.plus_days(days));
    let effect = Some(today.plus_days(effect).start());
    if state == BindingState::PendingConsent {
        known.consent_until = effect;
    }
    if state == BindingState::Ending {
        known.ends_at = Some(today.next().start());
        known.end_cause = Some(EndCause::BySponsor);
    }
    put(&mut node, known);
    node
}

fn put(node: &mut Node, known: Binding) {
    let due = Due::Binding { sponsor: known.sponsor, binding: known.id };
    if let Some(at) = known.next_due() {
        node.rows.timers.insert(due, TimerRow { at, due, state: TimerState::Waiting });
    }
    node.rows.bindings.insert((known.sponsor, known.id), known);
}

#[test]
fn the_state_by_the_clock_is_the_state_after_the_timed_work() {
    for_all(400, &(left_behind(), 0..45_i64, -1..2_i64), |(left, days, minutes)| {
        let mut node = with_left_behind(left);
        let before = binding(&node, pair(1, 4)).expect("it is there").clone();
        let probe = moment("2026-03-03").plus_minutes(days * 24 * 60 + minutes);
        node.wait_until(probe);
        let after = binding(&node, pair(1, 4)).expect("it is there").clone();
        assert_eq!(before.state_at(probe), after.state, "as written");
        assert_eq!(after.state_at(probe), after.state, "nothing is left to do");
        assert_eq!(before.counts(probe), after.counts(probe));
        assert_eq!(before.standing(probe), after.standing(probe));
        assert!(after.next_due().is_none_or(|due| due > probe), "what is due has been done");
    });
}

#[test]
fn what_an_ended_binding_still_says_depends_on_its_end() {
    let rows = [
        (EndCause::Expired, Standing::Expired),
        (EndCause::Moved, Standing::RebindNeeded),
        (EndCause::BySponsor, Standing::Nothing),
        (EndCause::ByBeneficiary, Standing::Nothing),
        (EndCause::Declined, Standing::Nothing),
        (EndCause::ConsentExpired, Standing::Nothing),
        (EndCause::InsuranceEnded, Standing::Nothing),
        (EndCause::Death, Standing::Nothing),
    ];
    assert_eq!(rows.len(), EndCause::ALL.len());
    let node = bound(None, "");
    for (cause, expected) in rows {
        let mut known = binding(&node, pair(1, 4)).expect("it was asked for").clone();
        known.end(cause, node.now);
        assert_eq!(known.standing(node.now), expected, "{cause}");
        assert_eq!((known.next_due(), known.counts(node.now)), (None, false), "{cause}");
    }
}

#[test]
fn what_time_alone_does_not_change_has_no_timer() {
    let mut node = populated(province_law(""), "2026-03-02T10:00");
    node.tell(Command::Bind(request(1, 4)));
    node.tell(Command::Pause(pair(1, 4)));
    assert!(node.rows.timers.is_empty(), "nothing is due, nothing was");
}

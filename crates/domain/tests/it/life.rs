//! The life of a binding as a table: each state, each event, what becomes of it or which refusal.
//!
//! In the area of the table everybody must consent, the agency reviews, and an unbinding takes effect the next day.
//! The binding is asked for on 2026-03-02 for 2026-03-12 until 2026-04-01.

use gongji_domain::binding::BindingState;
use gongji_domain::message::{Answer, BindRequest, Command, Consented, LimitChange, Side, Verdict};
use gongji_domain::person::InsuranceStatus;
use gongji_words::{AreaCode, Day, Moment};

use super::books;
use super::node::Node;
use super::world::{THERE, binding, pair, person, populated, province_law, request, yuan};

const SLOW: &str = "bind.consent = \"everybody\"\nbind.review = \"before-effect\"\nunbind.effect = \"next-day\"";

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn asked_for() -> Node {
    let mut node = populated(province_law(SLOW), "2026-03-02T10:00");
    let (from, until) = (Day::new(2026, 3, 12), Day::new(2026, 4, 1));
    node.tell(Command::Bind(BindRequest { from, until, ..request(1, 4) }));
    node
}

/// A node whose binding of 1 and 4 has come into a state.
fn come_to(state: &str) -> Node {
    let way: &[&str] = match state {
        "pending-consent" => &[],
        "pending-review" => &["consent"],
        "scheduled" => &["consent", "approve"],
        "active" => &["consent", "approve", "first day"],
        "paused" => &["consent", "approve", "first day", "pause"],
        "ending" => &["consent", "approve", "first day", "unbind"],
        "ended" => &["decline"],
        "rejected" => &["consent", "reject"],
        "returned" => &["consent", "return"],
        _ => panic!("{state} is no state"),
    };
    let mut node = asked_for();
    for event in way {
        happen(&mut node, event);
    }
    assert_eq!(word(&node), state, "{way:?}");
    node
}

/// Lets an event happen; what the answer is, if it is a refusal, else the state that is now written.
fn happen(node: &mut Node, event: &str) -> String {
    let wait = |node: &mut Node, until: &str| {
        node.wait_until(moment(until));
        Answer::Done
    };
    let answer = match event {
        "first day" => wait(node, "2026-03-12"),
        "invitation over" => wait(node, "2026-03-17"),
        "last day over" => wait(node, "2026-04-02"),
        _ => {
            let command = command_of(event);
            node.tell(command)
        }
    };
    books::check(&node.rows);
    match answer {
        Answer::Refused(reason) => reason.code().to_owned(),
        _ => word(node),
    }
}

fn command_of(event: &str) -> Command {
    let (pair, sponsor) = (pair(1, 4), person(1));
    match event {
        "consent" => Command::Consent(pair, Consented::Yes),
        "decline" => Command::Consent(pair, Consented::No),
        "approve" => Command::Review(pair, Verdict::Approve),
        "reject" => Command::Review(pair, Verdict::Reject),
        "return" => Command::Review(pair, Verdict::Return),
        "pause" => Command::Pause(pair),
        "resume" => Command::Resume(pair),
        "limit" => Command::ChangeLimits(pair, LimitChange { quota: Some(Some(yuan(5))), ..LimitChange::default() }),
        "unbind" => Command::Unbind(pair, Side::Sponsor),
        "unbound by him" => Command::Unbind(pair, Side::Beneficiary),
        "suspended" => Command::ChangeStatus { person: sponsor, status: InsuranceStatus::Suspended },
        "insurance ends" => Command::ChangeStatus { person: sponsor, status: InsuranceStatus::Ended },
        "death" => Command::ChangeStatus { person: person(4), status: InsuranceStatus::Dead },
        "move near" => Command::Move { person: sponsor, area: THERE },
        "move within" => Command::Move { person: sponsor, area: AreaCode::from_number(990_102) },
        _ => panic!("{event} is no event"),
    }
}

fn word(node: &Node) -> String {
    binding(node, pair(1, 4)).expect("it was asked for").state.word().to_owned()
}

/// Each event and what becomes of the states in the order of [`STATES`].
fn check(rows: &[(&str, [&str; 9])]) {
    for (event, expected) in rows {
        for (state, expected) in STATES.iter().zip(expected) {
            assert_eq!(happen(&mut come_to(state), event), *expected, "{state}, {event}");
        }
    }
}

const STATES: [&str; 9] =
    ["pending-consent", "pending-review", "scheduled", "active", "paused", "ending", "ended", "rejected", "returned"];
const NO: &str = "BIND_NOT_FOUND";

#[test]
fn the_table_has_every_state() {
    let all: Vec<&str> = BindingState::ALL.iter().map(|state| state.word()).collect();
    assert_eq!(all, STATES);
}

#[test]
fn what_people_and_the_agency_decide() {
    check(&[
        ("consent", ["pending-review", NO, NO, NO, NO, NO, NO, NO, NO]),
        ("decline", ["ended", NO, NO, NO, NO, NO, NO, NO, NO]),
        ("approve", [NO, "scheduled", NO, NO, NO, NO, NO, NO, NO]),
        ("reject", [NO, "rejected", NO, NO, NO, NO, NO, NO, NO]),
        ("return", [NO, "returned", NO, NO, NO, NO, NO, NO, NO]),
        ("pause", [NO, NO, "paused", "paused", "paused", NO, NO, NO, NO]),
        ("resume", [NO, NO, "scheduled", "active", "active", NO, NO, NO, NO]),
        ("limit", ["pending-consent", "pending-review", "scheduled", "active", "paused", "ending", NO, NO, NO]),
        ("unbind", ["ended", "ended", "ending", "ending", "ending", "ending", NO, NO, NO]),
        ("unbound by him", ["ended", "ended", "ending", "ending", "ending", "ending", NO, NO, NO]),
    ]);
}

#[test]
fn what_time_alone_does() {
    check(&[
        (
            "first day",
            [
                "pending-consent",
                "pending-review",
                "active",
                "active",
                "paused",
                "ending",
                "ended",
                "rejected",
                "returned",
            ],
        ),
        (
            "invitation over",
            ["ended", "pending-review", "active", "active", "paused", "ended", "ended", "rejected", "returned"],
        ),
        ("last day over", ["ended", "ended", "ended", "ended", "ended", "ended", "ended", "rejected", "returned"]),
    ]);
}

#[test]
fn what_becomes_of_it_when_the_insurance_changes() {
    let unmoved = ["pending-consent", "pending-review", "scheduled", "active", "paused", "ending", "ended"];
    let over = ["ended"; 7];
    for (event, first) in [
        ("suspended", unmoved),
        ("move within", unmoved),
        ("insurance ends", over),
        ("death", over),
        ("move near", over),
    ] {
        let [a, b, c, d, e, f, g] = first;
        check(&[(event, [a, b, c, d, e, f, g, "rejected", "returned"])]);
    }
}

#[test]
fn a_paused_binding_that_has_not_begun_resumes_as_scheduled() {
    let mut node = come_to("scheduled");
    assert_eq!(happen(&mut node, "pause"), "paused");
    assert_eq!(happen(&mut node, "resume"), "scheduled");
    happen(&mut node, "pause");
    assert_eq!(happen(&mut node, "first day"), "paused", "time does not resume it");
    assert_eq!(happen(&mut node, "resume"), "active");
}

#[test]
fn a_review_after_the_first_day_makes_it_active_at_once() {
    let mut node = come_to("pending-review");
    node.wait_until(moment("2026-03-20T09:00"));
    assert_eq!(happen(&mut node, "approve"), "active");
    let from = binding(&node, pair(1, 4)).expect("it was asked for").from;
    assert_eq!(Some(from), Day::new(2026, 3, 20), "it was never in force before");
}

#[test]
fn where_nothing_is_asked_it_is_active_at_once_or_the_next_day() {
    for (rules, at_once, next_day) in [("", "active", "active"), ("bind.effect = \"next-day\"", "scheduled", "active")]
    {
        let mut node = populated(province_law(rules), "2026-03-02T23:59");
        node.tell(Command::Bind(request(1, 4)));
        assert_eq!(word(&node), at_once);
        node.wait(1);
        assert_eq!(word(&node), next_day);
    }
}

#[test]
fn a_binding_of_today_ends_tomorrow_where_the_area_says_so() {
    let mut node = populated(province_law("unbind.effect = \"next-day-if-bound-today\""), "2026-03-02T10:00");
    node.tell(Command::Bind(request(1, 4)));
    let mut next = node.clone();
    assert_eq!(happen(&mut node, "unbind"), "ending");
    node.wait_until(moment("2026-03-02T23:59"));
    assert_eq!(word(&node), "ending");
    node.wait(1);
    assert_eq!(word(&node), "ended");
    next.wait_until(moment("2026-03-03"));
    assert_eq!(happen(&mut next, "unbind"), "ended");
}

#[test]
fn only_the_side_that_the_area_names_may_unbind() {
    let not_yours = "UNBIND_NOT_YOURS";
    for (by, sponsor, beneficiary) in
        [("either", "ended", "ended"), ("sponsor", "ended", not_yours), ("beneficiary", not_yours, "ended")]
    {
        let mut node = populated(province_law(&format!("unbind.by = \"{by}\"")), "2026-03-02T10:00");
        node.tell(Command::Bind(request(1, 4)));
        assert_eq!(happen(&mut node.clone(), "unbind"), sponsor, "{by}");
        assert_eq!(happen(&mut node, "unbound by him"), beneficiary, "{by}");
    }
}

#[test]
fn a_minimum_term_and_a_cooldown_count_days_and_months() {
    let law = province_law("unbind.min-term-months = 3\nbind.cooldown-days = 30");
    let mut node = populated(law, "2025-11-30T10:00");
    node.tell(Command::Bind(request(1, 4)));
    node.wait_until(moment("2026-02-27T23:59"));
    assert_eq!(happen(&mut node, "unbind"), "UNBIND_MIN_TERM");
    node.wait_until(moment("2026-02-28"));
    assert_eq!(happen(&mut node, "unbind"), "ended", "a missing 30 February is the month's last day");
    node.wait_until(moment("2026-03-29T23:59"));
    let again = Command::Bind(request(1, 4));
    assert_eq!(node.tell(again.clone()), Answer::Refused(gongji_domain::reason::Reason::BindCooldown));
    node.wait_until(moment("2026-03-30"));
    assert_eq!(node.tell(again), Answer::Binding(BindingState::Active));
}

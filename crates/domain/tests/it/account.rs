//! Coloured money, what of it may be used, what limits leave, when transfers return.

use gongji_domain::account::{Colour, Lots, usable};
use gongji_domain::decide::usable_amount;
use gongji_domain::limits::{Limits, Period, Spending, Used};
use gongji_domain::message::{Command, CreditKind};
use gongji_domain::policy::{MoneyLaw, UsableMoney};
use gongji_domain::wallet::return_moment;
use gongji_words::{Day, Fen, Moment};
use proptest::prelude::*;
use proptest::sample::select;

use super::forall::for_all;
use super::world::{HERE, THERE, person, populated, province_law, yuan};

/// Yuan by year.
type Amounts = &'static [(i32, i64)];

fn lots(amounts: &[(i32, i64)]) -> Lots {
    amounts.iter().map(|(year, amount)| (Colour(*year), yuan(*amount))).collect()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn the_oldest_money_is_taken_first() {
    let money = lots(&[(2026, 50), (2024, 20), (2025, 30)]);
    let rows: [(i64, Option<Amounts>); 6] = [
        (0, Some(&[])),
        (20, Some(&[(2024, 20)])),
        (21, Some(&[(2024, 20), (2025, 1)])),
        (70, Some(&[(2024, 20), (2025, 30), (2026, 20)])),
        (100, Some(&[(2024, 20), (2025, 30), (2026, 50)])),
        (101, None),
    ];
    for (amount, expected) in rows {
        assert_eq!(money.first(yuan(amount)), expected.map(lots), "{amount}");
    }
}

#[test]
fn lots_that_are_taken_and_put_back_are_the_same() {
    let mut money = lots(&[(2024, 20), (2026, 50)]);
    let before = money.clone();
    let taken = money.first(yuan(45)).expect("there is enough");
    money.remove(&taken);
    assert_eq!(money, lots(&[(2026, 25)]));
    money.put_all(&taken);
    assert_eq!(money, before);
    assert_eq!(before.without(&taken), lots(&[(2026, 25)]));
    let more_than_there_is = lots(&[(2023, 1), (2024, 21), (2026, 50)]);
    assert_eq!(before.without(&more_than_there_is), Lots::none(), "what is not there is passed over");
    assert_eq!(lots(&[(2024, 20), (2026, 50)]).without(&lots(&[(2026, 49)])), lots(&[(2024, 20), (2026, 1)]));
    assert_eq!(before.older_than(Colour(2026)), yuan(20));
    assert_eq!(Lots::one(Colour(2026), Fen::ZERO), Lots::none(), "a lot of nothing is no lot");
}

#[test]
#[should_panic(expected = "no lot goes below zero")]
fn more_than_a_lot_holds_cannot_be_taken() {
    lots(&[(2024, 20)]).remove(&lots(&[(2024, 21)]));
}

#[test]
fn a_colour_is_the_insurance_year_in_which_money_came() {
    let rows = [
        ("2026-01-01", 1, 0, 2026),
        ("2025-12-31", 1, 0, 2025),
        ("2026-06-30", 7, 0, 2025),
        ("2026-07-01", 7, 0, 2026),
        ("2026-01-01", 7, 0, 2025),
        ("2025-12-31", 1, 1, 2026),
        ("2026-06-30", 7, 2, 2027),
    ];
    for (on, month, turns, expected) in rows {
        assert_eq!(Colour::of_year(day(on), month, turns), Colour(expected), "{on}, month {month}, {turns} turns");
    }
}

fn money_law(usable: UsableMoney, reserve: i64) -> MoneyLaw {
    MoneyLaw { usable, reserve: yuan(reserve), insurance_year_month: 1 }
}

#[test]
fn the_reserve_stays_in_the_newest_money() {
    use UsableMoney::{All, PreviousYears};
    let rows: [(UsableMoney, i64, Amounts); 7] = [
        (All, 0, &[(2024, 20), (2025, 30), (2026, 50)]),
        (All, 40, &[(2024, 20), (2025, 30), (2026, 10)]),
        (All, 60, &[(2024, 20), (2025, 20)]),
        (All, 100, &[]),
        (All, 500, &[]),
        (PreviousYears, 40, &[(2024, 20), (2025, 30)]),
        (PreviousYears, 60, &[(2024, 20), (2025, 20)]),
    ];
    for (which, reserve, expected) in rows {
        let law = money_law(which, reserve);
        let money = lots(&[(2024, 20), (2025, 30), (2026, 50)]);
        assert_eq!(usable(&law, &money, Colour(2026)), lots(expected), "{which}, reserve {reserve}");
    }
}

#[test]
fn what_a_decision_counts_on_is_what_the_lots_have() {
    let lot = (2023..2028_i32, 0..20_000_i64);
    let drawn = (prop::collection::vec(lot, 0..5), select(UsableMoney::ALL.to_vec()), 0..150_i64);
    for_all(500, &drawn, |(amounts, which, reserve)| {
        let money: Lots = amounts.into_iter().map(|(year, fen)| (Colour(year), Fen::from_fen(fen))).collect();
        let law = money_law(which, reserve);
        let current = Colour(2026);
        let lots = usable(&law, &money, current);
        assert_eq!(lots.total(), usable_amount(&law, money.total(), money.older_than(current)));
        assert!(money.total().minus(lots.total()) >= law.reserve.min(money.total()), "the reserve stays");
        assert_eq!(money.first(lots.total()), Some(lots), "oldest first");
    });
}

#[test]
fn an_opening_balance_s_previous_years_carry_the_year_before() {
    let node = populated(province_law(""), "2026-02-02T10:00");
    assert_eq!(node.rows.accounts[&person(1)].lots, lots(&[(2025, 300), (2026, 300)]));
    assert_eq!(node.rows.accounts[&person(3)].lots, lots(&[(2025, 300), (2026, 500)]));
}

#[test]
fn the_turn_of_a_year_moves_nothing_and_makes_money_usable() {
    let rows =
        [("", "2025-12-31T23:59", "2026-01-01"), ("money.insurance-year-month = 7", "2026-06-30T23:59", "2026-07-01")];
    for (month, before, turn) in rows {
        let law = province_law(&format!("money.usable = \"previous-years\"\n{month}"));
        let mut node = populated(law, before);
        let credit = Command::Credit { person: person(1), amount: yuan(50), kind: CreditKind::Contribution };
        node.tell(credit);
        let old = |node: &super::node::Node, early: i32| {
            let law = node.law().on(HERE, node.now.day()).expect("2026 is formalised");
            let current = Colour::of_year(node.now.day(), law.money.insurance_year_month, early);
            node.rows.accounts[&person(1)].lots.older_than(current)
        };
        assert_eq!(old(&node, 0), yuan(300), "{before}");
        let journals = node.rows.journals.len();
        node.wait_until(Moment::parse(turn).expect("a moment"));
        assert_eq!(old(&node, 0), yuan(650), "{turn}");
        assert_eq!(node.rows.journals.len(), journals, "nothing moves");
    }
}

#[test]
fn an_early_turn_concerns_its_area_alone_and_the_calendar_s_turn_still_comes() {
    let mut node = populated(province_law("money.usable = \"previous-years\""), "2025-12-30T10:00");
    node.tell(Command::TurnYear(HERE));
    for (number, area) in [(1, HERE), (2, THERE)] {
        let credit = Command::Credit { person: person(number), amount: yuan(50), kind: CreditKind::Contribution };
        node.tell(credit);
        let newest = node.rows.accounts[&person(number)].lots.iter().last().expect("money").0;
        assert_eq!(newest, Colour(if area == HERE { 2026 } else { 2025 }));
    }
    node.wait_until(Moment::parse("2026-01-02").expect("a moment"));
    let credit = Command::Credit { person: person(1), amount: yuan(50), kind: CreditKind::Contribution };
    node.tell(credit);
    let newest = node.rows.accounts[&person(1)].lots.iter().last().expect("money").0;
    assert_eq!(newest, Colour(2027), "one turn more than the calendar's");
}

#[test]
fn the_tightest_limit_counts_and_none_is_left_below_zero() {
    let used = Used { total: yuan(50), day: yuan(10), month: yuan(20), year: yuan(40) };
    let some = |amount| Some(yuan(amount));
    let none = Limits::default();
    let rows = [
        (none, None, None),
        (Limits { quota: some(60), ..none }, some(10), some(10)),
        (Limits { quota: some(40), ..none }, some(0), some(0)),
        (Limits { per_settlement: some(5), ..none }, some(5), None),
        (Limits { per_day: some(10), ..none }, some(0), some(0)),
        (Limits { per_month: some(25), per_year: some(43), ..none }, some(3), some(3)),
        (Limits { per_month: some(22), per_year: some(43), ..none }, some(2), some(2)),
        (Limits { per_settlement: some(1), per_day: some(90), ..none }, some(1), some(80)),
    ];
    for (limits, at_a_till, for_a_premium) in rows {
        assert_eq!(limits.left(&used, Spending::Settlement), at_a_till, "{limits:?}");
        assert_eq!(limits.left(&used, Spending::Premium), for_a_premium, "{limits:?}");
    }
}

#[test]
fn periods_are_those_of_the_day_and_keep_their_numbers() {
    let mut seen = std::collections::BTreeSet::new();
    for text in ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"] {
        for period in Period::of(day(text)) {
            let (kind, number) = period.numbers();
            assert_eq!(Period::from_numbers(kind, number), Some(period));
            seen.insert(period);
        }
    }
    assert_eq!(seen.len(), 1 + 4 + 3 + 2, "one life, four days, three months, two years");
    assert_eq!(Period::from_numbers(4, 0), None);
}

#[test]
fn an_unaccepted_transfer_returns_the_next_time_the_clock_shows_the_hour() {
    let rows = [
        ("2025-10-10T05:59", "2025-10-10T06:00"),
        ("2025-10-10T06:00", "2025-10-11T06:00"),
        ("2025-10-10T21:59", "2025-10-11T06:00"),
        ("2025-12-31T10:00", "2026-01-01T06:00"),
    ];
    let moment = |text: &str| Moment::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    for (sent, back) in rows {
        assert_eq!(return_moment(moment(sent), 360), moment(back), "{sent}");
    }
}

//! One bill under every rule for the own account, every shortfall, every number of sponsors and every order.
//!
//! The patient has 10.00 and owes 100.00 or 60.00; A was bound first, B is the richest and lets only 30.00 be
//! spent, C was bound last; the patient would have A, then C.

use super::laws::{COMBINATIONS, ORDERS, OWN};
use super::till::outcome_of;

const SPONSORS: &str = "A has 50 B has 200 limit 30 C has 70 choice A,C";

/// A line for each order, in the order of [`ORDERS`]; `random` last but one.
fn table(own: usize, how: &str, bill: &str) -> String {
    let lines = ORDERS.map(|order| {
        let bill = format!("{} {how} {order} {bill} {SPONSORS}", OWN[own]);
        format!("{order}: {}", outcome_of(&bill))
    });
    lines.join("\n")
}

fn check(own: usize, rows: &[(&str, &str, [&str; 5])]) {
    for (how, bill, expected) in rows {
        let expected: Vec<String> = ORDERS.iter().zip(expected).map(|(order, got)| format!("{order}: {got}")).collect();
        assert_eq!(table(own, how, bill), expected.join("\n"), "{} {how} {bill}", OWN[own]);
    }
}

#[test]
fn forty_five_combinations_are_all_there_are() {
    assert_eq!(COMBINATIONS, 45, "three own-account rules, three ways to pay, five orders");
}

#[test]
fn own_money_goes_first_and_family_pays_what_is_left() {
    check(
        0,
        &[
            (
                "chain",
                "own 10 copay 100",
                ["own 10 A 50 C 40", "own 10 B 30 C 60", "own 10 A 50 C 40", "own 10 A 50 C 40", "own 10 C 70 B 20"],
            ),
            ("chain", "copay 60", ["A 50 C 10", "B 30 C 30", "A 50 C 10", "A 50 B 10", "C 60"]),
            (
                "one",
                "own 10 copay 100",
                [
                    "own 10 A 50 cash 40 SETTLE_PARTIAL",
                    "own 10 B 30 cash 60 SETTLE_PARTIAL",
                    "own 10 A 50 cash 40 SETTLE_PARTIAL",
                    "own 10 A 50 cash 40 SETTLE_PARTIAL",
                    "own 10 C 70 cash 20 SETTLE_PARTIAL",
                ],
            ),
            (
                "one",
                "copay 60",
                [
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "B 30 cash 30 SETTLE_PARTIAL",
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "C 60",
                ],
            ),
            (
                "all-or-nothing",
                "own 10 copay 100",
                [
                    "own 10 cash 90 SETTLE_INSUFFICIENT_WHOLE",
                    "own 10 cash 90 SETTLE_QUOTA",
                    "own 10 cash 90 SETTLE_INSUFFICIENT_WHOLE",
                    "own 10 cash 90 SETTLE_INSUFFICIENT_WHOLE",
                    "own 10 cash 90 SETTLE_INSUFFICIENT_WHOLE",
                ],
            ),
            (
                "all-or-nothing",
                "copay 60",
                [
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "cash 60 SETTLE_QUOTA",
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "C 60",
                ],
            ),
        ],
    );
}

#[test]
fn family_goes_first_and_own_money_pays_what_is_left() {
    check(
        1,
        &[
            ("chain", "own 10 copay 100", ["A 50 C 50", "B 30 C 70", "A 50 C 50", "A 50 C 50", "C 70 B 30"]),
            ("chain", "copay 60", ["A 50 C 10", "B 30 C 30", "A 50 C 10", "A 50 B 10", "C 60"]),
            (
                "one",
                "own 10 copay 100",
                [
                    "own 10 A 50 cash 40 SETTLE_PARTIAL",
                    "own 10 B 30 cash 60 SETTLE_PARTIAL",
                    "own 10 A 50 cash 40 SETTLE_PARTIAL",
                    "own 10 A 50 cash 40 SETTLE_PARTIAL",
                    "own 10 C 70 cash 20 SETTLE_PARTIAL",
                ],
            ),
            (
                "one",
                "copay 60",
                [
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "B 30 cash 30 SETTLE_PARTIAL",
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "C 60",
                ],
            ),
            (
                "all-or-nothing",
                "own 10 copay 100",
                [
                    "own 10 cash 90 SETTLE_INSUFFICIENT_WHOLE",
                    "own 10 cash 90 SETTLE_QUOTA",
                    "own 10 cash 90 SETTLE_INSUFFICIENT_WHOLE",
                    "own 10 cash 90 SETTLE_INSUFFICIENT_WHOLE",
                    "own 10 cash 90 SETTLE_INSUFFICIENT_WHOLE",
                ],
            ),
            (
                "all-or-nothing",
                "copay 60",
                [
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "cash 60 SETTLE_QUOTA",
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "C 60",
                ],
            ),
        ],
    );
}

#[test]
fn an_own_account_that_is_not_empty_keeps_family_away() {
    check(
        2,
        &[
            (
                "chain",
                "own 10 copay 100",
                [
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                ],
            ),
            ("chain", "copay 60", ["A 50 C 10", "B 30 C 30", "A 50 C 10", "A 50 B 10", "C 60"]),
            (
                "one",
                "own 10 copay 100",
                [
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                ],
            ),
            (
                "one",
                "copay 60",
                [
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "B 30 cash 30 SETTLE_PARTIAL",
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "A 50 cash 10 SETTLE_PARTIAL",
                    "C 60",
                ],
            ),
            (
                "all-or-nothing",
                "own 10 copay 100",
                [
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                    "own 10 cash 90 SETTLE_OWN_NOT_ZERO",
                ],
            ),
            (
                "all-or-nothing",
                "copay 60",
                [
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "cash 60 SETTLE_QUOTA",
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "cash 60 SETTLE_INSUFFICIENT_WHOLE",
                    "C 60",
                ],
            ),
        ],
    );
}

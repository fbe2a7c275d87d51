//! Stays: a second one, one that is settled in parts, one over the turn of the year, that of a newborn.

use gongji_domain::benefit::{Benefits, Bill, Level, PersonKind, Stay, Visit, Wrong, Years, bill_parts};
use gongji_domain::burden::VisitKind;

use super::support::{benefits, benefits_with, bill, day, split, told, yuan};

fn stay(lines: &str) -> Bill {
    bill(PersonKind::Working, (VisitKind::Inpatient, Level::Grade3), lines)
}

#[test]
fn the_second_stay_of_a_year_has_a_lower_deductible() {
    let (benefits, mut years) = (benefits(), Years::default());
    let first = split(&benefits, &stay("1 A 1 1900"), &years);
    assert_eq!(told(&first), "whole 1900.00 scope 1900.00 deductible 900.00 pool 850.00 fund 850.00 personal 1050.00");
    years.add(&first);
    // 450 for the second and for those that follow; the bands begin anew with each stay.
    for _ in 0..2 {
        let next = split(&benefits, &stay("1 A 1 1450"), &years);
        assert_eq!(
            told(&next),
            "whole 1450.00 scope 1450.00 deductible 450.00 pool 850.00 fund 850.00 personal 600.00"
        );
        years.add(&next);
    }
    assert_eq!(years.of(2025).stays, 3);
}

#[test]
fn a_stay_that_is_settled_in_parts_has_one_deductible_and_one_row_of_bands() {
    let (benefits, mut years) = (benefits(), Years::default());
    let whole = split(&benefits, &stay("1 A 1 40000"), &years);
    // 600 of 900; then the 300 that are left and 1000 × 85 %; then the rest of the first band and the second.
    let mut part = stay("1 A 1 600");
    let mut paid = Vec::new();
    for lines in ["1 A 1 600", "1 A 1 1300", "1 A 1 38100"] {
        part.lines = super::support::lines(lines);
        let found = split(&benefits, &part, &years);
        years.add(&found);
        part.visit.stay = Stay::Continued(found.stay);
        paid.push(found);
    }
    assert_eq!(told(&paid[0]), "whole 600.00 scope 600.00 deductible 600.00 personal 600.00");
    assert_eq!(told(&paid[1]), "whole 1300.00 scope 1300.00 deductible 300.00 pool 850.00 fund 850.00 personal 450.00");
    assert_eq!(bill_parts(&paid), bill_parts(std::slice::from_ref(&whole)));
    assert_eq!(years.of(2025), whole.after);
}

/// A stay from 30 December to 2 January, of which a piece from before the turn is given back after it.
fn over_the_turn(benefits: &Benefits, years: &Years) -> Vec<(i32, String)> {
    let lines = "1 A 1 1000 on 2025-12-30; 2 A 2 50 on 2025-12-31; 3 A 1 2000 on 2026-01-01; \
                 4 A -2 50 of 2 on 2026-01-02";
    let bill = stay(lines);
    let bill = Bill { visit: Visit { last_day: day("2026-01-02"), ..bill.visit }, ..bill };
    let splits = benefits.split(&bill, years).unwrap_or_else(|wrong| panic!("{wrong}"));
    splits.iter().map(|split| (split.year, told(split))).collect()
}

#[test]
fn a_stay_over_the_turn_of_the_year_is_the_years_of_discharge_or_cut() {
    // Whole by the plan of 2026: 1000 deductible, 2000 × 85 %.
    let expected = "whole 3000.00 scope 3000.00 deductible 1000.00 pool 1700.00 fund 1700.00 personal 1300.00";
    assert_eq!(over_the_turn(&benefits(), &Years::default()), [(2026, expected.to_owned())]);
    // Cut: 900 by the plan of 2025 and 100 × 85 %; no second deductible in 2026, 2000 × 85 %.
    let cut = benefits_with("value = \"discharge\"", "value = \"cut\"");
    let expected = [
        (2025, "whole 1000.00 scope 1000.00 deductible 900.00 pool 85.00 fund 85.00 personal 915.00".to_owned()),
        (2026, "whole 2000.00 scope 2000.00 pool 1700.00 fund 1700.00 personal 300.00".to_owned()),
    ];
    assert_eq!(over_the_turn(&cut, &Years::default()), expected);
}

#[test]
fn a_newborn_is_cared_for_under_the_mothers_name_for_some_days() {
    let (benefits, mut years) = (benefits(), Years::default());
    let mut birth = bill(PersonKind::Working, (VisitKind::Birth, Level::Grade3), "1 A 1 1900");
    let mother = split(&benefits, &birth, &years);
    years.add(&mother);
    // The child's lines go on in the mother's stay: no second deductible, 100 × 85 %.
    birth.insured.newborn = Some(day("2025-03-03"));
    birth.visit.stay = Stay::Continued(mother.stay);
    birth.lines = super::support::lines("1 A 1 100 on 2025-03-30");
    let child = split(&benefits, &birth, &years);
    assert_eq!(told(&child), "whole 100.00 scope 100.00 pool 85.00 fund 85.00 personal 15.00");
    years.add(&child);
    assert_eq!((years.of(2025).stays, years.of(2025).pool_paid()), (1, yuan("935.00")));
    // Born on the 3rd, the 28th day is the 30th; before birth and after that day it has no mother's name.
    for late in ["2025-03-31", "2025-03-02"] {
        birth.lines = super::support::lines(&format!("1 A 1 100 on {late}"));
        let wrong = Err(Wrong::Newborn { line: 1, day: day(late) });
        assert_eq!(benefits.split(&birth, &years), wrong);
    }
}

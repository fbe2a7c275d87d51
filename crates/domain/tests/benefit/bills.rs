//! Single bills, worked by hand to the fen.

use gongji_domain::benefit::{Level, Others, PersonKind, Place, Sums, Wrong, Years, bill_parts};
use gongji_domain::burden::{Part, VisitKind};
use gongji_domain::case::Filing;
use gongji_domain::person::Trait;
use gongji_words::Fen;

use super::support::{benefits, benefits_with, bill, split, told, yuan};

use Level::{Grade2, Grade3, Pharmacy};
use PersonKind::{Adult, Retired, Working};
use VisitKind::{Chronic, Emergency, Inpatient, Outpatient};

/// One bill of a year in which nothing was paid, and what it comes to.
fn check(rows: &[((PersonKind, VisitKind, Level), &str, &str)]) {
    let benefits = benefits();
    for ((person, kind, level), lines, expected) in rows {
        let found = split(&benefits, &bill(*person, (*kind, *level), lines), &Years::default());
        assert_eq!(told(&found), *expected, "{lines}");
    }
}

#[test]
fn deductible_ratio_and_bands_follow_person_kind_and_level() {
    check(&[
        // 乙类 50.00: 10 % first is 5.00. In scope 150 + 45 = 195; above 100 lie 95, of which 60 % is 57.00.
        (
            (Working, Outpatient, Grade2),
            "1 A 1 150; 2 B 1 50",
            "whole 200.00 class-b 5.00 scope 195.00 deductible 100.00 pool 57.00 fund 57.00 personal 143.00",
        ),
        // Retired: above 50 lie 150, of which 65 % is 97.50.
        (
            (Retired, Outpatient, Grade2),
            "1 A 1 200",
            "whole 200.00 scope 200.00 deductible 50.00 pool 97.50 fund 97.50 personal 102.50",
        ),
        // Chronic: above 200 lie 100.01, of which 75 % is 75.0075, rounded 75.01.
        (
            (Working, Chronic, Grade3),
            "1 A 1 300.01",
            "whole 300.01 scope 300.01 deductible 200.00 pool 75.01 fund 75.01 personal 225.00",
        ),
        // A stay: above 900 lie 39100; 30000 × 85 % = 25500, 9100 × 90 % = 8190.
        (
            (Working, Inpatient, Grade3),
            "1 A 1 40000",
            "whole 40000.00 scope 40000.00 deductible 900.00 pool 33690.00 fund 33690.00 personal 6310.00",
        ),
        // Below the deductible nobody pays.
        ((Adult, Inpatient, Grade3), "1 A 1 899.99", "whole 899.99 scope 899.99 deductible 899.99 personal 899.99"),
    ]);
}

#[test]
fn lines_are_divided_by_class_limit_and_conditions() {
    check(&[
        // Limit 50.005 × 2 = 100.01 of 120: over 19.99; of 100.01 20 % is 20.002, so 20.00; 80.01 in scope.
        (
            (Working, Inpatient, Grade3),
            "1 L 2 60",
            "whole 120.00 over-limit 19.99 class-b 20.00 scope 80.01 deductible 80.01 personal 120.00",
        ),
        // Restricted and not said to meet its conditions; not to be reimbursed; class C; unknown: all the patient's.
        (
            (Working, Outpatient, Grade2),
            "1 R 1 10; 2 A 1 20 denied; 3 C 1 30; 4 UNKNOWN 1 40",
            "whole 100.00 uninsured 100.00 personal 100.00",
        ),
        // Restricted and approved: in scope.
        ((Working, Outpatient, Grade2), "1 R 1 10 approved", "whole 10.00 scope 10.00 deductible 10.00 personal 10.00"),
        // 3 × 0.335 = 1.005, half up 1.01; the stated 1.00 is off by a fen and stands.
        ((Working, Outpatient, Grade2), "1 A 3 0.335", "whole 1.01 scope 1.01 deductible 1.01 personal 1.01"),
        (
            (Working, Outpatient, Grade2),
            "1 A 3 0.335 stated 1.00",
            "whole 1.00 scope 1.00 deductible 1.00 personal 1.00",
        ),
    ]);
}

#[test]
fn returns_take_back_what_they_return() {
    check(&[
        // 30.00 less 10.00, and 100.00 of class B that comes back whole.
        (
            (Working, Outpatient, Grade2),
            "1 A 3 10; 2 A -1 10 of 1; 3 B 1 100; 4 B -1 100 of 3",
            "whole 20.00 scope 20.00 deductible 20.00 personal 20.00",
        ),
        // 3 × 0.005 = 0.015, half up 0.02. Returned one by one nothing is left, and never less than nothing:
        // 2 × 0.005 = 0.01 is left, then 0.01 (half a fen, rounded up), then 0.00.
        ((Working, Outpatient, Grade2), "1 A 3 0.005; 2 A -1 0.005 of 1; 3 A -1 0.005 of 1; 4 A -1 0.005 of 1", ""),
        // Two of three come back: one is left, with the limit of one. Over 50.01 lie 9.99; 20 % of 50.01 are 10.00.
        (
            (Working, Inpatient, Grade3),
            "1 L 3 60; 2 L -1 60 of 1; 3 L -1 60 of 1",
            "whole 60.00 over-limit 9.99 class-b 10.00 scope 40.01 deductible 40.01 personal 60.00",
        ),
        // The return stands first.
        ((Working, Outpatient, Grade2), "2 C -1 10 of 1; 1 C 2 10", "whole 10.00 uninsured 10.00 personal 10.00"),
    ]);
}

#[test]
fn a_year_goes_on_where_the_last_bill_left_it() {
    let (benefits, mut years) = (benefits(), Years::default());
    let first = split(&benefits, &bill(Working, (Outpatient, Grade2), "1 A 1 195"), &years);
    years.add(&first);
    assert_eq!(years.of(2025), first.after);
    // The deductible is met; in the bands lie 95, and 33.33 more: 128.33 × 50 % = 64.165, so 64.17, less 47.50.
    let second = split(&benefits, &bill(Working, (Outpatient, Grade3), "1 A 1 33.33"), &years);
    assert_eq!(told(&second), "whole 33.33 scope 33.33 pool 16.67 fund 16.67 personal 16.66");
    years.add(&second);
    // The outpatient ceiling of 2000: 57 + 16.67 are paid, 1926.33 are left, which is 60 % of 3210.55.
    let third = split(&benefits, &bill(Working, (Outpatient, Grade2), "1 A 1 4000"), &years);
    assert_eq!(told(&third), "whole 4000.00 scope 4000.00 pool 1926.33 fund 1926.33 personal 2073.67");
    assert_eq!(third.burden.of(Part::Copay), yuan("1284.22"));
    assert_eq!(third.burden.of(Part::OverCap), yuan("789.45"));
    years.add(&third);
    // Undone in another order than entered, nothing is left.
    for undone in [&second, &first, &third] {
        years.undo(undone);
    }
    assert_eq!(years, Years::default());
}

#[test]
fn funds_over_the_pool_pay_of_what_it_leaves() {
    let benefits = benefits();
    let mut years = Years::default();
    // 99000 are paid by the pool this year, 1000 are left: 85 % of 1176.48. Above lie 10000 - 1176.48 = 8823.52;
    // the large-amount fund pays 90 %, 7941.168, so 7941.17. Personal: 900 + 176.48 + 882.35.
    let mut sums = Sums::default();
    *sums.pool.of_mut(gongji_domain::benefit::Care::Inpatient) = yuan("99000.00");
    years.set(2025, sums);
    let found = split(&benefits, &bill(Working, (Inpatient, Grade3), "1 A 1 10900"), &years);
    let expected =
        "whole 10900.00 scope 10900.00 deductible 900.00 pool 1000.00 large 7941.17 fund 8941.17 personal 1958.83";
    assert_eq!(told(&found), expected);
    assert_eq!(found.added.large_base, yuan("8823.52"));
    // A resident to whom 11000 were left this year: 20000 × 65 % = 13000; left are 900 + 7000. 18900 are 6900 above
    // 12000; 60 % of them are 4140.
    years.set(2025, Sums { serious_base: yuan("11000.00"), ..Sums::default() });
    let found = split(&benefits, &bill(Adult, (Inpatient, Grade3), "1 A 1 20900"), &years);
    let expected =
        "whole 20900.00 scope 20900.00 deductible 900.00 pool 13000.00 serious 4140.00 fund 17140.00 personal 3760.00";
    assert_eq!(told(&found), expected);
    assert_eq!((found.after.serious_base, found.after.serious), (yuan("18900.00"), yuan("4140.00")));
}

#[test]
fn civil_servants_and_other_funds_pay_what_is_left() {
    let mut bill = bill(Working, (Outpatient, Grade2), "1 A 1 150; 2 B 1 50");
    bill.insured.traits = vec![Trait::CivilService];
    // Of the copay of 38.00, 60 % are 22.80.
    let found = split(&benefits(), &bill, &Years::default());
    let head = "whole 200.00 class-b 5.00 scope 195.00 deductible 100.00 pool 57.00";
    assert_eq!(told(&found), format!("{head} civil 22.80 fund 79.80 personal 120.20"));
    // Enterprise pays 110 of deductible and copay: 28 of the copay are left, 60 % are 16.80; of the 11.20 then left
    // assistance pays all and others nothing. Class B is out of their scope.
    bill.visit.others = Others { enterprise: yuan("110.00"), assistance: yuan("50.00"), other: yuan("1.00") };
    let found = split(&benefits(), &bill, &Years::default());
    let expected = format!("{head} enterprise 110.00 civil 16.80 assistance 11.20 fund 195.00 personal 5.00");
    assert_eq!(told(&found), expected);
}

#[test]
fn away_the_pool_pays_less_and_an_emergency_counts_as_filed() {
    // Above 900 lie 1000: 85 % here, 80 % filed, 65 % unfiled.
    let rows = [(Place::Here, "850.00"), (Place::AwayFiled, "800.00"), (Place::AwayUnfiled, "650.00")];
    for (place, expected) in rows {
        let mut bill = bill(Working, (Inpatient, Grade3), "1 A 1 1900");
        bill.visit.place = place;
        assert_eq!(split(&benefits(), &bill, &Years::default()).totals.funds.pool, yuan(expected), "{place}");
    }
    assert_eq!(Place::away(Filing::Unfiled, Emergency), Place::AwayFiled);
    assert_eq!(Place::away(Filing::Unfiled, Inpatient), Place::AwayUnfiled);
}

#[test]
fn what_is_over_a_limit_can_be_the_hospitals() {
    let benefits = benefits_with("value = \"patient\"", "value = \"hospital\"");
    let found = split(&benefits, &bill(Working, (Inpatient, Grade3), "1 L 2 60"), &Years::default());
    let expected =
        "whole 120.00 over-limit 19.99 class-b 20.00 scope 80.01 deductible 80.01 personal 100.01 hospital 19.99";
    assert_eq!(told(&found), expected);
}

#[test]
fn what_is_left_becomes_the_bill_that_aid_pays() {
    let rows = [
        // 300 in scope: 100 deductible, 200 × 70 %. A drug outside the catalogue is a drug that was bought.
        (
            (VisitKind::Pharmacy, Pharmacy),
            "1 A 1 300; 2 C 1 20; 3 V 1 7",
            "deductible 100.00, copay 60.00, drug 20.00, vaccine 7.00",
            "140.00",
        ),
        // At a hospital it is out of the catalogue.
        (
            (Outpatient, Grade2),
            "1 A 1 300; 2 B 1 10; 3 C 1 20; 4 V 1 7",
            "deductible 100.00, class-b 1.00, copay 83.60, out-of-catalogue 20.00, vaccine 7.00",
            "125.40",
        ),
    ];
    for (visit, lines, expected, fund) in rows {
        let found = split(&benefits(), &bill(Working, visit, lines), &Years::default());
        let (burden, paid) = bill_parts(&[found]);
        let told: Vec<String> = burden.parts().map(|(part, amount)| format!("{part} {amount}")).collect();
        assert_eq!((told.join(", "), paid), (expected.to_owned(), yuan(fund)), "{lines}");
    }
}

#[test]
fn a_bill_that_cannot_be_right_is_told_why() {
    let outpatient = (Outpatient, Grade2);
    let rows = [
        (Working, outpatient, "1 A 1 1; 1 A 1 1", Wrong::NumberTwice { line: 1 }),
        (Working, outpatient, "1 A -1 1", Wrong::Sign { line: 1 }),
        (Working, outpatient, "1 A 1 1; 2 A 1 1 of 1", Wrong::Sign { line: 2 }),
        (Working, outpatient, "2 A -1 1 of 1", Wrong::ReturnOfNothing { line: 2, returns: 1 }),
        (Working, outpatient, "1 A 1 1; 2 B -1 1 of 1", Wrong::ReturnOfAnother { line: 2, returns: 1 }),
        (Working, outpatient, "1 A 1 1; 2 A -2 1 of 1", Wrong::ReturnsMore { line: 2, returns: 1 }),
        (
            Working,
            outpatient,
            "1 A 1 1.00 stated 1.02",
            Wrong::Amount { line: 1, stated: yuan("1.02"), computed: yuan("1.00") },
        ),
        (
            Working,
            outpatient,
            "1 A 1 1; 2 A -1 1 of 1 stated -1.01",
            Wrong::Amount { line: 2, stated: Fen::from_fen(-101), computed: Fen::from_fen(-100) },
        ),
        (Working, outpatient, "1 A 999999999999 999999999", Wrong::TooLarge { line: 1 }),
        (
            Working,
            (Inpatient, Pharmacy),
            "1 A 1 1",
            Wrong::Level { care: gongji_domain::benefit::Care::Inpatient, level: Pharmacy },
        ),
    ];
    for (person, visit, lines, expected) in rows {
        let found = benefits().split(&bill(person, visit, lines), &Years::default());
        assert_eq!(found, Err(expected), "{lines}");
    }
    let late = benefits().split(&bill(Working, outpatient, "1 A 1 1 on 2025-04-01"), &Years::default());
    assert!(late.unwrap_err().to_string().starts_with("line 1: day: 2025-04-01 is after the last day of the visit"));
    let mut early = bill(Working, outpatient, "1 A 1 1 on 2024-01-01");
    early.visit.last_day = super::support::day("2024-12-31");
    let early = benefits().split(&early, &Years::default());
    assert!(early.unwrap_err().to_string().contains("begins on 2025-01-01"));
}

//! Lines that contradict the lines above them are reported where they do.

use super::marks::{check, check_below};
use super::read;

#[test]
fn what_no_line_above_defines_is_reported() {
    check_below(&[
        ("freeze ‸mingg", "no line above defines the person `mingg`", "did you mean `ming`?"),
        ("freeze ‸stranger", "no line above defines the person `stranger`", "define it above"),
        ("freeze ‸clinic", "`clinic` is an institution, not a person", ""),
        ("bind ming ‸nobody relation child", "the person `nobody`", ""),
        ("order kid ming ‸nobody", "the person `nobody`", ""),
        ("settle s1 kid at ‸clinik kind birth copay 1.00", "the institution `clinik`", "`clinic`"),
        ("settle s1 kid at ‸ming kind birth copay 1.00", "`ming` is a person, not", ""),
        ("settle s1 kid at clinic kind birth copay 1.00 code ‸nobody", "person `nobody`", ""),
        ("settle s1 kid at clinic kind birth copay 1.00 using ‸nobody", "person `nobody`", ""),
        ("settle s1 kid at clinic kind birth copay 1.00 => by ‸nobody 1.00", "`nobody`", ""),
        ("premium p1 ming for ‸nobody plan resident year 2026 amount 1.00", "`nobody`", ""),
        ("repeat p0 => paid by ‸nobody", "the person `nobody`", ""),
        ("account ‸nobody balance 1.00", "the person `nobody`", ""),
        ("repeat ‸s9", "no line above has used the id `s9`", ""),
        ("accept ‸t9", "no line above has used the id `t9`", ""),
        ("cancel ‸t9 => cancelled", "no line above has used the id `t9`", ""),
    ]);
}

#[test]
fn a_preview_does_not_use_its_id() {
    check_below(&[(
        "preview v1 kid at clinic kind birth copay 1.00\nrepeat ‸v1",
        "no line above has used the id `v1`",
        "",
    )]);
}

#[test]
fn what_is_defined_twice_or_by_a_reserved_name_is_reported() {
    check_below(&[
        ("person ‸ming scheme resident", "`ming` is defined twice", ""),
        ("institution ‸clinic kind hospital", "`clinic` is defined twice", ""),
        ("institution ‸ming kind hospital", "a line above calls a person so", ""),
        ("person ‸clinic scheme resident", "a line above calls an institution so", ""),
        ("account ‸son balance 1.00", "the account of `son` is defined twice", "credit"),
        ("account ‸kid balance 1.00", "`kid` has no personal account", "employee"),
        ("person ‸auto scheme resident", "a person cannot be called `auto`", ""),
        ("person ‸own scheme resident", "a person cannot be called `own`", ""),
        ("person ‸none scheme resident", "a person cannot be called `none`", ""),
        ("order kid ming son ‸ming", "the sponsor `ming` stands twice", ""),
    ]);
}

#[test]
fn a_part_or_kind_at_the_wrong_institution_is_reported() {
    check_below(&[
        ("settle s1 kid at clinic kind outpatient ‸drug 1.00", "`drug` stands at a hospital", ""),
        ("settle s1 kid at clinic kind birth ‸device 1.00", "`device` stands at a hospital", ""),
        ("settle s1 kid at clinic kind birth ‸consumable 1.00", "at a hospital", "a pharmacy"),
        ("settle s1 kid at shop kind pharmacy ‸copay 1.00", "`copay` stands at a pharmacy", ""),
        ("settle s1 kid at shop kind chronic ‸deductible 1.00", "at a pharmacy", "a hospital"),
        ("preview s1 kid at shop kind chronic ‸class-b 1.00", "at a pharmacy", ""),
        ("settle s1 kid at shop kind pharmacy ‸over-cap 1.00", "at a pharmacy", ""),
        ("settle s1 kid at shop kind pharmacy ‸over-limit 1.00", "at a pharmacy", ""),
        ("settle s1 kid at shop kind pharmacy ‸out-of-catalogue 1.00", "at a pharmacy", ""),
        ("settle s1 kid at clinic kind ‸pharmacy vaccine 1.00", "kind `pharmacy`", "only at"),
        ("settle s1 kid copay 1.00 kind ‸pharmacy at clinic", "kind `pharmacy`", ""),
    ]);
}

#[test]
fn a_statement_of_the_world_expects_no_outcome() {
    check_below(&[
        ("clock 2025-03-09 ‸=> active", "`clock` has no outcome to expect", "leave out"),
        ("freeze ming ‸=> refused BIND_SELF", "`freeze` has no outcome", ""),
        ("person new scheme resident ‸=>", "`person` has no outcome", ""),
        ("link 110000 130000 down ‸=> refused SYS_UPSTREAM", "`link` has no outcome", ""),
    ]);
}

#[test]
fn a_statement_before_the_first_clock_is_reported_once() {
    check("area 130100\n‸person a scheme resident\n", "stands before the first `clock`", "");
    check("‸link 110000 130000 down\nclock 2025-01-01\n", "before the first `clock`", "clock 2025");
    check("\u{feff}\n# note\n‸reverse x\n", "`reverse` stands before the first", "");
    let text = "area 130100\nperson a scheme resident\nfreeze a\n";
    assert_eq!(read(text.as_bytes()).expect_err("no clock").len(), 1);
}

#[test]
fn time_that_runs_backwards_is_reported() {
    check_below(&[
        ("clock ‸2025-03-08T09:59", "time runs backwards", "in the order of their times"),
        ("clock ‸2025-03-08", "time runs backwards: a line above has set 2025-03-08T10:00", ""),
        ("clock 2025-03-09\nclock ‸2025-03-08T23:59", "has set 2025-03-09T00:00", ""),
    ]);
}

#[test]
fn a_person_needs_an_area() {
    check("clock 2025-01-01\nperson a scheme resident‸\n", "the key `area` is missing", "line");
    check("clock 2025-01-01\ninstitution a kind hospital‸\n", "the key `area` is missing", "");
}

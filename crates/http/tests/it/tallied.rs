//! The sums of somebody's year, which his next bill is divided by: whoever settled or undid the bills before it, and however.

use serde_json::{Value, json};

use crate::national::{His, fen, town};
use crate::world::{HOSPITAL, MOTHER, Town};

/// A bill of so many yuan under a number; what it came to.
fn settled(his: &His<'_>, (number, amount): (&str, f64)) -> Value {
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", amount))]);
    let answer = his.send(&his.envelope("2207", number, &visit.bill(amount, "1")));
    assert_eq!(answer["infcode"], 0, "{answer}");
    answer["output"]["setlinfo"].clone()
}

/// What of the year's deductible a bill took, in fen.
fn deductible(his: &His<'_>, number: &str) -> i64 {
    fen(&settled(his, (number, 300.0)), "act_pay_dedc")
}

fn reverse(town: &Town, number: &str) {
    town.post(&format!("/v1/settlements/1301-{number}/reversal")).by("1301").key(&format!("R-{number}")).send().is(201);
}

#[test]
fn the_next_bill_is_divided_by_those_that_stand() {
    let town = town();
    let clinic = His::new(&town, HOSPITAL);
    let whole = deductible(&clinic, "B-1");
    assert!(whole > 0);
    assert_eq!(deductible(&clinic, "B-2"), 0, "it was taken already");
    reverse(&town, "B-1");
    assert_eq!(deductible(&clinic, "B-3"), whole, "the bill that took it is undone");
    assert_eq!(deductible(&clinic, "B-4"), 0);
}

#[test]
fn a_bill_stands_on_those_that_another_program_settled_and_undid() {
    let town = town();
    let other = town.through_another_program();
    let (here, there) = (His::new(&town, HOSPITAL), His::new(&other, HOSPITAL).at_another_till());
    let whole = deductible(&here, "B-1");
    assert_eq!(deductible(&there, "B-2"), 0);
    // Each remembers what it saw last, and is outrun.
    assert_eq!(deductible(&here, "B-3"), 0);
    reverse(&other, "B-1");
    assert_eq!(deductible(&here, "B-4"), whole, "what took it is undone elsewhere");
    assert_eq!(deductible(&there, "B-5"), 0, "and it is taken once");
}

#[test]
fn a_batch_whose_settlement_another_program_undid_can_be_settled_again() {
    let town = town();
    let other = town.through_another_program();
    let his = His::new(&town, HOSPITAL);
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let settle = |number: &str| his.send(&his.envelope("2207", number, &visit.bill(300.0, "1")));
    assert_eq!(settle("B-1")["infcode"], 0);
    assert_eq!(settle("B-2")["infcode"], -1, "it is settled");
    reverse(&other, "B-1");
    assert_eq!(settle("B-3")["infcode"], 0);
}

#[test]
fn what_is_undone_by_rest_is_undone_for_the_reconciliation_too() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let info = settled(&his, ("B-1", 300.0));
    let totals = |amount: f64, [fund, account]: [&Value; 2], count: u32| {
        json!({"data": {"insutype": "390", "clr_type": "11", "setl_optins": "130100", "stmt_begndate": "2026-03-10",
            "stmt_enddate": "2026-03-10", "medfee_sumamt": amount, "fund_pay_sumamt": fund, "acct_pay": account,
            "fixmedins_setl_cnt": count, "fixmedins_refd_setl_flag": "0"}})
    };
    let (stands, gone) =
        (totals(300.0, [&info["fund_pay_sumamt"], &info["acct_pay"]], 1), totals(0.0, [&json!(0), &json!(0)], 0));
    let result = |of: &Value| his.done("3201", of)["stmtinfo"]["stmt_rslt"].clone();
    assert_eq!((result(&stands), result(&gone)), (json!("0"), json!("1")));
    reverse(&town, "B-1");
    assert_eq!((result(&stands), result(&gone)), (json!("1"), json!("0")));
}

//! A district whose own core divides bills: it is asked in place of our calculator, and is believed if it adds up.

use gongji_words::Fen;
use serde_json::{Value, json};

use crate::national::{His, fen, identities, town};
use crate::world::{Divides, HOSPITAL, MOTHER, PHARMACY};

/// Forty parts of a hundred are the pool's, and the rest is the patient's.
fn forty(question: &Value) -> Result<Value, String> {
    let prices = question["lines"].as_array().unwrap().iter().map(|line| line["amount"].as_str().unwrap());
    let whole = Fen::sum(prices.map(|amount| Fen::parse_yuan(amount).unwrap())).fen();
    let yuan = |fen: i64| Fen::from_fen(fen).to_string();
    let nothing = [
        "fulamt_ownpay_amt",
        "overlmt_selfpay",
        "preselfpay_amt",
        "act_pay_dedc",
        "cvlserv_pay",
        "hifes_pay",
        "hifmi_pay",
        "hifob_pay",
        "maf_pay",
        "oth_pay",
        "hosp_part_amt",
    ];
    let mut answer = json!({
        "setlinfo": {"medfee_sumamt": yuan(whole), "inscp_scp_amt": yuan(whole), "hifp_pay": yuan(whole * 2 / 5),
            "fund_pay_sumamt": yuan(whole * 2 / 5), "psn_part_amt": yuan(whole * 3 / 5)},
        "parts": {"copay": yuan(whole * 3 / 5)},
    });
    for field in nothing {
        answer["setlinfo"][field] = "0.00".into();
    }
    Ok(answer)
}

fn uneven(question: &Value) -> Result<Value, String> {
    let mut answer = forty(question)?;
    answer["parts"]["copay"] = "0.01".into();
    Ok(answer)
}

fn away(_: &Value) -> Result<Value, String> {
    Err("no connection".to_owned())
}

#[test]
fn the_core_of_a_district_divides_its_bills_and_aid_pays_what_it_leaves() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    town.divides(Some(forty));
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 100.0)), ("2", ("EXD002", 50.0))]);
    let previewed = his.done("2206", &visit.bill(150.0, "1"));
    let envelope = his.envelope("2207", "M-1", &visit.bill(150.0, "1"));
    let settled = his.send(&envelope);
    let info = &settled["output"]["setlinfo"];
    identities(&settled["output"]);
    assert_eq!((fen(info, "hifp_pay"), fen(info, "acct_mulaid_pay"), fen(info, "psn_cash_pay")), (6_000, 9_000, 0));
    assert_eq!(previewed["setlinfo"]["hifp_pay"], info["hifp_pay"]);
    let asked = town.asked_of_core();
    assert_eq!(asked.iter().map(|one| &one["purpose"]).collect::<Vec<_>>(), ["preview", "settlement"]);
    let question = &asked[1];
    for (field, expected) in [
        ("number", json!(format!("{HOSPITAL}/M-1"))),
        ("institution", json!(HOSPITAL)),
        ("certificate", json!(MOTHER)),
        ("med-type", json!("11")),
        ("area", json!("130100")),
        ("person", json!("elderly")),
        ("kind", json!("outpatient")),
        ("place", json!("here")),
        ("goes-on", json!(false)),
    ] {
        assert_eq!(question[field], expected, "{field}: {question}");
    }
    assert_eq!(question["lines"][1]["item"], "EXD002");
    // A repeat gets its first answer, and the core is not asked for it.
    assert_eq!(his.send(&envelope)["output"], settled["output"]);
    assert_eq!(town.asked_of_core(), Vec::<Value>::new());
    let undone = his.done("2208", &visit.undo(info));
    assert_eq!(fen(&undone["setlinfo"], "hifp_pay"), -6_000);
}

#[test]
fn a_core_that_is_away_or_does_not_add_up_settles_nothing_and_the_same_message_can_come_again() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 100.0))]);
    let before = town.balance();
    let envelope = his.envelope("2207", "M-1", &visit.bill(100.0, "1"));
    let bad: [Divides; 3] = [away, uneven, |_| Ok(json!({}))];
    for core in bad {
        town.divides(Some(core));
        let refused = his.send(&envelope);
        assert_eq!(refused["infcode"], -1, "{refused}");
        let why = refused["err_msg"].as_str().unwrap();
        assert!(why.contains("REQ_UPSTREAM") && !why.contains("core.example"), "{why}");
        assert_eq!(town.balance(), before);
    }
    assert!(town.failures().iter().any(|told| told.contains("the parts do not add up")), "operators are told why");
    town.divides(Some(forty));
    assert_eq!(his.send(&envelope)["infcode"], 0);
    assert_ne!(town.balance(), before);
}

#[test]
fn purchases_are_divided_by_the_core_too_and_without_one_by_our_calculator() {
    let town = town();
    let his = His::new(&town, PHARMACY);
    let purchase = his.purchase(MOTHER, (1, 4_000));
    let ours = his.done("2101", &purchase);
    assert_eq!(fen(&ours["setlinfo"], "hifp_pay"), 0, "a resident's purchase");
    town.divides(Some(forty));
    let theirs = his.done("2102", &purchase);
    identities(&theirs);
    assert_eq!(fen(&theirs["setlinfo"], "hifp_pay"), 1_600);
}

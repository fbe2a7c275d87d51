//! Monthly clearing within the province: rows of patients of other areas, confirmed once, and the confirmation undone.

use gongji_http::infno::profile::Profile;
use serde_json::{Value, json};

use crate::national::{His, town};
use crate::world::{HOSPITAL, MOTHER, SON, Town};

/// The code of the hospital of another district.
const FAR: &str = "H13020001303";

fn asked(start: u32) -> Value {
    json!({"data": {"trt_year": "2026", "trt_month": 3, "startrow": start}})
}

fn rows(his: &His<'_>, asked: &Value) -> Vec<Value> {
    his.done("3260", asked)["data"].as_array().unwrap().clone()
}

/// What an institution confirms of rows that it was told.
fn confirming(rows: &[Value]) -> Value {
    let of = |row: &Value| {
        let mut sent = json!({"cnfm_flag": "1"});
        for field in ["certno", "mdtrt_id", "mdtrt_setl_time", "setl_sn", "medfee_sumamt", "optins_pay_sumamt"] {
            sent[field] = row[field].clone();
        }
        sent
    };
    let detail: Vec<Value> = rows.iter().map(of).collect();
    json!({"data": {"trt_year": "2026", "trt_month": "3", "totalrow": detail.len()}, "detail": detail})
}

/// A bill of the mother's, whom another district insures.
fn settled(his: &His<'_>, amount: f64) -> (Value, Value) {
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", amount))]);
    let info = his.done("2207", &visit.bill(amount, "1"))["setlinfo"].clone();
    (visit.undo(&info), info)
}

/// The hospital of another district, which is connected like ours.
fn cleared(town: &Town) -> His<'_> {
    let profile =
        Profile { institution: 1303, code: FAR.to_owned(), level: "05".to_owned(), open: true, ..Profile::default() };
    town.profile(&profile);
    His::new(town, FAR)
}

#[test]
fn rows_are_settlements_of_patients_of_other_areas_with_what_the_agency_pays() {
    let town = town();
    let (his, at_home) = (cleared(&town), His::new(&town, HOSPITAL));
    settled(&at_home, 50.0);
    assert!(rows(&at_home, &asked(1)).is_empty(), "the mother is insured there");
    assert!(rows(&his, &asked(1)).is_empty(), "it is not of this institution");
    let ((_, first), (undo, _)) = (settled(&his, 300.0), settled(&his, 200.0));
    let two = rows(&his, &asked(1));
    assert_eq!(two.len(), 2);
    let row = &two[0];
    assert_eq!(
        (&row["setl_sn"], &row["mdtrt_id"], &row["certno"]),
        (&first["setl_id"], &first["mdtrt_id"], &json!(MOTHER))
    );
    assert_eq!((&row["seqno"], &row["medins_no"], &row["fulamt_advpay_flag"]), (&json!("1"), &json!(FAR), &json!("0")));
    assert_eq!((&row["mdtrt_setl_time"], row["medfee_sumamt"].as_f64()), (&json!("2026-03-10 09:00:00"), Some(300.0)));
    let paid = 300.0 - first["psn_cash_pay"].as_f64().unwrap();
    assert!(paid > 0.0 && (row["optins_pay_sumamt"].as_f64().unwrap() - paid).abs() < 0.001, "{row}");
    assert_eq!((rows(&his, &asked(2)), rows(&his, &asked(3)).len()), (vec![two[1].clone()], 0));
    his.done("2208", &undo);
    assert_eq!(rows(&his, &asked(1)), vec![row.clone()], "what was refunded within its month is none");
    for (field, wrong) in [("trt_month", json!(13)), ("trt_year", json!("26")), ("startrow", json!(0))] {
        let mut asked = asked(1);
        asked["data"][field] = wrong;
        assert!(his.refused("3260", &asked).contains(field));
    }
}

#[test]
fn a_reversal_in_a_later_month_is_a_row_of_that_month_with_negative_amounts() {
    let town = town();
    let his = cleared(&town);
    let (undo, info) = settled(&his, 300.0);
    town.set("2026-04-02T09:00");
    his.done("2208", &undo);
    let april = rows(&his, &json!({"data": {"trt_year": "2026", "trt_month": "4", "startrow": 1}}));
    assert_eq!(april.len(), 1);
    assert_eq!(
        (april[0]["setl_sn"].as_str(), april[0]["medfee_sumamt"].as_f64()),
        (Some(format!("{}-R", info["setl_id"].as_str().unwrap()).as_str()), Some(-300.0))
    );
    assert_eq!(rows(&his, &asked(1)).len(), 1, "March stays as it was cleared");
}

#[test]
fn rows_are_confirmed_once_as_they_are_and_a_confirmation_is_undone_by_its_message() {
    let town = town();
    let his = cleared(&town);
    settled(&his, 300.0);
    settled(&his, 200.0);
    let two = rows(&his, &asked(1));
    for (field, wrong) in [
        ("medfee_sumamt", json!(299.99)),
        ("optins_pay_sumamt", json!(0)),
        ("certno", json!(SON)),
        ("mdtrt_id", json!("1")),
        ("setl_sn", json!("42")),
    ] {
        let mut odd = two.clone();
        odd[1][field] = wrong.clone();
        let told = his.refused("3261", &confirming(&odd));
        let number = if field == "setl_sn" { "42" } else { two[1]["setl_sn"].as_str().unwrap() };
        assert!(told.contains(number) && !told.contains(MOTHER) && told.chars().count() <= 200, "{field}: {told}");
    }
    let mut short = confirming(&two);
    short["data"]["totalrow"] = json!(1);
    assert!(his.refused("3261", &short).contains("totalrow"));
    assert!(his.refused("3261", &confirming(&[two[0].clone(), two[0].clone()])).contains("重复"));
    let envelope = his.envelope("3261", "C-1", &confirming(&two));
    for _ in 0..2 {
        assert_eq!(his.send(&envelope)["infcode"], 0, "a repeat is the same confirmation");
    }
    assert!(his.refused("3261", &confirming(&two[..1])).contains("已确认"));
    let undo =
        |month: u32, original: &str| json!({"data": {"trt_year": "2026", "trt_month": month, "otransid": original}});
    assert!(his.refused("3262", &undo(4, "C-1")).contains("otransid"));
    assert!(his.refused("3262", &undo(3, "C-2")).contains("otransid"));
    his.done("3262", &undo(3, "C-1"));
    his.done("3262", &undo(3, "C-1"));
    assert_eq!(his.send(&envelope)["infcode"], -1, "what was undone is confirmed by another message");
    his.done("3261", &confirming(&two));
    assert_eq!(rows(&his, &asked(1)), two);
}

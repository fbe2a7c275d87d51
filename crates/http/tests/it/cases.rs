//! The four characters that a cashier was told, and who finds what stands behind them.

use serde_json::{Value, json};

use crate::national::{His, town};
use crate::world::{HOSPITAL, MOTHER, PHARMACY, SON, Town};

/// A town in which nobody has bound the mother, and the case that the cashier is told beside her bill.
fn told(his: &His<'_>) -> String {
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let envelope = his.envelope("2207", "CASE-1", &visit.bill(300.0, "1"));
    let answer = his.send(&envelope);
    assert_eq!(answer["infcode"], 0, "{answer}");
    let warning = answer["warn_msg"].as_str().unwrap();
    warning.rsplit(' ').next().unwrap().to_owned()
}

fn lonely() -> Town {
    let town = Town::new();
    town.set("2026-03-10T09:00");
    town.connect();
    town
}

fn ids(found: &Value) -> Vec<&str> {
    found["settlements"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[test]
fn a_case_is_found_by_patient_or_day_and_leads_to_why_it_came_out_so() {
    let town = lonely();
    let his = His::new(&town, HOSPITAL);
    let case = told(&his);
    let patient = format!("P{}", town.id(MOTHER));
    for (reader, query) in [
        ("clerk", format!("patient={patient}")),
        ("clerk", "institution=1301&on=2026-03-10".to_owned()),
        ("1301", format!("patient={patient}")),
        ("1301", "on=2026-03-10".to_owned()),
        ("1301", String::new()),
    ] {
        for case in [case.clone(), case.to_lowercase()] {
            let found = town.get(&format!("/v1/cases/{case}?{query}")).by(reader).send();
            found.is(200);
            assert_eq!(
                (ids(&found.body), &found.body["settlements"][0]["state"]),
                (vec!["1301-CASE-1"], &json!("settled")),
                "{reader} {query}"
            );
        }
        let why = town.get("/v1/settlements/1301-CASE-1/explanation").by(reader).send();
        why.is(200);
    }
    his.done("2601", &json!({"data": {"psn_no": patient, "omsgid": "CASE-1", "oinfno": "2207"}}));
    let found = town.get(&format!("/v1/cases/{case}?patient={patient}")).by("clerk").send();
    assert_eq!(found.is(200).body["settlements"][0]["state"], "reversed");
}

#[test]
fn a_case_is_looked_for_only_where_the_reader_has_business_and_says_nothing_else() {
    let town = lonely();
    let case = told(&His::new(&town, HOSPITAL));
    let patient = format!("P{}", town.id(MOTHER));
    let other = format!("P{}", town.id(SON));
    let get = |reader: &str, query: &str| town.get(&format!("/v1/cases/{query}")).by(reader).send();
    for (reader, query) in [
        ("1302", format!("{case}?patient={patient}")),
        ("1302", format!("{case}?on=2026-03-10")),
        ("clerk", format!("{case}?patient={other}")),
        ("clerk", format!("{case}?institution=1301&on=2026-03-09")),
        ("1301", format!("{case}?patient=P424242")),
    ] {
        assert_eq!(get(reader, &query).is(200).body, json!({"settlements": []}), "{reader} {query}");
    }
    for (reader, query) in [
        ("far-clerk", format!("{case}?patient={patient}")),
        ("far-clerk", format!("{case}?institution=1301&on=2026-03-10")),
        ("1302", format!("{case}?institution=1301&on=2026-03-10")),
        ("clerk", format!("{case}?patient=P424242")),
    ] {
        assert_eq!(get(reader, &query).is(404).code(), "REQ_NOT_FOUND", "{reader} {query}");
    }
    for (query, field) in [("AB0D?on=2026-03-10".to_owned(), "number"), (format!("{case}?on=yesterday"), "on")] {
        let got = get("1301", &query);
        assert_eq!(got.is(400).code(), "REQ_SCHEMA", "{query}");
        assert!(got.text.contains(field), "{query}: {}", got.text);
    }
    let nowhere = get("clerk", &case);
    assert!(nowhere.is(422).code() == "REQ_REFERENCE" && nowhere.text.contains("patient"), "{}", nowhere.text);
}

#[test]
fn a_bill_beside_which_there_is_nothing_to_say_has_no_case() {
    let town = town();
    let his = His::new(&town, PHARMACY);
    let purchase = his.ask("2102", &his.purchase(MOTHER, (1, 30)));
    assert_eq!((&purchase["infcode"], purchase.get("warn_msg")), (&json!(0), None), "{purchase}");
}

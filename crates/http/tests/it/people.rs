use serde_json::json;

use crate::world::{HERE, MOTHER, SON, Town};

#[test]
fn a_person_is_registered_once_and_read_with_a_masked_certificate() {
    let town = Town::new();
    let new = json!({"name": "刘桂兰", "certificate": MOTHER, "area": HERE, "scheme": "resident"});
    let again = town.post("/v1/people").by("clerk").key(MOTHER).json(&new).send();
    assert_eq!(again.is(201).header("idempotent-replayed"), Some("true"));
    let other = town.post("/v1/people").by("clerk").key("another").json(&new).send();
    assert_eq!((other.is(409).code(), &other.body["field"]), ("REQ_PRECONDITION", &json!("certificate")));
    let read = town.get(&format!("/v1/people/P{}", town.id(MOTHER))).by("clerk").send();
    assert_eq!((&read.is(200).body["name"], &read.body["born"]), (&json!("刘桂兰"), &json!("1948-04-02")));
    assert!(!read.text.contains(MOTHER), "{}", read.text);
}

#[test]
fn a_certificate_stands_in_no_address() {
    let town = Town::new();
    for path in [format!("/v1/people/{MOTHER}"), format!("/v1/people/{MOTHER}/balance")] {
        town.get(&path).by("clerk").send().is(404);
    }
    let path = format!("/v1/eligibility?patient={MOTHER}&institution=1301&purpose=outpatient");
    assert_eq!(town.get(&path).by("1301").send().is(400).code(), "REQ_SCHEMA");
}

#[test]
fn balance_and_notices_are_for_staff_of_the_area() {
    let town = Town::new();
    town.bind();
    town.settle("B1", "620.00").is(201);
    let person = town.id(SON);
    let balance = town.get(&format!("/v1/people/P{person}/balance")).by("clerk").send();
    assert_eq!((&balance.is(200).body["balance"], &balance.body["wallet"]), (&json!("11725.67"), &json!("0.00")));
    let notices = town.get(&format!("/v1/people/P{person}/notices")).by("auditor").send();
    assert!(
        notices.is(200).body["notices"].as_array().unwrap().iter().any(|notice| notice["amount"] == "620.00"),
        "{}",
        notices.text
    );
}

#[test]
fn what_is_known_already_is_not_sent_again() {
    let town = Town::new();
    let path = format!("/v1/people/P{}", town.id(MOTHER));
    let first = town.get(&path).by("clerk").send();
    let tag = first.is(200).header("etag").unwrap().to_owned();
    let same = town.get(&path).by("clerk").header("if-none-match", &tag).send();
    assert_eq!((same.is(304).text.as_str(), same.header("etag")), ("", Some(tag.as_str())));
    town.get(&path).by("clerk").header("if-none-match", "\"other\"").send().is(200);
}

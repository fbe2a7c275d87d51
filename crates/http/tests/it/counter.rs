//! What the agency does at its counter and behind it.

use gongji_service::release::found;
use serde_json::{Value, json};

use crate::world::{Got, HERE, MOTHER, SON, Town, ready};

fn post(town: &Town, who: &str, (path, key): (&str, &str), body: &Value) -> Got {
    let asking = town.post(path).by(who).key(key);
    if body.is_null() { asking.send() } else { asking.json(body).send() }
}

/// What is done twice under one key is done once, and answered alike.
#[test]
fn every_deed_at_the_counter_is_done_once() {
    let town = Town::new();
    town.bind();
    let (son, mother) = (format!("P{}", town.id(SON)), format!("P{}", town.id(MOTHER)));
    let of = |person: &str, what: &str| format!("/v1/people/{person}/{what}");
    let deeds = [
        (of(&son, "credits"), json!({"amount": "100.00", "kind": "contribution"})),
        (of(&mother, "filings"), json!({"area": "110000", "from": "2026-03-02"})),
        (of(&mother, "family-codes"), json!({"holder": SON})),
        (of(&son, "status"), json!({"status": "arrears"})),
        (of(&son, "freeze"), Value::Null),
        (of(&mother, "move"), json!({"area": "130200"})),
    ];
    for (place, (path, body)) in deeds.iter().enumerate() {
        let key = format!("deed-{place}");
        let first = post(&town, "clerk", (path, &key), body);
        assert_eq!(first.is(200).body["outcome"], "done", "{path}");
        if path.ends_with("move") {
            continue;
        }
        let again = post(&town, "clerk", (path, &key), body);
        assert_eq!((&again.text, again.header("idempotent-replayed")), (&first.text, Some("true")), "{path}");
    }
    assert_eq!(town.balance().to_string(), "12445.67");
    // She is insured in the other district now, and nobody here sees her any more.
    town.get(&of(&mother, "balance")).by("clerk").send().is(404);
    town.get(&of(&mother, "balance")).by("far-clerk").send().is(200);
}

#[test]
fn a_beneficiary_orders_his_sponsors() {
    let town = Town::new();
    town.bind();
    let body = json!({"sponsors": [format!("P{}", town.id(SON))]});
    let path = format!("/v1/people/P{}/sponsors", town.id(MOTHER));
    let ordered = town.ask("PUT", &path).by("clerk").key("O").json(&body).send();
    assert!(ordered.status == 200 || ordered.status == 422, "{}", ordered.text);
}

#[test]
fn a_premium_is_paid_and_given_back_by_its_name() {
    let town = Town::new();
    town.bind();
    town.set("2026-10-10T10:00");
    let before = town.balance();
    let body = json!({"payer": SON, "person": MOTHER, "plan": "resident", "year": 2027, "amount": "400.00"});
    let paid = post(&town, "clerk", ("/v1/premiums", "P1"), &body);
    let name = paid.is(201).body["premium"].as_str().unwrap().to_owned();
    assert_ne!(town.balance(), before);
    let path = format!("/v1/premiums/{name}/reversal");
    assert_eq!(post(&town, "far-clerk", (&path, "R"), &Value::Null).is(404).code(), "REQ_NOT_FOUND");
    assert_eq!(post(&town, "clerk", (&path, "R"), &Value::Null).is(200).body["outcome"], "done");
    assert_eq!(town.balance(), before);
}

#[test]
fn an_institution_is_registered_by_an_operator_of_its_area() {
    let town = Town::new();
    let body = json!({"area": HERE, "kind": "pharmacy", "wallet": false});
    let put = |who: &str, number: i64| {
        town.ask("PUT", &format!("/v1/institutions/{number}")).by(who).key("I").json(&body).send()
    };
    put("operator", 1400).is(200);
    assert_eq!(put("far-operator", 1401).is(403).code(), "REQ_ROLE");
    let read = town.get("/v1/institutions/1400").by("operator").send();
    assert_eq!(
        (&read.is(200).body["kind"], &read.body["wallet"], &read.body["aid"]),
        (&json!("pharmacy"), &json!(false), &json!(true))
    );
    let listed = town.get("/v1/institutions").by("operator").send();
    assert_eq!(listed.is(200).body["institutions"].as_array().unwrap().len(), 3);
    assert_eq!(town.get("/v1/institutions/1301").by("1303").send().is(404).code(), "REQ_NOT_FOUND");
}

#[test]
fn the_books_of_a_day_balance() {
    let town = Town::new();
    town.bind();
    town.settle("B1", "620.00").is(201);
    town.get("/v1/days/2026-03-02/trial-balance").by("auditor").send().is(403);
    for path in ["/v1/months/2026-03/claims", "/v1/months/2026-03/clearing"] {
        town.get(path).by("clearing").send().is(200);
    }
    town.get("/v1/months/2026-13/claims").by("clearing").send().is(404);
}

#[test]
fn the_law_of_a_day_is_read_with_its_sources() {
    let town = Town::new();
    let law = town.get("/v1/policy?area=130100&on=2026-03-02").by("1301").send();
    let rules = law.is(200).body["rules"].as_array().unwrap();
    assert!(
        rules.iter().any(|rule| rule["key"] == "till.sponsor-order" && rule["value"] == "balance-descending"),
        "{}",
        law.text
    );
    assert_eq!(town.get("/v1/policy?area=130100&on=2001-01-01").by("1301").send().is(404).code(), "REQ_NOT_FOUND");
}

/// A pack of the family's district with one rule more.
fn pack(city: &str) -> String {
    format!(
        "[area]\ncode = \"{city}\"\nname = {{ zh = \"石家庄市\", en = \"Shijiazhuang\" }}\n\n[[source]]\nid = \"S\"\n\
         document = \"冀医保〔2026〕9号\"\nauthority = \"石家庄市\"\ndate = \"2026-03-01\"\ngrade = \"C\"\n\n[[rule]]\n\
         key = \"money.reserve\"\nfrom = \"2026-06-01\"\nvalue = \"10.00\"\nsource = \"S\"\n"
    )
}

#[test]
fn a_pack_becomes_law_by_two_people() {
    let town = Town::new();
    ready(found(town.face.node().store(), ("gongji test", "gongji db"), town.face.node().now())).unwrap();
    let propose = |who: &str| town.post("/v1/policy/releases").by(who).json(&json!({"pack": pack("130100")})).send();
    assert_eq!(propose("far-policy-editor").is(403).code(), "REQ_ROLE");
    let first = propose("policy-editor");
    let number = first.is(201).body["release"].as_u64().unwrap();
    let again = propose("policy-editor");
    assert_eq!((&again.text, again.header("idempotent-replayed")), (&first.text, Some("true")));
    let path = format!("/v1/policy/releases/{number}/approval");
    town.post(&path).by("policy-editor").send().is(403);
    let approved = town.post(&path).by("releaser").send();
    assert_eq!(approved.is(200).body["state"], "released");
    assert_eq!(town.post(&path).by("releaser").send().text, approved.text);
    let wrong = town.post("/v1/policy/releases").by("policy-editor").json(&json!({"pack": "x = 1"})).send();
    assert_eq!((wrong.is(400).code(), &wrong.body["field"]), ("REQ_SCHEMA", &json!("pack")));
}

use serde_json::{Value, json};

use crate::world::{MOTHER, SON, STRANGER, Town};

#[test]
fn a_binding_lives_from_asking_to_unbinding() {
    let town = Town::new();
    let bound = town.bind();
    assert_eq!(bound.is(201).body["state"], "active");
    let place = format!("/v1/bindings/{}", town.pair());
    assert_eq!(bound.header("location"), Some(place.as_str()));
    let limits = town.post(&format!("{place}/limits")).by("clerk").key("limits").json(&json!({"per-day": "100.00"}));
    assert_eq!(limits.send().is(200).body["outcome"], "done");
    let steps: [(&str, Value, &str); 3] = [
        ("pause", Value::Null, "paused"),
        ("resumption", Value::Null, "active"),
        ("unbinding", json!({"side": "sponsor"}), "ended"),
    ];
    for (step, body, state) in steps {
        let asking = town.post(&format!("{place}/{step}")).by("clerk").key(step);
        let asking = if body.is_null() { asking } else { asking.json(&body) };
        assert_eq!(asking.send().is(200).body["state"], state, "{step}");
    }
    let read = town.get(&place).by("clerk").send();
    assert_eq!((&read.is(200).body["per-day"], &read.body["state"]), (&json!("100.00"), &json!("ended")));
}

#[test]
fn a_limit_is_lifted_by_null_and_left_by_silence() {
    let town = Town::new();
    town.bind();
    let place = format!("/v1/bindings/{}", town.pair());
    let change = |key: &str, body: &Value| town.post(&format!("{place}/limits")).by("clerk").key(key).json(body).send();
    change("L1", &json!({"per-day": "100.00", "per-month": "200.00"})).is(200);
    change("L2", &json!({"per-day": null})).is(200);
    let read = town.get(&place).by("clerk").send();
    assert_eq!((&read.body["per-day"], &read.body["per-month"]), (&Value::Null, &json!("200.00")));
}

#[test]
fn what_the_rules_refuse_is_told_with_its_code() {
    let town = Town::new();
    town.bind().is(201);
    let body = json!({"sponsor": SON, "beneficiary": MOTHER, "relation": "parent"});
    let again = town.post("/v1/bindings").by("clerk").key("other").json(&body).send();
    assert_eq!(again.is(422).code(), "BIND_DUPLICATE");
    let selves = json!({"sponsor": SON, "beneficiary": SON, "relation": "parent"});
    assert_eq!(town.post("/v1/bindings").by("clerk").key("self").json(&selves).send().is(422).code(), "BIND_SELF");
}

#[test]
fn a_sponsor_of_another_area_is_nobody_to_a_clerk() {
    let town = Town::new();
    let body = json!({"sponsor": STRANGER, "beneficiary": MOTHER, "relation": "parent"});
    let refused = town.post("/v1/bindings").by("clerk").key("B").json(&body).send();
    let nobody = json!({"sponsor": "P424242", "beneficiary": MOTHER, "relation": "parent"});
    let unknown = town.post("/v1/bindings").by("clerk").key("B").json(&nobody).send();
    assert_eq!((refused.is(422).code(), &refused.text), ("REQ_REFERENCE", &unknown.text));
}

#[test]
fn bindings_are_listed_page_by_page() {
    let town = Town::new();
    town.bind();
    let unbinding = format!("/v1/bindings/{}/unbinding", town.pair());
    town.post(&unbinding).by("clerk").key("U1").json(&json!({"side": "sponsor"})).send().is(200);
    let body = json!({"sponsor": SON, "beneficiary": MOTHER, "relation": "parent"});
    town.post("/v1/bindings").by("clerk").key("again").json(&body).send().is(201);
    let path = format!("/v1/people/P{}/bindings", town.id(MOTHER));
    let first = town.get(&format!("{path}?limit=1")).by("clerk").send();
    assert_eq!(first.is(200).body["bindings"][0]["state"], "ended");
    let next = first.body["next"].as_str().unwrap();
    let second = town.get(&format!("{path}?limit=1&cursor={next}")).by("clerk").send();
    assert_eq!((&second.is(200).body["bindings"][0]["state"], &second.body["next"]), (&json!("active"), &Value::Null));
    for wrong in ["limit=0", "limit=201", "limit=x", "cursor=x"] {
        assert_eq!(town.get(&format!("{path}?{wrong}")).by("clerk").send().is(400).code(), "REQ_SCHEMA", "{wrong}");
    }
}

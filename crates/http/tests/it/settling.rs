use serde_json::json;

use crate::world::{MOTHER, SON, Town, bill};

#[test]
fn a_bill_is_paid_by_the_son_and_read_again() {
    let town = Town::new();
    town.bind().is(201);
    let settled = town.settle("B1", "620.00");
    assert_eq!(settled.is(201).body["aid"], "620.00");
    assert_eq!((&settled.body["cash"], &settled.body["reason"]), (&json!("0.00"), &json!(null)));
    assert_eq!(settled.header("location"), Some("/v1/settlements/1301-B1"));
    assert_eq!(settled.body["at"], "2026-03-02T10:00:00.000+08:00");
    let read = town.get("/v1/settlements/1301-B1").by("1301").send();
    assert_eq!((&read.is(200).body["state"], &read.body["aid"]), (&json!("settled"), &json!("620.00")));
}

#[test]
fn a_repeat_gets_the_same_bytes_and_says_that_it_is_one() {
    let town = Town::new();
    town.bind();
    let first = town.settle("B1", "620.00");
    let before = town.balance();
    town.set("2026-03-05T09:00");
    let again = town.settle("B1", "620.00");
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), (None, Some("true")));
    assert_eq!(town.balance(), before);
}

#[test]
fn a_changed_repeat_names_every_field_that_differs() {
    let town = Town::new();
    town.bind();
    town.settle("B1", "620.00").is(201);
    let changed = json!({"patient": MOTHER, "kind": "inpatient", "parts": {"copay": "621.00"}, "fund": "300.00"});
    let refused = town.post("/v1/settlements").by("1301").key("B1").json(&changed).send();
    assert_eq!((refused.is(409).code(), &refused.body["field"]), ("REQ_IDEMPOTENCY_CONFLICT", &json!("kind")));
    assert_eq!(refused.body["fields"], json!(["kind", "parts"]));
}

#[test]
fn the_same_key_of_two_tills_is_two_messages() {
    let town = Town::new();
    town.bind();
    town.settle("B1", "620.00").is(201);
    let other = town.post("/v1/settlements").by("1303").key("B1").json(&bill("1.00")).send();
    assert_eq!(other.is(201).body["aid"], "1.00");
}

#[test]
fn a_reversal_gives_all_back_once() {
    let town = Town::new();
    town.bind();
    let before = town.balance();
    town.settle("B1", "620.00");
    for replayed in [None, Some("true")] {
        let reversed = town.post("/v1/settlements/1301-B1/reversal").by("1301").key("R1").send();
        assert_eq!(
            (&reversed.is(201).body["outcome"], reversed.header("idempotent-replayed")),
            (&json!("reversed"), replayed)
        );
        assert_eq!(town.balance(), before);
    }
    let twice = town.post("/v1/settlements/1301-B1/reversal").by("1301").key("R2").send();
    assert_eq!(twice.is(422).code(), "REVERSE_TWICE");
    assert_eq!(town.get("/v1/settlements/1301-B1").by("1301").send().body["state"], "reversed");
}

#[test]
fn a_denial_of_aid_is_a_good_answer_with_its_reason() {
    let town = Town::new();
    let settled = town.settle("B1", "620.00");
    assert_eq!((&settled.is(201).body["aid"], &settled.body["cash"]), (&json!("0.00"), &json!("620.00")));
    assert_eq!(settled.body["reason"]["code"], "SETTLE_NO_BINDING");
}

#[test]
fn a_refusal_of_the_whole_bill_is_422_with_its_code_and_is_found_again() {
    let town = Town::new();
    let mut borrowed = bill("620.00");
    borrowed["code"] = SON.into();
    for replayed in [None, Some("true")] {
        let refused = town.post("/v1/settlements").by("1301").key("B1").json(&borrowed).send();
        assert_eq!(refused.is(422).code(), "SETTLE_NOT_OWN_CODE");
        assert_eq!(refused.header("idempotent-replayed"), replayed);
        assert_eq!(refused.body["type"], "/problems/SETTLE_NOT_OWN_CODE");
    }
    let read = town.get("/v1/settlements/1301-B1").by("1301").send();
    assert_eq!(
        (&read.is(200).body["state"], &read.body["reason"]["code"]),
        (&json!("refused"), &json!("SETTLE_NOT_OWN_CODE"))
    );
}

#[test]
fn an_explanation_is_neutral_for_the_till_and_whole_for_staff() {
    let town = Town::new();
    town.bind();
    town.settle("B1", "620.00");
    let till = town.get("/v1/settlements/1301-B1/explanation").by("1301").send();
    assert!(!till.is(200).text.contains("赵建国"), "{}", till.text);
    let staff = town.get("/v1/settlements/1301-B1/explanation").by("clerk").send();
    assert!(staff.is(200).text.contains("赵建国"), "{}", staff.text);
    let english = town.get("/v1/settlements/1301-B1/explanation").by("1301").header("accept-language", "en").send();
    assert_ne!(english.is(200).text, till.text);
}

#[test]
fn a_preview_needs_a_visit_of_the_day_and_is_counted() {
    let town = Town::new();
    town.bind();
    let mut asked = bill("620.00");
    asked["visit"] = "V1".into();
    let preview = |town: &Town| town.post("/v1/previews").by("1301").json(&asked).send();
    assert_eq!(preview(&town).is(422).code(), "REQ_VISIT");
    let visit = json!({"patient": MOTHER});
    town.post("/v1/visits").by("1301").key("V1").json(&visit).send().is(201);
    let (before, previewed) = (town.balance(), preview(&town));
    assert_eq!((&previewed.is(200).body["aid"], town.balance()), (&json!("620.00"), before));
    for _ in 1..20 {
        preview(&town).is(200);
    }
    assert_eq!(preview(&town).is(429).code(), "REQ_RATE_LIMIT");
    let shown = town.get(&format!("/v1/people/P{}/previews", town.id(MOTHER))).by("clerk").send();
    assert_eq!(shown.is(200).body["visits"][0]["previews"], 20);
    town.post("/v1/visits").by("1301").key("V2").json(&visit).send().is(201);
    town.set("2026-03-03T10:00");
    asked["visit"] = "V2".into();
    assert_eq!(town.post("/v1/previews").by("1301").json(&asked).send().is(422).code(), "REQ_VISIT");
}

#[test]
fn a_visit_of_another_patient_under_the_same_key_is_a_changed_repeat() {
    let town = Town::new();
    town.post("/v1/visits").by("1301").key("V1").json(&json!({"patient": MOTHER})).send().is(201);
    let again = town.post("/v1/visits").by("1301").key("V1").json(&json!({"patient": MOTHER})).send();
    assert_eq!(again.is(201).header("idempotent-replayed"), Some("true"));
    let other = town.post("/v1/visits").by("1301").key("V1").json(&json!({"patient": SON})).send();
    assert_eq!((other.is(409).code(), &other.body["field"]), ("REQ_IDEMPOTENCY_CONFLICT", &json!("patient")));
}

#[test]
fn eligibility_says_whether_anybody_is_ready_and_names_nobody() {
    let town = Town::new();
    let path = format!("/v1/eligibility?patient=P{}&institution=1301&purpose=outpatient", town.id(MOTHER));
    assert_eq!(town.get(&path).by("1301").send().is(200).text, r#"{"ready":false}"#);
    town.bind();
    assert_eq!(town.get(&path).by("1301").send().is(200).text, r#"{"ready":true}"#);
    assert_eq!(
        town.get("/v1/eligibility?patient=P999&institution=1301&purpose=outpatient").by("1301").send().is(200).text,
        r#"{"ready":false}"#
    );
}

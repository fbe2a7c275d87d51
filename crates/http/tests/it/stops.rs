//! A stop as tills, patients, operators and auditors meet it.

use gongji_domain::stop::{SignedByTwo, StopTarget};
use gongji_service::stop::{resume, stop};
use gongji_words::InstitutionId;
use serde_json::{Value, json};

use crate::world::{MOTHER, Town, bill, ready};

const HOSPITAL: StopTarget = StopTarget::Institution(InstitutionId::from_number(1301));

fn two(town: &Town) -> SignedByTwo {
    SignedByTwo { by: "王敏".to_owned(), and: "李强".to_owned(), at: town.face.node().now() }
}

fn stopped(town: &Town) {
    let store = town.face.node().store();
    ready(stop(store, (HOSPITAL, "规则有误"), two(town))).unwrap().unwrap();
}

fn readiness(town: &Town) -> Value {
    let path = format!("/v1/eligibility?patient=P{}&institution=1301&purpose=outpatient", town.id(MOTHER));
    town.get(&path).by("1301").send().is(200).body["ready"].clone()
}

#[test]
fn under_a_stop_nobody_is_ready_and_bills_and_previews_carry_its_reason() {
    let town = Town::new();
    town.bind().is(201);
    assert_eq!(readiness(&town), json!(true));
    stopped(&town);
    assert_eq!(readiness(&town), json!(false));
    let settled = town.settle("B1", "620.00");
    assert_eq!((&settled.is(201).body["aid"], &settled.body["cash"]), (&json!("0.00"), &json!("620.00")));
    assert_eq!(settled.body["reason"]["code"], "SETTLE_STOPPED", "{}", settled.text);
    assert!(settled.text.contains("医保部门暂时停用"), "the till's own line: {}", settled.text);
    let elsewhere = town.post("/v1/settlements").by("1303").key("B2").json(&bill("1.00")).send();
    assert_eq!(elsewhere.is(201).body["aid"], "1.00");
    ready(resume(town.face.node().store(), HOSPITAL, two(&town))).unwrap().unwrap();
    assert_eq!(readiness(&town), json!(true));
    assert_eq!(town.settle("B3", "1.00").is(201).body["aid"], "1.00");
}

#[test]
fn operators_and_auditors_read_stops_and_nobody_else_does() {
    let town = Town::new();
    stopped(&town);
    for who in ["operator", "auditor"] {
        let listed = town.get("/v1/stops").by(who).send();
        let stop = &listed.is(200).body["stops"][0];
        assert_eq!((&stop["kind"], &stop["target"]), (&json!("institution"), &json!("1301")), "{who}");
        assert_eq!((&stop["begun-by"], &stop["begun-and"]), (&json!("王敏"), &json!("李强")));
        assert_eq!((&stop["in-force"], &stop["ended-by"]), (&json!(true), &json!(null)));
    }
    for who in ["1301", "clerk", "releaser"] {
        assert_eq!(town.get("/v1/stops").by(who).send().is(403).code(), "REQ_ROLE", "{who}");
    }
    ready(resume(town.face.node().store(), HOSPITAL, two(&town))).unwrap().unwrap();
    let listed = town.get("/v1/stops").by("operator").send();
    let stop = &listed.is(200).body["stops"][0];
    assert_eq!((&stop["in-force"], &stop["ended-and"]), (&json!(false), &json!("李强")));
}

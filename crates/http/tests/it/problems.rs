use gongji_http::Settings;
use gongji_http::problem::STATUSES;
use serde_json::json;

use crate::world::{Got, MOTHER, Town, bill};

/// An answer, its status and code, and a header of it.
type Case = (Got, u16, &'static str, Option<(&'static str, &'static str)>);

/// Asks with a body as it stands.
fn with_body(town: &Town, body: &str) -> Got {
    town.post("/v1/settlements").by("1301").key("K").header("content-type", "application/json").body(body).send()
}

#[test]
fn a_body_that_is_wrong_is_told_where() {
    let town = Town::new();
    let parts = r#""kind": "outpatient", "parts": {"copay": "1.00"}"#;
    for (body, status, code, field) in [
        ("{\n  \"patient\": ]", 400, "REQ_JSON", None),
        ("[]", 400, "REQ_SCHEMA", Some("")),
        (&format!("{{{parts}}}"), 400, "REQ_SCHEMA", Some("patient")),
        (&format!("{{\"patient\": 7, {parts}}}"), 400, "REQ_SCHEMA", Some("patient")),
        (&format!("{{\"patient\": \"P1\", {parts}, \"patent\": 1}}"), 400, "REQ_SCHEMA", Some("patent")),
        (&format!("{{\"patient\": \"P1\", \"patient\": \"P2\", {parts}}}"), 400, "REQ_JSON", None),
        (r#"{"patient": "P1", "kind": "stroll", "parts": {"copay": "1.00"}}"#, 400, "REQ_SCHEMA", Some("kind")),
        (r#"{"patient": "P1", "kind": "outpatient", "parts": {}}"#, 400, "REQ_SCHEMA", Some("parts")),
        (r#"{"patient": "P1", "kind": "outpatient", "parts": {"copay": "1.0"}}"#, 400, "REQ_SCHEMA", Some("parts")),
        (r#"{"patient": "P1", "kind": "outpatient", "parts": {"copay": 1.5}}"#, 400, "REQ_SCHEMA", Some("parts")),
        (&format!("{{\"patient\": \"P424242\", {parts}}}"), 422, "REQ_REFERENCE", Some("patient")),
        (
            &format!("{{\"patient\": \"{MOTHER}\", \"kind\": \"pharmacy\", \"parts\": {{\"drug\": \"1.00\"}}}}"),
            400,
            "REQ_SCHEMA",
            Some("kind"),
        ),
        (
            &format!("{{\"patient\": \"{MOTHER}\", \"kind\": \"outpatient\", \"parts\": {{\"drug\": \"1.00\"}}}}"),
            400,
            "REQ_SCHEMA",
            Some("parts.drug"),
        ),
    ] {
        let got = with_body(&town, body);
        assert_eq!((got.is(status).code(), got.body["field"].as_str()), (code, field), "{body}");
        assert!(!got.text.contains(MOTHER), "{}", got.text);
    }
    let told = with_body(&town, "{\n  \"patient\": ]").body["detail"].as_str().unwrap().to_owned();
    assert!(told.contains('2') && told.contains("14"), "{told}");
}

#[test]
fn every_problem_of_the_interface_has_its_status_and_its_headers() {
    let town = Town::with(Settings { body_bytes: 512, ..Settings::default() });
    let large = json!({"patient": MOTHER, "kind": "outpatient", "parts": {"copay": "1.00"}, "code": "9".repeat(600)});
    let plain = |kind: &str| town.post("/v1/settlements").by("1301").key("K").header("content-type", kind).body("{}");
    let cases: Vec<Case> = vec![
        (town.get("/v1/nothing").by("1301").send(), 404, "REQ_NOT_FOUND", None),
        (town.get("/v1/settlements").by("1301").send(), 405, "REQ_METHOD", Some(("allow", "POST"))),
        (town.ask("DELETE", "/v1/settlements/1301-B1").by("1301").send(), 405, "REQ_METHOD", Some(("allow", "GET"))),
        (town.get("/v1/settlements/1301-B1").send(), 401, "REQ_TOKEN", Some(("www-authenticate", "Bearer"))),
        (
            town.get("/v1/settlements/1301-B1").header("authorization", "Bearer gongji_00").send(),
            401,
            "REQ_TOKEN",
            None,
        ),
        (town.get("/v1/settlements/1301-B1").header("authorization", "Basic eA==").send(), 401, "REQ_TOKEN", None),
        (town.post("/v1/settlements").by("clerk").key("K").json(&bill("1.00")).send(), 403, "REQ_ROLE", None),
        (town.post("/v1/settlements").by("1301").json(&bill("1.00")).send(), 400, "REQ_KEY_MISSING", None),
        (town.post("/v1/settlements").by("1301").key("a b").json(&bill("1.00")).send(), 400, "REQ_KEY_MISSING", None),
        (
            town.post("/v1/settlements").by("1301").key(&"k".repeat(65)).json(&bill("1.00")).send(),
            400,
            "REQ_KEY_MISSING",
            None,
        ),
        (plain("text/plain").send(), 415, "REQ_MEDIA_TYPE", None),
        (plain("application/json; charset=gbk").send(), 400, "REQ_ENCODING", None),
        (town.post("/v1/settlements").by("1301").key("K").json(&large).send(), 413, "REQ_TOO_LARGE", None),
        (
            town.get("/v1/eligibility?patient=P1&institution=1301&purpose=outpatient&x=1").by("1301").send(),
            400,
            "REQ_SCHEMA",
            None,
        ),
    ];
    for (got, status, code, header) in cases {
        assert_eq!(got.is(status).code(), code);
        assert_eq!(got.body["status"], status, "{}", got.text);
        assert_eq!(got.body["type"], format!("/problems/{code}"));
        for field in ["title", "detail", "remedy"] {
            assert!(!got.body[field].as_str().unwrap().is_empty(), "{field}: {}", got.text);
        }
        if let Some((name, value)) = header {
            assert_eq!(got.header(name), Some(value));
        }
    }
}

#[test]
fn problems_are_told_in_the_language_that_is_asked_for() {
    let town = Town::new();
    let zh = town.get("/v1/nothing").send();
    let en = town.get("/v1/nothing").header("accept-language", "en-GB").send();
    assert_eq!((zh.header("content-language"), en.header("content-language")), (Some("zh"), Some("en")));
    assert!(en.text.is_ascii() && !zh.text.is_ascii());
}

#[test]
fn more_requests_than_there_are_places_for_are_told_to_come_again() {
    let town = Town::with(Settings { requests: 1, ..Settings::default() });
    assert_eq!(town.get("/healthz").send().is(200).body["status"], "alive");
    assert_eq!(town.face.requests_under_way(), 0);
}

#[test]
fn every_code_of_the_interface_has_a_status_once() {
    for (place, (reason, _)) in STATUSES.iter().enumerate() {
        assert!(STATUSES[place + 1..].iter().all(|(other, _)| other != reason), "{reason:?}");
    }
}

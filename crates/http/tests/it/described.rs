//! The description is that of what is served.

use std::collections::BTreeSet;

use gongji_domain::reason::{Audience, Language, Reason};
use gongji_http::access::Operation;
use gongji_http::openapi::describe;
use gongji_http::operations::ROUTES;
use serde_json::Value;

use crate::world::Town;

#[test]
fn every_operation_has_one_route_and_every_route_is_described() {
    let of_routes: BTreeSet<Operation> = ROUTES.iter().map(|route| route.operation).collect();
    assert_eq!(of_routes.len(), ROUTES.len(), "an operation has one route");
    assert_eq!(of_routes, Operation::ALL.iter().copied().collect());
    let described = describe();
    for route in ROUTES {
        let operation = &described["paths"][route.path][route.verb.word().to_ascii_lowercase()];
        assert_eq!(operation["operationId"], route.operation.word());
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let described = describe();
    let mut found = BTreeSet::new();
    references(&described, &mut found);
    assert!(found.len() > 15, "{found:?}");
    for reference in found {
        let there = described.pointer(reference.trim_start_matches('#'));
        assert!(there.is_some_and(Value::is_object), "{reference}");
    }
}

#[test]
fn the_description_and_its_page_are_served_and_load_nothing() {
    let town = Town::new();
    assert_eq!(town.get("/openapi.json").send().is(200).body["openapi"], "3.1.0");
    let page = town.get("/docs").send();
    assert_eq!(page.is(200).header("content-type"), Some("text/html; charset=utf-8"));
    for word in ["<script", "src=", "http://", "https://", "@import", "url("] {
        assert!(!page.text.contains(word), "{word}");
    }
}

#[test]
fn the_program_is_alive_and_ready() {
    let town = Town::new();
    assert_eq!(town.get("/healthz").send().is(200).body["status"], "alive");
    assert_eq!(town.get("/readyz").send().is(200).body["status"], "ready");
}

#[test]
fn every_code_has_a_page_in_both_languages_and_what_is_no_code_has_none() {
    let town = Town::new();
    for reason in Reason::ALL {
        let page = town.get(&format!("/problems/{}", reason.code())).send();
        assert_eq!(page.status, 200, "{reason:?}");
        for language in [Language::Zh, Language::En] {
            let what = reason.text(language, Audience::Staff).what.replace('&', "&amp;").replace('<', "&lt;");
            assert!(page.text.contains(what.replace('>', "&gt;").as_str()), "{reason:?} {what}");
        }
    }
    assert_eq!(town.get("/problems/NOT_A_CODE").send().status, 404);
}

//! The interface described as OpenAPI 3.1, from the table of routes and the table of roles.
//!
//! Invariant: what is described is what is served, since both are made of the same rows.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::access::Scope;
use crate::asked::{Answered, Asked};
use crate::operations::{Effect, ROUTES, Route, Verb};
use crate::problem::STATUSES;
use crate::reply::Reply;
use crate::shape::{Field, Kind, Need, Shape};

/// The version of the interface.
const VERSION: &str = "1.0.0";

/// Answers with the description.
pub async fn document(_: Asked) -> Answered {
    Ok(Reply::of(describe()))
}

/// The whole description.
#[must_use]
pub fn describe() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.verb.word().to_ascii_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "gongji 共济",
            "version": VERSION,
            "description": "Family mutual aid of personal accounts: bills, bindings, people. Amounts are text in yuan with \
                two decimals. Every write has the header Idempotency-Key: a repeat gets the first answer.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut described = json!({
        "operationId": route.operation.word(),
        "summary": route.about,
        "tags": [tag(route.path)],
        "parameters": parameters(route),
        "responses": responses(route),
    });
    if route.operation.scope() != Scope::Open {
        let roles: Vec<&str> = route.operation.roles().iter().map(|role| role.word()).collect();
        let nobody = (route.operation.scope() == Scope::Here).then(|| json!({}));
        described["security"] = std::iter::once(json!({ "token": [] })).chain(nobody).collect();
        described["x-roles"] = json!(roles);
        described["description"] = format!("Roles: {}.", roles.join(", ")).into();
    } else {
        described["security"] = json!([]);
    }
    if let Some(shape) = route.body {
        described["requestBody"] = json!({ "required": true, "content": content("application/json", shape) });
    }
    described
}

/// The group of a path: its first word after the version.
fn tag(path: &str) -> &str {
    let mut words = path.trim_start_matches("/v1").split('/').filter(|word| !word.is_empty());
    words.next().unwrap_or("program")
}

fn content(kind: &str, shape: &'static Shape) -> Value {
    json!({ kind: { "schema": Kind::One(shape).schema() } })
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path =
        in_path.map(|name| json!({"name": name, "in": "path", "required": true, "schema": schema_of_part(name)}));
    let in_query = route.query.fields.iter().map(|field| {
        let required = field.need == Need::Required;
        json!({"name": field.name, "in": "query", "required": required, "description": field.about, "schema": field.kind.schema()})
    });
    let key = (route.effect == Effect::Write).then(|| {
        json!({"name": "Idempotency-Key", "in": "header", "required": true,
            "description": "names this message; repeat it unchanged under the same key",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:~-]{1,64}$"}})
    });
    in_path.chain(in_query).chain(key).collect()
}

fn schema_of_part(name: &str) -> Value {
    match name {
        "person" => Kind::Person.schema(),
        "pair" => {
            json!({"type": "string", "pattern": "^P([1-9][0-9]{0,17}|[1-8][0-9]{18})-P([1-9][0-9]{0,17}|[1-8][0-9]{18})$"})
        }
        "institution" => Kind::Institution.schema(),
        "month" => Kind::Month.schema(),
        "day" => Kind::Day.schema(),
        "transfer" => json!({"type": "string", "pattern": "^T([1-9][0-9]{0,17}|[1-8][0-9]{18})$"}),
        "release" => Kind::Number(1, 1_000_000).schema(),
        "number" => json!({"type": "string", "pattern": "^[2-9A-HJ-NP-Za-hj-np-z]{4}$"}),
        _ => json!({"type": "string", "minLength": 1, "maxLength": 96}),
    }
}

/// The good answer, and each status that a request of this route can come to otherwise.
fn responses(route: &Route) -> Value {
    let mut responses = Map::new();
    let (status, shape) = route.good;
    let mut good = json!({ "description": route.about });
    if let Some(shape) = shape {
        good["content"] = content("application/json", shape);
    }
    responses.insert(status.to_string(), good);
    for (status, codes) in problems(route) {
        let description =
            if codes.is_empty() { "A refusal of the rules, with its code.".to_owned() } else { codes.join(", ") };
        let content = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
        responses.insert(status.to_string(), json!({ "description": description, "content": content }));
    }
    if route.verb == Verb::Get {
        responses.insert("304".to_owned(), json!({ "description": "What If-None-Match names is what there is." }));
    }
    Value::Object(responses)
}

fn problems(route: &Route) -> BTreeMap<u16, Vec<&'static str>> {
    // A token that is none is refused also where nobody needs one.
    let mut wanted: Vec<u16> = vec![401, 500, 503];
    if route.operation.scope() != Scope::Open {
        wanted.push(403);
    }
    if route.body.is_some() {
        wanted.extend([400, 413, 415]);
    } else if !route.query.fields.is_empty() || route.effect == Effect::Write {
        wanted.push(400);
    }
    if route.operation.scope() == Scope::Own {
        wanted.extend([404, 422]);
    } else if route.path.contains('{') || route.path == "/v1/policy" {
        wanted.push(404);
    }
    let is_decision = ["/approval", "/rejection", "/withdrawal"].iter().any(|end| route.path.ends_with(end));
    if route.effect == Effect::Write || is_decision || (tag(route.path) == "policy" && route.verb == Verb::Post) {
        wanted.push(409);
    }
    if route.operation.scope() != Scope::Open || route.body.is_some() {
        wanted.push(429);
    }
    let codes = |status: u16| STATUSES.iter().filter(move |(_, other)| other.as_u16() == status);
    wanted.into_iter().map(|status| (status, codes(status).map(|(reason, _)| reason.code()).collect())).collect()
}

/// Every document that a route reads or answers, and what they hold.
fn schemas() -> Map<String, Value> {
    let mut found = Map::new();
    for route in ROUTES {
        for shape in [route.body, route.good.1].into_iter().flatten() {
            collect(shape, &mut found);
        }
    }
    found.insert("Problem".to_owned(), problem());
    found
}

fn collect(shape: &'static Shape, found: &mut Map<String, Value>) {
    if found.insert(shape.name.to_owned(), schema_of(shape)).is_none() {
        shape.fields.iter().for_each(|field| collect_kind(field.kind, found));
    }
}

fn collect_kind(kind: Kind, found: &mut Map<String, Value>) {
    match kind {
        Kind::One(shape) => collect(shape, found),
        Kind::List(kind) => collect_kind(*kind, found),
        _ => {}
    }
}

fn schema_of(shape: &Shape) -> Value {
    let required: Vec<&str> =
        shape.fields.iter().filter(|field| field.need != Need::Optional).map(|field| field.name).collect();
    let properties: Map<String, Value> =
        shape.fields.iter().map(|field| (field.name.to_owned(), schema_of_field(field))).collect();
    json!({
        "type": "object", "description": shape.about, "additionalProperties": false,
        "required": required, "properties": properties,
    })
}

fn schema_of_field(field: &Field) -> Value {
    let mut schema = field.kind.schema();
    match field.need {
        Need::Required => {
            schema["description"] = field.about.into();
            schema
        }
        Need::Optional | Need::Nullable => json!({ "anyOf": [schema, {"type": "null"}], "description": field.about }),
    }
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object", "additionalProperties": false,
        "description": "Why something was not done (RFC 9457). `code` is stable; texts are in the language asked for.",
        "required": ["type", "title", "status", "code", "detail", "remedy"],
        "properties": {
            "type": text, "title": text, "status": {"type": "integer"}, "code": text, "detail": text, "remedy": text,
            "field": text, "fields": {"type": "array", "items": text}, "instance": text,
        },
    })
}

//! The description as a page: made here, without a script, a font or a picture from anywhere.

use std::fmt::Write as _;

use gongji_domain::reason::{Audience, Language, Reason};

use crate::access::Scope;
use crate::asked::{Answered, Asked};
use crate::language;
use crate::operations::{Effect, ROUTES, Route};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::shape::{Kind, Need, Shape};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;padding:1rem}\
    code{background:#eee;padding:0 .2em}table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2em .5em;\
    text-align:start;vertical-align:top}summary{font-weight:bold}section{margin-block:1.5rem}\
    td,p{overflow-wrap:anywhere}h2{font-size:1.1rem}nav li{margin-block:.4rem}";

/// The page.
pub async fn page(asked: Asked) -> Answered {
    Ok(Reply::text("text/html; charset=utf-8", written(asked.language)))
}

/// What a code means, in both languages: whoever finds one in a log may not know which was asked for.
pub async fn problem(asked: Asked) -> Answered {
    let reason = Reason::from_code(asked.part(0)).ok_or_else(Problem::not_found)?;
    Ok(Reply::text("text/html; charset=utf-8", explained(reason)))
}

fn explained(reason: Reason) -> String {
    let (code, status) = (reason.code(), Problem::of(reason).status());
    let mut page = format!(
        "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{code}</title><style>{STYLE}</style><h1><code>{code}</code></h1>"
    );
    for (language, remedy) in [(Language::Zh, "怎么办"), (Language::En, "What to do")] {
        let (lang, text) = (language::tag(language), reason.text(language, Audience::Staff));
        let [what, why, action] = [text.what, text.why, text.remedy].map(escaped);
        let _ = write!(page, "<section lang=\"{lang}\"><h2>{what}</h2><p>{why}</p>");
        if !action.is_empty() {
            let _ = write!(page, "<p><strong>{remedy}</strong> {action}</p>");
        }
        page.push_str("</section>");
    }
    let _ = write!(page, "<p>HTTP {} · <a href=\"/docs\">/docs</a></p>", status.as_u16());
    page
}

fn written(language: Language) -> String {
    let (lang, title) = match language {
        Language::Zh => ("zh", "gongji 共济：接口"),
        Language::En => ("en", "gongji 共济: the interface"),
    };
    let mut page = format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>\
         <p><a href=\"/openapi.json\">/openapi.json</a> (OpenAPI 3.1)</p>"
    );
    page.push_str("<nav><ul>");
    ROUTES.iter().for_each(|route| write_line(&mut page, route));
    page.push_str("</ul></nav>");
    ROUTES.iter().for_each(|route| write_route(&mut page, route));
    page
}

fn write_line(page: &mut String, route: &Route) {
    let (name, verb, path) = (route.operation.word(), route.verb.word(), route.path);
    let _ = write!(page, "<li><a href=\"#{name}\"><code>{verb} {path}</code></a> {}", escaped(route.about));
}

fn write_route(page: &mut String, route: &Route) {
    let (verb, path, about) = (route.verb.word(), route.path, escaped(route.about));
    let _ =
        write!(page, "<section id=\"{0}\"><h2><code>{verb} {path}</code></h2><p>{about}</p>", route.operation.word());
    let roles: Vec<&str> = route.operation.roles().iter().map(|role| role.word()).collect();
    if route.operation.scope() != Scope::Open {
        let _ = write!(page, "<p>Authorization: Bearer … ({})</p>", roles.join(", "));
    }
    if route.effect == Effect::Write {
        page.push_str("<p>Idempotency-Key: …</p>");
    }
    write_shape(page, "?", route.query);
    route.body.into_iter().for_each(|shape| write_shape(page, "→", shape));
    let (status, shape) = route.good;
    let _ = write!(page, "<p>{status}</p>");
    shape.into_iter().for_each(|shape| write_shape(page, "←", shape));
    page.push_str("</section>");
}

fn write_shape(page: &mut String, sign: &str, shape: &Shape) {
    if shape.fields.is_empty() {
        return;
    }
    let _ =
        write!(page, "<details open><summary>{sign} {}</summary><p>{}</p><table>", shape.name, escaped(shape.about));
    for field in shape.fields {
        let need = match field.need {
            Need::Required => "",
            Need::Optional => "?",
            Need::Nullable => "null",
        };
        let kind = escaped(&kind_of(field.kind));
        let _ = write!(page, "<tr><th>{}<td>{need}<td>{kind}<td>{}", field.name, escaped(field.about));
    }
    page.push_str("</table></details>");
}

fn kind_of(kind: Kind) -> String {
    match kind {
        Kind::Word(words) => words().join(" | "),
        Kind::Amounts(words) => format!("{{ {}: \"0.00\" }}", words().join(" | ")),
        Kind::One(shape) => shape.name.to_owned(),
        Kind::List(kind) => format!("[{}]", kind_of(*kind)),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

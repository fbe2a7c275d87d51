//! Whether the program runs, and whether it can do its work.

use serde_json::json;

use crate::asked::{Answered, Asked};
use crate::reply::Reply;
use crate::shape::{Kind, Shape, required};

/// What is told of it.
pub const STATE: Shape = Shape {
    name: "State",
    about: "How the program is.",
    fields: &[required("status", Kind::Text(16), "alive, or ready")],
};

/// It runs.
pub async fn alive(_: Asked) -> Answered {
    Ok(Reply::of(json!({ "status": "alive" })))
}

/// Requests, money and what waits. Nothing in it is anybody's.
pub async fn metrics(asked: Asked) -> Answered {
    let pulse = asked.node().pulse().await?;
    let text = asked.face.ports.meters.text(&pulse, asked.face.requests_under_way());
    Ok(Reply::text("application/openmetrics-text; version=1.0.0; charset=utf-8", text))
}

/// The store answers, its tables are those of this program, and there is law to judge by.
pub async fn ready(asked: Asked) -> Answered {
    asked.node().readiness_to_serve().await?;
    Ok(Reply::of(json!({ "status": "ready" })))
}

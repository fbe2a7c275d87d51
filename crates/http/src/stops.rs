//! Stops: what an operator's brake is on, and was on. They are put in force and ended by `gongji stop` and `gongji resume`,
//! where two people stand at one command.

use gongji_domain::stop::{SignedByTwo, Stop, StopKind};
use serde_json::{Value, json};

use crate::asked::{Answered, Asked};
use crate::people::NEXT;
use crate::reply::Reply;
use crate::shape::{Kind, Shape, nullable, page, required};
use crate::texts;

fn kinds() -> Vec<&'static str> {
    StopKind::ALL.iter().map(|one| one.word()).collect()
}

const STOP: Shape = Shape {
    name: "Stop",
    about: "A stop of mutual aid, in force or past.",
    fields: &[
        required("stop", Kind::Number(1, 1_000_000), "its number"),
        required("kind", Kind::Word(kinds), "what kind of thing is stopped"),
        required("target", Kind::Text(20), "the code of the area or province, or the number of the institution"),
        required("reason", Kind::Text(200), "why"),
        required("in-force", Kind::Flag, "whether it is in force"),
        required("begun-by", Kind::Text(64), "who asked for it"),
        required("begun-and", Kind::Text(64), "who asked for it with him"),
        required("begun-at", Kind::Time, "when"),
        nullable("ended-by", Kind::Text(64), "who asked for its end"),
        nullable("ended-and", Kind::Text(64), "who asked for it with him"),
        nullable("ended-at", Kind::Time, "when"),
    ],
};

/// A page of stops.
pub const STOPS: Shape = Shape {
    name: "Stops",
    about: "A page of stops, in the order in which they came.",
    fields: &[required("stops", Kind::List(&Kind::One(&STOP)), "the stops"), NEXT],
};

/// All stops, of the whole province: who reads them sees what is not paid anywhere.
pub async fn list(asked: Asked) -> Answered {
    let (stops, next) = page(&asked.query, asked.node().stops().await?);
    Ok(Reply::of(json!({ "stops": stops.iter().map(told).collect::<Vec<_>>(), "next": next })))
}

fn told(stop: &Stop) -> Value {
    let Stop { number, target, reason, begun, ended } = stop;
    let ended = ended.as_ref();
    let at = |signed: &SignedByTwo| texts::time(signed.at);
    json!({
        "stop": number,
        "kind": target.kind(),
        "target": target.number().to_string(),
        "reason": reason,
        "in-force": ended.is_none(),
        "begun-by": begun.by,
        "begun-and": begun.and,
        "begun-at": at(begun),
        "ended-by": ended.map(|signed| &signed.by),
        "ended-and": ended.map(|signed| &signed.and),
        "ended-at": ended.map(at),
    })
}

//! Values by their place: `setlinfo.acct_pay`, `feedetail.0.cnt`.

use gongji_wire::{Object, Value, number};
use gongji_words::Fen;

/// The value of a place.
#[must_use]
pub fn at<'v>(value: &'v Value, place: &str) -> Option<&'v Value> {
    place.split('.').filter(|step| !step.is_empty()).try_fold(value, |value, step| match value {
        Value::Object(object) => object.get(step),
        Value::List(values) => values.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The words of a place: text, or the digits of a number; empty where there are none.
#[must_use]
pub fn words_at<'v>(value: &'v Value, place: &str) -> &'v str {
    at(value, place).and_then(Value::as_words).unwrap_or_default()
}

/// The amount of a place, if there is one.
#[must_use]
pub fn fen_at(value: &Value, place: &str) -> Option<Fen> {
    number::amount(at(value, place)?.as_words()?).ok()
}

/// Puts a value in a place, or takes what is there away. A place that is not there is made, unless it is in a list.
pub fn put(value: &mut Value, place: &str, new: Option<Value>) {
    let (step, rest) = place.split_once('.').unwrap_or((place, ""));
    match value {
        Value::Object(object) if rest.is_empty() => match new {
            Some(new) => object.set(step, new),
            None => drop(object.remove(step)),
        },
        Value::Object(object) => {
            if object.get(step).is_none() {
                object.set(step, Value::Object(Object::new()));
            }
            if let Some(inner) = object.get_mut(step) {
                put(inner, rest, new);
            }
        }
        Value::List(values) => {
            let inner = step.parse::<usize>().ok().and_then(|step| values.get_mut(step));
            match (inner, rest, new) {
                (Some(inner), "", Some(new)) => *inner = new,
                (Some(inner), rest, new) => put(inner, rest, new),
                (None, ..) => {}
            }
        }
        _ => {}
    }
}

/// The same value with another in a place.
#[must_use]
pub fn with(value: &Value, place: &str, new: Option<Value>) -> Value {
    let mut changed = value.clone();
    put(&mut changed, place, new);
    changed
}

#[cfg(test)]
mod tests {
    use gongji_wire::value::read;

    use super::*;

    #[test]
    fn places_are_found_changed_made_and_taken_away() {
        let value = read(r#"{"a":{"b":[{"c":1},{"c":"2.50"}]}}"#).unwrap();
        assert_eq!((words_at(&value, "a.b.1.c"), fen_at(&value, "a.b.1.c")), ("2.50", Some(Fen::from_fen(250))));
        assert_eq!(words_at(&value, "a.b.7.c"), "");
        for (place, new, expected) in [
            ("a.b.0.c", Some(Value::whole(9)), r#"{"a":{"b":[{"c":9},{"c":"2.50"}]}}"#),
            ("a.b.0.c", None, r#"{"a":{"b":[{},{"c":"2.50"}]}}"#),
            ("a.b", None, r#"{"a":{}}"#),
            ("x.y", Some(Value::text("z")), r#"{"a":{"b":[{"c":1},{"c":"2.50"}]},"x":{"y":"z"}}"#),
            ("a.b.5.c", Some(Value::Null), r#"{"a":{"b":[{"c":1},{"c":"2.50"}]}}"#),
        ] {
            assert_eq!(with(&value, place, new).to_string(), expected, "{place}");
        }
    }
}

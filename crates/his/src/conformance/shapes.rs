//! The same message in other shapes: what clients were seen to send, all of it good.

use gongji_wire::{Number, Object, Value};

use super::bench::{Bench, Scene, done, holds};
use super::fields::{About, about};
use super::{Check, Went, check};

/// Calls that can be made again and again, and what they are about.
const CALLS: &[(&str, About)] = &[
    ("1101", About::Person),
    ("1201", About::Person),
    ("2001", About::Person),
    ("2201", About::Person),
    ("2203", About::Of(Scene::Open)),
    ("2206", About::Of(Scene::Open)),
    ("2101", About::Of(Scene::Purchase)),
    ("2303", About::Of(Scene::Stay)),
    ("2403", About::Of(Scene::Stay)),
    ("3201", About::Person),
    ("5201", About::Of(Scene::Open)),
    ("5203", About::Of(Scene::Settled)),
    ("5204", About::Of(Scene::Settled)),
    ("5206", About::Person),
    ("9001", About::Person),
];

/// A shape.
struct Shape {
    id: &'static str,
    zh: &'static str,
    en: &'static str,
    form: fn(&Value) -> Value,
}

const SHAPES: &[Shape] = &[
    Shape { id: "EXTRA", zh: "节点里有多余字段", en: "unknown fields in its node", form: extra },
    Shape {
        id: "LIST", zh: "单行节点写成一个元素的数组", en: "its node as a list of one", form: list_of_one
    },
    Shape { id: "FLAT", zh: "字段直接放在 input 下", en: "fields straight under input", form: flat },
    Shape { id: "STRING", zh: "input 写成文本", en: "its input as text", form: as_text },
    Shape { id: "TEXTS", zh: "数字写成文本", en: "numbers as text", form: numbers_as_text },
    Shape { id: "NUMBERS", zh: "代码写成数字", en: "codes as numbers", form: codes_as_numbers },
    Shape { id: "NULLS", zh: "空文本写成 null", en: "null for empty texts", form: nulls },
    Shape { id: "WORD-NULL", zh: "空文本写成文本 null", en: "the text null for empty texts", form: words_null },
    Shape { id: "BLANKS", zh: "文本前后有空格", en: "blanks around texts", form: blanks },
];

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let of = |(infno, what): &'static (&str, About)| {
        SHAPES.iter().map(move |shape| {
            let words = (format!("{infno}：{}，照办", shape.zh), format!("{infno}: {}, done all the same", shape.en));
            check(format!("SHAPE-{infno}-{}", shape.id), "惯例 practice", words, move |bench| {
                shaped(bench, (infno, *what), shape)
            })
        })
    };
    CALLS.iter().flat_map(of).collect()
}

fn shaped(bench: &Bench<'_>, (infno, what): (&str, About), shape: &Shape) -> Went {
    let mut case = about(bench, what)?;
    let input = (shape.form)(&case.input(infno));
    let heard = case.send(&case.draft_with(infno, &input))?;
    done(&heard)?;
    let is_empty = matches!(&heard.output, Value::Object(output) if output.is_empty());
    let wants_output = gongji_wire::Call::of(infno).is_some_and(|call| !call.output.nodes.is_empty());
    holds(!(is_empty && wants_output), "输出是空的", "the output is empty")
}

/// The same with every value changed, from the inside out.
fn each(value: &Value, change: &dyn Fn(Value) -> Value) -> Value {
    let inner = match value {
        Value::List(values) => Value::List(values.iter().map(|value| each(value, change)).collect()),
        Value::Object(object) => {
            Value::Object(object.iter().map(|(name, value)| (name.to_owned(), each(value, change))).collect())
        }
        other => other.clone(),
    };
    change(inner)
}

fn extra(input: &Value) -> Value {
    each(input, &|value| match value {
        Value::Object(mut object) => {
            object.set("zz_vendor_field", Value::text("厂商自用"));
            object.set("zz_vendor_list", Value::List(vec![Value::Null, Value::Bool(true)]));
            Value::Object(object)
        }
        other => other,
    })
}

fn list_of_one(input: &Value) -> Value {
    let Some(object) = input.as_object() else { return input.clone() };
    let member = |(name, value): (&str, &Value)| match value {
        Value::Object(_) => (name.to_owned(), Value::List(vec![value.clone()])),
        other => (name.to_owned(), other.clone()),
    };
    Value::Object(object.iter().map(member).collect())
}

/// The fields of the one node that comes once, beside the nodes with rows.
fn flat(input: &Value) -> Value {
    let mut flat = Object::new();
    for (name, value) in input.as_object().into_iter().flat_map(Object::iter) {
        match value {
            Value::Object(node) => node.iter().for_each(|(name, value)| flat.set(name, value.clone())),
            other => flat.set(name, other.clone()),
        }
    }
    Value::Object(flat)
}

fn as_text(input: &Value) -> Value {
    Value::text(input.to_string())
}

fn numbers_as_text(input: &Value) -> Value {
    each(input, &|value| match value {
        Value::Number(number) => Value::text(number.digits()),
        other => other,
    })
}

fn codes_as_numbers(input: &Value) -> Value {
    each(input, &|value| match &value {
        Value::Text(text) if text.len() <= 9 => Number::parse(text).map_or(value, Value::Number),
        _ => value,
    })
}

fn of_empty(input: &Value, empty: &Value) -> Value {
    each(input, &|value| if matches!(&value, Value::Text(text) if text.is_empty()) { empty.clone() } else { value })
}

fn nulls(input: &Value) -> Value {
    of_empty(input, &Value::Null)
}

fn words_null(input: &Value) -> Value {
    of_empty(input, &Value::text("null"))
}

fn blanks(input: &Value) -> Value {
    each(input, &|value| match value {
        Value::Text(text) if !text.is_empty() => Value::text(format!(" {text} ")),
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use gongji_wire::value::read;

    use super::*;
    use crate::edit::at;

    #[test]
    fn shapes_say_the_same_otherwise() {
        let input = read(r#"{"data":{"a":"1","b":2.50,"c":""},"rows":[{"d":"07"}]}"#).unwrap();
        for (shape, expected) in [
            (list_of_one as fn(&Value) -> Value, r#"{"data":[{"a":"1","b":2.50,"c":""}],"rows":[{"d":"07"}]}"#),
            (flat, r#"{"a":"1","b":2.50,"c":"","rows":[{"d":"07"}]}"#),
            (numbers_as_text, r#"{"data":{"a":"1","b":"2.50","c":""},"rows":[{"d":"07"}]}"#),
            (codes_as_numbers, r#"{"data":{"a":1,"b":2.50,"c":""},"rows":[{"d":"07"}]}"#),
            (nulls, r#"{"data":{"a":"1","b":2.50,"c":null},"rows":[{"d":"07"}]}"#),
            (words_null, r#"{"data":{"a":"1","b":2.50,"c":"null"},"rows":[{"d":"07"}]}"#),
            (blanks, r#"{"data":{"a":" 1 ","b":2.50,"c":""},"rows":[{"d":" 07 "}]}"#),
        ] {
            assert_eq!(shape(&input).to_string(), expected);
        }
        assert_eq!(at(&extra(&input), "data.zz_vendor_list.1"), Some(&Value::Bool(true)));
    }
}

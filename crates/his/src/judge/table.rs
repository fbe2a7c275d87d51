//! The fields of an answer, held against the table of its call.

use gongji_wire::fields::{Field, Kind, NodeTable};
use gongji_wire::{Call, Object, Value, number, time};

use super::Finding;

/// What is wrong with the fields of an output.
#[must_use]
pub fn output(call: &'static Call, output: &Value) -> Vec<Finding> {
    call.output.nodes.iter().flat_map(|table| node(table, output)).collect()
}

fn node(table: &NodeTable, output: &Value) -> Vec<Finding> {
    let value =
        if table.name.is_empty() { Some(output) } else { output.as_object().and_then(|all| all.get(table.name)) };
    let shown = if table.name.is_empty() { "output" } else { table.name };
    match (value, table.rows) {
        (Some(Value::List(rows)), true) => {
            let row = |(at, row): (usize, &Value)| match row {
                Value::Object(row) => fields(table, row, &format!("{shown}[{}]", at + 1)),
                _ => vec![shape(shown, "对象数组", "a list of objects")],
            };
            rows.iter().enumerate().flat_map(row).collect()
        }
        (_, true) => vec![shape(shown, "数组，没有行时为 []", "a list, [] without rows")],
        (Some(Value::Object(object)), false) => fields(table, object, shown),
        (Some(_), false) => vec![shape(shown, "对象", "an object")],
        (None, false) if table.fields.iter().any(|field| field.required) => vec![shape(shown, "对象", "an object")],
        (None, false) => Vec::new(),
    }
}

fn shape(node: &str, zh: &str, en: &str) -> Finding {
    Finding::new("node", format!("节点 {node} 应为{zh}"), format!("node {node} must be {en}"))
}

fn fields(table: &NodeTable, object: &Object, shown: &str) -> Vec<Finding> {
    let is_settlement = table.name == "setlinfo";
    let of = |field: &Field| {
        let place = format!("{shown}.{}", field.name);
        let must = field.required || is_settlement && field.kind.is_amount();
        match object.get(field.name) {
            None if must => Some(Finding::new("field", format!("缺少 {place}"), format!("{place} is missing"))),
            None => None,
            Some(value) => wrong(field, value, &place),
        }
    };
    table.fields.iter().filter_map(of).collect()
}

fn wrong(field: &Field, value: &Value, place: &str) -> Option<Finding> {
    match (field.kind, value) {
        (kind, value) if kind.is_amount() => (!is_amount(value)).then(|| {
            let zh = format!("{place} 应为最多两位小数的数字，不得为空文本或 null");
            Finding::new(
                "amount",
                zh,
                format!("{place} must be a number with at most two decimals, never text or null"),
            )
        }),
        (Kind::Number { .. }, Value::Number(number)) => {
            let is_whole = number.digits().bytes().all(|byte| byte.is_ascii_digit());
            (field.name == "age" && !is_whole).then(|| {
                Finding::new("age", format!("{place} 应为整数"), format!("{place} must be whole, without decimals"))
            })
        }
        // Serial numbers of lines are digits, and programs read them either way.
        (Kind::Number { .. }, Value::Text(text)) if number::amount(text).is_ok() => None,
        (Kind::Number { .. }, Value::Null | Value::Text(_)) if !field.required => None,
        (Kind::Number { .. }, _) => {
            Some(Finding::new("number", format!("{place} 应为数字"), format!("{place} must be a number")))
        }
        (Kind::Day | Kind::Moment, value) => (!is_time(value, field)).then(|| {
            let zh = format!("{place} 应为真实的日期或时间");
            Finding::new("day", zh, format!("{place} must be a real day or time"))
        }),
        (Kind::Text(_), value) => (!is_text(value, field))
            .then(|| Finding::new("text", format!("{place} 应为文本"), format!("{place} must be text"))),
        (Kind::Bool | Kind::Bytes, _) => None,
    }
}

fn is_amount(value: &Value) -> bool {
    matches!(value, Value::Number(number) if number::amount(number.digits()).is_ok())
}

fn is_time(value: &Value, field: &Field) -> bool {
    match value {
        Value::Text(text) => time::moment(text).is_some(),
        Value::Null => !field.required && field.name != "brdy",
        _ => false,
    }
}

fn is_text(value: &Value, field: &Field) -> bool {
    match value {
        Value::Text(_) | Value::Number(_) => true,
        Value::Null => !field.required,
        _ => false,
    }
}

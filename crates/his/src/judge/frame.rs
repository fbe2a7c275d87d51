//! The frame of an answer: status, headers, envelope.

use gongji_wire::value::read;
use gongji_wire::{Object, Value, time};

use super::Finding;
use crate::line::Came;
use crate::station::Station;

/// Characters that `err_msg` has at most.
const LONGEST: usize = 200;
/// Characters of 接收方报文ID.
const REFERENCE: usize = 30;

/// The envelope of an answer, and what is wrong with it.
#[must_use]
pub fn frame(came: &Came, station: &Station) -> (Object, Vec<Finding>) {
    let mut findings = Vec::new();
    if came.status != 200 {
        let status = came.status;
        findings.push(Finding::new(
            "status",
            format!("HTTP 状态应为 200，收到 {status}"),
            format!("status {status}, not 200"),
        ));
    }
    let kind = came.header("content-type").unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/json") {
        let (zh, en) =
            ("响应头 Content-Type 应为 application/json;charset=UTF-8", "content type is not application/json");
        findings.push(Finding::new("content-type", zh, en));
    }
    let text = std::str::from_utf8(&came.body).ok();
    let body = text.and_then(|text| read(text).ok()).and_then(|value| value.as_object().cloned());
    let Some(body) = body else {
        findings.push(Finding::new("json", "回执不是 UTF-8 的 JSON 对象", "the body is no JSON object in UTF-8"));
        return (Object::new(), findings);
    };
    findings.extend(code(&body, station));
    findings.extend(times(&body));
    findings.extend(texts(&body));
    (body, findings)
}

fn code(body: &Object, station: &Station) -> Option<Finding> {
    let found = body.get("infcode");
    let is_of_kind = match found {
        Some(Value::Number(_)) => !station.infcode_as_text,
        Some(Value::Text(_)) => station.infcode_as_text,
        _ => false,
    };
    let words = found.and_then(Value::as_words).unwrap_or_default();
    if is_of_kind && matches!(words, "0" | "-1") {
        return None;
    }
    let kind = if station.infcode_as_text { ("文本", "text") } else { ("数字", "a number") };
    let zh = format!("infcode 应为{}，取值 0 或 -1", kind.0);
    Some(Finding::new("infcode", zh, format!("infcode must be {}, 0 or -1", kind.1)))
}

fn times(body: &Object) -> Vec<Finding> {
    let mut findings = Vec::new();
    for field in ["refmsg_time", "respond_time"] {
        let words = body.get(field).and_then(Value::as_words).unwrap_or_default();
        if words.len() != 17 || time::moment(words).is_none() {
            let (zh, en) = (format!("{field} 应为 17 位时间"), format!("{field} must be a time of 17 digits"));
            findings.push(Finding::new("times", zh, en));
        }
    }
    let reference = body.get("inf_refmsgid").and_then(Value::as_words).unwrap_or_default();
    if reference.len() != REFERENCE || !reference.bytes().all(|byte| byte.is_ascii_digit()) {
        let zh = "inf_refmsgid 应为区划 6 位、时间 14 位、流水 10 位";
        findings.push(Finding::new("inf_refmsgid", zh, "inf_refmsgid must be area, time and serial: 30 digits"));
    }
    findings
}

fn texts(body: &Object) -> Vec<Finding> {
    let mut findings = Vec::new();
    let failed = body.get("infcode").and_then(Value::as_words) == Some("-1");
    let sentence = match body.get("err_msg") {
        Some(Value::Text(text)) => text.as_str(),
        _ => {
            findings.push(Finding::new("err_msg", "err_msg 应为文本", "err_msg must be text"));
            ""
        }
    };
    if sentence.chars().count() > LONGEST {
        findings.push(Finding::new("err_msg", "err_msg 超过 200 个字符", "err_msg has more than 200 characters"));
    }
    if failed == sentence.is_empty() {
        let (zh, en) = ("失败时 err_msg 说明原因，成功时为空", "err_msg says why it failed, and is empty otherwise");
        findings.push(Finding::new("err_msg", zh, en));
    }
    match body.get("output") {
        None | Some(Value::Null) => findings.push(Finding::new("output", "缺少 output", "there is no output")),
        Some(_) => {}
    }
    findings
}

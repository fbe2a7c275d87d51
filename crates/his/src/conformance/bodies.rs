//! Bytes: what is no message is answered with an envelope all the same; character sets, content types and JSON as clients write it.

use gongji_wire::Value;

use super::bench::{Bench, done, enquiry, refused};
use super::{Check, Stop, Went, check};
use crate::desk::Heard;

/// Bodies that are no message.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("EMPTY", "", "空报文", "an empty body"),
    ("BLANK", "   \n", "只有空白", "blanks alone"),
    ("BRACE", "{", "只有左括号", "a brace alone"),
    ("LIST", "[]", "数组", "a list"),
    ("NULL", "null", "null", "null"),
    ("NUMBER", "1101", "数字", "a number"),
    ("TEXT", "\"1101\"", "文本", "a text"),
    ("WORDS", "infno=1101&msgid=1", "表单", "a form"),
    ("XML", "<request><infno>1101</infno></request>", "XML", "XML"),
    ("COMMA", "{\"infno\":\"1101\",}", "多一个逗号", "a comma too many"),
    ("QUOTES", "{'infno':'1101'}", "单引号", "single quotes"),
    ("NAN", "{\"infno\":NaN}", "NaN", "NaN"),
    ("ZERO", "{\"infno\":01101}", "数字以 0 开头", "a number that begins with 0"),
    ("CONTROL", "{\"infno\":\"11\u{1}01\"}", "文本里有控制字符", "a control character in a text"),
    ("ESCAPE", "{\"infno\":\"\\x31\"}", "不认识的转义", "an unknown escape"),
    ("HALF", "{\"infno\":\"\\ud842\"}", "半个代理对", "half of a pair"),
    ("TAIL", "{\"infno\":\"1101\"} 1", "报文后面还有东西", "something behind the message"),
    ("OBJECTS", "{\"infno\":{\"a\":1},\"input\":[1]}", "字段是对象", "fields that are objects"),
];

/// Content types that clients send.
const KINDS: &[(&str, Option<&str>)] = &[
    ("PLAIN", Some("text/plain")),
    ("JSON", Some("application/json")),
    ("JSON-UTF8", Some("application/json;charset=UTF-8")),
    ("UPPER", Some("TEXT/PLAIN; CHARSET=utf-8")),
    ("XML", Some("text/xml")),
    ("FORM", Some("application/x-www-form-urlencoded")),
    ("BYTES", Some("application/octet-stream")),
    ("ODD", Some("nonsense")),
    ("NONE", None),
];

/// Character sets that a content type names.
const CHARSETS: &[(&str, &str)] = &[
    ("GBK", "text/plain;charset=GBK"),
    ("GB2312", "application/json; charset=gb2312"),
    ("GB18030", "text/plain; charset=\"GB18030\""),
];

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let broken = BROKEN.iter().map(|(name, body, zh, en)| {
        let words = (format!("{zh}：仍以信封回 -1"), format!("{en}: answered -1 in an envelope"));
        check(format!("BODY-{name}"), "1.3 客户端 clients", words, move |bench| {
            refused(&sent(bench, |_| body.as_bytes().to_vec())?, &[])
        })
    });
    let kinds = KINDS.iter().map(|(name, kind)| {
        let shown = kind.unwrap_or("—");
        let words = (format!("Content-Type 为 {shown}：照办"), format!("content type {shown}: done all the same"));
        check(format!("KIND-{name}"), "1.3 客户端 clients", words, move |bench| {
            let (case, mut draft) = enquiry(bench)?;
            draft.content_type = kind.map(str::to_owned);
            done(&case.desk.send(&draft)?)
        })
    });
    let charsets = CHARSETS.iter().map(|(name, kind)| {
        let words = (format!("{name} 编码，注明 {kind}：照办"), format!("in {name}, said so: done all the same"));
        check(format!("CHARSET-{name}"), "惯例 practice", words, move |bench| {
            let (case, mut draft) = enquiry(bench)?;
            let text = draft.object.to_string();
            draft.body = Some(encoding_rs::GB18030.encode(&text).0.into_owned());
            draft.content_type = Some((*kind).to_owned());
            done(&case.desk.send(&draft)?)
        })
    });
    let mut all: Vec<Check> = broken.chain(kinds).chain(charsets).collect();
    all.extend(of_writing());
    all.extend(of_size());
    all
}

/// An enquiry with its bytes changed.
fn sent(bench: &Bench<'_>, change: impl Fn(&str) -> Vec<u8>) -> Result<Heard, Stop> {
    let (case, mut draft) = enquiry(bench)?;
    draft.body = Some(change(&draft.object.to_string()));
    Ok(case.desk.send(&draft)?)
}

fn escaped(text: &str) -> String {
    let letter = |letter: char| {
        let mut halves = [0; 2];
        let halves = letter.encode_utf16(&mut halves);
        if letter.is_ascii() {
            letter.to_string()
        } else {
            halves.iter().map(|half| format!("\\u{half:04x}")).collect()
        }
    };
    text.chars().map(letter).collect()
}

/// JSON as programs write it, all of it good.
fn of_writing() -> Vec<Check> {
    type Writing = fn(&str) -> Vec<u8>;
    let writings: [(&str, &str, &str, Writing); 6] = [
        ("BOM", "带 BOM", "a byte order mark", |text| format!("\u{feff}{text}").into_bytes()),
        ("ESCAPED", "中文写成 \\u 转义", "Chinese as \\u escapes", |text| escaped(text).into_bytes()),
        ("SPACED", "有空格和换行", "blanks and line breaks", |text| {
            text.replace(",\"", " ,\r\n\t\"").into_bytes()
        }),
        ("SLASHED", "斜杠写成 \\/", "slashes as \\/", |text| text.replace('/', "\\/").into_bytes()),
        ("SAME-TWICE", "同一字段两次，值相同", "a field twice, with one value", |text| {
            text.replacen('{', "{\"infver\":\"1.0.0\",", 1).into_bytes()
        }),
        ("LAST-BLANK", "文末有换行", "a line break at the end", |text| format!("{text}\r\n").into_bytes()),
    ];
    let good = writings.into_iter().map(|(name, zh, en, writing)| {
        let words = (format!("{zh}：照办"), format!("{en}: done all the same"));
        check(format!("JSON-{name}"), "RFC 8259", words, move |bench| done(&sent(bench, writing)?))
    });
    let mut all: Vec<Check> = good.collect();
    let words = ("同一字段两次，值不同：退回，不猜", "a field twice with two values: refused, not guessed");
    all.push(check("JSON-OTHER-TWICE", "惯例 practice", words, |bench| {
        refused(&sent(bench, |text| text.replacen('{', "{\"opter\":\"002\",", 1).into_bytes())?, &["opter"])
    }));
    let words = ("字段顺序倒过来：照办", "fields in reverse order: done all the same");
    all.push(check("JSON-ORDER", "RFC 8259", words, |bench| {
        let (case, mut draft) = enquiry(bench)?;
        let mut members: Vec<(String, Value)> =
            draft.object.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        members.reverse();
        draft.object = members.into_iter().collect();
        done(&case.desk.send(&draft)?)
    }));
    all
}

/// Long, deep, cut, and wrongly encoded.
fn of_size() -> Vec<Check> {
    let mut all = Vec::new();
    for (name, depth, good) in [("20", 20, true), ("100", 100, false), ("5000", 5_000, false)] {
        let words = if good { ("照办", "done") } else { ("退回，不崩溃", "refused, and nothing breaks") };
        let words = (format!("多余字段嵌套 {depth} 层：{}", words.0), format!("{depth} levels deep: {}", words.1));
        all.push(check(format!("DEEP-{name}"), "惯例 practice", words, move |bench| {
            let deep = format!("{{\"extra\":{}{},", "[".repeat(depth), "]".repeat(depth));
            let heard = sent(bench, |text| text.replacen('{', &deep, 1).into_bytes())?;
            if good { done(&heard) } else { refused(&heard, &[]) }
        }));
    }
    let words = ("多余字段 1 MiB：照办", "an unknown field of a mebibyte: done");
    all.push(check("LONG-1M", "惯例 practice", words, |bench| {
        let long = format!("{{\"extra\":\"{}\",", "x".repeat(1 << 20));
        done(&sent(bench, |text| text.replacen('{', &long, 1).into_bytes())?)
    }));
    let words = ("多余字段 9 MiB：有回执，办成或退回", "an unknown field of nine mebibytes: answered, done or refused");
    all.push(check("LONG-9M", "惯例 practice", words, |bench| {
        let long = format!("{{\"extra\":\"{}\",", "x".repeat(9 << 20));
        let heard = sent(bench, |text| text.replacen('{', &long, 1).into_bytes())?;
        if heard.is_done() { Ok(()) } else { refused(&heard, &[]) }
    }));
    for (name, part) in [("QUARTER", 4), ("HALF", 2)] {
        let words = ("报文被截断：退回", "a message that was cut off: refused");
        all.push(check(format!("CUT-{name}"), "RFC 8259", words, move |bench| {
            refused(&sent(bench, |text| text.as_bytes()[..text.len() / part].to_vec())?, &[])
        }));
    }
    all.push(check(
        "CHARSET-UNSAID",
        "惯例 practice",
        ("GBK 编码却没有注明：退回", "GBK without a word: refused"),
        undeclared,
    ));
    let words = ("UTF-16 编码：退回", "UTF-16: refused");
    all.push(check("CHARSET-UTF16", "惯例 practice", words, |bench| {
        refused(&sent(bench, |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect())?, &[])
    }));
    all
}

fn undeclared(bench: &Bench<'_>) -> Went {
    refused(&sent(bench, |text| encoding_rs::GB18030.encode(text).0.into_owned())?, &[])
}

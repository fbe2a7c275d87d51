//! How an institution shows who it is: each way lets it in, and each of the four refusals comes where it belongs.

use gongji_wire::value::read;
use gongji_words::Moment;

use super::bench::{Bench, done, failed, holds, same};
use super::{Check, Stop, Went, check};
use crate::desk::{Desk, Draft, Heard};
use crate::script::Case;
use crate::station::{Kind, Way, nonce};

const CLAUSE: &str = "4.5 网关 gateway";
/// Headers of either gateway.
const API: &[&str] = &["_api_name", "_api_version", "_api_timestamp", "_api_access_key", "_api_signature"];
const TIF: &[&str] = &["x-tif-paasid", "x-tif-timestamp", "x-tif-nonce", "x-tif-signature"];
/// Minutes by which the clock of a client is off, and whether it is let in.
const SKEWS: &[(&str, i64, bool)] = &[
    ("BEHIND-29", -29, true),
    ("AHEAD-29", 29, true),
    ("BEHIND-31", -31, false),
    ("AHEAD-31", 31, false),
    ("BEHIND-1440", -1440, false),
];

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let mut all = Vec::new();
    for dialect in ["api", "tif", "bearer", "password", "open", "signed", "sealed"] {
        let words = (format!("{dialect}：证明了身份就办"), format!("{dialect}: whoever proves who he is is served"));
        all.push(check(format!("GATE-{dialect}"), CLAUSE, words, move |bench| {
            let desk = bench.desk(Kind::Hospital, Some(dialect))?;
            let case = Case::of(desk, bench.patient(bench.anybody())?);
            done(&desk.send(&case.draft("1101"))?)
        }));
    }
    for (dialect, headers) in [("api", API), ("tif", TIF)] {
        all.extend(missing(dialect, headers));
        all.extend(of_clocks(dialect));
        all.extend(of_secrets(dialect, headers));
    }
    all.extend(of_api());
    all.extend(of_nonces());
    all.extend(of_tokens());
    all.extend(super::cards::of_seals());
    all
}

/// An enquiry at a desk of a dialect, with its headers changed.
fn asked(bench: &Bench<'_>, dialect: &str, change: impl Fn(&Desk<'_>, &mut Draft)) -> Result<Heard, Stop> {
    let desk = bench.desk(Kind::Hospital, Some(dialect))?;
    let case = Case::of(desk, bench.patient(bench.anybody())?);
    let mut draft = case.draft("1101");
    change(desk, &mut draft);
    bench.leniently(desk, &draft)
}

/// It was not let in: code 401, a message, and nothing of the patient.
fn kept_out(heard: &Heard) -> Went {
    let text = String::from_utf8_lossy(&heard.came.body).into_owned();
    let body = read(&text).map_err(|_| Stop::Failed("回执不是 JSON the answer is no JSON".to_owned()))?;
    let words = |name: &str| body.as_object().and_then(|body| body.get(name)?.as_words()).unwrap_or_default();
    same("code", words("code"), "401")?;
    holds(!words("message").is_empty(), "message 应说明原因", "message must say why")?;
    holds(!text.contains("psn_no"), "未验明身份却回了人员信息", "it tells of people to whoever did not prove who he is")
}

fn set(draft: &mut Draft, name: &str, value: &str) {
    for (own, old) in &mut draft.headers {
        if own == name {
            value.clone_into(old);
        }
    }
}

fn missing(dialect: &'static str, headers: &'static [&'static str]) -> Vec<Check> {
    let of = |header: &'static &'static str| {
        let words = (format!("缺请求头 {header}：401"), format!("without the header {header}: 401"));
        check(format!("GATE-{dialect}-NEED-{}", header.trim_start_matches('_')), CLAUSE, words, move |bench| {
            kept_out(&asked(bench, dialect, |_, draft| draft.headers.retain(|(name, _)| name != header))?)
        })
    };
    headers.iter().map(of).collect()
}

fn of_clocks(dialect: &'static str) -> Vec<Check> {
    let of = |(name, minutes, good): &'static (&'static str, i64, bool)| {
        let what = if *good { ("照办", "let in") } else { ("401，时间戳失效", "401, expired") };
        let words =
            (format!("本机时间差 {minutes} 分钟：{}", what.0), format!("a clock {minutes} minutes off: {}", what.1));
        check(format!("GATE-{dialect}-CLOCK-{name}"), CLAUSE, words, move |bench| {
            let heard = asked(bench, dialect, |desk, draft| {
                let now = desk.line.now().plus_minutes(*minutes);
                draft.headers = desk.station.headers("1101", now, desk.drawn());
            })?;
            if *good { done(&heard) } else { kept_out(&heard) }
        })
    };
    SKEWS.iter().map(of).collect()
}

fn of_secrets(dialect: &'static str, headers: &'static [&'static str]) -> Vec<Check> {
    let key = if dialect == "api" { "_api_access_key" } else { "x-tif-paasid" };
    let (stamp, signature) = (headers.iter().find(|name| name.ends_with("timestamp")), headers.last());
    let (stamp, signature) = (stamp.copied().unwrap_or_default(), signature.copied().unwrap_or_default());
    let rows = [
        ("KEY", key, "nobody", "不存在的访问标识", "an unknown key"),
        ("SIGNATURE", signature, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "错误的签名", "a wrong signature"),
        ("EMPTY", signature, "", "签名为空", "an empty signature"),
        ("STAMP", stamp, "20260310090000", "时间戳不是毫秒或秒", "a time-stamp of another form"),
        ("STAMP-WORDS", stamp, "now", "时间戳不是数字", "a time-stamp that is no number"),
        ("OTHER-STAMP", stamp, "", "签名之后换了时间戳", "another time-stamp than was signed"),
    ];
    let of = |(name, header, value, zh, en): (&'static str, &'static str, &'static str, &str, &str)| {
        check(format!("GATE-{dialect}-{name}"), CLAUSE, (format!("{zh}：401"), format!("{en}: 401")), move |bench| {
            kept_out(&asked(bench, dialect, |desk, draft| {
                let other = || {
                    let later = Moment::from_millis(desk.line.now().millis() + 5_000);
                    let headers = desk.station.headers("1101", later, desk.drawn());
                    headers.into_iter().find(|(own, _)| own == header).map(|(_, value)| value).unwrap_or_default()
                };
                let value = if name == "OTHER-STAMP" { other() } else { value.to_owned() };
                set(draft, header, &value);
            })?)
        })
    };
    rows.into_iter().map(of).collect()
}

fn of_api() -> Vec<Check> {
    let names = [
        ("NAME", "api_1101", "_api_name 写成 api_1101：照办", "_api_name is api_1101: let in"),
        (
            "NAME-OTHER",
            "2207",
            "_api_name 写别的交易：按报文里的 infno 办",
            "_api_name names another call: the message decides",
        ),
    ];
    let mut all: Vec<Check> = names
        .into_iter()
        .map(|(id, name, zh, en)| {
            check(format!("GATE-api-{id}"), CLAUSE, (zh, en), move |bench| {
                done(&asked(bench, "api", |desk, draft| {
                    draft.headers = desk.station.headers(name, desk.line.now(), desk.drawn());
                })?)
            })
        })
        .collect();
    let words = ("请求头名称用大写：照办", "names of headers in capital letters: let in");
    all.push(check("GATE-api-CAPITALS", "RFC 9110", words, |bench| {
        done(&asked(bench, "api", |_, draft| {
            draft.headers.iter_mut().for_each(|(name, _)| *name = name.to_ascii_uppercase());
        })?)
    }));
    let words = ("另一家机构的密钥：401", "the key of another institution: 401");
    all.push(check("GATE-api-OTHERS", CLAUSE, words, |bench| others_key(bench, "api")));
    all
}

fn others_key(bench: &Bench<'_>, dialect: &str) -> Went {
    let other = bench.desk(Kind::Pharmacy, Some(dialect))?;
    kept_out(&asked(bench, dialect, |desk, draft| {
        draft.headers = other.station.headers("1101", desk.line.now(), desk.drawn());
    })?)
}

fn of_nonces() -> Vec<Check> {
    let of = |(length, good): (usize, bool)| {
        let what = if good { ("照办", "let in") } else { ("401", "401") };
        let words = (format!("nonce 有 {length} 个字符：{}", what.0), format!("a nonce of {length}: {}", what.1));
        check(format!("GATE-tif-NONCE-{length}"), CLAUSE, words, move |bench| {
            let heard = asked(bench, "tif", |desk, draft| {
                let long = nonce(desk.drawn()).repeat(3);
                let Way::Tif(pass) = &desk.station.way else { return };
                let headers = pass.headers(&long[..length], desk.line.now());
                draft.headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            })?;
            if good { done(&heard) } else { kept_out(&heard) }
        })
    };
    let mut all: Vec<Check> = [(5, false), (6, true), (32, true), (33, false)].map(of).into_iter().collect();
    let words = ("签名用大写十六进制：照办", "a signature in capital hexadecimal digits: let in");
    all.push(check("GATE-tif-CAPITALS", CLAUSE, words, |bench| {
        done(&asked(bench, "tif", |_, draft| {
            let signature = draft.headers.iter().find(|(name, _)| name == "x-tif-signature");
            let capitals = signature.map(|(_, value)| value.to_ascii_uppercase()).unwrap_or_default();
            set(draft, "x-tif-signature", &capitals);
        })?)
    }));
    let words = ("另一家机构的 paasid：401", "the paasid of another institution: 401");
    all.push(check("GATE-tif-OTHERS", CLAUSE, words, |bench| others_key(bench, "tif")));
    let words = ("多一个 x-tif-serviceId：照办", "with x-tif-serviceId besides: let in");
    all.push(check("GATE-tif-SERVICE", CLAUSE, words, |bench| {
        done(&asked(bench, "tif", |_, draft| {
            draft.headers.push(("x-tif-serviceId".to_owned(), "hsa".to_owned()));
        })?)
    }));
    all
}

fn of_tokens() -> Vec<Check> {
    let rows = [
        ("NOBODY", "Bearer nobody", "不存在的令牌", "an unknown token"),
        ("EMPTY", "Bearer ", "令牌为空", "an empty token"),
        ("BASIC", "Basic bm9ib2R5Om5vYm9keQ==", "Basic 而不是 Bearer", "Basic instead of Bearer"),
        ("BARE", "token", "没有 Bearer 字样", "no word Bearer"),
    ];
    let mut all: Vec<Check> = rows
        .into_iter()
        .map(|(id, value, zh, en)| {
            check(format!("GATE-bearer-{id}"), "RFC 6750", (format!("{zh}：401"), format!("{en}: 401")), move |bench| {
                kept_out(&asked(bench, "bearer", |_, draft| set(draft, "authorization", value))?)
            })
        })
        .collect();
    let words = ("另一家机构的令牌：401", "the token of another institution: 401");
    all.push(check("GATE-bearer-OTHERS", "RFC 6750", words, |bench| others_key(bench, "bearer")));
    let words = ("四种拒绝各说各的", "the four refusals say four things");
    all.push(check("GATE-api-FOUR", CLAUSE, words, four));
    all
}

/// Headers missing, expired, unknown key, wrong signature: four sentences.
fn four(bench: &Bench<'_>) -> Went {
    let message = |change: &dyn Fn(&Desk<'_>, &mut Draft)| -> Result<String, Stop> {
        let heard = asked(bench, "api", change)?;
        kept_out(&heard)?;
        let text = String::from_utf8_lossy(&heard.came.body).into_owned();
        let body = read(&text).ok();
        Ok(body.and_then(|body| body.as_object()?.get("message")?.as_words().map(str::to_owned)).unwrap_or_default())
    };
    let told = [
        message(&|_, draft| draft.headers.retain(|(name, _)| name != "_api_signature"))?,
        message(&|desk, draft| {
            draft.headers = desk.station.headers("1101", desk.line.now().plus_minutes(-60), desk.drawn());
        })?,
        message(&|_, draft| set(draft, "_api_access_key", "nobody"))?,
        message(&|_, draft| set(draft, "_api_signature", "AAAA"))?,
    ];
    let different: std::collections::BTreeSet<&String> = told.iter().collect();
    if different.len() == told.len() {
        Ok(())
    } else {
        failed("四种拒绝应有四种说法 the four must not say the same")
    }
}

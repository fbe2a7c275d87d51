//! Each call is served, and its answer has the fields, the types and the amounts of the specification.

use super::bench::{Bench, nothing};
use super::{Check, Went, check};
use crate::meaning;

/// The identities, by their letters: the rule of a finding, and the words.
const IDENTITIES: &[(&str, &[&str], &str, &str)] = &[
    (
        "A",
        &["identity-a"],
        "总额 = 基金 + 个人负担 + 医院承担",
        "the whole is funds, personal part and hospital's part",
    ),
    ("B", &["identity-b"], "个人负担 = 账户 + 现金", "the personal part is accounts and cash"),
    (
        "C",
        &["aid-beside", "identity-c"],
        "家庭共济包含在 acct_pay 之内，不在其外",
        "aid stands inside acct_pay, never beside it",
    ),
    ("D", &["identity-d"], "基金总额 = 各基金之和", "the funds add up"),
    ("E", &["identity-e"], "总额 = 全自费 + 超限价 + 先行自付 + 范围内", "the whole is its four parts"),
    (
        "F",
        &["identity-f"],
        "个人负担 = 范围外 + 起付线 + 范围内剩余",
        "the personal part is what funds leave of the four parts",
    ),
    ("G", &["identity-g"], "setldetail 与 setlinfo 一致", "the rows by fund agree with the totals"),
];
/// Calls whose answers have amounts of a bill.
const OF_MONEY: &[&str] = &["2101", "2102", "2103", "2206", "2207", "2208", "2303", "2304", "2305", "5203"];

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let calls = super::tour::CALLS;
    let served = calls.iter().map(|infno| {
        let words = (format!("{infno} {}能办成", name(infno).0), format!("{infno} {} is served", name(infno).1));
        check(format!("CALL-{infno}"), "附录 B appendix B", words, move |bench| bench.toured(infno).map(|_| ()))
    });
    let framed = calls.iter().filter(|infno| **infno != "9102").map(|infno| {
        let words = (
            format!("{infno} 的回执：信封齐全，类型正确"),
            format!("the answer of {infno}: its envelope is whole and typed"),
        );
        check(format!("FRAME-{infno}"), "4 报文 envelope", words, move |bench| with_rules(bench, infno, FRAME))
    });
    let typed = calls.iter().filter(|infno| has_output(infno)).map(|infno| {
        let words = (
            format!("{infno} 的输出：字段齐全，金额是数字，日期真实"),
            format!("the output of {infno}: all fields, amounts as numbers, days real"),
        );
        check(format!("TYPE-{infno}"), "附录 B appendix B", words, move |bench| with_rules(bench, infno, FIELDS))
    });
    let even = OF_MONEY.iter().flat_map(|infno| {
        IDENTITIES.iter().map(move |(letter, rules, zh, en)| {
            let words = (format!("{infno}：{zh}"), format!("{infno}: {en}"));
            check(format!("SUM-{infno}-{letter}"), "金额说明 notes on amounts", words, move |bench| {
                with_rules(bench, infno, rules)
            })
        })
    });
    served.chain(framed).chain(typed).chain(even).collect()
}

const FRAME: &[&str] = &[
    "status",
    "content-type",
    "json",
    "infcode",
    "times",
    "inf_refmsgid",
    "err_msg",
    "output",
    "seal",
    "sponsor-named",
];
const FIELDS: &[&str] = &["node", "field", "amount", "age", "number", "day", "text"];

fn name(infno: &str) -> (String, String) {
    let meaning = meaning::of(infno);
    (meaning.zh.to_owned(), meaning.en.to_owned())
}

fn has_output(infno: &str) -> bool {
    gongji_wire::Call::of(infno).is_some_and(|call| !call.output.nodes.is_empty()) && infno != "9102"
}

fn with_rules(bench: &Bench<'_>, infno: &str, rules: &[&str]) -> Went {
    let heard = bench.toured(infno)?;
    let found: Vec<_> = heard.findings.iter().filter(|finding| rules.contains(&finding.rule)).cloned().collect();
    nothing(&found)
}

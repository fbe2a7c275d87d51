//! Lines: numbers, amounts, rounding, returns, batches, and what is withdrawn.

use gongji_wire::{Price, Value};
use gongji_words::Fen;

use super::bench::{Bench, Scene, done, failed, refused, same};
use super::{Check, Stop, Went, check};
use crate::desk::Heard;
use crate::edit::{at, words_at};
use crate::profile::Expect;
use crate::script::{Case, Item, digits};

const CLAUSE: &str = "2204 明细 lines";

/// Prices and counts, and what a line comes to; half a fen counts as one.
const ROUNDED: &[(&str, &str, &str, i64)] = &[
    ("01", "0.005", "1", 1),
    ("02", "0.0049", "1", 0),
    ("03", "0.333333", "3", 100),
    ("04", "12.345", "3", 3704),
    ("05", "12.5", "0.5", 625),
    ("06", "9.999999", "10", 10_000),
    ("07", "0.015", "1", 2),
    ("08", "1.005", "1", 101),
    ("09", "2.675", "1", 268),
    ("10", "100", "0.0001", 1),
];

/// Forms of numbers that clients write.
const WRITTEN: &[(&str, &str, &str, &str)] = &[
    ("01", "feedetail.0.det_item_fee_sumamt", "t:5.00", "金额写成文本"),
    ("02", "feedetail.0.det_item_fee_sumamt", "n:5", "金额没有小数"),
    ("03", "feedetail.0.det_item_fee_sumamt", "n:5.000", "金额多写一个 0"),
    ("04", "feedetail.0.det_item_fee_sumamt", "n:5E+0", "金额写成科学记数"),
    ("05", "feedetail.0.det_item_fee_sumamt", "n:0.5e1", "金额写成 0.5e1"),
    ("06", "feedetail.0.cnt", "t:1", "数量写成文本"),
    ("07", "feedetail.0.cnt", "n:1.0000", "数量写四位小数"),
    ("08", "feedetail.0.pric", "n:5.000000", "单价写六位小数"),
    ("09", "feedetail.0.pric", "t:5", "单价写成文本"),
    ("10", "feedetail.0.feedetl_sn", "n:700001", "流水号写成数字"),
    ("11", "feedetail.0.feedetl_sn", "t:123456789012345", "流水号 15 位"),
    ("12", "feedetail.0.fee_ocur_time", "today", "费用时间只有日期"),
    ("13", "feedetail.0.hosp_appr_flag", "t:0", "hosp_appr_flag 为 0"),
    ("14", "feedetail.0.hosp_appr_flag", "t:2", "hosp_appr_flag 为 2"),
    ("15", "feedetail.0.hosp_appr_flag", "none", "没有 hosp_appr_flag"),
    ("16", "feedetail.0.det_item_fee_sumamt", "n:5.01", "金额与单价乘数量差 0.01"),
    ("17", "feedetail.0.det_item_fee_sumamt", "n:4.99", "金额与单价乘数量差 -0.01"),
    ("18", "feedetail.0.med_list_codg", "t:UNKNOWN-0001", "目录里没有的项目"),
    ("19", "feedetail.0.memo", "long", "备注很长"),
];

/// What is wrong with a line.
const WRONG: &[(&str, &str, &str, &str, &str)] = &[
    ("01", "feedetail.0.det_item_fee_sumamt", "n:5.02", "", "金额与单价乘数量差 0.02"),
    ("02", "feedetail.0.det_item_fee_sumamt", "n:4.98", "", "金额与单价乘数量差 -0.02"),
    ("03", "feedetail.0.det_item_fee_sumamt", "t:five", "det_item_fee_sumamt", "金额不是数字"),
    ("04", "feedetail.0.cnt", "n:1.00001", "cnt", "数量五位小数"),
    ("05", "feedetail.0.cnt", "n:-1", "", "负数量而没有原明细"),
    ("06", "feedetail.0.pric", "n:-5", "", "负单价"),
    ("07", "feedetail.0.pric", "n:1.0000001", "pric", "单价七位小数"),
    ("08", "feedetail.0.chrg_bchno", "t:0000", "chrg_bchno", "收费批次号 0000"),
];

fn value(text: &str, case: &Case<'_>) -> Option<Value> {
    match text {
        "none" => None,
        "long" => Some(Value::text("说明".repeat(300))),
        "today" => Some(Value::text(case.words("last_day"))),
        _ => match text.split_once(':') {
            Some(("n", number)) => Some(digits(number)),
            Some((_, text)) => Some(Value::text(text)),
            None => Some(Value::text(text)),
        },
    }
}

/// A new line in a batch of its own of the visit that is open, changed; withdrawn again if it was taken.
fn handed_in(bench: &Bench<'_>, (batch, number): (&str, u64), (place, text): (&str, &str)) -> Result<Heard, Stop> {
    let mut case = bench.scene(Scene::Open)?;
    case.say_that("batch", batch);
    case.lines = vec![bench.item(number, "5.00", "1")];
    let new = value(text, &case);
    let heard = case.ask_with("2204", (place, new))?;
    if heard.is_done() {
        done(&case.ask("2205")?)?;
    }
    Ok(heard)
}

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let written = WRITTEN.iter().map(|(id, place, text, zh)| {
        let words = (format!("{zh}：收下"), format!("{place} as {text}: taken"));
        check(format!("LINE-WRITTEN-{id}"), CLAUSE, words, move |bench| {
            let number = 700_100 + id.parse::<u64>().unwrap_or_default();
            done(&handed_in(bench, (&format!("W{id}"), number), (place, text))?)
        })
    });
    let wrong = WRONG.iter().map(|(id, place, text, named, zh)| {
        let words = (format!("{zh}：退回"), format!("{place} as {text}: refused"));
        check(format!("LINE-WRONG-{id}"), CLAUSE, words, move |bench| {
            let named: &[&str] = if named.is_empty() { &[] } else { &[named] };
            refused(&handed_in(bench, (&format!("X{id}"), 800_100), (place, text))?, named)
        })
    });
    let rounded = ROUNDED.iter().map(|(id, price, count, fen)| {
        let words = (format!("{price} × {count} 四舍五入到分"), format!("{price} times {count} is rounded half up"));
        check(format!("LINE-ROUND-{id}"), CLAUSE, words, move |bench| rounds(bench, (price, count), *fen))
    });
    let mut all: Vec<Check> = written.chain(wrong).chain(rounded).collect();
    all.extend(of_batches());
    all.extend(of_empty_batches());
    all.extend(of_returns());
    all.extend(of_mixing());
    all
}

fn rounds(bench: &Bench<'_>, (price, count): (&str, &str), fen: i64) -> Went {
    let mut case = bench.scene(Scene::Open)?;
    case.say_that("batch", "ROUND");
    case.lines = vec![bench.item(600_001, price, count)];
    let heard = case.ask("2204")?;
    done(&heard)?;
    done(&case.ask("2205")?)?;
    let told = words_at(&heard.output, "result.0.det_item_fee_sumamt");
    let expected = Fen::from_fen(fen);
    let told = gongji_wire::number::amount(told).map_err(|_| Stop::Failed("没有金额 there is no amount".to_owned()))?;
    same("det_item_fee_sumamt", &told.to_string(), &expected.to_string())
}

fn one(id: &str, (zh, en): (&str, &str), act: fn(&Bench<'_>) -> Went) -> Check {
    check(format!("LINE-{id}"), CLAUSE, (zh, en), act)
}

fn of_batches() -> Vec<Check> {
    vec![
        one("ECHO", ("2204 逐行回拆分结果", "2204 tells how each line was divided"), |bench| {
            let mut case = bench.scene(Scene::Open)?;
            case.say_that("batch", "ECHO");
            case.lines = vec![bench.item(500_001, "3.00", "2"), bench.item(500_002, "4.50", "1")];
            let heard = case.ask("2204")?;
            done(&heard)?;
            done(&case.ask("2205")?)?;
            let rows = at(&heard.output, "result").and_then(Value::as_list).unwrap_or_default();
            same("result", &rows.len().to_string(), "2")?;
            rows.iter().try_for_each(divided)
        }),
        one(
            "REPEAT-NUMBER",
            ("流水号在这次就诊中用过：退回", "a number that was used in this visit: refused"),
            |bench| {
                let mut case = bench.scene(Scene::Open)?;
                case.say_that("batch", "AGAIN");
                case.lines = vec![bench.item(1, "5.00", "1")];
                refused(&case.ask("2204")?, &["feedetl_sn"])
            },
        ),
        one("TWICE", ("同一报文里流水号重复：退回", "a number twice in a message: refused"), |bench| {
            let mut case = bench.scene(Scene::Open)?;
            case.say_that("batch", "TWICE");
            case.lines = vec![bench.item(400_001, "5.00", "1"), bench.item(400_001, "5.00", "1")];
            refused(&case.ask("2204")?, &["400001", "feedetl_sn"])
        }),
        one(
            "SAME-BATCH",
            ("同一批次重传相同明细：照办", "the same lines of a batch again: done"),
            |bench| {
                let mut case = bench.scene(Scene::Open)?;
                case.say_that("batch", "SAME");
                case.lines = vec![bench.item(300_001, "5.00", "1")];
                let draft = case.draft("2204");
                done(&case.send(&draft)?)?;
                let again = case.send(&draft)?;
                done(&case.ask("2205")?)?;
                done(&again)
            },
        ),
        one(
            "OTHER-BATCH",
            ("同一批次换了明细：退回", "other lines under the name of a batch: refused"),
            |bench| {
                let mut case = bench.scene(Scene::Open)?;
                case.say_that("batch", "OTHER");
                case.lines = vec![bench.item(300_101, "5.00", "1")];
                done(&case.ask("2204")?)?;
                case.lines = vec![bench.item(300_102, "6.00", "1")];
                let heard = case.ask("2204")?;
                done(&case.ask("2205")?)?;
                refused(&heard, &["chrg_bchno"])
            },
        ),
    ]
}

/// Batches without lines, withdrawn, settled, and several of them.
fn of_empty_batches() -> Vec<Check> {
    vec![
        one("NONE", ("没有明细的批次不能结算", "a batch without lines is not settled"), |bench| {
            let mut case = bench.scene(Scene::Open)?;
            case.say_that("batch", "NOTHING");
            case.lines = Vec::new();
            refused(&case.ask("2206")?, &[])
        }),
        one("EMPTY", ("2204 没有行：退回", "2204 without rows: refused"), |bench| {
            let mut case = bench.scene(Scene::Open)?;
            case.lines = Vec::new();
            refused(&case.ask("2204")?, &["feedetail"])
        }),
        one(
            "ALL",
            ("2205 批次 0000 撤回全部未结算的明细", "2205 with 0000 withdraws all that is not settled"),
            |bench| {
                let mut case = bench.visit(bench.anybody(), "7.00")?;
                case.say_that("batch", "0000");
                done(&case.ask("2205")?)?;
                case.say_that("batch", "B1");
                refused(&case.ask("2206")?, &[])?;
                done(&case.ask("2202")?)
            },
        ),
        one("SETTLED-2205", ("已结算的批次不能撤回", "a batch that is settled is not withdrawn"), |bench| {
            refused(&bench.scene(Scene::Settled)?.ask("2205")?, &[])
        }),
        one(
            "SETTLED-2302",
            ("已结算的住院明细不能撤回", "lines of a stay that is settled are not withdrawn"),
            |bench| refused(&bench.scene(Scene::SettledStay)?.ask("2302")?, &[]),
        ),
        one("TWO-BATCHES", ("一次就诊两批，分别结算", "two batches of a visit are settled one by one"), two_batches),
    ]
}

/// Price, limit, and the four parts of the amount.
fn divided(row: &Value) -> Went {
    let of = |name: &str| crate::edit::fen_at(row, name).unwrap_or(Fen::ZERO);
    let parts = ["fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt"].map(of);
    same("det_item_fee_sumamt", &of("det_item_fee_sumamt").to_string(), &Fen::sum(parts).to_string())
}

fn two_batches(bench: &Bench<'_>) -> Went {
    let mut case = bench.visit(bench.anybody(), "7.00")?;
    let mut other = case.clone();
    other.say_that("batch", "B2");
    other.lines = vec![bench.item(2, "9.00", "1")];
    done(&other.ask("2204")?)?;
    let (first, second) = (case.ask("2207")?, other.ask("2207")?);
    let sums = (words_at(&first.output, "setlinfo.medfee_sumamt"), words_at(&second.output, "setlinfo.medfee_sumamt"));
    let went = done(&first).and_then(|()| done(&second)).and_then(|()| {
        same("medfee_sumamt", sums.0, "7.00")?;
        same("medfee_sumamt", sums.1, "9.00")
    });
    case.ask("2208")?;
    other.ask("2208")?;
    went
}

fn of_returns() -> Vec<Check> {
    fn stay(bench: &Bench<'_>, returned: (&str, u64)) -> Result<Heard, Stop> {
        let mut case = bench.scene(Scene::Stay)?;
        case.lines = vec![bench.item(910_001, "10.00", "5")];
        done(&case.ask("2301")?)?;
        let line = Item { returns: Some(returned.1), ..bench.item(910_002, "10.00", returned.0) };
        case.lines = vec![line];
        let heard = case.ask("2301")?;
        for number in ["910001", "910002"] {
            case.say_that("line_no", number);
            case.ask("2302")?;
        }
        Ok(heard)
    }
    vec![
        one(
            "RETURN",
            ("退费：负数量加原流水号，收下", "a return: a negative count with the line it returns, taken"),
            |bench| {
                let heard = stay(bench, ("-2", 910_001))?;
                done(&heard)?;
                same("det_item_fee_sumamt", words_at(&heard.output, "result.0.det_item_fee_sumamt"), "-20.00")
            },
        ),
        one("RETURN-WHOLE", ("全部退完，收下", "all of a line returned, taken"), |bench| {
            done(&stay(bench, ("-5", 910_001))?)
        }),
        one("RETURN-MORE", ("退的比原来多：退回", "more returned than there was: refused"), |bench| {
            refused(&stay(bench, ("-6", 910_001))?, &[])
        }),
        one(
            "RETURN-NOTHING",
            ("原明细不存在：退回", "a return of a line that is not there: refused"),
            |bench| refused(&stay(bench, ("-1", 999_999))?, &[]),
        ),
        one(
            "RETURN-POSITIVE",
            ("有原流水号而数量为正：退回", "a return with a positive count: refused"),
            |bench| refused(&stay(bench, ("1", 910_001))?, &[]),
        ),
    ]
}

fn of_mixing() -> Vec<Check> {
    vec![
        one(
            "TWO-VISITS",
            ("一条报文两次就诊的明细：退回", "lines of two visits in one message: refused"),
            |bench| mixed(bench, "mdtrt_id", "1"),
        ),
        one(
            "TWO-PEOPLE",
            ("一条报文两个人的明细：退回", "lines of two people in one message: refused"),
            |bench| mixed(bench, "psn_no", "P1"),
        ),
        one("TWO-NAMES", ("一条报文两个批次：退回", "two batches in one message: refused"), |bench| {
            mixed(bench, "chrg_bchno", "MIX-2")
        }),
        one(
            "WHOLE",
            ("医疗费总额与明细合计不同：退回，并指明", "a total that is not that of the lines: refused, and named"),
            |bench| {
                let mut case = bench.scene(Scene::Open)?;
                refused(&case.ask_with("2206", ("data.medfee_sumamt", Some(digits("50.01"))))?, &["medfee_sumamt"])
            },
        ),
        one("LATER", ("费用日期在明天：不能结算", "a line of tomorrow is not settled"), later),
        one("PRICE", ("2204 回限价和收费项目等级", "2204 tells limit and class of a line"), |bench| {
            let heard = handed_in(bench, ("CLASS", 250_001), ("feedetail.0.memo", "t:x"))?;
            done(&heard)?;
            let class = words_at(&heard.output, "result.0.chrgitm_lv");
            let price = words_at(&heard.output, "result.0.pric_uplmt_amt");
            if matches!(class, "01" | "02" | "03") && Price::parse(price).is_ok() {
                return Ok(());
            }
            failed("chrgitm_lv 应为 01、02、03，pric_uplmt_amt 应为数字 class 01, 02, 03, and a limit that is a number")
        }),
    ]
}

fn mixed(bench: &Bench<'_>, field: &str, other: &str) -> Went {
    let mut case = bench.scene(Scene::Open)?;
    case.say_that("batch", "MIX-1");
    case.lines = vec![bench.item(200_001, "5.00", "1"), bench.item(200_002, "5.00", "1")];
    let place = format!("feedetail.1.{field}");
    refused(&case.ask_with("2204", (&place, Some(Value::text(other))))?, &[field, "mdtrt_id"])
}

fn later(bench: &Bench<'_>) -> Went {
    let mut case = bench.visit(Expect::NoAid, "5.00").or_else(|_| bench.visit(Expect::Aid, "5.00"))?;
    case.say_that("batch", "LATER");
    case.lines = vec![bench.item(2, "5.00", "1")];
    let tomorrow = Value::text(case.words("day_after"));
    let heard = case.ask_with("2204", ("feedetail.0.fee_ocur_time", Some(tomorrow)))?;
    if heard.is_done() {
        refused(&case.ask("2206")?, &[])?;
    }
    Ok(())
}

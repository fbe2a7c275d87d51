//! The same message again, lost answers, closed connections: one message has one answer for ever.

use gongji_wire::Value;

use super::bench::{Bench, Scene, done, holds, patiently, refused, same};
use super::{Check, Stop, Went, check};
use crate::desk::{Draft, Heard};
use crate::edit::{put, words_at};
use crate::profile::Expect;
use crate::script::Case;

const CLAUSE: &str = "重复报文 repeats";

/// Calls that make something, and what stands in the answer that a repeat must give again.
const MAKERS: &[(&str, &str)] = &[
    ("9001", "signinoutb.sign_no"),
    ("2201", "data.mdtrt_id"),
    ("2401", "result.mdtrt_id"),
    ("2204", "result.0.feedetl_sn"),
    ("2301", "result.0.feedetl_sn"),
    ("2207", "setlinfo.setl_id"),
    ("2102", "setlinfo.setl_id"),
    ("2304", "setlinfo.setl_id"),
    ("2501", "result.trt_dcla_detl_sn"),
    ("2503", "result.trt_dcla_detl_sn"),
    ("2505", "result.trt_dcla_detl_sn"),
    ("9101", "file_qury_no"),
];

/// What is changed in a repeat, so that it is another message under the same number.
const CHANGED: &[(&str, &str, &str)] = &[
    ("2201", "data.dept_name", "外科"),
    ("2401", "mdtrtinfo.adm_bed", "99"),
    ("2207", "data.acct_used_flag", "1"),
    ("2102", "druginfo.acct_used_flag", "1"),
    ("2304", "data.acct_used_flag", "1"),
    ("2501", "refmedin.refl_rea", "另一原因"),
    ("2503", "data.memo", "另一说明"),
    ("2505", "data.memo", "另一说明"),
];

/// Whoever sends a call, ready for it; what the answer makes is undone by the second.
fn ready<'l>(bench: &Bench<'l>, infno: &str) -> Result<(Case<'l>, &'static [&'static str]), Stop> {
    let who = bench.anybody();
    let open = |scene: Scene, number: u64| -> Result<Case<'l>, Stop> {
        let mut case = bench.scene(scene)?;
        case.say_that("batch", "REPEAT");
        case.lines = vec![bench.item(number, "5.00", "1")];
        case.say_that("line_no", &number.to_string());
        Ok(case)
    };
    Ok(match infno {
        "2201" => (bench.case(who)?, &["2202"]),
        "2401" => {
            let mut case = bench.case(who)?;
            case.say_that("med_type", "2101");
            (case, &["2404"])
        }
        "2204" => (open(Scene::Open, 150_001)?, &["2205"]),
        "2301" => (open(Scene::Stay, 150_002)?, &["2302"]),
        "2207" => (bench.visit(who, "15.00")?, &["2208"]),
        "2102" => (bench.purchase(who, "15.00")?, &["2103"]),
        "2304" => (bench.stay(who, "615.00")?, &["2305"]),
        "2501" => (bench.case(who)?, &["2502"]),
        "2503" => (bench.case(who)?, &["2504"]),
        "2505" => (bench.case(who)?, &["2506"]),
        "9101" => {
            let mut case = bench.case(who)?;
            case.set("file", Value::text(super::reconcile::file_text(&[])));
            (case, &[])
        }
        _ => (bench.case(who)?, &[]),
    })
}

/// Sends a draft, looks at what a repeat of it gets, and undoes what it made.
fn repeated(
    bench: &Bench<'_>,
    infno: &str,
    again: impl Fn(&mut Case<'_>, &Draft) -> Result<Heard, Stop>,
    look: impl Fn(&Heard, &Heard) -> Went,
) -> Went {
    let (mut case, undoes) = ready(bench, infno)?;
    let draft = case.draft(infno);
    let first = case.send(&draft)?;
    done(&first)?;
    let second = again(&mut case.clone(), &draft);
    for undo in undoes {
        done(&case.ask(undo)?)?;
    }
    look(&first, &second?)
}

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let mut all = Vec::new();
    for (infno, place) in MAKERS {
        let words = (format!("{infno} 原样重发：得到第一次的结果"), format!("{infno} again: it gets the first answer"));
        all.push(check(format!("REPEAT-{infno}"), CLAUSE, words, move |bench| {
            repeated(
                bench,
                infno,
                |case, draft| Ok(case.send(draft)?),
                |first, second| one_answer(place, first, second),
            )
        }));
        let words = (
            format!("{infno} 换连接重发：得到第一次的结果"),
            format!("{infno} again over a new connection: the first answer"),
        );
        all.push(check(format!("REPEAT-{infno}-NEW-LINE"), CLAUSE, words, move |bench| {
            let again = |case: &mut Case<'_>, draft: &Draft| -> Result<Heard, Stop> {
                bench.line.hang_up();
                Ok(case.send(draft)?)
            };
            repeated(bench, infno, again, |first, second| one_answer(place, first, second))
        }));
        let words = (
            format!("{infno} 重发时 inf_time 变了：仍是第一次的结果"),
            format!("{infno} again with another inf_time: the first answer"),
        );
        all.push(check(format!("REPEAT-{infno}-LATER"), CLAUSE, words, move |bench| {
            let again = |case: &mut Case<'_>, draft: &Draft| -> Result<Heard, Stop> {
                let mut later = draft.clone();
                later.object.set("inf_time", Value::text("2026-03-10 23:59:59"));
                Ok(case.send(&later)?)
            };
            repeated(bench, infno, again, |first, second| one_answer(place, first, second))
        }));
    }
    for (infno, place, other) in CHANGED {
        let words = (
            format!("{infno} 同一 msgid 换了内容：退回"),
            format!("{infno} with other content under the same number: refused"),
        );
        all.push(check(format!("REPEAT-{infno}-CHANGED"), CLAUSE, words, move |bench| {
            let again = |case: &mut Case<'_>, draft: &Draft| -> Result<Heard, Stop> {
                let mut changed = draft.clone();
                if let Some(input) = changed.object.get_mut("input") {
                    put(input, place, Some(Value::text(*other)));
                }
                Ok(case.send(&changed)?)
            };
            repeated(bench, infno, again, |_, second| refused(second, &["msgid"]))
        }));
    }
    all.extend(of_silence());
    all.extend(of_thrice());
    all
}

fn one_answer(place: &str, first: &Heard, second: &Heard) -> Went {
    done(second)?;
    let of = |heard: &Heard| words_at(&heard.output, place).to_owned();
    holds(!of(first).is_empty(), "回执没有编号", "the answer has no number")?;
    same(place, &of(second), &of(first))
}

/// The answer is lost: the connection is closed after the message was sent.
fn of_silence() -> Vec<Check> {
    let mut all = Vec::new();
    for (settles, undoes) in [("2207", "2208"), ("2102", "2103"), ("2304", "2305")] {
        let words = (
            format!("{settles} 发出后断线，原样重发：只结算一次"),
            format!("{settles}, the line closed before the answer, sent again: settled once"),
        );
        all.push(check(format!("SILENCE-{settles}-REPEAT"), CLAUSE, words, move |bench| {
            let (mut case, _) = ready(bench, settles)?;
            let draft = case.draft(settles);
            case.desk.send_and_leave(&draft)?;
            bench.line.hang_up();
            let (one, other) = (patiently(&mut case, &draft)?, case.send(&draft)?);
            done(&one)?;
            done(&case.ask(undoes)?)?;
            refused(&case.ask(undoes)?, &[])?;
            one_answer("setlinfo.setl_id", &one, &other)
        }));
        let words = (
            format!("{settles} 发出后断线，2601 撤销：没有动账，原报文不再生效"),
            format!(
                "{settles}, the line closed before the answer, undone by 2601: nothing stays, and it does nothing later"
            ),
        );
        all.push(check(format!("SILENCE-{settles}-UNDO"), "2601", words, move |bench| {
            let mut case = with_money(bench, settles)?;
            done(&case.ask("1101")?)?;
            let before = case.balance();
            let draft = case.draft(settles);
            case.desk.send_and_leave(&draft)?;
            bench.line.hang_up();
            case.say_that("omsgid", &draft.msgid);
            case.say_that("oinfno", settles);
            let undoing = case.draft("2601");
            done(&patiently(&mut case, &undoing)?)?;
            // What was undone before it came is refused; what was settled and undone keeps its first answer.
            let late = case.desk.send(&draft)?;
            done(&case.ask("1101")?)?;
            holds(case.balance() == before, "本人余额变了", "the balance is another")?;
            holds(late.is_done() || late.infcode() == "-1", "没有回执", "there is no answer")
        }));
    }
    all
}

/// Somebody with money of his own, so that what stays would be seen.
fn with_money<'l>(bench: &Bench<'l>, settles: &str) -> Result<Case<'l>, Stop> {
    let who = if bench.world.patient(Expect::OwnThenAid).is_some() { Expect::OwnThenAid } else { bench.anybody() };
    let mut case = match settles {
        "2102" => bench.purchase(who, "15.00")?,
        "2304" => bench.stay(who, "615.00")?,
        _ => bench.visit(who, "15.00")?,
    };
    case.say_that("flag", "1");
    Ok(case)
}

fn of_thrice() -> Vec<Check> {
    let words = ("结算重发五次：只动一次账", "a settlement sent five times moves money once");
    let five = check("REPEAT-2207-FIVE", CLAUSE, words, |bench| {
        let mut case = with_money(bench, "2207")?;
        done(&case.ask("1101")?)?;
        let draft = case.draft("2207");
        done(&case.send(&draft)?)?;
        let after = case.balance();
        for _ in 0..4 {
            done(&case.send(&draft)?)?;
        }
        done(&case.ask("1101")?)?;
        let now = case.balance();
        done(&case.ask("2208")?)?;
        holds(now == after, "本人余额又变了", "the balance is another")
    });
    let words = ("撤销后重发原结算：不再动账", "the settlement sent again after it was undone moves nothing");
    let undone = check("REPEAT-2207-UNDONE", CLAUSE, words, |bench| {
        let mut case = with_money(bench, "2207")?;
        done(&case.ask("1101")?)?;
        let before = case.balance();
        let draft = case.draft("2207");
        done(&case.send(&draft)?)?;
        done(&case.ask("2208")?)?;
        case.desk.send(&draft)?;
        done(&case.ask("1101")?)?;
        holds(case.balance() == before, "本人余额变了", "the balance is another")
    });
    let words = ("2601 重发：照办", "2601 again: done");
    let by_message = check("REPEAT-2601", "2601", words, |bench| {
        let mut case = bench.visit(bench.anybody(), "15.00")?;
        done(&case.ask("2207")?)?;
        let draft = case.draft("2601");
        done(&case.send(&draft)?)?;
        done(&case.send(&draft)?)
    });
    let words = ("查询不因重发而变", "an enquiry again says the same");
    let enquiry = check("REPEAT-1101", CLAUSE, words, |bench| {
        let (case, draft) = super::bench::enquiry(bench)?;
        let (one, other) = (case.desk.send(&draft)?, case.desk.send(&draft)?);
        done(&one)?;
        holds(one.output == other.output, "两次回执不同", "the two answers differ")
    });
    vec![five, undone, by_message, enquiry]
}

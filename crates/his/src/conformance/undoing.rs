//! Undoing: a settlement by its number (2208, 2103, 2305), and by the message that made it (2601).

use gongji_wire::Value;

use super::bench::{Bench, Scene, done, holds, nothing, refused, same};
use super::{Check, Stop, Went, check};
use crate::desk::Heard;
use crate::edit::{at, words_at};
use crate::judge;
use crate::profile::Expect;
use crate::script::Case;

/// A settlement and what undoes it.
#[derive(Clone, Copy)]
struct Pair {
    settles: &'static str,
    undoes: &'static str,
    price: &'static str,
}

/// What holds of a pair.
struct Row {
    id: &'static str,
    clause: &'static str,
    zh: &'static str,
    en: &'static str,
    look: fn(&Bench<'_>, Pair) -> Went,
}

const PAIRS: &[Pair] = &[
    Pair { settles: "2207", undoes: "2208", price: "45.00" },
    Pair { settles: "2102", undoes: "2103", price: "33.00" },
    Pair { settles: "2304", undoes: "2305", price: "650.00" },
];

impl Pair {
    /// A bill of somebody that is ready to be settled.
    fn ready<'l>(self, bench: &Bench<'l>, expect: Expect) -> Result<Case<'l>, Stop> {
        match self.settles {
            "2102" => bench.purchase(expect, self.price),
            "2304" => bench.stay(expect, self.price),
            _ => bench.visit(expect, self.price),
        }
    }

    /// One that is settled.
    fn scene(self) -> Scene {
        match self.settles {
            "2102" => Scene::Bought,
            "2304" => Scene::SettledStay,
            _ => Scene::Settled,
        }
    }
}

/// A bill that a relative pays, settled and undone; then looked at.
fn settled(bench: &Bench<'_>, pair: Pair, look: &dyn Fn(&mut Case<'_>, &Heard, &Heard) -> Went) -> Went {
    let mut case = pair.ready(bench, Expect::Aid)?;
    case.say_that("flag", "1");
    let heard = case.ask(pair.settles)?;
    done(&heard)?;
    let undone = case.ask(pair.undoes)?;
    done(&undone)?;
    look(&mut case, &heard, &undone)
}

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let mut all = Vec::new();
    for pair in PAIRS {
        all.extend(UNDOINGS.iter().map(|row| {
            let words = (format!("{} {}", pair.undoes, row.zh), format!("{}: {}", pair.undoes, row.en));
            check(format!("UNDO-{}-{}", pair.undoes, row.id), row.clause, words, |bench| (row.look)(bench, *pair))
        }));
        all.extend(BY_MESSAGE.iter().map(|row| {
            let words = (format!("2601 {}：{}", pair.settles, row.zh), format!("2601 of {}: {}", pair.settles, row.en));
            check(format!("BYMSG-{}-{}", pair.settles, row.id), row.clause, words, |bench| (row.look)(bench, *pair))
        }));
    }
    all.extend(of_admission());
    let words = (
        "2208 同时回 pdn_cash_pay 和 psn_cash_pay，两者相同",
        "2208 tells pdn_cash_pay and psn_cash_pay, and they are the same",
    );
    all.push(check("UNDO-2208-CASH", "2208 pdn_cash_pay", words, |bench| {
        let told = bench.toured("2208")?;
        let of = |name: &str| words_at(&told.output, &format!("setlinfo.{name}")).to_owned();
        holds(!of("pdn_cash_pay").is_empty(), "没有 pdn_cash_pay", "no pdn_cash_pay")?;
        same("psn_cash_pay", &of("psn_cash_pay"), &of("pdn_cash_pay"))
    }));
    all
}

/// What holds of an undoing by its number.
const UNDOINGS: &[Row] = &[
    Row {
        id: "NEGATIVE",
        clause: "2208",
        zh: "各项金额是结算的负数",
        en: "all amounts are those of the settlement with a minus",
        look: |bench, pair| {
            settled(bench, pair, &|_, heard, undone| nothing(&judge::negatives(&undone.output, &heard.output)))
        },
    },
    Row {
        id: "TWICE",
        clause: "2208",
        zh: "撤销两次：第二次退回",
        en: "a second undoing is refused",
        look: |bench, pair| settled(bench, pair, &|case, _, _| refused(&case.ask(pair.undoes)?, &[])),
    },
    Row {
        id: "FLAGGED",
        clause: "5203 refd_setl_flag",
        zh: "撤销后 5203 的 refd_setl_flag 为 1",
        en: "afterwards 5203 says refd_setl_flag 1",
        look: |bench, pair| {
            settled(bench, pair, &|case, _, _| {
                let told = case.ask("5203")?;
                done(&told)?;
                same("refd_setl_flag", words_at(&told.output, "setlinfo.refd_setl_flag"), "1")
            })
        },
    },
    Row {
        id: "AGAIN",
        clause: "2207",
        zh: "撤销后可以重新结算",
        en: "afterwards the bill is settled anew",
        look: |bench, pair| {
            settled(bench, pair, &|case, _, _| {
                done(&case.ask(pair.settles)?)?;
                done(&case.ask(pair.undoes)?)
            })
        },
    },
    Row {
        id: "UNKNOWN",
        clause: "2208",
        zh: "没有的结算ID：退回，并指明",
        en: "an unknown settlement: refused, and setl_id is named",
        look: |bench, pair| {
            let mut case = bench.scene(pair.scene())?;
            refused(&case.ask_with(pair.undoes, ("data.setl_id", Some(Value::text("4711"))))?, &["setl_id"])
        },
    },
    Row {
        id: "OTHER-VISIT",
        clause: "2208",
        zh: "就诊ID不是这笔的：退回",
        en: "another visit: refused",
        look: |bench, pair| {
            let mut case = bench.scene(pair.scene())?;
            refused(
                &case.ask_with(pair.undoes, ("data.mdtrt_id", Some(Value::text("4711"))))?,
                &["setl_id", "mdtrt_id"],
            )
        },
    },
    Row {
        id: "OTHER-PERSON",
        clause: "2208",
        zh: "人员编号不是这笔的：退回",
        en: "another person: refused",
        look: |bench, pair| {
            let mut case = bench.scene(pair.scene())?;
            let other = Value::text(bench.case(Expect::Aid)?.words("psn_no"));
            refused(&case.ask_with(pair.undoes, ("data.psn_no", Some(other)))?, &["setl_id", "psn_no"])
        },
    },
    Row {
        id: "REPEAT",
        clause: "2208",
        zh: "同一报文重发：得到第一次的回执",
        en: "the same message again: the first answer",
        look: |bench, pair| {
            let mut case = pair.ready(bench, Expect::NoAid)?;
            done(&case.ask(pair.settles)?)?;
            let draft = case.draft(pair.undoes);
            let (one, other) = (case.send(&draft)?, case.send(&draft)?);
            done(&one)?;
            holds(one.output == other.output, "两次回执不同", "the two answers differ")
        },
    },
];

/// What holds of an undoing by the message.
const BY_MESSAGE: &[Row] = &[
    Row {
        id: "AFTER",
        clause: "2601",
        zh: "结算之后撤销，不能再用撤销交易撤",
        en: "after it was settled: undone, and not to be undone again",
        look: |bench, pair| {
            let mut case = pair.ready(bench, Expect::NoAid)?;
            let heard = case.ask(pair.settles)?;
            done(&heard)?;
            done(&undo(&mut case, &heard.msgid, pair.settles)?)?;
            refused(&case.ask(pair.undoes)?, &[])
        },
    },
    Row {
        id: "TWICE",
        clause: "惯例 practice",
        zh: "撤销两次：照办，不多退",
        en: "twice: done, and nothing more is given back",
        look: |bench, pair| {
            let mut case = pair.ready(bench, Expect::OwnThenAid)?;
            case.say_that("flag", "1");
            done(&case.ask("1101")?)?;
            let before = case.balance();
            let heard = case.ask(pair.settles)?;
            done(&heard)?;
            done(&undo(&mut case, &heard.msgid, pair.settles)?)?;
            done(&undo(&mut case, &heard.msgid, pair.settles)?)?;
            done(&case.ask("1101")?)?;
            holds(case.balance() == before, "本人余额变了", "the balance is another")
        },
    },
    Row {
        id: "BEFORE",
        clause: "惯例 practice",
        zh: "先到的撤销使后到的结算无效",
        en: "before it comes: it does nothing when it comes",
        look: |bench, pair| {
            let mut case = pair.ready(bench, Expect::NoAid)?;
            let draft = case.draft(pair.settles);
            done(&undo(&mut case, &draft.msgid, pair.settles)?)?;
            refused(&case.send(&draft)?, &[])?;
            // Under another number it is settled as if nothing had been.
            done(&case.ask(pair.settles)?)?;
            done(&case.ask(pair.undoes)?)
        },
    },
    Row {
        id: "UNKNOWN",
        clause: "惯例 practice",
        zh: "从未到达的报文：照办",
        en: "a message that never came: done",
        look: |bench, pair| {
            let mut case = bench.case(bench.anybody())?;
            let msgid = case.desk.msgid();
            done(&undo(&mut case, &msgid, pair.settles)?)
        },
    },
    Row {
        id: "OTHER-PERSON",
        clause: "2601",
        zh: "不是这个人的报文：不能撤",
        en: "a message about somebody else: it stays",
        look: |bench, pair| {
            let mut case = pair.ready(bench, Expect::NoAid)?;
            let heard = case.ask(pair.settles)?;
            done(&heard)?;
            let own = case.words("psn_no").to_owned();
            case.say_that("psn_no", bench.case(Expect::Aid)?.words("psn_no"));
            let told = undo(&mut case, &heard.msgid, pair.settles)?;
            case.say_that("psn_no", &own);
            let kept = case.ask("5203")?;
            let undone = case.ask(pair.undoes)?;
            holds(words_at(&kept.output, "setlinfo.refd_setl_flag") == "0", "别人的结算被撤了", "it was undone")?;
            done(&undone)?;
            holds(!told.is_done(), "应退回", "it should be refused")
        },
    },
    Row {
        id: "REST",
        clause: "2601",
        zh: "没有输出",
        en: "it has no output",
        look: |bench, pair| {
            let mut case = bench.case(bench.anybody())?;
            let msgid = case.desk.msgid();
            let told = undo(&mut case, &msgid, pair.settles)?;
            done(&told)?;
            holds(at(&told.output, "setlinfo").is_none(), "2601 没有输出节点", "2601 has no node")
        },
    },
];

/// 2601 of the message that a case sent last, or of another.
fn undo(case: &mut Case<'_>, msgid: &str, infno: &str) -> Result<Heard, Stop> {
    case.say_that("omsgid", msgid);
    case.say_that("oinfno", infno);
    Ok(case.ask("2601")?)
}

fn of_admission() -> Vec<Check> {
    type Act = fn(&Bench<'_>) -> Went;
    let rows: [(&str, &str, &str, Act); 3] = [
        ("AFTER", "入院之后撤销：不在院", "after the admission: he is not in", |bench| {
            let mut case = bench.case(bench.anybody())?;
            case.say_that("med_type", "2101");
            let heard = case.ask("2401")?;
            done(&heard)?;
            done(&undo(&mut case, &heard.msgid, "2401")?)?;
            case.lines = vec![bench.item(1, "5.00", "1")];
            refused(&case.ask("2301")?, &["mdtrt_id"])
        }),
        ("TWICE", "撤销两次：照办", "twice: done", |bench| {
            let mut case = bench.case(bench.anybody())?;
            case.say_that("med_type", "2101");
            let heard = case.ask("2401")?;
            done(&heard)?;
            done(&undo(&mut case, &heard.msgid, "2401")?)?;
            done(&undo(&mut case, &heard.msgid, "2401")?)
        }),
        ("SETTLED", "已结算的住院：退回", "a stay that is settled: refused", |bench| {
            let mut case = bench.case(bench.anybody())?;
            case.say_that("med_type", "2101");
            case.say_that("flag", "0");
            let heard = case.ask("2401")?;
            done(&heard)?;
            case.lines = vec![bench.item(1, "650.00", "1")];
            done(&case.ask("2301")?)?;
            done(&case.ask("2304")?)?;
            let told = undo(&mut case, &heard.msgid, "2401")?;
            done(&case.ask("2305")?)?;
            refused(&told, &[])
        }),
    ];
    rows.into_iter()
        .map(|(id, zh, en, act)| {
            check(format!("BYMSG-2401-{id}"), "2601", (format!("2601 2401：{zh}"), format!("2601 of 2401: {en}")), act)
        })
        .collect()
}

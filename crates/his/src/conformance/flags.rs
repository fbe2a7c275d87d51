//! Whose money: the flag of accounts, previews and settlements that agree, and what is told of relatives.

use gongji_wire::Value;
use gongji_words::Fen;

use super::bench::{Bench, done, failed, holds, nothing, refused};
use super::{Check, Stop, Went, check};
use crate::desk::Heard;
use crate::edit::{at, words_at};
use crate::judge;
use crate::paid::Paid;
use crate::profile::Expect;
use crate::script::Case;

const FLAG: &str = "6.202 acct_used_flag";
const AID: &str = "2207 acct_mulaid_pay";

/// A kind of bill: what it is called, what settles and undoes it, what previews it.
#[derive(Clone, Copy)]
struct Kind {
    id: &'static str,
    zh: &'static str,
    en: &'static str,
    previews: &'static str,
    settles: &'static str,
    undoes: &'static str,
    price: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        id: "CLINIC", zh: "门诊", en: "a visit", previews: "2206", settles: "2207", undoes: "2208", price: "35.00"
    },
    Kind {
        id: "PHARMACY",
        zh: "药店",
        en: "a purchase",
        previews: "2101",
        settles: "2102",
        undoes: "2103",
        price: "28.00",
    },
    Kind { id: "STAY", zh: "住院", en: "a stay", previews: "2303", settles: "2304", undoes: "2305", price: "700.00" },
];

/// What a bill of somebody comes to with a flag: settled, looked at, and undone.
fn settled<T>(
    bench: &Bench<'_>,
    (kind, expect, flag): (Kind, Expect, Option<&str>),
    look: impl FnOnce(&mut Case<'_>, &Heard, &Heard) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let mut case = match kind.id {
        "CLINIC" => bench.visit(expect, kind.price)?,
        "STAY" => bench.stay(expect, kind.price)?,
        _ => bench.purchase(expect, kind.price)?,
    };
    let node = if kind.id == "PHARMACY" { "druginfo" } else { "data" };
    let place = format!("{node}.acct_used_flag");
    let flag = flag.map(Value::text);
    done(&case.ask("1101")?)?;
    let before = case.words("balance").to_owned();
    case.say_that("before", &before);
    let preview = case.ask_with(kind.previews, (&place, flag.clone()))?;
    done(&preview)?;
    let heard = case.ask_with(kind.settles, (&place, flag))?;
    done(&heard)?;
    let looked = look(&mut case, &preview, &heard);
    done(&case.ask(kind.undoes)?)?;
    looked
}

fn paid(heard: &Heard) -> Result<Paid, Stop> {
    Paid::of(&heard.output).ok_or_else(|| Stop::Failed("没有 setlinfo there is no setlinfo".to_owned()))
}

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let mut all = Vec::new();
    for kind in KINDS {
        all.extend(of_flags(*kind));
        all.extend(of_aid(*kind));
    }
    all.extend(of_privacy());
    all
}

fn of_flags(kind: Kind) -> Vec<Check> {
    let rows: [(&str, Option<&str>, &str, &str, bool); 5] = [
        ("0", Some("0"), "0 不用账户：acct_pay 为 0", "0: no account, acct_pay is 0", false),
        ("1", Some("1"), "1：办成", "1: done", true),
        ("2", Some("2"), "2 用共济：家庭共济付款", "2: a relative pays", true),
        ("ABSENT", None, "不填：办成", "absent: done", true),
        ("EMPTY", Some(""), "为空：办成", "empty: done", true),
    ];
    let mut all: Vec<Check> = rows
        .into_iter()
        .map(|(id, flag, zh, en, uses)| {
            let words = (format!("{} acct_used_flag {zh}", kind.zh), format!("{}: acct_used_flag {en}", kind.en));
            check(format!("FLAG-{}-{id}", kind.id), FLAG, words, move |bench| {
                settled(bench, (kind, Expect::Aid, flag), |_, _, heard| {
                    let paid = paid(heard)?;
                    let account = paid.own.plus(paid.aid);
                    holds(uses || account.is_zero(), "不用账户却付了", "an account paid all the same")?;
                    let asked = flag == Some("2");
                    holds(!asked || paid.aid.is_positive(), "没有用上家庭共济", "no relative paid")
                })
            })
        })
        .collect();
    let words = (format!("{} acct_used_flag 7：退回", kind.zh), format!("{}: acct_used_flag 7 is refused", kind.en));
    all.push(check(format!("FLAG-{}-7", kind.id), FLAG, words, move |bench| {
        let mut case = match kind.id {
            "CLINIC" => bench.scene(super::bench::Scene::Open)?,
            "STAY" => bench.scene(super::bench::Scene::Stay)?,
            _ => bench.scene(super::bench::Scene::Purchase)?,
        };
        case.say_that("flag", "7");
        refused(&case.ask(kind.settles)?, &["acct_used_flag"])
    }));
    all
}

/// What holds of a bill that a relative pays, in words and as a look at its answers.
type Look = fn(&mut Case<'_>, &Heard, &Heard) -> Went;

fn of_aid(kind: Kind) -> Vec<Check> {
    let rows: [(&str, Expect, &str, &str, Look); 7] = [
        (
            "PAID",
            Expect::Aid,
            "家庭共济付了，写在 acct_mulaid_pay",
            "a relative paid, told in acct_mulaid_pay",
            |_, _, heard| holds(paid(heard)?.aid.is_positive(), "acct_mulaid_pay 为 0", "acct_mulaid_pay is 0"),
        ),
        (
            "APART",
            Expect::Aid,
            "家庭共济不并入本人账户，也不在 acct_pay 之外",
            "aid is neither merged into the own account nor beside it",
            |case, _, heard| apart(case, heard),
        ),
        (
            "OWN-FIRST",
            Expect::OwnThenAid,
            "本人账户先付，其余由家庭共济付",
            "the own account pays first, a relative the rest",
            |_, _, heard| {
                let paid = paid(heard)?;
                holds(paid.own.is_positive(), "本人账户有钱却没有付", "the own account has money and did not pay")
            },
        ),
        (
            "OWN-APART",
            Expect::OwnThenAid,
            "本人付的和家庭共济付的分得清",
            "what he paid himself is told from what relatives paid",
            |case, _, heard| apart(case, heard),
        ),
        (
            "DENIED",
            Expect::NoAid,
            "没有共济人：办成，acct_mulaid_pay 为 0",
            "nobody pays for him: done, acct_mulaid_pay is 0",
            |_, _, heard| {
                let paid = paid(heard)?;
                holds(paid.aid.is_zero() && paid.own.is_zero(), "没有共济人却付了", "somebody paid for him")
            },
        ),
        (
            "PREVIEW",
            Expect::Aid,
            "预结算与结算金额一致",
            "preview and settlement agree to the fen",
            |_, preview, heard| nothing(&judge::same_amounts(&preview.output, &heard.output)),
        ),
        (
            "MSGID",
            Expect::NoAid,
            "medins_setl_id 是本条报文的 msgid",
            "medins_setl_id is the number of the message",
            |_, _, heard| {
                super::bench::same("medins_setl_id", words_at(&heard.output, "setlinfo.medins_setl_id"), &heard.msgid)
            },
        ),
    ];
    rows.into_iter()
        .map(|(id, expect, zh, en, look)| {
            let words = (format!("{}：{zh}", kind.zh), format!("{}: {en}", kind.en));
            check(format!("AID-{}-{id}", kind.id), AID, words, move |bench| {
                settled(bench, (kind, expect, Some("2")), look)
            })
        })
        .collect()
}

/// What came from the own account was there, and the balance is what is left of it.
fn apart(case: &mut Case<'_>, heard: &Heard) -> Went {
    let before = gongji_wire::number::amount(case.words("before"));
    let before = before.map_err(|_| Stop::Failed("1101 没有回余额 1101 tells no balance".to_owned()))?;
    nothing(&judge::against_balance(&heard.output, before))
}

fn of_privacy() -> Vec<Check> {
    let mut all = Vec::new();
    let words = ("1101 只回本人余额", "1101 tells the patient's own balance and nobody else's");
    all.push(check("AID-BALANCE-1101", "1101 balc", words, |bench| {
        let case = bench.fresh(bench.hospital()?, bench.patient(Expect::Aid)?)?;
        holds(case.balance() == Fen::ZERO, "本人没有钱，却回了余额", "he has nothing, and a balance is told")
    }));
    let words = ("共济付款后 1101 的余额不变", "after a relative paid, 1101 tells the same balance");
    all.push(check("AID-BALANCE-AFTER", "1101 balc", words, |bench| {
        settled(bench, (KINDS[0], Expect::Aid, Some("2")), |case, _, _| {
            let before = case.balance();
            done(&case.ask("1101")?)?;
            holds(case.balance() == before, "余额变了", "the balance is another")
        })
    }));
    let words = ("撤销后 1101 的余额恢复", "after an undoing 1101 tells the balance from before");
    all.push(check("AID-BALANCE-UNDONE", "2208", words, |bench| {
        let patient = bench.patient(Expect::OwnThenAid)?;
        let before = bench.fresh(bench.hospital()?, patient)?.balance();
        settled(bench, (KINDS[0], Expect::OwnThenAid, Some("2")), |_, _, _| Ok(()))?;
        let after = bench.fresh(bench.hospital()?, patient)?.balance();
        holds(before == after, "余额没有恢复", "the balance is not what it was")
    }));
    let words = (
        "结算的账户行 310200 是 acct_pay 全部，没有共济人的行",
        "one row 310200 with all of acct_pay, and none of a sponsor",
    );
    all.push(check("AID-ROWS", "2207 setldetail", words, |bench| {
        settled(bench, (KINDS[0], Expect::Aid, Some("2")), |_, _, heard| {
            let rows = at(&heard.output, "setldetail").and_then(Value::as_list).unwrap_or_default();
            let count = rows.iter().filter(|row| words_at(row, "fund_pay_type") == "310200").count();
            if count <= 1 { Ok(()) } else { failed("账户行不止一行 more than one row of accounts") }
        })
    }));
    let words = ("没有共济时的提示不写是谁", "a hint about aid that was denied names nobody");
    all.push(check("AID-HINT", "warn_msg", words, |bench| {
        settled(bench, (KINDS[0], Expect::NoAid, Some("2")), |_, _, heard| {
            let length = heard.warning().chars().count();
            holds(length <= 200, "warn_msg 超过 200 个字符", "warn_msg has more than 200 characters")
        })
    }));
    all
}

//! Visits in order and out of order, enquiries, filings.

use gongji_wire::Value;

use super::bench::{Bench, Scene, done, failed, holds, refused, same};
use super::{Check, Went, check};
use crate::edit::{at, words_at};
use crate::profile::Expect;
use crate::script::Case;
use crate::station::Kind;

fn one(id: &str, clause: &'static str, words: (&str, &str), act: fn(&Bench<'_>) -> Went) -> Check {
    check(format!("VISIT-{id}"), clause, words, act)
}

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let mut all = of_registration();
    all.extend(of_stays());
    all.extend(of_settling());
    all.extend(of_enquiries());
    all.extend(of_answers());
    all.extend(of_filings());
    all.extend(of_other_provinces());
    all
}

fn of_registration() -> Vec<Check> {
    vec![
        one(
            "DESCRIBE-AGAIN",
            "2203",
            ("就诊信息可以再传，以后传的为准", "2203 again: what came last holds"),
            |bench| {
                let mut case = bench.scene(Scene::Open)?;
                done(&case.ask("2203")?)?;
                done(&case.ask_with("2203", ("diseinfo.0.diag_name", Some(Value::text("支气管炎"))))?)?;
                let told = case.ask("5202")?;
                same("diag_name", words_at(&told.output, "diseinfo.0.diag_name"), "支气管炎")
            },
        ),
        one(
            "CANCELLED",
            "2202",
            ("撤销的就诊不能再传明细", "a visit that was cancelled takes no lines"),
            |bench| {
                let mut case = bench.visit(bench.anybody(), "5.00")?;
                done(&case.ask("2202")?)?;
                case.lines = vec![bench.item(2, "5.00", "1")];
                refused(&case.ask("2204")?, &["mdtrt_id"])
            },
        ),
        one("CANCEL-AGAIN", "2202", ("撤销两次：照办", "cancelled twice: done"), |bench| {
            let mut case = bench.visit(bench.anybody(), "5.00")?;
            done(&case.ask("2202")?)?;
            done(&case.ask("2202")?)
        }),
        one(
            "CANCEL-SETTLED",
            "2202",
            ("已结算的就诊不能撤销", "a visit that is settled is not cancelled"),
            |bench| refused(&bench.scene(Scene::Settled)?.ask("2202")?, &[]),
        ),
        one("OTHERS", "2204", ("就诊ID是别人的：退回", "the visit of somebody else: refused"), |bench| {
            let mut case = bench.scene(Scene::Open)?;
            let other = bench.case(Expect::Aid)?;
            let number = Value::text(other.words("psn_no"));
            refused(&case.ask_with("2206", ("data.psn_no", Some(number)))?, &["mdtrt_id", "psn_no"])
        }),
        one(
            "OTHER-PLACE",
            "2204",
            ("就诊是别家机构的：退回", "the visit of another institution: refused"),
            |bench| {
                let open = bench.scene(Scene::Open)?;
                let mut case = open.clone();
                case.desk = bench.desk(Kind::Pharmacy, None)?;
                refused(&case.ask("2206")?, &["mdtrt_id"])
            },
        ),
        one(
            "CERTIFICATE-OTHERS",
            "2201",
            ("出示的证件不是本人的：退回", "the certificate of somebody else: refused"),
            |bench| {
                let mut case = bench.case(bench.anybody())?;
                let other = bench.patient(Expect::OwnThenAid)?.certificate.clone();
                case.say_that("cert_no", &other);
                case.say_that("certno", &other);
                refused(&case.ask("2201")?, &[])
            },
        ),
    ]
}

fn of_stays() -> Vec<Check> {
    vec![
        one(
            "STAY-IN",
            "5303",
            ("入院后在院查询有，出院后没有", "a stay is found among those in hospital until it ends"),
            |bench| {
                let mut case = bench.stay(bench.anybody(), "700.00")?;
                holds(is_in(&mut case)?, "在院查询没有他", "he is not among those in hospital")?;
                done(&case.ask("2402")?)?;
                holds(!is_in(&mut case)?, "出院后仍在院", "he is still there")?;
                done(&case.ask("2405")?)?;
                holds(is_in(&mut case)?, "出院撤销后不在院", "2405 did not bring him back")?;
                done(&case.ask("2404")?)
            },
        ),
        one("STAY-DISCHARGED-AGAIN", "2402", ("出院登记两次：照办", "2402 twice: done"), |bench| {
            let mut case = bench.stay(bench.anybody(), "700.00")?;
            let draft = case.draft("2402");
            done(&case.send(&draft)?)?;
            let again = case.send(&draft)?;
            case.ask("2404")?;
            done(&again)
        }),
        one(
            "STAY-CANCEL-SETTLED",
            "2404",
            ("已结算的住院不能撤销入院", "an admission that is settled is not cancelled"),
            |bench| refused(&bench.scene(Scene::SettledStay)?.ask("2404")?, &[]),
        ),
        one(
            "STAY-READMIT-SETTLED",
            "2405",
            ("已结算的住院不能撤销出院", "a discharge that is settled is not undone"),
            |bench| refused(&bench.scene(Scene::SettledStay)?.ask("2405")?, &[]),
        ),
        one(
            "STAY-WITHDRAW-ONE",
            "2302",
            ("2302 只撤一行，其余结算", "2302 takes one line, the rest is settled"),
            |bench| {
                let mut case = bench.stay(bench.anybody(), "700.00")?;
                let rest = case.lines.clone();
                case.lines = vec![bench.item(2, "11.00", "1")];
                done(&case.ask("2301")?)?;
                case.say_that("line_no", "2");
                done(&case.ask("2302")?)?;
                case.lines = rest;
                let told = case.ask("2303")?;
                case.ask("2404")?;
                done(&told)?;
                same("medfee_sumamt", words_at(&told.output, "setlinfo.medfee_sumamt"), "700.00")
            },
        ),
        one("STAY-ALL", "2302", ("2302 流水号 0000 撤回全部", "2302 with 0000 withdraws all"), |bench| {
            let mut case = bench.stay(bench.anybody(), "700.00")?;
            done(&case.ask("2302")?)?;
            let told = case.ask("2303")?;
            case.ask("2404")?;
            refused(&told, &[])
        }),
    ]
}

fn is_in(case: &mut Case<'_>) -> Result<bool, super::Stop> {
    let told = case.ask("5303")?;
    done(&told)?;
    let rows = told.output.as_list().unwrap_or_default();
    Ok(rows.iter().any(|row| words_at(row, "mdtrt_id") == case.words("mdtrt_id")))
}

fn of_settling() -> Vec<Check> {
    let mut all = Vec::new();
    for (infno, scene) in [("2207", Scene::Settled), ("2304", Scene::SettledStay)] {
        let words =
            (format!("{infno} 换个 msgid 再结一次：退回"), format!("{infno} again under another number: refused"));
        all.push(check(format!("VISIT-TWICE-{infno}"), "2207", words, move |bench| {
            refused(&bench.scene(scene)?.ask(infno)?, &[])
        }));
    }
    for (infno, scene, kind) in
        [("2206", Scene::Open, "门诊"), ("2303", Scene::Stay, "住院"), ("2101", Scene::Purchase, "药店")]
    {
        let words =
            (format!("{kind}预结算两次，金额相同，没有动账"), format!("{infno} twice: the same, and nothing moved"));
        all.push(check(format!("VISIT-PREVIEW-{infno}"), infno, words, move |bench| {
            let mut case = bench.scene(scene)?;
            let (one, other) = (case.ask(infno)?, case.ask(infno)?);
            done(&one)?;
            done(&other)?;
            super::bench::nothing(&crate::judge::same_amounts(&one.output, &other.output))
        }));
    }
    all.push(one(
        "SPLITS-EMPTY",
        "2207",
        ("2207 四项拆分为空：照办", "2207 with its four parts empty: done"),
        |bench| {
            let mut case = bench.visit(bench.anybody(), "6.00")?;
            for part in ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"] {
                case.say_that(part, "");
            }
            let told = case.ask("2207")?;
            case.ask("2208")?;
            done(&told)
        },
    ));
    all.push(one("EMERGENCY", "2207", ("急诊 med_type 13：办成", "an emergency, med_type 13: done"), |bench| {
        let mut case = bench.visit(bench.anybody(), "6.00")?;
        case.say_that("med_type", "13");
        let told = case.ask("2207")?;
        case.ask("2208")?;
        done(&told)?;
        same("clr_type", words_at(&told.output, "setlinfo.clr_type"), "13")
    }));
    all.push(one(
        "UNINSURED",
        "2206",
        ("没有参保的人：退回", "somebody who is not insured: refused"),
        |bench| {
            let mut case = bench.fresh(bench.hospital()?, bench.patient(Expect::Uninsured)?)?;
            case.say_that("insutype", "390");
            done(&case.ask("2201")?)?;
            case.lines = vec![bench.item(1, "6.00", "1")];
            done(&case.ask("2204")?)?;
            refused(&case.ask("2206")?, &[])
        },
    ));
    all
}

fn of_enquiries() -> Vec<Check> {
    vec![
        one("5201", "5201", ("5201 有这次就诊", "5201 has the visit"), |bench| {
            let mut case = bench.scene(Scene::Open)?;
            let told = case.ask("5201")?;
            done(&told)?;
            let rows = at(&told.output, "mdtrtinfo").and_then(Value::as_list).unwrap_or_default();
            same("mdtrtinfo", &rows.len().to_string(), "1")
        }),
        one("5201-NONE", "5201", ("5201 没有的就诊：空数组", "5201 of no visit: an empty list"), |bench| {
            let mut case = bench.scene(Scene::Open)?;
            let told = case.ask_with("5201", ("data.mdtrt_id", Some(Value::text("1"))))?;
            done(&told)?;
            let rows = at(&told.output, "mdtrtinfo").and_then(Value::as_list);
            holds(rows.is_some_and(<[Value]>::is_empty), "应为 []", "it must be []")
        }),
        one("5203", "5203", ("5203 与结算回执一致", "5203 says what 2207 said"), |bench| {
            let mut case = bench.visit(bench.anybody(), "6.00")?;
            let settled = case.ask("2207")?;
            done(&settled)?;
            let told = case.ask("5203")?;
            case.ask("2208")?;
            done(&told)?;
            super::bench::nothing(&crate::judge::same_amounts(&told.output, &settled.output))?;
            same("refd_setl_flag", words_at(&told.output, "setlinfo.refd_setl_flag"), "0")
        }),
        one("5204", "5204", ("5204 明细合计等于总额", "the lines of 5204 come to the whole"), |bench| {
            let mut case = bench.scene(Scene::Settled)?;
            let told = case.ask("5204")?;
            done(&told)?;
            let rows = told.output.as_list().unwrap_or_default();
            let sum = rows.iter().filter_map(|row| crate::edit::fen_at(row, "det_item_fee_sumamt"));
            same("det_item_fee_sumamt", &gongji_words::Fen::sum(sum).to_string(), "60.00")
        }),
        one(
            "5204-OTHERS",
            "5204",
            ("别人的结算查不到", "a settlement of somebody else is not found"),
            |bench| {
                let mut case = bench.scene(Scene::Settled)?;
                let other = bench.case(Expect::Aid)?;
                let number = Value::text(other.words("psn_no"));
                refused(&case.ask_with("5203", ("data.psn_no", Some(number)))?, &["setl_id"])
            },
        ),
    ]
}

/// Enquiries about sums, the institution, entitlement, and signing in.
fn of_answers() -> Vec<Check> {
    vec![
        one("5206", "5206", ("5206 累计随结算增加", "the sums of 5206 grow by what is settled"), grows),
        one("1201", "1201", ("1201 回本机构", "1201 tells the institution itself"), |bench| {
            let mut case = bench.case(bench.anybody())?;
            let told = case.ask("1201")?;
            done(&told)?;
            let code = case.desk.station.code.clone();
            same("fixmedins_code", words_at(&told.output, "medinsinfo.fixmedins_code"), &code)
        }),
        one("2001", "2001", ("2001 回待遇享受标志", "2001 says whether insurance pays"), |bench| {
            let mut case = bench.case(bench.anybody())?;
            let told = case.ask("2001")?;
            done(&told)?;
            same("trt_enjymnt_flag", words_at(&told.output, "trtinfo.0.trt_enjymnt_flag"), "1")
        }),
        one("9001", "9001", ("9001 重发得到同一签到编号", "9001 again gets the same number"), |bench| {
            let mut case = bench.case(bench.anybody())?;
            let draft = case.draft("9001");
            let (one, other) = (case.send(&draft)?, case.send(&draft)?);
            let number = |heard: &crate::Heard| words_at(&heard.output, "signinoutb.sign_no").to_owned();
            same("sign_no", &number(&other), &number(&one))
        }),
        one("9002", "9002", ("9002 两种节点名都回", "9002 answers under both names of its node"), |bench| {
            let told = bench.toured("9002")?;
            let time = |node: &str| words_at(&told.output, &format!("{node}.sign_time")).to_owned();
            holds(!time("sign_time").is_empty(), "没有节点 sign_time", "no node sign_time")?;
            same("signoutoutb", &time("signoutoutb"), &time("sign_time"))
        }),
    ]
}

fn grows(bench: &Bench<'_>) -> Went {
    let mut case = bench.visit(bench.anybody(), "300.00")?;
    let sum = |heard: &crate::Heard| {
        let rows = at(&heard.output, "cuminfo").and_then(Value::as_list).unwrap_or_default();
        gongji_words::Fen::sum(rows.iter().filter_map(|row| crate::edit::fen_at(row, "cum")))
    };
    let before = case.ask("5206")?;
    done(&before)?;
    done(&case.ask("2207")?)?;
    let after = case.ask("5206")?;
    done(&case.ask("2208")?)?;
    let undone = case.ask("5206")?;
    holds(sum(&after) > sum(&before), "累计没有增加", "the sums did not grow")?;
    same("cum", &sum(&undone).to_string(), &sum(&before).to_string())
}

fn of_filings() -> Vec<Check> {
    let mut all = Vec::new();
    for (files, withdraws) in [("2501", "2502"), ("2503", "2504"), ("2505", "2506")] {
        let words = (
            format!("{files} 备案，{withdraws} 撤销，再撤照办"),
            format!("{files} is filed, {withdraws} withdraws it, twice is done"),
        );
        all.push(check(format!("VISIT-FILE-{files}"), files, words, move |bench| {
            let mut case = bench.case(bench.anybody())?;
            done(&case.ask(files)?)?;
            done(&case.ask(withdraws)?)?;
            done(&case.ask(withdraws)?)
        }));
        let words =
            (format!("{withdraws} 撤销别人的备案：退回"), format!("{withdraws} of somebody else's filing: refused"));
        all.push(check(format!("VISIT-FILE-{withdraws}-OTHERS"), withdraws, words, move |bench| {
            let mut case = bench.case(bench.anybody())?;
            done(&case.ask(files)?)?;
            let other = Value::text(bench.case(Expect::Aid)?.words("psn_no"));
            let told = case.ask_with(withdraws, ("data.psn_no", Some(other)))?;
            done(&case.ask(withdraws)?)?;
            refused(&told, &["trt_dcla_detl_sn"])
        }));
    }
    all.push(one(
        "5304",
        "5304",
        ("5304 有备案，撤销后没有", "5304 has a referral until it is withdrawn"),
        |bench| {
            let mut case = bench.case(bench.anybody())?;
            let count = |case: &mut Case<'_>| -> Result<usize, super::Stop> {
                Ok(case.ask("5304")?.output.as_list().map_or(0, <[Value]>::len))
            };
            let before = count(&mut case)?;
            done(&case.ask("2501")?)?;
            let filed = count(&mut case)?;
            done(&case.ask("2502")?)?;
            let after = count(&mut case)?;
            if (filed, after) == (before + 1, before) { Ok(()) } else { failed("条数不对 the count is wrong") }
        },
    ));
    all
}

fn of_other_provinces() -> Vec<Check> {
    fn elsewhere<'l>(bench: &Bench<'l>) -> Result<Case<'l>, super::Stop> {
        let mut case = bench.fresh(bench.hospital()?, bench.patient(Expect::OtherProvince)?)?;
        case.say_that("flag", "0");
        done(&case.ask("2201")?)?;
        case.lines = vec![bench.item(1, "10.00", "1")];
        done(&case.ask("2204")?)?;
        Ok(case)
    }
    vec![
        one(
            "ELSEWHERE",
            "insuplc_admdvs",
            ("外省参保人：预结算、结算、撤销办成", "somebody of another province: previewed, settled, undone"),
            |bench| {
                let mut case = elsewhere(bench)?;
                done(&case.ask("2206")?)?;
                let settled = case.ask("2207")?;
                done(&settled)?;
                let undone = case.ask("2208")?;
                done(&undone)?;
                super::bench::nothing(&crate::judge::negatives(&undone.output, &settled.output))
            },
        ),
        one(
            "ELSEWHERE-BALANCE",
            "balc",
            ("外省参保人：不回余额", "somebody of another province: no balance is told"),
            |bench| {
                let mut case = elsewhere(bench)?;
                let told = case.ask("2206")?;
                done(&told)?;
                holds(words_at(&told.output, "setlinfo.balc") == "0.00", "回了余额", "a balance is told")
            },
        ),
        one(
            "ELSEWHERE-NOBODY",
            "certno",
            ("外省参保人没有证件号：退回，并指明", "without a certificate number: refused, and named"),
            |bench| {
                let patient = bench.patient(Expect::OtherProvince)?;
                let mut case = bench.fresh(bench.hospital()?, patient)?;
                for name in ["cert_no", "certno"] {
                    case.say_that(name, "");
                }
                refused(&case.ask("2201")?, &["certno"])
            },
        ),
    ]
}

//! What patients show: identity cards, codes (医保码), cards; and envelopes that are signed and sealed.
//!
//! The last check lets codes expire, which a sandbox does by moving its clock; so it comes last.

use gongji_wire::Value;

use super::bench::{Bench, done, failed, holds, not_run, refused, same};
use super::{Check, Stop, Went, check};
use crate::edit::words_at;
use crate::profile::{Expect, Patient};
use crate::script::Case;
use crate::station::Kind;

fn one(id: &str, words: (&str, &str), act: fn(&Bench<'_>) -> Went) -> Check {
    check(format!("CARD-{id}"), "7 mdtrt_cert_type", words, act)
}

/// Somebody at the hospital with a code that he has just got.
fn with_code<'l>(bench: &Bench<'l>, expect: Expect) -> Result<(Case<'l>, String), Stop> {
    let patient = bench.patient(expect)?;
    let code = bench.line.code_of(&patient.person);
    let code = code.ok_or_else(|| not_run("中心没有提供试用的医保码", "the centre gives no codes for trying"))?;
    let mut case = bench.case(expect)?;
    case.show_code(&code);
    Ok((case, code))
}

fn with_card<'l>(bench: &Bench<'l>, is_lost: bool) -> Result<(Case<'l>, &'l Patient), Stop> {
    let has = |patient: &&Patient| if is_lost { patient.lost_card.is_some() } else { patient.card.is_some() };
    let patient = bench.world.patients.iter().find(has);
    let patient = patient.ok_or_else(|| not_run("没有给出社保卡", "no card was given"))?;
    let mut case = bench.fresh(bench.hospital()?, patient)?;
    let card = if is_lost { &patient.lost_card } else { &patient.card };
    if let Some((number, sn)) = card {
        case.show_card((number, sn));
    }
    Ok((case, patient))
}

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let mut all = of_identity();
    all.extend(of_cards());
    all.extend(of_codes());
    all
}

fn of_identity() -> Vec<Check> {
    vec![
        one("02", ("02 身份证号：查到本人", "02, an identity number: himself"), |bench| {
            let patient = bench.patient(bench.anybody())?;
            let mut case = bench.fresh(bench.hospital()?, patient)?;
            let told = case.ask("1101")?;
            holds(words_at(&told.output, "baseinfo.certno") == patient.certificate, "不是本人", "it is somebody else")
        }),
        one("02-CERTNO", ("02 只填 certno：查到本人", "02 with certno alone: himself"), |bench| {
            let mut case = bench.case(bench.anybody())?;
            done(&case.ask_with("1101", ("data.mdtrt_cert_no", Some(Value::text(""))))?)
        }),
        one("02-TYPELESS", ("没有凭证类型：按身份证号查", "without a type: by identity number"), |bench| {
            let mut case = bench.case(bench.anybody())?;
            done(&case.ask_with("1101", ("data.mdtrt_cert_type", None))?)
        }),
        one("02-SMALL-X", ("身份证号末位小写 x", "an identity number that ends in a small x"), |bench| {
            let has = |patient: &&Patient| patient.certificate.ends_with('X');
            let patient = bench.world.patients.iter().find(has);
            let patient = patient.ok_or_else(|| not_run("没有末位是 X 的参保人", "nobody whose number ends in X"))?;
            let mut case = Case::of(bench.hospital()?, patient);
            let small = patient.certificate.to_ascii_lowercase();
            case.say_that("cert_no", &small);
            done(&case.ask("1101")?)
        }),
        one(
            "02-NOBODY",
            ("没有参保的证件号：退回，并指明", "a number that nobody has: refused, and named"),
            |bench| shows(bench, ("02", "170101196001010012", ""), &["certno"]),
        ),
        one("02-FORM", ("证件号码不对：退回，并指明", "what is no number: refused, and named"), |bench| {
            shows(bench, ("02", "12345", ""), &["mdtrt_cert_no"])
        }),
        one("02-DIGIT", ("校验位不对：退回", "a wrong check digit: refused"), |bench| {
            shows(bench, ("02", "170101200509010224", ""), &["mdtrt_cert_no"])
        }),
        one("NOTHING", ("什么凭证都没有：退回", "nothing shown at all: refused"), |bench| {
            let mut case = bench.case(bench.anybody())?;
            case.say_that("certno", "");
            case.say_that("cert_no", "");
            refused(&case.ask("1101")?, &["certno", "mdtrt_cert_no"])
        }),
    ]
}

/// Shown at 1101, it is refused.
fn shows(bench: &Bench<'_>, (kind, number, sn): (&str, &str, &str), words: &[&str]) -> Went {
    let mut case = bench.case(bench.anybody())?;
    for (name, text) in [("cert_type", kind), ("cert_no", number), ("card_sn", sn), ("certno", ""), ("name", "")] {
        case.say_that(name, text);
    }
    refused(&case.ask("1101")?, words)
}

fn of_cards() -> Vec<Check> {
    vec![
        one("03", ("03 社保卡：查到本人", "03, a card: its holder"), |bench| {
            let (mut case, patient) = with_card(bench, false)?;
            let told = case.ask("1101")?;
            done(&told)?;
            holds(words_at(&told.output, "baseinfo.certno") == patient.certificate, "不是本人", "it is somebody else")
        }),
        one("03-SN", ("卡识别码不符：退回，并指明", "another card_sn: refused, and named"), |bench| {
            let (mut case, _) = with_card(bench, false)?;
            case.say_that("card_sn", "WRONG");
            refused(&case.ask("1101")?, &["card_sn"])
        }),
        one("03-LOST", ("挂失的卡：退回", "a card that is reported lost: refused"), |bench| {
            let (mut case, _) = with_card(bench, true)?;
            refused(&case.ask("1101")?, &[])
        }),
        one("03-UNKNOWN", ("没有的卡：退回", "an unknown card: refused"), |bench| {
            shows(bench, ("03", "C99999999", "S"), &["mdtrt_cert_no"])
        }),
        one("03-SETTLES", ("凭卡结算：办成", "a bill with a card: settled"), |bench| {
            let (mut case, _) = with_card(bench, false)?;
            case.say_that("flag", "0");
            done(&case.ask("2201")?)?;
            case.lines = vec![bench.item(1, "8.00", "1")];
            done(&case.ask("2204")?)?;
            done(&case.ask("2207")?)?;
            done(&case.ask("2208")?)
        }),
    ]
}

fn of_codes() -> Vec<Check> {
    vec![
        one("01", ("01 医保码：查到本人", "01, a code: himself"), |bench| {
            let (mut case, _) = with_code(bench, bench.anybody())?;
            let told = case.ask("1101")?;
            done(&told)?;
            let certificate = &bench.patient(bench.anybody())?.certificate;
            holds(words_at(&told.output, "baseinfo.certno") == certificate, "不是本人", "it is somebody else")
        }),
        one("01-AGAIN", ("同一机构可以再出示", "the same institution may show it again"), |bench| {
            let (mut case, _) = with_code(bench, bench.anybody())?;
            done(&case.ask("1101")?)?;
            done(&case.ask("1101")?)
        }),
        one("01-ELSEWHERE", ("在另一家机构出示：退回", "shown at another institution: refused"), |bench| {
            let (mut case, _) = with_code(bench, bench.anybody())?;
            done(&case.ask("1101")?)?;
            case.desk = bench.desk(Kind::Pharmacy, None)?;
            case.say_that("place", &case.desk.station.code.clone());
            refused(&case.ask("1101")?, &["mdtrt_cert_no"])
        }),
        one("01-UNKNOWN", ("没有的医保码：退回", "an unknown code: refused"), |bench| {
            shows(bench, ("01", "1234567890123456789012345678", ""), &["mdtrt_cert_no"])
        }),
        one("01-EMPTY", ("医保码为空：退回，并指明", "an empty code: refused, and named"), |bench| {
            shows(bench, ("01", "", ""), &["mdtrt_cert_no"])
        }),
        one(
            "01-SPENT",
            ("结过一笔的医保码：退回，重发除外", "a code with which a bill was settled: refused, but for repeats"),
            spent,
        ),
        one("01-OTHERS", ("别人的医保码：不能结算", "the code of somebody else settles nothing"), |bench| {
            let mut case = bench.visit(bench.anybody(), "8.00")?;
            let (_, code) = with_code(bench, Expect::Aid)?;
            case.show_code(&code);
            refused(&case.ask("2207")?, &[])
        }),
        one("01-EXPIRED", ("过期的医保码：退回", "a code that has expired: refused"), |bench| {
            let (mut case, _) = with_code(bench, bench.anybody())?;
            if !bench.line.let_codes_expire() {
                return Err(not_run("中心的时钟不能拨动", "the centre's clock cannot be moved"));
            }
            refused(&case.ask("1101")?, &[])
        }),
    ]
}

fn spent(bench: &Bench<'_>) -> Went {
    let mut case = bench.visit(bench.anybody(), "8.00")?;
    let (_, code) = with_code(bench, bench.anybody())?;
    case.show_code(&code);
    let draft = case.draft("2207");
    let first = case.send(&draft)?;
    done(&first)?;
    let again = case.send(&draft)?;
    let other = case.ask("1101")?;
    done(&case.ask("2208")?)?;
    same("setl_id", words_at(&again.output, "setlinfo.setl_id"), words_at(&first.output, "setlinfo.setl_id"))?;
    refused(&other, &["mdtrt_cert_no"])
}

/// Envelopes that are signed (SM2) and sealed (SM4).
pub(super) fn of_seals() -> Vec<Check> {
    let seal = |id: &str, words: (&str, &str), act: fn(&Bench<'_>) -> Went| {
        check(format!("SEAL-{id}"), "3.A 签名与加密 signing", words, act)
    };
    vec![
        seal("ANSWER", ("回执加密，签名验得过", "the answer is sealed, and its signature is good"), |bench| {
            let (case, draft) = sealed(bench)?;
            let heard = case.desk.send(&draft)?;
            done(&heard)?;
            holds(
                heard.body.get("output").is_some_and(|output| matches!(output, Value::Text(_))),
                "output 没有加密",
                "output is not sealed",
            )?;
            same("signtype", heard.head("signtype"), "SM2")?;
            same("enc_type", heard.head("enc_type"), "SM4")
        }),
        seal(
            "UNSIGNED",
            ("没有签名：退回，并指明 cainfo", "without a signature: refused, and cainfo is named"),
            |bench| changed(bench, ("cainfo", ""), &["cainfo"]),
        ),
        seal(
            "SIGNATURE",
            ("签名不对：退回，并指明 cainfo", "a wrong signature: refused, and cainfo is named"),
            |bench| changed(bench, ("cainfo", "AAAA"), &["cainfo"]),
        ),
        seal(
            "TAMPERED",
            ("密文被改：退回，并指明 input", "a sealed text that was changed: refused, and input is named"),
            |bench| changed(bench, ("input", "QUJDREVGR0hJSktMTU5PUA=="), &["input", "cainfo"]),
        ),
        seal("NO-BASE64", ("input 不是 Base64：退回", "an input that is no Base64: refused"), |bench| {
            changed(bench, ("input", "明文"), &["input", "cainfo"])
        }),
        seal(
            "VISIT",
            ("加密报文：就诊、结算、撤销办成", "sealed: a visit is settled and undone"),
            |bench| {
                let desk = bench.desk(Kind::Hospital, Some("sealed"))?;
                let mut case = bench.fresh(desk, bench.patient(bench.anybody())?)?;
                case.say_that("flag", "0");
                case.lines = vec![bench.item(1, "8.00", "1")];
                for infno in ["2201", "2204", "2206", "2207", "2208"] {
                    done(&case.ask(infno)?)?;
                }
                Ok(())
            },
        ),
    ]
}

fn sealed<'l>(bench: &Bench<'l>) -> Result<(Case<'l>, crate::Draft), Stop> {
    let desk = bench.desk(Kind::Hospital, Some("sealed"))?;
    let case = Case::of(desk, bench.patient(bench.anybody())?);
    let draft = case.draft("1101");
    Ok((case, draft))
}

fn changed(bench: &Bench<'_>, (field, text): (&str, &str), words: &[&str]) -> Went {
    let (case, mut draft) = sealed(bench)?;
    draft.object.set(field, Value::text(text));
    let heard = case.desk.send(&draft)?;
    // The refusal may come in the clear: nothing of anybody is in it.
    drop(bench.taken());
    if heard.infcode().is_empty() {
        return failed("没有信封 there is no envelope");
    }
    refused(&heard, words)
}

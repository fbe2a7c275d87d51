use gongji_wire::value::read;
use gongji_wire::{Call, Value};
use gongji_words::Fen;

use super::*;
use crate::edit::{put, with};
use crate::line::Came;
use crate::script::digits;
use crate::station::{Kind, Station, Way};

fn station() -> Station {
    Station {
        code: "H1".to_owned(),
        name: "示例医院".to_owned(),
        area: "990100".to_owned(),
        kind: Kind::Hospital,
        path: "/".to_owned(),
        way: Way::Open,
        seal: None,
        infcode_as_text: false,
        fund_holds_account: false,
    }
}

/// A good answer of 2207: of 128.40 the fund pays 39.10, relatives 60.00 and the own account 20.00.
fn good() -> Value {
    let mut amounts = String::new();
    for table in &Call::of("2207").unwrap().output.nodes[..1] {
        for field in table.fields.iter().filter(|field| field.kind.is_amount()) {
            amounts.push_str(&format!("\"{}\":0.00,", field.name));
        }
    }
    let text = format!(
        r#"{{"setlinfo":{{{amounts}"mdtrt_id":"1","setl_id":"2","psn_no":"P9","psn_name":"甲","psn_cert_type":"01","certno":"x",
        "gend":"1","brdy":"2005-09-01","age":20,"insutype":"390","psn_type":"15","cvlserv_flag":"0","setl_time":"2026-03-10 09:00:00",
        "mdtrt_cert_type":"02","med_type":"11","medins_setl_id":"m","clr_optins":"990100","clr_way":"1","clr_type":"11",
        "pool_prop_selfpay":0}},"setldetail":[
        {{"fund_pay_type":"390100","inscp_scp_amt":120.00,"crt_payb_lmt_amt":0.00,"fund_payamt":39.10,"fund_pay_type_name":"统筹"}},
        {{"fund_pay_type":"310200","inscp_scp_amt":120.00,"crt_payb_lmt_amt":0.00,"fund_payamt":80.00,"fund_pay_type_name":"账户"}}]}}"#
    );
    let mut output = read(&text).unwrap();
    for (field, amount) in [
        ("medfee_sumamt", "128.40"),
        ("preselfpay_amt", "8.40"),
        ("inscp_scp_amt", "120.00"),
        ("act_pay_dedc", "41.80"),
        ("hifp_pay", "39.10"),
        ("fund_pay_sumamt", "39.10"),
        ("psn_part_amt", "89.30"),
        ("acct_pay", "80.00"),
        ("acct_mulaid_pay", "60.00"),
        ("psn_cash_pay", "9.30"),
        ("balc", "5.00"),
    ] {
        put(&mut output, &format!("setlinfo.{field}"), Some(digits(amount)));
    }
    output
}

fn found(output: &Value) -> Vec<&'static str> {
    let call = Call::of("2207").unwrap();
    let mut found = super::output(call, output);
    found.extend(identities(output, &station()));
    found.extend(against_balance(output, Fen::from_fen(2500)));
    found.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_good_answer_has_nothing_wrong_with_it() {
    assert_eq!(found(&good()), Vec::<&str>::new());
}

#[test]
fn each_wrong_answer_is_found_by_the_rule_that_it_breaks() {
    let of = |places: &[(&str, &str)]| {
        places
            .iter()
            .fold(good(), |output, (place, text)| with(&output, &format!("setlinfo.{place}"), Some(digits(text))))
    };
    for (output, rule) in [
        (of(&[("medfee_sumamt", "128.41")]), "identity-a"),
        (of(&[("psn_cash_pay", "9.31")]), "identity-b"),
        (of(&[("hifp_pay", "39.00")]), "identity-d"),
        (of(&[("preselfpay_amt", "8.00")]), "identity-e"),
        (of(&[("act_pay_dedc", "41.80"), ("hosp_part_amt", "1.00")]), "identity-a"),
        (of(&[("acct_pay", "20.00"), ("psn_cash_pay", "9.30")]), "aid-beside"),
        (of(&[("acct_pay", "50.00")]), "aid-beside"),
        (of(&[("acct_mulaid_pay", "0.00")]), "aid-merged"),
        (of(&[("acct_mulaid_pay", "-60.00")]), "identity-c"),
        (of(&[("balc", "940.00")]), "balance"),
        (with(&good(), "setldetail.0.fund_payamt", Some(digits("39.00"))), "identity-g"),
        (with(&good(), "setldetail.1.fund_payamt", Some(digits("20.00"))), "identity-g"),
        (with(&good(), "setldetail", None), "node"),
        (with(&good(), "setldetail", Some(read("{}").unwrap())), "node"),
        (with(&good(), "setlinfo", Some(read("[]").unwrap())), "node"),
        (with(&good(), "setlinfo.hosp_part_amt", None), "field"),
        (with(&good(), "setlinfo.hifdm_pay", None), "field"),
        (with(&good(), "setlinfo.setl_id", None), "field"),
        (with(&good(), "setlinfo.acct_mulaid_pay", Some(Value::Null)), "amount"),
        (with(&good(), "setlinfo.acct_mulaid_pay", Some(Value::text(""))), "amount"),
        (with(&good(), "setlinfo.acct_pay", Some(Value::text("80.00"))), "amount"),
        (with(&good(), "setlinfo.balc", Some(digits("5.001"))), "amount"),
        (with(&good(), "setlinfo.age", Some(digits("20.0"))), "age"),
        (with(&good(), "setlinfo.brdy", Some(Value::text(""))), "day"),
        (with(&good(), "setlinfo.brdy", Some(Value::text("2005-02-30"))), "day"),
        (with(&good(), "setlinfo.psn_no", Some(Value::Null)), "text"),
    ] {
        assert!(found(&output).contains(&rule), "{rule}: {:?}", found(&output));
    }
}

#[test]
fn aid_that_is_beside_is_told_as_that_and_not_as_a_sum() {
    let output = with(&good(), "setlinfo.acct_pay", Some(digits("20.00")));
    let rules: Vec<&str> = identities(&output, &station()).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["aid-beside", "identity-g"]);
}

#[test]
fn an_undoing_has_every_amount_with_a_minus() {
    let mut undone = good();
    for field in ["medfee_sumamt", "preselfpay_amt", "inscp_scp_amt", "act_pay_dedc", "hifp_pay", "fund_pay_sumamt"] {
        let place = format!("setlinfo.{field}");
        let minus = format!("-{}", crate::edit::words_at(&undone, &place));
        put(&mut undone, &place, Some(digits(&minus)));
    }
    let left: Vec<String> = negatives(&undone, &good()).into_iter().map(|finding| finding.zh).collect();
    assert_eq!(left.len(), 4, "personal part, account, aid and cash are as they were: {left:?}");
    assert!(!same_amounts(&undone, &good()).is_empty() && same_amounts(&good(), &good()).is_empty());
}

const FRAME: &str = r#"{"infcode":0,"inf_refmsgid":"990100202603100900000000000042","refmsg_time":"20260310090000250",
    "respond_time":"20260310090000250","err_msg":"","cainfo":"","signtype":"","output":{}}"#;

fn of_frame(status: u16, kind: &str, body: &str) -> Vec<&'static str> {
    let headers = vec![("content-type".to_owned(), kind.to_owned())];
    let came = Came { status, headers, body: body.as_bytes().to_vec() };
    frame(&came, &station()).1.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn each_fault_of_a_frame_is_found() {
    const JSON: &str = "application/json;charset=UTF-8";
    assert_eq!(of_frame(200, JSON, FRAME), Vec::<&str>::new());
    for (status, kind, body, rule) in [
        (500, JSON, FRAME.to_owned(), "status"),
        (200, "", FRAME.to_owned(), "content-type"),
        (200, "text/html", FRAME.to_owned(), "content-type"),
        (200, JSON, "<html>".to_owned(), "json"),
        (200, JSON, "[]".to_owned(), "json"),
        (200, JSON, FRAME.replace("\"infcode\":0", "\"infcode\":\"0\""), "infcode"),
        (200, JSON, FRAME.replace("\"infcode\":0", "\"infcode\":1"), "infcode"),
        (200, JSON, FRAME.replace("\"infcode\":0,", ""), "infcode"),
        (200, JSON, FRAME.replace("\"infcode\":0", "\"infcode\":-1"), "err_msg"),
        (200, JSON, FRAME.replace("\"err_msg\":\"\"", "\"err_msg\":\"成功\""), "err_msg"),
        (200, JSON, FRAME.replace("\"err_msg\":\"\"", "\"err_msg\":null"), "err_msg"),
        (200, JSON, FRAME.replace("\"respond_time\":\"2026", "\"respond_time\":\"26"), "times"),
        (200, JSON, FRAME.replace("0000000042", "42"), "inf_refmsgid"),
        (200, JSON, FRAME.replace(",\"output\":{}", ""), "output"),
        (200, JSON, FRAME.replace("\"output\":{}", "\"output\":null"), "output"),
    ] {
        assert!(of_frame(status, kind, &body).contains(&rule), "{rule}: {body}");
    }
    let text = Station { infcode_as_text: true, ..station() };
    let headers = vec![("content-type".to_owned(), JSON.to_owned())];
    let came = Came { status: 200, headers, body: FRAME.as_bytes().to_vec() };
    assert_eq!(frame(&came, &text).1.len(), 1, "text was agreed");
}

#[test]
fn an_answer_that_names_a_sponsor_is_found_wherever_it_does() {
    let names = ["李建国".to_owned(), "170101197504120111".to_owned(), String::new()];
    assert_eq!(names_nobody(FRAME.as_bytes(), &names), None);
    for named in ["\"warn_msg\":\"由李建国支付\"", "\"exp_content\":\"170101197504120111\""] {
        assert!(names_nobody(FRAME.replace("\"cainfo\":\"\"", named).as_bytes(), &names).is_some(), "{named}");
    }
}

//! The national interface as hospitals and pharmacies call it: whole visits, repeats, refusals, sums.

use gongji_domain::message::Command;
use gongji_http::Origin;
use gongji_http::infno::profile::{Profile, WhenChanged};
use gongji_words::Fen;
use serde_json::{Map, Value, json};
use std::cell::Cell;

use crate::world::{HOSPITAL, MOTHER, PHARMACY, SON, Town};

/// A path by which institutions call.
pub const PATH: &str = "/fsi/api/rsfComIfsService/callService";
const NOW: &str = "2026-03-10 09:00:00";

/// A till that speaks the interface.
pub struct His<'t> {
    pub town: &'t Town,
    pub code: &'static str,
    sent: Cell<u32>,
}

impl<'t> His<'t> {
    pub fn new(town: &'t Town, code: &'static str) -> Self {
        Self { town, code, sent: Cell::new(0) }
    }

    /// The same institution at another till, whose messages have other numbers.
    pub fn at_another_till(self) -> Self {
        self.sent.set(5_000);
        self
    }

    pub fn envelope(&self, infno: &str, msgid: &str, input: &Value) -> Value {
        json!({
            "infno": infno, "msgid": msgid, "mdtrtarea_admvs": "130100", "insuplc_admdvs": "", "recer_sys_code": "99",
            "dev_no": "", "dev_safe_info": "", "cainfo": "", "signtype": "", "infver": "1.0.0", "opter_type": "1",
            "opter": "001", "opter_name": "收费员", "inf_time": NOW, "fixmedins_code": self.code,
            "fixmedins_name": "示例机构", "sign_no": "", "input": input,
        })
    }

    pub fn send(&self, envelope: &Value) -> Value {
        let here = Origin { address: None, is_here: true };
        let got =
            self.town.post(PATH).from(here).header("content-type", "text/plain").body(&envelope.to_string()).send();
        assert_eq!((got.status.as_u16(), got.header("content-type")), (200, Some("application/json;charset=UTF-8")));
        for field in ["inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "output"] {
            assert!(got.body.get(field).is_some(), "{field}: {}", got.text);
        }
        got.body
    }

    pub fn ask(&self, infno: &str, input: &Value) -> Value {
        self.sent.set(self.sent.get() + 1);
        let msgid = format!("{}20260310090000{:04}", self.code, self.sent.get());
        self.send(&self.envelope(infno, &msgid, input))
    }

    /// The output of a call that is done.
    pub fn done(&self, infno: &str, input: &Value) -> Value {
        let answer = self.ask(infno, input);
        assert_eq!(answer["infcode"], 0, "{infno}: {answer}");
        answer["output"].clone()
    }

    /// The sentence of a call that is not.
    pub fn refused(&self, infno: &str, input: &Value) -> String {
        let answer = self.ask(infno, input);
        assert_eq!((&answer["infcode"], &answer["output"]), (&json!(-1), &json!({})), "{infno}: {answer}");
        answer["err_msg"].as_str().unwrap().to_owned()
    }

    /// A purchase of so many at a price in fen, as 2101 and 2102 take it.
    pub fn purchase(&self, certificate: &str, (count, price): (i64, i64)) -> Value {
        let person = self.done("1101", &json!({"data": certificate_of(certificate)}));
        let mut who = certificate_of(certificate);
        who.insert("psn_no".to_owned(), person["baseinfo"]["psn_no"].clone());
        who.insert("insutype".to_owned(), "390".into());
        let (amount, price) = (Fen::from_fen(count * price).to_string(), Fen::from_fen(price).to_string());
        let info = json!({"begntime": NOW, "medfee_sumamt": amount, "acct_used_flag": "1", "med_type": "41", "psn_type": "15"});
        let line = json!({"feedetl_sn": 1, "rx_circ_flag": "0", "fee_ocur_time": NOW, "med_list_codg": "EXD002",
            "medins_list_codg": "x", "det_item_fee_sumamt": amount, "cnt": count, "pric": price});
        json!({"druginfo": with(&who, &info), "drugdetail": [line]})
    }

    pub fn visit(&self, certificate: &str) -> Visit<'_, 't> {
        let person = self.done("1101", &json!({"data": certificate_of(certificate)}));
        let psn_no = person["baseinfo"]["psn_no"].as_str().unwrap().to_owned();
        let insutype = person["insuinfo"][0]["insutype"].as_str().unwrap().to_owned();
        let mut who = certificate_of(certificate);
        who.extend([("psn_no".to_owned(), psn_no.into()), ("insutype".to_owned(), insutype.into())]);
        let more = json!({"begntime": NOW, "ipt_otp_no": "O1", "dept_code": "1", "dept_name": "内科", "caty": "A03"});
        let opened = self.done("2201", &json!({"data": with(&who, &more)}));
        let mdtrt_id = opened["data"]["mdtrt_id"].as_str().unwrap().to_owned();
        Visit { his: self, who, mdtrt_id }
    }
}

/// Shown as a code or a card.
fn shown(kind: &str, number: &str, sn: &str) -> Value {
    json!({"data": {"mdtrt_cert_type": kind, "mdtrt_cert_no": number, "card_sn": sn, "psn_cert_type": "01", "certno": "", "psn_name": ""}})
}

pub fn certificate_of(number: &str) -> Map<String, Value> {
    let of = json!({"mdtrt_cert_type": "02", "mdtrt_cert_no": number, "psn_cert_type": "01", "certno": number, "psn_name": ""});
    of.as_object().unwrap().clone()
}

pub fn with(one: &Map<String, Value>, more: &Value) -> Value {
    let mut all = one.clone();
    all.extend(more.as_object().unwrap().clone());
    Value::Object(all)
}

/// A visit that was registered.
pub struct Visit<'h, 't> {
    his: &'h His<'t>,
    who: Map<String, Value>,
    mdtrt_id: String,
}

impl Visit<'_, '_> {
    fn line(&self, number: &str, (code, amount): (&str, f64)) -> Value {
        json!({
            "feedetl_sn": number, "mdtrt_id": self.mdtrt_id, "psn_no": self.who["psn_no"], "chrg_bchno": "B1",
            "rx_circ_flag": "0", "fee_ocur_time": NOW, "med_list_codg": code, "medins_list_codg": "x",
            "det_item_fee_sumamt": amount, "cnt": 1, "pric": amount, "bilg_dept_codg": "1", "bilg_dept_name": "内科",
            "bilg_dr_codg": "D", "bilg_dr_name": "医生", "hosp_appr_flag": "0",
        })
    }

    pub fn upload(&self, lines: &[(&str, (&str, f64))]) -> Value {
        let lines: Vec<Value> = lines.iter().map(|(number, line)| self.line(number, *line)).collect();
        self.his.done("2204", &json!({"feedetail": lines}))["result"].clone()
    }

    pub fn bill(&self, amount: f64, flag: &str) -> Value {
        let more = json!({
            "med_type": "11", "medfee_sumamt": amount, "psn_setlway": "01", "mdtrt_id": self.mdtrt_id, "chrg_bchno": "B1",
            "acct_used_flag": flag, "fulamt_ownpay_amt": "", "overlmt_selfpay": "", "preselfpay_amt": "", "inscp_scp_amt": "",
        });
        json!({"data": with(&self.who, &more)})
    }

    pub fn undo(&self, settled: &Value) -> Value {
        json!({"data": {"setl_id": settled["setl_id"], "mdtrt_id": self.mdtrt_id, "psn_no": self.who["psn_no"]}})
    }
}

/// Fen of an amount that must be a number.
pub fn fen(setlinfo: &Value, field: &str) -> i64 {
    let number = setlinfo[field].as_number().unwrap_or_else(|| panic!("{field} is no number: {setlinfo}")).to_string();
    let (sign, number) = number.strip_prefix('-').map_or((1, number.as_str()), |rest| (-1, rest));
    let (yuan, rest) = number.split_once('.').unwrap_or((number, ""));
    sign * format!("{yuan}{rest:0<2}").parse::<i64>().unwrap()
}

pub const AMOUNTS: [&str; 22] = [
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "maf_pay",
    "oth_pay",
    "fund_pay_sumamt",
    "psn_part_amt",
    "acct_pay",
    "psn_cash_pay",
    "hosp_part_amt",
    "balc",
    "acct_mulaid_pay",
    "pool_prop_selfpay",
    "hifdm_pay",
];

/// The identities of the interface, A to E and G, to the fen.
pub fn identities(output: &Value) {
    let info = &output["setlinfo"];
    // 2103 has no field for what the institution bears.
    let of = |field: &str| if info.get(field).is_some() || field == "medfee_sumamt" { fen(info, field) } else { 0 };
    assert_eq!(of("medfee_sumamt"), of("fund_pay_sumamt") + of("psn_part_amt") + of("hosp_part_amt"), "A {info}");
    assert_eq!(of("psn_part_amt"), of("acct_pay") + of("psn_cash_pay"), "B {info}");
    assert!(of("acct_mulaid_pay").abs() <= of("acct_pay").abs(), "C {info}");
    let funds = ["hifp_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "maf_pay", "oth_pay"];
    assert_eq!(of("fund_pay_sumamt"), funds.iter().map(|fund| of(fund)).sum::<i64>(), "D {info}");
    let parts = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"];
    assert_eq!(of("medfee_sumamt"), parts.iter().map(|part| of(part)).sum::<i64>(), "E {info}");
    let rows = output["setldetail"].as_array().unwrap();
    let of_funds = rows.iter().filter(|row| row["fund_pay_type"] != "310200");
    assert_eq!(of("fund_pay_sumamt"), of_funds.map(|row| fen(row, "fund_payamt")).sum::<i64>(), "G {output}");
}

/// The family at home, bound, and its institutions connected.
pub fn town() -> Town {
    let town = Town::new();
    town.set("2026-03-10T09:00");
    town.connect();
    town.bind().is(201);
    town
}

#[test]
fn a_clinic_visit_from_signing_in_to_undoing_with_aid_of_the_son() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let signed = his.done("9001", &json!({"signIn": {"opter_no": "001", "mac": "m", "ip": "10.0.0.1"}}));
    let before = town.balance();
    let visit = his.visit(MOTHER);
    let described = json!({
        "mdtrtinfo": {"mdtrt_id": visit.mdtrt_id, "psn_no": visit.who["psn_no"], "med_type": "11", "begntime": NOW},
        "diseinfo": [{"diag_type": "1", "diag_srt_no": "1", "diag_code": "J00", "diag_name": "感冒", "diag_dept": "1",
            "dise_dor_no": "D", "dise_dor_name": "医生", "diag_time": NOW, "vali_flag": "1"}],
    });
    his.done("2203", &described);
    let lines = visit.upload(&[("1", ("EXD001", 300.0)), ("2", ("XA01ABD075A002010100483", 60.5))]);
    assert_eq!(lines.as_array().unwrap().len(), 2);
    let previewed = his.done("2206", &visit.bill(360.5, "1"));
    let settled = his.done("2207", &visit.bill(360.5, "1"));
    identities(&settled);
    let info = &settled["setlinfo"];
    AMOUNTS.iter().for_each(|field| assert!(info[field].is_number(), "{field}"));
    AMOUNTS.iter().for_each(|field| assert_eq!(info[field], previewed["setlinfo"][field], "{field}"));
    let aid = fen(info, "acct_mulaid_pay");
    assert!(aid > 0, "{info}");
    assert_eq!((fen(info, "acct_pay"), fen(info, "psn_cash_pay")), (aid, 0), "all or nothing, and it was all");
    assert_eq!(before.fen() - town.balance().fen(), aid);
    let asked =
        json!({"data": {"psn_no": visit.who["psn_no"], "setl_id": info["setl_id"], "mdtrt_id": visit.mdtrt_id}});
    assert_eq!(his.done("5203", &asked)["setlinfo"]["acct_mulaid_pay"], info["acct_mulaid_pay"]);
    assert_eq!(his.done("5204", &asked).as_array().unwrap().len(), 2);
    let undone = his.done("2208", &visit.undo(info));
    identities(&undone);
    for field in AMOUNTS.iter().filter(|field| !["balc", "pool_prop_selfpay"].contains(field)) {
        assert_eq!(fen(&undone["setlinfo"], field), -fen(info, field), "{field}");
    }
    assert_eq!(town.balance(), before);
    his.refused("2208", &visit.undo(info));
    let out = his.done("9002", &json!({"signOut": {"sign_no": signed["signinoutb"]["sign_no"], "opter_no": "001"}}));
    assert_eq!(out["sign_time"], out["signoutoutb"]);
}

#[test]
fn a_message_that_comes_again_gets_its_first_answer_and_a_changed_one_is_told() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let envelope = his.envelope("2207", "M-1", &visit.bill(300.0, "1"));
    let first = his.send(&envelope);
    let before = town.balance();
    assert_eq!(his.send(&envelope)["output"], first["output"]);
    assert_eq!(town.balance(), before);
    let changed = his.send(&his.envelope("2207", "M-1", &visit.bill(300.0, "0")));
    assert!(changed["err_msg"].as_str().unwrap().contains("REQ_IDEMPOTENCY_CONFLICT"), "{changed}");
    assert!(his.refused("2207", &visit.bill(300.0, "1")).contains("SETTLE_DUPLICATE"));
}

#[test]
fn what_never_came_can_be_undone_and_then_does_nothing_when_it_comes() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let before = town.balance();
    let undo = json!({"data": {"psn_no": visit.who["psn_no"], "omsgid": "M-1", "oinfno": "2207"}});
    his.done("2601", &undo);
    his.done("2601", &undo);
    let late = his.send(&his.envelope("2207", "M-1", &visit.bill(300.0, "1")));
    assert_eq!(late["infcode"], -1, "{late}");
    assert_eq!(town.balance(), before);
    let settled = his.send(&his.envelope("2207", "M-2", &visit.bill(300.0, "1")));
    assert_eq!(settled["infcode"], 0, "{settled}");
    let undo = json!({"data": {"psn_no": visit.who["psn_no"], "omsgid": "M-2", "oinfno": "2207"}});
    his.done("2601", &undo);
    his.done("2601", &undo);
    assert_eq!(town.balance(), before);
}

#[test]
fn the_flag_of_accounts_says_whose_money_is_used() {
    for (flag, aided) in [("0", false), ("1", true), ("2", true), ("", true)] {
        let town = town();
        let his = His::new(&town, HOSPITAL);
        let visit = his.visit(MOTHER);
        visit.upload(&[("1", ("EXD001", 300.0))]);
        let settled = his.done("2207", &visit.bill(300.0, flag));
        assert_eq!(fen(&settled["setlinfo"], "acct_mulaid_pay") > 0, aided, "{flag}");
        identities(&settled);
    }
}

#[test]
fn a_denial_of_aid_is_a_good_answer_with_a_line_for_the_cashier_that_names_nobody() {
    let town = Town::new();
    town.set("2026-03-10T09:00");
    town.connect();
    let his = His::new(&town, HOSPITAL);
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let answer = his.ask("2207", &visit.bill(300.0, "1"));
    assert_eq!(answer["infcode"], 0);
    assert_eq!(fen(&answer["output"]["setlinfo"], "acct_mulaid_pay"), 0);
    let warning = answer["warn_msg"].as_str().unwrap();
    let words: Vec<&str> = warning.split(' ').collect();
    assert!(words[0].starts_with("SETTLE_"), "{warning}");
    assert_eq!(words.last().unwrap().chars().count(), 4, "{warning}");
    assert!(warning.chars().count() <= 90, "{warning}");
    assert!(!warning.contains("赵建国") && !warning.contains(SON), "{warning}");
}

#[test]
fn a_purchase_at_a_pharmacy_is_previewed_settled_and_undone() {
    let town = town();
    let his = His::new(&town, PHARMACY);
    let purchase = his.purchase(MOTHER, (2, 2_290));
    let previewed = his.done("2101", &purchase);
    let settled = his.done("2102", &purchase);
    identities(&settled);
    assert_eq!(settled["setlinfo"]["acct_pay"], previewed["setlinfo"]["acct_pay"]);
    assert_eq!(settled["detlcutinfo"].as_array().unwrap().len(), 1);
    let undo = json!({"data": {"setl_id": settled["setlinfo"]["setl_id"], "mdtrt_id": settled["setlinfo"]["mdtrt_id"],
        "psn_no": purchase["druginfo"]["psn_no"]}});
    identities(&his.done("2103", &undo));
}

#[test]
fn a_stay_from_admission_to_discharge_is_settled_and_undone() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let person = his.done("1101", &json!({"data": certificate_of(MOTHER)}));
    let mut who = certificate_of(MOTHER);
    who.insert("psn_no".to_owned(), person["baseinfo"]["psn_no"].clone());
    who.insert("insutype".to_owned(), "390".into());
    let psn_no = who["psn_no"].clone();
    let about = json!({"begntime": "2026-03-01 08:00:00", "med_type": "2101", "ipt_no": "Z1", "atddr_no": "D"});
    let admitted = his.done("2401", &json!({"mdtrtinfo": with(&who, &about), "diseinfo": []}));
    let mdtrt_id = admitted["result"]["mdtrt_id"].clone();
    let line = |number: u32, count: i32, original: Value| {
        json!({"feedetl_sn": number, "init_feedetl_sn": original, "mdtrt_id": mdtrt_id, "psn_no": psn_no, "med_type": "2101",
            "fee_ocur_time": "2026-03-02 10:00:00", "med_list_codg": "EXD001", "medins_list_codg": "x",
            "det_item_fee_sumamt": count * 100, "cnt": count, "pric": 100, "hosp_appr_flag": "0"})
    };
    his.done("2301", &json!({"feedetail": [line(1, 30, Value::Null), line(2, 5, Value::Null)]}));
    his.done("2301", &json!({"feedetail": [line(3, -5, "2".into())]}));
    let there = json!({"data": {"begntime": "2026-01-01", "endtime": "2026-12-31"}});
    assert_eq!(his.done("5303", &there).as_array().unwrap().len(), 1);
    his.done(
        "2402",
        &json!({"dscginfo": {"mdtrt_id": mdtrt_id, "psn_no": psn_no, "endtime": "2026-03-10 08:00:00",
        "insutype": "390", "dscg_way": "1"}, "diseinfo": []}),
    );
    let more = json!({"medfee_sumamt": 3000, "psn_setlway": "01", "mdtrt_id": mdtrt_id, "acct_used_flag": "1", "mid_setl_flag": "0",
        "insuplc_admdvs": "130100", "mdtrtarea_admvs": "130100"});
    let bill = json!({"data": with(&who, &more)});
    his.done("2303", &bill);
    let settled = his.done("2304", &bill);
    identities(&settled);
    let info = &settled["setlinfo"];
    assert!(fen(info, "act_pay_dedc") > 0 && fen(info, "hifp_pay") > 0, "{info}");
    let undo = json!({"data": {"setl_id": info["setl_id"], "mdtrt_id": mdtrt_id, "psn_no": psn_no}});
    identities(&his.done("2305", &undo));
    his.done("2405", &json!({"data": {"mdtrt_id": mdtrt_id, "psn_no": psn_no}}));
    his.done("2302", &json!({"data": [{"feedetl_sn": "0000", "mdtrt_id": mdtrt_id, "psn_no": psn_no}]}));
    his.done("2404", &json!({"data": {"mdtrt_id": mdtrt_id, "psn_no": psn_no}}));
}

#[test]
fn whoever_cannot_prove_who_he_is_is_told_which_of_four_things_is_wrong_and_learns_nothing() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let envelope = his.envelope("1101", "M", &json!({"data": certificate_of(MOTHER)})).to_string();
    let far = Origin { address: Some([10, 0, 0, 9].into()), is_here: false };
    for headers in [
        vec![],
        vec![("_api_name", "1101")],
        vec![("x-tif-paasid", "pass-1301")],
        vec![("authorization", "Bearer gongji_nothing")],
    ] {
        let asking =
            headers.into_iter().fold(town.post(PATH).from(far), |asking, (name, value)| asking.header(name, value));
        let got = asking.body(&envelope).send();
        assert_eq!((got.status.as_u16(), &got.body["infcode"]), (200, &json!(-1)), "{}", got.text);
        assert_eq!(got.body["code"], 401, "{}", got.text);
        assert!(!got.text.contains(MOTHER) && !got.text.contains("刘桂兰"), "{}", got.text);
    }
}

#[test]
fn whatever_comes_in_is_answered_with_an_envelope() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let here = Origin { address: None, is_here: true };
    let whole = his.envelope("2207", "M", &json!({"data": {"mdtrt_id": "1"}})).to_string();
    for body in
        ["", "{", "[]", "null", "{\"infno\":1}", &whole[..whole.len() / 2], &whole.replace("2207", "9999"), &whole]
    {
        let got = town.post(PATH).from(here).body(body).send();
        assert_eq!((got.status.as_u16(), &got.body["infcode"]), (200, &json!(-1)), "{body}: {}", got.text);
        assert!(!got.body["err_msg"].as_str().unwrap().is_empty(), "{body}");
    }
    for path in
        ["/ebus/gdyb_api/prd/hsa/hgs/1101", "/mss/web/api/fsi/callService", "/mbs-hiIntf-4501/web/api/fsi/callService"]
    {
        let got = town.post(path).from(here).body("{}").send();
        assert_eq!(got.body["infcode"], -1, "{path}: {}", got.text);
    }
}

#[test]
fn refusals_name_the_field_and_what_to_do() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let visit = his.visit(MOTHER);
    let empty = his.refused("2207", &visit.bill(300.0, "1"));
    assert!(empty.contains("没有费用明细"), "{empty}");
    visit.upload(&[("1", ("EXD001", 300.0))]);
    for (bill, words) in [
        (visit.bill(299.0, "1"), "medfee_sumamt"),
        (visit.bill(300.0, "7"), "acct_used_flag"),
        (json!({"data": {"mdtrt_id": "77", "psn_no": visit.who["psn_no"], "chrg_bchno": "B1"}}), "mdtrt_id"),
        (json!({"data": {"mdtrt_id": visit.mdtrt_id, "psn_no": "P999", "chrg_bchno": "B1"}}), "mdtrt_id"),
        (json!({}), "data"),
    ] {
        let told = his.refused("2207", &bill);
        assert!(told.contains(words) && told.chars().count() <= 200, "{told}");
    }
    let twice = json!({"feedetail": [visit.line("5", ("EXD001", 1.0)), visit.line("5", ("EXD001", 1.0))]});
    assert!(his.refused("2204", &twice).contains('5'));
    let other = json!({"feedetail": [visit.line("6", ("EXD001", 1.0))]});
    assert!(his.refused("2204", &other).contains("chrg_bchno"));
    assert!(his.refused("1101", &json!({"data": certificate_of("170101194804020224")})).contains("REQ_REFERENCE"));
    let unknown = his.refused("1301", &json!({"data": {}}));
    assert!(unknown.contains("REQ_INFNO_UNSUPPORTED") && unknown.contains("没有交易 1301(infno)"), "{unknown}");
}

#[test]
fn an_institution_may_want_to_hear_of_more_cash_before_it_settles() {
    for (when_changed, settles) in [(WhenChanged::Commit, true), (WhenChanged::Refuse, false)] {
        let town = town();
        let profile = Profile {
            institution: 1301,
            code: HOSPITAL.to_owned(),
            level: "05".to_owned(),
            open: true,
            when_changed,
            infcode_as_text: true,
            ..Profile::default()
        };
        town.profile(&profile);
        let his = His::new(&town, HOSPITAL);
        let person = his.ask("1101", &json!({"data": certificate_of(MOTHER)}));
        assert_eq!(person["infcode"], "0");
        town.connect();
        let visit = his.visit(MOTHER);
        visit.upload(&[("1", ("EXD001", 300.0))]);
        his.done("2206", &visit.bill(300.0, "1"));
        town.profile(&Profile { infcode_as_text: false, ..profile });
        town.enter("freeze", Command::Freeze(town.id(SON)));
        let answer = his.ask("2207", &visit.bill(300.0, "1"));
        assert_eq!(answer["infcode"] == 0, settles, "{answer}");
        let told = if settles { &answer["warn_msg"] } else { &answer["err_msg"] };
        assert!(!told.as_str().unwrap_or_default().is_empty(), "{answer}");
    }
}

#[test]
fn a_referral_is_told_until_it_is_withdrawn() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let visit = his.visit(MOTHER);
    let referral = json!({"refmedin": {"psn_no": visit.who["psn_no"], "diag_code": "J18", "diag_name": "肺炎", "refl_date": NOW,
        "refl_rea": "条件所限", "reflin_medins_name": "示例医院", "begndate": NOW}});
    let filed = his.done("2501", &referral)["result"]["trt_dcla_detl_sn"].clone();
    let asked = json!({"data": {"psn_no": visit.who["psn_no"]}});
    let told = his.done("5304", &asked);
    assert_eq!(
        (told[0]["psn_name"].as_str(), told[0]["refl_rea"].as_str()),
        (Some("刘桂兰"), Some("条件所限")),
        "{told}"
    );
    his.done("2502", &json!({"data": {"psn_no": visit.who["psn_no"], "trt_dcla_detl_sn": filed}}));
    assert_eq!(his.done("5304", &asked), json!([]));
}

#[test]
fn requests_are_signed_in_either_way_of_the_gateways() {
    let town = town();
    // What is signed, and by whom it was worked out, stands with the crate of the wire; here a request is let in by it.
    let now = gongji_words::Moment::parse("2026-03-10T09:00").unwrap();
    let secret = |text: &str| gongji_wire::gm::Secret::new(text);
    let api = gongji_wire::dialect::ApiKey::new("ak-1301", secret("sk")).headers("1101", "1.0.0", now);
    let tif = gongji_wire::dialect::TifPass::new("pass-1301", secret("token")).headers("abcdef12", now);
    let his = His::new(&town, HOSPITAL);
    let envelope = his.envelope("1101", "M", &json!({"data": certificate_of(MOTHER)})).to_string();
    for headers in [api, tif] {
        let request = headers.iter().fold(town.post(PATH), |asking, (name, value)| asking.header(name, value));
        assert_eq!(request.body(&envelope).send().body["infcode"], 0, "{headers:?}");
    }
    let token = town.post(PATH).by("1301").body(&envelope).send();
    assert_eq!(token.body["infcode"], 0, "{}", token.text);
    let others = town.post(PATH).by("1303").body(&envelope).send();
    assert_eq!(others.body["infcode"], -1, "{}", others.text);
}

#[test]
fn a_patient_of_another_province_is_who_the_message_says_and_his_province_is_asked() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let mut who = certificate_of("170101195001150520");
    who.extend([
        ("psn_no".to_owned(), "P77".into()),
        ("insutype".to_owned(), "390".into()),
        ("psn_name".to_owned(), "陈玉兰".into()),
    ]);
    let sent = |infno: &str, msgid: &str, input: &Value| {
        let mut envelope = his.envelope(infno, msgid, input);
        envelope["insuplc_admdvs"] = "150800".into();
        let answer = his.send(&envelope);
        assert_eq!(answer["infcode"], 0, "{infno}: {answer}");
        answer
    };
    let opened = sent("2201", "F-1", &json!({"data": with(&who, &json!({"begntime": NOW, "ipt_otp_no": "O1"}))}));
    let visit = Visit { his: &his, who, mdtrt_id: opened["output"]["data"]["mdtrt_id"].as_str().unwrap().to_owned() };
    sent("2204", "F-2", &json!({"feedetail": [visit.line("1", ("EXD001", 300.0))]}));
    // The other province does not answer in this test: there is no aid, and that is a good answer.
    let settled = sent("2207", "F-3", &visit.bill(300.0, "1"));
    identities(&settled["output"]);
    let info = &settled["output"]["setlinfo"];
    assert_eq!(
        (info["psn_name"].as_str(), info["brdy"].as_str(), fen(info, "balc")),
        (Some("陈玉兰"), Some("1950-01-15"), 0)
    );
    assert!(settled["warn_msg"].as_str().unwrap().starts_with("SYS_UPSTREAM"), "{settled}");
    sent("2208", "F-4", &visit.undo(info));
}

#[test]
fn a_code_names_its_person_for_a_minute_at_one_institution_and_for_one_bill() {
    let town = town();
    let (his, other) = (His::new(&town, HOSPITAL), His::new(&town, PHARMACY));
    let code = town.code(MOTHER);
    assert_eq!(his.done("1101", &shown("01", &code, ""))["baseinfo"]["certno"], MOTHER);
    assert!(other.refused("1101", &shown("01", &code, "")).contains("已经用过"));
    let mut visit = his.visit(MOTHER);
    visit.who.extend([("mdtrt_cert_type".to_owned(), "01".into()), ("mdtrt_cert_no".to_owned(), code.clone().into())]);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let envelope = his.envelope("2207", "C-1", &visit.bill(300.0, "1"));
    let settled = his.send(&envelope);
    assert_eq!(settled["infcode"], 0, "{settled}");
    assert_eq!(his.send(&envelope)["output"], settled["output"], "a repeat needs no other code");
    assert!(his.refused("1101", &shown("01", &code, "")).contains("已经用过"));
    let late = town.code(MOTHER);
    town.set("2026-03-10T09:02");
    assert!(his.refused("1101", &shown("01", &late, "")).contains("已过期"));
    assert!(his.refused("1101", &shown("01", "1234", "")).contains("没有这个医保码"));
}

#[test]
fn the_code_of_somebody_else_settles_nothing() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let mut visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let code: Value = town.code(SON).into();
    visit.who.extend([("mdtrt_cert_type".to_owned(), "01".into()), ("mdtrt_cert_no".to_owned(), code)]);
    let before = town.balance();
    assert!(his.refused("2207", &visit.bill(300.0, "1")).contains("SETTLE_NOT_OWN_CODE"));
    assert_eq!(town.balance(), before);
}

#[test]
fn a_card_is_read_unless_it_is_lost_or_another() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    town.card(MOTHER, ("C1", "S1", false));
    town.card(MOTHER, ("C2", "S2", true));
    assert_eq!(his.done("1101", &shown("03", "C1", "S1"))["baseinfo"]["certno"], MOTHER);
    for (card, words) in [(("C1", "S9"), "卡识别码"), (("C2", "S2"), "已挂失"), (("C3", "S3"), "没有这张社保卡")]
    {
        assert!(his.refused("1101", &shown("03", card.0, card.1)).contains(words), "{card:?}");
    }
}

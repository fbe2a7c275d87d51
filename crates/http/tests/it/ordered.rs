//! Orders of mobile payment, as an institution's program brings them: signed, sealed, paid once.

use std::sync::atomic::Ordering;

use gongji_domain::message::Command;
use gongji_http::infno::profile::{Mobile, Profile, WhenChanged, public_key_of};
use gongji_wire::gm::Secret;
use gongji_wire::mobile::{Channel, Verdict};
use gongji_wire::value;
use gongji_words::Moment;
use serde_json::{Value, json};

use crate::national::{AMOUNTS, His, fen, town};
use crate::world::{HOSPITAL, MOTHER, PHARMACY, SON, Town};

const TILL: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const CENTRE: &str = "0202020202020202020202020202020202020202020202020202020202020202";
const SECRET: &str = "a secret of the hospital's program";
const HOSPITAL_APP: &str = "HOSPITAL00000001";
const PHARMACY_APP: &str = "PHARMACY00000002";

/// The program of an institution.
struct App<'t> {
    town: &'t Town,
    id: &'static str,
    code: &'static str,
    channel: Channel,
}

/// What came back.
struct Told {
    verdict: Verdict,
    data: Value,
}

fn profile(institution: i64, (code, app_id): (&str, &str)) -> Profile {
    let public = public_key_of(TILL).unwrap();
    let (mobile, _) = Mobile::begin((app_id, &public), (SECRET.to_owned(), CENTRE.to_owned())).unwrap();
    Profile {
        institution,
        code: code.to_owned(),
        name: "示例机构".to_owned(),
        level: "05".to_owned(),
        open: true,
        mobile: Some(mobile),
        ..Profile::default()
    }
}

/// The family at home, and two institutions whose patients pay by telephone.
fn mobile_town() -> Town {
    let town = town();
    town.profile(&profile(1301, (HOSPITAL, HOSPITAL_APP)));
    town.profile(&profile(1302, (PHARMACY, PHARMACY_APP)));
    town
}

fn channel(app_id: &str, (ours, theirs): (&str, &str)) -> Channel {
    Channel::parse(app_id, Secret::new(SECRET), (ours, &public_key_of(theirs).unwrap())).unwrap()
}

impl<'t> App<'t> {
    fn new(town: &'t Town, (code, id): (&'static str, &'static str)) -> Self {
        Self { town, id, code, channel: channel(id, (TILL, CENTRE)) }
    }

    fn hospital(town: &'t Town) -> Self {
        Self::new(town, (HOSPITAL, HOSPITAL_APP))
    }

    fn now(&self) -> Moment {
        self.town.face.node().now()
    }

    /// Sends a message of this channel, signed at this moment.
    fn sent(&self, name: &str, data: &Value, (channel, at): (&Channel, Moment)) -> String {
        let message = channel.close(&value::read(&data.to_string()).unwrap(), None, at);
        let got = self.town.post(&format!("/org/local/api/hos/{name}")).body(&message.to_string()).send();
        assert_eq!((got.status.as_u16(), got.header("content-type")), (200, Some("application/json;charset=UTF-8")));
        got.text
    }

    fn ask(&self, name: &str, data: &Value) -> Told {
        let text = self.sent(name, data, (&self.channel, self.now()));
        let message = value::read(&text).unwrap();
        let opened =
            self.channel.open(message.as_object().unwrap()).unwrap_or_else(|fault| panic!("{fault:?}: {text}"));
        let data = serde_json::from_str(&opened.data.to_string()).unwrap();
        Told { verdict: opened.verdict.unwrap(), data }
    }

    fn done(&self, name: &str, data: &Value) -> Value {
        let told = self.ask(name, data);
        assert_eq!((told.verdict.success, told.verdict.code), (true, 0), "{name}: {}", told.verdict.message);
        told.data
    }

    fn refused(&self, name: &str, data: &Value) -> String {
        let told = self.ask(name, data);
        assert_eq!((told.verdict.success, told.verdict.code), (false, -1), "{name}: {}", told.data);
        assert_eq!(told.data, Value::Null, "a refusal has no data");
        for person in [MOTHER, SON, "刘桂兰", "赵建国"] {
            assert!(!told.verdict.message.contains(person), "{}", told.verdict.message);
        }
        told.verdict.message
    }

    /// The mother's bill of these lines.
    fn bill(&self, number: &str, lines: &[(&str, f64)]) -> Value {
        let whole: f64 = lines.iter().map(|(_, amount)| amount).sum();
        let line = |(place, (code, amount)): (usize, &(&str, f64))| {
            json!({"feedetlSn": place + 1, "chrgBchno": "B1", "rxCircFlag": "0", "feeOcurTime": "2026-03-10 09:00:00",
                "medListCodg": code, "medinsListCodg": "x", "detItemFeeSumamt": amount, "cnt": 1, "pric": amount,
                "bilgDeptCodg": "1", "bilgDeptName": "内科", "bilgDrCodg": "D", "bilgDrName": "医生", "hospApprFlag": "0"})
        };
        let lines: Vec<Value> = lines.iter().enumerate().map(line).collect();
        json!({"orgCodg": self.code, "insutype": "390", "medOrgOrd": number, "begntime": "2026-03-10 09:00:00",
            "idNo": MOTHER, "userName": "刘桂兰", "idType": "01", "ecToken": "", "iptOtpNo": "O1", "deptName": "内科", "caty": "A03",
            "medType": "11", "feeType": "01", "medfeeSumamt": whole, "acctUsedFlag": "1", "psnSetlway": "01", "chrgBchno": "B1",
            "diseCodg": "", "fetts": "", "matnType": "", "diseinfoList": [{"diagType": "1", "diagSrtNo": 1, "diagCode": "J00",
                "diagName": "感冒", "diagDept": "1", "diseDorNo": "D", "diseDorName": "医生", "diagTime": "2026-03-10 09:00:00",
                "valiFlag": "1"}], "feedetailList": lines})
    }

    /// Brings a bill.
    fn brings(&self, number: &str, lines: &[(&str, f64)]) -> Order {
        Order(self.done("uldFeeInfo", &self.bill(number, lines)))
    }
}

/// An order that was brought.
struct Order(Value);

impl Order {
    fn asking(&self) -> Value {
        json!({"payOrdId": self.0["payOrdId"], "payToken": self.0["payToken"], "orgCodg": HOSPITAL, "idNo": MOTHER,
            "userName": "刘桂兰", "idType": "01", "mdtrtId": self.0["extData"]["preSetl"]["mdtrt_id"]})
    }

    fn refunding(&self, serial: &str, paid: &Value) -> Value {
        json!({"payOrdId": self.0["payOrdId"], "appRefdSn": serial, "appRefdTime": "20260310090000", "refdType": "ALL",
            "totlRefdAmt": paid["feeSumamt"], "psnAcctRefdAmt": paid["psnAcctPay"], "fundRefdAmt": paid["fundPay"],
            "cashRefdAmt": paid["ownPayAmt"], "ecToken": ""})
    }
}

const LINES: [(&str, f64); 2] = [("EXD001", 300.0), ("XA01ABD075A002010100483", 60.5)];

/// Identity H, and what is beside it, to the fen.
fn adds_up(told: &Value) {
    let of = |name| fen(told, name);
    assert_eq!(of("feeSumamt"), of("ownPayAmt") + of("psnAcctPay") + of("fundPay") + of("othFeeAmt"), "H {told}");
    assert_eq!(of("psnAcctPay"), of("acctMulaidPay") + of("selfAcctPay"), "{told}");
    let info = &told["extData"]["preSetl"];
    for (own, other) in [
        ("feeSumamt", "medfee_sumamt"),
        ("ownPayAmt", "psn_cash_pay"),
        ("psnAcctPay", "acct_pay"),
        ("fundPay", "fund_pay_sumamt"),
        ("acctMulaidPay", "acct_mulaid_pay"),
        ("hospPartAmt", "hosp_part_amt"),
    ] {
        assert_eq!(of(own), fen(info, other), "{own}: {told}");
    }
}

/// What the totals of the day are for the institution's own numbers.
fn even(his: &His<'_>, (paid, count): (Option<&Value>, u32)) -> bool {
    let of = |name: &str| paid.map_or(json!(0), |paid| paid[name].clone());
    let totals = json!({"data": {"insutype": "390", "clr_type": "11", "setl_optins": "130100", "stmt_begndate": "2026-03-10",
        "stmt_enddate": "2026-03-10", "medfee_sumamt": of("feeSumamt"), "fund_pay_sumamt": of("fundPay"),
        "acct_pay": of("psnAcctPay"), "fixmedins_setl_cnt": count, "fixmedins_refd_setl_flag": "0"}});
    his.done("3201", &totals)["stmtinfo"]["stmt_rslt"] == "0"
}

#[test]
fn an_order_is_brought_paid_once_with_aid_of_the_son_told_and_refunded_whole() {
    let town = mobile_town();
    let (app, his, before) = (App::hospital(&town), His::new(&town, HOSPITAL), town.balance());
    let order = app.brings("ORD-1", &LINES);
    let told = app.done("query_order_info", &order.asking());
    adds_up(&told);
    assert_eq!((&told["ordStas"], &told["medOrgOrd"], town.balance()), (&json!("1"), &json!("ORD-1"), before));
    let paid = app.done("pay_order", &order.asking());
    adds_up(&paid);
    assert_eq!(paid["ordStas"], "6");
    let aid = fen(&paid, "acctMulaidPay");
    assert!(aid > 0, "{paid}");
    assert_eq!(
        (before.fen() - town.balance().fen(), &paid["extData"]["preSetl"]["medins_setl_id"]),
        (aid, &order.0["payOrdId"])
    );
    assert_eq!(app.done("pay_order", &order.asking()), paid, "again it gets the first answer");
    let mut with_code = order.asking();
    with_code["payAuthNo"] = town.code(MOTHER).into();
    assert_eq!(app.done("pay_order", &with_code), paid, "and whatever is shown");
    assert_eq!(before.fen() - town.balance().fen(), aid);
    let told = app.done("query_order_info", &order.asking());
    adds_up(&told);
    assert_eq!((&told["ordStas"], &told["psnAcctPay"]), (&json!("6"), &paid["psnAcctPay"]));
    assert!(even(&his, (Some(&paid), 1)), "reconciliation sees it");
    assert!(app.refused("revoke_order", &order.asking()).contains("6203"));
    for (field, wrong) in [
        ("refdType", json!("CASH")),
        ("refdType", json!("HI")),
        ("totlRefdAmt", json!(1)),
        ("cashRefdAmt", json!(0.01)),
    ] {
        let mut refunding = order.refunding("R-1", &paid);
        refunding[field] = wrong;
        assert!(app.refused("refund_Order", &refunding).contains(field));
    }
    let refunded = app.done("refund_Order", &order.refunding("R-1", &paid));
    assert_eq!((&refunded["refStatus"], &refunded["hiTrnsDate"]), (&json!("SUCC"), &json!("20260310")));
    assert_eq!(town.balance(), before);
    assert_eq!(app.done("refund_Order", &order.refunding("R-1", &paid)), refunded);
    assert!(app.refused("refund_Order", &order.refunding("R-2", &paid)).contains("REVERSE_TWICE"));
    assert_eq!(app.done("query_order_info", &order.asking())["ordStas"], "7");
    assert_eq!(app.done("pay_order", &order.asking())["ordStas"], "7", "it is not paid again");
    assert_eq!(town.balance(), before);
    assert!(even(&his, (None, 0)));
}

#[test]
fn an_order_comes_to_what_the_window_would_have_settled() {
    for flag in ["0", "1", "2", ""] {
        let (town, at_window) = (mobile_town(), town());
        let (app, his) = (App::hospital(&town), His::new(&at_window, HOSPITAL));
        let mut bill = app.bill("ORD-1", &LINES);
        bill["acctUsedFlag"] = flag.into();
        let order = Order(app.done("uldFeeInfo", &bill));
        let paid = app.done("pay_order", &order.asking())["extData"]["preSetl"].clone();
        let visit = his.visit(MOTHER);
        visit.upload(&[("1", LINES[0]), ("2", LINES[1])]);
        let settled = his.done("2207", &visit.bill(360.5, flag))["setlinfo"].clone();
        for field in AMOUNTS {
            assert_eq!(paid[field], settled[field], "{flag} {field}");
            if field != "balc" {
                assert_eq!(order.0["extData"]["preSetl"][field], settled[field], "{flag} {field} before");
            }
        }
        assert_eq!(fen(&paid, "acct_mulaid_pay") > 0, flag != "0");
    }
}

#[test]
fn a_bill_that_comes_again_is_the_same_order_and_a_changed_one_is_told() {
    let town = mobile_town();
    let app = App::hospital(&town);
    let wrong = {
        let mut bill = app.bill("ORD-1", &LINES);
        bill["medfeeSumamt"] = json!(360.0);
        bill
    };
    assert!(app.refused("uldFeeInfo", &wrong).contains("medfeeSumamt"));
    // The price is not that of the amount: the visit stands by then, and the mended bill finds it.
    let mut odd = app.bill("ORD-1", &LINES);
    odd["feedetailList"][1]["pric"] = json!(1);
    assert!(app.refused("uldFeeInfo", &odd).contains("明细 2"));
    let order = app.brings("ORD-1", &LINES);
    assert_eq!(app.brings("ORD-1", &LINES).0, order.0);
    let mut shown = app.bill("ORD-1", &LINES);
    shown["ecToken"] = town.code(MOTHER).into();
    assert_eq!(app.done("uldFeeInfo", &shown), order.0, "the code is not what is ordered");
    assert!(app.refused("uldFeeInfo", &app.bill("ORD-1", &LINES[..1])).contains("REQ_IDEMPOTENCY_CONFLICT"));
    let visits = json!({"data": {"psn_no": format!("P{}", town.id(MOTHER)), "begntime": "2026-03-01", "endtime": "2026-03-31", "med_type": "11"}});
    let visits = His::new(&town, HOSPITAL).done("5201", &visits);
    assert_eq!(visits["mdtrtinfo"].as_array().unwrap().len(), 1, "{visits}");
    assert_eq!(visits["mdtrtinfo"][0]["mdtrt_id"], order.0["extData"]["preSetl"]["mdtrt_id"]);
}

#[test]
fn an_order_of_a_visit_that_was_registered_at_the_window_is_paid_once_between_the_two() {
    let town = mobile_town();
    let (app, his) = (App::hospital(&town), His::new(&town, HOSPITAL));
    let visit = his.visit(MOTHER);
    let mut bill = app.bill("ORD-1", &LINES[..1]);
    bill["mdtrtId"] = visit.undo(&json!({}))["data"]["mdtrt_id"].clone();
    let order = Order(app.done("uldFeeInfo", &bill));
    his.done("2207", &visit.bill(300.0, "1"));
    let before = town.balance();
    assert!(app.refused("pay_order", &order.asking()).contains("SETTLE_DUPLICATE"));
    assert_eq!(town.balance(), before);
}

/// An order whose payment was begun, and came no further: a bill is entered with its paper, or neither is.
fn interrupted(app: &App<'_>, number: &str) -> Order {
    let order = app.brings(number, &LINES);
    let mut paying = order.asking();
    paying["payAuthNo"] = app.town.code(MOTHER).into();
    app.town.are_away.store(true, Ordering::Release);
    assert!(app.refused("pay_order", &paying).contains("REQ_BUSY"));
    app.town.are_away.store(false, Ordering::Release);
    assert_eq!(app.done("query_order_info", &order.asking())["ordStas"], "1");
    order
}

#[test]
fn an_order_whose_payment_was_interrupted_is_ended_by_the_same_call_or_revoked() {
    let town = mobile_town();
    let (app, before) = (App::hospital(&town), town.balance());
    let order = interrupted(&app, "ORD-1");
    assert_eq!(town.balance(), before);
    app.done("revoke_order", &order.asking());
    assert_eq!(app.done("query_order_info", &order.asking())["ordStas"], "12");
    assert!(app.refused("pay_order", &order.asking()).contains("已撤销"));
    let order = interrupted(&app, "ORD-2");
    // Another code is shown by now; what was begun is ended as it was begun.
    let mut paying = order.asking();
    paying["payAuthNo"] = town.code(MOTHER).into();
    let paid = app.done("pay_order", &paying);
    assert_eq!((&paid["ordStas"], before.fen() - town.balance().fen()), (&json!("6"), fen(&paid, "acctMulaidPay")));
    assert_eq!(app.done("pay_order", &order.asking()), paid);
}

#[test]
fn an_order_that_is_not_paid_is_revoked_and_its_lines_can_be_ordered_anew() {
    let town = mobile_town();
    let app = App::hospital(&town);
    let order = app.brings("ORD-1", &LINES);
    assert_eq!(app.done("revoke_order", &order.asking()), json!({"success": true}));
    assert_eq!(app.done("revoke_order", &order.asking()), json!({"success": true}));
    assert_eq!(app.done("query_order_info", &order.asking())["ordStas"], "12");
    assert!(app.refused("pay_order", &order.asking()).contains("已撤销"));
    assert!(app.refused("uldFeeInfo", &app.bill("ORD-1", &LINES)).contains("medOrgOrd"));
    assert!(app.refused("refund_Order", &order.refunding("R-1", &json!({"feeSumamt": 360.5}))).contains("payOrdId"));
    let again = app.brings("ORD-2", &LINES);
    let paid = app.done("pay_order", &again.asking());
    assert_eq!((&paid["ordStas"], fen(&paid, "feeSumamt")), (&json!("6"), 36_050));
}

#[test]
fn a_code_that_is_shown_is_the_patients_own_and_pays_one_order() {
    let town = mobile_town();
    let app = App::hospital(&town);
    let mut bill = app.bill("ORD-1", &LINES);
    bill["ecToken"] = town.code(SON).into();
    assert!(app.refused("uldFeeInfo", &bill).contains("SETTLE_NOT_OWN_CODE"));
    bill["ecToken"] = "1234".into();
    assert!(app.refused("uldFeeInfo", &bill).contains("ecToken"));
    let code: Value = town.code(MOTHER).into();
    bill["ecToken"] = code.clone();
    let order = Order(app.done("uldFeeInfo", &bill));
    let mut others = order.asking();
    others["payAuthNo"] = town.code(SON).into();
    let before = town.balance();
    assert!(app.refused("pay_order", &others).contains("SETTLE_NOT_OWN_CODE"));
    assert_eq!(town.balance(), before);
    app.done("pay_order", &order.asking());
    let mut next = app.bill("ORD-2", &LINES);
    next["ecToken"] = code;
    assert!(app.refused("uldFeeInfo", &next).contains("已经用过"));
}

#[test]
fn whoever_does_not_know_all_of_an_order_learns_nothing_of_it() {
    let town = mobile_town();
    let (app, other) = (App::hospital(&town), App::new(&town, (PHARMACY, PHARMACY_APP)));
    let order = app.brings("ORD-1", &LINES);
    let with = |field: &str, value: &str| {
        let mut asking = order.asking();
        asking[field] = value.into();
        asking
    };
    for name in ["pay_order", "query_order_info", "revoke_order"] {
        for asking in [with("payToken", "00000000000000000000000000000000"), with("payOrdId", "77")] {
            assert!(app.refused(name, &asking).contains("payOrdId"), "{name}");
        }
        assert!(other.refused(name, &with("orgCodg", PHARMACY)).contains("payOrdId"), "{name}");
        assert!(app.refused(name, &with("orgCodg", PHARMACY)).contains("orgCodg"), "{name}");
    }
    assert!(app.refused("query_order_info", &with("idNo", SON)).contains("payOrdId"));
    assert!(app.refused("pay_order", &with("mdtrtId", "77")).contains("mdtrtId"));
    let mut named = app.bill("ORD-2", &LINES);
    named["userName"] = "王小明".into();
    assert!(app.refused("uldFeeInfo", &named).contains("userName"));
    named["psnNo"] = format!("P{}", town.id(SON)).into();
    assert!(app.refused("uldFeeInfo", &named).contains("SETTLE_NOT_OWN_CODE"));
    let mut flagged = app.bill("ORD-3", &LINES);
    flagged["acctUsedFlag"] = "7".into();
    assert!(app.refused("uldFeeInfo", &flagged).contains("acctUsedFlag"), "fields have the names of this interface");
}

#[test]
fn what_is_not_signed_by_the_institution_lately_is_refused_and_does_nothing() {
    let town = mobile_town();
    let app = App::hospital(&town);
    let bill = app.bill("ORD-1", &LINES);
    let later = Moment::from_millis(app.now().millis() + 31 * 60_000);
    let forged = channel(HOSPITAL_APP, (CENTRE, TILL));
    let unknown = channel("NOBODY0000000009", (TILL, CENTRE));
    for (channel, at, words) in
        [(&forged, app.now(), "signData"), (&unknown, app.now(), "访问标识"), (&app.channel, later, "时间戳已失效")]
    {
        let text = app.sent("uldFeeInfo", &bill, (channel, at));
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&answer["success"], &answer["code"]), (&json!(false), &json!(-1)), "{text}");
        assert!(answer["message"].as_str().unwrap().contains(words), "{words}: {text}");
        assert!(!text.contains(MOTHER) && answer.get("encData").is_none(), "{text}");
    }
    for body in ["", "{", "[]", "null", r#"{"appId": 1}"#, &format!(r#"{{"appId": "{}"}}"#, app.id)] {
        let got = town.post("/org/local/api/hos/pay_order").body(body).send();
        assert_eq!((got.status.as_u16(), &got.body["success"]), (200, &json!(false)), "{body}: {}", got.text);
    }
    // What was known under another id is known no more.
    town.profile(&profile(1301, (HOSPITAL, "HOSPITAL00000099")));
    let text = app.sent("uldFeeInfo", &bill, (&app.channel, app.now()));
    assert!(text.contains("访问标识"), "{text}");
    let visits = json!({"data": {"psn_no": format!("P{}", town.id(MOTHER)), "begntime": "2026-03-01", "endtime": "2026-03-31", "med_type": "11"}});
    assert_eq!(His::new(&town, HOSPITAL).done("5201", &visits)["mdtrtinfo"], json!([]));
}

#[test]
fn a_patient_who_would_pay_more_than_she_was_told_is_asked_anew() {
    let town = mobile_town();
    let when_changed = WhenChanged::Refuse;
    town.profile(&Profile { when_changed, ..profile(1301, (HOSPITAL, HOSPITAL_APP)) });
    let app = App::hospital(&town);
    let order = app.brings("ORD-1", &LINES);
    town.enter("freeze", Command::Freeze(town.id(SON)));
    let told = app.refused("pay_order", &order.asking());
    assert!(told.contains("6401") && told.contains("SETTLE_TRIAL_STALE"), "{told}");
    app.done("revoke_order", &order.asking());
    let paid = app.done("pay_order", &app.brings("ORD-2", &LINES).asking());
    assert_eq!((fen(&paid, "acctMulaidPay"), &paid["ordStas"]), (0, &json!("6")));
}

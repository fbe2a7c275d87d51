//! Orders of mobile payment over the real program, killed at any moment: what was paid is paid once, on a file and on a server.

use std::io::Write as _;

use gongji_http::infno::profile::public_key_of;
use gongji_wire::gm::Secret;
use gongji_wire::mobile::Channel;
use gongji_wire::value;
use gongji_words::Fen;
use serde_json::{Value, json};

use crate::serving::{Got, Server, request};
use crate::support::{MOTHER, SON, Town, now, today};

const APP: &str = "HOSPITAL00000001";
const CODE: &str = "H13010001301";
const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const ROUNDS: usize = 6;

/// The hospital's program for telephones, as the centre has connected it.
struct App(Channel);

impl App {
    fn connected(town: &Town) -> Self {
        let public = public_key_of(KEY).unwrap();
        let ran = town.run(&[
            "access",
            "connect",
            "--institution",
            "1301",
            "--code",
            CODE,
            "--name",
            "示例医院",
            "--by",
            "王敏",
            "--json",
            "--way",
            "api",
            "--mobile",
            APP,
            "--mobile-key-of",
            &public,
        ]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        let drawn = &ran.json()["mobile"];
        let of = |field: &str| drawn[field].as_str().unwrap().to_owned();
        Self(Channel::parse(APP, Secret::new(of("app_secret")), (KEY, &of("public_key"))).unwrap())
    }

    fn message(&self, name: &str, data: &Value) -> String {
        let message = self.0.close(&value::read(&data.to_string()).unwrap(), None, now());
        let head = format!("POST /org/local/api/hos/{name} HTTP/1.1\r\ncontent-type: application/json");
        request(&head, &message.to_string())
    }

    fn done(&self, server: &Server, (name, data): (&str, &Value)) -> Value {
        let mut stream = server.connect();
        stream.write_all(self.message(name, data).as_bytes()).unwrap();
        let got = Got::of(stream);
        let message = value::read(&got.text).unwrap();
        let opened =
            self.0.open(message.as_object().unwrap()).unwrap_or_else(|fault| panic!("{fault:?}: {}", got.text));
        let verdict = opened.verdict.unwrap();
        assert!(verdict.success, "{name}: {}", verdict.message);
        serde_json::from_str(&opened.data.to_string()).unwrap()
    }

    /// Sends it, and kills the program before anybody has read an answer.
    fn cut_off(&self, server: Server, (name, data): (&str, &Value)) {
        let mut stream = server.connect();
        stream.write_all(self.message(name, data).as_bytes()).unwrap();
        server.signal("-KILL");
    }
}

/// The mother's bill of one line.
fn bill(number: &str) -> Value {
    let at = format!("{} 00:00:00", today());
    json!({"orgCodg": CODE, "insutype": "390", "medOrgOrd": number, "begntime": at, "idNo": MOTHER, "userName": "刘桂兰",
        "idType": "01", "ecToken": "", "iptOtpNo": "O1", "deptName": "内科", "caty": "A03", "medType": "11", "feeType": "01",
        "medfeeSumamt": 300.0, "acctUsedFlag": "1", "psnSetlway": "01", "chrgBchno": "B1", "diseCodg": "", "fetts": "",
        "matnType": "", "diseinfoList": [{"diagType": "1", "diagSrtNo": 1, "diagCode": "J00", "diagName": "感冒", "diagDept": "1",
            "diseDorNo": "D", "diseDorName": "医生", "diagTime": at, "valiFlag": "1"}],
        "feedetailList": [{"feedetlSn": 1, "chrgBchno": "B1", "rxCircFlag": "0", "feeOcurTime": at, "medListCodg": "EXD001",
            "medinsListCodg": "x", "detItemFeeSumamt": 300.0, "cnt": 1, "pric": 300.0, "bilgDeptCodg": "1",
            "bilgDeptName": "内科", "bilgDrCodg": "D", "bilgDrName": "医生", "hospApprFlag": "0"}]})
}

fn asking(order: &Value) -> Value {
    json!({"payOrdId": order["payOrdId"], "payToken": order["payToken"], "orgCodg": CODE, "idNo": MOTHER,
        "userName": "刘桂兰", "idType": "01", "mdtrtId": order["extData"]["preSetl"]["mdtrt_id"]})
}

fn refunding(order: &Value, paid: &Value) -> Value {
    json!({"payOrdId": order["payOrdId"], "appRefdSn": format!("R{}", order["payOrdId"]), "appRefdTime": "20260310090000",
        "refdType": "ALL", "totlRefdAmt": paid["feeSumamt"], "psnAcctRefdAmt": paid["psnAcctPay"],
        "fundRefdAmt": paid["fundPay"], "cashRefdAmt": paid["ownPayAmt"], "ecToken": ""})
}

fn yuan(told: &Value, field: &str) -> Fen {
    Fen::parse_yuan(&format!("{:.2}", told[field].as_f64().unwrap())).unwrap()
}

/// Orders are brought, paid and every other one refunded; the program is killed on each of these ways, and the same message is
/// sent again to the next.
fn orders_outlive_kills(town: &Town) {
    let app = App::connected(town);
    let before = Fen::parse_yuan(&town.balance(SON)).unwrap();
    let mut spent = Fen::ZERO;
    let mut server = Server::of(town, &[]);
    for round in 0..ROUNDS {
        let bill = bill(&format!("ORD-{round}"));
        if round % 3 == 0 {
            app.cut_off(server, ("uldFeeInfo", &bill));
            server = Server::of(town, &[]);
        }
        let order = app.done(&server, ("uldFeeInfo", &bill));
        let paying = asking(&order);
        app.cut_off(server, ("pay_order", &paying));
        server = Server::of(town, &[]);
        let paid = app.done(&server, ("pay_order", &paying));
        let aid = yuan(&paid, "acctMulaidPay");
        assert!(!aid.is_zero() && paid["ordStas"] == "6", "{paid}");
        assert_eq!(app.done(&server, ("pay_order", &paying)), paid, "again it gets the first answer");
        spent = spent.plus(aid);
        if round % 2 == 1 {
            let refunding = refunding(&order, &paid);
            app.cut_off(server, ("refund_Order", &refunding));
            server = Server::of(town, &[]);
            let refunded = app.done(&server, ("refund_Order", &refunding));
            assert_eq!(app.done(&server, ("refund_Order", &refunding)), refunded);
            assert_eq!(app.done(&server, ("query_order_info", &paying))["ordStas"], "7");
            spent = spent.minus(aid);
        }
    }
    drop(server);
    assert_eq!(Fen::parse_yuan(&town.balance(SON)).unwrap(), before.minus(spent));
    town.digest();
}

#[test]
fn an_order_is_paid_and_refunded_once_whenever_the_program_is_killed() {
    orders_outlive_kills(&Town::settled());
}

#[test]
fn the_same_on_a_server() {
    orders_outlive_kills(&Town::settled_on_server());
}

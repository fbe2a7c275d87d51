//! Statements of institutions: what a pharmacy's day came to, as two files that say the same.

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use serde_json::{Value, json};

use crate::serving::Server;
use crate::support::{MOTHER, Town, today};

const CODE: &str = "P13010001302";
const DAY: &str = "2026-03-10";

struct Pharmacy<'s> {
    server: &'s Server,
}

impl Pharmacy<'_> {
    fn done(&self, infno: &str, msgid: &str, input: &Value) -> Value {
        let envelope = json!({"infno": infno, "msgid": msgid, "mdtrtarea_admvs": "130100", "insuplc_admdvs": "130100",
            "recer_sys_code": "1", "infver": "1", "opter_type": "1", "opter": "1", "opter_name": "1",
            "inf_time": "2026-03-10 10:00:00", "fixmedins_code": CODE, "fixmedins_name": "示例药店", "input": input});
        let head = "POST /fsi/api/rsfComIfsService/callService HTTP/1.1";
        let told = self.server.ask(head, &envelope.to_string());
        assert_eq!(told.body["infcode"], 0, "{infno}: {}", told.text);
        told.body["output"].clone()
    }

    fn sells(&self, msgid: &str, amount: &str) -> Value {
        let who = json!({"mdtrt_cert_type": "02", "mdtrt_cert_no": MOTHER, "psn_cert_type": "01", "certno": MOTHER});
        let person = self.done("1101", &format!("{msgid}-W"), &json!({"data": with(&who, &json!({"psn_name": ""}))}));
        let info = json!({"psn_no": person["baseinfo"]["psn_no"], "insutype": "390", "begntime": "2026-03-10 10:00:00",
            "medfee_sumamt": amount, "acct_used_flag": "1", "med_type": "41", "psn_type": "15"});
        let line = json!({"feedetl_sn": 1, "rx_circ_flag": "0", "fee_ocur_time": "2026-03-10 10:00:00",
            "med_list_codg": "EXD002", "medins_list_codg": "x", "det_item_fee_sumamt": amount, "cnt": 1, "pric": amount});
        let input = json!({"druginfo": with(&who, &info), "drugdetail": [line]});
        self.done("2102", msgid, &input)["setlinfo"].clone()
    }

    fn takes_back(&self, sold: &Value) {
        let undo =
            json!({"data": {"setl_id": sold["setl_id"], "mdtrt_id": sold["mdtrt_id"], "psn_no": sold["psn_no"]}});
        self.done("2103", "UNDO", &undo);
    }
}

fn with(one: &Value, more: &Value) -> Value {
    let both = one.as_object().unwrap().iter().chain(more.as_object().unwrap());
    Value::Object(both.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// A day at the pharmacy: 45.80, and 20.00 that is taken back.
fn day_of_sales() -> Town {
    let town = Town::settled();
    let connect = ["access", "connect", "--institution", "1302", "--code", CODE, "--name", "示例药店", "--way", "open"];
    let connected = town.run(&[&connect[..], &["--by", "王敏"]].concat());
    assert_eq!(connected.status, 0, "{}", connected.err);
    let server = Server::of(&town, &[]);
    let pharmacy = Pharmacy { server: &server };
    pharmacy.sells("SALE-1", "45.80");
    let second = pharmacy.sells("SALE-2", "20.00");
    pharmacy.takes_back(&second);
    drop(server);
    town
}

/// The cells of a file for spreadsheets, as texts.
fn cells_of(path: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = book.worksheet_range("对账单").unwrap();
    let text = |cell: &Data| match cell {
        Data::Float(yuan) => format!("{yuan:.2}"),
        other => other.to_string(),
    };
    sheet.rows().map(|row| row.iter().map(text).collect()).collect()
}

#[test]
fn a_day_comes_as_two_files_that_say_the_same_and_what_was_undone_is_negative() {
    let town = day_of_sales();
    let today = today();
    let folder = town.path("statements").display().to_string();
    let asked = ["statement", "--on", &today, "--to", &folder];
    let ran = town.run(&[&asked[..], &["--json"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    let told = ran.json();
    let statement = &told["statements"][0];
    assert_eq!((&statement["institution"], &statement["lines"]), (&json!(CODE), &json!(3)));
    assert_eq!(statement["total"]["medfee_sumamt"], "45.80");
    let csv = std::fs::read_to_string(statement["csv"].as_str().unwrap()).unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let whole: Vec<[&str; 2]> = lines.iter().map(|line| [line[0], line[9]]).collect();
    assert_eq!(
        whole[1..],
        [["结算 settled", "45.80"], ["结算 settled", "20.00"], ["退费 undone", "-20.00"], ["合计 total", "45.80"]]
    );
    for line in &lines[1..] {
        let fen: Vec<i64> = line[9..].iter().map(|text| text.replace('.', "").parse().unwrap()).collect();
        assert_eq!(fen[0], fen[1..].iter().sum::<i64>(), "{line:?}");
    }
    let aid: Vec<&str> = lines[1..].iter().map(|line| line[12]).collect();
    assert!(aid[0] != "0.00" && aid[3] == aid[0], "{aid:?}");
    let cells = cells_of(statement["xlsx"].as_str().unwrap());
    assert!(cells[0][0].contains("示例药店") && cells[0][0].contains(&today), "{:?}", cells[0]);
    let same: Vec<Vec<String>> = lines
        .iter()
        .map(|line| line.iter().map(|cell| cell.trim_start_matches('\u{feff}').to_owned()).collect())
        .collect();
    assert_eq!(cells[1..], same);
    assert!(!csv.contains("赵建国") && !csv.contains(MOTHER), "{csv}");
    let again = town.run(&asked);
    assert!(again.status == 3 && again.err.contains("there is a file already"), "{} {}", again.status, again.err);
}

#[test]
fn a_day_without_bills_writes_nothing_unless_an_institution_is_named_and_a_code_that_is_not_there_is_told() {
    let town = day_of_sales();
    let folder = town.path("statements").display().to_string();
    let of = |more: &[&str]| town.run(&[&["statement", "--to", &folder, "--json"], more].concat());
    assert_eq!(of(&["--on", DAY]).json()["statements"], json!([]));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let named = of(&["--on", DAY, "--institution", CODE]).json();
    assert_eq!((&named["statements"][0]["lines"], std::fs::read_dir(&folder).unwrap().count()), (&json!(0), 2));
    for (wrong, said) in
        [(["--on", DAY, "--institution", "H1"], "H1"), (["--on", "10.3.2026", "--institution", CODE], "--on")]
    {
        let ran = of(&wrong);
        assert!(ran.status == 2 && ran.err.contains(said), "{} {}", ran.status, ran.err);
    }
}

//! What the hotline does with the four characters that a cashier read out.

use serde_json::{Value, json};

use crate::serving::Server;
use crate::support::{MOTHER, SON, Town, today};

/// The mother buys medicine where no aid is taken at the window; gives the case that the cashier is told.
fn told(town: &Town) -> String {
    let connected = town.run(&[
        "access",
        "connect",
        "--institution",
        "1302",
        "--code",
        "P13010001302",
        "--name",
        "示例药店",
        "--by",
        "王敏",
        "--way",
        "open",
        "--no-aid-at",
        "1",
    ]);
    assert_eq!(connected.status, 0, "{}", connected.err);
    let person = town.run(&["balance", MOTHER, "--json"]).json()["person"].clone();
    let server = Server::of(town, &[]);
    let at = "2026-03-10 09:00:00";
    let input = json!({
        "druginfo": {"psn_no": person, "mdtrt_cert_type": "02", "mdtrt_cert_no": MOTHER, "insutype": "390", "begntime": at,
            "medfee_sumamt": "30.00", "acct_used_flag": "1", "med_type": "41"},
        "drugdetail": [{"feedetl_sn": 1, "rx_circ_flag": "0", "fee_ocur_time": at, "med_list_codg": "EXD002",
            "medins_list_codg": "x", "det_item_fee_sumamt": "30.00", "cnt": 1, "pric": "30.00"}],
    });
    let envelope = json!({"infno": "2102", "msgid": "CASE-1", "mdtrtarea_admvs": "130100", "opter_type": "1", "opter": "001",
        "inf_time": at, "fixmedins_code": "P13010001302", "input": input});
    let answer: Value = server.ask("POST /fsi/api/fsiService/callService HTTP/1.1", &envelope.to_string()).body;
    assert_eq!(answer["infcode"], 0, "{answer}");
    let warning = answer["warn_msg"].as_str().unwrap_or_else(|| panic!("{answer}"));
    warning.rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn a_case_is_explained_to_whoever_asks_by_patient_or_by_day_and_what_is_none_is_told() {
    let town = Town::settled();
    let case = told(&town);
    let on = today();
    let good = [vec!["--patient", MOTHER], vec!["--institution", "1302", "--on", &on]];
    for among in &good {
        let why = town.run(&[&["explain", "--case", &case][..], among].concat());
        assert!(why.status == 0 && why.out.contains("SETTLE_INST_CHANNEL"), "{among:?}: {} {}", why.out, why.err);
    }
    let lower = case.to_lowercase();
    for (arguments, said) in [
        (vec!["explain", "--case", &lower, "--patient", SON], "没有这个查询号"),
        (vec!["explain", "--case", &case, "--institution", "1301", "--on", &on], "没有这个查询号"),
        (vec!["explain", "--case", "AB0D", "--patient", MOTHER], "0、1、I、O"),
        (vec!["explain", "--case", &case], "--patient"),
        (vec!["explain", "--case", &case, "--institution", "1302"], "--on"),
        (vec!["explain", "--case", &case, "--institution", "1302", "--on", "yesterday"], "--on"),
        (vec!["explain", "BILL-1", "--case", &case], "--case"),
        (vec!["explain"], "<ID>"),
    ] {
        let ran = town.run(&arguments);
        assert!(ran.status == 2 && ran.err.contains(said), "{arguments:?}: {} {}", ran.status, ran.err);
    }
}

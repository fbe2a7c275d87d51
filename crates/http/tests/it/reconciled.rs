//! Reconciliation at the national interface: totals, lines, files; and what is told again later.

use gongji_http::Origin;
use serde_json::{Value, json};

use crate::national::{His, PATH, town};
use crate::world::{HOSPITAL, MOTHER, PHARMACY};

#[test]
fn totals_are_even_when_they_are_ours_and_the_difference_is_named_when_not() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let info = his.done("2207", &visit.bill(300.0, "1"))["setlinfo"].clone();
    let totals = |amount: f64, account: &Value, fund: &Value, count: u32| {
        json!({"data": {"insutype": "390", "clr_type": "11", "setl_optins": "130100", "stmt_begndate": "2026-03-10",
            "stmt_enddate": "2026-03-10", "medfee_sumamt": amount, "fund_pay_sumamt": fund, "acct_pay": account,
            "fixmedins_setl_cnt": count, "fixmedins_refd_setl_flag": "0"}})
    };
    let even = totals(300.0, &info["acct_pay"], &info["fund_pay_sumamt"], 1);
    assert_eq!(his.done("3201", &even)["stmtinfo"]["stmt_rslt"], "0");
    let uneven = his.done("3201", &totals(299.99, &info["acct_pay"], &info["fund_pay_sumamt"], 2));
    let told = uneven["stmtinfo"]["stmt_rslt_dscr"].as_str().unwrap();
    assert_eq!(uneven["stmtinfo"]["stmt_rslt"], "1");
    assert!(told.contains("医疗费总额：机构 299.99，中心 300.00") && told.contains("笔数"), "{told}");
    his.done("2208", &visit.undo(&info));
    assert_eq!(his.done("3201", &totals(0.0, &json!(0), &json!(0), 0))["stmtinfo"]["stmt_rslt"], "0");
}

/// A line of a reconciliation, as an institution writes it.
fn line_of(info: &Value, more: &[(&str, &str)]) -> Value {
    let mut line = json!({"refd_setl_flag": "0"});
    for field in ["setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "fund_pay_sumamt", "acct_pay"] {
        line[field] = info[field].as_str().map_or_else(|| info[field].to_string(), str::to_owned).into();
    }
    more.iter().for_each(|(field, text)| line[*field] = (*text).into());
    line
}

/// Sends lines, and reads what comes back: memo by settlement number.
fn reconciled(his: &His<'_>, lines: &[Value]) -> Vec<(String, String, String)> {
    let call = gongji_wire::Call::of("3202").unwrap();
    let file = gongji_wire::value::read(&json!({"file": lines}).to_string()).unwrap();
    let zip = gongji_wire::table::write(&file, &call.sent, "sent.txt");
    let sent =
        his.done("9101", &json!({"fsUploadIn": {"in": zip, "filename": "sent.zip", "fixmedins_code": his.code}}));
    let asked = json!({"data": {"setl_optins": "130100", "file_qury_no": sent["file_qury_no"], "stmt_begndate": "2026-03-10",
        "stmt_enddate": "2026-03-10", "medfee_sumamt": 0, "fund_pay_sumamt": 0, "cash_payamt": 0, "fixmedins_setl_cnt": 1,
        "clr_type": "11", "fixmedins_refd_setl_flag": "0"}});
    let answer = his.done("3202", &asked);
    let wanted = json!({"fsDownloadIn": {"file_qury_no": answer["fileinfo"]["file_qury_no"], "filename": "x"}});
    let here = Origin { address: None, is_here: true };
    let bytes = his.town.post(PATH).from(here).body(&his.envelope("9102", "D", &wanted).to_string()).bytes();
    let read = gongji_wire::table::read(&bytes, &call.returned).unwrap();
    let rows = call.file_answered(&read).rows("file").unwrap();
    let of = |row: &gongji_wire::Node<'_>, field| row.text_if(field).unwrap().unwrap_or_default().to_owned();
    rows.iter().map(|row| (of(row, "setl_id"), of(row, "stmt_rslt"), of(row, "memo"))).collect()
}

#[test]
fn every_difference_of_a_reconciliation_is_named_with_its_likely_cause() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let settled = |amount: f64| {
        let visit = his.visit(MOTHER);
        visit.upload(&[("1", ("EXD001", amount))]);
        let info = his.done("2207", &visit.bill(amount, "1"))["setlinfo"].clone();
        (visit.undo(&info), info)
    };
    let ((_, first), (undo, second)) = (settled(300.0), settled(200.0));
    let even = [line_of(&first, &[]), line_of(&second, &[])];
    assert!(reconciled(&his, &even).iter().all(|(_, result, memo)| result == "0" && memo.is_empty()));
    for (lines, words) in [
        (
            vec![line_of(&first, &[("medfee_sumamt", "299.99")]), even[1].clone()],
            "医疗费总额：机构 299.99，中心 300.00",
        ),
        (vec![line_of(&first, &[("acct_pay", "0.00")]), even[1].clone()], "机构未计家庭共济"),
        (vec![line_of(&first, &[("psn_no", "P999")]), even[1].clone()], "人员编号不同"),
        (vec![line_of(&first, &[("mdtrt_id", "999")]), even[1].clone()], "就诊ID不同"),
        (vec![even[0].clone(), even[0].clone(), even[1].clone()], "重复"),
        (vec![even[0].clone()], "只有中心有"),
        (vec![even[0].clone(), even[1].clone(), line_of(&first, &[("setl_id", "42")])], "只有机构有"),
        (vec![even[0].clone(), even[1].clone(), line_of(&second, &[("refd_setl_flag", "1")])], "只有机构有这笔退费"),
    ] {
        let found = reconciled(&his, &lines);
        let uneven: Vec<&(String, String, String)> = found.iter().filter(|(_, result, _)| result == "1").collect();
        assert!(matches!(uneven.as_slice(), [(_, _, memo)] if memo.contains(words)), "{words}: {found:?}");
    }
    his.done("2208", &undo);
    let found = reconciled(&his, &even);
    assert!(found.iter().any(|(_, result, memo)| result == "1" && memo.contains("只有中心有这笔退费")), "{found:?}");
    let undone = line_of(&second, &[("refd_setl_flag", "1")]);
    let found = reconciled(&his, &[even[0].clone(), even[1].clone(), undone]);
    assert!(found.iter().all(|(_, result, _)| result == "0"), "{found:?}");
}

#[test]
fn a_file_comes_as_a_part_of_the_body_too_and_another_institution_does_not_get_it() {
    let town = town();
    let (his, other) = (His::new(&town, HOSPITAL), His::new(&town, PHARMACY));
    let envelope =
        his.envelope("9101", "U-1", &json!({"fsUploadIn": {"filename": "../a.zip", "fixmedins_code": HOSPITAL}}));
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"jsonStr\"\r\n\r\n{envelope}\r\n--B\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nbytes\r\n--B--\r\n"
    );
    let here = Origin { address: None, is_here: true };
    let asking = || town.post(PATH).from(here).header("content-type", "multipart/form-data; boundary=B").body(&body);
    let sent = asking().send().body["output"].clone();
    assert_eq!((asking().send().body["output"].clone(), sent["filename"].as_str()), (sent.clone(), Some("a.zip")));
    let wanted = json!({"fsDownloadIn": {"file_qury_no": sent["file_qury_no"], "filename": "a.zip"}});
    let bytes = town.post(PATH).from(here).body(&his.envelope("9102", "D", &wanted).to_string()).bytes();
    assert_eq!(bytes, b"bytes");
    assert!(other.refused("9102", &wanted).contains("file_qury_no"));
}

#[test]
fn what_was_settled_for_a_chronic_disease_is_told_to_who_settled_it() {
    let town = town();
    let (his, other) = (His::new(&town, HOSPITAL), His::new(&town, PHARMACY));
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0)), ("2", ("EXD002", 20.0))]);
    let asked = json!({"data": {"psn_no": visit.bill(1.0, "1")["data"]["psn_no"], "begntime": "2026-01-01 00:00:00", "endtime": "2026-12-31 00:00:00"}});
    assert_eq!(his.done("5205", &asked)["feedetail"], json!([]), "nothing is settled yet");
    let mut bill = visit.bill(320.0, "1");
    bill["data"]["med_type"] = "14".into();
    let settled = his.done("2207", &bill);
    let told = his.done("5205", &asked);
    let codes: Vec<&str> =
        told["feedetail"].as_array().unwrap().iter().map(|row| row["med_list_codg"].as_str().unwrap()).collect();
    assert_eq!(codes, ["EXD001", "EXD002"]);
    assert_eq!(
        (&told["feedetail"][0]["fixmedins_code"], &told["feedetail"][0]["med_type"]),
        (&json!(HOSPITAL), &json!("14"))
    );
    assert_eq!(other.done("5205", &asked)["feedetail"], json!([]));
    his.done("2208", &visit.undo(&settled["setlinfo"]));
    assert_eq!(his.done("5205", &asked)["feedetail"], json!([]), "what was undone was not taken");
}

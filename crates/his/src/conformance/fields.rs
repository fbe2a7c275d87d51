//! Obligatory fields: a message without one is refused, and the sentence names it.

use gongji_wire::Value;

use super::bench::{Bench, Scene, refused};
use super::{Check, Stop, Went, check};
use crate::script::{Case, digits};

/// A visit that a message is about; `Person` has none.
#[derive(Clone, Copy)]
pub(super) enum About {
    Person,
    Of(Scene),
}

use About::{Of, Person};
use Scene::{Bought, Open, Purchase, Settled, SettledStay, Stay};

/// A call, what it is about, and the places of fields without which it cannot be done.
const NEEDED: &[(&str, About, &[&str])] = &[
    ("2001", Person, &["data.psn_no"]),
    ("2201", Person, &["data.psn_no"]),
    ("2202", Of(Open), &["data.psn_no", "data.mdtrt_id"]),
    ("2203", Of(Open), &["mdtrtinfo.mdtrt_id", "mdtrtinfo.psn_no"]),
    (
        "2204",
        Of(Open),
        &[
            "feedetail.0.feedetl_sn",
            "feedetail.0.mdtrt_id",
            "feedetail.0.psn_no",
            "feedetail.0.chrg_bchno",
            "feedetail.0.fee_ocur_time",
            "feedetail.0.cnt",
            "feedetail.0.pric",
        ],
    ),
    ("2205", Of(Open), &["data.mdtrt_id", "data.chrg_bchno", "data.psn_no"]),
    ("2206", Of(Open), &["data.psn_no", "data.mdtrt_id", "data.chrg_bchno", "data.medfee_sumamt"]),
    ("2207", Of(Open), &["data.psn_no", "data.mdtrt_id", "data.chrg_bchno", "data.medfee_sumamt"]),
    ("2208", Of(Settled), &["data.setl_id", "data.mdtrt_id", "data.psn_no"]),
    (
        "2101",
        Of(Purchase),
        &[
            "druginfo.psn_no",
            "druginfo.medfee_sumamt",
            "drugdetail.0.feedetl_sn",
            "drugdetail.0.fee_ocur_time",
            "drugdetail.0.cnt",
            "drugdetail.0.pric",
        ],
    ),
    (
        "2102",
        Of(Purchase),
        &[
            "druginfo.psn_no",
            "druginfo.medfee_sumamt",
            "drugdetail.0.feedetl_sn",
            "drugdetail.0.fee_ocur_time",
            "drugdetail.0.cnt",
            "drugdetail.0.pric",
        ],
    ),
    ("2103", Of(Bought), &["data.setl_id", "data.mdtrt_id", "data.psn_no"]),
    ("2401", Person, &["mdtrtinfo.psn_no"]),
    (
        "2301",
        Of(Stay),
        &[
            "feedetail.0.feedetl_sn",
            "feedetail.0.mdtrt_id",
            "feedetail.0.psn_no",
            "feedetail.0.fee_ocur_time",
            "feedetail.0.cnt",
            "feedetail.0.pric",
        ],
    ),
    ("2302", Of(Stay), &["data.0.feedetl_sn", "data.0.mdtrt_id", "data.0.psn_no"]),
    ("2303", Of(Stay), &["data.psn_no", "data.mdtrt_id", "data.medfee_sumamt"]),
    ("2304", Of(Stay), &["data.psn_no", "data.mdtrt_id", "data.medfee_sumamt"]),
    ("2305", Of(SettledStay), &["data.setl_id", "data.mdtrt_id", "data.psn_no"]),
    ("2402", Of(Stay), &["dscginfo.mdtrt_id", "dscginfo.psn_no", "dscginfo.endtime"]),
    ("2403", Of(Stay), &["adminfo.mdtrt_id", "adminfo.psn_no"]),
    ("2404", Of(Stay), &["data.mdtrt_id", "data.psn_no"]),
    ("2405", Of(Stay), &["data.mdtrt_id", "data.psn_no"]),
    ("2501", Person, &["refmedin.psn_no"]),
    ("2502", Person, &["data.psn_no", "data.trt_dcla_detl_sn"]),
    ("2503", Person, &["data.psn_no"]),
    ("2504", Person, &["data.psn_no", "data.trt_dcla_detl_sn"]),
    ("2505", Person, &["data.psn_no"]),
    ("2506", Person, &["data.psn_no", "data.trt_dcla_detl_sn"]),
    ("2601", Person, &["data.psn_no", "data.omsgid", "data.oinfno"]),
    (
        "3201",
        Person,
        &[
            "data.insutype",
            "data.clr_type",
            "data.stmt_begndate",
            "data.stmt_enddate",
            "data.medfee_sumamt",
            "data.fund_pay_sumamt",
            "data.acct_pay",
            "data.fixmedins_setl_cnt",
        ],
    ),
    ("3202", Person, &["data.file_qury_no", "data.stmt_begndate", "data.stmt_enddate"]),
    ("5201", Person, &["data.psn_no"]),
    ("5202", Of(Open), &["data.psn_no", "data.mdtrt_id"]),
    ("5203", Of(Settled), &["data.psn_no", "data.setl_id", "data.mdtrt_id"]),
    ("5204", Of(Settled), &["data.psn_no", "data.setl_id", "data.mdtrt_id"]),
    ("5206", Person, &["data.psn_no"]),
    ("5304", Person, &["data.psn_no"]),
    ("9002", Person, &["signOut.sign_no"]),
    ("9101", Person, &["fsUploadIn.in"]),
    ("9102", Person, &["fsDownloadIn.file_qury_no"]),
];

/// Calls whose node is taken away whole.
const NODES: &[(&str, About, &str)] = &[
    ("1101", Person, "data"),
    ("2101", Of(Purchase), "druginfo"),
    ("2201", Person, "data"),
    ("2203", Of(Open), "mdtrtinfo"),
    ("2206", Of(Open), "data"),
    ("2207", Of(Open), "data"),
    ("2208", Of(Settled), "data"),
    ("2401", Person, "mdtrtinfo"),
    ("2402", Of(Stay), "dscginfo"),
    ("2601", Person, "data"),
    ("3201", Person, "data"),
    ("9002", Person, "signOut"),
];

/// Values of another kind: where, what, and what the sentence names.
const BAD: &[(&str, &str, About, &str, &str, &str)] = &[
    ("01", "2207", Of(Open), "data.medfee_sumamt", "t:五十元", "medfee_sumamt"),
    ("02", "2207", Of(Open), "data.medfee_sumamt", "n:50.001", "medfee_sumamt"),
    ("03", "2207", Of(Open), "data.medfee_sumamt", "n:1e40", "medfee_sumamt"),
    ("04", "2207", Of(Open), "data.medfee_sumamt", "n:49.99", "medfee_sumamt"),
    ("05", "2207", Of(Open), "data.medfee_sumamt", "list", "medfee_sumamt"),
    ("06", "2207", Of(Open), "data.acct_used_flag", "t:7", "acct_used_flag"),
    ("07", "2207", Of(Open), "data.psn_no", "t:nobody", "psn_no"),
    ("08", "2207", Of(Open), "data.mdtrt_id", "t:1", "mdtrt_id"),
    ("09", "2207", Of(Open), "data.mdtrt_id", "list", "mdtrt_id"),
    ("10", "2206", Of(Open), "data.med_type", "t:777", "med_type"),
    ("11", "2206", Of(Open), "data.mdtrt_cert_type", "t:09", "mdtrt_cert_type"),
    ("12", "2206", Of(Open), "data", "list", "data"),
    ("13", "2204", Of(Open), "feedetail", "t:rows", "feedetail"),
    ("14", "2204", Of(Open), "feedetail.0.cnt", "t:two", "cnt"),
    ("15", "2204", Of(Open), "feedetail.0.pric", "n:1.2345678", "pric"),
    ("16", "2204", Of(Open), "feedetail.0.fee_ocur_time", "t:2026-02-30", "fee_ocur_time"),
    ("17", "2204", Of(Open), "feedetail.0.feedetl_sn", "n:0", "feedetl_sn"),
    ("18", "2204", Of(Open), "feedetail.0.feedetl_sn", "t:1234567890123456", "feedetl_sn"),
    ("19", "2204", Of(Open), "feedetail.0.feedetl_sn", "t:A1", "feedetl_sn"),
    ("20", "2402", Of(Stay), "dscginfo.endtime", "t:later", "endtime"),
    ("21", "3201", Person, "data.stmt_begndate", "t:yesterday", "stmt_begndate"),
    ("22", "3201", Person, "data.stmt_enddate", "t:2000-01-01", "stmt_enddate"),
    ("23", "3201", Person, "data.fixmedins_setl_cnt", "n:1.5", "fixmedins_setl_cnt"),
    ("24", "2601", Person, "data.oinfno", "t:2201", "oinfno"),
    ("25", "9101", Person, "fsUploadIn.in", "t:不是Base64", "in"),
    ("26", "9102", Person, "fsDownloadIn.file_qury_no", "t:1", "file_qury_no"),
    ("27", "9002", Person, "signOut.sign_no", "t:1", "sign_no"),
    ("28", "1101", Person, "data.mdtrt_cert_type", "t:77", "mdtrt_cert_type"),
    ("29", "5203", Of(Settled), "data.setl_id", "t:1", "setl_id"),
    ("30", "2502", Person, "data.trt_dcla_detl_sn", "t:1", "trt_dcla_detl_sn"),
    ("31", "1201", Person, "medinsinfo.fixmedins_code", "t:H00000000000", "fixmedins_code"),
    ("32", "5201", Person, "data.begntime", "t:sometime", "begntime"),
];

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let fields = NEEDED.iter().flat_map(|(infno, about, places)| {
        places.iter().map(move |place| {
            let field = place.rsplit('.').next().unwrap_or(place);
            let words = (
                format!("{infno} 缺 {place}：退回，并指明它"),
                format!("{infno} without {place}: refused, and it is named"),
            );
            check(format!("NEED-{infno}-{}", place.replace(".0.", ".")), "附录 B appendix B", words, move |bench| {
                changed(bench, (infno, *about), (place, None), field)
            })
        })
    });
    let nodes = NODES.iter().map(|(infno, about, node)| {
        let words = (
            format!("{infno} 缺节点 {node}：退回，并指明它"),
            format!("{infno} without the node {node}: refused, and it is named"),
        );
        check(format!("NODE-{infno}"), "附录 B appendix B", words, move |bench| {
            changed(bench, (infno, *about), (node, None), node)
        })
    });
    let bad = BAD.iter().map(|(number, infno, about, place, text, named)| {
        let words = (
            format!("{infno} 的 {place} 取值不对：退回，并指明 {named}"),
            format!("{infno} with a bad {place}: refused, and {named} is named"),
        );
        check(format!("BAD-{number}"), "附录 B appendix B", words, move |bench| {
            changed(bench, (infno, *about), (place, Some(value(text))), named)
        })
    });
    fields.chain(nodes).chain(bad).collect()
}

fn value(text: &str) -> Value {
    match text.split_once(':') {
        Some(("n", number)) => digits(number),
        Some((_, text)) => Value::text(text),
        None => Value::List(vec![Value::whole(1), Value::whole(2)]),
    }
}

/// What a message is about.
pub(super) fn about<'l>(bench: &Bench<'l>, about: About) -> Result<Case<'l>, Stop> {
    match about {
        Of(scene) => bench.scene(scene),
        Person => {
            let mut case = bench.case(bench.anybody())?;
            for (name, words) in [
                ("total_whole", "0.00"),
                ("total_fund", "0.00"),
                ("total_account", "0.00"),
                ("total_count", "0"),
                ("omsgid", "M1"),
                ("oinfno", "2207"),
                ("filing", "1"),
                ("sign_no", "1"),
                ("file_no", "1"),
            ] {
                case.say_that(name, words);
            }
            case.set("file", Value::text(super::reconcile::file_text(&[])));
            Ok(case)
        }
    }
}

fn changed(bench: &Bench<'_>, (infno, what): (&str, About), (place, new): (&str, Option<Value>), named: &str) -> Went {
    let mut case = about(bench, what)?;
    if matches!(infno, "2204" | "2301") {
        // Another batch and other numbers than those that stand there: nothing else is wrong with the message.
        case.say_that("batch", "B-NEW");
        case.lines = vec![bench.item(90_001, "5.00", "1")];
    }
    refused(&case.ask_with(infno, (place, new))?, &[named])
}

use gongji_words::{Day, Fen};
use proptest::prelude::*;

use super::*;
use crate::fault::{Fault, Form, Place, Warning};
use crate::number::{Count, Price};
use crate::value::{Value, read};

fn call(infno: &str) -> &'static Call {
    Call::of(infno).unwrap_or_else(|| panic!("{infno} is a call"))
}

fn names(node: &NodeTable) -> Vec<&str> {
    node.fields.iter().map(|field| field.name).collect()
}

#[test]
fn every_call_of_the_specification_is_there() {
    let all: Vec<&str> = Call::all().iter().map(|call| call.infno).collect();
    let expected = "1101 1201 2001 2101 2102 2103 2201 2202 2203 2203A 2204 2205 2206 2207 2208 2301 2302 2303 2304 2305 2401 \
                    2402 2403 2404 2405 2501 2502 2503 2504 2505 2506 2601 3201 3202 3203 3204 3260 3261 3262 5201 5202 5203 5204 5205 5206 \
                    5301 5302 5303 5304 6101 6201 6202 6203 6204 6301 6302 6401 9001 9002 9101 9102";
    assert_eq!(all.join(" "), expected);
    assert!(Call::of("2161").is_none() && Call::of("").is_none());
}

#[test]
fn a_call_has_its_nodes_with_kinds_and_obligations() {
    let settle = call("2207");
    let data = settle.input.node("data").unwrap();
    assert_eq!(names(data)[..4], ["psn_no", "mdtrt_cert_type", "mdtrt_cert_no", "card_sn"]);
    let field = |name| *data.field(name).unwrap();
    assert_eq!(
        field("certno"),
        Field { name: "certno", title: "证件号码", kind: Kind::Text(Some(20)), coded: false, required: true }
    );
    assert_eq!(field("medfee_sumamt").kind, Kind::Number { digits: Some(16), places: 2 });
    assert!(field("acct_used_flag").coded && !field("invono").required);
    assert!(settle.output.node("setldetail").unwrap().rows && !settle.output.node("setlinfo").unwrap().rows);
    assert_eq!(call("2601").output.nodes.len(), 0);
    assert_eq!(names(call("3202").sent.node("file").unwrap()).len(), 7);
    assert_eq!(names(call("3202").returned.node("file").unwrap()).len(), 10);
}

#[test]
fn no_node_has_a_field_twice_and_no_side_a_node() {
    for call in Call::all() {
        for side in [&call.input, &call.output] {
            let once = |mut names: Vec<&str>| {
                let all = names.len();
                names.sort_unstable();
                names.dedup();
                names.len() == all
            };
            assert!(once(side.nodes.iter().map(|node| node.name).collect()), "{}", call.infno);
            assert!(side.nodes.iter().all(|node| once(names(node)) && !node.fields.is_empty()), "{}", call.infno);
        }
    }
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    let glossary = "a 甲 s3\nb 乙 n16,2 code\n";
    for (glossary, calls, line) in [
        (glossary, "1 x\nin data: c!", "in data: c!"),
        (glossary, "1 x\nin data: a<q>", "in data: a<q>"),
        (glossary, "in data: a", "in data: a"),
        (glossary, "1 x\nup data: a", "up data: a"),
        ("a 甲", "", "a 甲"),
        ("a 甲 s3 secret", "", "a 甲 s3 secret"),
    ] {
        let found = load::tables(glossary, calls).err();
        assert_eq!(found, Some(line));
    }
}

#[test]
fn fields_are_read_in_the_forms_that_clients_send() {
    let input = read(
        r#"{"data":{"psn_no":" P1 ","medfee_sumamt":"88.50","acct_used_flag":2,"invono":"","fulamt_ownpay_amt":null,
            "overlmt_selfpay":0,"preselfpay_amt":"null"}}"#,
    )
    .unwrap();
    let data = call("2207").received(&input).node("data").unwrap();
    assert_eq!(data.text("psn_no"), Ok("P1"));
    assert_eq!(data.amount("medfee_sumamt"), Ok(Fen::from_fen(8850)));
    assert_eq!(data.code("acct_used_flag", &["0", "1", "2"]), Ok("2"));
    assert_eq!(data.text_if("invono"), Ok(None));
    assert_eq!(data.amount_if("fulamt_ownpay_amt"), Ok(None));
    assert_eq!(data.amount_if("overlmt_selfpay"), Ok(Some(Fen::ZERO)));
    assert_eq!(data.amount_if("preselfpay_amt"), Ok(None));
}

#[test]
fn prices_counts_days_and_times_are_read_row_by_row() {
    let input = read(
        r#"{"feedetail":[{"pric":"0.123456","cnt":1.5,"fee_ocur_time":"20250308100005"},{"pric":1.1234567,"cnt":"","feedetl_sn":7}]}"#,
    )
    .unwrap();
    let rows = call("2204").received(&input).rows("feedetail").unwrap();
    assert_eq!(rows[0].decimal::<6>("pric"), Ok(Price::from_units(123_456)));
    assert_eq!(rows[0].decimal::<4>("cnt"), Ok(Count::from_units(15_000)));
    assert_eq!(crate::time::nineteen(rows[0].time("fee_ocur_time").unwrap()), "2025-03-08 10:00:05");
    assert_eq!(rows[0].date("fee_ocur_time"), Ok(Day::new(2025, 3, 8).unwrap()));
    let at = |field| Place { node: "feedetail", row: Some(2), field };
    assert_eq!(rows[1].decimal::<6>("pric"), Err(Fault::Decimals(at("pric"), 6)));
    assert_eq!(rows[1].decimal::<4>("cnt"), Err(Fault::Missing(at("cnt"))));
    assert_eq!(rows[1].whole("feedetl_sn"), Ok(7));
    assert_eq!(rows[1].time_if("fee_ocur_time"), Ok(None));
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let input = read(
        r#"{"data":{"psn_no":{},"psn_name":"a\u0000b","medfee_sumamt":"88,50","fulamt_ownpay_amt":"1.001",
            "overlmt_selfpay":1e30,"acct_used_flag":"3","mdtrt_id":true}}"#,
    )
    .unwrap();
    let data = call("2207").received(&input).node("data").unwrap();
    let at = |field| Place { node: "data", row: None, field };
    assert_eq!(data.text("psn_no"), Err(Fault::Form(at("psn_no"), Form::Text)));
    assert_eq!(data.text("mdtrt_id"), Err(Fault::Form(at("mdtrt_id"), Form::Text)));
    assert_eq!(data.amount("medfee_sumamt"), Err(Fault::Form(at("medfee_sumamt"), Form::Amount)));
    assert_eq!(data.amount("fulamt_ownpay_amt"), Err(Fault::Decimals(at("fulamt_ownpay_amt"), 2)));
    assert_eq!(data.amount("overlmt_selfpay"), Err(Fault::TooLarge(at("overlmt_selfpay"))));
    assert_eq!(data.code("acct_used_flag", &["0", "1"]), Err(Fault::Code(at("acct_used_flag"), &["0", "1"])));
    assert_eq!(data.text("insutype"), Err(Fault::Missing(at("insutype"))));
    let pre = call("2206").received(&input).node("data").unwrap();
    assert_eq!(pre.text("psn_name"), Err(Fault::Form(at("psn_name"), Form::Text)), "no database keeps a NUL");
}

#[test]
fn a_node_is_found_where_clients_put_it() {
    for text in [r#"{"data":{"psn_no":"P"}}"#, r#"{"data":[{"psn_no":"P"}]}"#, r#"{"psn_no":"P","x":1}"#] {
        let input = read(text).unwrap();
        assert_eq!(call("2207").received(&input).node("data").unwrap().text("psn_no"), Ok("P"), "{text}");
    }
    let fault = |text| call("2207").received(&read(text).unwrap()).node("data").err();
    let place = Place { node: "data", row: None, field: "" };
    assert_eq!(fault("{}"), Some(Fault::Missing(place)));
    assert_eq!(fault("[]"), Some(Fault::Missing(place)));
    assert_eq!(fault(r#"{"data":[]}"#), Some(Fault::Missing(place)));
    assert_eq!(fault(r#"{"data":[{},{}]}"#), Some(Fault::Form(place, Form::Node)));
    assert_eq!(fault(r#"{"data":"P"}"#), Some(Fault::Form(place, Form::Node)));
}

#[test]
fn rows_are_found_where_clients_put_them() {
    let rows = |text| {
        let input = read(text).unwrap();
        call("6201").received(&input).rows("diseinfoList").map(|rows| rows.len())
    };
    assert_eq!(rows(r#"{"diseinfoList":[{},{}]}"#), Ok(2));
    assert_eq!(rows(r#"{"data":{"diseinfoList":[{},{}]}}"#), Ok(2));
    assert_eq!(rows(r#"{"diseinfoList":{}}"#), Ok(1));
    assert_eq!(rows(r#"{"diseinfoList":null}"#), Ok(0));
    assert_eq!(rows("{}"), Ok(0));
    let fault = Fault::Form(Place { node: "diseinfoList", row: None, field: "" }, Form::Rows);
    assert_eq!(rows(r#"{"diseinfoList":[1]}"#), Err(fault.clone()));
    assert_eq!(rows(r#"{"diseinfoList":"x"}"#), Err(fault));
    let input = read(r#"{"drugdetail":[{"durg_trac_info":[{"drug_trac_codg":"T"}]}]}"#).unwrap();
    let lines = call("2102").received(&input).rows("drugdetail").unwrap();
    let codes = lines[0].rows("durg_trac_info").unwrap();
    assert_eq!(codes[0].text("drug_trac_codg"), Ok("T"));
}

#[test]
fn a_file_is_taken_as_text_and_as_bytes_of_both_kinds() {
    for (text, bytes) in [
        (r#"{"fsUploadIn":{"in":"UEsD\n"}}"#, Ok(b"PK\x03".to_vec())),
        (r#"{"fsUploadIn":{"in":[80,75,3,-1,255]}}"#, Ok(vec![80, 75, 3, 255, 255])),
        (r#"{"fsUploadIn":{"in":[256]}}"#, Err(())),
        (r#"{"fsUploadIn":{"in":"*"}}"#, Err(())),
        (r#"{"fsUploadIn":{"in":1}}"#, Err(())),
    ] {
        let input = read(text).unwrap();
        let node = call("9101").received(&input).node("fsUploadIn").unwrap();
        assert_eq!(node.bytes("in").map_err(|_| ()), bytes, "{text}");
    }
}

#[test]
fn what_is_odd_is_told_and_taken() {
    let long = "x".repeat(31);
    let full = "医".repeat(30);
    let input = read(&format!(r#"{{"data":{{"setl_id":"{long}","mdtrt_id":"{full}"}}}}"#)).unwrap();
    let received = call("2208").received(&input);
    let at = |field| Place { node: "data", row: None, field };
    assert_eq!(received.warnings(), [Warning::Long(at("setl_id"), 30), Warning::Lacking(at("psn_no"))]);
    assert_eq!(received.node("data").unwrap().text("setl_id"), Ok(long.as_str()));
}

#[test]
fn an_answer_has_every_amount_and_empty_lists() {
    let mut answer = call("2207").answer();
    answer.node("setlinfo").text("setl_id", "S1").amount("acct_mulaid_pay", Fen::from_fen(1230));
    assert!(answer.lacking().contains(&"setlinfo.psn_no".to_owned()));
    let written = answer.done().to_string();
    assert!(written.starts_with(r#"{"setlinfo":{"mdtrt_id":"","setl_id":"S1","psn_no":"","#), "{written}");
    assert!(written.ends_with(r#"},"setldetail":[]}"#), "{written}");
    for amount in [
        r#""acct_mulaid_pay":12.30"#,
        r#""hosp_part_amt":0.00"#,
        r#""hifdm_pay":0.00"#,
        r#""act_pay_dedc":0.00"#,
        r#""pool_prop_selfpay":0,"#,
    ] {
        assert!(written.contains(amount), "{amount} in {written}");
    }
    assert!(!written.contains("null"), "{written}");
}

#[test]
fn both_spellings_of_a_slip_are_answered() {
    for (set, other) in [("pdn_cash_pay", "psn_cash_pay"), ("psn_cash_pay", "pdn_cash_pay")] {
        let mut reversal = call("2208").answer();
        reversal.node("setlinfo").amount(set, Fen::from_fen(-500));
        let written = reversal.done().to_string();
        assert!(written.contains(&format!("\"{other}\":-5.00")), "{written}");
    }
    let mut sign_out = call("9002").answer();
    sign_out.node("sign_time").time("sign_time", Day::new(2025, 3, 8).unwrap().start());
    let time = r#"{"sign_time":"2025-03-08 00:00:00"}"#;
    assert_eq!(sign_out.done().to_string(), format!(r#"{{"sign_time":{time},"signoutoutb":{time}}}"#));
}

#[test]
fn outputs_without_a_node_are_the_output_itself() {
    let mut upload = call("9101").answer();
    upload
        .node("")
        .text("file_qury_no", "F")
        .text("filename", "a.zip")
        .text("fixmedins_code", "H")
        .text("dld_endtime", "x");
    let text = upload.done().to_string();
    assert_eq!(text, r#"{"file_qury_no":"F","filename":"a.zip","fixmedins_code":"H","dld_endtime":"x"}"#);
    assert_eq!(call("5204").answer().done().to_string(), "[]");
    let mut lines = call("5204").answer();
    lines.row("").decimal("pric", Price::from_units(1_500_000)).decimal("cnt", Count::from_units(20_000));
    let text = lines.done().to_string();
    assert!(text.starts_with(r#"[{"mdtrt_id":"","#) && text.contains(r#""cnt":2,"pric":1.5,"#), "{text}");
}

#[test]
fn a_request_says_only_what_was_set() {
    let mut request = call("2203").request();
    request.node("mdtrtinfo").text("mdtrt_id", "M");
    request.row("diseinfo").whole("diag_srt_no", 1);
    assert_eq!(request.done().to_string(), r#"{"mdtrtinfo":{"mdtrt_id":"M"},"diseinfo":[{"diag_srt_no":1}]}"#);
    assert_eq!(call("2203").request().done().to_string(), "{}");
}

#[test]
fn lists_of_mobile_payment_stand_inside_the_data() {
    let mut request = call("6201").request();
    request.node("data").text("orgCodg", "H");
    request.row("diseinfoList").text("diagCode", "J00");
    let written = request.done();
    assert_eq!(written.to_string(), r#"{"data":{"orgCodg":"H","diseinfoList":[{"diagCode":"J00"}]}}"#);
    let rows = call("6201").received(&written).rows("diseinfoList").unwrap();
    assert_eq!(rows[0].text("diagCode"), Ok("J00"));
}

#[test]
fn yes_and_no_are_read_and_what_no_table_has_can_be_seen() {
    for (text, yes) in [("true", Ok(true)), (r#""false""#, Ok(false)), ("1", Err(())), (r#""yes""#, Err(()))] {
        let output = read(&format!(r#"{{"data":{{"success":{text},"card_token":"T"}}}}"#)).unwrap();
        let data = call("6401").answered(&output).node("data").unwrap();
        assert_eq!(data.yes_or_no("success").map_err(|_| ()), yes, "{text}");
        assert_eq!(data.object().get("card_token"), Some(&Value::text("T")));
    }
}

#[test]
#[should_panic(expected = "the node setlinfo has no field psn_nam")]
fn a_field_that_the_table_does_not_have_is_not_written() {
    call("2207").answer().node("setlinfo").text("psn_nam", "x");
}

#[test]
#[should_panic(expected = "medfee_sumamt is of another kind")]
fn an_amount_is_not_written_as_text() {
    call("2207").answer().node("setlinfo").text("medfee_sumamt", "1.00");
}

#[test]
#[should_panic(expected = "has no field sponsor_no")]
fn a_field_that_the_table_does_not_have_is_not_read() {
    let input = read(r#"{"data":{"psn_no":"P"}}"#).unwrap();
    let data = call("2207").received(&input).node("data").unwrap();
    let _ = data.text_if("sponsor_no");
}

/// Something for each field of a node, as its kind wants it.
fn write_all(written: &mut Written, node: &NodeTable, fen: i64) {
    for field in &node.fields {
        match field.kind {
            kind if kind.is_amount() => written.amount(field.name, Fen::from_fen(fen)),
            Kind::Number { places: 6.., .. } => written.decimal(field.name, Price::from_units(fen)),
            Kind::Number { places: 4.., .. } => written.decimal(field.name, Count::from_units(fen)),
            Kind::Number { .. } => written.whole(field.name, 3),
            Kind::Bool => written.yes_or_no(field.name, true),
            Kind::Bytes => written,
            Kind::Day => written.date(field.name, Day::new(2025, 3, 8).unwrap()),
            Kind::Moment => written.time(field.name, Day::new(2025, 3, 8).unwrap().start()),
            Kind::Text(_) => written.text(field.name, "文本"),
        };
    }
}

fn check_all(node: &Node<'_>, table: &'static NodeTable, fen: i64) {
    for field in &table.fields {
        match field.kind {
            kind if kind.is_amount() => assert_eq!(node.amount(field.name), Ok(Fen::from_fen(fen))),
            Kind::Number { places: 6.., .. } => assert_eq!(node.decimal(field.name), Ok(Price::from_units(fen))),
            Kind::Number { places: 4.., .. } => assert_eq!(node.decimal(field.name), Ok(Count::from_units(fen))),
            Kind::Number { .. } => assert_eq!(node.whole(field.name), Ok(3)),
            Kind::Bool => assert_eq!(node.yes_or_no(field.name), Ok(true)),
            Kind::Bytes => {}
            Kind::Day | Kind::Moment => assert_eq!(node.date(field.name), Ok(Day::new(2025, 3, 8).unwrap())),
            Kind::Text(_) => assert_eq!(node.text(field.name), Ok("文本")),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_call_reads_back_what_it_wrote(fen in -99_999_999_i64..=99_999_999) {
        for call in Call::all() {
            let mut answer = call.answer();
            for table in &call.output.nodes {
                write_all(answer.row(table.name), table, fen);
            }
            prop_assert!(answer.lacking().is_empty());
            let text = answer.done().to_string();
            let value = read(&text).unwrap();
            let answered = call.answered(&value);
            for table in &call.output.nodes {
                match table.rows {
                    true => check_all(&answered.rows(table.name).unwrap()[0], table, fen),
                    false => check_all(&answered.node(table.name).unwrap(), table, fen),
                }
            }
        }
    }

    #[test]
    fn whatever_stands_in_an_input_is_read_or_a_fault(text in "[{}\\[\\]:,\"a-z0-9_]{0,60}", fill in "[ -~]{0,20}") {
        let made = format!(r#"{{"data":{{"psn_no":{fill:?},"medfee_sumamt":{fill:?}}},"setlinfo":[{{"x":1}}]}}"#);
        for text in [text, made] {
            let Ok(value) = read(&text) else { continue };
            for call in Call::all() {
                let received = call.received(&value);
                for table in &call.input.nodes {
                    let nodes = match table.rows {
                        true => received.rows(table.name).unwrap_or_default(),
                        false => received.node_if(table.name).ok().flatten().into_iter().collect(),
                    };
                    for (node, field) in nodes.iter().flat_map(|node| table.fields.iter().map(move |field| (node, field))) {
                        let _ = (node.text_if(field.name), node.amount_if(field.name), node.time_if(field.name));
                        let _ = (node.decimal_if::<6>(field.name), node.whole_if(field.name), node.bytes(field.name));
                    }
                }
                let _ = received.warnings();
            }
        }
    }
}

#[test]
fn a_list_as_input_of_a_call_with_named_nodes_is_missing_them() {
    let value = Value::List(Vec::new());
    assert_eq!(call("2204").received(&value).rows("feedetail").map(|rows| rows.len()), Ok(0));
}

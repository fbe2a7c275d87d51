use gongji_words::{AreaCode, Day, Moment};
use proptest::prelude::*;

use super::*;
use crate::fault::{Form, Place, Warning};
use crate::value::{Value, read};

const BODY: &str = r#"{"infno":"2207","msgid":"H13010000001202503081000050001","mdtrtarea_admvs":"990100","insuplc_admdvs":"",
    "recer_sys_code":"99","dev_no":null,"dev_safe_info":"null","cainfo":"","signtype":"","infver":"V1.0","opter_type":"1",
    "opter":"001","opter_name":"收费员","inf_time":"2025-03-08 10:00:05","fixmedins_code":"H99010000001",
    "fixmedins_name":"示例医院","sign_no":"","fixmedins_soft_fcty":"x","input":{"data":{"psn_no":"P1"}}}"#;

fn moment() -> Moment {
    Moment::from_millis(Moment::at(Day::new(2025, 3, 8).unwrap(), 10, 0).millis() + 5_250)
}

fn body_with(old: &str, new: &str) -> String {
    assert!(BODY.contains(old), "{old}");
    BODY.replacen(old, new, 1)
}

fn fault(body: &str) -> Fault {
    Request::read(body.as_bytes(), None).expect_err(body)
}

#[test]
fn a_request_is_read_with_every_field() {
    let request = Request::read(BODY.as_bytes(), None).unwrap();
    assert_eq!((request.infno.as_str(), request.opter_name.as_str()), ("2207", "收费员"));
    assert_eq!(request.inf_time.millis(), moment().millis() - 250);
    assert_eq!(
        (request.insuplc_admdvs.as_deref(), request.dev_safe_info.as_str()),
        (None, ""),
        "the text null is nothing"
    );
    assert_eq!(request.input, Input::Open(read(r#"{"data":{"psn_no":"P1"}}"#).unwrap()));
    assert_eq!(request.input_text, r#"{"data":{"psn_no":"P1"}}"#);
    assert_eq!(request.warnings(), []);
}

#[test]
fn a_request_is_read_back_as_it_was_written() {
    let mut request = Request::read(BODY.as_bytes(), None).unwrap();
    request.insuplc_admdvs = Some("990200".to_owned());
    request.enc_type = "SM4".to_owned();
    assert!(Request::read(request.to_body().as_bytes(), None).unwrap() == request);
}

#[test]
fn what_an_answer_needs_is_asked_for_by_name() {
    for (old, field) in [
        (r#""infno":"2207""#, "infno"),
        (r#""msgid":"H13010000001202503081000050001""#, "msgid"),
        (r#""mdtrtarea_admvs":"990100""#, "mdtrtarea_admvs"),
        (r#""opter":"001""#, "opter"),
        (r#""inf_time":"2025-03-08 10:00:05""#, "inf_time"),
        (r#""fixmedins_code":"H99010000001""#, "fixmedins_code"),
        (r#""input":{"data":{"psn_no":"P1"}}"#, "input"),
    ] {
        assert_eq!(fault(&body_with(old, r#""x":1"#)), Fault::Missing(Place::head(field)));
        assert_eq!(fault(&body_with(old, &format!(r#""{field}":"""#))), Fault::Missing(Place::head(field)));
    }
    assert_eq!(
        fault(&body_with(r#""msgid":"H13"#, r#""msgid":[],"y":""#)),
        Fault::Form(Place::head("msgid"), Form::Text)
    );
    assert_eq!(fault(&body_with("2025-03-08", "2025-03-38")), Fault::Form(Place::head("inf_time"), Form::Moment));
    assert_eq!(fault(&body_with("2207", "22 07")), Fault::UnknownCall);
    assert_eq!(fault(&body_with(r#"{"data":{"psn_no":"P1"}}"#, "[1]")), Fault::Form(Place::head("input"), Form::Node));
    assert_eq!(fault("[]"), Fault::NotAnObject);
    assert_eq!(fault(""), Fault::Json { line: 1, column: 1 });
    assert_eq!(fault(r#"{"infno":"2207","infno":"2208"}"#), Fault::Twice { name: "infno".to_owned() });
    assert_eq!(fault(&"[".repeat(100)), Fault::Deep);
    assert_eq!(fault(&" ".repeat(LONGEST + 1)), Fault::TooLong { limit: LONGEST });
}

#[test]
fn what_is_only_wished_for_is_told() {
    let body = body_with(r#""recer_sys_code":"99","#, "").replace("示例医院", &"示".repeat(201));
    let request = Request::read(body.as_bytes(), None).unwrap();
    let expected = [Warning::Lacking(Place::head("recer_sys_code")), Warning::Long(Place::head("fixmedins_name"), 200)];
    assert_eq!(request.warnings(), expected);
}

#[test]
fn the_text_of_the_input_is_that_which_came() {
    let spaced = r#"{ "data" : {"a":1.50} }"#;
    let request = Request::read(body_with(r#"{"data":{"psn_no":"P1"}}"#, spaced).as_bytes(), None).unwrap();
    assert_eq!(request.input_text, spaced);
    let quoted = r#""{\"data\":{\"a\":1.50}}""#;
    let request = Request::read(body_with(r#"{"data":{"psn_no":"P1"}}"#, quoted).as_bytes(), None).unwrap();
    assert_eq!(request.input_text, r#"{"data":{"a":1.50}}"#);
    assert_eq!(request.input, Input::Open(read(r#"{"data":{"a":1.50}}"#).unwrap()));
    let sealed = Request::read(body_with(r#"{"data":{"psn_no":"P1"}}"#, r#""UEsD""#).as_bytes(), None).unwrap();
    assert_eq!(sealed.input, Input::Sealed("UEsD".to_owned()));
}

#[test]
fn the_character_set_is_the_one_that_is_declared() {
    let (gbk, _, _) = encoding_rs::GBK.encode(BODY);
    for content_type in ["text/plain;charset=GBK", "application/json; Charset=\"gb2312\"", "text/xml;charset=GB18030"] {
        let request = Request::read(&gbk, Some(content_type)).unwrap();
        assert_eq!(request.opter_name, "收费员", "{content_type}");
    }
    for content_type in [None, Some("text/plain"), Some("application/octet-stream;charset=iso-8859-1"), Some(";;=")] {
        assert_eq!(Request::read(BODY.as_bytes(), content_type).unwrap().opter_name, "收费员");
        assert_eq!(Request::read(&gbk, content_type), Err(Fault::Charset { charset: "UTF-8" }));
    }
    assert_eq!(Request::read(&[0xff], Some("text/plain;charset=GBK")), Err(Fault::Charset { charset: "GBK" }));
    let marked = ["\u{feff}", BODY].concat();
    assert!(Request::read(marked.as_bytes(), None).is_ok(), "a byte order mark is passed over");
}

#[test]
fn nobody_is_printed() {
    let request = Request::read(BODY.as_bytes(), None).unwrap();
    assert_eq!(format!("{request:?}"), "Request(2207 H13010000001202503081000050001 of H99010000001)");
    assert_eq!(format!("{:?}", request.input), r#"{"data": {"psn_no": text(2)}}"#);
    assert_eq!(format!("{:?}", Input::Sealed("UEsD".to_owned())), "sealed(4)");
}

fn answer(outcome: Outcome) -> Answer {
    Answer {
        inf_refmsgid: reference(AreaCode::parse("990100").unwrap(), moment(), 42),
        refmsg_time: moment(),
        respond_time: moment(),
        outcome,
        warn_msg: String::new(),
        seals: Seals::default(),
    }
}

#[test]
fn an_answer_is_framed_as_clients_read_it() {
    let done = answer(Outcome::Done(read(r#"{"data":{}}"#).unwrap()));
    let frame = r#""inf_refmsgid":"990100202503081000050000000042","refmsg_time":"20250308100005250","respond_time":"20250308100005250""#;
    let expected =
        format!(r#"{{"infcode":0,{frame},"err_msg":"","cainfo":"","signtype":"","output":{{"data":{{}}}}}}"#);
    assert_eq!(done.into_body(Quirks::default()), expected);
    let failed = answer(Outcome::Failed(Fault::UnknownCall.message()));
    let text = failed.into_body(Quirks { infcode_as_text: true });
    assert!(text.starts_with(r#"{"infcode":"-1","#) && text.ends_with(r#""output":{}}"#), "{text}");
    assert!(text.contains("交易编号 infno 不受支持"), "{text}");
}

#[test]
fn a_serial_number_keeps_its_ten_digits() {
    let area = AreaCode::parse("990100").unwrap();
    assert_eq!(reference(area, moment(), 12_345_678_901).len(), 30);
    assert!(reference(area, moment(), 12_345_678_901).ends_with("2345678901"));
}

#[test]
fn an_answer_is_read_back_as_it_was_written() {
    let mut sealed = answer(Outcome::Done(Value::text("UEsD")));
    sealed.seals = Seals { cainfo: "c".to_owned(), signtype: "SM2".to_owned(), enc_type: "SM4".to_owned() };
    for answer in [answer(Outcome::Done(read("{}").unwrap())), answer(Outcome::Failed("为什么".to_owned())), sealed]
    {
        for quirks in [Quirks { infcode_as_text: true }, Quirks { infcode_as_text: false }] {
            assert_eq!(Answer::read(answer.clone().into_body(quirks).as_bytes(), None).as_ref(), Ok(&answer));
        }
    }
    assert_eq!(Answer::read(b"{}", None), Err(Fault::Missing(Place::head("infcode"))));
    let untimed = Answer::read(br#"{"infcode":0,"refmsg_time":"soon"}"#, None);
    assert_eq!(untimed, Err(Fault::Form(Place::head("refmsg_time"), Form::Moment)));
}

#[test]
fn a_long_reason_is_cut_to_what_err_msg_holds() {
    let text = answer(Outcome::Failed("长".repeat(300))).into_body(Quirks::default());
    let Ok(Answer { outcome: Outcome::Failed(why), .. }) = Answer::read(text.as_bytes(), None) else {
        panic!("{text}")
    };
    assert_eq!(why.chars().count(), 200);
}

proptest! {
    #[test]
    fn whatever_bytes_come_in_are_a_request_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..900_usize) {
        let mut spoilt = BODY.as_bytes().to_vec();
        let at = at.min(spoilt.len() - 1);
        spoilt[at] = bytes.first().copied().unwrap_or(b'x');
        for content_type in [None, Some("text/plain;charset=GBK")] {
            for body in [&bytes, &spoilt] {
                if let Err(fault) = Request::read(body, content_type) {
                    prop_assert!(fault.message().chars().count() <= 200);
                }
                let _ = Answer::read(body, content_type);
            }
        }
    }
}

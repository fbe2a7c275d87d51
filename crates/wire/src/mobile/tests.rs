use gongji_words::Day;
use proptest::prelude::*;

use super::*;

/// Id and secret of the specification's example, as a public client's tests quote them.
const APP_ID: &str = "43AF047BBA47FC8A1AE8EFB232BDBBCB";
const APP_SECRET: &str = "4117E877F5FA0A0188891283E4B617D5";
const TILL: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const CENTRE: &str = "0202020202020202020202020202020202020202020202020202020202020202";

fn now() -> Moment {
    Moment::at(Day::new(2025, 3, 8).unwrap(), 10, 0)
}

fn secret() -> Secret {
    Secret::new(APP_SECRET)
}

/// The two ends of a channel.
fn ends() -> (Channel, Channel) {
    let public = |private| PrivateKey::parse(private, gm::NAME).unwrap().public().to_base64();
    let channel = |ours, theirs| Channel::parse(APP_ID, secret(), (ours, &public(theirs))).unwrap();
    (channel(TILL, CENTRE), channel(CENTRE, TILL))
}

fn value(text: &str) -> Value {
    read(text).unwrap()
}

fn object(text: &str) -> Object {
    value(text).as_object().unwrap().clone()
}

#[test]
fn the_key_is_that_of_the_specifications_example() {
    assert_eq!(&derive_key(APP_ID, &secret()).unwrap(), b"863B5F40C70B71EA");
    assert_eq!(derive_key("short", &secret()), None);
}

#[test]
fn what_is_signed_is_in_order_and_leaves_out_what_is_empty() {
    let message = object(
        r#"{"version":"2.0.1","appId":"A","data":{"b":2,"a":1.50,"empty":"","none":null,"list":[],"object":{"x":""},
            "nested":{"z":"","y":[1,"",null,{"k":"值"},{"k":""},[]]},"yes":true,"no":false},
            "extra":"x","encData":"x","signData":"x","message":"","success":false,"code":0}"#,
    );
    let expected = r#"appId=A&code=0&data={"a":1.50,"b":2,"nested":{"y":[1,{"k":"值"},[]]},"no":false,"yes":true}&success=false&version=2.0.1&key=S"#;
    assert_eq!(sign_source(&message, &Secret::new("S")), expected);
    assert_eq!(sign_source(&object(r#"{"data":{"a":[]},"b":[],"c":{}}"#), &Secret::new("S")), "key=S");
}

#[test]
fn the_data_is_sealed_as_another_program_does_it() {
    // `printf '{"a":"值","b":12.30}' | openssl enc -sm4-ecb -K 38363342354634304337304237314541`, in capitals.
    let (till, _) = ends();
    let message = till.close(&value(r#"{"b":12.30,"a":"值","c":""}"#), None, now());
    assert_eq!(
        message.get("encData"),
        Some(&Value::text("6A2528411B06AE1345CFAE388832C7AAC7FB91884C8FB047D7D3744F89607C89"))
    );
    let names: Vec<&str> = message.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["appId", "encType", "signType", "version", "timestamp", "encData", "signData"]);
    assert_eq!(message.get("timestamp"), Some(&Value::text("20250308100000")));
}

#[test]
fn what_one_end_closes_the_other_opens() {
    let (till, centre) = ends();
    let data = value(r#"{"idNo":"王","medfeeSumamt":88.50}"#);
    let sent = object(&till.close(&data, None, now()).to_string());
    assert_eq!(centre.open(&sent), Ok(Opened { signed_at: now(), data: data.clone(), verdict: None }));
    let verdict = Verdict { success: true, code: 0, message: String::new() };
    let answered = object(&centre.close(&data, Some(&verdict), now()).to_string());
    assert_eq!(till.open(&answered), Ok(Opened { signed_at: now(), data, verdict: Some(verdict) }));
}

#[test]
fn a_refusal_has_no_data() {
    let (till, centre) = ends();
    let verdict = Verdict { success: false, code: -1, message: "余额不足".to_owned() };
    let refused = centre.close(&Value::Null, Some(&verdict), now());
    assert_eq!(refused.get("encData"), None);
    assert_eq!(till.open(&refused), Ok(Opened { signed_at: now(), data: Value::Null, verdict: Some(verdict) }));
}

#[test]
fn what_was_changed_on_the_way_is_refused() {
    let (till, centre) = ends();
    let sent = till.close(&value(r#"{"a":1}"#), None, now());
    let other = till.close(&value(r#"{"a":2}"#), None, now());
    let with = |name: &str, value: Option<&Value>| {
        let mut message = sent.clone();
        match value {
            Some(value) => message.set(name, value.clone()),
            None => drop(message.remove(name)),
        }
        centre.open(&message)
    };
    assert_eq!(with("signData", None), Err(Fault::Missing(Place::head("signData"))));
    assert_eq!(with("signData", other.get("signData")), Err(Fault::Signature));
    assert_eq!(with("encData", other.get("encData")), Err(Fault::Signature));
    assert_eq!(with("encData", None), Err(Fault::Signature));
    assert_eq!(with("encData", Some(&Value::text("00"))), Err(Fault::Sealed));
    assert_eq!(with("encData", Some(&Value::text("xyz"))), Err(Fault::Sealed));
    assert_eq!(with("timestamp", Some(&Value::text("20250308100001"))), Err(Fault::Signature));
    assert_eq!(with("success", Some(&Value::Bool(true))), Err(Fault::Signature));
    assert_eq!(with("appId", Some(&Value::text("B"))), Err(Fault::Sealed));
    assert_eq!(with("extra", Some(&Value::text("x"))).map(|opened| opened.data), Ok(value(r#"{"a":1}"#)));
    assert_eq!(till.open(&sent), Err(Fault::Signature), "the till's signature is not the centre's");
}

proptest! {
    #[test]
    fn whatever_is_sent_is_opened_or_a_fault(texts in prop::collection::vec(any::<String>(), 3)) {
        let (_, centre) = ends();
        let mut message = Object::new();
        message.set("appId", Value::text(APP_ID));
        message.set("signData", Value::text(&texts[0]));
        message.set("encData", Value::text(&texts[1]));
        message.set("timestamp", Value::text(&texts[2]));
        prop_assert!(centre.open(&message).is_err());
    }

    #[test]
    fn every_data_comes_through(name in "[a-z]{1,8}", text in "\\PC{1,20}", number in any::<i64>()) {
        let (till, centre) = ends();
        let data: Object = [(name, Value::text(text)), ("number".to_owned(), Value::whole(number))].into_iter().collect();
        let opened = centre.open(&till.close(&Value::Object(data.clone()), None, now())).unwrap();
        for (name, value) in data.iter() {
            prop_assert_eq!(opened.data.as_object().unwrap().get(name), Some(value));
        }
    }
}

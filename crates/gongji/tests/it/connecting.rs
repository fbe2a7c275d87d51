//! How an institution connects: what is drawn for it, and what is told where it cannot.

use base64ct::{Base64, Encoding as _};
use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::support::{Ran, Town};

/// The base point of the curve: the public key of the number one.
const KEY: &str = "04\
    32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7\
    BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0";

fn connects(town: &Town, more: &[&str]) -> Ran {
    let words =
        ["access", "connect", "--institution", "1301", "--code", "H13010001301", "--name", "示例医院", "--by", "王敏"];
    town.run(&[&words[..], &["--json"], more].concat())
}

#[test]
fn secrets_of_tokens_and_orders_are_drawn_and_shown_once_and_what_is_no_key_is_told() {
    let town = Town::settled();
    let ways = ["--way", "oauth", "--mobile", "43AF047BBA47FC8A1AE8EFB232BDBBCB", "--mobile-key-of", KEY];
    let [first, again] = [0, 1].map(|_| connects(&town, &ways));
    assert_eq!((first.status, again.status), (0, 0), "{}", first.err);
    let (first, again) = (first.json(), again.json());
    for [part, field] in
        [["oauth", "client_secret"], ["oauth", "password"], ["mobile", "app_secret"], ["mobile", "public_key"]]
    {
        let of = |told: &Value| told[part][field].as_str().unwrap().to_owned();
        assert!(of(&first).len() >= 64 && of(&first) != of(&again), "{part}.{field}: {first}");
    }
    assert_eq!(
        (&first["oauth"]["client_id"], &first["oauth"]["username"]),
        (&"client-1301".into(), &"H13010001301".into())
    );
    let other =
        ["access", "connect", "--institution", "1302", "--code", "P13010001302", "--name", "示例药店", "--by", "王敏"];
    let rival = town.run(&[&other[..], &ways].concat());
    assert!(rival.status == 2 && rival.err.contains("H13010001301"), "{} {}", rival.status, rival.err);
    for (wrong, flag) in [
        (vec!["--way", "api", "--mobile", "short", "--mobile-key-of", KEY], "--mobile"),
        (
            vec!["--way", "api", "--mobile", "43AF047BBA47FC8A1AE8EFB232BDBBCB", "--mobile-key-of", "no key"],
            "--mobile-key-of",
        ),
        (vec!["--way", "api", "--mobile", "43AF047BBA47FC8A1AE8EFB232BDBBCB"], "--mobile-key-of"),
        (vec!["--way", "api", "--upstream", "ftp://centre.example"], "--upstream"),
    ] {
        let ran = connects(&town, &wrong);
        assert!(ran.status == 2 && ran.err.contains(flag), "{wrong:?}: {} {}", ran.status, ran.err);
    }
}

#[test]
fn an_institution_of_the_sandbox_gets_a_token_and_calls_with_it() {
    let sandbox = Sandbox::new(&[]);
    let hospital = sandbox.one("institutions", "T-HOSP-OK");
    let of = |field: &str| hospital["secrets"]["oauth"][field].as_str().unwrap();
    let basic = Base64::encode_string(format!("{}:{}", of("client_id"), of("client_secret")).as_bytes());
    let form = format!("grant_type=password&username={}&password={}", of("username"), of("password"));
    let given = sandbox.server.ask(&format!("POST /auth/oauth/token HTTP/1.1\r\nauthorization: Basic {basic}"), &form);
    assert_eq!(given.status, 200, "{}", given.text);
    let token = given.body["access_token"].as_str().unwrap();
    let code = hospital["fixmedins_code"].as_str().unwrap();
    let envelope = format!(
        r#"{{"infno":"1201","msgid":"M","mdtrtarea_admvs":"130100","opter":"1","inf_time":"2026-03-10","fixmedins_code":"{code}","input":{{"medinsinfo":{{"fixmedins_type":"1"}}}}}}"#
    );
    let head = format!("POST /mbs/fmi/fsi/api/callFsiService/callService HTTP/1.1\r\nauthorization: Bearer {token}");
    let told = sandbox.server.ask(&head, &envelope);
    assert_eq!(told.body["infcode"], 0, "{}", told.text);
    let mobile = &hospital["secrets"]["mobile"];
    for field in ["app_id", "app_secret", "private_key", "public_key"] {
        assert!(mobile[field].as_str().is_some_and(|text| text.len() >= 16), "{field}: {mobile}");
    }
}

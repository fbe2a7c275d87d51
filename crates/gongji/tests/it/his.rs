//! The institution's side against a sandbox: the demonstration plays to its end, visits of a file are played, and every check of
//! the catalogue that can be made holds.

use std::process::Stdio;

use serde_json::Value;

use crate::encrypted::certify;
use crate::sandbox::Sandbox;
use crate::serving::Server;
use crate::support::{MOTHER, Ran, SON, Town, of_repository, program, run};

fn his(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    run(&[&["his"], arguments, &["--url", sandbox.url()]].concat())
}

#[test]
fn the_demonstration_plays_three_visits_to_their_end_with_aid_in_each_and_says_what_every_message_means() {
    let sandbox = Sandbox::new(&[]);
    let before = sandbox.balance("T-SP-OK");
    let told = his(&sandbox, &["demo", "--json"]);
    assert_eq!(told.status, 0, "{}{}", told.out, told.err);
    let document = told.json();
    let steps = document["steps"].as_array().unwrap();
    let played: Vec<&str> = steps.iter().filter_map(|step| step["infno"].as_str()).collect();
    let expected =
        "9001 1101 2201 2203 2204 2206 2207 2208 1101 2101 2102 2103 1101 2401 2301 2402 2303 2304 2305 9002";
    assert_eq!(played.join(" "), expected);
    for infno in ["2207", "2102", "2304"] {
        let step = steps.iter().find(|step| step["infno"] == infno).unwrap();
        assert!(step["paid"]["aid"].as_str().is_some_and(|aid| aid != "0.00"), "{infno}: {step}");
    }
    let dialects: std::collections::BTreeSet<&str> = steps.iter().filter_map(|step| step["dialect"].as_str()).collect();
    assert_eq!(dialects.len(), 3, "{dialects:?}");
    assert!(steps.iter().all(|step| step["findings"] == Value::Array(Vec::new())), "{document}");
    assert_eq!(sandbox.balance("T-SP-OK"), before, "what was played is undone");
    let text = his(&sandbox, &["demo"]);
    assert_eq!(text.status, 0, "{}", text.out);
    for words in ["门诊结算 settlement", "家庭共济 family aid", "本人账户 own account", "█"] {
        assert!(text.out.contains(words), "{words}: {}", text.out);
    }
}

#[test]
fn visits_of_a_file_and_of_the_prompt_are_played_and_a_mistake_is_told_with_its_place() {
    let sandbox = Sandbox::new(&[]);
    let file = of_repository("examples/his/visits.toml");
    for way in ["api", "tif", "bearer", "open"] {
        let played = his(&sandbox, &["play", &file, "--way", way]);
        assert_eq!(played.status, 0, "{way}: {}{}", played.out, played.err);
        assert!(played.out.contains("2305 住院结算撤销"), "{}", played.out);
    }
    let mut asking = program(&["his", "play", "--url", sandbox.url(), "--json"]);
    let mut asking = asking.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let said = "170101196006061222\n2\nEXD003 12.50 2\n\n";
    std::io::Write::write_all(&mut asking.stdin.take().unwrap(), said.as_bytes()).unwrap();
    let played = Ran::of(asking.wait_with_output().unwrap());
    assert_eq!(played.status, 0, "{}{}", played.out, played.err);
    assert_eq!(played.out.lines().count(), 3, "{}", played.out);
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("price = \"12.50\"", "price = \"twelve\"");
    std::fs::write(&wrong, text).unwrap();
    let told = his(&sandbox, &["play", &wrong.display().to_string()]);
    assert_eq!(told.status, 2, "{}", told.out);
    assert!(told.err.contains("visit 2: line 1: price"), "{}", told.err);
}

#[test]
fn where_no_sandbox_is_the_demonstration_says_what_to_start() {
    let told = run(&["his", "demo", "--url", "http://127.0.0.1:9"]);
    assert_eq!(told.status, 3, "{}", told.err);
    assert!(told.err.contains("gongji sandbox"), "{}", told.err);
    let told = run(&["his", "demo", "--url", "127.0.0.1:9"]);
    assert_eq!(told.status, 2, "{}", told.err);
    assert!(told.err.contains("--url"), "{}", told.err);
}

#[test]
fn every_check_of_the_catalogue_holds_for_a_sandbox_and_the_report_is_written() {
    let sandbox = Sandbox::new(&[]);
    let people = ["T-SP-OK", "T-OWN", "T-SP-RICH"];
    let before = people.map(|key| sandbox.balance(key));
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let checked = his(&sandbox, &["conformance", "--json", "--report", &report.display().to_string()]);
    let document = checked.json();
    let checks = document["checks"].as_array().unwrap();
    let with = |verdict: &str| checks.iter().filter(|check| check["verdict"] == verdict).collect::<Vec<_>>();
    assert_eq!((with("failed"), checked.status), (Vec::new(), 0));
    assert!(with("passed").len() >= 300, "{}", with("passed").len());
    let not_run: Vec<&str> = with("not-run").iter().filter_map(|check| check["id"].as_str()).collect();
    assert!(not_run.is_empty(), "{not_run:?}");
    assert_eq!(people.map(|key| sandbox.balance(key)), before, "what was settled is undone");
    let page = std::fs::read_to_string(report.join("report.html")).unwrap();
    assert!(page.contains("接入验收报告") && page.contains("AID-CLINIC-APART"));
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(report.join("report.json")).unwrap()).unwrap();
    assert_eq!(kept, document);
    for person in sandbox.told["people"].as_array().unwrap() {
        for secret in ["name", "certificate"] {
            let secret = person[secret].as_str().unwrap();
            assert!(!page.contains(secret), "the report names somebody: {secret}");
        }
    }
}

#[test]
fn a_check_that_does_not_hold_fails_the_run_and_one_that_cannot_be_made_never_passes() {
    let sandbox = Sandbox::new(&[]);
    let hospital = sandbox.one("institutions", "T-HOSP-OK");
    let of = |value: &Value| value.as_str().unwrap().to_owned();
    let (code, key) = (of(&hospital["fixmedins_code"]), of(&hospital["secrets"]["api"]["access_key"]));
    let patient = sandbox.one("people", "T-BEN-NONE");
    let profile = |secret: &str| {
        format!(
            "[[institution]]\ncode = \"{code}\"\narea = \"{}\"\nway = \"api\"\nkey = \"{key}\"\nsecret = \"{secret}\"\n\
             [[patient]]\nkey = \"A\"\ncertificate = \"{}\"\nexpect = \"no-aid\"\n",
            of(&hospital["area"]),
            of(&patient["certificate"]),
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml").display().to_string();
    let run = |text: &str, only: &str| {
        std::fs::write(&file, text).unwrap();
        his(&sandbox, &["conformance", "--profile", &file, "--only", only])
    };
    let right = profile(&of(&hospital["secrets"]["api"]["secret_key"]));
    for (text, only, status, words) in [
        (right.as_str(), "GATE-api", 0, "通过"),
        (&profile("another"), "GATE-api", 1, "未通过"),
        (&right, "GATE-tif", 0, "未执行"),
        (&right, "AID-CLINIC-APART", 0, "未执行"),
        (&right, "NO-SUCH", 2, ""),
        (&right.replace("\"api\"", "\"telex\""), "GATE-api", 2, ""),
        (&right.replace("expect", "expects"), "GATE-api", 2, ""),
    ] {
        let ran = run(text, only);
        assert_eq!(ran.status, status, "{only}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(words), "{only}: {}", ran.out);
    }
    assert!(run(&right.replace("\"api\"", "\"telex\""), "GATE").err.contains("way"));
}

/// A good answer of 2207: relatives pay 60.00, the own account 20.00.
const ANSWER: &str = r#"{"infcode":0,"inf_refmsgid":"990100202603100900000000000042","refmsg_time":"20260310090000250",
    "respond_time":"20260310090000250","err_msg":"","cainfo":"","signtype":"","output":{"setlinfo":{"mdtrt_id":"1","setl_id":"2",
    "psn_no":"P9","psn_name":"甲","psn_cert_type":"01","certno":"x","gend":"1","brdy":"2005-09-01","age":20,"psn_type":"15",
    "cvlserv_flag":"0","setl_time":"2026-03-10 09:00:00","med_type":"11","medfee_sumamt":80.00,"fulamt_ownpay_amt":80.00,
    "overlmt_selfpay":0.00,"preselfpay_amt":0.00,"inscp_scp_amt":0.00,"act_pay_dedc":0.00,"hifp_pay":0.00,"pool_prop_selfpay":0,
    "cvlserv_pay":0.00,"hifes_pay":0.00,"hifmi_pay":0.00,"hifob_pay":0.00,"maf_pay":0.00,"oth_pay":0.00,"fund_pay_sumamt":0.00,
    "psn_part_amt":80.00,"acct_pay":80.00,"psn_cash_pay":0.00,"hosp_part_amt":0.00,"balc":5.00,"acct_mulaid_pay":60.00,
    "medins_setl_id":"m","clr_type":"11","hifdm_pay":0.00},"setldetail":[]}}"#;

#[test]
fn an_answer_in_a_file_is_refused_where_aid_is_merged_or_beside_or_a_sponsor_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer.json").display().to_string();
    let checked = |text: &str| {
        std::fs::write(&file, text).unwrap();
        run(&["his", "check", &file, "--infno", "2207", "--own", "25.00", "--sponsor", "李建国"])
    };
    let good = checked(ANSWER);
    assert_eq!(good.status, 0, "{}", good.out);
    for (from, to, rule) in [
        ("\"acct_mulaid_pay\":60.00", "\"acct_mulaid_pay\":0.00", "aid-merged"),
        ("\"acct_pay\":80.00", "\"acct_pay\":20.00", "aid-beside"),
        ("\"cainfo\":\"\"", "\"warn_msg\":\"李建国付\"", "sponsor-named"),
        ("\"balc\":5.00", "\"balc\":\"\"", "amount"),
        ("{\"infcode\"", "[\"infcode\"", "json"),
    ] {
        let told = checked(&ANSWER.replace(from, to));
        assert_eq!(told.status, 1, "{rule}: {}", told.out);
        assert!(told.out.contains(rule), "{rule}: {}", told.out);
    }
    for (infno, own, words) in [("9999", "0.00", "--infno"), ("2207", "much", "--own")] {
        let told = run(&["his", "check", &file, "--infno", infno, "--own", own]);
        assert_eq!(told.status, 2, "{words}: {}", told.out);
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
}

#[test]
fn a_server_with_a_certificate_is_checked_by_a_profile_and_believed_by_its_authority_alone() {
    let town = Town::settled();
    let connect =
        ["--institution", "1301", "--code", "H13010001301", "--name", "示例医院", "--level", "05", "--way", "api"];
    let connected = town.run(&[&["access", "connect"], &connect[..], &["--by", "王敏", "--json"]].concat());
    assert_eq!(connected.status, 0, "{}", connected.err);
    let secrets = connected.json()["api"].clone();
    let of = |name: &str| secrets[name].as_str().unwrap();
    let profile = format!(
        "[[institution]]\ncode = \"H13010001301\"\narea = \"130100\"\nway = \"api\"\nkey = \"{}\"\nsecret = \"{}\"\n\
         [[patient]]\nkey = \"A\"\nname = \"刘桂兰\"\ncertificate = \"{MOTHER}\"\nexpect = \"aid\"\n\
         [[sponsor]]\nname = \"赵建国\"\ncertificate = \"{SON}\"\n",
        of("access_key"),
        of("secret_key"),
    );
    let profile = town.file("profile.toml", profile.as_bytes());
    ["server", "other"].iter().for_each(|name| certify(&town.path(""), name));
    let at = |name: &str| town.path(name).display().to_string();
    let settings = format!("tls-certificate = \"{}\"\ntls-key = \"{}\"\n", at("server.crt"), at("server.key"));
    let settings = town.file("gongji.toml", settings.as_bytes());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--json", "--config", &settings];
    let (_server, told) = Server::started(town.program(&serve));
    let url = told["url"].as_str().unwrap().replace("127.0.0.1", "localhost");
    let check = |ca: &str| {
        run(&["his", "conformance", "--url", &url, "--profile", &profile, "--ca", ca, "--only", "AID-CLINIC", "--json"])
    };
    let checked = check(&at("server.crt"));
    let document = checked.json();
    let with = |verdict: &str| -> Vec<&str> {
        let checks = document["checks"].as_array().unwrap().iter().filter(|check| check["verdict"] == verdict);
        checks.filter_map(|check| check["id"].as_str()).collect()
    };
    assert_eq!((checked.status, with("failed")), (0, Vec::new()), "{}", checked.out);
    assert_eq!(with("passed"), ["AID-CLINIC-PAID", "AID-CLINIC-APART", "AID-CLINIC-PREVIEW"]);
    assert_eq!(with("not-run").len(), 4, "there is nobody of another kind: {}", checked.out);
    assert_eq!(town.balance(SON), "100000.00");
    let other = check(&at("other.crt"));
    assert!(other.status == 3 && other.err.contains("https://localhost"), "{}{}", other.out, other.err);
}

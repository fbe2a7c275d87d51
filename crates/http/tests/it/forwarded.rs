//! Calls that are another centre's: passed on as they came, and nothing else is.

use std::collections::BTreeSet;

use gongji_http::Origin;
use gongji_http::infno::profile::{Profile, Signing};
use gongji_http::infno::{SERVED, SERVED_TEXT};
use serde_json::{Value, json};

use crate::national::{His, PATH, town};
use crate::world::{Got, HOSPITAL, Town};

/// A town whose hospital has a centre behind ours.
fn behind(upstream: &str) -> Town {
    let town = town();
    let profile = Profile {
        institution: 1301,
        code: HOSPITAL.to_owned(),
        name: "示例机构".to_owned(),
        level: "05".to_owned(),
        open: true,
        api: Some(Signing { name: "ak-1301".to_owned(), secret: "sk".to_owned() }),
        upstream: Some(upstream.to_owned()),
        ..Profile::default()
    };
    town.profile(&profile);
    town
}

fn asks(town: &Town, (path, body): (&str, &str), headers: &[(&str, &str)]) -> Got {
    let here = Origin { address: None, is_here: true };
    let asking = town.post(path).from(here);
    headers.iter().fold(asking, |asking, (name, value)| asking.header(name, value)).body(body).send()
}

fn seen(got: &Got) -> Option<Value> {
    got.header("x-seen").map(|seen| serde_json::from_str(seen).unwrap())
}

#[test]
fn what_is_not_ours_goes_to_the_centre_behind_as_it_came_and_so_does_what_comes_back() {
    let town = behind("http://centre.example/province");
    let his = His::new(&town, HOSPITAL);
    for infno in ["1301", "1319", "3301", "3501A", "4101", "6101", "100001"] {
        // Written as nobody else would, so that any copy of it that was made anew would differ.
        let body = his.envelope(infno, "M", &json!({"data": {"x": 1.50}})).to_string().replace("\":", "\" :\t");
        let path = format!("{PATH}/{infno}?a=%2F&b");
        let kind = "text/plain; charset=utf-8";
        let headers = [("content-type", kind), ("x-own", "one"), ("host", "ours"), ("connection", "close")];
        let got = asks(&town, (&path, &body), &headers);
        assert_eq!((got.status.as_u16(), &got.text), (202, &body), "{infno}");
        let expected = json!({"to": "http://centre.example/province", "path": path, "length": body.len(),
            "headers": {"content-type": kind, "x-own": "one"}});
        assert_eq!(seen(&got), Some(expected), "{infno}");
    }
    let envelope = his.envelope("3302", "M", &json!({"data": {}}));
    let parts = format!(
        "--B\r\nContent-Disposition: form-data; name=\"jsonStr\"\r\n\r\n{envelope}\r\n--B\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nPK\0\x01\r\n--B--\r\n"
    );
    let kind = [("content-type", "multipart/form-data; boundary=B")];
    assert_eq!(asks(&town, (PATH, &parts), &kind).text, parts, "files too");
}

#[test]
fn our_own_calls_stay_here_and_so_does_whoever_is_not_let_in() {
    let town = behind("http://centre.example");
    let his = His::new(&town, HOSPITAL);
    for infno in SERVED {
        let got = asks(&town, (PATH, &his.envelope(infno, infno, &json!({"data": {}})).to_string()), &[]);
        assert!(seen(&got).is_none() && !got.text.contains("REQ_INFNO_UNSUPPORTED"), "{infno}: {}", got.text);
    }
    let body = his.envelope("1301", "M", &json!({"data": {}})).to_string();
    let far = Origin { address: Some([10, 0, 0, 9].into()), is_here: false };
    let got = town.post(PATH).from(far).body(&body).send();
    assert!(seen(&got).is_none() && got.body["code"] == 401, "{}", got.text);
    let now = town.face.node().now();
    let signed =
        gongji_wire::dialect::ApiKey::new("ak-1301", gongji_wire::gm::Secret::new("sk")).headers("1301", "1.0.0", now);
    let request = signed.iter().fold(town.post(PATH).from(far), |asking, (name, value)| asking.header(name, value));
    let got = seen(&request.body(&body).send()).expect("he is let in");
    for (name, value) in &signed {
        assert_eq!(got["headers"][*name], json!(value), "the other centre can check {name} too");
    }
}

#[test]
fn without_a_centre_behind_one_is_told_what_there_is_and_without_an_answer_ours_go_on() {
    let town = town();
    let told = His::new(&town, HOSPITAL).refused("1301", &json!({"data": {}}));
    assert!(told.contains(SERVED_TEXT) && told.contains("1301") && told.chars().count() <= 200, "{told}");
    let town = behind("http://away.example");
    let his = His::new(&town, HOSPITAL);
    let told = his.refused("1301", &json!({"data": {}}));
    assert!(told.contains("REQ_UPSTREAM") && !told.contains("away"), "{told}");
    assert_eq!(town.failures(), ["the centre behind: it is away"]);
    his.done("1201", &json!({"medinsinfo": {"fixmedins_type": "1"}}));
}

#[test]
fn the_list_for_people_names_what_is_served() {
    let listed = SERVED_TEXT.split(' ').flat_map(|part| match part.split_once('-') {
        Some((first, last)) => {
            (first.parse::<u32>().unwrap()..=last.parse().unwrap()).map(|number| number.to_string()).collect()
        }
        None => vec![part.to_owned()],
    });
    assert_eq!(listed.collect::<BTreeSet<String>>(), SERVED.iter().map(|infno| (*infno).to_owned()).collect());
}

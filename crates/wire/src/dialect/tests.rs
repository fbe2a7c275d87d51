use gongji_words::{Day, Moment};
use proptest::prelude::*;

use super::*;
use crate::envelope::{Input, Request, Seals};
use crate::fault::{Fault, Place};
use crate::gm::Secret;
use crate::value::read;

fn now() -> Moment {
    Moment::at(Day::new(2025, 3, 8).unwrap(), 10, 0)
}

type Sent = Vec<(&'static str, String)>;

fn check(gate: &Gate, sent: &Sent, at: Moment) -> Result<(), Refused> {
    let header = |name: &str| sent.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
    gate.check(&header, at)
}

fn changed(sent: &Sent, name: &str, value: &str) -> Sent {
    assert!(sent.iter().any(|(own, _)| *own == name));
    sent.iter().map(|(own, old)| (*own, if *own == name { value.to_owned() } else { old.clone() })).collect()
}

fn without(sent: &Sent, name: &str) -> Sent {
    sent.iter().filter(|(own, _)| *own != name).cloned().collect()
}

fn api() -> (Gate, Sent) {
    let key = ApiKey::new("AK", Secret::new("SK"));
    let sent = key.headers("2207", "1.0.0", now());
    (Gate::Api(key), sent)
}

fn tif() -> (Gate, Sent) {
    let pass = TifPass::new("hospital_1", Secret::new("token"));
    let sent = pass.headers("abcdef", now());
    (Gate::Tif(pass), sent)
}

#[test]
fn signatures_are_those_of_another_program() {
    // printf '_api_access_key=AK&_api_name=2207&_api_timestamp=1741399200000&_api_version=1.0.0' |
    //   openssl dgst -sha1 -hmac SK -binary | base64
    let (_, sent) = api();
    assert_eq!(sent.last().unwrap().1, "zAnXcmvGccFex91FTOFzFAwD98s=");
    // printf '1741399200tokenabcdef1741399200' | sha256sum
    let (_, sent) = tif();
    assert_eq!(sent.last().unwrap().1, "26479e4eaeb7d844f0955c36fc6dde91ca5ac9d7da51f5d32426c238e19eb788");
}

#[test]
fn what_was_signed_is_let_in_for_half_an_hour() {
    for (gate, sent) in [api(), tif()] {
        for (minutes, expected) in
            [(0, Ok(())), (30, Ok(())), (-30, Ok(())), (31, Err(Refused::Expired)), (-31, Err(Refused::Expired))]
        {
            assert_eq!(check(&gate, &sent, now().plus_minutes(minutes)), expected, "{minutes}");
        }
    }
    let brief = Gate::Api(ApiKey::new("AK", Secret::new("SK")).lasting(5));
    assert_eq!(check(&brief, &api().1, now().plus_minutes(6)), Err(Refused::Expired));
    let brief = Gate::Tif(TifPass::new("hospital_1", Secret::new("token")).lasting(5));
    assert_eq!(check(&brief, &tif().1, now().plus_minutes(6)), Err(Refused::Expired));
}

#[test]
fn every_header_is_needed_and_every_header_is_signed() {
    for (gate, sent) in [api(), tif()] {
        for (name, _) in &sent {
            assert_eq!(check(&gate, &without(&sent, name), now()), Err(Refused::HeadersMissing), "{name}");
            assert_eq!(check(&gate, &changed(&sent, name, ""), now()), Err(Refused::HeadersMissing), "{name}");
        }
    }
    let (gate, sent) = api();
    for (name, value, refused) in [
        ("_api_name", "2208", Refused::Mismatch),
        ("_api_version", "2.0.0", Refused::Mismatch),
        ("_api_timestamp", "1741399200001", Refused::Mismatch),
        ("_api_timestamp", "1741399200", Refused::HeadersMissing),
        ("_api_access_key", "BK", Refused::UnknownKey),
        ("_api_signature", "AAAA", Refused::Mismatch),
    ] {
        assert_eq!(check(&gate, &changed(&sent, name, value), now()), Err(refused), "{name}");
    }
    let (gate, sent) = tif();
    for (name, value, refused) in [
        ("x-tif-paasid", "hospital_2", Refused::UnknownKey),
        ("x-tif-timestamp", "1741399201", Refused::Mismatch),
        ("x-tif-timestamp", "now", Refused::HeadersMissing),
        ("x-tif-nonce", "abcdeg", Refused::Mismatch),
        ("x-tif-nonce", "abcde", Refused::HeadersMissing),
        ("x-tif-signature", "00", Refused::Mismatch),
    ] {
        assert_eq!(check(&gate, &changed(&sent, name, value), now()), Err(refused), "{name}");
    }
}

#[test]
fn another_secret_is_a_mismatch_and_capital_digits_are_none() {
    let gate = Gate::Api(ApiKey::new("AK", Secret::new("other")));
    assert_eq!(check(&gate, &api().1, now()), Err(Refused::Mismatch));
    let gate = Gate::Tif(TifPass::new("hospital_1", Secret::new("other")));
    assert_eq!(check(&gate, &tif().1, now()), Err(Refused::Mismatch));
    let (gate, sent) = tif();
    let capitals = sent.last().unwrap().1.to_ascii_uppercase();
    assert_eq!(check(&gate, &changed(&sent, "x-tif-signature", &capitals), now()), Ok(()));
}

#[test]
fn a_refusal_is_the_body_that_clients_know() {
    for refused in [Refused::HeadersMissing, Refused::Expired, Refused::UnknownKey, Refused::Mismatch] {
        let body = read(&refused.to_body()).unwrap();
        let body = body.as_object().unwrap();
        assert_eq!(body.get("code"), Some(&Value::whole(401)));
        let Some(Value::Text(message)) = body.get("message") else { panic!("a message") };
        assert!(message.contains('。') && message.ends_with('.'), "{message}");
    }
}

fn client() -> Client {
    let (secret, password) = (Secret::new("s:e"), Secret::new("p&+ 密"));
    Client { id: "hospital".to_owned(), secret, username: "till 1".to_owned(), password }
}

fn asks(authorization: Option<&str>, body: &str) -> Result<(), GrantRefused> {
    let header = |name: &str| authorization.filter(|_| name == "authorization");
    client().check(&header, body.as_bytes())
}

#[test]
fn a_token_is_given_for_name_and_password() {
    let basic = client().basic();
    assert_eq!(asks(Some(&basic), &client().form()), Ok(()));
    assert_eq!(asks(Some(&basic), "password=p%26%2B+%E5%AF%86&username=till+1&grant_type=password&scope=all"), Ok(()));
    for (authorization, body, refused) in [
        (None, client().form(), GrantRefused::InvalidClient),
        (Some("Basic x"), client().form(), GrantRefused::InvalidClient),
        (Some("Basic aG9zcGl0YWw6eA=="), client().form(), GrantRefused::InvalidClient),
        (Some(basic.as_str()), String::new(), GrantRefused::InvalidRequest),
        (Some(&basic), "grant_type=password&username=till+1".to_owned(), GrantRefused::InvalidRequest),
        (Some(&basic), "grant_type=%".to_owned(), GrantRefused::InvalidRequest),
        (Some(&basic), "x".repeat(5000), GrantRefused::InvalidRequest),
        (Some(&basic), "grant_type=client_credentials".to_owned(), GrantRefused::UnsupportedGrantType),
        (Some(&basic), client().form().replace("till", "tell"), GrantRefused::InvalidGrant),
        (Some(&basic), client().form() + "x", GrantRefused::InvalidGrant),
    ] {
        assert_eq!(asks(authorization, &body), Err(refused), "{body}");
        assert!(read(&refused.to_body()).is_ok());
    }
    let given = r#"{"access_token":"T","token_type":"bearer","expires_in":3600}"#;
    assert_eq!(grant_answer("T", 3600), given);
}

#[test]
fn a_request_shows_its_token() {
    for (header, token) in [
        (Some("Bearer T1"), Some("T1")),
        (Some("bearer  T1 "), Some("T1")),
        (Some("Basic T1"), None),
        (Some("Bearer "), None),
        (Some("T1"), None),
        (None, None),
    ] {
        let headers = |_: &str| header;
        assert_eq!(bearer_of(&headers), token, "{header:?}");
        let expected = token.map(|_| ()).ok_or(Refused::HeadersMissing);
        assert_eq!(Gate::Bearer.check(&headers, now()), expected);
    }
    assert_eq!(Gate::Open.check(&|_| None, now()), Ok(()));
}

const ID: &str = "client-of-sixteen-and-more";
const TILL: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const CENTRE: &str = "0202020202020202020202020202020202020202020202020202020202020202";

/// The keys of a till and those of the centre.
fn ends() -> (SealKeys, SealKeys) {
    let public = |private| crate::gm::PrivateKey::parse(private, ID).unwrap().public().to_base64();
    let keys = |ours, theirs| SealKeys::parse(ID, ours, &public(theirs)).unwrap();
    (keys(TILL, CENTRE), keys(CENTRE, TILL))
}

fn request(input: Value, seals: &Seals) -> Request {
    let mut object = crate::value::Object::new();
    for (name, text) in [
        ("infno", "2207"),
        ("msgid", "M"),
        ("mdtrtarea_admvs", "990100"),
        ("opter", "1"),
        ("inf_time", "2025-03-08 10:00:00"),
        ("fixmedins_code", "H"),
        ("cainfo", &seals.cainfo),
    ] {
        object.set(name, Value::text(text));
    }
    object.set("input", input);
    Request::read(object.to_string().as_bytes(), None).unwrap()
}

#[test]
fn sealed_and_signed_inputs_are_opened() {
    let (till, centre) = ends();
    let input = read(r#"{"data":{"medfee_sumamt":12.30,"psn_name":"王小明"}}"#).unwrap();
    for cover in [Cover::Clear, Cover::Sealed] {
        let (sent, seals) = till.close(input.clone(), cover);
        assert_eq!(centre.open(&request(sent, &seals)), Ok(input.clone()));
        let (sent, seals) = centre.close(input.clone(), cover);
        assert_eq!(till.open_output(&sent, &seals), Ok(input.clone()));
    }
}

#[test]
fn a_signature_is_over_the_text_as_it_came() {
    let (till, centre) = ends();
    let text = r#"{ "data": {"medfee_sumamt": 12.3 } }"#;
    let (_, seals) = till.close(read(text).unwrap(), Cover::Clear);
    let mut request = request(read(text).unwrap(), &seals);
    request.input_text = text.to_owned();
    assert_eq!(centre.open(&request), Err(Fault::Signature), "the signature is over another text");
}

#[test]
fn what_was_changed_on_the_way_is_refused() {
    let (till, centre) = ends();
    let input = read(r#"{"data":{"medfee_sumamt":12.30}}"#).unwrap();
    let (sent, seals) = till.close(input.clone(), Cover::Sealed);
    let open = |input: Value, seals: &Seals| centre.open(&request(input, seals));
    assert_eq!(open(sent.clone(), &Seals::default()), Err(Fault::Missing(Place::head("cainfo"))));
    let other = till.close(read(r#"{"data":{"medfee_sumamt":99.30}}"#).unwrap(), Cover::Sealed);
    assert_eq!(open(other.0, &seals), Err(Fault::Signature));
    assert_eq!(open(Value::text("UEsD"), &seals), Err(Fault::Sealed));
    assert_eq!(open(Value::text("*"), &seals), Err(Fault::Sealed));
    assert_eq!(till.open(&request(sent, &seals)), Err(Fault::Signature), "the till's signature is not the centre's");
    assert!(SealKeys::parse("short", TILL, CENTRE).is_none());
}

proptest! {
    #[test]
    fn whatever_headers_come_they_are_refused_or_let_in(texts in prop::collection::vec("[ -~]{0,20}", 5), body in any::<Vec<u8>>()) {
        let header = |name: &str| texts.get(name.len() % 5).map(String::as_str);
        for gate in [api().0, tif().0, Gate::Bearer] {
            let _ = gate.check(&header, now());
        }
        let _ = client().check(&header, &body);
        let basic = client().basic();
        let header = |_: &str| Some(basic.as_str());
        prop_assert!(client().check(&header, &body).is_err());
    }

    #[test]
    fn whatever_is_sealed_is_opened_or_a_fault(text in any::<String>()) {
        let (_, centre) = ends();
        let mut sealed = request(Value::text("UEsD"), &Seals::default());
        sealed.input = Input::Sealed(text);
        prop_assert!(centre.open(&sealed).is_err());
    }
}

//! Tokens for name and password: given to the institution's own program, for an hour.

use gongji_domain::release::Signed;
use gongji_http::Origin;
use gongji_http::infno::profile::{Grant, Profile};
use gongji_wire::dialect::Client;
use gongji_wire::gm::Secret;
use serde_json::{Value, json};

use crate::national::{His, PATH, town};
use crate::world::{Got, HOSPITAL, PHARMACY, Town, ready};

const TOKEN: &str = "/auth/oauth/token";

fn client(id: &str, password: &str) -> Client {
    let (secret, password) = (Secret::new(format!("secret of {id}")), Secret::new(password));
    Client { id: id.to_owned(), secret, username: "医院".to_owned(), password }
}

/// Two institutions that ask for tokens.
fn granting() -> Town {
    let town = town();
    for (institution, code) in [(1301, HOSPITAL), (1302, PHARMACY)] {
        let client = format!("client-{institution}");
        let grant = Grant {
            secret: format!("secret of {client}"),
            client,
            username: "医院".to_owned(),
            password: "p w&%".to_owned(),
        };
        let code = code.to_owned();
        town.profile(&Profile { institution, code, level: "05".to_owned(), oauth: Some(grant), ..Profile::default() });
    }
    town
}

fn asks(town: &Town, path: &str, (basic, form): (&str, &str)) -> Got {
    town.post(path).header("authorization", basic).body(form).send()
}

/// Asks for the institution itself, with a token, from another machine.
fn enters(town: &Town, code: &'static str, token: &str) -> Value {
    let envelope = His::new(town, code).envelope("1201", "M", &json!({"medinsinfo": {"fixmedins_type": "1"}}));
    let far = Origin { address: Some([10, 0, 0, 9].into()), is_here: false };
    let bearer = format!("Bearer {token}");
    town.post(PATH).from(far).header("authorization", &bearer).body(&envelope.to_string()).send().body["infcode"]
        .clone()
}

#[test]
fn a_token_for_name_and_password_is_good_for_its_institution_for_an_hour_or_until_it_is_taken_back() {
    let town = granting();
    let hospital = client("client-1301", "p w&%");
    for path in [TOKEN, "/mbs/fmi/auth/oauth/token"] {
        let given = asks(&town, path, (&hospital.basic(), &hospital.form()));
        assert_eq!((given.status.as_u16(), given.header("cache-control")), (200, Some("no-store")), "{}", given.text);
        assert_eq!((&given.body["token_type"], &given.body["expires_in"]), (&json!("bearer"), &json!(3_600)));
    }
    let given = asks(&town, TOKEN, (&hospital.basic(), &hospital.form()));
    let token = given.body["access_token"].as_str().unwrap();
    assert_eq!(enters(&town, HOSPITAL, token), 0);
    assert_eq!(enters(&town, PHARMACY, token), -1);
    town.set("2026-03-10T10:01");
    assert_eq!(enters(&town, HOSPITAL, token), -1);
    let given = asks(&town, TOKEN, (&hospital.basic(), &hospital.form()));
    let token = given.body["access_token"].as_str().unwrap();
    assert_eq!(enters(&town, HOSPITAL, token), 0);
    let all = ready(town.face.node().credentials()).unwrap();
    let names = all.iter().filter(|one| one.issued.by == format!("oauth {HOSPITAL}")).map(|one| one.name());
    let signed = || Signed { by: "王敏".to_owned(), at: town.face.node().now() };
    names.for_each(|name| drop(ready(town.face.node().revoke(&name, signed())).unwrap()));
    assert_eq!(enters(&town, HOSPITAL, token), -1);
}

#[test]
fn whoever_is_not_the_client_gets_no_token_and_learns_in_the_standards_words_what_is_wrong() {
    let town = granting();
    let good = client("client-1301", "p w&%");
    let (basic, form) = (good.basic(), good.form());
    for ((basic, form), status, error) in [
        ((client("client-1303", "p w&%").basic(), form.clone()), 401, "invalid_client"),
        ((client("client-1302", "p w&%").basic().replace("Basic ", "Bearer "), form.clone()), 401, "invalid_client"),
        (("Basic ???".to_owned(), form.clone()), 401, "invalid_client"),
        ((basic.clone(), client("client-1301", "other").form()), 400, "invalid_grant"),
        ((basic.clone(), form.replace("=password", "=client_credentials")), 400, "unsupported_grant_type"),
        ((basic.clone(), "grant_type=password".to_owned()), 400, "invalid_request"),
        ((basic.clone(), "x".repeat(5_000)), 400, "invalid_request"),
    ] {
        let refused = asks(&town, TOKEN, (&basic, &form));
        assert_eq!(
            (refused.status.as_u16(), refused.body["error"].as_str()),
            (status, Some(error)),
            "{}",
            refused.text
        );
        assert_eq!(refused.header("www-authenticate").is_some(), status == 401);
        assert!(refused.body.get("access_token").is_none() && !refused.text.contains("secret of"), "{}", refused.text);
    }
    assert_eq!(town.get(TOKEN).send().status.as_u16(), 404);
}

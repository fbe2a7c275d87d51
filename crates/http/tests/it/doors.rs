//! Every route as every role, with other people's ids: from the table.

use gongji_domain::access::Role;
use gongji_domain::release::Signed;
use gongji_http::access::{Operation, Scope};
use gongji_http::openapi::describe;
use gongji_http::operations::{Effect, ROUTES, Route};
use serde_json::{Value, json};

use crate::world::{Got, MOTHER, SON, STRANGER, Town, ready};

/// What addresses name.
#[derive(Clone, Copy)]
struct Ids<T> {
    person: T,
    pair: T,
    settlement: T,
    proposal: T,
}

/// An address of a route with somebody's ids.
fn address(route: &Route, ids: &Ids<&str>) -> String {
    let Ids { person, pair, settlement, proposal } = *ids;
    let (till, _) = settlement.split_once('-').unwrap();
    let path = route.path.replace("{person}", person).replace("{pair}", pair).replace("{id}", settlement);
    let path = path.replace("{proposal}", proposal);
    let path = path.replace("{institution}", till).replace("{transfer}", "T1").replace("{premium}", "00");
    let path = path.replace("{release}", "1").replace("{month}", "2026-03").replace("{day}", "2026-03-02");
    match route.operation {
        Operation::IsEligible => {
            format!("{path}?patient={person}&institution={}&purpose=outpatient", settlement.split('-').next().unwrap())
        }
        Operation::FindCase => {
            let till = settlement.split('-').next().unwrap();
            format!("{}?institution={till}&on=2026-03-02", path.replace("{number}", "K7Q2"))
        }
        _ => path,
    }
}

/// A body that each route reads.
fn body(route: &Route, whom: &str) -> Option<Value> {
    let settles = json!({"patient": whom, "kind": "outpatient", "parts": {"copay": "1.00"}});
    route.body.map(|shape| match shape.name {
        "Bill" => settles,
        "Preview" => {
            let mut preview = settles;
            preview["visit"] = "V".into();
            preview
        }
        "NewVisit" => json!({"patient": whom}),
        "NewPerson" => json!({"name": "周远", "certificate": STRANGER, "area": "130200", "scheme": "employee"}),
        "NewBinding" => json!({"sponsor": whom, "beneficiary": MOTHER, "relation": "parent"}),
        "Consent" => json!({"answer": "yes"}),
        "Review" => json!({"verdict": "approve"}),
        "Limits" => json!({"per-day": "1.00"}),
        "Unbind" => json!({"side": "sponsor"}),
        "Sponsors" => json!({"sponsors": []}),
        "Filing" => json!({"area": "110000", "from": "2026-03-02"}),
        "FamilyCode" => json!({"holder": whom}),
        "Wallet" => json!({"place": "130100"}),
        "WalletOrder" => json!({"sponsor": whom, "beneficiary": MOTHER, "amount": "1.00"}),
        "Acceptance" => json!({"receiver": whom}),
        "Cancellation" => json!({"sender": whom}),
        "Premium" => json!({"payer": whom, "person": MOTHER, "plan": "resident", "year": 2027, "amount": "1.00"}),
        "Credit" => json!({"amount": "1.00", "kind": "interest"}),
        "Status" => json!({"status": "active"}),
        "Move" => json!({"area": "130200"}),
        "NewInstitution" => json!({"area": "130200", "kind": "hospital"}),
        "PolicyProposal" => json!({"pack": "x = 1"}),
        "NewProposal" => json!({"matter": "unfreezing", "person": whom, "grounds": "he came to the counter"}),
        "Rejection" => json!({"grounds": "nobody came"}),
        "SignIn" => json!({"name": "nobody", "password": "nothing at all"}),
        other => panic!("{other}: say what its body is"),
    })
}

fn ask(town: &Town, route: &Route, (who, address, whom): (Option<&str>, &str, &str)) -> Got {
    let asking = town.ask(route.verb.word(), address);
    let asking = who.map_or_else(|| town.ask(route.verb.word(), address), |who| asking.by(who));
    let asking =
        if route.effect == Effect::Write { asking.key(&format!("k-{}", route.operation.word())) } else { asking };
    let got = match body(route, whom) {
        Some(body) => asking.json(&body).send(),
        None => asking.send(),
    };
    check_described(route, &got);
    got
}

fn check_described(route: &Route, got: &Got) {
    let described = &describe()["paths"][route.path][route.verb.word().to_ascii_lowercase()]["responses"];
    let status = got.status.as_str();
    assert!(described.get(status).is_some(), "{:?}: {status} is not described: {}", route.operation, got.text);
}

fn token_of(role: Role) -> &'static str {
    match role {
        Role::Institution => "1303",
        Role::Clerk => "far-clerk",
        Role::Reviewer => "far-reviewer",
        Role::PolicyEditor => "far-policy-editor",
        Role::Releaser => "far-releaser",
        Role::Auditor => "far-auditor",
        Role::Clearing => "far-clearing",
        Role::Operator => "far-operator",
    }
}

fn lived_in() -> (Town, Ids<String>) {
    let town = Town::new();
    town.bind().is(201);
    town.settle("B1", "620.00").is(201);
    let proposed = json!({"matter": "unfreezing", "person": SON, "grounds": "he came to the counter"});
    let proposed = town.post("/v1/proposals").by("clerk").key("U").json(&proposed).send();
    let proposal = proposed.is(201).body["proposal"].as_str().unwrap().to_owned();
    let (person, pair, settlement) = (format!("P{}", town.id(SON)), town.pair(), "1301-B1".to_owned());
    (town, Ids { person, pair, settlement, proposal })
}

impl Ids<String> {
    fn theirs(&self) -> Ids<&str> {
        let Self { person, pair, settlement, proposal } = self;
        Ids { person, pair, settlement, proposal }
    }
}

#[test]
fn nobody_comes_in_without_a_token_where_one_is_needed() {
    let (town, ids) = lived_in();
    for route in ROUTES {
        let got = ask(&town, route, (None, &address(route, &ids.theirs()), SON));
        let expected = route.operation.scope() != Scope::Open;
        assert_eq!(got.code() == "REQ_TOKEN", expected, "{:?}: {}", route.operation, got.text);
    }
}

#[test]
fn a_role_that_the_table_does_not_name_is_turned_away_and_no_other() {
    let (town, ids) = lived_in();
    for route in ROUTES.iter().filter(|route| route.operation != Operation::SignOut) {
        for role in Role::ALL {
            let got = ask(&town, route, (Some(token_of(*role)), &address(route, &ids.theirs()), SON));
            let open = route.operation.scope() == Scope::Open;
            let turned_away = !open && !route.operation.roles().contains(role);
            // These say which area they are for, and the staff of the test has another.
            let by_area = [Operation::RegisterPerson, Operation::ReadTrialBalance].contains(&route.operation);
            assert_eq!(
                got.code() == "REQ_ROLE" && !by_area,
                turned_away && !by_area,
                "{:?} {role}: {}",
                route.operation,
                got.text
            );
        }
    }
}

/// Also where nobody needs a token.
#[test]
fn a_token_that_is_none_is_refused_everywhere_and_described_so() {
    let (town, ids) = lived_in();
    for route in ROUTES {
        let path = address(route, &ids.theirs());
        let got = town.ask(route.verb.word(), &path).header("authorization", "Bearer nothing").send();
        check_described(route, &got);
        assert_eq!(got.is(401).code(), "REQ_TOKEN", "{:?}", route.operation);
    }
}

/// Whether its address names what is somebody's. Of transfers the body says whose they are.
fn is_of_somebody(route: &Route) -> bool {
    let names =
        ["{person}", "{pair}", "{id}", "{institution}", "{proposal}"].iter().any(|name| route.path.contains(name));
    let names = names || route.operation == Operation::FindCase;
    names && route.operation.scope() == Scope::Own && route.operation != Operation::RegisterInstitution
}

/// What is somebody else's answers in every byte like what is not there.
#[test]
fn other_peoples_ids_are_as_ids_that_are_not_there() {
    let (town, ids) = lived_in();
    let mut looked_at = 0;
    for route in ROUTES.iter().filter(|route| is_of_somebody(route)) {
        for role in route.operation.roles() {
            let theirs = address(route, &ids.theirs());
            let (person, pair, settlement, proposal) = ("P424242", "P424242-P424243", "1999-B2", "424242");
            let nobodys = address(route, &Ids { person, pair, settlement, proposal });
            let token = Some(token_of(*role));
            let (there, nowhere) =
                (ask(&town, route, (token, &theirs, SON)), ask(&town, route, (token, &nobodys, SON)));
            assert_eq!(there.is(404).code(), "REQ_NOT_FOUND", "{:?} {role}", route.operation);
            assert_eq!(
                (&there.text, &there.headers),
                (&nowhere.text, &nowhere.headers),
                "{:?} {role}",
                route.operation
            );
            looked_at += 1;
        }
    }
    assert!(looked_at > 25, "{looked_at}");
}

#[test]
fn each_role_does_what_the_table_lets_it_do_with_what_is_its_own() {
    let (town, ids) = lived_in();
    let reads = ROUTES.iter().filter(|route| route.verb.word() == "GET" && route.operation.scope() == Scope::Own);
    for route in reads {
        for role in route.operation.roles() {
            let token = if *role == Role::Institution { "1301" } else { role.word() };
            ask(&town, route, (Some(token), &address(route, &ids.theirs()), SON)).is(200);
        }
    }
}

#[test]
fn a_token_that_is_taken_back_is_none_from_the_next_request_on() {
    let town = Town::new();
    town.get("/v1/sessions/current").by("1301").send().is(200);
    // This one is answered while its token is looked up.
    let eligibility = format!("/v1/eligibility?patient=P{}&institution=1301&purpose=outpatient", town.id(SON));
    for _ in 0..2 {
        assert_eq!(town.get(&eligibility).by("1301").send().is(200).body["ready"], false);
    }
    let all = ready(town.face.node().credentials()).unwrap();
    let of_till = all
        .iter()
        .find(|one| {
            town.get("/v1/sessions/current").by("1301").send().body["holder"] == "institution-1301"
                && format!("{:?}", one.holder).contains("1301")
        })
        .unwrap();
    let signed = Signed { by: "王敏".to_owned(), at: of_till.from };
    assert_eq!(ready(town.face.node().revoke(&of_till.name(), signed)).unwrap().len(), 1);
    for _ in 0..2 {
        assert_eq!(town.get(&eligibility).by("1301").send().is(401).code(), "REQ_TOKEN");
    }
    town.get("/v1/sessions/current").by("1301").send().is(401);
    town.get("/v1/sessions/current").by("1303").send().is(200);
}

#[test]
fn staff_sign_in_with_a_password_and_out_again() {
    let town = Town::new();
    let areas = [gongji_words::AreaCode::parse("130100").unwrap()].into();
    let changed = Signed { by: "王敏".to_owned(), at: gongji_words::Moment::from_millis(0) };
    let password = "digest of a long password".to_owned();
    let staff = gongji_domain::access::Staff {
        name: "li.qiang".to_owned(),
        person: None,
        password,
        roles: [Role::Clerk].into(),
        areas,
        active: true,
        changed,
    };
    ready(town.face.node().keep_staff(&staff)).unwrap();
    let sign_in = |name: &str, password: &str| {
        town.post("/v1/sessions").json(&json!({"name": name, "password": password})).send()
    };
    for (name, password) in [("li.qiang", "wrong"), ("nobody", "a long password")] {
        assert_eq!(sign_in(name, password).is(401).code(), "REQ_SIGN_IN");
    }
    let session = sign_in("li.qiang", "a long password");
    assert_eq!(session.is(201).body["holder"], "staff-li.qiang");
    let token = format!("Bearer {}", session.body["token"].as_str().unwrap());
    let current = |verb: &str| town.ask(verb, "/v1/sessions/current").header("authorization", &token).send();
    assert_eq!(current("GET").is(200).body["roles"], json!(["clerk"]));
    current("DELETE").is(204);
    current("GET").is(401);
    let again = sign_in("li.qiang", "a long password").body["token"].as_str().unwrap().to_owned();
    town.set("2026-03-02T18:00");
    town.get("/v1/sessions/current").header("authorization", &format!("Bearer {again}")).send().is(401);
    ready(town.face.node().keep_staff(&gongji_domain::access::Staff { active: false, ..staff })).unwrap();
    sign_in("li.qiang", "a long password").is(401);
}

fn sign_in(town: &Town, name: &str, password: &str) -> Got {
    town.post("/v1/sessions").json(&json!({"name": name, "password": password})).send()
}

/// Nobody learns from being stopped whether somebody has the name.
#[test]
fn whoever_tries_passwords_waits_whether_anybody_has_the_name_or_not() {
    let town = Town::new();
    let areas = [gongji_words::AreaCode::parse("130100").unwrap()].into();
    let changed = Signed { by: "王敏".to_owned(), at: gongji_words::Moment::from_millis(0) };
    let (name, password) = ("li.qiang".to_owned(), "digest of a long password".to_owned());
    let (person, roles) = (None, [Role::Clerk].into());
    let staff = gongji_domain::access::Staff { name, person, password, roles, areas, active: true, changed };
    ready(town.face.node().keep_staff(&staff)).unwrap();
    let wrong = |name: &str| -> Vec<Got> { (0..7).map(|_| sign_in(&town, name, "wrong")).collect() };
    for (one, other) in wrong("li.qiang").iter().zip(&wrong("nobody")) {
        assert_eq!((one.status, &one.text, &one.headers), (other.status, &other.text, &other.headers));
    }
    // The right password is not looked at either, as long as the name waits.
    let stopped = sign_in(&town, "li.qiang", "a long password");
    assert_eq!((stopped.is(429).code(), stopped.header("retry-after")), ("REQ_TRIES", Some("900")));
    town.set("2026-03-02T10:14");
    sign_in(&town, "li.qiang", "a long password").is(429);
    town.set("2026-03-02T10:15");
    sign_in(&town, "li.qiang", "a long password").is(201);
    assert_eq!(sign_in(&town, "li.qiang", "wrong").is(401).code(), "REQ_SIGN_IN");
}

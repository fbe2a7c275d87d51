//! What takes two persons: proposed by one, done once another approves.

use gongji_domain::access::Role;
use gongji_domain::message::Command;
use gongji_domain::person::InsuranceStatus;
use gongji_domain::proposal::{Closed, ProposalState};
use gongji_domain::release::Signed;
use gongji_words::CommandId;
use serde_json::{Value, json};

use crate::world::{Got, MOTHER, SON, STRANGER, Town, ready};

fn propose(town: &Town, key: &str, body: &Value) -> Got {
    town.post("/v1/proposals").by("clerk").key(key).json(body).send()
}

fn correction(direction: &str, amount: &str) -> Value {
    json!({"matter": "correction", "person": SON, "amount": amount, "direction": direction, "grounds": "入账两次"})
}

fn unfreezing() -> Value {
    json!({"matter": "unfreezing", "person": SON, "grounds": "本人到窗口说明"})
}

fn decide(town: &Town, who: &str, (made, what): (&Got, &str)) -> Got {
    let path = format!("/v1/proposals/{}/{what}", made.body["proposal"].as_str().unwrap());
    let asking = town.post(&path).by(who);
    if what == "rejection" { asking.json(&json!({"grounds": "没有依据"})).send() } else { asking.send() }
}

fn read(town: &Town, made: &Got) -> Got {
    town.get(&format!("/v1/proposals/{}", made.body["proposal"].as_str().unwrap())).by("auditor").send()
}

#[test]
fn a_balance_is_corrected_once_another_person_approves() {
    let town = Town::new();
    for (direction, amount, before, after) in
        [("add", "10.00", "12345.67", "12355.67"), ("take", "55.67", "12355.67", "12300.00")]
    {
        let made = propose(&town, direction, &correction(direction, amount));
        assert_eq!(made.is(201).body["state"], "open");
        assert_eq!(town.balance().to_string(), before);
        for _ in 0..3 {
            let approved = decide(&town, "reviewer", (&made, "approval"));
            assert_eq!(
                (&approved.is(200).body["state"], &approved.body["outcome"], &approved.body["closed-by"]),
                (&json!("approved"), &json!("done"), &json!("reviewer"))
            );
            assert_eq!(town.balance().to_string(), after);
        }
        assert_eq!(decide(&town, "reviewer", (&made, "approval")).header("idempotent-replayed"), Some("true"));
    }
}

#[test]
fn a_frozen_account_pays_again_once_another_person_approves() {
    let town = Town::new();
    town.bind().is(201);
    let freeze = format!("/v1/people/P{}/freeze", town.id(SON));
    town.post(&freeze).by("clerk").key("F").send().is(200);
    assert_eq!(town.settle("B1", "620.00").is(201).body["aid"], "0.00");
    let made = propose(&town, "U", &unfreezing());
    assert_eq!(town.settle("B2", "620.00").is(201).body["aid"], "0.00");
    decide(&town, "reviewer", (&made, "approval")).is(200);
    assert_eq!(town.settle("B3", "620.00").is(201).body["aid"], "620.00");
    // Frozen anew: the old approval is used up.
    town.post(&freeze).by("clerk").key("F2").send().is(200);
    decide(&town, "reviewer", (&made, "approval")).is(200);
    assert_eq!(town.settle("B4", "620.00").is(201).body["aid"], "0.00");
}

#[test]
fn what_a_dead_person_had_is_paid_to_the_heirs_once_another_person_approves() {
    let town = Town::new();
    let body = json!({"matter": "payment-to-heirs", "person": SON, "grounds": "死亡证明已核对"});
    let early = propose(&town, "E", &body);
    assert_eq!(decide(&town, "reviewer", (&early, "approval")).is(422).code(), "BIND_SPONSOR_INACTIVE");
    let told = read(&town, &early);
    assert_eq!(
        (&told.is(200).body["outcome"], &told.body["reason"]["code"]),
        (&json!("refused"), &json!("BIND_SPONSOR_INACTIVE"))
    );
    town.enter("dies", Command::ChangeStatus { person: town.id(SON), status: InsuranceStatus::Dead });
    // What was refused stays so; it is proposed again.
    assert_eq!(decide(&town, "reviewer", (&early, "approval")).is(422).code(), "BIND_SPONSOR_INACTIVE");
    let made = propose(&town, "E2", &body);
    decide(&town, "reviewer", (&made, "approval")).is(200);
    assert_eq!(town.balance().to_string(), "0.00");
}

#[test]
fn nobody_approves_what_he_proposed_whatever_roles_he_has() {
    let mut town = Town::new();
    let (areas, name) = ([gongji_words::AreaCode::parse("130100").unwrap()].into(), "both");
    town.let_in_as(name, [Role::Clerk, Role::Reviewer].into(), areas);
    let made = town.post("/v1/proposals").by(name).key("C").json(&correction("add", "10.00")).send();
    assert_eq!(decide(&town, name, (made.is(201), "approval")).is(403).code(), "REQ_SECOND_PERSON");
    assert_eq!(town.balance().to_string(), "12345.67");
    assert_eq!(read(&town, &made).body["state"], "open");
    decide(&town, "reviewer", (&made, "approval")).is(200);
    assert_eq!(town.balance().to_string(), "12355.67");
}

/// Two names with which one person signs in are one person.
#[test]
fn nobody_approves_what_he_proposed_under_another_name() {
    let mut town = Town::new();
    town.is_known_as(("clerk", Role::Clerk), "工号 0017");
    town.is_known_as(("reviewer", Role::Reviewer), "工号0017");
    let made = propose(&town, "C", &correction("add", "10.00"));
    assert_eq!(decide(&town, "reviewer", (&made, "approval")).is(403).code(), "REQ_SECOND_PERSON");
    assert_eq!(town.balance().to_string(), "12345.67");
    town.is_known_as(("reviewer", Role::Reviewer), "工号0018");
    decide(&town, "reviewer", (&made, "approval")).is(200);
    assert_eq!(town.balance().to_string(), "12355.67");
}

#[test]
fn what_is_rejected_or_taken_back_is_never_done() {
    let town = Town::new();
    for (who, what, state) in [("reviewer", "rejection", "rejected"), ("clerk", "withdrawal", "withdrawn")] {
        let made = propose(&town, what, &correction("add", "10.00"));
        let closed = decide(&town, who, (&made, what));
        assert_eq!(closed.is(200).body["state"], state);
        let again = decide(&town, who, (&made, what));
        assert_eq!((&again.text, again.header("idempotent-replayed")), (&closed.text, Some("true")));
        assert_eq!(decide(&town, "reviewer", (&made, "approval")).is(409).code(), "REQ_PRECONDITION");
        assert_eq!(read(&town, &made).body["closing-grounds"].is_string(), state == "rejected");
    }
    let made = propose(&town, "done", &correction("add", "10.00"));
    decide(&town, "reviewer", (&made, "approval")).is(200);
    assert_eq!(decide(&town, "clerk", (&made, "withdrawal")).is(409).code(), "REQ_PRECONDITION");
    assert_eq!(town.balance().to_string(), "12355.67");
}

/// The program may die between noting an approval and doing what was approved.
#[test]
fn what_was_approved_and_not_done_is_done_by_the_next_who_approves() {
    let town = Town::new();
    let made = propose(&town, "C", &correction("add", "10.00"));
    let id = CommandId::from_number(made.body["proposal"].as_str().unwrap().parse().unwrap());
    let open = ready(town.face.node().proposal(id)).unwrap().unwrap();
    let signed = Signed { by: "reviewer".to_owned(), at: town.face.node().now() };
    let noted = open.decided(ProposalState::Approved, Closed { signed, grounds: None });
    assert!(ready(town.face.node().store().close_proposal(&noted)).unwrap());
    assert_eq!(
        (read(&town, &made).body["outcome"].is_null(), town.balance().to_string()),
        (true, "12345.67".to_owned())
    );
    assert_eq!(decide(&town, "clerk", (&made, "withdrawal")).is(409).code(), "REQ_PRECONDITION");
    assert_eq!(decide(&town, "reviewer", (&made, "approval")).is(200).body["outcome"], "done");
    assert_eq!(town.balance().to_string(), "12355.67");
}

#[test]
fn a_repeat_of_a_proposal_is_known_and_a_changed_one_is_told_what_differs() {
    let town = Town::new();
    let first = propose(&town, "C", &correction("add", "10.00"));
    decide(&town, "reviewer", (&first, "approval")).is(200);
    let again = propose(&town, "C", &correction("add", "10.00"));
    assert_eq!((&again.is(201).text, again.header("idempotent-replayed")), (&first.text, Some("true")));
    let changed = propose(&town, "C", &correction("take", "10.00"));
    assert_eq!((changed.is(409).code(), &changed.body["field"]), ("REQ_IDEMPOTENCY_CONFLICT", &json!("amount")));
}

#[test]
fn a_proposal_that_is_wrong_is_told_where() {
    let town = Town::new();
    let with = |field: &str, value: Value| {
        let mut body = correction("add", "10.00");
        body[field] = value;
        body
    };
    let mut silent = correction("add", "10.00");
    silent.as_object_mut().unwrap().remove("direction");
    let mut superfluous = unfreezing();
    superfluous["amount"] = "1.00".into();
    for (body, code, field) in [
        (with("amount", "0.00".into()), "REQ_SCHEMA", "amount"),
        (with("grounds", "call 13900000000".into()), "REQ_SCHEMA", "grounds"),
        (with("grounds", format!("of {MOTHER}").into()), "REQ_SCHEMA", "grounds"),
        (with("matter", "gift".into()), "REQ_SCHEMA", "matter"),
        (with("person", STRANGER.into()), "REQ_REFERENCE", "person"),
        (silent, "REQ_SCHEMA", "direction"),
        (superfluous, "REQ_SCHEMA", "amount"),
    ] {
        let got = propose(&town, "W", &body);
        assert_eq!((got.code(), &got.body["field"]), (code, &json!(field)), "{}", got.text);
        assert!(!got.text.contains(MOTHER) && !got.text.contains("139"), "{}", got.text);
    }
}

#[test]
fn proposals_are_listed_for_staff_of_their_area_alone() {
    let town = Town::new();
    let made = propose(&town, "C", &correction("add", "10.00"));
    propose(&town, "U", &unfreezing()).is(201);
    decide(&town, "reviewer", (&made, "approval")).is(200);
    let count = |who: &str, query: &str| {
        let got = town.get(&format!("/v1/proposals{query}")).by(who).send();
        got.is(200).body["proposals"].as_array().unwrap().len()
    };
    for (who, query, expected) in [
        ("reviewer", "", 2),
        ("auditor", "?state=open", 1),
        ("clerk", "?state=approved", 1),
        ("clerk", "?state=rejected", 0),
        ("clerk", "?limit=1", 1),
        ("far-reviewer", "", 0),
    ] {
        assert_eq!(count(who, query), expected, "{who} {query}");
    }
}

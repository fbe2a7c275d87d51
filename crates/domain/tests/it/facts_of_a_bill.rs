//! What becomes of a bill's facts: filings, family codes, frozen accounts, traits, limits that hold for all relatives.

use std::collections::BTreeSet;

use gongji_domain::burden::Part;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Answer, Bill, BindRequest, Command};
use gongji_domain::person::{Person, Scheme, Trait};
use gongji_words::{AreaCode, Day, Fen, InstitutionId};

use super::node::{NODE, Node};
use super::world::{HERE, THERE, bill, pair, person, populated, province_law, request, wallet_order, yuan};

const FAR: AreaCode = AreaCode::from_number(110_000);

/// Previews a bill of 100.00 of 4, or as changed: what is not zero of own money, aid and cash, and the reason.
fn previewed(node: &mut Node, change: impl Fn(&mut Bill)) -> String {
    let mut asked = bill(4, Part::Copay, yuan(100));
    change(&mut asked);
    let answer = node.tell(Command::Preview(asked));
    let Answer::Settled(settled) = answer else { return format!("{answer:?}") };
    let amounts = [("own", settled.own), ("aid", settled.aid_total()), ("cash", settled.cash)];
    let amounts = amounts.into_iter().filter(|(_, amount)| !amount.is_zero());
    let words = amounts.map(|(name, amount)| format!("{name} {amount}"));
    words.chain(settled.reason.map(|reason| reason.code().to_owned())).collect::<Vec<_>>().join(" ")
}

fn family(rules: &str) -> Node {
    let mut node = populated(province_law(rules), "2026-02-02T10:00");
    node.tell(Command::Bind(request(1, 4)));
    node
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_filing_counts_for_its_person_its_places_and_its_days() {
    const NOT: &str = "cash 100.00 SETTLE_NOT_REGISTERED_AWAY";
    const YES: &str = "aid 100.00";
    let rows = [
        (4, THERE, "2026-02-02", None, YES),
        (4, NODE, "2026-02-02", None, YES),
        (4, THERE, "2026-02-01", Some("2026-02-02"), YES),
        (4, THERE, "2026-02-03", None, NOT),
        (4, THERE, "2026-01-01", Some("2026-02-01"), NOT),
        (4, HERE, "2026-02-02", None, NOT),
        (4, FAR, "2026-02-02", None, NOT),
        (1, THERE, "2026-02-02", None, NOT),
    ];
    for (who, area, from, until, expected) in rows {
        let mut node = family("till.filing-for-aid = \"outside-pool\"");
        let there = |bill: &mut Bill| bill.institution = InstitutionId::from_number(2);
        assert_eq!(previewed(&mut node, there), NOT);
        node.tell(Command::File { person: person(who), area, from: day(from), until: until.map(day) });
        assert_eq!(previewed(&mut node, there), expected, "{who} for {area} from {from} until {until:?}");
    }
}

#[test]
fn a_filing_that_ends_covers_nothing_from_that_day_on_and_other_filings_go_on() {
    for (from, until) in [("2026-01-01", None), ("2026-02-02", None), ("2026-01-01", Some("2026-12-31"))] {
        let mut node = family("till.filing-for-aid = \"outside-pool\"");
        let there = |bill: &mut Bill| bill.institution = InstitutionId::from_number(2);
        let file = Command::File { person: person(4), area: THERE, from: day(from), until: until.map(day) };
        node.send("f1", file.clone());
        let end = |whose, filed| Command::EndFiling { person: person(whose), filed: crate::messages::message(filed) };
        node.tell(end(1, "f1"));
        node.tell(end(4, "f2"));
        assert_eq!(previewed(&mut node, there), "aid 100.00", "another's, or one that never was");
        node.tell(end(4, "f1"));
        assert_eq!(previewed(&mut node, there), "cash 100.00 SETTLE_NOT_REGISTERED_AWAY", "{from} {until:?}");
        node.tell(end(4, "f1"));
        node.send("f3", file);
        assert_eq!(previewed(&mut node, there), "aid 100.00", "filed again");
    }
}

#[test]
fn a_family_code_is_told_of_whose_code_it_shows() {
    for (member, expected) in [(4, "SETTLE_FAMILY_CODE_ONLY"), (5, "SETTLE_NO_BINDING")] {
        let mut node = populated(province_law(""), "2026-02-02T10:00");
        node.tell(Command::ShowFamilyCode { holder: person(1), member: person(member) });
        assert_eq!(previewed(&mut node, |_| {}), format!("cash 100.00 {expected}"));
    }
}

#[test]
fn a_frozen_account_pays_neither_for_its_owner_nor_for_others() {
    let of_3 = |bill: &mut Bill| (bill.patient, bill.code_of) = (person(3), person(3));
    let mut node = family("");
    node.tell(Command::Bind(request(1, 3)));
    assert_eq!(previewed(&mut node, of_3), "own 100.00 SETTLE_OWN_FIRST");
    node.tell(Command::Freeze(person(3)));
    assert_eq!(previewed(&mut node, of_3), "aid 100.00");
    node.tell(Command::Freeze(person(1)));
    assert_eq!(previewed(&mut node, of_3), "cash 100.00 SETTLE_SPONSOR_UNAVAILABLE");
    assert_eq!(previewed(&mut node, |_| {}), "cash 100.00 SETTLE_SPONSOR_UNAVAILABLE");
    node.tell(Command::Unfreeze(person(3)));
    assert_eq!(previewed(&mut node, of_3), "own 100.00 SETTLE_OWN_FIRST");
}

#[test]
fn what_is_held_of_the_own_account_does_not_pay() {
    let of_3 = |bill: &mut Bill| {
        (bill.patient, bill.code_of) = (person(3), person(3));
        bill.burden.add(Part::Copay, yuan(650));
    };
    let mut node = populated(province_law(""), "2026-02-02T10:00");
    node.tell(Command::Bind(request(3, 4)));
    assert_eq!(previewed(&mut node, of_3), "own 750.00 SETTLE_OWN_FIRST");
    node.tell(Command::SetQuota(wallet_order(pair(3, 4), yuan(60))));
    assert_eq!(previewed(&mut node, of_3), "own 740.00 cash 10.00 SETTLE_NO_BINDING");
}

/// 4 as somebody uninsured with these traits.
fn with_traits(node: &mut Node, traits: &[Trait]) {
    let known = node.rows.persons[&person(4)].clone();
    let traits: BTreeSet<Trait> = traits.iter().copied().collect();
    node.tell(Command::Register(Person { scheme: Scheme::Uninsured, traits, ..known }));
}

#[test]
fn a_trait_stands_in_for_insurance_where_the_area_names_it() {
    let rules = "till.member-traits = [\"mutual-help-plan\"]";
    let other: Vec<Trait> = Trait::ALL.iter().copied().filter(|one| *one != Trait::MutualHelpPlan).collect();
    let rows: [(&[Trait], &str); 4] = [
        (&[], "cash 100.00 SETTLE_PATIENT_INACTIVE"),
        (&[Trait::MutualHelpPlan], "aid 100.00"),
        (&other, "cash 100.00 SETTLE_PATIENT_INACTIVE"),
        (Trait::ALL, "aid 100.00"),
    ];
    for (traits, expected) in rows {
        let mut node = family(rules);
        with_traits(&mut node, traits);
        assert_eq!(previewed(&mut node, |_| {}), expected, "{traits:?}");
    }
}

/// Settles a bill and gives what aid paid.
fn aid(node: &mut Node, patient: i64, area: AreaCode, amount: i64) -> Fen {
    let settle = Command::Settle(Bill { patient_area: area, ..bill(patient, Part::Copay, yuan(amount)) });
    let answer = node.tell(settle);
    let Answer::Settled(settled) = answer else { panic!("{answer:?}") };
    settled.aid_total()
}

#[test]
fn one_limit_for_all_counts_what_every_relative_used() {
    for (rules, last) in [("limits.one-for-all = true", 50), ("", 100)] {
        for limits in [
            Limits { per_day: Some(yuan(150)), ..Limits::default() },
            Limits { per_month: Some(yuan(150)), ..Limits::default() },
            Limits { per_year: Some(yuan(150)), ..Limits::default() },
            Limits { quota: Some(yuan(150)), ..Limits::default() },
        ] {
            let mut node = populated(province_law(rules), "2026-02-02T10:00");
            node.tell(Command::Bind(BindRequest { limits, ..request(1, 4) }));
            let second = BindRequest { limits: Limits::default(), beneficiary_area: THERE, ..request(1, 5) };
            node.tell(Command::Bind(second));
            assert_eq!(aid(&mut node, 4, HERE, 100), yuan(100));
            let expected = if last == 50 { yuan(50) } else { yuan(100) };
            assert_eq!(
                aid(&mut node, 5, THERE, 100),
                expected,
                "{rules}: the second is bound under the first's {limits:?}"
            );
            assert_eq!(
                aid(&mut node, 4, HERE, 100),
                if last == 50 { Fen::ZERO } else { yuan(50) },
                "{rules} {limits:?}"
            );
        }
    }
}

#[test]
fn a_limit_on_one_settlement_is_no_limit_on_the_next() {
    let limits = Limits { per_settlement: Some(yuan(70)), ..Limits::default() };
    let mut node = populated(province_law(""), "2026-02-02T10:00");
    node.tell(Command::Bind(BindRequest { limits, ..request(1, 4) }));
    for _ in 0..3 {
        assert_eq!(aid(&mut node, 4, HERE, 100), yuan(70));
    }
}

#[test]
fn what_the_area_s_limit_on_items_has_paid_counts_in_its_month() {
    let mut node = family("till.item-limit = { parts = [\"device\"], monthly = \"100.00\" }");
    let paid = |node: &mut Node| {
        let Answer::Settled(settled) = node.tell(Command::Settle(bill(4, Part::Device, yuan(80)))) else { panic!() };
        settled.aid_total()
    };
    assert_eq!([paid(&mut node), paid(&mut node), paid(&mut node)], [yuan(80), yuan(20), Fen::ZERO]);
    node.wait(28 * 24 * 60);
    assert_eq!(paid(&mut node), yuan(80), "another month");
}

#[test]
fn each_payer_s_area_owes_what_its_people_paid() {
    let mut node = family("");
    node.tell(Command::Bind(request(2, 4)));
    node.tell(Command::Bind(request(3, 4)));
    let answer = node.tell(Command::Settle(bill(4, Part::Copay, yuan(1500))));
    let Answer::Settled(settled) = answer else { panic!("{answer:?}") };
    let paid: Vec<(i64, Fen)> = settled.aid.iter().map(|(who, amount)| (who.number(), *amount)).collect();
    assert_eq!(paid, [(1, yuan(600)), (2, yuan(700)), (3, yuan(200))]);
    assert_eq!(settled.owed, [(HERE, yuan(800)), (THERE, yuan(700))]);
}

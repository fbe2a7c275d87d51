//! Well formed lines become the statements that they say.

use gongji_scenario::syntax::{
    Answer, BindingState, Designated, Expected, InstitutionKind, Kind, LimitChange, Part, Plan, Proof, Purpose,
    Relation, Scheme, Sex, Side, Statement, Status, TraitWord, Using, Verdict, Vocabulary, only_at,
};
use gongji_words::Fen;

use super::{area, day, fen, read, read_below, statement};

#[test]
fn lines_of_every_form_are_read() {
    const LINES: &[&str] = &[
        "",
        "   \t ",
        "# only a comment with \" and => in it",
        "clock 2025-03-08T10:00 # time may stand still",
        "clock 2025-03-09",
        "area 650000",
        "person 小明 scheme resident",
        "person گۈلنار scheme employee area 650100",
        "person 2 scheme none status ended",
        "person Anna_B-2 trait civil-service scheme employee trait chronic-entitlement",
        "person \"li\" scheme resident",
        "person by scheme resident",
        "institution auto kind hospital",
        "institution 一院 wallet no aid no designated suspended area 110101 kind pharmacy",
        "account ming balance 0.00",
        "account ming balance 5.00 previous-years 5.00",
        "status ming dead",
        "move ming area 110000",
        "freeze ming",
        "unfreeze ming",
        "filing kid until 2025-06-30 area 110000 from 2025-04-01",
        "credit ming 12.34",
        "year-end 310000",
        "link 110000 650000 up",
        "bind ming ming relation other => refused BIND_SELF",
        "bind ming kid relation child => pending review",
        "bind ming kid relation child => scheduled",
        "consent kid ming => active",
        "consent kid ming => pending review",
        "consent kid ming no => ended",
        "consent kid ming => refused BIND_NOT_FOUND",
        "review ming kid approve => scheduled",
        "review ming kid reject => rejected",
        "review ming kid return => returned",
        "review ming kid return => refused BIND_NOT_FOUND",
        "limit ming kid per-day none per-month 5.00 => refused BIND_NOT_FOUND",
        "pause ming kid => paused",
        "resume ming kid => active",
        "unbind ming kid",
        "unbind ming kid => ending",
        "order kid ming",
        "order kid son ming => refused ORDER_NOT_YOURS",
        "family-code ming kid => shown",
        "binding ming kid => pending consent",
        "binding ming kid => none",
        "binding ming kid => returned",
        "settle s1 kid at shop kind outpatient drug 1.00",
        "settle s1 kid at shop kind pharmacy vaccine 1.00 fitness 2.00 emergency",
        "settle s1 kid at clinic kind emergency copay 0.00 emergency",
        "settle s0 kid at clinic kind birth copay 9.00 => refused REQ_IDEMPOTENCY_CONFLICT",
        "preview s1 kid at clinic kind birth exam 9.00 => cash 9.00",
        "reverse never-used => refused REVERSE_NOT_FOUND",
        "repeat s0 => refused SETTLE_NOT_OWN_CODE",
        "repeat p0 => refused PREMIUM_SHORT",
        "repeat t0 => refused WALLET_CLOSED",
        "accept s0 => refused WALLET_NO_WAY_BACK",
        "accept t0 => accepted",
        "cancel t0 => cancelled",
        "notices kid => none",
        "used ming kid => total 5.00 this-month 1.00",
        "wallet ming open => refused WALLET_AREA_NOT_OPEN",
        "quota ming kid 5.00 => frozen 5.00",
        "transfer t1 ming kid 5.00 => pending",
        "wallet-balance kid => balance 5.00",
        "clearing 2025-03 => unmatched 0",
        "binding ming kid",
        "balance ming => available 5.00",
    ];
    for line in LINES {
        read_below(line);
    }
}

#[test]
fn a_person_has_the_defaults_of_the_language() {
    let Statement::Person(person) = statement("person new scheme resident") else { panic!() };
    assert_eq!(person.area, area("130100"));
    assert_eq!(person.status, Status::Active);
    assert_eq!(person.born, day("1970-01-01"));
    assert_eq!((person.sex, person.traits), (None, vec![]));
}

#[test]
fn a_person_is_what_the_keys_say_in_any_order() {
    let text = "person new trait civil-service sex female born 2012-02-29 status arrears \
                trait mutual-help-plan area 650105 scheme employee trait civil-service";
    let Statement::Person(person) = statement(text) else { panic!() };
    assert_eq!(person.name.as_str(), "new");
    assert_eq!(person.scheme, Scheme::Employee);
    assert_eq!(person.area, area("650105"));
    assert_eq!(person.status, Status::Arrears);
    assert_eq!(person.born, day("2012-02-29"));
    assert_eq!(person.sex, Some(Sex::Female));
    assert_eq!(person.traits, [TraitWord::CivilService, TraitWord::MutualHelpPlan]);
}

#[test]
fn the_default_area_holds_for_what_follows_it() {
    let text = "area 650100\ninstitution new kind pharmacy designated no wallet no";
    let Statement::Institution(new) = statement(text) else { panic!() };
    assert_eq!(new.area, area("650100"));
    assert_eq!((new.kind, new.designated), (InstitutionKind::Pharmacy, Designated::Undesignated));
    assert!(new.takes_aid);
    assert!(!new.takes_wallet);
}

#[test]
fn an_account_is_all_of_previous_years_unless_said() {
    let rows = [("account ming balance 5.00", "5.00"), ("account ming balance 5.00 previous-years 2.00", "2.00")];
    for (text, expected) in rows {
        let Statement::Account { balance, previous_years, .. } = statement(text) else { panic!() };
        assert_eq!((balance, previous_years), (fen("5.00"), fen(expected)));
    }
}

#[test]
fn a_binding_carries_all_that_is_asked_for() {
    let text = "bind ming kid for outpatient,premium,birth per-year 4.00 per-month 3.00 \
                per-day 2.00 per-settlement 1.00 quota 5.00 until 2025-01-01 from 2025-04-01 \
                proof upload channel counter relation daughter-grandchild => pending consent";
    let Statement::Bind { bind, expected } = statement(text) else { panic!() };
    assert_eq!((bind.pair.sponsor.as_str(), bind.pair.beneficiary.as_str()), ("ming", "kid"));
    assert_eq!(bind.relation, Relation::DaughterGrandchild);
    assert_eq!((bind.from, bind.until), (Some(day("2025-04-01")), Some(day("2025-01-01"))));
    assert_eq!(bind.limits.quota, Some(fen("5.00")));
    assert_eq!(bind.limits.per_settlement, Some(fen("1.00")));
    assert_eq!(bind.limits.per_day, Some(fen("2.00")));
    assert_eq!(bind.limits.per_month, Some(fen("3.00")));
    assert_eq!(bind.limits.per_year, Some(fen("4.00")));
    let purposes = [Purpose::Visit(Kind::Outpatient), Purpose::Premium, Purpose::Visit(Kind::Birth)];
    assert_eq!(bind.purposes, purposes);
    assert_eq!(bind.proof, Some(Proof::Upload));
    assert_eq!(expected, Some(Expected::Done(BindingState::PendingConsent)));
}

#[test]
fn consent_names_the_beneficiary_first() {
    let Statement::Consent { pair, answer, expected } = statement("consent kid ming no") else { panic!() };
    assert_eq!((pair.sponsor.as_str(), pair.beneficiary.as_str()), ("ming", "kid"));
    assert_eq!((answer, expected), (Answer::No, None));
}

#[test]
fn a_limit_is_set_lifted_or_left() {
    let Statement::Limit { limits, expected, .. } = statement("limit ming kid quota none per-day 5.00 => changed")
    else {
        panic!()
    };
    assert_eq!(limits.quota, Some(LimitChange::Lift));
    assert_eq!(limits.per_day, Some(LimitChange::Set(fen("5.00"))));
    assert_eq!(limits.per_year, None);
    assert_eq!(expected, Some(Expected::Done(())));
}

#[test]
fn the_sponsor_unbinds_unless_said() {
    for (text, side) in [
        ("unbind ming kid", Side::Sponsor),
        ("unbind ming kid by sponsor", Side::Sponsor),
        ("unbind ming kid by beneficiary => ended", Side::Beneficiary),
    ] {
        let Statement::Unbind { by, .. } = statement(text) else { panic!() };
        assert_eq!(by, side, "{text}");
    }
}

#[test]
fn review_and_order_keep_their_words() {
    let Statement::Review { verdict, .. } = statement("review ming kid return") else { panic!() };
    assert_eq!(verdict, Verdict::Return);
    let Statement::Order { sponsors, .. } = statement("order kid son ming") else { panic!() };
    let names: Vec<&str> = sponsors.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["son", "ming"]);
}

#[test]
fn a_bill_has_its_parts_in_the_order_written() {
    let text = "settle s1 kid copay 1.00 at clinic emergency deductible 2.00 fund 3.00 \
                kind inpatient using son code ming vaccine 4.00";
    let Statement::Settle { visit, expected } = statement(text) else { panic!() };
    let parts = [(Part::Copay, fen("1.00")), (Part::Deductible, fen("2.00")), (Part::Vaccine, fen("4.00"))];
    assert_eq!(visit.parts, parts);
    assert_eq!(visit.personal_part(), fen("7.00"));
    assert_eq!((visit.kind, visit.fund, visit.emergency), (Kind::Inpatient, fen("3.00"), true));
    assert_eq!(visit.code.as_str(), "ming");
    assert!(matches!(visit.using, Using::Sponsor(name) if name.as_str() == "son"));
    assert_eq!(expected, None);
}

#[test]
fn a_bill_has_the_defaults_of_the_language() {
    let text = "preview v1 kid at shop kind pharmacy drug 1.00";
    let Statement::Preview { visit, .. } = statement(text) else { panic!() };
    assert_eq!((visit.fund, visit.using, visit.emergency), (Fen::ZERO, Using::Auto, false));
    assert_eq!((visit.code.as_str(), visit.beneficiary.as_str()), ("kid", "kid"));
}

#[test]
fn what_the_payer_says_is_kept() {
    for (word, said) in [("auto", Using::Auto), ("own", Using::Own), ("none", Using::None)] {
        let text = format!("settle s1 kid at clinic kind birth copay 1.00 using {word}");
        let Statement::Settle { visit, .. } = statement(&text) else { panic!() };
        assert_eq!(visit.using, said);
    }
}

#[test]
fn a_plan_is_known_or_a_product() {
    let rows = [
        ("resident", Plan::Resident),
        ("long-term-care", Plan::LongTermCare),
        ("惠民保", Plan::Product("惠民保".to_owned())),
        ("\"city plan # 2\"", Plan::Product("city plan # 2".to_owned())),
    ];
    for (word, meant) in rows {
        let text = format!("premium p1 ming amount 9.00 year 2026 plan {word} for kid");
        let Statement::Premium { premium, .. } = statement(&text) else { panic!() };
        assert_eq!(premium.plan, meant);
        assert_eq!((premium.year, premium.amount), (2026, fen("9.00")));
        assert_eq!((premium.payer.as_str(), premium.insured.as_str()), ("ming", "kid"));
    }
}

#[test]
fn a_statement_keeps_its_line_number_and_text() {
    let text = "\u{feff}# first\r\n\r\n  area 130100 # where\r\nclock 2025-03-08\r\n";
    let scenario = read(text.as_bytes()).expect("well formed");
    assert_eq!(scenario.file, "test.scn");
    let lines: Vec<(u32, &str)> = scenario.lines.iter().map(|line| (line.number, line.source.as_str())).collect();
    assert_eq!(lines, [(3, "  area 130100 # where"), (4, "clock 2025-03-08")]);
}

#[test]
fn a_file_without_statements_is_well_formed() {
    let files = ["", "\n", "\u{feff}", "\r\n\r\n", "# nothing", "area 130100", "\u{feff}#\r"];
    for text in files {
        assert!(read(text.as_bytes()).is_ok(), "{text:?}");
    }
}

#[test]
fn every_word_of_a_list_is_found_by_itself_and_no_word_is_there_twice() {
    fn check<T: Vocabulary + std::fmt::Debug>() {
        for value in T::ALL {
            assert_eq!(T::from_word(value.word()), Some(*value));
        }
        assert_eq!(T::from_word("no such word"), None);
    }
    check::<Relation>();
    check::<Kind>();
    check::<Part>();
    check::<BindingState>();
    check::<Status>();
    assert_eq!((Relation::ALL.len(), Kind::ALL.len(), Part::ALL.len()), (12, 6, 14));
}

#[test]
fn every_part_is_a_key_of_a_bill() {
    for part in Part::ALL {
        let (place, kind) = match only_at(*part) {
            Some(InstitutionKind::Pharmacy) => ("shop", "pharmacy"),
            _ => ("clinic", "outpatient"),
        };
        let text = format!("settle s1 kid at {place} kind {kind} {} 1.00", part.word());
        let Statement::Settle { visit, .. } = statement(&text) else { panic!() };
        assert_eq!(visit.parts, [(*part, fen("1.00"))]);
    }
}

//! The past under other laws: nothing changes under the same one, what changes is told, and what cannot be known too.

use gongji_words::{AreaCode, CommandId, Day, Fen, Moment, PersonId};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Laws, MOST_EXAMPLES, Missing, Replayed, Split, Tally, differing_keys, pays_alike, replay_under};
use crate::binding::{Distance, Standing};
use crate::burden::{Burden, Part, VisitKind};
use crate::case::{AccountUse, Candidate, Case, FamilyCode, Filing, Line, PurposeUse};
use crate::decide::decide;
use crate::institution::Takes;
use crate::message::{Urgency, Using};
use crate::person::{InsuranceStatus, Scheme};
use crate::policy::{KEYS, Law};
use crate::reason::Reason;
use crate::trace::tests::{case, law, law_edited};
use crate::trace::{Trace, decode, encode};

const HEBEI: &str = "code = \"130000\"";
const SHIJIAZHUANG: AreaCode = AreaCode::from_number(130_100);
const TANGSHAN: AreaCode = AreaCode::from_number(130_200);
/// Nothing but the nation's file speaks here.
const SHENYANG: AreaCode = AreaCode::from_number(210_100);

/// Keys and values, as packs write them.
type Rules<'a> = &'a [(&'a str, &'a str)];

fn yuan(text: &str) -> Fen {
    Fen::parse_yuan(text).expect("an amount")
}

fn sponsor(number: i64, available: &str) -> Candidate {
    Candidate {
        sponsor: PersonId::from_number(number),
        area: SHIJIAZHUANG,
        binding: CommandId::from_number(100 + number),
        asked_at: Moment::parse("2024-11-30T09:00").expect("a moment").plus_minutes(number),
        standing: Standing::Usable,
        distance: Distance::Pool,
        line: Line::Up,
        purpose: PurposeUse::Allowed,
        account: AccountUse::Usable,
        available: yuan(available),
        previous_years: yuan("100.00"),
        frozen_quota: None,
        limit_left: None,
    }
}

/// A father of Shijiazhuang with a bill of 620.00; the elder child has 900.00 and the younger 1500.00.
fn fathers_bill() -> Case {
    let mut burden = Burden::nothing();
    burden.add(Part::Copay, yuan("620.00"));
    Case {
        at: Moment::parse("2025-03-08T10:00").expect("a moment"),
        patient: PersonId::from_number(1),
        area: SHIJIAZHUANG,
        scheme: Scheme::Resident,
        status: InsuranceStatus::Active,
        traits: 0,
        own: Fen::ZERO,
        wallet: None,
        institution_area: SHIJIAZHUANG,
        takes_aid: Takes::Yes,
        takes_wallet: Takes::Yes,
        kind: VisitKind::Outpatient,
        burden,
        fund: Fen::ZERO,
        using: Using::Auto,
        urgency: Urgency::Ordinary,
        filing: Filing::Unfiled,
        family_code: FamilyCode::Absent,
        items_used: Fen::ZERO,
        order: Vec::new(),
        candidates: vec![sponsor(2, "900.00"), sponsor(3, "1500.00")],
    }
}

fn trace_of(law: &Law, case: &Case) -> Trace {
    decode(&encode(law, case, &decide(law, case))).expect("a trace")
}

/// The law with rules of Hebei put in place of its own, or beside them.
fn hebei_with(rules: Rules<'_>) -> Law {
    law_edited(|text| {
        let mut text = text.to_owned();
        for (key, value) in rules.iter().filter(|_| text.contains(HEBEI)).collect::<Vec<_>>() {
            let head = format!("key = \"{key}\"");
            if let Some(at) = text.find(&head) {
                let end = text[at..].find("[[").map_or(text.len(), |end| at + end);
                let start = text[..at].rfind("[[rule]]").expect("a rule has a head");
                text.replace_range(start..end, "");
            }
            let rule = format!("\n[[rule]]\n{head}\nfrom = \"2021-05-01\"\nvalue = {value}\nsource = \"N1\"\n");
            let before = text.find("[[carried]]").expect("Hebei carries something");
            text.insert_str(before, &format!("{rule}\n"));
        }
        text
    })
}

fn judged(case: &Case, rules: Rules<'_>) -> Replayed {
    replay_under(Laws { now: law(), other: &hebei_with(rules) }, &trace_of(law(), case))
}

proptest! {
    #[test]
    fn under_the_same_law_nothing_changes(case in case(0..=5)) {
        let laws = Laws { now: law(), other: law() };
        prop_assert_eq!(replay_under(laws, &trace_of(law(), &case)), Replayed::Same);
    }
}

/// The nation's file with another year, limits for all, an item limit, an order that the beneficiary sets.
fn another_nation() -> &'static Law {
    static LAW: std::sync::OnceLock<Law> = std::sync::OnceLock::new();
    let rules = [
        ("money.usable", "\"all\"", "\"previous-years\""),
        ("money.insurance-year-month", "1", "7"),
        ("limits.one-for-all", "false", "true"),
        ("till.sponsor-order", "\"binding-order\"", "\"beneficiary-order\""),
        ("till.item-limit", "\"none\"", "{ parts = [\"copay\", \"drug\"], monthly = \"300.00\" }"),
    ];
    LAW.get_or_init(|| {
        law_edited(|text| {
            let mut text = text.to_owned();
            for (key, from, to) in rules.iter().filter(|_| text.contains("code = \"000000\"")).collect::<Vec<_>>() {
                let at = text.find(&format!("key = \"{key}\"")).expect("the nation answers every key");
                let value = at + text[at..].find(&format!("value = {from}")).expect("the value that is replaced");
                text.replace_range(value..value + "value = ".len() + from.len(), &format!("value = {to}"));
            }
            text
        })
    })
}

/// The case with what no trace of the old law holds somewhere between its ends.
fn somewhere(case: &Case, percents: &[i64], order: &[usize]) -> Case {
    let mut guess = case.clone();
    for (candidate, percent) in guess.candidates.iter_mut().zip(percents) {
        candidate.previous_years = Fen::from_fen(candidate.available.fen() / 100 * percent);
        candidate.limit_left = candidate.limit_left.map(|left| Fen::from_fen(left.fen() / 50 * percent));
    }
    guess.items_used = Fen::from_fen(300 * percents[0]);
    if case.order.is_empty() && !case.candidates.is_empty() {
        guess.order = order.iter().map(|place| case.candidates[place % case.candidates.len()].sponsor).collect();
    }
    guess
}

proptest! {
    #[test]
    fn what_is_told_holds_whatever_the_trace_does_not_hold(
        mut case in case(0..=4),
        percents in vec(0..=100_i64, 4),
        order in vec(0..4_usize, 4),
    ) {
        case.area = SHENYANG;
        case.candidates.iter_mut().for_each(|candidate| candidate.area = SHENYANG);
        let laws = Laws { now: law(), other: another_nation() };
        let trace = trace_of(law(), &case);
        if !matches!(replay_under(laws, &trace), Replayed::CannotTell(_)) {
            let told = decide(laws.other, &case).outcome;
            let guess = somewhere(&case, &percents, &order);
            prop_assert!(pays_alike(&told, &decide(laws.other, &guess).outcome));
        }
    }

    #[test]
    fn tallies_add_up_in_whatever_order(cases in vec(case(0..=3), 0..40), cut in 0..40_usize) {
        let laws = Laws { now: law(), other: another_nation() };
        let count = |cases: &[(i64, Case)]| {
            let mut tally = Tally::default();
            for (number, case) in cases {
                let trace = trace_of(law(), case);
                tally.count(CommandId::from_number(*number), &trace, &replay_under(laws, &trace));
            }
            tally
        };
        let cases: Vec<(i64, Case)> = (0..).zip(cases).collect();
        let (one, two) = cases.split_at(cut.min(cases.len()));
        let mut sum = count(two);
        sum.absorb(count(one));
        prop_assert_eq!(&sum, &count(&cases));
        let all = |split: Split| Fen::sum([split.own, split.aid, split.wallet, split.cash]);
        prop_assert_eq!(all(sum.before), all(sum.after), "a bill is paid, by whomever");
        let saved = sum.before.cash.minus(sum.after.cash);
        prop_assert_eq!(saved, sum.moved.won.minus(sum.moved.lost));
        prop_assert!(sum.examples.len() <= MOST_EXAMPLES);
    }
}

#[test]
fn a_rule_that_pays_less_is_told_with_purses_and_reasons() {
    let Replayed::Changed(change) = judged(&fathers_bill(), &[("money.reserve", "\"1000.00\"")]) else {
        panic!("the younger child must keep 1000.00, and 500.00 do not pay 620.00");
    };
    assert_eq!(change.before, Split { aid: yuan("620.00"), ..Split::default() });
    assert_eq!(change.after, Split { cash: yuan("620.00"), ..Split::default() });
    assert_eq!(change.reasons, (None, Some(Reason::SettleReserve)));
    assert_eq!(change.cash_saved(), yuan("620.00").negated());
}

#[test]
fn another_sponsor_who_pays_the_same_is_a_change_without_amounts() {
    let Replayed::Changed(change) = judged(&fathers_bill(), &[("till.sponsor-order", "\"binding-order\"")]) else {
        panic!("the elder child is asked first and pays");
    };
    assert_eq!((change.before, change.reasons), (change.after, (None, None)));
}

#[test]
fn what_only_counts_otherwise_is_no_change() {
    let limit = "{ parts = [\"device\"], monthly = \"300.00\" }";
    assert_eq!(judged(&fathers_bill(), &[("till.item-limit", limit)]), Replayed::Same);
}

/// What the other law asks for, and a bill on which it does not matter.
#[test]
fn what_the_trace_cannot_hold_is_told_where_it_matters_and_only_there() {
    let bill = fathers_bill();
    let in_cash = Case { using: Using::Cash, ..fathers_bill() };
    let alone = Case { candidates: vec![sponsor(3, "1500.00")], ..fathers_bill() };
    let mut limited = fathers_bill();
    limited.candidates[1].limit_left = Some(yuan("700.00"));
    let mut from_tangshan = Case { at: Moment::parse("2026-02-01T10:00").expect("a moment"), ..fathers_bill() };
    for candidate in &mut from_tangshan.candidates {
        (candidate.area, candidate.distance) = (TANGSHAN, Distance::Province);
    }
    let from_tangshan_in_cash = Case { using: Using::Cash, ..from_tangshan.clone() };
    let years = [("money.insurance-year-month", "7"), ("money.usable", "\"previous-years\"")];
    let items = "{ parts = [\"copay\"], monthly = \"1000.00\" }";
    let too_small = "{ parts = [\"copay\"], monthly = \"300.00\" }";
    let by_him = [("till.sponsor-order", "\"beneficiary-order\"")];
    let table: [(Missing, &Case, Rules<'_>); 5] = [
        (Missing::Order, &bill, &by_him),
        (Missing::Quota, &from_tangshan, &[("bind.reach", "\"same-pool\"")]),
        (Missing::Years, &bill, &years),
        (Missing::Limit, &limited, &[("limits.one-for-all", "true")]),
        (Missing::Items, &bill, &[("till.item-limit", items)]),
    ];
    for (missing, case, rules) in table {
        assert_eq!(judged(case, rules), Replayed::CannotTell(missing), "{rules:?}");
    }
    let told: [(&Case, Rules<'_>); 8] = [
        (&alone, &by_him),
        (&in_cash, &by_him),
        (&from_tangshan_in_cash, &[("bind.reach", "\"same-pool\"")]),
        (&bill, &years[..1]),
        (&bill, &[("limits.one-for-all", "true")]),
        (&in_cash, &years),
        (&in_cash, &[("till.item-limit", items)]),
        (&bill, &[("till.item-limit", too_small)]),
    ];
    for (case, rules) in told {
        assert!(!matches!(judged(case, rules), Replayed::CannotTell(_)), "{rules:?}");
    }
}

#[test]
fn of_a_law_that_is_not_kept_nothing_is_taken_for_granted() {
    let long_ago = hebei_with(&[("money.insurance-year-month", "4")]);
    let trace = trace_of(&long_ago, &fathers_bill());
    let usable = hebei_with(&[("money.usable", "\"previous-years\"")]);
    let laws = Laws { now: law(), other: &usable };
    assert_eq!(replay_under(laws, &trace), Replayed::CannotTell(Missing::Years), "whose year was it?");
    assert!(matches!(replay_under(laws, &trace_of(law(), &fathers_bill())), Replayed::Changed(_)));
}

#[test]
fn the_largest_changes_are_the_examples() {
    let dearer = hebei_with(&[("money.reserve", "\"1500.00\"")]);
    let laws = Laws { now: law(), other: &dearer };
    let mut tally = Tally::default();
    for number in 1..=30_i64 {
        let mut case = fathers_bill();
        case.burden = Burden::nothing();
        case.burden.add(Part::Copay, Fen::from_fen(100 * (number % 20 + 1)));
        let trace = trace_of(law(), &case);
        tally.count(CommandId::from_number(number), &trace, &replay_under(laws, &trace));
    }
    let commands: Vec<i64> = tally.examples.iter().map(|example| example.command.number()).collect();
    assert_eq!(commands, [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
    assert_eq!((tally.moved.losers, tally.moved.winners), (30, 0));
    assert_eq!(tally.areas[&SHIJIAZHUANG].moved, tally.moved);
    assert_eq!(tally.reasons[&(None, Some(Reason::SettleReserve))], tally.moved);
}

#[test]
fn keys_that_differ_are_listed_with_whether_a_settlement_asks_them() {
    let other = hebei_with(&[("bind.max-members", "5"), ("till.shortfall", "\"part\"")]);
    let laws = Laws { now: law(), other: &other };
    let day = |text| Day::parse(text).expect("a day");
    let days = (day("2025-01-01"), day("2025-12-31"));
    let differing = differing_keys(laws, &[SHIJIAZHUANG, SHENYANG].into(), days);
    let keys: Vec<_> = differing.iter().map(|key| (key.name, key.is_asked_by_settlements())).collect();
    assert_eq!(keys, [("bind.max-members", false), ("till.shortfall", true)]);
    assert_eq!(differing_keys(laws, &[SHENYANG].into(), days).len(), 0, "Hebei's rules are not Liaoning's");
    let later = law_edited(|text| {
        let rule = "\n[[rule]]\nkey = \"till.pooled-benefit\"\nfrom = \"2026-07-01\"\nvalue = \"pure-account-only\"\nsource = \"N1\"\n\n";
        if text.contains(HEBEI) {
            text.replacen("[[carried]]", &format!("{rule}[[carried]]"), 1)
        } else {
            text.to_owned()
        }
    });
    let laws = Laws { now: law(), other: &later };
    assert_eq!(differing_keys(laws, &[SHIJIAZHUANG].into(), days).len(), 0, "it begins after these days");
    let until_later = (days.0, day("2026-12-31"));
    assert_eq!(differing_keys(laws, &[SHIJIAZHUANG].into(), until_later).len(), 1, "a change within the days counts");
}

#[test]
fn a_settlement_asks_about_half_of_the_keys() {
    let asked: Vec<&str> = KEYS.iter().filter(|key| key.is_asked_by_settlements()).map(|key| key.name).collect();
    let expected = [
        "bind.open",
        "bind.reach",
        "limits.one-for-all",
        "money.usable",
        "money.reserve",
        "money.insurance-year-month",
        "till.open",
        "till.own-account",
        "till.sponsor-order",
        "till.sponsors-per-settlement",
        "till.shortfall",
        "till.pooled-benefit",
        "till.kinds-employee",
        "till.kinds-resident",
        "till.payable-parts",
        "till.item-limit",
        "till.filing-for-aid",
        "till.member-traits",
        "wallet.open",
        "wallet.mode",
    ];
    assert_eq!(asked, expected);
}

//! Traces are exact, small, and never trust their bytes.

use std::path::Path;
use std::sync::OnceLock;

use gongji_words::{AreaCode, CommandId, Day, Fen, Moment, PersonId};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::bytes::{END_MILLIS, FIRST_MILLIS};
use super::{LawMatch, Mistake, Trace, decode, encode, replay};
use crate::binding::{Distance, Standing};
use crate::burden::{Burden, Part, VisitKind};
use crate::case::{AccountUse, Candidate, Case, FamilyCode, Filing, Line, PurposeUse, WalletFacts};
use crate::decide::decide;
use crate::explain::{Reader, explain};
use crate::institution::Takes;
use crate::message::{Urgency, Using};
use crate::person::{InsuranceStatus, Scheme};
use crate::policy::Law;

/// Areas whose tills differ most.
const AREAS: [u32; 8] = [130_100, 652_700, 652_800, 110_105, 310_000, 440_300, 150_100, 370_900];

const STANDINGS: [Standing; 8] = [
    Standing::Usable,
    Standing::ConsentPending,
    Standing::ReviewPending,
    Standing::NotEffective,
    Standing::Expired,
    Standing::Paused,
    Standing::RebindNeeded,
    Standing::Nothing,
];

/// The law of the packs of this repository.
pub(crate) fn law() -> &'static Law {
    static LAW: OnceLock<Law> = OnceLock::new();
    LAW.get_or_init(|| law_edited(|text| text.to_owned()))
}

/// The same law, with every pack edited.
pub(crate) fn law_edited(edit: impl Fn(&str) -> String) -> Law {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let entries = std::fs::read_dir(folder).expect("the folder of packs");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let packs: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| (path.display().to_string(), edit(&std::fs::read_to_string(&path).expect("a pack"))))
        .collect();
    let packs: Vec<(&str, &str)> = packs.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    Law::from_packs(&packs).expect("the packs are law")
}

fn area() -> impl Strategy<Value = AreaCode> {
    select(&AREAS).prop_map(AreaCode::from_number)
}

fn fen() -> impl Strategy<Value = Fen> {
    prop_oneof![2 => Just(0), 6 => 1..200_000_i64, 1 => 200_000..=100_000_000_000_000_i64].prop_map(Fen::from_fen)
}

fn person() -> impl Strategy<Value = PersonId> {
    prop_oneof![1 => 1..9_i64, 3 => any::<i64>()].prop_map(PersonId::from_number)
}

/// Mostly days that have law, sometimes earlier ones.
fn moment() -> impl Strategy<Value = Moment> {
    let first = Moment::parse("2020-12-01").expect("a day").millis();
    let last = Moment::parse("2027-01-01").expect("a day").millis();
    (first..last).prop_map(Moment::from_millis)
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![3 => Just(Standing::Usable), 1 => select(&STANDINGS)]
}

fn mostly<T: Copy + std::fmt::Debug>(usual: T, all: &'static [T]) -> impl Strategy<Value = T> {
    prop_oneof![4 => Just(usual), 1 => select(all)]
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let who = (person(), area(), any::<i64>(), moment(), standing(), select(Distance::ALL));
    let can = (
        mostly(Line::Up, Line::ALL),
        mostly(PurposeUse::Allowed, PurposeUse::ALL),
        mostly(AccountUse::Usable, AccountUse::ALL),
    );
    let money = (fen(), fen(), option::weighted(0.2, fen()), option::weighted(0.3, fen()));
    (who, can, money).prop_map(|(who, can, money)| {
        let (sponsor, area, binding, asked_at, standing, distance) = who;
        let (line, purpose, account) = can;
        let (available, previous_years, frozen_quota, limit_left) = money;
        let binding = CommandId::from_number(binding);
        let previous_years = previous_years.min(available);
        Candidate {
            sponsor,
            area,
            binding,
            asked_at,
            standing,
            distance,
            line,
            purpose,
            account,
            available,
            previous_years,
            frozen_quota,
            limit_left,
        }
    })
}

fn burden() -> impl Strategy<Value = Burden> {
    vec((select(Part::ALL), fen()), 0..5).prop_map(|parts| {
        let mut burden = Burden::nothing();
        parts.into_iter().for_each(|(part, amount)| burden.add(part, amount));
        burden
    })
}

fn using() -> impl Strategy<Value = Using> {
    prop_oneof![
        5 => Just(Using::Auto),
        1 => Just(Using::Own),
        1 => Just(Using::Cash),
        1 => Just(Using::WithoutAid),
        1 => Just(Using::WithoutWallet),
        1 => Just(Using::WithoutBoth),
        1 => person().prop_map(Using::Only),
    ]
}

/// Any case with so many sponsors.
pub(crate) fn case(sponsors: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Case> {
    let patient = (
        (moment(), person(), area()),
        mostly(Scheme::Resident, Scheme::ALL),
        mostly(InsuranceStatus::Active, InsuranceStatus::ALL),
        any::<u8>(),
        (fen(), option::weighted(0.2, (fen(), area()))),
    );
    let place = (area(), mostly(Takes::Yes, Takes::ALL), mostly(Takes::Yes, Takes::ALL));
    let bill = (select(VisitKind::ALL), burden(), fen(), using(), any::<bool>(), fen());
    let rest = (mostly(Filing::Filed, Filing::ALL), select(FamilyCode::ALL), vec(person(), 0..4));
    (patient, place, bill, rest, vec(candidate(), sponsors)).prop_map(|(patient, place, bill, rest, candidates)| {
        let ((at, patient, area), scheme, status, traits, (own, wallet)) = patient;
        let (institution_area, takes_aid, takes_wallet) = place;
        let (kind, burden, fund, using, is_emergency, items_used) = bill;
        let (filing, family_code, order) = rest;
        Case {
            at,
            patient,
            area,
            scheme,
            status,
            traits,
            own,
            wallet: wallet.map(|(balance, place)| WalletFacts { balance, place }),
            institution_area,
            takes_aid,
            takes_wallet,
            kind,
            burden,
            fund,
            using,
            urgency: if is_emergency { Urgency::Emergency } else { Urgency::Ordinary },
            filing,
            family_code,
            items_used,
            order,
            candidates,
        }
    })
}

fn recorded(case: &Case) -> Vec<u8> {
    encode(law(), case, &decide(law(), case))
}

/// One case that is the same in every run.
fn a_case() -> Case {
    let mut runner = TestRunner::deterministic();
    case(3..=3).new_tree(&mut runner).expect("a case").current()
}

fn explained_to_all(trace: &Trace) {
    let names = |person: PersonId| person.to_string();
    for reader in [Reader::Cashier, Reader::Beneficiary, Reader::Sponsor(trace.case.patient), Reader::Staff] {
        let _ = explain(law(), trace, reader, &names);
    }
}

proptest! {
    #[test]
    fn what_was_written_is_read(case in case(0..=5)) {
        let decision = decide(law(), &case);
        let trace = decode(&encode(law(), &case, &decision)).expect("a trace");
        prop_assert_eq!(&trace.case, &case);
        prop_assert_eq!(&trace.decision, &decision);
        prop_assert_eq!(trace.version, super::VERSION);
        let policy = law().on(case.area, case.at.day()).ok();
        prop_assert_eq!(trace.policy_digest, policy.map(|policy| policy.digest));
        prop_assert_eq!(trace.law_match(law()), LawMatch::Same);
    }

    #[test]
    fn the_same_law_decides_the_same_again(case in case(0..=5)) {
        let decision = decide(law(), &case);
        let trace = decode(&encode(law(), &case, &decision)).expect("a trace");
        prop_assert_eq!(replay(law(), &trace), decision);
    }

    #[test]
    fn a_trace_that_breaks_off_is_refused_at_its_end(case in case(0..=3), cut in any::<Index>()) {
        let bytes = recorded(&case);
        let cut = cut.index(bytes.len());
        let error = decode(&bytes[..cut]).expect_err("a part of a trace is none");
        prop_assert!(matches!(error.mistake, Mistake::Short(_)), "{}", error);
        prop_assert!(error.at <= cut, "{}", error);
    }

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes in vec(any::<u8>(), 0..600)) {
        let _ = decode(&bytes);
        if let Some(first) = bytes.first_mut() {
            *first = super::VERSION;
        }
        let _ = decode(&bytes);
    }

    #[test]
    fn a_damaged_trace_is_refused_or_can_be_judged_and_explained(
        case in case(0..=4), places in vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = recorded(&case);
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(trace) = decode(&bytes) {
            let _ = replay(law(), &trace);
            explained_to_all(&trace);
        }
    }
}

#[test]
fn the_median_trace_of_three_sponsors_has_at_most_400_bytes() {
    let mut runner = TestRunner::deterministic();
    let cases = case(3..=3);
    let mut next = || recorded(&cases.new_tree(&mut runner).expect("a case").current()).len();
    let mut lengths: Vec<usize> = (0..301).map(|_| next()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= 400, "{median} bytes");
}

#[test]
fn the_laws_of_sponsors_are_kept_where_they_are_others() {
    let mut case = a_case();
    case.at = Moment::parse("2025-03-08T10:00").expect("a moment");
    case.area = AreaCode::from_number(130_100);
    for (candidate, area) in case.candidates.iter_mut().zip([130_100, 652_700, 652_700]) {
        candidate.area = AreaCode::from_number(area);
    }
    let trace = decode(&recorded(&case)).expect("a trace");
    let theirs = law().on(AreaCode::from_number(652_700), case.at.day()).expect("law").digest;
    let kept: Vec<_> = trace.sponsor_laws.iter().map(|law| (law.area.number(), law.digest)).collect();
    assert_eq!(kept, [(652_700, *theirs.first_chunk().expect("32 bytes"))]);
}

#[test]
fn another_law_is_told_from_that_of_the_trace() {
    let mut case = a_case();
    case.at = Moment::parse("2025-03-08T10:00").expect("a moment");
    case.area = AreaCode::from_number(130_100);
    let trace = decode(&recorded(&case)).expect("a trace");
    let other = law_edited(|text| text.replace("\"all-or-nothing\"", "\"part\""));
    assert_eq!(trace.law_match(law()), LawMatch::Same);
    assert_eq!(trace.law_match(&other), LawMatch::Changed);
}

#[test]
fn moments_end_with_the_calendar() {
    let first = Day::new(1900, 1, 1).expect("the first day");
    let last = Day::new(2199, 12, 31).expect("the last day");
    assert_eq!(FIRST_MILLIS, first.start().millis());
    assert_eq!(END_MILLIS, last.start().millis() + 86_400_000);
    assert!(Day::new(2200, 1, 1).is_none() && Day::new(1899, 12, 31).is_none());
}

#[test]
fn mistakes_are_named_with_their_place() {
    let good = recorded(&a_case());
    let changed = |place: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[place] = byte;
        bytes
    };
    let longer: Vec<u8> = good.iter().copied().chain([0, 0]).collect();
    let padded = [&good[..33 + 1], &[0x80, 0x00], &good[35..]].concat();
    let table: [(&[u8], &str); 6] = [
        (&[], "not a trace, at byte 0: the bytes end within version"),
        (&changed(0, 9), "not a trace, at byte 0: version 9 is unknown"),
        (&changed(1, 7), "not a trace, at byte 1: whether the day is formalised cannot be 7"),
        (&good[..20], "not a trace, at byte 2: the bytes end within the policy's digest"),
        (
            &padded,
            "not a trace, at byte 34: the number of sponsors' laws is no number of at most 64 bits in its shortest form",
        ),
        (&longer, &format!("not a trace, at byte {}: 2 bytes follow the end", good.len())),
    ];
    for (bytes, message) in table {
        assert_eq!(decode(bytes).expect_err("no trace").to_string(), message);
    }
}

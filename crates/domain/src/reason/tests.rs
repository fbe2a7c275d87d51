//! Holds the reasons to their catalogue.
//!
//! GENERATED from `catalogue/reasons.toml` by `cargo xtask reasons`. Do not edit: change the catalogue.

use std::collections::BTreeSet;

use super::{Audience, Language, Notice, Reason, fill, values_of};

const LANGUAGES: [Language; 2] = [Language::Zh, Language::En];
const PEOPLE: [Audience; 3] = [Audience::Sponsor, Audience::Beneficiary, Audience::Staff];
const CASHIER_VALUES: &[&str] = &["due", "paid", "rest", "inst", "area", "id"];
const TILL: &[&str] = &[
    "REQ_IDEMPOTENCY_CONFLICT",
    "SETTLE_NOT_OWN_CODE",
    "SETTLE_INST_NOT_DESIGNATED",
    "SETTLE_INST_SUSPENDED",
    "SETTLE_PATIENT_INACTIVE",
    "SETTLE_CHOSE_NOT",
    "SETTLE_PURPOSE_EXCLUDED",
    "SETTLE_ITEM_EXCLUDED",
    "SETTLE_BENEFIT_LINKED",
    "SETTLE_FAMILY_CODE_ONLY",
    "SETTLE_NO_BINDING",
    "SETTLE_CONSENT_PENDING",
    "SETTLE_REVIEW_PENDING",
    "SETTLE_NOT_EFFECTIVE",
    "SETTLE_EXPIRED",
    "SETTLE_PAUSED",
    "SETTLE_REBIND_NEEDED",
    "SETTLE_STOPPED",
    "SYS_UPSTREAM",
    "SETTLE_AREA_NOT_OPEN",
    "SETTLE_NO_QUOTA",
    "SETTLE_NOT_REGISTERED_AWAY",
    "SETTLE_INST_CHANNEL",
    "WALLET_PLACE",
    "SETTLE_SPONSOR_UNAVAILABLE",
    "SETTLE_OWN_NOT_ZERO",
    "SETTLE_PREVIOUS_YEARS_ZERO",
    "SETTLE_RESERVE",
    "SETTLE_SPONSOR_ZERO",
    "SETTLE_QUOTA",
    "SETTLE_ITEM_LIMIT",
    "SETTLE_INSUFFICIENT_WHOLE",
    "SETTLE_PARTIAL",
    "SETTLE_OWN_FIRST",
];

/// A template, the values that are known, what is read.
type FillCase = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// A type that has `false` unless it is an error; the inherent constant wins where it applies.
trait NotAnError {
    const IS_AN_ERROR: bool = false;
}

impl<T> NotAnError for T {}

struct Asked<T>(std::marker::PhantomData<T>);

impl<T: std::error::Error> Asked<T> {
    const IS_AN_ERROR: bool = true;
}

#[test]
fn a_reason_is_not_an_error() {
    const { assert!(!Asked::<Reason>::IS_AN_ERROR) };
    const { assert!(Asked::<std::fmt::Error>::IS_AN_ERROR, "the question itself must be able to say yes") };
}

#[test]
fn every_reason_is_found_by_its_code_and_by_its_number() {
    assert_eq!(Reason::ALL.len(), 134);
    for reason in Reason::ALL.iter().copied() {
        assert_eq!(Reason::from_code(reason.code()), Some(reason));
        assert_eq!(Reason::from_number(reason.number()), Some(reason));
    }
    for unknown in ["", "SETTLE", "settle_paused", "N_SPENT"] {
        assert_eq!(Reason::from_code(unknown), None);
    }
    assert_eq!(Reason::from_number(0), None);
}

#[test]
fn every_notice_is_found_by_its_code_and_by_its_number() {
    assert_eq!(Notice::ALL.len(), 16);
    for notice in Notice::ALL.iter().copied() {
        assert_eq!(Notice::from_code(notice.code()), Some(notice));
        assert_eq!(Notice::from_number(notice.number()), Some(notice));
    }
    assert_eq!(Notice::from_code("SETTLE_PAUSED"), None);
}

#[test]
fn codes_and_numbers_belong_to_one_thing_each() {
    let reasons = Reason::ALL.iter().map(|one| (one.code(), one.number()));
    let all: Vec<(&str, u16)> = reasons.chain(Notice::ALL.iter().map(|one| (one.code(), one.number()))).collect();
    let codes: BTreeSet<&str> = all.iter().map(|(code, _)| *code).collect();
    let numbers: BTreeSet<u16> = all.iter().map(|(_, number)| *number).collect();
    assert_eq!((codes.len(), numbers.len()), (all.len(), all.len()));
}

#[test]
fn ranks_are_unique_in_each_list() {
    for rank in [Reason::bind_rank, Reason::transfer_rank, Reason::premium_rank] {
        let ranks: Vec<u8> = Reason::ALL.iter().filter_map(|one| rank(*one)).collect();
        let unique: BTreeSet<u8> = ranks.iter().copied().collect();
        assert_eq!(unique.len(), ranks.len());
    }
}

#[test]
fn the_till_asks_in_this_order() {
    let mut ranked: Vec<Reason> = Reason::ALL.iter().copied().filter(|one| one.till_rank().is_some()).collect();
    ranked.sort_by_key(|one| one.till_order());
    let codes: Vec<&str> = ranked.iter().map(|one| one.code()).collect();
    assert_eq!(codes, TILL);
    let orders: BTreeSet<(u8, u8)> = ranked.iter().filter_map(|one| one.till_order()).collect();
    assert_eq!(orders.len(), ranked.len());
    for one in ranked {
        assert_eq!(one.till_rank(), one.till_order().map(|(place, _)| place));
    }
}

#[test]
fn what_refuses_a_settlement_comes_before_what_denies_aid() {
    let refusing: Vec<u8> =
        Reason::ALL.iter().filter(|one| one.refuses_settlement()).filter_map(|one| one.till_rank()).collect();
    let denying = Reason::ALL.iter().filter(|one| !one.refuses_settlement()).filter_map(|one| one.till_rank()).min();
    assert_eq!(refusing.len(), 4);
    assert!(refusing.iter().max() < denying.as_ref());
}

#[test]
fn everybody_is_told_what_why_and_what_to_do_in_both_languages() {
    for reason in Reason::ALL {
        for (language, audience) in LANGUAGES.iter().flat_map(|language| PEOPLE.map(|audience| (*language, audience))) {
            let text = reason.text(language, audience);
            for part in [text.what, text.why, text.remedy] {
                let bare = fill(part, &[]);
                assert!(!bare.is_empty() && !bare.contains('{'), "{}: {part}", reason.code());
            }
        }
    }
}

#[test]
fn the_two_languages_name_the_same_values() {
    for reason in Reason::ALL {
        for audience in PEOPLE.into_iter().chain([Audience::Cashier]) {
            let [zh, en] = LANGUAGES.map(|language| {
                let text = reason.text(language, audience);
                [text.what, text.why, text.remedy].map(|part| values_of(part).into_iter().collect::<BTreeSet<_>>())
            });
            assert_eq!(zh, en, "{}", reason.code());
        }
    }
    for notice in Notice::ALL {
        let [zh, en] = LANGUAGES.map(|language| values_of(notice.text(language)).into_iter().collect::<BTreeSet<_>>());
        assert_eq!(zh, en, "{}", notice.code());
    }
}

#[test]
fn a_cashier_reads_one_line_without_a_sponsor_or_a_balance() {
    for reason in Reason::ALL {
        for language in LANGUAGES {
            let text = reason.text(language, Audience::Cashier);
            assert!(!text.what.is_empty() && text.why.is_empty() && text.remedy.is_empty());
            let strange: Vec<&str> =
                values_of(text.what).into_iter().filter(|name| !CASHIER_VALUES.contains(name)).collect();
            assert!(strange.is_empty(), "{}: {strange:?}", reason.code());
        }
    }
    assert!(
        !CASHIER_VALUES.contains(&"name") && !CASHIER_VALUES.contains(&"amount") && !CASHIER_VALUES.contains(&"left")
    );
}

#[test]
fn relatives_and_cashiers_cannot_tell_an_empty_account_from_one_too_small() {
    for reason in [Reason::SettleSponsorZero, Reason::SettleReserve, Reason::SettlePreviousYearsZero] {
        for audience in [Audience::Beneficiary, Audience::Cashier] {
            assert_eq!(reason.seen_by(audience), Reason::SettleSponsorShort);
            let other = Reason::SettleSponsorShort.text(Language::Zh, audience);
            assert_eq!(reason.text(Language::Zh, audience), other);
        }
        assert_eq!(reason.seen_by(Audience::Sponsor), reason);
    }
}

#[test]
fn a_sponsors_status_is_told_to_the_sponsor_alone() {
    let reason = Reason::SettleSponsorUnavailable;
    let sponsor = reason.text(Language::Zh, Audience::Sponsor);
    let relative = reason.text(Language::Zh, Audience::Beneficiary);
    assert!(sponsor.why.contains("欠费") && !relative.why.contains("欠费"));
}

#[test]
fn filling_puts_values_in_and_leaves_out_sentences_without_theirs() {
    let cases: [FillCase; 8] = [
        ("没有值。", &[], "没有值。"),
        ("要付 ¥{due}。", &[("due", "88.50")], "要付 ¥88.50。"),
        ("不够付。要付 ¥{due}。", &[], "不够付。"),
        ("It is short. ¥{due} is due.", &[], "It is short."),
        ("It is short. ¥{due} is due. Pay.", &[("due", "1.05")], "It is short. ¥1.05 is due. Pay."),
        ("{a}和{b}。", &[("a", "甲")], ""),
        ("{a}和{b}。", &[("a", "{b}"), ("b", "乙")], "{b}和乙。"),
        ("", &[("a", "甲")], ""),
    ];
    for (template, values, expected) in cases {
        assert_eq!(fill(template, values), expected, "{template}");
    }
}

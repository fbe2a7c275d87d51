//! Each reason of a bill that is settled, by rows. The four that refuse the settlement stand with the messages.

use gongji_domain::decide::decide;
use gongji_words::AreaCode;

use super::laws::law;
use super::till::{check, row, shown};

#[test]
fn purses_pay_in_the_order_of_the_area() {
    check(&[
        ("copay 100 own 30 wallet 20 A has 200", "own 30 wallet 20 A 50"),
        ("copay 100 own 130 wallet 20 A has 200", "own 100 SETTLE_OWN_FIRST"),
        ("copay 100 own 90 wallet 20 A has 200", "own 90 wallet 10 SETTLE_OWN_FIRST"),
        ("aid-first copay 100 own 30 wallet 20 A has 200", "A 100"),
        ("aid-first copay 100 own 30 wallet 20 A has 60", "own 30 wallet 10 A 60"),
        ("aid-first copay 100 own 10 wallet 20 A has 60", "own 10 wallet 20 A 60 cash 10 SETTLE_PARTIAL"),
        ("aid-first copay 100 own 100", "own 100 SETTLE_NO_BINDING"),
        ("own-must-be-zero copay 100 own 0.01 A has 200", "own 0.01 cash 99.99 SETTLE_OWN_NOT_ZERO"),
        ("own-must-be-zero copay 100 wallet 20 A has 200", "wallet 20 A 80"),
        ("own-must-be-zero copay 100 own 100 A has 200", "own 100 SETTLE_OWN_FIRST"),
        ("A has 200", "SETTLE_OWN_FIRST"),
        ("aid-first A has 200", ""),
        ("copay 0.01 A has 0.01", "A 0.01"),
    ]);
}

#[test]
fn the_patient_s_insurance_stops_aid_and_never_his_own_money() {
    check(&[
        ("copay 100 own 30 A has 200 inactive", "own 30 cash 70 SETTLE_PATIENT_INACTIVE"),
        ("copay 100 own 30 A has 200 uninsured", "own 30 cash 70 SETTLE_PATIENT_INACTIVE"),
        ("copay 100 A has 200 uninsured mutual-help", "cash 100 SETTLE_PATIENT_INACTIVE"),
        ("strict copay 100 A has 200 uninsured mutual-help", "A 100"),
        ("strict copay 100 A has 200 uninsured mutual-help inactive", "cash 100 SETTLE_PATIENT_INACTIVE"),
        ("copay 100 own 100 inactive", "own 100 SETTLE_PATIENT_INACTIVE"),
        ("copay 100 own 100 before-any-law A has 200", "own 100 SETTLE_OWN_FIRST"),
        ("copay 100 own 30 before-any-law A has 200", "own 30 cash 70 SETTLE_AREA_NOT_OPEN"),
    ]);
}

#[test]
fn what_the_payer_says_goes_before_what_the_area_offers() {
    check(&[
        ("copay 100 own 30 wallet 20 A has 200 using cash", "cash 100 SETTLE_CHOSE_NOT"),
        ("copay 100 own 30 wallet 20 A has 200 using own", "own 30 cash 70 SETTLE_CHOSE_NOT"),
        ("copay 100 own 30 wallet 20 A has 200 using without-aid", "own 30 wallet 20 cash 50 SETTLE_INST_CHANNEL"),
        ("copay 100 own 30 wallet 20 A has 200 using without-wallet", "own 30 A 70"),
        ("copay 100 own 30 wallet 20 A has 200 using without-both", "own 30 cash 70 SETTLE_INST_CHANNEL"),
        ("copay 100 own 100 A has 200 using own", "own 100 SETTLE_OWN_FIRST"),
        ("using cash own 10", "SETTLE_OWN_FIRST"),
        ("copay 100 A has 200 B has 200 using B", "B 100"),
        ("copay 100 A has 200 B has 40 using B", "B 40 cash 60 SETTLE_PARTIAL"),
        ("copay 100 A has 200 using C", "cash 100 SETTLE_NO_BINDING"),
        ("all-or-nothing copay 100 A has 200 B has 40 using B", "cash 100 SETTLE_INSUFFICIENT_WHOLE"),
        ("aid-first copay 100 own 30 A has 200 using own", "own 30 cash 70 SETTLE_CHOSE_NOT"),
    ]);
}

#[test]
fn kinds_items_and_pooled_benefit_stop_aid() {
    check(&[
        ("copay 100 kind inpatient A has 200", "A 100"),
        ("strict copay 100 kind inpatient A has 200", "cash 100 SETTLE_PURPOSE_EXCLUDED"),
        ("strict drug 100 kind pharmacy A has 200", "A 100"),
        ("strict drug 100 kind pharmacy resident A has 200", "cash 100 SETTLE_PURPOSE_EXCLUDED"),
        ("copay 100 A has 200 left-out", "cash 100 SETTLE_PURPOSE_EXCLUDED"),
        ("fitness 100 A has 200 left-out", "cash 100 SETTLE_PURPOSE_EXCLUDED"),
        ("fitness 100 A has 200 left-out B has 200 left-out", "cash 100 SETTLE_PURPOSE_EXCLUDED"),
        ("fitness 100 A has 200 left-out B has 200 left-out expired", "cash 100 SETTLE_PURPOSE_EXCLUDED"),
        ("fitness 100 A has 200 left-out B has 200", "cash 100 SETTLE_ITEM_EXCLUDED"),
        ("fitness 100 A has 200 left-out expired B has 200", "cash 100 SETTLE_ITEM_EXCLUDED"),
        ("fitness 100 own 300 wallet 10 A has 200", "cash 100 SETTLE_ITEM_EXCLUDED"),
        ("copay 60 fitness 40 A has 200", "A 60 cash 40 SETTLE_ITEM_EXCLUDED"),
        ("copay 60 fitness 40 A has 50", "A 50 cash 50 SETTLE_PARTIAL"),
        (
            "copay 60 over-limit 10 out-of-catalogue 10 vaccine 10 exam 5 wellness 5 A has 200",
            "A 60 cash 40 SETTLE_ITEM_EXCLUDED",
        ),
        ("copay 60 fitness 40 own 60 A has 200", "own 60 cash 40 SETTLE_ITEM_EXCLUDED"),
        ("deductible 1 class-b 1 copay 1 over-cap 1 drug 1 device 1 consumable 1 A has 200", "A 7"),
        ("copay 100 fund 0.01 A has 200", "A 100"),
        ("strict copay 100 fund 0.01 A has 200", "cash 100 SETTLE_BENEFIT_LINKED"),
        ("strict copay 100 fund 0.01 own 40 A has 200", "own 40 cash 60 SETTLE_BENEFIT_LINKED"),
    ]);
}

#[test]
fn a_relation_must_be_there_and_in_force() {
    check(&[
        ("copay 100", "cash 100 SETTLE_NO_BINDING"),
        ("copay 100 family-code", "cash 100 SETTLE_FAMILY_CODE_ONLY"),
        ("copay 100 A has 200 ended", "cash 100 SETTLE_NO_BINDING"),
        ("copay 100 A has 200 ended family-code", "cash 100 SETTLE_FAMILY_CODE_ONLY"),
        ("copay 100 A has 200 consent-pending", "cash 100 SETTLE_CONSENT_PENDING"),
        ("copay 100 A has 200 review-pending", "cash 100 SETTLE_REVIEW_PENDING"),
        ("copay 100 A has 200 later", "cash 100 SETTLE_NOT_EFFECTIVE"),
        ("copay 100 A has 200 expired", "cash 100 SETTLE_EXPIRED"),
        ("copay 100 A has 200 paused", "cash 100 SETTLE_PAUSED"),
        ("copay 100 A has 200 moved", "cash 100 SETTLE_REBIND_NEEDED"),
        ("copay 100 A has 200 moved B has 200 paused", "cash 100 SETTLE_PAUSED"),
        ("copay 100 A has 200 expired B has 200", "B 100"),
        ("copay 100 A has 200 expired B has 0", "cash 100 SETTLE_SPONSOR_ZERO"),
        ("copay 100 A has 200 expired B has 200 moved", "cash 100 SETTLE_REBIND_NEEDED"),
        ("copay 100 A has 200 moved B has 200 expired", "cash 100 SETTLE_EXPIRED"),
        ("copay 100 A has 200 moved B has 200 ended", "cash 100 SETTLE_REBIND_NEEDED"),
    ]);
}

#[test]
fn a_channel_must_reach_from_the_sponsor_to_the_till() {
    check(&[
        ("copay 100 A has 200 down", "cash 100 SYS_UPSTREAM"),
        ("copay 100 A has 200 under closed", "cash 100 SETTLE_AREA_NOT_OPEN"),
        ("shut copay 100 own 30 A has 200", "own 30 cash 70 SETTLE_AREA_NOT_OPEN"),
        ("copay 100 A has 200 near", "A 100"),
        ("copay 100 A has 200 far", "cash 100 SETTLE_NO_QUOTA"),
        ("copay 100 A has 200 far quota 0", "cash 100 SETTLE_NO_QUOTA"),
        ("copay 100 A has 200 far quota 70", "A 70 cash 30 SETTLE_PARTIAL"),
        ("copay 100 A has 200 far quota 70 down", "cash 100 SYS_UPSTREAM"),
        ("copay 100 A has 200 far under reaching", "A 100"),
        ("copay 100 A has 200 far in-2025", "cash 100 SETTLE_AREA_NOT_OPEN"),
        ("copay 100 A has 200 quota 70", "A 70 cash 30 SETTLE_PARTIAL"),
        ("copay 100 A has 0 quota 70", "A 70 cash 30 SETTLE_PARTIAL"),
        ("copay 100 A has 200 quota 0", "cash 100 SETTLE_NO_QUOTA"),
        ("copay 100 A has 200 quota 70 no-wallet-calls", "cash 100 SETTLE_INST_CHANNEL"),
        ("copay 100 A has 200 quota 70 no-aid-calls", "A 70 cash 30 SETTLE_PARTIAL"),
        ("copay 100 A has 200 no-aid-calls", "cash 100 SETTLE_INST_CHANNEL"),
        ("copay 100 A has 200 no-wallet-calls", "A 100"),
        ("copay 100 wallet 50 A has 200 no-wallet-calls no-aid-calls", "cash 100 SETTLE_INST_CHANNEL"),
        ("copay 100 wallet 50 A has 200 no-aid-calls", "wallet 50 cash 50 SETTLE_INST_CHANNEL"),
    ]);
}

#[test]
fn care_away_from_home_asks_for_a_filing_only_where_the_area_does() {
    check(&[
        ("copay 100 away A has 200", "A 100"),
        ("strict copay 100 away A has 200", "cash 100 SETTLE_NOT_REGISTERED_AWAY"),
        ("strict copay 100 away filed A has 200", "A 100"),
        ("strict copay 100 away kind emergency A has 200", "A 100"),
        ("strict copay 100 away stated-emergency A has 200", "A 100"),
        ("strict copay 100 away A has 200 far quota 200", "cash 100 SETTLE_NOT_REGISTERED_AWAY"),
        ("strict copay 100 away filed A has 200 far quota 200", "A 100"),
        ("strict copay 100 own 30 away A has 200", "own 30 cash 70 SETTLE_NOT_REGISTERED_AWAY"),
    ]);
}

#[test]
fn a_filing_is_asked_for_outside_the_pool_or_outside_the_province() {
    let rule = |value: &str| format!("till.filing-for-aid = \"{value}\"");
    let law = law(&[(990_100, rule("outside-pool")), (990_200, rule("outside-province"))]);
    let rows = [
        (990_100, 990_100, "A 100"),
        (990_100, 990_200, "cash 100 SETTLE_NOT_REGISTERED_AWAY"),
        (990_100, 110_000, "cash 100 SETTLE_NOT_REGISTERED_AWAY"),
        (990_200, 990_200, "A 100"),
        (990_200, 990_100, "A 100"),
        (990_200, 110_000, "cash 100 SETTLE_NOT_REGISTERED_AWAY"),
    ];
    for (home, care, expected) in rows {
        let mut case = row("copay 100 A has 200").case;
        (case.area, case.institution_area) = (AreaCode::from_number(home), AreaCode::from_number(care));
        assert_eq!(shown(&decide(&law, &case).outcome), expected, "insured in {home}, care in {care}");
    }
}

#[test]
fn in_the_eleventh_place_the_wallet_speaks_before_a_direct_call() {
    check(&[
        ("copay 100 wallet-elsewhere 50 A has 200", "A 100"),
        ("copay 100 wallet-elsewhere 50 A has 0", "cash 100 WALLET_PLACE"),
        ("copay 100 wallet-elsewhere 0 A has 0", "cash 100 SETTLE_SPONSOR_ZERO"),
        ("copay 100 wallet-elsewhere 50 A has 200 no-aid-calls", "cash 100 WALLET_PLACE"),
        ("copay 100 wallet-elsewhere 50 A has 200 unavailable", "cash 100 WALLET_PLACE"),
        ("copay 100 wallet-elsewhere 50 A has 200 far", "cash 100 WALLET_PLACE"),
        ("copay 100 wallet-elsewhere 50 A has 200 paused", "cash 100 SETTLE_PAUSED"),
        ("copay 100 wallet-elsewhere 50 A has 200 down", "cash 100 SYS_UPSTREAM"),
        ("copay 100 wallet-elsewhere 50 A has 200 under closed", "cash 100 SETTLE_AREA_NOT_OPEN"),
        ("copay 100 wallet-elsewhere 50", "cash 100 SETTLE_NO_BINDING"),
        ("strict copay 100 away wallet 50 A has 200", "cash 100 WALLET_PLACE"),
        ("copay 100 wallet-elsewhere 50 no-wallet-calls A has 0", "cash 100 SETTLE_INST_CHANNEL"),
        ("own-must-be-zero copay 100 own 10 wallet-elsewhere 50 A has 200", "own 10 cash 90 WALLET_PLACE"),
        ("all-or-nothing copay 100 wallet-elsewhere 50 A has 60", "cash 100 WALLET_PLACE"),
    ]);
}

#[test]
fn a_sponsor_s_money_must_be_there_usable_and_enough() {
    check(&[
        ("copay 100 A has 200 unavailable", "cash 100 SETTLE_SPONSOR_UNAVAILABLE"),
        ("copay 100 A has 0", "cash 100 SETTLE_SPONSOR_ZERO"),
        ("copay 100 A has 200 previous 70", "A 100"),
        ("copay 100 A has 200 previous 70 under previous-years", "A 70 cash 30 SETTLE_PARTIAL"),
        ("copay 100 A has 200 previous 0 under previous-years", "cash 100 SETTLE_PREVIOUS_YEARS_ZERO"),
        ("copay 100 A has 0 under previous-years", "cash 100 SETTLE_PREVIOUS_YEARS_ZERO"),
        ("copay 100 A has 120 under reserve", "A 70 cash 30 SETTLE_PARTIAL"),
        ("copay 100 A has 50 under reserve", "cash 100 SETTLE_RESERVE"),
        ("copay 100 A has 50.01 under reserve", "A 0.01 cash 99.99 SETTLE_PARTIAL"),
        ("copay 100 A has 0 under reserve", "cash 100 SETTLE_RESERVE"),
        ("copay 100 A has 120 previous 60 under both", "A 60 cash 40 SETTLE_PARTIAL"),
        ("copay 100 A has 120 previous 90 under both", "A 70 cash 30 SETTLE_PARTIAL"),
        ("copay 100 A has 50 previous 50 under both", "cash 100 SETTLE_RESERVE"),
        ("copay 100 A has 50 previous 0 under both", "cash 100 SETTLE_PREVIOUS_YEARS_ZERO"),
        ("copay 100 A has 120 quota 90 under both", "A 90 cash 10 SETTLE_PARTIAL"),
        ("all-or-nothing copay 100 A has 150 under reserve", "A 100"),
        ("all-or-nothing copay 100 A has 149.99 under reserve", "cash 100 SETTLE_RESERVE"),
        ("all-or-nothing copay 100 A has 99.99 under reserve", "cash 100 SETTLE_INSUFFICIENT_WHOLE"),
        ("all-or-nothing copay 100 A has 100", "A 100"),
        ("all-or-nothing copay 100 A has 99.99", "cash 100 SETTLE_INSUFFICIENT_WHOLE"),
        (
            "all-or-nothing copay 100 A has 200 previous 99.99 under previous-years",
            "cash 100 SETTLE_INSUFFICIENT_WHOLE",
        ),
        ("all-or-nothing copay 60 fitness 40 A has 60", "A 60 cash 40 SETTLE_ITEM_EXCLUDED"),
        ("all-or-nothing copay 100 own 30 A has 70", "own 30 A 70"),
        ("all-or-nothing copay 100 A has 0", "cash 100 SETTLE_SPONSOR_ZERO"),
        ("all-or-nothing copay 100 A has 500 quota 90", "cash 100 SETTLE_INSUFFICIENT_WHOLE"),
    ]);
}

#[test]
fn limits_of_the_sponsor_stand_above_his_balance() {
    check(&[
        ("copay 100 A has 200 limit 0", "cash 100 SETTLE_QUOTA"),
        ("copay 100 A has 200 limit 40", "A 40 cash 60 SETTLE_PARTIAL"),
        ("copay 100 A has 30 limit 40", "A 30 cash 70 SETTLE_PARTIAL"),
        ("copay 100 A has 200 limit 100", "A 100"),
        ("copay 100 A has 0 limit 0", "cash 100 SETTLE_SPONSOR_ZERO"),
        ("all-or-nothing copay 100 A has 200 limit 99.99", "cash 100 SETTLE_QUOTA"),
        ("all-or-nothing copay 100 A has 200 limit 100", "A 100"),
        ("all-or-nothing copay 100 A has 99.99 limit 99.99", "cash 100 SETTLE_INSUFFICIENT_WHOLE"),
        ("all-or-nothing copay 100 A has 120 limit 10 under reserve", "cash 100 SETTLE_RESERVE"),
        ("copay 100 A has 200 far quota 200 limit 0", "cash 100 SETTLE_QUOTA"),
        ("copay 100 A has 200 limit 0 B has 30 limit 20", "B 20 cash 80 SETTLE_PARTIAL"),
    ]);
}

#[test]
fn a_limit_of_the_area_counts_aid_for_its_items_alone() {
    check(&[
        ("strict device 150 A has 200", "A 100 cash 50 SETTLE_PARTIAL"),
        ("strict device 80 consumable 80 A has 200", "A 100 cash 60 SETTLE_PARTIAL"),
        ("strict device 150 own 40 A has 200", "own 40 A 100 cash 10 SETTLE_PARTIAL"),
        ("strict device 150 own 60 A has 200", "own 60 A 90"),
        ("strict device 150 items-used 70 A has 200", "A 30 cash 120 SETTLE_PARTIAL"),
        ("strict device 150 items-used 100 A has 200", "cash 150 SETTLE_ITEM_LIMIT"),
        ("strict device 150 items-used 500 A has 200", "cash 150 SETTLE_ITEM_LIMIT"),
        ("strict drug 50 device 150 items-used 100 A has 200", "A 50 cash 150 SETTLE_PARTIAL"),
        ("strict drug 50 device 150 A has 60 B has 60", "A 60 B 60 cash 80 SETTLE_PARTIAL"),
        ("strict all-or-nothing device 100 A has 200", "A 100"),
        ("strict all-or-nothing device 150 A has 200", "cash 150 SETTLE_ITEM_LIMIT"),
        ("strict all-or-nothing drug 50 device 150 A has 400", "cash 200 SETTLE_ITEM_LIMIT"),
        ("device 150 items-used 100 A has 200", "A 150"),
        ("strict items-used 100 device 150 own 150", "own 150 SETTLE_OWN_FIRST"),
    ]);
}

#[test]
fn with_several_sponsors_the_first_in_order_gives_the_reason() {
    check(&[
        ("copay 100 A has 0 B has 200 limit 0", "cash 100 SETTLE_SPONSOR_ZERO"),
        ("copay 100 A has 200 limit 0 B has 0", "cash 100 SETTLE_QUOTA"),
        ("latest-bound copay 100 A has 0 B has 200 limit 0", "cash 100 SETTLE_QUOTA"),
        ("copay 100 A has 200 paused B has 0", "cash 100 SETTLE_SPONSOR_ZERO"),
        ("copay 100 A has 200 unavailable B has 200 paused", "cash 100 SETTLE_SPONSOR_UNAVAILABLE"),
        ("copay 100 A has 200 paused B has 200 unavailable", "cash 100 SETTLE_PAUSED"),
        ("copay 100 A has 200 paused B has 200 down C has 200", "C 100"),
        ("one copay 100 A has 200 paused B has 200", "B 100"),
        ("one copay 100 A has 0 B has 200", "cash 100 SETTLE_SPONSOR_ZERO"),
        ("one copay 100 A has 10 B has 200", "A 10 cash 90 SETTLE_PARTIAL"),
        ("beneficiary-order one copay 100 A has 0 B has 200 choice B", "B 100"),
    ]);
}

#[test]
fn sponsors_are_asked_in_the_order_of_the_area() {
    check(&[
        ("copay 100 A has 40 B has 90 C has 40", "A 40 B 60"),
        ("balance-descending copay 100 A has 40 B has 90 C has 40", "B 90 A 10"),
        ("balance-descending copay 50 A has 90 B has 90", "A 50"),
        ("balance-descending copay 100 A has 500 quota 20 B has 90", "B 90 A 10"),
        ("balance-descending copay 100 A has 200 previous 10 under previous-years B has 90", "A 10 B 90"),
        ("latest-bound copay 100 A has 40 B has 90 C has 40", "C 40 B 60"),
        ("beneficiary-order copay 100 A has 40 B has 90 C has 40 choice C,A", "C 40 A 40 B 20"),
        ("beneficiary-order copay 100 A has 40 B has 90 C has 40", "A 40 B 60"),
        ("beneficiary-order copay 100 A has 40 B has 90 C has 40 choice Z,C", "C 40 A 40 B 20"),
        ("copay 100 A has 40 B has 90 choice B", "B 90 A 10"),
        ("balance-descending copay 100 A has 40 B has 90 choice A", "B 90 A 10"),
        ("latest-bound copay 30 A has 40 B has 90 choice A", "B 30"),
    ]);
}

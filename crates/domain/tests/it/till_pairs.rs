//! Where two things stand in the way of aid, the one that comes first in the order of precedence speaks.

use super::till::outcome_of;

/// Something that stands in the way: the words that bring it about, the reason that it gives alone, and the facts
/// it changes. Two that change the same fact cannot be there together.
struct Trouble {
    words: &'static str,
    reason: &'static str,
    facts: &'static [&'static str],
}

const fn trouble(words: &'static str, reason: &'static str, facts: &'static [&'static str]) -> Trouble {
    Trouble { words, reason, facts }
}

/// In the order of precedence. What own money pays whole is never asked about, so it stands here after the
/// patient's insurance.
const IN_ORDER: &[Trouble] = &[
    trouble("inactive", "SETTLE_PATIENT_INACTIVE", &[]),
    trouble("own 500", "SETTLE_OWN_FIRST", &["own"]),
    trouble("using cash", "SETTLE_CHOSE_NOT", &["cash"]),
    trouble("kind inpatient", "SETTLE_PURPOSE_EXCLUDED", &[]),
    trouble("instead fitness=100", "SETTLE_ITEM_EXCLUDED", &["bill", "scope"]),
    trouble("fund 10", "SETTLE_BENEFIT_LINKED", &[]),
    trouble("family-code ended", "SETTLE_FAMILY_CODE_ONLY", &["standing"]),
    trouble("ended", "SETTLE_NO_BINDING", &["standing"]),
    trouble("consent-pending", "SETTLE_CONSENT_PENDING", &["standing"]),
    trouble("review-pending", "SETTLE_REVIEW_PENDING", &["standing"]),
    trouble("later", "SETTLE_NOT_EFFECTIVE", &["standing"]),
    trouble("expired", "SETTLE_EXPIRED", &["standing"]),
    trouble("paused", "SETTLE_PAUSED", &["standing"]),
    trouble("moved", "SETTLE_REBIND_NEEDED", &["standing"]),
    trouble("down", "SYS_UPSTREAM", &[]),
    trouble("under closed", "SETTLE_AREA_NOT_OPEN", &["sponsor's area"]),
    trouble("far", "SETTLE_NO_QUOTA", &["sponsor's area"]),
    trouble("away", "SETTLE_NOT_REGISTERED_AWAY", &[]),
    trouble("no-aid-calls", "SETTLE_INST_CHANNEL", &[]),
    trouble("unavailable", "SETTLE_SPONSOR_UNAVAILABLE", &[]),
    trouble("own 10", "SETTLE_OWN_NOT_ZERO", &["own"]),
    trouble("under previous-years previous 0", "SETTLE_PREVIOUS_YEARS_ZERO", &["sponsor's area", "balance"]),
    trouble("under reserve has 50", "SETTLE_RESERVE", &["sponsor's area", "balance"]),
    trouble("has 0", "SETTLE_SPONSOR_ZERO", &["balance"]),
    trouble("limit 0", "SETTLE_QUOTA", &[]),
    trouble("items-used 100 instead device=100", "SETTLE_ITEM_LIMIT", &["bill"]),
];

const PART: &str = "strict own-must-be-zero one copay 100 A has 500";
const WHOLE: &str = "strict own-must-be-zero all-or-nothing copay 100 A has 500";

/// The own account cannot pay what is out of scope, nor where the payer said cash.
fn is_untouched_by_own_money(first: &Trouble, second: &Trouble) -> bool {
    first.words == "own 500" && ["cash", "scope"].iter().any(|fact| second.facts.contains(fact))
}

fn reason_of(bill: &str) -> String {
    let outcome = outcome_of(bill);
    outcome.split_whitespace().last().unwrap_or("nothing").to_owned()
}

#[test]
fn nothing_stands_in_the_way_of_the_bills_that_are_spoilt_here() {
    assert_eq!(outcome_of(PART), "A 100");
    assert_eq!(outcome_of(WHOLE), "A 100");
}

#[test]
fn each_trouble_alone_gives_its_reason() {
    for Trouble { words, reason, .. } in IN_ORDER {
        assert_eq!(reason_of(&format!("{PART} {words}")), *reason, "{words}");
    }
}

#[test]
fn of_two_troubles_the_earlier_in_order_speaks() {
    let mut pairs = 0;
    for (place, first) in IN_ORDER.iter().enumerate() {
        for second in &IN_ORDER[place + 1..] {
            if second.facts.iter().any(|fact| first.facts.contains(fact)) {
                continue;
            }
            let speaks = if is_untouched_by_own_money(first, second) { second.reason } else { first.reason };
            for bill in
                [format!("{PART} {} {}", first.words, second.words), format!("{PART} {} {}", second.words, first.words)]
            {
                assert_eq!(reason_of(&bill), speaks, "{bill}");
            }
            pairs += 1;
        }
    }
    assert_eq!(pairs, 287, "pairs that can stand in the way together");
}

#[test]
fn too_little_for_the_whole_speaks_after_all_that_is_not_a_limit() {
    let of_limits = ["SETTLE_QUOTA", "SETTLE_ITEM_LIMIT"];
    let not_of_the_balance = |known: &&Trouble| !known.facts.contains(&"balance") && !of_limits.contains(&known.reason);
    for Trouble { words, reason, .. } in IN_ORDER.iter().filter(not_of_the_balance) {
        assert_eq!(reason_of(&format!("{WHOLE} {words} has 60")), *reason, "{words}");
        assert_eq!(reason_of(&format!("{WHOLE} has 60 {words}")), *reason, "{words}");
    }
    assert_eq!(reason_of(&format!("{WHOLE} has 60")), "SETTLE_INSUFFICIENT_WHOLE");
}

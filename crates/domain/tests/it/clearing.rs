//! A month's claims, matched record by record and netted.

use gongji_domain::clearing::net;
use gongji_domain::record::{Claim, ClaimSide};
use gongji_words::{AreaCode, CommandId, Month};

use super::world::{HERE, THERE, yuan};

const FAR: AreaCode = AreaCode::from_number(110_000);

fn area(letter: &str) -> AreaCode {
    match letter {
        "H" => HERE,
        "T" => THERE,
        "F" => FAR,
        _ => panic!("{letter} is no area"),
    }
}

/// A claim in words: `EVENT FROM>TO SIDE AMOUNT`; side `both` is two rows.
fn claims(text: &str) -> Vec<Claim> {
    let month = Month::of(gongji_words::Day::new(2026, 2, 1).expect("a day"));
    let mut claims = Vec::new();
    for line in text.split(", ").filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        let [event, way, side, amount] = words.as_slice() else { panic!("{line} is no claim") };
        let (from, to) = way.split_once('>').expect("FROM>TO");
        let sides = match *side {
            "both" => vec![ClaimSide::Creditor, ClaimSide::Debtor],
            "debtor" => vec![ClaimSide::Debtor],
            _ => vec![ClaimSide::Creditor],
        };
        let event = CommandId::from_number(event.parse().expect("a number"));
        let (from, to, amount) = (area(from), area(to), yuan(amount.parse().expect("yuan")));
        claims.extend(sides.into_iter().map(|side| Claim { event, from, to, side, month, amount }));
    }
    claims
}

/// What is netted, in words.
fn netted(text: &str) -> String {
    let letter = |code: AreaCode| ["H", "T", "F"].into_iter().find(|name| area(name) == code).expect("an area");
    let cleared = net(&claims(text));
    let owes = cleared.owes.iter().map(|one| format!("{} owes {} {}, ", letter(one.from), letter(one.to), one.amount));
    format!("{}{} matched, {} not", owes.collect::<String>(), cleared.matched, cleared.unmatched)
}

#[test]
fn what_both_sides_wrote_alike_is_netted_to_one_position_a_pair() {
    let rows = [
        ("", "0 matched, 0 not"),
        ("1 H>T both 50", "H owes T 50.00, 1 matched, 0 not"),
        ("1 T>H both 50", "T owes H 50.00, 1 matched, 0 not"),
        ("1 H>T both 50, 2 T>H both 20", "H owes T 30.00, 2 matched, 0 not"),
        ("1 H>T both 50, 2 T>H both 70", "T owes H 20.00, 2 matched, 0 not"),
        ("1 H>T both 50, 2 T>H both 50", "2 matched, 0 not"),
        ("1 H>T both 50, 2 H>T both -50", "2 matched, 0 not"),
        ("1 H>T both -50", "T owes H 50.00, 1 matched, 0 not"),
        ("1 H>T both 50, 2 H>F both 7, 3 F>T both 9", "F owes T 9.00, H owes F 7.00, H owes T 50.00, 3 matched, 0 not"),
    ];
    for (written, expected) in rows {
        assert_eq!(netted(written), expected, "{written}");
    }
}

#[test]
fn an_event_of_which_any_claim_is_not_alike_waits_as_a_whole() {
    let rows = [
        ("1 H>T debtor 50", "0 matched, 1 not"),
        ("1 H>T creditor 50", "0 matched, 1 not"),
        ("1 H>T debtor 50, 1 H>T creditor 49", "0 matched, 1 not"),
        ("1 H>T debtor 50, 1 T>H creditor 50", "0 matched, 1 not"),
        ("1 H>T debtor 50, 2 H>T creditor 50", "0 matched, 2 not"),
        ("1 H>T both 50, 1 F>T debtor 9", "0 matched, 1 not"),
        ("1 H>T both 50, 2 F>T debtor 9", "H owes T 50.00, 1 matched, 1 not"),
    ];
    for (written, expected) in rows {
        assert_eq!(netted(written), expected, "{written}");
    }
}

#[test]
fn the_order_of_the_claims_never_matters() {
    let mut written = claims("1 H>T both 50, 2 T>H both 20, 3 F>T both 9, 4 F>H debtor 1");
    let first = net(&written);
    for turn in 0..written.len() {
        written.rotate_left(turn);
        assert_eq!(net(&written), first);
    }
}

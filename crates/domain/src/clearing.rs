//! Clearing (清算) between pooling areas: what each wrote down is matched record by record, what matches is netted
//! to one position a pair of areas. Only records that both sides have alike are cleared, as in the three-party
//! reconciliation of the cross-province settlement (经办规程 to 医保发〔2022〕22号).
//!
//! Invariant: the positions over all areas sum to zero, because each is owed by one and to another.

use std::collections::{BTreeMap, BTreeSet};

use gongji_words::{AreaCode, CommandId, Fen};

use crate::record::{Claim, ClaimSide};
use crate::zoo::{self, Cage};

/// What one area owes another when all that matches is netted; always positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NetPosition {
    /// Who owes.
    pub from: AreaCode,
    /// Who is owed.
    pub to: AreaCode,
    /// How much.
    pub amount: Fen,
}

/// The clearing of one month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clearing {
    /// One position a pair of areas, ordered by code; pairs that net to zero are left out.
    pub owes: Vec<NetPosition>,
    /// Events of which every claim stands alike on both sides.
    pub matched: u64,
    /// Events of which some claim stands on one side only, or differently.
    pub unmatched: u64,
}

/// A pair of areas, and what the first of them owes the second for one event.
type Side<'a> = BTreeMap<ClaimSide, &'a Claim>;

/// Matches and nets the claims of one month, whatever their order. Running it again gives the same.
#[must_use]
pub fn net(claims: &[Claim]) -> Clearing {
    let mut sides: BTreeMap<(CommandId, AreaCode, AreaCode), Side<'_>> = BTreeMap::new();
    for claim in claims {
        sides.entry((claim.event, claim.from, claim.to)).or_default().insert(claim.side, claim);
    }
    let all: BTreeSet<CommandId> = sides.keys().map(|(event, ..)| *event).collect();
    let uneven = sides.iter().filter(|(_, both)| even_amount(both).is_none());
    let open: BTreeSet<CommandId> = uneven.map(|((event, ..), _)| *event).collect();
    let even = sides.iter().filter(|((event, ..), _)| !open.contains(event));
    let owed = even.filter_map(|((_, from, to), both)| even_amount(both).map(|amount| (*from, *to, amount)));
    Clearing { owes: positions(owed), matched: count(all.len() - open.len()), unmatched: count(open.len()) }
}

/// The amount that both sides wrote, if both did and alike.
fn even_amount(both: &Side<'_>) -> Option<Fen> {
    if let Some(one) = both.values().next().filter(|_| zoo::open(Cage::OneSidedNetted)) {
        return Some(one.amount);
    }
    let (debtor, creditor) = (both.get(&ClaimSide::Debtor)?, both.get(&ClaimSide::Creditor)?);
    (debtor.amount == creditor.amount).then_some(debtor.amount)
}

fn positions(owed: impl Iterator<Item = (AreaCode, AreaCode, Fen)>) -> Vec<NetPosition> {
    let mut net: BTreeMap<(AreaCode, AreaCode), Fen> = BTreeMap::new();
    for (from, to, amount) in owed {
        let (pair, signed) = if from < to { ((from, to), amount) } else { ((to, from), amount.negated()) };
        let sum = net.entry(pair).or_default();
        *sum = sum.plus(signed);
    }
    let position = |((one, other), amount): ((AreaCode, AreaCode), Fen)| {
        let (from, to) = if amount.is_negative() { (other, one) } else { (one, other) };
        let amount = if amount.is_negative() { amount.negated() } else { amount };
        NetPosition { from, to, amount }
    };
    let mut positions: Vec<NetPosition> =
        net.into_iter().filter(|(_, amount)| !amount.is_zero()).map(position).collect();
    positions.sort();
    positions
}

fn count(events: usize) -> u64 {
    u64::try_from(events).expect("fewer than 2^64 events")
}

#[cfg(test)]
mod tests {
    use super::*;
    use gongji_words::Month;

    fn claims(text: &str) -> Vec<Claim> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(claim).collect()
    }

    /// `event side from to amount`
    fn claim(line: &str) -> Claim {
        let words: Vec<&str> = line.split_whitespace().collect();
        Claim {
            event: CommandId::from_number(words[0].parse().unwrap()),
            from: AreaCode::parse(words[2]).unwrap(),
            to: AreaCode::parse(words[3]).unwrap(),
            side: ClaimSide::from_word(words[1]).unwrap(),
            month: Month::parse("2026-03").unwrap(),
            amount: Fen::from_fen(words[4].parse().unwrap()),
        }
    }

    fn text(clearing: &Clearing) -> String {
        let owes = clearing.owes.iter().map(|owed| format!("{}>{} {}", owed.from, owed.to, owed.amount.fen()));
        let owes: Vec<String> = owes.collect();
        format!("{} | {} {}", owes.join(", "), clearing.matched, clearing.unmatched)
    }

    #[test]
    fn what_both_sides_have_alike_is_netted_and_nothing_else() {
        let cases = [
            ("", " | 0 0"),
            ("1 debtor 150800 320500 500\n1 creditor 150800 320500 500", "150800>320500 500 | 1 0"),
            ("1 debtor 150800 320500 500", " | 0 1"),
            ("1 debtor 150800 320500 500\n1 creditor 150800 320500 499", " | 0 1"),
            (
                "1 debtor 150800 320500 500\n1 creditor 150800 320500 500
                 2 debtor 320500 150800 700\n2 creditor 320500 150800 700",
                "320500>150800 200 | 2 0",
            ),
            (
                "1 debtor 150800 320500 500\n1 creditor 150800 320500 500
                 2 debtor 150800 320500 -500\n2 creditor 150800 320500 -500",
                " | 2 0",
            ),
        ];
        for (rows, expected) in cases {
            assert_eq!(text(&net(&claims(rows))), expected, "{rows}");
        }
    }

    #[test]
    fn an_event_with_one_uneven_claim_waits_whole() {
        let rows = "1 debtor 130100 420100 10\n1 creditor 130100 420100 10\n1 debtor 410100 420100 5";
        assert_eq!(text(&net(&claims(rows))), " | 0 1");
    }
}

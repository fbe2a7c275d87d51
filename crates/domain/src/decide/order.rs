//! The order in which the sponsors of one patient are asked: the highest balance first in Hebei and Shenzhen, the
//! beneficiary's own order in Xinjiang, the order of binding where nothing else is said.

use std::cmp::Reverse;

use gongji_words::Fen;

use crate::case::{Candidate, Case};
use crate::message::Using;
use crate::policy::SponsorOrder;
use crate::zoo::{self, Cage};

/// The places of the candidates in the area's order: the highest balance first where the area says so, equal
/// balances by the earlier binding. Of the sponsors only the one whom the payer named, if he named one.
#[must_use]
pub fn order_candidates(order: SponsorOrder, case: &Case) -> Vec<usize> {
    let named = |candidate: &Candidate| !matches!(case.using, Using::Only(name) if name != candidate.sponsor);
    let mut places: Vec<usize> = (0..case.candidates.len()).filter(|place| named(&case.candidates[*place])).collect();
    let bound = |place: &usize| {
        let candidate = &case.candidates[*place];
        (candidate.asked_at, candidate.binding)
    };
    places.sort_by_key(bound);
    if order == SponsorOrder::BalanceDescending && zoo::open(Cage::TieToTheLater) {
        places.reverse();
    }
    let at = |place: &usize| &case.candidates[*place];
    match order {
        SponsorOrder::Binding => order_by_choice(case, &mut places),
        SponsorOrder::Beneficiary => order_by_choice(case, &mut places),
        SponsorOrder::BalanceDescending => places.sort_by_key(|place| Reverse(balance_of(at(place)))),
        SponsorOrder::LatestBound => places.reverse(),
        SponsorOrder::Random => places.sort_by_key(|place| lot_drawn(case, at(place))),
    }
    if zoo::open(Cage::OrderReversed) {
        places.reverse();
    }
    if zoo::open(Cage::AcrossProvincesLast) {
        places.sort_by_key(|place| at(place).area.province() != case.area.province());
    }
    places
}

/// Sponsors whom the beneficiary's order leaves out come after the others, in the order of binding.
fn order_by_choice(case: &Case, places: &mut [usize]) {
    let chosen = |place: &usize| {
        let sponsor = case.candidates[*place].sponsor;
        case.order.iter().position(|name| *name == sponsor).unwrap_or(case.order.len())
    };
    places.sort_by_key(chosen);
}

/// A balance is what is not held; a binding with a frozen quota has that alone.
fn balance_of(candidate: &Candidate) -> Fen {
    candidate.frozen_quota.unwrap_or(candidate.available)
}

/// A draw that is the same for preview and settlement: a mix of patient, day, amount and sponsor.
fn lot_drawn(case: &Case, candidate: &Candidate) -> u64 {
    let parts = [
        case.patient.number(),
        i64::from(case.at.day().number()),
        case.burden.total().fen(),
        candidate.sponsor.number(),
    ];
    parts.iter().fold(0x9e37_79b9_7f4a_7c15, |mixed: u64, part| {
        let word = (mixed ^ part.cast_unsigned()).wrapping_mul(0xff51_afd7_ed55_8ccd);
        word ^ (word >> 33)
    })
}

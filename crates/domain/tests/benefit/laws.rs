//! What holds of every bill, over generated ones.

use gongji_domain::benefit::{
    Benefits, Bill, Level, Others, PersonKind, Place, Split, Stay, StaySoFar, Sums, Visit, Years,
};
use gongji_domain::burden::VisitKind;
use gongji_domain::person::Trait;
use gongji_words::Fen;
use proptest::collection::vec;
use proptest::prelude::*;

use super::forall::for_all;
use super::support::{benefits, benefits_with, bill, lines};

const ITEMS: [&str; 7] = ["A", "B", "L", "R", "C", "V", "UNKNOWN"];

/// Choices from which a bill is made: lines (item, count, price, how much comes back), and small numbers.
type Choices = (Vec<(usize, u32, u32, u32)>, [u32; 8], [i64; 6]);

fn choices() -> impl Strategy<Value = Choices> {
    let line = (0..ITEMS.len(), 1..50_000_u32, 0..2_000_000_000_u32, 0..4_u32);
    (vec(line, 1..4), prop::array::uniform8(0..100_u32), prop::array::uniform6(0..20_000_000_i64))
}

fn bill_of((made, small, amounts): &Choices) -> (Bill, Years) {
    let mut text = Vec::new();
    for (at, (item, count, price, back)) in made.iter().enumerate() {
        let (number, item, price) =
            (at * 2 + 1, ITEMS[*item], format!("{}.{:06}", price / 1_000_000, price % 1_000_000));
        let count_text = |count: u32| format!("{}.{:04}", count / 10_000, count % 10_000);
        let word = ["unsaid", "approved", "denied"][usize::try_from(count % 3).unwrap_or(0)];
        text.push(format!("{number} {item} {} {price} {word}", count_text(*count)));
        let returned = match back {
            0 => *count,
            1 => count.div_ceil(2),
            _ => 0,
        };
        if returned > 0 {
            text.push(format!("{} {item} -{} {price} of {number}", number + 1, count_text(returned)));
        }
    }
    let pick = |at: usize, many: usize| usize::try_from(small[at]).unwrap_or(0) % many;
    let person = PersonKind::ALL[pick(0, 4)];
    let kind = VisitKind::ALL[pick(1, 6)];
    let is_stay = matches!(kind, VisitKind::Inpatient | VisitKind::Birth);
    let level = Level::ALL[pick(2, if is_stay { 3 } else { 4 })];
    let made = bill(person, (kind, level), &text.join(";"));
    let fen = |at: usize| Fen::from_fen(amounts[at]);
    let stay = StaySoFar { deductible_left: fen(0), banded: fen(1) };
    let visit = Visit {
        place: Place::ALL[pick(3, 3)],
        stay: if small[4] < 50 { Stay::New } else { Stay::Continued(stay) },
        others: if small[5] < 80 {
            Others::default()
        } else {
            Others { enterprise: fen(2), assistance: fen(3), other: fen(4) }
        },
        ..made.visit
    };
    let mut insured = made.insured;
    insured.traits.extend((small[6] < 30).then_some(Trait::CivilService));
    let mut years = Years::default();
    let mut sums = Sums { stays: small[7] % 4, serious_base: fen(2), large_base: fen(3), ..Sums::default() };
    for care in gongji_domain::benefit::Care::ALL {
        *sums.pool.of_mut(*care) = fen(4 + small[7] as usize % 2);
        *sums.deductible.of_mut(*care) = fen(0);
        *sums.banded.of_mut(*care) = fen(5);
    }
    years.set(2025, sums);
    (Bill { insured, visit, ..made }, years)
}

/// The identities of the national interface, computed here once more, and that nothing is negative.
fn holds(found: &Split, bill: &Bill, before: &Sums) {
    let (totals, division) = (&found.totals, &found.totals.division);
    let funds = &totals.funds;
    let each =
        [funds.pool, funds.civil_service, funds.enterprise, funds.serious, funds.large, funds.assistance, funds.other];
    let shares = [division.uninsured, division.over_limit, division.class_b, division.in_scope];
    assert_eq!(totals.whole, Fen::sum([totals.fund, totals.personal, totals.hospital]), "A");
    assert_eq!(totals.fund, Fen::sum(each), "D");
    assert_eq!(totals.whole, Fen::sum(shares), "E");
    assert_eq!(totals.whole, Fen::sum(found.lines.iter().map(|line| line.amount)), "E, over the lines");
    let left = division.in_scope.minus(totals.deductible).minus(totals.fund);
    let own = Fen::sum([division.uninsured, division.over_limit, division.class_b, totals.deductible, left]);
    assert_eq!(totals.personal, own.minus(totals.hospital), "F");
    assert_eq!(totals.personal, found.burden.total(), "the bill at the till is the personal part");
    let all = each.into_iter().chain(shares).chain([totals.personal, totals.hospital, totals.deductible]);
    assert!(all.into_iter().all(|amount| !amount.is_negative()), "{totals:?}");
    for (line, stated) in found.lines.iter().zip(&bill.lines) {
        assert_eq!(line.amount, line.division.total(), "E, of a line");
        assert!(stated.returns.is_some() || !line.amount.is_negative(), "a charge is not negative");
    }
    assert!(funds.pool.is_zero() || found.after.pool_paid() <= Fen::from_fen(10_000_000), "the year has a ceiling");
    assert_eq!(found.undone(&found.after), *before, "undone, the year is what it was");
    assert_eq!(before.with(&found.added), found.after);
}

#[test]
fn every_split_adds_up_and_can_be_undone() {
    let plans: [Benefits; 2] = [benefits(), benefits_with("value = \"patient\"", "value = \"hospital\"")];
    for_all(100_000, &choices(), |choices| {
        let (bill, years) = bill_of(&choices);
        let benefits = &plans[usize::from(choices.1[0] % 2 == 0)];
        let splits = benefits.split(&bill, &years).unwrap_or_else(|wrong| panic!("{wrong}"));
        splits.iter().for_each(|found| holds(found, &bill, &years.of(2025)));
    });
}

#[test]
fn bills_one_after_another_are_paid_what_one_bill_is() {
    let benefits = benefits();
    let parts = (vec(1..3_000_000_u32, 1..8), 0..4_usize);
    for_all(2_000, &parts, |(parts, level)| {
        let outpatient = (VisitKind::Outpatient, Level::ALL[level]);
        let yuan = |fen: u32| format!("1 A 1 {}.{:02}", fen / 100, fen % 100);
        let mut years = Years::default();
        for part in &parts {
            let bill = bill(PersonKind::Retired, outpatient, &yuan(*part));
            benefits.split(&bill, &years).expect("a good bill").iter().for_each(|split| years.add(split));
        }
        let mut whole = bill(PersonKind::Retired, outpatient, "1 A 1 1");
        whole.lines = lines(&yuan(parts.iter().sum()));
        let split = benefits.split(&whole, &Years::default()).expect("a good bill");
        assert_eq!(years.of(2025), split[0].after);
    });
}

//! A bill by parts: what is in scope, and in which order a purse pays.

use gongji_domain::burden::{Burden, PARTS, Part, PartSet, Purpose, VisitKind};
use gongji_words::Fen;

use super::world::yuan;

fn burden(parts: &[(Part, i64)]) -> Burden {
    let mut burden = Burden::nothing();
    for (part, amount) in parts {
        burden.add(*part, yuan(*amount));
    }
    burden
}

#[test]
fn a_purse_pays_the_parts_it_may_in_their_order_and_no_more_than_it_has() {
    let mut bill = burden(&[(Part::Fitness, 40), (Part::Copay, 50), (Part::Deductible, 10), (Part::Copay, 10)]);
    assert_eq!(bill.total(), yuan(110));
    let payable = PartSet::of(&[Part::Copay, Part::Deductible]);
    assert_eq!(bill.total_of(payable), yuan(70));
    assert_eq!(bill.take(payable, yuan(30)), yuan(30));
    assert_eq!(bill, burden(&[(Part::Copay, 40), (Part::Fitness, 40)]));
    assert_eq!(bill.parts().collect::<Vec<_>>(), [(Part::Copay, yuan(40)), (Part::Fitness, yuan(40))]);
    assert_eq!(bill.take(payable, yuan(100)), yuan(40));
    assert_eq!(bill.take(payable, yuan(100)), Fen::ZERO);
    assert_eq!(bill, burden(&[(Part::Fitness, 40)]));
}

#[test]
#[should_panic(expected = "a part of a bill is never negative")]
fn a_part_below_zero_is_no_part() {
    Burden::nothing().add(Part::Copay, yuan(-1));
}

#[test]
fn a_set_of_parts_has_what_it_was_given_however_often() {
    let listed = |set: PartSet| set.parts().collect::<Vec<_>>();
    let some = PartSet::of(&[Part::Drug, Part::Deductible, Part::Drug]);
    assert_eq!(listed(some), [Part::Deductible, Part::Drug], "in the order of the parts");
    assert_eq!(listed(PartSet::EMPTY), []);
    assert_eq!(listed(PartSet::of(Part::ALL)).len(), PARTS);
    let other = PartSet::of(&[Part::Drug, Part::Device]);
    assert_eq!(listed(some.and(other)), [Part::Drug]);
    assert_eq!(listed(some.without(other)), [Part::Deductible]);
    assert_eq!(listed(other.without(some)), [Part::Device]);
}

#[test]
fn what_a_visit_is_is_what_a_binding_may_be_limited_to() {
    for kind in VisitKind::ALL {
        assert_eq!(Purpose::from(*kind).word(), kind.word());
    }
    let premium = Purpose::ALL.iter().filter(|purpose| VisitKind::from_word(purpose.word()).is_none());
    assert_eq!(premium.collect::<Vec<_>>(), [&Purpose::Premium]);
}

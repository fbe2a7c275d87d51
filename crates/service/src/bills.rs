//! Bills as faces take them in: what can stand on one at all, before any rule looks at it.

use gongji_domain::burden::{Part, VisitKind};
use gongji_domain::institution::{Institution, InstitutionKind};

/// What cannot stand on a bill of this institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// The kind of visit.
    Kind,
    /// A part.
    Part(Part),
}

/// What of a bill cannot be at such an institution: one of another kind has no such visit and no such part.
#[must_use]
pub fn misplaced(
    institution: &Institution,
    kind: VisitKind,
    mut parts: impl Iterator<Item = Part>,
) -> Option<Misplaced> {
    let here = institution.kind;
    if (kind == VisitKind::Pharmacy) != (here == InstitutionKind::Pharmacy) {
        return Some(Misplaced::Kind);
    }
    parts.find(|part| only_at(*part).is_some_and(|kind| kind != here)).map(Misplaced::Part)
}

/// Where alone a part occurs.
fn only_at(part: Part) -> Option<InstitutionKind> {
    match part {
        Part::Deductible | Part::ClassB | Part::Copay | Part::OverCap | Part::OverLimit | Part::OutOfCatalogue => {
            Some(InstitutionKind::Hospital)
        }
        Part::Drug | Part::Device | Part::Consumable => Some(InstitutionKind::Pharmacy),
        Part::Vaccine | Part::Exam | Part::Fitness | Part::Wellness | Part::PublicHealth => None,
    }
}

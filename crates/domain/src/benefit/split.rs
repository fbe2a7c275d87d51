//! The split: what each fund pays of a bill, and what is left to the patient.
//!
//! Invariants, asserted of every split (names of the national interface): A, the whole is funds, personal part and
//! hospital's part; D, the funds' sum is the pool, the supplements, civil service, assistance and others; E, the whole
//! is what the catalogue divides it into; F, the personal part is what the catalogue leaves, the deductible and what
//! the funds do not pay of the rest, less what the hospital bears. Order of payers: pool, large-amount fund,
//! serious-illness insurance, enterprise, civil service, assistance, others; each pays of what those before it left.
//! Deliberately absent: accounts and family aid, which pay the personal part ([`crate::decide`]).

use gongji_words::{AreaCode, Day, Fen};
use serde::{Deserialize, Serialize};

use super::catalogue::Catalogue;
use super::line::{At, DividedLine, Division, Line, divide};
use super::plan::{Bands, Care, Level, OverLimitBy, PersonKind, Plan};
use super::wrong::Wrong;
use super::year::Sums;
use crate::burden::{Burden, Part, PartSet, VisitKind};
use crate::case::Filing;
use crate::person::Trait;
use crate::word::vocabulary;

vocabulary! {
    /// Where care is given, seen from the area of insurance.
    Place {
        /// In the area.
        Here = 1 "here",
        /// Elsewhere, with a filing; an emergency counts as filed.
        AwayFiled = 2 "away-filed",
        /// Elsewhere, without.
        AwayUnfiled = 3 "away-unfiled",
    }
}

impl Place {
    /// The place of a visit away from home: an emergency counts as filed even if it is not (医保发〔2022〕22号, in
    /// force 2023-01-01).
    #[must_use]
    pub const fn away(filing: Filing, kind: VisitKind) -> Self {
        match (filing, kind) {
            (Filing::Filed, _) | (_, VisitKind::Emergency) => Self::AwayFiled,
            (Filing::Unfiled, _) => Self::AwayUnfiled,
        }
    }
}

/// Whose insurance pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insured {
    /// Where he is insured.
    pub area: AreaCode,
    /// What kind of person; his insurance follows.
    pub kind: PersonKind,
    /// Traits; of them, the plan looks at the civil service.
    pub traits: Vec<Trait>,
    /// Of a newborn who is cared for under the insured mother's name: its birth date.
    pub newborn: Option<Day>,
}

/// What an earlier settlement of the same stay has left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaySoFar {
    /// What of the deductible is still to be paid.
    pub deductible_left: Fen,
    /// How far the bands are filled.
    pub banded: Fen,
}

/// Whether a stay begins with this bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// It does; also any care that is no stay.
    New,
    /// It goes on after an interim settlement (中途结算): one deductible, one row of bands, counted once.
    Continued(StaySoFar),
}

/// What other funds have said that they pay; each pays at most what is left of what is in scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// 企业补充 (`hifes_pay`).
    pub enterprise: Fen,
    /// 医疗救助 (`maf_pay`).
    pub assistance: Fen,
    /// 其他 (`oth_pay`).
    pub other: Fen,
}

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// What for.
    pub kind: VisitKind,
    /// The level of the institution.
    pub level: Level,
    /// Where care is given: whose catalogue divides the lines.
    pub care_area: AreaCode,
    /// Where that is, seen from the area of insurance.
    pub place: Place,
    /// Whether a stay begins.
    pub stay: Stay,
    /// The day of settlement; of a stay, that of discharge.
    pub last_day: Day,
    /// What other funds pay.
    pub others: Others,
}

/// A bill before anybody has paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Whose insurance.
    pub insured: Insured,
    /// The visit.
    pub visit: Visit,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// What a bill is divided by.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The plan of the area of insurance.
    pub plan: &'a Plan,
    /// The catalogue of the area of care.
    pub catalogue: &'a Catalogue,
}

/// What each fund pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funds {
    /// 统筹基金 (`hifp_pay`).
    pub pool: Fen,
    /// 公务员医疗补助 (`cvlserv_pay`).
    pub civil_service: Fen,
    /// 企业补充 (`hifes_pay`).
    pub enterprise: Fen,
    /// 居民大病 (`hifmi_pay`).
    pub serious: Fen,
    /// 职工大额 (`hifob_pay`).
    pub large: Fen,
    /// 医疗救助 (`maf_pay`).
    pub assistance: Fen,
    /// 其他 (`oth_pay`).
    pub other: Fen,
}

impl Funds {
    /// All together (`fund_pay_sumamt`).
    #[must_use]
    pub fn total(&self) -> Fen {
        let Self { pool, civil_service, enterprise, serious, large, assistance, other } = *self;
        Fen::sum([pool, civil_service, enterprise, serious, large, assistance, other])
    }
}

/// The totals of a bill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The whole (`medfee_sumamt`).
    pub whole: Fen,
    /// What the catalogue divides it into (`fulamt_ownpay_amt`, `overlmt_selfpay`, `preselfpay_amt`, `inscp_scp_amt`).
    pub division: Division,
    /// The deductible that was paid (`act_pay_dedc`).
    pub deductible: Fen,
    /// What each fund pays.
    pub funds: Funds,
    /// The funds' sum (`fund_pay_sumamt`).
    pub fund: Fen,
    /// What is left to the patient, his accounts and his family (`psn_part_amt`).
    pub personal: Fen,
    /// What the institution bears (`hosp_part_amt`).
    pub hospital: Fen,
}

/// What comes of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The year whose sums it was judged by.
    pub year: i32,
    /// Its lines, in their order.
    pub lines: Vec<DividedLine>,
    /// Its totals.
    pub totals: Totals,
    /// The personal part, by parts.
    pub burden: Burden,
    /// What it adds to the sums of the year.
    pub added: Sums,
    /// The sums of the year after it.
    pub after: Sums,
    /// What it leaves of the stay, for the next settlement of it.
    pub stay: StaySoFar,
}

impl Split {
    /// The sums of the year without this split, whatever came after it.
    #[must_use]
    pub fn undone(&self, year: &Sums) -> Sums {
        year.without(&self.added)
    }
}

/// Divides a bill by the sums of its year.
///
/// # Errors
/// [`Wrong`]: which field of the bill, and what to write instead.
pub fn split(rules: &Rules<'_>, bill: &Bill, so_far: &Sums) -> Result<Split, Wrong> {
    let Bill { insured, visit, lines } = bill;
    check(rules.plan, bill)?;
    let due = Due::of(rules.plan, bill, so_far)?;
    let at = At { catalogue: rules.catalogue, area: visit.care_area, level: visit.level };
    let lines = divide(at, lines)?;
    // From here on it must succeed.
    let mut work = Work::begin(rules.plan, visit, &lines);
    work.pool(rules.plan, &due, so_far);
    work.large(rules.plan, so_far);
    work.serious(rules.plan, so_far);
    work.funds.enterprise = work.burden.take(in_scope(), visit.others.enterprise);
    if insured.traits.contains(&Trait::CivilService) {
        work.civil_service(rules.plan);
    }
    work.funds.assistance = work.burden.take(in_scope(), visit.others.assistance);
    work.funds.other = work.burden.take(in_scope(), visit.others.other);
    work.added.stays = u32::from(work.care == Care::Inpatient && visit.stay == Stay::New);
    Ok(work.end(visit, &due, (lines, so_far)))
}

fn check(plan: &Plan, bill: &Bill) -> Result<(), Wrong> {
    let Bill { insured, visit, lines } = bill;
    if insured.kind.scheme() != plan.scheme {
        return Err(Wrong::Person { person: insured.kind, scheme: plan.scheme });
    }
    if lines.is_empty() {
        return Err(Wrong::NoLines);
    }
    if let Some(late) = lines.iter().find(|line| line.day > visit.last_day) {
        return Err(Wrong::AfterTheEnd { line: late.number, day: late.day, last: visit.last_day });
    }
    let Some(born) = insured.newborn else { return Ok(()) };
    let days = plan.newborn_days.and_then(|days| i32::try_from(days).ok()).unwrap_or(0);
    let is_covered = |day: Day| born <= day && day.number() - born.number() < days;
    match lines.iter().find(|line| !is_covered(line.day)) {
        Some(line) => Err(Wrong::Newborn { line: line.number, day: line.day }),
        None => Ok(()),
    }
}

/// What lies above the four parts that every fund knows is the patient's.
fn in_scope() -> PartSet {
    PartSet::of(&[Part::Deductible, Part::Copay, Part::OverCap])
}

/// What the plan asks and gives before the amount is known.
struct Due {
    deductible: Fen,
    banded: Fen,
    bands: Bands,
}

impl Due {
    fn of(plan: &Plan, bill: &Bill, so_far: &Sums) -> Result<Self, Wrong> {
        let (visit, person) = (&bill.visit, bill.insured.kind);
        let care = Care::from(visit.kind);
        let missing = Wrong::Level { care, level: visit.level };
        let whole = plan.deductible.of(care).of(person, visit.level, so_far.stays + 1).ok_or(missing)?;
        let bands = plan.shares.of(care).of(person, visit.level).ok_or(missing)?;
        let less = match visit.place {
            Place::Here => super::Ratio::NONE,
            Place::AwayFiled => plan.away.filed_less,
            Place::AwayUnfiled => plan.away.unfiled_less,
        };
        let (deductible, banded) = match (care, visit.stay) {
            (Care::Inpatient, Stay::New) => (whole, Fen::ZERO),
            (Care::Inpatient, Stay::Continued(stay)) => (stay.deductible_left, stay.banded),
            _ => (whole.minus(*so_far.deductible.of(care)).max(Fen::ZERO), *so_far.banded.of(care)),
        };
        Ok(Self { deductible, banded, bands: bands.less(less) })
    }
}

/// A split on its way: what is left of the burden, and who has paid.
struct Work {
    care: Care,
    whole: Fen,
    division: Division,
    hospital: Fen,
    burden: Burden,
    funds: Funds,
    added: Sums,
}

impl Work {
    fn begin(plan: &Plan, visit: &Visit, lines: &[DividedLine]) -> Self {
        let division = lines.iter().fold(Division::default(), |sum, line| sum.plus(line.division));
        let mut burden = Burden::nothing();
        for part in Part::ALL {
            let mine = lines.iter().filter(|line| line.kind.uninsured_part(visit.level) == *part);
            burden.add(*part, Fen::sum(mine.map(|line| line.division.uninsured)));
        }
        burden.add(Part::ClassB, division.class_b);
        let hospital = match plan.over_limit_by {
            OverLimitBy::Hospital => division.over_limit,
            OverLimitBy::Patient => Fen::ZERO,
        };
        burden.add(Part::OverLimit, division.over_limit.minus(hospital));
        let whole = Fen::sum(lines.iter().map(|line| line.amount));
        let care = Care::from(visit.kind);
        Self { care, whole, division, hospital, burden, funds: Funds::default(), added: Sums::default() }
    }

    /// Deductible, bands, ceilings.
    fn pool(&mut self, plan: &Plan, due: &Due, so_far: &Sums) {
        let deductible = self.division.in_scope.min(due.deductible);
        let above = self.division.in_scope.minus(deductible);
        let year_left = plan.ceilings.year.map(|ceiling| ceiling.minus(so_far.pool_paid()).max(Fen::ZERO));
        let care_left = plan.ceilings.care.of(self.care);
        let care_left = care_left.map(|ceiling| ceiling.minus(*so_far.pool.of(self.care)).max(Fen::ZERO));
        let left = [year_left, care_left].into_iter().flatten().min();
        let filled = due.bands.fill(due.banded, above, left);
        self.funds.pool = filled.paid;
        self.burden.add(Part::Deductible, deductible);
        self.burden.add(Part::Copay, filled.covered.minus(filled.paid));
        self.burden.add(Part::OverCap, above.minus(filled.covered));
        *self.added.deductible.of_mut(self.care) = deductible;
        *self.added.banded.of_mut(self.care) = above;
        *self.added.pool.of_mut(self.care) = filled.paid;
    }

    /// What lies above the ceiling of the year. Above that of one kind of care it is the patient's.
    fn large(&mut self, plan: &Plan, so_far: &Sums) {
        let Some(large) = &plan.large else { return };
        let paid = so_far.pool_paid().plus(self.funds.pool);
        if plan.ceilings.year.is_none_or(|ceiling| paid < ceiling) {
            return;
        }
        let base = self.burden.of(Part::OverCap);
        self.funds.large = self.burden.take(PartSet::of(&[Part::OverCap]), large.pays(so_far.large_base, base));
        (self.added.large_base, self.added.large) = (base, self.funds.large);
    }

    /// What a year leaves the patient of the parts that count.
    fn serious(&mut self, plan: &Plan, so_far: &Sums) {
        let Some(serious) = plan.serious.as_ref().filter(|serious| serious.care.contains(&self.care)) else { return };
        let base = self.burden.total_of(serious.counts);
        let paid = serious.supplement.pays(so_far.serious_base, base);
        self.funds.serious = self.burden.take(serious.counts, paid);
        (self.added.serious_base, self.added.serious) = (base, self.funds.serious);
    }

    fn civil_service(&mut self, plan: &Plan) {
        for (part, ratio) in plan.civil_service.ratios() {
            let paid = self.burden.take(PartSet::of(&[*part]), ratio.of(self.burden.of(*part)));
            self.funds.civil_service = self.funds.civil_service.plus(paid);
        }
    }

    fn end(self, visit: &Visit, due: &Due, (lines, so_far): (Vec<DividedLine>, &Sums)) -> Split {
        let deductible = *self.added.deductible.of(self.care);
        let totals = Totals {
            whole: self.whole,
            division: self.division,
            deductible,
            funds: self.funds,
            fund: self.funds.total(),
            personal: self.burden.total(),
            hospital: self.hospital,
        };
        totals.assert_identities();
        let banded = due.banded.plus(*self.added.banded.of(self.care));
        Split {
            year: visit.last_day.year(),
            lines,
            totals,
            burden: self.burden,
            added: self.added,
            after: so_far.with(&self.added),
            stay: StaySoFar { deductible_left: due.deductible.minus(deductible), banded },
        }
    }
}

impl Totals {
    /// The identities that hold of every settlement, by their letters.
    fn assert_identities(&self) {
        let Self { whole, division, deductible, funds, fund, personal, hospital } = *self;
        assert_eq!(whole, Fen::sum([fund, personal, hospital]), "A: the whole is funds, personal and hospital's part");
        assert_eq!(fund, funds.total(), "D: the funds' sum is that of each fund");
        assert_eq!(whole, division.total(), "E: the whole is what the catalogue divides it into");
        let left = division.in_scope.minus(deductible).minus(fund);
        let own = [division.uninsured, division.over_limit, division.class_b, deductible, left];
        assert_eq!(personal, Fen::sum(own).minus(hospital), "F: the personal part is what the funds leave");
    }
}

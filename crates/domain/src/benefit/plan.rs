//! A plan (待遇方案): what an area's insurance of one kind pays on a day.
//!
//! Invariants of a plan that was read without mistake: every kind of person of its insurance finds a deductible and
//! bands at every level; bands follow each other without gap, the last without end. Deliberately absent: the area's
//! name and the texts of its values (see [`super::plans`]).

use gongji_words::{Day, Fen};
use serde::{Deserialize, Serialize};

use super::amount::Ratio;
use crate::burden::{Part, PartSet, VisitKind};
use crate::person::Scheme;
use crate::word::vocabulary;

vocabulary! {
    /// The level of an institution by which deductibles, ratios and price limits differ.
    Level {
        /// 一级及以下 (`hosp_lv` 08 to 11)
        Grade1 = 1 "grade-1",
        /// 二级 (`hosp_lv` 05 to 07)
        Grade2 = 2 "grade-2",
        /// 三级 (`hosp_lv` 01 to 04)
        Grade3 = 3 "grade-3",
        /// 定点零售药店
        Pharmacy = 4 "pharmacy",
    }
}

/// How many levels there are; values by level are arrays of this length.
pub(super) const LEVELS: usize = 4;

impl Level {
    /// The level of a hospital by the interface's code `hosp_lv`, with or without a zero before it. `None` for the
    /// codes 12 to 14: they say that a grade has no class, and not which grade.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        match code.parse::<u8>().ok()? {
            1..=4 => Some(Self::Grade3),
            5..=7 => Some(Self::Grade2),
            8..=11 => Some(Self::Grade1),
            _ => None,
        }
    }

    pub(super) const fn index(self) -> usize {
        self as usize - 1
    }
}

vocabulary! {
    /// The kind of an insured person (`psn_type`) by which a plan differs.
    PersonKind {
        /// 在职 (11)
        Working = 1 "working",
        /// 退休 (12)
        Retired = 2 "retired",
        /// 未成年人与学生 (14 and what begins with it)
        Minor = 3 "minor",
        /// 成年居民 (15)
        Adult = 4 "adult",
        /// 老年居民 (16)
        Elderly = 5 "elderly",
    }
}

impl PersonKind {
    /// The kind of the interface's code `psn_type`; `None` for those to whom other rules apply (as 13, 离休).
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        match code {
            "11" => Some(Self::Working),
            "12" => Some(Self::Retired),
            "15" => Some(Self::Adult),
            "16" => Some(Self::Elderly),
            _ => code.starts_with("14").then_some(Self::Minor),
        }
    }

    /// The insurance that such a person has.
    #[must_use]
    pub const fn scheme(self) -> Scheme {
        match self {
            Self::Working | Self::Retired => Scheme::Employee,
            Self::Minor | Self::Adult | Self::Elderly => Scheme::Resident,
        }
    }
}

vocabulary! {
    /// What a plan tells apart of the kinds of a visit.
    Care {
        /// 普通门诊, emergencies and purchases at a pharmacy among it: by the year.
        Outpatient = 1 "outpatient",
        /// 门诊慢特病: by the year.
        Chronic = 2 "chronic",
        /// 住院, births among it: by the stay.
        Inpatient = 3 "inpatient",
    }
}

impl From<VisitKind> for Care {
    fn from(kind: VisitKind) -> Self {
        match kind {
            VisitKind::Outpatient | VisitKind::Emergency | VisitKind::Pharmacy => Self::Outpatient,
            VisitKind::Chronic => Self::Chronic,
            VisitKind::Inpatient | VisitKind::Birth => Self::Inpatient,
        }
    }
}

/// One value for each kind of care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByCare<T>([T; 3]);

impl<T> ByCare<T> {
    /// The values for outpatient, chronic and inpatient care.
    #[must_use]
    pub const fn new(values: [T; 3]) -> Self {
        Self(values)
    }

    /// The value for a kind of care.
    #[must_use]
    pub const fn of(&self, care: Care) -> &T {
        &self.0[care as usize - 1]
    }

    pub(super) fn join(&self, other: &Self, join: fn(T, T) -> T) -> Self
    where
        T: Copy,
    {
        let [a, b, c] = self.0;
        let [d, e, f] = other.0;
        Self([join(a, d), join(b, e), join(c, f)])
    }

    /// The same, to be changed.
    pub const fn of_mut(&mut self, care: Care) -> &mut T {
        &mut self.0[care as usize - 1]
    }
}

impl ByCare<Fen> {
    /// All kinds together.
    #[must_use]
    pub fn sum(&self) -> Fen {
        Fen::sum(self.0)
    }
}

/// What holds at each level, for some kinds of persons or for all that no other row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<T> {
    pub(super) persons: Vec<PersonKind>,
    pub(super) up_to: Option<Fen>,
    pub(super) by_level: [Option<T>; LEVELS],
}

/// The rows of a person: those that name his kind, or else those that name nobody.
pub(super) fn rows_of<T>(rows: &[Row<T>], person: PersonKind) -> Vec<&Row<T>> {
    let named: Vec<&Row<T>> = rows.iter().filter(|row| row.persons.contains(&person)).collect();
    if named.is_empty() { rows.iter().filter(|row| row.persons.is_empty()).collect() } else { named }
}

/// Deductibles (起付线) by person and level; several amounts are those of the first stay of the year, the second, and so
/// on, the last of them for all that follow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deductible(pub(super) Vec<Row<Vec<Fen>>>);

impl Deductible {
    /// The deductible of somebody's `stay`-th stay, from 1; of other care, that of the year. `None` where there is no
    /// such care.
    #[must_use]
    pub fn of(&self, person: PersonKind, level: Level, stay: u32) -> Option<Fen> {
        let row = *rows_of(&self.0, person).first()?;
        let amounts = row.by_level[level.index()].as_ref()?;
        let place = usize::try_from(stay).ok()?.saturating_sub(1);
        amounts.get(place).or(amounts.last()).copied()
    }
}

/// A band (费用段): up to an amount above the deductible, a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Where it ends, counted from the deductible; `None`: nowhere.
    pub up_to: Option<Fen>,
    /// What is paid of it.
    pub ratio: Ratio,
}

/// Bands, in order; the last has no end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bands(pub(super) Vec<Band>);

/// What bands pay of an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    /// What is paid.
    pub(super) paid: Fen,
    /// The part of the amount of which it is paid; what is above lies beyond the ceiling.
    pub(super) covered: Fen,
}

impl Bands {
    /// The same with so many points less in each band.
    #[must_use]
    pub fn less(&self, points: Ratio) -> Self {
        Self(self.0.iter().map(|band| Band { ratio: band.ratio.less(points), ..*band }).collect())
    }

    /// What is paid of an amount that lies above `from`, with `left` until the ceiling. Each band is rounded by what
    /// it has paid in all, so bills that follow each other are paid what one bill would be.
    pub(super) fn fill(&self, from: Fen, amount: Fen, left: Option<Fen>) -> Filled {
        let (mut filled, mut begins, end) = (Filled::default(), Fen::ZERO, from.plus(amount));
        for band in &self.0 {
            let (first, last) = (from.max(begins), band.up_to.unwrap_or(end).min(end));
            if first < last {
                let share = band.ratio.of(last.minus(begins)).minus(band.ratio.of(first.minus(begins)));
                let room = left.map(|left| left.minus(filled.paid));
                if let Some(room) = room.filter(|room| *room < share) {
                    let covered = band.ratio.whole_of(room).unwrap_or(Fen::ZERO).min(last.minus(first));
                    let paid = filled.paid.plus(room);
                    return Filled { paid, covered: filled.covered.plus(covered) };
                }
                filled = Filled { paid: filled.paid.plus(share), covered: filled.covered.plus(last.minus(first)) };
            }
            begins = band.up_to.unwrap_or(end);
        }
        filled
    }
}

/// Ratios (支付比例) by person, level and band.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares(pub(super) Vec<Row<Ratio>>);

impl Shares {
    /// The bands of somebody at a level; `None` where there is no such care.
    #[must_use]
    pub fn of(&self, person: PersonKind, level: Level) -> Option<Bands> {
        let rows = rows_of(&self.0, person);
        let bands = rows.iter().map(|row| Some(Band { up_to: row.up_to, ratio: row.by_level[level.index()]? }));
        bands.collect::<Option<Vec<Band>>>().filter(|bands| !bands.is_empty()).map(Bands)
    }
}

/// What the pool pays at most in a year (封顶线), of all and of each kind of care; `None`: no ceiling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ceilings {
    /// Of all care.
    pub year: Option<Fen>,
    /// Of each kind.
    pub care: ByCare<Option<Fen>>,
}

/// A fund over the pool, which pays bands of what a year leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supplement {
    /// What of the year's base it does not pay.
    pub deductible: Fen,
    /// What it pays of the rest.
    pub bands: Bands,
    /// What it pays at most in a year.
    pub ceiling: Option<Fen>,
}

impl Supplement {
    /// What it pays when the year's base grows from `before` by `more`.
    pub(super) fn pays(&self, before: Fen, more: Fen) -> Fen {
        self.paid_of(before.plus(more)).minus(self.paid_of(before))
    }

    fn paid_of(&self, base: Fen) -> Fen {
        let above = base.minus(self.deductible).max(Fen::ZERO);
        self.bands.fill(Fen::ZERO, above, self.ceiling).paid
    }
}

/// 大病保险: a supplement, of which care, and which parts of the personal burden are its base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serious {
    /// What it pays.
    pub supplement: Supplement,
    /// Of which care.
    pub care: Vec<Care>,
    /// Which parts count.
    pub counts: PartSet,
}

/// 公务员医疗补助: what it pays of each part of the personal burden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CivilService(pub(super) Vec<(Part, Ratio)>);

impl CivilService {
    /// The parts that it pays of, with the ratios.
    #[must_use]
    pub fn ratios(&self) -> &[(Part, Ratio)] {
        &self.0
    }
}

/// How many points less the pool pays away from the area of insurance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Away {
    /// With a filing, and in an emergency (医保发〔2022〕22号, in force 2023-01-01: an emergency counts as filed).
    pub filed_less: Ratio,
    /// Without.
    pub unfiled_less: Ratio,
}

vocabulary! {
    /// Who bears what an item costs over its price limit.
    OverLimitBy {
        /// The patient.
        Patient = 1 "patient",
        /// The institution (`hosp_part_amt`).
        Hospital = 2 "hospital",
    }
}

vocabulary! {
    /// How a stay over the turn of the year is settled.
    YearTurn {
        /// Whole, in the year of discharge.
        Discharge = 1 "discharge",
        /// In two parts: until 31 December, and the rest; the deductible is paid once.
        Cut = 2 "cut",
    }
}

/// What an area's insurance of one kind pays on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Which insurance.
    pub scheme: Scheme,
    /// The first day on which all of this holds.
    pub from: Day,
    /// How many of its values are invented; zero: every one has a source.
    pub examples: usize,
    /// Deductibles.
    pub deductible: ByCare<Deductible>,
    /// What the pool pays above them.
    pub shares: ByCare<Shares>,
    /// What the pool pays at most.
    pub ceilings: Ceilings,
    /// 职工大额: pays above the pool's ceiling of the year.
    pub large: Option<Supplement>,
    /// 大病保险: pays of what a year leaves the patient.
    pub serious: Option<Serious>,
    /// 公务员医疗补助, for those who have it.
    pub civil_service: CivilService,
    /// Care away from the area.
    pub away: Away,
    /// Who bears what is over a price limit.
    pub over_limit_by: OverLimitBy,
    /// How a stay over the turn of the year is settled.
    pub year_turn: YearTurn,
    /// For how many days from birth a newborn is cared for under the mother's name; `None`: not at all.
    pub newborn_days: Option<u32>,
}

impl Plan {
    /// A plan that pays nothing, before its values are set.
    pub(super) fn blank(scheme: Scheme, from: Day) -> Self {
        Self {
            scheme,
            from,
            examples: 0,
            deductible: ByCare::new([Deductible::default(), Deductible::default(), Deductible::default()]),
            shares: ByCare::new([Shares::default(), Shares::default(), Shares::default()]),
            ceilings: Ceilings::default(),
            large: None,
            serious: None,
            civil_service: CivilService::default(),
            away: Away::default(),
            over_limit_by: OverLimitBy::Patient,
            year_turn: YearTurn::Discharge,
            newborn_days: None,
        }
    }
}

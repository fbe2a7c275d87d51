//! The personal burden (个人负担) of a bill, by parts. Pooled insurance has paid its share before; what is
//! here is what the patient owes.

use gongji_words::Fen;
use serde::{Deserialize, Serialize};

use crate::word::vocabulary;
use crate::zoo::{self, Cage};

vocabulary! {
    /// What a visit or purchase is.
    VisitKind {
        /// 普通门诊
        Outpatient = 1 "outpatient",
        /// 急诊: counts as filed away from home.
        Emergency = 2 "emergency",
        /// 门诊慢特病
        Chronic = 3 "chronic",
        /// 住院
        Inpatient = 4 "inpatient",
        /// 药店购药
        Pharmacy = 5 "pharmacy",
        /// 生育
        Birth = 6 "birth",
    }
}

vocabulary! {
    /// A piece of the personal burden, in the order in which each purse pays them.
    Part {
        /// 起付线以下
        Deductible = 1 "deductible",
        /// 乙类先行自付
        ClassB = 2 "class-b",
        /// 共付段个人负担
        Copay = 3 "copay",
        /// 封顶线以上合规费用
        OverCap = 4 "over-cap",
        /// 超限价
        OverLimit = 5 "over-limit",
        /// 目录外自费
        OutOfCatalogue = 6 "out-of-catalogue",
        /// 药品
        Drug = 7 "drug",
        /// 医疗器械
        Device = 8 "device",
        /// 医用耗材
        Consumable = 9 "consumable",
        /// 非免疫规划疫苗
        Vaccine = 10 "vaccine",
        /// 体检
        Exam = 11 "exam",
        /// 体育健身
        Fitness = 12 "fitness",
        /// 养生保健
        Wellness = 13 "wellness",
        /// 公共卫生
        PublicHealth = 14 "public-health",
    }
}

/// How many parts there are; amounts by part are arrays of this length.
pub const PARTS: usize = 14;

impl Part {
    /// Place of the part in an array of amounts by part.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize - 1
    }
}

/// Amounts by part, in fen, none negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Burden([Fen; PARTS]);

impl Burden {
    /// Nothing to pay.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The amount of one part.
    #[must_use]
    pub fn of(&self, part: Part) -> Fen {
        self.0[part.index()]
    }

    /// Adds to one part. The amount must not be negative.
    pub fn add(&mut self, part: Part, amount: Fen) {
        assert!(!amount.is_negative(), "a part of a bill is never negative");
        let slot = &mut self.0[part.index()];
        *slot = slot.plus(amount);
    }

    /// The whole personal part of the bill.
    #[must_use]
    pub fn total(&self) -> Fen {
        Fen::sum(self.0)
    }

    /// The sum of the parts that `wanted` names.
    #[must_use]
    pub fn total_of(&self, wanted: PartSet) -> Fen {
        Fen::sum(Part::ALL.iter().filter(|part| wanted.pays(**part)).map(|part| self.of(*part)))
    }

    /// Takes up to `amount` from the parts that `wanted` names, in the order of the parts; returns what was taken.
    pub fn take(&mut self, wanted: PartSet, amount: Fen) -> Fen {
        let mut left = amount;
        for part in Part::ALL.iter().filter(|part| wanted.pays(**part)) {
            let slot = &mut self.0[part.index()];
            let taken = (*slot).min(left);
            *slot = slot.minus(taken);
            left = left.minus(taken);
        }
        amount.minus(left)
    }

    /// The parts that are not zero, in order.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Fen)> + '_ {
        Part::ALL.iter().map(|part| (*part, self.of(*part))).filter(|(_, amount)| amount.is_positive())
    }
}

/// A set of parts, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PartSet(u16);

impl PartSet {
    /// No part.
    pub const EMPTY: Self = Self(0);

    /// The set of the given parts.
    #[must_use]
    pub fn of(parts: &[Part]) -> Self {
        Self(parts.iter().fold(0, |bits, part| bits | 1 << part.index()))
    }

    /// Whether the part is in the set.
    #[must_use]
    pub const fn has(self, part: Part) -> bool {
        self.0 & (1 << part.index()) != 0
    }

    fn pays(self, part: Part) -> bool {
        self.has(part) || zoo::open(Cage::PartsIgnored)
    }

    /// The set without the parts of another.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The parts that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The parts, in order.
    pub fn parts(self) -> impl Iterator<Item = Part> {
        Part::ALL.iter().copied().filter(move |part| self.has(*part))
    }
}

/// What the rules pay from own account, wallet and aid unless an area names more:
/// the personal part at hospitals and drugs, devices, consumables at pharmacies (国办发〔2021〕14号, 2021-04).
pub const PAYABLE: [Part; 7] =
    [Part::Deductible, Part::ClassB, Part::Copay, Part::OverCap, Part::Drug, Part::Device, Part::Consumable];

vocabulary! {
    /// What a binding may be limited to: a kind of visit, or premiums.
    Purpose {
        /// 普通门诊
        Outpatient = 1 "outpatient",
        /// 急诊
        Emergency = 2 "emergency",
        /// 门诊慢特病
        Chronic = 3 "chronic",
        /// 住院
        Inpatient = 4 "inpatient",
        /// 药店购药
        Pharmacy = 5 "pharmacy",
        /// 生育
        Birth = 6 "birth",
        /// 代缴保费
        Premium = 7 "premium",
    }
}

impl From<VisitKind> for Purpose {
    fn from(kind: VisitKind) -> Self {
        match kind {
            VisitKind::Outpatient => Self::Outpatient,
            VisitKind::Emergency => Self::Emergency,
            VisitKind::Chronic => Self::Chronic,
            VisitKind::Inpatient => Self::Inpatient,
            VisitKind::Pharmacy => Self::Pharmacy,
            VisitKind::Birth => Self::Birth,
        }
    }
}

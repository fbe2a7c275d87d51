//! The lines of a bill, each divided by the catalogue of the place of care.
//!
//! Invariants: the four shares of a line add up to its amount (identity E); a line and its returns together are never
//! negative, and a line that is returned whole leaves nothing, for a return is the line with what is left of it less
//! the line as it was.

use std::collections::BTreeMap;

use gongji_words::{AreaCode, Day, Fen};

use super::amount::{Count, Price};
use super::catalogue::{Catalogue, Class, Item, ItemKind, Restriction};
use super::plan::Level;
use super::wrong::Wrong;
use crate::word::vocabulary;

vocabulary! {
    /// What the hospital says of an item's conditions (`hosp_appr_flag`).
    Approval {
        /// Nothing (0): a restricted item is paid by the patient.
        Unsaid = 1 "unsaid",
        /// They are met (1).
        Approved = 2 "approved",
        /// Not to be reimbursed (2).
        Denied = 3 "denied",
    }
}

/// A line as the institution sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number within the visit (`feedetl_sn`).
    pub number: u64,
    /// Of what is returned: the number of the line with which it was charged (`init_feedetl_sn`).
    pub returns: Option<u64>,
    /// The code of the item (`med_list_codg`).
    pub item: String,
    /// The day of the charge (`fee_ocur_time`).
    pub day: Day,
    /// How many pieces (`cnt`); negative in a return.
    pub count: Count,
    /// What one costs (`pric`).
    pub price: Price,
    /// The amount, if the institution states it (`det_item_fee_sumamt`); it may be off by a fen.
    pub amount: Option<Fen>,
    /// What the hospital says of the item's conditions.
    pub approval: Approval,
}

/// How an amount is divided; all parts of a return are negative or zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Division {
    /// Outside the catalogue (`fulamt_ownpay_amt`).
    pub uninsured: Fen,
    /// Over the price limit (`overlmt_selfpay`, of a line `overlmt_amt`).
    pub over_limit: Fen,
    /// What of class B is paid first (`preselfpay_amt`).
    pub class_b: Fen,
    /// What the insurance looks at (`inscp_scp_amt`).
    pub in_scope: Fen,
}

impl Division {
    /// The amount that was divided.
    #[must_use]
    pub fn total(&self) -> Fen {
        Fen::sum([self.uninsured, self.over_limit, self.class_b, self.in_scope])
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            uninsured: self.uninsured.plus(other.uninsured),
            over_limit: self.over_limit.plus(other.over_limit),
            class_b: self.class_b.plus(other.class_b),
            in_scope: self.in_scope.plus(other.in_scope),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            uninsured: self.uninsured.minus(other.uninsured),
            over_limit: self.over_limit.minus(other.over_limit),
            class_b: self.class_b.minus(other.class_b),
            in_scope: self.in_scope.minus(other.in_scope),
        }
    }
}

/// A line, divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DividedLine {
    /// Its number.
    pub number: u64,
    /// Its amount (`det_item_fee_sumamt`).
    pub amount: Fen,
    /// Its class (`chrgitm_lv`); of an unknown item C.
    pub class: Class,
    /// What the item is; an unknown item is taken for a service, which no account pays but as `out-of-catalogue`.
    pub kind: ItemKind,
    /// How the amount is divided.
    pub division: Division,
}

/// Where lines were charged.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) area: AreaCode,
    pub(super) level: Level,
}

/// A charged line with what is left of it.
struct Charged<'a> {
    line: &'a Line,
    item: Option<&'a Item>,
    count: Count,
    amount: Fen,
}

/// Divides lines by the catalogue of the area of care, for an institution of a level.
///
/// # Errors
/// [`Wrong`]: which line, and what to write instead.
pub fn divided(
    (catalogue, area, level): (&Catalogue, AreaCode, Level),
    lines: &[Line],
) -> Result<Vec<DividedLine>, Wrong> {
    divide(At { catalogue, area, level }, lines)
}

/// Divides every line. Returns may come before or after the line that they return.
pub(super) fn divide(at: At<'_>, lines: &[Line]) -> Result<Vec<DividedLine>, Wrong> {
    let mut charged = charged(at, lines)?;
    let mut divided = Vec::with_capacity(lines.len());
    for line in lines {
        let number = line.returns.unwrap_or(line.number);
        let original = charged.get_mut(&number).ok_or(Wrong::ReturnOfNothing { line: line.number, returns: number })?;
        let division = match line.returns {
            None => at.division(original.item, line, (line.count, amount_of(line, line.count, Fen::ZERO)?)),
            Some(_) => take_back(at, original, line)?,
        };
        assert!(
            line.returns.is_some() || !division.in_scope.is_negative(),
            "a charge is in scope with nothing or more"
        );
        divided.push(DividedLine {
            number: line.number,
            amount: division.total(),
            class: original.item.map_or(Class::C, |item| item.class),
            kind: original.item.map_or(ItemKind::Service, |item| item.kind),
            division,
        });
    }
    Ok(divided)
}

fn charged<'a>(at: At<'a>, lines: &'a [Line]) -> Result<BTreeMap<u64, Charged<'a>>, Wrong> {
    let mut numbers = std::collections::BTreeSet::new();
    let mut charged = BTreeMap::new();
    for line in lines {
        if !numbers.insert(line.number) {
            return Err(Wrong::NumberTwice { line: line.number });
        }
        if line.returns.is_some() != (line.count < Count::ZERO) {
            return Err(Wrong::Sign { line: line.number });
        }
        if line.returns.is_none() {
            let item = at.catalogue.find(at.area, &line.item, line.day);
            let amount = amount_of(line, line.count, Fen::ZERO)?;
            charged.insert(line.number, Charged { line, item, count: line.count, amount });
        }
    }
    Ok(charged)
}

/// What a line comes to: what is left of it at its price, less what was left before. A stated amount stands if it is
/// off by no more than a fen (2301: the total is rounded half up to two places).
fn amount_of(line: &Line, left: Count, before: Fen) -> Result<Fen, Wrong> {
    let computed = line.price.times(left).ok_or(Wrong::TooLarge { line: line.number })?.minus(before);
    let stated = line.amount.unwrap_or(computed);
    let off = stated.checked_sub(computed).map_or(i64::MAX, |off| off.fen().saturating_abs());
    if off > 1 { Err(Wrong::Amount { line: line.number, stated, computed }) } else { Ok(stated) }
}

fn take_back(at: At<'_>, original: &mut Charged<'_>, line: &Line) -> Result<Division, Wrong> {
    if original.line.item != line.item || original.line.price != line.price {
        return Err(Wrong::ReturnOfAnother { line: line.number, returns: original.line.number });
    }
    let more = Wrong::ReturnsMore { line: line.number, returns: original.line.number };
    let count = original.count.with_return(line.count).ok_or(more)?;
    let stated = amount_of(line, count, original.amount)?;
    let left = original.amount.plus(stated);
    if left.is_negative() || (count == Count::ZERO && !left.is_zero()) {
        return Err(Wrong::Amount { line: line.number, stated, computed: original.amount.negated() });
    }
    let before = at.division(original.item, original.line, (original.count, original.amount));
    let after = at.division(original.item, original.line, (count, left));
    (original.count, original.amount) = (count, left);
    Ok(after.minus(before))
}

impl At<'_> {
    /// Divides what is left of a charged line: first by class and conditions, then over the limit, then class B.
    fn division(self, item: Option<&Item>, line: &Line, (count, amount): (Count, Fen)) -> Division {
        let Some(item) = item.filter(|item| is_insured(item, line.approval)) else {
            return Division { uninsured: amount, ..Division::default() };
        };
        let limit = item.limit(self.level).and_then(|limit| limit.times(count)).unwrap_or(amount);
        let over_limit = amount.minus(limit).max(Fen::ZERO);
        let within = amount.minus(over_limit);
        let class_b = item.first.of(within);
        Division { uninsured: Fen::ZERO, over_limit, class_b, in_scope: within.minus(class_b) }
    }
}

/// 2204: what the catalogue restricts is reimbursed with approval 1 only; other items are not with 2 only.
fn is_insured(item: &Item, approval: Approval) -> bool {
    let meets = match item.restriction {
        Restriction::Restricted => approval == Approval::Approved,
        Restriction::Free => approval != Approval::Denied,
    };
    meets && item.class != Class::C
}

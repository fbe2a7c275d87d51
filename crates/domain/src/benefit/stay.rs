//! A whole bill by the data of all areas: whose plan, which year, and a stay over the turn of the year.
//!
//! Invariant: whatever way a stay is divided, its lines are those of the bill, each once. Deliberately absent: where
//! the sums of years are kept.

use gongji_words::{Day, Fen};

use super::catalogue::Catalogue;
use super::line::Line;
use super::plan::{Care, YearTurn};
use super::plans::Plans;
use super::split::{Bill, Others, Rules, Split, Stay, Visit, split};
use super::wrong::Wrong;
use super::year::Years;
use crate::burden::{Burden, Part};

/// The plans and catalogues of all areas.
#[derive(Clone, Debug, Default)]
pub struct Benefits {
    /// Plans.
    pub plans: Plans,
    /// Catalogues.
    pub catalogue: Catalogue,
}

impl Benefits {
    /// Divides a bill by the plan of the area of insurance on its last day. A stay over the turn of the year gives two
    /// splits or more where the plan cuts it: each part is judged by the plan of its own last day and by its own
    /// year's sums, and the deductible is paid once.
    ///
    /// # Errors
    /// [`Wrong`]: which field of the bill, and what to write instead.
    pub fn split(&self, bill: &Bill, years: &Years) -> Result<Vec<Split>, Wrong> {
        let mut splits: Vec<Split> = Vec::new();
        for part in self.by_years(bill)? {
            let stay = splits.last().map_or(part.visit.stay, |before| Stay::Continued(before.stay));
            let part = Bill { visit: Visit { stay, ..part.visit }, ..part };
            let plan = self.plans.on(part.insured.area, part.insured.kind.scheme(), part.visit.last_day)?;
            let rules = Rules { plan, catalogue: &self.catalogue };
            splits.push(split(&rules, &part, &years.of(part.visit.last_day.year()))?);
        }
        Ok(splits)
    }

    /// The bill itself, or its parts by years where the plan of the day of discharge cuts it. What other funds pay goes
    /// to the last.
    fn by_years(&self, bill: &Bill) -> Result<Vec<Bill>, Wrong> {
        let visit = &bill.visit;
        let plan = self.plans.on(bill.insured.area, bill.insured.kind.scheme(), visit.last_day)?;
        if Care::from(visit.kind) != Care::Inpatient || plan.year_turn == YearTurn::Discharge {
            return Ok(vec![bill.clone()]);
        }
        let mut years: Vec<i32> = bill.lines.iter().map(|line| year_of(line, &bill.lines)).collect();
        years.push(visit.last_day.year());
        years.sort_unstable();
        years.dedup();
        let parts = years.into_iter().map(|year| {
            let lines = bill.lines.iter().filter(|line| year_of(line, &bill.lines) == year).cloned();
            part_of(bill, year, lines.collect())
        });
        let mut parts: Vec<Bill> = parts.filter(|part| !part.lines.is_empty() || bill.lines.is_empty()).collect();
        if let Some(last) = parts.last_mut() {
            last.visit.others = visit.others;
        }
        Ok(parts)
    }
}

/// The year of a line; of a return, that of its charge.
fn year_of(line: &Line, lines: &[Line]) -> i32 {
    let charge = line.returns.and_then(|number| lines.iter().find(|other| other.number == number));
    charge.unwrap_or(line).day.year()
}

/// The lines of one year as a bill of their own. A return that comes later takes the last day of its charge's year.
fn part_of(bill: &Bill, year: i32, mut lines: Vec<Line>) -> Bill {
    let end = Day::new(year, 12, 31).map_or(bill.visit.last_day, |end| end.min(bill.visit.last_day));
    let is_last = year == bill.visit.last_day.year();
    for line in lines.iter_mut().filter(|line| line.returns.is_some() && !is_last) {
        line.day = line.day.min(end);
    }
    let mut visit = Visit { others: Others::default(), ..bill.visit.clone() };
    if !is_last {
        visit.last_day = end;
    }
    Bill { insured: bill.insured.clone(), visit, lines }
}

/// What a bill's splits leave to accounts and family aid, as a bill at the till states it: the personal burden by
/// parts, and what the funds paid.
#[must_use]
pub fn bill_parts(splits: &[Split]) -> (Burden, Fen) {
    let mut burden = Burden::nothing();
    for part in Part::ALL {
        burden.add(*part, Fen::sum(splits.iter().map(|split| split.burden.of(*part))));
    }
    (burden, Fen::sum(splits.iter().map(|split| split.totals.fund)))
}

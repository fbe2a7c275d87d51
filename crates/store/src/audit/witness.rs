//! What a witness outside the store knows, held against the store.

use std::collections::BTreeMap;

use super::Discrepancy;
use crate::days::{ClosedDay, LaneMark, WitnessLine};
use crate::digest::hex;
use crate::seal::Sheet;

/// Days and sheets that the store has otherwise, or no longer.
pub(super) fn differences(witness: &[WitnessLine], closed: &[ClosedDay], sheets: &[Sheet]) -> Vec<Discrepancy> {
    let roots: BTreeMap<String, String> = closed.iter().map(|day| (day.day.to_string(), hex(&day.root))).collect();
    let last = roots.keys().next_back().map_or("none", String::as_str);
    let mut marks: BTreeMap<i64, &LaneMark> = BTreeMap::new();
    let mut found = Vec::new();
    for line in witness {
        match line {
            WitnessLine::Day { day, root, .. } => match roots.get(day) {
                Some(own) if own == root => {}
                Some(_) => found.push(Discrepancy::of("witness", day, "the store has another root for this day")),
                None => {
                    let why = format!("the store is behind its witness: its last closed day is {last}");
                    found.push(Discrepancy::of("witness", day, why));
                }
            },
            WitnessLine::Lane(mark) => drop(marks.insert(mark.lane, mark)),
        }
    }
    found.extend(marks.values().filter_map(|mark| behind(mark, closed, sheets)));
    found
}

/// A lane that has not come as far as the witness saw it, or has another sheet there.
fn behind(mark: &LaneMark, closed: &[ClosedDay], sheets: &[Sheet]) -> Option<Discrepancy> {
    let row = || format!("{}/{}", mark.lane, mark.number);
    let own = sheets.iter().filter(|sheet| sheet.lane == mark.lane);
    let last = own.clone().map(|sheet| sheet.number).max().unwrap_or_default();
    if last < mark.number {
        let why = format!("the store is behind its witness: its last sheet of this lane is {last}");
        return Some(Discrepancy::of("witness", row(), why));
    }
    // Sheets of closed days are not kept: their roots are.
    let kept = own.filter(|sheet| sheet.number == mark.number).map(LaneMark::of);
    let closed = closed.iter().flat_map(|day| &day.lanes).filter(|lane| lane.lane == mark.lane);
    let same = closed.filter(|lane| lane.number == mark.number).cloned();
    let other = kept.chain(same).any(|lane| lane.code != mark.code);
    other.then(|| Discrepancy::of("witness", row(), "the store has another sheet there"))
}

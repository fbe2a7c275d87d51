//! What a witness knows, held against an export.

use std::collections::BTreeMap;

use gongji_store::{LaneMark, WitnessLine};
use gongji_words::Day;

use super::super::lines::DayLine;
use super::super::{DAYS, manifest};
use super::{Exported, Findings};

/// Roots by day, with the lines in which they stand.
type Closed = BTreeMap<String, (u64, String)>;
/// Codes of sheets, by lane and number.
type Sheets = BTreeMap<(i64, i64), String>;

/// Days and sheets that the export has otherwise, or not though the witness saw them.
pub fn check(export: &Exported<'_>, witness: &[WitnessLine], found: &mut Findings) {
    if witness.is_empty() {
        return;
    }
    let (roots, mut lanes) = closed(export);
    for mark in &export.manifest.lanes {
        lanes.insert((mark.lane, mark.number), mark.code.clone());
    }
    let last = roots.keys().next_back().cloned();
    for line in witness {
        match line {
            WitnessLine::Day { day, root, .. } => match roots.get(day) {
                Some((_, own)) if own == root => {}
                Some((line, _)) => found.add(DAYS, Some(*line), format!("the witness has another root for {day}")),
                None if !export.reaches(day) => {}
                None => {
                    let last = last.as_deref().unwrap_or("none");
                    let why = format!("the witness has {day}, the last closed day here is {last}: the export is older");
                    found.add(DAYS, None, why);
                }
            },
            WitnessLine::Lane(mark) => check_lane(export, (mark, &lanes), found),
        }
    }
}

fn check_lane(export: &Exported<'_>, (mark, own): (&LaneMark, &Sheets), found: &mut Findings) {
    let LaneMark { lane, number, code } = mark;
    let last = export.manifest.lanes.iter().filter(|own| own.lane == *lane).map(|own| own.number).max();
    let why = match own.get(&(*lane, *number)) {
        Some(own) if own != code => format!("the witness has another sheet {number} of lane {lane}"),
        None if last.unwrap_or_default() < *number => format!(
            "the witness saw sheet {number} of lane {lane}, the last here is {}: the export is older",
            last.unwrap_or_default()
        ),
        _ => return,
    };
    found.add(manifest::NAME, None, why);
}

/// Roots of the export by day with their lines, and the sheets that it names.
fn closed(export: &Exported<'_>) -> (Closed, Sheets) {
    let (mut roots, mut lanes, mut number) = (BTreeMap::new(), BTreeMap::new(), 0);
    // Lines that are none were told when the days were checked.
    export.scan_json(DAYS, &mut Findings::default(), &mut |line: DayLine| {
        number += 1;
        roots.insert(line.day.to_string(), (number, line.root));
        lanes.extend(line.lanes.into_iter().map(|mark| ((mark.lane, mark.number), mark.code)));
        Ok(())
    });
    (roots, lanes)
}

impl Exported<'_> {
    /// Whether a closed day should be in it.
    fn reaches(&self, day: &str) -> bool {
        let day = Day::parse(day).ok();
        self.manifest.until.is_none_or(|until| day.is_none_or(|day| day <= until))
    }
}

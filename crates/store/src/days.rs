//! Closed days: one root over the last seals of everybody whom something concerned on a day, and the root before.
//!
//! Invariants: days are closed in their order and never again; whoever has the root of a day can tell that nothing of
//! it, or of any day before it, was changed since. Roots go to a witness outside the store, so that not even the whole
//! file can be put back. Deliberately absent: keys. A root is checked by whoever has the chains.

use std::collections::{BTreeMap, BTreeSet};

use gongji_words::{Day, PersonId};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

use crate::StoreError;
use crate::audit::Reads;
use crate::digest::hex;
use crate::pages::SealRow;
use crate::seal::{Code, Seal, Sheet, unpacked};
use crate::sql::Reading;
use crate::sql::reading::{
    asks_for_closed_days, asks_for_days_of_sheets, asks_for_heads_on, asks_for_lane_end, asks_for_next_lane,
    asks_for_sheets_after,
};

/// Sheets and people read at once.
const PAGE: usize = 1_000;

/// How far a lane of sheets has come: a short line that goes to the witness between two closed days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneMark {
    /// Which lane.
    pub lane: i64,
    /// The number of its last sheet.
    pub number: i64,
    /// The code of that sheet, in hexadecimal digits.
    pub code: String,
}

impl LaneMark {
    pub(crate) fn of(sheet: &Sheet) -> Self {
        Self { lane: sheet.lane, number: sheet.number, code: hex(&sheet.code) }
    }
}

/// What a witness wrote down, line by line: it stands outside the store, in a file that is only added to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WitnessLine {
    /// A day that was closed.
    Day {
        /// Which day, as `2026-03-08`.
        day: String,
        /// Its root, in hexadecimal digits.
        root: String,
        /// How many people it is over.
        people: u64,
    },
    /// How far a lane had come.
    Lane(LaneMark),
}

impl From<&ClosedDay> for WitnessLine {
    fn from(day: &ClosedDay) -> Self {
        Self::Day { day: day.day.to_string(), root: hex(&day.root), people: day.people }
    }
}

/// A day that is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedDay {
    /// Which day, in China Standard Time.
    pub day: Day,
    /// Over the root before, the last seals of everybody on this day, and the lanes.
    pub root: [u8; 32],
    /// How many people something concerned on this day.
    pub people: u64,
    /// The last sheet of each lane until this day.
    pub lanes: Vec<LaneMark>,
}

impl ClosedDay {
    pub(crate) fn new(before: Option<Code>, day: Day, tree: &Tree, lanes: Vec<LaneMark>) -> Self {
        let mut digest = Sm3::new();
        digest.update(b"day");
        digest.update(before.unwrap_or_default());
        digest.update(day.number().to_le_bytes());
        digest.update(tree.people.to_le_bytes());
        digest.update(tree.root());
        for mark in &lanes {
            digest.update(mark.lane.to_le_bytes());
            digest.update(mark.number.to_le_bytes());
            digest.update(mark.code.as_bytes());
        }
        Self { day, root: digest.finalize().into(), people: tree.people, lanes }
    }
}

/// A Merkle tree that grows by one leaf after the other and keeps only its right edge.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// Whole trees of growing height from the right, the highest first.
    edge: Vec<(u32, Code)>,
    people: u64,
}

impl Tree {
    /// Adds the last seal of a person on the day. People come in ascending order.
    pub(crate) fn add(&mut self, (person, number, code): (PersonId, i64, &Code)) {
        let mut digest = Sm3::new();
        digest.update([0]);
        digest.update(person.number().to_le_bytes());
        digest.update(number.to_le_bytes());
        digest.update(code);
        let mut tree = (0, digest.finalize().into());
        while let Some((_, left)) = self.edge.pop_if(|(height, _)| *height == tree.0) {
            tree = (tree.0 + 1, joined(&left, &tree.1));
        }
        self.edge.push(tree);
        self.people += 1;
    }

    /// The root over all leaves so far; zeros over none.
    pub(crate) fn root(&self) -> Code {
        let mut edge = self.edge.iter().rev().map(|(_, code)| *code);
        let last = edge.next().unwrap_or_default();
        edge.fold(last, |right, left| joined(&left, &right))
    }
}

/// Works out the roots of closed days again, from nothing but seals: no key is needed.
#[derive(Debug, Default)]
pub struct Roots {
    last: Option<SealRow>,
    days: BTreeMap<Day, Tree>,
}

impl Roots {
    /// Takes the next seal. They come by person, and of each by number.
    pub fn take(&mut self, seal: SealRow) {
        let same = |last: &SealRow| (last.person, last.day) == (seal.person, seal.day);
        if !self.last.as_ref().is_some_and(same) {
            self.finish();
        }
        self.last = Some(seal);
    }

    /// After the last seal.
    pub fn finish(&mut self) {
        if let Some(last) = self.last.take() {
            self.days.entry(last.day).or_default().add((last.person, last.number, &last.code));
        }
    }

    /// The day as it follows from the seals that were taken, the root before it, and its own lanes. A day is given once.
    pub fn close(&mut self, before: Option<[u8; 32]>, day: &ClosedDay) -> ClosedDay {
        let tree = self.days.remove(&day.day).unwrap_or_default();
        ClosedDay::new(before, day.day, &tree, day.lanes.clone())
    }

    /// The first day with seals that was not given yet.
    #[must_use]
    pub fn first_left(&self) -> Option<Day> {
        self.days.keys().next().copied()
    }
}

fn joined(left: &Code, right: &Code) -> Code {
    let mut digest = Sm3::new();
    digest.update([1]);
    digest.update(left);
    digest.update(right);
    digest.finalize().into()
}

/// Every sheet that is kept, in the order of lanes and numbers.
pub(crate) async fn sheets(at: &impl Reads) -> Result<Vec<Sheet>, StoreError> {
    let (mut all, mut after) = (Vec::new(), (i64::MIN, 0));
    loop {
        let mut reading = Reading::default();
        let most = i64::try_from(PAGE).expect("a page is short");
        at.read(&mut reading, &asks_for_sheets_after(after.0, after.1, most)).await?;
        let Some(last) = reading.sheets.last() else { return Ok(all) };
        after = (last.lane, last.number);
        all.append(&mut reading.sheets);
    }
}

/// How far each lane has come.
pub(crate) async fn lane_marks(at: &impl Reads) -> Result<Vec<LaneMark>, StoreError> {
    let (mut marks, mut lane) = (Vec::new(), i64::MIN);
    loop {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_next_lane(lane)).await?;
        let Some(next) = reading.numbers.pop() else { return Ok(marks) };
        lane = next;
        at.read(&mut reading, &asks_for_lane_end(lane)).await?;
        marks.extend(reading.sheets.iter().map(LaneMark::of));
    }
}

/// Every closed day, in order.
pub(crate) async fn closed_days(at: &impl Reads) -> Result<Vec<ClosedDay>, StoreError> {
    let mut reading = Reading::default();
    at.read(&mut reading, &asks_for_closed_days()).await?;
    Ok(reading.closed)
}

/// The next day that can be closed, none if something of all later ones may still come. Writes nothing.
pub(crate) async fn next_closed(at: &impl Reads, until: Day) -> Result<Option<ClosedDay>, StoreError> {
    let last = closed_days(at).await?.pop();
    let mut reading = Reading::default();
    at.read(&mut reading, &asks_for_days_of_sheets()).await?;
    let open = |day: &i64| last.as_ref().is_none_or(|last| *day > i64::from(last.day.number()));
    let Some(day) = reading.numbers.into_iter().filter(open).min().filter(|day| *day <= until.number().into()) else {
        return Ok(None);
    };
    let sheets = sheets(at).await?;
    let day = sheets.iter().map(|sheet| sheet.day).find(|one| i64::from(one.number()) == day);
    let day = day.expect("a day of some sheet is that of one of them");
    let until_then = || sheets.iter().filter(|sheet| sheet.day <= day);
    let touched: BTreeSet<PersonId> =
        until_then().filter_map(|sheet| unpacked(&sheet.heads)).flatten().map(|(person, _)| person).collect();
    let lanes: BTreeMap<i64, &Sheet> = until_then().map(|sheet| (sheet.lane, sheet)).collect();
    let marks = lanes.values().map(|sheet| LaneMark::of(sheet)).collect();
    let tree = tree_of(at, day, &touched).await?;
    Ok(Some(ClosedDay::new(last.map(|last| last.root), day, &tree, marks)))
}

/// The tree over the last seals on a day, of those who have any.
async fn tree_of(at: &impl Reads, day: Day, touched: &BTreeSet<PersonId>) -> Result<Tree, StoreError> {
    let people: Vec<PersonId> = touched.iter().copied().collect();
    let mut tree = Tree::default();
    for page in people.chunks(PAGE) {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_heads_on(page, day)).await?;
        reading.seals.sort_by_key(|seal| seal.person);
        let on_the_day = reading.seals.iter().filter(|seal| seal.day == day);
        on_the_day.for_each(|seal: &Seal| tree.add((seal.person, seal.number, &seal.code)));
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(people: i64) -> Tree {
        let mut tree = Tree::default();
        (0..people).for_each(|person| tree.add((PersonId::from_number(person), 1, &Code::default())));
        tree
    }

    #[test]
    fn trees_of_different_people_have_different_roots() {
        let roots: BTreeSet<Code> = (0..70).map(|people| tree(people).root()).collect();
        assert_eq!(roots.len(), 70);
    }

    #[test]
    fn a_tree_of_three_is_a_pair_and_one() {
        let leaf = |person| {
            let mut tree = Tree::default();
            tree.add((PersonId::from_number(person), 1, &Code::default()));
            tree.root()
        };
        assert_eq!(tree(3).root(), joined(&joined(&leaf(0), &leaf(1)), &leaf(2)));
    }
}

//! Tidings: what a group changed that somebody outside may want to be told. A bill settled or undone, a relation in force
//! or over.
//!
//! They stand at the end of the group's sheet, under the sheet's code: so they are there if and only if the group is, and in
//! the order in which the groups of a lane were committed. Sheets of a closed day go, but for those that somebody still
//! waits for ([`Store::close_day_untold`]). Deliberately absent: whom they are told to, amounts and people; whoever tells
//! them reads the rows that they name. The memory engine has no sheets, and so no tidings.

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::binding::{Binding, BindingState};
use gongji_domain::record::{MessageRow, PaymentKind, PaymentRow, PaymentState, Rows};
use gongji_words::{CommandId, Day, InstitutionId, MessageId, Moment, PersonId};

use crate::audit::Reads;
use crate::days::ClosedDay;
use crate::seal::{Sheet, put, tail, take};
use crate::sql::fields::moment;
use crate::sql::reading::{Ask, asks_for_next_lane, asks_for_sheets_after};
use crate::sql::{Fields, Reading, Value, catalogue as sql, decode};
use crate::{Store, StoreError};

/// For each lane the number of the last sheet whose tidings were taken.
pub type Marks = BTreeMap<i64, i64>;

/// What happened, and the day under which it was sealed.
pub type OnDay = (Day, Tiding);

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tiding {
    /// A bill was settled.
    Settled(PaymentId),
    /// A settlement was undone, then.
    Reversed(PaymentId, Moment),
    /// A relation is in force, which it was not.
    Bound(PersonId, CommandId),
    /// A relation is over that was in force.
    Unbound(PersonId, CommandId),
}

/// A payment, where it was, and the message with which its bill came if that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentId {
    /// The payment.
    pub payment: CommandId,
    /// Whose bill.
    pub institution: InstitutionId,
    /// The message.
    pub message: Option<MessageId>,
}

/// How things stood before a group.
pub(crate) struct Stood {
    in_force: BTreeSet<CommandId>,
    reversed: BTreeSet<CommandId>,
}

impl Stood {
    /// Of what a group has read.
    pub(crate) fn of(rows: &Rows) -> Self {
        let reversed = rows.payments.values().filter(|row| row.state == PaymentState::Reversed);
        Self {
            in_force: rows.bindings.values().filter(|row| is_in_force(row)).map(|row| row.id).collect(),
            reversed: reversed.map(|row| row.id).collect(),
        }
    }

    /// What is told of a group: `sum` is what it writes, `old` the payments that were there, `rows` what it knows now.
    pub(crate) fn told_of(&self, sum: &Rows, old: &BTreeSet<CommandId>, rows: &Rows) -> Vec<Tiding> {
        let messages: BTreeMap<CommandId, &MessageRow> = rows.messages.values().map(|row| (row.command, row)).collect();
        let mut told: Vec<Tiding> = Vec::new();
        for row in sum.payments.values().filter(|row| is_bill(row)) {
            let Some(institution) = row.institution else { continue };
            let of = || PaymentId {
                payment: row.id,
                institution,
                message: messages.get(&row.id).map(|bill| bill.id.clone()),
            };
            if !old.contains(&row.id) && row.state != PaymentState::Refused {
                told.push(Tiding::Settled(of()));
            }
            if row.state == PaymentState::Reversed && !self.reversed.contains(&row.id) {
                let undoing = row.reversed_by.and_then(|by| messages.get(&by));
                told.push(Tiding::Reversed(of(), undoing.map_or(row.at, |message| message.entered_at)));
            }
        }
        told.extend(sum.bindings.values().filter_map(|row| self.told_of_binding(row)));
        told
    }

    fn told_of_binding(&self, row: &Binding) -> Option<Tiding> {
        match (self.in_force.contains(&row.id), is_in_force(row)) {
            (false, true) => Some(Tiding::Bound(row.sponsor, row.id)),
            (true, false) => Some(Tiding::Unbound(row.sponsor, row.id)),
            _ => None,
        }
    }
}

/// A pause, and an unbinding that takes effect later, end nothing.
fn is_in_force(row: &Binding) -> bool {
    matches!(row.state, BindingState::Active | BindingState::Paused | BindingState::Ending)
}

fn is_bill(row: &PaymentRow) -> bool {
    matches!(row.kind, PaymentKind::Settlement | PaymentKind::Away)
}

impl PaymentId {
    fn numbers(&self, millis: i64) -> [i64; 3] {
        [self.payment.number(), millis, self.institution.number()]
    }
}

/// Kinds are append-only.
const SETTLED: u64 = 1;
const REVERSED: u64 = 2;
const BOUND: u64 = 3;
const UNBOUND: u64 = 4;

/// As a sheet keeps them.
pub(crate) fn packed(tidings: &[Tiding]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for tiding in tidings {
        let (kind, numbers, message) = match tiding {
            Tiding::Settled(of) => (SETTLED, of.numbers(0), of.message.as_ref()),
            Tiding::Reversed(of, at) => (REVERSED, of.numbers(at.millis()), of.message.as_ref()),
            Tiding::Bound(sponsor, id) => (BOUND, [sponsor.number(), id.number(), 0], None),
            Tiding::Unbound(sponsor, id) => (UNBOUND, [sponsor.number(), id.number(), 0], None),
        };
        put(kind, &mut bytes);
        numbers.into_iter().for_each(|number| put(number.cast_unsigned(), &mut bytes));
        for text in [message.map_or("", MessageId::sender), message.map_or("", MessageId::id)] {
            put(u64::try_from(text.len()).expect("a length fits 64 bits"), &mut bytes);
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

/// What [`packed`] was given, unless the bytes are no such list.
fn unpacked(mut bytes: &[u8]) -> Option<Vec<Tiding>> {
    let mut tidings = Vec::new();
    while !bytes.is_empty() {
        let kind = take(&mut bytes)?;
        let mut number = || take(&mut bytes).map(u64::cast_signed);
        let [first, second, third] = [number()?, number()?, number()?];
        let (sender, id) = (text(&mut bytes)?, text(&mut bytes)?);
        let institution = InstitutionId::from_number(third);
        let message = MessageId::new(sender, id).ok();
        let of = || PaymentId { payment: CommandId::from_number(first), institution, message };
        let (sponsor, binding) = (PersonId::from_number(first), CommandId::from_number(second));
        tidings.push(match kind {
            SETTLED => Tiding::Settled(of()),
            REVERSED => Tiding::Reversed(of(), moment(second)?),
            BOUND => Tiding::Bound(sponsor, binding),
            UNBOUND => Tiding::Unbound(sponsor, binding),
            _ => return None,
        });
    }
    Some(tidings)
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(take(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).ok()
}

/// What happened after the sheets of these marks, and the marks after it: lane by lane, a page of sheets each.
pub(crate) async fn after(at: &impl Reads, marks: &Marks, most: usize) -> Result<(Vec<OnDay>, Marks), StoreError> {
    let (mut told, mut marks) = (Vec::new(), marks.clone());
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    for (lane, end) in ends(at, &marks).await? {
        let mark = marks.entry(lane).or_default();
        if *mark >= end {
            continue;
        }
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_sheets_after(lane, *mark, limit)).await?;
        for sheet in reading.sheets.iter().filter(|sheet| sheet.lane == lane) {
            let tidings = tail(&sheet.heads).and_then(unpacked).ok_or_else(|| damaged(sheet))?;
            told.extend(tidings.into_iter().map(|tiding| (sheet.day, tiding)));
            *mark = sheet.number;
        }
    }
    Ok((told, marks))
}

fn damaged(sheet: &Sheet) -> StoreError {
    let row = format!("{}/{}", sheet.lane, sheet.number);
    StoreError::Damaged { table: "sheet", row, why: "what it says cannot be read".to_owned() }
}

/// Where each lane ends: those with a mark are asked for at once, since there are many after years, and then those that
/// began later. A lane never goes, and a new one has a higher number.
async fn ends(at: &impl Reads, marks: &Marks) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut reading = Reading::default();
    at.read(&mut reading, &[asks_for_ends(marks.keys().copied())]).await?;
    let mut last = marks.keys().next_back().copied().unwrap_or(i64::MIN);
    loop {
        at.read(&mut reading, &asks_for_next_lane(last)).await?;
        let Some(lane) = reading.numbers.pop() else { break };
        at.read(&mut reading, &[asks_for_ends(std::iter::once(lane))]).await?;
        last = lane;
    }
    Ok(reading.sheets.iter().map(|sheet| (sheet.lane, sheet.number)).collect())
}

/// The last sheet of each of these lanes.
fn asks_for_ends(lanes: impl Iterator<Item = i64>) -> Ask {
    let keys = lanes.map(Value::Number).collect();
    let take = |reading: &mut Reading, f: &mut Fields<'_>| {
        reading.sheets.push(decode::sheet(f)?);
        Ok(())
    };
    Ask { statement: &sql::LAST_SHEET, keys, width: 1, take }
}

impl Store {
    /// What happened after the sheets of these marks, and the marks after it; of each lane at most so many sheets. What is
    /// in a sheet was committed. Nothing is left out as long as days are closed with [`Store::close_day_untold`].
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read, [`StoreError::Damaged`] if a sheet is not what was written.
    pub async fn tidings(&self, marks: &Marks, most: usize) -> Result<(Vec<OnDay>, Marks), StoreError> {
        match self {
            Self::Memory(_) => Ok((Vec::new(), Marks::new())),
            Self::Sqlite(engine) => engine.tidings(marks, most),
            Self::Postgres(engine) => engine.tidings(marks, most).await,
        }
    }

    /// Closes a day as [`Store::close_day`] does, and keeps the sheets whose tidings somebody still waits for: of each lane
    /// those from a mark on, and all of a lane that has none.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read or written.
    pub async fn close_day_untold(&self, until: Day, untold: Option<&Marks>) -> Result<Option<ClosedDay>, StoreError> {
        match self {
            Self::Memory(_) => Ok(None),
            Self::Sqlite(engine) => engine.close_day(until, untold),
            Self::Postgres(engine) => engine.close_day(until, untold).await,
        }
    }
}

/// For each lane of a closed day the number of the first sheet that stays.
pub(crate) fn first_kept<'d>(
    day: &'d ClosedDay,
    untold: Option<&'d Marks>,
) -> impl Iterator<Item = (i64, i64)> + use<'d> {
    day.lanes.iter().map(move |mark| {
        // The last that was told stays too: the code of the next is over its code.
        let waited_for = untold.map(|marks| marks.get(&mark.lane).copied().unwrap_or_default());
        (mark.lane, waited_for.map_or(mark.number, |first| first.min(mark.number)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let id = CommandId::from_number;
        let (institution, message) =
            (InstitutionId::from_number(1301), MessageId::new("institution-1301", "账单-1").ok());
        let told = vec![
            Tiding::Settled(PaymentId { payment: id(i64::MAX), institution, message }),
            Tiding::Reversed(
                PaymentId { payment: id(-1), institution, message: None },
                Day::from_number(20_000).start(),
            ),
            Tiding::Bound(PersonId::from_number(0), id(7)),
            Tiding::Unbound(PersonId::from_number(i64::MIN), id(0)),
        ];
        let bytes = packed(&told);
        assert_eq!(unpacked(&bytes), Some(told));
        for length in 1..bytes.len() {
            assert_ne!(unpacked(&bytes[..length]).map(|told| told.len()), Some(4), "{length}");
        }
        assert_eq!(unpacked(&[9, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn a_closed_day_keeps_what_is_waited_for() {
        let mark = |lane, number| crate::LaneMark { lane, number, code: String::new() };
        let lanes = vec![mark(1, 10), mark(2, 20), mark(3, 30)];
        let day = ClosedDay { day: Day::from_number(1), root: [0; 32], people: 0, lanes };
        let kept = |untold: Option<&Marks>| first_kept(&day, untold).map(|(_, first)| first).collect::<Vec<_>>();
        assert_eq!(kept(None), [10, 20, 30]);
        assert_eq!(kept(Some(&Marks::from([(1, 4), (2, 25)]))), [4, 20, 0]);
    }
}

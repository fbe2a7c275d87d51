//! Stops of mutual aid as rows: what an operator's brake is on, who put it there and who took it off.
//!
//! Invariants: a stop is never changed but by its end, and never removed; of one target one is in force; rows are written
//! only if the last is still the one that their writer saw; what is listed has the codes of its row ([`seal`]). Groups read
//! those in force with their other rows. Deliberately absent: who may stop, and what a stop means for a bill.

mod seal;

use gongji_domain::institution::Institution;
use gongji_domain::release::is_same_person;
use gongji_domain::stop::{SignedByTwo, Stop, StopKind, StopTarget};

use crate::audit::Discrepancy;
use crate::sql::fields::{area, institution, moment, small, word};
use crate::sql::{Batch, Fields, Value, catalogue as sql, decode};
use crate::{Store, StoreError, WorkingKey};

pub(crate) use seal::faults;

pub(crate) const TABLE: &str = "aid_stop";

/// A stop with the codes of its beginning and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SealedStop {
    pub(crate) stop: Stop,
    pub(crate) seal: Vec<u8>,
    pub(crate) end_seal: Option<Vec<u8>>,
}

/// What happens to the row.
pub(crate) enum Change {
    /// It is new.
    Begun(SealedStop),
    /// It has ended.
    Ended(SealedStop),
}

impl Store {
    /// Every stop, in the order of the numbers, each as it was written.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if one was forged, edited or removed.
    pub async fn stops(&self) -> Result<Vec<Stop>, StoreError> {
        let rows = match self {
            Self::Memory(engine) => engine.stop_rows(),
            Self::Sqlite(engine) => engine.stop_rows()?,
            Self::Postgres(engine) => engine.stop_rows().await?,
        };
        match faults(self.keys(), &rows).into_iter().next() {
            Some(Discrepancy { table, row, why }) => Err(StoreError::Damaged { table, row, why }),
            None => Ok(rows.into_iter().map(|row| row.stop).collect()),
        }
    }

    /// Writes a new stop, or the end of one that is in force. Every group that reads afterwards knows it.
    ///
    /// # Errors
    /// [`StoreError::Contended`] if another was written meanwhile; [`StoreError::Constraint`] if it is not by two people,
    /// of a target that is stopped already, or changes more than its end. Nothing is kept then.
    pub async fn keep_stop(&self, stop: &Stop) -> Result<(), StoreError> {
        match self {
            Self::Memory(engine) => engine.keep_stop(stop),
            Self::Sqlite(engine) => engine.keep_stop(stop),
            Self::Postgres(engine) => engine.keep_stop(stop).await,
        }
    }
}

/// Holds a stop against those that are there, and gives it its codes.
pub(crate) fn plan(keys: &WorkingKey, there: &[SealedStop], stop: &Stop) -> Result<Change, StoreError> {
    let broken = StoreError::Constraint { table: TABLE };
    let signed = [Some(&stop.begun), stop.ended.as_ref()];
    if signed.into_iter().flatten().any(|signed| is_same_person(&signed.by, &signed.and)) {
        return Err(broken);
    }
    let Some(old) = there.iter().find(|row| row.stop.number == stop.number) else {
        let next = there.last().map_or(1, |row| row.stop.number + 1);
        let twice = there.iter().any(|row| row.stop.ended.is_none() && row.stop.target == stop.target);
        if stop.number != next || twice {
            return Err(StoreError::Contended);
        }
        if stop.ended.is_some() {
            return Err(broken);
        }
        let seal = seal::of_beginning(keys, stop, there.last());
        return Ok(Change::Begun(SealedStop { stop: stop.clone(), seal, end_seal: None }));
    };
    let same_but_ended = Stop { ended: stop.ended.clone(), ..old.stop.clone() } == *stop;
    match (&old.stop.ended, &stop.ended) {
        (None, Some(ended)) if same_but_ended => {
            let end_seal = Some(seal::of_end(keys, &old.seal, ended));
            Ok(Change::Ended(SealedStop { stop: stop.clone(), seal: old.seal.clone(), end_seal }))
        }
        (Some(_), Some(_)) => Err(StoreError::Contended),
        _ => Err(broken),
    }
}

impl Change {
    /// The row, for engines with tables.
    pub(crate) fn batch(&self) -> Batch<'_> {
        let missed: fn() -> StoreError = || StoreError::Contended;
        match self {
            Self::Begun(row) => {
                Batch { statement: &sql::ADD_STOP, values: values_of(row).into(), width: 8, missed: None }
            }
            Self::Ended(row) => {
                Batch { statement: &sql::END_STOP, values: end_of(row).into(), width: 5, missed: Some(missed) }
            }
        }
    }
}

fn values_of(row: &SealedStop) -> [Value<'_>; 8] {
    let Stop { number, target, reason, begun, .. } = &row.stop;
    [
        i64::from(*number).into(),
        target.kind().number().into(),
        target.number().into(),
        reason.as_str().into(),
        begun.by.as_str().into(),
        begun.and.as_str().into(),
        begun.at.millis().into(),
        Value::Bytes(&row.seal),
    ]
}

fn end_of(row: &SealedStop) -> [Value<'_>; 5] {
    let ended = row.stop.ended.as_ref().expect("it is written because it has ended");
    [
        i64::from(row.stop.number).into(),
        ended.by.as_str().into(),
        ended.and.as_str().into(),
        ended.at.millis().into(),
        Value::Bytes(row.end_seal.as_deref().unwrap_or_default()),
    ]
}

pub(crate) fn decode(f: &mut Fields<'_>) -> Result<SealedStop, StoreError> {
    let (number, target, reason) = (f.get(small)?, target(f)?, f.plain()?);
    let begun = SignedByTwo { by: f.plain()?, and: f.plain()?, at: f.get(moment)? };
    let names: (Option<String>, Option<String>) = (f.plain()?, f.plain()?);
    let ended = (names.0.zip(names.1)).zip(f.maybe(moment)?);
    let ended = ended.map(|((by, and), at)| SignedByTwo { by, and, at });
    Ok(SealedStop { stop: Stop { number, target, reason, begun, ended }, seal: f.plain()?, end_seal: f.plain()? })
}

/// The same where there may be none.
pub(crate) fn target_if_any(f: &mut Fields<'_>) -> Result<Option<StopTarget>, StoreError> {
    let kind = f.maybe(word(StopKind::from_number))?;
    Ok(match kind {
        None => f.maybe(area)?.map(StopTarget::Area),
        Some(StopKind::Area) => Some(StopTarget::Area(f.get(area)?)),
        Some(StopKind::Institution) => Some(StopTarget::Institution(f.get(institution)?)),
        Some(StopKind::Peer) => Some(StopTarget::Peer(f.get(area)?)),
    })
}

/// An institution with one of the stops in force, and nothing if there are none: a row for each.
pub(crate) fn institution_with_stop(f: &mut Fields<'_>) -> Result<(Institution, Option<StopTarget>), StoreError> {
    Ok((decode::read_institution(f)?, target_if_any(f)?))
}

/// What is stopped, as groups read it.
pub(crate) fn target(f: &mut Fields<'_>) -> Result<StopTarget, StoreError> {
    target_if_any(f)?.ok_or(StoreError::Constraint { table: TABLE })
}

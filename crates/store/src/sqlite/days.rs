//! Closing days of a file.

use gongji_words::Day;
use rusqlite::{TransactionBehavior, params_from_iter};

use super::access::{At, execute, failed};
use super::audit::{Here, at_once};
use super::{Engine, TABLE, begin};
use crate::StoreError;
use crate::days::{self, ClosedDay, LaneMark};
use crate::sql::{catalogue as sql, values};
use crate::tidings::{self, Marks, OnDay, first_kept};

impl Engine {
    /// Closes the next day until then; none is none. Sheets that are waited for stay.
    pub(crate) fn close_day(&self, until: Day, untold: Option<&Marks>) -> Result<Option<ClosedDay>, StoreError> {
        let mut connection = self.writer()?;
        let transaction = begin(&mut connection, TransactionBehavior::Immediate)?;
        let closed = close_at(&At::of(&transaction), until, untold)?;
        transaction.commit().map_err(|error| failed(TABLE, error))?;
        Ok(closed)
    }

    pub(crate) fn closed_days(&self) -> Result<Vec<ClosedDay>, StoreError> {
        self.reading(|at| at_once(days::closed_days(&Here(at))))
    }

    pub(crate) fn lane_marks(&self) -> Result<Vec<LaneMark>, StoreError> {
        self.reading(|at| at_once(days::lane_marks(&Here(at))))
    }

    pub(crate) fn tidings(&self, marks: &Marks, most: usize) -> Result<(Vec<OnDay>, Marks), StoreError> {
        self.reading(|at| at_once(tidings::after(&Here(at), marks, most)))
    }
}

fn close_at(at: &At<'_>, until: Day, untold: Option<&Marks>) -> Result<Option<ClosedDay>, StoreError> {
    let Some(day) = at_once(days::next_closed(&Here(at), until))? else { return Ok(None) };
    execute(at, &sql::ADD_CLOSED_DAY, params_from_iter(&values::closed_day(&day)))?;
    for (lane, first) in first_kept(&day, untold) {
        execute(at, &sql::DROP_SHEETS, [lane, first])?;
    }
    Ok(Some(day))
}

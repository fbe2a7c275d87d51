//! Stops in a file.

use gongji_domain::stop::Stop;
use rusqlite::TransactionBehavior;

use super::access::{At, failed, query};
use super::{Engine, access, begin};
use crate::StoreError;
use crate::audit::Discrepancy;
use crate::sql::catalogue as sql;
use crate::stop::{self, SealedStop, TABLE};

impl Engine {
    pub(crate) fn stop_rows(&self) -> Result<Vec<SealedStop>, StoreError> {
        self.reading(|at| query(at, &sql::ALL_STOPS, [], stop::decode))
    }

    pub(crate) fn keep_stop(&self, stop: &Stop) -> Result<(), StoreError> {
        let mut connection = self.writer()?;
        let transaction = begin(&mut connection, TransactionBehavior::Immediate)?;
        let at = At::of(&transaction);
        let change = stop::plan(&self.keys, &query(&at, &sql::ALL_STOPS, [], stop::decode)?, stop)?;
        access::write(&at, &change.batch())?;
        drop(at);
        transaction.commit().map_err(|error| failed(TABLE, error))
    }

    /// What is wrong with stops. A row that cannot be read ends it.
    pub(super) fn audit_stops(&self) -> Result<Vec<Discrepancy>, StoreError> {
        match self.stop_rows() {
            Err(StoreError::Damaged { table, row, why }) => Ok(vec![Discrepancy { table, row, why }]),
            rows => Ok(stop::faults(&self.keys, &rows?)),
        }
    }
}

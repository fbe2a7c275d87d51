//! Releases in a file.

use gongji_words::Moment;
use rusqlite::TransactionBehavior;

use super::access::{At, failed, query, query_one};
use super::{Engine, access, begin};
use crate::audit::Discrepancy;
use crate::release::{self, NewReleases, PAGE, SealedRelease, SealedResolved, TABLE};
use crate::sql::{catalogue as sql, decode};
use crate::{StoreError, WorkingKey};

impl Engine {
    pub(crate) const fn keys(&self) -> &WorkingKey {
        &self.keys
    }

    pub(crate) fn release_rows(&self) -> Result<Vec<SealedRelease>, StoreError> {
        self.reading(|at| query(at, &sql::RELEASES, [], release::decode))
    }

    pub(crate) fn resolved_rows(&self, digest: Option<&[u8; 32]>) -> Result<Vec<SealedResolved>, StoreError> {
        self.reading(|at| match digest {
            Some(digest) => query(at, &sql::RESOLVED, [digest.as_slice()], release::decode_resolved),
            None => query(at, &sql::RESOLVED_ALL, [], release::decode_resolved),
        })
    }

    pub(crate) fn last_payment(&self) -> Result<Option<Moment>, StoreError> {
        self.reading(|at| Ok(query_one(at, &sql::LAST_PAYMENT, [], decode::maybe_moment)?.flatten()))
    }

    pub(crate) fn keep_releases(&self, new: NewReleases<'_>) -> Result<(), StoreError> {
        let mut connection = self.writer()?;
        let transaction = begin(&mut connection, TransactionBehavior::Immediate)?;
        let at = At::of(&transaction);
        let plan = release::plan(&self.keys, &query(&at, &sql::RELEASES, [], release::decode)?, new)?;
        plan.batches().iter().try_for_each(|batch| access::write(&at, batch))?;
        drop(at);
        transaction.commit().map_err(|error| failed(TABLE, error))
    }

    /// What is wrong with releases, and decisions that none of them stands behind. A row that cannot be read ends it.
    pub(super) fn audit_releases(&self) -> Result<Vec<Discrepancy>, StoreError> {
        match self.release_faults() {
            Err(StoreError::Damaged { table, row, why }) => Ok(vec![Discrepancy { table, row, why }]),
            other => other,
        }
    }

    fn release_faults(&self) -> Result<Vec<Discrepancy>, StoreError> {
        let (releases, resolved) = (self.release_rows()?, self.resolved_rows(None)?);
        let (mut found, digests) = release::faults(&self.keys, &releases, &resolved);
        let Some(digests) = digests else { return Ok(found) };
        let mut after = None;
        loop {
            let page = self.traces(after, PAGE)?;
            let Some(last) = page.last() else { return Ok(found) };
            after = Some(last.command);
            found.extend(page.iter().filter_map(|row| digests.fault(row)));
        }
    }
}

//! Releases on a server.

use gongji_words::Moment;

use super::Engine;
use super::session::Session;
use crate::audit::Discrepancy;
use crate::release::{self, NewReleases, PAGE, SealedRelease, SealedResolved};
use crate::sql::{Value, catalogue as sql, decode};
use crate::{StoreError, WorkingKey};

/// Who releases is alone, so that each code covers the one before; groups only read and are not held up.
const ALONE: &str = "begin; lock table policy_release in exclusive mode";

impl Engine {
    pub(crate) const fn keys(&self) -> &WorkingKey {
        &self.keys
    }

    pub(crate) async fn release_rows(&self) -> Result<Vec<SealedRelease>, StoreError> {
        self.list(&sql::RELEASES, &[], release::decode).await
    }

    pub(crate) async fn resolved_rows(&self, digest: Option<&[u8; 32]>) -> Result<Vec<SealedResolved>, StoreError> {
        match digest {
            Some(digest) => self.list(&sql::RESOLVED, &[Value::Bytes(digest)], release::decode_resolved).await,
            None => self.list(&sql::RESOLVED_ALL, &[], release::decode_resolved).await,
        }
    }

    pub(crate) async fn last_payment(&self) -> Result<Option<Moment>, StoreError> {
        Ok(self.list(&sql::LAST_PAYMENT, &[], decode::maybe_moment).await?.pop().flatten())
    }

    pub(crate) async fn keep_releases(&self, new: NewReleases<'_>) -> Result<(), StoreError> {
        let session = self.session().await?;
        let done = self.keep_at(&session, new).await;
        if done.is_ok() || session.run("rollback").await.is_ok() {
            self.give_back(session);
        }
        done
    }

    async fn keep_at(&self, session: &Session, new: NewReleases<'_>) -> Result<(), StoreError> {
        session.run(ALONE).await?;
        let there = session.query(&sql::RELEASES, &[], release::decode).await?;
        let plan = release::plan(&self.keys, &there, new)?;
        session.write(&plan.batches().iter().collect::<Vec<_>>()).await?;
        session.commit().await
    }

    /// What is wrong with releases, and decisions that none of them stands behind. A row that cannot be read ends it.
    pub(super) async fn audit_releases(&self) -> Result<Vec<Discrepancy>, StoreError> {
        match self.release_faults().await {
            Err(StoreError::Damaged { table, row, why }) => Ok(vec![Discrepancy { table, row, why }]),
            other => other,
        }
    }

    async fn release_faults(&self) -> Result<Vec<Discrepancy>, StoreError> {
        let (releases, resolved) = (self.release_rows().await?, self.resolved_rows(None).await?);
        let (mut found, digests) = release::faults(&self.keys, &releases, &resolved);
        let Some(digests) = digests else { return Ok(found) };
        let mut after = None;
        loop {
            let page = self.traces(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(found) };
            after = Some(last.command);
            found.extend(page.iter().filter_map(|row| digests.fault(row)));
        }
    }
}

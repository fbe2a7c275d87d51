//! Stops on a server.

use gongji_domain::stop::Stop;

use super::Engine;
use super::session::Session;
use crate::StoreError;
use crate::audit::Discrepancy;
use crate::sql::catalogue as sql;
use crate::stop::{self, SealedStop};

/// Who stops is alone, so that each code covers the one before; groups only read and are not held up.
const ALONE: &str = "begin; lock table aid_stop in exclusive mode";

impl Engine {
    pub(crate) async fn stop_rows(&self) -> Result<Vec<SealedStop>, StoreError> {
        self.list(&sql::ALL_STOPS, &[], stop::decode).await
    }

    pub(crate) async fn keep_stop(&self, stop: &Stop) -> Result<(), StoreError> {
        let session = self.session().await?;
        let done = self.keep_stop_at(&session, stop).await;
        if done.is_ok() || session.run("rollback").await.is_ok() {
            self.give_back(session);
        }
        done
    }

    async fn keep_stop_at(&self, session: &Session, stop: &Stop) -> Result<(), StoreError> {
        session.run(ALONE).await?;
        let there = session.query(&sql::ALL_STOPS, &[], stop::decode).await?;
        let change = stop::plan(&self.keys, &there, stop)?;
        session.write(&[&change.batch()]).await?;
        session.commit().await
    }

    /// What is wrong with stops. A row that cannot be read ends it.
    pub(super) async fn audit_stops(&self) -> Result<Vec<Discrepancy>, StoreError> {
        match self.stop_rows().await {
            Err(StoreError::Damaged { table, row, why }) => Ok(vec![Discrepancy { table, row, why }]),
            rows => Ok(stop::faults(&self.keys, &rows?)),
        }
    }
}

//! Proposals on a server.

use gongji_domain::proposal::Proposal;
use gongji_words::CommandId;

use super::Engine;
use crate::StoreError;
use crate::audit::Discrepancy;
use crate::door::Coded;
use crate::proposal;
use crate::sql::catalogue as sql;

impl Engine {
    /// What is there already stays, so that a try of which nobody knows whether it was kept may come again.
    pub(crate) async fn put_forward(&self, coded: &Coded<Proposal>) -> Result<Coded<Proposal>, StoreError> {
        let values = proposal::values_of(coded);
        self.patience.until_done(|| self.written(&sql::ADD_PROPOSAL, &values)).await?;
        let key = [coded.row.proposed.by.as_str().into(), coded.row.name.as_str().into()];
        Ok(self.list(&sql::PROPOSAL_NAMED, &key, proposal::decode).await?.pop().unwrap_or_else(|| coded.clone()))
    }

    pub(crate) async fn proposal(&self, id: CommandId) -> Result<Option<Coded<Proposal>>, StoreError> {
        Ok(self.list(&sql::PROPOSAL, &[id.number().into()], proposal::decode).await?.pop())
    }

    pub(crate) async fn proposals(&self) -> Result<Vec<Coded<Proposal>>, StoreError> {
        self.list(&sql::PROPOSALS, &[], proposal::decode).await
    }

    /// One that is in doubt finds itself closed when it comes again: whoever asks reads who did it.
    pub(crate) async fn close_proposal(&self, coded: &Coded<Proposal>) -> Result<bool, StoreError> {
        let values = proposal::values_closing(coded);
        Ok(self.patience.until_done(|| self.written(&sql::CLOSE_PROPOSAL, &values)).await? == 1)
    }

    /// What is wrong with proposals. A row that cannot be read ends it.
    pub(super) async fn audit_proposals(&self) -> Result<Vec<Discrepancy>, StoreError> {
        match self.proposals().await {
            Err(StoreError::Damaged { table, row, why }) => Ok(vec![Discrepancy { table, row, why }]),
            read => Ok(proposal::faults(self.keys(), &read?)),
        }
    }
}

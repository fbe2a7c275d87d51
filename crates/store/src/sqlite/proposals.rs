//! Proposals in a file.

use gongji_domain::proposal::Proposal;
use gongji_words::CommandId;
use rusqlite::{params, params_from_iter};

use super::Engine;
use super::access::{execute, query, query_one};
use crate::StoreError;
use crate::audit::Discrepancy;
use crate::door::Coded;
use crate::proposal::{self, TABLE};
use crate::sql::catalogue as sql;

impl Engine {
    pub(crate) fn put_forward(&self, coded: &Coded<Proposal>) -> Result<Coded<Proposal>, StoreError> {
        self.at_the_door(TABLE, |at| {
            execute(at, &sql::ADD_PROPOSAL, params_from_iter(proposal::values_of(coded)))?;
            let key = params![coded.row.proposed.by, coded.row.name];
            Ok(query_one(at, &sql::PROPOSAL_NAMED, key, proposal::decode)?.unwrap_or_else(|| coded.clone()))
        })
    }

    pub(crate) fn proposal(&self, id: CommandId) -> Result<Option<Coded<Proposal>>, StoreError> {
        self.reading(|at| query_one(at, &sql::PROPOSAL, [id.number()], proposal::decode))
    }

    pub(crate) fn proposals(&self) -> Result<Vec<Coded<Proposal>>, StoreError> {
        self.reading(|at| query(at, &sql::PROPOSALS, [], proposal::decode))
    }

    pub(crate) fn close_proposal(&self, coded: &Coded<Proposal>) -> Result<bool, StoreError> {
        let values = proposal::values_closing(coded);
        let closed = self.at_the_door(TABLE, |at| execute(at, &sql::CLOSE_PROPOSAL, params_from_iter(values)))?;
        Ok(closed == 1)
    }

    /// What is wrong with proposals. A row that cannot be read ends it.
    pub(super) fn audit_proposals(&self) -> Result<Vec<Discrepancy>, StoreError> {
        match self.proposals() {
            Err(StoreError::Damaged { table, row, why }) => Ok(vec![Discrepancy { table, row, why }]),
            read => Ok(proposal::faults(self.keys(), &read?)),
        }
    }
}

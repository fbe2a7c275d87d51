//! Proposals in memory.

use gongji_domain::proposal::{Proposal, ProposalState};
use gongji_words::CommandId;

use super::Engine;
use crate::door::Coded;

impl Engine {
    pub(crate) fn put_forward(&self, coded: Coded<Proposal>) -> Coded<Proposal> {
        let mut kept = self.kept();
        let is_same = |there: &&Coded<Proposal>| {
            there.row.proposed.by == coded.row.proposed.by && there.row.name == coded.row.name
        };
        if let Some(there) = kept.proposals.values().find(is_same) {
            return there.clone();
        }
        kept.proposals.insert(coded.row.id, coded.clone());
        coded
    }

    pub(crate) fn proposal(&self, id: CommandId) -> Option<Coded<Proposal>> {
        self.kept().proposals.get(&id).cloned()
    }

    pub(crate) fn proposals(&self) -> Vec<Coded<Proposal>> {
        self.kept().proposals.values().cloned().collect()
    }

    pub(crate) fn close_proposal(&self, coded: Coded<Proposal>) -> bool {
        let mut kept = self.kept();
        let there = kept.proposals.get_mut(&coded.row.id);
        let Some(there) = there.filter(|there| there.row.state == ProposalState::Open) else { return false };
        *there = coded;
        true
    }
}

//! What takes two persons (双人复核): one proposes, another approves, and then it is done as a message of its own.
//!
//! Invariants: what is approved is noted before it is done, so that nobody can reject what was done; it is done under a
//! message that its number alone gives, so once for ever, however often it is approved or the program dies between.
//! Deliberately absent: who may propose or approve, and whom he reaches (faces know who asks).

use gongji_domain::message::Answer;
use gongji_domain::proposal::{Closed, Proposal, ProposalState, Wish};
use gongji_domain::reason::Reason;
use gongji_domain::record::MessageState;
use gongji_domain::release::Signed;
use gongji_words::{AreaCode, CommandId};

use crate::error::ServiceError;
use crate::node::{Node, Turnout};

/// What somebody proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProposal {
    /// His name for it: a repeat has the same.
    pub name: String,
    /// Where the person is insured.
    pub area: AreaCode,
    /// What.
    pub wish: Wish,
    /// Why: [`gongji_domain::proposal::are_grounds`] holds.
    pub grounds: String,
}

/// What a decision on a proposal came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is so now; this was the first time, or had been done before.
    Done(Proposal, Turnout),
    /// The rules said no to what was approved, and always will to this proposal.
    Refused(Reason, Turnout),
    /// Who proposed it cannot approve it.
    SamePerson,
    /// There is no such proposal.
    Unknown,
    /// Somebody has decided otherwise.
    Closed(ProposalState),
}

/// What came of an approved proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// The rules said no.
    Refused(Reason),
}

impl Node {
    /// Puts something forward; gives the one that its proposer put forward under this name first, which may be another.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn put_forward(&self, new: NewProposal, signed: Signed) -> Result<(Proposal, Turnout), ServiceError> {
        let NewProposal { name, area, wish, grounds } = new;
        let (id, state) = (self.parts.ids.next(), ProposalState::Open);
        let proposal = Proposal { id, name, area, wish, grounds, proposed: signed, state, closed: None };
        let there = self.parts.store.put_forward(&proposal).await?;
        let turnout = if there.id == id { Turnout::First } else { Turnout::Again };
        Ok((there, turnout))
    }

    /// A proposal by its number.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn proposal(&self, id: CommandId) -> Result<Option<Proposal>, ServiceError> {
        Ok(self.parts.store.proposal(id).await?)
    }

    /// All proposals, the oldest first.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn proposals(&self) -> Result<Vec<Proposal>, ServiceError> {
        Ok(self.parts.store.proposals().await?)
    }

    /// What came of a proposal; none as long as it is not approved, or not yet done.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn outcome_of(&self, proposal: &Proposal) -> Result<Option<Outcome>, ServiceError> {
        if proposal.state != ProposalState::Approved {
            return Ok(None);
        }
        let row = self.message(&proposal.message()).await?;
        Ok(row.and_then(|row| match row.state {
            MessageState::Answered(Answer::Refused(reason)) => Some(Outcome::Refused(reason)),
            MessageState::Answered(_) => Some(Outcome::Done),
            MessageState::Asking(_) => None,
        }))
    }

    /// Approves what another person proposed, and does it. One that is approved already and was not done, because the
    /// program died between, is done now, whoever else asks.
    ///
    /// # Errors
    /// [`ServiceError`]; approving again is always safe.
    pub async fn approve_proposal(&self, id: CommandId, signed: Signed) -> Result<Decided, ServiceError> {
        let Some(there) = self.proposal(id).await? else { return Ok(Decided::Unknown) };
        if self.are_one_person(&there.proposed.by, &signed.by).await? {
            return Ok(Decided::SamePerson);
        }
        let closed = Closed { signed, grounds: None };
        let (proposal, turnout) = match self.decide_on(there, ProposalState::Approved, closed).await? {
            Decided::Done(proposal, turnout) => (proposal, turnout),
            other => return Ok(other),
        };
        let checker = proposal.closed.as_ref().map(|closed| closed.signed.clone());
        let Some(checker) = checker else { return Ok(Decided::Closed(proposal.state)) };
        let taken = self.take(proposal.message(), proposal.command(&checker)).await?;
        Ok(match taken.answer {
            Answer::Refused(reason) => Decided::Refused(reason, turnout),
            _ => Decided::Done(proposal, turnout),
        })
    }

    /// Rejects or withdraws a proposal that is open.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn close_proposal(
        &self,
        id: CommandId,
        state: ProposalState,
        closed: Closed,
    ) -> Result<Decided, ServiceError> {
        match self.proposal(id).await? {
            Some(there) => self.decide_on(there, state, closed).await,
            None => Ok(Decided::Unknown),
        }
    }

    /// Of two who decide at once the first is heard; the other is told what it came to.
    async fn decide_on(&self, there: Proposal, state: ProposalState, closed: Closed) -> Result<Decided, ServiceError> {
        if there.state == ProposalState::Open {
            let decided = there.clone().decided(state, closed);
            if self.parts.store.close_proposal(&decided).await? {
                return Ok(Decided::Done(decided, Turnout::First));
            }
        }
        let now = self.proposal(there.id).await?.unwrap_or(there);
        Ok(if now.state == state { Decided::Done(now, Turnout::Again) } else { Decided::Closed(now.state) })
    }
}

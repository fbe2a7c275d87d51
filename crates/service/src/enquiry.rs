//! Enquiries: what people and clerks ask without changing anything.

use std::collections::BTreeSet;

use gongji_domain::binding::Binding;
use gongji_domain::burden::Purpose;
use gongji_domain::limits::Used;
use gongji_domain::message::Pair;
use gongji_domain::readiness::{Asked, Readiness, readiness};
use gongji_domain::record::{Claim, Facts, MessageRow, NoticeRow, PaymentRow, Wanted};
use gongji_domain::trace::{self, Trace};
use gongji_store::{Money, StoreError};
use gongji_words::{CommandId, Fen, InstitutionId, MessageId, Month, PersonId};

use crate::error::ServiceError;
use crate::node::Node;

/// A personal account as its holder sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// All money.
    pub total: Fen,
    /// What is not held.
    pub available: Fen,
    /// What is held for quotas and transfers.
    pub frozen: Fen,
}

impl Node {
    async fn facts_of(&self, people: &[PersonId]) -> Result<Facts, ServiceError> {
        let wanted = Wanted {
            people: people.iter().copied().collect(),
            days: BTreeSet::from([self.parts.clock.now().day()]),
            ..Wanted::default()
        };
        Ok(self.parts.store.read(&wanted).await?)
    }

    /// A message that came in, if it did.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn message(&self, id: &MessageId) -> Result<Option<MessageRow>, ServiceError> {
        Ok(self.parts.store.message(id).await?)
    }

    /// A payment by its command.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn payment(&self, id: CommandId) -> Result<Option<PaymentRow>, ServiceError> {
        let wanted = Wanted { payments: BTreeSet::from([id]), ..Wanted::default() };
        Ok(self.parts.store.read(&wanted).await?.rows.payments.remove(&id))
    }

    /// A personal account; one that is not there holds nothing.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn balance(&self, person: PersonId) -> Result<Balance, ServiceError> {
        let Money { total, held: frozen } = self.parts.store.money_of(person).await?;
        Ok(Balance { total, available: total.minus(frozen), frozen })
    }

    /// The money in a wallet.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn wallet_balance(&self, person: PersonId) -> Result<Fen, ServiceError> {
        let facts = self.facts_of(&[person]).await?;
        Ok(facts.rows.wallets.get(&person).map_or(Fen::ZERO, |wallet| wallet.balance))
    }

    /// The latest binding of a pair that this node keeps (not a mirror), and what was paid through it.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn latest_binding(&self, pair: Pair) -> Result<Option<(Binding, Used)>, ServiceError> {
        let facts = self.facts_of(&[pair.sponsor]).await?;
        let today = self.parts.clock.now().day();
        let here = |binding: &&Binding| binding.sponsor_area.province() == self.parts.province;
        let of_pair = facts.bindings_by(pair.sponsor).filter(|binding| binding.beneficiary == pair.beneficiary);
        let latest = of_pair.filter(here).max_by_key(|binding| (binding.asked_at, binding.id));
        Ok(latest.map(|binding| (binding.clone(), facts.used(binding, today))))
    }

    /// Whether anybody of this province is ready to pay for this patient there, now: for tills, before there is a bill. It
    /// names nobody and promises nothing.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn readiness(
        &self,
        patient: PersonId,
        (institution, purpose): (InstitutionId, Purpose),
    ) -> Result<Readiness, ServiceError> {
        let (backings, institution, stops) = self.parts.store.backings_of(patient, institution).await?;
        let (province, now) = (self.parts.province, self.parts.clock.now());
        let asked = Asked { institution: institution.as_ref(), province, now, purpose, stops: &stops };
        Ok(readiness(&backings, &asked))
    }

    /// All notices to a person, in order.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn notices(&self, person: PersonId) -> Result<Vec<NoticeRow>, ServiceError> {
        Ok(self.parts.store.notices_of(person).await?)
    }

    /// The claims of a month as this node wrote them down.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn claims(&self, month: Month) -> Result<Vec<Claim>, ServiceError> {
        Ok(self.parts.store.claims_of(month).await?)
    }

    /// How a settlement was decided, if its trace is here.
    ///
    /// # Errors
    /// [`ServiceError`] of the store, and when the trace is no longer what was written.
    pub async fn trace(&self, settlement: CommandId) -> Result<Option<Trace>, ServiceError> {
        let row = self.parts.store.trace_of(settlement).await?;
        let damaged = |error: trace::TraceError| {
            let (table, row, why) = ("trace", settlement.number().to_string(), error.to_string());
            ServiceError::Store(StoreError::Damaged { table, row, why })
        };
        row.map(|row| trace::decode(&row.bytes)).transpose().map_err(damaged)
    }
}

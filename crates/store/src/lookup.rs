//! Single rows that faces look up by their keys, each as it is at that moment: what was told to be there is on the disk.
//!
//! Deliberately absent: anything that is judged; for that a group reads all of a person under his lock.

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::institution::Institution;
use gongji_domain::person::Person;
use gongji_domain::record::{MessageRow, PaymentState};
use gongji_words::{CommandId, Fen, InstitutionId, MessageId, PersonId};

use crate::{Store, StoreError};

/// What an account holds, and how much of that is held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// All of it.
    pub total: Fen,
    /// The part that is held.
    pub held: Fen,
}

/// What became of some messages: their rows, and where the payments of their commands stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// Those that came in.
    pub messages: BTreeMap<MessageId, MessageRow>,
    /// Payments, by their commands.
    pub payments: BTreeMap<CommandId, PaymentState>,
}

impl Store {
    /// A person's row, without what else stands under his key.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.person(id)),
            Self::Sqlite(engine) => engine.person(id).await,
            Self::Postgres(engine) => engine.person(id).await,
        }
    }

    /// An institution's row.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn institution(&self, id: InstitutionId) -> Result<Option<Institution>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.institution(id)),
            Self::Sqlite(engine) => engine.institution(id).await,
            Self::Postgres(engine) => engine.institution(id).await,
        }
    }

    /// The money in somebody's account; nothing if he has none.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn money_of(&self, person: PersonId) -> Result<Money, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.money_of(person)),
            Self::Sqlite(engine) => engine.money_of(person).await,
            Self::Postgres(engine) => engine.money_of(person).await,
        }
    }

    /// A message that came in.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn message(&self, id: &MessageId) -> Result<Option<MessageRow>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.message(id)),
            Self::Sqlite(engine) => engine.message(id).await,
            Self::Postgres(engine) => engine.message(id).await,
        }
    }

    /// What became of some messages. Payments are read after messages: one that is reversed between the two is told as
    /// reversed.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub async fn outcomes(&self, messages: &BTreeSet<MessageId>) -> Result<Outcomes, StoreError> {
        match self {
            _ if messages.is_empty() => Ok(Outcomes::default()),
            Self::Memory(engine) => Ok(engine.outcomes(messages)),
            Self::Sqlite(engine) => engine.outcomes(messages).await,
            Self::Postgres(engine) => engine.outcomes(messages).await,
        }
    }
}

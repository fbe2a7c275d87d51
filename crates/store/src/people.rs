//! The vault of a store, whichever engine is behind it: who the people are. No rule looks at it, and no group writes it.

use gongji_words::{CertificateNumber, PersonId};

use crate::{Envelope, Randomness, Secrets, Store, StoreError};

impl Store {
    /// Puts a person into the vault under a fresh key, in place of what was there of him.
    ///
    /// # Errors
    /// [`StoreError::Constraint`] if the certificate is another person's.
    pub async fn enrol(
        &self,
        person: PersonId,
        secrets: &Secrets,
        randomness: &mut Randomness<'_>,
    ) -> Result<(), StoreError> {
        match self {
            Self::Memory(engine) => engine.enrol(person, secrets),
            Self::Sqlite(engine) => engine.enrol(person, secrets, randomness),
            Self::Postgres(engine) => engine.enrol(person, secrets, randomness).await,
        }
    }

    /// Who has this certificate.
    ///
    /// # Errors
    /// [`StoreError`] if the vault cannot be read.
    pub async fn find_person(&self, certificate: &CertificateNumber) -> Result<Option<PersonId>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.find_person(certificate)),
            Self::Sqlite(engine) => engine.find_person(certificate),
            Self::Postgres(engine) => engine.find_person(certificate).await,
        }
    }

    /// Who a person is, unless he was never enrolled or is shredded.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it cannot be decrypted.
    pub async fn reveal(&self, person: PersonId) -> Result<Option<Secrets>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.reveal(person)),
            Self::Sqlite(engine) => engine.reveal(person),
            Self::Postgres(engine) => engine.reveal(person).await,
        }
    }

    /// People whom the vault knows, in the order of their numbers: those after one, or from the first; `most` at most.
    ///
    /// # Errors
    /// [`StoreError`] if the vault cannot be read.
    pub async fn enrolled(&self, after: Option<PersonId>, most: usize) -> Result<Vec<PersonId>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.enrolled(after, most)),
            Self::Sqlite(engine) => engine.enrolled(after, most),
            Self::Postgres(engine) => engine.enrolled(after, most).await,
        }
    }

    /// Keeps the wrapped working key in place of the one that was there, of which no copy stays. The memory engine
    /// ends with the process and keeps none.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if somebody reads what was there: the new one is kept already, do it again so that the
    /// old one goes.
    pub async fn keep_envelope(&self, envelope: &Envelope) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Sqlite(engine) => engine.keep_envelope(envelope),
            Self::Postgres(engine) => engine.keep_envelope(envelope).await,
        }
    }

    /// Destroys a person's key and hash. Balances and journals stay as they are.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if somebody reads what was there: nobody finds the person any more, but do it again so
    /// that the key goes out of the log too. Others if the vault cannot be written.
    pub async fn shred(&self, person: PersonId) -> Result<(), StoreError> {
        match self {
            Self::Memory(engine) => {
                engine.shred(person);
                Ok(())
            }
            Self::Sqlite(engine) => engine.shred(person),
            Self::Postgres(engine) => engine.shred(person).await,
        }
    }
}

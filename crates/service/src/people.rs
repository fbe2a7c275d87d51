//! People and institutions as faces look them up: rows of the ledger, and who it is out of the vault.
//!
//! Deliberately absent: who may read them.

use std::collections::BTreeSet;

use gongji_domain::binding::Binding;
use gongji_domain::institution::Institution;
use gongji_domain::message::Pair;
use gongji_domain::person::Person;
use gongji_domain::record::Wanted;
use gongji_store::{Secrets, StoreError};
use gongji_words::{CertificateNumber, InstitutionId, Moment, PersonId, PersonName};

use crate::error::ServiceError;
use crate::node::Node;
use crate::ports::Randomness;

/// Who a person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: PersonName,
    /// The certificate.
    pub certificate: CertificateNumber,
    /// A telephone number, as the person gave it.
    pub phone: Option<String>,
}

impl From<Secrets> for Identity {
    fn from(Secrets { name, certificate, phone }: Secrets) -> Self {
        Self { name, certificate, phone }
    }
}

/// What came of putting a person into the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolled {
    /// He is there now.
    Done,
    /// The certificate is another person's.
    Taken,
}

impl Node {
    /// A person as the rules see him, if he is registered here.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, ServiceError> {
        Ok(self.parts.store.person(id).await?)
    }

    /// Who has this certificate here.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn person_of(&self, certificate: &CertificateNumber) -> Result<Option<PersonId>, ServiceError> {
        Ok(self.parts.store.find_person(certificate).await?)
    }

    /// Who a person is, unless nobody said so, or he is shredded.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn identity(&self, id: PersonId) -> Result<Option<Identity>, ServiceError> {
        let found = self.parts.store.reveal(id).await?;
        Ok(found.map(Identity::from))
    }

    /// Puts a person into the vault.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn enrol(
        &self,
        (person, identity): (PersonId, Identity),
        randomness: &dyn Randomness,
    ) -> Result<Enrolled, ServiceError> {
        let Identity { name, certificate, phone } = identity;
        let mut random = |bytes: &mut [u8]| randomness.fill(bytes);
        match self.parts.store.enrol(person, &Secrets { name, certificate, phone }, &mut random).await {
            Ok(()) => Ok(Enrolled::Done),
            Err(StoreError::Constraint { .. }) => Ok(Enrolled::Taken),
            Err(error) => Err(error.into()),
        }
    }

    /// An institution, if it is registered here.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn institution(&self, id: InstitutionId) -> Result<Option<Institution>, ServiceError> {
        Ok(self.parts.store.institution(id).await?)
    }

    /// All institutions but the agency itself, which stands among them under the number zero.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn institutions(&self) -> Result<Vec<Institution>, ServiceError> {
        let all = self.parts.store.institutions().await?;
        Ok(all.into_iter().filter(|institution| institution.id.number() != 0).collect())
    }

    /// The bindings that a person gave, and those that he uses, in the order of asking. Of those who are insured in
    /// another province only what this node keeps.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn bindings_of(&self, person: PersonId) -> Result<Vec<Binding>, ServiceError> {
        let people = BTreeSet::from([person]);
        let wanted = Wanted { people: people.clone(), sponsors_of: people, ..Wanted::default() };
        let facts = self.parts.store.read(&wanted).await?;
        let by = facts.bindings_by(person);
        let mut bindings: Vec<Binding> = by.chain(facts.bindings_for(person)).cloned().collect();
        bindings.sort_by_key(|binding| (binding.asked_at, binding.id));
        bindings.dedup_by_key(|binding| binding.id);
        Ok(bindings)
    }

    /// The areas of two people, as far as they are registered here.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn people_of(&self, pair: Pair) -> Result<(Option<Person>, Option<Person>), ServiceError> {
        let wanted = Wanted { people: BTreeSet::from([pair.sponsor, pair.beneficiary]), ..Wanted::default() };
        let mut persons = self.parts.store.read(&wanted).await?.rows.persons;
        Ok((persons.remove(&pair.sponsor), persons.remove(&pair.beneficiary)))
    }

    /// Whether commands could be judged now: the store answers, its law is there, and it is the one at hand or newer.
    ///
    /// # Errors
    /// [`ServiceError`], which says what is missing.
    pub async fn readiness_to_serve(&self) -> Result<(), ServiceError> {
        let last = self.parts.store.last_release().await?;
        let had = self.law().release();
        if last < had { Err(ServiceError::LawGone { had, has: last }) } else { Ok(()) }
    }

    /// What time it is here.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.parts.clock.now()
    }
}

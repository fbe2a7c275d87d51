//! Papers that institutions hand in, and what stands around a bill: kept and found, never judged.
//!
//! Deliberately absent: what stands in a paper. Faces write and read it.

use std::collections::BTreeSet;

use gongji_domain::case::Filing;
use gongji_domain::paper::{Enclosure, Paper, PaperCount, PaperKind, Whose};
use gongji_domain::record::Wanted;
use gongji_store::{Around, Outcomes, SealedPaper};
use gongji_words::{AreaCode, InstitutionId, MessageId, Moment, PersonId};

use crate::error::ServiceError;
use crate::node::Node;
use crate::ports::Randomness;

impl Node {
    /// Keeps a paper: a first version if none of its name is there, another if the one before is the last. Whether it was
    /// kept.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn keep_paper(&self, paper: &Paper, randomness: &dyn Randomness) -> Result<bool, ServiceError> {
        Ok(self.parts.store.keep_paper(paper, &mut |bytes: &mut [u8]| randomness.fill(bytes)).await?)
    }

    /// Encloses a paper with a message ([`crate::Terms`]).
    #[must_use]
    pub fn enclose(paper: Paper, randomness: &dyn Randomness) -> Enclosure {
        let mut enclosed = Enclosure { paper, random: [0; _] };
        randomness.fill(&mut enclosed.random);
        enclosed
    }

    /// A paper by its name.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn paper(
        &self,
        kind: PaperKind,
        owner: InstitutionId,
        name: &str,
    ) -> Result<Option<Paper>, ServiceError> {
        Ok(self.parts.store.paper(kind, owner, name).await?)
    }

    /// What a bill of a visit is worked out of, looked up at once: four papers of an owner by their names, and what there is of
    /// a patient. It may not be on the disk yet: whoever refuses by it waits for [`Node::on_disk`] first.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn around(
        &self,
        papers: (InstitutionId, [(PaperKind, &str); 4]),
        patient: PersonId,
    ) -> Result<Around, ServiceError> {
        Ok(self.parts.store.around(papers, patient).await?)
    }

    /// Waits until all that was looked up is on the disk.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn on_disk(&self) -> Result<(), ServiceError> {
        Ok(self.parts.store.on_disk().await?)
    }

    /// A paper as it stands in its row ([`Node::open_paper`]).
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn sealed_paper(
        &self,
        kind: PaperKind,
        owner: InstitutionId,
        name: &str,
    ) -> Result<Option<SealedPaper>, ServiceError> {
        Ok(self.parts.store.sealed_paper(kind, owner, name).await?)
    }

    /// Opens a paper.
    ///
    /// # Errors
    /// [`ServiceError`] of the store, if it was forged or edited.
    pub fn open_paper(&self, sealed: SealedPaper) -> Result<Paper, ServiceError> {
        Ok(self.parts.store.open_paper(sealed)?)
    }

    /// Papers of one kind, listed from one moment until before another, the oldest first.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn papers(
        &self,
        kind: PaperKind,
        whose: Whose,
        span: (Moment, Moment),
    ) -> Result<Vec<Paper>, ServiceError> {
        Ok(self.parts.store.papers(kind, whose, span).await?)
    }

    /// How many papers tell what the bills of somebody have come to.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn papers_counted(&self, person: PersonId) -> Result<PaperCount, ServiceError> {
        Ok(self.parts.store.papers_counted(person).await?)
    }

    /// What became of some messages.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn outcomes(&self, messages: &BTreeSet<MessageId>) -> Result<Outcomes, ServiceError> {
        Ok(self.parts.store.outcomes(messages).await?)
    }

    /// Whether somebody's care in an area is filed today.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn filing(&self, person: PersonId, area: AreaCode) -> Result<Filing, ServiceError> {
        let wanted = Wanted { people: BTreeSet::from([person]), ..Wanted::default() };
        let (rows, today) = (self.parts.store.read(&wanted).await?.rows, self.now().day());
        let filed = rows.filings.values().any(|row| row.person == person && row.covers(area, today));
        Ok(if filed { Filing::Filed } else { Filing::Unfiled })
    }

    /// A number for something that has a name: always the same, and nobody learns the name from it. From 0, below 2^63.
    #[must_use]
    pub fn number_of(&self, what: &str, name: &str) -> u64 {
        self.parts.field_key.digest(what, name)
    }
}

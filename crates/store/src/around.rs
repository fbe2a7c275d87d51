//! What a bill of a visit is worked out of, looked up at once: asked for one after the other, each question would wait for
//! the one before, and stand on another moment.

use futures_util::try_join;
use gongji_domain::paper::PaperCount;
use gongji_domain::person::Person;
use gongji_words::{InstitutionId, PersonId};

use crate::paper::{Four, Named};
use crate::{Secrets, Store, StoreError};

/// What stands around a bill.
#[derive(Clone, Debug)]
pub struct Around {
    /// Four papers, in the order in which they were named.
    pub papers: Four,
    /// The patient's row, if he is registered here.
    pub person: Option<Person>,
    /// Who he is, unless he was never enrolled or is shredded.
    pub secrets: Option<Secrets>,
    /// How many papers tell what his bills have come to.
    pub counted: PaperCount,
}

impl Store {
    /// Four papers of an owner by their names, and what there is of a patient: as it is written, which may not be on the disk
    /// yet. A group that is entered by it is there after it; whoever tells of it without a group waits for [`Store::on_disk`].
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a paper or who he is was forged or edited.
    pub async fn around(
        &self,
        (owner, named): (InstitutionId, [Named<'_>; 4]),
        patient: PersonId,
    ) -> Result<Around, StoreError> {
        if let Self::Sqlite(engine) = self {
            return engine.around((owner, named), patient);
        }
        let [first, second, third, fourth] = named.map(|(kind, name)| self.paper(kind, owner, name));
        let papers = async { try_join!(first, second, third, fourth) };
        let of_patient = async { try_join!(self.person(patient), self.reveal(patient), self.papers_counted(patient)) };
        let ((first, second, third, fourth), (person, secrets, counted)) = try_join!(papers, of_patient)?;
        Ok(Around { papers: [first, second, third, fourth], person, secrets, counted })
    }

    /// Waits until all that was written is on the disk. A server gives nothing that is not.
    ///
    /// # Errors
    /// [`StoreError::InDoubt`] if it cannot be written.
    pub async fn on_disk(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.flushed().await,
            Self::Memory(_) | Self::Postgres(_) => Ok(()),
        }
    }
}

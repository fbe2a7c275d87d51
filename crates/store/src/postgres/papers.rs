//! Papers on a server.

use gongji_domain::paper::{PaperCount, PaperKind, Whose};
use gongji_words::{InstitutionId, Moment, PersonId};

use super::Engine;
use super::lookups::Question;
use crate::StoreError;
use crate::paper::{Closed, of_owner};
use crate::sql::catalogue as sql;

impl Engine {
    /// One that is in doubt is not kept twice: whoever asked reads the last version and sees whether it is his.
    pub(crate) async fn keep_paper(&self, closed: &Closed) -> Result<bool, StoreError> {
        let written = if closed.is_first() {
            let values = closed.values();
            self.patience.until_done(|| self.written(&sql::ADD_PAPER, &values)).await?
        } else {
            let values = closed.values_replacing();
            self.patience.until_done(|| self.written(&sql::REPLACE_PAPER, &values)).await?
        };
        Ok(written == 1)
    }

    pub(crate) async fn paper(
        &self,
        kind: PaperKind,
        owner: InstitutionId,
        name: &str,
    ) -> Result<Option<Closed>, StoreError> {
        Ok(self.told(Question::Paper((kind, owner, name.to_owned()))).await?.paper())
    }

    pub(crate) async fn papers_counted(&self, person: PersonId) -> Result<PaperCount, StoreError> {
        Ok(self.told(Question::PapersCounted(person)).await?.count())
    }

    pub(crate) async fn papers(
        &self,
        kind: PaperKind,
        whose: Whose,
        span: (Moment, Moment),
    ) -> Result<Vec<Closed>, StoreError> {
        match whose {
            Whose::Owner(owner) => self.list(&sql::PAPERS_OF_OWNER, &of_owner(kind, owner, span), Closed::decode).await,
            Whose::Person(person) => Ok(self.told(Question::PapersOf(kind, person)).await?.papers()),
        }
    }
}

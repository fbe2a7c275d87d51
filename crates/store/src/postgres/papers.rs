//! Papers on a server.

use futures_util::try_join;
use gongji_domain::paper::{PaperCount, PaperKind, Whose};
use gongji_words::{InstitutionId, Moment, PersonId};

use super::Engine;
use super::lookups::Question;
use crate::StoreError;
use crate::paper::{Closed, Named, of_owner};
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

    /// Each as a question of its own: they are asked together, and with those of others.
    pub(crate) async fn papers_named(
        &self,
        owner: InstitutionId,
        [first, second, third, fourth]: [Named<'_>; 4],
    ) -> Result<[Option<Closed>; 4], StoreError> {
        let of = |(kind, name): Named<'_>| {
            let name = name.to_owned();
            async move { self.paper(kind, owner, &name).await }
        };
        let (first, second, third, fourth) = try_join!(of(first), of(second), of(third), of(fourth))?;
        Ok([first, second, third, fourth])
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

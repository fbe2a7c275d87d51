//! Tokens, staff and visits on a server.

use gongji_domain::access::{Credential, Holder, Staff, Visit};
use gongji_domain::institution::Institution;
use gongji_words::{InstitutionId, PersonId};

use super::Engine;
use super::lookups::Question;
use crate::StoreError;
use crate::door::{self, Coded};
use crate::sql::{Statement, Value, catalogue as sql, decode};

impl Engine {
    pub(crate) async fn credential(&self, digest: &[u8; 32]) -> Result<Option<Coded<Credential>>, StoreError> {
        Ok(self.told(Question::Credential(*digest)).await?.credential())
    }

    pub(crate) async fn credentials(&self, of: Option<&Holder>) -> Result<Vec<Coded<Credential>>, StoreError> {
        match of.map(door::holder_columns) {
            Some((kind, holder)) => {
                self.list(&sql::CREDENTIALS_OF, &[kind.into(), Value::owned(holder)], door::decode).await
            }
            None => self.list(&sql::CREDENTIALS, &[], door::decode).await,
        }
    }

    pub(crate) async fn keep_credentials(&self, rows: &[Coded<Credential>]) -> Result<(), StoreError> {
        self.patience.until_done(|| self.keep_credentials_once(rows)).await
    }

    async fn keep_credentials_once(&self, rows: &[Coded<Credential>]) -> Result<(), StoreError> {
        let session = self.session().await?;
        session.run("begin").await?;
        for row in rows {
            session.execute(&sql::SAVE_CREDENTIAL, &door::values_of(row)).await?;
        }
        session.commit().await?;
        self.give_back(session);
        Ok(())
    }

    pub(crate) async fn staff(&self, name: &str) -> Result<Option<Coded<Staff>>, StoreError> {
        Ok(self.list(&sql::STAFF, &[name.into()], door::decode_staff).await?.pop())
    }

    pub(crate) async fn all_staff(&self) -> Result<Vec<Coded<Staff>>, StoreError> {
        self.list(&sql::ALL_STAFF, &[], door::decode_staff).await
    }

    pub(crate) async fn keep_staff(&self, row: &Coded<Staff>) -> Result<(), StoreError> {
        let values = door::values_of_staff(row);
        self.patience.until_done(|| self.written(&sql::SAVE_STAFF, &values)).await.map(|_| ())
    }

    /// What is there already stays, so that a try of which nobody knows whether it was kept may come again.
    pub(crate) async fn open_visit(&self, visit: &Visit) -> Result<Visit, StoreError> {
        let values = door::values_of_visit(visit);
        self.patience.until_done(|| self.written(&sql::ADD_VISIT, &values)).await?;
        Ok(self.visit(visit.institution, &visit.name).await?.unwrap_or_else(|| visit.clone()))
    }

    pub(crate) async fn visit(&self, institution: InstitutionId, name: &str) -> Result<Option<Visit>, StoreError> {
        let key = [institution.number().into(), name.into()];
        Ok(self.list(&sql::VISIT, &key, door::decode_visit).await?.pop())
    }

    pub(crate) async fn visits_of(&self, patient: PersonId) -> Result<Vec<Visit>, StoreError> {
        self.list(&sql::VISITS_OF, &[patient.number().into()], door::decode_visit).await
    }

    /// One that is in doubt is counted again: too many counted are better than too few.
    pub(crate) async fn count_preview(&self, institution: InstitutionId, name: &str) -> Result<bool, StoreError> {
        let values = door::counting(institution, name);
        Ok(self.patience.until_done(|| self.written(&sql::COUNT_PREVIEW, &values)).await? == 1)
    }

    pub(crate) async fn institutions(&self) -> Result<Vec<Institution>, StoreError> {
        self.list(&sql::INSTITUTIONS, &[], decode::read_institution).await
    }

    pub(super) async fn written(&self, statement: &'static Statement, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let session = self.session().await?;
        let written = session.execute(statement, values).await?;
        self.give_back(session);
        Ok(written)
    }
}

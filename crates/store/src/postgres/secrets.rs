//! The vault's tables on a server.

use gongji_words::{CertificateNumber, PersonId};

use super::lookups::Question;
use super::session::Session;
use super::{Engine, limit};
use crate::sql::{Fields, Value, catalogue as sql, decode};
use crate::vault::{ENVELOPE, KEY_CHECK, Randomness, Sealed, Secrets, kind_number};
use crate::{Envelope, StoreError, WorkingKey};

/// Writes down which working key belongs to this database.
pub(super) async fn write_identity(session: &Session, keys: &WorkingKey) -> Result<(), StoreError> {
    let value = keys.check_value();
    session.execute(&sql::ADD_IDENTITY, &[KEY_CHECK.into(), Value::Bytes(&value)]).await.map(|_| ())
}

/// Goes on only with the working key that belongs to this database.
pub(super) async fn check_identity(session: &Session, keys: &WorkingKey) -> Result<(), StoreError> {
    let value = session.query(&sql::IDENTITY, &[KEY_CHECK.into()], |f: &mut Fields<'_>| f.plain()).await?.pop();
    if value == Some(keys.check_value()) { Ok(()) } else { Err(StoreError::WrongKey) }
}

/// The wrapped working key, if there is one.
pub(super) async fn envelope(session: &Session) -> Result<Option<Envelope>, StoreError> {
    let row = session.query(&sql::IDENTITY, &[ENVELOPE.into()], |f: &mut Fields<'_>| f.plain::<Vec<u8>>()).await?.pop();
    row.map(|row| Envelope::of_row(&row)).transpose()
}

impl Engine {
    pub(crate) async fn enrol(
        &self,
        person: PersonId,
        secrets: &Secrets,
        randomness: &mut Randomness<'_>,
    ) -> Result<(), StoreError> {
        let row = self.keys.seal(person, secrets, randomness);
        // What was there before is taken away, so that a try of which nobody knows whether it was kept may come again.
        self.patience.until_done(|| self.enrol_once(person, &row, &secrets.certificate)).await
    }

    async fn enrol_once(
        &self,
        person: PersonId,
        row: &Sealed,
        certificate: &CertificateNumber,
    ) -> Result<(), StoreError> {
        let hash = self.keys.index_of(certificate);
        let (kind, id) = (kind_number(certificate.kind()), person.number());
        let session = self.session().await?;
        session.run("begin").await?;
        remove(&session, person).await?;
        session.execute(&sql::ADD_CERTIFICATE, &[Value::Bytes(&hash), kind.into(), id.into()]).await?;
        let phone = row.phone.as_deref().map_or(Value::Null, Value::Bytes);
        let sealed = [&row.key, &row.name, &row.certificate].map(|bytes| Value::Bytes(bytes));
        let [key, name, certificate] = sealed;
        session.execute(&sql::ADD_SECRET, &[id.into(), key, name, certificate, phone]).await?;
        session.commit().await?;
        self.give_back(session);
        Ok(())
    }

    pub(crate) async fn find_person(&self, certificate: &CertificateNumber) -> Result<Option<PersonId>, StoreError> {
        Ok(self.told(Question::Certificate(self.keys.index_of(certificate))).await?.certificate())
    }

    pub(crate) async fn reveal(&self, person: PersonId) -> Result<Option<Secrets>, StoreError> {
        let found = self.told(Question::Secret(person)).await?.secret();
        found.map(|sealed| self.keys.open(person, &sealed)).transpose()
    }

    pub(crate) async fn enrolled(&self, after: Option<PersonId>, most: usize) -> Result<Vec<PersonId>, StoreError> {
        let after = after.map_or(i64::MIN, PersonId::number);
        self.list(&sql::ENROLLED, &[after.into(), limit(most)], decode::person_id).await
    }

    pub(crate) async fn keep_envelope(&self, envelope: &Envelope) -> Result<(), StoreError> {
        self.patience.until_done(|| self.keep_envelope_once(envelope)).await
    }

    async fn keep_envelope_once(&self, envelope: &Envelope) -> Result<(), StoreError> {
        let session = self.session().await?;
        session.execute(&sql::SAVE_IDENTITY, &[ENVELOPE.into(), Value::Bytes(&envelope.to_row())]).await?;
        self.give_back(session);
        Ok(())
    }

    /// The server keeps what was deleted until it cleans its pages, and its log longer: without the key of the person,
    /// which stands only there wrapped, both say nothing once the master key has been changed.
    pub(crate) async fn shred(&self, person: PersonId) -> Result<(), StoreError> {
        self.patience.until_done(|| self.shred_once(person)).await
    }

    async fn shred_once(&self, person: PersonId) -> Result<(), StoreError> {
        let session = self.session().await?;
        session.run("begin").await?;
        session.execute(&sql::DROP_PAPERS, &[person.number().into()]).await?;
        remove(&session, person).await?;
        session.commit().await?;
        session.run("vacuum paper").await?;
        session.run("vacuum person_secret").await?;
        session.run("vacuum certificate_index").await?;
        self.give_back(session);
        Ok(())
    }
}

async fn remove(session: &Session, person: PersonId) -> Result<(), StoreError> {
    session.execute(&sql::DROP_CERTIFICATES, &[person.number().into()]).await?;
    session.execute(&sql::DROP_SECRET, &[person.number().into()]).await?;
    Ok(())
}

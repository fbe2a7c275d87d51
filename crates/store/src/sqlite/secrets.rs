//! The vault's tables: ciphertext by person, a keyed hash by certificate, the wrapped working key, and the value that
//! tells whether it is the right one.

use std::path::Path;

use gongji_words::{CertificateNumber, PersonId};
use rusqlite::{TransactionBehavior, params};

use super::access::{At, execute, failed, query, query_one};
use super::{Engine, begin, connect_reader, limit, schema};
use crate::audit::{Asked, Totals};
use crate::sql::{Fields, catalogue as sql, decode};
use crate::vault::{ENVELOPE, KEY_CHECK, Randomness, Sealed, Secrets, kind_number};
use crate::{Envelope, StoreError, WorkingKey};

/// Writes down which working key belongs to this database.
pub(super) fn write_identity(at: &At<'_>, keys: &WorkingKey) -> Result<(), StoreError> {
    execute(at, &sql::ADD_IDENTITY, params![KEY_CHECK, keys.check_value()]).map(|_| ())
}

/// Goes on only with the working key that belongs to this database.
pub(super) fn check_identity(at: &At<'_>, keys: &WorkingKey) -> Result<(), StoreError> {
    let value = query_one(at, &sql::IDENTITY, [KEY_CHECK], bytes)?;
    if value == Some(keys.check_value()) { Ok(()) } else { Err(StoreError::WrongKey) }
}

fn bytes(f: &mut Fields<'_>) -> Result<Vec<u8>, StoreError> {
    f.plain()
}

impl Engine {
    pub(crate) fn enrol(
        &self,
        person: PersonId,
        secrets: &Secrets,
        randomness: &mut Randomness<'_>,
    ) -> Result<(), StoreError> {
        let row = self.keys.seal(person, secrets, randomness);
        let hash = self.keys.index_of(&secrets.certificate);
        let kind = kind_number(secrets.certificate.kind());
        let id = person.number();
        self.writing(|at| {
            remove(at, person)?;
            execute(at, &sql::ADD_CERTIFICATE, params![hash, kind, id])?;
            execute(at, &sql::ADD_SECRET, params![id, row.key, row.name, row.certificate, row.phone])?;
            Ok(())
        })
    }

    pub(crate) fn find_person(&self, certificate: &CertificateNumber) -> Result<Option<PersonId>, StoreError> {
        let hash = self.keys.index_of(certificate);
        let found = self.looking_up(|at| query_one(at, &sql::CERTIFICATE, [hash], decode::certificate))?;
        Ok(found.map(|(_, person)| person))
    }

    pub(crate) fn reveal(&self, person: PersonId) -> Result<Option<Secrets>, StoreError> {
        let found = self.looking_up(|at| query_one(at, &sql::SECRET, [person.number()], Sealed::decode))?;
        found.map(|(_, sealed)| self.keys.open(person, &sealed)).transpose()
    }

    pub(crate) fn enrolled(&self, after: Option<PersonId>, most: usize) -> Result<Vec<PersonId>, StoreError> {
        let after = after.map_or(i64::MIN, PersonId::number);
        self.reading(|at| query(at, &sql::ENROLLED, params![after, limit(most)], decode::person_id))
    }

    pub(crate) fn shred(&self, person: PersonId) -> Result<(), StoreError> {
        self.overwriting("person_secret", |at| {
            execute(at, &sql::DROP_PAPERS, [person.number()])?;
            remove(at, person)
        })
    }

    /// The wrapped working key of a file that no key has opened yet.
    pub(crate) fn envelope(path: &Path) -> Result<Envelope, StoreError> {
        let reader = connect_reader(path)?;
        schema::check(&reader, path)?;
        let row = query_one(&At::of(&reader), &sql::IDENTITY, [ENVELOPE], bytes)?;
        row.map_or_else(|| Err(StoreError::NoEnvelope { path: path.to_owned() }), |row| Envelope::of_row(&row))
    }

    pub(crate) fn keep_envelope(&self, envelope: &Envelope) -> Result<(), StoreError> {
        let row = envelope.to_row();
        self.overwriting("store_identity", |at| execute(at, &sql::SAVE_IDENTITY, params![ENVELOPE, row]).map(|_| ()))
    }

    /// Nothing here asks the vault, so any key does.
    pub(crate) fn audit_without_key(path: &Path) -> Result<Totals, StoreError> {
        let reader = connect_reader(path)?;
        schema::check(&reader, path)?;
        Self::with_reader(path, &WorkingKey::none(), reader).audit_with(None, Asked::default(), &mut |_| ())
    }

    /// Writes so that no copy of what was there stays: its pages are overwritten in the file, and the log is written
    /// back and cut off. Somebody who reads meanwhile holds the log back, and the caller is told so.
    fn overwriting(
        &self,
        table: &'static str,
        write: impl FnOnce(&At<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let wrong = |error| failed(table, error);
        self.writing(|at| {
            at.connection().pragma_update(None, "secure_delete", true).map_err(wrong)?;
            write(at)
        })?;
        let connection = self.writer()?;
        let held_back = connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get::<_, i64>(0));
        if held_back.map_err(wrong)? == 0 { Ok(()) } else { Err(StoreError::Busy) }
    }

    fn writing(&self, write: impl FnOnce(&At<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let mut connection = self.writer()?;
        let transaction = begin(&mut connection, TransactionBehavior::Immediate)?;
        write(&At::of(&transaction))?;
        transaction.commit().map_err(|error| failed("person_secret", error))
    }
}

fn remove(at: &At<'_>, person: PersonId) -> Result<(), StoreError> {
    execute(at, &sql::DROP_CERTIFICATES, [person.number()])?;
    execute(at, &sql::DROP_SECRET, [person.number()])?;
    Ok(())
}

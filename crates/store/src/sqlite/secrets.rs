//! The vault's tables: ciphertext by person, a keyed hash by certificate, and the value that tells the right
//! master key.

use gongji_words::{CertificateNumber, PersonId};
use rusqlite::{TransactionBehavior, params};

use super::access::{At, execute, failed, query_one};
use super::{Engine, begin};
use crate::sql::{Fields, catalogue as sql, decode};
use crate::vault::{KEY_CHECK, Randomness, Sealed, Secrets, kind_number};
use crate::{MasterKey, StoreError};

/// Writes down which master key belongs to this database.
pub(super) fn write_identity(at: &At<'_>, keys: &MasterKey) -> Result<(), StoreError> {
    execute(at, &sql::ADD_IDENTITY, params![KEY_CHECK, keys.check_value()]).map(|_| ())
}

/// Goes on only with the master key that belongs to this database.
pub(super) fn check_identity(at: &At<'_>, keys: &MasterKey) -> Result<(), StoreError> {
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
        self.reading(|at| query_one(at, &sql::CERTIFICATE, [hash], decode::person_id))
    }

    pub(crate) fn reveal(&self, person: PersonId) -> Result<Option<Secrets>, StoreError> {
        let found = self.reading(|at| query_one(at, &sql::SECRET, [person.number()], Sealed::decode))?;
        found.map(|sealed| self.keys.open(person, &sealed)).transpose()
    }

    /// The pages are overwritten in the file, and the log is written back, so that no copy of the key stays.
    pub(crate) fn shred(&self, person: PersonId) -> Result<(), StoreError> {
        let wrong = |error| failed("person_secret", error);
        self.writing(|at| {
            at.connection().pragma_update(None, "secure_delete", true).map_err(wrong)?;
            remove(at, person)
        })?;
        let connection = self.writer()?;
        connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).map_err(wrong)
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

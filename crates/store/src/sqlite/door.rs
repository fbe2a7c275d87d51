//! Tokens, staff and visits in a file.

use gongji_domain::access::{Credential, Holder, Staff, Visit};
use gongji_domain::institution::Institution;
use gongji_words::{InstitutionId, PersonId};
use rusqlite::{TransactionBehavior, params, params_from_iter};

use super::access::{At, execute, failed, query, query_one};
use super::{Engine, begin};
use crate::StoreError;
use crate::door::{self, Coded};
use crate::sql::{catalogue as sql, decode};

impl Engine {
    pub(crate) fn credential(&self, digest: &[u8; 32]) -> Result<Option<Coded<Credential>>, StoreError> {
        self.looking_up(|at| query_one(at, &sql::CREDENTIAL, [digest.as_slice()], door::decode))
    }

    pub(crate) fn credentials(&self, of: Option<&Holder>) -> Result<Vec<Coded<Credential>>, StoreError> {
        self.reading(|at| match of.map(door::holder_columns) {
            Some((kind, holder)) => query(at, &sql::CREDENTIALS_OF, params![kind, holder], door::decode),
            None => query(at, &sql::CREDENTIALS, [], door::decode),
        })
    }

    pub(crate) fn keep_credentials(&self, rows: &[Coded<Credential>]) -> Result<(), StoreError> {
        self.at_the_door("credential", |at| {
            rows.iter().try_for_each(|row| {
                execute(at, &sql::SAVE_CREDENTIAL, params_from_iter(door::values_of(row))).map(|_| ())
            })
        })
    }

    pub(crate) fn staff(&self, name: &str) -> Result<Option<Coded<Staff>>, StoreError> {
        self.reading(|at| query_one(at, &sql::STAFF, [name], door::decode_staff))
    }

    pub(crate) fn all_staff(&self) -> Result<Vec<Coded<Staff>>, StoreError> {
        self.reading(|at| query(at, &sql::ALL_STAFF, [], door::decode_staff))
    }

    pub(crate) fn keep_staff(&self, row: &Coded<Staff>) -> Result<(), StoreError> {
        let values = door::values_of_staff(row);
        self.at_the_door("staff", |at| execute(at, &sql::SAVE_STAFF, params_from_iter(values)).map(|_| ()))
    }

    pub(crate) fn open_visit(&self, visit: &Visit) -> Result<Visit, StoreError> {
        self.at_the_door("visit", |at| {
            execute(at, &sql::ADD_VISIT, params_from_iter(door::values_of_visit(visit)))?;
            let there = params![visit.institution.number(), visit.name];
            let found = query_one(at, &sql::VISIT, there, door::decode_visit)?;
            Ok(found.unwrap_or_else(|| visit.clone()))
        })
    }

    pub(crate) fn visit(&self, institution: InstitutionId, name: &str) -> Result<Option<Visit>, StoreError> {
        self.reading(|at| query_one(at, &sql::VISIT, params![institution.number(), name], door::decode_visit))
    }

    pub(crate) fn visits_of(&self, patient: PersonId) -> Result<Vec<Visit>, StoreError> {
        self.reading(|at| query(at, &sql::VISITS_OF, [patient.number()], door::decode_visit))
    }

    pub(crate) fn count_preview(&self, institution: InstitutionId, name: &str) -> Result<bool, StoreError> {
        let values = door::counting(institution, name);
        let counted =
            self.at_the_door("visit", |at| execute(at, &sql::COUNT_PREVIEW, params_from_iter(values.iter())))?;
        Ok(counted == 1)
    }

    pub(crate) fn institutions(&self) -> Result<Vec<Institution>, StoreError> {
        self.reading(|at| query(at, &sql::INSTITUTIONS, [], decode::read_institution))
    }

    pub(super) fn at_the_door<T>(
        &self,
        table: &'static str,
        write: impl FnOnce(&At<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.writer()?;
        let transaction = begin(&mut connection, TransactionBehavior::Immediate)?;
        let written = write(&At::of(&transaction))?;
        transaction.commit().map_err(|error| failed(table, error))?;
        Ok(written)
    }
}

//! The door (准入): tokens, staff, visits and institutions as rows. Who may come in, not what he may do there.
//!
//! Invariants: whatever is read of tokens and staff has the code of its row, so that nobody makes himself one with the
//! database alone; a token that is revoked stays. Deliberately absent: tokens and passwords themselves.

use std::collections::BTreeSet;

use gongji_domain::access::{Credential, Holder, MOST_PREVIEWS, Role, Staff, Visit};
use gongji_domain::institution::Institution;
use gongji_domain::release::Signed;
use gongji_words::{AreaCode, InstitutionId, PersonId};

use crate::sql::decode::json;
use crate::sql::fields::{bits_of, flag, institution, moment, person, small, words};
use crate::sql::{Fields, Value};
use crate::{Store, StoreError, WorkingKey};

const CREDENTIAL: &str = "credential";
const STAFF: &str = "staff";

/// A row with its code.
#[derive(Clone, Debug)]
pub(crate) struct Coded<T> {
    pub(crate) row: T,
    pub(crate) seal: Vec<u8>,
}

impl Store {
    /// The token of a digest, if there is one; whether it is valid is the caller's question.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the row was forged or edited.
    pub async fn credential(&self, digest: &[u8; 32]) -> Result<Option<Credential>, StoreError> {
        let found = match self {
            Self::Memory(engine) => engine.credential(digest),
            Self::Sqlite(engine) => engine.credential(digest)?,
            Self::Postgres(engine) => engine.credential(digest).await?,
        };
        found.map(|coded| verified_credential(self.keys(), coded)).transpose()
    }

    /// Every token, or those of one holder, in the order of their digests.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a row was forged or edited.
    pub async fn credentials(&self, of: Option<&Holder>) -> Result<Vec<Credential>, StoreError> {
        let found = match self {
            Self::Memory(engine) => engine.credentials(of),
            Self::Sqlite(engine) => engine.credentials(of)?,
            Self::Postgres(engine) => engine.credentials(of).await?,
        };
        found.into_iter().map(|coded| verified_credential(self.keys(), coded)).collect()
    }

    /// Keeps new tokens, and revocations of those that are there; nothing else of a token ever changes.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be written; then none was.
    pub async fn keep_credentials(&self, credentials: &[Credential]) -> Result<(), StoreError> {
        let coded: Vec<_> = credentials.iter().map(|row| coded_credential(self.keys(), row)).collect();
        match self {
            Self::Memory(engine) => {
                engine.keep_credentials(coded);
                Ok(())
            }
            Self::Sqlite(engine) => engine.keep_credentials(&coded),
            Self::Postgres(engine) => engine.keep_credentials(&coded).await,
        }
    }

    /// A member of staff, by the name with which he signs in.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the row was forged or edited.
    pub async fn staff(&self, name: &str) -> Result<Option<Staff>, StoreError> {
        let found = match self {
            Self::Memory(engine) => engine.staff(name),
            Self::Sqlite(engine) => engine.staff(name)?,
            Self::Postgres(engine) => engine.staff(name).await?,
        };
        found.map(|coded| verified_staff(self.keys(), coded)).transpose()
    }

    /// All staff, in the order of their names.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a row was forged or edited.
    pub async fn all_staff(&self) -> Result<Vec<Staff>, StoreError> {
        let found = match self {
            Self::Memory(engine) => engine.all_staff(),
            Self::Sqlite(engine) => engine.all_staff()?,
            Self::Postgres(engine) => engine.all_staff().await?,
        };
        found.into_iter().map(|coded| verified_staff(self.keys(), coded)).collect()
    }

    /// Keeps a member of staff in place of what was there of him.
    ///
    /// # Errors
    /// [`StoreError`] if he cannot be written.
    pub async fn keep_staff(&self, staff: &Staff) -> Result<(), StoreError> {
        let seal = self.keys().code(STAFF, &[&columns_of_staff(staff)]).to_vec();
        let coded = Coded { row: staff.clone(), seal };
        match self {
            Self::Memory(engine) => {
                engine.keep_staff(coded);
                Ok(())
            }
            Self::Sqlite(engine) => engine.keep_staff(&coded),
            Self::Postgres(engine) => engine.keep_staff(&coded).await,
        }
    }

    /// Registers a visit, unless the institution has one of this name; gives the one that is there now.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written.
    pub async fn open_visit(&self, visit: &Visit) -> Result<Visit, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.open_visit(visit)),
            Self::Sqlite(engine) => engine.open_visit(visit),
            Self::Postgres(engine) => engine.open_visit(visit).await,
        }
    }

    /// A visit, by the name that the institution gave it.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn visit(&self, institution: InstitutionId, name: &str) -> Result<Option<Visit>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.visit(institution, name)),
            Self::Sqlite(engine) => engine.visit(institution, name),
            Self::Postgres(engine) => engine.visit(institution, name).await,
        }
    }

    /// The visits of a patient, in the order of time.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub async fn visits_of(&self, patient: PersonId) -> Result<Vec<Visit>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.visits_of(patient)),
            Self::Sqlite(engine) => engine.visits_of(patient),
            Self::Postgres(engine) => engine.visits_of(patient).await,
        }
    }

    /// All institutions, in the order of their numbers.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn institutions(&self) -> Result<Vec<Institution>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.look(|rows| rows.institutions.values().copied().collect())),
            Self::Sqlite(engine) => engine.institutions(),
            Self::Postgres(engine) => engine.institutions().await,
        }
    }

    /// Counts a preview of a visit, which is durable on return; no if it has had [`MOST_PREVIEWS`], or is not there.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written.
    pub async fn count_preview(&self, institution: InstitutionId, name: &str) -> Result<bool, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.count_preview(institution, name)),
            Self::Sqlite(engine) => engine.count_preview(institution, name),
            Self::Postgres(engine) => engine.count_preview(institution, name).await,
        }
    }
}

/// Columns one after the other with their lengths, so that no two rows give the same bytes.
pub(crate) fn columns(parts: &[&[u8]]) -> Vec<u8> {
    let length = |part: &[u8]| u64::try_from(part.len()).expect("a text is shorter than memory").to_be_bytes();
    parts.iter().flat_map(|part| [length(part).to_vec(), part.to_vec()].concat()).collect()
}

pub(crate) fn numbers(numbers: &[i64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn columns_of(row: &Credential) -> Vec<u8> {
    let (kind, holder) = holder_columns(&row.holder);
    let until = row.until.map_or(i64::MAX, |until| until.millis());
    let revoked = row.revoked.as_ref();
    columns(&[
        &row.digest,
        &numbers(&[kind, bits_of(row.roles.iter().map(|role| role.number())), row.from.millis(), until]),
        holder.as_bytes(),
        json(&row.areas).as_bytes(),
        row.issued.by.as_bytes(),
        revoked.map_or("", |signed| &signed.by).as_bytes(),
        &numbers(&[row.issued.at.millis(), revoked.map_or(i64::MAX, |signed| signed.at.millis())]),
    ])
}

fn columns_of_staff(row: &Staff) -> Vec<u8> {
    let roles = bits_of(row.roles.iter().map(|role| role.number()));
    let mut told = columns(&[
        row.name.as_bytes(),
        row.password.as_bytes(),
        json(&row.areas).as_bytes(),
        row.changed.by.as_bytes(),
        &numbers(&[roles, i64::from(row.active), row.changed.at.millis()]),
    ]);
    // Who is known by his name alone has nothing here: no two rows give the same bytes.
    told.extend(row.person.iter().flat_map(|person| columns(&[person.as_bytes()])));
    told
}

fn coded_credential(keys: &WorkingKey, row: &Credential) -> Coded<Credential> {
    Coded { row: row.clone(), seal: keys.code(CREDENTIAL, &[&columns_of(row)]).to_vec() }
}

fn forged(table: &'static str, row: String) -> StoreError {
    StoreError::Damaged { table, row, why: "it was forged or edited".to_owned() }
}

fn verified_credential(keys: &WorkingKey, coded: Coded<Credential>) -> Result<Credential, StoreError> {
    if keys.has_code(CREDENTIAL, &[&columns_of(&coded.row)], &coded.seal) {
        return Ok(coded.row);
    }
    Err(forged(CREDENTIAL, coded.row.name()))
}

fn verified_staff(keys: &WorkingKey, coded: Coded<Staff>) -> Result<Staff, StoreError> {
    if keys.has_code(STAFF, &[&columns_of_staff(&coded.row)], &coded.seal) {
        return Ok(coded.row);
    }
    Err(forged(STAFF, coded.row.name))
}

/// How a holder stands in rows.
pub(crate) fn holder_columns(holder: &Holder) -> (i64, String) {
    match holder {
        Holder::Institution(id) => (1, id.number().to_string()),
        Holder::Staff(name) => (2, name.clone()),
    }
}

fn holder_of(kind: i64, holder: String) -> Option<Holder> {
    match kind {
        1 => holder.parse().ok().map(|number| Holder::Institution(InstitutionId::from_number(number))),
        2 => Some(Holder::Staff(holder)),
        _ => None,
    }
}

pub(crate) fn values_of(coded: &Coded<Credential>) -> [Value<'_>; 12] {
    let row = &coded.row;
    let (kind, holder) = holder_columns(&row.holder);
    let revoked = row.revoked.as_ref();
    [
        Value::Bytes(&row.digest),
        kind.into(),
        Value::owned(holder),
        bits_of(row.roles.iter().map(|role| role.number())).into(),
        Value::owned(json(&row.areas)),
        row.from.millis().into(),
        Value::maybe(row.until.map(|until| until.millis())),
        row.issued.by.as_str().into(),
        row.issued.at.millis().into(),
        revoked.map_or(Value::Null, |signed| signed.by.as_str().into()),
        Value::maybe(revoked.map(|signed| signed.at.millis())),
        Value::Bytes(&coded.seal),
    ]
}

pub(crate) fn values_of_staff(coded: &Coded<Staff>) -> [Value<'_>; 9] {
    let row = &coded.row;
    [
        row.name.as_str().into(),
        row.password.as_str().into(),
        bits_of(row.roles.iter().map(|role| role.number())).into(),
        Value::owned(json(&row.areas)),
        row.active.into(),
        row.changed.by.as_str().into(),
        row.changed.at.millis().into(),
        Value::Bytes(&coded.seal),
        row.person.as_deref().map_or(Value::Null, Value::from),
    ]
}

pub(crate) fn values_of_visit(visit: &Visit) -> [Value<'_>; 5] {
    [
        visit.institution.number().into(),
        visit.name.as_str().into(),
        visit.patient.number().into(),
        visit.opened.millis().into(),
        visit.previews.into(),
    ]
}

/// What a statement that counts a preview is given.
pub(crate) fn counting(institution: InstitutionId, name: &str) -> [Value<'_>; 3] {
    [institution.number().into(), name.into(), MOST_PREVIEWS.into()]
}

pub(crate) fn decode(f: &mut Fields<'_>) -> Result<Coded<Credential>, StoreError> {
    let digest: Vec<u8> = f.plain()?;
    let digest = digest.try_into().map_err(|_| f.contradiction())?;
    let (kind, holder) = (f.plain()?, f.plain()?);
    let holder = holder_of(kind, holder).ok_or_else(|| f.contradiction())?;
    let (roles, areas) = (f.get(words(Role::from_number))?, areas(f)?);
    let (from, until) = (f.get(moment)?, f.maybe(moment)?);
    let issued = Signed { by: f.plain()?, at: f.get(moment)? };
    let revoked: (Option<String>, _) = (f.plain()?, f.maybe(moment)?);
    let revoked = revoked.0.zip(revoked.1).map(|(by, at)| Signed { by, at });
    let row = Credential { digest, holder, roles, areas, from, until, issued, revoked };
    Ok(Coded { row, seal: f.plain()? })
}

fn areas(f: &mut Fields<'_>) -> Result<BTreeSet<AreaCode>, StoreError> {
    f.text(|text| serde_json::from_str(text).ok())
}

pub(crate) fn decode_staff(f: &mut Fields<'_>) -> Result<Coded<Staff>, StoreError> {
    let (name, password) = (f.plain()?, f.plain()?);
    let (roles, areas, active) = (f.get(words(Role::from_number))?, areas(f)?, f.get(flag)?);
    let changed = Signed { by: f.plain()?, at: f.get(moment)? };
    let (seal, person) = (f.plain()?, f.plain()?);
    Ok(Coded { row: Staff { name, person, password, roles, areas, active, changed }, seal })
}

pub(crate) fn decode_visit(f: &mut Fields<'_>) -> Result<Visit, StoreError> {
    let (institution, name, patient) = (f.get(institution)?, f.plain()?, f.get(person)?);
    Ok(Visit { institution, name, patient, opened: f.get(moment)?, previews: f.get(small)? })
}

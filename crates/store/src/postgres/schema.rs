//! The tables on a server: the same numbered steps as in a file, in PostgreSQL's words.
//!
//! Invariants: as of the steps of a file; two programs that begin at once do each step once.

use super::address::Address;
use super::session::Session;
use crate::StoreError;
use crate::sql::Value;
use crate::sql::catalogue::{ADD_MIGRATION, MIGRATIONS};
use crate::sql::steps::{self, number_of};

/// The steps, by number from 1: name and text.
pub(super) const STEPS: &[(&str, &str)] = &[
    ("people", include_str!("../../migrations/postgres/0001_people.sql")),
    ("bindings", include_str!("../../migrations/postgres/0002_bindings.sql")),
    ("payments", include_str!("../../migrations/postgres/0003_payments.sql")),
    ("ledger", include_str!("../../migrations/postgres/0004_ledger.sql")),
    ("messages", include_str!("../../migrations/postgres/0005_messages.sql")),
    ("vault", include_str!("../../migrations/postgres/0006_vault.sql")),
    ("chain", include_str!("../../migrations/postgres/0007_chain.sql")),
    ("releases", include_str!("../../migrations/postgres/0008_releases.sql")),
    ("credentials", include_str!("../../migrations/postgres/0009_credentials.sql")),
    ("staff", include_str!("../../migrations/postgres/0010_staff.sql")),
    ("visits", include_str!("../../migrations/postgres/0011_visits.sql")),
    ("stops", include_str!("../../migrations/postgres/0012_stops.sql")),
    ("proposals", include_str!("../../migrations/postgres/0013_proposals.sql")),
    ("papers", include_str!("../../migrations/postgres/0014_papers.sql")),
    ("papers-by-name", include_str!("../../migrations/postgres/0015_papers_by_name.sql")),
];

const RECORD: &str = "create table if not exists migration (step bigint not null primary key, \
    name text collate \"C\" not null, digest text collate \"C\" not null)";
const FOUND: &str = "select count(*) from pg_catalog.pg_class where relname = 'migration' and relkind = 'r' \
    and relnamespace = quote_ident(current_schema())::regnamespace";

/// Whether this database has been begun.
pub(super) async fn has_tables(session: &Session) -> Result<bool, StoreError> {
    Ok(session.numbers_of(FOUND).await? != [0])
}

/// Runs the steps that are missing; gives how many there were.
pub(super) async fn migrate(session: &Session, address: &Address) -> Result<usize, StoreError> {
    session.run(RECORD).await?;
    session.run("begin; lock table migration in exclusive mode").await?;
    let done = known_steps(session, address).await?;
    for (place, (name, text)) in STEPS.iter().enumerate().skip(done) {
        session.run(text).await?;
        let values = [number_of(place).into(), (*name).into(), Value::owned(steps::digest(text))];
        session.execute(&ADD_MIGRATION, &values).await?;
    }
    session.commit().await?;
    Ok(STEPS.len() - done)
}

/// Goes on only with tables that this program knows.
pub(super) async fn check(session: &Session, address: &Address) -> Result<(), StoreError> {
    if !has_tables(session).await? {
        return Err(StoreError::Missing { path: address.place() });
    }
    match STEPS.len() - known_steps(session, address).await? {
        0 => Ok(()),
        steps => Err(StoreError::Pending { path: address.place(), steps }),
    }
}

pub(super) async fn known_steps(session: &Session, address: &Address) -> Result<usize, StoreError> {
    let done = session.query(&MIGRATIONS, &[], steps::decode).await?;
    steps::known(&done, STEPS, &address.place())
}

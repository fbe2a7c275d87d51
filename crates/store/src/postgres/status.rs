//! How a database on a server is kept.

use super::address::Address;
use super::session::Session;
use super::{Engine, layout, schema};
use crate::StoreError;
use crate::status::{Status, Steps};

const BYTES: &str = "select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_catalog.pg_class \
    where relkind = 'r' and relnamespace = quote_ident(current_schema())::regnamespace";
const OTHERS: &str = "select count(*) from pg_catalog.pg_stat_activity where application_name like 'gongji%' \
    and datname = current_database() and pid <> pg_backend_pid()";
/// What a commit needs to outlive a crash.
const SETTINGS: [(&str, &str); 3] = [
    ("fsync", "select current_setting('fsync')"),
    ("full_page_writes", "select current_setting('full_page_writes')"),
    ("synchronous_commit", "select current_setting('synchronous_commit')"),
];

impl Engine {
    /// Which steps were run.
    pub(crate) async fn steps(url: &str) -> Result<Steps, StoreError> {
        let address = Address::parse(url)?;
        steps(&Session::connect(&address).await?, &address).await
    }

    /// How the database is kept.
    pub(crate) async fn status(url: &str) -> Result<Status, StoreError> {
        let address = Address::parse(url)?;
        let session = Session::connect(&address).await?;
        let steps = steps(&session, &address).await?;
        let bytes = session.number(BYTES, &[]).await?.unsigned_abs();
        let programs = session.number(OTHERS, &[]).await?.unsigned_abs();
        let mut settings = Vec::new();
        for (name, text) in SETTINGS {
            settings.push((name, session.text_of(text).await?));
        }
        if layout::is_noted(&session).await? {
            settings.push(("layout", "spread".to_owned()));
        }
        Ok(Status { steps, bytes, programs, settings })
    }
}

pub(super) async fn steps(session: &Session, address: &Address) -> Result<Steps, StoreError> {
    if !schema::has_tables(session).await? {
        return Err(StoreError::Missing { path: address.place() });
    }
    Ok(Steps::after(schema::known_steps(session, address).await?, schema::STEPS))
}

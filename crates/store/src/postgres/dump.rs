//! What PostgreSQL's own programs need to copy a database: an address, a moment that they share, an empty place.
//!
//! Invariants: nothing that is there is changed, and a place that is not empty is not called empty. Deliberately absent:
//! running the programs.

use gongji_words::Day;

use super::address::{Address, Variables};
use super::session::Session;
use super::{SNAPSHOT, status};
use crate::status::Steps;
use crate::{StoreError, days};

const SERVER: &str = "select current_setting('server_version_num')::bigint";
/// Of this number the server's release is the first part.
const RELEASES: i64 = 10_000;
const SCHEMA: &str = "select coalesce(current_schema(), '')::text";
const TABLES: &str = "select count(*) from pg_catalog.pg_class where relkind in ('r', 'p') \
    and relnamespace = quote_ident(current_schema())::regnamespace";
/// Some names of what is in a schema: tables and all that is like one, functions, types that are not a table's.
const THINGS: &str = "with here as (select quote_ident(current_schema())::regnamespace as oid), there as ( \
    select relname::text as name from pg_catalog.pg_class, here where relnamespace = here.oid \
    union select proname::text from pg_catalog.pg_proc, here where pronamespace = here.oid \
    union select typname::text from pg_catalog.pg_type, here where typnamespace = here.oid \
    and typrelid = 0 and typelem = 0) \
    select coalesce(string_agg(name, ', ' order by name), '') from (select name from there order by name limit 3) shown";

/// The address of a server for programs that speak through libpq, as variables of their environment: whoever may list the
/// processes of a machine sees arguments.
///
/// # Errors
/// [`StoreError::Address`] if it is none.
pub fn variables(url: &str) -> Result<Variables, StoreError> {
    Address::parse(url)?.variables()
}

/// A moment of a database that can be read as long as this lives, by other connections too.
#[derive(Debug)]
pub struct Held {
    /// By which other connections take it over.
    pub name: String,
    /// The schema of the tables.
    pub schema: String,
    /// How many tables there are in it.
    pub tables: u64,
    /// The server's version: its first number.
    pub server: i64,
    /// Which steps the tables have behind them.
    pub steps: Steps,
    /// The last day that is closed. None is told of tables that are behind this program.
    pub closed: Option<Day>,
    _session: Session,
}

impl Held {
    /// Holds the moment that is now.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Newer`], [`StoreError::Damaged`], [`StoreError::Address`],
    /// [`StoreError::Unreachable`].
    pub async fn of(url: &str) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let session = Session::connect(&address).await?;
        // It waits for as long as somebody else reads.
        session.run("set idle_in_transaction_session_timeout = 0").await?;
        session.run(SNAPSHOT).await?;
        let steps = status::steps(&session, &address).await?;
        let days = if steps.missing.is_empty() { days::closed_days(&session).await? } else { Vec::new() };
        Ok(Self {
            name: session.text_of("select pg_export_snapshot()").await?,
            schema: session.text_of(SCHEMA).await?,
            tables: session.number(TABLES, &[]).await?.unsigned_abs(),
            server: session.number(SERVER, &[]).await? / RELEASES,
            steps,
            closed: days.last().map(|day| day.day),
            _session: session,
        })
    }
}

/// Where a database is to be restored to.
#[derive(Debug, PartialEq, Eq)]
pub struct Ground {
    /// The first schema of the search path that is there; empty if none is.
    pub schema: String,
    /// Some names of what is in it, with commas; empty if nothing is.
    pub things: String,
}

impl Ground {
    /// Looks at the place to which an address leads.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unreachable`].
    pub async fn of(url: &str) -> Result<Self, StoreError> {
        let session = Session::connect(&Address::parse(url)?).await?;
        Ok(Self { schema: session.text_of(SCHEMA).await?, things: session.text_of(THINGS).await? })
    }
}

/// Makes a database on a server of one's own, with a schema of this name, for an account that may do nothing elsewhere;
/// gives its address. What is restored there is somebody's SQL, and runs with the rights of that account.
///
/// # Errors
/// [`StoreError::Address`], [`StoreError::Unreachable`]; others if the account of the address may not do so.
pub async fn prepare(server: &str, schema: &str) -> Result<String, StoreError> {
    let session = Session::connect(&Address::parse(server)?).await?;
    session.run("create role gongji_restored login").await?;
    session.run("create database gongji_restored owner gongji_restored template template0").await?;
    let address = format!("{server} user=gongji_restored dbname=gongji_restored");
    let session = Session::connect(&Address::parse(&address)?).await?;
    let schema = schema.replace('"', "\"\"");
    session.run("set client_min_messages = warning").await?;
    session.run(&format!("create schema if not exists \"{schema}\"")).await?;
    session.run(&format!("alter database gongji_restored set search_path = \"{schema}\"")).await?;
    Ok(address)
}

//! What a failure of the driver means to a caller.
//!
//! Invariant: no error text carries a value of a row, an address or a password. Everything that is neither a broken
//! constraint nor a failure of this program's own statements is worth doing again with the same messages.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::StoreError;

/// What a failure at a table means.
pub(super) fn failed(table: &'static str, error: Error) -> StoreError {
    let what = || match table {
        "pg_database" => "what was asked of the database server".to_owned(),
        table => format!("the database at the table {table}"),
    };
    let Some(state) = error.code().cloned() else {
        return if is_of_certificate(&error) {
            let what = "the database server is not who it should be: look at sslmode and sslrootcert; connecting";
            StoreError::Io { what: what.to_owned(), source: Box::new(error) }
        } else if is_of_network(&error) {
            StoreError::Unreachable
        } else {
            StoreError::Io { what: what(), source: Box::new(error) }
        };
    };
    match state.code() {
        class if class.starts_with("23") => StoreError::Constraint { table },
        "40001" | "40P01" | "55P03" | "57014" => StoreError::Contended,
        // The server is going, coming, or has become a standby.
        class if class.starts_with("08") || class.starts_with("57P") || class == "25006" => StoreError::Unreachable,
        "XX000" if is_of_worker(&error) => StoreError::Unreachable,
        "53300" => StoreError::Busy,
        _ if state == SqlState::INVALID_CATALOG_NAME => StoreError::Io { what: no_database(), source: Box::new(error) },
        _ => StoreError::Io { what: what(), source: Box::new(error) },
    }
}

/// A connection that was lost or never made has a failure of the machine below it.
fn is_of_network(error: &Error) -> bool {
    let below = std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>());
    error.is_closed() || below || error.to_string().contains("timeout")
}

/// A coordinator tells of a worker that died as of a failure of its own, which speaks of a connection.
fn is_of_worker(error: &Error) -> bool {
    error.as_db_error().is_some_and(|failure| failure.message().contains("connection"))
}

/// A certificate that is not believed will not be the next time either.
fn is_of_certificate(error: &Error) -> bool {
    let below = std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>());
    below.and_then(std::io::Error::get_ref).is_some_and(|inner| inner.is::<rustls::Error>())
}

fn no_database() -> String {
    "the database that is named does not exist on that server: create it there; connecting".to_owned()
}

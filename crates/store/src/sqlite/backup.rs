//! A copy of a file of one moment, beside whoever writes to it.

use std::path::Path;

use super::access::failed;
use super::{Engine, TABLE, connect_existing, schema};
use crate::StoreError;

impl Engine {
    /// Copies all rows of one moment into `to`, which is not there or empty. What was deleted is not copied, so that keys
    /// which were destroyed stand nowhere in it. Tables of an older release are copied as they are: before a migration is
    /// when a backup is wanted.
    pub(crate) fn backup(path: &Path, to: &Path) -> Result<(), StoreError> {
        let connection = connect_existing(path)?;
        match schema::check(&connection, path) {
            Ok(()) | Err(StoreError::Pending { .. }) => {}
            Err(error) => return Err(error),
        }
        let to = to.to_str().ok_or_else(|| {
            StoreError::io("naming", to, std::io::Error::new(std::io::ErrorKind::InvalidInput, "the path is no text"))
        })?;
        connection.execute("vacuum into ?1", [to]).map(|_| ()).map_err(|error| failed(TABLE, error))
    }
}

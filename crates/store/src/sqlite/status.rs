//! How a file is kept.

use std::path::Path;

use super::access::failed;
use super::{Engine, TABLE, connect_reader, lock_file, schema};
use crate::status::{Status, Steps};
use crate::{StoreError, WorkingKey};

impl Engine {
    /// Which steps were run.
    pub(crate) fn steps(path: &Path) -> Result<Steps, StoreError> {
        let reader = connect_reader(path)?;
        if !reader.table_exists(None, "migration").map_err(|error| failed(TABLE, error))? {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        Ok(Steps::after(schema::known_steps(&reader, path)?, schema::STEPS))
    }

    /// How the file is kept. Its writer is seen by the lock, which is given back at once.
    pub(crate) fn status(path: &Path) -> Result<Status, StoreError> {
        let steps = Self::steps(path)?;
        let programs = match lock_file(path) {
            Ok(_) => 0,
            Err(StoreError::Locked { .. }) => 1,
            Err(error) => return Err(error),
        };
        let reader = connect_reader(path)?;
        let pragma = |name| reader.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        let setting = |name: &'static str| match pragma(name).map_err(|error| failed(TABLE, error))? {
            rusqlite::types::Value::Text(text) => Ok((name, text)),
            rusqlite::types::Value::Integer(number) => Ok((name, number.to_string())),
            _ => Ok((name, String::new())),
        };
        let settings = vec![setting("journal_mode")?, setting("synchronous")?];
        let bytes = std::fs::metadata(path).map_err(|error| StoreError::io("looking at", path, error))?.len();
        Ok(Status { steps, bytes, programs, settings })
    }

    /// Opens the file for what stands there unencrypted: any key does.
    pub(crate) fn open_without_key(path: &Path) -> Result<Self, StoreError> {
        let reader = connect_reader(path)?;
        schema::check(&reader, path)?;
        Ok(Self::with_reader(path, &WorkingKey::none(), reader))
    }
}

//! How tables came to be: numbered steps, each run once, each recorded with the digest of its text.
//!
//! Invariants: steps only ever go forward; tables of a newer program, or made by a step with another text, are left
//! alone.

use std::path::Path;

use sm3::{Digest, Sm3};

use super::Fields;
use crate::StoreError;
use crate::digest::hex;

const TABLE: &str = "migration";

/// A step that was run.
pub(crate) struct Done {
    step: i64,
    digest: String,
}

pub(crate) fn decode(f: &mut Fields<'_>) -> Result<Done, StoreError> {
    let step = f.plain()?;
    let _name: String = f.plain()?;
    Ok(Done { step, digest: f.plain()? })
}

/// How many steps were run, all of them known and with the text they have here.
pub(crate) fn known(done: &[Done], steps: &[(&str, &str)], path: &Path) -> Result<usize, StoreError> {
    for (place, found) in done.iter().enumerate() {
        let Some((_, text)) = steps.get(place) else {
            return Err(StoreError::Newer { path: path.to_owned(), step: found.step });
        };
        if found.step != number_of(place) || found.digest != digest(text) {
            let why = "the step was run with another text than this program has".to_owned();
            return Err(StoreError::Damaged { table: TABLE, row: found.step.to_string(), why });
        }
    }
    Ok(done.len())
}

pub(crate) fn number_of(place: usize) -> i64 {
    i64::try_from(place + 1).expect("there are few steps")
}

pub(crate) fn digest(text: &str) -> String {
    hex(&Sm3::digest(text.as_bytes()))
}

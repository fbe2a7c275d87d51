//! Who showed which token lately, so that a cheap question can be answered while the token is looked up.
//!
//! Invariants: nobody is let in by what is remembered here: whoever answered for it holds the answer back until the token has been
//! looked up and is as it was. No token is kept, but its SM3, as in the database.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gongji_domain::access::Credential;
use gongji_service::door::digest_of;

/// Most that are remembered; then all are forgotten.
const MOST: usize = 4_096;

/// Who showed which token last.
#[derive(Debug, Default)]
pub struct Holders(Mutex<BTreeMap<[u8; 32], Credential>>);

impl Holders {
    fn all(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Credential>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For whom this token was good the last time.
    pub fn last(&self, token: &str) -> Option<Credential> {
        self.all().get(&digest_of(token)).cloned()
    }

    /// For whom it is good.
    pub fn remember(&self, credential: &Credential) {
        let mut last = self.all();
        if last.len() >= MOST {
            last.clear();
        }
        last.insert(credential.digest, credential.clone());
    }

    /// It is good for nobody any more, or for somebody else.
    pub fn forget(&self, token: &str) {
        self.all().remove(&digest_of(token));
    }
}

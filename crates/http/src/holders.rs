//! Who showed which token lately, so that a cheap question can be answered while the token is looked up.
//!
//! Invariants: nobody is let in by what is remembered here: whoever answered for it holds the answer back until the token has been
//! looked up and is as it was. No token is kept, but a number made of it that is another in every program.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use gongji_domain::access::Credential;

/// Most that are remembered; then all are forgotten.
const MOST: usize = 4_096;

/// Who showed which token last.
#[derive(Debug, Default)]
pub struct Holders {
    numbers: RandomState,
    last: Mutex<BTreeMap<u64, Credential>>,
}

impl Holders {
    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, Credential>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For whom this token was good the last time.
    pub fn last(&self, token: &str) -> Option<Credential> {
        self.all().get(&self.numbers.hash_one(token)).cloned()
    }

    /// For whom it is good.
    pub fn remember(&self, token: &str, credential: &Credential) {
        let mut last = self.all();
        if last.len() >= MOST {
            last.clear();
        }
        last.insert(self.numbers.hash_one(token), credential.clone());
    }

    /// It is good for nobody any more, or for somebody else.
    pub fn forget(&self, token: &str) {
        self.all().remove(&self.numbers.hash_one(token));
    }
}

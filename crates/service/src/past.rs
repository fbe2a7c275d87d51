//! The laws of the past: which one a decision was made under, found by the digests that its trace names.
//!
//! Invariant: the law at hand answers for every decision whose digests it has. Deliberately absent: guessing; a digest
//! that no release resolved to is said to be unknown.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use gongji_domain::policy::Law;
use gongji_domain::release::{Release, Resolved};
use gongji_domain::trace::{LawMatch, Trace};
use gongji_store::Store;

use crate::error::ServiceError;
use crate::node::Node;
use crate::release::law_until;

/// The laws of all releases.
pub struct Past {
    law: Law,
    releases: Vec<Release>,
    /// With which release a digest first became law; traces shorten those of sponsors.
    first: BTreeMap<[u8; 32], u32>,
    laws: BTreeMap<u32, OnceLock<Option<Law>>>,
}

/// Which law a decision was made under.
#[derive(Debug)]
pub enum LawOf<'p> {
    /// This one; whatever may be missing of it, it has the digest of the patient's area.
    Known(&'p Law),
    /// None that is known here.
    Unknown,
}

impl Past {
    /// Reads it.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn of(store: &Store, law: &Law) -> Result<Self, ServiceError> {
        let (releases, resolved) = (store.releases().await?, store.all_resolved().await?);
        let mut first: BTreeMap<[u8; 32], u32> = BTreeMap::new();
        for Resolved { digest, release, .. } in &resolved {
            let known = first.entry(*digest).or_insert(*release);
            *known = (*known).min(*release);
        }
        let laws = first.values().map(|release| (*release, OnceLock::new())).collect();
        Ok(Self { law: law.clone(), releases, first, laws })
    }

    /// The law at hand.
    #[must_use]
    pub const fn law(&self) -> &Law {
        &self.law
    }

    /// The law that a decision was made under. Each law of the past is put together once, when it is first asked for.
    #[must_use]
    pub fn law_of(&self, trace: &Trace) -> LawOf<'_> {
        let Some(digest) = trace.policy_digest else { return LawOf::Known(&self.law) };
        if trace.law_match(&self.law) == LawMatch::Same {
            return LawOf::Known(&self.law);
        }
        let patient = self.first.get(&digest).copied();
        let sponsors = trace.sponsor_laws.iter().map(|law| self.first_of(&law.digest));
        // All of them were law at once, so the youngest was there last.
        let release = std::iter::once(patient).chain(sponsors).collect::<Option<Vec<u32>>>();
        let law = release.and_then(|releases| self.law_until(releases.into_iter().max()?));
        match law {
            Some(law) => LawOf::Known(law),
            None if self.law.policy_by_digest(&digest).is_some() => LawOf::Known(&self.law),
            None => LawOf::Unknown,
        }
    }

    fn first_of(&self, short: &[u8; 8]) -> Option<u32> {
        let mut from = [0; 32];
        from[..8].copy_from_slice(short);
        let found = self.first.range(from..).next()?;
        found.0.starts_with(short).then_some(*found.1)
    }

    fn law_until(&self, release: u32) -> Option<&Law> {
        let place = self.laws.get(&release)?;
        place.get_or_init(|| law_until(&self.releases, release).ok()).as_ref()
    }
}

impl Node {
    /// The laws of all releases, with the one that this node judges by at hand.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn past(&self) -> Result<Past, ServiceError> {
        Past::of(self.store(), &self.law()).await
    }
}

//! Traces: how a decision came about, kept for ever in a few hundred bytes.
//!
//! A trace holds the digests of the laws that spoke, the complete case and every step, so that the past can be
//! explained and judged again, exactly, under any other law. Invariants: what [`encode`] writes, [`decode`] reads
//! back equal; no bytes whatever make [`decode`] panic; codes and numbers only, no names, no identity numbers.
//! Deliberately absent: sentences (see [`crate::explain`]), and what an institution or an amount means.

mod bytes;
mod decode;
mod encode;
pub mod replaying;
#[cfg(test)]
pub(crate) mod tests;

use gongji_words::AreaCode;

use crate::case::Case;
use crate::decide::{Decision, decide};
use crate::policy::Law;

pub use bytes::{Mistake, TraceError};
pub use decode::{decode, laws_named};
pub use encode::encode;

/// The version that [`encode`] writes: the first byte. A change of layout is a new version with a reader of its
/// own beside the old ones, because traces are kept for ever.
pub const VERSION: u8 = 1;

/// The law of a sponsor's area, where it was not that of the patient's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SponsorLaw {
    /// Where the sponsor is insured.
    pub area: AreaCode,
    /// The first eight bytes of the digest of that area's policy on the day.
    pub digest: [u8; 8],
}

/// A decision as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The layout that it was written in.
    pub version: u8,
    /// Digest of the policy of the patient's area on the day; `None` if that day is not formalised.
    pub policy_digest: Option<[u8; 32]>,
    /// The other laws that spoke, each area once, in the order of the candidates.
    pub sponsor_laws: Vec<SponsorLaw>,
    /// All that was looked at.
    pub case: Case,
    /// What came of it, and how.
    pub decision: Decision,
}

/// Whether a law is the one that a decision was made under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LawMatch {
    /// Every area that spoke says the same still.
    Same,
    /// An area that spoke says something else about that day now.
    Changed,
}

impl Trace {
    /// Compares the digests of the trace with those of a law.
    #[must_use]
    pub fn law_match(&self, law: &Law) -> LawMatch {
        let now = encode::laws_of(law, &self.case);
        if now == (self.policy_digest, self.sponsor_laws.clone()) { LawMatch::Same } else { LawMatch::Changed }
    }
}

/// Judges the case of a trace again, under this law or another.
#[must_use]
pub fn replay(law: &Law, trace: &Trace) -> Decision {
    decide(law, &trace.case)
}

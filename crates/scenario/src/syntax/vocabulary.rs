//! The closed word lists of the language: each list is an enum, each word a variant.
//!
//! A word outside its list is an error of form, never ignored. The lists carry no
//! rules; which kind of visit or relative an area admits is decided elsewhere. Where the rules have the same
//! list, theirs is used: one word, one meaning.

pub use gongji_domain::binding::Channel;
pub use gongji_domain::burden::{Part, VisitKind as Kind};
pub use gongji_domain::institution::{Designation as Designated, InstitutionKind, Takes as YesNo};
pub use gongji_domain::kinship::Relation;
pub use gongji_domain::person::{InsuranceStatus as Status, Scheme, Sex, Trait as TraitWord};
pub use gongji_domain::policy::Proof;

/// A closed list of words.
pub trait Vocabulary: Copy + PartialEq + 'static {
    /// What a word of the list is called in messages, with its article.
    const CALLED: &'static str;
    /// Every word, in the order of the language's own description.
    const ALL: &'static [Self];

    /// The word as it is written.
    fn word(self) -> &'static str;

    /// The value written so, if the list has it.
    #[must_use]
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.word() == word)
    }
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $called:literal { $($(#[$word_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$word_doc])* #[doc = concat!("Written `", $word, "`.")] $variant),+ }

        impl Vocabulary for $name {
            const CALLED: &'static str = $called;
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

macro_rules! words_of_the_rules {
    ($($name:ident $called:literal),+ $(,)?) => { $(
        impl Vocabulary for $name {
            const CALLED: &'static str = $called;
            const ALL: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.word()
            }
        }
    )+ };
}

words_of_the_rules! {
    Scheme "a scheme",
    Status "a status",
    Sex "a sex",
    TraitWord "a trait",
    InstitutionKind "a kind of institution",
    Designated "yes, no or suspended",
    YesNo "yes or no",
    Relation "a relation",
    Proof "a proof",
    Channel "a channel",
    Kind "a kind of visit",
    Part "a part",
}

/// The only kind of institution whose bills have a part; none: every kind.
#[must_use]
pub fn only_at(part: Part) -> Option<InstitutionKind> {
    match part {
        Part::Deductible | Part::ClassB | Part::Copay | Part::OverCap | Part::OverLimit | Part::OutOfCatalogue => {
            Some(InstitutionKind::Hospital)
        }
        Part::Drug | Part::Device | Part::Consumable => Some(InstitutionKind::Pharmacy),
        Part::Vaccine | Part::Exam | Part::Fitness | Part::Wellness | Part::PublicHealth => None,
    }
}

vocabulary! {
    /// One of the two sides of a binding.
    Side, "a side" { Sponsor = "sponsor", Beneficiary = "beneficiary" }
}

vocabulary! {
    /// What a reviewer says to a binding.
    Verdict, "a verdict" { Approve = "approve", Reject = "reject", Return = "return" }
}

vocabulary! {
    /// Whether the connection of two provinces works.
    LinkState, "down or up" { Down = "down", Up = "up" }
}

vocabulary! {
    /// The state of a binding.
    BindingState, "a state of a binding" {
        Active = "active",
        /// An answer of the beneficiary is awaited.
        PendingConsent = "pending consent",
        /// An answer of the agency is awaited.
        PendingReview = "pending review",
        /// It begins later.
        Scheduled = "scheduled",
        Paused = "paused",
        Ended = "ended",
        /// It ends later.
        Ending = "ending",
        Rejected = "rejected",
        Returned = "returned",
    }
}

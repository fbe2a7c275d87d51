//! The closed word lists of the language: each list is an enum, each word a variant.
//!
//! A word outside its list is an error of form, never ignored. The lists carry no
//! rules; which kind of visit or relative an area admits is decided elsewhere.

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

vocabulary! {
    /// The insurance scheme of a person.
    Scheme, "a scheme" {
        Employee = "employee",
        Resident = "resident",
        /// Not insured.
        None = "none",
    }
}

vocabulary! {
    /// The insurance status of a person; `dead` only as a change of it.
    Status, "a status" {
        Active = "active",
        Suspended = "suspended",
        Arrears = "arrears",
        Ended = "ended",
        Dead = "dead",
    }
}

vocabulary! {
    /// The sex of a person, where stated.
    Sex, "a sex" { Male = "male", Female = "female" }
}

vocabulary! {
    /// A fact about a person that a policy may look at.
    TraitWord, "a trait" {
        ChronicEntitlement = "chronic-entitlement",
        CivilService = "civil-service",
        MutualHelpPlan = "mutual-help-plan",
    }
}

vocabulary! {
    /// What kind of institution it is.
    InstitutionKind, "a kind of institution" { Hospital = "hospital", Pharmacy = "pharmacy" }
}

vocabulary! {
    /// Whether an institution is designated for medical insurance.
    Designated, "yes, no or suspended" { Yes = "yes", No = "no", Suspended = "suspended" }
}

vocabulary! {
    /// Whether something holds.
    YesNo, "yes or no" { Yes = "yes", No = "no" }
}

vocabulary! {
    /// What the beneficiary is to the sponsor.
    Relation, "a relation" {
        Spouse = "spouse",
        Parent = "parent",
        Child = "child",
        Sibling = "sibling",
        Grandparent = "grandparent",
        MaternalGrandparent = "maternal-grandparent",
        Grandchild = "grandchild",
        DaughterGrandchild = "daughter-grandchild",
        ParentInLaw = "parent-in-law",
        ChildInLaw = "child-in-law",
        PairedHousehold = "paired-household",
        Other = "other",
    }
}

vocabulary! {
    /// How a relation is proven when a binding is asked for.
    Proof, "a proof" { Promise = "promise", Upload = "upload" }
}

vocabulary! {
    /// Where a binding is asked for.
    Channel, "a channel" { Portal = "portal", Counter = "counter" }
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
    /// The kind of a visit.
    Kind, "a kind of visit" {
        Outpatient = "outpatient",
        Emergency = "emergency",
        Chronic = "chronic",
        Inpatient = "inpatient",
        Pharmacy = "pharmacy",
        Birth = "birth",
    }
}

vocabulary! {
    /// A piece of the personal burden of a bill.
    Part, "a part" {
        Deductible = "deductible",
        ClassB = "class-b",
        Copay = "copay",
        OverCap = "over-cap",
        OverLimit = "over-limit",
        OutOfCatalogue = "out-of-catalogue",
        Drug = "drug",
        Device = "device",
        Consumable = "consumable",
        Vaccine = "vaccine",
        Exam = "exam",
        Fitness = "fitness",
        Wellness = "wellness",
        PublicHealth = "public-health",
    }
}

impl Part {
    /// The only kind of institution whose bills have this part; none: every kind.
    #[must_use]
    pub fn only_at(self) -> Option<InstitutionKind> {
        match self {
            Self::Deductible | Self::ClassB | Self::Copay | Self::OverCap | Self::OverLimit | Self::OutOfCatalogue => {
                Some(InstitutionKind::Hospital)
            }
            Self::Drug | Self::Device | Self::Consumable => Some(InstitutionKind::Pharmacy),
            Self::Vaccine | Self::Exam | Self::Fitness | Self::Wellness | Self::PublicHealth => None,
        }
    }
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

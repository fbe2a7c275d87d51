//! Papers (材料): what institutions hand in around their bills, kept as it came: visits with diagnoses, lines, filings, files.
//!
//! No rule judges a paper; what moves money is a message. Invariants: a paper has one name for its kind and owner; a newer
//! version follows the one that was read. Deliberately absent: what stands in it (faces know), and how it is encrypted.

use gongji_words::{InstitutionId, Moment, PersonId};

use crate::word::vocabulary;

vocabulary! {
    /// What a paper is.
    PaperKind {
        /// How an institution connects: its code, its way of proving itself, what it may do at which channel.
        Profile = 1 "profile",
        /// An operator of an institution who has signed in (签到).
        SignIn = 2 "sign-in",
        /// A visit (就诊), with its diagnoses.
        Visit = 3 "visit",
        /// Lines of a bill, a charge batch (收费批次) of a visit.
        Lines = 4 "lines",
        /// A bill as it was split and brought to be settled.
        Bill = 5 "bill",
        /// The undoing of a bill.
        Reversal = 6 "reversal",
        /// A filing (备案): referral, chronic disease, designated institution.
        Filing = 7 "filing",
        /// A code that somebody shows (医保码), by its keyed hash.
        Code = 8 "code",
        /// A file that was sent, or is to be fetched.
        File = 9 "file",
        /// An order of mobile payment.
        Order = 10 "order",
        /// What the last preview of a visit's bill came to.
        Preview = 11 "preview",
        /// Who is told what happened, where, and with which secret (回调).
        Webhook = 12 "webhook",
        /// How far he was told.
        Delivery = 13 "delivery",
        /// That rows of a month's clearing are as they should be (确认).
        Confirmation = 14 "confirmation",
    }
}

/// A paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// What it is.
    pub kind: PaperKind,
    /// Whose it is: an institution, or number 0 for the agency.
    pub owner: InstitutionId,
    /// Its name.
    pub name: String,
    /// Whom it is about; what is about somebody goes with him when he is shredded.
    pub person: Option<PersonId>,
    /// The moment by which it is listed.
    pub at: Moment,
    /// From 1.
    pub version: u32,
    /// What stands in it.
    pub body: Vec<u8>,
}

/// By what a paper is found: its kind, its owner, its name.
pub type PaperKey = (PaperKind, InstitutionId, String);

impl Paper {
    /// By what it is found.
    #[must_use]
    pub fn key(&self) -> PaperKey {
        (self.kind, self.owner, self.name.clone())
    }
}

/// A first version that comes with a message: kept where the message is entered, in one with it, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    /// The paper.
    pub paper: Paper,
    /// Random bytes, never used before, with which it is encrypted.
    pub random: [u8; 12],
}

/// How many papers tell what the bills of somebody have come to. None of them is ever taken away but with everything about him, so
/// whoever worked something out of them needs to look again only when there are more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaperCount {
    /// Bills that were brought.
    pub bills: i64,
    /// Undoings of bills.
    pub reversals: i64,
}

impl PaperCount {
    /// So many more of a kind; papers of other kinds tell nothing of it.
    pub const fn add(&mut self, kind: PaperKind, count: i64) {
        match kind {
            PaperKind::Bill => self.bills += count,
            PaperKind::Reversal => self.reversals += count,
            _ => {}
        }
    }
}

/// Which papers are looked for, of one kind; the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of an owner.
    Owner(InstitutionId),
    /// Those about a person, whoever owns them.
    Person(PersonId),
}

//! Double entry. A journal is balanced by construction; entries are only ever added; a reversal is the same
//! entries backwards. Deliberately absent: balances, which are sums.

use gongji_words::{AreaCode, CommandId, Fen, InstitutionId, Moment, PersonId};

use crate::account::Colour;
use crate::word::vocabulary;
use crate::zoo::{self, Cage};

/// Where money is. Money of people carries its colour, what is owed to others does not need one but keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// Money of a personal account that is not held.
    Free(PersonId),
    /// Money of a personal account held for a binding or transfer.
    Held(PersonId, CommandId),
    /// Money in a wallet (transfer mode).
    Wallet(PersonId),
    /// What an institution of this node's areas is owed.
    Institution(InstitutionId),
    /// What is owed to (or by) another province's area.
    Area(AreaCode),
    /// Premiums collected for a plan.
    Premiums,
    /// Where money comes into accounts: contributions, opening balances.
    Credits,
    /// Interest paid on accounts.
    Interest,
    /// Money of the dead and of reversals to them, until the heirs have it.
    Suspense(PersonId),
    /// Paid out to heirs.
    Heirs(PersonId),
    /// Corrections under two names.
    Corrections,
}

impl Position {
    /// Kind, subject and owner, as rows keep them. Kinds are append-only.
    #[must_use]
    pub fn numbers(self) -> (i64, i64, i64) {
        match self {
            Self::Free(person) => (1, person.number(), 0),
            Self::Held(person, owner) => (2, person.number(), owner.number()),
            Self::Wallet(person) => (3, person.number(), 0),
            Self::Institution(id) => (4, id.number(), 0),
            Self::Area(area) => (5, i64::from(area.number()), 0),
            Self::Premiums => (6, 0, 0),
            Self::Credits => (7, 0, 0),
            Self::Interest => (8, 0, 0),
            Self::Suspense(person) => (9, person.number(), 0),
            Self::Heirs(person) => (10, person.number(), 0),
            Self::Corrections => (11, 0, 0),
        }
    }

    /// Whose own money this is, if it is somebody's: of his account, held or not, or of his wallet.
    #[must_use]
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Free(person) | Self::Held(person, _) | Self::Wallet(person) => Some(person),
            _ => None,
        }
    }

    /// The position of three numbers, if they are one.
    #[must_use]
    pub fn from_numbers(kind: i64, subject: i64, owner: i64) -> Option<Self> {
        let person = PersonId::from_number(subject);
        Some(match kind {
            1 => Self::Free(person),
            2 => Self::Held(person, CommandId::from_number(owner)),
            3 => Self::Wallet(person),
            4 => Self::Institution(InstitutionId::from_number(subject)),
            5 => Self::Area(AreaCode::parse(&subject.to_string()).ok()?),
            6 => Self::Premiums,
            7 => Self::Credits,
            8 => Self::Interest,
            9 => Self::Suspense(person),
            10 => Self::Heirs(person),
            11 => Self::Corrections,
            _ => return None,
        })
    }
}

vocabulary! {
    /// What a journal records.
    JournalKind {
        /// A bill paid.
        Settlement = 1 "settlement",
        /// A bill undone.
        Reversal = 2 "reversal",
        /// A premium paid.
        Premium = 3 "premium",
        /// Money credited.
        Credit = 4 "credit",
        /// Interest.
        Interest = 5 "interest",
        /// A quota frozen, changed or released.
        Quota = 6 "quota",
        /// A transfer sent, accepted or returned.
        Transfer = 7 "transfer",
        /// Money moved with its owner to another province.
        Move = 8 "move",
        /// Money of the dead set aside or paid to heirs.
        Estate = 9 "estate",
        /// A correction under two names.
        Correction = 10 "correction",
    }
}

/// One side of a journal. Positive is into the position, negative out of it, in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The journal.
    pub journal: CommandId,
    /// Its place in the journal, from 0.
    pub leg: u16,
    /// The person under whose key it stands: on both legs he whose money moves.
    pub key: PersonId,
    /// Where.
    pub position: Position,
    /// The colour of the money.
    pub colour: Colour,
    /// How much.
    pub amount: Fen,
}

/// A balanced set of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// The command that made it.
    pub id: CommandId,
    /// When.
    pub at: Moment,
    /// What it records.
    pub kind: JournalKind,
    /// The journal that it undoes.
    pub reverses: Option<CommandId>,
}

/// Moves of money that become one journal: each is out of one position and into another, so the sum is zero.
#[derive(Clone, Debug, Default)]
pub struct Moves(Vec<Entry>);

impl Moves {
    /// No move yet.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Moves an amount of one colour. Nothing is written for zero; a negative amount is an error of the program.
    pub fn push(&mut self, key: PersonId, (out_of, into): (Position, Position), (colour, amount): (Colour, Fen)) {
        assert!(!amount.is_negative(), "a move is never negative");
        if amount.is_zero() {
            return;
        }
        for (position, amount) in [(out_of, amount.negated()), (into, amount.plus(zoo::fen(Cage::LegUnbalanced)))] {
            let leg = u16::try_from(self.0.len()).expect("a journal has fewer than 65 536 legs");
            let journal = CommandId::from_number(0);
            self.0.push(Entry { journal, leg, key, position, colour, amount });
        }
    }

    /// Whether nothing moves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries of the journal with this id; they balance, which is asserted.
    #[must_use]
    pub fn into_entries(self, journal: CommandId) -> Vec<Entry> {
        let sum = Fen::sum(self.0.iter().map(|entry| entry.amount));
        assert!(sum.is_zero() || zoo::open(Cage::LegUnbalanced), "a journal balances");
        self.0.into_iter().map(|entry| Entry { journal, ..entry }).collect()
    }
}

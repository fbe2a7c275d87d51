//! The lines of an export, as they are written and read again: one JSON object each, in the order in which fields stand here.
//!
//! Invariant: what is written and read again is the same. Numbers of people, commands and institutions are text, because
//! many programs that read JSON round numbers of their size.

use gongji_domain::account::{Account, Colour, Hold, HoldKind, Lots};
use gongji_domain::books::Heading;
use gongji_domain::journal::{Entry, Journal, JournalKind, Position};
use gongji_domain::wallet::Wallet;
use gongji_store::{Balance, ClosedDay, LaneMark, SealRow, WholeJournal, hex, unhex};
use gongji_words::{AreaCode, CommandId, Day, Fen, Moment, PersonId};
use serde::{Deserialize, Serialize};

/// A number that is written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number(pub i64);

impl TryFrom<String> for Number {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number: i64 = text.parse().map_err(|_| format!("{text} is no number"))?;
        if number.to_string() == text { Ok(Self(number)) } else { Err(format!("{text} is written otherwise")) }
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0.to_string()
    }
}

/// A line of `journals.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalLine {
    /// Its number.
    pub journal: Number,
    /// Its day, China Standard Time.
    pub day: Day,
    /// Milliseconds since 1970-01-01T00:00 UTC.
    pub at_ms: i64,
    /// What it records.
    pub kind: JournalKind,
    /// The journal that it undoes.
    pub reverses: Option<Number>,
    /// What it moves.
    pub entries: Vec<EntryLine>,
}

/// An entry in it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryLine {
    /// Its place, from 0.
    pub leg: u16,
    /// Whose money moves.
    pub person: Number,
    /// Where.
    pub position: Heading,
    /// Whose or which position: a person, an institution, an area, 0.
    pub subject: Number,
    /// What money is held for: a binding or a transfer, 0.
    pub owner: Number,
    /// The insurance year of the money's origin.
    pub colour: i32,
    /// In yuan; positive is into the position.
    pub amount: Fen,
}

impl JournalLine {
    /// The line of a journal.
    pub fn of(whole: &WholeJournal) -> Self {
        let Journal { id, at, kind, reverses } = whole.journal;
        let entries = whole.entries.iter().map(EntryLine::of).collect();
        let reverses = reverses.map(|id| Number(id.number()));
        Self { journal: Number(id.number()), day: at.day(), at_ms: at.millis(), kind, reverses, entries }
    }

    /// The journal of a line; else a sentence.
    pub fn journal(&self) -> Result<WholeJournal, String> {
        const MILLIS: i64 = 24 * 60 * 60 * 1000;
        let start = self.day.start().millis();
        if !(start..start + MILLIS).contains(&self.at_ms) {
            return Err("its time is not on its day".to_owned());
        }
        let id = CommandId::from_number(self.journal.0);
        let entries: Option<Vec<Entry>> = self.entries.iter().map(|line| line.entry(id)).collect();
        let entries = entries.ok_or("an entry is at no position that there is")?;
        let at = Moment::from_millis(self.at_ms);
        let reverses = self.reverses.map(|number| CommandId::from_number(number.0));
        Ok(WholeJournal { journal: Journal { id, at, kind: self.kind, reverses }, entries })
    }
}

impl EntryLine {
    fn of(entry: &Entry) -> Self {
        let (_, subject, owner) = entry.position.numbers();
        Self {
            leg: entry.leg,
            person: Number(entry.key.number()),
            position: Heading::of(entry.position),
            subject: Number(subject),
            owner: Number(owner),
            colour: entry.colour.0,
            amount: entry.amount,
        }
    }

    fn entry(&self, journal: CommandId) -> Option<Entry> {
        Some(Entry {
            journal,
            leg: self.leg,
            key: PersonId::from_number(self.person.0),
            position: Position::from_numbers(self.position.number().into(), self.subject.0, self.owner.0)?,
            colour: Colour(self.colour),
            amount: self.amount,
        })
    }
}

/// A line of `seals.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealLine {
    /// In whose chain.
    pub person: Number,
    /// Its number there, from 1.
    pub number: i64,
    /// The day under which it stands.
    pub day: Day,
    /// What it is over; see [`SealRow::kind`].
    pub kind: i64,
    /// Which command or binding.
    pub subject: Number,
    /// Short keyed digests, in hexadecimal digits.
    pub covers: String,
    /// The authentication code, in hexadecimal digits.
    pub code: String,
}

impl SealLine {
    /// The line of a seal.
    pub fn of(row: &SealRow) -> Self {
        Self {
            person: Number(row.person.number()),
            number: row.number,
            day: row.day,
            kind: row.kind,
            subject: Number(row.subject),
            covers: hex(&row.covers),
            code: hex(&row.code),
        }
    }

    /// The seal of a line; else a sentence.
    pub fn row(&self) -> Result<SealRow, String> {
        Ok(SealRow {
            person: PersonId::from_number(self.person.0),
            number: self.number,
            day: self.day,
            kind: self.kind,
            subject: self.subject.0,
            covers: unhex(&self.covers).ok_or("what it covers is not in hexadecimal digits")?,
            code: code_of(&self.code)?,
        })
    }
}

fn code_of(text: &str) -> Result<[u8; 32], String> {
    let bytes = unhex(text).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| "a code has 64 hexadecimal digits".to_owned())
}

/// A line of `days.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayLine {
    /// Which day.
    pub day: Day,
    /// Its root, in hexadecimal digits.
    pub root: String,
    /// How many people it is over.
    pub people: u64,
    /// The last sheet of each lane until this day.
    pub lanes: Vec<LaneMark>,
}

impl DayLine {
    /// The line of a closed day.
    pub fn of(day: &ClosedDay) -> Self {
        Self { day: day.day, root: hex(&day.root), people: day.people, lanes: day.lanes.clone() }
    }

    /// The closed day of a line; else a sentence.
    pub fn closed(&self) -> Result<ClosedDay, String> {
        let root = code_of(&self.root)?;
        Ok(ClosedDay { day: self.day, root, people: self.people, lanes: self.lanes.clone() })
    }
}

/// A line of `balances.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BalanceLine {
    /// Whose.
    pub person: Number,
    /// His personal account.
    pub account: Option<AccountLine>,
    /// What of it is held.
    pub holds: Vec<HoldLine>,
    /// His wallet.
    pub wallet: Option<WalletLine>,
}

/// An account in it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountLine {
    /// Whether nobody may spend from it.
    pub frozen: bool,
    /// Yuan by insurance year of origin, held or not.
    pub lots: Lots,
}

/// A hold in it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldLine {
    /// The binding or transfer that it belongs to.
    pub owner: Number,
    /// What that is.
    pub kind: HoldKind,
    /// Yuan by insurance year of origin.
    pub lots: Lots,
}

/// A wallet in it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletLine {
    /// Where its money can be used.
    pub place: AreaCode,
    /// Yuan in it.
    pub balance: Fen,
}

impl BalanceLine {
    /// The line of a person's money.
    pub fn of(balance: &Balance) -> Self {
        let account = |row: &Account| AccountLine { frozen: row.frozen, lots: row.lots.clone() };
        let hold = |row: &Hold| HoldLine { owner: Number(row.owner.number()), kind: row.kind, lots: row.lots.clone() };
        let wallet = |row: &Wallet| WalletLine { place: row.place, balance: row.balance };
        Self {
            person: Number(balance.person.number()),
            account: balance.account.as_ref().map(account),
            holds: balance.holds.iter().map(hold).collect(),
            wallet: balance.wallet.as_ref().map(wallet),
        }
    }
}

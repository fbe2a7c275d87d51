//! Files of credits: checked whole before anything is written, then entered line by line, each exactly once.
//!
//! A line is entered as the message `import/<digest of the file>-<line>`, so that a repeated or interrupted import
//! goes on where it stopped and never credits twice. Invariants: while one line has a mistake, no line is entered;
//! no mistake repeats what stood in the file; memory does not grow with the file. Deliberately absent: opening
//! files.

mod table;

use std::io::Read;

use gongji_domain::message::{Answer, Command, CreditKind};
use gongji_domain::reason::Reason;
use gongji_domain::record::{MessageState, Wanted};
use gongji_words::{CertificateNumber, Fen, MessageId, PersonId};

use crate::error::ServiceError;
use crate::node::Node;

pub use table::{Column, Mistake, Need, Row, Table, Unread};

/// Most mistakes that are kept to be shown; the rest is counted.
pub const SHOWN: usize = 1_000;

/// Columns of a file of credits.
pub const CREDIT_COLUMNS: &[Column] = &[
    Column { name: "person", need: Need::Required },
    Column { name: "amount", need: Need::Required },
    Column { name: "kind", need: Need::Required },
    Column { name: "previous-years", need: Need::Optional },
];

/// What a sound file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// SM3 of the bytes, in hexadecimal digits.
    pub digest: String,
    /// Lines below the header.
    pub lines: u64,
    /// The sum.
    pub amount: Fen,
}

/// The mistakes of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// The first of them, in the order of lines.
    pub shown: Vec<Mistake>,
    /// How many more there are.
    pub more: u64,
}

impl Mistakes {
    /// Adds one.
    pub fn push(&mut self, mistake: Mistake) {
        if self.shown.len() < SHOWN {
            self.shown.push(mistake);
        } else {
            self.more += 1;
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

/// Why an import did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read on.
    #[error("the file cannot be read: {0}")]
    Read(std::io::Error),
    /// The second reading found another file than the first.
    #[error("the file was changed while it was imported: import it again, nothing is credited twice")]
    Changed,
    /// The use case failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// What came of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// It was credited now.
    Credited(Fen),
    /// It had been credited before.
    Already,
    /// The rules refused it: what they look at changed after the check.
    Refused(Reason),
}

/// One line, understood.
#[derive(Clone, Debug)]
struct Credit {
    person: PersonId,
    amount: Fen,
    kind: CreditKind,
}

/// A line of a sound file, ready to be entered.
#[derive(Clone, Debug)]
pub struct CreditLine {
    /// Its line in the file, from 1.
    pub line: u64,
    message: MessageId,
    credit: Credit,
}

impl CreditLine {
    /// Enters it, unless it was entered before. It is durable on return. Lines may be entered in any order, and
    /// several at a time, so that durability is paid once for many.
    ///
    /// # Errors
    /// [`ServiceError`]; entering it again is always safe.
    pub async fn enter(&self, node: &Node) -> Result<Entered, ServiceError> {
        let before = node.message(&self.message).await?;
        if before.is_some_and(|row| row.state == MessageState::Answered(Answer::Done)) {
            return Ok(Entered::Already);
        }
        let Credit { person, amount, kind } = self.credit.clone();
        match node.enter(self.message.clone(), Command::Credit { person, amount, kind }).await? {
            Answer::Refused(reason) => Ok(Entered::Refused(reason)),
            _ => Ok(Entered::Credited(amount)),
        }
    }
}

/// The second reading of a file that was found sound.
pub struct CreditLines<'a, R: Read> {
    node: &'a Node,
    table: Table<R>,
    sound: &'a Sound,
}

impl<'a, R: Read> CreditLines<'a, R> {
    /// Begins at the header.
    ///
    /// # Errors
    /// [`ImportError`] if the file cannot be read, or has another header now.
    pub fn open(node: &'a Node, source: R, sound: &'a Sound) -> Result<Self, ImportError> {
        Ok(Self { node, table: Table::open(source, CREDIT_COLUMNS).map_err(changed)?, sound })
    }

    /// The next lines in order, at most so many; none at the end of the file.
    ///
    /// # Errors
    /// [`ImportError`]; [`ImportError::Changed`] where the file is not the one that was found sound. What was
    /// credited by then stays, and importing the same file again does the rest.
    pub async fn next_lines(&mut self, most: usize) -> Result<Vec<CreditLine>, ImportError> {
        let mut lines = Vec::new();
        while lines.len() < most {
            let Some(row) = self.table.next_row() else { break };
            let read = read_credit(self.node, &row.map_err(changed)?).await?;
            let (line, credit) = read.map_err(|_| ImportError::Changed)?;
            lines.push(CreditLine { line, message: message_of(&self.sound.digest, line), credit });
        }
        if lines.is_empty() && self.table.digest() != self.sound.digest {
            return Err(ImportError::Changed);
        }
        Ok(lines)
    }
}

/// Reads a file of credits through and changes nothing.
///
/// # Errors
/// [`ImportError`] if file or store cannot be read; mistakes in the file are an answer.
pub async fn check_credits(node: &Node, source: impl Read) -> Result<Result<Sound, Mistakes>, ImportError> {
    let mut mistakes = Mistakes::default();
    let mut table = match Table::open(source, CREDIT_COLUMNS) {
        Ok(table) => table,
        Err(Unread::Mistake(mistake)) => {
            mistakes.push(mistake);
            return Ok(Err(mistakes));
        }
        Err(Unread::Failed(error)) => return Err(ImportError::Read(error)),
    };
    let (mut lines, mut amount) = (0, Fen::ZERO);
    while let Some(row) = table.next_row() {
        let read = match row {
            Ok(row) => read_credit(node, &row).await?,
            Err(Unread::Mistake(mistake)) => Err(mistake),
            Err(Unread::Failed(error)) => return Err(ImportError::Read(error)),
        };
        lines += 1;
        match read.and_then(|(line, credit)| sum(amount, line, &credit)) {
            Ok(sum) => amount = sum,
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if lines == 0 {
        mistakes.push(Mistake::of_file("there is no line below the header: add the credits"));
    }
    if mistakes.is_empty() { Ok(Ok(Sound { digest: table.digest(), lines, amount })) } else { Ok(Err(mistakes)) }
}

fn sum(amount: Fen, line: u64, credit: &Credit) -> Result<Fen, Mistake> {
    amount
        .checked_add(credit.amount)
        .ok_or_else(|| Mistake::new(line, "amount", "the sum of the file is too large: divide the file"))
}

fn changed(unread: Unread) -> ImportError {
    match unread {
        Unread::Mistake(_) => ImportError::Changed,
        Unread::Failed(error) => ImportError::Read(error),
    }
}

/// Sixteen digits of the digest tell files apart; the line tells its credits apart.
fn message_of(digest: &str, line: u64) -> MessageId {
    let file: String = digest.chars().take(16).collect();
    MessageId::new("import", format!("{file}-{line}")).expect("digits are short and printable")
}

async fn read_credit(node: &Node, row: &Row<'_>) -> Result<Result<(u64, Credit), Mistake>, ServiceError> {
    let stated = match read_stated(row) {
        Ok(stated) => stated,
        Err(mistake) => return Ok(Err(mistake)),
    };
    let (whose, amount, kind) = stated;
    let Some(person) = find(node, &whose).await? else {
        return Ok(Err(row.mistake("person", "nobody with this number is registered here: import people first")));
    };
    let wanted = Wanted { people: [person].into(), ..Wanted::default() };
    let facts = node.store().read(&wanted).await.map_err(ServiceError::from)?;
    if !facts.rows.persons.contains_key(&person) {
        return Ok(Err(row.mistake("person", "nobody with this number is registered here: import people first")));
    }
    if !facts.rows.accounts.contains_key(&person) {
        return Ok(Err(row.mistake("person", "this person has no personal account: only employees have one")));
    }
    Ok(Ok((row.line, Credit { person, amount, kind })))
}

/// A person as files and forms name him: the number of a certificate, or `P` and the number that he has here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// By certificate.
    Certificate(CertificateNumber),
    /// By the number that he has here.
    Number(PersonId),
}

impl Whose {
    /// Reads either form.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to write; it does not repeat the number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = text.strip_prefix('P').filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
        if let Some(number) = number {
            let number = number.parse().map_err(|_| "the number after P is too large: check it".to_owned())?;
            return Ok(Self::Number(PersonId::from_number(number)));
        }
        CertificateNumber::parse(text).map(Self::Certificate).map_err(|error| error.to_string())
    }
}

/// Who that is, if he is known here.
///
/// # Errors
/// [`ServiceError`] of the store.
pub async fn find(node: &Node, whose: &Whose) -> Result<Option<PersonId>, ServiceError> {
    match whose {
        Whose::Number(person) => Ok(Some(*person)),
        Whose::Certificate(certificate) => Ok(node.store().find_person(certificate).await?),
    }
}

fn read_stated(row: &Row<'_>) -> Result<(Whose, Fen, CreditKind), Mistake> {
    let whose = Whose::parse(row.get("person")).map_err(|why| row.mistake("person", &why))?;
    let amount = read_amount(row, "amount")?;
    if !amount.is_positive() {
        return Err(row.mistake("amount", "nothing would be credited: leave the line out, or write an amount"));
    }
    let previous = row.get("previous-years");
    let kind = match row.get("kind") {
        "contribution" => CreditKind::Contribution,
        "interest" => CreditKind::Interest,
        "opening" if previous.is_empty() => CreditKind::Opening { previous_years: amount },
        "opening" => CreditKind::Opening { previous_years: read_amount(row, "previous-years")? },
        _ => return Err(row.mistake("kind", "write contribution, opening or interest")),
    };
    match kind {
        CreditKind::Opening { previous_years } if previous_years > amount => {
            Err(row.mistake("previous-years", "this part is more than the amount: write at most the amount"))
        }
        CreditKind::Contribution | CreditKind::Interest if !previous.is_empty() => {
            Err(row.mistake("previous-years", "only an opening balance has such a part: leave the field empty"))
        }
        kind => Ok((whose, amount, kind)),
    }
}

fn read_amount(row: &Row<'_>, field: &'static str) -> Result<Fen, Mistake> {
    Fen::parse_yuan(row.get(field)).map_err(|error| row.mistake(field, &error.to_string()))
}

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

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Lines that were credited now.
    pub credited: u64,
    /// Lines that had been credited before.
    pub already: u64,
    /// What was credited now.
    pub amount: Fen,
    /// Lines that the rules refused, with the reason: what they looked at changed after the check.
    pub refused: Vec<(u64, Reason)>,
}

/// One line, understood.
struct Credit {
    person: PersonId,
    amount: Fen,
    kind: CreditKind,
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

/// Enters the lines of a file that was found sound, in its order. `progress` hears of each line that is durable.
///
/// # Errors
/// [`ImportError`]; what was credited stays, and importing the same file again does the rest.
pub async fn apply_credits(
    node: &Node,
    source: impl Read,
    sound: &Sound,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Imported, ImportError> {
    let mut table = Table::open(source, CREDIT_COLUMNS).map_err(changed)?;
    let mut imported = Imported::default();
    let mut lines = 0;
    while let Some(row) = table.next_row() {
        let (line, credit) = read_credit(node, &row.map_err(changed)?).await?.map_err(|_| ImportError::Changed)?;
        enter(node, (message_of(&sound.digest, line), line), credit, &mut imported).await?;
        lines += 1;
        progress(lines);
    }
    if table.digest() == sound.digest { Ok(imported) } else { Err(ImportError::Changed) }
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

async fn enter(
    node: &Node,
    (message, line): (MessageId, u64),
    credit: Credit,
    imported: &mut Imported,
) -> Result<(), ServiceError> {
    let Credit { person, amount, kind } = credit;
    let before = node.message(&message).await?;
    if before.is_some_and(|row| row.state == MessageState::Answered(Answer::Done)) {
        imported.already += 1;
        return Ok(());
    }
    match node.enter(message, Command::Credit { person, amount, kind }).await? {
        Answer::Refused(reason) => imported.refused.push((line, reason)),
        _ => {
            imported.credited += 1;
            imported.amount = imported.amount.plus(amount);
        }
    }
    Ok(())
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

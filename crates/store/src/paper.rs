//! Papers as rows: what institutions hand in, encrypted.
//!
//! Invariants: what stands in a paper is written only as ciphertext bound to all columns of its row; of two who change one at
//! once the second is told; whoever is shredded leaves no paper. Deliberately absent: what stands in them, and a seal over all
//! of them: a row that is taken away whole is not missed.

use gongji_domain::paper::{Enclosure, Paper, PaperCount, PaperKey, PaperKind, Whose};
use gongji_domain::record::Rows;
use gongji_words::{InstitutionId, Moment, PersonId};

use crate::sql::fields::{moment, word};
use crate::sql::{Fields, Value};
use crate::vault::Randomness;
use crate::{Store, StoreError, WorkingKey};

pub(crate) const TABLE: &str = "paper";

/// A paper that is looked for among those of its owner.
pub type Named<'n> = (PaperKind, &'n str);

/// What was found of four that were looked for.
pub type Four = [Option<Paper>; 4];

/// A paper as it stands in its row. Two are equal if nothing was written between.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPaper(Sealed);

#[derive(Clone, PartialEq, Eq)]
enum Sealed {
    /// In memory nothing is encrypted.
    Plain(Paper),
    Closed(Closed),
}

/// A paper with its body encrypted.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Closed {
    paper: Paper,
    sealed: Vec<u8>,
}

impl Store {
    /// Keeps a paper: a first version if none of its name is there, another if the one before is the last. Whether it was kept.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written.
    pub async fn keep_paper(&self, paper: &Paper, randomness: &mut Randomness<'_>) -> Result<bool, StoreError> {
        if let Self::Memory(engine) = self {
            return Ok(engine.keep_paper(paper));
        }
        let closed = closed(self.keys(), paper, randomness);
        match self {
            Self::Memory(_) => Ok(false),
            Self::Sqlite(engine) => engine.keep_paper(&closed),
            Self::Postgres(engine) => engine.keep_paper(&closed).await,
        }
    }

    /// A paper by its name.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it was forged or edited.
    pub async fn paper(&self, kind: PaperKind, owner: InstitutionId, name: &str) -> Result<Option<Paper>, StoreError> {
        let found = self.sealed_paper(kind, owner, name).await?;
        found.map(|sealed| self.open_paper(sealed)).transpose()
    }

    /// The same as it stands in its row: whoever has opened it before, and finds it equal, need not open it again.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn sealed_paper(
        &self,
        kind: PaperKind,
        owner: InstitutionId,
        name: &str,
    ) -> Result<Option<SealedPaper>, StoreError> {
        let closed = match self {
            Self::Memory(engine) => {
                return Ok(engine.paper(kind, owner, name).map(|paper| SealedPaper(Sealed::Plain(paper))));
            }
            Self::Sqlite(engine) => engine.paper(kind, owner, name)?,
            Self::Postgres(engine) => engine.paper(kind, owner, name).await?,
        };
        Ok(closed.map(|closed| SealedPaper(Sealed::Closed(closed))))
    }

    /// Opens a paper.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it was forged or edited.
    pub fn open_paper(&self, sealed: SealedPaper) -> Result<Paper, StoreError> {
        match sealed.0 {
            Sealed::Plain(paper) => Ok(paper),
            Sealed::Closed(closed) => opened(self.keys(), closed),
        }
    }

    /// Papers of one kind, listed from one moment until before another, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if one was forged or edited.
    pub async fn papers(
        &self,
        kind: PaperKind,
        whose: Whose,
        (from, until): (Moment, Moment),
    ) -> Result<Vec<Paper>, StoreError> {
        let found = match self {
            Self::Memory(engine) => return Ok(engine.papers(kind, whose, (from, until))),
            Self::Sqlite(engine) => engine.papers(kind, whose, (from, until))?,
            Self::Postgres(engine) => engine.papers(kind, whose, (from, until)).await?,
        };
        let within = |closed: &Closed| (from..until).contains(&closed.paper.at);
        found.into_iter().filter(within).map(|closed| opened(self.keys(), closed)).collect()
    }

    /// How many papers tell what the bills of somebody have come to.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn papers_counted(&self, person: PersonId) -> Result<PaperCount, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.papers_counted(person)),
            Self::Sqlite(engine) => engine.papers_counted(person),
            Self::Postgres(engine) => engine.papers_counted(person).await,
        }
    }
}

/// What a body is bound to: everything else of its row.
fn bound(paper: &Paper) -> Vec<u8> {
    let numbers = [
        paper.kind.number().into(),
        paper.owner.number(),
        person_number(paper),
        paper.at.millis(),
        i64::from(paper.version),
    ];
    let numbers: Vec<u8> = numbers.iter().flat_map(|number: &i64| number.to_be_bytes()).collect();
    [TABLE.as_bytes(), b"\0", &numbers, paper.name.as_bytes()].concat()
}

fn person_number(paper: &Paper) -> i64 {
    paper.person.map_or(0, PersonId::number)
}

fn closed(keys: &WorkingKey, paper: &Paper, randomness: &mut Randomness<'_>) -> Closed {
    let sealed = keys.papers().seal_bound(&bound(paper), &paper.body, randomness);
    Closed { paper: Paper { body: Vec::new(), ..paper.clone() }, sealed }
}

/// The papers that a group keeps, encrypted.
pub(crate) fn enclosed(keys: &WorkingKey, rows: &Rows) -> Vec<Closed> {
    let close = |one: &Enclosure| closed(keys, &one.paper, &mut |bytes: &mut [u8]| bytes.copy_from_slice(&one.random));
    rows.papers.values().map(close).collect()
}

pub(crate) fn opened(keys: &WorkingKey, closed: Closed) -> Result<Paper, StoreError> {
    let Closed { paper, sealed } = closed;
    let damaged = || StoreError::Damaged {
        table: TABLE,
        row: format!("{} {} {}", paper.kind.word(), paper.owner, paper.name),
        why: "it is not what was handed in: it was forged or edited".to_owned(),
    };
    let body = keys.papers().open_bound(&bound(&paper), &sealed).ok_or_else(damaged)?.to_vec();
    Ok(Paper { body, ..paper })
}

impl Closed {
    /// Of which kind it is, and whom it is about.
    pub(crate) fn about(&self) -> (PaperKind, PersonId) {
        (self.paper.kind, PersonId::from_number(person_number(&self.paper)))
    }

    /// By what it is found.
    pub(crate) fn key(&self) -> PaperKey {
        self.paper.key()
    }

    /// Whether it is the first of its name.
    pub(crate) const fn is_first(&self) -> bool {
        self.paper.version == 1
    }

    /// What a statement that adds a paper is given.
    pub(crate) fn values(&self) -> [Value<'_>; 7] {
        let paper = &self.paper;
        [
            paper.kind.number().into(),
            paper.owner.number().into(),
            paper.name.as_str().into(),
            person_number(paper).into(),
            paper.at.millis().into(),
            i64::from(paper.version).into(),
            Value::Bytes(&self.sealed),
        ]
    }

    /// What a statement is given that puts it in place of the version before.
    pub(crate) fn values_replacing(&self) -> [Value<'_>; 8] {
        let [kind, owner, name, person, at, version, body] = self.values();
        [kind, owner, name, person, at, version, body, i64::from(self.paper.version.saturating_sub(1)).into()]
    }

    pub(crate) fn decode(f: &mut Fields<'_>) -> Result<Self, StoreError> {
        let kind = f.get(word(PaperKind::from_number))?;
        let owner = InstitutionId::from_number(f.plain()?);
        let name = f.plain()?;
        let person: i64 = f.plain()?;
        let person = (person != 0).then(|| PersonId::from_number(person));
        let at = f.get(moment)?;
        let version: i64 = f.plain()?;
        let version = u32::try_from(version).unwrap_or(0);
        let paper = Paper { kind, owner, name, person, at, version, body: Vec::new() };
        Ok(Self { paper, sealed: f.plain()? })
    }
}

/// Kind, person, and how many papers.
pub(crate) type Counted = (PaperKind, PersonId, i64);

pub(crate) fn decode_count(f: &mut Fields<'_>) -> Result<Counted, StoreError> {
    let kind = f.get(word(PaperKind::from_number))?;
    let person = PersonId::from_number(f.plain()?);
    Ok((kind, person, f.plain()?))
}

/// What was counted, of one person.
pub(crate) fn count_of(counted: Vec<Counted>) -> PaperCount {
    let mut all = PaperCount::default();
    counted.into_iter().for_each(|(kind, _, count)| all.add(kind, count));
    all
}

/// What a statement that looks for a paper is given.
pub(crate) fn key(kind: PaperKind, owner: InstitutionId, name: &str) -> [Value<'_>; 3] {
    [kind.number().into(), owner.number().into(), name.into()]
}

/// The same for one that looks for four of an owner.
pub(crate) fn keys_of(owner: InstitutionId, named: [Named<'_>; 4]) -> impl Iterator<Item = Value<'_>> {
    let keys = named.into_iter().flat_map(|(kind, name)| [kind.number().into(), name.into()]);
    std::iter::once(owner.number().into()).chain(keys)
}

/// What was found, in the order in which it was looked for.
pub(crate) fn in_order(mut found: Vec<Closed>, named: [Named<'_>; 4]) -> [Option<Closed>; 4] {
    named.map(|(kind, name)| {
        let place = found.iter().position(|closed| closed.paper.kind == kind && closed.paper.name == name)?;
        Some(found.swap_remove(place))
    })
}

/// The same for one that lists those of an institution.
pub(crate) fn of_owner(kind: PaperKind, owner: InstitutionId, (from, until): (Moment, Moment)) -> [Value<'static>; 4] {
    [kind.number().into(), owner.number().into(), from.millis().into(), until.millis().into()]
}

/// The same for one that lists all about a person.
pub(crate) fn of_person(kind: PaperKind, person: PersonId) -> [Value<'static>; 2] {
    [kind.number().into(), person.number().into()]
}

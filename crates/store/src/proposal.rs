//! Proposals as rows: what takes two persons, and who they were.
//!
//! Invariants: a proposal that is closed is never changed; nobody approves what he proposed; whatever is read has the code
//! of its row, so that nobody approves with the database alone. Deliberately absent: what is done when one is approved.

use gongji_domain::proposal::{Closed, Matter, Proposal, ProposalState, Wish};
use gongji_domain::release::{Signed, is_same_person};
use gongji_words::CommandId;

use crate::audit::Discrepancy;
use crate::door::{Coded, columns, numbers};
use crate::sql::fields::{area, command, fen, moment, person, word};
use crate::sql::{Fields, Value};
use crate::{Store, StoreError, WorkingKey};

pub(crate) const TABLE: &str = "proposal";

impl Store {
    /// Keeps a proposal, unless its proposer has one of this name; gives the one that is there now.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written; [`StoreError::Damaged`] if the one there was forged or edited.
    pub async fn put_forward(&self, proposal: &Proposal) -> Result<Proposal, StoreError> {
        let coded = coded(self.keys(), proposal);
        let there = match self {
            Self::Memory(engine) => engine.put_forward(coded),
            Self::Sqlite(engine) => engine.put_forward(&coded)?,
            Self::Postgres(engine) => engine.put_forward(&coded).await?,
        };
        verified(self.keys(), there)
    }

    /// A proposal by its number.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the row was forged or edited.
    pub async fn proposal(&self, id: CommandId) -> Result<Option<Proposal>, StoreError> {
        let found = match self {
            Self::Memory(engine) => engine.proposal(id),
            Self::Sqlite(engine) => engine.proposal(id)?,
            Self::Postgres(engine) => engine.proposal(id).await?,
        };
        found.map(|coded| verified(self.keys(), coded)).transpose()
    }

    /// All proposals, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a row was forged or edited.
    pub async fn proposals(&self) -> Result<Vec<Proposal>, StoreError> {
        let found = match self {
            Self::Memory(engine) => engine.proposals(),
            Self::Sqlite(engine) => engine.proposals()?,
            Self::Postgres(engine) => engine.proposals().await?,
        };
        found.into_iter().map(|coded| verified(self.keys(), coded)).collect()
    }

    /// Keeps what was decided on a proposal; no if somebody had decided before.
    ///
    /// # Errors
    /// [`StoreError::Constraint`] if it is approved by who proposed it, or not decided at all; nothing is kept.
    pub async fn close_proposal(&self, proposal: &Proposal) -> Result<bool, StoreError> {
        let Some(closed) = &proposal.closed else { return Err(StoreError::Constraint { table: TABLE }) };
        let is_approved = proposal.state == ProposalState::Approved;
        let by_one = is_approved && is_same_person(&closed.signed.by, &proposal.proposed.by);
        if by_one || proposal.state == ProposalState::Open {
            return Err(StoreError::Constraint { table: TABLE });
        }
        let coded = coded(self.keys(), proposal);
        match self {
            Self::Memory(engine) => Ok(engine.close_proposal(coded)),
            Self::Sqlite(engine) => engine.close_proposal(&coded),
            Self::Postgres(engine) => engine.close_proposal(&coded).await,
        }
    }
}

fn columns_of(row: &Proposal) -> Vec<u8> {
    let closed = row.closed.as_ref();
    let (matter, state) = (row.wish.matter.number(), row.state.number());
    columns(&[
        &numbers(&[row.id.number(), state.into(), matter.into(), row.wish.person.number()]),
        &numbers(&[row.wish.amount.fen(), row.area.number().into(), row.proposed.at.millis()]),
        &numbers(&[closed.map_or(i64::MAX, |closed| closed.signed.at.millis())]),
        row.name.as_bytes(),
        row.grounds.as_bytes(),
        row.proposed.by.as_bytes(),
        closed.map_or("", |closed| &closed.signed.by).as_bytes(),
        closed.and_then(|closed| closed.grounds.as_deref()).unwrap_or_default().as_bytes(),
    ])
}

fn coded(keys: &WorkingKey, row: &Proposal) -> Coded<Proposal> {
    Coded { row: row.clone(), seal: keys.code(TABLE, &[&columns_of(row)]).to_vec() }
}

fn is_whole(keys: &WorkingKey, coded: &Coded<Proposal>) -> bool {
    keys.has_code(TABLE, &[&columns_of(&coded.row)], &coded.seal)
}

const WHY: &str = "it is not what was proposed or decided: it was forged or edited";

fn verified(keys: &WorkingKey, coded: Coded<Proposal>) -> Result<Proposal, StoreError> {
    if is_whole(keys, &coded) {
        return Ok(coded.row);
    }
    Err(StoreError::Damaged { table: TABLE, row: coded.row.id.number().to_string(), why: WHY.to_owned() })
}

/// Everything that is wrong with proposals.
pub(crate) fn faults(keys: &WorkingKey, rows: &[Coded<Proposal>]) -> Vec<Discrepancy> {
    let broken = rows.iter().filter(|coded| !is_whole(keys, coded));
    let told = |coded: &Coded<Proposal>| Discrepancy {
        table: TABLE,
        row: coded.row.id.number().to_string(),
        why: WHY.to_owned(),
    };
    broken.map(told).collect()
}

pub(crate) fn values_of(coded: &Coded<Proposal>) -> [Value<'_>; 14] {
    let row = &coded.row;
    let [closed_by, closed_at, closing_grounds] = closing(row);
    [
        row.id.number().into(),
        row.state.number().into(),
        row.wish.matter.number().into(),
        row.wish.person.number().into(),
        row.wish.amount.fen().into(),
        row.area.number().into(),
        row.name.as_str().into(),
        row.grounds.as_str().into(),
        row.proposed.by.as_str().into(),
        row.proposed.at.millis().into(),
        closed_by,
        closed_at,
        closing_grounds,
        Value::Bytes(&coded.seal),
    ]
}

fn closing(row: &Proposal) -> [Value<'_>; 3] {
    let closed = row.closed.as_ref();
    [
        closed.map_or(Value::Null, |closed| closed.signed.by.as_str().into()),
        Value::maybe(closed.map(|closed| closed.signed.at.millis())),
        closed.and_then(|closed| closed.grounds.as_deref()).map_or(Value::Null, Value::from),
    ]
}

/// What a statement that closes a proposal is given.
pub(crate) fn values_closing(coded: &Coded<Proposal>) -> [Value<'_>; 6] {
    let [by, at, grounds] = closing(&coded.row);
    [coded.row.id.number().into(), coded.row.state.number().into(), by, at, grounds, Value::Bytes(&coded.seal)]
}

pub(crate) fn decode(f: &mut Fields<'_>) -> Result<Coded<Proposal>, StoreError> {
    let (id, state) = (f.get(command)?, f.get(word(ProposalState::from_number))?);
    let wish = Wish { matter: f.get(word(Matter::from_number))?, person: f.get(person)?, amount: f.get(fen)? };
    let (area, name, grounds) = (f.get(area)?, f.plain()?, f.plain()?);
    let proposed = Signed { by: f.plain()?, at: f.get(moment)? };
    let closed: (Option<String>, _, Option<String>) = (f.plain()?, f.maybe(moment)?, f.plain()?);
    let (by, at, why) = closed;
    let closed = by.zip(at).map(|(by, at)| Closed { signed: Signed { by, at }, grounds: why });
    let row = Proposal { id, name, area, wish, grounds, proposed, state, closed };
    Ok(Coded { row, seal: f.plain()? })
}

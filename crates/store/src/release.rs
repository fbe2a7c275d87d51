//! Releases of policy as rows: what is law, who made it so, and what every law resolved to.
//!
//! Invariants: a row that is law or withdrawn is never changed; rows are written in one transaction, and only if the
//! last release is still the one that their writer saw; whatever is read has the code of its row (see [`seal`]).
//! Deliberately absent: what a pack says, and who may release.

mod seal;

use std::collections::BTreeSet;

use gongji_domain::record::TraceRow;
use gongji_domain::release::{Release, ReleaseState, Resolved, Signed, is_same_person};
use gongji_domain::trace::laws_named;
use gongji_words::{AreaCode, Moment};

use crate::audit::Discrepancy;
use crate::sql::decode::json;
use crate::sql::fields::{area, day, moment, small, word};
use crate::sql::{Batch, Fields, Value, catalogue as sql};
use crate::{Store, StoreError, WorkingKey};

pub(crate) use seal::faults;

pub(crate) const TABLE: &str = "policy_release";
pub(crate) const RESOLVED_TABLE: &str = "policy_resolved";
/// Traces looked through at a time.
pub(crate) const PAGE: usize = 1_000;

/// A release with the code of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SealedRelease {
    pub(crate) release: Release,
    pub(crate) seal: Vec<u8>,
}

/// What a law resolved to, with the code of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SealedResolved {
    pub(crate) resolved: Resolved,
    pub(crate) seal: Vec<u8>,
}

/// Rows that are written together.
#[derive(Clone, Copy, Debug)]
pub struct NewReleases<'r> {
    /// Number of the last release that is law, as the writer saw it.
    pub last: u32,
    /// New releases, and proposed ones that are closed, in the order of their numbers.
    pub releases: &'r [Release],
    /// What the law resolves to with them; what is there already stays.
    pub resolved: &'r [Resolved],
}

/// What is to be written, with codes.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) added: Vec<SealedRelease>,
    pub(crate) closed: Vec<SealedRelease>,
    pub(crate) resolved: Vec<SealedResolved>,
}

impl Store {
    /// Every release, in the order of the numbers, each as it was written.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if one was forged, edited, removed or put elsewhere.
    pub async fn releases(&self) -> Result<Vec<Release>, StoreError> {
        let rows = match self {
            Self::Memory(engine) => engine.release_rows(),
            Self::Sqlite(engine) => engine.release_rows()?,
            Self::Postgres(engine) => engine.release_rows().await?,
        };
        match seal::faults_of_releases(self.keys(), &rows).into_iter().next() {
            Some(Discrepancy { table, row, why }) => Err(StoreError::Damaged { table, row, why }),
            None => Ok(rows.into_iter().map(|row| row.release).collect()),
        }
    }

    /// Number of the last release that is law; zero before the first.
    ///
    /// # Errors
    /// [`StoreError`] if the row cannot be read.
    pub async fn last_release(&self) -> Result<u32, StoreError> {
        Ok(self.read(&gongji_domain::record::Wanted::default()).await?.release)
    }

    /// When the last bill was decided, if any was.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn last_payment(&self) -> Result<Option<Moment>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.look(|rows| rows.payments.values().map(|payment| payment.at).max())),
            Self::Sqlite(engine) => engine.last_payment(),
            Self::Postgres(engine) => engine.last_payment().await,
        }
    }

    /// Writes releases, and what the law resolves to with them.
    ///
    /// # Errors
    /// [`StoreError::Contended`] if another release was written meanwhile, [`StoreError::Constraint`] if a release is
    /// changed that is closed, or closed by who proposed it; nothing is kept.
    pub async fn keep_releases(&self, new: NewReleases<'_>) -> Result<(), StoreError> {
        match self {
            Self::Memory(engine) => engine.keep_releases(new),
            Self::Sqlite(engine) => engine.keep_releases(new),
            Self::Postgres(engine) => engine.keep_releases(new).await,
        }
    }

    /// Whose law the rules of a digest were, and from which release on; none if no law ever resolved to it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a row was forged or edited.
    pub async fn resolved(&self, digest: &[u8; 32]) -> Result<Vec<Resolved>, StoreError> {
        let rows = match self {
            Self::Memory(engine) => engine.resolved_rows(Some(digest)),
            Self::Sqlite(engine) => engine.resolved_rows(Some(digest))?,
            Self::Postgres(engine) => engine.resolved_rows(Some(digest)).await?,
        };
        seal::verified(self.keys(), rows)
    }

    /// Everything that any law ever resolved to.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a row was forged or edited.
    pub async fn all_resolved(&self) -> Result<Vec<Resolved>, StoreError> {
        let rows = match self {
            Self::Memory(engine) => engine.resolved_rows(None),
            Self::Sqlite(engine) => engine.resolved_rows(None)?,
            Self::Postgres(engine) => engine.resolved_rows(None).await?,
        };
        seal::verified(self.keys(), rows)
    }

    pub(crate) fn keys(&self) -> &WorkingKey {
        match self {
            Self::Memory(engine) => &engine.keys,
            Self::Sqlite(engine) => engine.keys(),
            Self::Postgres(engine) => engine.keys(),
        }
    }
}

/// Holds what is to be written against what is there, and gives each row its code.
pub(crate) fn plan(keys: &WorkingKey, there: &[SealedRelease], new: NewReleases<'_>) -> Result<Plan, StoreError> {
    let law = there.iter().rev().find(|row| row.release.state == ReleaseState::Released);
    if law.map_or(0, |row| row.release.number) != new.last {
        return Err(StoreError::Contended);
    }
    let mut plan = Plan::default();
    let mut before: Vec<u8> = law.map(|row| row.seal.clone()).unwrap_or_default();
    let mut last = new.last;
    let mut next = there.last().map_or(1, |row| row.release.number + 1);
    for release in new.releases {
        let old = there.iter().find(|row| row.release.number == release.number);
        check(release, old.map(|row| &row.release), last)?;
        let sealed = SealedRelease { seal: seal::of_release(keys, release, &before), release: release.clone() };
        if release.state == ReleaseState::Released {
            (before, last) = (sealed.seal.clone(), release.number);
        }
        match old {
            Some(_) => plan.closed.push(sealed),
            None if release.number != next => return Err(StoreError::Contended),
            None => {
                next += 1;
                plan.added.push(sealed);
            }
        }
    }
    let sealed = |row: &Resolved| SealedResolved { seal: seal::of_resolved(keys, row), resolved: row.clone() };
    plan.resolved = new.resolved.iter().map(sealed).collect();
    Ok(plan)
}

/// What the tables refuse, and what they cannot: that a release is closed twice, or out of order.
fn check(release: &Release, old: Option<&Release>, last: u32) -> Result<(), StoreError> {
    let same_but_closed =
        |old: &Release| Release { state: release.state, closed: release.closed.clone(), ..old.clone() };
    let is_open = old.is_none_or(|old| old.state == ReleaseState::Proposed && same_but_closed(old) == *release);
    let is_signed = (release.state == ReleaseState::Proposed) == release.closed.is_none();
    let by_two = match (&release.closed, release.state) {
        (Some(closed), ReleaseState::Released) => !is_same_person(&closed.by, &release.proposed.by),
        _ => true,
    };
    let in_order = release.state != ReleaseState::Released || release.number > last;
    if is_open && is_signed && by_two && in_order { Ok(()) } else { Err(StoreError::Constraint { table: TABLE }) }
}

impl Plan {
    /// The rows, for engines with tables.
    pub(crate) fn batches(&self) -> Vec<Batch<'_>> {
        let added = self.added.iter().flat_map(values_of).collect();
        let closed = self.closed.iter().flat_map(closing).collect();
        let resolved = self.resolved.iter().flat_map(values_of_resolved).collect();
        let missed: fn() -> StoreError = || StoreError::Contended;
        let batches = [
            Batch { statement: &sql::ADD_RELEASE, values: added, width: 12, missed: None },
            Batch { statement: &sql::CLOSE_RELEASE, values: closed, width: 5, missed: Some(missed) },
            Batch { statement: &sql::ADD_RESOLVED, values: resolved, width: 8, missed: None },
        ];
        batches.into_iter().filter(|batch| !batch.values.is_empty()).collect()
    }
}

fn values_of(row: &SealedRelease) -> [Value<'_>; 12] {
    let release = &row.release;
    let closed = release.closed.as_ref();
    [
        i64::from(release.number).into(),
        release.state.number().into(),
        area_number(release.area).into(),
        release.first_day.number().into(),
        release.retroactive.as_deref().map_or(Value::Null, Value::from),
        Value::Bytes(&release.digest),
        release.proposed.by.as_str().into(),
        release.proposed.at.millis().into(),
        closed.map_or(Value::Null, |closed| closed.by.as_str().into()),
        Value::maybe(closed.map(|closed| closed.at.millis())),
        Value::Bytes(&row.seal),
        release.text.as_str().into(),
    ]
}

fn closing(row: &SealedRelease) -> [Value<'_>; 5] {
    let closed = row.release.closed.as_ref();
    [
        i64::from(row.release.number).into(),
        row.release.state.number().into(),
        closed.map_or(Value::Null, |closed| closed.by.as_str().into()),
        Value::maybe(closed.map(|closed| closed.at.millis())),
        Value::Bytes(&row.seal),
    ]
}

fn values_of_resolved(row: &SealedResolved) -> [Value<'_>; 8] {
    let resolved = &row.resolved;
    [
        Value::Bytes(&resolved.digest),
        area_number(resolved.area).into(),
        resolved.from.number().into(),
        Value::maybe(resolved.until.map(|day| day.number())),
        i64::from(resolved.release).into(),
        Value::owned(json(&resolved.sources)),
        Value::Bytes(&row.seal),
        resolved.text.as_str().into(),
    ]
}

/// As rows keep an area; the nation is zero.
pub(crate) fn area_number(area: Option<AreaCode>) -> i64 {
    area.map_or(0, |area| i64::from(area.number()))
}

fn area_or_nation(number: i64) -> Option<Option<AreaCode>> {
    if number == 0 { Some(None) } else { area(number).map(Some) }
}

fn digest(f: &mut Fields<'_>) -> Result<[u8; 32], StoreError> {
    let bytes: Vec<u8> = f.plain()?;
    bytes.try_into().map_err(|_| f.contradiction())
}

pub(crate) fn decode(f: &mut Fields<'_>) -> Result<SealedRelease, StoreError> {
    let (number, state) = (f.get(small)?, f.get(word(ReleaseState::from_number))?);
    let (area, first_day) = (f.get(area_or_nation)?, f.get(day)?);
    let (retroactive, digest) = (f.plain()?, digest(f)?);
    let proposed = Signed { by: f.plain()?, at: f.get(moment)? };
    let closed: (Option<String>, _) = (f.plain()?, f.maybe(moment)?);
    let closed = closed.0.zip(closed.1).map(|(by, at)| Signed { by, at });
    let (seal, text) = (f.plain()?, f.plain()?);
    let release = Release { number, area, first_day, retroactive, digest, text, proposed, state, closed };
    Ok(SealedRelease { release, seal })
}

pub(crate) fn decode_resolved(f: &mut Fields<'_>) -> Result<SealedResolved, StoreError> {
    let (digest, area, from) = (digest(f)?, f.get(area_or_nation)?, f.get(day)?);
    let (until, release) = (f.maybe(day)?, f.get(small)?);
    let sources = f.text(|text| serde_json::from_str(text).ok())?;
    let (seal, text) = (f.plain()?, f.plain()?);
    Ok(SealedResolved { resolved: Resolved { digest, area, from, until, release, sources, text }, seal })
}

/// The last release, as a group reads it.
pub(crate) fn number(f: &mut Fields<'_>) -> Result<u32, StoreError> {
    Ok(f.maybe(small)?.unwrap_or_default())
}

/// Digests that some law resolved to, whole and as traces shorten them.
pub(crate) struct Digests {
    whole: BTreeSet<[u8; 32]>,
    short: BTreeSet<[u8; 8]>,
}

impl Digests {
    pub(crate) fn of<'r>(rows: impl Iterator<Item = &'r SealedResolved>) -> Self {
        let whole: BTreeSet<[u8; 32]> = rows.map(|row| row.resolved.digest).collect();
        let short = whole.iter().filter_map(|digest| digest.first_chunk().copied()).collect();
        Self { whole, short }
    }

    /// A decision by rules that no release resolves to: somebody took a release away, or never made it.
    pub(crate) fn fault(&self, row: &TraceRow) -> Option<Discrepancy> {
        let why = match laws_named(&row.bytes) {
            Err(error) => error.to_string(),
            Ok((patient, sponsors)) => {
                let known = patient.is_none_or(|digest| self.whole.contains(&digest));
                if known && sponsors.iter().all(|law| self.short.contains(&law.digest)) {
                    return None;
                }
                "it was decided by rules that no release resolves to".to_owned()
            }
        };
        Some(Discrepancy { table: "trace", row: row.command.to_string(), why })
    }
}

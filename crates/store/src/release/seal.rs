//! The codes of releases: HMAC-SM3 under a key derived from the working key, which does not stand in the database.
//!
//! A code covers every column of its row, that of a release also the code of the release before. So whoever owns the
//! database but not the key can neither make a release nor edit, remove or move one without being found; that the newest
//! is gone is found by the decisions that were made by it.

use std::collections::BTreeSet;

use gongji_domain::release::{Release, ReleaseState, Resolved, Signed};
use sm3::{Digest, Sm3};

use super::{Digests, RESOLVED_TABLE, SealedRelease, SealedResolved, TABLE, area_number};
use crate::audit::Discrepancy;
use crate::{StoreError, WorkingKey};

const RELEASE: &str = "policy-release";
const RESOLVED: &str = "policy-resolved";

/// Columns one after the other, so that no two rows give the same bytes.
struct Columns(Vec<u8>);

impl Columns {
    fn number(mut self, number: i64) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let length = i64::try_from(bytes.len()).expect("a text is shorter than memory");
        let mut columns = self.number(length);
        columns.0.extend(bytes);
        columns
    }

    fn maybe(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.number(1).bytes(text.as_bytes()),
            None => self.number(0),
        }
    }

    fn signed(self, signed: Option<&Signed>) -> Self {
        let by = signed.map(|signed| signed.by.as_str());
        self.maybe(by).number(signed.map_or(0, |signed| signed.at.millis()))
    }
}

fn columns_of(release: &Release) -> Columns {
    Columns(Vec::new())
        .number(release.number.into())
        .number(release.state.number().into())
        .number(area_number(release.area))
        .number(release.first_day.number().into())
        .maybe(release.retroactive.as_deref())
        .bytes(&release.digest)
        .bytes(release.text.as_bytes())
        .signed(Some(&release.proposed))
        .signed(release.closed.as_ref())
}

fn columns_of_resolved(row: &Resolved) -> Columns {
    let columns = Columns(Vec::new())
        .bytes(&row.digest)
        .number(area_number(row.area))
        .number(row.from.number().into())
        .number(row.until.map_or(i64::MAX, |day| day.number().into()))
        .number(row.release.into())
        .bytes(row.text.as_bytes());
    row.sources.iter().fold(columns, |columns, source| columns.number((*source).into()))
}

/// What stands before a release: only what is law has a place in the row of codes.
fn before(release: &Release, last: &[u8]) -> Vec<u8> {
    if release.state == ReleaseState::Released { last.to_vec() } else { Vec::new() }
}

/// The code of a release; `last` is that of the release that was law before.
pub(super) fn of_release(keys: &WorkingKey, release: &Release, last: &[u8]) -> Vec<u8> {
    keys.code(RELEASE, &[&before(release, last), &columns_of(release).0]).to_vec()
}

pub(super) fn of_resolved(keys: &WorkingKey, row: &Resolved) -> Vec<u8> {
    keys.code(RESOLVED, &[&columns_of_resolved(row).0]).to_vec()
}

fn is_of_its_digest(digest: &[u8; 32], text: &str) -> bool {
    Sm3::digest(text.as_bytes()).as_slice() == digest
}

/// Everything that is wrong with releases.
pub(super) fn faults_of_releases(keys: &WorkingKey, rows: &[SealedRelease]) -> Vec<Discrepancy> {
    let (mut found, mut last): (Vec<Discrepancy>, &[u8]) = (Vec::new(), &[]);
    for SealedRelease { release, seal } in rows {
        if let Some(why) = fault_of(keys, (release, seal), last) {
            found.push(Discrepancy { table: TABLE, row: release.number.to_string(), why: why.to_owned() });
        }
        if release.state == ReleaseState::Released {
            last = seal;
        }
    }
    found
}

fn fault_of(keys: &WorkingKey, (release, seal): (&Release, &[u8]), last: &[u8]) -> Option<&'static str> {
    if !keys.has_code(RELEASE, &[&before(release, last), &columns_of(release).0], seal) {
        return Some("it is not what was released: it was forged or edited, or a release before it is gone or moved");
    }
    let whole = is_of_its_digest(&release.digest, &release.text);
    (!whole).then_some("its text is not the one of its digest")
}

fn fault_of_resolved(keys: &WorkingKey, row: &SealedResolved) -> Option<&'static str> {
    if !keys.has_code(RESOLVED, &[&columns_of_resolved(&row.resolved).0], &row.seal) {
        return Some("it is not what a law resolved to: it was forged or edited");
    }
    let whole = is_of_its_digest(&row.resolved.digest, &row.resolved.text);
    (!whole).then_some("its rules are not those of its digest")
}

fn discrepancy(row: &Resolved, why: &str) -> Discrepancy {
    let row = format!("{}/{:06}/{}", crate::digest::hex(&row.digest[..4]), area_number(row.area), row.from);
    Discrepancy { table: RESOLVED_TABLE, row, why: why.to_owned() }
}

/// Rows that have their codes, or the first that has not.
pub(super) fn verified(keys: &WorkingKey, rows: Vec<SealedResolved>) -> Result<Vec<Resolved>, StoreError> {
    let whole = |row: SealedResolved| match fault_of_resolved(keys, &row) {
        None => Ok(row.resolved),
        Some(why) => {
            let Discrepancy { table, row, why } = discrepancy(&row.resolved, why);
            Err(StoreError::Damaged { table, row, why })
        }
    };
    rows.into_iter().map(whole).collect()
}

/// Everything that is wrong with releases and with what they resolve to; and the digests that decisions may name, if
/// there is any law to be named.
pub(crate) fn faults(
    keys: &WorkingKey,
    releases: &[SealedRelease],
    resolved: &[SealedResolved],
) -> (Vec<Discrepancy>, Option<Digests>) {
    let mut found = faults_of_releases(keys, releases);
    let law = releases.iter().filter(|row| row.release.state == ReleaseState::Released);
    let law: BTreeSet<u32> = law.map(|row| row.release.number).collect();
    let (mut sound, has_law) = (Vec::new(), !law.is_empty() || !resolved.is_empty());
    for row in resolved {
        let gone = (!law.contains(&row.resolved.release)).then_some("the release that it came from is gone");
        match fault_of_resolved(keys, row).or(gone) {
            Some(why) => found.push(discrepancy(&row.resolved, why)),
            None => sound.push(row),
        }
    }
    (found, has_law.then(|| Digests::of(sound.into_iter())))
}

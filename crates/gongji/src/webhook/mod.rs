//! Webhooks: other systems are told when something happened, without asking again and again.
//!
//! A webhook is a paper of the agency, and so encrypted, with its secret; how far it was told is another. What is told
//! comes from [`gongji_store::Tiding`]s, which are there if and only if their commit is. Invariants: who is told never
//! learns a person, a sponsor or a balance; a webhook that was removed stays readable, with who removed it. Deliberately
//! absent: when it is told, which the server's courier decides.

pub mod address;
pub mod call;
pub mod event;

use std::collections::BTreeSet;
use std::fmt;

use base64ct::{Base64, Encoding as _};
use gongji_domain::paper::{Paper, PaperKind, Whose};
use gongji_store::{Marks, Store, StoreError};
use gongji_words::{AreaCode, Day, InstitutionId, Moment};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::randomness::SystemRandomness;

/// The agency, whose papers these are.
const AGENCY: InstitutionId = InstitutionId::from_number(0);
/// Before the name of a secret, so that a lost one is recognised.
const PREFIX: &str = "whsec_";

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A bill was settled
    Settled,
    /// A settlement was undone
    Reversed,
    /// A relation is in force
    Bound,
    /// A relation is over that was in force
    Unbound,
}

impl Event {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Reversed => "reversed",
            Self::Bound => "bound",
            Self::Unbound => "unbound",
        }
    }
}

/// Of whom a webhook is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// An institution: its own bills, with amounts.
    Institution(InstitutionId),
    /// An area and what lies in it: bills there or of people insured there, and relations; without amounts.
    Area(AreaCode),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Institution(id) => write!(f, "institution {id}"),
            Self::Area(area) => write!(f, "area {area}"),
        }
    }
}

/// The secret of a webhook, with which it is signed.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// The secret of these bytes.
    pub fn of_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The key of signatures.
    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }

    /// As the receiver gets it.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", Base64::encode_string(self.bytes())))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.reveal())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let wrong = || D::Error::custom("this is no secret of a webhook");
        let mut bytes = Zeroizing::new([0; 32]);
        let read = Base64::decode(text.strip_prefix(PREFIX).ok_or_else(wrong)?, &mut bytes[..]).map_err(|_| wrong())?;
        if read.len() == bytes.len() { Ok(Self(bytes)) } else { Err(wrong()) }
    }
}

/// Who did something, and when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct By {
    /// The name.
    pub by: String,
    /// When.
    pub at: String,
}

/// Who is told what, where.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Webhook {
    /// Its number, from 1.
    pub number: u32,
    /// Where.
    pub url: String,
    /// Of whom.
    pub scope: Scope,
    /// What.
    pub events: BTreeSet<Event>,
    /// With which secret it is signed.
    pub secret: Secret,
    /// Who registered it.
    pub made: By,
    /// Who removed it.
    pub removed: Option<By>,
}

/// How far a webhook was told.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Up to which sheets of the store.
    pub marks: Marks,
    /// What of the next sheets was told already.
    pub told: BTreeSet<String>,
    /// How many tries have failed since the last that did not.
    pub failed: u32,
    /// When it is tried again, in milliseconds since 1970.
    pub next_ms: i64,
    /// Which program tells it now, and until when nobody else does.
    pub held: Option<(String, i64)>,
    /// Events that were told.
    pub delivered: u64,
    /// Events that could not be told in time.
    pub given_up: u64,
}

impl Progress {
    /// All up to these marks was told.
    pub fn pass(&mut self, marks: Marks) {
        self.marks = marks;
        self.told.clear();
    }
}

/// What stands in a paper, and its version there.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    paper: Paper,
    /// What stands in it.
    pub said: T,
}

impl<T: DeserializeOwned + Serialize> Kept<T> {
    fn first(kind: PaperKind, number: u32, (at, said): (Moment, T)) -> Self {
        let (name, body) = (number.to_string(), Vec::new());
        Self { paper: Paper { kind, owner: AGENCY, name, person: None, at, version: 0, body }, said }
    }

    fn read(paper: Paper) -> Result<Self, StoreError> {
        let damaged = |error: serde_json::Error| StoreError::Damaged {
            table: "paper",
            row: format!("{} {}", paper.kind.word(), paper.name),
            why: format!("line {}, column {}: what it says cannot be read", error.line(), error.column()),
        };
        let said = serde_json::from_slice(&paper.body).map_err(damaged)?;
        Ok(Self { paper, said })
    }

    /// Keeps it as it is now. Whether it was kept: of two who change one at once the second was not.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written.
    pub async fn keep(&mut self, store: &Store, random: &mut SystemRandomness) -> Result<bool, StoreError> {
        self.paper.version += 1;
        self.paper.body = serde_json::to_vec(&self.said).expect("what these papers say has text keys or numbers");
        store.keep_paper(&self.paper, &mut |bytes| random.fill(bytes)).await
    }
}

/// All webhooks, those that were removed among them, by number.
///
/// # Errors
/// [`StoreError::Damaged`] if one was forged or edited.
pub async fn all(store: &Store) -> Result<Vec<Kept<Webhook>>, StoreError> {
    let ever = (Day::new(1970, 1, 1), Day::new(2199, 12, 31));
    let (Some(first), Some(last)) = ever else { return Ok(Vec::new()) };
    let papers = store.papers(PaperKind::Webhook, Whose::Owner(AGENCY), (first.start(), last.start())).await?;
    let mut kept = papers.into_iter().map(Kept::<Webhook>::read).collect::<Result<Vec<_>, _>>()?;
    kept.sort_by_key(|kept| kept.said.number);
    Ok(kept)
}

/// Those that are told.
///
/// # Errors
/// As [`all`].
pub async fn standing(store: &Store) -> Result<Vec<Webhook>, StoreError> {
    let all = all(store).await?;
    Ok(all.into_iter().map(|kept| kept.said).filter(|webhook| webhook.removed.is_none()).collect())
}

/// How far a webhook was told.
///
/// # Errors
/// [`StoreError::Damaged`] if that was forged, edited or taken away.
pub async fn progress(store: &Store, number: u32) -> Result<Kept<Progress>, StoreError> {
    let name = number.to_string();
    let gone =
        || StoreError::Damaged { table: "paper", row: format!("delivery {number}"), why: "it is gone".to_owned() };
    store.paper(PaperKind::Delivery, AGENCY, &name).await?.map(Kept::read).ok_or_else(gone)?
}

/// Registers a webhook under the next number; it is told what is committed from now on.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub async fn register(
    store: &Store,
    (mut webhook, now): (Webhook, Moment),
    random: &mut SystemRandomness,
) -> Result<Webhook, StoreError> {
    webhook.number = all(store).await?.last().map_or(0, |kept| kept.said.number);
    let marks: Marks = store.lane_marks().await?.into_iter().map(|mark| (mark.lane, mark.number)).collect();
    loop {
        webhook.number += 1;
        let progress = Progress { marks: marks.clone(), ..Progress::default() };
        // First how far it was told: nobody ever meets a webhook without that.
        let mut begun = Kept::first(PaperKind::Delivery, webhook.number, (now, progress));
        if begun.keep(store, random).await? {
            let mut kept = Kept::first(PaperKind::Webhook, webhook.number, (now, webhook));
            kept.keep(store, random).await?;
            return Ok(kept.said);
        }
    }
}

/// Up to which sheets every webhook was told; nothing if there is none.
///
/// # Errors
/// As [`progress`].
pub async fn untold(store: &Store) -> Result<Option<Marks>, StoreError> {
    let mut least: Option<Marks> = None;
    for webhook in standing(store).await? {
        let marks = progress(store, webhook.number).await?.said.marks;
        least = Some(match least {
            None => marks,
            Some(least) => lower(&least, &marks),
        });
    }
    Ok(least)
}

/// Of each lane the lower mark; a lane that one of the two has not seen is not told at all.
fn lower(one: &Marks, other: &Marks) -> Marks {
    let both = one.iter().filter_map(|(lane, mark)| Some((*lane, *mark.min(other.get(lane)?))));
    both.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_as_it_was_given_and_never_printed() {
        let secret = Secret::of_bytes(&[7; 32]);
        assert_eq!(*secret.reveal(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        let text = serde_json::to_string(&secret).unwrap();
        assert_eq!(serde_json::from_str::<Secret>(&text).unwrap().bytes(), secret.bytes());
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        for wrong in ["\"\"", "\"whsec_\"", "\"whsec_BwcH\"", "\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\"", "7"] {
            assert!(serde_json::from_str::<Secret>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_kept_is_what_the_last_of_all_still_waits_for() {
        let marks = |marks: &[(i64, i64)]| Marks::from_iter(marks.iter().copied());
        assert_eq!(lower(&marks(&[(1, 5), (2, 7), (3, 1)]), &marks(&[(1, 9), (2, 3)])), marks(&[(1, 5), (2, 3)]));
    }
}

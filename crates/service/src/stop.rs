//! Stopping mutual aid and letting it go on: by two people, for an area, an institution or another province.
//!
//! Invariants: who asks with whom are two people; what is stopped already is left as it is, and so is what is not; it holds
//! for every group that reads afterwards, in every program on the database. Deliberately absent: what a stop means for a bill
//! (`gongji_domain::judge`), and who may ask (faces know who asks).

use std::fmt;

use gongji_domain::policy::Law;
use gongji_domain::record::Wanted;
use gongji_domain::release::{LONGEST_NAME, is_same_person, signing_name};
use gongji_domain::stop::{LONGEST_REASON, SignedByTwo, Stop, StopTarget, stop_reason};
use gongji_store::{Store, StoreError};
use gongji_words::{AreaCode, InstitutionId};

use crate::error::ServiceError;
use crate::node::Node;

/// How often it is tried when another stop is written at the same time.
const ROUNDS: usize = 8;

/// Why a stop was not put in force or ended. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotStopped {
    /// Nobody can sign with one of the names.
    Name,
    /// One person has both names.
    SamePerson,
    /// The reason is empty, too long, or holds a number of somebody.
    Reason,
    /// It is neither a code nor a number.
    Form,
    /// No area of this province has the code.
    Area(AreaCode),
    /// The area lies in another province, of which only the whole can be stopped.
    Elsewhere(AreaCode),
    /// No province has the code.
    Peer,
    /// No institution of this number is registered.
    Institution(InstitutionId),
    /// It is both a code and the number of an institution.
    Ambiguous(String),
}

impl fmt::Display for NotStopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => write!(f, "--by, --and: write a name of at most {LONGEST_NAME} characters"),
            Self::SamePerson => f.write_str("--by, --and: two different people must ask for it"),
            Self::Reason => write!(
                f,
                "--reason: write one line of at most {LONGEST_REASON} characters, without telephone or identity numbers: it \
                 is kept for ever"
            ),
            Self::Form => f.write_str(
                "target: write the six digits of an area, the two of another province, or the number of an institution",
            ),
            Self::Area(area) => write!(f, "target {area}: this province has no such area: check the digits"),
            Self::Elsewhere(area) => write!(
                f,
                "target {area}: it lies in another province, which can be stopped as a whole: write {}",
                area.province()
            ),
            Self::Peer => f.write_str("target: no province has this code, as 13 has Hebei: check the digits"),
            Self::Institution(id) => {
                write!(f, "target {id}: no institution of this number is registered here: check the digits")
            }
            Self::Ambiguous(text) => write!(
                f,
                "target {text}: it is a code and also the number of an institution: write area:{text} or institution:{text}"
            ),
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It is so from now on.
    Now(Stop),
    /// It was so already, and nothing was changed: the stop in force, or none.
    Before(Option<Stop>),
}

/// What was asked was done, or a reason why not.
pub type Asked<T> = Result<Result<T, NotStopped>, ServiceError>;

/// What a text names: a code, a number, or one of these after `area:`, `institution:` or `peer:`.
///
/// # Errors
/// [`ServiceError`] of the store; a refusal is an answer.
pub async fn target_of(store: &Store, (law, province): (&Law, AreaCode), text: &str) -> Asked<StopTarget> {
    let (kind, rest) = text.split_once(':').unwrap_or(("", text));
    let place = match kind {
        "institution" => None,
        "" | "area" | "peer" => code_of(rest),
        _ => return Ok(Err(NotStopped::Form)),
    };
    let Ok(number) = rest.parse::<i64>() else { return Ok(Err(NotStopped::Form)) };
    let id = InstitutionId::from_number(number);
    let registered = kind.is_empty() || kind == "institution";
    let registered = registered && is_registered(store, id).await?;
    Ok(match place {
        Some(_) if registered => Err(NotStopped::Ambiguous(rest.to_owned())),
        Some(code) => code.and_then(|code| known(law, province, code)),
        None if registered => Ok(StopTarget::Institution(id)),
        None if kind == "area" || kind == "peer" => Err(NotStopped::Form),
        None => Err(NotStopped::Institution(id)),
    })
}

/// A code of two or six digits, if the text has that form; a refusal if no province begins so.
fn code_of(text: &str) -> Option<Result<AreaCode, NotStopped>> {
    let code = match text.len() {
        2 => format!("{text}0000"),
        6 => text.to_owned(),
        _ => return None,
    };
    Some(AreaCode::parse(&code).map_err(|_| NotStopped::Peer))
}

/// An area of this province, or another province; both by the names that they have.
fn known(law: &Law, province: AreaCode, code: AreaCode) -> Result<StopTarget, NotStopped> {
    let is_named = code.name_zh().is_some() || law.area_name(code).is_some();
    match (code.province() == province, code.is_province()) {
        (true, _) if is_named => Ok(StopTarget::Area(code.pool())),
        (true, _) => Err(NotStopped::Area(code)),
        (false, true) if is_named => Ok(StopTarget::Peer(code)),
        (false, true) => Err(NotStopped::Peer),
        (false, false) => Err(NotStopped::Elsewhere(code)),
    }
}

/// The agency itself stands in the register under zero, and is no till.
async fn is_registered(store: &Store, id: InstitutionId) -> Result<bool, ServiceError> {
    let wanted = Wanted { institutions: [id].into(), ..Wanted::default() };
    Ok(id.number() != 0 && store.read(&wanted).await?.rows.institutions.contains_key(&id))
}

/// Puts a stop in force, from the next group on.
///
/// # Errors
/// [`ServiceError`] of the store; a refusal is an answer.
pub async fn stop(store: &Store, (target, reason): (StopTarget, &str), signed: SignedByTwo) -> Asked<Stopped> {
    let Some(reason) = stop_reason(reason) else { return Ok(Err(NotStopped::Reason)) };
    let begun = match two_people(signed) {
        Ok(signed) => signed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for _ in 0..ROUNDS {
        let all = store.stops().await?;
        if let Some(there) = in_force(&all, target) {
            return Ok(Ok(Stopped::Before(Some(there.clone()))));
        }
        let number = all.last().map_or(1, |stop| stop.number + 1);
        let stop = Stop { number, target, reason: reason.to_owned(), begun: begun.clone(), ended: None };
        match store.keep_stop(&stop).await {
            Err(StoreError::Contended) => {}
            kept => return Ok(kept.map(|()| Ok(Stopped::Now(stop)))?),
        }
    }
    Err(StoreError::Contended.into())
}

/// Ends the stop of a target, from the next group on.
///
/// # Errors
/// [`ServiceError`] of the store; a refusal is an answer.
pub async fn resume(store: &Store, target: StopTarget, signed: SignedByTwo) -> Asked<Stopped> {
    let ended = match two_people(signed) {
        Ok(signed) => signed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for _ in 0..ROUNDS {
        let all = store.stops().await?;
        let Some(there) = in_force(&all, target) else { return Ok(Ok(Stopped::Before(None))) };
        let stop = Stop { ended: Some(ended.clone()), ..there.clone() };
        match store.keep_stop(&stop).await {
            Err(StoreError::Contended) => {}
            kept => return Ok(kept.map(|()| Ok(Stopped::Now(stop)))?),
        }
    }
    Err(StoreError::Contended.into())
}

fn in_force(all: &[Stop], target: StopTarget) -> Option<&Stop> {
    all.iter().find(|stop| stop.target == target && stop.ended.is_none())
}

/// Two names that are not one person's, without blanks around them.
fn two_people(signed: SignedByTwo) -> Result<SignedByTwo, NotStopped> {
    let names = (signing_name(&signed.by), signing_name(&signed.and));
    let (Some(by), Some(and)) = names else { return Err(NotStopped::Name) };
    if is_same_person(by, and) {
        return Err(NotStopped::SamePerson);
    }
    Ok(SignedByTwo { by: by.to_owned(), and: and.to_owned(), at: signed.at })
}

impl Node {
    /// Every stop, in the order of the numbers.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn stops(&self) -> Result<Vec<Stop>, ServiceError> {
        Ok(self.store().stops().await?)
    }
}

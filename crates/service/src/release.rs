//! Releasing policy: a pack is proposed by one person, approved by another, and is law from the next group on.
//!
//! Invariants: nobody approves what he proposed; releases become law in the order of their numbers; whoever approves
//! approves what the proposer saw; days that were decided are judged otherwise only for a reason that is written down,
//! and what was decided on them stays. Deliberately absent: who may sign (faces know who asks).

use std::collections::BTreeMap;
use std::fmt;

use gongji_domain::policy::{
    Change, Law, Level, PackError, Resolution, changes, first_change, first_formalised_day, policy_of,
};
use gongji_domain::release::{Release, ReleaseState, Resolved, Signed, is_same_person, signing_name};
use gongji_store::{NewReleases, Store};
use gongji_words::{AreaCode, Day, Moment};
use sm3::{Digest, Sm3};

use crate::error::ServiceError;
use crate::law::BUILT_IN;
use crate::node::Node;

/// A pack that somebody proposes.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'d> {
    /// Name of its file, for mistakes.
    pub file: &'d str,
    /// What stands in it.
    pub text: &'d str,
    /// Why it may begin on a day that has been decided already, if it may.
    pub retroactive: Option<&'d str>,
}

/// What a release changes.
#[derive(Debug)]
pub struct Step {
    /// The release.
    pub release: Release,
    /// The law without it.
    pub before: Law,
    /// The law with it.
    pub after: Law,
    /// What is answered otherwise.
    pub changes: Vec<Change>,
}

/// Why a release was not proposed, approved or withdrawn. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotReleased {
    /// The pack has mistakes, or makes no law together with the others.
    Mistakes(Vec<PackError>),
    /// The text is the one that is law, or proposed, already.
    Same(u32),
    /// Nobody can sign with this name.
    Name,
    /// The proposer wanted to approve.
    SamePerson(u32),
    /// There is no release of this number.
    Unknown(u32),
    /// It is closed.
    Closed(u32, ReleaseState),
    /// Another release was proposed before and is still open.
    Earlier(u32, u32),
    /// The law is not the one that it was proposed against: it would begin on another day.
    Moved(u32),
    /// It begins on a day that has been decided already: first day, last decided day.
    Decided(Day, Day),
}

impl fmt::Display for NotReleased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mistakes(errors) => {
                f.write_str(&errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
            }
            Self::Same(number) => write!(f, "release {number} has this very text: there is nothing to propose"),
            Self::Name => f.write_str("--by: write the name of the person who does this"),
            Self::SamePerson(number) => write!(
                f,
                "--by: release {number} was proposed under this name (blanks and case make no other): another person has \
                 to approve it"
            ),
            Self::Unknown(number) => {
                write!(f, "there is no release {number}: `gongji policy releases` lists those there are")
            }
            Self::Closed(number, ReleaseState::Withdrawn) => {
                write!(f, "release {number} was withdrawn: propose its pack again")
            }
            Self::Closed(number, _) => {
                write!(f, "release {number} is law and stays in the record: propose the pack that is to take its place")
            }
            Self::Earlier(number, earlier) => {
                write!(f, "release {earlier} was proposed before {number} and is open: approve or withdraw it first")
            }
            Self::Moved(number) => write!(
                f,
                "the law is not the one that release {number} was proposed against: withdraw it and propose it again, so \
                 that both see what it changes"
            ),
            Self::Decided(first, last) => write!(
                f,
                "it begins on {first}, and bills up to {last} have been decided: let it begin after {last}, or propose it \
                 with --retroactive REASON (decided bills stay as they are)"
            ),
        }
    }
}

/// What was asked was done, or a reason why not.
pub type Released<T> = Result<Result<T, NotReleased>, ServiceError>;

/// The law of the packs that were released, of the last release.
///
/// # Errors
/// [`ServiceError::NoLaw`] if none was; [`ServiceError::Law`] if this program cannot make a law of them; the store's if
/// a release is not what was written.
pub async fn law_in_force(store: &Store) -> Result<Law, ServiceError> {
    let releases = store.releases().await?;
    match last_of(&releases) {
        0 => Err(ServiceError::NoLaw),
        last => law_until(&releases, last),
    }
}

/// The law as it was when a release was the last.
///
/// # Errors
/// [`ServiceError::Law`] if this program cannot make a law of the packs.
pub fn law_until(releases: &[Release], last: u32) -> Result<Law, ServiceError> {
    let is_law = |release: &&Release| release.state == ReleaseState::Released && release.number <= last;
    let packs = packs_of(in_force(releases.iter().filter(is_law)).into_values());
    let law = Law::from_packs(&named(&packs))
        .map_err(|errors| ServiceError::Law(NotReleased::Mistakes(errors).to_string()))?;
    Ok(law.of_release(last))
}

/// The law in force with drafts: each stands in place of the pack of its area, or beside the others.
///
/// # Errors
/// Every mistake in any pack, with its place.
pub fn law_with_drafts(releases: &[Release], drafts: &[(String, String)]) -> Result<Law, Vec<PackError>> {
    let law = releases.iter().filter(|release| release.state == ReleaseState::Released);
    let packs = packs_of(in_force(law).into_values());
    let drafts: Vec<(&str, &str)> = drafts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Law::with_drafts(&named(&packs), &drafts)
}

/// Makes the packs that are compiled in the law of a new store: releases of the program, signed by nobody else.
///
/// # Errors
/// [`ServiceError`] of the store, also if it has releases already.
pub async fn found(store: &Store, (program, command): (&str, &str), at: Moment) -> Result<u32, ServiceError> {
    let law = crate::law::built_in();
    let signed = |by: &str| Signed { by: by.to_owned(), at };
    let text_of = |file: &str| BUILT_IN.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| *text);
    let of_pack = |(number, (level, file)): (u32, (Level, &str))| Release {
        number,
        area: area_of(level),
        first_day: first_formalised_day(),
        retroactive: None,
        digest: Sm3::digest(text_of(file).as_bytes()).into(),
        text: text_of(file).to_owned(),
        proposed: signed(program),
        state: ReleaseState::Released,
        closed: Some(signed(command)),
    };
    let packs = law.packs().iter().map(|pack| (pack.level, pack.file.as_str()));
    let releases: Vec<Release> = (1..).zip(packs).map(of_pack).collect();
    let last = last_of(&releases);
    let resolved = resolved_by(&law.of_release(last), &releases)?;
    store.keep_releases(NewReleases { last: 0, releases: &releases, resolved: &resolved }).await?;
    Ok(last)
}

/// Proposes a pack. It is checked against the law with everything that is proposed before it.
///
/// # Errors
/// [`ServiceError`] of the store; a refusal is an answer.
pub async fn propose(store: &Store, draft: Draft<'_>, signed: Signed) -> Released<Step> {
    let Some(by) = signing_name(&signed.by) else { return Ok(Err(NotReleased::Name)) };
    let signed = Signed { by: by.to_owned(), at: signed.at };
    let releases = store.releases().await?;
    let there = in_force(releases.iter());
    let digest: [u8; 32] = Sm3::digest(draft.text.as_bytes()).into();
    if let Some(same) = there.values().find(|release| release.digest == digest) {
        return Ok(Err(NotReleased::Same(same.number)));
    }
    let number = releases.last().map_or(1, |release| release.number + 1);
    let packs = packs_of(there.into_values());
    let before = law_of(&named(&packs), &[])?;
    let after = match Law::with_drafts(&named(&packs), &[(draft.file, draft.text)]) {
        Ok(law) => law,
        Err(errors) => return Ok(Err(NotReleased::Mistakes(errors))),
    };
    let level = after.packs().iter().find(|pack| pack.file == draft.file).map_or(Level::Nation, |pack| pack.level);
    let changes = changes(&before, &after);
    let release = Release {
        number,
        area: area_of(level),
        first_day: first_change(&changes).unwrap_or_else(|| signed.at.day()),
        retroactive: draft.retroactive.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned),
        digest,
        text: draft.text.to_owned(),
        proposed: signed,
        state: ReleaseState::Proposed,
        closed: None,
    };
    let step = Step { release, before, after, changes };
    if let Some(refusal) = decided_already(store, &step).await? {
        return Ok(Err(refusal));
    }
    let new = NewReleases { last: last_of(&releases), releases: std::slice::from_ref(&step.release), resolved: &[] };
    store.keep_releases(new).await?;
    Ok(Ok(step))
}

/// Whose rules a pack would be, if it is one; `None` for the nation's.
///
/// # Errors
/// [`ServiceError`] of the store; mistakes are an answer.
pub async fn area_of_draft(store: &Store, draft: Draft<'_>) -> Released<Option<AreaCode>> {
    let releases = store.releases().await?;
    let packs = packs_of(in_force(releases.iter()).into_values());
    let law = match Law::with_drafts(&named(&packs), &[(draft.file, draft.text)]) {
        Ok(law) => law,
        Err(errors) => return Ok(Err(NotReleased::Mistakes(errors))),
    };
    let level = law.packs().iter().find(|pack| pack.file == draft.file).map_or(Level::Nation, |pack| pack.level);
    Ok(Ok(area_of(level)))
}

/// Makes a proposed release law, from the next group on.
///
/// # Errors
/// [`ServiceError`] of the store; a refusal is an answer.
pub async fn approve(store: &Store, number: u32, signed: Signed) -> Released<Step> {
    let Some(by) = signing_name(&signed.by) else { return Ok(Err(NotReleased::Name)) };
    let releases = store.releases().await?;
    let release = match approvable(&releases, number, by) {
        Ok(release) => release.clone().closed(ReleaseState::Released, Signed { by: by.to_owned(), at: signed.at }),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let last = last_of(&releases);
    let mut law: Vec<Release> = releases.into_iter().filter(|other| other.state == ReleaseState::Released).collect();
    let before = law_until(&law, last)?;
    law.push(release.clone());
    let after = law_until(&law, number)?;
    let changes = changes(&before, &after);
    if first_change(&changes).is_some_and(|day| day != release.first_day) {
        return Ok(Err(NotReleased::Moved(number)));
    }
    let step = Step { release, before, after, changes };
    if let Some(refusal) = decided_already(store, &step).await? {
        return Ok(Err(refusal));
    }
    let resolved = resolved_by(&step.after, &law)?;
    let new = NewReleases { last, releases: std::slice::from_ref(&step.release), resolved: &resolved };
    store.keep_releases(new).await?;
    Ok(Ok(step))
}

/// Takes a proposal back, by whoever: it was never law.
///
/// # Errors
/// [`ServiceError`] of the store; a refusal is an answer.
pub async fn withdraw(store: &Store, number: u32, signed: Signed) -> Released<Release> {
    let Some(by) = signing_name(&signed.by) else { return Ok(Err(NotReleased::Name)) };
    let releases = store.releases().await?;
    let release = match open_release(&releases, number) {
        Ok(release) => release.clone().closed(ReleaseState::Withdrawn, Signed { by: by.to_owned(), at: signed.at }),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let new = NewReleases { last: last_of(&releases), releases: std::slice::from_ref(&release), resolved: &[] };
    store.keep_releases(new).await?;
    Ok(Ok(release))
}

impl Node {
    /// Every release, in the order of the numbers.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn releases(&self) -> Result<Vec<Release>, ServiceError> {
        Ok(self.store().releases().await?)
    }

    /// As [`area_of_draft`].
    ///
    /// # Errors
    /// [`ServiceError`] of the store; mistakes are an answer.
    pub async fn area_of_draft(&self, draft: Draft<'_>) -> Released<Option<AreaCode>> {
        area_of_draft(self.store(), draft).await
    }

    /// As [`propose`].
    ///
    /// # Errors
    /// [`ServiceError`] of the store; a refusal is an answer.
    pub async fn propose(&self, draft: Draft<'_>, signed: Signed) -> Released<Step> {
        propose(self.store(), draft, signed).await
    }

    /// As [`approve`].
    ///
    /// # Errors
    /// [`ServiceError`] of the store; a refusal is an answer.
    pub async fn approve(&self, number: u32, signed: Signed) -> Released<Step> {
        approve(self.store(), number, signed).await
    }

    /// As [`withdraw`].
    ///
    /// # Errors
    /// [`ServiceError`] of the store; a refusal is an answer.
    pub async fn withdraw(&self, number: u32, signed: Signed) -> Released<Release> {
        withdraw(self.store(), number, signed).await
    }
}

fn open_release(releases: &[Release], number: u32) -> Result<&Release, NotReleased> {
    let release = releases.iter().find(|release| release.number == number).ok_or(NotReleased::Unknown(number))?;
    match release.state {
        ReleaseState::Proposed => Ok(release),
        closed => Err(NotReleased::Closed(number, closed)),
    }
}

fn approvable<'r>(releases: &'r [Release], number: u32, by: &str) -> Result<&'r Release, NotReleased> {
    let release = open_release(releases, number)?;
    let open = |other: &&Release| other.state == ReleaseState::Proposed && other.number < number;
    if let Some(earlier) = releases.iter().find(open) {
        return Err(NotReleased::Earlier(number, earlier.number));
    }
    if is_same_person(by, &release.proposed.by) {
        return Err(NotReleased::SamePerson(number));
    }
    Ok(release)
}

/// Whether it would judge days otherwise that were decided, without a reason.
async fn decided_already(store: &Store, step: &Step) -> Result<Option<NotReleased>, ServiceError> {
    let Some(first) = first_change(&step.changes).filter(|_| step.release.retroactive.is_none()) else {
        return Ok(None);
    };
    let last = store.last_payment().await?.map(Moment::day);
    Ok(last.filter(|last| first <= *last).map(|last| NotReleased::Decided(first, last)))
}

/// Number of the last release that is law; zero before the first.
fn last_of(releases: &[Release]) -> u32 {
    let law = releases.iter().rev().find(|release| release.state == ReleaseState::Released);
    law.map_or(0, |release| release.number)
}

/// The newest of each area that was not withdrawn.
fn in_force<'r>(releases: impl Iterator<Item = &'r Release>) -> BTreeMap<Option<AreaCode>, &'r Release> {
    releases.filter(|release| release.state != ReleaseState::Withdrawn).map(|release| (release.area, release)).collect()
}

fn packs_of<'r>(releases: impl Iterator<Item = &'r Release>) -> Vec<(String, &'r str)> {
    releases.map(|release| (format!("release {}", release.number), release.text.as_str())).collect()
}

fn named<'p>(packs: &'p [(String, &'p str)]) -> Vec<(&'p str, &'p str)> {
    packs.iter().map(|(name, text)| (name.as_str(), *text)).collect()
}

fn law_of(packs: &[(&str, &str)], drafts: &[(&str, &str)]) -> Result<Law, ServiceError> {
    Law::with_drafts(packs, drafts).map_err(|errors| ServiceError::Law(NotReleased::Mistakes(errors).to_string()))
}

fn area_of(level: Level) -> Option<AreaCode> {
    match level {
        Level::Nation => None,
        Level::Area(area) => Some(area),
    }
}

/// All that a law resolves to, as it is kept. A policy that could not be built again from its text is not kept.
fn resolved_by(law: &Law, releases: &[Release]) -> Result<Vec<Resolved>, ServiceError> {
    let there = in_force(releases.iter());
    law.resolutions()
        .map(|resolution| {
            if policy_of(&resolution.text).as_ref() != law.policy_by_digest(&resolution.digest) {
                let why = format!("what it says of {} from {} cannot be kept", resolution.level, resolution.from);
                return Err(ServiceError::Law(why));
            }
            Ok(row_of(resolution, law.release(), &there))
        })
        .collect()
}

fn row_of(resolution: Resolution, release: u32, there: &BTreeMap<Option<AreaCode>, &Release>) -> Resolved {
    let levels = resolution.level.with_parents().into_iter();
    let sources = levels.filter_map(|level| there.get(&area_of(level))).map(|release| release.number).collect();
    let Resolution { level, from, until, digest, text } = resolution;
    Resolved { digest, area: area_of(level), from, until, release, sources, text }
}

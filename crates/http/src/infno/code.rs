//! What a patient shows: a code (医保码, type 01) or a card (社保卡, type 03), and whom it names.
//!
//! A code is good for a minute and for one institution, which may show it again until it has settled a bill with it; after that, or
//! elsewhere, it is used. Kept is its keyed number, never the code. Invariant: expired, used, unknown and lost are each told
//! by name, and none of them says whose it was.

use gongji_domain::paper::{Paper, PaperKind};
use gongji_domain::reason::Reason;
use gongji_service::{Node, Randomness, ServiceError};
use gongji_words::{InstitutionId, Moment, PersonId};
use serde::{Deserialize, Serialize};

use super::paper::{Kept, read};
use super::profile::AGENCY;
use super::refusal::Refusal;
use super::till::Till;
use crate::face::Face;

/// So long a code may be shown the first time, in milliseconds.
pub const GOOD_MS: i64 = 60_000;
/// Digits of a code.
const DIGITS: usize = 28;

/// What is kept of a code or a card.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Shown {
    /// Of a code: until when it may be shown the first time.
    until: Option<i64>,
    /// Where it was shown first.
    used_by: Option<i64>,
    /// Whether a bill was settled with it.
    is_spent: bool,
    /// Of a card: its 卡识别码.
    sn: Option<String>,
    /// Of a card: whether it is reported lost.
    is_lost: bool,
}

fn name_of(node: &Node, kind: &str, number: &str) -> String {
    format!("{kind}-{}", node.number_of(kind, number))
}

async fn keep(
    (node, randomness): (&Node, &dyn Randomness),
    (name, person): (String, PersonId),
    shown: &Shown,
) -> Result<bool, ServiceError> {
    let before = node.paper(PaperKind::Code, AGENCY, &name).await?;
    let version = before.map_or(1, |before| before.version + 1);
    let body = serde_json::to_vec(shown).unwrap_or_default();
    let (kind, owner, at) = (PaperKind::Code, AGENCY, node.now());
    node.keep_paper(&Paper { kind, owner, name, person: Some(person), at, version, body }, randomness).await
}

/// A new code of somebody: digits, good for [`GOOD_MS`].
///
/// # Errors
/// [`ServiceError`] of the store.
pub async fn issue(by: (&Node, &dyn Randomness), person: PersonId) -> Result<String, ServiceError> {
    let mut bytes = [0; DIGITS];
    by.1.fill(&mut bytes);
    let code: String = bytes.iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    let until = Some(by.0.now().millis() + GOOD_MS);
    let shown = Shown { until, used_by: None, is_spent: false, sn: None, is_lost: false };
    keep(by, (name_of(by.0, "code", &code), person), &shown).await?;
    Ok(code)
}

/// The same with the randomness of a face.
///
/// # Errors
/// [`ServiceError`] of the store.
pub async fn issue_at(face: &Face, person: PersonId) -> Result<String, ServiceError> {
    issue((face.node(), &*face.ports.randomness), person).await
}

/// A card of somebody, as it is now.
///
/// # Errors
/// [`ServiceError`] of the store.
pub async fn register_card(
    by: (&Node, &dyn Randomness),
    person: PersonId,
    (number, sn, is_lost): (&str, &str, bool),
) -> Result<(), ServiceError> {
    let shown = Shown { until: None, used_by: None, is_spent: false, sn: Some(sn.to_owned()), is_lost };
    while !keep(by, (name_of(by.0, "card", number), person), &shown).await? {}
    Ok(())
}

fn no_good(zh: &str, en: &str) -> Refusal {
    Refusal::saying(Reason::ReqReference, format!("{zh}(mdtrt_cert_no)。{en}"))
}

impl Till {
    async fn shown_as(&self, kind: &str, number: &str) -> Result<Option<Kept<Shown>>, Refusal> {
        let name = name_of(self.node(), kind, number);
        self.node().paper(PaperKind::Code, AGENCY, &name).await?.map(read).transpose()
    }

    /// Whom a code names. The first time it is shown here it becomes this institution's.
    pub async fn of_code(&self, code: &str) -> Result<PersonId, Refusal> {
        let found = self.shown_as("code", code).await?;
        let mut kept =
            found.ok_or_else(|| no_good("没有这个医保码，请参保人重新出示", "this code is unknown: show another"))?;
        let (now, here) = (self.at, self.institution.id);
        let is_first = kept.body.used_by.is_none();
        let expired = |until: i64| until < now.millis();
        if is_first && kept.body.until.is_some_and(expired) {
            return Err(no_good("医保码已过期，请参保人刷新后重新出示", "this code has expired: show a new one"));
        }
        let is_mine = kept.body.used_by.is_none_or(|by| InstitutionId::from_number(by) == here);
        let is_today = is_first || Moment::from_millis(kept.body.until.unwrap_or_default()).day() == now.day();
        if !is_mine || !is_today || kept.body.is_spent {
            return Err(no_good("医保码已经用过，请参保人刷新后重新出示", "this code was used: show a new one"));
        }
        if is_first {
            kept.body.used_by = Some(here.number());
            self.replace(&kept).await?;
        }
        kept.paper.person.ok_or_else(|| no_good("没有这个医保码，请参保人重新出示", "this code is unknown"))
    }

    /// Whom a card names.
    pub async fn of_card(&self, number: &str, sn: Option<&str>) -> Result<PersonId, Refusal> {
        let found = self.shown_as("card", number).await?;
        let kept = found.ok_or_else(|| no_good("没有这张社保卡，请核对卡号", "this card is unknown"))?;
        if kept.body.is_lost {
            return Err(no_good("社保卡已挂失，请用医保码或身份证", "this card is reported lost"));
        }
        if sn.is_some_and(|sn| kept.body.sn.as_deref() != Some(sn)) {
            return Err(no_good("卡识别码(card_sn)不符，请重新读卡", "card_sn is another: read the card again"));
        }
        kept.paper.person.ok_or_else(|| no_good("没有这张社保卡，请核对卡号", "this card is unknown"))
    }

    /// A bill was settled with what was shown: a code is spent.
    pub async fn spend_code(&self, (kind, code): (Option<&str>, Option<&str>)) -> Result<(), Refusal> {
        let (Some("01"), Some(code)) = (kind, code) else { return Ok(()) };
        let Some(mut kept) = self.shown_as("code", code).await? else { return Ok(()) };
        if !kept.body.is_spent {
            kept.body.is_spent = true;
            self.replace(&kept).await?;
        }
        Ok(())
    }
}

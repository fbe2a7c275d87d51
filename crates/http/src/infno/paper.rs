//! What is kept of visits, lines and bills, and how it is found again.

use std::collections::BTreeSet;

use gongji_domain::benefit::{StaySoFar, Sums};
use gongji_domain::burden::Burden;
use gongji_domain::paper::{Enclosure, Paper, PaperKind, Whose};
use gongji_domain::reason::Reason;
use gongji_service::Node;
use gongji_wire::{Node as Part, Object, Value};
use gongji_words::{AreaCode, Day, Fen, Moment, PersonId};
use litemap::LiteMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::bill::BY_NUMBER;
use super::refusal::Refusal;
use super::till::Till;

/// Texts and numbers of a node as they came, by name. What is a list or a node of its own is not in it.
pub type Flat = LiteMap<SmolStr, SmolStr>;

/// What came in a node.
pub fn flat(part: &Part<'_>) -> Flat {
    words_of(part.object())
}

/// The same of an object.
pub fn words_of(object: &Object) -> Flat {
    let words = |(name, value): (&str, &Value)| Some((SmolStr::new(name), SmolStr::new(value.as_words()?)));
    object.iter().filter_map(words).filter(|(_, text)| !text.is_empty()).collect()
}

/// How far a visit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// It goes on.
    Open,
    /// The patient has left (2402).
    Discharged,
    /// It was cancelled.
    Cancelled,
}

/// A visit (就诊).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// The message that registered it.
    pub msgid: String,
    /// What tells a changed repeat of that.
    pub digest: u64,
    /// The call: 2201, 2401, 2101.
    pub infno: String,
    /// Where the patient is insured.
    pub area: AreaCode,
    /// How far it is.
    pub state: State,
    /// What was said of it: the node of the registration, and over it those of later calls.
    pub said: Flat,
    /// Diagnoses, as they came.
    pub diagnoses: Vec<Flat>,
}

/// Lines of a charge batch (收费批次).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lines {
    /// What tells a changed repeat.
    pub digest: u64,
    /// The lines, as they came; none once they are withdrawn.
    pub lines: Vec<Flat>,
}

/// The amounts of a bill that the basic insurance decides (names in [`gongji_domain::benefit::Totals`]). Those of nothing are not
/// written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Amounts {
    #[serde(skip_serializing_if = "is_nothing")]
    pub whole: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub uninsured: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub over_limit: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub class_b: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub in_scope: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub deductible: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub pool: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub civil_service: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub enterprise: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub serious: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub large: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub assistance: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub other: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub fund: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub personal: Fen,
    #[serde(skip_serializing_if = "is_nothing")]
    pub hospital: Fen,
}

fn is_nothing(amount: &Fen) -> bool {
    amount.is_zero()
}

/// A bill as it was brought to be settled. Whether it was, its message says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bill {
    /// The call: 2207, 2304, 2102.
    pub infno: String,
    /// What tells a changed repeat.
    pub digest: u64,
    /// Its visit.
    pub visit: String,
    /// Its charge batch; of a stay, none.
    pub batch: String,
    /// Of a stay: the batches that it settled. An interim settlement (中途结算) leaves the stay open.
    #[serde(default)]
    pub covers: BTreeSet<String>,
    /// What it leaves of the deductible and the bands of the stay, for the next settlement of it.
    #[serde(default)]
    pub stay: Option<StaySoFar>,
    /// 险种.
    pub insutype: String,
    /// 医疗类别.
    pub med_type: String,
    /// What of its amounts the basic insurance decided.
    pub amounts: Amounts,
    /// Whose code was shown: a repeat does not show it again.
    pub code_of: PersonId,
    /// What is left to accounts and family, by parts.
    pub burden: Burden,
    /// What it added to the sums of its years.
    pub added: Vec<(i32, Sums)>,
    /// Which kind of certificate was shown (就诊凭证类型).
    #[serde(default)]
    pub shown: String,
    /// 发票号.
    #[serde(default)]
    pub invono: String,
    /// The cash of its last preview, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previewed: Option<Fen>,
    /// Whether it counts as settled by nobody, because it was undone before it came.
    pub undone_before: bool,
}

impl Bill {
    /// Which kind of certificate was shown.
    pub fn shown(&self) -> &str {
        if self.shown.is_empty() { BY_NUMBER } else { &self.shown }
    }
}

/// A bill that was undone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reversal {
    /// The message of the bill.
    pub original: String,
    /// What was in the patient's own account afterwards, once that was told: a repeat tells the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Fen>,
}

/// A paper with what stands in it.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    pub paper: Paper,
    pub body: T,
}

/// What stands in a paper.
pub fn read<T: DeserializeOwned>(paper: Paper) -> Result<Kept<T>, Refusal> {
    let wrong = |error: serde_json::Error| Refusal::Inner(Reason::ReqFailed, format!("paper {}: {error}", paper.name));
    let body = serde_json::from_slice(&paper.body).map_err(wrong)?;
    Ok(Kept { paper, body })
}

/// Papers of one kind, with what stands in them.
pub async fn listed<T: DeserializeOwned>(
    node: &Node,
    kind: PaperKind,
    whose: Whose,
    span: (Moment, Moment),
) -> Result<Vec<Kept<T>>, Refusal> {
    node.papers(kind, whose, span).await?.into_iter().map(read).collect()
}

/// Ends of time, for lists that are not bounded by it.
pub fn ever() -> (Moment, Moment) {
    let of = |(year, month, day)| Day::new(year, month, day).map_or(Moment::from_millis(0), Day::start);
    (of((1900, 1, 1)), of((2199, 12, 31)))
}

/// The moment after which a day, or a moment, is over; at the end of time that itself.
pub fn after(at: Moment, millis: i64) -> Moment {
    Moment::from_millis((at.millis() + millis).min(ever().1.millis()))
}

impl Till {
    /// A paper of this institution.
    pub async fn kept<T: DeserializeOwned>(&self, kind: PaperKind, name: &str) -> Result<Option<Kept<T>>, Refusal> {
        self.node().paper(kind, self.institution.id, name).await?.map(read).transpose()
    }

    /// Papers of one kind about a person, at this institution or at all.
    pub async fn about<T: DeserializeOwned>(
        &self,
        kind: PaperKind,
        person: PersonId,
        span: (Moment, Moment),
    ) -> Result<Vec<Kept<T>>, Refusal> {
        listed(self.node(), kind, Whose::Person(person), span).await
    }

    /// The papers of one kind of this institution.
    pub async fn own<T: DeserializeOwned>(
        &self,
        kind: PaperKind,
        span: (Moment, Moment),
    ) -> Result<Vec<Kept<T>>, Refusal> {
        listed(self.node(), kind, Whose::Owner(self.institution.id), span).await
    }

    /// A first version that is not kept yet.
    fn drawn_up<T: Serialize>(&self, (kind, name, person): (PaperKind, &str, Option<PersonId>), body: &T) -> Paper {
        Paper {
            kind,
            owner: self.institution.id,
            name: name.to_owned(),
            person,
            at: self.at,
            version: 1,
            body: serde_json::to_vec(body).unwrap_or_default(),
        }
    }

    /// A first version that is kept in one with a message, or not at all.
    pub fn enclosed<T: Serialize>(&self, named: (PaperKind, &str, Option<PersonId>), body: &T) -> Enclosure {
        Node::enclose(self.drawn_up(named, body), &*self.face.ports.randomness)
    }

    /// Keeps a first version; gives what is there now, which another may have kept first.
    pub async fn keep<T: Serialize + DeserializeOwned>(
        &self,
        (kind, name, person): (PaperKind, &str, Option<PersonId>),
        body: &T,
    ) -> Result<Kept<T>, Refusal> {
        let paper = self.drawn_up((kind, name, person), body);
        if self.node().keep_paper(&paper, &*self.face.ports.randomness).await? {
            return read(paper);
        }
        let gone = || Refusal::Inner(Reason::ReqBusy, format!("paper {name} went while it was kept"));
        self.kept(kind, name).await?.ok_or_else(gone)
    }

    /// Keeps the next version of a paper; whoever else has done so meanwhile goes first, and this one is told to come again.
    pub async fn replace<T: Serialize>(&self, kept: &Kept<T>) -> Result<(), Refusal> {
        let body = serde_json::to_vec(&kept.body).unwrap_or_default();
        let paper = Paper { version: kept.paper.version + 1, body, ..kept.paper.clone() };
        let is_kept = self.node().keep_paper(&paper, &*self.face.ports.randomness).await?;
        let meanwhile = "这次就诊正由另一条报文处理，请稍后用同一报文重发";
        if is_kept { Ok(()) } else { Err(Refusal::saying(Reason::ReqBusy, meanwhile)) }
    }

    /// A visit of this institution that its message names, of the person that it names.
    pub async fn visit(&self, part: &Part<'_>) -> Result<Kept<Visit>, Refusal> {
        let found = self.kept(PaperKind::Visit, part.text("mdtrt_id")?).await?;
        self.its_visit(part, found)
    }

    /// The same, as it was found.
    pub fn its_visit(&self, part: &Part<'_>, found: Option<Kept<Visit>>) -> Result<Kept<Visit>, Refusal> {
        let person = self.person(part)?;
        let kept = found.filter(|kept| kept.paper.person == Some(person)).ok_or_else(|| {
            Refusal::unknown("mdtrt_id", "没有这次就诊，请核对就诊ID和人员编号", "no such visit of this person")
        })?;
        if kept.body.state == State::Cancelled {
            return Err(Refusal::saying(Reason::ReqReference, "这次就诊已撤销，请重新登记(mdtrt_id)"));
        }
        Ok(kept)
    }
}

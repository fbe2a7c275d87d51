//! Why a settlement came out as it did, as one reader may know it: for every face the same.
//!
//! Deliberately absent: whether he may ask at all, which faces say before they come here.

use std::collections::BTreeMap;

use gongji_domain::explain::{About, Explanation, Line, Reader, explain as put_into_sentences};
use gongji_domain::message::Answer;
use gongji_domain::policy::Bilingual;
use gongji_domain::reason::{Audience, Language, Reason, fill};
use gongji_domain::record::{MessageRow, MessageState, PaymentState};
use gongji_domain::trace::Trace;
use gongji_words::PersonId;

use crate::error::ServiceError;
use crate::node::Node;
use crate::past::{LawOf, Past};

impl Node {
    /// Why, as this node knows it; none of what is no bill that came to its answer.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn explanation<'l>(
        &self,
        past: &'l Past,
        row: &MessageRow,
        reader: Reader,
    ) -> Result<Option<Explanation<'l>>, ServiceError> {
        let answer = match &row.state {
            MessageState::Answered(answer) => answer,
            MessageState::Asking(_) => return Ok(None),
        };
        if let Answer::Refused(reason) = answer {
            return Ok(Some(of_lines(vec![refusal(*reason, reader)])));
        }
        if !matches!(answer, Answer::Settled(_)) {
            return Ok(None);
        }
        let payment = self.payment(row.command).await?;
        let here = payment.as_ref().is_some_and(|payment| payment.key_area.province() == self.province());
        let mut explanation = match self.trace(row.command).await? {
            Some(trace) => self.sentences(past, &trace, reader).await?,
            None if here => return Ok(None),
            None => of_lines(vec![elsewhere()]),
        };
        if payment.is_some_and(|payment| payment.state == PaymentState::Reversed) {
            // A till reads what to collect, and of a bill that is undone that is nothing.
            if reader == Reader::Cashier {
                return Ok(Some(of_lines(vec![reversed()])));
            }
            explanation.lines.insert(0, reversed());
        }
        Ok(Some(explanation))
    }

    async fn sentences<'l>(
        &self,
        past: &'l Past,
        trace: &Trace,
        reader: Reader,
    ) -> Result<Explanation<'l>, ServiceError> {
        let names = if reader == Reader::Cashier { BTreeMap::new() } else { self.names_in(trace).await };
        let name = |person: PersonId| names.get(&person).cloned().unwrap_or_else(|| format!("P{person}"));
        Ok(match past.law_of(trace) {
            LawOf::Known(law) => put_into_sentences(law, trace, reader, &name),
            LawOf::Unknown => {
                let mut explanation = put_into_sentences(past.law(), trace, reader, &name);
                explanation.lines.insert(0, unreleased());
                explanation
            }
        })
    }

    /// What the people of a decision are called; whom the vault does not know has his number.
    async fn names_in(&self, trace: &Trace) -> BTreeMap<PersonId, String> {
        let sponsors = trace.case.candidates.iter().map(|candidate| candidate.sponsor);
        let mut names = BTreeMap::new();
        for person in std::iter::once(trace.case.patient).chain(sponsors) {
            if let Ok(Some(identity)) = self.identity(person).await {
                names.insert(person, identity.name.reveal().to_owned());
            }
        }
        names
    }
}

/// A reason as a reader may know it, in Chinese and in English.
#[must_use]
pub fn texts_of(reason: Reason, audience: Audience, values: &[(&str, &str)]) -> [String; 2] {
    [Language::Zh, Language::En].map(|language| {
        let text = reason.text(language, audience);
        let parts = [text.what, text.why, text.remedy].map(|part| fill(part, values));
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(if language == Language::Zh { "" } else { " " })
    })
}

fn of_lines(lines: Vec<Line>) -> Explanation<'static> {
    Explanation { lines, sources: Vec::new() }
}

fn line(about: About, zh: String, en: String) -> Line {
    Line { about, clause: None, text: Bilingual { zh, en }, source: None }
}

fn reversed() -> Line {
    let zh = "这一笔已经冲正，钱已退回。";
    line(About::Payment, zh.to_owned(), "This settlement was reversed; the money went back.".to_owned())
}

fn unreleased() -> Line {
    let zh = "注意：判定所依据的规则不在发布记录中，请运行 gongji audit。";
    let en = "Note: no release resolves to the rules that this was decided by: run `gongji audit`.";
    line(About::Law, zh.to_owned(), en.to_owned())
}

fn elsewhere() -> Line {
    let zh = "在这里结算，不是本节点作的决定：决定在参保人所在的省。";
    let en = "Settled here without a decision of this node: it lies with the patient's province.";
    line(About::Bill, zh.to_owned(), en.to_owned())
}

/// Why the bill was refused as a whole.
fn refusal(reason: Reason, reader: Reader) -> Line {
    let audience = match reader {
        Reader::Cashier => Audience::Cashier,
        Reader::Beneficiary => Audience::Beneficiary,
        Reader::Sponsor(_) => Audience::Sponsor,
        Reader::Staff => Audience::Staff,
    };
    let code = reason.seen_by(audience).code();
    let [zh, en] = texts_of(reason, audience, &[]);
    line(About::Reason, format!("{code}: {zh}"), format!("{code}: {en}"))
}

//! Why a message was not done, as a cashier reads it: one sentence that says what to do, and the stable code.

use gongji_domain::benefit::Wrong;
use gongji_domain::reason::{Audience, Language, Reason, fill};
use gongji_service::ServiceError;
use gongji_wire::Fault;
use gongji_wire::dialect::Refused;

/// What keeps a message from being done.
#[derive(Debug)]
pub enum Refusal {
    /// The message is not as the interface has it.
    Fault(Fault),
    /// The rules, or the interface, say no; with what this case is about.
    Reason(Reason, Option<String>),
    /// Something failed inside, which operators are told.
    Inner(Reason, String),
    /// It was not let in; the sentence of the gateway.
    Gate(Refused),
}

impl Refusal {
    /// A reason with the fact of this case.
    pub fn saying(reason: Reason, fact: impl Into<String>) -> Self {
        Self::Reason(reason, Some(fact.into()))
    }

    /// Something the message names and that is not there, or is another institution's: nobody can tell which.
    pub fn unknown(field: &str, zh: &str, en: &str) -> Self {
        Self::saying(Reason::ReqReference, format!("{zh}({field})。{en}"))
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fault(_) => Reason::ReqSchema.code(),
            Self::Reason(reason, _) | Self::Inner(reason, _) => reason.seen_by(Audience::Cashier).code(),
            Self::Gate(Refused::Expired) => Reason::ReqTimestampSkew.code(),
            Self::Gate(_) => Reason::ReqSignatureInvalid.code(),
        }
    }

    /// What operators read and nobody outside.
    pub fn inner(&self) -> Option<&str> {
        match self {
            Self::Inner(_, what) => Some(what),
            _ => None,
        }
    }

    /// What the cashier reads. A failure has a number, under which operators find what happened.
    pub fn sentence(&self, failure: i64) -> String {
        let of = |reason: &Reason| {
            let reason = reason.seen_by(Audience::Cashier);
            // What is wrong with a message is for whoever programs the till, and about nobody.
            let reader = if reason.code().starts_with("REQ_") { Audience::Staff } else { Audience::Cashier };
            let text = reason.text(Language::Zh, reader);
            (fill(&format!("{}{}{}", text.what, text.why, text.remedy), &[]), reason.code())
        };
        match self {
            Self::Fault(fault) => fault.message(),
            Self::Reason(reason, None) => {
                let (text, code) = of(reason);
                format!("{text}（{code}）")
            }
            Self::Reason(reason, Some(fact)) => format!("{fact}（{}）", reason.seen_by(Audience::Cashier).code()),
            Self::Inner(reason, _) => {
                let (text, code) = of(reason);
                format!("{text}（{code} {failure}）")
            }
            Self::Gate(refused) => format!("{}（{}）", refused.message(), self.code()),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        let reason = if error.is_worth_retrying() { Reason::ReqBusy } else { Reason::ReqFailed };
        let mut inner = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(deeper) = cause {
            inner = format!("{inner}: {deeper}");
            cause = deeper.source();
        }
        Self::Inner(reason, inner)
    }
}

impl From<Wrong> for Refusal {
    /// What is wrong with the lines of a bill: the number of the line and the field stand in the English sentence.
    fn from(wrong: Wrong) -> Self {
        let zh = match wrong {
            Wrong::NoLines => "没有费用明细，请先上传明细".to_owned(),
            Wrong::NumberTwice { line } => format!("明细流水号 {line} 重复，请换号"),
            Wrong::Sign { line } => format!("明细 {line}：退费要同时写负数量和原流水号"),
            Wrong::ReturnOfNothing { line, returns } | Wrong::ReturnOfAnother { line, returns } => {
                format!("明细 {line}：原明细 {returns} 不在本次费用中，或项目、单价不同")
            }
            Wrong::ReturnsMore { line, returns } => format!("明细 {line}：退的比原明细 {returns} 还多"),
            Wrong::Amount { line, .. } => format!("明细 {line}：金额与单价乘数量相差超过 0.01"),
            Wrong::TooLarge { line } => format!("明细 {line}：单价乘数量过大"),
            Wrong::AfterTheEnd { line, .. } => format!("明细 {line}：费用日期晚于结算日期"),
            Wrong::Newborn { line, .. } => format!("明细 {line}：新生儿已不能用母亲的名义结算"),
            Wrong::Person { .. } => "该人员不适用本地待遇方案".to_owned(),
            Wrong::Level { .. } => "该级别机构不能做这类就诊".to_owned(),
            Wrong::Plan(_) => "该参保地还没有待遇方案，请联系医保经办机构".to_owned(),
        };
        Self::saying(Reason::ReqSchema, format!("{zh}。{wrong}"))
    }
}

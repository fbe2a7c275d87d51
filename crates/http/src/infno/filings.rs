//! Filings (2501 to 2506): referrals, chronic diseases, designated institutions, and their withdrawal.

use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use serde::{Deserialize, Serialize};

use super::paper::{Flat, Kept, flat};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};

/// A filing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Filed {
    /// The call that made it.
    pub infno: String,
    /// What tells a changed repeat.
    pub digest: u64,
    /// What was filed.
    pub said: Flat,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// 2501, 2503, 2505.
pub async fn file(till: &Till) -> Said {
    let part = till.part(if till.call.infno == "2501" { "refmedin" } else { "data" })?;
    let patient = till.patient(till.person(&part)?).await?;
    let name = till.number("trt_dcla_detl_sn");
    let filed = Filed { infno: till.call.infno.to_owned(), digest: till.digest(), said: flat(&part), withdrawn: false };
    let kept = till.keep((PaperKind::Filing, &name, Some(patient.id)), &filed).await?;
    if kept.body.digest != filed.digest {
        return Err(till.changed());
    }
    let mut answer = till.call.answer();
    answer.node("result").text("trt_dcla_detl_sn", &name);
    Ok(Done::with(answer.done()))
}

/// 2502, 2504, 2506. One that is withdrawn stays so.
pub async fn withdraw(till: &Till) -> Said {
    let part = till.part("data")?;
    let person = till.person(&part)?;
    let found: Option<Kept<Filed>> = till.kept(PaperKind::Filing, part.text("trt_dcla_detl_sn")?).await?;
    let made_by = match till.call.infno {
        "2502" => "2501",
        "2504" => "2503",
        _ => "2505",
    };
    let is_it = |kept: &Kept<Filed>| kept.paper.person == Some(person) && kept.body.infno == made_by;
    let unknown = || Refusal::saying(Reason::ReqReference, "没有这条备案，请核对流水号和人员编号(trt_dcla_detl_sn)");
    let mut kept = found.filter(is_it).ok_or_else(unknown)?;
    if !kept.body.withdrawn {
        kept.body.withdrawn = true;
        till.replace(&kept).await?;
    }
    Ok(till.done())
}

//! Filings (2501 to 2506): referrals, chronic diseases, designated institutions, and their withdrawal.

use gongji_domain::message::{Answer, Command};
use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use gongji_wire::Node as Part;
use gongji_words::{AreaCode, Day, PersonId};
use serde::{Deserialize, Serialize};

use super::paper::{Flat, Kept, flat};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};

/// A filing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Filed {
    /// The call that made it.
    pub infno: String,
    /// The message that made it.
    #[serde(default)]
    pub msgid: String,
    /// What tells a changed repeat.
    pub digest: u64,
    /// What was filed.
    pub said: Flat,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// A referral (转院): whoever is referred is filed for care where he is sent (异地就医备案), so that aid and funds pay there as for
/// somebody who filed himself.
const REFERRAL: &str = "2501";

///
/// A referral that does not say to which area is told again (5304) and files nothing.
fn care_elsewhere(part: &Part<'_>, (person, today): (PersonId, Day)) -> Result<Option<Command>, Refusal> {
    let wrong = || {
        let (zh, en) = ("就医地区划写成六位数字，如 130100", "write the area of care as six digits");
        Refusal::unknown("mdtrtarea_admdvs", zh, en)
    };
    let Some(area) = part.text_if("mdtrtarea_admdvs")? else { return Ok(None) };
    let area = AreaCode::parse(area).map_err(|_| wrong())?;
    let from = part.date_if("begndate")?.or(part.date_if("refl_date")?).unwrap_or(today);
    let until = part.date_if("enddate")?;
    if until.is_some_and(|until| until < from) {
        return Err(Refusal::saying(Reason::ReqSchema, "结束日期早于开始日期(enddate)"));
    }
    Ok(Some(Command::File { person, area, from, until }))
}

impl Till {
    /// Enters what has to be done as this message.
    async fn entered(&self, command: Command) -> Result<(), Refusal> {
        self.face.ports.numbers.prepare().await?;
        match self.node().take(self.message()?, command).await?.answer {
            Answer::Done => Ok(()),
            Answer::Refused(reason) => Err(Refusal::Reason(reason, None)),
            _ => Err(self.changed()),
        }
    }
}

/// 2501, 2503, 2505.
pub async fn file(till: &Till) -> Said {
    let part = till.part(if till.call.infno == "2501" { "refmedin" } else { "data" })?;
    let patient = till.patient(till.person(&part)?).await?;
    let is_referral = till.call.infno == REFERRAL;
    let command = if is_referral { care_elsewhere(&part, (patient.id, till.at.day()))? } else { None };
    if command.is_some() && patient.area.province() != till.node().province() {
        let why = "异地参保人的转院备案由参保地办理，请联系参保地医保经办机构(psn_no)";
        return Err(Refusal::saying(Reason::ReqReference, why));
    }
    let name = till.number("trt_dcla_detl_sn");
    let (infno, msgid) = (till.call.infno.to_owned(), till.request.msgid.clone());
    let filed = Filed { infno, msgid, digest: till.digest(), said: flat(&part), withdrawn: false };
    let kept = till.keep((PaperKind::Filing, &name, Some(patient.id)), &filed).await?;
    if kept.body.digest != filed.digest {
        return Err(till.changed());
    }
    if let Some(command) = command.filter(|_| !kept.body.withdrawn) {
        till.entered(command).await?;
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
    if made_by == REFERRAL && !kept.body.msgid.is_empty() {
        let filed = till.message_of(&kept.body.msgid)?;
        till.entered(Command::EndFiling { person, filed }).await?;
    }
    Ok(till.done())
}

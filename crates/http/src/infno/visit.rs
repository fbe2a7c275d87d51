//! Visits: registered, described, ended, cancelled (2201 to 2203A, 2401 to 2405).

use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use gongji_wire::Node as Part;
use gongji_words::PersonId;

use super::paper::{Flat, Kept, State, Visit, flat};
use super::person::Patient;
use super::refusal::Refusal;
use super::till::{Done, Said, Till};

impl Till {
    /// The patient of a registration: whose number it names, and whose certificate was shown.
    async fn registered(&self, part: &Part<'_>) -> Result<Patient, Refusal> {
        let id = self.person(part)?;
        let patient = self.patient(id).await?;
        if self.shown(part).await?.is_some_and(|shown| shown != id) {
            return Err(Refusal::Reason(Reason::SettleNotOwnCode, None));
        }
        Ok(patient)
    }

    /// Opens a visit under the number of this message; a repeat finds it open.
    pub async fn open(&self, patient: &Patient, said: Flat, diagnoses: Vec<Flat>) -> Result<Kept<Visit>, Refusal> {
        let name = self.number("mdtrt_id");
        let visit = Visit {
            msgid: self.request.msgid.clone(),
            digest: self.digest(),
            infno: self.request.infno.clone(),
            area: patient.area,
            state: State::Open,
            said,
            diagnoses,
        };
        let kept = self.keep((PaperKind::Visit, &name, Some(patient.id)), &visit).await?;
        if kept.body.digest != visit.digest {
            return Err(self.changed());
        }
        self.node().open_visit((self.institution.id, &name), patient.id).await?;
        Ok(kept)
    }

    fn diagnoses(&self) -> Result<Vec<Flat>, Refusal> {
        Ok(self.received().rows("diseinfo")?.iter().map(flat).collect())
    }

    async fn refuse_settled(&self, visit: &Kept<Visit>, person: PersonId) -> Result<(), Refusal> {
        let settled = self.settled_of(person, Some(&visit.paper.name)).await?;
        let standing = settled.iter().any(|bill| !bill.is_reversed);
        let why = "这次就诊已结算，请先冲正(2208 或 2305)";
        if standing { Err(Refusal::saying(Reason::SettleDuplicate, why)) } else { Ok(()) }
    }
}

/// 2201.
pub async fn register(till: &Till) -> Said {
    let part = till.part("data")?;
    let patient = till.registered(&part).await?;
    let kept = till.open(&patient, flat(&part), Vec::new()).await?;
    let mut answer = till.call.answer();
    answer
        .node("data")
        .text("mdtrt_id", &kept.paper.name)
        .text("psn_no", &Till::psn_no(patient.id))
        .text("ipt_otp_no", part.text_if("ipt_otp_no")?.unwrap_or_default());
    Ok(Done::with(answer.done()))
}

/// 2401.
pub async fn admit(till: &Till) -> Said {
    let part = till.part("mdtrtinfo")?;
    let patient = till.registered(&part).await?;
    let kept = till.open(&patient, flat(&part), till.diagnoses()?).await?;
    let mut answer = till.call.answer();
    answer.node("result").text("mdtrt_id", &kept.paper.name);
    Ok(Done::with(answer.done()))
}

/// Takes over what a message says of a visit.
async fn said_more(
    till: &Till,
    (part, diagnoses): (&Part<'_>, Option<Vec<Flat>>),
    state: Option<State>,
) -> Result<Done, Refusal> {
    let mut kept = till.visit(part).await?;
    let before = (kept.body.said.clone(), kept.body.diagnoses.clone(), kept.body.state);
    kept.body.said.extend(flat(part));
    if let Some(diagnoses) = diagnoses.filter(|diagnoses| !diagnoses.is_empty()) {
        kept.body.diagnoses = diagnoses;
    }
    kept.body.state = state.unwrap_or(kept.body.state);
    // A repeat finds all of it there.
    if before != (kept.body.said.clone(), kept.body.diagnoses.clone(), kept.body.state) {
        till.replace(&kept).await?;
    }
    Ok(till.done())
}

/// 2203 and 2203A.
pub async fn describe(till: &Till) -> Said {
    let part = till.part("mdtrtinfo")?;
    said_more(till, (&part, Some(till.diagnoses()?)), None).await
}

/// 2402.
pub async fn discharge(till: &Till) -> Said {
    let part = till.part("dscginfo")?;
    part.time("endtime")?;
    said_more(till, (&part, Some(till.diagnoses()?)), Some(State::Discharged)).await
}

/// 2403.
pub async fn change(till: &Till) -> Said {
    let part = till.part("adminfo")?;
    said_more(till, (&part, Some(till.diagnoses()?)), None).await
}

/// 2405.
pub async fn readmit(till: &Till) -> Said {
    let part = till.part("data")?;
    let mut kept = till.visit(&part).await?;
    till.refuse_settled(&kept, till.person(&part)?).await?;
    if kept.body.state == State::Discharged {
        kept.body.state = State::Open;
        kept.body.said.remove("endtime");
        till.replace(&kept).await?;
    }
    Ok(till.done())
}

/// 2202 and 2404. What is cancelled already stays so.
pub async fn cancel(till: &Till) -> Said {
    let part = till.part("data")?;
    let person = till.person(&part)?;
    let there: Option<Kept<Visit>> = till.kept(PaperKind::Visit, part.text("mdtrt_id")?).await?;
    let cancelled = |kept: &Kept<Visit>| kept.paper.person == Some(person) && kept.body.state == State::Cancelled;
    if there.as_ref().is_some_and(cancelled) {
        return Ok(till.done());
    }
    let mut kept = till.visit(&part).await?;
    till.refuse_settled(&kept, person).await?;
    kept.body.state = State::Cancelled;
    till.replace(&kept).await?;
    Ok(till.done())
}

//! Enquiries (5201 to 5206, 5303, 5304): what an institution has handed in itself, and sums of the year.

use gongji_domain::benefit::{self, DividedLine, Years};
use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use gongji_wire::fields::Written;
use gongji_words::{Moment, PersonId};

use super::amounts::{Told, tell_settlement};
use super::bill::SettledBill;
use super::filings::Filed;
use super::flag;
use super::lines::line_of;
use super::paper::{Flat, Kept, Lines, State, Visit, after, ever};
use super::person::{tell_ageless, tell_person};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};

/// 门诊慢特病 (`med_type`).
const CHRONIC: &str = "14";

impl Till {
    /// The visits of a person at this institution, begun in a span.
    async fn visits(&self, person: PersonId, span: (Moment, Moment)) -> Result<Vec<Kept<Visit>>, Refusal> {
        let all: Vec<Kept<Visit>> = self.about(PaperKind::Visit, person, span).await?;
        Ok(all.into_iter().filter(|kept| kept.paper.owner == self.institution.id).collect())
    }

    /// Writes what was said under the names that the node has.
    fn retell(&self, node: &mut Written, (name, said): (&str, &Flat)) {
        let Some(table) = self.call.output.node(name) else { return };
        for field in &table.fields {
            if let Some(text) = said.get(field.name) {
                node.words(field.name, text);
            }
        }
    }
}

fn span(part: &gongji_wire::Node<'_>) -> Result<(Moment, Moment), Refusal> {
    let (first, last) = ever();
    let until = part.time_if("endtime")?.map_or(last, |until| after(until, 1));
    Ok((part.time_if("begntime")?.unwrap_or(first), until))
}

/// 5201.
pub async fn visits(till: &Till) -> Said {
    let part = till.part("data")?;
    let patient = till.patient(till.person(&part)?).await?;
    let wanted = part.text_if("mdtrt_id")?;
    let mut answer = till.call.answer();
    for kept in till.visits(patient.id, span(&part)?).await? {
        if wanted.is_some_and(|wanted| wanted != kept.paper.name) || kept.body.state == State::Cancelled {
            continue;
        }
        let row = answer.row("mdtrtinfo");
        till.retell(row, ("mdtrtinfo", &kept.body.said));
        tell_person(row, (&patient, till.at.day()));
        let kind = flag::person_kind(&patient.person, till.at.day()).map_or("99", flag::psn_type);
        row.text("mdtrt_id", &kept.paper.name)
            .text("insutype", flag::insutype(patient.person.scheme).unwrap_or("399"))
            .text("psn_type", kind)
            .text("cvlserv_flag", "0")
            .text("insu_optins", &patient.area.to_string());
        if !kept.body.said.contains_key("begntime") {
            row.time("begntime", kept.paper.at);
        }
        if !kept.body.said.contains_key("endtime") {
            row.time("endtime", kept.paper.at);
        }
        if !kept.body.said.contains_key("med_type") {
            row.text("med_type", "11");
        }
    }
    Ok(Done::with(answer.done()))
}

/// 5202.
pub async fn diagnoses(till: &Till) -> Said {
    let part = till.part("data")?;
    let kept = till.visit(&part).await?;
    let mut answer = till.call.answer();
    for (place, said) in kept.body.diagnoses.iter().enumerate() {
        let row = answer.row("diseinfo");
        till.retell(row, ("diseinfo", said));
        row.text("diag_info_id", &format!("{}-{}", kept.paper.name, place + 1))
            .text("mdtrt_id", &kept.paper.name)
            .text("psn_no", part.text("psn_no")?)
            .text("inout_diag_type", "1");
    }
    Ok(Done::with(answer.done()))
}

/// 5203. A settlement as it was answered, and whether it was undone.
pub async fn settlement(till: &Till) -> Said {
    let part = till.part("data")?;
    let person = till.person(&part)?;
    let patient = till.patient(person).await?;
    let bill = till.settlement((part.text("setl_id")?, part.text("mdtrt_id")?), person).await?;
    let body = &bill.kept.body;
    let told = Told {
        setl_id: Some(bill.command),
        patient: &patient,
        visit: &body.visit,
        med_type: &body.med_type,
        amounts: &body.amounts,
        settled: &bill.settled,
        balance: till.left(person, &bill.settled).await?,
        at: bill.at,
        msgid: &bill.kept.paper.name,
        shown: body.shown(),
        sign: 1,
    };
    let mut answer = till.call.answer();
    tell_settlement(&mut answer, till, &told);
    answer
        .node("setlinfo")
        .text("fixmedins_code", &till.profile.code)
        .text("fixmedins_name", &till.profile.name)
        .text("hosp_lv", &till.profile.level)
        .text("invono", &body.invono)
        .text("pay_loc", "2")
        .text("refd_setl_flag", if bill.is_reversed { "1" } else { "0" })
        .text("year", &bill.at.day().year().to_string())
        .date("begndate", bill.at.day())
        .date("enddate", bill.at.day());
    Ok(Done::with(answer.done()))
}

impl Till {
    /// The lines of a settlement, as they came and as they were divided.
    async fn lines_of(&self, bill: &SettledBill) -> Result<Vec<(Flat, DividedLine)>, Refusal> {
        let body = &bill.kept.body;
        let visit: Option<Kept<Visit>> = self.kept(PaperKind::Visit, &body.visit).await?;
        let visit = visit.ok_or_else(|| Refusal::unknown("mdtrt_id", "没有这次就诊", "no such visit"))?;
        let batches: Vec<Kept<Lines>> = self.batches(&visit).await?;
        let is_its = |kept: &Kept<Lines>| {
            let batch = super::lines::batch_of(kept);
            // Stays that were settled before there were interim settlements name no batches.
            let is_whole = body.covers.is_empty() && body.batch.is_empty();
            is_whole || body.batch == batch || body.covers.contains(batch)
        };
        let said: Vec<Flat> = batches.into_iter().filter(is_its).flat_map(|kept| kept.body.lines).collect();
        let of = said.iter().map(line_of).collect::<Result<Vec<_>, _>>()?;
        let at = (&self.face.benefits().catalogue, self.institution.area, self.level());
        Ok(said.into_iter().zip(benefit::divided(at, &of)?).collect())
    }
}

/// 5204. The lines of a settlement.
pub async fn lines(till: &Till) -> Said {
    let part = till.part("data")?;
    let person = till.person(&part)?;
    let bill = till.settlement((part.text("setl_id")?, part.text("mdtrt_id")?), person).await?;
    let body = &bill.kept.body;
    let setl_id = bill.command.number().to_string();
    let mut answer = till.call.answer();
    for (said, line) in till.lines_of(&bill).await? {
        let row = answer.row("");
        till.retell(row, ("", &said));
        row.text("mdtrt_id", &body.visit)
            .text("setl_id", &setl_id)
            .amount("det_item_fee_sumamt", line.amount)
            .amount("fulamt_ownpay_amt", line.division.uninsured)
            .amount("overlmt_amt", line.division.over_limit)
            .amount("preselfpay_amt", line.division.class_b)
            .amount("inscp_scp_amt", line.division.in_scope)
            .text("chrgitm_lv", super::lines::chrgitm_lv(line.class))
            .text("med_chrgitm_type", "14");
    }
    Ok(Done::with(answer.done()))
}

/// 5205. What was settled here for chronic diseases; what others prescribed is theirs to tell.
pub async fn chronic(till: &Till) -> Said {
    let part = till.part("data")?;
    let person = till.person(&part)?;
    let (from, until) = span(&part)?;
    let mut answer = till.call.answer();
    for bill in till.settled_of(person, None).await? {
        let body = &bill.kept.body;
        let is_here = bill.kept.paper.owner == till.institution.id && (from..until).contains(&bill.at);
        if !is_here || bill.is_reversed || body.med_type != CHRONIC {
            continue;
        }
        for (said, line) in till.lines_of(&bill).await? {
            let row = answer.row("feedetail");
            till.retell(row, ("feedetail", &said));
            row.text("fixmedins_code", &till.profile.code)
                .text("fixmedins_name", &till.profile.name)
                .text("med_type", &body.med_type)
                .text("chrgitm_lv", super::lines::chrgitm_lv(line.class))
                .text("med_chrgitm_type", "14");
        }
    }
    Ok(Done::with(answer.done()))
}

/// 5206. The code list of accumulators is not in the specification: these are our own, and said so in the guide.
pub async fn sums(till: &Till) -> Said {
    let part = till.part("data")?;
    let patient = till.patient(till.person(&part)?).await?;
    let year = match part.text_if("cum_ym")? {
        Some(text) => text
            .get(..4)
            .and_then(|year| year.parse().ok())
            .ok_or_else(|| Refusal::saying(Reason::ReqSchema, "累计年月(cum_ym)写成 202511 或 2025"))?,
        None => till.at.day().year(),
    };
    let tally = till.tally(patient.id).await?;
    let years: &Years = tally.years();
    let sums = years.of(year);
    let insutype = flag::insutype(patient.person.scheme).unwrap_or("399");
    let mut answer = till.call.answer();
    for (code, amount) in [("D", sums.deductible.sum()), ("P", sums.pool_paid())] {
        answer
            .row("cuminfo")
            .text("insutype", insutype)
            .text("year", &year.to_string())
            .text("cum_ym", &format!("{year}12"))
            .text("cum_type_code", code)
            .amount("cum", amount);
    }
    Ok(Done::with(answer.done()))
}

/// 5303. Who is in this hospital now.
pub async fn in_hospital(till: &Till) -> Said {
    let part = till.part("data")?;
    let visits: Vec<Kept<Visit>> = match part.text_if("psn_no")? {
        Some(_) => till.visits(till.person(&part)?, span(&part)?).await?,
        None => till.own(PaperKind::Visit, span(&part)?).await?,
    };
    let mut answer = till.call.answer();
    for kept in visits.iter().filter(|kept| kept.body.infno == "2401" && kept.body.state == State::Open) {
        let Some(person) = kept.paper.person else { continue };
        let patient = till.patient(person).await?;
        let row = answer.row("");
        till.retell(row, ("", &kept.body.said));
        tell_person(row, (&patient, till.at.day()));
        row.text("mdtrt_id", &kept.paper.name)
            .text("insutype", flag::insutype(patient.person.scheme).unwrap_or("399"))
            .date("begndate", kept.paper.at.day())
            .text("out_flag", if patient.area.pool() == till.institution.area.pool() { "0" } else { "1" });
    }
    Ok(Done::with(answer.done()))
}

/// 5304. Referrals that this institution has filed for a person.
pub async fn referrals(till: &Till) -> Said {
    let part = till.part("data")?;
    let patient = till.patient(till.person(&part)?).await?;
    let all: Vec<Kept<Filed>> = till.about(PaperKind::Filing, patient.id, span(&part)?).await?;
    let mut answer = till.call.answer();
    for kept in all.iter().filter(|kept| kept.body.infno == "2501" && !kept.body.withdrawn) {
        let row = answer.row("");
        till.retell(row, ("", &kept.body.said));
        tell_ageless(row, &patient);
        row.text("insutype", flag::insutype(patient.person.scheme).unwrap_or("399")).text("opter_id", "");
    }
    Ok(Done::with(answer.done()))
}

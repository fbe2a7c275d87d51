//! What of a bill the basic insurance pays, before accounts come in: by the core of the patient's area, or by our calculator.

use gongji_domain::benefit::{self, Insured, Line, Place, Split, Stay, StaySoFar, Sums, Years, bill_parts};
use gongji_domain::burden::Burden;
use gongji_domain::message::Urgency;
use gongji_domain::reason::Reason;
use gongji_wire::Node as Part;
use gongji_words::{Day, Fen};
use smol_str::SmolStr;

use super::bill::Asked;
use super::core::Asking;
use super::flag;
use super::paper::Amounts;
use super::person::Patient;
use super::refusal::Refusal;
use super::till::Till;

/// 医疗类别 of a newborn's rescue (新生儿抢救).
const NEWBORN_RESCUE: &str = "2109";
/// Whoever is so old is the mother.
const GROWN: i32 = 12;

/// What comes of a bill before accounts pay.
pub struct Divided {
    pub amounts: Amounts,
    pub burden: Burden,
    /// What it adds to the sums of its years.
    pub added: Vec<(i32, Sums)>,
    /// Of a stay: what it leaves for the next settlement of it.
    pub stay: Option<StaySoFar>,
}

impl Till {
    /// A bill as the basic insurance looks at it.
    pub async fn drawn(
        &self,
        (patient, med_type, last_day): (&Patient, &str, Day),
        (urgency, stay, newborn): (Urgency, Stay, Option<Day>),
        lines: Vec<Line>,
    ) -> Result<benefit::Bill, Refusal> {
        let kind = flag::visit_kind(med_type, self.institution.kind).ok_or_else(|| {
            Refusal::unknown("med_type", "本机构没有这种医疗类别", "this institution has no such kind of visit")
        })?;
        let not_insured = || Refusal::saying(Reason::SettlePatientInactive, "该人员没有基本医保，不能按医保结算");
        let person = flag::person_kind(&patient.person, self.at.day()).ok_or_else(not_insured)?;
        let place = if patient.area.pool() == self.institution.area.pool() {
            Place::Here
        } else if urgency == Urgency::Emergency {
            Place::AwayFiled
        } else {
            Place::away(self.node().filing(patient.id, self.institution.area).await?, kind)
        };
        let traits = patient.person.traits.iter().copied().collect();
        let insured = Insured { area: patient.area, kind: person, traits, newborn };
        let visit = benefit::Visit {
            kind,
            level: self.level(),
            care_area: self.institution.area,
            place,
            stay,
            last_day,
            others: benefit::Others::default(),
        };
        Ok(benefit::Bill { insured, visit, lines })
    }
}

impl Asked<'_> {
    /// Divided by the core of the patient's area, or by our calculator where it has none.
    pub async fn divided(&self, bill: &benefit::Bill, years: &Years) -> Result<Divided, Refusal> {
        let identity = self.patient.identity.as_ref();
        let asking = Asking {
            bill,
            psn_no: &Till::psn_no(self.patient.id),
            certificate: identity.map_or("", |identity| identity.certificate.reveal()),
            visit: &self.visit,
            med_type: &self.med_type,
            settles: matches!(self.till.call.infno, "2207" | "2304" | "2102"),
        };
        let is_stay = !self.covers.is_empty();
        if let Some(said) = self.till.divided_by_core(self.patient.area, &asking).await? {
            let (amounts, burden, stay) = (said.amounts, said.burden, is_stay.then(StaySoFar::default));
            return Ok(Divided { amounts, burden, added: Vec::new(), stay });
        }
        let splits = self.till.face.benefits().split(bill, years)?;
        Ok(Divided {
            amounts: amounts(&splits),
            burden: bill_parts(&splits).0,
            added: splits.iter().map(|split| (split.year, split.added)).collect(),
            stay: splits.last().filter(|_| is_stay).map(|split| split.stay),
        })
    }
}

fn amounts(splits: &[Split]) -> Amounts {
    let sum = |of: fn(&Split) -> Fen| Fen::sum(splits.iter().map(of));
    Amounts {
        whole: sum(|split| split.totals.whole),
        uninsured: sum(|split| split.totals.division.uninsured),
        over_limit: sum(|split| split.totals.division.over_limit),
        class_b: sum(|split| split.totals.division.class_b),
        in_scope: sum(|split| split.totals.division.in_scope),
        deductible: sum(|split| split.totals.deductible),
        pool: sum(|split| split.totals.funds.pool),
        civil_service: sum(|split| split.totals.funds.civil_service),
        enterprise: sum(|split| split.totals.funds.enterprise),
        serious: sum(|split| split.totals.funds.serious),
        large: sum(|split| split.totals.funds.large),
        assistance: sum(|split| split.totals.funds.assistance),
        other: sum(|split| split.totals.funds.other),
        fund: sum(|split| split.totals.fund),
        personal: sum(|split| split.totals.personal),
        hospital: sum(|split| split.totals.hospital),
    }
}

/// Whether an emergency was stated: by the extension for care elsewhere, which counts it as filed.
pub fn urgency(part: &Part<'_>) -> Result<Urgency, Refusal> {
    let extension = part.text_if("exp_content")?.unwrap_or_default();
    let said = gongji_wire::value::read(extension).ok();
    let flag = said.as_ref().and_then(|value| value.as_object()?.filled("OTP_ER_REFL_FLAG")?.as_words());
    Ok(if flag == Some("1") { Urgency::Emergency } else { Urgency::Ordinary })
}

/// The birth date of a newborn (`med_type` 2109) who is cared for in his mother's stay, under her name.
pub fn newborn(
    med_type: &str,
    (patient, day): (&Patient, Day),
    born: Option<&SmolStr>,
) -> Result<Option<Day>, Refusal> {
    if med_type != NEWBORN_RESCUE || patient.person.age_on(day) < GROWN {
        return Ok(None);
    }
    let born = born.and_then(|text| gongji_wire::time::day(text));
    let why = "新生儿随母住院请在入院(2401)或出院(2402)填写出生日期(birctrl_matn_date)";
    born.map(Some).ok_or_else(|| Refusal::saying(Reason::ReqSchema, why))
}

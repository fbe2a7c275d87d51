//! Who is there (1101), what the institution is (1201), and whether insurance pays for somebody at all (2001).

use futures_util::join;
use gongji_domain::paper::PaperKind;
use gongji_domain::person::{InsuranceStatus, Person, Scheme, Sex, Trait};
use gongji_domain::reason::Reason;
use gongji_service::people::Identity;
use gongji_wire::fields::Written;
use gongji_wire::{Node as Part, Object, Value};
use gongji_words::{AreaCode, CertificateNumber, Day, PersonId, PersonName, Sex as Stated};
use smol_str::SmolStr;

use super::flag;
use super::paper::{Flat, Kept, Visit, words_of};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};

/// A patient of a message, as he is registered here.
pub struct Patient {
    pub id: PersonId,
    /// Where he is insured.
    pub area: AreaCode,
    pub person: Person,
    pub identity: Option<Identity>,
}

fn nobody() -> Refusal {
    let (zh, en) = ("没有查到参保人，请核对证件", "nobody is insured under this certificate");
    Refusal::unknown("certno", zh, en)
}

impl Till {
    /// Somebody by the number that 1101 told, or whom another province insures, as the message states him.
    pub async fn patient(&self, id: PersonId) -> Result<Patient, Refusal> {
        if self.elsewhere().is_some() {
            return self.patient_as(id, (None, None)).await;
        }
        let (person, identity) = join!(self.node().person(id), self.node().identity(id));
        self.patient_as(id, (person?, identity?)).await
    }

    /// The same as he was found here.
    pub async fn patient_as(
        &self,
        id: PersonId,
        (person, identity): (Option<Person>, Option<Identity>),
    ) -> Result<Patient, Refusal> {
        if let Some(area) = self.elsewhere() {
            return self.stated(id, area).await;
        }
        let unknown = || Refusal::unknown("psn_no", "人员编号不存在，请先用 1101 查询", "ask 1101 for the number");
        let person = person.ok_or_else(unknown)?;
        Ok(Patient { id, area: person.area, person, identity })
    }

    /// Where the patient is insured, if that is another province.
    fn elsewhere(&self) -> Option<AreaCode> {
        let stated = self.request.insuplc_admdvs.as_deref()?;
        let area = AreaCode::parse(stated).ok()?;
        (area.province() != self.node().province()).then_some(area)
    }

    /// Somebody of another province: his register is there, so the message and his visit say who he is. What he is not, his own
    /// province finds when it is asked to pay.
    async fn stated(&self, id: PersonId, area: AreaCode) -> Result<Patient, Refusal> {
        let said = self.said_of_patient().await?;
        let of = |name: &str| said.get(name).map(SmolStr::as_str);
        let number = of("certno").or_else(|| of("mdtrt_cert_no"));
        let certificate = number.and_then(|number| CertificateNumber::parse(number).ok());
        let zh = "异地参保人请填写身份证号(certno)，参保地在信封的 insuplc_admdvs";
        let certificate = certificate.ok_or_else(|| Refusal::saying(Reason::ReqSchema, zh))?;
        let born = certificate.born().ok_or_else(|| Refusal::saying(Reason::ReqSchema, zh))?;
        let sex = certificate.sex().map(|sex| if sex == Stated::Male { Sex::Male } else { Sex::Female });
        let scheme = if of("insutype") == Some("310") { Scheme::Employee } else { Scheme::Resident };
        let (status, traits) = (InsuranceStatus::Active, std::collections::BTreeSet::new());
        let person = Person { id, area, scheme, status, born, sex, traits };
        let name = of("psn_name").and_then(|name| PersonName::parse(name).ok());
        let identity = name.map(|name| Identity { name, certificate, phone: None });
        Ok(Patient { id, area, person, identity })
    }

    /// What the message says of its patient, over what his visit said.
    async fn said_of_patient(&self) -> Result<Flat, Refusal> {
        let mut said = Flat::new();
        for (name, value) in self.input.as_object().into_iter().flat_map(Object::iter) {
            match value {
                Value::Object(node) => said.extend(words_of(node)),
                Value::List(rows) => {
                    said.extend(rows.first().and_then(Value::as_object).map(words_of).unwrap_or_default())
                }
                other => said.extend(other.as_words().map(|words| (name.into(), words.into()))),
            }
        }
        let visit = said.get("mdtrt_id").cloned().unwrap_or_default();
        let kept: Option<Kept<Visit>> = self.kept(PaperKind::Visit, &visit).await?;
        let mut all = kept.map(|kept| kept.body.said).unwrap_or_default();
        all.extend(said);
        Ok(all)
    }

    /// Whose certificate was shown: an identity card by its number, or what is written beside it.
    pub async fn shown(&self, part: &Part<'_>) -> Result<Option<PersonId>, Refusal> {
        if self.elsewhere().is_some() {
            return Ok(None);
        }
        let kind = part.text_if("mdtrt_cert_type")?.unwrap_or("02");
        let of_certificate = if part_has(part, "certno") { part.text_if("certno")? } else { None };
        let number = match kind {
            "02" => part.text_if("mdtrt_cert_no")?.or(of_certificate),
            "01" => return self.of_code(part.text("mdtrt_cert_no")?).await.map(Some),
            "03" => {
                let sn = part.text_if("card_sn")?;
                return self.of_card(part.text("mdtrt_cert_no")?, sn).await.map(Some);
            }
            _ => {
                let (zh, en) = ("就诊凭证类型只能是 01、02、03", "01, 02 or 03");
                return Err(Refusal::unknown("mdtrt_cert_type", zh, en));
            }
        };
        let Some(number) = number else { return Ok(None) };
        let form = || Refusal::unknown("mdtrt_cert_no", "证件号码不对，请核对", "this is no certificate number");
        let certificate = CertificateNumber::parse(number).map_err(|_| form())?;
        Ok(Some(self.node().person_of(&certificate).await?.ok_or_else(nobody)?))
    }
}

/// Whether the table of this node has a field: some calls ask for a certificate twice, some once.
fn part_has(part: &Part<'_>, field: &'static str) -> bool {
    part.object().filled(field).is_some()
}

/// What is told of a person in many answers.
pub fn tell_person(node: &mut Written, (patient, today): (&Patient, Day)) {
    tell_ageless(node, patient);
    node.whole("age", i64::from(patient.person.age_on(today)));
}

/// The same where the table has no age.
pub fn tell_ageless(node: &mut Written, patient: &Patient) {
    let kind = patient.identity.as_ref().map_or("01", |identity| certificate_code(&identity.certificate));
    node.text("psn_no", &Till::psn_no(patient.id))
        .text("psn_cert_type", kind)
        .text("gend", flag::gend(patient.person.sex))
        .date("brdy", patient.person.born);
    if let Some(identity) = &patient.identity {
        node.text("certno", identity.certificate.reveal()).text("psn_name", identity.name.reveal());
    }
}

fn certificate_code(certificate: &CertificateNumber) -> &'static str {
    use gongji_words::CertificateKind::{
        PermanentResident2017, PermanentResident2023, ResidencePermit, ResidentIdentity,
    };
    match certificate.kind() {
        ResidentIdentity => "01",
        ResidencePermit => "17",
        PermanentResident2017 | PermanentResident2023 => "07",
    }
}

/// 人员参保状态.
const fn psn_insu_stas(status: InsuranceStatus) -> &'static str {
    match status {
        InsuranceStatus::Active => "1",
        InsuranceStatus::Suspended | InsuranceStatus::Arrears => "2",
        InsuranceStatus::Ended | InsuranceStatus::Dead => "4",
    }
}

/// 1101. His own balance, and nobody else's.
pub async fn tell(till: &Till) -> Said {
    let part = till.part("data")?;
    let id = till.shown(&part).await?.ok_or_else(nobody)?;
    let patient = till.patient(id).await?;
    let today = till.at.day();
    let named = part.text_if("psn_name")?.filter(|name| !name.is_empty());
    let is_his = |name: &str| patient.identity.as_ref().is_none_or(|identity| identity.name.reveal() == name.trim());
    if !named.is_none_or(is_his) {
        return Err(Refusal::unknown("psn_name", "姓名和证件不符，请核对", "the name is another"));
    }
    let mut answer = till.call.answer();
    tell_person(answer.node("baseinfo"), (&patient, today));
    if let Some(insutype) = flag::insutype(patient.person.scheme) {
        let kind = flag::person_kind(&patient.person, today).map_or("99", flag::psn_type);
        let is_civil = patient.person.traits.contains(&Trait::CivilService);
        let balance = till.node().balance(id).await?;
        let row = answer.row("insuinfo");
        row.amount("balc", balance.total)
            .text("insutype", insutype)
            .text("psn_type", kind)
            .text("psn_insu_stas", psn_insu_stas(patient.person.status))
            .text("cvlserv_flag", if is_civil { "1" } else { "0" })
            .text("insuplc_admdvs", &patient.area.to_string());
    }
    Ok(Done::with(answer.done()))
}

/// 1201. An institution asks for itself, by its code or name.
pub fn institution(till: &Till) -> Said {
    let part = till.part("medinsinfo")?;
    let own = &till.profile;
    let code = part.text_if("fixmedins_code")?.unwrap_or(&own.code);
    if code != own.code {
        return Err(Refusal::unknown("fixmedins_code", "只能查询本机构", "an institution asks for itself"));
    }
    let kind = if till.is_pharmacy() { "2" } else { "1" };
    let mut answer = till.call.answer();
    answer
        .node("medinsinfo")
        .text("fixmedins_code", &own.code)
        .text("fixmedins_name", &own.name)
        .text("uscc", &own.uscc)
        .text("fixmedins_type", kind)
        .text("hosp_lv", &own.level);
    Ok(Done::with(answer.done()))
}

/// 2001. Whether the fund of his insurance pays for him now.
pub async fn entitlement(till: &Till) -> Said {
    let part = till.part("data")?;
    let patient = till.patient(till.person(&part)?).await?;
    let today = till.at.day();
    let fund = match patient.person.scheme {
        Scheme::Employee => "310100",
        Scheme::Resident => "390100",
        Scheme::Uninsured => return Err(Refusal::Reason(Reason::SettlePatientInactive, None)),
    };
    let enjoys = patient.person.is_normally_insured();
    let mut answer = till.call.answer();
    answer
        .row("trtinfo")
        .text("psn_no", &Till::psn_no(patient.id))
        .text("trt_chk_type", "01")
        .text("fund_pay_type", fund)
        .text("trt_enjymnt_flag", if enjoys { "1" } else { "0" })
        .date("begndate", part.time_if("begntime")?.map_or(today, gongji_words::Moment::day))
        .date("enddate", Day::new(today.year(), 12, 31).unwrap_or(today))
        .text("trt_chk_rslt", if enjoys { "" } else { "参保状态不正常" });
    Ok(Done::with(answer.done()))
}

//! 6201: an order is brought.

use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use gongji_wire::{Node as Part, Value};
use gongji_words::{CertificateNumber, Fen, PersonId};
use smol_str::SmolStr;

use super::money::{setlinfo_of, with_setlinfo};
use super::{Order, Stage, TOKEN, fields_of, input_of, node_of, other_institution, previewed_of, revoked, snaked};
use crate::infno::paper::Kept;
use crate::infno::refusal::Refusal;
use crate::infno::till::{Done, Said, Till};
use crate::infno::{bill, run};
use crate::shape;

/// Brings an order (6201): the lines are kept, the visit is registered if there is none, and what the patient would pay is worked
/// out. The order is kept last, so that one that is there has all of it; a repeat before that does the same again.
pub async fn bring(till: &Till, part: &Part<'_>) -> Said {
    if part.text("orgCodg")? != till.profile.code {
        return Err(other_institution());
    }
    let number = part.text("medOrgOrd")?;
    let name = till.node().number_of("payOrdId", &format!("{}/{number}", till.institution.id)).to_string();
    let digest = digest_of(till);
    if let Some(kept) = till.kept::<Order>(PaperKind::Order, &name).await? {
        return brought_before(till, kept, digest).await;
    }
    check_bill(till, part)?;
    let mut order = drafted(till, part, digest).await?;
    checked_patient(till, (&mut order, part)).await?;
    if order.visit.is_empty() {
        register(till, (&mut order, &name)).await?;
    }
    upload(till, (&order, &name)).await?;
    let previewed = bill::preview(&order.inner(till, ("2206", &name))?).await?;
    let setlinfo = setlinfo_of(&previewed.output);
    order.previewed = Value::Object(setlinfo.clone()).to_string();
    let mut bytes = [0; TOKEN];
    till.face.ports.randomness.fill(&mut bytes);
    order.token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let kept = till.keep((PaperKind::Order, &name, Some(order.person)), &order).await?;
    brought_before(till, kept, digest).await
}

/// What an order is told when it is brought, also again.
async fn brought_before(till: &Till, kept: Kept<Order>, digest: u64) -> Said {
    if kept.body.digest != digest {
        let what = "这个医院订单号(medOrgOrd)已用于另一个订单，请换新号";
        return Err(Refusal::saying(Reason::ReqIdempotencyConflict, what));
    }
    if matches!(till.stage(&kept.paper.name).await?, Stage::Revoked) {
        return Err(revoked());
    }
    let mut answer = till.call.answer();
    answer.node("data").text("payOrdId", &kept.paper.name).text("payToken", &kept.body.token).text("cashierUrl", "");
    Ok(Done::with(with_setlinfo(answer.done(), previewed_of(&kept.body))))
}

/// What tells a changed order: all of it but the code, which the patient's device changes each minute.
fn digest_of(till: &Till) -> u64 {
    let mut input = till.input.as_object().cloned().unwrap_or_default();
    input.remove("ecToken");
    till.node().number_of("input", &input.to_string())
}

/// What has to hold of a bill before anything of it is kept.
fn check_bill(till: &Till, part: &Part<'_>) -> Result<(), Refusal> {
    if part.text_if("feeType")? == Some("02") {
        return Err(Refusal::saying(Reason::ReqReference, "住院费用(feeType=02)请在窗口结算(2304)"));
    }
    let lines = till.received().rows("feedetailList")?;
    if lines.is_empty() {
        return Err(Refusal::saying(Reason::ReqSchema, "没有费用明细(feedetailList)，请上传至少一行"));
    }
    let amounts = lines.iter().map(|line| line.amount("detItemFeeSumamt")).collect::<Result<Vec<Fen>, _>>()?;
    let (whole, stated) = (Fen::sum(amounts), part.amount("medfeeSumamt")?);
    if whole == stated {
        return Ok(());
    }
    let why = format!("医疗费总额(medfeeSumamt)写的是 {stated}，明细合计 {whole}，请核对明细后重发");
    Err(Refusal::saying(Reason::ReqSchema, why))
}

/// The order, with its bill by the names of 2207.
async fn drafted(till: &Till, part: &Part<'_>, digest: u64) -> Result<Order, Refusal> {
    let certificate = part.text("idNo")?.to_owned();
    let person = person_of(till, part).await?;
    let mut said = snaked(part);
    said.remove("ec_token");
    let extension =
        part.object().filled("extData").map(|value| value.as_words().map_or_else(|| value.to_string(), str::to_owned));
    let batch = part.text("chrgBchno")?.to_owned();
    let visit = part.text_if("mdtrtId")?.unwrap_or_default().to_owned();
    for (name, text) in [
        ("psn_no", Till::psn_no(person)),
        ("psn_cert_type", "01".to_owned()),
        ("certno", certificate.clone()),
        ("psn_name", part.text("userName")?.to_owned()),
        ("mdtrt_id", visit.clone()),
        ("exp_content", extension.unwrap_or_default()),
    ] {
        said.insert(name.into(), text.into());
    }
    Ok(Order {
        digest,
        number: part.text("medOrgOrd")?.to_owned(),
        token: String::new(),
        person,
        certificate,
        area: part.text_if("insuCode")?.map(str::to_owned),
        is_own_visit: visit.is_empty(),
        visit,
        batch,
        bill: said,
        code: None,
        previewed: String::new(),
    })
}

/// The patient by his number, or by his certificate.
async fn person_of(till: &Till, part: &Part<'_>) -> Result<PersonId, Refusal> {
    if let Some(number) = part.text_if("psnNo")? {
        let unknown = || Refusal::unknown("psnNo", "人员编号不存在，请先用 1101 查询", "ask 1101 for the number");
        return shape::person(number).ok_or_else(unknown);
    }
    let form = || Refusal::unknown("idNo", "证件号码不对，请核对", "this is no certificate number");
    let certificate = CertificateNumber::parse(part.text("idNo")?).map_err(|_| form())?;
    let nobody = || Refusal::unknown("idNo", "没有查到参保人，请核对证件", "nobody is insured under this certificate");
    till.node().person_of(&certificate).await?.ok_or_else(nobody)
}

/// That number, certificate, name and code are one person's.
async fn checked_patient(till: &Till, (order, part): (&mut Order, &Part<'_>)) -> Result<(), Refusal> {
    order.check_shown(till, "idNo").await?;
    if let Some(code) = part.text_if("ecToken")? {
        order.code = Some(code.to_owned());
        order.check_shown(till, "ecToken").await?;
    }
    let patient = order.inner(till, ("2207", ""))?.patient(order.person).await?;
    let is_his = |name: &str| patient.identity.as_ref().is_none_or(|identity| identity.name.reveal() == name.trim());
    if is_his(part.text("userName")?) {
        return Ok(());
    }
    Err(Refusal::unknown("userName", "姓名和证件不符，请核对", "the name is another"))
}

/// Registers the visit of an order (2201), and describes it (2203). Who comes is all that the first says, so that a repeat that
/// mends the rest finds it.
async fn register(till: &Till, (order, name): (&mut Order, &str)) -> Result<(), Refusal> {
    let who = ["psn_no", "psn_cert_type", "certno", "psn_name", "insutype"];
    let of = |name: &str| order.bill.get(name).map_or("", SmolStr::as_str);
    let mut fields: Vec<(&str, &str)> = who.into_iter().map(|name| (name, of(name))).collect();
    fields.extend([("mdtrt_cert_type", "02"), ("mdtrt_cert_no", &order.certificate)]);
    let input = input_of([("data", node_of(fields))]);
    let opened = run(&till.inner(("2201", name), order.area.as_deref(), input)?).await?;
    let visit =
        opened.output.as_object().and_then(|output| output.get("data")?.as_object()?.get("mdtrt_id")?.as_words());
    order.visit = visit.unwrap_or_default().to_owned();
    order.bill.insert("mdtrt_id".into(), order.visit.as_str().into());
    let diagnoses = till.received().rows("diseinfoList")?.iter().map(|row| node_of(fields_of(&snaked(row)))).collect();
    let said = node_of(fields_of(&order.bill));
    let input = input_of([("mdtrtinfo", said), ("diseinfo", Value::List(diagnoses))]);
    run(&till.inner(("2203", name), order.area.as_deref(), input)?).await?;
    Ok(())
}

/// Hands in the lines of an order (2204), as a batch of its visit.
async fn upload(till: &Till, (order, name): (&Order, &str)) -> Result<(), Refusal> {
    let own: [(SmolStr, SmolStr); 3] =
        [("mdtrt_id", &order.visit), ("psn_no", &Till::psn_no(order.person)), ("chrg_bchno", &order.batch)]
            .map(|(name, text)| (name.into(), text.as_str().into()));
    let line = |row: &Part<'_>| {
        let mut said = snaked(row);
        said.extend(own.clone());
        node_of(fields_of(&said))
    };
    let lines = till.received().rows("feedetailList")?.iter().map(line).collect();
    let input = input_of([("feedetail", Value::List(lines))]);
    run(&till.inner(("2204", name), order.area.as_deref(), input)?).await?;
    Ok(())
}

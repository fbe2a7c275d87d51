//! Bills: divided, previewed, settled (2206, 2207, 2303, 2304, 2101, 2102).
//!
//! What the basic insurance pays is worked out from the lines and the sums of the year, kept as a paper, and what is left is
//! settled as a message of the institution under its own number. So a repeat, also after a crash between the two, gets the
//! first answer.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::join;
use gongji_domain::access::Holder;
use gongji_domain::benefit::{Line, Stay, Years};
use gongji_domain::message::{Answer, Bill as Money, Command, Settled, Using};
use gongji_domain::paper::PaperKind;
use gongji_domain::reason::{Audience, Reason};
use gongji_domain::record::{MessageState, PaymentState};
use gongji_service::people::Identity;
use gongji_service::{Node, ServiceError, Taken, Terms, Turnout};
use gongji_wire::{Node as Part, Value};
use gongji_words::{CommandId, Day, Fen, InstitutionId, MessageId, Moment, PersonId};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::amounts::{Told, tell_purchase_lines, tell_settlement};
use super::division::{Divided, newborn, urgency};
use super::flag;
use super::lines::{batch_name, batch_of, holds_lines, line_of};
use super::paper::{Bill, Flat, Kept, Lines, Visit, ever, flat, read};
use super::person::Patient;
use super::profile::WhenChanged;
use super::refusal::Refusal;
use super::tally::Tally;
use super::till::{Done, Hint, Said, Till};
use crate::asked::sender_of;

/// 就诊凭证类型 of an identity number, which is what counts where nothing is said.
pub const BY_NUMBER: &str = "02";

/// In place of a charge batch: an interim settlement of a stay. Charge batches of an institution are never called so, since a
/// name with a slash is refused.
pub const INTERIM: &str = "/interim";

/// A bill that was settled.
pub struct SettledBill {
    pub kept: Kept<Bill>,
    pub message: MessageId,
    pub command: CommandId,
    pub at: Moment,
    pub settled: Settled,
    pub is_reversed: bool,
}

/// What a preview of a visit's bill said.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Previewed {
    cash: Fen,
}

/// The message of an institution under its number.
pub fn message_of(owner: InstitutionId, msgid: &str) -> Option<MessageId> {
    MessageId::new(sender_of(&Holder::Institution(owner)), msgid).ok()
}

/// What became of bills; those that were not settled are left out.
pub async fn settled_among(node: &Node, bills: Vec<Kept<Bill>>) -> Result<Vec<SettledBill>, Refusal> {
    let named: BTreeMap<MessageId, Kept<Bill>> =
        bills.into_iter().filter_map(|kept| Some((message_of(kept.paper.owner, &kept.paper.name)?, kept))).collect();
    let mut outcomes = node.outcomes(&named.keys().cloned().collect()).await?;
    let of = |(message, kept): (MessageId, Kept<Bill>)| {
        let row = outcomes.messages.remove(&message)?;
        let MessageState::Answered(Answer::Settled(settled)) = row.state else { return None };
        let is_reversed = outcomes.payments.get(&row.command) == Some(&PaymentState::Reversed);
        let (command, at) = (row.command, row.entered_at);
        Some(SettledBill { kept, message, command, at, settled, is_reversed })
    };
    let mut found: Vec<SettledBill> = named.into_iter().filter_map(of).collect();
    found.sort_by_key(|bill| bill.command);
    Ok(found)
}

impl Till {
    /// What a bill leaves in its patient's own account; where his province did not say, what is in it here.
    pub async fn left(&self, patient: PersonId, settled: &Settled) -> Result<Fen, Refusal> {
        match settled.left {
            Some(left) => Ok(left),
            None => Ok(self.node().balance(patient).await?.total),
        }
    }

    /// The settled bills of a person; of one visit here, or all of them everywhere.
    pub async fn settled_of(&self, person: PersonId, visit: Option<&str>) -> Result<Vec<SettledBill>, Refusal> {
        let bills: Vec<Kept<Bill>> = self.about(PaperKind::Bill, person, ever()).await?;
        let is_wanted = |kept: &Kept<Bill>| {
            visit.is_none_or(|visit| kept.body.visit == visit && kept.paper.owner == self.institution.id)
        };
        settled_among(self.node(), bills.into_iter().filter(is_wanted).collect()).await
    }
}

/// A bill on its way: whose it is, what it is, and what it comes to.
pub struct Asked<'t> {
    pub till: &'t Till,
    pub patient: Patient,
    pub visit: String,
    pub batch: String,
    pub med_type: String,
    pub lines: Vec<Line>,
    pub last_day: Day,
    /// Of a stay: the batches that it settles.
    pub covers: BTreeSet<String>,
    /// Of a stay that was settled before.
    pub stay: Stay,
    /// Of a newborn who is cared for under his mother's name: his birth date.
    pub newborn: Option<Day>,
}

impl<'t> Asked<'t> {
    /// A bill of a visit: a batch of it, or a whole stay.
    async fn of_visit(
        till: &'t Till,
        (part, batch): (&Part<'_>, &str),
        (visit, one, patient): (Kept<Visit>, Option<Kept<Lines>>, Patient),
    ) -> Result<Self, Refusal> {
        let stay = is_stay(batch);
        let (batches, so_far) =
            if stay { till.unsettled(&visit).await? } else { (one.into_iter().collect(), Stay::New) };
        let lines = batches.iter().flat_map(|kept| &kept.body.lines).map(line_of);
        let lines = lines.collect::<Result<Vec<Line>, _>>()?;
        let told = if stay { None } else { part.text_if("med_type")? };
        let med_type = told.or_else(|| visit.body.said.get("med_type").map(SmolStr::as_str));
        let med_type = med_type.unwrap_or(if stay { "2101" } else { "11" }).to_owned();
        let day_of = |text: &SmolStr| gongji_wire::time::day(text);
        let told = if stay { part.time_if("dscgTime")?.map(Moment::day) } else { None };
        let ended = visit.body.said.get("endtime").and_then(day_of).or(told);
        let last_day = ended.filter(|_| stay && batch != INTERIM).unwrap_or(till.at.day());
        let newborn = newborn(&med_type, (&patient, till.at.day()), visit.body.said.get("birctrl_matn_date"))?;
        let covers = batches.iter().filter(|_| stay).map(|kept| batch_of(kept).to_owned()).collect();
        let (visit, batch, stay) = (visit.paper.name, batch.to_owned(), so_far);
        Ok(Self { till, patient, visit, batch, med_type, lines, last_day, covers, stay, newborn })
    }

    /// A purchase, whose lines come with it.
    async fn of_purchase(till: &'t Till, part: &Part<'_>) -> Result<Self, Refusal> {
        let patient = till.patient(till.person(part)?).await?;
        let said: Vec<Flat> = till.received().rows("drugdetail")?.iter().map(flat).collect();
        let lines = said.iter().map(line_of).collect::<Result<Vec<Line>, _>>()?;
        let med_type = part.text_if("med_type")?.unwrap_or("41").to_owned();
        let visit = till.number("mdtrt_id");
        let (last_day, batch) = (till.at.day(), String::new());
        let (covers, stay, newborn) = (BTreeSet::new(), Stay::New, None);
        Ok(Self { till, patient, visit, batch, med_type, lines, last_day, covers, stay, newborn })
    }

    /// What it comes to, by the sums of the year as they are now.
    async fn drawn(&self, part: &Part<'_>, (years, shown): (&Years, Option<PersonId>)) -> Result<Bill, Refusal> {
        let till = self.till;
        let whose = (&self.patient, self.med_type.as_str(), self.last_day);
        let drawn = till.drawn(whose, (urgency(part)?, self.stay, self.newborn), self.lines.clone()).await?;
        let Divided { amounts, burden, added, stay } = self.divided(&drawn, years).await?;
        let stated = part.amount("medfee_sumamt")?;
        if stated != amounts.whole {
            let (whole, stated) = (amounts.whole, stated);
            let why = format!("医疗费总额(medfee_sumamt)写的是 {stated}，明细合计 {whole}，请核对明细后重发");
            return Err(Refusal::saying(Reason::ReqSchema, why));
        }
        // Some of the calls have no field for it.
        let invoice = part.object().filled("invono").and_then(Value::as_words);
        Ok(Bill {
            infno: till.request.infno.clone(),
            digest: till.digest(),
            visit: self.visit.clone(),
            batch: self.batch.clone(),
            covers: self.covers.clone(),
            stay,
            insutype: flag::insutype(self.patient.person.scheme).unwrap_or("399").to_owned(),
            med_type: self.med_type.clone(),
            amounts,
            code_of: shown.unwrap_or(self.patient.id),
            burden,
            added,
            shown: part.text_if("mdtrt_cert_type")?.unwrap_or(BY_NUMBER).to_owned(),
            invono: invoice.unwrap_or_default().to_owned(),
            previewed: None,
            undone_before: false,
        })
    }

    /// Whose certificate was shown. That of the patient himself is known by sight.
    async fn shown(&self, part: &Part<'_>) -> Result<Option<PersonId>, Refusal> {
        let is_number = part.text_if("mdtrt_cert_type")?.unwrap_or(BY_NUMBER) == BY_NUMBER;
        let stated = part.text_if("mdtrt_cert_no")?.filter(|_| is_number);
        let own = self.patient.identity.as_ref().map(|identity| identity.certificate.reveal());
        match (stated, own) {
            (Some(stated), Some(own)) if stated == own => Ok(Some(self.patient.id)),
            _ => self.till.shown(part).await,
        }
    }

    /// What is settled: the personal part, as the payer asked.
    fn money(&self, part: &Part<'_>, bill: &Bill) -> Result<Money, Refusal> {
        let till = self.till;
        let kind = flag::visit_kind(&self.med_type, till.institution.kind);
        let kind =
            kind.ok_or_else(|| Refusal::unknown("med_type", "本机构没有这种医疗类别", "no such kind of visit"))?;
        Ok(Money {
            patient: self.patient.id,
            patient_area: self.patient.area,
            institution: till.institution.id,
            kind,
            burden: bill.burden,
            fund: bill.amounts.fund,
            using: self.using(part)?,
            code_of: bill.code_of,
            urgency: urgency(part)?,
        })
    }

    fn using(&self, part: &Part<'_>) -> Result<Using, Refusal> {
        let till = self.till;
        let flagged = part.code_if("acct_used_flag", &["0", "1", "2"])?;
        let law = till.node().law();
        let asked = law.on(self.patient.area, till.at.day()).map(|policy| policy.till.aid_asked);
        let using = flag::using(flagged, asked.unwrap_or(gongji_domain::policy::AidAsked::Automatic));
        Ok(match (using, self.bars(&till.profile.no_aid_at), self.bars(&till.profile.no_wallet_at)) {
            (Using::Auto, true, true) => Using::WithoutBoth,
            (Using::Auto, true, false) => Using::WithoutAid,
            (Using::Auto, false, true) => Using::WithoutWallet,
            (using, _, _) => using,
        })
    }

    /// Whether a purse is not taken at machines of this kind.
    fn bars(&self, at: &[String]) -> bool {
        at.contains(&self.till.request.opter_type)
    }

    /// What the cashier is told: the reason that the decision gave; where this machine takes no aid, which ones do.
    fn hint(&self, (settled, using): (&Settled, Using), id: CommandId) -> Option<Hint> {
        let reason = settled.reason?;
        let is_barred = matches!(using, Using::WithoutAid | Using::WithoutBoth);
        if is_barred && reason == Reason::SettleInstChannel {
            return Some(Hint::elsewhere(&self.till.profile.no_aid_at, id));
        }
        Some(Hint::of(reason, (id, settled.cash)))
    }
}

fn refused(answer: &Answer) -> Refusal {
    match answer {
        Answer::Refused(reason) => Refusal::Reason(reason.seen_by(Audience::Cashier), None),
        Answer::Conflict(_) => {
            Refusal::saying(Reason::ReqIdempotencyConflict, "这个报文编号(msgid)已用于另一笔结算，请换新编号")
        }
        other => {
            let word: String = format!("{other:?}").chars().take_while(char::is_ascii_alphabetic).collect();
            Refusal::Inner(Reason::ReqFailed, format!("an answer of another kind: {word}"))
        }
    }
}

/// What a bill would come to now; counted, because it is a look at balances.
async fn trial(till: &Till, money: Money, visit: &str, counted: bool) -> Result<Settled, Refusal> {
    if counted && !till.node().count_preview(till.institution.id, visit).await? {
        return Err(Refusal::saying(Reason::ReqRateLimit, "这次就诊的预结算次数已用完，请直接结算"));
    }
    till.face.ports.numbers.prepare().await?;
    let taken = till.node().take(till.node().preview_message(), Command::Preview(money)).await?;
    match taken.answer {
        Answer::Settled(settled) => Ok(settled),
        other => Err(refused(&other)),
    }
}

fn preview_name(visit: &str, batch: &str) -> String {
    format!("{visit}/{batch}")
}

async fn note_preview(till: &Till, asked: &Asked<'_>, cash: Fen) -> Result<(), Refusal> {
    let name = preview_name(&asked.visit, &asked.batch);
    let mut kept = till.keep((PaperKind::Preview, &name, Some(asked.patient.id)), &Previewed { cash }).await?;
    if kept.body.cash != cash {
        kept.body.cash = cash;
        till.replace(&kept).await?;
    }
    Ok(())
}

/// 2206 and 2303.
pub async fn preview(till: &Till) -> Said {
    certain(till, preview_as_found(till).await).await
}

async fn preview_as_found(till: &Till) -> Said {
    let part = till.part("data")?;
    let (visit, batch) = visit_and_batch(till, &part)?;
    let Found { visit, one, patient, known } = Found::of(till, &part, (visit, batch)).await?;
    let asked = Asked::of_visit(till, (&part, batch), (visit, one, patient)).await?;
    previewing(asked, known.tally, &part).await
}

/// 2101. There is no visit before a purchase: previews are counted by person and day.
pub async fn preview_purchase(till: &Till) -> Said {
    let part = till.part("druginfo")?;
    let mut asked = Asked::of_purchase(till, &part).await?;
    let of_day = format!("{}/{}/{}", till.institution.id, asked.patient.id, till.at.day());
    asked.visit = till.node().number_of("purchase", &of_day).to_string();
    till.node().open_visit((till.institution.id, &asked.visit), asked.patient.id).await?;
    let tally = till.tally(asked.patient.id).await?;
    previewing(asked, tally, &part).await
}

async fn previewing(asked: Asked<'_>, tally: Tally, part: &Part<'_>) -> Said {
    let till = asked.till;
    let shown = asked.shown(part).await?;
    let bill = asked.drawn(part, (tally.years(), shown)).await?;
    let money = asked.money(part, &bill)?;
    let settled = trial(till, money, &asked.visit, true).await?;
    note_preview(till, &asked, settled.cash).await?;
    let balance = till.left(asked.patient.id, &settled).await?;
    let told = Told {
        setl_id: None,
        patient: &asked.patient,
        visit: &asked.visit,
        med_type: &asked.med_type,
        amounts: &bill.amounts,
        settled: &settled,
        balance,
        at: till.at,
        msgid: &till.request.msgid,
        shown: &bill.shown,
        sign: 1,
    };
    let mut answer = till.call.answer();
    tell_settlement(&mut answer, till, &told);
    if till.call.infno == "2101" {
        tell_purchase_lines(&mut answer, till, &asked.lines)?;
    }
    Ok(Done::with(answer.done()))
}

/// What is entered by what was found is on the disk with all before it; a refusal, which enters nothing, waits for that.
async fn certain(till: &Till, said: Said) -> Said {
    if said.is_err() {
        till.node().on_disk().await?;
    }
    said
}

/// 2207 and 2304.
pub async fn settle(till: &Till) -> Said {
    certain(till, settle_as_found(till).await).await
}

async fn settle_as_found(till: &Till) -> Said {
    let part = till.part("data")?;
    let (visit, batch) = visit_and_batch(till, &part)?;
    let person = till.person(&part)?;
    let _turn = till.face.patients.take(&person).await;
    let Found { visit, one, patient, known } = Found::of(till, &part, (visit, batch)).await?;
    let asked = Asked::of_visit(till, (&part, batch), (visit, one, patient)).await?;
    settling(asked, known, &part).await
}

/// What a bill of a visit is worked out of, looked up at once.
struct Found {
    visit: Kept<Visit>,
    /// Of no stay: its batch, if it was not withdrawn.
    one: Option<Kept<Lines>>,
    patient: Patient,
    known: Known,
}

impl Found {
    async fn of(till: &Till, part: &Part<'_>, (visit, batch): (&str, &str)) -> Result<Self, Refusal> {
        let person = till.person(part)?;
        let (lines, preview) = (batch_name(visit, batch), preview_name(visit, batch));
        let named = [
            (PaperKind::Visit, visit),
            (PaperKind::Lines, &lines),
            (PaperKind::Bill, &till.request.msgid),
            (PaperKind::Preview, &preview),
        ];
        let around = till.node().around((till.institution.id, named), person).await?;
        let [visit, one, there, before] = around.papers;
        let visit = till.its_visit(part, visit.map(read).transpose()?)?;
        let before: Option<Kept<Previewed>> = before.map(read).transpose()?;
        Ok(Self {
            visit,
            one: one.map(read).transpose()?.filter(holds_lines),
            patient: till.patient_as(person, (around.person, around.secrets.map(Identity::from))).await?,
            known: Known {
                there: there.map(read).transpose()?,
                before: before.map(|kept| kept.body.cash),
                tally: till.tally_of(person, around.counted).await?,
            },
        })
    }
}

/// Of a bill of a visit: the name of the visit, and of the batch; none if it is a whole stay.
fn visit_and_batch<'p>(till: &Till, part: &'p Part<'_>) -> Result<(&'p str, &'p str), Refusal> {
    let visit = part.text("mdtrt_id")?;
    if !matches!(till.call.infno, "2303" | "2304") {
        return Ok((visit, part.text("chrg_bchno")?));
    }
    let is_interim = part.code_if("mid_setl_flag", &["0", "1"])? == Some("1");
    Ok((visit, if is_interim { INTERIM } else { "" }))
}

/// Whether this is in place of a charge batch, because a stay is settled.
fn is_stay(batch: &str) -> bool {
    batch.is_empty() || batch == INTERIM
}

/// 2102. The purchase is its own visit.
pub async fn purchase(till: &Till) -> Said {
    let part = till.part("druginfo")?;
    let asked = Asked::of_purchase(till, &part).await?;
    let visit = till.open(&asked.patient, flat(&part), Vec::new()).await?;
    let lines: Vec<Flat> = till.received().rows("drugdetail")?.iter().map(flat).collect();
    let name = format!("{}/{}", visit.paper.name, till.request.msgid);
    till.keep((PaperKind::Lines, &name, Some(asked.patient.id)), &Lines { digest: till.digest(), lines }).await?;
    let _turn = till.face.patients.take(&asked.patient.id).await;
    let known = Known::of(till, asked.patient.id, (&asked.visit, &asked.batch)).await?;
    settling(asked, known, &part).await
}

/// How often a bill is brought anew when somebody was quicker.
const TRIES: usize = 5;

/// What is known of a bill before it is divided.
struct Known {
    /// This message's own, if it was brought before.
    there: Option<Kept<Bill>>,
    /// What its last preview said.
    before: Option<Fen>,
    /// What the bills of the patient have come to.
    tally: Tally,
}

impl Known {
    /// All of it is asked for at once: each question for itself would wait for the one before.
    async fn of(till: &Till, person: PersonId, (visit, batch): (&str, &str)) -> Result<Self, Refusal> {
        let preview = preview_name(visit, batch);
        let (there, before, tally) = join!(
            till.kept(PaperKind::Bill, &till.request.msgid),
            till.kept::<Previewed>(PaperKind::Preview, &preview),
            till.remembered_tally(person)
        );
        Ok(Self { there: there?, before: before?.map(|kept| kept.body.cash), tally: tally? })
    }
}

async fn settling(asked: Asked<'_>, known: Known, part: &Part<'_>) -> Said {
    let till = asked.till;
    let Entered { bill, money, taken } = entered(&asked, known, part).await?;
    let Taken { answer, id, at, .. } = taken;
    let Answer::Settled(settled) = answer else { return Err(refused(&answer)) };
    till.spend_code((part.text_if("mdtrt_cert_type")?, part.text_if("mdtrt_cert_no")?)).await?;
    let balance = till.left(asked.patient.id, &settled).await?;
    let told = Told {
        setl_id: Some(id),
        patient: &asked.patient,
        visit: &asked.visit,
        med_type: &asked.med_type,
        amounts: &bill.amounts,
        settled: &settled,
        balance,
        at,
        msgid: &till.request.msgid,
        shown: &bill.shown,
        sign: 1,
    };
    let mut written = till.call.answer();
    tell_settlement(&mut written, till, &told);
    if till.call.infno == "2102" {
        tell_purchase_lines(&mut written, till, &asked.lines)?;
    }
    let reason = asked.hint((&settled, money.using), id);
    let reason = reason.or_else(|| {
        let changed = bill.previewed.filter(|before| *before != settled.cash);
        changed.map(|before| Hint::changed((before, settled.cash), id))
    });
    Ok(Done { output: written.done(), reason, file: None })
}

/// A bill that was entered.
struct Entered {
    bill: Bill,
    money: Money,
    taken: Taken,
}

/// A bill as it is brought; if for the first time, what those before it have come to.
struct Brought {
    bill: Bill,
    tally: Option<Tally>,
}

/// Enters the bill with its paper, in one. Whoever was quicker with a paper of this name, this message again or a 2601, is
/// looked at, and then it is brought anew.
async fn entered(asked: &Asked<'_>, known: Known, part: &Part<'_>) -> Result<Entered, Refusal> {
    let till = asked.till;
    let mut known = Some(known);
    for _ in 0..TRIES {
        let now = match known.take() {
            Some(first) => first,
            None => Known::of(till, asked.patient.id, (&asked.visit, &asked.batch)).await?,
        };
        let Brought { bill, tally } = brought(asked, now, part).await?;
        let money = asked.money(part, &bill)?;
        let terms = match &tally {
            Some(tally) => terms(asked, (&bill, tally), money).await?,
            None => Terms::default(),
        };
        till.face.ports.numbers.prepare().await?;
        match till.node().take_on(terms, till.message()?, Command::Settle(money)).await {
            Err(ServiceError::Enclosed) => {}
            Err(ServiceError::Outrun) => till.face.tallies.forget(asked.patient.id),
            Err(ServiceError::MoreCash(now)) => return Err(stale(bill.previewed.unwrap_or(now), now)),
            taken => {
                let taken = taken?;
                // Of any other answer it is not known here whether a paper was kept with it.
                let is_new = taken.turnout == Turnout::First && matches!(taken.answer, Answer::Settled(_));
                if let Some(tally) = tally.filter(|_| is_new) {
                    till.count_in(asked.patient.id, (tally, &bill));
                }
                return Ok(Entered { bill, money, taken });
            }
        }
    }
    Err(Refusal::saying(Reason::ReqBusy, "这条报文正在处理，请稍后用同一报文重发"))
}

/// With the bill's paper, if nothing came after what it was worked out of; and where the profile says so, for no more cash
/// than the preview said. What another province pays cannot be taken back in silence, so there the preview is made again
/// first.
async fn terms(asked: &Asked<'_>, (bill, tally): (&Bill, &Tally), money: Money) -> Result<Terms, Refusal> {
    let till = asked.till;
    let enclosure = till.enclosed((PaperKind::Bill, &till.request.msgid, Some(asked.patient.id)), bill);
    let most_cash = bill.previewed.filter(|_| till.profile.when_changed == WhenChanged::Refuse);
    if let Some(most) = most_cash
        && asked.patient.area.province() != till.node().province()
    {
        let now = trial(till, money, &asked.visit, false).await?.cash;
        if now > most {
            return Err(stale(most, now));
        }
    }
    let worked_out_of = Some((asked.patient.id, tally.papers()));
    Ok(Terms { enclosure: Some(enclosure), most_cash, worked_out_of })
}

fn stale(before: Fen, now: Fen) -> Refusal {
    let why = format!("预结算后账户有变化：现金由 {before} 变为 {now}，请重新预结算(2206)");
    Refusal::saying(Reason::SettleTrialStale, why)
}

/// The bill as it was brought the first time, or a new one, if nothing of it is settled.
async fn brought(asked: &Asked<'_>, known: Known, part: &Part<'_>) -> Result<Brought, Refusal> {
    let till = asked.till;
    let Known { there, before, tally } = known;
    if let Some(kept) = there {
        if kept.body.undone_before {
            return Err(Refusal::saying(
                Reason::ReverseNotFound,
                "这条报文已被 2601 撤销，请用新的报文编号(msgid)重新结算",
            ));
        }
        let brought = Brought { bill: kept.body, tally: None };
        return if brought.bill.digest == till.digest() { Ok(brought) } else { Err(till.changed()) };
    }
    let visit = (till.institution.id, asked.visit.as_str());
    let is_covered = |tally: &Tally| {
        let settled = tally.batches(visit);
        asked.covers.iter().any(|own| settled.contains(own))
    };
    // What is remembered may be older than an undoing.
    let is_in_doubt = tally.is_waiting() || is_covered(&tally) || tally.has(visit, &asked.batch);
    let tally = if is_in_doubt { till.tally(asked.patient.id).await? } else { tally };
    if tally.is_waiting() {
        return Err(Refusal::saying(Reason::ReqBusy, "该患者的另一笔费用正在等外省答复，请稍后用同一报文重发"));
    }
    if is_covered(&tally) {
        return Err(Refusal::saying(Reason::ReqBusy, "这次住院刚有另一笔结算，请用同一报文重发"));
    }
    if tally.has(visit, &asked.batch) {
        return Err(Refusal::saying(Reason::SettleDuplicate, "这次就诊的这批费用已结算，请用 5203 查询，或先冲正"));
    }
    // A code is looked at once it is known that it is used.
    let shown = asked.shown(part).await?;
    let drawn = asked.drawn(part, (tally.years(), shown)).await?;
    Ok(Brought { bill: Bill { previewed: before, ..drawn }, tally: Some(tally) })
}

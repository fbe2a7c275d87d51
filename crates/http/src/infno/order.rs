//! Orders of mobile payment (移动支付): brought with their lines, paid, asked for, refunded, revoked (6201 to 6401).
//!
//! An order is a bill of a visit: it is done by the same calls that a window makes (2201, 2203, 2204, 2206, 2207, 2208, 2601),
//! under the order's own number in place of a message's. Kept is what was ordered; how far it is, the paper of its bill and
//! the message of that say, and nothing says it twice. So a repeat completes what a crash left, and money moves once.

mod bring;
mod money;

use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use gongji_domain::record::MessageState;
use gongji_wire::dialect::same;
use gongji_wire::{Call, Node as Part, Object, Value, time};
use gongji_words::PersonId;
use serde::{Deserialize, Serialize};

use super::amounts::{Told, tell_settlement};
use super::bill::{self, SettledBill, settled_among};
use super::mobile::snake;
use super::paper::{Bill, Flat, Kept, State, Visit, words_of};
use super::refusal::Refusal;
use super::till::{Done, Hint, Said, Till};
use money::{Money, setlinfo_of, tell_amounts, with_setlinfo};

/// Random bytes of the token that pays an order.
const TOKEN: usize = 16;

/// An order, as it was brought.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Order {
    /// What tells a changed repeat.
    digest: u64,
    /// The institution's number of it (`medOrgOrd`).
    number: String,
    /// What pays it.
    token: String,
    /// Whose bill it is.
    person: PersonId,
    /// His certificate's number, as it was stated.
    certificate: String,
    /// Where he is insured, if it was stated.
    area: Option<String>,
    /// Its visit.
    visit: String,
    /// Whether the visit was registered for it.
    is_own_visit: bool,
    /// The charge batch of its lines.
    batch: String,
    /// The bill, by the names of 2207.
    bill: Flat,
    /// The code that the patient showed.
    code: Option<String>,
    /// `setlinfo` of its preview, as JSON.
    previewed: String,
}

/// How far an order is.
enum Stage {
    /// Nothing of it is paid.
    Previewed,
    /// Paying it was begun; the same call again ends it.
    Settling,
    /// It is paid.
    Done(Box<SettledBill>),
    /// It was paid, and all of it is back.
    Reversed(Box<SettledBill>),
    /// It was revoked before it was paid.
    Revoked,
    /// Paying it was refused for good.
    Failed,
}

impl Stage {
    /// 订单状态.
    const fn status(&self) -> &'static str {
        match self {
            Self::Previewed => "1",
            Self::Settling => "2",
            Self::Done(_) => "6",
            Self::Reversed(_) => "7",
            Self::Revoked => "12",
            Self::Failed => "15",
        }
    }
}

/// Each call has its place.
pub async fn run(till: &Till) -> Said {
    let part = till.part("data")?;
    match till.call.infno {
        "6201" => bring::bring(till, &part).await,
        "6202" => pay(till, &part).await,
        "6203" => reverse(till, &part).await,
        "6301" => tell(till, &part).await,
        "6401" => revoke(till, &part).await,
        _ => Err(Refusal::Reason(Reason::ReqInfnoUnsupported, None)),
    }
}

fn no_order() -> Refusal {
    let (zh, en) = ("没有这个订单，请核对订单号和 payToken", "no such order: check its number and payToken");
    Refusal::unknown("payOrdId", zh, en)
}

fn revoked() -> Refusal {
    Refusal::saying(Reason::ReqReference, "这个订单已撤销，请换医院订单号(medOrgOrd)重新上传")
}

fn other_institution() -> Refusal {
    Refusal::unknown("orgCodg", "只能办理本机构的订单", "an institution asks for its own orders")
}

impl Till {
    /// Another call about the same order, under this number.
    fn inner(&self, (infno, msgid): (&str, &str), area: Option<&str>, input: Object) -> Result<Till, Refusal> {
        let call = Call::of(infno).ok_or(Refusal::Reason(Reason::ReqInfnoUnsupported, None))?;
        let mut request = self.request.clone();
        request.infno = infno.to_owned();
        request.msgid = msgid.to_owned();
        request.insuplc_admdvs = area.map(str::to_owned);
        let input = Value::Object(input);
        let (face, profile) = (self.face.clone(), self.profile.clone());
        Ok(Till { face, profile, institution: self.institution, request, input, call, at: self.at, file: None })
    }

    /// An order that its token names.
    async fn order(&self, part: &Part<'_>) -> Result<Kept<Order>, Refusal> {
        let kept = self.order_of(part).await?;
        let is_its = same(part.text("payToken")?, &kept.body.token);
        let is_ours = part.text_if("orgCodg")?.is_none_or(|code| code == self.profile.code);
        if !is_ours {
            return Err(other_institution());
        }
        if is_its { Ok(kept) } else { Err(no_order()) }
    }

    /// An order of this institution.
    async fn order_of(&self, part: &Part<'_>) -> Result<Kept<Order>, Refusal> {
        self.kept(PaperKind::Order, part.text("payOrdId")?).await?.ok_or_else(no_order)
    }

    async fn stage(&self, name: &str) -> Result<Stage, Refusal> {
        let Some(kept) = self.kept::<Bill>(PaperKind::Bill, name).await? else { return Ok(Stage::Previewed) };
        if kept.body.undone_before {
            return Ok(Stage::Revoked);
        }
        if let Some(bill) = settled_among(self.node(), vec![kept]).await?.pop() {
            let bill = Box::new(bill);
            return Ok(if bill.is_reversed { Stage::Reversed(bill) } else { Stage::Done(bill) });
        }
        let row = self.node().message(&self.message_of(name)?).await?;
        let has_answer = row.is_some_and(|row| matches!(row.state, MessageState::Answered(_)));
        Ok(if has_answer { Stage::Failed } else { Stage::Settling })
    }
}

/// Nodes by their names.
fn input_of(nodes: impl IntoIterator<Item = (&'static str, Value)>) -> Object {
    nodes.into_iter().map(|(name, node)| (name.to_owned(), node)).collect()
}

/// A node of these fields.
fn node_of<'f>(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> Value {
    Value::Object(fields.into_iter().map(|(name, text)| (name.to_owned(), Value::text(text))).collect())
}

/// The fields of a node by the names that other calls have.
fn snaked(part: &Part<'_>) -> Flat {
    words_of(part.object()).into_iter().map(|(name, text)| (snake(&name).into(), text)).collect()
}

fn fields_of(said: &Flat) -> impl Iterator<Item = (&str, &str)> {
    said.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

impl Order {
    /// The bill as 2206 and 2207 take it: with the code that was shown, or the certificate.
    fn input(&self) -> Object {
        let (kind, number) = self.code.as_ref().map_or(("02", &self.certificate), |code| ("01", code));
        let mut said = self.bill.clone();
        said.extend(
            [("mdtrt_cert_type", kind), ("mdtrt_cert_no", number)].map(|(name, text)| (name.into(), text.into())),
        );
        input_of([("data", node_of(fields_of(&said)))])
    }

    /// Another call about it, under its own number.
    fn inner(&self, till: &Till, (infno, name): (&str, &str)) -> Result<Till, Refusal> {
        till.inner((infno, name), self.area.as_deref(), self.input())
    }

    /// Whether what was shown is the patient's. What is not good is told by the field in which it came.
    async fn check_shown(&self, till: &Till, field: &str) -> Result<(), Refusal> {
        let inner = self.inner(till, ("2207", ""))?;
        let shown = inner.shown(&inner.part("data")?).await.map_err(|refusal| naming(refusal, field))?;
        if shown.is_none_or(|shown| shown == self.person) {
            return Ok(());
        }
        Err(Refusal::Reason(Reason::SettleNotOwnCode, None))
    }
}

/// The same refusal, about the field that this interface has.
fn naming(refusal: Refusal, field: &str) -> Refusal {
    match refusal {
        Refusal::Reason(reason, Some(fact)) => {
            Refusal::Reason(reason, Some(fact.replace("mdtrt_cert_no", field).replace("(certno)", "(idNo)")))
        }
        other => other,
    }
}

/// 6202. Settled as 2207 settles, under the number of the order: again it gets the first answer.
async fn pay(till: &Till, part: &Part<'_>) -> Said {
    let mut kept = till.order(part).await?;
    let name = kept.paper.name.clone();
    for (field, own) in [("mdtrtId", &kept.body.visit), ("chrgBchno", &kept.body.batch)] {
        if part.text_if(field)?.is_some_and(|stated| stated != own) {
            return Err(Refusal::unknown(field, "和订单的不一致，请核对", "the order has another"));
        }
    }
    let stage = till.stage(&name).await?;
    match stage {
        Stage::Revoked => return Err(revoked()),
        Stage::Reversed(bill) => return told(till, (&kept, "7"), of_bill(till, (&kept.body, &bill)).await?),
        Stage::Previewed => note_code(till, (&mut kept, part)).await?,
        Stage::Settling | Stage::Done(_) | Stage::Failed => {}
    }
    let settled = bill::settle(&kept.body.inner(till, ("2207", &name))?).await.map_err(stale)?;
    let mut done = told(till, (&kept, "6"), setlinfo_of(&settled.output))?;
    done.reason = settled.reason;
    Ok(done)
}

/// What came to more cash than the patient has seen is brought anew.
fn stale(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Reason(Reason::SettleTrialStale, _) => {
            let why = "上传后账户有变化，现金比预计多：请撤销订单(6401)，换医院订单号重新上传(6201)";
            Refusal::saying(Reason::SettleTrialStale, why)
        }
        other => naming(other, "payAuthNo"),
    }
}

/// The code that the patient shows when he pays takes the place of the one that he showed before. It is written down first, so that
/// a repeat, after a crash too, pays with the same.
async fn note_code(till: &Till, (kept, part): (&mut Kept<Order>, &Part<'_>)) -> Result<(), Refusal> {
    for field in ["payAuthNo", "ecAuthCode"] {
        let Some(code) = part.text_if(field)? else { continue };
        if kept.body.code.as_deref() == Some(code) {
            return Ok(());
        }
        kept.body.code = Some(code.to_owned());
        kept.body.check_shown(till, field).await?;
        till.replace(kept).await?;
        kept.paper.version += 1;
        return Ok(());
    }
    Ok(())
}

/// 6301. How far an order is, and what it comes to.
async fn tell(till: &Till, part: &Part<'_>) -> Said {
    let kept = till.order(part).await?;
    if part.text_if("idNo")?.is_some_and(|number| !number.eq_ignore_ascii_case(&kept.body.certificate)) {
        return Err(no_order());
    }
    let stage = till.stage(&kept.paper.name).await?;
    let (setlinfo, at, reason) = match &stage {
        Stage::Done(bill) | Stage::Reversed(bill) => {
            let reason = bill.settled.reason.map(|reason| Hint::of(reason, (bill.command, bill.settled.cash)));
            (of_bill(till, (&kept.body, bill)).await?, bill.at, reason)
        }
        _ => (previewed_of(&kept.body), kept.paper.at, None),
    };
    let mut answer = till.call.answer();
    answer
        .node("data")
        .text("ordStas", stage.status())
        .text("payOrdId", &kept.paper.name)
        .text("callType", "02")
        .text("medOrgOrd", &kept.body.number)
        .text("traceTime", &time::fourteen(at))
        .text("orgCodg", &till.profile.code)
        .text("orgName", &till.profile.name)
        .text("setlType", "ALL")
        .text("revsToken", "");
    tell_amounts(answer.node("data"), (till, &setlinfo));
    Ok(Done { output: with_setlinfo(answer.done(), setlinfo), reason, file: None })
}

/// 6203. All of it goes back (2208), under a number that the institution's refund gives: again it gets the first answer.
async fn reverse(till: &Till, part: &Part<'_>) -> Said {
    let kept = till.order_of(part).await?;
    let name = &kept.paper.name;
    if part.code("refdType", &["ALL", "CASH", "HI"])? != "ALL" {
        let why = "只能全额退费(refdType=ALL)：医保部分一次退清，现金由机构退给患者。Only a refund of all of it (ALL) is made";
        return Err(Refusal::saying(Reason::ReqReference, why));
    }
    let bill = match till.stage(name).await? {
        Stage::Done(bill) | Stage::Reversed(bill) => bill,
        _ => {
            let why = "这个订单还没有支付(payOrdId)，不用退费；不要了请撤销(6401)";
            return Err(Refusal::saying(Reason::ReverseNotFound, why));
        }
    };
    let setlinfo = of_bill(till, (&kept.body, &bill)).await?;
    check_reversal(part, &Money::of(till, &setlinfo))?;
    let number = format!("{}/{name}/{}", till.institution.id, part.text("appRefdSn")?);
    let number = till.node().number_of("appRefdSn", &number).to_string();
    let settlement = bill.command.number().to_string();
    let psn_no = Till::psn_no(kept.body.person);
    let fields = [("setl_id", settlement.as_str()), ("mdtrt_id", &kept.body.visit), ("psn_no", &psn_no)];
    let input = input_of([("data", node_of(fields))]);
    let undone = super::run(&till.inner(("2208", &number), kept.body.area.as_deref(), input)?).await?;
    let undone = setlinfo_of(&undone.output);
    let of = |name: &str| undone.get(name).and_then(Value::as_words).unwrap_or_default();
    let at = time::moment(of("setl_time")).map(time::fourteen).unwrap_or_default();
    let (day, clock) = at.split_at_checked(8).unwrap_or_default();
    let mut answer = till.call.answer();
    answer
        .node("data")
        .text("refdSn", &number)
        .text("hiFefdSn", of("setl_id"))
        .text("hiTrnsDate", day)
        .text("hiTrnsTime", clock)
        .text("refStatus", "SUCC");
    Ok(Done::with(with_setlinfo(answer.done(), undone)))
}

/// What is asked back has to be what was paid, as far as it is said.
fn check_reversal(part: &Part<'_>, money: &Money) -> Result<(), Refusal> {
    let stated = [
        ("totlRefdAmt", "总退费金额", Some(part.amount("totlRefdAmt")?), money.whole),
        ("psnAcctRefdAmt", "个人账户退费", part.amount_if("psnAcctRefdAmt")?, money.account),
        ("fundRefdAmt", "基金退费", part.amount_if("fundRefdAmt")?, money.fund),
        ("cashRefdAmt", "现金退费", part.amount_if("cashRefdAmt")?, money.cash),
    ];
    for (field, title, stated, paid) in stated {
        if let Some(stated) = stated.filter(|stated| *stated != paid) {
            let why = format!("{title}({field})写的是 {stated}，订单为 {paid}：只能全额退费，请核对");
            return Err(Refusal::saying(Reason::ReqSchema, why));
        }
    }
    Ok(())
}

/// 6401. What is not paid is revoked, as 2601 undoes what never came; its lines are withdrawn, so that another order can have them.
async fn revoke(till: &Till, part: &Part<'_>) -> Said {
    let kept = till.order(part).await?;
    let (name, order) = (&kept.paper.name, &kept.body);
    match till.stage(name).await? {
        Stage::Done(_) | Stage::Reversed(_) => {
            let why = "这个订单已支付(payOrdId)，不能撤销；要退请用 6203";
            return Err(Refusal::saying(Reason::SettleDuplicate, why));
        }
        Stage::Revoked => {}
        Stage::Previewed | Stage::Settling | Stage::Failed => {
            let psn_no = Till::psn_no(order.person);
            let fields = [("psn_no", psn_no.as_str()), ("omsgid", name), ("oinfno", "2207")];
            let input = input_of([("data", node_of(fields))]);
            let number = till.node().number_of("revoked", &format!("{}/{name}", till.institution.id)).to_string();
            super::run(&till.inner(("2601", &number), order.area.as_deref(), input)?).await?;
        }
    }
    withdraw(till, (order, name)).await?;
    let mut answer = till.call.answer();
    answer.node("data").yes_or_no("success", true);
    Ok(Done::with(answer.done()))
}

/// Takes the lines of an order back, and its visit if nothing else stands in it.
async fn withdraw(till: &Till, (order, name): (&Order, &str)) -> Result<(), Refusal> {
    let Some(visit) = till.kept::<Visit>(PaperKind::Visit, &order.visit).await? else { return Ok(()) };
    let settled = till.settled_batches(&visit).await?;
    if visit.body.state == State::Cancelled || settled.contains(&order.batch) || settled.contains("") {
        return Ok(());
    }
    let psn_no = Till::psn_no(order.person);
    let input = || {
        let fields = [("mdtrt_id", order.visit.as_str()), ("psn_no", &psn_no), ("chrg_bchno", &order.batch)];
        input_of([("data", node_of(fields))])
    };
    super::run(&till.inner(("2205", name), order.area.as_deref(), input())?).await?;
    if order.is_own_visit && settled.is_empty() && till.batches(&visit).await?.is_empty() {
        super::run(&till.inner(("2202", name), order.area.as_deref(), input())?).await?;
    }
    Ok(())
}

/// `setlinfo` of a bill that was settled, as 2207 told it.
async fn of_bill(till: &Till, (order, bill): (&Order, &SettledBill)) -> Result<Object, Refusal> {
    let inner = order.inner(till, ("2207", &bill.kept.paper.name))?;
    let patient = inner.patient(order.person).await?;
    let body = &bill.kept.body;
    let told = Told {
        setl_id: Some(bill.command),
        patient: &patient,
        visit: &body.visit,
        med_type: &body.med_type,
        amounts: &body.amounts,
        settled: &bill.settled,
        balance: till.left(order.person, &bill.settled).await?,
        at: bill.at,
        msgid: &bill.kept.paper.name,
        shown: body.shown(),
        sign: 1,
    };
    let mut answer = inner.call.answer();
    tell_settlement(&mut answer, &inner, &told);
    Ok(setlinfo_of(&answer.done()))
}

/// The answer of 6202.
fn told(till: &Till, (kept, status): (&Kept<Order>, &str), setlinfo: Object) -> Said {
    let mut answer = till.call.answer();
    answer.node("data").text("payOrdId", &kept.paper.name).text("ordStas", status);
    tell_amounts(answer.node("data"), (till, &setlinfo));
    Ok(Done::with(with_setlinfo(answer.done(), setlinfo)))
}

/// `setlinfo` of an order's preview.
fn previewed_of(order: &Order) -> Object {
    let read = gongji_wire::value::read(&order.previewed).ok();
    read.as_ref().and_then(Value::as_object).cloned().unwrap_or_default()
}

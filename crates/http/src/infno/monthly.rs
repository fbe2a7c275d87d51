//! Monthly clearing within the province (省内异地清分, 3260 to 3262): what an institution settled for patients of other areas, and its
//! word that it is so.
//!
//! A row is a settlement of the month, or a refund of it in a later month with negative amounts. Invariants: a row is confirmed once at
//! a time; rows that differ are named, and then none of them is kept. Deliberately absent: the transfer of money, which follows
//! from claims (`gongji_domain::clearing`).

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use gongji_wire::Node as Part;
use gongji_words::{Day, Fen, Moment, PersonId};
use serde::{Deserialize, Serialize};

use super::bill::SettledBill;
use super::paper::{Kept, Visit};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};
use super::undo::account_of;

/// Rows of one answer at most.
const PAGE: usize = 100;
/// Differences that are named in one sentence.
const NAMED: usize = 3;

/// A row of a month.
struct Row {
    /// 结算流水号; of a refund with `-R` behind it.
    number: String,
    person: PersonId,
    visit: String,
    at: Moment,
    whole: Fen,
    /// What the agency pays: funds and accounts.
    paid: Fen,
}

/// What a message confirmed.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Confirmed {
    /// What tells a changed repeat.
    digest: u64,
    /// The month, as `2026-03`.
    month: String,
    /// The rows.
    rows: BTreeSet<String>,
    /// Whether it was undone (3262).
    is_undone: bool,
}

/// By which message a row is confirmed, if by any.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Mark {
    by: Option<String>,
    /// 确认标志, as it came.
    flag: String,
}

/// A month that a message names, and its moments.
fn month_of(part: &Part<'_>) -> Result<(String, (Moment, Moment)), Refusal> {
    let wrong = |field: &str, zh: &str| Refusal::saying(Reason::ReqSchema, format!("{zh}({field})"));
    let year = i32::try_from(part.whole("trt_year")?).ok().filter(|year| (2020..=2199).contains(year));
    let year = year.ok_or_else(|| wrong("trt_year", "年份写成四位数字"))?;
    let month = u8::try_from(part.whole("trt_month")?).ok().filter(|month| (1..=12).contains(month));
    let month = month.ok_or_else(|| wrong("trt_month", "月份写成 1 至 12"))?;
    let first = |year, month| Day::new(year, month, 1).map_or(Moment::from_millis(0), Day::start);
    let next = if month == 12 { first(year + 1, 1) } else { first(year, month + 1) };
    Ok((format!("{year}-{month:02}"), (first(year, month), next)))
}

fn row_of(bill: &SettledBill, person: PersonId, is_reversal: bool) -> Row {
    let body = &bill.kept.body;
    let signed = |amount: Fen| if is_reversal { Fen::ZERO.minus(amount) } else { amount };
    let number = bill.command.number();
    Row {
        number: if is_reversal { format!("{number}-R") } else { number.to_string() },
        person,
        visit: body.visit.clone(),
        at: bill.at,
        whole: signed(body.amounts.whole),
        paid: signed(body.amounts.fund.plus(account_of(&bill.settled))),
    }
}

impl Till {
    /// The rows of a month, in the order in which they were settled. What was refunded within its month is none.
    async fn rows_of(&self, span: (Moment, Moment)) -> Result<Vec<Row>, Refusal> {
        let (settled, undone) = self.bills_in(span).await?;
        let undone_here: BTreeSet<_> = undone.iter().map(|bill| bill.command).collect();
        let standing = settled.iter().filter(|bill| !undone_here.contains(&bill.command)).map(|bill| (bill, false));
        let refunded = undone.iter().filter(|bill| bill.at < span.0).map(|bill| (bill, true));
        let mut rows = Vec::new();
        for (bill, is_reversal) in standing.chain(refunded) {
            let Some(person) = bill.kept.paper.person else { continue };
            if self.is_of_another_area(&bill.kept.body.visit).await? {
                rows.push(row_of(bill, person, is_reversal));
            }
        }
        Ok(rows)
    }

    /// Whether a visit is of somebody whom another area of this province insures.
    async fn is_of_another_area(&self, visit: &str) -> Result<bool, Refusal> {
        let visit: Option<Kept<Visit>> = self.kept(PaperKind::Visit, visit).await?;
        let own = self.institution.area;
        Ok(visit.is_some_and(|kept| kept.body.area.province() == own.province() && kept.body.area.pool() != own.pool()))
    }

    /// The number of somebody's certificate.
    async fn certno(&self, person: PersonId) -> Result<String, Refusal> {
        let identity = self.node().identity(person).await?;
        Ok(identity.map(|identity| identity.certificate.reveal().to_owned()).unwrap_or_default())
    }
}

/// 3260.
pub async fn list(till: &Till) -> Said {
    let part = till.part("data")?;
    let (_, span) = month_of(&part)?;
    let start = usize::try_from(part.whole("startrow")?).ok().filter(|start| *start > 0);
    let start = start.ok_or_else(|| Refusal::saying(Reason::ReqSchema, "开始行从 1 起(startrow)"))?;
    let mut answer = till.call.answer();
    for (place, row) in till.rows_of(span).await?.iter().enumerate().skip(start - 1).take(PAGE) {
        let certno = till.certno(row.person).await?;
        answer
            .row("data")
            .text("seqno", &(place + 1).to_string())
            .text("mdtrtarea", &till.institution.area.to_string())
            .text("medins_no", &till.profile.code)
            .text("certno", &certno)
            .text("mdtrt_id", &row.visit)
            .time("mdtrt_setl_time", row.at)
            .text("setl_sn", &row.number)
            .text("fulamt_advpay_flag", "0")
            .amount("medfee_sumamt", row.whole)
            .amount("optins_pay_sumamt", row.paid);
    }
    Ok(Done::with(answer.done()))
}

/// How a row that was sent differs from ours.
async fn difference(till: &Till, part: &Part<'_>, rows: &BTreeMap<&str, &Row>) -> Result<Option<String>, Refusal> {
    let number = part.text("setl_sn")?;
    let Some(row) = rows.get(number) else { return Ok(Some(format!("{number} 中心没有"))) };
    let visit = part.text("mdtrt_id")?;
    if visit != row.visit {
        return Ok(Some(format!("{number} 就诊ID不同(mdtrt_id)")));
    }
    if part.text("certno")? != till.certno(row.person).await? {
        return Ok(Some(format!("{number} 证件号码不同(certno)")));
    }
    for (field, ours) in [("medfee_sumamt", row.whole), ("optins_pay_sumamt", row.paid)] {
        let stated = part.amount(field)?;
        if stated != ours {
            return Ok(Some(format!("{number} {field} 机构 {stated}，中心 {ours}")));
        }
    }
    Ok(None)
}

/// 3261. All rows of a message are as ours are, or none is confirmed.
pub async fn confirm(till: &Till) -> Said {
    let part = till.part("data")?;
    let (month, span) = month_of(&part)?;
    let sent = till.received().rows("detail")?;
    let stated = part.whole("totalrow")?;
    if usize::try_from(stated) != Ok(sent.len()) {
        let why = format!("总行数(totalrow)写的是 {stated}，明细有 {} 行", sent.len());
        return Err(Refusal::saying(Reason::ReqSchema, why));
    }
    let rows = till.rows_of(span).await?;
    let ours: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.number.as_str(), row)).collect();
    let (mut differences, mut flags) = (Vec::new(), BTreeMap::new());
    for row in &sent {
        differences.extend(difference(till, row, &ours).await?);
        let flag = row.code("cnfm_flag", &["0", "1"])?;
        if flags.insert(row.text("setl_sn")?.to_owned(), flag).is_some() {
            differences.push(format!("{} 重复", row.text("setl_sn")?));
        }
    }
    differences.extend(confirmed_before(till, flags.keys()).await?);
    if !differences.is_empty() {
        let (count, named) = (differences.len(), differences[..differences.len().min(NAMED)].join("；"));
        return Err(Refusal::saying(Reason::ReconTotals, format!("{count} 行不能确认，都没有收下：{named}")));
    }
    let rows = flags.keys().cloned().collect();
    let confirmed = Confirmed { digest: till.digest(), month, rows, is_undone: false };
    let kept = till.keep((PaperKind::Confirmation, &of_message(&till.request.msgid), None), &confirmed).await?;
    if kept.body.digest != confirmed.digest {
        return Err(till.changed());
    }
    if kept.body.is_undone {
        let why = "这条报文的确认已回退(3262)，请换报文编号(msgid)重新确认";
        return Err(Refusal::saying(Reason::ReqReference, why));
    }
    for (number, flag) in flags {
        mark(till, &number, &Mark { by: Some(till.request.msgid.clone()), flag: flag.to_owned() }).await?;
    }
    Ok(till.done())
}

fn of_message(msgid: &str) -> String {
    format!("message-{msgid}")
}

fn of_row(number: &str) -> String {
    format!("row-{number}")
}

/// Rows that another message has confirmed.
async fn confirmed_before(till: &Till, numbers: impl Iterator<Item = &String>) -> Result<Vec<String>, Refusal> {
    let mut before = Vec::new();
    for number in numbers {
        let kept: Option<Kept<Mark>> = till.kept(PaperKind::Confirmation, &of_row(number)).await?;
        let by = kept.and_then(|kept| kept.body.by);
        if by.is_some_and(|by| by != till.request.msgid) {
            before.push(format!("{number} 已确认"));
        }
    }
    Ok(before)
}

/// Marks a row, or takes its mark away.
async fn mark(till: &Till, number: &str, mark: &Mark) -> Result<(), Refusal> {
    let mut kept = till.keep((PaperKind::Confirmation, &of_row(number), None), mark).await?;
    if kept.body.by != mark.by {
        kept.body = mark.clone();
        till.replace(&kept).await?;
    }
    Ok(())
}

/// 3262: what a message confirmed is confirmed no more. Again it finds it so.
pub async fn undo(till: &Till) -> Said {
    let part = till.part("data")?;
    let (month, _) = month_of(&part)?;
    let original = part.text("otransid")?;
    let unknown = || {
        let (zh, en) =
            ("这个月没有这条确认(3261)，请核对原报文编号和年月", "nothing of that month was confirmed by it");
        Refusal::unknown("otransid", zh, en)
    };
    let found: Option<Kept<Confirmed>> = till.kept(PaperKind::Confirmation, &of_message(original)).await?;
    let mut kept = found.filter(|kept| kept.body.month == month).ok_or_else(unknown)?;
    if kept.body.is_undone {
        return Ok(till.done());
    }
    for number in &kept.body.rows {
        let marked: Option<Kept<Mark>> = till.kept(PaperKind::Confirmation, &of_row(number)).await?;
        if marked.is_some_and(|marked| marked.body.by.as_deref() == Some(original)) {
            mark(till, number, &Mark { by: None, flag: String::new() }).await?;
        }
    }
    kept.body.is_undone = true;
    till.replace(&kept).await?;
    Ok(till.done())
}

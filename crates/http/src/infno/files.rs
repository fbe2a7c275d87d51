//! Files (9101, 9102) and reconciliation line by line (3202).
//!
//! Kept is what was sent, under a number that its message gives; an institution fetches its own files and nobody else's. Every
//! difference of a reconciliation is named with its likely cause.

use std::collections::BTreeMap;

use gongji_domain::paper::{Paper, PaperKind};
use gongji_wire::fields::Written;
use gongji_wire::{Node as Part, table};
use gongji_words::{Fen, Moment};
use serde::{Deserialize, Serialize};

use super::bill::SettledBill;
use super::flag;
use super::paper::after;
use super::reconcile::{Sent, Totals, span_of};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};

/// Files can be fetched for so long, in milliseconds: thirty days.
const KEPT_MS: i64 = 30 * 86_400_000;

/// What stands before the bytes of a file.
#[derive(Serialize, Deserialize)]
struct Head {
    filename: String,
    until: i64,
}

/// A file that was kept.
struct File {
    head: Head,
    bytes: Vec<u8>,
}

impl Till {
    async fn keep_file(&self, name: &str, filename: &str, bytes: &[u8]) -> Result<Moment, Refusal> {
        let until = after(self.at, KEPT_MS);
        let head = Head { filename: filename.to_owned(), until: until.millis() };
        let mut body = serde_json::to_vec(&head).unwrap_or_default();
        body.push(b'\n');
        body.extend_from_slice(bytes);
        let (kind, owner, at) = (PaperKind::File, self.institution.id, self.at);
        let paper = Paper { kind, owner, name: name.to_owned(), person: None, at, version: 1, body };
        self.node().keep_paper(&paper, &*self.face.ports.randomness).await?;
        Ok(until)
    }

    async fn file(&self, name: &str) -> Result<File, Refusal> {
        let gone = || Refusal::unknown("file_qury_no", "没有这个文件，或已过下载期限", "there is no such file");
        let found = self.node().paper(PaperKind::File, self.institution.id, name).await?.ok_or_else(gone)?;
        let end = found.body.iter().position(|byte| *byte == b'\n').ok_or_else(gone)?;
        let head: Head = serde_json::from_slice(&found.body[..end]).map_err(|_| gone())?;
        let bytes = found.body[end + 1..].to_vec();
        if head.until < self.at.millis() { Err(gone()) } else { Ok(File { head, bytes }) }
    }
}

/// A name without a path in it.
fn filename_of(text: &str) -> String {
    let name: String = text.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(200).collect();
    if name.is_empty() { "file.zip".to_owned() } else { name }
}

/// 9101: as a part of the body, or as bytes within the node.
pub async fn upload(till: &Till) -> Said {
    let part = till.part("fsUploadIn")?;
    let bytes = match &till.file {
        Some(bytes) => bytes.to_vec(),
        None => part.bytes("in")?,
    };
    let filename = filename_of(part.text_if("filename")?.unwrap_or("file.zip"));
    let name = till.number("file_qury_no");
    let until = till.keep_file(&name, &filename, &bytes).await?;
    let mut answer = till.call.answer();
    answer
        .node("")
        .text("file_qury_no", &name)
        .text("filename", &filename)
        .text("fixmedins_code", &till.profile.code)
        .time("dld_endtime", until);
    Ok(Done::with(answer.done()))
}

/// 9102: the bytes themselves.
pub async fn download(till: &Till) -> Said {
    let part = till.part("fsDownloadIn")?;
    let file = till.file(part.text("file_qury_no")?).await?;
    let mut done = till.done();
    done.file = Some(file.bytes);
    Ok(done)
}

/// A line of the file that an institution sends.
#[derive(Clone, Debug)]
struct Line {
    visit: String,
    person: String,
    whole: Fen,
    fund: Fen,
    account: Fen,
}

impl Line {
    fn of(row: &Part<'_>) -> Result<(String, bool, Self), Refusal> {
        let line = Self {
            visit: row.text_if("mdtrt_id")?.unwrap_or_default().to_owned(),
            person: row.text_if("psn_no")?.unwrap_or_default().to_owned(),
            whole: row.amount("medfee_sumamt")?,
            fund: row.amount("fund_pay_sumamt")?,
            account: row.amount("acct_pay")?,
        };
        let is_undone = row.text_if("refd_setl_flag")? == Some("1");
        Ok((row.text("setl_id")?.to_owned(), is_undone, line))
    }

    /// What was undone is told with or without a minus.
    fn unsigned(&self) -> [Fen; 3] {
        let positive = |fen: Fen| if fen.is_negative() { Fen::ZERO.minus(fen) } else { fen };
        [positive(self.whole), positive(self.fund), positive(self.account)]
    }
}

/// What stands at the centre under one settlement number, once as a settlement and perhaps once as undone.
type Ours<'b> = BTreeMap<(String, bool), &'b SettledBill>;

/// The first thing by which two lines differ, and why that is likely; `None`: they are the same.
fn difference(line: &Line, bill: &SettledBill, till: &Till) -> Option<String> {
    let [whole, fund, account] = line.unsigned();
    let body = &bill.kept.body;
    let ours_account = super::undo::account_of(&bill.settled);
    let ours_fund =
        if till.profile.fund_holds_account { body.amounts.fund.plus(ours_account) } else { body.amounts.fund };
    let person = bill.kept.paper.person.map(Till::psn_no).unwrap_or_default();
    if line.person != person {
        return Some("人员编号不同：可能串单，请核对就诊".to_owned());
    }
    if line.visit != body.visit {
        return Some("就诊ID不同：可能串单，请核对就诊".to_owned());
    }
    if whole != body.amounts.whole {
        return Some(format!("医疗费总额：机构 {whole}，中心 {}：可能结算后改过明细", body.amounts.whole));
    }
    let aid = bill.settled.aid_total();
    if account != ours_account {
        let cause = if account.plus(aid) == ours_account {
            "机构未计家庭共济（acct_pay 已含 acct_mulaid_pay）"
        } else if account == ours_account.plus(aid) {
            "机构重复计入家庭共济（acct_pay 已含 acct_mulaid_pay）"
        } else {
            "可能用了预结算的金额"
        };
        return Some(format!("个人账户支付：机构 {account}，中心 {ours_account}：{cause}"));
    }
    if fund != ours_fund {
        let cause = if fund == ours_fund.plus(ours_account) || ours_fund == fund.plus(ours_account) {
            "基金支付总额是否含个人账户，双方口径不同"
        } else {
            "可能用了预结算的金额"
        };
        return Some(format!("基金支付总额：机构 {fund}，中心 {ours_fund}：{cause}"));
    }
    None
}

/// 3202. Lines that only the centre has come back without settlement and visit numbers.
pub async fn reconcile(till: &Till) -> Said {
    let part = till.part("data")?;
    let span = span_of(&part)?;
    let file = till.file(part.text("file_qury_no")?).await?;
    let rows = table::read(&file.bytes, &till.call.sent)?;
    let sent = till.call.file_received(&rows);
    let clr_type = part.text("clr_type")?;
    let (settled, undone) = till.bills_in(span).await?;
    let is_of = |bill: &&SettledBill| flag::clr_type(&bill.kept.body.med_type) == clr_type;
    let mut ours: Ours<'_> = BTreeMap::new();
    for (bills, is_undone) in [(&settled, false), (&undone, true)] {
        for bill in bills.iter().filter(is_of) {
            ours.insert((bill.command.number().to_string(), is_undone), bill);
        }
    }
    let mut returned = till.call.file_returned();
    let mut uneven = 0_u64;
    let mut seen = std::collections::BTreeSet::new();
    for row in sent.rows("file")? {
        let (setl_id, is_undone, line) = Line::of(&row)?;
        let key = (setl_id.clone(), is_undone);
        let memo = match ours.get(&key) {
            _ if !seen.insert(key.clone()) => Some("机构文件中重复：请删去多余的一行".to_owned()),
            Some(bill) => difference(&line, bill, till),
            None if is_undone && ours.contains_key(&(setl_id.clone(), false)) => {
                Some("只有机构有这笔退费：冲正可能没有送达，请用 2208 冲正".to_owned())
            }
            None => Some("只有机构有：可能已用 2601 撤销、不在所选日期，或清算类别不同".to_owned()),
        };
        uneven += u64::from(memo.is_some());
        let message = ours.get(&key).map(|bill| bill.kept.paper.name.clone()).unwrap_or_default();
        returned
            .row("file")
            .text("psn_no", &line.person)
            .text("mdtrt_id", &line.visit)
            .text("setl_id", &setl_id)
            .text("msgid", &message)
            .text("stmt_rslt", if memo.is_some() { "1" } else { "0" })
            .text("refd_setl_flag", if is_undone { "1" } else { "0" })
            .text("memo", memo.as_deref().unwrap_or_default())
            .amount("medfee_sumamt", line.whole)
            .amount("fund_pay_sumamt", line.fund)
            .amount("acct_pay", line.account);
    }
    for ((_, is_undone), bill) in ours.iter().filter(|(key, _)| !seen.contains(*key)) {
        uneven += 1;
        tell_missing(returned.row("file"), till, (bill, *is_undone));
    }
    let name = till.number("file_qury_no");
    let filename = format!("{}-{name}.zip", file.head.filename.trim_end_matches(".zip"));
    let bytes = table::write(&returned.done(), &till.call.returned, &format!("{name}.txt"));
    let until = till.keep_file(&name, &filename, &bytes).await?;
    let mut answer = till.call.answer();
    answer.node("fileinfo").text("file_qury_no", &name).text("filename", &filename).time("dld_endtime", until);
    let reason = (uneven > 0).then(|| super::till::Hint::uneven(uneven));
    Ok(Done { output: answer.done(), reason, file: None })
}

/// A line that only the centre has: without the numbers of settlement and visit.
fn tell_missing(row: &mut Written, till: &Till, (bill, is_undone): (&SettledBill, bool)) {
    let mut totals = Totals::default();
    totals.add(bill, Sent { is_undone, fund_holds_account: till.profile.fund_holds_account });
    let person = bill.kept.paper.person.map(Till::psn_no).unwrap_or_default();
    let cause = if is_undone {
        "只有中心有这笔退费"
    } else {
        "只有中心有：机构可能没有收到回执，请按报文编号核对"
    };
    row.text("psn_no", &person)
        .text("msgid", &bill.kept.paper.name)
        .text("stmt_rslt", "1")
        .text("refd_setl_flag", if is_undone { "1" } else { "0" })
        .text("memo", cause)
        .amount("medfee_sumamt", totals.whole)
        .amount("fund_pay_sumamt", totals.fund)
        .amount("acct_pay", totals.account);
}

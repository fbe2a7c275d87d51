//! Reconciliation (对账): totals of a span of days (3201).

use std::collections::BTreeMap;

use gongji_domain::paper::{PaperKind, Whose};
use gongji_domain::reason::Reason;
use gongji_service::Node;
use gongji_wire::Node as Part;
use gongji_words::{Fen, InstitutionId, Moment};

use super::bill::{SettledBill, settled_among};
use super::flag;
use super::paper::{Kept, Reversal, after, listed, read};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};
use super::undo::account_of;

/// A day, in milliseconds.
pub const DAY: i64 = 86_400_000;

/// What bills come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub whole: Fen,
    pub fund: Fen,
    pub account: Fen,
    /// Settlements less reversals.
    net: i64,
    /// Settlements.
    settled: i64,
    /// Reversals.
    undone: i64,
}

/// How a bill counts.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// It is one that was undone.
    pub is_undone: bool,
    /// Whether this institution counts accounts among the funds.
    pub fund_holds_account: bool,
}

impl Totals {
    /// Adds a bill, or takes one that was undone.
    pub fn add(&mut self, bill: &SettledBill, Sent { is_undone, fund_holds_account }: Sent) {
        let account = account_of(&bill.settled);
        let fund = bill.kept.body.amounts.fund;
        let fund = if fund_holds_account { fund.plus(account) } else { fund };
        for (sum, amount) in
            [(&mut self.whole, bill.kept.body.amounts.whole), (&mut self.fund, fund), (&mut self.account, account)]
        {
            *sum = if is_undone { sum.minus(amount) } else { sum.plus(amount) };
        }
        self.net += if is_undone { -1 } else { 1 };
        self.settled += i64::from(!is_undone);
        self.undone += i64::from(is_undone);
    }
}

/// The bills of an institution that were settled in a span, and those that were undone in it.
pub async fn bills_in(
    node: &Node,
    institution: InstitutionId,
    span: (Moment, Moment),
) -> Result<(Vec<SettledBill>, Vec<SettledBill>), Refusal> {
    let settled = settled_among(node, listed(node, PaperKind::Bill, Whose::Owner(institution), span).await?).await?;
    let reversals: Vec<Kept<Reversal>> = listed(node, PaperKind::Reversal, Whose::Owner(institution), span).await?;
    let mut originals = BTreeMap::new();
    for reversal in reversals {
        let name = reversal.body.original;
        if let Some(kept) = node.paper(PaperKind::Bill, institution, &name).await?.map(read).transpose()? {
            originals.insert(name, kept);
        }
    }
    let undone = settled_among(node, originals.into_values().collect()).await?;
    Ok((settled, undone.into_iter().filter(|bill| bill.is_reversed).collect()))
}

impl Till {
    /// The same of this institution.
    pub async fn bills_in(&self, span: (Moment, Moment)) -> Result<(Vec<SettledBill>, Vec<SettledBill>), Refusal> {
        bills_in(self.node(), self.institution.id, span).await
    }
}

/// The span of days that a reconciliation is about, in moments.
pub fn span_of(part: &Part<'_>) -> Result<(Moment, Moment), Refusal> {
    let (from, until) = (part.date("stmt_begndate")?, part.date("stmt_enddate")?);
    if until < from {
        return Err(Refusal::saying(Reason::ReqSchema, "对账结束日期早于开始日期(stmt_enddate)"));
    }
    Ok((from.start(), after(until.start(), DAY)))
}

/// Totals (3201): even if all amounts and the count are the centre's. The count may be that of settlements, that of settlements and
/// refunds, or the difference of the two: the specification does not say which.
pub async fn totals(till: &Till) -> Said {
    let part = till.part("data")?;
    let (insutype, clr_type) = (part.text("insutype")?, part.text("clr_type")?);
    let (settled, undone) = till.bills_in(span_of(&part)?).await?;
    let mut ours = Totals::default();
    for (bills, is_undone) in [(&settled, false), (&undone, true)] {
        for bill in bills {
            let body = &bill.kept.body;
            if body.insutype == insutype && flag::clr_type(&body.med_type) == clr_type {
                ours.add(bill, Sent { is_undone, fund_holds_account: till.profile.fund_holds_account });
            }
        }
    }
    let mut differences = Vec::new();
    for (name, title, sum) in [
        ("medfee_sumamt", "医疗费总额", ours.whole),
        ("fund_pay_sumamt", "基金支付总额", ours.fund),
        ("acct_pay", "个人账户支付", ours.account),
    ] {
        let stated = part.amount(name)?;
        if stated != sum {
            differences.push(format!("{title}：机构 {stated}，中心 {sum}"));
        }
    }
    let count = part.whole("fixmedins_setl_cnt")?;
    if ![ours.net, ours.settled, ours.settled + ours.undone].contains(&count) {
        differences.push(format!("笔数：机构 {count}，中心结算 {} 退费 {}", ours.settled, ours.undone));
    }
    let mut answer = till.call.answer();
    answer
        .node("stmtinfo")
        .text("setl_optins", &till.institution.area.to_string())
        .text("stmt_rslt", if differences.is_empty() { "0" } else { "1" })
        .text("stmt_rslt_dscr", &if differences.is_empty() { "平".to_owned() } else { differences.join("；") });
    Ok(Done::with(answer.done()))
}

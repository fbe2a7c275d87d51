//! The statement of an institution's day (对账单): every bill that was settled or undone in it, as the centre has them, and what
//! they come to. Its sums are those that 3201 compares with.
//!
//! Deliberately absent: who paid as a relative, and what anybody has left; the form in which it is written.

use gongji_domain::paper::PaperKind;
use gongji_service::Node;
use gongji_words::{Day, Fen, Moment};

use super::bill::SettledBill;
use super::flag;
use super::paper::{after, ever};
use super::profile::{AGENCY, Profile};
use super::reconcile::{DAY, bills_in};
use super::refusal::Refusal;
use super::till::Till;

/// A day of an institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// 定点医药机构编号.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Which day, China Standard Time.
    pub day: Day,
    /// Settlements first, then what was undone, each in the order of their numbers.
    pub rows: Vec<Row>,
    /// What they come to.
    pub total: Sums,
}

/// A bill that was settled, or one that was undone, whose amounts are negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whether it was undone on this day.
    pub is_undone: bool,
    /// When it was settled.
    pub at: Moment,
    /// 结算ID.
    pub setl_id: String,
    /// The number that the institution gave its message.
    pub msgid: String,
    /// 就诊ID.
    pub mdtrt_id: String,
    /// 人员编号; empty where he is shredded.
    pub psn_no: String,
    /// 险种.
    pub insutype: String,
    /// 医疗类别.
    pub med_type: String,
    /// 清算类别.
    pub clr_type: String,
    /// What it came to.
    pub sums: Sums,
}

/// Amounts of a bill or of all. Whole = fund + own + aid + wallet + cash + what the hospital bears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// 医疗费总额.
    pub whole: Fen,
    /// 基金支付总额, without accounts.
    pub fund: Fen,
    /// The patient's own account.
    pub own: Fen,
    /// 个人账户共济支付.
    pub aid: Fen,
    /// The patient's wallet.
    pub wallet: Fen,
    /// 现金.
    pub cash: Fen,
    /// 医院负担.
    pub hospital: Fen,
}

impl Sums {
    fn of(bill: &SettledBill) -> Self {
        let (amounts, settled) = (&bill.kept.body.amounts, &bill.settled);
        Self {
            whole: amounts.whole,
            fund: amounts.fund,
            own: settled.own,
            aid: settled.aid_total(),
            wallet: settled.wallet,
            cash: settled.cash,
            hospital: amounts.hospital,
        }
    }

    /// In the order of the columns.
    #[must_use]
    pub const fn amounts(&self) -> [Fen; 7] {
        [self.whole, self.fund, self.own, self.aid, self.wallet, self.cash, self.hospital]
    }

    /// Whether the parts make up the whole.
    fn is_even(&self) -> bool {
        let [whole, parts @ ..] = self.amounts();
        whole == Fen::sum(parts)
    }

    fn with(&self, other: &Self, join: fn(Fen, Fen) -> Fen) -> Self {
        Self {
            whole: join(self.whole, other.whole),
            fund: join(self.fund, other.fund),
            own: join(self.own, other.own),
            aid: join(self.aid, other.aid),
            wallet: join(self.wallet, other.wallet),
            cash: join(self.cash, other.cash),
            hospital: join(self.hospital, other.hospital),
        }
    }
}

impl Row {
    fn of(bill: &SettledBill, is_undone: bool) -> Self {
        let body = &bill.kept.body;
        let sums = Sums::of(bill);
        Self {
            is_undone,
            at: bill.at,
            setl_id: bill.command.number().to_string(),
            msgid: bill.kept.paper.name.clone(),
            mdtrt_id: body.visit.clone(),
            psn_no: bill.kept.paper.person.map(Till::psn_no).unwrap_or_default(),
            insutype: body.insutype.clone(),
            med_type: body.med_type.clone(),
            clr_type: flag::clr_type(&body.med_type).to_owned(),
            sums: if is_undone { Sums::default().with(&sums, Fen::minus) } else { sums },
        }
    }
}

/// The day of an institution.
///
/// # Errors
/// What operators are told if papers cannot be read.
pub async fn of_day(node: &Node, profile: &Profile, day: Day) -> Result<Statement, String> {
    let institution = gongji_words::InstitutionId::from_number(profile.institution);
    let span = (day.start(), after(day.start(), DAY));
    let (settled, undone) = bills_in(node, institution, span).await.map_err(told)?;
    let rows: Vec<Row> = [(&settled, false), (&undone, true)]
        .into_iter()
        .flat_map(|(bills, is_undone)| bills.iter().map(move |bill| Row::of(bill, is_undone)))
        .collect();
    let total = rows.iter().fold(Sums::default(), |sum, row| sum.with(&row.sums, Fen::plus));
    if let Some(row) = rows.iter().find(|row| !row.sums.is_even()) {
        return Err(format!("the amounts of settlement {} do not make up its whole: run `gongji audit`", row.setl_id));
    }
    Ok(Statement { code: profile.code.clone(), name: profile.name.clone(), day, rows, total })
}

/// What operators are told of a refusal.
pub(super) fn told(refusal: Refusal) -> String {
    refusal.inner().map_or_else(|| refusal.sentence(0), str::to_owned)
}

/// Every institution that is connected by the national interface, by code.
///
/// # Errors
/// What operators are told if profiles cannot be read.
pub async fn connected(node: &Node) -> Result<Vec<Profile>, String> {
    let of_agency = gongji_domain::paper::Whose::Owner(AGENCY);
    let papers = node.papers(PaperKind::Profile, of_agency, ever()).await.map_err(|error| error.to_string())?;
    // Beside profiles stand the ids of programs, which are texts.
    let mut all: Vec<Profile> =
        papers.into_iter().filter_map(|paper| serde_json::from_slice(&paper.body).ok()).collect();
    all.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(all)
}

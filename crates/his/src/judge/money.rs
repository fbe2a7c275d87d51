//! The amounts of a settlement, held against each other to the fen, and against what the patient had.

use gongji_wire::Value;
use gongji_words::Fen;

use super::Finding;
use crate::edit::{at, fen_at, words_at};
use crate::station::Station;

/// What the seven funds are called.
const FUNDS: [&str; 7] = ["hifp_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "maf_pay", "oth_pay"];
/// Into what the insurance divides the whole.
const DIVISION: [&str; 4] = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"];
/// 个人账户 among the types of payment.
const ACCOUNT: &str = "310200";
/// Amounts that a settlement and its preview share, and that an undoing has with a minus.
const SHARED: [&str; 20] = [
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "maf_pay",
    "oth_pay",
    "fund_pay_sumamt",
    "psn_part_amt",
    "acct_pay",
    "acct_mulaid_pay",
    "psn_cash_pay",
    "hosp_part_amt",
    "hifdm_pay",
];

/// Amounts of an output; what is not there is nothing.
struct Amounts<'v>(&'v Value);

impl Amounts<'_> {
    /// Under the name that 2207 has, or that 5203 has for the same.
    fn of(&self, name: &str) -> Fen {
        let other = match name {
            "psn_part_amt" => "psn_pay",
            "psn_cash_pay" => "cash_payamt",
            same => same,
        };
        let of = |name: &str| fen_at(self.0, &format!("setlinfo.{name}"));
        of(name).or_else(|| of(other)).unwrap_or(Fen::ZERO)
    }

    fn sum(&self, names: &[&str]) -> Fen {
        Fen::sum(names.iter().map(|name| self.of(name)))
    }
}

fn uneven(rule: &'static str, formula: &str, (left, right): (Fen, Fen)) -> Option<Finding> {
    (left != right).then(|| {
        Finding::new(rule, format!("{formula} 不成立：{left} 与 {right}"), format!("does not hold: {left} and {right}"))
    })
}

/// Which identities of the interface do not hold; none where the output has no settlement.
#[must_use]
pub fn identities(output: &Value, station: &Station) -> Vec<Finding> {
    if at(output, "setlinfo.medfee_sumamt").is_none() {
        return Vec::new();
    }
    let all = Amounts(output);
    let (whole, fund, account) = (all.of("medfee_sumamt"), all.of("fund_pay_sumamt"), all.of("acct_pay"));
    let (personal, cash, hospital) = (all.of("psn_part_amt"), all.of("psn_cash_pay"), all.of("hosp_part_amt"));
    let paid_in_person = if station.fund_holds_account { cash } else { account.plus(cash) };
    let funds = if station.fund_holds_account { fund.minus(account) } else { fund };
    let mut findings: Vec<Finding> = [
        uneven(
            "identity-a",
            "medfee_sumamt = fund_pay_sumamt + psn_part_amt + hosp_part_amt",
            (whole, Fen::sum([fund, personal, hospital])),
        ),
        of_account(&all, (personal, paid_in_person)),
        of_funds(&all, funds),
        uneven(
            "identity-e",
            "medfee_sumamt = fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_scp_amt",
            (whole, all.sum(&DIVISION)),
        ),
        uneven(
            "identity-f",
            "psn_part_amt = 范围外 + act_pay_dedc + (inscp_scp_amt − act_pay_dedc − 基金) − hosp_part_amt",
            (
                Fen::sum([personal, if station.fund_holds_account { account } else { Fen::ZERO }]),
                all.sum(&DIVISION).minus(funds).minus(hospital),
            ),
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    findings.extend(of_rows(output, (funds, account)));
    findings
}

/// B and C: what accounts paid is in the personal part, and what relatives paid is in what accounts paid.
fn of_account(all: &Amounts<'_>, (personal, paid): (Fen, Fen)) -> Option<Finding> {
    let (account, aid) = (all.of("acct_pay"), all.of("acct_mulaid_pay"));
    let size = |fen: Fen| fen.fen().unsigned_abs();
    if size(aid) > size(account) || !aid.is_zero() && personal == paid.plus(aid) {
        return Some(Finding::new(
            "aid-beside",
            "家庭共济写在 acct_pay 之外：acct_pay 应包含 acct_mulaid_pay",
            "aid stands beside acct_pay: acct_pay contains acct_mulaid_pay",
        ));
    }
    if aid.is_negative() != account.is_negative() && !aid.is_zero() {
        let zh = "acct_mulaid_pay 与 acct_pay 正负号不同";
        return Some(Finding::new("identity-c", zh, "acct_mulaid_pay and acct_pay have different signs"));
    }
    uneven("identity-b", "psn_part_amt = acct_pay + psn_cash_pay", (personal, paid))
}

/// D. What is paid for disabled soldiers may stand among the others or beside them: the specification does not say.
fn of_funds(all: &Amounts<'_>, fund: Fen) -> Option<Finding> {
    let (sum, beside) = (all.sum(&FUNDS), all.of("hifdm_pay"));
    if fund == sum.plus(beside) {
        return None;
    }
    uneven("identity-d", "fund_pay_sumamt = 各基金之和", (fund, sum))
}

/// G: the rows by fund.
fn of_rows(output: &Value, (fund, account): (Fen, Fen)) -> Vec<Finding> {
    let Some(rows) = at(output, "setldetail").and_then(Value::as_list) else { return Vec::new() };
    let is_account = |row: &&Value| words_at(row, "fund_pay_type") == ACCOUNT;
    let sum = |rows: Vec<&Value>| Fen::sum(rows.into_iter().filter_map(|row| fen_at(row, "fund_payamt")));
    let (of_account, of_funds): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(is_account);
    let mut findings: Vec<Finding> =
        uneven("identity-g", "setldetail 各基金之和 = fund_pay_sumamt", (sum(of_funds), fund)).into_iter().collect();
    if !of_account.is_empty() {
        findings.extend(uneven("identity-g", "setldetail 310200 = acct_pay", (sum(of_account), account)));
    }
    findings
}

/// Whether what a settlement took from the patient's own account was there: otherwise money of relatives was counted as his.
/// `before` is the balance that 1101 told.
#[must_use]
pub fn against_balance(output: &Value, before: Fen) -> Vec<Finding> {
    let all = Amounts(output);
    let own = all.of("acct_pay").minus(all.of("acct_mulaid_pay"));
    let mut findings = Vec::new();
    if own.fen() > before.fen() {
        findings.push(Finding::new(
            "aid-merged",
            format!("本人账户付了 {own}，超过本人余额：家庭共济并入了本人账户，应写入 acct_mulaid_pay"),
            "more than he had came from the patient's own account: aid was merged into it, it belongs in acct_mulaid_pay",
        ));
    }
    let after = before.minus(own);
    if all.of("balc") != after && own.fen() <= before.fen() {
        findings.push(Finding::new(
            "balance",
            "balc 应为结算前本人余额减去本人账户支付，与共济人无关",
            "balc must be the patient's own balance before, less what it paid, whoever else paid",
        ));
    }
    findings
}

/// Amounts that are not the same in a settlement and its preview.
#[must_use]
pub fn same_amounts(one: &Value, other: &Value) -> Vec<Finding> {
    let (one, other) = (Amounts(one), Amounts(other));
    SHARED.iter().filter_map(|name| uneven("preview", name, (one.of(name), other.of(name)))).collect()
}

/// Amounts of an undoing that are not those of the settlement with a minus.
#[must_use]
pub fn negatives(undone: &Value, settled: &Value) -> Vec<Finding> {
    // Some editions have no field for the hospital's part or the cash in some undoings: what is not told is not compared.
    let told = |name: &&&str| at(undone, &format!("setlinfo.{name}")).is_some();
    let (undone_amounts, settled) = (Amounts(undone), Amounts(settled));
    let of = |name: &&str| uneven("undone", name, (undone_amounts.of(name), settled.of(name).negated()));
    SHARED.iter().filter(told).filter_map(of).collect()
}

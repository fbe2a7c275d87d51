//! The amounts of a settlement as the interface tells them: `setlinfo` and `setldetail`.
//!
//! Identities of the interface, held to the fen: A, the whole is funds, personal part and hospital's part; B, the personal part
//! is accounts and cash; C, aid by relatives is a part of what accounts pay, and so is wallet money, which is no aid; G, the
//! rows of `setldetail` by fund add up to the funds. Every amount is there, 0.00 where there was none.

use gongji_domain::benefit::{self, Line};
use gongji_domain::message::Settled;
use gongji_domain::person::{Scheme, Trait};
use gongji_wire::fields::Written;
use gongji_wire::{Output, Price};
use gongji_words::{CommandId, Fen, Moment};

use super::flag;
use super::paper::Amounts;
use super::person::{Patient, tell_person};
use super::refusal::Refusal;
use super::till::Till;

/// What is told of a settlement.
pub struct Told<'a> {
    /// None of a preview.
    pub setl_id: Option<CommandId>,
    pub patient: &'a Patient,
    pub visit: &'a str,
    pub med_type: &'a str,
    pub amounts: &'a Amounts,
    pub settled: &'a Settled,
    /// The patient's own account afterwards.
    pub balance: Fen,
    pub at: Moment,
    /// The message that settled it.
    pub msgid: &'a str,
    /// Which kind of certificate was shown.
    pub shown: &'a str,
    /// 1, or -1 of what is undone.
    pub sign: i8,
}

impl Told<'_> {
    fn signed(&self, amount: Fen) -> Fen {
        if self.sign < 0 { Fen::ZERO.minus(amount) } else { amount }
    }

    /// 个人账户支出: the own account, relatives' and the wallet.
    pub fn account(&self) -> Fen {
        Fen::sum([self.settled.own, self.settled.aid_total(), self.settled.wallet])
    }
}

/// Writes `setlinfo` and `setldetail`.
pub fn tell_settlement(answer: &mut Output, till: &Till, told: &Told<'_>) {
    let fields = till.call.output.node("setlinfo");
    let has = |name: &str| fields.is_some_and(|node| node.field(name).is_some());
    let node = answer.node("setlinfo");
    if has("brdy") {
        tell_person(node, (told.patient, told.at.day()));
    } else if has("psn_no") {
        node.text("psn_no", &Till::psn_no(told.patient.id));
    }
    if let Some(id) = told.setl_id.filter(|_| has("setl_id")) {
        node.text("setl_id", &id.number().to_string());
    }
    let kind = flag::person_kind(&told.patient.person, told.at.day()).map_or("99", flag::psn_type);
    let is_civil = told.patient.person.traits.contains(&Trait::CivilService);
    let area = till.institution.area.to_string();
    let texts = [
        ("mdtrt_id", told.visit),
        ("insutype", flag::insutype(told.patient.person.scheme).unwrap_or("399")),
        ("psn_type", kind),
        ("cvlserv_flag", if is_civil { "1" } else { "0" }),
        ("mdtrt_cert_type", told.shown),
        ("med_type", told.med_type),
        ("medins_setl_id", told.msgid),
        ("clr_optins", &area),
        ("clr_way", "1"),
        ("clr_type", flag::clr_type(told.med_type)),
    ];
    for (name, text) in texts {
        node.text_if_known(name, text);
    }
    node.time("setl_time", told.at);
    tell_amounts(node, (till, told));
    tell_funds(answer, told);
}

fn tell_amounts(node: &mut Written, (till, told): (&Till, &Told<'_>)) {
    let Amounts { fund, personal, .. } = *told.amounts;
    let (account, cash) = (told.account(), told.settled.cash);
    let (fund, personal) = if till.profile.fund_holds_account { (fund.plus(account), cash) } else { (fund, personal) };
    let amounts = told.amounts;
    for (name, amount) in [
        ("medfee_sumamt", amounts.whole),
        ("fulamt_ownpay_amt", amounts.uninsured),
        ("overlmt_selfpay", amounts.over_limit),
        ("preselfpay_amt", amounts.class_b),
        ("inscp_scp_amt", amounts.in_scope),
        ("act_pay_dedc", amounts.deductible),
        ("hifp_pay", amounts.pool),
        ("cvlserv_pay", amounts.civil_service),
        ("hifes_pay", amounts.enterprise),
        ("hifmi_pay", amounts.serious),
        ("hifob_pay", amounts.large),
        ("maf_pay", amounts.assistance),
        ("oth_pay", amounts.other),
        ("fund_pay_sumamt", fund),
        ("psn_part_amt", personal),
        ("psn_pay", personal),
        ("acct_pay", account),
        ("acct_mulaid_pay", told.settled.aid_total()),
        ("psn_cash_pay", cash),
        ("pdn_cash_pay", cash),
        ("cash_payamt", cash),
        ("hosp_part_amt", amounts.hospital),
    ] {
        node.amount_if_known(name, told.signed(amount));
    }
    node.amount("balc", told.balance);
}

/// A row for each fund that paid, and one for the accounts.
fn tell_funds(answer: &mut Output, told: &Told<'_>) {
    let is_employee = told.patient.person.scheme == Scheme::Employee;
    let amounts = told.amounts;
    let rows = [
        (if is_employee { "310100" } else { "390100" }, "基本医疗保险统筹基金", amounts.pool),
        ("320100", "公务员医疗补助", amounts.civil_service),
        ("330100", "职工大额医疗费用补助", amounts.large),
        ("370100", "企业补充医疗保险", amounts.enterprise),
        ("390200", "居民大病保险", amounts.serious),
        ("610100", "医疗救助", amounts.assistance),
        ("999997", "其他", amounts.other),
        ("310200", "个人账户", told.account()),
    ];
    for (code, name, amount) in rows.into_iter().filter(|(_, _, amount)| !amount.is_zero()) {
        answer
            .row("setldetail")
            .text("fund_pay_type", code)
            .text("fund_pay_type_name", name)
            .amount("inscp_scp_amt", told.signed(amounts.in_scope))
            .amount("crt_payb_lmt_amt", Fen::ZERO)
            .amount("fund_payamt", told.signed(amount));
    }
}

/// Writes `detlcutinfo`: how each line of a purchase was divided.
pub fn tell_purchase_lines(answer: &mut Output, till: &Till, lines: &[Line]) -> Result<(), Refusal> {
    let catalogue = &till.face.benefits().catalogue;
    let at = (catalogue, till.institution.area, till.level());
    for (line, divided) in lines.iter().zip(benefit::divided(at, lines)?) {
        let item = catalogue.find(till.institution.area, &line.item, line.day);
        let limit = item.and_then(|item| item.limit(till.level()));
        let price = |text: String| Price::parse(&text).unwrap_or_default();
        answer
            .row("detlcutinfo")
            .text("feedetl_sn", &line.number.to_string())
            .amount("det_item_fee_sumamt", divided.amount)
            .decimal("cnt", gongji_wire::Count::parse(&line.count.to_string()).unwrap_or_default())
            .decimal("pric", price(line.price.to_string()))
            .decimal("pric_uplmt_amt", limit.map(|limit| price(limit.to_string())).unwrap_or_default())
            .amount("fulamt_ownpay_amt", divided.division.uninsured)
            .amount("overlmt_amt", divided.division.over_limit)
            .amount("preselfpay_amt", divided.division.class_b)
            .amount("inscp_scp_amt", divided.division.in_scope)
            .text("chrgitm_lv", super::lines::chrgitm_lv(divided.class))
            .text("med_chrgitm_type", "14");
    }
    Ok(())
}

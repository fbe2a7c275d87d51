//! How an institution writes its messages, and what a bill's amounts must come to.

use std::collections::BTreeMap;

use gongji_wire::number::amount;
use gongji_wire::{Call, Count, Object, Price, Value, value};
use gongji_words::Fen;

use super::town::{PATH, Sent, Somebody, Town};
use crate::random::Rng;

/// Items of the example catalogue, and one that stands in none.
const ITEMS: [&str; 9] =
    ["EXD001", "EXD002", "EXD003", "EXD004", "EXD005", "EXS001", "EXS002", "EXC001", "NOT-IN-ANY-CATALOGUE"];

/// Amounts of an answer, by their names.
pub type Amounts = BTreeMap<String, Fen>;

/// A till of an institution.
pub struct Till<'t> {
    /// Where it stands.
    pub town: &'t Town,
    /// Its institution's code.
    pub code: &'static str,
    sent: u64,
}

/// An answer of the interface.
pub struct Answered {
    /// What it put out.
    pub output: Value,
}

/// An envelope in words.
pub fn envelope(code: &str, area: &str, (infno, msgid): (&str, &str), input: &str) -> String {
    format!(
        r#"{{"infno":"{infno}","msgid":"{msgid}","mdtrtarea_admvs":"{area}","insuplc_admdvs":"","recer_sys_code":"99","dev_no":"","dev_safe_info":"","cainfo":"","signtype":"","infver":"1.0.0","opter_type":"1","opter":"1","opter_name":"收费员","inf_time":"2026-03-02 09:00:00","fixmedins_code":"{code}","fixmedins_name":"示例机构","sign_no":"","input":{input}}}"#
    )
}

impl<'t> Till<'t> {
    /// A till that has sent nothing.
    pub const fn of(town: &'t Town, code: &'static str) -> Self {
        Self { town, code, sent: 0 }
    }

    /// The same till whose next message has this number.
    pub const fn after(mut self, sent: u64) -> Self {
        self.sent = sent;
        self
    }

    /// How many messages it has sent.
    pub const fn sent(&self) -> u64 {
        self.sent
    }

    /// A number for the next message, 30 characters.
    pub fn next_msgid(&mut self) -> String {
        self.sent += 1;
        format!("{}{:018}", self.code, self.sent)
    }

    /// Sends a call.
    ///
    /// # Errors
    /// A sentence when it is not done.
    pub async fn done(&mut self, infno: &str, input: &str) -> Result<Answered, String> {
        let msgid = self.next_msgid();
        let body = envelope(self.code, &self.town.area().to_string(), (infno, &msgid), input).into_bytes();
        let told = self.town.send(Sent { path: PATH.to_owned(), headers: Vec::new(), body }).await?;
        let text = || String::from_utf8_lossy(&told.body).into_owned();
        let answer = value::read(&String::from_utf8_lossy(&told.body)).map_err(|_| format!("{infno}: {}", text()))?;
        let answer = answer.as_object().ok_or_else(|| format!("{infno}: {}", text()))?;
        let is_done = told.status == 200 && answer.get("infcode").and_then(Value::as_words) == Some("0");
        let output = answer.get("output").filter(|_| is_done).cloned();
        Ok(Answered { output: output.ok_or_else(|| format!("{infno} was answered {}", text()))? })
    }

    /// What a file call streams.
    ///
    /// # Errors
    /// A sentence when no file comes.
    pub async fn file(&mut self, input: &str) -> Result<Vec<u8>, String> {
        let msgid = self.next_msgid();
        let body = envelope(self.code, &self.town.area().to_string(), ("9102", &msgid), input).into_bytes();
        let told = self.town.send(Sent { path: PATH.to_owned(), headers: Vec::new(), body }).await?;
        let is_file = told.kind == "application/octet-stream";
        is_file.then(|| told.body.to_vec()).ok_or_else(|| String::from_utf8_lossy(&told.body).into_owned())
    }
}

/// A node of an output.
pub fn node<'v>(output: &'v Value, name: &str) -> Option<&'v Object> {
    output.as_object()?.get(name)?.as_object()
}

/// A text of a node.
///
/// # Errors
/// A sentence when it is missing.
pub fn text(node: Option<&Object>, name: &str) -> Result<String, String> {
    let found = node.and_then(|node| node.filled(name)?.as_words().map(str::to_owned));
    found.ok_or_else(|| format!("{name} is missing in an answer"))
}

/// Who is asked about, as every call names him.
pub fn who(person: &Somebody, psn_no: &str) -> String {
    let Somebody { certificate, insutype, .. } = person;
    format!(
        r#""psn_no":"{psn_no}","mdtrt_cert_type":"02","mdtrt_cert_no":"{certificate}","psn_cert_type":"01","cert_type":"01","certno":"{certificate}","psn_name":"","insutype":"{insutype}""#
    )
}

/// A line of a bill.
pub struct Line {
    item: &'static str,
    price: Price,
    count: Count,
    amount: Fen,
}

impl Line {
    /// Any line: prices with up to four decimals, counts with up to two.
    pub fn drawn(random: &mut Rng) -> Self {
        let price = Price::from_units(random.fen(1, 4_000_000) * 100);
        let count =
            Count::from_units(if random.one_in(3) { random.fen(1, 900) * 100 } else { random.fen(1, 9) * 10_000 });
        let amount = price.times(count).unwrap_or_default();
        Self { item: ITEMS[random.place(ITEMS.len())], price, count, amount }
    }

    /// Its amount.
    pub const fn amount(&self) -> Fen {
        self.amount
    }

    /// As 2204, 2301 and 2102 have it.
    pub fn written(&self, number: usize, visit: (&str, &str)) -> String {
        let (item, price, count, (mdtrt_id, psn_no)) =
            (self.item, self.price.to_number(), self.count.to_number(), visit);
        let (price, count) = (price.digits().to_owned(), count.digits().to_owned());
        format!(
            r#"{{"feedetl_sn":"{number}","mdtrt_id":"{mdtrt_id}","psn_no":"{psn_no}","chrg_bchno":"1","rx_circ_flag":"0","fee_ocur_time":"2026-03-02 09:00:00","med_list_codg":"{item}","medins_list_codg":"m","det_item_fee_sumamt":{},"cnt":{count},"pric":{price},"bilg_dept_codg":"1","bilg_dept_name":"内科","bilg_dr_codg":"1","bilg_dr_name":"医生","hosp_appr_flag":"1"}}"#,
            self.amount
        )
    }
}

/// The amounts of `setlinfo`: every field of the table that is one, each a number.
///
/// # Errors
/// A sentence about the first that is missing or no number.
pub fn amounts(infno: &str, output: &Value) -> Result<Amounts, String> {
    let setlinfo = node(output, "setlinfo").ok_or("setlinfo is missing")?;
    let table = Call::of(infno).and_then(|call| call.output.node("setlinfo")).ok_or("no such table")?;
    let of = |name: &'static str| match setlinfo.get(name) {
        Some(Value::Number(number)) => {
            amount(number.digits()).map(|fen| (name.to_owned(), fen)).map_err(|_| format!("{name} has no two decimals"))
        }
        other => Err(format!("{name} is {other:?}, which is no number")),
    };
    table.fields.iter().filter(|field| field.kind.is_amount()).map(|field| of(field.name)).collect()
}

/// The sum of the rows of funds, without that of accounts.
fn funds_by_row(output: &Value) -> Result<Fen, String> {
    let rows = output.as_object().and_then(|output| output.get("setldetail")?.as_list()).unwrap_or_default();
    let mut sum = Fen::ZERO;
    for row in rows.iter().filter_map(Value::as_object) {
        let words = |name: &str| row.get(name).and_then(Value::as_words).unwrap_or_default();
        if words("fund_pay_type") != "310200" {
            sum = sum.plus(amount(words("fund_payamt")).map_err(|_| "fund_payamt is no amount".to_owned())?);
        }
    }
    Ok(sum)
}

/// Identities A to G of an answer's amounts.
///
/// # Errors
/// The first that does not hold, with both sides.
pub fn identities(found: &Amounts, output: &Value) -> Result<(), String> {
    let of = |name: &str| found.get(name).copied().unwrap_or_default();
    let sum = |names: &[&str]| Fen::sum(names.iter().map(|name| of(name)));
    let (own_pay, scope) = (["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt"], of("inscp_scp_amt"));
    let funds = ["hifp_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "cvlserv_pay", "maf_pay", "oth_pay"];
    let sides = [
        ("A", of("medfee_sumamt"), sum(&["fund_pay_sumamt", "psn_part_amt", "hosp_part_amt"])),
        ("B", of("psn_part_amt"), sum(&["acct_pay", "psn_cash_pay"])),
        ("D", of("fund_pay_sumamt"), sum(&funds)),
        ("E", of("medfee_sumamt"), sum(&own_pay).plus(scope)),
        ("F", of("psn_part_amt").plus(of("hosp_part_amt")), sum(&own_pay).plus(scope).minus(of("fund_pay_sumamt"))),
        ("G", of("fund_pay_sumamt"), funds_by_row(output)?),
    ];
    for (name, one, other) in sides {
        if one != other {
            return Err(format!("identity {name}: {one} is not {other}"));
        }
    }
    let (aid, account) = (of("acct_mulaid_pay"), of("acct_pay"));
    let is_within = (aid >= Fen::ZERO && aid <= account) || (aid <= Fen::ZERO && aid >= account);
    if is_within { Ok(()) } else { Err(format!("identity C: aid {aid} is not a part of {account}")) }
}

//! Generated bills from registration to reconciliation: what an institution would add up must be what the centre has.
//!
//! Of each bill: the identities hold, its preview is its settlement, its reversal the negative of it. Of all of them: 3201 is
//! even, and no longer with one fen more; 3202 finds the one line in which a fen is planted, and that line alone.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use gongji_wire::{Call, table};
use gongji_words::{Fen, Moment};

use super::bill::{Amounts, Answered, Line, Till, amounts, identities, node, text, who};
use super::town::{HOSPITAL, PHARMACY, Somebody, Town};
use crate::load::tasks;
use crate::random::Rng;

/// One bill in so many is undone.
const UNDONE: u64 = 20;
/// One bill in so many is a stay, and one a purchase.
const STAYS: u64 = 10;
const PURCHASES: u64 = 5;
/// Bills of one day.
const A_DAY: u64 = 5_000;
/// What follows a settlement in an answer but is no amount of the bill.
const NOT_OF_THE_BILL: [&str; 1] = ["balc"];

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Bills that were settled.
    pub bills: u64,
    /// Those that were undone.
    pub undone: u64,
    /// Bills that relatives paid a part of.
    pub with_aid: u64,
    /// Lines of the files that were reconciled.
    pub lines: u64,
    /// Messages that were sent.
    pub messages: u64,
    /// What must not be; the first few.
    pub wrong: Vec<String>,
}

/// What an institution notes of a settlement.
struct Noted {
    setl_id: String,
    mdtrt_id: String,
    psn_no: String,
    undone: bool,
    found: Amounts,
}

/// The books of an institution, by kind of insurance and of clearing.
type Books = BTreeMap<(&'static str, &'static str), Vec<Noted>>;

/// Plays so many bills, and reconciles them.
///
/// # Errors
/// A sentence when a message that should be done is not.
pub fn play((count, families, seed): (u64, u32, u64), progress: &mut dyn FnMut(u64)) -> Result<Found, String> {
    tasks::runtime()?.block_on(async {
        let town = Town::of(families, seed).await?;
        let mut play = Play::of(&town);
        for number in 0..count {
            play.bill(Rng::of(seed, "bill", number), number).await?;
            progress(number + 1);
        }
        play.reconcile().await?;
        let mut found = play.found;
        found.wrong.extend(town.audited().await?);
        found.wrong.extend(town.failures());
        Ok(found)
    })
}

struct Play<'t> {
    town: &'t Town,
    hospital: Till<'t>,
    pharmacy: Till<'t>,
    books: [Books; 2],
    numbers: BTreeMap<String, String>,
    found: Found,
}

/// The shape of a bill.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Visit,
    Stay,
    Purchase,
}

impl<'t> Play<'t> {
    fn of(town: &'t Town) -> Self {
        let (hospital, pharmacy) = (Till::of(town, HOSPITAL.1), Till::of(town, PHARMACY.1));
        Self { town, hospital, pharmacy, books: Default::default(), numbers: BTreeMap::new(), found: Found::default() }
    }

    fn must(&mut self, number: u64, checked: Result<(), String>) {
        if let Err(what) = checked
            && self.found.wrong.len() < 20
        {
            self.found.wrong.push(format!("bill {number}: {what}"));
        }
    }

    async fn bill(&mut self, mut random: Rng, number: u64) -> Result<(), String> {
        if number.is_multiple_of(A_DAY) {
            let days = i64::try_from(number / A_DAY).unwrap_or(0);
            let first = Moment::parse("2026-03-02T09:00").map_err(|error| error.to_string())?;
            self.town.clock.set(Moment::from_millis(first.millis() + days * 86_400_000));
        }
        let person = random.pick(&self.town.people).clone();
        let shape = match random.below(STAYS) {
            0 => Shape::Stay,
            1 if random.one_in(2) => Shape::Purchase,
            _ if random.one_in(PURCHASES) => Shape::Purchase,
            _ => Shape::Visit,
        };
        let lines: Vec<Line> = (0..=random.below(5)).map(|_| Line::drawn(&mut random)).collect();
        let lines: Vec<Line> = lines.into_iter().filter(|line| line.amount().is_positive()).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let flag = *random.pick(&["0", "1", "2", ""]);
        let psn_no = self.number_of(&person).await?;
        let (mdtrt_id, preview, settled) = match shape {
            Shape::Purchase => self.purchase((&person, &psn_no), &lines, flag).await?,
            _ => self.visit(shape, (&person, &psn_no), &lines, flag).await?,
        };
        let (infno, trial, undoing) = match shape {
            Shape::Visit => ("2207", "2206", "2208"),
            Shape::Stay => ("2304", "2303", "2305"),
            Shape::Purchase => ("2102", "2101", "2103"),
        };
        let found = amounts(infno, &settled.output)?;
        self.must(number, identities(&found, &settled.output));
        self.must(number, same(&amounts(trial, &preview.output)?, &found, 1));
        self.found.bills += 1;
        self.found.with_aid += u64::from(found.get("acct_mulaid_pay").is_some_and(|aid| aid.is_positive()));
        let setl_id = text(node(&settled.output, "setlinfo"), "setl_id")?;
        let (place, clr_type) = match shape {
            Shape::Visit => (0, "11"),
            Shape::Stay => (0, "21"),
            Shape::Purchase => (1, "41"),
        };
        let mut noted = vec![Noted { setl_id, mdtrt_id, psn_no, undone: false, found }];
        if random.one_in(UNDONE) {
            noted.push(self.undo((number, undoing), &noted[0]).await?);
        }
        self.books[place].entry((person.insutype, clr_type)).or_default().extend(noted);
        Ok(())
    }

    async fn undo(&mut self, (number, infno): (u64, &'static str), noted: &Noted) -> Result<Noted, String> {
        let Noted { setl_id, mdtrt_id, psn_no, found, .. } = noted;
        let input = format!(r#"{{"data":{{"setl_id":"{setl_id}","mdtrt_id":"{mdtrt_id}","psn_no":"{psn_no}"}}}}"#);
        let till = if infno == "2103" { &mut self.pharmacy } else { &mut self.hospital };
        let answered = till.done(infno, &input).await?;
        let undone = amounts(infno, &answered.output)?;
        self.must(number, same(&undone, found, -1));
        self.found.undone += 1;
        let (setl_id, mdtrt_id, psn_no) = (setl_id.clone(), mdtrt_id.clone(), psn_no.clone());
        Ok(Noted { setl_id, mdtrt_id, psn_no, undone: true, found: found.clone() })
    }

    async fn number_of(&mut self, person: &Somebody) -> Result<String, String> {
        if let Some(known) = self.numbers.get(&person.certificate) {
            return Ok(known.clone());
        }
        let answered = self.hospital.done("1101", &format!(r#"{{"data":{{{}}}}}"#, who(person, ""))).await?;
        let psn_no = text(node(&answered.output, "baseinfo"), "psn_no")?;
        self.numbers.insert(person.certificate.clone(), psn_no.clone());
        Ok(psn_no)
    }

    async fn visit(
        &mut self,
        shape: Shape,
        (person, psn_no): (&Somebody, &str),
        lines: &[Line],
        flag: &str,
    ) -> Result<(String, Answered, Answered), String> {
        let (till, who) = (&mut self.hospital, who(person, psn_no));
        let is_stay = shape == Shape::Stay;
        let begin = r#""begntime":"2026-03-02 09:00:00","ipt_otp_no":"1","ipt_no":"1","dept_code":"1","dept_name":"内科","caty":"A03","med_type":"#;
        let (infno, part, kind, given) =
            if is_stay { ("2401", "mdtrtinfo", "2101", "result") } else { ("2201", "data", "11", "data") };
        let opened = till.done(infno, &format!(r#"{{"{part}":{{{who},{begin}"{kind}"}}}}"#)).await?;
        let mdtrt_id = text(node(&opened.output, given), "mdtrt_id")?;
        let rows: Vec<String> =
            lines.iter().zip(1..).map(|(line, number)| line.written(number, (&mdtrt_id, psn_no))).collect();
        let (upload, trial, settle) = if is_stay { ("2301", "2303", "2304") } else { ("2204", "2206", "2207") };
        till.done(upload, &format!(r#"{{"feedetail":[{}]}}"#, rows.join(","))).await?;
        if is_stay {
            let left = format!(
                r#"{{"dscginfo":{{"mdtrt_id":"{mdtrt_id}","psn_no":"{psn_no}","insutype":"{}","endtime":"2026-03-02 20:00:00","dscg_way":"1"}}}}"#,
                person.insutype
            );
            till.done("2402", &left).await?;
        }
        let whole = Fen::sum(lines.iter().map(Line::amount));
        let bill = format!(
            r#"{{"data":{{{who},"med_type":"{kind}","medfee_sumamt":{whole},"psn_setlway":"01","mdtrt_id":"{mdtrt_id}","chrg_bchno":"1","acct_used_flag":"{flag}"}}}}"#
        );
        let preview = till.done(trial, &bill).await?;
        let settled = till.done(settle, &bill).await?;
        Ok((mdtrt_id, preview, settled))
    }

    async fn purchase(
        &mut self,
        (person, psn_no): (&Somebody, &str),
        lines: &[Line],
        flag: &str,
    ) -> Result<(String, Answered, Answered), String> {
        let till = &mut self.pharmacy;
        let rows: Vec<String> =
            lines.iter().zip(1..).map(|(line, number)| line.written(number, ("", psn_no))).collect();
        let whole = Fen::sum(lines.iter().map(Line::amount));
        let bill = format!(
            r#"{{"druginfo":{{{},"med_type":"41","medfee_sumamt":{whole},"acct_used_flag":"{flag}"}},"drugdetail":[{}]}}"#,
            who(person, psn_no),
            rows.join(",")
        );
        let preview = till.done("2101", &bill).await?;
        let settled = till.done("2102", &bill).await?;
        Ok((text(node(&settled.output, "setlinfo"), "mdtrt_id")?, preview, settled))
    }

    async fn reconcile(&mut self) -> Result<(), String> {
        let [hospital, pharmacy] = std::mem::take(&mut self.books);
        for (till, books) in [(&mut self.hospital, &hospital), (&mut self.pharmacy, &pharmacy)] {
            for (kind, noted) in books {
                self.found.wrong.extend(totals(till, *kind, noted).await?);
            }
            let mut of_clearing: BTreeMap<&str, Vec<&Noted>> = BTreeMap::new();
            for ((_, clr_type), noted) in books {
                of_clearing.entry(clr_type).or_default().extend(noted);
            }
            for (clr_type, noted) in of_clearing {
                self.found.lines += u64::try_from(noted.len()).unwrap_or(0);
                for planted in [None, Some(noted.len() / 2)] {
                    self.found.wrong.extend(lines(till, (clr_type, planted), &noted).await?);
                }
            }
        }
        self.found.messages = self.hospital.sent() + self.pharmacy.sent();
        Ok(())
    }
}

/// Whether all amounts of two answers are the same, or the same with the other sign.
fn same(one: &Amounts, other: &Amounts, sign: i64) -> Result<(), String> {
    let is_of_bill = |name: &&String| !NOT_OF_THE_BILL.contains(&name.as_str());
    for name in other.keys().filter(is_of_bill) {
        let (Some(first), second) = (one.get(name), other[name]) else { continue };
        let second = if sign < 0 { Fen::ZERO.minus(second) } else { second };
        if *first != second {
            return Err(format!("{name}: {first} is not {second}"));
        }
    }
    Ok(())
}

const SPAN: &str = r#""stmt_begndate":"2026-03-01","stmt_enddate":"2026-12-30""#;

fn sum(noted: &[&Noted], name: &str) -> Fen {
    let signed = |one: &&Noted| {
        let amount = one.found.get(name).copied().unwrap_or_default();
        if one.undone { Fen::ZERO.minus(amount) } else { amount }
    };
    Fen::sum(noted.iter().map(signed))
}

/// 3201 as the institution adds up, and again with one fen more.
async fn totals(
    till: &mut Till<'_>,
    (insutype, clr_type): (&str, &str),
    noted: &[Noted],
) -> Result<Vec<String>, String> {
    let noted: Vec<&Noted> = noted.iter().collect();
    let (whole, fund, account) =
        (sum(&noted, "medfee_sumamt"), sum(&noted, "fund_pay_sumamt"), sum(&noted, "acct_pay"));
    let mut wrong = Vec::new();
    for (more, expected) in [(0, "0"), (1, "1")] {
        let (whole, count) = (whole.plus(Fen::from_fen(more)), noted.len());
        let input = format!(
            r#"{{"data":{{"insutype":"{insutype}","clr_type":"{clr_type}","setl_optins":"{}",{SPAN},"medfee_sumamt":{whole},"fund_pay_sumamt":{fund},"acct_pay":{account},"fixmedins_setl_cnt":{count},"fixmedins_refd_setl_flag":"0"}}}}"#,
            till.town.area()
        );
        let answered = till.done("3201", &input).await?;
        let told = text(node(&answered.output, "stmtinfo"), "stmt_rslt")?;
        if told != expected {
            let why = text(node(&answered.output, "stmtinfo"), "stmt_rslt_dscr").unwrap_or_default();
            wrong.push(format!("3201 of {clr_type}/{insutype} said {told} with {more} fen more: {why}"));
        }
    }
    Ok(wrong)
}

/// 3202 with all lines, of which one may say a fen more than it was.
async fn lines(
    till: &mut Till<'_>,
    (clr_type, planted): (&str, Option<usize>),
    noted: &[&Noted],
) -> Result<Vec<String>, String> {
    let call = Call::of("3202").ok_or("3202 has a table")?;
    let mut file = call.file_sent();
    for (place, one) in noted.iter().enumerate() {
        let of = |name: &str| one.found.get(name).copied().unwrap_or_default();
        let more = Fen::from_fen(i64::from(planted == Some(place)));
        file.row("file")
            .text("setl_id", &one.setl_id)
            .text("mdtrt_id", &one.mdtrt_id)
            .text("psn_no", &one.psn_no)
            .amount("medfee_sumamt", of("medfee_sumamt").plus(more))
            .amount("fund_pay_sumamt", of("fund_pay_sumamt"))
            .amount("acct_pay", of("acct_pay"))
            .text("refd_setl_flag", if one.undone { "1" } else { "0" });
    }
    let bytes = table::write(&file.done(), &call.sent, "lines.txt");
    let sent = Base64::encode_string(&bytes);
    let upload =
        format!(r#"{{"fsUploadIn":{{"in":"{sent}","filename":"lines.zip","fixmedins_code":"{}"}}}}"#, till.code);
    let uploaded = till.done("9101", &upload).await?;
    let number = text(uploaded.output.as_object(), "file_qury_no")?;
    let input = format!(
        r#"{{"data":{{"setl_optins":"{}","file_qury_no":"{number}",{SPAN},"medfee_sumamt":{},"fund_pay_sumamt":{},"cash_payamt":{},"fixmedins_setl_cnt":{},"clr_type":"{clr_type}","refd_setl_flag":"0","fixmedins_refd_setl_flag":"0"}}}}"#,
        till.town.area(),
        sum(noted, "medfee_sumamt"),
        sum(noted, "fund_pay_sumamt"),
        sum(noted, "psn_cash_pay"),
        noted.len()
    );
    let compared = till.done("3202", &input).await?;
    let number = text(node(&compared.output, "fileinfo"), "file_qury_no")?;
    let fetched = till
        .file(&format!(r#"{{"fsDownloadIn":{{"file_qury_no":"{number}","filename":"r.zip","fixmedins_code":"plc"}}}}"#))
        .await?;
    let fault = |fault: gongji_wire::Fault| fault.message();
    let value = table::read(&fetched, &call.returned).map_err(fault)?;
    let received = call.file_answered(&value);
    let rows = received.rows("file").map_err(fault)?;
    let mut uneven = Vec::new();
    for row in &rows {
        if row.text("stmt_rslt").map_err(fault)? != "0" {
            let memo = row.text_if("memo").map_err(fault)?.unwrap_or_default();
            uneven.push((row.text_if("setl_id").map_err(fault)?.unwrap_or_default().to_owned(), memo.to_owned()));
        }
    }
    let expected: Vec<&str> = planted.map(|place| noted[place].setl_id.as_str()).into_iter().collect();
    let found: Vec<&str> = uneven.iter().map(|(setl_id, _)| setl_id.as_str()).collect();
    let is_named = uneven.iter().all(|(_, memo)| memo.contains("医疗费总额"));
    let is_right = found == expected && is_named && rows.len() == noted.len();
    let what = || {
        format!("3202 of {clr_type}: {} rows for {}, uneven {uneven:?}, planted {expected:?}", rows.len(), noted.len())
    };
    Ok(if is_right { Vec::new() } else { vec![what()] })
}

//! Lines of bills: handed in by charge batches, divided by the catalogue, withdrawn (2204, 2205, 2301, 2302).

use std::collections::BTreeSet;

use gongji_domain::benefit::{self, Approval, Catalogue, Class, DividedLine, Level, Line, Restriction, Stay};
use gongji_domain::institution::InstitutionKind;
use gongji_domain::paper::PaperKind;
use gongji_domain::reason::Reason;
use gongji_wire::fields::Written;
use gongji_wire::{Call, Count, Node as Part, Price};
use gongji_words::Day;
use smol_str::SmolStr;

use super::paper::{Flat, Kept, Lines, State, Visit, flat};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};

/// Withdraws everything that is not settled (2205 `chrg_bchno`, 2302 `feedetl_sn`).
const ALL: &str = "0000";
/// Digits of the number of a line at most.
const DIGITS: usize = 15;

fn wrong(line: &str, zh: &str, en: &str) -> Refusal {
    Refusal::saying(Reason::ReqSchema, format!("明细 {line}：{zh}。Line {line}: {en}"))
}

/// A line as it is divided.
pub fn line_of(said: &Flat) -> Result<Line, Refusal> {
    let of = |name: &str| said.get(name).map(SmolStr::as_str);
    let number = of("feedetl_sn").unwrap_or_default();
    let shown = if number.len() <= DIGITS { number } else { "?" };
    let sn = number.parse::<u64>().ok().filter(|sn| *sn > 0 && number.len() <= DIGITS);
    let sn = sn.ok_or_else(|| {
        wrong(shown, "流水号(feedetl_sn)是不超过 15 位的数字，不能为 0", "feedetl_sn is a number of at most 15 digits")
    })?;
    let count = of("cnt").and_then(|text| Count::parse(text).ok()).map(|count| count.to_number().digits().to_owned());
    let count = count.as_deref().and_then(benefit::Count::parse);
    let price = of("pric").and_then(|text| Price::parse(text).ok()).map(|price| price.to_number().digits().to_owned());
    let price = price.as_deref().and_then(benefit::Price::parse);
    let amount = of("det_item_fee_sumamt").map(gongji_wire::number::amount);
    let day = of("fee_ocur_time").and_then(gongji_wire::time::day);
    let returns = of("init_feedetl_sn").and_then(|text| text.parse().ok());
    let approval = match of("hosp_appr_flag") {
        Some("1") => Approval::Approved,
        Some("2") => Approval::Denied,
        _ => Approval::Unsaid,
    };
    let item = of("med_list_codg").unwrap_or_default().to_owned();
    Ok(Line {
        number: sn,
        returns,
        item,
        day: day.ok_or_else(|| wrong(shown, "费用发生时间(fee_ocur_time)不对", "fee_ocur_time is no time"))?,
        count: count.ok_or_else(|| wrong(shown, "数量(cnt)不对，最多四位小数", "cnt is no count"))?,
        price: price.ok_or_else(|| wrong(shown, "单价(pric)不对，最多六位小数", "pric is no price"))?,
        amount: amount.transpose().map_err(|_| wrong(shown, "金额(det_item_fee_sumamt)不对", "no amount"))?,
        approval,
    })
}

impl Till {
    /// Whether this is a pharmacy.
    pub fn is_pharmacy(&self) -> bool {
        self.institution.kind == InstitutionKind::Pharmacy
    }

    /// The level by which plans differ.
    pub fn level(&self) -> Level {
        if self.is_pharmacy() { Level::Pharmacy } else { Level::of_code(&self.profile.level).unwrap_or(Level::Grade1) }
    }

    /// The batches of a visit that hold lines, by their names.
    pub async fn batches(&self, visit: &Kept<Visit>) -> Result<Vec<Kept<Lines>>, Refusal> {
        let Some(person) = visit.paper.person else { return Ok(Vec::new()) };
        let start = format!("{}/", visit.paper.name);
        let span = (visit.paper.at, super::paper::ever().1);
        let all: Vec<Kept<Lines>> = self.about(PaperKind::Lines, person, span).await?;
        let is_its =
            |kept: &Kept<Lines>| kept.paper.owner == self.institution.id && kept.paper.name.starts_with(&start);
        Ok(all.into_iter().filter(|kept| is_its(kept) && holds_lines(kept)).collect())
    }

    /// What is still to be settled of a stay, and what earlier settlements of it have left.
    pub async fn unsettled(&self, visit: &Kept<Visit>) -> Result<(Vec<Kept<Lines>>, Stay), Refusal> {
        let all = self.batches(visit).await?;
        let Some(person) = visit.paper.person else { return Ok((all, Stay::New)) };
        let (tally, of_visit) = (self.tally(person).await?, (self.institution.id, visit.paper.name.as_str()));
        let settled = tally.batches(of_visit);
        let left = all.into_iter().filter(|kept| !settled.contains(batch_of(kept))).collect();
        Ok((left, tally.stay(of_visit).map_or(Stay::New, Stay::Continued)))
    }
}

/// The name of the paper of a batch.
pub fn batch_name(visit: &str, batch: &str) -> String {
    format!("{visit}/{batch}")
}

/// Whether a batch was not withdrawn.
pub fn holds_lines(kept: &Kept<Lines>) -> bool {
    !kept.body.lines.is_empty()
}

/// The batch of a line's paper.
pub fn batch_of(kept: &Kept<Lines>) -> &str {
    kept.paper.name.split_once('/').map_or("", |(_, batch)| batch)
}

/// Who and which visit all rows are about; several visits in one message are none of ours.
fn one_visit<'r, 'v>(rows: &'r [Part<'v>]) -> Result<&'r Part<'v>, Refusal> {
    let (first, others) = rows
        .split_first()
        .ok_or_else(|| Refusal::saying(Reason::ReqSchema, "没有费用明细(feedetail)，请上传至少一行"))?;
    for other in others {
        let same =
            other.text("mdtrt_id")? == first.text("mdtrt_id")? && other.text("psn_no")? == first.text("psn_no")?;
        if !same {
            return Err(Refusal::saying(Reason::ReqSchema, "一条报文只能上传同一人同一次就诊的明细(mdtrt_id)"));
        }
    }
    Ok(first)
}

/// 2204 and 2301.
pub async fn upload(till: &Till) -> Said {
    let rows = till.received().rows("feedetail")?;
    let first = one_visit(&rows)?;
    let visit = till.visit(first).await?;
    if visit.body.state != State::Open && till.request.infno == "2204" {
        return Err(Refusal::saying(Reason::ReqReference, "这次就诊已结束，不能再上传明细(mdtrt_id)"));
    }
    let lines: Vec<Flat> = rows.iter().map(flat).collect();
    let divided = divided(till, &visit, &lines).await?;
    let batch = batch_named(till, &rows)?;
    let name = batch_name(&visit.paper.name, &batch);
    let digest = till.node().number_of("lines", &serde_json::to_string(&lines).unwrap_or_default());
    till.refuse_known(&visit, (&name, &lines)).await?;
    let mut kept =
        till.keep((PaperKind::Lines, &name, visit.paper.person), &Lines { digest, lines: lines.clone() }).await?;
    if kept.body.lines.is_empty() {
        kept.body = Lines { digest, lines };
        till.replace(&kept).await?;
    } else if kept.body.digest != digest {
        let why = format!("收费批次号 {batch}(chrg_bchno)已有其他明细，请先用 2205 撤销或换批次号");
        return Err(Refusal::saying(Reason::ReqIdempotencyConflict, why));
    }
    let mut answer = till.call.answer();
    for (part, line) in rows.iter().zip(&divided) {
        tell_line(answer.row("result"), (part, line), till)?;
    }
    Ok(Done::with(answer.done()))
}

/// Outpatient lines come in batches that the institution names; of a stay each message is one.
fn batch_named(till: &Till, rows: &[Part<'_>]) -> Result<String, Refusal> {
    if till.request.infno == "2301" {
        return Ok(till.number("batch"));
    }
    let names: BTreeSet<&str> = rows.iter().map(|row| row.text("chrg_bchno")).collect::<Result<_, _>>()?;
    match names.into_iter().collect::<Vec<_>>().as_slice() {
        [one] if *one != ALL && !one.contains('/') => Ok((*one).to_owned()),
        _ => Err(Refusal::saying(Reason::ReqSchema, "一条报文只能有一个收费批次号(chrg_bchno)，且不能是 0000 或含 /")),
    }
}

impl Till {
    /// A number of a line stands once in a visit.
    async fn refuse_known(&self, visit: &Kept<Visit>, (name, lines): (&str, &[Flat])) -> Result<(), Refusal> {
        let numbers: BTreeSet<&str> =
            lines.iter().filter_map(|line| line.get("feedetl_sn").map(SmolStr::as_str)).collect();
        for other in self.batches(visit).await? {
            if other.paper.name == name {
                continue;
            }
            let mut known = other.body.lines.iter().filter_map(|line| line.get("feedetl_sn"));
            if let Some(twice) = known.find(|number| numbers.contains(number.as_str())) {
                return Err(wrong(twice, "流水号在这次就诊中已用过，请换号", "feedetl_sn was used in this visit"));
            }
        }
        Ok(())
    }
}

/// The lines divided by the catalogue of this place. Returns are divided with what they return.
async fn divided(till: &Till, visit: &Kept<Visit>, said: &[Flat]) -> Result<Vec<DividedLine>, Refusal> {
    let mut lines = said.iter().map(line_of).collect::<Result<Vec<Line>, _>>()?;
    let new: BTreeSet<u64> = lines.iter().map(|line| line.number).collect();
    if lines.iter().any(|line| line.returns.is_some()) {
        for batch in till.batches(visit).await? {
            let others = batch.body.lines.iter().map(line_of).collect::<Result<Vec<Line>, _>>()?;
            lines.extend(others.into_iter().filter(|line| !new.contains(&line.number)));
        }
    }
    let at = (&till.face.benefits().catalogue, till.institution.area, till.level());
    let all = benefit::divided(at, &lines)?;
    Ok(all.into_iter().filter(|line| new.contains(&line.number)).collect())
}

/// 收费项目等级.
pub const fn chrgitm_lv(class: Class) -> &'static str {
    match class {
        Class::A => "01",
        Class::B => "02",
        Class::C => "03",
    }
}

fn tell_line(row: &mut Written, (part, line): (&Part<'_>, &DividedLine), till: &Till) -> Result<(), Refusal> {
    let code = part.text_if("med_list_codg")?.unwrap_or_default();
    let item = item_of(&till.face.benefits().catalogue, (till, code), till.at.day());
    let limit = item.and_then(|item| item.limit(till.level()));
    let restricted = item.is_some_and(|item| item.restriction == Restriction::Restricted);
    row.text("feedetl_sn", part.text("feedetl_sn")?)
        .amount("det_item_fee_sumamt", line.amount)
        .decimal("cnt", part.decimal::<4>("cnt")?)
        .decimal("pric", part.decimal::<6>("pric")?)
        .decimal("pric_uplmt_amt", limit.and_then(|limit| Price::parse(&limit.to_string()).ok()).unwrap_or_default())
        .amount("fulamt_ownpay_amt", line.division.uninsured)
        .amount("overlmt_amt", line.division.over_limit)
        .amount("preselfpay_amt", line.division.class_b)
        .amount("inscp_scp_amt", line.division.in_scope)
        .text("chrgitm_lv", chrgitm_lv(line.class))
        .text("med_chrgitm_type", "14");
    let has =
        |name: &str| Call::of(&till.request.infno).and_then(|call| call.output.node("result")?.field(name)).is_some();
    if has("lmt_used_flag") {
        row.text("lmt_used_flag", if restricted { "1" } else { "0" });
    }
    Ok(())
}

fn item_of<'c>(catalogue: &'c Catalogue, (till, code): (&Till, &str), day: Day) -> Option<&'c benefit::Item> {
    catalogue.find(till.institution.area, code, day)
}

/// 2205. `0000` withdraws all that is not settled.
pub async fn withdraw_batch(till: &Till) -> Said {
    let part = till.part("data")?;
    let visit = till.visit(&part).await?;
    let wanted = part.text("chrg_bchno")?;
    let settled = till.settled_batches(&visit).await?;
    for mut kept in till.batches(&visit).await? {
        let batch = batch_of(&kept).to_owned();
        if wanted != ALL && batch != wanted {
            continue;
        }
        if settled.contains(&batch) || settled.contains("") {
            if wanted == ALL {
                continue;
            }
            return Err(Refusal::saying(Reason::SettleDuplicate, "这一批明细已结算，请先冲正(2208)"));
        }
        kept.body.lines.clear();
        till.replace(&kept).await?;
    }
    Ok(till.done())
}

/// 2302. `0000` withdraws all that is not settled.
pub async fn withdraw(till: &Till) -> Said {
    let rows = till.received().rows("data")?;
    let first = one_visit(&rows)?;
    let visit = till.visit(first).await?;
    let settled = till.settled_batches(&visit).await?;
    let is_settled = |kept: &Kept<Lines>| settled.contains("") || settled.contains(batch_of(kept));
    let numbers: BTreeSet<&str> = rows.iter().map(|row| row.text("feedetl_sn")).collect::<Result<_, _>>()?;
    let goes = |line: &Flat| line.get("feedetl_sn").is_some_and(|number| numbers.contains(number.as_str()));
    let (settled, open): (Vec<_>, Vec<_>) = till.batches(&visit).await?.into_iter().partition(is_settled);
    if settled.iter().any(|kept| kept.body.lines.iter().any(goes)) || (open.is_empty() && !settled.is_empty()) {
        return Err(Refusal::saying(Reason::SettleDuplicate, "这些明细已结算，请先冲正(2305)"));
    }
    for mut kept in open {
        let before = kept.body.lines.len();
        kept.body.lines.retain(|line| !numbers.contains(ALL) && !goes(line));
        if kept.body.lines.len() != before {
            till.replace(&kept).await?;
        }
    }
    Ok(till.done())
}

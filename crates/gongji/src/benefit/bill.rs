//! `gongji benefit split`: a bill as a JSON file, and what comes of it.

use std::path::PathBuf;

use gongji_domain::benefit::{
    Approval, Bill, ByCare, Care, Count, DividedLine, Funds, Insured, Level, Line, Others, PersonKind, Place, Price,
    Split, Stay, StaySoFar, Sums, Visit, Years, bill_parts,
};
use gongji_domain::burden::VisitKind;
use gongji_domain::person::Trait;
use gongji_service::benefits::built_in_benefits;
use gongji_words::{AreaCode, Day, Fen};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{no_plan, warn_of_examples};
use crate::input;
use crate::output::{self, Ended, Failure, Tongue, Verdict};

const EXAMPLE: &str = r#"Example 例:
  gongji benefit split bill.json
  gongji benefit split bill.json --json

bill.json, with invented items (benefits/catalogue/example.toml):
  {
    "area": "130100", "person": "retired", "kind": "inpatient", "level": "grade-3",
    "place": "here", "last-day": "2025-03-10",
    "lines": [
      { "number": 1, "item": "EXS004", "day": "2025-03-08", "count": "3", "price": "60.00" },
      { "number": 2, "item": "EXD012", "day": "2025-03-09", "count": "1", "price": "980.50", "approval": "approved" },
      { "number": 3, "item": "EXS004", "day": "2025-03-10", "count": "-1", "price": "60.00", "returns": 1 }
    ],
    "years": { "2025": { "stays": 1, "pool": { "inpatient": "12000.00" } } }
  }

Besides: "care-area" (the area of care, whose catalogue divides the lines), "traits": ["civil-service"],
"newborn": a birth date (cared for under the mother's name), "stay": { "deductible-left", "banded" } after an interim
settlement, "others": { "enterprise", "assistance", "other" }; of a line, "amount" and "approval"
(unsaid, approved, denied). "years" is what was paid before, as the answer's "years" gives it."#;

/// Arguments of `gongji benefit split`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Divide {
    /// A JSON file: one bill, or a list of them, each by the sums that those before it left
    #[arg(value_name = "BILL.json")]
    file: PathBuf,
    /// Print one JSON document for each bill
    #[arg(long)]
    json: bool,
}

/// A bill as a file states it. All values but numbers of lines and stays are text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct BillInput {
    area: String,
    person: PersonKind,
    #[serde(default)]
    traits: Vec<Trait>,
    newborn: Option<String>,
    kind: VisitKind,
    level: Level,
    care_area: Option<String>,
    place: Place,
    last_day: String,
    stay: Option<StayInput>,
    #[serde(default)]
    others: OthersInput,
    lines: Vec<LineInput>,
    #[serde(default)]
    years: std::collections::BTreeMap<String, SumsInput>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StayInput {
    deductible_left: String,
    banded: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct OthersInput {
    enterprise: Option<String>,
    assistance: Option<String>,
    other: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LineInput {
    number: u64,
    returns: Option<u64>,
    item: String,
    day: String,
    count: String,
    price: String,
    amount: Option<String>,
    approval: Option<Approval>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct CareInput {
    outpatient: Option<String>,
    chronic: Option<String>,
    inpatient: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct SumsInput {
    stays: u32,
    deductible: CareInput,
    banded: CareInput,
    pool: CareInput,
    large_base: Option<String>,
    large: Option<String>,
    serious_base: Option<String>,
    serious: Option<String>,
}

/// Divides the bills of a file. Sums go on from bill to bill, unless a bill states its own.
pub fn divide(arguments: &Divide, tongue: Tongue) -> Ended {
    let benefits = built_in_benefits();
    let inputs: Vec<BillInput> = input::read(&arguments.file)?;
    let mut years = Years::default();
    for (place, stated) in inputs.iter().enumerate() {
        let at =
            |what: String| Failure::NotUnderstood(format!("{}: bill {}: {what}", arguments.file.display(), place + 1));
        let bill = bill_of(stated).map_err(at)?;
        for (year, sums) in years_of(stated).map_err(at)? {
            years.set(year, sums);
        }
        let splits = benefits.split(&bill, &years).map_err(|wrong| at(wrong.to_string()))?;
        splits.iter().for_each(|split| years.add(split));
        if arguments.json {
            output::json(&json_of(&splits, &years));
        } else {
            splits.iter().for_each(|split| tell(split, tongue));
        }
        let plan = benefits.plans.on(bill.insured.area, bill.insured.kind.scheme(), bill.visit.last_day);
        warn_of_examples(plan.map_err(|none| no_plan(&none, &benefits.plans))?, tongue);
    }
    Ok(Verdict::Yes)
}

fn bill_of(stated: &BillInput) -> Result<Bill, String> {
    let area = area("area", &stated.area)?;
    let stay = match &stated.stay {
        Some(stay) => Stay::Continued(StaySoFar {
            deductible_left: amount("stay.deductible-left", &stay.deductible_left)?,
            banded: amount("stay.banded", &stay.banded)?,
        }),
        None => Stay::New,
    };
    let others = Others {
        enterprise: perhaps("others.enterprise", stated.others.enterprise.as_deref())?,
        assistance: perhaps("others.assistance", stated.others.assistance.as_deref())?,
        other: perhaps("others.other", stated.others.other.as_deref())?,
    };
    let newborn = stated.newborn.as_deref().map(|text| day("newborn", text)).transpose()?;
    let care_area = stated.care_area.as_deref().map(|text| self::area("care-area", text)).transpose()?;
    Ok(Bill {
        insured: Insured { area, kind: stated.person, traits: stated.traits.clone(), newborn },
        visit: Visit {
            kind: stated.kind,
            level: stated.level,
            care_area: care_area.unwrap_or(area),
            place: stated.place,
            stay,
            last_day: day("last-day", &stated.last_day)?,
            others,
        },
        lines: stated.lines.iter().map(line_of).collect::<Result<_, _>>()?,
    })
}

fn line_of(stated: &LineInput) -> Result<Line, String> {
    let field = |name: &str| format!("line {}: {name}", stated.number);
    let count = Count::parse(&stated.count)
        .ok_or_else(|| format!("{}: write a number with at most four decimals, like \"2\"", field("count")))?;
    let price = Price::parse(&stated.price)
        .ok_or_else(|| format!("{}: write yuan with at most six decimals, like \"12.5\"", field("price")))?;
    let amount = match stated.amount.as_deref() {
        Some(text) => Some(match text.strip_prefix('-') {
            Some(rest) => amount(&field("amount"), rest)?.negated(),
            None => amount(&field("amount"), text)?,
        }),
        None => None,
    };
    Ok(Line {
        number: stated.number,
        returns: stated.returns,
        item: stated.item.clone(),
        day: day(&field("day"), &stated.day)?,
        count,
        price,
        amount,
        approval: stated.approval.unwrap_or(Approval::Unsaid),
    })
}

fn years_of(stated: &BillInput) -> Result<Vec<(i32, Sums)>, String> {
    let mut years = Vec::new();
    for (year, sums) in &stated.years {
        let number = year.parse().ok().filter(|year| (1900..2200).contains(year));
        let number = number.ok_or_else(|| format!("years: `{year}` is no year: write it like \"2025\""))?;
        years.push((number, sums_of(sums).map_err(|why| format!("years.{year}.{why}"))?));
    }
    Ok(years)
}

fn sums_of(stated: &SumsInput) -> Result<Sums, String> {
    Ok(Sums {
        stays: stated.stays,
        deductible: by_care("deductible", &stated.deductible)?,
        banded: by_care("banded", &stated.banded)?,
        pool: by_care("pool", &stated.pool)?,
        large_base: perhaps("large-base", stated.large_base.as_deref())?,
        large: perhaps("large", stated.large.as_deref())?,
        serious_base: perhaps("serious-base", stated.serious_base.as_deref())?,
        serious: perhaps("serious", stated.serious.as_deref())?,
    })
}

fn by_care(name: &str, stated: &CareInput) -> Result<ByCare<Fen>, String> {
    let read = |care: Care, text: &Option<String>| perhaps(&format!("{name}.{care}"), text.as_deref());
    Ok(ByCare::new([
        read(Care::Outpatient, &stated.outpatient)?,
        read(Care::Chronic, &stated.chronic)?,
        read(Care::Inpatient, &stated.inpatient)?,
    ]))
}

fn area(field: &str, text: &str) -> Result<AreaCode, String> {
    AreaCode::parse(text).map_err(|error| format!("{field}: {error}"))
}

fn day(field: &str, text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|error| format!("{field}: {error}"))
}

fn amount(field: &str, text: &str) -> Result<Fen, String> {
    Fen::parse_yuan(text).map_err(|error| format!("{field}: {error}"))
}

fn perhaps(field: &str, text: Option<&str>) -> Result<Fen, String> {
    text.map_or(Ok(Fen::ZERO), |text| amount(field, text))
}

/// Each fund with its names and the field of the national interface.
fn funds_of(funds: &Funds) -> [(&'static str, &'static str, &'static str, Fen); 7] {
    [
        ("统筹基金", "pool", "hifp_pay", funds.pool),
        ("职工大额", "large", "hifob_pay", funds.large),
        ("大病保险", "serious", "hifmi_pay", funds.serious),
        ("企业补充", "enterprise", "hifes_pay", funds.enterprise),
        ("公务员补助", "civil-service", "cvlserv_pay", funds.civil_service),
        ("医疗救助", "assistance", "maf_pay", funds.assistance),
        ("其他", "other", "oth_pay", funds.other),
    ]
}

fn tell(split: &Split, tongue: Tongue) {
    for DividedLine { number, amount, class, division, .. } in &split.lines {
        let head = tongue.inline(&format!("第{number}行"), &format!("line {number}"));
        output::line(format!(
            "{head}  {class} {amount} = {} {} + {} {} + {} {} + {} {}",
            tongue.inline("自费", "uninsured"),
            division.uninsured,
            tongue.inline("超限价", "over limit"),
            division.over_limit,
            tongue.inline("先行自付", "class B"),
            division.class_b,
            tongue.inline("范围内", "in scope"),
            division.in_scope
        ));
    }
    let totals = &split.totals;
    output::line(format!("{} {}  {}", tongue.inline("总费用", "Whole"), totals.whole, split.year));
    for (zh, en, _, amount) in funds_of(&totals.funds).into_iter().filter(|(_, _, _, amount)| amount.is_positive()) {
        output::line(format!("  {} {amount}", tongue.inline(zh, en)));
    }
    output::line(format!("{} {}", tongue.inline("基金支付", "Funds pay"), totals.fund));
    if totals.hospital.is_positive() {
        output::line(format!("{} {}", tongue.inline("医院负担", "The hospital bears"), totals.hospital));
    }
    output::line(format!("{} {}", tongue.inline("个人负担", "Personal burden"), totals.personal));
    let parts: Vec<String> = split.burden.parts().map(|(part, amount)| format!("{part} {amount}")).collect();
    if !parts.is_empty() {
        output::line(format!("  {} fund {}", parts.join(" "), totals.fund));
    }
}

fn json_of(splits: &[Split], years: &Years) -> Value {
    let (burden, fund) = bill_parts(splits);
    let parts: Vec<(String, Value)> =
        burden.parts().map(|(part, amount)| (part.to_string(), json!(amount.to_string()))).collect();
    let sums: Vec<(String, Value)> =
        splits.iter().map(|split| (split.year.to_string(), sums_json(&years.of(split.year)))).collect();
    let last = splits.last().map(|split| split.stay).unwrap_or_default();
    json!({
        "splits": splits.iter().map(split_json).collect::<Vec<_>>(),
        "parts": parts.into_iter().collect::<serde_json::Map<_, _>>(),
        "fund": fund.to_string(),
        "stay": { "deductible-left": last.deductible_left.to_string(), "banded": last.banded.to_string() },
        "years": sums.into_iter().collect::<serde_json::Map<_, _>>(),
    })
}

fn split_json(split: &Split) -> Value {
    let totals = &split.totals;
    let lines = split.lines.iter().map(|line| {
        json!({
            "number": line.number,
            "class": line.class,
            "amount": line.amount.to_string(),
            "uninsured": line.division.uninsured.to_string(),
            "over-limit": line.division.over_limit.to_string(),
            "class-b": line.division.class_b.to_string(),
            "in-scope": line.division.in_scope.to_string(),
        })
    });
    let mut fields = vec![
        ("medfee_sumamt", totals.whole),
        ("fulamt_ownpay_amt", totals.division.uninsured),
        ("overlmt_selfpay", totals.division.over_limit),
        ("preselfpay_amt", totals.division.class_b),
        ("inscp_scp_amt", totals.division.in_scope),
        ("act_pay_dedc", totals.deductible),
        ("fund_pay_sumamt", totals.fund),
        ("psn_part_amt", totals.personal),
        ("hosp_part_amt", totals.hospital),
    ];
    fields.extend(funds_of(&totals.funds).map(|(_, _, field, amount)| (field, amount)));
    let fields = fields.into_iter().map(|(field, amount)| (field.to_owned(), json!(amount.to_string())));
    json!({
        "year": split.year,
        "lines": lines.collect::<Vec<_>>(),
        "setlinfo": fields.collect::<serde_json::Map<_, _>>(),
    })
}

fn sums_json(sums: &Sums) -> Value {
    let by_care = |amounts: &ByCare<Fen>| {
        let each = Care::ALL.iter().map(|care| (care.to_string(), json!(amounts.of(*care).to_string())));
        Value::Object(each.collect())
    };
    json!({
        "stays": sums.stays,
        "deductible": by_care(&sums.deductible),
        "banded": by_care(&sums.banded),
        "pool": by_care(&sums.pool),
        "large-base": sums.large_base.to_string(),
        "large": sums.large.to_string(),
        "serious-base": sums.serious_base.to_string(),
        "serious": sums.serious.to_string(),
    })
}

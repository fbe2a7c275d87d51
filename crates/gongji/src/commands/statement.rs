//! `gongji statement`: what each institution's day came to, as files for its bookkeeping and the agency's.

use std::path::{Path, PathBuf};

use gongji_http::infno::statement::{Row, Statement, Sums, connected, of_day};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use serde_json::{Value, json};

use super::books::write;
use crate::export::{day_of, table};
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Verdict};
use crate::ready;

/// Arguments of `gongji statement`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji statement --on 2026-03-08 --to statements\n  \
    gongji statement --on 2026-03-08 --institution H13010000001 --to statements --json\n\n\
    For each institution of the national interface that had a bill on that day: CODE-DAY.csv and CODE-DAY.xlsx, a line for\n\
    each bill that was settled or undone, undone ones with negative amounts, and the sums with which 3201 compares.\n\
    Files that are there already are left as they are, and the command fails.")]
pub struct Statements {
    #[command(flatten)]
    book: Book,
    /// Which day, China Standard Time
    #[arg(long, value_name = "DAY")]
    on: String,
    /// 定点医药机构编号 This institution alone, also if it had no bill
    #[arg(long, value_name = "CODE")]
    institution: Option<String>,
    /// A folder; it is made if it is not there
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// 机构日对账单.
pub fn statements(arguments: &Statements) -> Ended {
    let day = day_of("--on", &arguments.on)?;
    let open = Open::to_read(&arguments.book)?;
    let mut profiles = ready(connected(&open.node)).map_err(Failure::Impossible)?;
    if let Some(code) = &arguments.institution {
        profiles.retain(|profile| profile.code == *code);
        if profiles.is_empty() {
            return Err(Failure::NotUnderstood(format!(
                "--institution {code}: 没有这个机构 no institution is connected under this code: see `gongji access connect`"
            )));
        }
    }
    let to = &arguments.to;
    std::fs::create_dir_all(to).map_err(|error| Failure::Impossible(format!("--to {}: {error}", to.display())))?;
    let mut told = Vec::new();
    for profile in &profiles {
        let statement = ready(of_day(&open.node, profile, day)).map_err(Failure::Impossible)?;
        if statement.rows.is_empty() && arguments.institution.is_none() {
            continue;
        }
        let files = kept(&statement, to)?;
        if !arguments.json {
            output::line(format!("{}: {}", files[0].display(), output::counted(statement.rows.len() as u64, LINES)));
        }
        told.push(json_of(&statement, &files));
    }
    if arguments.json {
        output::json(&json!({ "on": day.to_string(), "statements": told }));
    } else if told.is_empty() {
        output::line(format!("{day}: 没有结算 no institution had a bill"));
    }
    Ok(Verdict::Yes)
}

const LINES: [&str; 2] = ["line", "lines"];

/// Writes both files; gives their names.
fn kept(statement: &Statement, to: &Path) -> Result<[PathBuf; 2], Failure> {
    let name = |ending: &str| to.join(format!("{}-{}.{ending}", statement.code, statement.day));
    let files = [name("csv"), name("xlsx")];
    let book = workbook(statement).map_err(|error| Failure::Impossible(format!("{}: {error}", files[1].display())))?;
    write(&files[0], text_of(statement).as_bytes())?;
    write(&files[1], &book)?;
    Ok(files)
}

fn json_of(statement: &Statement, files: &[PathBuf; 2]) -> Value {
    let [whole, fund, own, aid, wallet, cash, hospital] = statement.total.amounts().map(|sum| sum.to_string());
    json!({
        "institution": statement.code, "lines": statement.rows.len(),
        "csv": files[0].display().to_string(), "xlsx": files[1].display().to_string(),
        "total": {
            "medfee_sumamt": whole, "fund_pay_sumamt": fund, "own": own, "acct_mulaid_pay": aid, "wallet": wallet,
            "psn_cash_pay": cash, "hosp_part_amt": hospital,
        },
    })
}

/// Columns of text, and after them those of amounts.
const TEXTS: [&str; 9] = [
    "类型 kind",
    "结算时间 settled at",
    "结算ID setl_id",
    "报文编号 msgid",
    "就诊ID mdtrt_id",
    "人员编号 psn_no",
    "险种 insutype",
    "医疗类别 med_type",
    "清算类别 clr_type",
];
const AMOUNTS: [&str; 7] = [
    "医疗费总额 whole",
    "基金支付 fund",
    "本人账户 own account",
    "家庭共济 mutual aid",
    "钱包 wallet",
    "现金 cash",
    "医院负担 hospital",
];
const TOTAL: &str = "合计 total";

fn texts_of(row: &Row) -> [&str; 8] {
    let kind = if row.is_undone { "退费 undone" } else { "结算 settled" };
    [kind, &row.setl_id, &row.msgid, &row.mdtrt_id, &row.psn_no, &row.insutype, &row.med_type, &row.clr_type]
}

fn words_of(row: &Row) -> Vec<String> {
    let mut words: Vec<String> = texts_of(row).map(str::to_owned).into();
    words.insert(1, gongji_http::time(row.at));
    words
}

fn text_of(statement: &Statement) -> String {
    let line = |texts: Vec<String>, sums: &Sums| {
        let amounts = sums.amounts().map(|sum| sum.to_string());
        let cells: Vec<&str> = texts.iter().chain(&amounts).map(String::as_str).collect();
        table::line(&cells)
    };
    let mut total = vec![String::new(); TEXTS.len()];
    total[0] = TOTAL.to_owned();
    let lines: String = statement.rows.iter().map(|row| line(words_of(row), &row.sums)).collect();
    let headings: Vec<&str> = TEXTS.iter().chain(&AMOUNTS).copied().collect();
    format!("{}{}{lines}{}", table::MARK, table::line(&headings), line(total, &statement.total))
}

/// Fen as a spreadsheet counts: yuan, exact to fifteen digits.
fn yuan(sum: gongji_words::Fen) -> f64 {
    sum.to_string().parse().unwrap_or(f64::NAN)
}

/// The first row that holds a bill: above it stand whose day it is, and the headings.
const FIRST: u32 = 2;

fn workbook(statement: &Statement) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("对账单")?;
    let (bold, money) = (Format::new().set_bold(), Format::new().set_num_format("#,##0.00"));
    let title = format!("{} {} 日对账单 statement of {}", statement.name, statement.code, statement.day);
    sheet.write_string_with_format(0, 0, title, &bold)?;
    for (column, heading) in (0..).zip(TEXTS.iter().chain(&AMOUNTS)) {
        sheet.write_string_with_format(FIRST - 1, column, *heading, &bold)?;
        sheet.set_column_width(column, if usize::from(column) < TEXTS.len() { 22 } else { 14 })?;
    }
    sheet.set_freeze_panes(FIRST, 1)?;
    for (place, row) in (FIRST..).zip(&statement.rows) {
        for (column, text) in (0..).zip(words_of(row)) {
            sheet.write_string(place, column, text)?;
        }
        amounts(sheet, place, (&row.sums, &money))?;
    }
    let last = FIRST + u32::try_from(statement.rows.len()).unwrap_or(u32::MAX - FIRST);
    sheet.write_string_with_format(last, 0, TOTAL, &bold)?;
    amounts(sheet, last, (&statement.total, &money.set_bold()))?;
    book.save_to_buffer()
}

fn amounts(sheet: &mut Worksheet, row: u32, (sums, format): (&Sums, &Format)) -> Result<(), XlsxError> {
    for (column, sum) in (9..).zip(sums.amounts()) {
        sheet.write_number_with_format(row, column, yuan(sum), format)?;
    }
    Ok(())
}

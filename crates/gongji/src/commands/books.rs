//! `gongji trial-balance` and `gongji vouchers`: the ledger as accountants take it over.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, Table};
use gongji_domain::books::{DayBook, Heading, Party, TrialBalance, Turnover, Voucher};
use gongji_service::ServiceError;
use gongji_service::books::each_journal;
use gongji_store::{StoreError, WholeJournal};
use gongji_words::Day;
use serde_json::{Value, json};

use crate::export::{day_of, paper, table};
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Verdict};
use crate::ready;

/// Arguments of `gongji trial-balance`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example 例:\n  gongji trial-balance --on 2026-03-31\n  gongji trial-balance --on 2026-03-31 --json\n\n\
    Everything that was entered until the end of that day, China Standard Time. From the fund's side accounts are\n\
    liabilities: money into a position is credit, out of it debit. Exit status 1 if the two sides differ."
)]
pub struct OnDay {
    #[command(flatten)]
    book: Book,
    /// Until the end of this day
    #[arg(long, value_name = "DAY")]
    on: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji vouchers`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji vouchers --on 2026-03-08 --to 2026-03-08.csv\n\n\
    One voucher for each kind of journal of that day, with a line for each institution and area. The table opens in a\n\
    spreadsheet. Exit status 1, and no file, if a voucher does not balance.")]
pub struct Vouchers {
    #[command(flatten)]
    book: Book,
    /// Which day, China Standard Time
    #[arg(long, value_name = "DAY")]
    on: String,
    /// A file that is not there yet
    #[arg(long, value_name = "FILE.csv")]
    to: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// 试算平衡表.
pub fn trial_balance(arguments: &OnDay) -> Ended {
    let day = day_of("--on", &arguments.on)?;
    let open = Open::to_read(&arguments.book)?;
    let balance = ready(open.node.trial_balance(day)).map_err(to_be_audited)?;
    let left = balance.total().balance();
    if arguments.json {
        output::json(&json_of(&balance, day));
    } else {
        output::line(table_of(&balance, day));
    }
    if !left.is_zero() {
        output::note(format!("不平衡 it does not balance: credit is {left} yuan more than debit: run `gongji audit`"));
    }
    Ok(Verdict::of(left.is_zero()))
}

/// What is damaged is looked at by the audit, which says all of it.
fn to_be_audited(error: ServiceError) -> Failure {
    match error {
        ServiceError::Store(StoreError::Damaged { table, row, why }) => {
            Failure::Impossible(format!("{table} {row}: {why}: run `gongji audit`"))
        }
        other => other.into(),
    }
}

fn json_of(balance: &TrialBalance, day: Day) -> Value {
    let sides = |side: Turnover| {
        json!({
            "debit": side.debit.to_string(), "credit": side.credit.to_string(), "balance": side.balance().to_string(),
        })
    };
    let row = |(heading, side): (Heading, Turnover)| {
        let mut row = sides(side);
        row["position"] = heading.word().into();
        row
    };
    let total = balance.total();
    json!({
        "on": day.to_string(), "rows": balance.rows().map(row).collect::<Vec<_>>(), "total": sides(total),
        "balanced": total.balance().is_zero(),
    })
}

fn table_of(balance: &TrialBalance, day: Day) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    table.set_header([&format!("试算平衡表 {day}"), "", "借方 debit", "贷方 credit", "余额 balance"]);
    let sums = |side: Turnover| [side.debit, side.credit, side.balance()].map(|sum| sum.to_string());
    for (heading, side) in balance.rows() {
        let [debit, credit, left] = sums(side);
        table.add_row([heading.name_zh(), heading.name_en(), &debit, &credit, &left]);
    }
    let [debit, credit, left] = sums(balance.total());
    table.add_row(["合计", "total", &debit, &credit, &left]);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// 记账凭证.
pub fn vouchers(arguments: &Vouchers) -> Ended {
    let day = day_of("--on", &arguments.on)?;
    let open = Open::to_read(&arguments.book)?;
    let mut book = DayBook::of(day);
    let mut enter = |whole: &WholeJournal| book.enter(&whole.journal, &whole.entries);
    ready(each_journal(open.node.store(), &mut enter)).map_err(to_be_audited)?;
    let vouchers = book.vouchers();
    let wrong: Vec<&Voucher> = vouchers.iter().filter(|voucher| !voucher.total().balance().is_zero()).collect();
    if wrong.is_empty() {
        write(&arguments.to, text_of(&vouchers, day).as_bytes())?;
    }
    for voucher in &wrong {
        output::note(unbalanced(voucher));
    }
    let to = arguments.to.display();
    if arguments.json {
        output::json(&json!({
            "on": day.to_string(), "vouchers": vouchers.len(), "written": wrong.is_empty(), "to": to.to_string(),
        }));
    } else if wrong.is_empty() {
        output::line(format!("{to}: {}", output::counted(vouchers.len() as u64, ["voucher", "vouchers"])));
    }
    Ok(Verdict::of(wrong.is_empty()))
}

fn unbalanced(voucher: &Voucher) -> String {
    let (kind, left) = (voucher.kind, voucher.total().balance());
    format!(
        "借贷不平 the voucher of {kind} does not balance: credit is {left} yuan more than debit: nothing was written, \
         run `gongji audit`"
    )
}

/// Writes a file that is not there yet, and has it on the disk.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = paper::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error: io::Error| {
        let why = match error.kind() {
            ErrorKind::AlreadyExists => "there is a file already, which is left as it is: name another".to_owned(),
            _ => error.to_string(),
        };
        Failure::Impossible(format!("--to {}: {why}", path.display()))
    })
}

const HEADINGS: [&str; 8] = [
    "凭证字号 voucher",
    "日期 date",
    "摘要 summary",
    "科目代码 account",
    "科目名称 name",
    "明细科目 party",
    "借方金额 debit",
    "贷方金额 credit",
];

fn text_of(vouchers: &[Voucher], day: Day) -> String {
    let lines: String = vouchers.iter().map(|voucher| lines_of(voucher, day)).collect();
    format!("{}{}{lines}", table::MARK, table::line(&HEADINGS))
}

fn lines_of(voucher: &Voucher, day: Day) -> String {
    let (number, day, summary) = (format!("记-{}", voucher.number), day.to_string(), voucher.summary_zh());
    let line = |line: &gongji_domain::books::VoucherLine| {
        let [debit, credit] = table::sides(line.side);
        let (account, party) = (line.heading.word(), party_of(line.party));
        table::line(&[&number, &day, &summary, account, line.heading.name_zh(), &party, &debit, &credit])
    };
    voucher.lines.iter().map(line).collect()
}

fn party_of(party: Party) -> String {
    match party {
        Party::None => String::new(),
        Party::Institution(id) => format!("机构 {id}"),
        Party::Area(area) => format!("{area} {}", area.name_zh().unwrap_or_default()).trim_end().to_owned(),
    }
}

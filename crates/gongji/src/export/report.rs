//! The report of an export: one page that prints, Chinese first, without a script and without anything from elsewhere.

use std::fmt::Write as _;

use gongji_domain::books::{Heading, Turnover};
use gongji_store::{ClosedDay, Discrepancy, hex};
use gongji_words::Day;

use super::{Occasion, Told};

/// How long the longest bar is, in pixels.
const LONGEST_BAR: u64 = 240;
/// Findings that are told; the audit itself tells all.
const MOST_FINDINGS: usize = 500;

const STYLE: &str = "body{font:14px/1.6 \"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif;margin:2em auto;max-width:60em;\
padding:0 1em;color:#1a1a1a;background:#fff}h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}\
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #bbb;padding:.25em .6em;text-align:left;\
vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}tfoot td{font-weight:bold}\
code{font-size:.85em;overflow-wrap:anywhere}small{color:#555}rect{fill:#2b6a99}\
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}thead{display:table-header-group}}";

/// The whole page.
pub fn page(told: &Told, occasion: &Occasion) -> String {
    let mut page = String::new();
    let province = occasion.province.name_zh().unwrap_or_default();
    line(&mut page, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">");
    line(&mut page, "<meta name=\"viewport\" content=\"width=device-width\">");
    line(&mut page, &format!("<title>审计导出 {province} {}</title>\n<style>{STYLE}</style>", occasion.at));
    line(&mut page, "</head>\n<body>");
    line(&mut page, &format!("<h1>审计导出 <small>Export for auditors</small></h1>\n{}", facts(told, occasion)));
    line(&mut page, &format!("<h2>审计结果 <small>Findings</small></h2>\n{}", findings(&told.totals.discrepancies)));
    line(&mut page, &format!("<h2>科目汇总 <small>Totals by position, yuan</small></h2>\n{}", totals(told)));
    line(&mut page, &format!("<h2>日结 <small>Closed days</small></h2>\n{}", days(told, occasion)));
    line(&mut page, "</body>\n</html>");
    page
}

fn line(page: &mut String, text: &str) {
    writeln!(page, "{text}").expect("a text takes any text");
}

fn facts(told: &Told, occasion: &Occasion) -> String {
    let day = |day: Option<Day>| day.map_or_else(|| "—".to_owned(), |day| day.to_string());
    let (counts, span) = (told.counts, occasion.span);
    let province = format!("{} {}", occasion.province, occasion.province.name_zh().unwrap_or_default());
    let rows = [
        ("省份 Province", province),
        ("导出时间 Exported", format!("{}（北京时间 China Standard Time）", occasion.at)),
        ("期间 Days", format!("{} – {}", day(span.from), day(span.until))),
        ("凭证 Journals", counts.journals.to_string()),
        ("分录 Entries", counts.entries.to_string()),
        ("封签 Seals", counts.seals.to_string()),
        ("已日结 Closed days", counts.days.to_string()),
        ("有账户的人 People with money", counts.people.to_string()),
    ];
    let rows: Vec<String> =
        rows.iter().map(|(name, value)| format!("<tr><th>{name}</th><td>{}</td></tr>", plain(value))).collect();
    format!("<table>\n<tbody>\n{}\n</tbody>\n</table>", rows.join("\n"))
}

fn findings(found: &[Discrepancy]) -> String {
    if found.is_empty() {
        return "<p>未发现不符。<br><small>Nothing differs from what was sealed and entered.</small></p>".to_owned();
    }
    let row = |one: &Discrepancy| {
        let cells = [one.table, &one.row, &one.why].map(plain);
        format!("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", cells[0], cells[1], cells[2])
    };
    let rows: Vec<String> = found.iter().take(MOST_FINDINGS).map(row).collect();
    let heads = "<tr><th>表 Table</th><th>行 Row</th><th>说明 Why</th></tr>";
    format!(
        "<p>发现 {0} 处不符。<br><small>{0} in all; the first {1} are listed.</small></p>\n\
         <table>\n<thead>{heads}</thead>\n<tbody>\n{2}\n</tbody>\n</table>",
        found.len(),
        rows.len(),
        rows.join("\n")
    )
}

fn totals(told: &Told) -> String {
    let cells = |side: Turnover| {
        let cell = |sum| format!("<td class=\"n\">{sum}</td>");
        [side.debit, side.credit, side.balance()].map(cell).concat()
    };
    let row = |(heading, side): (Heading, Turnover)| {
        let name = format!("{} <small>{}</small>", heading.name_zh(), heading.name_en());
        format!("<tr><td>{name}</td>{}</tr>", cells(side))
    };
    let rows: Vec<String> = told.sums.rows().map(row).collect();
    let heads = "<tr><th>科目 Position</th><th class=\"n\">借方 Debit</th><th class=\"n\">贷方 Credit</th>\
                 <th class=\"n\">余额 Balance</th></tr>";
    format!(
        "<table>\n<thead>{heads}</thead>\n<tbody>\n{}\n</tbody>\n<tfoot><tr><td>合计 Total</td>{}</tr></tfoot>\n</table>",
        rows.join("\n"),
        cells(told.sums.total())
    )
}

fn days(told: &Told, occasion: &Occasion) -> String {
    let shown: Vec<&ClosedDay> = told.days.iter().filter(|day| occasion.span.has(day.day)).collect();
    if shown.is_empty() {
        return "<p>无。<small>None.</small></p>".to_owned();
    }
    let most = told.journals_of.values().copied().max().unwrap_or(1).max(1);
    let row = |day: &&ClosedDay| {
        let journals = told.journals_of.get(&day.day).copied().unwrap_or_default();
        format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{journals}</td><td>{}</td><td><code>{}</code></td></tr>",
            day.day,
            day.people,
            bar(journals, most),
            hex(&day.root)
        )
    };
    let rows: Vec<String> = shown.iter().map(row).collect();
    let heads = "<tr><th>日期 Day</th><th class=\"n\">人数 People</th><th class=\"n\">凭证 Journals</th><th></th>\
                 <th>日根 Root</th></tr>";
    format!("<table>\n<thead>{heads}</thead>\n<tbody>\n{}\n</tbody>\n</table>", rows.join("\n"))
}

fn bar(count: u64, most: u64) -> String {
    let width = (count * LONGEST_BAR).div_ceil(most);
    format!(
        "<svg width=\"{LONGEST_BAR}\" height=\"12\" role=\"img\" aria-label=\"{count}\">\
         <rect width=\"{width}\" height=\"12\"/></svg>"
    )
}

/// Text that is no markup.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

//! Renders the catalogue as a reference page, Chinese and English side by side.

use std::fmt::Write as _;

use super::{CATALOGUE, Catalogue, Entry, Family, Reader, Words};

/// The reference page: the lists of precedence, the families, the notices.
pub(super) fn reference(catalogue: &Catalogue) -> String {
    let mut out = head();
    out.push_str(&lists(catalogue));
    for family in &catalogue.family {
        out.push_str(&family_section(catalogue, family));
    }
    out.push_str(&notices(catalogue));
    out
}

fn head() -> String {
    format!(
        "<!-- GENERATED from {CATALOGUE} by `cargo xtask reasons`. Do not edit: change the catalogue. -->\n\n\
         # 原因一览 · Reasons\n\n\
         规则说“不”的时候，给出的每个原因：发生了什么、为什么、可以怎么办。\
         一个原因不让用共济，结算照常，其余付现金；只有标“整笔”的原因会让整笔不结算。\n\n\
         Every reason that the rules give when they say no: what happened, why, what can be done. A reason denies \
         mutual aid, not the settlement: the rest is paid in cash. Only those marked *whole* refuse the settlement.\n\n\
         `{{due}}` and the like are values of the case; a sentence whose value is not known is left out. \
         Readers: S sponsor 共济人, B beneficiary 使用人, C cashier 收费员, A agency staff 工作人员; anybody else reads a neutral text.\n\n"
    )
}

fn lists(catalogue: &Catalogue) -> String {
    let mut out = String::from("## 先后 · Order of precedence\n\nThe first that applies is given.\n\n");
    out.push_str(&till_list(catalogue));
    out.push_str(&plain_list(catalogue, "添加家人 · A binding", |entry| entry.bind_rank));
    out.push_str(&plain_list(catalogue, "钱包转钱 · A transfer", |entry| entry.transfer_rank));
    out.push_str(&plain_list(catalogue, "缴费 · A premium", |entry| entry.premium_rank));
    out
}

fn till_list(catalogue: &Catalogue) -> String {
    let mut out = String::from("### 看病买药 · At the till\n\n");
    for place in 1..=18 {
        let mut at: Vec<&Entry> =
            catalogue.reason.iter().filter(|entry| entry.till_rank.is_some_and(|[own, _]| own == place)).collect();
        at.sort_by_key(|entry| entry.order());
        let codes: Vec<String> = at.iter().map(|entry| linked(entry)).collect();
        let _ = writeln!(out, "{place}. {}", codes.join(", "));
    }
    out + "\n"
}

fn plain_list(catalogue: &Catalogue, title: &str, rank: fn(&Entry) -> Option<u8>) -> String {
    let mut ranked: Vec<&Entry> = catalogue.reason.iter().filter(|entry| rank(entry).is_some()).collect();
    ranked.sort_by_key(|entry| rank(entry));
    let codes: Vec<String> = ranked.iter().map(|entry| linked(entry)).collect();
    format!("### {title}\n\n{}\n\n", codes.join(", "))
}

fn linked(entry: &Entry) -> String {
    let code = entry.code.get_ref();
    let whole = if entry.refuses_settlement { " (整笔 whole)" } else { "" };
    format!("[`{code}`](#{}){whole}", code.to_lowercase())
}

fn family_section(catalogue: &Catalogue, family: &Family) -> String {
    let mut out = format!("## {}\n\n", both(&family.title, " · "));
    let _ = writeln!(out, "窗口 · Till: {}\n", both(&family.cashier, "<br>"));
    out.push_str("| 代码 Code | 发生了什么、为什么 What and why | 可以怎么办 What to do | 依据 Rests on | 读者 Readers |\n|---|---|---|---|---|\n");
    for entry in catalogue.members(family) {
        out.push_str(&row(entry));
    }
    out + "\n"
}

fn row(entry: &Entry) -> String {
    let mut what = format!(
        "{}{}<br>{} {}",
        entry.what.zh.get_ref(),
        entry.why.zh.get_ref(),
        entry.what.en.get_ref(),
        entry.why.en.get_ref()
    );
    for (label, words) in [("使用人读到 Beneficiary reads", &entry.relative_why), ("窗口 Till", &entry.cashier)]
    {
        if let Some(words) = words {
            let _ = write!(what, "<br>*{label}*: {}", both(words, " "));
        }
    }
    let mut remedy = both(&entry.remedy, "<br>");
    if let Some(words) = &entry.relative_remedy {
        let _ = write!(remedy, "<br>*使用人读到 Beneficiary reads*: {}", both(words, " "));
    }
    format!("| {} | {what} | {remedy} | {} | {} |\n", code_cell(entry), clause_cell(entry), readers(entry))
}

fn code_cell(entry: &Entry) -> String {
    let code = entry.code.get_ref();
    let mut cell = format!("<a id=\"{}\"></a>`{code}`<br>{}", code.to_lowercase(), entry.number);
    if entry.refuses_settlement {
        cell.push_str("<br>整笔 whole");
    }
    if entry.reserved {
        cell.push_str("<br>页面和接口 pages and interfaces");
    }
    if let Some(veil) = &entry.veiled_as {
        let _ = write!(cell, "<br>B, C: `{veil}`");
    }
    cell
}

fn clause_cell(entry: &Entry) -> String {
    entry.clause.as_ref().map_or_else(|| "—".to_owned(), |clause| format!("`{clause}`"))
}

fn readers(entry: &Entry) -> String {
    let letter = |reader: &Reader| match reader {
        Reader::Sponsor => "S",
        Reader::Beneficiary => "B",
        Reader::Cashier => "C",
        Reader::Staff => "A",
    };
    entry.audience.iter().map(letter).collect::<Vec<_>>().join(" ")
}

fn notices(catalogue: &Catalogue) -> String {
    let mut out = String::from("## 通知 · Notices\n\n| 代码 Code | 给谁 To | 内容 Text |\n|---|---|---|\n");
    for notice in &catalogue.notice {
        let reserved = if notice.reserved { "<br>页面和接口 pages and interfaces" } else { "" };
        let code = notice.code.get_ref();
        let _ = writeln!(
            out,
            "| `{code}`<br>{}{reserved} | {} | {} |",
            notice.number,
            notice.to.word(),
            both(&notice.text, "<br>")
        );
    }
    out
}

fn both(words: &Words, between: &str) -> String {
    format!("{}{between}{}", words.zh.get_ref(), words.en.get_ref())
}

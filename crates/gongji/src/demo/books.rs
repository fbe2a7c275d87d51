//! The books at the end: what areas owe each other, and that all journals together come to nothing.

use std::collections::BTreeMap;

use gongji_domain::record::ClaimSide;
use gongji_words::{AreaCode, Fen, Month};
use serde_json::{Value, json};

use super::stage::Stage;
use crate::output::{self, Failure, Tongue};
use crate::ready;

/// What one area owes another, as each of the two wrote it down.
type Sides = BTreeMap<(AreaCode, AreaCode), BTreeMap<ClaimSide, Fen>>;

/// The books of all nodes.
pub struct Books {
    month: Month,
    owed: Sides,
    debits: Fen,
    credits: Fen,
    journals: u64,
    entries: u64,
    discrepancies: usize,
}

impl Books {
    /// Reads the books of every node and audits each.
    pub fn read(stage: &Stage) -> Result<Self, Failure> {
        let month = Month::new(2026, 3).expect("a calendar month");
        let (zero, owed) = (Fen::ZERO, BTreeMap::new());
        let mut books = Self { month, owed, debits: zero, credits: zero, journals: 0, entries: 0, discrepancies: 0 };
        for node in stage.nodes() {
            for claim in ready(node.claims(month))? {
                let side = books.owed.entry((claim.from, claim.to)).or_default().entry(claim.side).or_default();
                *side = side.plus(claim.amount);
            }
            for entry in ready(node.store().dump())?.entries.values() {
                books.enter(entry.amount);
            }
            let totals = ready(node.store().audit_totals())?;
            books.journals += totals.journals;
            books.entries += totals.entries;
            books.discrepancies += totals.discrepancies.len();
        }
        Ok(books)
    }

    fn enter(&mut self, amount: Fen) {
        if amount.is_negative() {
            self.credits = self.credits.plus(amount.negated());
        } else {
            self.debits = self.debits.plus(amount);
        }
    }

    /// Whether everything balances, and both sides of every claim agree.
    pub fn are_even(&self) -> bool {
        let agreed = |sides: &BTreeMap<ClaimSide, Fen>| {
            sides.len() == 2 && sides.get(&ClaimSide::Debtor) == sides.get(&ClaimSide::Creditor)
        };
        self.debits == self.credits && self.discrepancies == 0 && self.owed.values().all(agreed)
    }

    /// In lines.
    pub fn lines(&self, tongue: Tongue) -> Vec<String> {
        let mut lines = vec![format!("══ {}", tongue.inline("结账", "The books"))];
        for ((from, to), sides) in &self.owed {
            let amount = sides.values().next().copied().unwrap_or_default();
            let agreed =
                if sides.len() == 2 { tongue.inline("两边一致", "both sides agree") } else { String::new() };
            let head = tongue.inline("清算", "Clearing");
            let owes = tongue.inline("应付", "owes");
            lines.push(format!("   {head} {}: {from} {owes} {to} {amount} ({agreed})", self.month));
        }
        let (debits, credits) = (self.debits, self.credits);
        let sign = if debits == credits { "=" } else { "≠" };
        let (left, right) = (tongue.inline("借方", "Debits"), tongue.inline("贷方", "credits"));
        lines.push(format!("   {left} {debits} {sign} {right} {credits}"));
        let found = self.discrepancies;
        let zh = format!("审计：{} 张凭证，{} 条分录，{found} 处不符", self.journals, self.entries);
        let journals = output::counted(self.journals, ["journal", "journals"]);
        let entries = output::counted(self.entries, ["entry", "entries"]);
        let found = output::counted(found, ["discrepancy", "discrepancies"]);
        let en = format!("Audit: {journals}, {entries}, {found}");
        lines.push(format!("   {}", tongue.inline(&zh, &en)));
        lines
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let owed = self.owed.iter().map(|((from, to), sides)| {
            let amount = sides.values().next().copied().unwrap_or_default();
            let debtor = sides.get(&ClaimSide::Debtor);
            let matched = debtor.is_some() && debtor == sides.get(&ClaimSide::Creditor);
            json!({ "from": from.to_string(), "to": to.to_string(), "amount": amount, "matched": matched })
        });
        json!({
            "clearing": { "month": self.month.to_string(), "owes": owed.collect::<Vec<_>>() },
            "debits": self.debits,
            "credits": self.credits,
            "journals": self.journals,
            "entries": self.entries,
            "discrepancies": self.discrepancies,
        })
    }
}

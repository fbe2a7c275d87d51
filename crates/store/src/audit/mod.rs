//! The audit: every balance, hold, wallet and counter worked out again from what can only be added to, person
//! by person, and held against what is kept.
//!
//! Invariant: the audit writes nothing. Deliberately absent: repair. Which of two rows lies is for people to
//! find out.

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::account::{Account, Colour, Hold};
use gongji_domain::journal::{Entry, Position};
use gongji_domain::limits::Period;
use gongji_domain::record::{Counter, PaymentRow, PaymentState, Rows, Share};
use gongji_domain::wallet::Wallet;
use gongji_words::{CommandId, Fen, PersonId};

mod run;
mod sums;
mod walk;
mod witness;

use sums::Sum;

pub use run::{Asked, Progress, Scope};
pub(crate) use run::{Beside, Reads, run};
pub(crate) use sums::{Commands, Ranges};

/// A row that is not what the entries and payments say it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discrepancy {
    /// Which table, or `file` for the pages below the tables.
    pub table: &'static str,
    /// Which row, by its key, or which page.
    pub row: String,
    /// What is kept, what it should be.
    pub why: String,
}

impl Discrepancy {
    pub(crate) fn of(table: &'static str, row: impl ToString, why: impl Into<String>) -> Self {
        Self { table, row: row.to_string(), why: why.into() }
    }
}

/// What an audit went through and what it found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// People whose money was worked out again.
    pub people: u64,
    /// Journals with entries, which were summed.
    pub journals: u64,
    /// Entries in them.
    pub entries: u64,
    /// What is wrong; empty in a sound store.
    pub discrepancies: Vec<Discrepancy>,
}

/// All that an audit needs of one person.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) account: Option<Account>,
    pub(crate) holds: Vec<Hold>,
    pub(crate) wallet: Option<Wallet>,
    pub(crate) counters: Vec<Counter>,
    /// Sums of entries whose position is the person's own.
    pub(crate) sums: BTreeMap<(Position, Colour), i128>,
    /// What counts against his limits: binding, period, amount.
    pub(crate) spent: BTreeMap<(CommandId, Period), i128>,
}

const FIRST: CommandId = CommandId::from_number(i64::MIN);
const LAST: CommandId = CommandId::from_number(i64::MAX);

impl Ledger {
    /// Counts an entry, if the money is this person's own.
    pub(crate) fn enter(&mut self, person: PersonId, entry: &Entry) {
        if entry.position.person() == Some(person) {
            *self.sums.entry((entry.position, entry.colour)).or_default() += amount_of(entry.amount);
        }
    }

    /// Counts a share of a payment, if it counts.
    pub(crate) fn spend(&mut self, payment: &PaymentRow, share: &Share) {
        if !counts(payment, share) {
            return;
        }
        for period in Period::of(payment.at.day()) {
            *self.spent.entry((share.binding, period)).or_default() += i128::from(share.amount.fen());
        }
    }

    /// Takes what is kept of a person.
    pub(crate) fn take_rows(&mut self, person: PersonId, rows: &Rows) {
        self.account = rows.accounts.get(&person).cloned();
        self.wallet = rows.wallets.get(&person).copied();
        self.holds = rows.holds.range((person, FIRST)..=(person, LAST)).map(|(_, hold)| hold.clone()).collect();
        let last = (person, LAST, Period::Year(i32::MAX));
        self.counters =
            rows.counters.range((person, FIRST, Period::Total)..=last).map(|(_, counter)| *counter).collect();
    }

    /// Adds what is kept to a sum.
    fn add_to(&self, sum: &mut Sum) {
        self.account.iter().for_each(|account| sum.take_account(account));
        self.holds.iter().for_each(|hold| sum.take_hold(hold));
        self.wallet.iter().for_each(|wallet| sum.take_wallet(wallet));
        self.counters.iter().for_each(|counter| sum.take_counter(counter));
    }

    /// Whether the person has no money, and never had any.
    pub(crate) fn is_empty(&self) -> bool {
        let kept = self.account.is_some() || self.wallet.is_some();
        !kept && self.holds.is_empty() && self.counters.is_empty() && self.sums.is_empty() && self.spent.is_empty()
    }

    /// Everything that is wrong with this person's rows.
    pub(crate) fn discrepancies(&self, person: PersonId) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        self.check_account(person, &mut found);
        self.check_holds(person, &mut found);
        self.check_wallet(person, &mut found);
        self.check_counters(person, &mut found);
        found
    }

    fn check_account(&self, person: PersonId, found: &mut Vec<Discrepancy>) {
        let mut entered: BTreeMap<Colour, i128> = BTreeMap::new();
        for ((position, colour), sum) in &self.sums {
            if matches!(position, Position::Free(_) | Position::Held(..)) {
                *entered.entry(*colour).or_default() += sum;
            }
        }
        let lots = self.account.iter().flat_map(|account| account.lots.iter());
        let kept = lots.map(|(colour, amount)| (colour, amount_of(amount))).collect();
        for (Colour(year), why) in differences(&kept, &entered) {
            found.push(Discrepancy { table: "account", row: format!("{person}/{year}"), why });
        }
    }

    fn check_holds(&self, person: PersonId, found: &mut Vec<Discrepancy>) {
        let held = |((position, colour), sum): (&(Position, Colour), &i128)| match position {
            Position::Held(_, owner) => Some(((*owner, *colour), *sum)),
            _ => None,
        };
        let entered = self.sums.iter().filter_map(held).collect();
        let lots = self.holds.iter().flat_map(|hold| hold.lots.iter().map(|lot| (hold.owner, lot)));
        let kept = lots.map(|(owner, (colour, amount))| ((owner, colour), amount_of(amount))).collect();
        for ((owner, Colour(year)), why) in differences(&kept, &entered) {
            found.push(Discrepancy { table: "hold", row: format!("{person}/{owner}/{year}"), why });
        }
    }

    fn check_wallet(&self, person: PersonId, found: &mut Vec<Discrepancy>) {
        let own = self.sums.iter().filter(|((position, _), _)| matches!(position, Position::Wallet(_)));
        let entered = BTreeMap::from([((), own.map(|(_, sum)| sum).sum())]);
        let kept = self.wallet.iter().map(|wallet| ((), amount_of(wallet.balance))).collect();
        for ((), why) in differences(&kept, &entered) {
            found.push(Discrepancy { table: "wallet", row: person.to_string(), why });
        }
    }

    fn check_counters(&self, person: PersonId, found: &mut Vec<Discrepancy>) {
        let counters = self.counters.iter();
        let kept = counters.map(|row| ((row.binding, row.period), amount_of(row.used))).collect();
        for ((binding, period), why) in differences(&kept, &self.spent) {
            found.push(Discrepancy { table: "counter", row: format!("{person}/{binding}/{period:?}"), why });
        }
    }
}

/// A share that stands counts at the sponsor's node. A payment of another node's sponsor names the row there.
fn counts(payment: &PaymentRow, share: &Share) -> bool {
    payment.state == PaymentState::Paid && share.row == payment.id
}

fn amount_of(amount: Fen) -> i128 {
    i128::from(amount.fen())
}

fn differences<K: Ord + Copy>(kept: &BTreeMap<K, i128>, worked_out: &BTreeMap<K, i128>) -> Vec<(K, String)> {
    let keys: BTreeSet<K> = kept.keys().chain(worked_out.keys()).copied().collect();
    let of = |map: &BTreeMap<K, i128>, key: &K| map.get(key).copied().unwrap_or_default();
    let differ = |key: &K| {
        let (kept, should) = (of(kept, key), of(worked_out, key));
        (kept != should).then(|| (*key, format!("{kept} fen are kept, {should} follow from what was entered")))
    };
    keys.iter().filter_map(differ).collect()
}

/// A journal whose entries do not sum to zero.
pub(crate) fn unbalanced(journal: CommandId, sum: i128) -> Discrepancy {
    let why = format!("its entries sum to {sum} fen instead of zero");
    Discrepancy { table: "journal", row: journal.to_string(), why }
}

/// Entries of a journal that is not there.
pub(crate) fn orphaned(journal: CommandId) -> Discrepancy {
    let why = "it has entries but no row of its own".to_owned();
    Discrepancy { table: "journal", row: journal.to_string(), why }
}

/// The audit of rows that are all in memory.
pub(crate) fn totals_of(rows: &Rows) -> Totals {
    let ledgers = ledgers_of(rows);
    let sums = journal_sums(rows);
    let mut discrepancies = journal_discrepancies(rows, &sums);
    for (person, ledger) in &ledgers {
        discrepancies.extend(ledger.discrepancies(*person));
    }
    let count = |number: usize| u64::try_from(number).expect("a number of rows fits 64 bits");
    Totals {
        people: count(ledgers.values().filter(|ledger| !ledger.is_empty()).count()),
        journals: count(sums.len()),
        entries: count(rows.entries.len()),
        discrepancies,
    }
}

fn journal_sums(rows: &Rows) -> BTreeMap<CommandId, i128> {
    let mut sums: BTreeMap<CommandId, i128> = BTreeMap::new();
    for entry in rows.entries.values() {
        *sums.entry(entry.journal).or_default() += amount_of(entry.amount);
    }
    sums
}

fn journal_discrepancies(rows: &Rows, sums: &BTreeMap<CommandId, i128>) -> Vec<Discrepancy> {
    let wrong = sums.iter().filter(|(_, sum)| **sum != 0).map(|(journal, sum)| unbalanced(*journal, *sum));
    let lost = sums.keys().filter(|journal| !rows.journals.contains_key(journal)).copied().map(orphaned);
    wrong.chain(lost).collect()
}

fn ledgers_of(rows: &Rows) -> BTreeMap<PersonId, Ledger> {
    let mut ledgers: BTreeMap<PersonId, Ledger> = BTreeMap::new();
    for (person, account) in &rows.accounts {
        ledgers.entry(*person).or_default().account = Some(account.clone());
    }
    for ((person, _), hold) in &rows.holds {
        ledgers.entry(*person).or_default().holds.push(hold.clone());
    }
    for (person, wallet) in &rows.wallets {
        ledgers.entry(*person).or_default().wallet = Some(*wallet);
    }
    for ((sponsor, ..), counter) in &rows.counters {
        ledgers.entry(*sponsor).or_default().counters.push(*counter);
    }
    for entry in rows.entries.values() {
        if let Some(person) = entry.position.person() {
            ledgers.entry(person).or_default().enter(person, entry);
        }
    }
    for payment in rows.payments.values() {
        for share in &payment.shares {
            ledgers.entry(share.sponsor).or_default().spend(payment, share);
        }
    }
    ledgers
}

//! A sum of each table, to compare stores of which neither has to fit into memory.
//!
//! Invariants: equal rows have equal sums within one version of the program, on whatever engine and in whatever order they
//! come; of rows that are read from tables only a page is in memory. Deliberately absent: what the memory engine has not
//! (seals, sheets, closed days) and what no command writes (the vault, releases); a sum to keep, because the text of a row
//! is that of the program's own types, which change from release to release.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};

use gongji_domain::record::{PaymentRow, Rows, Share};
use gongji_words::CommandId;
use sm3::{Digest, Sm3};

use crate::digest::hex;
use crate::sql::{Ask, Fields, Reading};
use crate::{Store, StoreError};

/// Rows that are in memory at once.
const PAGE: usize = 2_000;

/// The rows of one table, summed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Which table.
    pub table: &'static str,
    /// How many rows it has.
    pub rows: u64,
    sum: [u64; 4],
}

impl Tally {
    /// The sum of the digests of all rows, as 64 hexadecimal digits.
    #[must_use]
    pub fn sum(&self) -> String {
        hex(&self.sum.map(u64::to_be_bytes).concat())
    }

    /// Adds the digest of one row. Sums do not ask for an order, which engines do not have in common.
    fn add(&mut self, digest: &[u8]) {
        self.rows += 1;
        for (part, bytes) in self.sum.iter_mut().zip(digest.chunks_exact(8)) {
            let bytes = bytes.try_into().expect("a chunk has eight bytes");
            *part = part.wrapping_add(u64::from_be_bytes(bytes));
        }
    }
}

/// Sums of all tables on their way.
#[derive(Default)]
pub(crate) struct Tallies {
    of: BTreeMap<&'static str, Tally>,
    /// The payment whose shares come, and how many of them have.
    shares: Option<(CommandId, u16)>,
    text: String,
    /// Rows of tables that were taken and not counted yet.
    reading: Reading,
    taken: usize,
}

/// For each kind of row the table in which it stands.
macro_rules! tables {
    ($($field:ident: $table:literal,)+) => {
        /// Counts rows. Whoever adds a kind of row is told by the compiler to add it here.
        pub(crate) fn count(&mut self, rows: &Rows) {
            // Papers stand in a table of their own kind, and never among rows that are read.
            let Rows { payments, papers: _, $($field,)+ } = rows;
            $(for (key, row) in $field {
                self.row($table, key, row);
            })+
            for (id, row) in payments {
                self.row("payment", id, &PaymentRow { shares: Vec::new(), ..row.clone() });
                row.shares.iter().for_each(|share| self.share(*id, share));
            }
        }
    };
}

impl Tallies {
    tables! {
        persons: "person",
        accounts: "account",
        holds: "hold",
        bindings: "binding",
        counters: "counter",
        item_counters: "item_counter",
        filings: "filing",
        family_codes: "family_code",
        choices: "sponsor_choice",
        wallets: "wallet",
        transfers: "transfer",
        premiums: "premium",
        journals: "journal",
        entries: "entry",
        claims: "claim",
        institutions: "institution",
        area_years: "area_year",
        messages: "message",
        notices: "notice",
        outbox: "outbox",
        timers: "timer",
        traces: "trace",
    }

    fn row(&mut self, table: &'static str, key: &impl Debug, row: &impl Debug) {
        self.text.clear();
        write!(self.text, "{key:?} {row:?}").expect("a text takes any text");
        let digest = Sm3::digest(self.text.as_bytes());
        self.of.entry(table).or_insert(Tally { table, rows: 0, sum: [0; 4] }).add(&digest);
    }

    /// Shares stand apart from their payments and come in the order of their places.
    fn share(&mut self, payment: CommandId, share: &Share) {
        let place = self.shares.filter(|(last, _)| *last == payment).map_or(0, |(_, place)| place + 1);
        self.shares = Some((payment, place));
        self.row("payment_share", &(payment, place), share);
    }

    /// Takes a row of a table in.
    pub(crate) fn take(&mut self, ask: &Ask, row: &mut Fields<'_>) -> Result<(), StoreError> {
        (ask.take)(&mut self.reading, row)?;
        self.taken += 1;
        if self.taken == PAGE {
            self.let_go();
        }
        Ok(())
    }

    /// Counts what was taken in, which is then no longer in memory.
    pub(crate) fn let_go(&mut self) {
        let mut reading = std::mem::take(&mut self.reading);
        self.taken = 0;
        self.count(&reading.rows);
        for (payment, shares) in reading.take_shares() {
            shares.iter().for_each(|share| self.share(payment, share));
        }
    }

    /// The sums, in the order of the tables' names.
    pub(crate) fn finish(self) -> Vec<Tally> {
        self.of.into_values().collect()
    }
}

/// The sums of rows that are all in memory.
pub(crate) fn of_rows(rows: &Rows) -> Vec<Tally> {
    let mut tallies = Tallies::default();
    tallies.count(rows);
    tallies.finish()
}

impl Store {
    /// A sum of each table that has rows, in the order of their names and all of one moment: of two stores to which the same
    /// commands came they are equal.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be read.
    pub async fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        match self {
            Self::Memory(engine) => Ok(engine.tallies()),
            Self::Sqlite(engine) => engine.tallies(),
            Self::Postgres(engine) => engine.tallies().await,
        }
    }
}

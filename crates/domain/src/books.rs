//! Entries as an accountant reads them: sums by heading (科目), the trial balance (试算平衡表), and vouchers (记账凭证).
//!
//! From the fund's side accounts are liabilities: money into a position is credit (贷), out of it debit (借). Invariant:
//! nothing is rounded and no sum wraps; what does not balance is told, never evened out. Deliberately absent: people.

use std::collections::BTreeMap;
use std::fmt;

use gongji_words::{AreaCode, Day, Fen, InstitutionId};

use crate::journal::{Entry, Journal, JournalKind, Position};
use crate::word::vocabulary;

vocabulary! {
    /// What kind of position money is in (科目). The numbers are those of [`Position::numbers`].
    Heading {
        /// Personal accounts, what is not held.
        Free = 1 "free",
        /// Personal accounts, what is held.
        Held = 2 "held",
        /// Wallets.
        Wallet = 3 "wallet",
        /// What institutions are owed.
        Institution = 4 "institution",
        /// What other provinces' areas are owed, or owe.
        Area = 5 "area",
        /// Premiums collected.
        Premiums = 6 "premiums",
        /// Contributions and opening balances.
        Credits = 7 "credits",
        /// Interest.
        Interest = 8 "interest",
        /// Money set aside.
        Suspense = 9 "suspense",
        /// Paid to heirs.
        Heirs = 10 "heirs",
        /// Corrections.
        Corrections = 11 "corrections",
    }
}

impl Heading {
    /// The heading of a position.
    #[must_use]
    pub const fn of(position: Position) -> Self {
        match position {
            Position::Free(_) => Self::Free,
            Position::Held(..) => Self::Held,
            Position::Wallet(_) => Self::Wallet,
            Position::Institution(_) => Self::Institution,
            Position::Area(_) => Self::Area,
            Position::Premiums => Self::Premiums,
            Position::Credits => Self::Credits,
            Position::Interest => Self::Interest,
            Position::Suspense(_) => Self::Suspense,
            Position::Heirs(_) => Self::Heirs,
            Position::Corrections => Self::Corrections,
        }
    }

    /// Its name in Chinese.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Free => "个人账户（可用）",
            Self::Held => "个人账户（冻结）",
            Self::Wallet => "医保钱包",
            Self::Institution => "应付定点医药机构",
            Self::Area => "异地往来",
            Self::Premiums => "代收居民参保缴费",
            Self::Credits => "划入个人账户",
            Self::Interest => "个人账户利息",
            Self::Suspense => "暂存款",
            Self::Heirs => "已付继承人",
            Self::Corrections => "差错更正",
        }
    }

    /// Its name in English.
    #[must_use]
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Free => "accounts, free",
            Self::Held => "accounts, held",
            Self::Wallet => "wallets",
            Self::Institution => "owed to institutions",
            Self::Area => "other areas",
            Self::Premiums => "premiums collected",
            Self::Credits => "contributions",
            Self::Interest => "interest",
            Self::Suspense => "suspense",
            Self::Heirs => "paid to heirs",
            Self::Corrections => "corrections",
        }
    }
}

/// A sum of any number of amounts, in fen; it prints as yuan with two digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum(i128);

impl Sum {
    /// Adds an amount. `i64` fen would have to come more often than there are numbers for journals to overflow.
    pub const fn add(&mut self, amount: Fen) {
        self.0 += amount.fen() as i128;
    }

    /// Adds another sum.
    pub const fn add_all(&mut self, other: Self) {
        self.0 += other.0;
    }

    /// How much more this is than another.
    #[must_use]
    pub const fn over(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    /// Whether it is no money at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl From<Fen> for Sum {
    fn from(amount: Fen) -> Self {
        Self(amount.fen().into())
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, fen) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

/// What went into a heading and out of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    /// 借: out of it.
    pub debit: Sum,
    /// 贷: into it.
    pub credit: Sum,
}

impl Turnover {
    /// Counts an entry's amount on its side.
    pub fn enter(&mut self, amount: Fen) {
        if amount.is_negative() {
            self.debit = self.debit.over(amount.into());
        } else {
            self.credit.add(amount);
        }
    }

    /// What is left in it; negative if more went out.
    #[must_use]
    pub const fn balance(self) -> Sum {
        self.credit.over(self.debit)
    }

    fn total<'t>(all: impl Iterator<Item = &'t Self>) -> Self {
        let mut total = Self::default();
        for one in all {
            total.debit.add_all(one.debit);
            total.credit.add_all(one.credit);
        }
        total
    }
}

/// 试算平衡表: all entries until some day, by heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrialBalance(BTreeMap<Heading, Turnover>);

impl TrialBalance {
    /// Counts an entry.
    pub fn enter(&mut self, entry: &Entry) {
        self.0.entry(Heading::of(entry.position)).or_default().enter(entry.amount);
    }

    /// Each heading that something was entered under.
    pub fn rows(&self) -> impl Iterator<Item = (Heading, Turnover)> + '_ {
        self.0.iter().map(|(heading, turnover)| (*heading, *turnover))
    }

    /// All headings together. It balances if debit and credit are the same.
    #[must_use]
    pub fn total(&self) -> Turnover {
        Turnover::total(self.0.values())
    }
}

/// A heading's part with whom money is settled (明细科目).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// Nobody in particular.
    None,
    /// An institution.
    Institution(InstitutionId),
    /// Another province's area.
    Area(AreaCode),
}

impl Party {
    const fn of(position: Position) -> Self {
        match position {
            Position::Institution(id) => Self::Institution(id),
            Position::Area(area) => Self::Area(area),
            _ => Self::None,
        }
    }
}

/// One line of a voucher; one of the two sides is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoucherLine {
    /// 科目.
    pub heading: Heading,
    /// 明细科目.
    pub party: Party,
    /// 借 or 贷.
    pub side: Turnover,
}

/// 记账凭证: what journals of one kind moved on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// Its number on the day, from 1.
    pub number: u16,
    /// What its journals record.
    pub kind: JournalKind,
    /// How many there were.
    pub journals: u64,
    /// Debits, then credits, each by heading and party.
    pub lines: Vec<VoucherLine>,
}

impl Voucher {
    /// Both sides together; a voucher balances if they are the same.
    #[must_use]
    pub fn total(&self) -> Turnover {
        Turnover::total(self.lines.iter().map(|line| &line.side))
    }

    /// What happened, in Chinese (摘要).
    #[must_use]
    pub fn summary_zh(&self) -> String {
        format!("{}，共{}笔", summary_of(self.kind), self.journals)
    }
}

const fn summary_of(kind: JournalKind) -> &'static str {
    match kind {
        JournalKind::Settlement => "个人账户及家庭共济支付医药费用",
        JournalKind::Reversal => "结算冲正退回",
        JournalKind::Premium => "个人账户代缴居民参保费用",
        JournalKind::Credit => "划入个人账户",
        JournalKind::Interest => "个人账户计息",
        JournalKind::Quota => "共济额度冻结及释放",
        JournalKind::Transfer => "医保钱包转账",
        JournalKind::Move => "医保关系转移接续",
        JournalKind::Estate => "身故人员个人账户处理",
        JournalKind::Correction => "差错更正",
    }
}

/// What was moved, by heading and party.
type Accounts = BTreeMap<(Heading, Party), Turnover>;

/// The journals of one day on their way to vouchers.
#[derive(Clone, Debug)]
pub struct DayBook {
    day: Day,
    kinds: BTreeMap<JournalKind, (u64, Accounts)>,
}

impl DayBook {
    /// Of a day, China Standard Time; nothing is entered yet.
    #[must_use]
    pub const fn of(day: Day) -> Self {
        Self { day, kinds: BTreeMap::new() }
    }

    /// Enters a journal if it is of the day and moves money.
    pub fn enter(&mut self, journal: &Journal, entries: &[Entry]) {
        if journal.at.day() != self.day || entries.is_empty() {
            return;
        }
        let (journals, accounts) = self.kinds.entry(journal.kind).or_default();
        *journals += 1;
        for entry in entries {
            let account = (Heading::of(entry.position), Party::of(entry.position));
            accounts.entry(account).or_default().enter(entry.amount);
        }
    }

    /// One voucher for each kind of journal, in the order of their numbers.
    #[must_use]
    pub fn vouchers(&self) -> Vec<Voucher> {
        let lines = |accounts: &Accounts| {
            let debits = accounts.iter().map(|(account, all)| (*account, Turnover { debit: all.debit, ..ZERO }));
            let credits = accounts.iter().map(|(account, all)| (*account, Turnover { credit: all.credit, ..ZERO }));
            let line = |((heading, party), side)| VoucherLine { heading, party, side };
            debits.chain(credits).filter(|(_, side)| *side != ZERO).map(line).collect()
        };
        let numbered = self.kinds.iter().zip(1..);
        numbered
            .map(|((kind, (journals, accounts)), number)| {
                let (kind, journals) = (*kind, *journals);
                Voucher { number, kind, journals, lines: lines(accounts) }
            })
            .collect()
    }
}

const ZERO: Turnover = Turnover { debit: Sum(0), credit: Sum(0) };

#[cfg(test)]
mod tests {
    use gongji_words::{CommandId, PersonId};

    use super::*;
    use crate::account::Colour;
    use crate::journal::Moves;

    const SON: PersonId = PersonId::from_number(1);
    const HOSPITAL: Position = Position::Institution(InstitutionId::from_number(1301));
    const PHARMACY: Position = Position::Institution(InstitutionId::from_number(1302));
    const FREE: Position = Position::Free(SON);

    fn day(number: u8) -> Day {
        Day::new(2026, 3, number).unwrap()
    }

    /// Number, day, kind, out of where, into where, yuan.
    type Move = (i64, u8, JournalKind, Position, Position, i64);

    fn written((id, on, kind, out_of, into, yuan): Move) -> (Journal, Vec<Entry>) {
        let mut moves = Moves::none();
        moves.push(SON, (out_of, into), (Colour(2026), Fen::from_fen(yuan * 100)));
        let id = CommandId::from_number(id);
        (Journal { id, at: gongji_words::Moment::at(day(on), 23, 59), kind, reverses: None }, moves.into_entries(id))
    }

    const CREDITED: Move = (1, 7, JournalKind::Credit, Position::Credits, FREE, 1000);
    const PAID: Move = (2, 8, JournalKind::Settlement, FREE, HOSPITAL, 620);
    const PAID_AGAIN: Move = (3, 8, JournalKind::Settlement, FREE, PHARMACY, 30);
    const UNDONE: Move = (4, 8, JournalKind::Reversal, HOSPITAL, FREE, 620);

    fn lines_of(voucher: &Voucher) -> Vec<String> {
        let line =
            |line: &VoucherLine| format!("{} {:?} {} {}", line.heading, line.party, line.side.debit, line.side.credit);
        voucher.lines.iter().map(line).collect()
    }

    #[test]
    fn a_trial_balance_has_the_two_sides_of_each_heading_and_balances() {
        let mut balance = TrialBalance::default();
        for (_, entries) in [CREDITED, PAID, PAID_AGAIN, UNDONE].map(written) {
            entries.iter().for_each(|entry| balance.enter(entry));
        }
        let row =
            |(heading, all): (Heading, Turnover)| format!("{heading} {} {} {}", all.debit, all.credit, all.balance());
        let rows: Vec<String> = balance.rows().map(row).collect();
        assert_eq!(
            rows,
            ["free 650.00 1620.00 970.00", "institution 620.00 650.00 30.00", "credits 1000.00 0.00 -1000.00"]
        );
        assert_eq!(balance.total().debit.to_string(), "2270.00");
        assert!(balance.total().balance().is_zero());
    }

    #[test]
    fn a_trial_balance_that_does_not_balance_says_by_how_much() {
        let mut balance = TrialBalance::default();
        let (_, mut entries) = written(PAID);
        entries[1].amount = Fen::from_fen(62_001);
        entries.iter().for_each(|entry| balance.enter(entry));
        assert_eq!(balance.total().balance().to_string(), "0.01");
        entries[1].amount = Fen::from_fen(61_999);
        let mut balance = TrialBalance::default();
        entries.iter().for_each(|entry| balance.enter(entry));
        assert_eq!(balance.total().balance().to_string(), "-0.01");
    }

    #[test]
    fn a_voucher_is_for_one_kind_of_one_day_and_tells_institutions_apart() {
        let mut book = DayBook::of(day(8));
        for (journal, entries) in [CREDITED, PAID, PAID_AGAIN, UNDONE].map(written) {
            book.enter(&journal, &entries);
        }
        let vouchers = book.vouchers();
        let kinds: Vec<_> = vouchers.iter().map(|one| (one.number, one.kind, one.journals)).collect();
        assert_eq!(kinds, [(1, JournalKind::Settlement, 2), (2, JournalKind::Reversal, 1)]);
        assert_eq!(
            lines_of(&vouchers[0]),
            [
                "free None 650.00 0.00",
                "institution Institution(InstitutionId(1301)) 0.00 620.00",
                "institution Institution(InstitutionId(1302)) 0.00 30.00",
            ]
        );
        assert_eq!(
            lines_of(&vouchers[1]),
            ["institution Institution(InstitutionId(1301)) 620.00 0.00", "free None 0.00 620.00"]
        );
        assert!(vouchers.iter().all(|voucher| voucher.total().balance().is_zero()));
        assert_eq!(vouchers[1].summary_zh(), "结算冲正退回，共1笔");
    }

    #[test]
    fn a_voucher_of_a_journal_that_does_not_balance_does_not_either() {
        let mut book = DayBook::of(day(8));
        let (journal, mut entries) = written(PAID);
        entries.pop();
        book.enter(&journal, &entries);
        assert_eq!(book.vouchers()[0].total().balance().to_string(), "-620.00");
    }

    #[test]
    fn every_position_has_the_heading_of_its_number() {
        for number in 1..=11 {
            let position = Position::from_numbers(number, 130_100, 1).unwrap();
            assert_eq!(i64::from(Heading::of(position).number()), number);
        }
        assert_eq!(Heading::ALL.len(), 11);
        assert_eq!(Position::from_numbers(5, 1301, 0), None, "a number that is no area is no position");
    }
}

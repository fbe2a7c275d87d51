//! Books that the simulator keeps of a node by itself: it follows the rows of every group and never asks the store.
//!
//! Where money is follows from entries alone, what counts against limits from payments alone. Every row that a
//! group writes is held against them at once, so that a run of any length costs for each step only what the step
//! wrote. Deliberately absent: what two nodes must agree on, and whether the store still has what it wrote (see
//! [`crate::check`]).

mod payments;

use std::collections::BTreeMap;

use gongji_domain::account::{Colour, Lots};
use gongji_domain::journal::{Entry, Position};
use gongji_domain::person::InsuranceStatus;
use gongji_domain::record::{Claim, ClaimSide, MessageState, PaymentRow, Rows};
use gongji_words::{AreaCode, CommandId, Fen, MessageId, PersonId};

use crate::check::Verdict;
use crate::client::name;
use crate::orders::digest;
use crate::random::fold;
use payments::Payments;

/// Which area owes which, as which side wrote it down.
pub type Debt = (AreaCode, AreaCode, ClaimSide);

/// The books of one node.
#[derive(Debug)]
pub struct Books {
    /// The province of the node.
    pub province: AreaCode,
    money: Money,
    payments: Payments,
    people: BTreeMap<PersonId, Whereabouts>,
    answers: BTreeMap<u64, u64>,
    debts: BTreeMap<Debt, i128>,
}

/// Where a person is and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Whereabouts {
    status: InsuranceStatus,
    province: AreaCode,
}

/// The sums of all entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money(BTreeMap<Position, BTreeMap<Colour, i64>>);

impl Money {
    /// What is at a position, colour by colour.
    #[must_use]
    pub fn at(&self, position: Position) -> BTreeMap<Colour, i64> {
        self.0.get(&position).cloned().unwrap_or_default()
    }

    /// What a person's account holds, colour by colour.
    #[must_use]
    pub fn account(&self, person: PersonId) -> BTreeMap<Colour, i64> {
        let mut sums = self.at(Position::Free(person));
        let held = self.held(person).flat_map(|(_, lots)| lots);
        for (colour, amount) in held {
            *sums.entry(*colour).or_default() += amount;
        }
        sums
    }

    /// What is held of a person's account, by its owner.
    pub fn held(&self, person: PersonId) -> impl Iterator<Item = (CommandId, &BTreeMap<Colour, i64>)> {
        let [first, last] = [i64::MIN, i64::MAX].map(|end| Position::Held(person, CommandId::from_number(end)));
        self.0.range(first..=last).filter_map(|(position, lots)| match position {
            Position::Held(_, owner) => Some((*owner, lots)),
            _ => None,
        })
    }

    /// Each position with what is there, all colours together.
    pub fn positions(&self) -> impl Iterator<Item = (Position, i64)> {
        self.0.iter().map(|(position, lots)| (*position, lots.values().sum()))
    }

    /// What is at all positions of a kind, all colours together.
    #[must_use]
    pub fn total(&self, wanted: impl Fn(Position) -> bool) -> i128 {
        let of_kind = self.0.iter().filter(|(position, _)| wanted(**position));
        of_kind.flat_map(|(_, lots)| lots.values()).map(|amount| i128::from(*amount)).sum()
    }

    /// Whether there is less than none where an entry went out of. What comes into a wallet keeps its colour, what
    /// goes out of it has none: there only the sum counts.
    fn is_overdrawn(&self, entry: &Entry) -> bool {
        let Some(lots) = self.0.get(&entry.position) else { return false };
        match entry.position {
            Position::Area(_) | Position::Credits | Position::Interest | Position::Corrections => false,
            Position::Wallet(_) => lots.values().sum::<i64>() < 0,
            _ => lots.get(&entry.colour).is_some_and(|left| *left < 0),
        }
    }

    fn enter(&mut self, entry: &Entry) {
        let lots = self.0.entry(entry.position).or_default();
        let sum = lots.entry(entry.colour).or_default();
        *sum += entry.amount.fen();
        if *sum == 0 {
            lots.remove(&entry.colour);
        }
        if lots.is_empty() {
            self.0.remove(&entry.position);
        }
    }
}

/// Whether lots are a sum of entries.
#[must_use]
pub fn is_sum(lots: &Lots, sum: &BTreeMap<Colour, i64>) -> bool {
    lots.iter().map(|(colour, amount)| (colour, amount.fen())).eq(sum.iter().map(|(colour, amount)| (*colour, *amount)))
}

impl Books {
    /// Empty books of the node of a province.
    #[must_use]
    pub fn of(province: AreaCode) -> Self {
        let (money, payments) = (Money::default(), Payments::default());
        let (people, answers, debts) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { province, money, payments, people, answers, debts }
    }

    /// Where all money of this node is.
    #[must_use]
    pub fn money(&self) -> &Money {
        &self.money
    }

    /// A payment as it was written last.
    #[must_use]
    pub fn payment(&self, id: CommandId) -> Option<&PaymentRow> {
        self.payments.row(id)
    }

    /// Whether a person is alive and insured here, as far as was written.
    #[must_use]
    pub fn is_here(&self, person: PersonId) -> bool {
        let at_home = |one: &Whereabouts| one.status != InsuranceStatus::Dead && one.province == self.province;
        self.people.get(&person).is_some_and(at_home)
    }

    /// The sums of all claims.
    #[must_use]
    pub fn debts(&self) -> &BTreeMap<Debt, i128> {
        &self.debts
    }

    /// Whether a message has been answered so.
    #[must_use]
    pub fn answered(&self, message: &MessageId, answer: u64) -> bool {
        self.answers.get(&key(message)) == Some(&answer)
    }

    /// Follows what a group has written.
    ///
    /// # Errors
    /// The first thing that must not be.
    pub fn follow(&mut self, rows: &Rows) -> Verdict {
        self.one_answer(rows)?;
        self.enter(rows)?;
        let known = rows.persons.keys().filter_map(|person| Some((*person, *self.people.get(person)?))).collect();
        for person in rows.persons.values() {
            let now = Whereabouts { status: person.status, province: person.area.province() };
            self.people.insert(person.id, now);
        }
        self.payments.follow(rows, self.province)?;
        self.came_home(rows, &known)?;
        for Claim { from, to, side, amount, .. } in rows.claims.values() {
            *self.debts.entry((*from, *to, *side)).or_default() += i128::from(amount.fen());
        }
        self.rows_are_sums(rows)
    }

    /// A message that is answered is never answered again.
    fn one_answer(&mut self, rows: &Rows) -> Verdict {
        for row in rows.messages.values() {
            let MessageState::Answered(answer) = &row.state else { continue };
            if self.answers.insert(key(&row.id), digest(answer)).is_some() {
                return Err(format!("{} is answered a second time: {answer:?}", name(&row.id)));
            }
        }
        Ok(())
    }

    /// Every journal sums to zero in each colour, and nobody has less than no money.
    fn enter(&mut self, rows: &Rows) -> Verdict {
        let mut sums: BTreeMap<(CommandId, Colour), i128> = BTreeMap::new();
        for entry in rows.entries.values() {
            *sums.entry((entry.journal, entry.colour)).or_default() += i128::from(entry.amount.fen());
            self.money.enter(entry);
        }
        if let Some(((journal, colour), sum)) = sums.iter().find(|(_, sum)| **sum != 0) {
            return Err(format!("the journal {journal} sums to {sum} fen of {colour:?}"));
        }
        for entry in rows.entries.values() {
            if self.money.is_overdrawn(entry) {
                let left = self.money.at(entry.position);
                return Err(format!("{left:?} fen are left at {:?} after {entry:?}", entry.position));
            }
        }
        Ok(())
    }

    /// What is undone goes back to the accounts, colours and wallets that paid; only the money of those who are dead
    /// or gone goes elsewhere.
    fn came_home(&self, rows: &Rows, known: &BTreeMap<PersonId, Whereabouts>) -> Verdict {
        let here = |person: PersonId| {
            let [before, after] = [known.get(&person), self.people.get(&person)];
            let at_home = |one: &Whereabouts| one.status != InsuranceStatus::Dead && one.province == self.province;
            after.is_some_and(at_home) && before.is_none_or(at_home)
        };
        self.payments.came_home(rows, here)
    }

    /// Rows that hold a running amount say what was entered.
    fn rows_are_sums(&self, rows: &Rows) -> Verdict {
        for account in rows.accounts.values() {
            let sum = self.money.account(account.person);
            if !is_sum(&account.lots, &sum) {
                return Err(format!("{account:?} is written, {sum:?} was entered"));
            }
        }
        for hold in rows.holds.values() {
            let sum = self.money.at(Position::Held(hold.person, hold.owner));
            if !is_sum(&hold.lots, &sum) {
                return Err(format!("{hold:?} is written, {sum:?} was entered"));
            }
        }
        for wallet in rows.wallets.values() {
            let sum = self.money.at(Position::Wallet(wallet.person)).values().sum();
            if wallet.balance != Fen::from_fen(sum) {
                return Err(format!("{wallet:?} is written, {sum} fen were entered"));
            }
        }
        self.payments.counters_are_sums(rows)
    }
}

fn key(message: &MessageId) -> u64 {
    fold(fold(1, message.sender().as_bytes()), message.id().as_bytes())
}

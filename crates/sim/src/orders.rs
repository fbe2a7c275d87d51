//! All that clients sent, by number: what is still open in full, what is long answered as a digest.
//!
//! Invariants: numbers are never used twice; an order is put away only once it is answered and nobody works for it;
//! whether orders are put away changes neither [`Orders::fold`] nor any later draw.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::{Index, IndexMut};

use gongji_domain::message::{Answer, Command, CreditKind};
use gongji_words::{CommandId, MessageId};

use crate::client::Order;
use crate::random::fold;
use crate::traffic::Earlier;

/// Orders that stay in full although they are answered: clients still repeat them.
const KEPT: usize = 2_048;

/// Payments and transfers that later commands may be about.
const RECENT: usize = 400;

/// What is left of an order that was put away.
#[derive(Clone, Copy, Debug)]
pub struct PutAway {
    /// The site that it went to.
    pub site: usize,
    /// A digest of its answer; `None` of a question, which has none for ever.
    pub answer: Option<u64>,
}

/// Orders of clients.
#[derive(Debug, Default)]
pub struct Orders {
    away: Vec<PutAway>,
    live: VecDeque<Order>,
    open: BTreeSet<usize>,
    news: Vec<usize>,
    payments: BTreeMap<CommandId, usize>,
    undone: BTreeMap<usize, u32>,
    paid: Vec<Earlier>,
    transfers: Vec<Earlier>,
    credited: i128,
    sums: [u64; 2],
}

impl Index<usize> for Orders {
    type Output = Order;

    fn index(&self, number: usize) -> &Order {
        &self.live[number - self.away.len()]
    }
}

impl IndexMut<usize> for Orders {
    fn index_mut(&mut self, number: usize) -> &mut Order {
        &mut self.live[number - self.away.len()]
    }
}

impl Orders {
    /// No order yet.
    #[must_use]
    pub fn none() -> Self {
        Self { sums: [0, 1], ..Self::default() }
    }

    /// How many there were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.away.len() + self.live.len()
    }

    /// Whether there was none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes an order in, under the next number.
    pub fn push(&mut self, order: Order) {
        self.open.insert(self.len());
        self.live.push_back(order);
    }

    /// Those that are here in full, oldest first.
    pub fn live(&self) -> impl DoubleEndedIterator<Item = (usize, &Order)> {
        let first = self.away.len();
        self.live.iter().enumerate().map(move |(place, order)| (first + place, order))
    }

    /// A number of those that are here in full; `below` gives one below a bound.
    pub fn recent(&self, within: usize, below: impl FnOnce(usize) -> usize) -> usize {
        let first = self.len().saturating_sub(within).max(self.away.len());
        first + below(self.len() - first)
    }

    /// The numbers of those without an answer.
    #[must_use]
    pub fn open(&self) -> Vec<usize> {
        self.open.iter().copied().collect()
    }

    /// Notes that an order has its first answer, and under which id it was entered.
    pub fn answered(&mut self, number: usize, id: Option<CommandId>) {
        self.open.remove(&number);
        self.news.push(number);
        self[number].id = id;
        let Order { message, site, command, answer, .. } = self[number].clone();
        match (&command, &answer) {
            (Command::Settle(_) | Command::PayPremium(_), Some(answer)) => {
                self.payments.extend(id.map(|id| (id, number)));
                let stands = matches!(answer, Answer::Settled(_) | Answer::PaidBy(_));
                let earlier = id.filter(|_| stands).map(|id| Earlier { message, site, command, id });
                remember(&mut self.paid, earlier);
            }
            (Command::Transfer(_), Some(Answer::Pending)) => {
                remember(&mut self.transfers, id.map(|id| Earlier { message, site, command, id }));
            }
            (Command::Reverse { original }, Some(Answer::Reversed)) => {
                if let Some(number) = number_of(original) {
                    *self.undone.entry(number).or_default() += 1;
                }
            }
            (Command::Credit { amount, kind, .. }, Some(Answer::Done)) if *kind != CreditKind::Interest => {
                self.credited += i128::from(amount.fen());
            }
            _ => {}
        }
    }

    /// Payments that were answered lately, the latest last.
    #[must_use]
    pub fn paid(&self) -> &[Earlier] {
        &self.paid
    }

    /// Transfers that were sent lately, the latest last.
    #[must_use]
    pub fn transfers(&self) -> &[Earlier] {
        &self.transfers
    }

    /// The number of the order that made a payment.
    #[must_use]
    pub fn of_payment(&self, id: CommandId) -> Option<usize> {
        self.payments.get(&id).copied()
    }

    /// How often clients were told that an order is undone.
    #[must_use]
    pub fn undone(&self, number: usize) -> u32 {
        self.undone.get(&number).copied().unwrap_or_default()
    }

    /// The orders of which clients were told most often that they are undone, if that was more than once.
    #[must_use]
    pub fn undone_twice(&self) -> Option<(usize, u32)> {
        self.undone.iter().map(|(number, times)| (*number, *times)).find(|(_, times)| *times > 1)
    }

    /// What was credited with an answer, interest apart, in fen.
    #[must_use]
    pub fn credited(&self) -> i128 {
        self.credited
    }

    /// The orders answered since [`Orders::forget_news`] that are here in full.
    pub fn news(&self) -> impl Iterator<Item = &Order> {
        self.news.iter().filter(|number| **number >= self.away.len()).map(|number| &self[*number])
    }

    /// What is new from here on.
    pub fn forget_news(&mut self) {
        self.news.clear();
    }

    /// What is left of those that were put away, by number.
    #[must_use]
    pub fn away(&self) -> &[PutAway] {
        &self.away
    }

    /// Puts away what is long answered.
    pub fn put_away(&mut self) {
        while self.live.len() > KEPT {
            let Some(order) = self.live.pop_front_if(|order| order.answer.is_some() && order.under_way == 0) else {
                return;
            };
            self.sums = folded(self.sums, &order);
            let answer = order.answer.as_ref().filter(|_| !order.is_question()).map(digest);
            self.away.push(PutAway { site: order.site, answer });
        }
    }

    /// Two numbers for all orders and their answers.
    #[must_use]
    pub fn fold(&self) -> [u64; 2] {
        self.live.iter().fold(self.sums, folded)
    }
}

/// A digest of an answer.
#[must_use]
pub fn digest(answer: &Answer) -> u64 {
    fold(7, format!("{answer:?}").as_bytes())
}

/// The message of the order with a number.
#[must_use]
pub fn message_of(number: usize) -> MessageId {
    MessageId::new("till", format!("{number}")).expect("a number is short and printable")
}

fn number_of(message: &MessageId) -> Option<usize> {
    message.id().parse().ok()
}

fn folded(sums: [u64; 2], order: &Order) -> [u64; 2] {
    let text = format!("{:?} {:?}", order.message, order.answer);
    sums.map(|sum| fold(sum.rotate_left(9), text.as_bytes()))
}

fn remember(list: &mut Vec<Earlier>, earlier: Option<Earlier>) {
    list.extend(earlier);
    if list.len() > 2 * RECENT {
        list.drain(..RECENT);
    }
}

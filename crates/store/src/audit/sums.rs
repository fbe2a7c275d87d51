//! A first look at everything: two sums, one over what chains and kept rows say, one over what commands say, which are the same
//! if and only if nothing is wrong. Each table is gone through once in its own order, where [`super::walk`] looks for each
//! command of each chain.
//!
//! Every fact that both sides know adds the same number, which only who has the key can foretell: that a person's chain seals a
//! command with these digests; and for each amount that is kept, the amount times the number of its place. So the sums are equal
//! if all facts are, in whatever order they come, and otherwise but once in some 10^19 times. Invariants: memory does not grow
//! with the ledger; nothing is found sound here that the walk finds wrong. Deliberately absent: saying what is wrong, and the older
//! form of seals ([`Form::Wide`]), which no row says of itself. If the sums differ, the walk looks for it.

use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use futures_util::future::join;
use gongji_domain::account::{Account, Hold};
use gongji_domain::journal::{Entry, Position};
use gongji_domain::limits::Period;
use gongji_domain::record::{Counter, PaymentRow, PaymentState, Rows};
use gongji_domain::wallet::Wallet;
use gongji_words::{CommandId, PersonId};

use super::{Progress, Reads, amount_of, counts};
use crate::StoreError;
use crate::seal::{Form, JOURNAL, PAYMENT, Seal, Sealer, Subject, TRACE, concerned, entries_of};
use crate::sql::Reading;
use crate::sql::reading::{asks_for_commands_after, asks_for_commands_upto, asks_for_ends_of_journals};

/// Commands read at once.
const PAGE: usize = 1_024;
/// Commands summed up at once, before others run.
const AT_ONCE: usize = 32;
/// Parts into which commands are divided among those who go through them.
const PARTS: i64 = 8;

/// What a number stands for.
#[derive(Hash)]
enum Place<'a> {
    Sealed(PersonId, CommandId, u8, &'a [u8]),
    Shared(PersonId, CommandId, &'a [u8]),
    Account(PersonId, i32),
    Hold(PersonId, CommandId, i32),
    Wallet(PersonId),
    Counter(PersonId, CommandId, Period),
    /// A payment, and the journal that undid it.
    Undone(CommandId, CommandId),
}

/// The sum of one side.
pub(super) struct Sum {
    /// Has taken the key in already.
    begun: [DefaultHasher; 2],
    total: u128,
}

impl Sum {
    pub(super) fn of(sealer: &Sealer) -> Self {
        let begun = [0_u8, 1].map(|half| {
            let mut hasher = DefaultHasher::new();
            (sealer.secret_of_sums(), half).hash(&mut hasher);
            hasher
        });
        Self { begun, total: 0 }
    }

    pub(super) fn is_equal(&self, other: &Self) -> bool {
        self.total == other.total
    }

    fn number_of(&self, place: &Place<'_>) -> u128 {
        let half = |begun: &DefaultHasher| {
            let mut hasher = begun.clone();
            place.hash(&mut hasher);
            u128::from(hasher.finish())
        };
        half(&self.begun[0]) << 64 | half(&self.begun[1])
    }

    fn add(&mut self, place: &Place<'_>, amount: i128) {
        let number = self.number_of(place);
        self.total = self.total.wrapping_add(number.wrapping_mul(amount.cast_unsigned()));
    }

    /// What a chain says of a command; of anything else nothing.
    pub(super) fn take_seal(&mut self, seal: &Seal) {
        match seal.subject {
            Subject::Command(id, parts) => self.add(&Place::Sealed(seal.person, id, parts, &seal.covers), 1),
            Subject::Shared(id) => self.add(&Place::Shared(seal.person, id, &seal.covers), 1),
            Subject::Person | Subject::Freeze | Subject::Binding(_) => {}
        }
    }

    pub(super) fn take_account(&mut self, account: &Account) {
        for (colour, amount) in account.lots.iter() {
            self.add(&Place::Account(account.person, colour.0), amount_of(amount));
        }
    }

    pub(super) fn take_hold(&mut self, hold: &Hold) {
        for (colour, amount) in hold.lots.iter() {
            self.add(&Place::Hold(hold.person, hold.owner, colour.0), amount_of(amount));
        }
    }

    pub(super) fn take_wallet(&mut self, wallet: &Wallet) {
        self.add(&Place::Wallet(wallet.person), amount_of(wallet.balance));
    }

    pub(super) fn take_counter(&mut self, counter: &Counter) {
        self.add(&Place::Counter(counter.sponsor, counter.binding, counter.period), amount_of(counter.used));
    }

    fn take_entry(&mut self, entry: &Entry) {
        let amount = amount_of(entry.amount);
        match entry.position {
            Position::Free(person) => self.add(&Place::Account(person, entry.colour.0), amount),
            Position::Held(person, owner) => {
                self.add(&Place::Account(person, entry.colour.0), amount);
                self.add(&Place::Hold(person, owner, entry.colour.0), amount);
            }
            Position::Wallet(person) => self.add(&Place::Wallet(person), amount),
            _ => {}
        }
    }

    fn take_payment(&mut self, payment: &PaymentRow) {
        for share in payment.shares.iter().filter(|share| counts(payment, share)) {
            for period in Period::of(payment.at.day()) {
                self.add(&Place::Counter(share.sponsor, share.binding, period), amount_of(share.amount));
            }
        }
    }
}

/// The commands by their numbers, in parts: whoever is free takes the next.
#[derive(Debug)]
pub(crate) struct Ranges(Mutex<VecDeque<(i64, i64)>>);

impl Ranges {
    /// All of them, in parts of about the same length if they came at about the same pace.
    pub(crate) async fn of(at: &impl Reads) -> Result<Self, StoreError> {
        let mut reading = Reading::default();
        at.read(&mut reading, &asks_for_ends_of_journals()).await?;
        let ends = (reading.numbers.first().copied(), reading.numbers.last().copied());
        let (Some(first), Some(last)) = ends else { return Ok(Self::between(&[])) };
        let step = (i128::from(last) - i128::from(first)) / i128::from(PARTS);
        let end = |number: i64| i64::try_from(i128::from(first) + step * i128::from(number)).unwrap_or(last);
        Ok(Self::between(&(1..PARTS).map(end).collect::<Vec<_>>()))
    }

    /// The parts between these ends, which ascend.
    fn between(ends: &[i64]) -> Self {
        let from = std::iter::once(i64::MIN).chain(ends.iter().copied());
        Self(Mutex::new(from.zip(ends.iter().copied().chain([i64::MAX])).collect()))
    }

    fn next(&self) -> Option<(i64, i64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// What commands say.
pub(crate) struct Commands {
    pub(super) sum: Sum,
    pub(super) journals: u64,
    pub(super) entries: u64,
    /// Whether something is wrong that shows without the other side.
    pub(super) is_broken: bool,
}

impl Commands {
    /// Goes through parts of the commands as long as there are some.
    pub(crate) async fn read(
        at: &impl Reads,
        sealer: &Sealer,
        ranges: &Ranges,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Self, StoreError> {
        let mut commands = Self { sum: Sum::of(sealer), journals: 0, entries: 0, is_broken: false };
        let mut ahead = page_of(at, ranges.next()).await?;
        while let Some(page) = ahead {
            let after = if page.upto < page.end { Some((page.upto, page.end)) } else { ranges.next() };
            // A server reads the next page while this one is summed up.
            let (next, ()) = join(page_of(at, after), commands.take(at, &page, sealer)).await;
            progress(Progress { people: 0, entries: commands.entries });
            ahead = if commands.is_broken { None } else { next? };
        }
        Ok(commands)
    }

    /// Both together.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.sum.total = self.sum.total.wrapping_add(other.sum.total);
        self.journals += other.journals;
        self.entries += other.entries;
        self.is_broken |= other.is_broken;
        self
    }

    /// Lets the next page come in now and then.
    async fn take(&mut self, at: &impl Reads, page: &Page, sealer: &Sealer) {
        self.is_broken |= !page.reading.damaged.is_empty();
        let rows = &page.reading.rows;
        let keys = rows.journals.keys().chain(rows.payments.keys()).chain(rows.traces.keys());
        let ids: BTreeSet<CommandId> = keys.chain(rows.entries.keys().map(|(id, _)| id)).copied().collect();
        let is_here = |id: &CommandId| page.after < id.number() && id.number() <= page.upto;
        for (place, id) in ids.into_iter().filter(is_here).enumerate() {
            if place % AT_ONCE == 0 {
                at.pause().await;
            }
            self.take_command(rows, id, sealer);
        }
    }

    fn take_command(&mut self, rows: &Rows, id: CommandId, sealer: &Sealer) {
        let (mut parts, mut covers) = (0, Vec::new());
        for part in [JOURNAL, PAYMENT, TRACE] {
            if let Some(short) = sealer.of_part(Form::Short, rows, id, part) {
                parts |= part;
                covers.extend(short);
            }
        }
        let mut people = concerned(rows, id).into_iter();
        if let Some(first) = people.next() {
            self.sum.add(&Place::Sealed(first, id, parts, &covers), 1);
        }
        people.for_each(|person| self.sum.add(&Place::Shared(person, id, &covers), 1));
        self.take_money(rows, id);
    }

    fn take_money(&mut self, rows: &Rows, id: CommandId) {
        let (mut balance, mut entries) = (0, 0);
        for entry in entries_of(rows, id) {
            balance += amount_of(entry.amount);
            entries += 1;
            self.sum.take_entry(entry);
        }
        let journal = rows.journals.get(&id);
        self.is_broken |= balance != 0 || (entries > 0 && journal.is_none());
        self.entries += entries;
        self.journals += u64::from(entries > 0);
        if let Some(undone) = journal.and_then(|journal| journal.reverses) {
            self.sum.add(&Place::Undone(undone, id), 1);
        }
        let Some(payment) = rows.payments.get(&id) else { return };
        self.sum.take_payment(payment);
        if let Some(by) = payment.reversed_by.filter(|_| journal.is_some()) {
            self.sum.add(&Place::Undone(id, by), -1);
        }
        let is_reversed = payment.state == PaymentState::Reversed;
        self.is_broken |= is_reversed != payment.reversed_by.is_some();
    }
}

/// Commands after one number and up to another, of a part that has an end.
struct Page {
    reading: Reading,
    after: i64,
    upto: i64,
    end: i64,
}

/// The next page of a part; none of none.
async fn page_of(at: &impl Reads, part: Option<(i64, i64)>) -> Result<Option<Page>, StoreError> {
    let Some((after, end)) = part else { return Ok(None) };
    let most = i64::try_from(PAGE).expect("a page is short");
    let mut reading = Reading::default();
    at.read(&mut reading, &asks_for_commands_after(after, most)).await?;
    if !reading.damaged.is_empty() {
        return Ok(Some(Page { reading, after, upto: end, end }));
    }
    let journals = reading.rows.journals.keys().next_back().filter(|_| reading.rows.journals.len() == PAGE);
    let traces = reading.rows.traces.keys().next_back().filter(|_| reading.rows.traces.len() == PAGE);
    let upto = journals.into_iter().chain(traces).min().map_or(end, |id| id.number().min(end));
    at.read(&mut reading, &asks_for_commands_upto(after, upto)).await?;
    reading.join_shares();
    Ok(Some(Page { reading, after, upto, end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_commands_follow_each_other_from_the_first_number_to_the_last() {
        let ranges = Ranges::between(&[-7, 0, 9]);
        let parts: Vec<(i64, i64)> = std::iter::from_fn(|| ranges.next()).collect();
        assert_eq!(parts, [(i64::MIN, -7), (-7, 0), (0, 9), (9, i64::MAX)]);
        assert_eq!(Ranges::between(&[]).next(), Some((i64::MIN, i64::MAX)));
    }
}

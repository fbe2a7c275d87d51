//! A first look at everything: two sums, one over what chains and kept rows say, one over what commands say, which are the same
//! if and only if nothing is wrong. Each table is gone through once in its own order, where [`super::walk`] looks for each
//! command of each chain.
//!
//! Every fact that both sides know adds the same number, which only who has the key can foretell: that a person's chain seals a
//! command with these digests; and for each amount that is kept, the amount times the number of its place. So the sums are equal
//! if all facts are, in whatever order they come, and otherwise but once in some 10^19 times. Invariants: memory does not grow
//! with the ledger; nothing is found sound here that the walk finds wrong. Deliberately absent: saying what is wrong. If the sums
//! differ, the walk looks for it.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use gongji_domain::account::{Account, Hold};
use gongji_domain::journal::{Entry, Position};
use gongji_domain::limits::Period;
use gongji_domain::record::{Counter, PaymentRow, PaymentState, Rows};
use gongji_domain::wallet::Wallet;
use gongji_words::{CommandId, PersonId};

use super::{Progress, Reads, amount_of, counts};
use crate::StoreError;
use crate::seal::{JOURNAL, PAYMENT, Seal, Sealer, Subject, TRACE, concerned, entries_of};
use crate::sql::Reading;
use crate::sql::reading::{asks_for_commands_after, asks_for_commands_upto};

/// Commands read at once.
const PAGE: usize = 2_048;

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

/// What commands say.
pub(crate) struct Commands {
    pub(super) sum: Sum,
    pub(super) journals: u64,
    pub(super) entries: u64,
    /// Whether something is wrong that shows without the other side.
    pub(super) is_broken: bool,
}

impl Commands {
    /// Goes through all commands in the order of their numbers.
    pub(crate) async fn read(
        at: &impl Reads,
        sealer: &Sealer,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Self, StoreError> {
        let mut commands = Self { sum: Sum::of(sealer), journals: 0, entries: 0, is_broken: false };
        let mut after = i64::MIN;
        loop {
            let (reading, upto) = page_after(at, after).await?;
            commands.is_broken |= !reading.damaged.is_empty();
            commands.take(&reading.rows, (after, upto), sealer);
            if upto == i64::MAX || commands.is_broken {
                return Ok(commands);
            }
            progress(Progress { people: 0, entries: commands.entries });
            after = upto;
        }
    }

    fn take(&mut self, rows: &Rows, (after, upto): (i64, i64), sealer: &Sealer) {
        let keys = rows.journals.keys().chain(rows.payments.keys()).chain(rows.traces.keys());
        let ids: BTreeSet<CommandId> = keys.chain(rows.entries.keys().map(|(id, _)| id)).copied().collect();
        for id in ids.into_iter().filter(|id| (after..=upto).contains(&id.number()) && id.number() != after) {
            self.take_command(rows, id, sealer);
        }
    }

    fn take_command(&mut self, rows: &Rows, id: CommandId, sealer: &Sealer) {
        let (mut parts, mut covers) = (0, Vec::new());
        for part in [JOURNAL, PAYMENT, TRACE] {
            if let Some(short) = sealer.of_part(rows, id, part) {
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

/// Commands after one number, and up to which they are all there.
async fn page_after(at: &impl Reads, after: i64) -> Result<(Reading, i64), StoreError> {
    let most = i64::try_from(PAGE).expect("a page is short");
    let mut reading = Reading::default();
    at.read(&mut reading, &asks_for_commands_after(after, most)).await?;
    let journals = reading.rows.journals.keys().next_back().filter(|_| reading.rows.journals.len() == PAGE);
    let traces = reading.rows.traces.keys().next_back().filter(|_| reading.rows.traces.len() == PAGE);
    // Rows that cannot be read would make a page shorter than it is.
    let upto = if reading.damaged.is_empty() { journals.into_iter().chain(traces).min() } else { None };
    let upto = upto.map_or(i64::MAX, |id| id.number());
    if reading.damaged.is_empty() {
        at.read(&mut reading, &asks_for_commands_upto(after, upto)).await?;
        reading.join_shares();
    }
    Ok((reading, upto))
}

//! A draft of what a judgement writes: it sees its own changes over the facts, moves money with its journal,
//! and collects notices, claims and messages to other provinces.

use gongji_words::{AreaCode, CommandId, Fen, Month, PersonId};

use crate::account::{Account, Colour, Hold, HoldKind, Lots};
use crate::binding::{Binding, BindingState};
use crate::journal::{Journal, JournalKind, Moves, Position};
use crate::limits::Period;
use crate::message::{Due, PeerAsk, PeerCommand};
use crate::person::Person;
use crate::reason::Notice;
use crate::record::{Claim, ClaimSide, Counter, Delivery, NoticeRow, OutboxRow, Rows, TimerRow, TimerState};
use crate::zoo::{self, Cage};

use super::Sight;

pub(super) struct Draft<'a> {
    pub(super) sight: Sight<'a>,
    pub(super) rows: Rows,
    moves: Moves,
    kind: JournalKind,
    reverses: Option<CommandId>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(sight: Sight<'a>, kind: JournalKind) -> Self {
        Self { sight, rows: Rows::default(), moves: Moves::none(), kind, reverses: None }
    }

    pub(super) fn reversing(sight: Sight<'a>, original: CommandId) -> Self {
        Self { reverses: Some(original), ..Self::new(sight, JournalKind::Reversal) }
    }

    /// The rows, with the journal of all moves.
    pub(super) fn into_rows(mut self) -> Rows {
        if self.moves.is_empty() {
            return self.rows;
        }
        let id = self.sight.envelope.id;
        let journal = Journal { id, at: self.sight.envelope.at, kind: self.kind, reverses: self.reverses };
        self.rows.journals.insert(id, journal);
        for entry in self.moves.into_entries(id) {
            self.rows.entries.insert((id, entry.leg), entry);
        }
        self.rows
    }

    pub(super) fn person(&self, person: PersonId) -> Option<&Person> {
        self.rows.persons.get(&person).or_else(|| self.sight.facts.rows.persons.get(&person))
    }

    /// The person, if he is insured at this node now.
    pub(super) fn local(&self, person: PersonId) -> Option<&Person> {
        self.person(person).filter(|person| person.area.province() == self.sight.node)
    }

    pub(super) fn account(&self, person: PersonId) -> Option<&Account> {
        self.rows.accounts.get(&person).or_else(|| self.sight.facts.rows.accounts.get(&person))
    }

    pub(super) fn account_mut(&mut self, person: PersonId) -> &mut Account {
        let before = self.sight.facts.rows.accounts.get(&person);
        self.rows.accounts.entry(person).or_insert_with(|| match before {
            Some(account) => account.clone(),
            None => Account { person, lots: Lots::none(), frozen: false },
        })
    }

    fn hold_mut(&mut self, person: PersonId, owner: CommandId, kind: HoldKind) -> &mut Hold {
        let before = self.sight.facts.rows.holds.get(&(person, owner));
        self.rows.holds.entry((person, owner)).or_insert_with(|| match before {
            Some(hold) => hold.clone(),
            None => Hold { person, owner, kind, lots: Lots::none() },
        })
    }

    /// What is held for an owner.
    pub(super) fn held(&self, person: PersonId, owner: CommandId) -> Lots {
        let key = (person, owner);
        let hold = self.rows.holds.get(&key).or_else(|| self.sight.facts.rows.holds.get(&key));
        hold.map_or(Lots::none(), |hold| hold.lots.clone())
    }

    /// What is not held of an account.
    pub(super) fn free(&self, person: PersonId) -> Lots {
        let Some(account) = self.account(person) else { return Lots::none() };
        let mut free = account.lots.clone();
        if zoo::open(Cage::HoldsLeftOut) {
            return free;
        }
        for hold in self.sight.facts.holds_of(person) {
            if !self.rows.holds.contains_key(&(person, hold.owner)) {
                free.remove(&hold.lots);
            }
        }
        for hold in self.rows.holds.values().filter(|hold| hold.person == person) {
            free.remove(&hold.lots);
        }
        free
    }

    /// Money leaves an account.
    pub(super) fn spend(&mut self, person: PersonId, lots: &Lots, into: Position) {
        self.account_mut(person).lots.remove(lots);
        self.push(person, (Position::Free(person), into), lots);
    }

    /// Money comes into an account.
    pub(super) fn receive(&mut self, person: PersonId, lots: &Lots, out_of: Position) {
        self.account_mut(person).lots.put_all(lots);
        self.push(person, (out_of, Position::Free(person)), lots);
    }

    /// Free money is set aside.
    pub(super) fn hold(&mut self, person: PersonId, (owner, kind): (CommandId, HoldKind), lots: &Lots) {
        self.hold_mut(person, owner, kind).lots.put_all(lots);
        if zoo::open(Cage::HeldTwice) {
            self.hold_mut(person, owner, kind).lots.put_all(lots);
        }
        self.push(person, (Position::Free(person), Position::Held(person, owner)), lots);
    }

    /// Held money is free again.
    pub(super) fn release(&mut self, person: PersonId, (owner, kind): (CommandId, HoldKind), lots: &Lots) {
        self.hold_mut(person, owner, kind).lots.remove(lots);
        self.push(person, (Position::Held(person, owner), Position::Free(person)), lots);
    }

    /// Held money leaves the account.
    pub(super) fn spend_held(
        &mut self,
        person: PersonId,
        (owner, kind): (CommandId, HoldKind),
        paid: (&Lots, Position),
    ) {
        let (lots, into) = paid;
        self.hold_mut(person, owner, kind).lots.remove(lots);
        self.account_mut(person).lots.remove(lots);
        self.push(person, (Position::Held(person, owner), into), lots);
    }

    /// Money comes back into a hold.
    pub(super) fn receive_held(&mut self, person: PersonId, owner: CommandId, back: (&Lots, Position)) {
        let (lots, out_of) = back;
        self.account_mut(person).lots.put_all(lots);
        self.hold_mut(person, owner, HoldKind::Quota).lots.put_all(lots);
        self.push(person, (out_of, Position::Held(person, owner)), lots);
    }

    /// Moves money between positions that have no row of their own.
    pub(super) fn push(&mut self, key: PersonId, way: (Position, Position), lots: &Lots) {
        for lot in lots.iter() {
            self.moves.push(key, way, lot);
        }
    }

    /// Moves uncoloured money: what areas owe, what wallets hold.
    pub(super) fn push_plain(&mut self, key: PersonId, way: (Position, Position), amount: Fen) {
        self.moves.push(key, way, (Colour::default(), amount));
    }

    /// The colour of this year's money in an area.
    pub(super) fn colour_now(&self, area: AreaCode) -> Colour {
        super::facts::colour_now(self.sight, area)
    }

    /// A notice to a person of this node.
    pub(super) fn notify(&mut self, person: PersonId, notice: Notice, amount: Option<Fen>) {
        if self.local(person).is_none() {
            return;
        }
        let command = self.sight.envelope.serial;
        let place = u16::try_from(self.rows.notices.len()).expect("a command sends fewer than 65 536 notices");
        let at = self.sight.envelope.at;
        self.rows.notices.insert((person, command, place), NoticeRow { person, command, place, at, notice, amount });
    }

    /// A message to another province that must arrive.
    pub(super) fn tell(&mut self, to: AreaCode, command: PeerCommand) {
        let place = u16::try_from(self.rows.outbox.len()).expect("a command sends fewer than 65 536 messages");
        let id = self.sight.envelope.serial;
        let ask = PeerAsk { to, command };
        self.rows.outbox.insert((id, place), OutboxRow { command: id, place, ask, delivery: Delivery::Waiting });
    }

    /// What one area owes another for an event: written on the sides that this node keeps. Nothing is owed
    /// within a pooling area.
    pub(super) fn owe(&mut self, event: CommandId, (from, to): (AreaCode, AreaCode), (month, amount): (Month, Fen)) {
        let (from, to) = (from.pool(), to.pool());
        if from == to || amount.is_zero() {
            return;
        }
        for (side, keeper) in [(ClaimSide::Debtor, from), (ClaimSide::Creditor, to)] {
            if keeper.province() != self.sight.node || side == ClaimSide::Creditor && zoo::open(Cage::ClaimOneSided) {
                continue;
            }
            let row = self.rows.claims.entry((event, from, to, side)).or_insert(Claim {
                event,
                from,
                to,
                side,
                month,
                amount: Fen::ZERO,
            });
            row.amount = row.amount.plus(amount);
            if side == ClaimSide::Debtor {
                row.amount = row.amount.minus(zoo::fen(Cage::ClaimOtherAmount));
            }
        }
    }

    /// Counts a payment (or, negative, its reversal) in the periods of its day.
    pub(super) fn count(&mut self, (sponsor, binding): (PersonId, CommandId), day: gongji_words::Day, amount: Fen) {
        for period in Period::of(day).into_iter().filter(|_| !zoo::open(Cage::CounterNotWritten)) {
            let key = (sponsor, binding, period);
            let before = self.sight.facts.rows.counters.get(&key).map_or(Fen::ZERO, |counter| counter.used);
            let row = self.rows.counters.entry(key).or_insert(Counter { sponsor, binding, period, used: before });
            row.used = row.used.plus(amount);
            assert!(!row.used.is_negative(), "no counter goes below zero");
        }
    }

    /// Keeps a binding as it now is: its timer, and its mirror in another province.
    pub(super) fn keep_binding(&mut self, binding: Binding) {
        let due = Due::Binding { sponsor: binding.sponsor, binding: binding.id };
        let mirrored = binding.sponsor_area.province() != self.sight.node;
        if !mirrored {
            self.keep_timer(due, binding.next_due());
            if binding.beneficiary_area.province() != self.sight.node && !zoo::open(Cage::MirrorNotSent) {
                self.tell(binding.beneficiary_area, PeerCommand::Mirror(binding.clone()));
            }
        }
        self.rows.bindings.insert((binding.sponsor, binding.id), binding);
    }

    /// Sets, moves or takes away timed work.
    pub(super) fn keep_timer(&mut self, due: Due, at: Option<gongji_words::Moment>) {
        let row = match at {
            Some(at) => TimerRow { at, due, state: TimerState::Waiting },
            None if self.sight.facts.rows.timers.contains_key(&due) || self.rows.timers.contains_key(&due) => {
                TimerRow { at: self.sight.envelope.at, due, state: TimerState::Done }
            }
            None => return,
        };
        self.rows.timers.insert(due, row);
    }

    /// Ends a binding: what is frozen for it is free again, both sides are told.
    pub(super) fn end_binding(&mut self, binding: &Binding, cause: crate::binding::EndCause) {
        let mut ended = binding.clone();
        ended.end(cause, self.sight.envelope.at);
        let held = self.held(binding.sponsor, binding.id);
        if !held.is_empty() && !zoo::open(Cage::HoldNotReleased) {
            self.release(binding.sponsor, (binding.id, HoldKind::Quota), &held);
        }
        let home = binding.sponsor_area.province() == self.sight.node;
        self.keep_binding(ended);
        if !home {
            let (sponsor, binding_id) = (binding.sponsor, binding.id);
            self.tell(
                binding.sponsor_area,
                PeerCommand::EndBinding { sponsor, binding: binding_id, cause, ends_at: None },
            );
        }
        for person in [binding.sponsor, binding.beneficiary] {
            self.notify(person, Notice::Unbound, None);
        }
    }

    /// Tells both sides that a binding is active, if it is.
    pub(super) fn tell_effective(&mut self, binding: &Binding) {
        if binding.state != BindingState::Active {
            return;
        }
        for person in [binding.sponsor, binding.beneficiary] {
            self.notify(person, Notice::Effective, None);
        }
    }
}

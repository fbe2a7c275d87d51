//! What the sum of a group writes, table by table: batches of rows, each for one statement.
//!
//! Invariants: an account is written only over the version that was read; rows that are only added, and answered
//! messages, are never written over; what is held is summed again with every writing of an account or hold. Deliberately
//! absent: how a statement is run.

use std::collections::BTreeSet;

use gongji_domain::account::{Account, Hold};
use gongji_domain::binding::Binding;
use gongji_domain::person::Person;
use gongji_domain::record::{Facts, MessageRow, MessageState, PaymentRow, Rows};
use gongji_domain::wallet::Transfer;
use gongji_domain::zoo::{self, Cage};
use gongji_words::{Day, Fen, PersonId};

use super::catalogue as sql;
use super::decode::{due_numbers, json};
use super::values::{self, fen};
use super::{Known, Statement, Value, kinds};
use crate::StoreError;
use crate::paper::{self, Closed};
use crate::seal::Sealed;

/// Rows for one statement.
pub(crate) struct Batch<'a> {
    pub(crate) statement: &'static Statement,
    /// The values of one row after the other, `width` for each.
    pub(crate) values: Vec<Value<'a>>,
    pub(crate) width: usize,
    /// Whether every row of the batch must be written, and what it means when one is not.
    pub(crate) missed: Option<fn() -> StoreError>,
}

/// The batches of a group, in the order in which they are run.
#[derive(Default)]
struct Batches<'a>(Vec<Batch<'a>>);

impl<'a> Batches<'a> {
    fn add<const N: usize>(&mut self, statement: &'static Statement, row: [Value<'a>; N]) {
        self.put(statement, row, None);
    }

    /// No row written means that somebody wrote without the lock.
    fn over<const N: usize>(&mut self, statement: &'static Statement, row: [Value<'a>; N]) {
        let missed: fn() -> StoreError = || StoreError::Contended;
        self.put(statement, row, (!zoo::open(Cage::VersionNotChecked)).then_some(missed));
    }

    fn put<const N: usize>(
        &mut self,
        statement: &'static Statement,
        row: [Value<'a>; N],
        missed: Option<fn() -> StoreError>,
    ) {
        let there = self.0.iter_mut().rev().find(|batch| batch.statement.place == statement.place);
        match there {
            Some(batch) => batch.values.extend(row),
            None => self.0.push(Batch { statement, values: row.into(), width: N, missed }),
        }
    }
}

/// The seals of a group. Where one is there already, somebody sealed at the same time.
pub(crate) fn of_seals(sealed: &Sealed) -> Vec<Batch<'_>> {
    let mut batches = Batches::default();
    for seal in &sealed.seals {
        let (kind, subject) = seal.subject.numbers();
        let [person, number, day] = [seal.person.number(), seal.number, seal.day.number().into()];
        let [person, number, day, kind, subject] = [person, number, day, kind, subject].map(Value::Number);
        let (covers, code) = (Value::Bytes(&seal.covers), Value::Bytes(&seal.code));
        batches.over(&sql::ADD_SEAL, [person, number, day, kind, subject, covers, code]);
    }
    if let Some(sheet) = &sealed.sheet {
        batches.over(&sql::ADD_SHEET, values::sheet(sheet));
    }
    batches.0
}

/// Turns the sum of a group into batches.
pub(crate) struct Writing<'a> {
    pub(crate) rows: &'a Rows,
    /// The facts after the group.
    pub(crate) facts: &'a Facts,
    pub(crate) known: &'a Known,
    /// Papers that came with messages.
    pub(crate) enclosed: &'a [Closed],
}

impl<'a> Writing<'a> {
    /// People, their money and relations.
    pub(crate) fn of_people(&self) -> Vec<Batch<'a>> {
        let (mut batches, rows) = (Batches::default(), self.rows);
        rows.persons.values().for_each(|row| self.person(row, &mut batches));
        rows.holds.values().for_each(|row| hold(row, &mut batches));
        self.accounts(&mut batches);
        rows.bindings.values().for_each(|row| binding(row, &mut batches));
        rows.transfers.values().for_each(|row| transfer(row, &mut batches));
        small_rows(rows, &mut batches);
        counters(rows, &mut batches);
        self.kinds(&mut batches);
        batches.0
    }

    /// What happened: payments, the ledger, messages.
    pub(crate) fn of_events(&self) -> Vec<Batch<'a>> {
        let (mut batches, rows) = (Batches::default(), self.rows);
        rows.payments.values().for_each(|row| self.payment(row, &mut batches));
        rows.payments.values().for_each(|row| shares(row, &mut batches));
        ledger(rows, &mut batches);
        rows.messages.values().for_each(|row| self.message(row, &mut batches));
        consequences(rows, &mut batches);
        self.enclosed.iter().for_each(|paper| enclosure(paper, &mut batches));
        batches.0
    }

    fn person(&self, row: &'a Person, batches: &mut Batches<'a>) {
        let [id, area, scheme, status, born, sex, traits] = values::person(row);
        let kinds = self.known.kinds.get(&row.id).copied().unwrap_or_default();
        batches.add(&sql::SAVE_PERSON, [id, area, scheme, status, born, sex, traits, kinds.into()]);
    }

    /// Notes for whom there are rows now in tables where there were none.
    fn kinds(&self, batches: &mut Batches<'a>) {
        for (person, bits) in kinds::written(self.rows) {
            let known = self.known.kinds.get(&person).copied().unwrap_or_default();
            if bits & !known != 0 {
                batches.add(&sql::ADD_KINDS, [person.number().into(), bits.into()]);
            }
        }
    }

    /// Accounts that were written, and those of which only the holds were.
    fn accounts(&self, batches: &mut Batches<'a>) {
        let rows = self.rows;
        rows.accounts.values().for_each(|row| self.account(row, batches));
        let holders: BTreeSet<PersonId> = rows.holds.keys().map(|(person, _)| *person).collect();
        for person in holders.into_iter().filter(|person| !rows.accounts.contains_key(person)) {
            // Without an account nothing is held, which was checked before.
            let Some(version) = self.known.versions.get(&person) else { continue };
            batches.over(&sql::SAVE_HELD, [person.number().into(), self.held(person), (*version).into()]);
        }
    }

    fn account(&self, row: &Account, batches: &mut Batches<'a>) {
        let (person, balance, lots) = (row.person.number(), row.lots.total().fen(), json(&row.lots));
        let (frozen, lots) = (row.frozen.into(), Value::owned(lots));
        let held = self.held(row.person);
        match self.known.versions.get(&row.person) {
            None => batches.add(&sql::ADD_ACCOUNT, [person.into(), frozen, lots, balance.into(), held]),
            Some(version) => {
                let values = [person.into(), frozen, lots, balance.into(), held, (*version).into()];
                batches.over(&sql::SAVE_ACCOUNT, values);
            }
        }
    }

    /// What is held of a person after the group, in fen.
    fn held(&self, person: PersonId) -> Value<'a> {
        Fen::sum(self.facts.holds_of(person).map(|hold| hold.lots.total())).fen().into()
    }

    /// Most payments are new; of one that is there the shares are written anew.
    fn payment(&self, row: &'a PaymentRow, batches: &mut Batches<'a>) {
        let values = values::payment(row);
        if self.known.payments.contains(&row.id) {
            batches.over(&sql::SAVE_PAYMENT, values);
            batches.add(&sql::DROP_SHARES, [row.id.number().into()]);
        } else {
            batches.over(&sql::ADD_PAYMENT, values);
        }
    }

    /// A message comes in once and is answered once; between the two it may be written again.
    fn message(&self, row: &'a MessageRow, batches: &mut Batches<'a>) {
        let (state, content) = match &row.state {
            MessageState::Asking(command) => (1, json(command)),
            MessageState::Answered(answer) => (2, json(answer)),
        };
        let values = [
            row.id.sender().into(),
            row.id.id().into(),
            row.command.number().into(),
            row.entered_at.millis().into(),
            row.attempt.into(),
            state.into(),
            Value::owned(json(&row.digests)),
            Value::owned(content),
        ];
        if self.known.messages.contains(&row.id) {
            // Of one that is answered no row is written.
            batches.put(&sql::SAVE_MESSAGE, values, Some(|| StoreError::Constraint { table: "message" }));
        } else {
            batches.over(&sql::ADD_MESSAGE, values);
        }
    }
}

/// One of its name is there already: what was entered with it must not be.
fn enclosure<'a>(paper: &'a Closed, batches: &mut Batches<'a>) {
    batches.put(&sql::ADD_PAPER, paper.values(), Some(|| StoreError::Constraint { table: paper::TABLE }));
}

fn hold<'a>(row: &Hold, batches: &mut Batches<'a>) {
    let (person, owner, kind) = (row.person.number(), row.owner.number(), row.kind.number());
    let (lots, total) = (Value::owned(json(&row.lots)), row.lots.total().fen());
    batches.add(&sql::SAVE_HOLD, [person.into(), owner.into(), kind.into(), lots, total.into()]);
}

fn binding<'a>(row: &'a Binding, batches: &mut Batches<'a>) {
    let [beneficiary, sponsor, id] = [row.beneficiary.number(), row.sponsor.number(), row.id.number()];
    batches.add(&sql::SAVE_BINDING, values::binding(row));
    batches.add(&sql::ADD_LINK, [beneficiary.into(), sponsor.into(), id.into()]);
}

fn transfer<'a>(row: &Transfer, batches: &mut Batches<'a>) {
    batches.add(
        &sql::SAVE_TRANSFER,
        [
            row.id.number().into(),
            row.sender.number().into(),
            row.receiver.number().into(),
            row.sender_area.number().into(),
            row.receiver_area.number().into(),
            row.amount.fen().into(),
            row.sent_at.millis().into(),
            row.returns_at.millis().into(),
            row.state.number().into(),
        ],
    );
}

fn small_rows<'a>(rows: &'a Rows, batches: &mut Batches<'a>) {
    for row in rows.wallets.values() {
        let values = [row.person.number().into(), row.place.number().into(), row.balance.fen().into()];
        batches.add(&sql::SAVE_WALLET, values);
    }
    for row in rows.filings.values() {
        let (id, person, area) = (row.id.number(), row.person.number(), row.area.number());
        let until = Value::maybe(row.until.map(Day::number));
        batches.add(&sql::SAVE_FILING, [id.into(), person.into(), area.into(), row.from.number().into(), until]);
    }
    for row in rows.area_years.values() {
        batches.add(&sql::SAVE_AREA_YEAR, [row.area.number().into(), row.early_turns.into()]);
    }
    for row in rows.family_codes.values() {
        batches.add(&sql::ADD_FAMILY_CODE, [row.member.number().into(), row.holder.number().into()]);
    }
    for row in rows.choices.values() {
        batches.add(&sql::SAVE_CHOICE, [row.beneficiary.number().into(), Value::owned(json(&row.sponsors))]);
    }
}

fn counters<'a>(rows: &Rows, batches: &mut Batches<'a>) {
    for row in rows.counters.values() {
        let (kind, number) = row.period.numbers();
        let (sponsor, binding) = (row.sponsor.number(), row.binding.number());
        let values = [sponsor, kind, number, binding, row.used.fen()].map(Value::Number);
        batches.add(&sql::SAVE_COUNTER, values);
    }
    for row in rows.item_counters.values() {
        let values = [row.patient.number().into(), row.month.number().into(), row.used.fen().into()];
        batches.add(&sql::SAVE_ITEM_COUNTER, values);
    }
}

fn shares<'a>(row: &PaymentRow, batches: &mut Batches<'a>) {
    for (place, share) in (0..).zip(&row.shares) {
        batches.add(&sql::ADD_SHARE, values::share(row.id, place, share));
    }
}

fn ledger<'a>(rows: &'a Rows, batches: &mut Batches<'a>) {
    rows.journals.values().for_each(|row| batches.add(&sql::ADD_JOURNAL, values::journal(row)));
    rows.entries.values().for_each(|row| batches.add(&sql::ADD_ENTRY, values::entry(row)));
    for row in rows.claims.values() {
        let (event, side, month) = (row.event.number(), row.side.number(), row.month.number());
        let (from, to) = (row.from.number(), row.to.number());
        let values = [event.into(), from.into(), to.into(), side.into(), month.into(), row.amount.fen().into()];
        batches.add(&sql::ADD_CLAIM, values);
    }
    rows.traces.values().for_each(|row| batches.add(&sql::ADD_TRACE, values::trace(row)));
}

fn consequences<'a>(rows: &'a Rows, batches: &mut Batches<'a>) {
    for row in rows.premiums.values() {
        let payment = Value::maybe(row.payment.map(|id| id.number()));
        let values = [row.person.number().into(), row.plan.as_str().into(), row.year.into(), payment];
        batches.add(&sql::SAVE_PREMIUM, values);
    }
    for row in rows.institutions.values() {
        let (id, area) = (row.id.number().into(), row.area.number().into());
        let words = [row.kind.number(), row.designation.number(), row.aid.number(), row.wallet.number()];
        let [kind, designation, aid, wallet] = words.map(Value::from);
        batches.add(&sql::SAVE_INSTITUTION, [id, area, kind, designation, aid, wallet]);
    }
    for row in rows.notices.values() {
        let (person, command, at) = (row.person.number(), row.command.number(), row.at.millis());
        let (place, amount) = (row.place.into(), fen(row.amount));
        let values = [person.into(), command.into(), place, at.into(), row.notice.code().into(), amount];
        batches.add(&sql::SAVE_NOTICE, values);
    }
    for row in rows.outbox.values() {
        let (command, place, delivery) = (row.command.number(), row.place, row.delivery.number());
        let values = [command.into(), place.into(), Value::owned(json(&row.ask)), delivery.into()];
        batches.add(&sql::SAVE_OUTBOX, values);
    }
    for row in rows.timers.values() {
        let (kind, person, subject) = due_numbers(row.due);
        let values = [row.at.millis(), kind, person, subject, row.state.number().into()].map(Value::Number);
        batches.add(&sql::SAVE_TIMER, values);
    }
}

//! Writing: the sum of a group, table by table.
//!
//! Invariants: an account is written only over the version that was read; rows that are only added, and answered
//! messages, are never written over; what is held is summed again with every writing of an account or hold.

use std::collections::BTreeSet;

use gongji_domain::account::{Account, Hold};
use gongji_domain::binding::Binding;
use gongji_domain::journal::Entry;
use gongji_domain::person::Person;
use gongji_domain::record::{Facts, MessageRow, MessageState, PaymentRow, Rows};
use gongji_domain::wallet::Transfer;
use gongji_domain::zoo::{self, Cage};
use gongji_words::{CommandId, Day, Fen, Moment, PersonId};
use rusqlite::{Params, params};

use super::access::{At, execute};
use super::catalogue::{self as sql, Statement};
use super::decode::{due_numbers, json, source_number};
use super::fields::bits_of;
use super::kinds;
use super::load::Known;
use crate::StoreError;

type Done = Result<(), StoreError>;

/// Writes into an open transaction.
pub(super) struct Saver<'a, 'c> {
    pub(super) at: &'a At<'c>,
    pub(super) known: &'a Known,
    /// The facts after the group.
    pub(super) facts: &'a Facts,
}

impl Saver<'_, '_> {
    /// People, their money and relations.
    pub(super) fn save_people(&self, rows: &Rows) -> Done {
        rows.persons.values().try_for_each(|row| self.person(row))?;
        rows.holds.values().try_for_each(|row| self.hold(row))?;
        self.accounts(rows)?;
        rows.bindings.values().try_for_each(|row| self.binding(row))?;
        rows.transfers.values().try_for_each(|row| self.transfer(row))?;
        self.small_rows(rows)?;
        self.kinds(rows)
    }

    /// What happened: payments, the ledger, messages.
    pub(super) fn save_events(&self, rows: &Rows) -> Done {
        rows.payments.values().try_for_each(|row| self.payment(row))?;
        self.ledger(rows)?;
        rows.messages.values().try_for_each(|row| self.message(row))?;
        self.consequences(rows)
    }

    fn write(&self, statement: &Statement, values: impl Params) -> Done {
        execute(self.at, statement, values).map(|_| ())
    }

    fn person(&self, row: &Person) -> Done {
        let traits = bits_of(row.traits.iter().map(|one| one.number()));
        let (scheme, status, sex) = (row.scheme.number(), row.status.number(), row.sex.map(|sex| sex.number()));
        let kinds = match self.known.kinds.get(&row.id) {
            Some(kinds) => *kinds,
            None => kinds::existing(self.at, row.id)?,
        };
        self.write(
            &sql::SAVE_PERSON,
            params![row.id.number(), row.area.number(), scheme, status, row.born.number(), sex, traits, kinds],
        )
    }

    /// Notes for whom there are rows now in tables where there were none.
    fn kinds(&self, rows: &Rows) -> Done {
        for (person, bits) in kinds::written(rows) {
            let known = self.known.kinds.get(&person).copied().unwrap_or_default();
            if bits & !known != 0 {
                self.write(&sql::ADD_KINDS, [person.number(), bits])?;
            }
        }
        Ok(())
    }

    fn hold(&self, row: &Hold) -> Done {
        let (person, owner, kind) = (row.person.number(), row.owner.number(), row.kind.number());
        self.write(&sql::SAVE_HOLD, params![person, owner, kind, json(&row.lots), row.lots.total().fen()])
    }

    /// Accounts that were written, and those of which only the holds were.
    fn accounts(&self, rows: &Rows) -> Done {
        rows.accounts.values().try_for_each(|row| self.account(row))?;
        let holders: BTreeSet<PersonId> = rows.holds.keys().map(|(person, _)| *person).collect();
        for person in holders.into_iter().filter(|person| !rows.accounts.contains_key(person)) {
            // Without an account nothing is held, which was checked before.
            let Some(version) = self.known.versions.get(&person) else { continue };
            self.over_version(&sql::SAVE_HELD, params![person.number(), self.held(person), version])?;
        }
        Ok(())
    }

    fn account(&self, row: &Account) -> Done {
        let (person, balance, lots) = (row.person.number(), row.lots.total().fen(), json(&row.lots));
        let held = self.held(row.person);
        match self.known.versions.get(&row.person) {
            None => self.write(&sql::ADD_ACCOUNT, params![person, row.frozen, lots, balance, held]),
            Some(version) => {
                self.over_version(&sql::SAVE_ACCOUNT, params![person, row.frozen, lots, balance, held, version])
            }
        }
    }

    /// No row with the version that was read means that somebody wrote without the lock.
    fn over_version(&self, statement: &Statement, values: impl Params) -> Done {
        match execute(self.at, statement, values)? {
            1 => Ok(()),
            _ if zoo::open(Cage::VersionNotChecked) => Ok(()),
            _ => Err(StoreError::Contended),
        }
    }

    /// What is held of a person after the group, in fen.
    fn held(&self, person: PersonId) -> i64 {
        Fen::sum(self.facts.holds_of(person).map(|hold| hold.lots.total())).fen()
    }

    fn binding(&self, row: &Binding) -> Done {
        let (id, sponsor, beneficiary) = (row.id.number(), row.sponsor.number(), row.beneficiary.number());
        let purposes = row.purposes.as_ref().map(|set| bits_of(set.iter().map(|one| one.number())));
        let limits = &row.limits;
        self.write(
            &sql::SAVE_BINDING,
            params![
                id,
                sponsor,
                beneficiary,
                row.sponsor_area.number(),
                row.beneficiary_area.number(),
                row.relation.number(),
                row.state.number(),
                row.end_cause.map(|cause| cause.number()),
                row.asked_at.millis(),
                millis(row.consent_until),
                row.from.number(),
                row.until.map(Day::number),
                millis(row.ends_at),
                row.unbound_paused,
                millis(row.ended_at),
                fen(limits.quota),
                fen(limits.per_settlement),
                fen(limits.per_day),
                fen(limits.per_month),
                fen(limits.per_year),
                purposes,
                row.proof.word(),
                row.channel.number(),
                row.review_after_consent,
                fen(row.frozen_quota),
            ],
        )?;
        self.write(&sql::ADD_LINK, [beneficiary, sponsor, id])
    }

    fn transfer(&self, row: &Transfer) -> Done {
        self.write(
            &sql::SAVE_TRANSFER,
            params![
                row.id.number(),
                row.sender.number(),
                row.receiver.number(),
                row.sender_area.number(),
                row.receiver_area.number(),
                row.amount.fen(),
                row.sent_at.millis(),
                row.returns_at.millis(),
                row.state.number(),
            ],
        )
    }

    fn small_rows(&self, rows: &Rows) -> Done {
        for row in rows.wallets.values() {
            let values = params![row.person.number(), row.place.number(), row.balance.fen()];
            self.write(&sql::SAVE_WALLET, values)?;
        }
        for row in rows.filings.values() {
            let (id, person, until) = (row.id.number(), row.person.number(), row.until.map(Day::number));
            self.write(&sql::SAVE_FILING, params![id, person, row.area.number(), row.from.number(), until])?;
        }
        for row in rows.area_years.values() {
            self.write(&sql::SAVE_AREA_YEAR, params![row.area.number(), row.early_turns])?;
        }
        for row in rows.family_codes.values() {
            self.write(&sql::ADD_FAMILY_CODE, [row.member.number(), row.holder.number()])?;
        }
        for row in rows.choices.values() {
            self.write(&sql::SAVE_CHOICE, params![row.beneficiary.number(), json(&row.sponsors)])?;
        }
        self.counters(rows)
    }

    fn counters(&self, rows: &Rows) -> Done {
        for row in rows.counters.values() {
            let (kind, number) = row.period.numbers();
            let (sponsor, binding) = (row.sponsor.number(), row.binding.number());
            self.write(&sql::SAVE_COUNTER, [sponsor, kind, number, binding, row.used.fen()])?;
        }
        for row in rows.item_counters.values() {
            let values = params![row.patient.number(), row.month.number(), row.used.fen()];
            self.write(&sql::SAVE_ITEM_COUNTER, values)?;
        }
        Ok(())
    }

    /// Most payments are new; of one that is there the shares are written anew.
    fn payment(&self, row: &PaymentRow) -> Done {
        let (plan, year) = row.plan.as_ref().map(|(plan, year)| (plan, year)).unzip();
        let (id, institution) = (row.id.number(), row.institution.map(|id| id.number()));
        let reversed_by = row.reversed_by.map(|id| id.number());
        let values = params![
            id,
            row.event.number(),
            row.kind.number(),
            row.state.number(),
            row.key.number(),
            row.key_area.number(),
            institution,
            row.payee_area.number(),
            row.at.millis(),
            row.own.fen(),
            row.wallet.fen(),
            row.cash.fen(),
            row.items.fen(),
            plan,
            year,
            reversed_by,
        ];
        if execute(self.at, &sql::ADD_PAYMENT, values)? == 0 {
            self.write(&sql::SAVE_PAYMENT, values)?;
            self.write(&sql::DROP_SHARES, [id])?;
        }
        self.shares(row)
    }

    fn shares(&self, row: &PaymentRow) -> Done {
        let id = row.id.number();
        for (place, share) in (0_i64..).zip(&row.shares) {
            let (sponsor, area, binding) = (share.sponsor.number(), share.area.number(), share.binding.number());
            let (source, row, amount) = (source_number(share.source), share.row.number(), share.amount.fen());
            self.write(&sql::ADD_SHARE, params![id, place, sponsor, area, binding, source, row, amount])?;
        }
        Ok(())
    }

    fn ledger(&self, rows: &Rows) -> Done {
        for row in rows.journals.values() {
            let (at, reverses) = (row.at.millis(), row.reverses.map(|id| id.number()));
            self.write(&sql::ADD_JOURNAL, params![row.id.number(), at, row.kind.number(), reverses])?;
        }
        for row in rows.entries.values() {
            let (kind, subject, owner) = row.position.numbers();
            let (journal, key, amount) = (row.journal.number(), row.key.number(), row.amount.fen());
            let values = params![journal, row.leg, key, kind, subject, owner, row.colour.0, amount];
            self.write(&sql::ADD_ENTRY, values)?;
        }
        for (person, journal) in journals_of_people(rows) {
            self.write(&sql::ADD_PERSON_JOURNAL, [person.number(), journal.number()])?;
        }
        for row in rows.claims.values() {
            let (event, side, month) = (row.event.number(), row.side.number(), row.month.number());
            let values = params![event, row.from.number(), row.to.number(), side, month, row.amount.fen()];
            self.write(&sql::ADD_CLAIM, values)?;
        }
        for row in rows.traces.values() {
            self.write(&sql::ADD_TRACE, params![row.command.number(), row.key.number(), row.bytes])?;
        }
        Ok(())
    }

    /// A message comes in once and is answered once; between the two it may be written again.
    fn message(&self, row: &MessageRow) -> Done {
        let (state, content) = match &row.state {
            MessageState::Asking(command) => (1, json(command)),
            MessageState::Answered(answer) => (2, json(answer)),
        };
        let digests = json(&row.digests);
        let (command, entered) = (row.command.number(), row.entered_at.millis());
        let values = params![row.id.sender(), row.id.id(), command, entered, row.attempt, state, digests, content];
        if execute(self.at, &sql::ADD_MESSAGE, values)? == 1 {
            return Ok(());
        }
        match execute(self.at, &sql::SAVE_MESSAGE, values)? {
            1 => Ok(()),
            _ => Err(StoreError::Constraint { table: "message" }),
        }
    }

    fn consequences(&self, rows: &Rows) -> Done {
        for row in rows.premiums.values() {
            let values = params![row.person.number(), row.plan, row.year, row.payment.map(|id| id.number())];
            self.write(&sql::SAVE_PREMIUM, values)?;
        }
        for row in rows.institutions.values() {
            let (kind, designation) = (row.kind.number(), row.designation.number());
            let (aid, wallet) = (row.aid.number(), row.wallet.number());
            let values = params![row.id.number(), row.area.number(), kind, designation, aid, wallet];
            self.write(&sql::SAVE_INSTITUTION, values)?;
        }
        for row in rows.notices.values() {
            let (person, command, at) = (row.person.number(), row.command.number(), row.at.millis());
            let values = params![person, command, row.place, at, row.notice.code(), fen(row.amount)];
            self.write(&sql::SAVE_NOTICE, values)?;
        }
        for row in rows.outbox.values() {
            let (command, delivery) = (row.command.number(), row.delivery.number());
            self.write(&sql::SAVE_OUTBOX, params![command, row.place, json(&row.ask), delivery])?;
        }
        for row in rows.timers.values() {
            let (kind, person, subject) = due_numbers(row.due);
            self.write(&sql::SAVE_TIMER, params![row.at.millis(), kind, person, subject, row.state.number()])?;
        }
        Ok(())
    }
}

/// Each person of whom money moves, with the journals that move it. A transfer moves money of two.
fn journals_of_people(rows: &Rows) -> BTreeSet<(PersonId, CommandId)> {
    let people = |entry: &Entry| [Some(entry.key), entry.position.person()].into_iter().flatten();
    let named = |entry: &Entry| people(entry).map(|person| (person, entry.journal)).collect::<Vec<_>>();
    rows.entries.values().flat_map(named).collect()
}

fn millis(at: Option<Moment>) -> Option<i64> {
    at.map(Moment::millis)
}

fn fen(amount: Option<Fen>) -> Option<i64> {
    amount.map(Fen::fen)
}

//! One row of a table as one row of the domain, columns in the order of the catalogue.

use std::collections::BTreeSet;
use std::fmt::Display;

use gongji_domain::account::{Account, AreaYear, Colour, Hold, HoldKind, Lots};
use gongji_domain::binding::{Binding, BindingState, Channel, EndCause};
use gongji_domain::burden::Purpose;
use gongji_domain::decide::Source;
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::journal::{Entry, Journal, JournalKind};
use gongji_domain::kinship::Relation;
use gongji_domain::limits::Limits;
use gongji_domain::message::Due;
use gongji_domain::person::{InsuranceStatus, Person, Scheme, Sex, Trait};
use gongji_domain::readiness::Backing;
use gongji_domain::reason::Notice;
use gongji_domain::record::{
    Claim, ClaimSide, Counter, Delivery, FamilyCodeRow, FilingRow, ItemCounter, MessageRow, MessageState, NoticeRow,
    OutboxRow, PaymentKind, PaymentRow, PaymentState, PremiumRow, Share, SponsorChoice, TimerRow, TimerState, TraceRow,
};
use gongji_domain::wallet::{Transfer, TransferState, Wallet};
use gongji_words::{CommandId, Fen, MessageId, PersonId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fields::{self, Fields, area, command, day, fen, flag, institution, moment, month, small, word, words};
use crate::StoreError;
use crate::days::ClosedDay;
use crate::lookup::Money;
use crate::seal::{Code, Seal, Sheet, Subject};

type Read<T> = Result<T, StoreError>;

/// The number of a source, as rows keep it.
pub(crate) const fn source_number(source: Source) -> i64 {
    match source {
        Source::Account => 1,
        Source::Quota => 2,
    }
}

const fn source(number: u8) -> Option<Source> {
    match number {
        1 => Some(Source::Account),
        2 => Some(Source::Quota),
        _ => None,
    }
}

/// Kind, person and subject of timed work, as rows keep them. Their order is that of [`Due`].
pub(crate) const fn due_numbers(due: Due) -> (i64, i64, i64) {
    match due {
        Due::Binding { sponsor, binding } => (1, sponsor.number(), binding.number()),
        Due::Transfer { sender, transfer } => (2, sender.number(), transfer.number()),
    }
}

fn due(f: &mut Fields<'_>) -> Read<Due> {
    let kind: i64 = f.plain()?;
    let (person, subject) = (f.get(fields::person)?, f.get(command)?);
    match kind {
        1 => Ok(Due::Binding { sponsor: person, binding: subject }),
        2 => Ok(Due::Transfer { sender: person, transfer: subject }),
        _ => Err(f.contradiction()),
    }
}

/// A value whose structure is deep, as one column.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("values of the domain have only texts as keys")
}

fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// The value of a word whose type this crate does not name.
fn worded<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

pub(crate) fn number(f: &mut Fields<'_>) -> Read<i64> {
    f.plain()
}

pub(crate) fn maybe_number(f: &mut Fields<'_>) -> Read<Option<i64>> {
    f.plain()
}

pub(crate) fn maybe_moment(f: &mut Fields<'_>) -> Read<Option<gongji_words::Moment>> {
    f.maybe(moment)
}

pub(crate) fn maybe_day(f: &mut Fields<'_>) -> Read<Option<gongji_words::Day>> {
    f.maybe(day)
}

fn code(f: &mut Fields<'_>) -> Read<Code> {
    let bytes: Vec<u8> = f.plain()?;
    bytes.try_into().map_err(|_| f.contradiction())
}

pub(crate) fn seal(f: &mut Fields<'_>) -> Read<Seal> {
    let (person, number, day) = (f.get(fields::person)?, f.plain()?, f.get(day)?);
    let (kind, subject) = (f.plain()?, f.plain()?);
    let subject = Subject::from_numbers(kind, subject).ok_or_else(|| f.contradiction())?;
    Ok(Seal { person, number, day, subject, covers: f.plain()?, code: code(f)? })
}

pub(crate) fn sheet(f: &mut Fields<'_>) -> Read<Sheet> {
    Ok(Sheet { lane: f.plain()?, number: f.plain()?, day: f.get(day)?, heads: f.plain()?, code: code(f)? })
}

pub(crate) fn closed_day(f: &mut Fields<'_>) -> Read<ClosedDay> {
    Ok(ClosedDay { day: f.get(day)?, root: code(f)?, people: f.get(small)?, lanes: f.text(from_json)? })
}

pub(crate) fn person_id(f: &mut Fields<'_>) -> Read<PersonId> {
    f.get(fields::person)
}

/// The keyed hash of a certificate, and whose it is.
pub(crate) fn certificate(f: &mut Fields<'_>) -> Read<(Vec<u8>, PersonId)> {
    Ok((f.plain()?, f.get(fields::person)?))
}

/// Beneficiary, sponsor, binding.
pub(crate) fn link(f: &mut Fields<'_>) -> Read<(PersonId, (PersonId, CommandId))> {
    Ok((f.get(fields::person)?, (f.get(fields::person)?, f.get(command)?)))
}

/// A row of `person`, and in which tables rows may stand under his key.
pub(crate) fn person(f: &mut Fields<'_>) -> Read<(Person, i64)> {
    let person = Person {
        id: f.get(fields::person)?,
        area: f.get(area)?,
        scheme: f.get(word(Scheme::from_number))?,
        status: f.get(word(InsuranceStatus::from_number))?,
        born: f.get(day)?,
        sex: f.maybe(word(Sex::from_number))?,
        traits: f.get(words::<Trait, BTreeSet<Trait>>(Trait::from_number))?,
    };
    Ok((person, f.plain()?))
}

/// An account, with what is kept of it for the constraints and the audit.
pub(crate) struct KeptAccount {
    pub(crate) account: Account,
    pub(crate) held: Fen,
    pub(crate) version: i64,
}

impl KeptAccount {
    pub(crate) fn money(&self) -> Money {
        Money { total: self.account.lots.total(), held: self.held }
    }
}

pub(crate) fn account(f: &mut Fields<'_>) -> Read<KeptAccount> {
    let (person, frozen): (PersonId, bool) = (f.get(fields::person)?, f.get(flag)?);
    let account = Account { person, frozen, lots: lots(f, &person)? };
    Ok(KeptAccount { account, held: f.get(fen)?, version: f.plain()? })
}

pub(crate) fn hold(f: &mut Fields<'_>) -> Read<Hold> {
    let (person, owner): (PersonId, CommandId) = (f.get(fields::person)?, f.get(command)?);
    let kind = f.get(word(HoldKind::from_number))?;
    Ok(Hold { person, owner, kind, lots: lots(f, &format_args!("{person}/{owner}"))? })
}

/// Lots, each of some money, and the column after them, which must be their sum.
fn lots(f: &mut Fields<'_>, row: &impl Display) -> Read<Lots> {
    let lots: Lots = f.text(from_json)?;
    let total = f.get(fen)?;
    let sum: i128 = lots.iter().map(|(_, amount)| i128::from(amount.fen())).sum();
    let whole = sum == i128::from(total.fen()) && lots.iter().all(|(_, amount)| amount.is_positive());
    if whole { Ok(lots) } else { Err(f.torn(row, "its lots do not add up to what stands beside them")) }
}

pub(crate) fn wallet(f: &mut Fields<'_>) -> Read<Wallet> {
    Ok(Wallet { person: f.get(fields::person)?, place: f.get(area)?, balance: f.get(fen)? })
}

pub(crate) fn transfer(f: &mut Fields<'_>) -> Read<Transfer> {
    Ok(Transfer {
        id: f.get(command)?,
        sender: f.get(fields::person)?,
        receiver: f.get(fields::person)?,
        sender_area: f.get(area)?,
        receiver_area: f.get(area)?,
        amount: f.get(fen)?,
        sent_at: f.get(moment)?,
        returns_at: f.get(moment)?,
        state: f.get(word(TransferState::from_number))?,
    })
}

pub(crate) fn filing(f: &mut Fields<'_>) -> Read<FilingRow> {
    Ok(FilingRow {
        id: f.get(command)?,
        person: f.get(fields::person)?,
        area: f.get(area)?,
        from: f.get(day)?,
        until: f.maybe(day)?,
    })
}

pub(crate) fn area_year(f: &mut Fields<'_>) -> Read<AreaYear> {
    Ok(AreaYear { area: f.get(area)?, early_turns: f.get(small)? })
}

pub(crate) fn binding(f: &mut Fields<'_>) -> Read<Binding> {
    Ok(Binding {
        id: f.get(command)?,
        sponsor: f.get(fields::person)?,
        beneficiary: f.get(fields::person)?,
        sponsor_area: f.get(area)?,
        beneficiary_area: f.get(area)?,
        relation: f.get(word(Relation::from_number))?,
        state: f.get(word(BindingState::from_number))?,
        end_cause: f.maybe(word(EndCause::from_number))?,
        asked_at: f.get(moment)?,
        consent_until: f.maybe(moment)?,
        from: f.get(day)?,
        until: f.maybe(day)?,
        ends_at: f.maybe(moment)?,
        unbound_paused: f.get(flag)?,
        ended_at: f.maybe(moment)?,
        limits: limits(f)?,
        purposes: f.maybe(words::<Purpose, BTreeSet<Purpose>>(Purpose::from_number))?,
        proof: f.text(worded)?,
        channel: f.get(word(Channel::from_number))?,
        review_after_consent: f.get(flag)?,
        frozen_quota: f.maybe(fen)?,
    })
}

fn limits(f: &mut Fields<'_>) -> Read<Limits> {
    Ok(Limits {
        quota: f.maybe(fen)?,
        per_settlement: f.maybe(fen)?,
        per_day: f.maybe(fen)?,
        per_month: f.maybe(fen)?,
        per_year: f.maybe(fen)?,
    })
}

pub(crate) fn counter(f: &mut Fields<'_>) -> Read<Counter> {
    let sponsor = f.get(fields::person)?;
    let (kind, number) = (f.plain()?, f.plain()?);
    let period = fields::period(kind, number).ok_or_else(|| f.contradiction())?;
    Ok(Counter { sponsor, binding: f.get(command)?, period, used: f.get(fen)? })
}

pub(crate) fn item_counter(f: &mut Fields<'_>) -> Read<ItemCounter> {
    Ok(ItemCounter { patient: f.get(fields::person)?, month: f.get(month)?, used: f.get(fen)? })
}

pub(crate) fn family_code(f: &mut Fields<'_>) -> Read<FamilyCodeRow> {
    Ok(FamilyCodeRow { member: f.get(fields::person)?, holder: f.get(fields::person)? })
}

pub(crate) fn choice(f: &mut Fields<'_>) -> Read<SponsorChoice> {
    Ok(SponsorChoice { beneficiary: f.get(fields::person)?, sponsors: f.text(from_json)? })
}

/// A payment without its shares.
pub(crate) fn payment(f: &mut Fields<'_>) -> Read<PaymentRow> {
    Ok(PaymentRow {
        id: f.get(command)?,
        event: f.get(command)?,
        kind: f.get(word(PaymentKind::from_number))?,
        state: f.get(word(PaymentState::from_number))?,
        key: f.get(fields::person)?,
        key_area: f.get(area)?,
        institution: f.maybe(institution)?,
        payee_area: f.get(area)?,
        at: f.get(moment)?,
        own: f.get(fen)?,
        wallet: f.get(fen)?,
        cash: f.get(fen)?,
        items: f.get(fen)?,
        plan: plan(f)?,
        reversed_by: f.maybe(command)?,
        shares: Vec::new(),
    })
}

fn plan(f: &mut Fields<'_>) -> Read<Option<(String, i32)>> {
    let (plan, year): (Option<String>, Option<i32>) = (f.plain()?, f.plain()?);
    Ok(plan.zip(year))
}

/// A share, and the payment it is of.
pub(crate) fn share(f: &mut Fields<'_>) -> Read<(CommandId, Share)> {
    let payment = f.get(command)?;
    let share = Share {
        sponsor: f.get(fields::person)?,
        area: f.get(area)?,
        binding: f.get(command)?,
        source: f.get(word(source))?,
        row: f.get(command)?,
        amount: f.get(fen)?,
    };
    Ok((payment, share))
}

pub(crate) fn premium(f: &mut Fields<'_>) -> Read<PremiumRow> {
    Ok(PremiumRow { person: f.get(fields::person)?, plan: f.plain()?, year: f.get(small)?, payment: f.maybe(command)? })
}

pub(crate) fn journal(f: &mut Fields<'_>) -> Read<Journal> {
    Ok(Journal {
        id: f.get(command)?,
        at: f.get(moment)?,
        kind: f.get(word(JournalKind::from_number))?,
        reverses: f.maybe(command)?,
    })
}

pub(crate) fn entry(f: &mut Fields<'_>) -> Read<Entry> {
    let (journal, leg, key) = (f.get(command)?, f.get(small)?, f.get(fields::person)?);
    let numbers = (f.plain()?, f.plain()?, f.plain()?);
    let position = fields::position(numbers).ok_or_else(|| f.contradiction())?;
    Ok(Entry { journal, leg, key, position, colour: Colour(f.get(small)?), amount: f.get(fen)? })
}

pub(crate) fn claim(f: &mut Fields<'_>) -> Read<Claim> {
    Ok(Claim {
        event: f.get(command)?,
        from: f.get(area)?,
        to: f.get(area)?,
        side: f.get(word(ClaimSide::from_number))?,
        month: f.get(month)?,
        amount: f.get(fen)?,
    })
}

pub(crate) fn trace(f: &mut Fields<'_>) -> Read<TraceRow> {
    Ok(TraceRow { command: f.get(command)?, key: f.get(fields::person)?, bytes: f.plain()? })
}

pub(crate) fn message(f: &mut Fields<'_>) -> Read<MessageRow> {
    let (sender, id): (String, String) = (f.plain()?, f.plain()?);
    let id = MessageId::new(sender, id).map_err(|_| f.contradiction())?;
    let (command, entered_at, attempt) = (f.get(command)?, f.get(moment)?, f.get(small)?);
    let state: i64 = f.plain()?;
    let digests = f.text(from_json)?;
    let content: String = f.plain()?;
    let state = match state {
        1 => from_json(&content).map(MessageState::Asking),
        2 => from_json(&content).map(MessageState::Answered),
        _ => None,
    };
    let state = state.ok_or_else(|| f.contradiction())?;
    Ok(MessageRow { id, command, entered_at, digests, attempt, state })
}

pub(crate) fn notice(f: &mut Fields<'_>) -> Read<NoticeRow> {
    Ok(NoticeRow {
        person: f.get(fields::person)?,
        command: f.get(command)?,
        place: f.get(small)?,
        at: f.get(moment)?,
        notice: f.text(Notice::from_code)?,
        amount: f.maybe(fen)?,
    })
}

pub(crate) fn outbox(f: &mut Fields<'_>) -> Read<OutboxRow> {
    Ok(OutboxRow {
        command: f.get(command)?,
        place: f.get(small)?,
        ask: f.text(from_json)?,
        delivery: f.get(word(Delivery::from_number))?,
    })
}

pub(crate) fn timer(f: &mut Fields<'_>) -> Read<TimerRow> {
    Ok(TimerRow { at: f.get(moment)?, due: due(f)?, state: f.get(word(TimerState::from_number))? })
}

/// A binding, its sponsor where he is registered, and his account where he has one.
pub(crate) fn backing(f: &mut Fields<'_>) -> Read<Backing> {
    let binding = binding(f)?;
    let (scheme, status) = (f.maybe(word(Scheme::from_number))?, f.maybe(word(InsuranceStatus::from_number))?);
    let (frozen, free, held) = (f.maybe(flag)?, f.maybe(fen)?, f.maybe(fen)?);
    let account = frozen.zip(free).zip(held).map(|((frozen, free), held)| (frozen, free, held));
    Ok(Backing { binding, sponsor: scheme.zip(status), account })
}

pub(crate) fn read_institution(f: &mut Fields<'_>) -> Read<Institution> {
    Ok(Institution {
        id: f.get(institution)?,
        area: f.get(area)?,
        kind: f.get(word(InstitutionKind::from_number))?,
        designation: f.get(word(Designation::from_number))?,
        aid: f.get(word(Takes::from_number))?,
        wallet: f.get(word(Takes::from_number))?,
    })
}

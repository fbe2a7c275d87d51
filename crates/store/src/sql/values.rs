//! Rows as the columns of their tables, for those that are written and sealed alike.
//!
//! Invariant: columns stand in the order in which the catalogue writes them.

use gongji_domain::binding::Binding;
use gongji_domain::journal::{Entry, Journal};
use gongji_domain::person::Person;
use gongji_domain::record::{PaymentRow, Share, TraceRow};
use gongji_words::{CommandId, Day, Fen, Moment};

use super::Value;
use super::decode::{json, source_number};
use super::fields::bits_of;
use crate::days::ClosedDay;
use crate::seal::Sheet;

/// Without the bits of [`super::kinds`].
pub(crate) fn person(row: &Person) -> [Value<'static>; 7] {
    [
        row.id.number().into(),
        row.area.number().into(),
        row.scheme.number().into(),
        row.status.number().into(),
        row.born.number().into(),
        Value::maybe(row.sex.map(|sex| sex.number())),
        bits_of(row.traits.iter().map(|one| one.number())).into(),
    ]
}

pub(crate) fn payment(row: &PaymentRow) -> [Value<'_>; 16] {
    let (plan, year) = row.plan.as_ref().map(|(plan, year)| (plan, year)).unzip();
    [
        row.id.number().into(),
        row.event.number().into(),
        row.kind.number().into(),
        row.state.number().into(),
        row.key.number().into(),
        row.key_area.number().into(),
        Value::maybe(row.institution.map(|id| id.number())),
        row.payee_area.number().into(),
        row.at.millis().into(),
        row.own.fen().into(),
        row.wallet.fen().into(),
        row.cash.fen().into(),
        row.items.fen().into(),
        plan.map_or(Value::Null, |plan| plan.as_str().into()),
        Value::maybe(year.copied()),
        Value::maybe(row.reversed_by.map(|id| id.number())),
    ]
}

pub(crate) fn share(payment: CommandId, place: i64, row: &Share) -> [Value<'static>; 8] {
    let (sponsor, area, binding) = (row.sponsor.number(), row.area.number(), row.binding.number());
    let (source, row_id) = (source_number(row.source), row.row.number());
    [
        payment.number().into(),
        place.into(),
        sponsor.into(),
        area.into(),
        binding.into(),
        source.into(),
        row_id.into(),
        row.amount.fen().into(),
    ]
}

pub(crate) fn journal(row: &Journal) -> [Value<'static>; 4] {
    let reverses = Value::maybe(row.reverses.map(|id| id.number()));
    [row.id.number().into(), row.at.millis().into(), row.kind.number().into(), reverses]
}

pub(crate) fn entry(row: &Entry) -> [Value<'static>; 8] {
    let (kind, subject, owner) = row.position.numbers();
    let (journal, leg, key) = (row.journal.number(), row.leg.into(), row.key.number());
    [journal, leg, key, kind, subject, owner, row.colour.0.into(), row.amount.fen()].map(Value::Number)
}

pub(crate) fn trace(row: &TraceRow) -> [Value<'_>; 3] {
    [row.command.number().into(), row.key.number().into(), Value::Bytes(&row.bytes)]
}

pub(crate) fn binding(row: &Binding) -> [Value<'static>; 25] {
    let purposes = row.purposes.as_ref().map(|set| bits_of(set.iter().map(|one| one.number())));
    let limits = &row.limits;
    [
        row.id.number().into(),
        row.sponsor.number().into(),
        row.beneficiary.number().into(),
        row.sponsor_area.number().into(),
        row.beneficiary_area.number().into(),
        row.relation.number().into(),
        row.state.number().into(),
        Value::maybe(row.end_cause.map(|cause| cause.number())),
        row.asked_at.millis().into(),
        millis(row.consent_until),
        row.from.number().into(),
        Value::maybe(row.until.map(Day::number)),
        millis(row.ends_at),
        row.unbound_paused.into(),
        millis(row.ended_at),
        fen(limits.quota),
        fen(limits.per_settlement),
        fen(limits.per_day),
        fen(limits.per_month),
        fen(limits.per_year),
        Value::maybe(purposes),
        Value::owned(row.proof.word().to_owned()),
        row.channel.number().into(),
        row.review_after_consent.into(),
        fen(row.frozen_quota),
    ]
}

pub(crate) fn sheet(row: &Sheet) -> [Value<'_>; 5] {
    let numbers = [row.lane, row.number, row.day.number().into()];
    let [lane, number, day] = numbers.map(Value::Number);
    [lane, number, day, Value::Bytes(&row.heads), Value::Bytes(&row.code)]
}

pub(crate) fn closed_day(row: &ClosedDay) -> [Value<'_>; 4] {
    let people = i64::try_from(row.people).expect("a number of people fits 63 bits");
    [row.day.number().into(), Value::Bytes(&row.root), people.into(), Value::owned(json(&row.lanes))]
}

pub(crate) fn millis(at: Option<Moment>) -> Value<'static> {
    Value::maybe(at.map(Moment::millis))
}

pub(crate) fn fen(amount: Option<Fen>) -> Value<'static> {
    Value::maybe(amount.map(Fen::fen))
}

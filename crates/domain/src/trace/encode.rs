//! Writing a trace. The order of the fields here is the layout; [`super::decode`] reads in the same order.
//!
//! Amounts of a case are never negative and far below 10^17 fen: what lies outside is written and refused by
//! the reader.

use gongji_words::{Fen, PersonId};

use super::bytes::Writer;
use super::{SponsorLaw, VERSION};
use crate::binding::Standing;
use crate::case::{Candidate, Case};
use crate::decide::{Cut, Decision, Outcome, Payment, Source, Step};
use crate::message::{Urgency, Using};
use crate::policy::Law;
use crate::reason::Reason;

/// Room for the trace of three sponsors, so that it is written without growing.
const ROOM: usize = 384;

/// Bits of a candidate: insured where the patient is; has a frozen quota; has a limit.
pub(super) const CANDIDATE_HOME: u8 = 1;
pub(super) const CANDIDATE_QUOTA: u8 = 2;
pub(super) const CANDIDATE_LIMIT: u8 = 4;

/// Bits of a step: has a sponsor; has a reason; has an amount other than zero.
pub(super) const STEP_SPONSOR: u8 = 1;
pub(super) const STEP_REASON: u8 = 2;
pub(super) const STEP_AMOUNT: u8 = 4;

/// Writes how a decision came about: bytes that [`super::decode`] reads back.
#[must_use]
pub fn encode(law: &Law, case: &Case, decision: &Decision) -> Vec<u8> {
    let mut writer = Writer::with_room(ROOM);
    writer.byte(VERSION);
    let (policy_digest, sponsor_laws) = laws_of(law, case);
    write_laws(&mut writer, policy_digest, &sponsor_laws);
    write_case(&mut writer, case);
    write_steps(&mut writer, &decision.steps);
    write_outcome(&mut writer, case, &decision.outcome);
    writer.into_bytes()
}

/// The digest of the patient's law, and of the sponsors' laws where they are others.
pub(super) fn laws_of(law: &Law, case: &Case) -> (Option<[u8; 32]>, Vec<SponsorLaw>) {
    let day = case.at.day();
    let Ok(policy) = law.on(case.area, day) else { return (None, Vec::new()) };
    let mut others: Vec<SponsorLaw> = Vec::new();
    for area in case.candidates.iter().map(|candidate| candidate.area) {
        if area == case.area || others.iter().any(|other| other.area == area) {
            continue;
        }
        let Ok(theirs) = law.on(area, day) else { continue };
        if theirs.digest != policy.digest {
            let digest = *theirs.digest.first_chunk().expect("a digest has 32 bytes");
            others.push(SponsorLaw { area, digest });
        }
    }
    (Some(policy.digest), others)
}

fn write_laws(writer: &mut Writer, policy: Option<[u8; 32]>, sponsors: &[SponsorLaw]) {
    writer.byte(u8::from(policy.is_some()));
    if let Some(digest) = policy {
        writer.raw(&digest);
    }
    writer.count(sponsors.len());
    for law in sponsors {
        writer.area(law.area);
        writer.raw(&law.digest);
    }
}

fn write_case(writer: &mut Writer, case: &Case) {
    writer.moment(case.at);
    writer.signed(case.patient.number());
    writer.area(case.area);
    writer.byte(case.scheme.number());
    writer.byte(case.status.number());
    writer.byte(case.traits);
    writer.fen(case.own);
    write_wallet(writer, case);
    writer.area(case.institution_area);
    writer.byte(case.takes_aid.number());
    writer.byte(case.takes_wallet.number());
    write_bill(writer, case);
    write_people(writer, &case.order);
    writer.count(case.candidates.len());
    for candidate in &case.candidates {
        write_candidate(writer, case, candidate);
    }
}

fn write_wallet(writer: &mut Writer, case: &Case) {
    writer.byte(u8::from(case.wallet.is_some()));
    if let Some(wallet) = case.wallet {
        writer.fen(wallet.balance);
        writer.area(wallet.place);
    }
}

fn write_bill(writer: &mut Writer, case: &Case) {
    writer.byte(case.kind.number());
    writer.count(case.burden.parts().count());
    for (part, amount) in case.burden.parts() {
        writer.byte(part.number());
        writer.fen(amount);
    }
    writer.fen(case.fund);
    write_using(writer, case.using);
    writer.byte(urgency_number(case.urgency));
    writer.byte(case.filing.number());
    writer.byte(case.family_code.number());
    writer.fen(case.items_used);
}

fn write_using(writer: &mut Writer, using: Using) {
    match using {
        Using::Auto => writer.byte(1),
        Using::Own => writer.byte(2),
        Using::Cash => writer.byte(3),
        Using::WithoutAid => writer.byte(5),
        Using::WithoutWallet => writer.byte(6),
        Using::WithoutBoth => writer.byte(7),
        Using::Only(sponsor) => {
            writer.byte(4);
            writer.signed(sponsor.number());
        }
    }
}

fn write_people(writer: &mut Writer, people: &[PersonId]) {
    writer.count(people.len());
    for person in people {
        writer.signed(person.number());
    }
}

fn write_candidate(writer: &mut Writer, case: &Case, candidate: &Candidate) {
    let is_home = candidate.area == case.area;
    let home = if is_home { CANDIDATE_HOME } else { 0 };
    let quota = if candidate.frozen_quota.is_some() { CANDIDATE_QUOTA } else { 0 };
    let limit = if candidate.limit_left.is_some() { CANDIDATE_LIMIT } else { 0 };
    writer.byte(home | quota | limit);
    writer.signed(candidate.sponsor.number());
    if !is_home {
        writer.area(candidate.area);
    }
    writer.signed(candidate.binding.number());
    writer.moment(candidate.asked_at);
    writer.byte(standing_number(candidate.standing));
    writer.byte(candidate.distance.number());
    writer.byte(candidate.line.number());
    writer.byte(candidate.purpose.number());
    writer.byte(candidate.account.number());
    writer.fen(candidate.available);
    writer.fen(candidate.previous_years);
    for amount in [candidate.frozen_quota, candidate.limit_left].into_iter().flatten() {
        writer.fen(amount);
    }
}

fn write_steps(writer: &mut Writer, steps: &[Step]) {
    writer.count(steps.len());
    for step in steps {
        write_step(writer, step);
    }
}

fn write_step(writer: &mut Writer, step: &Step) {
    let candidate = if step.candidate.is_some() { STEP_SPONSOR } else { 0 };
    let reason = if step.reason.is_some() { STEP_REASON } else { 0 };
    let amount = if step.amount.is_zero() { 0 } else { STEP_AMOUNT };
    writer.byte(step.clause.number());
    writer.byte(candidate | reason | amount);
    if let Some(place) = step.candidate {
        writer.byte(place);
    }
    if let Some(reason) = step.reason {
        writer.unsigned(u64::from(reason.number()));
    }
    if step.amount != Fen::ZERO {
        writer.fen(step.amount);
    }
}

fn write_outcome(writer: &mut Writer, case: &Case, outcome: &Outcome) {
    writer.fen(outcome.own);
    writer.fen(outcome.wallet);
    writer.fen(outcome.items);
    writer.fen(outcome.cash);
    writer.unsigned(outcome.reason.map_or(0, |reason| u64::from(Reason::number(reason))));
    writer.count(outcome.aid.len());
    for payment in &outcome.aid {
        write_payment(writer, case, payment);
    }
}

/// A payment names its candidate by his place, from 1; 0 stands before one who is not in the case.
fn write_payment(writer: &mut Writer, case: &Case, payment: &Payment) {
    let is_his = |candidate: &Candidate| {
        (candidate.sponsor, candidate.area, candidate.binding) == (payment.sponsor, payment.area, payment.binding)
    };
    match case.candidates.iter().position(is_his) {
        Some(place) => writer.count(place + 1),
        None => {
            writer.count(0);
            writer.signed(payment.sponsor.number());
            writer.area(payment.area);
            writer.signed(payment.binding.number());
        }
    }
    writer.byte(payment_number(payment.source, payment.cut));
    writer.fen(payment.amount);
}

/// Numbers of a trace are append-only, here and in every vocabulary.
pub(super) const fn standing_number(standing: Standing) -> u8 {
    match standing {
        Standing::Usable => 1,
        Standing::ConsentPending => 2,
        Standing::ReviewPending => 3,
        Standing::NotEffective => 4,
        Standing::Expired => 5,
        Standing::Paused => 6,
        Standing::RebindNeeded => 7,
        Standing::Nothing => 8,
    }
}

pub(super) const fn urgency_number(urgency: Urgency) -> u8 {
    match urgency {
        Urgency::Ordinary => 1,
        Urgency::Emergency => 2,
    }
}

pub(super) const fn payment_number(source: Source, cut: Cut) -> u8 {
    match (source, cut) {
        (Source::Account, Cut::NotByLimit) => 1,
        (Source::Account, Cut::ByLimit) => 2,
        (Source::Quota, Cut::NotByLimit) => 3,
        (Source::Quota, Cut::ByLimit) => 4,
    }
}

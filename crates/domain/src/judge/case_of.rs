//! From facts to the case of a bill: what the decision looks at, and nothing more.

use gongji_words::{Day, Fen, Month};

use crate::binding::Binding;
use crate::burden::Purpose;
use crate::case::{AccountUse, Candidate, Case, FamilyCode, Filing, Line, PurposeUse, WalletFacts};
use crate::institution::{Institution, Takes};
use crate::journal::JournalKind;
use crate::limits::{Spending, Used};
use crate::message::Bill;
use crate::person::{InsuranceStatus, Person, Scheme};
use crate::zoo::{self, Cage};

use super::settle::Pending;
use super::{Draft, Sight, bind, facts};

/// The case of a bill of a patient insured here. Sponsors of other provinces stand in it as their mirror tells,
/// to be filled in by their nodes.
pub(super) fn assemble(sight: Sight<'_>, bill: &Bill, institution: &Institution) -> Result<Case, Pending> {
    let sponsors = sight.facts.bindings_for(bill.patient).filter(|binding| bind::is_here(sight, binding.sponsor_area));
    let people = sponsors.map(|binding| binding.sponsor).chain([bill.patient]).collect::<Vec<_>>();
    if let Some(more) = facts::unread(sight.facts, people, &[sight.envelope.at.day()])
        && !zoo::open(Cage::LinksNotFollowed)
    {
        return Err(Pending::More(more));
    }
    let draft = Draft::new(sight, JournalKind::Settlement);
    let Some(patient) = draft.local(bill.patient) else { return Err(Pending::Unknown) };
    let purpose = Purpose::from(bill.kind);
    let candidates = sight.facts.bindings_for(bill.patient).map(|binding| candidate(&draft, binding, purpose));
    let rows = &sight.facts.rows;
    let month = Month::of(sight.envelope.at.day());
    Ok(Case {
        at: sight.envelope.at,
        patient: patient.id,
        area: patient.area,
        scheme: patient.scheme,
        status: patient.status,
        traits: patient.traits.iter().fold(0, |bits, word| bits | 1 << word.number()),
        own: own_money(&draft, patient),
        wallet: rows.wallets.get(&patient.id).map(|w| WalletFacts { balance: w.balance, place: w.place }),
        institution_area: institution.area,
        takes_aid: aid_at(sight, institution),
        takes_wallet: institution.wallet,
        kind: bill.kind,
        burden: bill.burden,
        fund: bill.fund,
        using: bill.using,
        urgency: bill.urgency,
        filing: filing(sight, patient, institution),
        family_code: family_code(sight, patient),
        items_used: rows.item_counters.get(&(patient.id, month)).map_or(Fen::ZERO, |counter| counter.used),
        order: rows.choices.get(&patient.id).map_or_else(Vec::new, |choice| choice.sponsors.clone()),
        candidates: candidates.collect(),
    })
}

/// Whether aid pays at an institution. One of another province comes as its own node says.
pub(super) fn aid_at(sight: Sight<'_>, institution: &Institution) -> Takes {
    if sight.facts.stops.stop_place(institution, sight.node) { Takes::Stopped } else { institution.aid }
}

/// What the own account can pay: it pays unless it is frozen, whatever the status of the insurance.
fn own_money(draft: &Draft<'_>, patient: &Person) -> Fen {
    let usable = draft.account(patient.id).is_some_and(|account| !account.frozen || zoo::open(Cage::FrozenAccountPays));
    if usable { draft.free(patient.id).total() } else { Fen::ZERO }
}

fn filing(sight: Sight<'_>, patient: &Person, institution: &Institution) -> Filing {
    let today = sight.envelope.at.day();
    let covers = |row: &crate::record::FilingRow| row.person == patient.id && row.covers(institution.area, today);
    if sight.facts.rows.filings.values().any(covers) { Filing::Filed } else { Filing::Unfiled }
}

fn family_code(sight: Sight<'_>, patient: &Person) -> FamilyCode {
    let shown = sight.facts.rows.family_codes.keys().any(|(member, _)| *member == patient.id);
    if shown { FamilyCode::Present } else { FamilyCode::Absent }
}

/// A sponsor as the bill finds him. Of one insured elsewhere only the mirror of the relation is known here.
pub(super) fn candidate(draft: &Draft<'_>, binding: &Binding, purpose: Purpose) -> Candidate {
    let now = draft.sight.envelope.at;
    let known = Candidate {
        sponsor: binding.sponsor,
        area: binding.sponsor_area,
        binding: binding.id,
        asked_at: binding.asked_at,
        standing: binding.standing(now),
        distance: binding.distance(),
        line: if is_stopped(draft.sight, binding) { Line::Stopped } else { Line::Down },
        purpose: if binding.allows(purpose) || zoo::open(Cage::PurposeIgnored) {
            PurposeUse::Allowed
        } else {
            PurposeUse::LeftOut
        },
        account: AccountUse::Unavailable,
        available: Fen::ZERO,
        previous_years: Fen::ZERO,
        frozen_quota: binding.frozen_quota,
        limit_left: None,
    };
    match draft.local(binding.sponsor) {
        Some(sponsor) => with_money(draft, known, (binding, sponsor, spending(purpose))),
        None => known,
    }
}

/// Whether an operator has stopped what the relation could do: the sponsor's area pays nothing, or nothing is paid for the
/// beneficiary's province.
fn is_stopped(sight: Sight<'_>, binding: &Binding) -> bool {
    let stops = &sight.facts.stops;
    stops.stop_area(binding.sponsor_area) || stops.stop_peer(binding.beneficiary_area)
}

fn spending(purpose: Purpose) -> Spending {
    if purpose == Purpose::Premium { Spending::Premium } else { Spending::Settlement }
}

fn with_money(
    draft: &Draft<'_>,
    known: Candidate,
    (binding, sponsor, spending): (&Binding, &Person, Spending),
) -> Candidate {
    let account = draft.account(sponsor.id);
    let stands = sponsor.status == InsuranceStatus::Active || zoo::open(Cage::UninsuredSponsorPays);
    let normal = sponsor.scheme == Scheme::Employee && stands;
    let usable = normal && account.is_some_and(|account| !account.frozen || zoo::open(Cage::FrozenAccountPays));
    let free = draft.free(sponsor.id);
    let held = draft.held(sponsor.id, binding.id).total();
    Candidate {
        line: if known.line == Line::Stopped { Line::Stopped } else { Line::Up },
        account: if usable { AccountUse::Usable } else { AccountUse::Unavailable },
        available: free.total(),
        previous_years: free.older_than(draft.colour_now(sponsor.area)),
        frozen_quota: binding.frozen_quota.map(|_| held),
        limit_left: limit_left(draft.sight, binding, spending),
        ..known
    }
}

/// What the sponsor's limits still allow. Where one limit holds for all of his relatives, all his bindings carry
/// the same amounts, and what was used through any of them counts.
fn limit_left(sight: Sight<'_>, binding: &Binding, spending: Spending) -> Option<Fen> {
    let today: Day = sight.envelope.at.day();
    let together = sight.law.on(binding.sponsor_area, today).is_ok_and(|law| law.bind.one_limit_for_all);
    if !together {
        return binding.limits.left(&sight.facts.used(binding, today), spending);
    }
    let all: Vec<&Binding> = sight.facts.bindings_by(binding.sponsor).collect();
    let used = all.iter().fold(Used::default(), |sum, one| sum.plus(sight.facts.used(one, today)));
    binding.limits.left(&used, spending)
}

//! Reading a trace, field by field in the order in which [`super::encode`] writes it.
//!
//! Invariant: total. Whatever stands in the bytes, the answer is a trace or the place and nature of the first
//! mistake. Amounts are checked so that a trace that was read can be judged again without overflow.

use gongji_words::{AreaCode, CommandId, Fen, PersonId};

use super::bytes::{Read, Reader, TraceError};
use super::encode::{CANDIDATE_HOME, CANDIDATE_LIMIT, CANDIDATE_QUOTA, STEP_AMOUNT, STEP_REASON, STEP_SPONSOR};
use super::{SponsorLaw, Trace, VERSION};
use crate::binding::{Distance, Standing};
use crate::burden::{Burden, Part, VisitKind};
use crate::case::{AccountUse, Candidate, Case, FamilyCode, Filing, Line, PurposeUse, WalletFacts};
use crate::decide::{Clause, Cut, Decision, Outcome, Payment, Source, Step};
use crate::institution::Takes;
use crate::message::{Urgency, Using};
use crate::person::{InsuranceStatus, Scheme};
use crate::reason::Reason;

/// Reads a trace.
///
/// # Errors
/// [`TraceError`] says at which byte the bytes stop being a trace, and why.
pub fn decode(bytes: &[u8]) -> Result<Trace, TraceError> {
    let mut reader = Reader::of(bytes);
    let version = reader.version(VERSION)?;
    let policy_digest = read_digest(&mut reader)?;
    let sponsor_laws = read_laws(&mut reader)?;
    let case = read_case(&mut reader)?;
    let steps = read_steps(&mut reader, &case)?;
    let outcome = read_outcome(&mut reader, &case)?;
    reader.end()?;
    Ok(Trace { version, policy_digest, sponsor_laws, case, decision: Decision { outcome, steps } })
}

/// The digests of the laws that a decision was made under: the patient's, and those of sponsors elsewhere. The rest is not
/// read.
///
/// # Errors
/// As [`decode`].
pub fn laws_named(bytes: &[u8]) -> Result<(Option<[u8; 32]>, Vec<SponsorLaw>), TraceError> {
    let mut reader = Reader::of(bytes);
    reader.version(VERSION)?;
    Ok((read_digest(&mut reader)?, read_laws(&mut reader)?))
}

fn yes_or_no(number: u8) -> Option<bool> {
    match number {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn read_digest(reader: &mut Reader<'_>) -> Read<Option<[u8; 32]>> {
    if reader.word("whether the day is formalised", yes_or_no)? {
        return reader.raw("the policy's digest").map(Some);
    }
    Ok(None)
}

fn read_laws(reader: &mut Reader<'_>) -> Read<Vec<SponsorLaw>> {
    let count = reader.count("the number of sponsors' laws")?;
    let mut laws = Vec::with_capacity(count);
    for _ in 0..count {
        let area = reader.area("the area of a sponsor's law")?;
        laws.push(SponsorLaw { area, digest: reader.raw("the digest of a sponsor's law")? });
    }
    Ok(laws)
}

fn read_case(reader: &mut Reader<'_>) -> Read<Case> {
    let at = reader.moment("the moment of the case")?;
    let patient = read_person(reader, "the patient")?;
    let area = reader.area("the patient's area")?;
    let scheme = reader.word("the patient's insurance", Scheme::from_number)?;
    let status = reader.word("the state of the insurance", InsuranceStatus::from_number)?;
    let traits = reader.byte("the patient's traits")?;
    let own = reader.fen("the own account")?;
    let wallet = read_wallet(reader)?;
    let institution_area = reader.area("the institution's area")?;
    let takes_aid = reader.word("whether the institution takes aid", Takes::from_number)?;
    let takes_wallet = reader.word("whether the institution takes wallets", Takes::from_number)?;
    let kind = reader.word("the kind of visit", VisitKind::from_number)?;
    let burden = read_burden(reader)?;
    let fund = reader.fen("the fund's part")?;
    let using = read_using(reader)?;
    let urgency = reader.word("the urgency", urgency_of)?;
    let filing = reader.word("the filing", Filing::from_number)?;
    let family_code = reader.word("the family code", FamilyCode::from_number)?;
    let items_used = reader.fen("the limited items of the month")?;
    let order = read_people(reader)?;
    let candidates = read_candidates(reader, area)?;
    Ok(Case {
        at,
        patient,
        area,
        scheme,
        status,
        traits,
        own,
        wallet,
        institution_area,
        takes_aid,
        takes_wallet,
        kind,
        burden,
        fund,
        using,
        urgency,
        filing,
        family_code,
        items_used,
        order,
        candidates,
    })
}

fn read_person(reader: &mut Reader<'_>, what: &'static str) -> Read<PersonId> {
    reader.signed(what).map(PersonId::from_number)
}

fn read_people(reader: &mut Reader<'_>) -> Read<Vec<PersonId>> {
    let count = reader.count("the number of names in the order of sponsors")?;
    (0..count).map(|_| read_person(reader, "a name in the order of sponsors")).collect()
}

fn read_wallet(reader: &mut Reader<'_>) -> Read<Option<WalletFacts>> {
    if !reader.word("whether there is a wallet", yes_or_no)? {
        return Ok(None);
    }
    let balance = reader.fen("the wallet's balance")?;
    Ok(Some(WalletFacts { balance, place: reader.area("the wallet's place")? }))
}

fn read_burden(reader: &mut Reader<'_>) -> Read<Burden> {
    let mut burden = Burden::nothing();
    let mut last = 0;
    for _ in 0..reader.count("the number of parts of the bill")? {
        let next = |number| Part::from_number(number).filter(|part| part.number() > last);
        let part = reader.word("a part of the bill", next)?;
        burden.add(part, reader.fen("the amount of a part")?);
        last = part.number();
    }
    Ok(burden)
}

fn read_using(reader: &mut Reader<'_>) -> Read<Using> {
    let using = reader.word("what the payer said", using_of)?;
    if matches!(using, Using::Only(_)) {
        return read_person(reader, "the sponsor whom the payer named").map(Using::Only);
    }
    Ok(using)
}

fn read_candidates(reader: &mut Reader<'_>, home: AreaCode) -> Read<Vec<Candidate>> {
    let count = reader.count("the number of sponsors")?;
    (0..count).map(|_| read_candidate(reader, home)).collect()
}

fn read_candidate(reader: &mut Reader<'_>, home: AreaCode) -> Read<Candidate> {
    let bits = reader.word("what is known of a sponsor", three_bits)?;
    let sponsor = read_person(reader, "a sponsor")?;
    let area = if bits & CANDIDATE_HOME != 0 { home } else { reader.area("a sponsor's area")? };
    let binding = reader.signed("a sponsor's binding").map(CommandId::from_number)?;
    let asked_at = reader.moment("the moment of binding")?;
    let standing = reader.word("the standing of a binding", standing_of)?;
    let distance = reader.word("the distance of a sponsor", Distance::from_number)?;
    let line = reader.word("whether a sponsor's node answers", Line::from_number)?;
    let purpose = reader.word("whether a binding allows the purpose", PurposeUse::from_number)?;
    let account = reader.word("whether a sponsor's account can be used", AccountUse::from_number)?;
    let available = reader.fen("a sponsor's balance")?;
    let previous_years = reader.fen("a sponsor's money of previous years")?;
    let frozen_quota = read_optional(reader, bits & CANDIDATE_QUOTA, "a frozen quota")?;
    let limit_left = read_optional(reader, bits & CANDIDATE_LIMIT, "what a limit leaves")?;
    Ok(Candidate {
        sponsor,
        area,
        binding,
        asked_at,
        standing,
        distance,
        line,
        purpose,
        account,
        available,
        previous_years,
        frozen_quota,
        limit_left,
    })
}

fn read_optional(reader: &mut Reader<'_>, bit: u8, what: &'static str) -> Read<Option<Fen>> {
    if bit == 0 { Ok(None) } else { reader.fen(what).map(Some) }
}

fn read_steps(reader: &mut Reader<'_>, case: &Case) -> Read<Vec<Step>> {
    let count = reader.count("the number of steps")?;
    (0..count).map(|_| read_step(reader, case)).collect()
}

fn read_step(reader: &mut Reader<'_>, case: &Case) -> Read<Step> {
    let clause = reader.word("the clause of a step", Clause::from_number)?;
    let bits = reader.word("what a step holds", three_bits)?;
    let has = |bit: u8| bits & bit != 0;
    let place = |place| place_in(case, place);
    let candidate = if has(STEP_SPONSOR) { Some(reader.word("the sponsor of a step", place)?) } else { None };
    let reason = if has(STEP_REASON) { Some(reader.number("the reason of a step", reason_of)?) } else { None };
    let amount = read_optional(reader, bits & STEP_AMOUNT, "the amount of a step")?;
    Ok(Step { clause, candidate, reason, amount: amount.unwrap_or_default() })
}

/// Who has more than 255 sponsors has the rest of them at the last place.
fn place_in(case: &Case, place: u8) -> Option<u8> {
    (usize::from(place) < case.candidates.len()).then_some(place)
}

fn read_outcome(reader: &mut Reader<'_>, case: &Case) -> Read<Outcome> {
    let own = reader.fen("what the own account paid")?;
    let wallet = reader.fen("what the wallet paid")?;
    let items = reader.fen("what counts against the limit on items")?;
    let cash = reader.fen("the cash part")?;
    let no_or_reason = |number| if number == 0 { Some(None) } else { reason_of(number).map(Some) };
    let reason = reader.number("the reason of the outcome", no_or_reason)?;
    let count = reader.count("the number of payments")?;
    let mut left = case.burden.total();
    let mut aid = Vec::new();
    for _ in 0..count {
        let payment = read_payment(reader, case, left)?;
        left = left.minus(payment.amount);
        aid.push(payment);
    }
    Ok(Outcome { own, wallet, aid, items, cash, reason })
}

/// A payment of at most what is left of the bill.
fn read_payment(reader: &mut Reader<'_>, case: &Case, left: Fen) -> Read<Payment> {
    let candidate = |number: u64| {
        let Some(place) = number.checked_sub(1) else { return Some(None) };
        case.candidates.get(usize::try_from(place).ok()?).map(Some)
    };
    let (sponsor, area, binding) = match reader.number("the sponsor of a payment", candidate)? {
        Some(candidate) => (candidate.sponsor, candidate.area, candidate.binding),
        None => read_stranger(reader)?,
    };
    let (source, cut) = reader.word("the source of a payment", payment_of)?;
    let amount = reader.fen_up_to("the amount of a payment", left)?;
    Ok(Payment { sponsor, area, binding, source, amount, cut })
}

fn read_stranger(reader: &mut Reader<'_>) -> Read<(PersonId, AreaCode, CommandId)> {
    let sponsor = read_person(reader, "the sponsor of a payment")?;
    let area = reader.area("the area of a payment's sponsor")?;
    Ok((sponsor, area, reader.signed("the binding of a payment").map(CommandId::from_number)?))
}

/// Sets of three optional fields, one bit each.
fn three_bits(bits: u8) -> Option<u8> {
    (bits < 8).then_some(bits)
}

fn reason_of(number: u64) -> Option<Reason> {
    u16::try_from(number).ok().and_then(Reason::from_number)
}

fn using_of(number: u8) -> Option<Using> {
    match number {
        1 => Some(Using::Auto),
        2 => Some(Using::Own),
        3 => Some(Using::Cash),
        4 => Some(Using::Only(PersonId::from_number(0))),
        5 => Some(Using::WithoutAid),
        6 => Some(Using::WithoutWallet),
        7 => Some(Using::WithoutBoth),
        _ => None,
    }
}

fn urgency_of(number: u8) -> Option<Urgency> {
    match number {
        1 => Some(Urgency::Ordinary),
        2 => Some(Urgency::Emergency),
        _ => None,
    }
}

fn standing_of(number: u8) -> Option<Standing> {
    Some(match number {
        1 => Standing::Usable,
        2 => Standing::ConsentPending,
        3 => Standing::ReviewPending,
        4 => Standing::NotEffective,
        5 => Standing::Expired,
        6 => Standing::Paused,
        7 => Standing::RebindNeeded,
        8 => Standing::Nothing,
        _ => return None,
    })
}

fn payment_of(number: u8) -> Option<(Source, Cut)> {
    match number {
        1 => Some((Source::Account, Cut::NotByLimit)),
        2 => Some((Source::Account, Cut::ByLimit)),
        3 => Some((Source::Quota, Cut::NotByLimit)),
        4 => Some((Source::Quota, Cut::ByLimit)),
        _ => None,
    }
}

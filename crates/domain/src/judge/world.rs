//! The world around bills: persons, accounts and their money, institutions, filings, family codes, years.

use gongji_words::{AreaCode, Day, Fen, MessageId, PersonId};

use crate::account::{Account, AreaYear, Lots};
use crate::institution::Institution;
use crate::journal::{JournalKind, Position};
use crate::message::{Answer, Correction, CreditKind};
use crate::person::{InsuranceStatus, Person, Scheme};
use crate::reason::{Notice, Reason};
use crate::record::{FamilyCodeRow, FilingRow};
use crate::release::is_same_person;
use crate::zoo::{self, Cage};

use super::{Draft, Sight, Verdict};

/// Registers a person; an employee gets an account that holds nothing.
pub(super) fn register<'a>(sight: Sight<'a>, person: &Person) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Credit);
    draft.rows.persons.insert(person.id, person.clone());
    if person.scheme == Scheme::Employee && draft.account(person.id).is_none() {
        let account = Account { person: person.id, lots: Lots::none(), frozen: false };
        draft.rows.accounts.insert(person.id, account);
    }
    Verdict::Done(Answer::Done, draft)
}

/// Credits an account: this year's money, interest, or an opening balance with its part from previous years.
pub(super) fn credit<'a>(sight: Sight<'a>, person: PersonId, amount: Fen, kind: &CreditKind) -> Verdict<'a> {
    let journal = if *kind == CreditKind::Interest { JournalKind::Interest } else { JournalKind::Credit };
    let mut draft = Draft::new(sight, journal);
    let Some(area) = draft.local(person).map(|person| person.area) else {
        return Verdict::Refused(Reason::BindSponsorNoAccount);
    };
    if draft.account(person).is_none() || amount.is_negative() {
        return Verdict::Refused(Reason::BindSponsorNoAccount);
    }
    let now = draft.colour_now(area);
    let (lots, source) = match kind {
        CreditKind::Contribution => (Lots::one(now, amount), Position::Credits),
        CreditKind::Interest if zoo::open(Cage::InterestToPreviousYears) => {
            (Lots::one(now.before(), amount), Position::Interest)
        }
        CreditKind::Interest => (Lots::one(now, amount), Position::Interest),
        CreditKind::Opening { previous_years } => {
            let older = (*previous_years).min(amount);
            let lots = [(now.before(), older), (now, amount.minus(older))].into_iter().collect();
            (lots, Position::Credits)
        }
    };
    draft.receive(person, &lots, source);
    Verdict::Done(Answer::Done, draft)
}

/// A correction under two names: the same person twice is refused, and nothing goes below what is free.
pub(super) fn correct<'a>(sight: Sight<'a>, correction: &Correction) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Correction);
    let person = correction.person;
    let same = is_same_person(&correction.maker, &correction.checker) || correction.maker.trim().is_empty();
    let Some(area) = draft.local(person).map(|person| person.area) else {
        return Verdict::Refused(Reason::BindSponsorNoAccount);
    };
    if same || correction.grounds.trim().is_empty() {
        return Verdict::Refused(Reason::AccessNotAllowed);
    }
    if correction.amount.is_negative() {
        let Some(lots) = draft.free(person).first(correction.amount.negated()) else {
            return Verdict::Refused(Reason::WalletBalance);
        };
        draft.spend(person, &lots, Position::Corrections);
    } else {
        let lots = Lots::one(draft.colour_now(area), correction.amount);
        draft.receive(person, &lots, Position::Corrections);
    }
    Verdict::Done(Answer::Done, draft)
}

/// Pays what a dead person's account holds to the heirs (民法典: the personal account is inherited).
pub(super) fn pay_heirs<'a>(sight: Sight<'a>, person: PersonId) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Estate);
    if draft.local(person).is_none_or(|person| person.status != InsuranceStatus::Dead) {
        return Verdict::Refused(Reason::BindSponsorInactive);
    }
    let lots = draft.free(person);
    draft.spend(person, &lots, Position::Heirs(person));
    Verdict::Done(Answer::Done, draft)
}

pub(super) fn register_institution<'a>(sight: Sight<'a>, institution: &Institution) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Credit);
    draft.rows.institutions.insert(institution.id, *institution);
    Verdict::Done(Answer::Done, draft)
}

pub(super) fn freeze(sight: Sight<'_>, person: PersonId) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Credit);
    if draft.account(person).is_none() {
        return Verdict::Refused(Reason::BindSponsorNoAccount);
    }
    draft.account_mut(person).frozen = true;
    draft.notify(person, Notice::Frozen, None);
    Verdict::Done(Answer::Done, draft)
}

pub(super) fn unfreeze(sight: Sight<'_>, person: PersonId) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Credit);
    if draft.account(person).is_none() {
        return Verdict::Refused(Reason::BindSponsorNoAccount);
    }
    draft.account_mut(person).frozen = false;
    Verdict::Done(Answer::Done, draft)
}

pub(super) fn file<'a>(
    sight: Sight<'a>,
    person: PersonId,
    (area, from, until): (AreaCode, Day, Option<Day>),
) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Credit);
    let id = sight.envelope.id;
    draft.rows.filings.insert((person, id), FilingRow { id, person, area, from, until });
    Verdict::Done(Answer::Done, draft)
}

/// Nothing is left of it from today on, and nothing is taken back.
pub(super) fn end_filing<'a>(sight: Sight<'a>, person: PersonId, filed: &MessageId) -> Verdict<'a> {
    let mut draft = Draft::new(sight, JournalKind::Credit);
    let row = sight.facts.rows.messages.get(filed);
    let filing = row.and_then(|row| sight.facts.rows.filings.get(&(person, row.command))).copied();
    if let Some(filing) = filing {
        let yesterday = sight.envelope.at.day().plus_days(-1);
        let until = Some(filing.until.map_or(yesterday, |until| until.min(yesterday)));
        draft.rows.filings.insert((person, filing.id), FilingRow { until, ..filing });
    }
    Verdict::Done(Answer::Done, draft)
}

/// The insurance year of an area turns now: what was this year's money becomes previous years', without a move.
pub(super) fn turn_year(sight: Sight<'_>, area: AreaCode) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Credit);
    let area = area.pool();
    let before = sight.facts.rows.area_years.get(&area).map_or(0, |row| row.early_turns);
    draft.rows.area_years.insert(area, AreaYear { area, early_turns: before + 1 });
    Verdict::Done(Answer::Done, draft)
}

/// A family code shows the member's code on the holder's phone. No money follows from it.
pub(super) fn show_family_code(sight: Sight<'_>, holder: PersonId, member: PersonId) -> Verdict<'_> {
    let mut draft = Draft::new(sight, JournalKind::Credit);
    draft.rows.family_codes.insert((member, holder), FamilyCodeRow { member, holder });
    Verdict::Done(Answer::Done, draft)
}

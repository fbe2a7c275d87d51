//! The memory engine: ordered maps behind one lock. It is what the other engines are measured by.
//!
//! Invariants: a group is applied whole or not at all; indexes say the same as the rows. Deliberately absent:
//! durability, and encryption of what is in the vault, since nothing leaves the process.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gongji_domain::access::{Credential, Staff, Visit};
use gongji_domain::binding::Binding;
use gongji_domain::institution::Institution;
use gongji_domain::message::Due;
use gongji_domain::paper::{Paper, PaperKey};
use gongji_domain::person::Person;
use gongji_domain::proposal::Proposal;
use gongji_domain::readiness::Backing;
use gongji_domain::record::{
    Claim, Delivery, Facts, MessageRow, MessageState, NoticeRow, OutboxRow, Rows, TimerRow, TimerState, TraceRow,
    Wanted,
};
use gongji_domain::stop::{Stop, Stops};
use gongji_domain::zoo::{self, Cage};
use gongji_words::{CertificateNumber, CommandId, Fen, InstitutionId, MessageId, Moment, Month, PersonId};

use crate::audit::{Totals, totals_of};
use crate::door::Coded;
use crate::faults::{CrashPoint, Fate};
use crate::group::{Judge, judge_all, union};
use crate::lookup::{Money, Outcomes};
use crate::pages::{self, Part, Take};
use crate::paper;
use crate::release::{self, Digests, NewReleases, SealedRelease, SealedResolved};
use crate::stop::{self, Change, SealedStop};
use crate::tally::{self, Tally};
use crate::vault::Secrets;
use crate::{StoreError, WorkingKey};

mod door;
mod papers;
mod proposals;
mod read;

/// A store that lives and ends with the process.
#[derive(Debug)]
pub struct Engine {
    kept: Mutex<Kept>,
    /// Nothing leaves the process, so any key does.
    pub(crate) keys: WorkingKey,
    pub(crate) fate: Fate,
}

impl Default for Engine {
    fn default() -> Self {
        Self { kept: Mutex::default(), keys: WorkingKey::generate([0; 32]), fate: Fate::default() }
    }
}

/// All that is kept: rows, and sets of keys for what is looked for in another order.
#[derive(Debug, Default)]
struct Kept {
    rows: Rows,
    /// Beneficiary, sponsor, binding.
    links: BTreeSet<(PersonId, PersonId, CommandId)>,
    /// Sender or receiver of each transfer.
    transfers: BTreeSet<(PersonId, CommandId)>,
    waiting_timers: BTreeSet<(Moment, Due)>,
    waiting_outbox: BTreeSet<(CommandId, u16)>,
    asking: BTreeSet<(CommandId, MessageId)>,
    secrets: BTreeMap<PersonId, Secrets>,
    certificates: BTreeMap<CertificateNumber, PersonId>,
    releases: Vec<SealedRelease>,
    resolved: Vec<SealedResolved>,
    stops: Vec<SealedStop>,
    credentials: BTreeMap<[u8; 32], Coded<Credential>>,
    staff: BTreeMap<String, Coded<Staff>>,
    visits: BTreeMap<(InstitutionId, String), Visit>,
    proposals: BTreeMap<CommandId, Coded<Proposal>>,
    papers: BTreeMap<PaperKey, Paper>,
}

impl Engine {
    /// A group that panicked has changed nothing, so what a poisoned lock guards is whole.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn group(&self, wanted: &[Wanted], judge: &mut Judge<'_>) -> Result<(), StoreError> {
        let mut kept = self.kept();
        self.fate.pass(CrashPoint::BeforeRead)?;
        let facts = kept.read(&union(wanted));
        self.fate.pass(CrashPoint::AfterRead)?;
        let (sum, _) = judge_all(facts, wanted.len(), judge, &self.fate)?;
        self.fate.pass(CrashPoint::BeforeWrite)?;
        kept.check_new(&sum)?;
        if zoo::open(Cage::HalfWrittenKept) {
            kept.apply(Rows { payments: BTreeMap::new(), messages: BTreeMap::new(), ..sum.clone() });
        }
        self.fate.pass(CrashPoint::HalfWritten)?;
        self.fate.pass(CrashPoint::BeforeCommit)?;
        self.fate.committed(&sum);
        if !zoo::open(Cage::CommitLost) {
            kept.apply(sum);
        }
        self.fate.pass(CrashPoint::AfterCommit)
    }

    pub(crate) fn read(&self, wanted: &Wanted) -> Facts {
        self.kept().read(wanted)
    }

    pub(crate) fn person(&self, id: PersonId) -> Option<Person> {
        self.kept().rows.persons.get(&id).cloned()
    }

    pub(crate) fn institution(&self, id: InstitutionId) -> Option<Institution> {
        self.kept().rows.institutions.get(&id).copied()
    }

    pub(crate) fn money_of(&self, person: PersonId) -> Money {
        let kept = self.kept();
        let total = kept.rows.accounts.get(&person).map_or(Fen::ZERO, |account| account.lots.total());
        let holds = kept.rows.holds.values().filter(|hold| hold.person == person);
        Money { total, held: Fen::sum(holds.map(|hold| hold.lots.total())) }
    }

    pub(crate) fn message(&self, id: &MessageId) -> Option<MessageRow> {
        self.kept().rows.messages.get(id).cloned()
    }

    pub(crate) fn outcomes(&self, messages: &BTreeSet<MessageId>) -> Outcomes {
        let kept = self.kept();
        let found = messages.iter().filter_map(|id| Some((id.clone(), kept.rows.messages.get(id)?.clone())));
        let messages: BTreeMap<MessageId, MessageRow> = found.collect();
        let state = |row: &MessageRow| Some((row.command, kept.rows.payments.get(&row.command)?.state));
        let payments = messages.values().filter_map(state).collect();
        Outcomes { messages, payments }
    }

    pub(crate) fn due_timers(&self, until: Moment, most: usize) -> Vec<TimerRow> {
        let kept = self.kept();
        let due = kept.waiting_timers.iter().take_while(|(at, _)| *at <= until).take(most);
        due.map(|(_, due)| kept.rows.timers[due]).collect()
    }

    pub(crate) fn next_timer(&self) -> Option<Moment> {
        self.kept().waiting_timers.first().map(|(at, _)| *at)
    }

    pub(crate) fn waiting_outbox(&self, after: Option<(CommandId, u16)>, most: usize) -> Vec<OutboxRow> {
        let kept = self.kept();
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        kept.waiting_outbox
            .range((start, Bound::Unbounded))
            .take(most)
            .map(|key| kept.rows.outbox[key].clone())
            .collect()
    }

    pub(crate) fn asking_messages(&self, most: usize) -> Vec<MessageRow> {
        let kept = self.kept();
        kept.asking.iter().take(most).map(|(_, id)| kept.rows.messages[id].clone()).collect()
    }

    pub(crate) fn backings_of(
        &self,
        patient: PersonId,
        institution: InstitutionId,
    ) -> (Vec<Backing>, Option<Institution>, Stops) {
        let wanted = Wanted { people: [patient].into(), sponsors_of: [patient].into(), ..Wanted::default() };
        let facts = self.read(&wanted);
        let backing = |binding: &Binding| {
            let held = Fen::sum(facts.holds_of(binding.sponsor).map(|hold| hold.lots.total()));
            let account = facts.rows.accounts.get(&binding.sponsor);
            Backing {
                binding: binding.clone(),
                sponsor: facts.rows.persons.get(&binding.sponsor).map(|person| (person.scheme, person.status)),
                account: account.map(|account| (account.frozen, account.lots.total().minus(held), held)),
            }
        };
        let backings = facts.bindings_for(patient).map(backing).collect();
        let kept = self.kept();
        (backings, kept.rows.institutions.get(&institution).copied(), kept.stops_in_force())
    }

    pub(crate) fn notices_of(&self, person: PersonId) -> Vec<NoticeRow> {
        let kept = self.kept();
        let mut notices: Vec<NoticeRow> = read::notices_of(&kept.rows, person).copied().collect();
        notices.sort_by_key(|notice| (notice.at, notice.command, notice.place));
        notices
    }

    pub(crate) fn claims_of(&self, month: Month) -> Vec<Claim> {
        self.kept().rows.claims.values().filter(|claim| claim.month == month).copied().collect()
    }

    pub(crate) fn trace_of(&self, command: CommandId) -> Option<TraceRow> {
        self.kept().rows.traces.get(&command).cloned()
    }

    pub(crate) fn traces(&self, after: Option<CommandId>, most: usize) -> Vec<TraceRow> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.kept().rows.traces.range((start, Bound::Unbounded)).take(most).map(|(_, row)| row.clone()).collect()
    }

    pub(crate) fn audit(&self) -> Totals {
        let kept = self.kept();
        let mut totals = totals_of(&kept.rows);
        let (found, digests) = release::faults(&self.keys, &kept.releases, &kept.resolved);
        totals.discrepancies.extend(found);
        let unresolved = |digests: Digests| kept.rows.traces.values().filter_map(move |row| digests.fault(row));
        totals.discrepancies.extend(digests.into_iter().flat_map(unresolved));
        totals.discrepancies.extend(stop::faults(&self.keys, &kept.stops));
        totals
    }

    pub(crate) fn release_rows(&self) -> Vec<SealedRelease> {
        self.kept().releases.clone()
    }

    pub(crate) fn resolved_rows(&self, digest: Option<&[u8; 32]>) -> Vec<SealedResolved> {
        let kept = self.kept();
        let wanted = |row: &&SealedResolved| digest.is_none_or(|digest| row.resolved.digest == *digest);
        kept.resolved.iter().filter(wanted).cloned().collect()
    }

    pub(crate) fn keep_releases(&self, new: NewReleases<'_>) -> Result<(), StoreError> {
        let mut kept = self.kept();
        let plan = release::plan(&self.keys, &kept.releases, new)?;
        kept.releases.extend(plan.added);
        for closed in plan.closed {
            let there = kept.releases.iter_mut().find(|row| row.release.number == closed.release.number);
            *there.expect("a release that is closed was found") = closed;
        }
        for row in plan.resolved {
            kept.add_resolved(row);
        }
        Ok(())
    }

    pub(crate) fn stop_rows(&self) -> Vec<SealedStop> {
        self.kept().stops.clone()
    }

    pub(crate) fn keep_stop(&self, stop: &Stop) -> Result<(), StoreError> {
        let mut kept = self.kept();
        match stop::plan(&self.keys, &kept.stops, stop)? {
            Change::Begun(row) => kept.stops.push(row),
            Change::Ended(row) => {
                let there = kept.stops.iter_mut().find(|other| other.stop.number == row.stop.number);
                *there.expect("a stop that is ended was found") = row;
            }
        }
        Ok(())
    }

    pub(crate) fn read_out(&self, parts: &[Part], take: &mut Take<'_>) {
        pages::read_out_rows(&self.kept().rows, parts, take);
    }

    pub(crate) fn tallies(&self) -> Vec<Tally> {
        tally::of_rows(&self.kept().rows)
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&Rows) -> T) -> T {
        look(&self.kept().rows)
    }

    pub(crate) fn enrol(&self, person: PersonId, secrets: &Secrets) -> Result<(), StoreError> {
        let mut kept = self.kept();
        let owner = kept.certificates.get(&secrets.certificate).copied();
        if owner.is_some_and(|owner| owner != person) {
            return Err(StoreError::Constraint { table: "certificate_index" });
        }
        kept.shred(person);
        kept.certificates.insert(secrets.certificate.clone(), person);
        kept.secrets.insert(person, secrets.clone());
        Ok(())
    }

    pub(crate) fn find_person(&self, certificate: &CertificateNumber) -> Option<PersonId> {
        self.kept().certificates.get(certificate).copied()
    }

    pub(crate) fn reveal(&self, person: PersonId) -> Option<Secrets> {
        self.kept().secrets.get(&person).cloned()
    }

    pub(crate) fn enrolled(&self, after: Option<PersonId>, most: usize) -> Vec<PersonId> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.kept().secrets.range((start, Bound::Unbounded)).take(most).map(|(person, _)| *person).collect()
    }

    pub(crate) fn shred(&self, person: PersonId) {
        self.kept().shred(person);
    }
}

impl Kept {
    /// What the tables of the other engines refuse by their keys, in the order in which they are written.
    fn check_new(&self, sum: &Rows) -> Result<(), StoreError> {
        let rows = &self.rows;
        let answered = |id| rows.messages.get(id).is_some_and(|row| matches!(row.state, MessageState::Answered(_)));
        let tables: [(&'static str, bool); 6] = [
            ("journal", sum.journals.keys().any(|key| rows.journals.contains_key(key))),
            ("entry", sum.entries.keys().any(|key| rows.entries.contains_key(key))),
            ("claim", sum.claims.keys().any(|key| rows.claims.contains_key(key))),
            ("trace", sum.traces.keys().any(|key| rows.traces.contains_key(key))),
            ("message", sum.messages.keys().any(answered) && !zoo::open(Cage::AnswerOverwritten)),
            (paper::TABLE, sum.papers.keys().any(|key| self.papers.contains_key(key))),
        ];
        match tables.into_iter().find(|(_, there)| *there) {
            Some((table, _)) => Err(StoreError::Constraint { table }),
            None => Ok(()),
        }
    }

    fn apply(&mut self, mut sum: Rows) {
        let papers = std::mem::take(&mut sum.papers);
        self.papers.extend(papers.into_iter().map(|(key, enclosed)| (key, enclosed.paper)));
        for binding in sum.bindings.values() {
            self.links.insert((binding.beneficiary, binding.sponsor, binding.id));
        }
        for transfer in sum.transfers.values() {
            self.transfers.insert((transfer.sender, transfer.id));
            self.transfers.insert((transfer.receiver, transfer.id));
        }
        for (due, timer) in &sum.timers {
            self.index_timer(*due, timer);
        }
        for (key, row) in &sum.outbox {
            match row.delivery {
                Delivery::Waiting => self.waiting_outbox.insert(*key),
                Delivery::Delivered => self.waiting_outbox.remove(key),
            };
        }
        for (id, row) in &sum.messages {
            let key = (row.command, id.clone());
            match row.state {
                MessageState::Asking(_) => self.asking.insert(key),
                MessageState::Answered(_) => self.asking.remove(&key),
            };
        }
        self.rows.absorb(sum);
    }

    /// Timed work may be put off: the old time goes out of the index.
    fn index_timer(&mut self, due: Due, timer: &TimerRow) {
        if let Some(old) = self.rows.timers.get(&due) {
            self.waiting_timers.remove(&(old.at, due));
        }
        if timer.state == TimerState::Waiting {
            self.waiting_timers.insert((timer.at, due));
        }
    }

    /// In the order of the tables; the first that resolved to it stays.
    fn add_resolved(&mut self, row: SealedResolved) {
        let key = |row: &SealedResolved| (row.resolved.digest, row.resolved.area, row.resolved.from);
        if let Err(place) = self.resolved.binary_search_by_key(&key(&row), key) {
            self.resolved.insert(place, row);
        }
    }

    fn shred(&mut self, person: PersonId) {
        self.papers.retain(|_, paper| paper.person != Some(person));
        if let Some(secrets) = self.secrets.remove(&person) {
            self.certificates.remove(&secrets.certificate);
        }
    }
}

//! What the bills of somebody have come to: the sums of his years, and which batches stand settled.
//!
//! It is worked out of his bills and what became of them, and remembered. Bills and reversals are papers, which only become more; so
//! what is remembered holds as long as there are as many as it was worked out of. Invariants: nothing is remembered of which something
//! may still become otherwise; no sum is told, and no bill entered by it, without asking how many papers there are now. A bill
//! is entered under the lock of its patient, where that is asked once more. Deliberately absent: sums in the database,
//! which would be one more thing that could differ from what they are sums of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use gongji_domain::benefit::{StaySoFar, Years};
use gongji_domain::paper::{PaperCount, PaperKind, Whose};
use gongji_domain::record::MessageState;
use gongji_words::{InstitutionId, PersonId};

use super::bill::{INTERIM, SettledBill, message_of, settled_among};
use super::paper::{Bill, Kept, Reversal, Visit, ever, listed};
use super::refusal::Refusal;
use super::till::Till;

/// Most people who are remembered; then all are forgotten.
const MOST: usize = 20_000;

/// What the bills of somebody have come to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// His bills and his reversals, all that there are.
    papers: PaperCount,
    years: Years,
    /// Institution, visit and batch of what is settled.
    standing: BTreeSet<(InstitutionId, String, String)>,
    /// What the last settlement of each stay that stands has left of it.
    stays: BTreeMap<(InstitutionId, String), StaySoFar>,
    /// Whether one of his bills still waits for another province.
    is_waiting: bool,
}

impl Tally {
    /// The sums of his years.
    pub const fn years(&self) -> &Years {
        &self.years
    }

    /// Whether this batch of a visit is settled, or all of the visit.
    pub fn has(&self, (owner, visit): (InstitutionId, &str), batch: &str) -> bool {
        let is_there = |batch: &str| self.standing.contains(&(owner, visit.to_owned(), batch.to_owned()));
        is_there(batch) || is_there("")
    }

    /// The batches of a visit that are settled; the empty name is a whole stay.
    pub fn batches(&self, (owner, visit): (InstitutionId, &str)) -> BTreeSet<String> {
        let from = (owner, visit.to_owned(), String::new());
        let of_visit = self.standing.range(from..).take_while(|(own, name, _)| *own == owner && name == visit);
        of_visit.map(|(_, _, batch)| batch.clone()).collect()
    }

    /// What the last settlement of a stay has left of it, if there was one.
    pub fn stay(&self, (owner, visit): (InstitutionId, &str)) -> Option<StaySoFar> {
        self.stays.get(&(owner, visit.to_owned())).copied()
    }

    /// The papers that it was worked out of.
    pub const fn papers(&self) -> PaperCount {
        self.papers
    }

    /// Whether one of his bills still waits for another province, so that nobody knows what the next stands on.
    pub const fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    fn of(settled: &[SettledBill], papers: PaperCount) -> Self {
        let mut tally = Self { papers, ..Self::default() };
        for bill in settled.iter().filter(|bill| !bill.is_reversed) {
            tally.add(bill.kept.paper.owner, &bill.kept.body);
        }
        tally
    }

    fn add(&mut self, owner: InstitutionId, bill: &Bill) {
        for (year, sums) in &bill.added {
            self.years.set(*year, self.years.of(*year).with(sums));
        }
        let of_visit = |batch: &str| (owner, bill.visit.clone(), batch.to_owned());
        self.standing.extend(bill.covers.iter().map(|batch| of_visit(batch)));
        if bill.batch != INTERIM {
            self.standing.insert(of_visit(&bill.batch));
        }
        if let Some(stay) = bill.stay {
            self.stays.insert((owner, bill.visit.clone()), stay);
        }
    }
}

/// What is remembered.
#[derive(Debug, Default)]
pub struct Tallies(Mutex<BTreeMap<PersonId, Tally>>);

impl Tallies {
    fn all(&self) -> MutexGuard<'_, BTreeMap<PersonId, Tally>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, person: PersonId) -> Option<Tally> {
        self.all().get(&person).cloned()
    }

    /// What is remembered was outrun.
    pub fn forget(&self, person: PersonId) {
        self.all().remove(&person);
    }

    fn remember(&self, person: PersonId, tally: &Tally) {
        let mut all = self.all();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(person, tally.clone());
    }
}

impl Till {
    /// What the bills of somebody have come to.
    pub async fn tally(&self, person: PersonId) -> Result<Tally, Refusal> {
        let papers = self.node().papers_counted(person).await?;
        self.tally_of(person, papers).await
    }

    /// The same where it is known already how many papers there are.
    pub async fn tally_of(&self, person: PersonId, papers: PaperCount) -> Result<Tally, Refusal> {
        match self.face.tallies.of(person).filter(|tally| tally.papers == papers) {
            Some(tally) => Ok(tally),
            None if papers == PaperCount::default() => Ok(Tally::default()),
            None => self.tallied(person).await,
        }
    }

    /// The same as it is remembered, if it is: good for whatever is not entered if it is outrun ([`gongji_service::Terms`]).
    pub async fn remembered_tally(&self, person: PersonId) -> Result<Tally, Refusal> {
        match self.face.tallies.of(person) {
            Some(tally) => Ok(tally),
            None => self.tally(person).await,
        }
    }

    /// The batches of a visit that are settled; the empty name is a whole stay.
    pub async fn settled_batches(&self, visit: &Kept<Visit>) -> Result<BTreeSet<String>, Refusal> {
        let Some(person) = visit.paper.person else { return Ok(BTreeSet::new()) };
        Ok(self.tally(person).await?.batches((self.institution.id, &visit.paper.name)))
    }

    /// Works it out of all papers. Those are listed before it is asked what became of them: what comes in between is not among
    /// them, and then there are more than are remembered.
    async fn tallied(&self, person: PersonId) -> Result<Tally, Refusal> {
        let bills: Vec<Kept<Bill>> = self.about(PaperKind::Bill, person, ever()).await?;
        let reversals: Vec<Kept<Reversal>> =
            listed(self.node(), PaperKind::Reversal, Whose::Person(person), ever()).await?;
        let entered = bills.iter().filter(|kept| !kept.body.undone_before).map(|kept| &kept.paper);
        let named = entered.chain(reversals.iter().map(|kept| &kept.paper));
        let named = named.map(|paper| message_of(paper.owner, &paper.name)).collect::<Vec<_>>();
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let papers = PaperCount { bills: count(bills.len()), reversals: count(reversals.len()) };
        let messages: Option<BTreeSet<_>> = named.into_iter().collect();
        let outcomes = self.node().outcomes(&messages.clone().unwrap_or_default()).await?;
        let is_answered = |state: &MessageState| matches!(state, MessageState::Answered(_));
        let is_known = messages.is_some_and(|messages| {
            messages.iter().all(|id| outcomes.messages.get(id).is_some_and(|row| is_answered(&row.state)))
        });
        let mut tally = Tally::of(&settled_among(self.node(), bills).await?, papers);
        tally.is_waiting = outcomes.messages.values().any(|row| !is_answered(&row.state));
        if is_known {
            self.face.tallies.remember(person, &tally);
        }
        Ok(tally)
    }

    /// A bill was settled that is one more than the tally was worked out of. Whatever else came meanwhile, there are more papers
    /// then than are remembered here.
    pub fn count_in(&self, person: PersonId, (mut tally, bill): (Tally, &Bill)) {
        tally.papers.bills += 1;
        tally.add(self.institution.id, bill);
        self.face.tallies.remember(person, &tally);
    }
}

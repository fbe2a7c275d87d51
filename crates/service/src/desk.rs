//! The desk (组写): the only writer of a store. It takes the commands that wait, up to a bound, and handles them
//! as one group, so that durability is paid once for many. A group of one is the same code.
//!
//! Nobody is spawned: whoever finds his lane free works for all who wait there, himself included. There are as many
//! lanes as the store takes groups at once. Two commands with one message id, or a reversal and what it reverses, are in
//! one lane and never in one group. A group that fails is done again one by one, so that only the guilty command fails.

use std::collections::{BTreeSet, VecDeque};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use gongji_domain::judge::{self, Judgement, Sight};
use gongji_domain::message::{Answer, Envelope};
use gongji_domain::paper::{Enclosure, PaperCount};
use gongji_domain::policy::Law;
use gongji_domain::record::{Facts, Rows, Wanted};
use gongji_domain::zoo::{self, Cage};
use gongji_store::{Store, StoreError};
use gongji_words::{AreaCode, Fen, PersonId};

use crate::error::ServiceError;
use crate::lane::{Lanes, Stay, keys_of};
use crate::release::law_in_force;

/// Most commands in one group, unless it is told otherwise.
pub const GROUP: usize = 256;

/// How often a command is put back because it has to see more.
const ROUNDS: usize = 8;

/// The desk of one node.
#[derive(Debug)]
pub struct Desk {
    store: Arc<Store>,
    /// The law of the last release that this desk has seen.
    law: Mutex<Law>,
    node: AreaCode,
    lanes: Lanes,
    /// One for each lane.
    queues: Vec<Mutex<Queue>>,
    bound: usize,
    /// Whether whoever is on his way is let come before a group is taken.
    gathers: bool,
    told: AtomicBool,
}

/// Who waits in a lane, and whether somebody works there.
#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Job>,
    busy: bool,
}

#[derive(Debug, Clone)]
struct Job {
    envelope: Arc<Envelope>,
    wanted: Wanted,
    terms: Arc<Terms>,
    slot: Arc<Mutex<Slot>>,
    /// Held here too, because who waits may be cancelled while somebody else works for him.
    _stay: Arc<Stay>,
}

/// What a sender asks for besides his command. A repeat is answered without it.
#[derive(Debug, Default)]
pub struct Terms {
    /// A paper that is kept in one with the message, or not at all.
    pub enclosure: Option<Enclosure>,
    /// A bill that comes to more cash than this is not settled.
    pub most_cash: Option<Fen>,
    /// A bill that was worked out of the bills of somebody, and of their undoing, when there were so many of both: it is not
    /// entered if there are others now.
    pub worked_out_of: Option<(PersonId, PaperCount)>,
}

impl Job {
    /// What a failure of this command alone means to its sender.
    fn guilty_of(&self, error: ServiceError) -> ServiceError {
        let is_there = matches!(error, ServiceError::Store(StoreError::Constraint { table: "paper" }));
        if is_there && self.terms.enclosure.is_some() { ServiceError::Enclosed } else { error }
    }
}

#[derive(Debug, Default)]
struct Slot {
    result: Option<Result<Judgement, ServiceError>>,
    /// Whether there ever was a result: its owner may have taken it.
    answered: bool,
    waker: Option<Waker>,
}

/// What came of a group.
enum Ran {
    /// The result of each command.
    Judged(Vec<Result<Judgement, ServiceError>>),
    /// Nothing: the law at hand is not the one of this release.
    Under(u32),
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// The desk of a node over its store, with the lanes that the store has.
    #[must_use]
    pub fn new(store: Arc<Store>, law: Law, node: AreaCode) -> Self {
        let lanes = Lanes::of(store.lanes());
        let queues = (0..lanes.count()).map(|_| Mutex::default()).collect();
        let (law, told) = (Mutex::new(law), AtomicBool::new(true));
        Self { store, law, node, lanes, queues, bound: GROUP, gathers: false, told }
    }

    /// The same desk with at most so many commands in one group: one, where a group may not span machines.
    #[must_use]
    pub fn with_group_bound(mut self, bound: usize) -> Self {
        self.bound = bound.max(1);
        self
    }

    /// The same desk, which lets all come who can before it takes a group: a command that has a long way to the desk, as one that
    /// is looked up, divided and drawn up first, would else find it busy with a group of few, and a group costs what a
    /// commit costs. Nobody waits for anything but the turn of who is ready to go on.
    #[must_use]
    pub fn gathering(mut self) -> Self {
        self.gathers = true;
        self
    }

    /// The law that groups are judged by, as of the last.
    #[must_use]
    pub fn law(&self) -> Law {
        lock(&self.law).clone()
    }

    /// How many commands wait for their group.
    pub(crate) fn queued(&self) -> usize {
        self.queues.iter().map(|queue| lock(queue).waiting.len()).sum()
    }

    /// Whether messages to other provinces may wait that nobody has tried to deliver; from now on none do.
    pub(crate) fn take_told(&self) -> bool {
        self.told.swap(false, Ordering::AcqRel)
    }

    /// Messages to other provinces may wait.
    pub(crate) fn note_told(&self) {
        self.told.store(true, Ordering::Release);
    }

    /// Judges a command under the lock of everybody it concerns; what it writes is durable on return.
    ///
    /// # Errors
    /// [`ServiceError`]; then nothing of this command was written.
    pub async fn submit(&self, envelope: Envelope) -> Result<Judgement, ServiceError> {
        self.submit_on(envelope, Arc::default()).await
    }

    /// The same on terms.
    ///
    /// # Errors
    /// As [`Desk::submit`]; [`ServiceError::Enclosed`] and [`ServiceError::MoreCash`] if the terms cannot be met.
    pub async fn submit_on(&self, envelope: Envelope, terms: Arc<Terms>) -> Result<Judgement, ServiceError> {
        let mut wanted = judge::wanted(&envelope, self.node);
        terms.want(&mut wanted);
        let stay = Arc::new(self.lanes.enter(&envelope, &wanted));
        let queue = &self.queues[stay.lane];
        let envelope = Arc::new(envelope);
        for _ in 0..ROUNDS {
            let (envelope, slot, _stay) = (envelope.clone(), Arc::default(), stay.clone());
            let job = Job { envelope, wanted: wanted.clone(), terms: terms.clone(), slot, _stay };
            match self.handle(job, queue).await? {
                Judgement::More(more) => wanted.absorb(&more),
                judged => return Ok(judged),
            }
        }
        Err(ServiceError::Unsettled)
    }

    async fn handle(&self, job: Job, queue: &Mutex<Queue>) -> Result<Judgement, ServiceError> {
        let slot = job.slot.clone();
        let _waiter = Waiter { queue, slot: slot.clone() };
        lock(queue).waiting.push_back(job);
        loop {
            if let Some(turn) = Turn::take(queue) {
                while lock(&slot).result.is_none() {
                    if self.gathers {
                        everybody_on_the_way().await;
                    }
                    let claimed = Claimed { queue, group: next_group(queue, self.bound) };
                    // Boxed, because everybody who waits carries this with him, and one works for all.
                    Box::pin(self.work(&claimed.group)).await;
                }
                drop(turn);
            }
            if let Some(result) = wait(queue, &slot).await {
                return result;
            }
        }
    }

    async fn work(&self, group: &[Job]) {
        match self.run(group).await {
            Ok(results) => finish(group, results),
            Err(_) if group.len() > 1 && zoo::open(Cage::InnocentFails) => {
                finish(group, group.iter().map(|_| Err(ServiceError::Unsettled)).collect())
            }
            Err(error) if group.len() == 1 => finish(group, vec![Err(group[0].guilty_of(error))]),
            Err(_) => {
                for one in group.chunks(1) {
                    let results = match self.run(one).await {
                        Ok(results) => results,
                        Err(error) => vec![Err(one[0].guilty_of(error))],
                    };
                    finish(one, results);
                }
            }
        }
    }

    /// A group that read of a release which the law at hand is not of was not judged: it is done again by the law of that
    /// release, so that no two commands of a group, and no two programs, are judged by two laws.
    async fn run(&self, group: &[Job]) -> Result<Vec<Result<Judgement, ServiceError>>, ServiceError> {
        for _ in 0..ROUNDS {
            let law = self.law();
            match self.run_under(&law, group).await? {
                Ran::Judged(results) => return Ok(results),
                Ran::Under(release) if release < law.release() => {
                    return Err(ServiceError::LawGone { had: law.release(), has: release });
                }
                Ran::Under(_) => self.renew_law().await?,
            }
        }
        Err(ServiceError::Unsettled)
    }

    /// Takes the law of the last release, unless another group had it first.
    async fn renew_law(&self) -> Result<(), ServiceError> {
        let newest = law_in_force(&self.store).await?;
        let mut law = lock(&self.law);
        if law.release() < newest.release() {
            *law = newest;
        }
        Ok(())
    }

    async fn run_under(&self, law: &Law, group: &[Job]) -> Result<Ran, StoreError> {
        let wanted: Vec<Wanted> = group.iter().map(|job| job.wanted.clone()).collect();
        let mut results: Vec<Option<Result<Judgement, ServiceError>>> = Vec::new();
        results.resize_with(group.len(), || None);
        let (mut told, mut release) = (false, law.release());
        let mut judge = |place: usize, facts: &Facts| -> Rows {
            release = facts.release;
            if release != law.release() {
                return Rows::default();
            }
            let (result, rows) = self.judge(law, &group[place], facts);
            results[place] = Some(result);
            told |= !rows.outbox.is_empty();
            rows
        };
        let at = group.iter().map(|job| job.envelope.at).max().expect("a group has a command");
        let written = self.store.group(at, &wanted, &mut judge).await;
        if !zoo::open(Cage::AnsweredBeforeCommit) {
            written?;
        }
        if release != law.release() {
            return Ok(Ran::Under(release));
        }
        // Only now, when they can be found: whoever is answered sees it.
        if told {
            self.note_told();
        }
        let results = results.into_iter().map(|result| result.expect("the store judges every command of a group"));
        Ok(Ran::Judged(results.collect()))
    }

    /// A failed assertion is caught here: judging is pure, so nothing of the command has happened.
    fn judge(&self, law: &Law, job: &Job, facts: &Facts) -> (Result<Judgement, ServiceError>, Rows) {
        let envelope = &*job.envelope;
        let sight = Sight { law, node: self.node, facts, envelope };
        let judged = catch_unwind(AssertUnwindSafe(|| judge::judge(sight)));
        // What was entered before was entered on the terms of that time.
        let is_first = !facts.rows.messages.contains_key(&envelope.message);
        let terms = if is_first { &*job.terms } else { &Terms::default() };
        if terms.are_outrun(facts) {
            return (Err(ServiceError::Outrun), Rows::default());
        }
        match judged {
            Ok(Judgement::Done(answer, mut rows)) => {
                if let Some(cash) = terms.exceeded_by(&answer) {
                    return (Err(ServiceError::MoreCash(cash)), Rows::default());
                }
                let told = row_of(&rows, envelope);
                terms.enclose(&mut rows);
                (Ok(Judgement::Done(answer, told)), rows)
            }
            Ok(Judgement::Ask(asks, mut rows)) => {
                terms.enclose(&mut rows);
                (Ok(Judgement::Ask(asks, Rows::default())), rows)
            }
            Ok(without_rows @ (Judgement::More(_) | Judgement::Entered(..))) => (Ok(without_rows), Rows::default()),
            Err(panic) => (Err(ServiceError::Broken(message_of(panic.as_ref()))), Rows::default()),
        }
    }
}

/// Of all that a command wrote, the row of its message: by it its sender's answer is known to be the first.
fn row_of(rows: &Rows, envelope: &Envelope) -> Rows {
    let row = rows.messages.get(&envelope.message).map(|row| (envelope.message.clone(), row.clone()));
    Rows { messages: row.into_iter().collect(), ..Rows::default() }
}

impl Terms {
    /// Adds what has to be seen, and who has to wait for whom, to keep them.
    fn want(&self, wanted: &mut Wanted) {
        if let Some((person, _)) = self.worked_out_of {
            wanted.people.insert(person);
            wanted.papers_of.insert(person);
        }
    }

    /// Whether there are other papers than a bill was worked out of.
    fn are_outrun(&self, facts: &Facts) -> bool {
        let outrun = |(person, count): (PersonId, PaperCount)| facts.papers_of(person) != count;
        self.worked_out_of.is_some_and(outrun)
    }

    /// The cash of a settlement, if it is more than was agreed to.
    fn exceeded_by(&self, answer: &Answer) -> Option<Fen> {
        let Answer::Settled(settled) = answer else { return None };
        self.most_cash.filter(|most| settled.cash > *most).map(|_| settled.cash)
    }

    /// Adds the paper to what a message writes that is entered now.
    fn enclose(&self, rows: &mut Rows) {
        if let Some(enclosed) = self.enclosure.as_ref().filter(|_| !rows.messages.is_empty()) {
            rows.papers.insert(enclosed.paper.key(), enclosed.clone());
        }
    }
}

/// Lets whoever is ready to go on do so once.
async fn everybody_on_the_way() {
    let mut has_let = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_let, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Waits for a result, or for the lane to be free: then `None`.
async fn wait(queue: &Mutex<Queue>, slot: &Mutex<Slot>) -> Option<Result<Judgement, ServiceError>> {
    poll_fn(|context| {
        let mut mine = lock(slot);
        if let Some(result) = mine.result.take() {
            return Poll::Ready(Some(result));
        }
        mine.waker = Some(context.waker().clone());
        drop(mine);
        if lock(queue).busy { Poll::Pending } else { Poll::Ready(None) }
    })
    .await
}

/// The next commands that may stand in one group, in the order of arrival. What must wait for one of them stays
/// at the head of the queue; nobody looks at more of it than a group needs.
fn next_group(queue: &Mutex<Queue>, bound: usize) -> Vec<Job> {
    let mut queue = lock(queue);
    let mut taken = BTreeSet::new();
    let mut group = Vec::new();
    let mut later = Vec::new();
    while group.len() < bound
        && let Some(job) = queue.waiting.pop_front()
    {
        let apart = keys_of(&job.envelope).all(|key| !taken.contains(key));
        taken.extend(keys_of(&job.envelope).cloned());
        if apart || zoo::open(Cage::SameMessageInGroup) { group.push(job) } else { later.push(job) }
    }
    later.into_iter().rev().for_each(|job| queue.waiting.push_front(job));
    group
}

/// Wakes who waits longest: he works for all in his lane.
fn wake_first(queue: MutexGuard<'_, Queue>) {
    let first = queue.waiting.front().map(|job| job.slot.clone());
    drop(queue);
    if let Some(waker) = first.and_then(|slot| lock(&slot).waker.take()) {
        waker.wake();
    }
}

/// Somebody who waits. If he is cancelled, his command is taken back unless it is being worked on, and who waits
/// next is woken in his place.
struct Waiter<'a> {
    queue: &'a Mutex<Queue>,
    slot: Arc<Mutex<Slot>>,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if lock(&self.slot).answered {
            return;
        }
        let mut queue = lock(self.queue);
        queue.waiting.retain(|job| !Arc::ptr_eq(&job.slot, &self.slot));
        if !queue.busy {
            wake_first(queue);
        }
    }
}

/// A group that somebody works for. What has no answer when he stops, however he stops, waits again, in its order.
struct Claimed<'a> {
    queue: &'a Mutex<Queue>,
    group: Vec<Job>,
}

impl Drop for Claimed<'_> {
    fn drop(&mut self) {
        let mut queue = lock(self.queue);
        for job in self.group.drain(..).rev() {
            if !lock(&job.slot).answered {
                queue.waiting.push_front(job);
            }
        }
    }
}

/// The right to work for all who wait in a lane; given back when dropped, also when its holder is cancelled.
struct Turn<'a>(&'a Mutex<Queue>);

impl<'a> Turn<'a> {
    fn take(lane: &'a Mutex<Queue>) -> Option<Self> {
        let mut queue = lock(lane);
        if queue.busy {
            return None;
        }
        queue.busy = true;
        Some(Self(lane))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queue = lock(self.0);
        queue.busy = false;
        wake_first(queue);
    }
}

fn finish(group: &[Job], results: Vec<Result<Judgement, ServiceError>>) {
    for (job, result) in group.iter().zip(results) {
        let mut slot = lock(&job.slot);
        slot.result = Some(result);
        slot.answered = true;
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    }
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("an assertion failed").to_owned()
}

//! Nodes on one engine, to which a file of commands is entered, and what they come to.
//!
//! Invariants: what nodes draw while they handle a line follows from its number, whoever else is being handled; a store is
//! asked for its sums page by page. What is summed up and what is not: [`gongji_store::Store::tallies`]; seals are summed
//! up apart, where there are some.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::{Duration, Instant};

use gongji_domain::message::Answer;
use gongji_domain::policy::Law;
use gongji_service::ports::PeerAnswer;
use gongji_service::{FieldKey, Ids, Node, NodeParts, PeerMessage, Peers, ServiceError, Unreachable};
use gongji_store::{Page, Part, Store, Tally, hex};
use gongji_words::{AreaCode, CommandId, Day, Moment};
use sm3::{Digest, Sm3};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::author::IDS_OF_A_LINE;
use super::place::Kept;
use super::{Entry, Place};
use crate::client::kind;
use crate::ports::{SimClock, lock};

tokio::task_local! {
    /// The line for which a node works.
    static LINE: Arc<LineIds>;
}

/// Ids that are drawn for one line, one after the other.
struct LineIds(AtomicI64);

impl LineIds {
    fn of(line: u64) -> Arc<Self> {
        let line = i64::try_from(line).expect("a number of lines fits");
        Arc::new(Self(AtomicI64::new(line * IDS_OF_A_LINE + 1)))
    }
}

/// The ids of all nodes: those of the line that is handled.
struct Drawn;

impl Ids for Drawn {
    fn next(&self) -> CommandId {
        LINE.with(|line| CommandId::from_number(line.0.fetch_add(1, Ordering::Relaxed)))
    }
}

/// The way between nodes of one process: a direct call. What fails there is kept for who looks at it.
#[derive(Default)]
struct Links {
    nodes: OnceLock<BTreeMap<AreaCode, Weak<Node>>>,
    failed: Mutex<Option<String>>,
}

impl Peers for Links {
    fn ask(&self, message: PeerMessage) -> PeerAnswer<'_> {
        let province = message.to.province();
        let node = self.nodes.get().and_then(|nodes| nodes.get(&province)).and_then(Weak::upgrade);
        Box::pin(async move {
            let node = node.ok_or(Unreachable)?;
            node.answer_peer(message).await.map_err(|error| {
                lock(&self.failed).get_or_insert(error.to_string());
                Unreachable
            })
        })
    }

    fn reaches(&self, _: AreaCode, other: AreaCode) -> bool {
        self.nodes.get().is_some_and(|nodes| nodes.contains_key(&other.province()))
    }
}

/// What a file came to on one engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    /// The engine.
    pub engine: &'static str,
    /// Commands that were answered.
    pub commands: u64,
    /// Their answers by kind, refusals by reason.
    pub answers: BTreeMap<String, u64>,
    /// SM3 of all answers, in the order of the file.
    pub answers_digest: String,
    /// SM3 of the sums of all tables of all nodes.
    pub rows_digest: String,
    /// The sums, by province.
    pub tables: Vec<(AreaCode, Tally)>,
    /// SM3 of all seals, in the order of people and numbers; none where there are no seals.
    pub seals_digest: Option<String>,
    /// What the audits of all nodes found.
    pub discrepancies: Vec<String>,
    /// Days that were closed, over all nodes.
    pub closed: u64,
    /// How long the commands took, and the closing of days.
    pub played: Duration,
    /// How long it took to sum up and to audit.
    pub checked: Duration,
}

impl Came {
    /// The tables in which another has other rows.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let sums = |came: &Self| came.tables.iter().map(|(at, one)| ((*at, one.table), one.clone())).collect();
        let (here, there): (BTreeMap<_, Tally>, BTreeMap<_, Tally>) = (sums(self), sums(other));
        let mut tables: Vec<&'static str> = here.keys().chain(there.keys()).map(|(_, table)| *table).collect();
        tables.sort_unstable();
        tables.dedup();
        let differs = |table: &&str| {
            here.keys().chain(there.keys()).any(|key| key.1 == *table && here.get(key) != there.get(key))
        };
        tables.into_iter().filter(differs).collect()
    }
}

/// The nodes of a file on one engine.
pub struct Player {
    place: Place,
    nodes: Vec<Arc<Node>>,
    clock: Arc<SimClock>,
    links: Arc<Links>,
    runtime: Arc<Runtime>,
    kept: Kept,
    answers: Sm3,
    kinds: BTreeMap<String, u64>,
    commands: u64,
    closed: u64,
    played: Duration,
}

impl Player {
    /// Nodes with empty stores, one for each province.
    ///
    /// # Errors
    /// A sentence if the stores cannot be made.
    pub fn new(place: &Place, provinces: &[AreaCode], (law, runtime): (&Law, &Arc<Runtime>)) -> Result<Self, String> {
        let (stores, kept) = place.stores(provinces.len(), runtime)?;
        let (clock, links) = (Arc::new(SimClock::new(Moment::from_millis(0))), Arc::new(Links::default()));
        let node = |(province, store): (&AreaCode, Store)| {
            Arc::new(Node::new(NodeParts {
                province: *province,
                law: law.clone(),
                store: Arc::new(store),
                clock: clock.clone(),
                ids: Arc::new(Drawn),
                peers: links.clone(),
                field_key: FieldKey::new(b"commands"),
            }))
        };
        let nodes: Vec<Arc<Node>> = provinces.iter().zip(stores).map(node).collect();
        let by_province = nodes.iter().map(|node| (node.province(), Arc::downgrade(node))).collect();
        links.nodes.get_or_init(|| by_province);
        Ok(Self {
            place: place.clone(),
            nodes,
            clock,
            links,
            runtime: runtime.clone(),
            kept,
            answers: Sm3::new(),
            kinds: BTreeMap::new(),
            commands: 0,
            closed: 0,
            played: Duration::ZERO,
        })
    }

    /// What the engine is called.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        self.place.name()
    }

    /// Enters commands that concern different families all at once, or one that concerns others; gives their answers in
    /// the order of the file.
    ///
    /// # Errors
    /// A sentence about a failure, which must not be.
    pub fn enter(&mut self, wave: &[(u64, Entry)]) -> Result<Vec<Answer>, String> {
        let began = Instant::now();
        let Some((first, last)) = wave.first().zip(wave.last()) else { return Ok(Vec::new()) };
        self.clock.set(last.1.at);
        let mut calls = JoinSet::new();
        for (place, (line, entry)) in wave.iter().enumerate() {
            let node = self.nodes.get(entry.site).cloned().ok_or("a command goes to no node")?;
            let (named, command) = ((entry.message.clone(), entry.id, entry.at), entry.command.clone());
            let call = LINE.scope(LineIds::of(*line), async move { node.enter_as(named, command).await });
            calls.spawn_on(async move { (place, call.await) }, self.runtime.handle());
        }
        let mut answers: Vec<Option<Answer>> = vec![None; wave.len()];
        while let Some(answered) = self.runtime.block_on(calls.join_next()) {
            let (place, answer) = answered.map_err(|error| format!("line {}: {error}", first.0))?;
            answers[place] = Some(answer.map_err(|error| format!("line {}: {error}", wave[place].0))?);
        }
        self.look_at_links(first.0)?;
        let answers: Vec<Answer> = answers.into_iter().flatten().collect();
        for ((line, _), answer) in wave.iter().zip(&answers) {
            self.commands += 1;
            *self.kinds.entry(kind(answer).to_owned()).or_default() += 1;
            self.answers.update(format!("{line} {answer:?}\n"));
        }
        self.played += began.elapsed();
        Ok(answers)
    }

    /// Does what is timed until a moment, brings over what waits for another province, and closes a day.
    ///
    /// # Errors
    /// A sentence about a failure, which must not be.
    pub fn close(&mut self, line: u64, (at, day): (Moment, Day)) -> Result<(), String> {
        let began = Instant::now();
        self.clock.set(at);
        let closed = self.runtime.block_on(LINE.scope(LineIds::of(line), close(&self.nodes, at, day)));
        self.closed += closed.map_err(|error| format!("line {line}: {error}"))?;
        self.look_at_links(line)?;
        self.played += began.elapsed();
        Ok(())
    }

    fn look_at_links(&self, line: u64) -> Result<(), String> {
        lock(&self.links.failed).take().map_or(Ok(()), |what| Err(format!("line {line}, between nodes: {what}")))
    }

    /// What it has come to until now.
    ///
    /// # Errors
    /// A sentence if the rows cannot be read.
    pub fn came(&self) -> Result<Came, String> {
        let began = Instant::now();
        let (mut tables, mut discrepancies) = (Vec::new(), Vec::new());
        let (mut seals, mut sealed, mut rows) = (Sm3::new(), false, Sm3::new());
        for node in &self.nodes {
            let store = node.store();
            let summed = self.runtime.block_on(store.tallies()).map_err(|error| error.to_string())?;
            for tally in summed {
                rows.update(format!("{} {} {} {}\n", node.province(), tally.table, tally.rows, tally.sum()));
                tables.push((node.province(), tally));
            }
            let mut take = |page: Page| {
                if let Page::Seals(page) = page {
                    sealed |= !page.is_empty();
                    page.iter().for_each(|seal| seals.update(format!("{seal:?}\n")));
                }
                ControlFlow::Continue(())
            };
            self.runtime.block_on(store.read_out(&[Part::Seals], &mut take)).map_err(|error| error.to_string())?;
            let totals = self.runtime.block_on(store.audit_totals()).map_err(|error| error.to_string())?;
            discrepancies.extend(totals.discrepancies.iter().map(|one| format!("{one:?}")));
        }
        Ok(Came {
            engine: self.engine(),
            commands: self.commands,
            answers: self.kinds.clone(),
            answers_digest: hex(&self.answers.clone().finalize()),
            rows_digest: hex(&rows.finalize()),
            tables,
            seals_digest: sealed.then(|| hex(&seals.finalize())),
            discrepancies,
            closed: self.closed,
            played: self.played,
            checked: began.elapsed(),
        })
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.nodes.clear();
        self.kept.take_away(&self.runtime);
    }
}

/// Node after node, until nothing is timed before the moment and nothing waits for another province.
async fn close(nodes: &[Arc<Node>], at: Moment, day: Day) -> Result<u64, ServiceError> {
    let mut busy = true;
    while busy {
        busy = false;
        for node in nodes {
            busy |= node.tick(at).await?.is_some_and(|next| next <= at);
            busy |= node.deliver().await? > 0;
        }
        for node in nodes {
            busy |= node.store().next_timer().await?.is_some_and(|next| next <= at);
        }
    }
    let mut closed = 0;
    for node in nodes {
        while node.store().close_day(day).await?.is_some() {
            closed += 1;
        }
    }
    Ok(closed)
}

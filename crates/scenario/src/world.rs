//! The world of one scenario file: nodes, their clock, the links between them, and who is called what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use gongji_domain::message::{Answer, Command};
use gongji_domain::policy::Law;
use gongji_service::ports::PeerAnswer;
use gongji_service::{Clock, FieldKey, Ids, Node, NodeParts, PeerMessage, Peers, ServiceError, Unreachable};
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, InstitutionId, MessageId, Moment, PersonId};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct StandingClock(AtomicI64);

impl StandingClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self(AtomicI64::new(now.millis()))
    }

    /// Moves it.
    pub fn set(&self, now: Moment) {
        self.0.store(now.millis(), Ordering::Release);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Moment {
        Moment::from_millis(self.0.load(Ordering::Acquire))
    }
}

/// Ids that count up over all nodes of a file: where the clock stands still, they tell what came first.
#[derive(Debug, Default)]
struct CountingIds(AtomicI64);

impl Ids for CountingIds {
    fn next(&self) -> CommandId {
        CommandId::from_number(self.0.fetch_add(1, Ordering::AcqRel) + 1)
    }
}

/// The links between the nodes of one process: direct calls, unless a link is cut.
#[derive(Default)]
pub struct Links {
    nodes: Mutex<BTreeMap<AreaCode, Weak<Node>>>,
    down: Mutex<BTreeSet<(AreaCode, AreaCode)>>,
}

impl Links {
    fn pair(one: AreaCode, other: AreaCode) -> (AreaCode, AreaCode) {
        let (one, other) = (one.province(), other.province());
        if one <= other { (one, other) } else { (other, one) }
    }

    /// Cuts the link between two provinces.
    pub fn cut(&self, one: AreaCode, other: AreaCode) {
        lock(&self.down).insert(Self::pair(one, other));
    }

    /// Mends it.
    pub fn mend(&self, one: AreaCode, other: AreaCode) {
        lock(&self.down).remove(&Self::pair(one, other));
    }
}

impl Peers for Links {
    fn ask(&self, message: PeerMessage) -> PeerAnswer<'_> {
        let node = lock(&self.nodes).get(&message.to.province()).and_then(Weak::upgrade);
        let reached = self.reaches(message.from, message.to);
        Box::pin(async move {
            match node {
                Some(node) if reached => node.answer_peer(message).await.map_err(|_| Unreachable),
                _ => Err(Unreachable),
            }
        })
    }

    fn reaches(&self, one: AreaCode, other: AreaCode) -> bool {
        one.province() == other.province() || !lock(&self.down).contains(&Self::pair(one, other))
    }
}

/// Makes the store of a province's node.
pub type StoreMaker<'a> = dyn FnMut(AreaCode) -> Result<Store, String> + 'a;

/// A command as it was sent, so that it can be sent again.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) province: AreaCode,
    pub(crate) command: Command,
    pub(crate) answer: Answer,
    pub(crate) id: CommandId,
}

/// What stands where a file was played.
pub struct Standing {
    /// The nodes, by province.
    pub nodes: BTreeMap<AreaCode, Arc<Node>>,
    /// The clock of all of them. It stands still.
    pub clock: Arc<StandingClock>,
    /// The links between them.
    pub links: Arc<Links>,
    /// Who is called what, and where he is insured.
    pub people: BTreeMap<String, (PersonId, AreaCode)>,
    /// Which institution is called what, and where it is.
    pub institutions: BTreeMap<String, (InstitutionId, AreaCode)>,
}

impl Standing {
    /// Moves the clock; timed work that falls due is done on the way, in order of time.
    ///
    /// # Errors
    /// A sentence; the clock stands where the work could not be done.
    pub async fn move_clock(&mut self, to: Moment) -> Result<(), String> {
        move_clock((&self.clock, &self.nodes), to).await
    }
}

type Nodes = BTreeMap<AreaCode, Arc<Node>>;

async fn move_clock((clock, nodes): (&StandingClock, &Nodes), to: Moment) -> Result<(), String> {
    while let Some(next) = next_due(nodes, to).await? {
        clock.set(next.max(clock.now()));
        for node in nodes.values() {
            node.tick(next).await.map_err(in_words)?;
        }
    }
    clock.set(to);
    Ok(())
}

async fn next_due(nodes: &Nodes, to: Moment) -> Result<Option<Moment>, String> {
    let mut next: Option<Moment> = None;
    for node in nodes.values() {
        let due = node.store().next_timer().await.map_err(|error| in_words(ServiceError::from(error)))?;
        next = [next, due].into_iter().flatten().min();
    }
    Ok(next.filter(|due| *due <= to))
}

/// The world of one file.
pub struct World<'a> {
    law: Law,
    make_store: &'a mut StoreMaker<'a>,
    pub(crate) nodes: BTreeMap<AreaCode, Arc<Node>>,
    pub(crate) clock: Arc<StandingClock>,
    ids: Arc<CountingIds>,
    pub(crate) links: Arc<Links>,
    pub(crate) people: BTreeMap<String, (PersonId, AreaCode)>,
    pub(crate) institutions: BTreeMap<String, (InstitutionId, AreaCode)>,
    pub(crate) sent: BTreeMap<String, Sent>,
    pub(crate) notices_read: BTreeMap<String, usize>,
    messages: u64,
}

impl<'a> World<'a> {
    /// An empty world.
    pub fn new(law: Law, make_store: &'a mut StoreMaker<'a>) -> Self {
        Self {
            law,
            make_store,
            nodes: BTreeMap::new(),
            clock: Arc::new(StandingClock::new(Moment::from_millis(0))),
            ids: Arc::default(),
            links: Arc::default(),
            people: BTreeMap::new(),
            institutions: BTreeMap::new(),
            sent: BTreeMap::new(),
            notices_read: BTreeMap::new(),
            messages: 0,
        }
    }

    /// What stands there.
    pub(crate) fn standing(self) -> Standing {
        let Self { nodes, clock, links, people, institutions, .. } = self;
        Standing { nodes, clock, links, people, institutions }
    }

    /// The node that serves an area; made when it is first named.
    pub(crate) fn node(&mut self, area: AreaCode) -> Result<Arc<Node>, String> {
        let province = area.province();
        if let Some(node) = self.nodes.get(&province) {
            return Ok(node.clone());
        }
        let node = Arc::new(Node::new(NodeParts {
            province,
            law: self.law.clone(),
            store: Arc::new((self.make_store)(province)?),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            peers: self.links.clone(),
            field_key: FieldKey::new(b"scenario"),
        }));
        lock(&self.links.nodes).insert(province, Arc::downgrade(&node));
        self.nodes.insert(province, node.clone());
        Ok(node)
    }

    /// A message id that no other statement has.
    pub(crate) fn fresh_message(&mut self) -> MessageId {
        self.messages += 1;
        MessageId::new("scenario", format!("line-{}", self.messages)).expect("short and printable")
    }

    /// Enters a command at the node of an area.
    pub(crate) async fn enter(&mut self, area: AreaCode, command: Command) -> Result<Answer, String> {
        let message = self.fresh_message();
        let node = self.node(area)?;
        node.enter(message, command).await.map_err(in_words)
    }

    /// Moves the clock; timed work that falls due is done on the way, in order of time.
    pub(crate) async fn move_clock(&mut self, to: Moment) -> Result<(), String> {
        move_clock((&self.clock, &self.nodes), to).await
    }

    /// Lets everything arrive that can.
    pub(crate) async fn deliver_all(&self) -> Result<(), String> {
        loop {
            let mut arrived = 0;
            for node in self.nodes.values() {
                arrived += node.deliver().await.map_err(in_words)?;
            }
            if arrived == 0 {
                return Ok(());
            }
        }
    }

    /// A command that was sent before; none where sending it failed.
    pub(crate) fn sent(&self, id: &str) -> Result<Sent, String> {
        self.sent.get(id).cloned().ok_or_else(|| format!("error: {id} could not be sent"))
    }

    pub(crate) fn name_of(&self, person: PersonId) -> String {
        let named = self.people.iter().find(|(_, (id, _))| *id == person);
        named.map_or_else(|| "somebody".to_owned(), |(name, _)| name.clone())
    }
}

pub(crate) fn in_words(error: ServiceError) -> String {
    format!("error: {error}")
}

//! The stage: nodes on SQLite files in a temporary folder, a clock that is moved, people with names in the vault.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::message::{Answer, Command, CreditKind};
use gongji_domain::person::{InsuranceStatus, Person, Scheme, Sex};
use gongji_domain::policy::Law;
use gongji_domain::trace::Trace;
use gongji_scenario::world::StandingClock;
use gongji_service::ports::PeerAnswer;
use gongji_service::{FieldKey, Ids, Node, NodeParts, PeerMessage, Peers, Unreachable};
use gongji_store::{Secrets, Store, WorkingKey};
use gongji_words::{
    AreaCode, CertificateNumber, CommandId, Fen, InstitutionId, MessageId, Moment, PersonId, PersonName, Sex as Stated,
};
use tempfile::TempDir;

use crate::output::Failure;
use crate::randomness::SystemRandomness;
use crate::ready;

/// Ids that count up, each node in a range of its own: the same in every run.
struct CountingIds(std::sync::atomic::AtomicI64);

impl Ids for CountingIds {
    fn next(&self) -> CommandId {
        CommandId::from_number(self.0.fetch_add(1, std::sync::atomic::Ordering::AcqRel))
    }
}

/// Direct calls between the nodes of this process.
#[derive(Default)]
struct Calls(Mutex<BTreeMap<AreaCode, Weak<Node>>>);

impl Peers for Calls {
    fn ask(&self, message: PeerMessage) -> PeerAnswer<'_> {
        let nodes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let node = nodes.get(&message.to.province()).and_then(Weak::upgrade);
        drop(nodes);
        Box::pin(async move {
            match node {
                Some(node) => node.answer_peer(message).await.map_err(|_| Unreachable),
                None => Err(Unreachable),
            }
        })
    }

    fn reaches(&self, _: AreaCode, _: AreaCode) -> bool {
        true
    }
}

/// A person of the cast. Regions that begin with 17 were never given out: these numbers are nobody's.
pub struct Cast {
    /// The name, with whatever dot it is typed.
    pub name: &'static str,
    /// The certificate number.
    pub certificate: &'static str,
    /// Which insurance.
    pub scheme: Scheme,
    /// Where.
    pub area: AreaCode,
    /// What the personal account holds at first.
    pub balance: Option<Fen>,
}

/// All that plays.
pub struct Stage {
    law: Law,
    folder: TempDir,
    keys: WorkingKey,
    randomness: SystemRandomness,
    clock: Arc<StandingClock>,
    calls: Arc<Calls>,
    nodes: BTreeMap<AreaCode, Arc<Node>>,
    people: i64,
    messages: u64,
}

impl Stage {
    /// An empty stage; its folder is removed when it is dropped.
    pub fn set(law: Law) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("gongji-demo-").tempdir().map_err(|error| Failure::of(&error))?;
        let mut randomness = SystemRandomness::open()?;
        Ok(Self {
            law,
            folder,
            keys: randomness.working_key(),
            randomness,
            clock: Arc::new(StandingClock::new(Moment::from_millis(0))),
            calls: Arc::default(),
            nodes: BTreeMap::new(),
            people: 0,
            messages: 0,
        })
    }

    /// The law.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The nodes, by province.
    pub fn nodes(&self) -> impl Iterator<Item = &Arc<Node>> {
        self.nodes.values()
    }

    /// The node of an area, on a file of its own.
    pub fn node(&mut self, area: AreaCode) -> Result<Arc<Node>, Failure> {
        let province = area.province();
        if let Some(node) = self.nodes.get(&province) {
            return Ok(node.clone());
        }
        let file = self.folder.path().join(format!("{province}.db"));
        let first = i64::from(province.number()) * 1_000;
        let node = Arc::new(Node::new(NodeParts {
            province,
            law: self.law.clone(),
            store: Arc::new(Store::create_sqlite(&file, &self.keys)?),
            clock: self.clock.clone(),
            ids: Arc::new(CountingIds(first.into())),
            peers: self.calls.clone(),
            field_key: FieldKey::new(b"demonstration"),
        }));
        self.calls.0.lock().unwrap_or_else(PoisonError::into_inner).insert(province, Arc::downgrade(&node));
        self.nodes.insert(province, node.clone());
        Ok(node)
    }

    /// Moves the clock and does what falls due.
    pub fn clock(&mut self, time: &str) -> Result<(), Failure> {
        let time = Moment::parse(time).expect("the times of the stories are written right");
        self.clock.set(time);
        for node in self.nodes.values() {
            ready(node.tick(time))?;
        }
        Ok(())
    }

    /// Enters a command at the node of an area, under an id of its own.
    pub fn enter(&mut self, area: AreaCode, command: Command) -> Result<Answer, Failure> {
        self.messages += 1;
        let message = MessageId::new("demo", format!("step-{}", self.messages)).expect("short and printable");
        Ok(ready(self.node(area)?.enter(message, command))?)
    }

    /// Enters a bill under the number that the till gave it.
    pub fn enter_bill(&mut self, area: AreaCode, id: &str, command: Command) -> Result<Answer, Failure> {
        Ok(ready(self.node(area)?.enter(till_message(id), command))?)
    }

    /// How a bill was decided, from the node that decided it.
    pub fn trace(&mut self, area: AreaCode, id: &str) -> Result<Option<Trace>, Failure> {
        let node = self.node(area)?;
        let Some(row) = ready(node.message(&till_message(id)))? else { return Ok(None) };
        Ok(ready(node.trace(row.command))?)
    }

    /// Registers a person: the name into the vault, what rules look at into the ledger, the money into the account.
    pub fn person(&mut self, cast: &Cast) -> Result<PersonId, Failure> {
        self.people += 1;
        let id = PersonId::from_number(self.people);
        let certificate = CertificateNumber::parse(cast.certificate).expect("the cast's numbers are well formed");
        let born = certificate.born().expect("resident numbers state a day of birth");
        let sex = certificate.sex().map(|sex| if sex == Stated::Male { Sex::Male } else { Sex::Female });
        let name = PersonName::parse(cast.name).expect("the cast's names are well formed");
        let node = self.node(cast.area)?;
        let secrets = Secrets { name, certificate, phone: None };
        let mut random = |bytes: &mut [u8]| self.randomness.fill(bytes);
        ready(node.store().enrol(id, &secrets, &mut random))?;
        let (area, scheme, status) = (cast.area, cast.scheme, InsuranceStatus::Active);
        let traits = std::collections::BTreeSet::new();
        self.enter(area, Command::Register(Person { id, area, scheme, status, born, sex, traits }))?;
        if let Some(amount) = cast.balance {
            let kind = CreditKind::Opening { previous_years: amount };
            self.enter(area, Command::Credit { person: id, amount, kind })?;
        }
        Ok(id)
    }

    /// Registers a designated institution that takes aid.
    pub fn institution(
        &mut self,
        number: i64,
        area: AreaCode,
        kind: InstitutionKind,
        wallet: Takes,
    ) -> Result<InstitutionId, Failure> {
        let id = InstitutionId::from_number(number);
        let designation = Designation::Designated;
        let institution = Institution { id, area, kind, designation, aid: Takes::Yes, wallet };
        self.enter(area, Command::RegisterInstitution(institution))?;
        Ok(id)
    }

    /// What somebody is called, out of the vault of the node that knows him.
    pub fn name(&self, person: PersonId) -> String {
        let known = self.nodes.values().find_map(|node| ready(node.store().reveal(person)).ok().flatten());
        known.map_or_else(|| format!("P{person}"), |secrets| secrets.name.reveal().to_owned())
    }
}

fn till_message(id: &str) -> MessageId {
    MessageId::new("till", id).expect("short and printable")
}

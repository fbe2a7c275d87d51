//! A province of the simulated world: its node, its store, its ids, and how both die and come back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gongji_domain::policy::Law;
use gongji_domain::record::{Rows, Wanted};
use gongji_service::{Clock, FieldKey, Node, NodeParts};
use gongji_store::{Store, StoreError, WorkingKey};
use gongji_words::{AreaCode, PersonId};

use crate::executor::ready;
use crate::network::Net;
use crate::plan::Engine;
use crate::ports::{CrashPlan, SimClock, SimIds};
use crate::server::Lent;

/// What all sites share.
#[derive(Clone)]
pub struct Common {
    /// The law.
    pub law: Law,
    /// The clock.
    pub clock: Arc<SimClock>,
    /// The network.
    pub net: Net,
}

/// A folder that is gone with the run.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// A fresh folder on the disk.
    ///
    /// # Errors
    /// What the file system says.
    pub fn new() -> std::io::Result<Self> {
        Self::within(&std::env::temp_dir())
    }

    /// A fresh folder that need not outlive the machine: a simulated crash leaves what the process wrote to the file,
    /// so waiting for the disk would prove nothing.
    ///
    /// # Errors
    /// What the file system says.
    pub fn fleeting() -> std::io::Result<Self> {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::within(memory) } else { Self::new() }
    }

    fn within(folder: &Path) -> std::io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("gongji-sim-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = folder.join(name);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Where the database of a node is kept.
    #[must_use]
    pub fn database(&self, site: usize) -> PathBuf {
        self.0.join(format!("node-{site}.db"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _what_is_left_is_a_temporary_folder = std::fs::remove_dir_all(&self.0);
    }
}

/// Where the rows of a world are, and what is to be taken away in the end.
pub enum Ground {
    /// In this process.
    Memory,
    /// In files of a folder.
    Folder(Scratch),
    /// On a server, in a room for each node; those that no site has yet.
    Rooms(Vec<Store>, Lent),
}

impl Ground {
    /// The ground of a world with so many nodes.
    ///
    /// # Errors
    /// A sentence if the folder cannot be made, or the server not be reached.
    pub fn of(engine: Engine, nodes: usize) -> Result<Self, String> {
        match engine {
            Engine::Memory => Ok(Self::Memory),
            Engine::Sqlite => {
                Scratch::fleeting().map(Self::Folder).map_err(|error| format!("no temporary folder: {error}"))
            }
            Engine::Postgres(server) => server.lend(nodes).map(|(stores, lent)| Self::Rooms(stores, lent)),
        }
    }

    /// The empty store of the next node.
    ///
    /// # Errors
    /// A sentence if it cannot be made.
    pub fn store(&mut self, number: usize) -> Result<(Store, Option<PathBuf>), String> {
        match self {
            Self::Memory => Ok((Store::memory(), None)),
            Self::Folder(folder) => {
                let path = folder.database(number);
                let store = Store::create_sqlite(&path, &key()).map_err(|error| format!("no store: {error}"))?;
                Ok((store, Some(path)))
            }
            Self::Rooms(stores, _) => Ok((stores.pop().ok_or("a node has no room")?, None)),
        }
    }
}

enum Keeper {
    /// The rows outlive the node: in this process, as a disk does, or on a server.
    Store(Arc<Store>),
    /// The file does.
    File(PathBuf),
}

/// One province.
pub struct Site {
    /// Which.
    pub province: AreaCode,
    /// Its node, as long as it lives.
    pub node: Arc<Node>,
    /// Where its store is struck down.
    pub crash: Arc<CrashPlan>,
    /// Its ids.
    pub ids: Arc<SimIds>,
    keeper: Keeper,
    common: Common,
}

pub(crate) fn key() -> WorkingKey {
    WorkingKey::generate([7; 32])
}

fn node_of(province: AreaCode, common: &Common, (store, ids): (Arc<Store>, Arc<SimIds>)) -> Arc<Node> {
    Arc::new(Node::new(NodeParts {
        province,
        law: common.law.clone(),
        store,
        clock: common.clock.clone(),
        ids,
        peers: Arc::new(common.net.clone()),
        field_key: FieldKey::new(b"simulator"),
    }))
}

impl Site {
    /// A site with an empty store, and the file that it is in, if it is in one.
    #[must_use]
    pub fn new(
        (province, number, seed): (AreaCode, usize, u64),
        (store, path): (Store, Option<PathBuf>),
        common: &Common,
    ) -> Self {
        let crash = Arc::new(CrashPlan::new(seed, number));
        let ids = Arc::new(SimIds::new(seed, number));
        let store = Arc::new(store.with_faults(crash.clone()));
        let keeper = path.map_or_else(|| Keeper::Store(store.clone()), Keeper::File);
        let node = node_of(province, common, (store, ids.clone()));
        Self { province, node, crash, ids, keeper, common: common.clone() }
    }

    /// A new node over what the old one has left. The old one's work must be gone.
    ///
    /// # Errors
    /// [`StoreError`] if the file does not open again.
    pub fn restart(self) -> Result<Self, StoreError> {
        self.crash.revive();
        let Self { province, node, crash, ids, keeper, common } = self;
        drop(node);
        let store = match &keeper {
            Keeper::Store(store) => store.clone(),
            Keeper::File(path) => Arc::new(reopen(path)?.with_faults(crash.clone())),
        };
        let node = node_of(province, &common, (store, ids.clone()));
        Ok(Self { province, node, crash, ids, keeper, common })
    }

    /// A new node over a store that has lost what was written after `rows` were all there was: a planted fault.
    ///
    /// # Errors
    /// [`StoreError`] if the rows cannot be written.
    pub fn restart_with(self, rows: &Rows) -> Result<Self, StoreError> {
        let store = Store::memory();
        ready(store.group(self.common.clock.now(), &[owners(rows)], &mut |_, _| rows.clone()))?;
        let store = Arc::new(store.with_faults(self.crash.clone()));
        Self { keeper: Keeper::Store(store), ..self }.restart()
    }

    /// All rows.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub fn dump(&self) -> Result<Rows, StoreError> {
        ready(self.node.store().dump())
    }

    /// Looks at all rows where they are.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub fn look<T>(&self, look: impl FnOnce(&Rows) -> T) -> Result<T, StoreError> {
        ready(self.node.store().look(look))
    }
}

fn reopen(path: &Path) -> Result<Store, StoreError> {
    Store::open_sqlite(path, &key())
}

/// Wants everybody under whose key money of these rows stands.
fn owners(rows: &Rows) -> Wanted {
    let mut people: BTreeSet<PersonId> = rows.persons.keys().copied().collect();
    people.extend(rows.accounts.keys());
    people.extend(rows.holds.keys().map(|(person, _)| *person));
    people.extend(rows.wallets.keys());
    people.extend(rows.counters.keys().map(|(sponsor, ..)| *sponsor));
    people.extend(rows.item_counters.keys().map(|(patient, _)| *patient));
    Wanted { people, ..Wanted::default() }
}

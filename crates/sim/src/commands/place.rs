//! Where a file of commands is played: in memory, in files, or in schemas of a server, all gone afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use gongji_store::Store;
use tokio::runtime::Runtime;

use crate::site::{Scratch, key};

/// Where the rows are to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In ordered maps.
    Memory,
    /// In a file for each node, on the disk.
    Sqlite,
    /// In a schema for each node, with so many groups at once.
    Postgres {
        /// The address of the server.
        address: String,
        /// Groups at once.
        lanes: usize,
    },
}

/// What is to be taken away in the end.
#[derive(Default)]
pub(super) struct Kept {
    _folder: Option<Scratch>,
    rooms: Vec<(String, String)>,
}

impl Place {
    /// What the engine is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// Makes so many empty stores. All have the same key, so that seals can be compared, too.
    pub(super) fn stores(&self, count: usize, runtime: &Runtime) -> Result<(Vec<Store>, Kept), String> {
        let mut kept = Kept::default();
        let no_store = |error: gongji_store::StoreError| format!("no store: {error}");
        let stores: Result<Vec<Store>, String> = match self {
            Self::Memory => Ok((0..count).map(|_| Store::memory()).collect()),
            Self::Sqlite => {
                let folder = Scratch::new().map_err(|error| format!("no temporary folder: {error}"))?;
                let stores = (0..count).map(|number| Store::create_sqlite(&folder.database(number), &key()));
                let stores = stores.collect::<Result<_, _>>().map_err(no_store);
                kept._folder = Some(folder);
                stores
            }
            Self::Postgres { address, lanes } => {
                static NEXT: AtomicU32 = AtomicU32::new(0);
                let mut stores = Vec::new();
                for _ in 0..count {
                    let room = format!("played_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
                    let store = runtime.block_on(Store::create_postgres_room(address, &room, &key()));
                    stores.push(store.map_err(no_store)?.with_lanes(*lanes));
                    kept.rooms.push((address.clone(), room));
                }
                Ok(stores)
            }
        };
        Ok((stores?, kept))
    }
}

impl Kept {
    pub(super) fn take_away(&self, runtime: &Runtime) {
        for (address, room) in &self.rooms {
            let _it_ends_with_the_server = runtime.block_on(Store::drop_postgres_room(address, room));
        }
    }
}

//! Where the rows of a load are: in memory, in a file, or in a schema of a server.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use gongji_store::{Store, WorkingKey};
use tokio::runtime::Runtime;

use super::tasks::postmaster_of;
use crate::plan::Engine;
use crate::site::Scratch;

/// The store that is measured.
#[derive(Clone, Debug)]
pub enum Ground {
    /// A fresh one of this engine, gone afterwards.
    Fresh(Engine),
    /// A fresh database in this file, which stays.
    Keep(PathBuf),
    /// A database that was kept before; it has the people already, and the settlements behind.
    Over(PathBuf),
    /// On a PostgreSQL server at an address.
    Server(String, Room),
}

/// The schema on a server.
#[derive(Clone, Debug)]
pub enum Room {
    /// A fresh one, gone afterwards.
    Fresh,
    /// A fresh one of this name, which stays.
    Keep(String),
    /// One that was kept before.
    Over(String),
}

impl Ground {
    /// Whether it has its people already.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        matches!(self, Self::Over(_) | Self::Server(_, Room::Over(_)))
    }

    /// Whether it is made anew for each run.
    #[must_use]
    pub const fn is_fresh(&self) -> bool {
        matches!(self, Self::Fresh(_) | Self::Server(_, Room::Fresh))
    }
}

/// What is to be taken away in the end, and whose processor time counts.
pub(super) struct Kept {
    _folder: Option<Scratch>,
    room: Option<(String, String)>,
    postmaster: Option<u32>,
}

impl Kept {
    const fn of(folder: Option<Scratch>) -> Self {
        Self { _folder: folder, room: None, postmaster: None }
    }

    pub(super) const fn postmaster(&self) -> Option<u32> {
        self.postmaster
    }

    pub(super) fn take_away(&self, runtime: &Runtime) {
        if let Some((address, room)) = &self.room {
            let _it_ends_with_the_server = runtime.block_on(Store::drop_postgres_room(address, room));
        }
    }
}

/// Makes or opens it.
pub(super) fn open(ground: &Ground, runtime: &Runtime) -> Result<(Store, Kept), String> {
    let key = WorkingKey::generate([9; 32]);
    let (store, kept) = match ground {
        Ground::Fresh(Engine::Memory) => (Ok(Store::memory()), Kept::of(None)),
        Ground::Fresh(Engine::Sqlite) => {
            let folder = Scratch::new().map_err(|error| error.to_string())?;
            (Store::create_sqlite(&folder.database(0), &key), Kept::of(Some(folder)))
        }
        Ground::Fresh(Engine::Postgres(_)) => {
            return Err("what is measured on a server has connections of its own: name its address".to_owned());
        }
        Ground::Keep(path) => (Store::create_sqlite(path, &key), Kept::of(None)),
        Ground::Over(path) => (Store::open_sqlite(path, &key), Kept::of(None)),
        Ground::Server(address, room) => return on_server(address, room, runtime),
    };
    Ok((store.map_err(|error| error.to_string())?, kept))
}

fn on_server(address: &str, room: &Room, runtime: &Runtime) -> Result<(Store, Kept), String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let key = WorkingKey::generate([9; 32]);
    let mut kept = Kept { postmaster: postmaster_of(address), ..Kept::of(None) };
    let store = match room {
        Room::Fresh => {
            let name = format!("load_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            kept.room = Some((address.to_owned(), name.clone()));
            runtime.block_on(Store::create_postgres_room(address, &name, &key))
        }
        Room::Keep(name) => runtime.block_on(Store::create_postgres_room(address, name, &key)),
        Room::Over(name) => {
            let within = format!("{address} options='-c search_path={name}'");
            runtime.block_on(Store::open_postgres(&within, &key))
        }
    };
    Ok((store.map_err(|error| error.to_string())?, kept))
}

//! A PostgreSQL server on which worlds keep their rows: a schema for each node, lent, emptied and lent again.
//!
//! The simulation polls by hand and lets nothing happen beside it, so its thread waits for the server whenever a node asks
//! it something: then a world takes the same course on a server as in memory. Deliberately absent: what happens inside
//! the server, and faults of its own.

use std::sync::Mutex;

use gongji_store::Store;
use gongji_store::postgres::Rooms;
use tokio::runtime::{Builder, EnterGuard, Runtime};

use crate::ports::lock;
use crate::site::key;

/// A server; it is known until the process ends.
#[derive(Clone, Copy)]
pub struct Server(&'static Known);

struct Known {
    runtime: Runtime,
    lending: Mutex<Lending>,
}

struct Lending {
    rooms: Rooms,
    /// Worlds that have some of them.
    worlds: usize,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

impl PartialEq for Server {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Server {}

impl Server {
    /// The server at an address. `prefix` begins the names of the schemas: a word that nobody else there has.
    ///
    /// # Errors
    /// A sentence when the machine gives no thread.
    pub fn at(address: &str, prefix: &str) -> Result<Self, String> {
        let threads = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = threads.map_err(|error| format!("the thread of the connections: {error}"))?;
        let rooms = Rooms::new(address, prefix, &key()).blocking();
        let lending = Mutex::new(Lending { rooms, worlds: 0 });
        Ok(Self(Box::leak(Box::new(Known { runtime, lending }))))
    }

    /// As long as this is held, connections can be made.
    #[must_use]
    pub fn enter(self) -> Connects {
        Connects { _context: self.0.runtime.enter() }
    }

    /// Lends so many empty stores to a world.
    ///
    /// # Errors
    /// A sentence if the server cannot be reached or its account may make no schemas.
    pub fn lend(self, count: usize) -> Result<(Vec<Store>, Lent), String> {
        let mut lending = lock(&self.0.lending);
        let mut stores = Vec::new();
        for _ in 0..count {
            let store = self.0.runtime.block_on(lending.rooms.lend());
            // Groups come one after the other, as those of the other engines do.
            stores.push(store.map_err(|error| format!("no store: {error}"))?.with_lanes(1));
        }
        lending.worlds += 1;
        Ok((stores, Lent(self)))
    }

    /// Takes all schemas away. No world may be left.
    ///
    /// # Errors
    /// A sentence if one cannot be taken away.
    pub fn close(self) -> Result<(), String> {
        self.0.runtime.block_on(lock(&self.0.lending).rooms.drop_all()).map_err(|error| error.to_string())
    }

    /// Rooms are emptied when no world has any.
    fn give_back(self) {
        let mut lending = lock(&self.0.lending);
        lending.worlds -= 1;
        if lending.worlds == 0 {
            let _others_are_made_then = self.0.runtime.block_on(lending.rooms.take_back());
        }
    }
}

/// As long as it is held, this thread can make connections.
pub struct Connects {
    _context: EnterGuard<'static>,
}

/// That a world has rooms: they are given back when this is dropped.
pub struct Lent(Server);

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

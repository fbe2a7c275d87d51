//! Where the nodes of scenarios keep their rows.
//!
//! Invariant: nothing of a file is there when the next begins, nor when the program ends, also by a failure. A temporary
//! server ends with the program even if that is killed; schemas in somebody's database are left behind by a kill alone.

use std::path::Path;

use gongji_domain::policy::Law;
use gongji_scenario::run::{Report, run};
use gongji_scenario::syntax::Scenario;
use gongji_scratch::Server;
use gongji_service::Clock as _;
use gongji_store::postgres::Rooms;
use gongji_store::{Store, StoreError, WorkingKey};
use gongji_words::AreaCode;

use super::Engine;
use crate::clock::SystemClock;
use crate::output::Failure;
use crate::{ready, ready_within};

/// What stores are made of.
pub enum Stage {
    /// Maps of this process.
    Memory,
    /// A folder for each scenario.
    Files,
    /// Schemas of a database.
    Rooms(Schemas),
}

/// Schemas, and their server if it is the program's own; they go first.
pub struct Schemas {
    rooms: Rooms,
    _server: Option<Server>,
}

impl Drop for Schemas {
    fn drop(&mut self) {
        if let Err(error) = ready(self.rooms.drop_all()) {
            crate::output::note(format!("schemas named gongji_scenario_… are left in the database: {error}"));
        }
    }
}

impl Stage {
    /// Sets an engine up; a server is started where none is named.
    pub fn set_up(engine: Engine, dsn: Option<&str>) -> Result<Self, Failure> {
        match (engine, dsn) {
            (Engine::Memory, _) => Ok(Self::Memory),
            (Engine::Sqlite, _) => Ok(Self::Files),
            (Engine::Postgres | Engine::Spread, Some(dsn)) => Schemas::of(dsn, engine, None).map(Self::Rooms),
            (Engine::Postgres | Engine::Spread, None) => {
                let server = Server::start(&[]).map_err(|why| no_server(&why))?;
                Schemas::of(&server.address(), engine, Some(server)).map(Self::Rooms)
            }
        }
    }

    /// Plays a scenario on fresh stores.
    pub fn play(&mut self, scenario: &Scenario, law: &Law) -> Result<Report, Failure> {
        match self {
            Self::Memory => Ok(ready(run(scenario, law, &mut |_| Ok(Store::memory())))),
            Self::Files => {
                let folder = tempfile::Builder::new().prefix("gongji-scenario-").tempdir();
                let folder = folder.map_err(|error| Failure::of(&error))?;
                Ok(ready(run(scenario, law, &mut |province| make_file(folder.path(), province))))
            }
            Self::Rooms(schemas) => schemas.play(scenario, law),
        }
    }
}

impl Schemas {
    /// Time and process keep the names apart from those of other programs in the same database.
    fn of(dsn: &str, engine: Engine, server: Option<Server>) -> Result<Self, Failure> {
        let prefix = format!("gongji_scenario_{}_{}", SystemClock.now().millis(), std::process::id());
        let rooms = Rooms::new(dsn, &prefix, &key());
        let rooms = if engine == Engine::Spread { rooms.spread() } else { rooms };
        let mut schemas = Self { rooms, _server: server };
        // A server that is not there is told before anything is played.
        drop(ready(schemas.rooms.lend())?);
        ready(schemas.rooms.take_back())?;
        Ok(schemas)
    }

    fn play(&mut self, scenario: &Scenario, law: &Law) -> Result<Report, Failure> {
        let mut unmade = None;
        let report = ready(run(scenario, law, &mut |_| {
            // The runner cannot wait for a store.
            let made: Result<Store, StoreError> = ready_within(self.rooms.lend());
            made.map_err(|error| unmade.insert(Failure::from(error)).text().to_owned())
        }));
        ready(self.rooms.take_back())?;
        unmade.map_or(Ok(report), Err)
    }
}

fn no_server(why: &str) -> Failure {
    Failure::Impossible(format!("{why}. Or name a database with --dsn, or take --engine sqlite or memory"))
}

/// Nobody's names are in these stores, so their key need not be secret.
fn key() -> WorkingKey {
    WorkingKey::generate([7; 32])
}

fn make_file(folder: &Path, province: AreaCode) -> Result<Store, String> {
    Store::create_sqlite(&folder.join(format!("{province}.db")), &key()).map_err(|error| error.to_string())
}

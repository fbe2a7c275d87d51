//! Which engines a run is on, as it is asked for in words.

use clap::{Args, ValueEnum};
use gongji_sim::{Engine, Server};

/// Where the address of a server is looked for, if none is given.
const SERVER: &str = "GONGJI_TEST_POSTGRES";

/// The address that is given, or that of the environment.
pub fn address(given: Option<&String>) -> Result<String, String> {
    let address = given.cloned().or_else(|| std::env::var(SERVER).ok());
    address.ok_or_else(|| format!("give --dsn ADDRESS, or run it by `cargo xtask postgres`, which sets {SERVER}"))
}

/// One engine, or several that must come to the same.
#[derive(Args)]
pub struct Engines {
    /// Which engine keeps the rows; with `both` (memory and sqlite) or `all` they must come to the same rows and answers.
    #[arg(long = "engine", value_enum, default_value_t = Name::Memory)]
    name: Name,
    /// The address of a PostgreSQL server, if not that of the environment.
    #[arg(long, value_name = "ADDRESS")]
    dsn: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Memory,
    Sqlite,
    Postgres,
    Both,
    All,
}

impl Engines {
    /// Does something on these engines, on a server in schemas that are gone afterwards.
    pub fn on_each<T>(&self, each: impl FnOnce(&[Engine]) -> Result<T, String>) -> Result<T, String> {
        match self.name {
            Name::Memory => each(&[Engine::Memory]),
            Name::Sqlite => each(&[Engine::Sqlite]),
            Name::Both => each(&[Engine::Memory, Engine::Sqlite]),
            Name::Postgres => self.on_server(|server| each(&[server])),
            Name::All => self.on_server(|server| each(&[Engine::Memory, Engine::Sqlite, server])),
        }
    }

    fn on_server<T>(&self, each: impl FnOnce(Engine) -> Result<T, String>) -> Result<T, String> {
        let server = Server::at(&address(self.dsn.as_ref())?, &format!("simulated_{}", std::process::id()))?;
        let done = each(Engine::Postgres(server));
        server.close()?;
        done
    }

    /// Whether there are several.
    pub fn are_several(&self) -> bool {
        matches!(self.name, Name::Both | Name::All)
    }
}

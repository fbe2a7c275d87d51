//! Rooms: schemas of one database, each a store of its own, that are emptied and lent again.
//!
//! Making tables takes a server longer than playing a scenario on them, and preparing the statements of a connection
//! longer than both. Invariants: what is lent is empty; nobody else's schema is touched.

use std::fmt;

use super::session::Session;
use super::stay::Stay;
use super::{Address, Engine};
use crate::{Store, StoreError, WorkingKey};

/// Empties every table of a schema but what says which store it is.
const EMPTY: &str = "do $$ declare name text; begin for name in select relname from pg_catalog.pg_class \
    where relkind = 'r' and relnamespace = quote_ident(current_schema())::regnamespace \
    and relname not in ('migration', 'store_identity') \
    loop execute 'delete from ' || quote_ident(name); end loop; end $$";

/// Rooms of one database. Whoever made them takes them away with [`Rooms::drop_all`].
pub struct Rooms {
    url: String,
    prefix: String,
    keys: WorkingKey,
    stay: Stay,
    made: Vec<Engine>,
    lent: usize,
    is_spread: bool,
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rooms({} of {} lent)", self.lent, self.made.len())
    }
}

impl Rooms {
    /// Rooms whose names begin so: a word of small letters, digits and underlines that nobody else has.
    #[must_use]
    pub fn new(url: &str, prefix: &str, keys: &WorkingKey) -> Self {
        let (url, prefix, keys) = (url.to_owned(), prefix.to_owned(), keys.clone());
        Self { url, prefix, keys, stay: Stay::default(), made: Vec::new(), lent: 0, is_spread: false }
    }

    /// The same rooms, of which each says that it is spread over machines, and is spoken to so.
    #[must_use]
    pub const fn spread(mut self) -> Self {
        self.is_spread = true;
        self
    }

    /// The same rooms, whose stores are ready at the first poll: the thread that polls them waits for the server meanwhile.
    /// It is to be in the context of a runtime, and none of its threads.
    #[must_use]
    pub fn blocking(self) -> Self {
        Self { stay: Stay::Blocks, ..self }
    }

    /// Lends an empty store.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unreachable`]; others if the account may not make schemas.
    pub async fn lend(&mut self) -> Result<Store, StoreError> {
        if self.lent == self.made.len() {
            let room = self.name(self.made.len());
            let address = Address::parse(&self.url)?.staying(self.stay);
            let engine = Engine::create_room_at(&address, &room, &self.keys).await?;
            self.made.push(if self.is_spread { engine.noted_as_spread().await? } else { engine });
        }
        let engine = self.made[self.lent].another();
        self.lent += 1;
        Ok(Store::Postgres(engine))
    }

    /// Takes back all that was lent, and empties it. Nobody may use it any more.
    ///
    /// # Errors
    /// [`StoreError`] if a room cannot be emptied.
    pub async fn take_back(&mut self) -> Result<(), StoreError> {
        for engine in &self.made[..self.lent] {
            let session = engine.session().await?;
            session.run(EMPTY).await?;
            engine.give_back(session);
        }
        self.lent = 0;
        Ok(())
    }

    /// Takes the rooms away with all that is in them.
    ///
    /// # Errors
    /// [`StoreError`] if one cannot be taken away; the others are.
    pub async fn drop_all(&mut self) -> Result<(), StoreError> {
        let names: Vec<String> = (0..self.made.len()).map(|number| self.name(number)).collect();
        self.made.clear();
        self.lent = 0;
        if names.is_empty() {
            return Ok(());
        }
        let session = Session::connect(&Address::parse(&self.url)?).await?;
        session.run("set client_min_messages = warning").await?;
        let mut ended = Ok(());
        for name in names {
            ended = ended.and(session.run(&format!("drop schema if exists {name} cascade")).await);
        }
        ended
    }

    fn name(&self, number: usize) -> String {
        format!("{}_{number}", self.prefix)
    }
}

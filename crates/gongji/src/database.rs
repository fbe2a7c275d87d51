//! Where the database of a province is: a file of this machine, or a database on a PostgreSQL server.
//!
//! Invariant: an address is never shown as it was written, because a password may stand in it. Deliberately absent: reading
//! passwords from files of libpq.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gongji_store::postgres::{Held, Placing, Spreading};
use gongji_store::{Envelope, Patience, Pause, Status, Steps, Store, StoreError, WorkingKey};
use zeroize::Zeroizing;

use crate::ids::TimeOrderedIds;
use crate::output::Failure;
use crate::ready;

/// Where a database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file.
    File(PathBuf),
    /// The address of a database on a server.
    Server(Zeroizing<String>),
}

impl FromStr for Database {
    type Err = Infallible;

    /// What is no address is a file; one that is wrong is told when it is used, without being repeated.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let is_url = text.starts_with("postgresql:") || text.starts_with("postgres:");
        let is_words = text.split_whitespace().any(|word| word.starts_with("host=") || word.starts_with("dbname="));
        Ok(if is_url || is_words { Self::Server(Zeroizing::new(text.to_owned())) } else { Self::File(text.into()) })
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(url) => {
                f.write_str(&Store::place_of_postgres(url).unwrap_or_else(|_| "postgresql:?".to_owned()))
            }
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A database, and how long it is waited for while its server is away.
#[derive(Clone, Copy)]
pub struct At<'b> {
    /// Where it is.
    pub place: &'b Database,
    /// How long to wait for it.
    pub patience: Seconds,
}

impl At<'_> {
    /// Makes the tables, and opens it to write.
    pub fn create(self, keys: &WorkingKey) -> Result<Store, StoreError> {
        match self.place {
            Database::File(path) => Store::create_sqlite(path, keys),
            Database::Server(url) => Ok(self.patient(ready(Store::create_postgres(url, keys))?)),
        }
    }

    /// Opens it to write. A file has one writer: another program that is just ending is waited for, about 5 seconds.
    pub fn open(self, keys: &WorkingKey) -> Result<Store, StoreError> {
        match self.place {
            Database::File(path) => open_patiently(path, keys),
            Database::Server(url) => self.opened(async || Store::open_postgres(url, keys).await),
        }
    }

    /// Opens it to read, beside whoever writes.
    pub fn read(self, keys: &WorkingKey) -> Result<Store, StoreError> {
        match self.place {
            Database::File(path) => Store::open_sqlite_reader(path, keys),
            Database::Server(_) => self.open(keys),
        }
    }

    /// Opens it to read what is not encrypted.
    pub fn read_without_key(self) -> Result<Store, StoreError> {
        match self.place {
            Database::File(path) => Store::open_sqlite_without_key(path),
            Database::Server(url) => self.opened(async || Store::open_postgres_without_key(url).await),
        }
    }

    /// Its wrapped working key.
    pub fn envelope(self) -> Result<Envelope, StoreError> {
        match self.place {
            Database::File(path) => Store::envelope_sqlite(path),
            Database::Server(url) => self.waited_for(async || Store::envelope_postgres(url).await),
        }
    }

    /// Which steps it has behind it.
    pub fn steps(self) -> Result<Steps, StoreError> {
        match self.place {
            Database::File(path) => Store::steps_sqlite(path),
            Database::Server(url) => self.waited_for(async || Store::steps_postgres(url).await),
        }
    }

    /// How it is kept.
    pub fn status(self) -> Result<Status, StoreError> {
        match self.place {
            Database::File(path) => Store::status_sqlite(path),
            Database::Server(url) => self.waited_for(async || Store::status_postgres(url).await),
        }
    }

    /// Runs the steps that are missing.
    pub fn migrate(self) -> Result<usize, StoreError> {
        match self.place {
            Database::File(path) => Store::migrate_sqlite(path),
            Database::Server(url) => self.waited_for(async || Store::migrate_postgres(url).await),
        }
    }

    /// The statements that would spread it over machines.
    pub fn placings(self, shards: u32) -> Result<Vec<Placing>, Failure> {
        let url = self.url_to_spread()?;
        Ok(self.waited_for(async || Store::placings_postgres(url, shards).await)?)
    }

    /// Spreads it over machines.
    pub fn spread(self, shards: u32) -> Result<Spreading, Failure> {
        let url = self.url_to_spread()?;
        Ok(self.waited_for(async || Store::spread_postgres(url, shards).await)?)
    }

    fn url_to_spread(&self) -> Result<&str, Failure> {
        match self.place {
            Database::Server(url) => Ok(url),
            Database::File(path) => Err(Failure::Impossible(format!(
                "{} is a file, and a file is on one machine: name a database on a PostgreSQL server with Citus; nothing was \
                 changed",
                path.display()
            ))),
        }
    }

    /// A moment of a server that other programs can read.
    pub fn held(self, url: &str) -> Result<Held, StoreError> {
        self.waited_for(async || Held::of(url).await)
    }

    /// Ids for what is written to it, once it is open to write.
    pub fn ids(self, store: &Arc<Store>) -> Result<TimeOrderedIds, Failure> {
        match self.place {
            Database::File(path) => TimeOrderedIds::over(path)
                .map_err(|error| Failure::Impossible(format!("{}.ids: {error}", path.display()))),
            Database::Server(_) => Ok(TimeOrderedIds::claimed(store)?),
        }
    }

    fn opened(self, open: impl AsyncFn() -> Result<Store, StoreError>) -> Result<Store, StoreError> {
        self.waited_for(open).map(|store| self.patient(store))
    }

    fn patient(self, store: Store) -> Store {
        store.with_patience(Arc::new(Unhurried { away: self.patience, asked: Mutex::default() }))
    }

    /// What a server answers, as soon as it is there.
    fn waited_for<T>(self, ask: impl AsyncFn() -> Result<T, StoreError>) -> Result<T, StoreError> {
        ready(async {
            let mut failed = 0;
            loop {
                let error = match ask().await {
                    Err(error) if error.is_worth_retrying() => error,
                    answered => return answered,
                };
                failed += 1;
                let Some(pause) = self.patience.pause(failed) else { return Err(error) };
                pause.await;
            }
        })
    }
}

/// How long a server is waited for that is away: tries with growing pauses between, which come to about so much.
#[derive(Clone, Copy, Debug)]
pub struct Seconds(pub u64);

/// The first pause, and the longest, in milliseconds.
const FIRST: u64 = 50;
const LONGEST: u64 = 2_000;
const DOUBLINGS: u32 = 6;

impl Seconds {
    /// The pause before the next try, in milliseconds.
    fn next(self, failed: u32) -> Option<u64> {
        let length = |number: u32| (FIRST << number.min(DOUBLINGS)).min(LONGEST);
        let waited: u64 = (0..failed.saturating_sub(1)).map(length).sum();
        (waited < self.0.saturating_mul(1_000)).then(|| length(failed.saturating_sub(1)))
    }
}

impl Patience for Seconds {
    fn pause(&self, failed: u32) -> Option<Pause> {
        let length = Duration::from_millis(self.next(failed)?);
        // Nothing tells that a server is back, so the time is all that can be waited for.
        Some(Box::pin(async move {
            let _nothing_came = tokio::time::timeout(length, std::future::pending::<()>()).await;
        }))
    }
}

/// What comes within so long of the last look at the database waits until so long has passed, and others are looked up with it.
const TOGETHER: Duration = Duration::from_millis(1);

/// How a program waits for its database.
#[derive(Debug)]
struct Unhurried {
    away: Seconds,
    /// When something was last looked up.
    asked: Mutex<Option<Instant>>,
}

impl Patience for Unhurried {
    fn pause(&self, failed: u32) -> Option<Pause> {
        self.away.pause(failed)
    }

    fn gather(&self) -> Option<Pause> {
        let now = Instant::now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let at = asked.map(|last| last + TOGETHER).filter(|at| *at > now);
        *asked = Some(at.unwrap_or(now));
        let at = at?;
        Some(Box::pin(async move {
            let _others_came = tokio::time::timeout_at(at.into(), std::future::pending::<()>()).await;
        }))
    }
}

/// How often a lock is tried, and how long until the next time.
const TRIES: u32 = 100;
const BETWEEN: Duration = Duration::from_millis(50);

/// A command at a time writes, and most of them end at once: a locked database is tried for about 5 seconds.
fn open_patiently(database: &Path, keys: &WorkingKey) -> Result<Store, StoreError> {
    for _ in 1..TRIES {
        match Store::open_sqlite(database, keys) {
            Err(StoreError::Locked { .. }) => std::thread::park_timeout(BETWEEN),
            ended => return ended,
        }
    }
    Store::open_sqlite(database, keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_files_are_told_apart_and_no_password_is_shown() {
        for (text, shown) in [
            ("gongji.db", "gongji.db"),
            ("./host=x", "./host=x"),
            ("/srv/a b/gongji.db", "/srv/a b/gongji.db"),
            ("postgresql://u:geheim@db1,db2/book", "postgresql://db1,db2/book"),
            ("user=u password=geheim dbname=book host=db1", "postgresql://db1/book"),
            ("postgres://geheim@:x/", "postgresql:?"),
        ] {
            let database: Database = text.parse().unwrap();
            assert_eq!((database.to_string(), format!("{database:?}")), (shown.to_owned(), shown.to_owned()));
        }
    }

    #[test]
    fn pauses_grow_and_come_to_what_was_asked_for() {
        for (seconds, expected) in [(0, vec![]), (1, vec![50, 100, 200, 400, 800])] {
            let pauses: Vec<u64> = (1..).map_while(|failed| Seconds(seconds).next(failed)).collect();
            assert_eq!(pauses, expected, "{seconds}");
        }
        let all: Vec<u64> = (1..).map_while(|failed| Seconds(40).next(failed)).collect();
        assert!((40_000..42_000).contains(&all.iter().sum::<u64>()) && all.iter().all(|one| *one <= LONGEST));
    }
}

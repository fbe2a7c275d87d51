//! Stores to test on, ways to write to them, and files and databases that are gone after the test.

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use gongji_domain::record::{Facts, Rows, Wanted};
use gongji_store::{Store, StoreError, WorkingKey};
use gongji_words::{AreaCode, CommandId, Day, Fen, Moment, PersonId};
use tokio::runtime::Runtime;

/// The value of a future; it waits for a server, whose connections live in a runtime of their own.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());
    RUNTIME.block_on(future)
}

/// The value of a future that is ready at once, as those of a store in this process are.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in this process is ready at the first poll"),
    }
}

/// The variable with the address of a server on which databases may be made.
const SERVER: &str = "GONGJI_TEST_POSTGRES";

/// A database on a server for one test.
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    pub fn new() -> Self {
        Self::like("template0")
    }

    /// Another with the same rows. Nobody may be connected to this one.
    pub fn copy(&self) -> Self {
        self.run(&format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}' and pid <> pg_backend_pid()",
            self.name
        ));
        Self::like(&self.name)
    }

    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says where the server is")]
    fn like(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("{SERVER} is not set: run the tests by `cargo xtask postgres cargo nextest run`")
        });
        let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let database = Self { server, name };
        database.run(&format!("create database {} template {template}", database.name));
        database
    }

    pub fn address(&self) -> String {
        self.server.replace("dbname=postgres", &format!("dbname={}", self.name))
    }

    pub fn create(&self) -> Store {
        now(Store::create_postgres(&self.address(), &key(7))).unwrap()
    }

    /// A store that is spoken to as if it were spread over machines.
    pub fn create_spread(&self) -> Store {
        drop(self.create());
        self.tamper("insert into store_identity (name, value) values ('layout', 'spread'::bytea)");
        self.open()
    }

    pub fn open(&self) -> Store {
        now(Store::open_postgres(&self.address(), &key(7))).unwrap()
    }

    fn run(&self, text: &str) {
        run_at(&self.server, text);
    }

    /// What somebody reads who owns the database.
    pub fn rows(&self, text: &str) -> Vec<tokio_postgres::Row> {
        rows_at(&self.address(), text)
    }

    /// Waits until nobody is connected any more: a server notices a while later that somebody has gone.
    pub fn close_all(&self) {
        let others = format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}' and pid <> pg_backend_pid()",
            self.name
        );
        while !rows_at(&self.server, &others).is_empty() {}
    }

    /// Somebody who begins something and does not end it yet.
    pub fn session(&self, text: &str) -> Holder {
        let holder = now(connected(&self.address()));
        now(holder.0.batch_execute(text)).unwrap();
        holder
    }

    /// What somebody does who owns the database and not the program.
    pub fn tamper(&self, text: &str) {
        run_at(&self.address(), text);
    }
}

/// Somebody who holds what he has begun.
pub struct Holder(tokio_postgres::Client);

impl Holder {
    pub fn end(&self, text: &str) {
        now(self.0.batch_execute(text)).unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "a connection is driven by a task")]
async fn connected(server: &str) -> Holder {
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await.unwrap();
    drop(tokio::spawn(connection));
    Holder(client)
}

#[expect(clippy::disallowed_methods, reason = "a connection is driven by a task")]
fn rows_at(server: &str, text: &str) -> Vec<tokio_postgres::Row> {
    now(async {
        let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await.unwrap();
        let driver = tokio::spawn(connection);
        let rows = client.query(text, &[]).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
        rows
    })
}

#[expect(clippy::disallowed_methods, reason = "a connection is driven by a task")]
fn run_at(server: &str, text: &str) {
    now(async {
        let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await.unwrap();
        let driver = tokio::spawn(connection);
        client.batch_execute(text).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
    });
}

impl Drop for Database {
    fn drop(&mut self) {
        self.run(&format!("drop database {} with (force)", self.name));
    }
}

/// A folder for one test.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = format!("store-{}-{number}", std::process::id());
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn database(&self) -> PathBuf {
        self.file("gongji.db")
    }

    /// What is in the folder, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn create(&self) -> Store {
        Store::create_sqlite(&self.database(), &key(7)).unwrap()
    }

    pub fn open(&self) -> Store {
        Store::open_sqlite(&self.database(), &key(7)).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _best_effort = std::fs::remove_dir_all(&self.0);
    }
}

pub fn key(byte: u8) -> WorkingKey {
    WorkingKey::generate([byte; 32])
}

pub fn person(number: i64) -> PersonId {
    PersonId::from_number(number)
}

pub fn command(number: i64) -> CommandId {
    CommandId::from_number(number)
}

pub fn yuan(yuan: i64) -> Fen {
    Fen::from_fen(yuan * 100)
}

pub fn day(number: u8) -> Day {
    Day::new(2025, 3, number).unwrap()
}

pub fn noon(number: u8) -> Moment {
    Moment::at(day(number), 12, 0)
}

pub fn area() -> AreaCode {
    AreaCode::from_number(130_100)
}

/// Wants everybody under whose key money of these rows stands.
pub fn owners(rows: &Rows) -> Wanted {
    let mut people = rows.persons.keys().copied().collect::<std::collections::BTreeSet<_>>();
    people.extend(rows.accounts.keys());
    people.extend(rows.holds.keys().map(|(person, _)| *person));
    people.extend(rows.wallets.keys());
    people.extend(rows.counters.keys().map(|(person, ..)| *person));
    people.extend(rows.item_counters.keys().map(|(person, _)| *person));
    Wanted { people, ..Wanted::default() }
}

/// Writes rows as a group of one.
pub fn put(store: &Store, rows: &Rows) -> Result<(), StoreError> {
    now(store.group(noon(1), &[owners(rows)], &mut |_, _| rows.clone()))
}

pub fn dump(store: &Store) -> Rows {
    now(store.dump()).unwrap()
}

pub fn read(store: &Store, wanted: &Wanted) -> Facts {
    now(store.read(wanted)).unwrap()
}

pub fn wants<const N: usize>(people: [i64; N]) -> Wanted {
    Wanted { people: people.into_iter().map(person).collect(), ..Wanted::default() }
}

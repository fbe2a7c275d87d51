//! One connection: its statements, prepared once, and what its server said beside the answers.
//!
//! Invariants: statements sent together arrive in the order in which they were given; a commit that came with a warning
//! is no acknowledgement (a standby that should have it may not); to a database that is spread over machines only statements
//! of one key or row are sent. Deliberately absent: cancelling, which at a commit
//! would turn a wait into such a warning; who does not wait longer drops the connection.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::try_join_all;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, Connection, Socket};

use super::address::Address;
use super::failure::failed;
use super::forms;
use super::layout::is_apart_from_locks;
use super::stay::Stay;
use super::tls::Encrypted;
use super::values::Column;
use crate::StoreError;
use crate::sql::{Ask, Batch, Fields, Reading, Statement, Value};

const TABLE: &str = "pg_database";
const NEXT_PAGE: &str = "fetch forward 2000 from page";

/// In which form a statement is prepared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    One,
    /// One key, whose rows are locked.
    Lock,
    Keys,
    /// Many keys, whose rows are locked in their order.
    Locks,
    Rows,
}

impl Form {
    const fn is_of_one(self) -> bool {
        matches!(self, Self::One | Self::Lock)
    }
}

/// A statement on its way to the server, with the values of one key or of all.
struct Sent<'s> {
    ask: &'s Ask,
    form: Form,
    prepared: &'s tokio_postgres::Statement,
    values: &'s [Value<'static>],
}

/// Which statement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// That of the catalogue at this place.
    At(usize, Form),
    /// One of this engine alone.
    Text(&'static str),
}

type Prepared = BTreeMap<Key, tokio_postgres::Statement>;

/// A connection that one group or enquiry at a time has for itself.
pub(super) struct Session {
    pub(super) client: Client,
    prepared: Mutex<Prepared>,
    warnings: Arc<AtomicU64>,
    is_spread: bool,
    stay: Stay,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    pub(super) async fn connect(address: &Address) -> Result<Self, StoreError> {
        let stay = address.stay;
        let connected = stay.on(address.config.connect(address.tls.clone())).await;
        let (client, connection) = connected.map_err(|error| failed(TABLE, error))?;
        let warnings = Arc::new(AtomicU64::new(0));
        start(connection, warnings.clone());
        Ok(Self { client, prepared: Mutex::default(), warnings, is_spread: address.is_spread, stay })
    }

    /// Whether it speaks to the database as to one that is spread over machines.
    pub(super) const fn is_spread(&self) -> bool {
        self.is_spread
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Lets the connection take in what the server has sent.
    pub(super) async fn let_in(&self) {
        self.stay.on(tokio::task::yield_now()).await;
    }

    pub(super) async fn run(&self, text: &str) -> Result<(), StoreError> {
        self.stay.on(self.client.batch_execute(text)).await.map_err(|error| failed(TABLE, error))
    }

    /// Commits, and is sure of it.
    pub(super) async fn commit(&self) -> Result<(), StoreError> {
        let before = self.warnings.load(Ordering::Acquire);
        let committed = self.stay.on(self.client.batch_execute("commit")).await;
        committed.map_err(|error| failed(TABLE, error).at_commit())?;
        if self.warnings.load(Ordering::Acquire) == before { Ok(()) } else { Err(StoreError::InDoubt) }
    }

    /// Asks for everything at once and takes what comes in the order of the asks.
    pub(super) async fn read(&self, reading: &mut Reading, asks: &[Ask]) -> Result<(), StoreError> {
        self.read_as(reading, asks.iter().map(|ask| (ask, self.form_of(ask))).collect()).await
    }

    /// The same for rows that are judged under the locks of their people: where a database is spread, rows that do not stand
    /// with the people are locked too.
    pub(super) async fn read_to_judge(&self, reading: &mut Reading, asks: &[Ask]) -> Result<(), StoreError> {
        let is_locked = |ask: &Ask| self.is_spread && is_apart_from_locks(ask.statement);
        let form = |ask: &Ask| if is_locked(ask) { Form::Lock } else { self.form_of(ask) };
        self.read_as(reading, asks.iter().map(|ask| (ask, form(ask))).collect()).await
    }

    /// Locks the rows that the first asks for, in the order of their keys, and reads them as they are then; with them, but
    /// after it has all locks, reads what the others ask for.
    pub(super) async fn lock(&self, reading: &mut Reading, first: &Ask, others: &[Ask]) -> Result<(), StoreError> {
        let locks = if self.is_spread { Form::Lock } else { Form::Locks };
        let others = others.iter().map(|ask| (ask, self.form_of(ask)));
        self.read_as(reading, std::iter::once((first, locks)).chain(others).collect()).await
    }

    /// A statement that asks for all rows has no keys to be many.
    const fn form_of(&self, ask: &Ask) -> Form {
        if ask.width == 0 || self.is_spread { Form::One } else { Form::Keys }
    }

    async fn read_as(&self, reading: &mut Reading, mut asks: Vec<(&Ask, Form)>) -> Result<(), StoreError> {
        asks.retain(|(ask, _)| ask.width == 0 || !ask.keys.is_empty());
        let prepared = asks.iter().map(|(ask, form)| self.prepared(ask.statement, *form));
        let statements = self.stay.on(try_join_all(prepared)).await?;
        let sent = asks.iter().zip(&statements).flat_map(|(&(ask, form), prepared)| {
            portions_of(ask, form).into_iter().map(move |values| Sent { ask, form, prepared, values })
        });
        let sent: Vec<Sent<'_>> = sent.collect();
        let answers = self.stay.on(try_join_all(sent.iter().map(|one| self.ask(one)))).await?;
        for (Sent { ask, .. }, rows) in sent.iter().zip(&answers) {
            for row in rows {
                (ask.take)(reading, &mut Fields::of(ask.statement.table, row))?;
            }
        }
        Ok(())
    }

    async fn ask(&self, sent: &Sent<'_>) -> Result<Vec<tokio_postgres::Row>, StoreError> {
        let Sent { ask, form, prepared, values } = sent;
        let failed = |error| failed(ask.statement.table, error);
        if form.is_of_one() {
            return self.client.query(*prepared, &plain(values)).await.map_err(failed);
        }
        let columns = columns_of(prepared, values, ask.width);
        // Beside the columns of the key every value is the same for all keys.
        let of_key = columns.iter().take(forms::key_width(ask.statement)).map(Column::as_sql);
        let same = plain(&values[forms::key_width(ask.statement)..ask.width]);
        let values: Vec<&(dyn ToSql + Sync)> = of_key.chain(same).collect();
        self.client.query(*prepared, &values).await.map_err(failed)
    }

    /// Writes everything at once.
    pub(super) async fn write(&self, batches: &[&Batch<'_>]) -> Result<(), StoreError> {
        let form = if self.is_spread { Form::One } else { Form::Rows };
        let prepared = batches.iter().map(|batch| self.prepared(batch.statement, form));
        let statements = self.stay.on(try_join_all(prepared)).await?;
        let running = batches.iter().zip(&statements).flat_map(|(batch, statement)| {
            let length = if form.is_of_one() { batch.width } else { batch.values.len() };
            batch.values.chunks(length).map(move |rows| self.write_one((*batch, rows), form, statement))
        });
        self.stay.on(try_join_all(running)).await.map(|_| ())
    }

    async fn write_one(
        &self,
        (batch, values): (&Batch<'_>, &[Value<'_>]),
        form: Form,
        statement: &tokio_postgres::Statement,
    ) -> Result<(), StoreError> {
        let written = if form.is_of_one() {
            self.client.execute(statement, &plain(values)).await
        } else {
            let columns = columns_of(statement, values, batch.width);
            let values: Vec<&(dyn ToSql + Sync)> = columns.iter().map(Column::as_sql).collect();
            self.client.execute(statement, &values).await
        };
        let written = written.map_err(|error| failed(batch.statement.table, error))?;
        let rows = values.len() / batch.width;
        match batch.missed {
            Some(missed) if u64::try_from(rows) != Ok(written) => Err(missed()),
            _ => Ok(()),
        }
    }

    /// The rows of a statement for one key.
    pub(super) async fn query<T>(
        &self,
        statement: &'static Statement,
        values: &[Value<'_>],
        decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let prepared = self.prepared(statement, Form::One).await?;
        let rows = self.stay.on(self.client.query(&prepared, &plain(values))).await;
        let rows = rows.map_err(|error| failed(statement.table, error))?;
        rows.iter().map(|row| decode(&mut Fields::of(statement.table, row))).collect()
    }

    /// The rows of a statement for many keys of one column, which are a list of numbers or of bytes.
    pub(super) async fn query_keys<T>(
        &self,
        statement: &'static Statement,
        keys: &(dyn ToSql + Sync),
        decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let prepared = self.prepared(statement, Form::Keys).await?;
        let rows = self.stay.on(self.client.query(&prepared, &[keys])).await;
        let rows = rows.map_err(|error| failed(statement.table, error))?;
        rows.iter().map(|row| decode(&mut Fields::of(statement.table, row))).collect()
    }

    /// The rows of a statement for many keys of several columns, one key after the other; none for none.
    pub(super) async fn query_wide<T>(
        &self,
        (statement, width): (&'static Statement, usize),
        keys: &[Value<'_>],
        decode: fn(&mut Fields<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let prepared = self.prepared(statement, Form::Keys).await?;
        let columns = columns_of(&prepared, keys, width);
        let values: Vec<&(dyn ToSql + Sync)> = columns.iter().map(Column::as_sql).collect();
        let rows = self.stay.on(self.client.query(&prepared, &values)).await;
        let rows = rows.map_err(|error| failed(statement.table, error))?;
        rows.iter().map(|row| decode(&mut Fields::of(statement.table, row))).collect()
    }

    /// Runs a statement for one row; gives the number of rows written.
    pub(super) async fn execute(&self, statement: &'static Statement, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let prepared = self.prepared(statement, Form::One).await?;
        let written = self.stay.on(self.client.execute(&prepared, &plain(values))).await;
        written.map_err(|error| failed(statement.table, error))
    }

    /// The numbers that a statement of this engine alone gives for many keys; none for none.
    pub(super) async fn numbers(&self, text: &'static str, keys: &[i64]) -> Result<Vec<i64>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let prepared = self.kept(Key::Text(text), text).await?;
        let rows = self.stay.on(self.client.query(&prepared, &[&keys])).await;
        let rows = rows.map_err(|error| failed(TABLE, error))?;
        rows.iter().map(|row| row.try_get(0).map_err(|error| failed(TABLE, error))).collect()
    }

    /// The number that a statement of this engine alone gives for one key, if it gives one.
    pub(super) async fn number_by(&self, text: &'static str, key: i64) -> Result<Option<i64>, StoreError> {
        let prepared = self.kept(Key::Text(text), text).await?;
        let row = self.stay.on(self.client.query_opt(&prepared, &[&key])).await;
        let row = row.map_err(|error| failed(TABLE, error))?;
        row.map(|row| row.try_get(0)).transpose().map_err(|error| failed(TABLE, error))
    }

    /// The number that a statement which is asked seldom gives for some values.
    pub(super) async fn number(&self, text: &str, values: &[i64]) -> Result<i64, StoreError> {
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let row = self.stay.on(self.client.query_one(text, &values)).await;
        row.and_then(|row| row.try_get(0)).map_err(|error| failed(TABLE, error))
    }

    /// The text that a statement which is asked seldom gives.
    pub(super) async fn text_of(&self, text: &str) -> Result<String, StoreError> {
        let row = self.stay.on(self.client.query_one(text, &[])).await;
        row.and_then(|row| row.try_get(0)).map_err(|error| failed(TABLE, error))
    }

    /// The same for a statement that is asked seldom and without keys.
    pub(super) async fn numbers_of(&self, text: &str) -> Result<Vec<i64>, StoreError> {
        let rows = self.stay.on(self.client.query(text, &[])).await;
        let rows = rows.map_err(|error| failed(TABLE, error))?;
        rows.iter().map(|row| row.try_get(0).map_err(|error| failed(TABLE, error))).collect()
    }

    /// The texts that a statement which is asked seldom gives.
    pub(super) async fn texts_of(&self, text: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.stay.on(self.client.query(text, &[])).await;
        let rows = rows.map_err(|error| failed(TABLE, error))?;
        rows.iter().map(|row| row.try_get(0).map_err(|error| failed(TABLE, error))).collect()
    }

    /// Begins to go through all rows of a statement, within the transaction that is under way.
    pub(super) async fn open_page(&self, statement: &Statement) -> Result<(), StoreError> {
        self.run(&format!("declare page no scroll cursor for {}", forms::of_one(statement))).await
    }

    /// The next of these rows; none after the last.
    pub(super) async fn next_page(&self, statement: &Statement) -> Result<Vec<tokio_postgres::Row>, StoreError> {
        let rows = self.stay.on(self.client.query(NEXT_PAGE, &[])).await;
        rows.map_err(|error| failed(statement.table, error))
    }

    async fn prepared(&self, statement: &Statement, form: Form) -> Result<tokio_postgres::Statement, StoreError> {
        assert!(!self.is_spread || form.is_of_one(), "what goes to a spread database is of one key or row");
        let key = Key::At(statement.place, form);
        if let Some(known) = self.known().get(&key) {
            return Ok(known.clone());
        }
        let text = match form {
            Form::Keys => forms::of_keys(statement),
            Form::Locks => forms::of_locks(statement),
            Form::Rows => forms::of_rows(statement),
            Form::One => forms::of_one(statement),
            Form::Lock => forms::of_lock(statement),
        };
        self.kept(key, &text).await
    }

    /// A statement that is prepared once for the whole session.
    async fn kept(&self, key: Key, text: &str) -> Result<tokio_postgres::Statement, StoreError> {
        if let Some(known) = self.known().get(&key) {
            return Ok(known.clone());
        }
        let prepared = self.stay.on(self.client.prepare(text)).await;
        let prepared = prepared.map_err(|error| failed(TABLE, error))?;
        self.known().insert(key, prepared.clone());
        Ok(prepared)
    }

    fn known(&self) -> MutexGuard<'_, Prepared> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What of the values of an ask goes out with each statement.
fn portions_of(ask: &Ask, form: Form) -> Vec<&[Value<'static>]> {
    if form.is_of_one() && ask.width > 0 { ask.keys.chunks(ask.width).collect() } else { vec![&ask.keys] }
}

fn plain<'v>(values: &'v [Value<'_>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn columns_of<'v>(statement: &tokio_postgres::Statement, values: &'v [Value<'v>], width: usize) -> Vec<Column<'v>> {
    let column = |(place, kind): (usize, &Type)| Column::of(kind, values.iter().skip(place).step_by(width.max(1)));
    statement.params().iter().enumerate().map(column).collect()
}

/// Somebody has to move the bytes while the session waits; it ends when the session does.
#[expect(clippy::disallowed_methods, reason = "a connection is driven by a task; nothing of ours runs in it")]
fn start(connection: Connection<Socket, Encrypted<Socket>>, warnings: Arc<AtomicU64>) {
    drop(tokio::spawn(drive(connection, warnings)));
}

/// Moves bytes between the client and the server as long as both live, and counts the server's warnings.
async fn drive(mut connection: Connection<Socket, Encrypted<Socket>>, warnings: Arc<AtomicU64>) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notice(notice) = message
            && notice.code().code() == "01000"
        {
            warnings.fetch_add(1, Ordering::AcqRel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is sent is sent when it is first polled: the locks of a large group are asked for in their order only thus.
    #[test]
    fn what_is_joined_begins_in_the_order_in_which_it_was_given() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let begun = Mutex::new(Vec::new());
        let begin = |number: usize| {
            let begun = &begun;
            async move {
                begun.lock().unwrap().push(number);
                Ok::<_, StoreError>(())
            }
        };
        for count in [3, 1_000] {
            runtime.block_on(try_join_all((0..count).map(begin))).unwrap();
            assert_eq!(std::mem::take(&mut *begun.lock().unwrap()), (0..count).collect::<Vec<_>>());
        }
    }
}

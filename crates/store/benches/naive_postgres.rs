//! The program that the desk is measured against on PostgreSQL: one transaction a settlement on one of sixteen connections,
//! with the statements that an ordinary program sends, over the same tables, indexes and families.
//!
//! The schema is one that `gongji-sim load --engine postgres --keep NAME --behind 40` has made. Who has a bill, where he
//! brings it and what the message is called is drawn by the simulator's own file, and its meter takes the time; callers
//! are tasks, as the desk's are. Left out, to its advantage: rules, limits, holds, the trace, the list of a person's
//! journals, years of origin, looking twice. `bare` keeps no counters and no notices either. Rows of one table go in one
//! statement.

use std::sync::{Arc, Mutex, PoisonError};

use gongji_words::{InstitutionId, Moment, PersonId};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, NoTls, Statement, Transaction};

#[path = "../../sim/src/load/closed_loop.rs"]
#[expect(clippy::disallowed_methods, reason = "it measures: the machine's time is what it looks at")]
#[expect(dead_code, reason = "this program's callers are tasks, not threads")]
mod closed_loop;
#[path = "../../sim/src/load/draw.rs"]
mod draw;
#[path = "../../sim/src/load/tasks.rs"]
#[expect(clippy::disallowed_methods, reason = "it measures: the machine's time is what it looks at")]
mod tasks;

use closed_loop::{Meter, Rate};
use tasks::postmaster_of;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Connections at once.
const CONNECTIONS: usize = 16;
/// The bill of every settlement, all of it paid by aid.
const AMOUNT_FEN: i64 = 12_345;
/// The area of the families.
const AREA: i64 = 130_100;

/// The statements; each is prepared once for a connection.
const ENTER: &str = "insert into message (sender, message_id, command_id, entered_ms, attempt, state, digests, content) \
    values ($1, $2, $3, $4, 0, 2, $5, $6) on conflict (sender, message_id) do nothing";
const RICHEST: &str = "select a.person_id, b.binding_id, a.balance_fen from link l \
    join binding b on b.sponsor_id = l.sponsor_id and b.binding_id = l.binding_id \
    join account a on a.person_id = l.sponsor_id \
    where l.beneficiary_id = $1 and b.state = 4 and a.frozen = 0 and a.balance_fen - a.held_fen >= $2 \
    order by a.balance_fen - a.held_fen desc, a.person_id limit 1 for update of a";
const PAY: &str = "update account set lots = $2, balance_fen = $3, version = version + 1 where person_id = $1";
const PAYMENT: &str = "insert into payment (payment_id, event_id, kind, state, person_id, person_area, institution_id, \
    payee_area, at_ms, own_fen, wallet_fen, cash_fen, items_fen) values ($1, $1, 1, 1, $2, $3, $4, $3, $5, 0, 0, 0, 0)";
const SHARE: &str = "insert into payment_share (payment_id, place, sponsor_id, area, binding_id, source, row_id, amount_fen) \
    values ($1, 0, $2, $3, $4, 1, $1, $5)";
const JOURNAL: &str = "insert into journal (journal_id, at_ms, kind) values ($1, $2, 1)";
const ENTRIES: &str = "insert into entry (journal_id, leg, person_id, position_kind, subject_id, owner_id, colour, amount_fen) \
    values ($1, 0, $2, 1, $2, 0, 2025, -$4::bigint), ($1, 1, $2, 4, $3, 0, 2025, $4)";
const NOTICES: &str = "insert into notice (person_id, command_id, place, at_ms, notice, amount_fen) \
    values ($1, $3, 0, $4, 'N_SPENT', $5), ($2, $3, 1, $4, 'N_PAID_FOR', $5)";
const COUNT: &str = "insert into counter (sponsor_id, period_kind, period_number, binding_id, used_fen) \
    values ($1, 0, 0, $2, $3), ($1, 1, $4, $2, $3), ($1, 2, $5, $2, $3), ($1, 3, $6, $2, $3) \
    on conflict (sponsor_id, period_kind, period_number, binding_id) \
    do update set used_fen = counter.used_fen + excluded.used_fen";
const ALL: [&str; 9] = [ENTER, RICHEST, PAY, PAYMENT, SHARE, JOURNAL, ENTRIES, NOTICES, COUNT];

/// What is written for a settlement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    /// What no ordinary program can leave out.
    Bare,
    /// A row in every table but that of traces and the list of a person's journals.
    SameTables,
}

/// What the words of the command line come to.
struct Words {
    address: String,
    over: String,
    variants: Vec<Variant>,
    callers: Vec<u32>,
    settlements: u64,
    people: u32,
    runs: u32,
}

/// A connection with its statements.
struct Connection {
    client: Client,
    prepared: Vec<Statement>,
}

/// What all callers share.
struct Till {
    connections: Mutex<Vec<Connection>>,
    free: Semaphore,
    variant: Variant,
    digests: String,
    content: String,
    since: Moment,
    families: u32,
}

/// One settlement, as far as the rows need it.
struct Settlement {
    id: i64,
    at_ms: i64,
    patient: PersonId,
    institution: InstitutionId,
    name: String,
}

/// One transaction and the statements of its connection.
struct At<'c> {
    transaction: Transaction<'c>,
    prepared: &'c [Statement],
}

type Values<'v> = [&'v (dyn ToSql + Sync)];

fn main() {
    let figures = Words::read().and_then(|words| measure_all(&words));
    if let Err(what) = figures {
        eprintln!("error: {what}");
        std::process::exit(2);
    }
}

impl Words {
    fn read() -> Result<Self, String> {
        let mut words = Self {
            address: address(),
            over: String::new(),
            variants: vec![Variant::Bare, Variant::SameTables],
            callers: vec![1, 64, 512],
            settlements: 5_000,
            people: 900,
            runs: 1,
        };
        // Cargo adds a word of its own.
        let mut given = std::env::args().skip(1).filter(|word| word != "--bench");
        while let Some(name) = given.next() {
            let value = given.next().ok_or_else(|| format!("{name} lacks its value"))?;
            words.take(&name, value)?;
        }
        if words.over.is_empty() || words.address.is_empty() {
            return Err("give --dsn ADDRESS, and --over NAME of a schema made by \
                `gongji-sim load --engine postgres --keep NAME --behind 40 --settlements 0`"
                .to_owned());
        }
        Ok(words)
    }

    fn take(&mut self, name: &str, value: String) -> Result<(), String> {
        let wrong = || format!("{name} {value} is not understood");
        match name {
            "--variant" if value == "bare" => self.variants = vec![Variant::Bare],
            "--variant" if value == "same-tables" => self.variants = vec![Variant::SameTables],
            "--settlements" => self.settlements = value.parse().map_err(|_| wrong())?,
            "--people" => self.people = value.parse().map_err(|_| wrong())?,
            "--runs" => self.runs = value.parse().map_err(|_| wrong())?,
            "--callers" => {
                let numbers = value.split(',').map(|number| number.parse().map_err(|_| wrong()));
                self.callers = numbers.collect::<Result<_, _>>()?;
            }
            "--dsn" => self.address = value,
            "--over" => self.over = value,
            _ => return Err(wrong()),
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever measures says where the server is")]
fn address() -> String {
    std::env::var("GONGJI_TEST_POSTGRES").unwrap_or_default()
}

/// A line of JSON for each figure.
fn measure_all(words: &Words) -> Result<(), String> {
    for variant in words.variants.iter().copied() {
        for callers in words.callers.iter().copied() {
            let runs: Result<Vec<Rate>, String> =
                (0..words.runs.max(1)).map(|_| run(words, variant, callers)).collect();
            let name = if variant == Variant::Bare { "naive bare" } else { "naive same-tables" };
            let what = json!({ "program": name, "engine": "postgres", "people": words.people, "behind": 0 });
            println!("{}", Rate::median(runs?).beside(what));
        }
    }
    Ok(())
}

fn run(words: &Words, variant: Variant, callers: u32) -> Result<Rate, String> {
    let runtime = tasks::runtime()?;
    let till = Arc::new(runtime.block_on(Till::open(words, variant)).map_err(|error| error.to_string())?);
    let meter = Meter { callers, count: words.settlements, server: postmaster_of(&words.address) };
    tasks::drive(&runtime, meter, move |number| {
        let till = till.clone();
        async move { till.handle(number).await }
    })
}

impl Till {
    async fn open(words: &Words, variant: Variant) -> Result<Self, Error> {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(words).await?);
        }
        // Texts of the last settlement that the product made, so that what is written here is as long.
        let newest = "select digests, content from message where sender like 'H%' order by command_id desc limit 1";
        let (digests, content) = match variant {
            Variant::Bare => ("[]".to_owned(), "{\"aid\":\"123.45\"}".to_owned()),
            Variant::SameTables => {
                let row = connections[0].client.query_one(newest, &[]).await?;
                (row.get(0), row.get(1))
            }
        };
        let (since, families) = (machine_time(), words.people.div_ceil(draw::FAMILY));
        let (connections, free) = (Mutex::new(connections), Semaphore::new(CONNECTIONS));
        Ok(Self { connections, free, variant, digests, content, since, families })
    }

    /// Takes a connection that is free, waiting for one, and gives it back.
    async fn handle(&self, number: u64) -> Result<(), String> {
        let _permit = self.free.acquire().await.map_err(|error| error.to_string())?;
        let taken = self.connections.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = taken.ok_or("more permits than connections")?;
        let settled = self.settle(&mut connection, number).await.map_err(|error| error.to_string());
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        settled
    }

    async fn settle(&self, connection: &mut Connection, number: u64) -> Result<(), Error> {
        let what = Settlement {
            id: (self.since.millis() << 20) + i64::try_from(number).unwrap_or(0),
            at_ms: self.since.millis(),
            patient: draw::person(draw::family_of(number, self.families), 0),
            institution: draw::institution_of(number),
            name: draw::message_name(self.since, number),
        };
        let at = At { transaction: connection.client.transaction().await?, prepared: &connection.prepared };
        let sender = draw::code_of(what.institution);
        let row: &Values<'_> = &[&sender, &what.name, &what.id, &what.at_ms, &self.digests, &self.content];
        if at.execute(ENTER, row).await? == 1 {
            let (sponsor, binding) = at.pay(&what).await?;
            if self.variant == Variant::SameTables {
                at.tell_and_count(&what, (sponsor, binding)).await?;
            }
        }
        at.transaction.commit().await
    }
}

impl Connection {
    #[expect(clippy::disallowed_methods, reason = "a connection is driven by a task")]
    async fn open(words: &Words) -> Result<Self, Error> {
        let (client, connection) = tokio_postgres::connect(&words.address, NoTls).await?;
        drop(tokio::spawn(connection));
        client.batch_execute(&format!("set search_path = {}", words.over)).await?;
        let mut prepared = Vec::new();
        for text in ALL {
            let kinds: &[Type] = &[];
            prepared.push(client.prepare_typed(text, kinds).await?);
        }
        Ok(Self { client, prepared })
    }
}

impl At<'_> {
    fn prepared(&self, text: &str) -> &Statement {
        let place = ALL.iter().position(|other| *other == text).unwrap_or(0);
        &self.prepared[place]
    }

    async fn execute(&self, text: &str, values: &Values<'_>) -> Result<u64, Error> {
        self.transaction.execute(self.prepared(text), values).await
    }

    /// The richer sponsor pays. Gives him and his binding.
    async fn pay(&self, what: &Settlement) -> Result<(i64, i64), Error> {
        let (patient, institution) = (what.patient.number(), what.institution.number());
        let row = self.transaction.query_one(self.prepared(RICHEST), &[&patient, &AMOUNT_FEN]).await?;
        let (sponsor, binding, balance): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        let left = balance - AMOUNT_FEN;
        let lots = format!("{{\"2025\":\"{}.{:02}\"}}", left / 100, left % 100);
        self.execute(PAY, &[&sponsor, &lots, &left]).await?;
        self.execute(PAYMENT, &[&what.id, &patient, &AREA, &institution, &what.at_ms]).await?;
        self.execute(SHARE, &[&what.id, &sponsor, &AREA, &binding, &AMOUNT_FEN]).await?;
        self.execute(JOURNAL, &[&what.id, &what.at_ms]).await?;
        self.execute(ENTRIES, &[&what.id, &sponsor, &institution, &AMOUNT_FEN]).await?;
        Ok((sponsor, binding))
    }

    /// Notices to both, and what is used of the binding: in all, on the day, in the month, in the year.
    async fn tell_and_count(&self, what: &Settlement, (sponsor, binding): (i64, i64)) -> Result<(), Error> {
        let (patient, day) = (what.patient.number(), Moment::from_millis(what.at_ms).day());
        self.execute(NOTICES, &[&sponsor, &patient, &what.id, &what.at_ms, &AMOUNT_FEN]).await?;
        let (year, month) = (i64::from(day.year()), i64::from(day.month()));
        let (number, month) = (i64::from(day.number()), year * 12 + month - 1);
        self.execute(COUNT, &[&sponsor, &binding, &AMOUNT_FEN, &number, &month, &year]).await?;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "names of messages go on from the machine's time")]
fn machine_time() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(0))
}

//! The program that the desk is measured against: one transaction a settlement, with the statements that an ordinary
//! program sends, by the same driver over the same tables, indexes and families.
//!
//! The database is one that `gongji-sim load --keep FILE --behind 40` has made, so nobody writes families here; each
//! run works on a copy. Who has a bill, where he brings it and what the message is called is drawn by the simulator's
//! own file, and its meter takes the time. Callers are threads that take the one connection in turn: SQLite has one
//! writer, and waiting for a mutex is the cheapest way to be it.
//!
//! Kept like the product's: the allocator, `synchronous=full`, the log, the cache, prepared statements, one look for a repeated
//! message. Left out of `bare` on purpose, to its advantage: rules, limits, holds, the trace, counters, notices, years
//! of origin. `same-rows` writes all that the product writes for a settlement, which the store's own audit confirms
//! after each run, and still judges nothing.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use gongji_store::Store;
use gongji_words::{InstitutionId, Moment, PersonId};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde_json::json;

#[path = "../../sim/src/load/closed_loop.rs"]
#[expect(clippy::disallowed_methods, reason = "it measures: the machine's time is what it looks at")]
mod closed_loop;
#[path = "../../sim/src/load/draw.rs"]
mod draw;

use closed_loop::{Meter, Rate};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The bill of every settlement, all of it paid by aid.
const AMOUNT_FEN: i64 = 12_345;
/// The area of the families.
const AREA: i64 = 130_100;
/// The state of a binding that pays.
const ACTIVE: i64 = 4;
/// Pages of the product's longest log (`LONGEST_LOG` of `src/sqlite/mod.rs`), at 4 KiB each.
const LONGEST_LOG_PAGES: i64 = 131_072;
/// The bit of counters in `person.kinds`.
const COUNTER_BIT: i64 = 1 << 11;
/// SQLite's own setting.
const USUAL_PAGES: i64 = 1_000;

/// What is written for a settlement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    /// What no ordinary program can leave out.
    Bare,
    /// Every row that the product writes.
    SameRows,
}

/// What the words of the command line come to.
struct Words {
    over: PathBuf,
    variants: Vec<Variant>,
    checkpoint_pages: i64,
    callers: Vec<u32>,
    settlements: u64,
    people: u32,
    runs: u32,
}

/// Texts and bytes of a settlement of the product, so that what is written here is as long.
struct Sample {
    digests: String,
    content: String,
    trace: Vec<u8>,
}

/// One settlement, as far as the rows need it.
struct Settlement<'a> {
    id: i64,
    at_ms: i64,
    patient: PersonId,
    institution: InstitutionId,
    name: &'a str,
}

/// The sponsor who pays.
struct Sponsor {
    id: i64,
    binding: i64,
    balance_fen: i64,
    version: i64,
}

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
            over: PathBuf::new(),
            variants: vec![Variant::Bare, Variant::SameRows],
            checkpoint_pages: USUAL_PAGES,
            callers: vec![1, 64, 512],
            settlements: 5_000,
            people: 900,
            runs: 1,
        };
        // Cargo adds a word of its own.
        let mut given = std::env::args().skip(1).filter(|word| word != "--bench");
        while let Some(name) = given.next() {
            let value = given.next().ok_or_else(|| format!("{name} lacks its value"))?;
            words.take(&name, &value)?;
        }
        if !words.over.is_file() {
            return Err(
                "give --over FILE, made by `gongji-sim load --keep FILE --behind 40 --settlements 0`".to_owned()
            );
        }
        Ok(words)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = || format!("{name} {value} is not understood");
        match name {
            "--over" => self.over = PathBuf::from(value),
            "--variant" if value == "bare" => self.variants = vec![Variant::Bare],
            "--variant" if value == "same-rows" => self.variants = vec![Variant::SameRows],
            "--checkpoint" if value == "usual" => self.checkpoint_pages = USUAL_PAGES,
            "--checkpoint" if value == "product" => self.checkpoint_pages = LONGEST_LOG_PAGES,
            "--settlements" => self.settlements = value.parse().map_err(|_| wrong())?,
            "--people" => self.people = value.parse().map_err(|_| wrong())?,
            "--runs" => self.runs = value.parse().map_err(|_| wrong())?,
            "--callers" => {
                let numbers = value.split(',').map(|number| number.parse().map_err(|_| wrong()));
                self.callers = numbers.collect::<Result<_, _>>()?;
            }
            _ => return Err(wrong()),
        }
        Ok(())
    }
}

/// A line of JSON for each figure.
fn measure_all(words: &Words) -> Result<(), String> {
    for variant in words.variants.iter().copied() {
        for callers in words.callers.iter().copied() {
            let runs: Result<Vec<Rate>, String> =
                (0..words.runs.max(1)).map(|_| run(words, variant, callers)).collect();
            let name = if variant == Variant::Bare { "naive bare" } else { "naive same-rows" };
            let what = json!({
                "program": name, "engine": "sqlite", "people": words.people, "behind": 0,
                "checkpoint_pages": words.checkpoint_pages,
            });
            println!("{}", Rate::median(runs?).beside(what));
        }
    }
    Ok(())
}

/// One run over a copy of the database.
fn run(words: &Words, variant: Variant, callers: u32) -> Result<Rate, String> {
    let copy = words.over.with_extension(format!("naive-{}", std::process::id()));
    std::fs::copy(&words.over, &copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    let rate = settle_all(words, &copy, (variant, callers));
    let audited = if variant == Variant::SameRows { audit(&copy) } else { Ok(()) };
    for ending in ["", "-wal", "-shm"] {
        let mut name = copy.as_os_str().to_owned();
        name.push(ending);
        let _not_all_of_them_are_there = std::fs::remove_file(name);
    }
    audited.and(rate)
}

/// The store finds nothing amiss in what was written beside it, but for the codes of seals, which want its key.
fn audit(path: &Path) -> Result<(), String> {
    let totals = Store::audit_sqlite_without_key(path).map_err(|error| error.to_string())?;
    totals.discrepancies.first().map_or(Ok(()), |found| Err(format!("the audit finds {found:?}")))
}

fn settle_all(words: &Words, path: &Path, (variant, callers): (Variant, u32)) -> Result<Rate, String> {
    let connection = connect(path, words.checkpoint_pages).map_err(|error| error.to_string())?;
    let sample = Sample::of(&connection).map_err(|_| "the database has no settlement behind it".to_owned())?;
    let connection = Mutex::new(connection);
    let since = machine_time();
    let families = words.people.div_ceil(draw::FAMILY);
    closed_loop::drive(Meter::of(callers, words.settlements), &|number| {
        let name = draw::message_name(since, number);
        let settlement = Settlement {
            id: (since.millis() << 20) + i64::try_from(number).unwrap_or(0),
            at_ms: since.millis(),
            patient: draw::person(draw::family_of(number, families), 0),
            institution: draw::institution_of(number),
            name: &name,
        };
        let mut writer = connection.lock().unwrap_or_else(PoisonError::into_inner);
        settle(&mut writer, &settlement, (variant, &sample)).map_err(|error| error.to_string())
    })
}

#[expect(clippy::disallowed_methods, reason = "names of messages go on from the machine's time")]
fn machine_time() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(0))
}

/// As `connect` of `src/sqlite/mod.rs`, but for the checkpoints, which the product makes between groups.
fn connect(path: &Path, checkpoint_pages: i64) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -131_072)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", checkpoint_pages)?;
    Ok(connection)
}

impl Sample {
    /// Of the last settlement that the product made.
    fn of(at: &Connection) -> rusqlite::Result<Self> {
        let newest = "select m.digests, m.content, t.bytes from trace t join message m on m.command_id = t.command_id \
            order by t.command_id desc limit 1";
        at.query_row(newest, [], |row| Ok(Self { digests: row.get(0)?, content: row.get(1)?, trace: row.get(2)? }))
    }
}

fn settle(at: &mut Connection, what: &Settlement<'_>, (variant, sample): (Variant, &Sample)) -> rusqlite::Result<()> {
    let transaction = at.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if enter(&transaction, what, (variant, sample))? {
        let sponsor = richest(&transaction, what.patient)?;
        pay(&transaction, what, &sponsor)?;
        if variant == Variant::SameRows {
            tell(&transaction, what, &sponsor)?;
            count(&transaction, what, &sponsor)?;
            put(
                &transaction,
                "insert into trace (command_id, person_id, bytes) values (?1, ?2, ?3)",
                params![what.id, what.patient.number(), sample.trace],
            )?;
            seal(&transaction, what, &sponsor)?;
        }
    }
    transaction.commit()
}

/// A seal of the same size, which says nothing: whoever has no key cannot make a true one. Mirrors ADD_SEAL.
fn seal(at: &Transaction<'_>, what: &Settlement<'_>, sponsor: &Sponsor) -> rusqlite::Result<()> {
    const ALL_PARTS: i64 = 7;
    const DAY_MS: i64 = 86_400_000;
    put(
        at,
        "insert into chain (person_id, number, day, kind, subject_id, covers, mac) \
         select ?1, coalesce(max(number), 0) + 1, max(coalesce(max(day), 0), ?2), ?3, ?4, zeroblob(24), zeroblob(32) \
         from chain where person_id = ?1",
        params![sponsor.id, what.at_ms / DAY_MS, ALL_PARTS, what.id],
    )?;
    Ok(())
}

fn put(at: &Transaction<'_>, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<usize> {
    at.prepare_cached(sql)?.execute(values)
}

/// Whether the message is new. Mirrors ADD_MESSAGE of the catalogue.
fn enter(at: &Transaction<'_>, what: &Settlement<'_>, (variant, sample): (Variant, &Sample)) -> rusqlite::Result<bool> {
    let (digests, content) = match variant {
        Variant::Bare => ("[]", "{\"aid\":\"123.45\"}"),
        Variant::SameRows => (sample.digests.as_str(), sample.content.as_str()),
    };
    let written = put(
        at,
        "insert into message (sender, message_id, command_id, entered_ms, attempt, state, digests, content) \
         values (?1, ?2, ?3, ?4, 0, 2, ?5, ?6) on conflict (sender, message_id) do nothing",
        params![draw::code_of(what.institution), what.name, what.id, what.at_ms, digests, content],
    )?;
    Ok(written == 1)
}

/// What LINKS_OF, BINDING, ACCOUNT and the rule of the highest balance come to, in one statement.
fn richest(at: &Transaction<'_>, patient: PersonId) -> rusqlite::Result<Sponsor> {
    let sql = "select a.person_id, b.binding_id, a.balance_fen, a.version from link l \
        join binding b on b.sponsor_id = l.sponsor_id and b.binding_id = l.binding_id \
        join account a on a.person_id = l.sponsor_id \
        where l.beneficiary_id = ?1 and b.state = ?2 and a.frozen = 0 and a.balance_fen - a.held_fen >= ?3 \
        order by a.balance_fen - a.held_fen desc, a.person_id limit 1";
    at.prepare_cached(sql)?.query_row(params![patient.number(), ACTIVE, AMOUNT_FEN], |row| {
        Ok(Sponsor { id: row.get(0)?, binding: row.get(1)?, balance_fen: row.get(2)?, version: row.get(3)? })
    })
}

/// The account, the payment with its share, and the journal. Mirrors SAVE_ACCOUNT, SAVE_PAYMENT,
/// ADD_SHARE, ADD_JOURNAL and ADD_ENTRY.
fn pay(at: &Transaction<'_>, what: &Settlement<'_>, sponsor: &Sponsor) -> rusqlite::Result<()> {
    let left = sponsor.balance_fen - AMOUNT_FEN;
    let paid = put(
        at,
        "update account set lots = ?4, balance_fen = ?2, version = version + 1 where person_id = ?1 and version = ?3",
        params![sponsor.id, left, sponsor.version, format!("{{\"2025\":\"{}.{:02}\"}}", left / 100, left % 100)],
    )?;
    if paid != 1 {
        return Err(rusqlite::Error::StatementChangedRows(paid));
    }
    put(
        at,
        "insert into payment (payment_id, event_id, kind, state, person_id, person_area, institution_id, payee_area, \
         at_ms, own_fen, wallet_fen, cash_fen, items_fen) values (?1, ?1, 1, 1, ?2, ?3, ?4, ?3, ?5, 0, 0, 0, 0)",
        params![what.id, what.patient.number(), AREA, what.institution.number(), what.at_ms],
    )?;
    put(
        at,
        "insert into payment_share (payment_id, place, sponsor_id, area, binding_id, source, row_id, amount_fen) \
         values (?1, 0, ?2, ?3, ?4, 1, ?1, ?5)",
        params![what.id, sponsor.id, AREA, sponsor.binding, AMOUNT_FEN],
    )?;
    put(at, "insert into journal (journal_id, at_ms, kind) values (?1, ?2, 1)", params![what.id, what.at_ms])?;
    for (leg, kind, subject, amount) in [(0, 1, sponsor.id, -AMOUNT_FEN), (1, 4, what.institution.number(), AMOUNT_FEN)]
    {
        put(
            at,
            "insert into entry (journal_id, leg, person_id, position_kind, subject_id, owner_id, colour, amount_fen) \
             values (?1, ?2, ?3, ?4, ?5, 0, 2025, ?6)",
            params![what.id, leg, sponsor.id, kind, subject, amount],
        )?;
    }
    Ok(())
}

/// Notices to both, as SAVE_NOTICE writes them.
fn tell(at: &Transaction<'_>, what: &Settlement<'_>, sponsor: &Sponsor) -> rusqlite::Result<()> {
    for (place, person, notice) in [(0, sponsor.id, "N_SPENT"), (1, what.patient.number(), "N_PAID_FOR")] {
        put(
            at,
            "insert into notice (person_id, command_id, place, at_ms, notice, amount_fen) \
             values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![person, what.id, place, what.at_ms, notice, AMOUNT_FEN],
        )?;
    }
    Ok(())
}

/// What is used of the binding: in all, on the day, in the month, in the year; and, the first time, that the sponsor has
/// such rows. Mirrors SAVE_COUNTER and ADD_KINDS.
fn count(at: &Transaction<'_>, what: &Settlement<'_>, sponsor: &Sponsor) -> rusqlite::Result<()> {
    put(
        at,
        "update person set kinds = kinds | ?2 where person_id = ?1 and kinds & ?2 = 0",
        params![sponsor.id, COUNTER_BIT],
    )?;
    let day = Moment::from_millis(what.at_ms).day();
    let (year, month) = (i64::from(day.year()), i64::from(day.month()));
    for (kind, number) in [(0, 0), (1, i64::from(day.number())), (2, year * 12 + month - 1), (3, year)] {
        put(
            at,
            "insert into counter (sponsor_id, period_kind, period_number, binding_id, used_fen) \
             values (?1, ?2, ?3, ?4, ?5) on conflict (sponsor_id, period_kind, period_number, binding_id) \
             do update set used_fen = used_fen + excluded.used_fen",
            params![sponsor.id, kind, number, sponsor.binding, AMOUNT_FEN],
        )?;
    }
    Ok(())
}

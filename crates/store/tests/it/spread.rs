//! A database that is spread over machines: what its tables must be like, how it is spread, and what a group waits for there.

use std::collections::BTreeSet;

use gongji_domain::record::{Facts, PaymentState, Rows, Wanted};
use gongji_store::postgres::{LAYOUT, Placed, Spreading, Stand};
use gongji_store::{Store, StoreError};

use crate::rows::{SETTLEMENT, SPONSOR, full};
use crate::world::{Database, command, dump, noon, now, person, put};

const NONE: [String; 0] = [];
const TABLES: &str = "select relname::text from pg_catalog.pg_class where relkind in ('r', 'p') \
    and relnamespace = 'public'::regnamespace order by relname";
/// What stands in the catalogue of a server and may not be there, one kind after the other.
const KINDS: [(&str, &str); 8] = [
    (
        "a sequence",
        "select relname::text from pg_catalog.pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace",
    ),
    ("a trigger", "select tgname::text from pg_catalog.pg_trigger where not tgisinternal"),
    (
        "a rule",
        "select rulename::text from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class \
         where c.relnamespace = 'public'::regnamespace",
    ),
    ("a function", "select proname::text from pg_catalog.pg_proc where pronamespace = 'public'::regnamespace"),
    ("a foreign key", "select conname::text from pg_catalog.pg_constraint where contype = 'f'"),
    (
        "a default",
        "select attrelid::regclass || '.' || attname from pg_catalog.pg_attribute a join pg_catalog.pg_class c \
         on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace and (atthasdef or attidentity <> '')",
    ),
    (
        "a column that is not bigint, text or bytea",
        "select attrelid::regclass || '.' || attname from pg_catalog.pg_attribute a join pg_catalog.pg_class c \
         on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and attnum > 0 \
         and not attisdropped and atttypid not in ('bigint'::regtype, 'text'::regtype, 'bytea'::regtype)",
    ),
    (
        "a table without a key",
        "select relname::text from pg_catalog.pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace \
         and not exists (select 1 from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary)",
    ),
];

fn names(database: &Database, text: &str) -> Vec<String> {
    database.rows(text).iter().map(|row| row.get(0)).collect()
}

/// What of the tables cannot be spread as the layout says.
fn faults(database: &Database) -> Vec<String> {
    let there: BTreeSet<String> = names(database, TABLES).into_iter().collect();
    let placed: BTreeSet<String> = LAYOUT.iter().map(|placed| placed.table.to_owned()).collect();
    let found = there.symmetric_difference(&placed).map(|table| format!("no place: {table}"));
    let of_tables = LAYOUT.iter().filter(|placed| there.contains(placed.table)).flat_map(|placed| questions(*placed));
    let of_kinds = KINDS.iter().map(|(kind, text)| format!("select '{kind}: ' || name from ({text}) as found (name)"));
    let all: Vec<String> = of_tables.chain(of_kinds).collect();
    found.chain(names(database, &all.join(" union all "))).collect()
}

/// Questions to the catalogue of the server whose answers are faults of a table.
fn questions(Placed { table, stand }: Placed) -> Vec<String> {
    let (column, kinds) = match stand {
        Stand::Everywhere => return Vec::new(),
        // Numbers of one type share their shards.
        Stand::With(column) => (column, "('bigint'::regtype)"),
        Stand::Apart(column) => (column, "('text'::regtype, 'bytea'::regtype)"),
    };
    let of_table = format!("attrelid = '{table}'::regclass and attname = '{column}'");
    let is_fit =
        format!("select 1 from pg_catalog.pg_attribute where {of_table} and attnotnull and atttypid in {kinds}");
    let is_in = format!("select 1 from pg_catalog.pg_attribute where {of_table} and attnum = any(indkey)");
    vec![
        format!("select 'unfit: {table}.{column}' where not exists ({is_fit})"),
        format!(
            "select 'unique without {column}: ' || indexrelid::regclass from pg_catalog.pg_index \
             where indrelid = '{table}'::regclass and indisunique and not exists ({is_in})"
        ),
    ]
}

#[test]
fn every_table_can_be_spread_as_the_layout_says() {
    let database = Database::new();
    drop(database.create());
    assert_eq!(faults(&database), NONE);
}

#[test]
fn what_cannot_be_spread_is_found_in_the_catalogue_of_the_server() {
    let database = Database::new();
    drop(database.create());
    for (plant, undo, expected) in [
        ("create table stray (id bigint not null primary key)", "drop table stray", "no place: stray"),
        ("alter table wallet rename to purse", "alter table purse rename to wallet", "no place: wallet"),
        ("create unique index u on journal (at_ms)", "drop index u", "unique without journal_id: u"),
        (
            "alter table link alter column beneficiary_id type text",
            "alter table link alter column beneficiary_id type bigint using 0",
            "unfit: link.beneficiary_id",
        ),
        (
            "alter table notice drop constraint notice_pkey",
            "alter table notice add primary key (person_id, command_id, place)",
            "a table without a key: notice",
        ),
        (
            "alter table entry add foreign key (journal_id) references journal",
            "alter table entry drop constraint entry_journal_id_fkey",
            "a foreign key: entry_journal_id_fkey",
        ),
        ("create sequence s", "drop sequence s", "a sequence: s"),
        (
            "alter table claim alter column side set default 1",
            "alter table claim alter column side drop default",
            "a default: claim.side",
        ),
        (
            "alter table wallet alter column place add generated always as identity",
            "alter table wallet alter column place drop identity",
            "a default: wallet.place",
        ),
        ("create rule r as on delete to trace do instead nothing", "drop rule r on trace", "a rule: r"),
        (
            "create function f() returns trigger language plpgsql as 'begin return null; end'; \
             create trigger g after insert on entry execute function f()",
            "drop trigger g on entry; drop function f()",
            "a trigger: g",
        ),
        (
            "alter table trace add column at timestamptz",
            "alter table trace drop column at",
            "a column that is not bigint, text or bytea: trace.at",
        ),
    ] {
        database.tamper(plant);
        assert!(faults(&database).iter().any(|found| found == expected), "{plant}: {:?}", faults(&database));
        database.tamper(undo);
        assert_eq!(faults(&database), NONE, "{undo}");
    }
}

/// What the functions of Citus do to the catalogue of a server, so far as this program sees it. One of them fails where a
/// table is named in `stopped`.
const STAND_IN: &str = "create table stopped (name text); \
    create table pg_dist_partition (logicalrelid regclass, partmethod \"char\", partkey text, repmodel \"char\", beside text); \
    create function create_reference_table(name regclass) returns void language sql as \
        'insert into pg_dist_partition values (name, ''n'', null, ''t'', null)'; \
    create function create_distributed_table_concurrently(name regclass, key text, distribution_type text default 'hash', \
        colocate_with text default 'default', shard_count integer default null) returns void language plpgsql as ' begin \
        if exists (select 1 from stopped s where s.name = $1::text) then raise exception ''failure on connection marked as essential'' using errcode = ''XX000''; end if; \
        if colocate_with <> ''none'' and not exists (select 1 from pg_dist_partition where logicalrelid::text = colocate_with) \
        then raise exception ''nothing stands there yet''; end if; \
        insert into pg_dist_partition values (name, ''h'', key, ''s'', colocate_with); end '";
const PLACED: &str = "select logicalrelid::text || ' ' || partmethod::text || ' ' || coalesce(partkey, '-') || ' ' || \
    coalesce(beside, '-') from pg_dist_partition";
const NOTED: &str = "select name from store_identity where name = 'layout'";

fn spread(database: &Database) -> Result<Spreading, StoreError> {
    now(Store::spread_postgres(&database.address(), 32))
}

fn expected_places() -> BTreeSet<String> {
    let first = LAYOUT.iter().position(|placed| matches!(placed.stand, Stand::With(_)));
    let shown = |(number, placed): (usize, &Placed)| match placed.stand {
        Stand::Everywhere => format!("{} n - -", placed.table),
        Stand::With(column) if Some(number) != first => format!("{} h {column} person", placed.table),
        Stand::With(column) | Stand::Apart(column) => format!("{} h {column} none", placed.table),
    };
    LAYOUT.iter().enumerate().map(shown).collect()
}

#[test]
fn a_database_is_spread_table_by_table_goes_on_where_it_was_stopped_and_is_known_for_it() {
    let database = Database::new();
    let before = database.create();
    put(&before, &full()).unwrap();
    drop(before);
    database.close_all();
    database.tamper(STAND_IN);
    assert_eq!(now(Store::placings_postgres(&database.address(), 32)).unwrap().len(), LAYOUT.len());
    assert!(names(&database, NOTED).is_empty(), "a plan changes nothing");
    database.tamper("insert into stopped values ('entry')");
    assert!(matches!(spread(&database), Err(StoreError::Unreachable)), "a worker that is away is waited for");
    assert_eq!(
        names(&database, NOTED),
        ["layout"],
        "a program that opens it now must not speak to it as to one machine"
    );
    let left = now(Store::placings_postgres(&database.address(), 32)).unwrap();
    assert!(left.len() < LAYOUT.len() && left[0].table == "entry", "{left:?}");
    database.tamper("delete from stopped");
    let Spreading::Done(tables) = spread(&database).unwrap() else { panic!("nobody else is there") };
    assert_eq!(tables.len(), left.len());
    assert_eq!(names(&database, PLACED).into_iter().collect::<BTreeSet<_>>(), expected_places());
    assert_eq!(spread(&database).unwrap(), Spreading::Done(Vec::new()));
    let after = database.open();
    assert_eq!(dump(&after), full());
    let status = now(Store::status_postgres(&database.address())).unwrap();
    assert!(status.settings.contains(&("layout", "spread".to_owned())), "{:?}", status.settings);
}

#[test]
fn programs_that_were_there_before_are_waited_for_and_no_table_moves_until_they_are_gone() {
    let database = Database::new();
    let before = database.create();
    database.tamper(STAND_IN);
    assert_eq!(spread(&database).unwrap(), Spreading::Noted(1));
    assert!(names(&database, PLACED).is_empty());
    drop(before);
    database.close_all();
    let after = database.open();
    put(&after, &full()).unwrap();
    assert!(matches!(spread(&database), Ok(Spreading::Done(tables)) if tables.len() == LAYOUT.len()));
    assert_eq!(dump(&after), full());
}

#[test]
fn without_citus_nothing_is_changed_and_it_is_said_what_to_do() {
    let database = Database::new();
    drop(database.create());
    let failure = spread(&database).unwrap_err();
    assert!(matches!(failure, StoreError::NoCitus { .. }) && failure.to_string().contains("create extension citus"));
    assert!(names(&database, NOTED).is_empty());
    assert_eq!(now(Store::placings_postgres(&database.address(), 32)).unwrap().len(), LAYOUT.len());
}

#[test]
fn what_a_database_says_of_itself_in_other_words_is_not_guessed_at() {
    let database = Database::new();
    drop(database.create());
    database.tamper("insert into store_identity (name, value) values ('layout', 'scattered'::bytea)");
    let opened = now(Store::open_postgres(&database.address(), &crate::world::key(7)));
    assert!(matches!(opened, Err(StoreError::Damaged { table: "store_identity", .. })));
}

/// Where rows are spread, machines show one commit one after the other: here that of the payment is the last. Whoever undoes
/// the payment at the same moment holds the locks of its people, and must still see that it is undone.
#[test]
fn a_payment_that_is_being_undone_on_another_machine_is_waited_for() {
    let database = Database::new();
    let store = database.create_spread();
    put(&store, &full()).unwrap();
    let wanted =
        Wanted { people: [person(SPONSOR)].into(), payments: [command(SETTLEMENT)].into(), ..Wanted::default() };
    let mut seen = None;
    let late = database.session("begin; update payment set state = 2, reversed_by = 50 where payment_id = 22");
    std::thread::scope(|scope| {
        let group = scope.spawn(|| {
            let judge = &mut |_: usize, facts: &Facts| {
                seen = Some(facts.rows.payments[&command(SETTLEMENT)].state);
                Rows::default()
            };
            now(store.group(noon(8), std::slice::from_ref(&wanted), judge))
        });
        let waits =
            "select 1 from pg_catalog.pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while !group.is_finished() && database.rows(waits).is_empty() {}
        late.end("commit");
        group.join().unwrap().unwrap();
    });
    assert_eq!(seen, Some(PaymentState::Reversed));
}

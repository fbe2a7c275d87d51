//! Every statement held against the layout, and offenders that each check has to find.

use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::record::{Rows, Wanted};
use gongji_words::{AreaCode, Day, PersonId};

use super::*;
use crate::sql::reading::{asks_for_sealed, asks_for_unknown};
use crate::sql::{Ask, Reading};

/// Statements that go to every shard, and why they may. No group waits for them but for the four of transfers.
const EVERYWHERE: &[(&str, &str)] = &[
    ("HAS_SENT", TRANSFERS),
    ("HAS_WAITING", TRANSFERS),
    ("TRANSFERS_SENT", TRANSFERS),
    ("TRANSFERS_WAITING_FROM", TRANSFERS),
    ("TRANSFERS_WAITING_FOR", TRANSFERS),
    ("BACKINGS", "one statement for one machine; where rows are spread it is asked in steps, each by a key"),
    ("LAST_LANE", "once for each lane of a program, before its first group"),
    ("TIMERS_DUE", TIMED),
    ("NEXT_TIMER", TIMED),
    ("OUTBOX_WAITING", TIMED),
    ("MESSAGES_ASKING", TIMED),
    ("CLAIMS_OF_MONTH", "clearing, once a month"),
    ("LAST_PAYMENT", "when a release is proposed"),
    ("DROP_CERTIFICATES", "when somebody is enrolled or shredded: one statement for all shards, which Citus takes"),
    ("VISITS_OF", "what a person is shown of previews, seldom and without a lock"),
    ("PAPERS_OF_OWNER", PAPERS),
    ("PAPERS_OF_PERSON", PAPERS),
    ("PAPERS_COUNTED", COUNTED),
    ("DROP_PAPERS", "when somebody is shredded: one statement for all shards, which Citus takes"),
    ("CERTIFICATES_BETWEEN", WALK),
    ("SEALED_SINCE", WALK),
    ("SHEET_DAYS", WALK),
];
const COUNTED: &str = "papers stand by their names; a bill counts those of its patient under his lock";
const TRANSFERS: &str = "transfers stand by their own number, and are asked for only of people who have some";
const PAPERS: &str =
    "papers stand by their names; those of a person or an institution are listed and counted without a lock";
const TIMED: &str = "timed work, asked by a loop that holds no lock";
const WALK: &str = "the audit, and closing of days";

/// Whether a statement goes through all rows, page by page: it belongs to audits, exports, and lists.
fn is_a_walk(statement: &Statement) -> bool {
    let name = statement.name;
    let ends = ["_BETWEEN", "_FROM", "_IDS"].iter().any(|end| name.ends_with(end));
    let whole = !statement.sql.contains("where") && statement.sql.starts_with("select");
    let others = ["ENROLLED", "NEXT_LANE"];
    (ends && name != "TRANSFERS_WAITING_FROM") || whole || others.contains(&name)
}

fn stand_of(table: &str) -> Stand {
    LAYOUT.iter().find(|placed| placed.table == table).expect("every table is in the layout").stand
}

/// Why a statement may not go to one machine; none if it finds its rows by the column of its table, or writes it.
fn fault(statement: &Statement) -> Option<&'static str> {
    let column = match stand_of(statement.table) {
        Stand::Everywhere => return None,
        Stand::With(column) | Stand::Apart(column) => column,
    };
    let sql = statement.sql;
    let assigned = format!("{column} = excluded.");
    if sql.contains(&assigned)
        || sql.split_once(" set ").is_some_and(|(_, rest)| has(rest.split(" where ").next(), column))
    {
        return Some("it changes where a row stands");
    }
    if sql.starts_with("insert") {
        return (!values_of(sql).contains(&column)).then_some("it does not say where the row stands");
    }
    let branches = sql.split(" union all ");
    let finds = |branch: &str| branch.split_once(" where ").is_some_and(|(_, rest)| has(Some(rest), column));
    (!branches.into_iter().all(finds)).then_some("it finds rows on all machines")
}

/// Whether a column is compared with a value, or given one.
fn has(text: Option<&str>, column: &str) -> bool {
    let mut words = text.unwrap_or_default().split_whitespace().peekable();
    let mut before = "";
    while let Some(word) = words.next() {
        if before.trim_start_matches('(') == column
            && word == "="
            && words.peek().is_some_and(|next| next.starts_with('?'))
        {
            return true;
        }
        before = word;
    }
    false
}

/// The columns of an insert to which it gives values from outside.
fn values_of(sql: &str) -> Vec<&str> {
    let lists: Vec<&str> = sql.split(['(', ')']).collect();
    let (columns, values) = (lists[1].split(", "), lists[3].split(", "));
    columns.zip(values).filter(|(_, value)| value.starts_with('?')).map(|(column, _)| column).collect()
}

fn is_listed(statement: &Statement) -> bool {
    EVERYWHERE.iter().any(|(name, _)| *name == statement.name)
}

#[test]
fn every_statement_goes_to_one_machine_or_is_named_with_its_reason() {
    for statement in sql::ALL {
        let excused = is_listed(statement) || is_a_walk(statement);
        let fault = fault(statement);
        assert!(fault.is_none() || excused, "{}: {fault:?}", statement.name);
    }
    for (name, reason) in EVERYWHERE {
        let statement = sql::ALL.iter().find(|statement| statement.name == *name);
        let statement = statement.unwrap_or_else(|| panic!("{name} is no statement"));
        assert!(fault(statement).is_some() && !reason.is_empty(), "{name} needs no excuse");
    }
}

#[test]
fn a_statement_that_would_go_to_all_machines_is_found() {
    for (table, text, expected) in [
        ("account", "select lots from account where frozen = ?1", Some("it finds rows on all machines")),
        ("account", "select lots from account where person_id > ?1", Some("it finds rows on all machines")),
        ("account", "update account set lots = ?2 where version = ?1", Some("it finds rows on all machines")),
        ("account", "update account set person_id = ?2 where person_id = ?1", Some("it changes where a row stands")),
        (
            "account",
            "insert into account (person_id, lots) values (1, ?1)",
            Some("it does not say where the row stands"),
        ),
        ("link", "select sponsor_id from link where sponsor_id = ?1", Some("it finds rows on all machines")),
        (
            "counter",
            "select used_fen from counter where sponsor_id = ?1 union all select used_fen from counter where binding_id = ?2",
            Some("it finds rows on all machines"),
        ),
        (
            "binding",
            "insert into binding (sponsor_id, binding_id) values (?1, ?2) on conflict (binding_id) do update set \
             sponsor_id = excluded.sponsor_id",
            Some("it changes where a row stands"),
        ),
        ("account", "delete from account", Some("it finds rows on all machines")),
        ("account", "select lots from account where frozen = ?2 and person_id = ?1", None),
        ("institution", "select area from institution", None),
    ] {
        let statement = Statement { name: "PLANTED", table, key: "", sql: text, place: 0 };
        assert_eq!(fault(&statement), expected, "{text}");
    }
}

/// All that a group may ask.
fn asked_by_groups() -> Vec<Ask> {
    let person = PersonId::from_number(1);
    let mut read = Reading::of(&Wanted::default());
    let mut of_a_day = Reading::of(&Wanted { days: [Day::from_number(0)].into(), ..Wanted::default() });
    let mut sum = Rows::default();
    let (area, born) = (AreaCode::from_number(130_100), Day::from_number(0));
    let (scheme, status, traits) = (Scheme::Employee, InsuranceStatus::Active, [].into());
    sum.persons.insert(person, Person { id: person, area, scheme, status, born, sex: None, traits });
    let mut asks = Vec::new();
    for reading in [&mut read, &mut of_a_day] {
        asks.extend(reading.asks_for_links());
        asks.extend(reading.asks_for_people());
        asks.extend(reading.asks_for_rows());
        asks.extend(reading.asks_for_mirrors());
    }
    asks.extend(asks_for_unknown(&sum, &Wanted::default(), &crate::sql::Known::default()));
    asks.extend(asks_for_sealed(&sum, 1));
    asks
}

#[test]
fn groups_ask_by_the_column_of_each_table_but_for_transfers() {
    let asks = asked_by_groups();
    assert!(asks.len() > 60, "{}", asks.len());
    for ask in asks {
        let (name, fault) = (ask.statement.name, fault(ask.statement));
        let excused = EVERYWHERE.iter().any(|(other, reason)| *other == name && [TRANSFERS, COUNTED].contains(reason));
        assert!(fault.is_none() || excused, "{name}: {fault:?}");
    }
}

#[test]
fn what_a_group_judges_is_locked_with_its_people_or_by_itself() {
    const OF_PEOPLE: [&str; 5] = ["person_id", "sponsor_id", "beneficiary_id", "patient_id", "member_id"];
    // They stand with the payment, which is locked before they are read.
    const OF_PAYMENTS: [&str; 3] = ["payment_share", "journal", "entry"];
    for ask in asked_by_groups() {
        let statement = ask.statement;
        let own = match stand_of(statement.table) {
            Stand::Everywhere => true,
            Stand::With("lane") => statement.place == sql::LAST_SHEET.place,
            Stand::With(column) => OF_PEOPLE.contains(&column) || OF_PAYMENTS.contains(&statement.table),
            Stand::Apart(_) => false,
        };
        // Transfers that were found otherwise are asked for once more by their number.
        let again = is_listed(statement) && statement.table == sql::TRANSFER.table;
        // A count has no row to lock. Whoever counts and whoever adds hold the lock of the person; on a cluster the paper may be
        // seen a moment after that lock is free, and within one program bills of one person take turns.
        let is_count = statement.place == sql::PAPERS_COUNTED.place;
        assert!(own || again || is_count || is_apart_from_locks(statement), "{}", statement.name);
    }
}

#[test]
fn payments_are_locked_before_what_belongs_to_them_is_read() {
    let asks = Reading::of(&Wanted::default()).asks_for_rows();
    let place = |wanted: &Statement| asks.iter().position(|ask| ask.statement.place == wanted.place).unwrap();
    for later in [&sql::SHARES_OF, &sql::JOURNAL, &sql::ENTRIES_OF] {
        assert!(place(&sql::PAYMENT) < place(later), "{}", later.name);
    }
}

#[test]
fn the_first_table_of_those_that_share_their_shards_comes_before_the_others() {
    let placings = placings(32);
    assert_eq!(placings.len(), LAYOUT.len());
    let first = placings.iter().position(|placing| placing.table == FIRST).unwrap();
    let beside = placings.iter().position(|placing| placing.text.contains("colocate_with => 'person'")).unwrap();
    assert!(first < beside, "{placings:?}");
    let text = |table| &placings.iter().find(|placing| placing.table == table).unwrap().text;
    assert_eq!(text("institution"), "select create_reference_table('institution')");
    let call = "select create_distributed_table_concurrently";
    assert_eq!(*text("person"), format!("{call}('person', 'person_id', colocate_with => 'none', shard_count => 32)"));
    assert_eq!(*text("entry"), format!("{call}('entry', 'journal_id', colocate_with => 'person')"));
    assert_eq!(
        *text("message"),
        format!("{call}('message', 'message_id', colocate_with => 'none', shard_count => 32)")
    );
}

//! The texts of the catalogue as PostgreSQL takes them: for one key or row, and for many at once.
//!
//! Many keys of one column become `= any($1)`; keys of several columns, and the rows of a writing, come as one array for
//! each column, taken apart in step by `unnest` in a select list, which the older relatives of PostgreSQL know as well.
//! Deliberately absent: statements of its own; a test holds every text against the tables.

use crate::sql::Statement;
use crate::sql::catalogue as sql;

/// Statements whose keys are of several columns, and of how many.
const PAIRED: [(&Statement, usize); 5] =
    [(&sql::BINDING, 2), (&sql::MESSAGE, 2), (&sql::TIMER, 3), (&sql::PAPER, 3), (&sql::PAPERS_OF_PERSON, 2)];
/// Columns that are no numbers. A name has one type in all tables.
const TEXTS: [&str; 23] = [
    "lots",
    "proof",
    "sponsors",
    "sources",
    "plan",
    "sender",
    "message_id",
    "digests",
    "content",
    "notice",
    "ask",
    "name",
    "digest",
    "lanes",
    "reason",
    "begun_by",
    "begun_and",
    "ended_by",
    "ended_and",
    "proposed_by",
    "closed_by",
    "pack",
    "rules",
];
const BYTES: [&str; 16] = [
    "body_ct",
    "bytes",
    "hash",
    "key_wrapped",
    "name_ct",
    "certificate_ct",
    "phone_ct",
    "value",
    "covers",
    "mac",
    "heads",
    "root",
    "text_digest",
    "policy_digest",
    "seal",
    "end_seal",
];

/// How many columns the keys of a statement have when it is asked for many; the other values are the same for all.
pub(super) fn key_width(statement: &Statement) -> usize {
    let paired = PAIRED.iter().find(|(other, _)| other.place == statement.place);
    paired.map_or(1, |(_, width)| *width)
}

/// For one key or row.
pub(super) fn of_one(statement: &Statement) -> String {
    numbered(statement.sql, |number| format!("${number}"))
}

/// For one key, whose rows are locked and read as they are then.
pub(super) fn of_lock(statement: &Statement) -> String {
    format!("{} for update", of_one(statement))
}

/// For many keys.
pub(super) fn of_keys(statement: &Statement) -> String {
    match key_width(statement) {
        1 if statement.sql.ends_with(" limit 1") || statement.sql.contains(" join ") => of_each_key(statement),
        1 => numbered(&statement.sql.replace("= ?1", "= any(?1)"), |number| format!("${number}")),
        width => of_wide_keys(statement, width),
    }
}

/// For each key by itself: the one row, or rows of several tables, which the server would otherwise join as wholes.
fn of_each_key(statement: &Statement) -> String {
    let of_key = numbered(statement.sql, |number| match number {
        1 => "keys.key".to_owned(),
        _ => format!("${number}"),
    });
    format!("select found.* from (select unnest($1::bigint[]) as key) as keys cross join lateral ({of_key}) as found")
}

/// For many keys of one column, whose rows are locked in the order of the keys and read as they are then.
pub(super) fn of_locks(statement: &Statement) -> String {
    format!("{} order by {} for update", of_keys(statement), column_of(statement.sql, 1))
}

fn of_wide_keys(statement: &Statement, width: usize) -> String {
    let columns: Vec<&str> = (1..=width).map(|number| column_of(statement.sql, number)).collect();
    let each = columns.iter().zip(1..).map(|(column, number)| format!("{column} = ?{number}"));
    let condition = each.collect::<Vec<_>>().join(" and ");
    let keys = format!("({}) in (select {})", columns.join(", "), arrays(&columns));
    statement.sql.replace(&condition, &keys)
}

/// For many rows.
pub(super) fn of_rows(statement: &Statement) -> String {
    let text = statement.sql;
    match text.split_whitespace().next() {
        Some("insert") => of_inserted_rows(text),
        Some("update") => of_updated_rows(text),
        _ => of_keys(statement),
    }
}

fn of_inserted_rows(text: &str) -> String {
    let (head, rest) = text.split_once(" values (").expect("an insert has values");
    let (values, tail) = rest.split_once(')').expect("the values are in brackets");
    let columns: Vec<&str> = between(head, '(', ')').split(", ").collect();
    let value = |(column, value): (&&str, &str)| match value.strip_prefix('?') {
        Some(number) => format!("unnest(${number}::{}[])", kind_of(column)),
        None => value.to_owned(),
    };
    let selected: Vec<String> = columns.iter().zip(values.split(", ")).map(value).collect();
    format!("{head} select {}{tail}", selected.join(", "))
}

fn of_updated_rows(text: &str) -> String {
    let (set, condition) = text.split_once(" where ").expect("an update has a condition");
    let count = (1..).take_while(|number| has(text, *number)).count();
    let columns: Vec<&str> = (1..=count).map(|number| column_of(text, number)).collect();
    let named = columns
        .iter()
        .zip(1..)
        .map(|(column, number)| format!("unnest(${number}::{}[]) as v{number}", kind_of(column)));
    let rows = named.collect::<Vec<_>>().join(", ");
    let value = |number: usize| format!("given.v{number}");
    let condition = numbered(condition, value);
    format!("{} from (select {rows}) as given where {condition}", numbered(set, value))
}

fn has(text: &str, number: usize) -> bool {
    let mut found = false;
    numbered(text, |other| {
        found |= other == number;
        String::new()
    });
    found
}

fn arrays(columns: &[&str]) -> String {
    let array = columns.iter().zip(1..).map(|(column, number)| format!("unnest(${number}::{}[])", kind_of(column)));
    array.collect::<Vec<_>>().join(", ")
}

fn kind_of(column: &str) -> &'static str {
    match column {
        text if TEXTS.contains(&text) => "text",
        bytes if BYTES.contains(&bytes) => "bytea",
        _ => "bigint",
    }
}

/// The column that a value is compared with or assigned to: two words before it.
fn column_of(text: &str, number: usize) -> &str {
    let value = format!("?{number}");
    let words: Vec<&str> = text.split_whitespace().collect();
    let place = words.iter().position(|word| word.trim_end_matches([',', ')']) == value);
    let before = place.and_then(|place| place.checked_sub(2)).and_then(|place| words.get(place));
    before.expect("a value stands after a column and an operator")
}

fn between(text: &str, open: char, close: char) -> &str {
    let inner = text.split_once(open).and_then(|(_, rest)| rest.split_once(close));
    inner.expect("the columns are in brackets").0
}

/// Puts something in the place of every `?N`.
fn numbered(text: &str, mut value: impl FnMut(usize) -> String) -> String {
    let mut parts = text.split('?');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        let number = part[..digits].parse().expect("a question mark stands before a number");
        all.push_str(&value(number));
        all.push_str(&part[digits..]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_keys_are_one_array() {
        assert!(of_keys(&sql::ACCOUNT).ends_with("from account where person_id = any($1)"));
        assert!(of_keys(&sql::ITEM_COUNTER).ends_with("where patient_id = any($1) and month = $2"));
    }

    #[test]
    fn joined_rows_are_found_for_each_key_by_itself() {
        let text = of_keys(&sql::BACKINGS);
        assert!(text.contains("as keys cross join lateral (select b.binding_id"), "{text}");
        assert!(text.contains("where l.beneficiary_id = keys.key order by l.sponsor_id"), "{text}");
    }

    #[test]
    fn rows_are_locked_in_the_order_of_their_keys() {
        let text = of_locks(&sql::PERSON);
        assert!(text.ends_with("from person where person_id = any($1) order by person_id for update"), "{text}");
    }

    #[test]
    fn keys_of_several_columns_are_taken_apart_in_step() {
        let text = of_keys(&sql::MESSAGE);
        let keys = "where (sender, message_id) in (select unnest($1::text[]), unnest($2::text[]))";
        assert!(text.ends_with(keys), "{text}");
    }

    #[test]
    fn rows_are_inserted_at_once_with_what_is_the_same_for_all() {
        let text = of_rows(&sql::ADD_ACCOUNT);
        let rows = "select unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::bigint[]), \
                    unnest($5::bigint[]), 1";
        assert!(text.ends_with(rows), "{text}");
        assert!(of_rows(&sql::ADD_LINK).ends_with("on conflict (beneficiary_id, sponsor_id, binding_id) do nothing"));
    }

    #[test]
    fn rows_are_changed_at_once_each_under_its_own_condition() {
        assert_eq!(
            of_rows(&sql::SAVE_HELD),
            "update account set held_fen = given.v2, version = version + 1 from (select unnest($1::bigint[]) as v1, \
             unnest($2::bigint[]) as v2, unnest($3::bigint[]) as v3) as given where person_id = given.v1 and \
             version = given.v3"
        );
    }
}

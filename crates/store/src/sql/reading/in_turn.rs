//! Commands one after the other, whoever's they are: for whoever goes through all of them.

use super::audited::{noting_entries, noting_journals, noting_payments, noting_shares, noting_traces};
use super::{Ask, all, once, sql};
use crate::sql::decode;

/// The numbers of the first journal and of the last; none if there is none.
pub(crate) fn asks_for_ends_of_journals() -> [Ask; 2] {
    [&sql::FIRST_JOURNAL, &sql::LAST_JOURNAL].map(|one| {
        all(one, |reading, f| {
            reading.numbers.extend(decode::maybe_number(f)?);
            Ok(())
        })
    })
}

/// The next journals and traces, after a number.
pub(crate) fn asks_for_commands_after(after: i64, most: i64) -> [Ask; 2] {
    let next = after.saturating_add(1);
    [
        once(&sql::JOURNALS_FROM, [after.into(), most.into()], noting_journals),
        once(&sql::TRACES_FROM, [next.into(), most.into()], noting_traces),
    ]
}

/// What else there is of commands after one number and up to another.
pub(crate) fn asks_for_commands_upto(after: i64, upto: i64) -> [Ask; 3] {
    let span = || [after.into(), upto.into()];
    [
        once(&sql::ENTRIES_BETWEEN, span(), noting_entries),
        once(&sql::PAYMENTS_BETWEEN, span(), noting_payments),
        once(&sql::SHARES_BETWEEN, span(), noting_shares),
    ]
}

//! Reading: what a group wants, and everything.
//!
//! Invariants: rows are found by their keys; links are read first, because they say which sponsors are read like
//! everybody else; money that does not add up is damage, never facts.

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::account::{Account, Hold};
use gongji_domain::limits::Period;
use gongji_domain::record::{Facts, PaymentRow, Rows, Wanted};
use gongji_words::{CommandId, Day, Month, PersonId};
use rusqlite::{Connection, Params, params};

use super::access::{query, query_one};
use super::catalogue::{self as sql, Statement};
use super::decode::{self, due_numbers};
use crate::StoreError;

/// What was read, and the version of each account at that moment.
pub(super) struct Loaded {
    pub(super) facts: Facts,
    pub(super) versions: BTreeMap<PersonId, i64>,
}

/// Reads what is wanted.
pub(super) fn read(at: &Connection, wanted: &Wanted) -> Result<Loaded, StoreError> {
    let mut read = wanted.clone();
    for beneficiary in &wanted.sponsors_of {
        let links = query(at, &sql::LINKS_OF, [beneficiary.number()], decode::link)?;
        read.people.extend(links.into_iter().map(|(sponsor, _)| sponsor));
    }
    let mut loader = Loader::of(at);
    let periods: BTreeSet<Period> = read.days.iter().flat_map(|day| Period::of(*day)).collect();
    for person in &read.people {
        loader.read_money(*person)?;
        loader.read_relations(*person)?;
        loader.read_days(*person, &read.days)?;
        loader.read_counters(*person, &periods)?;
    }
    loader.read_named(&read)?;
    loader.read_payments(&read)?;
    loader.area_years()?;
    Ok(Loaded { facts: Facts { rows: loader.rows, read }, versions: loader.versions })
}

/// Reads every row there is.
pub(super) fn dump(at: &Connection) -> Result<Rows, StoreError> {
    let mut loader = Loader::of(at);
    loader.persons(&sql::PERSONS, [])?;
    loader.accounts(&sql::ACCOUNTS, [])?;
    loader.holds(&sql::HOLDS, [])?;
    loader.wallets(&sql::WALLETS, [])?;
    loader.transfers(&sql::TRANSFERS, [])?;
    loader.filings(&sql::FILINGS, [])?;
    loader.area_years()?;
    loader.bindings(&sql::BINDINGS, [])?;
    loader.counters(&sql::COUNTERS, [])?;
    loader.item_counters(&sql::ITEM_COUNTERS, [])?;
    loader.family_codes(&sql::FAMILY_CODES, [])?;
    loader.choices(&sql::CHOICES, [])?;
    loader.payments(&sql::PAYMENTS, [])?;
    loader.premiums(&sql::PREMIUMS, [])?;
    loader.journals(&sql::JOURNALS, [])?;
    loader.entries(&sql::ENTRIES, [])?;
    loader.messages(&sql::MESSAGES, [])?;
    loader.timers(&sql::TIMERS, [])?;
    loader.institutions(&sql::INSTITUTIONS, [])?;
    loader.rest()?;
    Ok(loader.rows)
}

/// One account with its lots, and its version.
pub(super) fn account(at: &Connection, head: &decode::AccountHead) -> Result<Account, StoreError> {
    let lots = query(at, &sql::ACCOUNT_LOTS, [head.person.number()], decode::lot)?;
    let broken = || damaged("account", head.person.to_string());
    let lots = decode::lots_of(lots, head.balance).ok_or_else(broken)?;
    Ok(Account { person: head.person, lots, frozen: head.frozen })
}

/// One hold with its lots.
pub(super) fn hold(at: &Connection, head: &decode::HoldHead) -> Result<Hold, StoreError> {
    let lots = query(at, &sql::HOLD_LOTS, [head.person.number(), head.owner.number()], decode::lot)?;
    let broken = || damaged("hold", format!("{}/{}", head.person, head.owner));
    let lots = decode::lots_of(lots, head.held).ok_or_else(broken)?;
    Ok(Hold { person: head.person, owner: head.owner, kind: head.kind, lots })
}

/// One payment with its shares.
pub(super) fn payment(at: &Connection, id: CommandId) -> Result<Option<PaymentRow>, StoreError> {
    let found = query_one(at, &sql::PAYMENT, [id.number()], decode::payment)?;
    found.map(|head| with_shares(at, head)).transpose()
}

fn with_shares(at: &Connection, head: PaymentRow) -> Result<PaymentRow, StoreError> {
    let shares = query(at, &sql::SHARES, [head.id.number()], decode::share)?;
    Ok(PaymentRow { shares, ..head })
}

fn damaged(table: &'static str, row: String) -> StoreError {
    let why = "its lots do not add up to what stands beside them".to_owned();
    StoreError::Damaged { table, row, why }
}

struct Loader<'a> {
    at: &'a Connection,
    rows: Rows,
    versions: BTreeMap<PersonId, i64>,
}

/// For each kind of row: the rows of a statement go to their place.
macro_rules! kinds {
    ($($field:ident by $decode:ident: |$row:ident| $key:expr;)+) => {
        impl Loader<'_> {
            $(fn $field(&mut self, statement: &Statement, values: impl Params) -> Result<(), StoreError> {
                for $row in query(self.at, statement, values, decode::$decode)? {
                    self.rows.$field.insert($key, $row);
                }
                Ok(())
            })+
        }
    };
}

kinds! {
    persons by person: |row| row.id;
    wallets by wallet: |row| row.person;
    transfers by transfer: |row| row.id;
    filings by filing: |row| (row.person, row.id);
    bindings by binding: |row| (row.sponsor, row.id);
    counters by counter: |row| (row.sponsor, row.binding, row.period);
    item_counters by item_counter: |row| (row.patient, row.month);
    family_codes by family_code: |row| (row.member, row.holder);
    choices by choice: |row| row.beneficiary;
    premiums by premium: |row| (row.person, row.plan.clone(), row.year);
    journals by journal: |row| row.id;
    entries by entry: |row| (row.journal, row.leg);
    messages by message: |row| row.id.clone();
    timers by timer: |row| row.due;
    institutions by read_institution: |row| row.id;
}

impl<'a> Loader<'a> {
    fn of(at: &'a Connection) -> Self {
        Self { at, rows: Rows::default(), versions: BTreeMap::new() }
    }

    fn accounts(&mut self, statement: &Statement, values: impl Params) -> Result<(), StoreError> {
        for head in query(self.at, statement, values, decode::account)? {
            self.rows.accounts.insert(head.person, account(self.at, &head)?);
            self.versions.insert(head.person, head.version);
        }
        Ok(())
    }

    fn holds(&mut self, statement: &Statement, values: impl Params) -> Result<(), StoreError> {
        for head in query(self.at, statement, values, decode::hold)? {
            self.rows.holds.insert((head.person, head.owner), hold(self.at, &head)?);
        }
        Ok(())
    }

    fn payments(&mut self, statement: &Statement, values: impl Params) -> Result<(), StoreError> {
        for head in query(self.at, statement, values, decode::payment)? {
            self.rows.payments.insert(head.id, with_shares(self.at, head)?);
        }
        Ok(())
    }

    fn area_years(&mut self) -> Result<(), StoreError> {
        let rows = query(self.at, &sql::AREA_YEARS, [], decode::area_year)?;
        self.rows.area_years.extend(rows.into_iter().map(|row| (row.area, row)));
        Ok(())
    }

    fn read_money(&mut self, person: PersonId) -> Result<(), StoreError> {
        let key = [person.number()];
        self.persons(&sql::PERSON, key)?;
        self.accounts(&sql::ACCOUNT, key)?;
        self.holds(&sql::HOLDS_OF, key)?;
        self.wallets(&sql::WALLET, key)?;
        self.premiums(&sql::PREMIUMS_OF, key)?;
        self.transfers(&sql::TRANSFERS_WAITING_FROM, key)?;
        self.transfers(&sql::TRANSFERS_WAITING_FOR, key)
    }

    fn read_relations(&mut self, person: PersonId) -> Result<(), StoreError> {
        let key = [person.number()];
        self.bindings(&sql::BINDINGS_BY, key)?;
        for (sponsor, binding) in query(self.at, &sql::LINKS_OF, key, decode::link)? {
            self.bindings(&sql::BINDING, [sponsor.number(), binding.number()])?;
        }
        self.filings(&sql::FILINGS_OF, key)?;
        self.family_codes(&sql::FAMILY_CODES_OF, key)?;
        self.choices(&sql::CHOICE, key)
    }

    fn read_days(&mut self, person: PersonId, days: &BTreeSet<Day>) -> Result<(), StoreError> {
        let key = person.number();
        for day in days {
            let (from, until) = (day.start().millis(), day.start().plus_minutes(24 * 60).millis());
            self.transfers(&sql::TRANSFERS_SENT, params![key, from, until])?;
            self.item_counters(&sql::ITEM_COUNTER, params![key, Month::of(*day).number()])?;
        }
        Ok(())
    }

    fn read_counters(&mut self, person: PersonId, periods: &BTreeSet<Period>) -> Result<(), StoreError> {
        let always = [Period::Total];
        let periods: BTreeSet<&Period> = periods.iter().chain(&always).collect();
        for period in periods {
            let (kind, number) = period.numbers();
            self.counters(&sql::COUNTERS_IN, [person.number(), kind, number])?;
        }
        Ok(())
    }

    fn read_named(&mut self, read: &Wanted) -> Result<(), StoreError> {
        for id in &read.messages {
            self.messages(&sql::MESSAGE, [id.sender(), id.id()])?;
        }
        for id in &read.institutions {
            self.institutions(&sql::INSTITUTION, [id.number()])?;
        }
        for due in &read.timers {
            let (kind, person, subject) = due_numbers(*due);
            self.timers(&sql::TIMER, [kind, person, subject])?;
        }
        Ok(())
    }

    fn read_payments(&mut self, read: &Wanted) -> Result<(), StoreError> {
        for id in &read.payments {
            let key = [id.number()];
            self.payments(&sql::PAYMENT, key)?;
            self.journals(&sql::JOURNAL, key)?;
            self.entries(&sql::ENTRIES_OF, key)?;
            self.transfers(&sql::TRANSFER, key)?;
        }
        Ok(())
    }

    /// Rows that no group reads.
    fn rest(&mut self) -> Result<(), StoreError> {
        let claims = query(self.at, &sql::CLAIMS, [], decode::claim)?;
        self.rows.claims.extend(claims.into_iter().map(|row| ((row.event, row.from, row.to, row.side), row)));
        let notices = query(self.at, &sql::NOTICES, [], decode::notice)?;
        self.rows.notices.extend(notices.into_iter().map(|row| ((row.person, row.command, row.place), row)));
        let outbox = query(self.at, &sql::OUTBOX, [], decode::outbox)?;
        self.rows.outbox.extend(outbox.into_iter().map(|row| ((row.command, row.place), row)));
        let traces = query(self.at, &sql::TRACES, [], decode::trace)?;
        self.rows.traces.extend(traces.into_iter().map(|row| (row.command, row)));
        Ok(())
    }
}

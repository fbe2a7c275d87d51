//! Reading: what a group wants, and everything.
//!
//! Invariants: rows are found by their keys; links are read first, because they say which sponsors are read like
//! everybody else; money that does not add up is damage, never facts.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use gongji_domain::record::{Facts, PaymentRow, Rows, Wanted};
use gongji_words::{CommandId, Day, Month, PersonId};
use rusqlite::Params;

use super::access::{At, each, query, query_one};
use super::catalogue::{self as sql, Statement};
use super::decode::{self, due_numbers};
use super::kinds;
use crate::StoreError;

/// What was read, and what the engine knows beside it of that moment.
pub(super) struct Loaded {
    pub(super) facts: Facts,
    pub(super) known: Known,
}

/// What stands beside the rows of people: the version of each account, and in which tables rows may stand.
#[derive(Default)]
pub(super) struct Known {
    pub(super) versions: BTreeMap<PersonId, i64>,
    pub(super) kinds: BTreeMap<PersonId, i64>,
}

/// Reads what is wanted.
pub(super) fn read(at: &At<'_>, wanted: &Wanted) -> Result<Loaded, StoreError> {
    let mut read = wanted.clone();
    let mut loader = Loader::of(at);
    for beneficiary in &wanted.sponsors_of {
        read.people.extend(loader.links_of(*beneficiary)?.iter().map(|(sponsor, _)| *sponsor));
    }
    for person in &read.people {
        loader.read_person(*person, &read)?;
    }
    loader.read_named(&read)?;
    loader.read_payments(&read)?;
    loader.area_years()?;
    Ok(Loaded { facts: Facts::of(loader.rows, read), known: loader.known })
}

/// Reads every row there is.
pub(super) fn dump(at: &At<'_>) -> Result<Rows, StoreError> {
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

/// One payment with its shares.
pub(super) fn payment(at: &At<'_>, id: CommandId) -> Result<Option<PaymentRow>, StoreError> {
    let found = query_one(at, &sql::PAYMENT, [id.number()], decode::payment)?;
    found.map(|head| with_shares(at, head)).transpose()
}

fn with_shares(at: &At<'_>, head: PaymentRow) -> Result<PaymentRow, StoreError> {
    let shares = query(at, &sql::SHARES, [head.id.number()], decode::share)?;
    Ok(PaymentRow { shares, ..head })
}

struct Loader<'a, 'c> {
    at: &'a At<'c>,
    rows: Rows,
    known: Known,
    links: BTreeMap<PersonId, Vec<(PersonId, CommandId)>>,
}

/// For each kind of row: the rows of a statement go to their place.
macro_rules! kinds {
    ($($field:ident by $decode:ident: |$row:ident| $key:expr;)+) => {
        impl Loader<'_, '_> {
            $(fn $field(&mut self, statement: &Statement, values: impl Params) -> Result<(), StoreError> {
                let into = &mut self.rows.$field;
                each(self.at, statement, values, decode::$decode, |$row| {
                    into.insert($key, $row);
                })
            })+
        }
    };
}

kinds! {
    holds by hold: |row| (row.person, row.owner);
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

impl<'a, 'c> Loader<'a, 'c> {
    fn of(at: &'a At<'c>) -> Self {
        Self { at, rows: Rows::default(), known: Known::default(), links: BTreeMap::new() }
    }

    fn persons(&mut self, statement: &Statement, values: impl Params) -> Result<(), StoreError> {
        each(self.at, statement, values, decode::person, |(person, kinds)| {
            self.known.kinds.insert(person.id, kinds);
            self.rows.persons.insert(person.id, person);
        })
    }

    fn accounts(&mut self, statement: &Statement, values: impl Params) -> Result<(), StoreError> {
        each(self.at, statement, values, decode::account, |kept| {
            self.known.versions.insert(kept.account.person, kept.version);
            self.rows.accounts.insert(kept.account.person, kept.account);
        })
    }

    /// The bindings that name a person, asked for once.
    fn links_of(&mut self, beneficiary: PersonId) -> Result<&[(PersonId, CommandId)], StoreError> {
        match self.links.entry(beneficiary) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => {
                Ok(free.insert(query(self.at, &sql::LINKS_OF, [beneficiary.number()], decode::link)?))
            }
        }
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

    /// Everything that stands under a person's key, where there may be something.
    fn read_person(&mut self, person: PersonId, read: &Wanted) -> Result<(), StoreError> {
        self.persons(&sql::PERSON, [person.number()])?;
        let kinds = self.known.kinds.get(&person).copied().unwrap_or(kinds::ALL);
        self.read_money(person, kinds)?;
        self.read_relations(person, kinds, read)?;
        self.read_days(person, kinds, &read.days)
    }

    fn read_money(&mut self, person: PersonId, kinds: i64) -> Result<(), StoreError> {
        let key = [person.number()];
        if kinds & kinds::ACCOUNT != 0 {
            self.accounts(&sql::ACCOUNT, key)?;
        }
        if kinds & kinds::HOLD != 0 {
            self.holds(&sql::HOLDS_OF, key)?;
        }
        if kinds & kinds::WALLET != 0 {
            self.wallets(&sql::WALLET, key)?;
        }
        if kinds & kinds::PREMIUM != 0 {
            self.premiums(&sql::PREMIUMS_OF, key)?;
        }
        if kinds & kinds::TRANSFER != 0 {
            self.transfers(&sql::TRANSFERS_WAITING_FROM, key)?;
            self.transfers(&sql::TRANSFERS_WAITING_FOR, key)?;
        }
        Ok(())
    }

    fn read_relations(&mut self, person: PersonId, kinds: i64, read: &Wanted) -> Result<(), StoreError> {
        let key = [person.number()];
        if kinds & kinds::BINDING != 0 {
            self.bindings(&sql::BINDINGS_BY, key)?;
        }
        if kinds & kinds::LINK != 0 {
            let links = self.links_of(person)?.to_vec();
            // The bindings of a sponsor who is read are read with him.
            for (sponsor, binding) in links.into_iter().filter(|(sponsor, _)| !read.people.contains(sponsor)) {
                self.bindings(&sql::BINDING, [sponsor.number(), binding.number()])?;
            }
        }
        if kinds & kinds::FILING != 0 {
            self.filings(&sql::FILINGS_OF, key)?;
        }
        if kinds & kinds::FAMILY_CODE != 0 {
            self.family_codes(&sql::FAMILY_CODES_OF, key)?;
        }
        if kinds & kinds::CHOICE != 0 {
            self.choices(&sql::CHOICE, key)?;
        }
        Ok(())
    }

    /// What is counted: ever, and in the periods of each day.
    fn read_days(&mut self, person: PersonId, kinds: i64, days: &BTreeSet<Day>) -> Result<(), StoreError> {
        let key = person.number();
        if kinds & kinds::COUNTER != 0 && days.is_empty() {
            self.counters(&sql::COUNTERS_EVER, [key])?;
        }
        for day in days {
            let month = i64::from(Month::of(*day).number());
            if kinds & kinds::COUNTER != 0 {
                let (number, year) = (i64::from(day.number()), i64::from(day.year()));
                self.counters(&sql::COUNTERS_ON, [key, number, month, year])?;
            }
            if kinds & kinds::TRANSFER != 0 {
                let (from, until) = (day.start().millis(), day.start().plus_minutes(24 * 60).millis());
                self.transfers(&sql::TRANSFERS_SENT, [key, from, until])?;
            }
            if kinds & kinds::ITEM_COUNTER != 0 {
                self.item_counters(&sql::ITEM_COUNTER, [key, month])?;
            }
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

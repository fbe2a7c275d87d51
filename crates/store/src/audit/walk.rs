//! The audit as it walks along the chains: seal by seal, person by person, in the order of their numbers.
//!
//! Invariants: memory does not grow with the ledger; each command is looked at in full where it is sealed in full, and its
//! money again with everybody whose it is.

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::binding::Binding;
use gongji_domain::record::PaymentState;
use gongji_words::{CommandId, Day, PersonId};

use super::sums::Sum;
use super::{Discrepancy, Ledger, Progress, Totals, unbalanced};
use crate::days::{ClosedDay, Tree};
use crate::digest::hex;
use crate::seal::{Form, Head, JOURNAL, PAYMENT, Seal, Sealer, Sheet, Subject, TRACE, concerned, entries_of, unpacked};
use crate::sql::reading::{
    asks_between, asks_for_commands, asks_for_reversals, asks_for_seals_after, asks_for_seals_of,
};
use crate::sql::{Ask, Reading, kinds};

/// Short digests of a row in every form.
type Digests = [Vec<u8>; Form::ALL.len()];

/// Seals read at once.
const PAGE: usize = 2_048;
const PARTS: [(u8, &str); 3] = [(JOURNAL, "journal"), (PAYMENT, "payment"), (TRACE, "trace")];

/// What is looked for when numbers of rows and of seals differ.
#[derive(Debug, Default)]
pub(super) struct Missing {
    sealed: BTreeSet<(u8, CommandId)>,
    expected: BTreeSet<(PersonId, CommandId)>,
    seen: BTreeSet<(PersonId, CommandId)>,
}

impl Missing {
    pub(super) fn is_sealed(&self, part: u8, id: CommandId) -> bool {
        self.sealed.contains(&(part, id))
    }

    /// Those whose money a command moved that is not sealed for them, and the other way round.
    pub(super) fn unsealed_people(&self) -> Vec<Discrepancy> {
        let row = |(person, id): &(PersonId, CommandId)| format!("{person}/{id}");
        let lacking = self.expected.difference(&self.seen).map(|pair| {
            Discrepancy::of("chain", row(pair), "the command moves his money, the seal in his chain is gone")
        });
        let lone = self.seen.difference(&self.expected);
        let lone =
            lone.map(|pair| Discrepancy::of("chain", row(pair), "it seals a command that is not his or is gone"));
        lacking.chain(lone).collect()
    }
}

/// Where the walk stands with one person.
#[derive(Default)]
struct Standing {
    head: Head,
    ledger: Ledger,
    /// What was last sealed of rows that may change.
    latest: BTreeMap<Subject, Vec<u8>>,
}

/// Numbers of rows that were seen.
#[derive(Clone, Copy, Default)]
struct Seen {
    parts: [u64; 3],
    entries: u64,
    shared: u64,
    shared_expected: u64,
}

/// A walk.
pub(super) struct Walk<'a> {
    sealer: Option<&'a Sealer>,
    only: Option<PersonId>,
    /// The last seal that was read.
    cursor: (i64, i64),
    /// People up to this number are through.
    through: i64,
    standing: Option<(PersonId, Standing)>,
    days: BTreeMap<Day, Tree>,
    /// How long chains must be at least.
    sheets: BTreeMap<PersonId, i64>,
    seen: Seen,
    looked_at: u64,
    /// What chains and kept rows say, if commands are gone through by themselves.
    pub(super) sum: Option<Sum>,
    pub(super) missing: Option<Missing>,
    pub(super) totals: Totals,
}

impl<'a> Walk<'a> {
    pub(super) fn new(sealer: Option<&'a Sealer>) -> Self {
        Self {
            sealer,
            only: None,
            cursor: (i64::MIN, 0),
            through: i64::MIN,
            standing: None,
            days: BTreeMap::new(),
            sheets: BTreeMap::new(),
            seen: Seen::default(),
            looked_at: 0,
            sum: None,
            missing: None,
            totals: Totals::default(),
        }
    }

    /// A walk that asks for no command, and sums what it would have held against them.
    pub(super) fn summing(sealer: &'a Sealer) -> Self {
        Self { sum: Some(Sum::of(sealer)), ..Self::new(Some(sealer)) }
    }

    /// Another walk over the same, which notes what is sealed.
    pub(super) fn searching(&self) -> Self {
        Self { missing: Some(Missing::default()), ..Self::new(None) }
    }

    /// From now on one person alone.
    pub(super) fn only(&mut self, person: PersonId) {
        self.only = Some(person);
        self.cursor = (person.number(), 0);
        self.through = person.number() - 1;
    }

    pub(super) const fn sealer(&self) -> Option<&'a Sealer> {
        self.sealer
    }

    pub(super) fn progress(&self) -> Progress {
        Progress { people: self.totals.people, entries: self.looked_at }
    }

    fn find(&mut self, table: &'static str, row: impl ToString, why: impl Into<String>) {
        self.totals.discrepancies.push(Discrepancy::of(table, row, why));
    }

    /// What the sheets say of the lengths of chains, if they are whole themselves.
    pub(super) fn expect_sheets(&mut self, sheets: &[Sheet], closed: Option<&ClosedDay>) {
        let marks = closed.iter().flat_map(|day| &day.lanes);
        let mut lanes: BTreeMap<i64, (i64, String)> =
            marks.map(|mark| (mark.lane, (mark.number, mark.code.clone()))).collect();
        let there: BTreeSet<i64> = sheets.iter().map(|sheet| sheet.lane).collect();
        for lane in lanes.keys().filter(|lane| !there.contains(lane)).copied().collect::<Vec<_>>() {
            self.find("sheet", lane, "all sheets of the lane are gone");
        }
        let mut before: Option<&Sheet> = None;
        for sheet in sheets {
            let follows = before.filter(|before| before.lane == sheet.lane);
            match lanes.get(&sheet.lane) {
                // Of a closed day, and kept because its tidings were waited for: the one that the day names is over it.
                Some((number, _)) if sheet.number < *number => self.check_waiting(follows, sheet),
                _ => self.check_sheet(follows, sheet, lanes.remove(&sheet.lane)),
            }
            for (person, number) in unpacked(&sheet.heads).unwrap_or_default() {
                let most = self.sheets.entry(person).or_default();
                *most = number.max(*most);
            }
            before = Some(sheet);
        }
    }

    /// The first sheet that is kept of a lane is that of the last closed day, or the first of all.
    fn check_sheet(&mut self, before: Option<&Sheet>, sheet: &Sheet, mark: Option<(i64, String)>) {
        let row = || format!("{}/{}", sheet.lane, sheet.number);
        if let Some((number, code)) = mark {
            if (number, code) != (sheet.number, hex(&sheet.code)) {
                self.find("sheet", row(), "it is not the one that the last closed day names");
            } else if before.is_some() {
                self.check_waiting(before, sheet);
            }
            return;
        }
        let (number, code) = before.map(|before| (before.number, before.code)).unwrap_or_default();
        if sheet.number != number + 1 {
            self.find("sheet", row(), format!("it follows number {number}: sheets between them are gone"));
        } else if self.sealer.is_some_and(|sealer| sealer.code_of_sheet(&code, sheet) != sheet.code) {
            self.find("sheet", row(), "its code is not the right one: it, or the one before it, was changed");
        }
    }

    /// A sheet of a closed day that was kept beyond it. What the first of those follows is gone, unless it is the first of all.
    fn check_waiting(&mut self, before: Option<&Sheet>, sheet: &Sheet) {
        let (number, code) = match before {
            Some(before) => (before.number, before.code),
            None if sheet.number == 1 => Default::default(),
            None => return,
        };
        let is_right = |sealer: &Sealer| sealer.code_of_sheet(&code, sheet) == sheet.code;
        if sheet.number != number + 1 || !self.sealer.is_none_or(is_right) {
            let row = format!("{}/{}", sheet.lane, sheet.number);
            self.find(
                "sheet",
                row,
                format!("it does not follow number {number} as it was: one of the two was changed"),
            );
        }
    }

    pub(super) fn asks_for_seals(&self) -> [Ask; 1] {
        let most = i64::try_from(PAGE).expect("a page is short");
        match self.only {
            Some(person) => asks_for_seals_of(person, self.cursor.1, most),
            None => asks_for_seals_after(self.cursor.0, self.cursor.1, most),
        }
    }

    /// Up to whom people are through with a page: if it is full, its last person may have more seals.
    fn upto(&self, reading: &Reading) -> i64 {
        match reading.seals.last() {
            Some(last) if reading.seals.len() == PAGE => last.person.number() - 1,
            _ => self.only.map_or(i64::MAX, PersonId::number),
        }
    }

    pub(super) fn asks_for_rows(&self, reading: &Reading) -> Vec<Ask> {
        let (mut full, mut shared) = (BTreeSet::new(), BTreeSet::new());
        let of_commands = reading.seals.iter().filter(|_| self.sum.is_none());
        for seal in of_commands {
            match seal.subject {
                Subject::Command(id, _) => full.insert(id),
                Subject::Shared(id) => shared.insert(id),
                _ => continue,
            };
        }
        let mut asks = if self.sum.is_none() { asks_for_commands(&full, &shared) } else { Vec::new() };
        let upto = self.upto(reading);
        if upto > self.through {
            asks.extend(asks_between(self.through, upto));
        }
        asks
    }

    pub(super) fn asks_for_reversals(reading: &Reading) -> Vec<Ask> {
        let payments = reading.rows.journals.values().filter_map(|journal| journal.reverses).collect();
        let journals = reading.rows.payments.values().filter_map(|payment| payment.reversed_by).collect();
        asks_for_reversals(&payments, &journals)
    }

    /// Judges a page; whether there is another.
    pub(super) fn take(&mut self, reading: Reading) -> bool {
        let (upto, more) = (self.upto(&reading), reading.seals.len() == PAGE);
        self.totals.discrepancies.extend(reading.damaged.iter().cloned());
        let mut seals: BTreeMap<PersonId, Vec<&Seal>> = BTreeMap::new();
        reading.seals.iter().for_each(|seal| seals.entry(seal.person).or_default().push(seal));
        for person in self.people_of(&reading, &seals, upto) {
            let mut standing = match self.standing.take() {
                Some((same, standing)) if same == person => standing,
                _ => Standing::default(),
            };
            for seal in seals.get(&person).into_iter().flatten() {
                self.pass(&mut standing, seal, &reading);
            }
            if person.number() <= upto {
                self.finish(person, standing, &reading);
            } else {
                self.standing = Some((person, standing));
            }
        }
        self.through = upto;
        if let Some(last) = reading.seals.last() {
            self.cursor = (last.person.number(), last.number);
        }
        more
    }

    /// Everybody of whom a page tells, and whoever is not through from the page before.
    fn people_of(&self, reading: &Reading, seals: &BTreeMap<PersonId, Vec<&Seal>>, upto: i64) -> BTreeSet<PersonId> {
        let rows = &reading.rows;
        let keys = rows.persons.keys().chain(rows.accounts.keys()).chain(rows.wallets.keys());
        let mut people: BTreeSet<PersonId> = keys.chain(seals.keys()).copied().collect();
        people.extend(rows.holds.keys().map(|(person, _)| *person));
        people.extend(rows.counters.keys().map(|(person, ..)| *person));
        people.extend(rows.bindings.keys().map(|(person, _)| *person));
        people.extend(self.standing.iter().map(|(person, _)| *person));
        let sheets = self.sheets.keys().filter(|person| self.only.is_none_or(|only| only == **person));
        people.extend(sheets.filter(|person| (self.through + 1..=upto).contains(&person.number())));
        people
    }

    /// The next seal of a person.
    fn pass(&mut self, standing: &mut Standing, seal: &Seal, reading: &Reading) {
        self.check_seal(&standing.head, seal);
        if standing.head.day.is_some_and(|day| day < seal.day) {
            self.leave_day(seal.person, &standing.head);
        }
        standing.head = Head::of(seal);
        if let Some(sum) = &mut self.sum {
            sum.take_seal(seal);
        }
        match seal.subject {
            Subject::Command(..) | Subject::Shared(_) if self.sum.is_some() => {}
            Subject::Command(id, parts) => {
                self.look_at(seal, (id, parts), reading);
                enter(seal.person, id, &mut standing.ledger, reading);
            }
            Subject::Shared(id) => {
                self.seen.shared += 1;
                if let Some(missing) = &mut self.missing {
                    missing.seen.insert((seal.person, id));
                }
                enter(seal.person, id, &mut standing.ledger, reading);
            }
            other => drop(standing.latest.insert(other, seal.covers.clone())),
        }
    }

    fn leave_day(&mut self, person: PersonId, head: &Head) {
        if let (Some(day), None) = (head.day, self.only) {
            self.days.entry(day).or_default().add((person, head.number, &head.code));
        }
    }

    fn check_seal(&mut self, head: &Head, seal: &Seal) {
        let row = || format!("{}/{}", seal.person, seal.number);
        if seal.number != head.number + 1 {
            self.find("chain", row(), format!("it follows number {}: seals between them are gone", head.number));
        } else if self.sealer.is_some_and(|sealer| sealer.code(&head.code, seal) != seal.code) {
            self.find("chain", row(), "its code is not the right one: it, or the one before it, was changed");
        } else if head.day.is_some_and(|day| day > seal.day) {
            self.find("chain", row(), "its day is before that of the seal before it");
        }
    }

    /// A command, where it is sealed in full.
    fn look_at(&mut self, seal: &Seal, (id, parts): (CommandId, u8), reading: &Reading) {
        let mut covers = seal.covers.chunks(8);
        for (place, (part, table)) in PARTS.into_iter().enumerate().filter(|(_, (part, _))| parts & part != 0) {
            let covered = covers.next().unwrap_or_default();
            self.check_part((table, part), (id, covered), reading);
            self.seen.parts[place] += 1;
            if let Some(missing) = &mut self.missing {
                missing.sealed.insert((part, id));
            }
        }
        let entries = u64::try_from(entries_of(&reading.rows, id).count()).unwrap_or_default();
        if entries > 0 {
            let sum: i128 = entries_of(&reading.rows, id).map(|entry| i128::from(entry.amount.fen())).sum();
            if sum != 0 {
                self.totals.discrepancies.push(unbalanced(id, sum));
            }
            self.totals.journals += 1;
            self.totals.entries += entries;
        }
        self.seen.entries += entries;
        self.looked_at += entries;
        self.check_reversal(id, reading);
        let others: BTreeSet<PersonId> =
            concerned(&reading.rows, id).into_iter().filter(|person| *person != seal.person).collect();
        self.seen.shared_expected += u64::try_from(others.len()).unwrap_or_default();
        if let Some(missing) = &mut self.missing {
            missing.expected.extend(others.into_iter().map(|person| (person, id)));
        }
    }

    fn check_part(&mut self, (table, part): (&'static str, u8), (id, covered): (CommandId, &[u8]), reading: &Reading) {
        let there = match part {
            JOURNAL => reading.rows.journals.contains_key(&id),
            PAYMENT => reading.rows.payments.contains_key(&id),
            _ => reading.rows.traces.contains_key(&id),
        };
        if !there {
            self.find(table, id, "it was sealed, and the row is gone");
            return;
        }
        let Some(sealer) = self.sealer else { return };
        let is_it = |form: Form| sealer.of_part(form, &reading.rows, id, part).is_some_and(|short| short == covered);
        if !Form::ALL.into_iter().any(is_it) {
            self.find(table, id, "it, or what belongs to it, is not what was sealed");
        }
    }

    /// Whether a payment stands is what journals say.
    fn check_reversal(&mut self, id: CommandId, reading: &Reading) {
        let rows = &reading.rows;
        if let Some(undone) = rows.journals.get(&id).and_then(|journal| journal.reverses)
            && let Some(payment) = rows.payments.get(&undone)
            && (payment.state, payment.reversed_by) != (PaymentState::Reversed, Some(id))
        {
            self.find("payment", undone, format!("the journal {id} undid it, its row says otherwise"));
        }
        if let Some(payment) = rows.payments.get(&id)
            && rows.journals.contains_key(&id)
            && payment.state == PaymentState::Reversed
            && !payment.reversed_by.is_some_and(|by| rows.journals.contains_key(&by))
        {
            self.find("payment", id, "its row says that it was undone, no journal did so");
        }
    }

    /// A person, once all his seals have passed.
    fn finish(&mut self, person: PersonId, mut standing: Standing, reading: &Reading) {
        self.leave_day(person, &standing.head);
        let (least, number) = (self.sheets.get(&person).copied().unwrap_or_default(), standing.head.number);
        if number < least {
            let why = format!("the chain ends here, a sheet has seen number {least}: what came last was taken away");
            self.find("chain", format!("{person}/{number}"), why);
        }
        let damaged = |found: &Discrepancy| found.row.split('/').next() == Some(person.to_string().as_str());
        if reading.damaged.iter().any(damaged) {
            return;
        }
        standing.ledger.take_rows(person, &reading.rows);
        match &mut self.sum {
            Some(sum) => standing.ledger.add_to(sum),
            None => self.totals.discrepancies.extend(standing.ledger.discrepancies(person)),
        }
        self.totals.people += u64::from(!standing.ledger.is_empty());
        self.check_held(person, &standing.ledger, reading);
        self.check_kinds(person, reading);
        self.check_latest(person, &standing.latest, reading);
    }

    fn check_held(&mut self, person: PersonId, ledger: &Ledger, reading: &Reading) {
        let held: i64 = ledger.holds.iter().map(|hold| hold.lots.total().fen()).sum();
        let kept = reading.held.get(&person).map_or(0, |held| held.fen());
        if held != kept {
            self.find("account", person, format!("{kept} fen are kept as held, its holds say {held}"));
        }
    }

    /// Rows that no group would look for.
    fn check_kinds(&mut self, person: PersonId, reading: &Reading) {
        let Some(stated) = reading.known.kinds.get(&person) else { return };
        let there = reading.there.get(&person).copied().unwrap_or_default() | kinds::of_money(person, &reading.rows);
        let missing = there & !stated;
        if missing != 0 {
            let why = format!("the bits {missing:#b} of its column kinds are not set, though there are such rows");
            self.find("person", person, why);
        }
    }

    /// Rows that may change are as they were sealed last.
    fn check_latest(&mut self, person: PersonId, latest: &BTreeMap<Subject, Vec<u8>>, reading: &Reading) {
        let Some(sealer) = self.sealer else { return };
        let rows = &reading.rows;
        let now = rows.persons.get(&person).map(|row| Form::ALL.map(|form| sealer.of_person(form, row)));
        self.compare("person", person.to_string(), latest.get(&Subject::Person), now.as_ref());
        let frozen = rows.accounts.get(&person).is_some_and(|account| account.frozen);
        let is_sealed = match latest.get(&Subject::Freeze) {
            Some(sealed) => Form::ALL.into_iter().any(|form| sealer.of_freeze(form, frozen) == *sealed),
            None => !frozen,
        };
        if !is_sealed {
            self.find("account", person, "whether it is frozen is not what was sealed");
        }
        let first = CommandId::from_number(i64::MIN);
        let own = rows.bindings.range((person, first)..=(person, CommandId::from_number(i64::MAX)));
        let digests = |row: &Binding| Form::ALL.map(|form| sealer.of_binding(form, row));
        let now: BTreeMap<CommandId, Digests> = own.map(|((_, id), row)| (*id, digests(row))).collect();
        let sealed = latest.keys().filter_map(|subject| match subject {
            Subject::Binding(id) => Some(*id),
            _ => None,
        });
        for id in now.keys().copied().chain(sealed).collect::<BTreeSet<_>>() {
            let row = format!("{person}/{id}");
            self.compare("binding", row, latest.get(&Subject::Binding(id)), now.get(&id));
        }
    }

    fn compare(&mut self, table: &'static str, row: String, sealed: Option<&Vec<u8>>, now: Option<&Digests>) {
        match (sealed, now) {
            (None, Some(_)) => self.find(table, row, "no seal covers it: this program did not write it"),
            (Some(_), None) => self.find(table, row, "it was sealed, and the row is gone"),
            (Some(sealed), Some(now)) if !now.contains(sealed) => {
                self.find(table, row, "it is not what was sealed last");
            }
            _ => {}
        }
    }

    /// Whether every row of the tables of commands was met where it is sealed.
    pub(super) fn has_seen(&self, counts: &[i64]) -> bool {
        let [journals, payments, traces] = self.seen.parts;
        let seen = [payments, journals, traces, self.seen.entries].map(|count| i64::try_from(count).ok());
        let all = counts.iter().map(|count| Some(*count)).eq(seen);
        all && self.seen.shared == self.seen.shared_expected
    }

    /// Roots of closed days are those that follow from the chains.
    pub(super) fn check_days(&mut self, closed: &[ClosedDay]) {
        let mut before = None;
        for day in closed {
            let tree = self.days.remove(&day.day).unwrap_or_default();
            let now = ClosedDay::new(before, day.day, &tree, day.lanes.clone());
            if (now.root, now.people) != (day.root, day.people) {
                let why = "the chains give another root: something of this day was changed after it was closed";
                self.find("closed_day", day.day, why);
            }
            before = Some(day.root);
        }
        let last = closed.last().map(|day| day.day);
        for day in std::mem::take(&mut self.days).into_keys().filter(|day| last.is_some_and(|last| *day < last)) {
            self.find("closed_day", day, "there are seals of this day, and its root is gone");
        }
    }
}

/// What a command moved of a person's own, and what counts against his limits.
fn enter(person: PersonId, id: CommandId, ledger: &mut Ledger, reading: &Reading) {
    entries_of(&reading.rows, id).for_each(|entry| ledger.enter(person, entry));
    if let Some(payment) = reading.rows.payments.get(&id) {
        let own = payment.shares.iter().filter(|share| share.sponsor == person);
        own.for_each(|share| ledger.spend(payment, share));
    }
}

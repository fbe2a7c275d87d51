//! What "everything of a person" is, in ordered maps.

use std::collections::{BTreeMap, BTreeSet};

use gongji_domain::limits::Period;
use gongji_domain::record::{Facts, NoticeRow, Rows, Wanted};
use gongji_domain::release::ReleaseState;
use gongji_domain::stop::Stops;
use gongji_domain::wallet::TransferState;
use gongji_domain::zoo::{self, Cage};
use gongji_words::{CommandId, Day, Month, PersonId};

use super::Kept;

const FIRST: CommandId = CommandId::from_number(i64::MIN);
const LAST: CommandId = CommandId::from_number(i64::MAX);
const FIRST_PERSON: PersonId = PersonId::from_number(i64::MIN);
const LAST_PERSON: PersonId = PersonId::from_number(i64::MAX);

impl Kept {
    pub(super) fn read(&self, wanted: &Wanted) -> Facts {
        let mut read = wanted.clone();
        for beneficiary in wanted.sponsors_of.iter().filter(|_| !zoo::open(Cage::LinksNotFollowed)) {
            read.people.extend(self.links_of(*beneficiary).map(|(_, sponsor, _)| sponsor));
        }
        let mut rows = Rows { area_years: self.rows.area_years.clone(), ..Rows::default() };
        let periods: BTreeSet<Period> = read.days.iter().flat_map(|day| Period::of(*day)).collect();
        for person in &read.people {
            self.read_money(*person, &read.days, &mut rows);
            self.read_relations(*person, &periods, &mut rows);
        }
        self.read_named(&read, &mut rows);
        let papers = read.papers_of.iter().map(|person| (*person, self.papers_counted(*person))).collect();
        Facts::of(rows, read).under(self.last_release()).stopped(self.stops_in_force()).counting(papers)
    }

    fn last_release(&self) -> u32 {
        let law = self.releases.iter().rev().find(|row| row.release.state == ReleaseState::Released);
        law.map_or(0, |row| row.release.number)
    }

    pub(super) fn stops_in_force(&self) -> Stops {
        self.stops.iter().filter(|row| row.stop.ended.is_none()).map(|row| row.stop.target).collect()
    }

    fn links_of(&self, beneficiary: PersonId) -> impl Iterator<Item = &(PersonId, PersonId, CommandId)> {
        self.links.range((beneficiary, FIRST_PERSON, FIRST)..=(beneficiary, LAST_PERSON, LAST))
    }

    fn read_money(&self, person: PersonId, days: &BTreeSet<Day>, rows: &mut Rows) {
        take(&self.rows.persons, &person, &mut rows.persons);
        take(&self.rows.accounts, &person, &mut rows.accounts);
        take(&self.rows.wallets, &person, &mut rows.wallets);
        let holds = self.rows.holds.range((person, FIRST)..=(person, LAST));
        let full = holds.filter(|(_, hold)| !hold.lots.is_empty());
        rows.holds.extend(full.map(|(key, hold)| (*key, hold.clone())));
        let premiums = self.rows.premiums.range((person, String::new(), i32::MIN)..);
        let own = premiums.take_while(|((owner, ..), _)| *owner == person);
        rows.premiums.extend(own.map(|(key, row)| (key.clone(), row.clone())));
        for day in days {
            take(&self.rows.item_counters, &(person, Month::of(*day)), &mut rows.item_counters);
        }
        self.read_transfers(person, days, rows);
    }

    /// Those that wait, and those that count against the limits of a wanted day.
    fn read_transfers(&self, person: PersonId, days: &BTreeSet<Day>, rows: &mut Rows) {
        for (_, id) in self.transfers.range((person, FIRST)..=(person, LAST)) {
            let transfer = self.rows.transfers[id];
            let sent_then = transfer.sender == person && days.contains(&transfer.sent_at.day());
            if sent_then || transfer.state == TransferState::Pending {
                rows.transfers.insert(*id, transfer);
            }
        }
    }

    fn read_relations(&self, person: PersonId, periods: &BTreeSet<Period>, rows: &mut Rows) {
        let own = self.rows.bindings.range((person, FIRST)..=(person, LAST));
        rows.bindings.extend(own.map(|(key, binding)| (*key, binding.clone())));
        for (_, sponsor, binding) in self.links_of(person) {
            take(&self.rows.bindings, &(*sponsor, *binding), &mut rows.bindings);
        }
        let counters =
            self.rows.counters.range((person, FIRST, Period::Total)..=(person, LAST, Period::Year(i32::MAX)));
        let counted = counters.filter(|((_, _, period), _)| periods.contains(period) || *period == Period::Total);
        rows.counters.extend(counted.map(|(key, counter)| (*key, *counter)));
        let filings = self.rows.filings.range((person, FIRST)..=(person, LAST));
        rows.filings.extend(filings.map(|(key, filing)| (*key, *filing)));
        let codes = self.rows.family_codes.range((person, FIRST_PERSON)..=(person, LAST_PERSON));
        rows.family_codes.extend(codes.map(|(key, code)| (*key, *code)));
        take(&self.rows.choices, &person, &mut rows.choices);
    }

    fn read_named(&self, read: &Wanted, rows: &mut Rows) {
        for id in &read.messages {
            take(&self.rows.messages, id, &mut rows.messages);
        }
        for id in &read.institutions {
            take(&self.rows.institutions, id, &mut rows.institutions);
        }
        for due in &read.timers {
            take(&self.rows.timers, due, &mut rows.timers);
        }
        for id in &read.payments {
            take(&self.rows.payments, id, &mut rows.payments);
            take(&self.rows.journals, id, &mut rows.journals);
            take(&self.rows.transfers, id, &mut rows.transfers);
            let entries = self.rows.entries.range((*id, 0)..=(*id, u16::MAX));
            rows.entries.extend(entries.map(|(key, entry)| (*key, *entry)));
        }
    }
}

pub(super) fn notices_of(rows: &Rows, person: PersonId) -> impl Iterator<Item = &NoticeRow> {
    rows.notices.range((person, FIRST, 0)..=(person, LAST, u16::MAX)).map(|(_, notice)| notice)
}

fn take<K: Ord + Clone, V: Clone>(from: &BTreeMap<K, V>, key: &K, into: &mut BTreeMap<K, V>) {
    if let Some(row) = from.get(key) {
        into.insert(key.clone(), row.clone());
    }
}

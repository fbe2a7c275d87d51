//! Rows: what is kept, by key. The same shape serves as the facts of a group, as the writes of a judgement and
//! as the whole of the memory engine.
//!
//! Invariants: rows of [`Rows::entries`], [`Rows::journals`] and [`Rows::traces`] are only ever added. All
//! other rows are written whole, under the lock of the person whose key they carry.

use std::collections::{BTreeMap, BTreeSet};

use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, MessageId, Moment, Month, PersonId};
use serde::{Deserialize, Serialize};

use crate::account::{Account, AreaYear, Hold};
use crate::binding::Binding;
use crate::decide::Source;
use crate::institution::Institution;
use crate::journal::{Entry, Journal};
use crate::limits::{Period, Used};
use crate::message::{Answer, Command, Due, PeerAsk};
use crate::paper::{Enclosure, PaperCount, PaperKey};
use crate::person::Person;
use crate::reason::Notice;
use crate::stop::Stops;
use crate::wallet::{Transfer, Wallet};
use crate::word::vocabulary;

/// What has been paid through a binding in one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Whose account: the key.
    pub sponsor: PersonId,
    /// Which binding.
    pub binding: CommandId,
    /// Which period.
    pub period: Period,
    /// How much.
    pub used: Fen,
}

/// What the area's limit on items has paid for a patient in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemCounter {
    /// Whose bills: the key.
    pub patient: PersonId,
    /// Which month.
    pub month: Month,
    /// How much.
    pub used: Fen,
}

/// 异地就医备案
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilingRow {
    /// The command that filed.
    pub id: CommandId,
    /// Whose.
    pub person: PersonId,
    /// For care where.
    pub area: AreaCode,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Option<Day>,
}

impl FilingRow {
    /// Whether it is good for care in an area on a day.
    #[must_use]
    pub fn covers(&self, area: AreaCode, day: Day) -> bool {
        self.area.covers(area) && self.from <= day && self.until.is_none_or(|last| day <= last)
    }
}

/// 亲情账户: the holder's phone shows the member's code. It never pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilyCodeRow {
    /// Whose code is shown: the key.
    pub member: PersonId,
    /// Who shows it.
    pub holder: PersonId,
}

/// The order of sponsors that a beneficiary set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SponsorChoice {
    /// Whose: the key.
    pub beneficiary: PersonId,
    /// First to pay first.
    pub sponsors: Vec<PersonId>,
}

vocabulary! {
    /// Where a payment stands.
    PaymentState {
        /// Paid.
        Paid = 1 "paid",
        /// Undone.
        Reversed = 2 "reversed",
        /// Refused before it came: a tombstone.
        Refused = 3 "refused",
    }
}

vocabulary! {
    /// What a payment was.
    PaymentKind {
        /// A bill; at the node where the patient is insured, or where all is in one province.
        Settlement = 1 "settlement",
        /// A bill of a patient insured in another province; at the institution's node.
        Away = 2 "away",
        /// A premium.
        Premium = 3 "premium",
        /// A sponsor's payment for a bill or premium of another province.
        Aid = 4 "aid",
    }
}

/// One sponsor's share of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub sponsor: PersonId,
    /// Where he was insured on that day.
    pub area: AreaCode,
    /// Through which binding.
    pub binding: CommandId,
    /// From what.
    pub source: Source,
    /// The payment row at the sponsor's node: this one, if that is here.
    pub row: CommandId,
    /// How much.
    pub amount: Fen,
}

/// A settlement, premium, or a share of one paid for another province.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRow {
    /// The command that made it.
    pub id: CommandId,
    /// The same at the node that entered the bill: what claims carry on both sides.
    pub event: CommandId,
    /// What it is.
    pub kind: PaymentKind,
    /// Where it stands.
    pub state: PaymentState,
    /// The person under whose key it stands: patient, insured person, or sponsor of a share.
    pub key: PersonId,
    /// Where he was insured on that day.
    pub key_area: AreaCode,
    /// Where the money went; `None` for premiums.
    pub institution: Option<InstitutionId>,
    /// The area that received it.
    pub payee_area: AreaCode,
    /// When.
    pub at: Moment,
    /// From the own account.
    pub own: Fen,
    /// From the own wallet.
    pub wallet: Fen,
    /// In cash.
    pub cash: Fen,
    /// Counted against the area's limit on items.
    pub items: Fen,
    /// Aid.
    pub shares: Vec<Share>,
    /// The plan and year of a premium.
    pub plan: Option<(String, i32)>,
    /// The journal that undid it.
    pub reversed_by: Option<CommandId>,
}

/// One premium of a person for a plan and year, while it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PremiumRow {
    /// For whom: the key.
    pub person: PersonId,
    /// Which plan.
    pub plan: String,
    /// Which year.
    pub year: i32,
    /// The payment that stands, if one does.
    pub payment: Option<CommandId>,
}

vocabulary! {
    /// Which side of a claim a row is.
    ClaimSide {
        /// Kept by the node whose area owes.
        Debtor = 1 "debtor",
        /// Kept by the node whose area is owed.
        Creditor = 2 "creditor",
    }
}

/// What one area owes another for one event, as one of the two wrote it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The settlement, reversal or transfer.
    pub event: CommandId,
    /// Which pooling area owes.
    pub from: AreaCode,
    /// Which pooling area is owed.
    pub to: AreaCode,
    /// Whose row this is.
    pub side: ClaimSide,
    /// The month it belongs to.
    pub month: Month,
    /// How much; negative for a reversal.
    pub amount: Fen,
}

/// A notice to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// To whom.
    pub person: PersonId,
    /// The command that caused it.
    pub command: CommandId,
    /// Its place among the notices of that command.
    pub place: u16,
    /// When.
    pub at: Moment,
    /// What it says.
    pub notice: Notice,
    /// The amount it names.
    pub amount: Option<Fen>,
}

vocabulary! {
    /// Where a message to another province stands.
    Delivery {
        /// Not acknowledged yet.
        Waiting = 1 "waiting",
        /// Acknowledged.
        Delivered = 2 "delivered",
    }
}

/// A message to another province that must arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// The command that caused it.
    pub command: CommandId,
    /// Its place among the messages of that command.
    pub place: u16,
    /// What is asked of whom.
    pub ask: PeerAsk,
    /// Where it stands.
    pub delivery: Delivery,
}

vocabulary! {
    /// Whether timed work is still to be done.
    TimerState {
        /// It is.
        Waiting = 1 "waiting",
        /// It is not.
        Done = 2 "done",
    }
}

/// Timed work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerRow {
    /// When.
    pub at: Moment,
    /// What.
    pub due: Due,
    /// Where it stands.
    pub state: TimerState,
}

/// Where a message stands.
#[derive(Clone, Debug, PartialEq)]
pub enum MessageState {
    /// Other provinces are being asked; the command is kept until there is an answer, so that a start after a
    /// crash can bring it to one.
    Asking(Box<Command>),
    /// It has its one answer.
    Answered(Answer),
}

/// A message that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRow {
    /// Who sent it under which number.
    pub id: MessageId,
    /// The command made of it.
    pub command: CommandId,
    /// When it was entered.
    pub entered_at: Moment,
    /// A short digest of each field, to tell a changed repeat which one differs.
    pub digests: Vec<(String, u64)>,
    /// Which try at agreeing with other provinces this is.
    pub attempt: u16,
    /// Where it stands.
    pub state: MessageState,
}

/// How a decision came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceRow {
    /// The settlement.
    pub command: CommandId,
    /// The patient: the key.
    pub key: PersonId,
    /// The compact encoding of [`crate::trace`].
    pub bytes: Vec<u8>,
}

macro_rules! rows {
    (read { $($seen:ident)+ } all { $($(#[$meta:meta])* $field:ident : $key:ty => $row:ty),+ $(,)? }) => {
        /// Rows of every kind, by key.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Rows { $($(#[$meta])* pub $field: BTreeMap<$key, $row>),+ }

        impl Rows {
            /// Puts all rows of another over these: the last writing of a key stands.
            pub fn absorb(&mut self, other: Self) {
                $(for (key, row) in other.$field { self.$field.insert(key, row); })+
            }

            /// Puts copies of another's rows over these: of the kinds that commands read.
            fn absorb_read(&mut self, other: &Self) {
                $(for (key, row) in &other.$seen { self.$seen.insert(key.clone(), row.clone()); })+
            }

            /// Whether there is no row at all.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                true $(&& self.$field.is_empty())+
            }

            /// How many rows there are.
            #[must_use]
            pub fn len(&self) -> usize {
                0 $(+ self.$field.len())+
            }
        }
    };
}

rows! {
    read {
        persons accounts holds bindings counters item_counters filings family_codes choices wallets
        transfers payments premiums journals entries institutions area_years messages timers
    }
    all {
        /// Persons of this node.
        persons: PersonId => Person,
        /// Their accounts.
        accounts: PersonId => Account,
        /// What is held of them.
        holds: (PersonId, CommandId) => Hold,
        /// Bindings, by sponsor; those of sponsors of other provinces are mirrors.
        bindings: (PersonId, CommandId) => Binding,
        /// What was paid through them.
        counters: (PersonId, CommandId, Period) => Counter,
        /// What areas' limits on items paid.
        item_counters: (PersonId, Month) => ItemCounter,
        /// Filings.
        filings: (PersonId, CommandId) => FilingRow,
        /// Family codes, by member.
        family_codes: (PersonId, PersonId) => FamilyCodeRow,
        /// Orders of sponsors.
        choices: PersonId => SponsorChoice,
        /// Wallets.
        wallets: PersonId => Wallet,
        /// Transfers, by sender.
        transfers: CommandId => Transfer,
        /// Settlements, premiums, shares.
        payments: CommandId => PaymentRow,
        /// Premiums that stand.
        premiums: (PersonId, String, i32) => PremiumRow,
        /// Journals.
        journals: CommandId => Journal,
        /// Their entries.
        entries: (CommandId, u16) => Entry,
        /// Claims between areas.
        claims: (CommandId, AreaCode, AreaCode, ClaimSide) => Claim,
        /// Institutions of this node.
        institutions: InstitutionId => Institution,
        /// Early turns of insurance years.
        area_years: AreaCode => AreaYear,
        /// Messages.
        messages: MessageId => MessageRow,
        /// Notices.
        notices: (PersonId, CommandId, u16) => NoticeRow,
        /// Messages to other provinces.
        outbox: (CommandId, u16) => OutboxRow,
        /// Timed work.
        timers: Due => TimerRow,
        /// Traces.
        traces: CommandId => TraceRow,
        /// Papers that came with messages.
        papers: PaperKey => Enclosure,
    }
}

/// What a command wants to see before it is judged. Everything of a person is read, and he is locked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The message itself.
    pub messages: BTreeSet<MessageId>,
    /// These people, with all that stands under their keys.
    pub people: BTreeSet<PersonId>,
    /// Everybody who is or was bound to these as a sponsor, too.
    pub sponsors_of: BTreeSet<PersonId>,
    /// These institutions.
    pub institutions: BTreeSet<InstitutionId>,
    /// These payments, with their journals and entries; transfers with these ids.
    pub payments: BTreeSet<CommandId>,
    /// The periods of these days in counters.
    pub days: BTreeSet<Day>,
    /// These timers.
    pub timers: BTreeSet<Due>,
    /// How many papers tell what the bills of these people have come to.
    pub papers_of: BTreeSet<PersonId>,
}

impl Wanted {
    /// Adds what another wants.
    pub fn absorb(&mut self, other: &Self) {
        self.messages.extend(other.messages.iter().cloned());
        self.people.extend(&other.people);
        self.sponsors_of.extend(&other.sponsors_of);
        self.institutions.extend(&other.institutions);
        self.payments.extend(&other.payments);
        self.days.extend(&other.days);
        self.timers.extend(&other.timers);
        self.papers_of.extend(&other.papers_of);
    }
}

/// What a group has read: the rows, and for whom they are complete.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The rows.
    pub rows: Rows,
    /// What was asked for; rows of these people and keys are complete.
    pub read: Wanted,
    /// Number of the last release that is law, by which all of the group is judged; zero before the first.
    pub release: u32,
    /// The stops in force.
    pub stops: Stops,
    /// How many papers there are of bills, and of their undoing, of those for whom it was asked.
    pub papers: BTreeMap<PersonId, PaperCount>,
    /// Beneficiary, sponsor, binding: the bindings in another order.
    links: BTreeSet<(PersonId, PersonId, CommandId)>,
}

impl Facts {
    /// Facts of these rows.
    #[must_use]
    pub fn of(rows: Rows, read: Wanted) -> Self {
        let links = links_of(&rows).collect();
        Self { rows, read, release: 0, stops: Stops::default(), papers: BTreeMap::new(), links }
    }

    /// The same facts, of the time of a release.
    #[must_use]
    pub fn under(self, release: u32) -> Self {
        Self { release, ..self }
    }

    /// The same facts, of a time with these stops in force.
    #[must_use]
    pub fn stopped(self, stops: Stops) -> Self {
        Self { stops, ..self }
    }

    /// The same facts, of a time when there were so many papers.
    #[must_use]
    pub fn counting(self, papers: BTreeMap<PersonId, PaperCount>) -> Self {
        Self { papers, ..self }
    }

    /// How many papers tell what the bills of somebody have come to.
    #[must_use]
    pub fn papers_of(&self, person: PersonId) -> PaperCount {
        self.papers.get(&person).copied().unwrap_or_default()
    }

    /// Puts what a judgement wrote over the facts, so that the next command of the group sees it.
    pub fn apply(&mut self, writes: &Rows) {
        self.links.extend(links_of(writes));
        self.rows.absorb_read(writes);
        for (kind, person) in writes.papers.values().filter_map(|one| Some((one.paper.kind, one.paper.person?))) {
            if self.read.papers_of.contains(&person) {
                self.papers.entry(person).or_default().add(kind, 1);
            }
        }
    }

    /// The holds on a person's account.
    pub fn holds_of(&self, person: PersonId) -> impl Iterator<Item = &Hold> {
        self.rows.holds.range((person, FIRST)..=(person, LAST)).map(|(_, hold)| hold)
    }

    /// The bindings that a person made as a sponsor.
    pub fn bindings_by(&self, sponsor: PersonId) -> impl Iterator<Item = &Binding> {
        self.rows.bindings.range((sponsor, FIRST)..=(sponsor, LAST)).map(|(_, binding)| binding)
    }

    /// The bindings that name a person as the beneficiary.
    pub fn bindings_for(&self, beneficiary: PersonId) -> impl Iterator<Item = &Binding> {
        let links = self.links.range((beneficiary, FIRST_PERSON, FIRST)..=(beneficiary, LAST_PERSON, LAST));
        links.filter_map(|(_, sponsor, id)| self.rows.bindings.get(&(*sponsor, *id)))
    }

    /// The entries of a journal, in the order of their legs.
    pub fn entries_of(&self, journal: CommandId) -> impl Iterator<Item = &Entry> {
        self.rows.entries.range((journal, 0)..=(journal, u16::MAX)).map(|(_, entry)| entry)
    }

    /// What has been used of one binding in the periods of a day.
    #[must_use]
    pub fn used(&self, binding: &Binding, day: Day) -> Used {
        let of = |period: Period| {
            let key = (binding.sponsor, binding.id, period);
            self.rows.counters.get(&key).map_or(Fen::ZERO, |counter| counter.used)
        };
        let [total, on_day, month, year] = Period::of(day);
        Used { total: of(total), day: of(on_day), month: of(month), year: of(year) }
    }
}

fn links_of(rows: &Rows) -> impl Iterator<Item = (PersonId, PersonId, CommandId)> {
    rows.bindings.values().map(|binding| (binding.beneficiary, binding.sponsor, binding.id))
}

const FIRST_PERSON: PersonId = PersonId::from_number(i64::MIN);
const LAST_PERSON: PersonId = PersonId::from_number(i64::MAX);
const FIRST: CommandId = CommandId::from_number(i64::MIN);
const LAST: CommandId = CommandId::from_number(i64::MAX);

//! Seals: what shows that somebody changed rows by hand. Whatever concerns a person gets one more seal at the end of his
//! chain, an authentication code over the rows, the seal before it, and a key that is not in the database. A sheet says
//! for each group whose chains it made longer, and is chained to the sheet before.
//!
//! Invariants: numbers of a chain go up from 1 without a gap, its days never go back and never into a closed day, nor do
//! those of the sheets of a lane; a
//! command is sealed for everybody whose money it moves, else for him under whose key it stands. No personal data
//! goes into a seal, nor anything that is encrypted: a shredded person's chain stays valid. Deliberately absent: rows that
//! are worked out of others (balances, holds, counters), which the audit works out again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use gongji_domain::account::Account;
use gongji_domain::binding::Binding;
use gongji_domain::journal::Entry;
use gongji_domain::person::Person;
use gongji_domain::record::{PaymentRow, Rows};
use gongji_words::{CommandId, Day, PersonId};
use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;

use crate::WorkingKey;
use crate::sql::{Value, values};
use crate::tidings::{self, Tiding};

/// An authentication code.
pub(crate) type Code = [u8; 32];
/// Bytes of the short digest of one part of a subject.
const SHORT: usize = 8;
/// Rows are seldom longer than so many bytes.
const USUAL: usize = 512;

/// The journal of a command, with its entries.
pub(crate) const JOURNAL: u8 = 1;
/// The payment of a command, with its shares, as it was made.
pub(crate) const PAYMENT: u8 = 1 << 1;
/// The trace of a command.
pub(crate) const TRACE: u8 = 1 << 2;
const PARTS: u8 = JOURNAL | PAYMENT | TRACE;

/// How values become the bytes that a code is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Numbers and lengths take as many bytes as they need.
    Short,
    /// Numbers and lengths took eight bytes. Rows that were sealed so keep their seals; nothing is sealed so any more.
    Wide,
}

impl Form {
    /// Whatever a seal may be in, likeliest first.
    pub(crate) const ALL: [Self; 2] = [Self::Short, Self::Wide];
}

/// What a seal is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// The person's row.
    Person,
    /// Whether his account is frozen.
    Freeze,
    /// A binding of his as a sponsor.
    Binding(CommandId),
    /// Parts of a command, sealed for the first of the people whom it concerns.
    Command(CommandId, u8),
    /// The same command for another of them.
    Shared(CommandId),
}

impl Subject {
    /// Kind and number, as rows keep them. Kinds are append-only.
    pub(crate) fn numbers(self) -> (i64, i64) {
        match self {
            Self::Command(id, parts) => (parts.into(), id.number()),
            Self::Binding(id) => (8, id.number()),
            Self::Person => (9, 0),
            Self::Freeze => (10, 0),
            Self::Shared(id) => (11, id.number()),
        }
    }

    pub(crate) fn from_numbers(kind: i64, number: i64) -> Option<Self> {
        let id = CommandId::from_number(number);
        match u8::try_from(kind).ok()? {
            parts @ 1..=PARTS => Some(Self::Command(id, parts)),
            8 => Some(Self::Binding(id)),
            9 => Some(Self::Person),
            10 => Some(Self::Freeze),
            11 => Some(Self::Shared(id)),
            _ => None,
        }
    }
}

/// One seal of a person's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) person: PersonId,
    pub(crate) number: i64,
    pub(crate) day: Day,
    pub(crate) subject: Subject,
    /// Short keyed digests of the parts of the subject.
    pub(crate) covers: Vec<u8>,
    pub(crate) code: Code,
}

/// Where a chain stands; of one that has not begun the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) number: i64,
    pub(crate) day: Option<Day>,
    pub(crate) code: Code,
}

impl Head {
    pub(crate) fn of(seal: &Seal) -> Self {
        Self { number: seal.number, day: Some(seal.day), code: seal.code }
    }
}

/// What one group sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) lane: i64,
    pub(crate) number: i64,
    pub(crate) day: Day,
    /// People, and the numbers of their last seals; then what is told of the group.
    pub(crate) heads: Vec<u8>,
    pub(crate) code: Code,
}

/// The seals of a group, and its sheet if there are any.
#[derive(Default)]
pub(crate) struct Sealed {
    pub(crate) seals: Vec<Seal>,
    pub(crate) sheet: Option<Sheet>,
}

/// What is to be known of what was sealed before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Before {
    pub(crate) heads: BTreeMap<PersonId, Head>,
    /// The last sheet of the lane: its number, code and day.
    pub(crate) sheet: Option<(i64, Code, Day)>,
    /// The last closed day.
    pub(crate) closed: Option<Day>,
}

/// A group that is to be sealed.
pub(crate) struct Group<'a> {
    pub(crate) rows: &'a Rows,
    /// Payments that were there before: they are not made by this group.
    pub(crate) old_payments: &'a BTreeSet<CommandId>,
    /// Whose accounts were frozen before.
    pub(crate) frozen: &'a BTreeSet<PersonId>,
    pub(crate) lane: i64,
    pub(crate) day: Day,
    /// What is told of it.
    pub(crate) tidings: &'a [Tiding],
}

/// Whose accounts are frozen.
pub(crate) fn frozen(rows: &Rows) -> BTreeSet<PersonId> {
    rows.accounts.values().filter(|account| account.frozen).map(|account| account.person).collect()
}

/// Whose chains these rows may make longer.
pub(crate) fn people_of(rows: &Rows) -> BTreeSet<PersonId> {
    let mut people: BTreeSet<PersonId> = rows.persons.keys().chain(rows.accounts.keys()).copied().collect();
    people.extend(rows.bindings.keys().map(|(sponsor, _)| *sponsor));
    for id in commands_of(rows) {
        people.extend(concerned(rows, id));
    }
    people
}

fn commands_of(rows: &Rows) -> BTreeSet<CommandId> {
    rows.journals.keys().chain(rows.payments.keys()).chain(rows.traces.keys()).copied().collect()
}

/// Everybody whose money the journal of a command moves; if it moves nobody's, him under whose key the payment or
/// the trace stands.
pub(crate) fn concerned(rows: &Rows, id: CommandId) -> BTreeSet<PersonId> {
    let whose = |entry: &Entry| [Some(entry.key), entry.position.person()];
    let people: BTreeSet<PersonId> = entries_of(rows, id).flat_map(whose).flatten().collect();
    if !people.is_empty() {
        return people;
    }
    let payment = rows.payments.get(&id).map(|row| row.key);
    payment.or_else(|| rows.traces.get(&id).map(|row| row.key)).into_iter().collect()
}

pub(crate) fn entries_of(rows: &Rows, id: CommandId) -> impl Iterator<Item = &Entry> {
    rows.entries.range((id, 0)..=(id, u16::MAX)).map(|(_, entry)| entry)
}

/// Makes and checks codes. It holds the key.
#[derive(Clone)]
pub(crate) struct Sealer(Hmac<Sm3>);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(..)")
    }
}

impl Sealer {
    pub(crate) fn of(keys: &WorkingKey) -> Self {
        let key = keys.derive("chain");
        Self(Hmac::new_from_slice(&key[..]).expect("a keyed hash takes keys of any length"))
    }

    fn finish(mac: Hmac<Sm3>) -> Code {
        mac.finalize().into_bytes().into()
    }

    /// A short digest of the columns of rows.
    fn short<'v>(&self, form: Form, label: &str, values: impl IntoIterator<Item = Value<'v>>) -> [u8; SHORT] {
        // One long piece is taken in far less time than many short ones.
        let mut bytes = Vec::with_capacity(USUAL);
        bytes.extend(label.as_bytes());
        values.into_iter().for_each(|value| feed(form, &mut bytes, &value));
        let mut mac = self.0.clone();
        mac.update(&bytes);
        let full = Self::finish(mac);
        full[..SHORT].try_into().expect("a code is longer than a short digest")
    }

    /// What only who has the key can foretell, for sums of an audit.
    pub(crate) fn secret_of_sums(&self) -> Code {
        let mut mac = self.0.clone();
        mac.update(b"sums");
        Self::finish(mac)
    }

    pub(crate) fn of_person(&self, form: Form, row: &Person) -> Vec<u8> {
        self.short(form, "person", values::person(row)).to_vec()
    }

    pub(crate) fn of_freeze(&self, form: Form, frozen: bool) -> Vec<u8> {
        self.short(form, "freeze", [frozen.into()]).to_vec()
    }

    pub(crate) fn of_binding(&self, form: Form, row: &Binding) -> Vec<u8> {
        self.short(form, "binding", values::binding(row)).to_vec()
    }

    /// One part of a command, unless its row is not there.
    pub(crate) fn of_part(&self, form: Form, rows: &Rows, id: CommandId, part: u8) -> Option<[u8; SHORT]> {
        match part {
            JOURNAL => {
                let journal = values::journal(rows.journals.get(&id)?);
                Some(self.short(
                    form,
                    "journal",
                    journal.into_iter().chain(entries_of(rows, id).flat_map(values::entry)),
                ))
            }
            PAYMENT => rows.payments.get(&id).map(|row| self.of_payment(form, row)),
            _ => rows.traces.get(&id).map(|row| self.short(form, "trace", values::trace(row))),
        }
    }

    /// As it was made: whether it stands still is what journals say.
    fn of_payment(&self, form: Form, row: &PaymentRow) -> [u8; SHORT] {
        const STATE: usize = 3;
        const REVERSED_BY: usize = 15;
        let columns = values::payment(row).into_iter().enumerate();
        let made = columns.filter(|(place, _)| ![STATE, REVERSED_BY].contains(place)).map(|(_, value)| value);
        let shares = (0..).zip(&row.shares).flat_map(|(place, share)| values::share(row.id, place, share));
        self.short(form, "payment", made.chain(shares))
    }

    /// What a seal's code should be.
    pub(crate) fn code(&self, before: &Code, seal: &Seal) -> Code {
        let (kind, subject) = seal.subject.numbers();
        let numbers = [seal.person.number(), seal.number, seal.day.number().into(), kind, subject];
        let mut bytes = Vec::with_capacity(USUAL);
        bytes.extend(b"seal");
        bytes.extend(before);
        numbers.into_iter().for_each(|number| bytes.extend(number.to_le_bytes()));
        bytes.extend(&seal.covers);
        let mut mac = self.0.clone();
        mac.update(&bytes);
        Self::finish(mac)
    }

    /// What a sheet's code should be.
    pub(crate) fn code_of_sheet(&self, before: &Code, sheet: &Sheet) -> Code {
        let mut mac = self.0.clone();
        mac.update(b"sheet");
        mac.update(before);
        let numbers = [sheet.lane, sheet.number, sheet.day.number().into()];
        numbers.into_iter().for_each(|number| mac.update(&number.to_le_bytes()));
        mac.update(&sheet.heads);
        Self::finish(mac)
    }

    /// What is to be sealed of a group, by person and in a fixed order.
    fn subjects(&self, group: &Group<'_>) -> Vec<(PersonId, Subject, Vec<u8>)> {
        let rows = group.rows;
        let mut subjects = Vec::new();
        let changed = |account: &&Account| account.frozen != group.frozen.contains(&account.person);
        subjects.extend(rows.persons.values().map(|row| (row.id, Subject::Person, self.of_person(Form::Short, row))));
        let freezes = rows.accounts.values().filter(changed);
        subjects.extend(freezes.map(|row| (row.person, Subject::Freeze, self.of_freeze(Form::Short, row.frozen))));
        let bindings = rows.bindings.values();
        subjects.extend(bindings.map(|row| (row.sponsor, Subject::Binding(row.id), self.of_binding(Form::Short, row))));
        for id in commands_of(rows) {
            self.command(group, id, &mut subjects);
        }
        subjects.sort_by_key(|(person, subject, _)| (*person, *subject));
        subjects
    }

    fn command(&self, group: &Group<'_>, id: CommandId, subjects: &mut Vec<(PersonId, Subject, Vec<u8>)>) {
        let (mut parts, mut covers) = (0, Vec::new());
        for part in [JOURNAL, PAYMENT, TRACE] {
            if part == PAYMENT && group.old_payments.contains(&id) {
                continue;
            }
            if let Some(short) = self.of_part(Form::Short, group.rows, id, part) {
                parts |= part;
                covers.extend(short);
            }
        }
        if parts == 0 {
            return;
        }
        let mut people = concerned(group.rows, id).into_iter();
        let shared = covers.clone();
        subjects.extend(people.next().map(|first| (first, Subject::Command(id, parts), covers)));
        subjects.extend(people.map(|person| (person, Subject::Shared(id), shared.clone())));
    }

    /// Seals a group.
    pub(crate) fn seal(&self, group: &Group<'_>, before: &Before) -> Sealed {
        let first_open = before.closed.map_or(group.day, |closed| closed.next());
        // What a sheet says is thrown away once its day is closed, and all before it in its lane.
        let last = before.sheet.map_or(group.day, |(_, _, day)| day);
        let open = group.day.max(first_open).max(last);
        let mut heads: BTreeMap<PersonId, Head> = BTreeMap::new();
        let mut seals = Vec::new();
        for (person, subject, covers) in self.subjects(group) {
            let head = heads.entry(person).or_insert_with(|| before.heads.get(&person).copied().unwrap_or_default());
            let (number, day) = (head.number + 1, head.day.map_or(open, |day| day.max(open)));
            let mut seal = Seal { person, number, day, subject, covers, code: Code::default() };
            seal.code = self.code(&head.code, &seal);
            *head = Head::of(&seal);
            seals.push(seal);
        }
        let says_something = !seals.is_empty() || !group.tidings.is_empty();
        let said = || said(&heads, group.tidings);
        let sheet = says_something.then(|| self.sheet((group.lane, open), said(), before.sheet));
        Sealed { seals, sheet }
    }

    fn sheet(&self, (lane, day): (i64, Day), heads: Vec<u8>, before: Option<(i64, Code, Day)>) -> Sheet {
        let (number, code) = before.map(|(number, code, _)| (number, code)).unwrap_or_default();
        let mut sheet = Sheet { lane, number: number + 1, day, heads, code: Code::default() };
        sheet.code = self.code_of_sheet(&code, &sheet);
        sheet
    }

    /// The sheet with which a lane begins.
    pub(crate) fn first_sheet(&self, lane: i64, day: Day) -> Sheet {
        self.sheet((lane, day), Vec::new(), None)
    }
}

/// A value so that no other list of values gives the same bytes in the same form. A code over half as many bytes is found nearly
/// twice as fast.
fn feed(form: Form, bytes: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => bytes.push(0),
        Value::Number(number) => {
            bytes.push(1);
            match form {
                Form::Short => put(folded(*number), bytes),
                Form::Wide => bytes.extend(number.to_le_bytes()),
            }
        }
        Value::Text(words) => feed_text(form, bytes, (2, words.as_bytes())),
        Value::Bytes(plain) => feed_text(form, bytes, (3, plain)),
    }
}

fn feed_text(form: Form, bytes: &mut Vec<u8>, (kind, text): (u8, &[u8])) {
    bytes.push(kind);
    let length = u64::try_from(text.len()).expect("a length fits 64 bits");
    match form {
        Form::Short => put(length, bytes),
        Form::Wide => bytes.extend(length.to_le_bytes()),
    }
    bytes.extend(text);
}

/// Numbers near zero, on either side of it, as small ones.
const fn folded(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// People in ascending order and a number for each, seven bits a byte, people as the distance from the one before.
fn packed(heads: impl Iterator<Item = (PersonId, i64)>) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::new(), 0_i64);
    for (person, number) in heads {
        put(person.number().wrapping_sub(last).cast_unsigned(), &mut bytes);
        put(number.cast_unsigned(), &mut bytes);
        last = person.number();
    }
    bytes
}

/// What stands between the people of a sheet and what is told of its group: a zero as [`put`] never writes it.
const THEN: [u8; 2] = [0x80, 0];

/// What a sheet says.
fn said(heads: &BTreeMap<PersonId, Head>, tidings: &[Tiding]) -> Vec<u8> {
    let mut bytes = packed(heads.iter().map(|(person, head)| (*person, head.number)));
    if !tidings.is_empty() {
        bytes.extend(THEN);
        bytes.extend(tidings::packed(tidings));
    }
    bytes
}

/// What is told of the group of a sheet, unless its bytes are none of a sheet.
pub(crate) fn tail(mut bytes: &[u8]) -> Option<&[u8]> {
    while !bytes.is_empty() {
        if let Some(tail) = bytes.strip_prefix(&THEN) {
            return Some(tail);
        }
        let _head = (take(&mut bytes)?, take(&mut bytes)?);
    }
    Some(bytes)
}

pub(crate) fn put(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).expect("seven bits fit a byte") | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).expect("less than 128 fits a byte"));
}

/// What [`packed`] was given, unless the bytes are no such list. What comes after the list is not looked at.
pub(crate) fn unpacked(mut bytes: &[u8]) -> Option<Vec<(PersonId, i64)>> {
    let (mut heads, mut last) = (Vec::new(), 0_i64);
    while !bytes.is_empty() && !bytes.starts_with(&THEN) {
        last = last.wrapping_add(take(&mut bytes)?.cast_signed());
        heads.push((PersonId::from_number(last), take(&mut bytes)?.cast_signed()));
    }
    Some(heads)
}

pub(crate) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sheet_packs_it_unpacks() {
        let heads: Vec<(PersonId, i64)> = [(i64::MIN, 1), (-5, 127), (0, 128), (7, 1 << 40), (i64::MAX, i64::MAX)]
            .map(|(person, number)| (PersonId::from_number(person), number))
            .into();
        assert_eq!(unpacked(&packed(heads.iter().copied())), Some(heads.clone()));
        assert_eq!(unpacked(&[0x80]), None);
        let told = [Tiding::Bound(PersonId::from_number(1), CommandId::from_number(2))];
        let last = BTreeMap::from_iter(
            heads.iter().map(|(person, number)| (*person, Head { number: *number, ..Head::default() })),
        );
        for people in [BTreeMap::new(), last] {
            let bytes = said(&people, &told);
            assert_eq!(unpacked(&bytes).map(|heads| heads.len()), Some(people.len()));
            assert_eq!(tail(&bytes), Some(&tidings::packed(&told)[..]));
            assert_eq!(tail(&said(&people, &[])), Some(&[][..]));
        }
    }

    #[test]
    fn no_two_lists_of_values_are_sealed_alike() {
        let sealer = Sealer::of(&WorkingKey::generate([7; 32]));
        let lists: [Vec<Value<'_>>; 12] = [
            vec!["ab".into(), "c".into()],
            vec!["a".into(), "bc".into()],
            vec![Value::Null, 1.into()],
            vec![1.into(), Value::Null],
            vec![Value::Bytes(b"abc")],
            vec!["abc".into()],
            vec![(-1).into()],
            vec![i64::MIN.into()],
            vec![i64::MAX.into()],
            vec![128.into(), 1.into()],
            vec![128.into()],
            vec![Value::Null],
        ];
        let of = |form: Form| lists.clone().map(|list| sealer.short(form, "x", list));
        let digests = BTreeSet::from_iter(Form::ALL.into_iter().flat_map(of));
        // A row without a number or a text is the same in both.
        assert_eq!(digests.len(), 23);
    }
}

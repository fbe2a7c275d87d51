//! What lies behind a measured run: people, money, bindings, and settlements of weeks before.
//!
//! It is judged by the same judge and written through the same seam as everything, but in groups far larger than the
//! desk's and by one thread, because nobody waits for an answer.

use std::collections::BTreeMap;

use gongji_domain::judge::{Judgement, Sight, judge, wanted};
use gongji_domain::message::{Answer, Command, Envelope};
use gongji_domain::policy::Law;
use gongji_domain::record::{Facts, Rows, Wanted};
use gongji_service::FieldKey;
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, Day, MessageId, Moment};
use tokio::runtime::Runtime;

use super::draw::{code_of, institution_of, message_name};
use super::families::{Families, Phase};

/// Commands in one group.
const GROUP: u64 = 1_024;
/// Days over which the settlements behind are spread.
const DAYS: u64 = 60;
/// An id is the millisecond with so many bits to count below it, as the program makes them.
const COUNTED: u32 = 20;

/// Enters what lies behind, without a desk.
pub struct Past<'a> {
    /// Where to.
    pub store: &'a Store,
    /// Where its connections live, if it has some.
    pub runtime: &'a Runtime,
    /// By what law.
    pub law: &'a Law,
    /// The node's province.
    pub node: AreaCode,
    /// The key of field digests.
    pub field_key: &'a FieldKey,
}

/// The day on which everybody was registered.
fn first_day() -> Day {
    Day::new(2025, 1, 1).expect("a day of the calendar")
}

/// The first id of a moment.
#[must_use]
pub fn id_at(at: Moment) -> CommandId {
    CommandId::from_number(at.millis() << COUNTED)
}

impl Past<'_> {
    /// People, their money and their bindings.
    ///
    /// # Errors
    /// A sentence when the store fails or a command is refused.
    pub fn open(&self, families: &Families) -> Result<(), String> {
        for (phase, minute) in Phase::ALL.into_iter().zip(0..) {
            let at = Moment::at(first_day(), 9, 0).plus_minutes(minute);
            let envelope = |number: u64| -> Result<Envelope, String> {
                let message =
                    MessageId::new("load", format!("{phase:?}-{number}")).map_err(|error| error.to_string())?;
                Ok(self.envelope((message, at, number), families.opening(phase, number)))
            };
            self.enter_all(families.commands_in(phase), &envelope)?;
        }
        Ok(())
    }

    /// So many settlements, on the days since everybody was registered.
    ///
    /// # Errors
    /// A sentence when the store fails or a command is refused.
    pub fn settle(&self, families: &Families, count: u64) -> Result<(), String> {
        let envelope = |number: u64| -> Result<Envelope, String> {
            let day = first_day().plus_days(1 + i32::try_from(number * DAYS / count.max(1)).unwrap_or(0));
            let at = Moment::at(day, 12, 0);
            let name = message_name(at, number);
            let message = MessageId::new(code_of(institution_of(number)), name).map_err(|error| error.to_string())?;
            Ok(self.envelope((message, at, number), families.command(number, at)))
        };
        self.enter_all(count, &envelope)
    }

    fn envelope(&self, (message, at, number): (MessageId, Moment, u64), command: Command) -> Envelope {
        let first = id_at(at).number();
        let id = CommandId::from_number(first + i64::try_from(number).unwrap_or(0));
        let digests = self.field_key.digests(&command);
        Envelope { message, id, serial: id, at, command, heard: Vec::new(), digests }
    }

    fn enter_all(&self, count: u64, make: &impl Fn(u64) -> Result<Envelope, String>) -> Result<(), String> {
        for first in (0..count).step_by(usize::try_from(GROUP).unwrap_or(usize::MAX)) {
            let group: Vec<Envelope> = (first..count.min(first + GROUP)).map(make).collect::<Result<_, _>>()?;
            self.enter_group(&group)?;
        }
        Ok(())
    }

    /// What lacked facts is judged again with them, until nothing is left.
    fn enter_group(&self, group: &[Envelope]) -> Result<(), String> {
        let mut left: Vec<(&Envelope, Wanted)> = group.iter().map(|one| (one, wanted(one, self.node))).collect();
        while !left.is_empty() {
            let mut more: BTreeMap<usize, Wanted> = BTreeMap::new();
            let mut refused = None;
            let mut judge_one = |place: usize, facts: &Facts| -> Rows {
                match judge(Sight { law: self.law, node: self.node, facts, envelope: left[place].0 }) {
                    Judgement::Done(answer, rows) => {
                        refused = refused.take().or(what_is_wrong(&answer));
                        rows
                    }
                    Judgement::More(wanted) => {
                        more.insert(place, wanted);
                        Rows::default()
                    }
                    Judgement::Ask(..) | Judgement::Entered(..) => {
                        refused = Some("another province was asked".to_owned());
                        Rows::default()
                    }
                }
            };
            let wanted: Vec<Wanted> = left.iter().map(|(_, wanted)| wanted.clone()).collect();
            let at = left.iter().map(|(one, _)| one.at).max().expect("some are left");
            let group = self.store.group(at, &wanted, &mut judge_one);
            self.runtime.block_on(group).map_err(|error| error.to_string())?;
            if let Some(what) = refused {
                return Err(what);
            }
            let again = more.into_iter().map(|(place, more)| {
                let (envelope, mut wanted) = left[place].clone();
                wanted.absorb(&more);
                (envelope, wanted)
            });
            left = again.collect();
        }
        Ok(())
    }
}

/// Every command of a load is taken, and every bill is paid in full by aid.
#[must_use]
pub fn what_is_wrong(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Refused(reason) => Some(format!("a command was refused: {}", reason.code())),
        Answer::Settled(settled) if settled.cash.is_positive() => Some("cash was left".to_owned()),
        Answer::Conflict(field) => Some(format!("a message was there before with another {field}")),
        _ => None,
    }
}

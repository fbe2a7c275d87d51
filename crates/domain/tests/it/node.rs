//! One node in memory, without a store: rows, a clock, and commands judged one after another with complete facts.
//!
//! Complete facts must suffice: a judgement that asks for more is a failure. Other provinces answer what the test says.

use std::collections::BTreeSet;

use gongji_domain::judge::{Judgement, Sight, judge, peer_command_id};
use gongji_domain::message::{Answer, Command, Due, Envelope, Heard, PeerAsk, PeerCommand};
use gongji_domain::policy::Law;
use gongji_domain::record::{Facts, Rows, TimerState, Wanted};
use gongji_domain::stop::Stops;
use gongji_words::{AreaCode, CommandId, Day, MessageId, Moment, PersonId};

/// The province of the node.
pub const NODE: AreaCode = AreaCode::from_number(990_000);
/// Numbers of everybody whom the tests know.
pub const EVERYBODY: std::ops::RangeInclusive<i64> = 1..=9;

/// A node that keeps its rows in memory.
#[derive(Clone)]
pub struct Node {
    law: Law,
    /// Everything that is kept.
    pub rows: Rows,
    /// The time.
    pub now: Moment,
    /// The stops in force.
    pub stops: Stops,
    days: BTreeSet<Day>,
    commands: i64,
}

impl Node {
    /// An empty node at a time.
    pub fn new(law: Law, now: &str) -> Self {
        let now = Moment::parse(now).expect("a moment");
        Self { law, rows: Rows::default(), now, stops: Stops::default(), days: BTreeSet::new(), commands: 0 }
    }

    /// The law by which it judges.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// Sends a message and keeps what it writes. No other province answers.
    pub fn send(&mut self, message: &str, command: Command) -> Answer {
        self.send_heard(message, command, |_| None)
    }

    /// Sends a message, with what other provinces answer to each question; keeps what it writes.
    pub fn send_heard(
        &mut self,
        message: &str,
        command: Command,
        answer: impl Fn(&PeerCommand) -> Option<Answer>,
    ) -> Answer {
        let envelope = self.envelope(message, command);
        self.carry_on(envelope, answer)
    }

    /// Sends a message that was broken off again, now that other provinces have answered; no more is heard of them.
    pub fn send_again(&mut self, message: &str, command: Command, heard: Vec<Heard>) -> Answer {
        let envelope = Envelope { heard, ..self.envelope(message, command) };
        self.carry_on(envelope, |_| None)
    }

    fn carry_on(&mut self, mut envelope: Envelope, answer: impl Fn(&PeerCommand) -> Option<Answer>) -> Answer {
        loop {
            let asks = match self.judge(&envelope) {
                Judgement::Done(answer, writes) => {
                    self.rows.absorb(writes);
                    return answer;
                }
                Judgement::Ask(asks, writes) => {
                    self.rows.absorb(writes);
                    asks
                }
                Judgement::More(wanted) => panic!("facts are complete, but it wants {wanted:?}"),
                Judgement::Entered(..) => panic!("each message is sent to its end before the next"),
            };
            let heard = |asked: PeerAsk| Heard { answer: answer(&asked.command), asked };
            envelope.heard.extend(asks.into_iter().map(heard));
        }
    }

    /// Sends a message that is broken off at its first questions to other provinces: these, and the rows it wrote.
    pub fn break_off(&mut self, message: &str, command: Command) -> (Vec<PeerAsk>, Rows) {
        let envelope = self.envelope(message, command);
        let Judgement::Ask(asks, writes) = self.judge(&envelope) else { panic!("{message} asks nobody") };
        self.rows.absorb(writes.clone());
        (asks, writes)
    }

    /// The next command, with the id that a node gives it. A message that was broken off is tried again as what it was.
    fn envelope(&mut self, message: &str, command: Command) -> Envelope {
        self.commands += 1;
        self.days.insert(self.now.day());
        let serial = CommandId::from_number(self.commands);
        let digests = command.fields().into_iter().map(|(name, text)| (name.to_owned(), digest(&text))).collect();
        let message = MessageId::new("test", message).expect("a short name");
        let new = match &command {
            Command::Peer(asked) => peer_command_id(serial, 0, asked),
            _ => serial,
        };
        let before = self.rows.messages.get(&message);
        let (id, at) = before.map_or((new, self.now), |row| (row.command, row.entered_at));
        Envelope { message, id, serial, at, command, heard: Vec::new(), digests }
    }

    /// Sends a message of its own number.
    pub fn tell(&mut self, command: Command) -> Answer {
        let message = format!("m{}", self.commands + 1);
        self.send(&message, command)
    }

    /// Judges a message when only this has been read; keeps nothing.
    pub fn judged_on(&mut self, read: Wanted, command: Command) -> Judgement {
        let envelope = self.envelope("on part of the facts", command);
        let facts = Facts::of(self.rows.clone(), read).stopped(self.stops.clone());
        judge(Sight { law: &self.law, node: NODE, facts: &facts, envelope: &envelope })
    }

    fn judge(&self, envelope: &Envelope) -> Judgement {
        let read = Wanted {
            people: EVERYBODY.map(PersonId::from_number).collect(),
            payments: (1..=self.commands)
                .map(CommandId::from_number)
                .chain(self.rows.payments.keys().copied())
                .collect(),
            days: self.days.clone(),
            ..Wanted::default()
        };
        let facts = Facts::of(self.rows.clone(), read).stopped(self.stops.clone());
        judge(Sight { law: &self.law, node: NODE, facts: &facts, envelope })
    }

    /// What falls due until a time, the first first.
    fn next_due(&self, until: Moment) -> Option<(Moment, Due)> {
        let waiting = self.rows.timers.values().filter(|timer| timer.state == TimerState::Waiting && timer.at <= until);
        waiting.map(|timer| (timer.at, timer.due)).min()
    }

    /// Moves the clock; what falls due on the way is done in the order of time.
    pub fn wait_until(&mut self, until: Moment) {
        while let Some((at, due)) = self.next_due(until) {
            self.now = self.now.max(at);
            assert_eq!(self.tell(Command::Due(due)), Answer::Done);
        }
        self.now = self.now.max(until);
    }

    /// Moves the clock by minutes.
    pub fn wait(&mut self, minutes: i64) {
        self.wait_until(self.now.plus_minutes(minutes));
    }
}

/// Any digest will do that tells texts apart.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |mixed, byte| (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

//! Lanes (车道): which of the groups that a desk has under way at once a command belongs to.
//!
//! The beneficiary decides, so that bills of one family follow each other instead of waiting for each other's locks.
//! Before that, though, a command follows what is under way: one with its message id, or what it reverses. So a message is
//! never handled in two lanes at once, and a reversal comes after what was sent before it. What is no longer under way is
//! found in the store, from any lane. Deliberately absent: any say in what is right; locks and constraints of the store
//! decide that, because other programs may work on the same rows.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use gongji_domain::message::{Command, Envelope, PeerCommand};
use gongji_domain::record::Wanted;
use gongji_words::{MessageId, PersonId};

use crate::desk::lock;

/// The lanes of a desk, and where messages are under way. Of one lane nothing is noted.
#[derive(Debug)]
pub(crate) struct Lanes {
    count: usize,
    under_way: Arc<Mutex<UnderWay>>,
}

type UnderWay = BTreeMap<MessageId, Place>;

/// Where a message is under way, and for how many commands.
#[derive(Debug)]
struct Place {
    lane: usize,
    commands: usize,
}

/// The lane of a command; what comes for its messages follows as long as somebody holds it.
#[derive(Debug)]
pub(crate) struct Stay {
    pub(crate) lane: usize,
    keys: Vec<MessageId>,
    under_way: Arc<Mutex<UnderWay>>,
}

impl Lanes {
    pub(crate) fn of(count: usize) -> Self {
        Self { count: count.max(1), under_way: Arc::default() }
    }

    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// The lane of a command, from now on that of its messages.
    pub(crate) fn enter(&self, envelope: &Envelope, wanted: &Wanted) -> Stay {
        if self.count == 1 {
            return Stay { lane: 0, keys: Vec::new(), under_way: self.under_way.clone() };
        }
        let keys: Vec<MessageId> = keys_of(envelope).cloned().collect();
        let mut under_way = lock(&self.under_way);
        let followed = keys.iter().find_map(|key| under_way.get(key)).map(|place| place.lane);
        let lane = followed.unwrap_or_else(|| self.usual(envelope, wanted));
        for key in &keys {
            under_way.entry(key.clone()).or_insert(Place { lane, commands: 0 }).commands += 1;
        }
        drop(under_way);
        Stay { lane, keys, under_way: self.under_way.clone() }
    }

    /// Where nothing of it is under way: by whom it is for, or else by its message.
    fn usual(&self, envelope: &Envelope, wanted: &Wanted) -> usize {
        let mut hasher = DefaultHasher::new();
        match beneficiary_of(&envelope.command).or_else(|| wanted.people.first().copied()) {
            Some(person) => person.hash(&mut hasher),
            None => keys_of(envelope).last().hash(&mut hasher),
        }
        let lanes = u64::try_from(self.count).unwrap_or(u64::MAX);
        usize::try_from(hasher.finish() % lanes).unwrap_or(0)
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut under_way = lock(&self.under_way);
        for key in &self.keys {
            let Some(place) = under_way.get_mut(key) else { continue };
            place.commands -= 1;
            if place.commands == 0 {
                under_way.remove(key);
            }
        }
    }
}

/// The messages that a command must have for itself in a group: its own, then that of what it reverses.
pub(crate) fn keys_of(envelope: &Envelope) -> impl Iterator<Item = &MessageId> {
    let reversed = match &envelope.command {
        Command::Reverse { original } => Some(original),
        _ => None,
    };
    std::iter::once(&envelope.message).chain(reversed)
}

/// For whom a command is, where it says so.
fn beneficiary_of(command: &Command) -> Option<PersonId> {
    match command {
        Command::Settle(bill)
        | Command::Preview(bill)
        | Command::Peer(PeerCommand::SettleAway(bill, _) | PeerCommand::PreviewAway(bill, _)) => Some(bill.patient),
        Command::Bind(request) => Some(request.beneficiary),
        Command::Consent(pair, _)
        | Command::Review(pair, _)
        | Command::ChangeLimits(pair, _)
        | Command::Pause(pair)
        | Command::Resume(pair)
        | Command::Unbind(pair, _) => Some(pair.beneficiary),
        Command::SetQuota(order) | Command::Transfer(order) => Some(order.pair.beneficiary),
        Command::PayPremium(order) => Some(order.person),
        Command::Peer(PeerCommand::Mirror(binding)) => Some(binding.beneficiary),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use gongji_words::{CommandId, Moment};

    use super::*;

    fn envelope(message: i64, command: Command) -> Envelope {
        let (id, at) = (CommandId::from_number(message), Moment::from_millis(0));
        let message = MessageId::new("test", message.to_string()).unwrap();
        Envelope { message, id, serial: id, at, command, heard: Vec::new(), digests: Vec::new() }
    }

    fn freeze(message: i64, person: i64) -> (Envelope, Wanted) {
        let person = PersonId::from_number(person);
        let wanted = Wanted { people: [person].into(), ..Wanted::default() };
        (envelope(message, Command::Freeze(person)), wanted)
    }

    /// Somebody whose commands usually have this lane of two.
    fn somebody_of(lanes: &Lanes, lane: usize) -> i64 {
        let of_lane = |number: &i64| {
            let (envelope, wanted) = freeze(0, *number);
            lanes.usual(&envelope, &wanted) == lane
        };
        (1..100).find(of_lane).unwrap()
    }

    #[test]
    fn each_lane_has_its_people() {
        let lanes = Lanes::of(3);
        for lane in 0..3 {
            let (envelope, wanted) = freeze(1, somebody_of(&lanes, lane));
            assert_eq!(lanes.enter(&envelope, &wanted).lane, lane);
        }
    }

    #[test]
    fn a_message_that_is_under_way_keeps_its_lane_whoever_it_names() {
        let lanes = Lanes::of(2);
        for (first, second) in [(0, 1), (1, 0)] {
            let [(here, wants_here), (there, wants_there)] =
                [first, second].map(|lane| freeze(7, somebody_of(&lanes, lane)));
            let stay = lanes.enter(&here, &wants_here);
            let followed = lanes.enter(&there, &wants_there);
            assert_eq!((stay.lane, followed.lane), (first, first));
            drop((stay, followed));
            assert_eq!(lanes.enter(&there, &wants_there).lane, second, "nothing of it is under way any more");
        }
    }

    #[test]
    fn a_reversal_follows_what_it_reverses() {
        let lanes = Lanes::of(2);
        let reversal = |number: i64, original: i64| {
            let original = MessageId::new("test", original.to_string()).unwrap();
            envelope(number, Command::Reverse { original })
        };
        for lane in [0, 1] {
            let (bill, wants) = freeze(7, somebody_of(&lanes, lane));
            let _under_way = lanes.enter(&bill, &wants);
            let twice: Vec<usize> =
                (8..40).map(|number| lanes.enter(&reversal(number, 7), &Wanted::default()).lane).collect();
            assert_eq!(twice, vec![lane; 32]);
        }
        assert!(lock(&lanes.under_way).is_empty());
    }
}

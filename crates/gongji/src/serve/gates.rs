//! How often a caller may ask, and when it is his turn.
//!
//! For each caller there is a bucket of turns, which fills up again with time; who finds it empty is turned away. And while
//! several ask, each may have so many requests under way as twice what the others have on average, and what is more waits for
//! his own: so whoever floods waits for himself, and not the others for him. Invariants: who keeps to his rate is never turned away for what others do;
//! memory is bounded by the callers of the last minute. Deliberately absent: an order between callers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use gongji_http::face::Entering;
use gongji_http::{Caller, Gate};
use tokio::sync::oneshot;

use super::settings::Config;

/// Turns are counted in thousandths, as time is in milliseconds.
const TURN: u64 = 1_000;
/// So many times its rate a caller may ask at once.
const BURST: u64 = 2;
/// After so many callers those that have gone are forgotten.
const MANY: usize = 10_000;
/// Against what the others have on average, a caller may have so many times as much under way while there are others.
const ABOVE: usize = 2;
/// What a caller may have under way however little the others have: no more, or each group of the desk is mostly his.
const LEAST: usize = 4;
/// For how long somebody who asked counts as one of several, in milliseconds.
const LINGERS: u64 = 1_000;

/// What a kind of caller may.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    /// Turns a second.
    rate: u64,
    /// Requests at once, under way or waiting.
    at_once: usize,
}

impl Allowance {
    const fn most(self) -> u64 {
        self.rate.saturating_mul(BURST).saturating_mul(TURN)
    }
}

/// A caller.
#[derive(Debug)]
struct Known {
    /// Thousandths of turns that are left.
    left: u64,
    /// When that was, in milliseconds: the last time that he asked.
    at: u64,
    under_way: usize,
    waiting: VecDeque<oneshot::Sender<()>>,
}

impl Known {
    const fn left_at(&self, now: u64, allowance: Allowance) -> u64 {
        let gained = now.saturating_sub(self.at).saturating_mul(allowance.rate);
        let left = self.left.saturating_add(gained);
        if left < allowance.most() { left } else { allowance.most() }
    }

    fn outstanding(&self) -> usize {
        self.under_way + self.waiting.len()
    }

    fn is_idle(&self) -> bool {
        self.outstanding() == 0
    }
}

#[derive(Debug, Default)]
struct Callers {
    known: BTreeMap<Caller, Known>,
    /// What all of them have under way and waiting.
    outstanding: usize,
    /// How many were there lately, and when that was counted.
    several: (usize, u64),
}

impl Callers {
    /// What a caller has under way and waiting, once those who have gone away wait no more.
    fn forget_gone(&mut self, caller: &Caller) -> usize {
        let Some(known) = self.known.get_mut(caller) else { return 0 };
        let before = known.waiting.len();
        known.waiting.retain(|waiting| !waiting.is_closed());
        self.outstanding = self.outstanding.saturating_sub(before - known.waiting.len());
        known.outstanding()
    }

    /// What a caller may have under way who has so much under way and waiting.
    fn share(&mut self, own: usize, now: u64) -> usize {
        let (_, counted) = self.several;
        if now >= counted + LINGERS / 10 {
            let is_here = |known: &&Known| !known.is_idle() || now < known.at.saturating_add(LINGERS);
            self.several = (self.known.values().filter(is_here).count(), now);
        }
        match self.several.0 {
            0 | 1 => usize::MAX,
            several => (ABOVE * self.outstanding.saturating_sub(own) / (several - 1)).max(LEAST),
        }
    }
}

/// What came of asking.
enum Came {
    In,
    Waits(oneshot::Receiver<()>),
    TurnedAway,
}

/// Everybody who asks.
pub struct Gates {
    begun: Instant,
    of_key: Allowance,
    of_address: Allowance,
    callers: Mutex<Callers>,
}

impl Gates {
    /// As the settings say.
    pub fn of(config: &Config) -> Self {
        let of_key = Allowance { rate: config.rate_per_key.get().into(), at_once: config.requests_per_key.get() };
        let of_address = Allowance { rate: config.rate_per_address.get().into(), ..of_key };
        Self { begun: Instant::now(), of_key, of_address, callers: Mutex::default() }
    }

    const fn allowance(&self, caller: &Caller) -> Allowance {
        match caller {
            Caller::Holder(_) => self.of_key,
            Caller::Address(_) => self.of_address,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn callers(&self) -> MutexGuard<'_, Callers> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask_at(&self, caller: &Caller, now: u64) -> Came {
        let allowance = self.allowance(caller);
        let mut callers = self.callers();
        if callers.known.len() >= MANY {
            callers.known.retain(|caller, known| {
                let allowance = self.allowance(caller);
                !known.is_idle() || known.left_at(now, allowance) < allowance.most()
            });
        }
        if !callers.known.contains_key(caller) {
            let new = Known { left: allowance.most(), at: now, under_way: 0, waiting: VecDeque::new() };
            callers.known.insert(caller.clone(), new);
            callers.several.0 += 1;
        }
        let own = callers.forget_gone(caller);
        let share = callers.share(own, now);
        let Callers { known, outstanding, .. } = &mut *callers;
        let known = known.get_mut(caller).expect("he was added if he was not there");
        (known.left, known.at) = (known.left_at(now, allowance), now.max(known.at));
        if known.left < TURN || known.under_way + known.waiting.len() >= allowance.at_once {
            return Came::TurnedAway;
        }
        known.left -= TURN;
        *outstanding += 1;
        if known.under_way < share && known.waiting.is_empty() {
            known.under_way += 1;
            return Came::In;
        }
        let (sender, receiver) = oneshot::channel();
        known.waiting.push_back(sender);
        Came::Waits(receiver)
    }

    fn leave_at(&self, caller: &Caller, now: u64) {
        let mut callers = self.callers();
        let own = callers.forget_gone(caller);
        let share = callers.share(own, now);
        let Callers { known, outstanding, .. } = &mut *callers;
        let Some(known) = known.get_mut(caller) else { return };
        known.under_way = known.under_way.saturating_sub(1);
        *outstanding = outstanding.saturating_sub(1);
        while known.under_way < share {
            let Some(next) = known.waiting.pop_front() else { return };
            // Who goes away in this moment takes no turn.
            match next.send(()) {
                Ok(()) => known.under_way += 1,
                Err(()) => *outstanding = outstanding.saturating_sub(1),
            }
        }
    }
}

/// A turn that was given and not taken, because who waited went away at that moment, is given back.
struct Waiting<'g> {
    gates: &'g Gates,
    caller: &'g Caller,
    receiver: oneshot::Receiver<()>,
    taken: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.receiver.close();
        if !self.taken && self.receiver.try_recv().is_ok() {
            self.gates.leave(self.caller);
        }
    }
}

impl Gate for Gates {
    fn enter<'g>(&'g self, caller: &'g Caller) -> Entering<'g> {
        Box::pin(async move {
            let receiver = match self.ask_at(caller, self.now()) {
                Came::In => return true,
                Came::TurnedAway => return false,
                Came::Waits(receiver) => receiver,
            };
            let mut waiting = Waiting { gates: self, caller, receiver, taken: false };
            waiting.taken = (&mut waiting.receiver).await.is_ok();
            waiting.taken
        })
    }

    fn leave(&self, caller: &Caller) {
        self.leave_at(caller, self.now());
    }
}

#[cfg(test)]
mod tests {
    use gongji_domain::access::Holder;
    use gongji_words::InstitutionId;

    use super::*;

    fn gates(rate: u64, at_once: usize) -> Gates {
        let of_key = Allowance { rate, at_once };
        let of_address = Allowance { rate: 1, at_once };
        Gates { begun: Instant::now(), of_key, of_address, callers: Mutex::default() }
    }

    fn till(number: i64) -> Caller {
        Caller::Holder(Holder::Institution(InstitutionId::from_number(number)))
    }

    fn is_in(gates: &Gates, caller: &Caller, now: u64) -> bool {
        matches!(gates.ask_at(caller, now), Came::In)
    }

    /// How many of so many requests are done, one after the other.
    fn done(gates: &Gates, caller: &Caller, now: u64, count: usize) -> usize {
        (0..count).filter(|_| is_in(gates, caller, now)).inspect(|_| gates.leave_at(caller, now)).count()
    }

    #[test]
    fn a_flood_from_one_key_is_held_to_its_rate_and_others_are_let_in() {
        let gates = gates(10, 100);
        // (milliseconds, requests, of which are let in): twice the rate at first, then the rate.
        for (now, asked, expected) in [(0, 500, 20), (500, 500, 5), (1_000, 500, 5), (1_001, 500, 0), (60_000, 500, 20)]
        {
            assert_eq!(done(&gates, &till(1), now, asked), expected, "at {now}");
        }
        assert_eq!(done(&gates, &till(2), 60_000, 7), 7);
        assert_eq!(done(&gates, &Caller::Address([10, 0, 0, 1].into()), 60_000, 7), 2);
    }

    #[test]
    fn whoever_is_alone_has_as_many_under_way_as_he_may_and_more_are_turned_away() {
        let gates = gates(1_000, 200);
        let came = (0..300).filter(|_| is_in(&gates, &till(1), 0)).count();
        assert_eq!(came, 200);
        assert!(matches!(gates.ask_at(&till(1), 0), Came::TurnedAway));
        gates.leave_at(&till(1), 0);
        assert!(is_in(&gates, &till(1), 0));
    }

    /// What came of so many requests of one caller: how many are in, and who waits.
    fn flood(gates: &Gates, caller: &Caller, count: usize) -> (usize, Vec<oneshot::Receiver<()>>) {
        let (mut came, mut waiting) = (0, Vec::new());
        for _ in 0..count {
            match gates.ask_at(caller, 0) {
                Came::In => came += 1,
                Came::Waits(turn) => waiting.push(turn),
                Came::TurnedAway => panic!("there is room to wait"),
            }
        }
        (came, waiting)
    }

    #[test]
    fn while_others_ask_too_a_flood_waits_for_itself_and_the_others_do_not() {
        let gates = gates(1_000, 200);
        assert!(is_in(&gates, &till(2), 0));
        let (came, mut waiting) = flood(&gates, &till(1), 100);
        assert_eq!((came, waiting.len()), (LEAST, 100 - LEAST));
        assert!(is_in(&gates, &till(2), 0));
        // Its own end lets the next of it in, in the order in which they came; who has gone is passed over.
        drop(waiting.remove(0));
        gates.leave_at(&till(1), 0);
        let turns: Vec<bool> = waiting.iter_mut().take(2).map(|turn| turn.try_recv().is_ok()).collect();
        assert_eq!(turns, [true, false]);
        // When the others have gone, all of it is let in.
        gates.leave_at(&till(2), 0);
        gates.leave_at(&till(2), 0);
        gates.leave_at(&till(1), LINGERS * 2);
        assert!(waiting.iter_mut().skip(1).all(|turn| turn.try_recv().is_ok()));
        assert_eq!(gates.callers().outstanding, 97);
    }

    #[test]
    fn callers_who_all_ask_much_are_all_let_in() {
        let gates = gates(1_000, 200);
        let first = till(1);
        let (_, mut waiting) = flood(&gates, &first, 32);
        for number in 2..=16 {
            let (came, more) = flood(&gates, &till(number), 32);
            assert_eq!(came + more.len(), 32);
            waiting.extend(more);
        }
        // Each has as much as the others: at the next end everybody's waiting are let in.
        for number in 1..=16 {
            gates.leave_at(&till(number), 0);
        }
        assert!(waiting.iter_mut().all(|turn| turn.try_recv().is_ok()));
        assert!(gates.callers().known.values().all(|known| known.waiting.is_empty() && known.under_way == 31));
    }

    #[test]
    fn a_turn_that_comes_to_somebody_who_has_gone_goes_to_the_next() {
        let gates = gates(1_000, 200);
        assert!(is_in(&gates, &till(2), 0));
        let (_, mut waiting) = flood(&gates, &till(1), LEAST + 2);
        let (mut next, gone) = (waiting.pop().expect("two wait"), waiting.pop().expect("two wait"));
        let (caller, taken) = (till(1), false);
        let waiting = Waiting { gates: &gates, caller: &caller, receiver: gone, taken };
        gates.leave_at(&till(1), 0);
        assert!(next.try_recv().is_err());
        drop(waiting);
        assert!(next.try_recv().is_ok());
    }

    #[test]
    fn callers_who_have_gone_take_no_memory() {
        let gates = gates(10, 100);
        for number in 0..3 * i64::try_from(MANY).unwrap() {
            assert_eq!(done(&gates, &till(number), u64::try_from(number).unwrap(), 1), 1);
        }
        assert!(gates.callers().known.len() <= MANY);
    }
}

//! Tries of passwords (登录失败处理): counted by name, and all of them together, before anybody looks at one.
//!
//! Invariants: a name that nobody has is counted like one that somebody has, so that the answer tells nothing; what is kept
//! is bounded, since a try counts only after a slow digest and is forgotten when its time is over. Deliberately absent:
//! addresses, behind which a whole hospital stands; other programs on the same database, each of which counts for itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gongji_words::Moment;

/// Wrong tries of one name, after which it waits.
pub const MOST_TRIES: u32 = 5;

/// For how long, in minutes from the last of them.
pub const WAITING_MINUTES: i64 = 15;

/// Wrong tries of all names within a minute, after which everybody waits for its end: against one password tried on many
/// names.
pub const MOST_OF_ALL: u32 = 100;

/// What has been tried.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<Tried>);

#[derive(Debug, Default)]
struct Tried {
    names: BTreeMap<String, Counted>,
    all: Option<Counted>,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    tries: u32,
    /// Of a name the last try; of all the first.
    at: Moment,
}

impl Counted {
    fn is_over(self, minutes: i64, now: Moment) -> bool {
        self.at.plus_minutes(minutes) <= now
    }
}

impl Tries {
    /// Counts a try, as if it were wrong; no if the name has to wait, or everybody has.
    pub(crate) fn begin(&self, name: &str, now: Moment) -> bool {
        let mut tried = self.tried();
        tried.names.retain(|_, counted| !counted.is_over(WAITING_MINUTES, now));
        let all = tried.all.filter(|counted| !counted.is_over(1, now)).unwrap_or(Counted { tries: 0, at: now });
        let of_name = tried.names.get(name).map_or(0, |counted| counted.tries);
        if of_name >= MOST_TRIES || all.tries >= MOST_OF_ALL {
            return false;
        }
        tried.all = Some(Counted { tries: all.tries + 1, ..all });
        tried.names.insert(name.to_owned(), Counted { tries: of_name + 1, at: now });
        true
    }

    /// It was right: the name begins anew.
    pub(crate) fn succeed(&self, name: &str) {
        let mut tried = self.tried();
        tried.names.remove(name);
        if let Some(all) = &mut tried.all {
            all.tries = all.tries.saturating_sub(1);
        }
    }

    /// Counting is whole after each step, so what a poisoned lock guards is too.
    fn tried(&self) -> MutexGuard<'_, Tried> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minute: i64) -> Moment {
        Moment::from_millis(1_000_000).plus_minutes(minute)
    }

    #[test]
    fn a_name_waits_after_its_tries_for_a_quarter_of_an_hour_and_no_other_does() {
        let tries = Tries::default();
        assert!((0..5).all(|at| tries.begin("li", minute(at))));
        for (at, begins) in [(4, false), (18, false), (19, true)] {
            assert_eq!(tries.begin("li", minute(at)), begins, "{at}");
        }
        assert!(tries.begin("wang", minute(4)));
    }

    #[test]
    fn whoever_knows_his_password_begins_anew() {
        let tries = Tries::default();
        for at in 0..50 {
            assert!((0..5).all(|_| tries.begin("li", minute(at))));
            tries.succeed("li");
        }
    }

    #[test]
    fn one_password_on_many_names_makes_everybody_wait_for_the_end_of_the_minute() {
        let tries = Tries::default();
        assert!((0..MOST_OF_ALL).all(|name| tries.begin(&name.to_string(), minute(0))));
        assert!(!tries.begin("li", minute(0)));
        assert!(tries.begin("li", minute(1)));
    }

    #[test]
    fn many_who_sign_in_rightly_at_once_do_not_make_anybody_wait() {
        let tries = Tries::default();
        for name in 0..MOST_OF_ALL * 2 {
            assert!(tries.begin(&name.to_string(), minute(0)));
            tries.succeed(&name.to_string());
        }
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let tries = Tries::default();
        (0..50).for_each(|name| assert!(tries.begin(&name.to_string(), minute(0))));
        assert!(tries.begin("li", minute(15)));
        assert_eq!(tries.tried().names.len(), 1);
    }
}

//! The centre's clock: the system's. Days are cut in China Standard Time, which `Moment` does.

use std::time::{SystemTime, UNIX_EPOCH};

use gongji_service::Clock;
use gongji_words::Moment;

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::from_millis(millis_of(SystemTime::now()))
    }
}

/// Milliseconds since 1970 UTC; a clock set before that counts as 1970.
pub fn millis_of(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

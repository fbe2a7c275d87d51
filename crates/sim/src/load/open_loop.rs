//! An open loop: callers come at a fixed rate, whether or not those before them have their answers, as patients do. How long
//! an answer took is counted from when its caller was to come, so that a slow program cannot slow down its own measuring.

use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::closed_loop::{Meter, Rate, measured, micros_since};

/// How many come, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Callers in a second.
    pub per_second: u64,
    /// For so many seconds.
    pub seconds: u64,
}

/// Calls `each` with every number at its time, and measures it.
///
/// # Errors
/// The first sentence of a caller that failed.
pub fn arrive<F>(
    runtime: &Runtime,
    (pace, server): (Pace, Option<u32>),
    each: impl Fn(u64) -> F + Send + Sync + 'static,
) -> Result<Rate, String>
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let (each, count) = (Arc::new(each), pace.per_second * pace.seconds);
    measured(Meter { callers: 0, count, server }, || {
        let (told, answers) = channel();
        let (_nobody_tells, next) = channel::<()>();
        let begun = Instant::now();
        for number in 0..count {
            let due = begun + Duration::from_nanos(number * 1_000_000_000 / pace.per_second.max(1));
            // Until then nothing comes: the time is what is waited for.
            let _nothing = next.recv_timeout(due.saturating_duration_since(Instant::now()));
            let (each, told) = (each.clone(), told.clone());
            // Who is told last may have stopped listening after a failure.
            drop(runtime.spawn(async move { told.send(each(number).await.map(|()| micros_since(due))) }));
        }
        drop(told);
        answers.iter().collect()
    })
}

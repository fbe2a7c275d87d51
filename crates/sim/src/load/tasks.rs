//! A closed loop of tasks: callers as a server has them, hundreds at once on as many threads as there are processors.
//! A thread for each would measure the kernel's changing between them.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::closed_loop::{Meter, Rate, Turns, measured, micros_since};

/// Threads for tasks, and for the connections of a store that has some.
///
/// # Errors
/// A sentence when the machine gives none.
pub fn runtime() -> Result<Runtime, String> {
    Builder::new_multi_thread().enable_all().build().map_err(|error| format!("the callers' threads: {error}"))
}

/// The first process of the PostgreSQL server whose socket is in the folder that an address names as its host: the file
/// that locks the socket begins with it.
#[must_use]
pub fn postmaster_of(address: &str) -> Option<u32> {
    let folder = address.split_whitespace().find_map(|word| word.strip_prefix("host=/"))?;
    let lock = std::fs::read_to_string(format!("/{folder}/.s.PGSQL.5432.lock")).ok()?;
    lock.lines().next()?.trim().parse().ok()
}

/// Calls `each` with every number below the count, from as many tasks as there are callers, and measures it.
///
/// # Errors
/// The first sentence of a caller that failed; the others stop after what they are at.
pub fn drive<F>(
    runtime: &Runtime,
    meter: Meter,
    each: impl Fn(u64) -> F + Send + Sync + 'static,
) -> Result<Rate, String>
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let shared = Arc::new((Turns::of(meter.count), each));
    measured(meter, || {
        runtime.block_on(async {
            let mut started = JoinSet::new();
            (0..meter.callers.max(1)).for_each(|_| drop(started.spawn(call(shared.clone()))));
            let mut waited = Vec::new();
            while let Some(caller) = started.join_next().await {
                waited.extend(caller.map_err(|_| "a caller stopped".to_owned())??);
            }
            Ok(waited)
        })
    })
}

async fn call<F>(shared: Arc<(Turns, impl Fn(u64) -> F)>) -> Result<Vec<u32>, String>
where
    F: Future<Output = Result<(), String>>,
{
    let (turns, each) = &*shared;
    let mut waited = Vec::new();
    while let Some(number) = turns.next() {
        let asked = Instant::now();
        turns.until_failure(each(number).await)?;
        waited.push(micros_since(asked));
    }
    Ok(waited)
}

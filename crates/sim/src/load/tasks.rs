//! A closed loop of tasks: callers as a server has them, hundreds at once on as many threads as there are processors.
//! A thread for each would measure the kernel's changing between them.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use super::closed_loop::{Rate, Turns, measured, micros_since};

/// Calls `each` with every number below `count`, from as many tasks as there are callers, and measures it.
///
/// # Errors
/// The first sentence of a caller that failed; the others stop after what they are at.
pub fn drive<F>(callers: u32, count: u64, each: impl Fn(u64) -> F + Send + Sync + 'static) -> Result<Rate, String>
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let runtime = Builder::new_multi_thread().build().map_err(|error| format!("the callers' threads: {error}"))?;
    let shared = Arc::new((Turns::of(count), each));
    measured(callers, count, || {
        runtime.block_on(async {
            let mut started = JoinSet::new();
            (0..callers.max(1)).for_each(|_| drop(started.spawn(call(shared.clone()))));
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

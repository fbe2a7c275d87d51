//! What falls due: bills that were left waiting, timed work, days that are over. Asked for by `gongji tick`, and by a
//! server's own timer.

use gongji_service::Node;
use gongji_store::{Store, StoreError};
use gongji_words::{Day, Moment};

use crate::ids::{MANY, TimeOrderedIds};
use crate::output::Failure;
use crate::webhook;
use crate::witness::Witness;

/// After how many minutes a bill that waits for another province is brought to its answer: its till has given up.
const GIVEN_UP: i64 = 10;
/// How many minutes after its end a day is closed: longer than any group may be under way.
const GRACE: i64 = 30;

/// What was done.
#[derive(Debug)]
pub struct Done {
    /// When the next is due.
    pub next: Option<Moment>,
    /// Bills that were brought to their answer.
    pub recovered: usize,
    /// Days that were closed.
    pub closed: Vec<Day>,
}

/// Answers what was left waiting, does timed work, closes the days that are over and adds them to the witness.
pub async fn do_due(
    node: &Node,
    (ids, witness): (&TimeOrderedIds, Option<&mut Witness>),
    now: Moment,
) -> Result<Done, Failure> {
    ids.refresh(MANY).await?;
    let recovered = node.recover(now.plus_minutes(-GIVEN_UP)).await?;
    let next = node.tick(now).await?;
    let closed = close_days(node.store(), now).await?;
    if let Some(witness) = witness {
        witness.add(&node.store().closed_days().await?, node.store().lane_marks().await?, now)?;
    }
    Ok(Done { next, recovered, closed })
}

/// Closes every day that ended long enough ago. What webhooks were not told yet stays.
async fn close_days(store: &Store, now: Moment) -> Result<Vec<Day>, StoreError> {
    let yesterday = now.plus_minutes(-GRACE).day().plus_days(-1);
    let (mut closed, untold) = (Vec::new(), webhook::untold(store).await?);
    while let Some(day) = store.close_day_untold(yesterday, untold.as_ref()).await? {
        closed.push(day.day);
    }
    Ok(closed)
}

//! How a node is at this moment, in numbers that are nobody's.

use gongji_domain::record::OutboxRow;
use gongji_words::{CommandId, Day};

use crate::error::ServiceError;
use crate::node::Node;

/// Of what waits no more is looked at.
const MOST: usize = 1_000;

/// How a node is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// Commands that wait at the desk for their group.
    pub queued: usize,
    /// Messages to other provinces that are not acknowledged, 1 000 at most.
    pub outbox: usize,
    /// The first of them, by which is seen whether they move: the command and its place there.
    pub outbox_first: Option<(CommandId, u16)>,
    /// Messages that wait for another province's answer, 1 000 at most.
    pub asking: usize,
    /// The number of the release by which is judged.
    pub release: u32,
    /// The last day that was closed.
    pub closed: Option<Day>,
}

impl Node {
    /// How it is now, by three short questions to the store.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn pulse(&self) -> Result<Pulse, ServiceError> {
        let outbox = self.store().waiting_outbox(None, MOST).await?;
        let asking = self.store().asking_messages(MOST).await?;
        let closed = self.store().closed_days().await?;
        let first = |row: &OutboxRow| (row.command, row.place);
        Ok(Pulse {
            queued: self.desk().queued(),
            outbox: outbox.len(),
            outbox_first: outbox.first().map(first),
            asking: asking.len(),
            release: self.law().release(),
            closed: closed.last().map(|closed| closed.day),
        })
    }
}

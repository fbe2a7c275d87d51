//! What must arrive at other provinces is sent again until they say that it has.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use gongji_domain::judge::peer_command_id;
use gongji_domain::message::{Command, Envelope};
use gongji_domain::record::OutboxRow;
use gongji_domain::zoo::{self, Cage};
use gongji_words::AreaCode;

use crate::error::ServiceError;
use crate::node::Node;
use crate::ports::PeerMessage;

/// Rows read in one go.
const PAGE: usize = 256;

/// One delivery at a time for a node: a message that comes back while one is under way finds it running.
struct Round<'a>(&'a AtomicBool);

impl<'a> Round<'a> {
    fn begin(running: &'a AtomicBool) -> Option<Self> {
        let free = !running.swap(true, Ordering::AcqRel);
        free.then(|| Self(running))
    }
}

impl Drop for Round<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Node {
    /// Sends what waits, in order for each province; what does not arrive stays for the next time. Returns how
    /// many arrived.
    ///
    /// # Errors
    /// [`ServiceError`] of the store; what arrived and was not noted is sent again, which changes nothing.
    pub async fn deliver(&self) -> Result<usize, ServiceError> {
        let Some(_round) = Round::begin(self.delivering()) else { return Ok(0) };
        let mut arrived = 0;
        loop {
            let now = self.deliver_round().await?;
            arrived += now;
            if now == 0 {
                return Ok(arrived);
            }
        }
    }

    /// Goes through all that waits, page by page: what a silent province has not taken must not stand in the way
    /// of the others.
    async fn deliver_round(&self) -> Result<usize, ServiceError> {
        let mut silent = BTreeSet::new();
        let mut arrived = 0;
        let mut after = None;
        loop {
            let page = self.parts.store.waiting_outbox(after, PAGE).await?;
            arrived += self.deliver_page(&page, &mut silent).await?;
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some((last.command, last.place)),
                _ => return Ok(arrived),
            }
        }
    }

    async fn deliver_page(&self, page: &[OutboxRow], silent: &mut BTreeSet<AreaCode>) -> Result<usize, ServiceError> {
        let mut arrived = 0;
        for row in page {
            let province = row.ask.to.province();
            if silent.contains(&province) {
                continue;
            }
            if self.deliver_one(row).await? {
                arrived += 1;
            } else {
                silent.insert(province);
            }
        }
        Ok(arrived)
    }

    async fn deliver_one(&self, row: &OutboxRow) -> Result<bool, ServiceError> {
        if !self.reaches_all(&row.ask) {
            return Ok(false);
        }
        let message = PeerMessage {
            from: self.parts.province,
            to: row.ask.to,
            message: self.message_to_peer(&format!("{}-{}", row.command.number(), row.place)),
            id: peer_command_id(row.command, row.place, &row.ask.command),
            at: self.parts.clock.now(),
            command: row.ask.command.clone(),
        };
        if self.parts.peers.ask(message).await.is_err() && !zoo::open(Cage::MarkedDelivered) {
            return Ok(false);
        }
        let name = format!("arrived-{}-{}", row.command.number(), row.place);
        let id = self.parts.ids.next();
        let envelope = Envelope {
            message: self.message_to_peer(&name),
            id,
            serial: id,
            at: self.parts.clock.now(),
            command: Command::Acknowledge(row.clone()),
            heard: Vec::new(),
            digests: Vec::new(),
        };
        self.desk().submit(envelope).await?;
        Ok(true)
    }
}

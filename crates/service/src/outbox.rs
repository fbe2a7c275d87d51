//! What must arrive at other provinces is sent again until they say that it has.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

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

/// One delivery at a time for a node: a message that comes back while one is under way finds it running. What a
/// delivery has not shown to be empty when it ends, however it ends, is looked at again by the next.
struct Round<'a> {
    node: &'a Node,
    emptied: bool,
}

impl<'a> Round<'a> {
    fn begin(node: &'a Node) -> Option<Self> {
        let free = !node.delivering().swap(true, Ordering::AcqRel);
        free.then(|| Self { node, emptied: false })
    }
}

impl Drop for Round<'_> {
    fn drop(&mut self) {
        if !self.emptied {
            self.node.desk().note_told();
        }
        self.node.delivering().store(false, Ordering::Release);
    }
}

/// What one way through the outbox came to.
#[derive(Default)]
struct Sent {
    arrived: usize,
    left: usize,
}

impl Node {
    /// Sends what waits, in order for each province; what does not arrive stays for the next time. Returns how
    /// many arrived.
    ///
    /// # Errors
    /// [`ServiceError`] of the store; what arrived and was not noted is sent again, which changes nothing.
    pub async fn deliver(&self) -> Result<usize, ServiceError> {
        self.desk().note_told();
        self.deliver_new().await
    }

    /// The same, unless it is known that nothing waits: then the store is not asked.
    pub(crate) async fn deliver_new(&self) -> Result<usize, ServiceError> {
        let mut arrived = 0;
        while self.desk().take_told() {
            let Some(mut round) = Round::begin(self) else {
                self.desk().note_told();
                break;
            };
            let sent = self.deliver_round().await?;
            arrived += sent.arrived;
            round.emptied = sent.left == 0;
            if sent.arrived == 0 {
                break;
            }
            self.desk().note_told();
        }
        Ok(arrived)
    }

    /// Goes through all that waits, page by page: what a silent province has not taken must not stand in the way
    /// of the others.
    async fn deliver_round(&self) -> Result<Sent, ServiceError> {
        let mut silent = BTreeSet::new();
        let mut sent = Sent::default();
        let mut after = None;
        loop {
            let page = self.parts.store.waiting_outbox(after, PAGE).await?;
            let arrived = self.deliver_page(&page, &mut silent).await?;
            sent.arrived += arrived;
            sent.left += page.len() - arrived;
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some((last.command, last.place)),
                _ => return Ok(sent),
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

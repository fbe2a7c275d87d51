//! A node: everything that serves the areas of one province.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gongji_domain::judge::{Judgement, peer_command_id};
use gongji_domain::message::{Answer, Command, Due, Envelope, Heard, PeerAsk};
use gongji_domain::policy::Law;
use gongji_domain::record::{MessageRow, MessageState, Rows};
use gongji_domain::zoo::{self, Cage};
use gongji_store::Store;
use gongji_words::{AreaCode, CommandId, MessageId, Moment};

use crate::desk::{Desk, Terms};
use crate::digest::FieldKey;
use crate::error::ServiceError;
use crate::ports::{Clock, Ids, PeerMessage, Peers, Unreachable};
use crate::tries::Tries;
use crate::turn::Turns;

/// How often other provinces are asked for one command before it is given up.
const ROUNDS: usize = 8;

/// Waiting messages brought to their answer in one go.
const RECOVERED: usize = 256;

/// Timed work done in one go.
const TIMERS: usize = 64;

/// What a node is made of.
pub struct NodeParts {
    /// The province.
    pub province: AreaCode,
    /// The law. If the store has releases, the one of the last: an older one is renewed by the first group.
    pub law: Law,
    /// The store.
    pub store: Arc<Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Arc<dyn Ids>,
    /// Other provinces.
    pub peers: Arc<dyn Peers>,
    /// The key of field digests.
    pub field_key: FieldKey,
}

/// Whether a message came for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turnout {
    /// It did, or was a question, which leaves nothing behind.
    First,
    /// It has been answered before, and got that answer again.
    Again,
}

/// What came of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Its one answer.
    pub answer: Answer,
    /// The id under which it was entered the first time.
    pub id: CommandId,
    /// When that was.
    pub at: Moment,
    /// Whether this was that time.
    pub turnout: Turnout,
}

/// The node of one province.
pub struct Node {
    pub(crate) parts: NodeParts,
    desk: Desk,
    delivering: AtomicBool,
    turns: Turns<MessageId>,
    tries: Tries,
}

impl Node {
    /// Puts a node together.
    #[must_use]
    pub fn new(parts: NodeParts) -> Self {
        let desk = Desk::new(parts.store.clone(), parts.law.clone(), parts.province);
        Self { parts, desk, delivering: AtomicBool::new(false), turns: Turns::default(), tries: Tries::default() }
    }

    /// The same node with at most so many commands in one group of its desk.
    #[must_use]
    pub fn with_group_bound(mut self, bound: usize) -> Self {
        self.desk = self.desk.with_group_bound(bound);
        self
    }

    /// The same node, whose desk lets all come who can before it takes a group ([`Desk::gathering`]).
    #[must_use]
    pub fn gathering(mut self) -> Self {
        self.desk = self.desk.gathering();
        self
    }

    /// The province that it serves.
    #[must_use]
    pub fn province(&self) -> AreaCode {
        self.parts.province
    }

    /// Enters a command now, under an id of this node.
    ///
    /// # Errors
    /// [`ServiceError`]; sending the same message again is always safe.
    pub async fn enter(&self, message: MessageId, command: Command) -> Result<Answer, ServiceError> {
        let (id, at) = (self.parts.ids.next(), self.parts.clock.now());
        self.enter_as((message, id, at), command).await
    }

    /// Enters a command under an id that its caller made before the first attempt.
    ///
    /// # Errors
    /// [`ServiceError`]; sending the same message again is always safe.
    pub async fn enter_as(
        &self,
        entered: (MessageId, CommandId, Moment),
        command: Command,
    ) -> Result<Answer, ServiceError> {
        Ok(self.handle_in_turn(entered, command, Arc::default()).await?.0)
    }

    /// The same as [`Node::enter`], with what faces tell of the answer: under which id and when it was given first.
    ///
    /// # Errors
    /// [`ServiceError`]; sending the same message again is always safe.
    pub async fn take(&self, message: MessageId, command: Command) -> Result<Taken, ServiceError> {
        self.take_on(Terms::default(), message, command).await
    }

    /// The same on terms: with a paper that is kept in one with the message, or up to so much cash.
    ///
    /// # Errors
    /// As [`Node::take`]; [`ServiceError::Enclosed`] if a paper of that name is there and the message is not,
    /// [`ServiceError::MoreCash`] if a bill comes to more.
    pub async fn take_on(&self, terms: Terms, message: MessageId, command: Command) -> Result<Taken, ServiceError> {
        let (id, at) = (self.parts.ids.next(), self.parts.clock.now());
        let (answer, mut told) = self.handle_in_turn((message.clone(), id, at), command, Arc::new(terms)).await?;
        if let Some(row) = told.messages.remove(&message) {
            return Ok(Taken { answer, id: row.command, at: row.entered_at, turnout: Turnout::First });
        }
        let there = if matches!(answer, Answer::Conflict(_)) { None } else { self.message(&message).await? };
        Ok(match there {
            Some(row) => Taken { answer, id: row.command, at: row.entered_at, turnout: Turnout::Again },
            None => Taken { answer, id, at, turnout: Turnout::First },
        })
    }

    /// The fields in which a command differs from what came under this message first, by name; none if nothing came.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn differing(&self, message: &MessageId, command: &Command) -> Result<Vec<String>, ServiceError> {
        let Some(row) = self.message(message).await? else { return Ok(Vec::new()) };
        let now = self.parts.field_key.digests(command);
        let changed = now.iter().filter(|field| !row.digests.contains(field)).map(|(name, _)| name.clone());
        let gone = row.digests.iter().filter(|(name, _)| now.iter().all(|(other, _)| other != name));
        Ok(changed.chain(gone.map(|(name, _)| name.clone())).collect())
    }

    async fn handle_in_turn(
        &self,
        (message, id, at): (MessageId, CommandId, Moment),
        command: Command,
        terms: Arc<Terms>,
    ) -> Result<(Answer, Rows), ServiceError> {
        let digests = self.parts.field_key.digests(&command);
        let turn = self.turns.take(&message).await;
        let envelope = Envelope { message, id, serial: id, at, command, heard: Vec::new(), digests };
        let answered = self.handle(envelope, &terms).await?;
        // What is sent now may come back as this very message, from a sender who has given up the first.
        drop(turn);
        Box::pin(self.deliver_new()).await?;
        Ok(answered)
    }

    /// Handles a command to its answer: judged at the desk, asking other provinces as often as it takes. The rows are what its
    /// sender is told beside the answer: that of the message, if it was answered now.
    async fn handle(&self, mut envelope: Envelope, terms: &Arc<Terms>) -> Result<(Answer, Rows), ServiceError> {
        for _ in 0..ROUNDS {
            envelope.serial = self.parts.ids.next();
            match self.desk.submit_on(envelope.clone(), terms.clone()).await? {
                Judgement::Done(answer, told) => return Ok((answer, told)),
                Judgement::More(_) => return Err(ServiceError::Unsettled),
                Judgement::Entered(id, at) => (envelope.id, envelope.at) = (id, at),
                Judgement::Ask(asks, _) => {
                    Box::pin(self.deliver_new()).await?;
                    for ask in asks {
                        let answer = Box::pin(self.ask(&envelope, &ask)).await.ok();
                        envelope.heard.push(Heard { asked: ask, answer });
                    }
                }
            }
        }
        Err(ServiceError::Unsettled)
    }

    /// Brings messages to their answer that have been waiting for other provinces since before a moment, and whose
    /// senders may never ask again: without the others, who are told to forget what they may have done. Returns
    /// how many. To be called at a start after a crash, and when a till's deadline has passed.
    ///
    /// # Errors
    /// [`ServiceError`]; what was brought to its answer stays so.
    pub async fn recover(&self, entered_before: Moment) -> Result<usize, ServiceError> {
        let waiting = self.parts.store.asking_messages(RECOVERED).await?;
        let mut answered = 0;
        let before = |row: &MessageRow| row.entered_at < entered_before && !zoo::open(Cage::WaitingNotRecovered);
        for row in waiting.into_iter().filter(before) {
            let MessageState::Asking(command) = row.state else { continue };
            let (id, at) = (row.command, row.entered_at);
            let (message, digests, command) = (row.id, row.digests, *command);
            let _turn = self.turns.take(&message).await;
            self.answer_alone(Envelope { message, id, serial: id, at, command, heard: Vec::new(), digests }).await?;
            answered += 1;
        }
        self.deliver().await?;
        Ok(answered)
    }

    async fn answer_alone(&self, mut envelope: Envelope) -> Result<(), ServiceError> {
        for _ in 0..ROUNDS {
            envelope.serial = self.parts.ids.next();
            match self.desk.submit(envelope.clone()).await? {
                Judgement::Done(..) => return Ok(()),
                Judgement::More(_) | Judgement::Entered(..) => return Err(ServiceError::Unsettled),
                Judgement::Ask(asks, _) => {
                    envelope.heard.extend(asks.into_iter().map(|asked| Heard { asked, answer: None }));
                }
            }
        }
        Err(ServiceError::Unsettled)
    }

    async fn ask(&self, envelope: &Envelope, ask: &PeerAsk) -> Result<Answer, Unreachable> {
        if !self.reaches_all(ask) {
            return Err(Unreachable);
        }
        let place = u16::try_from(envelope.heard.len()).unwrap_or(u16::MAX);
        let id = peer_command_id(envelope.id, place, &ask.command);
        let message = self.message_to_peer(&format!("{}-{}", ask.command.name(), id.number()));
        let message = PeerMessage {
            from: self.parts.province,
            to: ask.to,
            message,
            id,
            at: envelope.at,
            command: ask.command.clone(),
        };
        self.parts.peers.ask(message).await
    }

    /// Money of a bill moves only if this province, the one asked and the institution's can all reach each other.
    pub(crate) fn reaches_all(&self, ask: &PeerAsk) -> bool {
        let peers = &self.parts.peers;
        let (here, there) = (self.parts.province, ask.to.province());
        let payee = ask.command.payee_area().map_or(here, AreaCode::province);
        peers.reaches(here, there) && peers.reaches(there, payee) && peers.reaches(here, payee)
    }

    pub(crate) fn message_to_peer(&self, text: &str) -> MessageId {
        let sender = format!("node-{}", self.parts.province);
        MessageId::new(sender, text).expect("a node's own names and numbers are short and printable")
    }

    /// Answers the node of another province.
    ///
    /// # Errors
    /// [`ServiceError`]; sending the same message again is always safe.
    pub async fn answer_peer(&self, message: PeerMessage) -> Result<Answer, ServiceError> {
        let PeerMessage { message, id, at, command, .. } = message;
        self.enter_as((message, id, at), Command::Peer(command)).await
    }

    /// Does the timed work that is due, each as of its own time; returns when the next is due.
    ///
    /// # Errors
    /// [`ServiceError`]; what was done stays done, the rest is done next time.
    pub async fn tick(&self, now: Moment) -> Result<Option<Moment>, ServiceError> {
        loop {
            let due = self.parts.store.due_timers(now, TIMERS).await?;
            if due.is_empty() {
                break;
            }
            for timer in due {
                let name = format!("{}-{}", due_name(timer.due), timer.at.millis());
                let message = MessageId::new("timer", name).expect("numbers are short and printable");
                let id = self.parts.ids.next();
                self.enter_as((message, id, timer.at), Command::Due(timer.due)).await?;
            }
        }
        self.deliver().await?;
        Ok(self.parts.store.next_timer().await?)
    }

    /// The store, for enquiries and audits; nothing is written through it but by the desk.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// The law that this node judges by, as of the last group.
    #[must_use]
    pub fn law(&self) -> Law {
        self.desk.law()
    }

    pub(crate) const fn tries(&self) -> &Tries {
        &self.tries
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(crate) fn delivering(&self) -> &AtomicBool {
        &self.delivering
    }
}

fn due_name(due: Due) -> String {
    match due {
        Due::Binding { binding, .. } => format!("binding-{}", binding.number()),
        Due::Transfer { transfer, .. } => format!("transfer-{}", transfer.number()),
    }
}

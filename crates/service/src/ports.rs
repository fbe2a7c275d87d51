//! What a node needs from outside: the time, ids, other provinces.

use std::future::Future;
use std::pin::Pin;

use gongji_domain::message::{Answer, PeerCommand};
use gongji_words::{AreaCode, CommandId, MessageId, Moment};

/// The centre's clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// Where ids of commands come from.
pub trait Ids: Send + Sync {
    /// An id that no command of this node had before; later ids are greater.
    fn next(&self) -> CommandId;
}

/// A message to the node of another province.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerMessage {
    /// The province that sends it.
    pub from: AreaCode,
    /// An area of the province that it goes to.
    pub to: AreaCode,
    /// The key of its one answer there.
    pub message: MessageId,
    /// The id under which it is entered there.
    pub id: CommandId,
    /// When the bill or command behind it was entered here.
    pub at: Moment,
    /// What is asked.
    pub command: PeerCommand,
}

/// No answer: the message, or its answer, may be lost, and nobody can tell which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable;

/// A future of a peer's answer.
pub type PeerAnswer<'a> = Pin<Box<dyn Future<Output = Result<Answer, Unreachable>> + Send + 'a>>;

/// The nodes of other provinces.
pub trait Peers: Send + Sync {
    /// Sends a message and waits for its answer.
    fn ask(&self, message: PeerMessage) -> PeerAnswer<'_>;

    /// Whether two provinces can reach each other now, as far as is known here.
    fn reaches(&self, one: AreaCode, other: AreaCode) -> bool;
}

/// A future of a slow digest.
pub type Slow<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Passwords: slow on purpose, and so nothing that somebody who serves others does between two of them.
pub trait Passwords: Send + Sync {
    /// The text to be kept of a password: its digest with parameters and a fresh salt.
    fn text_of(&self, password: String) -> Slow<'_, String>;

    /// Whether a text was made of this password. With no text it takes as long, and is never so.
    fn is_of(&self, password: String, text: Option<String>) -> Slow<'_, bool>;
}

/// Random bytes that nobody can guess.
pub trait Randomness: Send + Sync {
    /// Fills a slice.
    fn fill(&self, bytes: &mut [u8]);
}

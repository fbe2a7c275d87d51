//! The use cases, the same for every face: a command goes in, its one answer comes out.
//!
//! A [`Node`] serves the areas of one province. Its [`desk`] is the only writer of its store; other provinces
//! are reached through the port [`Peers`]. Time and ids come through ports too. Deliberately absent: HTTP,
//! database drivers, wire formats, files, the environment, timers (programs call [`Node::tick`]).

pub mod benefits;
pub mod bills;
pub mod books;
pub mod desk;
pub mod digest;
pub mod door;
pub mod enquiry;
pub mod error;
pub mod explaining;
pub mod import;
mod lane;
pub mod law;
pub mod node;
pub mod outbox;
pub mod papers;
pub mod past;
pub mod people;
pub mod ports;
pub mod proposal;
pub mod pulse;
pub mod release;
pub mod stop;
mod tries;
mod turn;

pub use desk::Terms;
pub use digest::FieldKey;
pub use error::ServiceError;
pub use gongji_store::SealedPaper;
pub use node::{Node, NodeParts, Taken, Turnout};
pub use ports::{Clock, Ids, Passwords, PeerMessage, Peers, Randomness, Unreachable};
pub use tries::{MOST_TRIES, WAITING_MINUTES};
pub use turn::Turns;

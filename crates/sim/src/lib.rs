//! The flight simulator: whole worlds of nodes, families, tills and trouble in one process, again and again.
//!
//! One seed is one world and one course of events, on every engine. Nodes are the real ones; their clock, ids,
//! network and crashes are the simulator's. After every step and at every rest the checkers look at all that is
//! kept. Deliberately absent but in [`load`], [`interface`], [`commands`] and the zoo: threads, a runtime, wall clocks. Random
//! sources are nowhere. What happens inside a database server is not simulated.

pub mod books;
pub mod cast;
pub mod check;
pub mod client;
pub mod commands;
pub mod crowd;
pub mod executor;
pub mod histories;
pub mod interface;
pub mod late;
pub mod load;
pub mod network;
pub mod orders;
pub mod plan;
pub mod ports;
pub mod random;
pub mod server;
pub mod site;
pub mod story;
pub mod traffic;
pub mod world;
#[cfg(feature = "zoo")]
pub mod zoo;

pub use histories::{Histories, Played, play_histories};
pub use load::{Ground, Kin, Load, Mix, OpenWish, Rate, Room, Tills, run_audit, run_day, run_load, run_open};
pub use plan::{Engine, Figures, Outcome, Plan, Planted, Telling, Violation, Weather};
pub use server::Server;
pub use story::{run, run_watched};

//! The national interface of one province within this process: bills by the ten thousand whose sums must hold, and messages
//! that somebody broke on purpose.
//!
//! What is sent goes the whole way, from bytes to rows of a file and back. Deliberately absent: sockets and time that passes.

mod bill;
pub mod bills;
pub mod decoders;
pub mod mutants;
mod mutation;
mod town;

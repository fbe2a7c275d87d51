//! The faces over a node in memory, without a socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bindings;
mod cases;
mod channels;
mod cleared;
mod cores;
mod counter;
mod described;
mod doors;
mod forwarded;
mod granted;
mod leaks;
mod national;
mod ordered;
mod people;
mod problems;
mod proposals;
mod reconciled;
mod repeats;
mod settling;
mod stays;
mod stops;
mod tallied;
mod world;

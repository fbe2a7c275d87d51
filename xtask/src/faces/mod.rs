//! The REST face as strangers see it: a client that a generator made of its description, requests that a machine thinks up
//! from it, and the lines of the README.
//!
//! Each looks at a sandbox that is started for it. Invariants: what is started ends with this program; nothing leaves the
//! machine but what installs the tools. Deliberately absent: expectations of our own of what an answer is. The description
//! has them.

mod client;
mod fuzz;
mod readme;
mod sandbox;

pub use client::run as client;
pub use fuzz::run as fuzz;
pub use readme::run as readme;

use std::process::Command;

/// Runs a program to its end, and says whether it succeeded.
fn succeeds(command: &mut Command) -> Result<bool, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.status().map(|status| status.success()).map_err(|error| format!("{name}: {error}"))
}

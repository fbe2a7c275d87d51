//! The scenario language: acceptance cases that a clerk can read and a machine can run.
//!
//! [`syntax`] reads a file; [`run`](run::run) plays it against the real use cases, with a node for each province that it
//! names, one clock, and links that can be cut. Deliberately absent: any rule. What a scenario expects is
//! compared with what the use cases answer, and nothing is decided here.

mod convert;
mod reply;
pub mod run;
pub mod syntax;
pub mod world;

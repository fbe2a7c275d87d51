//! The faces: use cases spoken over HTTP. So far the REST interface for institutions and agencies, under `/v1`.
//!
//! Every route stands once in [`operations`], with what it reads, what it answers and what runs; the router, the checks
//! of a request, the OpenAPI document and its reader are made from that table, and [`access`] says who may do what. So a
//! route cannot be reached without its check, nor answer what is not described.
//!
//! Invariants: what an institution reads names no sponsor and no balance; somebody else's id answers exactly as one that
//! is not there; whatever fails is one kind of document ([`problem`]). Deliberately absent: the store, clocks, randomness,
//! sockets, loops and timers, which belong to the program.

pub mod access;
pub mod face;
pub mod infno;
pub mod openapi;
pub mod operations;
pub mod problem;
pub mod route;
pub mod shape;

mod asked;
mod bindings;
mod books;
mod cases;
mod health;
mod holders;
mod institutions;
mod json;
pub mod language;
mod money;
mod orders;
mod page;
mod people;
mod policy;
mod proposals;
mod query;
mod reply;
mod sessions;
mod settlements;
mod stops;
mod texts;
mod visits;

pub use face::{Caller, Face, Gate, Journal, Meters, Numbers, Ports, Settings};
pub use route::{Origin, Told, router};
pub use texts::time;

//! What keeps the workspace in order: reading the tree, reading Rust without its comments and strings, and the
//! rules of the house.
//!
//! The program `xtask` runs them and the tests in `tests/` are made of them. Deliberately absent: any crate of
//! ours (the house is judged from outside), a parser of Rust (a scanner answers all that is asked, in
//! milliseconds), and any repair: a rule names a place and says what to do.

pub mod arrows;
pub mod licences;
pub mod record;
pub mod rust;
pub mod tidy;
pub mod tree;
pub mod uses;

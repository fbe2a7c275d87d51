//! What the basic insurance pays: files and their mistakes, bills worked by hand, laws over generated bills.

mod bills;
#[path = "../it/forall.rs"]
mod forall;
mod laws;
mod mistakes;
mod stays;
mod support;

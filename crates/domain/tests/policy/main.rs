//! Policy as data: what the packs say, and what is said of a bad pack.

mod canonical;
mod mistakes;
mod packs;
mod support;

//! The rules of family mutual aid (家庭共济), and nothing else.
//!
//! Everything here is pure, synchronous and total: a command, the facts it saw and the law of the day go in;
//! an answer and the rows to write come out. Time, ids and randomness are arguments. Deliberately absent:
//! clocks, random sources, async, SQL, HTTP, files, the environment.

mod codes;
mod fields;
mod word;

pub mod access;
pub mod account;
pub mod benefit;
pub mod binding;
pub mod books;
pub mod burden;
pub mod case;
pub mod channel;
pub mod clearing;
pub mod decide;
pub mod explain;
pub mod institution;
pub mod journal;
pub mod judge;
pub mod kinship;
pub mod limits;
pub mod message;
pub mod paper;
pub mod peer;
pub mod person;
pub mod policy;
pub mod proposal;
pub mod readiness;
pub mod reason;
pub mod record;
pub mod release;
pub mod stop;
pub mod trace;
pub mod wallet;
pub mod zoo;

//! The institution's side of the national interface (定点医药机构接口): signs in, sends visits, and holds what comes back
//! against the specification.
//!
//! Invariants: nothing here knows how a centre works, so that a check is of an answer and not of our own code; what is
//! sent is made from the tables of the interface and from one file of messages; no finding holds a certificate number,
//! a name of somebody or a secret. Deliberately absent: sockets, clocks, randomness, files: they come through [`Line`].

pub mod conformance;
pub mod desk;
pub mod edit;
pub mod judge;
pub mod line;
pub mod meaning;
pub mod paid;
pub mod profile;
pub mod report;
pub mod script;
pub mod station;
pub mod tale;

pub use desk::{Desk, Draft, Heard};
pub use line::{Came, Line, Sent, Silence};
pub use profile::{Patient, Profile, World};
pub use script::{Case, Item};
pub use station::{Kind, Station};

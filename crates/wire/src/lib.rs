//! Other people's words: the national interface of designated institutions (定点医药机构接口).
//!
//! Invariants: bytes become values or a [`Fault`] that names the field and the remedy, never a panic; what is written is
//! read back the same; no fault, warning or debug text holds what a field held. Deliberately absent: the meaning of a
//! message (that is the face's business), clocks, randomness, sockets: moments, keys, nonces and serial numbers are
//! arguments.

pub mod dialect;
pub mod envelope;
pub mod fault;
pub mod fields;
pub mod gm;
pub mod mobile;
pub mod multipart;
pub mod number;
pub mod table;
pub mod time;
pub mod value;

pub use envelope::{Answer, Input, Outcome, Quirks, Request};
pub use fault::{Fault, Place, Warning};
pub use fields::{Call, Node, Output, Received, Written};
pub use number::{Count, Decimal, NumberError, Price};
pub use value::{Number, Object, Value};

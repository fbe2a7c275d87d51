//! Who somebody is: certificate numbers and names, which never print in full by themselves.
//!
//! Invariants: `Debug` and `Display` are masked, `reveal` is the only way to the text, and neither type can be
//! serialised by accident. Deliberately absent: whether a certificate was ever issued (only its issuer knows),
//! passports, and the 15-digit resident numbers, which ended on 2013-01-01.

mod certificate;
mod name;

pub use certificate::{Allowed, CertificateError, CertificateKind, CertificateNumber, Sex};
pub use name::{NameError, PersonName, same_person_name};

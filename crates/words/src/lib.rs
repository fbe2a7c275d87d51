//! The words everything else is spelled with: money, days, division codes, identifiers, certificates.
//!
//! Invariants: a value that exists is valid (parsing is the only way in from text), and personal
//! data prints masked. Deliberately absent: rules of any area, the present time, randomness,
//! floating-point numbers.

pub mod area;
pub mod calendar;
pub mod identity;
pub mod ids;
pub mod money;
mod text;

pub use area::{AreaCode, AreaError, FormerDivision};
pub use calendar::{CalendarError, Day, Moment, Month};
pub use identity::{
    Allowed, CertificateError, CertificateKind, CertificateNumber, NameError, PersonName, Sex, same_person_name,
};
pub use ids::{CommandId, InstitutionId, MessageId, MessageIdError, PersonId};
pub use money::{Fen, FenError};

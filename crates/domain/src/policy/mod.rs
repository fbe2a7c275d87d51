//! Policy as data: packs of rules, one file an area, resolved into the law of an area on a day.
//!
//! Each rule has a key, a first day, a value and a source. A pooling area inherits from its province, a
//! province from the nation. A new area is a new file and no line here.

mod blank;
mod canonical;
mod changes;
mod check;
mod dimension;
pub(crate) mod fields;
mod keys;
mod law;
pub(crate) mod mistake;
pub mod model;
mod pack;
pub(crate) mod read_pack;
pub(crate) mod read_value;
mod show;
mod value;

pub use canonical::policy_of;
pub use changes::{Change, changes, first_change};
pub use dimension::{DIMENSIONS, Dimension, dimension_of};
pub use keys::{KEYS, Key, Speaker, key_of};
pub use law::{Law, NotFormalised, Resolution};
pub use mistake::PackError;
pub use model::*;
pub use pack::{Bilingual, Grade, Level, Pack, Remark, Rule, Source, first_formalised_day};
pub use show::{Difference, Provenance, key_reference_markdown};
pub use value::{Kind, Season, Value};

//! What the basic insurance pays of a bill before accounts and family come in: plans, the catalogue, the split.
//!
//! Pure, and in integers only: money in [`gongji_words::Fen`], ratios in ten-thousandths, prices in millionths of a
//! yuan, counts in ten-thousandths. Rounding is half up to the fen, and stands in three places: the amount of a line,
//! the shares within a line, the share of a band (see [`Ratio::of`] and [`Price::times`]). Deliberately absent: areas
//! (see the folder `benefits`), clocks, files, who pays what is left (see [`crate::decide`]).

mod amount;
mod catalogue;
mod keys;
mod line;
mod plan;
mod plans;
mod read_plan;
mod read_setting;
mod split;
mod stay;
mod wrong;
mod year;

pub use amount::{Count, Price, Ratio};
pub use catalogue::{Catalogue, Class, Item, ItemKind, Restriction};
pub use keys::{KEYS, Key, key_reference_markdown};
pub use line::{Approval, DividedLine, Division, Line, divided};
pub use plan::{
    Away, Band, Bands, ByCare, Care, Ceilings, CivilService, Deductible, Level, OverLimitBy, PersonKind, Plan, Row,
    Serious, Shares, Supplement, YearTurn,
};
pub use plans::{NoPlan, Plans, Shown};
pub use split::{Bill, Funds, Insured, Others, Place, Rules, Split, Stay, StaySoFar, Totals, Visit, split};
pub use stay::{Benefits, bill_parts};
pub use wrong::Wrong;
pub use year::{Sums, Years};

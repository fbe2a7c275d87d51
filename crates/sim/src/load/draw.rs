//! Who comes with a bill, where to, and what his message is called: the same for the desk and for the program that
//! the store measures itself against, which takes this file by its path. It names `gongji_words` and nothing else.
//!
//! A family is a parent (place 0) whom two children (places 1 and 2) have bound. Any family may be next.

use gongji_words::{InstitutionId, Moment, PersonId};

/// People of a family.
pub const FAMILY: u32 = 3;
/// Institutions that send bills.
pub const INSTITUTIONS: u64 = 40;
/// Serial numbers that an institution gives within one second.
const SERIALS: u64 = 10_000;

/// A person of a family.
#[must_use]
pub fn person(family: u32, place: u8) -> PersonId {
    PersonId::from_number(i64::from(family) * 10 + i64::from(place))
}

/// Of so many families the one that comes with this bill: any of them, in no order (splitmix64).
#[must_use]
pub fn family_of(bill: u64, families: u32) -> u32 {
    let drawn = mixed(bill) % u64::from(families.max(1));
    u32::try_from(drawn).unwrap_or(0)
}

/// The institution that sends this bill: each in turn.
#[must_use]
pub fn institution_of(bill: u64) -> InstitutionId {
    InstitutionId::from_number(i64::try_from(bill % INSTITUTIONS).unwrap_or(0) + 1)
}

/// A number in which each digit depends on all digits of another.
#[must_use]
pub fn mixed(number: u64) -> u64 {
    let word = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// The code of an institution, 12 characters.
#[must_use]
pub fn code_of(institution: InstitutionId) -> String {
    format!("H{:011}", institution.number())
}

/// A message's name as institutions make it, 30 characters: the institution's code, the time to the second, and a
/// serial number. `since` is when the first bill came: its milliseconds go into the first serial number, so that what
/// begins later is named otherwise.
#[must_use]
pub fn message_name(since: Moment, bill: u64) -> String {
    let begun = u64::try_from(since.millis().rem_euclid(1_000)).unwrap_or(0) * SERIALS / 1_000;
    let serial = begun + bill / INSTITUTIONS;
    let at = Moment::from_millis(since.millis() + i64::try_from(serial / SERIALS).unwrap_or(0) * 1_000);
    let (day, second) = (at.day(), at.millis().div_euclid(1_000).rem_euclid(60));
    let date = format!("{:04}{:02}{:02}", day.year(), day.month(), day.day_of_month());
    let time = format!("{:02}{:02}{second:02}", at.hour(), at.minute());
    format!("{}{date}{time}{:04}", code_of(institution_of(bill)), serial % SERIALS)
}

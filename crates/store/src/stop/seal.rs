//! The codes of stops: HMAC-SM3 under a key derived from the working key, which does not stand in the database.
//!
//! The code of a beginning covers its columns and the code of the stop before; that of an end covers the beginning's and its
//! own columns. So whoever owns the database but not the key can make, edit or end no stop, nor remove one that another
//! follows, without being found.

use gongji_domain::stop::{SignedByTwo, Stop};

use super::{SealedStop, TABLE};
use crate::WorkingKey;
use crate::audit::Discrepancy;

const BEGINNING: &str = "aid-stop";
const END: &str = "aid-stop-end";

/// Each text with its length before it, so that no two rows give the same bytes.
fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<u8> {
    let with_length = |text: &str| {
        let length = u64::try_from(text.len()).expect("a text is shorter than memory");
        [&length.to_be_bytes(), text.as_bytes()].concat()
    };
    texts.into_iter().flat_map(with_length).collect()
}

fn columns_of(signed: &SignedByTwo) -> Vec<u8> {
    [texts([signed.by.as_str(), signed.and.as_str()]), signed.at.millis().to_be_bytes().to_vec()].concat()
}

fn columns_of_beginning(stop: &Stop) -> Vec<u8> {
    let numbers = [i64::from(stop.number), i64::from(stop.target.kind().number()), stop.target.number()];
    let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    [numbers, texts([stop.reason.as_str()]), columns_of(&stop.begun)].concat()
}

fn before(last: Option<&SealedStop>) -> &[u8] {
    last.map_or(&[], |row| row.seal.as_slice())
}

pub(super) fn of_beginning(keys: &WorkingKey, stop: &Stop, last: Option<&SealedStop>) -> Vec<u8> {
    keys.code(BEGINNING, &[before(last), &columns_of_beginning(stop)]).to_vec()
}

pub(super) fn of_end(keys: &WorkingKey, seal: &[u8], ended: &SignedByTwo) -> Vec<u8> {
    keys.code(END, &[seal, &columns_of(ended)]).to_vec()
}

/// Everything that is wrong with stops.
pub(crate) fn faults(keys: &WorkingKey, rows: &[SealedStop]) -> Vec<Discrepancy> {
    let before = std::iter::once(None).chain(rows.iter().map(Some));
    let fault = |(number, (last, row)): (u32, (Option<&SealedStop>, &SealedStop))| {
        let why = fault_of(keys, (row, number), last)?;
        Some(Discrepancy { table: TABLE, row: row.stop.number.to_string(), why: why.to_owned() })
    };
    (1..).zip(before.zip(rows)).filter_map(fault).collect()
}

fn fault_of(keys: &WorkingKey, (row, number): (&SealedStop, u32), last: Option<&SealedStop>) -> Option<&'static str> {
    let columns = columns_of_beginning(&row.stop);
    if row.stop.number != number || !keys.has_code(BEGINNING, &[before(last), &columns], &row.seal) {
        return Some("it is not what was stopped: it was forged or edited, or a stop before it is gone");
    }
    let whole = match (&row.stop.ended, &row.end_seal) {
        (None, None) => true,
        (Some(ended), Some(code)) => keys.has_code(END, &[&row.seal, &columns_of(ended)], code),
        _ => false,
    };
    (!whole).then_some("its end is not what was written: it was forged or edited")
}

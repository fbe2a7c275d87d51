//! The bytes under a trace: numbers of variable length, and the one error of reading them.
//!
//! Numbers are written seven bits a byte, the lowest first; signed ones with the sign folded into the lowest bit.
//! A number has one form only: padding is a mistake.

use gongji_words::{AreaCode, Fen, Moment};
use thiserror::Error;

/// What is wrong with the bytes of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Mistake {
    /// They end in the middle.
    #[error("the bytes end within {0}")]
    Short(&'static str),
    /// A layout that this program does not know.
    #[error("version {0} is unknown")]
    Version(u8),
    /// A number longer than 64 bits, or padded.
    #[error("{0} is no number of at most 64 bits in its shortest form")]
    Number(&'static str),
    /// A number that means nothing in this place.
    #[error("{what} cannot be {number}")]
    Value {
        /// The place.
        what: &'static str,
        /// The number found.
        number: i64,
    },
    /// Bytes are left over.
    #[error("{0} bytes follow the end")]
    Long(usize),
}

/// Why bytes are no trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a trace, at byte {at}: {mistake}")]
pub struct TraceError {
    /// Where, counted from 0.
    pub at: usize,
    /// What is wrong there.
    pub mistake: Mistake,
}

/// The largest amount that a case may have, in fen: so many of them can be added without overflow that
/// judging a damaged trace again does not panic.
const MOST_FEN: i64 = 100_000_000_000_000_000;

/// The calendar in milliseconds: from 1900-01-01T00:00 until before 2200-01-01T00:00, China Standard Time.
pub(super) const FIRST_MILLIS: i64 = -2_209_017_600_000;
pub(super) const END_MILLIS: i64 = 7_258_089_600_000;

/// A growing trace.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn unsigned(&mut self, number: u64) {
        let mut left = number;
        while left >= 0x80 {
            self.0.push(left.to_le_bytes()[0] | 0x80);
            left >>= 7;
        }
        self.0.push(left.to_le_bytes()[0]);
    }

    pub(super) fn signed(&mut self, number: i64) {
        self.unsigned(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    pub(super) fn count(&mut self, count: usize) {
        self.unsigned(u64::try_from(count).expect("no machine counts beyond 64 bits"));
    }

    pub(super) fn fen(&mut self, amount: Fen) {
        self.signed(amount.fen());
    }

    pub(super) fn area(&mut self, area: AreaCode) {
        self.unsigned(u64::from(area.number()));
    }

    pub(super) fn moment(&mut self, moment: Moment) {
        self.signed(moment.millis());
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A place in the bytes of a trace. Every method says in `what` which field it reads, for the error.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

pub(super) type Read<T> = Result<T, TraceError>;

impl<'a> Reader<'a> {
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn mistake(at: usize, mistake: Mistake) -> TraceError {
        TraceError { at, mistake }
    }

    pub(super) fn byte(&mut self, what: &'static str) -> Read<u8> {
        let byte = self.bytes.get(self.at).ok_or_else(|| Self::mistake(self.at, Mistake::Short(what)))?;
        self.at += 1;
        Ok(*byte)
    }

    pub(super) fn raw<const N: usize>(&mut self, what: &'static str) -> Read<[u8; N]> {
        let found = self.bytes[self.at..].first_chunk::<N>();
        let bytes = found.ok_or_else(|| Self::mistake(self.at, Mistake::Short(what)))?;
        self.at += N;
        Ok(*bytes)
    }

    pub(super) fn unsigned(&mut self, what: &'static str) -> Read<u64> {
        let start = self.at;
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(what)?;
            let bits = u64::from(byte & 0x7f);
            let fits = (bits << shift) >> shift == bits;
            let padded = byte == 0 && shift > 0;
            if !fits || padded {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Self::mistake(start, Mistake::Number(what)))
    }

    pub(super) fn signed(&mut self, what: &'static str) -> Read<i64> {
        let folded = self.unsigned(what)?;
        Ok((folded >> 1).cast_signed() ^ -((folded & 1).cast_signed()))
    }

    /// How many of something follow; each takes a byte at least, so that a lie costs no memory.
    pub(super) fn count(&mut self, what: &'static str) -> Read<usize> {
        let start = self.at;
        let count = self.unsigned(what)?;
        let left = self.bytes.len() - self.at;
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= left)
            .ok_or_else(|| Self::mistake(start, Mistake::Short(what)))
    }

    pub(super) fn fen(&mut self, what: &'static str) -> Read<Fen> {
        self.fen_up_to(what, Fen::from_fen(MOST_FEN))
    }

    /// An amount that is not negative and not above another.
    pub(super) fn fen_up_to(&mut self, what: &'static str, most: Fen) -> Read<Fen> {
        let start = self.at;
        let number = self.signed(what)?;
        let is_good = (0..=most.fen()).contains(&number);
        Self::checked(start, (what, number), is_good.then_some(Fen::from_fen(number)))
    }

    pub(super) fn area(&mut self, what: &'static str) -> Read<AreaCode> {
        let start = self.at;
        let number = self.unsigned(what)?;
        Self::checked(start, (what, number.cast_signed()), AreaCode::parse(&number.to_string()).ok())
    }

    pub(super) fn moment(&mut self, what: &'static str) -> Read<Moment> {
        let start = self.at;
        let number = self.signed(what)?;
        let is_good = (FIRST_MILLIS..END_MILLIS).contains(&number);
        Self::checked(start, (what, number), is_good.then(|| Moment::from_millis(number)))
    }

    /// A byte that stands for a value, as `from` knows it.
    pub(super) fn word<T>(&mut self, what: &'static str, from: impl FnOnce(u8) -> Option<T>) -> Read<T> {
        let start = self.at;
        let number = self.byte(what)?;
        Self::checked(start, (what, i64::from(number)), from(number))
    }

    /// A number that stands for a value, as `from` knows it.
    pub(super) fn number<T>(&mut self, what: &'static str, from: impl FnOnce(u64) -> Option<T>) -> Read<T> {
        let start = self.at;
        let number = self.unsigned(what)?;
        Self::checked(start, (what, number.cast_signed()), from(number))
    }

    fn checked<T>(at: usize, (what, number): (&'static str, i64), value: Option<T>) -> Read<T> {
        value.ok_or_else(|| Self::mistake(at, Mistake::Value { what, number }))
    }

    pub(super) fn end(&self) -> Read<()> {
        match self.bytes.len() - self.at {
            0 => Ok(()),
            left => Err(Self::mistake(self.at, Mistake::Long(left))),
        }
    }

    /// The version is the one byte whose mistake has a name of its own.
    pub(super) fn version(&mut self, known: u8) -> Read<u8> {
        match self.byte("version")? {
            version if version == known => Ok(version),
            other => Err(Self::mistake(0, Mistake::Version(other))),
        }
    }
}

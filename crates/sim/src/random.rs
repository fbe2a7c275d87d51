//! The simulator's only source of chance. Every draw is derived from the seed, a purpose and a number, so that
//! leaving one thing out of a run does not change what everything else draws.

/// A small generator (splitmix64) for one purpose.
#[derive(Clone, Debug)]
pub struct Rng(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// A number that belongs to a seed, a purpose and a number.
#[must_use]
pub fn derive(seed: u64, purpose: &str, number: u64) -> u64 {
    let named = fold(seed ^ GOLDEN, purpose.as_bytes());
    mix(named.wrapping_add(number.wrapping_mul(GOLDEN)))
}

/// Folds bytes into a number (FNV-1a).
#[must_use]
pub fn fold(start: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(start ^ 0xcbf2_9ce4_8422_2325, |word, byte| (word ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

impl Rng {
    /// The generator of a seed, a purpose and a number.
    #[must_use]
    pub fn of(seed: u64, purpose: &str, number: u64) -> Self {
        Self(derive(seed, purpose, number))
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `end`; zero if `end` is.
    pub fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.draw() % end }
    }

    /// A place in a list of this length.
    pub fn place(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(length)).expect("a place below a length fits")
    }

    /// An amount in fen from `first` to `last`.
    pub fn fen(&mut self, first: i64, last: i64) -> i64 {
        let span = u64::try_from(last - first + 1).unwrap_or(1);
        first + i64::try_from(self.below(span)).expect("a number below a span of amounts fits")
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of a list, which must not be empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.place(from.len())]
    }
}
